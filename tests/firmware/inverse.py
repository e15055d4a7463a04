"""The script's conversions the other way round: the board has no use for them, the tests do."""

import math

from firmware import thermistor_fan as fan


def reading_of_code(code):
    """The 16 bits that read_u16() makes of a 12-bit code: the code, its top four bits again below."""
    return code << 4 | code >> 8


def code_of_ohms(ohms):
    """Code that an ideal converter gives for this thermistor [ohm]."""
    return int(fan.CODES * (fan.R_DIVIDER / (fan.R_DIVIDER + ohms)))


def ohms_by_beta(kelvin):
    return fan.R25 * math.exp(fan.BETA * (1 / kelvin - 1 / fan.T25))


def ohms_by_steinhart_hart(kelvin, a, b, c):
    """The real root of c x^3 + b x + a = 1/T for x = ln R (Cardano; b and c above zero)."""
    half = (a - 1 / kelvin) / (2 * c)
    root = math.sqrt((b / (3 * c)) ** 3 + half * half)
    return math.exp((root - half) ** (1 / 3) - (root + half) ** (1 / 3))


def code_of_milli_celsius(mc):
    """12-bit code at a temperature [m°C], by beta."""
    return code_of_ohms(ohms_by_beta(mc / 1000 + fan.ZERO_CELSIUS))
