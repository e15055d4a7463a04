"""Published measurements, their predictions, and what is fitted to them and judged without them."""

from dataclasses import replace
from itertools import product

import pytest

from llmmath.bound import bound
from llmmath.errors import InputError
from llmmath.evidence import fit, measurements
from llmmath.evidence.measurements import Attained, Part

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
    # 64 queries of 2048 + 1024 tokens, of 524,288 B each, beside 2 x 6,738,415,616 B of weights: 41 in 80 GB
    point = next(p for p in LMDEPLOY.points if (p.batch, p.prompt, p.output) == (64, 2048, 2048))
    capacity = point.accelerator.advertised_memory
    assert point.queries == (capacity - 13_476_831_232) // (3072 * 524_288)
    assert point.queries < 64


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


def test_no_shares_on_a_grid_do_better_than_those_found():
    # Without the batch of 64 there are two valleys, and the nearer one is not the deeper.
    points = [p for p in LMDEPLOY.points if p.batch != 64]

    def squares(attained):
        return sum(fit.error(point, attained) ** 2 for point in points)

    found = fit.fit(points)
    for tenths, twentieths, microseconds in product(range(6, 11), range(1, 21), range(0, 150, 15)):
        assert squares(Attained(tenths / 10, twentieths / 20, microseconds * 1e-6)) >= squares(found)
    assert found.peak_fraction < 0.2


def test_no_fit_gives_more_than_the_peak_or_a_time_below_zero():
    for key in measurements.load():
        attained = fit.fit(measurements.get(key).points)
        assert 0 < attained.bandwidth_fraction <= 1 and 0 < attained.peak_fraction <= 1
        assert attained.fixed_seconds_per_layer >= 0


def test_fitted_to_llama_2_7b_the_13b_of_the_same_engine_is_within_15_percent_in_the_middle():
    judged = {row["key"]: row for row in fit.carried("lmdeploy-llama2-7b")["judged"]}
    assert "lmdeploy-llama2-7b" not in judged
    assert judged["lmdeploy-llama2-13b"]["points"] == 20
    assert judged["lmdeploy-llama2-13b"]["same_engine"] and not judged["calm-rtx-4090"]["same_engine"]
    assert judged["lmdeploy-llama2-13b"]["median"] < 0.15


TENSORRT = [p for key in ("h100", "l40s", "a100") for p in measurements.get(f"trtllm-{key}").points]


def slower(points, way, left_out):
    """The points, those left out with a tenth of their measured time."""
    of = fit.WAYS[way]
    return [replace(p, seconds=p.seconds / 10) if of(p) == left_out else p for p in points]


@pytest.mark.parametrize(
    "way, values",
    [
        ("model", ["gpt-j-6b", "llama-7b"]),
        ("card", [("h100-sxm", 1), ("l40s", 1), ("a100-sxm-80", 1)]),
        ("batch", sorted({p.batch for p in TENSORRT})),
    ],
)
def test_what_is_left_out_has_no_say_in_the_fit_that_it_is_judged_by(way, values):
    found = fit.folds(TENSORRT, way)
    assert sorted(found) == sorted(values)
    for left_out in values:
        changed = fit.folds(slower(TENSORRT, way, left_out), way)
        assert changed[left_out] == found[left_out]
        # It has a say in all others, so that one seen by mistake would show.
        assert all(changed[other][0] != found[other][0] for other in values if other != left_out)


def test_a_prediction_for_a_series_never_saw_its_model_on_any_of_its_cards():
    # GPT 20B was measured on one, two, four and eight cards: all of these points are left out at once.
    seen = [
        point
        for series in measurements.load().values()
        if series.engine == "FasterTransformer"
        for point in series.points
        if point.model.key != "gpt 20b"
    ]
    assert len(seen) == 14 + 14 + 14 + 13 + 13
    series = measurements.get("ft-gpt-20b-tp4")
    predicted = fit.unseen(series, "model")
    assert [fitted for fitted, _ in predicted] == [p.predicted_seconds(fit.fit(seen)) for p in series.points]


def test_a_batch_size_is_left_out_of_the_series_itself():
    seen = [p for p in LMDEPLOY.points if p.batch != 16]
    for point, (fitted, constant) in list(zip(LMDEPLOY.points, fit.unseen(LMDEPLOY, "batch")))[5:10]:
        assert point.batch == 16
        assert fitted == point.predicted_seconds(fit.fit(seen))
        # 15 steps that remain: the middle of their ratios is the eighth
        ratios = sorted(p.predicted_seconds() / p.seconds for p in seen)
        assert constant == point.predicted_seconds() / ratios[7]


def test_where_there_is_one_model_one_card_or_one_batch_nothing_can_be_left_out():
    # calm on an RTX 4090 with one query; two points of 13B, of which one would have to determine the fit
    assert fit.unseen(measurements.get("calm-rtx-4090"), "batch") is None
    assert fit.unseen(measurements.get("calm-rtx-4090"), "card") is None
    assert fit.unseen(measurements.get("calm-apple"), "model") is None
    assert fit.unseen(measurements.get("kipply-13b"), "card") is None
    assert fit.residuals(measurements.get("kipply-13b"))["attained"] is None


def test_overall_counts_the_points_of_every_series_that_has_enough_to_leave_out():
    found = fit.overall()
    assert found["points"] == sum(len(series.points) for series in measurements.load().values())
    # all but 2 of 13B, and those of calm on Apple, which are of one model
    assert found["model"]["points"] == found["points"] - 2 - 16
    assert found["model"]["worst"] == max(
        fit.residuals(series)["model"]["worst"]
        for series in measurements.load().values()
        if fit.residuals(series)["model"]
    )


