"""The script on a board that runs in slices of time, as a page shows it, does what it does in one piece."""

import json

import pytest

from firmware.simulation import page
from firmware.simulation.live import LiveBench
from firmware.simulation.plant import World
from firmware.simulation.run import published
from tests.firmware import fan_scenario, interpreter, record_fan_trace


@pytest.fixture(scope="module")
def recorded():
    return json.loads(record_fan_trace.TRACE.read_text(encoding="utf-8"))


def warm_board():
    world = World()
    world.thing_c = world.bead_c = 31.0
    return LiveBench(world)


def in_slices(seconds, slice_ms):
    bench = warm_board()
    while bench.board.now_us < seconds * 1_000_000:
        bench.run_until(bench.board.now_us + slice_ms * 1000)
    return bench.drain()


@pytest.mark.parametrize("slice_ms", [1, 333, 60_000])
def test_slices_of_any_length_show_what_main_does_in_one_piece(slice_ms):
    whole = warm_board()
    whole.until_us = 10**12  # its samples wait for no slice
    assert whole.run(120) == "stopped"
    samples, lines = whole.drain()
    sliced_samples, sliced_lines = in_slices(120, slice_ms)
    assert len(samples) > 470 and sliced_samples[:470] == samples[:470]
    # After its last period the whole run is stopped, as by Ctrl-C.
    assert lines[-1][1] == "# stopped; the fan stays on" and sliced_lines[: len(lines) - 1] == lines[:-1]


def test_the_recorded_trace_is_what_micropython_gives_now(recorded):
    assert record_fan_trace.run() == recorded


def test_cpython_gives_the_recorded_trace_too(recorded):
    given = json.loads(json.dumps(fan_scenario.trace()))
    assert given == {name: recorded[name] for name in given}


def state_between(recorded, start, end):
    """States that the log tells between two seconds of the trace."""
    told = [text for ms, text in recorded["lines"] if start * 1000 <= ms < end * 1000]
    return {text.rpartition("state:")[2] for text in told if text.startswith("t_ms:")}


def pins_between(recorded, start, end):
    """Levels of the fan's pin [permille] between two seconds of the trace."""
    return {sample[3] for sample in recorded["samples"] if start * 1000 <= sample[0] < end * 1000}


def test_in_the_trace_a_finger_starts_the_fan_and_taking_it_away_stops_it(recorded):
    assert pins_between(recorded, 7, 8) == {0}
    assert "kick" in state_between(recorded, 8, 11) and 1000 in pins_between(recorded, 8, 11)
    assert 0 in pins_between(recorded, 11, 19)


@pytest.mark.parametrize("second, state", [(19.5, "open"), (30.5, "short")])
def test_in_the_trace_a_broken_thermistor_means_full_speed(recorded, second, state):
    assert state_between(recorded, second, second + 1.5) == {state}
    assert pins_between(recorded, second, second + 5) == {1000}


def test_in_the_trace_a_stopped_fan_stands_still_at_full_duty_and_turns_again(recorded):
    rpm = {sample[0]: sample[4] for sample in recorded["samples"]}
    assert rpm[34_000] == 0 and pins_between(recorded, 34, 35) == {1000}
    assert rpm[32_000] > 1500 < rpm[36_500]


def test_in_the_trace_a_brown_out_floats_the_pin_for_a_second_and_the_script_begins_anew(recorded):
    assert pins_between(recorded, 46.25, 47) == {0} and pins_between(recorded, 47.25, 52) == {1000}
    begun = [ms for ms, text in recorded["lines"] if text.startswith("# thermistor_fan")]
    assert 1000 < begun[1] - 46_000 < 1300  # a second from the end of the period in which it came
    assert state_between(recorded, 47.1, 52) == {"boot"}


