"""The netlist for SPICE: what stands in it, and what ngspice found for it."""

import hashlib
import json
from pathlib import Path

import pytest

from macros.circuit import solve, spice
from macros.circuit.parse import parse
from tests.macros.circuit.solvable import solvable

RECORD = json.loads((Path(__file__).resolve().parents[2] / "data" / "ngspice.json").read_text())


@pytest.mark.parametrize("name,text", solvable(), ids=[name for name, _ in solvable()])
def test_ngspice_finds_for_the_deck_what_the_solver_finds(name, text):
    circuit = parse(text)
    deck = spice.deck(circuit, name)
    recorded = next(one for one in RECORD["decks"] if one["circuit"] == name)
    hint = "record again: python -m tests.macros.circuit.record_ngspice"
    assert hashlib.sha256(deck.encode()).hexdigest() == recorded["sha256"], hint
    pins = solve.outputs(circuit) + solve.switches(circuit)
    levels = [(component, port, True) for component, port in pins]
    state, _ = solve.operating_point(circuit, levels)
    volts = {net.replace(".", "_").lower(): volts for net, volts in state.nets.items()}
    assert recorded["nodes"]
    for node, found in recorded["nodes"].items():
        # ngspice prints seven digits, and its kink bends by a millivolt.
        if "__" not in node:  # a place inside a part
            assert found == pytest.approx(volts[node], rel=1e-5, abs=2e-3), node


def lines(text):
    return spice.deck(parse(text), "t").splitlines()


def test_every_part_is_named_by_what_spice_takes_it_for():
    found = lines("DC_5--R_4.7k--+--L_10m--FAN_5V_200mA--G\n              |\n              C_100n--G\n")
    assert found[0] == "* t" and found[-2:] == [".op", ".end"]
    assert "R1 N1 N2 4.7k" in found and "C1 N2 0 100n" in found and "L1 N2 N3 10m" in found
    assert "VDC1 N1 0 DC 5" in found and "RFAN1 N3 0 25" in found


def test_a_diode_is_a_kink_at_its_drop_and_a_transistor_a_switch():
    found = lines("DC_5--R_330--aLED_1.8V_c--G\n")
    assert "XLED1 N2 0 drop1" in found and "V1 k c DC 1.8" in found
    upright = ("            d\n", "     DC_3---gT\n", "            s\n", "            |\n", "            G\n")
    found = lines("DC_5--R_1k--+\n            |\n" + "".join(upright))
    assert "ST1 N2 0 N3 0 mosfet" in found
    assert ".model mosfet SW(VT=2.5 VH=0 RON=50m ROFF=1T)" in found


def test_an_ac_source_keeps_amplitude_and_frequency_beside_its_mean():
    found = lines("AC_1V_2MHz--R_1k--G\n")
    assert "VAC1 N1 0 DC 0 AC 1 SIN(0 1 2Meg)" in found


def test_nets_that_differ_only_in_case_are_nodes_of_their_own():
    # The board's net n1, and N1, which joins the resistors: SPICE takes both for one name.
    found = lines("BOARD__n1\n       |\n       +--R_1k--R_2k--G\n")
    assert "R1 n1 N1_2 1k" in found and "R2 N1_2 0 2k" in found and "* Net N1 is node N1_2" in found


@pytest.mark.parametrize(
    "value,words",
    [
        (0.0, "0"),
        (10_000.0, "10k"),
        (4.7e-6, "4.7u"),
        (2e6, "2Meg"),  # M would be milli
        (1e9, "1G"),
        (1e-13, "100f"),
        (3.3, "3.3"),
        (-0.7, "-700m"),
        (123456.0, "123.456k"),
    ],
)
def test_numbers_carry_the_suffixes_of_spice(value, words):
    assert spice.number(value) == words


@pytest.mark.parametrize(
    "text,words", [("DC--R_1--G", "variable supply"), ("DC_5--C--G", "no value"), ("DC_5--R--G", "no value")]
)
def test_a_part_without_its_value_is_refused_by_name(text, words):
    with pytest.raises(solve.Unsolvable, match=words):
        spice.deck(parse(text))
