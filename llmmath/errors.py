"""What the boundaries raise, and how they name what was wrong."""


class InputError(ValueError):
    """Something given from outside is wrong; the message is one line that a person can act on."""


class UnknownName(InputError, LookupError):
    """A name that is not among the known ones."""

    def __str__(self):
        # LookupError's subclasses may show their argument quoted; this message is a sentence.
        return str(self.args[0])


def shown(value, limit=60):
    """`value` as it would stand in a JSON file, on one line and cut to `limit` characters."""
    if value is None or value is True or value is False:
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int) and abs(value) >= 10**limit:
        return f"an integer of more than {limit} digits"
    text = repr(value)
    return text if len(text) <= limit else text[: limit - 3] + "..."


def nearest(name, known):
    """`"; did you mean 'x'?"` for the known name most like `name`, or nothing where none is alike."""
    import difflib  # only needed on the way to an error, and the command line has to start fast

    if not isinstance(name, str):
        return ""
    spelt = {other.lower(): other for other in known}
    # 'lama' is more like the first word of 'llama-3.1-8b' than like the whole of it; the first of a family
    # stands for it.
    families = {other.lower().split("-")[0]: other for other in reversed(known)}
    name = name.lower()
    whole, word, loose = (
        difflib.get_close_matches(name, spelt, 1, 0.75),
        difflib.get_close_matches(name.split("-")[0], families, 1, 0.7),
        difflib.get_close_matches(name, spelt, 1, 0.5),
    )
    # The name of a family as it is says which one is meant, however like another whole name it looks.
    alike = (
        ([families[name]] if name in families else [])
        or [spelt[found] for found in whole]
        or [families[found] for found in word]
        or [spelt[found] for found in loose]
    )
    return f"; did you mean {shown(alike[0])}?" if alike else ""


def unknown(kind, name, known, listing):
    """The error for a name that is not known: what, value, nearest known name, and where all are listed."""
    return UnknownName(f"unknown {kind} {shown(name)}{nearest(name, list(known))} ({listing})")
