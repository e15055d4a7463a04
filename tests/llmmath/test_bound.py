"""Time, memory and batching of a model on an accelerator."""

import json
import math

import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmmath import ledger
from llmmath.bound import bound, memory, sweep
from llmmath.count import count
from llmmath.errors import InputError
from llmmath.records import accelerators, dtypes, models

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


def test_at_a_large_batch_operations_run_one_by_one_take_half_as_long_again_as_a_step_that_overlaps():
    # Llama 3.1 8B, H100, 600 queries of 256 tokens. By hand: products with weights take
    # 600 x 2 x 7,504,658,432 FLOP over 989e12 = 9.106 ms, caches 600 x 256 x 131,072 B over
    # 3350e9 = 6.010 ms; all bytes together, the weights' 15.01e9 among them, 10.5 ms.
    found = bound(LLAMA, H100, batch=600, context=256)
    assert found["compute_bound_seconds"] == pytest.approx(600 * 2 * (STREAMED - 65 * 4096) / 989e12)
    assert found["memory_bound_seconds"] == pytest.approx(600 * 256 * CACHE_PER_TOKEN / 3350e9, rel=1e-3)
    assert found["step_seconds"] == pytest.approx(15.1e-3, abs=0.05e-3)
    assert found["overlapped_step_seconds"] == pytest.approx(10.5e-3, abs=0.05e-3)
    assert (found["bound_by"], found["overlapped_bound_by"]) == ("compute", "memory")


def test_one_query_takes_the_same_either_way_since_every_operation_waits_for_memory():
    found = bound(LLAMA, H100, batch=1, context=1000)
    assert found["step_seconds"] == pytest.approx(found["overlapped_step_seconds"], rel=1e-12)
    assert found["compute_bound_seconds"] == pytest.approx(0, abs=1e-15)


def test_all_reduces_come_on_top_of_operations_run_one_by_one_and_may_hide_in_a_step_that_overlaps():
    split = {"n_accelerators": 4, "link_bandwidth": 450e9, "batch": 16}
    found = bound(models.get("llama-3.1-70b"), H100, **split)
    parts = ("memory_bound_seconds", "compute_bound_seconds", "communication_seconds")
    assert found["communication_seconds"] > 0
    assert found["step_seconds"] == pytest.approx(sum(found[name] for name in parts))
    assert found["overlapped_step_seconds"] == found["memory_seconds"] > found["communication_seconds"]


def test_ever_larger_batches_approach_the_peak_share_that_caches_leave():
    # A query of 256 tokens: 2 x (7,504,658,432 + 2 x 32 x 32 x 128 x 256) FLOP at 989e12 are busy time,
    # 15.31 us; for the cache's 256 x 131,072 B over 3350e9 the arithmetic units wait, 10.02 us, beside
    # 15.18 us of products with weights.
    limit = bound(LLAMA, H100, context=256)["peak_share_limit"]
    assert limit == pytest.approx(15.31 / (15.18 + 10.02), rel=1e-3)
    shares = [
        found["compute_seconds"] / found["step_seconds"]
        for batch in (10**3, 10**5, 10**7)
        for found in [bound(LLAMA, H100, context=256, batch=batch)]
    ]
    assert shares == sorted(shares) and shares[-1] == pytest.approx(limit, rel=1e-3)


def test_what_does_not_fit_has_no_rate_and_no_cost():
    found = bound(models.get("llama-3.1-70b"), H100, price_per_hour=2, power=700)
    assert not found["fits"] and found["step_seconds"] > 0
    names = ("tokens_per_second", "tokens_per_second_per_query", "overlapped_tokens_per_second",
             "cost_per_million_tokens", "energy_per_million_tokens")  # fmt: skip
    assert [found[name] for name in names] == [None] * 5


