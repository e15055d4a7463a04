"""Steps taken apart, and what an engine's constants make of them."""

from types import SimpleNamespace

import pytest

from llmmath import attained, ledger
from llmmath.bound import bound
from llmmath.deployment import Deployment
from llmmath.records import accelerators, engines, models

LLAMA, H100 = models.get("llama-3.1-8b"), accelerators.get("h100-sxm")


def engine(**constants):
    """An engine that attains all that was published and adds no latency, but for `constants`."""
    plain = {
        "bandwidth_share": 1, "attention_bandwidth_share": 1, "dequantising_share": 1, "expert_share": 1,
        "starting_bytes": 0, "peak_share": 1, "narrow_peak_share": 1, "unpacked_peak_share": 1,
        "dequantising_peak_share": 1, "attention_peak_share": 1, "padding_rows": 0,
        "operation_latency": 0, "routing_latency": 0, "query_latency": 0, "step_latency": 0,
        "message_latency": 0, "link_share": 1, "sharpness": 30,
    }  # fmt: skip
    return SimpleNamespace(**(plain | constants))


# An operation that nothing is said of, by the arguments of `attained.operation`.
PLAIN = {
    "memory": 0, "compute": 0, "picked": 1, "starting": 0, "row": 0, "rows": 1, "attention": False,
    "dequantised": False, "narrow": False, "unpacked": False, "expert": False,
}  # fmt: skip


def operation(of, **given):
    return attained.operation(**PLAIN | given, engine=of)


def step(**deployed):
    return Deployment.of(LLAMA, H100, dtype="bf16", **deployed).step(16, 2048)


def test_the_bound_of_a_step_is_that_of_the_bound():
    assert attained.bound_seconds(step()) == pytest.approx(
        bound(LLAMA, H100, "bf16", batch=16, context=2048)["step_seconds"], rel=1e-12
    )
    four = bound(LLAMA, H100, "bf16", batch=16, context=2048, n_accelerators=4, link_bandwidth=450e9)
    assert attained.bound_seconds(step(n_accelerators=4)) == pytest.approx(four["step_seconds"], rel=1e-12)


def test_an_engine_that_attains_all_and_adds_nothing_takes_as_long_as_the_bound():
    assert attained.seconds(step(), engine()) == pytest.approx(attained.bound_seconds(step()), rel=1e-3)


def test_where_reading_and_arithmetic_take_as_long_the_smooth_maximum_adds_a_quarter():
    # (1 + 1)^(1/3) = 1.26
    found = operation(engine(sharpness=3), memory=1.0, compute=1.0)
    assert found == pytest.approx(2 ** (1 / 3))


def test_shares_stretch_the_operations_that_they_are_of():
    whole = step()
    cache = sum(m for m, is_attention in zip(whole.memory, whole.attention) if is_attention)
    weights = sum(whole.memory) - cache
    # 16 queries leave every operation of a Llama on an H100 bound by memory
    slowed = attained.seconds(whole, engine(bandwidth_share=0.8, attention_bandwidth_share=0.5))
    assert slowed == pytest.approx(weights / 0.8 + cache / 0.5, rel=1e-6)


def test_a_short_operation_attains_less_of_the_bandwidth_than_a_long_one():
    # as many bytes as are read while it starts: half of the share; ten times as many: ten elevenths
    for n_bytes, share in ((1e6, 1 / 2), (1e7, 10 / 11)):
        found = operation(engine(starting_bytes=1e6), memory=n_bytes / 3e12, starting=1 / 3e12)
        assert found == pytest.approx(n_bytes / 3e12 / share)


def test_a_product_of_few_rows_attains_less_of_the_peak_than_one_of_many():
    # each product multiplies 32 rows in vain: of 32 that is as much again, of 320 a tenth
    for n_rows, longer in ((32, 2), (320, 1.1)):
        # to read the weights anew for each row would take longer
        found = operation(engine(padding_rows=32), memory=3e-6, compute=n_rows * 1e-6, row=1e-6, rows=n_rows)
        assert found == pytest.approx(longer * n_rows * 1e-6)


