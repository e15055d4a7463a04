"""From the names an author writes to functions, records and arguments."""

import importlib
import inspect
import pkgutil
from functools import cache

from firmware import facts
from llmmath import formulas as llmmath_formulas
from llmmath.evidence import measurements
from llmmath.records import accelerators, dtypes, gguf_mixes, models

from . import own, places
from .errors import MacroError, unknown

# What an author may name for several arguments at once.
RECORDS = ("model", "accelerator", "dtype", "script")
# What the macros that write a figure take beside its arguments.
WRITTEN = ("unit", "digits")
# Functions that take whole records and return a mapping, called as `name.key.key`.
RECORD_FUNCTIONS = {
    "count": ("llmmath.count", "count"),
    "bound": ("llmmath.bound", "bound"),
    "estimate": ("llmmath.estimate", "estimate"),
    "worked": ("llmmath.worked", "worked"),
    "judged": ("llmmath.evidence.judged", "summary"),
    "bound_ratios": ("llmmath.evidence.measurements", "bound_ratios"),
    "token_cost": ("llmmath.token_cost", "token_cost"),
    "one_layer": ("llmmath.pictured.one_layer", "one_layer"),
    "decode_phases": ("llmmath.pictured.phases", "decode_phases"),
    "prefill_phases": ("llmmath.pictured.phases", "prefill_phases"),
    "experts_read": ("llmmath.evidence.measurements", "experts_read"),
    "own_run": ("llmmath.evidence.own_runs", "summary"),
    "first_tokens": ("llmmath.evidence.first_tokens", "summary"),
    "waited": ("llmmath.evidence.first_tokens", "of_series"),
    "queues": ("llmmath.evidence.first_tokens", "queues"),
    "gpu_run": ("llmmath.evidence.gpu_runs", "summary"),
    "gpu_prompt": ("llmmath.evidence.gpu_runs", "attention_in_prompts"),
    "gpu_rate": ("llmmath.evidence.gpu_runs", "attained_rates"),
}
# Entries whose formula has another name.
NAMED_OTHERWISE = {
    "max_batch": "largest_batch",
    "max_concurrency": "largest_batch",
    "max_context": "largest_context",
    "overlapped_step_seconds": "step_seconds",
    "unoverlapped_step_seconds": "unoverlapped_seconds",
}


def formula_modules():
    """Names of the modules of formulas: all of llmmath/formulas/, the firmware's physics, a site's own."""
    names = sorted(module.name for module in pkgutil.iter_modules(llmmath_formulas.__path__))
    ours = [f"{llmmath_formulas.__name__}.{name}" for name in names]
    return [*ours, "firmware.physics", *own.formula_modules()]


@cache
def parameters(function):
    """What a function takes, by name."""
    return inspect.signature(function).parameters


def functions_of(module_name):
    """The formulas that a module itself defines, in the order of its source: its functions of keywords."""
    module = importlib.import_module(module_name)
    return {
        name: thing
        for name, thing in vars(module).items()
        if inspect.isfunction(thing)
        and thing.__module__ == module_name
        and not name.startswith("_")
        and all(p.kind is p.KEYWORD_ONLY for p in parameters(thing).values())
    }


@cache
def formulas():
    """Every formula by name: {name: function}. Raises MacroError for two of one name."""
    found = {}
    for module_name in formula_modules():
        for name, function in functions_of(module_name).items():
            if name in found:
                place, other = ("%s:%d" % places.where(one) for one in (function, found[name]))
                raise MacroError(f"{place}: {name} is a formula of {other} too; expected another name")
            found[name] = function
    return found


def formula(name):
    """The formula called `name`. Raises MacroError with the nearest name."""
    known = formulas()
    if name not in known:
        raise MacroError(unknown("formula", name, [*known, *RECORD_FUNCTIONS]))
    return known[name]


def formula_behind(name):
    """The formula that the figure called `name` is a result of, or None.

    An entry of a record function often is the result of a formula of the same name. Those of an estimate are
    named with their unit, and have parts below them: low, expected, high.
    """
    known = formulas()
    for part in reversed(name.split(".")):
        part = NAMED_OTHERWISE.get(part, part)
        for written in (part, part.removesuffix("_s"), f"{part.removesuffix('_s')}_second"):
            if written in known:
                return known[written]
    return None


def function(name):
    """The function that a figure called `name` comes from: a formula, or a record function."""
    head = name.split(".", 1)[0]
    if head not in RECORD_FUNCTIONS:
        return formula(name)
    module_name, function_name = RECORD_FUNCTIONS[head]
    return getattr(importlib.import_module(module_name), function_name)


def model(key):
    """The model record `key`, or `key` itself where it is one. Raises UnknownName with the nearest key."""
    return models.get(key) if isinstance(key, str) else key


def accelerator(key):
    """The accelerator record `key`. Raises UnknownName with the nearest key."""
    return accelerators.get(key)


def script(name):
    """Quantities that the firmware script `name` states: argument name -> value in base units."""
    if name != "thermistor_fan":
        raise MacroError(unknown("script", name, ["thermistor_fan"]))
    return facts.quantities()


