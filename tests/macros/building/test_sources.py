"""The digest of the sources covers all that a build runs on, also another site's own."""

import pytest

from macros.building import sources
from macros.building.sources import Sources


@pytest.fixture
def folders(tmp_path):
    """(folder of the installed packages, that of another site's own files)."""
    for name, text in {"installed/llmmath/a.py": "a = 1", "site/own/formulas/b.py": "b = 1"}.items():
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text(text)
    return tmp_path / "installed", tmp_path / "site" / "own"


@pytest.mark.parametrize("name", ["installed/llmmath/a.py", "site/own/formulas/b.py"])
def test_an_edit_touches_the_sources_and_changes_their_digest(folders, tmp_path, name):
    root, own = folders
    before = Sources(root, ["llmmath"], own)
    assert before.untouched()
    (tmp_path / name).write_text("c = 2")
    assert not before.untouched()
    assert Sources(root, ["llmmath"], own).digest != before.digest


@pytest.mark.parametrize("name", [".a.py.swp", "a.py~", "#a.py#", ".#a.py", "4913"])
def test_what_an_editor_writes_beside_a_file_is_no_edit(folders, name):
    root, own = folders
    before = Sources(root, ["llmmath"], own)
    root.joinpath("llmmath", name).write_text("swap")
    assert before.untouched() and Sources(root, ["llmmath"], own).digest == before.digest


def test_a_file_that_vanishes_while_it_is_read_has_touched_the_sources(folders, monkeypatch):
    root, own = folders
    there = sources.stamps(root, ["llmmath"])
    monkeypatch.setattr(sources, "stamps", lambda *given: {**there, "llmmath/gone.py": (0, 0, 0, 0)})
    now = Sources(root, ["llmmath"], own)
    monkeypatch.undo()
    assert not now.untouched()


def test_what_an_editor_writes_and_a_link_to_nothing_are_no_files_of_a_folder(folders):
    root, own = folders
    for name in (".#a.py", "b.py", "loop"):
        root.joinpath("llmmath", name).symlink_to("me@host.1:2" if name != "loop" else "loop")
    (root / "llmmath" / ".checkpoints").mkdir()
    (root / "llmmath" / ".checkpoints" / "a.py").write_text("a = 0")
    assert sources.files(root, "*.py", deep=True) == [root / "llmmath" / "a.py"]
    assert sources.files(root, "*.py") == []
    assert Sources(root, ["llmmath"], own).untouched()


def test_a_link_to_a_folder_around_it_has_an_end(folders):
    root, own = folders
    root.joinpath("llmmath", "around").symlink_to(root, target_is_directory=True)
    assert Sources(root, ["llmmath"], own).untouched()


def test_wherever_a_site_stands_its_results_are_the_same(folders, tmp_path):
    root, own = folders
    before = Sources(root, ["llmmath"], own).digest
    (tmp_path / "elsewhere" / "deep").mkdir(parents=True)
    moved = own.parent.rename(tmp_path / "elsewhere" / "deep" / "site")
    assert Sources(root, ["llmmath"], moved / "own").digest == before
