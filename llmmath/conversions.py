"""What an estimate says of weights that are not multiplied in the type that they are stored in, so that
nothing is computed in another type in silence."""

from .records import dtypes

# Types whose weights alone have few bits -> the type that products of such activations too would have.
_ALONE = {"fp4": "fp4", "mxfp4": "fp4", "int8": "int8", "gptq int8": "int8"}


def remarks(case, accelerator, *, named, asked):
    """Sentences on the type that products are computed in, where a reader may expect another.

    Args:
        case: a `case.Case`. accelerator: its record. named: whether the type of the weights was named, and
        not that of the model's file. asked: whether the type of the products was.

    Returns:
        list of texts, each without a full stop.

    Source: vLLM docs, quantization and engine arguments: `--dtype auto` takes 16 bits for files of 32; vllm
    platforms/cuda.py, check_if_supports_dtype: bf16 from compute capability 8.0 on; SGLang docs, server
    arguments: `--dtype auto` likewise.
    """
    weights, computed = case.weights, case.compute_dtype
    said = []
    if weights.name == "mxfp4" and "Q8_0" in weights.by_type:
        said.append(
            "weights of mxfp4: experts alone have it in llama.cpp's files; attention, embedding and head are"
            " taken in Q8_0"
        )
    elif named and weights.integers and "mxfp4" in weights.by_type:
        said.append(
            f"weights of {weights.name}: llama.cpp's files of this model have experts in mxfp4 under that"
            " name too; the rest is taken in it"
        )
    if weights.name == "fp32" and not named:
        said.append(
            "weights of fp32, as the file has them: vLLM and SGLang turn such files into 16 bits unless they"
            " are told otherwise (--dtype bf16)"
        )
    if asked or computed is None:
        return said
    narrow = _ALONE.get(weights.name)
    if weights.integers and computed == weights.computed_on(accelerator):
        said.append(
            f"weights of {weights.name}: kernels for such blocks multiply them in {computed} there,"
            " activations turned into it too"
        )
        return said
    if narrow in accelerator.peak_flops and computed in dtypes.DEQUANTISED:
        other = "; nvfp4 is the type of files that quantise activations too" if narrow == "fp4" else ""
        said.append(
            f"weights of {weights.name}: they alone have so few bits, as in most files of that type, so that"
            f" products are computed in {computed} (--compute-dtype {narrow} for {narrow}{other})"
        )
    own = weights.computed_on(accelerator)
    # Kernels for integers need no peak that is published.
    turned = "counted as turned" if weights.integers else "turned"
    if own in dtypes.NARROW and computed != own:
        said.append(
            f"weights of {weights.name}: no peak for {own} is recorded of {accelerator.name},"
            f" so that they are {turned} into {computed} first"
        )
    if weights.name == "bf16" and computed != "bf16":
        refused = "; vLLM refuses bf16 there and asks for fp16" if accelerator.vendor == "NVIDIA" else ""
        said.append(
            f"weights of bf16: no peak for bf16 is recorded of {accelerator.name}, so that they are turned"
            f" into {computed} first; --dtype fp16 is as wide and needs no turning{refused}"
        )
    return said
