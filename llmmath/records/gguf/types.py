"""The types of ggml: the number that a GGUF file has for each, and what a block takes.

Source: ggml-org/llama.cpp ggml/include/ggml.h, enum ggml_type; block sizes from ggml/src/ggml-common.h and,
as a table, gguf-py/gguf/constants.py, GGML_QUANT_SIZES. Numbers that are left out were given up by ggml.
"""

from .. import dtypes

_SOURCE = "ggml-org/llama.cpp, ggml/src/ggml-common.h: %s"


# Blocks that llama.cpp has no kernel for that multiplies them as integers: mmq.cu, ggml_cuda_should_use_mmq.
_TURNED = ("Q8_1", "Q8_K", "int16", "int32", "int64", "fp64", "IQ1_M", "TQ1_0", "TQ2_0", "Q2_0")


def _type(name, block_bytes, block_values, held):
    return dtypes.DataType(
        name=name, block_bytes=block_bytes, block_values=block_values, integers=name not in _TURNED,
        source=_SOURCE % held,
    )  # fmt: skip


# Types that no other part of the program knows: bytes of a block, values in it, what the bytes are.
_OTHERS = (
    _type("Q4_1", 20, 32, "an fp16 scale, an fp16 minimum, 32 4-bit values"),
    _type("Q8_1", 36, 32, "an fp16 scale, an fp16 sum, 32 8-bit values"),
    _type("Q2_K", 84, 256, "two fp16 scales, 16 bytes of 4-bit scales and minima, 256 2-bit values"),
    _type("Q8_K", 292, 256, "an fp32 scale, 256 8-bit values, 16 16-bit sums"),
    _type("IQ2_XXS", 66, 256, "an fp16 scale, 64 bytes of grid indices, signs and scales"),
    _type("IQ2_XS", 74, 256, "an fp16 scale, 64 bytes of grid indices and signs, 8 of scales"),
    _type("IQ3_XXS", 98, 256, "an fp16 scale, 96 bytes of grid indices, signs and scales"),
    _type("IQ1_S", 50, 256, "an fp16 scale, 32 bytes of grid indices, 16 of their high bits and scales"),
    _type("IQ4_NL", 18, 32, "an fp16 scale, 32 4-bit indices"),
    _type("IQ3_S", 110, 256, "an fp16 scale, 64 + 8 bytes of grid indices, 32 of signs, 4 of scales"),
    _type("IQ2_S", 82, 256, "an fp16 scale, 64 + 8 bytes of grid indices and signs, 8 of scales"),
    _type("IQ4_XS", 136, 256, "an fp16 scale, 6 bytes of 6-bit scales, 256 4-bit indices"),
    _type("int16", 2, 1, "one value"),
    _type("int32", 4, 1, "one value"),
    _type("int64", 8, 1, "one value"),
    _type("fp64", 8, 1, "one value"),
    _type("IQ1_M", 56, 256, "32 bytes of grid indices, 16 of their high bits, 8 of scales"),
    _type("TQ1_0", 54, 256, "an fp16 scale, 52 bytes of ternary values"),
    _type("TQ2_0", 66, 256, "an fp16 scale, 256 2-bit values"),
    _type("NVFP4", 36, 64, "4 8-bit scales, 64 4-bit values"),
    _type("Q1_0", 18, 128, "an fp16 scale, 128 signs"),
    _type("Q2_0", 18, 64, "an fp16 scale, 64 2-bit values"),
)
_NUMBERS = {
    0: "fp32", 1: "fp16", 2: "Q4_0", 3: "Q4_1", 6: "Q5_0", 7: "Q5_1", 8: "Q8_0", 9: "Q8_1", 10: "Q2_K",
    11: "Q3_K", 12: "Q4_K", 13: "Q5_K", 14: "Q6_K", 15: "Q8_K", 16: "IQ2_XXS", 17: "IQ2_XS", 18: "IQ3_XXS",
    19: "IQ1_S", 20: "IQ4_NL", 21: "IQ3_S", 22: "IQ2_S", 23: "IQ4_XS", 24: "int8", 25: "int16", 26: "int32",
    27: "int64", 28: "fp64", 29: "IQ1_M", 30: "bf16", 34: "TQ1_0", 35: "TQ2_0", 39: "mxfp4", 40: "NVFP4",
    41: "Q1_0", 42: "Q2_0",
}  # fmt: skip
_NAMED = dtypes.DTYPES | {dtype.name: dtype for dtype in _OTHERS}
# Number in a file -> DataType.
TYPES = {number: _NAMED[name] for number, name in _NUMBERS.items()}