def test_of_two_rows_half_of_a_tile_is_begun_in_vain_and_of_64_nearly_all():
    # each row's own time is 1 of n: in vain is half of it at two rows, 63 / 64 of it at 64
    for n_queries, share in ((2, 0.5 / 2), (64, 63 / 64 / 64)):
        found = Deployment.of(LLAMA, H100, dtype="bf16").step(n_queries, 1024)
        rows = [row / compute for row, compute in zip(found.row, found.compute) if row]
        # the head's too: 7 products in 32 layers are told as one each
        assert rows == pytest.approx([share] * 8)


def test_a_product_of_one_row_multiplies_none_in_vain():
    # A matrix with one vector needs no tile: it takes what its reading or its own arithmetic does.
    found = Deployment.of(LLAMA, H100, dtype="bf16").step(1, 1024)
    assert attained.seconds(found, engine(padding_rows=128)) == attained.seconds(found, engine())


def test_a_step_takes_no_longer_than_its_queries_one_by_one():
    # On a GPU with little arithmetic 32 rows in vain took longer than reading the weights twice; two queries
    # one after the other take twice one, so that a batch of two takes no longer than that.
    m4, padded = accelerators.get("apple-m4"), engine(padding_rows=32)
    deployment = Deployment.of(LLAMA, m4, dtype="int4-g64")
    found = [attained.seconds(deployment.step(n, 64), padded) for n in (1, 2, 3, 4, 8, 64)]
    for n, seconds in zip((2, 3, 4, 8), found[1:]):
        assert found[0] < seconds <= n * found[0] * (1 + 1e-9), n
    # two rows and half of 32 in vain are 18 times the arithmetic of one, which outlasts reading twice
    assert found[1] == pytest.approx(2 * found[0], rel=1e-3)


@pytest.mark.parametrize("key", ["llama-3.1-8b", "gpt-oss-20b", "qwen3-30b-a3b"])
@pytest.mark.parametrize("card", ["apple-m4", "rtx-4090", "h100-sxm"])
def test_tokens_of_all_queries_never_grow_fewer_from_batch_to_batch_for_rows_in_vain(key, card):
    # of experts too, whose products have one row and a part of another on average
    deployment = Deployment.of(models.get(key), accelerators.get(card), dtype="int4-g64")
    rates = [n / attained.seconds(deployment.step(n, 64), engine(padding_rows=32)) for n in range(1, 40)]
    assert all(more >= fewer * (1 - 1e-9) for fewer, more in zip(rates, rates[1:]))


def test_each_sort_of_product_has_its_own_share_of_the_peak():
    shares = engine(
        peak_share=0.8, narrow_peak_share=0.2, unpacked_peak_share=0.3, dequantising_peak_share=0.4,
        expert_share=0.5,
    )  # fmt: skip
    for sort, share in (
        ({}, 0.8), ({"dequantised": True}, 0.4), ({"dequantised": True, "narrow": True}, 0.2),
        ({"dequantised": True, "narrow": True, "unpacked": True}, 0.3), ({"expert": True}, 0.8 * 0.5),
    ):  # fmt: skip
        assert operation(shares, compute=1.0, **sort) == pytest.approx(1 / share)


def test_of_an_uneven_choice_fewer_experts_are_read():
    # gpt-oss 20B picks 4 of 32. 16 tokens find 32 (1 - (1 - 4/32)^16) = 28.22 of them where all are alike;
    # where half are picked 1.7 times as often, 32 (1 - ((1 - 0.2125)^16 + (1 - 0.0375)^16) / 2) = 22.97
    deployment = Deployment.of(models.get("gpt-oss-20b"), H100, dtype="bf16")
    picked = [one for one in deployment.step(16, 1024).picked if one != 1]
    assert picked and picked == pytest.approx([22.97 / 28.22] * len(picked), rel=1e-3)
    assert set(step().picked) == {1}


