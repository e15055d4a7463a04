"""Models with towers: a file that holds that of a language model, and those of what reads images or sound.

A wrapper says which language models and which towers it joins, and what stands between them. What its parts
leave out has the defaults of their own classes in transformers, as there; a count says so.

Source: the configuration and model classes of Hugging Face transformers 5.23.0.
"""

from collections import namedtuple

from ...errors import InputError, shown
from ..fields import HEADS, LAYERS, POSITIONS, Flag, Number, Reading, Size, SizesByLayer, Word
from ..towers import Product, Tower
from . import dense, experts
from .classes import transformers_types
from .rules import d_model_over_heads, n_heads, no_layer_slides
from .vision import TOWERS, image_of, merged_vectors

# --- language models that are parts of others only --------------------------------------------------------

QWEN2_VL = dense.QWEN2 | {
    "n_kv_heads": Size("num_key_value_heads", high=HEADS, missing=8, null=n_heads),
    "max_window_layers": Size("max_window_layers", low=0, high=LAYERS, missing=80),
}

WITHOUT_WINDOW = {
    "stated_window": None,
    "use_window": False,
    "window": None,
    "max_window_layers": 0,
    "sliding": no_layer_slides,
}

QWEN3_VL = dense.QWEN3 | WITHOUT_WINDOW

QWEN3_VL_MOE = experts.QWEN3_MOE | WITHOUT_WINDOW | {
    "n_kv_heads": Size("num_key_value_heads", high=HEADS, missing=16, null=n_heads),
}  # fmt: skip

GLM4V = dense.GLM4 | {
    "n_kv_heads": Size("num_key_value_heads", high=HEADS, missing=2, null=n_heads),
    "head_dim": d_model_over_heads,
    "qkv_bias": True,
}

GLM4V_MOE = experts.GLM4_MOE | {
    "qkv_bias": Flag("attention_bias", missing=True),
    "qk_normed": False,
}

# A prefix that is read in both directions costs as much: all scores are computed, and masked afterwards.
PREFIX = {"refused": ()}

PARTS = {
    "glm4v_moe_text": GLM4V_MOE,
    "glm4v_text": GLM4V,
    "qwen2_5_vl_text": QWEN2_VL,
    "qwen2_vl_text": QWEN2_VL,
    "qwen3_vl_moe_text": QWEN3_VL_MOE,
    "qwen3_vl_text": QWEN3_VL,
}

# --- projectors -------------------------------------------------------------------------------------------
# Each takes the wrapper's own fields, the tower and the model's width, and gives what stands between them and
# how many tokens of one image the model gets.


def of_the_tower(q, tower, d_model):
    """The one that the tower's own file describes."""
    return tower["projector"], merged_vectors(tower)


def pooled(q, tower, d_model):
    """The mean of neighbours, a norm and a matrix: Gemma 3."""
    n_tokens = q["n_tokens"]
    product = Product(tower["width"], d_model, False, 1, n_tokens)
    return Tower("projector", (product,), (), tower["width"]), n_tokens


def pooled_without_weights(q, tower, d_model):
    """The mean of neighbours and a matrix: Gemma 4."""
    n_tokens = merged_vectors(tower)
    return Tower("projector", (Product(tower["width"], d_model, False, 1, n_tokens),)), n_tokens


def embedder(q, tower, d_model):
    """A matrix for what a tower gives and for further tokens, whose embeddings it holds: Gemma 3n."""
    return _embedder("projector", tower, d_model, q["n_tokens"]), q["n_tokens"]


def _embedder(name, tower, d_model, n_tokens):
    width = tower["width"]
    return Tower(
        name, (Product(width, d_model, False, 1, n_tokens),), (), width * (2 + tower["vocabulary_size"])
    )


def one_matrix(q, tower, d_model):
    """A single matrix: Llama 4, after the adapter within its tower."""
    n_tokens = int(tower["n_patches"] * tower["shuffle_ratio"] ** 2)
    return Tower("projector", (Product(tower["outputs"], d_model, False, 1, n_tokens),)), n_tokens


def paligemma(q, tower, d_model):
    """A single matrix with a bias."""
    n_tokens = tower["n_vectors"]
    return Tower("projector", (Product(tower["width"], q["outputs"], True, 1, n_tokens),)), n_tokens


def llava(q, tower, d_model):
    """Two matrices for every vector, of which the first is left out where the file says so."""
    n_tokens = tower["n_vectors"] - (q["selected"] == "default")
    layers = q["feature_layers"]
    inputs = tower["width"] * (len(layers) if isinstance(layers, list) else 1)
    products = (
        Product(inputs, d_model, q["bias"], 1, n_tokens),
        Product(d_model, d_model, q["bias"], 1, n_tokens),
    )
    return Tower("projector", products, (), d_model if q["has_newline"] else 0), n_tokens


