"""What the boundaries raise, and how they name what was wrong."""


class InputError(ValueError):
    """Something given from outside is wrong; the message is one line that a person can act on."""


class UnknownName(InputError):
    """A name that is not among the known ones."""


def shown(value, limit=60):
    """`value` as it would stand in a JSON file, on one line and cut to `limit` characters."""
    if value is None or value is True or value is False:
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int) and abs(value) >= 10**limit:
        return f"an integer of more than {limit} digits"
    text = _quoted(value) if isinstance(value, str) else repr(value)
    return text if len(text) <= limit else text[: limit - 3] + "..."


# Ranges of code points beyond ASCII that show nothing, or change how what stands beside them is shown.
_UNSEEN = (
    (0x80, 0xA0), (0xAD, 0xAD), (0x61C, 0x61C), (0x1680, 0x1680), (0x180E, 0x180E), (0x2000, 0x200F),
    (0x2028, 0x202F), (0x205F, 0x206F), (0x3000, 0x3000), (0xD800, 0xF8FF), (0xFEFF, 0xFEFF),
    (0xFFF0, 0xFFFF), (0xE0000, 0x10FFFF),
)  # fmt: skip


def _quoted(text):
    """`repr` with letters of all scripts as they are: not every Python writes those beyond ASCII so."""
    quote = '"' if "'" in text and '"' not in text else "'"
    return quote + "".join(_letter(letter, quote) for letter in text) + quote


def _letter(letter, quote):
    code = ord(letter)
    if letter in (quote, "\\"):
        return "\\" + letter
    if code >= 0x80:
        unseen = any(first <= code <= last for first, last in _UNSEEN)
        return ("\\U%08x" % code if code > 0xFFFF else "\\u%04x" % code) if unseen else letter
    return (
        letter
        if code >= 0x20 and code != 0x7F
        else {9: "\\t", 10: "\\n", 13: "\\r"}.get(code, "\\x%02x" % code)
    )


def nearest(name, known):
    """`"; did you mean 'x'?"` for the known name that `name` is a slip of the pen for, or nothing.

    Nothing too where only the number differs: that is the name of another thing.
    """
    from .spelling import is_slip, sorted_by  # only needed on the way to an error

    if not isinstance(name, str):
        return ""
    alike = [other for other in known if is_slip(name, other)]
    # Other separators alone come before other letters.
    alike = sorted_by(alike, lambda other: len(other) != len(name) or sorted(other) != sorted(name))
    return f"; did you mean {shown(alike[0])}?" if alike else ""


def relatives(name, known):
    """`"; names that begin with 'x': ..."` for the first known names of a family, or that contain the same
    words, or nothing. Those that contain several of the words are nearer than those that begin with one."""
    from .spelling import names_that_begin_like, names_that_contain

    if not isinstance(name, str):
        return ""
    begins, contains = names_that_begin_like(name, known), names_that_contain(name, known)
    found = [("begin with", begins), ("contain", contains)]
    if " " in contains[0] and len(begins[0]) < len(name):
        found.reverse()
    for how, (shared, names) in found:
        if names:
            more = f" and {len(names) - 3} more" if len(names) > 3 else ""
            return f"; names that {how} {shown(shared)}: {', '.join(names[:3])}{more}"
    return ""


def unknown(kind, name, known, listing):
    """The error for a name that is not known: what, value, nearest known name, and where all are listed."""
    return UnknownName(f"unknown {kind} {shown(name)}{nearest(name, list(known))} ({listing})")


def unknown_record(kind, name, keys):
    """The error for a key that no record has, of which there are too many for one line: as `unknown`, with
    others of the family where no key is nearly the same."""
    hint = nearest(name, list(keys)) or relatives(name, list(keys))
    return UnknownName(f"unknown {kind} {shown(name)}{hint} (llmmath {kind}s lists all)")
