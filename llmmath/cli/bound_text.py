"""Time, memory and batching as text, for people at a terminal."""

from ..checks import MOST
from ..records.engines import has_experts
from .count_text import overridden
from .text import amount, number, sentences, size, table


def shortfall(found, holding=None):
    """What does not fit and what would, as one line of less than 160 characters; "" where it fits.

    Args:
        found: a dict of `bound.bound`.
        holding: accelerators that hold it together, see `what_fits`; None where no number is known to.
    """
    if found["fits"]:
        return ""
    parts = {
        "weights": found["weights_bytes"],
        "towers": found.get("towers_bytes"),
        "cache": found["kv_cache_bytes"],
        "state": found.get("state_bytes"),
        "kept back": found["reserved_bytes"],
    }
    held = ", ".join(f"{name} {_gb(n_bytes)}" for name, n_bytes in parts.items() if n_bytes)
    cards = "" if found["n_accelerators"] == 1 else f"{found['n_accelerators']} x "
    return (
        f"{_end(found['model'])} in {found['dtype']} does not fit {cards}{found['accelerator']}:"
        f" {_gb(found['needed_bytes'])} of {_gb(found['memory_capacity'])} GB,"
        f" {_gb(found['missing_bytes'])} missing ({held})"
        f"{_would_fit(found, holding)}"
    )


def _would_fit(found, holding):
    smaller = []
    if found["max_batch"]:
        smaller.append(f"batch {amount(found['max_batch'])}")
    if found["max_context"]:
        smaller.append(f"context {amount(found['max_context'])}")
    if smaller:
        return f"; {' or '.join(smaller)} fits"
    return f"; {holding} of them hold it" if holding else ""


def _gb(n_bytes):
    return number(n_bytes / 1e9)


def _end(name, most=28):
    """The end of a path, which tells files apart where the beginning does not."""
    return name if len(name) <= most else "..." + name[3 - most :]


def bound_text(model, accelerator, found):
    """What `llmmath bound` prints."""
    parts = [
        _assumptions(model, accelerator, found),
        table(("time", "one step", "prefill"), _times(found)),
        table(
            ("rates of decoding, at best", ""),
            [
                ("tokens per second, all queries", number(found["tokens_per_second"])),
                ("tokens per second, each query", number(found["tokens_per_second_per_query"])),
                ("arithmetic intensity, FLOP/B", number(found["arithmetic_intensity"])),
                ("ridge, FLOP/B", real(found["ridge_intensity"], "unknown")),
            ],
        ),
        table(("batching", ""), _batches(found)),
        table(("memory", ""), _memory(found)),
    ]
    if found["cost_per_million_tokens"] is not None:
        cost = number(found["cost_per_million_tokens"])
        parts.append(sentences(f"A million new tokens cost {cost}, in the currency of the price."))
    if found["energy_per_million_tokens"] is not None:
        energy = number(found["energy_per_million_tokens"] / 3.6e6)
        parts.append(f"A million new tokens take {energy} kWh.")
    notes = [*model.notes, *([ALIKE] if has_experts(model) and found["batch"] > 1 else [])]
    return "\n\n".join([*parts, *(sentences(note) for note in notes)])


# What is said of a batch of a model with experts.
ALIKE = (
    "Experts are counted as picked alike; routers that favour some read fewer, which is what llmmath estimate"
    " counts with."
)
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
        *([("state", size(found["state_bytes"]))] if "state_bytes" in found else []),
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
    rows.append(("fits", "yes" if found["fits"] else "no"))
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
    kept = "cache and state" if "state_bytes" in found else "cache"
    longest = "any" if found["max_context"] == MOST else amount(found["max_context"])
    rows = [
        ("critical batch, weights alone", real(found["critical_batch"], none)),
        (f"batch with as much {kept} as weight traffic", real(found["kv_equals_weights_batch"])),
        ("batch from which arithmetic bounds, all overlapping", real(found["saturation_batch"], none)),
        ("share of the peak that large batches approach", real(found["peak_share_limit"], none)),
        ("largest batch that fits", amount(found["max_batch"])),
        ("longest context that fits, and that the model has", longest),
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
    return f"{number(1000 * seconds)} ms" if seconds < 10 else f"{number(seconds)} s"


def real(value, none="never"):
    """A real number, or `none` for None."""
    return none if value is None else number(value)