def test_perfect_overlap_takes_the_longer_time_and_no_overlap_the_sum_and_both_the_fixed_time():
    found = bound(LLAMA, H100, batch=8, fixed_seconds=0.001)
    assert found["overlapped_step_seconds"] == max(found["memory_seconds"], found["compute_seconds"]) + 0.001
    assert found["unoverlapped_step_seconds"] == pytest.approx(
        found["memory_seconds"] + found["compute_seconds"] + 0.001
    )
    assert found["tokens_per_second"] == pytest.approx(8 / found["step_seconds"])


def test_the_issue_s_keys_are_there_and_the_whole_is_ready_for_json():
    keys = [
        "step_seconds",
        "memory_seconds",
        "compute_seconds",
        "bound_by",
        "tokens_per_second",
        "tokens_per_second_per_query",
        "arithmetic_intensity",
        "ridge_intensity",
        "critical_batch",
        "kv_equals_weights_batch",
        "max_batch",
        "max_context",
        "fits",
        "weights_bytes",
        "kv_cache_bytes",
        "activation_bytes",
        "prefill_seconds",
    ]
    found = json.loads(json.dumps(bound(LLAMA, H100), allow_nan=False))
    assert set(keys) <= set(found)


def test_at_the_largest_batch_it_fits_and_one_query_more_does_not():
    most = bound(LLAMA, A100, context=2048)["max_batch"]
    assert bound(LLAMA, A100, context=2048, batch=most)["fits"]
    over = bound(LLAMA, A100, context=2048, batch=most + 1)
    assert not over["fits"] and over["missing_bytes"] > 0


def test_a_sweep_gives_what_single_cases_give():
    # of two kinds, which keep different amounts back
    cards = [accelerators.get(key) for key in ("h100-sxm", "rtx-4090", "l4")]
    swept = sweep(LLAMA, cards, [1, 64], [128, 4096])
    for i, card in enumerate(cards):
        for j, batch in enumerate((1, 64)):
            for k, context in enumerate((128, 4096)):
                one = bound(LLAMA, card, batch=batch, context=context)
                for name in (
                    "step_seconds", "overlapped_step_seconds", "memory_seconds", "compute_seconds", "fits",
                    "tokens_per_second", "max_batch", "missing_bytes", "arithmetic_intensity",
                ):  # fmt: skip
                    value = numpy.broadcast_to(swept[name], (3, 2, 2))[i, j, k]
                    if one[name] is None:
                        assert numpy.isnan(value), name
                    else:
                        assert value == pytest.approx(one[name], rel=1e-9), name


@pytest.mark.parametrize("name", ["batch", "context"])
@pytest.mark.parametrize("value", [0, -1, 1.5, True, math.nan, 10**13, "8"])
def test_a_batch_or_context_that_is_no_positive_whole_number_is_refused(name, value):
    with pytest.raises(InputError, match=f"{name} is .*; expected"):
        bound(LLAMA, H100, **{name: value})


def test_a_sweep_does_not_tell_the_arithmetic_of_an_accelerator_without_a_peak():
    assumed = {"dtype": "fp16", "kv_dtype": "fp16", "activation_dtype": "fp16"}
    swept = sweep(LLAMA, [accelerators.get("raspberry-pi-5"), H100], [1], [128], **assumed)
    for name in ("compute_seconds", "compute_bound_seconds", "unoverlapped_step_seconds"):
        pi, h100 = numpy.broadcast_to(swept[name], (2, 1, 1))[:, 0, 0]
        assert numpy.isnan(pi) and not numpy.isnan(h100)
    # memory's time is known: 8,030,261,248 weights less the table that is looked up, over 17.1 GB/s
    assert swept["memory_seconds"][0, 0, 0] == pytest.approx(2 * 7_504_924_672 / 17.1e9, rel=2e-3)


@pytest.mark.parametrize("key", ["mixtral-8x7b", "gemma-3-27b-text", "deepseek-v3", "gpt2"])
def test_a_sweep_agrees_for_experts_windows_latents_and_learned_positions(key):
    model = models.get(key)
    swept = sweep(model, [H100], [7], [1000], dtype="fp8", kv_dtype="bf16")
    one = bound(model, H100, "fp8", "bf16", batch=7, context=1000)
    for name in ("step_seconds", "needed_bytes", "missing_bytes", "max_batch", "fits"):
        assert numpy.broadcast_to(swept[name], (1, 1, 1))[0, 0, 0] == pytest.approx(one[name], rel=1e-9), name


