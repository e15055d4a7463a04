"""The script's settings that the check of a typed circuit depends on: their values, and what one needs."""

from firmware import thermistor_fan as script

from ..circuit import board, driven
from .designs import settings

# What each option is for, in the words of its field.
OPTIONS = {
    "ALARM_PIN": "lets the heat run",
    "TACH_PIN": "counts the fan's turns",
    "SECOND_PIN": "reads a second thermistor",
}
TAKEN = ("THERMISTOR_PIN", "FAN_PIN", "UART_TX_PIN", "UART_RX_PIN")


def fields():
    """Every setting: `[{"name", "about", "own", "choices"}]`, in the script's order.

    `own` is the value that the script has, `choices` are `[[value, words]]`; a pin is its GPIO's number, and
    an option that is off is an empty string. Pins that the script needs for something else are no choice.
    """
    letters = {drive: letter for letter, drive in driven.DESIGNS.items()}
    drives = [[drive, f"{drive}, design {letters[drive]}"] for drive in driven.FAN_ON]
    found = [_field("DRIVE", "drives the fan", driven.named(script.DRIVE), drives)]
    return found + [
        _field(name, about, getattr(script, name), [["", "off"], *_pins(analog=name == "SECOND_PIN")])
        for name, about in OPTIONS.items()
    ]


def needed(name):
    """Settings that the circuit NAME needs and the script does not have: `{"DRIVE": "fail-on"}`."""
    drive, options = settings(name)
    named = {"DRIVE": drive} if drive else {}
    return named | {option: str(number) for option, number in options.items()}


def _field(name, about, own, choices):
    return {"name": name, "about": about, "own": "" if own is None else str(own), "choices": choices}


def _pins(analog):
    """`[[number of the GPIO, words]]` of the pins that an option may have, those alone that measure."""
    taken = [getattr(script, name) for name in TAKEN]
    found = []
    for number, (name, role) in board.PICO_W.items():
        gpio = name.partition("/")[0].removeprefix("GP")
        if role == board.GPIO and int(gpio) not in taken and ("ADC" in name or not analog):
            found.append([gpio, f"GP{gpio}, pin {number}"])
    return found
