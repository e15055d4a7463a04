"""The netlist of a breadboard, read from its holes alone: what rows, rails and wires join.

It uses no node of the plan, so that a leg in a wrong hole, or a wire that was moved, shows as another
netlist.
"""

from . import board


def netlist(plan):
    """What the breadboard joins: a set of frozensets of pins `R1.1`, as `nodes.netlist` has it."""
    groups = _Groups()
    for wire in plan.wires:
        groups.join(board.strip(wire.start), board.strip(wire.end))
    for wire in plan.direct:
        (part, port), (other, its) = wire.start, wire.end
        groups.join(f"{part.id}.{port.name}", f"{other.id}.{its.name}")
    for placed in plan.placed:
        for port, hole in placed.legs:
            groups.join(board.strip(hole), placed.pin(port))
    return groups.pins()


class _Groups:
    def __init__(self):
        self.above = {}

    def root(self, item):
        self.above.setdefault(item, item)
        while self.above[item] != item:
            item = self.above[item]
        return item

    def join(self, one, other):
        self.above[self.root(one)] = self.root(other)

    def pins(self):
        found = {}
        for item in list(self.above):
            if isinstance(item, str) and item not in board.RAILS:
                found.setdefault(self.root(item), set()).add(item)
        return {frozenset(pins) for pins in found.values()}
