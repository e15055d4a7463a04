"""How far below the bound real systems run: shares of the peaks and a fixed time, fitted and judged apart.

Judged by leaving out: a whole model, a whole card or a whole batch size is left out, the three numbers are
fitted to the rest, and what was left out is predicted; in turn for each of them. The error of a prediction is
its distance from the measured time as a share of that time.
"""

from functools import cache
from itertools import product
from statistics import median

from ..errors import InputError
from .measurements import Attained, get, keys

# Fewer points than these do not determine the three numbers.
FEWEST = 3
# Shares of the peak to start from, as shares of the bandwidth's: which operations are bound by arithmetic
# depends on nothing else, and from one start alone a fit can end in a valley that is not the deepest.
STARTS = tuple(1.5**step for step in range(-9, 5))
# What is left out as a whole. A number of cards is a card of its own kind: what links them comes in.
WAYS = {
    "model": lambda point: point.model.key,
    "card": lambda point: (point.accelerator.key, point.n_accelerators),
    "batch": lambda point: point.batch,
}
# Unit of each entry of what this module's functions return; an entry stands for all below it.
UNITS = {
    "bandwidth_fraction": "1",
    "peak_fraction": "1",
    "fixed_seconds_per_layer": "s",
    "attained.bandwidth_fraction": "1",
    "attained.peak_fraction": "1",
    "attained.fixed_seconds_per_layer": "s",
    "points": "1",
    "worst": "1",
    "median": "1",
    "ratio_low": "1",
    "ratio_median": "1",
    "ratio_high": "1",
    "spread": "1",
    **dict.fromkeys(WAYS, "1"),
    "fitted": "1",
    "judged": "1",
}


def fit(points):
    """The shares and the fixed time with the least squares of relative errors over `points`.

    Shares stay at 1 at the most and the fixed time at 0 at the least. Where no operation is bound by
    arithmetic, its share cannot be told and stays 1.

    Args:
        points: list of `measurements.Point`.

    Returns:
        Attained.

    Raises:
        InputError: no points.

    Source: least squares, from each of STARTS; which of its times bounds an operation is found again until it
        was found before.
    """
    if not points:
        raise InputError("there are no points to fit; expected one at least")
    system = _system(points)
    found = {}
    for attained in (Attained(peak_fraction=start) for start in STARTS):
        by_memory = _by_memory(system, attained)
        while by_memory.tobytes() not in found:
            attained = _bounded(*_linear(system, by_memory))
            seen, by_memory = by_memory.tobytes(), _by_memory(system, attained)
            coefficients, right = _linear(system, by_memory)
            found[seen] = float(((coefficients @ _factors(attained) - right) ** 2).sum()), attained
    return min(found.values(), key=lambda one: one[0])[1]


def _system(points):
    """Of all operations the point they belong to, their times of memory and of arithmetic; of all points
    their layers and their time of sending; each over the point's measured time."""
    import numpy as np

    pairs = [
        (place, part.steps * memory / point.seconds, part.steps * compute / point.seconds)
        for place, point in enumerate(points)
        for part in point.parts
        for memory, compute in part.pairs
    ]
    place, memory, compute = map(np.array, zip(*pairs))
    steps = [sum(part.steps for part in point.parts) for point in points]
    sent = [sum(part.steps * part.sending for part in point.parts) for point in points]
    seconds = np.array([point.seconds for point in points])
    layers = np.array([point.model.n_layers for point in points]) * steps
    return place, memory, compute, layers / seconds, np.array(sent) / seconds


def _by_memory(system, attained):
    """Of each operation whether reading is the longer of its two times."""
    _, memory, compute, _, _ = system
    return memory / attained.bandwidth_fraction >= compute / attained.peak_fraction


def _linear(system, by_memory):
    """Factors of 1 / each share (bandwidth, peak) and of the fixed time, and what they should add up to."""
    import numpy as np

    place, memory, compute, layers, sent = system

    def summed(times):
        return np.bincount(place, weights=times, minlength=len(layers))

    return np.column_stack((summed(memory * by_memory), summed(compute * ~by_memory), layers)), 1 - sent


def _factors(attained):
    return 1 / attained.bandwidth_fraction, 1 / attained.peak_fraction, attained.fixed_seconds_per_layer


def _bounded(coefficients, right):
    """Least squares with both reciprocals at least 1 and the fixed time at least 0."""
    import numpy as np

    lowest = np.array([1.0, 1.0, 0.0])
    best = None
    for at_bound in product((False, True), repeat=3):
        free = [i for i in range(3) if not at_bound[i] and coefficients[:, i].any()]
        solution = lowest.copy()
        if free:
            at_lowest = np.where(np.isin(np.arange(3), free), 0, lowest)
            solution[free] = np.linalg.lstsq(coefficients[:, free], right - coefficients @ at_lowest)[0]
        if (solution < lowest).any():
            continue
        squares = ((coefficients @ solution - right) ** 2).sum()
        if best is None or squares < best[0] - 1e-15:
            best = squares, solution
        if not any(at_bound):
            break  # nothing beats the deepest point of all where it is allowed
    solution = best[1]
    return Attained(float(1 / solution[0]), float(1 / solution[1]), float(solution[2]))


def error(point, attained):
    """Predicted over measured time of a point, less one [1]."""
    return point.predicted_seconds(attained) / point.seconds - 1


