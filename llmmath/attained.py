"""What a step of an engine is made of, and how long it takes with the engine's constants.

`step_of` takes apart what `ledger` lists: the times of every operation at published rates, how often
something is launched and sent. `seconds` puts it together with what an engine attains. The same lines serve
one step and arrays of many, so that constants are fitted to the very formulas that estimates come from.
"""

import math
from collections import namedtuple
from dataclasses import replace
from functools import cache

from . import ledger, traffic
from .formulas.attained import latency_seconds, operation_seconds, sending_seconds
from .formulas.extremes import chosen, larger, smaller
from .records import dtypes
from .records.shapes import Experts

# By how much more often than the average routers are taken to pick the favoured half of the experts [1]. Of
# 0, 0.3, 0.5, 0.7 and 0.9 the fit of benchmarks/fit_engines.py likes the larger better, by little.
UNEVENNESS = 0.7
# What of a Step is told of each operation, in this order.
EACH = (
    "memory",
    "compute",
    "picked",
    "starting",
    "row",
    "rows",
    "attention",
    "dequantised",
    "narrow",
    "unpacked",
    "expert",
)
Step = namedtuple(
    "Step",
    EACH
    + (
        "sending",
        "n_messages",
        "n_operations",
        "n_routings",
        "n_queries",
        "prompts",
        "streamed",
        "streamed_attained",
    ),
    defaults=(False, 0, 0),
)
Step.__doc__ = """One step, taken apart.

memory, compute: of each operation the time at published bandwidth and peak, over all accelerators [s].
picked: share of these bytes that is read where routers favour some experts [1], see UNEVENNESS. starting:
time in which one byte more would be read each time that it is launched [s/B]; row: time in which its products
would each multiply one row in vain [s], less where they have few; rows: how often as much would be moved if
each row were multiplied apart [1], 1 of what is no product with weights. attention: whether it is attention
with the cache, whose kernels are others than those of products with weights. dequantised: of weights that are
turned into another type before they are multiplied, their bytes as a share of those in 16 bits [1], else 0.
narrow: whether it multiplies in 8 bits or fewer; unpacked: whether its weights are turned into such integers
first. expert: whether its weights are experts'. All these are tuples of one length.
sending: of all that accelerators send each other, at the link's published rate [s]. n_messages: of these,
those that wait for one another [1]. n_operations: launched [1]. n_routings: layers that send tokens to
experts [1]. n_queries: queries that get a token [1]. prompts: whether it reads prompts. streamed: time to
bring weights that are kept elsewhere, at the published rate of their link [s]; streamed_attained: at what is
attained of it [s].
"""


def step_of(case, operations, n_tokens, n_queries, chunk_tokens=None, prompts=False):
    """A step's operations taken apart.

    Args:
        case: a `case.Case`, at published rates.
        operations: what `ledger.decode` or `ledger.prefill` returned.
        n_tokens: tokens of the step over the whole batch [token].
        n_queries: queries that get a token [1].
        chunk_tokens: tokens of prompts that the engine takes at once [token]; weights are read again for each
            such chunk. None for all. prompts: whether these are prompts.

    Returns:
        Step.

    Source: sums of `ledger`.
    """
    n_chunks = 1 if chunk_tokens is None else math.ceil(n_tokens / chunk_tokens)
    groups = ledger.fused(operations)
    times = case.operation_seconds(operations, n_tokens)
    own = (case.weights.name, case.weights.computed_in)
    # Attention is not multiplied as integers, although the weights beside it are.
    slower = case.peak / case.attention_peak if case.attention_peak else 1
    turned = case.compute_dtype is not None and case.compute_dtype not in own
    narrow = case.compute_dtype in dtypes.NARROW
    of_each = {name: [] for name in EACH}
    for group, (reading, multiplying) in zip(groups, times):
        last = group[-1]
        weights = last.kind == "weight"
        rows = traffic.rows_of_each_product(last, n_tokens) if weights else 1
        launches = last.layers * (n_chunks if weights and last.component != "lm_head" else 1)
        of_each["memory"].append(reading * launches / last.layers)
        of_each["compute"].append(multiplying if weights else multiplying * slower)
        of_each["picked"].append(traffic.picked_unevenly(last, n_tokens, UNEVENNESS))
        of_each["starting"].append(launches / case.bandwidth if reading else 0)
        of_each["row"].append(multiplying / rows * _in_vain(rows) if weights else 0)
        of_each["rows"].append(_read_apart(case, group, n_tokens, rows, reading) if weights else 1)
        of_each["attention"].append(last.kind in ("attention", "state"))
        of_each["dequantised"].append(
            min(1, case.weights.bytes_per_value(last.component) / 2) if weights and turned else 0
        )
        of_each["narrow"].append(weights and narrow)
        of_each["unpacked"].append(weights and narrow and case.weights.integers)
        of_each["expert"].append(weights and last.copies != last.copies_per_token)
    return Step(
        **{name: tuple(values) for name, values in of_each.items()},
        sending=case.communication(n_tokens),
        n_messages=n_chunks * 2 * case.model.n_layers * math.ceil(math.log2(case.n_accelerators)),
        n_operations=n_chunks * launched(case.model),
        n_routings=n_chunks * n_mixtures(case.model),
        n_queries=n_queries,
        prompts=prompts,
    )


def _in_vain(rows):
    """Of the rows that a full tile multiplies in vain, how many a product of so many rows does [1]: the more,
    the more of its tiles are begun. Of each row's own time it is the smaller share the more rows there are,
    from two on, and the same below, so that more rows never take longer for each of them."""
    return 1 - 1 / rows if rows > 2 else rows / 4


