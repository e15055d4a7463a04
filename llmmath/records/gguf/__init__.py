"""Reading a model from a GGUF file: its shape, and what each of its matrices is stored as."""

from dataclasses import replace

from ..architectures import build
from ..files import named
from ..recurrent import DeltaRule, Mamba2
from . import components, configurations, parts


def read(path):
    """The model in the GGUF file at `path`, of which only the header is read.

    Args:
        path: a GGUF file, or any part of one that was split; the other parts have to be beside it.

    Returns:
        shapes.Model, with its `weights`; its key is the path as given.

    Raises:
        InputError: no GGUF file, an architecture that is not counted, metadata and tensors that do not agree.

    Source: see `header`, `configurations` and `components`.
    """
    path = str(path)
    where = named(path)
    whole = parts.read(path, where)
    model = build(configurations.of(whole), where=where, key=path, name=where, source=where)
    weights, apart = components.stored(whole, model)
    return replace(model, weights=weights, apart=apart, notes=model.notes + _notes(model))


def _notes(model):
    """What no GGUF file says, and the count supposes."""
    lengths = {part.chunk_length for part in model.parts if isinstance(part, (Mamba2, DeltaRule))}
    if not lengths:
        return ()
    chunks = " and ".join(str(length) for length in sorted(lengths))
    return (f"A GGUF file does not say in which chunks a prompt is read: {chunks} tokens are supposed.",)
