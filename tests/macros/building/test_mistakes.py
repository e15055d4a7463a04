"""Mistakes are told with file, line, the line itself and a caret, whatever raised them."""

import json
import tomllib

import jinja2
import pytest
import yaml

from llmmath.errors import InputError
from macros import reports
from macros.building import mistakes
from macros.building.mistakes import Mistake
from macros.errors import MacroError
from macros.typeset import TypesetError


@pytest.fixture
def root(tmp_path):
    """A folder of a project with two modules, one of which cannot be read, and a data file that cannot."""
    package = tmp_path / "llmmath"
    package.mkdir()
    (package / "formula.py").write_text("def half(n):\n    return n / 0\n")
    (package / "broken.py").write_text("x = 1\n\ndef broken(:\n    pass\n")
    (package / "data.toml").write_text('[gpt2]\nlayers = "12\n')
    (tmp_path / "mkdocs.yml").write_text("site_name: A\ntheme: [material\nnav:\n")
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "page.md").write_text("# A page\n\nSee [there](nowhere.md).\n")
    return tmp_path


def raised(function, *given):
    with pytest.raises(Exception) as caught:
        function(*given)
    return caught.value


def formula(root):
    space = {}
    path = root / "llmmath" / "formula.py"
    exec(compile(path.read_text(), str(path), "exec"), space)
    return space["half"]


def test_a_failing_formula_is_told_with_the_line_and_place_at_which_it_failed(root):
    (found,) = mistakes.of(raised(formula(root), 1), root)
    # "    return n / 0": the division begins in the twelfth column
    assert found == Mistake("ZeroDivisionError: division by zero", "llmmath/formula.py", 2, 12)
    assert str(found) == "llmmath/formula.py:2: ZeroDivisionError: division by zero"
    assert found.shown(root) == ("return n / 0", "       ^")


def test_every_file_that_cannot_be_read_is_told_in_one_run(root):
    found = mistakes.in_sources(root)
    assert [(one.file, one.line) for one in found] == [("llmmath/broken.py", 3), ("llmmath/data.toml", 2)]
    assert found[0].shown(root) == ("def broken(:", "           ^")
    assert found[1].what.startswith("no TOML: ")


def test_an_import_that_fails_tells_of_all_files_and_of_its_own_line(root):
    error = raised(exec, compile("import llmmath_nowhere", str(root / "llmmath" / "formula.py"), "exec"))
    found = mistakes.in_build(error, root)
    assert [one.file for one in found] == ["llmmath/broken.py", "llmmath/data.toml", "llmmath/formula.py"]
    assert found[-1].what == "ModuleNotFoundError: No module named 'llmmath_nowhere'"


def test_data_that_cannot_be_read_is_told_where_it_stands_not_where_it_is_read(root):
    error = raised(tomllib.loads, (root / "llmmath" / "data.toml").read_text())
    assert [one.file for one in mistakes.in_build(error, root)] == ["llmmath/broken.py", "llmmath/data.toml"]


def test_what_begins_with_its_place_is_told_there(root):
    assert mistakes.of(InputError("llmmath/data.toml:2: gpt2: layers is 'x'"), root) == [
        Mistake("gpt2: layers is 'x'", "llmmath/data.toml", 2)
    ]
    assert mistakes.of(MacroError("unknown table 'x'"), root) == [Mistake("unknown table 'x'")]


def test_configuration_that_is_no_yaml_is_told_with_its_line(root):
    error = raised(yaml.safe_load, (root / "mkdocs.yml").read_text())
    (found,) = mistakes.of(error, root)
    # the bracket of line 2 is not closed, which shows at the colon of line 3
    assert (found.file, found.line, found.column) == ("mkdocs.yml", 3, 4)


def test_what_mkdocs_warns_of_gets_the_line_in_which_it_stands(root):
    said = "Doc file 'page.md' contains a link 'nowhere.md', but the target is not found."
    assert mistakes.told_by_mkdocs(said, root) == [Mistake(said, "docs/page.md", 3, 13)]
    said = "Config value 'theme': Expected a string"
    assert mistakes.told_by_mkdocs(said, root) == [Mistake(said, "mkdocs.yml", 2, 1)]


