"""The CSVs of our own runs, row by row, with the place of each row for messages."""

import csv
import math
from pathlib import Path

from ..errors import InputError, shown


def rows(path, columns, written_by):
    """Rows of a CSV, each with its place.

    Args:
        path: of the file. columns: those that it has to have. written_by: the program that writes such files.

    Yields:
        Pairs of a dict of texts, and the row's place as FILE:LINE.

    Raises:
        InputError: a file without rows or without one of the columns, or a row with more or fewer cells.
    """
    with open(path, newline="", encoding="utf-8") as file:
        found = list(csv.DictReader(file))
    name = Path(path).name
    if not found:
        raise InputError(f"{name}: there are no rows; expected what {written_by} writes")
    for column in columns:
        if column not in found[0]:
            raise InputError(f"{name}: column {column} is missing; expected what {written_by} writes")
    # The first line names the columns; no cell of these files goes over several lines.
    for line, row in enumerate(found, 2):
        if None in row or None in row.values():
            raise InputError(
                f"{name}:{line}: the row has more or fewer cells than there are columns; expected one each"
            )
        yield row, f"{name}:{line}"


def number(row, name, where):
    """A cell as a number. Raises InputError for anything else, with the row's place."""
    try:
        value = float(row[name])
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise InputError(f"{where}: {name} is {shown(row[name])}; expected a number")
    return value
