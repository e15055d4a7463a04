"""A mistake in a page as one line for its author: where it stands, what is wrong, what would have been right."""

import difflib
import re
import traceback

from jinja2 import TemplateSyntaxError, UndefinedError

from . import lookup
from .errors import MacroError, unknown


def template_line(error):
    """Line of the page at which `error` arose. Jinja gives template frames the page's line numbers."""
    if isinstance(error, TemplateSyntaxError):
        return error.lineno
    lines = [
        frame.lineno
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename in ("<template>", "<unknown>")
    ]
    return lines[-1] if lines else None


def undefined(name, names):
    """Message for a name that stands bare in a page."""
    formulas = lookup.formulas()
    if name in formulas:
        return f'\'{name}\' is a formula and no macro; write {{{{ value("{name}", ...) }}}} or {{{{ formula("{name}") }}}}'
    near = difflib.get_close_matches(name, [*names, *formulas], n=1, cutoff=0.5)
    if near and near[0] in formulas:
        return f"unknown macro or variable '{name}'; did you mean {{{{ value(\"{near[0]}\", ...) }}}}?"
    return unknown("macro or variable", name, names)


def describe(error, source, names):
    """One line `docs/page.md:LINE: what is wrong`.

    Args:
        error: what was raised while the page was rendered.
        source: the page's path below docs/.
        names: macro and variable names the page may use, for the nearest one.
    """
    line = template_line(error)
    where = f"docs/{source}" + (f":{line}" if line else "")
    if isinstance(error, UndefinedError):
        found = re.match(r"'([^']+)' is undefined", error.message or "")
        what = undefined(found[1], names) if found else error.message
    elif isinstance(error, TemplateSyntaxError):
        what = error.message
        if "unknown tag" in what or "Missing end of comment" in what or "comment tag" in what:
            what += " (in a heading write { #id } with a space: {# opens a comment)"
    elif isinstance(error, (MacroError, LookupError, ValueError, TypeError)):
        what = str(error.args[0]) if error.args else repr(error)
    else:
        last = traceback.extract_tb(error.__traceback__)[-1]
        what = f"{type(error).__name__}: {error} ({last.filename}:{last.lineno})"
    return f"{where}: {what}"
