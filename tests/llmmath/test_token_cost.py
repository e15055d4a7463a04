"""What a token costs: by hand for a small model of each kind, and by what each kind promises."""

import pytest

from llmmath.count import count
from llmmath.errors import InputError
from llmmath.records import models
from llmmath.token_cost import token_cost

KINDS = ("llama-3.2-3b", "qwen3-30b-a3b-2507", "deepseek-v2-lite", "qwen3-next-80b-a3b")


def test_a_dense_model_reads_all_its_weights_and_keeps_a_cache():
    # Llama 3.2 3B, by hand: 28 x (2 x 3072^2 + 2 x 3072 x 1024 + 3 x 3072 x 8192) + 128256 x 3072 weights in
    # matrices, 57 norms of 3072; 2 x 28 x 3072 x 1024 more multiplications; 28 x 2 x 8 x 128 cached values
    assert token_cost(models.get("llama-3.2-3b"), 1024) == {
        "multiplications": 3_212_574_720 + 176_160_768,
        "weight_bytes_read": 2 * (3_212_574_720 + 57 * 3072),
        "cache_bytes": 2 * 28 * 2 * 8 * 128 * 1024,
        "state_bytes": 0,
        "kept_bytes": 2 * 28 * 2 * 8 * 128 * 1024,
    }


def test_of_experts_only_those_that_the_token_uses_are_read():
    # Qwen3 30B-A3B: 128 - 8 experts of 3 x 2048 x 768 in 48 layers, and 151936 x 2048 of the embedding
    model = models.get("qwen3-30b-a3b-2507")
    unread = 48 * 120 * 3 * 2048 * 768 + 151936 * 2048
    held = count(model, 1)["weight_bytes"]
    assert token_cost(model, 1)["weight_bytes_read"] == held - 2 * unread


@pytest.mark.parametrize("key", KINDS)
def test_the_weights_read_and_the_state_do_not_depend_on_the_context(key):
    short, long = (token_cost(models.get(key), context) for context in (1024, 131072))
    assert short["weight_bytes_read"] == long["weight_bytes_read"]
    assert short["state_bytes"] == long["state_bytes"]
    assert long["cache_bytes"] == 128 * short["cache_bytes"]
    assert long["multiplications"] > short["multiplications"]


def test_a_hybrid_keeps_a_state_beside_the_cache_of_its_attention():
    # Qwen3-Next: 36 layers of 32 x 128 x 128 values and 4 inputs of 2 x 2048 + 4096 channels; 12 layers
    # of 2 x 2 x 256
    found = token_cost(models.get("qwen3-next-80b-a3b"), 10)
    assert found["state_bytes"] == 2 * 36 * (32 * 128 * 128 + 4 * 8192)
    assert found["cache_bytes"] == 2 * 12 * 2 * 2 * 256 * 10
    assert found["kept_bytes"] == found["state_bytes"] + found["cache_bytes"]


def test_a_context_beyond_the_model_is_refused():
    with pytest.raises(InputError, match="context is 131073; expected at most 131072"):
        token_cost(models.get("llama-3.2-3b"), 131073)
