"""Does anything lead past the contact that cuts the heat off? Core: runs in MicroPython too.

Each state of a circuit in which the alarm's pin is low, or afloat, is solved twice: as it is, and with the
contacts of the pin's relays held closed. What takes power for the contact's sake is a load; one that has some
of that power while the contact is open is fed past it: by a switch, a diode, a resistor, another relay, a
second supply. In place of what a connector or a chip beside the contact may lead to stands a resistor.

A bypass may be as strong as the contact's own path, or stronger, and then closing it changes nothing: what
takes more once the closed contact has a voltage of its own is a load too, and what would be one with one of
the circuit's sources alone.

Where no load has power, as without a supply, a small current from com to no tells whether they are joined.
Alternating current is one way and the other; a capacitor then has its impedance at the source's frequency.
"""

from . import heaters, models, modules, series, solve
from .blocks import ports as block_ports

ANY = 1e-4  # of a load's power: less is no change, but the solver's rounding [1]
ADDED = 0.1  # a closed contact's own voltage, of the greatest source's [1]
MORE = 0.05  # of its power, which that voltage adds to a load; what stands ahead changes by less [1]
NOTHING = 1e-6  # what is open takes by rounding, and by the leak of every node [W]
SOME = 0.05  # of a load's greatest power: less is what a light or a leak lets through [1]
CARRIES = 0.25  # of the greatest voltage across a load: with less it is in the wire, as a fuse is [1]
CURRENT = 1e-3  # of a load, at least [A]
HEATER = 47.0  # in place of what is not drawn: 3 W at 12 V [ohm]
# Across an open contact, or through a closed one: nothing that is drawn is switched by it [V], [A].
NO_VOLTS, NO_AMPERES = 0.3, 1e-6
PROBE_VOLTS, PROBE_OHMS = 30.0, 10_000.0  # give 3 mA
JOINED = 1.6  # across a contact that carries these: less than 533 ohm, or two diodes [V]
AC_VOLTS, AC_HERTZ = 12.0, 50.0  # of an AC source that does not say, which DC takes for none [V], [Hz]
TURN = 6.283185307  # [rad]; the core imports no mathematics
REAL = 0.2  # of what heats: less is a pull-up, or what shows that there is a voltage [W]
LAMP_MOST = 1.0  # of what may light while the contact is open [W]
MOST_TRIED, MOST_BESIDE = 7, 3  # of so many pins and switches all combinations are tried; beside a module
SOURCES = ("DC", "AC")


class _Fed:
    """A load in one state: what it takes with the contact open, and held closed.

    Args:
        state: "low" or "afloat", the alarm's pin, and `[(name, level)]` of the other pins and switches.
        powers: each `(power [W], voltage [V], current [A])`: with all contacts open, with one of them open,
            with all held closed.
        added: the same with all held closed and a voltage in the one, either way.
        only: the source that the circuit has alone; None where it is as drawn.
    """

    def __init__(self, load, state, powers, added, only):
        self.load = load
        self.when, self.others = state
        self.open, self.less, self.closed = powers
        self.added = added
        self.only = only

    def through(self):
        """True where it has its power through that one contact, or would have without a bypass."""
        if self.closed[0] > self.less[0] * (1 + ANY) + NOTHING:
            return True
        most = max(self.less[0], self.closed[0])
        return most > NOTHING and any(one[0] > most * (1 + MORE) for one in self.added)

    def instead(self):
        """True where a resistor that could heat has its power only while the contact is open."""
        instead = self.open[0] > 2 * self.closed[0] and self.open[0] > LAMP_MOST
        return instead and not self.load.ends and heaters.heats(self.load.component)


