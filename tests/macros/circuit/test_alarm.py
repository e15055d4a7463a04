"""The alarm's relay: its contact is closed while the pin is high, and only then; nothing leads past it."""

import pytest

from macros.circuit import check, solve
from macros.circuit.parse import parse
from tests.macros.circuit.drawn import drawn, pico
from tests.macros.circuit.shapes import GP2, GP6, TWO_WIRE, VBUS, findings

CONTACT = ("CONN__1in__2out", ("in", "out"))
COIL = ("D", ("coil", "5V"))


def relay(ports="com__no", volts=5, plus="5V", minus="coil"):
    return (f"RELAY_{volts}V_70mA__a__b__{ports}", (plus, minus, "in", "out"))


def alarm(*parts):
    base = (*pico(GP2, VBUS, GP6), *TWO_WIRE[3:])
    return [
        f.message
        for f in findings((*base, *parts), options={"ALARM_PIN": 6})
        if f.rule == "firmware" and f.level == "error"
    ]


DRIVER = (("T", ("coil", "gnd", "gate6")), ("R_330", ("gp6", "gate6")))
RESTING = ("R_100k", ("gate6", "gnd"))
SHIFTED = (
    ("T", ("coil", "gnd", "second")),
    ("R_10k", ("second", "5V")),
    ("T", ("second", "gnd", "gate6")),
    ("R_330", ("gp6", "gate6")),
    RESTING,
)


@pytest.mark.parametrize(
    "parts, words",
    [
        ((relay(), CONTACT, COIL, *DRIVER, RESTING), None),
        ((relay("com__nc"), CONTACT, COIL, *DRIVER, RESTING), "through com and no of RELAY1: nc is closed"),
        # Pulled in while the pin is low: its nc contact is closed while it is high, and without power.
        ((relay("com__nc"), CONTACT, COIL, *SHIFTED), "through com and no of RELAY1: nc is closed"),
        (
            (relay(), CONTACT, COIL, *SHIFTED),
            "is pulled in while the pin is low and afloat, as after a reset",
        ),
        (
            (
                relay(volts=3, plus="coil", minus="gnd"),
                CONTACT,
                ("D", ("gnd", "coil")),
                ("PMOS", ("3V3", "coil", "gate6")),
                ("R_330", ("gp6", "gate6")),
                ("R_10k", ("gate6", "3V3")),
            ),
            "RELAY1 behind GP6 is pulled in while the pin is low: the heat",
        ),
        (
            (relay(), CONTACT, COIL, *DRIVER, ("R_10k", ("gate6", "3V3"))),
            "is pulled in while the pin is afloat, as after a reset",
        ),
        ((("R_10k", ("gp6", "gnd")),), "through GP6, and no relay follows that pin"),
        # 60 ohm before a coil of 71: 2.7 V, which never pull it in.
        (
            (
                relay(plus="less"),
                CONTACT,
                ("D", ("coil", "less")),
                ("R_60", ("less", "5V")),
                *DRIVER,
                RESTING,
            ),
            "RELAY1 behind GP6 never pulls in",
        ),
        # 200 ohm past the transistor: 1.3 V, less than what pulls it in and more than what it lets go at.
        (
            (relay(), CONTACT, COIL, *DRIVER, RESTING, ("R_200_1W", ("coil", "gnd"))),
            "is pulled in while the pin is low and afloat",
        ),
    ],
    ids=[
        "as published",
        "the other contact",
        "the other contact, turned round",
        "turned round",
        "a PMOS above the coil",
        "a gate pulled up",
        "no relay",
        "a coil that gets too little",
        "a coil that does not let go",
    ],
)
def test_the_heats_contact_has_to_be_closed_while_the_alarms_pin_is_high_and_only_then(parts, words):
    told = alarm(*parts)
    assert told == [] if words is None else len(told) == 1 and words in told[0], told


ULN = ("CHIP__vcc__gnd__in__out", ("5V", "gnd", "gp6", "coil"))
MODULE = ("CHIP__vcc__gnd__in__com__no", ("5V", "gnd", "gp6", "in", "out"))
SSR = (("R_330", ("gp6", "light")), ("CHIP__vcc__gnd__plus", ("5V", "gnd", "light")))


@pytest.mark.parametrize(
    "parts",
    [
        (relay(), CONTACT, ULN),
        (MODULE, CONTACT),
        (("CONN__vcc__gnd__in", ("5V", "gnd", "gp6")),),
        SSR,
        (("CONN__1in__2out", ("5V", "coil")), *DRIVER, RESTING),
        (
            relay(plus="top"),
            CONTACT,
            ("D", ("coil", "top")),
            *(*DRIVER, RESTING, ("PMOS", ("5V", "top", "third")), ("R_10k", ("third", "5V"))),
            ("CHIP__vcc__gnd__out", ("5V", "gnd", "third")),
        ),
    ],
    ids=[
        "a coil at a chip",
        "a module as a chip",
        "a module behind a connector",
        "a solid-state relay",
        "a coil",
        "a coil that a chip feeds",
    ],
)
def test_an_alarm_that_ends_on_a_chip_or_a_connector_is_a_warning_and_no_mistake(parts):
    base = (*pico(GP2, VBUS, GP6), *TWO_WIRE[3:])
    found = findings((*base, *parts), options={"ALARM_PIN": 6})
    assert [f.message for f in found if f.level == "error"] == []
    (warned,) = [f.message for f in found if f.rule == "alarm"]
    assert warned.startswith("what gpio6 does to the heat does not show in this drawing")


def test_an_alarm_that_leads_nowhere_is_a_mistake_beside_a_chip_too():
    # The coil hangs on a chip that the pin does not reach.
    astray = ("CHIP__vcc__gnd__in__out", ("5V", "gnd", "gp2", "coil"))
    (words,) = alarm(relay(), CONTACT, astray, ("R_10k", ("gp6", "gnd")))
    assert "no relay follows that pin" in words


@pytest.mark.parametrize("pin, number", [("gpio28Adc@34", 28), ("gpio27@32", 27)])
def test_an_alarm_on_a_pin_that_could_measure_is_driven_as_any_other(pin, number):
    parts = (*pico(GP2, VBUS, (pin, "gp6")), *TWO_WIRE[3:], relay(), CONTACT, COIL, *DRIVER)
    sound = findings((*parts, RESTING), options={"ALARM_PIN": number})
    assert [f.message for f in sound if f.level != "passed"] == []
    up = findings((*parts, ("R_10k", ("gate6", "3V3"))), options={"ALARM_PIN": number})
    assert any("pulled in while the pin is afloat" in f.message for f in up if f.level == "error")


def test_a_pin_that_could_measure_measures_again_without_the_option():
    parts = (*pico(GP2, VBUS, ("gpio28Adc@34", "gp6")), *TWO_WIRE[3:], ("R_10k", ("gp6", "gnd")))
    circuit = parse(drawn(*parts))
    points = solve.OperatingPoints(circuit)

    def rules(options):
        return {f.rule for f in check.check(circuit, points=points, options=options) if f.level == "error"}

    assert len(points.at()[0]) == 2 and rules({}) == set()
    assert rules({"ALARM_PIN": 28}) == {"firmware"} and circuit.driving == ["GP28"]
    assert rules({}) == set() and circuit.driving == []


def at_rest(*nc):
    """A relay whose no switches a light from 12 V, and what its nc has."""
    contacts = ("RELAY_5V_70mA__a__b__com__no__nc", ("5V", "coil", "12V", "lamp", "nc"))
    light = (("R_1k", ("lamp", "light")), ("LED_2V", ("light", "minus")))
    return (contacts, ("DC_12V", ("12V", "minus")), COIL, *DRIVER, RESTING, *light, *nc)


