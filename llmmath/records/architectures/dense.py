"""Decoders in which every token uses every weight."""

from ..fields import HEADS, LAYERS, POSITIONS, VOCABULARY, Choices, Field, Flag, Section, Size, Word
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
    in_section,
    layers_from_max_window_layers_slide,
    layers_without_rotary_positions_slide,
    local_layers_slide,
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

PHI3 = MISTRAL | {
    "n_kv_heads": Size("num_key_value_heads", high=HEADS, missing=n_heads, null=n_heads),
    "window": Size("sliding_window", high=POSITIONS, missing=None, null=None),
}

OLMO3 = OLMO2 | {
    "window": Size("sliding_window", high=POSITIONS, missing=4096, null=None),
    "pattern": 4,
    "default_sliding": all_but_every_nth_layer_slide,
    "sliding": stated_layers_slide,
}

SMOLLM3 = LLAMA | {
    "head_dim": Size("head_dim", missing=d_model_over_heads, null=d_model_over_heads),
    "n_kv_heads": Size("num_key_value_heads", high=HEADS, missing=4, null=n_heads),
    "tied": Flag("tie_word_embeddings", missing=True),
    "use_window": Flag("use_sliding_window", missing=False),
    "stated_window": Size("sliding_window", high=POSITIONS, missing=None, null=None),
    "window": window_if_used,
    "pattern": Size("no_rope_layer_interval", high=LAYERS, missing=4),
    "rotary_layers": Choices("no_rope_layers", known=(0, 1), missing=None, null=None),
    "default_sliding": layers_without_rotary_positions_slide,
    "sliding": stated_layers_slide,
}

# Its first repositories spell the class without their way of writing the number.
ERNIE4_5 = LLAMA | {
    "class_names": {"Ernie4_5_ForCausalLM": "causal"},
    "n_kv_heads": Size("num_key_value_heads", high=HEADS, missing=2, null=n_heads),
    "head_dim": Size("head_dim", missing=128, null=d_model_over_heads),
    "tied": Flag("tie_word_embeddings", missing=True),
    "qkv_bias": Flag("use_bias", missing=False),
    "output_bias": Flag("use_bias", missing=False),
    "mlp_bias": Flag("use_bias", missing=False),
}

GLM4 = LLAMA | {
    "n_kv_heads": Size("num_key_value_heads", high=HEADS, missing=2),
    "head_dim": Size("head_dim", missing=128),
    "qkv_bias": Flag("attention_bias", missing=True),
    "output_bias": False,
    "mlp_bias": False,
    "norms": 4,
}

MINISTRAL = MISTRAL | {"default_sliding": all_layers_slide, "sliding": stated_layers_slide}

MINISTRAL3 = MISTRAL | {
    "head_dim": Size("head_dim", missing=128, null=d_model_over_heads),
    "window": Size("sliding_window", high=POSITIONS, missing=None, null=None),
}

SEED_OSS = LLAMA | {
    "n_kv_heads": Size("num_key_value_heads", high=HEADS, missing=8, null=n_heads),
    "head_dim": Size("head_dim", missing=128, null=d_model_over_heads),
    "qkv_bias": Flag("attention_bias", missing=True),
    "output_bias": Flag("attention_out_bias", missing=False),
}

GRANITE = LLAMA | {"head_dim": Size("head_dim", missing=d_model_over_heads, null=d_model_over_heads)}

COHERE = GRANITE | {
    "mlp_bias": False,
    "tied": Flag("tie_word_embeddings", missing=True),
    "norms": 1,  # attention and MLP work side by side on what one norm gives
    "qk_normed": Flag("use_qk_norm", missing=False),
    "qk_norm": lambda q: "width" if q["qk_normed"] else None,
}

COHERE2 = COHERE | {
    "head_dim": d_model_over_heads,
    "qk_norm": None,
    "qk_normed": False,
    "window": Size("sliding_window", high=POSITIONS, missing=4096, null=None),
    "pattern": Size("sliding_window_pattern", "_sliding_window_pattern", high=LAYERS, missing=4),
    "default_sliding": all_but_every_nth_layer_slide,
    "sliding": stated_layers_slide,
}

EXAONE4 = LLAMA | {
    "n_kv_heads": Size("num_key_value_heads", high=HEADS, missing=32),
    "head_dim": Size("head_dim", missing=d_model_over_heads, null=d_model_over_heads),
    "qkv_bias": False,
    "output_bias": False,
    "mlp_bias": False,
    "qk_norm": "head",
    "window": Size("sliding_window", high=POSITIONS, missing=4096, null=None),
    # Published files hold a word here ("LLLG") beside layer_types, which then says all.
    "pattern": Size("sliding_window_pattern", low=0, high=LAYERS, missing=4, null=None, words=True),
    "default_sliding": all_but_every_nth_layer_slide,
    "sliding": stated_layers_slide,
}

