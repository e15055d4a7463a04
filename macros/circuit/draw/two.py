"""Symbols of two terminals, along a row or upright. Core: runs in MicroPython too."""

from ..symbols import GROUND, GROUND_DOWN, GROUND_HALF, SYMBOLS
from .shape import LINE, STUB, Shape, put, write

# Room on the side of a symbol that has less of it than the other, where a label may come closer.
BELOW = {"LED": 10, "I": 29, "L": 3, "SPEAKER": 9, "MICROPHONE": 15, "SWITCH": 4, "BUTTON": 4}
RIGHT = {"LED": 10, "L": 3, "SPEAKER": 9, "MICROPHONE": 16, "SWITCH": 4, "BUTTON": 4}
FROM_ABOVE = ("L", "LED", "SPEAKER", "SWITCH", "BUTTON")


class Two(Shape):
    """A symbol of two terminals.

    Args:
        ends: columns (along a row) or rows (upright) of the two ends, in the order of the ports.
        grounded: side of the ground that the text leaves out: W, E, N or S; or nothing.
    """

    def __init__(self, component, ends, grounded=""):
        super().__init__(component)
        self.ends = ends
        self.grounded = grounded
        self.half, self.across, self.marks = SYMBOLS[self.name]
        self.flipped = ends[0] > ends[1]

    def sign(self, port):
        """-1 for the port on the left or on top, 1 for the other; and its column or row."""
        end = self.ends[self.component.ports.index(port)]
        return (1 if end == max(self.ends) else -1), end

    def signed(self):
        """True where the symbol has a sign beside it, which must not turn with it."""
        return self.name in ("DC", "V") and not self.component.symmetric


class Lying(Two):
    """A symbol of two terminals along a row."""

    def room(self, plan):
        low, high = min(self.ends), max(self.ends)
        plan.dx.append((low, high, max(2 * (self.half + STUB), self.width + 10)))
        room = GROUND_HALF + 3
        plan.item(
            self.row, low, room if self.grounded == "W" else 0, high, room if self.grounded == "E" else 0
        )

    def block(self, plan):
        self.x = (plan.X[self.ends[0]] + plan.X[self.ends[1]]) // 2
        x, wide = self.x, self.width // 2
        up, down = self.across, BELOW.get(self.name, self.across)
        plan.block(self.row, x - self.half, x + self.half, up, down)
        plan.block(self.row, x - wide, x + wide, up + LINE, down + (LINE if len(self.lines) > 1 else 0))
        if self.grounded:
            ground = self.ground(plan)
            plan.block(self.row, ground - GROUND_HALF, ground + GROUND_HALF, 2, GROUND_DOWN)

    def ground(self, plan):
        """Where the ground that the text leaves out hangs."""
        return plan.X[min(self.ends) if self.grounded == "W" else max(self.ends)]

    def leads(self, plan, port):
        y = plan.Y[self.row]
        sign, end = self.sign(port)
        goal = (self.x + sign * self.half, y)
        inner = (plan.X[end], y)
        if self.grounded and not port.contacts:
            return [[inner, goal]]
        paths = []
        for contact in port.contacts:
            wx, wy = plan.point(contact.wire)
            sideways = contact.side in "WE"
            corner = (wx if sideways and wy == y else plan.X[contact.cell[1]], y)
            if sideways and wy != y:  # a letter on another row, reached from its side
                paths.append([(wx, wy), (corner[0], wy), corner, inner, goal])
            else:
                paths.append([(wx, wy), corner, inner, goal])
        return paths

    def markup(self, plan):
        x, y = self.x, plan.Y[self.row]
        turn = " scale(-1 1)" if self.flipped and self.component.kind.letters else ""
        out = put(x, y, turn, self.marks) + self.sign_marks(x, y)
        out += write(x, y - self.across - 5, self.lines[0], kind="id")
        if len(self.lines) > 1:
            out += write(x, y + BELOW.get(self.name, self.across) + 14, self.lines[1])
        if self.grounded:
            out += put(self.ground(plan), y, "", GROUND)
        return out

    def sign_marks(self, x, y):
        """Signs beside the symbol."""
        sign = 1 if self.flipped else -1
        out = write(x, y + 5, "V") if self.name == "V" else ""
        if self.name == "I":  # electrons leave at s and come back at d: the current leaves at d
            out += '<path class="f" d="M%d %dv-8l%d 4Z"/>' % (x - sign * 2, y + 26, -sign * 8)
            out += '<path d="M%d %dH%d"/>' % (x + sign * 9, y + 22, x - sign * 3)
        elif self.signed():
            out += '<path d="M%d %dh8m-4 -4v8"/>' % (x + sign * (self.half + 7) - 4, y - 10)
        return out


