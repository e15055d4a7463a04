"""The one builder of tables: cells that know their column, and where their figures came from.

A cell is made from parts: `text` and `heading` for words, `stated` for a figure of a record, `Table.figure`
for one that the table computes, `Table.known` for one that was computed already. Where words stand beside a
figure in its cell, the cell is `text` around the markup of the figure, which `data` or `Table.data` gives.

A row is a mapping from the column's name to its cell, so that a heading stands beside what it names.
"""

import html
from dataclasses import dataclass
from html.parser import HTMLParser

from . import lookup, quantities, source_pages
from .places import reference, up

NUMERIC = ' class="num"'


@dataclass(frozen=True)
class Cell:
    """One cell: its markup, whether it holds a figure, whether it heads its row, a class of its own.

    figure: of a stated one, the quantity, its base unit and how it is written.
    found_by: words that a filter finds its row by, beside those that are shown.
    told_by: what tells its row from the others, for a page too narrow for the columns that say so.
    """

    content: str
    numeric: bool = False
    heads_row: bool = False
    kind: str = ""
    figure: tuple = ()
    found_by: str = ""
    told_by: str = ""

    def markup(self, column=""):
        """The cell; `column` names what stands above it where a page is too narrow for columns."""
        named = f' data-column="{html.escape(column)}"' if column else ""
        classes = " ".join(name for name in ("num" if self.numeric else "", self.kind) if name)
        marked = f' class="{classes}"' if classes else ""
        if self.found_by:
            marked += f' data-words="{html.escape(self.found_by)}"'
        if self.told_by:
            marked += f' data-told-by="{html.escape(self.told_by)}"'
        if self.heads_row:
            return f'<th scope="row"{marked}>{self.content}</th>'
        return f"<td{marked}{named}>{self.content}</td>"


def heading(content, found_by="", told_by=""):
    """The cell that heads a row, with what `Cell` says of words beside it."""
    return Cell(content, heads_row=True, found_by=found_by, told_by=told_by)


def text(content, numeric=False, kind=""):
    """A cell with words, or with words beside a figure."""
    return Cell(f"{content}", numeric, kind=kind)


def stated(quantity, unit="1", in_unit=None, digits=None, show_unit=True):
    """A cell with a figure that a record states in base unit `unit`; a dash where it states none.

    Args:
        quantity, unit, in_unit, digits: as `quantities.write` takes them.
        show_unit: whether the unit stands in the cell; without, the heading or the caption names it.
    """
    if quantity is None:
        return NONE
    written = quantities.write(quantity, unit, in_unit, digits)
    return Cell(
        data(quantity, unit, in_unit, digits, show_unit), numeric=True, figure=(quantity, unit, written)
    )


def data(quantity, unit="1", in_unit=None, digits=None, show_unit=True, exact=False):
    """Markup of a figure that is stated or was computed, for a cell that holds more than the figure.

    exact: whether a short figure says on hover what it is with all its digits, of a count.
    """
    written = (quantities.write if show_unit else quantities.write_bare)(quantity, unit, in_unit, digits)
    value = html.escape(str(quantity))
    said = f' title="exactly {value}"' if exact else ""
    return f'<data value="{value}"{said}>{written}</data>'


def note_folded(summary, content):
    """Markup of a longer text in a cell: one word, which opens it."""
    return f'<details class="lm-note"><summary>{summary}</summary> <div>{content}</div></details>'


def filter_field(of, what):
    """Markup of the place of a field that filters what follows it: items `li`, rows `tr` or sections `h3`."""
    return f'<div data-search-exclude=""><lm-filter of="{of}" what="{what}"></lm-filter></div>'


NONE = Cell("–", numeric=True)
WORDED = "lm-turned lm-worded"


class _Words(HTMLParser):
    def __init__(self):
        super().__init__()
        self.said = []

    def handle_data(self, data):
        self.said.append(data)


def words(content):
    """What markup says, without its tags.

    >>> words("Key-value<br>heads&nbsp;<small>(all)</small>")
    'Key-value heads (all)'
    """
    parser = _Words()
    parser.feed(content)
    parser.close()
    return " ".join(" ".join(parser.said).split())


