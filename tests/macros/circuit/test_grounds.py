"""A ground in common with the board: of supplies, and of 4-wire fans."""

import pytest

from macros.circuit import check
from macros.circuit.parse import parse
from tests.macros.circuit.drawn import drawn, pico

GP2, VBUS = ("gpio2@4", "gp2"), ("VBUS@40", "5V")
FOUR_WIRE = (
    *pico(GP2),
    ("FAN_PWM_12V_200mA__gnd__12v__pwm", ("minus", "12V", "pwm")),
    ("DC_12V", ("12V", "minus")),
    ("NPN", ("pwm", "gnd", "base")),
    ("R_2.2k", ("base", "gp2")),
)
FAN_ON_ITS_OWN_SUPPLY = (
    *pico(GP2),
    ("FAN_5V_200mA", ("5V", "low")),
    ("D", ("low", "5V")),
    ("DC_5V", ("5V", "minus")),
    ("T", ("low", "minus", "gate")),
    ("R_330", ("gp2", "gate")),
    ("R_100k", ("gate", "gnd")),
)
MEASURED = (
    *pico(("gpio27Adc@32", "half")),
    ("R_1k", ("3V3", "gnd")),
    ("DC_3V", ("top", "minus")),
    ("R_1k", ("top", "half")),
    ("R_1k", ("half", "minus")),
)
LOAD = ("R_1k", ("3V3", "gnd"))
# A light on a supply of its own, which a relay's contact switches and nothing else reaches.
BEHIND_A_CONTACT = (
    *pico(GP2, VBUS),
    ("RELAY_5V_70mA__a__b__com__no", ("5V", "low", "9V", "on")),
    ("D", ("low", "5V")),
    ("T", ("low", "gnd", "gate")),
    ("R_330", ("gp2", "gate")),
    ("R_100k", ("gate", "gnd")),
    ("DC_9V", ("9V", "minus")),
    ("LED_2V", ("on", "led")),
    ("R_470", ("led", "minus")),
)


def found(parts):
    circuit = parse(drawn(*parts))
    assert circuit.problems == []
    return [(f.level, f.message) for f in check.check(circuit) if f.rule == "common-ground"]


@pytest.mark.parametrize(
    "parts, name, minus",
    [
        (FOUR_WIRE, "FAN_PWM1", "gnd"),
        (FAN_ON_ITS_OWN_SUPPLY, "DC1", "n"),
        ((*pico(("VSYS@39", "in")), LOAD, ("DC_5V", ("in", "minus")), ("R_1k", ("in", "minus"))), "DC1", "n"),
        (MEASURED, "DC1", "n"),
    ],
    ids=["a 4-wire fan", "a gate", "a battery", "a voltage to measure"],
)
def test_what_the_board_drives_or_reads_needs_the_boards_ground(parts, name, minus):
    ((level, words),) = found(parts)
    assert level == "error" and words.startswith(f"{name} has no ground in common with RPI_PICO_W1")
    assert words.endswith(f"join {minus} of {name} with gnd of RPI_PICO_W1")


def test_with_the_wire_the_same_passes():
    wired = [(word, tuple("gnd" if net == "minus" else net for net in nets)) for word, nets in FOUR_WIRE]
    assert [level for level, _ in found(wired)] == ["passed"]


def test_what_a_relays_contact_parts_needs_none():
    assert [level for level, _ in found(BEHIND_A_CONTACT)] == ["passed"]


def test_what_follows_from_a_ground_that_is_missing_is_not_told_again():
    circuit = parse(drawn(*FOUR_WIRE))
    said = check.check(circuit, drive="4-wire")
    assert [f.rule for f in said if f.level != "passed"] == ["common-ground"]
    assert any("R25 and beta are" in f.message for f in said)
