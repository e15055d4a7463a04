"""Figures, where they came from, and which of them moved between two builds."""

import inspect
import json
import subprocess
import sys
from pathlib import Path

import pytest

from llmmath.estimate import estimate
from llmmath.records import accelerators, engines, models
from macros import lookup
from macros.errors import MacroError
from macros.values import Figures, moved

ROOT = Path(__file__).resolve().parents[2]
CACHE = {"model": "llama-3.1-8b", "n_tokens": 1, "bytes_per_value": 2}


def figure(name="kv_cache_bytes", **given):
    figures = Figures()
    figures.start_page("a.md", "a/")
    function, inputs, result = lookup.call(name, given)
    return figures.add(function, inputs, result, name=name, given=given)[0]


def test_a_figure_knows_its_inputs_its_function_and_its_line():
    row = figure(**CACHE)
    # 2 vectors x 32 layers x 8 heads x 128 values x 2 bytes
    assert row["value"] == 131072
    assert row["inputs"] == {
        "n_layers": 32,
        "n_kv_heads": 8,
        "head_dim": 128,
        "n_tokens": 1,
        "bytes_per_value": 2,
    }
    assert row["records"] == {"model": "llama-3.1-8b"}
    file, line = row["source"].split(":")
    assert (
        (ROOT / file)
        .read_text(encoding="utf-8")
        .splitlines()[int(line) - 1]
        .startswith("def kv_cache_bytes(")
    )


def test_an_argument_that_is_written_out_wins_over_the_record():
    # one key-value head in place of eight
    assert figure(**CACHE, n_kv_heads=1)["value"] == 131072 // 8


def test_an_entry_of_a_record_function_is_found_by_its_dotted_name():
    assert (
        figure("count.multiplications.decode.components.attention.scores", model="gpt2", context=1024)[
            "value"
        ]
        == 9437184
    )


BATCH_OF_ONE = {"model": "gpt2", "accelerator": "h100-sxm", "batch": 1, "context": 1024}


@pytest.mark.parametrize(
    ("name", "given", "unit"),
    [
        ("count.multiplications.decode.components.lm_head", {"model": "gpt2", "context": 1024}, "1"),
        ("bound.arithmetic_intensity", BATCH_OF_ONE, "FLOP/B"),
        ("bound.cost_per_million_tokens", {**BATCH_OF_ONE, "price_per_hour": 2}, "currency"),
        ("bound.max_context", BATCH_OF_ONE, "token"),
        ("bound.bound_by", BATCH_OF_ONE, "1"),
    ],
)
def test_a_figure_has_the_unit_that_stands_beside_its_function(name, given, unit):
    assert figure(name, **given)["unit"] == unit


SERVED = {
    "model": "llama-3.1-8b", "accelerator": "h100-sxm", "engine": "vllm", "concurrency": 64, "input": 1024,
    "output": 256,
}  # fmt: skip


@pytest.mark.parametrize("end", ["bound", "low", "expected", "high"])
def test_an_estimate_is_a_figure_as_a_bound_is(end):
    row = figure(f"estimate.time_per_output_token_s.{end}", **SERVED)
    found = estimate(models.get("llama-3.1-8b"), accelerators.get("h100-sxm"), engine="vllm", concurrency=64,
                     input=1024, output=256)  # fmt: skip
    assert (row["value"], row["unit"]) == (found["time_per_output_token_s"][end], "s")
    assert row["inputs"]["engine"] == "vllm" and row["inputs"]["concurrency"] == 64


def opened(name, **given):
    """The popover of a figure."""
    figures = Figures()
    figures.start_page("a.md", "a/")
    function, inputs, result = lookup.call(name, given)
    row, text = figures.add(function, inputs, result, name=name, given=given)
    figures.inline(row, text, function)
    return figures.end_page()


