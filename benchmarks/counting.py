"""Speed of counting: a million points as arrays against a loop, and the start of the command line.

    python benchmarks/counting.py

Only the ratios travel from one machine to another.
"""

import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

# The package is taken from the tree that this file stands in, installed or not; its import follows the path.
ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from llmmath import ledger
from llmmath.records import models

N_POINTS = 10**6
LOOPED = 2000  # the loop's time for all points is that of these, scaled
KEYS = ("gpt2", "llama-3.1-8b", "mixtral-8x7b", "gemma-2-9b", "deepseek-v3")


def sweep(points_per_model):
    """Seconds to count decoding steps as arrays, and the counts."""
    numbers = np.random.default_rng(1)
    # floats: a batch of 512 at a long context passes 2**63 multiplications in the largest models
    contexts = {key: numbers.integers(1, 32768, points_per_model).astype(float) for key in KEYS}
    batches = {key: numbers.integers(1, 512, points_per_model).astype(float) for key in KEYS}
    start = time.perf_counter()
    counted = {
        key: ledger.multiplications(ledger.decode(models.get(key), contexts[key], batches[key]))
        for key in KEYS
    }
    return time.perf_counter() - start, counted, contexts, batches


def loop(contexts, batches, counted):
    """Seconds to count the first points one by one, each compared with the array's count."""
    n = LOOPED // len(KEYS)
    seconds = 0.0
    for key in KEYS:
        points = [(int(c), int(b)) for c, b in zip(contexts[key][:n], batches[key][:n])]
        model = models.get(key)
        start = time.perf_counter()
        found = [ledger.multiplications(ledger.decode(model, c, b)) for c, b in points]
        seconds += time.perf_counter() - start
        np.testing.assert_allclose(counted[key][:n], [float(value) for value in found], rtol=1e-12)
    return seconds / (n * len(KEYS))


def start_seconds(*arguments, repeats=15):
    """Median seconds of a Python process."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        subprocess.run([sys.executable, *arguments], cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def main():
    """Print both figures."""
    for key in KEYS:
        models.get(key)  # reading the records is not what is measured
    sweep(1000)
    arrays, counted, contexts, batches = min(
        (sweep(N_POINTS // len(KEYS)) for _ in range(3)), key=lambda r: r[0]
    )
    looped = loop(contexts, batches, counted) * N_POINTS
    print(
        f"{N_POINTS:,} points (model, context, batch): arrays {arrays:.3f} s, loop {looped:.1f} s,"
        f" ratio {looped / arrays:.0f} (at least 100)"
    )
    python = start_seconds("-c", "pass")
    count = start_seconds("-m", "llmmath", "count", "gpt2")
    print(
        f"start: python -c pass {python * 1e3:.0f} ms, llmmath count gpt2 {count * 1e3:.0f} ms,"
        f" ratio {count / python:.1f}, {(count - python) * 1e3:.0f} ms more (at most 150)"
    )


if __name__ == "__main__":
    main()
