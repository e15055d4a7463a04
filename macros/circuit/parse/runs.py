"""How a run of text comes apart: segments, name, what is glued to it. Core: runs in MicroPython too."""

from .. import catalogue


def split(text):
    """`[(offset, segment)]` between two or more underscores."""
    segments = []
    start = 0
    at = 0
    while at < len(text):
        if text[at] == "_" and at + 1 < len(text) and text[at + 1] == "_":
            segments.append((start, text[start:at]))
            while at < len(text) and text[at] == "_":
                at += 1
            start = at
        else:
            at += 1
    segments.append((start, text[start:]))
    return segments


def head(segment):
    """`(letters before, NAME, what is glued behind it, rest from the first _)`, or None without a NAME."""
    for name in catalogue.NAMES:
        if "_" in name and (segment == name or segment.startswith(name + "_")):
            return "", name, "", segment[len(name) :]
    start = 0
    while start < len(segment) and ("a" <= segment[start] <= "z" or segment[start] in "123"):
        start += 1
    end = start
    while end < len(segment) and "A" <= segment[end] <= "Z":
        end += 1
    if end == start:
        return None
    behind = end
    while behind < len(segment) and segment[behind] != "_":
        behind += 1
    name = segment[start:end]
    if catalogue.is_digits(segment[:start]) and name != "P":
        return None
    return segment[:start], name, segment[end:behind], segment[behind:]


def names_a_part(segment):
    """True where a segment holds a name of the catalogue."""
    found = head(segment)
    return found is not None and found[1] in catalogue.BY_NAME


LONG = 5  # letters of a word that is held against what others call a part


def _of_a_number(segment):
    """The kind of a part that a piece of text names by its number, as 1N4148, or None."""
    for ports in ("", "abcdegnopsv"):
        bare = segment.lstrip(ports).upper() if ports else segment.upper()
        for begins, kind in catalogue.NUMBERS:
            if bare.startswith(begins) and any(catalogue.is_digits(char) for char in bare[2:]):
                return kind
    return None


def did_you_mean(segment, name=None):
    """A hint for a name that is not known: the nearest one, or all of them."""
    kind = _of_a_number(segment)
    if kind:
        return "; that is a part's number: did you mean %s?" % kind
    first = segment.split("_")[0]
    near = catalogue.SYNONYMS.get(first.upper()) or catalogue.SYNONYMS.get(name)
    near = near or catalogue.nearest(segment, catalogue.NAMES)
    near = near or catalogue.nearest(first, catalogue.NAMES)
    if not near and name:
        near = catalogue.nearest(name, catalogue.NAMES)
    if not near and len(first) >= LONG:
        near = catalogue.SYNONYMS.get(catalogue.nearest(first.upper(), sorted(catalogue.SYNONYMS)))
    if near and near != segment:
        return "; did you mean %s? (a board that is not known is BOARD)" % near
    return "; known are " + " ".join(catalogue.NAMES)
