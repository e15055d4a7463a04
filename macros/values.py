"""Every figure passes through `Figures.add`: its page shows where it came from, `values.json` lists it."""

import hashlib
import html
import json
import sys
from pathlib import Path

from llmmath.records import accelerators

from . import charts, lookup, origins, popovers, quantities, source_pages, typeset
from .errors import MacroError, unknown
from .places import up, where

# What an article may quote from the record of an accelerator; what it may from a model's are counts.
STATED = ("memory_bandwidth", "memory_capacity")
# Of the form of a row of `values.json`; rows without a version are of the first.
VERSION = 2
# The form of the rows, as it is published.
SCHEMA = Path(__file__).with_name("values.schema.json")


class Figures:
    """The figures of one build, page by page."""

    def __init__(self):
        self.rows = []
        self.page = None
        self.url = None
        self.popovers = {}
        # Keys of the popovers that were asked for, whether they were there or not.
        self.touched = []
        self.repository = None

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
            "version": VERSION,
            "kind": "computed",
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
            "version": VERSION,
            "kind": "stated",
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
        if not self.has_popover(key):
            kind = "model" if hasattr(record, "layers") else "accelerator"
            place = origins.place_of_record(kind, record.key)
            self.popovers[key] = popovers.stated(key, row, record, field, place, self.url, self.repository)
            return self.button(key, row, text, first=True)
        return self.button(key, row, text)

    def cell(self, place, quantity, unit, text, record=None):
        """Records a figure that a cell of a table states, of a record or on the page.

        Args:
            place: table, row and column by their words. quantity, unit: what is stated, in its base unit.
            text: as it is written. record: of a model or an accelerator, where it is one's.
        """
        kind = record and ("model" if hasattr(record, "layers") else "accelerator")
        self.rows.append(
            {
                "version": VERSION,
                "kind": "stated",
                "page": self.page,
                "name": f"table.{place['column']}",
                "inputs": place,
                "records": {kind: record.key} if record else {},
                "value": plain(quantity),
                "unit": unit,
                "text": text,
                "function": "record" if record else "page",
                "source": record.source if record else f"docs/{self.page}",
            }
        )

    def chart(self, shown, name, sources=()):
        """Markup of a chart. Each of its series is recorded, in base units.

        Args:
            shown: a `charts.Chart`. name: as `charts.figure` takes it.
            sources: the functions that computed the data.
        """
        places = ["%s:%d" % where(function) for function in sources]
        for panel, series in [(one, series) for one in shown.panels for series in one.series]:
            self.rows.append(
                {
                    "version": VERSION,
                    "kind": "chart",
                    "page": self.page,
                    "name": f"chart.{name}",
                    "inputs": {"chart": shown.title, "series": series.label},
                    "records": {},
                    "value": list(series.y),
                    "unit": base_unit(panel.y),
                    "text": f"{len(series.y):,} points",
                    "function": ", ".join(function.__name__ for function in sources) or "page",
                    "source": ", ".join(places) or f"docs/{self.page}",
                    "y": panel.y.label,
                    "x": {
                        "label": shown.x.label,
                        "unit": base_unit(shown.x),
                        "values": list(shown.categories or series.x),
                    },
                }
            )
        root = up(self.url)

        def naming(function):
            return f"<code>{function.__name__}</code> ({source_pages.link(root, *where(function))})"

        return charts.figure(shown, name, sources, naming=naming)

    def inline(self, row, text, origin):
        """The figure as it stands in a sentence: a button that opens its popover.

        Args:
            row, text: as `add` returned them.
            origin: function without arguments that gives the figure's `origins.Origin`; called once a page.
        """
        key = short_key(json.dumps([row["name"], row["records"], row["inputs"]], sort_keys=True))
        first = not self.has_popover(key)
        if first:
            self.popovers[key] = popovers.popover(key, row, origin(), self.url, self.repository)
        return self.button(key, row, text, first)

    def has_popover(self, key):
        """Whether the page has this popover already; that it was asked is remembered with what came of it."""
        self.touched.append(key)
        return key in self.popovers

    @staticmethod
    def button(key, row, text, first=False):
        """Of equal figures of a page the first has the id that links lead to; all open one popover."""
        place = f' id="{popovers.figure_id(key)}"' if first else ""
        return (
            f'<data class="lm-value"{place} value="{html.escape(str(row["value"]))}">'
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
        lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
        Path(path).write_text(f"[\n{lines}\n]\n", encoding="utf-8")


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


def base_unit(axis):
    """Base unit of the data of a chart's axis.

    Raises:
        MacroError: an axis whose factor is not that of the unit it is written in.
    """
    base, factor = quantities.UNITS.get(axis.unit, (None, None))
    if factor != axis.factor:
        raise MacroError(
            f"axis '{axis.title}' has the factor {axis.factor}; "
            f"expected that of its unit '{axis.unit}': {factor}"
        )
    return base


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
