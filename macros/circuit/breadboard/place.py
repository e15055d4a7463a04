"""Where each part of a circuit goes on a breadboard: a small placer, the same for the same text.

Grounds get both minus rails, supplies that join more than two legs a plus rail. Transistors stand below the
Pico, three rows each, those in a wide housing further apart than their legs need. Then, again and again, the
part that fits best is set: from a row to a rail, along two rows, or across the middle; where a node has no
row that serves, it gets one more, joined to its others by a wire. What lies beside the board is plugged in
last, then the wires are laid. Upon a board that is there already, each of its legs and wires keeps its holes.
"""

from .. import board as pins_of_boards
from .. import solve
from . import bears, board, geometry, nodes, route

# Shortest and longest distance of a part's two holes [pitch]: what its body and its legs allow.
SPANS = {"LED": (1.0, 5.5), "C": (1.9, 5.5)}
SPAN = (3.5, 7.5)
# What a wire, one that comes around the board, a leg that touches another, and one that nearly does cost.
NEW_WIRE, AROUND, CROWDED, NEAR = 3.0, 1.5, 10.0, 1.0
ALONG = 4.0  # what it costs that a part takes two rows, which a transistor may still need
# Half the width of what lies upon two legs, and of a wire to a rail or a transistor's row, about [pitch].
HALF, HALVES = 0.475, {"LED": 0.95}
APART = 4  # rows between the legs of a part that lies along two of its own [pitch]
# Two TO-220s side by side: each is up to 10.66 mm wide, and its tab is live [rows].
WIDE_APART = 5
RAIL_MOST = 5.5  # on a plus rail, as VBUS and VSYS bear it [V]
GROUND_PIN = 38  # of the Pico, where the text names none


class NoRoom(Exception):
    """A circuit that does not fit; the message says what is wrong and what would do.

    `at` is the line and column of the part that it is about, or None.
    """

    def __init__(self, message, at=None):
        super().__init__(message)
        self.at = at


class Placed:
    """A part with its legs: `legs` is a list of `(port name, hole)`.

    `form` is `pico`, `three`, `axial` or `beside`. `ordered` says whether the legs of `three` are in the
    order that the part's sheet has; otherwise in that of the notation, and whoever builds it has to turn or
    bend them. `wide` says whether the housing of `three` is wider than its legs.
    """

    def __init__(self, part, form, legs, ordered=False, wide=False):
        self.part = part
        self.form = form
        self.legs = legs
        self.ordered = ordered
        self.wide = wide

    def pin(self, port):
        """The pin of the netlist at a leg: `R1.1`."""
        return f"{self.part.id}.{port}"


class Plan:
    """A finished breadboard.

    Args:
        rows: of the board.
        placed: `[Placed]`, the Pico first.
        wires: `[route.Wire]`.
        rails: `{rail: Node}` of those in use.
        nodes: `[Node]`, as `nodes.nodes` has them.
        polarity: which lead of a fan is its plus, as `nodes.polarity` has it.

    `direct` is `[route.Direct]`, wires from part to part beside the board. `stay` are the ids of the parts
    that were there already, `kept` the wires. `bodies` is `[(Line, half its width)]` of the parts that lie
    on the board, from leg to leg.
    """

    def __init__(self, rows, placed, wires, rails, nodes_, polarity):
        self.rows = rows
        self.placed = placed
        self.wires = wires
        self.rails = rails
        self.nodes = nodes_
        self.polarity = polarity
        self.boxes = []
        self.leads = []
        self.direct = []
        self.of_strip = {}
        self.stay = frozenset()
        self.kept = []
        self.bodies = []

    def below_part(self, hole):
        """A hole that a part lies upon."""
        return any(line.far(board.at(hole)) < half for line, half in self.bodies)

    def node_at(self, hole):
        """The node that a hole belongs to."""
        return self.of_strip[board.strip(hole)]