@pytest.mark.parametrize(
    "parts, words",
    [
        (
            (("RELAY_5V_70mA__a__b__com__no", ("5V", "coil", "in", "in")), ("R_1k", ("in", "gnd"))),
            "on one wire",
        ),
        ((relay(), CONTACT, ("FUSE_1A", ("in", "out"))), "on one wire"),
        ((relay(), CONTACT, ("R_0.1", ("in", "out"))), "on one wire"),
        # The contact bridges the transistor: low, the coil still has 5 V.
        ((("RELAY_5V_70mA__a__b__com__no", ("5V", "coil", "coil", "gnd")),), "stays pulled in once it is"),
        # 100 ohm before a coil of 71: 2.1 V, which pull nothing in, and hold what is.
        (
            (("RELAY_5V_70mA__a__b__com__no", ("5V", "coil", "coil", "some")), ("R_100_1W", ("some", "gnd"))),
            "stays pulled in once it is, though the pin is low or afloat",
        ),
    ],
    ids=["one net", "a fuse", "a shunt", "it holds itself", "it is held by less"],
)
def test_a_contact_that_is_bridged_or_holds_its_own_coil_cuts_nothing_off(parts, words):
    told = alarm(*parts, COIL, *DRIVER, RESTING)
    assert len(told) == 1 and words in told[0], told


def test_a_contact_that_holds_its_coil_behind_the_pins_transistor_lets_go():
    # A button starts it; contact and button are in a row with the transistor.
    started = (
        ("RELAY_5V_70mA__a__b__com__no", ("5V", "coil", "coil", "drain")),
        ("BUTTON", ("coil", "drain")),
        ("T", ("drain", "gnd", "gate6")),
        DRIVER[1],
    )
    assert alarm(*started, COIL, RESTING) == []


@pytest.mark.parametrize(
    "nc, wrong",
    [
        ((("R_100_5W", ("nc", "minus")),), True),
        ((("CONN__1in__2out", ("nc", "minus")),), True),
        ((("FUSE_1A", ("nc", "fused")), ("R_100_5W", ("fused", "minus"))), True),
        ((("R_1k", ("nc", "green")), ("LED_2V", ("green", "minus"))), False),
        ((("LED_2V", ("nc", "green")), ("R_1k", ("green", "minus"))), False),
    ],
    ids=["a heater", "a connector", "behind a fuse", "a light", "a light before its resistor"],
)
def test_a_load_on_the_contact_that_rests_closed_is_a_mistake_and_a_light_is_none(nc, wrong):
    told = alarm(*at_rest(*nc))
    assert [("nc of RELAY1 behind GP6 leads to a load" in words) for words in told] == [True] * wrong, told


@pytest.mark.parametrize("nc, wrong", [("minus", False), ("12V", True)])
def test_a_contact_that_rests_on_a_supply_runs_a_load_at_com_and_one_on_ground_does_not(nc, wrong):
    no = "12V" if nc == "minus" else "minus"
    parts = (
        ("RELAY_5V_70mA__a__b__com__no__nc", ("5V", "coil", "heater", no, nc)),
        ("DC_12V", ("12V", "minus")),
        ("R_100_5W", ("heater", "minus")),
    )
    told = alarm(*parts, COIL, *DRIVER, RESTING)
    assert [("nc of RELAY1 behind GP6 leads to a load" in words) for words in told] == [True] * wrong, told


# The heat: 12 V over 100 ohm, which com and no of the relay switch.
HEAT = (("DC_12V", ("in", "minus")), ("R_100_5W", ("out", "minus")))
SOUND = (relay(), COIL, *DRIVER, RESTING)
SECOND = ("RELAY_12V_40mA__a__b__com__no", ("in", "minus", "in", "out"))


@pytest.mark.parametrize(
    "past, here",
    [
        ((("SWITCH", ("in", "out")),), ", here with gpio2 low, SWITCH1 closed"),
        ((("BUTTON", ("in", "out")),), ", here with gpio2 low, BUTTON1 closed"),
        ((("D", ("in", "out")),), ""),
        ((("R_1.2_5W", ("in", "out")),), ""),
        ((("R_100_5W", ("in", "out")),), ""),
        ((("R_0.5", ("in", "row")), ("FUSE_1A", ("row", "out"))), ""),
        ((SECOND, ("D", ("minus", "in"))), ""),
        ((("DC_9V", ("nine", "minus")), ("D", ("nine", "out"))), ""),
        ((("NPN", ("in", "out", "base")), ("R_1k", ("base", "in"))), ""),
    ],
    ids=[
        "a switch",
        "a button",
        "a diode",
        "a shunt",
        "as much as the heat has",
        "a fuse and a shunt",
        "a relay that is always pulled in",
        "a second supply",
        "a transistor that is always on",
    ],
)
def test_heat_that_is_fed_past_the_open_contact_is_a_mistake(past, here):
    told = alarm(*SOUND, *HEAT, *past)
    assert len(told) == 1, told
    runs = "runs while gpio6 is low, though the contact of RELAY1 is open then: something leads past it"
    assert runs in told[0] and here in told[0]


def test_heat_that_the_fans_pin_feeds_past_the_contact_is_a_mistake():
    # The contact is in the return, beside it the fan's own transistor.
    low_side = (
        ("RELAY_5V_70mA__a__b__com__no", ("5V", "coil", "gnd", "out")),
        *(COIL, *DRIVER, RESTING, ("DC_12V", ("12V", "gnd")), ("R_100_5W", ("12V", "out"))),
    )
    assert alarm(*low_side) == []
    (words,) = alarm(*low_side, ("T", ("out", "gnd", "gate")))
    assert words.endswith("here with gpio2 high")


@pytest.mark.parametrize(
    "parts",
    [
        HEAT,
        (*HEAT, ("R_1k", ("in", "light")), ("LED_2V", ("light", "out"))),
        (("DC_12V", ("plus", "minus")), ("FUSE_1A", ("plus", "in")), *HEAT[1:]),
        (
            *HEAT[1:],
            ("DC_12V", ("plus", "minus")),
            ("R_0.5_1W", ("plus", "in")),
            ("R_100_5W", ("in", "minus")),
        ),
        (("DC_12V", ("in", "minus")), ("SWITCH", ("out", "own")), ("R_100_5W", ("own", "minus"))),
        (("AC_12V", ("in", "minus")), *HEAT[1:]),
        (*HEAT, ("D", ("out", "in"))),
    ],
    ids=[
        "alone",
        "a light across the contact",
        "a fuse",
        "a shunt that more flows through",
        "a switch of its own",
        "alternating current",
        "a diode against the current",
    ],
)
def test_heat_that_runs_through_the_contact_alone_is_sound_and_named(parts):
    found = findings((*pico(GP2, VBUS, GP6), *TWO_WIRE[3:], *SOUND, *parts), options={"ALARM_PIN": 6})
    assert [f.message for f in found if f.level == "error"] == []
    (told,) = [f.message for f in found if f.rule == "alarm"]
    words = "the contact of RELAY1 is open while gpio6 is low or afloat: it cuts off R"
    assert told.startswith(words) and " and " not in told[len(words) :]


def test_two_contacts_in_a_row_cut_off_what_one_of_them_is_bridged_for_and_not_what_both_are():
    row = (
        relay(),
        ("RELAY_5V_70mA__a__b__com__no", ("5V", "coil", "out", "last")),
        *(COIL, *DRIVER, RESTING, ("DC_12V", ("in", "minus")), ("R_100_5W", ("last", "minus"))),
    )
    assert alarm(*row) == alarm(*row, ("SWITCH", ("out", "last"))) == []
    (words,) = alarm(*row, ("SWITCH", ("in", "last")))
    assert "though the contact of RELAY1 and RELAY2 is open then" in words


