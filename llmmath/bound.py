"""The time of a step, what bounds it, what fits, and what a batch changes.

`bound` answers for one case, `sweep` for arrays of accelerators, batches and contexts; both go through the
same lines. Every assumption is an argument: nothing is taken off the published peaks, and no memory is kept
back, unless the caller says so.
"""

import math
from dataclasses import dataclass

from . import ledger, traffic
from .errors import InputError, shown
from .formulas.batching import kv_equals_weights_batch, saturation_batch
from .formulas.capacity import largest_batch, largest_context, missing_bytes, needed_bytes
from .formulas.cost import cost_per_million_tokens, energy_per_million_tokens
from .formulas.extremes import larger, smaller
from .formulas.memory import weight_bytes
from .formulas.parallel import communication_bound_batch, communication_seconds
from .formulas.roofline import (
    arithmetic_intensity,
    compute_seconds,
    critical_batch,
    memory_seconds,
    ridge_intensity,
    step_seconds,
    tokens_per_second,
    unoverlapped_seconds,
)
from .records import dtypes, parameters
from .records.shapes import LatentAttention

MOST = 10**12


def bound(
    model, accelerator, dtype="bf16", kv_dtype=None, batch=1, context=1024, *,
    activation_dtype=None, compute_dtype=None, bandwidth_fraction=1, peak_fraction=1, fixed_seconds=0,
    reserved_bytes=0, memory_capacity=None, n_accelerators=1, link_bandwidth=None, price_per_hour=None,
    power=None,
):  # fmt: skip
    """Time, memory and batching of a model on an accelerator.

    Args:
        model: a `shapes.Model`.
        accelerator: an `accelerators.Accelerator`.
        dtype: data type of the weights, a key of `dtypes.DTYPES`.
        kv_dtype: data type of the cache; None for that of the activations.
        batch: queries in parallel [1].
        context: positions the new token attends to, itself included; length of the prompt in prefill [token].
        activation_dtype: data type of the activations; None for that of the weights where it is fp32, fp16 or
            bf16, else for the type computed in where that is fp16, else for bf16.
        compute_dtype: data type of the matrix products. None for that of the weights where products can be
            computed in it; quantised weights are turned into bf16, or, without a peak for it, fp16 or fp32.
        bandwidth_fraction, peak_fraction: share of the published bandwidth and peak that is attained [1].
        fixed_seconds: time that every step takes besides: launches of kernels and the rest [s].
        reserved_bytes: memory of each accelerator that something else occupies [B].
        memory_capacity: of each accelerator, in place of its record's [B]; needed where the record has none.
        n_accelerators: accelerators that every matrix is split over [1].
        link_bandwidth: rate at which one accelerator sends to the others, one direction [B/s]; needed with
            more than one.
        price_per_hour: of all accelerators together [currency/h]. power: drawn by all of them together [W].

    Returns:
        dict, ready for JSON. With several accelerators, bytes are summed over all of them.

        - step_seconds: of one decoding step with perfect overlap: the longest of memory_seconds,
          compute_seconds and communication_seconds, plus fixed_seconds [s].
          unoverlapped_step_seconds: their sum [s].
        - bound_by: "memory", "compute", or, with several accelerators, "communication".
        - tokens_per_second: of all queries; tokens_per_second_per_query [token/s]; both with perfect overlap.
        - arithmetic_intensity of the step, ridge_intensity of the accelerator at the attained rates [FLOP/B].
        - critical_batch: the batch at which arithmetic with the weights takes as long as reading them [1].
          kv_equals_weights_batch: at which cache traffic equals weight traffic [1]. saturation_batch: from
          which arithmetic outlasts reading weights and caches [1]; None where no batch does that.
          communication_bound_batch: from which sending outlasts reading [1]; None where no batch does that.
        - max_batch: queries of this context that fit [1]. max_context: positions that fit for this batch and
          that the model has [token]. Both 0 where nothing fits.
        - fits, needed_bytes, missing_bytes (0 where it fits), memory_capacity, reserved_bytes [B].
          shared_memory: whether that memory is the system's own, so that something else needs a part of it.
        - weights_bytes: all stored weights; kv_cache_bytes: of all queries; activation_bytes: of all queries'
          decoding step [B].
        - prefill_seconds: of reading prompts of `context` tokens, perfect overlap; prefill_bound_by; also
          prefill_memory_seconds and prefill_compute_seconds [s].
        - cost_per_million_tokens [currency], energy_per_million_tokens [J]; None without price, power.
        - what was assumed: model, accelerator, batch, context, dtype, kv_dtype, activation_dtype,
          compute_dtype, bandwidth_fraction, peak_fraction, n_accelerators, fixed_seconds.

    Raises:
        InputError: an unknown data type, one that the accelerator has no peak for, a batch or context that is
            no positive int or beyond the model's positions, an accelerator without stated capacity.

    Holds for: weights of one data type; prompts read in one pass, only the pairs that causality leaves and
        the last position's logits computed; activations that stay on the chip between two products; latent
        attention absorbed in decoding, and keys and values made from the latents once in prefill.
    Source: sums of `ledger`; Williams et al. 2009, doi:10.1145/1498765.1498785, for the bound.
    """
    batch = _whole("batch", batch)
    context = _whole("context", context)
    case = Case.of(
        model, accelerator, dtype, kv_dtype, activation_dtype, compute_dtype, bandwidth_fraction,
        peak_fraction, fixed_seconds, reserved_bytes, memory_capacity, n_accelerators, link_bandwidth,
    )  # fmt: skip
    if model.n_positions is not None and context > model.n_positions:
        raise InputError(
            f"context is {context}; expected at most {model.n_positions}, the positions of {model.key}"
        )
    decoded = case.decoded(batch, context)
    prefilled = case.prefilled(batch, context)
    held = case.held(batch, context)
    knees = case.knees(context)
    throughput = decoded["tokens_per_second"]
    return {
        "model": model.key,
        "accelerator": accelerator.key,
        "batch": batch,
        "context": context,
        "dtype": case.weights.name,
        "kv_dtype": case.cache.name,
        "activation_dtype": case.activations.name,
        "compute_dtype": case.compute_dtype,
        "bandwidth_fraction": bandwidth_fraction,
        "peak_fraction": peak_fraction,
        "n_accelerators": n_accelerators,
        **decoded,
        "bound_by": _longest(decoded),
        **knees,
        **{name: _whole_bytes(value) if name.endswith("_bytes") else value for name, value in held.items()},
        "memory_capacity": _whole_bytes(case.capacity),
        "shared_memory": accelerator.shared_memory,
        "reserved_bytes": _whole_bytes(case.reserved),
        "max_batch": int(held["max_batch"]),
        "max_context": int(case.max_context(batch)),
        "fits": bool(held["missing_bytes"] == 0),
        "prefill_seconds": prefilled["step_seconds"],
        "prefill_memory_seconds": prefilled["memory_seconds"],
        "prefill_compute_seconds": prefilled["compute_seconds"],
        "prefill_bound_by": _longest(prefilled),
        "cost_per_million_tokens": None if price_per_hour is None else cost_per_million_tokens(
            price_per_hour=_amount("price_per_hour", price_per_hour), tokens_per_second=throughput
        ),
        "energy_per_million_tokens": None if power is None else energy_per_million_tokens(
            power=_amount("power", power), tokens_per_second=throughput
        ),
    }  # fmt: skip


