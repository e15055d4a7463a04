"""Where things stand: a function's line in the project, the site's root seen from a page."""

import inspect
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def where(function):
    """(path below the project, line) of a function's definition."""
    code = inspect.unwrap(function).__code__
    return _below(code.co_filename), code.co_firstlineno


@cache
def _below(file):
    """A file's path below the project. Each is resolved once, which asks the disk for all folders above."""
    return str(Path(file).resolve().relative_to(ROOT))


def up(url):
    """Relative address of the site's root seen from the page at `url`.

    >>> up("reference/models/"), up("index.html"), up(None)
    ('../../', './', './')
    """
    return "../" * (url or "").count("/") or "./"
