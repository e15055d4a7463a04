"""Predictions beside published measurements: tables and charts of the page on both."""

import html
from functools import cache
from pathlib import Path

from llmmath.evidence import fit, measurements, own_runs

from .. import lookup
from ..charts import Axis, Mark, Series, figure, lines, scatter
from ..errors import MacroError, unknown
from ..html_table import NONE, Table, markup, scrolling, stated, text
from ..quantities import digits_of

TIME = Axis("measured", "ms", scale="log", factor=1e-3)


@cache
def residuals(key):
    return fit.residuals(measurements.get(key))


@cache
def overall():
    return fit.overall()


def unseen(figures):
    """Of every series, and of all, the errors where the fit never saw the model, the card, the batch size."""
    return errors_of("Error of predictions for what the fit never saw, by series", figures, ())


def constant(figures):
    """The same errors of one constant in place of the fit."""
    return errors_of("Error of one constant for what it never saw, by series", figures, ("constant",))


def errors_of(caption, figures, below):
    t = Table(figures, caption, sortable=True)
    t.row({
        "Series": "All series",
        "Points": t.known(fit.overall, {}, overall()["points"], "overall.points"),
        **error_cells(t, fit.overall, {}, "overall", overall(), below),
    })  # fmt: skip
    for key in measurements.load():
        found = residuals(key)
        t.row({
            "Series": f'<a href="#{key}">{html.escape(found["title"])}</a>',
            "Points": residual(t, key, "points"),
            **error_cells(t, fit.residuals, {"series": key}, "residuals", found, below),
        })  # fmt: skip
    return t.render()


def error_cells(t, function, inputs, name, found, below):
    """Median and worst error of each way of leaving out; dashes where there is too little to leave out."""
    cells = {}
    for way in fit.WAYS:
        for which in ("median", "worst"):
            cell, entry = NONE, found[way]
            if entry is not None:
                for part in (*below, which):
                    entry = entry[part]
                path = ".".join((name, way, *below, which))
                cell = t.known(function, inputs, entry, path, unit="%", digits=2)
            cells[f"{way.capitalize()}: {which}"] = cell
    return cells


def summary(figures):
    """Every series: how the bound compares with what was measured."""
    t = Table(figures, "Predicted over measured time, by series", sortable=True)
    for key in measurements.load():
        found = residuals(key)
        t.row({
            "Series": f'<a href="#{key}">{html.escape(found["title"])}</a>',
            "Points": residual(t, key, "points"),
            "Bound: lowest": residual(t, key, "ratio_low"),
            "median": residual(t, key, "ratio_median"),
            "highest": residual(t, key, "ratio_high"),
        })  # fmt: skip
    return t.render()


def residual(t, key, name):
    """A cell with a figure of a series' residuals."""
    return t.known(fit.residuals, {"series": key}, residuals(key)[name], f"residuals.{name}", digits=2)


def attained(figures):
    """What a fit to a series says that its system attains."""
    t = Table(figures, "What each system attains, fitted to all of its points", sortable=True)
    for key in measurements.load():
        found = residuals(key)
        if found["attained"] is None:
            continue

        def share(name, unit="%", key=key, attained=found["attained"]):
            return t.known(fit.fit, {"series": key}, getattr(attained, name), f"fit.{name}", unit, digits=2)

        t.row({
            "Series": html.escape(found["title"]),
            "Share of bandwidth": share("bandwidth_fraction"),
            "Share of peak": share("peak_fraction"),
            "Fixed time per layer": share("fixed_seconds_per_layer", "µs"),
        })  # fmt: skip
    return t.render()


