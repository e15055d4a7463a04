"""Our own measurements on a GPU, beside the bound and the estimate; no constant was fitted to them.

The files are what `benchmarks/gpu.py` writes. What runs there is an engine without its server: nothing
schedules queries, takes in prompts or sends text. So what is expected here is without the time that the host
of a server takes for each step and each query.
"""

import math
from dataclasses import replace
from statistics import median

from .. import attained
from ..deployment import Deployment
from ..errors import InputError, UnknownName, shown, unknown
from ..estimate import EIGHTY_PERCENT
from ..formulas.batching import expected_experts
from ..ledger import prefill
from ..records import accelerators, engines, models
from ..records.shapes import Experts
from ..traffic import flops
from . import run_files
from .run_files import number

# How the driver calls a card whose record has another name.
DEVICES = {"NVIDIA H200": "h200-sxm", "NVIDIA H100 80GB HBM3": "h100-sxm"}
TASKS = ("decode", "prefill")
# What writes the files.
PROGRAM = "benchmarks/gpu.py"
STEP_COLUMNS = ("date", "device", "torch", "dtype", "model", "fused", "task", "batch", "context",
                "experts_read", "seconds_median", "seconds_p10", "seconds_p90")  # fmt: skip
RATE_COLUMNS = ("date", "device", "dtype", "what", "rows", "n_inputs", "n_outputs", "bytes", "flops",
                "seconds_median", "seconds_p10", "seconds_p90")  # fmt: skip
RATES = ("copy", "launch", "launch_ungraphed", "product")
# Unit of each entry of a row of `steps` and of `rates`, and of `summary` and `attained_rates`.
UNITS = {
    "batch": "1",
    "context": "token",
    "experts_read": "1",
    "experts_expected": "1",
    "seconds_median": "s",
    "seconds_p10": "s",
    "seconds_p90": "s",
    "bound": "s",
    "low": "s",
    "expected": "s",
    "high": "s",
    "ratio": "1",
    "rows": "1",
    "n_inputs": "1",
    "n_outputs": "1",
    "bytes": "B",
    "flops": "FLOP",
    "bandwidth": "B/s",
    "bandwidth_share": "1",
    "rate": "FLOP/s",
    "peak_share": "1",
    "points": "1",
    "ratio_low": "1",
    "ratio_median": "1",
    "ratio_high": "1",
    "coverage": "1",
    "copy_share": "1",
    "read_share": "1",
    "peak_share_median": "1",
    "peak_share_high": "1",
    "launch_seconds": "s",
    "launch_ungraphed_seconds": "s",
    "small_product_seconds": "s",
    "attention_share": "1",
    "attention_peak_share": "1",
}


def steps(path):
    """Steps and prompts of a file, each beside its bound and estimate.

    Args:
        path: of a CSV that `benchmarks/gpu.py` has written.

    Returns:
        list of dicts: model and accelerator (keys), task, one of TASKS, fused, whether PyTorch's compiler
        joined what stands between products; batch [1], context [token]; seconds_median, seconds_p10,
        seconds_p90 [s]; and

        - bound, low, expected, high: of the typical engine without a server's host, with the interval of
          accelerators that were left out [s].
        - ratio: measured over expected [1].
        - experts_read: different experts that a layer read, counted; experts_expected: where all are
          picked alike [1]; None where a model has none, and for prompts.

    Raises:
        InputError: a file without the columns, of a device without a record, or with a wrong cell.

    Source: sums of `ledger`; the file.
    """
    return [_beside(row, where) for row, where in run_files.rows(path, STEP_COLUMNS, PROGRAM)]


def _beside(row, where):
    try:
        model = models.get(row["model"])
    except UnknownName as error:
        raise UnknownName(f"{where}: {error}") from None
    if row["task"] not in TASKS:
        raise InputError(f"{where}: task is {shown(row['task'])}; expected one of {', '.join(TASKS)}")
    accelerator = accelerators.get(_accelerator(row, where))
    batch, context = (int(_number(row, name, where)) for name in ("batch", "context"))
    deployment = Deployment.of(model, accelerator, dtype=row["dtype"])
    decoding = row["task"] == "decode"
    step = deployment.step(batch, context) if decoding else deployment.prompt(batch, context, 0, None)
    engine = without_host(engines.get(engines.TYPICAL, accelerator))
    expected, bound = attained.seconds(step, engine), attained.bound_seconds(step)
    reach = math.exp(EIGHTY_PERCENT * engine.spread_on(accelerator)[engines.kind(row["task"], model)])
    seconds = {name: _number(row, name, where) for name in row if name.startswith("seconds_")}
    counted = row["experts_read"] != ""
    experts = model.layers[0].mlp
    return {
        "model": model.key,
        "accelerator": accelerator.key,
        "task": row["task"],
        "fused": bool(_number(row, "fused", where)),
        "batch": batch,
        "context": context,
        **seconds,
        "bound": bound,
        "low": max(bound, expected / reach),
        "expected": expected,
        "high": expected * reach,
        "ratio": seconds["seconds_median"] / expected,
        "experts_read": _number(row, "experts_read", where) if counted else None,
        "experts_expected": expected_experts(
            n_experts=experts.n_experts, n_experts_per_token=experts.n_experts_per_token, n_tokens=batch
        )
        if counted and isinstance(experts, Experts)
        else None,
    }


def without_host(engine):
    """The engine without what its host takes for each step and each query."""
    return replace(engine, step_latency=0, query_latency=0)


