"""Every figure passes through `Figures.add`: its page shows where it came from, `values.json` lists it."""

import hashlib
import html
import json
import sys
from pathlib import Path

from llmmath.records import accelerators

from . import html_table, lookup, quantities, typeset
from .errors import MacroError, unknown
from .places import up, where

# What an article may quote from the record of an accelerator; what it may from a model's are counts.
STATED = ("memory_bandwidth", "memory_capacity")


class Figures:
    """The figures of one build, page by page."""

    def __init__(self):
        self.rows = []
        self.page = None
        self.url = None
        self.popovers = {}

    def start_page(self, source, url):
        self.page, self.url, self.popovers = source, url, {}
        # A page rendered again under `mkdocs serve` replaces its figures.
        self.rows = [row for row in self.rows if row["page"] != source]

    def add(self, function, inputs, result, *, name, given=(), unit=None, digits=None):
        """Records a figure and returns (row, text).

        Args:
            function: what computed it.
            inputs: its arguments.
            given: what the author wrote: records by key among them.
            result: what it returned, in the unit of its docstring.
            name: the name the author wrote.
            unit, digits: how to write it, see `quantities.write`.
        """
        base = unit_of(function, name, plain(result))
        text = quantities.write(plain(result), base, unit, digits)
        file, line = where(function)
        row = {
            "page": self.page,
            "name": name,
            "inputs": {k: plain(v) for k, v in inputs.items()},
            "records": {k: plain(given[k]) for k in lookup.RECORDS if k in given and k not in inputs},
            "value": plain(result),
            "unit": base,
            "text": text,
            "function": function.__name__,
            "source": f"{file}:{line}",
        }
        self.rows.append(row)
        return row, text

    def stated(self, record, field, unit=None, digits=None):
        """A figure that a record states, as it stands in a sentence; its popover names the source."""
        known = stated_fields(record)
        if field not in known:
            raise MacroError(unknown(f"field of {record.key}", field, known))
        base = accelerators.UNITS.get(field, "1")
        text = quantities.write(known[field], base, unit, digits)
        row = {
            "page": self.page,
            "name": f"record.{field}",
            "inputs": {"record": record.key},
            "records": {},
            "value": known[field],
            "unit": base,
            "text": text,
            "function": "record",
            "source": record.source,
        }
        self.rows.append(row)
        key = short_key(f"{record.key} {field}")
        self.popovers.setdefault(key, stated_popover(key, record, field))
        return self.button(key, row, text)

    def inline(self, row, text, function):
        """The figure as it stands in a sentence: a button that opens its popover."""
        key = short_key(json.dumps([row["name"], row["records"], row["inputs"]], sort_keys=True))
        self.popovers.setdefault(key, popover(key, row, function, self.url))
        return self.button(key, row, text)

    @staticmethod
    def button(key, row, text):
        return (
            f'<data class="lm-value" value="{html.escape(str(row["value"]))}">'
            f'<button type="button" popovertarget="{key}">{html.escape(text)}</button></data>'
        )

    def end_page(self):
        """Markup of the page's popovers, to stand after its text."""
        return "\n\n" + "\n".join(self.popovers.values()) + "\n" if self.popovers else ""

    def save(self, path):
        """Writes `values.json`: every figure of the site with its formula, inputs, value and source line."""
        rows = sorted(
            self.rows, key=lambda row: (row["page"], row["name"], json.dumps(row["inputs"], sort_keys=True))
        )
        Path(path).write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def unit_of(function, name, value):
    """Base unit of the figure `name` that `function` returned.

    A formula's docstring states the unit of its result. For a function that returns a mapping, `UNITS` of its
    module has the unit of each entry by its dotted path; an entry stands for all below it.

    Raises:
        MacroError: an entry whose unit is not stated there.
    """
    head, _, path = name.partition(".")
    if head not in lookup.RECORD_FUNCTIONS:
        return typeset.docstring(function).returns_unit or "1"
    stated = sys.modules[function.__module__].UNITS
    above = [entry for entry in stated if f"{path}.".startswith(f"{entry}.")]
    if above:
        return stated[max(above, key=len)]
    if isinstance(value, (bool, str)):
        return "1"  # a word or a truth value has no unit
    file, _ = where(function)
    raise MacroError(f"{file}: UNITS has no unit for the entry '{path}' of {head}")


