"""The DC solver against ngspice's record and against values worked by hand."""

import json
from pathlib import Path

import pytest

from macros.circuit import solve
from macros.circuit.parse import parse
from tests.macros.circuit.solvable import CASES, solvable

RECORD = json.loads((Path(__file__).resolve().parents[2] / "data" / "ngspice.json").read_text())


@pytest.fixture(scope="module")
def recorded():
    return {(case["circuit"], tuple(case["pins"].items())): case for case in RECORD["cases"]}


@pytest.mark.parametrize("name,text", solvable(), ids=[name for name, _ in solvable()])
def test_every_operating_point_is_that_of_ngspice(name, text, recorded):
    circuit = parse(text)
    assert circuit.problems == []
    combinations = solve.combinations(circuit)
    assert len(combinations) == sum(1 for circuit_name, _ in recorded if circuit_name == name)
    for levels in combinations:
        state, _ = solve.operating_point(circuit, levels)
        expected = recorded[name, tuple(state.pins.items())]
        for net, volts in expected["nets"].items():
            assert state.nets[net] == pytest.approx(volts, rel=1e-6, abs=1e-8), net
        model = solve.Model(circuit, levels=solve.volts_of(levels))
        _, amperes = model.solve()
        for element, current in zip(model.elements, amperes):
            # What ngspice calls open leaks up to 1e-11 A through its own resistances.
            assert current == pytest.approx(expected["elements"][element.name], rel=1e-5, abs=1e-10), (
                element.name
            )


def states(name):
    found, _ = solve.solve(parse((CASES / f"{name}.txt").read_text()))
    return {state.name(): state for state in found}


def test_the_led_of_design_a_carries_3_94_mA():
    # (3.3 V - 2 V) / 330 ohm
    found = states("A-led-as-fan")
    assert found["gpio2 high"].currents["LED1.a"] == pytest.approx(3.94e-3, abs=0.005e-3)
    assert found["gpio2 low"].currents["LED1.a"] == pytest.approx(0, abs=1e-9)


def test_the_fan_of_design_b_takes_199_6_mA_and_the_pin_gives_33_uA():
    # on: 5 V / (25 ohm + 50 milliohm), 3.3 V / (330 ohm + 100 kiloohm); off: nothing
    found = states("B-real-fan")
    assert -found["gpio2 high"].currents["RPI_PICO_W1.VBUS"] == pytest.approx(199.6e-3, abs=0.05e-3)
    assert -found["gpio2 high"].currents["RPI_PICO_W1.gpio2"] == pytest.approx(33e-6, abs=0.5e-6)
    for pin in ("VBUS", "gpio2"):
        assert found["gpio2 low"].currents[f"RPI_PICO_W1.{pin}"] == pytest.approx(0, abs=1e-9)


def test_a_reversed_diode_is_absurd_only_when_the_fan_is_on():
    # on: (5 V - 0.7 V) / (50 + 10 milliohm) = 71.7 A
    found = states("B-WRONG-diode-reversed")
    assert found["gpio2 high"].currents["D1.a"] == pytest.approx(71.7, abs=0.1)
    assert found["gpio2 low"].currents["D1.a"] == pytest.approx(0, abs=1e-9)


def test_ten_ohm_in_the_divider_leave_3_3_mV_and_a_fan_on_the_pin_asks_132_mA():
    # 3.3 V * 10 / 10,010 and 3.3 V / 25 ohm
    found = states("30-pico-fan")
    assert found["gpio2 low"].nets["gpio26Adc"] == pytest.approx(3.3e-3, abs=0.01e-3)
    assert -found["gpio2 high"].currents["RPI_PICO_W1.gpio2"] == pytest.approx(0.132, abs=1e-4)


def test_power_taken_up_and_given_adds_up_to_nothing():
    for name in ("A-led-as-fan", "B-real-fan", "04-dc-r-g", "14-dc-r-loop"):
        for state in states(name).values():
            assert sum(state.power.values()) == pytest.approx(0, abs=1e-9)


def test_a_thermistor_follows_its_temperature():
    # by hand: 10 k * exp(3950 * (1/323.15 - 1/298.15)) = 3588 ohm; 3.3 V * 10 / 13.588 = 2.4286 V
    circuit = parse((CASES / "A-led-as-fan.txt").read_text())
    found, _ = solve.solve(circuit, celsius=50)
    assert found[0].nets["gpio26Adc"] == pytest.approx(2.4286, abs=2e-3)


@pytest.mark.parametrize(
    "text,words",
    [
        ("DC_5--DC_3", "contradict"),
        ("DC--R_1--G", "variable supply"),
        ("DC_5--R--G", "no value"),
        ("RPI_PICO_W__gnd__3V3__vbus\n             |    |    |\n             R_1--+----+\n", "short"),
        ("RPI_PICO_W__gnd__3V3\n             |    |\n             +----+\n", "short"),
        ("RPI_PICO_W__gnd__GP99\n             |    |\n             R_10-+\n", "no pin 'GP99'"),
    ],
)
def test_what_has_no_answer_is_refused_with_the_reason(text, words):
    circuit = parse(text)
    assert circuit.problems == []
    with pytest.raises(solve.Unsolvable, match=words):
        solve.solve(circuit)
