"""A Pico's control and supply pins: limits from its datasheet, currents and voltages by hand."""

import pytest

from macros.circuit import check, solve
from macros.circuit.parse import parse
from tests.macros.circuit.drawn import pico
from tests.macros.circuit.shapes import GP2, TWO_WIRE, VBUS
from tests.macros.circuit.shapes import findings as fan_findings


def findings(text):
    circuit = parse(text)
    assert circuit.problems == []
    return [f for f in check.check(circuit, None) if f.level != "passed"]


def told(text, rule):
    """(level, message, place) of a rule, or None where it says nothing."""
    said = [(f.level, f.message, f.at) for f in findings(text) if f.rule == rule]
    assert len(said) <= 1
    return said[0] if said else None


def wired(*chains):
    """A Pico whose ground is wired, and chains `(pin, text)` above it, each of which ends on its pin."""
    board, places = " " * 18 + "RPI_PICO_W", []
    for pin, _ in chains:
        places.append(len(board) + 2)
        board += "__" + pin
    lines = []
    for i in range(len(chains) - 1, -1, -1):  # the rightmost on top, so that no wire crosses another
        down = "".join("|" if at in places[i:] else " " for at in range(99))
        corner = chains[i][1].ljust(places[i], "-") + "+"
        lines += [(corner + down[len(corner) :]).rstrip(), down.rstrip()]
    ground = " " * (len(board) + 2)
    return "\n".join([*lines, board + "__gnd@38", ground + "|", ground + "G"]) + "\n"


AT = 31  # the column of the first pin


def on(pin, before):
    """A chain whose end is on a pin of the Pico."""
    return wired((pin, before))


@pytest.mark.parametrize(
    ("pin", "source", "level"),
    [
        ("RUN@30", "DC_12", "error"),
        ("RUN@30", "DC_5", "error"),
        ("RUN@30", "DC_3.7", "error"),  # the chip's 3.3 V domain bears 3.63 V
        ("RUN@30", "DC_3.6", None),
        ("RUN@30", "DC_3.3", None),
        ("ADC_VREF@35", "DC_5", "error"),
        ("ADC_VREF@35", "DC_3", None),  # a reference of 3 V, as the datasheet proposes
        ("3V3_EN@37", "DC_12", "error"),
        ("3V3_EN@37", "DC_5.2", "error"),  # VSYS is at 5 V at most from USB
        ("3V3_EN@37", "DC_5", None),
        ("3V3_EN@37", "DC_3.3", None),
    ],
)
def test_control_pins_bear_what_their_domain_has(pin, source, level):
    said = told(on(pin, source), "pin-range")
    assert (said[0] if said else None) == level
    if said:
        assert said[1].startswith(pin.split("@")[0] + " gets ")
        assert said[2] == (3, AT)


def test_a_control_pin_below_ground_is_an_error():
    assert "RUN gets −1 V; it takes 0 V to 3.63 V" in told(on("RUN@30", "G--pDC_1_n"), "pin-range")[1]


def test_a_button_from_run_to_ground_resets_and_is_no_error():
    assert findings(on("RUN@30", "G--BUTTON")) == []


@pytest.mark.parametrize(
    ("source", "level"),
    [("DC_1.5", "error"), ("DC_1.8", None), ("DC_4.5", None), ("DC_5.5", None), ("DC_6", "error")],
)
def test_vsys_takes_1_8_to_5_5_volt_from_outside(source, level):
    text = on("VSYS@39", source)
    said = told(text, "pin-range")
    assert (said[0] if said else None) == level
    if not level:
        state = solve.solve(parse(text))[0][0]
        assert state.nets["VSYS"] == pytest.approx(float(source[3:]))


def test_vbus_takes_up_to_5_5_volt_from_outside():
    assert told(on("VBUS@40", "DC_5"), "pin-range") is None
    assert "VBUS gets 9 V" in told(on("VBUS@40", "DC_9"), "pin-range")[1]


def test_a_battery_without_a_diode_is_told_of_usb_and_one_behind_a_diode_is_not():
    level, message, _ = told(on("VSYS@39", "DC_4.5_2A"), "two-supplies")
    assert level == "warning" and "USB must not be plugged in" in message
    text = on("VSYS@39", "DC_5--aDc")
    assert findings(text) == []
    assert solve.solve(parse(text))[0][0].nets["VSYS"] == pytest.approx(5 - 0.7, abs=1e-3)


def test_a_fuse_before_vsys_is_the_batterys_and_not_the_boards():
    # 500 mA are as much as a USB port gives, but the battery gives 2 A, which the fuse cuts.
    assert findings(on("VSYS@39", "DC_5_2A--FUSE_500m--aDc")) == []


def test_a_battery_on_vsys_beside_vbus_is_charged_through_the_boards_diode():
    text = wired(("VBUS@40", "G--R_1k"), ("VSYS@39", "DC_4"))
    # 5 V - 0.3 V of the Schottky diode are 0.7 V more than the battery has: nothing limits the current.
    rules = [f.rule for f in findings(text) if f.level == "error"]
    assert "supply-current" in rules and "source-current" in rules


def test_the_3v3_output_takes_no_current_from_outside():
    # (5 V - 3.3 V) / 100 ohm = 17 mA
    level, message, at = told(on("3V3@36", "DC_5--R_100"), "supply-fed")
    assert (level, at) == ("error", (3, AT)) and "17 mA flow into 3V3 from outside" in message
    assert told(on("3V3@36", "DC_5--R_10k"), "supply-fed") is None  # 0.17 mA, as of a pull-up
    level, message, at = told(on("3V3@36", "DC_5"), "short")
    assert (level, at) == ("error", (3, AT)) and "sources contradict" in message


