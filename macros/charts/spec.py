"""What a chart shows, as plain records: the drawing and the data table both come from them.

Data stay in base units; an axis says in what unit they are shown:

    lines("Cache against context", "Grouped-query attention needs a quarter of the cache.",
          x=Axis("context", "token", scale="log2"), y=Axis("cache", "GiB", factor=2**30),
          series=[Series("Llama 2 7B", contexts, sizes), ...],
          marks=[Mark("one A100", y=80e9)])
"""

import math
from dataclasses import dataclass, replace
from difflib import get_close_matches

COLOURS = 6
# Shapes of a dot, each in every colour.
DOT_SHAPES = 3
SCALES = ("linear", "log", "log2")


class ChartError(ValueError):
    """A chart that cannot be drawn as it was asked for. The message names chart, series and value."""


@dataclass(frozen=True)
class Axis:
    """One axis: what it shows, the unit it is written in, and how.

    Args:
        label: what is shown.
        unit: unit as written in brackets; "" for a count.
        scale: linear, log or log2.
        factor: size of the written unit in the data's unit, such as 2**30 for bytes shown in GiB.
        prefix: whether ticks carry SI prefixes (1 T instead of 10¹²).
        limits: (lowest, highest) in the data's unit; the data's own range where not given.
    """

    label: str
    unit: str = ""
    scale: str = "linear"
    factor: float = 1
    prefix: bool = False
    limits: tuple | None = None

    @property
    def title(self):
        return f"{self.label} [{self.unit}]" if self.unit else self.label


@dataclass(frozen=True)
class Series:
    """One set of data.

    Args:
        label: its name on the chart.
        x: abscissas; for bars the categories are the chart's, and x stays empty.
        y: ordinates.
        names: name of each point, shown beside it.
        shape: line, step (a value holds until the next point), points or dots.
        links: of each dot the `Link` that it opens; where given, names stay empty.
    """

    label: str
    x: tuple
    y: tuple
    names: tuple = ()
    shape: str = "line"
    links: tuple = ()


@dataclass(frozen=True)
class Link:
    """What a dot opens: an address, and what is found there."""

    address: str
    title: str


@dataclass(frozen=True)
class Mark:
    """Something to point at: a line at x or y, a point at (x, y), a band y to y_end, a span x to x_end.

    With all four it is the line from (x, y) to (x_end, y_end).
    """

    label: str
    x: float | None = None
    y: float | None = None
    x_end: float | None = None
    y_end: float | None = None


@dataclass(frozen=True)
class Chart:
    """A whole chart; make it with one of the functions below."""

    kind: str
    title: str
    about: str
    x: Axis
    y: Axis
    series: tuple
    marks: tuple = ()
    categories: tuple = ()
    stacked: bool = False
    # Of a drawing to scale, what its module needs beside the data.
    layout: tuple = ()
    # Curves on the same x, drawn below these.
    below: "Chart | None" = None

    @property
    def panels(self):
        """The charts of the drawing, from top to bottom; each has its own y and series."""
        return (self, self.below) if self.below else (self,)

    @property
    def links(self):
        """Every `Link` of the dots, once, in order."""
        return tuple(dict.fromkeys(link for series in self.series for link in series.links))


def lines(title, about, *, x, y, series, marks=(), below=None):
    """Curves, each labelled at its end; series of shape "step" or "points" may stand among them.

    Args:
        title: caption; says what is shown.
        about: one sentence with what a reader is to see in it, for those who do not see it.
        x, y: the axes.
        series: up to six `Series`.
        marks: `Mark`s; those with an x alone are drawn through what stands below too.
        below: `(Axis, series, marks)` of what is drawn below on the same x, six series at most in both.
    """
    under = None
    if below:
        axis, curves, own = below
        through = [replace(mark, label="") for mark in marks if mark.y is None]
        under = _checked(Chart("xy", title, about, x, axis, tuple(curves), (*through, *own)))
    return _checked(Chart("xy", title, about, x, y, tuple(series), tuple(marks), below=under))


def steps(title, about, *, x, y, series, marks=()):
    """A quantity over time that holds until it changes; events are marks with an x."""
    return lines(title, about, x=x, y=y, marks=marks, series=[replace(one, shape="step") for one in series])


def scatter(title, about, *, x, y, series, marks=()):
    """Points, each with its name beside it where the series gives names."""
    return lines(title, about, x=x, y=y, marks=marks, series=[replace(one, shape="points") for one in series])


def dots(title, about, *, x, y, series, marks=()):
    """Very many points, each a small dot that opens its source; where dots would fall together one is drawn.

    The axes need limits. Up to 18 series: six colours, each in three shapes.
    """
    dotted = [replace(one, shape="dots") for one in series]
    return _checked(Chart("dots", title, about, x, y, tuple(dotted), tuple(marks)))


