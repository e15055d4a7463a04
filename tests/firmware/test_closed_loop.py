"""The unmodified script, run by the real MicroPython on the simulated board, in closed loop with the plant.

The bounds are promises to the maker: six tenths of a kelvin when switching, one tenth when running.
"""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from firmware import distribution
from firmware.simulation import run
from tests.firmware import closed_loop, interpreter, record


def measured_in_micropython(names):
    return json.loads(
        interpreter.run(
            f"from tests.firmware import closed_loop\nclosed_loop.main({sorted(names)!r})", timeout=1200
        )
    )


@pytest.fixture(scope="module")
def measured():
    """Everything in closed_loop.py, half of it in each of two interpreters."""
    names = [measure.__name__ for measure in closed_loop.MEASURES]
    slow = ["soak"]  # about as long as everything else together
    halves = [slow, [name for name in names if name not in slow]]
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(measured_in_micropython, halves)
    return {**first, **second}


def test_the_target_is_held_within_a_tenth_of_a_kelvin(measured):
    steady = measured["steady"]
    assert steady["error_k"] < 0.1 and abs(steady["mean_k"]) < 0.02
    assert steady["starts"] == 0  # it does not switch, it runs slower
    assert (steady["ended"], steady["resets"], steady["faults"]) == ("stopped", 0, 0)


def test_the_first_warming_overshoots_by_less_than_one_kelvin(measured):
    assert measured["steady"]["overshoot_k"] < 1.0


def test_without_the_integral_the_same_loop_settles_off_the_target(measured):
    # 12 K of load need a good part of full speed, and full speed is 4 K too hot: more than half a kelvin off
    assert abs(measured["proportional_only"]["mean_k"]) > 0.5


def test_a_step_of_the_load_is_caught_within_a_kelvin_and_forgotten_in_ten_minutes(measured):
    step = measured["step_load"]
    assert step["overshoot_k"] < 1.0 and step["undershoot_k"] < 1.0
    assert step["settled_k"] < 0.1 and step["faults"] == 0


def test_a_light_load_switches_the_fan_at_most_thirty_times_an_hour(measured):
    light = measured["light_load"]
    assert 0 < light["starts_per_hour"] <= 30
    assert light["error_k"] < 0.6
    assert light["running_duties"] == [0, 250]  # off, or the slowest at which a fan is sure to turn


def test_a_finger_starts_the_fan_within_five_seconds_and_letting_go_stops_it(measured):
    finger = measured["finger"]
    assert finger["off_before"]
    assert finger["on_after_s"] < 5
    assert finger["off_again_s"] < 15
    assert finger["faults"] == 0  # a finger is not a fault


def test_a_slow_change_of_the_air_is_followed(measured):
    assert measured["ambient_ramp"]["error_k"] < 0.3
    assert measured["ambient_ramp"]["settled_k"] < 0.1


def test_without_its_fan_the_thing_gets_hot_and_the_log_says_that_cooling_does_nothing(measured):
    # 24 K above air of 22 °C is 46 °C, 16 K above the target: the loop, not the plant, keeps it cool
    assert measured["disconnected"]["hottest_k"] > 14
    assert measured["disconnected"]["duty"] == 1000
    assert measured["disconnected"]["told_s"] < 90


def test_noise_and_a_flickering_contact_do_not_disturb_it(measured):
    assert measured["noisy"]["faults"] == 0
    assert measured["noisy"]["error_k"] < 0.2


def test_a_target_in_a_wide_bin_is_told_and_still_held_within_half_a_kelvin(measured):
    assert len(measured["near_dnl"]["told"]) == 1
    assert measured["near_dnl"]["error_k"] < 0.5


def test_the_wrap_of_the_ticks_after_12_days_goes_unnoticed(measured):
    assert measured["ticks_wrap"]["equal"] and measured["ticks_wrap"]["rows"] > 600


@pytest.mark.parametrize("chip", ["RP2040", "RP2350"])
@pytest.mark.parametrize("drive", closed_loop.DRIVES)
def test_ctrl_c_leaves_the_fan_on_the_heat_off_and_no_watchdog_behind_on_either_chip(chip, drive, measured):
    ended, armed, after, wild, resets, level, alarm, alarm_after = measured["stopped"][f"{chip} {drive}"]
    assert (ended, armed, alarm) == ("stopped", [5_000_000], [1])  # before
    assert (after, wild, resets, level, alarm_after) == (None, [], 0, 1.0, 0)  # and ten minutes later


