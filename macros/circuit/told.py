"""What findings say alike: in which state, and how much current. Core: runs in MicroPython too."""

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
