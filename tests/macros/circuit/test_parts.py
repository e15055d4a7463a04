"""The parts beyond the simplest: their models against values worked by hand, and what the checks say of each.

That ngspice finds the same stands in test_solve.py and test_spice.py.
"""

from pathlib import Path

import pytest

from macros.circuit import check, solve, spice
from macros.circuit.parse import parse
from tests.macros.circuit.drawn import drawn
from tests.macros.circuit.solvable import PARTS


def text_of(name):
    return (PARTS / f"{name}.txt").read_text()


def states(text):
    circuit = parse(text)
    assert circuit.problems == []
    return {state.name(): state for state in solve.solve(circuit)[0]}


def found(text, level="error"):
    circuit = parse(text)
    assert circuit.problems == []
    return {f.rule for f in check.check(circuit, None) if f.level == level}


def told(text):
    return " ".join(f.message for f in check.check(parse(text), None) if f.level != "passed")


# Models, each worked by hand.


def test_a_saturated_npn_leaves_12_volt_to_its_load():
    # base (5 - 0.7) V / 10 k = 0.43 mA; a hundred times that is more than 12 V / (1 k + 2 ohm) = 11.976 mA
    state = states(text_of("npn-switch"))["always"]
    assert state.currents["NPN1.b"] == pytest.approx(0.43e-3, rel=1e-4)
    assert state.currents["NPN1.c"] == pytest.approx(12 / 1002, rel=1e-4)


def test_a_follower_gives_its_load_a_hundred_and_one_times_the_bases_current():
    # I_B = (3 - 0.7) V / (10 k + 101 * 1 k) = 20.72 uA
    state = states(text_of("npn-follower"))["always"]
    assert state.currents["NPN1.b"] == pytest.approx(2.3 / 111e3, rel=1e-5)
    assert state.currents["NPN1.e"] == pytest.approx(-101 * 2.3 / 111e3, rel=1e-5)


def test_a_pnp_feeds_an_led_from_above():
    # (5 - 2) V / (330 + 2 ohm + 10 milliohm for each of two diodes); base 4.3 V / 4.7 k
    state = states(text_of("pnp"))["always"]
    assert state.currents["LED1.a"] == pytest.approx(3 / 332, rel=1e-3)
    assert -state.currents["PNP1.b"] == pytest.approx(4.3 / 4700, rel=1e-4)


def test_a_transistor_whose_base_has_no_current_carries_none():
    state = states(text_of("npn-switch").replace("DC_5--", "DC_0--"))["always"]
    assert state.currents["NPN1.c"] == pytest.approx(0, abs=1e-9)


def test_a_p_channel_mosfet_is_on_where_its_gate_is_low():
    on = states(text_of("high-side"))["always"]
    # the loop of 12 V: the fan's 60 ohm, 50 milliohm, and the fuse's 0.1 V / 0.5 A
    assert on.currents["FAN1.1"] == pytest.approx(12 / 60.25, rel=1e-5)
    assert on.gates["PMOS1"] == pytest.approx(-11.96, abs=0.01)
    off = states(text_of("high-side").replace("DC_3.3", "DC_0--"))["always"]
    assert off.currents["FAN1.1"] == pytest.approx(0, abs=1e-9)


def test_a_zener_holds_its_voltage_and_takes_what_the_load_leaves():
    # (12 - 5.1) V / 220 = 31.36 mA, of which 5.1 V / 1 k go to the load
    state = states(text_of("zener"))["always"]
    assert state.currents["ZENER1.c"] == pytest.approx(31.36e-3 - 5.1e-3, rel=1e-3)
    assert state.power["ZENER1"] == pytest.approx(5.1 * 26.26e-3, rel=1e-3)


def test_an_amplifier_multiplies_by_one_and_the_ratio_of_its_resistors():
    # 0.2 V * (1 + 10 k / 1 k) = 2.2 V, less 11 / 100,000 of it
    state = states(text_of("amplifier"))["always"]
    assert state.nets["N2"] == pytest.approx(2.2 * (1 - 11e-5), rel=1e-6)


