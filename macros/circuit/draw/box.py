"""Boxes: boards, and parts that no symbol fits. Core: runs in MicroPython too."""

from ..symbols import text_width
from .plan import PITCH_X
from .shape import FONT, SMALL, Shape, rectangle, write
from .words import pin_text

BOX_HALF = 26
BOX_SIDES = 44  # room beside the name in a box, for the letters of its ports
BOARD_HALF = 34


class Box(Shape):
    """A part that is drawn as a box, because no symbol fits how it is wired."""

    def __init__(self, component):
        super().__init__(component)
        rows = [at[0] for at, _ in component.texts]
        self.rows = min(rows), max(rows)
        self.sides = 0, 0  # left and right, once columns have their places

    def room(self, plan):
        first, last = self.columns()
        plan.item(self.row, first, 10, last, max(10, self.words_width() - (last - first) * PITCH_X))

    def words_width(self):
        """Width of the words inside, with their margins."""
        return text_width(" ".join(self.lines), FONT, True) + BOX_SIDES

    def block(self, plan):
        first, last = self.columns()
        left = plan.X[first] - 8
        self.sides = left, max(plan.X[last] + 8, left + self.words_width())
        plan.block(self.rows[0], self.sides[0], self.sides[1], BOX_HALF, 4)
        plan.block(self.rows[1], self.sides[0], self.sides[1], 4, BOX_HALF)

    def top_and_bottom(self, plan):
        return plan.Y[self.rows[0]] - BOX_HALF, plan.Y[self.rows[1]] + BOX_HALF

    def leads(self, plan, port):
        top, bottom = self.top_and_bottom(plan)
        left, right = self.sides
        paths = []
        for contact in port.contacts:
            wx, wy = plan.point(contact.wire)
            goals = {"N": (wx, top), "S": (wx, bottom), "W": (left, wy), "E": (right, wy)}
            paths.append([(wx, wy), goals[contact.side]])
        return paths

    def markup(self, plan):
        left, right = self.sides
        top, bottom = self.top_and_bottom(plan)
        out = rectangle(left, top, right, bottom)
        out += write((left + right) // 2, (top + bottom) // 2 + 5, " ".join(self.lines), kind="id")
        if self.component.symmetric:
            return out
        for port in self.component.ports:
            for contact in port.contacts[:1]:
                wx, wy = plan.point(contact.wire)
                x, y = {
                    "N": (wx, top + 13),
                    "S": (wx, bottom - 5),
                    "W": (left + 9, wy + 5),
                    "E": (right - 9, wy + 5),
                }[contact.side]
                out += write(x, y, port.name, kind="pin", size=SMALL)
        return out


class Board(Box):
    """A board: a box with its pins, in one row with its name or below it."""

    def __init__(self, component):
        super().__init__(component)
        rows = [port.cells[0][0] for port in component.ports] + [self.row]
        self.rows = min(rows), max(rows)
        self.flat = self.rows[0] == self.rows[1]
        self.name_columns = component.at[1], component.at[1] + len(self.name) - 1
        self.ends = self.name_columns  # first and last column, and the room beyond them
        self.margins = 12, 12

    def pins(self):
        """`(column, port)` of the board's ports from left to right."""
        pins = []
        for port in self.component.ports:
            upright = [contact.cell[1] for contact in port.contacts if contact.side in "NS"]
            column = upright[0] if upright else port.cells[len(port.cells) // 2][1]
            pins.append((column, port.cells[0][0], port.name, port))
        pins.sort(key=lambda pin: pin[:3])
        return [(pin[0], pin[3]) for pin in pins]

    def pin_half(self, port):
        """Half the width that a pin takes."""
        return max([text_width(word, SMALL) for word in pin_text(self.component, port)]) // 2 + 7

    def room(self, plan):
        first, last = self.name_columns
        words = self.title_width() + 12
        plan.dx.append((first, last, words - 12))
        pins = self.pins()
        for i in range(1, len(pins)):
            (one, port), (other, its_port) = pins[i - 1], pins[i]
            plan.dx.append((one, other, self.pin_half(port) + self.pin_half(its_port)))
        if pins and self.flat:
            before = [(column, self.pin_half(port)) for column, port in pins if column < first]
            behind = [(column, self.pin_half(port)) for column, port in pins if column > last]
            start, end = (first, 12), (last, 12)
            if before:
                column, half = before[-1]
                plan.dx.append((column, first, half + 6))
                start = before[0][0], before[0][1] + 8
            if behind:
                column, half = behind[0]
                plan.dx.append((first, column, words + half))
                end = behind[-1][0], behind[-1][1] + 8
            self.ends, self.margins = (start[0], end[0]), (start[1], end[1])
        elif pins:
            self.margins = 34, 34
        for row in range(self.rows[0], self.rows[1] + 1):
            plan.item(row, self.ends[0], self.margins[0], self.ends[1], self.margins[1])
        if not self.flat:
            plan.dy.append((self.rows[0], self.rows[1], 26))

    def block(self, plan):
        left, right = plan.X[self.ends[0]] - self.margins[0], plan.X[self.ends[1]] + self.margins[1]
        self.sides = left, right
        half = BOARD_HALF if self.flat else 30
        plan.block(self.rows[0], left, right, half, 4)
        plan.block(self.rows[1], left, right, 4, half)

    def top_and_bottom(self, plan):
        up, down = (BOARD_HALF, BOARD_HALF) if self.flat else (20, 26)
        return plan.Y[self.rows[0]] - up, plan.Y[self.rows[1]] + down

    def markup(self, plan):
        left, right = self.sides
        top, bottom = self.top_and_bottom(plan)
        out = rectangle(left, top, right, bottom, ' rx="4"') + self.title(plan)
        several = len(self.component.ports) > 1
        for column, port in self.pins():
            name, number = pin_text(self.component, port)
            x = plan.X[column]
            above = "N" in [contact.side for contact in port.contacts]
            if self.flat:
                out += write(x, (top + bottom) // 2 + 4, name, size=SMALL)
                at = top + 14 if above else bottom - 6
            else:
                at = top + 14 if above else bottom - 6
                if several:
                    at = plan.Y[self.rows[1]] + 4
                out += write(x, at, name, size=SMALL)
                at += 14
            if number:
                out += write(x, at, number, kind="pin", size=SMALL)
        return out

    def title_words(self):
        """The board's name in words."""
        return self.component.words

    def title_width(self):
        """How wide what names the board is."""
        return text_width(self.title_words(), FONT, True)

    def title(self, plan):
        """The board's name, before its pins or above them."""
        words = self.title_words()
        top, bottom = self.top_and_bottom(plan)
        first, last = plan.X[self.name_columns[0]], plan.X[self.name_columns[1]]
        if not self.flat:
            return write((self.sides[0] + self.sides[1]) // 2, plan.Y[self.rows[0]], words, kind="id")
        if self.component.ports:
            return write(first, (top + bottom) // 2 + 5, words, "start", "id")
        return write((first + last) // 2, plan.Y[self.rows[0]] + 5, words, kind="id")
