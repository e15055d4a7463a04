"""Is the circuit sound? Rules on the text, on every state of its output pins, and against the firmware.

Core: runs in MicroPython too.
"""

from . import (
    against_script,
    alarm,
    analog,
    board,
    check_board,
    check_parts,
    driven,
    floating,
    grounds,
    models,
    series,
    solve,
    tachometer,
    unseen,
)
from .blocks import CONTACTS, coil
from .blocks import ports as ports_of
from .catalogue import quantity
from .check_parts import SLACK, wired
from .told import UNLIMITED, amperes, when

CLAMP_MOST = 30.0  # at what cuts a coil off: a common MOSFET bears it [V]
RATING = 0.25  # of a resistor that says nothing [W]
POT_HEAT = 0.2  # of a potentiometer: a carbon track of 16 mm, linear [W]
LED_MOST = 0.02  # through an LED [A]
DIODE_MOST = 1.0  # through a diode: a 1N4001 to 1N4007, the common rectifiers, is rated so [A]
SOURCE_MOST = 1.0  # from a DC source that names no current: a small plug-in supply [A]
FAN_LEAST, FAN_MOST = 0.8, 1.1  # of its rated voltage: where a fan runs, and what it bears [1]


class Finding:
    """What one rule says.

    Args:
        rule: the rule's name.
        level: `passed`, `warning` or `error`.
        message: for people.
        at: (line, column), or None for the whole circuit.
    """

    def __init__(self, rule, level, message, at=None):
        self.rule = rule
        self.level = level
        self.message = message
        self.at = at

    def record(self):
        """The finding as a dictionary, for JSON."""
        return {
            "rule": self.rule,
            "level": self.level,
            "message": self.message,
            "at": list(self.at) if self.at else None,
        }


class _Findings:
    def __init__(self):
        self.all = []

    def add(self, rule, level, message, at=None):
        # Two states of the pins often say the same: keep the first.
        if not any((f.rule, f.at, f.level) == (rule, at, level) and level != "passed" for f in self.all):
            self.all.append(Finding(rule, level, message, at))

    def passed(self, rule, message):
        if not any(f.rule == rule and (f.level != "passed" or f.message == message) for f in self.all):
            self.all.append(Finding(rule, "passed", message))


def check(circuit, script=against_script.SCRIPT, celsius=25.0, points=None, drive=None, options=None):
    """All findings on a circuit, what passed included.

    Args:
        circuit: parsed, without problems.
        script: path of the script to compare with, or None for no comparison.
        celsius: temperature of the thermistors.
        points: its `solve.OperatingPoints`, where they are used for more than the checks.
        drive: what the script's DRIVE is taken for, one of `driven.FAN_ON`; as it is written where None.
        options: the script's options that are taken for switched on, as `against_script.read` has them.
    """
    if circuit.problems:
        raise ValueError("the text has mistakes: " + circuit.problems[0].message)
    findings = _Findings()
    compared = script is not None and against_script.applies(circuit)
    driving = against_script.measuring(script, drive, options) if compared else []
    if points is None or driving != circuit.driving:
        circuit.driving = driving
        points = solve.OperatingPoints(circuit)
    known = _pins(circuit, findings)
    states = None
    if known:
        _values(circuit, findings)
        _grounds(circuit, findings)
        _gates(circuit, findings)
        grounds.check(circuit, findings)
        parted = any(f.rule == "common-ground" and f.level == "error" for f in findings.all)
        try:
            states = points.at(celsius)[0]
        except solve.Unsolvable as error:
            # A part without a value has been reported already.
            if error.short or not any(f.rule == "values" and f.level == "error" for f in findings.all):
                findings.add("short" if error.short else "solve", "error", str(error), error.at)
        if parted:
            states = None  # between circuits with nothing in common any voltage is one
        if states and check_parts.unlimited(circuit, states):
            check_parts.bases(circuit, states, findings)
            states = None  # what else such a current would do follows from it
        if states:
            _states(circuit, states, findings)
            check_parts.solved(circuit, states, findings)
            tachometer.low(circuit, celsius, findings)
            _adc(circuit, celsius, points, findings)
            analog.ground(circuit, findings)
            _flyback(circuit, states, findings)
            _switches(circuit, states, findings)
            _charging(circuit, findings)
            _afloat(circuit, celsius, findings)
    if known and compared:
        _script(circuit, (script, drive, options), states, celsius, findings)
    return findings.all


