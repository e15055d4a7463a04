"""Properties of the ledger and of the counts that are sums over it."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmmath import ledger
from llmmath.count import count
from llmmath.formulas.multiplications import efficient_multiplications, gated_multiplications
from llmmath.records import configs, models, parameters

LOADED = models.load()
model = st.sampled_from(sorted(LOADED)).map(LOADED.get)
# Recurrent layers read a prompt in chunks, with other products than token by token: test_recurrent.py.
attending = model.filter(lambda one: not ledger.state_values(one))
tokens = st.integers(1, 5000)
batch = st.integers(1, 300)
DATA = Path(__file__).parent.parent / "data/hf-configs"


def within(model, n_tokens):
    """No more tokens than the model has positions for."""
    return min(n_tokens, model.n_positions or n_tokens)


@settings(max_examples=150, deadline=None)
@given(model=model, n=tokens, batch=batch)
def test_components_add_up_to_their_total(model, n, batch):
    counts = count(model, within(model, n), batch)["multiplications"]
    for step in counts.values():
        assert sum(step["components"].values()) == step["total"]
        for form in step.get("forms", {}).values():
            assert sum(form["components"].values()) == form["total"]


@settings(max_examples=40, deadline=None)
@given(model=attending, n=st.integers(1, 60), batch=batch)
def test_reading_causally_costs_what_decoding_token_by_token_costs(model, n, batch):
    n = within(model, n)
    steps = sum(count(model, i, batch)["multiplications"]["decode"]["total"] for i in range(1, n + 1))
    assert count(model, n, batch)["multiplications"]["prefill"]["causal_total"] == steps


def test_a_prompt_longer_than_the_window_costs_causally_what_its_steps_cost():
    # gpt-oss: every other layer slides over 128 positions
    gpt_oss = models.get("gpt-oss-20b")
    steps = sum(ledger.multiplications(ledger.decode(gpt_oss, n)) for n in range(1, 301))
    assert ledger.multiplications(ledger.prefill(gpt_oss, 300, scores="causal")) == steps


@settings(max_examples=100, deadline=None)
@given(model=attending, batch=batch)
def test_a_prompt_of_one_token_is_a_decoding_step_that_attends_to_one(model, batch):
    counts = count(model, 1, batch)["multiplications"]
    prefill = counts["prefill"]
    assert prefill["components"] == counts["decode"]["components"]
    assert prefill["total"] == prefill["causal_total"] == prefill["last_logit_total"]


@settings(max_examples=100, deadline=None)
@given(model=model, n=tokens, batch=batch)
def test_a_batch_multiplies_multiplications_and_cache_but_neither_weights_nor_cache_per_token(
    model, n, batch
):
    n = within(model, n)
    one, many = count(model, n), count(model, n, batch)
    for step in ("decode", "prefill"):
        assert many["multiplications"][step]["total"] == batch * one["multiplications"][step]["total"]
    assert many["kv_cache_bytes"] == batch * one["kv_cache_bytes"]
    for same in ("weight_bytes", "kv_cache_bytes_per_token", "parameters"):
        assert many[same] == one[same]


@settings(max_examples=100, deadline=None)
@given(model=model, n=tokens, form=st.sampled_from(ledger.FORMS))
def test_a_step_reads_every_stored_parameter_but_the_rows_it_looks_up(model, n, form):
    read = sum(o.weight_values * o.copies for o in ledger.decode(model, n, form=form))
    looked_up = parameters.breakdown(model).get("positions", 0)
    if not model.tied:
        looked_up += parameters.breakdown(model)["embedding"]
    assert read + looked_up == parameters.stored(model)


@settings(max_examples=100, deadline=None)
@given(model=model, n=tokens, batch=batch)
def test_what_a_step_reads_of_the_cache_is_what_the_cache_holds(model, n, batch):
    step = ledger.decode(model, n, batch)
    assert sum(o.cache_values_read for o in step) == batch * ledger.cache_values(model, n)
    assert sum(o.cache_values_written for o in step) == batch * ledger.cache_values_per_token(model)


@settings(max_examples=100, deadline=None)
@given(model=model, n=tokens)
def test_the_cache_follows_the_lowest_of_its_lines(model, n):
    kept = ledger.cache_values(model, n)
    assert min(full + growing * n for full, growing in ledger.cache_lines(model)) == kept


def test_half_the_layers_of_gemma_2_stop_growing_at_their_window():
    # 26 layers x 2 x 4 heads x 256 values = 53,248 per token, by hand; half of the layers keep 4096 tokens
    assert ledger.cache_lines(models.get("gemma-2-2b")) == [(0, 53_248), (26_624 * 4096, 26_624)]


@settings(max_examples=60, deadline=None)
@given(model=model, points=st.lists(st.tuples(tokens, batch), min_size=1, max_size=9))
def test_arrays_count_what_their_values_count(model, points):
    n, b = np.array(points).T
    for step in (ledger.decode, ledger.prefill):
        whole = ledger.multiplications(step(model, n.astype(object), b.astype(object)))
        assert list(whole) == [ledger.multiplications(step(model, int(x), int(y))) for x, y in points]
    floats = ledger.multiplications(ledger.decode(model, n.astype(float), b.astype(float)))
    assert floats == pytest.approx(
        [float(ledger.multiplications(ledger.decode(model, int(x), int(y)))) for x, y in points]
    )
    assert list(ledger.cache_values(model, n)) == [ledger.cache_values(model, int(x)) for x in n]


@pytest.mark.parametrize("key", [key for key, m in LOADED.items() if m.architecture == "gpt2"])
def test_a_gpt_costs_what_the_efficient_formula_says(key):
    quantities = models.get(key).quantities()
    shape = {name: quantities[name] for name in ("n_layers", "d_model", "d_ff", "vocabulary_size")}
    for n in (1, 77, 1024):
        assert ledger.multiplications(ledger.decode(models.get(key), n)) == efficient_multiplications(
            n_context=n, **shape
        )


@pytest.mark.parametrize(
    "key", [key for key, m in LOADED.items() if m.architecture in ("llama", "olmo2", "gemma")]
)
def test_a_llama_costs_what_the_gated_formula_says(key):
    quantities = models.get(key).quantities()
    names = ("n_layers", "n_heads", "n_kv_heads", "d_model", "head_dim", "d_ff", "vocabulary_size")
    shape = {name: quantities[name] for name in names}
    for n in (1, 77, 1024):
        assert ledger.multiplications(ledger.decode(models.get(key), n)) == gated_multiplications(
            n_context=n, **shape
        )


def test_a_sliding_layer_stops_growing_at_its_window():
    # Mistral 7B v0.1: 4096 positions in every layer
    mistral = models.get("mistral-7b-v0.1")
    at_window, beyond = count(mistral, 4096), count(mistral, 30_000)
    assert at_window["multiplications"]["decode"] == beyond["multiplications"]["decode"]
    assert at_window["kv_cache_bytes"] == beyond["kv_cache_bytes"] == 4096 * 131_072  # 128 KiB each, by hand
    assert count(mistral, 4095)["kv_cache_bytes"] == 4095 * 131_072


def test_alternating_layers_keep_a_window_and_everything():
    # Gemma 2 2B: 26 layers x 2 x 4 heads x 256 values x 2 bytes = 106,496 per token; half of the layers keep
    # 4096
    gemma = models.get("gemma-2-2b")
    assert count(gemma, 8192)["kv_cache_bytes"] == 106_496 // 2 * (4096 + 8192)


def test_a_window_longer_than_the_context_is_no_window():
    mistral = json.loads((DATA / "mistral-7b-v0.1/config.json").read_text())
    from llmmath.records.architectures import build

    free, sliding = (
        build(mistral | {"sliding_window": window}, where="w", key="k", name="n", source="s")
        for window in (None, 500)
    )
    assert ledger.components(ledger.decode(free, 499)) == ledger.components(ledger.decode(sliding, 499))
    assert ledger.multiplications(ledger.decode(free, 501)) > ledger.multiplications(
        ledger.decode(sliding, 501)
    )


@pytest.mark.parametrize(
    ("dtype", "n_bytes"), [("fp32", 4), ("fp16", 2), ("bf16", 2), ("fp8", 1), ("int8", 1)]
)
def test_bytes_follow_the_data_type(dtype, n_bytes):
    counts = count(models.get("gpt2"), 10, dtype=dtype)
    # 124,439,808 parameters; 18,432 cache values per token (12 layers x 2 x 768)
    assert counts["weight_bytes"] == 124_439_808 * n_bytes
    assert counts["kv_cache_bytes_per_token"] == 18_432 * n_bytes


def test_four_bit_values_are_two_to_a_byte_and_the_last_one_has_its_own():
    model = configs.read(DATA / "phi-2/config.json")
    odd = [m for m in LOADED.values() if parameters.stored(m) % 2]
    assert count(model, 1, dtype="int4")["weight_bytes"] * 2 == parameters.stored(model)
    for m in odd:
        assert count(m, 1, dtype="int4")["weight_bytes"] * 2 == parameters.stored(m) + 1


def test_a_form_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="form is 'expanded'"):
        ledger.decode(models.get("deepseek-v3"), 1, form="expanded")


def test_a_token_of_a_mixture_pays_the_router_and_the_chosen_experts():
    # Mixtral 8x7B, 32 layers: router 4096 x 8; 2 of 8 experts, each 3 matrices of 4096 x 14336, worked by
    # hand
    found = ledger.components(ledger.decode(models.get("mixtral-8x7b"), 1))
    assert found["experts.router"] == 32 * 4096 * 8
    assert found["experts.gate"] == found["experts.up"] == found["experts.down"] == 32 * 2 * 4096 * 14336


def test_a_narrow_embedding_is_projected_in_and_out():
    # OPT 350M: embedding of 512, stream of 1024
    found = ledger.components(ledger.decode(models.get("opt-350m"), 1))
    assert found["embedding.project_in"] == found["embedding.project_out"] == 512 * 1024
    assert found["lm_head"] == 512 * 50272
