"""Figures that differ between two lists of rows of values.json, each with the one it was."""

import json
from collections import namedtuple

from ..values import in_first_version, measured, recent, told

Moved = namedtuple("Moved", "page name old new")
Moved.__doc__ = (
    """A figure that differs: its page and name, and its row before and after; None where it was not."""
)


def moved(old, new):
    """The figures that differ between two lists of rows: a list of `Moved`, in the order of the pages.

    A figure is the same one where page, name, inputs and unit are. Of those left over, one that is gone and
    one that is new on the same page under the same name are one figure of which an input was changed; among
    several those are paired that differ in the fewest inputs.
    """
    if not (recent(old) and recent(new)):
        old, new = ([row for row in rows if in_first_version(row)] for rows in (old, new))
    before, after = _keyed(old), _keyed(new)
    found = [
        Moved(row["page"], row["name"], row, after[key])
        for key, row in before.items()
        if key in after and measured(row) != measured(after[key])
    ]
    gone = {key: row for key, row in before.items() if key not in after}
    come = {key: row for key, row in after.items() if key not in before}
    for key, row in list(gone.items()):
        alike = [other for other in come if other[:2] == key[:2] and other[3] == key[3]]
        if alike:
            nearest = min(alike, key=lambda other, row=row: _apart(row, come[other]))
            found.append(Moved(row["page"], row["name"], row, come.pop(nearest)))
            del gone[key]
    found.extend(Moved(row["page"], row["name"], row, None) for row in gone.values())
    found.extend(Moved(row["page"], row["name"], None, row) for row in come.values())
    return sorted(found, key=lambda one: (one.page, one.name, _inputs(one.new or one.old)))


def _keyed(rows):
    return {(row["page"], row["name"], _inputs(row), row["unit"]): row for row in rows}


def _inputs(row):
    return json.dumps(row["inputs"], sort_keys=True)


def _apart(row, other):
    """In how many inputs two rows differ."""
    names = {*row["inputs"], *other["inputs"]}
    return sum(row["inputs"].get(name) != other["inputs"].get(name) for name in names)


def ratio(one):
    """New over old, of figures that are numbers; None where there is no such number."""
    values = [row and row["value"] for row in (one.old, one.new)]
    numbers = all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in values)
    return values[1] / values[0] if numbers and values[0] else None


def texts(one):
    """(as it was written, as it is written); of a chart's series the first point that differs."""
    return told(one.old, one.new), told(one.new, one.old)


def changed_inputs(one):
    """Inputs that differ, as "name old -> new"."""
    if one.old is None or one.new is None:
        return []
    before, after = one.old["inputs"], one.new["inputs"]
    names = dict.fromkeys([*before, *after])
    return [f"{name} {before.get(name, '-')} -> {after.get(name, '-')}" for name in names
            if before.get(name) != after.get(name)]  # fmt: skip
