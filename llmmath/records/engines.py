"""Engines: what each attains of the published rates and how long it takes besides, read from
data/engines.toml.

What was looked up about an engine stands in that file, with its source. Its constants are fitted to published
measurements by benchmarks/fit_engines.py, which writes data/attained.toml with their standard errors.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from ..errors import InputError, shown, unknown
from .rows import checked_amount, checked_text, optional, table

_ENGINES = "engines.toml"
_ATTAINED = "attained.toml"
# Where a reader finds the constants.
FILE = f"llmmath/records/data/{_ATTAINED}"
# The constants that are fitted, each with its unit.
CONSTANTS = {
    "bandwidth_share": "1",
    "attention_bandwidth_share": "1",
    "dequantising_share": "1",
    "peak_share": "1",
    "attention_peak_share": "1",
    "operation_latency": "s",
    "query_latency": "s",
    "step_latency": "s",
    "message_latency": "s",
    "link_share": "1",
}
# The engine that stands for one that is not named.
TYPICAL = "typical"
# What an estimate can be about, each with an error of its own.
TASKS = ("decode", "prefill")


@dataclass(frozen=True)
class Engine:
    """What an engine attains.

    bandwidth_share, attention_bandwidth_share: of the published bandwidth, by products with weights and by
    attention [1]. dequantising_share: of the former, what is left where weights are turned into another type
    [1]. peak_share, attention_peak_share: of the published dense peak [1]. operation_latency, query_latency,
    step_latency: time that each operation, each query and each step takes besides [s]. message_latency: of
    one message between accelerators [s]. link_share: of the link's published rate [1].
    sharpness: see `formulas.attained.operation_seconds` [1], the same for all.
    errors: constant -> standard error of its logarithm [1]. spread: task -> standard deviation of the
    logarithm of measured over expected time on cards that the fit has not seen [1].
    prefill_tokens: of prompts taken at once [token]. memory_share: of the memory that it uses, None for all.
    max_queries: most that run at once, None without a limit [1].
    evidence: what the constants were fitted to: n_points [1]; lowest and highest of the measured batch [1],
    context [token] and n_accelerators [1]; accelerators.
    """

    key: str
    name: str
    bandwidth_share: float
    attention_bandwidth_share: float
    dequantising_share: float
    peak_share: float
    attention_peak_share: float
    operation_latency: float
    query_latency: float
    step_latency: float
    message_latency: float
    link_share: float
    sharpness: float
    errors: Mapping
    spread: Mapping
    prefill_tokens: int
    prefill_source: str
    memory_share: float | None
    memory_source: str
    max_queries: int | None
    evidence: Mapping

    def __hash__(self):
        return hash(self.key)


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
        raise unknown("engine", key, rows, f"known: {', '.join(rows)}")
    attained = table(_ATTAINED, __file__)
    there = f"{key}@{place(accelerator)}" if accelerator else key
    found = next(name for name in (there, key, TYPICAL) if name in attained)
    return from_row(key, rows[key], attained[found])


def place(accelerator):
    """What constants of an engine belong to: a vendor's accelerators of one kind."""
    return f"{accelerator.vendor} {accelerator.kind}"


def defaults(key):
    """What was looked up of an engine: dict of prefill_tokens [token], memory_share [1] and max_queries [1],
    each None where there is none."""
    row = table(_ENGINES, __file__)[key]
    names = ("prefill_tokens", "memory_share", "max_queries")
    return {name: row.get(name) for name in names}


def from_row(key, row, attained):
    """The engine of one record: what was looked up, and what is attained, as in the two files.

    Raises:
        InputError: a field that is missing or no amount, or a share above 1.
    """
    where = f"{_ATTAINED}: {key}"
    constants = {name: checked_amount(attained, name, where) for name in CONSTANTS}
    for name, unit in CONSTANTS.items():
        if unit == "1" and constants[name] > 1:
            raise InputError(f"{where}: {name} is {constants[name]}; expected a share of at most 1")
    for name in ("errors", "spread", "evidence"):
        if not isinstance(attained.get(name), dict):
            raise InputError(f"{where}: {name} is {shown(attained.get(name))}; expected a table")
    looked_up = f"{_ENGINES}: {key}"
    return Engine(
        key=key,
        name=checked_text(row, "name", looked_up),
        sharpness=checked_amount(attained, "sharpness", where),
        errors=MappingProxyType({n: checked_amount(attained["errors"], n, where) for n in CONSTANTS}),
        spread=MappingProxyType({n: checked_amount(attained["spread"], n, where) for n in TASKS}),
        prefill_tokens=checked_amount(row, "prefill_tokens", looked_up),
        prefill_source=checked_text(row, "prefill_source", looked_up),
        memory_share=optional(checked_amount, row, "memory_share", looked_up),
        memory_source=checked_text(row, "memory_source", looked_up),
        max_queries=optional(checked_amount, row, "max_queries", looked_up),
        evidence=MappingProxyType(attained["evidence"]),
        **constants,
    )
