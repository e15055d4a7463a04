"""Which configuration means which model: one description per architecture (a Hugging Face `model_type`).

A description names only what differs from PLAIN or from an architecture before it. Each entry is a constant,
a field of the file (`Size`, `Flag`, ...: its names, its default where published files leave it out), or a
function of the other quantities. To add an architecture, add one description to ARCHITECTURES, a published
configuration with its counts to tests/data/, and compare: the counts are made by
tests/llmmath/records/regenerate_hf_counts.py.

Sizes that define a model (layers, widths, heads, vocabulary, experts) have to be in the file; what has a
default in the architecture's published configuration class, and is left out in published files, has it here.
Source of names and defaults: the configuration classes of Hugging Face transformers 5.23.0.
"""

from ..errors import InputError, shown, unknown
from .fields import (
    EXPERTS,
    HEADS,
    LAYERS,
    POSITIONS,
    VOCABULARY,
    Flag,
    Indices,
    Names,
    Reading,
    Size,
)
from .shapes import Attention, Experts, LatentAttention, Layer, Mlp, Model

# --- rules: functions of the quantities read so far -------------------------------------------------------


def d_model(q):
    """As wide as the residual stream."""
    return q["d_model"]


def n_heads(q):
    """As many as query heads."""
    return q["n_heads"]


def four_d_model(q):
    """Four times the residual stream."""
    return 4 * q["d_model"]


def d_model_over_heads(q):
    """The residual stream split over the heads; refused where it does not divide."""
    if q["d_model"] % q["n_heads"]:
        q.refuse("n_heads", f"a divisor of {q.keys_found.get('d_model', 'd_model')}, {q['d_model']}")
    return q["d_model"] // q["n_heads"]


def head_dim_beside_dividing_heads(q):
    """As stated, else the split residual stream; which has to be possible in either case."""
    over_heads = d_model_over_heads(q)
    return q["stated_head_dim"] or over_heads


def no_layer_slides(q):
    """All layers attend to everything."""
    return _all_alike(q, False)


def all_layers_slide(q):
    """All layers have the window, where there is one."""
    return _all_alike(q, q["window"] is not None)


def _all_alike(q, slides):
    # These architectures ignore layer_types; a file that says otherwise is of a model that they do not
    # compute.
    kind = "sliding_attention" if slides else "full_attention"
    if any(stated != kind for stated in q["layer_types"] or ()):
        raise InputError(
            f"{q.where}: layer_types is {shown(q['layer_types'])};"
            f' expected "{kind}" in all layers, since this architecture has no others'
        )
    return (slides,) * q["n_layers"]


def stated_layers_slide(q):
    """The layers that `layer_types` names, or those of the architecture's own pattern."""
    kinds = q["layer_types"]
    if kinds is None:
        return q["default_sliding"]
    if len(kinds) != q["n_layers"]:
        raise InputError(
            f"{q.where}: layer_types has {len(kinds)} entries;"
            f" expected one for each of the {q['n_layers']} layers"
        )
    if "sliding_attention" in kinds and q["window"] is None:
        raise InputError(
            f"{q.where}: layer_types has sliding layers, but the model has no window; expected sliding_window"
            " (and use_sliding_window, where the architecture has it) to say how long it is"
        )
    return tuple(kind == "sliding_attention" for kind in kinds)


def every_other_layer_slides(q):
    """The first layer slides, the second does not, and so on."""
    return tuple(i % 2 == 0 and q["window"] is not None for i in range(q["n_layers"]))


def all_but_every_nth_layer_slide(q):
    """Every `pattern`-th layer attends to everything, the others slide."""
    return tuple(bool((i + 1) % q["pattern"]) and q["window"] is not None for i in range(q["n_layers"]))


def layers_from_max_window_layers_slide(q):
    """The first `max_window_layers` layers attend to everything, the others slide."""
    return tuple(i >= q["max_window_layers"] and q["window"] is not None for i in range(q["n_layers"]))


def window_if_used(q):
    """The window, where `use_sliding_window` says that it is used."""
    return q["stated_window"] if q["use_window"] else None


