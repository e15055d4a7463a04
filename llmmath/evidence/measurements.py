"""Published measurements of real systems, and what the ledger predicts for each of them.

The data file names source and caveat of every series. A point is predicted from the same sums as everything
else, for a system that runs operation after operation: nothing about a series is tuned, unless shares of the
peaks and a fixed time are given (see `fit`).
"""

import math
from collections import namedtuple
from dataclasses import dataclass
from functools import cache

from .. import ledger
from ..case import Case
from ..errors import InputError, shown, unknown
from ..formulas.batching import expected_experts
from ..records import accelerators, dtypes, gguf_mixes, models, stored
from ..records.architectures import build
from ..records.rows import checked_text, record, table

_FILE = "measured.toml"
MEASURES = ("step", "latency", "prefill")
# Units that a figure can be published in.
PUBLISHED = ("s", "ms", "token/s")
# Unit of each entry of `experts_read`.
UNITS = {
    "batch": "1",
    "prompt": "token",
    "output": "token",
    "experts": "1",
    "picked": "1",
    "expected": "1",
    "at_most": "1",
    "measured": "s",
}


@dataclass(frozen=True)
class Attained:
    """What a system attains: shares of published bandwidth and peak [1], a fixed time of each layer [s].

    The fixed time is that of launching kernels above all, of which each layer has as many; so it is carried
    from one model to another in proportion to the layers. The default is the bound itself.
    """

    bandwidth_fraction: float = 1
    peak_fraction: float = 1
    fixed_seconds_per_layer: float = 0


BOUND = Attained()


Part = namedtuple("Part", "steps pairs sending")
Part.__doc__ = """Steps of one kind that are timed.

steps: how many [1]. pairs: for the operations of one of them, the time that each reads and writes and the
time that it multiplies, at published rates [s]; operations for which these stand in the same ratio are one
pair. sending: time of one step's all-reduces [s].
"""


@dataclass(frozen=True)
class Point:
    """One measurement.

    model, accelerator: their records. dtype: of the weights, `bytes_per_weight` being what a file of mixed
    types has on average [B]. batch, prompt, output: queries, tokens of a prompt, tokens generated [1].
    queries: how many of the batch run at once, where an engine queues what does not fit [1]. published: the
    figure as published, in the series' unit. seconds: the same as a time [s]. parts: what is timed, a tuple
    of `Part`s. expert_seconds: of a step, the time of reading the experts' matrices that `queries` tokens are
    expected to pick [s]; 0 without experts.
    """

    model: object
    accelerator: object
    dtype: str
    bytes_per_weight: float
    n_accelerators: int
    batch: int
    prompt: int
    output: int
    queries: int
    published: float
    seconds: float
    parts: tuple
    expert_seconds: float = 0

    def predicted_seconds(self, attained=BOUND):
        """Time of one operation after the other, at the shares attained [s].

        Each takes the longer of its reading and its arithmetic; all-reduces and the fixed time come on top.
        """
        total = 0
        for steps, pairs, sending in self.parts:
            waiting = sum(
                max(memory / attained.bandwidth_fraction, compute / attained.peak_fraction)
                for memory, compute in pairs
            )
            total += steps * (waiting + sending + self.model.n_layers * attained.fixed_seconds_per_layer)
        return total


@dataclass(frozen=True)
class Series:
    """Measurements published together.

    measures: "step", "latency" (a prompt and all its steps) or "prefill". unit: of the published figures.
    resolution: unit of their last printed digit where that is coarse, else None. memory_only: whether the
    time of arithmetic is left out, for want of a published peak or because one query is far from it.
    unexplained: whether a point took less time than the bound, and nobody knows why.
    """

    key: str
    title: str
    source: str
    hardware: str
    engine: str
    caveat: str
    measures: str
    unit: str
    resolution: float | None
    memory_only: bool
    unexplained: bool
    points: tuple


def keys():
    """The keys of all series, in the file's order."""
    return [key for key in table(_FILE, __file__) if key != "left_out"]


def left_out():
    """Measurements that are not used: name -> the reason."""
    return dict(table(_FILE, __file__)["left_out"])


