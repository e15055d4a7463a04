"""Which parts of a Markdown text are no prose: code and comments, where a mark is shown or not there."""

import re

# A fence of code may stand in a list or a quotation; after ``` no backtick follows but within attributes.
FENCE = re.compile(r"[ \t>]*(`{3,}(?=[ \t]*{[^\n]*}[ \t]*$)|`{3,}(?![^\n]*`)|~{3,})")
INLINE = re.compile(r"`[^`\n]+`")
HTML = re.compile(
    r"<!--.*?-->|{#.*?#}|<(?P<tag>pre|script|style)\b.*?</(?P=tag)\s*>", re.DOTALL | re.IGNORECASE
)


def without_code(text):
    """The text with spaces in place of its code and comments; all else stays in its line."""
    return HTML.sub(lambda found: blank(found[0]), without_shown_code(text))


def without_shown_code(text):
    """The same where only Markdown's own code is left out, in fences and in a line."""
    return INLINE.sub(lambda found: blank(found[0]), without_fences(text))


def without_fences(text):
    """The text with spaces in place of its fenced code."""
    lines, fence = [], None
    for line in text.splitlines():
        mark = FENCE.match(line)
        inside = fence is not None or mark is not None
        if fence is None:
            fence = mark and mark[1]
        elif mark and mark[1].startswith(fence) and not line[mark.end() :].strip():
            fence = None
        lines.append(blank(line) if inside else line)
    return "\n".join(lines)


def line_of(text, at):
    """The line, from 1, of a place in a text."""
    return place_of(text, at)[0]


def place_of(text, at):
    """(line, column), both from 1, of a place in a text."""
    return 1 + text.count("\n", 0, at), at - text.rfind("\n", 0, at)


def blank(text):
    """As many spaces, lines kept."""
    return re.sub(r"[^\n]", " ", text)
