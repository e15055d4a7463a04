"""Has what a board drives a way back to the board? Rules of `check` on grounds.

Core: runs in MicroPython too.

Without a ground in common no voltage of one part of a circuit says anything to the other: a fan on a supply
of its own, whose minus no wire joins with the board's ground, takes neither its input's level nor gives one.
"""

from . import board, models, powered
from .blocks import CONTACTS
from .blocks import ports as block_ports
from .catalogue import quantity

# What carries a current from port to port, whichever those are; of transistors the ends that they switch.
CARRYING = (
    "R",
    "L",
    "P",
    "THERMISTOR",
    "DC",
    "AC",
    "I",
    "FAN",
    "SPEAKER",
    "MICROPHONE",
    "X",
    "SQUID",
    "FUSE",
)
CARRYING += ("D", "LED", "ZENER", "SWITCH", "BUTTON", "V")
# Of blocks: ports between which a current flows. A relay parts its coil from its contacts.
BLOCKS = {"RELAY": (("a", "b"), CONTACTS), "FAN_PWM": (("supply", "gnd"),)}
# What may stand between two circuits, and says nothing to either: an opto-coupler among the chips.
APART = ("CHIP", "CONN", "G")


def joined(circuit):
    """Function from a net to a mark, the same for all nets between which some part carries a current.

    A board joins its supplies that nothing outside feeds with its grounds, and no pin that it drives.
    """
    return _grouped(circuit, _carried)


def _grouped(circuit, joins):
    """Function from a net to a mark, the same for all nets that parts join.

    Args:
        joins: function from a part to lists of nets, of which it joins those of each.
    """
    group = {id(net): id(net) for net in circuit.nets}

    def root(net):
        key = id(net)
        while group[key] != key:
            key = group[key]
        return key

    for component in circuit.components:
        for nets in joins(component):
            for net in nets[1:]:
                group[root(net)] = root(nets[0])
    return root


def _told(component):
    """Lists of nets that a part lets say something to each other; a relay parts coil and contacts."""
    if component.kind.name in APART:
        return []
    if component.kind.name == "RELAY":
        return _carried(component)
    return [[port.net for port in component.ports if port.net]]


def _carried(component):
    """Lists of nets of a part, between those of each of which it carries a current."""
    kind = component.kind.name
    if kind in CARRYING or kind in models.SWITCHING:
        ends = models.SWITCHING.get(kind)
        return [[p.net for p in component.ports if p.net and (ends is None or p.name in ends)]]
    if kind in BLOCKS:
        ports = block_ports(component)
        return [[ports[name].net for name in names if name in ports] for names in BLOCKS[kind]]
    if component.kind.board:
        pins = [(component, port, board.pin_of(component, port)) for port in component.ports]
        fed = powered.fed(pins)
        roles = (board.GROUND, board.SUPPLY)
        return [[p.net for _, p, pin in pins if p.net and pin.role in roles and id(p) not in fed]]
    return []


def adrift(circuit):
    """Function from a net to True where a source feeds it, and no part joins the two with a ground."""
    root = joined(circuit)
    held = {root(net) for net in circuit.nets if any(_ground(c, port) for c, port in net.pins)}
    fed = {root(net) for net in circuit.nets if any(c.kind.name == "DC" for c, _ in net.pins)}
    return lambda net: bool(held) and root(net) in fed and root(net) not in held


def _ground(component, port):
    """True for a ground sign, and for a board's ground."""
    if component.kind.board:
        return board.pin_of(component, port).role == board.GROUND
    return component.kind.name == "G"


def is_ground(net):
    """True for ground, whether a sign or a board's pin names it."""
    return net.ground or any(_ground(component, port) for component, port in net.pins)


WIRE_MOST = 1.0  # what is no more joins two grounds: a wire, a fuse, a shunt [ohm]
WIRES = ("L", "FUSE", "SWITCH", "BUTTON")


def _wires(component):
    """Lists of nets of a part that are one ground if one of them is."""
    if component.kind.board:
        return [[port.net for port in component.ports if port.net and _ground(component, port)]]
    ohms = component.value("ohm") if component.kind.name == "R" else None
    if component.kind.name in WIRES or ohms is not None and ohms <= WIRE_MOST:
        return [[port.net for port in component.ports if port.net]]
    return []


