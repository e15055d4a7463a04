"""Dimensional analysis: a formula's result changes with its arguments' units as its own unit says.

A quantity told in a unit half as large has twice the number. So every argument is multiplied by two for each
time that a unit stands above the stroke of its own, and divided for each below; then the result has to be
multiplied as its stated unit says, to the last digits of a float: a power of two changes none, a root may.
"""

import random

import pytest

from macros.typeset import docstring
from tests.llmmath.formulas.by_place import FORMULAS, drawn

# The units, as powers of those that are independent; units with a stroke follow from their parts. Tokens,
# multiplications and all else that is counted have none: formulas multiply counts of one thing by counts of
# another.
DIMENSIONS = {
    "1": {},
    "token": {},
    "multiplication": {},
    "B": {"B": 1},
    "s": {"s": 1},
    "h": {"s": 1},
    "FLOP": {"FLOP": 1},
    "J": {"J": 1},
    "W": {"J": 1, "s": -1},
    "currency": {"currency": 1},
}
INDEPENDENT = ("B", "s", "FLOP", "J", "currency")
# Formulas with a constant that has a unit, so that their arguments' units alone do not make up the result's.
CONSTANTS = {
    ("roofline.critical_batch", "FLOP"): "two FLOP for each weight and query",
    ("batching.matrix_critical_batch", "FLOP"): "two FLOP for each weight and vector",
    (
        "training.palm_flops_per_token",
        "FLOP",
    ): "six FLOP for each parameter, twelve for each value attended to",
}


def power(unit, dimension):
    """How often `dimension` stands in `unit`: above the stroke counts one, below minus one."""
    above, *below = unit.split("/")
    for part in (above, *below):
        assert part in DIMENSIONS, f"the unit '{part}' of [{unit}] is not known here: add it to DIMENSIONS"
    return DIMENSIONS[above].get(dimension, 0) - sum(DIMENSIONS[part].get(dimension, 0) for part in below)


def results(key, dimension, seed=1):
    """Pairs of a result times what its unit says, and the result from arguments in the smaller unit."""
    function, numbers = FORMULAS[key], random.Random(seed)
    about = docstring(function)
    found = []
    for _ in range(40):
        arguments = {name: float(value) for name, value in drawn(function, numbers).items()}
        smaller = {
            name: value * 2.0 ** power(about.args[name].unit, dimension) for name, value in arguments.items()
        }
        expected = function(**arguments) * 2.0 ** power(about.returns_unit, dimension)
        found.append((expected, function(**smaller)))
    return found


@pytest.mark.parametrize("dimension", INDEPENDENT)
@pytest.mark.parametrize("key", FORMULAS)
def test_a_result_changes_with_a_unit_as_its_own_unit_says(key, dimension):
    pairs = results(key, dimension)
    # Something that fits misses nothing in any unit: that alone would say nothing.
    assert any(expected for expected, _ in pairs)
    alike = all(found == pytest.approx(expected, rel=1e-12, abs=0) for expected, found in pairs)
    assert alike != ((key, dimension) in CONSTANTS)


def test_arguments_of_one_name_have_one_unit():
    units = {}
    for function in FORMULAS.values():
        for name, argument in docstring(function).args.items():
            units.setdefault(name, set()).add(argument.unit)
    assert {name: found for name, found in units.items() if len(found) > 1} == {}


def test_an_argument_that_is_named_like_a_formula_has_its_unit():
    by_name = {key.partition(".")[2]: function for key, function in FORMULAS.items()}
    shared = {
        (name, argument.unit)
        for function in FORMULAS.values()
        for name, argument in docstring(function).args.items()
        if name in by_name
    }
    # arithmetic_intensity, memory_seconds, compute_seconds, step_seconds, tokens_per_second and two of bytes
    assert len(shared) >= 7
    assert {(name, docstring(by_name[name]).returns_unit) for name, _ in shared} == shared
