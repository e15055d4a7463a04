"""What of a circuit may be the heat behind a contact, and what leads there: told by kinds and wires alone.

Core: runs in MicroPython too.
"""

from . import grounds, series, solve
from .blocks import ports as block_ports

# What takes power -> its element between which of its ports. No fan: it is no heat, whatever feeds it.
LOADS = {"R": "1.2", "THERMISTOR": "1.2", "SPEAKER": "1.2", "LED": "a.c", "RELAY": "a.b"}
HIDDEN = ("CONN", "CHIP")
ENDS = ("com", "no")  # of a relay's contact
LAMPS = ("LED", "FAN", "SPEAKER")  # what may run instead of the heat, behind its resistor
ACROSS = ("D", "ZENER", "C")  # what may stand beside them
FIXED = ("FUSE", "L")
IN_THE_WIRE = ("FUSE", "L", "D", "SWITCH", "BUTTON")
ONWARD = ("R", "FUSE", "L", "D", "ZENER", "SWITCH", "BUTTON")


class Load:
    """What may be the heat.

    Args:
        component: a part that takes power, or a connector or a chip in whose place a resistor stands.
        element: the name of its element in a model.
        ends: the two ports between which such a resistor stands; None for a part of the drawing.
    """

    def __init__(self, component, element, ends=None):
        self.component = component
        self.element = element
        self.ends = ends

    def words(self):
        return ("what is behind " if self.ends else "") + self.component.id


def drawn(circuit, relays):
    """`[Load]` of the parts that take power; the relays themselves are none."""
    found = []
    for component in circuit.components:
        between = LOADS.get(component.kind.name)
        if component.kind.name == "RELAY":
            ports = block_ports(component)
            wired = "a" in ports and "b" in ports and not any(component is one for one in relays)
        else:
            wired = all(port.net for port in component.ports)
        if between and wired:
            found.append(Load(component, "%s.%s" % (component.id, between)))
    return found


def hidden(circuit, relays):
    """`[Load]` in place of what connectors and chips beside the contacts may lead to.

    A chip that has its supply elsewhere takes none through a signal: it measures there, or switches.
    """
    near = _beside(circuit, relays)
    found = []
    for component in circuit.components:
        ports = [port for port in component.ports if port.net] if component.kind.name in HIDDEN else []
        if component.kind.name == "CHIP" and _has_its_supply(component, near):
            continue
        for number, one in enumerate(ports):
            for other in ports[number + 1 :]:
                is_near = id(one.net) in near or id(other.net) in near
                wire = FIXED if is_plug(component) else IN_THE_WIRE
                if is_near and one.net is not other.net and not _across((one, other), relays, wire):
                    name = "%s.%s.%s.heater" % (component.id, one.name, other.name)
                    found.append(Load(component, name, (one, other)))
    return found


def is_plug(component):
    """True for a connector of two wired pins: a plug, a fuse holder, a thermostat's two wires."""
    return component.kind.name == "CONN" and len([port for port in component.ports if port.net]) == 2


def _has_its_supply(chip, near):
    """True for a chip whose supply and ground are both wired, and neither beside a contact."""
    ports = block_ports(chip)
    both = [ports[name].net for name in ("supply", "gnd") if name in ports]
    return len(both) == 2 and not any(id(net) in near for net in both)


def across(circuit, relays):
    """Connectors and chips with a pin on either side of a contact."""
    return [
        component
        for component in circuit.components
        if component.kind.name in HIDDEN
        and any(
            _across((one, other), relays)
            for one in component.ports
            for other in component.ports
            if one is not other and one.net and other.net
        )
    ]


def _across(ports, relays, wire=IN_THE_WIRE):
    """True for two ports on com and no of a relay, or on what parts of some kinds join with these."""
    one, other = [port.net for port in ports]
    for wired in map(block_ports, relays):
        if any(name not in wired for name in ENDS):
            continue
        com, no = [joined_by(wired[name].net, wire) for name in ENDS]
        for near, far in ((one, other), (other, one)):
            if series.among(near, com) and series.among(far, no):
                return True
    return False


def joined_by(net, through=IN_THE_WIRE):
    """The nets that parts of some kinds, and shunts, join with one, itself among them.

    A diode from or to a ground, or a source's minus, joins nothing: it protects a coil, or an input.
    """
    found = [net]
    for one in found:
        for component, port in one.pins:
            kind = component.kind.name
            ohms = component.value("ohm") if kind == "R" else None
            far = [p.net for p in component.ports if p is not port and p.net]
            if kind == "D" and any(returns(other) for other in [one] + far):
                continue
            if kind in through or ohms is not None and ohms <= grounds.WIRE_MOST:
                found += [other for other in far if not series.among(other, found)]
    return found


def returns(net):
    """True for a ground, and for the minus of a source."""
    minus = any(component.kind.name == "DC" and port.name == "n" for component, port in net.pins)
    return minus or grounds.is_ground(net)


def _beside(circuit, relays):
    """Ids of the nets that contacts feed, through what a current passes, short of grounds and supplies."""
    ends = [ports[name].net for ports in map(block_ports, relays) for name in ENDS if name in ports]
    return {id(net) for net in led_to(circuit, ends, plugs=True)}


def led_to(circuit, nets, through=ONWARD, plugs=False):
    """Nets that some lead to through what a current passes, these among them, but no grounds and supplies.

    Args:
        through: names of the kinds of parts that count.
        plugs: whether plugs of two pins do.
    """
    pins = solve.board_pins(circuit)
    found = [net for net in nets if not solve.is_firm(pins, net)]
    seen = {id(net) for net in found}
    for net in found:
        for component, _ in net.pins:
            passes = component.kind.name in through or plugs and is_plug(component)
            for other in component.ports if passes else ():
                if other.net and id(other.net) not in seen and not solve.is_firm(pins, other.net):
                    seen.add(id(other.net))
                    found.append(other.net)
    return found


def beyond(circuit, net):
    """Nets on the other side of the loads that a contact's net feeds, and what a wire joins with those."""
    ahead = led_to(circuit, [net], IN_THE_WIRE + ("ZENER",))
    far = []
    for one in ahead:
        for component, port in one.pins:
            ports = component.ports
            if component.kind.name == "RELAY":
                ports = [one for name, one in block_ports(component).items() if name in ("a", "b")]
            if component.kind.name in HIDDEN or component.kind.name in LOADS and port in ports:
                others = [other.net for other in ports if other is not port and other.net]
                far += [other for other in others if not series.among(other, ahead + far)]
    return [one for one in led_to(circuit, far, ("FUSE", "L", "SWITCH")) if not series.among(one, ahead)]


def heats(component):
    """True for a resistor that stands before no lamp, fan or buzzer."""
    if component.kind.name != "R":
        return False
    for port in component.ports:
        beside = [c.kind.name for c, _ in port.net.pins if c is not component]
        if any(kind in LAMPS for kind in beside) and all(kind in LAMPS + ACROSS for kind in beside):
            return False
    return True
