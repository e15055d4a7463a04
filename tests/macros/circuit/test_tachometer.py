"""A tachometer: its pull-up, and what a chopped ground does to its wire."""

import pytest

from macros.circuit import check
from macros.circuit.parse import parse

FIRM = """\
DC_12---------------------+
                          |
FAN_PWM_12V_200mA__gnd___12v__tach
                   |          |
                   |          SERIES
                   |          |
                   |          +--R_10k--+
                   |          |         |
RPI_PICO_W_________gnd@38____gpio3@5___3V3@36
"""
# The same with a transistor between the fan's ground and the circuit's.
CHOPPED = FIRM.replace(
    "                   |          SERIES\n",
    """\
                   d          SERIES
DC_3.3------------gT          |
                   s          |
""",
)


def findings(text, series, level):
    circuit = parse(text.replace("SERIES", series))
    assert circuit.problems == []
    return {f.rule: f.message for f in check.check(circuit, None) if f.level == level}


@pytest.mark.parametrize("series", ["|", "R_1k"])
def test_a_tachometer_on_a_chopped_ground_is_a_mistake(series):
    message = findings(CHOPPED, series, "error")["fan-tach"]
    assert "tach of FAN_PWM1 is on gpio3" in message
    assert "a transistor chops the ground of FAN_PWM1" in message and "10 kΩ between" in message


def test_ten_kiloohm_between_wire_and_pin_are_enough():
    assert "fan-tach" not in findings(CHOPPED, "R_10k", "error")


@pytest.mark.parametrize("series", ["|", "R_1k", "R_10k"])
def test_on_a_firm_ground_a_tachometer_needs_no_resistor_in_series(series):
    assert findings(FIRM, series, "error") == {} and "fan-tach" not in findings(FIRM, series, "warning")


def test_a_resistor_in_series_is_no_pull_up():
    text = FIRM.replace("+--R_10k--+", "|          ").replace("|         |\n", "|\n")
    text = text.replace("___3V3@36", "")
    assert "only ever pulls down" in findings(text, "R_10k", "warning")["fan-tach"]


def test_a_resistor_to_ground_is_no_pull_up():
    text = FIRM.replace("___3V3@36", "").replace("|         |\n", "|         G\n")
    assert "only ever pulls down" in findings(text, "|", "warning")["fan-tach"]


def test_a_pull_up_to_12_volt_reaches_the_pin_and_is_a_mistake():
    text = FIRM.replace("___3V3@36", "").replace("|         |\n", "|         DC_12\n")
    assert "gets 12 V" in findings(text, "|", "error")["input-range"]
