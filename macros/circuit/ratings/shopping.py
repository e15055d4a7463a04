"""What to buy for several circuits that are built one after the other, each part once."""

from ..draw.words import value_text
from ..listing import once
from . import table

SERIES = ("R", "ZENER", "FUSE")  # kinds of which one number names parts of many values


class Item:
    """A part to buy: its words, the row of its ratings, and how many each circuit has of it."""

    def __init__(self, words, row, counts):
        self.words = words
        self.rows = [row]
        self.counts = counts

    @property
    def number(self):
        """How many to buy: what is on one board serves the next."""
        return max(self.counts)


def items(found):
    """`[Item]` for circuits, in the order in which they need them.

    Args:
        found: for each circuit its `[table.Row]`.
    """
    known = {}
    for place, rows in enumerate(found):
        for row in rows:
            key = _key(row)
            if key not in known:
                known[key] = Item(_words(row), row, [0] * len(found))
            else:
                known[key].rows.append(row)
            known[key].counts[place] += 1
    return list(known.values())


def listed(found, names):
    """`(heads, rows)`: every part once, how many of it, and which of the circuits use it.

    Args:
        found: for each circuit its `[table.Row]`.
        names: of the circuits: `A`.
    """
    heads = (
        "Part",
        "How many",
        "Used in",
        "Common part",
        "What to ask for in its place",
    )
    rows = []
    for item in items(found):
        instead = "; ".join(once([table.instead(row) for row in item.rows]))
        used = ", ".join(name for name, count in zip(names, item.counts) if count)
        rows.append((item.words, str(item.number), used, table.common(item.rows[0]), instead))
    return heads, rows


def added(found, before):
    """`[words]` of what a circuit needs beyond what was bought before: `1 × resistor of 10 kΩ (CFR-25)`.

    Args:
        found: its `[table.Row]`.
        before: for each circuit that was built before its `[table.Row]`.
    """
    more = [(item, item.counts[-1] - max(item.counts[:-1])) for item in items([*before, found])]
    return [f"{count} × {item.words} ({_name(item.rows[0])})" for item, count in more if count > 0]


def _name(row):
    return row.part.number if row.part else table.common(row)


def _key(row):
    kind = row.component.kind.name
    return kind, _name(row), value_text(row.component) if kind in SERIES else ""


def _words(row):
    value = value_text(row.component).replace(" · ", ", ")
    return f"{row.component.words}{' of ' + value if value else ''}"
