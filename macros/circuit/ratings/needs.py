"""What a solved circuit asks of each part, held against a common part's ratings.

A rating has to bear twice what the circuit asks; a supply voltage and a value have to fit, and a transistor's
gain is that of its sheet, which states it well below what the part has. Every state of the
output pins counts, and thermistors at both ends of what they are specified for.
"""

from .. import against_script, blocks, board, check, check_parts, driven, models, solve
from ..blocks import net_has
from ..catalogue import quantity
from ..listing import once
from . import edges

MARGIN = 2.0  # a rating over what the circuit asks [1]
# The same of a gate: its voltage does not grow, and at 12 V, which is common, no sheet promises the double.
GATE_MARGIN = 1.5
GATE_SHARE = (
    0.9  # of the gate's voltage, at which the on-resistance must be stated: supply and pin may sag [1]
)
AMBIENT = 50.0  # the air in the box [°C]
COIL_SPREAD = 0.1  # of a coil current, as sheets have its resistance [1]
R10 = (10, 12.5, 16, 20, 25, 31.5, 40, 50, 63, 80)
E24 = (10, 11, 12, 13, 15, 16, 18, 20, 22, 24, 27, 30, 33, 36, 39, 43, 47, 51, 56, 62, 68, 75, 82, 91)
FULLY_ON = check_parts.HALF_ON  # between collector and emitter: with more it is not meant to be saturated [V]
SLACK = 1e-9
HEAT = f"heat in air of {AMBIENT:g} °C"
GAIN = "collector's current over the base's"
NOTHING = 1e-6  # what is less is leakage or rounding [V], [A], [W]
UNKNOWN = "not stated"
DIVIDER_TOLERANCE = 0.01  # of the resistor beside a thermistor, which every reading is measured against [1]
SIZES = (0.125, 0.25, 0.5, 1.0, 2.0, 3.0, 5.0)  # of resistors that one can buy [W]


class Rating:
    """One rating.

    Args:
        what: in words.
        asked: what the circuit asks, in words.
        bears: what the part bears, in words.
        fits: whether that is enough.
        right: what would be enough, in words.
    """

    def __init__(self, what, asked, bears, fits, right):
        self.what = what
        self.asked = asked
        self.bears = bears
        self.fits = fits
        self.right = right


class Solved:
    """A circuit in every state: of its pins, and of its thermistors' temperature.

    Args:
        circuit: parsed, without problems.
        points: its `solve.OperatingPoints`.

    Raises:
        solve.Unsolvable: a value is missing, or there is no single answer.
    """

    def __init__(self, circuit, points):
        self.circuit = circuit
        self.states = []
        hot = any(c.kind.name == "THERMISTOR" for c in circuit.components)
        for celsius in (25.0, models.COLDEST, models.HOTTEST) if hot else (25.0,):
            self.states += points.at(celsius)[0]

    def across(self, part, one, other):
        """Voltages from one port of a part to another, one for each state [V]."""
        names = part.port(one).net.name, part.port(other).net.name
        return [state.nets[names[0]] - state.nets[names[1]] for state in self.states]

    def through(self, part, port):
        """Currents into a port, one for each state [A]."""
        return [state.currents[f"{part.id}.{port}"] for state in self.states]

    def power(self, part):
        """The most heat [W]."""
        return max(state.power[part.id] for state in self.states)

    def hertz(self):
        """Frequency at which the published script drives such a circuit [Hz]; None where it drives none."""
        for _, port in solve.outputs(self.circuit):
            for one in driven.drawn(self.circuit, port, self.states):
                name = driven.NAMED.get((one.kind, one.level))
                if name is not None:
                    return against_script.read(drive=name)["PWM_HZ"]
        return None

    def ends(self, part):
        return part.ports[0].name, part.ports[1].name

    def taken_over(self, diode):
        """Current that a diode takes over from the coils that it stands across, when they are cut off [A]."""
        nets = {id(port.net) for port in diode.ports}
        coils = [(one, blocks.coil(one)) for one in self.circuit.components]
        return sum(
            max(abs(i) for i in self.through(part, ends[0].name))
            for part, ends in coils
            if ends and {id(port.net) for port in ends} == nets
        )

    def tachometer(self, diode):
        """What a diode keeps from a pin: the supply of a fan whose tachometer its ring is on, at most [V].

        An open tachometer's wire is pulled up to that in many fans, and the pin may be without its supply.
        """
        fans = [
            blocks.ports(part)
            for part, port in diode.port("c").net.pins
            if part.kind.name == "FAN_PWM" and blocks.role("FAN_PWM", port.name) == "tach"
        ]
        supplies = [ports["supply"].net.name for ports in fans if "supply" in ports]
        return max([state.nets[name] for state in self.states for name in supplies], default=0.0)


