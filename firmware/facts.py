"""What page and bundle tell about the script in tables. Numbers come from the script and from physics.py."""

import re
from dataclasses import dataclass
from pathlib import Path

from . import fan_options as options
from . import physics
from . import thermistor_fan as script

SCRIPT = Path(script.__file__)
OPTIONS = Path(options.__file__).name

# Parts around the script, for the error budget
SUPPLY_VOLTS = 3.3
NOISE_CODES = 1.4  # standard deviation of one sample, measured by M. Omo, pico-adc.markomo.me [LSB]
BEND_CODES = 8  # integral nonlinearity, measured in the same place: 7.85 [LSB]
REFERENCE_AMPERES, FILTER_OHMS = 150e-6, 200  # into ADC_VREF, and the board's resistor: Pico datasheet 4.3
WATTS_PER_KELVIN = 0.002  # dissipation constant of a small bead in still air
DNL_MARGIN = script.DNL_MARGIN_MC / 1000  # band around the target that shall hold none of the wide bins [K]


SAME = "the same"


@dataclass(frozen=True)
class State:
    """A situation of board and script, and the fan in it.

    `name` is the log's word where the script runs, or what has happened where it does not. `pin` is GP2,
    `fan` the fan's level with design A or B, `leaves` what ends the situation, `inverted` the fan with the
    designs that invert, C and D, where that is not the same. GP2 is the other way round with those.
    """

    name: str
    cause: str
    pin: str
    fan: str
    leaves: str
    inverted: str = SAME


def percent(permille):
    """A share of full speed in words; the script counts in thousandths."""
    return f"{permille / 10:g}%"


FULL_AFTER = f"full, within {2 * script.PERIOD_MS} ms"
CLEARS = f"{script.CLEAR_MS // 1000} s of plausible readings"

STATES = (
    State(
        "no power",
        "supply off or browned out",
        "floats",
        "off",
        "power returns: reset",
        "off, but D full as long as its 12 V are there",
    ),
    State(
        "reset",
        "power-on, brown-out, watchdog, RUN pin",
        "input, weakly pulled down",
        "off",
        "MicroPython has started main.py, about a second",
        "full",
    ),
    State(
        "no script",
        "main.py or the script is missing or damaged",
        "input, weakly pulled down",
        "off",
        "a person; nothing on the board can help",
        "full",
    ),
    State(
        "no fan supply",
        "the board runs, and the fan's own supply is missing: the 12 V or their fuse, or VBUS with a board "
        "that is fed at VSYS",
        "as the script says",
        "off",
        "the supply; until then the log says stall with TACH_PIN = 3, once the fan is to run, and else "
        "nothing but weak, once it gets hotter",
        "off",
    ),
    State("boot", "first line of main(), before the first reading is believed", "high", "full", CLEARS),
    State(
        "off",
        f"asked for less than {percent(script.OFF_DUTY)}",
        "low",
        "off",
        f"asked for {percent(script.MIN_DUTY)} or more",
    ),
    State(
        "kick",
        f"a resting fan is started, or no tachometer pulse for {script.BOOST_MS / 1000:g} s",
        "high",
        "full",
        f"{script.KICK_MS} ms, or the pulses return",
    ),
    State(
        "run",
        "regulating",
        "PWM",
        f"{percent(script.MIN_DUTY)} to {percent(script.FULL)}",
        "the temperature, or a fault",
    ),
    State(
        "weak",
        f"{script.WEAK_MS // 1000} s at full speed, and hotter by {script.WEAK_MC / 1000:g} °C, or by "
        f"{script.SLOWLY_MC // 1000} °C in all, or no cooler though {script.HOT_MC // 1000} °C above the "
        "target: the cooling does nothing",
        "high",
        "full",
        "asked for less than full: it is cool again",
    ),
    State("open", "thermistor or its wire off, or GP26 at ground", "high", FULL_AFTER, CLEARS),
    State("short", "thermistor bridged, or the divider resistor off", "high", FULL_AFTER, CLEARS),
    State(
        "range",
        f"reads below {script.LOWEST_MC // 1000} °C or above {script.HIGHEST_MC // 1000} °C",
        "high",
        FULL_AFTER,
        CLEARS,
    ),
    State(
        "jump",
        f"reading changed faster than {script.FASTEST} °C per second, or has fallen further than "
        f"{script.NEAR_MC // 1000} °C ({script.NEAR_MC // 2000} °C, where gaps used up the rest) below what "
        f"follows it at {script.DRIFT / 1000:g} °C per second, and above the target faster: steps add up",
        "high",
        FULL_AFTER,
        CLEARS,
    ),
    State(
        "latched",
        "after a jump or a gap the reading is further than "
        f"{script.NEAR_MC // 1000} °C from where it was; all gaps of an hour together, but for "
        f"{script.DRIFT / 1000:g} °C per second in the first {script.DRIFT_MS // 1000} s of each",
        "high",
        "full",
        "a reading near the last one that was believed; no reset, but a person who removes "
        f"{script.MEMORY} from the board",
    ),
    State(
        "stall",
        f"no tachometer pulse for {script.STALL_MS // 1000} s",
        "high",
        "full",
        CLEARS + ", and pulses",
    ),
    State(
        "tach",
        f"option: the tachometer tells more than {options.FASTEST_RPM:,} rpm: noise on its wire, or a fan "
        "that is faster than most, for which FASTEST_RPM in fan_options.py is raised",
        "high",
        FULL_AFTER,
        CLEARS,
    ),
    State(
        "differ",
        f"option: two thermistors differ by more than {options.DIFFER_MC / 1000:g} °C, or one is broken",
        "high",
        FULL_AFTER,
        CLEARS,
    ),
    State(
        "test",
        "option: the fan is held on to count its pulses, or to see whether the reading answers",
        "high",
        "full",
        f"two periods; or an answer, within {options.ANSWER_MS // 1000} s",
    ),
    State(
        "deaf",
        f"option: {options.ANSWER_MS // 1000} s of full speed did not cool the object by "
        f"{options.ANSWER_MC / 1000:g} °C",
        "high",
        "full",
        f"{options.ANSWER_MC / 1000:g} °C cooler without a gap; else after {options.AGAIN_MS // 60_000} "
        "minutes another test, in which a warmer reading is an answer too",
    ),
    State("error", "an exception anywhere in the loop", "high", FULL_AFTER, CLEARS),
    State(
        "hang",
        "the loop stands still",
        "as it was",
        f"as it was, at most {script.WATCHDOG_MS // 1000} s",
        "watchdog: reset",
    ),
    State(
        "crash", "an exception that the handler could not handle", "high, no PWM", "full", "watchdog: reset"
    ),
    State("stopped", "Ctrl-C", "high, no PWM", "full", "a person; the watchdog is stopped"),
)


