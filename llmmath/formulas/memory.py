"""Bytes that a model holds: its weights, and the keys and values of the tokens seen so far."""


def kv_cache_bytes(*, n_layers, n_kv_heads, head_dim, n_tokens, bytes_per_value):
    """Memory of the keys and values cached for `n_tokens` tokens.

    Args:
        n_layers: decoder layers [1].
        n_kv_heads: key-value heads per layer [1]; fewer than query heads in GQA.
        head_dim: values in one key or value vector [1].
        n_tokens: cached tokens over the whole batch [token].
        bytes_per_value: bytes of a cached value: 2 for bf16, 1 for int8 [B].

    Returns:
        Cache size [B]: an exact int for ints, an array of their common shape for arrays.

    Holds for: caches that keep every token; not sliding windows or latent attention.
    Source: Pope et al. 2022, arXiv:2211.05102, section 2.1.

    >>> kv_cache_bytes(n_layers=32, n_kv_heads=8, head_dim=128, n_tokens=1, bytes_per_value=2)
    131072
    """
    values_per_token = 2 * n_layers * n_kv_heads * head_dim
    return values_per_token * n_tokens * bytes_per_value


def weight_bytes(*, n_parameters, bytes_per_weight):
    """Memory of a model's weights.

    Args:
        n_parameters: stored parameters, a tied head counted once [1].
        bytes_per_weight: bytes of a weight: 2 for bf16, 1 for int8 [B].

    Returns:
        Size [B].

    Holds for: one data type for all parameters, no scales beside them.
    Source: definition.

    >>> weight_bytes(n_parameters=124_439_808, bytes_per_weight=2)
    248879616
    """
    return n_parameters * bytes_per_weight


def embedding_bytes(*, vocabulary_size, d_model, bytes_per_weight):
    """Memory of the table of token embeddings, of which a step reads one row per query.

    Args:
        vocabulary_size: rows of the table [1].
        d_model: width of a row [1].
        bytes_per_weight: bytes of a weight: 2 for bf16, 1 for int8 [B].

    Returns:
        Size [B].

    Holds for: tables that are not shared with the LM head, which is read whole.
    Source: definition.

    >>> embedding_bytes(vocabulary_size=128256, d_model=4096, bytes_per_weight=2)
    1050673152
    """
    return vocabulary_size * d_model * bytes_per_weight


def latent_cache_bytes(*, n_layers, kv_lora_rank, rope_head_dim, n_tokens, bytes_per_value):
    """Memory of the latents cached by multi-head latent attention for `n_tokens` tokens.

    Args:
        n_layers: decoder layers [1].
        kv_lora_rank: values in the latent from which all heads' keys and values are made [1].
        rope_head_dim: values in the one rotated key that all heads share [1].
        n_tokens: cached tokens over the whole batch [token].
        bytes_per_value: bytes of a cached value: 2 for bf16, 1 for int8 [B].

    Returns:
        Cache size [B].

    Holds for: caches that keep the latent, not the keys and values expanded from it.
    Source: DeepSeek-AI 2024, arXiv:2405.04434, section 2.1.

    >>> latent_cache_bytes(n_layers=61, kv_lora_rank=512, rope_head_dim=64, n_tokens=1, bytes_per_value=2)
    70272
    """
    values_per_token = n_layers * (kv_lora_rank + rope_head_dim)
    return values_per_token * n_tokens * bytes_per_value
