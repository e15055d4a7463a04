"""Decoders with a mixture of experts in place of the MLP."""

from ..fields import EXPERTS, HEADS, LAYERS, POSITIONS, Choices, Flag, Indices, Names, SameInAllLayers, Size
from .dense import ERNIE4_5, GEMMA2, GRANITE, HUNYUAN_V1_DENSE, LLAMA, MISTRAL, PHI3, QWEN3
from .parts import dense_layer
from .rules import (
    all_layers_slide,
    chunks_counted_as_windows,
    d_model_over_heads,
    every_other_layer_below_max_window_layers_slides,
    last_layer,
    layers_from_max_window_layers_slide,
    mixture_after_dense_layers,
    mixture_between_layers,
    mixture_everywhere,
    mixture_in_named_layers,
    mixture_in_sparse_layers,
    multi_token_prediction,
    n_heads,
    no_layer_slides,
    rotary_layers_have_chunks,
    shared_expert_width,
    stated_layers_slide,
)

# Layers beside the model that predict further tokens.
MULTI_TOKEN_PREDICTION = {
    "n_further_layers": Size(
        "num_nextn_predict_layers", "num_mtp_layers", low=0, high=LAYERS, missing=0, null=0
    ),
    "further_layer": last_layer,
    "further_norms": 3,
    "apart": multi_token_prediction,
}

# DeepSeek's way of mixing, which others took over: some dense layers first, some experts that every token
# uses,
# and layers beside the model that predict further tokens.
MIXTURE_AFTER_DENSE_LAYERS = {
    "mixture": mixture_after_dense_layers,
    "n_dense_layers": Size("first_k_dense_replace", low=0, high=LAYERS),
    "n_experts": Size("n_routed_experts", "num_local_experts", high=EXPERTS),
    "n_experts_per_token": Size("num_experts_per_tok", high=EXPERTS),
    "d_expert": Size("moe_intermediate_size"),
    "n_shared_experts": Size("n_shared_experts", low=0, high=EXPERTS),
    "shared_d_ff": shared_expert_width,
} | MULTI_TOKEN_PREDICTION

MIXTRAL = MISTRAL | {
    "window": Size("sliding_window", high=POSITIONS, missing=None, null=None),
    "mixture": mixture_everywhere,
    "n_experts": Size("num_local_experts", "num_experts", high=EXPERTS),
    "n_experts_per_token": Size("num_experts_per_tok", high=EXPERTS),
    "d_expert": lambda q: q["d_ff"],
}

QWEN3_MOE = QWEN3 | {
    "n_kv_heads": Size("num_key_value_heads", high=HEADS, missing=4),
    "head_dim": Size("head_dim", missing=d_model_over_heads, null=d_model_over_heads),
    "max_window_layers": 0,  # written, but not used in this architecture
    "sliding": all_layers_slide,
    "mixture": mixture_in_sparse_layers,
    "n_experts": Size("num_experts", "num_local_experts", high=EXPERTS),
    "n_experts_per_token": Size("num_experts_per_tok", high=EXPERTS),
    "d_expert": Size("moe_intermediate_size"),
    "sparse_step": Size("decoder_sparse_step", high=LAYERS, missing=1),
    "dense_layers": Indices("mlp_only_layers", missing=(), null=()),
}

GPT_OSS = GEMMA2 | {
    "n_kv_heads": Size("num_key_value_heads", high=HEADS, missing=8, null=n_heads),
    "stated_head_dim": None,
    "head_dim": Size("head_dim", missing=64, null=d_model_over_heads),
    "qkv_bias": Flag("attention_bias", missing=True),
    "output_bias": Flag("attention_bias", missing=True),
    "mlp_bias": True,
    "router_bias": True,
    "norms": 2,
    "tied": Flag("tie_word_embeddings", missing=False),
    "sinks": True,
    "window": Size("sliding_window", high=POSITIONS, missing=128, null=None),
    "mixture": mixture_everywhere,
    "n_experts": Size("num_local_experts", "num_experts", high=EXPERTS),
    "n_experts_per_token": Size("num_experts_per_tok", "experts_per_token", high=EXPERTS),
    "d_expert": lambda q: q["d_ff"],
}

