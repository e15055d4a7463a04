"""Drawings to scale: a layer, a step, kinds of attention, memory. Each says what to call; none computes."""

from llmmath.records import variants

from .. import lookup
from ..charts import Axis, Mark, Series, lines
from ..charts.blocks import blocks
from ..charts.heads import heads
from ..charts.points import doubling
from ..charts.rooms import rooms
from ..charts.timeline import timeline
from ..charts.token import token
from ..quantities import write
from .fit_grid import fits_or_why, held_as
from .inference_tables import accelerator_name, on

# Of a layer: columns of the drawing, their rows, and of each part the name with a shorter one.
LAYER = {
    "projections": (
        {"attention.q": ("queries", "Q")},
        {"attention.k": ("keys", "K"), "attention.v": ("values", "V")},
        {"attention.o": ("output", "O")},
    ),
    "perceptron": (
        {"mlp.gate": ("gate", "gate")},
        {"mlp.up": ("up", "up")},
        {"mlp.down": ("down", "down")},
    ),
    "attention": (
        {"attention.scores": ("comparison", "compare")},
        {"attention.values": ("mixing", "mixing")},
    ),
}


def layer_blocks(figures, cases):
    """One decoder layer as blocks whose areas are multiplications, for (model, context)."""

    def panel(model, context):
        counted = lookup.call("one_layer.components", {"model": model, "context": context})[2]
        total = lookup.call("one_layer.total", {"model": model, "context": context})[2]
        said = f"{lookup.model(model).name}, context {context:,}: {write(total, '1', 'million', 3)}"
        return said, counted, model

    return figures.chart(
        blocks(
            "One layer, one token: areas are multiplications",
            "In both models most of a layer is the perceptron; attention is a sliver at a short context "
            "and more than half of the layer at a long one.",
            y=Axis("multiplications", "million", factor=1e6),
            columns=LAYER,
            panels=[panel(model, context) for model, context in cases],
        ),
        "layer blocks",
        [lookup.function("one_layer")],
    )


def attention_crossing(figures, models, last):
    """Multiplications of a layer with its weights, and of its attention, against context."""
    contexts = doubling(64, last)
    series, marks = [], []
    for key in models:
        name = lookup.model(key).name

        def count(part, key=key):
            return [
                lookup.call(f"one_layer.{part}", {"model": key, "context": context})[2]
                for context in contexts
            ]

        crossing = lookup.call("attention_crossover_context", {"model": key})[2]
        series += [
            Series(f"{name}: attention", contexts, count("attention")),
            Series(f"{name}: weights", contexts, count("weights")),
        ]
        marks.append(Mark(f"{crossing:,.0f}", x=crossing))
    return figures.chart(
        lines(
            "One layer, one token: attention overtakes the weights",
            "The products with weights are the same at every context, attention grows in proportion to it; "
            "the two cross at six times the width of the model.",
            x=Axis("context", "token", scale="log2"),
            y=Axis("multiplications", scale="log", prefix=True),
            series=series,
            marks=marks,
        ),
        "attention crossing",
        [lookup.function("one_layer"), lookup.function("attention_crossover_context")],
    )


def step_timeline(figures, model, accelerator, context):
    """A decoding step at one query, at the knee and full, and reading a prompt, to scale in time."""
    given = {"model": model, "accelerator": accelerator, "context": context}
    one = lookup.call("bound", {**given, "batch": 1})[2]
    knee = lookup.call("bound.kv_equals_weights_batch", {**given, "batch": 1})[2]
    batches = {1: "1 query", round(knee): f"{round(knee)} queries, the knee"}
    batches[one["max_batch"]] = f"{one['max_batch']} queries, VRAM full"

    def row(said, scale, name, batch):
        run = {**given, "batch": batch}
        found = {
            "weights": lookup.call(f"{name}.products", run)[2],
            "cache": lookup.call(f"{name}.attention", run)[2],
        }
        seconds = write(lookup.call(f"{name}.seconds", run)[2], "s", "ms", 3)
        return f"{said}: {seconds}", scale, found

    rows = [row(said, "step", "decode_phases", batch) for batch, said in batches.items()]
    rows.append(row(f"A prompt of {context:,} tokens, at another scale", "prompt", "prefill_phases", 1))
    return figures.chart(
        timeline(
            f"{on(model, accelerator)}, context {context:,}: what memory and arithmetic do during a step",
            "With one query the arithmetic units idle nearly all the time; with a full batch they are busy "
            "while the weights are read and idle while the caches are; while a prompt is read, memory idles.",
            y=Axis("time", "ms", factor=1e-3),
            phases={"weights": 1, "cache": 2},
            rows=rows,
        ),
        "step timeline",
        [lookup.function("decode_phases"), lookup.function("prefill_phases")],
    )


