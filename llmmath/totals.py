"""What a total is the sum of: the ledger's operations, part by part, to see a figure whole.

`of` takes a figure apart that `count`, `token_cost`, `bound`, `estimate` or `worked` states. Each part is
summed from the same operations by the same functions as the total is; `agrees` tells whether one is missing.
"""

import math
from collections import namedtuple

from . import attained, estimate, ledger, traffic, worked
from .case import Case
from .count import cache_type
from .deployment import Deployment, prompt_operations
from .formulas.roofline import compute_seconds, memory_seconds, step_seconds, tokens_per_second
from .records import engines, gguf_mixes, parameters
from .records.shapes import Attention

Total = namedtuple("Total", "parts unit formula argument others products", defaults=(None, None, {}, {}))
Total.__doc__ = """A figure as a sum, or as what a formula makes of one.

parts: name -> what it adds, in `unit`. formula: the function that the sum goes into as its `argument`, beside
`others`, its other arguments by name; None where the sum is the figure. products: name of a part -> what is
multiplied for it, tuples of factors of which the products are added; for parts that are so simple.
"""
# Of a step, what comes on top of its operations.
SENDING, FIXED, LATENCY = "all-reduces", "fixed time", "starting operations, and the host"


def of(function, path, arguments):
    """The figure at the dotted `path` of what `function` returns for `arguments`, as a Total.

    Args:
        function: name of the function, such as "count".
        path: keys of what it returns, joined by dots.
        arguments: those of the function by name, records as records.

    Returns:
        Total; None where the figure is no sum that is known here.
    """
    take = _FIGURES.get((function, path))
    return take and take(**arguments)


def added(total):
    """All parts of a Total together, in its unit."""
    return sum(total.parts.values())


def result(total):
    """The figure that a Total makes, in the unit of the figure."""
    if total.formula is None:
        return added(total)
    return total.formula(**{total.argument: added(total)}, **total.others)


def same(figure, computed):
    """Whether a figure is what was computed, or that rounded to a whole number in either direction."""
    if isinstance(figure, int) and not isinstance(figure, bool):
        return figure in (computed, math.floor(computed), math.ceil(computed))
    return figure == computed


def agrees(total, figure):
    """Whether the parts of a Total make the figure: to the last digit for whole numbers.

    >>> agrees(Total({"a": 2, "b": 3}, "1"), 5), agrees(Total({"a": 2}, "1"), 5)
    (True, False)
    """
    made = result(total)
    return same(figure, made) or math.isclose(figure, made, rel_tol=1e-12)


def _summed(pairs):
    """Pairs of a name and an amount as one dict, those of one name added; names without any are left out."""
    found = {}
    for name, amount in pairs:
        found[name] = found.get(name, 0) + amount
    return {name: amount for name, amount in found.items() if amount}


# Counts


def _multiplications(step_of):
    def total(model, context, batch=1, **_):
        return Total(_summed(ledger.components(step_of(model, context, batch)).items()), "1")

    return total


def _decoded(model, context, batch=1, **_):
    total = _multiplications(ledger.decode)(model, context, batch)
    products = {name: found for name, found in _factors(model, context, batch).items() if name in total.parts}
    made = {name: sum(map(math.prod, factors)) for name, factors in products.items()}
    return total._replace(
        products={name: products[name] for name in products if made[name] == total.parts[name]}
    )


def _factors(model, context, batch):
    """Of a decoding step, what is multiplied for a component: layers, inputs, outputs; with the cache layers,
    heads, positions, width of a head."""
    found = {}
    for part, count in model.counted_parts:
        for matrix in part.matrices(model.d_model):
            factors = (batch, count, matrix.copies_per_token, matrix.n_inputs, matrix.n_outputs)
            found.setdefault(matrix.component, []).append(factors)
        if isinstance(part, Attention):
            n_context = context if part.window is None else min(context, part.window)
            for name in ("attention.scores", "attention.values"):
                factors = (batch, count, part.n_heads, n_context, part.head_dim)
                found.setdefault(name, []).append(factors)
    for matrix in model.outer_matrices:
        found.setdefault(matrix.component, []).append((batch, matrix.n_inputs, matrix.n_outputs))
    return {
        name: tuple(tuple(n for n in one if n != 1) for one in factors) for name, factors in found.items()
    }


