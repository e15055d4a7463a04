"""A circuit on a breadboard: is it the same circuit, can it be built, can it be read?"""

import copy
import json
import math
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from macros.circuit import examples
from macros.circuit.breadboard import board, colours, geometry, listing, nodes, place, readback, svg
from macros.circuit.parse import parse
from macros.circuit.ratings import table as ratings
from macros.pages import circuit_article as circuits
from tests.macros.circuit.drawn import drawn, pico

ROOT = Path(__file__).resolve().parents[3]
DESIGNS = sorted((ROOT / "firmware" / "circuits").glob("*.txt"))
NAMES = [path.stem for path in DESIGNS]
# The pinout of the Pico W's datasheet, figure 2, typed from it: pins 1 to 20 down, 21 to 40 up.
# fmt: off
PINOUT = [
    "GP0", "GP1", "GND", "GP2", "GP3", "GP4", "GP5", "GND", "GP6", "GP7", "GP8", "GP9", "GND",
    "GP10", "GP11", "GP12", "GP13", "GND", "GP14", "GP15", "GP16", "GP17", "GND", "GP18", "GP19",
    "GP20", "GP21", "GND", "GP22", "RUN", "GP26/ADC0", "GP27/ADC1", "AGND", "GP28/ADC2", "ADC_VREF",
    "3V3", "3V3_EN", "GND", "VSYS", "VBUS",
]
# fmt: on


def load(text):
    circuit = parse(text)
    assert circuit.problems == []
    return circuit


# The designs that are built upon another's board.
UPON = {
    "with-alarm-relay": "with-fan",
    "with-second-thermistor": "with-fan",
    "with-12-volt-tachometer": "with-12-volt-fan",
}


def planned(name):
    circuit = load((ROOT / "firmware" / "circuits" / f"{name}.txt").read_text())
    before = planned(UPON[name])[1] if name in UPON else None
    return circuit, place.plan(circuit, upon=before, **ratings.placing(circuit))


def schematic(circuit):
    """The nets of the schematic's own netlist, with its grounds as one and without the signs of ground."""
    nets, ground = [], set()
    for net in circuit.netlist()["nets"]:
        pins = {pin for pin in net["pins"] if not re.fullmatch(r"G\d+\.1", pin)}
        # A fan's gnd is its minus, which a transistor may switch.
        boards = [pin for pin in pins if not pin.startswith("FAN_PWM")]
        if len(pins) < len(net["pins"]) or any(pin.endswith((".gnd", ".ground")) for pin in boards):
            ground |= pins
        elif pins:
            nets.append(frozenset(pins))
    return set(nets) | ({frozenset(ground)} if ground else set())


def everything(plan):
    """Every hole with what is in it, but for the Pico's."""
    legs = [(hole, placed.part.id) for placed in plan.placed for _, hole in placed.legs]
    return legs + [(hole, "wire") for wire in plan.wires for hole in (wire.start, wire.end)]


@pytest.mark.parametrize("name", NAMES)
def test_the_netlist_read_from_the_holes_is_the_schematics(name):
    circuit, plan = planned(name)
    assert readback.netlist(plan) == schematic(circuit) == nodes.netlist(circuit)


@pytest.mark.parametrize("name", NAMES)
def test_a_wire_that_is_moved_by_one_row_is_found(name):
    circuit, plan = planned(name)
    moved = 0
    for number in range(len(plan.wires)):
        for end in ("start", "end"):
            column, row = getattr(plan.wires[number], end)
            if column in board.RAILS:
                continue
            for other in (row - 1, row + 1):
                changed = copy.copy(plan)
                changed.wires = [copy.copy(wire) for wire in plan.wires]
                setattr(changed.wires[number], end, (column, other))
                if board.strip((column, other)) in {
                    board.strip(hole) for hole in (plan.wires[number].start,)
                }:
                    continue
                if plan.of_strip.get(board.strip((column, other))) is plan.wires[number].node:
                    continue  # a row of the same node, which another wire joins with this one
                assert readback.netlist(changed) != schematic(circuit), (number, end, other)
                moved += 1
    assert moved >= 2 * len(plan.wires) and plan.wires


@pytest.mark.parametrize("name", NAMES)
def test_a_leg_in_the_next_row_is_found(name):
    circuit, plan = planned(name)
    for placed in plan.placed:
        for number, (port, (column, row)) in enumerate(placed.legs):
            changed = copy.copy(plan)
            wrong = copy.copy(placed)
            wrong.legs = list(placed.legs)
            other = "R-" if column == "R+" else "R+" if column in board.RAILS else column
            wrong.legs[number] = (port, (other, row if column in board.RAILS else row + 1))
            if plan.of_strip.get(board.strip(wrong.legs[number][1])) is plan.node_at((column, row)):
                continue  # a row of the same node, which a wire joins with this one
            changed.placed = [wrong if one is placed else one for one in plan.placed]
            assert readback.netlist(changed) != schematic(circuit), (placed.part.id, port)


def test_a_wire_that_is_missing_or_one_too_many_is_found():
    circuit, plan = planned("with-fan")
    whole = plan.wires
    for wire in whole:
        plan.wires = [other for other in whole if other is not wire]
        assert readback.netlist(plan) != schematic(circuit)
    extra = copy.copy(whole[0])
    extra.start, extra.end = ("a", 4), ("j", 1)  # GP2 to VBUS
    plan.wires = [*whole, extra]
    assert readback.netlist(plan) != schematic(circuit)