def pixtral(q, tower, d_model):
    """A norm, a matrix that joins neighbours, and two matrices for what they became."""
    width, merge = tower["width"], q["merge"]
    rows, columns = tower["grid"]
    n_tokens = (rows // merge) * (columns // merge)
    products = (
        Product(width * merge**2, width, False, 1, n_tokens),
        Product(width, d_model, q["bias"], 1, n_tokens),
        Product(d_model, d_model, q["bias"], 1, n_tokens),
    )
    return Tower("projector", products, (), width), n_tokens


def joined(q, tower, d_model):
    """Neighbours side by side, a norm where there is one, and matrices of which the first may be gated."""
    factor = q["merge"]
    rows, columns = tower["grid"]
    n_tokens = (rows // factor) * (columns // factor)
    inputs = tower["width"] * factor**2
    hidden = d_model if q["hidden"] is None else q["hidden"]
    products = (Product(inputs, hidden, q["bias"], 1, n_tokens),)
    if q["two_matrices"]:
        between = hidden // 2 if q["gated"] else hidden
        products += (Product(between, d_model, q["bias"], 1, n_tokens),)
    return Tower("projector", products, (), 2 * q["normed"] * inputs), n_tokens


def kimi(q, tower, d_model):
    """A norm, and neighbours side by side through two matrices."""
    n_tokens, inputs = merged_vectors(tower), tower["width"] * tower["merge"] ** 2
    products = (Product(inputs, inputs, True, 1, n_tokens), Product(inputs, d_model, True, 1, n_tokens))
    return Tower("projector", products, (), 2 * q["norm_width"]), n_tokens


# --- descriptions -----------------------------------------------------------------------------------------

Wrapper = namedtuple(
    "Wrapper", "texts tower projector fields audio optional flat tied changes",
    defaults=({}, None, False, False, "outside", {}),
)  # fmt: skip
Wrapper.__doc__ = """How a file joins a language model with towers.

texts: types of its language model, first the one where the file names none; "any" at the end lets it be any
that is counted. tower, audio: types of its towers, alike; None without. projector: a function of this module.
fields: its own fields, as in a description. optional: whether towers may be left out. flat: whether old files
hold the language model's fields among their own. tied: where the flag stands that ties the head: "outside",
"text", or "either". changes: what differs in the language model's description.
"""

LLAVA = {
    "bias": Flag("multimodal_projector_bias", missing=True),
    "feature_layers": SizesByLayer("vision_feature_layer", low=-LAYERS, high=LAYERS, missing=-2),
    "selected": Word("vision_feature_select_strategy", missing="default"),
    "has_newline": False,
}
JOINED = {
    "bias": True,
    "hidden": None,
    "two_matrices": True,
    "gated": False,
    "normed": False,
    "norm_width": None,
}


def _inverse_ratio(q):
    return int(1 / q["ratio"]) or q.refuse("ratio", "a number up to 1")


WRAPPERS = {
    "aya_vision": Wrapper(
        ("cohere2", "any"),
        ("siglip_vision_model",),
        joined,
        JOINED
        | {
            "merge": Size("downsample_factor", high=1000, missing=2),
            "hidden": Size("alignment_intermediate_size", missing=None, null=None),
            "gated": True,
            "normed": True,
        },
    ),
    "cohere2_vision": Wrapper(
        ("cohere2", "any"),
        ("siglip_vision_model",),
        joined,
        JOINED
        | {
            "merge": Size("downsample_factor", high=1000, missing=2),
            "hidden": Size("alignment_intermediate_size", missing=36_864),
            "gated": True,
        },
    ),
    "gemma3": Wrapper(
        ("gemma3_text",),
        ("siglip_vision_model",),
        pooled,
        {"n_tokens": Size("mm_tokens_per_image", high=POSITIONS, missing=256)},
    ),
    "gemma3n": Wrapper(
        ("gemma3n_text",),
        ("gemma3n_vision",),
        embedder,
        {"n_tokens": Size("vision_soft_tokens_per_image", high=POSITIONS, missing=256)},
        audio=("gemma3n_audio",),
    ),
    "gemma4": Wrapper(
        ("gemma4_text",),
        ("gemma4_vision",),
        pooled_without_weights,
        audio=("gemma4_audio",),
        optional=True,
    ),
    "glm46v": Wrapper(("glm4v_text", "glm4v_moe_text"), ("glm4v_vision", "glm4v_moe_vision"), of_the_tower),
    "glm4v": Wrapper(("glm4v_text",), ("glm4v_vision",), of_the_tower, tied="either"),
    "glm4v_moe": Wrapper(("glm4v_moe_text",), ("glm4v_moe_vision",), of_the_tower, tied="either"),
    "idefics3": Wrapper(
        ("llama", "any"),
        ("idefics3_vision",),
        joined,
        JOINED | {"merge": Size("scale_factor", high=1000, missing=2), "bias": False, "two_matrices": False},
    ),
    "internvl": Wrapper(
        ("qwen2", "any"),
        ("internvl_vision",),
        joined,
        JOINED | {"ratio": Number("downsample_ratio", missing=0.5), "merge": _inverse_ratio, "normed": True},
    ),
    "kimi_k25": Wrapper(
        ("deepseek_v3", "kimi_k2"),
        ("kimi_k25_vision",),
        kimi,
        {"norm_width": Size("projection_hidden_size", missing=1152)},
    ),
    "lfm2_vl": Wrapper(
        ("lfm2", "any"),
        ("siglip2_vision_model",),
        joined,
        JOINED
        | {
            "merge": Size("downsample_factor", high=1000, missing=2),
            "hidden": Size("projector_hidden_size", missing=2560),
            "bias": Flag("projector_bias", missing=True),
            "normed": Flag("projector_use_layernorm", missing=True),
        },
    ),
    "llama4": Wrapper(("llama4_text",), ("llama4_vision_model",), one_matrix, tied="text"),
    "llava": Wrapper(
        ("llama", "any"),
        ("clip_vision_model", "siglip_vision_model", "pixtral"),
        llava,
        LLAVA,
        tied="either",
    ),
    "llava_next": Wrapper(
        ("llama", "any"),
        ("clip_vision_model", "siglip_vision_model"),
        llava,
        LLAVA | {"has_newline": True},
    ),
    "llava_onevision": Wrapper(
        ("qwen2", "any"),
        ("siglip_vision_model", "clip_vision_model"),
        llava,
        LLAVA
        | {
            "has_newline": True,
            "feature_layers": SizesByLayer("vision_feature_layer", low=-LAYERS, high=LAYERS, missing=-1),
            "selected": Word("vision_feature_select_strategy", missing="full"),
        },
        tied="either",
    ),
    "lighton_ocr": Wrapper(
        ("qwen3", "any"),
        ("pixtral",),
        pixtral,
        {"merge": Size("spatial_merge_size", high=1000, missing=2), "bias": False},
    ),
    "mistral3": Wrapper(
        ("mistral", "any"),
        ("pixtral",),
        pixtral,
        {
            "merge": Size("spatial_merge_size", high=1000, missing=2),
            "bias": Flag("multimodal_projector_bias", missing=False),
            "feature_layers": Size("vision_feature_layer", low=-LAYERS, high=LAYERS, missing=-1),
        },
    ),
    "paligemma": Wrapper(
        ("gemma", "gemma2"),
        ("siglip_vision_model",),
        paligemma,
        {"outputs": Size("projection_dim", missing=2048)},
        changes=PREFIX,
    ),
    "qwen2_5_vl": Wrapper(
        ("qwen2_5_vl_text",), ("qwen2_5_vl_vision",), of_the_tower, flat=True, tied="either"
    ),
    "qwen2_vl": Wrapper(("qwen2_vl_text",), ("qwen2_vl_vision",), of_the_tower, flat=True, tied="either"),
    "qwen3_5": Wrapper(("qwen3_5_text",), ("qwen3_5_vision",), of_the_tower),
    "qwen3_5_moe": Wrapper(("qwen3_5_moe_text",), ("qwen3_5_moe_vision",), of_the_tower),
    "qwen3_vl": Wrapper(("qwen3_vl_text",), ("qwen3_vl_vision",), of_the_tower),
    "qwen3_vl_moe": Wrapper(("qwen3_vl_moe_text",), ("qwen3_vl_moe_vision",), of_the_tower),
    "smolvlm": Wrapper(
        ("llama", "any"),
        ("smolvlm_vision",),
        joined,
        JOINED | {"merge": Size("scale_factor", high=1000, missing=2), "bias": False, "two_matrices": False},
    ),
}

# --- reading ----------------------------------------------------------------------------------------------

Unwrapped = namedtuple("Unwrapped", "description config where defaults")
Unwrapped.__doc__ = """The language model of a wrapper: its description, its own fields, where they stand, and
what its class fills in."""


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
    return Unwrapped(description, text, inside, _defaults(stated))


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
            made.append(_embedder("audio projector", tower, d_model, None))
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
    if isinstance(stated, str) and stated in types:
        return stated
    if types[-1] == "any":
        return architecture_of(part, where)
    raise InputError(
        f"{where}: model_type is {shown(stated)}; expected {' or '.join(types)} in {wrapper_type}"
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
