"""From records to a drawing: SVG that keeps the text's geometry. Core: runs in MicroPython too.

One increasing map takes columns to x and one takes rows to y. Both start at an even pitch; where a symbol or a
label needs room, columns or rows further on move away. So nothing overprints, and the text can be laid over
the drawing. All coordinates are whole numbers, because floats are not printed alike everywhere.
"""

from . import board
from .catalogue import quantity
from .symbols import GROUND, GROUND_DOWN, GROUND_HALF, SYMBOLS, THREE, text_width

PITCH_X = 11
PITCH_Y = 22
FONT = 13
SMALL = 12
LINE = 16  # from one line of a label to the next
STUB = 9  # lead that stays visible between a symbol and the next wire
MARGIN = 16
BOARD_HALF = 34
BOX_HALF = 26
BOX_SIDES = 44  # room beside the name in a box, for the letters of its ports


def value_text(component):
    """The values of a component for people: `10 kΩ · 3950 K`, or an empty string."""
    words = [quantity(number, unit, 15 if unit == "K" else 6) for number, unit, _ in component.values]
    return " · ".join(words)


def escape(text):
    """Text for markup."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def pin_text(component, port):
    """`(name, number)` of a board's port as they are drawn; the number may be empty."""
    try:
        pin = board.pin_of(component, port)
    except board.PinError:
        return port.name, "" if port.pin is None else str(port.pin)
    return pin.name, "" if pin.number is None else str(pin.number)


def net_words(net):
    """What a net joins, in words: `net gpio2: R2.2, RPI_PICO_W1.gpio2`."""
    pins = ", ".join([component.id + "." + port.name for component, port in net.pins])
    return "net %s: %s" % (net.name or "without a part", pins or "no part")


def describe(circuit):
    """The whole circuit in words, as a text alternative."""
    parts = []
    for component in circuit.components:
        if component.kind.name == "G":
            continue
        value = value_text(component)
        parts.append("%s, a %s%s" % (component.id, component.kind.words, " of " + value if value else ""))
    wires = [net_words(net) for net in circuit.nets if net.pins]
    return "Parts: %s. Wires: %s." % ("; ".join(parts) or "none", "; ".join(wires) or "none")


class _Shape:
    """A component's place: how it lies, which columns or rows hold its ends, what room it takes."""

    def __init__(self, component):
        self.component = component
        self.way = "box"  # h, v (along rows, columns), h3, v3 (three terminals), board, ground, box
        self.ends = []  # columns (h) or rows (v) of the two ends, in the order of the ports
        self.at = 0  # column of a vertical shape, or of the control
        self.row = 0
        self.grounded = ""  # side of the ground that the text leaves out: W, E, N or S
        self.side = ""  # side of the control, or of the label
        self.bent = None  # port of an upright symbol whose wire comes from the side, and the wire's column
        self.x = 0
        self.y = 0