@pytest.mark.parametrize("name", NAMES)
def test_every_hole_is_on_the_board_takes_one_leg_and_is_not_below_the_pico(name):
    _, plan = planned(name)
    found = everything(plan)
    assert len({hole for hole, _ in found}) == len(found)
    for (column, row), what in found:
        if column in board.RAILS:
            assert row in board.rail_rows(plan.rows)
        else:
            assert 1 <= row <= plan.rows
            if not what.startswith("RPI_PICO_W"):
                assert row > 20 or column in "abij"
    # Of a half board a row of pins that the circuit does not use stays free: another GPIO would be joined.
    pico = [hole for placed in plan.placed if placed.form == "pico" for _, hole in placed.legs]
    used = {board.strip(hole) for hole in pico}
    assert all(board.strip(hole) in used for hole, _ in found if hole[0] not in board.RAILS and hole[1] <= 20)


@pytest.mark.parametrize("name", NAMES)
def test_bodies_and_legs_have_room_and_no_part_lies_on_another(name):
    _, plan = planned(name)
    lines = []
    for placed in plan.placed:
        if placed.form == "axial":
            (_, one), (_, other) = placed.legs
            length = geometry.distance(board.really_at(one), board.really_at(other))
            # A quarter-watt resistor's body is 6.3 mm, two and a half pitches; half a pitch each to bend.
            assert length >= (1.0 if placed.part.kind.name == "LED" else 3.5)
            assert length <= 7.5
            lines.append(geometry.Line(board.at(one), board.at(other)))
    for number, line in enumerate(lines):
        assert not any(line.crosses(other) for other in lines[:number])


@pytest.mark.parametrize("name", NAMES)
def test_wires_can_be_followed(name):
    _, plan = planned(name)
    laid = plan.wires + plan.leads
    for wire in laid:
        assert wire.path[-1] == board.at(wire.end)
        assert wire.start is None or wire.path[0] == board.at(wire.start)
    for number, wire in enumerate(laid):
        for other in laid[:number]:
            crossings = 0
            for one in wire.lines():
                for two in other.lines():
                    if one.crosses(two):
                        # Never along each other: one goes up, the other across.
                        upright = [line.start[0] == line.end[0] for line in (one, two)]
                        assert upright[0] != upright[1]
                        crossings += 1
            # A wire that was there already keeps its way: one that is new goes below it and back.
            assert crossings <= (2 if other in plan.kept else 1)
        for hole, _ in everything(plan):
            if hole not in (wire.start, wire.end):
                assert min(line.far(board.at(hole)) for line in wire.lines()) > 0.3


def test_two_to_220s_stand_clear_of_each_other_and_say_that_their_tabs_are_live():
    # Outline of the IRF3708's TO-220AB: 10.66 mm wide at most, and rows of a breadboard are 2.54 mm apart.
    circuit, plan = planned("with-fail-on-fan")
    one, other = (placed for placed in plan.placed if placed.form == "three")
    assert one.wide and other.wide
    between = (other.legs[1][1][1] - one.legs[1][1][1]) * 2.54
    assert between >= 10.66 + 1  # a millimetre of air
    # The same of the body and the Pico's edge, 51 mm long about its twenty pins: row 20.5.
    assert (one.legs[1][1][1] - 20.54) * 2.54 > 10.66 / 2
    live = [leg for leg, _, _ in listing.legs(plan)[1] if "metal tab: nothing may touch it" in leg]
    assert [leg.split(" (")[0] for leg in live] == ["T1 drain", "T2 drain"]
    bodies = re.findall(
        r'<rect class="dark" x="[\d.]+" y="([\d.]+)" width="[\d.]+" height="([\d.]+)"', svg.draw(plan)
    )
    (top, height), (below, _) = [(float(y) / 16, float(high) / 16) for y, high in bodies if float(high) > 40]
    assert height * 2.54 == pytest.approx(10.66, abs=0.05) and top + height < below


def test_a_small_housing_stands_as_close_as_its_legs_allow():
    circuit, plan = planned("with-4-wire-fan")
    assert not any(placed.wide for placed in plan.placed)


def test_the_picos_pins_stand_where_the_datasheet_has_them():
    assert [board.pico_hole(pin) for pin in (1, 20, 21, 40)] == [("c", 1), ("c", 20), ("h", 20), ("h", 1)]
    # 17.78 mm between the rows, 2.54 mm between pins
    assert (board.X["h"] - board.X["c"]) * 2.54 == pytest.approx(17.78)
    circuit, plan = planned("with-fan")
    drawn = svg.draw(plan)
    pads = re.findall(r'cx="([\d.]+)" cy="([\d.]+)" r="6.6"/><text class="pin"[^>]*>(\d+)</text>', drawn)
    names = re.findall(r'<text class="name"[^>]*>([^<]+)</text>', drawn)
    assert [int(number) for _, _, number in pads] == list(range(1, 41))
    assert names == PINOUT
    for x, y, number in pads:
        assert (float(x) / 16, float(y) / 16) == board.at(board.pico_hole(int(number)))


