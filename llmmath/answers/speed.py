"""How fast a model runs: the bound, the estimate with its interval, what binds, and where on the roofline."""

import math

from .. import queues
from ..case import Case
from ..estimate import PARTS, WORDS, estimate
from ..records import engines, gguf_mixes
from ..records.engines import TYPICAL
from ..what_fits import accelerators_that_hold, fewer_bits
from ..what_fits import runs as would_run
from . import asked
from .asked import figure

ENDS = ("bound", "low", "expected", "high")
QUANTITIES = (
    ("time_to_first_token_s", "time to the first token", "s"),
    ("time_per_output_token_s", "time per output token", "s"),
    ("query_s", "from arrival to the last token", "s"),
    ("output_tokens_per_s", "output tokens per second, all queries", "token/s"),
    ("output_tokens_per_s_per_query", "of these, each query, prompts included", "token/s"),
)
# How the engine uses several accelerators.
WAYS_SAID = {
    "tensor": "splits every matrix over the cards, which work at once",
    "pipeline": "splits the layers over the cards, which take turns: more room, and no query is faster",
    "data": "gives each card the whole model and queries of its own",
    "expert": "splits the experts over the cards",
}
# The engine that is offered where another's share of the memory is too small.
_WHOLE_MEMORY = "llama.cpp"


def answer(ask, advised=True):
    """Times and rates of serving, beside the bound.

    Args:
        ask: see `asked`; besides, `engine`, `concurrency` [1], `input`, `output` [token].
        advised: whether what would help is looked for where nothing runs.

    Returns:
        dict: `title`, `sentence`, `fits`; `rows`, each `name`, `words`, `unit` and its value at each of ENDS,
        none where nothing runs; `parts`, figures of what an output token waits for [s], and `binds`, the name
        of the largest; `figures` of the queries; `roofline`, see `_roofline`; `notes` and `outside`,
        sentences; `remedies`, where not one query runs, each what to `change` in the ask, with `words`;
        `command`.

    Raises:
        InputError: what `estimate.estimate` refuses.
    """
    model, accelerator, how = asked.model(ask), asked.accelerator(ask), asked.how(ask)
    found = estimate(
        model, accelerator, concurrency=ask["concurrency"], input=ask["input"], output=ask["output"],
        engine=ask.get("engine", TYPICAL), **how,
    )  # fmt: skip
    runs = bool(found["running"])
    return {
        "title": f"{model.name} on {asked.cards(accelerator, found['n_accelerators'])}",
        "sentence": asked.sentence(*_said(accelerator, found)),
        "fits": found["fits"],
        "dtype": found["dtype"],
        "compute_dtype": found["compute_dtype"],
        "rows": [_row(*one, found[one[0]]) for one in QUANTITIES if runs and found[one[0]] is not None],
        "parts": [figure(name, WORDS[name], found["parts_s"][name], "s") for name in PARTS]
        if found["parts_s"]
        else [],
        "binds": found["binds"],
        "figures": [
            figure("max_concurrency", "queries that fit at their full length", found["max_concurrency"], "1"),
            figure("running", "that run at once", found["running"], "1"),
            figure("waiting", "that wait", found["waiting"], "1"),
            figure("missing_bytes", "missing for all", found["missing_bytes"], "B"),
            figure("usable_bytes", "memory that the engine uses", found["usable_bytes"], "B"),
            figure("model_flops_utilisation", "share of the peak arithmetic that is used",
                   found["model_flops_utilisation"], "share"),
        ],
        "roofline": _roofline(model, accelerator, ask, how, found) if runs else None,
        "notes": [asked.without_options(sentence) for sentence in found["remarks"]],
        "outside": [asked.without_options(sentence) for sentence in found["outside"]],
        "remedies": _remedies(model, accelerator, ask, how) if advised and not runs else [],
        "command": ["estimate"]
        + asked.options(ask)
        + ["--engine", ask.get("engine", TYPICAL), "--concurrency", str(ask["concurrency"])]
        + ["--input", str(ask["input"]), "--output", str(ask["output"])],
    }  # fmt: skip


