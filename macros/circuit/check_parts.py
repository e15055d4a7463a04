"""Is each of the parts beyond the simplest used as it must be? Rules of `check`, part by part.

Core: runs in MicroPython too.
"""

from . import (
    blocks,
    board,
    check_board,
    floating,
    grounds,
    models,
    overvoltage,
    powered,
    series,
    solve,
    tachometer,
    unseen,
)
from .catalogue import quantity
from .told import UNLIMITED, amperes, when

COLLECTOR_MOST = 0.1  # of a transistor that names no current: a BC547 [A]
TRANSISTOR_HEAT = 0.5  # of one in a TO-92 case at 25 °C [W]
EMITTER_BASE = 6.0  # reverse voltage at which base and emitter break down: BC547, 2N3904 [V]
HALF_ON = 1.0  # between collector and emitter: one that is driven fully has less [V]
ZENER_HEAT = 0.5  # of a zener that names no power: BZX79, 1N52xx [W]
FUSE_LONG = 0.75  # of its rating, which a fuse carries for good at 25 °C [1]
COIL_LEAST, COIL_MOST = models.PULL_IN, 1.3  # of its rated voltage: where a relay works [1]
FAN_LEAST, FAN_MOST = 0.9, 1.1  # of its rated voltage: a 4-wire fan's 12 V are 10.8 to 13.2 V [1]
# Of a 4-wire fan's input: Intel, 4-Wire PWM Controlled Fans, specification 1.3, 2.1.4.
PWM_MOST, PWM_LOW = 5.25, 0.8  # what it bears, and takes for low [V]
OPAMP_LEAST = 1.8  # between its supplies: MCP6002 [V]
OPAMP_MOST = 0.02  # from its output [A]
PULL_DOWN_MOST = 8200.0  # of the RP2350, stepping A2: erratum E9 [ohm]
BODY = 0.5  # a MOSFET's body diode conducts from about here on [V]
TRACE = 1e-6  # what is less is leakage [A]
SLACK = 1e-6  # rounding of the solver, relative
VALUES = {"ZENER": "error", "FUSE": "error", "RELAY": "warning", "FAN_PWM": "warning"}


def wired(circuit, *kinds):
    """Components of these kinds of which every port has a wire.

    Of a block any: its text names pins that one need not use, and its rules look at those that are.
    """
    return [
        c
        for c in circuit.components
        if c.kind.name in kinds and (c.kind.block or all(port.net for port in c.ports))
    ]


class Reader:
    """What one state says of one part's ports."""

    def __init__(self, component, state):
        self.id = component.id
        self.state = state
        if component.kind.block:
            self.ports = blocks.ports(component)
        else:
            self.ports = {port.name: port for port in component.ports}

    def volts(self, one, other):
        """The voltage between two ports [V]."""
        nets = self.state.nets
        return nets[self.ports[one].net.name] - nets[self.ports[other].net.name]

    def amperes(self, port):
        """The current that enters at a port [A]."""
        return self.state.currents.get(f"{self.id}.{self.ports[port].name}", 0.0)


def solved(circuit, states, findings):
    """Rules that need voltages and currents, in every state of pins and switches."""
    each(circuit, states, findings)
    check_board.supplied(circuit, states, findings)
    for kind, rule, words in PASSED + overvoltage.PASSED:
        if wired(circuit, *kind):
            findings.passed(rule, words)
    hidden = unseen.by_chips(circuit)
    for component in wired(circuit, "LED"):
        if not by_chip(hidden, *component.ports):
            _dark(component, states, findings)
    for component in wired(circuit, "D"):
        if not by_chip(hidden, *component.ports):
            _blocking(component, states, findings)
    for component in wired(circuit, "NPN", "PNP") if len(states) > 1 else ():
        if not by_chip(hidden, component.port("b"), component.port("e")):
            _never_switched(component, states, findings)
    for component in wired(circuit, "RELAY"):
        _coil(component, states, hidden, findings)
    for component in wired(circuit, "FAN_PWM"):
        _fan(component, states, hidden, findings)
    for component in wired(circuit, "ZENER"):
        _zener_way(component, states, findings)
    adrift = grounds.adrift(circuit) if wired(circuit, "CONN", "CHIP") else None
    for component in wired(circuit, "CONN", "CHIP"):
        _named_pins(component, states[0], adrift, findings)