@pytest.mark.parametrize(
    "past",
    [
        (("SWITCH", ("in", "out")),),
        (("R_47", ("in", "out")),),
        (("D", ("in", "out")),),
        (("D", ("out", "in")),),
        (("R_1", ("in", "row")), ("R_1", ("row", "out"))),
    ],
    ids=["a switch", "a resistor", "a diode", "a diode the other way round", "two resistors"],
)
def test_a_contact_whose_heat_is_behind_a_connector_must_not_be_bridged_either(past):
    (words,) = alarm(*SOUND, CONTACT, *past)
    assert (
        words == "something leads past com and no of RELAY1 behind gpio6: the open contact cuts nothing off"
    )


def test_a_light_across_a_contact_whose_heat_is_behind_a_connector_is_sound():
    assert alarm(*SOUND, CONTACT, ("R_1k", ("in", "light")), ("LED_2V", ("light", "out"))) == []


STOPS = "stops while gpio6 is low or afloat: the fan has to run then too"


@pytest.mark.parametrize(
    "fan, drive",
    [
        ((("FAN_5V_200mA", ("out", "low")), ("D", ("low", "out"))), "2-wire"),
        ((("FAN_PWM_5V_160mA__gnd__5v", ("low", "out")), ("D", ("low", "out"))), "2-wire"),
    ],
    ids=["two wires", "three wires"],
)
def test_a_fan_behind_the_alarms_contact_is_a_mistake(fan, drive):
    switched = ("RELAY_5V_70mA__a__b__com__no", ("5V", "coil", "5V", "out"))
    parts = (*pico(GP2, VBUS, GP6), *fan, *TWO_WIRE[5:], switched, *SOUND[1:])
    told = [
        f.message
        for f in findings(parts, options={"ALARM_PIN": 6}, drive=drive)
        if f.rule == "firmware" and f.level == "error"
    ]
    assert len(told) == 1 and STOPS in told[0], told


def test_a_4_wire_fan_whose_supply_the_alarm_cuts_off_is_a_mistake():
    parts = (
        *pico(GP2, VBUS, GP6),
        *(("DC_12V", ("12V", "gnd")), ("FAN_PWM_12V_200mA__gnd__12v__pwm", ("gnd", "out", "pwm"))),
        *(("NPN", ("pwm", "gnd", "base")), ("R_2.2k", ("base", "gp2"))),
        ("RELAY_5V_70mA__a__b__com__no", ("5V", "coil", "12V", "out")),
        *SOUND[1:],
    )
    found = findings(parts, options={"ALARM_PIN": 6}, drive="4-wire")
    assert [STOPS in f.message for f in found if f.level == "error"] == [True]


def test_a_second_fan_at_the_contact_that_rests_closed_helps_and_is_no_mistake():
    helps = (("FAN_12V_100mA", ("nc", "minus")), ("D", ("minus", "nc")))
    assert alarm(*at_rest(*helps)) == []


@pytest.mark.parametrize(
    "options, words",
    [
        ({"ALARM_PIN": 2}, "FAN_PIN and ALARM_PIN of the script are both GP2: each takes a pin of its own"),
        ({"ALARM_PIN": 1}, "ALARM_PIN and UART_RX_PIN of the script are both GP1"),
        ({"TACH_PIN": 26}, "THERMISTOR_PIN and TACH_PIN of the script are both GP26"),
        ({"ALARM_PIN": 6, "TACH_PIN": 6}, "TACH_PIN and ALARM_PIN of the script are both GP6"),
    ],
)
def test_a_pin_that_the_script_has_for_something_else_takes_no_option(options, words):
    parts = (*pico(GP2, VBUS, GP6), *TWO_WIRE[3:], *SOUND, CONTACT)
    assert any(f.message.startswith(words) for f in findings(parts, options=options) if f.level == "error")


# Heat that is not drawn, behind a connector or a chip, with its supply.
BEHIND = (("DC_12V", ("in", "minus")), ("CONN__1plus__2minus", ("out", "minus")))
ON_A_CHIP = (("DC_12V", ("in", "minus")), ("CHIP__v__gnd", ("out", "minus")))


@pytest.mark.parametrize("heat", [BEHIND, ON_A_CHIP], ids=["a connector", "a chip"])
@pytest.mark.parametrize(
    "past",
    [
        (("SWITCH", ("in", "out")),),
        (("D", ("in", "out")),),
        (("DC_9V", ("nine", "minus")), ("D", ("nine", "out"))),
        (("R_100_5W", ("in", "out")),),
    ],
    ids=["a switch", "a diode", "a second supply", "a resistor"],
)
def test_heat_that_is_not_drawn_is_fed_past_the_contact_too(heat, past):
    (words,) = alarm(*SOUND, *heat, *past)
    assert words.startswith(f"what is behind {heat[1][0][:4]}1 runs while gpio6 is low")
    assert alarm(*SOUND, *heat) == []


@pytest.mark.parametrize("way", [("in", "out"), ("out", "in")])
def test_either_half_of_alternating_current_past_the_contact_is_a_mistake(way):
    (words,) = alarm(*SOUND, ("AC_12V", ("in", "minus")), HEAT[1], ("D", way))
    assert words.startswith("R6 runs while gpio6 is low")


@pytest.mark.parametrize(
    "beside",
    [
        (("R_10k", ("in", "out")),),
        (("R_1k", ("in", "row")), ("R_1k", ("row", "out"))),
        (("ZENER_24V", ("out", "in")),),
        (("R_100", ("in", "row")), ("C_100nF", ("row", "out"))),
    ],
    ids=["a bleeder", "two resistors", "a zener", "a snubber"],
)
def test_what_may_stand_across_a_contact_is_no_mistake(beside):
    assert alarm(*SOUND, *HEAT, *beside) == []


@pytest.mark.parametrize(
    "nc, wrong",
    [
        ((("LED_2V", ("nc", "row")), ("R_1k", ("row", "minus")), ("CONN__1in__2out", ("nc", "minus"))), True),
        ((("FAN_12V_100mA", ("nc", "minus")), ("CHIP__v__gnd", ("nc", "minus"))), True),
        ((("FAN_12V_100mA", ("nc", "minus")), ("R_100_5W", ("nc", "minus"))), True),
        ((("R_1k", ("nc", "one")), ("LED_2V", ("one", "minus")), ("LED_2V", ("minus", "one"))), False),
        ((("SPEAKER", ("nc", "minus")),), False),
        ((("D", ("nc", "fan")), ("FAN_12V_100mA", ("fan", "minus")), ("D", ("minus", "fan"))), False),
        ((("R_47_2W", ("nc", "fan")), ("FAN_5V_100mA", ("fan", "minus")), ("D", ("minus", "fan"))), False),
    ],
    ids=[
        "a connector beside a light",
        "a chip beside a fan",
        "a heater beside a fan",
        "two lights",
        "a buzzer",
        "a fan behind a diode",
        "a fan behind a resistor",
    ],
)
def test_of_what_rests_on_nc_lamps_fans_and_buzzers_alone_are_no_heat(nc, wrong):
    told = alarm(*at_rest(*nc))
    assert [("nc of RELAY1 behind GP6 leads to a load" in words) for words in told] == [True] * wrong, told


def test_a_second_relay_may_run_a_fan_at_rest_beside_the_one_that_cuts_off_the_heat():
    helps = (
        ("RELAY_5V_40mA__a__b__com__nc", ("5V", "coil", "12V", "fan")),
        *(("DC_12V", ("12V", "gnd")), ("FAN_12V_100mA", ("fan", "gnd")), ("D", ("gnd", "fan"))),
    )
    assert alarm(*SOUND, *HEAT, *helps) == []
    (words,) = alarm(*helps, COIL, *DRIVER, RESTING)
    assert words.startswith("no contact behind GP6 cuts off the heat")


