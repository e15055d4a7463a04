"""How a quantity is written: units, prefixes, digits.

A computed figure has three significant digits, zeros included, so that 0.250 says how well it is known; whole
numbers stand whole. A stated figure has the digits it was stated with, which its caller asks for.
"""

from .errors import MacroError, unknown

# Written unit: (base unit, factor). Bytes keep decimal and binary multiples apart.
UNITS = {
    "": ("1", 1),
    "%": ("1", 0.01),
    "‰": ("1", 0.001),
    "×": ("1", 1),
    "thousand": ("1", 1e3),
    "million": ("1", 1e6),
    "billion": ("1", 1e9),
    "trillion": ("1", 1e12),
    "B": ("B", 1),
    "kB": ("B", 1e3),
    "MB": ("B", 1e6),
    "GB": ("B", 1e9),
    "TB": ("B", 1e12),
    "PB": ("B", 1e15),
    "EB": ("B", 1e18),
    "ZB": ("B", 1e21),
    "KiB": ("B", 2**10),
    "MiB": ("B", 2**20),
    "GiB": ("B", 2**30),
    "TiB": ("B", 2**40),
    "B/s": ("B/s", 1),
    "MB/s": ("B/s", 1e6),
    "GB/s": ("B/s", 1e9),
    "TB/s": ("B/s", 1e12),
    "FLOP": ("FLOP", 1),
    "GFLOP": ("FLOP", 1e9),
    "TFLOP": ("FLOP", 1e12),
    "FLOP/s": ("FLOP/s", 1),
    "GFLOP/s": ("FLOP/s", 1e9),
    "TFLOP/s": ("FLOP/s", 1e12),
    "PFLOP/s": ("FLOP/s", 1e15),
    "FLOP/B": ("FLOP/B", 1),
    "s": ("s", 1),
    "ms": ("s", 1e-3),
    "µs": ("s", 1e-6),
    "ns": ("s", 1e-9),
    "min": ("s", 60),
    "h": ("s", 3600),
    "token/s": ("token/s", 1),
    "token": ("token", 1),
    "W": ("W", 1),
    "mW": ("W", 1e-3),
    "µW": ("W", 1e-6),
    "J": ("J", 1),
    "V": ("V", 1),
    "mV": ("V", 1e-3),
    "A": ("A", 1),
    "mA": ("A", 1e-3),
    "µA": ("A", 1e-6),
    "Ω": ("ohm", 1),
    "kΩ": ("ohm", 1e3),
    "Hz": ("Hz", 1),
    "kHz": ("Hz", 1e3),
    "°C": ("°C", 1),
    "K": ("K", 1),
    "W/K": ("W/K", 1),
    "mW/K": ("W/K", 1e-3),
    "°C/LSB": ("°C/LSB", 1),
    "LSB": ("LSB", 1),
    "code": ("code", 1),
}
# Base units that need no choice by the author, as they are written; prices on this site are in US$.
WRITTEN = {
    "1": "",
    "token": "",
    "query": "",
    "ohm": "Ω",
    "multiplication": "",
    "parameter": "",
    "currency": "",
    "currency/h": "US$/h",
}
# Where a figure's size is not known beforehand: the units of a base unit to choose from, the smallest first.
FITTING = {
    "1": ("", "million", "billion", "trillion"),
    "share": ("%",),
    "B": ("B", "kB", "MB", "GB", "TB", "PB", "EB", "ZB"),
    "s": ("ns", "µs", "ms", "s", "min", "h"),
    "FLOP/s": ("FLOP/s", "GFLOP/s", "TFLOP/s", "PFLOP/s"),
    "B/s": ("B/s", "MB/s", "GB/s", "TB/s"),
}
# The same for base units that no calculator answers in.
FITTING_ELSEWHERE = {
    "FLOP": ("FLOP", "GFLOP", "TFLOP"),
    "W": ("µW", "mW", "W"),
    "V": ("mV", "V"),
    "A": ("mA", "A"),
    "ohm": ("Ω", "kΩ"),
    "Hz": ("Hz", "kHz"),
}
UNKNOWN = "unknown"
# What is no number, where pages have another word for it.
WORDS = {True: "yes", False: "no", "compute": "arithmetic"}
SAME = {
    "multiplication": "1",
    "parameter": "1",
    "value": "1",
    "query": "1",
    "share": "1",
    "tokens/s": "token/s",
    "V/V": "1",
}


def write(result, base, unit=None, digits=None):
    """`result` in base unit `base` as text, in `unit` if one is given.

    Args:
        result: int, float, bool or text.
        base: unit of the result as its docstring states it.
        unit: unit to write it in, of the same kind.
        digits: significant digits; without, integers are written whole and other numbers with three.

    >>> write(131072, "B", "KiB")
    '128\\u202fKiB'
    >>> write(142406400, "1")
    '142,406,400'
    >>> write(0.00479, "s", "ms")
    '4.79\\u202fms'
    """
    written, unit = in_unit(result, base, unit, digits)
    space = "" if unit in ("", "%", "×") else "\u202f"
    return f"{written}{space}{unit}"


def write_bare(result, base, unit=None, digits=None):
    """As `write`, without the unit, where a heading or the words around name it.

    >>> write_bare(989e12, "FLOP/s", "TFLOP/s", 4)
    '989'
    """
    return in_unit(result, base, unit, digits)[0]


