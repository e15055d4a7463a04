"""A tachometer: its pull-up, the levels of its pin, a chopped ground; and a 4-wire fan's input."""

import pytest

from macros.circuit import check
from macros.circuit.parse import parse
from tests.macros.circuit.drawn import drawn, pico

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
    assert "a transistor chops the ground of FAN_PWM1" in message and "1N4148 between the two" in message


@pytest.mark.parametrize("series", ["|", "R_1k"])
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


GP2, VBUS = ("gpio2@4", "gp2"), ("VBUS@40", "5V")


def three_wires(*between, board="RPI_PICO_W"):
    """A 3-wire fan whose ground a transistor chops, and what is between its tachometer's wire and the pin."""
    return drawn(
        *pico(GP2, VBUS, ("gpio3@5", "gp3"), board=board),
        ("FAN_PWM_5V_160mA__gnd__5v__tach", ("low", "5V", "tach")),
        ("D", ("low", "5V")),
        ("T", ("low", "gnd", "gate")),
        ("R_330", ("gp2", "gate")),
        ("R_100k", ("gate", "gnd")),
        *between,
    )


def told(text, **options):
    circuit = parse(text)
    assert circuit.problems == []
    found = check.check(circuit, options={"TACH_PIN": 3}, **options)
    return [(f.level, f.message) for f in found if f.level != "passed"]


SERIES, AT_THE_PIN, AT_THE_WIRE = (
    ("R_10k", ("tach", "gp3")),
    ("R_10k", ("gp3", "3V3")),
    ("R_10k", ("tach", "3V3")),
)
DIODE = ("D", ("gp3", "tach"))


def test_a_pull_up_behind_a_resistor_in_series_keeps_the_pin_from_reading_low():
    # 10 kohm to the wire, which is at 0 V, against 10 kohm and the pin's own 50 to 3.3 V: 10 of 18.33 parts
    ((level, words),) = told(three_wires(SERIES, AT_THE_PIN))
    assert level == "error" and words.startswith(
        "with gpio2 high gpio3 gets 1.8 V while tach of FAN_PWM1 pulls"
    )
    assert "belongs on the wire's side of what is in series, or a 1N4148" in words


@pytest.mark.parametrize("between", [(SERIES, AT_THE_WIRE), (DIODE, AT_THE_PIN)], ids=["resistor", "1N4148"])
def test_what_the_hint_asks_for_passes(between):
    assert told(three_wires(*between)) == []


def test_a_divider_that_the_tachometer_cannot_pull_low_is_a_mistake_on_a_firm_ground_too():
    # 1 kohm to 3.3 V against 10 kohm to the wire: 3 V
    text = FIRM.replace("R_10k--+", "R_1k---+")
    assert "gets 3.01 V while tach" in findings(text, "R_10k", "error")["fan-tach"]


def test_a_pico_2_is_asked_for_a_diode_where_ten_kiloohm_may_latch_its_pin():
    ((level, words),) = told(three_wires(SERIES, AT_THE_WIRE, board="RPI_PICO_2_W"))
    assert level == "warning" and "erratum RP2350-E9" in words and "a 1N4148 between the two" in words
    assert told(three_wires(DIODE, AT_THE_PIN, board="RPI_PICO_2_W")) == []
    # The hint for a wire that is lifted asks for nothing that would be warned of then.
    lifted = told(three_wires(("R_1k", ("tach", "gp3")), AT_THE_WIRE, board="RPI_PICO_2_W"))[0][1]
    assert "a 1N4148 between the two" in lifted and "or 10 kΩ there" not in lifted


FOUR_WIRES = (
    *pico(GP2),
    ("DC_12V", ("12V", "gnd")),
    ("FAN_PWM_12V_200mA__gnd__12v__pwm", ("gnd", "12V", "pwm")),
    ("NPN", ("low", "gnd", "base")),
    ("R_2.2k", ("base", "gp2")),
)


def at_the_input(*parts):
    found = check.check(parse(drawn(*FOUR_WIRES, *parts)), drive="4-wire")
    return [f.message for f in found if f.rule == "fan-pwm" and f.level == "error"]


def test_a_pull_up_to_12_volt_is_too_much_for_a_fans_input():
    # 12 V behind 1 kohm against the fan's own 5 V behind as much: 8.5 V while nothing pulls down
    (words,) = at_the_input(("R_0", ("low", "pwm")), ("R_1k", ("pwm", "12V")))
    assert words.startswith("with gpio2 low pwm of FAN_PWM1 gets 8.5 V; it bears 5.25 V")