def sixteen_bit(key):
    """The 16-bit type that the accelerator `key` has a peak for: bf16, or fp16 on older ones."""
    return "bf16" if "bf16" in accelerator(key).peak_flops else "fp16"


def series(key):
    """The series of measurements `key`. Raises UnknownName with the nearest key."""
    return measurements.get(key)


# Arguments of record functions that an author gives by key.
RESOLVED = {"model": model, "accelerator": accelerator, "series": series}


def by_record(function, given):
    """Quantities of the records that are named for several arguments at once: {kind: {argument: value}}."""
    wanted = parameters(function)
    records = {key: given[key] for key in RECORDS if key in given and key not in wanted}
    found = {}
    if "model" in records:
        found["model"] = model(records["model"]).quantities()
    if "accelerator" in records:
        found["accelerator"] = accelerator(records["accelerator"]).quantities(records.get("dtype", "bf16"))
    if "dtype" in records and dtypes.mix(records["dtype"]) and "model" in records:
        weights = gguf_mixes.weights_of(model(records["model"]), records["dtype"])
        found["dtype"] = {"bytes_per_weight": weights.average}
    elif "dtype" in records:
        found["dtype"] = dtypes.quantities(records["dtype"])
    if "script" in records:
        found["script"] = script(records["script"])
    return found


def arguments(function, given, written_as=WRITTEN):
    """Keyword arguments for `function` from what the author wrote.

    `model`, `accelerator`, `dtype` and `script` stand for the quantities of those records; what is written
    out wins. `written_as` names what the author might have written beside these.

    Raises MacroError for an argument the function does not take and for one that is missing.
    """
    wanted = parameters(function)
    quantities = {}
    for found in by_record(function, given).values():
        quantities.update(found)
    written = {key: value for key, value in given.items() if key not in RECORDS or key in wanted}
    for key in written:
        if key not in wanted:
            known = [*wanted, *RECORDS, *written_as]
            raise MacroError(unknown(f"argument of {function.__name__}", key, known))
    values = {key: quantities[key] for key in wanted if key in quantities}
    values.update(written)
    missing = [
        key
        for key, parameter in wanted.items()
        if key not in values and parameter.default is inspect.Parameter.empty
    ]
    if missing:
        raise MacroError(
            f"{function.__name__} needs {', '.join(missing)}; given: {', '.join(given) or 'nothing'}"
        )
    return values


def check_taken(called, function, given, named, handed=0):
    """Raises MacroError where a macro or what it calls by name cannot be called so.

    Args:
        called: what the author calls it. given, named: what the author wrote without and with names.
        handed: how many of the first arguments come from elsewhere.
    """
    taken = list(parameters(function).values())[handed:]
    names = [one.name for one in taken if one.kind in (one.POSITIONAL_OR_KEYWORD, one.KEYWORD_ONLY)]
    in_order = [one.name for one in taken if one.kind is one.POSITIONAL_OR_KEYWORD]
    kinds = {one.kind for one in taken}
    if len(given) > len(in_order) and inspect.Parameter.VAR_POSITIONAL not in kinds:
        alone = f"{' and '.join(in_order)} alone without a name" if in_order else "nothing without a name"
        besides = ", all else as name=value" if inspect.Parameter.VAR_KEYWORD in kinds else ""
        raise MacroError(f"{called} takes {alone}{besides}; given: {', '.join(map(repr, given))}")
    first = in_order[: len(given)]
    for key in named:
        if key in first:
            raise MacroError(f"{called} is given {key} twice, once without its name; take out one")
        if key not in names and inspect.Parameter.VAR_KEYWORD not in kinds:
            said = f"unknown argument of {called} '{key}'; it takes none"
            raise MacroError(unknown(f"argument of {called}", key, names) if names else said)
    required = [one.name for one in taken if one.name in names and one.default is one.empty]
    missing = [name for name in required if name not in (*first, *named)]
    if missing:
        has = ", ".join([*map(repr, given), *named]) or "nothing"
        raise MacroError(f"{called} needs {', '.join(missing)}; given: {has}")


def call(name, given, written_as=WRITTEN):
    """Calls what `name` names. Returns (function, inputs, result).

    A formula is called with plain quantities. `count.decode.total` calls the record function `count` and
    follows the keys into what it returns. `written_as` is as `arguments` takes it.
    """
    head, _, path = name.partition(".")
    called = function(name)
    inputs = arguments(called, given, written_as)
    if head not in RECORD_FUNCTIONS:
        return called, inputs, called(**inputs)
    records = {key: get(inputs[key]) for key, get in RESOLVED.items() if key in inputs}
    return called, inputs, follow(called(**{**inputs, **records}), path, name)


def follow(result, path, name):
    """The entry of a nested mapping at the dotted `path`; component names hold dots themselves."""
    while path:
        keys = (
            [key for key in result if path == key or path.startswith(key + ".")]
            if isinstance(result, dict)
            else []
        )
        if not keys:
            raise MacroError(
                unknown(f"part of {name.split('.')[0]}", path, result if isinstance(result, dict) else [])
            )
        key = max(keys, key=len)
        result, path = result[key], path.removeprefix(key).removeprefix(".")
    return result