def test_the_tables_say_the_pin_the_leg_and_the_hole():
    circuit, plan = planned("with-fan")
    heads, rows = listing.legs(plan)
    assert heads == ("Leg", "Hole", "Net")
    assert rows[0] == ("Pico pin 1 and pin 40, USB plug beyond row 1", "c1 and h1", "—")
    assert ("Pico pin 31 (GP26/ADC0)", "h10", "GP26/ADC0") in rows
    assert ("Pico pin 4 (GP2)", "c4", "GP2") in rows
    holes = {leg.split(" (")[0]: hole for leg, hole, _ in rows}
    # The legs of a TO-220 from its printed side: gate, drain, source.
    gate, drain, source = [holes[f"T1 {leg}"] for leg in ("gate", "drain", "source")]
    assert [int(hole[1:]) for hole in (drain, source)] == [int(gate[1:]) + 1, int(gate[1:]) + 2]
    # The ring of the diode towards +5 V, and the fan's plus there too, though the text writes it as port 2.
    nets = {leg: net for leg, _, net in rows}
    assert nets["D1 cathode (the ring)"] == nets["FAN1 (5 V · 200 mA) +"] == "VBUS"
    assert {nets["R2 (330 Ω) one leg"], nets["R2 (330 Ω) other leg"]} == {"N2", "GP2"}
    heads, wires = listing.wires(plan)
    assert heads == ("Wire", "From", "To", "Net") and [row[0] for row in wires] == [
        "1",
        "2",
        "3",
        "4",
        "5",
        "6",
    ]
    assert ("GP2", "a4") in [(net, start) for _, start, _, net in wires]


def test_a_4_wire_fan_has_the_four_leads_of_its_connector():
    circuit, plan = planned("with-4-wire-fan")
    leads = {leg.split()[-1]: net for leg, _, net in listing.legs(plan)[1] if leg.startswith("FAN_PWM1")}
    # Intel's specification: ground, 12 V, sense, control
    assert leads == {"gnd": "GND", "12v": "12 V, fused", "tach": "GP3", "pwm": "N2"}


@pytest.mark.parametrize("name", [name for name in NAMES if name != "seed"])
def test_agnd_is_a_node_of_its_own_that_the_divider_alone_is_on(name):
    circuit, plan = planned(name)
    (analog,) = [node for node in nodes.nodes(circuit) if node.name == "AGND"]
    dividers = [part.id for part, _ in analog.pins if not part.kind.board]
    assert len(dividers) == (2 if name == "with-second-thermistor" else 1)
    assert all(circuit.find(divider).value("ohm") == 10_000 for divider in dividers)
    # Pin 33 is the eighth from the top right: 41 - 33.
    assert next(one for one in plan.placed if one.form == "pico").legs.count(("agnd", ("h", 8))) == 1
    assert [wire.node.name for wire in plan.wires if wire.start == ("j", 8)] == ["AGND"]
    assert analog not in plan.rails.values()


@pytest.mark.parametrize("name", UPON)
def test_what_is_built_upon_another_board_leaves_each_of_its_legs_and_wires_where_it_was(name):
    (_, before), (_, plan) = planned(UPON[name]), planned(name)

    def holes(one):
        legs = {(placed.part.id, port): hole for placed in one.placed for port, hole in placed.legs}
        return legs, [(wire.start, wire.end, wire.path) for wire in one.wires]

    (legs, wires), (all_legs, all_wires) = holes(before), holes(plan)
    gone = {part for part, _ in legs} - {placed.part.id for placed in plan.placed}
    assert gone == ({"FAN1"} if name == "with-12-volt-tachometer" else set())
    legs = {leg: hole for leg, hole in legs.items() if leg[0] not in gone}
    assert legs and legs.items() <= all_legs.items() and all_wires[: len(wires)] == wires
    assert plan.rows == before.rows and before.rails.keys() == plan.rails.keys()
    # The tables have what is new, and the wires' numbers go on.
    told = {leg.split()[0] for leg, _, _ in listing.legs(plan)[1]}
    assert told == {placed.part.id for placed in plan.placed if placed.legs} - {
        placed.part.id for placed in before.placed
    }
    numbers = [int(row[0]) for row in listing.wires(plan)[1]]
    assert numbers == list(range(len(wires) + 1, len(wires) + 1 + len(numbers))) and numbers


def test_a_part_that_is_built_already_has_to_be_in_the_circuit():
    _, before = planned("with-fan")
    circuit = load((ROOT / "firmware" / "circuits" / "with-led.txt").read_text())
    with pytest.raises(
        place.NoRoom, match="of what is built already|is built already, and the circuit has no"
    ):
        place.plan(circuit, upon=before)


def test_what_is_added_is_told_with_its_values_and_its_wires():
    assert listing.additions(planned("with-second-thermistor")[1]) == (
        "THERMISTOR2 (10 kΩ · 3950 K), R4 (10 kΩ) and the wires 7 to 8"
    )


def test_what_changes_from_one_board_to_another_is_told_part_by_part():
    boards = {name: planned(name)[1] for name in ("with-led", "with-fan", "with-fail-on-fan")}
    # Read off the texts: C has a second MOSFET and its gate's 10 kohm, and B's gate resistors are T2's there.
    assert listing.changes(boards["with-fail-on-fan"], boards["with-fan"]) == (
        "new are T2 and R4 (10 kΩ); R2 and R3 move; R1, D1, FAN1, T1 and THERMISTOR1 stay in their holes"
    )
    assert listing.changes(boards["with-fan"], boards["with-led"]).startswith(
        "new are D1, FAN1 (5 V · 200 mA), T1 and R3 (100 kΩ); LED1 (2 V) goes; "
    )
    # A part of another value is another part to fetch.
    assert "R2 (2.2 kΩ)" in listing.changes(planned("with-4-wire-fan")[1], boards["with-fan"])


