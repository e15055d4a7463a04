"""What runs on other people's machines: pinned by commit, with no more rights than it needs."""

import re
from pathlib import Path

import pytest
import yaml

WORKFLOWS = sorted(Path(__file__).resolve().parent.parent.joinpath(".github", "workflows").glob("*.yml"))


@pytest.fixture(params=WORKFLOWS, ids=lambda path: path.stem)
def workflow(request):
    return yaml.safe_load(request.param.read_text(encoding="utf-8"))


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
        # A job that runs code of the project writes no content and gets no identity; one that does runs none.
        runs = [step["run"] for step in job["steps"] if "run" in step]
        assert "write-all" not in rights.values() and not ("id-token" in rights and runs), name
        assert job["timeout-minutes"] <= 40


def test_no_step_keeps_the_credentials_of_the_checkout(workflow):
    for job in workflow["jobs"].values():
        for step in job["steps"]:
            if step.get("uses", "").startswith("actions/checkout@"):
                assert step["with"]["persist-credentials"] is False


def test_a_deployment_is_never_stopped_half_way():
    publish = yaml.safe_load(next(path for path in WORKFLOWS if path.stem == "publish").read_text())
    assert publish["jobs"]["deploy"]["concurrency"]["cancel-in-progress"] is False


def test_no_word_of_a_pull_request_becomes_part_of_a_command(workflow):
    for job in workflow["jobs"].values():
        for step in job["steps"]:
            assert "${{" not in step.get("run", ""), step["run"]
