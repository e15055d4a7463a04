"""Draws a chart with matplotlib, which is imported only where a drawing is not in the cache.

One drawing serves phone and desktop: it is laid out for text of 12 units in a width of 360, and the style
sheet makes the text smaller where there is more room, which never makes labels collide. Colours are sentinels
that `svg.py` replaces by the theme's variables.
"""

import io

import matplotlib
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, LogLocator, MaxNLocator, NullLocator
from matplotlib.transforms import Bbox

from .dots import draw_dots
from .numbers import tick, written
from .svg import BACKGROUND, FAINT, GRID, INK, SERIES

WIDTH, HEIGHT, TALL, LOW, TEXT = 360, 240, 330, 120, 12  # units of the drawing
ROW = 15  # distance between lines of text
GAP = 6  # between a mark and its label
OUT = (12, 18, 25, 33, 42, 52, 64, 80)  # how far off a label may be, with a line to it
NEAR = 9  # from a ring to a label that needs no line to it
DASHES = (
    "solid",
    (0, (5, 1.8)),
    (0, (1.4, 1.4)),
    (0, (7, 1.8, 1.4, 1.8)),
    (0, (3, 1.6)),
    (0, (9, 2, 1.4, 2, 1.4, 2)),
)
MARKERS = "os^Dv*"
STYLE = {
    "svg.fonttype": "none",
    "svg.hashsalt": "charts",
    "font.size": TEXT,
    "font.family": "DejaVu Sans",
    "text.color": INK,
    "axes.edgecolor": FAINT,
    "axes.labelcolor": INK,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.major.size": 0,
    "ytick.major.size": 0,
    "xtick.minor.size": 0,
    "ytick.minor.size": 0,
    "grid.color": GRID,
    "grid.linewidth": 1,
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.linewidth": 1,
    "lines.linewidth": 2,
    "lines.markersize": 6.5,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "path.simplify": True,
    "path.simplify_threshold": 0.3,
}


def settings():
    """All settings of matplotlib: its defaults and ours, so that an author's matplotlibrc changes nothing."""
    return {**matplotlib.rcParamsDefault, **STYLE}


def draw(chart):
    """The chart as matplotlib's SVG text, with sentinel colours."""
    with matplotlib.rc_context(settings()):
        height = HEIGHT
        if chart.kind == "dots":
            height = TALL
        if chart.kind == "bars":
            height = _bar_rows(chart) * 21 + 12 * len(chart.categories) + 44
        low = LOW if chart.below else 0
        figure = Figure(figsize=(WIDTH / 72, (height + low) / 72), dpi=72)
        FigureCanvasSVG(figure)
        panels = [_Panel(figure, chart, low, height)]
        if chart.below:
            panels.append(_Panel(figure, chart.below, 0, low, first=len(chart.series)))
            # Both show the same x, which is written below the lower one.
            panels[1].axes.set_xlim(panels[0].axes.get_xlim())
        _lay_out(figure, panels)
        if chart.kind == "dots":
            draw_dots(panels[0].axes, chart)
        text = io.StringIO()
        figure.savefig(text, format="svg", metadata={"Date": None}, transparent=True)
        return text.getvalue()


class _Panel:
    """A chart's axes, between two heights of the figure, and the labels of its curves."""

    def __init__(self, figure, chart, low, height, first=0):
        """`first` is the number of the colour that its first curve has."""
        self.chart, self.low, self.height, self.first = chart, low, height, first
        self.axes = figure.add_axes((0.15, 0.15, 0.6, 0.7), label=f"{first}")
        kinds = {"xy": _draw_xy, "area": _draw_area, "bars": _draw_bars, "dots": _draw_axes}
        given = {"first": first} if first else {}
        self.labels = kinds[chart.kind](self.axes, chart, **given)


# Kinds. Each returns the labels to set at the right end: (x, y, text, colour) in data coordinates.


