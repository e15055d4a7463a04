"""What a pin gets while nothing drives it: from a reset until the script has set it up.

Core: runs in MicroPython too.

The rules of `check` look at a pin that is driven, high and low, where the pin itself sets its voltage. A pin
that floats takes what the circuit gives it, and with it every part that hangs on the pin.

Source: of the most that a pin bears, RP2040 datasheet, absolute maximum ratings: IOVDD of 3.63 V.
"""

from . import board, solve
from .catalogue import quantity

MOST, LEAST = 3.63, -0.3  # at a pin [V]


class Floating:
    """The operating points with every output pin afloat, one for each setting of the switches.

    Args:
        circuit: parsed, without problems.
        celsius: temperature of the thermistors.

    Raises:
        solve.Unsolvable: there is no single answer.
    """

    def __init__(self, circuit, celsius=25.0):
        self.pins = solve.outputs(circuit)
        self.states = []
        by_hand = solve.switches(circuit)
        for levels in solve.settings(by_hand) if self.pins else []:
            state = solve.operating_point(circuit, levels, celsius)[0]
            state.levels = [(port.name, "floating") for _, port in self.pins] + state.levels
            state.pins = dict(state.levels)
            self.states.append(state)


def check(afloat, findings):
    """Reports each pin that gets more than it bears, or less, while it floats."""
    for _, port in afloat.pins:
        volts = [state.nets[port.net.name] for state in afloat.states]
        worst = max(volts, key=lambda one: abs(one - board.GPIO_VOLTS / 2))
        if LEAST <= worst <= MOST:
            continue
        findings.add(
            "pin-voltage",
            "error",
            f"{port.name} gets {quantity(worst, 'V')} while it floats, as before the script sets it up; a "
            f"pin bears 0 to {quantity(board.GPIO_VOLTS, 'V')}; a transistor, its emitter or source on "
            "ground, switches what has more",
            port.at,
        )
    if afloat.pins:
        findings.passed("pin-voltage", "no pin gets more than it bears while it floats")
