"""One build: what was edited meanwhile, and what is not to be published."""

import functools
import json
import os

import mkdocs.commands.build
import pytest

from macros.building import __main__ as command
from macros.building import mistakes, provenance, run, sources


class Config:
    """As much of MkDocs' configuration as a build of nothing asks for."""

    site_url, extra = "https://a.example/", {"repository": "https://b.example/blob/1", "release": ""}

    class plugins:
        on_startup = staticmethod(lambda **named: None)
        on_shutdown = staticmethod(lambda: None)


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project of one page, whose build is what a test sets `meanwhile` to."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "index.md").write_text("# A page\n")
    (tmp_path / "site").mkdir()
    monkeypatch.delenv(mistakes.TOLD_IN, raising=False)
    monkeypatch.setattr(run, "load", lambda folder: Config)
    of_project = sources.of_project
    monkeypatch.setattr(run.sources, "of_project", functools.partial(of_project, tmp_path))

    def build(meanwhile):
        monkeypatch.setattr(mkdocs.commands.build, "build", lambda config: meanwhile())
        return run.site(tmp_path / "site")

    return tmp_path, build


def test_a_build_without_an_edit_is_whole_and_has_its_record(project):
    folder, build = project
    assert build(lambda: None)[0] == []
    settings = json.loads((folder / "site" / provenance.FILE).read_text())["settings"]
    assert settings == {
        "SITE_URL": "https://a.example/",
        "REPOSITORY": "https://b.example/blob/1",
        "RELEASE": "",
    }


def test_a_file_that_is_edited_while_the_site_is_built_makes_it_no_site_to_publish(project):
    folder, build = project
    found, _ = build(lambda: (folder / "docs" / "index.md").write_text("# Another\n"))
    assert [str(one) for one in found] == [
        "docs/index.md: it was edited while the site was built; build it again"
    ]
    assert not (folder / "site" / provenance.FILE).exists()


def test_a_build_that_goes_on_in_spite_of_mistakes_says_so_and_has_no_record(project, monkeypatch):
    folder, build = project
    told = folder / "mistakes.txt"
    monkeypatch.setenv(mistakes.TOLD_IN, str(told))
    found, notices = build(lambda: told.write_text("docs/index.md:1: it is wrong\n"))
    assert found == [] and not (folder / "site" / provenance.FILE).exists()
    assert [str(one) for one in notices][-1] == (
        f"this site has the mistakes of {told}, since SITE_MISTAKES is set"
    )


def test_a_site_takes_the_place_of_another_and_of_one_that_comes_meanwhile(tmp_path, monkeypatch):
    folder, made, other = (tmp_path / name for name in ("site", "made", "other"))
    for one in (folder, made, other):
        one.mkdir()
        (one / "index.html").write_text(one.name)
    rename, tries = os.rename, []

    def meanwhile(source, target):
        if source == made and other.exists():
            rename(other, target)
        tries.append(source)
        rename(source, target)

    monkeypatch.setattr(command.os, "rename", meanwhile)
    command.in_place_of(folder, made)
    assert tries.count(made) == 2 and (folder / "index.html").read_text() == "made"
    assert sorted(tmp_path.rglob("*")) == [folder, folder / "index.html"]


@pytest.mark.parametrize("error", [KeyboardInterrupt(), OSError(18, "Invalid cross-device link")])
def test_what_was_there_is_back_where_a_site_cannot_take_its_place(tmp_path, monkeypatch, error):
    folder, made = tmp_path / "site", tmp_path / "made"
    for one in (folder, made):
        one.mkdir()
        (one / "index.html").write_text(one.name)
    rename = os.rename

    def refused(source, target):
        if source == made:
            raise error
        rename(source, target)

    monkeypatch.setattr(command.os, "rename", refused)
    with pytest.raises(type(error)):
        command.in_place_of(folder, made)
    assert (folder / "index.html").read_text() == "site" and (made / "index.html").exists()


def test_a_build_with_mistakes_leaves_what_was_there_and_nothing_of_itself(tmp_path, monkeypatch):
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "index.html").write_text("whole")
    monkeypatch.setattr(command, "site", lambda made: 1)
    assert command.main(["site", str(tmp_path / "site"), "--whole"]) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["site"]
    assert (tmp_path / "site" / "index.html").read_text() == "whole"
