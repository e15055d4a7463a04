"""What moved between two states: which figures, from what to what, where they stand, which edit did it."""

import json

import pytest

from macros import build
from macros.building.mistakes import Mistake
from macros.changes import __main__ as command
from macros.changes import causes, figures, pictures, places, report, states, summary
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
        "text": f"{value} B",
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


def test_of_two_records_with_the_same_figure_the_edited_one_moved_and_the_other_did_not():
    # as two cards of one bandwidth have it
    old = [row(295, inputs={"rate": 3350}), row(295, inputs={"rate": 3350})]
    new = [row(294, inputs={"rate": 3360}), row(295, inputs={"rate": 3350})]
    (one,) = figures.moved(old, new)
    assert figures.texts(one) == ("295 B", "294 B")
    assert figures.changed_inputs(one) == ["rate 3350 -> 3360"]
    # that a figure stands there once more or once less is no figure that moved
    assert figures.moved(old, old[:1]) == figures.moved(old[:1], old) == []


def test_a_figure_goes_with_the_record_that_it_had():
    first, second = ({"records": {"model": name}} for name in ("a", "b"))
    old = [row(1, **first), row(2, **second)]
    assert figures.moved(old, [row(2, **second), row(1, **first)]) == []
    (one,) = figures.moved(old, [row(2, **second), row(3, **first)])
    assert figures.texts(one) == ("1 B", "3 B")


@pytest.mark.parametrize(
    "old, new, unit, text, told",
    [
        (
            11_601.2,
            11_604.4,
            "token/s",
            "11,600\u202ftoken/s",
            ("11,601\u202ftoken/s", "11,604\u202ftoken/s"),
        ),
        (0.0047961, 0.0047962, "s", "4.80\u202fms", ("4.7961\u202fms", "4.7962\u202fms")),
        (0.5, 0.50001, "1", "50.0%", ("50%", "50.001%")),
        (1234.2, 1234.4, "token", "1,230", ("1,234.2", "1,234.4")),
    ],
)
def test_values_that_are_written_alike_are_told_with_the_digits_that_tell_them_apart(
    old, new, unit, text, told
):
    (one,) = figures.moved([row(old, unit=unit, text=text)], [row(new, unit=unit, text=text)])
    assert figures.texts(one) == told


def charted(*values):
    return row(
        list(values), name="chart.caches", kind="chart", text="2 points",
        inputs={"chart": "Caches", "series": "one"},
        x={"label": "context", "unit": "token", "values": [1, 2]},
    )  # fmt: skip


def test_of_a_chart_the_first_point_that_moved_is_told():
    (one,) = figures.moved([charted(3e9, 4e9)], [charted(3e9, 5e9)])
    assert figures.kind(one) == "chart" and figures.ratio(one) is None
    assert figures.texts(one) == (
        "2 points, 1 of them others, the first 4000000000.0 at 2",
        "2 points, 1 of them others, the first 5000000000.0 at 2",
    )


def test_a_list_of_the_first_version_is_compared_by_what_it_has():
    new = [row(1), row(2, name="table.Width", kind="stated"), charted(1, 2)]
    old = [{key: value for key, value in new[0].items() if key not in ("version", "kind")}]
    assert figures.moved(old, new) == figures.moved(new, old) == []
    old[0]["value"] = 3
    assert [one.name for one in figures.moved(old, new)] == ["kv_cache_bytes"]


def test_a_list_of_a_later_version_is_refused():
    with pytest.raises(MacroError, match="rows of version 3; this command knows versions up to 2"):
        figures.moved([row(1)], [row(1, version=3)])


def test_figures_that_are_equal_did_not_move():
    assert figures.moved([row(1), row(2, page="a.md")], [row(2, page="a.md"), row(1)]) == []


PAGE = """<p>Each token adds <data class="lm-value" value="131072"><button>131,072 B</button></data>.</p>
<table><tr><th>GPT-2</th><td><data value="12">12</data></td></tr></table>"""