def test_a_relays_contact_is_wired_beside_the_board_and_read_back_from_there():
    circuit, plan = planned("with-alarm-relay")
    ends = {
        frozenset(f"{part.id}.{port.name}" for part, port in (wire.start, wire.end)) for wire in plan.direct
    }
    assert ends == {frozenset({"CONN1.in", "RELAY1.com"}), frozenset({"CONN1.out", "RELAY1.no"})}
    # No hole has a leg of theirs, and without the wires the circuit is another.
    legs = [f"{placed.part.id}.{port}" for placed in plan.placed for port, _ in placed.legs]
    assert "RELAY1.a" in legs and not any(pin in legs for pair in ends for pin in pair)
    assert [row[1:3] for row in listing.wires(plan)[1][-2:]] == [
        ("RELAY1 no, beside the board", "CONN1 out, beside the board"),
        ("RELAY1 com, beside the board", "CONN1 in, beside the board"),
    ]
    assert "wire beside the board: RELAY1 com to CONN1 in" in svg.draw(plan)
    plan.direct = plan.direct[:1]
    assert readback.netlist(plan) != schematic(circuit)


SWITCHED = (
    *pico(("VBUS@40", "5V"), ("gpio6@9", "gp6")),
    *(("NPN", ("base", "coil", "gnd")), ("R_2.2k", ("gp6", "base")), ("D", ("coil", "5V"))),
    *(("R_1k", ("12V", "x")), ("LED_2V", ("x", "gnd")), ("DC_12V_2A", ("12V", "gnd"))),
)


def switching(com, no):
    return ("RELAY_5V_70mA__a__b__com__no", ("5V", "coil", com, no))


@pytest.mark.parametrize(
    "parts, wires",
    [
        (
            (switching("12V", "hot"), ("CONN__1hot__2gnd", ("hot", "gnd"))),
            {"DC1.p RELAY1.com", "RELAY1.no CONN1.hot", "DC1.n CONN1.gnd"},
        ),
        (
            (switching("12V", "hot"), ("R_100_5W", ("hot", "gnd"))),
            {"DC1.p RELAY1.com", "RELAY1.no R4.1", "DC1.n R4.2"},
        ),
        (
            (
                switching("com", "hot"),
                *(("FUSE_1A", ("12V", "y")), ("CONN__1a__2b", ("y", "com")), ("FAN", ("hot", "gnd"))),
            ),
            {"DC1.p FUSE1.1", "FUSE1.2 CONN1.a", "RELAY1.com CONN1.b", "RELAY1.no FAN1.1", "DC1.n FAN1.2"},
        ),
        (
            (switching("gnd", "ret"), ("CONN__1hot__2ret", ("12V", "ret"))),
            {"DC1.n RELAY1.com", "RELAY1.no CONN1.ret", "DC1.p CONN1.hot"},
        ),
        (
            (
                *(switching("com", "hot"), ("DC_24V", ("com", "minus"))),
                ("CONN__1hot__2m", ("hot", "minus")),
            ),
            {"RELAY1.com DC2.p", "RELAY1.no CONN1.hot", "DC2.n CONN1.m"},
        ),
        (
            (
                *(switching("12V", "hot"), ("CONN__1hot__2gnd", ("hot", "gnd"))),
                *(("R_1k", ("hot", "z")), ("LED_2V", ("z", "gnd"))),
            ),
            {"DC1.p RELAY1.com", "RELAY1.no CONN1.hot", "DC1.n CONN1.gnd"},
        ),
    ],
    ids=[
        "a heater on the fan's supply",
        "as a resistor",
        "behind a fuse and a thermostat",
        "a contact in the return",
        "a supply of its own",
        "a lamp beside the heater",
    ],
)
def test_the_heats_wires_go_to_each_other_and_straight_to_their_source(parts, wires):
    circuit = load(drawn(*SWITCHED, *parts))
    plan = place.plan(circuit)
    pairs = [(wire.start, wire.end) for wire in plan.direct]
    assert {" ".join(sorted(f"{part.id}.{port.name}" for part, port in pair)) for pair in pairs} == {
        " ".join(sorted(pair.split())) for pair in wires
    }
    assert readback.netlist(plan) == schematic(circuit)
    # Into the board goes the heat nowhere but the lamp's row, by one lead.
    legs = {f"{placed.part.id}.{port}" for placed in plan.placed for port, _ in placed.legs}
    led_off = {end for pair in wires for end in pair.split() if not end.startswith("DC")}
    assert len(legs & led_off) == (1 if circuit.find("LED2") else 0)


@pytest.mark.parametrize("name", ["with-fan", "with-alarm-relay"])
def test_every_row_has_its_number_along_both_edges(name):
    _, plan = planned(name)
    told = re.findall(r'<text class="row" x="([-0-9.]+)"[^>]*>(\d+)</text>', svg.draw(plan))
    for edge in (min, max):
        x = edge(float(x) for x, _ in told)
        assert [int(row) for at, row in told if float(at) == x] == list(range(1, plan.rows + 1))


@pytest.mark.parametrize("name", NAMES)
def test_the_drawing_is_sound_names_everything_and_brings_no_style_of_its_own_to_a_page(name):
    circuit, plan = planned(name)
    drawn = svg.draw(plan, f"{name}-board", "A title")
    ElementTree.fromstring(drawn)
    assert "\n" not in drawn and "style" not in drawn
    ids = re.findall(r' id="([^"]+)"', drawn)
    assert len(ids) == len(set(ids)) and all(one.startswith(f"{name}-board-") for one in ids)
    words = re.search(r"<desc[^>]*>([^<]+)</desc>", drawn)[1]
    for placed in plan.placed:
        assert placed.part.id in words
    for number in range(1, len(plan.wires) + 1):
        assert f"wire {number}: " in words and f">{number}</text></g>" in drawn


def test_a_file_of_its_own_carries_its_style_by_day_and_by_night():
    circuit, plan = planned("with-led")
    alone = svg.draw(plan, alone=True)
    ElementTree.fromstring(alone)
    assert "prefers-color-scheme: dark" in alone and 'class="paper"' in alone and "var(" not in alone


