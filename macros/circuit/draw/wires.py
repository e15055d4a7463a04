"""A net's lines and the dots where they join. Core: runs in MicroPython too."""

from ..grid import cell_of, place
from .words import escape, net_words

STUBS = {"W": (-5, 0), "E": (5, 0), "N": (0, -9), "S": (0, 9)}  # of open ends


class Lines:
    """Lines along rows and columns, in whole runs."""

    def __init__(self):
        self.across = {}  # y -> [(x, x)]
        self.down = {}  # x -> [(y, y)]

    def add(self, one, other):
        """Adds a line between two points; none where they are the same."""
        (x1, y1), (x2, y2) = one, other
        if y1 == y2 and x1 != x2:
            self.across.setdefault(y1, []).append((min(x1, x2), max(x1, x2)))
        elif x1 == x2 and y1 != y2:
            self.down.setdefault(x1, []).append((min(y1, y2), max(y1, y2)))

    def whole(self):
        """`[(x1, y1, x2, y2)]`, with lines that meet or overlap made one."""
        lines = []
        for y in sorted(self.across):
            lines += [(x1, y, x2, y) for x1, x2 in _union(self.across[y])]
        for x in sorted(self.down):
            lines += [(x, y1, x, y2) for y1, y2 in _union(self.down[x])]
        return lines


def _union(ranges):
    """Ranges with those that meet or overlap made one."""
    out = []
    for low, high in sorted(ranges):
        if out and low <= out[-1][1]:
            out[-1] = (out[-1][0], max(out[-1][1], high))
        else:
            out.append((low, high))
    return out


def segments(net, plan, shape_of, grounds):
    """A net's lines, `[(x1, y1, x2, y2)]`, and its dots, `[(x, y)]`.

    Args:
        shape_of: id(component) -> its shape.
        grounds: where ground signs hang.
    """
    lines = Lines()
    arms = {}  # wire cell -> how many ways lead from it
    for one, other in net.links:
        lines.add(plan.point(one), plan.point(other))
        for line, column in (one, other):
            arms[cell_of(line, column)] = arms.get(cell_of(line, column), 0) + 1
    for row, column, sides in net.open_ends:
        x, y = plan.point((row, column))
        for side in sides if len(sides) < 3 else "":
            lines.add((x, y), (x + STUBS[side][0], y + STUBS[side][1]))
    corners = []
    for component, port in net.pins:
        for path in shape_of[id(component)].leads(plan, port):
            for i in range(len(path) - 1):
                lines.add(path[i], path[i + 1])
            corners += path[1:]
        for contact in port.contacts:
            cell = cell_of(contact.wire[0], contact.wire[1])
            arms[cell] = arms.get(cell, 0) + 1
    whole = lines.whole()
    dots = {}
    for cell in arms:
        if arms[cell] > 2:
            dots[plan.point(place(cell))] = True
    # Leads may meet off the text's grid, in front of a symbol: a dot where three ways part.
    for point in corners:
        if _ways(point, whole) + (point in grounds) > 2:
            dots[point] = True
    return whole, sorted(dots)


def _ways(point, lines):
    """How many ways lead from a point."""
    x, y = point
    ways = 0
    for x1, y1, x2, y2 in lines:
        if y1 == y2 == y and x1 <= x <= x2 or x1 == x2 == x and y1 <= y <= y2:
            ways += (x1 < x) + (x < x2) + (y1 < y) + (y < y2)
    return ways


def markup(net, lines, dots, focusable):
    """Markup of a net: a wide line to point at, the line, and the dots. Nothing for a net without a line."""
    if not lines:
        return ""
    d = ""
    for x1, y1, x2, y2 in lines:
        d += "M%d %dH%d" % (x1, y1, x2) if y1 == y2 else "M%d %dV%d" % (x1, y1, y2)
    marks = "".join(['<circle class="f" cx="%d" cy="%d" r="4"/>' % dot for dot in dots])
    words = escape(net_words(net))
    return (
        '<g class="net"%s role="graphics-symbol img" aria-label="%s"><title>%s</title>'
        '<path class="reach" d="%s"/><path d="%s"/>%s</g>'
        % (' tabindex="0"' if focusable else "", words, words, d, d, marks)
    )