@pytest.mark.parametrize(
    "fan",
    [
        (("FAN_5V_100mA", ("out", "gnd")), ("D", ("gnd", "out"))),
        (("FAN_PWM_5V_160mA__gnd__5v", ("gnd", "out")),),
    ],
    ids=["two wires", "three wires"],
)
def test_a_fan_that_no_pin_drives_has_to_run_while_the_alarm_sounds_too(fan):
    switched = ("RELAY_5V_70mA__a__b__com__no", ("5V", "coil", "5V", "out"))
    (words,) = alarm(switched, *SOUND[1:], *fan)
    assert STOPS in words


def test_a_board_that_the_alarms_contact_feeds_would_never_start():
    fed = (
        *pico(GP2, ("VSYS@39", "sys"), GP6),
        *(("DC_5V_2A", ("5V", "gnd")), *TWO_WIRE[3:]),
        ("RELAY_5V_70mA__a__b__com__no", ("5V", "coil", "5V", "out")),
        *(*SOUND[1:], ("D", ("out", "sys"))),
    )
    told = [f.message for f in findings(fed, options={"ALARM_PIN": 6}) if f.level == "error"]
    assert ["VSYS of RPI_PICO_W1 loses its supply while gpio6 is low" in words for words in told] == [True], (
        told
    )


@pytest.mark.parametrize(
    "latch",
    [
        (
            ("PMOS", ("12V", "coil", "gate6")),
            ("D", ("out", "coil")),
            ("RELAY", ("coil", "gnd", "12V", "out")),
        ),
        (("T", ("coil", "gnd", "gate6")), ("D", ("coil", "out")), ("RELAY", ("12V", "coil", "gnd", "out"))),
    ],
    ids=["above the coil", "below the coil"],
)
def test_a_contact_that_feeds_its_coil_through_a_diode_holds_it(latch):
    transistor, diode, (_, ends) = latch
    up = transistor[0] == "PMOS"
    drive = (("NPN", ("gate6", "gnd", "base")), ("R_4.7k", ("base", "gp6")), ("R_10k", ("gate6", "12V")))
    parts = (
        *(("DC_12V_2A", ("12V", "gnd")), transistor, diode, ("RELAY_12V_40mA__a__b__com__no", ends)),
        *(drive if up else (("R_330", ("gate6", "gp6")), ("R_100k", ("gate6", "gnd")))),
        *(("D", ("gnd", "coil") if up else ("coil", "12V")), ("R_100_5W", ("out", "gnd" if up else "12V"))),
    )
    told = alarm(*parts)
    assert len(told) == 1 and "stays pulled in once it is" in told[0], told
    assert alarm(*[part for part in parts if part is not diode]) == []


@pytest.mark.parametrize(
    "between", [("FUSE_1A", ("com", "row")), ("D", ("com", "row")), ("SWITCH", ("com", "row"))]
)
def test_a_contact_that_rests_on_a_supply_runs_what_is_behind_a_connector_past_a_part_too(between):
    parts = (
        ("RELAY_5V_70mA__a__b__com__no__nc", ("5V", "coil", "com", "lamp", "12V")),
        *(("DC_12V", ("12V", "minus")), between, ("CONN__1in__2out", ("row", "minus"))),
        *(("R_1k", ("lamp", "light")), ("LED_2V", ("light", "minus"))),
    )
    (words,) = alarm(*parts, COIL, *DRIVER, RESTING)
    assert "nc of RELAY1 behind GP6 leads to a load" in words


def test_each_relays_own_heat_is_looked_at_however_little_it_has():
    second = (
        ("RELAY_5V_70mA__a__b__com__no", ("5V", "coil", "five", "little")),
        *(("DC_5V_2A", ("five", "gnd")), ("R_5_9W", ("little", "gnd"))),
    )
    big = (("DC_24V", ("in", "minus")), ("R_100_9W", ("out", "minus")))
    assert alarm(*SOUND, *big, *second) == []
    (words,) = alarm(*SOUND, *big, *second, ("SWITCH", ("five", "little")))
    assert "runs while gpio6 is low, though the contact of RELAY1 and RELAY2 is open" in words
    (words,) = alarm(*SOUND, *big, *second[:1], ("R_0.5", ("five", "row")), ("R_0.5", ("row", "little")))
    assert words.startswith("something leads past com and no of RELAY2")


def test_a_contactor_behind_the_alarms_relay_lets_go_with_it():
    contactor = (
        ("RELAY_12V_40mA__a__b__com__no", ("out", "minus", "in", "heat")),
        *(("DC_12V", ("in", "minus")), ("D", ("minus", "out")), ("R_100_5W", ("heat", "minus"))),
    )
    assert alarm(*SOUND, *contactor) == []


def test_two_transistors_that_hold_each_other_hold_the_relay():
    # A pair like a thyristor: once GP6 has set it, low does not reset it.
    pair = (
        ("RELAY_12V_40mA__a__b__com__no", ("hold", "gnd", "in", "out")),
        *(
            ("DC_12V_2A", ("12V", "gnd")),
            ("D", ("gnd", "hold")),
            ("D", ("gp6", "set")),
            ("R_1k", ("set", "base")),
        ),
        *(("NPN", ("pull", "gnd", "base")), ("R_10k", ("base", "gnd")), ("R_4.7k", ("hold", "base"))),
        *(("PNP", ("12V", "hold", "second")), ("R_10k", ("second", "12V")), ("R_1k", ("second", "pull"))),
    )
    told = alarm(*pair, *HEAT)
    assert any("stays pulled in once it is" in words for words in told), told


@pytest.mark.parametrize(
    "nc, wrong",
    [
        ((("SPEAKER", ("nc", "row")), ("R_100_10W", ("row", "minus"))), True),
        ((("SPEAKER", ("nc", "row")), ("CONN__1in__2out", ("row", "minus"))), True),
        ((("SWITCH", ("nc", "row")), ("FAN_12V_100mA", ("row", "minus")), ("D", ("minus", "row"))), False),
    ],
    ids=["a heater behind a buzzer", "a connector behind a buzzer", "a fan behind a switch"],
)
def test_what_is_behind_a_lamp_on_nc_may_be_heat_too(nc, wrong):
    told = alarm(*at_rest(*nc))
    assert [("nc of RELAY1 behind GP6 leads to a load" in words) for words in told] == [True] * wrong, told


@pytest.mark.parametrize("farads, wrong", [("100uF", True), ("10nF", False)])
def test_a_capacitor_past_the_contact_leads_alternating_current(farads, wrong):
    told = alarm(*SOUND, ("AC_12V_50Hz", ("in", "minus")), HEAT[1], (f"C_{farads}", ("in", "out")))
    assert [("R6 runs while gpio6 is low" in words) for words in told] == [True] * wrong, told


def test_a_resistor_across_the_contact_that_heats_while_it_is_open_is_a_mistake():
    (words,) = alarm(
        *SOUND, ("DC_24V", ("in", "minus")), ("R_13_50W", ("out", "minus")), ("R_100_10W", ("in", "out"))
    )
    assert "runs while gpio6 is low" in words


def test_a_terminal_block_with_a_fuse_before_the_contact_is_no_way_past_it():
    block = ("CONN__1v__2h__3g", ("plus", "out", "minus"))
    assert alarm(*SOUND, block, ("DC_12V_2A", ("plus", "minus")), ("FUSE_1A", ("plus", "in"))) == []


def test_a_gate_behind_the_alarms_pin_that_nothing_holds_is_a_mistake():
    told = alarm(relay(), CONTACT, COIL, *DRIVER)
    assert any(words.startswith("nothing holds the gate of T2 while gpio6 floats") for words in told), told


