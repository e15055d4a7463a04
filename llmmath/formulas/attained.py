"""Times that real systems take, from those at published rates and a few shares and latencies of an engine."""


def operation_seconds(*, memory_seconds, compute_seconds, bandwidth_share, peak_share, sharpness):
    """Time of one operation on an engine that attains a share of each published rate.

    Reading and arithmetic overlap, but not wholly where they take about as long: the two are joined by a
    smooth maximum, which is the longer one where they differ much. So a product of few rows, whose tiles are
    partly empty, attains less of the peak than one of many.

    Args:
        memory_seconds: time to move the operation's bytes at the published bandwidth [s].
        compute_seconds: time of its arithmetic at the published dense peak [s].
        bandwidth_share: share of the bandwidth that is attained where nothing is multiplied [1].
        peak_share: share of the peak that is attained where nothing is read [1].
        sharpness: exponent of the smooth maximum [1]; the larger, the more sharply it bends.

    Returns:
        Time [s].

    Holds for: an operation that fills the accelerator.
    Source: Williams et al. 2009, doi:10.1145/1498765.1498785, section 3, for the two limits; the smooth
        maximum is the p-norm of both.

    >>> operation_seconds(memory_seconds=3, compute_seconds=2, bandwidth_share=1, peak_share=0.5, sharpness=2)
    5.0
    """
    memory = memory_seconds / bandwidth_share
    compute = compute_seconds / peak_share
    return (memory**sharpness + compute**sharpness) ** (1 / sharpness)


def latency_seconds(
    *, n_operations, n_routings, n_queries, operation_latency, routing_latency, query_latency, step_latency
):
    """Time of a step that is there whatever it reads and multiplies.

    Args:
        n_operations: operations that are launched, over all layers [1].
        n_routings: layers that send tokens to experts [1].
        n_queries: queries of the step [1].
        operation_latency: time of launching one and of filling and draining the accelerator [s].
        routing_latency: time of one layer to choose experts, sort tokens and add up results [s].
        query_latency: time that the host takes for each query, its sampling and its text [s].
        step_latency: time that the host takes for the step, scheduling and the rest [s].

    Returns:
        Time [s].

    Holds for: hosts that do not work ahead; where they do, their part is small and so are the constants.
    Source: definition.

    >>> latency_seconds(n_operations=300, n_routings=4, n_queries=10, operation_latency=2, routing_latency=5,
    ...                 query_latency=3, step_latency=50)
    700
    """
    launching = n_operations * operation_latency + n_routings * routing_latency
    return launching + n_queries * query_latency + step_latency


def sending_seconds(*, n_messages, full_rate_seconds, message_latency, link_share):
    """Time that accelerators wait for one another in a step: a latency for each message, and its bytes.

    Args:
        n_messages: messages that wait for one another [1]; of an all-reduce the logarithm of the accelerators
            to base 2, where they add up in a tree.
        full_rate_seconds: time to send all bytes at the published rate of the link [s].
        message_latency: time of one short message [s].
        link_share: share of the link's rate that is attained [1].

    Returns:
        Time [s].

    Holds for: accelerators that all reach one another.
    Source: Hockney 1994, doi:10.1016/S0167-8191(06)80021-9, for latency and rate.

    >>> sending_seconds(n_messages=320, full_rate_seconds=3, message_latency=5, link_share=0.5)
    1606.0
    """
    return n_messages * message_latency + full_rate_seconds / link_share
