"""Netlists of the worked cases, and every kind of mistake with its position.

The cases are tests/data/circuits/*.json, worked by hand from diagrams in cirosantilli/cirosantilli.github.io
(commit 0526c527, files and lines in each); A and B are this project's designs.
"""

import itertools
import json
import pathlib
import sys

import pytest

from macros.circuit.parse import parse, to_text

CASES = pathlib.Path(__file__).parents[2] / "data" / "circuits"
WORKED = sorted(CASES.glob("*.json"))


def joined(nets):
    return {frozenset(pins) for pins in nets if pins}


def same_nets(nets, others, symmetric):
    """True where the nets agree for some choice of sides of the symmetric components."""
    for swapped in itertools.product((False, True), repeat=len(symmetric)):
        swap = {}
        for name, yes in zip(symmetric, swapped):
            if yes:
                swap |= {f"{name}.1": f"{name}.2", f"{name}.2": f"{name}.1"}
        if joined([[swap.get(pin, pin) for pin in pins] for pins in nets]) == joined(others):
            return True
    return False


@pytest.mark.parametrize("path", WORKED, ids=lambda path: path.stem)
def test_every_worked_case_gives_its_netlist(path):
    expected = json.loads(path.read_text())
    circuit = parse(path.with_suffix(".txt").read_text(), expected["category"] != "circuit")
    found = circuit.netlist()
    assert [(p.code, list(p.at)) for p in circuit.problems] == [
        (e["code"], e["at"]) for e in expected["expected_errors"]
    ]
    assert found["open_ends"] == len(expected["open_ends"])
    assert [(c["id"], c["kind"], c["ports"], c["at"], c["symmetric"]) for c in found["components"]] == [
        (c["id"], c["kind"], c["ports"], c["at"], c["symmetric"]) for c in expected["components"]
    ] or {c["id"] for c in found["components"]} == {c["id"] for c in expected["components"]}
    by_id = {c["id"]: c for c in found["components"]}
    for component in expected["components"]:
        mine = by_id[component["id"]]
        assert (mine["ports"], mine["at"]) == (component["ports"], component["at"])
        assert (mine["value"], mine["unit"]) == (component["si"], component["unit"])
        values = {v["unit"]: v["value"] for v in mine.get("values", [])}
        assert values == component.get("params", {})
        assert mine.get("pins", []) == [p["pin"] for p in component.get("port_details", [])]
    symmetric = [c["id"] for c in expected["components"] if c["symmetric"] and len(c["ports"]) == 2]
    assert same_nets([n["pins"] for n in found["nets"]], [n["pins"] for n in expected["nets"]], symmetric)


def test_ids_follow_the_reading_order_of_the_names():
    circuit = parse("G--R_1--+\n        |\nG--R_2--+--R_3--G\n")
    assert [(c.id, c.at) for c in circuit.components] == [
        ("G1", (1, 1)),
        ("R1", (1, 4)),
        ("G2", (3, 1)),
        ("R2", (3, 4)),
        ("R3", (3, 12)),
        ("G3", (3, 17)),
    ]


def test_both_spellings_of_a_board_give_one_netlist():
    one, two = (
        parse((CASES / f"{name}.txt").read_text()).netlist()
        for name in ("19-pico-led-one-line", "20-pico-led-two-line")
    )
    assert joined(n["pins"] for n in one["nets"]) == joined(n["pins"] for n in two["nets"])


def test_positions_count_in_the_text_as_given_indentation_included():
    (problem,) = parse("    DC_5--FOO--G\n").problems
    assert problem.at == (1, 11)