class Upright(Two):
    """A symbol of two terminals in a column."""

    def __init__(self, component, ends, column, grounded=""):
        super().__init__(component, ends, grounded)
        self.column = column

    def room(self, plan):
        left = max(self.across, GROUND_HALF) if self.grounded else self.across
        right = max(self.across if self.name != "LED" else 10, 8) + 8 + self.width
        plan.item(self.row, self.column, left + 2, self.column, right)
        if self.grounded:
            return
        low, high = min(self.ends), max(self.ends)
        plan.dy.append((low, high, 2 * (self.half + STUB)))
        if low < self.row < high:
            plan.dy.append((low, self.row, self.half + STUB))
            plan.dy.append((self.row, high, self.half + STUB))

    def block(self, plan):
        self.x = plan.X[self.column]
        x, across, up, down = self.x, self.across, self.half + 2, self.half + 2
        if self.grounded:
            across = max(across, GROUND_HALF)
            up = self.half + STUB + (GROUND_DOWN if self.grounded == "N" else 0)
            down = self.half + STUB + (GROUND_DOWN if self.grounded == "S" else 0)
        plan.block(self.row, x - across, x + across, up, down)
        plan.block(self.row, x + 8, x + self.across + 8 + self.width, LINE, LINE)

    def leads(self, plan, port):
        x, y = self.x, plan.Y[self.row]
        sign, end = self.sign(port)
        goal = (x, y + sign * self.half)
        if self.grounded and not port.contacts:
            return [[(x, y + sign * (self.half + STUB)), goal]]
        paths = []
        for contact in port.contacts:
            wx, wy = plan.point(contact.wire)
            paths.append([(wx, wy), (x, wy), (x, plan.Y[end]), goal])
        return paths

    def markup(self, plan):
        x, y = self.x, plan.Y[self.row]
        out = put(x, y, self.turn(), self.marks) + self.sign_marks(x, y)
        out += self.label_beside(x + max(RIGHT.get(self.name, self.across), 8) + 6, y, "start")
        if self.grounded == "S":
            out += put(x, y + self.half + STUB, "", GROUND)
        elif self.grounded == "N":
            out += put(x, y - self.half - STUB, " scale(1 -1)", GROUND)
        return out

    def turn(self):
        """How the symbol, which is drawn along a row, is set upright."""
        if self.name == "AC":
            return ""
        if self.name in FROM_ABOVE:
            # What stands above the lying symbol stands left of the upright one: the label is on the right.
            return " rotate(-90)" + ("" if self.flipped or self.component.symmetric else " scale(-1 1)")
        return " rotate(%d)" % (-90 if self.flipped and self.component.kind.letters else 90)

    def sign_marks(self, x, y):
        """Signs beside the symbol."""
        sign = 1 if self.flipped else -1
        out = write(x, y + 5, "V") if self.name == "V" else ""
        if self.name == "I":  # electrons leave at s and come back at d: the current leaves at d
            out += '<path class="f" d="M%d %dl-4 %dh8Z"/>' % (x - 22, y - sign * 9, sign * 8)
            out += '<path d="M%d %dV%d"/>' % (x - 22, y + sign * 9, y - sign * 3)
        elif self.signed():
            out += '<path d="M%d %dh8m-4 -4v8"/>' % (x - 20, y + sign * (self.half + 1))
        return out
