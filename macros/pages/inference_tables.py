"""The tables of the articles on inference: multiplications, time, memory, batching."""

import html

from llmmath.records import variants

from .. import lookup
from ..html_table import Table, stated, text
from ..quantities import write


def model_name(key):
    return html.escape(lookup.model(key).name)


def accelerator_name(key):
    return html.escape(lookup.accelerator(key).name)


def unbroken(name):
    """A name that a narrow column does not break."""
    return name.replace(" ", "\u00a0")


# ---------------------------------------------------------------- multiplications


def classic_against_efficient(figures, model, context):
    """The classic count and the efficient one, term by term."""
    t = Table(
        figures,
        f"{lookup.model(model).name}: multiplications per token at a context of {context:,}",
        ["Term", "Classic", "Efficient", "Why they differ"],
    )
    shape = lookup.model(model).quantities()
    nothing = text("–", numeric=True)
    t.row("Queries and keys", *[t.figure("thin_projection_multiplications", model=model)] * 2, text("same"))
    t.row(
        "Comparison with keys",
        *[t.figure("mixing_multiplications", model=model, n_context=context, value_dim=shape["head_dim"])]
        * 2,
        text("same"),
    )
    t.row(
        "Values",
        t.figure("full_rank_value_multiplications", model=model),
        t.figure("thin_projection_multiplications", model=model),
        text("two thin matrices for one square one"),
    )
    t.row(
        "Mixing",
        t.figure("mixing_multiplications", model=model, n_context=context, value_dim=shape["d_model"]),
        t.figure("mixing_multiplications", model=model, n_context=context, value_dim=shape["head_dim"]),
        text("before the projection back up"),
    )
    t.row("Perceptron", *[t.figure("mlp_multiplications", model=model)] * 2, text("same"))
    t.row(
        "LM head",
        nothing,
        t.figure("lm_head_multiplications", model=model),
        text("left out by the classic formula"),
    )
    t.row(
        "Total",
        t.figure("classic_multiplications", model=model, n_context=context),
        t.figure("efficient_multiplications", model=model, n_context=context),
        text(""),
    )
    return t.render()


def three_counts(figures, models):
    """Classic, script and efficient totals at each model's full context."""
    t = Table(
        figures,
        "Multiplications per token at each model's full context",
        ["Model", "Context", "Classic formula", "Original script", "Efficient"],
    )
    for key in models:
        context = lookup.model(key).n_positions
        t.row(
            model_name(key),
            stated(context, "1"),
            *(
                t.figure(name, model=key, n_context=context)
                for name in (
                    "classic_multiplications",
                    "low_rank_value_multiplications",
                    "efficient_multiplications",
                )
            ),
        )
    return t.render()


COMPONENT_NAMES = {
    "attention.q": "Queries",
    "attention.k": "Keys",
    "attention.v": "Values",
    "attention.qkv": "Queries, keys, values",
    "attention.scores": "Comparison with keys",
    "attention.mix": "Mixing of values",
    "attention.values": "Mixing of values",
    "attention.output": "Attention output",
    "attention.o": "Attention output",
    "mlp.up": "Perceptron, up",
    "mlp.down": "Perceptron, down",
    "mlp.gate": "Perceptron, gate",
    "lm_head": "LM head",
}


def components(figures, models):
    """Components of one decoded token, a column for each model, at its full context."""
    names = []
    for key in models:
        _, _, parts = lookup.call(
            "count.multiplications.decode.components",
            {"model": key, "context": lookup.model(key).n_positions},
        )
        names += [name for name in parts if name not in names]
    t = Table(
        figures,
        "Multiplications of one token with the full context of each model",
        ["Component", *(model_name(key) for key in models)],
    )
    t.row("Context", *(stated(lookup.model(key).n_positions, "1") for key in models))

    def line(heading, name, **given):
        t.row(
            heading,
            *(
                t.figure(
                    name,
                    model=key,
                    **given.get("each", lambda k: {"context": lookup.model(k).n_positions})(key),
                )
                for key in models
            ),
        )

    for name in names:
        line(COMPONENT_NAMES.get(name, name), f"count.multiplications.decode.components.{name}")
    line("Total", "count.multiplications.decode.total")
    line(
        "Classic formula",
        "classic_multiplications",
        each=lambda k: {"n_context": lookup.model(k).n_positions},
    )
    line("Parameters", "count.parameters")
    return t.render()


