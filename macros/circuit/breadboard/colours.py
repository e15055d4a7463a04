"""Which colour each node of a breadboard has: a supply or usual pin its own, and near signals differ."""

from . import board, geometry, nodes, style

SUPPLIES = {"3V3": 1, "VBUS": 2, "VSYS": 2, "5 V": 2}
OTHER_SUPPLY = 3
# Pins that a reader meets on one board after the other. Of those of one number no design has two; where a
# circuit has, the first of them takes it.
PINS = {"GP26/ADC0": 4, "GP2": 5, "GP3": 6, "GP6": 6, "GP27/ADC1": 6, "AGND": 9}


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
    """The colour whose nearest use is the farthest from a node; of several the one of fewest uses.

    The last of them, so that those of the usual pins are taken only where no other is left.
    """
    clear = []
    for colour in range(style.FIRST_SIGNAL, len(style.COLOURS)):
        same = [other for other in signals if known[id(other)] == colour]
        near = min([apart(at[id(node)], at[id(other)]) for other in same], default=float("inf"))
        clear.append((near, -len(same), colour))
    return max(clear)[2]


def colours(plan):
    """`{id(Node): number of its colour}`.

    Signals take the colours in turn, the usual pins first and then what has a wire or a lead, and once all
    are in use, the one whose nearest use is the farthest.
    """
    at = places(plan)
    out, signals = {}, []
    for node in plan.nodes:
        if node.role == nodes.GROUND:
            out[id(node)] = 0
        elif node.role == nodes.SUPPLY:
            out[id(node)] = SUPPLIES.get(node.name, OTHER_SUPPLY)
        elif PINS.get(node.name) not in {None, *(out[id(other)] for other in signals)}:
            out[id(node)] = PINS[node.name]
            signals.append(node)
    drawn = {id(wire.node) for wire in plan.wires + plan.leads + plan.direct}
    others = [node for node in plan.nodes if id(node) not in out]
    for node in sorted(others, key=lambda node: id(node) not in drawn):
        out[id(node)] = _farthest(node, signals, out, at)
        signals.append(node)
    return out
