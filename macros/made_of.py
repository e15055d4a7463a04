"""How a figure is made that is no one formula's result: an expression of what stands beside it, or a sum.

An expression is written with the names of `typeset.letters`. Those that are entries of what the figure's
function returns, its arguments or one of EXTRA have numbers: the expression is computed from them, and has to
make the figure.
"""

import ast
import inspect
import sys
from dataclasses import replace

from llmmath import expressions, ledger, totals
from llmmath.case import Case
from llmmath.deployment import Deployment
from llmmath.records import engines

from . import lookup, quantities, typeset
from .errors import MacroError
from .places import where

# A measured time beside the one that was expected of it, as a share of the measured.
_ERROR = "abs(seconds_expected / seconds_measured - 1)"
_RATIO = "seconds_measured / seconds_expected"
# Entry of a record function -> the expression that makes it.
EXPRESSIONS = {
    "bound.tokens_per_second_per_query": "tokens_per_second / batch",
    "bound.fits": "needed_bytes <= memory_capacity",
    "bound.bound_by": "largest(memory_bound_seconds, compute_bound_seconds, communication_seconds)",
    "bound.prefill_bound_by": (
        "largest(memory_seconds_of_prompts, compute_seconds_of_prompts, communication_seconds_of_prompts)"
    ),
    "bound.critical_batch": "weight_multiplying_seconds == weight_reading_seconds",
    "bound.memory_capacity": "n_accelerators * capacity_of_one",
    "bound.max_context": "min(largest_context, model_positions)",
    "estimate.running": "min(concurrency, fitting)",
    "estimate.output_tokens_per_s_per_query": "output_tokens_per_s / running",
    "estimate.parts_s.weights": "over(products, reading_share * operation_seconds)",
    "worked.context": "input + ceil(output / 2)",
    "worked.weights_attained": "weights_published / bandwidth_share",
    "worked.cache_attained": "cache_published / attention_bandwidth_share",
    "worked.prompts_together": "max(1, min(concurrency, prefill_tokens // input))",
    "worked.waited_share": "max(waited_share_fitted, 1 / output)",
    "worked.waited_seconds": "waited_share * (concurrency - 1) * prompt_seconds",
    "worked.half_step_seconds": "(1 - 1 / concurrency) * step_seconds / 2",
    "worked.others_seconds": "time_per_output_token_s - step_seconds",
    "worked.factor": "exp(deviations * spread)",
    "one_layer.attention_share": "attention / total",
    "token_cost.state_bytes": "state_values * bytes_per_value",
    "judged.median": f"median({_ERROR})",
    "judged.p90": f"quantile(0.9, {_ERROR})",
    "judged.coverage": "inside / points",
    "first_tokens.median": f"median({_ERROR})",
    "first_tokens.coverage": "inside / points",
    "own_run.ratio_median": f"median({_RATIO})",
    "own_run.ratio_high": f"max({_RATIO})",
    "own_run.ratio_low": f"min({_RATIO})",
    "own_run.single_ratio": f"median({_RATIO})",
    "own_run.spread": "median((seconds_p90 - seconds_p10) / (2 * seconds_median))",
    "own_run.linear_1_share": "median(bandwidth_attained / copy_bandwidth)",
    "own_run.linear_2_share": "median(bandwidth_attained / copy_bandwidth)",
    "gpu_run.ratio_median": f"median({_RATIO})",
    "gpu_run.ratio_high": f"max({_RATIO})",
    "gpu_run.ratio_low": f"min({_RATIO})",
    "gpu_run.coverage": "inside / points",
    "gpu_rate.copy_share": "bandwidth_attained / memory_bandwidth",
    "gpu_rate.read_share": "bandwidth_attained / memory_bandwidth",
    "gpu_rate.peak_share_median": "median(flops_attained / peak_flops)",
    "gpu_rate.peak_share_high": "max(flops_attained / peak_flops)",
    "gpu_prompt.attention_share": "more_flops / (more_seconds * peak_flops)",
}
_ON_TOP = {totals.SENDING: " + communication_seconds", totals.FIXED: " + fixed_seconds"}
_STEP = "over(operations, max(memory_seconds, compute_seconds))"
# Entry that is a sum of parts -> what is summed.
SUMS = {
    "count.parameters": "over(parts, part_parameters)",
    "count.active_parameters": "over(parts, part_parameters)",
    "count.weight_bytes": "over(parts, n_parameters * bytes_per_weight)",
    "count.kv_cache_bytes": "over(layers, values_per_token * n_tokens * bytes_per_value)",
    "token_cost.kept_bytes": "over(layers, values_per_token * n_tokens * bytes_per_value) + state_bytes",
    "bound.step_seconds": f"{_STEP} + communication_seconds + fixed_seconds",
    "bound.prefill_seconds": f"{_STEP} + communication_seconds + fixed_seconds",
    "bound.memory_bound_seconds": "over(operations_that_wait_for_memory, memory_seconds)",
    "bound.compute_bound_seconds": "over(operations_that_wait_for_arithmetic, compute_seconds)",
    "bound.weights_bytes": "over(parts, n_parameters * bytes_per_weight)",
    "bound.kv_cache_bytes": "over(layers, values_per_token * n_tokens * bytes_per_value)",
    "estimate.time_per_output_token_s": "over(parts, part_seconds)",
    "estimate.parts_s.weights": "over(products, reading_share * operation_seconds)",
    "worked.n_operations": "over(layers, launches)",
    "worked.weight_bytes": "over(products, n_parameters * bytes_per_weight)",
    "worked.cache_bytes": "over(layers, values_per_token * n_tokens * bytes_per_value)",
    "worked.arithmetic_flops": "over(parts, part_flops)",
    "worked.prompt_flops": "over(parts, part_flops)",
    "worked.operations_seconds": "over(operations, operation_seconds)",
    "worked.arithmetic_attained": "over(operations, compute_seconds / peak_share)",
    "worked.starting_seconds": "over(operations, part_seconds)",
    "worked.prompt_seconds": "(over(operations, operation_seconds) + latency_seconds) / prompts_together",
    "worked.prompt_seconds_alone": "over(operations, operation_seconds) + latency_seconds",
    "worked.step_seconds": "operations_seconds + latency_seconds",
}
# Of multiplications, where each part is a product that is told; else the parts alone.
_PRODUCTS = (
    "over(matrices, n_layers * n_inputs * n_outputs)"
    " + over(attention, n_layers * n_heads * n_context * head_dim)"
)
_MULTIPLICATIONS = "over(parts, part_multiplications)"
# Entry that nothing computes -> what it is. `*` stands for the rest of a name.
_FITTED = "a constant of the engine's record, fitted to measurements"
STATED = {
    **{f"worked.{name}": _FITTED for name in (*engines.CONSTANTS, "sharpness", "spread", "request_seconds")},
    "worked.deviations": "a property of the normal distribution: so many deviations hold 80 % of it",
    "worked.fitted_points": "counted: the measurements that the engine's constants were fitted to",
    "queues.*": "fitted to first tokens of busy servers, as the record of the queues states it",
    "estimate.input": "a length that is asked about, given on this page",
    "estimate.output": "a length that is asked about, given on this page",
    "judged.points": "counted: the measurements that are judged",
    "judged.systems": "counted: the pairs of an engine and a card that are judged",
    "first_tokens.points": "counted: the first tokens that are judged",
    "first_tokens.systems": "counted: the systems that are judged",
    "gpu_run.points": "counted: the rows of the run's file",
    "gpu_rate.launch_seconds": "measured: the median time that a row of the run's file has",
    "gpu_rate.launch_ungraphed_seconds": "measured: the median time that a row of the run's file has",
    "gpu_rate.small_product_seconds": "measured: the median time that a row of the run's file has",
    "gpu_prompt.attention_peak_share": _FITTED,
}


