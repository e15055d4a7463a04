"""Common parts against what the solved circuit asks of them: figures worked by hand or read from a sheet."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from macros.circuit.page import CircuitError
from macros.circuit.parse import parse
from macros.circuit.ratings import needs, records, table
from macros.errors import MacroError
from macros.pages import circuit_article
from tests.macros.circuit.drawn import drawn

ROOT = Path(__file__).resolve().parents[3]
CIRCUITS = ROOT / "firmware" / "circuits"
SOUND = ["with-led", "with-fan", "with-12-volt-fan", "with-fail-on-fan", "with-4-wire-fan"]


def rows(text, **given):
    circuit = parse(text)
    assert circuit.problems == []
    return table.rows(circuit, **given)


def design(name, **given):
    return rows((CIRCUITS / f"{name}.txt").read_text(), **given)


def asked(found, name):
    """{rating: what is asked} of a component."""
    row = next(row for row in found if row.component.id == name)
    return {rating.what: rating.asked for rating in row.ratings}


def failed(found):
    return [problem.message for problem in table.problems(found)]


@pytest.mark.parametrize("name", SOUND)
def test_every_part_of_the_designs_bears_twice_what_is_asked(name):
    found = design(name)
    assert failed(found) == []
    unnamed = {row.component.kind.name for row in found if row.part is None}
    assert unnamed <= {"RPI_PICO_W", "DC"}


def test_the_leds_circuit_asks_what_ohms_law_says():
    found = design("with-led")
    # 330 Ω between 3.3 V and the drop of 2 V and 10 mΩ: 3.94 mA, 5.12 mW
    assert asked(found, "LED1")["forward current"] == "3.94 mA"
    assert asked(found, "R2") == {"power": "5.12 mW", "voltage": "1.3 V", "value": "330 Ω"}
    # The divider's resistor is warmest when the thermistor is hot: at 125 °C it has 341 Ω in its maker's
    # table, 357 Ω by the beta equation: 3.3² / 10,357² × 10,000 = 1.015 mW
    assert asked(found, "R1")["power"] == "1.01 mW"


def test_the_resistor_beside_the_thermistor_is_one_of_1_percent_and_one_of_5_is_refused():
    parts = {
        row.component.id: row.part.number for row in design("with-led") if row.component.kind.name == "R"
    }
    assert parts == {"R1": "MFR-25", "R2": "CFR-25"}
    assert failed(design("with-led", taken={"R1": "CFR-25"})) == [
        "R1, CFR-25: tolerance 1%, and it has 5%; 1% or less would be right"
    ]
    # The 4-wire fan's pull-up, of the same value and at 3.3 V too, is read as high or low alone.
    pulls = [row for row in design("with-4-wire-fan") if row.component.value("ohm") == 10_000]
    assert [row.part.number for row in pulls if row.component.kind.name == "R"] == ["MFR-25", "CFR-25"]


def test_what_else_is_named_for_the_mosfet_are_the_common_parts_that_pass_and_no_others():
    # Stated at 2.5 V; the 2N7000 at 4.5 V, the BS170 at 10 V.
    others = {row.component.id: [part.number for part in row.others] for row in design("with-fan")}
    assert others.pop("T1") == ["IRLML6344"] and not any(others.values())
    assert failed(design("with-fan", taken={"T1": "IRLML6344"})) == []


def test_the_diode_is_asked_the_fans_current_and_the_supplys_voltage():
    found = design("with-fan")
    # It carries nothing while the fan runs, and the fan's 5 V / 25.05 Ω when it is switched off
    assert asked(found, "D1") == {"forward current": "200 mA", "reverse voltage": "4.99 V"}


def test_a_tachometers_fan_asks_of_its_diodes_what_it_carries_and_what_its_yellow_wire_stands_at():
    found = design("with-12-volt-tachometer")
    # 12 V / (60.25 Ω, the fan's 60, its fuse's 0.2 and the MOSFET's 0.05) = 199.2 mA, times 60.05 Ω = 11.96 V
    assert asked(found, "D1") == {"forward current": "199 mA", "reverse voltage": "12 V"}
    # The fan is off, its yellow wire at 12 V, and the Pico's pin at 0 V without its USB cable
    assert asked(found, "D2") == {"forward current": "0 A", "reverse voltage": "12 V"}
    wanted = {row[0]: row[3] for row in table.table(found)[1]}
    assert wanted["D2: diode"] == "a diode for 24 V or more; 1N4001 to 1N4007"


def test_the_mosfet_is_asked_a_stated_resistance_at_the_pins_voltage_and_little_heat():
    ratings = {r.what: r for row in design("with-fan") if row.component.id == "T1" for r in row.ratings}
    gate = ratings["on-resistance stated at a gate of"]
    # 3.3 V through 330 Ω and 100 kΩ; nine tenths of that; the sheet of the IRF3708 states 29 mΩ at 2.8 V
    assert (gate.asked, gate.bears, gate.right) == ("3.29 V", "2.8 V", "2.96 V or less")
    heat = ratings["heat in air of 50 °C"]
    # 0.1996² × 0.029 = 1.155 mW; (175 - 50) / 62 = 2.016 W
    assert (heat.asked, heat.bears) == ("1.16 mW", "2.02 W")
    assert ratings["drain to source"].asked == "5 V" and ratings["gate when off"].bears == "off up to 600 mV"


def test_the_second_mosfet_of_design_c_is_asked_another_gate_than_the_first():
    found = design("with-fail-on-fan")
    told = {row[0]: row[3] for row in table.table(found)[1]}
    assert "at a gate of 4.5 V or less" in told["T1: N-channel MOSFET"]
    assert "at a gate of 2.96 V or less" in told["T2: N-channel MOSFET"]


def test_a_mosfet_that_is_stated_from_4_5_volt_is_refused_with_what_would_be_right():
    said = failed(design("with-fan", taken={"T1": "irlb8721"}))
    assert said[0] == (
        "T1, IRLB8721: on-resistance stated at a gate of 3.29 V, and it has 4.5 V; "
        "2.96 V or less would be right"
    )


@pytest.mark.parametrize(
    "number, stated, threshold",
    [("2N7000", "4.5 V", "800 mV"), ("BS170", "10 V", "800 mV"), ("IRFZ44N", "10 V", "2 V")],
)
def test_a_mosfet_whose_sheet_promises_nothing_at_3_volt_is_refused(number, stated, threshold):
    # What its maker states is from its sheet, named in the file; its threshold alone would have let it pass.
    found = design("with-fan", taken={"T1": number})
    assert failed(found)[0] == (
        f"T1, {number}: on-resistance stated at a gate of 3.29 V, and it has {stated}; 2.96 V or less would "
        "be right"
    )
    (row,) = [row for row in found if row.component.id == "T1"]
    (off,) = [rating for rating in row.ratings if rating.what == "gate when off"]
    assert off.fits and off.bears == f"off up to {threshold}"


def test_a_mosfet_for_gates_of_ten_volt_does_behind_such_a_gate():
    fan = ("FAN_12V_200mA", ("12V", "low"))
    parts = (("DC_12V_2A", ("12V", "gnd")), fan, ("D", ("low", "12V")), ("T", ("low", "gnd", "12V")))
    text = drawn(*parts)
    assert failed(rows(text, taken={"T1": "IRFZ44N"})) == []


def test_such_a_part_stops_the_build_with_its_place():
    circuit = circuit_article.load("with-fan")
    with pytest.raises(CircuitError) as stopped:
        circuit_article.parts(circuit, "A fan", taken={"T1": "IRLB8721"})
    assert "firmware/circuits/with-fan.txt:6:47: T1, IRLB8721: on-resistance stated" in str(stopped.value)
    assert "2.96 V or less would be right" in str(stopped.value)


def test_a_number_that_is_not_known_stops_the_build_with_the_nearest():
    circuit = circuit_article.load("with-fan")
    with pytest.raises(MacroError, match="unknown part '1N4002' for a D; did you mean '1N4001'"):
        circuit_article.parts(circuit, "A fan", taken={"D1": "1N4002"})


# A capacitor that a resistor holds at the supply's voltage, but for half a percent.
LOADED = "DC_%d--R_47k--+--C_100n--G\n              |\n              R_10M\n              |\n              G"


# Each rating at its limit: just borne, and just not.
@pytest.mark.parametrize(
    "text, said",
    [
        ("DC_5--R_200--G", None),  # 125 mW, twice that is a quarter watt
        ("DC_5--R_180--G", "R1, CFR-25: power 139 mW, and it has 250 mW; 500 mW or more would be right"),
        ("DC_12--R_100--G", "R1, CFR-25: power 1.44 W, and it has 250 mW; 3 W or more would be right"),
        ("DC_125--R_1M--G", None),  # twice 125 V is what a CFR-25 bears
        ("DC_130--R_1M--G", "R1, CFR-25: voltage 130 V, and it has 250 V; 260 V or more would be right"),
        ("DC_5--R_333--G", "R1, CFR-25: value 333 Ω, and it has the series E24"),
        ("DC_5--R_200--aLED_2V_c--G", None),  # 15 mA
        ("DC_5--R_180--aLED_2V_c--G", "LED1, WP7113LSYCK/J3: forward current 16.7 mA, and it has 30 mA"),
        ("DC_5--R_330--aLED_3.2V_c--G", "LED1, WP7113LSYCK/J3: drop 3.2 V, and it has 1.5 V to 2.1 V"),
        ("DC_3--cLED_2V_a--R_330--G", "LED1, WP7113LSYCK/J3: reverse voltage 3 V, and it has 5 V"),
        (LOADED % 25, None),
        (LOADED % 30, "C1, K104K15X7RF5TL2: voltage 29.9 V, and it has 50 V; 59.7 V or more"),
        ("DC_24--cDa--R_1k--G", None),
        ("DC_26--cDa--R_1k--G", "D1, 1N4001: reverse voltage 26 V, and it has 50 V; 52 V or more"),
        ("DC_5_100mA--R_1k--G", None),
        ("DC_5_9mA--R_1k--G", "DC1: gives 5 mA, and it has 9 mA; 10 mA or more would be right"),
        ("DC_5--FAN_5V_100mA--G", "FAN1, CFM-4010V-070-273: current up to 100 mA, and it has 157 mA"),
        ("DC_5--THERMISTOR_10k_3950K--R_10k--G", None),
        ("DC_5--THERMISTOR_10k_3950K--R_100--G", "THERMISTOR1, AMF58-103F3950: power"),
    ],
)  # fmt: skip
def test_each_rating_has_its_limit(text, said):
    messages = failed(rows(text))
    if said is None:
        assert messages == []
    else:
        assert len(messages) == 1 and messages[0].startswith(said)


BUTTON = "DC_%s--BUTTON--R_%s_9W--G"
OPAMP = """\
        +----------+
        |   DC_%s  |
        |   |      |
        +-n v      |
          OPAMPo---+--R_10k--G
  DC_1----p g
            |
            G
