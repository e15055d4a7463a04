"""What a breadboard has to join: the nets of a schematic, with all grounds as one, and the parts.

A Pico's AGND is a node of its own: joined with ground on the breadboard, it would carry other currents.
"""

from .. import board as pins_of_boards
from .. import solve
from ..blocks import role

# Kinds that lie beside the breadboard and come to it with leads; what has more than three legs does too. A
# fuse is as long as eight rows, and stands in a holder of its own.
BESIDE = (
    *("FAN", "FAN_PWM", "DC", "AC", "I", "V", "SPEAKER", "MICROPHONE", "X", "SQUID"),
    *("CONN", "CHIP", "RELAY", "BOARD", "FUSE"),
)
GROUND, SUPPLY, SIGNAL = "ground", "supply", "signal"
ANALOG = pins_of_boards.ANALOG_GROUND


class Node:
    """Nets that are one node.

    Args:
        name: what people call it: `GND`, `3V3`, `GP2`, or the name of the net.
        role: GROUND, SUPPLY or SIGNAL.
        pins: `[(Component, Port)]`, without the signs of ground.
    """

    def __init__(self, name, role):
        self.name = name
        self.role = role
        self.pins = []


def nodes(circuit):
    """The nodes of a circuit, ground first where there is one, then as the text has the nets, AGND last."""
    roles = {id(port): pin for _, port, pin in solve.board_pins(circuit)}
    ground, analog = Node("GND", GROUND), Node("AGND", SIGNAL)
    found = []
    for net in circuit.nets:
        pins = [(part, port) for part, port in net.pins if part.kind.name != "G"]
        known = [roles[id(port)] for _, port in pins if id(port) in roles]
        grounds = [pin for pin in known if pin.role == pins_of_boards.GROUND]
        if grounds and not net.ground and all(pin.number == ANALOG for pin in grounds):
            analog.pins += pins
        elif net.ground or grounds:
            ground.pins += pins
        elif pins:
            node = Node(*_named(net, pins, known))
            node.pins = pins
            found.append(node)
    return [node for node in (ground, *found, analog) if node.pins]


def _named(net, pins, known):
    """`(name, role)` of a net that is no ground."""
    supplies = [pin for pin in known if pin.role == pins_of_boards.SUPPLY]
    if supplies:
        return supplies[0].name, SUPPLY
    for fed, words in ((sources(pins), "{:g} V"), (behind_fuse(pins), "{:g} V, fused")):
        if fed:
            volts = fed[0].value("V")
            return (words.format(volts) if volts else net.name), SUPPLY
    return (known[0].name if known else net.name), SIGNAL


def sources(pins):
    """The DC sources whose plus is among some pins."""
    return [part for part, port in pins if part.kind.name == "DC" and port.name == "p"]


def behind_fuse(pins):
    """The DC sources whose plus feeds some pins through a fuse."""
    fuses = [(part, port) for part, port in pins if part.kind.name == "FUSE"]
    others = [other.net for part, port in fuses for other in part.ports if other is not port and other.net]
    return [part for net in others for part in sources(net.pins)]


def clamped(node):
    """Whether a node is a fuse's lead in the terminal of its supply: no hole of the board has to bear it."""
    kinds = sorted(part.kind.name for part, _ in node.pins)
    return kinds == ["DC", "FUSE"] and bool(sources(node.pins))


def netlist(circuit):
    """What must be joined: a set of frozensets of pins `R1.1`."""
    return {
        frozenset(f"{part.id}.{port.name}" for part, port in node.pins)
        for node in nodes(circuit)
        if node.pins
    }


def lies_beside(part):
    """Whether a part lies beside the breadboard."""
    return part.kind.name in BESIDE or len(part.ports) > 3


def stays_off(node):
    """Whether a node stays off the breadboard: a relay's contact, which may carry what no such board does.

    What it is joined with has to lie beside the board too.
    """
    contact = any(
        part.kind.name == "RELAY" and role("RELAY", port.name) in ("com", "no", "nc")
        for part, port in node.pins
    )
    picos = any(part.kind.name in pins_of_boards.PICOS for part, _ in node.pins)
    return contact and not picos and all(lies_beside(part) for part, _ in node.pins)


def polarity(circuit, points):
    """`{(part id, port name): "+" or "−"}` of fans, from the voltage while they run.

    The text may write a fan either way round; a real one has a plus and a minus.
    """
    try:
        states, _ = points.at()
    except solve.Unsolvable:
        return {}
    found = {}
    for part in circuit.components:
        if part.kind.name != "FAN" or not all(port.net for port in part.ports):
            continue
        one, other = part.ports
        volts = [state.nets[one.net.name] - state.nets[other.net.name] for state in states]
        most = max(volts, key=abs)
        if abs(most) > 0.1:
            signs = ("+", "−") if most > 0 else ("−", "+")
            found[part.id, one.name], found[part.id, other.name] = signs
    return found