class _Drawing:
    def __init__(self, circuit, prefix, title, focusable):
        self.circuit = circuit
        self.focusable = focusable
        self.prefix = prefix
        self.title = title
        self.dx = []  # (column, column, least distance)
        self.dy = []
        self.items = {}  # row -> [(column, room left, column, room right)]
        self.blocks = []  # (row, x0, x1, up, down)
        self.grounds = []  # where ground symbols hang
        self.shapes = [self.place(component) for component in circuit.components]
        self.columns = 1 + max(
            [1]
            + [c for net in circuit.nets for _, c, _ in net.cells]
            + [at[1] + len(text) for component in circuit.components for at, text in component.texts]
        )
        self.rows = 1 + max(
            [1]
            + [r for net in circuit.nets for r, _, _ in net.cells]
            + [at[0] for component in circuit.components for at, _ in component.texts]
        )

    # How each component lies

    def place(self, component):
        shape = _Shape(component)
        shape.row = component.at[0]
        kind = component.kind
        if kind.board:
            shape.way = "board"
        elif kind.name == "G":
            shape.way = "ground"
        elif kind.name in THREE:
            self.place_three(shape)
        else:
            self.place_two(shape)
        return shape

    def end(self, shape, port, across):
        """Where a port's lead enters: its column (or row, `across`) that lies nearest to the symbol, as a range."""
        places = []
        for contact in port.contacts:
            if across:
                places.append(contact.wire[0] if contact.side in "NS" else contact.cell[0])
            else:
                places.append(
                    contact.wire[1]
                    if contact.side in "WE" and contact.cell[0] == shape.row
                    else contact.cell[1]
                )
        return min(places), max(places)

    def place_two(self, shape):
        component = shape.component
        ports = [port for port in component.ports if port.contacts]
        row_cells = [contact.cell for port in ports for contact in port.contacts]
        if len(ports) == 1 and component.kind.name in ("AC", "DC"):
            contact = ports[0].contacts[0]
            first, last = component.texts[0][0][1], component.texts[0][0][1] + len(component.texts[0][1]) - 1
            if len(ports[0].contacts) == 1 and contact.side in "WE":
                shape.way = "h"
                here = contact.wire[1]
                there = first if contact.side == "E" else last
                if there == here:
                    there += 1 if contact.side == "W" else -1
                shape.grounded = "W" if contact.side == "E" else "E"
            elif len(ports[0].contacts) == 1:
                shape.way = "v"
                here = contact.wire[0]
                there = shape.row + (1 if contact.side == "N" else -1)
                shape.at = contact.cell[1]
                shape.grounded = "S" if contact.side == "N" else "N"
            else:
                return
            shape.ends = [here, there] if ports[0] is component.ports[0] else [there, here]
            return
        if len(ports) != 2:
            return
        columns = sorted([cell[1] for cell in row_cells])
        upright = columns[0] == columns[-1] and all(
            contact.side in "NS" or contact.cell[0] != shape.row
            for port in ports
            for contact in port.contacts
        )
        one = self.end(shape, ports[0], upright)
        other = self.end(shape, ports[1], upright)
        if one[1] < other[0]:
            shape.ends = [one[1], other[0]]
        elif other[1] < one[0]:
            shape.ends = [one[0], other[1]]
        else:
            return
        shape.way = "v" if upright else "h"
        shape.at = columns[0]

    def place_three(self, shape):
        component = shape.component
        names = ("d", "s", "g") if component.kind.name == "T" else ("1", "3", "2")
        one, other, control = [component.port(name) for name in names]
        if not (one.contacts and other.contacts and control.contacts):
            return
        cells = [one.contacts[0].cell, other.contacts[0].cell]
        touch = control.contacts[0]
        if cells[0][1] == cells[1][1] and cells[0][0] != cells[1][0]:
            here, there = self.end(shape, one, True), self.end(shape, other, True)
            if (
                touch.side in "WE"
                and touch.cell[0] == shape.row
                and (here[1] < shape.row < there[0] or there[1] < shape.row < here[0])
            ):
                shape.way = "v3"
                shape.at = cells[0][1]
                shape.side = touch.side
                shape.ends = [here[1], there[0]] if here[1] < there[0] else [here[0], there[1]]
            return
        if (
            touch.side in "WE"
            and touch.cell[0] == shape.row
            and self.place_bent(shape, one, other, touch.side)
        ):
            return
        here, there = self.end(shape, one, False), self.end(shape, other, False)
        above = touch.cell[0] < shape.row or touch.cell[0] == shape.row and touch.side == "N"
        below = touch.cell[0] > shape.row or touch.cell[0] == shape.row and touch.side == "S"
        middle = touch.cell[1]
        if (above or below) and (here[1] < middle < there[0] or there[1] < middle < here[0]):
            shape.way = "h3"
            shape.at = middle
            shape.side = "N" if above else "S"
            shape.ends = [here[1], there[0]] if here[1] < there[0] else [here[0], there[1]]

    def place_bent(self, shape, one, other, control):
        """An upright symbol with its control on one side, one end above or below and the other on the far side."""
        for straight, bent in ((one, other), (other, one)):
            if len(straight.contacts) != 1 or len(bent.contacts) != 1:
                continue
            end, far = straight.contacts[0], bent.contacts[0]
            below = end.cell[0] > shape.row or end.cell[0] == shape.row and end.side == "S"
            if (end.cell[0] == shape.row and end.side in "WE") or far.cell[0] != shape.row:
                continue
            if (
                far.side == ("E" if control == "W" else "W")
                and (far.wire[1] - end.cell[1]) * (1 if far.side == "E" else -1) > 0
            ):
                shape.way = "v3"
                shape.at = end.cell[1]
                shape.side = control
                shape.bent = (bent.name, far.wire[1])
                rows = [end.wire[0] if end.side in "NS" else end.cell[0], shape.row + (-1 if below else 1)]
                shape.ends = rows if straight is one else rows[::-1]
                return True
        return False

    # What room each component takes

    def labels(self, component):
        """The label's lines: the id, then the values."""
        lines = [component.id]
        value = value_text(component)
        if value:
            lines.append(value)
        return lines

    def label_width(self, component):
        lines = self.labels(component)
        return max(text_width(lines[0], FONT, True), text_width(lines[-1], FONT))

    def item(self, row, left, room_left, right, room_right):
        self.items.setdefault(row, []).append((left, room_left, right, room_right))

    def room(self, shape):
        """Asks for columns and rows far enough apart for the symbol and its label."""
        component = shape.component
        row = shape.row
        wide = self.label_width(component)
        lines = self.labels(component)
        if shape.way == "h":
            half, _, _ = SYMBOLS[component.kind.name]
            low, high = min(shape.ends), max(shape.ends)
            self.dx.append((low, high, max(2 * (half + STUB), wide + 10)))
            room = GROUND_HALF + 3 if shape.grounded else 0
            self.item(
                row, low, room if shape.grounded == "W" else 0, high, room if shape.grounded == "E" else 0
            )
        elif shape.way == "v":
            half, across, _ = SYMBOLS[component.kind.name]
            left = across
            if shape.grounded:
                left = max(left, GROUND_HALF)
            self.item(
                row,
                shape.at,
                left + 2,
                shape.at,
                max(across if component.kind.name != "LED" else 10, 8) + 8 + wide,
            )
            low, high = min(shape.ends), max(shape.ends)
            if not shape.grounded:
                self.dy.append((low, high, 2 * (half + STUB)))
                if low < row < high:
                    self.dy.append((low, row, half + STUB))
                    self.dy.append((row, high, half + STUB))
        elif shape.way == "v3":
            half, across, _ = THREE[component.kind.name]
            left, right = 14 + wide, across + STUB
            if shape.side == "W":
                left, right = right, left
            self.item(row, shape.at, left, shape.at, right)
            if shape.bent:
                self.dx.append((min(shape.at, shape.bent[1]), max(shape.at, shape.bent[1]), wide + 22))
            low, high = min(shape.ends), max(shape.ends)
            self.dy.append((low, row, half + STUB))
            self.dy.append((row, high, half + STUB))
        elif shape.way == "h3":
            half, _, _ = THREE[component.kind.name]
            low, high = min(shape.ends), max(shape.ends)
            each = max(half + STUB, wide // 2 + 6)
            self.dx.append((low, shape.at, each))
            self.dx.append((shape.at, high, each))
            self.item(row, low, 0, high, 0)
        elif shape.way == "ground":
            column = component.at[1]
            self.item(row, column, GROUND_DOWN, column, GROUND_DOWN)
        elif shape.way == "board":
            self.board_room(shape)
        else:
            first = component.texts[0][0][1]
            last = first + len(component.texts[0][1]) - 1
            wide = text_width(" ".join(lines), FONT, True) + BOX_SIDES
            self.item(row, first, 10, last, max(10, wide - (last - first) * PITCH_X))

    def board_pins(self, shape):
        """`(column, port)` of a board's ports from left to right."""
        pins = []
        for port in shape.component.ports:
            upright = [contact.cell[1] for contact in port.contacts if contact.side in "NS"]
            column = upright[0] if upright else port.cells[len(port.cells) // 2][1]
            pins.append((column, port.cells[0][0], port.name, port))
        pins.sort(key=lambda pin: pin[:3])
        return [(pin[0], pin[3]) for pin in pins]

    def board_rows(self, shape):
        rows = [port.cells[0][0] for port in shape.component.ports] + [shape.row]
        return min(rows), max(rows)

    def board_room(self, shape):
        component = shape.component
        first, last = component.at[1], component.at[1] + len(component.kind.name) - 1
        words = text_width(component.kind.words, FONT, True) + 12
        pins = self.board_pins(shape)
        top, bottom = self.board_rows(shape)
        half = 0
        before = None
        for column, port in pins:
            wide = max([text_width(word, SMALL) for word in pin_text(component, port)])
            half = wide // 2 + 7
            if before:
                self.dx.append((before[0], column, before[1] + half))
            before = (column, half)
        left, room_left, right, room_right = first, 12, last, 12
        self.dx.append((first, last, words - 12))
        if pins and top == bottom:
            ends = (pins[0][0], pins[-1][0])
            first_half = max([text_width(word, SMALL) for word in pin_text(component, pins[0][1])]) // 2 + 7
            if ends[0] > last:
                self.dx.append((first, ends[0], words + first_half))
                right, room_right = ends[1], half + 8
            elif ends[1] < first:
                self.dx.append((ends[1], first, half + 6))
                left, room_left = ends[0], first_half + 8
        elif pins:
            room_left, room_right = 34, 34
        for row in range(top, bottom + 1):
            self.item(row, left, room_left, right, room_right)
        shape.ends = [left, right]
        shape.x = room_left
        shape.y = room_right
        if top != bottom:
            self.dy.append((top, bottom, 26))

    def solve(self, count, pitch, wanted):
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

    def lay_out(self):
        for shape in self.shapes:
            self.room(shape)
        for net in self.circuit.nets:
            for row, column, _ in net.cells:
                self.item(row, column, 0, column, 0)
        for row in self.items:
            items = sorted(self.items[row])
            for i in range(len(items)):
                _, _, right, room = items[i]
                for j in range(i + 1, min(i + 6, len(items))):
                    left, its_room, _, _ = items[j]
                    if left > right and room + its_room:
                        self.dx.append((right, left, room + its_room + 8))
        self.X = self.solve(self.columns, PITCH_X, self.dx)
        for net in self.circuit.nets:
            for (r1, c1), (r2, c2) in net.links:
                if r1 == r2:
                    self.block(r1, self.X[c1], self.X[c2], 2, 2)
            for row, column, _ in net.cells:
                self.block(row, self.X[column], self.X[column], 2, 2)
        for shape in self.shapes:
            self.blocks_of(shape)
        by_row = {}
        for block in self.blocks:
            by_row.setdefault(block[0], []).append(block)
        for row in by_row:
            tall = [block for block in by_row[row] if block[3] > 2 or block[4] > 2]
            for other in range(row - 6, row + 7):
                if other == row or other not in by_row:
                    continue
                for block in tall:
                    for near in by_row[other]:
                        if near[1] <= block[2] + 4 and near[2] >= block[1] - 4:
                            if other > row:
                                self.dy.append((row, other, block[4] + near[3] + 5))
                            else:
                                self.dy.append((other, row, near[4] + block[3] + 5))
        self.Y = self.solve(self.rows, PITCH_Y, self.dy)

    def block(self, row, x0, x1, up, down):
        self.blocks.append((row, min(x0, x1), max(x0, x1), up, down))

    def blocks_of(self, shape):
        """Notes the height of a shape, now that its place along the row is known."""
        component = shape.component
        row = shape.row
        lines = self.labels(component)
        wide = self.label_width(component)
        X = self.X
        if shape.way == "h":
            half, across, _ = SYMBOLS[component.kind.name]
            x = (X[shape.ends[0]] + X[shape.ends[1]]) // 2
            shape.x = x
            up, down = self.heights(component)
            self.block(row, x - half, x + half, up, down)
            self.block(row, x - wide // 2, x + wide // 2, up + LINE, down + (LINE if len(lines) > 1 else 0))
            if shape.grounded:
                ground = X[min(shape.ends)] if shape.grounded == "W" else X[max(shape.ends)]
                self.block(row, ground - GROUND_HALF, ground + GROUND_HALF, 2, GROUND_DOWN)
        elif shape.way == "v":
            half, across, _ = SYMBOLS[component.kind.name]
            x = X[shape.at]
            shape.x = x
            if shape.grounded:
                up = half + STUB + (GROUND_DOWN if shape.grounded == "N" else 0)
                down = half + STUB + (GROUND_DOWN if shape.grounded == "S" else 0)
                self.block(row, x - max(across, GROUND_HALF), x + max(across, GROUND_HALF), up, down)
            else:
                self.block(row, x - across, x + across, half + 2, half + 2)
            self.block(row, x + 8, x + across + 8 + wide, LINE, LINE)
        elif shape.way == "v3":
            half, across, _ = THREE[component.kind.name]
            shape.x = X[shape.at]
            self.block(row, shape.x - across, shape.x + across, half, half)
            if shape.bent:
                self.block(row, shape.x, X[shape.bent[1]], half + 2, half + 2)
            away = -1 if shape.side == "E" else 1
            self.block(row, shape.x, shape.x + away * (14 + wide), LINE, LINE)
        elif shape.way == "h3":
            half, across, _ = THREE[component.kind.name]
            shape.x = X[shape.at]
            under = 12 + LINE * len(lines)
            up, down = (across + 4, under) if shape.side == "N" else (under, across + 4)
            self.block(row, shape.x - max(half, wide // 2), shape.x + max(half, wide // 2), up, down)
        elif shape.way == "ground":
            sides = [contact.side for contact in component.ports[0].contacts]
            x = X[component.at[1]]
            free = [side for side in "SNEW" if side not in sides]
            shape.side = free[0] if free else "S"
            reach = {"S": (2, GROUND_DOWN), "N": (GROUND_DOWN, 2)}.get(shape.side, (GROUND_HALF, GROUND_HALF))
            self.block(row, x - GROUND_DOWN, x + GROUND_DOWN, reach[0], reach[1])
        elif shape.way == "board":
            top, bottom = self.board_rows(shape)
            left, right = X[shape.ends[0]] - shape.x, X[shape.ends[1]] + shape.y
            shape.ends = [left, right]
            half = BOARD_HALF if top == bottom else 30
            self.block(top, left, right, half, 4)
            self.block(bottom, left, right, 4, half)
        else:
            first = component.texts[0][0][1]
            last = first + len(component.texts[0][1]) - 1
            left = X[first] - 8
            right = max(X[last] + 8, left + text_width(" ".join(lines), FONT, True) + BOX_SIDES)
            shape.ends = [left, right]
            rows = [at[0] for at, _ in component.texts]
            self.block(min(rows), left, right, BOX_HALF, 4)
            self.block(max(rows), left, right, 4, BOX_HALF)

    def heights(self, component):
        """Room above and below the axis of a symbol that lies along a row."""
        _, across, _ = SYMBOLS[component.kind.name]
        if component.kind.name == "LED":
            return across, 10
        if component.kind.name == "I":
            return across, 29
        if component.kind.name in ("L", "SPEAKER", "MICROPHONE"):
            return across, {"L": 3, "SPEAKER": 9, "MICROPHONE": 15}[component.kind.name]
        return across, across

    # Leads and symbols

    def point(self, cell):
        return self.X[cell[1]], self.Y[cell[0]]

    def segments(self, net):
        """A net's lines in whole runs, `[(x1, y1, x2, y2)]`, and its dots."""
        across = {}
        down = {}
        arms = {}

        def line(x1, y1, x2, y2):
            if y1 == y2 and x1 != x2:
                across.setdefault(y1, []).append((min(x1, x2), max(x1, x2)))
            elif x1 == x2 and y1 != y2:
                down.setdefault(x1, []).append((min(y1, y2), max(y1, y2)))

        for one, other in net.links:
            line(*(self.point(one) + self.point(other)))
            arms[one] = arms.get(one, 0) + 1
            arms[other] = arms.get(other, 0) + 1
        for row, column, sides in net.open_ends:
            x, y = self.X[column], self.Y[row]
            if len(sides) < 3:
                for side in sides:
                    line(x, y, x + {"W": -5, "E": 5}.get(side, 0), y + {"N": -9, "S": 9}.get(side, 0))
        leads = []
        for component, port in net.pins:
            shape = None
            for known in self.shapes:
                if known.component is component:
                    shape = known
            leads.append(self.leads(shape, port))
            for contact in port.contacts:
                arms[contact.wire] = arms.get(contact.wire, 0) + 1
        corners = []
        dots = {}
        for paths in leads:
            for path in paths:
                for i in range(len(path) - 1):
                    line(*(path[i] + path[i + 1]))
                corners.extend(path[1:])
        for cell in arms:
            if arms[cell] > 2:
                dots[self.point(cell)] = True
        lines = []
        for y in sorted(across):
            for x1, x2 in _union(across[y]):
                lines.append((x1, y, x2, y))
        for x in sorted(down):
            for y1, y2 in _union(down[x]):
                lines.append((x, y1, x, y2))
        # Leads may meet off the text's grid, in front of a symbol: a dot where three ways part.
        for x, y in corners:
            ways = 1 if (x, y) in self.grounds else 0
            for x1, y1, x2, y2 in lines:
                if y1 == y2 == y and x1 <= x <= x2 or x1 == x2 == x and y1 <= y <= y2:
                    ways += (x1 < x) + (x < x2) + (y1 < y) + (y < y2)
            if ways > 2:
                dots[(x, y)] = True
        return lines, sorted(dots)

    def leads(self, shape, port):
        """Paths from a port's wires to the symbol."""
        component = shape.component
        i = component.ports.index(port)
        paths = []
        x, y = shape.x, self.Y[shape.row]
        if shape.way in ("h", "v"):
            half = SYMBOLS[component.kind.name][0]
            if shape.way == "h":
                sign = 1 if shape.ends[i] == max(shape.ends) else -1
                goal = (x + sign * half, y)
                inner = (self.X[shape.ends[i]], y)
            else:
                sign = 1 if shape.ends[i] == max(shape.ends) else -1
                goal = (x, y + sign * half)
                inner = (x, self.Y[shape.ends[i]])
                if shape.grounded:
                    inner = (x, y + sign * (half + STUB))
            if shape.grounded and not port.contacts:
                return [[inner, goal]]
            if shape.way == "v" and shape.grounded:
                inner = (x, self.Y[shape.ends[i]])
            for contact in port.contacts:
                wx, wy = self.point(contact.wire)
                if shape.way == "h":
                    corner = (wx, y) if contact.side in "WE" and wy == y else (self.X[contact.cell[1]], y)
                    if contact.side in "WE" and wy != y:  # a letter on another row, reached from its side
                        paths.append([(wx, wy), (corner[0], wy), corner, inner, goal])
                        continue
                else:
                    corner = (x, wy)
                paths.append([(wx, wy), corner, inner, goal])
        elif shape.way in ("h3", "v3"):
            half, across, _ = THREE[component.kind.name]
            name = port.name
            control = name in ("g", "2")
            first = name in ("d", "1")
            for contact in port.contacts:
                wx, wy = self.point(contact.wire)
                cx, cy = self.X[contact.cell[1]], self.Y[contact.cell[0]]
                if shape.way == "h3":
                    if control:
                        goal = (x, y - across if shape.side == "N" else y + across)
                        paths.append(
                            [(wx, wy), (x, wy) if cy != y or contact.side in "NS" else (x, cy), goal]
                        )
                    else:
                        low = shape.ends[0 if first else 1] < shape.at
                        goal = (x - half if low else x + half, y)
                        corner = (wx, y) if wy == y else (cx, y)
                        paths.append([(wx, wy), (corner[0], wy), corner, goal])
                elif control:
                    goal = (x - across if shape.side == "W" else x + across, y)
                    paths.append([(wx, wy), (wx, y), goal])
                else:
                    low = shape.ends[0 if first else 1] < shape.row
                    goal = (x, y - half if low else y + half)
                    if shape.bent and shape.bent[0] == name:
                        paths.append([(wx, wy), (wx, goal[1]), goal])
                    else:
                        paths.append([(wx, wy), (x, wy), goal])
        elif shape.way == "ground":
            goal = (self.X[component.at[1]], y)
            for contact in port.contacts:
                paths.append([self.point(contact.wire), goal])
        else:
            if shape.way == "board":
                top, bottom = self.board_box(shape)
            else:
                top, bottom = self.box_rows(shape)
            for contact in port.contacts:
                wx, wy = self.point(contact.wire)
                goal = {
                    "N": (wx, top),
                    "S": (wx, bottom),
                    "W": (shape.ends[0], wy),
                    "E": (shape.ends[1], wy),
                }[contact.side]
                paths.append([(wx, wy), goal])
        return paths

    def box_rows(self, shape):
        """Top and bottom of a part that is drawn as a box, because no symbol fits how it is wired."""
        rows = [at[0] for at, _ in shape.component.texts]
        return self.Y[min(rows)] - BOX_HALF, self.Y[max(rows)] + BOX_HALF

    def board_box(self, shape):
        top, bottom = self.board_rows(shape)
        if top == bottom:
            return self.Y[top] - BOARD_HALF, self.Y[bottom] + BOARD_HALF
        return self.Y[top] - 20, self.Y[bottom] + 26

    def text(self, x, y, words, anchor="middle", kind="", size=FONT):
        return '<text%s x="%d" y="%d" text-anchor="%s" font-size="%d">%s</text>' % (
            ' class="%s"' % kind if kind else "",
            x,
            y,
            anchor,
            size,
            escape(words),
        )

    def symbol(self, shape):
        """Markup of one component: its name, symbol and label."""
        component = shape.component
        name = component.kind.name
        x, y = shape.x, self.Y[shape.row]
        lines = self.labels(component)
        value = value_text(component)
        words = component.id + (", " + value if value else "") + ", " + component.kind.words
        out = [
            '<g class="part" id="%s-%s" role="graphics-symbol img" aria-label="%s"><title>%s</title>'
            % (self.prefix, component.id, escape(words), escape(words))
        ]
        if shape.way == "h":
            half, across, marks = SYMBOLS[name]
            flip = shape.ends[0] > shape.ends[1]
            turn = " scale(-1 1)" if flip and component.kind.letters else ""
            out.append('<g transform="translate(%d %d)%s">%s</g>' % (x, y, turn, marks))
            out.append(self.marks(shape, x, y, flip, False))
            up, down = self.heights(component)
            out.append(self.text(x, y - up - 5, lines[0], kind="id"))
            if len(lines) > 1:
                out.append(self.text(x, y + down + 14, lines[1]))
            if shape.grounded:
                ground = self.X[min(shape.ends) if shape.grounded == "W" else max(shape.ends)]
                out.append('<g transform="translate(%d %d)">%s</g>' % (ground, y, GROUND))
        elif shape.way == "v":
            half, across, marks = SYMBOLS[name]
            flip = shape.ends[0] > shape.ends[1]
            if name == "AC":
                turn = ""
            elif name in ("L", "LED", "SPEAKER"):
                # What stands above the lying symbol stands to the left of the upright one: the label is right.
                turn = " rotate(-90)" + ("" if flip or component.symmetric else " scale(-1 1)")
            else:
                turn = " rotate(%d)" % (-90 if flip and component.kind.letters else 90)
            out.append('<g transform="translate(%d %d)%s">%s</g>' % (x, y, turn, marks))
            out.append(self.marks(shape, x, y, flip, True))
            right = x + max({"LED": 10, "L": 3, "SPEAKER": 9, "MICROPHONE": 16}.get(name, across), 8) + 6
            first = y + 5 - (LINE // 2) * (len(lines) - 1)
            for i in range(len(lines)):
                out.append(self.text(right, first + i * LINE, lines[i], "start", "id" if i == 0 else ""))
            if shape.grounded:
                if shape.grounded == "S":
                    out.append('<g transform="translate(%d %d)">%s</g>' % (x, y + half + STUB, GROUND))
                else:
                    out.append(
                        '<g transform="translate(%d %d) scale(1 -1)">%s</g>' % (x, y - half - STUB, GROUND)
                    )
        elif shape.way == "v3":
            half, across, marks = THREE[name]
            flip = "scale(%d %d)" % (
                -1 if shape.side == "E" else 1,
                -1 if shape.ends[0] > shape.ends[1] else 1,
            )
            out.append('<g transform="translate(%d %d) %s">%s</g>' % (x, y, flip, marks))
            first = y + 5 - (LINE // 2) * (len(lines) - 1)
            for i in range(len(lines)):
                if shape.side == "E":
                    out.append(self.text(x - 14, first + i * LINE, lines[i], "end", "id" if i == 0 else ""))
                else:
                    out.append(self.text(x + 14, first + i * LINE, lines[i], "start", "id" if i == 0 else ""))
        elif shape.way == "h3":
            half, across, marks = THREE[name]
            # Upright symbol on its side: control up, first end right.
            flip = "scale(%d %d) rotate(90)" % (
                -1 if shape.ends[0] < shape.ends[1] else 1,
                1 if shape.side == "N" else -1,
            )
            out.append('<g transform="translate(%d %d) %s">%s</g>' % (x, y, flip, marks))
            for i in range(len(lines)):
                if shape.side == "N":
                    at = y + 22 + i * LINE
                else:
                    at = y - 14 - (len(lines) - 1 - i) * LINE
                out.append(self.text(x, at, lines[i], kind="id" if i == 0 else ""))
        elif shape.way == "ground":
            x = self.X[component.at[1]]
            out.append(
                '<g transform="translate(%d %d)%s">%s</g>'
                % (
                    x,
                    y,
                    {"S": "", "N": " scale(1 -1)", "E": " rotate(-90)", "W": " rotate(90)"}[shape.side],
                    GROUND,
                )
            )
        elif shape.way == "board":
            out.append(self.board(shape))
        else:
            left, right = shape.ends
            top, bottom = self.box_rows(shape)
            out.append(
                '<rect class="w" x="%d" y="%d" width="%d" height="%d"/>'
                % (left, top, right - left, bottom - top)
            )
            out.append(self.text((left + right) // 2, (top + bottom) // 2 + 5, " ".join(lines), kind="id"))
            for port in component.ports:
                for contact in port.contacts[:1] if not component.symmetric else ():
                    wx, wy = self.point(contact.wire)
                    at = {
                        "N": (wx, top + 13),
                        "S": (wx, bottom - 5),
                        "W": (left + 9, wy + 5),
                        "E": (right - 9, wy + 5),
                    }[contact.side]
                    out.append(self.text(at[0], at[1], port.name, kind="pin", size=SMALL))
        out.append("</g>")
        return "".join(out)

    def marks(self, shape, x, y, flip, upright):
        """Signs beside a symbol that must not turn with it."""
        name = shape.component.kind.name
        out = ""
        if name == "V":
            out = self.text(x, y + 5, "V")
        if name in ("DC", "V", "I") and not shape.component.symmetric:
            half = SYMBOLS[name][0]
            sign = 1 if flip else -1
            if name == "I":  # electrons leave at s and come back at d: the current leaves at d
                tip = -sign
                if upright:
                    out += '<path class="f" d="M%d %dl-4 %dh8Z"/>' % (x - 22, y + tip * 9, -tip * 8)
                    out += '<path d="M%d %dV%d"/>' % (x - 22, y - tip * 9, y + tip * 3)
                else:
                    out += '<path class="f" d="M%d %dv-8l%d 4Z"/>' % (x + tip * 2, y + 26, tip * 8)
                    out += '<path d="M%d %dH%d"/>' % (x - tip * 9, y + 22, x + tip * 3)
            elif upright:
                out += '<path d="M%d %dh8m-4 -4v8"/>' % (x - 20, y + sign * (half + 1))
            else:
                out += '<path d="M%d %dh8m-4 -4v8"/>' % (x + sign * (half + 7) - 4, y - 10)
        return out

    def board(self, shape):
        component = shape.component
        left, right = shape.ends
        top, bottom = self.board_box(shape)
        first, last = self.board_rows(shape)
        out = [
            '<rect class="w" x="%d" y="%d" width="%d" height="%d" rx="4"/>'
            % (left, top, right - left, bottom - top)
        ]
        name_x = (self.X[component.at[1]] + self.X[component.at[1] + len(component.kind.name) - 1]) // 2
        if first == last and component.ports:
            out.append(
                self.text(
                    self.X[component.at[1]], (top + bottom) // 2 + 5, component.kind.words, "start", "id"
                )
            )
        else:
            out.append(
                self.text(
                    (left + right) // 2 if first != last else name_x,
                    self.Y[first] + (5 if first == last else 0),
                    component.kind.words,
                    kind="id",
                )
            )
        for column, port in self.board_pins(shape):
            name, number = pin_text(component, port)
            x = self.X[column]
            sides = [contact.side for contact in port.contacts]
            if first == last:
                out.append(self.text(x, (top + bottom) // 2 + 4, name, size=SMALL))
                if number:
                    at = top + 14 if "N" in sides else bottom - 6
                    out.append(self.text(x, at, number, kind="pin", size=SMALL))
            else:
                at = bottom - 6 if "N" not in sides else top + 14
                anchor = "middle"
                pins = self.board_pins(shape)
                if len(pins) > 1:
                    at = self.Y[last] + 4
                out.append(self.text(x, at, name, anchor, size=SMALL))
                if number:
                    out.append(self.text(x, at + 14, number, anchor, "pin", SMALL))
        return "".join(out)

    def svg(self):
        """The whole drawing, as one line of markup."""
        self.lay_out()
        X, Y = self.X, self.Y
        body = []
        left, top, right, bottom = 1 << 30, 1 << 30, 0, 0
        for _, x0, x1, _, _ in self.blocks:
            left, right = min(left, x0), max(right, x1)
        for row, _, _, up, down in self.blocks:
            top, bottom = min(top, Y[row] - up), max(bottom, Y[row] + down)
        if not self.blocks:
            left, top = 0, 0
        left, top, right, bottom = left - MARGIN, top - MARGIN, right + MARGIN, bottom + MARGIN
        for shape in self.shapes:
            if shape.way == "ground":
                self.grounds.append((X[shape.component.at[1]], Y[shape.row]))
        nets = []
        for net in self.circuit.nets:
            lines, dots = self.segments(net)
            d = "".join(
                [
                    "M%d %d%s%d" % (x1, y1, "H" if y1 == y2 else "V", x2 if y1 == y2 else y2)
                    for x1, y1, x2, y2 in lines
                ]
            )
            marks = "".join(['<circle class="f" cx="%d" cy="%d" r="4"/>' % dot for dot in dots])
            if not d:
                continue
            words = escape(net_words(net))
            nets.append(
                '<g class="net"%s role="graphics-symbol img" aria-label="%s"><title>%s</title>'
                '<path class="reach" d="%s"/><path d="%s"/>%s</g>'
                % (' tabindex="0"' if self.focusable else "", words, words, d, d, marks)
            )
        for shape in self.shapes:
            body.append(self.symbol(shape))
        width, height = right - left, bottom - top
        title = escape(self.title)
        return (
            '<svg class="circuit" xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="%d %d %d %d" '
            'role="graphics-document document" aria-labelledby="%s-title" aria-describedby="%s-desc" '
            'fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" '
            'data-columns="%s" data-rows="%s">'
            '<title id="%s-title">%s</title><desc id="%s-desc">%s</desc>%s%s</svg>'
            % (
                width,
                height,
                left,
                top,
                width,
                height,
                self.prefix,
                self.prefix,
                " ".join([str(x) for x in X[1:-1]]),
                " ".join([str(y) for y in Y[1:-1]]),
                self.prefix,
                title,
                self.prefix,
                escape(describe(self.circuit)),
                "".join(nets),
                "".join(body),
            )
        )


def _union(ranges):
    """Ranges with those that meet or overlap made one."""
    ranges = sorted(ranges)
    out = []
    for low, high in ranges:
        if out and low <= out[-1][1]:
            out[-1] = (out[-1][0], max(out[-1][1], high))
        else:
            out.append((low, high))
    return out


def draw(circuit, prefix="circuit", title="Circuit", focusable=True):
    """Draws a parsed circuit that has no problems.

    Args:
        circuit: from `parse`.
        prefix: starts every id, so that several drawings can stand on one page.
        title: names the drawing for those who do not see it.
        focusable: True lets the keyboard reach each net.

    Returns:
        An SVG element on one line. Colours come from `currentColor` and the custom properties of circuit.css.
    """
    if circuit.problems:
        raise ValueError("the text has mistakes, so there is nothing to draw: " + circuit.problems[0].message)
    return _Drawing(circuit, prefix, title, focusable).svg()
