"""Published measurements of real systems, and what each of them is predicted to take.

The data files name source and caveat of every series. A point is taken apart into steps (`attained.Step`),
from the same ledger as everything else; how long these take is said by the bound, or by the constants of an
engine.
"""

import json
import re
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path
from statistics import median

from .. import attained, queues
from ..deployment import Deployment
from ..errors import InputError, shown, unknown
from ..formulas.batching import expected_experts
from ..records import accelerators, dtypes, engines, gguf_mixes, models, quantisation, stored
from ..records.architectures import build
from ..records.rows import checked_text, record, table

FOLDER = "measured"
_LEFT_OUT = f"{FOLDER}/left-out.toml"
# What is measured: one decoding step; prompts and all steps of a static batch; prompts; and with always as
# many queries in flight the tokens of all in a second, or the time between two tokens of one.
MEASURES = ("step", "latency", "prefill", "serving", "token")
# Units that a figure can be published in.
PUBLISHED = ("s", "ms", "token/s")
# As many queries as fit.
FITS = "fits"
# Share of the others' prompts that a query is taken to have waited for before its first token, where the time
# between its further tokens was published [1]: what benchmarks/fit_queues.py found with the constants before
# these. It is no part of the fit, which would have to be repeated for each of its digits.
WAITED_SHARE = 0.31
# Unit of each entry of `experts_read` and of `bound_ratios`.
UNITS = {
    "batch": "1",
    "prompt": "token",
    "output": "token",
    "experts": "1",
    "picked": "1",
    "even": "1",
    "expected": "1",
    "at_most": "1",
    "measured": "s",
    "points": "1",
    "ratio_low": "1",
    "ratio_median": "1",
    "ratio_high": "1",
}


@dataclass(frozen=True)
class Point:
    """One measurement.

    series: its key. family: key of its engine; year: of which that was. model, accelerator: their records.
    deployment: a `deployment.Deployment`. dtype: of the weights. batch, prompt, output: queries, tokens of a
    prompt, tokens generated [1]. running: how many of the batch run at once [1]. published: the figure as
    published, in the series' unit. seconds: the same as a time [s]. terms: pairs of a number and the
    `attained.Step` that takes place so often in that time; least: those of them that do so in any case.
    unexplained: whether it is of a series of which
    some points took less time than the bound. task: what most of it is, of `engines.TASKS`; kind: of
    `engines.KINDS`.
    """

    series: str
    family: str
    year: int
    model: object
    accelerator: object
    deployment: object
    batch: int
    prompt: int
    output: int
    running: int
    published: float
    seconds: float
    terms: tuple
    least: tuple
    unexplained: bool = False

    @property
    def n_accelerators(self):
        """Accelerators that took part [1]."""
        return self.deployment.n_accelerators

    @property
    def dtype(self):
        """Name of what its weights are stored as."""
        return self.deployment.case.weights.name

    @cached_property
    def task(self):
        """What takes most of its time at the bound, of `engines.TASKS`."""
        times = [(n * attained.bound_seconds(step), step.prompts) for n, step in self.terms]
        prompts = sum(time for time, of_prompts in times if of_prompts)
        return "prefill" if 2 * prompts > sum(time for time, _ in times) else "decode"

    @cached_property
    def kind(self):
        """Which errors it counts among, of `engines.KINDS`."""
        return engines.kind(self.task, self.model)

    @property
    def bound_seconds(self):
        """The least time that the machine allows, operation after operation [s]."""
        return sum(n * attained.bound_seconds(step) for n, step in self.least)

    def expected_seconds(self, engine):
        """The time that an engine of these constants takes [s]."""
        return sum(n * attained.seconds(step, engine) for n, step in self.terms)


@dataclass(frozen=True)
class Series:
    """Measurements published together.

    source, url: where a reader finds them. measures: one of MEASURES. unit: of the published figures.
    resolution: unit of their last printed digit where that is coarse, else None. unexplained: whether a point
    took less time than the bound, and nobody knows why.
    """

    key: str
    title: str
    source: str
    url: str | None
    date: str | None
    hardware: str
    engine: str
    family: str
    caveat: str
    measures: str
    unit: str
    resolution: float | None
    unexplained: bool
    points: tuple


