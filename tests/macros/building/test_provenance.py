"""The record of what a site was made of, and a published site held against a local build, on loopback."""

import hashlib
import http.client
import json
import os
import shutil

import pytest

from macros.building import __main__ as command
from macros.building import provenance
from tests.conftest import ROOT
from tests.repository import git
from tests.serving import served

SETTINGS = {"SITE_URL": "https://a.example/", "REPOSITORY": "https://b.example/blob/1", "RELEASE": ""}


@pytest.fixture
def site(tmp_path):
    folder = tmp_path / "site"
    (folder / "a page").mkdir(parents=True)
    (folder / "a page" / "index.html").write_text("<p>words")
    (folder / "values.json").write_text("[]")
    provenance.write(folder, SETTINGS)
    return folder


@pytest.fixture
def published(site, tmp_path):
    """(folder, address) of a copy that is served on this machine."""
    folder = shutil.copytree(site, tmp_path / "published")
    with served(folder) as address:
        yield folder, address.rstrip("/")


def test_the_record_has_every_file_of_the_site_and_every_lock_by_its_hash(site):
    record = json.loads((site / "build.json").read_text())
    words = hashlib.sha256(b"<p>words").hexdigest()
    assert record["files"] == {"a page/index.html": words, "values.json": hashlib.sha256(b"[]").hexdigest()}
    lock = (ROOT / "requirements" / "site.txt").read_bytes()
    assert record["locks"]["requirements/site.txt"] == hashlib.sha256(lock).hexdigest()
    assert "requirements/npm/package-lock.json" in record["locks"]
    assert record["settings"] == SETTINGS
    assert set(record) == {"commit", "uncommitted", "settings", "locks", "files"}


def test_a_new_file_that_is_in_the_site_by_being_there_is_an_uncommitted_one(tmp_path):
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "index.md").write_text("# A page\n")
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "--message", "first")
    assert provenance.record(tmp_path / "site", SETTINGS, tmp_path)["uncommitted"] is False
    (tmp_path / "notes.txt").write_text("of no page")
    assert provenance.record(tmp_path / "site", SETTINGS, tmp_path)["uncommitted"] is False
    (tmp_path / "docs" / "ghost.md").write_text("# Ghost\n")
    assert provenance.record(tmp_path / "site", SETTINGS, tmp_path)["uncommitted"] is True


def test_a_published_site_of_the_same_bytes_is_the_same(site, published, capsys):
    assert command.main(["verify", published[1], str(site), "--built"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0].endswith("as this is; the same locked requirements")
    assert said[1].startswith("0 differences")


def test_a_changed_a_missing_and_an_added_file_of_a_published_site_are_named(site, published, capsys):
    folder, address = published
    (folder / "values.json").write_text("[1]")
    (folder / "a page" / "index.html").unlink()
    record = json.loads((folder / "build.json").read_text())
    (folder / "more.txt").write_text("more")
    record["files"]["more.txt"] = "0"
    record.update(commit="another", uncommitted=True)
    record["locks"]["requirements/site.txt"] = "1"
    (folder / "build.json").write_text(json.dumps(record))
    assert command.main(["verify", f"{address}/", str(site), "--built"]) == 1
    sources, *said = capsys.readouterr().out.splitlines()
    assert sources.startswith("published from commit another with uncommitted edits, this is ")
    assert "; other requirements: requirements/site.txt; 'git checkout another' first" in sources
    assert [line.partition(": HTTP")[0] for line in said[:-1]] == [
        "a page/index.html",
        "more.txt: not in this build",
        "values.json: other bytes",
    ]
    assert said[-1].startswith("4 differences")


def test_a_local_build_is_given_what_the_published_one_had_unless_it_is_set_here(
    site, published, tmp_path, monkeypatch, capsys
):
    folder, address = published
    built = []

    def build(target):
        shutil.copytree(site, target, dirs_exist_ok=True)
        built.append({name: os.environ.get(name) for name in provenance.SETTINGS})
        return 0

    monkeypatch.setattr(command, "site", build)
    monkeypatch.setattr(os, "environ", {"REPOSITORY": ""})
    here = tmp_path / "here"
    assert command.main(["verify", address, str(here)]) == 0
    # and once more, over what the first time left
    os.environ.clear()
    assert command.main(["verify", address, str(here)]) == 0
    assert built == [
        {"SITE_URL": "https://a.example/", "REPOSITORY": "", "RELEASE": None},
        {"SITE_URL": "https://a.example/", "REPOSITORY": "https://b.example/blob/1", "RELEASE": None},
    ]
    told = "building with SITE_URL=https://a.example/ REPOSITORY=https://b.example/blob/1"
    assert told in capsys.readouterr().err
    monkeypatch.setattr(command, "site", lambda target: 1)
    assert command.main(["verify", address, str(here)]) == 2
    # What was there is there, and nothing of the build that failed.
    assert (here / "build.json").is_file() and sorted(tmp_path.glob("here*")) == [here]


def test_a_site_whose_record_has_no_settings_was_built_for_its_address():
    assert provenance.settings_for("https://c.example/", {"commit": "1"}, {}) == {
        "SITE_URL": "https://c.example/"
    }


@pytest.mark.parametrize("record", ["[]", "null", '{"files": [1]}', "{"])
def test_a_record_of_another_form_is_told(site, published, capsys, record):
    (published[0] / "build.json").write_text(record)
    assert command.main(["verify", published[1], str(site), "--built"]) == 2
    assert "expected the record that 'make site' writes" in capsys.readouterr().err


def test_an_answer_that_is_cut_off_is_a_difference(site, published, capsys, monkeypatch):
    fetched = provenance.urllib.request.urlopen

    def cut_off(address, timeout):
        if address.endswith("values.json"):
            raise http.client.IncompleteRead(b"[")
        return fetched(address, timeout=timeout)

    monkeypatch.setattr(provenance.urllib.request, "urlopen", cut_off)
    assert command.main(["verify", published[1], str(site), "--built"]) == 1
    said = capsys.readouterr().out
    assert "values.json: the answer is cut off" in said and "1 difference " in said


def test_a_folder_of_something_else_is_not_built_into(published, tmp_path, capsys):
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "a.txt").write_text("dear")
    assert command.main(["verify", published[1], str(tmp_path / "letters")]) == 2
    assert "something else than a build" in capsys.readouterr().err
    assert (tmp_path / "letters" / "a.txt").read_text() == "dear"


def test_an_address_without_a_record_and_a_folder_without_a_build_are_told(site, published, tmp_path, capsys):
    (published[0] / "build.json").unlink()
    assert command.main(["verify", published[1], str(site), "--built"]) == 2
    assert "expected the record that 'make site' writes" in capsys.readouterr().err
    assert command.main(["verify", published[1], str(tmp_path / "none"), "--built"]) == 2
    assert "'make site' makes one" in capsys.readouterr().err