# code, (line, column), text; the positions are counted by hand.
MISTAKES = [
    ("tab", (1, 6), "DC_5-\tR_1--G"),
    ("bad-character", (1, 6), "DC_5-~R_1--G"),
    ("bad-character", (2, 3), "DC_5--R_1--G\n  /\n"),
    ("unknown-component", (1, 7), "DC_5--FAM_5V_200mA--G"),
    ("unknown-component", (1, 7), "DC_5--Island--G"),
    ("unknown-component", (1, 7), "DC_5--r_10--G"),
    ("unknown-port", (1, 7), "DC_5--xD--G"),
    ("unknown-port", (1, 11), "DC_5--R_1_a--G"),
    ("unknown-port", (1, 6), "DC_5_q--R_1--G"),
    ("unknown-port", (1, 1), "a\nR_1--G\n"),
    ("duplicate-port", (1, 9), "DC_5--aDa--G"),
    ("duplicate-port", (1, 12), "BOARD__5v__5v\n       |   |\n       +R_1+\n"),
    ("ambiguous-port", (1, 7), "DC_5--D--G"),
    ("ambiguous-port", (1, 4), "+--DC_5--+\n|        |\n+--R_10--+\n"),
    ("ambiguous-port", (2, 4), "G-cD\n   a\nG-cD\n"),
    ("unknown-text", (1, 7), "DC_5--hello--G"),
    ("unknown-text", (3, 1), "DC_5--R_1--G\n\n10k\n"),
    ("unknown-text", (1, 12), "G-R_1-BOARD__\n"),
    ("bad-value", (1, 9), "DC_5--R_2k2--G"),
    ("bad-value", (1, 9), "DC_5--R_1.--G"),
    ("bad-value", (1, 8), "DC_5--R_--G"),
    ("bad-value", (1, 4), "DC_5..R_10--G"),
    ("bad-value", (1, 4), "DC_-5--R_1k--G"),
    ("bad-value", (1, 5), "pDC_-5_n-R_1k--G"),
    ("bad-value", (1, 9), "DC_5--R_-10k--G"),
    ("bad-value", (1, 9), "DC_5--X_5--G"),
    ("bad-value", (1, 12), "DC_5--R_10_20--G"),
    ("missing-underscore", (1, 8), "DC_5--R10k--G"),
    ("missing-unit", (1, 11), "DC_5--FAN_5--G"),
    ("missing-unit", (1, 4), "AC_5--R_1--G"),
    ("wrong-unit", (1, 9), "DC_5--R_10K--G"),
    ("wrong-unit", (1, 9), "DC_5--C_1H--G"),
    ("no-join", (2, 3), "   G\nG--|\n   |\n   R_1--G\n"),
    ("no-join", (1, 7), "DC_5-+|+-R_1--G"),
    ("dangling-wire", (1, 11), "DC_5--R_1--"),
    ("dangling-wire", (1, 12), "DC_5--R_1--+"),
    ("dangling-wire", (1, 6), "DC_5-- --R_1--G"),
    ("dangling-wire", (1, 1), "+-+\n| |\n+-+\n"),
    ("touching-components", (2, 7), "DC_5--R_1\n      R_2--G\n"),
    ("touching-components", (1, 12), "DC_5--R_1__C_1--G"),
    ("too-few-terminals", (1, 7), "DC_5--R_1"),
    ("too-few-terminals", (3, 1), "DC_5--R_1--G\n\nR_1\n"),
    ("too-many-terminals", (1, 7), "DC_5--R_1k--G\n       |\n       +--C_1u--G\n"),
    ("short", (1, 3), "+-R_1-+\n|     |\n+-----+-G\n"),
    ("short", (1, 1), "DC_5--G"),
    ("short", (1, 5), "   d+-DC_5\n   Tg\n   s\n   |\n   G\n"),
    ("wire-on-body", (1, 9), "DC_5--aD--G"),
    ("wire-on-body", (1, 11), "RPI_PICO_W-R_1-G"),
    ("unconnected-port", (1, 8), "DC_5--sTd--G"),
    ("unconnected-port", (1, 8), "DC_5--aD"),
    ("too-large", (1, 1), "+" * 1000000),
]


@pytest.mark.parametrize("code,at,text", MISTAKES, ids=[f"{m[0]}-{i}" for i, m in enumerate(MISTAKES)])
def test_a_mistake_is_reported_once_at_its_place(code, at, text):
    assert [(p.code, p.at) for p in parse(text).problems] == [(code, at)]


@pytest.mark.parametrize(
    "name,columns,how",
    [
        ("RPI_PICO_2_W", "2 columns to the left", "2 characters shorter, would be; write 2 blanks more"),
        ("BOARD", "5 columns to the right", "5 characters longer, would be; write 5 blanks fewer"),
    ],
)
def test_a_name_of_another_length_that_moves_all_ports_is_one_mistake(name, columns, how):
    # The wires stand above the first letters of the ports as they are behind RPI_PICO_W.
    text = """\
            +-R_330-+-R_10k-+
            |       |       |
RPI_PICO_W__gnd_____gp2_____gp3_____gp4
"""
    assert parse(text).problems == []
    (one,) = parse(text.replace("RPI_PICO_W", name)).problems
    assert (one.code, one.at) == ("wire-on-body", (2, 13))
    assert f"3 wires end {columns}" in one.message and how in one.message


