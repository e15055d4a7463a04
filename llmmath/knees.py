"""The batches at which something else becomes the limit of a decoding step.

A step's times grow with the batch: arithmetic, cache traffic and sending by as much for each query, the
reading of dense weights not at all, that of experts with how many the batch touches. At a knee two of them
meet.
"""

from collections import namedtuple

from . import ledger, traffic
from .formulas.batching import kv_equals_weights_batch, saturation_batch
from .formulas.extremes import larger
from .formulas.parallel import communication_bound_batch
from .formulas.roofline import critical_batch, memory_seconds, peak_share

_Query = namedtuple("_Query", "cache_read moved flops product_flops sending")
_Query.__doc__ = """What each further query adds to a decoding step.

cache_read: bytes of its cache that are read [B]. moved: those, the ones written, and its row of the
embedding [B]. flops, product_flops: operations, of all products and of those with weights alone [FLOP].
sending: time of its all-reduces [s].
"""


def knees(case, context):
    """The batches at which something else becomes the limit.

    Args:
        case: a `case.Case`.
        context: positions that each new token attends to, itself included [token].

    Returns:
        dict of real numbers [1], None where no batch does that:

        - critical_batch: at which arithmetic with the weights takes as long as reading them.
        - kv_equals_weights_batch: at which cache traffic equals weight traffic.
        - saturation_batch: from which arithmetic outlasts reading weights and caches, where all of a step
          overlaps.
        - communication_bound_batch: from which sending outlasts reading, where all of a step overlaps.
        - peak_share_limit: the share of the peak that ever larger batches approach where operations run one
          after the other.

    Source: the formulas of `batching`; for experts the same equations, solved by halving intervals.
    """
    step = ledger.decode(case.model, context)
    query = _query(case, step)
    rates = {
        "peak_flops": case.n_accelerators * case.peak,
        "memory_bandwidth": case.n_accelerators * case.bandwidth,
    }
    experts = any(operation.copies > operation.copies_per_token for operation in step)
    found = (_of_experts if experts else _of_dense_weights)(case, step, query, rates)
    return found | {"peak_share_limit": _peak_share_limit(case, step, query)}


def _peak_share_limit(case, step, query):
    """Products with weights run at the peak at last; a cache is read for one query alone, at any batch."""
    # Norms are read once for all queries, as weights are; states are each query's own.
    alone = [operation for operation in step if operation.component != "norms"]
    busy = waiting = 0
    for (first, *_), (memory, compute) in zip(ledger.fused(alone), case.operation_seconds(alone, 1)):
        own = memory
        if first.kind == "weight":
            own = memory_seconds(
                n_bytes=first.cache_values_written * case.bytes_per_cached_value,
                memory_bandwidth=case.n_accelerators * case.bandwidth,
            )
        busy += compute
        waiting += larger(own, compute)
    return peak_share(compute_seconds=busy, step_seconds=waiting + query.sending)


def _query(case, step):
    cached, state = case.bytes_per_cached_value, case.state.bytes_per_value
    looked_up = traffic.embedding_bytes_read(step, case.weights)
    return _Query(
        cache_read=sum(o.cache_values_read * cached + o.state_values_read * state for o in step),
        moved=traffic.cache_values_moved(step) * cached
        + traffic.state_values_moved(step) * state
        + looked_up,
        flops=traffic.flops(step),
        product_flops=traffic.flops(operation for operation in step if operation.kind == "weight"),
        sending=case.communication(1),
    )


def _of_dense_weights(case, step, query, rates):
    """Where the weights read do not depend on the batch, formulas give the knees."""
    read = traffic.weight_bytes_read(step, 1, case.weights)
    dense = {"weight_bytes_read": read, "cache_bytes_read_per_query": query.moved}
    moving = query.moved / rates["memory_bandwidth"]
    saturation = communication = None
    if query.flops / rates["peak_flops"] > moving:
        saturation = saturation_batch(flops_per_query=query.flops, **dense, **rates)
    if query.sending > moving:
        communication = communication_bound_batch(
            communication_seconds_per_query=query.sending, memory_bandwidth=case.bandwidth,
            n_accelerators=case.n_accelerators, **dense,
        )  # fmt: skip
    return {
        "critical_batch": critical_batch(bytes_per_weight=_bytes_per_multiplied_weight(case, step), **rates),
        "kv_equals_weights_batch": kv_equals_weights_batch(
            weight_bytes_read=read, cache_bytes_read_per_query=query.cache_read
        ),
        "saturation_batch": saturation,
        "communication_bound_batch": communication,
    }


def _bytes_per_multiplied_weight(case, step):
    """Bytes of a weight on the average of the matrices that a step multiplies with [B]."""
    matrices = [operation for operation in step if operation.kind == "weight"]
    n_bytes = traffic.weight_bytes_read(matrices, 1, case.weights)
    return n_bytes / traffic.weight_values_read(matrices, 1)


def _of_experts(case, step, query, rates):
    """Larger batches read more experts, so that the formulas for dense weights give no answer."""

    def crossing(seconds_per_query):
        """The batch at which so much time for each query makes up for reading the weights."""
        if seconds_per_query <= 0:
            return None
        return _crossing(
            lambda batch: (
                batch * seconds_per_query
                - traffic.weight_bytes_read(step, batch, case.weights) / rates["memory_bandwidth"]
            )
        )

    moving = query.moved / rates["memory_bandwidth"]
    return {
        "critical_batch": crossing(query.product_flops / rates["peak_flops"]),
        "kv_equals_weights_batch": crossing(query.cache_read / rates["memory_bandwidth"]),
        "saturation_batch": crossing(query.flops / rates["peak_flops"] - moving),
        "communication_bound_batch": crossing(query.sending - moving),
    }


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