def each(circuit, states, findings):
    """Rules that look at one state of the pins at a time."""
    for state in states:
        for component in wired(circuit, *EACH):
            EACH[component.kind.name](component, Reader(component, state), findings)
        for component in wired(circuit, *overvoltage.EACH):
            overvoltage.EACH[component.kind.name](component, state, findings)
        _read_pins(circuit, state, findings)
        check_board.each(circuit, state, findings)


def _mosfet(component, at, findings):
    sign = models.POLARITY[component.kind.name]
    if sign * at.volts("d", "s") < -BODY:
        findings.add(
            "reversed",
            "error",
            f"{component.id} has drain and source the wrong way round: its body diode conducts whatever the "
            "gate does",
            component.at,
        )


def _bipolar(component, at, findings):
    sign = models.POLARITY[component.kind.name]
    collector, base = sign * at.amperes("c"), sign * at.amperes("b")
    here = when(at.state) + component.id
    # What a base gets may leave at the collector, where another transistor pulls that below: in a Darlington.
    if collector < -TRACE - max(base, 0.0):
        message = f"{component.id} has collector and emitter the wrong way round: the current runs backwards"
        findings.add("reversed", "error", message, component.at)
        return
    if -sign * at.volts("b", "e") > EMITTER_BASE:
        findings.add(
            "base-reverse",
            "error",
            f"{here} has {quantity(abs(at.volts('b', 'e')), 'V')} backwards between base and emitter, which "
            f"break down at {quantity(EMITTER_BASE, 'V')}",
            component.at,
        )
    own = component.value("A")
    most = own or COLLECTOR_MOST
    if base > most * (1 + SLACK):
        findings.add(
            "base-current",
            "error",
            f"{here} has {amperes(base)} in its base; a resistor before the base, as R_1k, limits it",
            component.at,
        )
    if base > UNLIMITED:
        return  # what else such a current would do is no figure of this circuit
    if collector > most * (1 + SLACK):
        hint = (
            ""
            if own
            else f"; one that names no current is taken for that, as {component.kind.name}_1A is not"
        )
        findings.add(
            "collector-current",
            "error",
            f"{here} carries {amperes(collector)}; its collector bears {quantity(most, 'A')}{hint}",
            component.at,
        )
    heat = at.state.power[component.id]
    if heat > TRANSISTOR_HEAT * (1 + SLACK):
        findings.add(
            "transistor-heat",
            "error",
            f"{here} turns {quantity(heat, 'W')} into heat; one in a small case bears "
            f"{quantity(TRANSISTOR_HEAT, 'W')}",
            component.at,
        )
    elif collector > 1e-3 and sign * at.volts("c", "e") > HALF_ON and _drives(component.port("b").net, at):
        words = (
            f"it counts on a gain of {round(models.GAIN)}, so that a smaller resistor before the base helps"
        )
        if _follows(component):
            where = "ground" if sign > 0 else "plus"
            words = (
                f"its load hangs on its emitter, which stays {quantity(models.DIODE_DROP, 'V')} "
                f"{'below' if sign > 0 else 'above'} its base whatever the resistor there is; the load "
                f"belongs at the collector, and the emitter on {where}"
            )
        findings.add(
            "half-on",
            "warning",
            f"{here} is on by half: {quantity(abs(at.volts('c', 'e')), 'V')} between collector and emitter; "
            f"{words}",
            component.at,
        )


def unlimited(circuit, states):
    """True where nothing limits a base's current: what else such a state says is no figure of the circuit."""
    bases = [component.id + ".b" for component in wired(circuit, "NPN", "PNP")]
    return any(abs(state.currents[name]) > UNLIMITED for state in states for name in bases)


def bases(circuit, states, findings):
    """Reports the bases alone."""
    for state in states:
        for component in wired(circuit, "NPN", "PNP"):
            at = Reader(component, state)
            if abs(at.amperes("b")) > UNLIMITED:
                _bipolar(component, at, findings)