def fitting(quantity, base):
    """The largest unit in which `quantity` has a whole part once it is rounded to three digits.

    Args:
        quantity: int or float, finite.
        base: its base unit.

    Returns:
        The unit, of FITTING or FITTING_ELSEWHERE; None where the base unit has no others. Zero stays in the
        base unit, and what is too small for any in the smallest.

    >>> fitting(999.4e6, "B"), fitting(999.6e6, "B"), fitting(0, "s"), fitting(0.248, "share")
    ('MB', 'GB', 's', '%')
    """
    units = (FITTING | FITTING_ELSEWHERE).get(base if base in FITTING else SAME.get(base, base))
    if units is None:
        return None
    if quantity == 0:
        return next((unit for unit in units if UNITS[unit][1] == 1), units[0])
    large = (unit for unit in reversed(units) if _rounded(abs(scaled(quantity, UNITS[unit][1])), 3) >= 1)
    return next(large, units[0])


def write_fitting(result, base):
    """`result` in base unit `base` as text, in the unit that fits its size; "unknown" for None and no number.

    The page writes by the same rule, over the same cases. Exact are what a double holds: a whole number up
    to 2 ** 53, and any number's three digits.

    >>> write_fitting(8578400256, "1"), write_fitting(4096, "token"), write_fitting(None, "B")
    ('8.58\\u202fbillion', '4,096', 'unknown')
    """
    if result is None or not _finite(result):
        return UNKNOWN
    return write(result, base, fitting(result, base))


def in_unit(result, base, unit=None, digits=None):
    """(number, unit) as they are written; the unit is empty beside words. Arguments are those of `write`."""
    if isinstance(result, (str, bool)):
        return WORDS.get(result, result), ""
    if result is None:
        return "none", ""
    if unit is None:
        unit, factor = WRITTEN.get(base, base), 1
    else:
        factor = factor_of(unit, base)
    return number(scaled(result, factor), digits), unit


# From here on a number of bytes is read with more ease in a larger unit.
MANY = 10_000_000


def readable(quantity, base):
    """(number, unit, whether that is all of it) of a number in base unit `base`, for a case that is worked.

    Counts stand whole, small byte counts too; other numbers with four digits in the unit that is `fitting`.

    >>> readable(131072, "B"), readable(50e6, "B/s"), readable(0.0047951, "s")
    (('131,072', 'B', True), ('50', 'MB/s', True), ('4.795', 'ms', False))
    """
    whole = isinstance(quantity, int)
    # A count is not scaled: in a line that is worked every digit of it is read.
    unit = None if SAME.get(base, base) == "1" else fitting(quantity, base)
    if (whole and (unit is None or abs(quantity) < MANY)) or quantity == 0:
        return number(quantity), WRITTEN.get(base, base), True
    in_this = quantity if unit is None else scaled(quantity, UNITS[unit][1])
    all_of_it = float(f"{in_this:.4g}") == in_this
    return (
        number(in_this, digits_of(in_this) if all_of_it else 4),
        WRITTEN.get(base, base) if unit is None else unit,
        all_of_it,
    )


def scaled(result, factor):
    """`result` in a unit of the size `factor`. Small units are exact fractions; floats such as 1e-3 are not.

    >>> scaled(0.01275, 1e-3), 0.01275 / 1e-3
    (12.75, 12.749999999999998)
    """
    if factor == 1:
        return result
    return result / factor if factor > 1 else result * round(1 / factor)


def factor_of(unit, base):
    """Size of `unit` in the base unit `base`. Raises MacroError with those that fit."""
    if unit not in UNITS:
        raise MacroError(unknown("unit", unit, UNITS))
    kind, factor = UNITS[unit]
    if kind != SAME.get(base, base):
        right = ", ".join(u for u, (k, _) in UNITS.items() if k == SAME.get(base, base) and u)
        raise MacroError(f"a result in [{base}] cannot be written in {unit}; it can in: {right or base}")
    return factor


def number(quantity, digits=None):
    """A number with thousands separators, of `digits` significant digits; else whole, or of three.

    >>> number(142406400.0), number(0.25), number(13.4567, 2), number(1234567, 3), number(-0.0000123)
    ('142,406,400', '0.250', '13', '1,230,000', '−1.23·10⁻⁵')
    """
    if not _finite(quantity):
        raise MacroError(f"the result is {quantity}: no number to print")
    whole = quantity == int(quantity)
    if whole and digits is None:
        return f"{int(quantity):,}".replace("-", "−")
    digits = 3 if digits is None else digits
    rounded = _rounded(quantity, digits)
    if rounded == 0:
        return "0"
    exponent = int(f"{abs(rounded):e}".split("e")[1])
    if exponent < -4 or exponent >= 16:
        mantissa = f"{rounded:.{digits - 1}e}".split("e")[0]
        return (mantissa + "·10" + str(exponent).translate(SUPERSCRIPTS)).replace("-", "−")
    decimals = max(0, digits - 1 - exponent)
    text = f"{rounded:,.{decimals}f}"
    if whole and "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace("-", "−")


def _finite(quantity):
    return quantity == quantity and quantity not in (float("inf"), float("-inf"))


def _rounded(quantity, digits):
    return float(f"{quantity:.{digits - 1}e}")


def digits_of(quantity, most=17):
    """Significant digits, up to `most`, that a figure was stated with; None for a whole one.

    >>> number(240.4, digits_of(240.4)), number(0.66, digits_of(0.66)), number(52, digits_of(52))
    ('240.4', '0.66', '52')
    >>> number(0.30000000000000004, digits_of(0.30000000000000004, most=3))
    '0.3'
    """
    if quantity == int(quantity):
        return None
    mantissa = repr(float(f"{quantity:.{most}g}")).split("e")[0]
    return len(mantissa.replace(".", "").strip("0"))


SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
