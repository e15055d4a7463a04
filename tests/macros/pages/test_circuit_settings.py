"""The fields of the script's settings beside a circuit that is typed, and what each design needs of them."""

import pytest

from firmware import thermistor_fan as script
from macros.circuit import against_script, check, driven
from macros.circuit.parse import parse
from macros.pages import circuit_article, circuit_settings, designs


def field(name):
    (found,) = [one for one in circuit_settings.fields() if one["name"] == name]
    return found


def test_the_fields_are_the_scripts_drive_and_each_of_its_options_as_it_has_them():
    found = circuit_settings.fields()
    assert [one["name"] for one in found] == ["DRIVE", *sorted(against_script.OPTIONAL, key=order)]
    for one in found:
        own = getattr(script, one["name"])
        assert one["own"] == ("" if own is None else own)
        assert one["own"] in [value for value, _ in one["choices"]]


def order(name):
    """Where an option stands among those of the page: as in the script's text."""
    with open(script.__file__, encoding="utf-8") as file:
        return file.read().index(f"\n{name} = ")


def test_every_drive_can_be_chosen_by_its_design():
    choices = field("DRIVE")["choices"]
    assert [value for value, _ in choices] == list(driven.FAN_ON)
    assert choices[2] == ["fail-on", "fail-on, design C"]


def test_an_option_takes_pins_that_the_script_needs_for_nothing_else():
    alarm = dict(field("ALARM_PIN")["choices"])
    # GP0 and GP1 are the UART's, GP2 the fan's, GP26 the thermistor's; GP23 to GP25 are on no pin
    assert set(alarm) == {"", *map(str, range(3, 23)), "27", "28"} and alarm[""] == "off"
    assert alarm["6"] == "GP6, pin 9"  # Pico W datasheet, figure 2
    # the three that measure are GP26 to GP28
    assert [value for value, _ in field("SECOND_PIN")["choices"]] == ["", "27", "28"]


@pytest.mark.parametrize("name", designs.DESIGNS)
def test_a_design_needs_what_can_be_chosen_and_passes_with_it(name):
    for setting, value in circuit_settings.needed(name).items():
        assert value in [known for known, _ in field(setting)["choices"]]
    drive, options = designs.settings(name)
    found = check.check(parse(circuit_article.text_of(name)), drive=drive, options=options)
    assert [one.message for one in found if one.level != "passed"] == []


def test_what_is_no_design_needs_nothing():
    assert circuit_settings.needed("relay-and-button") == {}