def ratings(component, part, solved):
    """All ratings of a part in the place of a component: `[Rating]`; one that is not stated does not fit."""
    return list(RULES[component.kind.name](component, part, solved))


def _most(what, asked, bears, unit, margin=MARGIN):
    """A rating that has to bear `margin` times what is asked; less than NOTHING is leakage, and nothing."""
    asked = asked if asked > NOTHING else 0.0
    wanted = quantity(asked * margin, unit)
    return Rating(
        what,
        quantity(asked, unit),
        UNKNOWN if bears is None else quantity(bears, unit),
        bears is not None and bears * (1 + SLACK) >= asked * margin,
        f"{wanted} or more",
    )


def _of_e24(asked, least, most, unit):
    """A value that the series E24 has, between the smallest and the largest that are made."""
    return Rating(
        "value",
        quantity(asked, unit, 6),
        "the series E24",
        _is_one_of(E24, asked) and least <= asked <= most,
        f"a value of the series E24 from {quantity(least, unit)} to {quantity(most, unit)}",
    )


def _same(what, asked, bears, unit):
    """A value that has to be that of the circuit."""
    words = UNKNOWN if bears is None else quantity(bears, unit, 6)
    fits = bears is not None and asked is not None and abs(bears - asked) <= 1e-6 * asked
    return Rating(what, quantity(asked, unit, 6), words, fits, quantity(asked, unit, 6))


def _resistor(component, part, solved):
    one, other = solved.ends(component)
    power = _most("power", solved.power(component), part.power, "W")
    size = next((size for size in SIZES if size >= MARGIN * solved.power(component)), None)
    if size:
        power.right = f"{quantity(size, 'W')} or more"
    yield power
    yield _most("voltage", max(map(abs, solved.across(component, one, other))), part.voltage, "V")
    if component in dividers(solved.circuit):
        least = _percent(DIVIDER_TOLERANCE)
        yield Rating("tolerance", least, _percent(part.tolerance), _exact(part), f"{least} or less")
    yield _of_e24(component.value("ohm"), part.least_resistance, part.most_resistance, "ohm")


def dividers(circuit):
    """Resistors that divide a voltage with a thermistor, for a board's converter to read."""
    read = [port.net for _, port, pin in solve.board_pins(circuit) if pin.adc and port.net]
    return [
        part
        for net in read
        if any(other.kind.name == "THERMISTOR" for other, _ in net.pins)
        for part, _ in net.pins
        if part.kind.name == "R"
    ]


def _exact(part):
    return part.tolerance <= DIVIDER_TOLERANCE


def _percent(share):
    return f"{share * 100:g}%"


def _is_one_of(series, value):
    """True for a preferred value: one of a series from 10 to 100, or that times a power of ten."""
    if value <= 0:
        return False
    while value < 10:
        value *= 10
    while value >= 100:
        value /= 10
    return any(abs(value - one) < 1e-6 * one for one in series)


def _mosfet(component, part, solved):
    sign = models.POLARITY[component.kind.name]
    gates = [sign * state.gates[component.id] for state in solved.states]
    on = [volts for volts in gates if volts >= solve.SWITCH_AT]
    off = [volts for volts in gates if volts < solve.SWITCH_AT]
    current = max(map(abs, solved.through(component, "d")))
    yield _most(
        "drain to source", max(map(abs, solved.across(component, "d", "s"))), part.drain_source_voltage, "V"
    )
    yield _most("gate to source", max(map(abs, gates)), part.gate_source_voltage, "V", GATE_MARGIN)
    if on:
        least = min(on)
        stated = part.on_gate_voltage
        yield Rating(
            "on-resistance stated at a gate of",
            quantity(least, "V"),
            quantity(stated, "V"),
            stated <= GATE_SHARE * least,
            f"{quantity(GATE_SHARE * least, 'V')} or less",
        )
        yield _most("drain current", current, part.on_current, "A")
        yield _heat(current**2 * part.on_resistance, part)
    if off:
        wanted = MARGIN * max(0.0, *off)
        stated = part.least_threshold
        yield Rating(
            "gate when off",
            quantity(max(0.0, *off), "V"),
            UNKNOWN if stated is None else f"off up to {quantity(stated, 'V')}",
            stated is not None and stated >= wanted,
            f"a threshold of {quantity(wanted, 'V')} or more",
        )
    yield from _edge(component.port("d").net, part, solved)


