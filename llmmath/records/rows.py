"""Reading the data files, and the checks that all records share."""

import re
from functools import cache

from ..errors import InputError, shown

# Folders of further data files, each with what messages call it: those of a site that has records of its own.
_added = []


def add(folder, called):
    """Adds the rows of the data files in a folder to ours, file by file of the same name.

    It has to be called before any row is read.

    Args:
        folder: path. called: what messages call it.
    """
    _added.append((folder, called))


@cache
def table(name, module):
    """The rows of the data file `name` beside the file of a module: dict of key -> dict of fields, in order.

    Raises:
        InputError: a file that is no TOML, or has a key that another has; the message begins with its path,
            and the line.
    """
    import tomllib

    rows = None
    for shown_path, text in _files(name, module):
        try:
            found = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise InputError(
                f"{_place(shown_path, str(error), text)}; expected TOML as in the rows around it"
            ) from None
        if rows is None:
            rows = found
            continue
        for key, row in found.items():
            if key in rows:
                line = header(text, key) or 1
                raise InputError(f"{shown_path}:{line}: {key} is a key of another record; expected a new one")
            rows[key] = row
    return rows


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
        path, text = _file_with(name, module, key)
        said = _without(f"{name}: ", said)
        if not said.startswith((f"{key}:", f"{key} ")):
            said = f"{key}: {said}"
        line = _line(text, key, _without(f"{key}: ", said))
        raise type(error)(f"{path}:{line}: {said}") from None


def _without(beginning, text):
    return text[len(beginning) :] if text.startswith(beginning) else text


def _line(text, key, said):
    """Line at which a row has the field that a message begins with, else one that the message quotes, as a
    misspelt one; else the line at which the row begins."""
    lines = text.splitlines()
    first = header(text, key) or 1
    # A table within the row belongs to it.
    own = re.compile(rf"""\[\[?\s*(["']?){re.escape(key)}\1\s*\.""")
    end = first
    while end < len(lines) and (not lines[end].startswith("[") or own.match(lines[end])):
        end += 1
    for field in [said.split()[0].strip(":")] + re.findall(r"\s'([^']+)'", said):
        begins = re.compile(rf"""\s*(\[.*\.\s*)?(["']?){re.escape(field)}\2\s*[]=]""")
        for number in range(first, end):
            if begins.match(lines[number]):
                return number + 1
    return first


def header(text, key):
    """Line of a data file's text at which a row begins; None where there is none of this key."""
    begins = re.compile(rf"""\s*(\[\s*)?(["']?){re.escape(key)}\2\s*[]=]""")
    return next((number for number, line in enumerate(text.splitlines(), 1) if begins.match(line)), None)


def _files(name, module):
    """(path as messages call it, text) of a data file beside the file of a module, and of those added."""
    from pathlib import Path

    path = Path(module).parent / "data" / name
    files = [("/".join(path.parts[-4:]), path.read_text(encoding="utf-8"))]
    for folder, called in _added:
        added = Path(folder) / name
        if added.is_file():
            files.append((f"{called}/{name}", added.read_text(encoding="utf-8")))
    return files


def _file_with(name, module, key):
    """That of `_files` in which a row begins; the first one where none has it."""
    files = _files(name, module)
    return next((file for file in files if header(file[1], key)), files[0])


def _place(path, message, text):
    """`PATH:LINE:COLUMN: what is wrong`, from what tomllib says; "at end of document" is the last line."""
    what, _, at = message.rpartition(" (at ")
    numbers = [int(word) for word in at.replace(")", " ").replace(",", " ").split() if word.isdigit()]
    line, column = numbers if len(numbers) == 2 else (text.count("\n") + 1, 1)
    return f"{path}:{line}:{column}: {what or message}"


def check_there(row, fields, where):
    """Raises InputError where several of the fields that a row has to have are missing, naming all; what is
    expected of one alone is told by its own check."""
    lacking = [field for field in fields if field not in row]
    if len(lacking) > 1:
        named = f"{', '.join(lacking[:-1])} and {lacking[-1]}"
        raise InputError(f"{where}: {named} are missing; expected them as in the other rows")


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
