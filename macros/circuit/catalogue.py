"""The components of the notation, their ports, and the values that may stand behind a name.

Part of the core, which the page runs in MicroPython too: no dataclasses, no `re`, no `typing`.
"""

PREFIXES = {"p": -12, "n": -9, "u": -6, "µ": -6, "m": -3, "k": 3, "M": 6, "G": 9}

# How a unit is written behind a number -> (its name in a netlist, what it measures).
UNITS = {
    "ohm": ("ohm", "resistance"),
    "Ohm": ("ohm", "resistance"),
    "F": ("F", "capacitance"),
    "H": ("H", "inductance"),
    "V": ("V", "voltage"),
    "A": ("A", "current"),
    "Hz": ("Hz", "frequency"),
    "K": ("K", "temperature coefficient"),
    "W": ("W", "power"),
}

# What others call the same parts, for "did you mean".
SYNONYMS = {
    "RES": "R",
    "RESISTOR": "R",
    "CAP": "C",
    "CAPACITOR": "C",
    "COIL": "L",
    "INDUCTOR": "L",
    "DIODE": "D",
    "GND": "G",
    "GROUND": "G",
    "EARTH": "G",
    "TRANSISTOR": "T",
    "MOSFET": "T",
    "FET": "T",
    "Q": "T",
    "M": "T",
    "NMOS": "T",
    "NFET": "T",
    "PFET": "PMOS",
    "BJT": "NPN",
    "Z": "ZENER",
    "OPA": "OPAMP",
    "OP": "OPAMP",
    "IC": "CHIP",
    "U": "CHIP",
    "CONNECTOR": "CONN",
    "HEADER": "CONN",
    "SW": "SWITCH",
    "KEY": "BUTTON",
    "POT": "P",
    "NTC": "THERMISTOR",
    "MOTOR": "FAN",
    "MIC": "MICROPHONE",
    "BATTERY": "DC",
    "BAT": "DC",
    "VCC": "DC",
    "VDD": "DC",
    "VOLTMETER": "V",
    "LAMP": "LED",
    "PICO": "RPI_PICO_W",
    "PICO2": "RPI_PICO_2_W",
    "RPI": "RPI_PICO_W",
}

# How the numbers of parts begin, in capitals -> the kind that they are, for "did you mean".
NUMBERS = (
    ("1N47", "ZENER"),
    ("1N52", "ZENER"),
    ("BZX", "ZENER"),
    ("1N4", "D"),
    ("1N5", "D"),
    ("2N3906", "PNP"),
    ("BC55", "PNP"),
    ("2N3904", "NPN"),
    ("2N2222", "NPN"),
    ("BC54", "NPN"),
    ("AO3401", "PMOS"),
    ("AO34", "T"),
    ("2N7000", "T"),
    ("BS170", "T"),
    ("IRF", "T"),
    ("IRL", "T"),
    ("LM358", "OPAMP"),
    ("LM324", "OPAMP"),
    ("MCP60", "OPAMP"),
    ("TL07", "OPAMP"),
)

MOST_DIGITS = 15  # a double holds no more


class Kind:
    """One entry of the catalogue.

    Args:
        name: what the text calls it.
        words: what a person calls it.
        ports: names of its ports, in the order of a netlist.
        symmetric: True where swapping the two ports changes nothing.
        letters: True where the text names the ports by single letters.
        units: units its values may have.
        default: unit of a bare number, or None where a unit must be written.

    Two more are set where they hold: `block`, its ports are names behind two underscores, and `board`, a
    block that feeds and drives what is wired to it.
    """

    def __init__(self, name, words, ports, symmetric=False, letters=False, units=(), default=None):
        self.name = name
        self.words = words
        self.ports = ports
        self.symmetric = symmetric
        self.letters = letters
        self.units = units
        self.default = default
        self.board = False
        self.block = False


def _two(name, words, units=(), default=None):
    return Kind(name, words, ("1", "2"), True, False, units, default)


