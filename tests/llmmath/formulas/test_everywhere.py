"""The formulas' one text gives equal results as Python ints, as NumPy arrays and in MicroPython.

What is tested here are all files of the folder: a new one is tested by being there.
"""

import ast
import doctest
import inspect
import json
import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmmath.formulas import extremes
from macros.typeset import docstring
from tests.llmmath.formulas.by_place import FORMULAS, FUNCTIONS, MODULES, drawn

ROOT = Path(__file__).parents[3]


def is_exact(function):
    """Whether a formula's documented examples show whole numbers, unrounded: then all its results are."""
    examples = doctest.DocTestParser().get_examples(inspect.getdoc(function))
    return not any("." in example.want or "round(" in example.source for example in examples)


# These have to be exact to the last integer.
EXACT = [key for key, function in FORMULAS.items() if is_exact(function)]
REAL = [key for key in FORMULAS if key not in EXACT]


def rows(key, count):
    """Arguments for `count` calls of a formula, the same every time."""
    numbers = random.Random(key)
    return [drawn(FORMULAS[key], numbers) for _ in range(count)]


def columns(arguments, dtype):
    """The arguments of many calls as one call's arrays."""
    return {name: np.array([row[name] for row in arguments], dtype=dtype) for name in arguments[0]}


# One process answers for all formulas; it runs the package's own files.
MICROPYTHON = """
import sys, json
sys.path.insert(0, {root!r})
for line in sys.stdin:
    key, arguments = json.loads(line)
    module, name = key.split(".")
    function = getattr(__import__("llmmath.formulas." + module, None, None, [name]), name)
    print(repr(function(**arguments)))
"""


def in_micropython(calls):
    """Results of (formula, arguments) pairs, computed by MicroPython from the same files."""
    program = Path(sys.executable).parent / "micropython"
    done = subprocess.run(
        [str(program), "-c", MICROPYTHON.format(root=str(ROOT))],
        input="".join(json.dumps(call) + "\n" for call in calls),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_every_file_of_the_folder_is_tested():
    assert {module.__name__.rpartition(".")[2] for module in MODULES} == {
        path.stem for path in (ROOT / "llmmath/formulas").glob("*.py") if path.stem != "__init__"
    }
    assert {key.partition(".")[0] for key in FUNCTIONS} == {m.__name__.rpartition(".")[2] for m in MODULES}


def test_micropython_gives_every_exact_formula_to_the_last_integer():
    calls = [(key, row) for key in EXACT for row in rows(key, 200)]
    for (key, arguments), theirs in zip(calls, in_micropython(calls), strict=True):
        assert int(theirs) == FORMULAS[key](**arguments), (key, arguments)


def test_micropython_gives_every_other_formula_to_the_last_bits():
    calls = [(key, row) for key in REAL for row in rows(key, 200)]
    for (key, arguments), theirs in zip(calls, in_micropython(calls), strict=True):
        # its repr of a float may drop the last of 17 digits, and its power of many factors the last few
        assert float(theirs) == pytest.approx(FORMULAS[key](**arguments), rel=1e-12), (key, arguments)


@pytest.mark.parametrize("key", EXACT)
def test_ints_give_an_int(key):
    assert {type(FORMULAS[key](**row)) for row in rows(key, 20)} == {int}


@pytest.mark.parametrize("key", FORMULAS)
def test_an_array_of_python_numbers_gives_what_each_gives(key):
    arguments = rows(key, 50)
    assert list(FORMULAS[key](**columns(arguments, object))) == [FORMULAS[key](**row) for row in arguments]


@pytest.mark.parametrize("key", EXACT)
def test_an_array_of_machine_ints_gives_every_int_that_fits(key):
    arguments = [row for row in rows(key, 200) if FORMULAS[key](**row) < 2**62]
    assert len(arguments) > 20
    found = FORMULAS[key](**columns(arguments, np.int64))
    assert found.dtype == np.int64
    assert found.tolist() == [FORMULAS[key](**row) for row in arguments]


@pytest.mark.parametrize("key", FORMULAS)
def test_an_array_of_floats_gives_what_its_values_give(key):
    arguments = rows(key, 50)
    assert FORMULAS[key](**columns(arguments, float)) == pytest.approx(
        [float(FORMULAS[key](**row)) for row in arguments], rel=1e-12
    )


@settings(max_examples=50)
@given(st.lists(st.tuples(st.floats(-1e9, 1e9), st.floats(-1e9, 1e9)), min_size=1, max_size=9))
def test_extremes_of_arrays_are_those_of_their_values(pairs):
    a, b = np.array(pairs).T
    assert extremes.larger(a, b).tolist() == [max(x, y) for x, y in pairs]
    assert extremes.smaller(a, b).tolist() == [min(x, y) for x, y in pairs]
    assert extremes.smaller(a, 1).tolist() == [min(x, 1) for x, _ in pairs]
    assert extremes.smaller(1, b).tolist() == [min(1, y) for _, y in pairs]


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_a_formula_module_imports_only_math_and_its_neighbours(module):
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if isinstance(node, ast.Import):
            assert [alias.name for alias in node.names] == ["math"]
        if isinstance(node, ast.ImportFrom):
            assert node.level == 1 and f"llmmath.formulas.{node.module}" in [m.__name__ for m in MODULES]


@pytest.mark.parametrize("key", FORMULAS)
def test_a_formula_takes_keywords_only_and_says_what_it_counts(key):
    function = FORMULAS[key]
    parameters = inspect.signature(function).parameters
    assert all(p.kind is p.KEYWORD_ONLY for p in parameters.values())
    text = inspect.getdoc(function)
    for part in ("Args:", "Returns:", "Holds for:", "Source:", ">>> "):
        assert part in text, part
    about = docstring(function)
    assert about.returns_unit
    assert {name: about.args[name].unit for name in parameters}.keys() == parameters.keys()
    assert all(about.args[name].unit for name in parameters)