def test_the_same_text_gives_the_same_board_in_every_process():
    def drawn(seed):
        done = subprocess.run(
            [sys.executable, "-m", "macros.circuit", "breadboard", str(DESIGNS[-1])],
            cwd=ROOT,
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        )
        assert done.returncode == 0
        return done.stdout

    assert drawn("1") == drawn("2")


OTHERS = {path.stem: path.read_text() for path in sorted((ROOT / "tests/data/circuits").glob("*.txt"))}
OTHERS |= {title: text for title, text in examples.EXAMPLES if "\n" in text}


@pytest.mark.parametrize("name", OTHERS)
def test_any_other_circuit_is_the_same_on_its_board_or_is_refused_with_a_reason(name):
    circuit = parse(OTHERS[name])
    if circuit.problems or not circuit.components:
        with pytest.raises(ValueError, match="the text has mistakes"):
            place.plan(circuit)
        return
    try:
        plan = place.plan(circuit)
    except place.NoRoom as error:
        assert any(words in str(error) for words in ("divide", "Pico", "that is a short, of which `check`"))
        return
    found = everything(plan)
    assert len({hole for hole, _ in found}) == len(found)
    assert readback.netlist(plan) == nodes.netlist(circuit)
    ElementTree.fromstring(svg.draw(plan))


def test_a_long_chain_takes_the_full_board_and_a_longer_one_is_refused():
    def chain(count):
        return load("DC_9---" + "--".join(["R_1k"] * count) + "--G\n")

    assert place.plan(chain(8)).rows == 30
    long = place.plan(chain(60))
    assert long.rows == 63 and readback.netlist(long) == nodes.netlist(chain(60))
    with pytest.raises(place.NoRoom, match="needs more rows than a breadboard of 63 has"):
        place.plan(chain(150))


RELAY_12V = (
    *(("DC_12V_5A", ("12V", "gnd")), ("RELAY_12V_30mA__a__b__com__no", ("12V", "gnd", "com", "no"))),
    ("BUTTON", ("12V", "lamp")),
    ("R_1k", ("lamp", "gnd")),
)
MAINS = (*RELAY_12V, ("AC_230V", ("com", "neutral")))
HEATER = ("R_1k_100W", ("no", "neutral"))


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ((*MAINS, HEATER, ("R_100", ("com", "row")), ("C_10n", ("row", "no"))), "R3 would be in a hole at"),
        (
            (*MAINS, HEATER, ("R_220k", ("no", "row")), ("LED", ("row", "neutral"))),
            "LED1 would be in a hole at",
        ),
        ((*MAINS, ("R_1k", ("no", "neutral"))), "R2 would be in a hole at the 230 V of AC1"),
        (
            (("DC_48V", ("one", "gnd")), ("DC_48V", ("two", "one")), ("R_10k", ("two", "gnd"))),
            "R1 .* at 96 V",
        ),
        ((("DC_100V", ("one", "two")), ("R_100k", ("one", "two"))), "R1 .* at the 100 V of DC1"),
    ],
    ids=["a snubber", "a lamp", "a resistor at the contact", "two sources in a row", "a source apart"],
)
def test_what_is_dangerous_to_touch_gets_no_hole_and_is_refused(parts, said):
    with pytest.raises(
        place.NoRoom, match=f"{said}.*60 V DC or 25 V AC at most: wire .* draw a CONN"
    ) as error:
        place.plan(load(drawn(*parts)))
    assert error.value.at


@pytest.mark.parametrize(
    "parts",
    [
        (*MAINS, HEATER),
        (*RELAY_12V, ("CONN__1com__2no", ("com", "no"))),
        (("DC_48V", ("48V", "gnd")), ("R_10k", ("48V", "gnd"))),
    ],
    ids=["a heater beside the board", "a plug", "48 V"],
)
def test_mains_that_touch_no_hole_and_less_than_60_v_are_drawn(parts):
    circuit = load(drawn(*parts))
    assert readback.netlist(place.plan(circuit)) == nodes.netlist(circuit)


HOT = ("R_10_30W", ("hot", "gnd"))


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        # 12 V less 0.7 V across 10.05 ohm; 12 V across 10.05 ohm
        ((*RELAY_12V, ("D", ("no", "hot")), HOT, ("R_1m_1W", ("12V", "com"))), "D1 would carry 1.1[0-9] A"),
        (
            (*RELAY_12V, ("L_1m", ("no", "hot")), HOT, ("R_1m_1W", ("12V", "com"))),
            "L1 would carry 1.1[0-9] A",
        ),
    ],
    ids=["through a diode", "through a coil"],
)
def test_more_than_a_breadboard_bears_is_refused(parts, said):
    with pytest.raises(place.NoRoom, match=f"{said} through a hole; a breadboard bears 1 A: wire .* a CONN"):
        place.plan(load(drawn(*parts)))


def test_a_resistor_of_a_watt_lies_beside_the_board_also_behind_a_diode():
    parts = (
        *RELAY_12V[1:],
        ("DC_12V_2A", ("12V", "gnd")),
        ("D", ("no", "hot")),
        ("R_22_10W", ("hot", "gnd")),
    )
    circuit = load(drawn(*parts, ("R_1m_1W", ("12V", "com"))))
    plan = place.plan(circuit)
    forms = {placed.part.id: placed.form for placed in plan.placed}
    assert (forms["R1"], forms["R2"], forms["D1"]) == ("axial", "beside", "axial")
    assert readback.netlist(plan) == nodes.netlist(circuit)
    # From its ground end a wire goes straight to the source.
    assert ("DC1 −, beside the board", "R2, beside the board") in [row[1:3] for row in listing.wires(plan)[1]]


