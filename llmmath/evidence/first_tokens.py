"""Published times to the first token of busy servers, and what they say of how queries come.

How long a query waits depends on when the others come. Where they come evenly spread, hardly any of their
prompts stands before its own; where all come at once, as in a load test of answers of one length, all of them
do. The share of the others' prompts that a query has waited for is worked out from each published time with
the constants of its engine. What is told of other servers is the range of these shares.
"""

import math
import tomllib
from collections import namedtuple
from functools import cache
from pathlib import Path
from statistics import median

from .. import attained
from ..errors import InputError
from ..estimate import EIGHTY_PERCENT
from ..formulas.serving import time_to_first_token
from ..queues import at_least_even
from ..records import accelerators, engines, models
from ..records.rows import checked_amount, checked_text
from .measurements import deployment_of

FILE = Path(__file__).parent / "data" / "first_tokens.toml"
COLUMNS = ["batch", "prompt", "output", "seconds"]
# Unit of each entry of `summary`, of `queues` and of `of_series`.
UNITS = {
    "points": "1",
    "systems": "1",
    "median": "1",
    "p90": "1",
    "worst": "1",
    "coverage": "1",
    "waited_share": "1",
    "request_seconds": "s",
    "lowest": "1",
    "highest": "1",
}

FirstToken = namedtuple(
    "FirstToken", "series title source url system batch output seconds alone each step request spread"
)
FirstToken.__doc__ = """One published time.

series, title, source, url: where it stands. system: pair of an engine and an accelerator. batch: queries in
flight [1]. output: tokens of an answer [token]. seconds: as published [s]. alone, each, step, request: what
the engine is expected to take for the query's prompt, for one of the others', for a decoding step of all, and
for a request [s]. spread: of the engine's errors in prompts, see `engines.Engine`.
"""


@cache
def points():
    """All points of which every query fits, so that none waits for room: list of FirstToken.

    Raises:
        InputError: a series without a source, of an engine that is no server, or with a figure that is no
            time.
    """
    tables = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return [point for key, row in tables.items() for point in _points(key, row)]


