"""Which colour each node of a breadboard has: a supply its own, and signals that are near differ."""

from . import board, geometry, nodes, style

SUPPLIES = {"3V3": 1, "VBUS": 2, "VSYS": 2, "5 V": 2}
OTHER_SUPPLY = 3


def places(plan):
    """`{id(Node): [(x, y)]}`: a node's rows, the bends of its wires, and its boxes."""
    found = {id(node): [] for node in plan.nodes}
    for strip, node in plan.of_strip.items():
        if node is not None and strip not in board.RAILS:
            found[id(node)].append(board.at(board.holes(strip)[2]))
    for wire in plan.wires + plan.leads:
        found[id(wire.node)] += [point for point in wire.path if point]
    for placed, left, top, width in plan.boxes:  # wires from part to part run below the boxes
        for wire in plan.direct:
            if any(part is placed.part for part, _ in (wire.start, wire.end)):
                found[id(wire.node)].append((left + width / 2, top))
    return found


def apart(some, others):
    """The least distance between two nodes' places [pitch]."""
    return min([geometry.distance(one, other) for one in some for other in others], default=float("inf"))


def _farthest(node, signals, known, at):
    """The colour whose nearest use is the farthest from a node; of several the one of fewest uses."""
    clear = []
    for colour in range(style.FIRST_SIGNAL, len(style.COLOURS)):
        same = [other for other in signals if known[id(other)] == colour]
        near = min([apart(at[id(node)], at[id(other)]) for other in same], default=float("inf"))
        clear.append((near, -len(same), -colour))
    return -max(clear)[2]


def colours(plan):
    """`{id(Node): number of its colour}`.

    Signals take the colours in turn, and once all are in use, the one whose nearest use is the farthest.
    """
    at = places(plan)
    out, signals = {}, []
    for node in plan.nodes:
        if node.role == nodes.GROUND:
            out[id(node)] = 0
        elif node.role == nodes.SUPPLY:
            out[id(node)] = SUPPLIES.get(node.name, OTHER_SUPPLY)
        else:
            out[id(node)] = _farthest(node, signals, out, at)
            signals.append(node)
    return out