def test_in_the_trace_a_hang_freezes_the_board_until_the_watchdog_bites(recorded):
    phases = {ms // 1000: (phase, resets) for ms, phase, resets in recorded["seconds"]}
    assert phases[56] == ("hung", 0) and phases[61] == ("running", 1)
    assert not state_between(recorded, 54.1, 59.5)  # nothing is printed any more
    (told,) = [ms for ms, text in recorded["lines"] if "reset by the watchdog" in text]
    # fed last at the end of the period before, 5 s of watchdog, 1 s of boot
    assert 5500 < told - 54_000 < 6300


def test_in_the_trace_a_hot_room_warms_the_thing_faster(recorded):
    thing = {sample[0]: sample[1] for sample in recorded["samples"]}
    # 13 K more of air, over 180 s: 72 mK/s, less what the fan's last turns still take
    before, after = (thing[60_000] - thing[57_000]) / 3, (thing[69_000] - thing[66_000]) / 3
    assert before < 30 and 60 < after < 130


def test_a_hang_before_the_watchdog_runs_lasts_until_the_supply_goes():
    page.start(None)
    page.run(3000)
    page.do({"what": "hang"})
    seen = page.run(60_000)
    assert (seen["phase"], seen["resets"]) == ("hung", 0)
    assert seen["samples"][-1][3] == 1000  # booting, it stands at full
    page.do({"what": "brown-out"})
    assert page.run(62_000)["phase"] == "running"


def test_a_script_that_refuses_its_target_ends_with_the_fan_on_and_says_why():
    page.start(published().replace("TARGET_MC = 30_000", "TARGET_MC = 300_000"))
    seen = page.run(5000)
    assert seen["phase"] == "ended" and seen["samples"][-1][3] == 1000
    # A second of boot, and 67 characters to the UART, of ten bits at 115,200 baud each: 5.8 ms
    assert seen["lines"] == [(1005, "ValueError: TARGET_MC 300000 is beyond -20000 to 100000")]


def test_an_edited_constant_is_what_the_script_goes_by():
    page.start(published().replace("TARGET_MC = 30_000", "TARGET_MC = 20_000"))
    assert page.run(20_000)["row"]["target_mc"] == 20_000
    assert page.run(40_000)["row"]["duty"] == 1000  # 9 K too hot


# The least duty, 250 permille, is asked for 1 K above the target at 250 permille/K, at 300 0.8333 K above.
@pytest.mark.parametrize("gain, start_mc", [(250, 31_000), (300, 30_834)])
def test_the_page_tells_at_which_temperature_a_fan_at_rest_starts_at_the_latest(gain, start_mc):
    assert page.start(published().replace("GAIN = 250", f"GAIN = {gain}"))["start_mc"] == start_mc
    script = page.running["bench"].script
    for mc, starts in ((start_mc - 1, False), (start_mc, True)):
        controller = script["Controller"]()
        controller.state, controller.mc = "off", mc
        assert (controller.demand(script["PERIOD_MS"]) >= script["MIN_DUTY"]) == starts


@pytest.mark.parametrize("constant", ["GAIN = 0", "GAIN = None", 'GAIN = "250"'])
def test_where_the_constants_do_not_tell_when_the_fan_starts_the_page_says_nothing_of_it(constant):
    text = published().replace("INTEGRAL_MS // GAIN", "INTEGRAL_MS // 250")
    assert page.start(text.replace("GAIN = 250", constant))["start_mc"] is None


# A floating pin is full speed where the circuit inverts, and a cool thing's fan rests whatever the circuit.
CIRCUITS = [("LED", 0), ("2-wire", 0), ("fail-on", 1000), ("4-wire", 1000)]


@pytest.mark.parametrize("drive, floating", CIRCUITS + [("A", 0), ("B", 0), ("C", 1000), ("D", 1000)])
def test_an_edited_drive_is_the_circuit_that_the_board_has(drive, floating):
    page.start(published().replace('DRIVE = "2-wire"', f'DRIVE = "{drive}"'))
    booting, later = page.run(1000)["samples"], page.run(30_000)["samples"]
    assert {sample[3] for sample in booting[1:]} == {floating}
    assert later[0][3] == 1000 and later[-1][3] == 0


@pytest.mark.parametrize("drive", ["LED", "A", "2-wire", "B", "fail-on", "C", "4-wire", "D"])
def test_a_hot_thing_is_cooled_whatever_the_drive_is_called(drive):
    page.start(published().replace('DRIVE = "2-wire"', f'DRIVE = "{drive}"'))
    page.running["bench"].world.thing_c = page.running["bench"].world.bead_c = 45.0
    seen = page.run(60_000)
    assert (seen["row"]["state"], seen["row"]["duty"]) == ("run", 1000)
    assert seen["samples"][-1][3] == 1000 and seen["samples"][-1][4] > 2900
    # Full speed takes a minute's part of 23 K and more of 72 s away
    assert seen["samples"][-1][1] < 40_000


@pytest.mark.parametrize("drive", ["4-wire", "D"])
def test_an_edited_tachometer_counts_the_turns_of_the_fan_at_any_speed(drive):
    edited = published().replace("TACH_PIN = None", "TACH_PIN = 3")
    page.start(edited.replace('DRIVE = "2-wire"', f'DRIVE = "{drive}"'))
    seen = page.run(5000)
    assert abs(seen["row"]["rpm"] - seen["samples"][-1][4]) < 150 and seen["row"]["rpm"] > 2500
    page.running["bench"].world.thing_c = page.running["bench"].world.bead_c = 31.2
    page.run(12_000)
    seen = page.run(13_000)
    assert 200 < seen["row"]["duty"] < 950 and abs(seen["row"]["rpm"] - seen["samples"][-1][4]) < 250


def test_a_name_that_no_circuit_has_is_a_fan_that_is_chopped_at_half_speed():
    page.start(published().replace('DRIVE = "2-wire"', 'DRIVE = "2wire"'))
    seen = page.run(3000)
    assert seen["phase"] == "ended" and abs(seen["samples"][-1][3] - 500) < 2


def test_a_period_without_end_counts_as_a_hang():
    page.start(published().replace("PERIOD_MS = 250 ", "PERIOD_MS = 250_000_000 "))
    assert page.run(2000)["phase"] == "hung"


def refusal(text):
    with pytest.raises(ValueError) as caught:
        page.start(text)
    return str(caught.value)


BAD_TEXTS = {
    "a slip in a line": ("TARGET_MC = 30_000", "TARGET_MC = = 30_000", "line 37: SyntaxError"),
    "a name that is none": ("TARGET_MC = 30_000", "TARGET_MC = thirty", "line 37: NameError"),
    "another main()": ("        while True:", "        for _ in range(9):", "from 'def main():' on"),
    "no Station": ("class Station:", "class Post:", "no Station"),
}


@pytest.mark.parametrize("case", BAD_TEXTS)
def test_a_text_that_cannot_run_is_refused_with_its_line_and_the_run_goes_on(case):
    old, new, told = BAD_TEXTS[case]
    assert published().count(old) == 1
    page.start(None)
    page.run(3000)
    assert told in refusal(published().replace(old, new))
    assert page.run(4000)["now_ms"] > 4000


@pytest.mark.parametrize("told", ["SystemExit", "KeyboardInterrupt: here"])
def test_a_text_that_ends_or_stops_itself_while_it_is_read_is_refused_with_its_line(told):
    name, _, words = told.partition(": ")
    before, constant, after = published().partition("GAIN = 250")
    line = before.count("\n") + 1
    assert (
        refusal(f"{before}raise {name}({words!r})\n{constant}{after}".replace("('')", ""))
        == f"line {line}: {told}"
    )


def test_what_a_text_prints_when_it_is_read_stands_in_the_log_once_the_board_has_started():
    page.start(published().replace("TARGET_MC = 30_000", "print('hello', 1); TARGET_MC = 30_000"))
    # once, a second after the supply came, as BOOT_S has it
    assert [line for line in page.run(2000)["lines"] if "hello" in line[1]] == [(1000, "hello 1")]


def test_a_script_that_ends_itself_while_it_runs_is_told_to_have_ended():
    page.start(
        published().replace("        before, self.code = self.mc, median(codes)", "        raise SystemExit")
    )
    seen = page.run(3000)
    assert seen["phase"] == "ended" and any(line[1].startswith("SystemExit") for line in seen["lines"])


def test_micropython_names_the_line_of_a_slip_too():
    printed = interpreter.run(
        "from firmware.simulation import page\n"
        "try:\n    page.start(page.script(None).replace('TARGET_MC = 30_000', 'TARGET_MC = = 30_000'))\n"
        "except ValueError as problem:\n    print(problem)"
    )
    assert printed.startswith("line 37: SyntaxError")


def test_a_run_keeps_nothing_of_what_was_told_already():
    bench = warm_board()
    bench.run_until(60_000_000)
    bench.drain()
    assert not bench.rows and not bench.lines and not bench.samples and len(bench.board.alarms) == 1


@pytest.mark.parametrize("what, value", [("room", 100), ("room", "warm"), ("load", -1)])
def test_a_room_that_cannot_be_is_refused_with_what_could(what, value):
    page.start(None)
    with pytest.raises(ValueError, match="is not between"):
        page.do({"what": what, "value": value})