def errors(findings):
    """Those findings that stop a build."""
    return [finding for finding in findings if finding.level == "error"]


def _pins(circuit, findings):
    count = 0
    for component in circuit.components:
        for port in component.ports if component.kind.board else ():
            try:
                board.pin_of(component, port)
            except board.PinError as error:
                findings.add(error.code, "error", error.told(), port.at)
                count += 1
    boards = [component for component in circuit.components if component.kind.name in board.PICOS]
    if boards and not count:
        findings.passed("pins", "pin names and numbers agree with the board's table")
    return count == 0


def _values(circuit, findings):
    for component in circuit.components:
        name = component.kind.name
        if component.values or component.kind.board:
            continue
        if check_parts.VALUES.get(name) == "warning":
            message = f"{component.id} has no value; a usual part is assumed"
            findings.add("values", "warning", message, component.at)
        elif name in ("R", "C", "L", "I") or name in check_parts.VALUES:
            findings.add("values", "error", f"{component.id} has no value", component.at)
        elif name == "DC":
            findings.add("values", "warning", f"{component.id} has no value: a variable supply", component.at)
        elif name in ("FAN", "THERMISTOR", "LED", "P"):
            findings.add(
                "values", "warning", f"{component.id} has no value; a usual part is assumed", component.at
            )
    findings.passed("values", "every part that needs a value has one")


def _grounds(circuit, findings):
    """A Pico whose ground is on no wire has no voltage against the rest, and no way back for its current."""
    picos = [component for component in circuit.components if component.kind.name in board.PICOS]
    for component in picos:
        pins = [(port, board.pin_of(component, port).role) for port in component.ports if port.net]
        if not pins or any(role == board.GROUND for _, role in pins):
            continue
        named = [port for port in component.ports if board.pin_of(component, port).role == board.GROUND]
        words = f"its {named[0].name} is on no wire" if named else "it names none, as gnd@38"
        findings.add(
            "board-ground",
            "error",
            f"{component.id} has no ground: {words}",
            named[0].at if named else component.at,
        )
    if picos:
        findings.passed("board-ground", "the Pico's ground is joined with the circuit's")


def _afloat(circuit, celsius, findings):
    """The same rules with the pins afloat, where they say what high and low do not."""
    try:
        afloat = floating.Floating(circuit, celsius)
    except solve.Unsolvable as error:
        findings.add("solve", "error", f"before the script sets up its pins: {error}", error.at)
        return
    floating.check(afloat, findings)
    check_board.starts(circuit, celsius, findings)
    for state in afloat.states:
        _simplest(circuit, state, findings)
    check_parts.each(circuit, afloat.states, findings)


def _outputs(circuit):
    """`[(RPI_PICO_W1.gpio2, its port)]` of the pins that are driven."""
    return [(f"{component.id}.{port.name}", port) for component, port in solve.outputs(circuit)]


def _shorted(current, limit):
    return ": a short" if current > 10 * limit else ""


def _states(circuit, states, findings):
    """Currents, heat and voltages in every state of the pins."""
    outputs = _outputs(circuit)
    supplies = [
        (component, port, pin)
        for component, port, pin in solve.board_pins(circuit)
        if port.net and pin.role == board.SUPPLY
    ]
    for state in states:
        _output_currents(state, outputs, findings)
        _supply_currents(state, supplies, findings)
        _simplest(circuit, state, findings)
    for fan in _rated_fans(circuit):
        _fan_voltage(fan, states, findings)
    _states_passed(circuit, states, outputs, supplies, findings)


def _output_currents(state, outputs, findings):
    pins = [(name, port, abs(state.currents[name])) for name, port in outputs]
    total = sum([current for _, _, current in pins])
    if total > board.GPIO_TOTAL * (1 + SLACK):
        worst, port, most = max(pins, key=lambda pin: pin[2])
        findings.add(
            "gpio-current",
            "error",
            f"{when(state)}the pins carry {amperes(total)}, {amperes(most)} of it "
            f"{worst}; all pins together may carry {quantity(board.GPIO_TOTAL, 'A')}",
            port.at,
        )
        return
    for name, port, current in pins:
        if current > board.GPIO_ONE * (1 + SLACK):
            findings.add(
                "gpio-current",
                "warning",
                f"{when(state)}pin {name} carries {amperes(current)}; the strongest drive setting is "
                f"{quantity(board.GPIO_ONE, 'A')}",
                port.at,
            )


