"""The units that stand beside a function which returns a mapping are those of what it returns."""

from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from types import MappingProxyType

import pytest

from llmmath import bound, count, estimate, token_cost, worked
from llmmath.evidence import first_tokens, gpu_runs, judged, measurements, own_runs
from llmmath.pictured import one_layer, phases
from llmmath.records import accelerators, models
from macros import lookup, quantities, typeset

H100 = accelerators.get("h100-sxm")
ASSUMED = {
    "batch": 8, "context": 100, "fixed_seconds": 0.25, "reserved_bytes": 2 * 10**9, "n_accelerators": 2,
    "link_bandwidth": 10**9, "price_per_hour": 4, "power": 1400,
}  # fmt: skip
LOAD = {"concurrency": 8, "input": 1000, "output": 100}
SERVED = {**LOAD, "slo_ttft": 1, "slo_tpot": 0.5, "price_per_hour": 4, "power": 700}
RUNS = Path(__file__).parents[2] / "benchmarks" / "results"
RUN = RUNS / "decode-cpu.csv"
# What each module's functions return, whole: every entry that can be a number is one.
RESULTS = {
    count: lambda: [
        *(count.count(models.get(key), 1000) for key in ("gpt2", "deepseek-v3")),
        count.count(models.get("llama-3.1-8b"), 1000, dtype="Q4_K_M"),
    ],
    one_layer: lambda: [one_layer.one_layer(models.get("llama-3.1-8b"), 1000)],
    phases: lambda: [
        phases.decode_phases(models.get("llama-3.1-8b"), H100, 8, 100),
        phases.prefill_phases(models.get("llama-3.1-8b"), H100, 1, 100),
    ],
    token_cost: lambda: [token_cost.token_cost(models.get("qwen3-next-80b-a3b"), 1000)],
    bound: lambda: [bound.bound(models.get("llama-3.1-8b"), H100, **ASSUMED)],
    estimate: lambda: [estimate.estimate(models.get("llama-3.1-8b"), H100, engine="vllm", **SERVED)],
    worked: lambda: [worked.worked(models.get("llama-3.1-8b"), H100, engine="vllm", **LOAD)],
    judged: lambda: [judged.summary("system")],
    measurements: lambda: [
        *measurements.experts_read(measurements.get("dgx-spark-gpt-oss-120b")),
        measurements.bound_ratios(measurements.load().values()),
    ],
    first_tokens: lambda: [
        first_tokens.summary(),
        first_tokens.queues(),
        first_tokens.of_series("inferencex-870"),
    ],
    gpu_runs: lambda: [
        gpu_runs.attention_in_prompts(gpu_runs.steps(RUNS / "steps-h200.csv")),
        *gpu_runs.steps(RUNS / "steps-h200.csv"),
        *gpu_runs.rates(RUNS / "rates-h200.csv"),
        gpu_runs.summary(gpu_runs.steps(RUNS / "steps-h200.csv")),
        gpu_runs.attained_rates(gpu_runs.rates(RUNS / "rates-h200.csv")),
    ],
    own_runs: lambda: [own_runs.summary(own_runs.read(RUN)), *own_runs.read(RUN)],
}


def leaves(result, path=""):
    """Pairs of a dotted path and the number there; the items of a list stand at the path of the list."""
    if is_dataclass(result):
        result = {field.name: getattr(result, field.name) for field in fields(result)}
    if isinstance(result, dict):
        for key, value in result.items():
            yield from leaves(value, f"{path}.{key}" if path else str(key))
    elif isinstance(result, list):
        for value in result:
            yield from leaves(value, path)
    elif isinstance(result, (int, float)) and not isinstance(result, bool):
        yield path, result


def entry(units, path):
    """The longest entry of `units` that `path` is or stands below."""
    return max((key for key in units if f"{path}.".startswith(f"{key}.")), key=len, default=None)


def times(result, units, powers):
    """Every number of a result times the power of two that its unit has: {unit: exponent}."""
    return {path: value * 2.0 ** powers.get(units[entry(units, path)], 0) for path, value in leaves(result)}


@pytest.mark.parametrize("module", RESULTS, ids=lambda module: module.__name__)
def test_every_number_of_a_result_has_a_unit_and_every_unit_a_number(module):
    paths = {path for result in RESULTS[module]() for path, _ in leaves(result)}
    found = {path: entry(module.UNITS, path) for path in paths}
    assert [path for path, key in found.items() if key is None] == []
    assert set(module.UNITS) - set(found.values()) == set()


@pytest.mark.parametrize("module", RESULTS, ids=lambda module: module.__name__)
def test_the_units_are_base_units_that_a_page_can_write(module):
    base = {unit for unit, _ in quantities.UNITS.values()} | set(quantities.WRITTEN)
    assert set(module.UNITS.values()) <= base


@pytest.mark.parametrize("module", RESULTS, ids=lambda module: module.__name__)
def test_an_entry_named_like_a_formula_has_the_formulas_unit(module):
    formulas = lookup.formulas()
    shared = [key for key in module.UNITS if key in formulas]
    assert len(shared) >= {bound: 16, own_runs: 2, count: 2}.get(module, 0)
    for key in shared:
        assert module.UNITS[key] == typeset.docstring(formulas[key]).returns_unit, key


def test_in_seconds_of_half_the_number_every_entry_of_a_bound_changes_as_its_unit_says():
    # The same case told in units of two seconds: rates are twice the number, times half of it.
    faster = replace(
        H100,
        memory_bandwidth=2 * H100.memory_bandwidth,
        peak_flops=MappingProxyType({name: 2 * peak for name, peak in H100.peak_flops.items()}),
    )
    again = {"fixed_seconds": 0.125, "link_bandwidth": 2 * 10**9, "price_per_hour": 8, "power": 2800}
    expected = times(bound.bound(models.get("llama-3.1-8b"), H100, **ASSUMED), bound.UNITS,
                     {"s": -1, "token/s": 1})  # fmt: skip
    found = bound.bound(models.get("llama-3.1-8b"), faster, **ASSUMED | again)
    assert dict(leaves(found)) == pytest.approx(expected)


def test_in_bytes_of_twice_the_number_every_entry_of_a_bound_changes_as_its_unit_says():
    # The same case with 32 bits to every value, and twice as many bytes in memory and to a second.
    names = ("dtype", "kv_dtype", "activation_dtype")
    doubled = ("memory_bandwidth", "memory_capacity", "advertised_memory")
    wide = replace(H100, **{name: 2 * getattr(H100, name) for name in doubled})
    again = {"link_bandwidth": 2 * 10**9, "reserved_bytes": 4 * 10**9}
    case = {**ASSUMED, "compute_dtype": "bf16"}
    expected = times(
        bound.bound(models.get("llama-3.1-8b"), H100, **case | dict.fromkeys(names, "bf16")),
        bound.UNITS,
        {"B": 1, "FLOP/B": -1},
    )
    found = bound.bound(models.get("llama-3.1-8b"), wide, **case | again | dict.fromkeys(names, "fp32"))
    assert dict(leaves(found)) == pytest.approx(expected)


@pytest.mark.parametrize("key", ["gpt2", "deepseek-v3"])
def test_in_values_of_twice_the_bytes_every_entry_of_a_count_changes_as_its_unit_says(key):
    expected = times(count.count(models.get(key), 1000, 3, "bf16"), count.UNITS, {"B": 1})
    assert dict(leaves(count.count(models.get(key), 1000, 3, "fp32"))) == expected