def _draw_xy(axes, chart, first=0):
    labels = []
    for number, series in enumerate(chart.series, first):
        colour = SERIES[number]
        if series.shape == "points":
            axes.plot(
                series.x,
                series.y,
                linestyle="none",
                marker=MARKERS[number],
                color=colour,
                markeredgecolor=BACKGROUND,
                markeredgewidth=0.8,
                zorder=4,
            )
            continue
        axes.plot(
            series.x,
            series.y,
            color=colour,
            linestyle=DASHES[number - first],
            zorder=3,
            drawstyle="steps-post" if series.shape == "step" else "default",
        )
        labels.append((series.x[-1], series.y[-1], series.label, colour))
    _scale(axes, chart)
    return labels


def _draw_axes(axes, chart):
    """The axes alone: dots have their place once the axes have theirs."""
    _scale(axes, chart)
    # Among so many dots a line is named at its right end, in a column of words as narrow as they allow.
    ends = [(mark, mark.y if mark.y_end is None else mark.y_end) for mark in _at_the_edge(chart)]
    return [(axes.get_xlim()[1], y, mark.label.replace(" ", "\n"), INK) for mark, y in ends]


def _at_the_edge(chart):
    """The marks of a chart of dots that are lines to its right edge."""
    lines = [mark for mark in chart.marks if mark.y is not None and not _is_point(mark)]
    return (
        [mark for mark in lines if mark.x is None or mark.x_end is not None] if chart.kind == "dots" else []
    )


def _draw_area(axes, chart):
    low = [0.0] * len(chart.series[0].x)
    labels = []
    for number, series in enumerate(chart.series):
        high = [a + b for a, b in zip(low, series.y)]
        axes.fill_between(series.x, low, high, color=SERIES[number], edgecolor=BACKGROUND, linewidth=1)
        labels.append((series.x[-1], (low[-1] + high[-1]) / 2, series.label, SERIES[number]))
        low = high
    _scale(axes, chart)
    axes.set_xlim(chart.series[0].x[0], chart.series[0].x[-1])
    axes.set_ylim(bottom=0)
    return labels


def _bar_rows(chart):
    return len(chart.categories) * (1 if chart.stacked else len(chart.series))


def _draw_bars(axes, chart):
    rows = 1 if chart.stacked else len(chart.series)
    thick = 0.8 / rows
    low = [0.0] * len(chart.categories)
    for number, series in enumerate(chart.series):
        shift = 0 if chart.stacked else (number + 0.5) * thick - 0.4
        places = [place + shift for place in range(len(chart.categories))]
        axes.barh(
            places,
            series.y,
            left=low if chart.stacked else None,
            height=thick * 0.94,
            color=SERIES[number],
            edgecolor=BACKGROUND,
            linewidth=1,
        )
        if chart.stacked:
            low = [a + b for a, b in zip(low, series.y)]
        else:
            for place, value in zip(places, series.y):
                _beside(axes, value, place, written(value, chart.y, 3))
    if chart.stacked:
        for place, total in enumerate(low):
            _beside(axes, total, place, written(float(total), chart.y, 3))
    axes.set_yticks(range(len(chart.categories)), chart.categories)
    axes.set_ylim(len(chart.categories) - 0.5, -0.5)
    if chart.y.scale == "linear":
        axes.set_xlim(left=0)
    _ticks(axes.xaxis, axes.set_xscale, chart.y)
    if chart.y.limits:
        axes.set_xlim(chart.y.limits)
    return []


def _beside(axes, x, y, text):
    axes.annotate(text, (x, y), (4, 0), textcoords="offset points", va="center", ha="left", gid="end")


# Axes