"""


# Each rating at its limit, of one part among others.
@pytest.mark.parametrize(
    "text, name, said",
    [
        # (175 - 50) K over 300 K/W: 417 mW, of which half: 5.1 V x 6.9 V / 180 ohm = 195.5 mW, / 150 = 234.6
        ("DC_12--R_180--cZENER_5.1V_a--G", "ZENER1", None),
        ("DC_12--R_150--cZENER_5.1V_a--G", "ZENER1", "heat in air of 50 °C 235 mW, and it has 417 mW"),
        ("DC_12--R_1k--cZENER_5V_a--G", "ZENER1", "value 5 V, and it has the series E24"),
        ("DC_12--R_1k--cZENER_2V_a--G", "ZENER1", "value 2 V"),
        (OPAMP % "6 ", "OPAMP1", None),
        (OPAMP % "9 ", "OPAMP1", "supply 9 V, and it has 1.8 V to 6 V; one whose supply may be 9 V"),
        ((OPAMP % "3 ").replace("DC_1-", "DC_4-"), "OPAMP1", "input beyond the supply 1 V, and it has"),
        # 0.75 x 500 mA are carried for good; 12 V / 32.2 ohm = 372.7 mA, / 31.2 ohm = 384.6 mA
        ("DC_12--FUSE_500m--R_32_9W--G", "FUSE1", None),
        ("DC_12--FUSE_500m--R_31_9W--G", "FUSE1", "carried for good 385 mA, and it has 375 mA"),
        ("DC_12--FUSE_600m--R_99_9W--G", "FUSE1", "value 600 mA, and it has the series R10"),
        ("DC_12--FUSE_100m--R_999--G", "FUSE1", "value 100 mA"),
        (BUTTON % ("5", "201"), "BUTTON1", None),  # 24.9 mA, twice that is below 50 mA
        (BUTTON % ("5", "199"), "BUTTON1", "contact current 25.1 mA, and it has 50 mA; 50.2 mA or more"),
        (BUTTON % ("24", "10k"), "BUTTON1", None),
        (BUTTON % ("25", "10k"), "BUTTON1", "contact voltage while it opens 25 V, and it has 24 V"),
        ("DC_12--SWITCH--R_9_99W--G", "SWITCH1", None),  # 1.33 A of 3 A
        ("DC_12--SWITCH--R_7_99W--G", "SWITCH1", "contact current 1.7 A, and it has 3 A"),
        # The gate bears 12 V and is asked half as much again: 8 V, and no more.
        ("DC_8--sPMOSd--R_10k--G\n       g\n       |\n       G", "PMOS1", None),
        ("DC_9--sPMOSd--R_10k--G\n       g\n       |\n       G", "PMOS1", "gate to source 9 V, and it has"),
    ],
)  # fmt: skip
def test_each_rating_of_a_part_beyond_the_simplest_has_its_limit(text, name, said):
    messages = [message for message in failed(rows(text + "\n")) if message.startswith(name + ",")]
    if said is None:
        assert messages == []
    else:
        assert len(messages) == 1 and f": {said}" in messages[0]


RELAY = (ROOT / "tests" / "data" / "parts" / "relay.txt").read_text()


def test_what_a_contact_switches_beyond_the_drawing_is_said_not_to_be_known():
    found = design("with-alarm-relay")
    assert failed(found) == []
    (told,) = [cells for name, _, cells, _ in table.table(found)[1] if name.startswith("RELAY1")]
    unknown = "not known from the drawing, which ends at CONN1, so hold it against"
    assert f"contact current {unknown} (7 A); contact voltage {unknown} (28 V)" in told and "0 A" not in told


def test_a_relays_coil_and_contact_are_held_against_its_sheet():
    found = rows(RELAY)
    # 12 V over the fan's 12 ohm and the contact's 50 milliohm: 996 mA
    assert asked(found, "RELAY1") == {
        "coil voltage": "5 V",
        "coil current": "70 mA",
        "contact current": "996 mA",
        "contact voltage while it opens": "12 V",
    }
    of_relay = [message for message in failed(found) if message.startswith("RELAY1")]
    assert of_relay == []
    # A coil of 40 mA is none of the 71.4 mA that the sheet has, within a tenth.
    (said,) = [m for m in failed(rows(RELAY.replace("5V_70mA", "5V_40mA"))) if m.startswith("RELAY1")]
    assert "coil current 40 mA, and it has 71.4 mA; about 40 mA would be right" in said


def test_a_relay_of_another_voltage_is_another_part():
    names = {row.component.id: row.part.number for row in rows(RELAY) if row.part}
    assert names["RELAY1"] == "SRD-05VDC-SL-C"
    text = RELAY.replace("RELAY_5V_70mA", "RELAY_24V_5mA")
    assert [row.part for row in rows(text) if row.component.id == "RELAY1"] == [None]


@pytest.mark.parametrize(
    "text, says",
    [
        (RELAY.replace("RELAY_5V_70mA", "RELAY_24V_9mA"), "a relay for 24 V and 9 mA"),
        ("DC_5--+--C_100uF--G\n      |\n      R_1k\n      |\n      G\n", "100 µF"),
        (
            "DC_5--THERMISTOR_100k_3950K--+--R_10k--G\n",
            "an NTC of 100 kΩ, beta 3",
        ),
    ],
    ids=["a relay", "a capacitor", "a thermistor"],
)
def test_what_no_common_part_is_known_for_is_asked_as_the_text_has_it(text, says):
    assert any(says in cell for row in table.table(rows(text))[1] for cell in row)


def test_a_relays_diode_takes_over_its_coils_current():
    text = (ROOT / "macros" / "pages" / "circuits" / "relay-and-button.txt").read_text()
    # 4.87 V over 71.43 ohm
    assert asked(rows(text), "D1")["forward current"] == "68.2 mA"


def test_a_p_channel_mosfet_for_gates_of_12_volt_can_be_taken():
    text = (ROOT / "tests" / "data" / "parts" / "high-side.txt").read_text()
    (said,) = [message for message in failed(rows(text)) if message.startswith("PMOS1")]
    assert said.startswith("PMOS1, AO3401A: gate to source 12 V, and it has 12 V")
    found = rows(text, taken={"PMOS1": "IRF9540"})
    assert [message for message in failed(found) if message.startswith("PMOS1")] == []
    # off, the pull-up leaves nothing between gate and source
    ratings = {r.what: r for row in found if row.component.id == "PMOS1" for r in row.ratings}
    assert ratings["on-resistance stated at a gate of"].bears == "10 V"


def test_a_value_that_no_common_part_has_names_none_rather_than_guess():
    found = rows("DC_24--FAN_24V_100mA--G")
    fan = next(row for row in found if row.component.kind.name == "FAN")
    assert fan.part is None and failed(found) == []
    assert [cells[1] for cells in table.table(found)[1] if cells[0].startswith("FAN1")] == ["none known"]
    assert table.unrated(found) == [("FAN1", "fan")]


def npn(found):
    return {r.what: r for row in found if row.component.id == "NPN1" for r in row.ratings}


def test_the_transistor_at_a_4_wire_fan_is_saturated_and_lets_go_within_a_tenth_of_the_period():
    ratings = npn(design("with-4-wire-fan"))
    # 5 V through the fan's 1 kΩ and the model's 2 Ω: 4.99 mA. Base: (3.3 - 0.7) V / 2.2 kΩ = 1.182 mA.
    gain = ratings["collector's current over the base's"]
    assert (gain.asked, gain.bears, gain.right) == ("4.22", "saturated at 10", "saturated at 4.22 or more")
    # 4.99 mA through 2 Ω, and 1.182 mA at the base's 0.7 V: 0.877 mW; (150 - 50) K over 200 K/W are borne
    heat = ratings["heat in air of 50 °C"]
    number, unit = heat.asked.split()
    assert float(number) == pytest.approx(877, rel=0.02) and unit == "µW" and heat.bears == "500 mW"
    # 200 ns of storage, then ln 9 × 10 kΩ × (4 pF + 100 pF) = 2.285 µs; a period of 25 kHz is 40 µs
    edge = ratings["the fan's input is up, 10 kΩ in the fan, after at most"]
    assert (edge.asked, edge.bears, edge.fits) == ("4 µs at 25 kHz", "2.49 µs", True)


def test_a_base_that_gets_too_little_is_refused():
    text = (CIRCUITS / "with-4-wire-fan.txt").read_text()
    # (3.3 - 0.7) V / 6.2 kΩ = 0.419 mA, for 4.99 mA: 11.9
    (said,) = failed(rows(text.replace("R_2.2k", "R_6.2k")))
    assert said == (
        "NPN1, 2N3904: collector's current over the base's 11.9, and it has saturated at 10; "
        "saturated at 11.9 or more would be right"
    )


def test_a_transistor_that_follows_is_not_asked_to_be_saturated():
    found = rows((ROOT / "tests" / "data" / "parts" / "npn-follower.txt").read_text())
    assert "collector's current over the base's" not in npn(found)
    assert failed(found) == []


def test_the_relays_transistor_on_the_page_of_the_notation_bears_what_is_asked():
    text = (ROOT / "macros" / "pages" / "circuits" / "relay-and-button.txt").read_text()
    # 68.2 mA of the coil over (3.3 - 0.7) V / 330 Ω = 7.88 mA
    assert npn(rows(text))["collector's current over the base's"].asked == "8.66"
    assert failed(rows(text)) == []


FOUR_WIRE_MOSFET = (
    (CIRCUITS / "with-4-wire-fan.txt")
    .read_text()
    .replace("|   c     |", "|   d     |")
    .replace("NPNb--|--R_2.2k", "Tg----|--R_330-")
    .replace("|   e     |", "|   s     |")
)


@pytest.mark.parametrize(
    "picofarads, fits",
    [
        (60, True),  # ln 9 × 10 kΩ × 160 pF = 3.52 µs
        (80, True),  # 3.96 µs
        (83, False),  # 4.02 µs
        (700, False),  # as large MOSFETs have: 17.6 µs, nearly half of the period
        (None, False),
    ],
)
def test_a_large_transistor_at_a_4_wire_fan_is_too_slow(tmp_path, picofarads, fits):
    path = tmp_path / "parts.toml"
    text = records.FILE.read_text(encoding="utf-8")
    figure = f"output_capacitance = {picofarads}e-12\n" if picofarads else ""
    path.write_text(text.replace('number = "IRF3708"\n', f'number = "IRF3708"\n{figure}'), encoding="utf-8")
    found = rows(FOUR_WIRE_MOSFET, parts=records.read(path))
    (edge,) = [r for row in found for r in row.ratings if r.what.startswith("the fan's input")]
    assert edge.fits == fits
    assert [message for message in failed(found) if "the fan's input" not in message] == []
    if picofarads is None:
        assert "its sheet states none; 4 µs or less would be right" in failed(found)[0]


def test_one_rule_takes_the_part_whose_ratings_and_whose_legs_are_shown(tmp_path, monkeypatch):
    # Of two transistors the first of the file is taken, for the table and for the breadboard.
    path = tmp_path / "parts.toml"
    text = records.FILE.read_text(encoding="utf-8")
    block = text[text.index("[2n3904]") : text.index("[2n3906]")]
    other = block.replace("2n3904", "other").replace('"2N3904"', '"OTHER"').replace('"ebc"', '"cbe"')
    path.write_text(other + text, encoding="utf-8")
    parts = records.read(path)
    monkeypatch.setattr(records, "read", lambda: parts)
    circuit = parse((CIRCUITS / "with-4-wire-fan.txt").read_text())
    assert {row.component.id: row.part.number for row in table.rows(circuit) if row.part}["NPN1"] == "OTHER"
    assert table.placing(circuit)["legs"]["NPN1"] == "cbe"
    assert table.placing(circuit, {"NPN1": "2N3904"})["legs"]["NPN1"] == "ebc"


def test_equal_parts_stand_in_one_row():
    told = table.table(rows("DC_5--R_1k--R_1k--G"))[1]
    assert [row[0] for row in told] == ["DC1: DC source, 5 V", "R1, R2: resistor, 1 kΩ"]


# The file.


def test_every_part_says_which_document_of_which_maker_it_is_from():
    parts = records.read()
    assert len({part.number for part in parts}) == len(parts)
    for part in parts:
        maker, comma, document = part.source.partition(",")
        assert comma and len(maker) < 30 and len(document) > 20, part.number
        assert any(char.isdigit() for char in document) or "label" in document, part.number


GOOD = """\
[x]
kind = "D"
number = "X1"
package = "p"
source = "M, s"
forward_current = 1
reverse_voltage = 50
"""


@pytest.mark.parametrize(
    "change, said",
    [
        (('source = "M, s"\n', ""), "x: 'source' is missing; every part has kind, number, package, source"),
        (('source = "M, s"', 'source = " "'), "x: 'source' is missing"),
        (('"D"', '"Q"'), "x: unknown kind 'Q'; known are R, T, PMOS, NPN, PNP"),
        (("forward_current", "curent"), "x: unknown field 'curent'; a D has kind, number"),
        (("forward_c", "forwardc"), "x: unknown field 'forwardcurrent'; did you mean 'forward_current'?"),
        (("= 50", '= "50"'), "x: 'reverse_voltage' is '50'; a number above 0 in base units is expected"),
        (("= 50", "= -50"), "x: 'reverse_voltage' is -50; a number above 0"),
        (("reverse_voltage = 50\n", ""), "x: 'reverse_voltage' is missing; a D states it"),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_used_is_refused(tmp_path, change, said):
    path = tmp_path / "parts.toml"
    path.write_text(GOOD)
    assert [part.number for part in records.read(path)] == ["X1"]
    path.write_text(GOOD.replace(*change))
    with pytest.raises(records.BadPart) as refused:
        records.read(path)
    assert str(refused.value).startswith(f"parts.toml: {said}")


def test_a_part_of_another_kind_is_refused():
    with pytest.raises(records.BadPart, match="1N4001 is a D, and a T is wanted"):
        design("with-fan", taken={"T1": "1N4001"})
    with pytest.raises(records.BadPart, match="the circuit has no part 'T9'; it has R1, D1, FAN1"):
        design("with-fan", taken={"T9": "IRF3708"})


def test_the_series_of_resistors_is_e24_and_that_of_fuses_r10():
    def of(series, *values):
        return [needs._is_one_of(series, value) for value in values]

    assert of(needs.E24, 330, 4.7, 9.1e6) == [True] * 3
    assert of(needs.E24, 333, 0, 4.99e3) == [False] * 3
    assert of(needs.R10, 0.63, 3.15, 10) == [True] * 3
    assert of(needs.R10, 0.6, 0.75) == [False] * 2


# The command.


def run(*words):
    return subprocess.run(
        [sys.executable, "-m", "macros.circuit", "parts", *words], cwd=ROOT, capture_output=True, text=True
    )


def test_the_command_lists_the_parts_and_their_sources():
    done = run("firmware/circuits/with-fan.txt")
    assert done.returncode == 0 and done.stderr == ""
    assert "T1: N-channel MOSFET\n    Common part: IRF3708 (TO-220)\n" in done.stdout
    assert "data sheet PD-93938B" in done.stdout
    said = json.loads(run("--json", "firmware/circuits/with-fan.txt").stdout)
    assert list(said) == ["parts", "sources", "errors", "unrated"] and said["errors"] == []
    assert said["unrated"] == []


UNRATED = """\
DC_5--+--R_330--SPEAKER--G
      |
      +--L_1m--R_1k--G
