"""The one builder of tables: a caption, column headers, and cells that know where their figures came from."""

import html

from . import lookup
from .quantities import write


class Table:
    """A table under construction: a header, rows of cells, and the functions its figures came from."""

    def __init__(self, figures, caption, head, sortable=False):
        self.figures, self.caption, self.sortable = figures, caption, sortable
        self.head, self.rows, self.functions = head, [], {}

    def row(self, heading, *cells):
        self.rows.append([f'<th scope="row">{heading}</th>', *cells])

    def figure(self, name, unit=None, digits=None, **given):
        """A cell with a computed figure."""
        function, inputs, result = lookup.call(name, given)
        row, text = self.figures.add(
            function, inputs, result, name=name, given=given, unit=unit, digits=digits
        )
        self.functions[function.__name__] = row["source"]
        return f'<td class="num"><data value="{html.escape(str(row["value"]))}">{text}</data></td>'

    def render(self):
        numeric = [' class="num"' if 'class="num' in cell else "" for cell in self.rows[0]]
        head = "".join(
            f'<th scope="col"{kind}>{name}</th>' for name, kind in zip(self.head, numeric, strict=True)
        )
        body = "".join("<tr>" + "".join(cells) + "</tr>" for cells in self.rows)
        known = lookup.formulas()
        to_root = "../" * (self.figures.url or "").count("/") or "./"
        how = ", ".join(
            f'<a href="{to_root}reference/formulas/#{name}">{name}</a> ({source})'
            if name in known
            else f"<code>{name}</code> ({source})"
            for name, source in sorted(self.functions.items())
        )
        # The caption stands outside what scrolls, so that it wraps where the window is narrow.
        caption = html.escape(self.caption)
        return (
            f'<div class="lm-table"><p class="lm-caption">{caption}</p>'
            f'<div class="lm-scroll" tabindex="0" role="region" aria-label="{caption}">'
            f'<table class="lm-figures{" lm-sortable" if self.sortable else ""}">'
            f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
            + (f'<p class="lm-how" data-search-exclude>Computed by {how}.</p>' if how else "")
            + "</div>"
        )


def text(content, numeric=False):
    """A cell with words, or with a stated figure of a record."""
    return f'<td class="num">{content}</td>' if numeric else f"<td>{content}</td>"


def stated(quantity, unit, in_unit=None, digits=None):
    """A cell with a figure that a record states."""
    if quantity is None:
        return '<td class="num">–</td>'
    return f'<td class="num"><data value="{quantity}">{write(quantity, unit, in_unit, digits)}</data></td>'
