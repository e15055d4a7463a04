"""Our own measurements of decoding, beside the prediction from the rates measured in the same run.

The files are what `benchmarks/decode.py` writes. Nothing is taken from a data sheet: bandwidth is that of
copying, the peak that of a product of square matrices, both on the same device in the same minutes.
"""

from statistics import median

from .. import ledger, traffic
from ..errors import UnknownName
from ..formulas.roofline import compute_seconds, memory_seconds, step_seconds, unoverlapped_seconds
from ..records import dtypes, models, stored
from . import run_files

COLUMNS = ("date", "device", "threads", "torch", "dtype", "model", "batch", "context",
           "copy_bandwidth_median", "matrix_rate_median", "step_median", "step_p10", "step_p90")  # fmt: skip
# Unit of each entry of a row of `read` and of `summary`.
UNITS = {
    "threads": "1",
    "batch": "1",
    "context": "token",
    "steps": "1",
    **{
        f"{name}_{percentile}": unit
        for name, unit in {
            "copy_bandwidth": "B/s",
            "linear_1_bandwidth": "B/s",
            "linear_2_bandwidth": "B/s",
            "matrix_rate": "FLOP/s",
            "step": "s",
        }.items()
        for percentile in ("p10", "median", "p90")
    },
    "memory_seconds": "s",
    "compute_seconds": "s",
    "predicted": "s",
    "predicted_low": "s",
    "predicted_high": "s",
    "unoverlapped": "s",
    "ratio": "1",
    "ratio_low": "1",
    "ratio_median": "1",
    "ratio_high": "1",
    "single_ratio": "1",
    "linear_1_share": "1",
    "linear_2_share": "1",
    "spread": "1",
}


def read(path):
    """The rows of a file of measurements, each with its prediction.

    Args:
        path: of a CSV that `benchmarks/decode.py` has written.

    Returns:
        list of dicts: the file's columns, numbers as numbers, times in seconds and rates in B/s and FLOP/s;
            and

        - memory_seconds, compute_seconds: at the rates of the same run [s].
        - predicted, predicted_low, predicted_high: time of one operation after the other, each the longer of
          its reading and its arithmetic, at the median rates, and at the faster and the slower tenth of the
          copies and products [s].
        - unoverlapped: the sum of all reading and arithmetic [s]. bound_by: what most of `predicted` waits
          for, "memory" or "compute".
        - ratio: measured over predicted [1].

    Raises:
        InputError: a file without the columns, or with a row that is not of numbers.

    Source: sums of `ledger`; the file.
    """
    return [_predicted(row, where) for row, where in run_files.rows(path, COLUMNS, "benchmarks/decode.py")]


def _numbers(row, where):
    """A row with the columns that are no texts as numbers."""
    texts = ("date", "device", "torch", "python", "dtype", "model")
    return {name: row[name] if name in texts else run_files.number(row, name, where) for name in row}


def _predicted(row, where):
    row = _numbers(row, where)
    row |= {key: int(row[key]) for key in ("batch", "context", "threads", "steps") if key in row}
    try:
        dtype, model = dtypes.get(row["dtype"]), models.get(row["model"])
    except UnknownName as error:
        raise UnknownName(f"{where}: {error}") from None
    weights = stored.uniform(model, dtype)
    operations = [
        (
            traffic.step_bytes([operation], row["batch"], weights, dtype.bytes_per_value),
            traffic.flops([operation]),
        )
        for operation in ledger.decode(model, row["context"], row["batch"])
    ]

    def times(percentile):
        """Pairs of the time that each operation reads, and that it multiplies [s]."""
        bandwidth, rate = (row[f"{name}_{percentile}"] for name in ("copy_bandwidth", "matrix_rate"))
        return [
            (
                memory_seconds(n_bytes=n_bytes, memory_bandwidth=bandwidth),
                compute_seconds(flops=flops, peak_flops=rate),
            )
            for n_bytes, flops in operations
        ]

    def one_by_one(percentile):
        return sum(step_seconds(memory_seconds=m, compute_seconds=c) for m, c in times(percentile))

    middle = times("median")
    predicted = one_by_one("median")
    totals = {
        "memory_seconds": sum(memory for memory, _ in middle),
        "compute_seconds": sum(compute for _, compute in middle),
    }
    by_memory = sum(memory for memory, compute in middle if memory >= compute)
    return row | totals | {
        "predicted": predicted,
        "predicted_low": one_by_one("p90"),
        "predicted_high": one_by_one("p10"),
        "unoverlapped": unoverlapped_seconds(**totals),
        "bound_by": "memory" if 2 * by_memory >= predicted else "compute",
        "ratio": row["step_median"] / predicted,
    }  # fmt: skip


def _share(rows, column):
    if any(column not in row for row in rows):
        return None
    return median(row[column] / row["copy_bandwidth_median"] for row in rows)


def summary(rows):
    """What a file's rows say together.

    Args:
        rows: what `read` returned.

    Returns:
        dict:

        - device, date. ratio_low, ratio_median, ratio_high: measured over predicted [1].
        - single_ratio: the median of those at batch 1, where "memory bound" is tested [1]; None without one.
        - linear_1_share, linear_2_share: the rate at which a product with one and with two vectors reads its
          weights, over that of copying [1]; None where the file does not have it.
        - spread: half the distance from the tenth to the ninetieth percentile of a row's steps, as a share of
          their median; of these the median over the rows [1].

    Source: the file.
    """
    ratios = [row["ratio"] for row in rows]
    singles = [row["ratio"] for row in rows if row["batch"] == 1]
    return {
        "device": rows[0]["device"],
        "date": rows[0]["date"],
        "ratio_low": min(ratios),
        "ratio_median": median(ratios),
        "ratio_high": max(ratios),
        "single_ratio": median(singles) if singles else None,
        "linear_1_share": _share(rows, "linear_1_bandwidth_median"),
        "linear_2_share": _share(rows, "linear_2_bandwidth_median"),
        "spread": median((row["step_p90"] - row["step_p10"]) / 2 / row["step_median"] for row in rows),
    }