def _parameters(model, **_):
    return Total(parameters.breakdown(model), "1")


def _active_parameters(model, **_):
    parts = dict(parameters.breakdown(model))
    unused = parameters.active(model) - parameters.stored(model)
    return Total(parts | ({"experts that a token does not pick": unused} if unused else {}), "1")


def _weights(weights):
    return Total(_summed((piece.component, piece.n_bytes) for piece in weights.pieces), "B")


def _weight_bytes(model, dtype=None, **_):
    return _weights(gguf_mixes.weights_of(model, dtype))


def _kept(model, context):
    """Pairs of what keeps values for one sequence, as a reader would say it, and how many [1]."""
    for part, count in model.counted_parts:
        if part.cache_values_per_token:
            n_tokens = context if part.window is None else min(context, part.window)
            yield f"{count} layers, {n_tokens:,} tokens", count * part.cache_values_per_token * n_tokens


def _cache(model, context, bytes_per_value):
    parts = _summed((name, values * bytes_per_value) for name, values in _kept(model, context))
    return Total(parts, "B", products=_cached_factors(model, context, bytes_per_value, parts))


def _cached_factors(model, context, bytes_per_value, parts):
    """Of each part of a cache, what is multiplied for it: layers, values of a token, tokens, bytes."""
    found = {}
    for part, count in model.counted_parts:
        if part.cache_values_per_token:
            n_tokens = context if part.window is None else min(context, part.window)
            factors = (count, part.cache_values_per_token, n_tokens, bytes_per_value)
            found.setdefault(f"{count} layers, {n_tokens:,} tokens", []).append(factors)
    return {name: tuple(found[name]) for name in parts}


def _cache_of_count(model, context, batch=1, dtype=None, kv_dtype=None):
    return _cache(model, context, batch * cache_type(dtype, kv_dtype).bytes_per_value)


def _kept_bytes(model, context):
    cache = _cache(model, context, 2).parts
    state = 2 * ledger.state_values(model)
    return Total(cache | ({"state of recurrent layers": state} if state else {}), "B")


# Bounds


def _case(
    model, accelerator, dtype=None, batch=1, context=1024, price_per_hour=None, power=None, **assumptions
):
    return Case.of(model, accelerator, dtype=dtype, **assumptions), batch, context


def _moved(case, operations, n_tokens):
    """Bytes that a step moves, by the component that moves them [B]."""
    return _summed((one.component, case.moved_bytes([one], n_tokens)) for one in operations)


def _memory_seconds(**arguments):
    case, batch, context = _case(**arguments)
    operations = ledger.decode(case.model, context, batch)
    rate = {"memory_bandwidth": case.n_accelerators * case.bandwidth}
    return Total(_moved(case, operations, batch), "B", memory_seconds, "n_bytes", rate)


def _compute_seconds(**arguments):
    case, batch, context = _case(**arguments)
    operations = ledger.decode(case.model, context, batch)
    parts = _summed((one.component, traffic.flops([one])) for one in operations)
    return Total(parts, "FLOP", compute_seconds, "flops", {"peak_flops": case.n_accelerators * case.peak})


def _names(operations):
    """Names of what runs one after the other."""
    return [
        group[0].component.split(".")[0] + " with the cache" if len(group) > 1 else group[0].component
        for group in ledger.fused(operations)
    ]


def _bound_by(memory):
    """What the operations of a decoding step take that wait for the memory, or for arithmetic [s]."""

    def total(**arguments):
        case, batch, context = _case(**arguments)
        operations = ledger.decode(case.model, context, batch)
        times = case.operation_seconds(operations, batch)
        found = [
            max(reading, multiplying) if (reading >= multiplying) == memory else 0
            for reading, multiplying in times
        ]
        return Total(_summed(zip(_names(operations), found)), "s")

    return total


def _times(case, operations, n_tokens):
    """Time of each of a step's operations that run one after the other, and of what comes on top [s]."""
    names = _names(operations)
    times = [
        step_seconds(memory_seconds=memory, compute_seconds=compute)
        for memory, compute in case.operation_seconds(operations, n_tokens)
    ]
    on_top = [(SENDING, case.communication(n_tokens)), (FIXED, case.fixed_seconds)]
    return _summed(list(zip(names, times)) + list(on_top))