def past(circuit, port, relays, celsius, hidden=True):
    """Ways in which the heat would run though the contact is open: `(message, (line, column))`, one by one.

    Args:
        port: the alarm's pin.
        relays: those that it switches, with com and no wired, and at rest while the pin is low or afloat.
        celsius: temperature of the thermistors.
        hidden: False leaves out what connectors and chips lead to.
    """
    names = " and ".join([relay.id for relay in relays])
    told = []
    for relay in relays:
        fed = _all_fed(circuit, port, relays, relay, celsius, hidden)
        running = [one for one in _running(fed) if one.load.words() not in told]
        through = [one for one in running if one.through()]
        for one in through or running:  # what leads past may have power too, and only then
            told.append(one.load.words())
            yield _past_it(one, port, names), one.load.component.at
        anyway = [] if running or _warm(fed) else _anyway(circuit, port, relays, relay, celsius, hidden)
        for one in [one for one in anyway if one.load.words() not in told]:
            told.append(one.load.words())
            yield _past_it(one, port, names), one.load.component.at
        if not anyway and not _loads(fed) and _joined(circuit, port, relay, celsius):
            words = "something leads past com and no of %s behind %s: the open contact cuts nothing off"
            yield words % (relay.id, port.name), block_ports(relay)["no"].at


def _past_it(one, port, names):
    words = "%s runs while %s is %s, though the contact of %s is open then: something leads past it, "
    words %= (one.load.words(), port.name, one.when, names)
    return words + "and the heat would never be cut off" + _when(one)


def _heats(load):
    """True for what may be the heat where nothing shows what the contact feeds: no lamp, and no buzzer."""
    kind = load.component.kind.name
    return bool(load.ends) or kind == "RELAY" or heaters.heats(load.component)


def is_on(load, nets):
    """True for a load that touches one of some nets."""
    return any(series.among(end.net, nets) for end in load.ends or load.component.ports)


def _warm(fed):
    """The loads among what is fed that may be the heat: what only shows that there is a voltage is none."""
    found = []
    for load in _loads(fed):
        watts = [max(one.open[0], one.closed[0]) for one in fed if one.load is load and not one.only]
        if _heats(load) and (load.component.kind.name != "R" or max(watts) > REAL):
            found.append(load)
    return found


def _anyway(circuit, port, relays, relay, celsius, hidden):
    """`[_Fed]` of what runs on one side of a contact whose other side nothing drawn feeds: one state of each.

    Closed, such a contact gives no load its power; what has power there while it is open has it past it.
    Which of the two is com says nothing. What is on com, or on a supply's own wire, may be another load: it
    is the heat where a converter's output is on the contact's other side.
    """
    for near, far in (("com", "no"), ("no", "com")):
        if modules.feeds(circuit, relay, near) or _returns(relay, far):
            continue
        unsure = near == "no" or _is_supply(circuit, relay, far)
        if not unsure or modules.converts(circuit, relay, near):
            found = _running_at(circuit, port, relays, block_ports(relay)[far].net, celsius, hidden)
            if found:
                return found
    return []


def _returns(relay, side):
    """True where a side of a contact is on a wire, or a fuse, to ground: what is there is on all ground."""
    return any(map(heaters.returns, heaters.joined_by(block_ports(relay)[side].net, heaters.FIXED)))


def _is_supply(circuit, relay, side):
    """True where a side of a contact is on a wire, or a fuse, to a supply."""
    pins = solve.board_pins(circuit)
    nets = heaters.joined_by(block_ports(relay)[side].net, heaters.FIXED)
    return any(solve.is_firm(pins, net) or modules.gives(net) for net in nets)


def runs_at_no(circuit, port, relays, relay, celsius):
    """True where what may be the heat runs at no of an open contact; not on a supply's own wire."""
    if _returns(relay, "no") or _is_supply(circuit, relay, "no"):
        return False
    return bool(_running_at(circuit, port, relays, block_ports(relay)["no"].net, celsius, True))


