"""Does anything lead past the contact that cuts the heat off? Core: runs in MicroPython too.

Each state of a circuit in which the alarm's pin is low, or afloat, is solved twice: as it is, and with the
contacts of the pin's relays held closed. What takes power for the contact's sake is a load; one that has some
of that power while the contact is open is fed past it: by a switch, a diode, a resistor, another relay, a
second supply.

Where no load is drawn, as behind a connector, a small current from com to no tells whether they are joined.
"""

from . import models, solve, unseen
from .blocks import ports as block_ports

ANY = 1e-4  # of a load's power: less is no change, but the solver's rounding [1]
SOME = 0.05  # of a load's greatest power: less is what a light or a leak lets through [1]
CARRIES = 0.25  # of the greatest voltage across a load: with less it is in the wire, as a fuse is [1]
CURRENT = 1e-3  # of a load, at least [A]
NO_VOLTS = 0.3  # across an open contact: nothing that is drawn is switched by it [V]
PROBE_VOLTS, PROBE_OHMS = 30.0, 10_000.0  # give 3 mA
JOINED = 1.0  # across a contact that carries these: less than 333 ohm, or one diode [V]
AC_VOLTS = 12.0  # of an AC source without a value, which DC takes for none [V]


class _Fed:
    """A load in one state: its power and voltage with the contact open, and held closed.

    Args:
        component: a resistor, or a relay for its coil.
        when: "low" or "afloat": the alarm's pin.
        others: `[(name, level)]` of the other pins and switches.
        is_open, closed: each `(power [W], voltage [V], current [A])`.
    """

    def __init__(self, component, when, others, is_open, closed):
        self.component = component
        self.when = when
        self.others = others
        self.open = is_open
        self.closed = closed

    def behind(self):
        """True where it has its power through the contact, or only while the contact is open."""
        is_open, closed = self.open[0], self.closed[0]
        return closed > is_open * (1 + ANY) or is_open > 2 * closed


def past(circuit, port, relays, celsius):
    """Ways in which the heat would run though the contact is open: `(message, (line, column))`, one by one.

    Args:
        port: the alarm's pin.
        relays: those that it switches, with com and no wired, and at rest while the pin is low or afloat.
        celsius: temperature of the thermistors.
    """
    names = " and ".join([relay.id for relay in relays])
    running = _running(_all_fed(circuit, port, relays, celsius))
    through = [one for one in running if one.closed[0] > one.open[0] * (1 + ANY)]
    for one in through or running:  # what leads past may have power too, and only then
        words = "%s runs while %s is %s, though the contact of %s is open then: something leads past it, "
        words %= (one.component.id, port.name, one.when, names)
        yield words + "and the heat would never be cut off" + _when(one), one.component.at
    for relay in relays if not running else ():
        if _joined(circuit, port, relay, celsius):
            words = "something leads past com and no of %s behind %s: the open contact cuts nothing off"
            yield words % (relay.id, port.name), block_ports(relay)["no"].at


def _running(fed):
    """Loads that have some of their power while the contact is open, each as its first such `_Fed`."""
    found = []
    for one in fed:
        same = [other for other in fed if other.component is one.component]
        greatest = max([max(other.open[0], other.closed[0]) for other in same])
        has_power = one.open[0] >= SOME * greatest and one.open[2] >= CURRENT
        known = any(one.component is other.component for other in found)
        if has_power and not known and _is_load(one, same, fed):
            found.append(one)
    return found


def loads(circuit, port, relays, celsius):
    """Parts that the contacts of relays cut off; arguments as of `past`."""
    fed = _all_fed(circuit, port, relays, celsius)
    found = []
    for one in fed:
        same = [other for other in fed if other.component is one.component]
        if not any(one.component is other for other in found) and _is_load(one, same, fed):
            found.append(one.component)
    return found


def _when(one):
    if not one.others:
        return ""
    return ", here with " + ", ".join(["%s %s" % other for other in one.others])


def _is_load(one, same, fed):
    """True for what the contact feeds, and not what stands in the way there, as a fuse or a shunt does."""
    if not any(other.behind() for other in same):
        return False
    across = max(one.open[1], one.closed[1])
    most = max([max(other.open[1], other.closed[1]) for other in fed if other.behind()] + [0.0])
    return across >= CARRIES * most