class Table:
    """A table under construction: rows of cells, and the functions its figures came from.

    sortable: whether a reader can sort it. turned: whether a phone shows each row as a list of its columns;
    `"words"` where those are sentences, one below the other.
    """

    def __init__(self, figures, caption, sortable=False, turned=False):
        self.figures, self.caption, self.sortable, self.turned = figures, caption, sortable, turned
        self.rows, self.functions, self.heads = [], {}, []

    def row(self, cells, record=None):
        """Adds a row: the name of each column, as markup, with its cell. Words alone head the row.

        Stated figures are recorded, as those of `record` where one is given.
        """
        made = {name: cell if isinstance(cell, Cell) else heading(cell) for name, cell in cells.items()}
        self.rows.append(made)
        first = words(next(iter(made.values())).content)
        self.heads.append(first)
        nth = self.heads.count(first)
        first = first if nth == 1 else f"{first} ({nth})"
        for name, cell in made.items():
            if cell.figure:
                place = {"table": self.caption, "row": first, "column": words(name)}
                self.figures.cell(place, *cell.figure, record)

    def figure(self, name, unit=None, digits=None, **given):
        """A cell with the figure `name`, which is computed from what is given."""
        return Cell(self.data(name, unit, digits, **given), numeric=True)

    def data(self, name, unit=None, digits=None, show_unit=True, exact=False, **given):
        """Markup of the figure `name`, for a cell that holds more than the figure."""
        function, inputs, result = lookup.call(name, given)
        return self.known_data(function, inputs, result, name, unit, digits, show_unit, given, exact)

    def known(self, function, inputs, result, name, unit=None, digits=None):
        """A cell with the figure `name` that `function` has returned for `inputs`."""
        return Cell(self.known_data(function, inputs, result, name, unit, digits), numeric=True)

    def known_data(
        self, function, inputs, result, name, unit=None, digits=None, show_unit=True, given=(), exact=False
    ):
        """Markup of such a figure. It is recorded as every figure is, see `values.Figures.add`."""
        row, _ = self.figures.add(function, inputs, result, name=name, given=given, unit=unit, digits=digits)
        self.functions[function.__name__] = row["source"]
        return data(row["value"], row["unit"], unit, digits, show_unit, exact)

    def render(self):
        # The caption stands outside what scrolls, so that it wraps where the window is narrow.
        kind = "lm-figures lm-sortable" if self.sortable else "lm-figures"
        if self.turned:
            kind = f"{kind} {WORDED if self.turned == 'words' else 'lm-turned'}"
        table = captioned(self.caption, markup(self.rows, kind, labelled=bool(self.turned)))
        return f'<div class="lm-table">{table}{self.computed_by()}</div>'

    def computed_by(self):
        """A line that links to what computed the figures; nothing where all were stated."""
        if not self.functions:
            return ""
        known, root = lookup.formulas(), up(self.figures.url)
        links = ", ".join(
            f'<a href="{reference(root, name)}">{name}</a> ({source_pages.link_to(root, source)})'
            if name in known and reference(root, name)
            else f"<code>{name}</code> ({source_pages.link_to(root, source)})"
            for name, source in sorted(self.functions.items())
        )
        if len(self.functions) > 1:
            said = f"Computed by {len(self.functions)} functions"
            return f'<details class="lm-how" data-search-exclude><summary>{said}</summary>{links}</details>'
        return f'<p class="lm-how" data-search-exclude>Computed by {links}.</p>'


def captioned(caption, table):
    """A table below its caption."""
    return f'<p class="lm-caption">{html.escape(caption)}</p>{scrolling(caption, table)}'


def scrolling(label, table):
    """A table that scrolls where the window is narrow, by keyboard too."""
    return (
        f'<div class="lm-scroll" tabindex="0" role="region" aria-label="{html.escape(label)}">{table}</div>'
    )


def worded(rows):
    """Markup of a table of sentences: a phone shows the columns of each row below one another."""
    return markup(rows, f"lm-figures {WORDED}", labelled=True)


def markup(rows, kind="lm-figures", head=True, labelled=False):
    """Markup of a table, on one line.

    Args:
        rows: mappings of a column's name, as markup, to its `Cell`; all of the same columns.
        kind: its classes.
        head: whether the names of the columns are shown. labelled: whether each cell names its column too.

    Raises:
        ValueError: no row, or one with other columns than the first.
    """
    if not rows:
        raise ValueError("a table without rows; expected one at least")
    columns = rows[0]
    for row in rows:
        if list(row) != list(columns):
            raise ValueError(f"a row of the columns {list(row)}; expected {list(columns)}")
    names = "".join(
        f'<th scope="col"{NUMERIC if cell.numeric else ""}>{name}</th>' for name, cell in columns.items()
    )
    body = "".join(
        "<tr>" + "".join(cell.markup(words(name) if labelled else "") for name, cell in row.items()) + "</tr>"
        for row in rows
    )
    shown = f"<thead><tr>{names}</tr></thead>" if head else ""
    return f'<table class="{kind}">{shown}<tbody>{body}</tbody></table>'
