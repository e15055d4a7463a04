"""What MicroPython's own images did on the emulated RP2040 and RP2350, against the same script here."""

import json

import pytest

from firmware import distribution
from firmware import thermistor_fan as fan
from tests.firmware import emulator, interpreter

TRACES = emulator.recorded()
SCRIPT = distribution.sha256(distribution.SCRIPT.read_bytes())


def replayed(trace):
    """Temperatures, duties and states for the codes that the emulated board was fed, at its own times."""
    controller, before, told = fan.Controller(), 0, []
    for t_ms, code, *_ in trace["rows"]:
        controller.step([code] * fan.SAMPLES, t_ms - before)
        before = t_ms
        told.append([controller.mc, controller.duty, controller.state])
    return told


REPLAY = """
import json
from firmware import thermistor_fan as fan
controller, before, told = fan.Controller(), 0, []
for t_ms, code in json.loads(ARGUMENTS[0]):
    controller.step([code] * fan.SAMPLES, t_ms - before)
    before = t_ms
    told.append([controller.mc, controller.duty, controller.state])
print(json.dumps(told))
"""


@pytest.mark.parametrize("interpreted", ["cpython", "micropython"])
@pytest.mark.parametrize("chip", TRACES)
def test_the_emulated_chip_decided_the_same_within_one_count(chip, interpreted):
    """The traces come from MicroPython's own images with their 32-bit floats; see emulator.py."""
    trace = TRACES[chip]
    if interpreted == "cpython":
        told = replayed(trace)
    else:
        codes = json.dumps([[t_ms, code] for t_ms, code, *_ in trace["rows"]])
        told = json.loads(interpreter.run(REPLAY, codes))
    assert len(told) == len(trace["rows"]) > 50
    for (t_ms, _code, mc, duty, cc, state), (mc_here, duty_here, state_here) in zip(trace["rows"], told):
        assert state == state_here, t_ms
        assert abs(mc - mc_here) <= 1 and abs(duty - duty_here) <= 1, t_ms
        # The compare register of PWM slice 1, within a permille of its steps
        steps = trace["top"] + 1
        assert abs(cc - (fan.duty_u16(duty_here) * steps + 32767) // 65535) <= steps // 1000


@pytest.mark.parametrize("chip", TRACES)
def test_the_trace_names_its_board_its_image_and_its_script(chip):
    trace = TRACES[chip]
    assert "MicroPython" in trace["firmware"] and chip in trace["board"]
    assert len(trace["image_sha256"]) == len(trace["script_sha256"]) == 64
    if trace["script_sha256"] == SCRIPT:  # recorded with the image that is asked for by its name
        assert trace["image_sha256"] == emulator.CHIPS[chip].IMAGE_SHA256


def test_what_the_page_says_of_the_runs_is_what_the_traces_hold():
    assert distribution.emulated() == tuple(
        distribution.Emulated(
            chip,
            trace["board"],
            trace["firmware"],
            trace["image_sha256"],
            len(trace["rows"]),
            trace["script_sha256"] == SCRIPT,
        )
        for chip, trace in TRACES.items()
    )


@pytest.mark.parametrize("chip", TRACES)
def test_the_trace_meets_every_state_that_a_sensor_can_cause(chip):
    met = {state for *_, state in TRACES[chip]["rows"]}
    if TRACES[chip]["script_sha256"] == SCRIPT:  # of earlier versions one did not know the word
        assert "latched" in met
    assert met - {"latched"} == {
        "boot",
        "off",
        "kick",
        "run",
        "open",
        "short",
        "range",
        "jump",
    }


def test_an_unknown_chip_and_an_image_that_is_not_there_are_told_in_one_line(monkeypatch):
    with pytest.raises(SystemExit, match="no chip 'RP2350B'; there are: RP2040, RP2350"):
        emulator.main(["RP2350B"])
    for chip in emulator.CHIPS.values():
        monkeypatch.delenv(chip.VARIABLE, raising=False)
        with pytest.raises(SystemExit, match=f"no firmware image for the {chip.CHIP}: set {chip.VARIABLE}"):
            emulator.main([chip.CHIP])
        monkeypatch.setenv(chip.VARIABLE, "absent.uf2")
        with pytest.raises(SystemExit, match=f"{chip.VARIABLE} names absent.uf2, which is not there"):
            emulator.main([chip.CHIP, "--at-hand"])


def test_without_any_image_the_run_at_hand_says_so_and_complains_of_nothing(monkeypatch, capsys):
    for chip in emulator.CHIPS.values():
        monkeypatch.delenv(chip.VARIABLE, raising=False)
    emulator.main(["--at-hand"])
    told = capsys.readouterr().out.splitlines()
    assert len(told) == 2 and all("Its trace was held against the script." in line for line in told)
