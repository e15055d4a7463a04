"""What a step of an engine is made of, and how long it takes with the engine's constants.

`step_of` takes apart what `ledger` lists: the times of every operation at published rates, how often
something is launched and sent. `seconds` puts it together with what an engine attains. The same lines serve
one step and arrays of many, so that constants are fitted to the very formulas that estimates come from.
"""

import math
from collections import namedtuple
from dataclasses import replace
from functools import cache

from . import ledger
from .formulas.attained import latency_seconds, operation_seconds, sending_seconds
from .formulas.extremes import chosen

Step = namedtuple(
    "Step",
    "memory compute attention dequantised sending n_messages n_operations n_queries prompts streamed",
    defaults=(False, 0),
)
Step.__doc__ = """One step, taken apart.

memory, compute: of each operation the time at published bandwidth and peak, over all accelerators [s].
attention: whether it is attention with the cache, whose kernels are others than those of products with
weights. dequantised: whether its weights are turned into another type before they are multiplied. All four
are tuples of one length.
sending: of all that accelerators send each other, at the link's published rate [s]. n_messages: of these,
those that wait for one another [1]. n_operations: launched [1]. n_queries: queries that get a token [1].
prompts: whether it reads prompts. streamed: time to bring weights that are kept elsewhere, at the published
rate of their link [s].
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
    dequantised = case.compute_dtype is not None and case.weights.name != case.compute_dtype
    memory, compute, attention, turned = [], [], [], []
    for (*_, last), (reading, multiplying) in zip(groups, times):
        weights = last.kind == "weight"
        memory.append(reading * (n_chunks if weights and last.component != "lm_head" else 1))
        compute.append(multiplying)
        attention.append(last.kind in ("attention", "state"))
        turned.append(weights and dequantised)
    return Step(
        tuple(memory),
        tuple(compute),
        tuple(attention),
        tuple(turned),
        sending=case.communication(n_tokens),
        n_messages=n_chunks * 2 * case.model.n_layers * math.ceil(math.log2(case.n_accelerators)),
        n_operations=n_chunks * launched(case.model),
        n_queries=n_queries,
        prompts=prompts,
    )


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


def seconds(step, engine):
    """Time that a step takes on an engine.

    Args:
        step: a Step.
        engine: a `records.engines.Engine`, or anything with its constants.

    Returns:
        Time [s].
    """
    operations = sum(operation(*each, engine) for each in zip(*step[:4]))
    return operations + latency(step, engine) + sending(step, engine) + streaming(step, engine)


def operation(memory, compute, attention, dequantised, engine):
    """Time of one operation of a Step on an engine [s]; arrays are taken too."""
    bandwidth_share = chosen(attention, engine.attention_bandwidth_share, engine.bandwidth_share)
    return operation_seconds(
        memory_seconds=memory,
        compute_seconds=compute,
        bandwidth_share=bandwidth_share * chosen(dequantised, engine.dequantising_share, 1),
        peak_share=chosen(attention, engine.attention_peak_share, engine.peak_share),
        sharpness=engine.sharpness,
    )


def latency(step, engine):
    """Time of a Step on an engine that is there whatever it reads and multiplies [s]."""
    return latency_seconds(
        n_operations=step.n_operations,
        n_queries=step.n_queries,
        operation_latency=engine.operation_latency,
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


def streaming(step, engine):
    """Time in which weights of a Step that are kept elsewhere come over their link [s]."""
    return step.streamed / engine.link_share


def bound_seconds(step):
    """Least time of the step: published rates, no latency, one operation after the other [s].

    Weights that are kept elsewhere are brought while others are multiplied.
    """
    return max(sum(map(max, step.memory, step.compute)) + step.sending, step.streamed)
