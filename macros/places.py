"""Where things stand: a function's line in the project, the site's root seen from a page."""

import inspect
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def where(function):
    """(path below the project, line) of a function's definition."""
    code = inspect.unwrap(function).__code__
    return str(Path(code.co_filename).resolve().relative_to(ROOT)), code.co_firstlineno


def up(url):
    """Relative address of the site's root seen from the page at `url`.

    >>> up("reference/models/"), up("index.html"), up(None)
    ('../../', './', './')
    """
    return "../" * (url or "").count("/") or "./"
