"""What estimates are judged by: predictions of what the constants never saw."""

import json
from types import SimpleNamespace

import pytest

from llmmath.errors import InputError
from llmmath.evidence import judged, measurements
from llmmath.records import engines

POINTS = judged.used_points()


def test_the_evidence_is_as_wide_as_it_was_meant_to_be():
    # at least 300 points of at least 12 engines-and-cards, consumer cards and Apple's among them
    systems = {judged.system(point) for point in POINTS}
    assert len(POINTS) >= 300 and len(systems) >= 12
    kinds = {point.accelerator.kind for point in POINTS}
    assert {"consumer GPU", "Apple SoC", "datacenter GPU"} <= kinds


def test_every_point_is_judged_once_by_its_system_and_once_by_its_model():
    for way in ("system", "model"):
        assert [point for point, _ in judged.rows(way)] == POINTS


def test_a_batch_that_is_judged_is_above_any_that_was_seen_of_its_engine():
    halves = {
        family: judged.upper_batch([point for point in judged.judged_points() if point.family == family])
        for family in {point.family for point in POINTS}
    }
    rows = judged.rows("batch")
    assert len(rows) == sum(halves[p.family] is not None and p.batch > halves[p.family] for p in POINTS)
    assert all(point.batch > halves[point.family] for point, _ in rows)


def test_what_beats_the_bound_is_judged_too_where_it_is_asked_for():
    # 49 points of series of which some took less time than the bound: in no fit, but predicted
    there = judged.rows("system", unexplained=True)
    assert len(there) == len(judged.judged_points()) == len(POINTS) + 49
    assert judged.summary("system", unexplained=True)["points"] == judged.summary("system")["points"] + 49


def test_the_upper_half_of_five_sizes_is_above_the_third():
    class Point:
        def __init__(self, batch):
            self.batch = batch

    assert judged.upper_batch([Point(n) for n in (16, 1, 4, 8, 2, 16)]) == 4
    assert judged.upper_batch([Point(8), Point(8)]) is None


def test_a_judgement_older_than_the_measurements_is_refused(monkeypatch):
    stale = json.loads(judged._FILE.read_text()) | {"fingerprint": "0"}
    monkeypatch.setattr(judged, "_stored", lambda: stale)
    with pytest.raises(InputError, match="judged.json:1: it is older than the measurements"):
        judged.rows("system")


def test_whoever_asks_to_be_told_of_an_old_judgement_gets_its_predictions_all_the_same(monkeypatch):
    now, said = judged.rows("system"), []
    stale = json.loads(judged._FILE.read_text()) | {"fingerprint": "0"}
    monkeypatch.setattr(judged, "_stored", lambda: stale)
    monkeypatch.setattr(judged, "_tell", [None])
    judged.tell_outdated(said.append)
    assert judged.rows("system") == now
    assert [one.partition(";")[2] for one in said] == [" 'make fit' writes it anew, in some minutes"]


def test_a_summary_is_what_its_rows_say():
    rows = judged.rows("model")
    found = judged.summary("model")
    errors = sorted(abs(said["expected"] / point.seconds - 1) for point, said in rows)
    assert found["points"] == len(rows) and found["worst"] == errors[-1]
    assert sum(error <= found["median"] for error in errors) >= len(rows) / 2
    assert sum(error <= found["p90"] for error in errors) >= 0.9 * len(rows)
    inside = sum(said["low"] <= point.seconds <= said["high"] for point, said in rows)
    assert found["coverage"] == inside / len(rows)
    assert judged.summary("model", lambda point: False) is None


def test_the_intervals_hold_about_what_they_promise():
    # They are meant to hold 80 %; they are made so for systems, of which each counts alike, not for points.
    # Of larger batches they hold fewer, as the page says.
    for way in ("system", "model"):
        assert 0.7 < judged.summary(way)["coverage"] < 0.95, way
    assert judged.summary("batch")["coverage"] > 0.6


@pytest.mark.parametrize("kind", engines.KINDS)
def test_the_intervals_hold_of_each_kind_about_what_they_promise(kind):
    for way in ("system", "model"):
        found = judged.summary(way, lambda point: point.kind == kind)
        assert 0.65 < found["coverage"] < 0.92, way


def test_an_estimate_of_what_was_measured_is_near_what_a_fit_without_it_says():
    # The committed constants saw all points: their median error is no larger than that of the unseen ones.
    errors = sorted(
        abs(p.expected_seconds(engines.get(p.family, p.accelerator)) / p.seconds - 1) for p in POINTS
    )
    assert errors[len(errors) // 2] <= judged.summary("system")["median"]


def test_no_point_that_is_used_beats_its_bound():
    for series in measurements.load().values():
        if not series.unexplained:
            for point in series.points:
                assert point.bound_seconds <= point.seconds * (1 + measurements.rounding(series, point))


# Ten points of 10 s each; expected are 10.1, 10.2 ... 10.9 s and 20 s, in intervals of a quarter around.
EXPECTED = [10.1, 10.2, 10.3, 10.4, 10.5, 10.6, 10.7, 10.8, 10.9, 20]
MADE_UP = [
    (
        SimpleNamespace(
            series="s", family="vllm" if number < 5 else "sglang", accelerator=SimpleNamespace(key="card"),
            n_accelerators=1, seconds=10,
        ),
        {"low": expected / 1.25, "expected": expected, "high": expected * 1.25},
    )
    for number, expected in enumerate(EXPECTED)
]  # fmt: skip


@pytest.fixture
def made_up(monkeypatch):
    monkeypatch.setattr(judged, "rows", lambda way, unexplained=False: MADE_UP)


def test_errors_and_coverage_of_made_up_points_are_those_worked_by_hand(made_up):
    found = judged.summary("system")
    assert (found["points"], found["systems"]) == (10, 2)
    # between the fifth and the sixth of ten errors, the ninth, the last; all but 20 s hold 10 s
    assert found["median"] == pytest.approx(0.055)
    assert found["p90"] == pytest.approx(0.09)
    assert found["worst"] == pytest.approx(1)
    assert found["coverage"] == 0.9


def test_what_does_not_count_is_left_out_and_nothing_at_all_is_none(made_up):
    assert judged.summary("system", lambda point: point.family == "vllm")["worst"] == pytest.approx(0.05)
    assert judged.summary("system", lambda point: False) is None


def test_ratios_are_expected_over_measured_time(made_up):
    seconds, ratio, key = judged.ratios("system")[9]
    assert (seconds, ratio, key) == (10, 2, "s")
