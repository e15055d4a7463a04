"""Predictions beside published measurements: tables and charts of the page on both."""

import html
from functools import cache
from pathlib import Path

from llmmath.evidence import fit, measurements, own_runs

from .. import lookup
from ..charts import Axis, Mark, Series, figure, lines, scatter
from ..errors import MacroError, unknown
from ..html_table import Table, text
from ..quantities import write

NO_FIT = '<td class="num">–</td>'


@cache
def residuals(key):
    return fit.residuals(measurements.get(key))


def cell(t, function, inputs, result, name, unit=None, digits=2):
    """A cell with a figure of `llmmath.fit`, recorded as any other."""
    row, written = t.figures.add(function, inputs, result, name=name, unit=unit, digits=digits)
    t.functions[function.__name__] = row["source"]
    return f'<td class="num"><data value="{row["value"]}">{written}</data></td>'


def summary(figures):
    """Every series: how the bound compares with what was measured, and how a fit on half does on the rest."""
    t = Table(
        figures,
        "Predicted over measured time, by series",
        [
            "Series",
            "Points",
            "Bound: lowest",
            "median",
            "highest",
            "One constant: worst error",
            "Fitted on half, judged on the rest: worst",
            "median",
        ],
        sortable=True,
    )
    for key in measurements.load():
        found, inputs = residuals(key), {"series": key}

        def ratio(name, value):
            return cell(t, fit.residuals, inputs, value, f"residuals.{name}")

        def error(name, errors, which):
            return (
                NO_FIT
                if errors is None
                else cell(t, fit.residuals, inputs, errors[which], f"residuals.{name}.{which}", unit="%")
            )

        t.row(
            f'<a href="#{key}">{html.escape(found["title"])}</a>',
            ratio("points", found["points"]),
            ratio("ratio_low", found["ratio_low"]),
            ratio("ratio_median", found["ratio_median"]),
            ratio("ratio_high", found["ratio_high"]),
            error("one_constant", found["one_constant"], "worst"),
            error("judged", found["judged"], "worst"),
            error("judged", found["judged"], "median"),
        )
    return t.render()


def attained(figures):
    """What a fit to half of each series says that its system attains."""
    t = Table(
        figures,
        "What each system attains, fitted to half of its points",
        ["Series", "Share of bandwidth", "Share of peak", "Fixed time per layer"],
        sortable=True,
    )
    for key in measurements.load():
        found = residuals(key)
        if found["attained"] is None:
            continue
        for_ = {"series": key}
        t.row(
            html.escape(found["title"]),
            *(
                cell(t, fit.fit, for_, getattr(found["attained"], name), f"fit.{name}", unit=unit)
                for name, unit in (
                    ("bandwidth_fraction", "%"),
                    ("peak_fraction", "%"),
                    ("fixed_seconds_per_layer", "µs"),
                )
            ),
        )
    return t.render()


def carried(figures, series):
    """What is fitted to half of one series, judged on every other."""
    found = fit.carried(series)
    t = Table(
        figures,
        f"Fitted to half of: {measurements.get(series).title}. Judged on series it never saw",
        ["Series", "Same engine", "Points", "Median error", "Worst error"],
        sortable=True,
    )
    for judged in found["judged"]:
        inputs = {"fitted_to": series, "series": judged["key"]}
        t.row(
            html.escape(judged["title"]),
            text("yes" if judged["same_engine"] else "no"),
            *(
                cell(t, fit.carried, inputs, judged[name], f"carried.{name}", unit=unit)
                for name, unit in (("points", None), ("median", "%"), ("worst", "%"))
            ),
        )
    return t.render()


def left_out(figures):
    """Measurements that are not used, and why."""
    return "\n".join(f"- `{name}`: {reason}." for name, reason in measurements.left_out().items())


def every_series(figures):
    """A section for each series: where it comes from, its caveat, a chart of ratios, and every point."""
    return "\n\n".join(one_series(figures, key) for key in measurements.load())


