"""The words around a figure in a built page."""

import html
import re

# What a reader takes in as one: a row of a table, a paragraph, a point of a list, a heading.
AROUND = ("tr", "p", "li", "h1", "h2", "h3", "h4", "figcaption", "dd", "dt")
LONGEST = 160  # letters that are shown
# What is no text that stands there: code, and what a term means, which shows when it is pointed at.
NOT_READ = re.compile(r'<(math|script|style)\b.*?</\1>|<span class="lm-def".*?</span>', re.S)


def words_around(page, row):
    """What stands around a figure: its row, sentence or point, cut to LONGEST; "" where it is not found.

    Args:
        page: HTML of the built page. row: of values.json.
    """
    if row.get("kind") == "chart":
        return f"chart “{row['inputs'].get('chart', '')}”, {row['inputs'].get('series', '')}"
    value = re.escape(html.escape(str(row["value"])))
    written = re.escape(html.escape(row["text"]))
    for pattern in (
        rf'<data[^>]*value="{value}"[^>]*>(?:<button[^>]*>)?{written}',
        rf'<data[^>]*value="{value}"',
    ):
        found = re.search(pattern, page)
        if found:
            return _shortened(*_block(page, found.start()))
    return ""


def _block(page, at):
    """(text, place) of the innermost block of a page around a position: where in the text that is."""
    starts = [(found.start(), found[1]) for found in re.finditer(rf"<({'|'.join(AROUND)})\b", page[:at])]
    start, tag = starts[-1] if starts else (max(0, at - LONGEST), None)
    end = page.find(f"</{tag}>", at) if tag else at + LONGEST
    whole = _text(page[start : end if end > 0 else at + LONGEST])
    return whole, len(_text(page[start:at]))


def _text(markup):
    text = re.sub(r"</t[dh]>", " | ", NOT_READ.sub(" ", markup))
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", text)).split())


def _shortened(text, at):
    """At most LONGEST letters of a text, those at a place among them."""
    if len(text) <= LONGEST:
        return text
    start = min(max(0, at - LONGEST // 2), len(text) - LONGEST)
    part = text[start : start + LONGEST].strip()
    return f"{'…' if start else ''}{part}{'…' if start + LONGEST < len(text) else ''}"
