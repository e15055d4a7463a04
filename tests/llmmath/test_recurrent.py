"""Recurrent layers run in NumPy, token by token and in chunks: the same results, and the products that are
counted.

The formulas here are those of the papers and know nothing of the ledger: each product is made by
`Books.product`,
which books its multiplications on a component.
"""

from collections import Counter

import numpy as np
import pytest

from llmmath import ledger, traffic
from llmmath.bound import bound
from llmmath.count import count
from llmmath.errors import InputError
from llmmath.records import accelerators, parameters
from llmmath.records.architectures import build

MAMBA2 = {
    "model_type": "mamba2",
    "vocab_size": 50,
    "hidden_size": 24,
    "num_hidden_layers": 1,
    "num_heads": 6,
    "head_dim": 8,
    "n_groups": 2,
    "state_size": 5,
    "chunk_size": 4,
    "conv_kernel": 3,
}
QWEN3_NEXT = {
    "model_type": "qwen3_next",
    "vocab_size": 50,
    "hidden_size": 24,
    "num_hidden_layers": 1,
    "num_attention_heads": 2,
    "num_key_value_heads": 1,
    "intermediate_size": 20,
    "moe_intermediate_size": 9,
    "num_experts": 4,
    "num_experts_per_tok": 2,
    "shared_expert_intermediate_size": 7,
    "layer_types": ["linear_attention"],
    "linear_num_key_heads": 3,
    "linear_num_value_heads": 3,
    "linear_key_head_dim": 5,
    "linear_value_head_dim": 4,
}
# Falcon-H1-0.5B's kind: attention beside Mamba 2 in every layer.
HYBRID = {
    "model_type": "falcon_h1",
    "vocab_size": 50,
    "hidden_size": 24,
    "num_hidden_layers": 3,
    "num_attention_heads": 2,
    "num_key_value_heads": 1,
    "intermediate_size": 20,
    "mamba_d_ssm": 24,
    "mamba_n_heads": 3,
    "mamba_d_state": 5,
    "mamba_d_conv": 4,
}


def built(config):
    return build(config, where="config.json", key="k", name="n", source="s")


class Books(Counter):
    """Multiplications of matrix products by component."""

    def product(self, component, a, b):
        result = a @ b
        self[component] += result.size * a.shape[-1]
        return result


def zamba2_layers(n, hybrids):
    """Kinds of `n` layers, of which those numbered run a shared block first."""
    return ["hybrid" if i in hybrids else "mamba" for i in range(n)]


ZAMBA2_1_2B = {
    "model_type": "zamba2",
    "vocab_size": 32000,
    "hidden_size": 2048,
    "num_hidden_layers": 38,
    "num_attention_heads": 32,
    "num_mem_blocks": 1,
    "use_shared_attention_adapter": True,
    "n_mamba_heads": 64,
    "mamba_d_state": 128,
    "layers_block_type": zamba2_layers(38, range(5, 36, 6)),
}


def of_state(operations):
    return {o.component: o.multiplications for o in operations if o.kind == "state"}


def chunks(n, length):
    return [slice(start, min(start + length, n)) for start in range(0, n, length)]


def mamba2_step_by_step(books, decay, x, b, c):
    """decay: heads x n; x: heads x n x P; b, c: groups x n x N. Returns heads x n x P."""
    out = np.zeros_like(x)
    for h in range(len(x)):
        g = h * len(b) // len(x)
        state = np.zeros((b.shape[-1], x.shape[-1]))
        for t in range(x.shape[1]):
            written = books.product("mamba2.state_update", b[g, t][:, None], x[h, t][None])
            state = decay[h, t] * state + written
            out[h, t] = books.product("mamba2.state_read", c[g, t][None], state)[0]
    return out


def mamba2_in_chunks(books, decay, x, b, c, length):
    out = np.zeros_like(x)
    states = [np.zeros((b.shape[-1], x.shape[-1])) for _ in x]
    for part in chunks(x.shape[1], length):
        scores = [books.product("mamba2.chunk_scores", c[g, part], b[g, part].T) for g in range(len(b))]
        for h in range(len(x)):
            g = h * len(b) // len(x)
            kept = np.cumprod(decay[h, part])
            mask = np.tril(kept[:, None] / kept[None])
            inside = books.product("mamba2.chunk_values", scores[g] * mask, x[h, part])
            before = books.product("mamba2.state_read", c[g, part] * kept[:, None], states[h])
            out[h, part] = inside + before
            weighted = b[g, part] * (kept[-1] / kept)[:, None]
            states[h] = kept[-1] * states[h] + books.product("mamba2.state_update", weighted.T, x[h, part])
    return out


