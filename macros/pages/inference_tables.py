"""The tables of the articles on inference: multiplications, time, memory, batching."""

import html

from llmmath.records import variants

from .. import lookup
from ..html_table import NONE, Table, heading, stated, text
from ..quantities import write

NO_FIT = text("does not fit", numeric=True)
NO_BATCH = text("no batch", numeric=True)
SAME = text("same")


def model_name(key):
    return html.escape(lookup.model(key).name)


def accelerator_name(key):
    return html.escape(lookup.accelerator(key).name)


def unbroken(name):
    """A name that a narrow column does not break."""
    return name.replace(" ", "\u00a0")


def on(model, accelerator):
    """What a table is about, for its caption."""
    return f"{lookup.model(model).name} on {lookup.accelerator(accelerator).name}"


def longest(key, otherwise):
    """Positions of the model, or `otherwise` where its record knows no end."""
    return lookup.model(key).n_positions or otherwise


def case(model, accelerator, context, batch=1, **besides):
    """(arguments of `bound` for weights and cache of the accelerator's 16-bit type, what `bound` says)."""
    given = {
        "model": model,
        "accelerator": accelerator,
        "dtype": lookup.sixteen_bit(accelerator),
        "batch": batch,
        "context": context,
        **besides,
    }
    return given, lookup.call("bound", given)[2]


# ---------------------------------------------------------------- multiplications


def classic_against_efficient(figures, model, context):
    """The classic count and the efficient one, term by term."""
    name = lookup.model(model).name
    t = Table(figures, f"{name}: multiplications per token at a context of {context:,}", turned=True)
    shape = lookup.model(model).quantities()

    def count(formula, **given):
        return t.figure(formula, model=model, **given)

    def mixing(value_dim):
        return count("mixing_multiplications", n_context=context, value_dim=value_dim)

    def row(term, classic, efficient, why=SAME):
        t.row({"Term": term, "Classic": classic, "Efficient": efficient, "Why they differ": why})

    thin = count("thin_projection_multiplications")
    row("Queries and keys", thin, thin)
    comparison = mixing(shape["head_dim"])
    row("Comparison with keys", comparison, comparison)
    row(
        "Values",
        count("full_rank_value_multiplications"),
        count("thin_projection_multiplications"),
        text("two thin matrices for one square one"),
    )
    row(
        "Mixing",
        mixing(shape["d_model"]),
        mixing(shape["head_dim"]),
        text("before the projection back up"),
    )
    perceptron = count("mlp_multiplications")
    row("Perceptron", perceptron, perceptron)
    row("LM head", NONE, count("lm_head_multiplications"), text("left out by the classic formula"))
    row(
        "Total",
        count("classic_multiplications", n_context=context),
        count("efficient_multiplications", n_context=context),
        text(""),
    )
    return t.render()


def three_counts(figures, models):
    """Classic, script and efficient totals at each model's full context."""
    t = Table(figures, "Multiplications per token at each model's full context")
    for key in models:
        context = lookup.model(key).n_positions
        given = {"model": key, "n_context": context}
        t.row({
            "Model": model_name(key),
            "Context": stated(context),
            "Classic formula": t.figure("classic_multiplications", **given),
            "Original script": t.figure("low_rank_value_multiplications", **given),
            "Efficient": t.figure("efficient_multiplications", **given),
        })  # fmt: skip
    return t.render()


