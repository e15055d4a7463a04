"""A mistake in a page as one line for its author: where it stands, what is wrong, what would be right."""

import difflib
import html
import re
import traceback
from pathlib import Path

from jinja2 import TemplateNotFound, TemplateSyntaxError, UndefinedError

from llmmath.errors import InputError

from . import lookup
from .building import mistakes
from .building.mistakes import Mistake
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
        return (
            f"'{name}' is a formula and no macro; "
            f'write {{{{ value("{name}", ...) }}}} or {{{{ formula("{name}") }}}}'
        )
    near = difflib.get_close_matches(name, [*names, *formulas], n=1, cutoff=0.5)
    if near and near[0] in formulas:
        return f"unknown macro or variable '{name}'; did you mean {{{{ value(\"{near[0]}\", ...) }}}}?"
    return unknown("macro or variable", name, names)


MARKS = {"{{": "}}", "{%": "%}", "{#": "#}"}


def unclosed(text):
    """(line, mark) of the first `{{`, `{%` or `{#` that is not closed before another begins, or None."""
    opened = None
    text = re.sub(
        r"{%-?\s*raw\s*-?%}.*?{%-?\s*endraw\s*-?%}", lambda raw: "\n" * raw[0].count("\n"), text, flags=re.S
    )
    for found in re.finditer("|".join(map(re.escape, [*MARKS, *MARKS.values()])), text):
        if opened is None:
            if found[0] in MARKS:
                opened = found
        elif found[0] == MARKS[opened[0]]:
            opened = None
        elif found[0] in MARKS:
            break
    return opened and (1 + text.count("\n", 0, opened.start()), opened[0])


def not_included(name, docs):
    """Message for a file that a page includes and that is not there."""
    known = [path.relative_to(docs).as_posix() for path in Path(docs).rglob("*.md")] if docs else []
    return unknown("file to include from docs/", name, known)


def of_template(error, source, names, docs=None):
    """The mistake of a page whose template cannot be rendered.

    Args:
        error: what was raised while the page was rendered.
        source: the page's path below docs/.
        names: macro and variable names the page may use, for the nearest one.
        docs: folder of the pages, for the nearest file to include.
    """
    line = template_line(error)
    open_mark = unclosed(error.source) if isinstance(error, TemplateSyntaxError) and error.source else None
    if open_mark:
        line = open_mark[0]
    if isinstance(error, UndefinedError):
        found = re.match(r"'([^']+)' is undefined", error.message or "")
        what = undefined(found[1], names) if found else error.message
    elif isinstance(error, TemplateNotFound):
        what = not_included(error.name, docs)
    elif open_mark:
        mark = open_mark[1]
        what = f"{mark} is opened here and not closed; expected {MARKS[mark]}"
        if mark == "{#":
            what += " (in a heading write { #id } with a space: {# opens a comment)"
    elif isinstance(error, TemplateSyntaxError):
        what = error.message
        if "unknown tag" in what or "Missing end of comment" in what or "comment tag" in what:
            what += " (in a heading write { #id } with a space: {# opens a comment)"
    else:
        return mistake(error, source, line)
    return Mistake(what, f"docs/{source}", line)


# Code that hands arguments on: what is wrong with these is wrong with the page.
HANDS_ON = ("macros/vocabulary.py", "macros/lookup.py", "macros/building/remembered.py")


def mistake(error, source, line):
    """The mistake behind what a macro raised: of the page, or of the code where that failed.

    Args:
        error: what was raised. source: the page's path below docs/. line: at which the macro was called.
    """
    page = f"docs/{source}"
    said = str(error.args[0]) if error.args else repr(error)
    place = mistakes.raised_at(error)
    if isinstance(error, (MacroError, InputError)):
        # What is wrong with a record names its file and line; the page is not to blame.
        found = mistakes.placed(said)
        return found if found.line else Mistake(said, page, line)
    if place is None or (isinstance(error, TypeError) and place[0].startswith(HANDS_ON)):
        return Mistake(said, page, line)
    where = f"{page}:{line}" if line else page
    return Mistake(f"{type(error).__name__}: {said}, for {where}", *place)


def called_at(frame, source):
    """(path below docs/, line) at which a page, or a file that it includes, calls the macro of a frame.

    Args:
        frame: of the macro or of what it has called. source: the page's path below docs/.
    """
    while frame is not None:
        template = frame.f_globals.get("__jinja_template__")
        if template is not None:
            return template.name or source, template.get_corresponding_lineno(frame.f_lineno)
        frame = frame.f_back
    return source, None


def in_place(mistake):
    """What stands in the page where a macro failed, as Markdown."""
    return f'<strong class="lm-mistake">{html.escape(str(mistake))}</strong>'
