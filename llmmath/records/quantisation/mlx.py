"""What MLX stores: groups of inputs with a scale and a bias, in files that name bits and group_size alone.

mlx_lm writes an object `quantization`, and the same once more as `quantization_config`; neither names a
method. Below its own fields stand paths of layers that are stored otherwise.
"""

from ...errors import InputError, shown
from . import formats
from .fields import number, word
from .names import chosen

SOURCE = (
    "ml-explore/mlx-lm mlx_lm/utils.py, quantize_model and load_model (commit 003da2e91927); ml-explore/mlx"
    " python/mlx/nn/layers/quantized.py"
)
# Each mode, and the groups and bits that it has.
_MODES = {
    "affine": ((32, 64, 128), (2, 3, 4, 5, 6, 8)),
    "mxfp4": ((32,), (4,)),
    "mxfp8": ((32,), (8,)),
    "nvfp4": ((16,), (4,)),
}
_OWN = ("bits", "group_size", "mode", "quant_method")
# What this count calls the embedding, a path of its own beside the linear layers'.
EMBEDDING = "model.embed_tokens"


def read(config, names, n_layers, where, towers=False):
    """The formats that an object of MLX states.

    Args:
        config: the object. names: of all linear layers. n_layers: decoder layers [1]. where: for messages.
        towers: whether the file is of a model with towers.

    Returns:
        name of the whole; dict of a layer's name, EMBEDDING among them, -> (name of its type, function of
        inputs and outputs [1] that gives bytes [B], inputs of a group [1]), without the layers that are kept.

    Raises:
        InputError: a field that is not read, or a path that no layer has.

    Holds for: every linear layer, head and embedding quantised unless the object says otherwise; layers
        whose inputs are no whole groups are kept, as mlx_lm keeps them.
    """
    whole = _format(config, where)
    names = list(names) + [EMBEDDING]
    found = dict.fromkeys(names, whole)
    for path, stated in config.items():
        if path in _OWN:
            continue
        at = f"{where}: {path}"
        if stated is True:
            continue
        other = None
        if stated is not False:
            if not isinstance(stated, dict):
                raise InputError(f"{at} is {shown(stated)}; expected true, false, or bits and group_size")
            # A layer's own object that names no mode means the affine one, whatever the others have.
            other = _format({"bits": config["bits"], "group_size": config["group_size"]} | stated, at)
        # All experts of a layer are one module there.
        for name in chosen(
            [path.replace(".switch_mlp.", ".experts.0.")], names, where, n_layers, "expression", towers
        ):
            found[name] = other
    return f"mlx {whole[0]}", {name: one for name, one in found.items() if one is not None}


def _format(config, where):
    mode = word(config, "mode", where, tuple(_MODES), "affine")
    groups, widths = _MODES[mode]
    size = number(config, ("group_size",), where, groups)
    bits = number(config, ("bits",), where, widths)
    if mode == "affine":
        return f"int{bits}-g{size}", lambda i, o: formats.mlx_affine(i, o, bits, size), size
    if mode == "mxfp8":
        return mode, lambda i, o: formats.eight_bits(i, o, i // size * o, 1), size
    return mode, formats.mxfp4 if mode == "mxfp4" else _nvfp4, size


def _nvfp4(n_inputs, n_outputs):
    # MLX keeps no scale of the whole tensor.
    return formats.nvfp4(n_inputs, n_outputs, 0)