def test_experts_are_read_as_far_as_the_tokens_pick_them():
    # Mixtral, by hand: two of eight experts of 3 * 4096 * 14336 weights in 32 layers; two tokens touch
    # 8 * (1 - 0.75 ** 2) = 3.5 of them.
    model = models.get("mixtral-8x7b")
    expert = 32 * 3 * 4096 * 14336

    def weights_read(batch):
        found = bound(model, H100, batch=batch, context=1)
        cache = batch * 2 * CACHE_PER_TOKEN  # read, and written
        return found["memory_seconds"] * 3350e9 - cache - batch * 2 * 4096

    assert weights_read(2) - weights_read(1) == pytest.approx(2 * expert * (3.5 - 2))
    assert weights_read(10**6) - weights_read(1) == pytest.approx(2 * expert * (8 - 2))


def test_a_mixture_of_experts_needs_a_larger_batch_to_be_bound_by_arithmetic():
    dense = bound(models.get("mistral-7b-v0.1"), H100)["critical_batch"]
    sparse = bound(models.get("mixtral-8x7b"), H100)["critical_batch"]
    # A token uses a quarter of the experts' weights, and all of the attention's.
    assert dense == 989e12 / 3350e9
    assert dense < sparse < 4 * dense


def test_at_the_knee_the_cache_is_read_as_long_as_the_weights():
    for key in ("llama-3.1-8b", "mixtral-8x7b", "deepseek-v3"):
        model = models.get(key)
        knee = bound(model, H100, "fp8", "bf16", context=512)["kv_equals_weights_batch"]
        operations = ledger.decode(model, 512, knee)
        cache = 2 * sum(operation.cache_values_read for operation in operations)
        weights = sum(
            op.weight_values * op.copies * (1 - (1 - op.copies_per_token / op.copies) ** knee)
            if op.copies > op.copies_per_token else op.weight_values * op.copies
            for op in operations
        )  # fmt: skip
        assert cache == pytest.approx(weights, rel=1e-6), key


def test_beyond_its_saturation_batch_a_step_is_bound_by_arithmetic_and_before_by_memory():
    knee = bound(LLAMA, H100, context=100)["saturation_batch"]
    assert bound(LLAMA, H100, context=100, batch=math.floor(knee))["overlapped_bound_by"] == "memory"
    assert bound(LLAMA, H100, context=100, batch=math.ceil(knee))["overlapped_bound_by"] == "compute"


def test_where_a_cache_takes_longer_to_read_than_its_arithmetic_no_batch_is_bound_by_arithmetic():
    assert bound(LLAMA, H100, context=100_000)["saturation_batch"] is None
    assert bound(LLAMA, H100, context=100_000, batch=10**6)["overlapped_bound_by"] == "memory"


KEYS = [
    "gpt2",
    "llama-3.1-8b",
    "mistral-7b-v0.1",
    "gemma-3-27b-text",
    "gpt-oss-20b",
    "deepseek-v3",
    "mixtral-8x7b",
]


@settings(max_examples=40, deadline=None)
@given(
    key=st.sampled_from(KEYS),
    card=st.sampled_from(["h100-sxm", "l4", "mi300x", "t4"]),
    dtype=st.sampled_from(["fp16", "int8", "Q4_K", "int4"]),
    kv_dtype=st.sampled_from(["fp16", "fp8", "Q8_0"]),
    batch=st.integers(1, 300),
    reserved=st.integers(0, 20 * 10**9),
)
def test_the_longest_context_fits_and_one_more_does_not(key, card, dtype, kv_dtype, batch, reserved):
    model = models.get(key)
    assumed = {"dtype": dtype, "kv_dtype": kv_dtype, "batch": batch, "reserved_bytes": reserved}
    most = bound(model, accelerators.get(card), context=1, **assumed)["max_context"]
    assert 0 <= most <= (model.n_positions or most)
    if most:
        assert bound(model, accelerators.get(card), context=most, **assumed)["fits"]
    if most < (model.n_positions or most + 1):
        assert not bound(model, accelerators.get(card), context=most + 1, **assumed)["fits"]