def sweep(model, accelerators, batches, contexts, dtype="bf16", kv_dtype=None, **assumptions):
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
        step_seconds, unoverlapped_step_seconds, memory_seconds, compute_seconds, communication_seconds,
        tokens_per_second, tokens_per_second_per_query, arithmetic_intensity, needed_bytes, missing_bytes,
        fits, max_batch. Keys and units as in `bound`.

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
    if model.n_positions is not None and context.size and context.max() > model.n_positions:
        raise InputError(
            f"context is {context.max():g}; expected at most {model.n_positions},"
            f" the positions of {model.key}"
        )
    cases = [Case.of(model, one, dtype, kv_dtype, **assumptions) for one in accelerators]
    if not cases:
        raise InputError("accelerators is empty; expected at least one")

    def column(values):
        return np.array(list(values), dtype=float)[:, None, None]

    # What a step does is the same on every accelerator, so the ledger is summed once for each kind of
    # weights, cache and activations, and then divided by each accelerator's rates.
    first = cases[0]
    if any((case.cache, case.activations) != (first.cache, first.activations) for case in cases):
        raise InputError(
            "the accelerators compute in different data types; name compute_dtype, or sweep them apart"
        )
    moved, flops = first.work(ledger.decode(model, context, batch), batch, batch)
    times = first.times(
        moved,
        flops,
        batch,
        batch,
        peak=column(case.peak for case in cases),
        bandwidth=column(case.bandwidth for case in cases),
    )
    held = first.held(
        batch,
        context,
        capacity=column(case.capacity for case in cases),
        reserved=column(case.reserved for case in cases),
    )
    return times | held | {"fits": held["missing_bytes"] == 0}


