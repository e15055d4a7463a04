"""Bytes and values of one step, worked by hand."""

import pytest

from llmmath import traffic
from llmmath.bound import bound
from llmmath.records import accelerators, models


@pytest.mark.parametrize(
    "key, values",
    [
        # the residual stream, and the LM head's inputs and results
        ("gpt2", 768 + 768 + 50_257),
        ("llama-3.1-8b", 4096 + 4096 + 128_256),
        # a table of logits that is narrower than what two experts' up-projections take and give
        ("mixtral-8x7b", 4096 + 2 * (4096 + 14_336)),
        # OPT 350M: a stream of 1024, and the LM head's inputs of 512 and 50,272 logits
        ("opt-350m", 1024 + 512 + 50_272),
    ],
)
def test_a_token_in_flight_is_its_residual_stream_and_the_widest_operations_inputs_and_results(key, values):
    assert traffic.activation_values(models.get(key)) == values


def test_activations_take_their_own_type_and_come_once_for_each_query():
    # 136,448 values of Llama 3.1 8B, as above, of 2 bytes beside weights of 1, for 8 queries
    found = bound(models.get("llama-3.1-8b"), accelerators.get("h100-sxm"), "fp8", batch=8)
    assert found["activation_bytes"] == 8 * 136_448 * 2
