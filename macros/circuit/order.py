"""Sorting. Core: runs in MicroPython too, whose own takes ages for a long list that is in order already."""


def ordered(items, key):
    """The items by their keys, equals as they stood."""
    runs = [[(key(item), item)] for item in items]
    while len(runs) > 1:
        runs = [_merged(runs[i], runs[i + 1] if i + 1 < len(runs) else []) for i in range(0, len(runs), 2)]
    return [item for _, item in runs[0]] if runs else []


def _merged(one, other):
    out = []
    i = j = 0
    while i < len(one) and j < len(other):
        if other[j][0] < one[i][0]:
            out.append(other[j])
            j += 1
        else:
            out.append(one[i])
            i += 1
    return out + one[i:] + other[j:]
