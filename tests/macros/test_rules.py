"""Rules of macros/, read from its source: no arithmetic, one builder of tables, no import circles."""

import ast
import re

import pytest

from tests.macros.rules import MACROS, circles, computes, imports, module_name, parsed, within

# The packages circuit/, charts/ and typeset/ are libraries of their own: layout needs arithmetic, and they
# import nothing of the rest, so that they cannot use its tables.
PAGES = sorted([*MACROS.glob("*.py"), *(MACROS / "pages").glob("*.py")])
# Where arithmetic stands that computes no figure: (file, function or name) -> what it is for.
ARITHMETIC = {
    ("quantities.py", "UNITS"): "how many bytes a KiB has",
    ("quantities.py", "scaled"): "a figure in the unit that was asked for",
    ("quantities.py", "number"): "digits and exponents",
    ("quantities.py", "_rounded"): "digits",
    ("quoted_source.py", "source"): "line numbers",
    ("reports.py", "unended"): "line numbers",
    ("reports.py", "column_of"): "line numbers",
    ("page_checks.py", "problems_of_source"): "line numbers",
    ("page_checks.py", "_fields"): "line numbers",
    ("markdown_text.py", "place_of"): "line numbers",
}


def test_the_pages_compute_no_figure():
    found = {(path.name, name): line for path in PAGES for name, line in within(parsed(path), computes)}
    assert {where: line for where, line in found.items() if where not in ARITHMETIC} == {}
    assert set(ARITHMETIC) - set(found) == set(), "these need no exception any more"


@pytest.mark.parametrize(
    "code, arithmetic",
    [
        ('bound["a"] + bound["b"]', True),
        ("published / ours", True),
        ("seconds * 1000", True),
        ("x -= 1", True),
        ("-x", True),
        ("sum(parts)", True),
        ("from math import ceil", True),
        ('"../" * depth', False),
        ('name + ", " + other', False),
        ("names += [name for name in parts]", False),
        ('"%d of %d" % (a, b)', False),
        ("-20", False),
    ],
)
def test_arithmetic_is_told_from_joined_text(code, arithmetic):
    assert any(computes(node) for node in ast.walk(ast.parse(code))) == arithmetic


def literals(node):
    """Texts that stand in an expression."""
    return [
        part.value
        for part in ast.walk(node)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    ]


TABLE_TAGS = re.compile("<(table|thead|tbody|tr|th|td)[ >]")


def writes_a_table(node):
    return any(TABLE_TAGS.search(text) for text in literals(node))


def test_one_module_writes_the_markup_of_tables():
    writers = {path.name for path in PAGES if any(writes_a_table(node) for node in parsed(path).body)}
    assert writers == {"html_table.py"}


# What gives markup or a written figure; to take something out of it is to build it from the wrong parts.
GIVES_MARKUP = {"render", "figure", "known", "stated", "data", "known_data", "text", "markup", "write"}
TAKES_OUT = {"replace", "removeprefix", "removesuffix", "strip", "lstrip", "rstrip", "sub"}


def takes_out_of_markup(node):
    """Whether a call changes finished markup: on what gives it, or with a tag for what is to go."""
    if not isinstance(node, ast.Call) or getattr(node.func, "attr", None) not in TAKES_OUT:
        return False
    made_by = node.func.value.func if isinstance(node.func.value, ast.Call) else None
    name = getattr(made_by, "attr", getattr(made_by, "id", None))
    gone = literals(node.args[0]) if node.args else []
    return name in GIVES_MARKUP or any("<" in text or ">" in text for text in gone)


def test_nothing_is_replaced_in_finished_markup_but_the_themes():
    found = {(path.name, name) for path in PAGES for name, _ in within(parsed(path), takes_out_of_markup)}
    assert found == {("build.py", "mend_theme")}


@pytest.mark.parametrize(
    "code",
    [
        't.render().replace("°C/LSB", "°C")',
        'cell.removesuffix("</td>")',
        'stated(p, "FLOP/s").replace("T", "")',
    ],
)
def test_taking_text_out_of_a_cell_is_seen(code):
    assert any(takes_out_of_markup(node) for node in ast.walk(ast.parse(code)))


def test_no_module_imports_itself_through_others():
    files = sorted(MACROS.rglob("*.py"))
    known = {module_name(path) for path in files}
    graph = {module_name(path): {name for name in imports(path) if name in known} for path in files}
    assert graph["macros.values"] >= {"macros.lookup", "macros.popovers"}
    by_hooks = {
        "macros.build",
        "macros.building.sources",
        "macros.building.mistakes",
        "macros.own",
        "macros.places",
    }
    assert graph["macros.hooks"] == by_hooks  # it imports within its functions
    assert circles(graph) == []


def test_a_circle_is_found_whole():
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": {"a"}}) == [["b", "c", "b"]]


def test_no_two_modules_differ_by_an_s():
    names = {path.stem for path in [*PAGES, *MACROS.iterdir()]}
    assert [name for name in names if f"{name}s" in names] == []
