"""What fits: bytes needed, bytes missing, and the largest batch and context that memory holds."""

from .extremes import larger


def needed_bytes(*, batch, weight_bytes, bytes_per_query, reserved_bytes):
    """Memory that a model needs to serve a batch.

    Args:
        batch: queries in parallel [1].
        weight_bytes: all stored weights [B].
        bytes_per_query: cache and activations of one query [B].
        reserved_bytes: what something else occupies: driver, runtime, screen, operating system [B].

    Returns:
        Size [B].

    Holds for: weights held once, caches without gaps or sharing between queries.
    Source: definition.

    >>> needed_bytes(batch=3, weight_bytes=100, bytes_per_query=10, reserved_bytes=5)
    135
    """
    return weight_bytes + batch * bytes_per_query + reserved_bytes


def missing_bytes(*, needed_bytes, memory_capacity):
    """By how much something does not fit.

    Args:
        needed_bytes: what it needs [B].
        memory_capacity: memory of the accelerator that software can use [B].

    Returns:
        Shortfall [B]; 0 where it fits.

    Holds for: one memory; several accelerators' memories count together only where the model is split evenly.
    Source: definition.

    >>> missing_bytes(needed_bytes=135, memory_capacity=100)
    35
    """
    return larger(needed_bytes - memory_capacity, 0)


def largest_batch(*, memory_capacity, weight_bytes, bytes_per_query, reserved_bytes):
    """The most queries whose caches and activations fit beside the weights.

    Args:
        memory_capacity: memory of the accelerator that software can use [B].
        weight_bytes: all stored weights [B].
        bytes_per_query: cache and activations of one query [B].
        reserved_bytes: what something else occupies [B].

    Returns:
        Whole number of queries [1]; 0 where not even one fits.

    Holds for: queries of equal length, caches without gaps or sharing.
    Source: Pope et al. 2022, arXiv:2211.05102, section 2.

    >>> largest_batch(memory_capacity=160, weight_bytes=100, bytes_per_query=10, reserved_bytes=5)
    5
    """
    free = memory_capacity - weight_bytes - reserved_bytes
    return larger(free // bytes_per_query, 0)


def largest_context(
    *, memory_capacity, weight_bytes, batch, cache_bytes_per_token, activation_bytes, reserved_bytes
):
    """The most positions that each query of a batch can cache beside the weights.

    Args:
        memory_capacity: memory of the accelerator that software can use [B].
        weight_bytes: all stored weights [B].
        batch: queries in parallel [1].
        cache_bytes_per_token: cache of one token of one query [B].
        activation_bytes: activations of one query [B].
        reserved_bytes: what something else occupies [B].

    Returns:
        Whole number of tokens [token]; 0 where not even one fits.

    Holds for: caches that keep every token; not sliding windows. The model's own positions may end before.
    Source: Pope et al. 2022, arXiv:2211.05102, section 2.

    >>> largest_context(memory_capacity=200, weight_bytes=100, batch=2, cache_bytes_per_token=4,
    ...                 activation_bytes=10, reserved_bytes=0)
    10
    """
    free = memory_capacity - weight_bytes - batch * activation_bytes - reserved_bytes
    return larger(free // (batch * cache_bytes_per_token), 0)


def reserved_share(*, memory_capacity, reserved_fraction):
    """Memory that is left to something else, as a share of what there is.

    Args:
        memory_capacity: memory of the accelerator that software can use [B].
        reserved_fraction: share kept back: for driver and runtime on a card, for the system where the GPU
            uses its RAM [1].

    Returns:
        Size [B].

    Holds for: a share that does not depend on what is run.
    Source: definition.

    >>> reserved_share(memory_capacity=80, reserved_fraction=0.25)
    20.0
    """
    return memory_capacity * reserved_fraction
