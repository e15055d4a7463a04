"""What `bound` says of a step's reading and of its memory, part by part."""

import pytest

from llmmath import ledger
from llmmath.bound import bound
from llmmath.case import Case
from llmmath.records import accelerators, models
from llmmath.records.architectures import build

MAMBA2 = {
    "model_type": "mamba2", "vocab_size": 50, "hidden_size": 24, "num_hidden_layers": 3, "num_heads": 6,
    "head_dim": 8, "n_groups": 2, "state_size": 5, "chunk_size": 4, "conv_kernel": 3,
}  # fmt: skip

LLAMA, A100 = models.get("llama-3.1-8b"), accelerators.get("a100-sxm-80")


def test_the_caches_are_read_at_the_rate_of_the_memory():
    # 7 queries read 2048 positions and write one, each 2 vectors x 32 layers x 8 heads x 128 values x 2 B
    found = bound(LLAMA, A100, batch=7, context=2048)
    assert found["cache_reading_seconds"] == pytest.approx(7 * 2049 * 131072 / 2039e9)


def test_weights_and_caches_are_all_that_is_read():
    found = bound(LLAMA, A100, batch=7, context=2048)
    parts = found["weight_reading_seconds"] + found["cache_reading_seconds"]
    assert parts == pytest.approx(found["memory_seconds"], rel=1e-12)
    # the weights are read once, whatever the batch; the looked-up rows are 4096 x 2 B for each query more
    one = bound(LLAMA, A100, batch=1, context=2048)["weight_reading_seconds"]
    assert found["weight_reading_seconds"] - one == pytest.approx(6 * 4096 * 2 / 2039e9)


def test_a_query_holds_its_cache_and_its_activations():
    one, seven = (bound(LLAMA, A100, batch=batch, context=2048) for batch in (1, 7))
    # 2048 x 131072 B of cache; the stream of 4096 and the widest operation, 4096 in and 128256 out, of 2 B
    assert one["bytes_per_query"] == seven["bytes_per_query"] == 2048 * 131072 + 2 * (4096 + 4096 + 128256)


@pytest.mark.parametrize(("reserved", "fits"), [(69_838_823_424, True), (69_838_823_425, False)])
def test_weights_fit_up_to_the_last_byte(reserved, fits):
    # 81,920 MiB, as the driver reports, less 8,030,261,248 parameters of 2 B
    assert 81_920 * 2**20 - 2 * 8_030_261_248 == 69_838_823_424
    found = bound(LLAMA, A100, context=2048, reserved_bytes=reserved)
    assert found["weights_fit"] == fits and not found["fits"]


def test_attention_reads_and_multiplies_as_one_operation():
    # DeepSeek V3 on an H200, 3 dense layers and 58 with experts: 2 queries read 576 values of 2 B of each of
    # 1000 positions; 128 heads multiply them with 576 values for scores and with 512 for values.
    model, h200 = models.get("deepseek-v3"), accelerators.get("h200-sxm")
    case = Case.of(model, h200, dtype="fp8", kv_dtype="bf16")
    attention = [one for one in ledger.decode(model, 1000, 2) if one.kind == "attention"]
    ((reading, multiplying),) = case.operation_seconds(attention, 2)
    pairs = (3 + 58) * 2 * 1000
    assert reading == pytest.approx(pairs * 576 * 2 / 4800e9)
    assert multiplying == pytest.approx(2 * pairs * 128 * (576 + 512) / 1979e12)


def test_a_state_is_moved_while_it_is_multiplied():
    # Products with the state and its reading and writing are one kernel.
    model = build(MAMBA2, where="a test", key="mamba2", name="Mamba 2", source="a test")
    groups = ledger.fused(ledger.decode(model, 10))
    (state,) = [group for group in groups if any(one.kind == "state" for one in group)]
    assert {one.component.split(".")[0] for one in state} == {"mamba2"}
    assert any(one.state_values_read for one in state)
