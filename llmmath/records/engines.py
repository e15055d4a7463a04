"""Engines: what each attains of the published rates and how long it takes besides, read from
data/engines.toml.

What was looked up about an engine stands in that file, with its source. Its constants are fitted to published
measurements by benchmarks/fit_engines.py, which writes data/attained.toml with their standard errors.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from ..errors import InputError, UnknownName, shown, unknown
from .rows import checked_amount, checked_text, optional, table
from .shapes import Experts

_ENGINES = "engines.toml"
_ATTAINED = "attained.toml"
_QUEUES = "queues.toml"
# Where a reader finds the constants.
FILE = f"llmmath/records/data/{_ATTAINED}"
# The constants that are fitted, each with its unit.
CONSTANTS = {
    "bandwidth_share": "1",
    "attention_bandwidth_share": "1",
    "dequantising_share": "1",
    "expert_share": "1",
    "starting_bytes": "B",
    "peak_share": "1",
    "narrow_peak_share": "1",
    "unpacked_peak_share": "1",
    "dequantising_peak_share": "1",
    "attention_peak_share": "1",
    "padding_rows": "1",
    "operation_latency": "s",
    "routing_latency": "s",
    "query_latency": "s",
    "step_latency": "s",
    "message_latency": "s",
    "link_share": "1",
}
# A share is at most 1: a system that attains more than was published does not exist, but a figure that is off
# does. Of a tile no more rows can be empty than its 128.
MOST = {name: 1 for name in CONSTANTS if name.endswith("_share")} | {"padding_rows": 128}
# Turning 4 bits into 16 costs at most what was saved by reading a quarter of the bytes: the engine would keep
# 16.
LEAST = {"dequantising_share": 0.25}
# The engine that stands for one that is not named.
TYPICAL = "typical"
# From which year on an engine is as it is today. What its host takes was another time before, when vLLM and
# TensorRT-LLM scheduled each step on the way of the accelerator: the fit lets older runs differ in that.
NEW = 2025
# What was looked up of an engine, beside its name.
LIMITS = ("prefill_tokens", "memory_share", "max_queries")
# What an estimate can be about.
TASKS = ("decode", "prefill")
# What has errors of its own: steps and prompts of models without experts and of those with, whose routers
# choose by the text.
KINDS = ("decode", "decode_experts", "prefill", "prefill_experts")


@dataclass(frozen=True)
class Engine:
    """What an engine attains.

    bandwidth_share, attention_bandwidth_share: of the published bandwidth, by long products with weights and
    by attention [1]. dequantising_share: of the former, what is left where weights are turned into another
    type [1]; expert_share: of bandwidth and peak, what is left to experts [1]. starting_bytes: what could be
    read while an operation starts, so that one of as many bytes attains half of the share [B].
    peak_share, narrow_peak_share, unpacked_peak_share, dequantising_peak_share, attention_peak_share: of the
    published dense peak, by products in 16 bits and more, in 8 and fewer, in 8 with weights that are first
    turned into such integers, with weights that are first turned into 16 bits, and by attention [1].
    padding_rows: rows that each product of more than one multiplies in vain, its last tiles being partly
    empty [1]. operation_latency, routing_latency, query_latency, step_latency: time that each operation, each
    layer with experts, each query and each step takes besides [s]. message_latency: of one message between
    accelerators [s]. link_share: of the link's published rate [1].
    sharpness: see `formulas.attained.operation_seconds` [1], the same for all.
    errors: constant -> standard error of its logarithm [1]. spread: one of KINDS -> standard deviation of the
    logarithm of measured over expected time on accelerators that a fit had not seen [1]; spread_measured: the
    same on those that it had, for models that it had not.
    prefill_tokens: of prompts taken at once [token]. memory_share: of the memory that it uses, None for all.
    max_queries: most that run at once, None without a limit [1]; max_queries_option: the engine's option for
    it. shares_prefix: whether queries with the same tokens at their front share the memory of its cache.
    embedding_on_host: whether the table of input embeddings stays in the processor's memory.
    evicts: whether queries get room as they grow, and lose it where there is none; otherwise each has room
    for its full length from the start.
    parallel: how it uses several accelerators unless it is told, one of `deployment.WAYS`. server: whether it
    is a server that takes requests, rather than a program that runs one batch.
    evidence: what the constants were fitted to: n_points [1]; lowest and highest of the measured batch [1],
    of that of models with experts (experts_batch, empty where none was measured) [1], context [token] and
    n_accelerators [1]; vendors, accelerators, prompts_on, those of them on which prompts were measured alone,
    dtypes and ways of using several; place, vendor and kind of all accelerators, "" where they are of any;
    held, what share of them an interval held that was told without their engine and card, of all engines
    without their engine [1].
    """

    key: str
    name: str
    bandwidth_share: float
    attention_bandwidth_share: float
    dequantising_share: float
    expert_share: float
    starting_bytes: float
    peak_share: float
    narrow_peak_share: float
    unpacked_peak_share: float
    dequantising_peak_share: float
    attention_peak_share: float
    padding_rows: float
    operation_latency: float
    routing_latency: float
    query_latency: float
    step_latency: float
    message_latency: float
    link_share: float
    sharpness: float
    errors: Mapping
    spread: Mapping
    spread_measured: Mapping
    prefill_tokens: int
    prefill_source: str
    memory_share: float | None
    memory_source: str
    max_queries: int | None
    max_queries_option: str | None
    shares_prefix: bool
    embedding_on_host: bool
    evicts: bool
    parallel: str
    server: bool
    evidence: Mapping

    def held_tokens(self, n_input, n_output):
        """Tokens that each query has room for when it is let in, of n_input and n_output in all [token]."""
        # Some engines let in what there is room for now, and take back what then grows too long.
        return n_input + ((n_output + 1) // 2 if self.evicts else n_output)

    def measured_on(self, accelerator):
        """Whether some of its measurements are of this accelerator."""
        return accelerator.key in self.evidence["accelerators"]

    def spread_on(self, accelerator):
        """One of KINDS -> spread [1] of what is expected on this accelerator: of prompts, that of those that
        were measured where some were read on it."""
        steps = self.spread_measured if self.measured_on(accelerator) else self.spread
        prompts = self.spread_measured if accelerator.key in self.evidence["prompts_on"] else self.spread
        return {name: (prompts if name.startswith("prefill") else steps)[name] for name in KINDS}

    def __hash__(self):
        return hash(self.key)


@cache
def queues():
    """How queries come to a server: dict of waited_share, by low, expected and high, and request_seconds, as
    `formulas.serving` names them [1, s]."""
    found = table(_QUEUES, __file__)
    shares = found["waited_share"]
    return {
        "waited_share": {end: checked_amount(shares, end, _QUEUES) for end in ("low", "expected", "high")},
        "request_seconds": checked_amount(found, "request_seconds", _QUEUES),
    }


def kind(task, model):
    """Which errors a time has, of KINDS.

    Args:
        task: of TASKS. model: a `models.Model`.
    """
    return f"{task}_experts" if has_experts(model) else task


def has_experts(model):
    """Whether some layer of a model has experts."""
    return any(isinstance(layer.mlp, Experts) for layer in model.layers)


def keys():
    """The keys of all engines, in the file's order; "typical" stands for one that is not named."""
    return list(table(_ENGINES, __file__))


