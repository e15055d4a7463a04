"""compressed-tensors: groups of layers, each with its own number of bits, strategy and format.

Source: vllm-project/compressed-tensors (commit ac8e2ba82f4e), quantization/quant_args.py, compressors/.
"""

from ...errors import InputError, shown
from . import formats
from .fields import flag, number, word
from .names import chosen

FORMATS = ("float-quantized", "int-quantized", "mxfp4-pack-quantized", "naive-quantized",
           "nvfp4-pack-quantized", "pack-quantized")  # fmt: skip
_STRATEGIES = ("tensor", "channel", "group", "block", "tensor_group")
_SCALES = {"torch.bfloat16": 2, "torch.float16": 2, "torch.float32": 4, "bfloat16": 2, "float16": 2,
           "float32": 4}  # fmt: skip


def read(config, names, n_layers, where, towers=False):
    """What each layer is stored as.

    Args:
        config: the object. names: of all linear layers. n_layers: decoder layers [1]. where: for messages.
        towers: whether the file is of a model with towers.

    Returns:
        name of the whole; dict of a layer's name -> (name of its type, function of inputs and outputs [1]
        that gives bytes [B]), without the layers that are kept; name of the type computed in, or None.

    Raises:
        InputError: a field or a format that is not read.
    """
    word(config, "quantization_status", where, ("compressed", "frozen"), "compressed")
    sparsity = config.get("sparsity_config")
    if sparsity and (not isinstance(sparsity, dict) or sparsity.get("format", "dense") != "dense"):
        raise InputError(f"{where}: sparsity_config is {shown(sparsity)}; expected none, or format 'dense'")
    groups = config.get("config_groups")
    if not isinstance(groups, dict) or not groups:
        raise InputError(f"{where}: config_groups is {shown(groups)}; expected an object of groups")
    kept = chosen(config.get("ignore") or [], names, f"{where}: ignore", n_layers, "expression", towers)
    found, types, computed = {}, [], set()
    for key, group in groups.items():
        at = f"{where}: config_groups.{key}"
        if not isinstance(group, dict) or not isinstance(group.get("weights"), dict):
            raise InputError(f"{at} is {shown(group)}; expected an object with weights")
        targets = group.get("targets")
        every = isinstance(targets, list) and "Linear" in targets
        meant = (
            set(names) if every else chosen(targets, names, f"{at}: targets", n_layers, "expression", towers)
        )
        kind = group.get("format") or config.get("format")
        name, n_bytes = _layer(group, {"format": kind}, at)
        types.append(name)
        computed.add(_computed_in(group, name))
        for layer in meant - kept:
            if layer in found:
                raise InputError(f"{at}: {layer} is in another group too; expected each layer in one")
            found[layer] = name, n_bytes
    name = " and ".join(name for i, name in enumerate(types) if name not in types[:i])
    return f"compressed-tensors {name}", found, computed.pop() if len(computed) == 1 else None


def _layer(group, stated, at):
    """Name of the type and bytes of a layer of this group."""
    weights = group["weights"]
    kind = word(stated, "format", at, FORMATS)
    at = f"{at}.weights"
    bits = number(weights, ("num_bits",), at, (2, 4, 8))
    floats = word(weights, "type", at, ("int", "float"), "int") == "float"
    size = None if weights.get("group_size") is None else number(weights, ("group_size",), at)
    default = "tensor" if size is None else "channel" if size == -1 else "group"
    strategy = word(weights, "strategy", at, _STRATEGIES, default)
    if strategy in ("group", "tensor_group") and (size is None or size < 1):
        raise InputError(f"{at}: group_size is {shown(size)}; expected a whole number from 1")
    # A scale is of the model's own type unless another is named; both 16-bit types take as much.
    scale_bytes = _SCALES.get(weights.get("scale_dtype") or "bfloat16")
    inputs = group.get("input_activations") or {}
    dynamic = inputs.get("dynamic", False) if isinstance(inputs, dict) and inputs else True
    if kind in ("nvfp4-pack-quantized", "mxfp4-pack-quantized"):
        nvfp4 = kind.startswith("nvfp4")
        if (bits, floats, size) != (4, True, 16 if nvfp4 else 32):
            raise InputError(f"{at} is {shown(weights)}; expected 4-bit floats as {kind} has them")
        if not nvfp4:
            return "mxfp4", formats.mxfp4
        return "nvfp4", lambda i, o: formats.nvfp4(i, o, 1 if dynamic is True else 2)
    if scale_bytes is None:
        raise InputError(
            f"{at}: scale_dtype is {shown(weights['scale_dtype'])}; expected a 16- or 32-bit type"
        )
    symmetric = flag({"symmetric": weights.get("symmetric", True)}, "symmetric", at)
    ordered = weights.get("actorder") in ("group", "dynamic", True)
    if kind == "pack-quantized":
        if floats or strategy not in ("channel", "group"):
            raise InputError(
                f"{at} is {shown(weights)}; expected integers by channel or group, as {kind} has"
            )

        def packed(n_inputs, n_outputs):
            n_groups = 1 if strategy == "channel" else -(-n_inputs // size)
            return formats.packed(n_inputs, n_outputs, bits, n_groups, scale_bytes, symmetric, ordered)

        return f"int{bits}", packed
    if bits != 8:
        raise InputError(f"{at}: num_bits is {bits}; expected 8 for {kind}")
    if floats == (kind == "int-quantized") or not floats and kind == "float-quantized":
        raise InputError(f"{at}: type is {shown(weights.get('type', 'int'))}; expected another for {kind}")
    blocks = weights.get("block_structure")
    if strategy == "block" and not (
        isinstance(blocks, list) and len(blocks) == 2 and all(type(one) is int and one > 0 for one in blocks)
    ):
        raise InputError(f"{at}: block_structure is {shown(blocks)}; expected two whole numbers")

    def whole(n_inputs, n_outputs):
        n_scales = {
            "tensor": 1,
            "channel": n_outputs,
            "block": formats.n_blocks(n_inputs, n_outputs, *blocks) if strategy == "block" else 0,
        }.get(strategy)
        if n_scales is None:
            n_scales = n_outputs * -(-n_inputs // size)
        # Asymmetric integers have a zero point of a byte for each scale; static activations one scale.
        further = (0 if symmetric else n_scales) + (scale_bytes if dynamic is False else 0)
        return formats.eight_bits(n_inputs, n_outputs, n_scales, scale_bytes, further)

    return "fp8" if floats else "int8", whole


def _computed_in(group, name):
    """The type products are computed in where activations are quantised like the weights, else None."""
    inputs = group.get("input_activations")
    if not isinstance(inputs, dict):
        return None
    likes = {("fp8", 8): "fp8", ("int8", 8): "int8", ("nvfp4", 4): "fp4", ("mxfp4", 4): "fp4"}
    return likes.get((name, inputs.get("num_bits")))