@pytest.mark.parametrize("kind", ["wiring", "breadboard"])
def test_the_command_says_where_what_it_refuses_is(kind, tmp_path):
    text = tmp_path / "mains.txt"
    text.write_text(drawn(*MAINS, ("R_1k", ("no", "neutral"))))
    done = run(kind, str(text))
    assert done.returncode == 1 and done.stdout == ""
    assert re.search(r"mains\.txt:\d+:\d+: R2 would be in a hole at the 230 V of AC1; ", done.stderr)


def run(*words):
    return subprocess.run(
        [sys.executable, "-m", "macros.circuit", *words], cwd=ROOT, capture_output=True, text=True
    )


def test_the_command_prints_the_wiring_for_people_and_for_programs():
    done = run("wiring", "firmware/circuits/with-led.txt")
    assert done.returncode == 0 and done.stdout.startswith("a breadboard of 30 rows\n")
    said = json.loads(run("wiring", "--json", "firmware/circuits/with-led.txt").stdout)
    assert list(said) == ["rows", "legs", "wires"] and said["rows"] == 30
    assert {"Leg": "Pico pin 36 (3V3)", "Hole": "h5", "Net": "3V3"} in said["legs"]


def test_a_layout_below_the_picos_rows_is_listed_too(tmp_path):
    rows = [(f"R_{n}k", (f"net{n}", f"net{n + 1}")) for n in range(1, 15)]
    text = tmp_path / "long.txt"
    text.write_text(drawn(*pico(("gpio2@4", "net1")), *rows, ("R_15k", ("net15", "gnd"))))
    done = run("wiring", str(text))
    assert done.returncode == 0, done.stderr
    holes = [word for word in done.stdout.split() if word[0] in "abcdefghij" and word[1:].isdigit()]
    assert max(int(hole[1:]) for hole in holes) > 40


def test_the_order_of_the_legs_is_that_of_the_part_that_is_taken():
    def legs(taken, file):
        said = json.loads(run("wiring", "--json", "--take", taken, f"firmware/circuits/{file}.txt").stdout)
        return [row["Leg"] for row in said["legs"] if row["Leg"].startswith(taken.split("=")[0])]

    # TO-92 of onsemi's sheet, its flat side towards one: 1 emitter, 2 base, 3 collector
    names = [leg.split(" (")[0] for leg in legs("NPN1=2N3904", "with-4-wire-fan")]
    assert names == ["NPN1 emitter", "NPN1 base", "NPN1 collector"]
    # The sheet of one in SOT-23 says nothing of the board that adapts it.
    adapted = legs("T1=IRLML6344", "with-fan")
    assert len(adapted) == 3 and all(leg.endswith("or on its adapter)") for leg in adapted)


@pytest.mark.parametrize(
    "words, status, said",
    [
        (
            ["breadboard", "firmware/circuits/with-fan.txt", "--take", "R9=CFR-25"],
            1,
            "the circuit has no part 'R9'",
        ),
        (["wiring", "firmware/circuits/with-fan.txt", "--take", "T1"], 2, "invalid pair ID=WORD value: 'T1'"),
        (["wiring", "no-such-file"], 2, "cannot read: No such file"),
        (["wiring", "firmware/circuits/with-fan.txt", "--take", "T1=IRF370"], 1, "did you mean 'IRF3708'?"),
    ],
)
def test_the_command_says_what_is_wrong(words, status, said):
    done = run(*words)
    assert done.returncode == status and said in done.stderr and done.stdout == ""
    assert "Traceback" not in done.stderr


def part_of(drawn, begins):
    """Markup of the part whose title begins so."""
    return re.search(rf'<g class="part"><title>{begins}.*?(?=<g class="part">|$)', drawn, re.S)[0]


def marked_end(part, local):
    """Where a place in a part's own frame is on the board."""
    x, y, angle = map(
        float, re.search(r"translate\(([0-9.]+) ([0-9.]+)\) rotate\(([-0-9.]+)\)", part).groups()
    )
    turn = math.radians(angle)
    return x + local * math.cos(turn), y + local * math.sin(turn)


@pytest.mark.parametrize(
    ("name", "begins", "mark"),
    [("with-fan", "D1", r'class="band" x="([-0-9.]+)"'), ("with-led", "LED1", r'<path d="M([-0-9.]+) ')],
)
def test_the_ring_of_a_diode_and_the_flat_side_of_an_led_are_drawn_at_the_cathode(name, begins, mark):
    circuit, plan = planned(name)
    part = part_of(svg.draw(plan), begins)
    holes = dict(next(placed.legs for placed in plan.placed if placed.part.id == begins))
    at = marked_end(part, float(re.search(mark, part)[1]))
    anode, cathode = (tuple(16 * place for place in board.at(holes[leg])) for leg in "ac")
    assert math.dist(at, cathode) < math.dist(at, anode)


def test_letters_of_a_transistor_and_signs_of_a_fan_stand_at_their_legs():
    circuit, plan = planned("with-fan")
    drawn = svg.draw(plan)
    words = re.findall(r'x="([-0-9.]+)" y="([-0-9.]+)"[^>]*>([GDS])<', part_of(drawn, "T1"))
    holes = dict(next(placed.legs for placed in plan.placed if placed.part.id == "T1"))
    height = {letter: float(y) for _, y, letter in words}
    for leg in "gds":
        assert abs(height[leg.upper()] - 16 * board.at(holes[leg])[1]) < 5
    signs = {sign: float(x) for x, sign in re.findall(r'x="([-0-9.]+)"[^>]*>([+−])<', part_of(drawn, "FAN1"))}
    circuit_nets = {net: hole for leg, hole, net in listing.legs(plan)[1] if leg.startswith("FAN1")}
    fan = next(placed for placed in plan.placed if placed.part.id == "FAN1")
    for lead in plan.leads:
        net = next(net for net, hole in circuit_nets.items() if board.words(lead.end) == hole)
        if lead.end in dict(map(reversed, fan.legs)):
            assert signs["+" if net == "VBUS" else "−"] == pytest.approx(16 * lead.path[0][0], abs=0.1)


