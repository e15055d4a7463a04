"""Our own run on a GPU: steps and prompts beside bound and estimate, and what the card attained."""

import html
from functools import cache

from llmmath.evidence import gpu_runs
from llmmath.records import accelerators

from .. import lookup, origins
from ..charts import Axis, Mark, Series, lines
from ..errors import MacroError, unknown
from ..html_table import NONE, Table, heading, stated, text
from .own_run import RESULTS

WAYS = {False: "plain", True: "compiled"}
TASKS = {"decode": "step", "prefill": "prompt"}
RATES = {
    "copy": "copying, as one node of a graph",
    "launch": "a kernel that does next to nothing, in a graph",
    "launch_ungraphed": "the same, launched by the host",
    "product": "a product",
}
# Curves of the chart of products: those of the largest matrices.
CURVES = 5


@cache
def measured(kind, card):
    """Rows of one of our own runs on a GPU, "steps" or "rates". Raises MacroError with the nearest name."""
    runs = {path.stem.removeprefix(f"{kind}-"): path for path in RESULTS.glob(f"{kind}-*.csv")}
    if card not in runs:
        raise MacroError(unknown("run", card, runs))
    return getattr(gpu_runs, kind)(runs[card])


def ways(rows):
    """Model, task and way of a run, in the order in which they ran."""
    return list(dict.fromkeys((row["model"], row["task"], row["fused"]) for row in rows))


def summary_table(figures, card):
    """Measured over expected of each model, task and way."""
    rows = measured("steps", card)
    on = accelerators.get(rows[0]["accelerator"]).name
    t = Table(figures, f"Measured over expected on {on}", turned=True)
    for model, task, fused in ways(rows):
        inputs = {"model": model, "task": task, "fused": fused}
        found = gpu_runs.summary(rows, **inputs)

        def of(name, unit=None, inputs=inputs, found=found):
            return t.known(
                gpu_runs.summary, {"run": card, **inputs}, found[name], f"gpu_run.{name}", unit, digits=3
            )

        t.row({
            "Model": html.escape(lookup.model(model).name),
            "Measured": text(TASKS[task]),
            "Run": text(WAYS[fused]),
            "Median": of("ratio_median"),
            "Lowest": of("ratio_low"),
            "Highest": of("ratio_high"),
            "In the<br>interval": of("coverage", "%"),
            "Points": stated(found["points"]),
        })  # fmt: skip
    return t.render()


def steps_table(figures, card):
    """Every step and prompt, beside bound and estimate."""
    rows = measured("steps", card)
    t = Table(figures, f"Steps and prompts on {accelerators.get(rows[0]['accelerator']).name}")
    for row in rows:

        def ms(name, row=row):
            return stated(row[name], gpu_runs.UNITS[name], "ms", 3)

        which = {"run": card, **{name: row[name] for name in ("model", "task", "fused", "batch", "context")}}
        t.row({
            "Model": html.escape(lookup.model(row["model"]).name),
            "Measured": text(TASKS[row["task"]]),
            "Run": text(WAYS[row["fused"]]),
            "Queries": stated(row["batch"]),
            "Context": stated(row["context"]),
            "Time": ms("seconds_median"),
            "Slow tenth": ms("seconds_p90"),
            "Bound": t.known(gpu_runs.steps, which, row["bound"], "gpu_run.bound", "ms", 3),
            "Expected": t.known(gpu_runs.steps, which, row["expected"], "gpu_run.expected", "ms", 3),
            "Over<br>expected": t.known(gpu_runs.steps, which, row["ratio"], "gpu_run.ratio", digits=3),
        })  # fmt: skip
    return t.render()


def experts_table(figures, card):
    """Experts of a layer that a step read, counted and expected where all are alike, by number of queries."""
    rows = [row for row in measured("steps", card) if row["experts_read"] is not None]
    t = Table(figures, "Different experts that a layer reads in one step", turned=True)
    for batch in dict.fromkeys(row["batch"] for row in rows):
        alike = [row for row in rows if row["batch"] == batch]
        counted = [row["experts_read"] for row in alike]
        which = {"run": card, "batch": batch}
        t.row({
            "Queries": text(str(batch), numeric=True),
            "Runs": stated(len(alike)),
            "Fewest counted": stated(min(counted), digits=4),
            "Most counted": stated(max(counted), digits=4),
            "Expected": t.known(
                gpu_runs.steps, which, alike[0]["experts_expected"], "gpu_run.experts_expected", digits=4
            ),
        })  # fmt: skip
    return t.render()


def rates_table(figures, card):
    """Every rate of the card."""
    rows = measured("rates", card)
    t = Table(figures, f"What {accelerators.get(rows[0]['accelerator']).name} attained")
    for row in rows:
        which = {"run": card, **{name: row[name] for name in ("what", "rows", "n_inputs", "n_outputs")}}

        def share(name, row=row, which=which):
            return (
                NONE
                if row[name] is None
                else t.known(gpu_runs.rates, which, row[name], f"gpu_rate.{name}", "%", 3)
            )

        matrix = told_by = ""
        if row["rows"] is not None:
            matrix = f"{row['n_inputs']:,} × {row['n_outputs']:,}"
            told_by = f"{row['rows']:,} rows, {matrix}"
        t.row({
            "What": heading(RATES[row["what"]], told_by=told_by),
            "Rows": stated(row["rows"]),
            "Matrix": text(matrix) if matrix else NONE,
            "Time": stated(row["seconds_median"], "s", "µs", 3),
            "Read and written": NONE if not row["bytes"] else stated(row["bytes"], "B", "MB", 3),
            "Of the bandwidth": share("bandwidth_share"),
            "Of the peak": share("peak_share"),
        })  # fmt: skip
    return t.render()


