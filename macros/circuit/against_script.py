"""Does the circuit's text say what the script says? Pins, divider, thermistor, drive, compared by roles.

Core: runs in MicroPython too.
"""

from firmware import physics

from . import alarm, board, check_board, driven, heaters, solve, tachometer
from .catalogue import is_digits, quantity

SCRIPT = __file__.rsplit("/", 3)[0] + "/firmware/thermistor_fan.py"

# What the comparison needs of the script, and what each is.
ROLES = (
    ("THERMISTOR_PIN", "GPIO that reads the divider"),
    ("FAN_PIN", "GPIO that drives the fan"),
    ("R_DIVIDER", "resistor from the ADC pin to ground"),
    ("R25", "thermistor at 25 °C"),
    ("BETA", "thermistor's beta"),
)
# Names of pins that the script assigns in one line, and that tell its log.
UART = ("UART_TX_PIN", "UART_RX_PIN")
OPTIONAL = ("TACH_PIN", "ALARM_PIN", "SECOND_PIN")  # numbers, or None; DRIVE is a word


# What joins two dividers that it touches.
JOINING = heaters.ONWARD + ("P", "THERMISTOR")


class ScriptError(Exception):
    """A script that does not say what the comparison needs."""


def constant(source, name):
    """The number that a script assigns to a name at its top level, or None; nothing of the script is run.

    The last line `NAME = number` counts, perhaps with a comment. An expression is no plain number, and what
    stands in triple quotes is none.
    """
    before, _, after = ("\n" + source).rpartition("\n%s = " % name)
    if (before.count('"""') + before.count("'''")) % 2:
        return None
    return _number(after.partition("\n")[0].partition("#")[0].strip())


def _pair(source, names):
    """The two numbers that a line `A, B = number, number` of a script assigns, each None where none is."""
    _, _, after = ("\n" + source).rpartition("\n%s = " % names)
    found = [_number(text.strip()) for text in after.partition("\n")[0].partition("#")[0].split(",")]
    return found if len(found) == 2 else [None, None]


def _number(text):
    """A number as Python writes it, of digits and one point at most; None for anything else."""
    sign, digits = (-1, text[1:]) if text[:1] == "-" else (1, text)
    digits = digits.replace("_", "")
    whole, point, part = digits.partition(".")
    if not is_digits(whole + part):
        return None
    return sign * (float(digits) if point else int(digits))


def read(path=SCRIPT, drive=None, options=None):
    """The constants of `ROLES` in the script at `path`, and of OPTIONAL, UART, DRIVE and PWM_HZ what it has.

    Args:
        drive: what DRIVE is taken for, as if the script were changed to it; as it is written where None.
        options: `{one of OPTIONAL: number of a GPIO}` of those that are taken for switched on.

    Raises:
        ScriptError: a constant is missing, the script has no DRIVE that could be changed, or no such option.
    """
    options = options or {}
    for name in options:
        if name not in OPTIONAL:
            raise ScriptError(f"'{name}' is no option that names a pin; those are {', '.join(OPTIONAL)}")
    with open(path, encoding="utf-8") as file:
        source = file.read()
    asked = (source, drive, sorted(options.items()))
    if _last["of"] == asked:
        return dict(_last["found"])
    found = {name: constant(source, name) for name, _ in ROLES}
    missing = [(name, role) for name, role in ROLES if found[name] is None]
    if missing:
        names = ", ".join([name for name, _ in missing])
        roles = "; ".join([role for _, role in missing])
        raise ScriptError(f"{str(path).rsplit('/', 1)[-1]} assigns no number to {names} ({roles})")
    said = driven.constant(source)
    if drive is not None and said is None:
        raise ScriptError(f"{str(path).rsplit('/', 1)[-1]} has no DRIVE that could be '{drive}'")
    said = driven.named(drive) or said
    optional = [(name, options.get(name, constant(source, name))) for name in OPTIONAL]
    optional += list(zip(UART, _pair(source, ", ".join(UART))))
    for name, value in optional + [("DRIVE", said), ("PWM_HZ", driven.frequency(source, said))]:
        if value is not None:
            found[name] = value
    _last["of"], _last["found"] = asked, dict(found)
    return found


def measuring(path=SCRIPT, drive=None, options=None):
    """Names of those of GP26 to GP28, which could measure, that a script drives; arguments as of `read`."""
    try:
        script = read(path, drive, options)
    except (OSError, ScriptError):
        return []  # which is told where the two are compared
    numbers = [script.get(name) for name in ("FAN_PIN", "ALARM_PIN")]
    return [f"GP{number}" for number in numbers if number is not None and number >= 26]


_last = {"of": None, "found": None}  # a text that is typed is held against one script again and again


def applies(circuit):
    """True for circuits that the script is for: a Pico W with a thermistor."""
    kinds = [component.kind.name for component in circuit.components]
    return any(name in kinds for name in board.PICOS) and "THERMISTOR" in kinds


def _across(component, net, other):
    return {id(port.net) for port in component.ports} == {id(net), id(other)}


