"""Each rule says no to a circuit that breaks it and yes to the designs."""

from pathlib import Path

import pytest

from firmware import thermistor_fan as fan
from macros.circuit import against_script, board, check, driven
from macros.circuit.parse import parse

CIRCUITS = Path(__file__).resolve().parents[3] / "firmware" / "circuits"
LED, FAN = ((CIRCUITS / f"with-{name}.txt").read_text() for name in ("led", "fan"))
# The diode with the two wires that lead up to it, beside the divider that starts in the same rows.
WITHOUT_DIODE = "\n".join(row[:46] if i < 2 else row for i, row in enumerate(FAN.split("\n")))


def found(text, level="error", **options):
    circuit = parse(text)
    assert circuit.problems == []
    return {(f.rule, f.at) for f in check.check(circuit, **options) if f.level == level}


# What each design has that a rule looks at: a resistor and supplies both, an LED the one; a coil with its
# diode and a MOSFET the other.
BOTH = {"pins", "values", "gpio-current", "supply-current", "power", "adc-range", "analog-ground", "firmware"}
BOTH |= {"board-ground", "pin-voltage"}
COIL = {"diode-current", "fan-voltage", "flyback", "floating-gate", "gate-voltage", "gate-charging"}
COIL |= {"transistor-voltage", "gate-most"}


@pytest.mark.parametrize(
    "text,rules",
    [
        (LED, BOTH | {"led-current", "led-reverse"}),
        (FAN, BOTH | COIL),
        ("DC_5--R_1k--G\n", {"values", "power", "source-current"}),
    ],
    ids=["design A", "design B", "a source and a resistor"],
)
def test_the_designs_pass_every_check_without_a_warning(text, rules):
    assert found(text) == found(text, "warning") == set()
    assert {rule for rule, _ in found(text, "passed")} == rules


def test_the_seeds_diagram_fails_for_its_divider_and_for_its_fan_on_a_pin():
    text = (CIRCUITS / "seed.txt").read_text()
    assert found(text) == {("gpio-current", (4, 38)), ("flyback", (1, 24)), ("firmware", (11, 13))}
    warned = {("values", (1, 24)), ("values", (8, 20)), ("analog-ground", (11, 13))}
    assert found(text, "warning") == warned
    messages = " ".join(f.message for f in check.check(parse(text)))
    # facts worked by hand: 3.3 V / 25 ohm; 3.3 V * 10 / 10,010; the beta equation for 10 megohm
    assert "132 mA" in messages and "3.3 mV" in messages and "−77 °C" in messages