def errors(points, attained):
    """How wrong predictions are: dict of points (how many), worst and median error, both without sign [1]."""
    return _sizes([error(point, attained) for point in points])


def _sizes(found):
    sizes = [abs(one) for one in found]
    return {"points": len(sizes), "worst": max(sizes), "median": median(sizes)}


def folds(points, way):
    """What is fitted to all points but those of one model, of one card or of one batch size.

    Args:
        points: list of `measurements.Point`.
        way: a key of WAYS.

    Returns:
        dict: what is left out -> (Attained, constant), both of the points that remain; the constant is the
        median of the bound's time over the measured one [1]. Empty where there is nothing to leave out, or
        where leaving something out leaves fewer points than FEWEST.

    Source: as `fit`.
    """
    of = WAYS[way]
    found = {}
    for left_out in dict.fromkeys(map(of, points)):
        seen = [point for point in points if of(point) != left_out]
        if len(seen) < FEWEST:
            return {}
        found[left_out] = fit(seen), median(point.predicted_seconds() / point.seconds for point in seen)
    return found


@cache
def _folds_of_engine(engine, way):
    series = [get(key) for key in keys()]
    return folds([point for one in series if one.engine == engine for point in one.points], way)


@cache
def _folds_of_series(key, way):
    return folds(get(key).points, way)


def unseen(series, way):
    """Every point of a series, predicted by what never saw its model, its card or its batch size.

    A batch size is left out of the series itself; a model or a card of all series of its engine.

    Args:
        series: a Series of the file.
        way: a key of WAYS.

    Returns:
        list of (predicted by the fit [s], predicted by one constant [s]) in the order of the points; None
        where there are too few of what is left out.

    Source: as `folds`.
    """
    found = _folds_of_series(series.key, way) if way == "batch" else _folds_of_engine(series.engine, way)
    if not found:
        return None
    fits = [found[WAYS[way](point)] for point in series.points]
    return [
        (point.predicted_seconds(attained), point.predicted_seconds() / constant)
        for point, (attained, constant) in zip(series.points, fits)
    ]


def carried_over(series):
    """Every point of a series by what was fitted without its model, beside what was measured.

    Cards or batch sizes stand in where there is only one model.

    Args:
        series: a Series of the file.

    Returns:
        (list of dicts: predicted [s], ratio of predicted to measured [1], in the order of the points; the key
        of WAYS that was left out), or (None, None) where nothing can be left out.

    Source: as `unseen`.
    """
    for way in WAYS:
        found = unseen(series, way)
        if found is not None:
            return [
                {"predicted": fitted, "ratio": fitted / point.seconds}
                for (fitted, _), point in zip(found, series.points)
            ], way
    return None, None


def _judged(predicted, points):
    """Errors of the fit, and of one constant, over the points."""
    fitted, constant = (
        [one / point.seconds - 1 for one, point in zip(column, points)] for column in zip(*predicted)
    )
    return _sizes(fitted) | {"constant": _sizes(constant)}


def residuals(series):
    """How a series compares with the bound, and with what was fitted without it.

    Returns:
        dict: key, title, points (how many); ratio_low, ratio_median, ratio_high: of the bound's time to the
        measured one [1]; spread: half the distance from low to high, as a share of the middle [1];
        attained: what is fitted to all its points, None below FEWEST; model, card, batch: errors where that
        was left out, see `unseen`, and below `constant` those of the bound divided by the median ratio of
        what was seen; None where there are too few of what is left out.
    """
    ratios = sorted(point.predicted_seconds() / point.seconds for point in series.points)
    low, middle, high = ratios[0], median(ratios), ratios[-1]
    found = {
        "key": series.key,
        "title": series.title,
        "points": len(ratios),
        "ratio_low": low,
        "ratio_median": middle,
        "ratio_high": high,
        "spread": (high - low) / 2 / middle,
        "attained": fit(series.points) if len(ratios) >= FEWEST else None,
    }
    for way in WAYS:
        predicted = unseen(series, way)
        found[way] = None if predicted is None else _judged(predicted, series.points)
    return found


def overall():
    """Errors over the points of all series.

    Returns:
        dict: points (how many there are); model, card, batch: as in `residuals`, over the points of all
        series that have enough of it.

    Source: as `unseen`.
    """
    series = [get(key) for key in keys()]
    found = {"points": sum(len(one.points) for one in series)}
    for way in WAYS:
        predicted, points = [], []
        for one in series:
            of_one = unseen(one, way)
            if of_one is not None:
                predicted += of_one
                points += one.points
        found[way] = _judged(predicted, points)
    return found


def carried(key):
    """What is fitted to one series, judged on all others.

    Args:
        key: of the series to fit.

    Returns:
        dict: fitted_to (its key), attained, fitted: the errors on the series itself, and judged: list of
        dicts with key, title, same_engine, and the errors of `errors`.
    """
    series = get(key)
    attained = fit(series.points)
    others = [get(other) for other in keys() if other != key]
    judged = [
        {"key": other.key, "title": other.title, "same_engine": other.engine == series.engine}
        | errors(other.points, attained)
        for other in others
    ]
    return {
        "fitted_to": key, "attained": attained, "fitted": errors(series.points, attained), "judged": judged,
    }  # fmt: skip
