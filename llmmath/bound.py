"""The time of a step, what bounds it, what fits, and what a batch changes.

`bound` answers for one case, `memory` for what it holds alone, `sweep` for arrays of accelerators, batches
and contexts; all go through the same lines. Every assumption is an argument: nothing is taken off the
published peaks unless the caller says so, and of the memory what `reserves` has for the accelerator's kind
unless the caller names something else.
"""

import math
from dataclasses import replace

from .case import Case
from .checks import amount, whole, within_positions
from .errors import InputError
from .formulas.cost import cost_per_million_tokens, energy_per_million_tokens
from .knees import knees

# Unit of each entry of `bound` and `sweep`.
UNITS = {
    "batch": "1",
    "context": "token",
    "bandwidth_fraction": "1",
    "peak_fraction": "1",
    "n_accelerators": "1",
    "step_seconds": "s",
    "overlapped_step_seconds": "s",
    "unoverlapped_step_seconds": "s",
    "memory_seconds": "s",
    "weight_reading_seconds": "s",
    "cache_reading_seconds": "s",
    "compute_seconds": "s",
    "communication_seconds": "s",
    "fixed_seconds": "s",
    "memory_bound_seconds": "s",
    "compute_bound_seconds": "s",
    "tokens_per_second": "token/s",
    "tokens_per_second_per_query": "token/s",
    "overlapped_tokens_per_second": "token/s",
    "arithmetic_intensity": "FLOP/B",
    "ridge_intensity": "FLOP/B",
    "critical_batch": "1",
    "kv_equals_weights_batch": "1",
    "saturation_batch": "1",
    "peak_share_limit": "1",
    "communication_bound_batch": "1",
    "weights_bytes": "B",
    "kv_cache_bytes": "B",
    "activation_bytes": "B",
    "bytes_per_query": "B",
    "needed_bytes": "B",
    "missing_bytes": "B",
    "advertised_memory": "B",
    "memory_capacity": "B",
    "reserved_bytes": "B",
    "reserved_parts": "B",
    "max_batch": "1",
    "max_context": "token",
    "prefill_seconds": "s",
    "overlapped_prefill_seconds": "s",
    "prefill_memory_seconds": "s",
    "prefill_compute_seconds": "s",
    "prefill_communication_seconds": "s",
    "cost_per_million_tokens": "currency",
    "energy_per_million_tokens": "J",
}


# What cannot be told where no peak is published.
OF_ARITHMETIC = (
    "unoverlapped_step_seconds", "compute_seconds", "compute_bound_seconds", "ridge_intensity",
    "critical_batch", "saturation_batch", "peak_share_limit", "prefill_seconds", "overlapped_prefill_seconds",
    "prefill_compute_seconds", "prefill_bound_by",
)  # fmt: skip


