"""The process that makes pieces of the site ahead of the build."""

import os
import time

import pytest

from macros.building import ahead
from macros.charts import kept

PATIENCE = 10  # seconds


@pytest.fixture(autouse=True)
def two_processors(monkeypatch):
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
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


def test_a_second_one_is_not_begun(tmp_path):
    ahead.begin([])
    ahead.begin([tmp_path.joinpath("begun").touch])
    ahead.end()
    assert not tmp_path.joinpath("begun").exists()
