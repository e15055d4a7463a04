"""Files of mixed types: which type llama.cpp's quantizer gives each matrix under a name such as Q4_K_M.

The name of such a file tells its commonest type. The LM head, and the values' and the down-projections'
matrices of some layers, are kept at more bits, so that a "4-bit" file has 4.8 or 4.9 bits per weight; norms,
biases and routers are kept in fp32.
"""

from dataclasses import replace
from functools import cache

from ..errors import InputError, unknown
from . import dtypes, parameters, stored

SOURCE = (
    "ggml-org/llama.cpp src/llama-quant.cpp, llama_tensor_get_type_impl and tensor_type_fallback"
    " (commit 007dbbf3fd17eefe9b47fee45f48f7ba5e62b714)"
)
# The commonest type of a file, by the name of its mix.
_BASE = {"Q3_K_M": "Q3_K", "Q4_K_S": "Q4_K", "Q4_K_M": "Q4_K", "Q5_K_M": "Q5_K"}
_HEAD = "Q6_K"
# What takes the place of a type whose blocks of 256 do not divide a matrix's rows.
_FOR_NARROW = {"Q3_K": "Q4_0", "Q4_K": "Q5_0", "Q5_K": "Q5_1", "Q6_K": "Q8_0"}
# Architectures whose files hold queries, keys and values apart, as the rules suppose.
_APART = (
    "llama", "mistral", "mixtral", "qwen2", "qwen3", "qwen3_moe", "gemma", "gemma2", "gemma3_text", "olmo2",
)  # fmt: skip


def weights_of(model, dtype=None):
    """What a model's weights are stored as under a name.

    Args:
        model: a `shapes.Model`.
        dtype: a key of `dtypes.DTYPES` or a name of `dtypes.MIXES`, in upper or lower case; None for what
            the model's own configuration or file states, or bf16 where it states nothing.

    Returns:
        stored.StoredWeights.

    Raises:
        UnknownName: no such type, or one of arithmetic only. InputError: a mix that is not known for the
            model, or no name where the model's configuration states something that is not read.

    Source: as `mixed`; the record of the type; the model's own.
    """
    if dtype is None and model.weights is not None:
        return model.weights
    if dtype is None and model.weights_unread is not None:
        raise InputError(f"{model.weights_unread}; name dtype (--dtype) to assume another type of weights")
    mix = dtypes.mix(dtype)
    if mix is not None:
        return mixed(model, mix)
    return stored.uniform(model, dtypes.weight_type("bf16" if dtype is None else dtype))


@cache
def mixed(model, mix):
    """What each component of a model takes in a file of mixed types.

    Args:
        model: a `shapes.Model` with plain attention, whose file keeps queries, keys and values apart.
        mix: a name of `dtypes.MIXES`, in upper or lower case.

    Returns:
        stored.StoredWeights of exact ints.

    Raises:
        UnknownName: no such mix. InputError: a model that the rules are not known for.

    Holds for: files made without an importance matrix; llama.cpp's header and tokenizer come on top.
    Source: SOURCE.
    """
    named = mix
    mix = dtypes.mix(named)
    if mix is None:
        raise unknown("mix of types", named, dtypes.MIXES, f"known: {', '.join(dtypes.MIXES)}")
    if model.architecture not in _APART or model.embedding_width != model.d_model:
        raise InputError(
            f"{model.key}: which types a {mix} file has is not known for {model.architecture};"
            f" known for: {', '.join(sorted(_APART))}"
        )
    pieces = []
    for place, layer in enumerate(model.layers):
        for matrix in layer.attention.matrices(model.d_model) + layer.mlp.matrices(model.d_model):
            name = _type(mix, matrix.component, place, model, layer)
            pieces.append(_piece(matrix.component, matrix.copies * matrix.n_outputs, matrix.n_inputs, name))
    pieces += _outside_the_layers(model, _BASE[mix], _HEAD)
    return stored.StoredWeights(name=mix, pieces=stored.joined(pieces), source=SOURCE, integers=True)


def _outside_the_layers(model, table, head):
    """Pieces of the embedding, in the type `table`, of the LM head, in `head`, and of biases and norms."""
    # A table that is the head too has the head's type.
    pieces = [_piece("embedding", model.vocabulary_size, model.d_model, head if model.tied else table)]
    if not model.tied and model.head is not None:
        pieces.append(_piece("lm_head", model.vocabulary_size, model.d_model, head))
    values = parameters.breakdown(model)
    for component in ("biases", "norms"):
        if component in values:
            pieces.append(stored.Piece(component, "fp32", values[component], 4 * values[component]))
    return pieces


