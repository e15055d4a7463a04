"""What a macro raises for an author's mistake."""

import difflib


class MacroError(Exception):
    """An author's mistake: a wrong name or value in a page. The message says what would have been right."""


def unknown(kind, name, known):
    """Message for a name that is not in `known`, with the nearest one that is."""
    known = sorted({str(k) for k in known})
    near = difflib.get_close_matches(str(name), known, n=1, cutoff=0.5)
    hint = f"did you mean '{near[0]}'?" if near else f"known: {', '.join(known)}"
    return f"unknown {kind} '{name}'; {hint}"