def four_kinds(figures, models, contexts):
    """What one new token costs at each context; `models` names the kind of each model by its key."""
    t = Table(figures, "One new token of one sequence, 16-bit weights, cache and state", turned=True)
    for context in contexts:
        for key, kind in models.items():
            given = {"model": key, "context": context}
            t.row({
                "Model": heading(f"{unbroken(model_name(key))}<br><small>{html.escape(kind)}</small>"),
                "Context": stated(context),
                "Multiplications": t.figure(
                    "token_cost.multiplications", unit="billion", digits=3, **given
                ),
                "Weights<br>read": t.figure("token_cost.weight_bytes_read", unit="GB", digits=3, **given),
                "Cache<br>and state": t.figure("token_cost.kept_bytes", unit="GB", digits=3, **given),
                "Weights<br>held": t.figure("count.weight_bytes", unit="GB", digits=3, **given),
            })  # fmt: skip
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
    t = Table(
        figures,
        "Multiplications of one token with the full context of each model, and its parameters, in millions",
        turned=True,
    )
    contexts = {key: lookup.model(key).n_positions for key in models}

    def row(heading, name, context):
        cells = {}
        for key in models:
            given = {"model": key, context: contexts[key]}
            number = t.data(name, unit="million", digits=4, show_unit=False, exact=True, **given)
            cells[f"{model_name(key)}<br><small>at {contexts[key]:,}</small>"] = text(number, numeric=True)
        t.row({"Component": heading, **cells})

    def counted(heading, path):
        row(heading, f"count.{path}", context="context")

    for name in component_names(contexts):
        counted(COMPONENT_NAMES.get(name, name), f"multiplications.decode.components.{name}")
    counted("Total", "multiplications.decode.total")
    row("Classic formula", "classic_multiplications", context="n_context")
    counted("Parameters", "parameters")
    return t.render()


def component_names(contexts):
    """Names of the components that any of the models has, in the order of the ledger."""
    name = "count.multiplications.decode.components"
    found = {}
    for key, context in contexts.items():
        found.update(lookup.call(name, {"model": key, "context": context})[2])
    return list(found)


# ---------------------------------------------------------------- time


def two_times(figures, models, accelerators, context, dtype="bf16"):
    """Time for memory and for arithmetic, one prompt."""
    t = Table(
        figures,
        f"One prompt, one token at a context of {context:,} (or the longest the model has), 16-bit weights",
        turned=True,
    )
    for key in models:
        for card in accelerators:
            given, bound = case(key, card, min(context, longest(key, context)))
            times = {name: bound[name] for name in ("memory_seconds", "compute_seconds")}
            t.row({
                "Model": model_name(key),
                "On": text(unbroken(accelerator_name(card))),
                "Memory": t.figure("bound.memory_seconds", unit="ms", **given),
                "Arithmetic": t.figure("bound.compute_seconds", unit="ms", digits=2, **given),
                "Memory over<br>arithmetic": t.figure("memory_over_compute", unit="×", digits=2, **times),
                "At best": rate(t, "tokens_per_second", given, bound),
            })  # fmt: skip
    return t.render()


def accelerator_ratio(figures, accelerators):
    """Bandwidth, peak and their ratio."""
    t = Table(figures, "Peak arithmetic over bandwidth, 16-bit arithmetic", turned=True)
    for key in accelerators:
        record, dtype = lookup.accelerator(key), lookup.sixteen_bit(key)
        t.row({
            "Accelerator": accelerator_name(key),
            "Bandwidth": stated(record.memory_bandwidth, "B/s", "GB/s"),
            "Peak, dense": stated(record.peak_flops[dtype], "FLOP/s", "TFLOP/s"),
            "Ridge": t.figure("ridge_intensity", digits=3, accelerator=key, dtype=dtype),
        })  # fmt: skip
    return t.render()


def both_bounds(figures, models, accelerator, context, batch, fixed_seconds):
    """A step whose operations run one by one, all overlap, or do not overlap at all; a fixed time besides."""
    card = lookup.accelerator(accelerator).name
    t = Table(figures, f"One step on {card}, batch {batch:,}, context {context:,}", turned=True)
    fixed = write(fixed_seconds, "s", "ms")
    for key in models:
        given, bound = case(key, accelerator, context, batch)
        slowed = {**given, "fixed_seconds": fixed_seconds}

        def time(name, given=given):
            return t.figure(f"bound.{name}", unit="ms", digits=3, **given)

        t.row({
            "Model": model_name(key),
            "One by one": time("step_seconds"),
            "All<br>overlapping": time("overlapped_step_seconds"),
            "Nothing<br>overlapping": time("unoverlapped_step_seconds"),
            "At best,<br>one by one": rate(t, "tokens_per_second", given, bound),
            f"At best, with<br>{fixed} fixed": rate(t, "tokens_per_second", slowed, bound),
        })  # fmt: skip
    return t.render()


