"""The ledger against a forward pass that counts its products as they run, at random shapes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmmath import ledger
from llmmath.records import models
from llmmath.records.architectures import build
from tests.llmmath.instrumented import (
    Run,
    counted_decode,
    counted_prefill,
    counted_step_at_full_size,
    random_weights,
)

small = st.integers(1, 3)


@st.composite
def gpt2_shapes(draw):
    n_head = draw(st.integers(1, 4))
    return {
        "model_type": "gpt2",
        "n_layer": draw(small),
        "n_head": n_head,
        "n_embd": n_head * draw(st.integers(1, 8)),
        "n_inner": draw(st.one_of(st.none(), st.integers(1, 20))),
        "n_positions": 16,
        "vocab_size": draw(st.integers(2, 30)),
        "tie_word_embeddings": draw(st.booleans()),
    }


@st.composite
def llama_shapes(draw):
    n_kv_heads = draw(small)
    n_heads = n_kv_heads * draw(small)
    return {
        "model_type": "llama",
        "num_hidden_layers": draw(small),
        "num_attention_heads": n_heads,
        "num_key_value_heads": n_kv_heads,
        "head_dim": 2 * draw(st.integers(1, 4)),
        "hidden_size": n_heads * draw(st.integers(1, 5)),
        "intermediate_size": draw(st.integers(1, 20)),
        "vocab_size": draw(st.integers(2, 30)),
        "tie_word_embeddings": draw(st.booleans()),
    }


@st.composite
def sliding_expert_shapes(draw):
    shape = draw(llama_shapes())
    n_experts = draw(st.integers(1, 4))
    return shape | {
        "model_type": "mixtral",
        "sliding_window": draw(st.integers(1, 6)),
        "num_local_experts": n_experts,
        "num_experts_per_tok": draw(st.integers(1, n_experts)),
    }


@st.composite
def latent_shapes(draw):
    return {
        "model_type": "deepseek_v3",
        "num_hidden_layers": draw(small),
        "num_attention_heads": draw(small),
        "hidden_size": draw(st.integers(1, 12)),
        "intermediate_size": draw(st.integers(1, 12)),
        "moe_intermediate_size": draw(st.integers(1, 6)),
        "n_routed_experts": 3,
        "num_experts_per_tok": draw(small),
        "n_shared_experts": draw(st.integers(0, 2)),
        "first_k_dense_replace": draw(st.integers(0, 2)),
        "q_lora_rank": draw(st.one_of(st.none(), st.integers(1, 6))),
        "kv_lora_rank": draw(st.integers(1, 6)),
        "qk_nope_head_dim": draw(st.integers(1, 6)),
        "qk_rope_head_dim": 2 * draw(small),
        "v_head_dim": draw(st.integers(1, 6)),
        "vocab_size": draw(st.integers(2, 30)),
    }


shapes = st.one_of(gpt2_shapes(), llama_shapes(), sliding_expert_shapes(), latent_shapes())
amounts = {"n": st.integers(1, 9), "batch": small, "form": st.sampled_from(ledger.FORMS)}


def shaped(config):
    return build(config, where="test", key="test", name="test", source="test")


@settings(max_examples=60, deadline=None)
@given(config=gpt2_shapes(), n=st.integers(1, 9), batch=small)
def test_a_gpt2_shape_multiplies_what_the_ledger_says(config, n, batch):
    _compare(shaped(config), n, batch, "absorbed")


@settings(max_examples=60, deadline=None)
@given(config=llama_shapes(), n=st.integers(1, 9), batch=small)
def test_a_llama_shape_multiplies_what_the_ledger_says(config, n, batch):
    _compare(shaped(config), n, batch, "absorbed")


@settings(max_examples=60, deadline=None)
@given(config=sliding_expert_shapes(), n=st.integers(1, 9), batch=small)
def test_experts_and_a_sliding_window_multiply_what_the_ledger_says(config, n, batch):
    _compare(shaped(config), n, batch, "absorbed")


@settings(max_examples=60, deadline=None)
@given(config=latent_shapes(), **amounts)
def test_latent_attention_multiplies_what_the_ledger_says_in_each_form(config, n, batch, form):
    _compare(shaped(config), n, batch, form)


def _compare(model, n, batch, form):
    assert counted_decode(model, n, batch, form=form) == ledger.components(
        ledger.decode(model, n, batch, form)
    )
    assert counted_prefill(model, n, batch, form=form) == ledger.components(
        ledger.prefill(model, n, batch, form=form)
    )
    assert counted_prefill(model, n, batch, form=form, last_logit_only=True) == ledger.components(
        ledger.prefill(model, n, batch, logits="last", form=form)
    )


@settings(max_examples=60, deadline=None)
@given(config=shapes, n=st.integers(2, 9), batch=small, seed=st.integers(0, 100), data=st.data())
def test_decoding_with_a_cache_gives_the_logits_of_reading_everything_at_once(config, n, batch, seed, data):
    model = shaped(config)
    prompt = data.draw(st.integers(1, n - 1))
    form = data.draw(st.sampled_from(ledger.FORMS))
    tokens = np.random.default_rng(seed).integers(0, model.vocabulary_size, (batch, n))
    weights = random_weights(model, seed)
    at_once = Run(model, weights).forward(tokens)
    run = Run(model, weights, form)
    pieces = [run.forward(tokens[:, :prompt])] + [run.forward(tokens[:, i : i + 1]) for i in range(prompt, n)]
    np.testing.assert_allclose(np.concatenate(pieces, axis=1), at_once, rtol=1e-6, atol=1e-9)


def test_a_step_of_gpt2_small_at_full_size_multiplies_142_million_times():
    # 142,406,400: FlopCounterMode // 2 of PyTorch for the same step
    model = models.get("gpt2")
    counted = counted_step_at_full_size(model, 1024)
    assert sum(counted.values()) == 142_406_400
    assert counted == ledger.components(ledger.decode(model, 1024))


def test_a_product_that_is_not_booked_is_an_error():
    model = models.get("gpt2")
    run = Run(model, None)
    with pytest.raises(AssertionError, match="outside any component"):
        run.book(1)
    weights = random_weights(
        shaped(
            {"model_type": "gpt2", "n_layer": 1, "n_head": 1, "n_embd": 2, "n_positions": 4, "vocab_size": 3}
        ),
        0,
    )
    with pytest.raises(AssertionError, match="not counted"):
        np.einsum("ij,jk", weights("embedding"), np.ones((2, 2)))
