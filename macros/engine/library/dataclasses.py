"""What MicroPython lacks of `dataclasses`: enough for frozen records that are compared by their fields.

MicroPython drops annotations, so the fields of a class are read from the text of its module. Defaults are
values; `field()` is not known.
"""

import sys

_ANNOTATED = {}


def dataclass(*classes, frozen=False, kw_only=False):
    """The decorator of a record's class."""
    return _made(classes[0]) if classes else _made


def replace(record, **changes):
    """A copy of `record` with other values in some fields."""
    values = {name: getattr(record, name) for name in record._record_fields}
    values.update(changes)
    return type(record)(**values)


def _made(cls):
    names = tuple(_inherited(cls) + _annotated(cls))
    defaults = {name: getattr(cls, name) for name in names if hasattr(cls, name)}

    def start(self, *values, **named):
        if len(values) > len(names):
            raise TypeError(cls.__name__ + " takes fewer values")
        for name, value in zip(names, values):
            setattr(self, name, value)
        for name in names[len(values) :]:
            if name in named:
                setattr(self, name, named.pop(name))
            elif name in defaults:
                setattr(self, name, defaults[name])
            else:
                raise TypeError(cls.__name__ + " lacks " + name)
        if named:
            raise TypeError(cls.__name__ + " has no " + ", ".join(named))
        if hasattr(self, "__post_init__"):
            self.__post_init__()

    def fields(self):
        return tuple(getattr(self, name) for name in names)

    def equal(self, other):
        return self is other or (type(self) is type(other) and fields(self) == fields(other))

    def hashed(self):
        # Records do not change, and are the keys of what is remembered: their fields are hashed once.
        try:
            return self._hash
        except AttributeError:
            self._hash = found = hash(fields(self))
            return found

    def written(self):
        return cls.__name__ + "(" + ", ".join(n + "=" + repr(getattr(self, n)) for n in names) + ")"

    cls._record_fields = names
    own = cls.__dict__
    for name, made in (("__init__", start), ("__eq__", equal), ("__hash__", hashed), ("__repr__", written)):
        if name not in own:
            setattr(cls, name, made)
    return cls


def _inherited(cls):
    return [name for base in cls.__bases__ for name in getattr(base, "_record_fields", ())]


def _annotated(cls):
    """Names that the body of a class annotates, in the order of its text."""
    module = cls.__module__
    if module not in _ANNOTATED:
        _ANNOTATED[module] = _read(sys.modules[module].__file__)
    return _ANNOTATED[module].get(cls.__name__, [])


def _read(path):
    """Names that each class of a file annotates: read once, since going through a text takes long here."""
    found, names, quoted = {}, None, False
    with open(path) as file:
        # All at once: a file that is read line by line takes ten times as long.
        for line in file.read().split("\n"):
            if line.startswith("class "):
                names = found[line[6:].replace(":", "(").split("(")[0]] = []
            elif line[:1] not in (" ", ""):
                names = None
            elif names is None:
                continue
            elif line.count('"""') == 1:
                quoted = not quoted
            elif not quoted and line.startswith("    ") and line[4:5] not in (" ", "@"):
                name, colon, _ = line.strip().partition(":")
                if colon and _is_name(name):
                    names.append(name)
    return found


def _is_name(text):
    return bool(text) and all(c.isalpha() or c.isdigit() or c == "_" for c in text) and text != "else"