def load():
    """All engines: dict of key -> Engine."""
    return {key: get(key) for key in keys()}


@cache
def get(key, accelerator=None):
    """The engine with this key.

    Args:
        key: one of `keys()`. accelerator: an `accelerators.Accelerator`; where the engine was measured on
            that vendor's accelerators of that kind, the constants are those of it there.

    An engine that was not measured attains what all together do.

    Raises:
        UnknownName: no such key; the message names the nearest.
    """
    rows = table(_ENGINES, __file__)
    if key not in rows:
        meant = [
            name for name, row in rows.items() if str(key).lower() in ((name,) + tuple(row.get("also", ())))
        ]
        if meant:
            raise UnknownName(
                f"unknown engine {shown(key)}; expected {shown(meant[0])}, which it is or runs on"
            )
        raise unknown("engine", key, rows, f"known: {', '.join(rows)}")
    return from_row(key, looked_up(key, accelerator), _attained(key, accelerator and place(accelerator)))


def _attained(key, where):
    """What an engine attains on a vendor's accelerators of one kind, as the file has it.

    Where it was not measured at all, what all together do; where it was not there, what it does elsewhere.
    """
    rows = table(_ATTAINED, __file__)
    if key not in rows:
        key = TYPICAL
    return rows.get(f"{key}@{where}", rows[key])


