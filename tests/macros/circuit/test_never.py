"""Transistors that nothing switches, diodes that never conduct, and what is said of one mistake only."""

import pytest

from macros.circuit import check
from macros.circuit.parse import parse
from tests.macros.circuit.drawn import drawn, pico

PINS = (("gpio2@4", "gp2"), ("VBUS@40", "5V"))
FAN, DIODE = ("FAN_5V_80mA", ("5V", "low")), ("D", ("low", "5V"))
IDLE = ("R_10k", ("5V", "gnd"))
NPN = ("NPN", ("low", "gnd", "base"))


def said(*parts, level=None):
    """`{rule: message}` of what is said, of one level alone where it is named."""
    circuit = parse(drawn(*pico(*PINS), *parts))
    assert circuit.problems == []
    found = [f for f in check.check(circuit) if f.level != "passed" and level in (None, f.level)]
    return {f.rule: f.message for f in found}


def test_the_first_transistor_of_a_darlington_pair_is_not_told_to_stand_the_wrong_way_round():
    assert (
        said(FAN, DIODE, ("NPN", ("low", "gnd", "mid")), ("NPN", ("low", "mid", "b")), ("R_1k", ("b", "gp2")))
        == {}
    )
    # Collector and emitter of one alone, swapped: the fan's current comes out of the collector.
    swapped = said(FAN, DIODE, ("NPN", ("gnd", "low", "base")), ("R_1k", ("base", "gp2")))
    assert "NPN1 has collector and emitter the wrong way round" in swapped["reversed"]


@pytest.mark.parametrize(
    "drives, word",
    [
        ((("R_1k", ("base", "3V3")), ("R_10k", ("base", "gp2"))), "off: its base gets"),
        ((("R_10k", ("base", "gp2")), ("R_1k", ("base", "gnd"))), "on: its base gets no current"),
    ],
    ids=["held on", "held off"],
)
def test_a_bipolar_transistor_that_its_pin_does_not_switch_is_a_mistake_as_a_mosfet_is(drives, word):
    assert f"no state of the pins turns NPN1 {word}" in said(FAN, DIODE, NPN, *drives)["base-drive"]


def test_a_transistor_that_no_pin_drives_may_always_be_on():
    # A zener and a follower: 5.1 V less 0.7 V from 9 V, whatever the pins do.
    steady = (
        ("DC_9V", ("9V", "gnd")),
        ("R_1k", ("9V", "held")),
        ("ZENER_5.1V", ("gnd", "held")),
        ("NPN", ("9V", "out", "held")),
        ("R_1k", ("out", "gnd")),
        ("R_330", ("gp2", "led")),
        ("LED_2V", ("led", "gnd")),
        IDLE,
    )
    assert said(*steady) == {}


def test_a_load_at_an_emitter_is_told_to_belong_at_the_collector():
    follower = (
        ("FAN_5V_80mA", ("top", "gnd")),
        ("D", ("gnd", "top")),
        ("NPN", ("5V", "top", "base")),
        ("R_1k", ("base", "gp2")),
    )
    words = said(*follower)["half-on"]
    assert "stays 700 mV below its base whatever" in words and "belongs at the collector" in words
    assert "smaller resistor" not in words
    # With the fan where it belongs, and too little for its base, a smaller resistor does help.
    weak = said(("FAN_5V_80mA", ("5V", "low")), DIODE, NPN, ("R_10k", ("base", "gp2")))["half-on"]
    assert "a smaller resistor before the base helps" in weak


def test_an_led_the_wrong_way_round_is_a_warning():
    words = said(("R_330", ("gp2", "led")), ("LED_2V", ("gnd", "led")), IDLE, level="warning")["led-reverse"]
    assert words.startswith("LED1 never lights, and with gpio2 high has 3.3 V backwards")
    both = (("R_330", ("gp2", "led")), ("LED_2V", ("gnd", "led")), ("LED_2V", ("led", "gnd")), IDLE)
    assert "LED1 never lights" in said(*both)["led-reverse"]