def _scale(axes, chart):
    _ticks(axes.xaxis, axes.set_xscale, chart.x)
    _ticks(axes.yaxis, axes.set_yscale, chart.y)
    if chart.x.limits:
        axes.set_xlim(chart.x.limits)
    elif any(series.shape != "points" for series in chart.series):
        reached = [x for series in chart.series for x in series.x]
        reached += [x for mark in chart.marks for x in (mark.x, mark.x_end) if x is not None]
        axes.set_xlim(min(reached), max(reached))
    else:
        axes.margins(x=0.12)
    for mark in chart.marks:
        # A line that marks a bound has to be inside the picture.
        for y in (mark.y, mark.y_end):
            if y is not None:
                axes.update_datalim([(axes.get_xlim()[0], y)], updatex=False)
    axes.autoscale_view(scalex=False)
    if chart.y.limits:
        axes.set_ylim(chart.y.limits)
    elif chart.y.scale == "linear" and axes.dataLim.y0 >= 0 and axes.dataLim.y0 < 0.5 * axes.dataLim.y1:
        axes.set_ylim(bottom=0)


def _ticks(axis, set_scale, about):
    if about.scale == "linear":
        # Round numbers in the unit that is shown, not in that of the data.
        axis.set_major_locator(_Scaled(about.factor))
    else:
        base = 2 if about.scale == "log2" else 10
        set_scale("log", base=base)
        finer = LogLocator(base=base, subs=(1, 2, 5), numticks=9) if base == 10 else None
        axis.set_major_locator(_Scaled(about.factor, LogLocator(base=base, numticks=7), finer))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(FuncFormatter(lambda value, _position: tick(value, about)))


class _Scaled(MaxNLocator):
    """Ticks that are round after division by `factor`; those of `finer` where a decade or less is shown."""

    def __init__(self, factor, locator=None, finer=None):
        super().__init__(nbins=5, steps=[1, 2, 2.5, 5, 10])
        self.factor, self.locator, self.finer = factor, locator, finer

    def set_axis(self, axis):
        super().set_axis(axis)
        for locator in (self.locator, self.finer):
            if locator:
                locator.set_axis(axis)

    def tick_values(self, vmin, vmax):
        ticks = self.inside(self.locator.tick_values if self.locator else super().tick_values, vmin, vmax)
        if self.finer and len(ticks) < 2:
            ticks = self.inside(self.finer.tick_values, vmin, vmax)
        return ticks

    def inside(self, within, vmin, vmax):
        ticks = [value * self.factor for value in within(vmin / self.factor, vmax / self.factor)]
        return [value for value in ticks if min(vmin, vmax) * 0.999999 <= value <= max(vmin, vmax) * 1.000001]

    def __call__(self):
        return self.tick_values(*self.axis.get_view_interval())


# Layout: the plot takes what the labels around it leave.


def _lay_out(figure, panels):
    for panel in panels:
        _label_ends(panel)
    figure.draw_without_rendering()
    flat = panels[0].chart.kind == "bars"
    left = max(_widest(panel.axes.get_yticklabels()) for panel in panels) + 8
    ends = [_widest(panel.axes.texts if flat else panel.texts) for panel in panels]
    right = max(max(ends) + GAP + 2, 14)
    for panel in panels:
        _set(figure, panel, left, right, named=panel is panels[-1])
    figure.draw_without_rendering()
    for panel in panels:
        axes, chart = panel.axes, panel.chart
        _thin_out(axes.xaxis, lambda bounds: (bounds.x0 - 5, bounds.x1 + 5))
        _thin_out(axes.yaxis, lambda bounds: (bounds.y0, bounds.y1))
        _spread(axes, panel.texts)
        taken = [text.get_window_extent() for text in panel.texts] + _line_boxes(axes, chart)
        _draw_marks(axes, chart, taken)
        _name_points(axes, chart, taken, panel.inside)


def _label_ends(panel):
    """Sets the labels of curves beside their ends at the edge."""
    axes = panel.axes
    axes.grid(axis="x" if panel.chart.kind == "bars" else "both")
    # A curve that ends well inside the picture is labelled last, where its label finds room.
    to_axes = axes.transData + axes.transAxes.inverted()
    panel.inside = [label for label in panel.labels if to_axes.transform(label[:2])[0] < 0.85]
    panel.texts = [
        axes.annotate(
            label, (x, y), (GAP, 0), textcoords="offset points", va="center", ha="left", color=colour
        )
        for x, y, label, colour in panel.labels
        if (x, y, label, colour) not in panel.inside
    ]


