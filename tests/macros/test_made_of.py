"""Every expression of a figure makes it: from the numbers shown, or over the parts or points it is of."""

from pathlib import Path

import numpy as np
import pytest

from llmmath import attained, ledger, totals
from llmmath.bound import bound
from llmmath.case import Case
from llmmath.deployment import Deployment
from llmmath.estimate import estimate
from llmmath.evidence import first_tokens, gpu_runs, judged, own_runs
from llmmath.records import accelerators, engines, models
from llmmath.worked import worked
from macros import lookup, made_of
from macros.errors import MacroError

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / "benchmarks/results"
LLAMA, H100 = models.get("llama-3.1-8b"), accelerators.get("h100-sxm")
SERVED = {"concurrency": 64, "input": 1024, "output": 256, "engine": "vllm"}
FUNCTIONS = {
    "abs": np.abs, "max": max, "min": min, "median": np.median,
    "over": lambda what, values: np.sum(values),
    "quantile": lambda share, values: np.quantile(values, share, method="inverted_cdf"),
    "largest": lambda *times: ("memory", "compute", "communication")[int(np.argmax(times))],
}  # fmt: skip


def of_max_context(batch):
    def case():
        machine = Case.of(LLAMA, H100, dtype=None)
        # the longest that leaves nothing missing, found by halving
        low, high = 1, 10**7
        while low < high:
            middle = (low + high + 1) // 2
            fits = machine.held(batch, middle)["missing_bytes"] == 0
            low, high = (middle, high) if fits else (low, middle - 1)
        found = bound(LLAMA, H100, batch=batch, context=1)["max_context"]
        return found, {"largest_context": low, "model_positions": 131_072}

    return case


def of_judged(name):
    def case():
        pairs = [(point.seconds, found["expected"]) for point, found in judged.rows("system")]
        return judged.summary("system")[name], dict(
            zip(("seconds_measured", "seconds_expected"), np.array(pairs).T)
        )

    return case


def of_first_tokens():
    busy = [point for point in first_tokens.points() if point.batch > 1]
    expected = [
        first_tokens.told(point, first_tokens.shares([one for one in busy if one.system != point.system]))[
            "expected"
        ]
        for point in busy
    ]
    return first_tokens.summary()["median"], {
        "seconds_expected": np.array(expected),
        "seconds_measured": np.array([point.seconds for point in busy]),
    }


def of_own_run(name, batch=None):
    def case():
        rows = own_runs.read(RESULTS / "decode-cpu.csv")
        chosen = [row for row in rows if batch in (None, row["batch"])]

        def column(key):
            return np.array([row[key] for row in chosen])

        values = {
            "seconds_measured": column("step_median"),
            "seconds_expected": column("predicted"),
            "seconds_median": column("step_median"),
            "seconds_p10": column("step_p10"),
            "seconds_p90": column("step_p90"),
            "copy_bandwidth": column("copy_bandwidth_median"),
        }
        if name.startswith("linear"):
            values["bandwidth_attained"] = column(f"{name.removesuffix('_share')}_bandwidth_median")
        return own_runs.summary(rows)[name], values

    return case


def of_gpu_run(name):
    def case():
        rows = gpu_runs.steps(RESULTS / "steps-h200.csv")
        return gpu_runs.summary(rows)[name], {
            "seconds_measured": np.array([row["seconds_median"] for row in rows]),
            "seconds_expected": np.array([row["expected"] for row in rows]),
        }

    return case


def of_gpu_rate(name):
    def case():
        rows = gpu_runs.rates(RESULTS / "rates-h200.csv")
        card = accelerators.get("h200-sxm")
        vector = [row for row in rows if row["what"] == "product" and row["rows"] == 1]
        chosen = {
            "copy_share": [row for row in rows if row["what"] == "copy"][:1],
            "read_share": [max(vector, key=lambda row: row["bytes"])],
        }.get(name, [row for row in rows if row["what"] == "product" and row["rows"] >= 1024])
        seconds = np.array([row["seconds_median"] for row in chosen])
        return gpu_runs.attained_rates(rows)[name], {
            "bandwidth_attained": np.array([row["bytes"] for row in chosen]) / seconds,
            "flops_attained": np.array([row["flops"] for row in chosen]) / seconds,
            "memory_bandwidth": card.memory_bandwidth,
            "peak_flops": card.peak_flops["bf16"],
        }

    return case