@pytest.mark.parametrize("volts, output", [("1", 5.0), ("0", 0.0)])
def test_an_amplifier_ends_at_its_supplies(volts, output):
    state = states(text_of("amplifier").replace("DC_200m--", f"DC_{volts}-----"))["always"]
    assert state.nets["N2"] == pytest.approx(output, abs=1e-6)


def test_a_fuse_drops_a_tenth_of_a_volt_at_its_rating():
    # 12 V over 0.1 ohm and 15 parallel to 100 ohm = 13.0435 ohm
    state = states(text_of("fuse"))["always"]
    assert state.currents["FUSE1.1"] == pytest.approx(12 / 13.1435, rel=1e-5)


def test_a_relay_pulls_in_at_three_quarters_of_its_voltage():
    found_ = states(text_of("relay"))
    assert found_["BUTTON1 closed"].currents["FAN1.1"] == pytest.approx(12 / 12.05, rel=1e-4)
    assert found_["BUTTON1 open"].currents["FAN1.1"] == pytest.approx(0, abs=1e-9)
    weak = states(text_of("relay").replace("          DC_5--", "          DC_3.7"))
    assert weak["BUTTON1 closed"].currents["FAN1.1"] == pytest.approx(0, abs=1e-9)


def test_a_relay_at_rest_holds_its_other_contact():
    found_ = states(text_of("relay-at-rest"))
    assert found_["SWITCH1 open"].currents["R1.1"] == pytest.approx(5 / 100.05, rel=1e-5)
    assert found_["SWITCH1 closed"].currents["R1.1"] == pytest.approx(0, abs=1e-9)
    assert found_["SWITCH1 closed"].currents["R2.1"] == pytest.approx(5 / 1000.05, rel=1e-5)


def test_a_pin_that_a_switch_sets_is_read_and_one_that_it_only_interrupts_drives():
    found_ = states(text_of("switch-on-a-pin"))
    assert list(found_) == [
        "gp15 low, SWITCH1 open",
        "gp15 low, SWITCH1 closed",
        "gp15 high, SWITCH1 open",
        "gp15 high, SWITCH1 closed",
    ]
    assert found_["gp15 low, SWITCH1 open"].nets["gp14"] == pytest.approx(3.3)
    assert found_["gp15 low, SWITCH1 closed"].nets["gp14"] == pytest.approx(0, abs=1e-4)
    lamp = "RPI_PICO_W__gp2__gnd\n            |    |\n            |    +-cLED_2V_a-R_330-+\n"
    lamp += "            |                      |\n            +-------SWITCH---------+\n"
    circuit = parse(lamp)
    assert [port.name for _, port in solve.outputs(circuit)] == ["gp2"]


def test_a_4_wire_fan_takes_its_rated_current_and_gives_the_open_drain_5_mA():
    found_ = states(text_of("four-wire-fan"))
    assert found_["gp2 low"].currents["FAN_PWM1.12v"] == pytest.approx(0.3, rel=1e-6)
    assert found_["gp2 low"].nets["N2"] == pytest.approx(5.0, rel=1e-6)
    assert found_["gp2 high"].currents["T1.d"] == pytest.approx(5 / 1000.05, rel=1e-5)


def test_the_deck_says_what_each_part_is_and_that_switches_are_closed():
    lines = spice.deck(parse(text_of("relay")), "t").splitlines()
    assert "* RELAY1: relay 5 V, 70 mA" in lines and "RBUTTON1_1_2 N5 N6 50m" in lines
    assert "SRELAY1_com_no N3 N4 RELAY1__no 0 pull3_75" in lines
    assert any(line.startswith("* Switches are closed") for line in lines)
    lines = spice.deck(parse("DC_5--R_1k--1a__2b__CONN\n"), "t").splitlines()
    assert "* CONN1: connector, no current of its own" in lines


