"""Published measurements, how each is taken apart, and its bound."""

import pytest

from llmmath.bound import bound
from llmmath.errors import InputError, UnknownName
from llmmath.evidence import measurements
from llmmath.evidence.measurements import WAITED_SHARE
from llmmath.records import engines

ROW = {
    "title": "t", "source": "s", "hardware": "h", "engine": "e", "year": 2025, "family": "vllm",
    "caveat": "c", "measures": "step", "unit": "ms",
    "accelerator": "a100-sxm-80", "model": "llama-2-7b", "dtype": "fp16",
    "columns": ["batch", "prompt", "output", "value"], "rows": [[1, 1, 128, 9]],
}  # fmt: skip


def series(**change):
    return measurements.from_row("made-up", ROW | change, "made-up.toml")


def point(*figures, **change):
    return series(rows=[list(figures)], **change).points[0]


def test_every_series_says_where_it_is_from_and_what_to_mind():
    for one in measurements.load().values():
        assert one.source and one.caveat and one.points, one.key
    assert all(reason for reason in measurements.left_out().values())


def test_the_year_of_an_engine_is_told_or_read_off_the_date():
    assert point(1, 1, 128, 9).year == 2025
    dated = {name: value for name, value in ROW.items() if name != "year"}
    for date, year in (("2024-05", 2024), ("between 2025-12 and 2026-05-01", 2025)):
        assert measurements.from_row("made-up", dated | {"date": date}, "f.toml").points[0].year == year
    with pytest.raises(InputError, match="neither year nor date say of when the engine is"):
        measurements.from_row("made-up", dated, "f.toml")


def test_a_step_is_bound_by_weights_and_caches_worked_by_hand():
    # 16 queries of 128 tokens that generate 2048: the median token attends to 1152 positions.
    one = point(16, 128, 2048, 15)
    streamed = 2 * (6_738_415_616 - 32_000 * 4096)
    cache = 16 * 2 * 2 * 32 * 4096 * (1152 + 1)  # read, and one token written
    assert one.bound_seconds == pytest.approx((streamed + cache + 16 * 2 * 4096) / 2039e9, rel=1e-12)
    assert one.seconds == 0.015


def test_an_engine_that_queues_runs_only_the_queries_whose_caches_fit():
    # 64 queries of 2048 + 1024 tokens, of 524,288 B each: 103 GB, more than the card has
    one = point(64, 2048, 2048, 1000, queues=True)
    assert one.batch == 64 and 0 < one.running < 64
    assert one.deployment.missing_bytes(one.running, 3072, 0.9) == 0
    assert one.deployment.missing_bytes(one.running + 1, 3072, 0.9) > 0
    assert point("fits", 2048, 2048, 1000).batch == one.running


def test_a_latency_is_one_prompt_and_a_step_for_each_further_token():
    one = point(1, 128, 8, 200, measures="latency")
    assert [(n, step.prompts) for n, step in one.terms] == [(1, True), (7, False)]


@pytest.mark.parametrize(
    "measures, numbers, least",
    [
        # in the time of one query all 64 begin, two prompts of 1024 in the 2048 tokens that vLLM takes on an
        # A100, and its own gives the first of 256 tokens, after half of the step that it finds under way but
        # for a 64th; at best no step is under way, and its prompt is read with others'. Of 63 others the part
        # that it has not waited for stands between its further 255
        ("serving", [(255 + 63 / 128) / 256, 1 / 256, 63 / 256 / 2], [255 / 256, 64 / 256 / 2]),
        ("token", [1, (1 - WAITED_SHARE) * 63 / 255 / 2], [1]),
    ],
)
def test_a_token_of_queries_that_come_and_go_is_a_step_and_prompts(measures, numbers, least):
    one = point(64, 1024, 256, 500, measures=measures)
    for terms, expected in ((one.terms, numbers), (one.least, least)):
        assert [step.prompts for _, step in terms] == [False] + [True] * (len(expected) - 1)
        assert [n for n, _ in terms] == pytest.approx(expected)


def test_the_share_that_points_are_taken_apart_with_is_about_the_one_that_is_told():
    assert pytest.approx(engines.queues()["waited_share"]["expected"], rel=0.2) == WAITED_SHARE


@pytest.mark.parametrize(
    "measures, seconds",
    [
        ("step", 8 / 50),  # 8 queries get a token each
        ("serving", 8 / 50),
        ("token", 1 / 50),  # of one query
        ("latency", 8 * 16 / 50),  # all tokens of all
        ("prefill", 8 * 32 / 50),  # of the prompts
    ],
)
def test_tokens_per_second_become_seconds(measures, seconds):
    assert point(8, 32, 16, 50, measures=measures, unit="token/s").seconds == seconds


