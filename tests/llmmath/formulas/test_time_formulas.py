"""The formulas about batching, capacity, splitting and cost: alike on numbers, on arrays and in MicroPython."""

import inspect
import json
import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from llmmath.formulas import batching, capacity, cost, parallel
from llmmath.formulas.extremes import larger

ROOT = Path(__file__).parents[3]
FORMULAS = {
    f"{module.__name__.removeprefix('llmmath.formulas.')}.{name}": function
    for module in (batching, capacity, cost, parallel)
    for name, function in vars(module).items()
    if inspect.isfunction(function) and function.__module__ == module.__name__ and not name.startswith("_")
}
# The size that a quantity has, as its least power of ten and its largest.
SIZES = {
    "n_experts": (0.9, 2.5), "n_experts_per_token": (0, 0.8), "n_tokens": (0, 3), "batch": (0, 3),
    "peak_flops": (12, 15), "flops_per_query": (12, 13), "memory_bandwidth": (11, 12.8),
    "link_bandwidth": (9, 12), "memory_capacity": (9.5, 11.5), "weight_bytes": (8, 11),
    "weight_bytes_read": (8, 11), "cache_bytes_read_per_query": (5, 8), "bytes_per_query": (5, 8),
    "cache_bytes_per_token": (3, 6), "activation_bytes": (3, 6), "reserved_bytes": (0, 9),
    "needed_bytes": (9, 12), "n_bytes": (3, 9), "n_accelerators": (0, 1.2), "n_layers": (0, 2),
    "d_model": (2, 4.2), "n_inputs": (3.5, 4.5), "n_outputs": (3.5, 4.5), "bytes_per_value": (0, 0.3),
    "price_per_hour": (0, 2), "power": (1, 3), "tokens_per_second": (0, 5), "reserved_fraction": (-2, 0),
    "communication_seconds_per_query": (-3, -1),
}  # fmt: skip
WHOLE = (
    "n_",
    "batch",
    "bytes_per_q",
    "weight_bytes",
    "memory_capacity",
    "reserved_bytes",
    "needed",
    "d_model",
)
MICROPYTHON = """
import sys, json
sys.path.insert(0, {root!r})
for line in sys.stdin:
    key, arguments = json.loads(line)
    module, name = key.split(".")
    function = getattr(__import__("llmmath.formulas." + module, None, None, [name]), name)
    print(repr(function(**arguments)))
"""


def drawn(function, numbers):
    """Random arguments of the size that each quantity has."""
    found = {}
    for name in inspect.signature(function).parameters:
        value = 10 ** numbers.uniform(*SIZES[name])
        found[name] = max(1, int(value)) if name.startswith(WHOLE) else value
    return found


def test_micropython_gives_what_python_gives():
    numbers = random.Random(5)
    calls = [(key, drawn(FORMULAS[key], numbers)) for key in FORMULAS for _ in range(50)]
    done = subprocess.run(
        [str(Path(sys.executable).parent / "micropython"), "-c", MICROPYTHON.format(root=str(ROOT))],
        input="".join(json.dumps(call) + "\n" for call in calls),
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    for (key, arguments), theirs in zip(calls, done.stdout.splitlines(), strict=True):
        assert float(theirs) == pytest.approx(FORMULAS[key](**arguments), rel=1e-9), (key, arguments)


@pytest.mark.parametrize("key", FORMULAS)
def test_an_array_gives_what_its_values_give(key):
    function, numbers = FORMULAS[key], random.Random(6)
    rows = [drawn(function, numbers) for _ in range(50)]
    columns = {name: np.array([row[name] for row in rows], dtype=float) for name in rows[0]}
    assert function(**columns) == pytest.approx([function(**row) for row in rows], rel=1e-9)


@pytest.mark.parametrize("key", FORMULAS)
def test_a_formula_takes_keywords_only_and_says_what_it_counts(key):
    function = FORMULAS[key]
    text = inspect.getdoc(function)
    for part in ("Args:", "Returns:", "Holds for:", "Source:", ">>> "):
        assert part in text, part
    for name, parameter in inspect.signature(function).parameters.items():
        assert parameter.kind is parameter.KEYWORD_ONLY and f"{name}: " in text, name


def test_all_tokens_together_touch_no_more_than_all_experts_and_one_touches_what_it_picks():
    touched = batching.expected_experts(
        n_experts=128, n_experts_per_token=8, n_tokens=np.array([1, 10, 10**6])
    )
    assert touched[0] == pytest.approx(8)
    assert touched[0] < touched[1] < touched[2] <= 128
    assert batching.expected_experts(n_experts=4, n_experts_per_token=4, n_tokens=1) == 4


def test_what_does_not_fit_is_missing_and_what_fits_leaves_nothing_missing():
    assert larger(141 - 80, 0) == capacity.missing_bytes(needed_bytes=141, memory_capacity=80) == 61
    assert capacity.missing_bytes(needed_bytes=80, memory_capacity=80) == 0
    assert (
        capacity.largest_batch(memory_capacity=80, weight_bytes=141, bytes_per_query=1, reserved_bytes=0) == 0
    )


def test_one_accelerator_alone_sends_nothing():
    assert parallel.all_reduce_bytes(n_accelerators=1, n_bytes=10**6) == 0
