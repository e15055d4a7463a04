"""The key formulas on one sheet, each with the result for one model on one card."""

from .. import lookup, typeset
from ..html_table import Table, text

# What is asked, the figure that is the result of the formula shown, and the unit in which it is written.
ROWS = (
    ("Weights and cache read in a step", "bound.memory_seconds", "ms"),
    ("Arithmetic of a step", "bound.compute_seconds", "ms"),
    ("A step whose operations all overlap", "bound.overlapped_step_seconds", "ms"),
    ("Tokens per second, all queries", "bound.tokens_per_second", "token/s"),
    ("Work for each byte", "bound.arithmetic_intensity", "FLOP/B"),
    ("Work for each byte that keeps the card busy", "bound.ridge_intensity", "FLOP/B"),
    ("Batch at which products wait for arithmetic", "bound.critical_batch", None),
    ("Batch at which caches take as long as weights", "bound.kv_equals_weights_batch", None),
    ("Memory that is needed", "bound.needed_bytes", "GB"),
    ("Batch that fits", "bound.max_batch", None),
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
            "Formula": text(typeset.line(formula)),
            "Result": result,
        })  # fmt: skip

    row(
        f"Multiplications of one token, {lookup.model('gpt2').name}",
        lookup.formula("efficient_multiplications"),
        t.figure("efficient_multiplications", unit="million", digits=4, model="gpt2", n_context=context),
    )
    row(
        "Cache of one token",
        lookup.formula("kv_cache_bytes"),
        t.figure("kv_cache_bytes", unit="KiB", model=model, n_tokens=1, bytes_per_value=2),
    )
    for asked, name, unit in ROWS:
        row(asked, lookup.formula_behind(name), t.figure(name, unit=unit, digits=3, **one))
    return t.render()


TABLES = {"cheat_sheet": cheat_sheet}
