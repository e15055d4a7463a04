"""How quantities are written."""

import pytest

from macros.errors import MacroError
from macros.quantities import UNITS, number, write


@pytest.mark.parametrize(
    "quantity, digits, text",
    [
        (142406400, None, "142,406,400"),  # whole numbers in full
        (142406400, 3, "142,000,000"),
        (4.76683, 3, "4.77"),
        (0.0157, 2, "0.016"),
        (999.96, 3, "1,000"),  # rounding carries into a new digit
        (-26.5, 3, "−26.5"),  # a minus sign, not a hyphen
        (3.3e-5, 2, "3.3·10⁻⁵"),
        (0, None, "0"),
    ],
)
def test_a_number_has_thousands_separators_and_the_digits_asked_for(quantity, digits, text):
    assert number(quantity, digits) == text


@pytest.mark.parametrize(
    "bytes_, unit, text",
    [
        (80 * 10**9, "GB", "80\u202fGB"),
        (80 * 10**9, "GiB", "74.5\u202fGiB"),  # 80e9 / 2**30 = 74.506
        (131072, "KiB", "128\u202fKiB"),
        (131072, "kB", "131\u202fkB"),
    ],
    ids=["decimal", "decimal in binary units", "binary", "binary in decimal units"],
)
def test_decimal_and_binary_multiples_of_a_byte_are_kept_apart(bytes_, unit, text):
    assert write(bytes_, "B", unit) == text


def test_an_infinite_result_is_refused_and_not_printed():
    with pytest.raises(MacroError, match="no number to print"):
        number(float("inf"))


def test_a_unit_of_another_kind_is_refused_with_those_that_fit():
    with pytest.raises(MacroError, match=r"\[s\] cannot be written in GiB; it can in: s, ms"):
        write(1.0, "s", "GiB")


def test_every_unit_belongs_to_a_base_unit_that_is_a_unit_itself():
    assert all(base == "1" or base in UNITS or base == "ohm" for base, _ in UNITS.values())