def bound(
    model, accelerator, dtype=None, kv_dtype=None, batch=1, context=1024, *,
    activation_dtype=None, compute_dtype=None, bandwidth_fraction=1, peak_fraction=1, fixed_seconds=0,
    reserved_bytes=None, memory_capacity=None, n_accelerators=1, link_bandwidth=None, price_per_hour=None,
    power=None,
):  # fmt: skip
    """Time, memory and batching of a model on an accelerator.

    Args:
        model: a `shapes.Model`.
        accelerator: an `accelerators.Accelerator`.
        dtype: data type of the weights, a key of `dtypes.DTYPES` or a name of `dtypes.MIXES`; None for what
            the model's configuration states, each matrix as it is stored, or bf16.
        kv_dtype: data type of the cache; None for that of the activations.
        batch: queries in parallel [1].
        context: positions the new token attends to, itself included; length of the prompt in prefill [token].
        activation_dtype: data type of the activations; None for that of the weights where it is fp32, fp16 or
            bf16, else for the type computed in where that is fp16, else for bf16.
        compute_dtype: data type of the matrix products. None for that of the weights where products are
            computed in it and the accelerator has a peak for it; other weights are turned into bf16, or,
            without a peak for it, fp16 or fp32. So are int8 and fp4 weights, as engines do that quantise
            weights alone; "int8" and "fp4" ask for products of such activations too (W8A8, W4A4). fp8 stays
            fp8 on accelerators with a peak for it, since engines quantise activations to it there.
        bandwidth_fraction, peak_fraction: share of the published bandwidth and peak that is attained [1].
        fixed_seconds: time that every step takes besides: launches of kernels and the rest [s].
        reserved_bytes: memory of each accelerator that something else occupies [B]. None for what `reserves`
            has for its kind: driver and context, runtime, what a prefill of as many tokens as engines take at
            once holds, the system's share, and what the blocks of a paged cache leave empty.
        memory_capacity: of each accelerator, in place of its record's [B]; needed where the record has none.
        n_accelerators: accelerators that every matrix is split over [1].
        link_bandwidth: rate at which one accelerator sends to the others, one direction [B/s]; None for that
            of its record, needed where it has none.
        price_per_hour: of all accelerators together [currency/h]. power: drawn by all of them together [W].

    Returns:
        dict, ready for JSON. With several accelerators, bytes are summed over all of them.

        - step_seconds: of one decoding step that runs operation after operation, as nearly all engines do:
          each takes the longer of its reading and its arithmetic, the all-reduces and fixed_seconds come on
          top [s]. Of it, memory_bound_seconds and compute_bound_seconds are the operations' by what they wait
          for [s].
        - overlapped_step_seconds: of a step whose every operation overlaps with every other, as by an engine
          that splits its batch and reads one part's caches while it multiplies for the other: the longest of
          memory_seconds, compute_seconds and communication_seconds, plus fixed_seconds [s].
          unoverlapped_step_seconds: their sum, nothing overlapping [s].
        - weight_reading_seconds, cache_reading_seconds: of memory_seconds, what weights and caches take [s].
        - bound_by: what the largest part of step_seconds waits for: "memory", "compute", or, with several
          accelerators, "communication". overlapped_bound_by: the longest of the three times.
        - tokens_per_second: of all queries; tokens_per_second_per_query; overlapped_tokens_per_second: all
          queries, overlapped step [token/s]. All None where it does not fit, and so cost and energy.
        - arithmetic_intensity of the step, ridge_intensity of the accelerator at the attained rates [FLOP/B].
        - critical_batch: the batch at which arithmetic with the weights takes as long as reading them [1].
          kv_equals_weights_batch: at which cache traffic equals weight traffic [1]. Both hold however
          operations overlap. saturation_batch: from which arithmetic outlasts reading weights and caches,
          communication_bound_batch: from which sending outlasts reading [1]; both hold for the overlapped
          step, and are None where no batch does that. peak_share_limit: the share of the peak that a step
          run operation after operation approaches with ever larger batches [1].
        - max_batch: queries of this context that fit [1]. max_context: positions that fit for this batch and
          that the model has [token]. Both 0 where nothing fits.
        - fits, needed_bytes, missing_bytes (0 where it fits), memory_capacity that software can use,
          advertised_memory as it is sold (None where it is named or fitted by the owner) [B]. reserved_bytes:
          kept back, reserved_parts: by what, "stated" where it was named [B].
          weights_fit: whether the weights alone do, beside what is kept back without any cache.
          shared_memory: whether that memory is the system's own, so that something else needs a part of it.
        - towers_bytes: of towers for images and sound, in the type of the activations; only where there are
          any [B].
        - weights_bytes: all stored weights; kv_cache_bytes: of all queries; activation_bytes: of all queries'
          decoding step; bytes_per_query: cache and activations of one [B].
        - prefill_seconds: of reading prompts of `context` tokens, operation after operation;
          overlapped_prefill_seconds; prefill_memory_seconds, prefill_compute_seconds and
          prefill_communication_seconds, which are what they are of a step [s]; prefill_bound_by.
        - cost_per_million_tokens [currency], energy_per_million_tokens [J]; None without price, power.
        - Where the accelerator has no published peak at all, compute_dtype is None and so is all that
          arithmetic decides, prefill among it; step_seconds and the rates are then memory's alone.
        - note: why products are not computed in the weights' type, None where they are or one was named.
        - stated_dtype: the name of what the configuration states, where `dtype` overrides it, else None.
        - what was assumed: model, accelerator, batch, context, dtype, kv_dtype, activation_dtype,
          compute_dtype, bandwidth_fraction, peak_fraction, n_accelerators, fixed_seconds.

    Raises:
        InputError: an unknown data type, one that the accelerator has no peak for, a batch or context that is
            no positive int or beyond the model's positions, an accelerator without stated capacity.

    Holds for: weights that are stored as named or stated, matrix by matrix, layers that differ taking their
        average; products of one data type throughout; prompts read in one pass, only the pairs that causality
        leaves and the last position's logits computed; activations that stay on the chip between two
        products; latent attention absorbed in decoding, and keys and values made from the latents once in
        prefill.
    Source: sums of `ledger`; Williams et al. 2009, doi:10.1145/1498765.1498785, for the bound of one
        operation; Zhu et al. 2024, arXiv:2408.12757 (NanoFlow), section 3, for the overlapped step.
    """
    batch = whole("batch", batch)
    context = whole("context", context)
    case = Case.of(
        model, accelerator, dtype=dtype, kv_dtype=kv_dtype, activation_dtype=activation_dtype,
        compute_dtype=compute_dtype, bandwidth_fraction=bandwidth_fraction, peak_fraction=peak_fraction,
        fixed_seconds=fixed_seconds, reserved_bytes=reserved_bytes, memory_capacity=memory_capacity,
        n_accelerators=n_accelerators, link_bandwidth=link_bandwidth,
    )  # fmt: skip
    within_positions(model, context)
    decoded = case.decoded(batch, context)
    memory = _memory(case, batch, context)
    if not memory["fits"]:
        # A rate of something that cannot run would be read as one that can.
        decoded |= dict.fromkeys((name for name in decoded if "tokens_per_second" in name), None)
    found = (
        {
            "model": model.key,
            "accelerator": accelerator.key,
            "batch": batch,
            "context": context,
            "dtype": case.weights.name,
            "stated_dtype": _overridden(model, case),
            "kv_dtype": case.cache.name,
            "activation_dtype": case.activations.name,
            "compute_dtype": case.compute_dtype,
            "note": None if compute_dtype else _why(accelerator, case),
            "bandwidth_fraction": bandwidth_fraction,
            "peak_fraction": peak_fraction,
            "n_accelerators": n_accelerators,
        }
        | decoded
        | case.reading(batch, context)
        | {"bound_by": _largest_part(decoded), "overlapped_bound_by": _longest(decoded)}
        | knees(case, context)
        | memory
        | _sold(accelerator, memory_capacity, n_accelerators)
        | _prefill(case, batch, context)
        | _per_million_tokens(decoded["tokens_per_second"], price_per_hour, power)
    )
    return found | dict.fromkeys(OF_ARITHMETIC, None) if case.compute_dtype is None else found


