"""Bytes of a weight and of a cached value."""

import pytest

from llmmath.errors import InputError
from llmmath.records import dtypes


@pytest.mark.parametrize(
    "name, n_bytes",
    [
        ("fp32", 4),
        ("bf16", 2),
        ("fp16", 2),
        ("fp8", 1),
        ("int8", 1),
        ("int4", 0.5),
        # 32 weights of 8 or 4 bits and an fp16 scale
        ("Q8_0", (32 + 2) / 32),
        ("Q4_0", (16 + 2) / 32),
        # 256 weights: 4 bits, two fp16 scales and 12 bytes of scales; 6 bits, 16 bytes and an fp16 of scales
        ("Q4_K", (128 + 4 + 12) / 256),
        ("Q6_K", (192 + 16 + 2) / 256),
        # 4 bits with 4 bytes of scale and zero point for each 32 or 128 weights
        ("int4-g32", (16 + 4) / 32),
        ("int4-g128", (64 + 4) / 128),
        ("mxfp4", (16 + 1) / 32),
        ("gf4", 0.5),
    ],
)
def test_a_weight_takes_its_bits_and_its_share_of_the_scales(name, n_bytes):
    assert dtypes.quantities(name)["bytes_per_weight"] == n_bytes


def test_every_data_type_has_a_source():
    assert all(dtype.source for dtype in dtypes.DTYPES.values())


def test_a_type_for_weights_only_gives_no_bytes_of_a_cached_value():
    assert "bytes_per_value" not in dtypes.quantities("Q4_K")
    assert dtypes.quantities("bf16") == {"bytes_per_weight": 2, "bytes_per_value": 2}


def test_upper_and_lower_case_name_the_same_type():
    assert dtypes.get("q4_k") is dtypes.get("Q4_K")


@pytest.mark.parametrize(
    "name, message",
    [
        ("bf61", "unknown dtype 'bf61'; did you mean 'bf16'"),
        ("Q4_KM", "did you mean 'Q4_K'"),
        (16, "unknown dtype 16"),
    ],
)
def test_an_unknown_type_names_the_nearest(name, message):
    with pytest.raises(InputError, match=message):
        dtypes.get(name)


def test_a_cache_of_a_type_for_weights_is_refused_with_those_that_it_can_have():
    with pytest.raises(InputError, match="'Q6_K' is for weights only; caches: fp32, fp16, bf16"):
        dtypes.cache_type("Q6_K")