def test_a_sliding_window_bounds_the_cache_but_not_the_context():
    # Mistral 7B v0.1 keeps 4096 tokens in every layer, so its longest context is that of the model.
    found = bound(models.get("mistral-7b-v0.1"), accelerators.get("l4"), batch=10, context=32768)
    assert found["kv_cache_bytes"] == 10 * 4096 * CACHE_PER_TOKEN
    assert found["max_context"] == 32768


def test_quantised_weights_take_their_scales_along_and_are_multiplied_in_16_bits():
    found = bound(LLAMA, A100, dtype="int4-g128")
    # 68 bytes for 128 weights
    assert found["weights_bytes"] == math.ceil(8_030_261_248 * 68 / 128)
    assert (found["compute_dtype"], found["kv_dtype"]) == ("bf16", "bf16")
    assert found["ridge_intensity"] == 312e12 / 2039e9


@pytest.mark.parametrize(
    "dtype, card, computed, note",
    [
        # int8 tensor cores from Turing on (llama.cpp pull requests 7676, 7860, 8062)
        ("Q4_K", "a100-sxm-80", "int8", None),
        ("q8_0", "t4", "int8", None),
        ("Q4_K_M", "rtx-4090", "int8", None),
        ("Q4_K_M", "v100-sxm2-32", "fp16", "v100-sxm2-32 has no published peak for int8"),
        # Metal turns blocks into 16 bits; how fast AMD's cards multiply them nothing measured tells
        ("Q4_0", "apple-m2-max", "fp16", "Q4_0 weights are turned into it"),
        ("Q4_0", "mi300x", "bf16", "nothing measured tells how fast Q4_0 is multiplied in 8 bits there"),
        ("int4-g128", "rtx-4090", "bf16", "int4-g128 weights are turned into it"),
    ],
)
def test_blocks_of_llama_cpp_are_multiplied_as_integers_on_cards_of_nvidia(dtype, card, computed, note):
    found = bound(LLAMA, accelerators.get(card), dtype=dtype)
    assert (found["compute_dtype"], found["note"]) == (computed, note)


def test_no_prompt_of_llama_cpp_on_a_4090_took_less_time_than_its_bound():
    # 11,639 tokens a second of prompts of 2048 (llama.cpp pull request 8416, IQ3_XS in micro-batches of 512),
    # more than the 165 TFLOP/s of 16 bits allow
    rtx_4090 = accelerators.get("rtx-4090")
    measured = 2048 / 11_639
    assert bound(LLAMA, rtx_4090, dtype="Q3_K_M", context=2048)["prefill_seconds"] < measured
    in_16_bits = bound(LLAMA, rtx_4090, dtype="Q3_K_M", context=2048, compute_dtype="bf16")
    assert in_16_bits["prefill_seconds"] > measured


@pytest.mark.parametrize("dtype", [name for name, one in dtypes.DTYPES.items() if one.stored])
def test_a_count_and_a_bound_hold_the_same_bytes(dtype):
    for key in ("gpt2", "llama-3.1-405b", "phi-2"):
        kv_dtype = dtype if dtypes.get(dtype).cached else "bf16"
        counted = count(models.get(key), 999, 3, dtype)
        found = bound(models.get(key), H100, dtype, kv_dtype, 3, 999, compute_dtype="bf16")
        assert counted["weight_bytes"] == found["weights_bytes"]
        assert counted["kv_cache_bytes"] == found["kv_cache_bytes"]


def test_weights_cache_and_activations_have_their_own_types():
    found = bound(LLAMA, H100, dtype="fp8", kv_dtype="int4", batch=3, context=1000)
    assert found["kv_cache_bytes"] == 3 * 1000 * CACHE_PER_TOKEN / 4
    assert found["weights_bytes"] == 8_030_261_248
    assert (found["compute_dtype"], found["activation_dtype"]) == ("fp8", "bf16")


