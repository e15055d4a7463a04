"""A model on an accelerator under stated assumptions: what a step takes, and what is held.

What a step takes is said once, in `Case.step`: there and nowhere else do operations become times.
"""

import math
from dataclasses import dataclass
from functools import cached_property

from . import ledger, traffic
from .checks import MOST, amount, share, whole
from .errors import InputError
from .formulas.capacity import largest_batch, largest_context, missing_bytes, needed_bytes
from .formulas.extremes import larger, smaller
from .formulas.parallel import communication_seconds
from .formulas.roofline import (
    arithmetic_intensity,
    compute_seconds,
    memory_seconds,
    ridge_intensity,
    step_seconds,
    tokens_per_second,
    unoverlapped_seconds,
)
from .records import dtypes, gguf_mixes, reserves
from .records.shapes import LatentAttention


@dataclass(frozen=True, kw_only=True)
class Case:
    """A model on an accelerator under stated assumptions.

    model: a `shapes.Model`. weights: a `stored.StoredWeights`. cache, activations, state: `dtypes.DataType`s,
    the last of what recurrent layers keep.
    compute_dtype: name of the type that products are computed in, None where no peak is known and `peak` is
    infinite. bandwidth [B/s], peak [FLOP/s]: rates that one accelerator attains. attention_peak: that of
    attention [FLOP/s], the peak of 16 bits where weights alone are multiplied as integers; None for `peak`.
    capacity, reserved: memory of all accelerators together, and what something else occupies of it [B].
    fragmentation: share of the caches that comes on top of them [1]. reserved_parts: what `reserved` is the
    sum of, by name [B].
    fixed_seconds: time that every step takes besides [s]. n_accelerators: accelerators that every matrix is
    split over [1]. link_bandwidth: rate at which one sends to the others [B/s], None for one alone.

    Rates and memory may be arrays of many accelerators; the methods then give arrays.
    """

    model: object
    weights: object
    cache: object
    activations: object
    state: object
    compute_dtype: str
    bandwidth: float
    peak: float
    capacity: float
    reserved: float
    fixed_seconds: float
    n_accelerators: int
    link_bandwidth: float | None
    fragmentation: float = 0
    reserved_parts: dict | None = None
    attention_peak: float | None = None

    @classmethod
    def of(
        cls, model, accelerator, *, dtype, kv_dtype=None, activation_dtype=None, compute_dtype=None,
        bandwidth_fraction=1, peak_fraction=1, fixed_seconds=0, reserved_bytes=None, memory_capacity=None,
        n_accelerators=1, link_bandwidth=None,
    ):  # fmt: skip
        """The case of these records and assumptions, which are those of `bound.bound`, checked as there."""
        weights = gguf_mixes.weights_of(model, dtype)
        compute_dtype, peak = _products(accelerator, weights, compute_dtype)
        activations = dtypes.cache_type(activation_dtype or _activation_dtype(weights.name, compute_dtype))
        # A file that states fp32 says nothing of a cache, which is 16 bits wide unless one is named.
        if kv_dtype is None and dtype is None and activation_dtype is None and activations.name == "fp32":
            kv_dtype = "bf16"
        n_accelerators = _divisor_of_heads(model, n_accelerators)
        if n_accelerators > 1 and link_bandwidth is None:
            if accelerator.link is None:
                raise InputError(f"no link of {accelerator.key} is recorded; name its rate (--link-gb-s)")
            link_bandwidth = accelerator.link.bandwidth
        if memory_capacity is None:
            memory_capacity = accelerator.memory_capacity
        if memory_capacity is None:
            raise InputError(
                f"{accelerator.key} has the memory that its owner fits; name how much (--memory-gb)"
            )
        memory_capacity = amount("memory_capacity", memory_capacity)
        if reserved_bytes is None:
            reserve = reserves.get(accelerator.kind)
            fragmentation = reserve.fragmentation
            parts = {
                "driver": n_accelerators * reserve.driver_bytes,
                "context": n_accelerators * reserve.context_bytes,
                "runtime": n_accelerators * reserve.runtime_bytes,
                "prefill": reserve.prefill_tokens(memory_capacity)
                * traffic.prompt_values(model, n_accelerators)
                * activations.bytes_per_value,
                "system": n_accelerators * reserve.system_bytes(memory_capacity),
            }
        else:
            fragmentation = 0
            parts = {"stated": n_accelerators * amount("reserved_bytes", reserved_bytes, zero=True)}
        return cls(
            model=model,
            weights=weights,
            cache=activations if kv_dtype is None else dtypes.cache_type(kv_dtype),
            activations=activations,
            state=dtypes.state_type(model, activations),
            compute_dtype=compute_dtype,
            bandwidth=accelerator.memory_bandwidth * share("bandwidth_fraction", bandwidth_fraction),
            peak=peak * share("peak_fraction", peak_fraction),
            attention_peak=_attention_peak(accelerator, weights, compute_dtype),
            capacity=n_accelerators * memory_capacity,
            reserved=sum(parts.values()),
            reserved_parts=parts,
            fragmentation=fragmentation,
            fixed_seconds=amount("fixed_seconds", fixed_seconds, zero=True),
            n_accelerators=n_accelerators,
            link_bandwidth=None if link_bandwidth is None else amount("link_bandwidth", link_bandwidth),
        )

    def step(self, operations, n_tokens, batch):
        """Times and rates of a step: the bytes and products of its `operations` at the rates attained.

        Within an operation reading and multiplying overlap, so that it takes the longer of the two; attention
        counts as one operation (`ledger.fused`). Whether one operation overlaps with the next decides what a
        step takes: see `bound.bound`.

        Args:
            operations: what `ledger.decode` or `ledger.prefill` returned.
            n_tokens: tokens of the step over the whole batch [token].
            batch: queries of the step, each of which gets one new token [1].

        Returns:
            dict, with keys and units of `bound.bound`.
        """
        times = self.operation_seconds(operations, n_tokens)
        memory = sum(memory for memory, _ in times)
        compute = sum(compute for _, compute in times)
        sending = self.communication(n_tokens)
        # An operation's time counts as memory's where reading is the longer of its two, else as compute's.
        one_by_one = sum(step_seconds(memory_seconds=m, compute_seconds=c) for m, c in times)
        by_memory = sum(m * (m >= c) for m, c in times)
        overlapped = larger(step_seconds(memory_seconds=memory, compute_seconds=compute), sending)
        unoverlapped = unoverlapped_seconds(memory_seconds=memory, compute_seconds=compute) + sending
        step = one_by_one + sending + self.fixed_seconds
        throughput = tokens_per_second(batch=batch, step_seconds=step)
        return {
            "step_seconds": step,
            "overlapped_step_seconds": overlapped + self.fixed_seconds,
            "unoverlapped_step_seconds": unoverlapped + self.fixed_seconds,
            "memory_seconds": memory,
            "compute_seconds": compute,
            "communication_seconds": sending,
            "fixed_seconds": self.fixed_seconds,
            "memory_bound_seconds": by_memory,
            "compute_bound_seconds": one_by_one - by_memory,
            "tokens_per_second": throughput,
            "tokens_per_second_per_query": throughput / batch,
            "overlapped_tokens_per_second": tokens_per_second(
                batch=batch, step_seconds=overlapped + self.fixed_seconds
            ),
            "arithmetic_intensity": arithmetic_intensity(
                flops=traffic.flops(operations), n_bytes=self.moved_bytes(operations, n_tokens)
            ),
            "ridge_intensity": ridge_intensity(peak_flops=self.peak, memory_bandwidth=self.bandwidth),
        }

    def operation_seconds(self, operations, n_tokens):
        """Pairs of the time that each of `ledger.fused(operations)` reads and writes, and that it multiplies
        [s]."""
        bandwidth, peak = self.n_accelerators * self.bandwidth, self.n_accelerators * self.peak
        return [
            (
                memory_seconds(n_bytes=self.moved_bytes(group, n_tokens), memory_bandwidth=bandwidth),
                compute_seconds(flops=traffic.flops(group), peak_flops=peak),
            )
            for group in ledger.fused(operations)
        ]

    def moved_bytes(self, operations, n_tokens):
        """Bytes that the operations of a step move, over all accelerators [B]."""
        return traffic.step_bytes(
            operations, n_tokens, self.weights, self.bytes_per_cached_value, self.state.bytes_per_value
        )

    def decoded(self, batch, context):
        """Times and rates of one decoding step."""
        return self.step(ledger.decode(self.model, context, batch), batch, batch)

    def decoding_seconds(self, batch, context):
        """The `step_seconds` of `decoded` alone, which takes half as long to compute [s]."""
        times = self.operation_seconds(ledger.decode(self.model, context, batch), batch)
        one_by_one = sum(step_seconds(memory_seconds=m, compute_seconds=c) for m, c in times)
        return one_by_one + self.communication(batch) + self.fixed_seconds

    def reading(self, batch, context):
        """Of a decoding step's memory_seconds, what the weights take and what the caches take [s]."""
        operations = ledger.decode(self.model, context, batch)

        def seconds(n_bytes):
            return memory_seconds(n_bytes=n_bytes, memory_bandwidth=self.n_accelerators * self.bandwidth)

        return {
            "weight_reading_seconds": seconds(traffic.step_bytes(operations, batch, self.weights, 0)),
            "cache_reading_seconds": seconds(
                traffic.cache_values_moved(operations) * self.bytes_per_cached_value
                + traffic.state_values_moved(operations) * self.state.bytes_per_value
            ),
        }

    def prompt_operations(self, batch, context):
        """The operations of reading the batch's prompts of `context` tokens."""
        # Over a whole prompt, keys and values made from latents once are cheaper than queries taken to their
        # space.
        return ledger.prefill(self.model, context, batch, scores="causal", logits="last", form="reexpanding")

    def prefilled(self, batch, context):
        """Times and rates of reading the batch's prompts of `context` tokens."""
        return self.step(self.prompt_operations(batch, context), batch * context, batch)

    def communication(self, n_tokens):
        """Time of the all-reduces of a step of `n_tokens` tokens [s]."""
        if self.n_accelerators == 1:
            return 0
        return communication_seconds(
            n_layers=sum(count * max(1, layer.n_attentions) for layer, count in self.model.layer_groups),
            d_model=self.model.d_model,
            n_tokens=n_tokens,
            bytes_per_value=self.activations.bytes_per_value,
            n_accelerators=self.n_accelerators,
            link_bandwidth=self.link_bandwidth,
        )

    @property
    def towers_bytes(self):
        """Bytes of the towers for images and sound, which wait in memory while text is written [B].

        As the file has them; where none is read, in the type of the activations, since files of few bits
        leave them alone, and without those of unknown size.
        """
        if self.weights.towers_bytes is not None:
            return self.weights.towers_bytes
        values = sum(tower.parameters or 0 for tower in self.model.towers)
        return values * self.activations.bytes_per_value

    @cached_property
    def cache_copies(self):
        """How often each cached value is held [1]."""
        # A cache that heads share cannot be split further than into heads: the rest of the accelerators hold
        # and read copies.
        most = 1
        for layer, _ in self.model.layer_groups:
            attention = layer.attention
            if attention is None:
                continue
            shared = 1 if isinstance(attention, LatentAttention) else attention.n_kv_heads
            most = max(most, self.n_accelerators / shared)
        return int(most) if most == int(most) else most

    @cached_property
    def bytes_per_cached_value(self):
        """Bytes that a value of the cache takes over all accelerators, its copies included [B]."""
        return self.cache.bytes_per_value * self.cache_copies

    def query_bytes(self, context):
        """Bytes that one query of `context` tokens takes while decoding, gaps in its cache included [B]."""
        cache = (1 + self.fragmentation) * ledger.cache_values(self.model, context)
        return (
            cache * self.bytes_per_cached_value
            + ledger.state_values(self.model) * self.state.bytes_per_value
            + traffic.activation_values(self.model) * self.activations.bytes_per_value
        )

    def prefix_bytes(self, n_tokens):
        """Bytes of the cache of so many tokens that all queries have alike, held once [B]."""
        if not n_tokens:
            return 0
        values = (1 + self.fragmentation) * ledger.cache_values(self.model, n_tokens)
        return values * self.bytes_per_cached_value

    def held(self, batch, context):
        """Bytes held while decoding, by what, and the batch that would fit: see `bound.bound`."""
        weights = self.weights.n_bytes
        cache = ledger.cache_values(self.model, context) * self.bytes_per_cached_value
        state = ledger.state_values(self.model) * self.state.bytes_per_value
        activations = traffic.activation_values(self.model) * self.activations.bytes_per_value
        beside = {
            "weight_bytes": weights,
            "bytes_per_query": self.query_bytes(context),
            "reserved_bytes": self.reserved + self.towers_bytes,
        }
        needed = needed_bytes(batch=batch, **beside)
        return (
            {"weights_bytes": weights}
            | ({"towers_bytes": self.towers_bytes} if self.model.towers else {})
            | {"kv_cache_bytes": batch * cache}
            | ({"state_bytes": batch * state} if ledger.state_values(self.model) else {})
            | {
                "activation_bytes": batch * activations,
                "needed_bytes": needed,
                "missing_bytes": missing_bytes(needed_bytes=needed, memory_capacity=self.capacity),
                "max_batch": largest_batch(memory_capacity=self.capacity, **beside),
            }
        )

    def max_context(self, batch):
        """Positions that each of `batch` queries can cache, and that the model has [token]."""
        held = self.held(batch, 1)
        most = MOST if self.model.n_positions is None else self.model.n_positions
        # The cache grows more slowly beyond each window. Such a curve is the lowest of the lines that
        # continue its pieces, so the context that one line allows at the most is what the curve allows.
        found = 0
        states = ledger.state_values(self.model) * self.state.bytes_per_value
        for full, growing in ledger.cache_lines(self.model):
            per_value = (1 + self.fragmentation) * self.bytes_per_cached_value
            fixed = self.reserved + self.towers_bytes + batch * (full * per_value + states)
            if growing == 0:
                kept = held["weights_bytes"] + held["activation_bytes"] + fixed
                found = most if kept <= self.capacity else found
            else:
                found = larger(found, largest_context(
                    memory_capacity=self.capacity, weight_bytes=held["weights_bytes"], batch=batch,
                    cache_bytes_per_token=growing * per_value,
                    activation_bytes=held["activation_bytes"] / batch, reserved_bytes=fixed,
                ))  # fmt: skip
        return smaller(found, most)