def _supply_currents(state, supplies, findings):
    for component, port, pin in supplies:
        limit = board.PICO_W_SUPPLIES.get(pin.name) if component.kind.name in board.PICOS else None
        current = -state.currents[f"{component.id}.{port.name}"]
        if limit and current > limit[1] * (1 + SLACK):
            findings.add(
                "supply-current",
                "error",
                f"{when(state)}{pin.name} gives {amperes(current)}; it should give at most "
                f"{quantity(limit[1], 'A')}{_shorted(current, limit[1])}",
                port.at,
            )


def _heat(resistor, state, findings):
    rating = resistor.value("W") or RATING
    heat = state.power[resistor.id]
    if heat > rating * (1 + SLACK):
        findings.add(
            "power",
            "error",
            f"{when(state)}{resistor.id} turns {quantity(heat, 'W')} into heat; it bears "
            f"{quantity(rating, 'W')}",
            resistor.at,
        )


def _pot_heat(pot, state, findings):
    """A track bears its rating where all of it carries the current; half of it bears half."""
    half = (pot.value("ohm") or 10_000.0) / 2
    heat = state.power[pot.id]
    worst = max(heat, *[2 * half * state.currents[f"{pot.id}.{end}"] ** 2 for end in "13"])
    if worst > POT_HEAT * (1 + SLACK):
        most = (POT_HEAT / half / 2) ** 0.5
        findings.add(
            "power",
            "error",
            f"{when(state)}{pot.id}, its wiper in the middle, turns {quantity(heat, 'W')} into heat; a "
            f"common potentiometer bears {quantity(POT_HEAT, 'W')} over its whole track, which is "
            f"{amperes(most)} here",
            pot.at,
        )


def _led_current(led, state, findings):
    current = state.currents[led.id + ".a"]
    if current > LED_MOST * (1 + SLACK):
        hint = ": nothing limits it; a resistor in series, as R_330, does" if current > UNLIMITED else ""
        findings.add(
            "led-current",
            "error",
            f"{when(state)}{led.id} carries {amperes(current)}; an LED bears {quantity(LED_MOST, 'A')}{hint}",
            led.at,
        )


def _diode_current(diode, state, findings):
    current = state.currents[diode.id + ".a"]
    if current > DIODE_MOST * (1 + SLACK):
        findings.add(
            "diode-current",
            "error",
            f"{when(state)}{diode.id} carries {amperes(current)}; a common diode (1N400x) bears "
            f"{quantity(DIODE_MOST, 'A')}{_shorted(current, DIODE_MOST)}",
            diode.at,
        )


def _source_current(source, state, findings):
    own = source.value("A")
    limit = SOURCE_MOST if own is None else own
    current = abs(state.currents[source.id + ".p"])
    if current > limit * (1 + SLACK):
        hint = _shorted(current, limit)
        if own is None and not hint:
            text = source.values[0][2]
            hint = f"; one that names no current is taken for that, DC_{text}_2A is made for 2 A"
        findings.add(
            "source-current",
            "error",
            f"{when(state)}{source.id} carries {amperes(current)}; it should carry at most "
            f"{quantity(limit, 'A')}{hint}",
            source.at,
        )


# What is looked at in every state of the pins, by the kind of component.
PARTS = {"R": _heat, "P": _pot_heat, "LED": _led_current, "D": _diode_current, "DC": _source_current}


def _simplest(circuit, state, findings):
    """The simplest parts in one state of the pins."""
    for component in wired(circuit, *PARTS):
        PARTS[component.kind.name](component, state, findings)


def _rated_fans(circuit):
    """Fans that name a voltage, and get one that the drawing shows."""
    hidden = unseen.by_chips(circuit)
    fans = [fan for fan in wired(circuit, "FAN") if fan.value("V")]
    return [fan for fan in fans if not check_parts.by_chip(hidden, *fan.ports)]


