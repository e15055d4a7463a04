"""Decoders in which every token uses every weight."""

from ..fields import HEADS, LAYERS, POSITIONS, VOCABULARY, Flag, Size
from .plain import PLAIN
from .rules import (
    all_but_every_nth_layer_slide,
    all_layers_slide,
    d_model,
    d_model_over_heads,
    every_other_layer_slides,
    falcon_kv_heads,
    falcon_norms,
    four_d_model,
    head_dim_beside_dividing_heads,
    layers_from_max_window_layers_slide,
    n_heads,
    opt_final_norm,
    stated_layers_slide,
    window_if_used,
)

GPT2 = PLAIN | {
    "d_model": Size("n_embd", "hidden_size"),
    "n_layers": Size("n_layer", "num_hidden_layers", high=LAYERS),
    "n_heads": Size("n_head", "num_attention_heads", high=HEADS),
    "d_ff": Size("n_inner", missing=four_d_model, null=four_d_model),
    "gated": False,
    "n_positions": Size("n_positions", "max_position_embeddings", high=POSITIONS),
    "position_rows": lambda q: q["n_positions"],
    "tied": Flag("tie_word_embeddings", missing=True),
    "qkv_bias": True,
    "output_bias": True,
    "mlp_bias": True,
    "norm_has_bias": True,
    "cross_attention": Flag("add_cross_attention", missing=False),
    "refused": (("cross_attention", False),),
}

LLAMA = PLAIN | {
    "n_kv_heads": Size("num_key_value_heads", high=HEADS, missing=n_heads, null=n_heads),
    "stated_head_dim": Size("head_dim", missing=None, null=None),
    "head_dim": head_dim_beside_dividing_heads,
    "qkv_bias": Flag("attention_bias", missing=False),
    "output_bias": Flag("attention_bias", missing=False),
    "mlp_bias": Flag("mlp_bias", missing=False),
}

MISTRAL = LLAMA | {
    "head_dim": Size("head_dim", missing=d_model_over_heads, null=d_model_over_heads),
    "n_kv_heads": Size("num_key_value_heads", high=HEADS, missing=8, null=n_heads),
    "qkv_bias": False,
    "output_bias": False,
    "mlp_bias": False,
    "window": Size("sliding_window", high=POSITIONS, missing=4096, null=None),
    "sliding": all_layers_slide,
}

QWEN2 = MISTRAL | {
    "n_kv_heads": Size("num_key_value_heads", high=HEADS, missing=32, null=n_heads),
    "qkv_bias": True,
    "use_window": Flag("use_sliding_window", missing=False),
    "stated_window": Size("sliding_window", high=POSITIONS, missing=4096, null=None),
    "window": window_if_used,
    "max_window_layers": Size("max_window_layers", low=0, high=LAYERS, missing=28),
    "default_sliding": layers_from_max_window_layers_slide,
    "sliding": stated_layers_slide,
}

QWEN3 = QWEN2 | {
    "head_dim": Size("head_dim", missing=128),
    "qkv_bias": Flag("attention_bias", missing=False),
    "output_bias": Flag("attention_bias", missing=False),
    "qk_norm": "head",
}

GEMMA = LLAMA | {
    "n_kv_heads": Size("num_key_value_heads", high=HEADS, missing=16),
    "head_dim": Size("head_dim", missing=256),
    "mlp_bias": False,
    "tied": Flag("tie_word_embeddings", missing=True),
    "looks_ahead": Flag("use_bidirectional_attention", missing=False, null=False),
    "refused": (("looks_ahead", False),),
}

GEMMA2 = GEMMA | {
    "n_kv_heads": Size("num_key_value_heads", high=HEADS, missing=4),
    "stated_head_dim": Size("head_dim", missing=256),
    "head_dim": head_dim_beside_dividing_heads,
    "norms": 4,
    "window": Size("sliding_window", high=POSITIONS, missing=4096, null=None),
    "default_sliding": every_other_layer_slides,
    "sliding": stated_layers_slide,
}

GEMMA3 = GEMMA2 | {
    # The published files of the larger sizes leave these two out, since they are the class's defaults.
    "vocabulary_size": Size("vocab_size", high=VOCABULARY, missing=262_208),
    "n_heads": Size("num_attention_heads", high=HEADS, missing=8),
    "qk_norm": "head",
    "pattern": Size("sliding_window_pattern", "_sliding_window_pattern", high=LAYERS, missing=6),
    "default_sliding": all_but_every_nth_layer_slide,
}

