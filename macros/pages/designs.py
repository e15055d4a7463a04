"""The fan's designs: what each is, and what it needs of the script's settings."""

from dataclasses import dataclass, field

from firmware import distribution

from ..circuit import page
from ..circuit.in_words import in_words
from ..places import below


@dataclass(frozen=True)
class Design:
    """A circuit of the fan.

    `title` is what the bundle's wiring.txt calls it. `drive` is what the script's DRIVE has to be, None for
    what it is already; `options` are those of the script that have to be switched on: `{"ALARM_PIN": 6}`.
    """

    title: str
    drive: str | None = None
    options: dict[str, int] = field(default_factory=dict)


# Name of the text below firmware/circuits/ -> what it is.
DESIGNS = {
    "with-led": Design("Design A, an LED in place of the fan"),
    "with-fan": Design("Design B, a fan of 5 V with two wires"),
    "with-12-volt-fan": Design("Design B with a fan of 12 V"),
    "with-12-volt-tachometer": Design(
        "Design B with a fan of 12 V and its tachometer", options={"TACH_PIN": 3}
    ),
    "with-fail-on-fan": Design("Design C, the same, which reset leaves on", drive="fail-on"),
    "with-4-wire-fan": Design("Design D, a 4-wire fan of 12 V", drive="4-wire", options={"TACH_PIN": 3}),
    "with-alarm-relay": Design("Design B with the alarm's relay", options={"ALARM_PIN": 6}),
    "with-second-thermistor": Design("Design B with a second thermistor", options={"SECOND_PIN": 27}),
}


def settings(name):
    """`(drive, options)` that the circuit NAME needs of the script; nothing for one that is no design."""
    design = DESIGNS.get(name, Design(""))
    return design.drive, design.options


def designs():
    """Every design in words, from the text that its drawing is made from.

    Raises CircuitError where a text has a mistake.
    """
    found = []
    for name, design in DESIGNS.items():
        source = f"circuits/{name}.txt"
        file = distribution.HERE.joinpath(source)
        circuit = page.load(below(file), file.read_text(encoding="utf-8"))
        found.append(in_words(circuit, design.title, source))
    return found
