"""Reading the data files, and the checks that all records share."""

from functools import cache

from ..errors import InputError, shown


@cache
def table(name, module):
    """The rows of the data file `name` beside the file of a module: dict of key -> dict of fields, in order.

    Raises:
        InputError: a file that is no TOML; the message begins with its path, line and column.
    """
    import tomllib
    from pathlib import Path

    path = Path(module).parent / "data" / name
    text = path.read_text(encoding="utf-8")
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(
            f"{_place(path, str(error), text)}; expected TOML as in the rows around it"
        ) from None


def _place(path, message, text):
    """`PATH:LINE:COLUMN: what is wrong`, from what tomllib says; "at end of document" is the last line."""
    what, _, at = message.rpartition(" (at ")
    numbers = [int(word) for word in at.replace(")", " ").replace(",", " ").split() if word.isdigit()]
    line, column = numbers if len(numbers) == 2 else (text.count("\n") + 1, 1)
    return f"{'/'.join(path.parts[-4:])}:{line}:{column}: {what or message}"


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