def test_wires_that_no_shift_brings_to_ports_are_told_one_by_one():
    text = "       +R_1k-+\n       |     |\nBOARD____gnd______gp2\n"
    assert [p.message.partition(":")[0] for p in parse(text).problems] == ["wire on body"] * 2


def test_a_negative_value_is_answered_with_what_to_write():
    assert "never negative; swap p and n" in parse("DC_-5--R_1k--G").problems[0].message
    assert "never negative; write R_10k" in parse("DC_5--R_-10k--G").problems[0].message
    circuit = parse("DC_5_n--R_1k--G")  # what the first one asks for: minus at the resistor, plus at ground
    nets = [set(net["pins"]) for net in circuit.netlist()["nets"]]
    assert circuit.problems == [] and {"DC1.n", "R1.1"} in nets and {"R1.2", "G1.1", "DC1.p"} in nets


def test_independent_mistakes_are_all_reported():
    # line 1: no underscore; line 3: no unit; line 5: nothing joins the end of the wire
    text = "DC_5--R10k--G\n\nDC_5--FAN_5--G\n\nDC_5--R_1k--\n"
    assert [(p.code, p.at) for p in parse(text).problems] == [
        ("missing-underscore", (1, 8)),
        ("missing-unit", (3, 11)),
        ("dangling-wire", (5, 12)),
    ]


@pytest.mark.parametrize(
    "text,number,unit",
    [
        ("R_10k", 10000.0, "ohm"),
        ("R_4.7k", 4700.0, "ohm"),
        ("R_1G", 1e9, "ohm"),
        ("R_33ohm", 33.0, "ohm"),
        ("R_2.3M", 2.3e6, "ohm"),
        ("C_33u", 33e-6, "F"),
        ("C_33µ", 33e-6, "F"),
        ("C_1pF", 1e-12, "F"),
        ("L_1m", 1e-3, "H"),
        ("L_10n", 1e-8, "H"),
        ("FAN_5V", 5.0, "V"),
    ],
)
def test_values_are_read_in_si(text, number, unit):
    (component,) = (c for c in parse(f"DC_5--{text}--G").components if c.kind.name == text[: text.index("_")])
    assert component.values[0][:2] == (number, unit)


@pytest.mark.parametrize(
    "text, meant",
    [
        ("R_330R", "330"),
        ("R_4k7", "4.7k"),
        ("R_0R1", "0.1"),
        ("R_1e3", "1k"),
        ("R_1.5e3", "1.5k"),
        ("R_1e5", "100k"),
        ("R_2e6", "2M"),
        ("R_15e0", "15"),
    ],
)
def test_a_value_as_it_is_printed_on_parts_has_its_hint(text, meant):
    (problem,) = parse(f"DC_5--{text}--G").problems
    assert problem.code == "bad-value" and problem.message.endswith(f"did you mean {meant}?")


def test_a_resistor_takes_its_rating_in_watt():
    resistor = parse("DC_5--R_10_1W--G").find("R1")
    assert (resistor.value("ohm"), resistor.value("W")) == (10.0, 1.0)


@pytest.mark.parametrize(
    "text,name,pin",
    [
        ("1gp0", "gp0", 1),
        ("5v", "5v", None),
        ("3.3V", "3.3V", None),
        ("3.3V@36", "3.3V", 36),
        ("3V3", "3V3", None),
        ("40vbus", "vbus", 40),
        ("VBUS@40", "VBUS", 40),
        ("gnd", "gnd", None),
        ("3V3_EN@37", "3V3_EN", 37),
    ],
)
def test_a_leading_number_is_a_pin_unless_it_names_a_voltage(text, name, pin):
    circuit = parse(f"BOARD__{text}-R_1-G")
    (port,) = circuit.find("BOARD1").ports
    assert (circuit.problems, port.name, port.pin) == ([], name, pin)


def test_all_grounds_and_the_missing_side_of_a_source_are_one_net():
    nets = parse("DC_5--R_1--G\n\nG--R_2--DC_3\n").netlist()["nets"]
    assert {"DC1.n", "R1.2", "G1.1", "G2.1", "R2.1", "DC2.n"} in [set(n["pins"]) for n in nets]


def test_side_by_side_joins_and_disjoint_circuits_are_warnings():
    circuit = parse("DC_5-++-R_1-G\n")
    assert circuit.problems == [] and "++" in circuit.warnings[0]
    assert parse("pDC_5_n\n|     |\n+-R_1-+\n\npDC_5_n\n|     |\n+-R_1-+\n").warnings == [
        "2 disjoint circuits: no wire joins them"
    ]


