"""A figure as an expression of others, written as text: what it makes, and whether that is the figure."""

import ast
import math

# Functions that an expression may call.
KNOWN = {"ceil": math.ceil, "exp": math.exp, "min": min, "max": max}


def computed(text, values):
    """What an expression makes of numbers.

    Args:
        text: a Python expression of names, numbers, arithmetic, comparisons and the functions of KNOWN; or
            `largest(a_seconds, b_seconds, ...)`, the first word of the name whose number is the largest.
        values: name -> number, of each name in it.

    Returns:
        A number, a truth value or a word.

    >>> computed("n + ceil(m / 2)", {"n": 1024, "m": 256}), computed("a <= b", {"a": 3, "b": 2})
    (1152, False)
    >>> computed("largest(memory_seconds, compute_seconds)", {"memory_seconds": 2, "compute_seconds": 3})
    'compute'
    """
    tree = ast.parse(text, mode="eval").body
    if isinstance(tree, ast.Call) and tree.func.id == "largest":
        names = [argument.id for argument in tree.args]
        return max(names, key=values.get).split("_")[0]
    return eval(compile(ast.Expression(tree), text, "eval"), {"__builtins__": {}} | KNOWN, values)


def agrees(made, figure):
    """Whether what an expression made is the figure, but for the last digits of what is not whole.

    >>> agrees(0.1 + 0.2, 0.3), agrees(1152, 1151), agrees(True, True), agrees("memory", "compute")
    (True, False, True, False)
    """
    if isinstance(figure, (bool, str)):
        return made == figure
    return math.isclose(made, figure, rel_tol=1e-9)


def counted(share, n):
    """How many of `n` a share of them is [1].

    >>> counted(0.75, 4)
    3
    """
    return round(share * n)