def memory(model, accelerator, dtype=None, *, batch, context, memory_capacity=None, **assumptions):
    """What is held and what fits, without the times: a small part of what `bound` computes.

    Args:
        model, accelerator, dtype, batch, context, memory_capacity: as in `bound`. assumptions: what else
            `Case.of` takes.

    Returns:
        dict: of `bound`'s entries those on memory, dtype and n_accelerators.

    Raises:
        InputError: what `bound` refuses.

    Source: as `bound`.
    """
    batch = whole("batch", batch)
    context = whole("context", context)
    case = Case.of(model, accelerator, dtype=dtype, memory_capacity=memory_capacity, **assumptions)
    within_positions(model, context)
    return (
        {"dtype": case.weights.name, "n_accelerators": case.n_accelerators}
        | _memory(case, batch, context)
        | _sold(accelerator, memory_capacity, case.n_accelerators)
    )


def _overridden(model, case):
    stated = model.weights
    return None if stated is None or case.weights is stated else stated.name


def _why(accelerator, case):
    """Why products are not computed in the weights' own type where nobody named one; None where they are."""
    if case.compute_dtype is None:
        what = "" if not accelerator.peak_flops else " for 16 bits"
        return f"{accelerator.key} has no published peak{what}: the times are memory's alone"
    own = case.weights.computed_on(accelerator)
    if case.compute_dtype in (own, case.weights.name):
        return None
    if own is not None:
        return f"{accelerator.key} has no published peak for {own}"
    faster = accelerator.peak_flops.get("int8", 0) > accelerator.peak(case.compute_dtype)
    if case.weights.integers and accelerator.vendor == "AMD" and faster:
        return f"nothing measured tells how fast {case.weights.name} is multiplied in 8 bits there"
    return f"{case.weights.name} weights are turned into it"


def _memory(case, batch, context):
    """What is held and what fits, in whole bytes, queries and positions."""
    held = case.held(batch, context)
    parts = {name: math.ceil(n_bytes) for name, n_bytes in case.reserved_parts.items()}
    if "stated" not in parts:
        parts["fragmentation"] = math.ceil(case.fragmentation * held["kv_cache_bytes"])
    return {name: math.ceil(value) for name, value in held.items() if name.endswith("_bytes")} | {
        "memory_capacity": math.ceil(case.capacity),
        "reserved_bytes": sum(parts.values()),
        "reserved_parts": parts,
        "max_batch": int(held["max_batch"]),
        "max_context": int(case.max_context(batch)),
        "bytes_per_query": math.ceil((held["kv_cache_bytes"] + held["activation_bytes"]) / batch),
        "weights_fit": bool(held["weights_bytes"] + case.towers_bytes + case.reserved <= case.capacity),
        "fits": bool(held["missing_bytes"] == 0),
    }