def _fan_voltage(fan, states, findings):
    one, other = [port.net.name for port in fan.ports]
    most = max(abs(state.nets[one] - state.nets[other]) for state in states)
    rated = fan.value("V")
    if most > FAN_MOST * rated:
        findings.add(
            "fan-voltage",
            "error",
            f"{fan.id} gets up to {quantity(most, 'V')} and is made for {quantity(rated, 'V')}",
            fan.at,
        )
    elif most < FAN_LEAST * rated:
        findings.add(
            "fan-voltage",
            "error",
            f"{fan.id} never runs: it gets at most {quantity(most, 'V')} "
            f"and is made for {quantity(rated, 'V')}",
            fan.at,
        )


def _states_passed(circuit, states, outputs, supplies, findings):
    """Says which of these rules had something to look at, and what came nearest to a limit."""
    kinds = {component.kind.name for component in circuit.components}
    if outputs:
        most = max([sum([abs(state.currents[name]) for name, _ in outputs]) for state in states])
        findings.passed(
            "gpio-current",
            f"output pins carry at most {amperes(most)} together, of {quantity(board.GPIO_TOTAL, 'A')}",
        )
    if supplies:
        findings.passed("supply-current", "no supply gives more than it should, and none is shorted")
    resistors = [component.id for component in wired(circuit, "R")]
    heats = [(state.power[name], name) for state in states for name in resistors]
    hottest, warmest = max(heats, key=lambda heat: heat[0], default=(0.0, ""))
    if hottest > 1e-9:
        findings.passed(
            "power", f"no resistor is overloaded; the warmest is {warmest} with {quantity(hottest, 'W')}"
        )
    if "LED" in kinds:
        findings.passed("led-current", f"no LED carries more than {quantity(LED_MOST, 'A')}")
    if "D" in kinds:
        findings.passed("diode-current", f"no diode carries more than {quantity(DIODE_MOST, 'A')}")
    if "DC" in kinds:
        findings.passed(
            "source-current",
            "no DC source carries more than it names, or than "
            f"{quantity(SOURCE_MOST, 'A')} where it names nothing",
        )
    if _rated_fans(circuit):
        findings.passed("fan-voltage", "the fan gets the voltage it is made for")


def _adc(circuit, celsius, points, findings):
    """What an ADC pin gets in every state, and at every temperature that a thermistor may have."""
    ports = [
        p
        for _, p, pin in solve.board_pins(circuit)
        if p.net and pin.role == board.GPIO and not solve.is_output(circuit, pin)
    ]
    if not ports:
        return
    thermistors = [c for c in circuit.components if c.kind.name == "THERMISTOR"]
    for temperature in (celsius, models.COLDEST, models.HOTTEST):
        felt = thermistors or temperature == celsius
        there = points.at(temperature)[0] if felt else []
        for state in there:
            for port in ports:
                volts = state.nets[port.net.name]
                if not -1e-3 <= volts <= board.ADC_VOLTS + 1e-3:
                    findings.add(
                        "adc-range",
                        "error",
                        f"{when(state)}{port.name} gets {quantity(volts, 'V')} at "
                        f"{round(temperature)} °C; an ADC pin takes 0 to {quantity(board.ADC_VOLTS, 'V')}",
                        port.at,
                    )
    findings.passed(
        "adc-range",
        f"ADC pins stay within 0 to {quantity(board.ADC_VOLTS, 'V')} in every state, from "
        f"−{round(-models.COLDEST)} to {round(models.HOTTEST)} °C",
    )


def _flyback(circuit, states, findings):
    """A coil that a switch or a pin cuts off needs a diode that carries its current on.

    The diode stands straight across the coil, against the current that flows while it is on.
    """
    switched = {id(port.net) for _, port in _outputs(circuit)}
    by_hand = set()
    for component in circuit.components:
        kind = component.kind.name
        if kind in models.SWITCHING:
            switched |= {id(component.port(name).net) for name in models.SWITCHING[kind]}
        elif kind in models.SWITCHES:
            by_hand |= {id(port.net) for port in component.ports}
        elif kind == "RELAY":
            contacts = ports_of(component)
            by_hand |= {id(contacts[name].net) for name in CONTACTS if name in contacts}
    firm = {id(net) for net in circuit.nets if net.ground or check_parts.feeds(net)}
    firm |= {id(p.net) for _, p, pin in solve.board_pins(circuit) if p.net and pin.role == board.GROUND}
    switched -= firm
    by_hand -= firm
    coils = []
    for load in wired(circuit, "FAN", "FAN_PWM", "L", "RELAY"):
        ends = coil(load)
        reached = [id(net) for port in ends for net in series.reached(port.net, load)]
        if any(net in switched for net in reached):
            coils.append((load, ends, "error"))
        elif load.kind.name not in ("FAN", "FAN_PWM") and any(net in by_hand for net in reached):
            coils.append((load, ends, "warning"))  # it burns a contact, and no chip
    for load, ends, level in coils:
        _carried_on(circuit, load, ends, level, states, findings)
    if coils:
        findings.passed("flyback", "a diode carries the coil's current on when it is switched off")


