"""The ways of the wires on a breadboard, so that each can be followed with a finger.

A wire leaves its row towards a channel, runs along it on a track of its own and enters the other row:
channels are the gutters between rails and rows, the middle of the board below the Pico, and bands across the
board above the Pico, below it and below the last row. Of all ways the one that is short and crosses least is
taken.
"""

import copy
import itertools

from . import board, geometry

LEFT_GUTTER = (1.55, 1.9, 2.25, 2.6, 2.95)
RIGHT_GUTTER = (17.45, 17.15, 16.8, 16.45, 16.1)
MIDDLE = (8.7, 9.05, 9.4, 9.75, 10.1, 10.4)
TOP = (-0.75, -1.1, -1.45)
BELOW_PICO = (21.1, 21.4, 21.7, 22.0)
BOTTOM = 0.95  # below the last row
STEP = 0.35
# What is to be avoided: length, a part, a wire that is crossed, one that runs alongside too near, a leg.
LENGTH, PART, CROSSED, ALONG, LEG = 0.15, 8.0, 3.0, 20.0, 10.0
TOO_NEAR = 0.3
PLUG = geometry.Line((8.0, -0.4), (11.0, -0.4))  # of the Pico's USB, and the cable beyond it
OVER = 0.42  # a wire that comes so near to a hole lies over what is in it


class Wire:
    """A wire, or a lead of what lies beside the board.

    Args:
        node: what it joins.
        start, end: holes; the start of a lead is None.
        path: points from start to end.
    """

    def __init__(self, node, start, end, path):
        self.node = node
        self.start = start
        self.end = end
        self.path = path

    def lines(self):
        """Its straight pieces."""
        return [geometry.Line(one, other) for one, other in zip(self.path, self.path[1:])]


class Direct:
    """A wire from one part beside the board to another, which touches the board nowhere.

    Args:
        node: what it joins.
        start, end: `(Component, Port)`.
    """

    def __init__(self, node, start, end):
        self.node = node
        self.start = start
        self.end = end


def directly(plan, part):
    """`[port]` of a part beside the board that a wire from part to part reaches, in the part's order."""
    reached = [end for wire in plan.direct for end in (wire.start, wire.end)]
    return [port for port in part.ports if any(port is other for _, other in reached)]


def direct_at(plan, placed, port):
    """Where on the lower edge of its box such a port is [pitch]."""
    ports = directly(plan, placed.part)
    left, width = next((left, width) for one, left, _, width in plan.boxes if one is placed)
    place = [port is other for other in ports].index(True)
    return left + width / 2 + (place - (len(ports) - 1) / 2) * LEAD_APART


def wires(plan, taken):
    """Wires that join the rows and rails of each node; a left rail of ground that nothing uses goes.

    Those of `plan.kept` are there already.
    """
    router = _Router(plan, taken)
    router.wires = list(plan.kept)
    router.laid = [line for wire in plan.kept for line in wire.lines()]
    used = {board.strip(hole) for hole in taken}
    if "L-" in plan.rails and "L-" not in used:
        plan.of_strip.pop("L-")
        plan.rails.pop("L-")
    for node in plan.nodes:
        strips = [strip for strip, its in plan.of_strip.items() if its is node]
        router.join(node, strips)
    router.settle(router.wires[len(plan.kept) :])
    return router.wires


def leads(plan, taken, wires_):
    """Boxes for what lies beside the board, drawn below it, and their leads.

    Sets `plan.boxes` and `plan.leads`.

    A box is `(Placed, left, top, width)`, a lead a Wire whose start is None.
    """
    beside = [placed for placed in plan.placed if placed.form == "beside"]
    beside.sort(key=lambda one: sum(board.X[hole[0]] for _, hole in one.legs) / max(1, len(one.legs)))
    for placed in beside:
        placed.legs.sort(key=lambda leg: (board.X[leg[1][0]], -leg[1][1]))
    orders = itertools.permutations(beside) if len(beside) <= MOST_ORDERED else [beside]
    best = None
    for order in orders:
        for turn in TURNS:
            found = _leads(plan, taken, wires_, order, turn)
            if best is None or found[0] < best[0] - 1e-9:
                best = found
    _, plan.boxes, plan.leads = best
    plan.placed = [placed for placed in plan.placed if placed.form != "beside"]
    plan.placed += [box[0] for box in plan.boxes]