def _lettered(name, words, ports, units=(), default=None):
    return Kind(name, words, ports, False, True, units, default)


def _block(name, words, ports=(), units=()):
    kind = Kind(name, words, ports, False, False, units)
    kind.block = True
    return kind


def _board(name, words):
    kind = _block(name, words)
    kind.board = True
    return kind


KINDS = (
    # A resistor's watt is its rating: a quarter watt unless said.
    _two("R", "resistor", ("ohm", "W"), "ohm"),
    _two("C", "capacitor", ("F",), "F"),
    _two("L", "inductor", ("H",), "H"),
    _lettered("D", "diode", ("a", "c")),
    _lettered("LED", "light-emitting diode", ("a", "c"), ("V",)),
    # A zener's volt is what it holds backwards, its watt what it bears: half a watt unless said.
    _lettered("ZENER", "zener diode", ("a", "c"), ("V", "W"), "V"),
    # A MOSFET's volt is the most between its drain and source: 30 V unless said.
    _lettered("T", "N-channel MOSFET", ("s", "g", "d"), ("V",)),
    _lettered("PMOS", "P-channel MOSFET", ("s", "g", "d"), ("V",)),
    # A transistor's ampere is the most its collector carries, its volt the most to the emitter: 100 mA and
    # 40 V unless said.
    _lettered("NPN", "NPN transistor", ("b", "c", "e"), ("A", "V"), "A"),
    _lettered("PNP", "PNP transistor", ("b", "c", "e"), ("A", "V"), "A"),
    _lettered("OPAMP", "operational amplifier", ("p", "n", "o", "v", "g")),
    _lettered("P", "potentiometer", ("1", "2", "3"), ("ohm",), "ohm"),
    # A DC source's ampere is the most it gives: 1 A unless said.
    _lettered("DC", "DC source", ("p", "n"), ("V", "A"), "V"),
    Kind("AC", "AC source", ("p", "n"), False, False, ("V", "Hz")),
    _lettered("I", "current source", ("s", "d"), ("A",), "A"),
    _lettered("V", "voltmeter", ("p", "n")),
    Kind("G", "ground", ("1",), True),
    _two("THERMISTOR", "thermistor", ("ohm", "K"), "ohm"),
    _two("FUSE", "fuse", ("A",), "A"),
    _two("SWITCH", "switch", ("A",), "A"),
    _two("BUTTON", "push-button", ("A",), "A"),
    _two("FAN", "fan", ("V", "A")),
    _block("FAN_PWM", "4-wire fan", ("gnd", "supply", "tach", "pwm"), ("V", "A")),
    _block("RELAY", "relay", ("a", "b", "com", "no", "nc"), ("V", "A")),
    _two("MICROPHONE", "microphone"),
    _two("SPEAKER", "speaker"),
    _two("X", "Josephson junction"),
    _two("SQUID", "SQUID"),
    _block("CONN", "connector"),
    _block("CHIP", "chip"),
    _board("RPI_PICO_W", "Raspberry Pi Pico W"),
    _board("RPI_PICO_2_W", "Raspberry Pi Pico 2 W"),
    _board("BOARD", "board"),
)

BY_NAME = {}
for _kind in KINDS:
    BY_NAME[_kind.name] = _kind
NAMES = [kind.name for kind in KINDS]


class BadValue(Exception):
    """A value that cannot be read; `code` is the kind of the error."""

    def __init__(self, code, message):
        super().__init__(message)
        self.code = code
        self.message = message


def is_digits(text):
    """True for one or more of 0..9. (`str.isdigit` also takes other scripts' digits.)"""
    for char in text:
        if char < "0" or char > "9":
            return False
    return len(text) > 0


def is_lower(text):
    """True for one or more of a..z."""
    for char in text:
        if char < "a" or char > "z":
            return False
    return len(text) > 0


