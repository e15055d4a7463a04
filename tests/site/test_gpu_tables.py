"""Tables of our own run on a GPU show what its file has, and their ratios follow from what they show."""

import csv
import json
import re
from pathlib import Path
from statistics import median

import pytest

RESULTS = Path(__file__).resolve().parents[2] / "benchmarks" / "results"
PAGE = "measurements/own-gpu/ | "
WAYS = {"0": "plain", "1": "compiled"}
TASKS = {"decode": "step", "prefill": "prompt"}
NAMES = {"llama-3.1-8b": "Llama 3.1 8B", "qwen3-30b-a3b": "Qwen3 30B-A3B"}


def milliseconds(text):
    """A time as a table shows it [ms]."""
    number, unit = text.split()
    return float(number.replace(",", "")) * {"µs": 1e-3, "ms": 1, "s": 1e3}[unit]


@pytest.fixture(scope="module")
def shown(tables):
    return tables[f"{PAGE}Steps and prompts on H200 SXM"].rows


def test_every_step_and_prompt_of_the_file_is_shown_with_its_time(tables, shown):
    assert tables[f"{PAGE}Steps and prompts on H200 SXM"].header == [
        "Model", "Measured", "Run", "Queries", "Context", "Time", "Slow tenth", "Bound", "Expected",
        "Over expected",
    ]  # fmt: skip
    with open(RESULTS / "steps-h200.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(shown) == 112
    for row, cells in zip(rows, shown, strict=True):
        assert cells[:5] == [
            NAMES[row["model"]], TASKS[row["task"]], WAYS[row["fused"]], row["batch"],
            f"{int(row['context']):,}",
        ]  # fmt: skip
        for column, name in ((5, "seconds_median"), (6, "seconds_p90")):
            assert milliseconds(cells[column]) == pytest.approx(1000 * float(row[name]), rel=6e-3)


def test_a_bound_is_below_what_was_measured_and_a_ratio_is_measured_over_expected(shown):
    for *_, time, _, bound, expected, ratio in shown:
        assert milliseconds(bound) < milliseconds(time)
        # each of the three is rounded to three digits
        assert float(ratio) == pytest.approx(milliseconds(time) / milliseconds(expected), rel=0.015)


def test_the_summary_follows_from_the_rows_that_are_shown(tables, shown):
    table = tables[f"{PAGE}Measured over expected on H200 SXM"]
    assert table.header == [
        "Model", "Measured", "Run", "Median", "Lowest", "Highest", "In the interval", "Points"
    ]  # fmt: skip
    assert len(table.rows) == 8
    for model, task, way, middle, lowest, highest, inside, points in table.rows:
        ratios = [float(row[-1]) for row in shown if row[:3] == [model, task, way]]
        assert int(points) == len(ratios)
        assert float(middle) == pytest.approx(median(ratios), rel=0.006)
        assert (float(lowest), float(highest)) == (min(ratios), max(ratios))
        # a whole number of points lies in the interval
        share = float(inside.rstrip("%")) / 100 * len(ratios)
        assert share == pytest.approx(round(share), abs=0.02)


def test_each_curve_of_steps_is_that_of_the_rows(tables, shown):
    data = tables[f"{PAGE}Data: One decoding step of Llama 3.1 8B at context 1,024"]
    assert data.header == ["queries", "plain [ms]", "compiled [ms]", "expected [ms]", "bound [ms]"]
    for batch, plain, compiled, expected, bound in data.rows:
        rows = {
            row[2]: row
            for row in shown
            if row[:2] == ["Llama 3.1 8B", "step"] and row[3:5] == [batch, "1,024"]
        }
        for curve, cell in (
            (plain, rows["plain"][5]),
            (compiled, rows["compiled"][5]),
            (expected, rows["plain"][8]),
            (bound, rows["plain"][7]),
        ):
            assert float(curve) == pytest.approx(milliseconds(cell), rel=6e-3)


def test_every_rate_of_the_file_is_shown_with_its_time(tables):
    table = tables[f"{PAGE}What H200 SXM attained"]
    with open(RESULTS / "rates-h200.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(table.rows)
    for row, cells in zip(rows, table.rows, strict=True):
        assert milliseconds(cells[3]) == pytest.approx(1000 * float(row["seconds_median"]), rel=6e-3)
        if row["what"] == "product":
            assert cells[1:3] == [
                f"{int(row['rows']):,}",
                f"{int(row['n_inputs']):,} × {int(row['n_outputs']):,}",
            ]


def test_the_sentences_name_the_medians_of_their_own_runs(site, tables):
    summary = {
        (row[0], row[1], row[2]): float(row[3])
        for row in tables[f"{PAGE}Measured over expected on H200 SXM"].rows
    }
    sentences = [
        row
        for row in json.loads((site / "values.json").read_text(encoding="utf-8"))
        if row["page"] == "measurements/own-gpu.md"
        and row["name"] == "gpu_run.ratio_median"
        and row["inputs"]["run"].startswith("steps-")
    ]
    assert len(sentences) == 4
    for row in sentences:
        run = row["inputs"]
        key = (NAMES[run["model"]], TASKS[run["task"]], WAYS[str(int(run["fused"]))])
        assert row["value"] == pytest.approx(summary[key], rel=0.006), key
    text = re.sub(r"<[^>]*>", "", (site / "measurements/own-gpu/index.html").read_text(encoding="utf-8"))
    plain, compiled = (summary["Llama 3.1 8B", "step", way] for way in ("plain", "compiled"))
    said = re.search(r"the median step took ([0-9.]+) times the expected time, and ([0-9.]+) compiled", text)
    assert [float(one) for one in said.groups()] == [plain, compiled]