def of_attention_in_prompts():
    rows = gpu_runs.steps(RESULTS / "steps-h200.csv")
    long, short = (
        next(
            row["seconds_median"]
            for row in rows
            if (row["model"], row["task"], row["batch"], row["fused"], row["context"])
            == ("llama-3.1-8b", "prefill", 1, False, n)
        )
        for n in (32768, 8192)
    )
    # causal pairs of the long prompt less those of four short ones, 32 layers of 32 heads of 128, scores and
    # values, two operations for each multiplication
    pairs = 32768 * 32769 / 2 - 4 * 8192 * 8193 / 2
    return gpu_runs.attention_in_prompts(rows)["attention_share"], {
        "more_flops": 2 * 2 * 32 * 32 * 128 * pairs,
        "more_seconds": long - 4 * short,
        "peak_flops": 989e12,
    }


CASES = {
    "judged.median": of_judged("median"),
    "judged.p90": of_judged("p90"),
    "first_tokens.median": of_first_tokens,
    "own_run.ratio_median": of_own_run("ratio_median"),
    "own_run.ratio_high": of_own_run("ratio_high"),
    "own_run.ratio_low": of_own_run("ratio_low"),
    "own_run.single_ratio": of_own_run("single_ratio", batch=1),
    "own_run.spread": of_own_run("spread"),
    "own_run.linear_1_share": of_own_run("linear_1_share"),
    "own_run.linear_2_share": of_own_run("linear_2_share"),
    "gpu_run.ratio_median": of_gpu_run("ratio_median"),
    "gpu_run.ratio_high": of_gpu_run("ratio_high"),
    "gpu_run.ratio_low": of_gpu_run("ratio_low"),
    "gpu_rate.copy_share": of_gpu_rate("copy_share"),
    "gpu_rate.read_share": of_gpu_rate("read_share"),
    "gpu_rate.peak_share_median": of_gpu_rate("peak_share_median"),
    "gpu_rate.peak_share_high": of_gpu_rate("peak_share_high"),
    "gpu_prompt.attention_share": of_attention_in_prompts,
}


def test_the_sum_of_what_a_step_launches_is_of_every_product():
    # q, k, v, o, gate, up, down and two products of attention in each of 32 layers, and the head
    total = totals.of("worked", "n_operations", {"model": LLAMA, "accelerator": H100, **SERVED})
    assert list(total.parts.values()) == [32] * 9 + [1]
    assert totals.added(total) == worked(LLAMA, H100, **SERVED)["n_operations"] == 289
    assert made_of.text_of("worked.n_operations", total) == "over(layers, launches)"


def test_what_a_token_waits_for_weights_is_the_sum_of_what_is_reading_in_each_product():
    given = {"model": LLAMA, "accelerator": H100, **SERVED}
    total = totals.of("estimate", "parts_s.weights", given)
    taken = Deployment.of(LLAMA, H100, dtype=None).step(64, 1024 + 128)
    engine = engines.get("vllm", H100)
    shares = np.array(attained.share_of_reading(taken, engine))
    of_weights = (np.array(attained.operations(taken, engine)) * shares)[~np.array(taken.attention)]
    assert totals.added(total) == pytest.approx(of_weights.sum(), rel=1e-12)
    assert totals.agrees(total, estimate(**given)["parts_s"]["weights"])
    # of queries that wait for room those that run are told; of how else it is run nothing is
    many = given | {"concurrency": 2000}
    assert totals.agrees(
        totals.of("estimate", "parts_s.weights", many), estimate(**many)["parts_s"]["weights"]
    )
    assert totals.of("estimate", "parts_s.weights", given | {"n_accelerators": 2}) is None


@pytest.mark.parametrize("engine", ["sglang", "vllm"])
def test_of_more_queries_than_fit_as_many_run_as_fit(engine):
    given = {"model": LLAMA, "accelerator": H100, **SERVED, "concurrency": 2000, "engine": engine}
    running = estimate(**given)["running"]
    values = made_of.numbers("estimate.running", given, {}, running)
    assert values == {"concurrency": (2000, "1"), "fitting": (running, "1")} and running < 2000
    # of several cards the popover says nothing that it has no number for
    assert made_of.numbers("estimate.running", given | {"n_accelerators": 2}, {}, running) == {}