def test_operations_are_predicted_one_after_the_other():
    # Two steps of three operations: at the bound 2 + 3 + 1 and 0.5 of sending; at half the bandwidth and
    # three quarters of the peak 4 + 4 + 2, the sending, and 32 layers of 0.25.
    parts = (Part(2, ((2, 1), (1, 3), (1, 0)), 0.5),)
    point = replace(LMDEPLOY.points[0], parts=parts)
    assert point.predicted_seconds() == 2 * 6.5
    assert point.predicted_seconds(Attained(0.5, 0.75, 0.25)) == 2 * (10 + 0.5 + 8)


@pytest.mark.parametrize(
    "key, at, given",
    [
        # of the columns batch, prompt, output: the median token of the output attends to prompt + half
        ("lmdeploy-llama2-7b", (64, 128, 128), {"batch": 64, "context": 192}),
        ("calm-rtx-4090", (1, 4064, 32), {"batch": 1, "context": 4080}),
    ],
)
def test_a_step_is_the_default_bound_of_its_model_and_card(key, at, given):
    point = next(
        p for p in measurements.get(key).points if (p.batch, p.prompt, p.output) == at and p.dtype == "fp16"
    )
    found = bound(point.model, point.accelerator, "fp16", "fp16", compute_dtype="fp16", **given)
    assert point.predicted_seconds() == pytest.approx(found["step_seconds"], rel=1e-12)


def test_the_files_of_mixed_types_are_those_that_were_measured():
    # llama-bench prints the sizes of the matrices: 4.58 and 39.59 GiB for Q4_K_M, 14.96 for fp16
    sizes = {
        (p.model.key, p.dtype): round(p.bytes_per_weight * p.model.quantities()["n_parameters"] / 2**30, 2)
        for p in measurements.get("llamacpp-many").points
    }
    assert sizes["llama-3.1-8b", "Q4_K_M"] == 4.58
    assert sizes["llama-3.1-70b", "Q4_K_M"] == 39.59
    assert sizes["llama-3.1-8b", "fp16"] == 14.96


def test_only_series_that_are_marked_unexplained_beat_their_bound():
    beaten = {
        series.key
        for series in measurements.load().values()
        for row in measurements.rows(series)
        if row["ratio"] > 1 + row["rounding"]
    }
    assert beaten == {"dgx-spark-gpt-oss-120b", "dgx-spark-qwen3-coder-30b-a3b"}
    assert beaten == {key for key, series in measurements.load().items() if series.unexplained}


def test_in_the_time_measured_so_many_experts_can_have_been_read_worked_by_hand():
    # gpt-oss 120B, 32 queries of 512 tokens, 32 generated. Of 128 experts 4 are picked by each of 32 tokens.
    rows = measurements.experts_read(measurements.get("dgx-spark-gpt-oss-120b"))
    row = next(row for row in rows if (row["batch"], row["prompt"]) == (32, 512))
    assert row["expected"] == pytest.approx(128 * (1 - (124 / 128) ** 32))
    # 102.375 ms at 273 GB/s, less all that is not experts, over an expert's bytes in 36 layers. Biases are
    # read as weights are, as are norms and a sink for each of 64 heads.
    per_weight = 63_372_242_452 / 116_829_156_672
    attention = 2881 * 4096 + 2 * 2881 * 512 + 4097 * 2880
    layer = attention + 2881 * 128 + 2 * 2880 + 64
    others = (36 * layer + 2880 + 2880 * 201_088 + 32 * 2880) * per_weight
    positions = 18 * 528 + 18 * 128 + 36  # half of the layers keep 128; one is written in each
    cache = 32 * positions * 2 * 512 * 2
    left = 0.102375 * 273e9 - others - cache
    assert row["at_most"] == pytest.approx(left / (36 * 3 * 2880 * 2881 * per_weight), rel=1e-9)
    assert row["picked"] < row["at_most"] < row["expected"] < row["experts"]


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
        ({"dtype": "fp17"}, "unknown dtype 'fp17' (known: fp32"),
        (
            {"model": "llama-2-8b"},
            "unknown model 'llama-2-8b'; names that begin with 'llama': llama-2-7b, llama-2-13b",
        ),
        # the bound is (13.215 GB + 66 x 524,288 B) / 2.039 TB/s = 6.498 ms, over 6 and over 9 ms
        ({"rows": [[1, 1, 128, 6]]}, "measured is 1.08 at the most; expected unexplained = true"),
        ({"unexplained": True}, "measured is 0.72 at the most; expected a point above it"),
        ({"unexplained": "yes"}, "unexplained is 'yes'; expected true or false"),
    ],
)
def test_a_series_that_is_wrong_is_refused_by_name(change, message):
    with pytest.raises(InputError) as caught:
        measurements.from_row("made-up", ROW | change)
    assert message in str(caught.value)


def test_an_unknown_series_names_the_nearest():
    with pytest.raises(LookupError, match="did you mean 'ft-gpt-350m'"):
        measurements.get("ft-gpt350m")


def test_fitting_nothing_is_refused():
    with pytest.raises(InputError, match="no points"):
        fit.fit([])


def test_what_is_carried_over_stands_beside_what_was_measured_point_by_point():
    series = measurements.get("lmdeploy-llama2-7b")
    found, way = fit.carried_over(series)
    assert way == "model" and len(found) == len(series.points)
    for row, point in zip(found, series.points):
        assert row["ratio"] * point.seconds == pytest.approx(row["predicted"])