def _running_at(circuit, port, relays, net, celsius, hidden):
    """`[_Fed]` of what runs at a net while contacts are open, one state of each; arguments as of `past`."""
    nets = heaters.led_to(circuit, [net], plugs=True) or [net]  # a supply's own net leads nowhere else
    plugs = [one for one in heaters.hidden(circuit, relays) if heaters.is_plug(one.component)]
    loads = heaters.drawn(circuit, relays) + (plugs if hidden else [])
    found = []
    for when, volts, others in _states(circuit, port):
        for way in ways(circuit):
            try:
                powers = _Case(circuit, celsius, volts, loads, way, None).powers([])
            except solve.Unsolvable:
                continue  # which is told
            running = [(load, one) for load, one in zip(loads, powers) if one[0] > REAL and is_on(load, nets)]
            most = max([0.0] + [abs(one[1]) for _, one in running])
            for load, one in running:
                known = any(load is other.load for other in found)
                if _heats(load) and abs(one[1]) >= CARRIES * most and not known:
                    found.append(_Fed(load, (when, others), (one, one, one), [], None))
    # A plug from a supply is what feeds the others.
    feeding = [one for one in found if one.load.ends and any(modules.gives(end.net) for end in one.load.ends)]
    return [one for one in found if one not in feeding] or found


def cut_off(circuit, port, relays, celsius):
    """What the contacts of relays cut off, in words; arguments as of `past`."""
    found = []
    for load in behind(circuit, port, relays, celsius):
        found += [] if load.words() in found else [load.words()]
    return found


def behind(circuit, port, relays, celsius):
    """`[Load]` of what the contacts of relays cut off; arguments as of `past`."""
    return [load for relay in relays for load in _loads(_all_fed(circuit, port, relays, relay, celsius))]


def in_series(circuit, port, relays, celsius):
    """Resistors that heat in a row with what is behind a connector or a chip; arguments as of `past`."""
    drawn = heaters.drawn(circuit, relays)
    found = []
    for one in heaters.hidden(circuit, relays):
        looks = [(drawn + [one], [None], MOST_BESIDE)]
        for relay in relays:
            fed = _all_fed(circuit, port, relays, relay, celsius, looks=looks)
            found += [load.component for load in _loads(fed) if load.component.kind.name == "R"]
    return found


def warmed(circuit, port, relay, celsius):
    """`[Load]` of what a relay's contact cuts off and may be the heat; arguments as of `past`."""
    return _warm(_all_fed(circuit, port, [relay], relay, celsius))


def _running(fed):
    """Loads that have some of their power while the contact is open, each as its first such `_Fed`."""
    found = []
    for one in fed:
        same = [other for other in fed if other.load is one.load]
        # What runs instead of the heat is held against the heat: a lamp has little.
        against = [other for other in fed if _behind(other)] if one.instead() else same
        greatest = max([max(other.open[0], other.closed[0]) for other in against])
        as_drawn = one.only is None
        has_power = as_drawn and one.open[0] >= SOME * greatest and one.open[2] >= CURRENT
        known = any(one.load is other.load for other in found)
        if has_power and not known and _is_load(one, same, fed):
            found.append(one)
    return found


def _loads(fed):
    """The loads among what is fed."""
    found = []
    fed = [one for one in fed if not one.only]
    for one in fed:
        same = [other for other in fed if other.load is one.load]
        if not any(one.load is load for load in found) and _is_load(one, same, fed):
            found.append(one.load)
    return found


def _when(one):
    if not one.others:
        return ""
    return ", here with " + ", ".join(["%s %s" % other for other in one.others])


def _behind(one):
    return one.through() or one.instead()


def _is_load(one, same, fed):
    """True for what the contact feeds, and not what stands in the way there, as a fuse or a shunt does."""
    if not any(_behind(other) and (not other.only or one.open[1] * other.closed[1] > 0) for other in same):
        return False  # what another source feeds the other way stands ahead of the contact
    most = max([_volts(other) for other in fed if _behind(other)] + [0.0])
    return _volts(one) >= CARRIES * most


def _volts(one):
    return max(abs(one.open[1]), abs(one.closed[1]))


