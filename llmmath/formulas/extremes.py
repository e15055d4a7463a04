"""The larger and the smaller of two quantities, for plain numbers and for arrays alike.

`max` and `min` cannot compare arrays, and NumPy's functions do not exist on a microcontroller or in a
page; a formula that needs an extreme uses these, so that its one text runs in all three places.
"""


def larger(a, b):
    """The larger of `a` and `b`, element by element where either is an array.

    Args:
        a: a number or an array [any unit].
        b: a number or an array of a compatible shape [the same unit].

    Returns:
        The larger one [the same unit].

    Holds for: finite numbers.
    Source: definition.

    >>> larger(3, 5)
    5
    """
    return _chosen(a, b, b > a)


def smaller(a, b):
    """The smaller of `a` and `b`, element by element where either is an array.

    Args:
        a: a number or an array [any unit].
        b: a number or an array of a compatible shape [the same unit].

    Returns:
        The smaller one [the same unit].

    Holds for: finite numbers.
    Source: definition.

    >>> smaller(4096, 1024)
    1024
    """
    return _chosen(a, b, b < a)


def chosen(condition, where_true, where_false):
    """One of two quantities, element by element where the condition is an array.

    Args:
        condition: a bool or an array of them.
        where_true, where_false: numbers or arrays of a compatible shape [any unit, the same].

    Returns:
        A number or an array [the same unit].

    Holds for: finite numbers.
    Source: definition.

    >>> chosen(True, 3, 5)
    3
    """
    return _chosen(where_false, where_true, condition)


def _chosen(a, b, take_b):
    # A comparison of plain numbers gives a bool; of arrays, an array of them, and b*take + a*(1-take)
    # would turn an infinity into nan, so the array's own library chooses.
    if isinstance(take_b, bool) or not hasattr(take_b, "__array_namespace__"):
        return b if take_b else a
    return take_b.__array_namespace__().where(take_b, b, a)
