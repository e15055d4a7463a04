"""Decoders with a mixture of experts in place of the MLP."""

from ..fields import EXPERTS, HEADS, LAYERS, POSITIONS, Flag, Indices, Size
from .dense import GEMMA2, MISTRAL, QWEN3
from .rules import (
    all_layers_slide,
    d_model_over_heads,
    mixture_everywhere,
    mixture_in_sparse_layers,
    n_heads,
)

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

ARCHITECTURES = {"gpt_oss": GPT_OSS, "mixtral": MIXTRAL, "qwen3_moe": QWEN3_MOE}
