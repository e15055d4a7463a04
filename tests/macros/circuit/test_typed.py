"""What the page asks of a typed text."""

from pathlib import Path

import pytest

from macros.circuit import typed
from macros.circuit.netlist import render
from macros.circuit.parse import parse

CIRCUITS = Path(__file__).resolve().parents[3] / "firmware" / "circuits"
DIVIDER = "DC_9--R_10k--+--R_10k--G\n             |\n             V\n             |\n             G\n"


def test_a_sound_text_has_a_drawing_tables_and_a_netlist():
    said = typed.read({"text": DIVIDER})
    assert said["problems"] == [] and said["drawing"].startswith("<svg ")
    assert ["2", "resistor", "10 kΩ", "R1, R2"] in said["parts"]["rows"]
    assert [net["name"] for net in said["netlist"]["nets"]] == ["N1", "GND", "N2"]
    solved = typed.solved({"text": DIVIDER})
    # 9 V over 10 k and 10 k beside the meter's 10 M: 9 · 9.990 / 19.990
    assert ["N2", "R1, R2 and V1", "4.498 V"] in solved["voltages"]["rows"]
    assert {check["level"] for check in solved["checks"]} == {"passed"}


def test_a_mistake_has_its_place_its_line_and_its_caret():
    (one,) = typed.read({"text": "DC_5--R10k--G"})["problems"]
    place, words = one["pieces"]
    assert place == {"line": 1, "column": 8, "text": "R10k"} and words.startswith(": missing underscore")
    assert one["marked"] == "DC_5--R10k--G\n       ^"
    assert "drawing" not in typed.read({"text": "DC_5--R10k--G"})
    with pytest.raises(ValueError, match="line 1, column 8: missing underscore"):
        typed.svg({"text": "DC_5--R10k--G"})


def test_the_same_text_is_read_anew_where_open_ends_become_legal():
    assert typed.read({"text": "--R_1--"})["problems"]
    assert typed.read({"text": "--R_1--", "fragment": True})["problems"] == []
    assert typed.read({"text": "--R_1--", "fragment": False})["problems"]


def test_what_cannot_be_solved_says_why_and_where():
    solved = typed.solved({"text": "DC--R_1--G"})
    assert "voltages" not in solved and "variable supply" in solved["unsolvable"]["message"]
    place = solved["unsolvable"]["pieces"][0]
    assert (place["line"], place["column"]) == (1, 1)


def test_a_warning_keeps_its_place():
    said = typed.read({"text": "DC_5--R_1k--++--G"})
    ((place, words),) = [one["pieces"] for one in said["warnings"]]
    assert (place["line"], place["column"]) == (1, 13) and words.startswith(": ++ side by side")


def test_two_mistakes_of_one_kind_are_one_line_with_a_place_and_a_caret_for_each():
    text = "DC_5--R10k--R47k--G\n\nDC_9--R1k--G"
    (one,) = typed.read({"text": text})["problems"]
    places = [(piece["line"], piece["column"]) for piece in one["pieces"] if isinstance(piece, dict)]
    # the values begin right after the letter
    assert one["count"] == 3 and places == [(1, 8), (1, 14), (3, 8)]
    assert one["marked"] == "DC_5--R10k--R47k--G\n       ^     ^\nDC_9--R1k--G\n       ^"
    # as the command line says it, with its file's name before each place
    said = "".join(
        piece if isinstance(piece, str) else f"typed:{piece['line']}:{piece['column']}"
        for piece in one["pieces"]
    )
    circuit = parse(text)
    assert f"{said} [{circuit.problems[0].code}]" in render(circuit.problems, circuit.lines, "typed")


def unmet(text, **settings):
    """What the checks say against a text with the script's settings."""
    solved = typed.solved({"text": text, "settings": settings})
    return [check["message"] for check in solved["checks"] if check["level"] != "passed"]


@pytest.mark.parametrize(
    "name,needed",
    [
        ("with-fail-on-fan", {"DRIVE": "fail-on"}),
        ("with-4-wire-fan", {"DRIVE": "4-wire", "TACH_PIN": "3"}),
        ("with-alarm-relay", {"ALARM_PIN": "6"}),
    ],
)
def test_a_circuit_passes_with_the_settings_that_it_needs_and_not_without(name, needed):
    text = (CIRCUITS / f"{name}.txt").read_text()
    off = {"TACH_PIN": "", "SECOND_PIN": ""}
    assert unmet(text, **off, **{"DRIVE": "2-wire"}) and unmet(text)
    assert unmet(text, **(off | needed)) == []
    # the same text once more: what was set for it before is not kept
    assert unmet(text)


def test_the_relays_contact_that_is_closed_at_rest_is_refused_as_on_the_command_line():
    wrong = (CIRCUITS / "with-alarm-relay.txt").read_text().replace("__no__com", "__nc__com")
    (said,) = unmet(wrong, ALARM_PIN="6")
    assert "RELAY1" in said and "nc" in said


def test_a_pin_that_measures_is_driven_while_an_option_drives_it_and_no_longer():
    text = (CIRCUITS / "with-alarm-relay.txt").read_text().replace("gpio6@9", "gp28@34")
    states = [
        typed.solved({"text": text, "settings": given})["states"] for given in ({}, {"ALARM_PIN": "28"}, {})
    ]
    assert [len(names) for names in states] == [2, 4, 2]


def test_the_settings_count_for_a_pico_with_a_thermistor_alone():
    assert typed.read({"text": (CIRCUITS / "with-fan.txt").read_text()})["scripted"] is True
    assert typed.read({"text": DIVIDER})["scripted"] is False


def test_of_an_empty_text_there_is_no_place_to_point_to():
    (one,) = typed.read({"text": " "})["problems"]
    assert one["marked"] is None and all(isinstance(piece, str) for piece in one["pieces"])


def test_more_characters_than_the_page_takes_are_refused():
    assert typed.read({"text": " " * typed.MOST})["problems"]
    with pytest.raises(ValueError, match="6001 characters; the page takes at most 6000"):
        typed.read({"text": " " * (typed.MOST + 1)})
