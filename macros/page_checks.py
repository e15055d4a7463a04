"""What is wrong with the source of a page, before it is built: front matter, title, and what its text marks.

MkDocs publishes front matter that it cannot read as text, and of a field that stands twice takes the last.
Markdown takes for words what it cannot read as a fence or a footnote, and gives an id as often as it stands.
"""

import datetime
import re
from difflib import get_close_matches
from typing import NamedTuple

import yaml
from mkdocs.utils import meta

from .front_matter import heading
from .markdown_text import FENCE, INLINE, blank, line_of, without_code

FIELD = re.compile(r"[A-Za-z_][\w-]*:(\s|$)")
# What a macro is given is no Markdown of the page.
TEMPLATE = re.compile(r"{{.*?}}|{%.*?%}", re.DOTALL)
# An id in an attribute list, as headings have it, or in a tag.
ID = re.compile(r"""(?<!{){:?\s(?:[^{}%\n]*?\s)?\#(?P<listed>[\w:.-]+)[^{}\n]*}
    | <[a-zA-Z][^<>]*?\sid\s*=\s*["']?(?P<tag>[^\s"'<>]+)""", re.VERBOSE)  # fmt: skip
FOOTNOTE = re.compile(r"(?<!\\)\[\^(?P<name>[^\]\n]+)\]")
DEFINED = re.compile(r"^[ \t>]*\[\^(?P<name>[^\]\n]+)\](?=:)", re.MULTILINE)


def problems_of_source(path, name, pages=None):
    """What is wrong with the front matter and the title of a Markdown file: a list of `docs/NAME:LINE: …`.

    Args:
        path: of the file.
        name: its address below docs/, for the messages.
        pages: addresses of all pages, which its fields may name; None where these are not known.
    """
    text = path.read_text(encoding="utf-8-sig")
    lines = text.splitlines()
    data, first = {}, 0
    if lines and lines[0].rstrip() == "---":
        ends = [number for number, line in enumerate(lines[1:], 2) if line.rstrip() in ("---", "...")]
        if not ends:
            return [f"docs/{name}:1: front matter begins here and has no end; expected a line --- below it"]
        first = ends[0]
        data, found = _fields("\n".join(lines[1 : first - 1]), name)
        if found:
            return found
    found = _misplaced(text, lines, first, name)
    title = data.get("title")

    def at(field):
        """The line of the front matter in which a field stands."""
        stands = (number for number, line in enumerate(lines[:first], 1) if line.startswith(f"{field}:"))
        return f"docs/{name}:{next(stands, 2)}"

    if title is not None and (not isinstance(title, str) or not title.strip()):
        found.append(f"{at('title')}: the title is {title!r}; expected words")
    if title is None and not found and heading("\n".join(lines[first:])) is None:
        found.append(f"docs/{name}:{first + 1}: the page has no title; begin its text with a line '# Title'")
    unlisted = data.get("unlisted", False)
    if not isinstance(unlisted, bool):
        found.append(f"{at('unlisted')}: unlisted is {unlisted!r}; expected true or false")
    return found + _of_an_article(data, at, pages)


def _of_an_article(data, at, pages):
    """What is wrong with the fields that only articles have; `at(field)` is the place of one."""
    found = []
    for field in ("date", "updated"):
        if field in data and type(data[field]) is not datetime.date:
            found.append(f"{at(field)}: {field} is {data[field]!r}; expected a day such as 2026-11-26")
    for field in ("needs", "next"):
        entries = data.get(field, [])
        if not isinstance(entries, list) or not all(isinstance(entry, str) for entry in entries):
            found.append(
                f"{at(field)}: {field} is {entries!r}; expected a list of pages below docs/, or of words"
            )
        elif entries and "date" not in data:
            found.append(f"{at(field)}: {field} is for articles, and the date is missing; expected both")
        else:
            lost = (one for one in entries if pages is not None and one.endswith(".md") and one not in pages)
            for entry in lost:
                near = get_close_matches(entry, pages, n=1)
                right = f"did you mean '{near[0]}'?" if near else "expected a page below docs/, or words"
                found.append(f"{at(field)}: {field} names '{entry}', which is not there; {right}")
    return found


def _fields(text, name):
    """(fields, problems) of front matter, from the text between its lines ---, the first of them line 2."""
    try:
        twice = _stands_twice(yaml.compose(text, Loader=yaml.SafeLoader))
        if twice:
            line, key, before = twice
            return {}, [
                f"docs/{name}:{line + 2}: front matter: '{key}' stands in line {before + 2} too; take out one"
            ]
        data = yaml.safe_load(text) or {}
    except yaml.YAMLError as error:
        at = getattr(error, "problem_mark", None)
        line = at.line + 2 if at else 2
        # A bracket that is not closed is missed at the end of the text, which is no help to find it.
        start = getattr(error, "context_mark", None)
        if start is not None:
            line = start.line + 2
        what = getattr(error, "problem", None) or "no YAML"
        return {}, [f"docs/{name}:{line}: front matter: {what}; expected lines such as 'title: My page'"]
    if not isinstance(data, dict):
        return {}, [f"docs/{name}:2: front matter is {data!r}; expected lines such as 'title: My page'"]
    return data, []


def _stands_twice(node):
    """(line, key, line before), lines from 0, of a field that a mapping has twice, or None."""
    parts = []
    if isinstance(node, yaml.MappingNode):
        lines = {}
        for key, value in node.value:
            if key.value in lines and isinstance(key, yaml.ScalarNode):
                return key.start_mark.line, key.value, lines[key.value]
            if isinstance(key, yaml.ScalarNode):
                lines[key.value] = key.start_mark.line
            parts.append(value)
    elif isinstance(node, yaml.SequenceNode):
        parts = node.value
    return next(filter(None, map(_stands_twice, parts)), None)