# What helps where one thermistor cannot tell: (line on top of the script, what it needs, what it does)
HELPS = (
    (
        "SECOND_PIN = 27",
        f"{OPTIONS} and parts",
        "A second thermistor on the same object, with its own resistor and wires, on GP27. More "
        f"than {options.DIFFER_MC / 1000:g} °C between the two is a fault; two that drift alike stay unseen.",
    ),
    (
        "SELF_TEST_MS = 3_600_000",
        OPTIONS,
        "For objects that always make heat: every hour the fan blows at full speed until the reading "
        f"has fallen by {options.ANSWER_MC / 1000:g} °C. No answer within {options.ANSWER_MS // 1000} s is a "
        f"fault. While it runs faster than {options.TEST_BELOW // 10}%, no test is due: too little is left "
        "to vary. An object without heat cannot answer and is called deaf as well; so every "
        f"{options.AGAIN_MS // 60_000} minutes it has another try, with the heat on again for as long.",
    ),
    (
        "OFF_DUTY = -10_000",
        "nothing else",
        "The fan never rests: a least flow of air, whatever the reading says.",
    ),
    (
        "ALARM_PIN = 6",
        f"{OPTIONS} and parts",
        "A relay that lets the heat source run, through a transistor as in design B. High means "
        "healthy: it drops with every fault, with a reset, with the script stopped, and above "
        f"{script.HIGHEST_MC // 1000} °C (lower HIGHEST_MC for a limit of yours); each time it stays off for "
        f"{options.REST_MS // 1000} s at least, so that no loose contact wears it out. It drops too while "
        f"the state is weak: {script.WEAK_MS // 1000} s of full speed left it {script.WEAK_MC / 1000:g} °C "
        f"hotter, any time of it {script.SLOWLY_MC // 1000} °C, or it is {script.HOT_MC // 1000} °C too hot "
        "and gets no cooler. The heat returns once less than full speed is asked for, so with a dead fan the "
        "relay alone holds the object, and each time counts as a fault in the log. Blowing does not help "
        "against a heater that is stuck on; Klipper, for printers, ends the heat on any fault.",
    ),
)

