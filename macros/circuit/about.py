"""What each part is taken for in the solver, and what is checked of it, in words with their numbers."""

from . import board, check, check_board, check_parts, models, overvoltage, powered, solve, tachometer
from .catalogue import quantity


def _v(value):
    return quantity(value, "V")


def _a(value):
    return quantity(value, "A")


def _ohm(value):
    return quantity(value, "ohm")


def _w(value):
    return quantity(value, "W")


ON = f"{_ohm(models.SWITCH_ON)} from {_v(models.SWITCH_AT)}"
PICO = (
    "supplies and driven pins are ideal voltages; pins that are read take no current. A pin that a switch "
    "to ground or supply touches, or a fan's tachometer, is read; so are ADC pins in use. VSYS and VBUS "
    f"give {_v(board.PICO_W_SUPPLIES['VBUS'][0])}, as from USB; where a source feeds VSYS it takes none, and "
    f"a diode of {_v(powered.SCHOTTKY)} leads to it from VBUS",
    f"names and numbers of pins; {_a(board.GPIO_TOTAL)} over all pins, {_a(board.GPIO_ONE)} through one; "
    f"what each supply gives, and what USB gives with {_a(board.OWN)} of the board itself; what RUN, "
    f"ADC_VREF, 3V3_EN, VSYS ({_v(check_board.LIMITS['VSYS'][0])} to {_v(check_board.LIMITS['VSYS'][1])}) "
    f"and VBUS bear from outside, and that the circuit itself holds neither RUN nor 3V3_EN low; 0 to "
    f"{_v(board.ADC_VOLTS)} at pins that are read, and at all others while they float, as before the script "
    "sets them up; ground on a wire; a level for each pin that a "
    f"switch sets; a thermistor's divider on AGND (pin {board.ANALOG_GROUND}), and nothing else there",
)
BIPOLAR = (
    f"base and emitter are a diode of {_v(models.DIODE_DROP)}; the collector carries {round(models.GAIN)} "
    f"times the base's current, or where its circuit gives less, {_ohm(models.SATURATED)} remain to the "
    "emitter",
    f"collector's current against its rating ({_a(check_parts.COLLECTOR_MOST)} where it names none); a "
    f"resistor at the base; heat up to {_w(check_parts.TRANSISTOR_HEAT)}; collector and emitter the right "
    f"way round; at most {_v(check_parts.EMITTER_BASE)} backwards at the base, and between collector and "
    f"emitter what it names ({_v(overvoltage.COLLECTOR_MOST)} where it names nothing); a base that floats; "
    "on by half; on in some state and off in another, where a pin drives it",
)
TWO_CONTACTS = (
    f"{_ohm(models.SWITCH_ON)} closed, open otherwise; both are solved, as both levels of a pin are",
    "its current, where it names one; a short when it closes; a coil that it cuts off; a level for the pin "
    "that it sets",
)