@cache
def _tables():
    """Key of a series -> pair of the name of its file and its row."""
    found = {}
    # Not what an editor has beside a file while it is edited.
    for path in sorted((Path(__file__).parent / "data" / FOLDER).glob("[!.]*.toml")):
        name = f"{FOLDER}/{path.name}"
        for key, row in table(name, __file__).items() if name != _LEFT_OUT else ():
            if key in found:
                raise InputError(f"{name}: {key} stands in {found[key][0]} too; expected each key once")
            found[key] = (name, row)
    return found


def keys():
    """The keys of all series, file by file."""
    return list(_tables())


def left_out():
    """Measurements that are not used: name -> the reason."""
    return dict(table(_LEFT_OUT, __file__))


@cache
def get(key):
    """The series with this key.

    Raises:
        UnknownName: no such key; the message names the nearest.
    """
    if key not in _tables():
        raise unknown("series", key, keys(), f"known: {', '.join(keys())}")
    name, _ = _tables()[key]
    return record(name, __file__, key, lambda key, row: from_row(key, row, name))


def load():
    """All series: dict of key -> Series."""
    return {key: get(key) for key in keys()}


def from_row(key, row, file):
    """The series of one table of the data file `file`.

    Raises:
        InputError: a table without source, with an unknown measure, unit or column, or a figure that is not
            above zero; one with a point that beats the bound and is not marked unexplained, or that is marked
            and has none.
    """
    where = f"{file}: {key}"
    texts = {
        name: checked_text(row, name, where)
        for name in ("title", "source", "hardware", "engine", "family", "caveat")
    }
    for name, known in (("measures", MEASURES), ("unit", PUBLISHED), ("family", engines.keys())):
        if row.get(name) not in known:
            raise InputError(f"{where}: {name} is {shown(row.get(name))}; expected one of {', '.join(known)}")
    points = []
    for figures in row["rows"]:
        if len(figures) != len(row["columns"]):
            raise InputError(f"{where}: row {shown(figures)}; expected {len(row['columns'])} columns")
        points.append(_point(key, row | dict(zip(row["columns"], figures)), where))
    unexplained = row.get("unexplained", False)
    if unexplained not in (True, False):
        raise InputError(f"{where}: unexplained is {shown(unexplained)}; expected true or false")
    series = Series(
        key=key, url=row.get("url"), date=row.get("date"), measures=row["measures"], unit=row["unit"],
        resolution=row.get("resolution"), unexplained=unexplained, points=tuple(points), **texts,
    )  # fmt: skip
    beaten = max(point.bound_seconds / point.seconds - rounding(series, point) for point in points)
    if (beaten > 1) != unexplained:
        expected = "a point above it" if unexplained else "unexplained = true"
        raise InputError(f"{where}: bound over measured is {beaten:.2f} at the most; expected {expected}")
    return series


def rounding(series, point):
    """How far the measured figure of a point may be off because it was rounded, as a share of it [1]."""
    return series.resolution / 2 / point.published if series.resolution else 0


