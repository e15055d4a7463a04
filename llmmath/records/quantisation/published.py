"""Names of linear layers in published files, architecture by architecture.

NAMES: type of a language model -> component of a matrix -> path of its module within a layer. Several
components under one path are one module: Phi-3 keeps queries, keys and values together. A pair of braces
stands for the number of a part among others of its kind in the layer. Components of no module (convolutions,
gates of RG-LRU) stay as they are in every format.

Source: the modeling files of transformers 5.23.0, and the names that its conversion_mapping.py reads where
published files have others; of Kimi Linear, modeling_kimi.py in moonshotai/Kimi-Linear-48B-A3B-Instruct.
"""

# Matrices that no method quantises: convolutions, and products that are parameters and not linear layers.
NEVER_LINEAR = frozenset(
    ("convolution.conv", "delta.conv", "mamba.conv", "mamba2.conv", "rg_lru.conv", "rg_lru.input_gate",
     "rg_lru.recurrence_gate")
)  # fmt: skip


def _attention(module, q="q_proj", k="k_proj", v="v_proj", o="o_proj"):
    return {
        f"attention.{part}": f"{module}.{name}"
        for part, name in (("q", q), ("k", k), ("v", v), ("o", o), ("gate", q))
    }


def _feed_forward(module, kind="mlp", gate="gate_proj", up="up_proj", down="down_proj"):
    return {
        f"{kind}.gate": f"{module}.{gate}",
        f"{kind}.up": f"{module}.{up}",
        f"{kind}.down": f"{module}.{down}",
    }


def _experts(module, router="gate", experts="experts.0", **names):
    return {"experts.router": f"{module}.{router}"} | _feed_forward(f"{module}.{experts}", "experts", **names)


_LATENT = {
    "attention.q_down": "self_attn.q_a_proj",
    "attention.q_up": "self_attn.q_b_proj",
    "attention.kv_down": "self_attn.kv_a_proj_with_mqa",
    "attention.k_up": "self_attn.kv_b_proj",
    "attention.v_up": "self_attn.kv_b_proj",
    "indexer.q": "self_attn.indexer.wq_b",
    "indexer.k": "self_attn.indexer.wk",
    "indexer.weights": "self_attn.indexer.weights_proj",
}
_LLAMA = (
    _attention("self_attn")
    | _LATENT
    | _feed_forward("mlp")
    | _experts("mlp")
    | _feed_forward("mlp.shared_experts", "shared_experts")
)
_W123 = {"gate": "w1", "up": "w3", "down": "w2"}
_MIXTRAL = _LLAMA | _experts("block_sparse_moe", **_W123)
_GATE_BESIDE_UP = _LLAMA | _feed_forward("mlp", gate="gate_up_proj", up="gate_up_proj")
_PHI3 = _GATE_BESIDE_UP | _attention("self_attn", "qkv_proj", "qkv_proj", "qkv_proj")
_QWEN2_MOE = (
    _LLAMA
    | _feed_forward("mlp.shared_expert", "shared_experts")
    | {"shared_experts.output_gate": "mlp.shared_expert_gate"}
)
_QWEN3_5 = _QWEN2_MOE | {
    "delta.q": "linear_attn.in_proj_qkv",
    "delta.k": "linear_attn.in_proj_qkv",
    "delta.v": "linear_attn.in_proj_qkv",
    "delta.gate": "linear_attn.in_proj_z",
    "delta.strength": "linear_attn.in_proj_b",
    "delta.decay": "linear_attn.in_proj_a",
    "delta.out": "linear_attn.out_proj",
}
_QWEN3_NEXT = _QWEN3_5 | (
    {f"delta.{part}": "linear_attn.in_proj_qkvz" for part in ("q", "k", "v", "gate")}
    | {f"delta.{part}": "linear_attn.in_proj_ba" for part in ("strength", "decay")}
)
_GPT_OSS = _LLAMA | _experts("mlp", "router", "experts", gate="gate_up_proj", up="gate_up_proj")
_LLAMA4 = (
    _LLAMA
    | _feed_forward("feed_forward")
    | _experts("feed_forward", "router")
    | _feed_forward("feed_forward.shared_expert", "shared_experts")
)
_MAMBA = {
    "mamba.in": "mamba.in_proj",
    "mamba.scan_inputs": "mamba.x_proj",
    "mamba.time_step": "mamba.dt_proj",
    "mamba.out": "mamba.out_proj",
    "mamba2.in": "mamba.in_proj",
    "mamba2.out": "mamba.out_proj",
}
_MIXER = {component: name.replace("mamba.", "mixer.") for component, name in _MAMBA.items()}
_JAMBA = _LLAMA | _feed_forward("feed_forward") | _experts("feed_forward", "router") | _MAMBA
_GRANITE_MOE = (
    _LLAMA
    | _experts(
        "block_sparse_moe", "router.layer", "", gate="input_linear", up="input_linear", down="output_linear"
    )
    | _MAMBA
)
_GRANITE_MOE = {component: name.replace("..", ".") for component, name in _GRANITE_MOE.items()}
for _kind in ("mlp", "shared_experts"):
    _GRANITE_MOE |= _feed_forward("shared_mlp", _kind, "input_linear", "input_linear", "output_linear")
