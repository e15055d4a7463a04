"""Time, memory and batching as text, for people at a terminal."""

from .count_text import overridden
from .text import amount, sentences, table


def size(n_bytes):
    """Bytes in decimal and in binary multiples, which are seven percent apart.

    >>> size(80_000_000_000)
    '80 GB (74.51 GiB)'
    """
    return f"{n_bytes / 1e9:.4g} GB ({n_bytes / 2**30:.4g} GiB)"


def shortfall(found):
    """What does not fit and by how much, as one line, from a dict of `bound.bound`; "" where it fits."""
    if found["fits"]:
        return ""
    parts = [f"weights {size(found['weights_bytes'])}", f"cache {size(found['kv_cache_bytes'])}"]
    if "towers_bytes" in found:
        parts.insert(1, f"towers {size(found['towers_bytes'])}")
    if found["reserved_bytes"]:
        parts.append(f"reserved {size(found['reserved_bytes'])}")
    cards = "" if found["n_accelerators"] == 1 else f"{found['n_accelerators']} x "
    return (
        f"{found['model']} in {found['dtype']} with batch {found['batch']} and context {found['context']}"
        f" does not fit"
        f" {cards}{found['accelerator']} of {size(found['memory_capacity'])}: {', '.join(parts)};"
        f" {size(found['missing_bytes'])} are missing"
    )


def bound_text(model, accelerator, found):
    """What `llmmath bound` prints."""
    parts = [
        _assumptions(model, accelerator, found),
        table(("time", "one step", "prefill"), _times(found)),
        table(
            ("rates of decoding, at best", ""),
            [
                ("tokens per second, all queries", f"{found['tokens_per_second']:.4g}"),
                ("tokens per second, each query", f"{found['tokens_per_second_per_query']:.4g}"),
                ("arithmetic intensity, FLOP/B", f"{found['arithmetic_intensity']:.4g}"),
                ("ridge, FLOP/B", real(found["ridge_intensity"], "unknown")),
            ],
        ),
        table(("batching", ""), _batches(found)),
        table(("memory", ""), _memory(found)),
    ]
    if found["cost_per_million_tokens"] is not None:
        cost = f"{found['cost_per_million_tokens']:.4g}"
        parts.append(sentences(f"A million new tokens cost {cost}, in the currency of the price."))
    if found["energy_per_million_tokens"] is not None:
        parts.append(f"A million new tokens take {found['energy_per_million_tokens'] / 3.6e6:.4g} kWh.")
    return "\n\n".join([*parts, *(sentences(note) for note in model.notes)])


# What is kept back of the memory, as a person calls it.
PARTS = {
    "driver": "driver",
    "context": "runtime context",
    "runtime": "workspaces and graphs",
    "prefill": "activations of a prefill",
    "fragmentation": "what the cache's blocks leave empty",
    "system": "the system's share",
    "stated": "as stated",
}


def _memory(found):
    rows = [
        ("weights", size(found["weights_bytes"])),
        *([("towers for images or sound", size(found["towers_bytes"]))] if "towers_bytes" in found else []),
        ("KV cache", size(found["kv_cache_bytes"])),
        ("activations of a step", size(found["activation_bytes"])),
    ]
    # Nothing is said of a part that is not there, but for all of it.
    parts = {name: n_bytes for name, n_bytes in found["reserved_parts"].items() if n_bytes}
    rows += [(f"kept back: {PARTS[name]}", size(n_bytes)) for name, n_bytes in parts.items()]
    rows.append(("kept back, all", size(found["reserved_bytes"])))
    rows.append(("needed", size(found["needed_bytes"])))
    if found["advertised_memory"] is not None:
        rows.append(("sold as", size(found["advertised_memory"])))
    shared = ", shared with the system" if found["shared_memory"] else ""
    rows.append(("software can use" + shared, size(found["memory_capacity"])))
    return rows


def _assumptions(model, accelerator, found):
    cards = "" if found["n_accelerators"] == 1 else f"{found['n_accelerators']} x "
    return sentences(
        f"{model.name} on {cards}{accelerator.name}: batch {amount(found['batch'])}, context"
        f" {amount(found['context'])}; weights {found['dtype']}{overridden(found)}, cache"
        f" {found['kv_dtype']}, arithmetic {_arithmetic(found)}.\n"
        f"Attained: {found['bandwidth_fraction']:g} of the bandwidth,"
        f" {found['peak_fraction']:g} of the dense peak;"
        f" fixed time of a step {milliseconds(found['fixed_seconds'])};"
        f" reserved {size(found['reserved_bytes'])}."
    )


def _times(found):
    rows = [("memory", "memory_seconds", "prefill_memory_seconds")]
    rows.append(("arithmetic", "compute_seconds", "prefill_compute_seconds"))
    if found["n_accelerators"] > 1:
        rows.append(("all-reduces", "communication_seconds", "prefill_communication_seconds"))
    rows += [
        ("one operation after another", "step_seconds", "prefill_seconds"),
        ("all of a step overlapping", "overlapped_step_seconds", "overlapped_prefill_seconds"),
        ("nothing overlapping", "unoverlapped_step_seconds", None),
    ]
    times = [
        (words, milliseconds(found[step]), "" if prefill is None else milliseconds(found[prefill]))
        for words, step, prefill in rows
    ]
    return [*times, ("bound by", found["bound_by"], found["prefill_bound_by"] or "unknown")]


def _batches(found):
    # Without a peak even whether there is such a batch cannot be told.
    none = "never" if found["compute_dtype"] else "unknown"
    rows = [
        ("critical batch, weights alone", real(found["critical_batch"], none)),
        ("batch with as much cache as weight traffic", real(found["kv_equals_weights_batch"])),
        ("batch from which arithmetic bounds, all overlapping", real(found["saturation_batch"], none)),
        ("share of the peak that large batches approach", real(found["peak_share_limit"], none)),
        ("largest batch that fits", amount(found["max_batch"])),
        ("longest context that fits, and that the model has", amount(found["max_context"])),
    ]
    if found["n_accelerators"] > 1:
        rows.insert(3, ("batch from which all-reduces bound", real(found["communication_bound_batch"])))
    return rows


def _arithmetic(found):
    """The type of the products, and why it is not the weights'."""
    why = f", since {found['note']}" if found["note"] else ""
    return f"{found['compute_dtype'] or 'unknown'}{why}"


def milliseconds(seconds):
    """A time, in milliseconds up to ten seconds; "unknown" for None.

    >>> milliseconds(0.00452), milliseconds(12.5)
    ('4.52 ms', '12.5 s')
    """
    if seconds is None:
        return "unknown"
    return f"{1000 * seconds:.4g} ms" if seconds < 10 else f"{seconds:.4g} s"


def real(number, none="never"):
    """A real number, or `none` for None."""
    return none if number is None else f"{number:.4g}"
