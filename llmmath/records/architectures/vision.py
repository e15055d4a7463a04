"""Towers that read images or sound: one description per type, like those of language models.

Nearly all are one thing: patches of an image, projected to vectors, go through layers of attention and MLP.
A description names what differs; what a file leaves out has the default of the type's configuration class,
recorded in data/transformers-types.json.

Source: the configuration and model classes of Hugging Face transformers 5.23.0.
"""

from ..fields import HEADS, LAYERS, POSITIONS, Flag, Indices, Number, Pair, Size, Word
from ..towers import Image, Pairs, Product, Tower

# The side of the image that is assumed where a file names none [pixel].
ASSUMED_SIDE = 896

# --- rules ------------------------------------------------------------------------------------------------


def encoder(q):
    """The tower itself: patches, layers, and what is beside them."""
    width, d_ff, layers, vectors = q["width"], q["d_ff"], q["n_layers"], q["n_vectors"]
    query_width, kv_width = q["n_heads"] * q["head_dim"], q["n_kv_heads"] * q["head_dim"]
    up = 2 if q["gated"] else 1
    return Tower(
        "vision tower",
        (
            Product(q["patch_values"], width, q["patch_bias"], 1, q["n_patches"]),
            Product(width, query_width, q["qkv_bias"], layers, vectors),
            Product(width, kv_width, q["qkv_bias"], 2 * layers, vectors),
            Product(query_width, width, q["output_bias"], layers, vectors),
            Product(width, d_ff, q["mlp_bias"], up * layers, vectors),
            Product(d_ff, width, q["mlp_bias"], layers, vectors),
        )
        + tuple(q["further_products"]),
        tuple(Pairs(copies, query_width, pairs) for copies, pairs in q["pairs"]),
        (q["position_rows"] + q["n_class_tokens"]) * width
        + (layers * q["norms"] + q["outer_norms"]) * q["norm_values"]
        + layers * (q["qk_norm_values"] + q["layer_values"])
        + q["further_values"],
    )


def width_over_heads(q):
    """The width split over the heads; refused where it does not divide."""
    if q["width"] % q["n_heads"]:
        q.refuse("n_heads", f"a divisor of the tower's width, {q['width']}")
    return q["width"] // q["n_heads"]


