"""Our own run beside what is predicted from the rates that were measured in it."""

import html
from functools import cache
from pathlib import Path

from llmmath.evidence import own_runs

from .. import lookup, origins
from ..charts import Axis, Series, lines
from ..errors import MacroError, unknown
from ..html_table import Table, stated, text
from ..quantities import write

RESULTS = Path(__file__).resolve().parents[2] / "benchmarks" / "results"


@cache
def own(name):
    """Rows of one of our own runs. Raises MacroError with the nearest name."""
    known = {path.stem: path for path in RESULTS.glob("decode-*.csv")}
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
    return figures.chart(
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
        turned=True,
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
            "Bound by": text(write(row["bound_by"], "1")),
        })  # fmt: skip
    return t.render()


def own_figure(figures, run, entry, unit=None, digits=2):
    """One figure of the summary of our own run, as it stands in a sentence."""
    found = own_runs.summary(own(run))
    row, _ = figures.add(
        own_runs.summary, {"run": run}, found[entry], name=f"own_run.{entry}", unit=unit, digits=digits
    )
    return figures.inline(row, row["text"], lambda: origins.measured(own_runs.summary, run, RESULTS))


CHARTS = {"own_run": own_chart}
TABLES = {"own_run": own_table, "own_figure": own_figure}