def utilization(figures, model, accelerator, contexts, dtype="bf16"):
    """What the largest batch that fits reaches of the peak, context by context."""
    peak = write(lookup.accelerator(accelerator).peak(dtype), "FLOP/s", "TFLOP/s")
    t = Table(
        figures,
        f"{on(model, accelerator)}: the largest batch that fits, against a peak of {peak}",
        turned=True,
    )
    for context in contexts:
        one, bound = case(model, accelerator, context, dtype=dtype)
        _, filled = case(model, accelerator, context, bound["max_batch"], dtype=dtype)
        t.row({
            "Context": f"{context:,}",
            "All overlapping:<br>peak from batch": batch_or_none(
                t, "saturation_batch", one, bound
            ),
            "Largest batch<br>that fits": t.figure("bound.max_batch", **one),
            "Attainable, all<br>overlapping": t.figure(
                "attainable_flops",
                unit="TFLOP/s",
                digits=3,
                arithmetic_intensity=filled["arithmetic_intensity"],
                accelerator=accelerator,
                dtype=dtype,
            ),
            "Share of peak,<br>one by one": t.figure(
                "peak_share",
                unit="%",
                digits=3,
                compute_seconds=filled["compute_seconds"],
                step_seconds=filled["step_seconds"],
            ),
        })  # fmt: skip
    return t.render()


def split(figures, model, accelerator, context, batch, splits):
    """One step on several accelerators; `splits` are (accelerators, bandwidth of the link)."""
    name, card = lookup.model(model).name, lookup.accelerator(accelerator).name
    t = Table(figures, f"{name} on several {card}, batch {batch:,}, context {context:,}, 16-bit", turned=True)
    for n_accelerators, link_bandwidth in splits:
        given, bound = case(
            model, accelerator, context, batch, n_accelerators=n_accelerators, link_bandwidth=link_bandwidth
        )
        t.row({
            "Cards": f"{n_accelerators}",
            "Link,<br>one way": stated(link_bandwidth, "B/s", "GB/s"),
            "Memory": t.figure("bound.memory_seconds", unit="ms", digits=3, **given),
            "Sending": t.figure("bound.communication_seconds", unit="ms", digits=3, **given),
            "At best, all,<br>one by one": rate(t, "tokens_per_second", given, bound),
            "At best, all,<br>overlapping": rate(t, "overlapped_tokens_per_second", given, bound),
            "Overlapping, sending<br>bounds from batch": batch_or_none(
                t, "communication_bound_batch", given, bound
            ),
        })  # fmt: skip
    return t.render()


# ---------------------------------------------------------------- batching


def rate(t, name, given, bound):
    """A cell with one of the rates of `bound`, or that the model does not fit."""
    return t.figure(f"bound.{name}", digits=3, **given) if bound["fits"] else NO_FIT


def batch_or_none(t, name, given, bound):
    """A cell with one of the batches of `bound`, or that there is no such batch."""
    return t.figure(f"bound.{name}", digits=3, **given) if bound[name] is not None else NO_BATCH


def batch_ladder(figures, model, accelerator, context, batches, dtype="bf16"):
    """Step time, latency and throughput against batch."""
    t = Table(
        figures, f"{on(model, accelerator)}, context {context:,}, 16-bit weights and cache", turned=True
    )
    for batch in batches:
        given, bound = case(model, accelerator, context, batch, dtype=dtype)
        weights, caches = (
            t.data(f"bound.{name}", "GB", 3, **given) for name in ("weights_bytes", "kv_cache_bytes")
        )
        t.row({
            "Batch": f"{batch:,}",
            "Weights and caches": text(f"{weights} + {caches}", numeric=True),
            "Step": t.figure("bound.step_seconds", unit="ms", **given),
            "Each query": rate(t, "tokens_per_second_per_query", given, bound),
            "All queries": rate(t, "tokens_per_second", given, bound),
            "Bound by": text(write(bound["bound_by"], "1"), numeric=True),
        })  # fmt: skip
    return t.render()


