"""Pins of the boards that the notation knows. Core: runs in MicroPython too.

Source: Raspberry Pi Pico W datasheet, section 2.1 "Pico W pinout", and for the limits: RP2040 datasheet,
section 5.5.3 (sum of currents over all GPIO, input range of the ADC) and Pico W datasheet, section 2.1
(3V3 output), USB 2.0 (current from a port).
"""

from .catalogue import is_digits

SUPPLY = "supply"
GROUND = "ground"
GPIO = "gpio"
CONTROL = "control"

# Pin number -> (name, role).
PICO_W = {
    1: ("GP0", GPIO),
    2: ("GP1", GPIO),
    3: ("GND", GROUND),
    4: ("GP2", GPIO),
    5: ("GP3", GPIO),
    6: ("GP4", GPIO),
    7: ("GP5", GPIO),
    8: ("GND", GROUND),
    9: ("GP6", GPIO),
    10: ("GP7", GPIO),
    11: ("GP8", GPIO),
    12: ("GP9", GPIO),
    13: ("GND", GROUND),
    14: ("GP10", GPIO),
    15: ("GP11", GPIO),
    16: ("GP12", GPIO),
    17: ("GP13", GPIO),
    18: ("GND", GROUND),
    19: ("GP14", GPIO),
    20: ("GP15", GPIO),
    21: ("GP16", GPIO),
    22: ("GP17", GPIO),
    23: ("GND", GROUND),
    24: ("GP18", GPIO),
    25: ("GP19", GPIO),
    26: ("GP20", GPIO),
    27: ("GP21", GPIO),
    28: ("GND", GROUND),
    29: ("GP22", GPIO),
    30: ("RUN", CONTROL),
    31: ("GP26/ADC0", GPIO),
    32: ("GP27/ADC1", GPIO),
    33: ("AGND", GROUND),
    34: ("GP28/ADC2", GPIO),
    35: ("ADC_VREF", CONTROL),
    36: ("3V3", SUPPLY),
    37: ("3V3_EN", CONTROL),
    38: ("GND", GROUND),
    39: ("VSYS", SUPPLY),
    40: ("VBUS", SUPPLY),
}

# Supply -> (voltage [V], most current it should give [A]).
PICO_W_SUPPLIES = {"3V3": (3.3, 0.3), "VBUS": (5.0, 0.5), "VSYS": (5.0, 0.5)}

# The Pico 2 W has the pins of the Pico W: its datasheet, section 2.1. What its chip's pins may carry together
# is taken to be what the Pico W's may.
PICOS = ("RPI_PICO_W", "RPI_PICO_2_W")

# What the board itself draws from 5 V, Wi-Fi at rest: the busiest example that the Pico's datasheet measures
# stays below, and its radio's bursts come on top [A].
OWN = 0.1

GPIO_VOLTS = 3.3  # a pin that is high [V]
GPIO_TOTAL = 0.05  # over all pins together [A]
GPIO_ONE = 0.012  # the strongest drive setting [A]
ADC_VOLTS = 3.3  # ADC_AVDD: what an ADC pin may see [V]


class Pin:
    """A pin of a board: its number (None for any ground), name, role, and whether it is read as ADC.

    `gpio` is its name without the ADC's: GP28 of GP28/ADC2.
    """

    def __init__(self, number, name, role, adc=False):
        self.number = number
        self.name = name
        self.gpio = name.split("/")[0]
        self.role = role
        self.adc = adc


class PinError(Exception):
    """A pin that a board does not have, or a name and a number that disagree; `code` says which."""

    def __init__(self, code, message):
        super().__init__(message)
        self.code = code
        self.message = message

    def told(self):
        """The message for people who see it beside others."""
        words = "unknown board pin" if self.code == "unknown-board-pin" else "pin and name disagree"
        return words + ": " + self.message


def _bare(name):
    out = ""
    for char in name.lower():
        if char not in "_.@":
            out += char
    return out