def one_series(figures, key):
    series, found = measurements.get(key), residuals(key)
    bound_rows = measurements.rows(series)
    fitted = {} if found["attained"] is None else {"rows": measurements.rows(series, found["attained"])}
    points = [Series("bound", [r["measured"] for r in bound_rows], [r["ratio"] for r in bound_rows])]
    if fitted:
        points.append(
            Series(
                "fitted to half",
                [r["measured"] for r in fitted["rows"]],
                [r["ratio"] for r in fitted["rows"]],
            )
        )
    drawn = figure(
        scatter(
            f"{series.title}: predicted over measured",
            "A point at one is a prediction that came true; below one the system was slower than predicted.",
            x=Axis("measured", "ms", scale="log", factor=1e-3),
            y=Axis("predicted / measured"),
            series=points,
            marks=[Mark("as predicted", y=1)],
        ),
        f"measured {key}",
        [fit.residuals],
    )
    return (
        f"### {series.title} {{ #{key} }}\n\n{html.escape(series.hardware)}; {html.escape(series.engine)}. {html.escape(series.caveat)} "
        f"Source: {html.escape(series.source)}.\n\n{drawn}\n\n{points_table(series, bound_rows, fitted.get('rows'))}"
    )


def points_table(series, bound_rows, fitted_rows):
    """Every point of a series, folded."""
    heads = ["Model", "On", "Queries", "Prompt", "Output", "Measured", "Bound", "Ratio"] + (
        ["Fitted", "Ratio"] if fitted_rows else []
    )
    rows = []
    for number, row in enumerate(bound_rows):
        cards = f"{row['n_accelerators']} × " if row["n_accelerators"] > 1 else ""
        cells = [
            row["model"],
            cards + row["accelerator"],
            row["batch"],
            row["prompt"],
            row["output"],
            ms(row["measured"]),
            ms(row["predicted"]),
            f"{row['ratio']:.2f}",
        ]
        if fitted_rows:
            cells += [ms(fitted_rows[number]["predicted"]), f"{fitted_rows[number]['ratio']:.2f}"]
        rows.append(
            "<tr>"
            + "".join(
                f'<td class="num">{html.escape(str(c))}</td>' if i > 1 else f"<td>{html.escape(str(c))}</td>"
                for i, c in enumerate(cells)
            )
            + "</tr>"
        )
    head = "".join(
        f'<th scope="col"{" class=num" if i > 1 else ""}>{name}</th>' for i, name in enumerate(heads)
    )
    return (
        f'<details class="lm-how" data-search-exclude><summary>All {len(rows)} points</summary><div class="lm-scroll" tabindex="0" role="region" '
        f'aria-label="Points of {html.escape(series.title)}"><table class="lm-figures"><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table></div></details>'
    )


def ms(seconds):
    return f"{seconds * 1000:,.3g} ms" if seconds < 1 else f"{seconds:,.3g} s"


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
    models = list(dict.fromkeys(row["model"] for row in rows))
    series = []
    for model in models:
        these = [row for row in rows if row["model"] == model and row["context"] == shortest]
        for label, key in (("measured", "step_median"), ("predicted", "predicted")):
            series.append(
                Series(
                    f"{lookup.model(model).name}, {label}",
                    [row["batch"] for row in these],
                    [row[key] for row in these],
                )
            )
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
    rows, inputs = own(run), {"run": run}
    t = Table(
        figures,
        f"{rows[0]['device']}, {rows[0]['threads']} thread, {rows[0]['dtype']}, PyTorch {rows[0]['torch']}, {rows[0]['date']}",
        [
            "Model",
            "Batch",
            "Context",
            "Copying",
            "Multiplying",
            "Predicted step",
            "Measured step",
            "Measured over predicted",
            "Bound by",
        ],
    )
    for row in rows:

        def figure_of(key, unit=None, digits=2, row=row):
            base = {
                "step_median": "s",
                "predicted": "s",
                "copy_bandwidth_median": "B/s",
                "matrix_rate_median": "FLOP/s",
            }.get(key, "1")
            return (
                f'<td class="num"><data value="{row[key]}">{write(row[key], base, unit, digits)}</data></td>'
            )

        t.row(
            html.escape(lookup.model(row["model"]).name),
            text(row["batch"], numeric=True),
            text(f"{row['context']:,}", numeric=True),
            figure_of("copy_bandwidth_median", "GB/s"),
            figure_of("matrix_rate_median", "GFLOP/s"),
            figure_of("predicted", "ms"),
            figure_of("step_median", "ms"),
            cell(
                t,
                own_runs.read,
                inputs | {"batch": row["batch"], "context": row["context"], "model": row["model"]},
                row["ratio"],
                "own_run.ratio",
            ),
            text(row["bound_by"]),
        )
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
    "measured_summary": summary,
    "measured_attained": attained,
    "measured_carried": carried,
    "measured_left_out": left_out,
    "measured_series": every_series,
}
