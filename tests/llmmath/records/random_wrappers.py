"""Random small configurations of every wrapper, for compare_wrappers_with_transformers.py.

A function for each type gives the fields of a config.json: those of a language model as in `random_configs`,
and those of a tower whose image has so few patches that it can be run.
"""

from tests.llmmath.records import random_configs
from tests.llmmath.records.random_configs import (
    drawn,
    flag,
    head_dim,
    qwen_mixture,
    qwen_windows,
    shape,
    some,
)


def tower(r, **more):
    """Sizes that most towers have under the same names."""
    n_heads = r.choice([1, 2, 3])
    return {
        "hidden_size": n_heads * r.choice([8, 16]),
        "intermediate_size": r.randint(20, 60),
        "num_hidden_layers": r.randint(2, 4),
        "num_attention_heads": n_heads,
    } | {name: value(r) if callable(value) else value for name, value in more.items()}


def patches(r, multiple=1):
    """An image of few patches, which `multiple` divides in each direction."""
    patch = r.choice([2, 3, 5])
    return {"patch_size": patch, "image_size": patch * multiple * r.choice([2, 3, 4])}


def siglip(r, multiple=1):
    """SigLIP without its head, as in all published wrappers."""
    return tower(r) | patches(r, multiple) | {"model_type": "siglip_vision_model", "vision_use_head": False}


def clip(r):
    return tower(r, projection_dim=8) | patches(r) | {"model_type": "clip_vision_model"}


