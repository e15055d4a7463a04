"""What MicroPython lacks of `collections`: named tuples with defaults, and counters that keep an order."""

from ucollections import OrderedDict
from ucollections import namedtuple as _plain

_UNSET = object()


def namedtuple(name, fields, *, defaults=()):
    """A class of tuples whose places have names."""
    names = tuple(fields.replace(",", " ").split() if isinstance(fields, str) else fields)
    n_needed = len(names) - len(defaults)
    unset = [_UNSET] * n_needed + list(defaults)
    places = {field: place for place, field in enumerate(names)}

    class Named(_plain(name, names)):
        _fields = names

        def __init__(self, *values, **named):
            if named or len(values) < len(names):
                n_given = len(values)
                values = list(values) + unset[n_given:]
                for field in named:
                    if places.get(field, -1) < n_given:
                        raise TypeError(name + " has no " + field + " left")
                    values[places[field]] = named[field]
                for place in range(n_given, n_needed):
                    if values[place] is _UNSET:
                        raise TypeError(name + " lacks " + names[place])
            super().__init__(*values)

        def _replace(self, **changes):
            values = list(self)
            for field in changes:
                values[places[field]] = changes[field]
            return type(self)(*values)

        def _asdict(self):
            return OrderedDict(zip(names, self))

    return Named


def Counter(values):
    """How often each of the values is there, in the order of their first places."""
    found = OrderedDict()
    for value in values:
        found[value] = found.get(value, 0) + 1
    return found