def test_the_words_around_a_figure_are_its_sentence_or_its_row():
    assert places.words_around(PAGE, row(131072)) == "Each token adds 131,072 B."
    assert places.words_around(PAGE, {**row(12), "text": "12"}) == "GPT-2 | 12 |"
    assert places.words_around(PAGE, row(7)) == ""


def test_of_a_long_sentence_the_words_around_the_figure_are_told_without_what_a_term_means():
    figure = '<data value="7"><button>7\u202fB</button></data>'
    term = '<dfn>term</dfn><span class="lm-def" popover>What it means.</span>'
    page = f"<p>{'before ' * 40}{figure} of the {term}{' after' * 40}</p>"
    told = places.words_around(page, {**row(7), "text": "7\u202fB"})
    assert told.startswith("…") and told.endswith("…") and "before 7 B of the term after" in told


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


def test_an_edit_of_a_formula_is_not_named_where_another_input_gave_the_same_value(project):
    states = project("old", 2, 3), project("new", 4, 3)
    edited = causes.edits(*states)
    before = row(1, function="bound")
    same, other = (row(value, function="bound", inputs={"n_tokens": 2}) for value in (1, 2))
    one = figures.Moved("a.md", "bound", before, same)
    assert causes.causes(one, states, edited, ["a.md"]) == ["the page (docs/a.md)"]
    one = figures.Moved("a.md", "bound", before, other)
    both = ["the page (docs/a.md)", "values (llmmath/memory.py:1)"]
    assert causes.causes(one, states, edited, ["a.md"]) == both


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
    assert "no figure, no picture and no file moved" in capsys.readouterr().out
    assert command.main([str(tmp_path / "none.json"), *new]) == 2
    assert "expected a values.json" in capsys.readouterr().err


def test_a_word_that_is_no_commit_is_told(tmp_path):
    with pytest.raises(MacroError, match="is no commit or tag here"):
        states.of_commit(tmp_path, "no-such-commit", tmp_path)


def counted(found):
    return {"summary": summary.of(found), **found}


def test_the_report_for_a_pull_request_is_a_table_whose_cells_stay_in_their_columns():
    one = {"page": "docs/a.md", "name": "n", "kind": "figure", "inputs": {}, "inputs_changed": ["k 1 -> 2"],
           "around": "GPT-2 | 12",
           "old": "1", "new": None, "ratio": None, "moved_by": ["f (a.py:1)"]}  # fmt: skip
    text = report.markdown(counted({"against": "v1", "figures": [one], "files": [], "pictures": []}))
    assert "**1 figure moved since v1**" in text and "- 1 figure by f (a.py:1)" in text
    assert "| docs/a.md | `n`<br>k 1 -> 2 | 1 | gone |  | GPT-2 &#124; 12 | f (a.py:1) |" in text


