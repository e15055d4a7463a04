"""What MicroPython lacks of `functools`."""


def cache(function):
    """A function that remembers what it returned for each set of arguments."""
    known = {}

    def remembering(*values, **named):
        key = (values, tuple(sorted(named.items()))) if named else values
        if key not in known:
            known[key] = function(*values, **named)
        return known[key]

    remembering_clear = known.clear
    _CLEAR[id(remembering)] = remembering_clear
    return remembering


_CLEAR = {}


class cached_property:
    """A property that is computed once and then kept in the object."""

    def __init__(self, function):
        self.function = function
        self.name = function.__name__

    def __get__(self, owner, kind=None):
        value = self.function(owner)
        setattr(owner, self.name, value)
        return value


def partial(function, *values, **named):
    """The function with some arguments given."""

    def given(*more, **others):
        return function(*values, *more, **named, **others)

    return given


def reduce(function, values, *start):
    """The values joined from the left."""
    values = iter(values)
    found = start[0] if start else next(values)
    for value in values:
        found = function(found, value)
    return found