def stated_grid(q):
    """Rows and columns of patches of the image that the file names."""
    rows, columns = (side // patch for side, patch in zip(q["image_size"], q["patch_size"]))
    if not rows or not columns:
        q.refuse("image_size", f"at least one patch of {q['patch_size'][0]} x {q['patch_size'][1]} pixels")
    return rows, columns


def grid_of_positions(q):
    """Rows and columns of the table of positions, which is made for a square image."""
    side = int(q["position_rows"] ** 0.5)
    return side, side


def assumed_grid(q):
    """Rows and columns of the image that is assumed, in whole patches that merge."""
    return tuple(max(1, ASSUMED_SIDE // (patch * q["merge"])) * q["merge"] for patch in q["patch_size"])


def merged_vectors(q):
    """Vectors after `merge` x `merge` neighbours became one [1]."""
    rows, columns = q["grid"]
    return (rows // q["merge"]) * (columns // q["merge"])


def one_side(q):
    """The side of a square of patches that merge; another shape is refused."""
    if len(set(q["merge_size"])) > 1:
        q.refuse("merge_size", "two equal numbers: squares alone are counted")
    return q["merge_size"][0]


def attention_everywhere(q):
    """All pairs in all layers."""
    return ((q["n_layers"], q["n_vectors"] ** 2),)


def attention_in_windows(q):
    """All pairs in the layers that are named; in the others, pairs within windows of whole merged patches."""
    side = q["window_size"] // (q["patch_size"][0] * q["merge"])
    if not side:
        q.refuse("window_size", f"at least {q['patch_size'][0] * q['merge']}, the side of a merged patch")
    rows, columns = (
        [min(side, count // q["merge"] - start) for start in range(0, count // q["merge"], side)]
        for count in q["grid"]
    )
    within = sum((row * column * q["merge"] ** 2) ** 2 for row in rows for column in columns)
    full = sum(i in q["full_layers"] for i in range(q["n_layers"]))
    return ((full, q["n_patches"] ** 2), (q["n_layers"] - full, within))


def pooling_head(q):
    """SigLIP's head: one learned query attends to all vectors, and an MLP follows."""
    if not q["has_head"]:
        return ()
    width, d_ff, vectors = q["width"], q["d_ff"], q["n_vectors"]
    return (
        Product(width, width, True, 2, 1),  # query and output
        Product(width, width, True, 2, vectors),  # keys and values
        Product(width, d_ff, True, 1, 1),
        Product(d_ff, width, True, 1, 1),
    )


def merger(q):
    """Neighbours side by side through an MLP: Qwen's projectors, one for each place they are taken from."""
    joined = q["merge"] ** 2 * q["width"]
    tokens, places = merged_vectors(q), q["n_mergers"]
    return Tower(
        "projector",
        (
            Product(joined, joined, True, places, tokens),
            Product(joined, q["outputs"], True, places, tokens),
        ),
        (),
        q["merger_norm_values"],
    )


def glm_merger(q):
    """A convolution that joins neighbours, a projection, and a gated MLP."""
    joined, outputs, tokens = q["merge"] ** 2 * q["width"], q["outputs"], merged_vectors(q)
    return Tower(
        "projector",
        (
            Product(joined, outputs, True, 1, tokens),
            Product(outputs, outputs, False, 1, tokens),
            Product(outputs, q["merger_d_ff"], False, 2, tokens),
            Product(q["merger_d_ff"], outputs, False, 1, tokens),
        ),
        (),
        2 * outputs,
    )


def llama4_adapter(q):
    """Neighbours side by side through two matrices, still within the tower."""
    ratio = q["shuffle_ratio"]
    tokens = int(q["n_patches"] * ratio**2)
    return (
        Product(q["d_ff"], q["adapter_inputs"], False, 1, tokens),
        Product(q["adapter_outputs"], q["adapter_outputs"], False, 1, tokens),
    )


def conformer(q):
    """Gemma's audio towers: convolutions over the spectrogram, then layers of MLPs, attention, convolution.

    How long a sound is stands in no file: parameters alone are counted.
    """
    width, layers, (first, second) = q["width"], q["n_layers"], q["channels"]
    (height1, width1), (height2, width2) = q["kernels"]
    output = (Product(width, q["outputs"], True),) if q["outputs"] else ()
    return Tower(
        "audio tower",
        (
            Product(height1 * width1, first),
            Product(height2 * width2 * first, second),
            Product(q["joined"], width),
            Product(width, 4 * width, False, 4 * layers),  # two MLPs, up and down
            Product(width, width, False, 5 * layers),  # queries, keys, values, positions, output
            Product(width, 2 * width, False, layers),  # into the convolution, gated
            Product(width, width, False, layers),
            Product(q["conv_kernel"], width, False, layers),
        )
        + output,
        (),
        first + second + layers * (9 * width + width_over_heads(q)),
    )


def gemma3n_joined(q):
    """Frequencies that are left after both convolutions, in every channel [1]."""
    left = q["n_frequencies"]
    for (_, kernel), (_, stride) in zip(q["kernels"], q["strides"]):
        left = (left + 2 - kernel) // stride + 1
    return left * q["channels"][1]


def image_of(q, n_tokens):
    """The image that the tower's products are counted for."""
    sides = q["image_size"] or [count * patch for count, patch in zip(q["grid"], q["patch_size"])]
    return Image(*sides, q["n_patches"], n_tokens, q["image_reason"])


# --- descriptions -----------------------------------------------------------------------------------------

PLAIN_TOWER = {
    "width": Size("hidden_size"),
    "n_layers": Size("num_hidden_layers", "depth", high=LAYERS),
    "n_heads": Size("num_attention_heads", "num_heads", high=HEADS),
    "n_kv_heads": lambda q: q["n_heads"],
    "head_dim": width_over_heads,
    "d_ff": Size("intermediate_size"),
    "n_channels": Size("num_channels", "in_channels", high=HEADS, missing=3),
    "n_frames": 1,
    "image_size": Pair("image_size"),
    "patch_size": Pair("patch_size"),
    "patch_values": lambda q: q["n_channels"] * q["n_frames"] * q["patch_size"][0] * q["patch_size"][1],
    "grid": stated_grid,
    "image_reason": "the size that the file names",
    "n_patches": lambda q: q["grid"][0] * q["grid"][1],
    "n_class_tokens": 0,
    "n_vectors": lambda q: q["n_patches"] + q["n_class_tokens"],
    "position_rows": lambda q: q["n_vectors"],
    "merge": 1,
    "gated": False,
    "patch_bias": True,
    "qkv_bias": True,
    "output_bias": True,
    "mlp_bias": True,
    "norm_has_bias": True,
    "norm_values": lambda q: q["width"] * (1 + q["norm_has_bias"]),
    "norms": 2,
    "outer_norms": 1,
    "qk_norm_values": 0,
    "layer_values": 0,
    "further_values": 0,
    "further_products": (),
    "pairs": attention_everywhere,
    "tower": encoder,
    "projector": None,  # where the tower's own class holds it
}

CLIP = PLAIN_TOWER | {"n_class_tokens": 1, "patch_bias": False, "outer_norms": 2}

SIGLIP = PLAIN_TOWER | {
    "has_head": Flag("vision_use_head"),
    "further_products": pooling_head,
    # the head's query and norm
    "further_values": lambda q: 3 * q["width"] if q["has_head"] else 0,
    "pairs": lambda q: attention_everywhere(q) + (((1, q["n_vectors"]),) if q["has_head"] else ()),
}

# Images of any shape in as many patches as the table has positions, at the most.
SIGLIP2 = SIGLIP | {
    "image_size": None,
    "n_positions": Size("num_patches", high=POSITIONS),
    "position_rows": lambda q: q["n_positions"],
    "grid": grid_of_positions,
    "image_reason": "what its table of positions is made for; others have as many patches at the most",
}

IDEFICS3 = PLAIN_TOWER

PIXTRAL = PLAIN_TOWER | {
    "position_rows": 0,
    "gated": True,
    "patch_bias": False,
    "qkv_bias": False,
    "output_bias": False,
    "mlp_bias": False,
    "norm_has_bias": False,
    "image_reason": "the largest that the file allows; smaller ones cost less",
}

LLAMA4_VISION = PLAIN_TOWER | {
    "n_class_tokens": 1,
    "patch_bias": False,
    "outer_norms": 2,
    "shuffle_ratio": Number("pixel_shuffle_ratio"),
    "adapter_inputs": Size("projector_input_dim"),
    "adapter_outputs": Size("projector_output_dim"),
    "outputs": Size("vision_output_dim"),
    "further_products": llama4_adapter,
    "image_reason": "one tile; a larger image is cut into several",
}

QWEN2_VL_VISION = PLAIN_TOWER | {
    "width": Size("embed_dim"),
    "mlp_ratio": Size("mlp_ratio", high=1000),
    "d_ff": lambda q: q["width"] * q["mlp_ratio"],
    "n_frames": Size("temporal_patch_size", high=1000),
    "image_size": None,
    "merge": Size("spatial_merge_size", high=1000),
    "grid": assumed_grid,
    "image_reason": "assumed, since the file names none",
    "position_rows": 0,
    "patch_bias": False,
    "outer_norms": 0,
    "outputs": Size("hidden_size"),
    "n_mergers": 1,
    "merger_norm_values": lambda q: q["norm_values"],
    "projector": merger,
}

QWEN2_5_VL_VISION = QWEN2_VL_VISION | {
    "width": Size("hidden_size"),
    "mlp_ratio": None,
    "d_ff": Size("intermediate_size"),
    "gated": True,
    "norm_has_bias": False,
    "window_size": Size("window_size"),
    "full_layers": Indices("fullatt_block_indexes"),
    "pairs": attention_in_windows,
    "outputs": Size("out_hidden_size"),
}

QWEN3_5_VISION = QWEN2_5_VL_VISION | {
    "gated": False,
    "patch_bias": True,
    "norm_has_bias": True,
    "window_size": None,
    "full_layers": None,
    "pairs": attention_everywhere,
    "position_rows": Size("num_position_embeddings", high=POSITIONS),
    "grid": grid_of_positions,
    "image_reason": "what its table of positions is made for; for others it is interpolated",
}

# What a few layers see is projected too, and added to early layers of the model.
QWEN3_VL_VISION = QWEN3_5_VISION | {
    "deep_layers": Indices("deepstack_visual_indexes"),
    "n_mergers": lambda q: 1 + len(q["deep_layers"]),
    # the first norm is over a vector, the others are over joined ones
    "merger_norm_values": lambda q: q["norm_values"] * (1 + q["merge"] ** 2 * len(q["deep_layers"])),
}

GLM4V_VISION = QWEN2_5_VL_VISION | {
    "image_size": Pair("image_size"),
    "grid": stated_grid,
    "image_reason": "what its table of positions is made for; for others it is interpolated",
    "position_rows": lambda q: q["n_patches"],
    "qkv_bias": Flag("attention_bias"),
    "output_bias": False,
    "mlp_bias": False,
    "patch_bias": True,
    "outer_norms": 2,
    "window_size": None,
    "full_layers": None,
    "pairs": attention_everywhere,
    "d_ff": lambda q: q["outputs"],
    "merger_d_ff": Size("intermediate_size"),
    "projector": glm_merger,
}

INTERNVL_VISION = PLAIN_TOWER | {
    "n_class_tokens": 1,
    "has_positions": Flag("use_absolute_position_embeddings"),
    "position_rows": lambda q: q["n_vectors"] if q["has_positions"] else 0,
    "qkv_bias": Flag("attention_bias"),
    "norm": Word("norm_type"),
    "norm_has_bias": lambda q: q["norm"] == "layer_norm",
    "qk_normed": Flag("use_qk_norm"),
    "qk_norm_values": lambda q: 2 * q["width"] if q["qk_normed"] else 0,
    "layer_values": lambda q: 2 * q["width"],  # factors of both parts' results
    "mean_pooled": Flag("use_mean_pooling"),
    "masked": Flag("use_mask_token"),
    "outer_norms": 0,
    "further_values": lambda q: q["width"] * ((0 if q["mean_pooled"] else 2) + q["masked"]),
    "image_reason": "one tile; a larger image is cut into several",
}

GEMMA4_VISION = PLAIN_TOWER | {
    "n_kv_heads": Size("num_key_value_heads", high=HEADS),
    "head_dim": Size("head_dim"),
    "n_channels": 3,
    "image_size": None,
    "merge": Size("pooling_kernel_size", high=1000),
    "grid": assumed_grid,
    "image_reason": "assumed, since the file names none",
    "stated_positions": Size("position_embedding_size", high=POSITIONS),
    "position_rows": lambda q: 2 * q["stated_positions"],  # one table for each direction
    "gated": True,
    "patch_bias": False,
    "qkv_bias": False,
    "output_bias": False,
    "mlp_bias": False,
    "norm_has_bias": False,
    "norms": 4,
    "outer_norms": 0,
    "qk_norm_values": lambda q: 2 * q["head_dim"],
}

KIMI_VISION = PLAIN_TOWER | {
    "n_channels": 3,
    "image_size": None,
    "merge_size": Pair("merge_kernel_size"),
    "merge": one_side,
    # Each under the name of transformers, and under that of the published files.
    "width": Size("hidden_size", "vt_hidden_size"),
    "d_ff": Size("intermediate_size", "vt_intermediate_size"),
    "n_layers": Size("num_hidden_layers", "vt_num_hidden_layers", high=LAYERS),
    "n_heads": Size("num_attention_heads", "vt_num_attention_heads", high=HEADS),
    "n_position_rows": Size("pos_emb_height", "init_pos_emb_height", high=POSITIONS),
    "n_position_columns": Size("pos_emb_width", "init_pos_emb_width", high=POSITIONS),
    "norm_width": Size("mm_hidden_size", missing=None, null=None),
    "grid": lambda q: (q["n_position_rows"], q["n_position_columns"]),
    "image_reason": "what its table of positions is made for; for others it is interpolated",
    "position_rows": lambda q: q["n_position_rows"] * q["n_position_columns"],
}

GEMMA4_AUDIO = {
    "width": Size("hidden_size"),
    "n_layers": Size("num_hidden_layers", high=LAYERS),
    "n_heads": Size("num_attention_heads", high=HEADS),
    "conv_kernel": Size("conv_kernel_size"),
    "channels": Pair("subsampling_conv_channels"),
    "kernels": ((3, 3), (3, 3)),
    "joined": lambda q: q["channels"][0] // 4 * q["channels"][1],
    "outputs": Size("output_proj_dims"),
    "tower": conformer,
}

GEMMA3N_AUDIO = GEMMA4_AUDIO | {
    "n_layers": Size("conf_num_hidden_layers", high=LAYERS),
    "n_heads": Size("conf_num_attention_heads", high=HEADS),
    "conv_kernel": Size("conf_conv_kernel_size"),
    "channels": Pair("sscp_conv_channel_size"),
    "kernels": Pair("sscp_conv_kernel_size", of_pairs=True),
    "strides": Pair("sscp_conv_stride_size", of_pairs=True),
    "n_frequencies": Size("input_feat_size"),
    "joined": gemma3n_joined,
    "outputs": 0,
    "vocabulary_size": Size("vocab_size"),
}

# MobileNet's layers are not in the file, which only names a model of the timm library.
GEMMA3N_VISION = {
    "width": Size("hidden_size"),
    "vocabulary_size": Size("vocab_size"),
    "tower": lambda q: Tower(
        "vision tower",
        unknown="the file names a model of another library (timm) in place of its sizes",
    ),
}

TOWERS = {
    "clip_vision_model": CLIP,
    "gemma3n_audio": GEMMA3N_AUDIO,
    "gemma3n_vision": GEMMA3N_VISION,
    "gemma4_audio": GEMMA4_AUDIO,
    "gemma4_vision": GEMMA4_VISION,
    "glm4v_moe_vision": GLM4V_VISION,
    "glm4v_vision": GLM4V_VISION,
    "idefics3_vision": IDEFICS3,
    "internvl_vision": INTERNVL_VISION,
    "kimi_k25_vision": KIMI_VISION,
    "llama4_vision_model": LLAMA4_VISION,
    "pixtral": PIXTRAL,
    "qwen2_5_vl_vision": QWEN2_5_VL_VISION,
    "qwen2_vl_vision": QWEN2_VL_VISION,
    "qwen3_5_moe_vision": QWEN3_5_VISION,
    "qwen3_5_vision": QWEN3_5_VISION,
    "qwen3_vl_moe_vision": QWEN3_VL_VISION,
    "qwen3_vl_vision": QWEN3_VL_VISION,
    "siglip2_vision_model": SIGLIP2,
    "siglip_vision_model": SIGLIP,
    "smolvlm_vision": IDEFICS3,
}
