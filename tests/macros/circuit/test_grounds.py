"""A ground in common with the board: of supplies, and of 4-wire fans."""

import pytest

from macros.circuit import check
from macros.circuit.parse import parse
from tests.macros.circuit.drawn import drawn, pico

GP2, VBUS = ("gpio2@4", "gp2"), ("VBUS@40", "5V")
LIT = (*pico(GP2), ("R_330", ("gp2", "led")), ("LED_2V", ("led", "gnd")))


@pytest.mark.parametrize(
    "source, joined, level",
    [
        ("AC_230V", "gnd", "error"),
        ("AC", "gnd", "error"),
        ("AC_12V", "gnd", "warning"),
        ("AC_230V", "apart", None),
    ],
)
def test_mains_has_no_wire_in_common_with_a_board(source, joined, level):
    circuit = parse(drawn(*LIT, (source, ("live", joined)), ("R_10k_10W", ("live", joined))))
    assert [f.level for f in check.check(circuit) if f.rule == "ac"] == ([level] if level else [])


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


LOW_SIDE = (
    *pico(GP2),
    ("DC_12V_2A", ("12V", "minus")),
    ("T", ("low", "gnd", "gate")),
    ("R_330", ("gp2", "gate")),
    ("R_100k", ("gate", "gnd")),
    ("FAN_12V_200mA", ("12V", "low")),
    ("D", ("low", "12V")),
)
HIGH_SIDE = (
    *pico(GP2),
    ("DC_12V_2A", ("12V", "minus")),
    ("PMOS", ("12V", "plus", "gate")),
    ("R_10k", ("gate", "12V")),
    ("NPN", ("gate", "gnd", "base")),
    ("R_1k", ("gp2", "base")),
    ("FAN_12V_200mA", ("plus", "minus")),
    ("D", ("minus", "plus")),
)
STORE = ("C_100u", ("12V", "minus"))


@pytest.mark.parametrize(
    "parts",
    [
        (*LOW_SIDE, STORE),
        HIGH_SIDE,
        (*FOUR_WIRE, ("R_1M", ("minus", "gnd"))),
        (*FOUR_WIRE, ("R_10", ("minus", "gnd"))),
        (*FOUR_WIRE, ("D", ("minus", "gnd"))),
        (*FOUR_WIRE, ("D", ("gnd", "minus"))),
        (*FOUR_WIRE, ("R_10k", ("12V", "gnd"))),
        # From plus to ground through two transistors: that is a load, and no way back.
        (*HIGH_SIDE, ("T", ("plus", "gnd", "gate2")), ("R_10k", ("gate2", "gnd"))),
    ],
    ids=[
        "a load below",
        "a load above",
        "1 M",
        "10 ohm",
        "a diode",
        "a diode turned",
        "plus",
        "a half-bridge",
    ],
)
def test_neither_the_load_nor_the_plus_nor_a_resistor_nor_a_diode_is_a_ground_in_common(parts):
    ((level, words),) = found(parts)
    assert level == "error" and "has no ground in common with RPI_PICO_W1" in words


@pytest.mark.parametrize(
    "joint",
    [
        (("FUSE_500m", ("minus", "gnd")),),
        (("R_0.1_1W", ("minus", "gnd")),),
        (("L_10u", ("minus", "gnd")),),
        (("SWITCH", ("minus", "gnd")),),
        # Against a supply that is connected the wrong way round.
        (("T", ("minus", "gnd", "guard")), ("R_10k", ("guard", "12V"))),
    ],
    ids=["a fuse", "a shunt", "a coil", "a switch", "a transistor"],
)
def test_what_is_nearly_a_wire_joins_grounds(joint):
    assert [level for level, _ in found((*FOUR_WIRE, *joint))] == ["passed"]


@pytest.mark.parametrize(
    "sources",
    [
        (("DC_5V", ("top", "gnd")), ("DC_5V", ("gnd", "below"))),
        (("DC_5V", ("middle", "gnd")), ("DC_5V", ("top", "middle")), ("R_1k", ("top", "gnd"))),
        (("DC_3V", ("gnd", "first")), ("DC_3V", ("first", "below")), ("R_1k", ("top", "gnd"))),
    ],
    ids=["plus and minus", "one on another", "one below another"],
)
def test_sources_that_stand_on_each_other_have_the_ground_of_one(sources):
    parts = (*pico(GP2), ("R_1k", ("top", "below")), ("R_1k", ("below", "gp2")), *sources)
    assert [level for level, _ in found(parts)] == ["passed"]
