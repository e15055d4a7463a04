"""How far below the bound real systems run: shares of the peaks and a fixed time, fitted and judged apart.

Fitted on every other point of a series, judged on the points between and on series that were never fitted.
The error of a prediction is its distance from the measured time as a share of that time.
"""

from itertools import product
from statistics import median

from ..errors import InputError
from .measurements import BOUND, Attained, get, keys

# Fewer points than these leave nothing to judge on.
FEWEST = 8
# Unit of each entry of `fit`, `errors`, `residuals` and `carried`; an entry stands for all below it.
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
    "one_constant": "1",
    "fitted": "1",
    "judged": "1",
}


def halves(series):
    """Every other point of a series, the first among them, and the points between: (fitted, judged)."""
    return series.points[::2], series.points[1::2]


def fit(points):
    """The shares and the fixed time with the least squares of relative errors over `points`.

    Shares stay at 1 at the most and the fixed time at 0 at the least. Where no point is bound by arithmetic,
    its share cannot be told and stays 1.

    Args:
        points: list of `measurements.Point`.

    Returns:
        Attained.

    Raises:
        InputError: no points.

    Source: least squares; the steps' bound by which of the times decides is found again until it stays.
    """
    import numpy as np

    if not points:
        raise InputError("there are no points to fit; expected one at least")
    best = None
    for start in (BOUND, Attained(0.7, 0.5, 5e-5), Attained(0.5, 0.9, 0), Attained(0.9, 0.3, 1e-4)):
        attained = start
        for _ in range(30):
            system = np.array([_linear(point, attained) for point in points])
            found = _bounded(system[:, :3], system[:, 3])
            if found == attained:
                break
            attained = found
        squares = sum(error(point, attained) ** 2 for point in points)
        if best is None or squares < best[0]:
            best = squares, attained
    return best[1]


def _linear(point, attained):
    """Factors of 1 / each share (bandwidth, peak), fixed time, and the rest, over the measured time."""
    by_memory = by_compute = sent = layers = 0
    for steps, memory, compute, sending in point.parts:
        times = (memory / attained.bandwidth_fraction, compute / attained.peak_fraction, sending)
        longest = times.index(max(times))
        by_memory += steps * memory * (longest == 0)
        by_compute += steps * compute * (longest == 1)
        sent += steps * sending * (longest == 2)
        layers += steps * point.model.n_layers
    return (
        by_memory / point.seconds,
        by_compute / point.seconds,
        layers / point.seconds,
        1 - sent / point.seconds,
    )


def _bounded(coefficients, right):
    """Least squares with both reciprocals at least 1 and the fixed time at least 0."""
    import numpy as np

    lowest = np.array([1.0, 1.0, 0.0])
    best = None
    for at_bound in product((False, True), repeat=3):
        free = [i for i in range(3) if not at_bound[i] and coefficients[:, i].any()]
        solution = lowest.copy()
        if free:
            rest = right - coefficients @ np.where(np.isin(np.arange(3), free), 0, lowest)
            solution[free] = np.linalg.lstsq(coefficients[:, free], rest, rcond=None)[0]
        if (solution < lowest).any():
            continue
        squares = ((coefficients @ solution - right) ** 2).sum()
        if best is None or squares < best[0] - 1e-15:
            best = squares, solution
    solution = best[1]
    return Attained(float(1 / solution[0]), float(1 / solution[1]), float(solution[2]))


def error(point, attained):
    """Predicted over measured time of a point, less one [1]."""
    return point.predicted_seconds(attained) / point.seconds - 1


def errors(points, attained):
    """How wrong predictions are: dict of points (how many), worst and median error, both without sign [1]."""
    sizes = [abs(error(point, attained)) for point in points]
    return {"points": len(sizes), "worst": max(sizes), "median": median(sizes)}


def residuals(series):
    """How a series compares with the bound, and with what is fitted to half of it.

    Returns:
        dict: key, title, points (how many); ratio_low, ratio_median, ratio_high: of the bound's time to the
        measured one [1]; spread: half the distance from low to high, as a share of the middle [1];
        one_constant: errors of the bound divided by its median ratio, over all points; attained, fitted,
        judged: what is fitted to every other point, its errors there, and on the points between; None below
        FEWEST points.
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
        "one_constant": {
            "worst": max(abs(ratio / middle - 1) for ratio in ratios),
            "median": median(abs(ratio / middle - 1) for ratio in ratios),
        },
        "attained": None,
        "fitted": None,
        "judged": None,
    }
    if len(ratios) >= FEWEST:
        fitted, judged = halves(series)
        attained = fit(fitted)
        found |= {
            "attained": attained,
            "fitted": errors(fitted, attained),
            "judged": errors(judged, attained),
        }
    return found


def carried(key):
    """What is fitted to half of one series, judged on all series that it was not fitted to.

    Args:
        key: of the series to fit.

    Returns:
        dict: fitted_to (its key), attained, and judged: list of dicts with key, title, same_engine, and the
        errors of `errors`; the first is the other half of the series itself.
    """
    series = get(key)
    fitted, between = halves(series)
    attained = fit(fitted)
    judged = [
        {"key": key, "title": f"{series.title}: the points between", "same_engine": True}
        | errors(between, attained)
    ]
    for other in keys():
        if other != key:
            one = get(other)
            judged.append(
                {"key": other, "title": one.title, "same_engine": one.engine == series.engine}
                | errors(one.points, attained)
            )
    return {"fitted_to": key, "attained": attained, "fitted": errors(fitted, attained), "judged": judged}


def summary():
    """`residuals` of every series, in the file's order."""
    return [residuals(get(key)) for key in keys()]
