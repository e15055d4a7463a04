"""Decoders with multi-head latent attention."""

from ..fields import EXPERTS, HEADS, LAYERS, Choices, Flag, Size
from ..shapes import Experts, Layer
from .experts import MIXTURE_AFTER_DENSE_LAYERS
from .parts import dense_layer, latent_attention, mlp
from .plain import PLAIN
from .rules import latent_everywhere, mixture_as_stated, mixture_everywhere

DEEPSEEK_V3 = PLAIN | (
    {
        "mixers": latent_everywhere,
        "q_lora_rank": Size("q_lora_rank", null=None),
        "kv_lora_rank": Size("kv_lora_rank"),
        "nope_head_dim": Size("qk_nope_head_dim"),
        "rope_head_dim": Size("qk_rope_head_dim"),
        "v_head_dim": Size("v_head_dim"),
        "qkv_bias": Flag("attention_bias", missing=False),
    }
    | MIXTURE_AFTER_DENSE_LAYERS
    | {"moe_every": Size("moe_layer_freq", missing=1), "refused": (("moe_every", 1),)}
)

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


def two_attentions_beside_experts(q):
    """LongCat-Flash's layers: attention and MLP twice, and experts beside all but the first attention."""
    mixture = Experts(
        n_experts=q["n_experts"],
        n_experts_per_token=q["n_experts_per_token"],
        d_ff=q["d_expert"],
        router_bias=q["router_bias"],
        n_empty_experts=q["n_empty_experts"],
    )
    half = latent_attention(q, False) + mlp(q)
    return (Layer(tuple(half) + (mixture,) + tuple(half), 4 * q["norm_values"]),) * q["n_layers"]


def tokens_that_pick_computing_experts(q):
    """Which token is counted, where some experts compute nothing."""
    n_empty, n_picked = q["n_empty_experts"], q["n_experts_per_token"]
    if not n_empty:
        return ()
    saved = 3 * q["d_model"] * q["d_expert"]
    return (
        f"Counted is the token that costs most: one that picks {n_picked} of the {q['n_experts']}"
        f" experts that compute, and none of the {n_empty} that hand it back as it is."
        f" Each pick of one of those saves {saved:,} multiplications and weights in its layer.",
    )


# Source: Meituan LongCat Team 2025, arXiv:2509.01322, section 2: 18.6 to 31.3 billion parameters are active,
# 27 billion on average.
LONGCAT_FLASH = DEEPSEEK_V3 | {
    "n_layers": Size("num_layers", high=LAYERS),
    # transformers counts attentions here, two for each layer.
    "n_attentions": Size("num_hidden_layers", high=2 * LAYERS, missing=None, null=None),
    "q_lora_rank": Size("q_lora_rank"),
    "d_ff": Size("ffn_hidden_size", "intermediate_size"),
    "qk_head_dim": Size("qk_head_dim", missing=None, null=None),
    "mixture": mixture_everywhere,
    "n_experts": Size("n_routed_experts", "num_local_experts", high=EXPERTS),
    "n_empty_experts": Size("zero_expert_num", low=0, high=EXPERTS, missing=256, null=0),
    "n_experts_per_token": Size("moe_topk", "num_experts_per_tok", high=EXPERTS),
    "d_expert": Size("expert_ffn_hidden_size", "moe_intermediate_size"),
    "router_bias": Flag("router_bias", missing=False),
    "n_dense_layers": 0,
    "n_shared_experts": 0,
    "layers": two_attentions_beside_experts,
    "further_layer": dense_layer,
    "notes": tokens_that_pick_computing_experts,
    "refused": (
        ("n_attentions", lambda q: None if q["n_attentions"] is None else 2 * q["n_layers"]),
        (
            "qk_head_dim",
            lambda q: None if q["qk_head_dim"] is None else q["nope_head_dim"] + q["rope_head_dim"],
        ),
    ),
}

ARCHITECTURES = {
    "deepseek_v2": DEEPSEEK_V2,
    "deepseek_v3": DEEPSEEK_V3,
    "deepseek_v32": DEEPSEEK_V32,
    "glm4_moe_lite": GLM4_MOE_LITE,
    "kimi_k2": KIMI_K2,
    "longcat_flash": LONGCAT_FLASH,
    "mistral4": MISTRAL4,
}