CLEAR_S, REST_S, STALL_S = script.CLEAR_MS // 1000, options.REST_MS // 1000, script.STALL_MS // 1000
COOL_ROOM = "Wait, in a room cooler than the target"
# Of a fan of 12 V with a tachometer.
COUNTED = (
    (
        "Plug in the USB cable, without the 12 V",
        f"the fan stands still; {STALL_S} s after the start the small LED blinks fast, and the log says "
        "stall",
    ),
    (
        "Give it the 12 V",
        f"the fan at full speed at once; {CLEAR_S} s later the fast blinking is over. At full speed rpm in "
        "the log is what the fan's data sheet says",
    ),
)

# What to see once a circuit is built, in the order of trying it: circuit -> (do this, you should now see)
SEEN = {
    "with-fail-on-fan": (
        ("Plug it in", f"the fan at full speed at once, before the script runs, and for {CLEAR_S} s of it"),
        (COOL_ROOM, "the fan slows down and stops"),
        (
            "Hold the thermistor",
            "a short push at full speed, then the fan runs, faster the warmer it gets",
        ),
        (
            "Pull the wire from the Pico's pin 4 while the fan stands still",
            "full speed at once, while the log still says off: the script cannot know. Put it back, and the "
            "fan stops",
        ),
        ("Pull one leg of the thermistor", "full speed at once"),
        ("Touch both MOSFETs and the diode after a minute", "none is hot"),
    ),
    "with-12-volt-fan": (
        ("Give it the 12 V, without the USB cable", "the fan stands still: nothing drives its transistor"),
        (
            "Plug in the USB cable",
            f"the fan at full speed within two seconds, for {CLEAR_S} s",
        ),
        (COOL_ROOM, "the fan slows down and stops"),
        (
            "Hold the thermistor",
            "a short push at full speed, then the fan runs, and faster the warmer it gets",
        ),
        ("Pull one leg of the thermistor", "full speed at once"),
        ("Touch the MOSFET and the diode after a minute", "neither is hot"),
    ),
    "with-12-volt-tachometer": (
        *COUNTED,
        (COOL_ROOM, "the fan slows down and stops"),
        (
            "Hold the thermistor",
            "a short push at full speed, then the fan runs, faster the warmer it gets; every "
            f"{options.TACH_EVERY_MS // 1000} s it is at full speed for a moment, to be counted",
        ),
        (
            "Unplug the 12 V while the fan runs",
            f"within about {(options.TACH_EVERY_MS + script.STALL_MS) // 1000} s fast blinking, and stall in "
            "the log",
        ),
        ("Touch the MOSFET and both diodes after a minute", "none is hot"),
    ),
    "with-4-wire-fan": (
        *COUNTED,
        (COOL_ROOM, "the fan slows down, and stops or goes on at the least speed that its maker allows"),
        ("Hold the thermistor", "the fan runs, faster the warmer it gets; rpm in the log follows"),
        ("Pull the wire from the Pico's pin 4", "full speed at once; put it back, and it is as before"),
        (
            "Pull the wire from the Pico's pin 5 while the fan runs",
            f"within about {STALL_S} s full speed, fast blinking, and stall in the log",
        ),
        ("Touch the transistor after a minute", "it is not hot"),
    ),
    "with-alarm-relay": (
        ("Plug it in", "the fan does as with design B; the relay stays silent"),
        (
            "Wait, with no fault",
            f"{REST_S} s after the start, not at once, the relay clicks: com and no are joined, and the heat "
            "may run",
        ),
        (
            "Pull one leg of the thermistor",
            "the relay clicks at once: com and no are parted, and the heat is off. Full speed, fast blinking",
        ),
        (
            "Put it back",
            f"after {CLEAR_S} s the fault is over; the relay clicks {REST_S} s after it dropped, not sooner",
        ),
        ("Stop the script with Ctrl-C", "the relay drops, and the fan is at full speed"),
        ("Touch T2, D2 and the relay after a minute", "none is hot; the relay's coil is warm at most"),
    ),
    "with-second-thermistor": (
        ("Plug it in, both thermistors side by side", f"full speed for {CLEAR_S} s, then as with design B"),
        (
            "Hold only one of the two",
            f"once they are more than {options.DIFFER_MC / 1000:g} °C apart: full speed, fast blinking, and "
            "differ in the log",
        ),
        ("Let go", f"{CLEAR_S} s after they agree again all is as before"),
        ("Pull one leg of the second thermistor", "full speed at once, and differ in the log"),
    ),
}


