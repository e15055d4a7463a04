"""Bytes and operations of one step, as sums over the ledger.

A step reads each weight once for the whole batch, of experts only those that its tokens are sent to; reads
the keys and values of all its queries, and writes those of its new tokens. The input embedding is looked up:
a row for each token, never the table. Activations between two products are taken to stay on the chip: they
are not counted here, and `activation_values` says how much they would be.
"""

from dataclasses import replace
from functools import cache

from . import ledger
from .formulas.batching import expected_experts, expected_uneven_experts


def weight_values_read(operations, n_tokens):
    """Weight values that one step reads [1].

    Args:
        operations: what `ledger.decode` or `ledger.prefill` returned.
        n_tokens: tokens of the step over the whole batch, which decide how many experts are touched [token].

    Returns:
        Values [1]; an average over routings where the model has experts.

    Source: sum of the ledger; `batching.expected_experts`.
    """
    return sum(operation.weight_values * _copies_read(operation, n_tokens) for operation in operations)


def _copies_read(operation, n_tokens):
    if operation.copies == operation.copies_per_token:
        return operation.copies
    return expected_experts(
        n_experts=operation.copies, n_experts_per_token=operation.copies_per_token, n_tokens=n_tokens
    )


def rows_of_each_product(operation, n_tokens):
    """Rows that each of the products of an operation with weights multiplies, on average [1].

    All tokens of the step, where a matrix is there once; where it is an expert's, those that come to each
    expert that is picked at all.

    Args:
        operation: an Operation of kind "weight". n_tokens: as in `weight_values_read`.

    Source: sum of the ledger; `batching.expected_experts`.
    """
    rows = operation.multiplications / (operation.weight_values - operation.bias_values)
    return rows / _copies_read(operation, n_tokens)


def picked_unevenly(operation, n_tokens, unevenness):
    """Experts that a step reads for an operation where routers favour some, as a share of what it reads where
    all are alike [1]; 1 without experts.

    Args:
        operation, n_tokens: as in `weight_values_read`. unevenness: see `batching.expected_uneven_experts`;
            where a token picks so many that this cannot be, as much of it as can.

    Source: `batching.expected_uneven_experts`.
    """
    if operation.copies == operation.copies_per_token:
        return 1
    most = min(operation.copies / operation.copies_per_token - 1, 1)
    uneven = expected_uneven_experts(
        n_experts=operation.copies, n_experts_per_token=operation.copies_per_token, n_tokens=n_tokens,
        unevenness=min(unevenness, most),
    )  # fmt: skip
    return uneven / _copies_read(operation, n_tokens)


def weight_bytes_read(operations, n_tokens, weights):
    """Bytes of weights that one step reads, without the rows that are looked up [B].

    Args:
        operations, n_tokens: as in `weight_values_read`.
        weights: a `records.stored.StoredWeights`, which has bytes for each component.

    Returns:
        Bytes [B]; an average over routings where the model has experts.

    Source: sum of the ledger.
    """
    return sum(_weight_bytes(one, n_tokens, weights) for one in operations)


def _weight_bytes(operation, n_tokens, weights):
    """Bytes of an operation's weights that are read, of all copies that its tokens pick [B]."""
    return _bytes_of_copy(operation, weights) * _copies_read(operation, n_tokens)


def _bytes_of_copy(operation, weights):
    """Bytes of one copy of an operation's weights, its biases in their own type [B]."""
    biases = operation.bias_values
    values = operation.weight_values - biases
    n_bytes = values * weights.bytes_per_value(operation.component) if values else 0
    return n_bytes + biases * weights.bytes_per_value("biases") if biases else n_bytes


def embedding_bytes_read(operations, weights):
    """Bytes of the rows that are looked up for the step's tokens [B]. Source: sum of the ledger."""
    return sum(
        operation.activation_values_read * weights.bytes_per_value(operation.component)
        for operation in operations
        if operation.kind == "lookup"
    )


def cache_values_moved(operations):
    """Values of the cache that one step reads and writes [1]. Source: sum of the ledger."""
    return sum(operation.cache_values_read + operation.cache_values_written for operation in operations)


def state_values_moved(operations):
    """Values of recurrent states that one step reads and writes [1]. Source: sum of the ledger."""
    return sum(operation.state_values_read + operation.state_values_written for operation in operations)


def flops(operations):
    """Floating-point operations of the step's matrix products: two for each multiplication [FLOP]."""
    return 2 * ledger.multiplications(operations)


def step_bytes(operations, n_tokens, weights, bytes_per_value, bytes_per_state_value=0):
    """Bytes that one step moves between memory and compute units.

    Args:
        operations: what `ledger.decode` or `ledger.prefill` returned.
        n_tokens: tokens of the step over the whole batch [token].
        weights: a `records.stored.StoredWeights`, which has bytes for each component, looked-up rows
            included.
        bytes_per_value, bytes_per_state_value: bytes of a cached value and of one of a state [B].

    Returns:
        Bytes [B].

    Source: sum of the ledger.
    """
    # The sums of `weight_bytes_read`, `embedding_bytes_read`, `cache_values_moved` and `state_values_moved`
    # in one pass: every answer of a page takes hundreds of these. Without +=, which would write
    # into the operations' own arrays.
    read = looked_up = cached = states = 0
    for one in operations:
        read = read + _weight_bytes(one, n_tokens, weights)
        if one.kind == "lookup":
            looked_up = looked_up + one.activation_values_read * weights.bytes_per_value(one.component)
        cached = cached + one.cache_values_read + one.cache_values_written
        states = states + one.state_values_read + one.state_values_written
    return read + looked_up + cached * bytes_per_value + states * bytes_per_state_value


@cache
def prompt_values(model, n_accelerators=1):
    """Values that one token of a prompt holds while it passes through the model, over all accelerators [1].

    The residual stream and the input of a block, which every accelerator holds, and the results of all the
    block's products with weights, which are split. Scores are not kept, and of the logits only those of the
    last token are computed: `activation_values` has them.

    Source: sum of the ledger.
    """
    widest = 0
    for layer, _ in model.layer_groups:
        blocks = {}
        for operation in ledger.decode(replace(model, layers=(layer,)), 1):
            if operation.kind == "weight" and operation.component != "lm_head":
                block = operation.component.split(".")[0]
                blocks[block] = blocks.get(block, 0) + operation.activation_values_written
        widest = max(widest, *blocks.values())
    return 2 * n_accelerators * model.d_model + widest


@cache
def activation_values(model):
    """Values that one query's new token holds while it passes through the model, at the most [1].

    The residual stream, and the inputs and results of the widest operation; attention in one pass, so that
    no row of scores is kept. Logits count as such a result.

    Source: sum of the ledger.
    """
    one_of_each = replace(model, layers=tuple(layer for layer, _ in model.layer_groups))
    widest = max(
        operation.activation_values_read + operation.activation_values_written
        for operation in ledger.decode(one_of_each, 1)
        if operation.kind == "weight"
    )
    return model.d_model + widest
