"""The key formulas on one sheet, each with the result for one model on one card."""

from .. import lookup, typeset
from ..html_table import Table, text

# What is asked, the formula, the figure that is its result, and the unit in which it is written.
ROWS = (
    ("Weights and cache read in a step", "memory_seconds", "bound.memory_seconds", "ms"),
    ("Arithmetic of a step", "compute_seconds", "bound.compute_seconds", "ms"),
    ("Time of an operation", "step_seconds", "bound.overlapped_step_seconds", "ms"),
    ("Tokens per second, all queries", "tokens_per_second", "bound.tokens_per_second", "token/s"),
    ("Work for each byte", "arithmetic_intensity", "bound.arithmetic_intensity", "FLOP/B"),
    ("Work for each byte that keeps the card busy", "ridge_intensity", "bound.ridge_intensity", "FLOP/B"),
    ("Batch at which products wait for arithmetic", "critical_batch", "bound.critical_batch", None),
    (
        "Batch at which caches take as long as weights",
        "kv_equals_weights_batch",
        "bound.kv_equals_weights_batch",
        None,
    ),
    ("Memory that is needed", "needed_bytes", "bound.needed_bytes", "GB"),
    ("Batch that fits", "largest_batch", "bound.max_batch", None),
)


def cheat_sheet(figures, model, accelerator, context):
    """The rows above: what is asked, the formula, and the result."""
    one = {"model": model, "accelerator": accelerator, "batch": 1, "context": context}
    t = Table(
        figures,
        f"Key formulas, with the numbers of {lookup.model(model).name} on "
        f"{lookup.accelerator(accelerator).name}, context {context:,}",
    )

    def row(asked, formula, result):
        t.row({
            "What": asked,
            "Formula": text(typeset.line(lookup.formula(formula))),
            "Result": result,
        })  # fmt: skip

    row(
        f"Multiplications of one token, {lookup.model('gpt2').name}",
        "efficient_multiplications",
        t.figure("efficient_multiplications", unit="million", digits=4, model="gpt2", n_context=context),
    )
    row(
        "Cache of one token",
        "kv_cache_bytes",
        t.figure("kv_cache_bytes", unit="KiB", model=model, n_tokens=1, bytes_per_value=2),
    )
    for asked, formula, name, unit in ROWS:
        row(asked, formula, t.figure(name, unit=unit, digits=3, **one))
    return t.render()


TABLES = {"cheat_sheet": cheat_sheet}