@dataclass(frozen=True)
class Wire:
    """One connection; `pin` is the number on the board."""

    pin: int
    board: str
    to: str


WIRING = (
    Wire(36, "3V3", "thermistor, one end"),
    Wire(
        31,
        f"GP{script.THERMISTOR_PIN}",
        f"thermistor, other end, and {script.R_DIVIDER // 1000} kΩ resistor",
    ),
    Wire(33, "AGND", f"{script.R_DIVIDER // 1000} kΩ resistor, other end"),
    Wire(
        4,
        f"GP{script.FAN_PIN}",
        "330 Ω to the MOSFET's gate; 100 kΩ from the gate to GND (or 330 Ω, LED, GND to try it)",
    ),
    Wire(38, "GND", "MOSFET's source"),
    Wire(40, "VBUS", "5 V fan, plus; diode's cathode. Fan's minus and the diode's anode go to the drain"),
)


@dataclass(frozen=True)
class Constant:
    """A constant on top of the script: its text, its unit and why it is so, as the comment there says."""

    name: str
    value: str
    unit: str
    why: str


def constants():
    """The constants of the script, in its order."""
    found = []
    for line in SCRIPT.read_text(encoding="utf-8").splitlines():
        if line.startswith("def "):
            break
        match = re.fullmatch(r"([A-Z][A-Z0-9_, ]*?) = (.+?)(?:  # (.*))?", line)
        if match:
            name, value, why = match[1], match[2], match[3] or ""
            unit = ", ".join(re.findall(r"\[([^\]]*)\]", why))
            found.append(Constant(name, value, unit, re.sub(r",? *\[[^\]]*\]", "", why).strip(" ;")))
    return found


def quantities():
    """The script's constants and the parts around it as arguments of the formulas in physics.py."""
    return {
        "r25": script.R25,
        "beta": script.BETA,
        "divider_ohms": script.R_DIVIDER,
        "assumed_divider_ohms": script.R_DIVIDER,
        "celsius": script.TARGET_MC / 1000,
        "n_samples": script.SAMPLES,
        "pwm_hz": script.PWM_HZ,
        "clock_hz": 125_000_000,
        "supply_volts": SUPPLY_VOLTS,
        "noise_codes": NOISE_CODES,
        "reference_amperes": REFERENCE_AMPERES,
        "filter_ohms": FILTER_OHMS,
        "watts_per_kelvin": WATTS_PER_KELVIN,
    }


def _asked(formula, **given):
    """Calls a formula with the script's quantities; those given win."""
    known = {**quantities(), **given}
    names = formula.__code__.co_varnames[: formula.__code__.co_kwonlyargcount]
    return formula(**{name: known[name] for name in names})


def error_budget(celsius=None):
    """Rows (term, error [°C]) at a temperature [°C], the target unless given."""
    at = {} if celsius is None else {"celsius": celsius}
    return [
        ("one step of the converter", _asked(physics.celsius_per_code, **at)),
        (f"noise of {NOISE_CODES} LSB, median of {script.SAMPLES}", _asked(physics.noise_error, **at)),
        (
            f"nonlinearity of the converter, {BEND_CODES} LSB",
            BEND_CODES * _asked(physics.celsius_per_code, **at),
        ),
        ("divider resistor off by 1 %", _asked(physics.resistance_error, tolerance=0.01, **at)),
        ("thermistor's R25 off by 1 %", _asked(physics.resistance_error, tolerance=0.01, **at)),
        ("thermistor's R25 off by 5 %", _asked(physics.resistance_error, tolerance=0.05, **at)),
        ("beta off by 1 %", _asked(physics.beta_error, tolerance=0.01, **at)),
        (
            "reference below the supply by the filter's drop",
            _asked(physics.reference_error, droop=_asked(physics.reference_droop), **at),
        ),
        ("heat of the thermistor's own current", _asked(physics.self_heating_error, **at)),
    ]


def dnl_codes():
    """Rows (code, temperature [°C], distance from the target [K]) of the converter's wide bins."""
    target = script.TARGET_MC / 1000
    rows = [(code, _asked(physics.code_celsius, code=code)) for code in script.DNL_CODES]
    return [(code, celsius, abs(celsius - target)) for code, celsius in rows]
