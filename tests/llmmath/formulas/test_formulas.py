"""The formulas against worked, published and measured figures."""

import numpy as np
import pytest

from llmmath.formulas import attention, batching, capacity, memory, parallel
from llmmath.formulas.memory import kv_cache_bytes
from llmmath.formulas.multiplications import (
    classic_multiplications,
    efficient_multiplications,
    gated_multiplications,
    low_rank_value_multiplications,
)
from llmmath.formulas.roofline import attainable_flops, critical_batch, ridge_intensity

GPT2 = {"n_layers": 12, "n_heads": 12, "d_model": 768, "head_dim": 64, "d_ff": 3072, "n_context": 1024}
LLAMA_3_8B = {"n_layers": 32, "n_kv_heads": 8, "head_dim": 128, "bytes_per_value": 2}


def test_the_seed_formula_gives_the_seed_figure():
    # published with the seed, for GPT-2 small at 1024
    assert classic_multiplications(**GPT2) == 278_396_928


def test_the_seed_authors_script_prints_its_figure():
    # printed by llm_count_mults.py for GPT-2 small
    assert low_rank_value_multiplications(vocabulary_size=50257, **GPT2) == 246_215_424


def test_an_efficient_gpt2_costs_what_pytorch_counted():
    # FlopCounterMode // 2 for one decoding step of GPT-2 small that attends to 1024 positions
    counted = efficient_multiplications(
        n_layers=12, d_model=768, d_ff=3072, n_context=1024, vocabulary_size=50257
    )
    assert counted == 142_406_400


def test_a_gated_decoder_costs_what_pytorch_counted():
    # FlopCounterMode // 2 for one decoding step of Llama 3.1 8B that attends to 1024 positions
    counted = gated_multiplications(
        n_layers=32,
        n_heads=32,
        n_kv_heads=8,
        d_model=4096,
        head_dim=128,
        d_ff=14336,
        n_context=1024,
        vocabulary_size=128256,
    )
    assert counted == 7_773_093_888


def test_llama_3_8b_caches_128_kib_per_token():
    # 2 vectors x 32 layers x 8 heads x 128 values x 2 bytes, worked by hand
    assert kv_cache_bytes(n_tokens=1, **LLAMA_3_8B) == 128 * 1024


def test_deepseek_v3_caches_70_kb_per_token_its_rotated_key_among_them():
    # 61 layers x (512 values of the latent + 64 of the key) x 2 bytes, sizes from its config.json
    assert (
        memory.latent_cache_bytes(
            n_layers=61, kv_lora_rank=512, rope_head_dim=64, n_tokens=1, bytes_per_value=2
        )
        == 61 * 576 * 2
    )


def test_four_query_heads_to_a_key_make_the_cache_four_times_smaller():
    # Llama 3.1 8B has 32 heads and 8 key-value heads
    assert attention.cache_reduction(n_heads=32, n_kv_heads=8) == 4


def test_a_bf16_weight_needs_as_many_queries_as_the_ridge_has_flop_per_byte():
    # 2 bytes and 2 FLOP for each weight: the two twos cancel
    peaks = {"peak_flops": 197e12, "memory_bandwidth": 820e9}
    assert critical_batch(bytes_per_weight=2, **peaks) == ridge_intensity(**peaks)


def test_the_roofline_is_flat_right_of_the_ridge_and_proportional_left_of_it():
    peaks = {"peak_flops": 100.0, "memory_bandwidth": 10.0}
    # ridge at 100 / 10 = 10 FLOP/B, worked by hand
    assert attainable_flops(arithmetic_intensity=5, **peaks) == 50.0
    assert attainable_flops(arithmetic_intensity=10, **peaks) == 100.0
    assert attainable_flops(arithmetic_intensity=1000, **peaks) == 100.0


def test_all_tokens_together_touch_no_more_than_all_experts_and_one_touches_what_it_picks():
    touched = batching.expected_experts(
        n_experts=128, n_experts_per_token=8, n_tokens=np.array([1, 10, 10**6])
    )
    assert touched[0] == pytest.approx(8)
    assert touched[0] < touched[1] < touched[2] <= 128
    assert batching.expected_experts(n_experts=4, n_experts_per_token=4, n_tokens=1) == 4


def test_what_does_not_fit_is_missing_and_what_fits_leaves_nothing_missing():
    # 141 - 80, by hand
    assert capacity.missing_bytes(needed_bytes=141, memory_capacity=80) == 61
    assert capacity.missing_bytes(needed_bytes=80, memory_capacity=80) == 0
    assert (
        capacity.largest_batch(memory_capacity=80, weight_bytes=141, bytes_per_query=1, reserved_bytes=0) == 0
    )


def test_one_accelerator_alone_sends_nothing():
    assert parallel.all_reduce_bytes(n_accelerators=1, n_bytes=10**6) == 0
