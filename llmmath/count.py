"""What a model costs at a context: the counts that the command line prints, as one dict."""

from . import ledger
from .checks import whole, within_positions
from .records import dtypes, gguf_mixes, parameters

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
    "weight_bytes_by_type": "B",
}


def mean_bits(model, dtype):
    """Bits of a weight of a model in a type or a mix of types, on average, scales included.

    Args:
        model: a `shapes.Model`. dtype: as in `count`.

    Raises:
        InputError: what `count` refuses.

    Source: `count`.
    """
    found = count(model, 1, dtype=dtype)
    return 8 * found["weight_bytes"] / found["parameters"]


def count(model, context, batch=1, dtype=None, kv_dtype=None):
    """Parameters, multiplications and bytes of a model that attends to `context` positions.

    Args:
        model: a `shapes.Model`, of `models.get` or `configs.read`.
        context: positions attended to in decoding, and length of the prompt in prefill [token].
        batch: queries processed together [1].
        dtype: data type of the weights, a key of `dtypes.DTYPES` or a name of `dtypes.MIXES`; None for what
            the model's configuration states, or bf16.
        kv_dtype: data type of the cache; None for that of the weights where one is named that a cache can
            have, else bf16.

    Returns:
        dict, ready for JSON; all figures are ints, bytes rounded up to whole ones:

        - model, architecture, context, batch, dtype, kv_dtype: what was counted.
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
        - state_bytes: what recurrent layers keep for all queries, however long they are, in the type that the
          file states for it, else in that of a cache of 16 bits or more [B]; parameters_apart: name ->
          parameters of files that are in no total [1]; notes: sentences. Each only where the model has it.
        - weight_bytes: all stored parameters [B]; weight_bytes_by_type: of each type, where there are several
          [B]; stated_dtype: the name of what the configuration states, where `dtype` overrides it. Where
          `dtype` is None and what the configuration states is not read, dtype and weight_bytes are None, and
          stored_bytes_unknown says why.
        - towers: name -> parameters [1] and multiplications_per_image [1] of what turns images or sound into
          tokens, in no total either; None where they are unknown. image: the image that these are for:
          height, width [pixel], n_patches [1], n_tokens that the model gets of it [token], and why it is
          this one; None where it is unknown. Both only where the file has towers.

    Raises:
        InputError: context or batch that is no positive int, a context beyond the model's positions, a data
            type that is unknown or that no weights or no cache are stored in.

    Source: sums of `ledger` and `parameters`.
    """
    context = whole("context", context)
    batch = whole("batch", batch)
    unread = dtype is None and model.weights is None and model.weights_unread
    weights = None if unread else gguf_mixes.weights_of(model, dtype)
    cache = cache_type(dtype, kv_dtype)
    within_positions(model, context)
    return (
        {
            "model": model.key,
            "architecture": model.architecture,
            "context": context,
            "batch": batch,
            "dtype": weights and weights.name,
            "kv_dtype": cache.name,
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
            "kv_cache_bytes_per_token": cache.whole_bytes(ledger.cache_values_per_token(model)),
            "kv_cache_bytes": cache.whole_bytes(batch * ledger.cache_values(model, context)),
            "weight_bytes": weights and weights.n_bytes,
        }
        | (_stored(model, weights) if weights else {"stored_bytes_unknown": unread})
        | _beside(model, batch, cache)
    )


def _stored(model, weights):
    """Bytes by type where there are several, and what the configuration states where that is overridden."""
    found = {}
    if len(weights.by_type) > 1:
        found["weight_bytes_by_type"] = weights.by_type
    if model.weights is not None and weights is not model.weights:
        found["stated_dtype"] = model.weights.name
    return found


def _beside(model, batch, cache):
    """What only some models have: a state, parameters that are in no total, and notes."""
    state = ledger.state_values(model)
    found = {}
    if state:
        kept = dtypes.state_type(model, cache if cache.bytes_per_value >= 2 else dtypes.get("bf16"))
        found["state_bytes"] = kept.whole_bytes(batch * state)
    if model.apart:
        found["parameters_apart"] = dict(model.apart)
    if model.towers:
        found["towers"] = {
            tower.name: {
                "parameters": tower.parameters,
                "multiplications_per_image": tower.multiplications,
            }
            for tower in model.towers
        }
        found["image"] = model.image and model.image._asdict()
    if model.notes:
        found["notes"] = list(model.notes)
    return found


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


def cache_type(dtype, kv_dtype):
    """The data type of a count's cache: as named, else that of the weights where a cache can have it.

    A configuration states what weights are stored in; its cache is 16 bits wide unless one is named.
    """
    if kv_dtype is None:
        cached = dtype is not None and dtypes.mix(dtype) is None and dtypes.get(dtype).cached
        kv_dtype = dtype if cached else "bf16"
    return dtypes.cache_type(kv_dtype)