# Name in the catalogue -> (what it is taken for, what is checked). A part without a rule of its own has none.
ABOUT = {
    "R": ("its resistance", f"heat against its rating, {_w(check.RATING)} where it names none"),
    "C": ("open: nothing flows through it for long", ""),
    "L": ("a wire", "a diode across it where something cuts it off"),
    "D": (
        f"open below {_v(models.DIODE_DROP)}, then {_ohm(solve.DIODE_ON)}",
        f"at most {_a(check.DIODE_MOST)}; the right way round before a fan, a coil or a light",
    ),
    "LED": (
        f"open below its drop, {_v(solve.LED_DROP)} where it names none, then {_ohm(solve.DIODE_ON)}",
        f"at most {_a(check.LED_MOST)}; at most {_v(overvoltage.LED_BACKWARDS)} backwards; the right way "
        "round",
    ),
    "ZENER": (
        f"forwards a diode of {_v(models.DIODE_DROP)}, backwards one of its own voltage",
        f"heat against its rating, {_w(check_parts.ZENER_HEAT)} where it names none, which is what a missing "
        "series resistor shows as; cathode on plus",
    ),
    "T": (
        f"{ON} between gate and source on, open below; no body diode, no gate current",
        f"a gate that floats; clearly on or off, from {_v(models.SWITCH_AT)} and up to "
        f"{_v(solve.SWITCH_OFF)}; the current that charges its gate; drain and source the right way round; "
        f"between them at most what it names, {_v(overvoltage.DRAIN_MOST)} where it names nothing; between "
        f"gate and source {_v(overvoltage.GATE_MOST)}, with a warning from {_v(overvoltage.GATE_LOGIC)} on",
    ),
    "PMOS": (f"{ON} between source and gate on, open below", "the same as of T, and so a missing pull-up"),
    "NPN": BIPOLAR,
    "PNP": ("as NPN, all turned round: the emitter is at plus", "the same as of NPN"),
    "OPAMP": (
        f"{round(models.OPAMP_GAIN / 1000)},000 times the difference of its inputs, between its two "
        "supplies; no current into its inputs; what it delivers is counted at g",
        f"{_v(check_parts.OPAMP_LEAST)} to {_v(overvoltage.OPAMP_MOST)} of supply, the right way round; "
        f"feedback from o to n; inputs that float or lie beyond the supply; at most "
        f"{_a(check_parts.OPAMP_MOST)} from its output",
    ),
    "P": (
        "two halves: the wiper stands in the middle",
        f"{_w(check.POT_HEAT)} over its whole track, half of that over a half",
    ),
    "DC": (
        "an ideal voltage",
        f"its current, {_a(check.SOURCE_MOST)} where it names none; two sources against each other; a ground "
        "in common with the board that drives or reads what it feeds",
    ),
    "AC": ("0 V, its mean", ""),
    "I": ("an ideal current", ""),
    "V": (f"{_ohm(solve.METER_OHMS)}", ""),
    "THERMISTOR": ("the beta equation, at 25 °C unless said", "from −40 to 125 °C, what an ADC pin gets"),
    "FUSE": (
        f"the resistor that drops {_v(models.FUSE_DROP)} at its rated current",
        f"its current: more than its rating blows it, more than {round(100 * check_parts.FUSE_LONG)} % by "
        "and by; a rating above what its source can give",
    ),
    "SWITCH": TWO_CONTACTS,
    "BUTTON": TWO_CONTACTS,
    "FAN": (
        "the resistor that takes its rated current at its rated voltage",
        "its voltage; a diode across it where a transistor cuts it off",
    ),
    "FAN_PWM": (
        f"the resistor that takes its rated current at its rated voltage; pwm is {_v(models.PWM_VOLTS)} "
        f"behind {_ohm(models.PWM_OHMS)}, tach is open",
        "its voltage and polarity; a ground in common with the board; numbers of its pins; pwm pulled down "
        f"by an open drain to {_v(check_parts.PWM_LOW)} or less, never driven high, and never above "
        f"{_v(check_parts.PWM_MOST)}; a pull-up at tach, to no more than the pin takes; at most "
        f"{_v(tachometer.LOW_MOST)} at the pin while tach pulls down; tach on a pin where a transistor chops "
        "the fan's ground; without pwm, a diode across it where a transistor cuts it off",
    ),
    "RELAY": (
        f"a coil of its rated voltage over its rated current; from {round(100 * models.PULL_IN)} % of the "
        "voltage on com is on no, below on nc",
        f"the coil's voltage, up to {round(100 * check_parts.COIL_MOST)} %; a diode across the coil, the "
        "right way round; both ends wired",
    ),
    "CONN": ("no current of its own", "a pin that is named after a voltage, or gnd, is on it"),
    "CHIP": (
        "no current of its own",
        "supply and ground are there and wired; a pin that is named after a voltage is on it; pins left open",
    ),
    "RPI_PICO_W": PICO,
    "RPI_PICO_2_W": (
        "as the Pico W, whose pins it has",
        f"the same as of the Pico W, and a pull-down above {_ohm(check_parts.PULL_DOWN_MOST)} at a pin that "
        "is read (erratum RP2350-E9)",
    ),
}
