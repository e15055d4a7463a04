"""How queries come to a server, as estimates take it: what of the others' prompts one waits for before its
first token, and what the request itself takes."""

from .records import engines


def at_least_even(waited_share, n_output):
    """The share of the others' prompts that a query waits for before its first token [1]: where queries come
    evenly spread it is one over the tokens of an answer, and never less."""
    return max(waited_share, 1 / n_output)


def by_end(engine):
    """By bound and the ends of an interval, pairs of the share waited for [1] and the time of a request [s].

    The bound is of queries that come evenly spread to a server that takes no time for them; engines that are
    no servers take none in any case.
    """
    found = engines.queues()
    request = found["request_seconds"] if engine.server else 0
    return {"bound": (0, 0)} | {end: (share, request) for end, share in found["waited_share"].items()}


def waiting_in_words(found):
    """A sentence on how many queries wait, for what, and where that shows.

    found: a dict of `estimate.estimate` of which some wait.
    """
    waiting, there = found["waiting"], found["concurrency"]
    # What as many run as the engine takes wait for is an end of others, not memory.
    limited = found["running"] + found["held_back"] == found["engine_max_queries"]
    what = "for one of the engine's places" if limited else "for room"
    if found["held_back"] == waiting:
        what = "so that all groups have as many"
    said = f"{waiting:,} of {there:,} queries wait {what}"
    if 2 * waiting > there:
        return f"{said}: most of the time to the first token is that."
    return f"{said}, which is in the time to the first token."