@pytest.mark.parametrize(
    "batch, prompt, output, context",
    # the median token of the output attends to prompt + half
    [(64, 128, 128, 192), (1, 4064, 32, 4080)],
)
def test_a_step_is_the_default_bound_of_its_model_and_card(batch, prompt, output, context):
    one = point(batch, prompt, output, 1000)
    found = bound(
        one.model, one.accelerator, "fp16", "fp16", compute_dtype="fp16", batch=batch, context=context
    )
    assert one.bound_seconds == pytest.approx(found["step_seconds"], rel=1e-12)


def test_points_that_differ_in_type_or_card_are_deployed_apart():
    one, other = series(
        columns=["batch", "prompt", "output", "dtype", "accelerator", "value"],
        rows=[[1, 1, 128, "fp16", "a100-sxm-80", 900], [1, 1, 128, "int8", "h100-sxm", 900]],
    ).points
    assert (one.dtype, other.dtype) == ("fp16", "int8")
    # about half of the bytes at 3.35 instead of 2.039 TB/s
    assert one.bound_seconds / other.bound_seconds == pytest.approx(2 * 3.35 / 2.039, rel=0.02)


def test_only_series_that_are_marked_unexplained_beat_their_bound():
    beaten = {
        one.key
        for one in measurements.load().values()
        for row in measurements.rows(one)
        if row["ratio"] > 1 + row["rounding"]
    }
    assert beaten
    assert beaten == {key for key, one in measurements.load().items() if one.unexplained}


def test_ratios_of_the_bound_are_those_of_all_points_of_several_series():
    # 13.215 GB + context x 524,288 B at 2.039 TB/s: 6.498 ms at 65 tokens, over 10, 20 and 13 ms
    one = series(rows=[[1, 1, 128, 10], [1, 1, 128, 20]])
    found = measurements.bound_ratios([one, series(rows=[[1, 1, 128, 13]])])
    assert found["points"] == 3
    assert found["ratio_low"] == pytest.approx(0.325, abs=1e-3)
    assert found["ratio_median"] == pytest.approx(0.500, abs=1e-3)
    assert found["ratio_high"] == pytest.approx(0.650, abs=1e-3)


def test_in_the_time_measured_so_many_experts_can_have_been_read_worked_by_hand():
    # gpt-oss 120B, 32 queries of 512 tokens, 32 generated. Of 128 experts 4 are picked by each of 32 tokens.
    rows = measurements.experts_read(measurements.get("dgx-spark-gpt-oss-120b"))
    row = next(row for row in rows if (row["batch"], row["prompt"]) == (32, 512))
    assert row["even"] == pytest.approx(128 * (1 - (124 / 128) ** 32))
    # the favoured half is picked 1.7 times as often, the other 0.3 times
    assert row["expected"] == pytest.approx(128 * (1 - (0.946875**32 + 0.990625**32) / 2))
    # 102.375 ms at 273 GB/s, less all that is not experts, over an expert's bytes in 36 layers. Biases are
    # read as weights are, as are norms and a sink for each of 64 heads. In the file attention, embedding and
    # head take 34 bytes for 32 values, experts 17, all else 4 bytes each.
    attention = (2 * 2880 * 4096 + 2 * 2880 * 512) * 34 / 32 + (4096 + 2 * 512 + 2880) * 4
    layer = attention + (2881 * 128 + 2 * 2880 + 64) * 4
    others = 36 * layer + 2880 * 4 + (2880 * 201_088 + 32 * 2880) * 34 / 32
    expert = 3 * 2880 * (2880 * 17 / 32 + 4)
    positions = 18 * 528 + 18 * 128 + 36  # half of the layers keep 128; one is written in each
    cache = 32 * positions * 2 * 512 * 2
    left = 0.102375 * 273e9 - others - cache
    assert row["at_most"] == pytest.approx(left / (36 * expert), rel=1e-9)
    assert row["picked"] < row["at_most"] < row["expected"] < row["experts"]


def test_a_row_tells_predicted_measured_ratio_rounding_and_source():
    (row,) = measurements.rows(series(resolution=1))
    assert row["ratio"] == row["predicted"] / row["measured"]
    assert row["rounding"] == pytest.approx(0.5 / 9)  # half a millisecond of nine
    assert row["source"] == "s"


@pytest.mark.parametrize(
    "change, message",
    [
        ({"source": ""}, "source is ''; expected a text"),
        ({"measures": "steps"}, "measures is 'steps'; expected one of step, latency, prefill"),
        ({"unit": "us"}, "unit is 'us'; expected one of s, ms, token/s"),
        ({"family": "vlm"}, "family is 'vlm'; expected one of typical, llama.cpp, vllm"),
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
        series(**change)
    assert message in str(caught.value)


def test_an_unknown_series_names_the_nearest():
    known = measurements.keys()[0]
    with pytest.raises(UnknownName, match=f"did you mean '{known}'"):
        measurements.get(known.replace("-", "", 1))