@dataclass(frozen=True)
class Case:
    """A model on an accelerator under stated assumptions; rates are those attained by one accelerator."""

    model: object
    weights: object
    cache: object
    activations: object
    compute_dtype: str
    bandwidth: float
    peak: float
    capacity: float
    reserved: float
    fixed_seconds: float
    n_accelerators: int
    link_bandwidth: float | None

    @classmethod
    def of(
        cls, model, accelerator, dtype, kv_dtype=None, activation_dtype=None, compute_dtype=None,
        bandwidth_fraction=1, peak_fraction=1, fixed_seconds=0, reserved_bytes=0, memory_capacity=None,
        n_accelerators=1, link_bandwidth=None,
    ):  # fmt: skip
        """The case of these records and assumptions, which are those of `bound`, checked as there."""
        weights = dtypes.get(dtype)
        if compute_dtype is None:
            compute_dtype = weights.name if weights.native else _dequantised(accelerator)
        try:
            peak = accelerator.peak(compute_dtype)
        except InputError as error:
            hint = "; name another compute_dtype" if compute_dtype == weights.name else ""
            raise type(error)(f"{error}{hint}") from None
        if activation_dtype is None:
            wide = [name for name in (weights.name, compute_dtype) if name in ("fp16", "bf16")]
            activation_dtype = "fp32" if weights.name == "fp32" else (wide or ["bf16"])[0]
        activations = dtypes.cache_type(activation_dtype)
        cache = activations if kv_dtype is None else dtypes.cache_type(kv_dtype)
        n_accelerators = _whole("n_accelerators", n_accelerators)
        heads = [layer.attention.n_heads for layer, _ in model.layer_groups]
        if any(count % n_accelerators for count in heads):
            raise InputError(
                f"n_accelerators is {n_accelerators}; expected a divisor of {model.key}'s {heads[0]} heads"
            )
        if n_accelerators > 1 and link_bandwidth is None:
            raise InputError(
                f"link_bandwidth (--link-gb-s) is missing; expected B/s, for {n_accelerators} accelerators"
            )
        if memory_capacity is None:
            memory_capacity = accelerator.memory_capacity
        if memory_capacity is None:
            raise InputError(
                f"{accelerator.key} has the memory that is fitted to it; name memory_capacity (--memory-gb)"
            )
        return cls(
            model=model,
            weights=weights,
            cache=cache,
            activations=activations,
            compute_dtype=compute_dtype,
            bandwidth=accelerator.memory_bandwidth * _fraction("bandwidth_fraction", bandwidth_fraction),
            peak=peak * _fraction("peak_fraction", peak_fraction),
            capacity=n_accelerators * _amount("memory_capacity", memory_capacity),
            reserved=n_accelerators * _amount("reserved_bytes", reserved_bytes, zero=True),
            fixed_seconds=_amount("fixed_seconds", fixed_seconds, zero=True),
            n_accelerators=n_accelerators,
            link_bandwidth=None if link_bandwidth is None else _amount("link_bandwidth", link_bandwidth),
        )

    def work(self, operations, n_tokens, batch):
        """Bytes moved and operations done, over all accelerators [B], [FLOP]."""
        # A cache that heads share cannot be split further than into heads: the rest of the accelerators hold
        # and read copies.
        n_bytes = traffic.step_bytes(
            operations, n_tokens, self.weights.bytes_per_value, self.cache.bytes_per_value * self.cache_copies
        )
        return n_bytes, traffic.flops(operations)

    @property
    def cache_copies(self):
        """How often each cached value is held [1]."""
        most = 1
        for layer, _ in self.model.layer_groups:
            attention = layer.attention
            shared = 1 if isinstance(attention, LatentAttention) else attention.n_kv_heads
            most = max(most, self.n_accelerators / shared)
        return int(most) if most == int(most) else most

    def times(self, n_bytes, flops, n_tokens, batch, peak=None, bandwidth=None):
        """Times and rates of a step of `n_tokens` tokens."""
        peak = self.peak if peak is None else peak
        bandwidth = self.bandwidth if bandwidth is None else bandwidth
        memory = memory_seconds(n_bytes=n_bytes, memory_bandwidth=self.n_accelerators * bandwidth)
        compute = compute_seconds(flops=flops, peak_flops=self.n_accelerators * peak)
        overlapped = step_seconds(memory_seconds=memory, compute_seconds=compute)
        unoverlapped = unoverlapped_seconds(memory_seconds=memory, compute_seconds=compute)
        sending = self.communication(n_tokens)
        step = larger(overlapped, sending) + self.fixed_seconds
        throughput = tokens_per_second(batch=batch, step_seconds=step)
        return {
            "step_seconds": step,
            "unoverlapped_step_seconds": unoverlapped + sending + self.fixed_seconds,
            "memory_seconds": memory,
            "compute_seconds": compute,
            "communication_seconds": sending,
            "fixed_seconds": self.fixed_seconds,
            "tokens_per_second": throughput,
            "tokens_per_second_per_query": throughput / batch,
            "arithmetic_intensity": arithmetic_intensity(flops=flops, n_bytes=n_bytes),
            "ridge_intensity": ridge_intensity(peak_flops=peak, memory_bandwidth=bandwidth),
        }

    def communication(self, n_tokens):
        """Time of the all-reduces of a step of `n_tokens` tokens [s]."""
        if self.n_accelerators == 1:
            return 0
        return communication_seconds(
            n_layers=self.model.n_layers,
            d_model=self.model.d_model,
            n_tokens=n_tokens,
            bytes_per_value=self.activations.bytes_per_value,
            n_accelerators=self.n_accelerators,
            link_bandwidth=self.link_bandwidth,
        )

    def decoded(self, batch, context):
        """Times and rates of one decoding step."""
        return self.times(*self.work(ledger.decode(self.model, context, batch), batch, batch), batch, batch)

    def prefilled(self, batch, context):
        """Times and rates of reading the batch's prompts of `context` tokens."""
        # Over a whole prompt, keys and values made from latents once are cheaper than queries taken to their
        # space.
        operations = ledger.prefill(
            self.model, context, batch, scores="causal", logits="last", form="reexpanding"
        )
        n_tokens = batch * context
        return self.times(*self.work(operations, n_tokens, batch), n_tokens, batch)

    def held(self, batch, context, capacity=None, reserved=None):
        """Bytes held while decoding, by what, and the batch that would fit."""
        capacity = self.capacity if capacity is None else capacity
        reserved = self.reserved if reserved is None else reserved
        weights = weight_bytes(
            n_parameters=parameters.stored(self.model), bytes_per_weight=self.weights.bytes_per_value
        )
        cache = ledger.cache_values(self.model, context) * self.cache.bytes_per_value * self.cache_copies
        activations = traffic.activation_values(self.model) * self.activations.bytes_per_value
        needed = needed_bytes(
            batch=batch, weight_bytes=weights, bytes_per_query=cache + activations, reserved_bytes=reserved
        )
        return {
            "weights_bytes": weights,
            "kv_cache_bytes": batch * cache,
            "activation_bytes": batch * activations,
            "needed_bytes": needed,
            "missing_bytes": missing_bytes(needed_bytes=needed, memory_capacity=capacity),
            "max_batch": largest_batch(
                memory_capacity=capacity, weight_bytes=weights, bytes_per_query=cache + activations,
                reserved_bytes=reserved,
            ),
        }  # fmt: skip

    def max_context(self, batch):
        """Positions that each query can cache, and that the model has [token]."""
        held = self.held(batch, 1)
        bytes_per_value = self.cache.bytes_per_value * self.cache_copies
        most = MOST if self.model.n_positions is None else self.model.n_positions
        # The cache grows more slowly beyond each window. Such a curve is the lowest of the lines that
        # continue its pieces, so the context that one line allows at the most is what the curve allows.
        found = 0
        for window in [0, *_windows(self.model)]:
            full = growing = 0
            for layer, count in self.model.layer_groups:
                values = count * layer.attention.cache_values_per_token
                if layer.attention.window is not None and layer.attention.window <= window:
                    full += values * layer.attention.window
                else:
                    growing += values
            fixed = self.reserved + batch * full * bytes_per_value
            if growing == 0:
                kept = held["weights_bytes"] + held["activation_bytes"] + fixed
                found = most if kept <= self.capacity else found
            else:
                found = larger(found, largest_context(
                    memory_capacity=self.capacity, weight_bytes=held["weights_bytes"], batch=batch,
                    cache_bytes_per_token=growing * bytes_per_value,
                    activation_bytes=held["activation_bytes"] / batch, reserved_bytes=fixed,
                ))  # fmt: skip
        return smaller(found, most)

    def knees(self, context):
        """The batches at which something else becomes the limit."""
        one = ledger.decode(self.model, context)
        per_weight = self.weights.bytes_per_value
        per_value = self.cache.bytes_per_value * self.cache_copies
        cache = sum(operation.cache_values_read for operation in one) * per_value
        # What each further query moves: its cache, and the row of the embedding that is looked up for it.
        added = traffic.cache_values_moved(one) * per_value + traffic.embedding_values_read(one) * per_weight
        flops = traffic.flops(one)
        rates = {
            "peak_flops": self.n_accelerators * self.peak,
            "memory_bandwidth": self.n_accelerators * self.bandwidth,
        }
        products = [operation for operation in one if operation.kind == "weight"]
        product_flops = traffic.flops(products)
        experts = any(operation.copies > operation.copies_per_token for operation in one)

        def read(batch):
            return traffic.weight_values_read(one, batch) * per_weight

        def crossing(seconds_per_query, weights_read):
            """The batch at which so much time for each query makes up for reading the weights."""
            if seconds_per_query <= 0:
                return None
            return _crossing(
                lambda batch: batch * seconds_per_query - weights_read(batch) / rates["memory_bandwidth"]
            )

        sending = self.communication(1)
        critical = critical_batch(bytes_per_weight=per_weight, **rates)
        if experts:
            # Larger batches read more experts, so the formulas for dense weights give no answer.
            saturation = crossing(flops / rates["peak_flops"] - added / rates["memory_bandwidth"], read)
            critical = crossing(product_flops / rates["peak_flops"], read)
            equal = crossing(cache / rates["memory_bandwidth"], read)
            communication = crossing(sending - added / rates["memory_bandwidth"], read) if sending else None
        else:
            dense = {"weight_bytes_read": read(1), "cache_bytes_read_per_query": added}
            equal = kv_equals_weights_batch(weight_bytes_read=read(1), cache_bytes_read_per_query=cache)
            gains = flops / rates["peak_flops"] > added / rates["memory_bandwidth"]
            saturation = saturation_batch(flops_per_query=flops, **dense, **rates) if gains else None
            communication = None
            if sending > added / rates["memory_bandwidth"]:
                communication = communication_bound_batch(
                    communication_seconds_per_query=sending, memory_bandwidth=self.bandwidth,
                    n_accelerators=self.n_accelerators, **dense,
                )  # fmt: skip
        return {
            "critical_batch": critical,
            "kv_equals_weights_batch": equal,
            "saturation_batch": saturation,
            "communication_bound_batch": communication,
        }


