"""Which model MODEL is on the command line: a known one, or what stands in a file or folder."""

import os
import re

from ..errors import InputError, UnknownName


def find(name, published=False):
    """The model that MODEL names on the command line: a known key, or the path of a file or folder.

    published: whether the weights of a known one are those that its makers published.
    """
    from ..records import models

    known = models.keys()
    if name in known or name in models.same_shape():
        return models.published(name) if published else models.get(name)
    kind = _kind_of_file(name)
    if kind == "gguf":
        from ..records import gguf

        return gguf.read(name)
    if kind == "safetensors":
        from ..records import safetensors

        return safetensors.read(name)
    if os.path.isdir(name):
        return _in_folder(name)
    if not os.path.exists(name) and (repository := _repository(name)):
        raise InputError(f"{name}: nothing is downloaded; {_where_to_look(repository)}")
    if name.endswith(".json") or os.sep in name or os.path.exists(name):
        from ..records import configs

        return configs.read(name)
    from ..answers import asked

    meant = asked.model_key(name) if name.isprintable() else name
    try:
        return models.published(meant) if published else models.get(meant)
    except UnknownName as error:  # which names what is near
        raise UnknownName(f"{error}; the path of a config.json works too") from None


def accelerator(name):
    """The accelerator that `name` means, its key or as people write it."""
    from ..answers import asked
    from ..records import accelerators

    return accelerators.get(asked.accelerator_key(name) if name.isprintable() else name)


def _repository(name):
    """OWNER/NAME of the Hub that a person may mean by `name`, an address or those two; None for a path."""
    name = re.sub(r"^https?://(www\.)?(huggingface\.co|hf\.co)/", "", name)
    return name if re.fullmatch(r"[\w-][\w.-]*/[\w.-]+", name) and not name.endswith(".json") else None


def _where_to_look(repository):
    """What to give instead of a repository: the record that is from it, or its config.json."""
    from ..records import models

    found = [
        key
        for key, model in models.load().items()
        if f"huggingface.co/{repository}".lower() in model.source.lower().replace("/blob/main", "").split(" ")
    ]
    if found:
        return f"known here: {', '.join(found)}"
    return "give the path of the repository's config.json, or of a file of its weights"


def _kind_of_file(path):
    """Whether a path is read as "gguf" or "safetensors": by its name, or else by how the file begins.

    None where it is neither.

    Source: ggml-org/ggml docs/gguf.md; huggingface/safetensors README.md: eight bytes, then a JSON object.
    """
    lower = path.lower()
    if lower.endswith(".gguf"):
        return "gguf"
    if lower.endswith((".safetensors", ".safetensors.index.json")):
        return "safetensors"
    if not os.path.isfile(path):
        return None
    try:
        with open(path, "rb") as file:
            begin = file.read(9)
    except OSError:
        return None  # what reads the path says why
    if begin.startswith(b"GGUF"):
        return "gguf"
    # No text has a NUL, and no header of so many bytes is without one in its length.
    return "safetensors" if begin[8:] == b"{" and b"\0" in begin[:8] else None


def _in_folder(folder):
    """The model in a folder as the Hub has it, with what its weights take where they are there."""
    from dataclasses import replace

    from ..records import configs, safetensors
    from ..records.files import named

    if safetensors.weights_in(folder):
        return safetensors.read(folder)
    config = os.path.join(folder, "config.json")
    if not os.path.exists(config):
        raise InputError(
            f"{named(folder)}: a directory without a config.json; expected one, or the path of a .gguf"
        )
    model = configs.read(config)
    return replace(model, notes=model.notes + safetensors.unread(folder))