def test_attained_shares_stretch_each_time_by_itself():
    plain = bound(LLAMA, H100, batch=8)
    slowed = bound(LLAMA, H100, batch=8, bandwidth_fraction=0.8, peak_fraction=0.5)
    assert slowed["memory_seconds"] == pytest.approx(plain["memory_seconds"] / 0.8)
    assert slowed["compute_seconds"] == pytest.approx(plain["compute_seconds"] / 0.5)


def test_reserved_memory_comes_off_every_accelerator():
    found = bound(
        models.get("llama-3.1-70b"), H100, n_accelerators=2, link_bandwidth=450e9, reserved_bytes=2 * 10**9
    )
    assert found["reserved_bytes"] == 4 * 10**9
    assert found["reserved_parts"] == {"stated": 4 * 10**9}
    # 81,559 MiB of each by its driver, sold as 80 GB
    assert found["memory_capacity"] == 2 * 81_559 * 2**20
    assert found["advertised_memory"] == 160 * 10**9


def test_what_is_kept_back_by_default_is_told_part_by_part():
    # By hand: 459 MiB that the driver gives to no program, a context of 426 MiB and graphs of 0.96 GiB; 8192
    # tokens of the stream and a block's input, of 4096 each, and of gate, up and down, 2 x 14336 + 4096, in
    # 2 B; 4 % of the cache of 2 x 1000 tokens.
    found = bound(LLAMA, H100, batch=2, context=1000)
    assert found["reserved_parts"] == {
        "driver": 459 * 2**20,
        "context": 426 * 2**20,
        "runtime": 1_030_792_151,
        "prefill": 8192 * 2 * (2 * 4096 + 2 * 14336 + 4096),
        "system": 0,
        "fragmentation": 0.04 * 2000 * CACHE_PER_TOKEN,
    }
    assert found["reserved_bytes"] == sum(found["reserved_parts"].values())
    held = ("weights_bytes", "kv_cache_bytes", "activation_bytes", "reserved_bytes")
    assert found["needed_bytes"] == sum(found[name] for name in held)


def test_each_of_several_accelerators_keeps_back_its_own_and_they_share_what_a_block_makes():
    # As above; the stream and the input of a block are held twice, the block's results once.
    split = {"n_accelerators": 2, "link_bandwidth": 450e9}
    found = bound(LLAMA, H100, batch=2, context=1000, **split)["reserved_parts"]
    assert found["context"] == 2 * 426 * 2**20
    assert found["prefill"] == 8192 * 2 * (2 * 2 * 4096 + 2 * 14336 + 4096)


def test_a_mac_keeps_back_a_third_of_a_small_memory_and_a_quarter_of_a_large_one():
    # 24 GiB and 128 GiB; 22906.50 MB of 32 GiB and 51539.61 of 64 are what Metal recommends at the most
    small, large = (
        bound(LLAMA, accelerators.get(key))["reserved_parts"]["system"]
        for key in ("apple-m2", "apple-m4-max")
    )
    assert small == math.ceil(0.3333 * 24 * 2**30) and large == 32 * 2**30


def test_prompts_hold_more_than_a_third_of_what_was_measured_and_not_more_than_all_of_it():
    # Llama 3 8B, which has the same widths, on an H100: 1.26 GiB at the peak (vllm-project/vllm#10511), among
    # it the logits of many queries and the sampler's copies of them.
    prefill = bound(LLAMA, H100)["reserved_parts"]["prefill"]
    assert 1 / 3 < prefill / (1.26 * 2**30) < 1