"""


def test_the_command_says_of_which_parts_it_knows_no_ratings(tmp_path):
    path = tmp_path / "speaker.txt"
    path.write_text(UNRATED)
    done = run(str(path))
    said = [
        line.partition("warning: ")[2].partition(":")[0]
        for line in done.stderr.splitlines()
        if "no ratings" in line
    ]
    assert said == ["SPEAKER1, speaker", "L1, inductor"]
    assert done.returncode == 0 and done.stdout.count("not checked: hold its voltages") == 2
    assert json.loads(run("--json", str(path)).stdout)["unrated"] == ["SPEAKER1", "L1"]


GATE = """\
DC_24--+----------+
       |          |
       R_10k      s
       +---------gPMOS
       |          d
       +--SWITCH  |
               |  R_100k
               |  |
               G  G
"""


def test_a_gate_of_24_volt_is_refused(tmp_path):
    # 24 V between gate and source while the switch is closed, half as much again is 36 V.
    path = tmp_path / "gate.txt"
    path.write_text(GATE)
    done = run(str(path))
    assert done.returncode == 1
    assert "gate to source 24 V, and it has 12 V; 36 V or more would be right" in done.stderr


PNP = """\
          DC_12
          |
          e
G--BASE---bPNP
          c
          |
          R_1.2k_1W
          |
          G
