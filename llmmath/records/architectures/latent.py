"""Decoders with multi-head latent attention."""

from ..fields import EXPERTS, LAYERS, Flag, Size
from .plain import PLAIN
from .rules import (
    latent_everywhere,
    mixture_after_dense_layers,
    shared_expert_width,
)

DEEPSEEK_V3 = PLAIN | {
    "mixers": latent_everywhere,
    "q_lora_rank": Size("q_lora_rank", null=None),
    "kv_lora_rank": Size("kv_lora_rank"),
    "nope_head_dim": Size("qk_nope_head_dim"),
    "rope_head_dim": Size("qk_rope_head_dim"),
    "v_head_dim": Size("v_head_dim"),
    "qkv_bias": Flag("attention_bias", missing=False),
    "mixture": mixture_after_dense_layers,
    "n_dense_layers": Size("first_k_dense_replace", low=0, high=LAYERS),
    "n_experts": Size("n_routed_experts", "num_local_experts", high=EXPERTS),
    "n_experts_per_token": Size("num_experts_per_tok", high=EXPERTS),
    "d_expert": Size("moe_intermediate_size"),
    "n_shared_experts": Size("n_shared_experts", low=0, high=EXPERTS),
    "shared_d_ff": shared_expert_width,
    "moe_every": Size("moe_layer_freq", missing=1),
    "refused": (("moe_every", 1),),
}

ARCHITECTURES = {"deepseek_v3": DEEPSEEK_V3}
