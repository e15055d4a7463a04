"""Bytes of each component of a model's weights."""

import pytest

from llmmath.records import dtypes, models, parameters, stored
from llmmath.records.stored import Piece, StoredWeights


def test_a_component_whose_layers_differ_takes_their_average():
    # Two layers of 100 values, one of 2 bytes and one of 1: 300 bytes for 200 values
    weights = StoredWeights("mixed", (Piece("mlp.up", "bf16", 100, 200), Piece("mlp.up", "fp8", 100, 100)))
    assert weights.bytes_of("mlp.up") == 300
    assert weights.bytes_per_value("mlp.up") == 1.5
    assert weights.by_type == {"bf16": 200, "fp8": 100}


def test_a_tied_head_takes_the_bytes_of_the_embedding():
    tied = StoredWeights("mixed", (Piece("embedding", "fp8", 10, 10), Piece("norms", "bf16", 10, 20)))
    assert (tied.bytes_per_value("lm_head"), tied.bytes_of("lm_head")) == (1, 0)
    own = StoredWeights("mixed", (*tied.pieces, Piece("lm_head", "bf16", 10, 20)))
    assert own.bytes_per_value("lm_head") == 2


def test_a_component_that_stores_nothing_has_no_bytes_per_value():
    weights = StoredWeights("bf16", (Piece("norms", "bf16", 10, 20),))
    assert weights.bytes_of("biases") == 0
    with pytest.raises(KeyError):
        weights.bytes_per_value("biases")


@pytest.mark.parametrize("dtype", ["bf16", "mxfp4", "Q3_K", "int4-g128"])
def test_one_type_throughout_takes_what_its_blocks_take(dtype):
    model = models.get("gpt2")
    weights = stored.uniform(model, dtypes.get(dtype))
    # 124,439,808 parameters, published; the type's block says the rest
    assert weights.n_values == 124_439_808
    assert weights.n_bytes == dtypes.get(dtype).whole_bytes(124_439_808)
    assert list(weights.by_type) == [dtype]
    for component in parameters.breakdown(model):
        assert weights.bytes_per_value(component) == dtypes.get(dtype).bytes_per_value
