"""Which level of its pin has the fan at full speed: from solved states."""

from pathlib import Path

import pytest

from macros.circuit import driven, solve
from macros.circuit.parse import parse
from tests.macros.circuit.drawn import pico
from tests.macros.circuit.shapes import DIODE, FROM_12V, GP2, PULL_DOWN, SWITCH, TWO_WIRE, VBUS, findings

CIRCUITS = Path(__file__).resolve().parents[3] / "firmware" / "circuits"
# Sound circuits, and what they are.
THREE_WIRE = (*pico(GP2, VBUS), ("FAN_PWM_5V_160mA__gnd__5v", ("low", "5V")), DIODE, *SWITCH)
CHOPPED = (
    *pico(GP2),
    ("FAN_PWM_12V_200mA__gnd__12v", ("low", "12V")),
    FROM_12V,
    ("D", ("low", "12V")),
    *SWITCH,
)
SERIES_AT_THE_INPUT = (
    *pico(GP2),
    ("FAN_PWM_12V_200mA__gnd__12v__pwm", ("gnd", "12V", "pwm")),
    FROM_12V,
    ("R_100", ("pwm", "low")),
    ("NPN", ("low", "gnd", "base")),
    ("R_2.2k", ("base", "gp2")),
)
HIGH_SIDE = (
    *pico(GP2),
    ("FAN_3.3V_100mA", ("plus", "gnd")),
    ("D", ("gnd", "plus")),
    ("PMOS", ("3V3", "plus", "gate")),
    ("R_330", ("gp2", "gate")),
    ("R_10k", ("gate", "3V3")),
)
PNP = (
    *pico(GP2),
    ("FAN_3.3V_80mA", ("plus", "gnd")),
    ("D", ("gnd", "plus")),
    ("PNP", ("3V3", "plus", "base")),
    ("R_1k", ("base", "gp2")),
)
SERIES_AT_THE_GATE = (
    *pico(GP2, VBUS),
    ("FAN_5V_200mA", ("5V", "low")),
    DIODE,
    ("T", ("low", "gnd", "gate")),
    ("R_10k", ("collector", "5V")),
    ("R_1k", ("collector", "gate")),
    PULL_DOWN,
    ("NPN", ("collector", "gnd", "base")),
    ("R_4.7k", ("gp2", "base")),
)
DOUBLE = (
    *pico(GP2),
    ("FAN_PWM_12V_200mA__gnd__12v__pwm", ("gnd", "12V", "pwm")),
    FROM_12V,
    ("NPN", ("pwm", "gnd", "base")),
    ("R_2.2k", ("between", "base")),
    ("R_10k", ("between", "3V3")),
    ("NPN", ("between", "gnd", "first")),
    ("R_2.2k", ("gp2", "first")),
)
OFF = ": the fan would be off when it has to be on"


def said(parts, **options):
    """What is said of the script: `[(level, message)]`."""
    return [(f.level, f.message) for f in findings(parts, **options) if f.rule in ("firmware", "drive")]


@pytest.mark.parametrize(
    "parts, drive, wrong",
    [
        (TWO_WIRE, "2-wire", "fail-on"),
        (THREE_WIRE, "2-wire", "fail-on"),
        (THREE_WIRE, "2-wire", "4-wire"),
        (CHOPPED, "2-wire", "4-wire"),
        (SERIES_AT_THE_INPUT, "4-wire", "2-wire"),
        (HIGH_SIDE, "fail-on", "2-wire"),
        (PNP, "fail-on", "2-wire"),
        (SERIES_AT_THE_GATE, "fail-on", "2-wire"),
    ],
    ids=[
        "two wires",
        "three wires",
        "three wires for four",
        "a 4-wire fan's ground chopped",
        "a resistor at the input",
        "a PMOS above the fan",
        "a PNP above the fan",
        "a resistor before the second gate",
    ],
)
def test_a_drive_that_has_the_fan_off_when_it_has_to_be_on_is_refused_however_it_is_wired(
    parts, drive, wrong
):
    words = f'this circuit needs DRIVE = "{drive}", and the script has "{wrong}"{OFF}'
    assert said(parts, drive=wrong) == [("error", words)]
    (right,) = said(parts, drive=drive)
    assert right == ("passed", "pins, divider, R25, beta and drive are those of the script")


@pytest.mark.parametrize("drive, danger", [("4-wire", OFF), ("2-wire", "")])
def test_two_transistors_before_a_4_wire_fans_input_suit_no_drive(drive, danger):
    ((level, words),) = said(DOUBLE, drive=drive)
    assert level == "error" and words.startswith(
        "no DRIVE is for this circuit: gpio2 has the input of FAN_PWM1"
    )
    assert "up while the pin is high" in words and words.endswith(danger or "pulls it down")


def test_two_fans_that_one_pin_drives_the_other_way_round_suit_no_drive():
    both = (*TWO_WIRE, *SERIES_AT_THE_INPUT[3:])
    ((_, words),) = said(both)
    assert words == (
        "no DRIVE is for this circuit: gpio2 has FAN1 on while the pin is high, and the input of FAN_PWM1 up "
        f"while the pin is low{OFF}"
    )