def _step_seconds(**arguments):
    case, batch, context = _case(**arguments)
    return Total(_times(case, ledger.decode(case.model, context, batch), batch), "s")


def _tokens_per_second(**arguments):
    step = _step_seconds(**arguments)
    batch = {"batch": arguments.get("batch", 1)}
    return Total(step.parts, "s", tokens_per_second, "step_seconds", batch)


def _prefill_seconds(**arguments):
    case, batch, context = _case(**arguments)
    return Total(_times(case, case.prompt_operations(batch, context), batch * context), "s")


def _weights_of_bound(**arguments):
    return _weights(_case(**arguments)[0].weights)


def _caches_of_bound(**arguments):
    case, batch, context = _case(**arguments)
    return _cache(case.model, context, batch * case.bytes_per_cached_value)


# Estimates


def _time_per_token(**arguments):
    parts = estimate.estimate(**arguments)["parts_s"]
    return Total({name: seconds for name, seconds in parts.items() if seconds}, "s")


def _worked_step(**arguments):
    found = worked.worked(**arguments)
    return Total({name: found[name] for name in ("operations_seconds", "latency_seconds")}, "s")


def _worked_parts(of, unit):
    """What is told of each operation of the decoding step of `worked`, by their names.

    of: from step, engine and case to an amount in `unit` for each operation that runs on its own, in order.
    """

    def total(model, accelerator, concurrency, input, output, engine, dtype=None):
        model, dtype = gguf_mixes.as_run_by(engine, model, dtype)
        deployment = Deployment.of(model, accelerator, dtype=dtype)
        context = input + (output + 1) // 2
        step = deployment.step(concurrency, context)
        names = _names(ledger.decode(model, context, concurrency))
        amounts = of(step, engines.get(engine, accelerator), deployment.case)
        return Total(_summed(zip(names, amounts)), unit)

    return total


def _read(attention):
    """What a step's attention, or what the rest of it, reads, of each operation [B]."""

    def of(step, engine, case):
        return [
            seconds * case.bandwidth if which == attention else 0
            for seconds, which in zip(step.memory, step.attention)
        ]

    return of


def _starting(step, engine, case):
    """Of each operation, the time in which what starts could have been read [s]."""
    nothing = (0,) * len(step.memory)
    reading = step._replace(compute=nothing, row=nothing)
    without = attained.operations(reading._replace(starting=nothing), engine)
    return [whole - part for whole, part in zip(attained.operations(reading, engine), without)]


def _multiplying(step, engine, case):
    """Of each operation, the time of its products alone [s]."""
    return [multiplying for _, multiplying in attained.ways(step, engine)]


def _operating(step, engine, case):
    """The time of each operation [s]."""
    return attained.operations(step, engine)


