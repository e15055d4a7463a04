"""Time, and what bounds it: moving bytes or doing arithmetic."""

from .extremes import larger, smaller


def memory_seconds(*, n_bytes, memory_bandwidth):
    """Time to move `n_bytes` between memory and the compute units.

    Args:
        n_bytes: bytes read and written [B].
        memory_bandwidth: peak rate of the memory, or the part of it that is attained [B/s].

    Returns:
        Time [s].

    Holds for: transfers long enough that the latency of the first byte does not count.
    Source: Williams et al. 2009, doi:10.1145/1498765.1498785, section 3.

    >>> memory_seconds(n_bytes=10**9, memory_bandwidth=10**12)
    0.001
    """
    return n_bytes / memory_bandwidth


def compute_seconds(*, flops, peak_flops):
    """Time to do `flops` floating-point operations.

    Args:
        flops: operations, two for each multiplication of a matrix product [FLOP].
        peak_flops: peak rate for the data type in use, dense, or the part of it that is attained [FLOP/s].

    Returns:
        Time [s].

    Holds for: work that is spread over all compute units.
    Source: Williams et al. 2009, doi:10.1145/1498765.1498785, section 3.

    >>> compute_seconds(flops=10**12, peak_flops=10**15)
    0.001
    """
    return flops / peak_flops


def arithmetic_intensity(*, flops, n_bytes):
    """Operations done for each byte moved.

    Args:
        flops: operations, two for each multiplication of a matrix product [FLOP].
        n_bytes: bytes read and written for them [B].

    Returns:
        Intensity [FLOP/B].

    Holds for: any program whose bytes are counted at the same level of memory as the bandwidth.
    Source: Williams et al. 2009, doi:10.1145/1498765.1498785, section 2.

    >>> arithmetic_intensity(flops=2 * 4096 * 4096, n_bytes=2 * 4096 * 4096)
    1.0
    """
    return flops / n_bytes


def ridge_intensity(*, peak_flops, memory_bandwidth):
    """The intensity above which an accelerator is bound by arithmetic and no longer by memory.

    Args:
        peak_flops: peak rate for the data type in use, dense [FLOP/s].
        memory_bandwidth: peak rate of the memory [B/s].

    Returns:
        Intensity at the ridge of the roofline [FLOP/B].

    Holds for: arithmetic and transfers that overlap perfectly.
    Source: Williams et al. 2009, doi:10.1145/1498765.1498785, section 3.

    >>> ridge_intensity(peak_flops=312 * 10**12, memory_bandwidth=1560 * 10**9)
    200.0
    """
    return peak_flops / memory_bandwidth


def attainable_flops(*, arithmetic_intensity, peak_flops, memory_bandwidth):
    """The roofline: the highest rate of operations that an accelerator allows at an intensity.

    Args:
        arithmetic_intensity: operations for each byte moved [FLOP/B].
        peak_flops: peak rate for the data type in use, dense [FLOP/s].
        memory_bandwidth: peak rate of the memory [B/s].

    Returns:
        Rate [FLOP/s].

    Holds for: arithmetic and transfers that overlap perfectly.
    Source: Williams et al. 2009, doi:10.1145/1498765.1498785, section 3.

    >>> attainable_flops(arithmetic_intensity=1, peak_flops=312 * 10**12, memory_bandwidth=1560 * 10**9)
    1560000000000
    """
    return smaller(peak_flops, arithmetic_intensity * memory_bandwidth)


def critical_batch(*, peak_flops, memory_bandwidth, bytes_per_weight):
    """The batch at which the arithmetic on the weights takes as long as reading them.

    A weight is read once for the whole batch and gives one multiplication and one addition, two FLOP, to each
    query of it: 2 B / b_w FLOP for each byte, which equals the ridge's intensity at this batch.

    Args:
        peak_flops: peak rate for the data type in use, dense [FLOP/s].
        memory_bandwidth: peak rate of the memory [B/s].
        bytes_per_weight: bytes of a weight: 2 for bf16, 1 for int8 [B].

    Returns:
        Queries in parallel [1], as a real number.

    Holds for: dense weights, short contexts: neither the KV cache nor experts that a batch leaves out are
    counted.
    Source: Austin et al. 2025, How to Scale Your Model, chapter Rooflines.

    >>> critical_batch(peak_flops=312 * 10**12, memory_bandwidth=1560 * 10**9, bytes_per_weight=2)
    200.0
    """
    return peak_flops * bytes_per_weight / (2 * memory_bandwidth)


def step_seconds(*, memory_seconds, compute_seconds):
    """Time of one step in which transfers and arithmetic overlap perfectly.

    Args:
        memory_seconds: time that moving the step's bytes takes [s].
        compute_seconds: time that the step's arithmetic takes [s].

    Returns:
        The longer of the two [s].

    Holds for: perfect overlap; without any overlap the step takes their sum.
    Source: Williams et al. 2009, doi:10.1145/1498765.1498785, section 3.

    >>> step_seconds(memory_seconds=0.004, compute_seconds=0.001)
    0.004
    """
    return larger(memory_seconds, compute_seconds)


def tokens_per_second(*, batch, step_seconds):
    """New tokens per second over all queries of a batch, one token for each query and step.

    Args:
        batch: queries that are decoded in parallel [1].
        step_seconds: time of one decoding step [s].

    Returns:
        Throughput [token/s].

    Holds for: plain decoding, one token for each query and step.
    Source: Pope et al. 2022, arXiv:2211.05102, section 2.

    >>> tokens_per_second(batch=8, step_seconds=0.004)
    2000.0
    """
    return batch / step_seconds


def unoverlapped_seconds(*, memory_seconds, compute_seconds):
    """Time of one step in which transfers and arithmetic wait for each other.

    Args:
        memory_seconds: time that moving the step's bytes takes [s].
        compute_seconds: time that the step's arithmetic takes [s].

    Returns:
        The sum of the two [s].

    Holds for: no overlap at all; with perfect overlap the step takes the longer of the two.
    Source: Williams et al. 2009, doi:10.1145/1498765.1498785, section 3, without its assumption of overlap.

    >>> unoverlapped_seconds(memory_seconds=0.5, compute_seconds=0.25)
    0.75
    """
    return memory_seconds + compute_seconds


def memory_over_compute(*, memory_seconds, compute_seconds):
    """How many times as long moving a step's bytes takes as its arithmetic: above one, memory bounds.

    Args:
        memory_seconds: time that moving the step's bytes takes [s].
        compute_seconds: time that the step's arithmetic takes [s].

    Returns:
        Ratio [1].

    Holds for: any step; it is the ridge's intensity over the step's own.
    Source: Williams et al. 2009, doi:10.1145/1498765.1498785, section 3.

    >>> memory_over_compute(memory_seconds=0.5, compute_seconds=0.25)
    2.0
    """
    return memory_seconds / compute_seconds


def peak_share(*, compute_seconds, step_seconds):
    """Share of a step in which the arithmetic units are busy at their peak.

    Args:
        compute_seconds: time that the step's arithmetic takes at the peak rate [s].
        step_seconds: time of the step [s].

    Returns:
        Share of the peak rate that the step attains [1].

    Holds for: any step; 1 where arithmetic hides everything else.
    Source: definition; Chowdhery et al. 2022, arXiv:2204.02311, section 4.1, as model FLOPs utilization.

    >>> peak_share(compute_seconds=0.25, step_seconds=0.5)
    0.5
    """
    return compute_seconds / step_seconds