def place(accelerator):
    """What constants of an engine belong to: a vendor's accelerators of one kind."""
    return f"{accelerator.vendor} {accelerator.kind}"


def looked_up(key, accelerator=None):
    """What was looked up of an engine, as its table has it: on this accelerator, where that differs."""
    row = dict(table(_ENGINES, __file__)[key])
    for other in row.pop("smaller", ()) if accelerator else ():
        less = (accelerator.memory_capacity or math.inf) < other.get("below", 0)
        if less or other.get("named", "-") in accelerator.name:
            return row | {name: value for name, value in other.items() if name in LIMITS}
    return row


def defaults(key, accelerator=None):
    """Of what was looked up of an engine, dict of prefill_tokens [token], memory_share [1] and max_queries
    [1], each None where there is none."""
    row = looked_up(key, accelerator)
    return {name: row.get(name) for name in LIMITS}


def from_row(key, row, attained):
    """The engine of one record: what was looked up, and what is attained, as in the two files.

    Raises:
        InputError: a field that is missing or no amount, or a share above 1.
    """
    where = f"{_ATTAINED}: {key}"
    constants = {name: checked_amount(attained, name, where) for name in CONSTANTS}
    for name in CONSTANTS:
        if name.endswith("_share") and constants[name] > 1:
            raise InputError(f"{where}: {name} is {constants[name]}; expected a share of at most 1")
    for name in ("errors", "spread", "spread_measured", "evidence"):
        if not isinstance(attained.get(name), dict):
            raise InputError(f"{where}: {name} is {shown(attained.get(name))}; expected a table")
    source = f"{_ENGINES}: {key}"
    unless = {"evicts": True, "server": False, "shares_prefix": False, "embedding_on_host": False}
    whether = unless | row
    for name in unless:
        if whether[name] not in (True, False):
            raise InputError(f"{source}: {name} is {shown(whether[name])}; expected true or false")
    return Engine(
        key=key,
        name=checked_text(row, "name", source),
        sharpness=checked_amount(attained, "sharpness", where),
        errors=MappingProxyType({n: checked_amount(attained["errors"], n, where) for n in CONSTANTS}),
        spread=MappingProxyType({n: checked_amount(attained["spread"], n, where) for n in KINDS}),
        spread_measured=MappingProxyType(
            {n: checked_amount(attained["spread_measured"], n, where) for n in KINDS}
        ),
        prefill_tokens=checked_amount(row, "prefill_tokens", source),
        prefill_source=checked_text(row, "prefill_source", source),
        memory_share=optional(checked_amount, row, "memory_share", source),
        memory_source=checked_text(row, "memory_source", source),
        max_queries=optional(checked_amount, row, "max_queries", source),
        max_queries_option=optional(checked_text, row, "max_queries_option", source),
        shares_prefix=whether["shares_prefix"],
        embedding_on_host=whether["embedding_on_host"],
        evicts=whether["evicts"],
        parallel=checked_text({"parallel": "tensor"} | row, "parallel", source),
        server=whether["server"],
        evidence=MappingProxyType(attained["evidence"]),
        **constants,
    )
