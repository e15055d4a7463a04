"""Recurrent layers: what their states cost when a token is added, and when a prompt is read in chunks.

A recurrent layer keeps a state of fixed size for each sequence: a matrix of `key_dim` x `value_dim` values
for each
head. A new token is written into it as an outer product, and read out of it as a product of a vector with a
matrix.
Both are matrix products and are counted. That the state decays before is a product of each of its values
with a factor, as are gates and the token's own direct path: these are elementwise, and not counted, as
elsewhere.

A prompt is read in chunks: within a chunk each token attends to the earlier ones of the chunk, as attention
does; what came before the chunk is read from the state, and the chunk is written into it.
"""


def state_multiplications(*, n_tokens, n_heads, key_dim, value_dim):
    """Multiplications of writing tokens into a state, or of reading them out of it.

    Args:
        n_tokens: tokens written, or read [token].
        n_heads: heads, each with a state of its own [1].
        key_dim: values in the vector that a state is written and read with [1].
        value_dim: values in the vector that it holds for it [1].

    Returns:
        Multiplications [1].

    Holds for: either of the two; states that are one matrix for each head.
    Source: Dao and Gu 2024, arXiv:2405.21060, section 2.1; Katharopoulos et al. 2020, arXiv:2006.16236,
    section 3.4.

    >>> state_multiplications(n_tokens=1, n_heads=80, key_dim=128, value_dim=64)
    655360
    """
    return n_tokens * n_heads * key_dim * value_dim


def chunk_pairs(*, n_tokens, chunk_length):
    """Pairs of two tokens of one chunk, in either order and each with itself too, over a prompt.

    Args:
        n_tokens: tokens of the prompt [token].
        chunk_length: tokens of a chunk [token]; the last one is as long as what is left.

    Returns:
        Pairs [1].

    Holds for: implementations that compute the whole square of a chunk and mask one half.
    Source: Dao and Gu 2024, arXiv:2405.21060, section 6.

    >>> chunk_pairs(n_tokens=10, chunk_length=4)
    36
    """
    whole = n_tokens // chunk_length
    left = n_tokens - whole * chunk_length
    return whole * chunk_length * chunk_length + left * left


def causal_chunk_pairs(*, n_tokens, chunk_length):
    """Pairs of a token and an earlier one of its chunk, or itself, over a prompt.

    Args:
        n_tokens: tokens of the prompt [token].
        chunk_length: tokens of a chunk [token]; the last one is as long as what is left.

    Returns:
        Pairs [1].

    Holds for: implementations that compute no pair in vain.
    Source: Dao and Gu 2024, arXiv:2405.21060, section 6.

    >>> causal_chunk_pairs(n_tokens=10, chunk_length=4)
    23
    """
    whole = n_tokens // chunk_length
    left = n_tokens - whole * chunk_length
    return whole * (chunk_length * (chunk_length + 1) // 2) + left * (left + 1) // 2


def triangular_solve_multiplications(*, n_pairs, n_columns):
    """Multiplications of solving a triangular system whose diagonal is one, for several columns at once.

    Args:
        n_pairs: entries below the diagonal: pairs of a token and an earlier one, not itself [1].
        n_columns: columns that are solved for [1].

    Returns:
        Multiplications [1].

    Holds for: forward substitution; no division, since the diagonal is one.
    Source: definition; Yang et al. 2024, arXiv:2406.06484, section 3.2, for its place in the delta rule.

    >>> triangular_solve_multiplications(n_pairs=6, n_columns=2)
    12
    """
    return n_pairs * n_columns