@cache
def get(key):
    """The series with this key.

    Raises:
        UnknownName: no such key; the message names the nearest.
    """
    if key not in keys():
        raise unknown("series", key, keys(), f"known: {', '.join(keys())}")
    return record(_FILE, __file__, key, from_row)


def load():
    """All series: dict of key -> Series."""
    return {key: get(key) for key in keys()}


def from_row(key, row):
    """The series of one table of the data file.

    Raises:
        InputError: a table without source, with an unknown measure, unit or column, or a figure that is not
            above zero; one with a point that beats the bound and is not marked unexplained, or that is marked
            and has none.
    """
    where = f"{_FILE}: {key}"
    texts = {
        name: checked_text(row, name, where) for name in ("title", "source", "hardware", "engine", "caveat")
    }
    for name, known in (("measures", MEASURES), ("unit", PUBLISHED)):
        if row.get(name) not in known:
            raise InputError(f"{where}: {name} is {shown(row.get(name))}; expected one of {', '.join(known)}")
    memory_only = row.get("memory_only", False)
    points = []
    for figures in row["rows"]:
        if len(figures) != len(row["columns"]):
            raise InputError(f"{where}: row {shown(figures)}; expected {len(row['columns'])} columns")
        points.append(_point(row | dict(zip(row["columns"], figures)), where))
    unexplained = row.get("unexplained", False)
    if unexplained not in (True, False):
        raise InputError(f"{where}: unexplained is {shown(unexplained)}; expected true or false")
    series = Series(
        key=key, measures=row["measures"], unit=row["unit"], resolution=row.get("resolution"),
        memory_only=memory_only or all(
            compute == 0 for point in points for part in point.parts for _, compute in part.pairs
        ),
        unexplained=unexplained, points=tuple(points), **texts,
    )  # fmt: skip
    beaten = max(line["ratio"] - line["rounding"] for line in rows(series))
    if (beaten > 1) != unexplained:
        expected = "a point above it" if unexplained else "unexplained = true"
        raise InputError(f"{where}: predicted over measured is {beaten:.2f} at the most; expected {expected}")
    return series


def _point(row, where):
    model = (
        _shape(row["title"], repr(row["shape"]), row["shape_source"])
        if "shape" in row
        else models.get(row["model"])
    )
    case = _case(row, model, where)
    batch, prompt, output, value = (row[name] for name in ("batch", "prompt", "output", "value"))
    # Half of the output has been generated when the median token is.
    context = prompt + (output + 1) // 2
    queries = batch
    if row.get("queues"):
        queries = min(batch, int(case.held(batch, context)["max_batch"]))
    parts = []
    if row["measures"] != "step":
        parts.append(_part(case, 1, case.prompt_operations(queries, prompt), queries * prompt))
    decoded = ledger.decode(model, context, queries)
    if row["measures"] != "prefill":
        steps = 1 if row["measures"] == "step" else output - 1
        parts.append(_part(case, steps, decoded, queries))
    experts = [operation for operation in decoded if operation.copies > operation.copies_per_token]
    return Point(
        model=model, accelerator=accelerators.get(row["accelerator"]), dtype=case.weights.name,
        bytes_per_weight=case.weights.average, n_accelerators=case.n_accelerators, batch=batch,
        prompt=prompt, output=output, queries=queries, published=value, seconds=_seconds(row, value, where),
        parts=tuple(parts),
        expert_seconds=sum(memory for memory, _ in case.operation_seconds(experts, queries)),
    )  # fmt: skip


