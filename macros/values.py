"""Every figure of the site passes through `Figures.add`: the page shows where it came from, `values.json` lists it."""

import hashlib
import html
import inspect
import json
from pathlib import Path

from . import lookup, quantities, typeset
from .errors import MacroError, unknown

ROOT = Path(__file__).resolve().parent.parent


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
        base = typeset.docstring(function).returns_unit or "1"
        if name.split(".")[0] in lookup.RECORD_FUNCTIONS:
            base = record_unit(name)
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
        """A figure that a record states, as it stands in a sentence; its popover names the record's source."""
        known = {name: getattr(record, name, None) for name in ("memory_bandwidth", "memory_capacity")}
        known.update(record.quantities() if hasattr(record, "layers") else {})
        if known.get(field) is None:
            raise MacroError(
                unknown(f"field of {record.key}", field, [k for k, v in known.items() if v is not None])
            )
        base = {"memory_bandwidth": "B/s", "memory_capacity": "B"}.get(field, "1")
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
        key = "v" + hashlib.sha256(f"{record.key} {field}".encode()).hexdigest()[:8]
        self.popovers.setdefault(
            key,
            (
                f'<div class="lm-pop" id="{key}" popover data-search-exclude><p class="lm-pop-title">{html.escape(record.name)}: '
                f'<code>{field}</code></p><p class="lm-pop-source">Stated by: {html.escape(record.source)}</p></div>'
            ),
        )
        return self.button(key, row, text)

    def inline(self, row, text, function):
        """The figure as it stands in a sentence: a button that opens its popover."""
        key = (
            "v"
            + hashlib.sha256(
                json.dumps([row["name"], row["records"], row["inputs"]], sort_keys=True).encode()
            ).hexdigest()[:8]
        )
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


def record_unit(name):
    """Unit of an entry of a record function, by the ending of its key."""
    last = name.split(".")[-1]
    for ending, unit in (
        ("_bytes", "B"),
        ("_bytes_per_token", "B"),
        ("_seconds", "s"),
        ("_seconds_per_layer", "s"),
        ("tokens_per_second", "token/s"),
        ("_per_query", "token/s"),
        ("_intensity", "FLOP/B"),
    ):
        if last.endswith(ending):
            return unit
    return "1"


def plain(value):
    """What stands in `values.json`: NumPy scalars as Python numbers, records by their key."""
    if hasattr(value, "key"):
        return value.key
    return value.item() if hasattr(value, "item") and not getattr(value, "shape", ()) else value


def where(function):
    """(path below the project, line) of a function's definition."""
    code = inspect.unwrap(function).__code__
    return str(Path(code.co_filename).resolve().relative_to(ROOT)), code.co_firstlineno


def up(url):
    """Relative address of the site's root seen from the page at `url`."""
    return "../" * url.count("/") or "./"


def popover(key, row, function, url):
    """What opens on a figure: formula, inputs, the unrounded result, the function and its source."""
    about = typeset.docstring(function)
    # An entry of a record function often is the result of a formula of the same name.
    behind = lookup.formulas().get(row["name"].split(".")[-1])
    rows = "".join(
        f"<tr><th scope='row'>{html.escape(k)}</th><td>{html.escape(written_input(v))}"
        f"{unit_note(about, k)}</td></tr>"
        for k, v in {**row["records"], **row["inputs"]}.items()
    )
    link = f'<a href="{up(url)}reference/formulas/#{behind.__name__}">{behind.__name__}</a>' if behind else ""
    name = "" if function is behind else f"<code>{html.escape(row['name'])}</code>"
    exact = (
        row["value"]
        if isinstance(row["value"], str)
        else quantities.write(row["value"], row["unit"], digits=None if isinstance(row["value"], int) else 6)
    )
    math = f'<div class="lm-pop-formula">{typeset.formula(behind).mathml}</div>' if behind else ""
    return (
        f'<div class="lm-pop" id="{key}" popover data-search-exclude>'
        f'<p class="lm-pop-title">{html.escape(about.summary)}</p>{math}'
        f'<table class="lm-inputs"><tbody>{rows}<tr class="lm-pop-result"><th scope="row">result</th><td>{exact}</td></tr></tbody></table>'
        f'<p class="lm-pop-source">{" · ".join(part for part in (link, name) if part)} · <code>{row["source"]}</code></p></div>'
    )


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
    """Figures that differ between two lists of rows, as (page, name, inputs, old text or None, new text or None)."""

    def keyed(rows):
        return {(r["page"], r["name"], json.dumps(r["inputs"], sort_keys=True), r["unit"]): r for r in rows}

    before, after = keyed(old), keyed(new)
    changes = []
    for key in sorted({*before, *after}):
        a, b = before.get(key), after.get(key)
        if a is None or b is None or a["value"] != b["value"]:
            changes.append((key[0], key[1], key[2], a and a["text"], b and b["text"]))
    return changes
