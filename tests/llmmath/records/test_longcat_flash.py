"""LongCat-Flash: experts that compute nothing, and two attentions in a layer."""

import pytest

from llmmath import ledger
from llmmath.bound import bound
from llmmath.count import count
from llmmath.records import accelerators, parameters
from llmmath.records.architectures import build

# LongCat-Flash-Chat, from the defaults of transformers 5.23.0's configuration class.
CHAT = {
    "model_type": "longcat_flash",
    "vocab_size": 131072,
    "hidden_size": 6144,
    "num_layers": 28,
    "num_attention_heads": 64,
    "ffn_hidden_size": 12288,
    "q_lora_rank": 1536,
    "kv_lora_rank": 512,
    "qk_nope_head_dim": 128,
    "qk_rope_head_dim": 64,
    "v_head_dim": 128,
    "moe_topk": 12,
    "n_routed_experts": 512,
    "zero_expert_num": 256,
    "expert_ffn_hidden_size": 2048,
}


def built(config):
    return build(config, where="config.json", key="k", name="n", source="s")


def test_all_parameters_are_those_that_pytorch_builds_and_a_file_holds():
    # PyTorch's 741,053,585,408 on the meta device, less the 2 x 2048 x 6144 values that transformers makes
    # room for in each of 28 x 256 experts without weights; the authors state 560 billion
    assert parameters.stored(built(CHAT)) == 741_053_585_408 - 28 * 256 * 2 * 2048 * 6144


def test_the_active_parameters_are_between_those_that_the_authors_state():
    # 18.6 to 31.3 billion, without the input embedding: arXiv:2509.01322, abstract; an expert is three
    # matrices of 6144 x 2048 in 28 layers, by hand, and 12 or none of them compute
    most = parameters.active(built(CHAT), input_embedding=False)
    least = most - 12 * 28 * 3 * 6144 * 2048
    assert int(most / 1e8) == 313 and int(least / 1e8) == 186


def test_the_router_also_scores_experts_that_compute_nothing_but_only_others_multiply():
    decode = ledger.components(ledger.decode(built(CHAT), 1))
    assert decode["experts.router"] == 28 * 6144 * (512 + 256)
    assert decode["experts.down"] == 28 * 12 * 6144 * 2048
    assert parameters.breakdown(built(CHAT))["experts.down"] == 28 * 512 * 6144 * 2048


def test_both_attentions_of_a_layer_have_a_cache():
    # 28 layers x 2 x (512 + 64) values, 2 bytes each
    assert count(built(CHAT), 1)["kv_cache_bytes_per_token"] == 28 * 2 * 576 * 2


def test_a_layer_sends_after_each_attention_and_each_mlp():
    # 28 layers x 4 all-reduces x 6144 values x 2 bytes, of which 2 x 7 / 8 are sent at 10^9 B/s, by hand
    split = bound(built(CHAT), accelerators.get("b300"), n_accelerators=8, link_bandwidth=1e9)
    assert split["communication_seconds"] == pytest.approx(28 * 4 * 6144 * 2 * 14 / 8 / 1e9)


def test_a_count_says_which_token_is_counted():
    told = "\n".join(built(CHAT).notes)
    assert "picks 12 of the 512" in told and "none of the 256" in told
    # 3 x 6144 x 2048, by hand
    assert "saves 37,748,736 multiplications" in told
    assert built(CHAT | {"zero_expert_num": 0}).notes == ()