def test_a_boards_run_pin_on_the_alarms_contact_is_a_mistake():
    parts = (
        *pico(GP2, VBUS, GP6, ("RUN@30", "run")),
        *TWO_WIRE[3:],
        ("RELAY_5V_70mA__a__b__com__no__nc", ("5V", "coil", "run", "out", "gnd")),
        *(*SOUND[1:], ("R_2.2k", ("out", "gnd"))),
    )
    told = [f.message for f in findings(parts, options={"ALARM_PIN": 6}) if f.level == "error"]
    assert any(
        words.startswith("RUN of RPI_PICO_W1 is on a contact that gpio6 switches") for words in told
    ), told


MASTER = (("DC_12V", ("plus", "minus")), ("SWITCH", ("plus", "in")), ("R_100_5W", ("out", "minus")))
LAMP = (("R_1k", ("in", "light")), ("LED_2V", ("light", "minus")))


@pytest.mark.parametrize(
    "parts",
    [
        (*MASTER, *LAMP),
        (*HEAT, ("SWITCH", ("in", "lit")), ("R_1k", ("lit", "minus"))),
        (("DC_12V_2A", ("vin", "g")), ("CONN__1v__2g__3h", ("vin", "g", "out")), ("D", ("vin", "in"))),
        (("DC_12V_2A", ("vin", "g")), ("CONN__1v__2g__3h", ("vin", "g", "out")), ("SWITCH", ("vin", "in"))),
        (("DC_12V_2A", ("in", "g")), ("CONN__1v__2g__3h", ("in", "g", "hot")), ("SWITCH", ("out", "hot"))),
    ],
    ids=[
        "a pilot lamp behind a master switch",
        "a lamp with a switch of its own",
        "a diode before the contact",
        "a master switch before the contact",
        "a thermostat behind the contact",
    ],
)
def test_what_a_maker_adds_around_the_contact_is_no_way_past_it(parts):
    assert alarm(*SOUND, *parts) == []


@pytest.mark.parametrize(
    "supply",
    [
        (("DC_12V", ("source", "minus")), ("FUSE_1A", ("source", "12V"))),
        (("CONN__1plus__2minus", ("12V", "minus")),),
        (("AC_12V", ("12V", "minus")),),
    ],
    ids=["behind a fuse", "a connector", "alternating"],
)
def test_a_lamp_on_nc_may_end_where_the_heats_own_current_does(supply):
    # The contact is in the return: heat and lamp hang on 12 V.
    parts = (
        ("RELAY_5V_70mA__a__b__com__no__nc", ("5V", "coil", "minus", "heat", "nc")),
        *(*supply, ("R_100_5W", ("12V", "heat"))),
        *(("R_1k", ("12V", "light")), ("LED_2V", ("light", "nc"))),
    )
    assert [words for words in alarm(*parts, COIL, *DRIVER, RESTING) if "nc of" in words] == []


TWELVE = ("DC_12V", ("in", "minus"))
OUT = (("R_100_5W", ("out", "minus")),)


def contact(com, no):
    return ("RELAY_5V_70mA__a__b__com__no", ("5V", "coil", com, no))


@pytest.mark.parametrize(
    "parts",
    [
        (contact("com", "out"), *OUT, ("D", ("in", "com")), ("D", ("in", "out"))),
        (contact("in", "out"), ("R_100_5W", ("hot", "minus")), ("D", ("out", "hot")), ("D", ("in", "hot"))),
        (
            *(contact("in", "out"), ("CONN__1a__2b", ("hot", "minus"))),
            *(("D", ("out", "hot")), ("D", ("in", "hot")), ("D", ("in", "hot"))),
        ),
        (contact("com", "minus"), ("R_100_5W", ("in", "x")), ("D", ("x", "com")), ("D", ("x", "minus"))),
        (
            contact("com", "out"),
            *OUT,
            ("D", ("in", "com")),
            ("DC_15V", ("two", "minus")),
            ("D", ("two", "out")),
        ),
    ],
    ids=[
        "a diode to each side",
        "diodes that meet behind",
        "two beside one",
        "in the return",
        "a second supply, stronger",
    ],
)
def test_a_bypass_that_is_as_strong_as_the_contacts_own_path_leads_past_it_too(parts):
    (words,) = alarm(*parts, TWELVE, COIL, *DRIVER, RESTING)
    assert "runs while gpio6 is low, though the contact of RELAY1 is open then" in words


def test_what_stands_ahead_of_the_contact_is_no_way_past_it_whatever_feeds_it():
    # Without the 12 V, 5 V would feed the resistor the other way, through the contact.
    ahead = (("DC_5V", ("five", "minus")), ("R_1k", ("in", "five")))
    assert alarm(contact("in", "out"), *OUT, TWELVE, *ahead, COIL, *DRIVER, RESTING) == []


RESTS_ON = "nc of RELAY1 behind GP6 leads to a load"


@pytest.mark.parametrize(
    "supply, parts",
    [
        ("DC_12V", (("D", ("out", "x")), ("D", ("nc", "x")), ("R_100_5W", ("x", "minus")))),
        ("DC_12V", (("FUSE_1A", ("out", "x")), ("D", ("nc", "x")), ("CONN__1a__2b", ("x", "minus")))),
        ("AC_12V", (*OUT, ("SPEAKER", ("nc", "row")), ("R_22_20W", ("row", "minus")))),
    ],
    ids=["diodes that meet before a heater", "before a connector", "a heater behind a buzzer, alternating"],
)
def test_what_no_leads_to_before_the_heat_is_no_end_for_a_lamp_on_nc(supply, parts):
    relay_of_three = ("RELAY_5V_70mA__a__b__com__no__nc", ("5V", "coil", "in", "out", "nc"))
    told = alarm(relay_of_three, (supply, ("in", "minus")), *parts, COIL, *DRIVER, RESTING)
    assert len(told) == 1 and told[0].startswith(RESTS_ON), told


def test_alternating_heat_behind_a_connector_must_not_come_back_through_nc():
    three = ("RELAY_5V_70mA__a__b__com__no__nc", ("5V", "coil", "load", "lamp", "gnd"))
    parts = (("AC_12V", ("in", "gnd")), ("CONN__1a__2b", ("in", "load")))
    lamp = (("R_1k", ("lamp", "light")), ("LED_2V", ("light", "gnd")))
    told = alarm(three, *parts, *lamp, COIL, *DRIVER, RESTING)
    assert len(told) == 1 and told[0].startswith(RESTS_ON), told


@pytest.mark.parametrize("supply", [("DC_12V", ("12V", "minus")), ("CONN__1p__2m", ("12V", "minus"))])
def test_a_lamp_on_nc_may_end_where_a_heater_behind_a_connector_does(supply):
    parts = (
        ("RELAY_5V_70mA__a__b__com__no__nc", ("5V", "coil", "12V", "heat", "nc")),
        *(supply, ("CONN__1a__2b", ("heat", "minus"))),
        *(("R_1k", ("nc", "light")), ("LED_2V", ("light", "minus"))),
    )
    assert alarm(*parts, COIL, *DRIVER, RESTING) == []


def test_the_alarm_must_not_put_the_board_into_a_reset():
    # A PNP whose base GP6 pulls down drives a second transistor, which pulls RUN down; afloat, neither is on.
    parts = (
        *pico(GP2, VBUS, GP6, ("RUN@30", "run")),
        *TWO_WIRE[3:],
        *(relay(), COIL, *DRIVER, RESTING, *HEAT),
        *(("PNP", ("3V3", "up", "base")), ("R_10k", ("base", "3V3")), ("R_4.7k", ("base", "gp6"))),
        *(("R_10k", ("up", "turn")), ("NPN", ("run", "gnd", "turn")), ("R_100k", ("turn", "gnd"))),
    )
    told = [f.message for f in findings(parts, options={"ALARM_PIN": 6}) if f.level == "error"]
    assert "RUN of RPI_PICO_W1 is low while gpio6 is low: the script would reset its own board" in told


