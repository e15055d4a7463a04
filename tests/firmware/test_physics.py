"""The page's physics against the script, and against figures worked by hand."""

import doctest

import pytest

from firmware import physics
from firmware import thermistor_fan as fan
from firmware.simulation.plant import World
from tests.firmware import inverse

DIVIDER = {"r25": 10_000, "beta": 3950, "divider_ohms": 10_000}
TARGET = 30


def test_the_examples_in_the_docstrings_hold():
    results = doctest.testmod(physics)
    assert results.attempted >= 18 and results.failed == 0


def test_page_and_script_agree_on_every_code_that_answers():
    for code in range(fan.OPEN_BELOW, fan.SHORT_ABOVE + 1):
        celsius = fan.milli_celsius(code) / 1000
        assert physics.code_celsius(code=code, **DIVIDER) == pytest.approx(celsius, abs=6e-4)


def test_ten_ohm_instead_of_ten_kilohm_reads_77_degrees_below_zero():
    # 10 / 10_010 of 3.3 V is 3.3 mV, code 4; the script infers 10 Mohm: 1/(1/298.15 + ln(1000)/3950) = 196 K
    volts = physics.divider_voltage(supply_volts=3.3, celsius=25, r25=10_000, beta=3950, divider_ohms=10)
    assert volts == pytest.approx(3.3e-3, rel=2e-3)
    assert physics.adc_code(volts=volts, reference_volts=3.3) == 4
    assert physics.misread_celsius(
        celsius=25, r25=10_000, beta=3950, divider_ohms=10, assumed_divider_ohms=10_000
    ) == pytest.approx(-77.2, abs=0.1)


@pytest.mark.parametrize(
    "code, celsius",
    [
        # Divider at 1/8, 3/8, 5/8, 7/8: thermistor 70, 16.67, 6 and 1.429 kohm;
        # 1/T = 1/298.15 + ln(R/10k)/3950
        (512, -13.2),
        (1536, 13.9),
        (2560, 37.0),
        (3584, 76.4),
    ],
)
def test_the_wide_bins_of_the_converter_lie_where_they_were_worked_out(code, celsius):
    assert physics.code_celsius(code=code, **DIVIDER) == pytest.approx(celsius, abs=0.05)


def test_the_step_at_the_target_is_the_difference_of_two_codes():
    code = inverse.code_of_milli_celsius(TARGET * 1000)
    difference = physics.code_celsius(code=code + 1, **DIVIDER) - physics.code_celsius(code=code, **DIVIDER)
    assert physics.celsius_per_code(celsius=TARGET, **DIVIDER) == pytest.approx(difference, rel=1e-3)


@pytest.mark.parametrize("tolerance", [0.01, 0.05])
def test_a_resistor_that_is_off_errs_as_the_derivative_says(tolerance):
    read = physics.misread_celsius(
        celsius=TARGET,
        r25=10_000,
        beta=3950,
        assumed_divider_ohms=10_000,
        divider_ohms=10_000 * (1 + tolerance),
    )
    error = physics.resistance_error(tolerance=tolerance, celsius=TARGET, beta=3950)
    assert error == pytest.approx(read - TARGET, rel=0.04)


def test_a_beta_that_is_off_errs_as_the_derivative_says():
    ohms = physics.thermistor_resistance(celsius=TARGET, r25=10_000, beta=3950 * 1.01)
    exact = TARGET - physics.thermistor_celsius(thermistor_ohms=ohms, r25=10_000, beta=3950)
    assert physics.beta_error(tolerance=0.01, celsius=TARGET) == pytest.approx(abs(exact), rel=0.03)


def test_a_drooping_reference_errs_as_the_derivative_says():
    volts = physics.divider_voltage(supply_volts=3.3, celsius=TARGET, **DIVIDER)
    read = physics.code_celsius(code=4096 * volts / (3.3 * (1 - 0.009)) - 0.5, **DIVIDER)
    error = physics.reference_error(droop=0.009, celsius=TARGET, **DIVIDER)
    assert error == pytest.approx(read - TARGET, rel=0.03)


@pytest.mark.parametrize("duty", [0, 0.5, 1])
def test_the_simulated_lump_of_heat_settles_where_the_formula_has_it(duty):
    world = World(ambient_c=20.0, load_k=12.0, cooling=1.5)
    world.fan.speed = duty
    world.advance(20 * world.settling, duty)
    settled = physics.plant_celsius(ambient_celsius=20, load_kelvin=12, cooling=1.5, duty=duty)
    # 12 K over 1, 1.75 and 2.5, by hand
    assert settled == pytest.approx(20 + {0: 12, 0.5: 6.857, 1: 4.8}[duty], abs=1e-3)
    assert world.thing_c == pytest.approx(settled, abs=1e-3)