def as_run_by(engine, model, dtype):
    """The model and the name of its weights' type where an engine's files have them in other types than that
    name says; both as they were elsewhere.

    llama.cpp's files of mxfp4 have experts in it and all else in Q8_0, norms, biases and routers in fp32. The
    experts of gpt-oss stay in mxfp4, as they are published, whatever its file is called.

    Args:
        engine: a key of `engines.keys()`. model: a `shapes.Model`. dtype: as of `weights_of`.

    Returns:
        pair of a model and a dtype.

    Source: llama_ftype MXFP4_MOE of SOURCE; huggingface.co/ggml-org/gpt-oss-20b-GGUF, 11.27 GiB;
        second hand, huggingface.co/unsloth/gpt-oss-20b-GGUF, whose Q4_K_M has 11.6 GB and Q8_0 12.1 GB.
    """
    if engine == "llama.cpp" and model.architecture == "gpt_oss" and _is_blocks(dtype):
        return replace(model, weights=_keeping_experts(model, dtype)), None
    stated = model.weights is not None and dtype is None and model.weights.name == "mxfp4"
    named = isinstance(dtype, str) and dtype.lower() == "mxfp4"
    if engine != "llama.cpp" or not (stated or named) or _has_gguf(model):
        return model, dtype
    values = parameters.breakdown(model)
    if not any(component.startswith("experts.") for component in values):
        return model, dtype
    pieces = []
    for component, n_values in values.items():
        if component in ("biases", "norms", "experts.router"):
            name = "fp32"
        else:
            name = "mxfp4" if component.startswith("experts.") else "Q8_0"
        dtype = dtypes.get(name)
        n_bytes = n_values * dtype.block_bytes // dtype.block_values
        pieces.append(stored.Piece(component, name, n_values, n_bytes))
    weights = stored.StoredWeights(name="mxfp4", pieces=tuple(pieces), source=SOURCE, integers=True)
    return replace(model, weights=weights), None


def _is_blocks(dtype):
    """Whether a dtype names one of llama.cpp's types of blocks or a mix of them."""
    if not isinstance(dtype, str):
        return False
    of_blocks = [name.lower() for name, one in dtypes.DTYPES.items() if one.integers]
    return dtypes.mix(dtype) is not None or dtype.lower() in of_blocks


@cache
def _keeping_experts(model, rest):
    """What a file takes whose experts are in mxfp4 and whose other matrices have the type or mix `rest`."""
    mix = dtypes.mix(rest)
    name = mix or dtypes.get(rest).name
    pieces = []
    for place, layer in enumerate(model.layers):
        for matrix in layer.attention.matrices(model.d_model) + layer.mlp.matrices(model.d_model):
            if matrix.component == "experts.router":
                chosen = "fp32"
            elif matrix.component.startswith("experts."):
                chosen = "mxfp4"
            else:
                chosen = _type(mix, matrix.component, place, model, layer) if mix else name
            pieces.append(_piece(matrix.component, matrix.copies * matrix.n_outputs, matrix.n_inputs, chosen))
    pieces += _outside_the_layers(model, _BASE[mix] if mix else name, _HEAD if mix else name)
    return stored.StoredWeights(name=name, pieces=stored.joined(pieces), source=SOURCE, integers=True)


def _has_gguf(model):
    """Whether a file of llama.cpp itself says what the weights are stored as."""
    return model.weights is not None and model.weights.integers


def _type(mix, component, place, model, layer):
    """Name of the type of a matrix of the layer at `place`."""
    base, n_layers = _BASE[mix], model.n_layers
    if component == "experts.router":
        return "fp32"
    eight_experts = getattr(layer.mlp, "n_experts", 0) == 8
    part = component.split(".")[-1]
    if component.startswith("attention."):
        if eight_experts and part in ("k", "v"):
            return "Q8_0"
        if part == "v":
            return _for_values(mix, base, place, model)
        if part == "o":
            if eight_experts and base in ("Q3_K", "Q4_K"):
                return "Q5_K"
            return "Q4_K" if mix == "Q3_K_M" else base
        return base
    if part == "down":
        if mix in ("Q4_K_M", "Q5_K_M") and _more_bits(place, n_layers):
            return "Q6_K"
        if mix == "Q4_K_S" and place < n_layers // 8:
            return "Q5_K"
        if mix == "Q3_K_M":
            return "Q5_K" if place < n_layers // 16 else "Q4_K"
    return base


def _for_values(mix, base, place, model):
    """Name of the type of a layer's matrix of values."""
    chosen = base
    if mix in ("Q4_K_M", "Q5_K_M") and _more_bits(place, model.n_layers):
        chosen = "Q6_K"
    elif mix == "Q4_K_S" and place < 4:
        chosen = "Q5_K"
    elif mix == "Q3_K_M":
        chosen = "Q5_K" if place < 2 else "Q4_K"
    attention = model.layers[place].attention
    # Where eight query heads share one value head, more bits for it cost next to nothing.
    is_70b = model.n_layers == 80 and attention.n_kv_heads < attention.n_heads
    return "Q5_K" if is_70b and chosen in ("Q3_K", "Q4_K") else chosen


def _more_bits(place, n_layers):
    """Whether a layer is in the first or last eighth, or every third between."""
    first = n_layers // 8
    return place < first or place >= 7 * n_layers // 8 or (place - first) % 3 == 2


def _piece(component, n_rows, row_values, name):
    """`n_rows` rows, each of whole blocks of the type `name` or its stand-in."""
    dtype = dtypes.get(name)
    if row_values % dtype.block_values:
        dtype = dtypes.get(_FOR_NARROW[name])
    if row_values % dtype.block_values:
        dtype = dtypes.get("fp16")
    n_bytes = n_rows * (row_values // dtype.block_values) * dtype.block_bytes
    return stored.Piece(component, dtype.name, n_rows * row_values, n_bytes)
