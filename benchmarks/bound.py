"""The speed of a sweep: a million (accelerator, batch, context) points as arrays, beside a plain loop.

The loop computes the same figures one point at a time; it is run on a sample and its time scaled up. Only the
ratio travels to other machines. Run with `python benchmarks/bound.py`.
"""

import sys
import time
from pathlib import Path

ACCELERATORS = 25
BATCHES = 200
CONTEXTS = 200
SAMPLE = 2000
REPEATS = 5


def main():
    """Time both, and print points, seconds and the ratio."""
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    from llmmath.bound import sweep
    from llmmath.case import Case
    from llmmath.records import accelerators, models

    model = models.get("llama-3.1-8b")
    cards = [
        card for card in accelerators.load().values() if "bf16" in card.peak_flops and card.memory_capacity
    ]
    # A list that is long enough for a million points; the arithmetic does not care that cards come twice.
    cards = (cards * ACCELERATORS)[:ACCELERATORS]
    batches = list(range(1, BATCHES + 1))
    contexts = [model.n_positions * i // CONTEXTS for i in range(1, CONTEXTS + 1)]
    points = len(cards) * len(batches) * len(contexts)

    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        swept = sweep(model, cards, batches, contexts)
        times.append(time.perf_counter() - start)
    arrays = sorted(times)[REPEATS // 2]

    cases = [Case.of(model, card, dtype="bf16") for card in cards]
    step = points // SAMPLE
    start = time.perf_counter()
    for index in range(0, points, step):
        i, rest = divmod(index, len(batches) * len(contexts))
        j, k = divmod(rest, len(contexts))
        decoded = cases[i].decoded(batches[j], contexts[k])
        cases[i].held(batches[j], contexts[k])
        if abs(swept["step_seconds"][i, j, k] / decoded["step_seconds"] - 1) > 1e-9:
            raise AssertionError("the arrays and the loop disagree")
    loop = (time.perf_counter() - start) / len(range(0, points, step)) * points

    print(f"sweep of {points:,} points (accelerator, batch, context), {model.name}:")
    print(f"  arrays      {arrays:8.3f} s, median of {REPEATS}")
    print(f"  plain loop  {loop:8.1f} s, scaled up from {SAMPLE:,} points")
    print(f"  ratio       {loop / arrays:8.0f}")


if __name__ == "__main__":
    main()
