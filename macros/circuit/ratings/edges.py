"""How fast a transistor lets go of a 4-wire fan's input, and how fast it has to.

What pulls the input up again is a resistor within the fan. It charges whatever hangs on the wire, the
transistor's own output capacitance among it; a bipolar transistor first has to give up its base's charge.

Source: 4-Wire PWM Controlled Fans, Intel, specification 1.3: 2.1.4, the pull-up is in the fan, and gives at
most 5 mA; 2.3.1, 21 to 28 kHz. The specification names no least current: PULL_UP is what is assumed of a weak
one.
"""

import math

PULL_UP = 10_000.0  # the weakest resistor within a fan that is counted on [ohm]
WIRE = 100e-12  # of half a metre of wire and the fan's input, an assumption [F]
SHARE = 0.1  # of a period, that an edge may last: the fan takes it for so much less speed [1]


def rise_time(*, ohms, farads):
    """Time from 10 % to 90 % of the voltage to which a resistor charges a capacitor [s].

    Args:
        ohms: of the resistor [ohm].
        farads: of all that it charges [F].

    Source: v = V (1 - exp(-t / RC)), from which t = RC ln 9.

    >>> round(rise_time(ohms=10_000, farads=104e-12) * 1e6, 3)
    2.285
    """
    return math.log(9) * ohms * farads


def release_time(*, output_capacitance, storage_time=0.0):
    """Time from the pin's edge until a weak fan's input is up [s].

    Args:
        output_capacitance: of the transistor's collector or drain [F].
        storage_time: of a bipolar transistor that was saturated [s].
    """
    return storage_time + rise_time(ohms=PULL_UP, farads=output_capacitance + WIRE)


def longest(*, hertz):
    """Time that an edge may last at a frequency [s]."""
    return SHARE / hertz