def test_lines_and_tables_say_first_how_much_moved_and_by_what():
    one = {
        "page": "docs/a.md", "name": "n", "kind": "figure", "inputs": {"k": 2}, "inputs_changed": [],
        "around": "", "old": "1 B", "new": "3 B", "ratio": 3.0, "moved_by": [],
    }  # fmt: skip
    drawn = {"page": "/a/", "title": "One | two", "was_there": True, "is_there": True, "moved_by": ["b.txt"]}
    found = counted({
        "against": "v1",
        "figures": [one],
        "files": [{"file": "f", "old_bytes": 5, "new_bytes": 7, "moved_by": ["c.py"]}],
        "pictures": [drawn, {**drawn, "is_there": False, "moved_by": []}, {**drawn, "was_there": False}],
        "shown": "changes/index.html",
        "mistakes": ["now: a.md:3: old"],
        "not_built": [
            {"page": "docs/b.md", "in": "now", "figures": 2},
            {"page": "docs/c.md", "in": "v1", "figures": 1},
        ],
    })  # fmt: skip
    assert report.plain(found).splitlines() == [
        "A build would refuse this; what it keeps out of a page is told as not built, not as gone:",
        "    now: a.md:3: old",
        "",
        "1 figure, 3 pictures and 1 file moved since v1",
        "    2 pictures by b.txt",
        "    1 file by c.py",
        "Not built, for a mistake above:",
        "    docs/b.md: 2 figures",
        "    docs/c.md: 1 figure, in v1",
        "The pictures stand side by side in changes/index.html",
        "",
        "docs/a.md: n(k=2)",
        "    1 B -> 3 B (× 3)",
        "/a/: picture “One | two”; moved by b.txt",
        "/a/: picture “One | two”, gone",
        "/a/: picture “One | two”, new; moved by b.txt",
        "f: 5 bytes -> 7 bytes; moved by c.py",
    ]
    assert "| docs/a.md | `n`<br>k=2 | 1 B | 3 B | × 3 |" in report.markdown(found)
    assert "| /a/ | One &#124; two, gone |  |" in report.markdown(found)
    assert "| `f` | 5 bytes | 7 bytes | c.py |" in report.markdown(found)
    assert "`changes/index.html` of this run's artifact" in report.markdown(found)
    assert "- docs/b.md: 2 figures" in report.markdown(found)


def test_what_one_edit_moved_is_said_once_and_the_series_of_a_chart_are_one_thing():
    one = {"name": "n", "inputs_changed": [], "around": "", "ratio": None, "old": "1", "new": "2"}
    edit = {"page": "docs/a.md", "moved_by": ["record h100"]}
    series = {"kind": "chart", "inputs": {"chart": "Caches", "series": "one"}}
    found = counted({
        "against": "v1",
        "figures": [
            {**one, **edit, "kind": "cell", "inputs": {}},
            {**one, **edit, **series},
            {**one, **edit, **series, "inputs": {"chart": "Caches", "series": "two"}},
        ],
        "files": [{"file": "f", "old_bytes": 5, "new_bytes": 5, "moved_by": ["c.py"]}],
        "pictures": [],
    })  # fmt: skip
    assert found["summary"] == {
        "moved": {"cell": 1, "chart": 1, "file": 1},
        "by": {"record h100": {"cell": 1, "chart": 1}, "c.py": {"file": 1}},
    }
    told = report.plain(found)
    assert told.count("record h100") == 1 and "1 cell and 1 chart's data by record h100" in told
    assert "f: 5 bytes, others than before; moved by c.py" in told


def test_a_single_edited_record_is_named_plainly_and_several_as_those_that_may_have_done_it(project):
    # what reaches a record by no name of its own, as a table of all records does
    states = project("old", 2, 3), project("new", 2, 5)
    one = figures.Moved("a.md", "other", row(1, function="other"), row(2, function="other"))
    edited = causes.edits(*states)
    assert causes.causes(one, states, edited) == ["record h100 (llmmath/data/cards.toml)"]
    more = {*edited[1], ("llmmath/data/cards.toml", "l4")}
    assert causes.causes(one, states, (set(), more)) == [
        "one of: record h100 (llmmath/data/cards.toml), record l4 (llmmath/data/cards.toml)"
    ]


def test_what_a_mistake_keeps_out_of_a_page_is_not_built_and_did_not_move(sites):
    kept = row(1, page="c.md", name="weight_bytes")
    old = states.State("v1", None, sites[0], [row(1, page="a.md"), row(2, page="b.md"), kept])
    # page a was left unfinished, and its drawing `seed` is not there
    page = sites[1] / "a" / "index.html"
    page.write_text(drawing("chart-growth-bbbbbb", "Growth", "2", ""))
    new = states.State("now", None, sites[1], [kept], ["x.py:1: wrong"], ["a.md"])
    found = command.compared(old, new, pictures.moved(*sites))
    assert found["not_built"] == [{"page": "docs/a.md", "in": "now", "figures": 1}]
    assert [(one["page"], one["new"]) for one in found["figures"]] == [("docs/b.md", None)]
    assert [(one["page"], one["title"]) for one in found["pictures"]] == [("/a/", "Growth"), ("/b/", "More")]
    assert found["summary"]["moved"] == {"figure": 1, "picture": 2}
    # what was not built before is not new either
    found = command.compared(new._replace(name="v1"), old._replace(name="now"))
    assert found["not_built"] == [{"page": "docs/a.md", "in": "v1", "figures": 1}]


