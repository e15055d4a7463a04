"""Tensor parallelism: every matrix is split over accelerators, which add up their parts twice a layer."""


def all_reduce_bytes(*, n_accelerators, n_bytes):
    """Bytes that each accelerator sends so that all of them hold the sum of `n_bytes` from each.

    Args:
        n_accelerators: accelerators that take part [1].
        n_bytes: size of one accelerator's addend [B].

    Returns:
        Bytes sent, and as many received [B].

    Holds for: ring all-reduce, a reduce-scatter and an all-gather, which no other order undercuts.
    Source: Patarasuk and Yuan 2009, doi:10.1016/j.jpdc.2008.09.002.

    >>> all_reduce_bytes(n_accelerators=8, n_bytes=4000)
    7000.0
    """
    return 2 * (n_accelerators - 1) / n_accelerators * n_bytes


def communication_seconds(*, n_layers, d_model, n_tokens, bytes_per_value, n_accelerators, link_bandwidth):
    """Time of one step's all-reduces: one after attention and one after the feed-forward part of each layer.

    Args:
        n_layers: decoder layers [1].
        d_model: width of the residual stream [1].
        n_tokens: tokens of the step over the whole batch [token].
        bytes_per_value: bytes of an activation: 2 for bf16 [B].
        n_accelerators: accelerators that each matrix is split over [1].
        link_bandwidth: rate at which one accelerator sends to the others, one direction [B/s].

    Returns:
        Time [s].

    Holds for: long messages; the latency of a short one, microseconds, belongs to the fixed time of a step.
    Source: Shoeybi et al. 2019, arXiv:1909.08053, section 3, for the two all-reduces of a layer.

    >>> communication_seconds(n_layers=10, d_model=1000, n_tokens=1, bytes_per_value=2, n_accelerators=2,
    ...                       link_bandwidth=10**6)
    0.04
    """
    values = 2 * n_layers * d_model * n_tokens
    sent = 2 * (n_accelerators - 1) / n_accelerators * values * bytes_per_value
    return sent / link_bandwidth


def communication_bound_batch(
    *,
    weight_bytes_read,
    cache_bytes_read_per_query,
    communication_seconds_per_query,
    memory_bandwidth,
    n_accelerators,
):
    """The batch from which a decoding step sends longer than it reads weights and caches.

    Args:
        weight_bytes_read: weights that one step reads, over all accelerators [B].
        cache_bytes_read_per_query: cache that one step reads for each query, over all accelerators [B].
        communication_seconds_per_query: time of the all-reduces for one token [s].
        memory_bandwidth: peak rate of one accelerator's memory [B/s].
        n_accelerators: accelerators that share the reading [1].

    Returns:
        Queries in parallel [1]; below zero where the caches' reading always takes longer than the sending.

    Holds for: dense weights, even splits.
    Source: Pope et al. 2022, arXiv:2211.05102, section 3, solved for the batch.

    >>> communication_bound_batch(weight_bytes_read=8000, cache_bytes_read_per_query=50,
    ...     communication_seconds_per_query=0.75, memory_bandwidth=100, n_accelerators=2)
    80.0
    """
    bandwidth = n_accelerators * memory_bandwidth
    per_query = communication_seconds_per_query - cache_bytes_read_per_query / bandwidth
    return weight_bytes_read / bandwidth / per_query