def test_a_resistor_that_keeps_a_fans_input_from_getting_low_is_a_mistake():
    # 1 kohm against the fan's own, 5 V above: half of it
    (words,) = at_the_input(("R_1k", ("low", "pwm")))
    assert words.startswith("pwm of FAN_PWM1 gets down to 2.5 V")
    assert at_the_input(("R_100", ("low", "pwm"))) == []


def test_a_tachometer_on_a_pin_that_could_measure_is_one():
    text = drawn(
        *pico(GP2, ("gpio28@34", "tach")),
        ("DC_12V", ("12V", "gnd")),
        ("FAN_PWM_12V_200mA__gnd__12v__tach__pwm", ("gnd", "12V", "tach", "pwm")),
        ("NPN", ("pwm", "gnd", "base")),
        ("R_1k", ("base", "gp2")),
        ("R_10k", ("tach", "3V3")),
    )
    found = check.check(parse(text), drive="4-wire", options={"TACH_PIN": 28})
    assert [f.message for f in found if f.level != "passed"] == []


def divided(*parts):
    """A 4-wire fan of 12 V whose tachometer's wire a divider brings to the pin."""
    text = drawn(
        *pico(GP2, ("gpio3@5", "gp3")),
        ("DC_12V", ("12V", "gnd")),
        ("FAN_PWM_12V_200mA__gnd__12v__tach__pwm", ("gnd", "12V", "tach", "pwm")),
        ("NPN", ("pwm", "gnd", "base")),
        ("R_1k", ("base", "gp2")),
        *parts,
    )
    return told(text, drive="4-wire")


def test_a_tachometer_whose_pin_never_reads_high_is_a_mistake():
    # 20 kohm to 12 V and the pin's own 80 to 3.3 V give 641 µA into 1 kohm, all three together 941 ohm.
    ((level, words),) = divided(
        ("R_10k", ("tach", "12V")), ("R_10k", ("tach", "gp3")), ("R_1k", ("gp3", "gnd"))
    )
    assert level == "error" and "gpio3 gets 604 mV while tach of FAN_PWM1 lets go" in words
    assert "reads high from 2 V on" in words
    six = (("R_10k", ("tach", "12V")), ("R_10k", ("tach", "gp3")), ("R_6.8k", ("gp3", "gnd")))
    assert divided(*six) == []


def test_a_resistor_to_ground_that_the_pins_own_pull_up_does_not_lift_is_a_mistake():
    # 10 kohm against 80: 0.37 V
    words = [
        words
        for level, words in divided(("R_10k", ("gp3", "gnd")), ("R_0", ("tach", "gp3")))
        if level == "error"
    ]
    assert len(words) == 1 and "gets 367 mV while tach" in words[0]


TURNED = ("D", ("tach", "gp3"))


@pytest.mark.parametrize("pull_up", [AT_THE_PIN, AT_THE_WIRE], ids=["at the pin", "at the wire"])
def test_a_diode_the_wrong_way_round_passes_no_pulse_on_a_chopped_ground_or_a_firm_one(pull_up):
    turned = "D{} stands the wrong way round between tach of FAN_PWM1 and gpio3"
    on_chopped = [words for level, words in told(three_wires(TURNED, pull_up)) if level == "error"]
    assert len(on_chopped) == 1 and on_chopped[0].startswith(turned.format(2))
    on_firm = [words for level, words in divided(TURNED, pull_up) if level == "error"]
    assert len(on_firm) == 1 and on_firm[0].startswith(turned.format(1))


def test_a_pin_that_no_tachometers_wire_reaches_is_a_mistake():
    parts = (("R_10k", ("tach", "3V3")), ("R_10k", ("gp3", "3V3")), ("BUTTON", ("gp3", "gnd")))
    assert divided(*parts) == [
        ("error", "the script counts pulses on GP3, and no tachometer's wire reaches that pin")
    ]
    behind_a_connector = divided(("R_10k", ("tach", "3V3")), ("CONN__1t", ("gp3",)))
    assert behind_a_connector == []


