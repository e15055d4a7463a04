"""What a batch changes: experts touched, and the batches at which something else becomes the limit."""


def expected_experts(*, n_experts, n_experts_per_token, n_tokens):
    """Experts of one layer that at least one of `n_tokens` tokens is sent to, on average.

    A token leaves a given expert out with probability 1 - k / E, and the tokens choose independently.

    Args:
        n_experts: experts of the layer [1].
        n_experts_per_token: experts that the router picks for one token [1].
        n_tokens: tokens that go through the layer together [token].

    Returns:
        Expected number of experts whose weights have to be read [1].

    Holds for: routers that use all experts alike; a skewed router touches fewer.
    Source: complement of independent events; Jiang et al. 2024, arXiv:2401.04088, section 2.2, for the
        router.

    >>> expected_experts(n_experts=8, n_experts_per_token=2, n_tokens=1)
    2.0
    >>> expected_experts(n_experts=8, n_experts_per_token=2, n_tokens=2)
    3.5
    """
    left_out = (1 - n_experts_per_token / n_experts) ** n_tokens
    return n_experts * (1 - left_out)


def expected_uneven_experts(*, n_experts, n_experts_per_token, n_tokens, unevenness):
    """The same where one half of the experts is picked more often than the other.

    Args:
        n_experts: experts of the layer [1].
        n_experts_per_token: experts that the router picks for one token [1].
        n_tokens: tokens that go through the layer together [token].
        unevenness: by which share of the average one half is picked more often, and the other less [1]; 0
            for experts that are all alike, and no more than makes the favoured half picked by every token.

    Returns:
        Expected number of experts whose weights have to be read [1].

    Holds for: tokens that choose independently.
    Source: complement of independent events, for each half; Jiang et al. 2024, arXiv:2401.04088, section 5,
        for routers that favour some experts.

    >>> expected_uneven_experts(n_experts=8, n_experts_per_token=2, n_tokens=2, unevenness=0)
    3.5
    >>> expected_uneven_experts(n_experts=8, n_experts_per_token=2, n_tokens=2, unevenness=0.5)
    3.375
    """
    share = n_experts_per_token / n_experts
    left_out = (1 - share * (1 + unevenness)) ** n_tokens + (1 - share * (1 - unevenness)) ** n_tokens
    return n_experts * (1 - left_out / 2)


def kv_equals_weights_batch(*, weight_bytes_read, cache_bytes_read_per_query):
    """The batch at which a decoding step reads as many bytes of cache as of weights.

    Args:
        weight_bytes_read: weights that one step reads, whatever the batch [B].
        cache_bytes_read_per_query: cache that one step reads for each query [B].

    Returns:
        Queries in parallel [1], as a real number.

    Holds for: dense weights; with experts, the weights read depend on the batch.
    Source: Pope et al. 2022, arXiv:2211.05102, section 2.

    >>> kv_equals_weights_batch(weight_bytes_read=14_000, cache_bytes_read_per_query=500)
    28.0
    """
    return weight_bytes_read / cache_bytes_read_per_query


def saturation_batch(
    *, weight_bytes_read, cache_bytes_read_per_query, flops_per_query, peak_flops, memory_bandwidth
):
    """The batch from which arithmetic takes longer than all reading, weights and caches together.

    Each further query adds arithmetic and its own cache to read; only what the arithmetic adds beyond the
    cache's own time makes up for the weights. Where it adds nothing, no batch is bound by arithmetic: the
    result then is negative, or a division by zero.

    Args:
        weight_bytes_read: weights that one step reads, whatever the batch [B].
        cache_bytes_read_per_query: cache that one step reads for each query [B].
        flops_per_query: operations of one step for each query [FLOP].
        peak_flops: peak rate for the data type in use, dense [FLOP/s].
        memory_bandwidth: peak rate of the memory [B/s].

    Returns:
        Queries in parallel [1], as a real number.

    Holds for: dense weights, and caches whose reading takes less time than their query's arithmetic.
    Source: the roofline of Williams et al. 2009, doi:10.1145/1498765.1498785, solved for the batch.

    >>> saturation_batch(weight_bytes_read=1000, cache_bytes_read_per_query=5, flops_per_query=1000,
    ...                  peak_flops=10_000, memory_bandwidth=100)
    200.0
    """
    gain = flops_per_query / peak_flops - cache_bytes_read_per_query / memory_bandwidth
    return weight_bytes_read / memory_bandwidth / gain


def matrix_critical_batch(*, n_inputs, n_outputs, peak_flops, memory_bandwidth, bytes_per_value):
    """The critical batch of one matrix product whose inputs and results also travel through memory.

    Args:
        n_inputs: rows of the weight matrix [1].
        n_outputs: columns of the weight matrix [1].
        peak_flops: peak rate for the data type in use, dense [FLOP/s].
        memory_bandwidth: peak rate of the memory [B/s].
        bytes_per_value: bytes of a weight, an input and a result alike [B].

    Returns:
        Vectors multiplied together [1], as a real number.

    Holds for: one product on its own, its inputs and results not kept on the chip.
    Source: Austin et al. 2025, How to Scale Your Model, chapter TPUs, question 4.

    >>> round(matrix_critical_batch(n_inputs=4096, n_outputs=16384, peak_flops=394e12, memory_bandwidth=810e9,
    ...                             bytes_per_value=1))
    263
    """
    n_weights = n_inputs * n_outputs
    ridge = peak_flops / memory_bandwidth
    return (
        ridge
        * bytes_per_value
        * n_weights
        / (2 * n_weights - ridge * bytes_per_value * (n_inputs + n_outputs))
    )