REST = (COIL, *DRIVER, RESTING)
LOW_SIDE = (contact("ret", "minus"), ("R_100_5W", ("in", "ret")), TWELVE)


@pytest.mark.parametrize(
    "parts, celsius",
    [
        (
            (
                *LOW_SIDE,
                ("THERMISTOR_10k", ("in", "b")),
                ("R_330", ("b", "minus")),
                ("NPN", ("ret", "minus", "b")),
            ),
            "125",
        ),
        ((contact("in", "out"), *OUT, TWELVE, ("THERMISTOR_2k", ("in", "out"))), "125"),
    ],
    ids=["a thermostat of its own", "a thermistor across the contact"],
)
def test_what_leads_past_the_contact_only_where_it_is_hot_or_cold_leads_past_it_too(parts, celsius):
    (words,) = alarm(*parts, *REST)
    assert "though the contact of RELAY1 is open then" in words and words.endswith(f"here at {celsius} °C")


@pytest.mark.parametrize(
    "parts",
    [
        (("DC_24V", ("p", "m")), ("CHIP__vcc__gnd__vout", ("p", "m", "in")), ("R_47_5W", ("out", "m"))),
        (
            *(("DC_24V", ("p", "m")), ("CONN__inp__inm__outp__outm", ("p", "m", "in", "m"))),
            ("R_47_5W", ("out", "m")),
        ),
        (
            *(("DC_12V", ("p", "m")), ("CONN__1vcc__2gnd__3k0__4k1", ("p", "m", "p", "in"))),
            ("R_100_5W", ("out", "m")),
        ),
        (
            *(("DC_12V_3A", ("in", "gnd")), ("R_0.1_1W", ("out", "x")), ("R_100_5W", ("x", "gnd"))),
            ("CHIP__vcc__gnd__inp__inn", ("3V3", "gnd", "out", "x")),
        ),
        (("DC_12V_3A", ("in", "gnd")), ("CONN__1h__2g__3f__4fm", ("out", "gnd", "5V", "low"))),
    ],
    ids=[
        "a buck converter",
        "one on a plug",
        "a thermostat ahead",
        "a chip that measures",
        "a plug with a fan's pins",
    ],
)
def test_a_module_beside_the_contact_is_no_way_past_it(parts):
    assert alarm(contact("in", "out"), *parts, *REST) == []


@pytest.mark.parametrize(
    "more",
    [
        (("DC_15V", ("t", "minus")), ("D", ("t", "out")), ("DC_15V", ("u", "minus")), ("D", ("u", "out"))),
        (("DC_13V", ("t", "minus")), ("D", ("t", "out")), ("DC_14V", ("u", "minus")), ("D", ("u", "out"))),
    ],
)
def test_two_supplies_that_are_stronger_lead_past_the_contact_too(more):
    (words,) = alarm(contact("com", "out"), *OUT, TWELVE, ("D", ("in", "com")), *more, *REST)
    assert "R4 runs while gpio6 is low" in words


@pytest.mark.parametrize(
    "held",
    [
        (("D", ("x", "gate6")), ("R_100k", ("x", "gnd"))),
        (("SWITCH", ("gate6", "x")), ("R_100k", ("x", "gnd"))),
        (("R_10M", ("gate6", "gnd")),),
    ],
    ids=["a diode the wrong way round", "a switch", "too much resistance"],
)
def test_what_holds_a_gate_now_and_then_holds_it_not(held):
    told = alarm(relay(), *HEAT, COIL, *DRIVER, *held)
    assert [words.startswith("nothing holds the gate of T2 while gpio6 floats") for words in told] == [
        True
    ], told


@pytest.mark.parametrize(
    "module", [("CONN__1a__2b", ("in", "out")), ("CHIP__vin__gnd__out", ("in", "minus", "out"))]
)
def test_a_module_across_the_contact_is_a_warning_where_the_heat_is_drawn(module):
    parts = (*pico(GP2, VBUS, GP6), *TWO_WIRE[3:], *SOUND, *HEAT, module)
    found = findings(parts, options={"ALARM_PIN": 6})
    assert [f for f in found if f.level == "error"] == []
    (told,) = [f.message for f in found if f.rule == "alarm" and f.level == "warning"]
    name = module[0].partition("_")[0] + "1"
    where = "has pins on both sides of it"
    assert told == f"whether {name} leads past the contact behind gpio6 does not show: it {where}"


NINE = (("DC_9V", ("nine", "minus")), ("D", ("nine", "out")))
THERMOSTAT = ("CONN__1a__2b", ("in", "com"))


@pytest.mark.parametrize(
    "parts",
    [
        (contact("com", "out"), THERMOSTAT, *OUT, *NINE),
        (contact("com", "out"), THERMOSTAT, ("CONN__1a__2b", ("out", "minus")), *NINE),
        (
            contact("in", "out"),
            ("CONN__1a__2b", ("out", "mid")),
            ("CONN__1a__2b", ("mid", "minus")),
            ("D", ("in", "out")),
        ),
        (contact("com", "out"), THERMOSTAT, *OUT, ("SWITCH", ("in", "out"))),
    ],
    ids=[
        "a supply behind a thermostat on a plug",
        "and a heater on one",
        "a diode beside two plugs in a row",
        "a switch past thermostat and contact",
    ],
)
def test_what_leads_past_the_contact_is_told_with_plugs_in_a_row_with_it(parts):
    told = alarm(*parts, TWELVE, *REST)
    assert told and all("though the contact of RELAY1 is open then" in words for words in told)


@pytest.mark.parametrize(
    "past", [(("SWITCH", ("in", "out")),), (("D", ("in", "out")),), (("R_2_9W", ("in", "out")),)]
)
def test_what_leads_past_the_contact_is_told_beside_a_converter(past):
    buck = (("DC_24V", ("p", "m")), ("CHIP__vcc__gnd__vout", ("p", "m", "in")), ("R_47_5W", ("out", "m")))
    (words,) = alarm(contact("in", "out"), *buck, *past, *REST)
    assert (
        words == "something leads past com and no of RELAY1 behind gpio6: the open contact cuts nothing off"
    )


def test_a_lockout_that_ends_the_heat_when_it_is_hot_is_sound():
    lockout = (("THERMISTOR_10k", ("3V3", "nb")), ("R_1k", ("nb", "gnd")), ("NPN", ("gate6", "gnd", "nb")))
    parts = (*pico(GP2, VBUS, GP6), *TWO_WIRE[3:], *SOUND, *HEAT, *lockout)
    found = findings(parts, options={"ALARM_PIN": 6})
    assert [f.message for f in found if f.rule == "firmware" and f.level == "error"] == []


def test_a_thermistor_that_a_pin_reads_may_have_a_say_as_well():
    parts = (
        *pico(GP2, VBUS, GP6, ("gpio27Adc@32", "gp27")),
        *TWO_WIRE[3:],
        *(contact("ret", "gnd"), ("DC_12V_3A", ("in", "gnd")), ("R_100_5W", ("in", "ret")), *REST),
        *(("THERMISTOR_10k", ("3V3", "gp27")), ("R_1k", ("gp27", "agnd")), ("R_1k", ("gp27", "nb"))),
        ("NPN", ("ret", "gnd", "nb")),
    )
    told = [f.message for f in findings(parts, options={"ALARM_PIN": 6}) if f.rule == "firmware"]
    assert any("R4 runs while gpio6 is low" in words and "125 °C" in words for words in told), told


def test_a_relay_of_the_alarms_pin_without_com_is_told_and_breaks_nothing():
    second = ("RELAY_5V_70mA__a__b__com__no", ("5V", "coil", None, "lamp"))
    told = alarm(*SOUND, *HEAT, second, ("R_1k", ("lamp", "gnd")))
    assert any("through com and no of RELAY2" in words for words in told), told


