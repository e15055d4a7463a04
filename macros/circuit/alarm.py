"""Is the alarm's contact open while its pin is low and while it floats, and does the fan run then?

Core: runs in MicroPython too.

The script's ALARM_PIN lets the heat run while it is high. A relay follows it, whose com and no stand in the
heat source's wire; the fan is none of its business.
"""

from . import board, driven, floating, grounds, heat, heaters, models, modules, series, solve, unseen
from .blocks import CONTACTS
from .blocks import ports as block_ports

FANS = ("FAN", "FAN_PWM")
# Of the alarm's pin: how a state is called, and its level; None where nobody drives it.
LEVELS = (("high", True), ("low", False), ("afloat", None))

# Of a relay's rated voltage: what may still hold it once it is pulled in; Songle's SRD lets go at 10 % [1].
HOLDS = 0.1


def _clings(circuit, port, relays, relay, level, celsius):
    """True where a relay that a pin's high level has pulled in stays so once it is low, or afloat (None).

    A relay may keep itself by its own contact, and is kept by less than what pulls it in.

    Args:
        relays: behind the pin, whose contacts are closed before it falls.
    """
    others = [(c, p) for c, p in solve.outputs(circuit) + solve.switches(circuit) if p is not port]
    loads = heaters.hidden(circuit, relays)
    for levels in solve.settings(others):
        before, volts = solve.volts_of(levels), solve.volts_of(levels)
        before[id(port)] = board.GPIO_VOLTS
        if level is not None:
            volts[id(port)] = 0.0
        try:
            high = heat.model(circuit, celsius, before, loads)
            high.solve()
            holding = list(relays)  # those whose coils hold what they have pulled in, until none lets go
            while any(relay is one for one in holding):
                low = heat.held_closed(heat.model(circuit, celsius, volts, loads), holding)
                across = low.solve(high.settled)[0]
                kept = [one for one in holding if _coil_volts(low, across, one) > HOLDS * _rated(one)]
                if len(kept) == len(holding):
                    return True
                holding = kept
        except solve.Unsolvable:
            continue  # which is told
    return False


def _rated(relay):
    return models.rated(relay, models.RELAY)[0]


def _coil_volts(model, across, relay):
    """Voltage of a relay's coil [V], of a model's solved nodes."""
    ports = block_ports(relay)
    return abs(across[model.node(ports["a"])] - across[model.node(ports["b"])])


def _bridged(ports):
    """True where a wire, a coil or a fuse leads past a relay's contact, com to no."""
    com, no = ports["com"].net, ports["no"].net
    if com is no:
        return True
    for component, port in com.pins:
        ohms = component.value("ohm") if component.kind.name == "R" else None
        wire = component.kind.name in ("L", "FUSE") or ohms is not None and ohms <= grounds.WIRE_MOST
        if wire and any(other.net is no for other in component.ports if other is not port):
            return True
    return False


LIGHT_MOST = 0.02  # through a lamp that shows a relay at rest [A]
JOINED = ("FUSE", "L", "SWITCH", "BUTTON")
SERVES = 1.5  # of a lamp's power: no more is in the resistor before it [1]


def _rests_on(circuit, relay, ports, resting):
    """True where a load hangs on a relay's nc; lamps behind their resistors may, and fans, which help then.

    Args:
        resting: states in which the relay is at rest; where nc is straight on ground or on a supply, and the
            load is at com, they say whether it has a current.
    """
    firm = solve.board_pins(circuit)
    net = ports["nc"].net
    # Where the heat's own current comes back, and where it comes from, a lamp may end too.
    ends = heaters.beyond(circuit, ports["no"].net) if "no" in ports else []
    if not solve.is_firm(firm, net):
        return not _lamps_alone(net, relay, (firm, ends), resting)
    if "no" not in ports and _lamps_alone(ports["com"].net, relay, (firm, ends), resting):
        return False
    name = relay.id + "." + ports["nc"].name
    if any(abs(state.currents[name]) > LIGHT_MOST for state in resting):
        return True
    # What is behind a connector has a current where its other pins are not on that ground, or that supply.
    return any(
        abs(state.nets[other.net.name] - state.nets[net.name]) > driven.VOLTS
        for near in heaters.led_to(circuit, [ports["com"].net])
        for component, port in near.pins
        for other in (component.ports if component.kind.name in heaters.HIDDEN else ())
        for state in resting
        if other.net and other is not port
    )