def _carried_on(circuit, load, ends, level, states, findings):
    """Reports a coil without a diode for its current."""
    name = f"{load.id}.{ends[0].name}"
    on = max(states, key=lambda state: abs(state.currents[name]))
    current = on.currents[name]
    if abs(current) < 1e-6:
        return
    enters, leaves = [series.reached(port.net, load) for port in ends]
    if current < 0:
        enters, leaves = leaves, enters
    diodes = [(c, c.port("a").net, c.port("c").net) for c in wired(circuit, "D")]
    if any(series.among(anode, leaves) and series.among(cathode, enters) for _, anode, cathode in diodes):
        return
    supply = max([abs(state.nets[net.name]) for state in states for net in enters])
    if _clamped(circuit, diodes, leaves, enters, supply):
        return
    backward = [
        c for c, anode, cathode in diodes if series.among(anode, enters) and series.among(cathode, leaves)
    ]
    words = f"; {backward[0].id} stands the wrong way round" if backward else ""
    findings.add(
        "flyback",
        level,
        f"{load.id} is a coil that is switched, and when it is cut off its current has "
        f"no path{words}: a diode across it, cathode on net {enters[0].name}",
        load.at,
    )


def _clamped(circuit, diodes, leaves, enters, supply):
    """True where a zener lets a coil's current fall fast: behind a diode across the coil, or to ground.

    What cuts the coil off has to bear the zener's voltage, and across the coil the supply's as well.

    Args:
        diodes: `[(part, net of its anode, net of its cathode)]`.
        leaves, enters: nets at both ends of the coil, as its current flows while it is on.
        supply: of the coil [V].
    """
    for zener in wired(circuit, "ZENER"):
        anode, cathode = zener.port("a").net, zener.port("c").net
        volts = zener.value("V") or 0.0
        if volts + (0.0 if _on_ground(anode) else supply) > CLAMP_MOST:
            continue
        if series.among(cathode, leaves) and _on_ground(anode):
            return True
        for _, one, other in diodes:
            diode_first = series.among(one, leaves) and other is cathode and series.among(anode, enters)
            zener_first = series.among(cathode, leaves) and anode is one and series.among(other, enters)
            if diode_first or zener_first:
                return True
    return False


def _on_ground(net):
    """True for ground, and for a source's minus."""
    return grounds.is_ground(net) or any(c.kind.name == "DC" and port.name == "n" for c, port in net.pins)


def _gates(circuit, findings):
    """A gate that nothing holds floats: always, or until the script has set up the pin that drives it."""
    check_parts.wires(circuit, *floating.reached(circuit), findings)
    for component, why in floating.gates(circuit):
        if why == floating.DRIVEN:
            findings.add(
                "floating-gate",
                "warning",
                f"the gate of {component.id} floats until the script sets up its "
                "pin; a resistor of 100 kΩ from gate to source holds it off",
                component.at,
            )
        else:
            most, leak = quantity(floating.HOLDS_MOST, "ohm"), quantity(floating.GATE_LEAK, "A")
            words = f"resistors of {most} or more hold none, which leaks up to {leak}"
            findings.add(
                "floating-gate",
                "error",
                f"the gate of {component.id} floats: "
                f"{words if why == floating.WEAK else 'nothing drives it'}",
                component.at,
            )
    if wired(circuit, "T", "PMOS"):
        findings.passed("floating-gate", "every gate is held, also before the script runs")