class _Grounds:
    """Which nets are the board's ground, joined with it by what is no load, and which stand on it.

    Args:
        circuit: parsed.
        ground: net of the board's ground.
    """

    def __init__(self, circuit, ground):
        self.wired = _grouped(circuit, _wires)
        plus = [c.port("p").net for c in circuit.components if c.kind.name == "DC" and c.port("p").net]
        for c in circuit.components:
            pins = [(c, port, board.pin_of(c, port)) for port in c.ports] if c.kind.board else []
            fed = powered.fed(pins)
            plus += [p.net for _, p, pin in pins if p.net and pin.role == board.SUPPLY and id(p) not in fed]
        own = [ground] + [net for net in circuit.nets if net.ground]
        self.firm = {self.wired(net) for net in own}
        self.plus = {self.wired(net) for net in plus} - self.firm
        # A transistor, or a contact, may chop a ground; what it switches at a plus is a load's.
        self.root = _grouped(circuit, self.chopped)
        self.own = {self.root(net) for net in own}
        self.above, self.below = set(), set()
        self.stack([c for c in circuit.components if c.kind.name == "DC" and all(p.net for p in c.ports)])

    def chopped(self, component):
        kind, found = component.kind.name, _wires(component)
        if kind in models.SWITCHING or kind == "RELAY":
            for nets in [_carried(component)[-1]]:
                if not any(self.wired(net) in self.plus for net in nets):
                    found.append(nets)
        return found

    def stack(self, sources):
        """Sources that stand on others, or hang below: their pluses and minuses have a voltage to ground."""
        for _ in sources:
            for source in sources:
                plus, minus = source.port("p").net, source.port("n").net
                if self.root(minus) in self.own or self.root(minus) in self.above:
                    self.above.add(self.root(plus))
                if self.wired(plus) in self.firm or self.root(plus) in self.below:
                    self.below.add(self.root(minus))

    def has(self, net):
        """True where a minus on this net has a way to the board's ground, past its own plus and its load."""
        mark = self.root(net)
        return mark in self.own or mark in self.above or mark in self.below


# Extra-low voltage, which a bare board may share a ground with; mains is for a finished module in a box [V].
LOW_VOLTAGE = 25.0


def _alternating(circuit, picos, findings):
    """Reports AC that a board is joined with: mains, and less, of which nothing is checked."""
    reached = _grouped(circuit, _told)
    of_boards = {reached(port.net) for pico in picos for port in pico.ports if port.net}
    for source in [c for c in circuit.components if c.kind.name == "AC"]:
        if not any(port.net and reached(port.net) in of_boards for port in source.ports):
            continue
        volts = source.value("V")
        if volts is None or volts > LOW_VOLTAGE:
            words = "its voltage is not written" if volts is None else f"it has {quantity(volts, 'V')}"
            findings.add(
                "ac",
                "error",
                f"{source.id} is joined with {picos[0].id}, and {words}: nothing above "
                f"{quantity(LOW_VOLTAGE, 'V')} AC may have a wire in common with a bare board; mains is for "
                "a finished module in a box, which only its relay's contact touches",
                source.at,
            )
        else:
            words = f"{source.id} is joined with {picos[0].id}, and counts as 0 V here: what AC does is not "
            findings.add("ac", "warning", words + "checked", source.at)


def check(circuit, findings):
    """Reports each supply, and each 4-wire fan, that a board is joined with by signals and by no ground."""
    picos = [c for c in circuit.components if c.kind.name in board.PICOS]
    _alternating(circuit, picos, findings)
    grounds = [port for c in picos for port in c.ports if port.net and _ground(c, port)]
    if not grounds:
        return  # which is told
    known = _Grounds(circuit, grounds[0].net)
    reached = _grouped(circuit, _told)
    told = []
    for component in circuit.components:
        minus = _minus(component)
        if minus is None or known.has(minus.net) or known.root(minus.net) in told:
            continue
        if reached(minus.net) != reached(grounds[0].net):
            continue  # a circuit of its own, as behind a relay's contact or an opto-coupler
        told.append(known.root(minus.net))
        findings.add(
            "common-ground",
            "error",
            f"{component.id} has no ground in common with {picos[0].id}, so what the board drives or "
            f"reads there has no way back: join {minus.name} of {component.id} with {grounds[0].name} of "
            f"{picos[0].id}",
            minus.at or component.at,
        )
    if any(_minus(component) for component in circuit.components):
        findings.passed(
            "common-ground", "every supply has the board's ground, or nothing to do with the board"
        )


def _minus(component):
    """The port of a source or a 4-wire fan that belongs on ground, if it is wired; None for other parts.

    A fan with two wires alone is a load, whatever stands between it and ground.
    """
    if component.kind.name == "DC":
        port = component.port("n")
        return port if port.net else None
    ports = block_ports(component) if component.kind.name == "FAN_PWM" else {}
    return ports.get("gnd") if "pwm" in ports or "tach" in ports else None
