"""The netlist for KiCad, read back by a reader of S-expressions that knows nothing of the writer."""

import re
import tomllib
from pathlib import Path

import pytest

from macros.circuit import kicad
from macros.circuit.catalogue import KINDS
from macros.circuit.page import EXAMPLES
from macros.circuit.parse import parse
from macros.circuit.ratings import records, table
from tests.macros.circuit.solvable import CIRCUITS, PARTS, solvable


def expression(text):
    """A text of S-expressions as nested lists of words."""
    stack = [[]]
    for token in re.findall(r'"(?:[^"\\]|\\.)*"|[()]|[^\s()"]+', text):
        if token == "(":
            stack.append([])
        elif token == ")":
            done = stack.pop()
            stack[-1].append(done)
        else:
            stack[-1].append(re.sub(r"\\(.)", r"\1", token[1:-1]) if token[0] == '"' else token)
    assert len(stack) == 1, "a parenthesis is not closed"
    (whole,) = stack[0]
    return whole


def of(rows, key):
    """The rest of those rows that begin with a key."""
    return [row[1:] for row in rows if isinstance(row, list) and row[0] == key]


def value(rows, key):
    ((found,),) = of(rows, key)
    return found


def read(text):
    """`(components by reference, nets by name)`, as KiCad's board editor takes them from a netlist.

    Of a component `{"value", "footprint", "Notation"}`, of a net the set of (reference, pad).
    """
    whole = expression(text)
    assert whole[0] == "export" and value(whole[1:], "version") == "E"
    components = {}
    for row in of(of(whole, "components")[0], "comp"):
        found = {key: value(row, key) for key in ("value", "footprint", "tstamps")}
        for named in of(row, "property"):
            found[value(named, "name")] = value(named, "value")
        assert value(row, "ref") not in components
        components[value(row, "ref")] = found
    nets = {}
    for row in of(of(whole, "nets")[0], "net"):
        assert int(value(row, "code")) >= 1  # KiCad leaves out what is not
        nodes = [(value(node, "ref"), value(node, "pin")) for node in of(row, "node")]
        assert len(nodes) == len(set(nodes)) and value(row, "name") not in nets
        nets[value(row, "name")] = set(nodes)
    return components, nets


def netlist(text, fragment=False):
    circuit = parse(text, fragment)
    assert circuit.problems == []
    return circuit, *read(kicad.netlist(circuit, "t"))


@pytest.mark.parametrize("name,text", solvable(), ids=[name for name, _ in solvable()])
def test_every_net_joins_in_kicad_what_it_joins_in_the_text(name, text):
    circuit, components, nets = netlist(text)
    notation = {reference: component["Notation"] for reference, component in components.items()}
    expected = {
        net.name: sorted({(c.id) for c, _ in net.pins if c.kind.name != "G"})
        for net in circuit.nets
        if any(c.kind.name != "G" for c, _ in net.pins)
    }
    assert {net: sorted({notation[r] for r, _ in nodes}) for net, nodes in nets.items()} == expected
    # Each wired port has a pad of its own, but for grounds of a board, which are joined anyway.
    pads = [node for nodes in nets.values() for node in nodes]
    assert len(pads) == len(set(pads))
    wired = [(c.id, p.name) for net in circuit.nets for c, p in net.pins if c.kind.name != "G"]
    assert len(pads) == len(set(wired))


def test_every_part_has_a_footprint_a_letter_and_a_mark_of_its_own():
    circuit, components, _ = netlist((CIRCUITS / "with-fan.txt").read_text())
    assert sorted(components) == ["D1", "M1", "Q1", "R1", "R2", "R3", "TH1", "U1"]
    assert len({component["tstamps"] for component in components.values()}) == len(components)
    assert components["R1"]["value"] == "10k" and components["TH1"]["value"] == "10k 3950K"
    for component in components.values():
        assert re.fullmatch(r"[A-Za-z0-9_.-]+:[A-Za-z0-9_.,-]+", component["footprint"])


@pytest.mark.parametrize("kind", [kind.name for kind in KINDS if kind.name != "G"])
def test_every_part_of_the_notation_can_be_exported(kind):
    _, components, _ = netlist(EXAMPLES[kind], True)
    (one,) = components.values()
    assert one["footprint"] and one["Notation"] == kind + "1"


