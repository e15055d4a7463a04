"""An operational amplifier: a triangle, its inputs on the left. Core: runs in MicroPython too."""

from ..symbols import text_width
from .shape import FONT, Shape, write

LEAD = 12  # before the triangle and behind it
WIDE = 66  # of the triangle, at least
BEYOND = 14  # how far the triangle reaches above and below its inputs


class Amplifier(Shape):
    """A triangle whose inputs lie on the rows above and below its name's, as the text has them."""

    @staticmethod
    def fits(component):
        """True where the wires come as the symbol's do: inputs left, output right, supply above and below."""
        row = component.at[0]
        rows = []
        for name in "pnovg":
            port = component.port(name)
            if len(port.contacts) == 0:
                return False
            rows.append(port.at[0] - row)
        plus, minus, output, high, low = [component.port(name).at[1] for name in "pnovg"]
        for name, far in (("p", 0), ("n", 0), ("v", 3), ("g", 4)):
            here = rows["pnovg".index(name)]
            sides = ("W", "N" if here < 0 else "S") if not far else ("N" if here < 0 else "S",)
            if any(contact.side not in sides for contact in component.port(name).contacts):
                return False
        if any(contact.side == "W" for contact in component.port("o").contacts):
            return False
        if rows[2] != 0 or sorted(rows[:2]) != [-1, 1] or sorted(rows[3:]) != [-1, 1]:
            return False
        return max(plus, minus) < min(high, low) <= max(high, low) < output

    def __init__(self, component):
        super().__init__(component)
        self.columns_of = {}
        for port in component.ports:
            self.columns_of[port.name] = port.at[1]
        self.first = max(self.columns_of["p"], self.columns_of["n"])
        above = [name for name in "vg" if component.port(name).at[0] < self.row][0]
        self.above = self.columns_of[above]
        self.beneath = self.columns_of["v" if above == "g" else "g"]
        self.width = text_width(component.id, FONT, True)

    def room(self, plan):
        plan.dx.append((self.first, self.above, LEAD + self.width + 8))
        plan.dx.append((self.first, self.beneath, LEAD + 20))
        plan.dx.append((self.first, self.columns_of["o"], 2 * LEAD + WIDE))
        plan.dx.append((max(self.above, self.beneath), self.columns_of["o"], LEAD + 16))
        for row in (self.row - 1, self.row + 1):
            plan.item(row, self.first, 0, self.columns_of["o"], 0)

    def block(self, plan):
        left, right = self.ends(plan)
        plan.block(self.row - 1, left, right, BEYOND + 24, 4)
        plan.block(self.row + 1, left, right, 4, BEYOND + 4)

    def ends(self, plan):
        """Left and right end of the triangle."""
        left = plan.X[self.first] + LEAD
        return left, max(left + WIDE, plan.X[max(self.above, self.beneath)] + 16)

    def edge(self, plan, x, above):
        """Where the slanting edge lies above or below the middle."""
        left, right = self.ends(plan)
        end = plan.Y[self.row - 1] - BEYOND if above else plan.Y[self.row + 1] + BEYOND
        y = plan.Y[self.row]
        return end + (y - end) * (x - left) // (right - left)

    def leads(self, plan, port):
        left, right = self.ends(plan)
        y = plan.Y[port.at[0]]
        paths = []
        for contact in port.contacts:
            wx, wy = plan.point(contact.wire)
            if port.name == "o":
                paths.append([(wx, wy), (wx, y), (right, y)])
            elif port.name in "vg":
                paths.append([(wx, wy), (wx, self.edge(plan, wx, port.at[0] < self.row))])
            else:
                paths.append([(wx, wy), (wx, y), (left, y)])
        return paths

    def markup(self, plan):
        left, right = self.ends(plan)
        above, y, below = [plan.Y[self.row + i] for i in (-1, 0, 1)]
        out = '<path class="w" d="M%d %dV%dL%d %dZ"/>' % (left, above - BEYOND, below + BEYOND, right, y)
        for name in "pn":
            at = plan.Y[self.component.port(name).at[0]]
            out += '<path d="M%d %dh9"/>' % (left + 7, at)
            if name == "p":
                out += '<path d="M%d %dv9"/>' % (left + 11, at - 4)
        return out + write(left, above - BEYOND - 7, self.lines[0], "start", "id")