# ---------------------------------------------------------------- time, memory and batching


def two_times(figures, models, accelerators, context, dtype="bf16"):
    """Time for memory and for arithmetic, one prompt."""
    t = Table(
        figures,
        f"One prompt, one token at a context of {context:,} (or the longest the model has), 16-bit weights",
        ["Model", "On", "Memory", "Arithmetic", "Memory over<br>arithmetic", "At best"],
    )
    for key in models:
        for card in accelerators:
            given = {
                "model": key,
                "accelerator": card,
                "dtype": lookup.sixteen_bit(card),
                "batch": 1,
                "context": min(context, lookup.model(key).n_positions),
            }
            _, _, fits = lookup.call("bound.fits", given)
            best = (
                t.figure("bound.tokens_per_second", digits=3, **given)
                if fits
                else text("does not fit", numeric=True)
            )
            t.row(
                model_name(key),
                text(unbroken(accelerator_name(card))),
                t.figure("bound.memory_seconds", unit="ms", **given),
                t.figure("bound.compute_seconds", unit="ms", digits=2, **given),
                t.figure("memory_over_compute", unit="×", digits=2, **times(given)),
                best,
            )
    return t.render()


def times(given):
    _, _, bound = lookup.call("bound", given)
    return {"memory_seconds": bound["memory_seconds"], "compute_seconds": bound["compute_seconds"]}


def accelerator_ratio(figures, accelerators):
    """Bandwidth, peak and their ratio."""
    t = Table(
        figures,
        "What the ratio of arithmetic to bandwidth looks like, 16-bit arithmetic",
        ["Accelerator", "Bandwidth", "Peak, dense", "Ridge"],
    )
    for key in accelerators:
        record, dtype = lookup.accelerator(key), lookup.sixteen_bit(key)
        t.row(
            accelerator_name(key),
            stated(record.memory_bandwidth, "B/s", "GB/s"),
            stated(record.peak_flops[dtype], "FLOP/s", "TFLOP/s"),
            t.figure("ridge_intensity", digits=3, accelerator=key, dtype=dtype),
        )
    return t.render()


def batch_ladder(figures, model, accelerator, context, batches, dtype="bf16"):
    """Step time, latency and throughput against batch."""
    t = Table(
        figures,
        f"{lookup.model(model).name} on {lookup.accelerator(accelerator).name}, context {context:,}, 16-bit weights and cache",
        ["Batch", "Weights and caches", "Step", "Each query", "All queries", "Bound by"],
    )
    for batch in batches:
        given = {
            "model": model,
            "accelerator": accelerator,
            "dtype": dtype,
            "batch": batch,
            "context": context,
        }
        _, _, bound = lookup.call("bound", given)
        t.row(
            f"{batch:,}",
            text(
                written_bytes(bound["weights_bytes"]) + " + " + written_bytes(bound["kv_cache_bytes"]),
                numeric=True,
            ),
            t.figure("bound.step_seconds", unit="ms", **given),
            t.figure("bound.tokens_per_second_per_query", digits=3, **given),
            t.figure("bound.tokens_per_second", digits=3, **given),
            text(bound["bound_by"] if bound["fits"] else f"{bound['bound_by']}; does not fit", numeric=True),
        )
    return t.render()


def written_bytes(quantity):
    return f'<data value="{quantity}">{write(quantity, "B", "GB", 3)}</data>'


def kv_cache(figures, models, contexts):
    """Cache per token and per query."""
    t = Table(
        figures,
        "KV cache with 16-bit keys and values; a dash where the model's context ends before",
        [
            "Model",
            "Layers",
            "Key-value<br>heads",
            "Head<br>width",
            "Per token",
            *(f"{c:,}<br>tokens" for c in contexts),
        ],
    )
    for key in models:
        shape = lookup.model(key).quantities()
        t.row(
            model_name(key),
            stated(shape["n_layers"], "1"),
            stated(shape["n_kv_heads"], "1"),
            stated(shape["head_dim"], "1"),
            t.figure("kv_cache_bytes", unit="KiB", digits=4, model=key, n_tokens=1, bytes_per_value=2),
            *(
                t.figure("kv_cache_bytes", unit="GB", digits=3, model=key, n_tokens=c, bytes_per_value=2)
                if c <= lookup.model(key).n_positions
                else text("–", numeric=True)
                for c in contexts
            ),
        )
    return t.render()