def test_of_two_contacts_the_one_that_coils_in_a_row_bridge_is_told():
    second = ("RELAY_5V_70mA__a__b__com__no", ("5V", "coil", "in", "two"))
    bridge = (("L_1mH", ("in", "row")), ("L_1mH", ("row", "two")))
    (words,) = alarm(*SOUND, *HEAT, second, ("R_100_5W", ("two", "minus")), *bridge)
    assert words.startswith("something leads past com and no of RELAY2 behind gpio6")


def warned(*parts):
    """What the check says of the contact beside mistakes, of which there must be none."""
    base = (*pico(GP2, VBUS, GP6), *TWO_WIRE[3:])
    found = findings((*base, *parts, *REST), options={"ALARM_PIN": 6})
    assert [f.message for f in found if f.level == "error"] == []
    return [f.message for f in found if f.rule == "alarm" and f.level == "warning"]


SUPPLY = ("DC_12V_2A", ("12V", "gnd"))
BUCK = ("CHIP__vin__gnd__vout", ("12V", "gnd", "com"))
WARM = ("R_100_5W", ("out", "gnd"))
PLUGGED = ("CONN__1a__2b", ("out", "gnd"))
UNFED = "nothing drawn feeds com of RELAY1, so what its contact cuts off cannot be judged: draw what %s gives"
BOTH_SIDES = "whether %s leads past the contact behind gpio6 does not show: it has pins on both sides of it"
IN_A_ROW = "whether %s lead past the contact behind gpio6 does not show: they stand in a row from one side of"


@pytest.mark.parametrize(
    "heat, past, name",
    [
        (("R_100_5W", ("12V", "gnd")), (), "R4"),
        (WARM, (("D", ("12V", "out")),), "R4"),
        (WARM, (("SWITCH", ("12V", "out")),), "R4"),
        (WARM, (("CONN__1a__2b", ("12V", "out")),), "R4"),
        (PLUGGED, (("D", ("12V", "out")),), "what is behind CONN1"),
        (PLUGGED, (("CONN__1a__2b", ("12V", "out")),), "what is behind CONN1"),
        # Closed, the contact feeds the lamp at com from the diode.
        (WARM, (("D", ("12V", "out")), ("R_1k", ("com", "x")), ("LED_2V", ("x", "gnd"))), "R4"),
    ],
    ids=[
        "a wire",
        "a diode",
        "a switch",
        "a plug",
        "a diode to a plug",
        "a plug to a plug",
        "a lamp at com",
    ],
)
def test_heat_that_has_its_power_past_a_contact_that_a_converter_feeds_is_a_mistake(heat, past, name):
    no = "out" if "out" in heat[1] else "12V"
    (words,) = alarm(contact("com", no), SUPPLY, BUCK, heat, *past, *REST)
    assert words.startswith(name + " runs while gpio6 is low, though the contact of RELAY1 is open then")


@pytest.mark.parametrize(
    "parts, names",
    [
        ((SUPPLY, BUCK, WARM), "CHIP1"),
        ((SUPPLY, BUCK, WARM, ("R_10k", ("12V", "out"))), "CHIP1"),
        ((SUPPLY, BUCK, WARM, ("R_1k", ("12V", "x")), ("LED_2V", ("x", "out"))), "CHIP1"),
        ((SUPPLY, ("CHIP__vcc__gnd__k0__k1", ("12V", "gnd", "12V", "com")), PLUGGED), "CHIP1"),
        ((("CONN__p__m", ("com", "minus")), ("CONN__h__m", ("out", "minus"))), "CONN1"),
    ],
    ids=["a converter", "a pull-up at no", "a lamp at no", "a thermostat", "a supply on a connector"],
)
def test_a_contact_that_nothing_drawn_feeds_is_a_warning_that_says_what_to_draw(parts, names):
    (words,) = warned(contact("com", "out"), *parts)
    assert words.startswith(UNFED % names) and words.endswith("as a source, as DC_12V_2A")


@pytest.mark.parametrize(
    "parts, names",
    [
        ((BUCK, WARM, ("CONN__1a__2b", ("com", "out"))), ("CONN1", "CHIP1")),
        ((BUCK, PLUGGED, ("CHIP__vcc__gnd__k0__k1", ("12V", "gnd", "com", "out"))), ("CHIP2", "CHIP1")),
        ((("CHIP__vin__gnd__a__b", ("12V", "gnd", "com", "out")), WARM), ("CHIP1", "CHIP1")),
    ],
    ids=["a plug", "a thermostat", "one with two outputs"],
)
def test_a_module_across_a_contact_that_nothing_drawn_feeds_is_told_too(parts, names):
    across, feeding = warned(contact("com", "out"), SUPPLY, *parts)
    assert across == BOTH_SIDES % names[0] and feeding.startswith(UNFED % names[1])


@pytest.mark.parametrize(
    "parts",
    [
        (contact("com", "out"), ("CONN__1in__2out", ("com", "out"))),
        (contact("com", "out"), ("CONN__1in__2out", ("fused", "out")), ("FUSE_1A", ("fused", "com"))),
        (contact("com", "out"), ("CONN__1in", ("com",)), ("CONN__1out", ("out",))),
        (
            *(contact("com", "out"), ("CONN__1in__2out", ("com", "out"))),
            *(("R_1k", ("com", "x")), ("LED_2V", ("x", "out"))),
        ),
        (contact("com", "mid"), contact("mid", "out"), ("CONN__1in__2out", ("com", "out"))),
    ],
    ids=["as published", "behind a fuse", "on two terminals", "a lamp across", "two contacts"],
)
def test_a_contact_whose_heat_is_not_drawn_at_all_needs_no_warning(parts):
    assert warned(*parts) == []


@pytest.mark.parametrize(
    "heat",
    [("R_100_5W", ("hot", "gnd")), ("CONN__1a__2b", ("hot", "gnd"))],
)
def test_a_converter_that_the_contact_enables_is_a_warning_since_many_run_without(heat):
    enabled = ("CHIP__vin__gnd__vout__en", ("12V", "gnd", "hot", "out"))
    assert warned(contact("12V", "out"), SUPPLY, enabled, heat) == [BOTH_SIDES % "CHIP1"]


CONVERTS = ("CHIP__vin__gnd__vout", ("mid", "gnd", "out"))
UP_TO_IT = ("CONN__1a__2b", ("12V", "mid"))


@pytest.mark.parametrize(
    "com, row, names",
    [
        ("12V", (UP_TO_IT, CONVERTS), "CONN1 and CHIP1"),
        ("12V", (UP_TO_IT, ("CONN__1a__2g__3b", ("mid", "gnd", "out"))), "CONN1 and CONN2"),
        ("12V", (("CHIP__vin__gnd__vout", ("12V", "gnd", "mid")), CONVERTS), "CHIP1 and CHIP2"),
        (
            "com",
            (
                ("CONN__1a__2b", ("12V", "com")),
                ("CHIP__vcc__gnd__k0__k1", ("12V", "gnd", "12V", "out")),
            ),
            "CONN1 and CHIP1",
        ),
    ],
    ids=["a plug and a converter", "two connectors", "two converters", "a thermostat with its own supply"],
)
def test_modules_in_a_row_from_one_side_of_the_contact_to_the_other_are_a_warning(com, row, names):
    (words,) = warned(contact(com, "out"), SUPPLY, WARM, *row)
    assert words.startswith(IN_A_ROW % names)


