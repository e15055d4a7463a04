"""What attention costs beside the weights, term by term, and what sharing key-value heads saves."""


def full_rank_value_multiplications(*, n_layers, n_heads, d_model):
    """Multiplications by one square value matrix per head, as in the textbook picture.

    Args:
        n_layers: decoder layers [1].
        n_heads: query heads per layer [1].
        d_model: width of the token's vector [1].

    Returns:
        Multiplications per token [multiplication].

    Holds for: value matrices that are not factored.
    Source: Santilli 2025, the formula this site began with; Elhage et al. 2021, A Mathematical Framework for
        Transformer Circuits.

    >>> full_rank_value_multiplications(n_layers=12, n_heads=12, d_model=768)
    84934656
    """
    return n_layers * n_heads * d_model * d_model


def thin_projection_multiplications(*, n_layers, n_heads, d_model, head_dim):
    """Multiplications by two thin matrices of each head: query and key, or values down and output up.

    Args:
        n_layers: decoder layers [1].
        n_heads: query heads per layer [1].
        d_model: width of the token's vector [1].
        head_dim: width of one head [1].

    Returns:
        Multiplications per token [multiplication].

    Holds for: one key-value head per query head.
    Source: Vaswani et al. 2017, arXiv:1706.03762, section 3.2.2.

    >>> thin_projection_multiplications(n_layers=12, n_heads=12, d_model=768, head_dim=64)
    14155776
    """
    return n_layers * n_heads * 2 * d_model * head_dim


def mixing_multiplications(*, n_layers, n_heads, n_context, value_dim):
    """Multiplications of the weighted sum over the values of the context.

    The comparison with the keys costs the same, with the width of a key in place of `value_dim`.

    Args:
        n_layers: decoder layers [1].
        n_heads: query heads per layer [1].
        n_context: positions the token attends to, itself included [token].
        value_dim: width of what is mixed: head_dim, or d_model when values are projected up before [1].

    Returns:
        Multiplications per token [multiplication].

    Holds for: full attention, every layer over the whole context.
    Source: Vaswani et al. 2017, arXiv:1706.03762, section 3.2.1.

    >>> mixing_multiplications(n_layers=12, n_heads=12, n_context=1024, value_dim=64)
    9437184
    """
    return n_layers * n_heads * n_context * value_dim


def mlp_multiplications(*, n_layers, d_model, d_ff):
    """Multiplications of the two-matrix perceptron.

    Args:
        n_layers: decoder layers [1].
        d_model: width of the token's vector [1].
        d_ff: width inside the perceptron [1].

    Returns:
        Multiplications per token [multiplication].

    Holds for: perceptrons of two matrices; gated ones have three.
    Source: Vaswani et al. 2017, arXiv:1706.03762, section 3.3.

    >>> mlp_multiplications(n_layers=12, d_model=768, d_ff=3072)
    56623104
    """
    return n_layers * 2 * d_model * d_ff


def lm_head_multiplications(*, d_model, vocabulary_size):
    """Multiplications that score every entry of the vocabulary.

    Args:
        d_model: width of the token's vector [1].
        vocabulary_size: entries of the vocabulary [1].

    Returns:
        Multiplications per token [multiplication].

    Holds for: logits at one position.
    Source: Radford et al. 2018, Improving Language Understanding by Generative Pre-Training, section 3.1.

    >>> lm_head_multiplications(d_model=768, vocabulary_size=50257)
    38597376
    """
    return d_model * vocabulary_size


def attention_crossover_context(*, d_model, d_ff):
    """The context at which attention costs a layer as much as its weight matrices.

    Args:
        d_model: width of the token's vector [1].
        d_ff: width inside the perceptron [1].

    Returns:
        Positions the token attends to [token].

    Holds for: one key-value head per query head, head_dim * n_heads = d_model, perceptrons of two matrices.
    Source: 2 n d = 4 d**2 + 2 d d_ff, solved for n.

    >>> attention_crossover_context(d_model=768, d_ff=3072)
    4608.0
    """
    return (4 * d_model**2 + 2 * d_model * d_ff) / (2 * d_model)


def cache_reduction(*, n_heads, n_kv_heads):
    """How many times smaller the KV cache is when query heads share key-value heads.

    Args:
        n_heads: query heads per layer [1].
        n_kv_heads: key-value heads per layer [1].

    Returns:
        Ratio of the cache with one key-value head per query head to the shared one [1].

    Holds for: the same width of a head in both.
    Source: Ainslie et al. 2023, arXiv:2305.13245, section 2.2.

    >>> cache_reduction(n_heads=32, n_kv_heads=8)
    4.0
    """
    return n_heads / n_kv_heads