def test_usb_bears_the_boards_own_draw_too():
    # 5 V / 12.4 ohm = 403 mA and 100 mA of the board are more than 500 mA; 5 V / 12.6 ohm = 397 mA are not.
    level, message, at = told(on("VBUS@40", "G--R_12.4_5W"), "supply-current")
    assert (level, at) == ("error", (3, AT))
    assert "gives 403 mA of the 5 V of USB, and takes up to 100 mA itself: 503 mA" in message
    assert told(on("VBUS@40", "G--R_12.6_5W"), "supply-current") is None


def test_what_3v3_gives_comes_from_usb_too():
    # 3.3 V / 11.1 ohm = 297 mA, of which VBUS feels 297 mA x 3.3 / 5 / 0.85 = 231 mA;
    # 5 V / 29 ohm = 172 mA and the board's 100 mA make 503 mA; 5 V / 31 ohm = 161 mA make 492 mA.
    text = wired(("3V3@36", "G--R_11.1_2W"), ("VBUS@40", "G--R_%d_1W"))
    assert ": 503 mA, and a port gives 500 mA" in told(text % 29, "supply-current")[1]
    assert told(text % 31, "supply-current") is None


def test_a_zener_across_a_pin_at_just_its_voltage_has_an_answer():
    text = (
        "  DC_24--R_10k--+--cZENER_3.3V_a--G\n                |\n"
        "            gpio5__RPI_PICO_W__gnd\n                               |\n"
        "                               G\n"
    )
    assert findings(text) == []
    # Low: (24 V - 0 V) / 10 kilohm into the pin; high: (24 V - 3.3 V) / 10 kilohm, and none into the zener.
    states = {state.name(): state for state in solve.solve(parse(text))[0]}
    assert states["gpio5 low"].currents["R1.1"] == pytest.approx(2.4e-3)
    assert states["gpio5 high"].currents["R1.1"] == pytest.approx(2.07e-3)


def test_a_potentiometer_bears_a_fifth_of_a_watt_over_its_whole_track():
    # Wiper open-ended at 10 megohm: 12 V across 720 ohm are 200 mW; across 700 ohm 206 mW.
    text = "DC_12--1P_%d_3--G\n       2\n       |\n       R_10M--G\n"
    assert told(text % 725, "power") is None
    level, message, at = told(text % 700, "power")
    assert (level, at) == (
        "error",
        (1, 9),
    ) and "P1, its wiper in the middle, turns 206 mW into heat" in message


def test_half_a_track_bears_half():
    # From 1 to the wiper 250 ohm: 4.9 V drive 19.6 mA, 5.1 V 20.4 mA, and 200 mW over 500 ohm are at 20 mA.
    text = "DC_%s--1P_500_3--R_10M--G\n        2\n        |\n        G\n"
    assert told(text % "4.9", "power") is None
    assert told(text % "5.1", "power")[0] == "error"


def gate(ohms):
    """A MOSFET whose gate a resistor alone holds."""
    own = ("  DC_5--R_" + ohms).ljust(18, "-") + "gT\n"
    down = " " * 19
    return f"{'DC_5--R_1k--+':>20}\n{down}|\n{down}d\n{own}{down}s\n{down}|\n{down}G\n"


@pytest.mark.parametrize(("ohms", "level"), [("9.9M", None), ("10M", "error"), ("100M", "error")])
def test_no_resistor_of_10_megohm_holds_a_gate(ohms, level):
    # 100 nA of leakage times 10 megohm are the 1 V up to which a MOSFET is off.
    said = told(gate(ohms), "floating-gate")
    assert (said[0] if said else None) == level
    if said:
        assert "resistors of 10 MΩ or more hold none" in said[1]


@pytest.mark.parametrize("pin", ["RUN@30", "3V3_EN@37"])
def test_a_circuit_that_holds_a_board_in_reset_is_told_and_a_button_is_not(pin):
    level, message, at = told(on(pin, "G--R_1k"), "board-start")
    name = pin.partition("@")[0]
    assert (level, at) == ("error", (3, AT))
    assert f"{name} of RPI_PICO_W1 is held low while no pin is driven" in message
    assert told(on(pin, "G--BUTTON"), "board-start") is None
    assert told(on(pin, "G--R_1M"), "board-start") is None  # against 50 or 100 kilo-ohm: 3.1 V or 4.5 V


def test_a_switch_that_enables_a_board_is_there_to_be_used():
    held = (*pico(GP2, VBUS, ("3V3_EN@37", "en")), *TWO_WIRE[3:], ("R_10k", ("en", "gnd")))
    (told,) = [f.level for f in fan_findings(held) if f.rule == "board-start"]
    assert told == "error"
    (told,) = [f.level for f in fan_findings((*held, ("SWITCH", ("5V", "en")))) if f.rule == "board-start"]
    assert told == "passed"


@pytest.mark.parametrize(
    ("pin", "parts", "words"),
    [
        ("RUN@30", (("NPN", ("held", "gnd", "rb")), ("R_10k", ("rb", "gp2"))), "low while gpio2 is high"),
        ("3V3_EN@37", (("D", ("held", "low")),), "low while gpio2 is high"),
        ("3V3_EN@37", (("R_1k", ("held", "gp2")),), "low while gpio2 is low"),
    ],
    ids=["a transistor of the fan's pin", "a diode to the fan", "a resistor to the fan's pin"],
)
def test_a_script_that_would_reset_its_own_board_is_told(pin, parts, words):
    found = fan_findings((*pico(GP2, VBUS, (pin, "held")), *TWO_WIRE[3:], *parts))
    told = [f.message for f in found if f.rule == "firmware" and f.level == "error"]
    assert told == [
        f"{pin.partition('@')[0]} of RPI_PICO_W1 is {words}: the script would reset its own board"
    ]
