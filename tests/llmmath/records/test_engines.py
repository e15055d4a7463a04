"""Engines: what was looked up, and the constants that are fitted."""

import pytest

from llmmath.errors import InputError, UnknownName
from llmmath.records import accelerators, engines, models
from llmmath.records.rows import table

ROW = dict(table("engines.toml", engines.__file__)["vllm"])
ATTAINED = dict(table("attained.toml", engines.__file__)["vllm"])
NAMED = ("llama.cpp", "vllm", "sglang", "tensorrt-llm", "lmdeploy", "gpt-fast", "mlx")


def test_every_engine_that_people_name_is_known_and_was_measured():
    attained = table("attained.toml", engines.__file__)
    assert {*NAMED, engines.TYPICAL} <= set(engines.keys())
    assert {*NAMED, engines.TYPICAL} <= set(attained)
    assert {name.split("@")[0] for name in attained} <= set(engines.keys())


@pytest.mark.parametrize("key", engines.keys())
def test_no_engine_attains_more_than_was_published_and_none_takes_no_time(key):
    found = engines.get(key)
    for name, unit in engines.CONSTANTS.items():
        # Shares are at most all of what was published, times below a tenth of a second. What is read while
        # an operation starts is some MB, and a tile has some hundred rows.
        most = {"B": 1e7, "s": 0.1}.get(unit, 1 if name.endswith("_share") else 256)
        assert 0 < getattr(found, name) <= most, name
        assert found.errors[name] > 0
    assert all(0.03 < found.spread[kind] < 1.5 for kind in engines.KINDS)


def test_on_a_vendors_cards_an_engine_has_the_constants_that_were_fitted_there():
    amd, nvidia, apple = map(accelerators.get, ("mi300x", "h100-sxm", "apple-m4-max"))
    assert engines.get("vllm", amd).evidence["vendors"] == ["AMD"]
    assert engines.get("vllm", nvidia).evidence["vendors"] == ["NVIDIA"]
    # nobody measured LMDeploy on Apple's: what it attains elsewhere stands in
    assert engines.get("lmdeploy", apple).evidence == engines.get("lmdeploy").evidence


def test_vllm_takes_fewer_prompts_at_once_on_small_cards_and_on_an_a100():
    # vLLM's get_batch_defaults: 8192 tokens and 1024 queries from 70 GiB up, else and on an A100 2048, 256
    limits = {
        key: (one.prefill_tokens, one.max_queries)
        for key in ("h100-sxm", "rtx-4090", "a100-sxm-80")
        for one in [engines.get("vllm", accelerators.get(key))]
    }
    assert limits == {"h100-sxm": (8192, 1024), "rtx-4090": (2048, 256), "a100-sxm-80": (2048, 256)}
    assert engines.get("sglang", accelerators.get("rtx-4090")).prefill_tokens == 2048


@pytest.mark.parametrize(("said", "meant"), [("ollama", "llama.cpp"), ("trtllm", "tensorrt-llm")])
def test_what_people_call_an_engine_leads_to_it(said, meant):
    with pytest.raises(UnknownName, match=f"unknown engine '{said}'; expected '{meant}'"):
        engines.get(said)


def test_a_card_that_was_measured_has_an_interval_of_its_own():
    found = engines.get("vllm", accelerators.get("h100-sxm"))
    assert found.spread_on(accelerators.get("h100-sxm")) == found.spread_measured
    assert found.spread_on(accelerators.get("h100-pcie")) == found.spread
    assert found.spread_measured["decode"] < found.spread["decode"]


def test_steps_and_prompts_of_models_with_experts_have_errors_of_their_own():
    mixtral, llama = models.get("mixtral-8x7b"), models.get("llama-3.1-8b")
    assert engines.kind("decode", llama) == "decode"
    assert engines.kind("decode", mixtral) == "decode_experts"
    assert engines.kind("prefill", llama) == "prefill"
    assert engines.kind("prefill", mixtral) == "prefill_experts"


def test_an_unknown_engine_names_the_nearest():
    with pytest.raises(UnknownName, match="unknown engine 'vlm'; did you mean 'vllm'"):
        engines.get("vlm")


@pytest.mark.parametrize(
    ("row", "attained", "message"),
    [
        (ROW, ATTAINED | {"bandwidth_share": 1.2}, "bandwidth_share is 1.2; expected a share of at most 1"),
        (ROW, ATTAINED | {"step_latency": 0}, "step_latency is 0; expected a number above zero"),
        (ROW, {k: v for k, v in ATTAINED.items() if k != "spread"}, "spread is null; expected a table"),
        (ROW | {"prefill_tokens": "all"}, ATTAINED, "prefill_tokens is 'all'; expected a number above zero"),
        (ROW | {"memory_source": ""}, ATTAINED, "memory_source is ''; expected a text"),
    ],
)
def test_a_record_that_is_wrong_is_refused_by_name(row, attained, message):
    with pytest.raises(InputError) as caught:
        engines.from_row("made-up", row, attained)
    assert message in str(caught.value)