def test_ctrl_c_at_any_moment_leaves_the_fan_on_and_no_watchdog(measured):
    assert measured["ctrl_c_at_any_moment"] == {"lowest": 1.0, "watchdogs": 0}


def test_a_chip_whose_watchdog_is_not_known_is_refused_by_name_with_the_fan_on(measured):
    name, said, watchdog, wild, level = measured["other_chip"]
    assert name == "ValueError" and "RP2040 and RP2350" in said and "ESP32S3" in said
    assert (watchdog, wild, level) == (None, [], 1.0)


def test_the_watchdog_starts_only_after_the_first_five_seconds(measured):
    assert measured["watchdog_starts"] == [None, 5_000_000]


def test_when_the_handler_itself_fails_the_fan_is_on(measured):
    broken = measured["pwm_breaks_for_good"]
    assert broken["ended"] == "OSError" and broken["level"] == 1.0 and broken["after_s"] < 1


def test_when_a_part_never_worked_or_the_target_is_absurd_the_fan_is_on(measured):
    assert measured["never_worked"] == dict.fromkeys(("adc", "uart", "led", "pwm", "target", "hang"), 1.0)


@pytest.mark.parametrize("drive", ["2-wire", "fail-on"])
def test_a_jammed_fan_on_a_chopped_ground_is_found_within_a_look_and_five_seconds(drive, measured):
    tach = measured["tachometer"][drive]
    # While it is held on for two periods the fan gets faster than its mean: 1 s to a new speed.
    assert tach["turns"] < tach["rpm"] < 1.7 * tach["turns"]
    assert tach["tests"] == 12 and tach["error_k"] < 0.5  # six looks of two periods in a hundred seconds
    assert tach["stall_s"] < 15 + 5 + 1 and tach["faults_before"] == 0
    assert 4.7 < tach["clear_s"] < 6 and tach["faults"] == 1


def test_a_jammed_4_wire_fan_gets_full_speed_and_is_then_told(measured):
    tach = measured["tachometer"]["4-wire"]
    assert tach["rpm"] == pytest.approx(tach["turns"], rel=0.05) and tach["tests"] == 0
    assert 1.5 < tach["boost_s"] < 3 and 4.5 < tach["stall_s"] < 6 and tach["faults_before"] == 0
    assert 4.7 < tach["clear_s"] < 6 and tach["faults"] == 1


def test_noise_on_the_tachometers_wire_is_told_and_hides_no_stall(measured):
    assert measured["noise_on_the_tachometer"] == ["tach", 1.0]


def test_a_bead_that_falls_into_colder_air_is_a_jump_and_one_that_slips_cooks_the_thing(measured):
    # From 30 °C into air of 22 °C, 1.6 K/s at first: no thing of its own gets colder so fast
    told, hottest, faults, state = measured["second_thermistor"]["fallen"]
    assert (told, faults, state) == (None, 1, "latched") and hottest < 0.5
    # 20 K above air of 22 °C is 42 °C: 12 K too hot, and the one sensor sees 22 °C and nothing wrong
    told, hottest, faults, state = measured["second_thermistor"]["slipping"]
    assert (told, faults, state) == (None, 0, "off") and hottest > 11


def test_a_second_thermistor_disagrees_with_one_that_fell_off_at_once_or_bit_by_bit(measured):
    told, hottest, faults, _ = measured["second_thermistor"]["fallen 2"]
    assert told < 10 and hottest < 0.5 and faults == 1
    # 8 K in 120 s: 3 K after a minute; the thing gets hotter by 20 K in 180 s at most meanwhile
    told, hottest, faults, _ = measured["second_thermistor"]["slipping 2"]
    assert told < 90 and hottest < 3 and faults >= 1


def test_a_drift_of_five_kelvin_is_seen_by_two_thermistors_at_three(measured):
    told, hottest, faults, _ = measured["second_thermistor"]["drift"]
    assert (told, faults) == (None, 0) and hottest > 4.8
    told, hottest, faults, _ = measured["second_thermistor"]["drift 2"]
    assert 560 < told < 660 and hottest < 3.3  # a tenth of a kelvin in 20 s: 3 K after ten minutes