def _point(key, row, where):
    model = (
        _shape(row["title"], json.dumps(row["shape"]), row["shape_source"])
        if "shape" in row
        else models.get(row["model"])
    )
    deployment = deployment_of(row, model, where)
    prompt, output, value = (row[name] for name in ("prompt", "output", "value"))
    # Half of the output has been generated when the median token is.
    context = max(1, prompt + (output + 1) // 2)
    accelerator = accelerators.get(row["accelerator"])
    defaults = engines.defaults(row["family"], accelerator)
    batch = running = row["batch"]
    if batch == FITS or row.get("queues"):
        limits = defaults["memory_share"], defaults["max_queries"]
        # As many as fit at their average length: with no more than fit at their full one, runs of
        # TensorRT-LLM that fill the cache would take less time than the bound.
        most = int(deployment.max_queries(context, *limits))
        running = max(1, most if batch == FITS else min(batch, most))
    if batch == FITS:
        batch = running
    terms = _terms(row["measures"], deployment, running, prompt, output, context, defaults)
    least = terms
    if row["measures"] == "token":
        # Of queries that come all at once every prompt is read before the first token: what follows is steps.
        least = terms[:1]
    elif row["measures"] == "serving":
        # At best each begins as a step ends, and its prompt is read with others'.
        (_, step), (one, _), (others, together) = terms
        n_together = _together(deployment, running, prompt, defaults)
        least = (((output - 1) / output, step), (one / n_together + others, together))
    return Point(
        series=key, family=row["family"], year=_year(row, where), model=model, accelerator=accelerator,
        deployment=deployment, batch=batch, prompt=prompt, output=output, running=running, published=value,
        seconds=_seconds(row, value, batch, where),
        terms=terms, least=least,
        unexplained=row.get("unexplained", False),
    )  # fmt: skip


def _year(row, where):
    """The year of the engine: as the row has it, else the first that its date names."""
    found = row.get("year") or re.search(r"20\d\d", row.get("date", ""))
    if found is None:
        raise InputError(f"{where}: neither year nor date say of when the engine is; expected one of them")
    return found if isinstance(found, int) else int(found.group())


def _terms(measures, deployment, running, prompt, output, context, defaults):
    """Pairs of a number and a Step: what is timed, see `Point.terms`."""

    def prompts(n):
        return deployment.prompt(n, prompt, 0, defaults["prefill_tokens"], running)

    if measures == "prefill":
        return ((1, prompts(deployment.share(running))),)
    step = deployment.step(running, context)
    if measures == "step":
        return ((1, step),)
    if measures == "latency":
        return ((1, prompts(deployment.share(running))), (output - 1, step))
    together = _together(deployment, running, prompt, defaults)
    in_flight = 1 + deployment.others(running)
    if measures == "serving":
        # All of them read their prompts; each prompt gives the first token, so that one has no step, but for
        # half of the one that it finds under way.
        steps = output - 1 + (1 - 1 / in_flight) / 2
        others = (in_flight - 1) / output / together
        return ((steps / output, step), (1 / output, prompts(1)), (others, prompts(together)))
    # Between two tokens of one query stand the prompts of others that it has not waited for before the first.
    waited = queues.at_least_even(WAITED_SHARE, output)
    after = (1 - waited) * (in_flight - 1) / (output - 1)
    return ((1, step), (after / together, prompts(together)))


def _together(deployment, running, prompt, defaults):
    """Prompts that an accelerator reads together, of so many that run [1]."""
    return max(1, min(deployment.share(running), defaults["prefill_tokens"] // prompt))


# What of a row says how a model is deployed; points of a series mostly agree in it.
_DEPLOYED = (
    "model", "shape", "accelerator", "n_accelerators", "parallel", "link_bandwidth", "dtype", "kv_dtype",
    "compute_dtype", "quantization", "file_bytes", "family",
)  # fmt: skip


def deployment_of(row, model, where):
    """The model on the accelerators of a row of a data file, in the types that it names."""
    return _deployed(json.dumps({name: row.get(name) for name in _DEPLOYED}), model, where)


@cache
def _deployed(text, model, where):
    row = {name: value for name, value in json.loads(text).items() if value is not None}
    dtype = row.get("dtype")
    if "quantization" in row:
        config = {"quantization_config": row["quantization"], "torch_dtype": "float16"}
        try:
            weights = _stored(json.dumps(config), model)
        except InputError:
            weights = quantisation.stated(config, model, where)  # raises it again, and names this row
        dtype, model = None, replace(model, weights=weights)
    elif "file_bytes" in row:
        # How many bytes each matrix takes is not published with such a file: all take its average.
        weights = gguf_mixes.weights_of(model, dtype)
        average = dtypes.DataType(
            name=weights.name, block_bytes=row["file_bytes"], block_values=weights.n_values,
            integers=weights.integers, source=where,
        )  # fmt: skip
        dtype, model = None, replace(model, weights=stored.uniform(model, average))
    else:
        model, dtype = gguf_mixes.as_run_by(row["family"], model, dtype)
    accelerator = accelerators.get(row["accelerator"])
    return Deployment.of(
        model, accelerator, way=row.get("parallel", "tensor"),
        n_accelerators=row.get("n_accelerators", 1), link_bandwidth=row.get("link_bandwidth"), dtype=dtype,
        kv_dtype=row.get("kv_dtype"), compute_dtype=row.get("compute_dtype"),
    )  # fmt: skip


@cache
def _stored(config, model):
    """What a configuration states as the weights: in text, since points of many series agree in it."""
    return quantisation.stated(json.loads(config), model, FOLDER)


def _seconds(row, value, batch, where):
    """The published figure as the time of what is measured [s]."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not value > 0:
        raise InputError(f"{where}: value is {shown(value)}; expected a number above zero")
    if row["unit"] != "token/s":
        return value / {"s": 1, "ms": 1000}[row["unit"]]
    tokens = {"step": batch, "serving": batch, "prefill": batch * row["prompt"], "token": 1}
    return tokens.get(row["measures"], batch * row["output"]) / value


@cache
def _shape(title, shape, source):
    name = title.split(",")[0]
    return build(json.loads(shape), where=f"{FOLDER}: {title}", key=name.lower(), name=name, source=source)


def rows(series, engine=None):
    """Every point of a series beside its prediction.

    Args:
        series: a Series.
        engine: a `engines.Engine` whose time is predicted; None for the bound.

    Returns:
        list of dicts: model, accelerator (keys), dtype, n_accelerators, batch, running (at once), prompt,
        output, predicted and measured [s], ratio of predicted to measured [1], rounding: how far the measured
        figure may be off because it was rounded, as a share of it [1], source.
    """
    found = []
    for point in series.points:
        predicted = point.bound_seconds if engine is None else point.expected_seconds(engine)
        found.append({
            "model": point.model.key,
            "accelerator": point.accelerator.key,
            "dtype": point.dtype,
            "n_accelerators": point.n_accelerators,
            "batch": point.batch,
            "running": point.running,
            "prompt": point.prompt,
            "output": point.output,
            "predicted": predicted,
            "measured": point.seconds,
            "ratio": predicted / point.seconds,
            "rounding": rounding(series, point),
            "source": series.source,
        })  # fmt: skip
    return found


def bound_ratios(series):
    """How the bound compares with what was measured.

    Args:
        series: several Series.

    Returns:
        dict: points (how many), and of the ratios of the bound to the measured time ratio_low, ratio_median,
        ratio_high [1].

    Source: sums of `ledger`; the files.
    """
    ratios = [point.bound_seconds / point.seconds for one in series for point in one.points]
    return {
        "points": len(ratios),
        "ratio_low": min(ratios),
        "ratio_median": median(ratios),
        "ratio_high": max(ratios),
    }


def experts_read(series):
    """How many experts can have been read at the points that took less time than the bound.

    What the published bandwidth moves in the measured time, less all that is not experts, is left for
    experts.

    Args:
        series: a Series of single steps, of one model with experts.

    Returns:
        list of dicts, a point each: batch, prompt, output; experts (of a layer), picked (by a token),
        even: experts of a layer that the tokens pick where each picks independently and all are alike;
        expected: where they favour some, as the bound counts; at_most: experts of a layer for which there was
        time [1]; measured: [s].

    Source: sums of `ledger`; the file.
    """
    found = []
    for point in series.points:
        ((_, step),) = point.least
        of_experts = [each for each in zip(step.memory, step.picked, step.expert) if each[2]]
        reading = sum(seconds * picked for seconds, picked, _ in of_experts)
        missing = point.bound_seconds - point.seconds
        if missing <= 0 or not reading:
            continue
        shape = point.model.quantities()
        chosen = {name: shape[name] for name in ("n_experts", "n_experts_per_token")}
        even = expected_experts(**chosen, n_tokens=point.running)
        expected = even * of_experts[0][1]
        found.append({
            "batch": point.batch,
            "prompt": point.prompt,
            "output": point.output,
            "experts": shape["n_experts"],
            "picked": shape["n_experts_per_token"],
            "even": even,
            "expected": expected,
            "at_most": expected * (1 - missing / reading),
            "measured": point.seconds,
        })  # fmt: skip
    return found
