"""Our own measurements on a GPU, beside the bound and the estimate."""

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from llmmath.errors import InputError
from llmmath.evidence import gpu_runs
from llmmath.records import engines

RESULTS = Path(__file__).parents[3] / "benchmarks" / "results"
SHARED = {"date": "2026-01-01", "device": "NVIDIA H200", "torch": "2", "dtype": "bf16"}
STEP = SHARED | {
    "model": "llama-3.1-8b", "fused": "0", "task": "decode", "batch": "4", "context": "1024",
    "experts_read": "", "seconds_median": "0.005", "seconds_p10": "0.004", "seconds_p90": "0.006",
}  # fmt: skip
RATE = SHARED | {
    "what": "product", "rows": "1", "n_inputs": "1000", "n_outputs": "2000", "bytes": "4006000",
    "flops": "4000000", "seconds_median": "2e-6", "seconds_p10": "2e-6", "seconds_p90": "3e-6",
}  # fmt: skip


def written(path, *rows):
    """A file of these rows."""
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_a_step_stands_beside_its_bound(tmp_path):
    (row,) = gpu_runs.steps(written(tmp_path / "steps.csv", STEP))
    # Llama 3.1 8B reads 2 B of each of its 8,030,261,248 weights but those of the embedding, 128256 x 4096,
    # of which it reads a row for each query; for each query 131,072 B of 1024 positions are read and of one
    # written. An H200 reads 4.8 TB/s.
    n_bytes = 2 * (8_030_261_248 - 128_256 * 4096 + 4 * 4096) + 4 * 131_072 * 1025
    assert row["bound"] == pytest.approx(n_bytes / 4.8e12, rel=1e-6)
    assert row["ratio"] == 0.005 / row["expected"]
    assert row["bound"] <= row["low"] < row["expected"] < row["high"]


def test_an_engine_that_attains_all_takes_the_bound_and_its_host_no_time(tmp_path, monkeypatch):
    shares = {name: 1 for name, unit in engines.CONSTANTS.items() if name.endswith("_share")}
    latencies = {name: 0 for name in engines.CONSTANTS if name not in shares}
    hosts = {"step_latency": 1, "query_latency": 1}
    # operations that read and multiply at once take the longer of both
    ideal = replace(engines.get("typical"), **shares, **latencies | hosts, sharpness=20)
    monkeypatch.setattr(gpu_runs.engines, "get", lambda *_: ideal)
    for task in ("decode", "prefill"):
        (row,) = gpu_runs.steps(written(tmp_path / "steps.csv", STEP | {"task": task}))
        assert row["expected"] == pytest.approx(row["bound"], rel=0.02)


def test_experts_that_were_counted_stand_beside_those_expected(tmp_path):
    counted = STEP | {"model": "qwen3-30b-a3b", "experts_read": "29.5"}
    rows = gpu_runs.steps(written(tmp_path / "steps.csv", counted, STEP))
    assert rows[0]["experts_read"] == 29.5
    # 8 of 128 experts for each of four tokens
    assert rows[0]["experts_expected"] == pytest.approx(128 * (1 - (120 / 128) ** 4))
    assert rows[1]["experts_read"] is None and rows[1]["experts_expected"] is None


def test_a_summary_is_of_the_rows_that_are_asked_for(tmp_path):
    rows = gpu_runs.steps(
        written(tmp_path / "steps.csv", STEP, STEP | {"fused": "1", "seconds_median": "1"}, STEP)
    )
    plain = gpu_runs.summary(rows, fused=False)
    assert plain["points"] == 2 and plain["coverage"] == 1
    assert plain["ratio_low"] == plain["ratio_high"] == rows[0]["ratio"]
    # a second is far above every interval of a step of five milliseconds
    assert gpu_runs.summary(rows)["coverage"] == pytest.approx(2 / 3)
    assert gpu_runs.summary(rows)["ratio_high"] == rows[1]["ratio"]
    with pytest.raises(InputError, match="no row is of"):
        gpu_runs.summary(rows, model="gpt2")


