"""What MicroPython lacks of `collections`: named tuples with defaults, and counters that keep an order."""

from ucollections import OrderedDict
from ucollections import namedtuple as _plain


def namedtuple(name, fields, *, defaults=()):
    """A class of tuples whose places have names."""
    names = tuple(fields.replace(",", " ").split() if isinstance(fields, str) else fields)
    n_needed = len(names) - len(defaults)
    places = {field: place for place, field in enumerate(names)}

    class Named(_plain(name, names)):
        _fields = names

        def __init__(self, *values, **named):
            if named or len(values) < len(names):
                values = list(values)
                for place in range(len(values), len(names)):
                    field = names[place]
                    if field in named:
                        values.append(named.pop(field))
                    elif place >= n_needed:
                        values.append(defaults[place - n_needed])
                    else:
                        raise TypeError(name + " lacks " + field)
                if named:
                    raise TypeError(name + " has no " + ", ".join(named))
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