def _heat(heat, part):
    """Heat against what the package carries off into the air of the box."""
    known = part.junction is not None and part.junction_to_air is not None
    carried = (part.junction - AMBIENT) / part.junction_to_air if known else None
    return _most(HEAT, heat, carried, "W")


def _bipolar(component, part, solved):
    sign = models.POLARITY[component.kind.name]
    collector, base = [[sign * i for i in solved.through(component, port)] for port in "cb"]
    yield _most(
        "collector to emitter",
        max(map(abs, solved.across(component, "c", "e"))),
        part.collector_emitter_voltage,
        "V",
    )
    reverse = max(0.0, *[sign * volts for volts in solved.across(component, "e", "b")])
    yield _most("emitter to base", reverse, part.emitter_base_voltage, "V")
    yield _most("collector current", max(collector), part.collector_current, "A")
    across = [sign * volts for volts in solved.across(component, "c", "e")]
    on = [
        (most, driving)
        for most, driving, volts in zip(collector, base, across)
        if driving > NOTHING and volts < FULLY_ON
    ]
    if on:
        ratio = max(most / driving for most, driving in on)
        yield Rating(
            GAIN,
            f"{ratio:.3g}",
            f"saturated at {part.saturated_gain:g}",
            ratio <= part.saturated_gain,
            f"saturated at {ratio:.3g} or more",
        )
    yield _heat(solved.power(component), part)
    yield from _edge(component.port("c").net, part, solved, part.storage_time)


def _edge(net, part, solved, storage_time=0.0):
    """How fast a 4-wire fan's input rises when its transistor lets go."""
    hertz = solved.hertz()
    if hertz is None or not net_has(net, "FAN_PWM", "pwm"):
        return
    longest = edges.longest(hertz=hertz)
    known = part.output_capacitance
    lasts = known and edges.release_time(output_capacitance=known, storage_time=storage_time)
    yield Rating(
        f"the fan's input is up, {quantity(edges.PULL_UP, 'ohm')} in the fan, after at most",
        f"{quantity(longest, 's')} at {quantity(hertz, 'Hz')}",
        quantity(lasts, "s") if known else UNKNOWN,
        bool(known) and lasts <= longest,
        f"{quantity(longest, 's')} or less",
    )


def _diode(component, part, solved):
    forward = max(0.0, *solved.through(component, "a"), solved.taken_over(component))
    yield _most("forward current", forward, part.forward_current, "A")
    reverse = max(0.0, *solved.across(component, "c", "a"), solved.tachometer(component))
    yield _most("reverse voltage", reverse, part.reverse_voltage, "V")


def _led(component, part, solved):
    yield from _diode(component, part, solved)
    drop = component.value("V") or solve.LED_DROP
    yield Rating(
        "drop",
        quantity(drop, "V"),
        f"{quantity(part.least_drop, 'V')} to {quantity(part.most_drop, 'V')}",
        part.least_drop <= drop <= part.most_drop,
        quantity(drop, "V"),
    )


def _thermistor(component, part, solved):
    yield _same("at 25 °C", component.value("ohm") or 10_000.0, part.resistance, "ohm")
    yield _same("beta", component.value("K") or 3950.0, part.beta, "K")
    yield _most("power", solved.power(component), part.power, "W")


def _fan(component, part, solved):
    volts, amperes = component.value("V"), component.value("A")
    if volts is not None:
        yield _same("voltage", volts, part.voltage, "V")
    if amperes is not None:
        yield Rating(
            "current",
            f"up to {quantity(amperes, 'A')}",
            quantity(part.current, "A"),
            part.current <= amperes,
            f"{quantity(amperes, 'A')} or less",
        )


def _capacitor(component, part, solved):
    one, other = solved.ends(component)
    yield _same("value", component.value("F"), part.capacitance, "F")
    yield _most("voltage", max(map(abs, solved.across(component, one, other))), part.voltage, "V")


def _zener(component, part, solved):
    yield _of_e24(component.value("V"), part.least_voltage, part.most_voltage, "V")
    yield _heat(solved.power(component), part)


def _opamp(component, part, solved):
    supply = max(solved.across(component, "v", "g"))
    least, most = quantity(part.least_supply, "V"), quantity(part.most_supply, "V")
    fits = part.least_supply <= supply * (1 + SLACK) and supply <= part.most_supply * (1 + SLACK)
    asked = quantity(supply, "V")
    yield Rating("supply", asked, f"{least} to {most}", fits, f"one whose supply may be {asked}")
    beyond = max(
        max(solved.across(component, name, "v") + solved.across(component, "g", name)) for name in "pn"
    )
    yield _most("input beyond the supply", max(0.0, beyond), part.input_beyond, "V", margin=1.0)