def test_the_self_test_finds_a_bead_that_slipped_off_and_a_reading_that_stands_still(measured):
    # A reading that stands still 0.05 K below the target slows the fan bit by bit: 2 K within half an hour
    for trouble, hottest in (("slipping", 11), ("constant", 2)):
        told, unseen, faults = measured["self_test"][trouble]
        assert (told, faults) == (None, 0) and unseen > hottest
        told, seen, faults = measured["self_test"][trouble + " tested"]
        assert told < 2 * 600 + 60 and seen < 0.1 and faults >= 1
    assert measured["self_test"]["sound tested"] == [None, pytest.approx(0, abs=0.5), 0]


def test_two_sound_thermistors_and_a_sound_self_test_disturb_nothing(measured):
    assert measured["second_thermistor"]["sound 2"][2] == measured["self_test"]["sound tested"][2] == 0
    assert measured["second_thermistor"]["sound 2"][1] < 0.2


def test_the_alarm_ends_the_heat_where_blowing_alone_does_not_help(measured):
    cut, told = measured["alarm"]["cut"], measured["alarm"]["only told"]
    # High only once it has been low for a minute, after a second of boot
    assert cut["booting"] == 0 and 60.9 < cut["healthy_s"] < 61.6
    # 24 K above 22 °C is 46 °C. With the relay the heat ends half a minute after full speed, and comes back
    # when it is cool; without one the alarm says so to the end.
    assert told["hottest_k"] > 14 and cut["hottest_k"] < 6 and cut["end_k"] < 5
    assert told["at_the_end"] == 0


@pytest.mark.parametrize("fault", ["open", "short", "range", "jump", "contact", "adc", "uart"])
def test_the_alarm_drops_with_every_fault_for_a_minute_at_least(fault, measured):
    # The fault is over after 16 s; its relay rests for the minute
    assert measured["alarm_at_faults"][fault] == [1, 0, 0, 0, 1]


def test_a_usb_cable_that_is_out_or_a_host_that_does_not_read_takes_no_line_from_the_uart(measured):
    sound, closed, stalled = (measured["usb"][name] for name in ("sound", "closed", "stalled"))
    assert closed["lines"] == sound["lines"] and closed["longest_gap_ms"] == 250 and closed["last"] == "run"
    # A host that does not read holds each line up for half a second: slower, and never longer than that
    assert stalled["longest_gap_ms"] < 550 and stalled["states"] == ["run"] and stalled["lines"] > 150
    assert sound["resets"] == closed["resets"] == stalled["resets"] == 0


def test_a_supply_that_sags_is_made_up_for(measured):
    assert measured["supply"]["sag"]["error_k"] < 1.0 and measured["supply"]["sag"]["faults"] == 0


def test_after_a_brown_out_the_fan_is_dark_for_the_boot_and_with_design_c_never(measured):
    assert measured["supply"]["dark_s"] == {"2-wire": pytest.approx(1.0, abs=0.05), "fail-on": 0.0}


def test_a_power_cut_at_any_byte_of_a_calibration_leaves_the_old_one_or_the_new_one(measured):
    cut = measured["power_cut_while_calibrating"]["cut"]
    whole = [ended for ended, *_ in cut].index("stored 497")
    assert whole == len('{"offset_mc": 497}') + 1  # the opening is one more
    for ended, said, level, offset in cut:
        assert (said, level) == ([], 1.0)
        assert offset == (-120 if ended == "power cut" else 497)
    assert cut[-1][0] == "power cut"  # in place of the rename


def test_a_full_flash_refuses_the_calibration_and_keeps_the_old_one(measured):
    ended, said, level, offset = measured["power_cut_while_calibrating"]["full"]
    assert "28" in ended and (said, level, offset) == ([], 1.0, -120)


def test_a_day_of_random_troubles_has_no_unsafe_second_and_leaks_no_memory(measured):
    soak = measured["soak"]
    assert soak["ended"] == "stopped"
    assert soak["unsafe"] == {}
    assert sum(soak["troubles"].values()) > 250 and min(soak["troubles"].values()) >= 8
    assert sum(soak["seconds"].values()) > 86_300
    # It does not win by blowing all day: most of the time, and whenever nothing is wrong, it regulates.
    assert soak["regulating"] > 0.7 * 86_400
    # A thing that cools by more than 4 K while the sensor is off needs a person: less often than every other
    assert 0 < soak["people"] < sum(soak["troubles"].values()) / 2
    assert len(soak["memory"]) == 24 and max(soak["memory"][1:]) - min(soak["memory"][1:]) < 2048