def plan(circuit, legs=None, points=None, wide=(), upon=None):
    """The breadboard of a circuit.

    Args:
        circuit: parsed, without problems.
        legs: `{part id: "gds"}`, the order of a transistor's legs, the printed side towards one; as the text
            has them where nothing is said.
        points: the circuit's `solve.OperatingPoints`, where they are used for more than this.
        wide: ids of transistors whose housing is wider than its legs, with a metal tab: TO-220.
        upon: the Plan of a smaller circuit that is built already. The parts whose names it has stay where
            they are, with their rails and wires, and the rest goes around them.

    Raises:
        NoRoom: the circuit fits on none of the boards, or has more than one Pico, or does not have what is
            built already, or has what no breadboard bears.
    """
    if circuit.problems:
        raise ValueError("the text has mistakes: " + circuit.problems[0].message)
    points = points or solve.OperatingPoints(circuit)
    joined = nodes.nodes(circuit)
    refused = bears.refusal(circuit, joined, nodes.Beside(joined), points)
    if refused:
        raise NoRoom(*refused)
    polarity = nodes.polarity(circuit, points)
    error = None
    for rows in [upon.rows] if upon else board.SIZES:
        try:
            return _Placer(circuit, rows, legs or {}, polarity, wide).plan(upon)
        except NoRoom as no_room:
            error = no_room
    raise error


def _kills(node):
    """True for a supply that no pin of a Pico bears, which on a rail would be a slip away from each."""
    given = [part.value("V") or 0.0 for part in nodes.sources(node.pins) + nodes.behind_fuse(node.pins)]
    return max(given, default=0.0) > RAIL_MOST


def _of_pin(node):
    """True for a node of a Pico's pin that is not ground."""
    return node.role != nodes.GROUND and any(part.kind.name in pins_of_boards.PICOS for part, _ in node.pins)


def wired(part):
    """The ports of a part that a wire touches."""
    return [port for port in part.ports if port.net]


