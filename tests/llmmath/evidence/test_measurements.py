"""Published measurements, their predictions, and what is fitted to half of them."""

from dataclasses import replace

import pytest

from llmmath.errors import InputError
from llmmath.evidence import fit, measurements
from llmmath.evidence.measurements import Attained

LMDEPLOY = measurements.get("lmdeploy-llama2-7b")
ROW = {
    "title": "t", "source": "s", "hardware": "h", "engine": "e", "caveat": "c",
    "measures": "step", "unit": "ms",
    "accelerator": "a100-sxm-80", "model": "llama-2-7b", "dtype": "fp16",
    "columns": ["batch", "prompt", "output", "value"], "rows": [[1, 1, 128, 9]],
}  # fmt: skip


def test_every_series_says_where_it_is_from_and_what_to_mind():
    for series in measurements.load().values():
        assert series.source and series.caveat and series.points, series.key
    assert all(reason for reason in measurements.left_out().values())


def test_a_step_is_predicted_from_weights_and_caches_worked_by_hand():
    # 16 queries of 128 tokens that generate 2048: the median token attends to 1152 positions.
    point = next(p for p in LMDEPLOY.points if (p.batch, p.prompt, p.output) == (16, 128, 2048))
    streamed = 2 * (6_738_415_616 - 32_000 * 4096)
    cache = 16 * 2 * 2 * 32 * 4096 * (1152 + 1)  # read, and one token written
    assert point.predicted_seconds() == pytest.approx((streamed + cache + 16 * 2 * 4096) / 2039e9, rel=1e-12)
    assert point.seconds == 0.015


def test_an_engine_that_queues_runs_only_the_queries_whose_caches_fit():
    # 64 queries of 2048 + 1024 tokens: (80 GB - 13.48 GB) / (3072 * 524288 B) = 41.3
    point = next(p for p in LMDEPLOY.points if (p.batch, p.prompt, p.output) == (64, 2048, 2048))
    assert point.queries == 41


def test_a_latency_is_one_prompt_and_a_step_for_each_further_token():
    # GPT-350M, one query, a prompt of 128 tokens and 8 generated: one prefill, seven steps.
    point = measurements.get("ft-gpt-350m").points[0]
    assert [steps for steps, *_ in point.parts] == [1, 7]
    assert point.seconds == 0.02543


def test_tokens_per_second_become_seconds():
    # 61 token/s of one query; and 26150 token/s of 1024 queries with 128 tokens each
    assert measurements.get("calm-rtx-4090").points[0].seconds == 1 / 61
    assert measurements.get("trtllm-h100").points[0].seconds == pytest.approx(1024 * 128 / 26150)


def test_the_bound_lies_below_the_published_shares_of_the_roofline():
    # Known beforehand: a GPT of 350M at 0.18 of the roofline, one of 6.7B at up to 0.60.
    small = fit.residuals(measurements.get("ft-gpt-350m"))
    large = fit.residuals(measurements.get("ft-gpt-6.7b"))
    assert small["ratio_median"] == pytest.approx(0.18, abs=0.02)
    assert large["ratio_high"] == pytest.approx(0.60, abs=0.01)


def test_a_fit_finds_again_what_made_the_points():
    made = Attained(0.8, 0.4, 5e-5)
    points = [replace(p, seconds=p.predicted_seconds(made)) for p in measurements.get("ft-gpt-1.3b").points]
    found = fit.fit(points)
    assert found.bandwidth_fraction == pytest.approx(0.8)
    assert found.peak_fraction == pytest.approx(0.4)
    assert found.fixed_seconds_per_layer == pytest.approx(5e-5)


def test_no_fit_gives_more_than_the_peak_or_a_time_below_zero():
    for key in measurements.load():
        attained = fit.fit(measurements.get(key).points)
        assert 0 < attained.bandwidth_fraction <= 1 and 0 < attained.peak_fraction <= 1
        assert attained.fixed_seconds_per_layer >= 0


def test_fitted_to_half_of_llama_2_7b_the_other_half_and_13b_are_within_15_percent_at_the_worst():
    judged = {row["key"]: row for row in fit.carried("lmdeploy-llama2-7b")["judged"]}
    assert judged["lmdeploy-llama2-7b"]["points"] == 10
    assert judged["lmdeploy-llama2-7b"]["worst"] < 0.15
    assert judged["lmdeploy-llama2-13b"]["points"] == 20
    assert judged["lmdeploy-llama2-13b"]["worst"] < 0.15


def test_the_two_halves_of_a_series_share_no_point_and_miss_none():
    fitted, judged = fit.halves(LMDEPLOY)
    assert len(fitted) == len(judged) == 10
    assert {id(p) for p in fitted + judged} == {id(p) for p in LMDEPLOY.points}


def test_a_row_tells_predicted_measured_ratio_rounding_and_source():
    row = measurements.rows(LMDEPLOY)[0]
    assert row["ratio"] == row["predicted"] / row["measured"]
    assert row["rounding"] == pytest.approx(0.5 / 9)  # half a millisecond of nine
    assert "lmdeploy" in row["source"]


@pytest.mark.parametrize(
    "change, message",
    [
        ({"source": ""}, "source is ''; expected a text"),
        ({"measures": "steps"}, "measures is 'steps'; expected one of step, latency, prefill"),
        ({"unit": "us"}, "unit is 'us'; expected one of s, ms, token/s"),
        ({"rows": [[1, 1, 128]]}, "expected 4 columns"),
        ({"rows": [[1, 1, 128, 0]]}, "value is 0; expected a number above zero"),
        ({"dtype": "fp17"}, "unknown dtype 'fp17'; did you mean 'fp1"),
        ({"model": "llama-2-8b"}, "unknown model 'llama-2-8b'; did you mean 'llama-2-7b'"),
    ],
)
def test_a_series_that_is_wrong_is_refused_by_name(change, message):
    with pytest.raises(InputError) as caught:
        measurements.from_row("made-up", ROW | change)
    assert message in str(caught.value)


def test_an_unknown_series_names_the_nearest():
    with pytest.raises(LookupError, match="did you mean 'ft-gpt-350m'"):
        measurements.get("ft-gpt-35m")


def test_fitting_nothing_is_refused():
    with pytest.raises(InputError, match="no points"):
        fit.fit([])