def _all_fed(circuit, port, relays, relay, celsius, hidden=True, looks=None):
    """`[_Fed]` of every part that could be a load, in every state with the alarm's pin low or afloat.

    Args:
        relay: the one of `relays` whose contact is looked at.
        hidden: False leaves out what connectors and chips lead to.
        looks: those of `_looks`, or others.
    """
    rest_closed = [one for one in relays if one is not relay]
    found = []
    for loads, sources, most in looks or _looks(circuit, relays, hidden):
        for state in _states(circuit, port, most):
            for way in ways(circuit):
                for only in sources:
                    case = _Case(circuit, celsius, state[1], loads, way, only)
                    found += _fed(case, relays, relay, rest_closed, (state[0], state[2]))
    return found


def _looks(circuit, relays, hidden):
    """`[(loads, sources, of how many pins and switches all combinations)]` to look at the circuit with.

    What is drawn, with all sources and with each alone; the same with all plugs of two pins, which may stand
    in a row; what stands in place of each other pair of pins, and with it what is drawn, unless the board
    feeds one of the two.
    """
    drawn = heaters.drawn(circuit, relays)
    found = [(drawn, [None], MOST_TRIED), (drawn, _sources(circuit), MOST_BESIDE)]
    behind = heaters.hidden(circuit, relays) if hidden else []
    plugs = [one for one in behind if heaters.is_plug(one.component)]
    if plugs:
        found += [(drawn + plugs, [None], MOST_TRIED), (drawn + plugs, _sources(circuit), MOST_BESIDE)]
    for one in behind:
        if not (one in plugs and len(plugs) == 1):
            board = any(component.kind.board for port in one.ends for component, _ in port.net.pins)
            found.append(([one] if board else drawn + [one], [None], MOST_BESIDE))
    return found


def _sources(circuit):
    """The sources of voltage of a circuit, where it has several."""
    found = [c for c in circuit.components if c.kind.name in SOURCES and all(p.net for p in c.ports)]
    return found if len(found) > 1 else []


def _fed(case, relays, relay, rest_closed, state):
    """`[_Fed]` of the loads of one case; none where it has no answer, which is told."""
    try:
        is_open = less = case.powers([])
        if rest_closed:
            less = case.powers(rest_closed)
        closed = case.powers(relays)
        added = [] if case.only else [case.powers(relays, relay, sign) for sign in (1, -1)]
    except solve.Unsolvable:
        return []
    return [
        _Fed(load, state, (is_open[i], less[i], closed[i]), [one[i] for one in added], case.only)
        for i, load in enumerate(case.loads)
    ]


class _Case:
    """A circuit in one state, whose contacts are held closed or are not.

    Args:
        volts: of its pins and switches, as `solve.Model` takes them.
        only: the one source of voltage that is in it; None for all.
    """

    def __init__(self, circuit, celsius, volts, loads, way, only):
        self.circuit = circuit
        self.celsius = celsius
        self.volts = volts
        self.loads = loads
        self.way = way
        self.only = only

    def powers(self, closed, adding=None, sign=1):
        """What `_powers` gives with the contacts of some relays held closed, and a voltage in that of one."""
        made = held_closed(model(self.circuit, self.celsius, self.volts, self.loads, self.way), closed)
        out = [
            c.id + ".p.n" for c in self.circuit.components if c.kind.name in SOURCES and c is not self.only
        ]
        for element in made.elements if self.only else ():
            if element.name in out:
                element.kind, element.value = "I", 0.0
        if adding:
            volts = [c.value("V") or 0.0 for c in self.circuit.components if c.kind.name in SOURCES]
            contact = [one for one in made.elements if one.name == adding.id + ".com.no"][0]
            # A voltage before the contact's resistance is a current beside it.
            amperes = sign * ADDED * max(volts + [AC_VOLTS]) / models.SWITCH_ON
            made.add("I", adding.id + ".added", contact.nodes, amperes, (None, None))
        return _powers(made, self.loads)


def ways(circuit):
    """The ways in which AC is looked at, 1 and -1; one will do without."""
    return (1, -1) if any(c.kind.name == "AC" for c in circuit.components) else (1,)