def _set(figure, panel, left, right, named):
    """Gives a panel its place, `left` and `right` of which labels stand, and writes what its axes show.

    `named` says whether its x is written below it.
    """
    axes, chart = panel.axes, panel.chart
    flat = chart.kind == "bars"
    bottom = ROW * (2 if chart.x.title or flat else 1) + 6 if named else 8
    top = 8 if flat else ROW + 10
    width, height = figure.get_size_inches() * 72
    wide, high = width - left - right, panel.height - top - bottom
    axes.set_position((left / width, (panel.low + bottom) / height, wide / width, high / height))
    if named:
        title = (chart.y if flat else chart.x).title
        axes.text(1, (4 - bottom) / high, title, transform=axes.transAxes, ha="right", va="bottom")
    else:
        axes.tick_params(labelbottom=False)
    if not flat:
        figure.text(0, (panel.low + panel.height - 2) / height, chart.y.title, ha="left", va="top")


def _widest(texts):
    return max((text.get_window_extent().width for text in texts), default=0)


def _thin_out(axis, ends):
    """Drops every other tick until no two labels touch."""
    ticks = list(axis.get_majorticklocs())
    while len(ticks) > 2:
        axis.set_major_locator(FixedLocator(ticks))
        boxes = sorted(ends(label.get_window_extent()) for label in axis.get_ticklabels())
        if all(one[1] <= other[0] for one, other in zip(boxes, boxes[1:])):
            return
        ticks = ticks[::2] if axis.axis_name == "y" else ticks[1 - len(ticks) % 2 :: 2]


def _spread(axes, texts):
    """Moves labels at line ends apart, keeping their order."""
    bounds = axes.get_window_extent()
    placed = sorted(texts, key=lambda text: text.get_window_extent().y0)
    wanted = [text.get_window_extent().y0 + text.get_window_extent().height / 2 for text in placed]
    low = bounds.y0 + ROW / 2
    final = []
    for place in wanted:
        low = max(place, low)
        final.append(low)
        low += ROW
    # What was pushed out at the top moves the ones below it down again.
    high = bounds.y1 + 4
    for index in reversed(range(len(final))):
        final[index] = high = min(final[index], high)
        high -= ROW
    for text, place, was in zip(placed, final, wanted, strict=True):
        text.set_position((GAP, text.get_position()[1] + place - was))


