"""Reading what a model's safetensors files store: names, shapes, types and bytes, from their headers alone.

Tensors do not tell the architecture, so the shape of the model comes from the `config.json` beside them. What
its matrices take comes from the files: scales, zero points and packed values as they are.
"""

import os
from dataclasses import replace

from ...errors import InputError
from .. import configs
from ..files import named
from . import components, places
from .places import unread, weights_in


def read(path):
    """The model whose weights lie at `path`, with what they are stored as.

    Args:
        path: a `.safetensors` file, any part of one that was split, a `.safetensors.index.json` with its
            shards beside it, or a directory with one of them. A `config.json` has to lie in the same
            directory, and the other parts beside a part.

    Returns:
        shapes.Model with its `weights`; its key is the path as given.

    Raises:
        InputError: no such file, no safetensors file, a shard or the `config.json` missing, a configuration
            that is not counted.
    """
    path = str(path)
    where = named(path)
    folder = path if os.path.isdir(path) else os.path.dirname(path)
    config = os.path.join(folder, "config.json")
    if not os.path.exists(config):
        raise InputError(
            f"{where}: no config.json beside it; expected the one that is published with these weights, since"
            " tensors do not tell the architecture"
        )
    model = replace(configs.read(config), key=path, name=where)
    tensors = places.tensors(weights_in(folder) if os.path.isdir(path) else path)
    weights, notes = components.stored(model, tensors)
    notes += unread(folder) if os.path.isdir(path) else ()
    return replace(model, weights=weights, notes=model.notes + notes)
