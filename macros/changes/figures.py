"""Figures that differ between two lists of rows of values.json, each with the one it was."""

import json
from collections import namedtuple

from .. import quantities
from ..errors import MacroError
from ..values import VERSION

Moved = namedtuple("Moved", "page name old new")
Moved.__doc__ = (
    """A figure that differs: its page and name, and its row before and after; None where it was not."""
)
# No two doubles are alike in so many digits.
ALL_DIGITS = 17


def moved(old, new):
    """The figures that differ between two lists of rows: a list of `Moved`, in the order of the pages.

    A figure is the same one where page, name, inputs and unit are. Of those left over, one that is gone and
    one that is new on the same page under the same name are one figure of which an input was changed; among
    several those are paired that differ in the fewest inputs. A page may have the same figure several times,
    of several records for one: an edit of one of them leaves the others.

    A list of the first version has no data of charts and no cells that are stated; they are left out of the
    other list then.
    """
    if not (recent(old) and recent(new)):
        old, new = ([row for row in rows if in_first_version(row)] for rows in (old, new))
    there = [{_asked(row) for row in rows} for rows in (old, new)]
    pairs = []
    for key in (lambda row: (_asked(row), json.dumps(row["records"], sort_keys=True)), _asked):
        alike, old, new = _alike(old, new, key)
        pairs += alike
    changed, old, new = _nearest(old, new)
    found = [Moved(row["page"], row["name"], row, other) for row, other in pairs + changed
             if measured(row) != measured(other)]  # fmt: skip
    # What stands there more or less often than before is there still.
    found += [Moved(row["page"], row["name"], row, None) for row in old if _asked(row) not in there[1]]
    found += [Moved(row["page"], row["name"], None, row) for row in new if _asked(row) not in there[0]]
    once = {json.dumps([row and [*_asked(row), measured(row)] for row in (one.old, one.new)]): one
            for one in found}  # fmt: skip
    return sorted(once.values(), key=lambda one: (one.page, one.name, _inputs(one.new or one.old)))


def _alike(old, new, key):
    """(pairs of rows with the same key, rows left over of the old ones, of the new ones)."""
    waiting = {}
    for row in new:
        waiting.setdefault(key(row), []).append(row)
    pairs, left = [], []
    for row in old:
        same = waiting.get(key(row))
        if same:
            pairs.append((row, same.pop(0)))
        else:
            left.append(row)
    return pairs, left, [row for rows in waiting.values() for row in rows]


def _nearest(old, new):
    """The same, of rows under the same name on the same page that differ in the fewest inputs."""
    groups = {}
    for side, rows in enumerate((old, new)):
        for row in rows:
            groups.setdefault((row["page"], row["name"], row["unit"]), ([], []))[side].append(row)
    pairs, left = [], ([], [])
    for gone, come in groups.values():
        apart = sorted(
            (_apart(row, other), i, j) for i, row in enumerate(gone) for j, other in enumerate(come)
        )
        taken = set(), set()
        for _, i, j in apart:
            if i not in taken[0] and j not in taken[1]:
                pairs.append((gone[i], come[j]))
                taken[0].add(i)
                taken[1].add(j)
        left[0].extend(row for i, row in enumerate(gone) if i not in taken[0])
        left[1].extend(row for j, row in enumerate(come) if j not in taken[1])
    return pairs, *left


def _asked(row):
    """What was asked: the same figure of several records may be asked alike."""
    return row["page"], row["name"], _inputs(row), row["unit"]


def _inputs(row):
    return json.dumps(row["inputs"], sort_keys=True)


def _apart(row, other):
    """In how many inputs two rows differ."""
    names = {*row["inputs"], *other["inputs"]}
    return sum(row["inputs"].get(name) != other["inputs"].get(name) for name in names)


def recent(rows):
    """Whether a list is of this version. Raises MacroError for one of a later version."""
    versions = {row.get("version", 1) for row in rows}
    if versions and max(versions) > VERSION:
        raise MacroError(f"rows of version {max(versions)}; this command knows versions up to {VERSION}")
    return 1 not in versions


def in_first_version(row):
    return row.get("kind", "computed") == "computed" or row["name"].startswith("record.")


def measured(row):
    """What of a row moves: its value, and where points of a chart stand."""
    return row["value"], row.get("x")


def kind(one):
    """What a figure that moved is to a reader: a "figure", the "cell" of a table, or data of a "chart"."""
    row = one.new or one.old
    if row.get("kind") == "chart":
        return "chart"
    return "cell" if row["name"].startswith("table.") else "figure"


def ratio(one):
    """New over old, of figures that are numbers; None where there is no such number."""
    numbers = one.old and one.new and _is_number(one.old) and _is_number(one.new)
    return one.new["value"] / one.old["value"] if numbers and one.old["value"] else None


def _is_number(row):
    return isinstance(row["value"], (int, float)) and not isinstance(row["value"], bool)


def texts(one):
    """(as it was written, as it is written); of a chart's series the first point that differs.

    Where both are written alike, with as many digits as tell them apart.
    """
    old, new = told(one.old, one.new), told(one.new, one.old)
    if old != new or not (_is_number(one.old) and _is_number(one.new)):
        return old, new
    unit, rows = _unit(one.new), (one.old, one.new)
    factor = quantities.factor_of(unit, one.new["unit"]) if unit else 1
    values = [quantities.scaled(row["value"], factor) for row in rows]
    digits = next((n for n in range(1, ALL_DIGITS) if len({f"{value:.{n - 1}e}" for value in values}) == 2),
                  ALL_DIGITS)  # fmt: skip
    return tuple(quantities.write(row["value"], row["unit"], unit, digits) for row in rows)


def _unit(row):
    """The unit that a row is written in, of those that its base unit has; None for the base unit."""
    text = row["text"]
    unit = text.rpartition("\u202f")[2] if "\u202f" in text else text.lstrip("−0123456789,.")
    try:
        quantities.factor_of(unit, row["unit"])
    except MacroError:
        return None
    return unit or None


def told(row, other):
    """A row as a reader is told of it; of a series the first point at which it differs from the other."""
    if row is None or row.get("kind") != "chart" or other is None:
        return row and row["text"]
    pairs = list(zip(row["x"]["values"], row["value"]))
    others = list(zip(other["x"]["values"], other["value"]))
    differing = [pair for pair, there in zip(pairs, others) if pair != there]
    if not differing:
        return row["text"]
    return f"{row['text']}, {len(differing)} of them others, the first {differing[0][1]} at {differing[0][0]}"


def changed_inputs(one):
    """Inputs that differ, as "name old -> new"."""
    if one.old is None or one.new is None:
        return []
    before, after = one.old["inputs"], one.new["inputs"]
    names = dict.fromkeys([*before, *after])
    return [f"{name} {before.get(name, '-')} -> {after.get(name, '-')}" for name in names
            if before.get(name) != after.get(name)]  # fmt: skip