def _backwards(component, states):
    """`(volts, state)` where a diode that conducts in no state has the most backwards, or None."""
    readers = [Reader(component, state) for state in states]
    if max(at.amperes("a") for at in readers) > TRACE:
        return None
    worst = max(readers, key=lambda at: at.volts("c", "a"))
    volts = worst.volts("c", "a")
    return (volts, worst.state) if volts > BODY else None


def _dark(component, states, findings):
    """An LED that has its voltage backwards; of more than it bears `overvoltage` tells."""
    found = _backwards(component, states)
    if found and found[0] <= overvoltage.LED_BACKWARDS * (1 + SLACK):
        findings.add(
            "led-reverse",
            "warning",
            f"{component.id} never lights, and {when(found[1])}has {quantity(found[0], 'V')} backwards: it "
            "stands the wrong way round; its anode belongs on plus",
            component.at,
        )


# What a diode may stand before, and the ports that then count.
LOADS = {"FAN": ("1", "2"), "LED": ("a", "c"), "SPEAKER": ("1", "2")}
LOAD_BLOCKS = {"FAN_PWM": ("supply", "gnd"), "RELAY": ("a", "b")}


def _load(diode):
    """What all of a diode's current goes through besides: a fan, a coil, a light; None where it has others.

    A diode across a coil, or from a pin to a supply, rightly conducts in no state, and has none.
    """
    for port in diode.ports:
        last = series.reached(port.net, diode)[-1]
        for component, its in last.pins if len(last.pins) == 2 else ():
            names = LOADS.get(component.kind.name, ())
            if component.kind.name in LOAD_BLOCKS:
                ports = blocks.ports(component)
                names = [ports[name].name for name in LOAD_BLOCKS[component.kind.name] if name in ports]
            if component is not diode and its.name in names:
                return component
    return None


def _blocking(component, states, findings):
    load, found = _load(component), _backwards(component, states)
    if load and found:
        findings.add(
            "diode-way",
            "warning",
            f"{component.id} conducts in no state, and {when(found[1])}keeps {quantity(found[0], 'V')} from "
            f"{load.id}: it stands the wrong way round",
            component.at,
        )


def _controlled(component, state):
    """True where a pin, a switch or another transistor sets a base, through resistors."""
    names = [name for name, _ in state.levels]
    nets = [component.port("b").net]
    for net in nets:
        for other, port in net.pins:
            if other.kind.board and port.name in names or other.id in names:
                return True
            if other is not component and (other.kind.name, port.name) in ENDS:
                return True
            if other.kind.name == "R":
                nets += [
                    p.net for p in other.ports if p is not port and not _firm(p.net) and p.net not in nets
                ]
    return False


# Where a transistor drives another.
ENDS = (("NPN", "c"), ("PNP", "c"), ("T", "d"), ("PMOS", "d"))


def _firm(net):
    return (
        net.ground
        or feeds(net)
        or any(c.kind.board and board.pin_of(c, p).role in (board.GROUND, board.SUPPLY) for c, p in net.pins)
    )


def _moves_gate(component):
    """True where a transistor's emitter charges or empties a gate: on for that moment, and in no state."""
    net = component.port("e").net
    if _firm(net):
        return False
    near = [net] + [far for far, _ in tachometer.through(net) if not _firm(far)]
    return any(c.kind.name in ("T", "PMOS") and port.name == "g" for one in near for c, port in one.pins)


def _never_switched(component, states, findings):
    """A transistor that something drives must be on in some state, and off in another."""
    if not _controlled(component, states[0]):
        return
    sign = models.POLARITY[component.kind.name]
    base = [sign * Reader(component, state).amperes("b") for state in states]
    if max(base) <= TRACE and _moves_gate(component):
        return
    if max(base) <= TRACE or min(base) > TRACE:
        word, current = ("on", max(base)) if max(base) <= TRACE else ("off", min(base))
        gets = f"gets {quantity(current, 'A')}" if word == "off" else "gets no current"
        findings.add(
            "base-drive",
            "error",
            f"no state of the pins turns {component.id} {word}: its base {gets}",
            component.at,
        )
    else:
        findings.passed(
            "base-drive", "a transistor that a pin drives is on in some state, and off in another"
        )


