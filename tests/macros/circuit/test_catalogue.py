"""Values as the text writes them, in SI."""

import pytest

from macros.circuit.catalogue import BY_NAME, read_value


@pytest.mark.parametrize(
    "text,kind,value,unit",
    [
        # The SI's prefixes; the number is the double nearest to what is written.
        ("47p", "C", 47e-12, "F"),
        ("33n", "C", 33e-9, "F"),
        ("4.7u", "C", 4.7e-6, "F"),
        ("4.7µ", "C", 4.7e-6, "F"),
        ("10m", "L", 10e-3, "H"),
        ("330", "R", 330.0, "ohm"),
        ("2.2k", "R", 2200.0, "ohm"),
        ("1.5M", "R", 1_500_000.0, "ohm"),
        ("1G", "R", 1e9, "ohm"),
        # Every unit, written out.
        ("10ohm", "R", 10.0, "ohm"),
        ("10kOhm", "R", 10_000.0, "ohm"),
        ("1uF", "C", 1e-6, "F"),
        ("1mH", "L", 1e-3, "H"),
        ("3.3V", "DC", 3.3, "V"),
        ("200mA", "FAN", 0.2, "A"),
        ("50Hz", "AC", 50.0, "Hz"),
        ("3950K", "THERMISTOR", 3950.0, "K"),
        ("2W", "R", 2.0, "W"),
        # What a bare number is.
        ("5", "DC", 5.0, "V"),
        ("1m", "I", 1e-3, "A"),
        ("10k", "P", 10_000.0, "ohm"),
        ("10k", "THERMISTOR", 10_000.0, "ohm"),
    ],
)
def test_a_value_is_read_in_si(text, kind, value, unit):
    assert read_value(text, BY_NAME[kind]) == (value, unit)
