"""What a pin gets while it floats, and a Pico whose ground is on no wire."""

import pytest

from macros.circuit import check, floating
from macros.circuit.parse import parse
from tests.macros.circuit.solvable import CIRCUITS


def findings(text):
    circuit = parse(text)
    assert circuit.problems == []
    return check.check(circuit, None)


def errors(text):
    return {f.rule: f.message for f in check.errors(findings(text))}


PNP = """\
                            DC_12
                            |
                            e
RPI_PICO_W__gnd__gpio2-R_1k-bPNP
            |               c
            G               |
                            R_1k
                            |
                            G
"""
THROUGH = """\
DC_12--R_1k------+
                 |
RPI_PICO_W__gnd__gpio2
            |
            G
"""
BUTTON = THROUGH.replace("DC_12--R_1k------+", "DC_12-BUTTON-R_1k+")
PULLED = """\
            +----R_4.7k-------+
            |                 |
RPI_PICO_W__gpio5@7__gnd@38__VBUS@40
                     |
                     G
"""
FOUR_WIRES = """\
DC_12--------------+   +--R_1k--+
                   |   |        |
FAN_PWM_12V__gnd__12v__pwm      |
             |                  |
             +----+             |
                  |             |
RPI_PICO_W________gnd@38________gpio2@4
"""


# Facts by hand: 12 V less 0.7 V from emitter to base; nothing flows into a pin that floats, so that no
# resistor drops anything; a 4-wire fan pulls its input up to 5 V.
@pytest.mark.parametrize(
    ("text", "volts"),
    [(PNP, "11.3 V"), (THROUGH, "12 V"), (BUTTON, "12 V"), (PULLED, "5 V"), (FOUR_WIRES, "5 V")],
    ids=["PNP at 12 V", "12 V through 1 k", "and a button", "VBUS through 4.7 k", "a 4-wire fan's input"],
)
def test_a_pin_that_gets_too_much_while_it_floats_is_a_mistake_that_says_how_much(text, volts):
    message = errors(text)["pin-voltage"]
    assert f" gets {volts} while it floats" in message and "a pin bears 0 to 3.3 V" in message


def test_the_mistake_points_at_the_pin():
    (finding,) = [f for f in check.errors(findings(THROUGH)) if f.rule == "pin-voltage"]
    assert finding.at == (3, 18)


def test_a_pin_that_stays_below_its_limit_while_it_floats_passes():
    # 5 V over 10 k and 20 k: 3.33 V; and a source of 3.3 V behind 1 k.
    divided = PULLED.replace("R_4.7k", "R_10k-").replace("VBUS@40\n", "VBUS@40\n", 1)
    divided = "            +--R_20k--G\n            |\n" + divided
    for text in (divided, THROUGH.replace("DC_12-", "DC_3.3")):
        assert "pin-voltage" not in errors(text)
        assert any(f.rule == "pin-voltage" and f.level == "passed" for f in findings(text))


def test_below_zero_is_too_much_as_well():
    message = errors(THROUGH.replace("DC_12--R_1k------+", "G-pDC_5_n-R_1k---+"))["pin-voltage"]
    assert "gets −5 V while it floats" in message


@pytest.mark.parametrize("path", sorted(CIRCUITS.glob("with-*.txt")), ids=lambda path: path.stem)
def test_no_pin_of_the_designs_is_harmed_while_it_floats(path):
    circuit = parse(path.read_text())
    afloat = floating.Floating(circuit)
    assert afloat.pins and afloat.states
    for _, port in afloat.pins:
        assert all(-0.3 <= state.nets[port.net.name] <= 3.63 for state in afloat.states)


def test_what_hangs_on_a_pin_is_looked_at_while_the_pin_floats_too():
    # Low, the pin takes all; high, it leaves 1.3 V to 100 ohm: 13 mA. Afloat, 12 V and 200 ohm in all with
    # an LED of 2 V: 10 V / 200 ohm = 50 mA.
    text = """\
DC_12--R_100_9W--+--R_100_1W--aLED_2V_c--G
                 |
RPI_PICO_W__gnd__gpio2
            |
            G
"""
    assert errors(text)["led-current"].startswith("with gpio2 floating LED1 carries 50 mA")


UNGROUNDED = """\
            +----R_1k----------+
            |                  |
RPI_PICO_W__gpio26Adc__gnd@33__VBUS
"""


def test_a_pico_whose_ground_is_on_no_wire_is_a_mistake_and_its_adc_pin_is_no_ground():
    found = errors(UNGROUNDED)
    assert found["board-ground"] == "RPI_PICO_W1 has no ground: its gnd is on no wire"
    assert found["adc-range"].startswith("gpio26Adc gets 5 V")


def test_a_pico_that_names_no_ground_is_told_how():
    text = "RPI_PICO_W__gpio2@4\n            |\n            +--R_330--aLED_2V_c--G\n"
    assert errors(text)["board-ground"] == "RPI_PICO_W1 has no ground: it names none, as gnd@38"


def test_a_pico_with_its_ground_on_a_wire_passes():
    text = UNGROUNDED.replace("VBUS\n", "VBUS\n                       |\n                       G\n")
    assert "board-ground" not in errors(text)