APERTUS = GRANITE | {
    "gated": False,
    "mlp_bias": False,
    "qk_norm": "head",
    "activation": Word("hidden_act", missing="xielu"),
    "activation_values": lambda q: 2 if q["activation"] == "xielu" else 0,
}

ARCEE = LLAMA | {"gated": False}

STABLELM = PLAIN | {
    "n_kv_heads": Size("num_key_value_heads", high=HEADS, missing=32),
    "qkv_bias": Flag("use_qkv_bias", missing=False),
    "norm_has_bias": True,
    "parallel": Flag("use_parallel_residual", missing=False),
    "norms": lambda q, *_: 1 if q["parallel"] else 2,
    "qk_normed": Flag("qk_layernorm", missing=False),
    "qk_norm": lambda q: "width" if q["qk_normed"] else None,  # one norm for each head
    "qk_norm_has_bias": False,
}

NEMOTRON = PLAIN | {
    "n_kv_heads": Size("num_key_value_heads", high=HEADS),
    "head_dim": Size("head_dim", missing=d_model_over_heads, null=d_model_over_heads),
    "gated": False,
    "qkv_bias": Flag("attention_bias", missing=False),
    "output_bias": Flag("attention_bias", missing=False),
    "mlp_bias": Flag("mlp_bias", missing=False),
    "norm_has_bias": True,
}

MPT = PLAIN | {
    "d_model": Size("d_model", "hidden_size"),
    "n_layers": Size("n_layers", "num_hidden_layers", high=LAYERS),
    "n_heads": Size("n_heads", "num_attention_heads", high=HEADS),
    "d_ff": four_d_model,
    "gated": False,
    "n_positions": Size("max_seq_len", high=POSITIONS, missing=None, null=None),
    "tied": Flag("tie_word_embeddings", missing=True),
    "expansion": Size("expansion_ratio", missing=4),
    "without_biases": Flag("no_bias", missing=True),
    "attention": Section("attn_config", missing={}, null={}),
    "alibi": in_section("attention", "alibi", True),
    "qk_normed": in_section("attention", "qk_ln", False),
    "attention_type": in_section("attention", "attn_type", "multihead_attention"),
    "refused": (
        ("expansion", 4),
        ("without_biases", True),
        ("alibi", True),
        ("qk_normed", False),
        ("attention_type", "multihead_attention"),
    ),
    "class_names": {"MPTForCausalLM": "causal"},
}

GPT_NEO = PLAIN | {
    "n_layers": Size("num_layers", "num_hidden_layers", high=LAYERS),
    "n_heads": Size("num_heads", "num_attention_heads", high=HEADS),
    "d_ff": Size("intermediate_size", missing=four_d_model, null=four_d_model),
    "gated": False,
    "n_positions": Size("max_position_embeddings", high=POSITIONS),
    "position_rows": lambda q: q["n_positions"],
    "tied": Flag("tie_word_embeddings", missing=True),
    "output_bias": True,
    "mlp_bias": True,
    "norm_has_bias": True,
    "window": Size("window_size", high=POSITIONS, missing=256),
    "attention_types": Field("attention_types", missing=None, null=None),
    "sliding": local_layers_slide,
}

HUNYUAN_V1_DENSE = GRANITE | {"mlp_bias": False, "qk_norm": "head"}

# A class of its repository's own code: internlm/internlm3-8b-instruct modeling_internlm3.py.
INTERNLM3 = GRANITE | {
    "qkv_bias": Flag("qkv_bias", missing=False),
    "output_bias": Flag("bias", missing=False),
    "mlp_bias": Flag("bias", missing=False),
    "class_names": {"InternLM3ForCausalLM": "causal", "InternLM3Model": "base"},
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
    "apertus": APERTUS,
    "arcee": ARCEE,
    "cohere": COHERE,
    "cohere2": COHERE2,
    "ernie4_5": ERNIE4_5,
    "exaone4": EXAONE4,
    "glm4": GLM4,
    "gpt_neo": GPT_NEO,
    "granite": GRANITE,
    "hunyuan_v1_dense": HUNYUAN_V1_DENSE,
    "internlm3": INTERNLM3,
    "ministral": MINISTRAL,
    "ministral3": MINISTRAL3,
    "mpt": MPT,
    "nemotron": NEMOTRON,
    "olmo3": OLMO3,
    "phi3": PHI3,
    "seed_oss": SEED_OSS,
    "smollm3": SMOLLM3,
    "stablelm": STABLELM,
}