def test_a_diode_the_wrong_way_round_before_its_load_is_a_warning_and_one_across_a_coil_is_none():
    switch = (("T", ("low", "gnd", "gate")), ("R_330", ("gp2", "gate")), ("R_100k", ("gate", "gnd")))
    across = (("FAN_5V_80mA", ("5V", "low")), DIODE, *switch)
    assert said(*across) == {}
    before = (("FAN_5V_80mA", ("top", "low")), ("D", ("low", "top")), ("D", ("top", "5V")), *switch)
    assert "diode-way" not in said(*before)  # of the two at the fan's end none has all of its current
    alone = (("FAN_5V_80mA", ("top", "low")), ("D", ("top", "5V")), *switch)
    assert "D1 conducts in no state, and with gpio2 high keeps 5 V from FAN1" in said(*alone)["diode-way"]
    # To a supply, from a pin that is read: it is there for what never comes.
    clamp = (*across, ("D", ("adc", "3V3")), ("D", ("agnd", "adc")))
    assert "diode-way" not in said(*clamp)


def test_what_follows_from_a_base_without_its_resistor_is_not_told_again():
    assert list(said(FAN, DIODE, ("NPN", ("low", "gnd", "gp2")), level="error")) == ["base-current"]


HIGH_SIDE = (("FAN_5V_80mA", ("low", "gnd")), ("D", ("gnd", "low")), ("PMOS", ("5V", "low", "gate")))
AT_A_GATE = (FAN, DIODE, ("T", ("low", "gnd", "gate")), ("R_100k", ("gate", "gnd")))
OPTO = ("CHIP__a__k__e__c", ("lit", "gnd", "gnd", "gate"))


@pytest.mark.parametrize(
    "parts",
    [
        (("CHIP__vcc__gnd__in__out", ("5V", "gnd", "gp2", "gate")), *AT_A_GATE),
        (("CHIP__vcc__gnd__in__out", ("5V", "gnd", "gp2", "out")), ("R_330", ("out", "gate")), *AT_A_GATE),
        (OPTO, ("R_330", ("gp2", "lit")), ("R_10k", ("gate", "5V")), *HIGH_SIDE),
        (FAN, DIODE, OPTO, ("R_330", ("gp2", "lit")), ("R_1k", ("gate", "base")), NPN),
        (
            *(FAN, DIODE),
            ("CHIP__vcc__gnd__in__out", ("5V", "gnd", "gp2", "gate")),
            *(("NPN", ("coil", "gnd", "base")), ("R_1k", ("gate", "base"))),
            ("RELAY_5V_70mA__a__b__com__no", ("5V", "coil", "gnd", "low")),
            ("D", ("coil", "5V")),
        ),
    ],
    ids=["a gate", "behind a resistor", "an opto-coupler", "a base", "a relay"],
)
def test_of_what_a_chip_decides_through_transistors_nothing_is_said(parts):
    assert said(*parts, level="error") == {}


def test_a_chip_that_listens_to_a_pin_hides_nothing_of_what_the_pin_drives():
    # 10 kohm against 1: 0.3 V at the gate, whatever the chip is.
    listens = ("CHIP__vcc__gnd__in", ("5V", "gnd", "gp2"))
    weak = (("T", ("low", "gnd", "gate")), ("R_10k", ("gp2", "gate")), ("R_1k", ("gate", "gnd")))
    told = said(FAN, DIODE, listens, *weak, level="error")
    assert "no state of the pins turns T1 on" in told["gate-voltage"]
    assert "FAN1 never runs" in told["fan-voltage"]


GATE = (FAN, DIODE, ("T", ("low", "gnd", "gate")), ("R_10k", ("gate", "gnd")), ("R_330", ("gp2", "base")))
PUSH = ("NPN", ("5V", "gate", "base"))


@pytest.mark.parametrize(
    "parts",
    [
        (*GATE, PUSH, ("PNP", ("gate", "gnd", "base"))),
        (*GATE, ("NPN", ("5V", "out", "base")), ("PNP", ("out", "gnd", "base")), ("R_10", ("out", "gate"))),
        (*GATE, ("D", ("base", "gate")), ("PNP", ("gate", "gnd", "base2")), ("R_100", ("gp2", "base2"))),
    ],
    ids=["a pair", "a pair before a resistor", "one that empties a gate"],
)
def test_a_transistor_that_moves_a_gate_need_not_be_on_in_any_state(parts):
    assert said(*parts, level="error") == {}


def test_a_transistor_at_a_gates_resistor_to_ground_is_judged_as_any_other():
    # Its emitter is on ground, where the gate's resistor ends too.
    held_off = (
        *GATE,
        PUSH,
        ("NPN", ("led", "gnd", "off")),
        ("R_10k", ("off", "base")),
        ("R_1k", ("off", "gnd")),
    )
    told = said(*held_off, ("R_1k", ("5V", "led")), level="error")
    assert "no state of the pins turns NPN2 on" in told["base-drive"]
