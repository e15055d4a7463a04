"""Time, memory and batching of a model on an accelerator."""

import json
import math

import pytest

from llmmath import accelerators, models
from llmmath.bound import bound, sweep
from llmmath.errors import InputError

LLAMA = models.get("llama-3.1-8b")
H100 = accelerators.get("h100-sxm")
A100 = accelerators.get("a100-sxm-80")

# Llama 3.1 8B, worked by hand: a layer's matrices, 32 of them, the LM head, 65 norms, and no input embedding.
LAYER = 2 * 4096 * 4096 + 2 * 4096 * 1024 + 3 * 4096 * 14336
STREAMED = 32 * LAYER + 4096 * 128256 + 65 * 4096
CACHE_PER_TOKEN = 2 * 32 * 8 * 128 * 2


def test_a_step_reads_the_weights_once_the_cache_of_every_query_and_no_input_embedding():
    found = bound(LLAMA, H100, batch=4, context=1000)
    # Each query also reads a row of the embedding, and writes a key and a value in every layer.
    n_bytes = 2 * STREAMED + 4 * (1001 * CACHE_PER_TOKEN + 2 * 4096)
    assert found["memory_seconds"] == n_bytes / 3350e9


def test_arithmetic_takes_two_operations_for_each_weight_and_each_score():
    found = bound(LLAMA, H100, batch=4, context=1000)
    scores = 2 * 32 * 32 * 128 * 1000  # queries with keys, weights with values
    multiplications = 4 * (STREAMED - 65 * 4096 + scores)
    assert found["compute_seconds"] == pytest.approx(2 * multiplications / 989e12, rel=1e-12)


def test_perfect_overlap_takes_the_longer_time_and_no_overlap_the_sum_and_both_the_fixed_time():
    found = bound(LLAMA, H100, batch=8, fixed_seconds=0.001)
    assert found["step_seconds"] == max(found["memory_seconds"], found["compute_seconds"]) + 0.001
    assert found["unoverlapped_step_seconds"] == pytest.approx(
        found["memory_seconds"] + found["compute_seconds"] + 0.001
    )
    assert found["tokens_per_second"] == pytest.approx(8 / found["step_seconds"])


def test_the_issue_s_keys_are_there_and_the_whole_is_ready_for_json():
    keys = """step_seconds memory_seconds compute_seconds bound_by tokens_per_second tokens_per_second_per_query
        arithmetic_intensity ridge_intensity critical_batch kv_equals_weights_batch max_batch max_context fits
        weights_bytes kv_cache_bytes activation_bytes prefill_seconds""".split()
    found = json.loads(json.dumps(bound(LLAMA, H100), allow_nan=False))
    assert set(keys) <= set(found)


def test_at_the_largest_batch_it_fits_and_one_query_more_does_not():
    most = bound(LLAMA, A100, context=2048)["max_batch"]
    assert bound(LLAMA, A100, context=2048, batch=most)["fits"]
    over = bound(LLAMA, A100, context=2048, batch=most + 1)
    assert not over["fits"] and over["missing_bytes"] > 0


def test_a_sweep_gives_what_single_cases_give():
    cards = [accelerators.get(key) for key in ("h100-sxm", "a100-sxm-80", "l4")]
    swept = sweep(LLAMA, cards, [1, 64], [128, 4096])
    for i, card in enumerate(cards):
        for j, batch in enumerate((1, 64)):
            for k, context in enumerate((128, 4096)):
                one = bound(LLAMA, card, batch=batch, context=context)
                for name in ("step_seconds", "memory_seconds", "compute_seconds", "tokens_per_second", "fits",
                             "max_batch", "missing_bytes", "arithmetic_intensity"):  # fmt: skip
                    shape = (3, 2, 2)
                    import numpy

                    value = numpy.broadcast_to(swept[name], shape)[i, j, k]
                    assert value == pytest.approx(one[name], rel=1e-9), name


@pytest.mark.parametrize("name", ["batch", "context"])
@pytest.mark.parametrize("value", [0, -1, 1.5, True, math.nan, 10**13, "8"])
def test_a_batch_or_context_that_is_no_positive_whole_number_is_refused(name, value):
    with pytest.raises(InputError, match=f"{name} is .*; expected"):
        bound(LLAMA, H100, **{name: value})
