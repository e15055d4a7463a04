"""How quantities are written."""

import json
from pathlib import Path

import pytest

from macros.errors import MacroError
from macros.quantities import (
    FITTING,
    FITTING_ELSEWHERE,
    SAME,
    UNITS,
    digits_of,
    number,
    readable,
    write,
    write_fitting,
)

# Cases that the page is held to as well, see tests/site/test_answers.py.
CASES = json.loads((Path(__file__).parents[1] / "data" / "quantities.json").read_text(encoding="utf-8"))
NO_NUMBERS = {"infinite": float("inf"), "-infinite": float("-inf"), "no number": float("nan")}


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
        (0.25, None, "0.250"),  # computed figures have three digits, zeros included
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


# SI Brochure, 9th edition, table 7, and IEC 80000-13 for the multiples of 1024
PREFIXES = {"P": 1e15, "T": 1e12, "G": 1e9, "M": 1e6, "k": 1e3, "m": 1e-3, "µ": 1e-6, "n": 1e-9}
PREFIXES |= {"Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40}


def test_a_prefix_means_what_the_si_says():
    symbols = {base: "Ω" if base == "ohm" else base for base, _ in UNITS.values() if base != "1"}
    prefixed = 0
    for unit, (base, factor) in UNITS.items():
        prefix = unit.removesuffix(symbols[base]) if base in symbols else ""
        if prefix in PREFIXES:
            assert factor == PREFIXES[prefix], unit
            prefixed += 1
        elif unit == symbols.get(base):
            assert factor == 1, unit
    assert prefixed > 20


def test_milliseconds_are_written_as_such():
    # (15.010 GB + 0.134 GB) / 3.35 TB/s
    assert write(0.00452, "s", "ms") == "4.52\u202fms"


@pytest.mark.parametrize(
    "quantity, most, text",
    [
        (240.4, 17, "240.4"),
        (0.66, 17, "0.66"),
        (52, 17, "52"),
        (0.0065, 3, "0.0065"),
        (5.9984, 3, "6"),
        (0.02470000000001, 3, "0.0247"),  # no digit that a conversion brought along
    ],
)
def test_a_stated_figure_keeps_the_digits_it_was_stated_with(quantity, most, text):
    assert number(quantity, digits_of(quantity, most)) == text


def test_an_infinite_result_is_refused_and_not_printed():
    with pytest.raises(MacroError, match="no number to print"):
        number(float("inf"))


def test_a_unit_of_another_kind_is_refused_with_those_that_fit():
    with pytest.raises(MacroError, match=r"\[s\] cannot be written in GiB; it can in: s, ms"):
        write(1.0, "s", "GiB")


def test_every_unit_belongs_to_a_base_unit_that_is_a_unit_itself():
    assert all(base == "1" or base in UNITS or base == "ohm" for base, _ in UNITS.values())


def test_a_tie_is_rounded_as_it_is_written():
    # 12.75 ms lies between 12.7 and 12.8; 0.01275 / 1e-3 is 12.749999999999998, since 1e-3 is no exact float
    assert write(0.01275, "s", "ms") == "12.8\u202fms"


@pytest.mark.parametrize("case", CASES["numbers"], ids=lambda case: case["text"])
def test_a_number_is_written_as_in_the_cases_shared_with_the_page(case):
    assert number(case["value"], case["digits"]) == case["text"]


@pytest.mark.parametrize("case", CASES["texts"], ids=lambda case: case["text"])
def test_a_quantity_is_written_in_the_unit_that_fits_its_size(case):
    assert write_fitting(NO_NUMBERS.get(case["value"], case["value"]), case["unit"]) == case["text"]


def test_units_to_choose_from_stand_from_small_to_large():
    assert not set(FITTING) & set(FITTING_ELSEWHERE)
    for base, units in (FITTING | FITTING_ELSEWHERE).items():
        assert [UNITS[unit][0] for unit in units] == [SAME.get(base, base)] * len(units)
        factors = [UNITS[unit][1] for unit in units]
        assert factors == sorted(factors) and (1 in factors or units == ("%",))


@pytest.mark.parametrize(
    ("value", "base"),
    [(50e6, "B/s"), (3.35e12, "B/s"), (2e9, "FLOP/s"), (2000.0, "s"), (999.6e6, "B"), (16060522496, "B")],
)
def test_the_line_of_a_popover_and_a_calculator_choose_the_same_unit(value, base):
    _, unit, _ = readable(value, base)
    assert write_fitting(value, base).endswith(f"\u202f{unit}")
