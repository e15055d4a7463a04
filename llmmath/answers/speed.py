"""How fast a model runs: the bound, the estimate with its interval, what binds, and where on the roofline."""

import math

from ..case import Case
from ..estimate import PARTS, WORDS, estimate
from ..records import gguf_mixes
from ..records.engines import TYPICAL
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


def answer(ask):
    """Times and rates of serving, beside the bound.

    Args:
        ask: see `asked`; besides, `engine`, `concurrency` [1], `input`, `output` [token].

    Returns:
        dict: `title`, `sentence`, `fits`; `rows`, each `name`, `words`, `unit` and its value at each of ENDS,
        none where nothing runs; `parts`, figures of what an output token waits for [s], and `binds`, the name
        of the largest; `figures` of the queries; `roofline`, see `_roofline`; `notes` and `outside`,
        sentences;
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
        "sentence": _said(found),
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
            figure("model_flops_utilisation", "share of the peak arithmetic that is used",
                   found["model_flops_utilisation"], "share"),
        ],
        "roofline": _roofline(model, accelerator, ask, how, found["running"]) if runs else None,
        "notes": [asked.without_options(sentence) for sentence in found["remarks"]],
        "outside": [asked.without_options(sentence) for sentence in found["outside"]],
        "command": ["estimate"]
        + asked.options(ask)
        + ["--engine", ask.get("engine", TYPICAL), "--concurrency", str(ask["concurrency"])]
        + ["--input", str(ask["input"]), "--output", str(ask["output"])],
    }  # fmt: skip


def _said(found):
    if not found["running"]:
        missing = ["It does not run: ", (found["missing_bytes_of_one"], "B"), " are missing for one query"]
        if found["concurrency"] > 1:
            missing += [", ", (found["missing_bytes"], "B"), " for all"]
        return asked.sentence(*missing, ".")
    token = found["time_per_output_token_s"]
    subject = "An output token takes "
    if token is None:
        subject, token = "The one token of output comes after ", found["time_to_first_token_s"]
    if token["expected"] is None:
        return asked.sentence(
            "The bound of an output token is ",
            (token["bound"], "s"),
            "; no peak of arithmetic is recorded, so that no time is expected.",
        )
    end = f". The largest part is {WORDS[found['binds']]}."
    if found["outside"]:
        end += " This is outside of what was measured: see below."
    told, then = [subject, (token["expected"], "s")], ", four times in five between "
    if found["time_per_output_token_s"] is not None:
        told += [" (", (1 / token["expected"], "token/s")]
        then = f" for each query while it writes){then}"
    told += [then, (token["low"], "s"), " and ", (token["high"], "s")]
    return asked.sentence(*told, "; its bound is ", (token["bound"], "s"), end)


def _row(name, words, unit, values):
    row = {end: values[end] for end in ENDS}
    return row | {"name": name, "words": words, "unit": unit}


def _roofline(model, accelerator, ask, how, running):
    """Where a step of the queries that run stands under the roof, at published rates.

    Returns:
        dict: bandwidth [B/s] and peak [FLOP/s] of all accelerators, the latter None where none is published;
        arithmetic_intensity, ridge_intensity [FLOP/B]; attained [FLOP/s].
    """
    model, dtype = gguf_mixes.as_run_by(ask.get("engine", TYPICAL), model, how.get("dtype"))
    case = Case.of(model, accelerator, **how | {"dtype": dtype})
    step = case.decoded(running, ask["input"] + (ask["output"] + 1) // 2)
    bandwidth = case.n_accelerators * case.bandwidth
    attained = step["arithmetic_intensity"] * bandwidth * step["memory_seconds"] / step["step_seconds"]
    published = math.isfinite(case.peak)
    return {
        "bandwidth": bandwidth,
        "peak": case.n_accelerators * case.peak if published else None,
        "arithmetic_intensity": step["arithmetic_intensity"],
        "ridge_intensity": step["ridge_intensity"] if published else None,
        "attained": attained if math.isfinite(attained) else None,
    }