def _all_fed(circuit, port, relays, celsius):
    """`[_Fed]` of every part that could be a load, in every state with the alarm's pin low or afloat."""
    loads = [c for c in circuit.components if _could_heat(c, relays)]
    found = []
    for when, rest, others in _states(circuit, port):
        try:
            is_open = _powers(_model(circuit, celsius, rest), loads)
            closed = _powers(_closed(_model(circuit, celsius, rest), relays), loads)
        except solve.Unsolvable:
            continue  # which is told
        found += [_Fed(load, when, others, a, b) for load, a, b in zip(loads, is_open, closed)]
    return found


def _states(circuit, port):
    """`(low or afloat, {id(port): volts}, [(name, level)] of the others)` of each state, one by one."""
    others = [(c, p) for c, p in solve.outputs(circuit) + solve.switches(circuit) if p is not port]
    for levels in solve.settings(others):
        named = [solve.level(*one) for one in levels]
        for when in ("low", "afloat"):
            volts = solve.volts_of(levels)
            if when == "low":
                volts[id(port)] = 0.0
            yield when, volts, named


def _could_heat(component, relays):
    """True for a resistor that limits no LED's current, and for the coil of another relay."""
    if component.kind.name == "RELAY":
        ports = block_ports(component)
        return "a" in ports and "b" in ports and not any(component is one for one in relays)
    if component.kind.name != "R" or any(port.net is None for port in component.ports):
        return False
    return not any(
        c.kind.name == "LED" for p in component.ports if len(p.net.pins) == 2 for c, _ in p.net.pins
    )


def _model(circuit, celsius, volts):
    """A model in which an AC source has its voltage all the time."""
    model = solve.Model(circuit, celsius, volts)
    for component in circuit.components:
        if component.kind.name == "AC":
            for element in model.elements:
                if element.name == component.id + ".p.n":
                    element.value = component.value("V") or AC_VOLTS
    return model


def _closed(model, relays):
    """The model with contacts of relays held as while they are pulled in."""
    for element in model.elements:
        for relay in relays:
            if element.name == relay.id + ".com.no":
                element.kind, element.value, element.control = "R", models.SWITCH_ON, ()
            elif element.name == relay.id + ".com.nc":
                element.kind, element.value, element.control = "I", 0.0, ()
    return model


def _powers(model, loads):
    """`[(power [W], voltage [V], current [A])]` of loads, none of them negative."""
    volts, amperes = model.solve()
    found = []
    for load in loads:
        ends = "a.b" if load.kind.name == "RELAY" else "1.2"
        (element,) = [one for one in model.elements if one.name == "%s.%s" % (load.id, ends)]
        across = abs(volts[element.nodes[0]] - volts[element.nodes[1]])
        current = abs(amperes[element.index])
        found.append((across * current, across, current))
    return found


def _joined(circuit, port, relay, celsius):
    """True where com and no of a relay are joined though its contact is open, in some state."""
    ports = block_ports(relay)
    hidden = unseen.by_chips(circuit)
    if any(id(ports[name].net) in hidden for name in ("com", "no")):
        return False
    joined = False
    for _, rest, _ in _states(circuit, port):
        model = _model(circuit, celsius, rest)
        ends = (model.node(ports["com"]), model.node(ports["no"]))
        try:
            volts = model.solve()[0]
            if abs(volts[ends[0]] - volts[ends[1]]) > NO_VOLTS:
                return False  # a source is there, and the load was looked for
            joined = joined or any(_carries(circuit, celsius, rest, ports, way) for way in (1, -1))
        except solve.Unsolvable:
            continue  # which is told
    return joined


def _carries(circuit, celsius, rest, ports, way):
    """True where a small current flows past an open contact, from com to no (1) or the other way (-1)."""
    model = _model(circuit, celsius, rest)
    com, no = [model.node(ports[name]) for name in ("com", "no")]
    behind = len(model.nodes) + len(model.inner) + 1
    model.inner["probe", ""] = behind
    model.add("V", "probe", (behind, no), PROBE_VOLTS * way, (None, None))
    model.add("R", "probe.ohms", (behind, com), PROBE_OHMS, (None, None))
    volts = model.solve()[0]
    return abs(volts[com] - volts[no]) < JOINED
