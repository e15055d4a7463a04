"""Data types: the bytes that a value takes, its share of scales included, and what the type is used for."""

from dataclasses import dataclass

from ..errors import UnknownName, shown, unknown

_GGML = "ggml-org/llama.cpp, ggml/src/ggml-common.h, block_%s: %s"
_IEEE = "IEEE 754-2019, section 3.6"


@dataclass(frozen=True, kw_only=True)
class DataType:
    """How values are stored, and what is done with them.

    block_bytes: bytes of one block [B]; block_values: values in it [1]; of a type of arithmetic only, those
    of its inputs. native: whether matrix products can be computed in it, so that an accelerator's record may
    state a peak for it; the values of other types are turned into a 16-bit or 32-bit type on their way to the
    product. stored: whether weights are stored in it. cached: whether the keys and values of a cache are.
    activations: name of the native type that engines quantise activations to beside weights of this one,
    where the accelerator has a peak for it; None where weights alone are quantised.
    """

    name: str
    block_bytes: int
    block_values: int = 1
    native: bool = False
    stored: bool = True
    cached: bool = False
    activations: str | None = None
    integers: bool = False
    source: str

    @property
    def bytes_per_value(self):
        """Bytes of one value, its share of the block's scales included [B]: an int where it is whole."""
        whole, rest = divmod(self.block_bytes, self.block_values)
        return self.block_bytes / self.block_values if rest else whole

    @property
    def bits_per_value(self):
        """Bits of one value, its share of the block's scales included."""
        return 8 * self.bytes_per_value

    def whole_bytes(self, n_values):
        """Bytes of `n_values` values in one piece [B]: an int for ints, parts of a byte rounded up."""
        return -(-n_values * self.block_bytes // self.block_values)

    @property
    def computed_in(self):
        """Name of the type that products with such weights are computed in where an accelerator has a peak
        for it; None where they are turned into 16 bits first."""
        if self.native and self.name not in WEIGHTS_ALONE:
            return self.name
        return self.activations

    @property
    def words(self):
        """The type in a sentence: its bits, and its name where scales are among them.

        >>> get("bf16").words, get("Q4_K").words
        ('16-bit', '4.5-bit (Q4_K)')
        """
        bits = f"{8 * self.block_bytes / self.block_values:g}-bit"
        return f"{bits} ({self.name})" if self.block_values > 2 else bits


_ALL = (
    DataType(name="fp32", block_bytes=4, native=True, cached=True, source=_IEEE),
    DataType(
        name="tf32",
        block_bytes=4,
        native=True,
        stored=False,
        source="NVIDIA 2020, A100 Tensor Core GPU Architecture: inputs and results are fp32",
    ),
    DataType(name="fp16", block_bytes=2, native=True, cached=True, source=_IEEE),
    DataType(
        name="bf16",
        block_bytes=2,
        native=True,
        cached=True,
        source="Kalamkar et al. 2019, arXiv:1905.12322",
    ),
    DataType(
        name="fp8",
        block_bytes=1,
        native=True,
        cached=True,
        source="Micikevicius et al. 2022, arXiv:2209.05433; scales per tensor not counted",
    ),
    DataType(
        name="int8",
        block_bytes=1,
        native=True,
        cached=True,
        source="definition; scales per channel not counted",
    ),
    DataType(
        name="fp4",
        block_bytes=1,
        block_values=2,
        native=True,
        source="OCP Microscaling Formats v1.0, section 5.3, E2M1; scales not counted, see mxfp4 and nvfp4",
    ),
    DataType(
        name="int4",
        block_bytes=1,
        block_values=2,
        cached=True,
        source="definition; scales not counted, see int4-g32, int4-g64 and int4-g128",
    ),
    DataType(
        name="int4-g32",
        block_bytes=20,
        block_values=32,
        source="pytorch-labs/gpt-fast quantize.py: a bf16 scale and a bf16 zero point for each 32 weights",
    ),
    DataType(
        name="int4-g64",
        block_bytes=36,
        block_values=64,
        source="ml-explore/mlx-lm mlx_lm/utils.py, what it quantises to unless it is told: a 16-bit scale and"
        " a 16-bit bias for each 64 weights",
    ),
    DataType(
        name="int4-g128",
        block_bytes=68,
        block_values=128,
        source="as int4-g32 with 128 weights to scale and zero point; Frantar et al. 2022, arXiv:2210.17323",
    ),
    DataType(
        name="gf4",
        block_bytes=4,
        block_values=8,
        source="zeux/calm README.md: 8 weights in 32 bits, a shared fp8 scale among them",
    ),
    DataType(
        name="mxfp4",
        block_bytes=17,
        block_values=32,
        source="OCP Microscaling Formats v1.0, section 5.2: an 8-bit scale for each 32",
    ),
    DataType(
        name="nvfp4",
        block_bytes=9,
        block_values=16,
        activations="fp4",
        source="vllm-project/compressed-tensors, compressors/nvfp4/base.py: an fp8 scale for each 16; the"
        " fp32 scale of each matrix not counted",
    ),
    DataType(
        name="Q8_0",
        block_bytes=34,
        block_values=32,
        cached=True,
        integers=True,
        source=_GGML % ("q8_0", "an fp16 scale and 32 8-bit values"),
    ),
    DataType(
        name="Q4_0",
        block_bytes=18,
        block_values=32,
        cached=True,
        integers=True,
        source=_GGML % ("q4_0", "an fp16 scale and 32 4-bit values"),
    ),
    DataType(
        name="Q5_0",
        block_bytes=22,
        block_values=32,
        integers=True,
        source=_GGML % ("q5_0", "an fp16 scale and 32 5-bit values"),
    ),
    DataType(
        name="Q5_1",
        block_bytes=24,
        block_values=32,
        integers=True,
        source=_GGML % ("q5_1", "an fp16 scale, an fp16 minimum, 32 5-bit values"),
    ),
    DataType(
        name="Q3_K",
        block_bytes=110,
        block_values=256,
        integers=True,
        source=_GGML % ("q3_K", "an fp16 scale, 12 bytes of 6-bit scales, 256 3-bit values"),
    ),
    DataType(
        name="Q4_K",
        block_bytes=144,
        block_values=256,
        integers=True,
        source=_GGML % ("q4_K", "two fp16 scales, 12 bytes of 6-bit scales and minima, 256 4-bit values"),
    ),
    DataType(
        name="Q5_K",
        block_bytes=176,
        block_values=256,
        integers=True,
        source=_GGML % ("q5_K", "two fp16 scales, 12 bytes of 6-bit scales and minima, 256 5-bit values"),
    ),
    DataType(
        name="Q6_K",
        block_bytes=210,
        block_values=256,
        integers=True,
        source=_GGML % ("q6_K", "an fp16 scale, 16 8-bit scales, 256 6-bit values"),
    ),
)
DTYPES = {dtype.name: dtype for dtype in _ALL}
# Names of files whose matrices have several types; what such a file takes depends on the model: `gguf_mixes`.
MIXES = ("Q3_K_M", "Q4_K_S", "Q4_K_M", "Q5_K_M")
# Types that products are computed in, and that accelerators' records may state a peak for.
PEAKS = tuple(dtype.name for dtype in _ALL if dtype.native)
# Of these, the types of 8 bits and fewer.
NARROW = ("fp8", "int8", "fp4")
# Types that weights of other types are computed in, in the order in which one is chosen.
DEQUANTISED = ("bf16", "fp16", "fp32")
# Types that products can be computed in, and that weights are turned from nevertheless, unless one asks for
# it: engines that store int8 or fp4 weights keep 16-bit activations. fp8 is not among them: vLLM quantises
# activations too where the card computes in fp8, and turns the weights into 16 bits elsewhere.
WEIGHTS_ALONE = ("int8", "fp4")
_FOLDED = {name.lower(): dtype for name, dtype in DTYPES.items()}
_FOLDED_MIXES = {name.lower(): name for name in MIXES}


# What people write, and the type that is meant: of checkpoints quantised so, what most of them are.
MEANT = {
    "awq": "int4-g128", "gptq": "int4-g128", "f16": "fp16", "f32": "fp32", "half": "fp16", "q8": "Q8_0",
    "q4": "Q4_K_M", "q5": "Q5_K_M", "q6": "Q6_K", "4bit": "int4-g128", "8bit": "int8", "mlx": "int4-g64",
    "mlx-4bit": "int4-g64", "modelopt": "nvfp4",
}  # fmt: skip
# Files of llama.cpp whose mix is not known without the file, and the known one that is nearest.
NEARLY = {
    "q2_k": "Q3_K_M", "q3_k_s": "Q3_K_M", "q3_k_l": "Q3_K_M", "iq3_xxs": "Q3_K_M", "iq3_xs": "Q3_K_M",
    "iq3_s": "Q3_K_M", "iq3_m": "Q3_K_M", "iq4_xs": "Q4_K_S", "iq4_nl": "Q4_K_S", "q4_1": "Q4_K_M",
    "q5_k_s": "Q5_K_M",
}  # fmt: skip


def mix(name):
    """The name of MIXES that this is in upper or lower case, or None."""
    return _FOLDED_MIXES.get(name.lower()) if isinstance(name, str) else None


def get(name):
    """The data type of this name, in upper or lower case.

    Raises:
        UnknownName: no such data type; the message names the nearest. A mix of types, which has a size for a
            model only.
    """
    dtype = _FOLDED.get(name.lower()) if isinstance(name, str) else None
    if dtype is None and mix(name):
        message = f"{shown(mix(name))} is a mix of types for the weights of a model, which is not named here"
        raise unknown("dtype", name, [], message)
    if dtype is None:
        names = [one.name for one in _ALL] + list(MIXES)
        if isinstance(name, str) and name.lower() in MEANT:
            raise UnknownName(f"unknown dtype {shown(name)}; expected for example {MEANT[name.lower()]}")
        if isinstance(name, str) and name.lower() in NEARLY:
            raise UnknownName(
                f"unknown dtype {shown(name)}; expected for example {NEARLY[name.lower()]}, the nearest that"
                " is known, or the path of the .gguf as the model"
            )
        raise unknown("dtype", name, names, f"known: {', '.join(names)}")
    return dtype


def words(name):
    """A type of weights in a sentence, a mix by its name alone, since its bits depend on the model.

    >>> words("bf16"), words("q4_k_m")
    ('16-bit', 'Q4_K_M')
    """
    return mix(name) or get(name).words


def weight_type(name):
    """The data type of this name, for weights.

    Raises:
        UnknownName: no such data type, or one of arithmetic only.
    """
    dtype = get(name)
    if not dtype.stored:
        raise _misused("weights", dtype.name, "is a type of arithmetic only; weights", "stored")
    return dtype


def cache_type(name):
    """The data type of this name, for keys and values of a cache.

    Raises:
        UnknownName: no such data type, or one that no cache is stored in.
    """
    if mix(name):
        raise _misused("a cache", mix(name), "is for weights only; caches", "cached")
    dtype = get(name)
    if not dtype.cached:
        use = "for weights only" if dtype.stored else "a type of arithmetic only"
        raise _misused("a cache", dtype.name, f"is {use}; caches", "cached")
    return dtype


def state_type(model, activations):
    """The data type of what recurrent layers keep: the model's own where its configuration states one, else
    that of the activations. A cache of fewer bits leaves it alone, as engines do.

    Args:
        model: a `shapes.Model`. activations: a DataType.

    Source: vllm-project/vllm, layers/mamba/mamba_utils.py: "auto" is the model's type.
    """
    return activations if model.state_dtype is None else get(model.state_dtype)


def _misused(use, name, reason, field):
    right = ", ".join(other.name for other in _ALL if getattr(other, field))
    return unknown(f"dtype of {use}", name, [], f"{shown(name)} {reason}: {right}")


def quantities(name):
    """Formula argument name -> bytes, for a data type.

    Args:
        name: a key of DTYPES.

    Returns:
        dict: bytes_per_weight [B] where weights can have this type, bytes_per_value [B] where a cache can.

    Source: the record of the type.

    >>> quantities("Q8_0")
    {'bytes_per_weight': 1.0625, 'bytes_per_value': 1.0625}
    """
    dtype = get(name)
    found = {}
    if dtype.stored:
        found["bytes_per_weight"] = dtype.bytes_per_value
    if dtype.cached:
        found["bytes_per_value"] = dtype.bytes_per_value
    return found
