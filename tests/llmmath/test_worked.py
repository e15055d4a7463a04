"""An estimate taken apart is the estimate."""

import pytest

from llmmath.estimate import estimate
from llmmath.records import accelerators, models
from llmmath.worked import worked

LLAMA, H100 = models.get("llama-3.1-8b"), accelerators.get("h100-sxm")
CASE = {"concurrency": 64, "input": 1024, "output": 256, "engine": "vllm"}


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"concurrency": 1},
        {"input": 20_000, "concurrency": 4},
        {"dtype": "fp8"},
        {"engine": "llama.cpp", "dtype": "Q4_K_M"},
    ],
)
def test_the_steps_lead_to_what_is_expected(change):
    given = CASE | change
    found, expected = worked(LLAMA, H100, **given), estimate(LLAMA, H100, **given)
    for name in ("time_per_output_token_s", "time_to_first_token_s", "output_tokens_per_s"):
        assert found[name] == pytest.approx(expected[name]["expected"], rel=1e-12), name
    assert found["others_seconds"] == pytest.approx(expected["parts_s"]["prompts"], abs=1e-15)


def test_bytes_times_and_arithmetic_are_those_worked_by_hand():
    found = worked(LLAMA, H100, **CASE)
    # all weights but the embedding, 7,504,924,672 of two bytes, and 64 vectors of 4096 that are looked up
    assert found["weight_bytes"] == pytest.approx(2 * (7_504_924_672 + 64 * 4096), rel=1e-3)
    # 64 queries of 1024 + 128 tokens and the one that is written, of 131,072 B
    assert found["cache_bytes"] == pytest.approx(64 * 1153 * 131_072, rel=1e-3)
    assert found["weights_published"] == pytest.approx(found["weight_bytes"] / 3.35e12)
    assert found["weights_attained"] == pytest.approx(found["weights_published"] / found["bandwidth_share"])
    assert found["cache_attained"] == pytest.approx(
        found["cache_published"] / found["attention_bandwidth_share"]
    )
    # two FLOP a weight and query; 2 x 32 layers x 32 heads x 128 of them a position, for keys and for values
    flops = 64 * (2 * 7_504_924_672 + 2 * 2 * 32 * 32 * 128 * 1152)
    assert found["arithmetic_flops"] == pytest.approx(flops, rel=1e-3)
    # seven products with weights and two of attention in 32 layers, and the LM head: 289
    assert found["n_operations"] == 32 * 9 + 1
    assert found["prompts_together"] == 8  # of 1024 tokens in 8192
    # of 63 prompts of others a share is waited for, and the rest spread over 255 tokens
    assert found["waited_seconds"] + 255 * found["others_seconds"] == pytest.approx(
        63 * found["prompt_seconds"]
    )
    assert found["half_step_seconds"] == pytest.approx(63 / 64 * found["step_seconds"] / 2)
