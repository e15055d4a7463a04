"""A mistake in a page as one line for its author: where it stands, what is wrong, what would be right."""

import difflib
import html
import re
import sys
import traceback
from dataclasses import replace
from pathlib import Path

from jinja2 import Environment, StrictUndefined, TemplateNotFound, TemplateSyntaxError, UndefinedError

from llmmath.errors import InputError

from . import lookup
from .building import mistakes
from .building.mistakes import Mistake
from .circuit.page import CircuitError
from .errors import MacroError, unknown
from .markdown_text import place_of
from .typeset import TypesetError


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


def undefined_name(said):
    """The name that stands bare in a page, of which Jinja has said that it is undefined; else ""."""
    found = re.match(r"'([^']+)' is undefined", said or "")
    return found[1] if found else ""


def undefined(said, names):
    """Message for a name that stands bare in a page, of which Jinja has said that it is undefined."""
    name = undefined_name(said)
    if not name:
        return said
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


class Unknown(StrictUndefined):
    """A name that a page uses and that is not there: told where the page shows, calls or hands it on.

    So the rest of the page is rendered, with its other mistakes and its headings. Whatever else is done with
    it fails, as with Jinja's strict kind.

    tell: is called with what Jinja says of it; gives what stands in its place. Set by whoever builds pages.
    """

    tell = None
    jinja_pass_arg = None  # asked for before a call, and no place of the page

    def told(self):
        return type(self).tell(self._undefined_message)

    def __str__(self):
        shown = "__jinja_template__" in sys._getframe(1).f_globals
        return self.told() if shown else self._fail_with_undefined_error()

    def __call__(self, *given, **named):
        return self.told()


MARKS = {"{{": "}}", "{%": "%}", "{#": "#}"}


def unclosed(text):
    """(line, column, mark) of the first `{{`, `{%` or `{#` that is not closed before another, or None."""
    opened = None
    text = re.sub(
        r"{%-?\s*raw\s*-?%}.*?{%-?\s*endraw\s*-?%}", lambda raw: re.sub(".", " ", raw[0]), text, flags=re.S
    )
    for found in re.finditer("|".join(map(re.escape, [*MARKS, *MARKS.values()])), text):
        if opened is None:
            if found[0] in MARKS:
                opened = found
        elif found[0] == MARKS[opened[0]]:
            opened = None
        elif found[0] in MARKS:
            break
    return opened and (*place_of(text, opened.start()), opened[0])


NOT_ENDED = "a string begins here and does not end in its line"


def unended(error):
    """(line, column) of a quote behind a mistake of a template that Jinja has met behind it, or None.

    A string without its second quote ends at the next one, be that lines below; what follows there is what
    Jinja does not understand.
    """
    lone = re.match("unexpected char (?:'\"'|\"'\") at (\\d+)", error.message)
    if lone:
        return place_of(error.source, int(lone[1]))
    found = None
    try:
        for line, kind, text in Environment().lex(error.source):
            ends = line + text.count("\n")
            if line >= error.lineno:
                break
            if kind in ("variable_end", "block_end"):
                found = None  # Jinja has read all of that
            # One of several lines that is meant holds no end of a macro, nor ends before a word in quotes.
            if kind == "string" and line < ends and re.search(r"}}|%}|[=(,[]\s*.$", text):
                # It goes on to the end of its line.
                found = line, len(error.source.split("\n")[line - 1].rstrip("\r")) - text.index("\n") + 1
    except TemplateSyntaxError:
        pass  # at the place that is known
    return found


def not_included(name, docs):
    """Message for a file that a page includes and that is not there."""
    known = [path.relative_to(docs).as_posix() for path in Path(docs).rglob("*.md")] if docs else []
    return unknown("file to include from docs/", name, known)


