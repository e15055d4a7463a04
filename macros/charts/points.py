"""Where a chart is drawn: points along an axis, those of a recording that are kept, room beside the data."""

import math


def doubling(first, last):
    """first, 2 first, 4 first ... up to last.

    >>> doubling(1, 10)
    [1, 2, 4, 8]
    """
    found = []
    while first <= last:
        found.append(first)
        first *= 2
    return found


def halving_and_doubling(lowest, highest):
    """Powers of two from 2**lowest to 2**highest.

    >>> halving_and_doubling(-1, 2)
    [0.5, 1, 2, 4]
    """
    return [2**exponent for exponent in range(lowest, highest + 1)]


def doubling_and(first, last):
    """As `doubling`, and `last` itself.

    >>> doubling_and(1, 8), doubling_and(1, 9)
    ([1, 2, 4, 8], [1, 2, 4, 8, 9])
    """
    return [*doubling(first, last - 1), last]


def evenly(marks, parts):
    """Whole numbers from 1 to the furthest of `marks` in equal parts, and those at or after each mark.

    >>> evenly([2.5, 8], 4)
    [1, 2, 3, 4, 6, 8]
    """
    last = max(marks)
    return sorted(
        {
            1,
            *(round(last * part / parts) for part in range(1, parts + 1)),
            *(math.ceil(mark) for mark in marks),
        }
    )


def room_above(highest, share=0.4):
    """Limits of an axis from zero to `share` above the highest point.

    >>> room_above(10)
    (0, 14.0)
    """
    return 0, (1 + share) * highest


def room_beside(values, factor=1.5):
    """Limits of a logarithmic axis: a factor below the lowest and above the highest of `values`.

    >>> room_beside([3, 10, 4])
    (2.0, 15.0)
    """
    return min(values) / factor, max(values) * factor


def thinned(count, most=600):
    """Indices of every so many-th of `count` points, about `most` of them.

    >>> list(thinned(5, most=2))
    [0, 2, 4]
    """
    return range(0, count, max(1, count // most))


def steps_kept(values, every=8, least=0.01):
    """Indices to draw in steps: the ends, every `every`-th, and where the value changes by `least` or more.

    >>> steps_kept([0, 0, 0, 1, 1, 1.001, 1], every=100)
    [0, 3, 6]
    """
    last = len(values) - 1
    return [
        i
        for i, value in enumerate(values)
        if i in (0, last) or i % every == 0 or abs(value - values[i - 1]) >= least
    ]
