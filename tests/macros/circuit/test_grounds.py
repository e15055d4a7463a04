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


# Light alone says to the fan's side what the board wants, and to the board's how fast the fan turns.
BY_LIGHT = (
    *pico(GP2, ("gpio3@5", "gp3")),
    ("R_330", ("gp2", "lit")),
    ("CHIP__a__k__e__c", ("lit", "gnd", "minus", "pwm")),
    ("FAN_PWM_12V_200mA__gnd__12v__tach__pwm", ("minus", "12V", "tach", "pwm")),
    ("DC_12V", ("12V", "minus")),
    ("R_2.2k", ("12V", "back")),
    ("CHIP__a__k__e__c", ("back", "tach", "gnd", "gp3")),
    ("R_10k", ("gp3", "3V3")),
)
# A transistor on the far side of a relay's contact, which a chip there drives.
CHIP_BEHIND_A_CONTACT = (
    *BEHIND_A_CONTACT,
    ("CHIP__vcc__gnd__out", ("9V", "minus", "out")),
    ("R_100", ("out", "gate9")),
    ("T", ("sink", "minus", "gate9")),
    ("R_1k", ("on", "sink")),
)


def said(parts, **options):
    circuit = parse(drawn(*parts))
    assert circuit.problems == []
    return {f.rule: f.message for f in check.check(circuit, **options) if f.level != "passed"}


@pytest.mark.parametrize(
    "parts, options",
    [(BY_LIGHT, {"drive": "4-wire", "options": {"TACH_PIN": 3}}), (CHIP_BEHIND_A_CONTACT, {"script": None})],
    ids=["opto-couplers", "a chip behind a contact"],
)
def test_what_chips_and_contacts_part_needs_no_ground_in_common(parts, options):
    told = said(parts, **options)
    assert not {"common-ground", "named-voltage", "fan-tach"} & set(told), told


def test_a_chips_own_supply_is_counted_from_its_own_ground():
    # 9 V between the two, and no wire to the board: a 5 V pin there has the wrong supply all the same.
    wrong = (*BEHIND_A_CONTACT, ("CHIP__5v__gnd__out", ("9V", "minus", "out")), ("R_1k", ("out", "minus")))
    assert "pin 5v of CHIP1 is on 9 V, and its name says 5 V" in said(wrong)["named-voltage"]
    # A pin that nothing feeds is not adrift but dead.
    dead = (*FOUR_WIRE, ("R_0", ("minus", "gnd")), ("CHIP__5v__gnd__out", ("dead", "gnd", "out")))
    dead = (*dead, ("R_1k", ("out", "gnd")), ("R_1k", ("out", "dead")))
    assert "pin 5v of CHIP1 is on 0 V" in said(dead, drive="4-wire")["named-voltage"]
