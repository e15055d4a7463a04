"""Tables of estimates: expected times worked from the engine's constants, in their interval, below the bound.

What the constants are is the business of the fit and changes with it. How times follow from them is worked
here apart from the code, for Llama 3.1 8B, whose operations mostly wait for memory while it decodes.
"""

import re
import tomllib
from math import exp
from pathlib import Path

import pytest

from tests.site import html_tables

DATA = Path(__file__).resolve().parents[2] / "llmmath" / "records" / "data"
ATTAINED = tomllib.loads((DATA / "attained.toml").read_text(encoding="utf-8"))
ALL = r"\| One query, .*: tokens per second$|: tokens per second of all queries$|what a change buys$"
# Of Llama 3.1 8B: bytes of 16-bit weights that a step reads, and of a cached token; multiplications with the
# layers' weights; operations of a step: seven products and two of attention in 32 layers, and the LM head.
WEIGHTS, TOKEN, LAYERS, OPERATIONS = 15.010e9, 131_072, 6_979_588_096, 32 * 9 + 1

QUEUES = tomllib.loads((DATA / "queues.toml").read_text(encoding="utf-8"))
WAITED, REQUEST = QUEUES["waited_share"]["expected"], QUEUES["request_seconds"]


def constants(engine, place):
    return next(ATTAINED[key] for key in (f"{engine}@{place}", engine, "typical") if key in ATTAINED)


def step(engine, bandwidth, queries, context):
    """A decoding step of Llama 3.1 8B as far as it waits for memory [s]."""
    # each product of a layer, and attention as one, starts once
    reading = (WEIGHTS + (32 * 7 + 1) * engine["starting_bytes"]) / engine["bandwidth_share"]
    cache = queries * (context + 1) * TOKEN + 32 * engine["starting_bytes"]
    reading += cache / engine["attention_bandwidth_share"]
    host = queries * engine["query_latency"] + engine["step_latency"]
    return reading / bandwidth + OPERATIONS * engine["operation_latency"] + host


def prompt(engine, peak, tokens):
    """Reading a prompt of Llama 3.1 8B as far as it waits for arithmetic [s]."""
    products = 2 * LAYERS * (tokens + engine["padding_rows"]) / engine["peak_share"]
    return (products + 4 * 4096 * 32 * tokens**2 / 2 / engine["attention_peak_share"]) / peak


def rate(engine, bandwidth, peak, queries, tokens, output):
    """Tokens per second of all queries."""
    # the prompt gives the first token; where there are others half of the step under way is waited for
    steps = (output - 1 + (1 - 1 / queries) / 2) * step(engine, bandwidth, queries, tokens + output / 2)
    return queries * output / (steps + queries * prompt(engine, peak, tokens))


def numbers(cells):
    return [float(cell.replace(",", "")) for cell in cells]


def rates(tables):
    """(name, row, bound, expected, low, high) of every row with rates."""
    for name, table in html_tables.under(tables, ALL).items():
        at = table.header.index("token/s: bound")
        assert table.header[at : at + 3] == ["token/s: bound", "expected", "80% interval"], name
        for row in table.rows:
            if row[at] != "does not fit":
                yield name, row, *numbers(row[at : at + 2]), *numbers(row[at + 2].split(" – "))


def test_every_expected_rate_is_in_its_interval_and_no_rate_above_its_bound(tables):
    found = list(rates(tables))
    assert len(found) > 15
    for name, row, bound, expected, low, high in found:
        assert low < expected < high <= bound, (name, row)
        # The ends are as far away by a factor, but for a high one whose prompts or steps are at the bound.
        assert high / expected < 1.03 * expected / low, (name, row)
        if high < 0.8 * bound:
            assert expected / low == pytest.approx(high / expected, rel=0.03), (name, row)


def test_the_interval_of_one_query_is_the_engines_spread(tables):
    for name, row, _, expected, low, _ in rates(tables):
        if row[0] == "Llama 3.1 8B" and "RTX 4090" in row[2] and row[1] == "bf16":
            # a card that was measured
            spread = constants("typical", "NVIDIA datacenter GPU")["spread_measured"]["decode"]
            assert expected / low == pytest.approx(exp(1.2816 * spread), rel=0.02), (name, row)
            return
    raise AssertionError("no such row")


CARDS = {  # bandwidth [B/s] and dense 16-bit peak [FLOP/s]
    "GeForce RTX 4090": (1.008e12, 165.2e12),
    "A100 SXM, 80 GB": (2.039e12, 312e12),
    "H100 SXM": (3.35e12, 989e12),
}


