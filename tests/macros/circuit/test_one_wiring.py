"""One wiring everywhere: what script, firmware and drawings say of the same pins. It fails when they part."""

import re
from pathlib import Path

import pytest

from firmware import distribution, facts
from firmware import thermistor_fan as script
from macros.circuit import board, listing
from macros.circuit.parse import parse
from macros.pages.designs import designs

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
    # Nothing else is on the ground that the converter measures against, but for a second divider.
    others = [between(circuit, "R", ground, pins[32][1]).id] if 32 in pins else []
    assert parts_on(ground) == {divider.id, *others}


@pytest.mark.parametrize("path", DESIGNS, ids=lambda path: path.stem)
def test_the_firmwares_table_of_wires_names_the_pins_as_the_board_and_every_design_do(path):
    pins = wired(circuit_of(path))
    for wire in facts.WIRING:
        assert board.PICO_W[wire.pin][0].split("/")[0] == wire.board
        if wire.pin in pins:
            assert pins[wire.pin][0].split("/")[0] == wire.board
    # 3V3, ADC, AGND, ground and the fan's pin are the same in all designs; VBUS feeds a fan of 5 V alone.
    assert {36, 31, 33, 38, 4} <= set(pins) & {wire.pin for wire in facts.WIRING}


def test_the_firmwares_table_of_wires_is_design_b():
    circuit = circuit_of(ROOT / "firmware" / "circuits" / "with-fan.txt")
    pins = wired(circuit)
    words = {wire.pin: wire.to for wire in facts.WIRING}
    assert set(words) == set(pins)
    assert [id(net) for _, net in pins.values()].count(id(pins[33][1])) == 1
    nets = {number: net for number, (_, net) in pins.items()}
    # Each of the table's phrases beside what the drawing has on that pin.
    assert words[36].startswith("thermistor, one end") and parts_on(nets[36]) == {"THERMISTOR1"}
    assert "thermistor, other end, and 10 kΩ resistor" in words[31] and parts_on(nets[31]) == {
        "THERMISTOR1",
        "R1",
    }
    assert words[33] == "10 kΩ resistor, other end" and parts_on(nets[33]) == {"R1"}
    assert "330 Ω to the MOSFET's gate; 100 kΩ from the gate to GND" in words[4] and parts_on(nets[4]) == {
        "R2"
    }
    gate = circuit.find("T1").port("g").net
    assert between(circuit, "R", nets[4], gate).value("ohm") == 330
    assert between(circuit, "R", gate, nets[38]).value("ohm") == 100_000
    assert words[38] == "MOSFET's source" and parts_on(nets[38]) == {"T1 source", "R3"}
    assert "5 V fan, plus; diode's cathode" in words[40] and parts_on(nets[40]) == {"FAN1", "D1 cathode"}
    drain = circuit.find("T1").port("d").net
    assert "Fan's minus and the diode's anode go to the drain" in words[40]
    assert parts_on(drain) == {"FAN1", "D1 anode", "T1 drain"}


@pytest.mark.parametrize("name", [path.stem for path in DESIGNS])
def test_a_part_that_designs_share_has_one_name_in_all_of_them(name):
    circuit = circuit_of(ROOT / "firmware" / "circuits" / f"{name}.txt")
    pins = {number: net for number, (_, net) in wired(circuit).items()}
    assert {"R1", "THERMISTOR1"} <= parts_on(pins[31]) and parts_on(pins[33]) >= {"R1"}
    assert "R2" in parts_on(pins[4])
    if name not in ("with-led", "with-4-wire-fan"):
        (gate,) = {port.net for port in circuit.find("R2").ports} - {pins[4]}
        assert between(circuit, "R", gate, pins[38]).id == "R3"
        fan = circuit.find("FAN1") or circuit.find("FAN_PWM1")
        twelve = name.startswith("with-12-volt")
        plus = circuit.find("D1").port("c").net if twelve else pins[40]
        if twelve:
            assert between(circuit, "FUSE", circuit.find("DC1").port("p").net, plus).id == "FUSE1"
        (switched,) = {port.net for port in fan.ports if port.name != "tach"} - {plus}
        assert circuit.find("T1").port("d").net is switched is circuit.find("D1").port("a").net
    both = circuit_of(ROOT / "firmware" / "circuits" / "with-fan.txt")
    if name in ("with-alarm-relay", "with-second-thermistor"):
        assert {part.id for part in both.components} <= {part.id for part in circuit.components}