@pytest.mark.parametrize(
    "name,reference,pads",
    [
        # Pads as their makers number them: SOT-23 of AO3401 (1 G, 2 S, 3 D), TO-92 of 2N3904 (1 E, 2 B, 3 C);
        # diodes of KiCad's libraries have their cathode on 1; MCP6001: 1 out, 2 V-, 3 in+, 4 in-, 5 V+;
        # SRD relay, KiCad's symbols SANYOU_SRD_Form_A (closes: 1 and 3), _B (opens: 1 and 4) and _C (both);
        # fan: Intel's specification.
        ("high-side", "Q1", {"N2": "2", "N3": "1", "N4": "3"}),
        ("high-side", "Q2", {"N3": "3", "N6": "2", "GND": "1"}),
        ("high-side", "D1", {"N4": "1", "GND": "2"}),
        ("zener", "D1", {"N2": "1", "GND": "2"}),
        ("amplifier", "U1", {"GND": "2", "N1": "4", "N2": "1", "N3": "5", "N4": "3"}),
        ("relay", "K1", {"N1": "2", "N2": "5", "N3": "1", "N4": "3"}),
        ("four-wire-fan", "M1", {"GND": "1", "N1": "2", "gp3": "3", "N2": "4"}),
        ("switch-on-a-pin", "U1", {"gp14": "19", "3V3": "36", "gp15": "20", "GND": "23"}),
    ],
)
def test_pads_are_those_of_the_makers(name, reference, pads):
    _, _, nets = netlist((PARTS / f"{name}.txt").read_text())
    found = {net: pad for net, nodes in nets.items() for ref, pad in nodes if ref == reference}
    assert found == pads


FOOTPRINTS = tomllib.loads(
    (Path(__file__).resolve().parents[2] / "data" / "kicad_footprints.toml").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("kind", [kind.name for kind in KINDS if kind.name != "G"])
def test_every_part_uses_pads_that_its_footprint_has_and_no_pad_twice(kind):
    circuit, components, _ = netlist(EXAMPLES[kind], True)
    (part,) = kicad.parts(circuit)
    pads = [pad for _, pad in part.pads]
    assert set(pads) <= set(FOOTPRINTS[part.footprint]["pads"])
    assert len(pads) == len(set(pads)) or kind in ("RPI_PICO_W", "RPI_PICO_2_W")
    assert [component["footprint"] for component in components.values()] == [part.footprint]


@pytest.mark.parametrize("kind", ["T", "NPN", "PNP"])
def test_a_transistors_footprint_and_pads_are_those_of_the_part_that_the_table_takes_first(kind):
    first = next(part for part in records.read() if part.kind == kind)
    (part,) = kicad.parts(parse(EXAMPLES[kind], True))
    assert part.footprint.split(":")[1].startswith(first.package)
    # Pads 1, 2, 3 of TO-220 and TO-92 are the legs from left to right, the printed side towards one.
    by_pad = {pad: port.name for port, pad in part.pads}
    assert "".join(by_pad[pad] for pad in "123") == first.legs


@pytest.mark.parametrize("kind", ["PMOS", "OPAMP", "ZENER", "D"])
def test_a_small_parts_footprint_is_the_housing_of_the_part_that_the_table_takes_first(kind):
    first = next(part for part in records.read() if part.kind == kind)
    (part,) = kicad.parts(parse(EXAMPLES[kind], True))
    housing = first.package.partition(",")[0]
    name = part.footprint.split(":")[1]
    assert name == housing or name.startswith(f"D_{housing}_")


def test_a_part_that_is_taken_brings_its_own_footprint_and_order_of_pads():
    circuit = parse((CIRCUITS / "with-fail-on-fan.txt").read_text())
    housings = table.housings(circuit, {"T1": "IRLML6344"})
    one, other = [part for part in kicad.parts(circuit, housings) if part.reference.startswith("Q")]
    # IRLML6344's sheet: 1 gate, 2 source, 3 drain; IRF3708's: gate, drain, source
    assert one.footprint == "Package_TO_SOT_SMD:SOT-23"
    assert {port.name: pad for port, pad in one.pads} == {"g": "1", "s": "2", "d": "3"}
    assert other.footprint == "Package_TO_SOT_THT:TO-220-3_Vertical"
    assert {port.name: pad for port, pad in other.pads} == {"g": "1", "d": "2", "s": "3"}
    with pytest.raises(records.BadPart, match="R1 is no transistor"):
        table.housings(circuit, {"R1": "CFR-25"})


def test_both_contacts_of_a_relay_reach_their_own_pads():
    (part,) = kicad.parts(parse(EXAMPLES["RELAY"], True))
    found = {port.name: pad for port, pad in part.pads}
    assert found == {"a": "2", "b": "5", "com": "1", "no": "3", "nc": "4"}


def test_the_ring_of_a_diode_is_where_its_footprint_has_its_k():
    for kind in ("D", "LED", "ZENER"):
        (part,) = kicad.parts(parse(EXAMPLES[kind], True))
        cathode = {port.name: pad for port, pad in part.pads}["c"]
        assert FOOTPRINTS[part.footprint]["cathode"] == cathode


def test_pins_without_a_number_take_the_pads_that_are_free():
    text = "DC_5--vcc__2in__out__gnd__CHIP\n           |    |    |\n           +----+    G\n"
    _, components, nets = netlist(text)
    assert components["U1"]["footprint"] == "Package_DIP:DIP-8_W7.62mm"
    found = {pad for nodes in nets.values() for reference, pad in nodes if reference == "U1"}
    assert found == {"1", "2", "3", "4"}


def test_quotes_and_backslashes_reach_kicad_as_they_are():
    text = kicad.netlist(parse("DC_5--R_1k--G\n"), 'a "b" \\ c')
    assert value(of(expression(text), "design")[0], "source") == 'a "b" \\ c'