def _sold(accelerator, memory_capacity, n_accelerators):
    """The memory as it is sold, None where another is named, and whether the system shares it."""
    sold = None if memory_capacity is not None else accelerator.advertised_memory
    return {
        "advertised_memory": sold and n_accelerators * sold,
        "shared_memory": accelerator.shared_memory,
    }


def _prefill(case, batch, context):
    read = case.prefilled(batch, context)
    return {
        "prefill_seconds": read["step_seconds"],
        "overlapped_prefill_seconds": read["overlapped_step_seconds"],
        "prefill_memory_seconds": read["memory_seconds"],
        "prefill_compute_seconds": read["compute_seconds"],
        "prefill_communication_seconds": read["communication_seconds"],
        "prefill_bound_by": _largest_part(read),
    }


def _per_million_tokens(tokens_per_second, price_per_hour, power):
    """Cost and energy; None without price or power, and without a rate."""
    cost = energy = None
    rate = {"tokens_per_second": tokens_per_second}
    if price_per_hour is not None:
        price = amount("price_per_hour", price_per_hour)
        cost = tokens_per_second and cost_per_million_tokens(price_per_hour=price, **rate)
    if power is not None:
        power = amount("power", power)
        energy = tokens_per_second and energy_per_million_tokens(power=power, **rate)
    return {"cost_per_million_tokens": cost, "energy_per_million_tokens": energy}


def _longest(times):
    """Which of the three times of a step is the longest."""
    names = ("memory", "compute", "communication")
    return max(names, key=lambda name: times[f"{name}_seconds"])


def _largest_part(times):
    """What the largest part of a step waits for that runs operation after operation."""
    parts = {
        "memory": times["memory_bound_seconds"],
        "compute": times["compute_bound_seconds"],
        "communication": times["communication_seconds"],
    }
    return max(parts, key=parts.get)


def sweep(model, accelerators, batches, contexts, dtype=None, kv_dtype=None, **assumptions):
    """`bound` over arrays.

    Args:
        model: a `shapes.Model`.
        accelerators: list of `accelerators.Accelerator`, A of them.
        batches: whole numbers, B of them [1].
        contexts: whole numbers, C of them, none beyond the model's positions [token].
        dtype, kv_dtype: as in `bound`.
        **assumptions: as in `bound`, for all accelerators alike; without price_per_hour and power.

    Returns:
        dict of arrays of floats, of bools for fits, each of a shape that broadcasts to (A, B, C):
        step_seconds, overlapped_step_seconds, unoverlapped_step_seconds, memory_seconds, compute_seconds,
        communication_seconds, tokens_per_second, tokens_per_second_per_query, overlapped_tokens_per_second
        (nan where it does not fit), arithmetic_intensity, needed_bytes, missing_bytes, fits, max_batch. Keys
        and units as in `bound`; what `bound` does not tell of an accelerator without a peak is nan.

    Raises:
        InputError: as `bound`.

    Source: as `bound`.
    """
    import numpy as np

    # Floats: products of these sizes pass 2**63, where whole numbers wrap silently.
    batch = np.asarray(batches, dtype=float)[:, None]
    context = np.asarray(contexts, dtype=float)[None, :]
    for name, values in (("batch", batch), ("context", context)):
        if values.size and not (values >= 1).all():
            raise InputError(f"{name} is {values.min():g}; expected whole numbers from 1")
    within_positions(model, context.max(initial=1))
    cases = [Case.of(model, one, dtype=dtype, kv_dtype=kv_dtype, **assumptions) for one in accelerators]
    if not cases:
        raise InputError("accelerators is empty; expected at least one")
    first = cases[0]
    if any((case.cache, case.activations) != (first.cache, first.activations) for case in cases):
        raise InputError(
            "the accelerators compute in different data types; name compute_dtype, or sweep them apart"
        )

    def column(name):
        return np.array([getattr(case, name) for case in cases], dtype=float)[:, None, None]

    columns = ("peak", "bandwidth", "capacity", "reserved", "fragmentation")
    # What a step does is the same on every accelerator; rates and memory alone are each one's own.
    alike = replace(first, **{name: column(name) for name in columns})
    held = alike.held(batch, context)
    fits = held["missing_bytes"] == 0
    decoded = alike.decoded(batch, context)
    rates = {name: np.where(fits, decoded[name], np.nan) for name in decoded if "tokens_per_second" in name}
    # Without a peak nobody knows how long arithmetic takes, which is not the same as no time.
    known = np.isfinite(alike.peak)
    unknown = {name: np.where(known, decoded[name], np.nan) for name in decoded if name in OF_ARITHMETIC}
    return decoded | rates | unknown | held | {"fits": fits}