@pytest.mark.parametrize("key", ["llama-3.1-8b", "deepseek-v3", "gemma-3-27b-text"])
def test_with_what_is_kept_back_by_default_the_largest_batch_and_context_fit_and_one_more_does_not(key):
    split = {"n_accelerators": 16, "link_bandwidth": 450e9, "dtype": "fp8", "kv_dtype": "fp8"}
    model = models.get(key)
    found = bound(model, H100, batch=3, context=2000, **split)
    for most, case in (
        ("max_batch", lambda n: {"batch": n, "context": 2000}),
        ("max_context", lambda n: {"batch": 3, "context": n}),
    ):
        assert bound(model, H100, **case(found[most]), **split)["fits"]
        if most == "max_batch" or found[most] < (model.n_positions or math.inf):
            assert not bound(model, H100, **case(found[most] + 1), **split)["fits"]


def test_an_all_reduce_moves_each_layers_stream_twice():
    # 80 layers, twice 8192 values of 2 bytes for each of 16 queries, of which each of 4 sends 2 * 3 / 4
    found = bound(models.get("llama-3.1-70b"), H100, batch=16, n_accelerators=4, link_bandwidth=450e9)
    assert found["communication_seconds"] == pytest.approx(80 * 2 * 16 * 8192 * 2 * 1.5 / 450e9)
    assert (
        found["memory_seconds"] < bound(models.get("llama-3.1-70b"), H100, batch=16)["memory_seconds"] / 3.9
    )


def test_from_its_knee_on_a_slow_link_takes_longer_than_reading():
    split = {"n_accelerators": 4, "link_bandwidth": 5e9, "context": 64}
    model = models.get("llama-3.1-70b")
    knee = bound(model, H100, **split)["communication_bound_batch"]
    assert bound(model, H100, batch=math.floor(knee), **split)["overlapped_bound_by"] == "memory"
    assert bound(model, H100, batch=math.ceil(knee), **split)["overlapped_bound_by"] == "communication"


def test_latents_cannot_be_split_so_every_accelerator_keeps_them_all():
    alone = bound(models.get("deepseek-v3"), H100, "fp8", memory_capacity=10**13)
    split = bound(models.get("deepseek-v3"), H100, "fp8", n_accelerators=8, link_bandwidth=450e9)
    assert split["kv_cache_bytes"] == 8 * alone["kv_cache_bytes"]


def test_more_accelerators_than_key_value_heads_keep_copies():
    # Llama 3.1 70B has 8 key-value heads; 16 accelerators hold each of them twice.
    model = models.get("llama-3.1-70b")
    eight = bound(model, H100, n_accelerators=8, link_bandwidth=450e9)
    sixteen = bound(model, H100, n_accelerators=16, link_bandwidth=450e9)
    assert sixteen["kv_cache_bytes"] == 2 * eight["kv_cache_bytes"] == 2 * 1024 * 80 * 2 * 8 * 128 * 2


def test_a_prefill_on_several_accelerators_sends_what_it_has_to_add_up():
    found = bound(LLAMA, H100, batch=2, context=1000, n_accelerators=8, link_bandwidth=450e9)
    # a ring sends 2 x 7/8 of the sum of 2000 tokens, 4096 values of 2 B, twice in each of 32 layers
    assert found["prefill_communication_seconds"] == pytest.approx(
        2 * 7 / 8 * 2000 * 4096 * 2 * 2 * 32 / 450e9
    )
    assert bound(LLAMA, H100)["prefill_communication_seconds"] == 0
    # and the time of the prefill has it on top, whatever the link
    free = bound(LLAMA, H100, batch=2, context=1000, n_accelerators=8, link_bandwidth=1e30)
    assert found["prefill_seconds"] - free["prefill_seconds"] == pytest.approx(
        found["prefill_communication_seconds"]
    )


def test_a_prompt_is_read_once_with_causal_scores_and_the_last_logits():
    found = bound(LLAMA, H100, batch=2, context=1000)
    pairs = 1000 * 1001 // 2
    multiplications = 2 * (1000 * 32 * LAYER + 4096 * 128256 + 2 * 32 * 32 * 128 * pairs)
    assert found["prefill_compute_seconds"] == pytest.approx(2 * multiplications / 989e12)
    assert found["prefill_bound_by"] == "compute"