def group_sizes(figures, model, accelerator, context, kv_heads):
    """One model with other numbers of key-value heads."""
    t = Table(
        figures,
        f"{lookup.model(model).name} with other key-value heads, {lookup.accelerator(accelerator).name}, context {context:,}, 16-bit",
        [
            "Key-value heads",
            "Multiplications<br>per token",
            "Cache<br>per token",
            "Cache<br>per query",
            "Queries<br>that fit",
            "Step with<br>one query",
        ],
    )
    stated_heads = lookup.model(model).quantities()["n_kv_heads"]
    for n_kv_heads in kv_heads:
        changed = variants.with_key_value_heads(lookup.model(model), n_kv_heads)
        given = {"model": changed, "accelerator": accelerator, "batch": 1, "context": context}
        kind = {
            lookup.model(model).quantities()["n_heads"]: " (multi-head)",
            1: " (multi-query)",
            stated_heads: " (as published)",
        }
        t.row(
            f"{n_kv_heads}{kind.get(n_kv_heads, '')}",
            t.figure("count.multiplications.decode.total", model=changed, context=context),
            t.figure("count.kv_cache_bytes_per_token", unit="KiB", digits=4, model=changed, context=context),
            t.figure("count.kv_cache_bytes", unit="GB", digits=3, model=changed, context=context),
            t.figure("bound.max_batch", **given),
            t.figure("bound.step_seconds", unit="ms", **given),
        )
    return t.render()


def fits(figures, models, accelerators, dtype, contexts, reserved_bytes=0, reserved_fraction=0):
    """Which model fits on which accelerator with one query and a 16-bit cache: what it needs, or what is missing and why.

    `reserved_fraction` of each memory is kept back besides `reserved_bytes`.
    """
    kept = f"{reserved_fraction:.0%} of the RAM" if reserved_fraction else write(reserved_bytes, "B", "GB")
    t = Table(
        figures,
        f"{lookup.dtypes.get(dtype).words} weights, 16-bit cache, one query, {kept} kept back: what it needs, or what is the cause and by how much",
        [
            "Model",
            "Context",
            *(f"{short_name(key)}<br><small>{written_capacity(key)}</small>" for key in accelerators),
        ],
    )
    for key in models:
        longest = lookup.model(key).n_positions or max(contexts)
        for context in sorted({min(context, longest) for context in contexts}):
            cells = []
            for card in accelerators:
                share = lookup.call(
                    "reserved_share",
                    {
                        "memory_capacity": lookup.accelerator(card).memory_capacity,
                        "reserved_fraction": reserved_fraction,
                    },
                )[2]
                cells.append(
                    fit_cell(
                        t,
                        {
                            "model": key,
                            "accelerator": card,
                            **held_as(card, dtype),
                            "batch": 1,
                            "context": context,
                            "reserved_bytes": reserved_bytes + share,
                        },
                    )
                )
            t.row(model_name(key), stated(context, "1"), *cells)
    return t.render()


def held_as(card, dtype):
    """Arguments of `bound` for weights of `dtype` and a 16-bit cache, whatever the card computes in."""
    peaks = lookup.accelerator(card).peak_flops
    if dtype == "bf16":
        dtype = "bf16" if "bf16" in peaks or "fp16" not in peaks else "fp16"
    given = {"dtype": dtype, "kv_dtype": "fp16" if dtype == "fp16" else "bf16"}
    return given if dtype in peaks or "fp16" in peaks else {**given, "compute_dtype": "fp32"}


def fit_cell(t, given):
    """yes with what is needed, or no with what is missing and whether weights or cache are the cause."""
    _, _, bound = lookup.call("bound", given)
    if bound["fits"]:
        per_query = bound["kv_cache_bytes"] + bound["activation_bytes"]
        return verdict(
            "yes",
            "num",
            t.figure(
                "needed_bytes",
                unit="GB",
                digits=3,
                batch=1,
                weight_bytes=bound["weights_bytes"],
                bytes_per_query=per_query,
                reserved_bytes=0,
            ),
            "",
        )
    weights_fit = bound["weights_bytes"] + bound["reserved_bytes"] <= bound["memory_capacity"]
    return verdict(
        f"no: {'cache' if weights_fit else 'weights'}",
        "num lm-no",
        t.figure("bound.missing_bytes", unit="GB", digits=3, **given),
        " over",
    )


def verdict(word, kind, cell, after):
    figure = cell.removeprefix('<td class="num">').removesuffix("</td>")
    return f'<td class="{kind}">{word}<br><small>{figure}{after}</small></td>'