def _lamps_alone(net, relay, firm, resting):
    """True where a net leads to nothing but lamps, fans and buzzers, with what belongs to them.

    Args:
        firm: `solve.board_pins`, and further nets at which a lamp may end.
        resting: states in which the relay is at rest.
    """

    def ends_at(other):
        return other is None or _is_end(other, firm)

    nets = [net]
    for one in nets:
        for component, port in one.pins:
            kind = component.kind.name
            if component is relay or kind == "FAN_PWM":
                continue
            ends = models.SWITCHING.get(kind)
            far = [p.net for p in component.ports if p is not port and (not ends or p.name in ends)]
            firm_far = [ends_at(other) for other in far]
            # A transistor stands beside the contact, as a fan's own does.
            if ends and port.name in ends or kind in heaters.LAMPS:
                far = [other for other, is_firm in zip(far, firm_far) if not is_firm]
            elif kind in heaters.ACROSS and all(firm_far):
                continue
            elif kind == "R" and _serves_a_lamp(component, net, firm, resting):
                far = [other for other, is_firm in zip(far, firm_far) if not is_firm]
            elif kind not in heaters.ONWARD or kind == "R" or any(firm_far):
                return False
            nets += [other for other in far if not series.among(other, nets)]
    return True


def _is_end(net, firm):
    """True for a ground, a supply, what a fuse or a switch joins with one, AC's ends, and further nets."""
    pins, further = firm
    if series.among(net, further) or any(c.kind.name == "AC" for c, _ in net.pins):
        return True
    found = [net]
    for one in found:
        if solve.is_firm(pins, one):
            return True
        for component, _ in one.pins:
            for other in component.ports if component.kind.name in JOINED else ():
                found += [other.net] if other.net and not series.among(other.net, found) else []
    return False


def _serves_a_lamp(resistor, contact, firm, resting):
    """True for a resistor in a row with a lamp, a fan or a buzzer that takes no more than these, or little.

    Args:
        contact: the net of the relay's nc, on which all stand side by side.
    """
    inner = [p.net for p in resistor.ports if p.net is not contact and not _is_end(p.net, firm)]
    beside = [c for one in inner for c, _ in one.pins if c.kind.name in heaters.LAMPS]
    name = "%s.%s" % (resistor.id, resistor.ports[0].name)
    return all(
        abs(state.currents[name]) <= LIGHT_MOST
        or state.power[resistor.id] <= SERVES * sum([state.power[lamp.id] for lamp in beside])
        for state in resting
    )


def differences(circuit, script, pins, states, celsius=25.0):
    """Differences between the circuit and the script's ALARM_PIN: `(message, (line, column))`, one by one.

    Args:
        pins: `[(port, board.Pin)]` of the wired pins.
        states: all of `solve.solve`; None where there are none, and nothing is said.
        celsius: temperature of the thermistors.
    """
    number = script.get("ALARM_PIN")
    if number is None or not states:
        return
    name = "GP%d" % number
    port = next((port for port, pin in pins if pin.gpio == name), None)
    if port is None:
        yield "the script lets the heat run through %s, and no wire touches that pin" % name, (1, 1)
        return
    if any(port is one for one in driven.fan_pins(circuit, script)):
        return  # one pin for two things, which is told
    told = []
    cutting = []
    for message, at in _judged(circuit, script, states, port, celsius, cutting):
        told.append(message)
        yield message, at
    for degrees in _hot_and_cold(circuit) if cutting else ():
        for message, at in _led_past(circuit, port, name, cutting, degrees):
            if not any(message == one for one in told):
                told.append(message)
                yield message + ", here at %g °C" % degrees, at


DIVIDING = ("R", "C", "THERMISTOR", "G")


def _hot_and_cold(circuit):
    """Temperatures at which a thermistor may have a say that does more than divide what a pin reads [°C]."""
    read = [port.net for _, port in solve.inputs(circuit)]
    for component in circuit.components:
        nets = (
            [port.net for port in component.ports if port.net] if component.kind.name == "THERMISTOR" else []
        )
        middle = [net for net in nets if any(net is one for one in read)]
        reached = heaters.led_to(circuit, middle)
        others = [
            c for net in reached for c, _ in net.pins if c.kind.name not in DIVIDING and not c.kind.board
        ]
        if nets and (not middle or others):
            return models.COLDEST, models.HOTTEST
    return ()