def _contact(component, part, ends, solved):
    """What a contact carries while it is closed, and holds off while it is open; `ends` name its ports."""
    current = max(map(abs, solved.through(component, ends[0])))
    volts = max(abs(volts) for end in ends[1:] for volts in solved.across(component, ends[0], end))
    beyond = [] if current > NOTHING else _beyond(component, ends)
    if beyond:
        where = " and ".join(beyond)
        for what, bears, unit in (
            ("contact current", part.contact_current, "A"),
            ("contact voltage", part.contact_voltage, "V"),
        ):
            asked = f"not known from the drawing, which ends at {where}, so hold it against"
            yield Rating(what, asked, quantity(bears, unit), True, f"more than what is behind {where} has")
        return
    yield _most("contact current", current, part.contact_current, "A")
    yield _most("contact voltage while it opens", volts, part.contact_voltage, "V", margin=1.0)


def _beyond(component, ends):
    """Connectors and chips at a contact: what it switches lies behind them and not in the drawing."""
    nets = [component.port(end).net for end in ends]
    return once([c.id for net in nets for c, _ in net.pins if c.kind.name in ("CONN", "CHIP")])


def _relay(component, part, solved):
    volts, amperes, _ = models.rated(component, models.RELAY)
    yield _same("coil voltage", volts, part.voltage, "V")
    yield Rating(
        "coil current",
        quantity(amperes, "A"),
        quantity(part.current, "A"),
        abs(amperes - part.current) <= COIL_SPREAD * part.current,
        f"about {quantity(amperes, 'A')}",
    )
    ports = blocks.ports(component)
    others = [ports[name].name for name in ("no", "nc") if name in ports]
    if "com" in ports and others:
        yield from _contact(component, part, [ports["com"].name, *others], solved)


def _fuse(component, part, solved):
    rated = component.value("A")
    yield Rating(
        "value",
        quantity(rated, "A"),
        "the series R10",
        _is_one_of(R10, rated) and part.least_current <= rated <= part.most_current,
        "a value of the series R10 from "
        f"{quantity(part.least_current, 'A')} to {quantity(part.most_current, 'A')}",
    )
    current = max(map(abs, solved.through(component, "1")))
    yield _most("carried for good", current, check_parts.FUSE_LONG * rated, "A", margin=1.0)
    nets = [volts for state in solved.states for volts in state.nets.values()]
    yield _most("voltage once it has blown", max(nets) - min(0.0, *nets), part.voltage, "V")


def _switch(component, part, solved):
    yield from _contact(component, part, ["1", "2"], solved)


def supplies(component, solved):
    """What the pins of a Pico give, and a source: `[Rating]` without a part."""
    if component.kind.name in board.PICOS:
        for port in component.ports:
            pin = board.pin_of(component, port)
            if port.net and pin.name in board.PICO_W_SUPPLIES:
                given = max(0.0, *[-amperes for amperes in solved.through(component, port.name)])
                yield _most(f"{pin.name} gives", given, board.PICO_W_SUPPLIES[pin.name][1], "A")
    elif component.kind.name == "DC":
        given = max(map(abs, solved.through(component, "p")))
        own = component.value("A")
        yield _most("gives", given, check.SOURCE_MOST if own is None else own, "A")


RULES = {
    "R": _resistor,
    "T": _mosfet,
    "NPN": _bipolar,
    "PNP": _bipolar,
    "D": _diode,
    "LED": _led,
    "THERMISTOR": _thermistor,
    "FAN": _fan,
    "FAN_PWM": _fan,
    "C": _capacitor,
    "PMOS": _mosfet,
    "ZENER": _zener,
    "OPAMP": _opamp,
    "RELAY": _relay,
    "FUSE": _fuse,
    "SWITCH": _switch,
    "BUTTON": _switch,
}
# What decides which part suits, before any rating: a part of another value is no candidate.
CHOICE = {
    "THERMISTOR": (("ohm", "resistance"), ("K", "beta")),
    "FAN": (("V", "voltage"),),
    "FAN_PWM": (("V", "voltage"),),
    "C": (("F", "capacitance"),),
    "RELAY": (("V", "voltage"),),
}


def suits(component, part, exact=False):
    """Whether a part has the values of a component; an `exact` one is a resistor that measures."""
    if exact and not _exact(part):
        return False
    if component.kind.name == "FAN_PWM" and part.wires != component.fan_wires:
        return False
    for unit, name in CHOICE.get(component.kind.name, ()):
        value, own = component.value(unit), part.figures[name]
        if value is not None and abs(own - value) > 1e-6 * value:
            return False
    return True
