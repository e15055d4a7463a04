"""Queries that come and go while others are being answered: time to the first token, time per token, rates.

Always `n_queries` are in flight: when one has its last token the next begins. Each reads its prompt once,
which holds up the steps of all others. So in the time of one query all others begin once: with it, so that it
waits for their prompts before its first token, or later, so that they hold up the others.
"""

from .extremes import larger


def time_per_output_token(*, step_seconds, prefill_seconds, n_queries, n_output, waited_share):
    """Time between two tokens of one query, on average, while others begin beside it.

    Args:
        step_seconds: of one step of all queries in flight [s].
        prefill_seconds: of reading one query's prompt [s].
        n_queries: queries in flight [1].
        n_output: tokens that each query generates [token].
        waited_share: share of the others' prompts that a query waits for before its first token [1].

    Returns:
        Time [s].

    Holds for: queries of equal length, one engine that does both, two tokens or more; reading a prompt in
        chunks beside the steps spreads the same time evenly.
    Source: in the time of one query the n_queries - 1 others each begin once; what it has not waited for
        holds up its n_output - 1 further tokens.

    >>> time_per_output_token(step_seconds=10, prefill_seconds=40, n_queries=5, n_output=13,
    ...                       waited_share=0.25)
    20.0
    """
    return step_seconds + (1 - waited_share) * (n_queries - 1) * prefill_seconds / (n_output - 1)


def query_seconds(
    *, step_seconds, prefill_seconds, others_prefill_seconds, half_step_seconds, n_queries, n_output
):
    """Time from when a query has room to its last token, while others begin beside it.

    Args:
        step_seconds: of one step of all queries in flight [s].
        prefill_seconds: of reading the query's prompt [s].
        others_prefill_seconds: of reading one of the others' prompts [s].
        half_step_seconds: what is left of the step that it finds under way [s].
        n_queries: queries in flight [1].
        n_output: tokens that each query generates [token].

    Returns:
        Time [s].

    Holds for: as `time_per_output_token`.
    Source: definition: the prompts of all queries in flight, of which its own gives its first token, and a
        step for each other token.

    >>> query_seconds(step_seconds=10, prefill_seconds=60, others_prefill_seconds=40, half_step_seconds=5,
    ...               n_queries=5, n_output=16)
    375
    """
    prompts = prefill_seconds + (n_queries - 1) * others_prefill_seconds
    return half_step_seconds + prompts + (n_output - 1) * step_seconds


def output_tokens_per_second(
    *, step_seconds, prefill_seconds, others_prefill_seconds, half_step_seconds, n_queries, n_output,
    request_seconds,
):  # fmt: skip
    """Tokens generated over all queries in flight, of which each is followed by another at once.

    Args:
        step_seconds: of one step of all queries in flight [s].
        prefill_seconds: of reading the query's prompt [s].
        others_prefill_seconds: of reading one of the others' prompts [s].
        half_step_seconds: what is left of the step that it finds under way [s].
        n_queries: queries in flight [1].
        n_output: tokens that each query generates [token].
        request_seconds: what the server takes for a request itself [s].

    Returns:
        Rate [token/s].

    Holds for: as `time_per_output_token`.
    Source: Little 1961, doi:10.1287/opre.9.3.383: queries in flight over the time of one.

    >>> output_tokens_per_second(step_seconds=10, prefill_seconds=33, others_prefill_seconds=38,
    ...                          half_step_seconds=5, n_queries=5, n_output=21, request_seconds=10)
    0.2625
    """
    prompts = prefill_seconds + (n_queries - 1) * others_prefill_seconds
    answering_seconds = half_step_seconds + prompts + (n_output - 1) * step_seconds
    return n_queries * n_output / (answering_seconds + request_seconds)


def time_to_first_token(
    *, step_seconds, prefill_seconds, others_prefill_seconds, n_queries, waited_share, waiting_seconds,
    request_seconds,
):  # fmt: skip
    """Time from a query's arrival to its first token.

    A query that comes while others run finds a step under way, of which half is left on average. Then prompts
    of others are read that came with it or before, and then its own.

    Args:
        step_seconds: of one step of all queries in flight [s].
        prefill_seconds: of reading one query's prompt alone [s].
        others_prefill_seconds: of reading one of the others' prompts [s].
        n_queries: queries in flight [1].
        waited_share: share of the others' prompts that a query waits for before its first token [1]: one over
            the tokens of an answer where queries come evenly spread, 1 where all come at once.
        waiting_seconds: time for which it waits for room in the cache before that [s].
        request_seconds: what a server takes for the request itself [s].

    Returns:
        Time [s].

    Holds for: a constant number of queries; with `time_per_output_token` for the other tokens a query takes
        as long as `query_seconds` says.
    Source: definition.

    >>> time_to_first_token(step_seconds=10, prefill_seconds=40, others_prefill_seconds=30, n_queries=5,
    ...                     waited_share=0.25, waiting_seconds=0, request_seconds=1)
    75.0
    """
    step_under_way = (1 - 1 / n_queries) * step_seconds / 2
    others = waited_share * (n_queries - 1) * others_prefill_seconds
    return waiting_seconds + request_seconds + step_under_way + others + prefill_seconds


def waiting_seconds(*, query_seconds, n_queries, n_running):
    """Time for which a query waits because the cache has room for fewer than there are.

    Args:
        query_seconds: from the start of a query's prompt to its last token [s].
        n_queries: queries that are there, waiting ones among them [1].
        n_running: how many of them there is room for [1].

    Returns:
        Time [s]; 0 where there is room for all.

    Holds for: a constant number of queries.
    Source: Little 1961, doi:10.1287/opre.9.3.383, for the queue: those who wait over the rate of those
        served.

    >>> waiting_seconds(query_seconds=30, n_queries=12, n_running=8)
    15.0
    """
    return query_seconds * (larger(n_queries, n_running) - n_running) / n_running


def prefill_servers_per_decoder(*, step_seconds, prefill_seconds, n_queries, n_output):
    """Servers that read prompts for each server that only generates, where the two are kept apart.

    Args:
        step_seconds: of one step of a generating server [s].
        prefill_seconds: of reading one query's prompt on a server of its own [s].
        n_queries: queries in flight on the generating server [1].
        n_output: tokens that each query generates [token].

    Returns:
        Ratio [1].

    Holds for: servers of one kind, both always busy; two tokens or more, since the prompt gives the first.
    Source: Zhong et al. 2024, arXiv:2401.09670 (DistServe), section 4: rates of both kinds must agree.

    >>> prefill_servers_per_decoder(step_seconds=10, prefill_seconds=40, n_queries=8, n_output=17)
    2.0
    """
    return n_queries * prefill_seconds / ((n_output - 1) * step_seconds)
