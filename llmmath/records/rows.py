"""Reading the data files, and the checks that all records share."""

from functools import cache

from ..errors import InputError, shown


@cache
def table(name, module):
    """The rows of the data file `name` beside the file of a module: dict of key -> dict of fields, in order."""
    import tomllib
    from pathlib import Path

    with open(Path(module).parent / "data" / name, "rb") as file:
        return tomllib.load(file)


def checked_text(row, field, where):
    """A field that has to be there and to say something."""
    if field not in row:
        raise InputError(f"{where}: {field} is missing; expected a text")
    value = row[field]
    if not isinstance(value, str) or not value.strip():
        raise InputError(f"{where}: {field} is {shown(value)}; expected a text")
    return value


def checked_amount(row, field, where):
    """A positive, finite number."""
    if field not in row:
        raise InputError(f"{where}: {field} is missing; expected a number above zero")
    value = row[field]
    # An absurdly large figure is a mistake of units; nothing built has 1e21 of anything here.
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value < 1e21:
        raise InputError(f"{where}: {field} is {shown(value)}; expected a number above zero")
    return value


def optional(check, row, field, where):
    """What `check` gives for a field, or None where the row leaves it out."""
    return check(row, field, where) if field in row else None
