"""Tables: what stands in a cell, what heads a column, what is said of where figures came from."""

import pytest

from macros.html_table import NONE, Table, data, markup, stated, text
from macros.values import Figures


@pytest.fixture
def figures():
    found = Figures()
    found.start_page("a.md", "articles/a/")
    return found


def test_a_stated_figure_keeps_its_value_beside_what_is_written():
    cell = stated(989.4e12, "FLOP/s", "TFLOP/s", 4)
    assert cell.markup() == '<td class="num"><data value="989400000000000.0">989.4\u202fTFLOP/s</data></td>'


def test_a_unit_that_the_heading_names_can_be_left_out():
    assert ">989.4</data>" in stated(989.4e12, "FLOP/s", "TFLOP/s", 4, show_unit=False).markup()


def test_what_a_record_does_not_state_is_a_dash():
    assert stated(None, "B", "GB") is NONE


def test_words_stand_beside_a_figure_in_one_cell():
    cell = text(f"no: cache<br>{data(2 * 10**9, 'B', 'GB')} over", numeric=True, kind="lm-no")
    shown = '<td class="num lm-no">no: cache<br><data value="2000000000">2\u202fGB</data> over</td>'
    assert cell.markup() == shown


def test_a_figure_is_recorded_and_its_function_named_with_its_line(figures):
    t = Table(figures, "Caches")
    t.row({
        "Model": "Llama 3.1 8B",
        "Per token": t.figure(
            "kv_cache_bytes", "KiB", model="llama-3.1-8b", n_tokens=1, bytes_per_value=2
        ),
    })  # fmt: skip
    shown = t.render()
    # 2 vectors x 32 layers x 8 heads x 128 values x 2 bytes = 128 x 1024
    assert (
        '<th scope="row">Llama 3.1 8B</th><td class="num"><data value="131072">128\u202fKiB</data></td>'
        in shown
    )
    assert '<a href="../../reference/formulas/#kv_cache_bytes">kv_cache_bytes</a> (' in shown
    assert '<a href="../../source/llmmath/formulas/memory.py/#L' in shown
    assert [row["value"] for row in figures.rows] == [131072]


def test_a_figure_without_its_unit_is_recorded_with_it(figures):
    t = Table(figures, "Errors")
    shown = t.data("celsius_per_code", unit="°C/LSB", digits=2, show_unit=False, script="thermistor_fan")
    assert "LSB" not in shown and figures.rows[0]["text"].endswith("°C/LSB")


def test_a_heading_over_figures_stands_where_they_stand():
    shown = markup([{"Model": text("gpt2"), "Layers": stated(12)}])
    assert '<th scope="col">Model</th><th scope="col" class="num">Layers</th>' in shown


def test_a_row_of_other_columns_is_refused():
    with pytest.raises(ValueError, match=r"a row of the columns \['a', 'c'\]; expected \['a', 'b'\]"):
        markup([{"a": text(1), "b": text(2)}, {"a": text(1), "c": text(2)}])
    with pytest.raises(ValueError, match="a table without rows"):
        markup([])


def test_a_caption_is_no_markup(figures):
    t = Table(figures, "a < b")
    t.row({"a": "1"})
    assert t.render().count("a &lt; b") == 2
