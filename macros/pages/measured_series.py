"""Published measurements, series by series: where each is from, and every point beside bound and estimate."""

import html
from functools import cache

from llmmath.evidence import judged, measurements
from llmmath.records import engines

from ..charts import Axis, Link, Mark, Series, dots
from ..charts.points import room_beside
from ..errors import MacroError, unknown
from ..html_table import NONE, Table, heading, markup, scrolling, text
from ..quantities import digits_of, number, write

UNEXPLAINED = "Unexplained: some of its points took less time than the bound."


@cache
def series_of():
    """Series by their engine, the one with the most points first: {engine: {key: series}}."""
    found = {}
    for key, series in measurements.load().items():
        found.setdefault(series.family, {})[key] = series

    def points(engine):
        return measurements.bound_ratios(found[engine].values())["points"]

    return {engine: found[engine] for engine in sorted(found, key=points, reverse=True)}


def engines_measured():
    """Keys of the engines that there are measurements of, the one with the most points first."""
    return list(series_of())


def page_of(engine):
    """Address of the page with an engine's series, below the site's root."""
    return f"measurements/{engine.replace('.', '-')}/"


@cache
def unseen():
    """What was predicted of each point without its engine-and-card: {identity of the point: dict}."""
    return {id(point): predicted for point, predicted in judged.rows("system")}


def of_engine(figures, engine):
    """Every series of an engine, folded: source, caveat, points."""
    if engine not in series_of():
        raise MacroError(unknown("measured engine", engine, series_of()))
    return "\n\n".join(folded(key, series) for key, series in series_of()[engine].items())


def folded(key, series):
    """One series, folded: its title and how many points; what it is, and the points."""
    rows = measurements.rows(series)
    low, high = min(row["ratio"] for row in rows), max(row["ratio"] for row in rows)
    counted = f"{len(rows)} points" if len(rows) > 1 else "one point"
    about = [
        f"{series.hardware}; {series.engine}.",
        series.caveat,
        *([UNEXPLAINED] if series.unexplained else []),
    ]
    source = html.escape(series.source)
    if series.url:
        source = f'<a href="{html.escape(series.url)}">{source}</a>'
    dated = f", {html.escape(series.date)}" if series.date else ""
    return (
        f'<details class="lm-series" id="{html.escape(key)}" data-search-exclude>'
        f"<summary>{html.escape(series.title)} "
        f"<small>{counted}, bound over measured {number(low, 2)} to {number(high, 2)}</small></summary>"
        f"<p>{html.escape(' '.join(about))} Source: {source}{dated}.</p>"
        f"{points_table(series, rows)}</details>"
    )


def points_table(series, rows):
    """Every point of a series."""
    predicted = [unseen().get(id(point)) for point in series.points]
    cases = [case(row) for row in rows]
    differing = [at for at, values in enumerate(zip(*cases)) if len(set(values)) > 1]
    told = [", ".join(one[at] for at in differing) for one in cases]
    cells = [point_row(*given) for given in zip(rows, predicted, told, strict=True)]
    return scrolling(f"Points of {series.title}", markup(cells))


def case(row):
    """What can tell a point from others of the same model, in words."""
    queries = "one query" if row["batch"] == 1 else f"{number(row['batch'])} queries"
    return (
        on(row),
        row["dtype"],
        queries,
        f"prompt {number(row['prompt'])}",
        f"output {number(row['output'])}",
    )


def on(row):
    cards = f"{row['n_accelerators']} × " if row["n_accelerators"] > 1 else ""
    return f"{cards}{row['accelerator']}"


def point_row(row, predicted, told_by):
    """A point's row: what was run, how long it took, the bound, and what was predicted without its system."""
    cells = {
        "Model": heading(html.escape(row["model"]), told_by=told_by),
        "On": text(html.escape(on(row))),
        "Type": text(html.escape(row["dtype"])),
        "Queries": figure_cell(number(row["batch"])),
        "Prompt": figure_cell(number(row["prompt"])),
        "Output": figure_cell(number(row["output"])),
        "Measured": figure_cell(time(row["measured"], digits_of(row["measured"], most=3))),
        "Bound": figure_cell(time(row["predicted"])),
    }
    if predicted is None:
        return cells | {"Estimate": NONE, "80% interval": NONE}
    return cells | {
        "Estimate": figure_cell(time(predicted["expected"])),
        "80% interval": figure_cell(f"{time(predicted['low'])} – {time(predicted['high'])}"),
    }


def figure_cell(written):
    return text(written, numeric=True)


def time(seconds, digits=3):
    return write(seconds, "s", "ms" if seconds < 1 else "s", digits)


def ratios(figures, engine):
    """Of an engine's points bound, and estimate without their system, over the measured time."""
    series = series_of()[engine]
    rows = [(key, row) for key, one in series.items() for row in measurements.rows(one)]
    shown = [
        Series(
            "bound",
            [row["measured"] for _, row in rows],
            [row["ratio"] for _, row in rows],
            links=[link(key) for key, _ in rows],
        )
    ]
    estimated = judged.ratios("system", lambda point: point.family == engine)
    if estimated:
        times, ratios_, keys = zip(*estimated)
        shown.append(Series("estimate", times, ratios_, links=[link(key) for key in keys]))
    return figures.chart(
        dots(
            f"{engines.get(engine).name}: predicted over measured time",
            "A dot at one is a prediction that came true; bounds lie below it, estimates on both sides. "
            "Each dot opens its source.",
            x=Axis("measured", "ms", scale="log", factor=1e-3, limits=limits(shown, "x")),
            y=Axis("predicted / measured", scale="log2", limits=limits(shown, "y")),
            series=shown,
            marks=[Mark("as measured", y=1)],
        ),
        f"measured {engine}",
        [measurements.rows, judged.ratios],
    )


def limits(series, axis):
    """Limits of an axis with a little room beside what several series have on it."""
    return room_beside([value for one in series for value in getattr(one, axis)])


def link(key):
    """What a dot of a series opens: the source, or where there is no address its place on this site."""
    series = measurements.get(key)
    return Link(series.url or f"../../{page_of(series.family)}#{key}", series.title)


def summary(figures):
    """Every engine: how the bound and the estimate compare with what was measured."""
    t = Table(
        figures,
        "Bound over measured time, and error of the estimate, by engine",
        sortable=True,
        turned=True,
    )
    for engine, series in series_of().items():
        found = measurements.bound_ratios(series.values())
        error = judged.summary("system", lambda point, engine=engine: point.family == engine)
        beaten = [key for key, one in series.items() if one.unexplained]

        def cell(name, digits=2, engine=engine, found=found):
            return t.known(
                measurements.bound_ratios,
                {"engine": engine},
                found[name],
                f"bound_ratios.{name}",
                digits=digits,
            )

        t.row({
            "Engine": f'<a href="../{page_of(engine)}">{html.escape(engines.get(engine).name)}</a>',
            "Series": text(f"{len(series)}", numeric=True),
            "Points": cell("points", None),
            "Bound: lowest": cell("ratio_low"),
            "Bound: median": cell("ratio_median"),
            "Bound: highest": cell("ratio_high"),
            "Series<br>unexplained": text(f"{len(beaten)}", numeric=True) if beaten else NONE,
            "Estimate:<br>median error": t.known(
                judged.summary,
                {"way": "system", "engine": engine},
                error["median"],
                "judged.median",
                "%",
                digits=2,
            ),
        })  # fmt: skip
    return t.render()


CHARTS = {"measured_ratios": ratios}
TABLES = {"measured_summary": summary, "measured_series": of_engine}
