"""Models with towers: a file that holds that of a language model, and those of what reads images or sound.

A wrapper says which language models and which towers it joins, and what stands between them. To add one, add
a description to WRAPPERS, and one to TOWERS in `vision` where the tower is new; `unwrap` reads them.

Source: the configuration and model classes of Hugging Face transformers 5.23.0.
"""

from collections import namedtuple

from ..fields import HEADS, LAYERS, POSITIONS, Flag, Number, Size, SizesByLayer, Word
from . import dense, experts
from .projectors import (
    embedder,
    joined,
    kimi,
    llava,
    of_the_tower,
    one_matrix,
    paligemma,
    pixtral,
    pooled,
    pooled_without_weights,
)
from .rules import d_model_over_heads, n_heads, no_layer_slides

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
# Neighbours of a square joined, and one projection of them multiplied with another.
SHUFFLED = JOINED | {"merge": Size("downsample_factor", high=1000, missing=2), "gated": True}


def _inverse_ratio(q):
    return int(1 / q["ratio"]) or q.refuse("ratio", "a number up to 1")


WRAPPERS = {
    "aya_vision": Wrapper(
        ("cohere2", "any"),
        ("siglip_vision_model",),
        joined,
        SHUFFLED | {"hidden": Size("alignment_intermediate_size", missing=None, null=None), "normed": True},
    ),
    "cohere2_vision": Wrapper(
        ("cohere2", "any"),
        ("siglip_vision_model",),
        joined,
        SHUFFLED | {"hidden": Size("alignment_intermediate_size", missing=36_864)},
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
        # In the files that Moonshot published, whose code is their own.
        changes={"class_names": {"KimiK25ForConditionalGeneration": "causal"}},
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
