"""What moved between two states: which figures, from what to what, where they stand, which edit did it."""

import json

import pytest

from macros.changes import __main__ as command
from macros.changes import causes, figures, places, report, states
from macros.errors import MacroError


def row(value, name="kv_cache_bytes", page="vram.md", inputs=None, **more):
    return {
        "version": 2,
        "kind": "computed",
        "page": page,
        "name": name,
        "inputs": inputs or {"n_tokens": 1},
        "records": {},
        "value": value,
        "unit": "B",
        "text": f"{value:,} B",
        "function": name,
        "source": "llmmath/formulas/memory.py:1",
        **more,
    }


def test_a_figure_of_another_value_is_told_with_both_and_their_ratio():
    (one,) = figures.moved([row(100)], [row(150)])
    assert figures.texts(one) == ("100 B", "150 B") and figures.ratio(one) == 1.5


def test_a_figure_of_which_an_input_was_changed_is_the_same_figure_moved():
    (one,) = figures.moved([row(100)], [row(200, inputs={"n_tokens": 2})])
    assert figures.texts(one) == ("100 B", "200 B")
    assert figures.changed_inputs(one) == ["n_tokens 1 -> 2"]


def test_of_several_figures_with_changed_inputs_those_are_paired_that_differ_least():
    old = [row(1, inputs={"model": "a", "n": 1}), row(2, inputs={"model": "b", "n": 1})]
    new = [row(20, inputs={"model": "b", "n": 2}), row(10, inputs={"model": "a", "n": 2})]
    assert [figures.texts(one) for one in figures.moved(old, new)] == [("1 B", "10 B"), ("2 B", "20 B")]


def test_a_figure_that_is_gone_and_one_of_another_name_that_is_new_are_two():
    found = figures.moved([row(1)], [row(1, name="weight_bytes")])
    assert [(one.name, one.old is None, one.new is None) for one in found] == [
        ("kv_cache_bytes", False, True),
        ("weight_bytes", True, False),
    ]
    assert [figures.ratio(one) for one in found] == [None, None]


def test_figures_that_are_equal_did_not_move():
    assert figures.moved([row(1), row(2, page="a.md")], [row(2, page="a.md"), row(1)]) == []


PAGE = """<p>Each token adds <data class="lm-value" value="131072"><button>131,072 B</button></data>.</p>
<table><tr><th>GPT-2</th><td><data value="12">12</data></td></tr></table>"""


def test_the_words_around_a_figure_are_its_sentence_or_its_row():
    assert places.words_around(PAGE, row(131072)) == "Each token adds 131,072 B."
    assert places.words_around(PAGE, {**row(12), "text": "12"}) == "GPT-2 | 12 |"
    assert places.words_around(PAGE, row(7)) == ""


@pytest.fixture
def project(tmp_path):
    """Lays out a state of a small project: two formulas of which one calls the other, and two records."""

    def state(name, factor, bandwidth):
        root = tmp_path / name
        (root / "llmmath" / "data").mkdir(parents=True)
        (root / "llmmath" / "memory.py").write_text(
            f'def values(n):\n    """Two words."""\n    return {factor} * n\n\n\ndef other():\n    return 1\n'
        )
        (root / "llmmath" / "bound.py").write_text(
            "from .memory import values as kept\n\n\ndef bound(n):\n    return kept(n)\n"
        )
        (root / "llmmath" / "data" / "cards.toml").write_text(f"[h100]\nrate = {bandwidth}\n[l4]\nrate = 1\n")
        return causes.Project(root)

    return state


def test_the_edit_of_a_formula_is_named_for_what_reaches_it_also_under_another_name(project):
    states = project("old", 2, 3), project("new", 4, 3)
    edited = causes.edits(*states)
    assert edited == ({("llmmath/memory.py", "values")}, set())
    one = figures.Moved("a.md", "bound", row(1, function="bound"), row(2, function="bound"))
    assert causes.causes(one, states, edited) == ["values (llmmath/memory.py:1)"]
    one = figures.Moved("a.md", "other", row(1, function="other"), row(2, function="other"))
    assert causes.causes(one, states, edited) == []