@pytest.mark.parametrize(("batch", "context"), [(1, 32768), (512, 8192), (1, 1)])
def test_what_binds_prompts_is_the_largest_of_three_numbers(batch, context):
    given = {"model": LLAMA, "accelerator": H100, "batch": batch, "context": context}
    read = Case.of(LLAMA, H100, dtype=None).prefilled(batch, context)
    values = made_of.numbers("bound.prefill_bound_by", given, {}, bound(**given)["prefill_bound_by"])
    names = ("memory_bound_seconds", "compute_bound_seconds", "communication_seconds")
    assert [value for value, _ in values.values()] == [read[name] for name in names]


@pytest.mark.parametrize("batch", [1, 5])
def test_the_longest_context_is_that_which_fits_or_that_of_the_model(batch):
    figure, expected = of_max_context(batch)()
    given = {"model": LLAMA, "accelerator": H100, "batch": batch, "context": 1}
    values = made_of.numbers("bound.max_context", given, {}, figure)
    assert {name: value for name, (value, _) in values.items()} == expected


def test_of_one_query_the_positions_of_the_model_are_fewer_than_fit():
    figure, values = of_max_context(1)()
    assert figure == values["model_positions"] < values["largest_context"]


def test_at_the_critical_batch_products_with_the_weights_take_as_long_as_reading_them():
    batch = bound(LLAMA, H100, batch=1, context=1024)["critical_batch"]
    weights = [one for one in ledger.decode(LLAMA, 1024) if one.kind == "weight"]
    values = sum(one.weight_values for one in weights)
    equation = made_of.EXPRESSIONS["bound.critical_batch"]
    multiplying, reading = (side.strip() for side in equation.split("=="))
    times = {
        "weight_multiplying_seconds": batch * 2 * ledger.multiplications(weights) / 989e12,
        "weight_reading_seconds": 2 * values / 3.35e12,
    }
    assert times[multiplying] == pytest.approx(times[reading], rel=1e-3)


# What the popover has numbers for: a case of each function, by record.
GIVEN = {
    "bound": {"model": LLAMA, "accelerator": H100, "batch": 64, "context": 1024},
    "estimate": {"model": LLAMA, "accelerator": H100, **SERVED},
    "worked": {"model": LLAMA, "accelerator": H100, **SERVED},
    "one_layer": {"model": LLAMA, "context": 1024},
    "token_cost": {"model": models.get("qwen3-next-80b-a3b"), "context": 1024},
    "judged": {"way": "system"},
    "first_tokens": {},
}


@pytest.mark.parametrize(
    "name",
    [
        name
        for name in made_of.EXPRESSIONS
        if name not in {**CASES, **made_of.SUMS, "bound.critical_batch": 0}
    ],
)
def test_every_other_expression_is_computed_from_the_numbers_that_are_shown(name):
    head, entry = name.split(".", 1)
    if head == "gpu_run":
        given, found = {}, gpu_runs.summary(gpu_runs.steps(RESULTS / "steps-h200.csv"))
    else:
        given = GIVEN[head]
        found = lookup.function(head)(**given)
    if isinstance(found[entry], dict):
        name, figure = f"{name}.expected", found[entry]["expected"]
    else:
        figure = found[entry]
    assert made_of.numbers(name, given, found, figure)
    wrong = (
        not figure if isinstance(figure, bool) else "neither" if isinstance(figure, str) else 1.01 * figure
    )
    with pytest.raises(MacroError, match=f"which is {name}"):
        made_of.numbers(name, given, found, wrong)


@pytest.mark.parametrize("name", CASES)
def test_an_expression_over_parts_or_points_makes_the_figure(name):
    figure, values = CASES[name]()
    made = eval(made_of.EXPRESSIONS[name], {"__builtins__": {}}, FUNCTIONS | values)
    assert made == (figure if isinstance(figure, str) else pytest.approx(figure, rel=1e-9))