_NEMOTRON_H = (
    _attention("mixer")
    | _feed_forward("mixer")
    | _experts("mixer")
    | _feed_forward("mixer.shared_experts", "shared_experts")
    | _MIXER
)
_KIMI_LINEAR = _MIXTRAL | (
    {f"delta.{part}": f"self_attn.{part}_proj" for part in ("q", "k", "v")}
    | {
        "delta.strength": "self_attn.b_proj",
        "delta.decay_down": "self_attn.f_a_proj",
        "delta.decay_up": "self_attn.f_b_proj",
        "delta.gate_down": "self_attn.g_a_proj",
        "delta.gate_up": "self_attn.g_b_proj",
        "delta.out": "self_attn.o_proj",
    }
    | _feed_forward("block_sparse_moe.shared_experts", "shared_experts")
)
_LONGCAT = (
    {component: name.replace("self_attn.", "self_attn.{}.") for component, name in _LLAMA.items()}
    | _feed_forward("mlps.{}")
    | _experts("mlp", "router.classifier")
)
_LFM2 = (
    _attention("self_attn", o="out_proj")
    | _feed_forward("feed_forward", **_W123)
    | {"convolution.in": "conv.in_proj", "convolution.out": "conv.out_proj"}
)
_PER_LAYER = {"per_layer.gate": "per_layer_input_gate", "per_layer.out": "per_layer_projection"}
_GEMMA3N = _LLAMA | _PER_LAYER | {
    "altup.router": "altup.modality_router",
    "altup.prediction": "altup.prediction_coefs",
    "altup.correction": "altup.correction_coefs",
    "laurel.down": "laurel.linear_left",
    "laurel.up": "laurel.linear_right",
}  # fmt: skip
_GEMMA4 = _LLAMA | _PER_LAYER | ({"experts.router": "router.proj"} | _feed_forward("experts.0", "experts"))
_RECURRENT_GEMMA = _attention("temporal_block") | _feed_forward("mlp_block") | {
    "rg_lru.gate": "temporal_block.linear_y",
    "rg_lru.in": "temporal_block.linear_x",
    "rg_lru.out": "temporal_block.linear_out",
}  # fmt: skip
_SHARED = "shared_transformer"
_ZAMBA2 = (
    _attention(f"{_SHARED}.self_attn")
    | _feed_forward(f"{_SHARED}.feed_forward", gate="gate_up_proj", up="gate_up_proj")
    | {
        f"attention.{part}_adapter_{way}": f"{_SHARED}.self_attn.linear_{part}_adapter_list.{place}"
        for part in "qkv"
        for place, way in enumerate(("down", "up"))
    }
    | {
        "mlp.adapter_down": f"{_SHARED}.feed_forward.gate_up_proj_adapter_list.0",
        "mlp.adapter_up": f"{_SHARED}.feed_forward.gate_up_proj_adapter_list.1",
        "shared_block.out": "linear",
    }
    | _MAMBA
)
_BLOOM = _attention("self_attention", *["query_key_value"] * 3, "dense") | _feed_forward(
    "mlp", up="dense_h_to_4h", down="dense_4h_to_h"
)
_HUNYUAN_MOE = _LLAMA | {"experts.router": "mlp.gate.wg"} | _feed_forward("mlp.shared_mlp", "shared_experts")

