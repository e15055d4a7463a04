"""Circuits on pages: what stops the build, and what is shown."""

import re
import shutil

import pytest

from firmware import distribution
from macros.circuit import check, solve
from macros.circuit.page import CircuitError
from macros.errors import MacroError
from macros.pages import circuit_article as circuits
from macros.pages import designs, firmware_downloads


def test_a_sound_circuit_shows_drawing_wiring_parts_solution_and_checks():
    shown = circuits.whole("with-fan", "A fan")
    assert "<svg" in shown and "Pico pin 31 (GP26/ADC0)" in shown and "N-channel MOSFET" in shown
    # 199.6 mA from VBUS with the pin high: worked by hand in the specification of the notation
    assert "199.6 mA" in shown and "checks passed" in shown
    assert "\n" not in shown


def test_a_circuit_is_solved_once_at_each_temperature_and_checked_once(monkeypatch):
    asked, checked = [], []
    solved, checks = solve.solve, check.check

    def solving(circuit, celsius=25.0):
        asked.append(celsius)
        return solved(circuit, celsius)

    def checking(*given, **named):
        checked.append(given)
        return checks(*given, **named)

    monkeypatch.setattr(solve, "solve", solving)
    monkeypatch.setattr(check, "check", checking)
    circuits.whole("with-4-wire-fan", "A fan")
    # at 25 °C, and at both ends of what common thermistors are specified for
    assert sorted(asked) == [-40.0, 25.0, 125.0] and len(checked) == 1


def test_a_drive_that_is_not_the_circuits_own_stops_the_build():
    with pytest.raises(CircuitError, match='needs DRIVE = "4-wire", and the script has "2-wire"'):
        circuits.whole("with-4-wire-fan", "A fan", drive="2-wire")


def test_a_circuit_that_fails_its_checks_stops_the_build_with_each_place():
    with pytest.raises(CircuitError, match=r"seed.txt:11:13: R1 is 10 Ω"):
        circuits.whole("seed", "The first sketch")


def test_a_lesson_needs_a_circuit_that_fails():
    assert "132 mA" in circuits.lesson("seed", "The first sketch")
    with pytest.raises(MacroError, match="there is no lesson in it"):
        circuits.lesson("with-fan", "A fan")


def test_an_example_of_a_mistake_needs_a_mistake():
    with pytest.raises(MacroError, match="has none"):
        circuits.mistake("+-pDC_5_n-+\n|         |\n+--R_1k---+")


def test_a_misspelt_circuit_is_refused_with_the_nearest():
    with pytest.raises(MacroError, match="unknown circuit 'with-fann'; did you mean 'with-fan'"):
        circuits.whole("with-fann", "A fan")


def test_parts_that_are_listed_elsewhere_are_folded_away_below_the_breadboard():
    rest, whole = circuits.whole("with-led", "An LED", listed=False), circuits.whole("with-led", "An LED")
    folded = rest.index("The parts, each held against this circuit")
    assert rest.index("which leg goes into which hole") < folded < rest.index("Common part")
    assert whole.index("Common part") < whole.index("<details")


def test_what_one_board_has_is_bought_once_for_both():
    rows = circuits.to_buy("Parts", {"A": "with-led", "B": "with-fan"}).split("<tr>")
    cells = {
        row[0]: row[1:3] for row in [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in rows] if row
    }
    assert cells["Part"] == ["How many", "Used in"]
    assert cells["Raspberry Pi Pico W"] == cells["thermistor of 10 kΩ, 3950 K"] == ["1", "A, B"]
    assert cells["resistor of 330 Ω"] == cells["resistor of 10 kΩ"] == ["1", "A, B"]
    assert cells["diode"] == cells["resistor of 100 kΩ"] == ["1", "B"]
    assert cells["light-emitting diode of 2 V"] == ["1", "A"] and len(cells) == 10


def test_what_a_circuit_needs_beyond_another_is_counted_by_value_and_by_part():
    # Design C's second MOSFET, and 10 kohm of 5% beside the divider's of 1%.
    assert circuits.to_add("with-fail-on-fan", ["with-fan"]) == (
        "1 × N-channel MOSFET (IRF3708) and 1 × resistor of 10 kΩ (CFR-25)"
    )
    with pytest.raises(MacroError, match="needs nothing that with-fan do not have"):
        circuits.to_add("with-fan", ["with-fan"])


def test_a_pin_that_is_another_is_told_in_the_circuits_text_by_every_macro(monkeypatch):
    sound = circuits.text_of
    wrong = {"with-fan": sound("with-fan").replace("gpio2@4", "gpio3@4")}
    monkeypatch.setattr(circuits, "text_of", lambda name: wrong.get(name) or sound(name))
    asked = [
        lambda: circuits.whole("with-fan", "A fan"),
        lambda: circuits.to_buy("Parts", {"A": "with-fan"}),
        lambda: circuits.to_add("with-fan", ["with-led"]),
        lambda: circuits.to_plug_in("with-fan", "with-led"),
        lambda: circuits.editor("with-fan", "a/"),
    ]
    said = []
    for ask in asked:
        with pytest.raises(CircuitError) as caught:
            ask()
        said.append(str(caught.value).splitlines()[0])
    # in the same words, so that it is told once
    (told,) = set(said)
    assert re.match(r"firmware/circuits/with-fan\.txt:\d+:\d+: pin and name disagree: pin 4 is GP2", told)


@pytest.mark.parametrize("text", ["", "Only words here\n"])
def test_a_design_without_a_circuit_is_told_in_its_text_and_leaves_the_firmware_out(
    monkeypatch, tmp_path, text
):
    shutil.copytree(distribution.HERE / "circuits", tmp_path / "circuits")
    (tmp_path / "circuits" / "with-fan.txt").write_text(text)
    monkeypatch.setattr(distribution, "HERE", tmp_path)
    monkeypatch.setattr(designs, "below", lambda path: path.relative_to(tmp_path).as_posix())
    with pytest.raises(CircuitError, match=r"^circuits/with-fan\.txt:1:1: "):
        designs.designs()
    firmware_downloads.left_out.cache_clear()
    firmware_downloads.firmware_files.cache_clear()
    assert firmware_downloads.left_out().startswith("circuits/with-fan.txt:1:1: ")
    firmware_downloads.left_out.cache_clear()
    firmware_downloads.firmware_files.cache_clear()


def test_holes_and_wires_are_named_by_leg_and_by_net():
    # The Pico's pin 4 is in c4, and row 4's free edge is a4; T1's legs are gate, drain, source from row 22.
    assert circuits.in_holes("with-12-volt-fan", ["T1.g", "T1.d"]) == "h22 and h23"
    assert circuits.to_pins("with-12-volt-fan", ["GP2"]).startswith("4 (a4 to ")
    with pytest.raises(MacroError, match="unknown leg of with-12-volt-fan 'DC1.p'"):
        circuits.in_holes("with-12-volt-fan", ["DC1.p"])
    with pytest.raises(MacroError, match="net of with-12-volt-fan with a wire from the Pico 'GP3'"):
        circuits.to_pins("with-12-volt-fan", ["GP3"])