def _follows(component):
    """True where a transistor's load hangs on its emitter: its collector is straight on supply or ground."""
    net = component.port("c").net
    if component.kind.name == "NPN":
        return feeds(net)
    grounds = [board.pin_of(c, p).role == board.GROUND for c, p in net.pins if c.kind.board]
    return net.ground or any(grounds) or any(c.kind.name == "DC" and p.name == "n" for c, p in net.pins)


def _drives(net, at):
    """True where a pin that is driven, or a switch, sets a base's current, if through a resistor."""
    nets = [net]
    for component, port in net.pins:
        if component.kind.name == "R":
            nets += [other.net for other in component.ports if other is not port]
    names = [name for name, _ in at.state.levels]
    return any(port.name in names or c.id in names for one in nets for c, port in one.pins)


def _zener(component, at, findings):
    own = component.value("W")
    most = own or ZENER_HEAT
    heat = at.state.power[component.id]
    if heat > most * (1 + SLACK):
        current = abs(at.amperes("c"))
        findings.add(
            "zener-power",
            "error",
            f"{when(at.state)}{component.id} carries {amperes(current)} and turns "
            f"{quantity(heat, 'W')} into heat; it bears {quantity(most, 'W')}; a resistor in "
            "series limits it",
            component.at,
        )


def _zener_way(component, states, findings):
    """A zener that only ever conducts forwards stands the wrong way round."""
    currents = [Reader(component, state).amperes("a") for state in states]
    if max(currents) > TRACE and min(currents) > -TRACE:
        holds = quantity(component.value("V") or 0.0, "V")
        message = f"{component.id} stands the wrong way round: it holds 0.7 V and not {holds}; "
        message += "its cathode belongs on plus"
        findings.add("zener-way", "error", message, component.at)


def _fuse(component, at, findings):
    rating = component.value("A")
    current = abs(at.amperes("1"))
    if current > rating * (1 + SLACK):
        level, words = "error", "it blows"
    elif current > FUSE_LONG * rating * (1 + SLACK):
        share = round(100 * FUSE_LONG)
        level, words = "warning", f"for good it carries {share} % of its rating, and then it blows by and by"
    else:
        return
    findings.add(
        "fuse-current",
        level,
        f"{when(at.state)}{component.id} carries {amperes(current)} and is made for "
        f"{quantity(rating, 'A')}: {words}",
        component.at,
    )


def _switch(component, at, findings):
    rating = component.value("A")
    current = abs(at.amperes("1"))
    if rating and current > rating * (1 + SLACK):
        findings.add(
            "contact-current",
            "error",
            f"{when(at.state)}{component.id} carries {amperes(current)}; its contact bears "
            f"{quantity(rating, 'A')}",
            component.at,
        )


def _opamp(component, at, findings):
    supply = at.volts("v", "g")
    if supply < OPAMP_LEAST:
        words = "the wrong way round" if supply < -TRACE else "too little"
        findings.add(
            "opamp-supply",
            "error",
            f"{component.id} has {quantity(supply, 'V')} between v and g, {words}; it takes at least "
            f"{quantity(OPAMP_LEAST, 'V')}",
            component.at,
        )
    current = abs(at.amperes("o"))
    if current > OPAMP_MOST * (1 + SLACK):
        findings.add(
            "opamp-current",
            "error",
            f"{when(at.state)}{component.id} gives {amperes(current)}; a common one gives at most "
            f"{quantity(OPAMP_MOST, 'A')}",
            component.at,
        )


def _fan_input(component, at, findings):
    """A 4-wire fan's input bears little more than what its own pull-up gives it."""
    if "pwm" not in at.ports or "gnd" not in at.ports:
        return
    volts = at.volts("pwm", "gnd")
    if volts > PWM_MOST * (1 + SLACK):
        findings.add(
            "fan-pwm",
            "error",
            f"{when(at.state)}{at.ports['pwm'].name} of {component.id} gets {quantity(volts, 'V')}; it bears "
            f"{quantity(PWM_MOST, 'V')}, and its pull-up is within the fan: none is needed outside",
            at.ports["pwm"].at,
        )


