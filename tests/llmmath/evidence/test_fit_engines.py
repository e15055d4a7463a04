"""The constants that are committed are what the program that fits them makes of the committed judgement."""

import tomllib
from dataclasses import replace

import numpy as np
import pytest

from benchmarks import fit_engines
from llmmath.estimate import EIGHTY_PERCENT, WIDENING
from llmmath.evidence import judged
from llmmath.records import engines
from llmmath.records.rows import table

# Times, spreads and intervals are written with four digits.
WRITTEN = 5e-3


def of_family(key, engine=None):
    """Points of an engine; with another, as fast as that one would have been."""
    points = [point for point in judged.judged_points() if point.family == key]
    if engine is None:
        return points
    return [replace(point, seconds=point.expected_seconds(engine)) for point in points]


@pytest.fixture(scope="module")
def judgement():
    return fit_engines.kept(judged.judged_points())


def test_a_fit_finds_the_engine_again_that_made_the_points():
    slow = replace(engines.get("typical"), bandwidth_share=0.6, operation_latency=6e-6)
    data = fit_engines.Data(of_family("gpt-fast", slow))
    tree, solution, _ = fit_engines.fit(data)
    assert fit_engines.predicted(data, tree, solution) == pytest.approx(data.seconds, rel=0.06)
    found = tree.constants(solution, tree.rows(data.paths))["bandwidth_share"]
    assert found == pytest.approx(0.6, rel=0.06)


def test_the_lines_of_an_engine_are_read_back_as_its_constants():
    fitted = fit_engines.fit(fit_engines.Data(of_family("gpt-fast")))
    tree, solution, _ = fitted
    spreads = {"spread": dict.fromkeys(engines.KINDS, 0.25)}
    nodes = (fit_engines.ALL, "gpt-fast")
    lines = fit_engines.engine_table("gpt-fast", {"n_points": 33}, nodes, fitted, spreads)
    row = tomllib.loads("\n".join(lines))["gpt-fast"]
    values = tree.constants(solution, tree.rows([nodes]))
    for name in engines.CONSTANTS:
        assert row[name] == pytest.approx(values[name][0], rel=WRITTEN)
        assert row["errors"][name] > 0
    assert row["spread"] == spreads["spread"] and row["evidence"] == {"n_points": 33}


def test_the_spread_holds_four_points_in_five_and_each_system_counts_alike():
    eight = [one for one in of_family("qserve") if one.accelerator.key == "l40s"]
    four = [one for one in of_family("calm") if one.accelerator.key == "apple-m4"]
    assert (len(eight), len(four)) == (8, 4)
    off = np.array([0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.07, 0.08, 0.1, 0.2, 0.3, 0.4])
    points = eight + four
    expected = np.array([point.seconds for point in points]) * np.exp(off)
    # The eight are half of all and each of the four an eighth: 0.5, 0.625, 0.75, and with the third 0.875. By
    # points alone the second would do.
    assert fit_engines.spread(points, range(12), expected) == pytest.approx(0.3 / EIGHTY_PERCENT)


def test_the_reach_of_a_judged_batch_is_that_of_other_models_and_wider_for_each_doubling(judgement):
    points = judged.judged_points()
    numbers, times = judgement["batch"]["vllm"]
    few = {"batch": {"vllm": (numbers[:3], times[:3])}, "model": judgement["model"]}
    _, found = next(fit_engines.reaches(points, few))
    held = {id(point): ends for point, ends in judged.rows("batch", unexplained=True)}
    seen = judged.upper_batch(of_family("vllm"))
    for (number, expected, reach), time in zip(found, times):
        point = points[number]
        others = fit_engines.spreads(points, judgement["model"], {point.model.key}, judged.model)
        spread = np.hypot(others["vllm", point.kind], WIDENING * np.log2(point.batch / seen))
        assert point.batch > seen and expected == time
        assert reach == pytest.approx(np.exp(EIGHTY_PERCENT * spread), rel=WRITTEN)
        ends = held[id(point)]
        assert ends["high"] / ends["expected"] == pytest.approx(reach, rel=WRITTEN)


@pytest.mark.parametrize("key", ["typical", "vllm", "vllm@NVIDIA datacenter GPU", "llama.cpp"])
def test_the_spreads_of_the_record_are_those_of_the_judgement(key, judgement):
    points = judged.judged_points()
    unseen, seen, untold = (
        fit_engines.spreads(points, judgement[way]) for way in ("system", "model", "engine")
    )
    family = None if key == "typical" else key.split("@")[0]
    measured = {kind: seen[family, kind] if family else untold[None, kind] for kind in engines.KINDS}
    row = table("attained.toml", engines.__file__)[key]
    assert row["spread_measured"] == pytest.approx(measured, rel=WRITTEN)
    assert row["spread"] == pytest.approx(
        {kind: max(unseen[family, kind], measured[kind]) for kind in engines.KINDS}, rel=WRITTEN
    )