def test_several_mistakes_of_one_message_are_told_apart_and_keep_the_lines_that_belong_to_them():
    class PluginError(Exception):
        pass

    found = mistakes.of(PluginError("docs/a.md:1: no title\n  as here\ndocs/b.md:2: no end"))
    assert [(one.file, one.line, one.what) for one in found] == [
        ("docs/a.md", 1, "no title\n  as here"),
        ("docs/b.md", 2, "no end"),
    ]


def test_a_mistake_in_a_line_with_tabs_has_its_caret_below_its_place(root):
    (root / "docs" / "page.md").write_text("\tx\ty\n")
    assert Mistake("wrong", "docs/page.md", 1, 4).shown(root) == ("x y", "  ^")


def test_what_several_pages_ask_for_is_one_mistake():
    one = Mistake("no such thing", "llmmath/formula.py", 2, asked=("docs/a.md:1",))
    both = one.joined(Mistake("no such thing", "llmmath/formula.py", 2, asked=("docs/b.md:5",)))
    assert str(both) == "llmmath/formula.py:2: no such thing, for docs/a.md:1 and 1 other place"
    assert both.joined(one) == both
    assert one.joined(Mistake("another thing", "llmmath/formula.py", 2)) is None


def test_a_template_that_cannot_be_read_or_fails_is_told_with_its_line(root):
    (root / "theme").mkdir()
    (root / "theme" / "main.html").write_text("<p>\n{% blok a %}\n")
    (root / "theme" / "other.html").write_text("<p>\n\n{{ nothing() }}\n")
    env = jinja2.Environment(loader=jinja2.FileSystemLoader(root / "theme"))
    (found,) = mistakes.of(raised(env.get_template, "main.html"), root)
    assert (found.file, found.line) == ("theme/main.html", 2) and "'blok'" in found.what
    (found,) = mistakes.of(raised(env.get_template("other.html").render), root)
    assert (found.file, found.line) == ("theme/other.html", 3) and "'nothing'" in found.what


def test_what_only_hands_on_is_told_where_it_fails_itself(root):
    hooks = root / "macros" / "hooks.py"
    hooks.parent.mkdir()
    (found,) = mistakes.of(raised(exec, compile("\nimport llmmath_nowhere", str(hooks), "exec")), root)
    assert (found.file, found.line) == ("macros/hooks.py", 2)
    space = {"half": formula(root)}
    (found,) = mistakes.of(raised(exec, compile("half(1)", str(hooks), "exec"), space), root)
    assert (found.file, found.line) == ("llmmath/formula.py", 2)


def test_a_package_of_others_that_is_installed_below_the_project_is_not_to_blame(root):
    package = root / ".venv" / "lib" / "theirs.py"
    space = {}
    exec(compile("def fails():\n    return 1 / 0\n", str(package), "exec"), space)
    (root / "llmmath" / "formula.py").write_text("x = 1\nfails()\n")
    code = compile("x = 1\nfails()\n", str(root / "llmmath" / "formula.py"), "exec")
    (found,) = mistakes.of(raised(exec, code, space), root)
    assert (found.file, found.line) == ("llmmath/formula.py", 2)


def test_each_page_that_stands_nowhere_in_the_navigation_is_told(root):
    said = 'The following pages exist in the docs directory, but are not included in the "nav" configuration:'
    found = mistakes.told_by_mkdocs(f"{said}\n  - a.md\n  - b/c.md", root)
    assert [str(one).partition(" has it")[0] for one in found] == [
        "docs/a.md: mkdocs.yml",
        "docs/b/c.md: mkdocs.yml",
    ]


