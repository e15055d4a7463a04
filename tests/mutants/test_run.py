"""The command that tries edits: it tells what no test catches, and what it cannot try."""

import tomllib

import pytest

from tests.mutants import run

TESTS = ["tests/llmmath/test_traffic.py"]
CAUGHT = {
    "name": "a sum without its stream",
    "file": "llmmath/traffic.py",
    "old": "return model.d_model + widest",
    "new": "return widest",
    "tests": TESTS,
}
SURVIVING = CAUGHT | {
    "name": "other words",
    "old": '"""Bytes and operations of one',
    "new": '"""Bytes of one',
}


def test_a_survivor_is_named_and_fails_the_command_and_what_is_caught_is_not(monkeypatch, capsys):
    monkeypatch.setattr(run, "mutants", lambda words: [CAUGHT, SURVIVING])
    before = (run.ROOT / CAUGHT["file"]).read_bytes()
    assert run.main([]) == 1
    told = capsys.readouterr().out
    assert "2 mutants, 1 survivors" in told
    assert "SURVIVED: other words" in told and "SURVIVED: a sum" not in told
    assert (run.ROOT / CAUGHT["file"]).read_bytes() == before


@pytest.mark.parametrize(
    "change, words",
    [
        ({"old": "no such line"}, "stands 0 times in llmmath/traffic.py, not once"),
        ({"old": "return"}, "times in llmmath/traffic.py, not once"),
        ({"file": "llmmath/trafic.py"}, "there is no llmmath/trafic.py"),
        ({"tests": ["tests/test_nothing.py"]}, "there is no tests/test_nothing.py"),
    ],
)
def test_an_edit_that_cannot_be_made_fails_the_command_before_any_test_runs(monkeypatch, change, words):
    monkeypatch.setattr(run, "mutants", lambda _: [CAUGHT | change])
    monkeypatch.setattr(run, "Copies", None)
    told = run.main([])
    assert words in told and told.startswith(CAUGHT["name"])


def test_without_any_edit_the_tests_must_pass(monkeypatch):
    # The whole of pytest's usage error: a path with a test that is not there.
    nowhere = CAUGHT | {"tests": [f"{TESTS[0]}::test_that_is_not_there"]}
    monkeypatch.setattr(run, "mutants", lambda _: [nowhere])
    assert "without any edit the tests fail" in run.main([])


def test_every_edit_has_a_name_of_its_own_and_changes_something():
    with open(run.Path(run.__file__).with_name("mutants.toml"), "rb") as file:
        found = tomllib.load(file)["mutant"]
    assert len({mutant["name"] for mutant in found}) == len(found) >= 50
    assert all(mutant["old"] != mutant["new"] and mutant["tests"] for mutant in found)


@pytest.mark.parametrize("mutant", run.mutants(), ids=lambda mutant: mutant["name"])
def test_an_edit_stands_once_in_its_file_so_that_it_can_be_made(mutant):
    assert run.misplaced(mutant) is None
