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
        # the same and a fifth bit of each; 2 bits and a third, 12 bytes and an fp16 of scales
        ("Q5_K", (128 + 32 + 4 + 12) / 256),
        ("Q3_K", (64 + 32 + 12 + 2) / 256),
        # 4 bits and a fifth, with an fp16 scale, or a scale and a minimum
        ("Q5_0", (16 + 4 + 2) / 32),
        ("Q5_1", (16 + 4 + 4) / 32),
        ("Q6_K", (192 + 16 + 2) / 256),
        # 4 bits with 4 bytes of scale and zero point for each 32 or 128 weights
        ("int4-g32", (16 + 4) / 32),
        ("int4-g64", (32 + 4) / 64),
        ("int4-g128", (64 + 4) / 128),
        ("mxfp4", (16 + 1) / 32),
        # 16 values of 4 bits and an 8-bit scale: 4.5 bits
        ("nvfp4", (8 + 1) / 16),
        ("gf4", 0.5),
        ("fp4", 0.5),
    ],
)
def test_a_weight_takes_its_bits_and_its_share_of_the_scales(name, n_bytes):
    assert dtypes.quantities(name)["bytes_per_weight"] == n_bytes


@pytest.mark.parametrize(
    "name, n_values, n_bytes",
    [
        ("bf16", 3, 6),
        # two to a byte, and the last one has its own
        ("int4", 3, 2),
        # 144 bytes for 256 of 10**20 + 1 values: 56,250,000,000,000,000,000 and 0.5625 of a byte, by hand;
        # a float would lose the one
        ("Q4_K", 10**20 + 1, 56_250_000_000_000_000_001),
        ("Q8_0", 0, 0),
    ],
)
def test_bytes_of_many_values_are_whole_and_exact(name, n_values, n_bytes):
    assert dtypes.get(name).whole_bytes(n_values) == n_bytes
    assert type(dtypes.get(name).whole_bytes(n_values)) is int


@pytest.mark.parametrize(
    "name, words",
    [
        ("fp32", "32-bit"),
        ("bf16", "16-bit"),
        ("fp8", "8-bit"),
        ("int4", "4-bit"),
        # 34 bytes for 32, 144 and 210 for 256, 17 for 32 values, in bits
        ("Q8_0", "8.5-bit (Q8_0)"),
        ("Q4_K", "4.5-bit (Q4_K)"),
        ("Q6_K", "6.5625-bit (Q6_K)"),
        ("mxfp4", "4.25-bit (mxfp4)"),
        ("gf4", "4-bit (gf4)"),
    ],
)
def test_a_type_is_called_by_its_bits_and_by_its_name_where_scales_are_among_them(name, words):
    assert dtypes.get(name).words == words


def test_peaks_are_those_of_the_types_that_products_are_computed_in():
    assert set(dtypes.PEAKS) == {"fp32", "tf32", "fp16", "bf16", "fp8", "int8", "fp4"}
    assert set(dtypes.DEQUANTISED) < set(dtypes.PEAKS)


@pytest.mark.parametrize(
    "name, computed_in",
    # W16A16, W8A8; W4A4 in checkpoints of nvfp4; of the others weights alone are quantised
    [("bf16", "bf16"), ("fp8", "fp8"), ("nvfp4", "fp4"), ("fp4", None), ("mxfp4", None), ("int8", None)],
)
def test_products_are_computed_in_the_type_that_engines_quantise_activations_to(name, computed_in):
    assert dtypes.get(name).computed_in == computed_in


def test_what_is_offered_for_another_name_is_a_type_that_weights_can_have():
    for meant in [*dtypes.MEANT.values(), *dtypes.NEARLY.values()]:
        assert meant in dtypes.MIXES or dtypes.weight_type(meant).name == meant


def test_a_type_of_arithmetic_only_holds_neither_weights_nor_a_cache():
    assert dtypes.quantities("tf32") == {}
    with pytest.raises(InputError, match="'tf32' is a type of arithmetic only; weights: fp32, fp16"):
        dtypes.weight_type("tf32")
    with pytest.raises(InputError, match="'tf32' is a type of arithmetic only; caches: fp32, fp16"):
        dtypes.cache_type("tf32")


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
        ("bf61", r"unknown dtype 'bf61' \(known: fp32, "),
        ("mlx", "unknown dtype 'mlx'; expected for example int4-g64"),
        (
            "IQ4_XS",
            "unknown dtype 'IQ4_XS'; expected for example Q4_K_S, the nearest that is known, or the path",
        ),
        ("bf-16", "unknown dtype 'bf-16'; did you mean 'bf16'"),
        ("Q4_KM", "did you mean 'Q4_K_M'"),
        ("Q4_K_M", "'Q4_K_M' is a mix of types for the weights of a model, which is not named here"),
        (16, "unknown dtype 16"),
    ],
)
def test_an_unknown_type_names_the_nearest(name, message):
    with pytest.raises(InputError, match=message):
        dtypes.get(name)


def test_a_cache_of_a_type_for_weights_is_refused_with_those_that_it_can_have():
    with pytest.raises(InputError, match="'Q6_K' is for weights only; caches: fp32, fp16, bf16"):
        dtypes.cache_type("Q6_K")
    with pytest.raises(InputError, match="'Q4_K_M' is for weights only; caches: fp32, fp16, bf16"):
        dtypes.cache_type("q4_k_m")