CONFIG = """site_name: search, def_list
strikt: true
theme:
  name: materal
validation: { links: { absolut_links: warn } }
plugins:
  - serch
  - search:
      langg: en
markdown_extensions:
  - def_lists  # def_list
  - pymdownx.detials
  - toc: { permalnk: true }
"""
# What MkDocs says of a value of mkdocs.yml -> line, column, what is told.
NAMES = {
    "'strikt': Unrecognised configuration name: strikt": (2, 1, "setting 'strikt'; did you mean 'strict'?"),
    "'theme': Unrecognised theme name: 'materal'. The available installed themes are: material": (
        4, 9, "theme 'materal'; did you mean 'material'?",
    ),
    "'validation': Sub-option 'links': Sub-option 'absolut_links': Unrecognised configuration name:"
    " absolut_links": (5, 24, "setting 'absolut_links'; did you mean 'absolute_links'?"),
    '\'plugins\': The "serch" plugin is not installed': (7, 5, "plugin 'serch'; did you mean 'search'?"),
    "'plugins': Plugin 'search' option 'langg': Unrecognised configuration name: langg": (
        9, 7, "option of the plugin search 'langg'; did you mean 'lang'?",
    ),
    "'markdown_extensions': Failed to load extension 'def_lists'.\nModuleNotFoundError: No module named"
    " 'def_lists'": (11, 5, "Markdown extension 'def_lists'; did you mean 'def_list'?"),
    "'markdown_extensions': Failed to load extension 'pymdownx.detials'.\nModuleNotFoundError: No module"
    " named 'pymdownx.detials'": (
        12, 5, "Markdown extension 'pymdownx.detials'; did you mean 'pymdownx.details'?",
    ),
    "'markdown_extensions': Failed to load extension 'toc'.\n  File \"x.py\", line 9, in setConfig\n"
    "KeyError: 'permalnk'": (
        13, 12, "option of the Markdown extension toc 'permalnk'; did you mean 'permalink'?",
    ),
}  # fmt: skip


@pytest.mark.parametrize("said, told", NAMES.items())
def test_a_name_that_mkdocs_does_not_know_is_told_where_it_stands_with_the_near_one(root, said, told):
    (root / "mkdocs.yml").write_text(CONFIG)
    line, column, what = told
    assert mistakes.told_by_mkdocs(f"Config value {said}", root) == [
        Mistake(f"unknown {what}", "mkdocs.yml", line, column)
    ]


def test_an_extension_that_fails_by_itself_is_told_with_what_it_fails_with(root):
    said = "Config value 'markdown_extensions': Failed to load extension 'toc'."
    said += "\nImportError: No module named 'x'"
    assert [one.what for one in mistakes.told_by_mkdocs(said, root)] == [said]


def test_what_follows_from_a_footnote_that_nothing_refers_to_is_not_told(root):
    (root / "docs" / "page.md").write_text("# A page\n\n[^sram]: words\n")
    said = "Doc file 'page.md' contains a link '#fnref:sram', but there is no such anchor on this page."
    assert mistakes.told_by_mkdocs(said, root) == []
    assert len(mistakes.told_by_mkdocs(said.replace(":sram", ":gone"), root)) == 1


def test_a_broken_link_is_told_once_with_what_would_have_been_right(root):
    of_mkdocs = mistakes.told_by_mkdocs(
        "Doc file 'page.md' contains a link 'nowhere.md', but the target is not found.", root
    )
    ours = Mistake(
        "link 'nowhere.md' leads to no file of the site; did you mean 'page.md'?", "docs/page.md", 3
    )
    elsewhere = Mistake(of_mkdocs[0].what, "docs/page.md", 7)
    assert mistakes.once([*of_mkdocs, elsewhere, ours, ours]) == [elsewhere, ours]


def test_a_place_that_a_page_with_a_mistake_lacks_is_no_mistake_of_those_who_link_to_it(root):
    said = "Doc file 'page.md' contains a link '{0}#a', but the doc '{0}' does not contain an anchor '#a'."
    to_broken, to_whole = (
        one for name in ("vram.md", "whole.md") for one in mistakes.told_by_mkdocs(said.format(name), root)
    )
    behind = Mistake("ZeroDivisionError", "llmmath/a.py", 3, asked=("docs/vram.md:7",))
    assert mistakes.once([to_broken, to_whole, behind]) == [to_whole, behind]
    assert mistakes.once([to_broken, to_whole]) == [to_broken, to_whole]