def stated_fields(record):
    """What a record of a model or an accelerator states: name -> figure, in base units."""
    fields = {name: getattr(record, name, None) for name in STATED}
    fields.update(record.quantities() if hasattr(record, "layers") else {})
    return {name: figure for name, figure in fields.items() if figure is not None}


def short_key(text):
    """An id for what `text` tells apart from all else on its page."""
    return f"v{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def plain(value):
    """What stands in `values.json`: NumPy scalars as Python numbers, records by their key."""
    if hasattr(value, "key"):
        return value.key
    return value.item() if hasattr(value, "item") and not getattr(value, "shape", ()) else value


def popover(key, row, function, url):
    """What opens on a figure: formula, inputs, the unrounded result, the function and its source."""
    about = typeset.docstring(function)
    behind = lookup.formula_behind(row["name"])
    math = f'<div class="lm-pop-formula">{typeset.formula(behind).mathml}</div>' if behind else ""
    link = f'<a href="{up(url)}reference/formulas/#{behind.__name__}">{behind.__name__}</a>' if behind else ""
    name = "" if function is behind else f"<code>{html.escape(row['name'])}</code>"
    source = " · ".join(part for part in (link, name, f"<code>{row['source']}</code>") if part)
    constants = lookup.constants_behind(row["name"], row["inputs"])
    if constants:
        source = f"{source}<br>{html.escape(constants)}"
    content = f"{math}{inputs_table(row, about)}"
    return popover_markup(key, html.escape(about.summary), content, source)


def stated_popover(key, record, field):
    """What opens on a figure that a record states."""
    title = f"{html.escape(record.name)}: <code>{field}</code>"
    return popover_markup(key, title, "", f"Stated by: {html.escape(record.source)}")


def popover_markup(key, title, content, source):
    return (
        f'<div class="lm-pop" id="{key}" popover data-search-exclude><p class="lm-pop-title">{title}</p>'
        f'{content}<p class="lm-pop-source">{source}</p></div>'
    )


def inputs_table(row, about):
    """The inputs of a figure and, last, its result with more digits than the page shows."""
    given = {**row["records"], **row["inputs"]}
    rows = [
        {
            "input": html_table.heading(html.escape(name)),
            "value": html_table.text(f"{html.escape(written_input(value))}{unit_note(about, name)}"),
        }
        for name, value in given.items()
    ]
    value = row["value"]
    digits = None if isinstance(value, int) else 6
    exact = value if isinstance(value, str) else quantities.write(value, row["unit"], digits=digits)
    rows.append({"input": html_table.heading("result"), "value": html_table.text(exact)})
    return html_table.markup(rows, kind="lm-inputs", head=False)


def written_input(value):
    return (
        quantities.number(value)
        if isinstance(value, (int, float)) and not isinstance(value, bool)
        else str(value)
    )


def unit_note(about, argument):
    unit = about.args[argument].unit if argument in about.args else ""
    return f" <small>{html.escape(unit)}</small>" if unit and unit != "1" else ""


def moved(old, new):
    """Figures that differ between two lists of rows: (page, name, inputs, old text or None, new or None)."""

    def keyed(rows):
        return {(r["page"], r["name"], json.dumps(r["inputs"], sort_keys=True), r["unit"]): r for r in rows}

    before, after = keyed(old), keyed(new)
    changes = []
    for key in sorted({*before, *after}):
        a, b = before.get(key), after.get(key)
        if a is None or b is None or a["value"] != b["value"]:
            changes.append((key[0], key[1], key[2], a and a["text"], b and b["text"]))
    return changes
