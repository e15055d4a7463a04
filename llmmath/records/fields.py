"""Reading a configuration by a table: typed fields with their names, defaults and bounds.

A description (see `architectures`) maps each quantity of a model to a constant, to a field that is read from
the configuration, or to a function of the other quantities. `Reading` resolves them on demand, so their order
does not matter, and remembers under which key a quantity was found, so that an error can name it.
"""

from ..errors import InputError, shown
from ..spelling import is_slip

REQUIRED = object()

# Bounds far above any published model: a number beyond them is a mistake, or an attack on the reader.
LAYERS, HEADS, EXPERTS, WIDTH, VOCABULARY, POSITIONS = 10**4, 10**4, 10**5, 10**6, 10**7, 10**9


class Field:
    """A field of a configuration file.

    names: its key, and the other names that the same field has in published files.
    missing: value, or function of the other quantities, where the file leaves it out; REQUIRED refuses that.
    null: the same where the file says null; REQUIRED refuses that.
    """

    expected = "a value"
    words = False

    def __init__(self, *names, missing=REQUIRED, null=REQUIRED):
        self.names = names
        self.missing = missing
        self.null = null

    def accepts(self, value) -> bool:
        """Whether `value` is one that this field can have."""
        return True

    def read(self, value):
        """The quantity that a value of the file stands for."""
        return value


class Size(Field):
    """A whole number between `low` and `high`; with `words`, a text too, for rules that know what to do with
    it."""

    def __init__(self, *names, high=WIDTH, low=1, missing=REQUIRED, null=REQUIRED, words=False):
        super().__init__(*names, missing=missing, null=null)
        self.low = low
        self.high = high
        self.words = words
        self.expected = f"an integer from {low} to {high}" + (" or a text" if words else "")

    def accepts(self, value) -> bool:
        """Whether `value` is an int (true and false are not) within the bounds."""
        if self.words and isinstance(value, str):
            return True
        return type(value) is int and self.low <= value <= self.high


class SameInAllLayers(Size):
    """A whole number, or a list with that number for each layer."""

    def __init__(self, *names, high=WIDTH, low=1, missing=REQUIRED, null=REQUIRED):
        super().__init__(*names, high=high, low=low, missing=missing, null=null)
        self.expected += ", or a list of one such number again and again"

    def accepts(self, value) -> bool:
        """Whether `value` is such a number, or a list that repeats one."""
        if not isinstance(value, list):
            return super().accepts(value)
        return (
            bool(value)
            and all(super(SameInAllLayers, self).accepts(one) for one in value)
            and len(set(value)) == 1
        )

    def read(self, value):
        """The number."""
        return value[0] if isinstance(value, list) else value


class SizesByLayer(Size):
    """A whole number, or a list of one for each layer, of which a rule checks how many there are."""

    def __init__(self, *names, high=WIDTH, low=1, missing=REQUIRED, null=REQUIRED):
        super().__init__(*names, high=high, low=low, missing=missing, null=null)
        self.expected += ", or a list of such numbers"

    def accepts(self, value) -> bool:
        """Whether `value` is such a number, or a list of them."""
        if isinstance(value, list):
            return bool(value) and all(super(SizesByLayer, self).accepts(one) for one in value)
        return super().accepts(value)


class Pair(Field):
    """Two whole numbers, or one for both; with `of_pairs`, two lists of two."""

    def __init__(self, *names, missing=REQUIRED, null=REQUIRED, of_pairs=False):
        super().__init__(*names, missing=missing, null=null)
        self.of_pairs = of_pairs
        self.expected = (
            "a list of two lists of two integers from 1 to"
            if of_pairs
            else "an integer, or a list of two, from 1 to"
        ) + f" {WIDTH}"

    def accepts(self, value) -> bool:
        """Whether `value` is such a number or such a list."""
        if self.of_pairs:
            return _two(value) and all(_two(one) and all(map(_fits, one)) for one in value)
        return _fits(value) or (_two(value) and all(map(_fits, value)))

    def read(self, value):
        """The two numbers, or pairs."""
        return tuple(map(tuple, value)) if self.of_pairs else (value, value) if _fits(value) else tuple(value)


def _two(value):
    return isinstance(value, (list, tuple)) and len(value) == 2


def _fits(value):
    return type(value) is int and 1 <= value <= WIDTH


class Flag(Field):
    """true or false."""

    expected = "true or false"

    def accepts(self, value) -> bool:
        """Whether `value` is a bool."""
        return isinstance(value, bool)


class Names(Field):
    """A list of names out of `known`."""

    def __init__(self, *names, known, missing=REQUIRED, null=REQUIRED):
        super().__init__(*names, missing=missing, null=null)
        self.known = known
        self.expected = "a list of " + " and ".join(f'"{name}"' for name in known)

    def accepts(self, value) -> bool:
        """Whether `value` is a list of known names."""
        return isinstance(value, list) and all(isinstance(name, str) and name in self.known for name in value)


class Indices(Field):
    """A list of layer numbers, counted from 0."""

    expected = "a list of layer numbers"

    def accepts(self, value) -> bool:
        """Whether `value` is a list of whole numbers from 0."""
        return isinstance(value, list) and all(type(index) is int and 0 <= index < LAYERS for index in value)


