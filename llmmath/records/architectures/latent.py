"""Decoders with multi-head latent attention."""

from ..fields import EXPERTS, HEADS, LAYERS, Choices, Flag, Size
from .experts import MIXTURE_AFTER_DENSE_LAYERS
from .plain import PLAIN
from .rules import latent_everywhere, mixture_as_stated

DEEPSEEK_V3 = PLAIN | {
    "mixers": latent_everywhere,
    "q_lora_rank": Size("q_lora_rank", null=None),
    "kv_lora_rank": Size("kv_lora_rank"),
    "nope_head_dim": Size("qk_nope_head_dim"),
    "rope_head_dim": Size("qk_rope_head_dim"),
    "v_head_dim": Size("v_head_dim"),
    "qkv_bias": Flag("attention_bias", missing=False),
    **MIXTURE_AFTER_DENSE_LAYERS,
    "moe_every": Size("moe_layer_freq", missing=1),
    "refused": (("moe_every", 1),),
}

DEEPSEEK_V2 = DEEPSEEK_V3 | {
    "n_dense_layers": Size("first_k_dense_replace", low=0, high=LAYERS, missing=0),
    "n_experts": Size("n_routed_experts", "num_experts", high=EXPERTS),
    "mlp_bias": Flag("mlp_bias", missing=False),
    "expert_bias": False,
    "shared_bias": Flag("mlp_bias", missing=False),
}

# Each token attends to the `n_positions_chosen` positions that an indexer, a small attention of its own,
# picks.
DEEPSEEK_V32 = DEEPSEEK_V3 | {
    "q_lora_rank": Size("q_lora_rank"),
    "n_dense_layers": Size("first_k_dense_replace", low=0, high=LAYERS, missing=3),
    "mixture": mixture_as_stated,
    "mlp_layer_types": Choices("mlp_layer_types", known=("dense", "sparse"), missing=None, null=None),
    "layer_types": Choices("layer_types", known=("indexed_attention",), missing=None, null=None),
    "sliding": lambda q: (False,) * q["n_layers"],
    "n_index_heads": Size("index_n_heads", high=HEADS),
    "index_head_dim": Size("index_head_dim"),
    "n_positions_chosen": Size("index_topk"),
}

MISTRAL4 = DEEPSEEK_V3 | {
    "n_dense_layers": Size("first_k_dense_replace", low=0, high=LAYERS, missing=0),
}

GLM4_MOE_LITE = DEEPSEEK_V3 | {
    "n_dense_layers": Size("first_k_dense_replace", low=0, high=LAYERS, missing=1),
    "mixture": mixture_as_stated,
    "mlp_layer_types": Choices("mlp_layer_types", known=("dense", "sparse"), missing=None, null=None),
    # transformers does not read how many layers are dense, but which, or takes the first alone.
    "refused": (
        ("moe_every", 1),
        ("n_dense_layers", lambda q: 1 if q["mlp_layer_types"] is None else q["n_dense_layers"]),
    ),
}

# Moonshot's repositories name DeepSeek's class and their own type.
KIMI_K2 = DEEPSEEK_V3 | {"class_names": {"DeepseekV3ForCausalLM": "causal", "DeepseekV3Model": "base"}}

ARCHITECTURES = {
    "deepseek_v2": DEEPSEEK_V2,
    "deepseek_v3": DEEPSEEK_V3,
    "deepseek_v32": DEEPSEEK_V32,
    "glm4_moe_lite": GLM4_MOE_LITE,
    "kimi_k2": KIMI_K2,
    "mistral4": MISTRAL4,
}