NAMES = (
    dict.fromkeys(
        (
            "apertus",
            "arcee",
            "cohere",
            "cohere2",
            "deepseek_v2",
            "deepseek_v3",
            "deepseek_v32",
            "dots1",
            "ernie4_5",
            "ernie4_5_moe",
            "exaone4",
            "gemma",
            "gemma2",
            "gemma3_text",
            "glm4_moe",
            "glm4_moe_lite",
            "glm4v_moe_text",
            "granite",
            "hunyuan_v1_dense",
            "internlm3",
            "kimi_k2",
            "llama",
            "ministral",
            "ministral3",
            "mistral",
            "mistral4",
            "nemotron",
            "olmo2",
            "olmo3",
            "olmoe",
            "qwen2",
            "qwen2_5_vl_text",
            "qwen2_vl_text",
            "qwen3",
            "qwen3_moe",
            "qwen3_vl_moe_text",
            "qwen3_vl_text",
            "seed_oss",
            "smollm3",
            "stablelm",
        ),
        _LLAMA,
    )
    | dict.fromkeys(("minimax_m2", "mixtral", "phimoe"), _MIXTRAL)
    | dict.fromkeys(("bamba", "falcon_h1", "jamba"), _JAMBA)
    | dict.fromkeys(("bloom", "falcon"), _BLOOM)
    | dict.fromkeys(("glm4", "glm4v_text"), _GATE_BESIDE_UP)
    | dict.fromkeys(("granitemoe", "granitemoehybrid", "granitemoeshared"), _GRANITE_MOE)
    | dict.fromkeys(("mamba", "mamba2"), _MIXER)
    | dict.fromkeys(("qwen3_5_moe_text", "qwen3_5_text"), _QWEN3_5)
    | {
        "gemma3n_text": _GEMMA3N,
        "gemma4_text": _GEMMA4,
        "gpt2": _attention("attn", *["c_attn"] * 3, "c_proj")
        | _feed_forward("mlp", up="c_fc", down="c_proj"),
        "gpt_neo": _attention("attn.attention", o="out_proj")
        | _feed_forward("mlp", up="c_fc", down="c_proj"),
        "gpt_neox": {name: path.replace("self_attention", "attention") for name, path in _BLOOM.items()},
        "gpt_oss": _GPT_OSS,
        "gptj": _attention("attn", o="out_proj") | _feed_forward("mlp", up="fc_in", down="fc_out"),
        "hunyuan_v1_moe": _HUNYUAN_MOE,
        "kimi_linear": _KIMI_LINEAR,
        "lfm2": _LFM2,
        "llama4_text": _LLAMA4,
        "longcat_flash": _LONGCAT,
        "mpt": _attention("attn", *["Wqkv"] * 3, "out_proj") | _feed_forward("ffn"),
        "nemotron_h": _NEMOTRON_H,
        "opt": _attention("self_attn", o="out_proj") | {"mlp.up": "fc1", "mlp.down": "fc2"},
        "phi": _attention("self_attn", o="dense") | _feed_forward("mlp", up="fc1", down="fc2"),
        "phi3": _PHI3,
        "qwen2_moe": _QWEN2_MOE,
        "qwen3_next": _QWEN3_NEXT,
        "recurrent_gemma": _RECURRENT_GEMMA,
        "starcoder2": _LLAMA | _feed_forward("mlp", up="c_fc", down="c_proj"),
        "zamba2": _ZAMBA2,
    }
)

# What stands before the number of a layer; "model.layers" of the types that are not named.
LAYERS = (
    dict.fromkeys(("bloom", "falcon", "gpt2", "gpt_neo", "gptj"), "transformer.h")
    | dict.fromkeys(("mamba", "mamba2", "nemotron_h"), "backbone.layers")
    | {"gpt_neox": "gpt_neox.layers", "mpt": "transformer.blocks", "opt": "model.decoder.layers"}
)

# Matrices outside the layers, the head apart.
OUTER = {
    "altup.project_in": "model.altup_projections.{}",
    "altup.project_out": "model.altup_unembed_projections.{}",
    "embedding.project_in": "model.decoder.project_in",
    "embedding.project_out": "model.decoder.project_out",
    "per_layer.project": "model.per_layer_model_projection",
}