def drawing(name, title, inside, kind="circuit"):
    return (
        f'<svg class="{kind}" aria-labelledby="{name}-title {name}-desc">'
        f'<title id="{name}-title">{title}</title><desc id="{name}-desc">About</desc>'
        f'<path id="{name}-R1" clip-path="url(#{name}-R1)"/><a href="#{name}-R1">{inside}</a></svg>'
    )


@pytest.fixture
def sites(tmp_path):
    """(old, new): two sites, of which a chart of other data, a circuit and a new drawing differ."""
    pages = {
        "old": {
            "a/": drawing("chart-growth-aaaaaa", "Growth", "1", "") + drawing("seed", "Seed", "R1"),
            "b/": drawing("same", "Same", "x"),
            "source/x.py/": drawing("of-code", "Code", "1"),
        },
        "new": {
            "a/": drawing("chart-growth-bbbbbb", "Growth", "2", "")
            + drawing("seed", "Seed &amp; more", "R2"),
            "b/": drawing("same", "Same", "x")
            + "<svg><title>an icon</title></svg>"
            + drawing("more", "More", "y"),
            "source/x.py/": drawing("of-code", "Code", "2"),
        },
    }
    for state, texts in pages.items():
        for page, text in texts.items():
            (tmp_path / state / page).mkdir(parents=True)
            (tmp_path / state / page / "index.html").write_text(text)
    (tmp_path / "new" / "assets" / "css").mkdir(parents=True)
    (tmp_path / "new" / "assets" / "css" / "charts.css").write_text("svg {}")
    return tmp_path / "old", tmp_path / "new"


def test_drawings_that_differ_are_found_by_page_and_name_whatever_their_data_and_ids(sites):
    found = pictures.moved(*sites)
    assert [(one.page, one.name, one.title) for one in found] == [
        ("a/", "chart-growth", "Growth"),
        ("a/", "seed", "Seed & more"),
        ("b/", "more", "More"),
    ]
    assert [one.old is None for one in found] == [False, False, True] and all(one.new for one in found)


def test_a_drawing_that_differs_in_its_ids_alone_did_not_move(sites):
    old, new = sites
    for site, name in ((old, "chart-same-111111"), (new, "chart-same-222222")):
        for page in ("a/", "b/"):
            (site / page / "index.html").write_text(drawing(name, "Same", "x"))
    assert pictures.moved(old, new) == []


def test_pictures_stand_side_by_side_and_no_id_stands_twice(sites, tmp_path, browser):
    found = pictures.moved(*sites)
    pictures.write(tmp_path / "shown", found, sites[1], "v1")
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.goto((tmp_path / "shown" / "index.html").as_uri())
    pairs = page.locator(".pair")
    assert pairs.count() == 3 and page.locator("h1").inner_text() == "3 pictures moved since v1"
    old, new = (pairs.nth(1).locator("section").nth(n).bounding_box() for n in (0, 1))
    assert old["y"] == new["y"] and old["x"] + old["width"] <= new["x"]
    assert pairs.nth(1).locator("svg.circuit a").all_text_contents() == ["R1", "R2"]
    assert pairs.nth(2).locator("section").first.inner_text().split("\n")[-1] == "not there"
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(one => one.id)")
    assert len(ids) == len(set(ids)) == 15
    # each refers to its own
    own = "links => links.every(one => one.closest('svg').querySelector(one.getAttribute('href')))"
    assert page.locator("svg a").evaluate_all(own)
    assert page.locator("link").get_attribute("href") == "assets/css/charts.css"
    page.close()


