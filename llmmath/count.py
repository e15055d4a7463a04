"""What a model costs at a context: the counts that the command line prints, as one dict."""

from . import ledger
from .errors import InputError, nearest, shown
from .formulas.memory import weight_bytes
from .records import parameters

# Bits per value; bytes of an odd number of 4-bit values are rounded up.
DTYPES = {"fp32": 32, "fp16": 16, "bf16": 16, "fp8": 8, "int8": 8, "int4": 4}
MOST_TOKENS = 10**12
# Unit of each entry of `count`; an entry stands for all below it.
UNITS = {
    "context": "token",
    "batch": "1",
    "parameters": "1",
    "active_parameters": "1",
    "multiplications": "1",
    "kv_cache_bytes_per_token": "B",
    "kv_cache_bytes": "B",
    "weight_bytes": "B",
}


def count(model, context, batch=1, dtype="bf16"):
    """Parameters, multiplications and bytes of a model that attends to `context` positions.

    Args:
        model: a `shapes.Model`, of `models.get` or `configs.read`.
        context: positions attended to in decoding, and length of the prompt in prefill [token].
        batch: queries processed together [1].
        dtype: data type of weights and cache, a key of DTYPES.

    Returns:
        dict, ready for JSON; all figures are ints:

        - model, architecture, context, batch: what was counted.
        - parameters, active_parameters: stored, and used by one token [1].
        - multiplications.decode: one new token for each query, which attends to `context` positions,
          itself included, LM head included. `total`, and `components` that add up to it.
        - multiplications.prefill: `context` tokens for each query, logits at every position, the full square
          matrix of scores. `total` and `components` that add up to it; `causal_total` without the pairs that
          causality and windows zero; `last_logit_total` with logits for the last position only.
        - With latent attention, both also have `forms`: absorbed (which `total` is), reexpanding,
          expanded_cache, each with its own `total` and `components`.
        - kv_cache_bytes_per_token: what one more token of one query adds while no window is full [B].
        - kv_cache_bytes: what all queries' `context` tokens hold [B].
        - weight_bytes: all stored parameters [B].

    Raises:
        InputError: context or batch that is no positive int, a context beyond learned positions, an unknown
            data type.

    Source: sums of `ledger` and `parameters`.
    """
    _check_amount("context", context)
    _check_amount("batch", batch)
    if dtype not in DTYPES:
        raise InputError(f"unknown dtype {shown(dtype)}{nearest(dtype, DTYPES)} (known: {', '.join(DTYPES)})")
    if model.learned_positions and context > model.n_positions:
        raise InputError(
            f"context is {context}; expected at most {model.n_positions}:"
            f" {model.name} has learned positions and no more"
        )
    return {
        "model": model.key,
        "architecture": model.architecture,
        "context": context,
        "batch": batch,
        "parameters": parameters.stored(model),
        "active_parameters": parameters.active(model),
        "multiplications": {
            "decode": _counted(model, lambda **form: ledger.decode(model, context, batch, **form)),
            "prefill": _counted(
                model,
                lambda **form: ledger.prefill(model, context, batch, **form),
                causal_total=ledger.prefill(model, context, batch, scores="causal"),
                last_logit_total=ledger.prefill(model, context, batch, logits="last"),
            ),
        },
        "kv_cache_bytes_per_token": _n_bytes(ledger.cache_values_per_token(model), dtype),
        "kv_cache_bytes": _n_bytes(batch * ledger.cache_values(model, context), dtype),
        "weight_bytes": _n_bytes(parameters.stored(model), dtype),
    }


def _counted(model, operations_of, **variants):
    found = _total(operations_of())
    counted = {"total": found["total"]}
    counted.update({name: ledger.multiplications(operations) for name, operations in variants.items()})
    counted["components"] = found["components"]
    if model.is_latent:
        counted["forms"] = {form: _total(operations_of(form=form)) for form in ledger.FORMS}
    return counted


def _total(operations):
    return {"total": ledger.multiplications(operations), "components": ledger.components(operations)}


def _n_bytes(n_values, dtype):
    # In whole bits, since half a byte per value would turn exact ints into floats.
    return -(-weight_bytes(n_parameters=n_values, bytes_per_weight=DTYPES[dtype]) // 8)


def _check_amount(name, value):
    if type(value) is not int or not 1 <= value <= MOST_TOKENS:
        raise InputError(f"{name} is {shown(value)}; expected an integer from 1 to {MOST_TOKENS}")
