"""Reading a file of a model with towers: the language model within it, and the towers before that.

What a part of the file leaves out has the default of the part's own class in transformers, as there
(data/transformers-types.json); a count says so.
"""

from collections import namedtuple

from ...errors import InputError, shown
from ..fields import Reading
from ..towers import Product, Tower
from .classes import transformers_types
from .projectors import embedder_of
from .vision import TOWERS, image_of
from .wrappers import PARTS, WRAPPERS

Unwrapped = namedtuple("Unwrapped", "description config where defaults decoder")
Unwrapped.__doc__ = """The language model of a wrapper: its description, its own fields, where they stand,
what its class fills in, and its type."""


def unwrap(wrapper_type, config, where, architecture_of, known):
    """The language model within a file.

    Args:
        wrapper_type: the file's type, a key of WRAPPERS.
        config, where: as in `architectures.build`.
        architecture_of: function that refuses a type that is not counted.
        known: descriptions by type.

    Returns:
        Unwrapped; its fields hold the class and the labels that the file itself names.
    """
    wrapper = WRAPPERS[wrapper_type]
    section = "text_config"
    if wrapper.flat and config.get(section) is None:
        text, inside = {k: v for k, v in config.items() if k != "model_type"}, where
    else:
        text, inside = _section(config, section, where), f"{where}: {section}"
    stated = _type(text, wrapper.texts, wrapper_type, inside, architecture_of)
    named = {key: config[key] for key in ("architectures", "id2label", "num_labels") if key in config}
    text = {key: value for key, value in text.items() if key != "architectures"} | named
    tied = _tied(wrapper, text, config)
    if tied is not None:
        text["tie_word_embeddings"] = tied
    description = (known | PARTS)[stated] | wrapper.changes
    return Unwrapped(description, text, inside, _defaults(stated), stated)


def towers_of(wrapper_type, config, where, d_model):
    """What stands before the language model.

    Args:
        wrapper_type, config, where: as in `unwrap`.
        d_model: width of the language model [1].

    Returns:
        tuple of towers.Tower; a towers.Image, or None where what the tower reads is unknown; and which fields
        were left out, a tuple of texts.
    """
    wrapper = WRAPPERS[wrapper_type]
    q = Reading(wrapper.fields, config, where)
    q.read_all()
    made, image, left_out = [], None, []
    for section, types in (("vision_config", wrapper.tower), ("audio_config", wrapper.audio)):
        if types is None or (wrapper.optional and config.get(section) is None):
            continue
        inside = f"{where}: {section}"
        part = _section(config, section, where)
        stated = _type(part, types, wrapper_type, inside)
        tower = Reading(TOWERS[stated], part, inside, _defaults(stated))
        tower.read_all()
        made.append(tower["tower"])
        if section == "vision_config":
            projector, n_tokens = wrapper.projector(q, tower, d_model)
            made.append(projector)
            image = image_of(tower, n_tokens) if "grid" in tower.description else None
        elif "vocabulary_size" in tower.description:
            made.append(embedder_of("audio projector", tower, d_model, None))
        else:
            made.append(Tower("audio projector", (Product(tower["outputs"], d_model),)))
        left_out += [f"{section}'s {name}" for name in tower.left_out]
    return tuple(made), image, tuple(left_out)


def _section(config, name, where):
    """An object of the file, which has to be there."""
    part = config.get(name)
    if not isinstance(part, dict):
        value = shown(part) if name in config else "missing"
        raise InputError(f"{where}: {name} is {value}; expected an object")
    return part


def _type(part, types, wrapper_type, where, architecture_of=None):
    """The type of a part: as stated, or the first of those it can be."""
    # Old files name the whole in their parts.
    if part.get("model_type") in (None, "", wrapper_type):
        return types[0]
    stated = part["model_type"]
    named = [name for name in types if name != "any"]
    if isinstance(stated, str) and stated in named:
        return stated
    if named != list(types):
        return architecture_of(part, where)
    raise InputError(
        f"{where}: model_type is {shown(stated)}; expected {' or '.join(named)} in {wrapper_type}"
    )


def _tied(wrapper, text, config):
    """The flag that ties the head to the embedding; None where the file leaves it to the language model."""
    outside = config.get("tie_word_embeddings", config.get("tie_embedding"))
    inside = text.get("tie_word_embeddings")
    if wrapper.tied == "text" or outside is None:
        return inside
    if wrapper.tied == "either" and outside is False and inside is not None:
        return inside
    return outside


def _defaults(name):
    return transformers_types()["defaults"].get(name, {})
