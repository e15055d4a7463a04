"""What is proposed for a value in another way of writing is itself a value of the notation."""

import pytest

from macros.circuit.parse import parse


def said(text):
    return parse(text).problems[0].message


@pytest.mark.parametrize(
    ("text", "hint", "mended"),
    [
        ("DC_5--R_1K5--G", "did you mean 1.5k?", "DC_5--R_1.5k--G"),
        ("DC_5--R_2k2--G", "did you mean 2.2k?", "DC_5--R_2.2k--G"),
        ("DC_5--R_0R1--G", "did you mean 0.1?", "DC_5--R_0.1--G"),
        ("DC_5--R_330R--G", "did you mean 330?", "DC_5--R_330--G"),
        ("DC_5--R330R--G", "should be 'R_330'", "DC_5--R_330--G"),
        ("DC_5--R1K5--G", "should be 'R_1.5k'", "DC_5--R_1.5k--G"),
        ("DC_5--C_0.1uf--G", "did you mean 0.1uF?", "DC_5--C_0.1uF--G"),
        ("DC_5--L_10mh--G", "did you mean 10mH?", "DC_5--L_10mH--G"),
        ("DC_5V5--R_1k--G", "did you mean 5.5V?", "DC_5.5V--R_1k--G"),
        ("DC_5v--R_1k--G", "did you mean 5V?", "DC_5V--R_1k--G"),
        ("DC_5--R_1k--cZENER_3V3a--G", "'3V3a' should be '3.3V_a'", "DC_5--R_1k--cZENER_3.3V_a--G"),
    ],
)
def test_what_makers_write_is_answered_with_what_the_notation_has(text, hint, mended):
    assert hint in said(text)
    assert parse(mended).problems == []


def test_a_unit_that_the_part_does_not_have_is_not_proposed():
    assert "did you mean" not in said("DC_5--C_330R--G")
    assert "did you mean" not in said("DC_5--C_5V5--G")