def summary(rows, model=None, task=None, fused=None):
    """What steps or prompts say together.

    Args:
        rows: what `steps` returned. model, task, fused: only those; None for all.

    Returns:
        dict: points; ratio_low, ratio_median, ratio_high, measured over expected; coverage, the share of
        points between low and high [1].

    Raises:
        InputError: there are no such rows.

    Source: the file.
    """
    asked = {"model": model, "task": task, "fused": fused}
    found = [row for row in rows if all(value is None or row[name] == value for name, value in asked.items())]
    if not found:
        raise InputError(f"no row is of {asked}; expected a model, task and way that the file has")
    ratios = [row["ratio"] for row in found]
    inside = [row["low"] <= row["seconds_median"] <= row["high"] for row in found]
    return {
        "points": len(found),
        "ratio_low": min(ratios),
        "ratio_median": median(ratios),
        "ratio_high": max(ratios),
        "coverage": sum(inside) / len(inside),
    }


def attention_in_prompts(rows, model="llama-3.1-8b", length=32768, shorter=8192):
    """What share of the peak attention reached in a long prompt, from what it took beyond shorter ones.

    Products with weights take as long in one long prompt as in the shorter ones that make it up, attention by
    the square of the length; what the long one took beyond them is attention alone.

    Args:
        rows: what `steps` returned. model: its key. length, shorter: of two prompts that were read alone and
            plain, a whole multiple [token].

    Returns:
        dict: attention_share, of the published peak; attention_peak_share, what is expected of an engine that
        is not named [1].

    Source: the file; sums of `ledger`.
    """
    by_length = {
        row["context"]: row
        for row in rows
        if (row["model"], row["task"], row["batch"], row["fused"]) == (model, "prefill", 1, False)
    }
    times = length / shorter
    beyond = by_length[length]["seconds_median"] - times * by_length[shorter]["seconds_median"]
    accelerator = accelerators.get(by_length[length]["accelerator"])

    def flops_of_attention(n_tokens):
        found = prefill(models.get(model), n_tokens, scores="causal")
        return flops([operation for operation in found if operation.kind == "attention"])

    more = flops_of_attention(length) - times * flops_of_attention(shorter)
    return {
        "attention_share": more / beyond / accelerator.peak_flops["bf16"],
        "attention_peak_share": engines.get(engines.TYPICAL, accelerator).attention_peak_share,
    }


def rates(path):
    """What a card attained, as a file has it.

    Args:
        path: of a CSV that `benchmarks/gpu.py` has written.

    Returns:
        list of dicts: accelerator (its key), what, one of RATES; of a "product" of `rows` vectors of
        n_inputs with a matrix of n_outputs columns [1]; bytes [B] and flops [FLOP] of one; seconds_median,
        seconds_p10, seconds_p90 [s]; bandwidth, its bytes in that time [B/s], and rate [FLOP/s];
        bandwidth_share and peak_share: of the published figures [1]. None where nothing is read or
        multiplied.

    Raises:
        InputError: as `steps`.

    Source: the file; the accelerator's record for the published figures.
    """
    return [_attained(row, where) for row, where in run_files.rows(path, RATE_COLUMNS, PROGRAM)]


def _attained(row, where):
    if row["what"] not in RATES:
        raise InputError(f"{where}: what is {shown(row['what'])}; expected one of {', '.join(RATES)}")
    accelerator = accelerators.get(_accelerator(row, where))
    shape = {
        name: int(_number(row, name, where)) if row[name] else None
        for name in ("rows", "n_inputs", "n_outputs")
    }
    n_bytes, flops = (_number(row, name, where) for name in ("bytes", "flops"))
    seconds = {name: _number(row, name, where) for name in row if name.startswith("seconds_")}
    bandwidth, rate = (amount / seconds["seconds_median"] if amount else None for amount in (n_bytes, flops))
    return {
        "accelerator": accelerator.key,
        "what": row["what"],
        **shape,
        "bytes": n_bytes,
        "flops": flops,
        **seconds,
        "bandwidth": bandwidth,
        "bandwidth_share": bandwidth and bandwidth / accelerator.memory_bandwidth,
        "rate": rate,
        "peak_share": rate and rate / accelerator.peak_flops[row["dtype"]],
    }


def attained_rates(rows):
    """What a card attained, in a few figures.

    Args:
        rows: what `rates` returned.

    Returns:
        dict: copy_share, of the published bandwidth, by a copy; read_share, by the product of one vector with
        the largest matrix; peak_share_median and peak_share_high, of the published peak, by products of a
        thousand rows and more [1]; launch_seconds, launch_ungraphed_seconds: of a kernel that does nearly
        nothing, in a CUDA graph and launched by the host; small_product_seconds: of the product of one vector
        with the smallest matrix [s].

    Source: the file.
    """
    by_what = {what: [row for row in rows if row["what"] == what] for what in RATES}
    products = by_what["product"]
    singles = sorted((row for row in products if row["rows"] == 1), key=lambda row: row["bytes"])
    shares = [row["peak_share"] for row in products if row["rows"] >= 1024]
    return {
        "copy_share": by_what["copy"][0]["bandwidth_share"],
        "read_share": singles[-1]["bandwidth_share"],
        "peak_share_median": median(shares),
        "peak_share_high": max(shares),
        "launch_seconds": by_what["launch"][0]["seconds_median"],
        "launch_ungraphed_seconds": by_what["launch_ungraphed"][0]["seconds_median"],
        "small_product_seconds": singles[0]["seconds_median"],
    }


def _accelerator(row, where):
    if row["device"] not in DEVICES:
        error = unknown("device", row["device"], DEVICES, f"known: {', '.join(DEVICES)}")
        raise UnknownName(f"{where}: {error}")
    return DEVICES[row["device"]]


def _number(row, name, where):
    value = number(row, name, where)
    if value < 0:
        raise InputError(f"{where}: {name} is {shown(row[name])}; expected a number, not below zero")
    return value