def _led_past(circuit, port, name, relays, celsius):
    """What leaves contacts closed at a temperature, or leads past them; arguments as of `_wrong`."""
    try:
        by = {when: driven.without(circuit, port, level, celsius) for when, level in LEVELS}
    except solve.Unsolvable:
        return
    found = [_stays(circuit, port, name, (one, relays), by, celsius) for one in relays]
    found = [one for one in found if one]
    yield from found or heat.past(circuit, port, relays, celsius, hidden=False)


def _judged(circuit, script, states, port, celsius, cutting):
    """Differences at the given temperature.

    Args:
        port: the alarm's pin.
        cutting: a list to which the relays are added whose contacts may cut off the heat.
    """
    name = "GP%d" % script["ALARM_PIN"]
    try:
        by = {when: driven.without(circuit, port, level, celsius) for when, level in LEVELS}
    except solve.Unsolvable:
        return  # which is told: with a pin afloat, of which no state has an answer, nothing else is
    relays = driven.pulled_relays(circuit, list(zip(by["low"], by["high"])))
    yield from _stopped(circuit, script, states, by, port, relays)
    yield from _unheld_gates(circuit, port) if relays else ()
    if not relays and not unseen.ends(circuit, port.net):
        words = "the script lets the heat run through %s, and no relay follows that pin: its contact, com and"
        yield words % name + " no, has to cut the heat off while the pin is low and while it floats", port.at
    resting = _resting(circuit, port, by["low"], celsius)
    found = [relay for relay in relays if not _helps(circuit, relay, resting)]
    if relays and not found:
        words = "no contact behind %s cuts off the heat: it has to run through com and no of a relay"
        yield words % name, port.at
    wrong = [_wrong(circuit, port, name, (relay, found), (by, resting), celsius) for relay in found]
    for one in wrong:
        if one:
            yield one
    if found and not any(wrong):
        cutting += found
        yield from heat.past(circuit, port, found, celsius)


def _resting(circuit, port, low, celsius):
    """States with the alarm's pin low, those of a circuit with AC each way.

    Args:
        low: these states as DC takes them, in which AC has no voltage.
    """
    if not any(c.kind.name == "AC" for c in circuit.components):
        return low
    others = [(c, p) for c, p in solve.outputs(circuit) + solve.switches(circuit) if p is not port]
    found = []
    for levels in solve.settings(others):
        volts = solve.volts_of(levels)
        volts[id(port)] = 0.0
        for way in heat.ways(circuit):
            try:
                found.append(solve.state_of(heat.model(circuit, celsius, volts, (), way), levels))
            except solve.Unsolvable:
                continue  # which is told
    return found


def _helps(circuit, relay, resting):
    """True for a relay without a wire at no whose nc runs a fan or a lamp while the heat is off."""
    ports = block_ports(relay)
    return "nc" in ports and "no" not in ports and not _rests_on(circuit, relay, ports, resting)


def _unheld_gates(circuit, port):
    """MOSFETs behind the alarm's pin whose gates nothing holds while the pin floats."""
    nets = heaters.led_to(circuit, [port.net])
    for component, _ in floating.gates(circuit):
        if series.among(component.port("g").net, nets):
            words = (
                "nothing holds the gate of %s while %s floats, as in a reset: it keeps what it had, and the "
            )
            yield (
                words % (component.id, port.name) + "heat may run on; a resistor, as R_100k, holds it",
                component.at,
            )