GLM4_MOE = MISTRAL | (
    {
        "window": None,
        "sliding": no_layer_slides,
        "qkv_bias": Flag("attention_bias", missing=False),
        "qk_normed": Flag("use_qk_norm", missing=False),
        "qk_norm": lambda q: "head" if q["qk_normed"] else None,
    }
    | MIXTURE_AFTER_DENSE_LAYERS
)

MINIMAX_M2 = GRANITE | {
    "n_kv_heads": Size("num_key_value_heads", high=HEADS, missing=8),
    "head_dim": Size("head_dim", missing=128, null=d_model_over_heads),
    "qkv_bias": False,
    "output_bias": False,
    "mlp_bias": False,
    "qk_norm": "width",
    "mixture": mixture_everywhere,
    "n_experts": Size("num_local_experts", "num_experts", high=EXPERTS),
    "n_experts_per_token": Size("num_experts_per_tok", high=EXPERTS),
    "d_expert": lambda q: q["d_ff"],
}

QWEN2_MOE = QWEN3_MOE | {
    "n_kv_heads": Size("num_key_value_heads", high=HEADS, missing=16, null=n_heads),
    "qkv_bias": Flag("qkv_bias", missing=True),
    "output_bias": False,
    "qk_norm": None,
    "stated_window": Size("sliding_window", low=0, high=POSITIONS, missing=4096, null=None),
    "window": lambda q: q["stated_window"] or None if q["use_window"] else None,
    "max_window_layers": Size("max_window_layers", low=0, high=LAYERS, missing=28),
    "default_sliding": every_other_layer_below_max_window_layers_slides,
    "sliding": stated_layers_slide,
    "shared_d_ff": Size("shared_expert_intermediate_size"),
    "shared_gate": True,
}

ERNIE4_5_MOE = ERNIE4_5 | (
    {
        "n_kv_heads": Size("num_key_value_heads", high=HEADS, missing=4, null=n_heads),
        "head_dim": Size("head_dim", missing=d_model_over_heads, null=d_model_over_heads),
        "head_bias": Flag("use_bias", missing=False),
        "mixture": mixture_between_layers,
        "first_mixed_layer": Size("moe_layer_start_index", low=0, high=LAYERS, missing=1),
        "last_mixed_layer": Size("moe_layer_end_index", low=-1, high=LAYERS, missing=-1),
        "sparse_step": Size("moe_layer_interval", high=LAYERS, missing=1),
        "n_experts": Size("moe_num_experts", "num_experts", high=EXPERTS),
        "n_experts_per_token": Size("moe_k", "num_experts_per_tok", high=EXPERTS),
        "d_expert": Size("moe_intermediate_size"),
        "n_shared_experts": Size("moe_num_shared_experts", low=0, high=EXPERTS, missing=2),
        "shared_d_ff": shared_expert_width,
        "expert_bias": False,
        "shared_bias": Flag("use_bias", missing=False),
        "correction": True,
    }
    | MULTI_TOKEN_PREDICTION
    | {"further_layer": dense_layer, "further_norms": 2}
)

DOTS1 = GRANITE | (
    {
        "n_kv_heads": Size("num_key_value_heads", high=HEADS, missing=32, null=n_heads),
        "mlp_bias": False,
        "qk_norm": "head",
        "window": Size("sliding_window", high=POSITIONS, missing=4096, null=None),
        "max_window_layers": Size("max_window_layers", low=0, high=LAYERS, missing=62),
        "default_sliding": layers_from_max_window_layers_slide,
        "sliding": stated_layers_slide,
    }
    | MIXTURE_AFTER_DENSE_LAYERS
    | {"n_dense_layers": Size("first_k_dense_replace", low=0, high=LAYERS, missing=0)}
)