# Checks: most texts are one of the sound ones with one thing changed.

SWITCH, HIGH, RELAY, ZENER = (text_of(name) for name in ("npn-switch", "high-side", "relay", "zener"))
FAN, AMPLIFIER, PIN = (text_of(name) for name in ("four-wire-fan", "amplifier", "switch-on-a-pin"))


def swapped(text, one, other):
    """A text with two ports that each end a line in each other's place."""
    lines = text.split("\n")
    turned = {one: other, other: one}
    return "\n".join([line[:-1] + turned.get(line[-1:], line[-1:]) for line in lines])


@pytest.mark.parametrize(
    "name",
    ["amplifier", "four-wire-fan", "high-side", "npn-switch", "pnp", "relay", "relay-at-rest", "zener"],
)
def test_the_sound_circuits_pass_without_a_warning(name):
    assert found(text_of(name)) == found(text_of(name), "warning") == set()


STRAIGHT = """\
FAN_PWM__gnd__12v__pwm
         |    |     |
         G    |     |
              |     |
        DC_12-+     |
                    |
RPI_PICO_W_________gp2__gnd
                         |
                         G
"""
HALF = """\
RPI_PICO_W__gnd__gp2____VBUS
            |     |      |
            |     |      |
            |   R_100k   R_100
            |     |      |
            |     +--+   |
            |        |   c
            |        +--bNPN
            |            e
            |            |
            +------------+
"""
PULLED = """\
RPI_PICO_2_W__gp14@19__3V3@36__gnd@23
              |        |       |
              +-SWITCH-+       |
              |                |
              +-----R_10k------+
"""


