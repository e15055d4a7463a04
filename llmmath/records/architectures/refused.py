"""Types that transformers knows and that are not counted here: one sentence for each, and never a number."""

from ...errors import shown
from ...spelling import is_slip
from .classes import transformers_types

# Why, for the kinds of models that the recorded list tells apart.
_REASONS = {
    "encoder-decoder": "an encoder-decoder: its decoder also attends to what an encoder has read, which costs"
    " something else for every pair of lengths",
    "encoder": "an encoder: it reads a text at once and writes no tokens, so it has no decoding step",
    "speech": "a model for speech or sound, not a decoder of text alone",
    "vision": "a model for images or video, which has no decoding step",
    "time series": "a model for time series, not for text",
    "multimodal": "a model for text and other inputs whose text model is not described here",
    "decoder": "a decoder with parts that are not described here",
    "other": "no language model that transformers loads by itself, or a part of another model",
}


def reason(model_type):
    """Why this type of transformers' is not counted, as the end of a sentence; None for a type it does not
    know."""
    known = transformers_types()["types"].get(model_type)
    return None if known is None else _REASONS[known["kind"]]


def spelling_of(model_type, counted):
    """The counted type that `model_type` is a misspelling of, or None.

    A type that transformers knows is no misspelling, and never stands in for another.
    """
    if not isinstance(model_type, str) or model_type in transformers_types()["types"]:
        return None
    # Other separators alone come before other letters: gpt-neox is gpt_neox, though gpt_neo is near.
    plain = model_type.lower().replace("-", "_").replace(".", "_")
    alike = [plain] if plain in counted else [other for other in counted if is_slip(model_type, other)]
    return next(iter(alike), None)


# A field that only one kind of the other files beside a config.json has -> what that file is.
_OTHER_FILES = {
    "peft_type": "an adapter's configuration; expected the config.json of its base model",
    "tokenizer_class": "a tokenizer's configuration; expected the config.json beside it",
    "_diffusers_version": "a diffusers model, no language model; expected a config.json of one",
    "weight_map": "an index of weights; expected the config.json beside it",
    "eos_token_id": "a configuration of generation; expected the config.json beside it",
}


def other_file(config):
    """What a file is that is no model's configuration but lies beside one; None where it is not known."""
    for field, what in _OTHER_FILES.items():
        if field in config:
            base = config.get("base_model_name_or_path")
            return f"this is {what}{f', {shown(base)}' if isinstance(base, str) else ''}"
    return None