HUNYUAN_V1_MOE = HUNYUAN_V1_DENSE | {
    "mixture": mixture_everywhere,
    "n_experts": Size("num_experts", "num_local_experts", high=EXPERTS),
    # Published files hold a list here, of one number for each layer; where these differ, nothing is counted.
    "n_experts_per_token": SameInAllLayers("moe_topk", "num_experts_per_tok", high=EXPERTS),
    "d_expert": lambda q: q["d_ff"],
    "stated_d_expert": SameInAllLayers("moe_intermediate_size", missing=None, null=None),
    "n_shared_experts": SameInAllLayers("num_shared_expert", missing=1, null=1),
    "shared_d_ff": lambda q: q["d_ff"],
    "refused": (
        ("n_shared_experts", 1),
        ("stated_d_expert", lambda q: None if q["stated_d_expert"] is None else q["d_ff"]),
    ),
}

OLMOE = GRANITE | {
    "mlp_bias": False,
    "qk_norm": "width",
    "mixture": mixture_everywhere,
    "n_experts": Size("num_experts", "num_local_experts", high=EXPERTS),
    "n_experts_per_token": Size("num_experts_per_tok", high=EXPERTS),
    "d_expert": lambda q: q["d_ff"],
}

# The repository of Phi-3.5-MoE spells its class in its own way.
PHIMOE = PHI3 | {
    "class_names": {"PhiMoEForCausalLM": "causal"},
    "n_kv_heads": Size("num_key_value_heads", high=HEADS, missing=8, null=n_heads),
    "qkv_bias": Flag("attention_bias", missing=False),
    "output_bias": Flag("attention_bias", missing=False),
    "norm_has_bias": True,
    "head_bias": Flag("lm_head_bias", missing=False),
    "mixture": mixture_everywhere,
    "n_experts": Size("num_local_experts", "num_experts", high=EXPERTS),
    "n_experts_per_token": Size("num_experts_per_tok", high=EXPERTS),
    "d_expert": lambda q: q["d_ff"],
    # Its router picks two experts, one after the other, whatever the file says.
    "refused": (("n_experts_per_token", 2),),
}

GRANITEMOE = OLMOE | {
    "qk_norm": None,
    "n_experts": Size("num_local_experts", "num_experts", high=EXPERTS),
}

GRANITEMOESHARED = GRANITEMOE | {"shared_d_ff": Size("shared_intermediate_size", low=0, missing=0)}

# At the end of a chunk a token attends to all of it, as with a window.
LLAMA4 = LLAMA | {
    "n_kv_heads": Size("num_key_value_heads", high=HEADS, missing=8, null=n_heads),
    "head_dim": Size("head_dim", missing=128, null=d_model_over_heads),
    "mlp_bias": False,
    "d_ff": Size("intermediate_size_mlp"),
    "window": Size("attention_chunk_size", high=POSITIONS, missing=8192, null=None),
    "layer_types": Names(
        "layer_types", known=("full_attention", "chunked_attention"), missing=None, null=None
    ),
    "pattern": Size("no_rope_layer_interval", high=LAYERS, missing=4),
    "rotary_layers": Choices("no_rope_layers", known=(0, 1), missing=None, null=None),
    "sliding": rotary_layers_have_chunks,
    "mixture": mixture_in_named_layers,
    "mixed_layers": Indices("moe_layers", missing=None, null=None),
    "sparse_step": Size("interleave_moe_layer_step", high=LAYERS, missing=1),
    "n_experts": Size("num_local_experts", high=EXPERTS),
    "n_experts_per_token": Size("num_experts_per_tok", high=EXPERTS),
    "d_expert": Size("intermediate_size"),
    "shared_d_ff": lambda q: q["d_expert"],
    "notes": chunks_counted_as_windows,
}

ARCHITECTURES = {
    "dots1": DOTS1,
    "ernie4_5_moe": ERNIE4_5_MOE,
    "glm4_moe": GLM4_MOE,
    "gpt_oss": GPT_OSS,
    "granitemoe": GRANITEMOE,
    "granitemoeshared": GRANITEMOESHARED,
    "hunyuan_v1_moe": HUNYUAN_V1_MOE,
    "llama4_text": LLAMA4,
    "minimax_m2": MINIMAX_M2,
    "mixtral": MIXTRAL,
    "olmoe": OLMOE,
    "phimoe": PHIMOE,
    "qwen2_moe": QWEN2_MOE,
    "qwen3_moe": QWEN3_MOE,
}