def test_the_share_of_attention_is_worked_from_what_a_long_prompt_takes_beyond_shorter_ones(tmp_path):
    # Attention of Llama 3.1 8B multiplies, for each pair of tokens, 4096 for the score and 4096 for the value
    # in 32 layers, and each is two FLOP. A prompt of 32,768 has these pairs more than four of 8,192:
    pairs = 32_768 * 32_769 // 2 - 4 * (8_192 * 8_193 // 2)
    # at half of the H200's 989 TFLOP/s
    beyond = 4 * 4096 * 32 * pairs / (0.5 * 989e12)
    prompts = [
        STEP | {"task": "prefill", "batch": "1", "context": str(n), "seconds_median": repr(seconds)}
        for n, seconds in ((8192, 1.0), (32_768, 4.0 + beyond))
    ]
    rows = gpu_runs.steps(written(tmp_path / "steps.csv", *prompts))
    found = gpu_runs.attention_in_prompts(rows)
    assert found["attention_share"] == pytest.approx(0.5, rel=1e-3)
    assert found["attention_peak_share"] == engines.get("typical").attention_peak_share


def test_a_rate_is_a_share_of_what_is_published(tmp_path):
    (row,) = gpu_runs.rates(written(tmp_path / "rates.csv", RATE))
    assert row["bandwidth"] == pytest.approx(2.003e12) and row["rate"] == pytest.approx(2e12)
    # 4.8 TB/s and 989 TFLOP/s, the H200's data sheet
    assert row["bandwidth_share"] == pytest.approx(2.003 / 4.8)
    assert row["peak_share"] == pytest.approx(2 / 989, rel=1e-3)


def test_what_a_card_attains_is_told_by_its_largest_and_smallest_products(tmp_path):
    launch = RATE | {
        "what": "launch",
        "rows": "",
        "n_inputs": "",
        "n_outputs": "",
        "bytes": "0",
        "flops": "0",
    }
    rows = gpu_runs.rates(
        written(
            tmp_path / "rates.csv",
            launch | {"seconds_median": "1e-6"},
            launch | {"what": "launch_ungraphed", "seconds_median": "6e-6"},
            launch | {"what": "copy", "bytes": "4.8e9", "seconds_median": "2e-3"},
            RATE,
            RATE | {"bytes": "9.6e9", "seconds_median": "0.0025"},
            RATE | {"rows": "1024", "flops": "494.5e12", "seconds_median": "1"},
            RATE | {"rows": "2048", "flops": "791.2e12", "seconds_median": "1"},
        )
    )
    found = gpu_runs.attained_rates(rows)
    assert found["launch_seconds"] == 1e-6 and found["launch_ungraphed_seconds"] == 6e-6
    assert found["copy_share"] == pytest.approx(0.5)
    assert found["read_share"] == pytest.approx(0.8)
    assert found["small_product_seconds"] == 2e-6
    assert found["peak_share_median"] == pytest.approx(0.65, rel=1e-3)
    assert found["peak_share_high"] == pytest.approx(0.8, rel=1e-3)


@pytest.mark.parametrize(
    "read, row, message",
    [
        (gpu_runs.steps, {"date": "2026"}, "run.csv: column device is missing; expected what"),
        (gpu_runs.steps, STEP | {"device": "NVIDIA H2000"}, "run.csv:2: unknown device 'NVIDIA H2000'"),
        (gpu_runs.steps, STEP | {"model": "gpt5"}, "run.csv:2: unknown model 'gpt5'"),
        (gpu_runs.steps, STEP | {"task": "train"}, "run.csv:2: task is 'train'; expected one of decode"),
        (gpu_runs.steps, STEP | {"seconds_median": "fast"}, "run.csv:2: seconds_median is 'fast'; expected"),
        (gpu_runs.steps, STEP | {"seconds_p90": "-1"}, "run.csv:2: seconds_p90 is '-1'; expected a number"),
        (gpu_runs.rates, RATE | {"what": "sum"}, "run.csv:2: what is 'sum'; expected one of copy"),
        (gpu_runs.rates, RATE | {"flops": "nan"}, "run.csv:2: flops is 'nan'; expected a number"),
    ],
)  # fmt: skip
def test_a_file_that_is_wrong_is_refused(tmp_path, read, row, message):
    with pytest.raises(InputError) as caught:
        read(written(tmp_path / "run.csv", row))
    assert message in str(caught.value)


@pytest.mark.parametrize("kind", ["steps", "rates"])
def test_a_committed_file_can_be_read(kind):
    paths = sorted(RESULTS.glob(f"{kind}-*.csv"))
    assert paths
    for path in paths:
        for row in getattr(gpu_runs, kind)(path):
            assert 0 < row["seconds_p10"] <= row["seconds_median"] <= row["seconds_p90"]
            assert not (row.get("bandwidth_share") or 0) > 1 and not (row.get("peak_share") or 0) > 1
            assert row.get("bound", 0) < row["seconds_median"]