def test_an_estimate_opens_its_formula_its_inputs_and_what_its_constants_are_from():
    shown = opened("estimate.time_per_output_token_s.expected", **SERVED)
    assert "reference/formulas/#time_per_output_token" in shown and "llmmath/estimate.py:" in shown
    n_points = engines.get("vllm", accelerators.get(SERVED["accelerator"])).evidence["n_points"]
    assert f"vLLM: fitted to {n_points:,} measurements, llmmath/records/data/attained.toml" in shown
    assert "concurrency" in shown and "1,024" in shown
    # no constant goes into a bound
    assert "fitted to" not in opened("estimate.time_per_output_token_s.bound", **SERVED)


def test_a_rate_opens_the_formula_of_its_name():
    # named with the unit as it is written, the formula with the word
    shown = opened("estimate.output_tokens_per_s.expected", **SERVED)
    assert "reference/formulas/#output_tokens_per_second" in shown


def test_an_unknown_engine_names_the_nearest():
    with pytest.raises(LookupError, match="unknown engine 'vlm'; did you mean 'vllm'"):
        figure("estimate.running", **SERVED | {"engine": "vlm"})


def test_the_entry_nearest_to_a_figure_states_its_unit(monkeypatch):
    monkeypatch.setattr("llmmath.count.UNITS", {"multiplications": "1", "multiplications.decode.total": "B"})
    given = {"model": "gpt2", "context": 1024}
    assert figure("count.multiplications.decode.total", **given)["unit"] == "B"
    assert figure("count.multiplications.prefill.total", **given)["unit"] == "1"


def test_a_figure_without_a_unit_is_refused_with_file_and_entry(monkeypatch):
    # an entry's beginning is no entry: "kv_cache" says nothing of "kv_cache_bytes"
    monkeypatch.setattr("llmmath.count.UNITS", {"kv_cache": "B"})
    with pytest.raises(
        MacroError, match=r"llmmath/count.py: UNITS has no unit for the entry 'kv_cache_bytes'"
    ):
        figure("count.kv_cache_bytes", model="gpt2", context=1024)


def test_an_entry_that_is_not_there_is_refused_with_the_nearest():
    with pytest.raises(MacroError, match="unknown part of count 'totl'; did you mean 'total'"):
        figure("count.multiplications.decode.totl", model="gpt2", context=1024)


def test_the_list_of_moved_figures_names_changed_new_and_lost_ones():
    old, new, other = (
        figure(**CACHE),
        figure(**CACHE),
        figure("weight_bytes", n_parameters=1, bytes_per_weight=2),
    )
    new["value"], new["text"] = 1, "1"
    assert moved([old], [old]) == []
    assert [(name, before, after) for _, name, _, before, after in moved([old], [new, other])] == [
        ("kv_cache_bytes", "131,072\u202fB", "1"),
        ("weight_bytes", None, "2\u202fB"),
    ]


def test_the_command_that_lists_moved_figures_says_what_it_needs(tmp_path):
    def run(*arguments):
        done = subprocess.run(
            [sys.executable, "-m", "macros.moved", *arguments], cwd=ROOT, capture_output=True, text=True
        )
        return done.returncode, done.stdout, done.stderr

    rows = tmp_path / "values.json"
    rows.write_text(json.dumps([figure(**CACHE)]), encoding="utf-8")
    assert run(str(rows), str(rows)) == (0, "no figure moved\n", "")
    status, _, complaint = run(str(rows), str(tmp_path / "nowhere.json"))
    assert status == 2 and "nowhere.json" in complaint and "site/values.json" in complaint


def test_values_json_lists_every_figure_and_each_follows_from_its_formula_and_inputs(site):
    rows = json.loads((site / "values.json").read_text(encoding="utf-8"))
    assert len(rows) > 100
    formulas = lookup.formulas()
    checked = 0
    for row in rows:
        if row["name"] in formulas:
            assert formulas[row["name"]](**row["inputs"]) == pytest.approx(row["value"], rel=1e-12), row
            checked += 1
    assert checked > 50


def test_every_formula_has_a_summary_units_and_a_source():
    from macros import typeset

    for name, function in lookup.formulas().items():
        about = typeset.docstring(function)
        assert about.summary and about.returns_unit and about.source, name
        assert set(about.args) == set(inspect.signature(function).parameters), name
