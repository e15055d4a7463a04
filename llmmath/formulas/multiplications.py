"""Multiplications per token of a decoder: one for each multiply of a matrix product.

A FLOP count is twice this, since each multiplication comes with an addition. "Attends to n_context positions"
means n_context - 1 cached tokens and the new token itself. Biases, norms, softmax and activation functions
are no matrix products and are not counted here.
"""

from .extremes import smaller


def classic_multiplications(*, n_layers, n_heads, d_model, head_dim, d_ff, n_context):
    """Multiplications for one token of a GPT, taken literally from the definition of attention, head by head.

    Each head has a value matrix of full rank, d_model x d_model, and sums up values of width d_model. The
    LM head is left out.

    Args:
        n_layers: decoder layers [1].
        n_heads: attention heads per layer [1].
        d_model: width of the residual stream [1].
        head_dim: values in one query or key vector [1].
        d_ff: width of the hidden layer of the MLP [1].
        n_context: positions attended to, the new token among them [token].

    Returns:
        Multiplications per token [1].

    Holds for: GPT-2 and GPT-3 shapes: plain MLP, as many key-value heads as query heads.
    Source: Ciro Santilli 2025, Number of multiplications per token in a GPT model.

    >>> classic_multiplications(n_layers=12, n_heads=12, d_model=768, head_dim=64, d_ff=3072, n_context=1024)
    278396928
    """
    return n_layers * (
        n_heads * (2 * d_model * head_dim + n_context * head_dim + d_model * d_model + n_context * d_model)
        + 2 * d_model * d_ff
    )


def low_rank_value_multiplications(*, n_layers, n_heads, d_model, head_dim, d_ff, n_context, vocabulary_size):
    """Multiplications for one token with each head's value matrix as a product of two thin ones, LM head
    included.

    The value is made small (d_model to head_dim) and large again (head_dim to d_model) before the heads'
    values are summed up at width d_model.

    Args:
        n_layers: decoder layers [1].
        n_heads: attention heads per layer [1].
        d_model: width of the residual stream [1].
        head_dim: values in one query or key vector [1].
        d_ff: width of the hidden layer of the MLP [1].
        n_context: positions attended to, the new token among them [token].
        vocabulary_size: logits computed for the token [1].

    Returns:
        Multiplications per token [1].

    Holds for: GPT-2 and GPT-3 shapes: plain MLP, as many key-value heads as query heads.
    Source: Ciro Santilli 2025, llm_count_mults.py.

    >>> low_rank_value_multiplications(n_layers=12, n_heads=12, d_model=768, head_dim=64, d_ff=3072,
    ...                                n_context=1024, vocabulary_size=50257)
    246215424
    """
    return (
        n_layers
        * (
            n_heads * (4 * d_model * head_dim + n_context * head_dim + n_context * d_model)
            + 2 * d_model * d_ff
        )
        + d_model * vocabulary_size
    )


def efficient_multiplications(*, n_layers, d_model, d_ff, n_context, vocabulary_size):
    """Multiplications for one token of a GPT as implementations compute it, LM head included.

    Values are summed up at width head_dim and made large once, after the sum.

    Args:
        n_layers: decoder layers [1].
        d_model: width of the residual stream [1].
        d_ff: width of the hidden layer of the MLP [1].
        n_context: positions attended to, the new token among them [token].
        vocabulary_size: logits computed for the token [1].

    Returns:
        Multiplications per token [1].

    Holds for: GPT-2 and GPT-3 shapes: plain MLP, n_heads * head_dim = d_model, as many key-value heads as
        query heads, all earlier keys and values cached.
    Source: Kaplan et al. 2020, arXiv:2001.08361, table 1, with the LM head.

    >>> efficient_multiplications(n_layers=12, d_model=768, d_ff=3072, n_context=1024, vocabulary_size=50257)
    142406400
    """
    return (
        n_layers * (4 * d_model**2 + 2 * n_context * d_model + 2 * d_model * d_ff) + d_model * vocabulary_size
    )


def gated_multiplications(
    *, n_layers, n_heads, n_kv_heads, d_model, head_dim, d_ff, n_context, vocabulary_size
):
    """Multiplications for one token of a Llama-shaped decoder: grouped queries, gated MLP, LM head included.

    Args:
        n_layers: decoder layers [1].
        n_heads: query heads per layer [1].
        n_kv_heads: key-value heads per layer [1].
        d_model: width of the residual stream [1].
        head_dim: values in one query, key or value vector [1].
        d_ff: width of the hidden layer of the MLP [1].
        n_context: positions attended to, the new token among them [token].
        vocabulary_size: logits computed for the token [1].

    Returns:
        Multiplications per token [1].

    Holds for: Llama shapes: gated MLP (three matrices), no experts, no sliding window.
    Source: Touvron et al. 2023, arXiv:2307.09288, section 2.2; Ainslie et al. 2023, arXiv:2305.13245.

    >>> gated_multiplications(n_layers=32, n_heads=32, n_kv_heads=8, d_model=4096, head_dim=128, d_ff=14336,
    ...                       n_context=1024, vocabulary_size=128256)
    7773093888
    """
    return (
        n_layers
        * (
            2 * d_model * n_heads * head_dim
            + 2 * d_model * n_kv_heads * head_dim
            + 2 * n_context * n_heads * head_dim
            + 3 * d_model * d_ff
        )
        + d_model * vocabulary_size
    )


def matrix_multiplications(*, n_tokens, n_inputs, n_outputs):
    """Multiplications of `n_tokens` vectors with one weight matrix.

    Args:
        n_tokens: vectors multiplied [token].
        n_inputs: values in each vector [1].
        n_outputs: values in each result [1].

    Returns:
        Multiplications [1].

    Holds for: dense matrices, multiplied by the schoolbook method.
    Source: definition.

    >>> matrix_multiplications(n_tokens=1, n_inputs=768, n_outputs=3072)
    2359296
    """
    return n_tokens * n_inputs * n_outputs


def attention_multiplications(*, n_pairs, n_heads, head_dim):
    """Multiplications of one product of attention: queries with keys, or weights with values.

    Args:
        n_pairs: pairs of a new token and a position that it attends to [1].
        n_heads: query heads [1].
        head_dim: values in the vectors of each head [1].

    Returns:
        Multiplications [1].

    Holds for: either of the two products; both together cost the sum.
    Source: Vaswani et al. 2017, arXiv:1706.03762, section 3.2.

    >>> attention_multiplications(n_pairs=1024, n_heads=12, head_dim=64)
    786432
    """
    return n_pairs * n_heads * head_dim


def causal_pairs(*, n_tokens, window):
    """Pairs of a token and a position it may see, itself included, over a sequence read from its start.

    Args:
        n_tokens: tokens of the sequence [token].
        window: positions that one token may see at most, itself included [token]; at least `n_tokens` means
            that every earlier token is seen.

    Returns:
        Pairs [1]: 1 + 2 + ... up to the window, then the window for every further token.

    Holds for: causal attention; `n_tokens` and `window` at least 1.
    Source: Child et al. 2019, arXiv:1904.10509, section 4.1.

    >>> causal_pairs(n_tokens=4, window=4), causal_pairs(n_tokens=4, window=2)
    (10, 7)
    """
    rising = smaller(n_tokens, window)
    return rising * (rising + 1) // 2 + (n_tokens - rising) * window
