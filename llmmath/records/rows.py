"""Reading the data files, and the checks that all records share."""

import re
from functools import cache

from ..errors import InputError, shown


@cache
def table(name, module):
    """The rows of the data file `name` beside the file of a module: dict of key -> dict of fields, in order.

    Raises:
        InputError: a file that is no TOML; the message begins with its path, line and column.
    """
    import tomllib

    path, text = _file(name, module)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(
            f"{_place(path, str(error), text)}; expected TOML as in the rows around it"
        ) from None


def record(name, module, key, from_row):
    """What `from_row(key, row)` makes of the row `key` of a data file.

    Args:
        name, module: as in `table`.
        key: the row's key.
        from_row: function of the key and a dict of fields; the errors that it raises may begin with
            `NAME: KEY: FIELD`.

    Raises:
        InputError: what `from_row` raises; the message begins with the file's path, and the line of the field
            or, where it names none of the row, of the row's header.
    """
    try:
        return from_row(key, table(name, module)[key])
    except InputError as error:
        said = str(error)
        # A row of another file that this one names has been placed there.
        if re.match(r"\S+\.toml:\d", said):
            raise
        path, text = _file(name, module)
        said = _without(f"{name}: ", said)
        if not said.startswith((f"{key}:", f"{key} ")):
            said = f"{key}: {said}"
        field = _without(f"{key}: ", said).split()[0].strip(":")
        raise type(error)(f"{_shown(path)}:{_line(text, key, field)}: {said}") from None


def _without(beginning, text):
    return text[len(beginning) :] if text.startswith(beginning) else text


def _line(text, key, field):
    """Line at which a row has a field, or else begins."""
    lines = text.splitlines()
    header = re.compile(rf"""\s*(\[\s*)?(["']?){re.escape(key)}\2\s*[]=]""")
    first = next((number for number, line in enumerate(lines, 1) if header.match(line)), 1)
    for number, line in enumerate(lines[first:], first + 1):
        if line.startswith("["):
            break
        if re.match(rf"""\s*(["']?){re.escape(field)}\1\s*=""", line):
            return number
    return first


def _file(name, module):
    """Path and text of a data file beside the file of a module."""
    from pathlib import Path

    path = Path(module).parent / "data" / name
    return path, path.read_text(encoding="utf-8")


def _shown(path):
    """A data file's path from the package on."""
    return "/".join(path.parts[-4:])


def _place(path, message, text):
    """`PATH:LINE:COLUMN: what is wrong`, from what tomllib says; "at end of document" is the last line."""
    what, _, at = message.rpartition(" (at ")
    numbers = [int(word) for word in at.replace(")", " ").replace(",", " ").split() if word.isdigit()]
    line, column = numbers if len(numbers) == 2 else (text.count("\n") + 1, 1)
    return f"{_shown(path)}:{line}:{column}: {what or message}"


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
        limit = " and below 1e21" if isinstance(value, (int, float)) and value >= 1e21 else ""
        raise InputError(f"{where}: {field} is {shown(value)}; expected a number above zero{limit}")
    return value


def optional(check, row, field, where):
    """What `check` gives for a field, or None where the row leaves it out."""
    return check(row, field, where) if field in row else None
