"""An estimate taken apart: every number that goes into it, in the order in which they are put together."""

import math

from . import attained, ledger, queues
from .deployment import Deployment, prompt_operations
from .estimate import EIGHTY_PERCENT
from .formulas import serving
from .records import engines, gguf_mixes
from .records.engines import CONSTANTS
from .traffic import flops

# Unit of each entry of `worked`.
UNITS = CONSTANTS | {
    "sharpness": "1",
    "spread": "1",
    "deviations": "1",
    "factor": "1",
    "fitted_points": "1",
    "context": "token",
    "weight_bytes": "B",
    "cache_bytes": "B",
    "weights_published": "s",
    "cache_published": "s",
    "weights_attained": "s",
    "cache_attained": "s",
    "arithmetic_flops": "FLOP",
    "arithmetic_published": "s",
    "arithmetic_attained": "s",
    "operations_seconds": "s",
    "starting_seconds": "s",
    "n_operations": "1",
    "latency_seconds": "s",
    "step_seconds": "s",
    "prompt_flops": "FLOP",
    "prompt_published": "s",
    "prompts_together": "1",
    "prompt_seconds": "s",
    "prompt_seconds_alone": "s",
    "others_seconds": "s",
    "waited_share": "1",
    "waited_seconds": "s",
    "half_step_seconds": "s",
    "request_seconds": "s",
    "time_per_output_token_s": "s",
    "time_to_first_token_s": "s",
    "output_tokens_per_s": "token/s",
}


def worked(model, accelerator, *, concurrency, input, output, engine, dtype=None):
    """The steps of `estimate.estimate` on one accelerator, for queries that all fit.

    Args:
        model, accelerator, concurrency, input, output, engine, dtype: as in `estimate.estimate`.

    Returns:
        dict, in the order of the steps.

        - Of the engine: its constants; spread, of decoding steps; deviations, how many of it hold 80 %, and
          factor, from the middle of the interval to either end; fitted_points [1].
        - Of one decoding step: context, tokens of a query when half of its output is there [token];
          weight_bytes, cache_bytes read [B]; arithmetic_flops [FLOP]; weights_, cache_, arithmetic_published:
          times at published rates, _attained: at the engine's shares, of arithmetic with the rows that are
          multiplied in vain [s]; starting_seconds: in which what starts could have been read [s];
          operations_seconds: of all
          operations, reading and arithmetic overlapping in each [s]; n_operations [1]; latency_seconds,
          step_seconds [s].
        - Of prompts: prompt_flops of one [FLOP], prompt_published [s]; prompts_together, how many are read at
          once [1]; prompt_seconds of each of them, prompt_seconds_alone [s]; waited_share, of the others'
          prompts, what a query waits for before its first token [1], and waited_seconds, how long [s];
          others_seconds, what the rest of them adds to a further token [s].
        - Of a request: half_step_seconds, of the step that it finds under way, and request_seconds, of the
          server itself [s].
        - As expected by `estimate`: time_per_output_token_s, time_to_first_token_s [s], output_tokens_per_s
          [token/s].

    Source: formulas of `serving` and `attained`; constants of `engines`.
    """
    found = engines.get(engine, accelerator)
    model, dtype = gguf_mixes.as_run_by(engine, model, dtype)
    deployment = Deployment.of(model, accelerator, dtype=dtype)
    case = deployment.case
    context = input + (output + 1) // 2
    step = deployment.step(concurrency, context)
    together = max(1, min(concurrency, found.prefill_tokens // input))
    prompt = attained.seconds(deployment.prompt(together, input, 0, found.prefill_tokens), found) / together
    alone = attained.seconds(deployment.prompt(1, input, 0, found.prefill_tokens), found)
    read_weights, read_cache = (_reading(step, attention) for attention in (False, True))
    step_seconds = attained.seconds(step, found)
    running = {
        "step_seconds": step_seconds,
        "n_queries": concurrency,
        "n_output": output,
    }
    spread = found.spread_on(accelerator)[engines.kind("decode", model)]
    share, request_seconds = queues.by_end(found)["expected"]
    waited_share = queues.at_least_even(share, output)
    per_token = serving.time_per_output_token(**running, prefill_seconds=prompt, waited_share=waited_share)
    half_step = (1 - 1 / concurrency) * step_seconds / 2
    multiplied = flops(ledger.decode(model, context, concurrency))
    read = flops(prompt_operations(case, 1, input, 0))
    reading = [_attained(step, found, attention) for attention in (False, True)]
    return {name: getattr(found, name) for name in CONSTANTS} | {
        "sharpness": found.sharpness,
        "spread": spread,
        "deviations": EIGHTY_PERCENT,
        "factor": math.exp(EIGHTY_PERCENT * spread),
        "fitted_points": found.evidence["n_points"],
        "context": context,
        "weight_bytes": read_weights * case.bandwidth,
        "cache_bytes": read_cache * case.bandwidth,
        "weights_published": read_weights,
        "cache_published": read_cache,
        "weights_attained": reading[0],
        "cache_attained": reading[1],
        "arithmetic_flops": multiplied,
        "arithmetic_published": multiplied / case.peak,
        "starting_seconds": _reading_time(step, found) - sum(reading),
        "arithmetic_attained": sum(multiplying for _, multiplying in attained.ways(step, found)),
        "operations_seconds": sum(attained.operations(step, found)),
        "n_operations": step.n_operations,
        "latency_seconds": attained.latency(step, found),
        "step_seconds": step_seconds,
        "prompt_flops": read,
        "prompt_published": read / case.peak,
        "prompts_together": together,
        "prompt_seconds": prompt,
        "prompt_seconds_alone": alone,
        "waited_share": waited_share,
        "waited_seconds": waited_share * (concurrency - 1) * prompt,
        "half_step_seconds": half_step,
        "request_seconds": request_seconds,
        "others_seconds": per_token - step_seconds,
        "time_per_output_token_s": per_token,
        "time_to_first_token_s": serving.time_to_first_token(
            step_seconds=step_seconds,
            prefill_seconds=alone,
            others_prefill_seconds=prompt,
            n_queries=concurrency,
            waited_share=waited_share,
            waiting_seconds=0,
            request_seconds=request_seconds,
        ),
        "output_tokens_per_s": serving.output_tokens_per_second(
            **running,
            prefill_seconds=alone,
            others_prefill_seconds=prompt,
            half_step_seconds=half_step,
            request_seconds=request_seconds,
        ),
    }


def _reading_time(step, engine):
    """Time of all reading of a step on an engine, its operations' starts among it [s]."""
    nothing = (0,) * len(step.memory)
    return sum(attained.operations(step._replace(compute=nothing, row=nothing), engine))


def _reading(step, attention):
    """Time to read what a step's attention, or what the rest of it, reads, at the published bandwidth [s]."""
    return sum(each for each, which in zip(step.memory, step.attention) if which == attention)


def _attained(step, engine, attention):
    """The same at what the engine attains of the bandwidth [s]."""
    nothing = (0,) * len(step.memory)
    times = attained.operations(step._replace(compute=nothing, row=nothing, starting=nothing), engine)
    return sum(each for each, which in zip(times, step.attention) if which == attention)
