"""Charts for pages: one drawing that follows light and dark, with its data as a table.

    from macros.charts import Axis, Mark, Series, lines, chart

    def growth(*, name, contexts, totals):
        return lines("Multiplications per token", "They grow with context.",
                     x=Axis("context", "token", scale="log2"), y=Axis("multiplications", scale="log"),
                     series=[Series(name, contexts, totals)])

    chart("growth", growth, {"name": "GPT-2", "contexts": [...], "totals": [...]}, sources=[classic])

`chart` gives the markup of a figure. A function that describes one computes nothing: it is given data.
"""

import hashlib
import re
from html import escape

from . import blocks, canvas, heads, rooms, timeline, token
from .cache import drawn
from .numbers import written
from .spec import (
    COLOURS,
    Axis,
    Chart,
    ChartError,
    Link,
    Mark,
    Series,
    area,
    bars,
    dots,
    lines,
    roofline,
    scatter,
    steps,
)
from .svg import themed

__all__ = [
    "Axis",
    "Chart",
    "ChartError",
    "Link",
    "Mark",
    "Series",
    "area",
    "bars",
    "chart",
    "dots",
    "figure",
    "lines",
    "roofline",
    "scatter",
    "steps",
]

# Drawings to scale, which need no matplotlib: the module of each kind.
TO_SCALE = {"blocks": blocks, "timeline": timeline, "heads": heads, "rooms": rooms, "token": token}
ROWS = 24  # longest table that is shown whole


def chart(name, describe, inputs, sources=(), directory=None):
    """The figure that `describe(**inputs)` describes.

    Args:
        name: begins the ids in the figure; unlike any other on the page.
        describe: returns a `Chart` from the data.
        inputs: its arguments.
        sources: the formulas that computed the data, named below it.
        directory: where drawings are kept; the project's own where not given.
    """
    return figure(describe(**inputs), name, sources, directory)


def figure(shown, name, sources=(), directory=None, naming=None):
    """Markup of a chart on one line: drawing, caption, legend where it needs one, data.

    Args:
        shown: the Chart. name, sources, directory: as in `chart`.
        naming: gives the markup that names one of `sources`; its name as code where not given.
    """
    tag = hashlib.sha256(f"{name} {shown!r}".encode()).hexdigest()[:6]
    prefix = f"chart-{re.sub('[^a-z0-9]+', '-', name.lower()).strip('-')}-{tag}"
    data = _data(shown, map(naming or _named, sources))
    if shown.kind in TO_SCALE:
        drawing = canvas.svg(TO_SCALE[shown.kind].drawn(shown), shown.title, shown.about, prefix)
    else:
        drawing = themed(drawn(shown, directory), shown.title, shown.about, prefix, shown.links)
    return (
        f'<figure class="chart" data-search-exclude=""><figcaption>{escape(shown.title)}</figcaption>'
        f'{_legend(shown)}<div class="chart-drawing">{drawing}</div>{data}</figure>'
    )


def _legend(shown):
    """Names of what has no label at its end in the drawing: bars, points and the parts of a timeline."""
    listed = [
        (number, series.label)
        for number, series in enumerate(shown.series, 1)
        if shown.kind == "bars" or series.shape in ("points", "dots")
    ]
    if len(shown.series) == 1 and (shown.kind == "bars" or shown.series[0].names):
        listed = []  # the caption and the names say it already
    if shown.kind == "timeline":
        listed = timeline.legend(shown)
    items = "".join(f'<li class="{_key(shown, number)}">{escape(label)}</li>' for number, label in listed)
    return f'<ul class="chart-legend">{items}</ul>' if items else ""


def _key(shown, number):
    """Classes of what stands for the series of this number in the legend: its colour, its shape."""
    shape, colour = divmod(number - 1, COLOURS)
    dot = f" chart-dot-{shape + 1}" if shown.kind == "dots" else ""
    return f"chart-key-{colour + 1}{dot}"


def _named(function):
    return f"<code>{escape(function.__name__)}</code>"


def _data(shown, names):
    made_by = ", ".join(names)
    note = f"<p>Computed by {made_by}.</p>" if made_by else ""
    tables = "".join(
        _rows(panel, f"Data: {shown.title}" + (f": {panel.y.label}" if panel is not shown else ""))
        for panel in shown.panels
    )
    return f'<details class="chart-data"><summary>Data</summary>{tables}{note}</details>'


def _rows(shown, named):
    """The table of a panel's data, which a screen reader calls `named`."""
    header, rows = _table(shown)
    skipped = ""
    if len(rows) > ROWS:
        kept = sorted({round(i * (len(rows) - 1) / (ROWS - 1)) for i in range(ROWS)})
        skipped = f"<p>{len(kept)} of {len(rows)} rows.</p>"
        rows = [rows[index] for index in kept]
    head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in header)
    body = "".join(
        f'<tr><th scope="row">{escape(first)}</th>'
        + "".join(f"<td>{escape(cell)}</td>" for cell in others)
        + "</tr>"
        for first, *others in rows
    )
    return (
        f'<div class="chart-scroll" tabindex="0" role="group" aria-label="{escape(named)}">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>{skipped}"
    )


def _table(shown):
    """(header, rows) of text: one column a series where they share their x, else one row a point."""
    series = shown.series
    labels = [f"{one.label} [{shown.y.unit}]" if shown.y.unit else one.label for one in series]
    if shown.categories:
        return ["", *labels], [
            [category, *(written(one.y[i], shown.y) for one in series)]
            for i, category in enumerate(shown.categories)
        ]
    if all(one.x == series[0].x and not one.names for one in series):
        return [shown.x.title, *labels], [
            [written(x, shown.x), *(written(one.y[i], shown.y) for one in series)]
            for i, x in enumerate(series[0].x)
        ]
    rows = [
        [one.names[i] if one.names else one.label, written(x, shown.x), written(y, shown.y)]
        for one in series
        for i, (x, y) in enumerate(zip(one.x, one.y))
    ]
    return ["", shown.x.title, shown.y.title], rows
