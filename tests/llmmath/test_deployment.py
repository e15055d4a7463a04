"""What each of several accelerators holds, reads and sends."""

from dataclasses import replace

import pytest

from llmmath import attained
from llmmath.deployment import Deployment, decode_operations
from llmmath.errors import InputError
from llmmath.records import accelerators, models

LLAMA, MIXTRAL = models.get("llama-3.1-8b"), models.get("mixtral-8x7b")
H100 = accelerators.get("h100-sxm")
NOTHING = {"reserved_bytes": 0, "kv_dtype": "bf16", "dtype": "bf16"}


def deployed(way, n_accelerators, model=LLAMA, **more):
    return Deployment.of(model, H100, way=way, n_accelerators=n_accelerators, **(NOTHING | more))


def test_data_parallel_accelerators_each_hold_the_model_and_answer_their_own_queries():
    two, one = deployed("data", 2), deployed("tensor", 1)
    assert two.max_queries(4096) == 2 * one.max_queries(4096)
    assert two.step(32, 1024) == one.step(16, 1024)


def test_a_pipeline_holds_the_weights_once_and_hands_each_token_on():
    two, one = deployed("pipeline", 2), deployed("tensor", 1)
    # 2 x 81,559 MiB less 16.06 GB, over 4096 x 131,072 B and 2 B x (128,256 + 2 x 4096)
    assert two.max_queries(4096) == (2 * 81_559 * 2**20 - 2 * 8_030_261_248) // (
        4096 * 131_072 + 2 * (128_256 + 2 * 4096)
    )
    step = two.step(32, 1024)
    assert step.memory == one.step(16, 1024).memory
    # 16 tokens of one half of the batch over one hop
    assert step.sending == pytest.approx(16 * 4096 * 2 / 450e9) and step.n_messages == 1


def test_experts_apart_are_read_by_the_tokens_of_all_accelerators():
    four, one = deployed("expert", 4, MIXTRAL), deployed("tensor", 1, MIXTRAL)
    # with 64 tokens all 8 experts of a layer are read, two of them by each accelerator
    alone, together = one.step(64, 1024), four.step(64, 1024)
    experts = 32 * 3 * 8 * 4096 * 14336 * 2 / 3350e9
    reads_one, reads_four = sum(alone.memory), sum(together.memory)
    cache = 32 * 2 * 1024 * 8 * 128 * 2 / 3350e9
    assert reads_one - reads_four == pytest.approx(0.75 * experts + 48 * cache, rel=2e-3)
    # each sends 3/4 of its 16 tokens' two choices in 32 layers, there and back
    assert together.sending == pytest.approx(2 * 0.75 * 2 * 32 * 16 * 4096 * 2 / 450e9)
    assert together.n_messages == 2 * 32


def test_experts_apart_leave_room_for_more_queries_than_whole_models():
    assert deployed("expert", 4, MIXTRAL).max_queries(4096) > 0
    assert deployed("data", 4, MIXTRAL).max_queries(4096) == 0


def test_of_what_queries_have_alike_a_window_reads_once_what_it_sees_of_it():
    # Gemma 3: windows of 1,024 tokens see 24 of 1,000 that are alike after 1,000 of their own
    model = models.get("gemma-3-27b-text")
    read = {
        once: sum(one.cache_values_read for one in decode_operations(model, 10, 2000, once))
        for once in (0, 1000)
    }
    full = sum(n for layer, n in model.layer_groups if layer.attention.window is None)
    narrow = sum(n for layer, n in model.layer_groups if layer.attention.window == 1024)
    assert full + narrow == model.n_layers and full and narrow
    per_token = 2 * 16 * 128
    assert read[0] == 10 * per_token * (full * 2000 + narrow * 1024)
    assert read[1000] == per_token * (full * (10 * 1000 + 1000) + narrow * (10 * 1000 + 24))