def pixtral(r, multiple):
    fields = tower(r) | patches(r, multiple) | {"model_type": "pixtral"}
    return fields | {"head_dim": fields["hidden_size"] // fields["num_attention_heads"]}


def text(r, model_type):
    """A language model's fields, at times without the flag that ties its head."""
    fields = random_configs.DRAW[model_type](r) | {"model_type": model_type}
    fields.pop("tie_word_embeddings", None)
    return fields


def wrapped(r, language, vision, **more):
    return {"text_config": language, "vision_config": vision, "tie_word_embeddings": flag(r)} | more


def gemma3(r):
    vision = siglip(r, 2) | {"vision_use_head": flag(r)}
    side = vision["image_size"] // vision["patch_size"]
    return wrapped(r, text(r, "gemma3_text"), vision, mm_tokens_per_image=(side // 2) ** 2)


def gemma3n(r):
    audio = {
        "conf_num_hidden_layers": r.randint(1, 3),
        "conf_num_attention_heads": 2,
        "hidden_size": r.choice([16, 24]),
        "conf_conv_kernel_size": r.choice([3, 5]),
        "sscp_conv_channel_size": [r.choice([8, 12]), r.choice([4, 6])],
        "input_feat_size": r.choice([32, 40]),
        "vocab_size": r.randint(5, 9),
    }
    vision = {"hidden_size": r.choice([16, 24]), "vocab_size": r.randint(5, 9)}
    return wrapped(r, text(r, "gemma3n_text"), vision, audio_config=audio)


def gemma4(r):
    n_heads = r.choice([2, 4])
    vision = tower(r, num_attention_heads=n_heads, num_key_value_heads=some(1, 2), head_dim=some(8, 12))
    vision |= {"patch_size": r.choice([64, 112]), "pooling_kernel_size": r.choice([2, 3])}
    vision |= {"position_embedding_size": r.randint(20, 40)}
    audio = {
        "num_hidden_layers": r.randint(1, 3),
        "num_attention_heads": 2,
        "hidden_size": r.choice([16, 24]),
        "conv_kernel_size": r.choice([3, 5]),
        "subsampling_conv_channels": [r.choice([8, 12]), r.choice([4, 6])],
        "output_proj_dims": r.choice([10, 14]),
    }
    fields = wrapped(r, text(r, "gemma4_text"), vision)
    kept = r.choice(["both", "vision", "none"])
    if kept == "none":
        fields["vision_config"] = None
    return fields | {"audio_config": audio if kept == "both" else None}


def llama4(r):
    language = random_configs.DRAW["llama4_text"](r) | {"model_type": "llama4_text"}
    width = r.choice([16, 32])
    vision = {
        "hidden_size": width,
        "intermediate_size": 4 * width,
        "num_hidden_layers": r.randint(2, 4),
        "num_attention_heads": r.choice([1, 2]),
        "projector_input_dim": 24,
        "projector_output_dim": 24,
        "vision_output_dim": 24,
        **patches(r, 2),
    }
    return {"text_config": language, "vision_config": vision}


def mistral3(r):
    merge = r.choice([1, 2, 3])
    language = text(r, r.choice(["mistral", "ministral3"]))
    return wrapped(
        r, language, pixtral(r, merge), spatial_merge_size=merge, multimodal_projector_bias=flag(r)
    )


def lighton_ocr(r):
    merge = r.choice([1, 2])
    return wrapped(r, text(r, "qwen3"), pixtral(r, merge), spatial_merge_size=merge)


def llava(r, new=False, vision=None):
    vision = vision or r.choice([clip, siglip])
    return wrapped(
        r,
        text(r, r.choice(["llama", "mistral", "qwen2"])),
        vision(r),
        multimodal_projector_bias=flag(r),
        vision_feature_layer=r.choice([-1, -2, [-1, -2]]),
        vision_feature_select_strategy=r.choice(["default", "full"]),
    )


def internvl(r):
    vision = tower(r, attention_bias=flag, use_qk_norm=flag, norm_type=some("layer_norm", "rms_norm"))
    vision |= {"use_mean_pooling": flag(r), "use_mask_token": flag(r), "num_channels": 3}
    vision |= {name: [side, side] for name, side in patches(r, 2).items()}
    return wrapped(r, text(r, r.choice(["qwen2", "qwen3", "llama"])), vision, downsample_ratio=0.5)


def idefics3(r, kind="idefics3_vision"):
    scale = r.choice([1, 2, 3])
    vision = tower(r) | patches(r, scale) | {"model_type": kind}
    return wrapped(r, text(r, "llama"), vision, scale_factor=scale)


def aya(r):
    more = {"alignment_intermediate_size": r.choice([20, 34])} if flag(r) else {}
    return wrapped(r, text(r, "cohere2"), siglip(r, 2), downsample_factor=2, **more)


def cohere2_vision(r):
    more = {"alignment_intermediate_size": r.choice([20, 34])}
    return wrapped(r, text(r, "cohere2"), siglip(r, 2), downsample_factor=2, **more)


def paligemma(r):
    language = text(r, r.choice(["gemma", "gemma2"]))
    return wrapped(
        r, language, siglip(r), projection_dim=language["hidden_size"], hidden_size=language["hidden_size"]
    )


def lfm2_vl(r):
    side, factor = r.choice([2, 4]), r.choice([1, 2])
    vision = tower(r, patch_size=some(2, 3), num_patches=side**2) | {"model_type": "siglip2_vision_model"}
    vision["vision_use_head"] = False
    return wrapped(
        r,
        text(r, "lfm2"),
        vision,
        downsample_factor=factor,
        projector_hidden_size=r.choice([20, 30]),
        projector_bias=flag(r),
        projector_use_layernorm=flag(r),
    )


def rope(language, **more):
    """Three-dimensional positions need sections that add up to half of the head."""
    width = language.get("head_dim") or language["hidden_size"] // language["num_attention_heads"]
    half = width // 2
    section = [half - 2 * (half // 3), half // 3, half // 3]
    parameters = {"rope_type": "default", "rope_theta": 1e4, "mrope_section": section}
    return language | {"rope_parameters": parameters | more}


def qwen_tower(r, width="hidden_size", **more):
    n_heads = r.choice([1, 2])
    return {
        width: n_heads * r.choice([8, 16]),
        "depth": r.randint(2, 5),
        "num_heads": n_heads,
        "patch_size": r.choice([64, 112, 128]),
        "spatial_merge_size": r.choice([1, 2]),
        "temporal_patch_size": r.choice([1, 2]),
    } | {name: value(r) if callable(value) else value for name, value in more.items()}


def qwen2_vl(r):
    language = rope(qwen_windows(shape)(r))
    vision = qwen_tower(r, "embed_dim", mlp_ratio=some(2, 4), hidden_size=language["hidden_size"])
    fields = wrapped(r, language, vision)
    if flag(r):
        # old files hold both on one level
        fields = {**fields.pop("text_config"), **fields}
    return fields


def qwen2_5_vl(r):
    language = rope(qwen_windows(shape)(r))
    vision = qwen_tower(
        r,
        intermediate_size=some(22, 30),
        out_hidden_size=language["hidden_size"],
        fullatt_block_indexes=[1, 3],
    )
    side = vision["patch_size"] * vision["spatial_merge_size"]
    return wrapped(r, language, vision | {"window_size": side * r.choice([1, 2, 3])})


def qwen3_tower(r, language, deep=True):
    side = r.choice([2, 4])
    vision = qwen_tower(
        r,
        patch_size=some(2, 4),
        intermediate_size=some(22, 30),
        out_hidden_size=language["hidden_size"],
        num_position_embeddings=side**2,
    )
    return vision | ({"deepstack_visual_indexes": r.choice([[], [0], [0, 1]])} if deep else {})


def qwen3_vl(r, mixed=False):
    draw = drawn(head_dim=head_dim, attention_bias=flag)
    language = rope((qwen_mixture(draw) if mixed else draw)(r))
    return wrapped(r, language, qwen3_tower(r, language))


def qwen3_5(r, mixed=False):
    language = random_configs.DRAW["qwen3_5_moe_text" if mixed else "qwen3_5_text"](r)
    language.pop("tie_word_embeddings")
    return wrapped(r, language, qwen3_tower(r, language, deep=False))


def glm4v(r, mixed=False):
    if mixed:
        draw = random_configs.after_dense_layers(drawn(head_dim=head_dim, attention_bias=flag))
    else:
        draw = shape
    language = rope(draw(r), partial_rotary_factor=1.0)
    vision = qwen_tower(
        r, intermediate_size=some(22, 30), out_hidden_size=language["hidden_size"], attention_bias=flag
    )
    vision |= patches(r, vision["spatial_merge_size"])
    return wrapped(r, language, vision)


def kimi(r):
    language = text(r, "deepseek_v3")
    vision = tower(r, patch_size=some(2, 3), merge_kernel_size=[2, 2])
    side = r.choice([2, 4])
    vision |= {"pos_emb_height": side, "pos_emb_width": side}
    return wrapped(r, language, vision, projection_hidden_size=vision["hidden_size"])


DRAW = {
    "aya_vision": aya,
    "cohere2_vision": cohere2_vision,
    "gemma3": gemma3,
    "gemma3n": gemma3n,
    "gemma4": gemma4,
    "glm46v": glm4v,
    "glm4v": glm4v,
    "glm4v_moe": lambda r: glm4v(r, mixed=True),
    "idefics3": idefics3,
    "internvl": internvl,
    "kimi_k25": kimi,
    "lfm2_vl": lfm2_vl,
    "lighton_ocr": lighton_ocr,
    "llama4": llama4,
    "llava": llava,
    "llava_next": llava,
    "llava_onevision": llava,
    "mistral3": mistral3,
    "paligemma": paligemma,
    "qwen2_5_vl": qwen2_5_vl,
    "qwen2_vl": qwen2_vl,
    "qwen3_5": qwen3_5,
    "qwen3_5_moe": lambda r: qwen3_5(r, mixed=True),
    "qwen3_vl": qwen3_vl,
    "qwen3_vl_moe": lambda r: qwen3_vl(r, mixed=True),
    "smolvlm": lambda r: idefics3(r, "smolvlm_vision"),
}
