"""Numbers as charts and their tables write them."""

import math

PREFIXES = {-12: "p", -9: "n", -6: "µ", -3: "m", 0: "", 3: "k", 6: "M", 9: "G", 12: "T", 15: "P", 18: "E"}
SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
THIN = "\u202f"


def written(value, axis, digits=4):
    """`value` of the data in the unit of `axis`, with up to `digits` significant digits; integers whole.

    >>> from macros.charts.spec import Axis
    >>> written(131072, Axis("cache", "B")), written(131072, Axis("cache", "KiB", factor=1024))
    ('131,072', '128')
    >>> written(3.12e14, Axis("peak", "FLOP/s", prefix=True)), written(2.5e-7, Axis("time", "s"))
    ('312\u202fT', '2.5\u202f×\u202f10⁻⁷')
    """
    shown = value / axis.factor if axis.factor != 1 else value
    if axis.prefix and shown:
        return _prefixed(shown, digits)
    if isinstance(shown, int):
        return f"{shown:,}"
    return _decimal(shown, digits)


def tick(value, axis):
    """`value` as a tick shows it: powers of ten where they are shorter."""
    shown = value / axis.factor if axis.factor != 1 else value
    if axis.prefix and shown:
        return _prefixed(shown, 3)
    if axis.scale == "log" and shown:
        exponent = round(math.log10(abs(shown)))
        if math.isclose(shown, 10.0**exponent) and not -4 < exponent < 5:
            return "10" + str(exponent).translate(SUPERSCRIPTS)
    return _decimal(float(shown), 6)


def _prefixed(shown, digits):
    exponent = 3 * math.floor(math.log10(abs(shown)) / 3 + 1e-12)
    exponent = min(max(exponent, min(PREFIXES)), max(PREFIXES))
    prefix = PREFIXES[exponent]
    return f"{shown / 10.0**exponent:.{digits}g}" + (THIN + prefix if prefix else "")


def _decimal(shown, digits):
    if shown and not 1e-4 <= abs(shown) < 1e7:
        mantissa, exponent = f"{shown:.{digits - 1}e}".split("e")
        mantissa = mantissa.rstrip("0").rstrip(".")
        return f"{mantissa}{THIN}×{THIN}10{str(int(exponent)).translate(SUPERSCRIPTS)}".replace("-", "−")
    whole = max(digits - 1 - math.floor(math.log10(abs(shown))), 0) if shown else 0
    text = f"{shown:,.{whole}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.replace("-", "−")