def test_the_file_of_the_bundle_is_that_table():
    said = re.findall(r"^pin +(\d+)  (\w+) +(.+)$", distribution.wiring(designs()), re.M)
    assert [(int(pin), name, to) for pin, name, to in said] == [(w.pin, w.board, w.to) for w in facts.WIRING]


def test_a_wiring_that_parts_from_the_drawing_is_seen():
    text = (ROOT / "firmware" / "circuits" / "with-fan.txt").read_text(encoding="utf-8")
    assert wired(parse(text.replace("agnd@33", "agnd")))[33][0] == "AGND"  # the name alone says the same pin
    other = parse(text.replace("agnd@33", "ground@28"))
    assert 33 not in wired(other) and wired(other)[28][0] == "GND"


def test_the_file_of_the_bundle_has_a_section_for_every_design_with_each_of_its_wires():
    sections = re.split(r"^([^\n]+)\n-+\n", distribution.wiring(designs()), flags=re.M)[1:]
    titles, texts = sections[::2], sections[1::2]
    assert len(titles) == len(set(titles)) == len(DESIGNS)
    for path in DESIGNS:
        (text,) = [text for text in texts if text.startswith(f"circuits/{path.name}\n")]
        circuit = circuit_of(path)
        for net in circuit.nets:
            pins = {listing.pin_words(part, port) for part, port in net.pins}
            assert any(all(words in line for words in pins) for line in text.splitlines()), pins
        for part in circuit.components:
            if part.kind.name not in ("G", "RPI_PICO_W"):
                assert re.search(rf"\b{part.id}\b.*: {re.escape(part.words)}", text), part.id


# Where the guide speaks of a circuit's parts by name: page, id of the heading, circuit.
SPOKEN = [
    ("real-fan.md", "design-b", "with-fan"),
    ("twelve-volts.md", "supply", "with-12-volt-fan"),
    ("twelve-volts.md", "design-b-12", "with-12-volt-fan"),
    ("twelve-volts.md", "tachometer-12", "with-12-volt-tachometer"),
    ("designs.md", "design-c", "with-fail-on-fan"),
    ("designs.md", "design-d", "with-4-wire-fan"),
    ("one-sensor.md", "alarm", "with-alarm-relay"),
    ("one-sensor.md", "second", "with-second-thermistor"),
]
PART = re.compile(r"\b(?:R|D|T|LED|NPN|FAN|FAN_PWM|RELAY|CONN|DC|FUSE|THERMISTOR)[1-9]\b")


def spoken(page, heading):
    """A section of the guide, with what stands below it."""
    text = (ROOT / "docs" / "pico-fan" / page).read_text(encoding="utf-8")
    after = text.partition(f"{{ #{heading} }}")[2]
    assert after, f"{page} has no heading {heading}"
    return re.split(r"^## ", after, flags=re.M)[0]


@pytest.mark.parametrize(
    ("page", "heading", "name"), SPOKEN, ids=[f"{name} {heading}" for _, heading, name in SPOKEN]
)
def test_the_guide_names_parts_pins_and_ports_as_the_circuit_does(page, heading, name):
    circuit = circuit_of(ROOT / "firmware" / "circuits" / f"{name}.txt")
    ids = {part.id for part in circuit.components}
    text = spoken(page, heading)
    seen = " ".join(words for row in facts.SEEN.get(name, ()) for words in row)
    built = circuit_of(ROOT / "firmware" / "circuits" / "with-12-volt-fan.txt")
    before = {part.id for part in built.components} if name == "with-12-volt-tachometer" else set()
    assert set(PART.findall(f"{text} {seen}")) <= ids | before  # FAN1 gives way there
    pins = {str(number) for number in wired(circuit)}
    assert set(re.findall(r"Pico's pin (\d+)", seen)) <= pins
    if name == "with-4-wire-fan":
        # Each row of the plug's wires has a port of the drawing, in the order of Intel's plug.
        assert re.findall(r"^\| \d \| .+? \| `(\w+)` \|", text, re.M) == ["gnd", "12v", "tach", "pwm"]
        assert {port.name for port in circuit.find("FAN_PWM1").ports} == {"gnd", "12v", "tach", "pwm"}
    if name == "with-alarm-relay":
        milliamperes = circuit.find("FAN1").value("A") * 1000
        assert f"at most {milliamperes:g} mA" in text


def test_what_to_see_is_told_of_every_circuit_that_the_pages_ask_for():
    asked = re.findall(
        r'table\("fan_seen", of="([\w-]+)"',
        "".join(path.read_text(encoding="utf-8") for path in (ROOT / "docs" / "pico-fan").glob("*.md")),
    )
    assert sorted(asked) == sorted(facts.SEEN)
