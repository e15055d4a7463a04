"""What the charts of the fan's pages point at, and what their words say of a board."""

import sys

from firmware.simulation.plant import World
from firmware.simulation.run import Bench
from macros.pages import fan_article


def test_a_kick_is_pointed_at_once_where_a_resting_fan_is_started():
    states = ["boot", "off", "kick", "kick", "run", "off", "kick"]
    assert fan_article.kicks({"time_s": list(range(7)), "state": states}) == [2, 6]


def test_the_recorded_run_has_a_kick_after_the_finger_and_one_after_the_plug():
    found = fan_article.recorded("target-finger-unplugged")
    at = {label: time_s for time_s, label in found["marks"]}
    first, second = fan_article.kicks(found)
    assert at["finger off"] < first < at["sensor unplugged"] and at["plugged in again"] < second


def test_an_option_without_its_file_ends_the_script_with_the_fan_on_and_one_line_on_the_uart(monkeypatch):
    # As the table of symptoms says; MicroPython calls CPython's ModuleNotFoundError by its parent's name.
    monkeypatch.setitem(sys.modules, "fan_options", None)
    bench = Bench(World(), settings={"ALARM_PIN": 6})
    told = []
    bench.board.on_line = told.append
    assert isinstance(bench.run(30), ImportError)
    (line,) = told
    assert line.startswith("# ended by ModuleNotFoundError: ")
    assert bench.board.fan_level() == 1.0 and bench.board.levels["LED"] == 0
