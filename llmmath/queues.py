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
