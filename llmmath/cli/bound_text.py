"""Time, memory and batching as text, for people at a terminal."""

from ..records import dtypes
from .text import amount, table


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
    cards = "" if found["n_accelerators"] == 1 else f"{found['n_accelerators']} x "
    shared = ", shared with the system" if found["shared_memory"] else ""
    times = [
        ("memory", milliseconds(found["memory_seconds"]), milliseconds(found["prefill_memory_seconds"])),
        (
            "arithmetic",
            milliseconds(found["compute_seconds"]),
            milliseconds(found["prefill_compute_seconds"]),
        ),
    ]
    if found["n_accelerators"] > 1:
        times.append(("all-reduces", milliseconds(found["communication_seconds"]), ""))
    times += [
        (
            "operation after operation",
            milliseconds(found["step_seconds"]),
            milliseconds(found["prefill_seconds"]),
        ),
        (
            "all of a step overlapping",
            milliseconds(found["overlapped_step_seconds"]),
            milliseconds(found["overlapped_prefill_seconds"]),
        ),
        ("nothing overlapping", milliseconds(found["unoverlapped_step_seconds"]), ""),
        ("bound by", found["bound_by"], found["prefill_bound_by"]),
    ]
    lines = [
        ("critical batch, weights alone", real(found["critical_batch"])),
        ("batch with as much cache as weight traffic", real(found["kv_equals_weights_batch"])),
        ("batch from which arithmetic bounds, all overlapping", real(found["saturation_batch"])),
        ("share of the peak that large batches approach", f"{found['peak_share_limit']:.3g}"),
        ("largest batch that fits", amount(found["max_batch"])),
        ("longest context that fits, and that the model has", amount(found["max_context"])),
    ]
    if found["n_accelerators"] > 1:
        lines.insert(3, ("batch from which all-reduces bound", real(found["communication_bound_batch"])))
    parts = [
        f"{model.name} on {cards}{accelerator.name}: batch {amount(found['batch'])}, context"
        f" {amount(found['context'])}; weights {found['dtype']}, cache {found['kv_dtype']}, arithmetic"
        f" {found['compute_dtype']}{_in_place_of(found, accelerator)}.\n"
        f"Attained: {found['bandwidth_fraction']:g} of the bandwidth,"
        f" {found['peak_fraction']:g} of the dense peak;"
        f" fixed time of a step {milliseconds(found['fixed_seconds'])};"
        f" reserved {size(found['reserved_bytes'])}.",
        table(("time", "one step", "prefill"), times),
        table(
            ("rates of decoding", ""),
            [
                ("tokens per second, all queries", f"{found['tokens_per_second']:.4g}"),
                ("tokens per second, each query", f"{found['tokens_per_second_per_query']:.4g}"),
                ("arithmetic intensity, FLOP/B", f"{found['arithmetic_intensity']:.4g}"),
                ("ridge, FLOP/B", f"{found['ridge_intensity']:.4g}"),
            ],
        ),
        table(("batching", ""), lines),
        table(
            ("memory", ""),
            [
                ("weights", size(found["weights_bytes"])),
                ("KV cache", size(found["kv_cache_bytes"])),
                ("activations of a step", size(found["activation_bytes"])),
                ("there is" + shared, size(found["memory_capacity"])),
            ],
        ),
    ]
    if found["cost_per_million_tokens"] is not None:
        parts.append(
            f"A million new tokens cost {found['cost_per_million_tokens']:.4g}, in the currency of the price."
        )
    if found["energy_per_million_tokens"] is not None:
        parts.append(f"A million new tokens take {found['energy_per_million_tokens'] / 3.6e6:.4g} kWh.")
    return "\n\n".join(parts)


def _in_place_of(found, accelerator):
    """Why arithmetic is in another type than the weights', where the accelerator is the reason."""
    weights = found["dtype"]
    native = weights in dtypes.DTYPES and dtypes.get(weights).native
    if not native or found["compute_dtype"] == weights or weights in accelerator.peak_flops:
        return ""
    return f", since {accelerator.key} has no published peak for {weights}"


def milliseconds(seconds):
    """A time, in milliseconds.

    >>> milliseconds(0.00452)
    '4.52 ms'
    """
    return f"{1000 * seconds:.4g} ms"


def real(batch):
    """A batch as a real number, or "never" for None."""
    return "never" if batch is None else f"{batch:.4g}"