def knees(figures, cases):
    """The batches at which something else becomes the limit, for (model, accelerator, context)."""
    t = Table(figures, "Four batches and a share, 16-bit weights and cache", turned=True)
    for model, card, context in cases:
        given, bound = case(model, card, context)
        t.row({
            "Model": model_name(model),
            "On": text(unbroken(accelerator_name(card))),
            "Context": stated(context),
            "Critical<br>batch": batch_or_none(t, "critical_batch", given, bound),
            "Cache =<br>weights": batch_or_none(t, "kv_equals_weights_batch", given, bound),
            "VRAM<br>full": t.figure("bound.max_batch", **given) if bound["max_batch"] else NO_FIT,
            "All overlapping:<br>peak from batch": batch_or_none(t, "saturation_batch", given, bound),
            "One by one: share of<br>peak approached": t.figure(
                "bound.peak_share_limit", unit="%", digits=2, **given
            ),
        })  # fmt: skip
    return t.render()


def cost(figures, model, accelerator, context, batches, price_per_hour, power):
    """Price and energy of a million tokens against batch."""
    t = Table(
        figures,
        f"{on(model, accelerator)}, context {context:,}, 16-bit; {price_per_hour:g} US$ an hour, {power:g} W",
        turned=True,
    )
    for batch in batches:
        given, bound = case(model, accelerator, context, batch)
        priced = {**given, "price_per_hour": price_per_hour}
        drawn = {"power": power, "tokens_per_second": bound["tokens_per_second"]}
        t.row({
            "Batch": f"{batch:,}",
            "At best, all": t.figure("bound.tokens_per_second", digits=3, **given),
            "US$ per<br>million tokens": t.figure("bound.cost_per_million_tokens", digits=3, **priced),
            "Energy per<br>million tokens": t.figure(
                "energy_per_million_tokens", unit="J", digits=3, **drawn
            ),
        })  # fmt: skip
    return t.render()


def experts(figures, models, batches):
    """Experts of a layer that a batch touches on average."""
    t = Table(figures, "Experts of one layer whose weights a step reads, on average", turned=True)
    for key in models:
        shape = lookup.model(key).quantities()
        t.row({
            "Model": model_name(key),
            "Experts": stated(shape["n_experts"]),
            "Each token<br>picks": stated(shape["n_experts_per_token"]),
            **{
                f"Batch<br>{batch:,}": t.figure("expected_experts", digits=3, model=key, n_tokens=batch)
                for batch in batches
            },
        })  # fmt: skip
    return t.render()


# ---------------------------------------------------------------- memory


def by_context(contexts, last, cell_of):
    """A column for each context: its cell, or a dash where the model ends before."""
    return {f"{context:,}<br>tokens": cell_of(context) if context <= last else NONE for context in contexts}


def kv_cache(figures, models, contexts):
    """Cache per token and per query."""
    t = Table(
        figures,
        "KV cache with 16-bit keys and values; a dash where the model's context ends before",
        turned=True,
    )
    for key in models:
        shape = lookup.model(key).quantities()

        def cache(n_tokens, unit="GB", digits=3, key=key):
            return t.figure("kv_cache_bytes", unit, digits, model=key, n_tokens=n_tokens, bytes_per_value=2)

        t.row({
            "Model": model_name(key),
            "Layers": stated(shape["n_layers"]),
            "Key-value<br>heads": stated(shape["n_kv_heads"]),
            "Head<br>width": stated(shape["head_dim"]),
            "Per token": cache(1, "KiB", 4),
            **by_context(contexts, lookup.model(key).n_positions, cache),
        })  # fmt: skip
    return t.render()