@pytest.mark.parametrize(
    "name,text,rule,at",
    [
        ("unknown pin", FAN.replace("gpio2@4_", "gpio9@9_"), "pin-mismatch", (15, 60)),
        ("pin that is not on the board", FAN.replace("VBUS@40", "VBUS@41"), "unknown-board-pin", (15, 72)),
        (
            "ADC on a pin without one",
            "RPI_PICO_W__gnd__gp5adc\n             |    |\n             R_10-+\n",
            "unknown-board-pin",
            (1, 18),
        ),
        ("part without a value", FAN.replace("R_330-", "R-----"), "values", (6, 54)),
        ("too much from the pins", LED.replace("R_330-", "R_1---"), "gpio-current", (7, 66)),
        ("too much through the LED", LED.replace("R_330-", "R_50--"), "led-current", (1, 50)),
        ("five volt on the ADC", FAN.replace("3.3V@36", "VSYS@39"), "adc-range", (15, 22)),
        # a thermistor to ground: 402 kiloohm at -40 degrees, and 4.7 V of the 5 V
        (
            "five volt on the ADC in the cold",
            "RPI_PICO_W__gnd__gpio26Adc__VSYS\n            |    |          |\n"
            "            |    +--R_22k---+\n            |    |\n            +-THERMISTOR_10k_3950K\n",
            "adc-range",
            (1, 18),
        ),
        ("hot resistor", "DC_5--R_10--G\n", "power", (1, 7)),
        ("resistor of over a quarter watt", "DC_5--R_80--G\n", "power", (1, 7)),  # 0.31 W
        ("coil without a value", "DC_5--R_1k--L--G\n", "values", (1, 13)),
        ("capacitor without a value", "DC_5--R_1k--C--G\n", "values", (1, 13)),
        ("current source without a value", "G--sId--R_1k--G\n", "values", (1, 5)),
        # (5.7 V - 0.7 V) / 4 ohm: 1.25 A
        ("diode of a little too much", "DC_5.7_9A--aDc--R_4_9W--G\n", "diode-current", (1, 13)),
        ("diode that shorts a supply", "DC_5\n|\na\nD\nc\n|\nG\n", "diode-current", (4, 1)),
        ("supply that a diode shorts", "DC_5\n|\na\nD\nc\n|\nG\n", "source-current", (1, 1)),
        ("supply that a coil shorts", "DC_5--L_1m--G\n", "source-current", (1, 1)),
        # 5 V / 40 ohm: 125 mA
        ("supply that is too small", "DC_5_100mA--R_40_1W--G\n", "source-current", (1, 1)),
        ("supply of no stated size", "DC_5--R_4_9W--G\n", "source-current", (1, 1)),  # 1.25 A
        ("source that another one feeds", "DC_5--R_1_9W--DC_3\n", "source-current", (1, 15)),  # 2 A into it
        ("reversed diode, pin high", FAN.replace("aDc", "cDa"), "diode-current", (1, 59)),
        ("diode the wrong way round", FAN.replace("aDc", "cDa"), "flyback", (3, 54)),
        ("diode left out, with its two rows", WITHOUT_DIODE, "flyback", (3, 54)),
        (
            "supply with too much load",
            "RPI_PICO_W__gnd__3V3\n             |    |\n             R_5--+\n",
            "supply-current",
            (1, 18),
        ),
        (
            "supplies joined",
            "RPI_PICO_W__gnd__3V3__vbus\n             |    |    |\n             R_1k-+----+\n",
            "short",
            (1, 23),
        ),
        (
            "gate that nothing drives",
            "DC_5--R_1k--dTs--G\n             g\n             |\n           C_1u--G\n",
            "floating-gate",
            (1, 14),
        ),
        ("pull-down too strong", FAN.replace("R_100k", "R_100 "), "gate-voltage", (6, 47)),
        ("gate half driven", FAN.replace("R_100k", "R_470 "), "gate-voltage", (6, 47)),
        ("gate resistor too small", FAN.replace("R_330-", "R_33--"), "gate-charging", (15, 60)),
        ("fan for twelve volt", FAN.replace("FAN_5V_200mA-", "FAN_12V_200mA"), "fan-voltage", (3, 54)),
        ("fan for three volt", FAN.replace("FAN_5V", "FAN_3V"), "fan-voltage", (3, 54)),
        ("another divider", FAN.replace("R_10k-", "R_22k-"), "firmware", (1, 13)),
        ("another thermistor", FAN.replace("3950K", "3435K"), "firmware", (12, 25)),
        ("thermistor of another R25", FAN.replace("THERMISTOR_10k", "THERMISTOR_22k"), "firmware", (12, 25)),
        ("another fan pin", FAN.replace("gpio2@4_", "gpio3@5_"), "firmware", (15, 1)),
        ("another ADC pin", FAN.replace("gpio26Adc@31", "gpio27Adc@32"), "firmware", (15, 1)),
    ],
)
def test_a_rule_catches(name, text, rule, at):
    assert (rule, at) in found(text), name


@pytest.mark.parametrize(
    "name,text,rule,at",
    [
        ("variable supply", "DC--R_1k--G\n", "values", (1, 1)),
        ("fan without a value", "DC_5--FAN--G\n", "values", (1, 7)),
        ("thermistor without a value", "DC_5--THERMISTOR--G\n", "values", (1, 7)),
        ("LED without a value", "DC_5--R_1k--aLEDc--G\n", "values", (1, 14)),
        ("potentiometer without a value", "G  +--+-DC_5\n|  |  |\n1__2__3__P\n", "values", (3, 10)),
        # (3.3 V - 2 V) / 100 ohm: 13 mA, more than the drive setting and less than all pins may carry
        ("pin beyond its drive setting", LED.replace("R_330", "R_100"), "gpio-current", (7, 66)),
    ],
)
def test_a_rule_warns(name, text, rule, at):
    assert (rule, at) in found(text, "warning"), name