def _misplaced(text, lines, first, name):
    """Front matter below the first line, which MkDocs publishes, or without its lines ---, which it takes."""
    if first:
        return []
    above = "it has to begin in the first line of the file; take out what stands above it"
    for number, line in enumerate(without_code(text).splitlines(), 1):
        if line.startswith("# "):
            break
        if line.rstrip() == "---" and number < len(lines) and FIELD.match(lines[number]):
            return [f"docs/{name}:{number}: front matter begins here; {above}"]
    if meta.get_data(text)[1]:
        return [
            f"docs/{name}:1: a first line '{lines[0]}' is taken as front matter and not shown; "
            "write it between two lines ---, or put other words first"
        ]
    return []


def problems_of_text(path, name, footnotes=True):
    """What of a Markdown file's text would be published as other than was meant: as `problems_of_source`.

    Args:
        path: of the file.
        name: its address below docs/, for the messages.
        footnotes: whether the site's Markdown has them.
    """
    text = path.read_text(encoding="utf-8-sig")
    prose = without_code(text)
    words = TEMPLATE.sub(lambda found: blank(found[0]), prose)
    found = [*_fences(text), *_ids(words)]
    # A file that is included may define what this one refers to.
    if footnotes and not re.search(r"{[{%][^}]*\binclude", prose):
        found.extend(_footnotes(words))
    return [f"docs/{name}:{line}: {what}" for line, what in sorted(found)]


# What begins a part that is no Markdown, and what ends it.
NO_MARKDOWN = re.compile(r"(?P<comment><!--)|(?P<note>{#)|<(?P<tag>pre|script|style)\b", re.IGNORECASE)


class Fence(NamedTuple):
    """A line that may begin or end code: its number, what stands before its mark, the mark."""

    line: int
    indent: int
    quotes: int
    mark: str

    def holds(self, prefix):
        """Whether a line stands in the list or quotation in which this one began."""
        return len(prefix) >= self.indent and prefix.count(">", 0, self.indent) >= self.quotes


def _fences(text):
    """Code of which the closing fence is missing, which is shown as prose or takes what follows as code.

    A fence ends with one of the very same length, in the list or quotation in which it began.
    """
    found, opened, longer, until = [], None, None, None

    def tell(more=""):
        said = f"the code that begins here is not closed; expected {opened.mark} below"
        has = f", and line {longer.line} has the longer {longer.mark}" if longer else ""
        found.append((opened.line, f"{said}{has or more}"))

    for number, line in enumerate(text.splitlines(), 1):
        if opened is None and until:
            until = None if until in line.lower() else until
            continue
        if opened is None and not FENCE.match(line):
            until = _not_ended(INLINE.sub("", line))
            if until:
                continue
        prefix, mark = re.match("[> ]*", line.expandtabs(4))[0], FENCE.match(line)
        if opened and re.search("[^ \t>]", line) and not opened.holds(prefix):
            tell(f" in what it stands in, which line {number} ends")
            opened = None
        if not mark:
            continue
        here = Fence(number, len(prefix), prefix.count(">"), mark[1])
        if opened is None:
            opened, longer = here, None
        elif here.indent > opened.indent or not here.mark.startswith(opened.mark):
            continue  # shown within the code
        elif line[mark.end() :].strip():
            tell(f" before line {number} begins another; code that shows a fence stands in longer ones")
            opened, longer = here, None
        elif here.mark != opened.mark:
            longer = longer or here
        else:
            opened = None
    if opened:
        tell()
    return found


def _not_ended(line):
    """What ends the last part of a line that is no Markdown and goes on below; None where there is none."""
    begins = list(NO_MARKDOWN.finditer(line))
    if not begins:
        return None
    begin = begins[-1]
    end = "-->" if begin["comment"] else "#}" if begin["note"] else f"</{begin['tag'].lower()}"
    return None if end in line[begin.end() :].lower() else end


def _ids(text):
    """Ids that stand twice, of which a link finds the first alone."""
    found, lines = [], {}
    for one in ID.finditer(text):
        name, line = one["listed"] or one["tag"], line_of(text, one.start())
        if name in lines:
            found.append((line, f"the id '{name}' stands in line {lines[name]} too; expected another one"))
        lines.setdefault(name, line)
    return found


def _footnotes(text):
    """Footnotes that are referred to and not defined, and those that nothing refers to."""
    found, defined, used = [], {}, {}
    for one in DEFINED.finditer(text):
        line = line_of(text, one.start("name"))
        if one["name"] in defined:
            said = f"footnote [^{one['name']}] is defined in line {defined[one['name']]} too; take out one"
            found.append((line, said))
        defined.setdefault(one["name"], line)
    ends = {one.end() for one in DEFINED.finditer(text)}
    for one in FOOTNOTE.finditer(text):
        if one.end() not in ends:
            used.setdefault(one["name"], line_of(text, one.start()))
    unused, meant = [name for name in defined if name not in used], set()
    for name, line in used.items():
        if name in defined:
            continue
        near = get_close_matches(name, unused, n=1) or get_close_matches(name, defined, n=1)
        meant.update(near)
        known = ", ".join(f"[^{one}]" for one in defined)
        right = f"did you mean [^{near[0]}]?" if near else f"defined: {known}" if known else ""
        right = right or f"expected a line '[^{name}]: …' below"
        found.append((line, f"unknown footnote [^{name}]; {right} (\\[^{name}] stands for these very signs)"))
    for name in unused:
        if name not in meant:
            found.append((defined[name], f"nothing on the page refers to the footnote [^{name}]"))
    return found
