"""Checks of what a caller gives, for counts and bounds alike: a refusal names the value and what is right."""

import math

from .errors import InputError, shown

MOST = 10**12


def whole(name, value):
    """`value` as an int, where it is a whole number from 1 to MOST."""
    whole_number = isinstance(value, int) or hasattr(value, "__index__")  # NumPy's integers are no int
    if isinstance(value, bool) or not whole_number or not 1 <= value <= MOST:
        raise InputError(f"{name} is {shown(value)}; expected a whole number from 1 to {MOST}")
    return int(value)


def amount(name, value, zero=False):
    """`value`, where it is a finite number above 0, or, with `zero`, from 0."""
    right = "a number from 0" if zero else "a number above 0"
    if (
        isinstance(value, bool)
        or not isinstance(value, (int, float))
        or not (0 <= value < math.inf)
        or not (value or zero)
    ):
        raise InputError(f"{name} is {shown(value)}; expected {right}")
    return value


def share(name, value):
    """`value`, where it is a number above 0 and at most 1."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value <= 1:
        raise InputError(f"{name} is {shown(value)}; expected a share above 0 and at most 1")
    return value


def within_positions(model, context, name="context"):
    """Refuses a context [token], called `name`, that is longer than the positions `model` was made for, where
    they end.

    What a model does beyond them is not known: learned positions have no further row, and rotary ones give
    angles that it was never trained on.
    """
    if model.n_positions is not None and context > model.n_positions:
        raise InputError(
            f"{name} is {context:.0f}; expected at most {model.n_positions}, the positions of {model.key}"
        )
