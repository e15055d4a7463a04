"""Where columns and rows come to stand. Core: runs in MicroPython too."""

PITCH_X = 7
PITCH_Y = 22
NEAR = 6  # rows, or pieces of a row, that may come in each other's way


class Plan:
    """Places of a drawing's columns (X) and rows (Y) [px], from what its shapes and wires ask for.

    Args:
        circuit: without problems.
        shapes: of its components.
    """

    def __init__(self, circuit, shapes):
        self.circuit = circuit
        self.dx = []  # (column, column, least distance)
        self.dy = []
        self.items = {}  # row -> [(column, room left, column, room right)]
        self.blocks = []  # (row, x0, x1, up, down)
        for shape in shapes:
            shape.room(self)
        for net in circuit.nets:
            for row, column, _ in net.cells:
                self.item(row, column, 0, column, 0)
        self._part_items()
        texts = [(at, text) for component in circuit.components for at, text in component.texts]
        cells = [(row, column) for net in circuit.nets for row, column, _ in net.cells]
        columns = 1 + max([1] + [column for _, column in cells] + [at[1] + len(text) for at, text in texts])
        self.X = _spread(columns, PITCH_X, self.dx)
        self._block_wires()
        for shape in shapes:
            shape.block(self)
        self._part_blocks()
        self.Y = _spread(
            1 + max([1] + [row for row, _ in cells] + [at[0] for at, _ in texts]), PITCH_Y, self.dy
        )

    def item(self, row, left, room_left, right, room_right):
        """Notes what stands in a row from column `left` to `right`, and the room it needs beside it [px]."""
        self.items.setdefault(row, []).append((left, room_left, right, room_right))

    def block(self, row, x0, x1, up, down):
        """Notes what stands at a row from x0 to x1, and how far it reaches above and below [px]."""
        self.blocks.append((row, min(x0, x1), max(x0, x1), up, down))

    def point(self, cell):
        """Where a cell is drawn."""
        return self.X[cell[1]], self.Y[cell[0]]

    def bounds(self):
        """`(left, top, right, bottom)` of all that is drawn."""
        if not self.blocks:
            return 0, 0, 0, 0
        return (
            min([x0 for _, x0, _, _, _ in self.blocks]),
            min([self.Y[row] - up for row, _, _, up, _ in self.blocks]),
            max([0] + [x1 for _, _, x1, _, _ in self.blocks]),
            max([0] + [self.Y[row] + down for row, _, _, _, down in self.blocks]),
        )

    def _part_items(self):
        """Asks for distance between what stands in one row."""
        for row in self.items:
            items = sorted(self.items[row])
            for i in range(len(items)):
                _, _, right, room = items[i]
                for left, its_room, _, _ in items[i + 1 : i + NEAR]:
                    if left > right and room + its_room:
                        self.dx.append((right, left, room + its_room + 8))

    def _block_wires(self):
        for net in self.circuit.nets:
            for (row, column), (other_row, other_column) in net.links:
                if row == other_row:
                    self.block(row, self.X[column], self.X[other_column], 2, 2)
            for row, column, _ in net.cells:
                self.block(row, self.X[column], self.X[column], 2, 2)

    def _part_blocks(self):
        """Asks for distance between what stands above each other."""
        by_row = {}
        for block in self.blocks:
            by_row.setdefault(block[0], []).append(block)
        for row in by_row:
            tall = [block for block in by_row[row] if block[3] > 2 or block[4] > 2]
            for other in range(row - NEAR, row + NEAR + 1):
                if other == row or other not in by_row:
                    continue
                for block in tall:
                    for near in by_row[other]:
                        if near[1] > block[2] + 4 or near[2] < block[1] - 4:
                            continue
                        if other > row:
                            self.dy.append((row, other, block[4] + near[3] + 5))
                        else:
                            self.dy.append((other, row, near[4] + block[3] + 5))


def _spread(count, pitch, wanted):
    """The least places, one per column or row, that keep the pitch and every distance asked for."""
    after = {}
    for low, high, distance in wanted:
        after.setdefault(high, []).append((low, distance))
    places = [0] * (count + 2)
    for i in range(1, count + 2):
        place = places[i - 1] + pitch
        for low, distance in after.get(i, ()):
            place = max(place, places[max(0, low)] + distance)
        places[i] = place
    return places
