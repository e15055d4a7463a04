"""Methods of quantisation: from the fields of `quantization_config` to a format for each linear layer."""

from collections import namedtuple

from ...errors import InputError, shown
from . import formats, mlx, modules
from .compressed import read as _compressed_tensors
from .fields import flag, number, word
from .names import chosen

Method = namedtuple("Method", "name scheme_of computed_in source embedding", defaults=(None,))
Method.__doc__ = """What a configuration says.

name: of the whole, as a count shows it. scheme_of: name of a linear layer -> Scheme, None where it is kept.
computed_in: see `stored.StoredWeights`. source: whose code the format is read from. embedding: the Scheme of
the embedding, None where it is kept.
"""
Scheme = namedtuple("Scheme", "type n_bytes group", defaults=(1,))
Scheme.__doc__ = """A format of one layer.

type: its name in a table. n_bytes: function of inputs and outputs [1] that gives bytes [B]. group: inputs
that are quantised together; a layer that has no whole number of such groups is kept [1].
"""


def read(config, model, where):
    """The Method of a `quantization_config`.

    Args:
        config: the object. model: its `shapes.Model`. where: file and key, for messages.

    Raises:
        InputError: a method or a field that is not read.
    """
    name = config.get("quant_method")
    if name is None and ("load_in_4bit" in config or "load_in_8bit" in config):
        name = "bitsandbytes"
    if name is None and "bits" in config and "group_size" in config:
        name = "mlx"
    if not isinstance(name, str) or name not in _METHODS:
        known = ", ".join(sorted(_METHODS))
        raise InputError(f"{where}: quant_method {shown(name)} is not read; known: {known}")
    return _METHODS[name](config, model, where)


def _names(model):
    """Names of all linear layers that may be quantised, the head's last."""
    found = [module.name for layer in modules.layers(model) for module in layer]
    return found + [module.name for module in modules.outer(model)]


def _except(config, model, where, scheme, *keys, style="path", head=False):
    """A `scheme_of` that keeps what the lists under `keys` name, and, unless `head`, the head."""
    names = _names(model)
    kept = set() if head else {"lm_head"}
    for key in keys:
        if config.get(key) is not None:
            kept |= chosen(config[key], names, f"{where}: {key}", model.n_layers, style, bool(model.towers))
    return lambda name: None if name in kept else scheme


def _mxfp4(config, model, where):
    if model.architecture != "gpt_oss":
        raise InputError(f"{where}: quant_method 'mxfp4' is read for gpt_oss, whose experts it is for")
    scheme = Scheme("mxfp4", formats.mxfp4)
    others = _except(config, model, where, scheme, "modules_to_not_convert")
    return Method(
        "mxfp4",
        lambda name: others(name) if ".experts." in name else None,
        None,
        "OCP Microscaling Formats v1.0; transformers integrations/mxfp4.py",
    )


def _fp8(config, model, where):
    blocks = config.get("weight_block_size")
    static = word(config, "activation_scheme", where, ("dynamic", "static"), "dynamic") == "static"
    word(config, "fmt", where, ("e4m3", "float8_e4m3fn"), "e4m3")
    word(config, "expert_dtype", where, ("fp8",), "fp8")
    # "ue8m0" rounds scales to powers of two, and files keep them in fp32 nevertheless: those of DeepSeek-V3.1
    # have as many bytes as those of V3.
    word(config, "scale_fmt", where, ("float", "ue8m0"), "float")
    if config.get("modules_to_convert"):
        raise InputError(
            f"{where}: modules_to_convert is {shown(config['modules_to_convert'])}; expected none"
        )
    if blocks is None:
        scheme = Scheme("fp8", lambda i, o: formats.eight_bits(i, o, 1, 4, 4 * static))
    else:
        two = isinstance(blocks, list) and len(blocks) == 2
        if not (two and all(type(size) is int and 0 < size <= 2**20 for size in blocks)):
            raise InputError(f"{where}: weight_block_size is {shown(blocks)}; expected two whole numbers")
        rows, columns = blocks
        scheme = Scheme(
            "fp8",
            lambda i, o: formats.eight_bits(i, o, formats.n_blocks(i, o, rows, columns), 4, 4 * static),
        )
    scheme_of = _except(config, model, where, scheme, "modules_to_not_convert", "ignored_layers")
    return Method("fp8", scheme_of, "fp8", "transformers integrations/finegrained_fp8.py")


def _fbgemm(config, model, where):
    # A bound of activations' scales is stored with each layer.
    scheme = Scheme("fp8", lambda i, o: formats.eight_bits(i, o, o, 4, 4))
    scheme_of = _except(config, model, where, scheme, "modules_to_not_convert")
    return Method("fp8", scheme_of, "fp8", "transformers integrations/fbgemm_fp8.py")


