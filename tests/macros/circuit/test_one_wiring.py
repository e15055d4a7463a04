"""One wiring everywhere: what script, firmware and drawings say of the same pins. It fails when they part."""

import re
from pathlib import Path

import pytest

from firmware import distribution, facts
from firmware import thermistor_fan as script
from macros.circuit import board, listing
from macros.circuit.parse import parse

ROOT = Path(__file__).resolve().parents[3]
DESIGNS = sorted((ROOT / "firmware" / "circuits").glob("with-*.txt"))


def circuit_of(path):
    circuit = parse(path.read_text(encoding="utf-8"))
    assert circuit.problems == []
    return circuit


def wired(circuit):
    """{pin number: (its name on the board, its net)} of a design's Pico."""
    (pico,) = [part for part in circuit.components if part.kind.name in board.PICOS]
    pins = [(board.pin_of(pico, port), port.net) for port in pico.ports if port.net]
    assert all(pin.number for pin, _ in pins), "a pin without a number could be any of several"
    return {pin.number: (pin.name, net) for pin, net in pins}


def parts_on(net):
    """Ids of a net's parts with their leg in words, but for boards: {"T1 source", "R3"}."""
    return {listing.pin_words(part, port) for part, port in net.pins if not part.kind.board}


def between(circuit, kind, one, other):
    """The only part of a kind between two nets."""
    (part,) = [
        part
        for part in circuit.components
        if part.kind.name == kind and {id(port.net) for port in part.ports} == {id(one), id(other)}
    ]
    return part


@pytest.mark.parametrize("path", DESIGNS, ids=lambda path: path.stem)
def test_the_scripts_first_lines_are_the_wiring_of_every_design(path):
    (line,) = [line for line in script.__doc__.splitlines() if "(pin " in line]
    said = re.findall(r"(\w+) \(pin (\d+)\)", line)
    assert [name for name, _ in said] == ["3V3", f"GP{script.THERMISTOR_PIN}", "AGND", f"GP{script.FAN_PIN}"]
    circuit = circuit_of(path)
    pins = wired(circuit)
    for name, number in said:
        assert pins[int(number)][0].split("/")[0] == name
    supply, reading, ground, _ = [pins[int(number)][1] for _, number in said]
    assert "3V3 (pin 36) -- thermistor -- GP26 (pin 31) -- R_DIVIDER -- AGND (pin 33)" in line
    assert between(circuit, "THERMISTOR", supply, reading).value("ohm") == script.R25
    divider = between(circuit, "R", reading, ground)
    assert divider.value("ohm") == script.R_DIVIDER
    # Nothing else is on the ground that the converter measures against.
    assert parts_on(ground) == {divider.id}


def wires_of(file):
    """{pin number: (name, where it goes)} of a design in the firmware's tables, and what else is joined."""
    ((_, _, _, wires, rest),) = [design for design in facts.DESIGNS if design[1] == file]
    return {wire.pin: (wire.board, wire.to) for wire in wires}, rest


@pytest.mark.parametrize("path", DESIGNS, ids=lambda path: path.stem)
def test_the_firmwares_tables_of_wires_name_the_pins_of_board_and_drawing(path):
    pins = wired(circuit_of(path))
    words, _ = wires_of(path.name)
    assert {number: name for number, (name, _) in words.items()} == {
        number: name.split("/")[0] for number, (name, _) in pins.items()
    }
    assert set(words) <= set(board.PICO_W)


@pytest.mark.parametrize("path", DESIGNS, ids=lambda path: path.stem)
def test_every_resistor_and_part_of_a_drawing_is_named_in_its_table_of_wires(path):
    circuit = circuit_of(path)
    words, rest = wires_of(path.name)
    told = " ".join([to for _, to in words.values()] + [rest])
    for part in circuit.components:
        if part.kind.name == "R":
            ohms = part.value("ohm")
            assert (f"{ohms / 1000:g} kohm" if ohms >= 1000 else f"{ohms:g} ohm") in told, part.id
    named = {"THERMISTOR": "thermistor", "LED": "LED", "D": "diode", "NPN": "NPN", "DC": "12 V supply"}
    kinds = {part.kind.name for part in circuit.components}
    assert {word for kind, word in named.items() if kind in kinds} <= {
        word for word in named.values() if word in told
    }


def test_the_firmwares_table_of_wires_is_design_b():
    circuit = circuit_of(ROOT / "firmware" / "circuits" / "with-fan.txt")
    pins = wired(circuit)
    table, rest = wires_of("with-fan.txt")
    words = {number: to for number, (_, to) in table.items()}
    assert [id(net) for _, net in pins.values()].count(id(pins[33][1])) == 1
    nets = {number: net for number, (_, net) in pins.items()}
    # Each of the table's phrases beside what the drawing has on that pin.
    assert words[36].startswith("thermistor, one end") and parts_on(nets[36]) == {"THERMISTOR1"}
    assert "thermistor, other end, and 10 kohm resistor" in words[31] and parts_on(nets[31]) == {
        "THERMISTOR1",
        "R3",
    }
    assert words[33] == "10 kohm resistor, other end" and parts_on(nets[33]) == {"R3"}
    assert "330 ohm to the MOSFET's gate; 100 kohm from the gate to GND" in words[4] and parts_on(
        nets[4]
    ) == {"R1"}
    gate = circuit.find("T1").port("g").net
    assert between(circuit, "R", nets[4], gate).value("ohm") == 330
    assert between(circuit, "R", gate, nets[38]).value("ohm") == 100_000
    assert words[38] == "MOSFET's source" and parts_on(nets[38]) == {"T1 source", "R2"}
    assert "5 V fan, plus (red); diode's cathode" in words[40]
    assert parts_on(nets[40]) == {"FAN1", "D1 cathode"}
    drain = circuit.find("T1").port("d").net
    assert rest == "The fan's minus and the diode's anode go to the MOSFET's drain."
    assert parts_on(drain) == {"FAN1", "D1 anode", "T1 drain"}


def test_the_file_of_the_bundle_is_those_tables_each_with_its_circuits_constant():
    sections = distribution.wiring().split("\nDesign ")[1:]
    assert [section[0] for section in sections] == ["A", "B", "C", "D"]
    for section, (name, file, drive, wires, rest) in zip(sections, facts.DESIGNS):
        assert (
            section.startswith(f'{name}: DRIVE = "{drive}", drawn in circuits/{file}\n') and rest in section
        )
        assert drive in script.DRIVES
        said = re.findall(r"^pin +(\d+)  (\w+) +(.+)$", section, re.M)
        assert [(int(pin), name, to) for pin, name, to in said] == [(w.pin, w.board, w.to) for w in wires]


def test_a_wiring_that_parts_from_the_drawing_is_seen():
    text = (ROOT / "firmware" / "circuits" / "with-fan.txt").read_text(encoding="utf-8")
    assert wired(parse(text.replace("agnd@33", "agnd")))[33][0] == "AGND"  # the name alone says the same pin
    other = parse(text.replace("agnd@33", "ground@28"))
    assert 33 not in wired(other) and wired(other)[28][0] == "GND"