def falcon_kv_heads(q):
    """One in the old architecture with `multi_query`, else what is stated."""
    if q["new_decoder"]:
        return q["stated_kv_heads"]
    if q["multi_query"]:
        return 1
    if q["stated_kv_heads"] != q["n_heads"]:
        q.refuse("stated_kv_heads", f"{q['n_heads']}, the number of heads, since multi_query is false")
    return q["n_heads"]


def falcon_norms(q):
    """Two norms, but one before both attention and MLP where these are parallel and nothing else is said."""
    if not q["parallel"]:
        return 2
    return 2 if q["stated_norms"] is None and q["new_decoder"] else q["stated_norms"] or 1


def opt_final_norm(q):
    """A norm at the end where the layers' norms come before their parts, unless it was taken out."""
    return q["norm_first"] and not q["final_norm_removed"]


def mixture_everywhere(q):
    """Experts in every layer."""
    return (True,) * q["n_layers"]


def mixture_after_dense_layers(q):
    """Experts in all layers but the first `first_k_dense_replace`."""
    return tuple(i >= q["n_dense_layers"] for i in range(q["n_layers"]))


def mixture_in_sparse_layers(q):
    """Experts in every `decoder_sparse_step`-th layer that `mlp_only_layers` does not name."""
    return tuple(i not in q["dense_layers"] and (i + 1) % q["sparse_step"] == 0 for i in range(q["n_layers"]))


def shared_expert_width(q):
    """The shared experts of a layer stand side by side as one network."""
    return q["n_shared_experts"] * q["d_expert"]


# --- descriptions -----------------------------------------------------------------------------------------

# What holds where a description says nothing else. Keys of the file are named only where several
# architectures share them.
PLAIN = {
    "vocabulary_size": Size("vocab_size", high=VOCABULARY),
    "d_model": Size("hidden_size"),
    "n_layers": Size("num_hidden_layers", high=LAYERS),
    "n_heads": Size("num_attention_heads", high=HEADS),
    "n_kv_heads": n_heads,
    "head_dim": d_model_over_heads,
    "d_ff": Size("intermediate_size"),
    "gated": True,  # a gate beside the up-projection: three matrices in the MLP
    "n_positions": Size("max_position_embeddings", high=POSITIONS, missing=None, null=None),
    "position_rows": 0,  # rows of the table of learned positions
    "tied": Flag("tie_word_embeddings", missing=False),
    "head_bias": False,
    "qkv_bias": False,
    "output_bias": False,
    "mlp_bias": False,
    "norm_has_bias": False,  # LayerNorm has a bias, RMSNorm has none
    "norm_has_weight": True,
    "norms": 2,  # per layer, on the residual stream
    "final_norm": True,
    "embedding_norm": False,
    "embedding_width": d_model,
    "qk_norm": None,  # "head": one norm for all heads; "width": over all heads' values together
    "sinks": False,
    "window": None,
    "sliding": no_layer_slides,
    "mixture": None,  # which layers have experts
    "shared_d_ff": 0,
    "router_bias": False,
    "latent": False,
    "refused": (),  # (quantity, the only value that is counted)
    "has_encoder": Flag("is_encoder_decoder", missing=False),
    "layer_types": Names(
        "layer_types", known=("full_attention", "sliding_attention"), missing=None, null=None
    ),
}

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

