"""Which level of its pin has the fan at full speed, and what the alarm's pin does: from solved states."""

from pathlib import Path

import pytest

from macros.circuit import check, driven, solve
from macros.circuit.parse import parse
from tests.macros.circuit.drawn import drawn, pico

CIRCUITS = Path(__file__).resolve().parents[3] / "firmware" / "circuits"
DIODE, PULL_DOWN = ("D", ("low", "5V")), ("R_100k", ("gate", "gnd"))
SWITCH = (("T", ("low", "gnd", "gate")), ("R_330", ("gp2", "gate")), PULL_DOWN)
GP2, VBUS, GP6 = ("gpio2@4", "gp2"), ("VBUS@40", "5V"), ("gpio6@9", "gp6")
FROM_12V = ("DC_12V", ("12V", "gnd"))

# Sound circuits, and what they are.
TWO_WIRE = (*pico(GP2, VBUS), ("FAN_5V_200mA", ("5V", "low")), DIODE, *SWITCH)
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


def findings(parts, **options):
    circuit = parse(drawn(*parts))
    assert circuit.problems == []
    return check.check(circuit, **options)


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


# The alarm: its relay's contact is closed while the pin is high, and only then.

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