@pytest.mark.parametrize(
    "name,text,rule",
    [
        ("an NPN upside down", swapped(SWITCH, "c", "e"), "reversed"),
        ("a base without a resistor", SWITCH.replace("R_10k", "L_1m-"), "base-current"),
        # 12 V / 50 ohm: 240 mA, of 100 mA
        (
            "a collector of too much",
            SWITCH.replace("R_1k", "R_50_9W").replace("DC_5--R_10k", "DC_5---R_1k"),
            "collector-current",
        ),
        # (1.5 - 0.7) V / 1 k * 100 = 80 mA at 12 V, nearly a watt
        (
            "a transistor that heats",
            SWITCH.replace("R_1k", "R_1").replace("DC_5--R_10k", "DC_1.5-R_1k"),
            "transistor-heat",
        ),
        ("a base far below its emitter", SWITCH.replace("DC_5--R_10k", "DC_9_n-R_1k"), "base-reverse"),
        ("a base that nothing drives", SWITCH.replace("DC_5--R_10k", "G------C_1n-"), "floating-input"),
        ("a P-channel MOSFET upside down", swapped(HIGH, "s", "d").replace("DC_3.3", "DC_0--"), "reversed"),
        ("a P-channel gate without its pull-up", HIGH.replace("R_10k", "C_10n"), "floating-gate"),
        ("a P-channel gate of two volts", HIGH.replace("DC_12", "DC_2-"), "gate-voltage"),
        (
            "a fan on a P-channel MOSFET without its diode",
            HIGH.replace("c       |", "|       |").replace("D   ", "C_1n").replace("a       |", "|       |"),
            "flyback",
        ),
        ("a zener without a resistor", ZENER.replace("R_220", "L_1m-"), "zener-power"),
        ("a zener upside down", text_of("zener-forwards"), "zener-way"),
        ("a zener without its voltage", ZENER.replace("ZENER_5.1", "ZENER"), "values"),
        ("a fuse that blows", text_of("fuse").replace("R_15_10W", "R_10_99W"), "fuse-current"),
        ("a fuse without its current", text_of("fuse").replace("FUSE_1-", "FUSE---"), "values"),
        ("a switch of too much", "DC_12_2A--SWITCH_500mA--R_12_20W--G\n", "contact-current"),
        ("a switch that shorts", "DC_5--+--SWITCH--G\n      |\n      R_1k--G\n", "source-current"),
        ("a relay without its diode", RELAY.replace("cDa", "C_1"), "flyback"),
        ("a relay's diode the wrong way round", RELAY.replace("cDa", "aDc"), "flyback"),
        ("a relay for more", RELAY.replace("RELAY_5V", "RELAY_9V"), "relay-coil"),
        ("a relay for less", RELAY.replace("RELAY_5V", "RELAY_3V"), "relay-coil"),
        (
            "a coil with one end",
            "DC_5--a__com__no__RELAY_5V_70mA\n         |    |\n         +----+--R_1k--G\n",
            "unwired",
        ),
        ("a 4-wire fan on too little", FAN.replace("DC_12", "DC_9"), "fan-voltage"),
        ("a 4-wire fan on too much", FAN.replace("DC_12", "DC_24"), "fan-voltage"),
        ("a 4-wire fan without ground", "DC_12--12v__FAN_PWM_12V_200mA\n", "unwired"),
        ("a tachometer that is pulled up to 5 V", FAN.replace("_____3V3@36", "____VBUS@40"), "input-range"),
        ("a fan's pwm straight on a pin", STRAIGHT, "fan-pwm"),
        (
            "a fan's supply on another pin",
            "DC_12--12v@1__gnd__FAN_PWM\n               |\n               G\n",
            "pin-mismatch",
        ),
        (
            "an amplifier upside down in its supply",
            AMPLIFIER.replace("n  v", "n  g").replace("p  g", "p  v"),
            "opamp-supply",
        ),
        ("an amplifier of too little supply", AMPLIFIER.replace("DC_5", "DC_1"), "opamp-supply"),
        # 2.2 V / 100 ohm: 22 mA
        ("an amplifier that gives too much", AMPLIFIER.replace("--R_10k--G", "--R_100--G"), "opamp-current"),
        ("an input that floats", AMPLIFIER.replace("   DC_200m--+", " G---C_1n---+"), "floating-input"),
        (
            "a chip without ground",
            "DC_5--vcc__out__gnd__CHIP\n           |\n           R_1k--G\n",
            "chip-supply",
        ),
        ("a chip on another voltage", "DC_5--3v3__gnd__CHIP\n           |\n           G\n", "named-voltage"),
        (
            "a connector on another voltage",
            "DC_12--5v__gnd__CONN\n           |\n           G\n",
            "named-voltage",
        ),
        (
            "a connector whose ground is on a supply",
            "DC_12--gnd__sig__CONN\n            |\n            R_1k--G\n",
            "named-voltage",
        ),
    ],
)
def test_a_rule_catches(name, text, rule):
    assert rule in found(text), name


@pytest.mark.parametrize(
    "name,text,rule",
    [
        ("a tachometer without its pull-up", FAN.replace("R_10k", "C_10n"), "fan-tach"),
        ("an amplifier without feedback", text_of("comparator"), "opamp-feedback"),
        ("a fuse near its rating", text_of("fuse"), "fuse-current"),
        ("a fuse above what its source gives", "DC_12_500mA--FUSE_1--R_100_9W--G\n", "fuse-rating"),
        ("a pin that floats while its switch is open", PIN.replace("R_10k", "C_10n"), "floating-pin"),
        ("a pull-down of 10 k at the RP2350", PULLED, "pull-down"),
        ("a relay's coil that a switch cuts off", text_of("relay-at-rest").replace("cDa", "C_1"), "flyback"),
        ("a relay that switches nothing", "DC_5--a__b__RELAY_5V_70mA\n         |\n         G\n", "unwired"),
        (
            "a chip's pin left open",
            "DC_5--vcc__in__gnd__CHIP\n               |\n               G\n",
            "chip-pin",
        ),
        ("a base resistor too large for its load", HALF, "half-on"),
        ("a relay without values", RELAY.replace("RELAY_5V_70mA", "RELAY________"), "values"),
    ],
)
def test_a_rule_warns(name, text, rule):
    assert rule in found(text, "warning"), name
    assert rule not in found(text), name