def test_a_fan_that_is_hard_to_start_is_started_by_the_kick(measured):
    assert measured["kick_start"]["kicked"] < 0.5 < 0.7 < measured["kick_start"]["not_kicked"]


def test_the_options_work(measured):
    options = measured["options"]
    assert options["led"]  # the plain Pico's GP25, where the name is not known
    assert abs(options["level"] - options["duty"] / 1000) < 1e-3  # 1 kHz rounds finely
    # Calibrated by +0.5 K, so held half a kelvin lower; Steinhart-Hart of a 3977 K part adds less than 0.1 K
    assert -0.6 < options["mean_k"] < -0.4
    assert "# no calibration" in options["plain"] and "# no calibration" not in options["printed"]
    assert any(line.startswith("# calibration ignored") for line in options["bad"]) and options["bad_duties"]


@pytest.mark.parametrize("state", closed_loop.ARRANGE)
@pytest.mark.parametrize("fault", [fault for fault in closed_loop.FAULTS if fault not in closed_loop.RESETS])
def test_every_fault_in_every_state_has_the_fan_at_full_speed_within_a_second(measured, state, fault):
    found = measured["faults"][state][fault]
    assert found["reached"], "the run never came to this state"
    assert found["full_s"] is not None and found["full_s"] < 1
    assert 4.7 < found["clear_s"] < 6  # once mended
    assert found["resets"] == 0


def test_the_published_table_of_troubles_is_what_was_measured(measured):
    published = distribution.troubles()[1]
    assert {state: {name: tuple(record.told(name, found)) for name, found in row.items()}
            for state, row in measured["faults"].items()} == published  # fmt: skip


@pytest.mark.parametrize("state", closed_loop.ARRANGE)
def test_a_contact_that_adds_35_kelvin_ends_latched_whatever_the_state(measured, state):
    # a fan that stands is told first, as long as it does
    assert measured["faults"][state]["contact"]["state"] == ("stall" if state == "stall" else "latched")


@pytest.mark.parametrize("state", closed_loop.ARRANGE)
def test_a_brown_out_in_any_state_has_the_fan_at_full_speed_after_the_boot(measured, state):
    found = measured["faults"][state]["brown-out"]
    assert found["reached"] and found["full_s"] < 1.1


@pytest.mark.parametrize("state", closed_loop.ARRANGE)
def test_a_loop_that_hangs_has_the_fan_at_full_speed_after_the_watchdog_and_the_boot(measured, state):
    found = measured["faults"][state]["hang"]
    if state == "boot":
        assert found["full_s"] < 1 and found["resets"] == 0  # full speed already, and no watchdog yet
    else:
        # at most 5 s until the watchdog bites and 1 s of boot
        assert found["resets"] == 1 and found["full_s"] < 6.3


def test_the_recorded_run_is_the_same_in_both_interpreters(measured):
    recorded = run.record("target-finger-unplugged")
    assert measured["recorded"] == [recorded["reading"], recorded["duty"], recorded["state"]]


def test_the_recorded_run_shows_what_it_is_for():
    recorded = run.record("target-finger-unplugged")
    at = {text: time for time, text in recorded["marks"]}
    rows = list(zip(recorded["time_s"], recorded["temperature_c"], recorded["duty"], recorded["state"]))
    held = [temperature for time, temperature, _, _ in rows if 300 < time < at["finger on the thermistor"]]
    assert max(abs(temperature - 30) for temperature in held) < 0.1
    assert any(duty == 1 for time, _, duty, _ in rows if 0 < time - at["finger on the thermistor"] < 30)
    unplugged = [(duty, state) for time, _, duty, state in rows if 1 < time - at["sensor unplugged"] < 29]
    assert set(unplugged) == {(1.0, "open")}


def test_an_unknown_scenario_names_those_there_are():
    with pytest.raises(LookupError, match="step-load, target-finger-unplugged"):
        run.record("target")
