"""The linear layers of a model under the names that configuration files know them by.

A module may be several matrices of a count in one: Phi-3 keeps queries, keys and values together, DeepSeek
the two expansions of its latent.
"""

from collections import namedtuple

from ..shapes import Experts

Module = namedtuple("Module", "name matrices kept")
Module.__doc__ = """A linear layer.

name: its path, without a wrapper's prefix; of experts, that of the first. matrices: the `shapes.Matrix` it
holds. kept: whether engines leave it unquantised whatever a file says.
"""

_LLAMA = {
    "attention.q": "self_attn.q_proj",
    "attention.k": "self_attn.k_proj",
    "attention.v": "self_attn.v_proj",
    "attention.o": "self_attn.o_proj",
    "attention.q_down": "self_attn.q_a_proj",
    "attention.q_up": "self_attn.q_b_proj",
    "attention.kv_down": "self_attn.kv_a_proj_with_mqa",
    "attention.k_up": "self_attn.kv_b_proj",
    "attention.v_up": "self_attn.kv_b_proj",
    "indexer.q": "self_attn.indexer.wq_b",
    "indexer.k": "self_attn.indexer.wk",
    "indexer.weights": "self_attn.indexer.weights_proj",
    "mlp.gate": "mlp.gate_proj",
    "mlp.up": "mlp.up_proj",
    "mlp.down": "mlp.down_proj",
    "experts.router": "mlp.gate",
    "experts.gate": "mlp.experts.0.gate_proj",
    "experts.up": "mlp.experts.0.up_proj",
    "experts.down": "mlp.experts.0.down_proj",
    "shared_experts.gate": "mlp.shared_experts.gate_proj",
    "shared_experts.up": "mlp.shared_experts.up_proj",
    "shared_experts.down": "mlp.shared_experts.down_proj",
}
_MIXTRAL = _LLAMA | {
    "experts.router": "block_sparse_moe.gate",
    "experts.gate": "block_sparse_moe.experts.0.w1",
    "experts.up": "block_sparse_moe.experts.0.w3",
    "experts.down": "block_sparse_moe.experts.0.w2",
}
_GATE_BESIDE_UP = _LLAMA | {"mlp.gate": "mlp.gate_up_proj", "mlp.up": "mlp.gate_up_proj"}
_PHI3 = _GATE_BESIDE_UP | {f"attention.{part}": "self_attn.qkv_proj" for part in "qkv"}
_QWEN2_MOE = _LLAMA | {
    **{f"shared_experts.{part}": f"mlp.shared_expert.{part}_proj" for part in ("gate", "up", "down")},
    "shared_experts.output_gate": "mlp.shared_expert_gate",
}
_GPT_OSS = _LLAMA | {
    "experts.router": "mlp.router",
    "experts.gate": "mlp.experts.gate_up_proj",
    "experts.up": "mlp.experts.gate_up_proj",
    "experts.down": "mlp.experts.down_proj",
}
# Names in published files, which transformers 5.23.0 builds or, of experts, reads: by architecture.
NAMES = {
    **dict.fromkeys(
        ("apertus", "arcee", "cohere", "cohere2", "deepseek_v2", "deepseek_v3", "deepseek_v32", "ernie4_5",
         "exaone4", "gemma", "gemma2", "gemma3_text", "glm4_moe", "glm4_moe_lite", "granite", "internlm3",
         "kimi_k2", "llama", "ministral3", "mistral", "olmo2", "olmo3", "olmoe", "qwen2", "qwen3",
         "qwen2_5_vl_text", "qwen2_vl_text", "qwen3_moe", "qwen3_vl_text", "glm4v_moe_text", "seed_oss",
         "smollm3", "stablelm"),
        _LLAMA,
    ),
    **dict.fromkeys(("minimax_m2", "mixtral"), _MIXTRAL),
    "glm4": _GATE_BESIDE_UP,
    "glm4v_text": _GATE_BESIDE_UP,
    "gpt_oss": _GPT_OSS,
    "phi3": _PHI3,
    "qwen2_moe": _QWEN2_MOE,
}  # fmt: skip
# Routers and other narrow products, which choose or scale and stay exact in every engine.
_KEPT = ("experts.router", "indexer.weights", "shared_experts.output_gate")


def names_of(model):
    """Component -> name of its module within a layer, a dict; None where the model's names are not known."""
    return NAMES.get(model.decoder or model.architecture)


def layers(model):
    """The linear layers of each decoder layer.

    Args:
        model: a `shapes.Model` whose language model is of a type in NAMES.

    Returns:
        list of lists of Module, one for each layer.

    Raises:
        KeyError: an architecture or a matrix that no name is known for.

    Source: transformers 5.23.0, the modeling files of these architectures.
    """
    names = NAMES[model.decoder or model.architecture]
    held = {layer: _held(layer, model.d_model, names) for layer, _ in model.layer_groups}
    return [
        [module._replace(name=f"model.layers.{place}.{module.name}") for module in held[layer]]
        for place, layer in enumerate(model.layers)
    ]


def _held(layer, d_model, names):
    found = {}
    for part in layer.parts:
        for matrix in part.matrices(d_model):
            found.setdefault(names[matrix.component], []).append(matrix)
    return [Module(name, tuple(matrices), matrices[0].component in _KEPT) for name, matrices in found.items()]


def head(model):
    """The head where it is a matrix of its own, else None."""
    if model.head is None or model.tied:
        return None
    return Module(model.head.component, (model.head,), model.head.component != "lm_head")


def shift_values(model):
    """Parameters that shift the choice of experts, which files keep in fp32 [1].

    Source: transformers 5.23.0, _keep_in_fp32_modules_strict of the models that have them.
    """
    return sum(count * part.other_values for part, count in model.counted_parts if isinstance(part, Experts))