@pytest.mark.parametrize("text", [PULLED.replace("R_10k-", "R_8.2k"), PULLED.replace("_2_W_", "_W___")])
def test_a_strong_pull_down_and_the_older_chip_are_not_warned_of(text):
    assert found(text, "warning") == set()


def test_a_load_between_supply_and_ground_is_not_taken_for_switched():
    # The MOSFET's source is on ground, and so is one end of the fan, which nothing switches.
    switch = "      |\n      R_1k\n      |\n      d\nDC_5-gT\n      s\n      |\n      G\n"
    text = "DC_5--+--FAN_5V_100mA--G\n" + switch
    assert "flyback" not in found(text)


DESIGNS = Path(__file__).resolve().parents[3] / "firmware" / "circuits"
TWELVE = (DESIGNS / "with-12-volt-tachometer.txt").read_text(encoding="utf-8")


def test_a_fan_with_a_tachometer_that_a_transistor_switches_needs_its_diode_as_one_of_two_wires_does():
    assert "flyback" not in found(TWELVE)
    assert "flyback" in found(TWELVE.replace("aDc", "C_1", 1))
    assert "D1 stands the wrong way round" in told(TWELVE.replace("aDc", "cDa", 1))


def test_a_fan_with_a_speed_input_needs_none_on_a_supply_that_nothing_switches():
    four = (DESIGNS / "with-4-wire-fan.txt").read_text(encoding="utf-8")
    assert "aDc" not in four and "flyback" not in found(four)


NPN_COIL = (
    *(("DC_5V", ("5V", "gnd")), ("DC_12V", ("12V", "gnd")), ("RELAY_12V_40mA__a__b", ("12V", "low"))),
    *(("NPN", ("low", "gnd", "base")), ("R_1k", ("base", "5V"))),
)


@pytest.mark.parametrize(
    "across, sound",
    [
        ((("D", ("low", "row")), ("ZENER_12V", ("12V", "row"))), True),
        ((("ZENER_12V", ("row", "low")), ("D", ("row", "12V"))), True),
        ((("ZENER_24V", ("gnd", "low")),), True),
        ((("D", ("row", "low")), ("ZENER_12V", ("12V", "row"))), False),
        ((("ZENER_24V", ("low", "gnd")),), False),
        ((("ZENER_47V", ("gnd", "low")),), False),
        ((("D", ("low", "row")), ("ZENER_24V", ("12V", "row"))), False),
    ],
    ids=[
        "behind a diode",
        "before a diode",
        "to ground",
        "a diode turned round",
        "a zener turned round",
        "more to ground than a transistor bears",
        "more across the coil than a transistor bears",
    ],
)
def test_a_zener_lets_a_coils_current_fall_fast(across, sound):
    assert ("flyback" in found(drawn(*NPN_COIL, *across))) != sound


# A contact that the text names and nothing is wired to, which is no mistake.
SPARE = """\
               DC_5
               |
               |    DC_12    R_100_2W--G
               |    |        |
RELAY_5V_70mA__a____com______no_____b____nc
                                    |
                                    c
                  DC_3.3--R_1k----bNPN
                                    e
                                    |
                                    G
"""


def test_a_contact_that_is_named_and_not_wired_switches_no_rule_off():
    assert "flyback" in found(SPARE)
    assert "relay-coil" in found(SPARE.replace("DC_5\n", "DC_24\n"))
    assert "relay-coil" not in found(SPARE)