"""


def pnp(base):
    """The part for a PNP that switches 10 mA from 12 V, and `{rating: (what is asked, whether it fits)}`."""
    found = rows(PNP.replace("BASE-", base))
    (cells,) = [cells for cells in table.table(found)[1] if cells[0].startswith("PNP1")]
    assert cells[-1].startswith("a PNP transistor for "), cells
    (row,) = [row for row in found if row.component.id == "PNP1"]
    return row.part.number, {rating.what: (rating.asked, rating.fits) for rating in row.ratings}


def test_a_pnp_is_held_against_its_sheet_as_an_npn_is():
    # 12 V less a saturated transistor's 20 mV over 1.2 k: 9.98 mA; at the base 11.3 V over 11 k: 1.03 mA.
    number, ratings = pnp("R_11k")
    assert number == "2N3906" and ratings["collector current"] == ("9.98 mA", True)
    assert ratings[needs.GAIN] == ("9.72", True) and ratings["emitter to base"] == ("0 V", True)
    # 11.3 V over 22 k: 514 uA, a nineteenth
    assert pnp("R_22k")[1][needs.GAIN] == ("19.4", False)


def test_the_command_fails_with_place_and_caret_where_a_rating_is_not_met():
    done = run("firmware/circuits/with-fan.txt", "--take", "T1=IRLB8721")
    lines = done.stderr.splitlines()
    assert done.returncode == 1 and done.stdout == ""
    assert lines[0].startswith("firmware/circuits/with-fan.txt:6:47: T1, IRLB8721: on-resistance stated")
    # all that one part lacks stands in one line, its place once
    assert "2.96 V or less would be right; drain current" in lines[0] and lines[2].strip() == "^"
    assert lines[0].count("with-fan.txt:6:47") == 1 and lines[0].endswith("[rating]")


def test_the_command_says_why_a_circuit_cannot_be_rated(tmp_path):
    path = tmp_path / "bad.txt"
    path.write_text("DC_5--R--G\n")
    done = run(str(path))
    assert done.returncode == 1 and done.stderr == f"{path}:1:7: R1 has no value: write one, as R_10k\n"