def test_a_fan_that_the_pin_does_not_reach_in_the_drawing_is_a_warning_and_never_passes():
    through_a_chip = (
        *pico(GP2, VBUS),
        ("CHIP__vcc__gnd__in__out", ("5V", "gnd", "gp2", "low")),
        ("FAN", ("5V", "low")),
        DIODE,
    )
    (passed, warned) = sorted(said(through_a_chip))
    assert passed == ("passed", "pins, divider, R25 and beta are those of the script")
    assert warned[0] == "warning" and "what gpio2 does to a fan does not show" in warned[1]
    assert "has to be on while the pin is high" in warned[1]
    assert "has to be on while the pin is low" in sorted(said(through_a_chip, drive="fail-on"))[1][1]


def test_an_unsolved_circuit_passes_nothing_of_the_drive():
    # Two sources across each other: there is no state to take the drive from.
    shorted = (*TWO_WIRE, ("DC_9", ("3V3", "gnd")))
    assert [f.rule for f in findings(shorted) if f.level == "error"] == ["short"]
    assert said(shorted) == [("passed", "pins, divider, R25 and beta are those of the script")]


def test_a_relay_is_nothing_that_switches_a_fan_many_times_a_second():
    relay = (
        *pico(GP2, VBUS),
        ("RELAY_5V_70mA__a__b__com__no", ("5V", "low", "12V", "fan")),
        DIODE,
        *SWITCH,
        FROM_12V,
        ("FAN_12V_200mA", ("fan", "gnd")),
    )
    ((level, words),) = said(relay)
    assert level == "error" and words.startswith("RELAY1 switches as often as gpio2 does")


def test_a_script_without_a_drive_is_for_a_fan_that_a_high_pin_runs(tmp_path):
    script = tmp_path / "old.py"
    script.write_text("THERMISTOR_PIN = 26\nFAN_PIN = 2\nR_DIVIDER = 10_000\nR25 = 10_000\nBETA = 3950\n")
    assert [level for level, _ in said(TWO_WIRE, script=script)] == ["passed"]
    ((_, words),) = said(HIGH_SIDE, script=script)
    assert words == f'this circuit needs DRIVE = "fail-on", which the script does not have{OFF}'


def test_a_drive_that_is_chosen_for_a_reset_and_stops_the_fan_there_is_a_warning():
    def resets(parts, drive):
        return [f.message for f in findings(parts, drive=drive) if f.rule == "reset"]

    # Its gate is pulled up to 3V3: off. The other's second gate is pulled up: on.
    (warned,) = resets(HIGH_SIDE, "fail-on")
    assert warned.startswith("FAN1 stops while gpio2 floats, as in a reset")
    assert resets(SERIES_AT_THE_GATE, "fail-on") == resets(SERIES_AT_THE_INPUT, "4-wire") == []
    assert resets(TWO_WIRE, "2-wire") == []  # of which nobody expects it


def test_an_npn_drives_a_fan_as_a_mosfet_does_and_a_relays_circuit_drives_none():
    npn = (
        *pico(GP2, VBUS),
        ("FAN_5V_80mA", ("5V", "low")),
        DIODE,
        ("NPN", ("low", "gnd", "base")),
        ("R_1k", ("gp2", "base")),
    )
    assert [level for level, _ in said(npn)] == ["passed"]
    relay = parse((CIRCUITS.parents[1] / "macros/pages/circuits/relay-and-button.txt").read_text())
    port = relay.find("RPI_PICO_2_W1").port("gp14")
    assert driven.drawn(relay, port, solve.solve(relay)[0]) == []  # a pin that is read


STATUS = (("R_1k", ("gp2", "light")), ("LED_2V", ("light", "gnd")))


@pytest.mark.parametrize(
    "parts, drive",
    [
        ((*HIGH_SIDE[:3], *HIGH_SIDE[5:], ("CONN__1plus__2minus", ("plus", "gnd")), *STATUS), "fail-on"),
        ((*TWO_WIRE[:3], *TWO_WIRE[4:], ("CONN__1plus__2minus", ("5V", "low")), *STATUS), "LED"),
        ((*TWO_WIRE[:3], ("CHIP__vcc__gnd__in__out", ("5V", "gnd", "gp2", None)), *STATUS), "LED"),
    ],
    ids=["a fan above", "a fan below", "a chip"],
)
def test_a_light_beside_a_fan_on_a_connector_says_nothing_of_the_drive(parts, drive):
    (passed, warned) = sorted(said(parts, drive=drive))
    assert passed == ("passed", "pins, divider, R25 and beta are those of the script")
    assert warned[0] == "warning" and "what gpio2 does to a fan does not show" in warned[1]


def test_a_light_with_a_connector_elsewhere_is_the_drive():
    elsewhere = (("CONN__1plus__2minus", ("5V", "gnd")), *STATUS)
    assert said((*pico(GP2, VBUS), *elsewhere), drive="LED")[0][0] == "passed"