def test_an_adc_pin_is_checked_at_the_temperature_that_is_asked_for_too():
    # Beta equation by hand, 5 V over thermistor and 600 ohm: 359 ohm and 3.13 V at 125 degrees, 200 ohm and
    # 3.75 V at 150 degrees.
    text = FAN.replace("3.3V@36", "VSYS@39").replace("R_10k----+", "R_600----+")
    assert found(text, script=None) == set()
    assert found(text, script=None, celsius=150.0) == {("adc-range", (15, 22))}


@pytest.mark.parametrize("part", ["R_1k", "DC_5", "aDc", "aLED_2V_c", "-FAN_5V_200mA", "-L_1m", "-gTd"])
def test_a_part_of_a_fragment_with_a_side_left_open_is_not_judged(part):
    # The wire that was meant for the open side ends a column before it.
    circuit = parse(part + " --R_1k--G\n", True)
    assert circuit.problems == [] and any(port.net is None for port in circuit.components[0].ports)
    assert check.errors(check.check(circuit)) == []


def test_a_short_is_told_even_where_a_value_is_missing():
    text = "RPI_PICO_W__gnd__3V3__vbus\n             |    |    |\n             C----+----+\n"
    assert found(text) == {("values", (3, 14)), ("short", (1, 23))}


def test_a_pin_that_is_on_no_board_is_told_once():
    # The script cannot be held against pins that are not known, which would be the same mistake again.
    assert found(FAN.replace("3.3V@36", "3.3V@35")) == {("pin-mismatch", (15, 36))}


def test_a_missing_value_is_told_once():
    # Without the resistor's value there is nothing to solve, which would be the same mistake again.
    assert found("DC_5--R--G\n") == {("values", (1, 7))}
    assert found("DC--R_1k--G\n") == {("solve", (1, 1))}


@pytest.mark.parametrize(
    "text",
    [
        "DC_5--R_110--G\n",  # 0.23 W
        "DC_5--R_5_9W--G\n",  # 1 A, just what is taken for granted
        "DC_5_2A--R_4_9W--G\n",  # 1.25 A of 2 A
        "DC_5.7--aDc--R_10_9W--G\n",  # (5.7 V - 0.7 V) / 10 ohm: half an ampere
    ],
)
def test_resistors_diodes_and_sources_within_their_limits_pass(text):
    assert found(text) == set()


def test_a_reversed_diode_is_refused_in_the_state_that_shorts():
    messages = [f.message for f in check.check(parse(FAN.replace("aDc", "cDa"))) if f.rule == "diode-current"]
    assert len(messages) == 1 and "1N400x" in messages[0]
    assert messages[0].startswith("with gpio2 high D1 carries")


def test_a_gate_without_pull_down_is_a_warning_and_with_one_is_none():
    text = (
        "RPI_PICO_W__gnd__gpio2__VBUS\n             |    |      |\n             |    R_330  R_1k\n"
        "             |    |      |\n             |    g      |\n             +---sTd-----+\n"
    )
    assert ("floating-gate", (6, 19)) in found(text, "warning", script=None)


@pytest.mark.parametrize(
    "name,number,pin",
    [
        ("gp0", 1, 1),
        ("GP22", None, 29),
        ("gpio26Adc", None, 31),
        ("ADC2", None, 34),
        ("gp28", 34, 34),
        ("3.3V", 36, 36),
        ("3V3", None, 36),
        ("5V", None, 40),
        ("vsys", 39, 39),
        ("gnd", 38, 38),
        ("gnd", 33, 33),
        ("agnd", None, 33),
        ("gnd", None, None),
        ("run", 30, 30),
        ("3V3_EN", 37, 37),
        ("ADC_VREF", 35, 35),
    ],
)
def test_the_boards_table_knows_names_and_numbers(name, number, pin):
    assert board.look_up(name, number).number == pin