def test_the_legs_of_a_part_whose_order_is_not_known_are_to_be_found_in_its_sheet():
    circuit = load(
        "DC_5---+--R_1k---G\n       |\n       s\n       PMOSg--G\n       d\n       |\n       R_1k---G\n"
    )
    rows = listing.legs(place.plan(circuit, ratings.placing(circuit)["legs"]))[1]
    said = [leg for leg, _, _ in rows if leg.startswith("PMOS1")]
    assert len(said) == 3 and all("(find it in the part's sheet" in leg for leg in said)


def test_neighbouring_nets_have_other_colours():
    _, plan = planned("with-alarm-relay")
    numbers = colours.colours(plan)
    by_name = {node.name: numbers[id(node)] for node in plan.nodes}
    # Pins 31 and 33 of the Pico are two rows apart; N1 and N4 cross beside the same transistor.
    assert by_name["GP26/ADC0"] != by_name["AGND"]
    assert by_name["N1"] != by_name["N4"]
    assert (by_name["GND"], by_name["3V3"]) == (0, 1)


@pytest.mark.parametrize("name", [name for name in NAMES if name != "seed"])
def test_nets_of_one_colour_are_no_less_than_six_rows_apart(name):
    _, plan = planned(name)
    numbers, at = colours.colours(plan), colours.places(plan)
    signals = [node for node in plan.nodes if node.role == nodes.SIGNAL]
    for i, one in enumerate(signals):
        for other in signals[:i]:
            if numbers[id(one)] == numbers[id(other)]:
                assert colours.apart(at[id(one)], at[id(other)]) >= 6.0, (one.name, other.name)


def test_a_board_of_no_more_signals_than_colours_has_each_colour_once():
    _, plan = planned("with-second-thermistor")
    signals = [colours.colours(plan)[id(node)] for node in plan.nodes if node.role == nodes.SIGNAL]
    assert len(signals) == 6 and sorted(signals) == [4, 5, 6, 7, 8, 9]


def test_a_pin_has_one_colour_on_every_board():
    found = {}
    for name in NAMES:
        _, plan = planned(name)
        numbers = colours.colours(plan)
        for node in plan.nodes:
            if node.name in {"GP2", "GP3", "GP6", "GP26/ADC0", "GP27/ADC1", "AGND"}:
                found.setdefault(node.name, set()).add(numbers[id(node)])
    assert len(found) == 6 and all(len(numbers) == 1 for numbers in found.values()), found


@pytest.mark.parametrize("name", [name for name in NAMES if name != "with-alarm-relay"])
def test_no_two_nets_with_wires_share_a_colour_where_there_are_enough(name):
    # The relay's board has eight such nets beside the supplies, and there are six colours.
    _, plan = planned(name)
    numbers = colours.colours(plan)
    wired = {id(wire.node) for wire in plan.wires + plan.leads + plan.direct}
    signals = [numbers[id(node)] for node in plan.nodes if node.role == nodes.SIGNAL and id(node) in wired]
    assert signals and len(signals) == len(set(signals))


def test_two_usual_pins_of_one_colour_differ_on_one_board():
    # Pins 5 and 9 of the Pico, each of which has the same number on its own board.
    pins = pico(("gpio3@5", "net1"), ("gpio6@9", "net2"))
    rows = [*pins, ("R_1k", ("net1", "gnd")), ("R_2k", ("net2", "gnd"))]
    numbers = colours.colours(plan := place.plan(load(drawn(*rows))))
    of = {node.name: numbers[id(node)] for node in plan.nodes}
    assert of["GP3"] != of["GP6"]


def test_no_plus_rail_carries_more_than_a_pico_bears():
    _, plan = planned("with-12-volt-fan")
    (twelve,) = [node for node in plan.nodes if node.name == "12 V, fused"]
    assert {part.id for part, _ in twelve.pins} == {"D1", "FAN1", "FUSE1"}
    assert not any(node is twelve for node in plan.rails.values())
    assert planned("with-fan")[1].rails["R+"].name == "VBUS"


def test_no_row_of_a_pin_stands_beside_one_that_would_kill_it():
    plan = planned("with-12-volt-fan")[1]
    twelve = [strip for strip, node in plan.of_strip.items() if node and node.name == "12 V, fused"]
    assert twelve
    for side, row in twelve:
        for near in ((side, row - 1), (side, row + 1)):
            node = plan.of_strip.get(near)
            assert not node or not any(part.kind.name == "RPI_PICO_W" for part, _ in node.pins)


def test_a_lead_from_beside_ends_in_no_hole_that_a_part_lies_upon():
    plan = planned("with-12-volt-fan")[1]
    legs = {placed.part.id: dict(placed.legs) for placed in plan.placed}
    (plus,) = [hole for hole in legs["FAN1"].values() if plan.node_at(hole).name == "12 V, fused"]
    assert {hole[1] for hole in legs["D1"].values()} == {plus[1]} and plus[0] in "abc"


