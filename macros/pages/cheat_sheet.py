"""The key formulas on one sheet, each with its numbers and the result for one model on one card."""

import html

from .. import lookup, origins, popovers, typeset, values
from ..html_table import Table, text
from .formula_reference import at_both_widths, unit_in_brackets

# What is asked, the figure that is the result of the formula shown, the unit in which it is written, and what
# is counted where there is no unit.
ROWS = (
    ("Weights and cache read in a step", "bound.memory_seconds", "ms", ""),
    ("Arithmetic of a step", "bound.compute_seconds", "µs", ""),
    ("A step whose operations all overlap", "bound.overlapped_step_seconds", "ms", ""),
    ("Tokens per second, all queries", "bound.tokens_per_second", "token/s", ""),
    ("Work for each byte", "bound.arithmetic_intensity", "FLOP/B", ""),
    ("Work for each byte that keeps the card busy", "bound.ridge_intensity", "FLOP/B", ""),
    ("Batch at which products wait for arithmetic", "bound.critical_batch", None, "queries"),
    ("Batch at which caches take as long as weights", "bound.kv_equals_weights_batch", None, "queries"),
    ("Memory that is needed", "bound.needed_bytes", "GB", ""),
    ("Batch that fits", "bound.max_batch", None, "queries"),
)
NARROW, ROOMY = 16, 38  # room for a line of a formula [em]


def cheat_sheet(figures, model, accelerator, context):
    """The rows above: what is asked, the formula with its numbers, and the result; then the letters."""
    one = {"model": model, "accelerator": accelerator, "batch": 1, "context": context}
    t = Table(
        figures,
        f"Key formulas, with the numbers of {lookup.model(model).name} on "
        f"{lookup.accelerator(accelerator).name}, context {context:,}",
        turned=True,
    )
    shown = []

    def row(asked, name, unit, counted, digits=3, **given):
        origin, worked = case(name, given)
        shown.append(origin.formula)
        result = t.data(name, unit, digits, **given)
        t.row({
            "What": asked,
            "Formula, and its numbers": text(
                f'{formula(origin.formula)}<div class="lm-numbers">{worked}</div>', kind="lm-whole"
            ),
            "Result": text(f"{result}\u202f{counted}" if counted else result, True, "lm-whole"),
        })  # fmt: skip

    row(
        "Multiplications of one token",
        "gated_multiplications",
        "billion",
        "",
        model=model,
        n_context=context,
    )
    row("Cache of one token", "kv_cache_bytes", "KiB", "", model=model, n_tokens=1, bytes_per_value=2)
    for asked, name, unit, counted in ROWS:
        row(asked, name, unit, counted, **one)
    return f"{t.render()}{legend(shown)}"


def formula(function):
    """A formula typeset for a phone and for a cell of a wide page."""
    narrow, wide = (typeset.formula(function, width=width).mathml for width in (NARROW, ROOMY))
    return narrow if narrow == wide else at_both_widths(narrow, wide)


def case(name, given):
    """(Origin of the figure `name`, the line of its formula with numbers)."""
    function, inputs, result = lookup.call(name, given)
    origin = origins.origin(name, given, inputs, result)
    row = {"value": result, "unit": values.unit_of(function, name, result)}
    narrow, wide = (popovers.with_numbers(origin, row, width) for width in (NARROW, ROOMY))
    return origin, narrow if narrow == wide else at_both_widths(narrow, wide)


def legend(functions):
    """What the letters of several formulas mean, each once; results of one of them stand in its row."""
    results = {typeset.letter(function.__name__) for function in functions}
    meant = {}
    for function in functions:
        for letter, _, meaning, unit in typeset.formula(function).letters:
            if letter not in results:
                meant.setdefault(letter, f"{html.escape(meaning)}{unit_in_brackets(unit)}")
    items = "".join(f"<li>{letter} <span>{meaning}</span></li>" for letter, meaning in meant.items())
    return f'<ul class="lm-letters">{items}</ul>'


TABLES = {"cheat_sheet": cheat_sheet}
