"""Grouped-query attention of one new token to a cache, in NumPy: small enough to read beside the article."""

import numpy as np


def attend(query, keys, values):
    """Attention of one token's query heads to cached key-value heads, each shared by a group of query heads.

    Args:
        query: (n_heads, head_dim), the new token's queries.
        keys: (n_kv_heads, n_context, head_dim), cached keys, the new token's included.
        values: (n_kv_heads, n_context, head_dim), cached values likewise.

    Returns:
        (n_heads, head_dim): what each query head takes from the values.

    Raises ValueError when the query heads cannot be shared out evenly among the key-value heads.
    Source: Ainslie et al. 2023, arXiv:2305.13245, section 2.2.
    """
    n_heads, head_dim = query.shape
    n_kv_heads = keys.shape[0]
    if n_heads % n_kv_heads:
        raise ValueError(f"{n_heads} query heads cannot share {n_kv_heads} key-value heads evenly")
    groups = query.reshape(n_kv_heads, n_heads // n_kv_heads, head_dim)
    scores = groups @ keys.transpose(0, 2, 1) / np.sqrt(head_dim)
    weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights /= weights.sum(axis=-1, keepdims=True)
    return (weights @ values).reshape(n_heads, head_dim)