def _points(key, row):
    where = f"{FILE.name}: {key}"
    title, source, url = (checked_text(row, name, where) for name in ("title", "source", "url"))
    if row.get("columns") != COLUMNS:
        raise InputError(f"{where}: columns are {row.get('columns')}; expected {COLUMNS}")
    accelerator, model = accelerators.get(row["accelerator"]), models.get(row["model"])
    engine = engines.get(row["family"], accelerator)
    if not engine.server:
        raise InputError(f"{where}: {engine.name} is no server; expected an engine that takes requests")
    deployment = deployment_of(row, model, where)
    spread = engine.spread_on(accelerator)[engines.kind("prefill", model)]
    found = []
    for batch, prompt, output, seconds in row["rows"]:
        checked_amount({"seconds": seconds}, "seconds", where)
        if batch > deployment.max_queries(prompt + output, engine.memory_share, engine.max_queries):
            continue

        def prompts(n, prompt=prompt):
            return attained.seconds(deployment.prompt(n, prompt, 0, engine.prefill_tokens), engine)

        together = max(1, min(batch, engine.prefill_tokens // prompt))
        found.append(FirstToken(
            series=key, title=title, source=source, url=url, system=(engine.key, accelerator.key),
            batch=batch, output=output, seconds=seconds, alone=prompts(1), each=prompts(together) / together,
            step=attained.seconds(deployment.step(batch, prompt + (output + 1) // 2), engine),
            request=engines.queues()["request_seconds"], spread=spread,
        ))  # fmt: skip
    return found


def waited_share(point):
    """Share of the others' prompts that the query of a point has waited for [1]; that of evenly spread ones
    at least. None for a query alone.

    Source: `formulas.serving.time_to_first_token`, solved for it.
    """
    if point.batch == 1:
        return None
    rest = point.seconds - expected(point, 0)
    return at_least_even(rest / ((point.batch - 1) * point.each), point.output)


def expected(point, share):
    """The time to the first token where that share of the others' prompts stands before it [s]."""
    return time_to_first_token(
        step_seconds=point.step, prefill_seconds=point.alone, others_prefill_seconds=point.each,
        n_queries=point.batch, waited_share=share, waiting_seconds=0, request_seconds=point.request,
    )  # fmt: skip


def shares(those):
    """What points say of the share, each system counting alike.

    Args:
        those: FirstTokens.

    Returns:
        dict of low and high, its tenth and ninetieth percentile, and expected, its geometric mean [1]. None
        is above 1: what took longer than all prompts of others took longer than these were expected to.
    """
    busy = [point for point in those if point.batch > 1]
    n_alike = {}
    for point in busy:
        n_alike[point.system] = n_alike.get(point.system, 0) + 1
    pairs = sorted((waited_share(point), 1 / n_alike[point.system]) for point in busy)
    total = sum(weight for _, weight in pairs)

    def percentile(part):
        passed = 0
        for value, weight in pairs:
            passed += weight
            if passed >= part * total:
                return value
        return pairs[-1][0]

    return {
        "low": percentile(0.1),
        "expected": math.exp(sum(weight * math.log(value) for value, weight in pairs) / total),
        "high": min(1, percentile(0.9)),
    }


def request_seconds(those):
    """What a server takes for a request itself [s].

    Of each system the median of what a query alone took beyond its prompt; of these the lower quartile, since
    elsewhere the prompt itself takes longer than its engine's constants say.
    """
    of_systems = {}
    for point in those:
        if point.batch == 1:
            of_systems.setdefault(point.system, []).append(max(0, point.seconds - point.alone))
    medians = sorted(median(beyond) for beyond in of_systems.values())
    return medians[(len(medians) - 1) // 4]


def queues():
    """How queries are taken to come: waited_share, by low, expected and high [1], and request_seconds [s].

    Source: llmmath/records/data/queues.toml, fitted by benchmarks/fit_queues.py to what `points` gives.
    """
    return engines.queues()


def of_series(series):
    """The least and the greatest share that was waited for in the points of one series [1]: dict of lowest
    and highest."""
    found = [waited_share(point) for point in points() if point.series == series and point.batch > 1]
    return {"lowest": min(found), "highest": max(found)}


def told(point, found):
    """Low, expected and high time of a point for shares that `shares` gave [s]."""
    reach = math.exp(EIGHTY_PERCENT * point.spread)
    ends = {"low": 1 / reach, "expected": 1, "high": reach}
    return {
        end: expected(
            point._replace(**{name: getattr(point, name) * factor for name in ("alone", "each", "step")}),
            at_least_even(found[end], point.output),
        )
        for end, factor in ends.items()
    }


def summary(series=None):
    """How right the times are for systems whose first tokens were left out.

    Args:
        series: only those of one series; None for all.

    Returns:
        dict as `judged.summary`: points and systems; median, p90 and worst distance from the published time
        [1]; coverage: share inside of the interval [1].

    Source: data/first_tokens.toml.
    """
    busy = [point for point in points() if point.batch > 1]
    judged = []
    for system in {point.system for point in busy}:
        rest = shares([point for point in busy if point.system != system])
        judged += [
            (point, told(point, rest))
            for point in busy
            if point.system == system and series in (None, point.series)
        ]
    errors = sorted(abs(found["expected"] / point.seconds - 1) for point, found in judged)
    inside = sum(found["low"] <= point.seconds <= found["high"] for point, found in judged)
    return {
        "points": len(judged),
        "systems": len({point.system for point, _ in judged}),
        "median": median(errors),
        "p90": errors[math.ceil(0.9 * len(errors)) - 1],
        "worst": errors[-1],
        "coverage": inside / len(judged),
    }
