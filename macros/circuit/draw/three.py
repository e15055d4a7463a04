"""Symbols of three terminals: two ends and a control. Core: runs in MicroPython too."""

from ..symbols import THREE
from .shape import LINE, STUB, Shape, put, write

FIRST = ("d", "c", "1")  # the first end of a MOSFET, of a bipolar transistor and of a potentiometer
CONTROL = ("g", "b", "2")
# Ends and control of each symbol, the one on top first.
ENDS = {
    "T": ("d", "s", "g"),
    "PMOS": ("d", "s", "g"),
    "NPN": ("c", "e", "b"),
    "PNP": ("c", "e", "b"),
    "P": ("1", "3", "2"),
}


class Three(Shape):
    """A symbol of three terminals.

    Args:
        ends: columns (along a row) or rows (upright) of the two ends.
        column: of an upright symbol, or of a lying one's control.
        side: of the control.
    """

    def __init__(self, component, ends, column, side):
        super().__init__(component)
        self.ends = ends
        self.column = column
        self.side = side
        self.half, self.across, self.marks = THREE[self.name]

    def end(self, port):
        """Column or row of the end that a port is."""
        return self.ends[0 if port.name in FIRST else 1]


class UprightThree(Three):
    """A symbol of three terminals in a column, its control on the left or on the right.

    Args:
        bent: (port whose wire comes from the side, that wire's column), or None.
    """

    def __init__(self, component, ends, column, side, bent=None):
        super().__init__(component, ends, column, side)
        self.bent = bent

    def room(self, plan):
        left, right = 14 + self.width, self.across + STUB
        if self.side == "W":
            left, right = right, left
        plan.item(self.row, self.column, left, self.column, right)
        if self.bent:
            far = self.bent[1]
            plan.dx.append((min(self.column, far), max(self.column, far), self.width + 22))
        plan.dy.append((min(self.ends), self.row, self.half + STUB))
        plan.dy.append((self.row, max(self.ends), self.half + STUB))

    def block(self, plan):
        self.x = plan.X[self.column]
        plan.block(self.row, self.x - self.across, self.x + self.across, self.half, self.half)
        if self.bent:
            plan.block(self.row, self.x, plan.X[self.bent[1]], self.half + 2, self.half + 2)
        away = -1 if self.side == "E" else 1
        plan.block(self.row, self.x, self.x + away * (14 + self.width), LINE, LINE)

    def leads(self, plan, port):
        x, y = self.x, plan.Y[self.row]
        paths = []
        for contact in port.contacts:
            wx, wy = plan.point(contact.wire)
            if port.name in CONTROL:
                goal = (x - self.across if self.side == "W" else x + self.across, y)
                corner = (wx, y)
            else:
                goal = (x, y - self.half if self.end(port) < self.row else y + self.half)
                corner = (wx, goal[1]) if self.bent and self.bent[0] == port.name else (x, wy)
            paths.append([(wx, wy), corner, goal])
        return paths

    def markup(self, plan):
        x, y = self.x, plan.Y[self.row]
        turn = " scale(%d %d)" % (
            -1 if self.side == "E" else 1,
            -1 if self.ends[0] > self.ends[1] else 1,
        )
        out = put(x, y, turn, self.marks)
        if self.side == "E":
            return out + self.label_beside(x - 14, y, "end")
        return out + self.label_beside(x + 14, y, "start")


class LyingThree(Three):
    """A symbol of three terminals along a row, its control above or below."""

    def room(self, plan):
        low, high = min(self.ends), max(self.ends)
        each = max(self.half + STUB, self.width // 2 + 6)
        plan.dx.append((low, self.column, each))
        plan.dx.append((self.column, high, each))
        plan.item(self.row, low, 0, high, 0)

    def block(self, plan):
        self.x = plan.X[self.column]
        under = 12 + LINE * len(self.lines)
        up, down = (self.across + 4, under) if self.side == "N" else (under, self.across + 4)
        wide = max(self.half, self.width // 2)
        plan.block(self.row, self.x - wide, self.x + wide, up, down)

    def leads(self, plan, port):
        x, y = self.x, plan.Y[self.row]
        paths = []
        for contact in port.contacts:
            wx, wy = plan.point(contact.wire)
            cx, cy = plan.point(contact.cell)
            if port.name in CONTROL:
                goal = (x, y - self.across if self.side == "N" else y + self.across)
                corner = (x, wy) if cy != y or contact.side in "NS" else (x, cy)
                paths.append([(wx, wy), corner, goal])
            else:
                goal = (x - self.half if self.end(port) < self.column else x + self.half, y)
                corner = (wx, y) if wy == y else (cx, y)
                paths.append([(wx, wy), (corner[0], wy), corner, goal])
        return paths

    def markup(self, plan):
        x, y = self.x, plan.Y[self.row]
        # Upright symbol on its side: control up, first end right.
        turn = " scale(%d %d) rotate(90)" % (
            -1 if self.ends[0] < self.ends[1] else 1,
            1 if self.side == "N" else -1,
        )
        out = put(x, y, turn, self.marks)
        last = len(self.lines) - 1
        for i in range(len(self.lines)):
            at = y + 22 + i * LINE if self.side == "N" else y - 14 - (last - i) * LINE
            out += write(x, at, self.lines[i], kind="id" if i == 0 else "")
        return out