def _products(accelerator, weights, compute_dtype):
    """Name of the type that products with such weights are computed in, and its peak [FLOP/s].

    Where none is named and the accelerator has no peak for the weights' own type, the weights are turned into
    the first type that it does have one for, as they are where products cannot be computed in their type. An
    accelerator without any peak, or with that of fp32 alone although it multiplies narrower types, leaves the
    type None, and arithmetic takes no time that could be told.
    """
    if compute_dtype is None and not accelerator.peak_flops:
        return None, math.inf
    if compute_dtype is None:
        of_weights = weights.computed_on(accelerator)
        own = [] if of_weights is None else [of_weights]
        wanted = tuple(own) + tuple(dtypes.DEQUANTISED)
        having = [dtype for dtype in wanted if dtype in accelerator.peak_flops]
        # Hardware that multiplies narrower types has units that multiply 16 bits faster than its fp32 peak,
        # which would be no bound; how much faster is not published.
        if having == ["fp32"] and weights.name != "fp32" and set(accelerator.peak_flops) & set(dtypes.NARROW):
            return None, math.inf
        compute_dtype = having[0] if having else wanted[0]
    return compute_dtype, accelerator.peak(compute_dtype)


def _attention_peak(accelerator, weights, compute_dtype):
    """Peak of attention beside weights that are multiplied as integers [FLOP/s]; None where it is theirs."""
    if not weights.integers or compute_dtype not in dtypes.NARROW:
        return None
    having = [dtype for dtype in dtypes.DEQUANTISED if dtype in accelerator.peak_flops]
    return accelerator.peak(having[0]) if having else None


def _activation_dtype(dtype, compute_dtype):
    """Where none is named: fp32 beside such weights, else the 16-bit type of weights or products, or bf16."""
    if dtype == "fp32":
        return dtype
    return next((name for name in (dtype, compute_dtype) if name in ("fp16", "bf16")), "bf16")


def _divisor_of_heads(model, n_accelerators):
    n_accelerators = whole("n_accelerators", n_accelerators)
    if n_accelerators > 1 and ledger.state_values(model):
        raise InputError(
            f"n_accelerators is {n_accelerators}; expected 1: {model.key} has recurrent layers, of which each"
            " accelerator would hold its heads and a copy of what groups of heads share; such copies are not"
            " counted"
        )
    heads = [layer.attention.n_heads for layer, _ in model.layer_groups if layer.attention]
    if any(count % n_accelerators for count in heads):
        right = [n for n in range(1, min(heads) + 1) if not any(count % n for count in heads)]
        raise InputError(
            f"n_accelerators is {n_accelerators}; expected a divisor of {model.key}'s {heads[0]} heads:"
            f" {', '.join(map(str, right))}"
        )
    return n_accelerators
