"""Draws the dots of a chart: those of a series that open the same source are one path of points."""

from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.transforms import IdentityTransform

from .svg import LOCAL, SERIES

# Of each shape: half its length, its width, the ends of its line. Of a line of no length the ends are seen.
SHAPES = ((0, 3.2, "round"), (0, 2.9, "projecting"), (2.2, 1.6, "butt"))
GRID = 0.5  # dots that fall into the same square of this size are one


def draw_dots(axes, chart):
    """Draws every dot of the chart on axes that have their place."""
    numbers = {link: number for number, link in enumerate(chart.links)}
    for number, series in enumerate(chart.series):
        shape, colour = divmod(number, len(SERIES))
        half, width, ends = SHAPES[shape]
        for link, places in _places(axes, series).items():
            corners = [corner for x, y in places for corner in ((x - half, y), (x + half, y))]
            path = Path(corners, [Path.MOVETO, Path.LINETO] * len(places))
            path.should_simplify = False
            axes.add_artist(
                PathPatch(
                    path,
                    transform=IdentityTransform(),
                    facecolor="none",
                    edgecolor=SERIES[colour],
                    linewidth=width,
                    capstyle=ends,
                    clip_on=False,
                    url=f"{LOCAL}{numbers[link]}" if link else None,
                    zorder=4,
                )
            )


def _places(axes, series):
    """Where the dots of a series are drawn, by what they open; one place is drawn once."""
    links = series.links or [None] * len(series.x)
    found, taken = {}, set()
    for (x, y), link in zip(axes.transData.transform(list(zip(series.x, series.y))), links):
        place = round(x / GRID) * GRID, round(y / GRID) * GRID
        if place not in taken:
            taken.add(place)
            found.setdefault(link, []).append(place)
    return found