def _line_boxes(axes, chart):
    """Small boxes along every curve, for labels to keep clear of."""
    boxes = []
    for series in chart.series if chart.kind == "xy" else ():
        if series.shape == "points":
            continue
        corners = [axes.transData.transform(point) for point in zip(series.x, series.y)]
        if series.shape == "step":
            corners = [
                corners[0],
                *((x, y) for (_, before), (x, after) in zip(corners, corners[1:]) for y in (before, after)),
            ]
        for (x0, y0), (x1, y1) in zip(corners, corners[1:]):
            count = int(max(abs(x1 - x0), abs(y1 - y0)) // 4) + 1
            for i in range(count):
                x, y = x0 + (x1 - x0) * i / count, y0 + (y1 - y0) * i / count
                boxes.append(Bbox([[x - 2, y - 2], [x + 2, y + 2]]))
    return boxes


def _draw_marks(axes, chart, taken):
    """Lines, bands and points to look at, each with its label where there is room for it."""
    bounds = axes.get_window_extent()
    # Lines of all marks first: no label is to stand on the line of another mark.
    taken += [box for mark in chart.marks if (box := _line_box(axes, mark, bounds))]
    # No label of a point stands on another point, nor so close to it that it could be that one's.
    rings = {mark: axes.transData.transform((mark.x, mark.y)) for mark in chart.marks if _is_point(mark)}
    points = [_square(place, 4) for place in _points(axes, chart)] if rings else []
    for mark in chart.marks:
        if None not in (mark.x, mark.y, mark.x_end, mark.y_end):
            places = _draw_line(axes, mark)
        elif _is_point(mark):
            own = rings[mark]
            others = [_square(place, 13) for place in rings.values() if abs(place - own).max() > 1]
            _draw_point(axes, mark)
            places = _around(*own) + _further(*own)
            label = _place(axes, mark.label, places, [*taken, *points, *others], bounds, INK)
            taken.append(label)
            if mark.label:
                _lead(axes, own, label)
            continue
        elif mark.x is not None:
            places = _draw_upright(axes, mark, bounds)
        else:
            places = _draw_level(axes, mark, bounds)
        if mark not in _at_the_edge(chart):
            taken.append(_place(axes, mark.label, places, taken, bounds, INK))


def _is_point(mark):
    return mark.x is not None and mark.y is not None and mark.x_end is None and mark.y_end is None


def _square(place, half):
    x, y = place
    return Bbox([[x - half, y - half], [x + half, y + half]])


def _points(axes, chart):
    """Where the points of a chart are drawn."""
    return [
        axes.transData.transform(point)
        for series in chart.series
        if series.shape == "points"
        for point in zip(series.x, series.y)
    ]


def _lead(axes, ring, label):
    """Draws a thin line from a ring to its label where that does not stand right beside it."""
    x, y = ring
    near = min(max(x, label.x0), label.x1), min(max(y, label.y0 + 3), label.y1 - 3)
    far = ((near[0] - x) ** 2 + (near[1] - y) ** 2) ** 0.5
    if far <= NEAR:
        return
    edge = 4 / far  # the line begins at the ring
    begin = x + edge * (near[0] - x), y + edge * (near[1] - y)
    to_axes = axes.transAxes.inverted().transform
    (x0, y0), (x1, y1) = to_axes(begin), to_axes(near)
    axes.plot([x0, x1], [y0, y1], transform=axes.transAxes, color=INK, linewidth=0.8, zorder=5)


MARK_LINE = {"color": INK, "linewidth": 1.2, "linestyle": (0, (2, 2)), "zorder": 2}
MARK_AREA = {"color": GRID, "linewidth": 0, "zorder": 1}


def _line_box(axes, mark, bounds):
    """The box of a mark that is a line; None for spans, bands and points in the plot."""
    if mark.y is None and mark.x_end is None:
        x = axes.transData.transform((mark.x, 1))[0]
        return Bbox([[x - 1, bounds.y0], [x + 1, bounds.y1]])
    if mark.x is None and mark.y_end is None:
        y = axes.transData.transform((1, mark.y))[1]
        return Bbox([[bounds.x0, y - 1], [bounds.x1, y + 1]])
    return None


def _draw_line(axes, mark):
    """Draws a line from one point to another; returns the places for its label, below its right end first."""
    axes.plot([mark.x, mark.x_end], [mark.y, mark.y_end], **MARK_LINE)
    x, y = axes.transData.transform((mark.x_end, mark.y_end))
    left, low = axes.transData.transform((mark.x, mark.y))
    return [(x - 2, y - 60, "right", "top"), (left + 60, low + 4, "left", "bottom")]


def _draw_point(axes, mark):
    """Draws a point to look at."""
    ring = {"color": BACKGROUND, "markeredgecolor": INK, "markeredgewidth": 1.6, "zorder": 5}
    axes.plot([mark.x], [mark.y], marker="o", **ring)


def _draw_upright(axes, mark, bounds):
    """Draws a line at an x, or a span from it; returns the places for its label, below one another."""
    if mark.x_end is None:
        axes.axvline(mark.x, **MARK_LINE)
    else:
        axes.axvspan(mark.x, mark.x_end, **MARK_AREA)
    x = axes.transData.transform((mark.x, 1))[0]
    return [
        (x + side * 4, bounds.y1 - 3 - row * ROW, align, "top")
        for row in range(5)
        for side, align in ((1, "left"), (-1, "right"))
    ]


def _draw_level(axes, mark, bounds):
    """Draws a line at a y, or a band from it; returns the places for its label, at its ends and middle."""
    if mark.y_end is None:
        axes.axhline(mark.y, **MARK_LINE)
    else:
        axes.axhspan(mark.y, mark.y_end, **MARK_AREA)
    y = axes.transData.transform((1, mark.y if mark.y_end is None else max(mark.y, mark.y_end)))[1]
    ends = (
        (bounds.x0 + 4, "left"),
        (bounds.x1 - 4, "right"),
        ((bounds.x0 + bounds.x1) / 2, "center"),
    )
    return [
        (x, y + offset, align, side) for x, align in ends for offset, side in ((2, "bottom"), (-2, "top"))
    ]


def _name_points(axes, chart, taken, ends):
    """The names of points and of curves that end inside, in the plot or to the right of it."""
    plot = axes.get_window_extent()
    wide = Bbox.from_extents(plot.x0, plot.y0, axes.figure.bbox.x1, plot.y1)
    named = [
        (axes.transData.transform((x, y)), name, SERIES[number])
        for number, series in enumerate(chart.series)
        if chart.kind == "xy"
        for x, y, name in zip(series.x, series.y, series.names)
    ]
    named += [(axes.transData.transform((x, y)), name, colour) for x, y, name, colour in ends]
    for (x, y), _name, _colour in named:
        taken.append(Bbox([[x - 4, y - 4], [x + 4, y + 4]]))
    for (x, y), name, colour in named:
        taken.append(_place(axes, name, _around(x, y), taken, wide, colour))


def _around(x, y):
    """Places for a label of a point, the best first."""
    near = [
        (7, 0, "left", "center"),
        (-7, 0, "right", "center"),
        (0, 6, "center", "bottom"),
        (0, -6, "center", "top"),
        (5, 5, "left", "bottom"),
        (-5, 5, "right", "bottom"),
        (5, -5, "left", "top"),
        (-5, -5, "right", "top"),
        (0, 20, "center", "bottom"),
        (0, -20, "center", "top"),
        (14, 14, "left", "bottom"),
        (-14, -14, "right", "top"),
    ]
    return [(x + dx, y + dy, ha, va) for dx, dy, ha, va in near]


def _further(x, y):
    """Places for the label of a point that a line leads to, the nearest first."""
    flat = [(side * out, 0, align, "center") for out in OUT for side, align in ((1, "left"), (-1, "right"))]
    high = [
        (side * out, up * out, align, edge)
        for out in OUT
        for up, edge in ((1, "bottom"), (-1, "top"))
        for side, align in ((1, "left"), (-1, "right"), (0, "center"), (0, "left"), (0, "right"))
    ]
    placed = sorted([*flat, *high], key=lambda place: place[0] ** 2 + place[1] ** 2)
    return [(x + dx, y + dy, align, edge) for dx, dy, align, edge in placed]


def _place(axes, label, places, taken, bounds, colour):
    """Sets `label` at the first of `places` that is free and inside, else where it covers least; its box."""
    if not label:
        return Bbox.null()
    to_axes = axes.transAxes.inverted().transform
    text = axes.text(0, 0, label, transform=axes.transAxes, color=colour, zorder=6)
    edges = bounds.extents.tolist()
    others = [other.extents.tolist() for other in taken]

    def covered(place):
        x, y, align, side = place
        text.set(position=to_axes((x, y)), ha=align, va=side)
        box = text.get_window_extent()
        x0, y0, x1, y1 = box.extents.tolist()
        beyond = (edges[0] - x0, x1 - edges[2], edges[1] - y0, y1 - edges[3] - ROW)
        outside = sum(max(side, 0) for side in beyond)
        shared = sum(
            (min(x1, right) - max(x0, left)) * (min(y1, top) - max(y0, bottom))
            for left, bottom, right, top in others
            if left < x1 and x0 < right and bottom < y1 and y0 < top
        )
        return outside * TEXT + shared, box

    best, least = None, None
    for place in places:
        cover, box = covered(place)
        if not cover:
            return box
        if least is None or cover < least:
            best, least = place, cover
    return covered(best)[1]
