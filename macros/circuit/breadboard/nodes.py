"""What a breadboard has to join: the nets of a schematic, with all grounds as one, and the parts.

A Pico's AGND is a node of its own: joined with ground on the breadboard, it would carry other currents.
"""

from .. import board as pins_of_boards
from .. import solve
from ..blocks import CONTACTS, role

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


# What stands in a contact's wire lies beside too: a fuse, a switch, and a resistor of so many watts [W].
IN_THE_WIRE = ("FUSE", "SWITCH")
WARM = 1.0
SOURCES = ("DC", "AC")


class Beside:
    """What lies beside the breadboard, and which wires there touch it nowhere.

    A relay's contact may carry what no such board does. So do the parts behind it: their wires go to each
    other and straight to the source, which has leads of its own to the board.

    Args:
        nodes_: of the circuit, as `nodes` has them.
    """

    def __init__(self, nodes_):
        # Ids of the parts in a contact's wire, and of the resistors that get hot wherever they are.
        self.heat = {id(part) for node in nodes_ for part, _ in node.pins if _warm(part)}
        self.off = set()  # ids of the ports that no hole is for
        self.wires = []  # `(node, (part, port), (part, port))`
        self.find_heat(nodes_)
        for node in nodes_:
            self.lead_off(node)

    def lies(self, part):
        """Whether a part lies beside."""
        return lies_beside(part) or id(part) in self.heat

    def heavy(self, node):
        """The pins of a node that may carry what no breadboard does."""
        return [(part, port) for part, port in node.pins if _contact(part, port) or id(part) in self.heat]

    def find_heat(self, nodes_):
        known = -1
        while known < len(self.heat):
            known = len(self.heat)
            for node in nodes_:
                at_contact = any(_contact(part, port) for part, port in node.pins)
                in_the_wire = self.heavy(node) and all(lies_beside(p) or _takes_heat(p) for p, _ in node.pins)
                own = node.role == SIGNAL or behind_fuse(node.pins)
                if own and (at_contact or in_the_wire):
                    self.heat |= {id(part) for part, _ in node.pins if _takes_heat(part)}

    def lead_off(self, node):
        """Leads a node's heavy pins past the board: from its source, or else from one to the next."""
        if clamped(node):
            self.off |= {id(port) for _, port in node.pins}
            self.wires.append((node, *sorted(node.pins, key=lambda pin: pin[0].kind.name)))  # DC, FUSE
            return
        heavy = self.heavy(node)
        if not heavy:
            return
        sources = [(part, port) for part, port in node.pins if part.kind.name in SOURCES]
        rest = [pin for pin in node.pins if pin not in heavy + sources]
        pico = any(part.kind.name in pins_of_boards.PICOS for part, _ in rest)
        if not rest or not sources and not pico and all(self.lies(part) for part, _ in rest):
            row = off = sources + [pin for pin in node.pins if pin not in sources]
        elif sources:
            row, off = [sources[0], *heavy], heavy
        elif any(_contact(*pin) for pin in heavy):
            row, off = heavy, heavy[1:]  # the first has a lead for what little the rest takes
        else:
            return
        self.off |= {id(port) for _, port in off}
        ends = [row[0]] * (len(row) - 1) if sources else row
        self.wires += [(node, one, other) for one, other in zip(ends, row[1:])]


def _contact(part, port):
    return part.kind.name == "RELAY" and role("RELAY", port.name) in CONTACTS


def _warm(part):
    return part.kind.name == "R" and (part.value("W") or 0.0) >= WARM


def _takes_heat(part):
    """Whether a part at a contact stands in its wire: no lamp, no coil, and no source."""
    kind = part.kind.name
    if kind == "R":
        return _warm(part)
    return kind in IN_THE_WIRE or lies_beside(part) and kind not in (*SOURCES, "RELAY", "V")


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
