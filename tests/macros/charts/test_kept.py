"""What is kept between builds goes by the code that made it; a cache that cannot be written loses nothing."""

import ast
import errno
import importlib
import os
import sys

import pytest

from macros.charts import Axis, Series, cache, kept, lines
from tests.macros.rules import MACROS, module_name, parsed

# Of a package: made.py imports two of its modules, one of which imports a third; beside.py is nobody's.
MODULES = {
    "__init__": "",
    "made": "from . import near\nfrom .other import number\n\ndef make():\n    from .later import words\n",
    "near": "from .far import text\n",
    "other": "number = 1\n",
    "far": "text = 'a'\n",
    "later": "words = 'b'\n",
    "beside": "",
}


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package that counts as ours: its folder."""
    folder = tmp_path / "keeping"
    folder.mkdir()
    for name, text in MODULES.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(kept, "OURS", ("keeping",))
    yield folder
    for name in [name for name in sys.modules if name.split(".")[0] == "keeping"]:
        del sys.modules[name]


def code_now():
    importlib.invalidate_caches()
    kept.code_of.cache_clear()
    return kept.code_of("keeping.made")


@pytest.mark.parametrize("name", ["made", "near", "other", "far", "later"])
def test_an_edit_of_what_a_module_imports_however_deep_is_other_code(package, name):
    before = code_now()
    with (package / f"{name}.py").open("a") as module:
        module.write("more = 1\n")
    assert code_now() != before


def test_an_edit_of_what_a_module_does_not_import_is_the_same_code(package):
    before = code_now()
    (package / "beside.py").write_text("more = 1\n", encoding="utf-8")
    assert code_now() == before


def test_a_drawing_goes_by_the_code_of_the_chart_that_it_asks(monkeypatch):
    chart = lines("T", "A", x=Axis("x"), y=Axis("y"), series=[Series("s", (1, 2), (3, 4))])
    before, code_of = cache.key_of(chart), cache.code_of
    # As after an edit of the module of charts, where titles are made.
    monkeypatch.setattr(cache, "code_of", lambda name: code_of(name) + "*" * (name == "macros.charts.spec"))
    assert cache.key_of(chart) != before


def test_every_module_that_keeps_something_names_its_code():
    # What macros gave is kept under the digest of all sources instead.
    by_digest = {"macros.building.remembered"}
    keeping = set()
    for path in sorted(MACROS.rglob("*.py")):
        from_kept = (
            node.names
            for node in ast.walk(parsed(path))
            if isinstance(node, ast.ImportFrom) and (node.module or "").rpartition(".")[2] == "kept"
        )
        names = {alias.name for aliases in from_kept for alias in aliases}
        if names & {"keep", "kept"} and module_name(path) not in by_digest:
            keeping.add(module_name(path))
            assert "code_of" in names, path
    assert len(keeping) >= 6


@pytest.mark.parametrize("number", [errno.EROFS, errno.ENOSPC])
def test_a_cache_that_cannot_be_written_loses_nothing_but_time(tmp_path, monkeypatch, number):
    def refuse(*given):
        raise OSError(number, os.strerror(number))

    file = tmp_path / "texts" / "one.txt"
    monkeypatch.setattr(kept.os, "replace", refuse)
    assert kept.kept(file, lambda: "made") == "made"
    kept.write()
    assert list(file.parent.iterdir()) == []  # nothing is left that would keep a disk full
    monkeypatch.undo()
    assert kept.kept(file, lambda: "made again") == "made again"