def test_ten_kiloohm_are_too_little_where_twelve_volt_lift_the_wire():
    def lifted(fan, supply):
        text = drawn(
            *pico(GP2, ("gpio3@5", "gp3")),
            (supply, ("plus", "gnd")),
            (fan, ("low", "plus", "tach")),
            ("D", ("low", "plus")),
            ("T", ("low", "gnd", "gate")),
            ("R_330", ("gp2", "gate")),
            ("R_100k", ("gate", "gnd")),
            SERIES,
            AT_THE_WIRE,
        )
        return [words for level, words in told(text) if level == "error"]

    assert lifted("FAN_PWM_5V_160mA__gnd__5v__tach", "DC_5V") == []
    (words,) = lifted("FAN_PWM_12V_160mA__gnd__12v__tach", "DC_12V")
    assert "a 1N4148 between the two" in words and "or 10 kΩ there" not in words


@pytest.mark.parametrize(
    "between",
    [
        (("R_100", ("row", "gp3")), ("D", ("row", "tach")), AT_THE_PIN),
        (("D", ("gp3", "row")), ("R_47", ("row", "tach")), AT_THE_PIN),
        (("R_4.7k", ("tach", "row")), ("R_5.6k", ("row", "gp3")), AT_THE_WIRE),
        (("R_10k", ("tach", "base")), ("NPN", ("gp3", "gnd", "base")), AT_THE_PIN, AT_THE_WIRE),
    ],
    ids=["a resistor and a diode", "a diode and a resistor", "two resistors", "a transistor"],
)
def test_several_parts_in_a_row_lead_a_tachometers_wire_to_its_pin(between):
    assert told(three_wires(*between)) == []


def test_a_diode_the_wrong_way_round_behind_a_resistor_is_one_too():
    told_ = [
        words
        for level, words in told(three_wires(("R_100", ("tach", "row")), ("D", ("row", "gp3")), AT_THE_PIN))
    ]
    assert any(words.startswith("D2 stands the wrong way round") for words in told_)


BEARS = "while the fan is off, the fan's supply comes out of that wire"


def chopped(wire):
    """A fan of 12 V on a transistor, with its tachometer's wire on a net."""
    return drawn(
        *pico(GP2),
        ("FAN_PWM_12V_200mA__gnd__12v__tach", ("low", "12V", wire)),
        ("DC_12V_1A", ("12V", "gnd")),
        ("D", ("low", "12V")),
        ("T", ("low", "gnd", "gate")),
        ("R_330", ("gp2", "gate")),
        ("R_100k", ("gate", "gnd")),
    )


@pytest.mark.parametrize(
    "wire, words",
    [
        ("gp2", "is on what drives g of T1, which switches FAN_PWM1: " + BEARS),
        ("gate", "is on what drives g of T1, which switches FAN_PWM1: " + BEARS),
        ("3V3", "is on 3V3 of RPI_PICO_W1, and a transistor chops the ground of FAN_PWM1: " + BEARS),
        ("12V", "is on p of DC1, and a transistor chops the ground of FAN_PWM1: " + BEARS),
        ("gnd", "is on ground, and a transistor chops the ground of FAN_PWM1: the fan's current would go"),
    ],
    ids=["the pin of the gate", "the gate", "3V3", "12 V", "ground"],
)
def test_a_tachometers_wire_in_the_wrong_row_beside_a_chopped_ground_is_a_mistake(wire, words):
    found = check.check(parse(chopped(wire)), None)
    told = [f.message for f in found if f.rule == "fan-tach" and f.level == "error"]
    assert len(told) == 1 and words in told[0] and told[0].endswith("it belongs on a pin of its own")


@pytest.mark.parametrize("wire, words", [("12V", "each pulse shorts it to ground"), ("gnd", None)])
def test_on_a_firm_ground_a_tachometers_wire_on_a_supply_is_a_mistake_and_on_ground_none(wire, words):
    fan = ("FAN_PWM_12V_200mA__gnd__12v__tach", ("gnd", "12V", wire))
    text = drawn(*pico(), fan, ("DC_12V_1A", ("12V", "gnd")))
    told = [f.message for f in check.check(parse(text), None) if f.level == "error"]
    assert told == [] if words is None else words in told[0]


@pytest.mark.parametrize("wire", ["gp2", "gate"])
def test_a_tachometers_wire_on_what_drives_the_gate_leaves_the_pin_a_driven_one(wire):
    (told,) = [f.message for f in check.check(parse(chopped(wire))) if f.level == "error"]
    assert "is on what drives g of T1" in told
