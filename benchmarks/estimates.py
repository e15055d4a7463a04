"""How far the estimates are from what was measured, for engines-and-cards, models and batches never seen.

Prints what llmmath/evidence/data/judged.json holds, as `python -m benchmarks.fit_engines` wrote it. Run with
`python benchmarks/estimates.py`.
"""

import sys
from pathlib import Path

WORDS = {
    "system": "engine and card", "model": "model", "engine": "engine", "batch": "larger half of batches",
}  # fmt: skip


def main():
    """A line for each way of leaving out, then one for each engine where a whole engine and card was left
    out."""
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    from llmmath.evidence import judged

    print(
        f"{'left out':24}{'points':>8}{'systems':>9}{'median':>9}{'90 %':>9}{'worst':>9}{'in interval':>13}"
    )
    for way, words in WORDS.items():
        _line(words, judged.summary(way))
    print()
    families = sorted({point.family for point in judged.used_points()})
    for family in families:
        _line(family, judged.summary("system", lambda point, family=family: point.family == family))


def _line(words, found):
    errors = (f"{found[name]:9.1%}" for name in ("median", "p90", "worst"))
    print(f"{words:24}{found['points']:8}{found['systems']:9}{''.join(errors)}{found['coverage']:13.1%}")


if __name__ == "__main__":
    main()