def test_the_boards_table_has_the_pins_of_the_datasheet():
    # Raspberry Pi Pico W datasheet, pinout: 8 grounds with AGND, 26 GPIO, of them three ADC
    assert sorted(board.PICO_W) == list(range(1, 41))
    assert [n for n, (_, role) in board.PICO_W.items() if role == board.GROUND] == [
        3,
        8,
        13,
        18,
        23,
        28,
        33,
        38,
    ]
    gpio = [name for name, role in board.PICO_W.values() if role == board.GPIO]
    assert sorted(int(name.split("/")[0][2:]) for name in gpio) == [*range(23), 26, 27, 28]
    assert {n: board.PICO_W[n][0] for n in (31, 32, 34)} == {
        31: "GP26/ADC0",
        32: "GP27/ADC1",
        34: "GP28/ADC2",
    }


def test_the_script_is_read_and_never_run(tmp_path):
    script = tmp_path / "fan.py"
    script.write_text(
        "import machine\nTHERMISTOR_PIN = 26\nFAN_PIN = 2\nR_DIVIDER = 10_000\nR25 = 10_000\nBETA = 3950\n"
        "raise SystemExit\n"
    )
    assert against_script.read(script) == {
        "THERMISTOR_PIN": 26,
        "FAN_PIN": 2,
        "R_DIVIDER": 10000,
        "R25": 10000,
        "BETA": 3950,
    }
    assert found(FAN, script=script) == set()
    script.write_text("FAN_PIN = 3\n")
    with pytest.raises(against_script.ScriptError, match="THERMISTOR_PIN, R_DIVIDER, R25, BETA"):
        against_script.read(script)
    assert found(FAN, script=script) == {("firmware", None)}


@pytest.mark.parametrize(
    "source,number",
    [
        ("BETA = 3950  # [K]\n", 3950),
        ("BETA = 39.5\n", 39.5),
        ("BETA = -1\n", -1),
        ("BETA = 1\nBETA = 2\n", 2),
        ("BETA = 10 * 395\n", None),  # an expression
        ("BETA == 3950\n", None),
        ("    BETA = 3950\n", None),  # not at the top level
        ('"""\nBETA = 3950\n"""\n', None),
        ("OTHER_BETA = 3950\n", None),
    ],
)
def test_only_a_plain_number_at_the_top_level_is_a_constant(source, number):
    assert against_script.constant(source, "BETA") == number


FAIL_ON, FOUR_WIRE = ((CIRCUITS / f"with-{name}-fan.txt").read_text() for name in ("fail-on", "4-wire"))
PUBLISHED = Path(against_script.SCRIPT).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "text, drive", [(LED, None), (FAN, None), (FAIL_ON, "fail-on"), (FOUR_WIRE, "4-wire")]
)
def test_every_design_is_sound_without_a_warning_with_the_drive_that_it_needs(text, drive):
    assert found(text, drive=drive) == found(text, "warning", drive=drive) == set()


def test_a_drive_needs_a_script_that_has_one(tmp_path):
    script = tmp_path / "old.py"
    script.write_text("THERMISTOR_PIN = 26\nFAN_PIN = 2\nR_DIVIDER = 10_000\nR25 = 10_000\nBETA = 3950\n")
    (said,) = check.errors(check.check(parse(FAIL_ON), script, drive="fail-on"))
    assert said.message == "cannot compare with the script: old.py has no DRIVE that could be 'fail-on'"


# The divider's ground.

