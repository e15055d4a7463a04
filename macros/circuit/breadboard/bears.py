"""What a breadboard must not get: more than it bears, or than a hand that slips into it does.

Source: of what is safe to touch, IEC 61140: 25 V AC and 60 V DC, where it is dry. Sheets of breadboards name
1 A or 2 A for a contact; the lower counts, since the contacts of an old board are worse.
"""

from .. import blocks, solve
from ..catalogue import quantity
from ..listing import listed, once
from ..told import amperes

MOST = {"AC": 25.0, "DC": 60.0}  # at a hole [V]
AMPERES = 1.0  # through a hole [A]
SHORT = 10.0  # more is no load's current [A]
SLACK = 1e-6  # rounding of the solver, relative
OUTSIDE = "wire such parts outside of it, and draw a CONN in their place"
VOLTS_MOST = f"a breadboard may get {MOST['DC']:g} V DC or {MOST['AC']:g} V AC at most: {OUTSIDE}"
AMPERES_MOST = f"a breadboard bears {AMPERES:g} A: {OUTSIDE}"


def refusal(circuit, nodes_, off, points):
    """`(message, (line, column))` of what must not lie on a breadboard, or None.

    Args:
        circuit: parsed, without problems.
        nodes_: its nodes, as `nodes.nodes` has them.
        off: their `nodes.Beside`.
        points: its `solve.OperatingPoints`.
    """
    node_of = {id(port): node for node in nodes_ for _, port in node.pins}
    for source in circuit.components:
        most = MOST.get(source.kind.name)
        if most is not None and (source.value("V") or 0.0) > most:
            for node in _reached(source, node_of):
                if _in_holes(node, off):
                    return _at_volts(node, off, f"the {quantity(source.value('V'), 'V')} of {source.id}")
    try:
        states, _ = points.at()
    except solve.Unsolvable:
        return None
    for node in nodes_:
        volts = max(abs(state.nets[port.net.name]) for state in states for _, port in node.pins)
        if volts > MOST["DC"] * (1 + SLACK) and _in_holes(node, off):
            return _at_volts(node, off, quantity(volts, "V"))
    ends = [
        (off.lies(part), -current, part)
        for node in nodes_
        for part, port in _in_holes(node, off)
        if (current := _through((part, port), node, off, states)) > AMPERES * (1 + SLACK)
    ]
    if not ends:
        return None
    _, current, part = min(ends, key=lambda end: end[:2])  # what lies on the board before a lead to it
    words = "that is a short, of which `check` says more" if -current > SHORT else AMPERES_MOST
    return f"{part.id} would carry {amperes(-current)} through a hole; {words}", part.at


def _at_volts(node, off, volts):
    pins = _in_holes(node, off)
    parts = [part for part, _ in pins if not off.lies(part)] or [part for part, _ in pins]
    words = listed(once([part.id for part in parts]))
    return f"{words} would be in a hole at {volts}; {VOLTS_MOST}", parts[0].at


def _in_holes(node, off):
    """The pins of a node that have a hole."""
    return [pin for pin in node.pins if id(pin[1]) not in off.off]


def _reached(source, node_of):
    """Nodes that a source reaches through parts and closed contacts, the nearest first."""
    found = [node_of[id(port)] for port in source.ports if id(port) in node_of]
    for node in found:
        for part, port in node.pins:
            for other in _through_part(part, port):
                near = node_of.get(id(other))
                if near and not any(near is one for one in found):
                    found.append(near)
    return found


def _through_part(part, port):
    """The other ports of a part that the current at one of its ports may reach."""
    if part.kind.board:
        return []
    if not part.kind.block:
        return part.ports
    ways = {"RELAY": blocks.CONTACTS, "FAN_PWM": ("supply", "gnd")}.get(part.kind.name, ())
    its = [one for one in part.ports if blocks.role(part.kind.name, one.name) in ways]
    return its if any(one is port for one in its) else []


def _through(end, node, off, states):
    """Current through the hole of a part's port, with that of all that is led to it beside the board [A]."""
    ends = [end]
    for known in ends:
        for its, one, other in off.wires:
            for near, far in ((one, other), (other, one)):
                if its is node and near[1] is known[1] and not any(far[1] is port for _, port in ends):
                    ends.append(far)
    names = [f"{part.id}.{port.name}" for part, port in ends if part.kind.name != "G"]
    return max(abs(sum(state.currents.get(name, 0.0) for name in names)) for state in states)