def roofline(title, about, *, roofs, points=(), marks=(), x=None, y=None):
    """Attainable FLOP/s against arithmetic intensity, both logarithmic, with named points below the roofs."""
    x = x or Axis("arithmetic intensity", "FLOP/B", scale="log")
    y = y or Axis("attainable", "FLOP/s", scale="log", prefix=True)
    below = [replace(one, shape="points") for one in points]
    return lines(title, about, x=x, y=y, series=[*roofs, *below], marks=marks)


def area(title, about, *, x, y, series, marks=()):
    """Parts of a whole against x, stacked in the order given; all series share their x."""
    return _checked(Chart("area", title, about, x, y, tuple(series), tuple(marks), stacked=True))


def bars(title, about, *, categories, y, series, stacked=False):
    """Horizontal bars, one group a category; `series` hold one y for each category and no x."""
    categories = tuple(map(str, categories))
    return _checked(Chart("bars", title, about, Axis(""), y, tuple(series), (), categories, stacked))


def to_scale(kind, title, about, *, categories, y, series, layout):
    """A drawing whose lengths or areas are the data, one y of each series for each category.

    Args:
        kind: blocks, timeline, heads or rooms: the module that draws it. layout: what that module says.
    """
    categories = tuple(map(str, categories))
    made = Chart(kind, title, about, Axis(""), y, tuple(series), categories=categories, layout=layout)
    return _checked(made)


def plain(number):
    """A Python number for a NumPy one."""
    return number.item() if hasattr(number, "item") else number


def _checked(chart):
    """The chart with plain numbers, or a `ChartError`."""
    most = COLOURS * (DOT_SHAPES if chart.kind == "dots" else 1)
    count = sum(len(one.series) for one in chart.panels)
    if not 1 <= count <= most or not chart.series:
        raise ChartError(f"chart '{chart.title}' has {count} series; it can show 1 to {most}")
    for name, axis in (("x", chart.x), ("y", chart.y)) if chart.kind == "dots" else ():
        if axis.limits is None:
            raise ChartError(f"chart '{chart.title}': its {name} has no limits; dots need them")
    for axis in (chart.x, chart.y):
        if axis.scale not in SCALES:
            near = get_close_matches(axis.scale, SCALES, n=1)
            raise ChartError(
                f"chart '{chart.title}': unknown scale '{axis.scale}'; "
                + (f"did you mean '{near[0]}'?" if near else f"known: {', '.join(SCALES)}")
            )
        if axis.scale != "linear" and chart.stacked:
            raise ChartError(f"chart '{chart.title}' is stacked and needs a linear axis, not {axis.scale}")
    series = tuple(_plain_series(chart, one) for one in chart.series)
    if chart.kind == "area" and any(one.x != series[0].x for one in series):
        raise ChartError(f"chart '{chart.title}' is stacked: all series need the same x")
    return replace(chart, series=series, marks=tuple(_plain_mark(chart, mark) for mark in chart.marks))


def _plain_mark(chart, mark):
    where = f"chart '{chart.title}', mark '{mark.label}'"
    places = {key: plain(getattr(mark, key)) for key in ("x", "y", "x_end", "y_end")}
    if places["x"] is None and places["y"] is None:
        raise ChartError(f"{where}: it has neither x nor y")
    for key, value in places.items():
        if value is not None:
            _check(where, key, chart.x if key.startswith("x") else chart.y, value)
    return replace(mark, **places)


def _plain_series(chart, one):
    where = f"chart '{chart.title}', series '{one.label}'"
    x = tuple(plain(value) for value in (range(len(chart.categories)) if chart.categories else one.x))
    y = tuple(plain(value) for value in one.y)
    if not x or len(x) != len(y) or (one.names and len(one.names) != len(x)):
        raise ChartError(
            f"{where}: {len(x)} x, {len(y)} y and {len(one.names)} names; "
            "x and y need the same number of values, and as many names or none"
        )
    if one.links and len(one.links) != len(x):
        raise ChartError(f"{where}: {len(x)} x and {len(one.links)} links; expected a link for each or none")
    for axis, values in ((chart.x, x), (chart.y, y)):
        for index, value in enumerate(values):
            _check(where, f"value {index} of {axis.label or 'x'}", axis, value)
    return Series(one.label, x, y, tuple(map(str, one.names)), one.shape, tuple(one.links))


def _check(where, what, axis, value):
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise ChartError(f"{where}: {what} is {value!r}, not a finite number")
    if axis.scale != "linear" and value <= 0:
        raise ChartError(f"{where}: {what} is {value}; a log axis shows only numbers > 0")
