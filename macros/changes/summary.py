"""How much moved, and by which edit."""

from collections import Counter

# What is counted, as words for one and for several. The data of a chart may move while its drawing stays.
KINDS = {
    "figure": ("figure", "figures"),
    "cell": ("cell", "cells"),
    "chart": ("chart's data", "charts' data"),
    "picture": ("picture", "pictures"),
    "file": ("file", "files"),
}


def of(found):
    """What moved, counted.

    Args:
        found: as `compared` gives it.

    Returns:
        dict of `moved`, of kind -> count, and `by`, of edit -> the same, those that moved most first. What
        several edits moved counts for each.
    """
    everything = [
        *((one["kind"], _same(one), one["moved_by"]) for one in found["figures"]),
        *(("picture", n, one["moved_by"]) for n, one in enumerate(found["pictures"])),
        *(("file", n, one["moved_by"]) for n, one in enumerate(found["files"])),
    ]
    by = {}
    for kind, same, causes in everything:
        for cause in causes:
            by.setdefault(cause, set()).add((kind, same))
    by = {cause: _counts(things) for cause, things in by.items()}
    return {
        "moved": _counts({(kind, same) for kind, same, _ in everything}),
        "by": dict(sorted(by.items(), key=lambda one: -sum(one[1].values()))),
    }


def _same(one):
    """What tells figures apart; the series of a chart are one thing."""
    inputs = {"chart": one["inputs"].get("chart")} if one["kind"] == "chart" else one["inputs"]
    return one["page"], one["name"], repr(inputs)


def _counts(things):
    counted = Counter(kind for kind, _ in things)
    return {kind: counted[kind] for kind in KINDS if counted[kind]}


def words(counts):
    """Counts of kinds in words: "2 figures, 1 cell and 3 files"; "" where there is nothing."""
    parts = [f"{n} {KINDS[kind][n > 1]}" for kind, n in counts.items()]
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
