"""The circuits of the script's options against the script: the alarm's relay, a second thermistor."""

import subprocess
import sys
from pathlib import Path

import pytest

from macros.circuit import against_script, check, solve
from macros.circuit.parse import parse
from tests.macros.circuit.drawn import drawn, pico

ROOT = Path(__file__).resolve().parents[3]
CIRCUITS = ROOT / "firmware" / "circuits"
ALARM = (CIRCUITS / "with-alarm-relay.txt").read_text()
SECOND = (CIRCUITS / "with-second-thermistor.txt").read_text()


def said(text, **options):
    """`[(level, rule, message)]` of what is wrong with a circuit and the script with its options."""
    circuit = parse(text)
    assert circuit.problems == [] and circuit.warnings == []
    found = check.check(circuit, options=options)
    return [(f.level, f.rule, f.message) for f in found if f.level != "passed"]


def differences(text, **options):
    return [message for _, rule, message in said(text, **options) if rule == "firmware"]


def test_both_circuits_pass_with_their_option_switched_on():
    assert said(ALARM, ALARM_PIN=6) == [] and said(SECOND, SECOND_PIN=27) == []


def test_the_relay_is_pulled_in_while_its_pin_is_high_and_drops_at_every_reset():
    circuit = parse(ALARM)
    coil = [state.currents["RELAY1.a"] for state in solve.solve(circuit)[0]]
    # 5 V over 71.43 ohm and the transistor's 50 milliohm, in the two states in which gpio6 is high
    assert sorted(round(amperes, 4) for amperes in coil) == [0.0, 0.0, 0.07, 0.07]
    for state in solve.solve(circuit)[0]:
        assert (state.pins["gpio6"] == "high") == (state.currents["RELAY1.a"] > 0.05)
    # Afloat, as in a reset and without a script, its pull-down holds the gate.
    levels = solve.combinations(circuit)[0]
    afloat = solve.operating_point(circuit, [one for one in levels if one[1].name != "gpio6"])[0]
    assert afloat.currents["RELAY1.a"] == pytest.approx(0, abs=1e-9)


def test_a_relays_pin_that_the_script_does_not_know_is_told():
    assert differences(ALARM) == ["gpio6 is GP6, which the script does not drive; it drives GP2"]
    told = differences(ALARM, ALARM_PIN=7)
    assert "the script lets the heat run through GP7, and no wire touches that pin" in told


def test_a_second_thermistor_is_held_against_the_script_as_the_first_is():
    # 22 kohm of 32 kohm: 2.27 V
    wrong = SECOND.replace("R_10k------------------+", "R_22k------------------+")
    assert wrong != SECOND
    (told,) = differences(wrong, SECOND_PIN=27)
    assert told.startswith("R4 is 22 kΩ, the script has R_DIVIDER = 10 kΩ: at 25 °C the ADC pin gets 2.27 V")
    assert differences(wrong) == []
    assert differences(SECOND, SECOND_PIN=28) == ["the script reads GP28, and no wire touches that pin"]


def test_a_second_thermistor_on_the_first_ones_divider_is_refused():
    wired = pico(("gpio2@4", "gp2"), ("gpio27Adc@32", "adc"))
    (told,) = differences(drawn(*wired, ("R_330", ("gp2", "led")), ("LED_2V", ("led", "gnd"))), SECOND_PIN=27)
    assert told.startswith("GP26 and GP27 are on one divider") and told.endswith("a resistor of its own")


@pytest.mark.parametrize("joins", ["R_1k", "SWITCH"])
def test_what_joins_both_dividers_keeps_them_from_disagreeing(joins):
    second = (("THERMISTOR_10k_3950K", ("other", "3V3")), ("R_10k", ("other", "agnd")))
    wired = (*pico(("gpio2@4", "gp2"), ("gpio27Adc@32", "other")), *second)
    lit = (("R_330", ("gp2", "led")), ("LED_2V", ("led", "gnd")))
    assert differences(drawn(*wired, *lit), SECOND_PIN=27) == []
    for between in ([(joins, ("adc", "other"))], [("R_1k", ("adc", "row")), (joins, ("row", "other"))]):
        (told,) = differences(drawn(*wired, *lit, *between), SECOND_PIN=27)
        assert "something joins GP26 and GP27, so that they can hardly disagree" in told


def test_an_option_that_names_no_pin_is_refused():
    with pytest.raises(against_script.ScriptError, match="'LOUD' is no option that names a pin; those are"):
        against_script.read(options={"LOUD": 1})


def run(*words):
    command = [sys.executable, "-m", "macros.circuit", "check", "firmware/circuits/with-alarm-relay.txt"]
    return subprocess.run([*command, *words], cwd=ROOT, capture_output=True, text=True)


@pytest.mark.parametrize(
    "words, status, told",
    [
        (("--option", "ALARM_PIN=6"), 0, ""),
        ((), 1, "gpio6 is GP6, which the script does not drive"),
        (("--option", "ALARM=6"), 2, "with a NAME of TACH_PIN, ALARM_PIN, SECOND_PIN"),
        (("--option", "ALARM_PIN=6", "--script", "none"), 2, "--option and --script none exclude each other"),
    ],
)
def test_the_command_takes_the_options_that_will_be_switched_on(words, status, told):
    done = run(*words)
    assert done.returncode == status and told in done.stderr
    assert not done.stderr if status == 0 else len(done.stderr.splitlines()) <= 3