def cache_kinds(figures, models, contexts):
    """Cache of one query by what a model keeps."""
    t = Table(
        figures,
        "Cache of one query, 16-bit values; a dash where the model's context ends before",
        turned=True,
    )
    for key, kept in models.items():

        def cache(context, key=key):
            return t.figure("count.kv_cache_bytes", unit="GB", digits=3, model=key, context=context)

        t.row({
            "Model": model_name(key),
            "What is kept": text(kept),
            **by_context(contexts, longest(key, max(contexts)), cache),
        })  # fmt: skip
    return t.render()


def group_sizes(figures, model, accelerator, context, kv_heads):
    """One model with other numbers of key-value heads."""
    record, card = lookup.model(model), lookup.accelerator(accelerator).name
    t = Table(
        figures, f"{record.name} with other key-value heads, {card}, context {context:,}, 16-bit", turned=True
    )
    shape = record.quantities()
    kinds = {
        shape["n_heads"]: " (multi-head)",
        1: " (multi-query)",
        shape["n_kv_heads"]: " (as published)",
    }
    for n_kv_heads in kv_heads:
        changed = variants.with_key_value_heads(record, n_kv_heads)
        counted = {"model": changed, "context": context}
        run = {"model": changed, "accelerator": accelerator, "batch": 1, "context": context}
        per_token = t.figure("count.kv_cache_bytes_per_token", unit="KiB", digits=4, **counted)
        t.row({
            "Key-value heads": f"{n_kv_heads}{kinds.get(n_kv_heads, '')}",
            "Multiplications<br>per token": t.figure("count.multiplications.decode.total", **counted),
            "Cache<br>per token": per_token,
            "Cache<br>per query": t.figure("count.kv_cache_bytes", unit="GB", digits=3, **counted),
            "Queries<br>that fit": t.figure("bound.max_batch", **run),
            "Step with<br>one query": t.figure("bound.step_seconds", unit="ms", **run),
        })  # fmt: skip
    return t.render()


def units_of_capacity(figures, accelerators):
    """Capacities as they are sold and as software can use them, in GB and in GiB."""
    t = Table(figures, "One memory as it is sold, and what software can use of it in two units", turned=True)
    for key in accelerators:
        record = lookup.accelerator(key)
        t.row({
            "Accelerator": accelerator_name(key),
            "Sold as": stated(record.advertised_memory, "B", "GB", 4),
            "Software can use,<br>in GB of 10⁹ B": stated(record.memory_capacity, "B", "GB", 4),
            "The same in<br>GiB of 2³⁰ B": stated(record.memory_capacity, "B", "GiB", 4),
        })  # fmt: skip
    return t.render()


def kept_back(figures, model, accelerators, context):
    """What is kept back by default of each accelerator's memory, part by part, for one query."""
    name = lookup.model(model).name
    t = Table(
        figures,
        f"What is kept back by default, in GB: {name}, 16-bit, one query of {context:,} tokens",
        turned=True,
    )
    for key in accelerators:
        given, _ = case(model, key, context)

        def part(path, given=given):
            bare = t.data(f"bound.{path}", unit="GB", digits=3, show_unit=False, **given)
            return text(bare, numeric=True)

        t.row({
            "Accelerator": accelerator_name(key),
            "Software<br>can use": stated(
                lookup.accelerator(key).memory_capacity, "B", "GB", 4, show_unit=False
            ),
            "Kept back": part("reserved_bytes"),
            "Driver": part("reserved_parts.driver"),
            "Context": part("reserved_parts.context"),
            "Runtime": part("reserved_parts.runtime"),
            "Prefill": part("reserved_parts.prefill"),
            "Cache's<br>gaps": part("reserved_parts.fragmentation"),
            "System": part("reserved_parts.system"),
        })  # fmt: skip
    return t.render()


TABLES = {
    f.__name__: f
    for f in (
        classic_against_efficient,
        three_counts,
        components,
        four_kinds,
        two_times,
        accelerator_ratio,
        batch_ladder,
        kv_cache,
        group_sizes,
        units_of_capacity,
        kept_back,
        knees,
        utilization,
        both_bounds,
        split,
        cost,
        experts,
        cache_kinds,
    )
}