def _read_apart(case, group, n_tokens, rows, reading):
    """How often as much would be moved if each row of a product with weights were multiplied apart, which
    reads the weights anew each time but moves nothing else twice [1]. reading: what it takes to move it once
    [s]."""
    n_bytes = traffic.weight_bytes_read(group, n_tokens, case.weights)
    return 1 + (rows - 1) * n_bytes / (case.n_accelerators * case.bandwidth) / reading


@cache
def launched(model):
    """Operations that one step launches, over all layers [1]: products with weights, and those of
    attention."""
    return sum(
        count
        * sum(
            operation.kind in ("weight", "attention", "state") and operation.component != "lm_head"
            for operation in ledger.decode(replace(model, layers=(layer,)), 1)
        )
        for layer, count in model.layer_groups
    ) + len(model.outer_matrices)


def n_mixtures(model):
    """Layers that have experts [1]."""
    return sum(count for layer, count in model.layer_groups if isinstance(layer.mlp, Experts))


def seconds(step, engine):
    """Time that a step takes on an engine.

    Args:
        step: a Step.
        engine: a `records.engines.Engine`, or anything with its constants.

    Returns:
        Time [s].
    """
    return sum(operations(step, engine)) + latency(step, engine) + sending(step, engine) + streaming(step)


def operations(step, engine):
    """Times of each operation of a Step on an engine [s]."""
    return [operation(*each, engine) for each in zip(*step[: len(EACH)])]


def reading_and_multiplying(
    memory, compute, picked, starting, row, rows, attention, dequantised, narrow, unpacked, expert, engine
):
    """What one operation of a Step takes to read and to multiply, as the arguments of `operation_seconds`:
    a pair of those in tiles of rows, some of which are empty, and of those row by row, for which engines have
    kernels without tiles, and which read the weights anew each time. Arrays are taken too."""
    bandwidth_share = chosen(attention, engine.attention_bandwidth_share, engine.bandwidth_share)
    wide = chosen(dequantised, engine.dequantising_peak_share, engine.peak_share)
    few_bits = chosen(unpacked, engine.unpacked_peak_share, engine.narrow_peak_share)
    peak_share = chosen(narrow, few_bits, wide) * chosen(expert, engine.expert_share, 1)
    # What an engine reads more slowly than it would read 16 bits it would keep in 16 bits.
    turning = chosen(dequantised, larger(engine.dequantising_share, dequantised), 1)
    kept = turning * chosen(expert, engine.expert_share, 1)
    attained = {
        "bandwidth_share": bandwidth_share * kept,
        "peak_share": chosen(attention, engine.attention_peak_share, peak_share),
    }
    start = engine.starting_bytes * starting
    return (
        attained
        | {
            "memory_seconds": memory * picked + start,
            "compute_seconds": compute + engine.padding_rows * row,
        },
        attained | {"memory_seconds": rows * (memory + start), "compute_seconds": compute},
    )


def operation(
    memory, compute, picked, starting, row, rows, attention, dequantised, narrow, unpacked, expert, engine
):
    """Time of one operation of a Step on an engine [s]; arrays are taken too.

    In tiles or row by row, whichever takes less: so no batch takes longer than its queries one by one.
    """
    in_tiles, row_by_row = reading_and_multiplying(
        memory, compute, picked, starting, row, rows, attention, dequantised, narrow, unpacked, expert, engine
    )
    return smaller(
        operation_seconds(**in_tiles, sharpness=engine.sharpness),
        operation_seconds(**row_by_row, sharpness=engine.sharpness),
    )


def ways(step, engine):
    """Of each operation of a Step, pair of the time to read and the time to multiply [s], of tiles or row by
    row as `operation` takes it."""
    found = []
    for each in zip(*step[: len(EACH)]):
        of = min(
            reading_and_multiplying(*each, engine),
            key=lambda one: operation_seconds(**one, sharpness=engine.sharpness),
        )
        found.append((of["memory_seconds"] / of["bandwidth_share"], of["compute_seconds"] / of["peak_share"]))
    return found


def share_of_reading(step, engine):
    """Of each operation of a Step, what share of its reading and its arithmetic on an engine is reading [1].

    The two overlap, so that neither alone is what the operation takes; its time is shared out between them.
    So it passes from one to the other by and by, and reading can have less than it would take alone.
    """
    found = []
    for reading, multiplying in ways(step, engine):
        both = reading + multiplying
        found.append(reading / both if both else 0)
    return found


def latency(step, engine):
    """Time of a Step on an engine that is there whatever it reads and multiplies [s]."""
    return latency_seconds(
        n_operations=step.n_operations,
        n_routings=step.n_routings,
        n_queries=step.n_queries,
        operation_latency=engine.operation_latency,
        routing_latency=engine.routing_latency,
        query_latency=engine.query_latency,
        step_latency=engine.step_latency,
    )


def sending(step, engine):
    """Time for which the accelerators of a Step wait for one another [s]."""
    return sending_seconds(
        n_messages=step.n_messages,
        full_rate_seconds=step.sending,
        message_latency=engine.message_latency,
        link_share=engine.link_share,
    )


def streaming(step):
    """Time in which weights of a Step that are kept elsewhere come over their link [s]."""
    return step.streamed_attained


def bound_seconds(step):
    """Least time of the step: published rates, no latency, one operation after the other [s].

    Of experts as few are read as where routers favour some, which is what `seconds` counts with: drawn evenly
    there are more, and no time of a router that favours some is held to be longer than those take. Weights
    that are kept elsewhere are brought while others are multiplied.
    """
    each = zip(step.memory, step.picked, step.compute)
    one_by_one = sum(max(reading * picked, multiplying) for reading, picked, multiplying in each)
    return max(one_by_one + step.sending, step.streamed)