def test_a_crossing_does_not_join_and_a_wire_below_a_component_does_not_touch_it():
    crossing = "     DC_5\n       |\nDC_3---|--R_1--G\n       |\n       R_2--G\n"
    nets = [set(n["pins"]) for n in parse(crossing).netlist()["nets"]]
    assert {"DC1.p", "R2.1"} in nets and {"DC2.p", "R1.1"} in nets
    below = "     DC_5--R_10---G\nDC_4-----------------R_1--G\n"
    nets = [set(n["pins"]) for n in parse(below).netlist()["nets"]]
    assert {"DC1.p", "R1.1"} in nets and {"DC2.p", "R2.1"} in nets


@pytest.mark.parametrize("path", sorted(CASES.glob("*.txt")), ids=lambda path: path.stem)
def test_printing_a_parsed_text_and_parsing_it_again_gives_the_same(path):
    circuit = parse(path.read_text(), True)
    again = parse(to_text(circuit), True)
    assert to_text(circuit) == path.read_text()
    assert again.netlist() == circuit.netlist()


def work(text):
    """How many lines of Python run to parse a text: a count, which no other program changes."""
    count = 0

    def trace(frame, event, argument):
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        parse(text)
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize("row", ["+", "-", "|", "R", "+-|R", "G-", "a ", "D ", "R_-1 ", "RPI_PICO_W "])
def test_twice_the_text_is_at_most_a_little_more_than_twice_the_work(row):
    # Twice would be linear, four times would be quadratic.
    short = row * (1000 // len(row))
    for joint in ("", "\n"):
        assert work(short + joint + short) < 2.5 * work(short)


def test_a_text_beyond_the_limit_is_refused_before_it_is_read():
    # One line of the parser for each character would be a million.
    assert work("+" * 1_000_000) < 100
    assert [problem.code for problem in parse("+" * 1_000_000).problems] == ["too-large"]


# More diagrams of cirosantilli/cirosantilli.github.io at the same commit; netlists worked by hand.
MORE = {
    "condensed-matter-physics.bigb:510": (
        "DC---R_10---X---G\n",
        [["DC1.p", "R1.1"], ["R1.2", "X1.1"], ["X1.2", "G1.1", "DC1.n"]],
    ),
    "quantum-computing.bigb:1336": (
        "+-----+\n|     |\n|   +-+-+\n|   |   |\nC   X   X\n|   |   |\n|   +-+-+\n|     |\n+-----+\n",
        [["C1.1", "X1.1", "X2.1"], ["C1.2", "X1.2", "X2.2"]],
    ),
    "quantum-computing.bigb:1437": (
        "+----X-----+\n|          |\n|          |\n|          |\n+--X----X--+\n",
        [["X1.1", "X2.1"], ["X1.2", "X3.2"], ["X2.2", "X3.1"]],
    ),
    "telecommunication.bigb:29": (
        "DC_9---R_10k--+--MICROPHONE--+--G\n              |              |\n              +-------V------+\n",
        [["DC1.p", "R1.1"], ["R1.2", "MICROPHONE1.1", "V1.1"], ["MICROPHONE1.2", "V1.2", "G1.1", "DC1.n"]],
    ),
    "computer-hardware.bigb:2856": (
        "RPI_PICO_W__gnd__gpio26Adc__3.3V@36\n            |    |          |\n            |    |          |\n"
        "            |  +-+          |\n            |  |            |\n            |  |  +---------+ \n"
        "            |  |  |\n         P__1__2__3\n",
        [["RPI_PICO_W1.gnd", "P1.1"], ["RPI_PICO_W1.gpio26Adc", "P1.2"], ["RPI_PICO_W1.3.3V", "P1.3"]],
    ),
}


@pytest.mark.parametrize("name", MORE)
def test_more_of_the_authors_diagrams_give_their_netlists(name):
    text, nets = MORE[name]
    circuit = parse(text)
    assert [problem.message for problem in circuit.problems] == []
    symmetric = [c.id for c in circuit.components if c.symmetric and len(c.ports) == 2]
    assert same_nets([net["pins"] for net in circuit.netlist()["nets"]], nets, symmetric)


# Drawings that are not in the notation, with the place of the first mistake.
STRANGERS = [
    (
        "+----------+\n| Island 1 |\n+----------+\n   |   |\n   X   C\n   |   |\n"
        "+----------+\n| Island 2 |\n+----------+\n",
        (2, 3),
    ),
    (
        "+-------+       +-------+\n|       |       |       |\n| Q_1() |---X---| Q_2() |\n"
        "|       |       |       |\n+-------+       +-------+\n",
        (3, 6),
    ),
    ("   -----+------+------+-----\n...  Sn | SnO2 | PbO2 | Pb  ...\n   -----+------+------------\n", (1, 4)),
    ("+---+---+\n|   |   |\n+---+---+\n", (1, 1)),
    ("---/\\/\\/---||---+\n                |\n               GND\n", (1, 4)),
    (" o---[R1]---o\n", (1, 2)),
    ("VCC\n |\n R1\n |\nGND\n", (1, 1)),
    ("| a | b |\n|---|---|\n| 1 | 2 |\n", (1, 1)),
    ("--*--\n  *\n", (1, 3)),
]


@pytest.mark.parametrize("text,at", STRANGERS)
def test_drawings_in_other_styles_are_refused_with_a_position(text, at):
    assert parse(text).problems[0].at == at


@pytest.mark.parametrize(
    "text,places",
    [
        ("+---/\\/\\/\\---+\n", [(1, 5)]),  # the last + joins nothing
        ("+---/\\/\\/\\---+\n|            |\n+---         +\n", [(1, 5)]),  # all wires touch the zigzag
        ("+----|(----+\n|          |\n+---/\\/\\--+\n", [(1, 7), (3, 5)]),  # a capacitor and a zigzag
        ("---*---\n\n---R_1--G\n", [(1, 4), (3, 1)]),  # the other wire is still told
    ],
)
def test_wires_that_touch_a_bad_character_add_no_mistake(text, places):
    assert [problem.at for problem in parse(text).problems] == places


@pytest.mark.parametrize(
    "text,column,meant",
    [
        # The column is the port's, before which an underscore is missing.
        ("DC_9-R_330-aLED_2Vc-G", 19, "'2Vc' should be '2V_c'"),
        ("DC_9-R_330-aLED_2c-G", 18, "'2c' should be '2V_c'"),
        ("DC_9-R_330-cLED_2.1Va-G", 21, "'2.1Va' should be '2.1V_a'"),
        ("G-sI_10mAd-G", 10, "'10mAd' should be '10mA_d'"),
        # The column is the first one that differs from what was meant.
        ("1p_P_10k_3", 2, "did you mean 1P_10k_3?"),
        ("DC_9-1_P_10k_3-G", 7, "did you mean 1P_10k_3?"),
        ("G-a_LED_2V_c-DC_5", 4, "did you mean aLED_2V_c?"),
    ],
)
def test_a_port_that_is_glued_or_parted_is_shown_as_it_was_meant(text, column, meant):
    (problem,) = parse(text).problems
    assert problem.at == (1, column) and meant in problem.message


@pytest.mark.parametrize(
    "text,column,meant",
    [
        ("aLDE_2V_c", 8, "did you mean LED?"),
        ("sMOSFETd", 8, "did you mean T?"),
        ("RESISTR_3", 8, "did you mean R?"),
        ("c1N4148a", 8, "a part's number: did you mean D?"),
        ("1n4001", 8, "a part's number: did you mean D?"),
        ("cBC547e", 8, "a part's number: did you mean NPN?"),
        ("IRLB8721", 8, "a part's number: did you mean T?"),
        ("aLED_2V_k", 16, "did you mean c, the cathode?"),
        ("THERMISTOR_10k_B3950", 23, "did you mean 3950K?"),
        ("R_1/4W", 11, "a fraction is written as a decimal number, 1/4W as 0.25W"),
        ("R_10k_1/4W", 15, "a fraction is written as a decimal number, 1/4W as 0.25W"),
        ("R_1,5k", 11, "the decimal sign is a point: R_1.5k"),
    ],
)
def test_what_people_write_elsewhere_is_told_as_it_is_written_here(text, column, meant):
    (problem,) = parse(f"DC_9---{text}-G").problems
    assert problem.at == (1, column) and meant in problem.message


def test_a_word_that_is_near_to_nothing_gets_no_guess():
    (problem,) = parse("DC_9--FOO_3--G\n").problems
    assert "did you mean" not in problem.message and "known are R C L" in problem.message


def test_ten_nano_beside_a_port_n_stay_what_they_are():
    (problem,) = parse("pDC_10_n-R_1-n_DC_5_p").problems
    assert "did you mean nDC_5_p" in problem.message
    assert parse("DC_10n-R_1-G").find("DC1").values[0][:2] == (1e-8, "V")
