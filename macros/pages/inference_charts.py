"""The charts of the site. Each says what to call over which inputs and how to label it; none computes."""

from .. import lookup
from ..charts import Axis, Mark, Series, area, lines, roofline
from ..charts.points import doubling, doubling_and, evenly, halving_and_doubling, room_above

CONTEXT = Axis("context", "token", scale="log2")


def results(name, over, values, **given):
    """What `name` returns for each of `values` of the argument `over`."""
    return [lookup.call(name, {**given, over: value})[2] for value in values]


def on(model, accelerator):
    """What a chart is about, for its caption."""
    return f"{lookup.model(model).name} on {lookup.accelerator(accelerator).name}"


def roofline_of(figures, model, accelerators, batches, context):
    """Roofs of several cards, and where decoding stands below the first one's at several batches."""
    return figures.chart(
        roofline(
            "Roofline: what each card allows at an arithmetic intensity",
            f"Decoding {lookup.model(model).name} with one query stands far left of the ridge; "
            "larger batches move right along the roof.",
            roofs=[roof(key) for key in accelerators],
            points=[decoding(model, accelerators[0], batches, context)],
        ),
        "roofline",
        [lookup.function("attainable_flops"), lookup.function("bound")],
    )


def roof(accelerator):
    """What a card allows over intensities; its ridge is among them, so that the roof has its corner there."""
    card = {"accelerator": accelerator, "dtype": lookup.sixteen_bit(accelerator)}
    ridge = lookup.call("ridge_intensity", card)[2]
    at = sorted([*halving_and_doubling(-1, 12), ridge])
    allowed = results("attainable_flops", "arithmetic_intensity", at, **card)
    return Series(lookup.accelerator(accelerator).name, at, allowed)


def decoding(model, accelerator, batches, context):
    """Where decoding stands at several batches: on the roof, at the intensity of each."""
    run = {"model": model, "accelerator": accelerator, "context": context}
    intensity = results("bound.arithmetic_intensity", "batch", batches, **run)
    card = {"accelerator": accelerator, "dtype": lookup.sixteen_bit(accelerator)}
    reached = results("attainable_flops", "arithmetic_intensity", intensity, **card)
    return Series("decoding", intensity, reached, names=[f"batch {batch:,}" for batch in batches])


def batching(figures, model, accelerator, context):
    """Throughput under both bounds, and speed of one query, against batch."""
    given = {"model": model, "accelerator": accelerator, "context": context}
    batches = doubling_and(1, lookup.call("bound.max_batch", {**given, "batch": 1})[2])

    def curve(label, name):
        return Series(label, batches, results(f"bound.{name}", "batch", batches, **given))

    return figures.chart(
        lines(
            f"{on(model, accelerator)}: tokens per second, context {context:,}",
            "Throughput rises in proportion to the batch at first and then flattens; "
            "the speed of each query falls from the start of that bend.",
            x=Axis("batch", scale="log2"),
            y=Axis("tokens per second", "token/s", scale="log"),
            series=[
                curve("all, overlapping", "overlapped_tokens_per_second"),
                curve("all, one by one", "tokens_per_second"),
                curve("each query, one by one", "tokens_per_second_per_query"),
            ],
        ),
        "batching",
        [lookup.function("bound")],
    )


def batching_stack(figures, model, accelerator, context):
    """Time of a step as a stack: weights, cache, arithmetic, against batch, with the three knees."""
    given = {"model": model, "accelerator": accelerator, "context": context}
    bound = lookup.call("bound", {**given, "batch": 1})[2]
    marks = [
        Mark("cache = weights", x=bound["kv_equals_weights_batch"]),
        Mark("critical batch", x=bound["critical_batch"]),
        Mark("VRAM full", x=bound["max_batch"]),
    ]
    batches = evenly([mark.x for mark in marks], parts=16)
    last = {**given, "batch": batches[-1]}
    highest = lookup.call("bound.unoverlapped_step_seconds", last)[2]

    def part(label, name):
        return Series(label, batches, results(f"bound.{name}", "batch", batches, **given))

    return figures.chart(
        area(
            f"{on(model, accelerator)}, context {context:,}: where the time of a step goes",
            "The weights take the same time whatever the batch; "
            "cache and arithmetic grow in proportion to it, and the cache grows faster.",
            x=Axis("batch"),
            y=Axis("time, one after the other", "ms", factor=1e-3, limits=room_above(highest)),
            series=[
                part("weights", "weight_reading_seconds"),
                part("cache", "cache_reading_seconds"),
                part("arithmetic", "compute_seconds"),
            ],
            marks=marks,
        ),
        "batching stack",
        [lookup.function("bound")],
    )


def cache_against_context(figures, models, kinds=False):
    """Cache of one query against context: by model, or by the kind of cache that a model keeps."""
    name = "count.kv_cache_bytes"
    series = []
    for key in models:
        contexts = doubling(1024, min(131072, lookup.model(key).n_positions or 131072))
        series.append(Series(lookup.model(key).name, contexts, results(name, "context", contexts, model=key)))
    title, about = KINDS_OF_CACHE if kinds else CACHES
    return figures.chart(
        lines(title, about, x=CONTEXT, y=Axis("KV cache", "GB", scale="log", factor=1e9), series=series),
        title,
        [lookup.function(name)],
    )


def four_kinds(figures, models, quantity):
    """A quantity of `token_cost` against context; `models` names the kind of each model by its key."""
    name = f"token_cost.{quantity}"
    contexts = doubling(1024, 131072)
    title, about, y = FOUR_KINDS[quantity]
    return figures.chart(
        lines(
            title,
            about,
            x=CONTEXT,
            y=y,
            series=[
                Series(kind, contexts, results(name, "context", contexts, model=key))
                for key, kind in models.items()
            ],
        ),
        title,
        [lookup.function(name)],
    )


# Title of the chart, what a reader is to see in it, and its ordinate.
FOUR_KINDS = {
    "multiplications": (
        "Multiplications for one token by kind of model",
        "All four start near three billion; with a long context latent attention multiplies most, "
        "experts with plain attention come next, and the hybrid least.",
        Axis("multiplications", "billion", scale="log2", factor=1e9, limits=(2.5e9, 1e11)),
    ),
    "kept_bytes": (
        "Cache and state of one sequence by kind of model, 16-bit",
        "The caches of the dense model and of the experts grow alike; the latent cache is a third of "
        "theirs or less; the hybrid starts at its state and grows slowest from there.",
        Axis("cache and state", "GB", scale="log", factor=1e9),
    ),
}
# Title of the chart, and what a reader is to see in it.
CACHES = (
    "KV cache of one query, 16-bit",
    "Every cache grows in proportion to its context; without grouped-query attention it starts higher.",
)
KINDS_OF_CACHE = (
    "KV cache by what a model keeps, 16-bit",
    "A cache grows in proportion to its context, more slowly with windows, "
    "and not at all once every layer's window is full.",
)
CHARTS = {
    "roofline": roofline_of,
    "batching": batching,
    "batching_stack": batching_stack,
    "cache_against_context": cache_against_context,
    "four_kinds": four_kinds,
}
