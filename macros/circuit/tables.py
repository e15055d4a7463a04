"""Tables of a circuit: `(heads, rows)` with cells of plain text. Core: runs in MicroPython too."""

from . import against_script, check, listing, solve

LEVELS = ("error", "warning", "passed")


def parts(circuit):
    """Bill of materials."""
    return ("Number", "Part", "Value", "In the drawing"), listing.parts(circuit)


def wiring(circuit):
    """Wiring table: every wire once, the board's pins first."""
    return ("From", "To"), listing.wiring(circuit)


def nets(circuit):
    """What each net joins."""
    return ("Net", "Joins"), [(net.name, listing.joins(net)) for net in circuit.nets if net.pins]


def solved(circuit, points=None):
    """The DC operating point in every state of the output pins, at 25 °C.

    Args:
        points: the circuit's `solve.OperatingPoints`, where they are used for more than this.

    Returns:
        A dictionary with the tables `voltages`, `currents` and `powers`, the list `assumptions` and the list
        `states` of names such as `gpio2 high`.
    """
    return of_states(circuit, *(points or solve.OperatingPoints(circuit)).at())


def of_states(circuit, states, assumptions):
    """The same of an operating point that is known already."""
    names = tuple([state.name() for state in states])
    return {
        "states": names,
        "assumptions": assumptions,
        "voltages": (("Net", "Joins") + names, listing.voltages(circuit, states)),
        "currents": (("Current",) + names, listing.currents(circuit, states)),
        "powers": (("Power",) + names, listing.powers(circuit, states)),
    }


def findings(circuit, script=against_script.SCRIPT, points=None, drive=None, options=None):
    """What the checks say, in the order error, warning, passed: `[check.Finding]`; see `check.check`."""
    return by_level(check.check(circuit, script, points=points, drive=drive, options=options))


def by_level(found):
    """Findings in the order error, warning, passed."""
    return [finding for level in LEVELS for finding in found if finding.level == level]


def checks(found):
    """Findings with their result: `passed`, `warning` or `error`."""
    return ("Result", "Check"), [(finding.level, finding.message) for finding in by_level(found)]