def _gptq(config, model, where):
    bits = number(config, ("bits",), where, (2, 3, 4, 8))
    group = number(config, ("group_size",), where)
    for key, allowed in (("checkpoint_format", ("gptq", "gptq_v2")), ("quant_type", ("gptq",))):
        word(config, key, where, allowed, "gptq")
    flag(config, "is_marlin_format", where, (False,))
    rules = config.get("dynamic") or {}
    if not isinstance(rules, dict) or not all(rule.startswith("-:") for rule in rules):
        raise InputError(
            f"{where}: dynamic is {shown(rules)}; expected one format for all layers that are quantised"
        )
    # "-:" stands before an expression for what GPTQModel leaves alone (quantization/config.py, dynamic_get).
    config = config | {"dynamic": ["re:" + rule[len("-:") :] for rule in rules]}

    def n_bytes(n_inputs, n_outputs):
        if n_inputs % 32 or n_outputs % 32:
            raise InputError(
                f"{where}: a layer has {n_inputs} x {n_outputs} weights; expected multiples of 32 for gptq"
            )
        return formats.gptq(n_inputs, n_outputs, bits, n_inputs if group == -1 else group)

    scheme = Scheme(f"int{bits}", n_bytes)
    head = flag(config, "lm_head", where)
    plain = _except(config, model, where, scheme, "modules_to_not_convert", head=head)
    by_rule = _except(config, model, where, scheme, "dynamic", style="expression", head=head)
    inside = config.get("modules_in_block_to_quantize")
    if inside is not None:
        flat = [name for one in inside for name in (one if isinstance(one, list) else [one])] if isinstance(
            inside, list) else inside  # fmt: skip
        some = chosen(
            flat, _names(model), f"{where}: modules_in_block_to_quantize", model.n_layers, "path",
            bool(model.towers),
        )  # fmt: skip
        return Method(f"gptq int{bits}", lambda name: scheme if name in some else None, None, _GPTQ)
    return Method(f"gptq int{bits}", lambda name: plain(name) and by_rule(name), None, _GPTQ)


def _awq(config, model, where):
    number(config, ("bits", "w_bit"), where, (4,))
    group = number(config, ("group_size", "q_group_size"), where)
    # exllama names a kernel, which takes gemm's tensors.
    version = word(config, "version", where, ("gemm", "GEMM", "exllama", "gemv", "GEMV"), "gemm").lower()
    word(config, "format", where, ("gemm",), "gemm")
    if version == "gemv" and group not in (-1, 32, 64) and group < 128:
        raise InputError(f"{where}: group_size is {group}; expected 32, 64 or from 128, or -1, for gemv")

    def n_bytes(n_inputs, n_outputs):
        size = n_inputs if group == -1 else group
        if n_inputs % size or n_outputs % 8:
            raise InputError(
                f"{where}: a layer has {n_inputs} x {n_outputs} weights; expected whole groups of {size}"
                " and outputs in eights for awq"
            )
        return (formats.awq_gemv if version == "gemv" else formats.awq)(n_inputs, n_outputs, size)

    scheme_of = _except(config, model, where, Scheme("int4", n_bytes), "modules_to_not_convert")
    return Method("awq int4", scheme_of, None, f"AutoAWQ modules/linear/{version}.py")


def _bitsandbytes(config, model, where):
    four = flag(config, "load_in_4bit", where) or flag(config, "_load_in_4bit", where)
    eight = flag(config, "load_in_8bit", where) or flag(config, "_load_in_8bit", where)
    if four == eight:
        raise InputError(f"{where}: expected one of load_in_4bit and load_in_8bit to be true")
    if four:
        kind = word(config, "bnb_4bit_quant_type", where, ("fp4", "nf4"), "fp4")
        nested = flag(config, "bnb_4bit_use_double_quant", where)
        scheme = Scheme(kind, lambda i, o: formats.bitsandbytes_4_bits(i, o, nested))
    else:
        kind = "int8"
        flag(config, "llm_int8_has_fp16_weight", where, (False,))
        # A scale for each output, and the number of the layout.
        scheme = Scheme(kind, lambda i, o: formats.eight_bits(i, o, o, 4, 1))
    # A list names all that is kept; without one the head is.
    head = config.get("llm_int8_skip_modules") is not None
    scheme_of = _except(config, model, where, scheme, "llm_int8_skip_modules", head=head)
    return Method(f"bitsandbytes {kind}", scheme_of, "int8" if eight else None, "bitsandbytes functional.py")


def _modelopt(config, model, where):
    algorithm = word(config, "quant_algo", where, ("FP8", "NVFP4"))
    if algorithm == "FP8":
        scheme = Scheme("fp8", lambda i, o: formats.eight_bits(i, o, 1, 4, 4))
    else:
        scheme = Scheme("nvfp4", lambda i, o: formats.nvfp4(i, o, 2))
    scheme_of = _except(
        config, model, where, scheme, "ignore", "exclude_modules", style="asterisk", head=True
    )
    return Method(
        scheme.type, scheme_of, "fp8" if algorithm == "FP8" else "fp4",
        "NVIDIA Model Optimizer, as vLLM reads it in model_executor/layers/quantization/modelopt.py",
    )  # fmt: skip


def _compressed(config, model, where):
    name, formats_of, computed_in = _compressed_tensors(
        config, _names(model), model.n_layers, where, bool(model.towers)
    )
    schemes = {layer: Scheme(*found) for layer, found in formats_of.items()}
    return Method(name, schemes.get, computed_in, "vllm-project/compressed-tensors")


def _mlx(config, model, where):
    name, formats_of = mlx.read(config, _names(model), model.n_layers, where, bool(model.towers))
    schemes = {layer: Scheme(*found) for layer, found in formats_of.items()}
    return Method(name, schemes.get, None, mlx.SOURCE, schemes.get(mlx.EMBEDDING))


_GPTQ = "AutoGPTQ nn_modules/qlinear/qlinear_cuda_old.py"
_METHODS = {
    "awq": _awq,
    "bitsandbytes": _bitsandbytes,
    "compressed-tensors": _compressed,
    "fbgemm_fp8": _fbgemm,
    "fp8": _fp8,
    "gptq": _gptq,
    "mlx": _mlx,
    "modelopt": _modelopt,
    "mxfp4": _mxfp4,
}