EACH = {
    "FAN_PWM": _fan_input,
    "T": _mosfet,
    "PMOS": _mosfet,
    "NPN": _bipolar,
    "PNP": _bipolar,
    "ZENER": _zener,
    "FUSE": _fuse,
    "SWITCH": _switch,
    "BUTTON": _switch,
    "OPAMP": _opamp,
}
# What is said where nothing is wrong: kinds, rule, words.
PASSED = (
    (("NPN", "PNP"), "collector-current", "no transistor carries more than its collector bears"),
    (("NPN", "PNP"), "base-current", "every base has its resistor"),
    (("ZENER",), "zener-power", "no zener gets too hot"),
    (("FUSE",), "fuse-current", "no fuse blows"),
    (("OPAMP",), "opamp-supply", "every amplifier has its supply"),
)


def by_chip(hidden, *ports):
    """True where a signal of a chip sets what a port gets: a drawing does not say what.

    Args:
        hidden: `unseen.by_chips` of the circuit.
    """
    return any(id(port.net) in hidden for port in ports)


def _coil(component, states, hidden, findings):
    ports = blocks.ports(component)
    if "a" not in ports or "b" not in ports or by_chip(hidden, ports["a"], ports["b"]):
        return
    rating = models.rated(component, models.RELAY)[0]
    most = max(abs(Reader(component, state).volts("a", "b")) for state in states)
    if most < COIL_LEAST * rating:
        words = f"never pulls in: its coil gets at most {quantity(most, 'V')}"
    elif most > COIL_MOST * rating:
        words = f"gets up to {quantity(most, 'V')} at its coil"
    else:
        findings.passed("relay-coil", "the relay's coil gets the voltage it is made for")
        return
    message = f"{component.id} {words} and is made for {quantity(rating, 'V')}"
    findings.add("relay-coil", "error", message, component.at)


def _fan(component, states, hidden, findings):
    ports = blocks.ports(component)
    if "supply" not in ports or "gnd" not in ports or by_chip(hidden, ports["supply"], ports["gnd"]):
        return
    if "pwm" in ports and not by_chip(hidden, ports["pwm"]):
        _fan_low(component, ports["pwm"], states, findings)
    rating = models.rated(component, models.FAN_PWM)[0]
    volts = [Reader(component, state).volts("supply", "gnd") for state in states]
    if min(volts) < -TRACE:
        message = f"{component.id} has plus and minus the wrong way round"
    elif max(volts) > FAN_MOST * rating:
        message = (
            f"{component.id} gets up to {quantity(max(volts), 'V')} and is made for {quantity(rating, 'V')}"
        )
    elif max(volts) < FAN_LEAST * rating:
        message = (
            f"{component.id} never runs as it should: it gets at most {quantity(max(volts), 'V')} and is "
            f"made for {quantity(rating, 'V')}"
        )
    else:
        findings.passed("fan-voltage", "the fan gets the voltage it is made for")
        return
    findings.add("fan-voltage", "error", message, component.at)


def _fan_low(component, port, states, findings):
    """An input that changes, and never so far that the fan takes it for low."""
    volts = [Reader(component, state).volts("pwm", "gnd") for state in states]
    if min(volts) > PWM_LOW * (1 + SLACK) and max(volts) - min(volts) > PWM_LOW:
        findings.add(
            "fan-pwm",
            "error",
            f"{port.name} of {component.id} gets down to {quantity(min(volts), 'V')} and no further; a fan "
            f"takes up to {quantity(PWM_LOW, 'V')} for low, and would never run slower",
            port.at,
        )


def _read_pins(circuit, state, findings):
    """Pins that a switch or a tachometer sets must not get more than they take. (ADC pins: `check`.)"""
    for component, port in solve.inputs(circuit):
        pin = board.pin_of(component, port)
        volts = state.nets[port.net.name]
        if solve.is_output(circuit, pin) and not floating.LEAST <= volts <= floating.MOST:
            findings.add(
                "input-range",
                "error",
                f"{when(state)}{port.name} gets {quantity(volts, 'V')}; a pin that is read takes 0 to "
                f"{quantity(board.GPIO_VOLTS, 'V')}",
                port.at,
            )


