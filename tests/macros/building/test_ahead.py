"""The process that makes pieces of the site ahead of the build."""

import os
import signal
import time
from pathlib import Path

import pytest

from macros.building import ahead
from macros.charts import kept

PATIENCE = 10  # seconds


@pytest.fixture(autouse=True)
def two_processors(monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: {0, 1})
    yield
    ahead.end()


def until(found):
    end = time.monotonic() + PATIENCE
    while not found() and time.monotonic() < end:
        time.sleep(0.01)
    return found()


def test_what_it_makes_is_found_kept_though_a_piece_before_fails(tmp_path):
    def fails():
        raise ValueError

    ahead.begin([fails, lambda: kept.keep(tmp_path / "a.txt", "made ahead")])
    assert until(lambda: kept.found(tmp_path / "a.txt")) == "made ahead"


def test_it_is_gone_when_the_build_ends_it(tmp_path):
    def never_returns():
        tmp_path.joinpath("begun").touch()
        time.sleep(10 * PATIENCE)

    ahead.begin([never_returns])
    assert until(tmp_path.joinpath("begun").exists)
    (process,) = ahead._process
    ahead.end()
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


def test_it_ends_with_a_build_that_is_killed_though_a_formula_never_returns(tmp_path):
    def never_returns():
        tmp_path.joinpath("process").write_text(str(os.getpid()))
        while True:
            pass

    build = os.fork()
    if not build:
        ahead.begin([never_returns])
        time.sleep(10 * PATIENCE)
        os._exit(0)
    assert until(lambda: tmp_path.joinpath("process").exists() and tmp_path.joinpath("process").read_text())
    os.kill(build, signal.SIGKILL)
    os.waitpid(build, 0)

    def is_gone():
        # What nobody waits for may stay in the list of processes, ended.
        status = Path("/proc", tmp_path.joinpath("process").read_text(), "stat")
        return not status.exists() or status.read_text().rpartition(")")[2].split()[0] == "Z"

    assert until(is_gone)


def test_none_is_begun_where_one_processor_is_all_that_may_be_used(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: {3})
    ahead.begin([tmp_path.joinpath("begun").touch])
    assert ahead._process == []


def test_a_second_one_is_not_begun(tmp_path):
    ahead.begin([])
    ahead.begin([tmp_path.joinpath("begun").touch])
    ahead.end()
    assert not tmp_path.joinpath("begun").exists()
