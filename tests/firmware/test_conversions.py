"""The pure functions under CPython: every code of the converter, each inverse, each fault."""

import json
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware import thermistor_fan as fan
from tests.firmware import inverse

ANSWERING = range(fan.OPEN_BELOW, fan.SHORT_ABOVE + 1)


def test_half_scale_is_25_degrees():
    # Thermistor and divider are both 10 kohm at 25 °C, so the pin is at half the supply. One code is 22 mK.
    assert abs(fan.milli_celsius(2048) - 25_000) <= 22


@pytest.mark.parametrize(
    "celsius, ohms",
    # R25 * exp(3950 * (1/T - 1/298.15)), worked with a pocket calculator to four figures
    [(0, 33_620), (50, 3588), (85, 1086)],
)
def test_a_3950_k_thermistor_has_the_tabulated_resistance(celsius, ohms):
    assert inverse.ohms_by_beta(celsius + 273.15) == pytest.approx(ohms, rel=2e-3)


def test_hotter_never_reads_colder():
    temperatures = [fan.milli_celsius(code) for code in ANSWERING]
    assert all(below < above for below, above in zip(temperatures, temperatures[1:]))


def test_every_code_that_answers_survives_the_way_to_a_temperature_and_back():
    assert [inverse.code_of_milli_celsius(fan.milli_celsius(code)) for code in ANSWERING] == list(ANSWERING)


def test_every_code_survives_the_expansion_to_16_bits(monkeypatch):
    readings = [inverse.reading_of_code(code) for code in range(4096)]

    class Converter:
        read_u16 = readings.pop

    monkeypatch.setattr(fan, "time", SimpleNamespace(sleep_ms=lambda ms: None), raising=False)
    monkeypatch.setattr(fan, "SAMPLES", 4096)
    assert fan.read_codes(Converter) == list(range(4096))[::-1]
    assert inverse.reading_of_code(4095) == 0xFFFF and inverse.reading_of_code(0) == 0


@given(st.floats(220, 420))
def test_beta_and_its_inverse_agree(kelvin):
    assert fan.kelvin_by_beta(inverse.ohms_by_beta(kelvin)) == pytest.approx(kelvin, rel=1e-9)


# A, B, C of a 10 kohm part (Vishay NTCLE100E3103, B25/85 3977 K, as fitted in many tutorials)
STEINHART_HART = (1.129148e-3, 2.34125e-4, 8.76741e-8)


@given(st.floats(220, 420))
def test_steinhart_hart_and_its_inverse_agree(kelvin):
    ohms = inverse.ohms_by_steinhart_hart(kelvin, *STEINHART_HART)
    assert fan.kelvin_by_steinhart_hart(ohms, *STEINHART_HART) == pytest.approx(kelvin, rel=1e-9)


def test_steinhart_hart_gives_25_degrees_at_10_kohm():
    assert fan.kelvin_by_steinhart_hart(10_000, *STEINHART_HART) == pytest.approx(298.15, abs=0.02)


# Codes of a thermistor that answers go from 20, -60 °C, to 4060, 191 °C: the script's comments say so.
@pytest.mark.parametrize("code", [0, 19])
def test_a_thermistor_that_came_off_is_open(code):
    assert fan.sensor_fault(code, fan.NO_TEMPERATURE_MC, fan.NO_TEMPERATURE_MC, 250) == "open"


@pytest.mark.parametrize("code", [4061, 4095])
def test_a_bridged_thermistor_is_short(code):
    assert fan.sensor_fault(code, fan.NO_TEMPERATURE_MC, fan.NO_TEMPERATURE_MC, 250) == "short"


# -20 °C to 100 °C, as the article's table of situations promises.
@pytest.mark.parametrize("mc", [-20_000, 100_000])
def test_a_reading_at_the_edge_of_the_plausible_range_is_believed(mc):
    assert fan.sensor_fault(2048, mc, fan.NO_TEMPERATURE_MC, 250) is None


@pytest.mark.parametrize("mc", [-20_001, 100_001])
def test_a_reading_a_thousandth_of_a_degree_beyond_the_plausible_range_is_a_fault(mc):
    assert fan.sensor_fault(2048, mc, fan.NO_TEMPERATURE_MC, 250) == "range"


@pytest.mark.parametrize("code", [20, 4060])
def test_the_outermost_codes_of_a_thermistor_that_answers_are_neither_open_nor_short(code):
    assert fan.sensor_fault(code, 25_000, 25_000, 250) is None
    assert fan.milli_celsius(code) is not None


# 16 K/s are 4 K in a quarter of a second, up or down.
@pytest.mark.parametrize("change, fault", [(4000, None), (-4000, None), (4001, "jump"), (-4001, "jump")])
def test_a_reading_may_change_by_four_kelvin_in_a_period_and_no_further(change, fault):
    assert fan.sensor_fault(2048, 30_000 + change, 30_000, 250) == fault


@given(st.lists(st.integers(0, 4095), min_size=1, max_size=60), st.integers(1, 1000))
def test_no_sequence_of_codes_raises_and_every_fault_means_full_speed(codes, dt_ms):
    controller = fan.Controller()
    for code in codes:
        controller.step([code] * fan.SAMPLES, dt_ms)
        assert 0 <= fan.duty_u16(controller.duty) <= 65535
        if controller.state in (*fan.FAULTS, "boot"):
            assert controller.duty == fan.FULL


@pytest.mark.parametrize("text, offset", [('{"offset_mc": 250}', 250), ('{"offset_mc": -5000}', -5000)])
def test_a_whole_calibration_is_taken(text, offset):
    assert fan.offset_from(text) == offset


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "7",
        "null",
        "{}",
        '{"offset_mc": NaN}',
        '{"offset_mc": 1.5}',
        '{"offset_mc": true}',
        '{"offset_mc": "1"}',
        '{"offset_mc": 5001}',
        '{"offset_mc": null}',
        "\0" * 40,
    ],
)
def test_a_broken_calibration_is_refused(text):
    with pytest.raises(ValueError, match="offset_mc"):
        fan.offset_from(text)


LEAVES = st.none() | st.booleans() | st.floats() | st.text()
JSON = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)).map(json.dumps)


@given(st.text(max_size=40) | JSON)
def test_no_text_makes_the_calibration_raise_anything_else(text):
    with pytest.raises(ValueError):
        fan.offset_from(text)


def test_the_target_keeps_away_from_the_converters_wide_bins():
    assert fan.dnl_code_near(fan.TARGET_MC) is None
    assert fan.dnl_code_near(37_000) == 2560  # body temperature is the one to avoid