def _engine(arguments):
    return engines.get(arguments.get("engine", engines.TYPICAL), arguments["accelerator"])


def _case(arguments, **otherwise):
    """The case of a bound's arguments, those besides that `Case.of` takes."""
    taken = inspect.signature(Case.of).parameters
    given = {name: value for name, value in arguments.items() if name in taken}
    return Case.of(**{"dtype": None} | given | otherwise)


def _of_prompts(name):
    """Of the step that reads a bound's prompts, an entry [s]."""

    def of(arguments):
        return _case(arguments).prefilled(arguments["batch"], arguments["context"])[name]

    return of


def _largest_context(arguments):
    """Positions that each query of a bound can cache, however many the model has [token]."""
    endless = replace(arguments["model"], n_positions=None)
    return _case(arguments, model=endless).max_context(arguments["batch"])


# What tells how many queries fit where nothing else is said of how it is run.
_PLAIN = {"model", "accelerator", "dtype", "engine", "concurrency", "input", "output"}


def _fitting(arguments):
    """Queries that fit at the length that they have while they run [1]; None where more is said."""
    if not _PLAIN.issuperset(arguments):
        return None
    engine = _engine(arguments)
    length = engine.held_tokens(arguments["input"], arguments["output"])
    deployment = Deployment.of(arguments["model"], arguments["accelerator"], dtype=arguments.get("dtype"))
    return int(deployment.max_queries(length, engine.memory_share, engine.max_queries))


# Of names in EXPRESSIONS that are no entry and no argument: unit, and the number from the arguments.
EXTRA = {
    "capacity_of_one": ("B", lambda arguments: arguments["accelerator"].memory_capacity),
    "model_positions": ("token", lambda arguments: arguments["model"].n_positions),
    "fitting": ("1", _fitting),
    "largest_context": ("token", _largest_context),
    "memory_seconds_of_prompts": ("s", _of_prompts("memory_bound_seconds")),
    "compute_seconds_of_prompts": ("s", _of_prompts("compute_bound_seconds")),
    "communication_seconds_of_prompts": ("s", _of_prompts("communication_seconds")),
    "prefill_tokens": ("token", lambda arguments: _engine(arguments).prefill_tokens),
    "waited_share_fitted": ("1", lambda arguments: engines.queues()["waited_share"]["expected"]),
    "state_values": ("1", lambda arguments: ledger.state_values(arguments["model"])),
    "bytes_per_value": ("B", lambda arguments: 2),
}
# Units of arguments.
ARGUMENTS = {"batch": "1", "concurrency": "1", "input": "token", "output": "token", "n_accelerators": "1"}


