"""What `bound` says of a step's reading and of its memory, part by part."""

import pytest

from llmmath.bound import bound
from llmmath.records import accelerators, models

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