def _named_pins(component, state, adrift, findings):
    """A pin named after a voltage must be on it, and gnd on ground; a block that is apart has its own ground.

    Args:
        adrift: `grounds.adrift` of the circuit.
    """
    own = blocks.ports(component).get("gnd")
    apart = own is not None and adrift(own.net)
    for port in component.ports:
        if not port.net or adrift(port.net) and not apart:
            continue
        what, wanted = blocks.role(component.kind.name, port.name), board.volts(port.name)
        volts = state.nets[port.net.name]
        if apart and adrift(port.net):
            volts -= state.nets[own.net.name]
        if what == "gnd":
            wanted = 0.0
        if wanted is None or abs(volts - wanted) <= 0.1 * max(wanted, 1.0):
            continue
        findings.add(
            "named-voltage",
            "error",
            f"pin {port.name} of {component.id} is on {quantity(volts, 'V')}, and its name says "
            f"{quantity(wanted, 'V')}",
            port.at,
        )
    findings.passed("named-voltage", "pins of connectors and chips are on what their names say")


def wires(circuit, root, held, findings):
    """Rules that the wires alone decide.

    Args:
        root: net's id -> what it is joined with, as `check` finds it.
        held: roots of what is held by ground, a supply or an output.
    """
    for component in circuit.components:
        rule = WIRES.get(component.kind.name)
        if rule:
            rule(circuit, component, findings)
    for component in wired(circuit, "NPN", "PNP"):
        if root(id(component.port("b").net)) not in held:
            message = f"the base of {component.id} floats: nothing drives it"
            findings.add("floating-input", "error", message, component.at)
    for component in wired(circuit, "OPAMP"):
        for name in "pn":
            if root(id(component.port(name).net)) not in held:
                message = f"the input {name} of {component.id} floats: no direct current reaches it"
                findings.add("floating-input", "error", message, component.port(name).at)
    if wired(circuit, "NPN", "PNP", "OPAMP"):
        findings.passed("floating-input", "every base and every input of an amplifier is held")
    _pulls(circuit, findings)


def _relay_wires(circuit, component, findings):
    ports = blocks.ports(component)
    if "a" not in ports or "b" not in ports:
        findings.add("unwired", "error", f"{component.id} has a coil of two ends: wire a and b", component.at)
    if "com" not in ports or ("no" not in ports and "nc" not in ports):
        message = f"{component.id} switches nothing: wire com, and no or nc"
        findings.add("unwired", "warning", message, component.at)


def _fan_wires(circuit, component, findings):
    ports = blocks.ports(component)
    for what, words in (("gnd", "gnd"), ("supply", "its supply, as 12v")):
        if what not in ports:
            findings.add("unwired", "error", f"{component.id} needs {words}", component.at)
    for port in component.ports:
        what = blocks.role("FAN_PWM", port.name)
        if port.pin is not None and blocks.FAN_PWM[what] != port.pin:
            findings.add(
                "pin-mismatch",
                "error",
                f"pin and name disagree: '{port.name}' of a 4-wire fan is pin {blocks.FAN_PWM[what]}, "
                f"not {port.pin}",
                port.at,
            )
    if "pwm" in ports and any(
        tachometer.reaches(port.net, ports["pwm"].net) for _, port in solve.outputs(circuit)
    ):
        findings.add(
            "fan-pwm",
            "error",
            f"{ports['pwm'].name} of {component.id} is on a pin that drives it high too, and inside the fan "
            "it hangs on up to 5.25 V, which a resistor does not keep off; an NPN transistor that only "
            "pulls it down keeps the pin safe",
            ports["pwm"].at,
        )
    elif "pwm" in ports:
        findings.passed("fan-pwm", "the fan's pwm input is pulled down and never driven high")
    if "tach" in ports:
        tachometer.check(component, ports, findings)