def test_a_relay_on_a_pin_is_told_of_its_coil_whatever_its_contacts_do():
    # 3.3 V, and a coil of 5 V pulls in from 3.75 V on
    text = "RELAY_5V_70mA__a__com__no__b\n               |           |\nRPI_PICO_W_____gpio2____gnd@38\n"
    assert {"flyback", "relay-coil"} <= found(text)


# 5 V, a coil, 100 ohm and a transistor in one row: the resistor is no way for the coil's current.
SERIES = """\
      +--cDa----------+
      |               |
DC_5--+--L_1m--R_100--+--dTs--G
      |                  g
      |                  |
      R_1k               |
      |                  |
      +------------------+--R_10k--G
"""


def test_a_resistor_in_series_hides_no_coil_and_a_diode_around_both_carries_it_on():
    assert "flyback" not in found(SERIES)
    assert "flyback" in found(SERIES.replace("cDa", "C_1"))
    assert "D1 stands the wrong way round" in told(SERIES.replace("cDa", "aDc"))


def test_a_coil_and_a_resistor_in_a_ring_are_no_way_without_an_end():
    ring = "+--L_1m--+\n|        |\n+--R_1k--+\n\nDC_5--BUTTON--R_1k--G\n"
    assert found(ring) == set()


def test_a_resistor_keeps_no_4_wire_fans_input_off_a_pin():
    through = STRAIGHT.replace(
        "              |     |\n        DC_12-+", "              |     R_1k\n        DC_12-+"
    )
    assert through != STRAIGHT and "fan-pwm" in found(through)
    assert "which a resistor does not keep off" in told(through)


def test_messages_say_what_to_do():
    assert "a resistor before the base, as R_1k, limits it" in told(SWITCH.replace("R_10k", "L_1m-"))
    assert "cathode belongs on plus" in told(text_of("zener-forwards"))
    assert "D1 stands the wrong way round" in told(RELAY.replace("cDa", "aDc"))
    assert "it protects nothing" in told("DC_12_500mA--FUSE_1--R_100_9W--G\n")


def test_a_port_that_a_block_does_not_have_is_refused_with_those_that_it_has():
    (problem,) = parse("DC_5--a__x__RELAY\n         |\n         G\n").problems
    assert problem.at == (1, 10) and "its ports are a, b, com, no, nc" in problem.message


def test_an_amplifier_without_its_supply_is_a_mistake_of_the_text():
    (problem,) = parse("--n\n  OPAMPo--\n--p  g\n     |\n", True).problems
    assert problem.code == "unconnected-port" and "port v of OPAMP" in problem.message


# A driver of seven transistors, or an optocoupler, has no supply of its own to name.
DRIVER = drawn(
    ("RPI_PICO_W__gnd@38__gpio6@9__vbus@40", ("gnd", "gp6", "5V")),
    ("CHIP__1in__16out__8gnd", ("gp6", "low", "gnd")),
    ("RELAY_5V_70mA__a__b__com__no", ("5V", "low", "5V", "on")),
    ("FAN_5V_100mA", ("on", "low")),
    ("R_1k", ("on", "gnd")),
)


def test_a_chip_without_a_pin_for_its_supply_is_a_warning_in_plain_words():
    assert found(DRIVER) == set() and found(DRIVER, "warning") == {"chip-supply"}
    assert "CHIP1 names no pin of a supply, as vcc or 3v3: nothing is checked there" in told(DRIVER)
    coupler = "DC_5--R_1k--anode__cathode__CHIP\n                    |\n                    G\n"
    assert "CHIP1 names no pin of a supply, as vcc or 3v3 and none of a ground, as gnd: nothing" in told(
        coupler
    )


def test_a_fan_or_a_coil_that_a_chip_switches_is_not_told_to_get_nothing():
    assert "never" not in told(DRIVER)
    passed = [f.message for f in check.check(parse(DRIVER), None) if f.level == "passed"]
    assert not any("voltage it is made for" in message for message in passed)