def steps_chart(figures, card, model, context):
    """Measured steps against queries, beside expected and bound."""
    rows = [
        row
        for row in measured("steps", card)
        if (row["model"], row["task"], row["context"]) == (model, "decode", context)
    ]
    if not rows:
        raise MacroError(f"no step of {model!r} at context {context} in the run of {card!r}")

    def series(label, name, fused):
        own = [row for row in rows if row["fused"] == fused]
        return Series(label, [row["batch"] for row in own], [row[name] for row in own])

    return figures.chart(
        lines(
            f"One decoding step of {lookup.model(model).name} at context {context:,}",
            "The measured steps lie above the bound, beside what is expected.",
            x=Axis("queries", scale="log2"),
            y=Axis("step", "ms", scale="log", factor=1e-3),
            series=[
                *(series(words, "seconds_median", fused) for fused, words in WAYS.items()),
                series("expected", "expected", False),
                series("bound", "bound", False),
            ],
        ),
        f"gpu steps {card} {model} {context}",
        [gpu_runs.steps],
    )


def by_rows(curve):
    """Products of one matrix, those of few rows first."""
    return sorted(curve, key=lambda row: row["rows"])


def products_chart(figures, card):
    """Rate of products against their rows, a curve for each matrix, below the published peak."""
    rows = [row for row in measured("rates", card) if row["what"] == "product" and row["rows"]]
    curves = {}
    # The matrices of most weights first: what one row of each reads.
    for row in sorted(rows, key=lambda row: row["bytes"] if row["rows"] == 1 else 0, reverse=True):
        curves.setdefault((row["n_inputs"], row["n_outputs"]), []).append(row)
    long = [key for key in curves if len(curves[key]) > 1][:CURVES]
    accelerator = accelerators.get(rows[0]["accelerator"])
    return figures.chart(
        lines(
            f"Products in 16 bits on {accelerator.name}, by rows",
            "The rate grows with the rows while the matrix is read, and levels off below the published peak.",
            x=Axis("rows", scale="log2"),
            y=Axis("rate", "TFLOP/s", scale="log", factor=1e12),
            series=[
                Series(
                    f"{key[0]:,} × {key[1]:,}",
                    [row["rows"] for row in by_rows(curves[key])],
                    [row["rate"] for row in by_rows(curves[key])],
                )
                for key in long
            ],
            marks=[Mark("published peak", y=accelerator.peak_flops["bf16"])],
        ),
        f"gpu products {card}",
        [gpu_runs.rates],
    )


def reading_chart(figures, card):
    """Rate at which the product of one vector reads its matrix, against the size of the matrix."""
    rows = sorted(
        (row for row in measured("rates", card) if row["what"] == "product" and row["rows"] == 1),
        key=lambda row: row["bytes"],
    )
    by_size = {}
    for row in rows:
        by_size.setdefault(row["bytes"], row)
    accelerator = accelerators.get(rows[0]["accelerator"])
    return figures.chart(
        lines(
            f"Reading a matrix for one vector on {accelerator.name}, by its size",
            "Small matrices are read slowly, since a kernel takes time to start; large ones fast.",
            x=Axis("matrix", "MB", scale="log", factor=1e6),
            y=Axis("reading", "GB/s", scale="log", factor=1e9),
            series=[
                Series(
                    "measured", list(by_size), [row["bandwidth"] for row in by_size.values()], shape="points"
                )
            ],
            marks=[Mark("published bandwidth", y=accelerator.memory_bandwidth)],
        ),
        f"gpu reading {card}",
        [gpu_runs.rates],
    )


def figure(figures, card, entry, unit=None, digits=3, **which):
    """One figure of a run on a GPU, as it stands in a sentence: of its steps where `which` says of which,
    of long prompts where it is of attention, else of what the card attained."""
    if entry.startswith("attention"):
        function, found = (
            gpu_runs.attention_in_prompts,
            gpu_runs.attention_in_prompts(measured("steps", card)),
        )
        name, run = f"gpu_prompt.{entry}", f"steps-{card}"
    elif which:
        function, found = gpu_runs.summary, gpu_runs.summary(measured("steps", card), **which)
        name, run = f"gpu_run.{entry}", f"steps-{card}"
    else:
        function, found = gpu_runs.attained_rates, gpu_runs.attained_rates(measured("rates", card))
        name, run = f"gpu_rate.{entry}", f"rates-{card}"
    if entry not in found:
        raise MacroError(unknown("figure", entry, found))
    row, _ = figures.add(function, {"run": run, **which}, found[entry], name=name, unit=unit, digits=digits)
    return figures.inline(row, row["text"], lambda: origins.measured(function, run, RESULTS))


CHARTS = {"gpu_steps": steps_chart, "gpu_products": products_chart, "gpu_reading": reading_chart}
TABLES = {
    "gpu_summary": summary_table,
    "gpu_steps": steps_table,
    "gpu_experts": experts_table,
    "gpu_rates": rates_table,
    "gpu_figure": figure,
}
