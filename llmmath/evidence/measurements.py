"""Published measurements of real systems, and what the ledger predicts for each of them.

The data file names source and caveat of every series. A point is predicted from the same sums as everything
else: nothing about a series is tuned, unless shares of the peaks and a fixed time are given (see `fit`).
"""

import math
from dataclasses import dataclass, replace
from functools import cache

from ..case import Case
from ..errors import InputError, shown, unknown
from ..records import accelerators, dtypes, models, parameters
from ..records.architectures import build
from ..records.rows import checked_text, table

_FILE = "measured.toml"
MEASURES = ("step", "latency", "prefill")
UNITS = ("s", "ms", "token/s")


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


@dataclass(frozen=True)
class Point:
    """One measurement.

    model, accelerator: their records. dtype: of the weights, `bytes_per_weight` being what a file of mixed
    types has on average [B]. batch, prompt, output: queries, tokens of a prompt, tokens generated [1].
    queries: how many of the batch run at once, where an engine queues what does not fit [1]. published: the
    figure as published, in the series' unit. seconds: the same as a time [s].
    parts: what is timed, as tuples of how many steps, and of one of them the time of memory, of arithmetic
    and of sending at published rates [s].
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

    def predicted_seconds(self, attained=BOUND):
        """Time with perfect overlap, at the shares attained [s]."""
        total = 0
        for steps, memory, compute, sending in self.parts:
            longest = max(memory / attained.bandwidth_fraction, compute / attained.peak_fraction, sending)
            total += steps * (longest + self.model.n_layers * attained.fixed_seconds_per_layer)
        return total

    def unoverlapped_seconds(self):
        """Time without any overlap, at published rates [s]."""
        return sum(steps * (memory + compute + sending) for steps, memory, compute, sending in self.parts)


@dataclass(frozen=True)
class Series:
    """Measurements published together.

    measures: "step", "latency" (a prompt and all its steps) or "prefill". unit: of the published figures.
    resolution: unit of their last printed digit where that is coarse, else None. memory_only: whether the
    time of arithmetic is left out, for want of a published peak or because one query is far from it.
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
    return from_row(key, table(_FILE, __file__)[key])


def load():
    """All series: dict of key -> Series."""
    return {key: get(key) for key in keys()}


def from_row(key, row):
    """The series of one table of the data file.

    Raises:
        InputError: a table without source, with an unknown measure, unit or column, or a figure that is not
            above zero.
    """
    where = f"{_FILE}: {key}"
    texts = {
        name: checked_text(row, name, where) for name in ("title", "source", "hardware", "engine", "caveat")
    }
    for name, known in (("measures", MEASURES), ("unit", UNITS)):
        if row.get(name) not in known:
            raise InputError(f"{where}: {name} is {shown(row.get(name))}; expected one of {', '.join(known)}")
    memory_only = row.get("memory_only", False)
    points = []
    for figures in row["rows"]:
        if len(figures) != len(row["columns"]):
            raise InputError(f"{where}: row {shown(figures)}; expected {len(row['columns'])} columns")
        points.append(_point(row | dict(zip(row["columns"], figures)), where))
    return Series(
        key=key, measures=row["measures"], unit=row["unit"], resolution=row.get("resolution"),
        memory_only=memory_only or all(part[2] == 0 for point in points for part in point.parts),
        points=tuple(points), **texts,
    )  # fmt: skip


def _point(row, where):
    model = (
        _shape(row["title"], repr(row["shape"]), row["shape_source"])
        if "shape" in row
        else models.get(row["model"])
    )
    accelerator = accelerators.get(row["accelerator"])
    weights = dtypes.weight_type(row["dtype"])
    if "file_bytes" in row:
        weights = replace(
            weights, block_bytes=row["file_bytes"], block_values=parameters.stored(model), source=where
        )
    computed = [weights.name] if weights.native else list(dtypes.DEQUANTISED)
    peaks = [accelerator.peak_flops[name] for name in computed if name in accelerator.peak_flops]
    cache_type = dtypes.cache_type(row.get("kv_dtype", "fp16"))
    case = Case(
        model=model, weights=weights, cache=cache_type, activations=dtypes.get("fp16"),
        compute_dtype=computed[0],
        bandwidth=accelerator.memory_bandwidth,
        peak=math.inf if row.get("memory_only") or not peaks else peaks[0],
        capacity=row.get("n_accelerators", 1) * (accelerator.memory_capacity or math.inf),
        reserved=0, fixed_seconds=0,
        n_accelerators=row.get("n_accelerators", 1), link_bandwidth=row.get("link_bandwidth"),
    )  # fmt: skip
    batch, prompt, output, value = (row[name] for name in ("batch", "prompt", "output", "value"))
    # Half of the output has been generated when the median token is.
    context = prompt + (output + 1) // 2
    queries = batch
    if row.get("queues"):
        queries = min(batch, int(case.held(batch, context)["max_batch"]))
    parts = []
    if row["measures"] != "step":
        parts.append((1, *_times(case.prefilled(queries, prompt))))
    if row["measures"] != "prefill":
        steps = 1 if row["measures"] == "step" else output - 1
        parts.append((steps, *_times(case.decoded(queries, context))))
    return Point(
        model=model, accelerator=accelerator, dtype=weights.name, bytes_per_weight=weights.bytes_per_value,
        n_accelerators=case.n_accelerators, batch=batch, prompt=prompt, output=output, queries=queries,
        published=value, seconds=_seconds(row, value, where), parts=tuple(parts),
    )  # fmt: skip


def _times(step):
    return step["memory_seconds"], step["compute_seconds"], step["communication_seconds"]


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