MIXTRAL = MISTRAL | {
    "window": Size("sliding_window", high=POSITIONS, missing=None, null=None),
    "mixture": mixture_everywhere,
    "n_experts": Size("num_local_experts", "num_experts", high=EXPERTS),
    "n_experts_per_token": Size("num_experts_per_tok", high=EXPERTS),
    "d_expert": lambda q: q["d_ff"],
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

DEEPSEEK_V3 = PLAIN | {
    "latent": True,
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

ARCHITECTURES = {
    "bloom": BLOOM,
    "deepseek_v3": DEEPSEEK_V3,
    "falcon": FALCON,
    "gemma": GEMMA,
    "gemma2": GEMMA2,
    "gemma3_text": GEMMA3,
    "gpt2": GPT2,
    "gpt_neox": GPT_NEOX,
    "gpt_oss": GPT_OSS,
    "gptj": GPTJ,
    "llama": LLAMA,
    "mistral": MISTRAL,
    "mixtral": MIXTRAL,
    "olmo2": OLMO2,
    "opt": OPT,
    "phi": PHI,
    "qwen2": QWEN2,
    "qwen3": QWEN3,
    "qwen3_moe": QWEN3_MOE,
    "starcoder2": STARCODER2,
}

# --- from a description and a configuration to a model ----------------------------------------------------


def build(config, *, where, key, name, source):
    """The model that a configuration describes.

    Args:
        config: dict of a Hugging Face `config.json`.
        where: the file or record it comes from, for messages.
        key, name, source: the model's own, see `shapes.Model`.

    Returns:
        shapes.Model.

    Raises:
        InputError: unknown `model_type`; a field that is missing, of the wrong type, out of its bounds or at
            odds with another. Nothing is guessed.
    """
    if "model_type" not in config:
        raise InputError(f"{where}: model_type is missing; expected one of {', '.join(ARCHITECTURES)}")
    architecture = config["model_type"]
    if not isinstance(architecture, str) or architecture not in ARCHITECTURES:
        error = unknown("model_type", architecture, ARCHITECTURES, "known: " + ", ".join(ARCHITECTURES))
        hint = "; its text_config may be of a known one" if "text_config" in config else ""
        raise InputError(f"{where}: {error}{hint}")
    q = Reading(ARCHITECTURES[architecture], config, where)
    _check(q)
    norm = q["d_model"] * (q["norm_has_weight"] + q["norm_has_bias"])
    return Model(
        key=key,
        name=name,
        source=source,
        architecture=architecture,
        d_model=q["d_model"],
        vocabulary_size=q["vocabulary_size"],
        embedding_width=q["embedding_width"],
        tied=q["tied"],
        head_bias=q["head_bias"],
        n_positions=q["n_positions"],
        learned_positions=q["position_rows"],
        norm_values=norm * (q["final_norm"] + q["embedding_norm"]),
        layers=_layers(q, norm * q["norms"]),
    )


def _check(q):
    q.read_all()
    for quantity, allowed in (("has_encoder", False), *q["refused"]):
        allowed = allowed(q) if callable(allowed) else allowed
        if q[quantity] != allowed:
            q.refuse(quantity, f"{shown(allowed)}: nothing else is counted for this architecture")
    if q["n_heads"] % q["n_kv_heads"]:
        q.refuse("n_kv_heads", f"a divisor of the number of query heads, {q['n_heads']}")
    if q["mixture"] and q["n_experts_per_token"] > q["n_experts"]:
        q.refuse("n_experts_per_token", f"at most the number of experts, {q['n_experts']}")


def _layers(q, norm_values):
    mixture = q["mixture"] or (False,) * q["n_layers"]
    built = {}
    for kind in zip(q["sliding"], mixture):
        if kind not in built:
            slides, mixes = kind
            built[kind] = Layer(
                attention=_latent(q) if q["latent"] else _attention(q, q["window"] if slides else None),
                mlp=_experts(q) if mixes else Mlp(q["d_ff"], q["gated"], q["mlp_bias"]),
                norm_values=norm_values,
            )
    return tuple(built[kind] for kind in zip(q["sliding"], mixture))


def _attention(q, window):
    norm_width = {
        None: 0,
        "head": 2 * q["head_dim"],
        "width": (q["n_heads"] + q["n_kv_heads"]) * q["head_dim"],
    }[q["qk_norm"]]
    return Attention(
        n_heads=q["n_heads"],
        n_kv_heads=q["n_kv_heads"],
        head_dim=q["head_dim"],
        window=window,
        qkv_bias=q["qkv_bias"],
        output_bias=q["output_bias"],
        qk_norm_values=norm_width * (1 + q["norm_has_bias"]),
        sinks=q["n_heads"] if q["sinks"] else 0,
    )


def _latent(q):
    return LatentAttention(
        n_heads=q["n_heads"],
        q_lora_rank=q["q_lora_rank"],
        kv_lora_rank=q["kv_lora_rank"],
        nope_head_dim=q["nope_head_dim"],
        rope_head_dim=q["rope_head_dim"],
        v_head_dim=q["v_head_dim"],
        bias=q["qkv_bias"],
    )


def _experts(q):
    return Experts(
        n_experts=q["n_experts"],
        n_experts_per_token=q["n_experts_per_token"],
        d_ff=q["d_expert"],
        shared_d_ff=q["shared_d_ff"],
        bias=q["mlp_bias"],
        router_bias=q["router_bias"],
    )