def carried(figures, series):
    """What is fitted to one series, judged on every other."""
    title = measurements.get(series).title
    t = Table(figures, f"Fitted to: {title}. Judged on series it never saw", sortable=True)
    for judged in fit.carried(series)["judged"]:

        def error(name, unit=None, judged=judged):
            inputs = {"fitted_to": series, "series": judged["key"]}
            return t.known(fit.carried, inputs, judged[name], f"carried.{name}", unit, digits=2)

        t.row({
            "Series": html.escape(judged["title"]),
            "Same engine": text("yes" if judged["same_engine"] else "no"),
            "Points": error("points"),
            "Median error": error("median", "%"),
            "Worst error": error("worst", "%"),
        })  # fmt: skip
    return t.render()


def experts(figures):
    """Of the points that beat the bound, how many experts can have been read at the published bandwidth."""
    t = Table(figures, "Experts of a layer that can have been read, where the bound was beaten")
    for key, series in measurements.load().items():
        if not series.unexplained:
            continue
        for point in measurements.experts_read(series):

            def count(name, key=key, point=point):
                inputs = {"series": key, **{one: point[one] for one in ("batch", "prompt", "output")}}
                return t.known(
                    measurements.experts_read, inputs, point[name], f"experts_read.{name}", digits=3
                )

            t.row({
                "Series": html.escape(series.title),
                "Queries": stated(point["batch"]),
                "Prompt": stated(point["prompt"]),
                "Measured": time(point["measured"], digits_of(point["measured"], most=3)),
                "Of so many": count("experts"),
                "Expected": count("expected"),
                "At most": count("at_most"),
            })  # fmt: skip
    return t.render()


def left_out(figures):
    """Measurements that are not used, and why."""
    return "\n".join(f"- `{name}`: {reason}." for name, reason in measurements.left_out().items())


def every_series(figures):
    """A section for each series: where it comes from, its caveat, a chart of ratios, and every point."""
    return "\n\n".join(one_series(figures, key) for key in measurements.load())


def one_series(figures, key):
    series = measurements.get(key)
    bound = measurements.rows(series)
    fitted, way = fit.carried_over(series)
    about = [f"{series.hardware}; {series.engine}.", series.caveat]
    if series.unexplained:
        about.append("Unexplained: some of its points took less time than the bound.")
    if way:
        about.append(f"Carried over: by what was fitted without the point's {NEVER_SEEN[way]}.")
    said = " ".join(html.escape(words) for words in about)
    return (
        f"### {series.title} {{ #{key} }}\n\n{said} Source: {html.escape(series.source)}.\n\n"
        f"{ratio_chart(key, series.title, bound, fitted)}\n\n{points_table(series, bound, fitted)}"
    )


NEVER_SEEN = {"model": "model", "card": "card", "batch": "batch size"}


def ratio_chart(key, title, bound, fitted):
    """Predicted over measured time of every point, by the bound and by what never saw the point's model."""
    measured = [row["measured"] for row in bound]
    labelled = {"bound": [row["ratio"] for row in bound]}
    if fitted:
        labelled["carried over"] = [row["ratio"] for row in fitted]
    return figure(
        scatter(
            f"{title}: predicted over measured",
            "A point at one is a prediction that came true; below one the system was slower than predicted.",
            x=TIME,
            y=Axis("predicted / measured"),
            series=[Series(label, measured, ratios) for label, ratios in labelled.items()],
            marks=[Mark("as predicted", y=1)],
        ),
        f"measured {key}",
        [fit.residuals],
    )


def points_table(series, bound, fitted):
    """Every point of a series, folded."""
    rows = [point_row(*point) for point in zip(bound, fitted or [None for _ in bound])]
    table = scrolling(f"Points of {series.title}", markup(rows))
    summary_ = f"<summary>All {len(rows)} points</summary>"
    return f'<details class="lm-how" data-search-exclude>{summary_}{table}</details>'