def _stopped(circuit, script, states, by, port, relays):
    """What has to run at any level of the alarm's pin, and does not: fans, and the board itself.

    Args:
        by: for each level of the alarm's pin its states, in one order of all other pins' states.
        port: the alarm's pin.
        relays: those that it switches.
    """
    on = [(pin.name, driven.full(script)) for pin in driven.fan_pins(circuit, script)]
    driving = [
        one.component
        for pin in driven.fan_pins(circuit, script)
        for one in driven.drawn(circuit, pin, states)
    ]
    for component in [c for c in circuit.components if c.kind.name in FANS]:
        own = any(component is one for one in driving)
        # A fan of its own may run only when all is not well.
        when = _stops(component, by, on, ("high", "low", "afloat") if own else ("low", "afloat"))
        if when:
            words = "%s stops while %s is %s: the fan has to run then too, and the alarm's contact cuts off"
            yield words % (component.id, port.name, " or ".join(when)) + " the heat alone", component.at
    contacts = [ports[name].net for ports in map(block_ports, relays) for name in CONTACTS if name in ports]
    contacts = heaters.led_to(circuit, contacts)
    for component, pin, what in solve.board_pins(circuit):
        if pin.net and what.role == board.CONTROL and series.among(pin.net, contacts):
            words = (
                "%s of %s is on a contact that %s switches: the board might never start, or stop with the "
            )
            yield words % (pin.name, component.id, port.name) + "heat", pin.at
        if pin.net and what.role == board.SUPPLY and component.kind.name in board.PICOS:
            when = [one for one in ("low", "afloat") if _falls(_volts_of(pin), driven.VOLTS, by, one, on)]
            if when:
                words = (
                    "%s of %s loses its supply while %s is %s, as after each reset: the board would never "
                )
                yield words % (pin.name, component.id, port.name, " or ".join(when)) + "start", pin.at


def _volts_of(pin):
    return lambda state: state.nets[pin.net.name]


def _stops(component, by, on, levels):
    """Those of some levels of the alarm's pin at which a fan stops, though its own pin is on."""
    gauges = [(gauge, least) for kind, gauge, least in driven.gauges(component) if kind != driven.LIGHT]
    return [when for when in levels if any(_falls(gauge, least, by, when, on) for gauge, least in gauges)]


def _falls(gauge, least, by, when, on):
    """True where a level of the alarm's pin takes more than `least` from a gauge, with the fan's pins on."""
    return any(
        all(state.pins[name] == level for name, level in on)
        and max([gauge(states[number]) for states in by.values()]) - gauge(state) > least
        for number, state in enumerate(by[when])
    )


def _wrong(circuit, port, name, one, solved, celsius):
    """What is wrong with one relay behind the alarm's pin: `(message, (line, column))`, or None.

    Args:
        name: of the pin, as the script has it.
        one: the relay, and all whose contacts cut off.
        solved: for each level of the pin its states, and those of `_resting`.
    """
    relay, relays = one
    by, resting = solved
    ports = block_ports(relay)
    if "com" not in ports or "no" not in ports:
        words = "the heat behind %s has to run through com and no of %s: nc is closed whenever the board"
        return words % (name, relay.id) + " has no power", relay.at
    if _bridged(ports):
        words = "com and no of %s behind %s are on one wire: its contact cuts nothing off, and the heat"
        return words % (relay.id, name) + " would always run", ports["no"].at
    if "nc" in ports and _rests_on(circuit, relay, ports, resting):
        words = "nc of %s behind %s leads to a load, which would run whenever the pin is low and whenever"
        words += " the board has no power: the heat belongs on no, and nc stays open, or takes a lamp, "
        words += "a buzzer or a fan"
        return words % (relay.id, name), ports["nc"].at
    stays = _stays(circuit, port, name, one, by, celsius)
    if stays:
        return stays
    coil, rated = driven.coil_gauge(ports), _rated(relay)
    if not any(coil(state) >= models.PULL_IN * rated for state in by["high"]):
        return "%s behind %s never pulls in: the heat would never run" % (relay.id, name), relay.at
    return None


def _stays(circuit, port, name, one, by, celsius):
    """What leaves a relay pulled in though the alarm's pin is low or afloat, or None; as of `_wrong`."""
    relay, relays = one
    ports = block_ports(relay)
    coil = driven.coil_gauge(ports)
    rated = _rated(relay)
    held = [
        words
        for when, words in (("low", "low"), ("afloat", "afloat, as after a reset"))
        if any(coil(state) > HOLDS * rated for state in by[when])
    ]
    closing = [one for one in relays if "com" in block_ports(one) and "no" in block_ports(one)]
    clung = [
        when
        for when, level in (("low", False), ("afloat", None))
        if not held and _clings(circuit, port, closing, relay, level, celsius)
    ]
    if held:
        words = "%s behind %s is pulled in while the pin is %s: the heat would run"
        return words % (relay.id, name, " and ".join(held)), relay.at
    if clung:
        words = "%s behind %s stays pulled in once it is, though the pin is %s: a contact feeds its coil"
        return words % (relay.id, name, " or ".join(clung)) + ", and the heat would run on", relay.at
    return None