def _chip_wires(circuit, component, findings):
    ports = blocks.ports(component)
    unnamed = []
    for what, name, example in (("supply", "supply", "vcc or 3v3"), ("gnd", "ground", "gnd")):
        named = [port.name for port in component.ports if blocks.role("CHIP", port.name) == what]
        if what not in ports and named:
            message = f"the {name} of {component.id}, {named[0]}, is on no wire"
            findings.add("chip-supply", "error", message, component.at)
        elif not named:
            unnamed.append(f"{name}, as {example}")
    if unnamed:
        message = (
            f"{component.id} names no pin of a {' and none of a '.join(unnamed)}: nothing is checked there"
        )
        findings.add("chip-supply", "warning", message, component.at)
    for port in component.ports:
        if port.net is None and blocks.role("CHIP", port.name) == "signal":
            message = (
                f"pin {port.name} of {component.id} is open: an input that floats reads anything; tie it to "
                "ground or supply, or leave an output out of the text"
            )
            findings.add("chip-pin", "warning", message, port.at)
    findings.passed("chip-supply", "every chip has supply and ground")


def _opamp_wires(circuit, component, findings):
    """An amplifier whose output does not reach its inverting input compares, and amplifies nothing."""
    if any(port.net is None for port in component.ports):
        return
    near = [component.port("o").net]
    for net in near:
        for other, _ in net.pins:
            if other.kind.name in (
                "R",
                "C",
                "D",
                "LED",
                "P",
                "THERMISTOR",
                "FUSE",
                "L",
                "NPN",
                "PNP",
                "T",
                "PMOS",
            ):
                for port in other.ports:
                    if port.net and not port.net.ground and port.net not in near and not feeds(port.net):
                        near.append(port.net)
    if component.port("n").net not in near:
        findings.add(
            "opamp-feedback",
            "warning",
            f"{component.id} has no way from o back to n: it compares its inputs, and its output is at "
            "one rail or the other",
            component.at,
        )
    else:
        findings.passed("opamp-feedback", "every amplifier has its feedback")


def feeds(net):
    """True for a net of a supply."""
    return any(c.kind.name == "DC" or c.kind.board and board.volts(p.name) is not None for c, p in net.pins)


def _fuse_wires(circuit, component, findings):
    """A fuse that is rated above what its source can give never blows."""
    rating = component.value("A")
    for port in component.ports:
        for other, pin in port.net.pins if port.net and rating else ():
            most = None
            if other.kind.name == "DC":
                most = other.value("A") or 1.0
            elif other.kind.name in board.PICOS and not powered.sourced(port.net):
                most = board.PICO_W_SUPPLIES.get(board.pin_of(other, pin).name, (0, None))[1]
            if most is not None and rating >= most:
                findings.add(
                    "fuse-rating",
                    "warning",
                    f"{component.id} is made for {quantity(rating, 'A')}, and {other.id} gives at most "
                    f"{quantity(most, 'A')}: it protects nothing",
                    component.at,
                )


WIRES = {
    "RELAY": _relay_wires,
    "FAN_PWM": _fan_wires,
    "CHIP": _chip_wires,
    "OPAMP": _opamp_wires,
    "FUSE": _fuse_wires,
}


def _pulls(circuit, findings):
    """A pin that a switch sets needs a level while the switch is open."""
    read = [
        (component, port)
        for component, port in solve.inputs(circuit)
        if any(c.kind.name in models.SWITCHES for c, _ in port.net.pins)
    ]
    for component, port in read:
        resistors = [(c, p) for c, p in port.net.pins if c.kind.name == "R"]
        if not resistors:
            findings.add(
                "floating-pin",
                "warning",
                f"{port.name} floats while its switch is open: a resistor of 10 kΩ to the other level, or "
                "the pin's own pull in the script",
                port.at,
            )
        for resistor, its_port in resistors:
            far = [p.net for p in resistor.ports if p is not its_port][0]
            ohms = resistor.value("ohm")
            down = far.ground or any(
                c.kind.board and board.pin_of(c, p).role == board.GROUND for c, p in far.pins
            )
            if component.kind.name == "RPI_PICO_2_W" and down and ohms and ohms > PULL_DOWN_MOST:
                findings.add(
                    "pull-down",
                    "warning",
                    f"{resistor.id} is {quantity(ohms, 'ohm')}: a pin of the Pico 2 W's chip may keep itself "
                    f"at 2.2 V against more than {quantity(PULL_DOWN_MOST, 'ohm')} (erratum RP2350-E9); take "
                    "less, or pull up and let the switch pull down",
                    resistor.at,
                )
    if read:
        findings.passed("floating-pin", "every pin that a switch sets has a level while it is open")
