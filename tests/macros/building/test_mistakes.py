"""Mistakes are told with file, line, the line itself and a caret, whatever raised them."""

import tomllib

import jinja2
import pytest
import yaml

from llmmath.errors import InputError
from macros.building import mistakes
from macros.building.mistakes import Mistake
from macros.errors import MacroError


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
