"""How findings are told: in which state, how much current, those of one rule together.

Core: runs in MicroPython too.
"""

from . import netlist
from .catalogue import quantity

# More is no current that a circuit carries: nothing limits it but what the models leave of a wire [A].
UNLIMITED = 100.0


def when(state):
    """`with gpio2 high `, or nothing for a circuit without output pins and switches."""
    return f"with {state.name()} " if state.pins else ""


def amperes(current):
    """A current for people [A]."""
    if current > UNLIMITED:
        return "more than " + quantity(UNLIMITED, "A")
    return quantity(current, "A")


def rendered(findings, lines, name):
    """Errors and then warnings among findings for people: those of one rule in one line, with their carets.

    Args:
        findings: `[check.Finding]`; one without a place is told of the whole circuit.
        lines: of the circuit's text.
        name: of its file.
    """
    out = []
    for level, prefix in (("error", ""), ("warning", "warning: ")):
        same = [finding for finding in findings if finding.level == level]
        placed = [netlist.Problem(f.rule, f.at, "", prefix + f.message) for f in same if f.at]
        if placed:
            out.append(netlist.render(placed, lines, name))
        out += ["%s: %s%s [%s]" % (name, prefix, f.message, f.rule) for f in same if not f.at]
    return "\n".join(out)
