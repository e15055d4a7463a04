"""The charts of the site. Each says what to call over which inputs and how to label it; none computes."""

import math

from llmmath import ledger, traffic

from .. import lookup
from ..charts import Axis, Mark, Series, area, figure, lines, roofline

CONTEXT = Axis("context", "token", scale="log2")


def powers_of_two(first, last):
    """first, 2 first, 4 first ... up to last."""
    found = []
    while first <= last:
        found.append(first)
        first *= 2
    return found


def results(name, over, values, **given):
    """What `name` returns for each of `values` of the argument `over`."""
    return [lookup.call(name, {**given, over: value})[2] for value in values]


def function_of(name):
    return lookup.function(name)


def multiplications_against_context(figures, models):
    """Multiplications of one token against context, up to each model's longest."""
    total = "count.multiplications.decode.total"
    series = []
    for key in models:
        contexts = powers_of_two(1, lookup.model(key).n_positions)
        series.append(
            Series(lookup.model(key).name, contexts, results(total, "context", contexts, model=key))
        )
    return figure(
        lines(
            "Multiplications for one token, LM head included",
            "Each curve is flat at first and bends upwards where attention begins to count; larger models bend later.",
            x=CONTEXT,
            y=Axis("multiplications", scale="log", prefix=True),
            series=series,
        ),
        "multiplications against context",
        [function_of(total)],
    )


def roofline_of(figures, model, accelerators, batches, context):
    """Roofs of several cards, and where decoding stands below the first one's at several batches."""
    intensities = [2**n for n in range(-1, 13)]
    roofs = []
    for key in accelerators:
        card = {"accelerator": key, "dtype": lookup.sixteen_bit(key)}
        # The ridge itself is among the points, so that the roof has its corner there.
        at = sorted([*intensities, lookup.call("ridge_intensity", card)[2]])
        roofs.append(
            Series(
                lookup.accelerator(key).name,
                at,
                results("attainable_flops", "arithmetic_intensity", at, **card),
            )
        )
    intensity = results(
        "bound.arithmetic_intensity",
        "batch",
        batches,
        model=model,
        accelerator=accelerators[0],
        context=context,
    )
    reached = results(
        "attainable_flops",
        "arithmetic_intensity",
        intensity,
        accelerator=accelerators[0],
        dtype=lookup.sixteen_bit(accelerators[0]),
    )
    points = [Series("decoding", intensity, reached, names=[f"batch {batch:,}" for batch in batches])]
    return figure(
        roofline(
            "Roofline: what each card allows at an arithmetic intensity",
            f"Decoding {lookup.model(model).name} with one query stands far left of the ridge; larger batches move right along the roof.",
            roofs=roofs,
            points=points,
        ),
        "roofline",
        [function_of("attainable_flops"), function_of("bound")],
    )


def batching(figures, model, accelerator, context):
    """Throughput under both bounds, and speed of one query, against batch."""
    given = {"model": model, "accelerator": accelerator, "context": context}
    _, _, bound = lookup.call("bound", {**given, "batch": 1})
    batches = [*powers_of_two(1, bound["max_batch"] - 1), bound["max_batch"]]
    series = [
        Series(label, batches, results(f"bound.{name}", "batch", batches, **given))
        for label, name in (
            ("all, overlap", "tokens_per_second"),
            ("each query", "tokens_per_second_per_query"),
        )
    ]
    steps = results("bound.unoverlapped_step_seconds", "batch", batches, **given)
    series.insert(
        1,
        Series(
            "all, no overlap",
            batches,
            [
                lookup.call("tokens_per_second", {"batch": batch, "step_seconds": step})[2]
                for batch, step in zip(batches, steps)
            ],
        ),
    )
    return figure(
        lines(
            f"{lookup.model(model).name} on {lookup.accelerator(accelerator).name}: tokens per second, context {context:,}",
            "Throughput rises in proportion to the batch at first and then flattens; the speed of each query falls from the start of that bend.",
            x=Axis("batch", scale="log2"),
            y=Axis("tokens per second", "token/s", scale="log"),
            series=series,
        ),
        "batching",
        [function_of("bound")],
    )


def batching_stack(figures, model, accelerator, context):
    """Time of a step as a stack: weights, cache, arithmetic, against batch, with the three knees."""
    given = {"model": model, "accelerator": accelerator, "context": context}
    _, _, bound = lookup.call("bound", {**given, "batch": 1})
    marks = [
        Mark("cache = weights", x=bound["kv_equals_weights_batch"]),
        Mark("critical batch", x=bound["critical_batch"]),
        Mark("VRAM full", x=bound["max_batch"]),
    ]
    last = max(mark.x for mark in marks)
    batches = sorted(
        {1, *(round(last * part / 16) for part in range(1, 17)), *(math.ceil(mark.x) for mark in marks)}
    )
    bandwidth = lookup.accelerator(accelerator).memory_bandwidth

    def reading(bytes_per_weight, bytes_per_value):
        return [
            lookup.call(
                "memory_seconds",
                {
                    "memory_bandwidth": bandwidth,
                    "n_bytes": traffic.step_bytes(
                        ledger.decode(lookup.model(model), context, batch),
                        batch,
                        bytes_per_weight,
                        bytes_per_value,
                    ),
                },
            )[2]
            for batch in batches
        ]

    two = lookup.dtypes.quantities("bf16")["bytes_per_value"]
    series = [
        Series("weights", batches, reading(two, 0)),
        Series("cache", batches, reading(0, two)),
        Series("arithmetic", batches, results("bound.compute_seconds", "batch", batches, **given)),
    ]
    highest = results("bound.unoverlapped_step_seconds", "batch", [batches[-1]], **given)[0]
    return figure(
        area(
            f"{lookup.model(model).name} on {lookup.accelerator(accelerator).name}, context {context:,}: where the time of a step goes",
            "The weights take the same time whatever the batch; cache and arithmetic grow in proportion to it, and the cache grows faster.",
            x=Axis("batch"),
            y=Axis("time, one after the other", "ms", factor=1e-3, limits=(0, 1.4 * highest)),
            series=series,
            marks=marks,
        ),
        "batching stack",
        [function_of("memory_seconds"), function_of("bound")],
    )


def cache_against_context(figures, models, kinds=False):
    """Cache of one query against context beside the weights of the same model."""
    contexts = powers_of_two(1024, 131072)
    name = "count.kv_cache_bytes"
    series = [
        Series(lookup.model(key).name, within, results(name, "context", within, model=key))
        for key in models
        for within in [[c for c in contexts if c <= (lookup.model(key).n_positions or contexts[-1])]]
    ]
    title, about = (
        (
            "KV cache by what a model keeps, 16-bit",
            "A cache grows in proportion to its context, more slowly with windows, and not at all once every layer's window is full.",
        )
        if kinds
        else (
            "KV cache of one query, 16-bit",
            "Every cache grows in proportion to its context; without grouped-query attention it starts higher.",
        )
    )
    return figure(
        lines(title, about, x=CONTEXT, y=Axis("KV cache", "GB", scale="log", factor=1e9), series=series),
        title,
        [function_of(name)],
    )


CHARTS = {
    "multiplications_against_context": multiplications_against_context,
    "roofline": roofline_of,
    "batching": batching,
    "batching_stack": batching_stack,
    "cache_against_context": cache_against_context,
}