def _states(circuit, port, most=MOST_TRIED):
    """`(low or afloat, {id(port): volts}, [(name, level)] of the others)` of each state, one by one."""
    others = [(c, p) for c, p in solve.outputs(circuit) + solve.switches(circuit) if p is not port]
    for levels in solve.settings(others, most):
        named = [solve.level(*one) for one in levels]
        for when in ("low", "afloat"):
            volts = solve.volts_of(levels)
            if when == "low":
                volts[id(port)] = 0.0
            yield when, volts, named


def model(circuit, celsius, volts, loads=(), way=1):
    """A model in which an AC source has its voltage all the time, one way or the other (1, -1)."""
    made = solve.Model(circuit, celsius, volts)
    hertz = None
    for component in circuit.components:
        if component.kind.name == "AC":
            hertz = component.value("Hz") or AC_HERTZ
            for element in made.elements:
                if element.name == component.id + ".p.n":
                    element.value = way * (component.value("V") or AC_VOLTS)
    for component in circuit.components if hertz else ():
        farads = component.value("F") if component.kind.name == "C" else None
        if farads and all(port.net for port in component.ports):
            ends = tuple([made.node(port) for port in component.ports])
            made.add("R", component.id + ".impedance", ends, 1 / (TURN * hertz * farads), (None, None))
    for load in loads:
        if load.ends:
            ends = tuple([made.node(port) for port in load.ends])
            made.add("R", load.element, ends, HEATER, (None, None))
    return made


def held_closed(made, relays):
    """The model with contacts of relays held as while they are pulled in."""
    for element in made.elements:
        for relay in relays:
            if element.name == relay.id + ".com.no":
                element.kind, element.value, element.control = "R", models.SWITCH_ON, ()
            elif element.name == relay.id + ".com.nc":
                element.kind, element.value, element.control = "I", 0.0, ()
    return made


def _powers(made, loads):
    """`[(power [W], voltage [V], current [A])]` of loads; the voltage alone has a sign."""
    volts, amperes = made.solve()
    by_name = {element.name: element for element in made.elements}
    found = []
    for load in loads:
        element = by_name[load.element]
        across = volts[element.nodes[0]] - volts[element.nodes[1]]
        current = abs(amperes[element.index])
        found.append((abs(across) * current, across, current))
    return found


def _joined(circuit, port, relay, celsius):
    """True where com and no of a relay are joined though its contact is open, in some state."""
    ports = block_ports(relay)
    ends = [ports[name].net for name in ("com", "no")]
    coil = [ports[name].net for name in ("a", "b")]
    if any(net is one for net in ends for one in coil):
        return False  # the contact holds its own coil, which a button may start
    for _, rest, _ in _states(circuit, port):
        is_open, closed = model(circuit, celsius, rest), held_closed(model(circuit, celsius, rest), [relay])
        contact = [one.index for one in closed.elements if one.name == relay.id + ".com.no"][0]
        com, no = [is_open.node(ports[name]) for name in ("com", "no")]
        try:
            volts = is_open.solve()[0]
            idle = abs(volts[com] - volts[no]) <= NO_VOLTS or abs(closed.solve()[1][contact]) <= NO_AMPERES
            if idle and any(_carries(circuit, celsius, rest, ports, way) for way in (1, -1)):
                return True
        except solve.Unsolvable:
            continue  # which is told
    return False


def _carries(circuit, celsius, rest, ports, way):
    """True where a small current flows past an open contact, from com to no (1) or the other way (-1)."""
    made = model(circuit, celsius, rest)
    com, no = [made.node(ports[name]) for name in ("com", "no")]
    behind = len(made.nodes) + len(made.inner) + 1
    made.inner["probe", ""] = behind
    made.add("V", "probe", (behind, no), PROBE_VOLTS * way, (None, None))
    made.add("R", "probe.ohms", (behind, com), PROBE_OHMS, (None, None))
    volts = made.solve()[0]
    return abs(volts[com] - volts[no]) < JOINED
