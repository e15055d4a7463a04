"""Queries that come and go while others are being answered: time to the first token, time per token, rates.

Always `n_queries` are in flight: when one has its last token the next begins. Each reads its prompt once,
which holds up the steps of all others. So between the first and the last token of one query all others begin
once.
"""

from .extremes import larger


def time_per_output_token(*, step_seconds, prefill_seconds, n_queries, n_output):
    """Time between two tokens of one query, on average, while others begin beside it.

    Args:
        step_seconds: of one step of all queries in flight [s].
        prefill_seconds: of reading one query's prompt [s].
        n_queries: queries in flight [1].
        n_output: tokens that each query generates [token].

    Returns:
        Time [s].

    Holds for: queries of equal length, one engine that does both; reading a prompt in chunks beside the steps
        spreads the same time evenly.
    Source: the prompts of the n_queries - 1 others are spread over the n_output tokens of one query.

    >>> time_per_output_token(step_seconds=10, prefill_seconds=40, n_queries=5, n_output=16)
    20.0
    """
    return step_seconds + (n_queries - 1) * prefill_seconds / n_output


def query_seconds(*, step_seconds, prefill_seconds, n_queries, n_output):
    """Time from the start of a query's prompt to its last token, while others begin beside it.

    Args:
        step_seconds: of one step of all queries in flight [s].
        prefill_seconds: of reading one query's prompt [s].
        n_queries: queries in flight [1].
        n_output: tokens that each query generates [token].

    Returns:
        Time [s].

    Holds for: as `time_per_output_token`.
    Source: definition: the prompts of all queries in flight, of which its own gives its first token, and a
        step for each other token.

    >>> query_seconds(step_seconds=10, prefill_seconds=40, n_queries=5, n_output=16)
    350
    """
    return (n_output - 1) * step_seconds + n_queries * prefill_seconds


def output_tokens_per_second(*, step_seconds, prefill_seconds, n_queries, n_output):
    """Tokens generated over all queries in flight.

    Args:
        step_seconds: of one step of all queries in flight [s].
        prefill_seconds: of reading one query's prompt [s].
        n_queries: queries in flight [1].
        n_output: tokens that each query generates [token].

    Returns:
        Rate [token/s].

    Holds for: as `time_per_output_token`.
    Source: Little 1961, doi:10.1287/opre.9.3.383: queries in flight over the time of one.

    >>> output_tokens_per_second(step_seconds=10, prefill_seconds=40, n_queries=5, n_output=21)
    0.2625
    """
    return n_queries * n_output / ((n_output - 1) * step_seconds + n_queries * prefill_seconds)


def time_to_first_token(*, step_seconds, prefill_seconds, others_seconds, n_queries, waiting_seconds):
    """Time from a query's arrival to its first token.

    A query that comes while others run finds a step under way, of which half is left on average. Like every
    token it waits for the prompts that others bring in the same time; then its own prompt is read.

    Args:
        step_seconds: of one step of all queries in flight [s].
        prefill_seconds: of reading one query's prompt [s].
        others_seconds: time for which the prompts of others hold up a token [s].
        n_queries: queries in flight [1].
        waiting_seconds: time for which it waits for room in the cache before that [s].

    Returns:
        Time [s].

    Holds for: a constant number of queries; with `time_per_output_token` for the other tokens a query takes
        half a step longer at most than `query_seconds` says.
    Source: definition.

    >>> time_to_first_token(step_seconds=10, prefill_seconds=40, others_seconds=20, n_queries=5,
    ...                     waiting_seconds=0)
    64.0
    """
    step_under_way = (1 - 1 / n_queries) * step_seconds / 2
    return waiting_seconds + step_under_way + others_seconds + prefill_seconds


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