def delta_step_by_step(books, decay, beta, q, k, v):
    """decay, beta: heads x n; q, k: heads x n x K; v: heads x n x V. Returns heads x n x V."""
    out = np.zeros_like(v)
    for h in range(len(v)):
        state = np.zeros((k.shape[-1], v.shape[-1]))
        for t in range(v.shape[1]):
            state = decay[h, t] * state
            held = books.product("delta.state_lookup", k[h, t][None], state)[0]
            change = beta[h, t] * (v[h, t] - held)
            state = state + books.product("delta.state_update", k[h, t][:, None], change[None])
            out[h, t] = books.product("delta.state_read", q[h, t][None], state)[0]
    return out


def delta_in_chunks(books, decay, beta, q, k, v, length):
    out = np.zeros_like(v)
    for h in range(len(v)):
        state = np.zeros((k.shape[-1], v.shape[-1]))
        for part in chunks(v.shape[1], length):
            queries, keys, values = q[h, part], k[h, part], v[h, part]
            kept = np.cumprod(decay[h, part])
            ratio = np.tril(kept[:, None] / kept[None])
            strength = beta[h, part][:, None]
            system = np.tril(books.product("delta.chunk_keys", strength * keys, keys.T) * ratio, -1)
            # both right sides of the triangular system at once, row after row
            solved = np.concatenate([strength * values, strength * keys * kept[:, None]], 1)
            for i in range(1, len(solved)):
                solved[i] -= books.product("delta.chunk_solve", system[i : i + 1, :i], solved[:i])[0]
            new, reading = solved[:, : values.shape[1]], solved[:, values.shape[1] :]
            new = new - books.product("delta.state_lookup", reading, state)
            scores = books.product("delta.chunk_scores", queries, keys.T) * ratio
            inside = books.product("delta.chunk_values", scores, new)
            out[h, part] = inside + books.product("delta.state_read", queries * kept[:, None], state)
            weighted = keys * (kept[-1] / kept)[:, None]
            state = kept[-1] * state + books.product("delta.state_update", weighted.T, new)
    return out


def random_mamba2(n):
    r = np.random.default_rng(n)
    x, (b, c) = r.normal(size=(6, n, 8)), r.normal(size=(2, 2, n, 5))
    return r.uniform(0.5, 1, (6, n)), x, b, c


def random_delta(n):
    r = np.random.default_rng(n)
    q, k, v = r.normal(size=(3, n, 5)), r.normal(size=(3, n, 5)), r.normal(size=(3, n, 4))
    k /= np.linalg.norm(k, axis=-1, keepdims=True)
    return r.uniform(0.5, 1, (3, n)), r.uniform(0, 1, (3, n)), q, k, v


@pytest.mark.parametrize("n", [1, 3, 4, 10])
def test_mamba_2_counts_what_it_computes_and_chunks_give_the_same_results(n):
    tokens, prompt = Books(), Books()
    given = random_mamba2(n)
    assert np.allclose(mamba2_step_by_step(tokens, *given), mamba2_in_chunks(prompt, *given, length=4))
    model = built(MAMBA2)
    assert dict(prompt) == of_state(ledger.prefill(model, n))
    # each decoding step costs the same, whatever its context
    assert {name: n * one for name, one in of_state(ledger.decode(model, 99)).items()} == dict(tokens)


@pytest.mark.parametrize("n", [2, 64, 150])
def test_the_delta_rule_counts_what_it_computes_and_chunks_give_the_same_results(n):
    tokens, prompt = Books(), Books()
    given = random_delta(n)
    assert np.allclose(delta_step_by_step(tokens, *given), delta_in_chunks(prompt, *given, length=64))
    model = built(QWEN3_NEXT)
    assert dict(prompt) == of_state(ledger.prefill(model, n))
    assert {name: n * one for name, one in of_state(ledger.decode(model, 99)).items()} == dict(tokens)


def test_a_causal_prompt_leaves_out_the_pairs_that_a_chunk_masks():
    # 10 tokens in chunks of 4, 4 and 2: 10 + 10 + 3 pairs of 2 groups x 5 values, worked by hand
    found = of_state(ledger.prefill(built(MAMBA2), 10, scores="causal"))
    assert found["mamba2.chunk_scores"] == 23 * 2 * 5
    assert found["mamba2.chunk_values"] == 23 * 6 * 8


def test_a_state_is_as_large_after_a_million_tokens_as_after_one():
    one, many = count(built(MAMBA2), 1), count(built(MAMBA2), 10**6, batch=3)
    # 6 heads x 8 x 5 values, and 3 inputs of a convolution over 48 + 2 x 2 x 5 channels, 2 bytes each, by
    # hand
    assert one["state_bytes"] == 2 * (240 + 3 * 68)
    assert many["state_bytes"] == 3 * one["state_bytes"]
    assert many["kv_cache_bytes"] == many["kv_cache_bytes_per_token"] == 0
    assert many["multiplications"]["decode"]["total"] == 3 * one["multiplications"]["decode"]["total"]


