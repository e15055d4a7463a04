"""FLOPs of training, for comparing with published totals; the rest of the library is about inference."""


def training_flops(*, n_parameters, n_training_tokens, flops_per_parameter):
    """Total FLOPs of training a model by the rule of a fixed cost for each parameter and token.

    Args:
        n_parameters: parameters that a token uses [1].
        n_training_tokens: tokens read over the whole training [token].
        flops_per_parameter: 6 for a decoder (2 forward, 4 backward); 3 for an encoder-decoder, where a token
            passes one of the halves only [FLOP].

    Returns:
        Operations [FLOP].

    Holds for: contexts short against 12 times the model's width; attention's own products are left out.
    Source: Brown et al. 2020, arXiv:2005.14165, appendix D.

    >>> training_flops(n_parameters=125 * 10**6, n_training_tokens=300 * 10**9, flops_per_parameter=6)
    225000000000000000000
    """
    return flops_per_parameter * n_parameters * n_training_tokens


def palm_flops_per_token(*, n_parameters, n_layers, n_heads, head_dim, n_context):
    """FLOPs of training for one token, attention's products included.

    Args:
        n_parameters: parameters without learned positions [1].
        n_layers: decoder layers [1].
        n_heads: attention heads per layer [1].
        head_dim: values in one query, key or value vector [1].
        n_context: length of the sequences [token].

    Returns:
        Operations for each token [FLOP].

    Holds for: full score matrices (no causal skipping), recomputation not counted.
    Source: Chowdhery et al. 2022, arXiv:2204.02311, appendix B.

    >>> palm_flops_per_token(n_parameters=10, n_layers=1, n_heads=2, head_dim=3, n_context=4)
    348
    """
    return 6 * n_parameters + 12 * n_layers * n_heads * head_dim * n_context
