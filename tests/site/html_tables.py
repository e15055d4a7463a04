"""The tables of built pages, as a reader sees them: a name, a header, rows of cells.

`python tests/site/html_tables.py site [words of a name]` prints them.
"""

import re
import sys
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

VOID = {"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
# A value's popover lists its inputs in a table without a header; those are the value's, not the page's.
INPUTS = "lm-inputs"


@dataclass
class Table:
    """One table of a page.

    `name` is the label of the nearest region around it that has one, else its caption, else the heading above
    it; tables of a page with one name are told apart by their order: `Currents`, `Currents (2)`.
    """

    page: str
    name: str
    classes: tuple = ()
    header: list = field(default_factory=list)
    rows: list = field(default_factory=list)

    @property
    def key(self):
        return f"{self.page} | {self.name}"


class Reader(HTMLParser):
    """Collects the tables of one page; `<br>` reads as a space and a soft hyphen as nothing."""

    def __init__(self, page):
        super().__init__()
        self.page, self.tables = page, []
        self.open, self.labels, self.heading = [], [], ""
        self.table = self.row = self.cell = self.caption = self.title = None

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "br" and self.cell is not None:
            self.cell.append(" ")
        if tag in VOID:
            return
        label = attributes.get("aria-label") if tag in ("div", "section", "table") else None
        self.open.append((tag, label))
        if tag in ("h1", "h2", "h3", "h4"):
            self.title = []
        elif tag == "table":
            labels = [label for _, label in self.open if label]
            self.table = Table(self.page, words([labels[-1]]) if labels else self.heading)
            self.table.classes = tuple((attributes.get("class") or "").split())
        elif tag == "caption":
            self.caption = []
        elif tag == "tr":
            self.row = []
        elif tag in ("td", "th"):
            self.cell = []

    def handle_data(self, data):
        for collected in (self.cell, self.caption, self.title):
            if collected is not None:
                collected.append(data)

    def handle_endtag(self, tag):
        if tag in VOID or tag not in [name for name, _ in self.open]:
            return
        while self.open.pop()[0] != tag:
            pass
        if tag in ("h1", "h2", "h3", "h4") and self.title is not None:
            self.heading, self.title = words(self.title).rstrip("¶").strip(), None
        elif tag == "caption":
            self.table.name, self.caption = words(self.caption), None
        elif tag in ("td", "th"):
            self.row.append(words(self.cell))
            self.cell = None
        elif tag == "tr":
            if self.table.header:
                self.table.rows.append(self.row)
            else:
                self.table.header = self.row
            self.row = None
        elif tag == "table":
            # What stands in an element is an answer, which its own tests hold against Python's, cell by cell.
            if not {"lm-calculator", "lm-circuit", "lm-fan"} & {name for name, _ in self.open}:
                self.tables.append(self.table)
            self.table = None


def words(pieces):
    """Text as it reads: white space joined, soft hyphens gone."""
    return " ".join("".join(pieces).replace("\u00ad", "").split())


def tables(site):
    """Every table of the built site in `site`, as {key: Table}, those of popovers left out."""
    found = {}
    for path in sorted(Path(site).rglob("*.html")):
        page = path.relative_to(site).as_posix().removesuffix("index.html") or "/"
        reader = Reader(page)
        reader.feed(path.read_text(encoding="utf-8"))
        for table in reader.tables:
            if INPUTS in table.classes:
                continue
            name, nth = table.name, 1
            while table.key in found:
                nth += 1
                table.name = f"{name} ({nth})"
            found[table.key] = table
    return found


def under(tables, pattern):
    """Tables whose key the pattern matches, {what follows: table}; there must be some."""
    found = {key.split(" | ", 1)[1]: table for key, table in tables.items() if re.search(pattern, key)}
    assert found, f"no table matches {pattern}"
    return found


if __name__ == "__main__":
    for key, table in tables(sys.argv[1]).items():
        if all(word in key for word in sys.argv[2:]):
            print(f"\n# {key}\n{' | '.join(table.header)}")
            for row in table.rows:
                print("  " + " | ".join(row))