def units_of_capacity(figures, accelerators):
    """Capacities in GB and in GiB."""
    t = Table(figures, "One capacity in two units", ["Accelerator", "In GB of 10⁹ B", "In GiB of 2³⁰ B"])
    for key in accelerators:
        capacity = lookup.accelerator(key).memory_capacity
        t.row(accelerator_name(key), stated(capacity, "B", "GB"), stated(capacity, "B", "GiB", 4))
    return t.render()


def knees(figures, cases):
    """The batches at which something else becomes the limit, for (model, accelerator, context)."""
    t = Table(
        figures,
        "Four batches, 16-bit weights and cache",
        [
            "Model",
            "On",
            "Context",
            "Critical<br>batch",
            "Cache =<br>weights",
            "Full utili-<br>zation from",
            "VRAM<br>full",
        ],
    )
    for model, card, context in cases:
        given = {
            "model": model,
            "accelerator": card,
            "dtype": lookup.sixteen_bit(card),
            "batch": 1,
            "context": context,
        }
        _, _, bound = lookup.call("bound", given)
        t.row(
            model_name(model),
            text(unbroken(accelerator_name(card))),
            stated(context, "1"),
            *(
                t.figure(f"bound.{name}", digits=3, **given)
                if bound[name] is not None
                else text("no batch", numeric=True)
                for name in ("critical_batch", "kv_equals_weights_batch", "saturation_batch")
            ),
            t.figure("bound.max_batch", **given)
            if bound["max_batch"]
            else text("does not fit", numeric=True),
        )
    return t.render()


def utilization(figures, model, accelerator, contexts, dtype="bf16"):
    """What the largest batch that fits reaches of the peak, context by context."""
    peak = write(lookup.accelerator(accelerator).peak(dtype), "FLOP/s", "TFLOP/s")
    t = Table(
        figures,
        f"{lookup.model(model).name} on {lookup.accelerator(accelerator).name}: the largest batch that fits, against a peak of {peak}",
        [
            "Context",
            "Arithmetic exceeds<br>reading from",
            "Largest batch<br>that fits",
            "Its<br>intensity",
            "Attainable<br>arithmetic",
            "Bound by",
        ],
    )
    for context in contexts:
        one = {"model": model, "accelerator": accelerator, "dtype": dtype, "context": context}
        _, _, bound = lookup.call("bound", {**one, "batch": 1})
        full = {**one, "batch": bound["max_batch"]}
        _, _, filled = lookup.call("bound", full)
        t.row(
            f"{context:,}",
            t.figure("bound.saturation_batch", digits=3, **one, batch=1)
            if bound["saturation_batch"]
            else text("no batch", numeric=True),
            t.figure("bound.max_batch", **one, batch=1),
            t.figure("bound.arithmetic_intensity", digits=3, **full),
            t.figure(
                "attainable_flops",
                unit="TFLOP/s",
                digits=3,
                arithmetic_intensity=filled["arithmetic_intensity"],
                accelerator=accelerator,
                dtype=dtype,
            ),
            text(filled["bound_by"], numeric=True),
        )
    return t.render()


def both_bounds(figures, models, accelerator, context, batch, fixed_seconds):
    """A step with perfect overlap, without overlap, and with a fixed time besides."""
    fixed = write(fixed_seconds, "s", "ms")
    t = Table(
        figures,
        f"One step on {lookup.accelerator(accelerator).name}, batch {batch:,}, context {context:,}",
        [
            "Model",
            "Memory",
            "Arithmetic",
            "Perfect<br>overlap",
            "No<br>overlap",
            "At best,<br>overlap",
            f"Overlap and<br>{fixed} fixed",
        ],
    )
    for key in models:
        given = {
            "model": key,
            "accelerator": accelerator,
            "dtype": lookup.sixteen_bit(accelerator),
            "batch": batch,
            "context": context,
        }
        slowed = {**given, "fixed_seconds": fixed_seconds}
        t.row(
            model_name(key),
            *(
                t.figure(f"bound.{name}", unit="ms", digits=3, **given)
                for name in ("memory_seconds", "compute_seconds", "step_seconds", "unoverlapped_step_seconds")
            ),
            t.figure("bound.tokens_per_second", digits=3, **given),
            t.figure("bound.tokens_per_second", digits=3, **slowed),
        )
    return t.render()


