"""The controller by itself, period by period, against what the constants promise."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware import thermistor_fan as fan
from tests.firmware import inverse

PERIOD = 250


def step(controller, code, pulses=None, other=None):
    controller.step([code] * fan.SAMPLES, PERIOD, pulses, other)
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


@pytest.mark.parametrize("pulses, state", [(None, "run"), (2, "run"), (7, "run")])
def test_without_a_tachometer_or_with_pulses_nothing_stalls(pulses, state):
    controller = running()
    for _ in range(40):
        step(controller, 2290, pulses)
    assert controller.state == state


@pytest.mark.parametrize("pulses", [0, 1], ids=["none", "the edge of switching on"])
def test_without_pulses_the_fan_gets_full_speed_and_then_it_is_a_fault(pulses):
    controller = running()
    told = []
    for _ in range(20):
        told.append((step(controller, 2290, pulses), controller.state))
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


# A jump, and what explains it. 2290 is 30.4 °C. A contact that adds 12 kohm in series to the 7.9 kohm of the
# thermistor at 30.4 °C makes 19.9 kohm of it: 4096 x 10 / 29.9 is code 1370, 10.2 °C, 20 K too cold.
BAD_CONTACT = 1370


def states(controller, codes, pulses=None, other=None):
    return [(step(controller, code, pulses, other), controller.state)[1] for code in codes]


def test_a_contact_that_adds_twenty_kelvin_stays_a_fault_however_long_it_lasts():
    controller = running()
    told = states(controller, [BAD_CONTACT] * 4 * 3600)  # an hour
    assert told[:21] == ["jump"] * 21  # the jump itself, and five seconds from the reading after it
    assert set(told[21:]) == {"latched"} and controller.duty == fan.FULL
    assert controller.faults == 1


def test_a_jump_is_over_five_seconds_after_the_reading_is_back_where_it_was():
    controller = running()
    told = states(controller, [BAD_CONTACT] * 100 + [2290] * 22)
    # the way back is a jump too; the clock starts with the first reading after it
    assert told[-22:] == ["jump"] * 21 + ["run"]


@pytest.mark.parametrize("code, state", [(2130, "off"), (2110, "latched")], ids=["3.6 K", "4.1 K"])
def test_back_is_within_four_kelvin_of_the_last_that_was_believed(code, state):
    # 2290 is 30.45 °C, 2130 is 26.82 °C, 2110 is 26.38 °C; 0.5 s at 0.1 K/s add nothing much
    controller = running()
    assert states(controller, [BAD_CONTACT, code] + [code] * 21)[-1] == state


@pytest.mark.parametrize("seconds", [1, 85, 3600])
def test_no_gap_however_long_explains_more_than_four_kelvin(seconds):
    # 2130 is 26.82 °C, 3.6 K below 30.45 °C; 2110 is 26.38 °C, 4.1 K; 1880 is 21.36 °C, 9.1 K
    for code, state in ((2130, "off"), (2110, "latched"), (1880, "latched")):
        controller = running()
        assert states(controller, [0] * 4 * seconds + [code] * 21)[-1] == state


def test_a_latched_contact_that_gets_better_but_not_good_stays_latched_however_long_it_was():
    # 1880 is 21.36 °C, 9.1 K below 30.45 °C, after two minutes at full speed
    controller = running()
    told = states(controller, [BAD_CONTACT] * 480 + [1880] * 400)
    assert told[-1] == "latched" and controller.duty == fan.FULL


def test_a_latched_reading_that_comes_back_bit_by_bit_is_believed_within_four_kelvin():
    # from 1370 up to 2290 by 20 codes, half a kelvin, a period: no step is a jump. 2120 is 26.6 °C.
    controller = running()
    told = states(controller, [BAD_CONTACT] * 40 + list(range(1370, 2110, 20)))
    assert told[-1] == "latched"
    assert states(controller, list(range(2110, 2290, 20)) + [2290] * 40)[-1] in ("run", "off")


def test_ten_seconds_of_a_gap_use_up_one_kelvin_less_and_a_longer_gap_no_less_than_that():
    # 2130 is 26.82 °C, 3.63 K below 30.45 °C; 2000 is 24.0 °C, 2.8 K further. After a gap of 40 s 2.63 K of
    # four are used up, though 0.1 K/s would be all of it; so the second gap, a minute later, is not believed.
    controller = running()
    assert states(controller, [0] * 160 + [2130] * 21 + [2130] * 240)[-1] == "off"
    assert states(controller, [0] * 160 + [2000] * 21)[-1] == "latched"


def test_two_gaps_share_what_is_believed_near():
    # 2130 is 26.82 °C, 3.63 K below 30.45: of 4 K some 0.5 are left, with the 0.1 K/s of the gap. 2080 is
    # 25.74 °C, 1.08 K further: after the first gap alone that would be near, after the second it is not.
    once, twice = running(2130), running()
    assert states(once, [0] * 4 + [2080] * 21)[-1] == "off"
    assert states(twice, [0] * 4 + [2130] * 21)[-1] == "off"
    assert states(twice, [0] * 4 + [2080] * 21)[-1] == "latched"


@pytest.mark.parametrize("gap_s", [1, 20])
def test_a_gap_after_which_all_that_is_near_is_used_up_leaves_no_jump_behind(gap_s):
    # 2114 is 26.47 °C, 3.98 K below 30.45 °C: believed. Three codes are 0.07 K of noise.
    controller = running()
    told = states(controller, [0] * 4 * gap_s + [2114] * 21 + [2111, 2117, 2114] * 100)
    assert told[4 * gap_s + 20] in ("run", "off") and not set(told[4 * gap_s + 20 :]) & set(fan.FAULTS)


def test_after_such_a_gap_small_steps_of_two_kelvin_are_a_jump_already():
    # A code is 22 mK: 20 codes in 5 periods are 0.35 K/s, of which 0.1 are explained; 3 K in all in 8.75 s
    steps = [4 * n for n in range(35)]
    used_up = states(running(), [0] * 4 + [2114] * 22 + [2114 - step for step in steps])
    assert "jump" in used_up[26:]
    assert "jump" not in states(running(), [2290 - step for step in steps])


def test_an_hour_or_so_without_a_gap_gives_back_what_is_believed_near():
    # 1 mK for each second: 0.6 K more than the 0.5 that are left take ten minutes, and this is fifteen
    patient = running()
    assert states(patient, [0] * 4 + [2130] * 21 + [2130] * 4 * 900)[-1] == "off"
    assert states(patient, [0] * 4 + [2080] * 21)[-1] == "off"


def test_what_gets_hotter_by_a_tenth_of_a_kelvin_in_half_a_minute_is_weak_cooling_after_three():
    # 2600 is 38.0 °C, where a code is 26 mK. One code more in 7.5 s, 30 periods, is 0.1 K in half a minute,
    # and 3 K take 114 codes: 855 s.
    controller = fan.Controller()
    told = states(controller, [2600] * 80 + [2600 + n // 30 for n in range(30 * 125)])
    assert told[20] == "run"
    since = told.index("weak") * PERIOD / 1000 - 20
    assert 820 < since < 900 and told[-1] == "weak"


def test_what_gets_hotter_and_is_below_full_speed_in_between_begins_anew():
    controller = fan.Controller()
    hotter = [2600 + n // 30 for n in range(30 * 90)]  # 2.3 K
    told = states(controller, [2600] * 80 + hotter + list(range(2690, 2250, -2)) + hotter)
    assert "weak" not in told and "off" not in told[-100:]


def test_a_contact_that_gets_worse_after_an_hour_is_still_not_believed():
    controller = running()
    assert states(controller, [BAD_CONTACT] * 4 * 3600 + [1000] * 40)[-1] == "latched"


def test_what_is_latched_is_told_apart_from_a_fault_that_is_about_to_end():
    controller = running()
    told = states(controller, [0] * 4 + [BAD_CONTACT] * 30)
    assert told == ["open"] * 24 + ["latched"] * 10


def test_a_jump_that_leaves_the_plausible_range_and_creeps_back_is_not_believed():
    # 200 is -29.6 °C: out of range is what it is called, and a jump all the same. Then in small steps up.
    controller = running()
    creeping = list(range(200, 700, 5))
    told = states(controller, creeping + [700] * 40)
    assert told[0] == "range" and set(told[-20:]) == {"latched"}


def test_a_bad_contact_that_heals_in_two_steps_is_over_when_it_has_healed():
    controller = running()
    assert states(controller, [BAD_CONTACT] * 30 + [1800] * 30)[-1] == "latched"
    assert states(controller, [2290] * 22)[-1] == "run"


def test_before_anything_was_believed_nothing_has_to_be_explained():
    # A board that starts with its sensor off, and then gets it: five seconds, as at any start.
    controller = fan.Controller()
    assert states(controller, [0] * 40 + [2290] * 21)[-1] == "run"


@pytest.mark.parametrize("code", [200, 3900], ids=["-29.6 °C", "112 °C"])
def test_a_first_reading_that_cannot_be_is_not_where_the_thing_was(code):
    controller = fan.Controller()
    told = states(controller, [code] * 8 + [2290] * 30)
    assert told[7] == "range" and told[-1] == "run"


def test_a_reading_that_jumps_before_it_was_ever_believed_is_not_believed_either():
    # One second of 30.4 °C, and then the contact: which of the two is wrong cannot be known.
    controller = fan.Controller()
    assert states(controller, [2290] * 4 + [BAD_CONTACT] * 40)[-1] == "latched"


@given(st.lists(st.integers(0, 4095), min_size=40, max_size=160))
@settings(deadline=None)
def test_the_fan_is_below_full_only_on_a_reading_that_follows_from_the_last_believed_one(codes):
    """Whatever the codes: each believed reading is one that time at full speed explains."""
    controller = running()
    believed, silent = controller.mc, 0
    for code in [code for code in codes for _ in range(7)]:
        step(controller, code)
        silent += PERIOD
        if controller.state in fan.FAULTS:
            assert controller.duty == fan.FULL
        else:
            # 4 K a period while readings follow each other; 4 K and 0.1 K/s, and 5 s of them, after a gap
            assert abs(controller.mc - believed) <= 4000 * (1 + 20) + min(silent // 10, 8000)
            believed, silent = controller.mc, 0


# Small steps. 2290 is 30.45 °C, and 8 codes less are 0.18 K less there: 0.7 K/s, of which the thing explains
# 0.1. It is 4 K from where it can be after 4 / 0.6 = 6.6 s.
def test_small_steps_that_no_thing_can_follow_add_up_to_a_jump_and_are_latched():
    controller = running()
    creeping = [2290 - 8 * n for n in range(1, 120)]
    told = states(controller, creeping + [creeping[-1]] * 40)
    assert 5.5 < told.index("jump") * PERIOD / 1000 < 7.5
    assert told[-1] == "latched" and controller.duty == fan.FULL and controller.faults == 1


def test_what_gets_colder_by_less_than_a_tenth_of_a_kelvin_a_second_is_believed_however_far():
    # A code in 2 periods is 0.04 K/s: 500 codes, 11 K, in 250 s; 1790 is 19.4 °C
    controller = running()
    assert "jump" not in states(controller, [2290 - n // 2 for n in range(1000)])
    assert controller.mc < 19_500


def test_a_finger_that_held_the_bead_for_two_minutes_leaves_no_fault_behind():
    # 2200 is 28.4 °C; 2470 is 34.7 °C. Up and down by 3.4 K/s at most, as a bead in air does.
    up = [2200 + 30 * n for n in range(1, 10)]
    controller = running(2200)
    told = states(controller, up + [2470] * 4 * 120 + up[::-1] + [2200] * 80)
    assert not set(told) & set(fan.FAULTS) and told[-1] == "off"


def test_what_stays_warm_for_longer_than_a_finger_is_taken_for_the_things_own_warmth():
    # 2200 is 28.4 °C; 2470 is 34.7 °C. Two minutes it is a finger's; then by 0.1 K/s: 4.3 K more in 43 s are
    # within 2 K. So five minutes on, letting go is a fall of 6.3 K, of which 4 are believed.
    up = [2200 + 30 * n for n in range(1, 10)]
    controller = running(2200)
    told = states(controller, up + [2470] * 4 * 300 + up[::-1] + [2200] * 40)
    assert told[-1] == "latched" and "jump" not in told[: 4 * 300]


def test_above_its_target_a_thing_may_cool_by_its_excess_in_twenty_seconds():
    # 2600 is 38.0 °C, 8 K too hot: 0.4 K/s and 0.1 are believed. 26 mK a code: 4 codes a period are 0.42 K/s,
    # and 20 s of it are 8.4 K; it gets less as it cools. 16 codes a period are 1.7 K/s.
    slow, fast = running(2600), running(2600)
    assert "jump" not in states(slow, range(2600, 2280, -4))
    assert "jump" in states(fast, range(2600, 2300, -16))


def cooling(settling_s, periods):
    """Codes of a thing of 60 °C that full speed cools in air of 22 °C, and holds at the target then."""
    celsius = [max(30, 22 + 38 * math.exp(-0.25 * n / settling_s)) for n in range(periods)]
    return [inverse.code_of_milli_celsius(1000 * c) for c in celsius]


@pytest.mark.parametrize("settling_s", [24, 30, 72, 200, 600])
def test_a_hot_thing_that_cools_since_full_speed_began_is_believed_down_to_the_target(settling_s):
    # The smallest cools by 1.6 K/s at first, 7 K of it while the board boots
    told = states(fan.Controller(), cooling(settling_s, 4 * 900))
    assert not set(told) & set(fan.FAULTS) and told[20] == "run"


# 2900 is 46.4 °C, 16 K too hot; a code is 30 mK there. 4 codes a period are 0.48 K/s, of which 0.1 and, as it
# is so hot, 0.04 are believed without full speed: 4 K are over after 4 / 0.34 = 12 s.
SLIDING = [2900 - 4 * n for n in range(160)]


def test_a_hot_reading_that_falls_though_full_speed_did_not_cool_it_is_a_jump_in_small_steps():
    controller = fan.Controller()
    told = states(controller, [2900] * 145)
    assert told[-1] == "weak"  # half a minute of full speed did nothing
    told = states(controller, SLIDING + [SLIDING[-1]] * 40)
    assert 9 < told.index("jump") * PERIOD / 1000 < 15
    assert told[-1] == "latched" and controller.duty == fan.FULL


def test_the_same_fall_within_the_first_half_minute_at_full_speed_may_be_its_doing():
    assert "jump" not in states(fan.Controller(), [2900] * 25 + SLIDING[:100])


def test_what_full_speed_cooled_in_half_a_minute_it_may_cool_in_the_next_but_not_more():
    # 3200 is 56.7 °C, where a code is 38 mK. A code a period is 0.15 K/s, for more than half a minute: it may
    # go on, and a slide that is ten times as fast is none of it.
    first = [3200 - n for n in range(160)]
    gently, steeply = fan.Controller(), fan.Controller()
    assert "jump" not in states(gently, first + [first[-1] - n for n in range(160)])
    assert "jump" in states(steeply, first + [first[-1] - 10 * n for n in range(40)])


def test_where_full_speed_begins_anew_it_may_cool_anew():
    controller = fan.Controller()
    states(controller, [2900] * 145)
    assert controller.fall() == fan.DRIFT + 16_376 // fan.REST_S
    # by 0.06 °C a second down to 29 °C, which asks for less than full speed
    assert states(controller, [2900 - n // 2 for n in range(1300)])[-1] in ("run", "off")
    controller.thing_mc = 46_376
    assert controller.fall() == fan.DRIFT + 16_376 // fan.COOL_S


def test_a_late_reading_may_differ_by_no_more_than_one_in_time():
    # 2290 is 30.45 °C and 2470 is 34.67 °C: 4.2 K, of 4 that a period allows; a second late changes nothing
    assert fan.sensor_fault(2470, 34_670, 30_450, 1000) == "jump"
    assert fan.sensor_fault(2470, 34_440, 30_450, 1000) is None
    assert fan.sensor_fault(2470, 34_440, 30_450, 200) == "jump"


def test_what_was_latched_before_a_reset_has_to_come_back_to_where_it_was():
    # 2290 is 30.45 °C, 2130 is 26.82 °C and 2110 is 26.38 °C: of 4 K, 3.6 and 4.1
    mended, near, far = (fan.Controller(latched_mc=30_450) for _ in range(3))
    assert states(mended, [2290] * 21)[-1] == "run"
    assert states(near, [2130] * 21)[-1] == "off"
    assert set(states(far, [2110] * 400)[20:]) == {"latched"} and far.duty == fan.FULL


def test_a_jump_after_a_quick_rise_is_counted_from_the_reading_and_not_from_what_follows_it_slowly():
    # 2290 is 30.45 °C; 2470 is 34.7 °C, in ten seconds; then at once back to 2240, 29.3 °C: 5.4 K
    controller = running()
    rising = [2290 + 18 * n // 4 for n in range(1, 41)]
    assert states(controller, rising)[-1] == "run"
    assert states(controller, [2240] * 30)[-1] == "latched"


# 2290 is 30.45 °C, and 1930 is 22.47 °C: 8 K less in 180 s, 0.044 K/s
COOLING = [2290 - n // 2 for n in range(721)]


@pytest.mark.parametrize("pulses, other", [(0, None), (None, "tach"), (None, "differ"), (None, "deaf")])
def test_what_cools_while_something_else_is_wrong_is_no_jump_when_that_is_over(pulses, other):
    controller = running()
    told = states(controller, COOLING, pulses, other)
    assert told[-1] == (other or "stall") and controller.duty == fan.FULL
    assert states(controller, [1930] * 22, None if other else 7)[-1] == "off"


def test_a_gap_after_what_cooled_while_something_else_was_wrong_is_counted_from_there():
    # 1900 is 21.81 °C, 0.66 K below 22.47 °C; 1700 is 17.46 °C, 5.0 K
    near, far = running(), running()
    for controller in (near, far):
        states(controller, COOLING, other="differ")
    assert states(near, [0] * 4 + [1900] * 22)[-1] == "off"
    assert states(far, [0] * 4 + [1700] * 22)[-1] == "latched"


@pytest.mark.parametrize("others", [1, 4000])
@pytest.mark.parametrize("code", [BAD_CONTACT, 3000], ids=["colder", "warmer"])  # 3000 is 49.5 °C
def test_a_jump_either_way_while_something_else_is_wrong_is_latched_when_that_is_over(code, others):
    controller = running()
    states(controller, [2290] * 40, other="differ")
    told = states(controller, [code] * others, other="differ")
    assert told[0] == "jump" and controller.duty == fan.FULL
    assert states(controller, [code] * 40)[-1] == "latched"


def test_small_steps_add_up_to_a_jump_also_while_something_else_is_wrong():
    controller = running()
    creeping = [2290 - 8 * n for n in range(1, 120)]
    told = states(controller, creeping + [creeping[-1]] * 40, other="differ")
    assert set(told) == {"differ"} and controller.faults == 1
    assert states(controller, [creeping[-1]] * 40) == ["differ"] * 20 + ["latched"] * 20


def test_with_a_least_airflow_the_fan_never_rests(monkeypatch):
    monkeypatch.setattr(fan, "OFF_DUTY", -10_000)
    controller = running()
    told = [step(controller, code) for code in [*range(2290, 2000, -2)] + [2000] * 400]  # to 24 °C, 0.18 K/s
    assert min(told) == told[-1] == fan.MIN_DUTY and controller.state == "run"


@pytest.mark.parametrize("target_mc, gain", [(60_000, 250), (90_000, 250), (90_000, 2_000)])
def test_with_a_least_airflow_the_fan_never_rests_however_far_below_its_target(monkeypatch, target_mc, gain):
    monkeypatch.setattr(fan, "OFF_DUTY", -10_000)
    monkeypatch.setattr(fan, "TARGET_MC", target_mc)
    monkeypatch.setattr(fan, "GAIN", gain)
    controller = running()
    told = [step(controller, 2290) for _ in range(400)]  # 30.5 °C
    assert set(told) == {fan.MIN_DUTY} and controller.state == "run"


def test_weak_cooling_is_a_fault_in_the_count_and_over_only_when_less_than_full_speed_is_asked_for():
    # 2600 is 38.0 °C, 2614 is 38.4 °C, hotter by 0.36 K; 2440 is 34.0 °C: below it asks for less
    controller = fan.Controller()
    told = states(controller, [2600] * 80 + [2614] * 61)
    assert told[-1] == "weak" and controller.faults == 1
    assert set(states(controller, range(2614, 2446, -1))) == {"weak"} and controller.faults == 1
    told = states(controller, range(2446, 2200, -1))
    assert "run" in told and told[-1] == "off" and not controller.weak


def test_three_kelvin_hotter_at_full_speed_is_weak_at_once():
    # 2600 is 38.0 °C and 2716 is 41.0 °C; half a kelvin a period is 2 K/s
    controller = fan.Controller()
    told = states(controller, [2600] * 40 + list(range(2620, 2700, 20)) + [2700] * 4 + [2720])
    assert "weak" not in told[:-1] and told[-1] == "weak"


@pytest.mark.parametrize("code, state", [(2720, "run"), (2770, "weak")], ids=["11.1 K", "12.4 K"])
def test_twelve_kelvin_too_hot_and_no_cooler_for_half_a_minute_is_weak(code, state):
    controller = fan.Controller()
    # boot is 21 periods, and a window 121
    assert states(controller, [code] * 145)[-1] == state


def test_twelve_kelvin_too_hot_and_cooling_is_not_weak():
    # 2900 is 46.0 °C; a code in 2.5 s is 0.3 K and more in half a minute: a dozen of 26 mK or more
    controller = fan.Controller()
    assert "weak" not in states(controller, [2900 - n // 8 for n in range(1000)])


def test_a_hold_gives_the_fan_back_as_it_was():
    controller = running(2330)
    before = controller.duty
    controller.step([2330] * fan.SAMPLES, PERIOD, hold=True)
    assert (controller.state, controller.duty) == ("test", fan.FULL)
    controller.step([2330] * fan.SAMPLES, PERIOD)
    assert controller.state == "run" and abs(controller.duty - before) <= 50


def test_a_hold_from_rest_ends_at_rest_and_a_fault_ends_a_hold():
    resting = running(2200)
    resting.step([2200] * fan.SAMPLES, PERIOD, hold=True)
    assert (resting.state, resting.duty) == ("test", fan.FULL)
    step(resting, 2200)
    assert (resting.state, resting.duty) == ("off", 0)
    resting.step([2200] * fan.SAMPLES, PERIOD, hold=True)
    step(resting, 0)
    assert (resting.state, resting.duty, resting.held) == ("open", fan.FULL, [])


def test_a_hold_at_full_speed_that_ended_at_rest_is_no_part_of_the_next_half_minute_at_full_speed():
    # 2200 is 28.4 °C, held at full speed for 25 s; then a finger: 2500 is 35.5 °C, which asks for full speed
    resting = running(2200)
    for _ in range(100):
        resting.step([2200] * fan.SAMPLES, PERIOD, hold=True)
    told = states(resting, [2200] * 4 + [2200 + 50 * n for n in range(1, 7)] + [2500] * 100)
    assert told[3] == "off" and told[-1] == "run" and "weak" not in told
