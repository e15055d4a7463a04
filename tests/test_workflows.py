"""What runs on other people's machines: pinned by commit, with no more rights than it needs."""

import hashlib
import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import yaml

from tests.repository import git

ROOT = Path(__file__).resolve().parent.parent
WORKFLOWS = sorted(ROOT.joinpath(".github", "workflows").glob("*.yml"))


@pytest.fixture(params=WORKFLOWS, ids=lambda path: path.stem)
def workflow(request):
    return yaml.safe_load(request.param.read_text(encoding="utf-8"))


def of(name):
    (path,) = [path for path in WORKFLOWS if path.stem == name]
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def script(name, words):
    """The one step of a workflow's commands that holds some words."""
    steps = [step for job in of(name)["jobs"].values() for step in job["steps"]]
    (found,) = [step["run"] for step in steps if words in step.get("run", "")]
    return found


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_every_action_is_pinned_by_its_commit_and_says_its_version(path):
    used = re.findall(r"uses: (\S+)(.*)", path.read_text(encoding="utf-8"))
    assert used
    for action, comment in used:
        assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", action), action
        assert re.fullmatch(r" # v\d+\.\d+\.\d+", comment), action


def test_a_workflow_has_no_rights_but_those_that_its_jobs_name(workflow):
    assert workflow["permissions"] == {}
    for name, job in workflow["jobs"].items():
        rights = job["permissions"]
        # A job that has the project's code writes nothing and gets no identity; one that does has none of it.
        has_code = any(step.get("uses", "").startswith("actions/checkout@") for step in job["steps"])
        assert not (has_code and set(rights.values()) != {"read"}), name
        runs = [step["run"] for step in job["steps"] if "run" in step]
        assert "write-all" not in rights.values() and not ("id-token" in rights and runs), name
        assert job["timeout-minutes"] <= 40


def test_no_step_keeps_the_credentials_of_the_checkout(workflow):
    for job in workflow["jobs"].values():
        for step in job["steps"]:
            if step.get("uses", "").startswith("actions/checkout@"):
                assert step["with"]["persist-credentials"] is False


def test_a_deployment_and_a_release_are_never_stopped_half_way():
    assert of("publish")["jobs"]["deploy"]["concurrency"]["cancel-in-progress"] is False
    assert of("release")["concurrency"]["cancel-in-progress"] is False


def test_what_is_published_released_or_proposed_is_tested_first():
    for name in ("test", "publish", "release"):
        commands = [step.get("run") for step in next(iter(of(name)["jobs"].values()))["steps"]]
        assert "make test" in commands, name


def test_what_a_workflow_installs_is_kept_for_the_next(workflow):
    for job in workflow["jobs"].values():
        if any(step.get("run", "").startswith("make ") for step in job["steps"]):
            assert {"pip", "npm"} == {
                step["with"]["cache"] for step in job["steps"] if "cache" in step.get("with", {})
            }


def test_no_word_of_a_pull_request_becomes_part_of_a_command(workflow):
    for job in workflow["jobs"].values():
        for step in job["steps"]:
            assert "${{" not in step.get("run", ""), step["run"]


def run(text, folder, **environment):
    """Runs a step in a folder as the runner does: it ends at the first command that fails."""
    return subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", text],
        cwd=folder,
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
    )


def test_a_release_has_the_firmware_every_figure_and_what_the_site_was_made_of(site, tmp_path):
    (tmp_path / "site").mkdir()
    for name in ("firmware", "values.json"):
        (tmp_path / "site" / name).symlink_to(site / name)
    (tmp_path / "site" / "build.json").write_text('{"commit": "abc"}')
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    python.chmod(0o755)
    done = run(script("release", "mkdir release"), tmp_path, PYTHONPATH=str(ROOT))
    assert done.returncode == 0, done.stderr
    attached = tmp_path / "release"
    (bundle,) = attached.glob("thermistor_fan-*.zip")
    assert {path.name for path in attached.iterdir()} == {
        bundle.name,
        "SHA256SUMS",
        "values.json",
        "build.json",
        "sbom.json",
    }
    with zipfile.ZipFile(bundle) as files:
        (script_name,) = [name for name in files.namelist() if name.endswith("thermistor_fan.py")]
        assert files.read(script_name) == (ROOT / "firmware" / "thermistor_fan.py").read_bytes()
    sums = dict(line.split("  ")[::-1] for line in (attached / "SHA256SUMS").read_text().splitlines())
    assert sums == {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in attached.iterdir()
        if path.name != "SHA256SUMS"
    }
    assert len(json.loads((attached / "values.json").read_text())) > 1000
    assert json.loads((attached / "sbom.json").read_text())["bomFormat"] == "CycloneDX"


def test_publishing_lays_the_sites_of_releases_beside_the_newest_and_goes_without_any(tmp_path):
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "index.html").write_text("newest")
    git(tmp_path, "init", "--quiet")
    lay = script("publish", "git archive")
    assert run(lay, tmp_path).returncode == 0
    assert [path.name for path in (tmp_path / "site").iterdir()] == ["index.html"]
    (tmp_path / "1.0.0").mkdir()
    (tmp_path / "1.0.0" / "index.html").write_text("one")
    (tmp_path / "latest").symlink_to("1.0.0")
    git(tmp_path, "add", "1.0.0", "latest")
    git(tmp_path, "commit", "--quiet", "--message", "kept")
    git(tmp_path, "update-ref", "refs/remotes/origin/versions", "HEAD")
    done = run(lay, tmp_path)
    assert done.returncode == 0, done.stderr
    shown = {name: (tmp_path / "site" / name / "index.html").read_text() for name in ("", "1.0.0", "latest")}
    assert shown == {"": "newest", "1.0.0": "one", "latest": "one"}


@pytest.mark.parametrize("n_lines, told_whole", [(3, True), (2000, False)], ids=["short", "long"])
def test_a_comment_holds_as_much_of_the_report_as_one_takes(tmp_path, n_lines, told_whole):
    (tmp_path / "moved.md").write_text("| a figure that has moved, and much about it |\n" * n_lines)
    gh = tmp_path / "bin" / "gh"
    gh.parent.mkdir()
    gh.write_text("#!/bin/sh\nexit 0\n")
    gh.chmod(0o755)
    here = {"PATH": f"{gh.parent}:{os.environ['PATH']}", "NUMBER": "7", "GITHUB_REPOSITORY": "a/b"}
    done = run(script("changes", "gh pr comment"), tmp_path, **here)
    assert done.returncode == 0, done.stderr
    comment = (tmp_path / "comment.md").read_text()
    assert len(comment) < 65536 and ("summary of this run" not in comment) == told_whole