def cut_off(circuit, script, states, celsius):
    """What the alarm's contact cuts off, in words, of a circuit without mistakes: `[message]`.

    Args:
        states: all of `solve.solve`.
        celsius: temperature of the thermistors.
    """
    found = []
    for port in pins(circuit, script):
        relays = driven.pulled_relays(circuit, driven.pairs_of(circuit, port, states))
        if relays:
            names = " and ".join([relay.id for relay in relays])
            relays = [relay for relay in relays if "no" in block_ports(relay)]
            loads = " and ".join(heat.cut_off(circuit, port, relays, celsius))
            words = "the contact of %s is open while %s is low or afloat: it cuts off %s"
            found.append(words % (names, port.name, loads or "what is not drawn here"))
    return found


def pins(circuit, script):
    """The wired pin that the script lets the heat run with, in a list; an empty one without the option."""
    wanted = "GP%s" % script.get("ALARM_PIN")
    return [port for c, port in solve.outputs(circuit) if board.pin_of(c, port).gpio == wanted]


def unheld(circuit, script, states, celsius):
    """What of the alarm's contact the circuit does not show: `[(message, (line, column))]`.

    Args:
        states: all of `solve.solve`.
        celsius: temperature of the thermistors.
    """
    found = []
    for port in pins(circuit, script):
        relays = driven.pulled_relays(circuit, driven.pairs_of(circuit, port, states))
        if not relays and unseen.ends(circuit, port.net):
            words = (
                "what %s does to the heat does not show in this drawing: nothing tells whether the contact "
            )
            words += "behind it is open while the pin is low and while it floats"
            found.append((words % port.name, port.at))
        relays = [relay for relay in relays if "com" in block_ports(relay) and "no" in block_ports(relay)]
        for message, at in _modules(circuit, port, relays, celsius):
            found.append((message, at))
    return found


def _modules(circuit, port, relays, celsius):
    """What connectors and chips beside contacts may do that does not show: `(message, (line, column))`.

    Args:
        port: the alarm's pin.
        relays: those that it switches, with com and no wired.
    """
    for module in modules.across(circuit, relays):
        words = "whether %s leads past the contact behind %s does not show: it has pins on both sides of it"
        yield words % (module.id, port.name), module.at
    loads = heat.behind(circuit, port, relays, celsius) if modules.rows(circuit, relays) else []
    warm = [load.component for load in loads if load.component.kind.name == "R"]
    warm += heat.in_series(circuit, port, relays, celsius) if loads else []
    for row in modules.rows(circuit, relays, warm) if loads else ():
        words = "whether %s lead past the contact behind %s does not show: they stand in a row from one side"
        yield words % (" and ".join([one.id for one in row]), port.name) + " of it to the other", row[0].at
    for relay in relays:
        beside = [] if modules.feeds(circuit, relay) else modules.beside(circuit, relay)
        if beside and not _cuts_heat(circuit, port, relay, celsius):
            words = "nothing drawn feeds com of %s, so what its contact cuts off cannot be judged: draw what "
            words = words % relay.id + "%s gives as a source, as DC_12V_2A"
            yield words % " or ".join([one.id for one in beside]), block_ports(relay)["com"].at


def _cuts_heat(circuit, port, relay, celsius):
    """True where a contact that nothing drawn feeds at com cuts off what may be heat, and no supply's jack.

    What is behind a connector at com may give as well as take: then nothing that heats may run at no.
    """
    loads = heat.warmed(circuit, port, relay, celsius)
    at_com = modules.ahead(circuit, relay, "com")
    sure = [load for load in loads if not load.ends or not heat.is_on(load, at_com)]
    return bool(sure) or bool(loads) and not heat.runs_at_no(circuit, port, [relay], relay, celsius)