def test_data_that_is_no_json_is_told_where_it_stands(root):
    data = root / "llmmath" / "evidence.json"
    data.write_text('{\n  "models": {,\n}\n')
    error = raised(json.loads, data.read_text())
    for found in (mistakes.of(error, root), mistakes.in_build(error, root)):
        (one,) = [one for one in found if one.file.endswith(".json")]
        assert (one.file, one.line, one.what.partition(":")[0]) == ("llmmath/evidence.json", 2, "no JSON")
        # the comma stands where a name has to
        assert one.shown(root) == ('"models": {,', "           ^")


@pytest.mark.parametrize(
    "name", ["llmmath/formula.py", "firmware/circuits/a.txt", "docs/a.md", "theme/main.html", "mkdocs.yml"]
)
def test_a_byte_that_is_no_utf8_is_told_where_it_stands(root, name):
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes("# ä\n# naïve caf".encode() + b"\xe9\n")
    (found,) = mistakes.in_build(raised(path.read_text, "utf-8"), root)
    # an e with an accent in Latin-1, after the eleven letters of the second line
    assert found == Mistake("byte 0xe9 is no UTF-8; save the file as UTF-8", name, 2, 12)


def test_configuration_that_is_no_utf8_and_code_that_is_not_are_told_too(root):
    (root / "mkdocs.yml").write_bytes(b"site_name: Caf\xe9\n")

    def load():
        try:
            yaml.safe_load((root / "mkdocs.yml").read_bytes())
        except yaml.YAMLError as error:
            raise ValueError(f"an error parsing the configuration: {error}") from None

    (found,) = mistakes.in_build(raised(load), root)
    assert (found.file, found.line, found.column) == ("mkdocs.yml", 1, 15)
    (root / "mkdocs.yml").write_text("site_name: A\n")
    (root / "llmmath" / "broken.py").write_bytes(b"x = 'caf\xe9'\n")
    error = raised(compile, b"x = 'caf\xe9'\n", str(root / "llmmath" / "broken.py"), "exec")
    assert ("llmmath/broken.py", 1) in [(one.file, one.line) for one in mistakes.in_build(error, root)]


def test_a_picture_is_no_text_that_is_wrong(root):
    (root / "docs" / "picture.png").write_bytes(b"\x89PNG\r\n\x00\xff")
    assert mistakes.not_utf8(root) == []


def test_a_file_that_is_not_there_is_named(root):
    path = root / "llmmath" / "formula.py"
    space = {}
    exec(compile("def opened(name):\n    return open(name)\n", str(path), "exec"), space)
    (found,) = mistakes.of(raised(space["opened"], "nowhere/engines.toml"), root)
    assert found.what.startswith("FileNotFoundError: ") and "nowhere/engines.toml: No such file" in found.what
    assert (found.file, found.line) == ("llmmath/formula.py", 2)


def test_of_a_circuit_with_mistakes_each_is_told_without_the_lines_below(root):
    class CircuitError(Exception):
        pass

    said = "a/b.txt:1:3: no joint [no-join]\n    --x\n      ^\na/b.txt:2:1: no end [end]"
    assert mistakes.of(CircuitError(said), root) == [
        Mistake("no joint [no-join]", "a/b.txt", 1, 3),
        Mistake("no end [end]", "a/b.txt", 2, 1),
    ]