def _gate(sign):
    """The voltage that turns a MOSFET on; of a P-channel one the source is the higher."""
    return "V_GS" if sign > 0 else "V_SG"


def _switches(circuit, states, findings):
    """A MOSFET must be clearly on or clearly off, and where a pin controls it, each in some state."""
    hidden = unseen.by_chips(circuit)
    transistors = [
        one
        for one in wired(circuit, "T", "PMOS")
        if not check_parts.by_chip(hidden, one.port("g"), one.port("s"))
    ]
    for component in transistors:
        sign = models.POLARITY[component.kind.name]
        volts = [sign * state.gates[component.id] for state in states]
        between = [v for v in volts if solve.SWITCH_OFF < v < solve.SWITCH_AT]
        if between:
            findings.add(
                "gate-voltage",
                "error",
                f"{component.id} is neither on nor off at {_gate(sign)} = "
                f"{quantity(between[0], 'V')}; it is off up to {quantity(solve.SWITCH_OFF, 'V')} and on from "
                f"{quantity(solve.SWITCH_AT, 'V')}",
                component.at,
            )
        elif len(states) > 1 and (max(volts) < solve.SWITCH_AT or min(volts) > solve.SWITCH_OFF):
            word = "on" if max(volts) < solve.SWITCH_AT else "off"
            findings.add(
                "gate-voltage",
                "error",
                f"no state of the pins turns {component.id} {word}: {_gate(sign)} is "
                f"{quantity(max(volts) if word == 'on' else min(volts), 'V')}",
                component.at,
            )
    if transistors:
        findings.passed(
            "gate-voltage",
            f"MOSFETs are fully on or off: V_GS at least {quantity(solve.SWITCH_AT, 'V')}, "
            f"or at most {quantity(solve.SWITCH_OFF, 'V')}",
        )


def _charge(current, pin, limit):
    if current > UNLIMITED:
        return f"nothing limits what charges a gate from {pin} at first"
    return f"charging a gate takes {amperes(current)} from {pin} at first, more than {quantity(limit, 'A')}"


def _charging(circuit, findings):
    """A gate is a capacitor: the pin sees a short at first, so a resistor must limit the current."""
    outputs = dict(_outputs(circuit))
    if not outputs or not any(c.kind.name in ("T", "PMOS") for c in circuit.components):
        return
    most = 0.0
    for levels in solve.combinations(circuit):
        model = solve.Model(circuit, levels=solve.volts_of(levels), gates_short=True)
        try:
            _, currents = model.solve()
        except solve.Unsolvable:
            continue
        for element, current in zip(model.elements, currents):
            if element.name not in outputs:
                continue
            current = abs(current)
            most = max(most, current)
            for level, limit in (("error", board.GPIO_TOTAL), ("warning", board.GPIO_ONE)):
                if current > limit * (1 + SLACK):
                    findings.add(
                        "gate-charging",
                        level,
                        _charge(current, element.name, limit)
                        + "; a resistor before the gate, as R_330, limits it",
                        outputs[element.name].at,
                    )
                    break
    findings.passed("gate-charging", f"charging the gate takes at most {amperes(most)} from a pin")


def _script(circuit, taken, states, celsius, findings):
    try:
        wanted = against_script.read(*taken)
    except (OSError, against_script.ScriptError) as error:
        findings.add("firmware", "error", f"cannot compare with the script: {error}")
        return
    for message, at in against_script.compare(circuit, wanted, states, celsius):
        findings.add("firmware", "error", message, at)
    unheld = driven.unheld(circuit, wanted, states) if states else []
    if states and not errors(findings.all):  # else it may follow from what is told
        for message, at in unheld:
            findings.add("drive", "warning", message, at)
        for message, at in alarm.unheld(circuit, wanted, states, celsius):
            findings.add("alarm", "warning", message, at)
    try:
        for message, at in driven.unpowered(circuit, wanted, states, celsius) if states else ():
            findings.add("reset", "warning", message, at)
    except solve.Unsolvable:
        pass  # with a pin afloat: that there is no answer then is told
    if states and not errors(findings.all):
        for message in alarm.cut_off(circuit, wanted, states, celsius):
            findings.passed("alarm", message)
    held = "R25 and beta" if unheld or not states else "R25, beta and drive"
    findings.passed("firmware", f"pins, divider, {held} are those of the script")