JOINED = """\
RPI_PICO_W__gnd@38__agnd@33__adc0@31__3V3
               |       |        |      |
               +-------+-R_10k--+      |
                                |      |
                                +-THERMISTOR_10k_3950K
"""
LOADED = """\
RPI_PICO_W__vbus@40__agnd@33__adc0@31__3V3
               |        |        |      |
               +-R_1k---+-R_10k--+      |
                                 |      |
                                 +-THERMISTOR_10k_3950K
"""
FILTERED = """\
RPI_PICO_W__agnd@33__adc0@31__3V3
               |        |      |
               +-R_10k--+      |
               |        |      |
               +-C_1u---+      |
                        |      |
                        +-THERMISTOR_10k_3950K
"""
LOWER = """\
RPI_PICO_W__%s__adc0@31__3V3
               |        |      |
               |        +-R_1k-+
               |        |
               +-THERMISTOR_10k_3950K
"""
REAL_FAN = (CIRCUITS.parents[1] / "tests" / "data" / "circuits" / "B-real-fan.txt").read_text()


@pytest.mark.parametrize(
    "text, at, said",
    [
        (REAL_FAN, (18, 16), "R3 ends on a ground that other currents use"),
        (LOWER % "ground@8", (5, 18), "THERMISTOR1 ends on a ground that other currents use"),
        (JOINED, (1, 13), "gnd is on AGND (pin 33) beside R1"),
        (LOADED, (3, 18), "R1 is on AGND (pin 33) beside R2"),
        (LOADED.replace("vbus@40", "vsys@39"), (3, 18), "R1 is on AGND"),
    ],
    ids=["on ground", "thermistor on ground", "grounds joined", "a load on AGND", "another load"],
)
def test_a_divider_that_shares_its_ground_is_a_warning(text, at, said):
    (warned,) = [f for f in check.check(parse(text), script=None) if f.rule == "analog-ground"]
    assert (warned.level, warned.at) == ("warning", at) and said in warned.message


PICO_2 = "\n".join(row if row.startswith("RPI") else "  " + row for row in FILTERED.split("\n"))


@pytest.mark.parametrize("text", [FILTERED, LOWER % "agnd@33", PICO_2.replace("PICO_W", "PICO_2_W")])
def test_agnd_is_for_the_divider_and_what_filters_it(text):
    (told,) = [f for f in check.check(parse(text), script=None) if f.rule == "analog-ground"]
    said = "the divider ends on AGND (pin 33), and nothing else does"
    assert (told.level, told.message) == ("passed", said)


def test_a_circuit_without_a_divider_hears_nothing_of_agnd():
    assert not [
        f for f in check.check(parse("DC_5--THERMISTOR_10k_3950K--R_1k--G\n")) if f.rule == "analog-ground"
    ]


def saying(drive, folder, more=""):
    """The published script with another DRIVE."""
    script = folder / "fan.py"
    script.write_text(PUBLISHED.replace('DRIVE = "2-wire"', f'DRIVE = "{drive}"') + more, encoding="utf-8")
    return script


@pytest.mark.parametrize(
    "text, drive",
    [(LED, "LED"), (LED, "2-wire"), (FAN, "2-wire"), (FAIL_ON, "fail-on"), (FOUR_WIRE, "4-wire")],
)
def test_each_design_passes_with_the_drive_that_is_its_own(text, drive, tmp_path):
    assert found(text, script=saying(drive, tmp_path)) == set()


# 2-wire and LED have the fan on at a high pin, the other two at a low one: mixed up, unplugged means off.
@pytest.mark.parametrize(
    "text, drive, danger",
    [
        (FAN, "fail-on", True),
        (FAN, "4-wire", True),
        (FAN, "LED", False),
        (LED, "4-wire", True),
        (FAIL_ON, "2-wire", True),
        (FAIL_ON, "4-wire", False),
        (FOUR_WIRE, "2-wire", True),
        (FOUR_WIRE, "fail-on", False),
    ],
)
def test_a_circuit_that_the_scripts_drive_is_not_for_is_refused(text, drive, danger, tmp_path):
    said = [f.message for f in check.check(parse(text), saying(drive, tmp_path)) if f.level == "error"]
    assert len(said) == 1 and f'the script has "{drive}"' in said[0]
    assert ("the fan would be off" in said[0]) == danger


