"""The formulas' one text gives equal results as Python ints, as NumPy arrays and in MicroPython."""

import ast
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

from llmmath.formulas import extremes, memory, multiplications, roofline, training

ROOT = Path(__file__).parents[3]
MODULES = (extremes, multiplications, memory, roofline, training)
FORMULAS = {
    f"{module.__name__.removeprefix('llmmath.formulas.')}.{name}": function
    for module in MODULES
    for name, function in vars(module).items()
    if inspect.isfunction(function) and function.__module__ == module.__name__ and not name.startswith("_")
}
KEYWORD_FORMULAS = {key: f for key, f in FORMULAS.items() if not key.startswith("extremes.")}
# Division gives floats; everything else has to be exact to the last integer.
EXACT = [key for key in KEYWORD_FORMULAS if not key.startswith("roofline.")]


def drawn(function, numbers):
    """Random arguments for a formula: small and large, of the size that such a quantity has."""
    return {
        name: max(
            1,
            int(10 ** numbers.uniform(0, 4 if name not in ("bytes_per_value", "bytes_per_weight") else 0.8)),
        )
        for name in inspect.signature(function).parameters
    }


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


def test_micropython_gives_every_exact_formula_to_the_last_integer():
    numbers = random.Random(1)
    calls = [(key, drawn(FORMULAS[key], numbers)) for key in EXACT for _ in range(200)]
    for (key, arguments), theirs in zip(calls, in_micropython(calls), strict=True):
        assert int(theirs) == FORMULAS[key](**arguments), (key, arguments)


def test_micropython_gives_the_roofline_to_the_last_bits():
    numbers = random.Random(2)
    keys = [key for key in KEYWORD_FORMULAS if key.startswith("roofline.")]
    calls = [(key, drawn(FORMULAS[key], numbers)) for key in keys for _ in range(200)]
    for (key, arguments), theirs in zip(calls, in_micropython(calls), strict=True):
        # its repr of a float may drop the last of 17 digits
        assert float(theirs) == pytest.approx(FORMULAS[key](**arguments), rel=1e-15), (key, arguments)


@pytest.mark.parametrize("key", EXACT)
def test_an_array_of_python_ints_gives_every_int(key):
    function, numbers = FORMULAS[key], random.Random(3)
    rows = [drawn(function, numbers) for _ in range(50)]
    columns = {name: np.array([row[name] for row in rows], dtype=object) for name in rows[0]}
    assert list(function(**columns)) == [function(**row) for row in rows]


@pytest.mark.parametrize("key", EXACT)
def test_an_array_of_machine_ints_gives_every_int_that_fits(key):
    function, numbers = FORMULAS[key], random.Random(4)
    rows = [row for row in (drawn(function, numbers) for _ in range(200)) if function(**row) < 2**62]
    assert len(rows) > 20
    columns = {name: np.array([row[name] for row in rows]) for name in rows[0]}
    assert function(**columns).tolist() == [function(**row) for row in rows]


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


@pytest.mark.parametrize("key", KEYWORD_FORMULAS)
def test_a_formula_takes_keywords_only_and_says_what_it_counts(key):
    function = FORMULAS[key]
    assert all(p.kind is p.KEYWORD_ONLY for p in inspect.signature(function).parameters.values())
    text = inspect.getdoc(function)
    for part in ("Args:", "Returns:", "Holds for:", "Source:", ">>> "):
        assert part in text, part
    for name in inspect.signature(function).parameters:
        assert f"{name}: " in text or f"{name}, " in text, name
