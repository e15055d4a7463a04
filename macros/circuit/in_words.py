"""A circuit in words: its parts, and every wire once."""

from . import listing


def in_words(circuit, title, source):
    """What somebody without the drawing needs, as lines of plain text.

    Args:
        circuit: a parsed circuit. title: what it is. source: name of the text that it was parsed from.
    """
    parts = [
        f"{ids}: {kind}" + ("" if value == "—" else f", {value}")
        for _, kind, value, ids in (listing.parts(circuit))
    ]
    wires = listing.wiring(circuit)
    wide = max((len(start) for start, _ in wires), default=0)
    lines = [title, "-" * len(title), source, ""] + parts + [""]
    return "\n".join(lines + [f"{start:{wide}}  {end}" for start, end in wires]) + "\n"
