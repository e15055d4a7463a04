"""The controller by itself, period by period, against what the constants promise."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware import thermistor_fan as fan

PERIOD = 250


def step(controller, code, pulses=None):
    controller.step([code] * fan.SAMPLES, PERIOD, pulses)
    return controller.duty


def running(code=2290):
    """A controller past its boot, at a code (2270 is 30 °C; 2290 is half a kelvin more) for ten seconds."""
    controller = fan.Controller()
    for _ in range(21 + 40):
        step(controller, code)
    return controller


@settings(deadline=None)
@given(st.lists(st.integers(-60, 60), min_size=50, max_size=150))
def test_the_running_fan_changes_by_at_most_a_fifth_of_full_speed_a_second(steps):
    controller, code = running(), 2290
    for change in steps:
        code = max(2150, min(2450, code + change))
        before, state = controller.duty, controller.state
        step(controller, code)
        if state == controller.state == "run":
            assert abs(controller.duty - before) <= 50  # 200 permille/s in a quarter of a second


def test_a_fault_does_not_wait_for_the_slew_limit():
    controller = running()
    assert controller.duty < 600
    assert step(controller, 0) == 1000


def test_a_resting_fan_is_kicked_for_three_periods_and_slows_down_from_there():
    controller = running(2200)
    assert (controller.state, controller.duty) == ("off", 0)
    # 31.4 °C asks for 345 permille: above 250, so it starts; 750 ms are three periods, then it slows down
    # by 50 permille a period
    told = [(step(controller, 2330), controller.state) for _ in range(5)]
    assert told == [(1000, "kick")] * 3 + [(950, "run"), (900, "run")]


def test_between_stopping_and_starting_the_fan_stays_as_it_is():
    resting = running(2200)
    # 30.45 °C asks for 112 permille: more than 50, at which a running fan would stop, less than 250 to start
    assert (step(resting, 2290), resting.state) == (0, "off")
    turning = running(2330)
    for _ in range(40):
        step(turning, 2330)
    turning.integral = 0
    assert turning.state == "run" and step(turning, 2290) > 0


def test_a_running_fan_that_is_asked_for_less_than_a_quarter_turns_at_a_quarter():
    controller = running(2330)
    controller.integral = 0
    # 30.45 °C asks for 112 permille; from full speed down by 50 a period takes fifteen periods
    told = [step(controller, 2290) for _ in range(30)]
    assert told[-1] == 250 and min(told) == 250


def demands(error_mk, periods):
    """What control asks for in each of so many periods at an error that lasts [permille]."""
    controller = fan.Controller()
    controller.mc = 30_000 + error_mk
    return [controller.demand(PERIOD) for _ in range(periods)]


@pytest.mark.parametrize("error_mk, permille", [(4000, 1000), (2000, 500), (1000, 250), (-1000, -250)])
def test_four_kelvin_too_hot_ask_for_full_speed_and_less_for_less(error_mk, permille):
    assert demands(error_mk, 1) == [permille]


def test_an_error_that_lasts_a_minute_is_asked_for_once_more():
    # 1 K asks for 250 permille at once; a minute is 240 periods
    asked = demands(1000, 241)
    assert (asked[0], asked[120], asked[240]) == (250, 375, 500)


@pytest.mark.parametrize("hotter, state", [(14, "weak"), (8, "run")], ids=["by 0.36 K", "by 0.21 K"])
def test_half_a_minute_at_full_speed_that_left_it_hotter_is_weak_cooling(hotter, state):
    controller = fan.Controller()
    # 2600 is 38.0 °C, where a code is 26 mK, and asks for full speed; boot ends with the 21st reading
    for _ in range(20 + 60):
        step(controller, 2600)
    assert (controller.state, controller.duty) == ("run", 1000)
    # half a minute is 120 periods, and the next one is beyond it
    told = []
    for _ in range(61):
        step(controller, 2600 + hotter)
        told.append(controller.state)
    assert told[:60] == ["run"] * 60
    assert (told[60], controller.duty) == (state, 1000)


def test_five_plausible_seconds_end_a_fault_and_the_first_reading_starts_the_clock():
    controller = running()
    step(controller, 4095)
    assert controller.state == "short"
    states = []
    for _ in range(22):
        step(controller, 2290)
        states.append(controller.state)
    # readings at 0, 250, ... 5000 ms: the 21st is five seconds after the first
    assert states == ["short"] * 20 + ["run"] * 2


def test_a_bad_reading_starts_the_five_seconds_anew():
    controller = running()
    step(controller, 4095)
    for _ in range(15):
        step(controller, 2290)
    step(controller, 0)
    for _ in range(20):
        step(controller, 2290)
    assert controller.state == "open"
    step(controller, 2290)
    assert controller.state == "run"


def test_the_log_counts_faults_and_not_their_readings():
    controller = running()
    for code in (0, 0, 0, 4095, 4095, 0):
        step(controller, code)
    assert controller.faults == 3  # open, short, open


def test_a_jump_is_counted_from_the_last_reading():
    controller = running()
    # 2290 is 30.4 °C; 2470 is 34.7 °C: 4.3 K in a quarter of a second, and 16 K/s allow 4
    step(controller, 2470)
    assert controller.state == "jump"
    assert abs(fan.milli_celsius(2470) - fan.milli_celsius(2290)) > 4000


@pytest.mark.parametrize("pulses, state", [(None, "run"), (7, "run")])
def test_without_a_tachometer_or_with_pulses_nothing_stalls(pulses, state):
    controller = running()
    for _ in range(40):
        step(controller, 2290, pulses)
    assert controller.state == state


def test_without_pulses_the_fan_gets_full_speed_and_then_it_is_a_fault():
    controller = running()
    told = []
    for _ in range(20):
        told.append((step(controller, 2290, 0), controller.state))
    # 2 s are eight periods, 5 s are twenty
    assert [state for _, state in told[:7]] == ["run"] * 7
    assert told[7:19] == [(1000, "kick")] * 12
    assert told[19] == (1000, "stall")


def test_the_integral_does_not_wind_up_at_full_speed_nor_at_rest():
    hot, cold = fan.Controller(), fan.Controller()
    for _ in range(4000):
        step(hot, 2500)
        step(cold, 2000)
    assert hot.integral == 0  # 35 °C asks for more than full speed by its proportional part alone
    assert cold.integral == 0