def has_upper(text):
    """True where one of A..Z occurs."""
    return any("A" <= char <= "Z" for char in text)


def split_number(text):
    """`(number, rest)` at the end of the digits (and one decimal point) that `text` starts with."""
    end = 0
    point = False
    while end < len(text) and (is_digits(text[end]) or (text[end] == "." and not point)):
        point = point or text[end] == "."
        end += 1
    return text[:end], text[end:]


def _unit_list(kind):
    names = []
    for unit in kind.units:
        names.append(unit + (" (the default)" if unit == kind.default else ""))
    return " or ".join(names)


def _with_prefix(number, power):
    """A number times a power of ten of one digit, with a prefix in the place of the power: 1e4 is 10k."""
    prefix = {0: "", 1: "k", 2: "M", 3: "G"}[power // 3]
    whole, _, part = number.partition(".")
    part += "0" * (power % 3 - len(part))
    whole, part = whole + part[: power % 3], part[power % 3 :]
    return whole + ("." + part if part else "") + prefix


def meant(number, suffix, kind):
    """What a value is likely to mean whose suffix is neither prefix nor unit, or nothing.

    Args:
        number: digits and perhaps a point, as `330`.
        suffix: what follows them, as `R` or `K5`.
        kind: the component.
    """
    head, tail = suffix[0], suffix[1:]
    prefix = "k" if head == "K" else head
    if (
        is_digits(tail) and "." not in number
    ):  # a letter in the point's place, as on parts: 4k7, 1K5, 0R1, 5V5
        if prefix in PREFIXES:
            return "%s.%s%s" % (number, tail, prefix)
        if head == "R" and "ohm" in kind.units:
            return "%s.%s" % (number, tail)
        if head in UNITS and UNITS[head][0] in kind.units:
            return "%s.%s%s" % (number, tail, head)
    if head in "eE" and len(tail) == 1 and is_digits(tail):
        return _with_prefix(number, int(tail))
    if suffix == "K":
        return number + "k"
    if suffix == "R" and "ohm" in kind.units:  # as people print it on resistors
        return number
    for start in range(2):  # a unit in the wrong case, as uf or v
        if start == 0 or prefix in PREFIXES:
            for unit in sorted(UNITS):
                if unit.lower() == suffix[start:].lower() and UNITS[unit][0] in kind.units:
                    return number + prefix[:start] + unit
    return ""


def spelled(text, kind):
    """A value as the notation has it, where `text` is one in another way of writing, or nothing."""
    number, suffix = split_number(text)
    try:
        read_value(text, kind)
        return text
    except BadValue as error:
        if error.code == "missing-unit":
            return text
    better = meant(number, suffix, kind) if number and suffix else ""
    return better if better and better != text and spelled(better, kind) else ""


def read_value(text, kind):
    """`(value in SI, unit)` of a value as written behind a component's name.

    Args:
        text: for instance `10k`, `4.7u` or `2MHz`.
        kind: the component it belongs to.

    Raises:
        BadValue: no number, an unknown suffix, or a unit that the component does not take.
    """
    number, suffix = split_number(text)
    digits = number.replace(".", "")
    if not digits or number[0] == "." or number[-1] == ".":
        raise BadValue(
            "bad-value", "'%s' is no value; write digits, then a prefix and a unit, as 4.7k" % text
        )
    if len(digits) > MOST_DIGITS:
        raise BadValue(
            "bad-value",
            "'%s' has %d digits; at most %d, and a prefix for the size" % (text, len(digits), MOST_DIGITS),
        )
    if not kind.units:
        raise BadValue("bad-value", "%s takes no value, so '%s' cannot stand here" % (kind.name, text))
    exponent = 0
    unit = suffix
    if suffix and suffix not in UNITS and suffix[0] in PREFIXES:
        exponent = PREFIXES[suffix[0]]
        unit = suffix[1:]
    if unit and unit not in UNITS:
        hint = meant(number, suffix, kind)
        if hint:
            hint = "did you mean %s?" % hint
        else:
            hint = "prefixes are p n u µ m k M G, the unit here is %s" % _unit_list(kind)
        raise BadValue("bad-value", "'%s' in '%s' is neither a prefix nor a unit; %s" % (suffix, text, hint))
    if not unit:
        if kind.default is None:
            raise BadValue(
                "missing-unit",
                "'%s' has no unit, and %s has no default; add %s" % (text, kind.name, _unit_list(kind)),
            )
        unit = kind.default
    unit = UNITS[unit][0]
    if unit not in kind.units:
        hint = "did you mean %sk?" % number if suffix == "K" else "it takes %s" % _unit_list(kind)
        raise BadValue(
            "wrong-unit", "'%s' is a %s, which %s does not have; %s" % (text, UNITS[unit][1], kind.name, hint)
        )
    exponent -= len(number) - number.find(".") - 1 if "." in number else 0
    mantissa = int(digits)
    # Dividing, not multiplying by 1e-6: 33u is then exactly the double nearest to 33e-6.
    value = float(mantissa * 10**exponent) if exponent >= 0 else mantissa / 10**-exponent
    return value, unit


def distance(one, other):
    """Edits (insert, delete, replace, swap of two neighbours) between two words, case aside."""
    one = one.lower()
    other = other.lower()
    before = []
    row = list(range(len(other) + 1))
    for i in range(len(one)):
        last = row
        row = [i + 1]
        for j in range(len(other)):
            same = 0 if one[i] == other[j] else 1
            least = min(last[j + 1] + 1, row[j] + 1, last[j] + same)
            if i and j and one[i] == other[j - 1] and one[i - 1] == other[j]:
                least = min(least, before[j - 1] + 1)
            row.append(least)
        before = last
    return row[-1]


def nearest(name, known):
    """The known name nearest to `name`, or None where none is near."""
    best = None
    best_distance = len(name) // 2 + 1
    for other in known:
        if abs(len(other) - len(name)) >= best_distance:
            continue
        edits = distance(name[:40], other)
        if edits < best_distance:
            best = other
            best_distance = edits
    return best


SYMBOLS = {"ohm": "Ω"}


def quantity(value, unit, digits=3):
    """A value with prefix and unit for people, such as `4.7 kΩ` or `33 µA`.

    Written without the language's own float formatting, which is not the same in MicroPython.

    Args:
        value: in SI.
        unit: as in a netlist, `ohm` for instance.
        digits: significant digits to keep; trailing zeros go.
    """
    sign = "−" if value < 0 else ""
    value = abs(value)
    symbol = SYMBOLS.get(unit, unit)
    if value == 0:
        return "0 " + symbol
    text, power = significant(value, digits)
    if unit == "K":
        group = 0
    else:
        group = power // 3
    if group < -4:
        return sign + "0 " + symbol
    group = min(group, 3)
    point = power - 3 * group + 1  # digits before the decimal point
    if point >= len(text):
        text = text + "0" * (point - len(text))
    elif point > 0:
        text = text[:point] + "." + text[point:]
    else:
        text = "0." + "0" * -point + text
    prefix = {-4: "p", -3: "n", -2: "µ", -1: "m", 0: "", 1: "k", 2: "M", 3: "G"}[group]
    return sign + text + " " + prefix + symbol


def significant(value, digits):
    """`(the digits, power)` of a positive number d.ddd times 10 to the power; trailing zeros go."""
    # scaled = value / 10**power as a whole number of `digits` digits
    power = 0
    while value >= 10 ** (power + 1):
        power += 1
    while value < 10.0**power:
        power -= 1
    shift = digits - 1 - power
    scaled = int((value * 10**shift if shift >= 0 else value / 10**-shift) + 0.5)
    if scaled >= 10**digits:
        scaled = scaled // 10
        power += 1
    return str(scaled).rstrip("0"), power
