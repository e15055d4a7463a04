import numpy as np
import pytest

from llmmath.grouped_query_attention import attend


def one_head(query, keys, values):
    """Attention of a single head, written out in loops."""
    scores = [sum(q * k for q, k in zip(query, key)) / len(query) ** 0.5 for key in keys]
    exponentials = [np.exp(score) for score in scores]
    return [
        sum(e * value[i] for e, value in zip(exponentials, values)) / sum(exponentials)
        for i in range(len(query))
    ]


@pytest.mark.parametrize(
    "n_kv_heads", [1, 2, 3, 6], ids=["multi-query", "two groups", "three groups", "multi-head"]
)
def test_each_query_head_attends_to_the_keys_and_values_of_its_group(n_kv_heads):
    random = np.random.default_rng(n_kv_heads)
    query = random.normal(size=(6, 4))
    keys, values = random.normal(size=(2, n_kv_heads, 5, 4))
    expected = [one_head(query[h], keys[h * n_kv_heads // 6], values[h * n_kv_heads // 6]) for h in range(6)]
    assert np.allclose(attend(query, keys, values), expected, atol=1e-12)


def test_heads_that_cannot_be_shared_out_evenly_are_refused():
    with pytest.raises(ValueError, match="6 query heads cannot share 4 key-value heads evenly"):
        attend(np.zeros((6, 4)), np.zeros((4, 5, 4)), np.zeros((4, 5, 4)))
