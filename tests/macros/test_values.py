"""Figures, where they came from, and the form in which they are published."""

import inspect
import json
from collections import Counter
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator, validators

from llmmath.errors import InputError
from llmmath.estimate import estimate
from llmmath.records import accelerators, engines, models
from macros import html_table, lookup
from macros.charts import Axis, Series, lines
from macros.errors import MacroError
from macros.html_table import Table
from macros.origins import origin
from macros.values import SCHEMA, VERSION, Figures

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
    figures.inline(row, text, lambda: origin(name, given, inputs, result))
    return figures.end_page()


def test_an_estimate_opens_its_formula_its_inputs_and_what_its_constants_are_from():
    shown = opened("estimate.time_per_output_token_s.high", **SERVED)
    assert "reference/formulas/#time_per_output_token" in shown and "llmmath/estimate.py:" in shown
    n_points = engines.get("vllm", accelerators.get(SERVED["accelerator"])).evidence["n_points"]
    assert f"constants of vLLM: fitted to {n_points:,} measurements" in shown
    assert "source/llmmath/records/data/attained.toml/#L" in shown
    assert "concurrency" in shown and "1,024" in shown
    # no constant goes into a bound
    assert "fitted to" not in opened("estimate.time_per_output_token_s.bound", **SERVED)


def test_a_rate_opens_the_formula_of_its_name():
    # named with the unit as it is written, the formula with the word
    shown = opened("estimate.output_tokens_per_s.expected", **SERVED)
    assert "reference/formulas/#output_tokens_per_second" in shown


def test_an_unknown_engine_names_the_nearest():
    with pytest.raises(InputError, match="unknown engine 'vlm'; did you mean 'vllm'"):
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


def stated(quantity, record=None, first="GPT-2 small"):
    """The row of a stated cell."""
    figures = Figures()
    figures.start_page("a.md", "a/")
    t = Table(figures, "Caches")
    t.row({"Model": first, "Head<br>width": html_table.stated(quantity, "B", "kB")}, record)
    return figures.rows[-1]


def charted(y, factor=1e9):
    """The row of a chart's series."""
    figures = Figures()
    figures.start_page("a.md", "a/")
    shown = lines(
        "Caches", "They grow.", x=Axis("context", "token"), y=Axis("cache", "GB", factor=factor),
        series=[Series("one", (1, 2), y)],
    )  # fmt: skip
    figures.chart(shown, "caches", [lookup.formula("kv_cache_bytes")])
    return figures.rows[-1]


def test_a_stated_cell_is_a_row_with_its_place_and_what_states_it():
    row = stated(2000, models.get("gpt2"))
    assert (row["kind"], row["name"], row["value"], row["unit"]) == ("stated", "table.Head width", 2000, "B")
    assert row["text"] == "2\u202fkB"
    assert row["inputs"] == {"table": "Caches", "row": "GPT-2 small", "column": "Head width"}
    assert row["records"] == {"model": "gpt2"} and "Radford et al. 2019" in row["source"]
    assert (stated(2000)["function"], stated(2000)["source"]) == ("page", "docs/a.md")


def test_rows_of_a_table_that_begin_alike_are_told_apart():
    figures = Figures()
    figures.start_page("a.md", "a/")
    t = Table(figures, "Caches")
    for context in (1024, 2048):
        t.row({"Model": "GPT-2", "Context": html_table.stated(context)})
    assert [row["inputs"]["row"] for row in figures.rows] == ["GPT-2", "GPT-2 (2)"]


def test_a_series_of_a_chart_is_a_row_of_its_data_in_base_units():
    row = charted((3e9, 4e9))
    assert (row["kind"], row["name"], row["unit"]) == ("chart", "chart.caches", "B")
    assert row["value"] == [3e9, 4e9]
    assert row["x"] == {"label": "context", "unit": "token", "values": [1, 2]}
    assert row["function"] == "kv_cache_bytes" and row["source"].startswith("llmmath/formulas/memory.py:")


def test_series_of_a_lower_panel_are_rows_with_their_own_unit():
    figures = Figures()
    figures.start_page("fan.md", "fan/")
    shown = lines(
        "A run", "It holds.", x=Axis("time", "s"), y=Axis("temperature", "°C"),
        series=[Series("thing", (0, 1), (34, 30))],
        below=(Axis("duty", "%", factor=0.01), [Series("fan", (0, 1), (1, 0.4))], []),
    )  # fmt: skip
    figures.chart(shown, "run")
    rows = [(row["inputs"]["series"], row["y"], row["unit"], row["value"]) for row in figures.rows]
    assert rows == [("thing", "temperature", "°C", [34, 30]), ("fan", "duty", "1", [1, 0.4])]


def test_an_axis_whose_factor_is_not_that_of_its_unit_is_refused():
    with pytest.raises(MacroError, match="has the factor 1073741824; expected that of its unit 'GB'"):
        charted((3e9, 4e9), factor=2**30)


# The published form of the rows

FORM = json.loads(SCHEMA.read_text(encoding="utf-8"))


def wrong(rows):
    """What of rows is not as the published form says, as a list of sentences."""
    return [f"{error.json_path}: {error.message}" for error in Draft202012Validator(FORM).iter_errors(rows)]


def test_the_form_is_itself_a_schema_of_the_draft_that_it_names():
    assert validators.validator_for(FORM, default=None) is Draft202012Validator
    Draft202012Validator.check_schema(FORM)


def test_the_form_has_the_version_that_the_rows_have():
    assert FORM["version"] == VERSION == FORM["items"]["properties"]["version"]["const"]


def test_rows_of_every_kind_have_the_published_form():
    assert wrong([figure(**CACHE), stated(2000), charted((3e9, 4e9))]) == []


@pytest.mark.parametrize(
    "change",
    [
        {"version": 1},
        {"kind": "guessed"},
        {"value": [1, 2]},
        {"more": 1},
        {"text": None},
        {"kind": "chart"},
    ],
)
def test_a_row_of_another_form_is_found(change):
    assert wrong([figure(**CACHE) | change]) != []


def test_the_published_rows_have_the_published_form_and_every_page_with_a_chart_has_its_data(site):
    rows = json.loads((site / "values.json").read_text(encoding="utf-8"))
    assert json.loads((site / SCHEMA.name).read_text(encoding="utf-8")) == FORM
    assert wrong(rows) == []
    kinds = Counter(row["kind"] for row in rows)
    assert kinds["computed"] > 1000 and kinds["stated"] > 500
    drawn = sum(
        path.read_text(encoding="utf-8").count('<figure class="chart"') for path in site.rglob("*.html")
    )
    assert (
        len({(row["page"], row["name"], row["inputs"]["chart"]) for row in rows if row["kind"] == "chart"})
        == drawn
    )
    assert all(len(row["value"]) == len(row["x"]["values"]) for row in rows if row["kind"] == "chart")


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