def test_price_and_power_become_cost_and_energy_of_a_million_tokens():
    found = bound(LLAMA, H100, price_per_hour=3.6, power=700)
    seconds = 10**6 / found["tokens_per_second"]
    assert found["cost_per_million_tokens"] == pytest.approx(seconds * 0.001)
    assert found["energy_per_million_tokens"] == pytest.approx(seconds * 700)
    assert bound(LLAMA, H100)["cost_per_million_tokens"] is None


def test_every_model_and_every_accelerator_with_a_peak_and_a_memory_has_a_bound():
    cards = [card for card in accelerators.load().values() if card.peak_flops and card.memory_capacity]
    pairs = [(model, H100) for model in models.load().values()] + [(LLAMA, card) for card in cards]
    for model, card in pairs:
        dtype = next(name for name in ("bf16", "fp16", "fp32", "int8") if name in card.peak_flops)
        found = bound(model, card, dtype, context=min(512, model.n_positions or 512))
        json.dumps(found, allow_nan=False)
        assert found["fits"] == (found["max_batch"] >= 1), (model.key, card.key)
        assert (
            found["overlapped_step_seconds"]
            <= found["step_seconds"] * (1 + 1e-12)
            <= found["unoverlapped_step_seconds"] * (1 + 1e-9)
        )


@pytest.mark.parametrize(
    "asked",
    [
        lambda model, context: count(model, context),
        lambda model, context: bound(model, H100, context=context),
        lambda model, context: sweep(model, [H100], [1], [1, context]),
    ],
    ids=["count", "bound", "sweep"],
)
@pytest.mark.parametrize(
    "key, positions", [("gpt2", 1024), ("opt-125m", 2048), ("llama-3.1-8b", 131_072), ("falcon-7b", None)]
)
def test_a_context_beyond_the_models_positions_is_refused_alike_by_counts_bounds_and_sweeps(
    asked, key, positions
):
    # learned, learned with two rows for padding, rotary, and rotary without a stated end
    asked(models.get(key), positions or 10**6)
    if positions:
        with pytest.raises(InputError) as caught:
            asked(models.get(key), positions + 1)
        assert str(caught.value) == (
            f"context is {positions + 1}; expected at most {positions}, the positions of {key}"
        )


@pytest.mark.parametrize(
    "wrong, message",
    [
        ({"batches": [0]}, "batch is 0; expected whole numbers from 1"),
        ({"contexts": [1, -3]}, "context is -3; expected whole numbers from 1"),
        ({"contexts": [10**6]}, "context is 1000000; expected at most 131072, the positions of llama-3.1-8b"),
        ({"accelerators": []}, "accelerators is empty"),
    ],
)
def test_a_sweep_refuses_what_a_single_case_refuses(wrong, message):
    with pytest.raises(InputError, match=message):
        sweep(LLAMA, **({"accelerators": [H100], "batches": [1], "contexts": [1]} | wrong))


def test_an_integrated_gpu_shares_its_memory_and_what_the_system_keeps_is_an_argument():
    card = accelerators.get("apple-m2-ultra")
    found = bound(LLAMA, card, "fp16", compute_dtype="fp32", reserved_bytes=48 * 10**9)
    assert found["shared_memory"] is True and bound(LLAMA, H100)["shared_memory"] is False
    # (192 GiB - 48 GB - 16,060,522,496 B) over the cache of 1024 tokens and 136,448 values of 2 bytes
    assert found["max_batch"] == (192 * 2**30 - 48 * 10**9 - 16_060_522_496) // (
        1024 * CACHE_PER_TOKEN + 2 * 136_448
    )


@pytest.mark.parametrize("key", ["llama-3.1-8b", "qwen3-next-80b-a3b", "gemma-2-9b"])
def test_what_is_held_alone_is_told_as_in_a_whole_bound(key):
    model, card = models.get(key), accelerators.get("h200-sxm")
    whole = bound(model, card, "fp8", batch=3, context=5000)
    alone = memory(model, card, "fp8", batch=3, context=5000)
    assert alone["needed_bytes"] > 0 and alone == {name: whole[name] for name in alone}
    assert not [name for name in alone if name.endswith("_seconds")]