def point_row(bound, fitted):
    """A point's row: what was run, how long it took, what the bound and, if there is one, the fit say.

    bound: of `measurements.rows`. fitted: of `fit.carried_over`, or None.
    """
    cards = f"{bound['n_accelerators']} × " if bound["n_accelerators"] > 1 else ""
    row = {
        "Model": text(html.escape(bound["model"])),
        "On": text(html.escape(f"{cards}{bound['accelerator']}")),
        "Queries": stated(bound["batch"]),
        "Prompt": stated(bound["prompt"]),
        "Output": stated(bound["output"]),
        "Measured": time(bound["measured"], digits_of(bound["measured"], most=3)),
        "Bound": time(bound["predicted"]),
        "Ratio": stated(bound["ratio"]),
    }
    return row if fitted is None else row | {
        "Carried over": time(fitted["predicted"]),
        "Carried ratio": stated(fitted["ratio"]),
    }  # fmt: skip


def time(seconds, digits=3):
    return stated(seconds, "s", "ms" if seconds < 1 else "s", digits)


RESULTS = Path(__file__).resolve().parents[2] / "benchmarks" / "results"


@cache
def own(name):
    """Rows of one of our own runs. Raises MacroError with the nearest name."""
    known = {path.stem: path for path in RESULTS.glob("*.csv")}
    if name not in known:
        raise MacroError(unknown("run", name, known))
    return own_runs.read(known[name])


def own_chart(figures, run):
    """Measured and predicted step times of our own run, against batch, at its shortest context."""
    rows = own(run)
    shortest = min(row["context"] for row in rows)
    series = []
    for model in dict.fromkeys(row["model"] for row in rows):
        these = [row for row in rows if row["model"] == model and row["context"] == shortest]
        batches, name = [row["batch"] for row in these], lookup.model(model).name
        for label, key in (("measured", "step_median"), ("predicted", "predicted")):
            series.append(Series(f"{name}, {label}", batches, [row[key] for row in these]))
    return figure(
        lines(
            f"One decoding step on {rows[0]['device']}, context {shortest}",
            "Measured steps take longer than predicted, the more so for middling batches.",
            x=Axis("batch", scale="log2"),
            y=Axis("step", "ms", scale="log", factor=1e-3),
            series=series,
        ),
        f"own {run}",
        [own_runs.read],
    )


def own_table(figures, run):
    """Every row of our own run: rates measured, step predicted from them, step measured, ratio."""
    rows = own(run)
    first = rows[0]
    t = Table(
        figures,
        f"{first['device']}, {first['threads']} thread, {first['dtype']}, PyTorch {first['torch']}, "
        f"{first['date']}",
    )
    for row in rows:

        def of(column, unit, row=row):
            return stated(row[column], own_runs.UNITS[column], unit, 2)

        which = {"run": run, **{name: row[name] for name in ("batch", "context", "model")}}
        t.row({
            "Model": html.escape(lookup.model(row["model"]).name),
            "Batch": stated(row["batch"]),
            "Context": stated(row["context"]),
            "Copying": of("copy_bandwidth_median", "GB/s"),
            "Multiplying": of("matrix_rate_median", "GFLOP/s"),
            "Predicted step": of("predicted", "ms"),
            "Measured step": of("step_median", "ms"),
            "Measured over predicted": t.known(own_runs.read, which, row["ratio"], "own_run.ratio", digits=2),
            "Bound by": text(row["bound_by"]),
        })  # fmt: skip
    return t.render()


def own_figure(figures, run, entry, unit=None, digits=2):
    """One figure of the summary of our own run, as it stands in a sentence."""
    found = own_runs.summary(own(run))
    row, _ = figures.add(
        own_runs.summary, {"run": run}, found[entry], name=f"own_run.{entry}", unit=unit, digits=digits
    )
    return figures.inline(row, row["text"], own_runs.summary)


CHARTS = {"own_run": own_chart}
TABLES = {
    "own_run": own_table,
    "own_figure": own_figure,
    "measured_unseen": unseen,
    "measured_constant": constant,
    "measured_summary": summary,
    "measured_experts": experts,
    "measured_attained": attained,
    "measured_carried": carried,
    "measured_left_out": left_out,
    "measured_series": every_series,
}