def compare(circuit, script, states=None, celsius=25.0):
    """Differences between a circuit and the script's constants.

    Args:
        circuit: parsed, without problems.
        script: from `read`.
        states: all of `solve.solve`; None where the circuit has none, and drive and alarm are not compared.
        celsius: temperature of the thermistors.

    Returns:
        `[(message, (line, column))]`, empty where both agree.
    """
    try:
        pins = [(port, pin) for _, port, pin in solve.board_pins(circuit) if port.net]
    except solve.Unsolvable as error:
        return [(str(error), error.at)]
    boards = [component for component in circuit.components if component.kind.name in board.PICOS]
    at = boards[0].at
    said = list(_taken_twice(pins, at, script))
    said += list(_reading(circuit, pins, at, script, script["THERMISTOR_PIN"]))
    if script.get("SECOND_PIN") is not None:
        said += list(_reading(circuit, pins, at, script, script["SECOND_PIN"]))
        said += list(_apart(circuit, pins, script))
    said += list(_driving(circuit, pins, at, script))
    said += list(driven.differences(circuit, script, states))
    driving = driven.fan_pins(circuit, script) + alarm.pins(circuit, script)
    said += list(check_board.resets(circuit, driving, celsius)) if states else []
    said += list(alarm.differences(circuit, script, pins, states, celsius))
    return said + list(tachometer.differences(circuit, script, pins))


def _reading(circuit, pins, at, script, number):
    """Differences around a pin that is read, by its GPIO's number: thermistor to 3V3, divider to ground."""
    wanted = f"GP{number}"
    reading = next((port for port, pin in pins if pin.gpio == wanted), None)
    if reading is None:
        yield f"the script reads {wanted}, and no wire touches that pin", at
        return
    grounds = [net for net in circuit.nets if net.ground]
    grounds += [port.net for port, pin in pins if pin.role == board.GROUND]
    supplies = [port.net for port, pin in pins if pin.name == "3V3"]
    thermistors = [c for c in circuit.components if c.kind.name == "THERMISTOR"]
    sensing = [t for t in thermistors if any(_across(t, reading.net, supply) for supply in supplies)]
    resistors = [c for c in circuit.components if c.kind.name == "R"]
    dividers = [r for r in resistors if any(_across(r, reading.net, ground) for ground in grounds)]
    if not sensing:
        message = f"the script expects the thermistor between 3V3 and {wanted}, and none is there"
        yield message, thermistors[0].at
    for thermistor in sensing:
        for unit, name in (("ohm", "R25"), ("K", "BETA")):
            value = thermistor.value(unit)
            if value is not None and value != script[name]:
                yield (
                    f"{thermistor.id} has {name} = {quantity(value, unit, 6)}, the script has "
                    f"{quantity(script[name], unit, 6)}",
                    thermistor.at,
                )
    if len(dividers) != 1:
        message = f"the script expects one resistor from {wanted} to ground, and there are {len(dividers)}"
        yield message, reading.at
    elif dividers[0].value("ohm") is not None and dividers[0].value("ohm") != script["R_DIVIDER"]:
        yield _divider(dividers[0], script), dividers[0].at


def _taken_twice(pins, at, script):
    """Options that are on a pin which the script has for something else."""
    names = ("THERMISTOR_PIN", "FAN_PIN") + OPTIONAL + UART
    taken = {}
    for name in names:
        number = script.get(name)
        if number in taken:
            port = next((port for port, pin in pins if pin.gpio == f"GP{number}"), None)
            where = port.at if port else at
            yield (
                f"{taken[number]} and {name} of the script are both GP{number}: each takes a pin of its own",
                where,
            )
        elif number is not None:
            taken[number] = name


def _apart(circuit, pins, script):
    """A second thermistor that could not disagree with the first: both pins are on one net."""
    wanted = [f"GP{script[name]}" for name in ("THERMISTOR_PIN", "SECOND_PIN")]
    ports = [next((p for p, pin in pins if pin.gpio == name), None) for name in wanted]
    if all(ports) and ports[0].net is not ports[1].net:
        if any(ports[1].net is net for net in heaters.led_to(circuit, [ports[0].net], JOINING)):
            yield (
                f"something joins {wanted[0]} and {wanted[1]}, so that they can hardly disagree: each of "
                "them takes a thermistor and a resistor of its own, and nothing between",
                ports[1].at,
            )
    elif all(ports):
        yield (
            f"{wanted[0]} and {wanted[1]} are on one divider, and what fails in it fails for both: each of "
            "them takes a thermistor and a resistor of its own",
            ports[1].at,
        )


def _driving(circuit, pins, at, script):
    """Differences at the pins that are driven; one that is only read does no harm."""
    wanted = f"GP{script['FAN_PIN']}"
    driving = [port for _, port in solve.outputs(circuit)]
    outputs = [(port, pin) for port, pin in pins if any(port is one for one in driving)]
    if not any(pin.gpio == wanted for _, pin in outputs):
        yield f"the script drives {wanted}, and no wire touches that pin", at
    for port, pin in outputs:
        if pin.gpio != wanted and pin.gpio not in driven.known(script):
            yield f"{port.name} is {pin.name}, which the script does not drive; it drives {wanted}", port.at


def _divider(resistor, script):
    """What a wrong divider means: the voltage at 25 °C, and what the script would read."""
    ohms = resistor.value("ohm")
    words = (
        f"{resistor.id} is {quantity(ohms, 'ohm', 6)}, the script has R_DIVIDER = "
        f"{quantity(script['R_DIVIDER'], 'ohm', 6)}"
    )
    if ohms <= 0:
        return words
    share = physics.divider_share(celsius=25, r25=script["R25"], beta=script["BETA"], divider_ohms=ohms)
    read_as = physics.thermistor_celsius(
        thermistor_ohms=script["R_DIVIDER"] * (1 - share) / share, r25=script["R25"], beta=script["BETA"]
    )
    sign = "−" if read_as < 0 else ""
    return (
        f"{words}: at 25 °C the ADC pin gets {quantity(board.ADC_VOLTS * share, 'V')}, "
        f"as much as at {sign}{round(abs(read_as))} °C with the right one"
    )
