"""Parts that several tests of circuits are made of, and what is found on them."""

from macros.circuit import check
from macros.circuit.parse import parse
from tests.macros.circuit.drawn import drawn, pico

DIODE, PULL_DOWN = ("D", ("low", "5V")), ("R_100k", ("gate", "gnd"))
SWITCH = (("T", ("low", "gnd", "gate")), ("R_330", ("gp2", "gate")), PULL_DOWN)
GP2, VBUS, GP6 = ("gpio2@4", "gp2"), ("VBUS@40", "5V"), ("gpio6@9", "gp6")
FROM_12V = ("DC_12V", ("12V", "gnd"))

# Sound: a fan of two wires.
TWO_WIRE = (*pico(GP2, VBUS), ("FAN_5V_200mA", ("5V", "low")), DIODE, *SWITCH)


def findings(parts, **options):
    circuit = parse(drawn(*parts))
    assert circuit.problems == []
    return check.check(circuit, **options)
