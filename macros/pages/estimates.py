"""Bound and estimate side by side: by batch, by what is changed, by model and card."""

import html

from llmmath.estimate import PARTS, WORDS
from llmmath.records import engines

from .. import lookup
from ..charts import Axis, Series, lines
from ..html_table import Table, text
from .inference_tables import accelerator_name, model_name, unbroken

# Ends of an interval, as a reader would call them.
ENDS = {"bound": "bound", "high": "80%: high", "expected": "expected", "low": "80%: low"}
NO_FIT = text("does not fit", numeric=True)


def engine_name(key):
    return engines.get(key).name


def case(given):
    """What `estimate` says of what an author gives."""
    return lookup.call("estimate", given)[2]


def interval(t, name, given, found, unit=None, digits=3):
    """A cell with the two ends of an interval, in the unit that the heading names."""
    if found[name] is None:
        return NO_FIT
    low = t.data(f"estimate.{name}.low", unit, digits, show_unit=False, **given)
    high = t.data(f"estimate.{name}.high", unit, digits, show_unit=False, **given)
    return text(f"{low} – {high}", numeric=True)


def end(t, name, which, given, found, unit=None, digits=3):
    """A cell with the bound or the expected value of a quantity, in the unit that the heading names."""
    if found[name] is None:
        return NO_FIT
    return text(t.data(f"estimate.{name}.{which}", unit, digits, show_unit=False, **given), numeric=True)


def rates(t, given, found):
    """Cells with the tokens per second of all queries: bound, expected, interval."""
    name = "output_tokens_per_s"
    return {
        "token/s:<br>bound": end(t, name, "bound", given, found, "token/s"),
        "<br>expected": end(t, name, "expected", given, found, "token/s"),
        "<br>80% interval": interval(t, name, given, found, "token/s"),
    }


def about(model, accelerator, engine, input, output):
    """What a table or chart of one model on one card is about."""
    return (
        f"{lookup.model(model).name} on {lookup.accelerator(accelerator).name}, {engine_name(engine)}, "
        f"{input:,} tokens in, {output:,} out"
    )


def batches(figures, model, accelerator, engine, input, output, concurrencies, dtype=None):
    """Tokens per second against the queries that are always there."""
    title = about(model, accelerator, engine, input, output)
    t = Table(figures, f"{title}: tokens per second of all queries", turned=True)
    for concurrency in concurrencies:
        given = named_case(model, accelerator, engine, concurrency, input, output, dtype)
        found = case(given)
        t.row({
            "Queries": f"{concurrency:,}",
            **rates(t, given, found),
            "Each token,<br>ms": end(t, "time_per_output_token_s", "expected", given, found, "ms"),
            "Largest part": text(f"{found['binds']}"),
        })  # fmt: skip
    return t.render()


def named_case(model, accelerator, engine, concurrency, input, output, dtype=None):
    """Arguments of `estimate`, without a type that the author leaves to it."""
    given = {
        "model": model, "accelerator": accelerator, "engine": engine, "concurrency": concurrency,
        "input": input, "output": output,
    }  # fmt: skip
    return given if dtype is None else {**given, "dtype": dtype}


def batches_chart(figures, model, accelerator, engine, input, output, concurrencies, dtype=None):
    """Tokens per second of all queries against how many there are: bound, expected, and the interval."""
    found = [
        case(named_case(model, accelerator, engine, concurrency, input, output, dtype))
        for concurrency in concurrencies
    ]
    return figures.chart(
        lines(
            f"{about(model, accelerator, engine, input, output)}",
            "The bound stands above the interval that holds 80% of what is measured; all flatten as queries "
            "become more.",
            x=Axis("queries at once", scale="log2"),
            y=Axis("tokens per second", "token/s", scale="log"),
            series=[
                Series(label, concurrencies, [one["output_tokens_per_s"][which] for one in found])
                for which, label in ENDS.items()
            ],
        ),
        "estimate by batch",
        [lookup.function("estimate")],
    )


def single(figures, cases, input, output, engine="typical"):
    """One query at a time: tokens per second of models on cards; `cases`: (model, accelerator, type)."""
    title = f"One query, {input:,} tokens in, {output:,} out, {engine_name(engine)}"
    t = Table(figures, f"{title}: tokens per second", turned=True)
    for model, accelerator, dtype in cases:
        given = named_case(model, accelerator, engine, 1, input, output, dtype)
        found = case(given)
        t.row({
            "Model": model_name(model),
            "Weights": text(found["dtype"]),
            "On": text(unbroken(accelerator_name(accelerator))),
            **rates(t, given, found),
        })  # fmt: skip
    return t.render()


def changed(figures, model, accelerator, engine, concurrency, input, output, cases):
    """One case, and what becomes of it where one thing is changed; `cases`: (words, what is changed).

    Times are the expected ones.
    """
    title = about(model, accelerator, engine, input, output)
    t = Table(figures, f"{title}, {concurrency:,} queries at once: what a change buys", turned=True)
    for words, changes in cases:
        given = {**named_case(model, accelerator, engine, concurrency, input, output), **changes}
        found = case(given)
        t.row({
            "Change": html.escape(words),
            "First<br>token, ms": end(t, "time_to_first_token_s", "expected", given, found, "ms"),
            "Each<br>token, ms": end(t, "time_per_output_token_s", "expected", given, found, "ms"),
            **rates(t, given, found),
            "Largest<br>part": text(f"{found['binds']}"),
        })  # fmt: skip
    return t.render()


def parts(figures, **given):
    """What an output token waits for, part by part."""
    t = Table(figures, "What an output token waits for, as expected", turned=True)
    found = case(given)
    for part in PARTS:
        if found["parts_s"][part]:
            words = f"{WORDS[part]}, which binds" if part == found["binds"] else WORDS[part]
            t.row({"Part": words, "Time": t.figure(f"estimate.parts_s.{part}", "ms", 3, **given)})
    total = t.figure("estimate.time_per_output_token_s.expected", "ms", 3, **given)
    t.row({"Part": "all", "Time": total})
    return t.render()


CHARTS = {"estimate_by_batch": batches_chart}
TABLES = {
    "estimate_by_batch": batches,
    "estimate_single": single,
    "estimate_changed": changed,
    "estimate_parts": parts,
}