def test_queries_that_choose_positions_may_all_choose_the_same_of_what_they_have_alike():
    # Of 2,048 positions that each chooses at best all are among the 30,000 alike.
    plain = models.get("deepseek-v3")

    def choosing(layer):
        attention = replace(layer.attention, n_positions_chosen=2048)
        return replace(layer, parts=(attention, *layer.parts[1:]))

    assert all(layer.parts[0] is layer.attention for layer in plain.layers)
    model = replace(plain, layers=tuple(choosing(layer) for layer in plain.layers))
    every, once = (
        sum(
            one.cache_values_read
            for one in decode_operations(model, 10, 32_000, alike)
            if one.component == "attention.scores"
        )
        for alike in (0, 30_000)
    )
    assert every == 10 * once > 0


def test_a_cached_prefix_leaves_the_rest_of_the_prompt_and_its_attention_to_all_of_it():
    whole, half, rest = (
        deployed("tensor", 1).prompt(1, n_input, n_cached)
        for n_input, n_cached in ((2048, 0), (1024, 0), (2048, 1024))
    )

    def split(step):
        attention = sum(c for c, one in zip(step.compute, step.attention) if one)
        return sum(step.compute) - attention, attention

    # products: those of 1024 tokens; attention: all pairs of 2048 less those of the cached 1024
    assert split(rest)[0] == pytest.approx(split(half)[0])
    assert split(rest)[1] == pytest.approx(split(whole)[1] - split(half)[1])


def test_what_is_kept_elsewhere_is_brought_in_every_step():
    half = deployed("tensor", 1).offloading("layers", 8_000_000_000, 31.5e9)
    step = half.step(1, 128)
    # of 6.98 B parameters of the layers in 2 B, 8 GB are brought
    assert step.streamed == pytest.approx(8e9 / 31.5e9, rel=1e-6)
    assert attained.bound_seconds(step) == pytest.approx(step.streamed)
    assert half.max_queries(4096) > deployed("tensor", 1).max_queries(4096)


def test_of_experts_kept_elsewhere_only_those_picked_are_brought():
    away = deployed("tensor", 1, MIXTRAL).offloading("experts", 45_000_000_000, 31.5e9)
    experts = 32 * 3 * 8 * 4096 * 14336 * 2
    # one token picks 2 of 8
    assert away.step(1, 128).streamed == pytest.approx(45e9 / experts * experts * 2 / 8 / 31.5e9)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"way": "tensors"}, "parallel is 'tensors'; did you mean 'tensor'?"),
        ({"way": "expert"}, "llama-3.1-8b has no experts"),
        ({"way": "pipeline", "n_accelerators": 33}, "expected at most 32, the layers"),
        (
            {"way": "tensor", "n_accelerators": 3},
            "expected a divisor of llama-3.1-8b's 32 heads: 1, 2, 4, 8, 16, 32",
        ),
    ],
)
def test_a_way_that_cannot_be_is_refused(wrong, message):
    with pytest.raises(InputError) as caught:
        Deployment.of(LLAMA, H100, **({"n_accelerators": 2} | NOTHING | wrong))
    assert message in str(caught.value)


def test_experts_that_cannot_be_shared_out_name_the_numbers_that_can():
    with pytest.raises(InputError, match="expected a divisor of the 8 experts: 1, 2, 4, 8"):
        deployed("expert", 3, MIXTRAL)


def test_an_accelerator_without_a_recorded_link_needs_its_rate():
    with pytest.raises(InputError, match="no link of .* is recorded; name its rate"):
        Deployment.of(LLAMA, accelerators.get("apple-m2-ultra"), n_accelerators=2, **NOTHING)


@pytest.mark.parametrize(
    ("what", "n_bytes", "message"),
    [
        ("heads", 1, "offload is 'heads'; expected one of layers, experts"),
        ("experts", 1, "llama-3.1-8b has no experts"),
        ("layers", 10**12, "even without them it does not fit"),
    ],
)
def test_what_cannot_be_kept_elsewhere_is_refused(what, n_bytes, message):
    with pytest.raises(InputError) as caught:
        deployed("tensor", 1).offloading(what, n_bytes, 1e9)
    assert message in str(caught.value)