def test_the_edit_of_a_record_is_named_for_the_figures_of_that_record(project):
    states = project("old", 2, 3), project("new", 2, 5)
    edited = causes.edits(*states)
    assert edited == (set(), {("llmmath/data/cards.toml", "h100")})
    of = row(1, function="other", records={"accelerator": "h100"})
    one = figures.Moved("a.md", "other", of, {**of, "value": 2})
    assert causes.causes(one, states, edited) == ["record h100 (llmmath/data/cards.toml)"]


def test_the_edit_of_a_page_is_named_where_it_changed_an_input(project):
    states = project("old", 2, 3), project("new", 2, 3)
    one = figures.Moved("a.md", "other", row(1), row(2, inputs={"n_tokens": 2}))
    assert causes.causes(one, states, causes.edits(*states), ["a.md"]) == ["the page (docs/a.md)"]


def test_files_to_take_away_are_compared_by_their_bytes(tmp_path):
    for name, content in (("old", b"one"), ("new", b"two")):
        folder = tmp_path / name / "firmware"
        folder.mkdir(parents=True)
        (folder / "script.py").write_bytes(content)
        (folder / "same.txt").write_bytes(b"same")
    (tmp_path / "new" / "firmware" / "more.txt").write_bytes(b"12345")
    old, new = (states.State(name, None, tmp_path / name, []) for name in ("old", "new"))
    assert states.files_moved(old, new) == [("firmware/more.txt", None, 5), ("firmware/script.py", 3, 3)]


def test_a_published_list_is_compared_by_the_command_and_the_status_says_whether_something_moved(
    tmp_path, capsys
):
    for name, value in (("old", 100), ("new", 150)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "values.json").write_text(json.dumps([row(value)]))
    old, new = str(tmp_path / "old" / "values.json"), ["--site", str(tmp_path / "new")]
    assert command.main([old, *new, "--json"]) == 1
    (one,) = json.loads(capsys.readouterr().out)["figures"]
    assert (one["page"], one["old"], one["new"], one["ratio"]) == ("docs/vram.md", "100 B", "150 B", 1.5)
    assert command.main([old, "--site", str(tmp_path / "old")]) == 0
    assert "no figure and no file moved" in capsys.readouterr().out
    assert command.main([str(tmp_path / "none.json"), *new]) == 2
    assert "expected a values.json" in capsys.readouterr().err


def test_a_word_that_is_no_commit_is_told(tmp_path):
    with pytest.raises(MacroError, match="is no commit or tag here"):
        states.of_commit(tmp_path, "no-such-commit", tmp_path)


def test_the_report_for_a_pull_request_is_a_table_whose_cells_stay_in_their_columns():
    one = {"page": "docs/a.md", "name": "n", "inputs": {}, "inputs_changed": ["k 1 -> 2"],
           "around": "GPT-2 | 12",
           "old": "1", "new": None, "ratio": None, "moved_by": ["f (a.py:1)"]}  # fmt: skip
    text = report.markdown({"against": "v1", "figures": [one], "files": []})
    assert "1 figure and 0 files moved since v1" in text
    assert "| docs/a.md | `n`<br>k 1 -> 2 | 1 | gone |  | GPT-2 &#124; 12 | f (a.py:1) |" in text


def test_lines_and_tables_say_first_what_was():
    one = {
        "page": "docs/a.md", "name": "n", "inputs": {"k": 2}, "inputs_changed": [], "around": "",
        "old": "1 B", "new": "3 B", "ratio": 3.0, "moved_by": [],
    }  # fmt: skip
    found = {
        "against": "v1", "figures": [one], "files": [{"file": "f", "old_bytes": 5, "new_bytes": 7}]
    }  # fmt: skip
    assert report.plain(found).splitlines()[:3] == [
        "docs/a.md: n(k=2)", "    1 B -> 3 B (× 3)", "f: 5 bytes -> 7 bytes"
    ]  # fmt: skip
    assert "| 1 B | 3 B | × 3 |" in report.markdown(found)
    assert "| `f` | 5 bytes | 7 bytes |" in report.markdown(found)
