"""The fan's designs, as the bundle's wiring.txt lists them."""

from firmware import distribution

from ..circuit.in_words import in_words
from ..circuit.parse import parse

# Name of the text below firmware/circuits/ -> what it is.
DESIGNS = {
    "with-led": "Design A, an LED in place of the fan",
    "with-fan": "Design B, a fan of 5 V with two wires",
    "with-12-volt-fan": "Design B with a fan of 12 V",
    "with-fail-on-fan": "Design C, the same, which reset leaves on",
    "with-4-wire-fan": "Design D, a 4-wire fan of 12 V",
    "with-alarm-relay": "Design B with the alarm's relay",
    "with-second-thermistor": "Design B with a second thermistor",
}


def designs():
    """Every design in words, from the text that its drawing is made from."""
    found = []
    for name, title in DESIGNS.items():
        source = f"circuits/{name}.txt"
        circuit = parse(distribution.HERE.joinpath(source).read_text(encoding="utf-8"))
        found.append(in_words(circuit, title, source))
    return found