def _sorted_out(plan, starts):
    """Leads of one node go into its holes in the order in which they stand, so that they do not cross."""
    out = []
    stay = {hole for placed in plan.placed if placed.part.id in plan.stay for _, hole in placed.legs}
    for x, hole in starts:
        if hole in stay:
            out.append((x, hole))
            continue
        same = [
            (u, other)
            for u, other in starts
            if plan.node_at(other) is plan.node_at(hole) and other not in stay
        ]
        holes = sorted((other for _, other in same), key=lambda one: (board.X[one[0]], one[1]))
        out.append((x, holes[sorted(u for u, _ in same).index(x)]))
    return out


def _with(placed, holes):
    """A part beside the board with its legs in other holes."""
    changed = copy.copy(placed)
    changed.legs = [(port, next(holes)) for port, _ in placed.legs]
    return changed


def _leads(plan, taken, wires_, order, turn):
    """`(cost, boxes, leads)` of boxes in an order; `turn` says in which order their leads are laid."""
    router = _Router(plan, taken)
    router.laid = [line for wire in wires_ for line in wire.lines()]
    top = plan.rows + BOX_BELOW
    legs = [max(len(placed.legs), len(directly(plan, placed.part))) for placed in order]
    widths = [max(BOX, LEAD_APART * count + 1.0) for count in legs]
    spare = max(0.0, board.X["R+"] - sum(widths) - BOX_APART * (len(order) - 1)) / (len(order) + 1)
    boxes, starts, left = [], [], spare
    for placed, width in zip(order, widths):
        boxes.append((placed, left, top, width))
        for i, leg in enumerate(placed.legs):
            x = left + width / 2 + (i - (len(placed.legs) - 1) / 2) * LEAD_APART
            starts.append((round(x, 6), leg[1]))  # the very number of a track, where it is above one
        left += width + BOX_APART + spare
    starts = _sorted_out(plan, starts)
    holes = iter(hole for _, hole in starts)
    boxes = [(_with(placed, holes), *box) for placed, *box in boxes]
    total, found = 0.0, []
    for x, hole in sorted(starts, key=lambda one: turn(one[0])):
        path = router.lead((x, top), hole)
        total += router.cost(path, (hole,))
        found.append(Wire(plan.node_at(hole), None, hole, path))
        router.laid += found[-1].lines()
    return total, boxes, found


BOX_BELOW = 4.2  # from the last row to the boxes
BOX, BOX_APART, LEAD_APART = 5.0, 0.8, 2.2
SETTLED = 3  # times that each wire is laid anew
MOST_ORDERED = 4  # boxes of which all orders are tried
# Which lead is laid first, by where it begins [pitch]: the first, the last, the one nearest to the middle.
TURNS = (lambda x: x, lambda x: -x, lambda x: abs(x - (board.X["L-"] + board.X["R+"]) / 2))


