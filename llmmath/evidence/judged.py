"""How right the estimates are for what their constants never saw.

A whole engine-and-card, a whole model, or all batches above a size is left out in turn, the constants are
fitted to the rest, and what was left out is predicted with its interval. data/judged.json has what came out,
point by point; it is written by benchmarks/fit_engines.py together with the constants.
"""

import hashlib
import json
import math
from functools import cache
from pathlib import Path
from statistics import median

from ..errors import InputError
from . import measurements

_FILE = Path(__file__).parent / "data" / "judged.json"
# Where it is outdated: None raises, a function is given what is wrong, and the old predictions are used.
_tell = [None]
# Units of what `summary` gives.
UNITS = {"points": "1", "systems": "1", "median": "1", "p90": "1", "worst": "1", "coverage": "1"}


def system(point):
    """What was measured with what: engine and accelerator, however many of them."""
    return point.family, point.accelerator.key


def engine(point):
    """What ran it."""
    return point.family


def model(point):
    """What was run."""
    return point.model.key


def upper_batch(points):
    """The batch above which half of the batch sizes of these points lie; None for one size."""
    batches = sorted({point.batch for point in points})
    return batches[(len(batches) - 1) // 2] if len(batches) > 1 else None


# What is left out as a whole: from all points to dicts of what is left out -> numbers of its points.
def _systems(points):
    return _grouped(points, system)


def _models(points):
    return _grouped(points, model)


def _engines(points):
    return _grouped(points, engine)


def _upper_batches(points):
    """Of each engine all points above the batch that halves its sizes, on all accelerators at once: what is
    judged is above any batch that was seen of the engine."""
    found = {}
    for family, numbers in _engines(points).items():
        half = upper_batch([points[number] for number in numbers])
        if half is not None:
            found[family] = [number for number in numbers if points[number].batch > half]
    return found


def _grouped(points, of):
    found = {}
    for number, point in enumerate(points):
        found.setdefault(of(point), []).append(number)
    return found


WAYS = {"system": _systems, "model": _models, "engine": _engines, "batch": _upper_batches}


def used_points():
    """The points that constants are fitted to: all but those of series that are unexplained."""
    return [point for point in judged_points() if not point.unexplained]


def judged_points():
    """The points that are predicted: all of them."""
    return [point for series in measurements.load().values() for point in series.points]


def fingerprint(points):
    """What the judgement depends on of the points, as a hash: their times at the bound and as measured."""
    text = "".join(f"{point.series} {point.bound_seconds:.6g} {point.seconds:.6g}\n" for point in points)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@cache
def _current():
    """The points judged, and their fingerprint."""
    points = judged_points()
    return points, fingerprint(points)


@cache
def _stored():
    return json.loads(_FILE.read_text(encoding="utf-8"))


def store(points, ways):
    """Writes data/judged.json.

    Args:
        points: `judged_points()`. ways: of each of WAYS, triples of a point's number, the expected time [s],
            and the factor to the ends of its interval [1].
    """
    text = json.dumps({"fingerprint": fingerprint(points), "ways": ways}, separators=(",", ":"))
    _FILE.write_text(text.replace("],[", "],\n[") + "\n", encoding="utf-8")
    _stored.cache_clear()


def tell_outdated(tell):
    """Gives a function what is wrong with an outdated judgement, in place of raising it.

    A site that shows the old predictions can be written on meanwhile; whoever publishes it must refuse.
    """
    _tell[0] = tell


def _judged(way):
    """Triples of a point's number, the expected time [s], and the factor to the ends of its interval [1].

    Raises:
        InputError: the file is older than the measurements.
    """
    (points, current), stored = _current(), _stored()
    if stored["fingerprint"] == current:
        return stored["ways"][way]
    said = (
        f"llmmath/evidence/data/{_FILE.name}:1: it is older than the measurements, or than a formula or "
        "record that predicts them; 'make fit' writes it anew, in some minutes"
    )
    if _tell[0] is None:
        raise InputError(said)
    _tell[0](said)
    return [one for one in stored["ways"][way] if one[0] < len(points)]


def expected_seconds(way):
    """Number of a point -> what was predicted of it by a fit that had not seen it [s].

    Args:
        way: a key of WAYS.

    Raises:
        InputError: the file is older than the measurements.
    """
    return {number: expected for number, expected, _ in _judged(way)}


def rows(way, unexplained=False):
    """What was predicted of every point by a fit that had not seen it.

    Args:
        way: a key of WAYS. unexplained: whether points of series of which some took less time than the bound
            are among them.

    Returns:
        list of pairs of a `measurements.Point` and a dict of low, expected and high [s].

    Raises:
        InputError: the file is older than the measurements.
    """
    points, _ = _current()
    return [
        (points[number], {"low": expected / reach, "expected": expected, "high": expected * reach})
        for number, expected, reach in _judged(way)
        if unexplained or not points[number].unexplained
    ]


def summary(way, of=lambda point: True, unexplained=False, since=None):
    """How far predictions of unseen points are from what was measured.

    Args:
        way, unexplained: as in `rows`. of: says of a point whether it counts. since: year of the engine from
            which on points count, None for all.

    Returns:
        dict: points, systems (how many); median, p90, worst: distance of expected from measured time, as a
        share of the measured one [1]; coverage: share of the points inside of their interval [1]. None where
        there is no point.

    Source: data/judged.json.
    """
    judged = [
        (point, found)
        for point, found in rows(way, unexplained)
        if of(point) and (since is None or point.year >= since)
    ]
    if not judged:
        return None
    errors = sorted(abs(found["expected"] / point.seconds - 1) for point, found in judged)
    inside = sum(found["low"] <= point.seconds <= found["high"] for point, found in judged)
    return {
        "points": len(judged),
        "systems": len({system(point) for point, _ in judged}),
        "median": median(errors),
        "p90": errors[math.ceil(0.9 * len(errors)) - 1],
        "worst": errors[-1],
        "coverage": inside / len(judged),
    }


def ratios(way, of=lambda point: True):
    """Predictions of unseen points beside what was measured.

    Args:
        way: a key of WAYS. of: says of a point whether it counts.

    Returns:
        list of triples: a measured time [s], the ratio of the expected time to it [1], the key of the series.

    Source: data/judged.json.
    """
    return [
        (point.seconds, found["expected"] / point.seconds, point.series)
        for point, found in rows(way)
        if of(point)
    ]