@pytest.mark.parametrize("column, shown", [(1, "^"), (151, "^"), (300, "^"), (None, "")])
def test_of_a_long_line_what_stands_around_the_column_is_shown(root, column, shown):
    text = "".join(chr(ord("a") + number % 26) for number in range(300))
    (root / "docs" / "page.md").write_text(text + "\n")
    line, caret = Mistake("wrong", "docs/page.md", 1, column).shown(root)
    assert len(line) <= 102 and caret.strip() == shown
    assert line.startswith("…") == (column in (151, 300)) and line.endswith("…") == (column != 300)
    if column:
        assert line[len(caret) - 1] == text[column - 1]


def test_what_yaml_is_indented_by_is_shown(root):
    (root / "mkdocs.yml").write_text("theme:\n  name: material\n   logo: a.svg\n")
    assert Mistake("wrong", "mkdocs.yml", 3, 8).shown(root) == ("   logo: a.svg", "       ^")


def test_a_place_may_be_a_whole_path_with_blanks():
    one = mistakes.placed("/srv/a b/own/formulas/c.py:4: no [unit]")
    assert (one.file, one.line, one.what) == ("/srv/a b/own/formulas/c.py", 4, "no [unit]")


# A page's line, the macro or the name, its arguments, and where it stands.
CALLS = {
    "once": ('See {{ table("x") }}.', "table", ["x"], 8),
    "beside words of the page": ('A table (here): {{ table("x") }}', "table", ["x"], 20),
    "by its first argument": ('{{ value("a") }} {{ value("b", n=1) }}', "value", ["b", 1], 21),
    "by another argument": ('{{ value("a", m="x") }} {{ value("a", m="y") }}', "value", ["a", "y"], 28),
    "twice the same": ('{{ value("a") }} {{ value("a") }}', "value", ["a"], None),
    "a name": ("The contxt is {{ contxt }}.", "contxt", None, 18),
    "in another line": ("{{", "value", ["a"], None),
}


@pytest.mark.parametrize("case", CALLS)
def test_the_column_of_a_macro_is_that_of_its_call(root, monkeypatch, case):
    text, name, given, column = CALLS[case]
    (root / "docs" / "page.md").write_text(f"# A page\n\n{text}\n")
    monkeypatch.setitem(mistakes._site, "folder", root)
    assert reports.column_of("docs/page.md", 3, name, given) == column


# A template with a mistake, and where a string of it begins that does not end in its line.
QUOTES = {
    "before another macro": ('a\n\n{{ f("b", c="d, e=1) }}\n\n{{ g("h") }}\n', (3, 13)),
    "before several": ('{{ f("b, e=1) }}\n\n{{ g("h", "i") }}\n\n{{ g("j") }} {{ g("k") }}\n', (1, 6)),
    "none, below a macro of several lines": ('{{ f("--\n}}--") }}\n{{ f(1) }} {{ f(1 2) }}\n', None),
    "within a macro of several lines": ('{{ f("b,\n  c="d") }}\n', (1, 6)),
    "before the end of the page": ('{{ f("b) }}\n\nwords\n', (1, 6)),
    "none, but a text of several lines": ('{{ f("--\n--") }}\n\n{{ f(1 2) }}\n', None),
    "none in the macro, whose text has several lines": ('{{ f("--\n--", 1 2) }}\n', None),
}


@pytest.mark.parametrize("case", QUOTES)
def test_a_string_that_does_not_end_in_its_line_is_told_where_it_begins(case):
    text, place = QUOTES[case]
    error = raised(jinja2.Environment().from_string, text)
    error.source = text  # as the plugin's environment has it
    (found,) = reports.of_template(error, "page.md", [])
    if place:
        assert found == Mistake(reports.NOT_ENDED, "docs/page.md", *place)
    else:
        assert "expected token" in found.what and found.line == error.lineno


def test_a_formula_that_cannot_be_typeset_is_told_at_its_own_line():
    error = TypesetError("llmmath/formulas/memory.py:4: the docstring of a gives no [unit] for `b`")
    assert reports.behind(error, "page.md", 3) == [
        Mistake(
            "the docstring of a gives no [unit] for `b`",
            "llmmath/formulas/memory.py",
            4,
            asked=("docs/page.md:3",),
        )
    ]
