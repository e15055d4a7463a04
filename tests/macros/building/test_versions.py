"""Sites of releases are kept side by side on a branch, in a repository made for the test."""

import json
import subprocess

import pytest

import llmmath
from macros.building import versions


def git(*words):
    return subprocess.run(["git", *words], capture_output=True, text=True, check=True).stdout


@pytest.fixture
def release(tmp_path, monkeypatch):
    """Keeps a site of one page with a text as a version, in an empty repository with one commit."""
    repository = tmp_path / "repository"
    repository.mkdir()
    monkeypatch.chdir(repository)
    for name in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{name}_NAME", "a person")
        monkeypatch.setenv(f"GIT_{name}_EMAIL", "person@example.com")
    git("init", "--quiet", "--initial-branch", "main")
    (repository / "file").write_text("of the project")
    git("add", "file")
    git("commit", "--quiet", "--message", "first")

    def keep(version, text):
        site = tmp_path / version
        (site / "vram").mkdir(parents=True, exist_ok=True)
        (site / "vram" / "index.html").write_text(text)
        (site / "_headers").write_text("/*\n")
        versions.keep(version, site)

    return keep


def test_a_release_is_under_its_version_and_the_older_ones_stay(release):
    release("0.9.0", "nine")
    release("0.10.0", "ten")
    assert git("show", "versions:0.9.0/vram/index.html") == "nine"
    assert git("show", "versions:0.10.0/vram/index.html") == "ten"
    # `_headers` stays as well: a host that knows Jekyll would else leave it out
    names = git("ls-tree", "-r", "--name-only", "versions").split()
    assert {"0.9.0/_headers", ".nojekyll", "latest", "versions.json"} < set(names)


def test_latest_leads_to_the_newest_also_when_an_older_line_is_released_again(release):
    release("0.9.0", "nine")
    assert git("show", "versions:latest") == "0.9.0"
    release("0.10.0", "ten")
    release("0.9.1", "mended")
    assert git("show", "versions:latest") == "0.10.0"
    listed = json.loads(git("show", "versions:versions.json"))
    assert {one["version"]: one["aliases"] for one in listed} == {
        "0.10.0": ["latest"],
        "0.9.1": [],
        "0.9.0": [],
    }


def test_a_release_that_is_made_twice_is_kept_once_and_the_project_stays_as_it_is(release):
    release("1.0.0", "one")
    before = git("rev-parse", "main", "HEAD:file")
    release("1.0.0", "one")
    assert git("show", "versions:1.0.0/vram/index.html") == "one"
    assert len(json.loads(git("show", "versions:versions.json"))) == 1
    assert git("rev-parse", "main", "HEAD:file") == before and git("status", "--porcelain") == ""


@pytest.mark.parametrize(
    "given, said",
    [
        (["1.2", "site"], "usage: "),
        (["v1.2.0", "site"], "usage: "),
        (["999.0.0", "site"], f"the version is {llmmath.__version__}; expected 999.0.0"),
        ([llmmath.__version__, "no-site"], "no-site holds no built site"),
    ],
)
def test_what_is_no_release_is_told(given, said, capsys):
    assert versions.main(given) == 2
    assert said in capsys.readouterr().err
