"""What MicroPython's own image for the Pico W did on the emulated RP2040, against the same script here."""

import json

import pytest

from firmware import distribution
from firmware import thermistor_fan as fan
from tests.firmware import emulator, interpreter

TRACE = json.loads((interpreter.ROOT / "tests" / "data" / "emulator-trace.json").read_text(encoding="utf-8"))


def replayed_by(controller, samples):
    """Duties and states for the codes that the emulated board was fed, at its own times."""
    before, told = 0, []
    for t_ms, code, *_ in TRACE["rows"]:
        controller.step([code] * samples, t_ms - before)
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
def test_the_emulated_rp2040_decided_the_same_within_one_count(interpreted):
    """The trace comes from MicroPython's image for the Pico W with its 32-bit floats; see emulator.py."""
    if interpreted == "cpython":
        told = replayed_by(fan.Controller(), fan.SAMPLES)
    else:
        codes = json.dumps([[t_ms, code] for t_ms, code, *_ in TRACE["rows"]])
        told = json.loads(interpreter.run(REPLAY, codes))
    assert len(told) == len(TRACE["rows"]) > 50
    for (t_ms, _code, mc, duty, cc, state), (mc_here, duty_here, state_here) in zip(TRACE["rows"], told):
        assert state == state_here, t_ms
        assert abs(mc - mc_here) <= 1 and abs(duty - duty_here) <= 1, t_ms
        # The compare register of PWM slice 1, within a permille of its steps
        steps = TRACE.get("top", 4999) + 1
        assert abs(cc - (fan.duty_u16(duty_here) * steps + 32767) // 65535) <= steps // 1000


def test_the_trace_names_its_image_and_its_script():
    assert "MicroPython" in TRACE["firmware"]
    assert len(TRACE["image_sha256"]) == len(TRACE["script_sha256"]) == 64
    if distribution.emulated().same_script:  # recorded with the image that `make test` asks for by its name
        assert TRACE["image_sha256"] == emulator.IMAGE_SHA256
    # What the page says of the emulator's run stands in the tests' record, and is this trace's.
    assert distribution.emulated() == distribution.Emulated(
        TRACE["firmware"],
        TRACE["image_sha256"],
        len(TRACE["rows"]),
        TRACE["script_sha256"] == distribution.sha256(distribution.SCRIPT.read_bytes()),
    )


def test_the_trace_meets_every_state_that_a_sensor_can_cause():
    latest = {"latched"} if distribution.emulated().same_script else set()
    assert {state for *_, state in TRACE["rows"]} == latest | {
        "boot",
        "off",
        "kick",
        "run",
        "open",
        "short",
        "range",
        "jump",
    }