def test_only_the_attention_of_a_hybrid_has_a_cache_that_grows():
    model = built(HYBRID)
    # 3 layers x 2 x 1 head x 12 values x 2 bytes
    assert count(model, 100)["kv_cache_bytes"] == 100 * 3 * 2 * 12 * 2
    assert count(model, 100)["state_bytes"] == count(model, 1)["state_bytes"] > 0


def test_a_step_reads_and_writes_every_state_once():
    model = built(HYBRID)
    moved = traffic.state_values_moved(ledger.decode(model, 9, batch=4))
    assert moved == 2 * 4 * ledger.state_values(model)


def test_a_recurrent_model_is_bound_with_its_state_held_for_each_query():
    accelerator = accelerators.get("h100-sxm")
    result = bound(built(HYBRID), accelerator, batch=5, context=64, reserved_bytes=0)
    state = 5 * ledger.state_values(built(HYBRID)) * 2
    assert result["state_bytes"] == state
    kept = result["weights_bytes"] + result["kv_cache_bytes"] + result["activation_bytes"]
    assert result["needed_bytes"] == kept + state


def test_a_recurrent_model_is_not_split_over_accelerators():
    with pytest.raises(InputError, match="n_accelerators is 2; expected 1: k has recurrent layers"):
        bound(built(HYBRID), accelerators.get("h100-sxm"), n_accelerators=2, link_bandwidth=1e9)


@pytest.mark.parametrize(
    ("config", "published"),
    [
        # state-spaces/mamba-130m-hf: 129,135,360 on its page
        (
            {"model_type": "mamba", "vocab_size": 50280, "hidden_size": 768, "num_hidden_layers": 24},
            129_135_360,
        ),
        # Zyphra's Zamba2-1.2B, -2.7B and -7B: 1.22, 2.66 and 7.36 billion on their pages; to the last one as
        # PyTorch 2.13.0 and transformers 5.23.0 build them on the meta device
        (
            ZAMBA2_1_2B,
            1_215_064_704,
        ),
        (
            {
                "model_type": "zamba2",
                "vocab_size": 32000,
                "hidden_size": 2560,
                "num_hidden_layers": 54,
                "num_attention_heads": 32,
                "num_mem_blocks": 2,
                "n_mamba_heads": 80,
            },
            2_662_214_560,
        ),
        (
            {
                "model_type": "zamba2",
                "vocab_size": 32000,
                "hidden_size": 3584,
                "num_hidden_layers": 81,
                "num_attention_heads": 32,
                "num_mem_blocks": 2,
                "n_mamba_heads": 112,
                "mamba_ngroups": 2,
                "layers_block_type": zamba2_layers(81, (6, *range(11, 78, 6))),
            },
            7_356_749_648,
        ),
    ],
)
def test_published_recurrent_models_have_their_parameters(config, published):
    assert parameters.stored(built(config)) == published


def test_a_shared_block_is_stored_once_and_multiplies_in_every_layer_that_runs_it():
    # 6 layers with the one block, by hand: queries made from 4096 values for 4096, an MLP with 3 matrices of
    # 2048 x 8192, and what each use has of its own: adapters of rank 128 and a projection of 2048 x 2048
    model = built(ZAMBA2_1_2B)
    stored = parameters.breakdown(model)
    decode = ledger.components(ledger.decode(model, 1))
    assert (stored["attention.q"], decode["attention.q"]) == (4096 * 4096, 6 * 4096 * 4096)
    assert (stored["mlp.down"], decode["mlp.down"]) == (2048 * 8192, 6 * 2048 * 8192)
    for own, values in (
        ("attention.q_adapter_down", 4096 * 128),
        ("mlp.adapter_up", 128 * 2 * 8192),
        ("shared_block.out", 2048 * 2048),
    ):
        assert stored[own] == decode[own] == 6 * values
    # each of the 6 uses has a cache of its own: 2 vectors x 32 heads x 128 values
    assert ledger.cache_values_per_token(model) == 6 * 2 * 32 * 128


def test_a_state_keeps_its_own_type_whatever_the_cache_is_stored_in():
    # 3 layers of 6 heads of 8 x 5 values, and 3 inputs of a convolution over 6 x 8 + 2 x 2 x 5 channels
    config = MAMBA2 | {"num_hidden_layers": 3}
    values = 3 * (6 * 8 * 5 + 3 * (48 + 20))

    def kept(**given):
        model = build(config | given, where="t", key="t", name="t", source="t")
        return [
            bound(model, accelerators.get("h100-sxm"), "bf16", kv_dtype)["state_bytes"]
            for kv_dtype in (None, "fp8", "fp32")
        ]

    assert kept() == [2 * values] * 3
    assert kept(mamba_ssm_dtype="float32") == [4 * values] * 3
    with pytest.raises(
        InputError, match="mamba_ssm_dtype is 'int8'; expected one of bfloat16, float16, float32"
    ):
        kept(mamba_ssm_dtype="int8")