def test_what_moved_a_picture_is_its_data_else_its_text_else_what_draws_it(sites):
    chart, seed, more = pictures.moved(*sites)
    edited = ["firmware/circuits/seed.txt", "macros/charts/draw.py", "macros/circuit/grid.py"]
    figure = {"name": "chart.growth", "moved_by": ["growth (llmmath/a.py:3)"]}
    assert causes.of_picture(chart, [figure, figure], edited) == ["growth (llmmath/a.py:3)"]
    assert causes.of_picture(chart, [{**figure, "name": "chart.other"}], edited) == ["macros/charts/draw.py"]
    assert causes.of_picture(seed, [], edited) == ["firmware/circuits/seed.txt"]
    assert causes.of_picture(more, [], edited) == ["macros/circuit/grid.py"]


def test_what_moved_a_file_is_the_file_itself_or_what_it_is_made_from():
    edited = ["firmware/thermistor_fan.py", *(f"llmmath/{n}.py" for n in range(7))]
    assert causes.of_file("source/raw/llmmath/0.py", edited) == ["llmmath/0.py"]
    assert causes.of_file("firmware/fan.zip", edited) == ["firmware/thermistor_fan.py"]
    assert causes.of_file("assets/engine/fan.json", edited)[-1] == "3 more"


def test_the_command_shows_pictures_and_counts_them_among_what_moved(sites, tmp_path, monkeypatch, capsys):
    for site in sites:
        (site / "values.json").write_text("[]")
    old = states.State("v1", None, sites[0], [])
    monkeypatch.setattr(states, "of_commit", lambda *given: old)
    shown = tmp_path / "shown"
    assert command.main(["v1", "--site", str(sites[1]), "--pictures", str(shown), "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert [(one["page"], one["was_there"]) for one in found["pictures"]] == [
        ("/a/", True),
        ("/a/", True),
        ("/b/", False),
    ]
    assert (shown / "index.html").is_file() and found["shown"] == str(shown / "index.html")


def test_edited_files_are_ours_and_no_bytecode(tmp_path):
    for state, text in (("old", "1"), ("new", "2")):
        for name in ("llmmath/a.py", "macros/__pycache__/a.pyc", "docs/a.md"):
            (tmp_path / state / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / state / name).write_text(text)
    (tmp_path / "new" / "firmware").mkdir()
    (tmp_path / "new" / "firmware" / "new.txt").write_text("")
    old, new = (states.State(name, tmp_path / name, None, []) for name in ("old", "new"))
    assert states.files_edited(old, new) == ["firmware/new.txt", "llmmath/a.py"]


def test_mistakes_that_a_build_would_refuse_are_written_where_what_moved_is_asked(tmp_path, monkeypatch):
    told = tmp_path / "mistakes.json"
    monkeypatch.setattr(build, "noted", [Mistake("it is old", "docs/a.md", 3)])
    monkeypatch.setattr(build, "configured", {"stops": True, "ended_by": ValueError})
    with pytest.raises(ValueError, match="it is old"):
        build.stop_at_mistakes()
    monkeypatch.setenv("SITE_MISTAKES", str(told))
    build.stop_at_mistakes()
    build.noted.append(Mistake("a link to nowhere", "docs/b.md"))
    build.stop_at_mistakes()
    assert json.loads(told.read_text()) == {
        "mistakes": ["docs/a.md:3: it is old", "docs/b.md: a link to nowhere"],
        "unfinished": ["a.md", "b.md"],
    }


def test_the_report_tells_what_a_build_would_refuse():
    old, new = (
        states.State(name, None, None, [], said) for name, said in (("v1", ()), ("now", ["a.md:3: old"]))
    )
    found = command.compared(old, new)
    for text in (report.plain(found), report.markdown(found)):
        assert text.startswith("A build would refuse this") and "now: a.md:3: old" in text
    assert "refuse" not in report.plain(command.compared(old, old))