def _said(accelerator, found):
    """What is said first: what an output token takes, when the first comes, who waits."""
    if not found["running"]:
        missing = ["It does not run: ", (found["missing_bytes_of_one"], "B"), " short for even one query"]
        if found["concurrency"] > 1:
            missing += [", ", (found["missing_bytes"], "B"), " for all"]
        return missing + ["."] + _share_said(accelerator, found)
    token, first = found["time_per_output_token_s"], found["time_to_first_token_s"]
    waiting = []
    if found["n_accelerators"] > 1:
        waiting += [f" {engines.get(found['engine'], accelerator).name} {WAYS_SAID[found['parallel']]}."]
    waiting += [f" {queues.waiting_in_words(found)}"] if found["waiting"] else []
    waiting += _share_said(accelerator, found)
    if (token or first)["expected"] is None:
        said = ["The bound of an output token is ", ((token or first)["bound"], "s")]
        return said + ["; no peak of arithmetic is recorded, so that no time is expected."] + waiting
    if token is None:
        said = ["The one token of output comes after ", (first["expected"], "s")] + _range(first, found)
    else:
        said = ["An output token takes ", (token["expected"], "s"), " (", (1 / token["expected"], "token/s")]
        said += [" for each query while it writes), in four cases out of five between ", (token["low"], "s")]
        said += [" and ", (token["high"], "s")]
    said += ["; its bound is ", ((token or first)["bound"], "s")]
    said += [f". The largest part is {WORDS[found['binds']]}."]
    if token is not None and first["expected"] is not None:
        said += [" The first token comes after ", (first["expected"], "s")] + _range(first, found) + ["."]
    if found["outside"]:
        waiting += [" This is outside of what was measured: see below."]
    return said + waiting


def _range(first, found):
    """The ends of a first token, and what they are of: how queries come, where there are several."""
    low, high = (first["low"], "s"), (first["high"], "s")
    if found["running"] == 1:
        return [", in four cases out of five between ", low, " and ", high]
    return [", from ", low, " where queries come evenly spread to ", high, " where all come at once"]


def _share_said(accelerator, found):
    """What of the memory the engine leaves unused, where that is why queries have no room."""
    engine = engines.get(found["engine"], accelerator)
    there = found["n_accelerators"] * found["memory_capacity"]
    unused, limited = there - found["usable_bytes"], found["running"] == found["engine_max_queries"]
    if found["fits"] or limited or not unused or found["missing_bytes_of_one"] > unused:
        return []
    return [" Of ", (there, "B"), f", {engine.name} leaves {asked.unused(engine)} unused by default."]


def _remedies(model, accelerator, ask, how):
    """What alone lets one query run: more accelerators, fewer bits, an engine that takes all the memory."""
    given = how | {
        "input": ask["input"],
        "output": ask["output"],
        "engine": ask.get("engine", TYPICAL),
    }
    remedies = []
    holding = {"batch": 1, "context": ask["input"] + ask["output"], "link_bandwidth": None} | how
    n = accelerators_that_hold(model, accelerator, **holding)
    # So many hold it; that many of which the engine uses but a share need not.
    while n is not None and not would_run(model, accelerator, **given | {"n_accelerators": n}):
        n = accelerators_that_hold(model, accelerator, **holding | {"n_accelerators": n})
    if n is not None:
        remedies.append({"change": {"accelerators": n}, "words": "more cards"})
    fewer = fewer_bits(model, accelerator, **given)
    if fewer is not None:
        remedies.append({"change": {"dtype": fewer}, "words": "weights of fewer bits"})
    if would_run(model, accelerator, **given | {"engine": _WHOLE_MEMORY}):
        words = "an engine that takes the whole memory"
        remedies.append({"change": {"engine": _WHOLE_MEMORY}, "words": words})
    return remedies


def _row(name, words, unit, values):
    row = {end: values[end] for end in ENDS}
    return row | {"name": name, "words": words, "unit": unit}


def _roofline(model, accelerator, ask, how, found):
    """Where a step of the queries that run stands under the roof, at published rates.

    Where matrices are not split, each accelerator has steps of its own, and queries of its own share: then it
    is the roof of one.

    Args:
        found: what `estimate` found.

    Returns:
        dict: bandwidth [B/s] and peak [FLOP/s] of the accelerators that make a step together, the latter None
        where none is published; arithmetic_intensity, ridge_intensity [FLOP/B]; attained [FLOP/s];
        accelerators, how many they are [1].
    """
    model, dtype = gguf_mixes.as_run_by(ask.get("engine", TYPICAL), model, how.get("dtype"))
    together = found["n_accelerators"] if found["parallel"] == "tensor" else 1
    case = Case.of(model, accelerator, **how | {"dtype": dtype, "n_accelerators": together})
    queries = math.ceil(found["running"] * together / found["n_accelerators"])
    step = case.decoded(queries, ask["input"] + (ask["output"] + 1) // 2)
    bandwidth = case.n_accelerators * case.bandwidth
    attained = step["arithmetic_intensity"] * bandwidth * step["memory_seconds"] / step["step_seconds"]
    published = math.isfinite(case.peak)
    return {
        "bandwidth": bandwidth,
        "peak": case.n_accelerators * case.peak if published else None,
        "arithmetic_intensity": step["arithmetic_intensity"],
        "ridge_intensity": step["ridge_intensity"] if published else None,
        "attained": attained if math.isfinite(attained) else None,
        "accelerators": together,
    }
