"""Voltages that parts do not bear, and circuits without rest: limits from makers' sheets, sums by hand."""

import pytest

from macros.circuit import check, solve
from macros.circuit.parse import parse


def findings(text):
    circuit = parse(text)
    assert circuit.problems == []
    return [f for f in check.check(circuit, None) if f.level != "passed"]


def told(text, rule):
    """(level, message) of a rule, or None where it says nothing."""
    said = [(f.level, f.message) for f in findings(text) if f.rule == rule]
    assert len(said) <= 1
    return said[0] if said else None


# A divider from the supply holds the gate: 24 V x 100 k / (100 k + R).
GATE = """\
DC_24--+--R_10k_9W-+
       |           |
       |           d
       +--%s+-gT
                |  s
           R_100k  |
                |  |
                +--+--G
"""


@pytest.mark.parametrize(
    ("before", "level"),
    [
        ("R_1k", "error"),  # 23.8 V
        ("R_22k", "warning"),  # 19.7 V of the 20 V that any common MOSFET bears
        ("R_91k", "warning"),  # 12.6 V of the 12 V of those that 3.3 V turn on
        ("R_110k", None),  # 11.4 V
    ],
)
def test_a_gate_bears_20_volt_and_those_for_3_3_volt_12(before, level):
    pad = "-" * (6 - len(before))
    text = GATE % (before + pad)
    said = told(text, "gate-most")
    assert (said[0] if said else None) == level


def test_a_p_channel_gate_on_ground_gets_the_whole_supply():
    text = "  DC_%d--sPMOSd--R_10k--G\n          g\n          |\n          G\n"
    level, message = told(text % 24, "gate-most")
    assert level == "error" and "PMOS1 has 24 V between gate and source" in message
    assert told(text % 12, "gate-most") is None


def test_drain_and_source_bear_30_volt_or_what_the_text_names():
    text = "DC_%d--R_10k_2W--dT%ss--G\n                  g\n                  |\n                  G\n"
    assert told(text % (30, ""), "transistor-voltage") is None
    level, message = told(text % (48, ""), "transistor-voltage")
    assert level == "error" and message.startswith("T1 has 48 V between drain and source; it bears 30 V")
    assert "T_96V bears more" in message
    assert told(text % (48, "_60V_"), "transistor-voltage") is None
    assert "it bears 60 V" in told(text % (72, "_60V_"), "transistor-voltage")[1]


def test_collector_and_emitter_bear_40_volt_or_what_the_text_names():
    text = (
        "DC_%d--R_10k_1W--cNPN%se--G\n                   b\n                   |\n                   +--G\n"
    )
    assert told(text % (40, ""), "transistor-voltage") is None
    assert (
        "NPN1 has 60 V between collector and emitter; it bears 40 V"
        in (told(text % (60, ""), "transistor-voltage")[1])
    )
    assert told(text % (60, "_80V_"), "transistor-voltage") is None


def test_an_led_bears_5_volt_backwards():
    text = "DC_%s--R_1k--cLED_2V_a--G\n"
    level, message = told(text % "9", "led-reverse")
    assert level == "error" and message.startswith("LED1 has 9 V backwards, and an LED bears 5 V")
    assert told(text % "5", "led-reverse")[0] == "warning"  # it bears them, and never lights
    # A closed loop without any ground says the same.
    loop = "+-pDC_9V_n---------+\n|                  |\n+-R_330-cLED_2V_a--+\n"
    assert "LED1 has 9 V backwards" in told(loop, "led-reverse")[1]


@pytest.mark.parametrize(
    "text",
    [
        "DC_24--R_1k--cDa--cLED_2V_a--G\n",
        "DC_24--cLED_2V_a--R_1k--cDa--G\n",
    ],
)
def test_a_diode_in_a_row_with_an_led_takes_what_comes_backwards(text):
    assert told(text, "led-reverse") is None
    # Turned round, the diode only carries on what the LED should not get.
    assert told(text.replace("cDa", "aDc"), "led-reverse")[0] == "error"