def _windows(model):
    return sorted({layer.attention.window for layer, _ in model.layer_groups} - {None})


def _crossing(difference):
    """Where a function that is negative at 0 and grows without end passes zero, for batches above 0."""
    high = 1.0
    while difference(high) < 0:
        high *= 2
    low = 0.0
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if difference(middle) < 0 else (low, middle)
    return high


def _longest(times):
    names = ("memory", "compute", "communication")
    return max(names, key=lambda name: times[f"{name}_seconds"])


def _dequantised(accelerator):
    for dtype in dtypes.DEQUANTISED:
        if dtype in accelerator.peak_flops:
            return dtype
    return dtypes.DEQUANTISED[0]


def _whole_bytes(value):
    return math.ceil(value)


def _whole(name, value):
    if isinstance(value, bool) or not hasattr(value, "__index__") or not 1 <= value <= MOST:
        raise InputError(f"{name} is {shown(value)}; expected a whole number from 1 to {MOST}")
    return int(value)


def _amount(name, value, zero=False):
    right = "a number from 0" if zero else "a number above 0"
    if (
        isinstance(value, bool)
        or not isinstance(value, (int, float))
        or not (0 <= value < math.inf)
        or not (value or zero)
    ):
        raise InputError(f"{name} is {shown(value)}; expected {right}")
    return value


def _fraction(name, value):
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value <= 1:
        raise InputError(f"{name} is {shown(value)}; expected a share above 0 and at most 1")
    return value
