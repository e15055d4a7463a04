"""Where a figure came from: the formula that gave it with what went into it, its parts, its inputs' sources.

A function of records calls formulas within it. Which of them gave the figure is not guessed from its name:
the function is run once more and watched, and a formula counts as the figure's own where its result is the
figure.
"""

import re
import sys
from dataclasses import dataclass, field

from llmmath import totals
from llmmath.records import dtypes, engines

from . import lookup, made_of, own, places
from .errors import MacroError

# Files in which records stand, by what an author calls them.
RECORD_FILES = {
    "model": "llmmath/records/data/models.toml",
    "accelerator": "llmmath/records/data/accelerators.toml",
    "engine": "llmmath/records/data/engines.toml",
    "dtype": "llmmath/records/dtypes.py",
    "script": "firmware/thermistor_fan.py",
}
ASSUMED = "stated on this page"
# Functions that an engine's constants go into, its bounds apart.
OF_ENGINES = ("estimate", "worked")


@dataclass(frozen=True)
class Source:
    """Where an input is from: in words, and the file and line where it stands, if it stands in one."""

    words: str
    path: str = ""
    line: int = 0


@dataclass(frozen=True)
class Origin:
    """Where a figure came from.

    function: what computed it. formula: the formula whose result it is, None where it is no formula's;
    values: the formula's arguments. total: the `llmmath.totals.Total` that it is or is made of, or None.
    inputs: name -> (value, Source) of what the author gave and what came from records with it.
    beside: of a figure that an expression makes of others, these: name -> (value, unit).
    points: of a statistic, of how many measurements it is; None where that is not told or numbers stand
    beside.
    """

    function: object
    formula: object = None
    values: dict = field(default_factory=dict)
    total: totals.Total | None = None
    inputs: dict = field(default_factory=dict)
    beside: dict = field(default_factory=dict)
    points: int | None = None


def origin(name, given, inputs, result):
    """The Origin of the figure called `name`.

    Args:
        name, given: what the author wrote.
        inputs, result: as `lookup.call` returns them.

    Raises:
        MacroError: parts that do not add up to the figure.
    """
    function = lookup.function(name)
    head, _, path = name.partition(".")
    named = given
    if head in OF_ENGINES:
        engine = {} if name.endswith(".bound") else {"engine": given.get("engine", engines.TYPICAL)}
        named = {**{key: value for key, value in given.items() if key != "engine"}, **engine}
    sources = inputs_with_sources(function, named, inputs)
    if head not in lookup.RECORD_FUNCTIONS:
        return Origin(function, function, inputs, inputs=sources)
    records = {key: get(inputs[key]) for key, get in lookup.RESOLVED.items() if key in inputs}
    total = None if result is None else totals.of(head, path, {**inputs, **records})
    if total is not None:
        if not totals.agrees(total, result):
            raise MacroError(f"the parts of {name} make {totals.result(total)}; expected {result}")
        if total.formula is None:
            return Origin(function, total=total, inputs=sources)
        values = {**total.others, total.argument: totals.added(total)}
        return Origin(function, total.formula, values, total, sources)
    behind = lookup.formula_behind(name)
    for values, returned in calls_of(behind, lambda: function(**{**inputs, **records})):
        if totals.same(result, returned):
            return Origin(function, behind, values, inputs=sources)
    beside, points = {}, None
    if made_of.text_of(name) is not None:
        arguments = {**inputs, **records}
        found = function(**arguments)
        beside = made_of.numbers(name, arguments, found, result)
        points = found.get("points") if not beside and isinstance(found, dict) else None
    return Origin(function, inputs=sources, beside=beside, points=points)


def calls_of(formula, run):
    """Pairs of arguments and result of every call of `formula` while `run()` runs; none for no formula."""
    calls, under_way = [], []
    if formula is None:
        return calls
    code = formula.__code__

    def watch(frame, event, returned):
        if frame.f_code is code and event == "call":
            names = code.co_varnames[: code.co_kwonlyargcount]
            under_way.append({name: frame.f_locals[name] for name in names})
        elif frame.f_code is code and event == "return":
            calls.append((under_way.pop(), returned))

    before = sys.getprofile()
    sys.setprofile(watch)
    try:
        run()
    finally:
        sys.setprofile(before)
    return calls


def measured(function, run, folder):
    """The Origin of a figure that `function` takes from the file of one of our own runs."""
    path = places.below(folder.joinpath(f"{run}.csv"))
    return Origin(function, inputs={"run": (run, Source("our own run, every row", path, 1))})


def inputs_with_sources(function, given, inputs):
    """Name -> (value, Source) of a figure's inputs: the records first, then what they or the page state."""
    found = {}
    for kind in RECORD_FILES:
        if kind in given and isinstance(given[kind], str):
            found[kind] = (given[kind], source_of_record(kind, given[kind], given))
    kind_of = {
        name: kind for kind, quantities in lookup.by_record(function, given).items() for name in quantities
    }
    for name, value in inputs.items():
        if name in found:
            continue
        kind = kind_of.get(name) if name not in given else None
        found[name] = (value, Source(f"of the {KINDS[kind]}") if kind else Source(ASSUMED))
    return found


KINDS = {"model": "model", "accelerator": "accelerator", "dtype": "data type", "script": "script"}


def source_of_record(kind, key, given):
    """What the record of this kind says of its own source, and where it stands."""
    path = RECORD_FILES[kind]
    if kind == "script":
        return Source("constants of the script", path, 1)
    if kind == "dtype":
        known = dtypes.DTYPES.get(key)
        return Source(known.source if known else "llama.cpp's rules", path, line_with(path, f'name="{key}"'))
    if kind == "engine":
        return engine_source(key, given.get("accelerator"))
    record = {"model": lookup.model, "accelerator": lookup.accelerator}[kind](key)
    return Source(f"{record.name}: {record.source}", *place_of_record(kind, key))


def place_of_record(kind, key):
    """(file, line) of the record of a model or an accelerator."""
    path = own.record_file(kind, key) or RECORD_FILES[kind]
    return path, line_of_key(path, key)


def engine_source(key, accelerator):
    """What an engine's constants are from."""
    card = accelerator and lookup.accelerator(accelerator)
    engine = engines.get(key, card)
    words = f"constants of {engine.name}: fitted to {engine.evidence['n_points']:,} measurements"
    there = card and line_of_key(engines.FILE, f"{key}@{engines.place(card)}", otherwise=None)
    return Source(words, engines.FILE, there or line_of_key(engines.FILE, key))


def line_of_key(path, key, otherwise=1):
    """Line of a TOML file at which the table `key` begins; `otherwise` where it has none of its own."""
    header = re.compile(rf"""\[["']?{re.escape(key)}["']?]""")
    return next((number for number, line in lines_of(path) if header.match(line)), otherwise)


def line_with(path, text):
    """The first line of a file that holds a text; the file's first line where none does."""
    return next((number for number, line in lines_of(path) if text in line), 1)


def lines_of(path):
    return enumerate(places.file(path).read_text(encoding="utf-8").splitlines(), 1)
