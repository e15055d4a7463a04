"""What the pages show."""

from pathlib import Path

import pytest

from macros.circuit import about, models, page
from macros.circuit.catalogue import KINDS, quantity

CIRCUITS = Path(__file__).resolve().parents[3] / "firmware" / "circuits"


def load(name):
    return page.load(name, (CIRCUITS / name).read_text())


def test_wiring_names_the_boards_pins_and_what_they_lead_to():
    _, rows = page.wiring(load("with-led.txt"))
    assert ("Pico pin 31 (GP26/ADC0)", "R1 and THERMISTOR1") in rows
    assert ("LED1 anode", "R2") in rows
    assert ("Pico pin 38 (GND)", "LED1 cathode") in rows and ("Pico pin 33 (AGND)", "R1") in rows


def test_the_bill_of_materials_counts_equal_parts_once():
    circuit = page.load("x", "DC_5--R_1k--R_1k--R_2k--G\n")
    assert page.parts(circuit)[1] == [
        ("1", "DC source", "5 V", "DC1"),
        ("2", "resistor", "1 kΩ", "R1, R2"),
        ("1", "resistor", "2 kΩ", "R3"),
    ]


def test_solved_tables_have_a_column_for_each_state():
    solved = page.solved(load("with-fan.txt"))
    assert solved["states"] == ("gpio2 low", "gpio2 high")
    heads, rows = solved["currents"]
    assert heads == ("Current", "gpio2 low", "gpio2 high")
    assert ("Pico pin 40 (VBUS)", "0 A", "199.6 mA") in rows  # 5 V / 25.05 ohm
    assert ("Pico pin 4 (GP2)", "0 A", "32.89 µA") in rows  # 3.3 V / 100,330 ohm


def test_a_circuit_that_fails_a_check_stops_the_build_and_says_where():
    good, bad = load("with-fan.txt"), load("seed.txt")
    page.require_sound(good, page.findings(good))
    found = page.findings(bad)
    with pytest.raises(page.CircuitError, match=r"seed.txt:11:13: R1 is 10 Ω"):
        page.require_sound(bad, found)
    assert "seed.txt:4:38" in page.report(bad, found)
    assert page.checks(found)[1][0][0] == "error"


def test_why_a_circuit_has_no_answer_is_told_in_its_text():
    with pytest.raises(
        page.CircuitError, match=r"(?s)x\.txt:1:7: R1 has no value.*\n    DC_5--R--G\n          \^"
    ):
        page.solved(page.load("x.txt", "DC_5--R--G\n"))
    wrong = CIRCUITS.joinpath("with-fan.txt").read_text().replace("gpio2@4", "gpio3@4")
    line, row = next((n, row) for n, row in enumerate(wrong.splitlines(), 1) if "gpio3@4" in row)
    place = f"x.txt:{line}:{row.index('gpio3@4') + 1}: "
    with pytest.raises(
        page.CircuitError, match=f"{place}pin and name disagree: pin 4 is GP2; gpio3 is pin 5"
    ):
        page.solved(page.load("x.txt", wrong))


def test_a_text_with_mistakes_stops_the_build_with_carets():
    with pytest.raises(
        page.CircuitError, match=r"(?s)bad.txt:1:8: missing underscore.*\n    DC_5--R10k--G\n           \^"
    ):
        page.load("bad.txt", "DC_5--R10k--G\n")
    assert page.messages("bad.txt", "DC_5--R10k--G\n").startswith("bad.txt:1:8: ")
    assert page.messages("good.txt", "DC_5--R_10k--G\n") == ""


def test_the_catalogue_draws_every_component():
    entries = page.catalogue()
    assert [entry["name"] for entry in entries] == [kind.name for kind in KINDS]
    assert all(entry["drawing"].count("<svg ") == 1 and "\n" not in entry["drawing"] for entry in entries)
    assert [entry["name"] for entry in page.wires()] == ["crossing", "joint"]


def test_the_drawings_map_is_increasing_and_covers_the_text():
    circuit = load("with-fan.txt")
    columns, rows = page.map_of(circuit)
    assert columns == sorted(set(columns)) and rows == sorted(set(rows))
    assert len(columns) >= max(map(len, circuit.lines)) and len(rows) >= len(circuit.lines)


@pytest.mark.parametrize(
    "value,unit,words",
    [
        (10000.0, "ohm", "10 kΩ"),
        (4700.0, "ohm", "4.7 kΩ"),
        (330.0, "ohm", "330 Ω"),
        (0.2, "A", "200 mA"),
        (33e-6, "A", "33 µA"),
        (1e-12, "F", "1 pF"),
        (4.7e-9, "F", "4.7 nF"),
        (2e6, "Hz", "2 MHz"),
        (3950.0, "K", "3950 K"),
        (0.0, "A", "0 A"),
        (-0.132, "A", "−132 mA"),
        (999.9, "V", "1 kV"),
        (0.9999, "V", "1 V"),
        (1e9, "ohm", "1 GΩ"),
        (3.3, "V", "3.3 V"),
    ],
)
def test_quantities_have_prefix_and_unit(value, unit, words):
    assert quantity(value, unit, 4 if unit == "K" else 3) == words


def test_every_part_says_what_it_is_solved_as():
    without = {"G", "BOARD", "MICROPHONE", "SPEAKER", "X", "SQUID"}
    assert set(about.ABOUT) == {kind.name for kind in KINDS} - without
    assert set(models.PARTS) <= set(about.ABOUT)
    words = {entry["name"]: entry["model"] for entry in page.catalogue()}
    assert "100 times" in words["NPN"] and "75 %" in words["RELAY"] and "0.1 V" not in words["NPN"]