def _numbers(name):
    """`(pin numbers that the name can mean, the name says ADC)`; no numbers where the name is unknown."""
    bare = _bare(name)
    adc = False
    if bare in ("gnd", "ground"):
        return GROUNDS, False  # a number decides; without one it is none of AGND
    if bare in ("33v", "3v3", "3v3out", "33vout"):
        return [36], False
    if bare in ("5v", "vbus"):
        return [40], False
    if bare.startswith("gpio"):
        bare = "gp" + bare[4:]
    if "adc" in bare and bare != "adcvref":
        front, _, back = bare.partition("adc")
        adc = True
        if back not in ("", "0", "1", "2") or (not front and not back):
            return [], True
        if front and back and front != "gp%d" % (26 + int(back)):
            return [], True
        bare = front or "gp%d" % (26 + int(back))
    number = BY_BARE.get(bare)
    if number is None:
        return [], adc
    if adc and "ADC" not in PICO_W[number][0]:
        return [], True
    return [number], adc


# Name as the text may write it, without what is written in several ways -> the first pin of that name.
BY_BARE = {}
for _number in sorted(PICO_W, reverse=True):
    BY_BARE[_bare(PICO_W[_number][0].partition("/")[0])] = _number
GROUNDS = [_number for _number in sorted(PICO_W) if PICO_W[_number][1] == GROUND]  # 33, AGND, too
ANALOG_GROUND = 33  # what the ADC measures against; on the board it is joined with the other grounds


def look_up(name, number):
    """The Pico W's pin for a port as written.

    Args:
        name: such as `gp0`, `gpio26Adc`, `GP27`, `3.3V`, `gnd`.
        number: the pin number in the text, or None.

    Raises:
        PinError: `unknown-board-pin` or `pin-mismatch`.
    """
    if (name, number) not in _KNOWN:
        _KNOWN[name, number] = _look_up(name, number)
    return _KNOWN[name, number]


# Pins as they were written and found: each port is asked for many times over, and a pin does not change.
_KNOWN = {}


def _look_up(name, number):
    numbers, adc = _numbers(name)
    if number is not None and number not in PICO_W:
        raise PinError("unknown-board-pin", "the Pico W has the pins 1 to 40, no %d" % number)
    if not numbers:
        if number is not None:
            raise PinError(
                "pin-mismatch", "'%s' is no name of pin %d; that is %s" % (name, number, PICO_W[number][0])
            )
        raise PinError(
            "unknown-board-pin",
            "the Pico W has no pin '%s'; it has GP0 to GP22, GP26 to GP28 (ADC0 to "
            "ADC2), GND, 3V3, VSYS, VBUS, RUN, ADC_VREF, 3V3_EN" % name,
        )
    if number is not None and number not in numbers:
        raise PinError(
            "pin-mismatch",
            "pin %d is %s; %s is pin %s"
            % (number, PICO_W[number][0], name, " or ".join([str(n) for n in numbers])),
        )
    if number is None and len(numbers) == 1:
        number = numbers[0]
    known = PICO_W[number or numbers[0]]
    return Pin(number, known[0], known[1], adc)


def guess(name, number):
    """A pin of a board without a table: grounds and voltages by their names, the rest takes no current."""
    bare = name.lower()
    if bare in ("gnd", "ground", "agnd", "0v"):
        return Pin(number, name, GROUND)
    return Pin(number, name, SUPPLY if volts(name) is not None else CONTROL)


def volts(name):
    """The voltage that a supply pin is named after, or None: `5v`, `3.3V`, `3V3`."""
    bare = name.lower()
    if bare in ("vbus", "vsys"):
        return 5.0
    whole, v, part = bare.partition("v")
    if v and is_digits(whole.replace(".", "")) and (part == "" or is_digits(part)):
        return float(whole + "." + part if part else whole)
    return None


def pin_of(component, port):
    """The pin behind a port of a board in a parsed circuit. Raises PinError as `look_up` does."""
    if component.kind.name in PICOS:
        return look_up(port.name, port.pin)
    return guess(port.name, port.pin)