def _case(row, model, where):
    """The model on the row's accelerators at published rates."""
    accelerator = accelerators.get(row["accelerator"])
    weights = gguf_mixes.weights_of(model, row["dtype"])
    if "file_bytes" in row:
        # How many bytes each matrix takes is not published with such a file: all take its average.
        average = dtypes.DataType(
            name=weights.name, block_bytes=row["file_bytes"], block_values=weights.n_values, source=where
        )
        weights = stored.uniform(model, average)
    native = weights.name in dtypes.PEAKS
    computed = [weights.name] if native else list(dtypes.DEQUANTISED)
    peaks = [accelerator.peak_flops[name] for name in computed if name in accelerator.peak_flops]
    # What the engine had left is not published; the label is within a query of what the default leaves.
    return Case(
        model=model, weights=weights, cache=dtypes.cache_type(row.get("kv_dtype", "fp16")),
        activations=dtypes.get("fp16"), state=dtypes.get("fp16"), compute_dtype=computed[0],
        bandwidth=accelerator.memory_bandwidth,
        peak=math.inf if row.get("memory_only") or not peaks else peaks[0],
        capacity=row.get("n_accelerators", 1) * (accelerator.advertised_memory or math.inf),
        reserved=0, fixed_seconds=0,
        n_accelerators=row.get("n_accelerators", 1), link_bandwidth=row.get("link_bandwidth"),
    )  # fmt: skip


def _part(case, steps, operations, n_tokens):
    grouped = {}
    for memory, compute in case.operation_seconds(operations, n_tokens):
        # The longer of the two is the same for all operations of one ratio, whatever shares are attained.
        ratio = float(f"{compute / memory:.12g}") if memory else math.inf
        before = grouped.get(ratio, (0, 0))
        grouped[ratio] = (before[0] + memory, before[1] + compute)
    return Part(steps, tuple(grouped.values()), case.communication(n_tokens))


def _seconds(row, value, where):
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not value > 0:
        raise InputError(f"{where}: value is {shown(value)}; expected a number above zero")
    if row["unit"] == "token/s":
        tokens = row["batch"] * (1 if row["measures"] == "step" else row["output"])
        return tokens / value
    return value / {"s": 1, "ms": 1000}[row["unit"]]


@cache
def _shape(title, shape, source):
    import ast

    name = title.split(",")[0]
    return build(
        ast.literal_eval(shape), where=f"{_FILE}: {title}", key=name.lower(), name=name, source=source
    )


def rows(series, attained=BOUND):
    """Every point of a series beside its prediction.

    Args:
        series: a Series.
        attained: shares of the peaks and fixed time; the bound itself unless said.

    Returns:
        list of dicts: model, accelerator (keys), dtype, n_accelerators, batch, queries (run at once), prompt,
        output, predicted and measured [s], ratio of predicted to measured [1], rounding: how far the measured
        figure may be off because it was rounded, as a share of it [1], source.
    """
    found = []
    for point in series.points:
        predicted = point.predicted_seconds(attained)
        found.append({
            "model": point.model.key,
            "accelerator": point.accelerator.key,
            "dtype": point.dtype,
            "n_accelerators": point.n_accelerators,
            "batch": point.batch,
            "queries": point.queries,
            "prompt": point.prompt,
            "output": point.output,
            "predicted": predicted,
            "measured": point.seconds,
            "ratio": predicted / point.seconds,
            "rounding": series.resolution / 2 / point.published if series.resolution else 0,
            "source": series.source,
        })  # fmt: skip
    return found


def experts_read(series):
    """How many experts can have been read at the points that took less time than the bound.

    What the published bandwidth moves in the measured time, less all that is not experts, is left for
    experts.

    Args:
        series: a Series of single steps, of one model with experts.

    Returns:
        list of dicts, a point each: batch, prompt, output; experts (of a layer), picked (by a token),
        expected: experts of a layer that the tokens pick where each picks independently and all are alike;
        at_most: experts of a layer for which there was time [1]; measured: [s].

    Source: sums of `ledger`; the file.
    """
    found = []
    for point in series.points:
        if point.predicted_seconds() <= point.seconds or not point.expert_seconds:
            continue
        shape = point.model.quantities()
        chosen = {name: shape[name] for name in ("n_experts", "n_experts_per_token")}
        expected = expected_experts(**chosen, n_tokens=point.queries)
        missing = point.predicted_seconds() - point.seconds
        found.append({
            "batch": point.batch,
            "prompt": point.prompt,
            "output": point.output,
            "experts": shape["n_experts"],
            "picked": shape["n_experts_per_token"],
            "expected": expected,
            "at_most": expected * (1 - missing / point.expert_seconds),
            "measured": point.seconds,
        })  # fmt: skip
    return found
