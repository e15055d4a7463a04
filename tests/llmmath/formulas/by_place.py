"""Every formula of the folder llmmath/formulas/, and arguments of the size that its quantities have."""

import importlib
import inspect
import pkgutil

from llmmath import formulas
from macros.typeset import docstring

MODULES = [
    importlib.import_module(f"{formulas.__name__}.{module.name}")
    for module in pkgutil.iter_modules(formulas.__path__)
]
FUNCTIONS = {
    f"{module.__name__.rpartition('.')[2]}.{name}": function
    for module in MODULES
    for name, function in vars(module).items()
    if inspect.isfunction(function) and function.__module__ == module.__name__ and not name.startswith("_")
}
# The comparisons serve formulas and are none: they take any two quantities, by position.
FORMULAS = {key: function for key, function in FUNCTIONS.items() if not key.startswith("extremes.")}

# The size of a quantity, as its least power of ten and its largest: of what a name says, else of a unit.
NAMED_SIZES = {
    "bytes_per_value": (0, 0.8),
    "bytes_per_weight": (0, 0.8),
    "flops_per_parameter": (0, 1),
    # more of them than one token picks
    "n_experts": (1, 2.5),
    "n_experts_per_token": (0, 0.8),
    "sharpness": (0, 0.8),
    "n_output": (0.31, 4),  # two at least, since the prompt gives the first
}
SIZES = {
    "1": (0, 4),
    "token": (0, 4),
    "B": (0, 11),
    "s": (0, 3),
    "FLOP": (9, 13),
    "FLOP/B": (0, 3),
    "FLOP/s": (12, 15),
    "B/s": (9, 12.8),
    "token/s": (0, 5),
    "W": (1, 3),
    "currency/h": (0, 2),
}


def drawn(function, numbers):
    """Random arguments for a formula: whole numbers, and sixteenths for a share.

    Args:
        function: a formula.
        numbers: a `random.Random`.

    Returns:
        dict: argument name -> int, or float below one for a share.
    """
    about = docstring(function)
    found = {}
    for name in inspect.signature(function).parameters:
        if name.endswith("_fraction") or name in ("unevenness", "waited_share"):
            found[name] = numbers.randint(1, 15) / 16
        else:
            size = NAMED_SIZES.get(name) or SIZES[about.args[name].unit]
            found[name] = int(10 ** numbers.uniform(*size))
    return found
