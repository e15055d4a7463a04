"""What the charts of the fan's pages point at."""

from macros.pages import fan_article


def test_a_kick_is_pointed_at_once_where_a_resting_fan_is_started():
    states = ["boot", "off", "kick", "kick", "run", "off", "kick"]
    assert fan_article.kicks({"time_s": list(range(7)), "state": states}) == [2, 6]


def test_the_recorded_run_has_a_kick_after_the_finger_and_one_after_the_plug():
    found = fan_article.recorded("target-finger-unplugged")
    at = {label: time_s for time_s, label in found["marks"]}
    first, second = fan_article.kicks(found)
    assert at["finger off"] < first < at["sensor unplugged"] and at["plugged in again"] < second
