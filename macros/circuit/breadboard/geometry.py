"""Straight lines on a breadboard: do they cross, how near do they come? Lengths in pitches."""

import math


def distance(one, other):
    """Between two points."""
    return math.hypot(one[0] - other[0], one[1] - other[1])


class Line:
    """A straight line between two points."""

    def __init__(self, start, end):
        self.start = start
        self.end = end
        self.left, self.right = sorted((start[0], end[0]))
        self.top, self.bottom = sorted((start[1], end[1]))

    def far(self, point):
        """How far a point is from the line."""
        (x, y), (u, v) = self.start, self.end
        length = (u - x) ** 2 + (v - y) ** 2
        along = ((point[0] - x) * (u - x) + (point[1] - y) * (v - y)) / length if length else 0.0
        along = min(1.0, max(0.0, along))
        return distance(point, (x + along * (u - x), y + along * (v - y)))

    def around(self, reach):
        """The box around the line, wider by `reach`: left, right, top, bottom."""
        return self.left - reach, self.right + reach, self.top - reach, self.bottom + reach

    def within(self, other, reach):
        """Whether the lines may be nearer than `reach`, judged by the boxes around them."""
        return (
            self.left - reach < other.right
            and other.left - reach < self.right
            and self.top - reach < other.bottom
            and other.top - reach < self.bottom
        )

    def passes(self, point, reach):
        """Whether a point is nearer to the line than `reach`."""
        left, right, top, bottom = self.around(reach)
        return left < point[0] < right and top < point[1] < bottom and self.far(point) < reach

    def crosses(self, other):
        """Whether the lines have a point in common."""
        return self.within(other, 1e-6) and _split(self, other) and _split(other, self)

    def nearer(self, other, reach):
        """Whether the lines come nearer than `reach`."""
        return self.within(other, reach) and self.gap(other) < reach

    def gap(self, other):
        """The least distance between the lines."""
        if self.crosses(other):
            return 0.0
        ends = [self.far(other.start), self.far(other.end), other.far(self.start), other.far(self.end)]
        return min(ends)


def _side(line, point):
    (x, y), (u, v) = line.start, line.end
    turn = (u - x) * (point[1] - y) - (v - y) * (point[0] - x)
    return 0 if abs(turn) < 1e-9 else (1 if turn > 0 else -1)


def _split(line, other):
    """Whether the ends of the other line lie on two sides of a line, or one of them on it and within."""
    one, two = _side(line, other.start), _side(line, other.end)
    if one == two == 0:
        return (
            min(line.far(other.start), line.far(other.end)) < 1e-9
            or min(other.far(line.start), other.far(line.end)) < 1e-9
        )
    return one * two <= 0
