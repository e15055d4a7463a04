"""What no page shows, and figures that assume something else than their neighbours, in a small project."""

import json

import pytest

from macros.places import ROOT
from macros.unused import __main__ as command
from macros.unused import neighbours, shown

ARTICLE = """# A page

{{ value("kv_cache_bytes", model="gpt2", n_tokens=8) }} {{ circuit("with-fan", "A fan") }}
{{ chart("shown_chart") }} {{ source("firmware/circuits/seed.txt") }}
"""
PROJECT = {
    "docs/a.md": ARTICLE,
    "docs/assets/js/used.js": 'import { x } from "./also-used.js";\n',
    "docs/assets/js/also-used.js": "export const x = 1;\n",
    "docs/assets/js/left.js": 'import "./also-used.js";\n',
    "docs/assets/fonts/inter.woff2": "",
    "docs/assets/fonts/inter-OFL.txt": "",
    "docs/assets/fonts/mono-OFL.txt": "",
    "firmware/circuits/with-fan.txt": "",
    "firmware/circuits/seed.txt": "",
    "firmware/circuits/fan.txt": "",
    "macros/pages/some.py": 'lookup.call("ridge_intensity")\n',
    "llmmath/memory.py": "def kv_cache_bytes(n): return values_per_token(n)\ndef values_per_token(n): pass\n",
    "llmmath/records/data/cards.toml": '# cards\n[used]\n[named]\nname = "A & B"\n[keyed]\n\n["left out"]\n',
    "llmmath/records/data/reserves.toml": "[of-a-kind]\n",
}
PAGE = """<script src="../assets/js/used.01234567.js"></script><link href="../assets/fonts/inter.woff2?x=1">
<p>A &amp; B <td>keyed</td> <a href="../reference/formulas/#largest_batch">largest_batch</a></p>"""
ROW = {"function": "kv_cache_bytes", "inputs": {"n_tokens": 8}, "records": {"accelerator": "used"}}


@pytest.fixture
def site(tmp_path):
    for name, text in {
        **PROJECT,
        "site/a/index.html": PAGE,
        "site/values.json": json.dumps([ROW]),
        "site/reference/formulas/index.html": '<a href="../../reference/formulas/#memory_seconds">',
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return shown.Site(tmp_path / "site", tmp_path)


def test_a_formula_that_no_figure_reaches_and_no_page_names_is_unused(site):
    found = {line.split("the formula ")[1].split()[0]: line for line in shown.formulas(site)}
    # a figure's own, one that it calls, one with a link to it, one that the module of a page names
    used = {"kv_cache_bytes", "values_per_token", "largest_batch", "ridge_intensity"}
    assert not used & found.keys()
    # the list of all formulas has a link to each
    assert found["memory_seconds"].startswith("llmmath/formulas/")
    assert found["memory_seconds"].endswith(": the formula memory_seconds is behind no figure and on no page")


def test_a_record_that_no_page_names_is_unused_with_its_line(site):
    assert list(shown.records(site)) == [
        "llmmath/records/data/cards.toml:7: the record left out is on no page"
    ]


def test_a_circuit_whose_name_is_a_part_of_another_is_told_apart(site):
    assert list(shown.circuits(site)) == ["firmware/circuits/fan.txt:1: the circuit fan is on no page"]


def test_a_file_that_only_an_unused_file_asks_for_is_unused_too_and_a_licence_goes_with_its_font(site):
    assert [line.partition(":")[0] for line in shown.assets(site)] == [
        "docs/assets/fonts/mono-OFL.txt",
        "docs/assets/js/left.js",
    ]


def test_a_table_a_chart_and_a_macro_that_no_page_calls_are_unused(site, monkeypatch):
    from macros import vocabulary

    def some():
        pass

    listed = {"TABLES": {"some_table": some}, "CHARTS": {"shown_chart": some, "some_chart": some}}
    monkeypatch.setattr(vocabulary, "listed", listed.get)
    monkeypatch.setattr(vocabulary, "MACROS", (vocabulary.value, vocabulary.fact))
    found = [line.partition(": ")[2] for line in shown.made(site)]
    assert found == [
        "the table some_table is on no page",
        "the chart some_chart is on no page",
        "the macro fact is called by no page",
    ]


def figure(name, **given):
    return (
        f"{{{{ value({', '.join([repr(name), *(f'{key}={value!r}' for key, value in given.items())])}) }}}}"
    )


WEIGHTS = figure("bound.weights_bytes", model="gpt2", batch=1, context=1024)
CACHE = figure("bound.kv_cache_bytes", model="gpt2", batch=32, context=1024)


def test_neighbours_of_one_model_that_assume_different_things_unsaid_are_told_with_their_lines():
    ((one, other, key, value, there),) = neighbours.differing(f"# Title\n\nRead {WEIGHTS}\nand {CACHE}.\n")
    assert (one.line, other.line, key, value, there) == (3, 4, "batch", 1, 32)


@pytest.mark.parametrize(
    "text",
    [
        f"One query reads {WEIGHTS}; with a batch of 32 the caches are {CACHE}.",
        f"Read {WEIGHTS}.\n\nAnd {CACHE}.",
        f"| {WEIGHTS} | a |\n| {CACHE} | b |",
        f"{WEIGHTS} and {figure('bound.kv_cache_bytes', model='gpt3', batch=32)}",
        f"{WEIGHTS} and {WEIGHTS.replace('batch=1', 'batch=8')} and {CACHE}",
        f"{WEIGHTS} and {figure('kv_cache_bytes', model='gpt2', n_tokens=1)} for each token",
        f"{WEIGHTS} and {figure('bound.step_seconds', unit='ms', model='gpt2', batch=1, context=1024)}",
    ],
    ids=["said", "paragraphs", "rows", "models", "compared", "of one token", "alike"],
)
def test_what_is_said_compared_or_apart_is_no_slip(text):
    assert neighbours.differing(text) == []


def test_one_quantity_under_two_names_is_compared():
    text = f"{WEIGHTS} {figure('kv_cache_bytes', model='gpt2', n_tokens=2048)}"
    ((*_, key, value, there),) = neighbours.differing(text)
    assert (key, value, there) == ("context", 1024, 2048)


def test_the_command_ends_with_1_where_something_is_found(site, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(command, "ROOT", tmp_path)
    monkeypatch.setattr(command.shown, "unused", lambda site: iter(["a.py:1: the table a is on no page"]))
    (tmp_path / "docs" / "b.md").write_text(f"{WEIGHTS} {CACHE}")
    assert command.main([str(tmp_path / "site")]) == 1
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "a.py:1: the table a is on no page" and said[2].startswith("2 unused")
    assert said[1].startswith(
        "docs/b.md:1: bound.weights_bytes of gpt2 assumes batch 1, bound.kv_cache_bytes in"
    )
    monkeypatch.setattr(command.shown, "unused", lambda site: iter([]))
    (tmp_path / "docs" / "b.md").unlink()
    assert command.main([str(tmp_path / "site")]) == 0 and "nothing is unused" in capsys.readouterr().out
    assert command.main([str(tmp_path)]) == 2 and "the folder of a built site" in capsys.readouterr().err


def test_pages_show_all_that_the_project_holds(built):
    assert list(shown.unused(shown.Site(built["site"]))) == []
    assert neighbours.of_pages(ROOT / "docs") == []