@pytest.mark.parametrize(
    ("name", "taken"),
    [
        *((name, {}) for name in NAMES),
        ("with-alarm-relay", {"T1": "IRLML6344"}),
        ("with-fail-on-fan", {"T1": "IRLML6344"}),
    ],
)
def test_no_wire_ends_in_a_hole_that_a_part_lies_upon(name, taken):
    # Nor does the wire of a design that is laid out by itself, as the command does it.
    circuit = load((ROOT / "firmware" / "circuits" / f"{name}.txt").read_text())
    for plan in (planned(name)[1], place.plan(circuit, **ratings.placing(circuit, taken))):
        bodies = [placed for placed in plan.placed if placed.form in ("axial", "three")]
        for wire in plan.wires + plan.leads:
            for hole in (wire.start, wire.end):
                for placed in bodies if hole else ():
                    line = geometry.Line(*(board.at(placed.legs[end][1]) for end in (0, -1)))
                    assert line.far(board.at(hole)) >= 0.45, (placed.part.id, hole)


def test_a_fan_that_gives_way_to_one_with_a_tachometer_leaves_it_its_holes():
    (_, before), (_, plan) = planned("with-12-volt-fan"), planned("with-12-volt-tachometer")
    old = {before.polarity["FAN1", port]: hole for port, hole in dict_of(before, "FAN1").items()}
    new = dict_of(plan, "FAN_PWM1")
    assert new["12v"] == old["+"] and new["gnd"] == old["−"]
    # Its third lead is behind the diode: no row of the Pico's has it.
    tach = plan.node_at(new["tach"])
    assert {f"{part.id}.{port.name}" for part, port in tach.pins} == {"FAN_PWM1.tach", "D2.c"}


def dict_of(plan, name):
    (found,) = [dict(placed.legs) for placed in plan.placed if placed.part.id == name]
    return found


@pytest.mark.parametrize("name", ["with-12-volt-fan", "with-4-wire-fan"])
def test_a_fuses_lead_is_clamped_in_the_terminal_of_its_supply_and_on_no_row(name):
    _, plan = planned(name)
    assert set(dict_of(plan, "DC1")) == {"n"} and len(dict_of(plan, "FUSE1")) == 1
    told = [row for row in listing.wires(plan)[1] if row[0] == "—"]
    assert told == [("—", "DC1 +, beside the board", "FUSE1, beside the board", "12 V")]
    # What is behind it is a supply that no pin bears, and on no rail.
    (fused,) = [node for node in plan.nodes if node.name == "12 V, fused"]
    assert place._kills(fused) and not any(node is fused for node in plan.rails.values())


# Where the page has the 12 V measured before the Pico is wired to it: what marks the steps, and the board.
MEASURED = [
    ("design-b-12", "with-12-volt-fan", "FAN1.1"),
    ("tachometer-12", "with-12-volt-tachometer", "FAN_PWM1.gnd"),
]


@pytest.mark.parametrize(("heading", "name", "minus"), MEASURED, ids=[name for _, name, _ in MEASURED])
def test_the_page_has_every_row_of_a_pin_measured_before_its_wires_are_plugged_in(heading, name, minus):
    page = (ROOT / "docs" / "pico-fan" / "twelve-volts.md").read_text(encoding="utf-8")
    text = page.partition(f"{{ #{heading} }}")[2]
    step = text.partition("3. Plug in the 12 V adapter alone")[2].partition("\n4. ")[0]
    live, *dead = [re.findall(r'"(\w+\.\w+)"', call) for call in re.findall(r"circuit_hole\((.*?)\)", step)]
    circuit, plan = planned(name)
    hole = {placed.pin(port): hole for placed in plan.placed for port, hole in placed.legs}
    measured = {board.strip(hole[pin]) for pins in dead for pin in pins}
    leading = {
        strip
        for strip, node in plan.of_strip.items()
        if strip not in board.RAILS and strip[1] > board.PICO_ROWS and node and place._of_pin(node)
    }
    gate = board.strip(hole["T1.g"])  # from which R2 leads on to a pin
    assert measured == leading | {gate}
    assert {plan.node_at(hole[pin]).name for pin in live} == {"12 V, fused", plan.node_at(hole["T1.d"]).name}
    # The fan's minus one row too high is in the gate's row, as the page says.
    side, row = board.strip(hole[minus])
    assert minus in live and gate == (side, row - 1)
    left_out = re.findall(r'"([^"]+)"', re.search(r"circuit_wire\((.*?)\)", text)[1])[1:]
    named = {plan.of_strip[strip].name for strip in leading}
    assert set(left_out) - {"with-12-volt-fan"} == named


def test_the_page_says_what_is_beside_the_row_of_the_yellow_wire():
    _, plan = planned("with-12-volt-tachometer")
    side, row = board.strip(dict_of(plan, "FAN_PWM1")["tach"])
    before, after = [plan.of_strip[side, row + step] for step in (-1, 1)]
    assert (before.name, after.name) == ("GP2", "3V3")
    assert board.strip(dict_of(plan, "R2")["2"]) == (side, row - 1)
    assert board.strip(dict_of(plan, "R4")["1"]) == (side, row + 1)


def test_a_wire_to_a_pin_keeps_its_number_upon_a_board_that_has_it_already():
    (_, before), (_, plan) = planned("with-12-volt-fan"), planned("with-12-volt-tachometer")
    (one,) = [wire for wire in before.wires if wire.node.name == "GP2"]
    number = before.wires.index(one) + 1
    told = circuits.to_pins("with-12-volt-tachometer", ["GP2", "GP3"], "with-12-volt-fan")
    assert told.startswith(f"{number} ({board.words(one.start)} to {board.words(one.end)}) and ")
    assert "a5 to" in told and plan.wires[number - 1].end == one.end