FOLLOWER = """\
        +----------+
        |   DC_%s  |
        |   |      |
        +-n v      |
          OPAMPo---+--R_10k--G
 DC_%s----p g
            |
            G
"""


def test_an_amplifier_bears_32_volt_of_supply():
    assert told(FOLLOWER % ("32", "2-"), "opamp-supply") is None
    assert (
        "has 40 V between v and g; a common one bears 32 V"
        in told(FOLLOWER % ("40", "2-"), "opamp-supply")[1]
    )


def test_an_amplifiers_input_bears_0_3_volt_beyond_its_supply():
    level, message = told(FOLLOWER % ("5 ", "24"), "opamp-input")
    assert level == "error" and message.startswith("input p of OPAMP1 is 19 V above its supply")
    assert told(FOLLOWER % ("5 ", "5-"), "opamp-input") is None
    below = FOLLOWER.replace(" DC_%s----p g", "G-pDC_%s_n-p g") % ("5 ", "3")
    assert "is 3 V below its supply" in told(below, "opamp-input")[1]


# Circuits without a state to rest in.

HIGH_SIDE = "  DC_12--dTs--R_100_2W--G\n          g\n          |\n          DC_3.3\n"


def test_an_n_channel_mosfet_above_its_load_is_told_where_it_belongs():
    # On, its source would be at 12 V and its gate 8.7 V below; off, at 0 V, 3.3 V below the gate.
    (finding,) = [f for f in findings(HIGH_SIDE) if f.level == "error"]
    assert finding.rule == "solve" and finding.at == (1, 11)
    assert finding.message.startswith("T1 has no state to rest in: on, it lifts its source")
    assert "with its source on ground; a PMOS, its source on plus" in finding.message


def test_the_solver_says_the_same_with_its_place():
    with pytest.raises(solve.Unsolvable, match="T1 has no state to rest in") as stopped:
        solve.solve(parse(HIGH_SIDE))
    assert stopped.value.at == (1, 11)


def test_an_n_channel_mosfet_whose_gate_is_far_above_its_load_rests():
    # 15 V at the gate are 3 V above the source that reaches 12 V.
    assert [f.rule for f in findings(HIGH_SIDE.replace("DC_3.3", "DC_15")) if f.level == "error"] == []


def test_a_relay_that_cuts_off_its_own_coil_buzzes():
    text = """\
DC_5-----com__nc__a__b__RELAY_5V_70mA
              |   |  |
              +---+  G
"""
    (finding,) = [f for f in findings(text) if f.rule == "solve"]
    assert "RELAY1 has no state to rest in" in finding.message and "it buzzes" in finding.message


# Currents that only the models limit.


def test_a_short_through_an_led_names_no_current_that_no_circuit_carries():
    # (9 - 2) V over the 10 milliohm of the model's LED would be 700 A.
    (level, message) = told("DC_9--aLED_2V_c--G\n", "led-current")
    assert "700" not in message and "carries more than 100 A" in message
    assert "nothing limits it; a resistor in series, as R_330, does" in message


def test_a_pin_on_a_gate_that_12_volt_charge_is_told_so_without_a_number():
    text = """\
DC_12--sPMOSd--R_1k_1W--G
        g
        |
        gpio2__RPI_PICO_W__gnd
                            |
                            G
"""
    message = told(text, "gate-charging")[1]
    assert message.startswith("nothing limits what charges a gate from RPI_PICO_W1.gpio2")


def test_a_base_without_a_resistor_is_said_once_and_no_voltage_of_the_models_with_it():
    text = (
        "  DC_12--R_470_1W--cNPNe--G\n                    b\n                    |\n"
        "                gpio2__RPI_PICO_W__gnd\n                                   |\n"
        "                                   G\n"
    )
    assert [f.rule for f in findings(text) if f.message.startswith("with gpio2 high NPN1")] == [
        "base-current"
    ]