@pytest.mark.parametrize(
    "parts",
    [
        (contact("12V", "out"), WARM, ("CHIP__vin__gnd__o", ("12V", "gnd", "x")), ("R_10k", ("x", "gnd"))),
        (
            *(contact("ret", "gnd"), ("CONN__1a__2b", ("12V", "ret"))),
            *(("CHIP__vin__gnd__o", ("12V", "gnd", "x")), ("R_10k", ("x", "gnd"))),
        ),
        (
            *(contact("12V", "out"), WARM, ("D", ("gnd", "out"))),
            *(("CHIP__vcc__gnd__o", ("12V", "gnd", "x")), ("R_10k", ("x", "gnd"))),
        ),
        (contact("12V", "out"), PLUGGED, ("CONN__1a__2b", ("12V", "fused")), ("FUSE_1A", ("fused", "gnd"))),
    ],
    ids=["beside the heat", "with the contact in the return", "a diode across the heat", "a fused return"],
)
def test_modules_that_meet_in_the_heats_supply_or_its_return_are_no_way_past_the_contact(parts):
    assert warned(SUPPLY, *parts) == []


RUNS = "R4 runs while gpio6 is low, though the contact of RELAY1 is open then"
BLEEDER = ("R_1k", ("com", "gnd"))
PROTECTS = ("D", ("com", "12V"))
PAST = ("D", ("12V", "out"))


@pytest.mark.parametrize(
    "parts",
    [
        (contact("com", "out"), WARM, PAST, BLEEDER),
        (contact("com", "out"), WARM, PAST, ("R_10k", ("com", "half")), ("R_3.3k", ("half", "gnd"))),
        (contact("com", "12V"), ("R_100_5W", ("12V", "gnd")), BLEEDER),
        (contact("out", "com"), WARM, PAST),
        (contact("out", "com"), WARM, ("SWITCH", ("12V", "out"))),
        (contact("12V", "com"), ("R_100_5W", ("12V", "gnd"))),
        (contact("com", "out"), WARM, PAST, PROTECTS),
        (contact("out", "com"), WARM, PAST, PROTECTS),
    ],
    ids=[
        "a bleeder",
        "a divider",
        "a wire, and a bleeder",
        "com and no swapped",
        "swapped, a switch",
        "swapped, a wire",
        "a diode that protects the converter",
        "that diode, swapped",
    ],
)
def test_nothing_around_a_converter_hides_that_the_heat_has_its_power_past_the_contact(parts):
    (words,) = alarm(SUPPLY, BUCK, *parts, *REST)
    assert words.startswith(RUNS)


USED = ("R_10k", ("12V", "gnd"))  # where the circuit has nothing else on its source
RETURN = (contact("ret", "gnd"), ("R_100_5W", ("hot", "ret")), ("CONN__p__m", ("hot", "gnd")))


@pytest.mark.parametrize(
    "parts, names",
    [
        ((*RETURN, ("R_100_5W", ("12V", "gnd"))), "CONN1"),
        ((*RETURN, ("R_47_5W", ("5V", "gnd")), USED), "CONN1"),
        (
            (
                *RETURN,
                *(("RELAY_12V_30mA__a__b__com__no", ("12V", "gnd", "x", "y")), ("D", ("gnd", "12V"))),
                *(("CONN__x", ("x",)), ("CONN__y", ("y",))),
            ),
            "CONN1",
        ),
        ((contact("ret", "gnd"), ("CONN__a", ("ret",)), ("R_100_5W", ("12V", "gnd"))), None),
        ((contact("hot", "12V"), ("CONN__h", ("hot",)), ("R_100_5W", ("12V", "gnd"))), None),
        ((contact("12V", "hot"), ("CONN__h", ("hot",)), ("R_100_5W", ("12V", "gnd"))), None),
        ((contact("com", "out"), BUCK, WARM, PROTECTS), "CHIP1"),
        ((contact("out", "com"), BUCK, WARM), "CHIP1"),
    ],
    ids=[
        "a load on 12 V",
        "a load on 5 V",
        "another relay's coil",
        "a terminal in the return",
        "a terminal at com",
        "a terminal at no",
        "a converter with a diode that protects it",
        "com and no swapped",
    ],
)
def test_a_load_elsewhere_on_ground_or_on_a_supply_is_not_the_heat_of_a_contact_there(parts, names):
    found = warned(SUPPLY, *parts)
    assert found == [] if names is None else len(found) == 1 and found[0].startswith(UNFED % names)


JACK = ("CONN__p__m", ("com", "gnd"))


@pytest.mark.parametrize(
    "parts",
    [
        (PAST,),
        (("D", ("5V", "out")), USED),
        (("SWITCH", ("12V", "out")),),
        (PAST, BLEEDER),
        (PAST, ("R_1k", ("com", "x")), ("LED_2V", ("x", "gnd"))),
    ],
    ids=["from 12 V", "from 5 V", "a switch", "a bleeder", "a lamp"],
)
def test_a_jack_at_com_is_a_warning_where_the_heat_runs_past_the_contact(parts):
    (words,) = warned(contact("com", "out"), SUPPLY, JACK, ("R_47_5W", ("out", "gnd")), *parts)
    assert words.startswith(UNFED % "CONN1")


def test_a_heaters_plug_at_com_is_sound_where_no_is_on_the_supply():
    assert warned(contact("com", "12V"), SUPPLY, JACK, ("R_100_5W", ("12V", "gnd"))) == []


OTHER = ("RELAY_12V_40mA__a__b__com__no", ("12V", "gnd", "mid", "out"))


@pytest.mark.parametrize(
    "row, names",
    [
        ((("CHIP__vin__gnd__o", ("12V", "gnd", "mid")), ("R_2.2", ("mid", "out"))), "CHIP1 and R5"),
        ((("R_2.2", ("12V", "mid")), CONVERTS), "R5 and CHIP1"),
        (
            (
                *(("CHIP__vin__gnd__o", ("12V", "gnd", "x")), ("R_10", ("x", "y"))),
                ("CHIP__vin__gnd__o", ("y", "gnd", "out")),
            ),
            "CHIP1 and R5 and CHIP2",
        ),
        (
            (
                *(("CHIP__vin__gnd__o", ("12V", "gnd", "mid")), ("NPN", ("mid", "out", "b"))),
                ("R_10k", ("mid", "b")),
            ),
            "CHIP1 and NPN1",
        ),
        (
            (("CHIP__vin__gnd__o", ("12V", "gnd", "mid")), OTHER, ("D", ("gnd", "12V"))),
            "CHIP1 and RELAY2",
        ),
    ],
    ids=["a resistor behind", "a resistor ahead", "one between", "a transistor", "another relay's contact"],
)
def test_a_module_leads_past_the_contact_through_a_resistor_or_what_switches_too(row, names):
    (words,) = warned(contact("12V", "out"), SUPPLY, WARM, *row)
    assert words.startswith(IN_A_ROW % names)


@pytest.mark.parametrize(
    "parts",
    [
        (contact("12V", "out"), WARM, ("CHIP__vin__gnd__o", ("12V", "gnd", "x")), ("R_1k", ("x", "out"))),
        (
            *(contact("12V", "out"), ("R_47_5W", ("out", "x"))),
            ("CONN__v__g__d", ("12V", "gnd", "x")),
        ),
        (
            *(contact("ret", "gnd"), ("R_47_5W", ("12V", "ret")), ("R_47_5W", ("x", "ret"))),
            ("CHIP__vcc__gnd__k", ("12V", "gnd", "x")),
        ),
        (contact("12V", "out"), WARM, ("R_47_5W", ("12V", "x")), ("CONN__1a__2b", ("x", "gnd"))),
    ],
    ids=["a pull-up", "the heat itself", "heat behind a thermostat, before the contact", "another load"],
)
def test_what_carries_too_little_and_the_heat_itself_lead_nowhere_past_the_contact(parts):
    assert warned(SUPPLY, *parts) == []