def _launches(model, concurrency, input, output, **_):
    """How often a step launches each of its operations, as `attained.launched` counts them [1]."""
    operations = ledger.decode(model, input + (output + 1) // 2, concurrency)
    launched = [one for one in operations if one.kind in ("weight", "attention", "state")]
    return Total(_summed((one.component, one.layers) for one in launched), "1")


def _reading_weights(step, engine, case):
    """Of each operation with weights, what of its time is reading [s]."""
    times = zip(attained.operations(step, engine), attained.share_of_reading(step, engine), step.attention)
    return [0 if attention else seconds * share for seconds, share, attention in times]


def _weights_part(
    model, accelerator, concurrency, input, output, engine=engines.TYPICAL, dtype=None, **others
):
    """What a token waits for weights that one accelerator reads; of other ways to run it none is told."""
    if others or output == 1:
        return None
    given = {"input": input, "output": output, "engine": engine, "dtype": dtype}
    running = estimate.estimate(model, accelerator, concurrency=concurrency, **given)["running"]
    return _worked_parts(_reading_weights, "s")(model, accelerator, running, **given)


def _worked_flops(model, concurrency, input, output, **_):
    operations = ledger.decode(model, input + (output + 1) // 2, concurrency)
    return Total(_summed((one.component, traffic.flops([one])) for one in operations), "FLOP")


def _prompt_flops(model, accelerator, input, dtype=None, **_):
    case = Deployment.of(model, accelerator, dtype=dtype).case
    operations = prompt_operations(case, 1, input, 0)
    return Total(_summed((one.component, traffic.flops([one])) for one in operations), "FLOP")


def _prompt(alone):
    """The time of a prompt that is read alone, or of each of those that are read together [s]."""

    def total(model, accelerator, concurrency, input, engine, dtype=None, **_):
        found = engines.get(engine, accelerator)
        model, dtype = gguf_mixes.as_run_by(engine, model, dtype)
        deployment = Deployment.of(model, accelerator, dtype=dtype)
        n = 1 if alone else max(1, min(concurrency, found.prefill_tokens // input))
        step = deployment.prompt(n, input, 0, found.prefill_tokens)
        names = _names(prompt_operations(deployment.case, n, input, 0))
        times = attained.operations(step, found)
        parts = [(name, seconds / n) for name, seconds in zip(names, times)]
        return Total(_summed(parts + [(LATENCY, attained.latency(step, found) / n)]), "s")

    return total


def _published(formula, argument, entry, rate, what):
    """What a part of a step takes at a published rate: of `entry` of `worked`, called `what`."""

    def total(**arguments):
        found = worked.worked(**arguments)
        case = Deployment.of(arguments["model"], arguments["accelerator"], dtype=arguments.get("dtype")).case
        given = {"memory_bandwidth": case.bandwidth} if rate == "memory_bandwidth" else {rate: case.peak}
        unit = worked.UNITS[entry]
        return Total({what: found[entry]}, unit, formula, argument, given)

    return total


_FIGURES = {
    ("worked", "weights_published"): _published(
        memory_seconds, "n_bytes", "weight_bytes", "memory_bandwidth", "weights that a step reads"
    ),
    ("worked", "cache_published"): _published(
        memory_seconds, "n_bytes", "cache_bytes", "memory_bandwidth", "caches that a step reads"
    ),
    ("worked", "arithmetic_published"): _published(
        compute_seconds, "flops", "arithmetic_flops", "peak_flops", "products of a step"
    ),
    ("worked", "prompt_published"): _published(
        compute_seconds, "flops", "prompt_flops", "peak_flops", "products of one prompt"
    ),
    ("count", "multiplications.decode.total"): _decoded,
    ("count", "multiplications.prefill.total"): _multiplications(ledger.prefill),
    ("count", "multiplications.prefill.last_logit_total"): _multiplications(
        lambda model, context, batch: ledger.prefill(model, context, batch, logits="last")
    ),
    ("count", "multiplications.prefill.causal_total"): _multiplications(
        lambda model, context, batch: ledger.prefill(model, context, batch, scores="causal")
    ),
    ("count", "parameters"): _parameters,
    ("count", "active_parameters"): _active_parameters,
    ("count", "weight_bytes"): _weight_bytes,
    ("count", "kv_cache_bytes"): _cache_of_count,
    ("token_cost", "multiplications"): _decoded,
    ("token_cost", "kept_bytes"): _kept_bytes,
    ("bound", "memory_seconds"): _memory_seconds,
    ("bound", "compute_seconds"): _compute_seconds,
    ("bound", "step_seconds"): _step_seconds,
    ("bound", "tokens_per_second"): _tokens_per_second,
    ("bound", "prefill_seconds"): _prefill_seconds,
    ("bound", "memory_bound_seconds"): _bound_by(memory=True),
    ("bound", "compute_bound_seconds"): _bound_by(memory=False),
    ("bound", "weights_bytes"): _weights_of_bound,
    ("bound", "kv_cache_bytes"): _caches_of_bound,
    ("estimate", "time_per_output_token_s.expected"): _time_per_token,
    ("estimate", "parts_s.weights"): _weights_part,
    ("worked", "step_seconds"): _worked_step,
    ("worked", "n_operations"): _launches,
    ("worked", "weight_bytes"): _worked_parts(_read(attention=False), "B"),
    ("worked", "cache_bytes"): _worked_parts(_read(attention=True), "B"),
    ("worked", "arithmetic_flops"): _worked_flops,
    ("worked", "prompt_flops"): _prompt_flops,
    ("worked", "operations_seconds"): _worked_parts(_operating, "s"),
    ("worked", "arithmetic_attained"): _worked_parts(_multiplying, "s"),
    ("worked", "starting_seconds"): _worked_parts(_starting, "s"),
    ("worked", "prompt_seconds"): _prompt(alone=False),
    ("worked", "prompt_seconds_alone"): _prompt(alone=True),
}