def of_template(error, source, names, docs=None):
    """The mistakes of a page whose template cannot be rendered.

    Args:
        error: what was raised while the page was rendered.
        source: the page's path below docs/.
        names: macro and variable names the page may use, for the nearest one.
        docs: folder of the pages, for the nearest file to include.
    """
    line, column = template_line(error), None
    of_syntax = isinstance(error, TemplateSyntaxError) and error.source
    open_mark = unclosed(error.source) if of_syntax else None
    quote = unended(error) if of_syntax and not open_mark else None
    if open_mark or quote:
        line, column = (open_mark or quote)[:2]
    if isinstance(error, UndefinedError):
        what = undefined(error.message, names)
    elif isinstance(error, TemplateNotFound):
        what = not_included(error.name, docs)
    elif open_mark:
        mark = open_mark[2]
        what = f"{mark} is opened here and not closed; expected {MARKS[mark]}"
        if mark == "{#":
            what += " (in a heading write { #id } with a space: {# opens a comment)"
    elif quote:
        what = NOT_ENDED
    elif isinstance(error, TemplateSyntaxError):
        what = error.message
        if "unknown tag" in what or "Missing end of comment" in what or "comment tag" in what:
            what += " (in a heading write { #id } with a space: {# opens a comment)"
    else:
        return behind(error, source, line)
    return [Mistake(what, f"docs/{source}", line, column)]


# Code that hands arguments on: what is wrong with these is wrong with the page.
HANDS_ON = ("macros/vocabulary.py", "macros/lookup.py", "macros/building/remembered.py")


def behind(error, source, line, called=None):
    """The mistakes behind what a macro raised: of the page, or of the code or circuit where that failed.

    Args:
        error: what was raised. source: the page's path below docs/. line: at which the macro was called.
        called: (name of the macro, its arguments), where it is known.
    """
    page = f"docs/{source}"
    where = f"{page}:{line}" if line else page
    said = mistakes.words_of(error) or repr(error)
    unread = mistakes.unreadable(error)
    if unread:
        return [replace(one, asked=(where,)) for one in unread]
    place = mistakes.raised_at(error)
    of_page = [Mistake(said, page, line, called and column_of(page, line, *called))]
    found = mistakes.placed(said)
    if isinstance(error, (MacroError, InputError, TypesetError)):
        # What is wrong with a record or a formula names its file and line; the page is not to blame.
        return [replace(found, asked=(where,))] if found.line else of_page
    if isinstance(error, CircuitError):
        # Below each sentence stand the lines of the circuit, which a mistake shows by itself.
        sentences = [row for row in said.split("\n") if not row.startswith(" ")]
        return [replace(mistakes.placed(row), asked=(where,)) for row in sentences]
    if place is None or (isinstance(error, TypeError) and place[0].startswith(HANDS_ON)):
        return of_page
    return [Mistake(f"{type(error).__name__}: {said}", *place, asked=(where,))]


def column_of(page, line, name, given=None):
    """The column at which a page's line has a name or calls a macro; None where that cannot be told.

    Args:
        page, line: the place. name: the name, or that of the macro. given: the macro's arguments; of several
            calls it is the one that has all of them that are words.
    """
    text = Mistake("", page, line).text()
    name = rf"(?<![\w.\"\'/-]){re.escape(name)}" + (r"(?!\w)" if given is None else r"\s*\(")
    places = [found.start() for found in re.finditer(name, text)]
    # Beside what a macro or a variable is written in stand the words of the page.
    places = [at for at in places if re.search(r"(?:{{|{%)(?:(?!}}|%}).)*$", text[:at])] or places
    if len(places) > 1:
        words = [re.compile(rf"([\"\']){re.escape(one)}\1") for one in given or () if isinstance(one, str)]
        calls = {at: re.split("}}|%}", text[at:])[0] for at in places}
        places = [at for at, call in calls.items() if all(word.search(call) for word in words)]
    return places[0] + 1 if len(places) == 1 else None


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


def in_place(found):
    """What stands in the page where a macro failed, as Markdown."""
    return " ".join(f'<strong class="lm-mistake">{html.escape(str(one))}</strong>' for one in found)