def test_one_query_is_expected_at_what_the_constants_give(tables):
    seen = 0
    for name, row, _, expected, *_ in rates(tables):
        sizes = re.search(r"One query, (\S+) tokens in, (\S+) out, a tuned engine", name)
        if sizes and row[0] == "Llama 3.1 8B" and row[1] == "bf16" and row[2] in CARDS:
            tokens, output = numbers(sizes.groups())
            worked = rate(constants("typical", "NVIDIA datacenter GPU"), *CARDS[row[2]], 1, tokens, output)
            assert expected == pytest.approx(worked, rel=0.02), (name, row)
            seen += 1
    assert seen == 4


def test_many_queries_are_expected_at_what_the_constants_give(tables):
    (table,) = html_tables.under(tables, r": tokens per second of all queries$").values()
    engine = constants("vllm", "NVIDIA datacenter GPU")
    for queries, _, expected, _, each, most in table.rows:
        worked = rate(engine, *CARDS["A100 SXM, 80 GB"], int(queries), 1792, 256)
        # the more queries, the more operations take about as long for arithmetic as for memory
        assert float(expected.replace(",", "")) == pytest.approx(worked, rel=0.12), queries
        # of a query's further tokens each is a step, and what it has not waited for of the prompts of all
        # others comes between them
        others = (1 - WAITED) * (int(queries) - 1) * prompt(engine, 312e12, 1792)
        apart = step(engine, 2.039e12, int(queries), 1920) + others / 255
        assert float(each) == pytest.approx(1000 * apart, rel=0.12), queries
        assert most in ("weights", "cache", "latency", "prompts", "arithmetic")


def test_the_chart_of_batches_shows_what_the_table_shows(tables):
    (table,) = html_tables.under(tables, r": tokens per second of all queries$").values()
    (data,) = html_tables.under(tables, r"batching/ \| Data: .* tokens in, .* out$").values()
    assert data.header == ["queries at once", *(f"{end} [token/s]" for end in
                           ("bound", "80%: high", "expected", "80%: low"))]  # fmt: skip
    drawn = {row[0]: numbers(row[1:]) for row in data.rows}
    for queries, bound, expected, interval, *_ in table.rows:
        low, high = interval.split(" – ")
        assert drawn[queries] == pytest.approx(numbers([bound, high, expected, low]), rel=0.006), queries


def test_parts_of_a_token_add_up_and_launching_is_worked_from_the_constants(tables):
    table = tables["how-fast/ | What an output token waits for, as expected"]
    assert table.header == ["Part", "Time"]
    parts = {name.removesuffix(", which binds"): float(time.removesuffix(" ms")) for name, time in table.rows}
    assert sum(parts.values()) == pytest.approx(2 * parts["all"], rel=0.01)
    engine = constants("vllm", "NVIDIA datacenter GPU")
    host = OPERATIONS * engine["operation_latency"] + 64 * engine["query_latency"] + engine["step_latency"]
    assert parts["starting operations, and the host"] == pytest.approx(1000 * host, rel=0.01)
    caches = 64 * 1153 * TOKEN / 3.35e12 / engine["attention_bandwidth_share"]
    # of attention a little is told as arithmetic, which goes on beside the reading
    assert 0.9 * 1000 * caches < parts["reading caches"] < 1000 * caches


def test_what_a_change_buys_is_told_of_time_and_of_rate(tables):
    (table,) = html_tables.under(tables, r"what a change buys$").values()
    assert table.header[:3] == ["Change", "First token, ms", "Each token, ms"]
    assert table.header[-1] == "Largest part"
    by_change = {row[0]: row for row in table.rows}
    none = by_change["none"]
    engine = constants("vllm", "NVIDIA datacenter GPU")
    worked = rate(engine, *CARDS["H100 SXM"], 64, 1024, 256)
    assert numbers(none[4:5])[0] == pytest.approx(worked, rel=0.12)
    # its own prompt, its share of the others', half of the step that it finds the engine at, and the request;
    # read alone a prompt takes a little longer
    own = 1000 * prompt(engine, 989e12, 1024)
    first = own * (1 + 63 * WAITED) + 1000 * (step(engine, 3.35e12, 64, 1152) / 2 + REQUEST)
    assert numbers(none[1:2])[0] == pytest.approx(first, rel=0.12)
    for change in ("fp8 weights", "two cards, split", "half a prompt cached"):
        assert numbers(by_change[change][2:3])[0] < numbers(none[2:3])[0], change
    # the sum over both cards; each has the whole model, so that a step reads as many weights
    assert numbers(none[4:5])[0] < numbers(by_change["two cards, apart"][4:5])[0] < 2 * numbers(none[4:5])[0]