def test_a_drive_that_is_none_and_a_tachometer_without_a_wire_are_told(tmp_path):
    assert 'has DRIVE = "2wire"; there are' in told(FAN, saying("2wire", tmp_path))
    assert "pulses on GP3, and no wire touches" in told(FAN, saying("2-wire", tmp_path, "\nTACH_PIN = 3\n"))
    assert "an LED has no tachometer" in told(LED, saying("LED", tmp_path, "\nTACH_PIN = 3\n"))


@pytest.mark.parametrize("text, drive, hz", [(FAN, "2-wire", 25_000), (FOUR_WIRE, "4-wire", 30)])
def test_a_frequency_that_is_not_the_drives_own_is_told(text, drive, hz, tmp_path):
    script = tmp_path / "fan.py"
    own = fan.DRIVES[drive][0]
    changed = PUBLISHED.replace('DRIVE = "2-wire"', f'DRIVE = "{drive}"')
    script.write_text(changed.replace(f'"{drive}": ({own:_},', f'"{drive}": ({hz:_},') + "\nTACH_PIN = 3\n")
    said = told(text, script)
    assert f"and the script has {hz}" in said
    assert ("stand on the tachometer's wire" in said) == (drive == "2-wire")


def told(text, script):
    return " ".join(f.message for f in check.check(parse(text), script) if f.level == "error")


def test_the_pins_of_tachometer_and_alarm_may_be_wired_and_others_not(tmp_path):
    rows = LED.splitlines()
    column = len(rows[-1]) + 4
    wired = "\n".join([*rows[:-1], f"{rows[-1]}__gp3@5", " " * column + "|", " " * column + "R_10k--G"])
    with_tach = saying("LED", tmp_path, "\nALARM_PIN = 3\n")
    assert "does not drive" not in told(wired, with_tach)
    assert "GP3, which the script does not drive" in told(wired, saying("LED", tmp_path))


def test_a_tachometer_may_be_wired_that_the_script_does_not_count(tmp_path):
    assert found(FOUR_WIRE, drive="4-wire") == set()
    script = saying("4-wire", tmp_path, "\nTACH_PIN = 3\n")
    assert found(FOUR_WIRE, script=script) == set()
    other = FOUR_WIRE.replace("gpio3@5", "gpio4@6")
    assert "pulses on GP3, and no wire touches" in told(other, script)


def test_the_names_of_the_drives_and_their_levels_are_the_scripts_own():
    named = dict(driven.FAN_ON)
    assert {name: level for name, (_, level) in fan.DRIVES.items()} == named | {
        letter: named[drive] for letter, drive in driven.DESIGNS.items()
    }


def test_a_designs_letter_is_its_drive(tmp_path):
    assert found(FOUR_WIRE, script=saying("D", tmp_path)) == set()
    assert found(FOUR_WIRE, drive="D") == set()
    assert 'needs DRIVE = "4-wire", and the script has "2-wire"' in told(FOUR_WIRE, saying("B", tmp_path))
    # Its frequency is held as well.
    script = tmp_path / "slow.py"
    slow = PUBLISHED.replace('"4-wire": (25_000,', '"4-wire": (30,')
    script.write_text(slow.replace('DRIVE = "2-wire"', 'DRIVE = "D"'))
    assert "4-wire is driven at 21000 to 28000 Hz, and the script has 30" in told(FOUR_WIRE, script)


def test_the_divider_is_found_by_its_role_and_not_by_its_number():
    # Drawn below the board, the divider is R2 and no longer R1.
    *above, pico = LED.splitlines()
    left, right = [row[:46].rstrip() for row in above], [" " * 46 + row[46:] for row in above]
    turned = "\n".join([*right, pico, *left[::-1]]) + "\n"
    assert [parse(text).find("R1").value("ohm") for text in (LED, turned)] == [10_000, 330]
    assert ("firmware", (1, 13)) in found(LED.replace("R_10k-", "R_22k-"))
    assert ("firmware", (13, 13)) in found(turned.replace("R_10k-", "R_22k-"))
