"""Fits how queries come to busy servers to published times to the first token.

    python -m benchmarks.fit_queues

writes llmmath/records/data/queues.toml. It takes the engines' constants as they are, so it runs after
benchmarks/fit_engines.py.
"""

from pathlib import Path

from llmmath.evidence import first_tokens

FILE = Path(__file__).resolve().parents[1] / "llmmath" / "records" / "data" / "queues.toml"
HEAD = """\
# How queries come, fitted to first tokens of busy servers by benchmarks/fit_queues.py: do not edit.
# waited_share: share of the others' prompts that a query waits for before its first token [1], the tenth and
# the ninetieth percentile, and what is expected. request_seconds: what a server takes for a request [s].
"""


def main():
    points = first_tokens.points()
    request = first_tokens.request_seconds(points)
    found = first_tokens.shares([point._replace(request=request) for point in points])
    inside = ", ".join(f"{end} = {value:.2g}" for end, value in found.items())
    text = f"{HEAD}\nwaited_share = {{ {inside} }}\nrequest_seconds = {request:.2g}\n"
    FILE.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