def kinds_of_attention(figures, model, kv_heads, latent):
    """Heads and cache of one layer with other key-value heads, and of a model with latent attention."""
    record = lookup.model(model)
    shape = record.quantities()
    names = {shape["n_heads"]: "multi-head", 1: "multi-query"}
    one = {"n_layers": 1, "n_tokens": 1, "bytes_per_value": 2}
    kinds = []
    for n_kv_heads in kv_heads:
        changed = variants.with_key_value_heads(record, n_kv_heads)
        cache = lookup.call("kv_cache_bytes", {"model": changed, **one})[2]
        kinds.append((names.get(n_kv_heads, "grouped"), record.name, shape["n_heads"], n_kv_heads, cache))
    cache = lookup.call("latent_cache_bytes", {"model": latent, **one})[2]
    other = lookup.model(latent)
    kinds.append(("latent", other.name, other.quantities()["n_heads"], 0, cache))
    return figures.chart(
        heads(
            "Who shares keys and values, and the cache of one token in one layer, areas to scale",
            "Multi-head attention keeps a key and a value for each query head, grouped-query attention one "
            "for each group, multi-query attention one for all; latent attention keeps one vector from which "
            "those of all heads are made.",
            y=Axis("cache", "B"),
            kinds=kinds,
        ),
        "kinds of attention",
        [lookup.function("kv_cache_bytes"), lookup.function("latent_cache_bytes")],
    )


def one_token(figures, model, accelerator, context):
    """One token through a model on a card: what lies in memory, what is read and multiplied, how long."""
    given = {"model": model, "accelerator": accelerator, "batch": 1, "context": context}
    found = lookup.call("bound", given)[2]
    counted = {"model": model, "context": context}
    products = lookup.call("count.multiplications.decode.total", counted)[2]
    read, done = found["memory_seconds"], found["compute_seconds"]
    parts = ("weights_bytes", "kv_cache_bytes", "reserved_bytes")
    card = lookup.accelerator(accelerator)
    return figures.chart(
        token(
            f"One token of {on(model, accelerator)}",
            f"Of {write(found['memory_capacity'], 'B', 'GB', 3)} of memory the weights fill "
            f"{write(found['weights_bytes'], 'B', 'GB', 3)}. All but the embedding is read for each token, "
            f"which takes {write(read, 's', 'ms', 3)}; multiplying takes {write(done, 's', 'ms', 2)}.",
            y=Axis("time", "ms", factor=1e-3),
            times={
                "reading": (read, f"reading {write(read, 's', 'ms', 3)}"),
                "multiplying": (done, f"multiplying {write(done, 's', 'ms', 2)}"),
            },
            memory=(
                f"memory, {write(card.advertised_memory, 'B', 'GB', 3)}",
                found["memory_capacity"],
                [
                    (name, found[part], write(found[part], "B", "GB", 3))
                    for name, part in zip(("weights", "cache", "kept back"), parts)
                ],
            ),
            moved=write(card.memory_bandwidth, "B/s", "TB/s", 3),
            products=(write(products, "1", "billion", 3), "multiplications"),
            outcome=f"{write(found['tokens_per_second'], 'token/s', 'token/s', 3)} at best",
        ),
        "one token",
        [lookup.function("bound"), lookup.function("count")],
    )


def memory_rooms(figures, model, dtype, context, accelerators):
    """What a model needs of each card's memory, part by part, over what software can use of it."""
    name = lookup.model(model).name

    def place(card):
        given = {"model": model, "accelerator": card, **held_as(card, dtype), "batch": 1, "context": context}
        found = lookup.call("bound", given)[2]
        parts = ("reserved_bytes", "weights_bytes", "kv_cache_bytes")
        return (
            accelerator_name(card),
            fits_or_why(found),
            found["memory_capacity"],
            [found[part] for part in parts],
        )

    return figures.chart(
        rooms(
            f"{name}, {lookup.dtypes.words(dtype)} weights, one query of {context:,} tokens: does it fit?",
            "Small cards are full with a part of the weights; a card fits only when what is kept back, "
            "weights and cache all lie within its outline.",
            y=Axis("memory", "GB", factor=1e9),
            parts=("kept back", "weights", "cache"),
            places=[place(card) for card in accelerators],
        ),
        "memory rooms",
        [lookup.function("bound")],
    )


CHARTS = {
    f.__name__: f
    for f in (layer_blocks, attention_crossing, step_timeline, kinds_of_attention, memory_rooms, one_token)
}
