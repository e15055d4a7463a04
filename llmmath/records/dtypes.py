"""Data types: the bytes that a weight or a cached value takes, its share of scales included."""

from dataclasses import dataclass

from ..errors import shown, unknown

_GGML = "ggml-org/llama.cpp, ggml/src/ggml-common.h, block_%s: %s"
_IEEE = "IEEE 754-2019, section 3.6"


@dataclass(frozen=True)
class DataType:
    """How values are stored.

    block_bytes: bytes of one block [B]; block_values: values in it [1]. native: whether matrix products can
    be computed in it; the values of other types are turned into a 16-bit or 32-bit type on their way to the
    product. cached: whether the keys and values of a cache are stored in it.
    """

    name: str
    block_bytes: int
    block_values: int
    native: bool
    cached: bool
    source: str

    @property
    def bytes_per_value(self):
        """Bytes of one value, its share of the block's scales included [B]: an int where it is whole."""
        whole, rest = divmod(self.block_bytes, self.block_values)
        return self.block_bytes / self.block_values if rest else whole


_ALL = (
    DataType("fp32", 4, 1, True, True, _IEEE),
    DataType("fp16", 2, 1, True, True, _IEEE),
    DataType("bf16", 2, 1, True, True, "Kalamkar et al. 2019, arXiv:1905.12322"),
    DataType(
        "fp8", 1, 1, True, True, "Micikevicius et al. 2022, arXiv:2209.05433; scales per tensor not counted"
    ),
    DataType("int8", 1, 1, True, True, "definition; scales per channel not counted"),
    DataType("int4", 1, 2, False, True, "definition; scales not counted, see int4-g32 and int4-g128"),
    DataType(
        "int4-g32",
        20,
        32,
        False,
        False,
        "pytorch-labs/gpt-fast quantize.py: a bf16 scale and a bf16 zero point for each 32 weights",
    ),
    DataType(
        "int4-g128",
        68,
        128,
        False,
        False,
        "the same with 128 weights to a scale and a zero point; Frantar et al. 2022, arXiv:2210.17323",
    ),
    DataType(
        "gf4", 4, 8, False, False, "zeux/calm README.md: 8 weights in 32 bits, a shared fp8 scale among them"
    ),
    DataType(
        "mxfp4",
        17,
        32,
        False,
        False,
        "OCP Microscaling Formats v1.0, section 5.2: an 8-bit scale for each 32",
    ),
    DataType("Q8_0", 34, 32, False, True, _GGML % ("q8_0", "an fp16 scale and 32 8-bit values")),
    DataType("Q4_0", 18, 32, False, True, _GGML % ("q4_0", "an fp16 scale and 32 4-bit values")),
    DataType(
        "Q4_K",
        144,
        256,
        False,
        False,
        _GGML % ("q4_K", "two fp16 scales, 12 bytes of 6-bit scales and minima, 256 4-bit values"),
    ),
    DataType(
        "Q6_K",
        210,
        256,
        False,
        False,
        _GGML % ("q6_K", "an fp16 scale, 16 8-bit scales, 256 6-bit values"),
    ),
)
DTYPES = {dtype.name: dtype for dtype in _ALL}
# Types that weights of other types are computed in, in the order in which one is chosen.
DEQUANTISED = ("bf16", "fp16", "fp32")
_FOLDED = {name.lower(): dtype for name, dtype in DTYPES.items()}


def get(name):
    """The data type of this name, in upper or lower case.

    Raises:
        UnknownName: no such data type; the message names the nearest.
    """
    dtype = _FOLDED.get(name.lower()) if isinstance(name, str) else None
    if dtype is None:
        raise unknown("dtype", name, DTYPES, f"known: {', '.join(DTYPES)}")
    return dtype


def cache_type(name):
    """The data type of this name, for keys and values of a cache.

    Raises:
        UnknownName: no such data type, or one that is for weights only.
    """
    dtype = get(name)
    if not dtype.cached:
        kept = ", ".join(other.name for other in _ALL if other.cached)
        raise unknown(
            "dtype of a cache", name, [], f"{shown(dtype.name)} is for weights only; caches: {kept}"
        )
    return dtype


def quantities(name):
    """Formula argument name -> bytes, for a data type.

    Args:
        name: a key of DTYPES.

    Returns:
        dict: bytes_per_weight [B], and bytes_per_value [B] where a cache can have this type.

    Source: the record of the type.

    >>> quantities("Q8_0")
    {'bytes_per_weight': 1.0625, 'bytes_per_value': 1.0625}
    """
    dtype = get(name)
    found = {"bytes_per_weight": dtype.bytes_per_value}
    if dtype.cached:
        found["bytes_per_value"] = dtype.bytes_per_value
    return found