OPT = PLAIN | {
    "d_ff": Size("ffn_dim"),
    "gated": False,
    "n_positions": Size("max_position_embeddings", high=POSITIONS),
    "position_rows": lambda q: q["n_positions"] + 2,  # the first two rows are for padding
    "embedding_width": Size("word_embed_proj_dim", missing=d_model, null=d_model),
    "tied": Flag("tie_word_embeddings", missing=True),
    "qkv_bias": Flag("enable_bias", missing=True),
    "output_bias": Flag("enable_bias", missing=True),
    "mlp_bias": Flag("enable_bias", missing=True),
    "norm_has_bias": Flag("layer_norm_elementwise_affine", missing=True),
    "norm_has_weight": Flag("layer_norm_elementwise_affine", missing=True),
    "norm_first": Flag("do_layer_norm_before", missing=True),
    "final_norm_removed": Flag("_remove_final_layer_norm", missing=False),
    "final_norm": opt_final_norm,
}

GPT_NEOX = PLAIN | {
    "gated": False,
    "qkv_bias": Flag("attention_bias", missing=True),
    "output_bias": Flag("attention_bias", missing=True),
    "mlp_bias": True,
    "norm_has_bias": True,
}

GPTJ = GPT2 | {
    "n_positions": Size("n_positions", "max_position_embeddings", high=POSITIONS, missing=2048),
    "position_rows": 0,
    "tied": Flag("tie_word_embeddings", missing=False),
    "head_bias": True,
    "qkv_bias": False,
    "output_bias": False,
    "norms": 1,
}

PHI = PLAIN | {
    "n_kv_heads": Size("num_key_value_heads", high=HEADS, missing=n_heads, null=n_heads),
    "gated": False,
    "head_bias": True,
    "qkv_bias": True,
    "output_bias": True,
    "mlp_bias": True,
    "norm_has_bias": True,
    "norms": 1,
    "qk_normed": Flag("qk_layernorm", missing=False),
    "qk_norm": lambda q: "head" if q["qk_normed"] else None,
}

FALCON = PLAIN | {
    "d_model": Size("hidden_size", "n_embed"),
    "n_layers": Size("num_hidden_layers", "n_layer", high=LAYERS),
    "n_heads": Size("num_attention_heads", "n_head", high=HEADS),
    "d_ff": Size("ffn_hidden_size", missing=four_d_model, null=four_d_model),
    "gated": False,
    "tied": Flag("tie_word_embeddings", missing=True),
    "qkv_bias": Flag("bias", missing=False),
    "output_bias": Flag("bias", missing=False),
    "mlp_bias": Flag("bias", missing=False),
    "norm_has_bias": True,
    "new_decoder": Flag("new_decoder_architecture", missing=False),
    "multi_query": Flag("multi_query", missing=True),
    "parallel": Flag("parallel_attn", missing=True),
    "stated_kv_heads": Size("num_kv_heads", "n_head_kv", high=HEADS, missing=n_heads, null=n_heads),
    "n_kv_heads": falcon_kv_heads,
    "stated_norms": Size("num_ln_in_parallel_attn", high=2, missing=None, null=None),
    "norms": falcon_norms,
}

BLOOM = PLAIN | {
    "d_model": Size("hidden_size", "n_embed"),
    "n_layers": Size("n_layer", "num_hidden_layers", high=LAYERS),
    "n_heads": Size("n_head", "num_attention_heads", high=HEADS),
    "d_ff": four_d_model,
    "stated_d_ff": Size("n_inner", missing=four_d_model, null=four_d_model),
    "refused": (("stated_d_ff", four_d_model),),
    "gated": False,
    "n_positions": None,  # ALiBi has no limit
    "tied": Flag("tie_word_embeddings", missing=True),
    "qkv_bias": True,
    "output_bias": True,
    "mlp_bias": True,
    "norm_has_bias": True,
    "embedding_norm": True,
}

STARCODER2 = PLAIN | {
    "n_kv_heads": Size("num_key_value_heads", high=HEADS, missing=2, null=n_heads),
    "head_dim": Size("head_dim", missing=d_model_over_heads, null=d_model_over_heads),
    "gated": False,
    "tied": Flag("tie_word_embeddings", missing=True),
    "qkv_bias": Flag("use_bias", missing=True),
    "output_bias": Flag("use_bias", missing=True),
    "mlp_bias": Flag("use_bias", missing=True),
    "norm_has_bias": True,
    "window": Size("sliding_window", high=POSITIONS, missing=None, null=None),
    "sliding": all_layers_slide,
}

OLMO2 = LLAMA | {
    "head_dim": Size("head_dim", missing=d_model_over_heads, null=d_model_over_heads),
    "mlp_bias": False,
    "qk_norm": "width",
}

ARCHITECTURES = {
    "bloom": BLOOM,
    "falcon": FALCON,
    "gemma": GEMMA,
    "gemma2": GEMMA2,
    "gemma3_text": GEMMA3,
    "gpt2": GPT2,
    "gpt_neox": GPT_NEOX,
    "gptj": GPTJ,
    "llama": LLAMA,
    "mistral": MISTRAL,
    "olmo2": OLMO2,
    "opt": OPT,
    "phi": PHI,
    "qwen2": QWEN2,
    "qwen3": QWEN3,
    "starcoder2": STARCODER2,
}
