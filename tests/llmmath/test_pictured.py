"""One layer and the phases of a step, as drawings show them, against counts worked by hand."""

import pytest

from llmmath.bound import bound
from llmmath.errors import InputError
from llmmath.pictured.one_layer import one_layer
from llmmath.pictured.phases import decode_phases, prefill_phases
from llmmath.records import accelerators, models

LLAMA, GPT2, GPT3 = (models.get(key) for key in ("llama-3.1-8b", "gpt2", "gpt3"))
A100 = accelerators.get("a100-sxm-80")


def test_a_layer_of_gpt_2_multiplies_12_d_squared_and_2_n_d():
    # 4 x 768^2 of projections and 2 x 768 x 3072 of the perceptron; 2 x 1024 x 768 of attention
    layer = one_layer(GPT2, 1024)
    assert (layer["weights"], layer["attention"], layer["total"]) == (7_077_888, 1_572_864, 8_650_752)
    assert layer["attention_share"] == pytest.approx(1_572_864 / 8_650_752)
    assert layer["attention_share"] + layer["weights_share"] == 1


def test_a_layer_with_shared_heads_projects_to_fewer_keys_and_compares_as_often():
    # keys 4096 x 8 x 128, comparison 32768 x 32 x 128
    parts = one_layer(LLAMA, 32768)["components"]
    assert parts["attention.k"] == 4096 * 1024
    assert parts["attention.scores"] == 32768 * 4096
    assert "lm_head" not in parts


@pytest.mark.parametrize("model, context", [(GPT2, 4608), (GPT3, 73728)], ids=["GPT-2", "GPT-3"])
def test_attention_is_as_much_as_the_weights_at_six_times_the_width(model, context):
    # beyond the positions of both: 6 x 768 and 6 x 12288
    layer = one_layer(model, context)
    assert layer["attention"] == layer["weights"]


def test_no_layer_stands_for_layers_that_differ():
    with pytest.raises(InputError, match="gemma-3-27b-text has 2 kinds of layers; expected"):
        one_layer(models.get("gemma-3-27b-text"), 1024)


def test_the_phases_of_one_query_are_reading_of_weights_and_of_a_cache():
    # 15.010 GB and 2048 x 131,072 B over 2.039 TB/s; 4 x 32 x 2048 x 4096 FLOP over 312 TFLOP/s
    found = decode_phases(LLAMA, A100, 1, 2048)
    assert found["products"]["reading"] == pytest.approx(7.361e-3, rel=1e-3)
    assert found["attention"]["reading"] == pytest.approx(2048 * 131_072 / 2.039e12)
    assert found["attention"]["multiplying"] == pytest.approx(4 * 32 * 2048 * 4096 / 312e12)
    assert found["products"]["seconds"] == found["products"]["reading"]


@pytest.mark.parametrize("batch", [1, 56, 153, 240])
def test_the_phases_of_a_step_take_as_long_as_the_step(batch):
    step = bound(LLAMA, A100, batch=batch, context=2048)["step_seconds"]
    assert decode_phases(LLAMA, A100, batch, 2048)["seconds"] == pytest.approx(step, rel=1e-12)


def test_a_full_batch_waits_for_arithmetic_among_products_and_for_memory_in_attention():
    # 240 is beyond the critical batch of 153
    found = decode_phases(LLAMA, A100, 240, 2048)
    assert found["products"]["multiplying"] > found["products"]["reading"]
    assert found["attention"]["multiplying"] < found["attention"]["reading"]


def test_a_prompt_waits_for_arithmetic():
    # 2 x (2048 x 6,979,584,000 + 525,336,576) FLOP over 312 TFLOP/s
    found = prefill_phases(LLAMA, A100, 1, 2048)
    assert found["products"]["multiplying"] == pytest.approx(91.633e-3, rel=1e-4)
    assert found["seconds"] == pytest.approx(bound(LLAMA, A100, context=2048)["prefill_seconds"], rel=1e-12)


@pytest.mark.parametrize("batch, context, said", [(0, 1024, "batch is 0"), (1, 200_000, "context is 200")])
def test_a_step_that_cannot_be_is_refused(batch, context, said):
    with pytest.raises(InputError, match=said):
        decode_phases(LLAMA, A100, batch, context)


def test_a_card_without_a_peak_has_no_phases():
    card = next(one for one in accelerators.load().values() if not one.peak_flops and one.memory_capacity)
    with pytest.raises(InputError, match=f"{card.key} has no published peak; expected"):
        decode_phases(LLAMA, card, 1, 1024)