class Number(Field):
    """A number above 0, whole or not, and below a thousand: a factor."""

    expected = "a number above 0 and below 1000"

    def accepts(self, value) -> bool:
        """Whether `value` is such a number; true is not 1."""
        return not isinstance(value, bool) and isinstance(value, (int, float)) and 0 < value < 1000


class Word(Field):
    """A text."""

    expected = "a text"

    def accepts(self, value) -> bool:
        """Whether `value` is a text."""
        return isinstance(value, str)


class Choices(Field):
    """A list whose entries are among `known`."""

    def __init__(self, *names, known, missing=REQUIRED, null=REQUIRED):
        super().__init__(*names, missing=missing, null=null)
        self.known = known
        self.expected = "a list of " + " and ".join(shown(one) for one in known)

    def accepts(self, value) -> bool:
        """Whether `value` is a list of known entries, of their very types."""
        return isinstance(value, list) and all(
            any(type(one) is type(other) and one == other for other in self.known) for one in value
        )


class Section(Field):
    """An object inside the file, whose entries rules read (`rules.in_section`)."""

    expected = "an object"

    def accepts(self, value) -> bool:
        """Whether `value` is an object."""
        return isinstance(value, dict)


class Reading:
    """The quantities of one configuration, by name: `reading["n_layers"]`, resolved when first asked for."""

    def __init__(self, description, config, where, defaults=None):
        self.found = {}
        self.description = description
        self.config = config
        self.where = where
        # What a part of a file may leave out, since a class of transformers fills it in: key -> value.
        self.defaults = defaults or {}
        self.left_out = []
        self.keys_found = {}

    def __getitem__(self, quantity):
        if quantity not in self.found:
            entry = self.description[quantity]
            if isinstance(entry, Field):
                self.found[quantity] = self._read(quantity, entry)
            else:
                self.found[quantity] = entry(self) if callable(entry) else entry
        return self.found[quantity]

    def read_all(self):
        """Read every field, so that a wrong one is told even where this shape does not use it."""
        fields = [
            (quantity, entry) for quantity, entry in self.description.items() if isinstance(entry, Field)
        ]
        # First what the file says and then what it leaves out: a wrong value tells more than a missing one.
        fields = sorted(
            (not any(name in self.config for name in field.names), quantity) for quantity, field in fields
        )
        for _, quantity in fields:
            self[quantity]

    def _read(self, quantity, field):
        present = [name for name in field.names if name in self.config]
        if not present:
            if field.missing is REQUIRED:
                return self._default(field)
            return field.missing(self) if callable(field.missing) else field.missing
        for name in present:
            value = self.config[name]
            if not field.accepts(value) and not (value is None and field.null is not REQUIRED):
                also = "" if field.null is REQUIRED else " or null"
                raise InputError(f"{self.where}: {name} is {shown(value)}; expected {field.expected}{also}")
        # Files written by different versions hold a field under two names; they have to agree.
        name, *others = present
        value = self.config[name]
        for other in others:
            if self.config[other] != value:
                raise InputError(
                    f"{self.where}: {name} is {shown(value)} and {other} is {shown(self.config[other])};"
                    " expected equal values, since both name the same field"
                )
        self.keys_found[quantity] = name
        if value is None:
            return field.null(self) if callable(field.null) else field.null
        return field.read(value)

    def _default(self, field):
        """What the class of a part has where its file leaves out a field; a misspelt one is none of these."""
        name = next((name for name in field.names if name in self.defaults), None)
        value = self.defaults.get(name)
        if self._slip(field.names[0]) or (value is None and (name is None or field.null is REQUIRED)):
            self._refuse_missing(field)
        self.left_out.append(name)
        if value is None:
            return field.null(self) if callable(field.null) else field.null
        return field.read(value)

    def _slip(self, name):
        """The file's own key that may be a misspelling of `name`, or None."""
        known = {n for entry in self.description.values() if isinstance(entry, Field) for n in entry.names}
        return next((str(key) for key in self.config if key not in known and is_slip(str(key), name)), None)

    def _refuse_missing(self, field):
        name = field.names[0]
        others = f" (or {' or '.join(field.names[1:])})" if field.names[1:] else ""
        # The file's own key is what may be wrong, so the hint names it, and only where it is nearly the same.
        slip = self._slip(name)
        hint = f"; the file's {shown(slip)} may be a misspelling of it" if slip else ""
        lacking = [
            other.names[0]
            for other in self.description.values()
            if isinstance(other, Field)
            and other is not field
            and other.missing is REQUIRED
            and not any(one in self.config or one in self.defaults for one in other.names)
        ]
        more = f"; missing too: {', '.join(sorted(lacking))}" if lacking else ""
        raise InputError(f"{self.where}: {name}{others} is missing; expected {field.expected}{hint}{more}")

    def refuse(self, quantity, expected):
        """Raise for a quantity that does not fit the others, naming the key it was found under."""
        value = shown(list(self[quantity]) if isinstance(self[quantity], tuple) else self[quantity])
        name = self.keys_found.get(quantity)
        if name is None:
            entry = self.description[quantity]
            name = entry.names[0] if isinstance(entry, Field) else quantity
            value += " where the file does not say"
        raise InputError(f"{self.where}: {name} is {value}; expected {expected}")