def stated(name):
    """What a figure is that nothing computes; None for one that is computed."""
    return STATED.get(name) or STATED.get(f"{name.split('.')[0]}.*")


def text_of(name, total=None):
    """The expression that makes the figure called `name`; None where none is known."""
    known = EXPRESSIONS if total is None else SUMS
    ending = name.split(".")[-1]
    if ending in ("bound", "low", "expected", "high"):
        name = name.removesuffix(f".{ending}")
    if total is not None and ("multiplications" in name):
        whole = total.products and set(total.products) == set(total.parts)
        plain = whole and all(len(factors) < 5 for one in total.products.values() for factors in one)
        return _PRODUCTS if plain else _MULTIPLICATIONS
    text = known.get(name)
    if text and total is not None:
        for part, letter in _ON_TOP.items():
            text = text if part in total.parts else text.replace(letter, "")
    return text


def names_of(name):
    """What the expression of a figure is made of, as a reader says it."""
    tree = ast.parse(text_of(name) or "0", mode="eval")
    called = [node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call)]
    found = [node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id not in called]
    return [typeset.words_of(one) for one in dict.fromkeys(found)]


def numbers(name, arguments, found, result):
    """Values of the names in an expression: name -> (value, unit); empty where one of them has none.

    Args:
        name: of the figure, result: it itself. arguments: of its function, records as records. found: what
            the function returned.

    Raises:
        MacroError: an expression that does not make the figure.
    """
    text = text_of(name)
    names = [node.id for node in ast.walk(ast.parse(text, mode="eval")) if isinstance(node, ast.Name)]
    called = [node.func.id for node in ast.walk(ast.parse(text, mode="eval")) if isinstance(node, ast.Call)]
    if "over" in called or "median" in called or "quantile" in called:
        return {}
    values = {one: _value(one, name, arguments, found) for one in names if one not in called}
    if any(value is None or value[0] is None for value in values.values()):
        return {}
    made = expressions.computed(text, {one: value for one, (value, _) in values.items()})
    if not expressions.agrees(made, result):
        file, line = where(numbers)
        raise MacroError(f"{file}:{line}: {text} makes {made}; expected {result}, which is {name}")
    return values


def _value(one, name, arguments, found):
    """(value, unit) of a name in the expression of a figure; None where it has none."""
    end = name.split(".")[-1]
    units = getattr(sys.modules[lookup.function(name).__module__], "UNITS", {})
    if one == "inside" and isinstance(found, dict) and "coverage" in found:
        return expressions.counted(found["coverage"], found["points"]), "1"
    if one in EXTRA and one not in (found or {}):
        unit, of = EXTRA[one]
        return of(arguments), unit
    entry = found.get(one) if isinstance(found, dict) else None
    if isinstance(entry, dict):
        entry = entry.get(end)
    if entry is not None:
        return entry, units.get(one, "1")
    return (arguments[one], ARGUMENTS[one]) if one in ARGUMENTS and one in arguments else None


def shown(name, row, total, values, width):
    """MathML of how a figure is made, and below it the same with numbers; empty where it is not known.

    Args:
        name: of the figure. row: as `values.Figures.add` made it. total: its `totals.Total`, or None.
        values: what `numbers` gave. width: room for a line [em].
    """
    text = text_of(name, total)
    if text is None:
        return ""
    entry = name.split(".")[-1]
    if entry in ("bound", "low", "expected", "high"):
        entry = name.split(".")[-2]
    formula = typeset.equation(entry, text, width)
    result = _readable(row["value"], row["unit"])
    if total is not None:
        return f"{formula}{_added(total, result, width)}"
    if not values:
        return formula
    written = {one: _readable(value, unit) for one, (value, unit) in values.items()}
    exactly = all(one[2] for one in (*written.values(), result))
    shorter = {one: three[:2] for one, three in written.items()}
    return f"{formula}{typeset.with_numbers(text, shorter, result[:2], exactly, width)}"


def _added(total, result, width):
    """The line of a sum's numbers: its parts or, of one part alone, what is multiplied for it."""
    factors = list(total.products.values())
    if len(total.parts) == 1 and len(factors) == 1 and len(factors[0]) == 1:
        written = [_readable(factor, "1")[:2] for factor in factors[0][0]]
        return typeset.multiplied(written, result[:2], result[2], width)
    terms = [_readable(value, total.unit) for value in total.parts.values()]
    exactly = all(term[2] for term in (*terms, result))
    return typeset.added([term[:2] for term in terms], result[:2], exactly, width)


def _readable(value, unit):
    if isinstance(value, (bool, str)):
        return quantities.write(value, unit), "", True
    return quantities.readable(value, unit)