def split(figures, model, accelerator, context, batch, splits):
    """One step on several accelerators; `splits` are (accelerators, bandwidth of the link)."""
    t = Table(
        figures,
        f"{lookup.model(model).name} on several {lookup.accelerator(accelerator).name}, batch {batch:,}, context {context:,}, 16-bit",
        [
            "Cards",
            "Link,<br>one way",
            "Memory",
            "Sending",
            "At best, all",
            "Bound by",
            "Sending bounds<br>from batch",
        ],
    )
    for n_accelerators, link_bandwidth in splits:
        given = {
            "model": model,
            "accelerator": accelerator,
            "dtype": lookup.sixteen_bit(accelerator),
            "batch": batch,
            "context": context,
            "n_accelerators": n_accelerators,
            "link_bandwidth": link_bandwidth,
        }
        _, _, bound = lookup.call("bound", given)
        t.row(
            f"{n_accelerators}",
            stated(link_bandwidth, "B/s", "GB/s"),
            *(
                t.figure(f"bound.{name}", unit="ms", digits=3, **given)
                for name in ("memory_seconds", "communication_seconds")
            ),
            t.figure("bound.tokens_per_second", digits=3, **given),
            text(bound["bound_by"] if bound["fits"] else "does not fit", numeric=True),
            t.figure("bound.communication_bound_batch", digits=3, **given)
            if bound["communication_bound_batch"]
            else text("no batch", numeric=True),
        )
    return t.render()


def cost(figures, model, accelerator, context, batches, price_per_hour, power):
    """Price and energy of a million tokens against batch."""
    t = Table(
        figures,
        f"{lookup.model(model).name} on {lookup.accelerator(accelerator).name}, context {context:,}, 16-bit; "
        f"{price_per_hour:g} US$ an hour, {power:g} W",
        ["Batch", "At best, all", "US$ per<br>million tokens", "Energy per<br>million tokens"],
    )
    for batch in batches:
        given = {
            "model": model,
            "accelerator": accelerator,
            "dtype": lookup.sixteen_bit(accelerator),
            "batch": batch,
            "context": context,
        }
        _, _, bound = lookup.call("bound", given)
        rate = {"tokens_per_second": bound["tokens_per_second"]}
        t.row(
            f"{batch:,}",
            t.figure("bound.tokens_per_second", digits=3, **given),
            t.figure("bound.cost_per_million_tokens", digits=3, **given, price_per_hour=price_per_hour),
            t.figure("energy_per_million_tokens", unit="J", digits=3, power=power, **rate),
        )
    return t.render()


def experts(figures, models, batches):
    """Experts of a layer that a batch touches on average."""
    t = Table(
        figures,
        "Experts of one layer whose weights a step reads, on average",
        ["Model", "Experts", "Each token<br>picks", *(f"Batch<br>{batch:,}" for batch in batches)],
    )
    for key in models:
        shape = lookup.model(key).quantities()
        t.row(
            model_name(key),
            stated(shape["n_experts"], "1"),
            stated(shape["n_experts_per_token"], "1"),
            *(t.figure("expected_experts", digits=3, model=key, n_tokens=batch) for batch in batches),
        )
    return t.render()


def cache_kinds(figures, models, contexts):
    """Cache of one query by what a model keeps."""
    t = Table(
        figures,
        "Cache of one query, 16-bit values; a dash where the model's context ends before",
        ["Model", "What is kept", *(f"{c:,}<br>tokens" for c in contexts)],
    )
    for key, kept in models.items():
        longest = lookup.model(key).n_positions or max(contexts)
        t.row(
            model_name(key),
            text(kept),
            *(
                t.figure("count.kv_cache_bytes", unit="GB", digits=3, model=key, context=c)
                if c <= longest
                else text("–", numeric=True)
                for c in contexts
            ),
        )
    return t.render()


def short_name(key):
    """The accelerator's name without its capacity, on two lines."""
    return accelerator_name(key).split(",")[0].replace(" ", "<br>", 1)


def written_capacity(key):
    return write(lookup.accelerator(key).memory_capacity, "B", "GB")


TABLES = {
    f.__name__: f
    for f in (
        classic_against_efficient,
        three_counts,
        components,
        two_times,
        accelerator_ratio,
        batch_ladder,
        kv_cache,
        group_sizes,
        fits,
        units_of_capacity,
        knees,
        utilization,
        both_bounds,
        split,
        cost,
        experts,
        cache_kinds,
    )
}