class _Placer:
    def __init__(self, circuit, rows, legs, polarity, wide):
        self.circuit = circuit
        self.rows = rows
        self.orders = legs
        self.polarity = polarity
        self.wide = wide
        self.nodes = nodes.nodes(circuit)
        self.node_of = {id(port): node for node in self.nodes for _, port in node.pins}
        self.off_board = nodes.Beside(self.nodes)
        self.strips = {}  # strip -> node
        self.taken = {}  # hole -> node
        self.placed = []
        self.rails = {}
        self.waiting = {id(node): 0 for node in self.nodes}  # legs that are not placed yet
        self.kept = set()  # holes of rails that are kept for a wire straight across
        self.lines = []  # `(Line, half its width)` of what lies on the board, and of wires that are to come
        self.made = Plan(rows, self.placed, [], self.rails, self.nodes, polarity)

    def plan(self, upon=None):
        parts = [c for c in self.circuit.components if c.kind.name != "G"]
        picos = [part for part in parts if part.kind.name in pins_of_boards.PICOS]
        if len(picos) > 1:
            raise NoRoom("a breadboard is drawn with one Pico, and the circuit has more")
        parts = [part for part in parts if part not in picos and any(p.net for p in part.ports)]
        for part in parts:
            for port in self.plugged(part):
                self.waiting[id(self.node_of[id(port)])] += 1
        self.first = board.FIRST_ROW if picos else 2
        for pico in picos:
            self.pico(pico)
        made = self.made
        if upon:
            self.keep(upon, made)
            parts = [part for part in parts if part.id not in made.stay]
        else:
            self.assign_rails()
        self.count_rows()
        beside = [part for part in parts if self.off_board.lies(part)]
        on_board = [part for part in parts if part not in beside]
        for part in [part for part in on_board if len(part.ports) == 3]:
            self.three(part)
        self.set_all([part for part in on_board if len(part.ports) != 3])
        for part in beside:
            self.beside(part)
        made.of_strip = self.strips
        made.wires = route.wires(made, self.taken)
        made.direct = [route.Direct(*wire) for wire in self.off_board.wires]
        route.leads(made, self.taken, made.wires)
        return made

    def keep(self, upon, made):
        """Takes over a board that is there already: its rails, legs and wires.

        What lies beside it is unplugged where the circuit has it no longer: a fan that gives way to another.
        """
        node_of = {f"{part.id}.{port.name}": node for node in self.nodes for part, port in node.pins}
        gone = [
            placed.part.id
            for placed in upon.placed
            if placed.form == "beside" and self.circuit.find(placed.part.id) is None
        ]
        known = {
            id(node): node_of.get(f"{part.id}.{port.name}")
            for node in upon.nodes
            for part, port in node.pins
            if part.id not in gone
        }
        self.rails.update({rail: known[id(node)] for rail, node in upon.rails.items()})
        for strip, node in upon.of_strip.items():
            if node is not None:
                if self.strips.get(strip) not in (None, known.get(id(node))) or known.get(id(node)) is None:
                    raise NoRoom(f"{node.name} of what is built already is not in the circuit as it is there")
                self.strips[strip] = known[id(node)]
        for placed in upon.placed:
            part = self.circuit.find(placed.part.id)
            if placed.part.id in gone:
                continue
            if part is None or part.kind is not placed.part.kind:
                raise NoRoom(f"{placed.part.id} is built already, and the circuit has no such part")
            if placed.form == "three":
                self.stand(part, placed.legs, placed.wide)
            elif placed.form != "pico":
                self.lie(part, placed.legs, placed.form)
        for wire in upon.wires:
            made.kept.append(route.Wire(known[id(wire.node)], wire.start, wire.end, wire.path))
            self.taken[wire.start] = self.taken[wire.end] = known[id(wire.node)]
        made.stay = frozenset(placed.part.id for placed in upon.placed) - set(gone)

    def pico(self, part):
        legs = []
        for row in range(1, board.PICO_ROWS + 1):
            for side in ("left", "right"):
                self.strips[(side, row)] = None
        for port in part.ports:
            if port.net is None:
                continue
            pin = pins_of_boards.pin_of(part, port)
            hole = board.pico_hole(pin.number or self.free_ground(legs))
            legs.append((port.name, hole))
            self.strips[board.strip(hole)] = self.node_of[id(port)]
            self.taken[hole] = self.node_of[id(port)]
        self.placed.append(Placed(part, "pico", legs))

    def plugged(self, part):
        """The ports of a part that need a hole."""
        return [port for port in wired(part) if id(port) not in self.off_board.off]

    def free_ground(self, legs):
        """A pin for a ground that the text gives no number."""
        used = [hole for _, hole in legs]
        pins = [GROUND_PIN, *[pin for pin in pins_of_boards.GROUNDS if pin != pins_of_boards.ANALOG_GROUND]]
        return next(pin for pin in pins if board.pico_hole(pin) not in used)

    def assign_rails(self):
        for node in self.nodes:
            if node.role == nodes.GROUND and (self.waiting[id(node)] > 1 or len(node.pins) > 2):
                self.rails.update({"R-": node, "L-": node})
        supplies = [n for n in self.nodes if n.role == nodes.SUPPLY and len(n.pins) > 2 and not _kills(n)]
        supplies.sort(key=lambda node: -len(node.pins))
        self.rails.update(dict(zip(("R+", "L+"), supplies)))
        self.strips.update(self.rails)

    def count_rows(self):
        """Refuses what has more nodes than there are halves of rows, before anything is tried."""
        inner = [
            node
            for node in self.nodes
            if node.role == nodes.SIGNAL
            and not any(part.kind.name in pins_of_boards.PICOS for part, _ in node.pins)
        ]
        if len(inner) > 2 * (self.rows - self.first):
            raise self.no_room()

    def no_room(self):
        return NoRoom(
            f"the circuit needs more rows than a breadboard of {self.rows} has; divide it, or solder it"
        )

    # What a node can offer.

    def free(self, strip):
        return [hole for hole in board.holes(strip) if hole not in self.taken and not self.below_pico(hole)]

    def below_pico(self, hole):
        """A hole that the Pico covers."""
        column, row = hole
        return self.first > board.PICO_ROWS and row <= board.PICO_ROWS and column in "cdefgh"

    def own(self, node, legs=1):
        """Rows of a node with a free hole for a leg, keeping one for a wire that is still to come."""
        found = []
        for strip, its in self.strips.items():
            if its is node and strip not in board.RAILS:
                more = (
                    self.waiting[id(node)] > legs or len([s for s in self.strips.values() if s is node]) > 1
                )
                if len(self.free(strip)) > (1 if more else 0):
                    found.append(strip)
        return found

    def rails_of(self, node):
        return [rail for rail, its in self.rails.items() if its is node]

    def is_free(self, strip):
        return strip not in self.strips and self.first <= strip[1] <= self.rows - 1

    def new_row(self, side, both=False):
        """The first row below the Pico whose half, or both halves, nobody uses."""
        for row in range(self.first + 1, self.rows):
            if self.is_free((side, row)) and (not both or self.is_free((_other(side), row))):
                return row
        raise self.no_room()

    def wire_for(self, node, side):
        """What another row of a node costs: nothing for its first, then a wire, perhaps around the board."""
        strips = [strip for strip, its in self.strips.items() if its is node]
        if not strips:
            return 0.0
        return NEW_WIRE + (0.0 if any(_side(strip) == side for strip in strips) else AROUND)

    # Three legs.

    def three(self, part):
        order = self.orders.get(part.id) or "".join(part.kind.ports)
        ports = [part.port(name) for name in order]
        wide = part.id in self.wide
        first = self.first if wide else self.first + 1
        others = [placed.legs[0][1][1] for placed in self.placed if placed.wide] if wide else []
        start = next(
            (
                row
                for row in range(first, self.rows - 2)
                if all(self.is_free(("right", row + i)) for i in (() if row == first else (-1,)))
                and all(self.is_free(("right", row + i)) for i in (0, 1, 2))
                and all(abs(row - other) >= WIDE_APART for other in others)
            ),
            None,
        )
        if start is None:
            raise self.no_room()
        self.stand(part, [(port.name, ("h", start + i)) for i, port in enumerate(ports)], wide)

    def stand(self, part, legs, wide):
        """Plugs in a part of three legs, each in a row of its own."""
        for name, hole in legs:
            node = self.node_of.get(id(part.port(name)))
            self.strips[board.strip(hole)] = node
            self.taken[hole] = node
            if node:
                self.waiting[id(node)] -= 1
            row = hole[1]
            if self.rails.get("R-") is node and row in board.rail_rows(self.rows):
                self.kept.add(("R-", row))
                self.lines.append((geometry.Line(board.at(("j", row)), board.at(("R-", row))), HALF))
        self.body(legs, HALF)
        self.placed.append(Placed(part, "three", legs, part.id in self.orders, wide))

    # Two legs.

    def set_all(self, rest):
        """Sets parts of two legs, always the one that fits best. What is found for one holds until another
        takes its holes, comes near, or gives a row to one of its nodes."""
        found = {}
        while rest:
            for part in rest:
                if part.id not in found:
                    found[part.id] = self.best(part)
            part = min(rest, key=lambda one: found[one.id][0])
            option = found[part.id]
            self.set(part, option)
            rest.remove(part)
            for other in rest:
                if self.disturbed(other, found[other.id], part):
                    del found[other.id]

    def disturbed(self, part, option, placed):
        """Whether what was found for a part holds no longer once another was set."""
        _, ends, new = option
        touched = {id(self.node_of[id(port)]) for port in placed.ports if port.net}
        if any(id(self.node_of[id(port)]) in touched for port in part.ports if port.net):
            return True
        if any(end in self.taken for end in ends) or any(strip in self.strips for strip in new):
            return True
        if self.risky(new):
            return True
        line = geometry.Line(board.at(ends[0]), board.at(ends[1]))
        other, half = self.lines[-1]
        return line.nearer(other, _half(part) + half) or any(
            line.far(board.at(hole)) < 0.45 for _, hole in self.placed[-1].legs
        )

    def best(self, part):
        """`(cost, holes, new strips)` of the cheapest way to set a part."""
        one, other = [self.node_of[id(port)] for port in part.ports if port.net]
        low, high = SPANS.get(part.kind.name, SPAN)
        found = None
        for cost, first, second, new in self.ways(one, other):
            cost += CROWDED * self.risky(new)
            for a in first:
                for b in second:
                    length = geometry.distance(board.really_at(a), board.really_at(b))
                    if a == b or not low <= length <= high:
                        continue
                    total = cost + abs(length - 4.2) / 4 + _inward(a, b)
                    if found is not None and total >= found[0] - 1e-9:
                        continue
                    total += self.crowded(geometry.Line(board.at(a), board.at(b)), (a, b), _half(part))
                    if found is None or total < found[0] - 1e-9:
                        found = (total, (a, b), new)
        if found is None:
            raise NoRoom(f"no place was found for {part.id}; divide the circuit, or solder it")
        return found

    def risky(self, new):
        """How many new rows put a supply that no pin bears beside a row that leads to a pin."""
        strips = {**self.strips, **new}
        return sum(
            bool(near) and (_kills(near) and _of_pin(node) or _kills(node) and _of_pin(near))
            for (side, row), node in new.items()
            for near in (strips.get((side, row - 1)), strips.get((side, row + 1)))
        )

    def ways(self, one, other):
        """Ways to set a part between two nodes: `(cost, holes of one, holes of other, {new strip: node})`."""
        alike = one is other
        ones, others = self.own(one, 2 if alike else 1), self.own(other, 2 if alike else 1)
        for a in ones:
            for b in others:
                across = a[1] == b[1] and a[1] >= self.first
                if a != b and (a[0] == b[0] or across):
                    yield 0.0, self.free(a), self.free(b), {}
            yield from self.to_rails(a, other, False)
            if a[1] >= self.first:
                yield from self.across(a, other, False)
                yield from self.along(a, other, False)
        for b in others:
            yield from self.to_rails(b, one, True)
            if b[1] >= self.first:
                yield from self.across(b, one, True)
                yield from self.along(b, one, True)
        # Rows of their own: to a rail, or across the middle.
        for node, rail_node, turned in ((one, other, False), (other, one, True)):
            for rail in self.rails_of(rail_node):
                side = "right" if rail[0] == "R" else "left"
                strip = (side, self.new_row(side))
                new = {strip: node}
                cost = 1.0 + self.wire_for(node, side) + (0.5 if side == "left" else 0.0)
                ends = (board.holes(strip), self.rail_holes(rail, strip[1]))
                yield (cost, *(ends[::-1] if turned else ends), new)
        row = self.new_row("right", both=True)
        for sides in (("left", "right"), ("right", "left")):
            new = {(sides[0], row): one, (sides[1], row): other}
            cost = 2.0 + self.wire_for(one, sides[0]) + self.wire_for(other, sides[1])
            yield cost, board.holes((sides[0], row)), board.holes((sides[1], row)), new
        for side in ("right", "left"):
            row = self.new_row(side)
            if self.is_free((side, row + APART)):
                new = {(side, row): one, (side, row + APART): other}
                cost = ALONG + self.wire_for(one, side) + self.wire_for(other, side)
                yield cost, board.holes((side, row)), board.holes((side, row + APART)), new

    def to_rails(self, strip, node, turned):
        """From a row to the rails of its side."""
        for rail in self.rails_of(node):
            if (rail[0] == "R") == (strip[0] == "right"):
                ends = (self.free(strip), self.rail_holes(rail, strip[1]))
                yield (0.0, *(ends[::-1] if turned else ends), {})

    def across(self, strip, node, turned):
        """From a row across the middle to the other half, if that is free."""
        opposite = (_other(strip[0]), strip[1])
        if self.is_free(opposite):
            ends = (self.free(strip), board.holes(opposite))
            yield (
                1.0 + self.wire_for(node, opposite[0]),
                *(ends[::-1] if turned else ends),
                {opposite: node},
            )

    def along(self, strip, node, turned):
        """From a row to one of the same half that nobody uses, a part's length further."""
        for row in (strip[1] + APART, strip[1] - APART):
            new = (strip[0], row)
            if row > self.first and self.is_free(new):
                ends = (self.free(strip), board.holes(new))
                yield (1.0 + self.wire_for(node, strip[0]), *(ends[::-1] if turned else ends), {new: node})

    def rail_holes(self, rail, row):
        known = board.rail_rows(self.rows)
        near = [(rail, r) for r in known if abs(r - row) <= 4]
        return [hole for hole in near if hole not in self.taken and hole not in self.kept]

    def crowded(self, line, ends, half):
        """What it costs that a leg touches others, or passes over holes."""
        cost = 0.0
        for other, its in self.lines:
            if line.nearer(other, half + its):
                cost += CROWDED if line.crosses(other) else CROWDED / 2
        for hole in self.taken:
            if hole not in ends and line.passes(board.at(hole), 0.45):
                cost += CROWDED
        passed = [
            rail for end in ends for rail in board.RAILS if end[0] in ("L-", "R+") and rail[0] == end[0][0]
        ]
        low, high = sorted((line.start[1], line.end[1]))
        for rail in passed:
            for row in range(int(low), int(high) + 1):
                if (rail, row) not in ends and line.far(board.at((rail, row))) < 0.35:
                    cost += NEAR
        return cost

    def set(self, part, option):
        _, (a, b), new = option
        for strip, node in new.items():
            self.strips[strip] = node
        ports = [port for port in part.ports if port.net]
        self.lie(part, [(port.name, hole) for port, hole in zip(ports, (a, b))], "axial")

    def lie(self, part, legs, form):
        """Plugs in a part of two legs, or the leads of one beside the board."""
        for name, hole in legs:
            node = self.node_of[id(part.port(name))]
            self.taken[hole] = node
            self.waiting[id(node)] -= 1
        if form == "axial":
            self.body(legs, _half(part))
        self.placed.append(Placed(part, form, list(legs)))

    def body(self, legs, half):
        """Notes what lies on the board from the first leg to the last."""
        self.made.bodies.append((geometry.Line(*[board.at(hole) for _, hole in (legs[0], legs[-1])]), half))
        self.lines.append(self.made.bodies[-1])

    # Beside the board.

    def beside(self, part):
        legs = []
        for port in self.plugged(part):
            node = self.node_of[id(port)]
            hole = self.lead(node)
            self.taken[hole] = node
            legs.append((port.name, hole))
        self.lie(part, legs, "beside")

    def lead(self, node):
        """The hole for a lead from beside: low on a rail, or low in a row of the node."""
        for rail in self.rails_of(node):
            free = [(rail, row) for row in board.rail_rows(self.rows) if (rail, row) not in self.taken]
            if free:
                return ([hole for hole in free if not self.made.below_part(hole)] or free)[-1]
        own = sorted([s for s in self.own(node) if s[1] >= self.first], key=lambda strip: -strip[1])
        if own:
            # Leads come up in the middle and along the rails: an inner hole would be reached past others.
            free = self.free(own[0])
            free = [hole for hole in free if not self.made.below_part(hole)] or free
            return free[0] if free[0][0] in "ef" else free[-1]
        free = [row for row in range(self.rows - 1, 0, -1) if self.is_free(("left", row))]
        if not free:
            raise self.no_room()
        row = free[0]
        self.strips[("left", row)] = node
        return board.holes(("left", row))[0]


def _half(part):
    return HALVES.get(part.kind.name, HALF)


def _inward(a, b):
    """What it costs that a part lies slantwise between rows, or over holes of its own row towards a rail."""
    if a[0] not in board.RAILS and b[0] not in board.RAILS:
        return 0.6 * abs(board.X[a[0]] - board.X[b[0]]) if a[1] != b[1] else 0.0
    one, rail = (a, b) if b[0] in board.RAILS else (b, a)
    if rail[0] not in board.RAILS or one[0] in board.RAILS:
        return 0.0
    outwards = (board.LEFT if one[0] in board.LEFT else board.RIGHT[::-1]).index(one[0])
    return 0.4 * outwards


def _side(strip):
    """The half of the board that a row or a rail is on."""
    if strip in board.RAILS:
        return "right" if strip[0] == "R" else "left"
    return strip[0]


def _other(side):
    return "left" if side == "right" else "right"
