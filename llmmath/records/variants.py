"""Models as they would be with one thing changed."""

from dataclasses import replace

from ..errors import InputError
from .shapes import Attention


def with_key_value_heads(model, n_kv_heads):
    """`model` with `n_kv_heads` key-value heads in every layer and everything else kept.

    Raises InputError where the query heads cannot be shared out evenly, or the attention is of another kind.
    """
    layers = []
    for layer in model.layers:
        attention = layer.attention
        if not isinstance(attention, Attention):
            raise InputError(
                f"{model.key}: has no key-value heads to share; expected plain softmax attention"
            )
        if n_kv_heads < 1 or attention.n_heads % n_kv_heads:
            raise InputError(
                f"{model.key}: {attention.n_heads} query heads cannot share {n_kv_heads} key-value heads"
                " evenly"
            )
        changed = replace(attention, n_kv_heads=n_kv_heads)
        parts = tuple(changed if part is attention else part for part in layer.parts)
        layers.append(replace(layer, parts=parts))
    return replace(model, key=f"{model.key} with {n_kv_heads} key-value heads", layers=tuple(layers))
