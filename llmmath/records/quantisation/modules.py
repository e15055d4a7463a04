"""The linear layers of a model under the names that configuration files know them by.

A module may be several matrices of a count in one: Phi-3 keeps queries, keys and values together, DeepSeek
the two expansions of its latent.
"""

from collections import namedtuple

from ..shapes import Experts
from .published import LAYERS, NAMES, NEVER_LINEAR, OUTER

Module = namedtuple("Module", "name matrices kept")
Module.__doc__ = """A linear layer.

name: its path, without a wrapper's prefix; of experts, that of the first. matrices: the `shapes.Matrix` it
holds. kept: whether engines leave it unquantised whatever a file says.
"""

# Routers and other narrow products, which choose or scale and stay exact in every engine.
_KEPT = ("altup.router", "experts.router", "indexer.weights", "shared_experts.output_gate")


def names_of(model):
    """Component -> path of its module within a layer, a dict; None where a type's paths are not known."""
    return NAMES.get(model.decoder or model.architecture)


def layers(model):
    """The linear layers of each decoder layer.

    Args:
        model: a `shapes.Model` whose language model is of a type in NAMES.

    Returns:
        list of lists of Module, one for each layer, without weights that an earlier layer stores.

    Raises:
        KeyError: an architecture or a matrix that no name is known for.

    Source: see `published`.
    """
    kind = model.decoder or model.architecture
    before = LAYERS.get(kind, "model.layers")
    held = {layer: _held(layer, model.d_model, NAMES[kind]) for layer, _ in model.layer_groups}
    return [
        [module._replace(name=f"{before}.{place}.{module.name}") for module in held[layer]]
        for place, layer in enumerate(model.layers)
    ]


def outer(model):
    """The linear layers outside the decoder layers, as a list of Module: the head, where it is a matrix of
    its own, is the last."""
    found = {}
    for matrix in model.outer_matrices:
        if matrix is not model.head:
            same = sum(one.component == matrix.component for matrices in found.values() for one in matrices)
            found[OUTER[matrix.component].format(same)] = (matrix,)
    on_top = head(model)
    return [Module(name, matrices, False) for name, matrices in found.items()] + ([on_top] if on_top else [])


def _held(layer, d_model, names):
    found, seen = {}, {}
    for part in layer.parts:
        # The number of a part among those of its kind, under which LongCat-Flash's two of each stand.
        number = seen[type(part)] = seen.get(type(part), -1) + 1
        for matrix in part.matrices(d_model):
            if matrix.stored and matrix.component not in NEVER_LINEAR:
                found.setdefault(names[matrix.component].format(number), []).append(matrix)
    return [Module(name, tuple(matrices), matrices[0].component in _KEPT) for name, matrices in found.items()]


def head(model):
    """The head where it is a matrix of its own, else None."""
    if model.head is None or model.tied:
        return None
    return Module(model.head.component, (model.head,), model.head.component != "lm_head")


def shift_values(model):
    """Parameters that shift the choice of experts, which files keep in fp32 [1].

    Source: transformers 5.23.0, _keep_in_fp32_modules_strict of the models that have them.
    """
    return sum(count * part.other_values for part, count in model.counted_parts if isinstance(part, Experts))