class _Router:
    def __init__(self, plan, taken):
        self.plan = plan
        self.taken = taken
        self.pico = any(placed.form == "pico" for placed in plan.placed)
        self.wires = []
        self.laid = []
        self.points = []  # `(x, y, hole)` of what is taken
        self.parts = [
            geometry.Line(board.at(placed.legs[0][1]), board.at(placed.legs[-1][1]))
            for placed in plan.placed
            if placed.form in ("axial", "three")
        ]

    def join(self, node, strips):
        """Joins the rows and rails of a node, always the two that are joined most easily."""
        joined, *rest = self.groups(node, strips) or [[]]
        while rest:
            best = (1e9, None, None, None, None)
            for one in joined:
                for other in itertools.chain(*rest):
                    best = self.cheapest(one, other, best)
            _, a, b, path, strip = best
            if a[0] in board.RAILS:
                a, b, path = b, a, path[::-1]
            wire = Wire(node, a, b, path)
            self.wires.append(wire)
            self.laid += wire.lines()
            self.taken[a] = self.taken[b] = node
            group = next(group for group in rest if strip in group)
            joined += group
            rest.remove(group)

    def settle(self, wires_):
        """Lays each of the wires anew while that is better, now that all others lie."""
        for wire in wires_ * SETTLED:
            self.laid = [line for other in self.wires if other is not wire for line in other.lines()]
            ends = (wire.start, wire.end)
            best = self.cost(wire.path, ends)
            for path in self.paths(*ends):
                cost = self.cost(path, ends, best)
                if cost < best - 1e-9:
                    best, wire.path = cost, path
            self.laid += wire.lines()

    def groups(self, node, strips):
        """The strips of a node, those together that a wire joins already."""
        groups = [[strip] for strip in strips]
        for wire in self.wires:
            if wire.node is node:
                one, other = (
                    next(group for group in groups if board.strip(hole) in group)
                    for hole in (wire.start, wire.end)
                )
                if one is not other:
                    one += other
                    groups.remove(other)
        return groups

    def cheapest(self, one, other, best):
        """`(cost, hole, hole, path, other strip)` of the best wire between two strips, if it beats `best`."""
        ways = []
        for a in self.ends(one, other):
            for b in self.ends(other, one):
                if geometry.distance(board.at(a), board.at(b)) * LENGTH < best[0]:
                    ways += [
                        (_length(path), len(ways) + i, a, b, path) for i, path in enumerate(self.paths(a, b))
                    ]
        # The shortest first: once one that is good is known, most of the others need no look.
        for length, _, a, b, path in sorted(ways):
            if length * LENGTH >= best[0]:
                break
            cost = self.cost(path, (a, b), best[0])
            if cost < best[0] - 1e-9:
                best = (cost, a, b, path, other)
        return best

    def ends(self, strip, other):
        """Holes of a strip that a wire to another may use."""
        if strip in board.RAILS:
            free = [row for row in board.rail_rows(self.plan.rows) if (strip, row) not in self.taken]
            rows = [row for row in free if not self.plan.below_part((strip, row))] or free
            if other in board.RAILS:
                wanted = self.plan.rows
            else:
                wanted = other[1]
            rows.sort(key=lambda row: (abs(row - wanted), row))
            return [(strip, row) for row in rows[:3]]
        free = [
            hole
            for hole in board.holes(strip)
            if hole not in self.taken and not (self.covered(strip) and hole[0] in "cdefgh")
        ]
        if len(free) < 2:
            return free
        # The nearest to the middle and to the gutter; another only where parts lie upon both.
        clear = [hole for hole in free if not self.plan.below_part(hole)] or free
        return [hole for hole in (free[0], free[-1]) if hole in clear] or [clear[0], clear[-1]]

    def covered(self, strip):
        return self.pico and strip[1] <= board.PICO_ROWS

    def channels(self, hole):
        """`(name, tracks)` of the channels that a hole reaches."""
        column, row = hole
        left = column in board.LEFT or column[0] == "L"
        found = [("left", LEFT_GUTTER)] if left else [("right", RIGHT_GUTTER)]
        if column not in board.RAILS and not self.covered(board.strip(hole)):
            found.append(("middle", MIDDLE))
        return found

    def approaches(self, hole, channel, track):
        """Ways from a hole to a track: lists of points."""
        x, row = board.at(hole)
        straight = {"left": ("a", "L+"), "right": ("j", "R-"), "middle": ("e", "f")}[channel]
        if hole[0] in straight:
            return [[(x, row), (track, row)]]
        inward = 0.5 if track > x else -0.5
        return [[(x, row), (x + inward, row + half), (track, row + half)] for half in (0.5, -0.5)]

    def paths(self, a, b):
        """Ways between two holes."""
        if a[0] in board.RAILS and b[0] in board.RAILS:
            yield from self.between_rails(a, b)
            return
        if a[1] == b[1] and self.neighbours(a, b):
            yield [board.at(a), board.at(b)]
        ours, theirs = self.channels(a), self.channels(b)
        shared = {name for name, _ in ours} & {name for name, _ in theirs}
        for one, tracks in ours:
            for other, others in theirs:
                if shared and one != other:
                    continue
                for track in tracks:
                    for way in self.approaches(a, one, track):
                        if one == other:
                            for back in self.approaches(b, other, track):
                                yield _tidy(way + back[::-1])
                        else:
                            for band in self.bands(one, other):
                                for second in others:
                                    for back in self.approaches(b, other, second):
                                        yield _tidy(way + [(track, band), (second, band)] + back[::-1])

    def neighbours(self, a, b):
        """Whether nothing lies between two holes of a row: the edge of a row and the near rail, e and f."""
        pair = {a[0], b[0]}
        return pair in ({"a", "L+"}, {"j", "R-"}) or (pair == {"e", "f"} and not self.covered(board.strip(a)))

    def bands(self, one, other):
        """Where a wire may cross from channel to channel."""
        below = BELOW_PICO if self.pico else ()
        bottom = tuple(self.plan.rows + BOTTOM + i * STEP for i in range(3))
        if "middle" in (one, other):
            return below + bottom
        return TOP + below + bottom

    def between_rails(self, a, b):
        """Between two rails: across below the last row."""
        (x, row), (u, other) = board.at(a), board.at(b)
        for i in range(3):
            band = self.plan.rows + BOTTOM + i * STEP
            yield [(x, row), (x, band), (u, band), (u, other)]

    def lead(self, start, hole):
        """The best way from a box to a hole."""
        x, row = board.at(hole)
        ways = []
        for i in range(5):
            band = self.plan.rows + BOTTOM + 0.3 + i * 0.45
            for up in self.ups(hole):
                ways.append(_tidy([start, (start[0], band), (up[0][0], band), *up]))
        best = min(ways, key=lambda path: self.cost(path, (hole,)))
        return best

    def ups(self, hole):
        """Ways up to a hole from below the last row, without their first point."""
        x, row = board.at(hole)
        if hole[0] in board.RAILS:
            return [[(x, row)], [(x + 0.5, row + 0.5), (x, row)], [(x - 0.5, row + 0.5), (x, row)]]
        found = []
        for channel, tracks in self.channels(hole):
            for track in tracks:
                for way in self.approaches(hole, channel, track):
                    found.append(way[::-1])
        return found

    def cost(self, path, ends=(), most=1e9):
        """What is against a way; of one that costs more than `most` no more than that is said."""
        lines = [geometry.Line(one, other) for one, other in zip(path, path[1:])]
        cost = _length(path) * LENGTH + 0.05 * len(lines)
        if len(self.points) != len(self.taken):
            self.points = [(*board.at(hole), hole) for hole in self.taken]
        for line in lines:
            if cost >= most:
                return cost
            cost += PART * len([part for part in self.parts if line.nearer(part, TOO_NEAR)])
            if self.pico and line.bottom < PLUG.top and line.left < PLUG.right and line.right > PLUG.left:
                cost += PART
            for other in self.laid:
                if line.nearer(other, TOO_NEAR):
                    cost += CROSSED if _square(line, other) and line.crosses(other) else ALONG
            left, right, top, bottom = line.around(OVER)
            for x, y, hole in self.points:
                if left < x < right and top < y < bottom and hole not in ends and line.far((x, y)) < OVER:
                    cost += LEG
        return cost


def _length(path):
    return sum(geometry.distance(one, other) for one, other in zip(path, path[1:]))


def _square(one, other):
    """Whether one line is level and the other upright."""
    return {_lie(one), _lie(other)} == {"level", "upright"}


def _lie(line):
    if abs(line.start[1] - line.end[1]) < 1e-9:
        return "level"
    return "upright" if abs(line.start[0] - line.end[0]) < 1e-9 else "slanted"


def _tidy(points):
    """The points without those that repeat or lie straight between their neighbours."""
    out = []
    for point in points:
        if out and geometry.distance(out[-1], point) < 1e-9:
            continue
        if len(out) > 1 and geometry.Line(out[-2], point).far(out[-1]) < 1e-9:
            out.pop()
        out.append(point)
    return out
