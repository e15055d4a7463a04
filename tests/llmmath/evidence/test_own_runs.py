"""Our own measurements, beside what is predicted from the rates of the same run."""

import csv
from pathlib import Path

import pytest

from llmmath.errors import InputError
from llmmath.evidence import own_runs

RESULTS = Path(__file__).parents[3] / "benchmarks" / "results"
ROW = {
    "date": "2026-01-01", "device": "a device", "threads": "1", "torch": "2", "python": "3", "dtype": "fp32",
    "model": "gpt2", "batch": "4", "context": "100", "steps": "5", "step_median": "0.5", "step_p10": "0.4",
    "step_p90": "0.7",
    "copy_bandwidth_median": "1e9", "copy_bandwidth_p10": "5e8", "copy_bandwidth_p90": "2e9",
    "matrix_rate_median": "1e12", "matrix_rate_p10": "1e12", "matrix_rate_p90": "1e12",
}  # fmt: skip


def written(path, *rows):
    """A file of these rows."""
    with open(path, "w", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_the_prediction_comes_from_the_rates_of_the_same_run(tmp_path):
    row = own_runs.read(written(tmp_path / "run.csv", ROW))[0]
    # GPT-2 small by hand: 124,439,808 parameters without the positions, 4 bytes each; per query a row of both
    # tables, and a cache of 2 * 12 * 768 values read for 100 positions and written for one.
    n_bytes = 4 * (124_439_808 - 1024 * 768 + 4 * 2 * 768) + 4 * 4 * 2 * 12 * 768 * 101
    assert row["memory_seconds"] == pytest.approx(n_bytes / 1e9)
    assert row["predicted"] == row["memory_seconds"] and row["bound_by"] == "memory"
    assert row["predicted_low"] == row["predicted"] / 2 and row["predicted_high"] == row["predicted"] * 2
    assert row["ratio"] == pytest.approx(0.5 / (n_bytes / 1e9))


def test_each_operation_waits_for_its_own_limit(tmp_path):
    # At 1 GB/s and 1 GFLOP/s, products with 4 bytes a weight wait for arithmetic from two queries on, caches
    # for memory. Products of 4 tokens: 2 * 4 * (12 * 12 * 768^2 + 50257 * 768) = 988,256,256 FLOP. Caches
    # read: 4 queries * 100 * 2 * 12 * 768 * 4 B; norms: 25 * 2 * 768 * 4 B; rows: 4 * 2 * 768 * 4 B.
    rates = {f"matrix_rate_{name}": "1e9" for name in ("p10", "median", "p90")}
    row = own_runs.read(written(tmp_path / "run.csv", ROW | rates))[0]
    assert row["predicted"] == pytest.approx(0.988256256 + 0.0294912 + 0.0001536 + 0.000024576, rel=1e-12)
    assert row["bound_by"] == "compute"
    assert row["predicted"] > max(row["memory_seconds"], row["compute_seconds"])


def test_a_summary_tells_ratios_and_spread(tmp_path):
    rows = own_runs.read(written(tmp_path / "run.csv", ROW, ROW | {"batch": "1", "step_median": "1"}))
    found = own_runs.summary(rows)
    assert found["ratio_low"] == rows[0]["ratio"] and found["ratio_high"] == rows[1]["ratio"]
    assert found["single_ratio"] == rows[1]["ratio"]
    # (0.7 - 0.4) / 2 over 0.5 and over 1, and their middle
    assert found["spread"] == pytest.approx((0.3 + 0.15) / 2)
    assert found["linear_1_share"] is None


def test_a_summary_tells_how_fast_the_library_reads_weights_beside_copying(tmp_path):
    # weights read at half and at a quarter of the rate of copying
    row = ROW | {"linear_1_bandwidth_median": "5e8", "linear_2_bandwidth_median": "2.5e8"}
    found = own_runs.summary(own_runs.read(written(tmp_path / "run.csv", row)))
    assert (found["linear_1_share"], found["linear_2_share"]) == (0.5, 0.25)


@pytest.mark.parametrize("path", sorted(RESULTS.glob("decode-*.csv")), ids=lambda path: path.name)
def test_a_committed_file_can_be_read_and_names_its_device(path):
    rows = own_runs.read(path)
    assert rows and all(row["device"] and row["ratio"] > 0 for row in rows)
    assert all(row["step_p10"] <= row["step_median"] <= row["step_p90"] for row in rows)


def test_a_file_has_been_committed():
    assert list(RESULTS.glob("decode-*.csv"))


@pytest.mark.parametrize(
    "row, message",
    [
        ({"date": "2026-01-01"}, "column device is missing"),
        (ROW | {"step_median": "fast"}, "run.csv:2: step_median is 'fast'; expected a number"),
        (ROW | {"step_median": ""}, "run.csv:2: step_median is ''; expected a number"),
        (ROW | {"step_median": "nan"}, "run.csv:2: step_median is 'nan'; expected a number"),
        (ROW | {"model": "gpt5"}, "run.csv:2: unknown model 'gpt5'; names that begin with 'gpt': gpt2"),
        (ROW | {"dtype": "fp31"}, "run.csv:2: unknown dtype 'fp31' (known: fp32"),
    ],
)
def test_a_file_that_is_wrong_is_refused(tmp_path, row, message):
    with pytest.raises(InputError) as caught:
        own_runs.read(written(tmp_path / "run.csv", row))
    assert message in str(caught.value)


def test_a_wrong_cell_of_a_later_row_is_named_with_its_line(tmp_path):
    path = written(tmp_path / "run.csv", ROW)
    with open(path, "a", encoding="utf-8") as file:
        file.write(",".join((ROW | {"step_p10": "x0.4"}).values()) + "\n")
    with pytest.raises(InputError, match="run.csv:3: step_p10 is 'x0.4'; expected a number"):
        own_runs.read(path)


def test_a_row_that_is_too_short_is_named_with_its_line(tmp_path):
    path = written(tmp_path / "run.csv", ROW)
    with open(path, "a", encoding="utf-8") as file:
        file.write("2026-01-01,a device\n")
    with pytest.raises(InputError, match="run.csv:3: the row has more or fewer cells"):
        own_runs.read(path)


def test_an_empty_file_is_refused(tmp_path):
    (tmp_path / "run.csv").write_text("date,device\n")
    with pytest.raises(InputError, match="there are no rows"):
        own_runs.read(tmp_path / "run.csv")