def test_latencies_are_those_of_operations_queries_and_the_step():
    # Llama: q, k, v, o, gate, up, down and two products of attention in 32 layers, and the head
    found = attained.latency(step(), engine(operation_latency=1, query_latency=1000, step_latency=1e6))
    assert found == 32 * 9 + 1 + 16 * 1000 + 1e6


def test_four_accelerators_wait_for_two_all_reduces_a_layer_of_two_messages_each():
    found = step(n_accelerators=4)
    assert found.n_messages == 2 * 32 * 2
    # 2 x 3/4 of 64 all-reduces of 16 x 4096 x 2 B at 450 GB/s
    assert found.sending == pytest.approx(1.5 * 64 * 16 * 4096 * 2 / 450e9)
    assert attained.sending(found, engine(message_latency=1e-5, link_share=0.5)) == pytest.approx(
        128e-5 + 2 * found.sending
    )


def test_a_prompt_in_chunks_reads_the_weights_again_for_each():
    deployment = Deployment.of(LLAMA, H100, dtype="bf16")
    whole, chunked = (deployment.prompt(1, 4096, 0, chunk) for chunk in (None, 1024))
    weights = [place for place, one in enumerate(whole.attention) if not one and whole.compute[place]]
    head = len(weights) - 1  # computed for the last token alone, once
    for place in weights[:head]:
        assert chunked.memory[place] > 3.9 * whole.memory[place]
    assert chunked.memory[weights[head]] == whole.memory[weights[head]]
    assert chunked.n_operations == 4 * whole.n_operations
    assert chunked.compute == whole.compute


def test_weights_that_are_turned_into_another_type_pay_for_it_and_attention_does_not():
    four_bits = Deployment.of(LLAMA, H100, dtype="Q4_K_M").step(1, 128)
    plain, turned = (attained.seconds(four_bits, engine(dequantising_share=share)) for share in (1, 0.5))
    weights = sum(m for m, one in zip(four_bits.memory, four_bits.dequantised) if one)
    assert turned - plain == pytest.approx(weights, rel=1e-6)
    assert not any(one and other for one, other in zip(four_bits.dequantised, four_bits.attention))


def test_the_bound_reads_as_few_experts_as_the_estimate():
    # all of a step of gpt-oss 20B on an H100 but attention waits for weights; see the test above for 22.97
    found = Deployment.of(models.get("gpt-oss-20b"), H100, dtype="bf16").step(16, 1024)
    experts = sum(m for m, is_expert in zip(found.memory, found.expert) if is_expert)
    even = bound(models.get("gpt-oss-20b"), H100, "bf16", batch=16, context=1024)["step_seconds"]
    assert attained.bound_seconds(found) == pytest.approx(even - experts * (1 - 22.97 / 28.22), rel=1e-3)


@pytest.mark.parametrize("key", engines.keys())
def test_no_engine_beats_the_bound(key):
    experts = Deployment.of(models.get("gpt-oss-20b"), H100, dtype="bf16")
    for case in (
        step(),
        step(n_accelerators=2),
        Deployment.of(LLAMA, H100, dtype="bf16").prompt(2, 512),
        *(experts.step(batch, 1024) for batch in (1, 4, 16, 64)),
        experts.prompt(1, 24),
    ):
        assert attained.seconds(case, engines.get(key)) > attained.bound_seconds(case)


def test_what_is_launched_is_what_the_ledger_lists_layer_by_layer():
    # Mixtral: four projections, two products of attention, router and three matrices in 32 layers, and the
    # head
    assert attained.launched(models.get("mixtral-8x7b")) == 32 * (4 + 2 + 1 + 3) + 1
    assert ledger.multiplications(ledger.decode(models.get("mixtral-8x7b"), 1)) > 0
