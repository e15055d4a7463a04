"""Decoders with recurrent layers, alone or between layers of attention."""

import math

from ...errors import InputError, shown
from ..fields import EXPERTS, HEADS, LAYERS, POSITIONS, Choices, Flag, Indices, Number, Section, Size, Word
from ..shapes import Attention, Layer, Matrix, Mlp, Projections
from .dense import GRANITE, LLAMA, QWEN3
from .experts import MULTI_TOKEN_PREDICTION, QWEN3_MOE
from .latent import DEEPSEEK_V3
from .parts import mamba2, mixed_layer
from .plain import PLAIN
from .rules import (
    d_model_over_heads,
    four_d_model,
    mixture_as_stated,
    mixture_everywhere,
    n_heads,
)

# --- rules ------------------------------------------------------------------------------------------------


def none_slides(q):
    """No layer has a window."""
    return (False,) * q["n_layers"]


def expanded_width(q):
    """The stream's width times `expand`."""
    return q["expand"] * q["d_model"]


def sixteenth_where_automatic(q):
    """The stated rank of the time steps, or a sixteenth of the stream's width, rounded up."""
    stated = q["stated_rank"]
    if isinstance(stated, str) and stated != "auto":
        q.refuse("stated_rank", 'a number or "auto"')
    return math.ceil(q["d_model"] / 16) if stated == "auto" else stated


def ssm_head_dim(q):
    """The stated width of a head, which all heads together have to fill, or the width over the heads."""
    width, heads, stated = q["ssm_width"], q["n_ssm_heads"], q["stated_ssm_head_dim"]
    if isinstance(stated, str) and stated != "auto":
        q.refuse("stated_ssm_head_dim", 'a number or "auto"')
    # Told by the field that the width comes from, which may be what is wrong.
    named = "ssm_width" if isinstance(q.description["ssm_width"], Size) else "expand"
    origin = q.description[named].names[0]
    origin = (
        f"by {origin}" if origin in q.config else f"by the default of {origin}, where the file does not say"
    )
    if width % heads:
        q.refuse("n_ssm_heads", f"a divisor of the mixer's width, {width} {origin}")
    if stated != "auto" and stated * heads != width:
        q.refuse(
            "stated_ssm_head_dim",
            f"{width // heads}: the mixer's width, {width} {origin}, over {heads} heads",
        )
    return width // heads


def stated_mixers(names):
    """A rule: each layer's mixer by its name in `layer_types`, which has to name all layers."""

    def rule(q):
        stated = q["layer_types"]
        if stated is None:
            return q["default_mixers"]
        if len(stated) != q["n_layers"]:
            q.refuse("layer_types", f"one entry for each of the {q['n_layers']} layers")
        return tuple(names[kind] for kind in stated)

    return rule


def attention_at_offset(q):
    """Attention in every `attention_period`-th layer from an offset on, Mamba in the others."""
    period, offset = q["attention_period"], q["attention_offset"]
    return tuple("attention" if i % period == offset else "mamba" for i in range(q["n_layers"]))


def experts_at_offset(q):
    """Experts in every `expert_period`-th layer from an offset on; none where there is only one."""
    period, offset = q["expert_period"], q["expert_offset"]
    return tuple(i % period == offset and q["n_experts"] > 1 for i in range(q["n_layers"]))


def attention_at_indices(q):
    """Attention in the layers that are named, Mamba 2 in the others."""
    named = q["attention_layers"] or ()
    return tuple("attention" if i in named else "mamba2" for i in range(q["n_layers"]))


def all_but_every_nth_layer_recurrent(q):
    """The gated delta rule, and attention in every `attention_interval`-th layer."""
    return tuple("delta" if (i + 1) % q["attention_interval"] else "attention" for i in range(q["n_layers"]))


# Letters of hybrid_override_pattern, and the names of lists.
_NEMOTRON = {
    "M": "mamba2", "*": "attention", "-": "mlp", "E": "experts", "mamba": "mamba2", "attention": "attention",
    "linear_attention": "mamba2", "full_attention": "attention", "mlp": "mlp", "moe": "experts",
}  # fmt: skip
NEMOTRON_NAMES = tuple(name for name in _NEMOTRON if len(name) > 1)


def nemotron_kinds(q):
    """What each layer is, by a word of letters or a list of names: mixer, MLP or experts."""
    stated = next(
        (q[name] for name in ("pattern", "layers_block_type", "layer_types") if q[name] is not None), None
    )
    if stated is None:
        raise InputError(
            f"{q.where}: hybrid_override_pattern (or layers_block_type) is missing;"
            " expected what each layer is"
        )
    if not stated or any(one not in _NEMOTRON for one in stated):
        raise InputError(
            f"{q.where}: hybrid_override_pattern is {shown(stated)};"
            " expected a letter for each layer: M, *, - or E"
        )
    n_layers = q["stated_n_layers"]
    if n_layers is not None and n_layers != len(stated):
        q.refuse("stated_n_layers", f"{len(stated)}, the number of layers that the pattern names")
    return tuple(_NEMOTRON[one] for one in stated)


def adjusted_width(q):
    """LFM2's MLP: two thirds of the stated width, times a factor, rounded up to a multiple."""
    width = q["stated_d_ff"]
    if not q["adjusted"]:
        return width
    width = int(2 * width / 3)
    factor = q["width_factor"]
    if factor is None:
        return width
    multiple = q["width_multiple"]
    return multiple * ((int(factor * width) + multiple - 1) // multiple)


def griffin_mixers(q):
    """The pattern of `block_types`, repeated."""
    pattern = q["block_types"]
    return tuple(
        {"recurrent": "rg_lru"}.get(kind, kind) for kind in (pattern * q["n_layers"])[: q["n_layers"]]
    )


def shared_width_over_heads(q):
    """The width of a shared block's input split over its heads; refused where it does not divide."""
    if q["shared_width"] % q["n_heads"]:
        q.refuse("n_heads", f"a divisor of twice hidden_size, {q['shared_width']}")
    return q["shared_width"] // q["n_heads"]


def stated_or_published_kinds(q):
    """Zamba 2's layers: Mamba 2 alone, or after a shared block; as stated, or those of Zamba2-2.7B."""
    stated = q["layers_block_type"]
    if stated is None:
        stated = ["mamba"] + (["mamba"] * 5 + ["hybrid"]) * 7 + ["mamba"] * 4 + ["hybrid"]
        stated += ["mamba"] * 3 + ["hybrid"] + ["mamba"] * 2
        if len(stated) != q["n_layers"]:
            raise InputError(
                f"{q.where}: layers_block_type is missing; expected what each layer is, as there are"
                f" {q['n_layers']} and not {len(stated)}"
            )
    if len(stated) != q["n_layers"]:
        q.refuse("n_layers", f"{len(stated)}, the number of layers that layers_block_type names")
    return tuple("hybrid" if kind == "hybrid" else "mamba2" for kind in stated)


def shared_blocks_before_mamba2(q):
    """Zamba 2's layers: some run one of a few shared blocks first, which all have the same weights.

    A block attends from the stream and the token's embedding side by side, twice as wide as the stream. Each
    of its uses has adapters of its own, and a projection of the block's result.
    """
    d_model, width, rank = q["d_model"], q["shared_width"], q["adapter_rank"]
    if q["attention_adapted"] and q["n_kv_heads"] != q["n_heads"]:
        q.refuse("n_kv_heads", f"{q['n_heads']}, the number of query heads, where attention has adapters")
    adapted = [("attention.q", width), ("attention.k", width), ("attention.v", width)]
    attention_adapters = Projections(
        tuple(
            matrix
            for name, n_outputs in adapted
            for matrix in (
                Matrix(f"{name}_adapter_down", width, rank),
                Matrix(f"{name}_adapter_up", rank, n_outputs),
            )
        )
    )
    mlp_adapters = Projections(
        (
            Matrix("mlp.adapter_down", d_model, rank),
            Matrix("mlp.adapter_up", rank, 2 * q["d_ff"]),
        )
    )
    out = Projections((Matrix("shared_block.out", d_model, d_model),))
    layers = []
    n_uses = 0
    for kind in q["kinds"]:
        block, norms = (), 1
        if kind == "hybrid":
            stored = n_uses < q["n_shared_blocks"]
            n_uses += 1
            block = ((attention_adapters,) if q["attention_adapted"] else ()) + (
                Attention(q["n_heads"], q["n_kv_heads"], q["head_dim"], n_inputs=width, stored=stored),
                mlp_adapters,
                Mlp(q["d_ff"], q["gated"], q["mlp_bias"], stored=stored),
                out,
            )
            # Two norms of a block, one of them as wide as what it attends from.
            norms += 3 * stored
        layers.append(Layer(block + mamba2(q, False), norms * q["norm_values"]))
    return tuple(layers)


def kimi_mixers(q):
    """Latent attention where the file says so, the delta rule in the other layers; layers are counted from
    1."""
    n_layers, inner = q["n_layers"], q["linear_section"]
    stated = q["layer_types"]
    if stated is not None:
        if len(stated) != n_layers:
            q.refuse("layer_types", f"one entry for each of the {n_layers} layers")
        return tuple("latent" if kind == "full_attention" else "delta" for kind in stated)
    full, linear = inner.get("full_attn_layers"), inner.get("kda_layers")
    if full is None and linear is None:
        return tuple("latent" if i and i % 4 == 0 else "delta" for i in range(n_layers))
    both = (full or []) + (linear or []) if isinstance(full, list) and isinstance(linear, list) else None
    if both is None or any(type(i) is not int for i in both) or sorted(both) != list(range(1, n_layers + 1)):
        raise InputError(
            f"{q.where}: linear_attn_config names layers {shown(full)} and {shown(linear)};"
            f" expected each of the layers 1 to {n_layers} once"
        )
    return tuple("latent" if i + 1 in full else "delta" for i in range(n_layers))


def kimi_size(name, quantity):
    """A rule: a size out of linear_attn_config, or of the file itself."""

    def rule(q):
        value = q["linear_section"].get(name, q[quantity])
        if type(value) is not int or not 1 <= value <= 10**6:
            raise InputError(
                f"{q.where}: linear_attn_config: {name} is {shown(value)};"
                " expected an integer from 1 to 1000000"
            )
        return value

    return rule


# --- descriptions -----------------------------------------------------------------------------------------

WITHOUT_ATTENTION = {"n_heads": 1, "n_kv_heads": 1, "d_ff": 0, "n_positions": None, "sliding": none_slides}

MAMBA = PLAIN | WITHOUT_ATTENTION | {
    "mixers": lambda q: ("mamba",) * q["n_layers"],
    "feed_forwards": lambda q: ("none",) * q["n_layers"],
    "norms": 1,
    "tied": Flag("tie_word_embeddings", missing=True),
    "expand": Size("expand", missing=2),
    "ssm_width": expanded_width,
    "ssm_state": Size("state_size", missing=16),
    "stated_rank": Size("time_step_rank", missing="auto", words=True),
    "ssm_rank": sixteenth_where_automatic,
    "conv_kernel": Size("conv_kernel", missing=4),
    "conv_bias": Flag("use_conv_bias", missing=True),
    "ssm_bias": Flag("use_bias", missing=False),
    "inner_norms": False,
}  # fmt: skip

MAMBA2 = MAMBA | {
    "mixers": lambda q: ("mamba2",) * q["n_layers"],
    "tied": Flag("tie_word_embeddings", missing=False),
    "n_ssm_heads": Size("num_heads", high=HEADS),
    "stated_ssm_head_dim": Size("head_dim"),
    "ssm_head_dim": ssm_head_dim,
    "n_ssm_groups": Size("n_groups", high=HEADS, missing=8),
    "ssm_state": Size("state_size"),
    "stated_rank": "auto",
    "chunk_length": Size("chunk_size", high=POSITIONS, missing=256),
    "ssm_in_bias": lambda q: q["ssm_bias"],
    "ssm_out_bias": lambda q: q["ssm_bias"],
    "gate_norm": True,
}

JAMBA = PLAIN | {
    "n_kv_heads": Size("num_key_value_heads", high=HEADS, missing=8, null=n_heads),
    "layer_types": None,
    "sliding": none_slides,
    "mixers": attention_at_offset,
    "attention_period": Size("attn_layer_period", high=LAYERS, missing=8),
    "attention_offset": Size("attn_layer_offset", low=0, high=LAYERS, missing=4),
    "mixture": experts_at_offset,
    "expert_period": Size("expert_layer_period", high=LAYERS, missing=2),
    "expert_offset": Size("expert_layer_offset", low=0, high=LAYERS, missing=1),
    "n_experts": Size("num_experts", "num_local_experts", high=EXPERTS, missing=16),
    "n_experts_per_token": Size("num_experts_per_tok", high=EXPERTS, missing=2),
    "d_expert": lambda q: q["d_ff"],
    "expand": Size("mamba_expand", missing=2),
    "ssm_width": expanded_width,
    "ssm_state": Size("mamba_d_state", missing=16),
    "stated_rank": Size("mamba_dt_rank", missing="auto", words=True),
    "ssm_rank": sixteenth_where_automatic,
    "conv_kernel": Size("mamba_d_conv", missing=4),
    "conv_bias": Flag("mamba_conv_bias", missing=True),
    "ssm_bias": Flag("mamba_proj_bias", missing=False),
    "inner_norms": True,
}

# Mamba 2 under the names that hybrids have for it.
MAMBA2_OF_HYBRIDS = {
    "expand": Size("mamba_expand", missing=2),
    "ssm_width": expanded_width,
    "n_ssm_heads": Size("mamba_n_heads", high=HEADS, missing=128),
    "stated_ssm_head_dim": Size("mamba_d_head", missing="auto", words=True),
    "ssm_head_dim": ssm_head_dim,
    "n_ssm_groups": Size("mamba_n_groups", high=HEADS, missing=1),
    "ssm_state": Size("mamba_d_state", missing=256),
    "conv_kernel": Size("mamba_d_conv", missing=4),
    "chunk_length": Size("mamba_chunk_size", high=POSITIONS, missing=256),
    "conv_bias": Flag("mamba_conv_bias", missing=True),
    "ssm_in_bias": Flag("mamba_proj_bias", missing=False),
    "ssm_out_bias": Flag("mamba_proj_bias", missing=False),
    "gate_norm": True,
}

BAMBA = GRANITE | MAMBA2_OF_HYBRIDS | {
    "n_kv_heads": Size("num_key_value_heads", high=HEADS, missing=8, null=n_heads),
    "attention_layers": Indices("attn_layer_indices", missing=(), null=()),
    "layer_types": None,
    "sliding": none_slides,
    "mixers": attention_at_indices,
}  # fmt: skip

FALCON_H1 = (
    GRANITE
    | MAMBA2_OF_HYBRIDS
    | {
        "n_kv_heads": Size("num_key_value_heads", high=HEADS, missing=8, null=n_heads),
        "layer_types": None,
        "sliding": none_slides,
        "mixers": lambda q: ("attention beside mamba2",) * q["n_layers"],
        "ssm_width": Size("mamba_d_ssm", missing=1024, null=expanded_width),
        "ssm_out_bias": Flag("projectors_bias", missing=False),
        "gate_norm": Flag("mamba_rms_norm", missing=False),
    }
)

GRANITEMOEHYBRID = (
    GRANITE
    | MAMBA2_OF_HYBRIDS
    | {
        "mlp_bias": False,
        "layer_types": Choices(
            "layer_types",
            known=("mamba", "attention", "linear_attention", "full_attention"),
            missing=None,
            null=None,
        ),
        "sliding": none_slides,
        "default_mixers": lambda q: ("mamba2",) * q["n_layers"],
        "mixers": stated_mixers(
            {
                "mamba": "mamba2",
                "linear_attention": "mamba2",
                "attention": "attention",
                "full_attention": "attention",
            }
        ),
        # Some have no experts: the network that all tokens share is then all there is.
        "n_experts": Size("num_local_experts", "num_experts", low=0, high=EXPERTS, missing=8),
        "n_experts_per_token": Size("num_experts_per_tok", low=0, high=EXPERTS, missing=2),
        "d_expert": lambda q: q["d_ff"],
        "shared_d_ff": Size("shared_intermediate_size", missing=1024),
        "feed_forwards": lambda q: ("experts" if q["n_experts"] else "shared mlp",) * q["n_layers"],
    }
)

NEMOTRON_H = PLAIN | {
    "stated_n_layers": Size("num_hidden_layers", high=LAYERS, missing=None, null=None),
    "n_layers": lambda q: len(q["kinds"]),
    "kinds": nemotron_kinds,
    "pattern": Word("hybrid_override_pattern", missing=None, null=None),
    "layers_block_type": Choices("layers_block_type", known=NEMOTRON_NAMES, missing=None, null=None),
    "layer_types": Choices("layer_types", known=NEMOTRON_NAMES, missing=None, null=None),
    "sliding": none_slides,
    "mixers": lambda q: tuple(kind if kind in ("mamba2", "attention") else "none" for kind in q["kinds"]),
    "feed_forwards": lambda q: tuple(kind if kind in ("mlp", "experts") else "none" for kind in q["kinds"]),
    "n_kv_heads": Size("num_key_value_heads", high=HEADS, missing=8),
    "head_dim": Size("head_dim", "attention_head_dim", missing=128),
    "gated": False,
    "mlp_bias": Flag("mlp_bias", missing=False),
    "expert_bias": False,
    "shared_bias": Flag("mlp_bias", missing=False),
    "norms": 1,
    "n_ssm_heads": Size("mamba_num_heads", high=HEADS, missing=128),
    "ssm_head_dim": Size("mamba_head_dim", missing=64),
    "n_ssm_groups": Size("n_groups", "mamba_n_groups", high=HEADS, missing=8),
    "ssm_state": Size("ssm_state_size", missing=128),
    "conv_kernel": Size("conv_kernel", "mamba_d_conv", missing=4),
    "chunk_length": Size("chunk_size", "mamba_chunk_size", high=POSITIONS, missing=128),
    "conv_bias": Flag("use_conv_bias", "mamba_conv_bias", missing=True),
    "ssm_in_bias": Flag("use_bias", missing=False),
    "ssm_out_bias": Flag("use_bias", missing=False),
    "gate_norm": True,
    "n_experts": Size("n_routed_experts", "num_local_experts", high=EXPERTS, missing=8, null=1),
    "n_experts_per_token": Size("num_experts_per_tok", high=EXPERTS, missing=2, null=1),
    "d_expert": Size("moe_intermediate_size", missing=7688, null=7688),
    "shared_d_ff": Size("moe_shared_expert_intermediate_size", missing=7688, null=7688),
    "latent_experts": Size("moe_latent_size", missing=None, null=None),
    "window": Size("sliding_window", high=POSITIONS, missing=None, null=None),
    # transformers ties nothing here, whatever the file says.
    "refused": (("latent_experts", None), ("window", None), ("tied", False)),
}

LFM2 = LLAMA | {
    "n_kv_heads": Size("num_key_value_heads", high=HEADS, missing=8),
    "head_dim": Size("head_dim", missing=d_model_over_heads, null=d_model_over_heads),
    "qkv_bias": False,
    "output_bias": False,
    "mlp_bias": False,
    "qk_norm": "head",
    "tied": Flag("tie_word_embeddings", "tie_embedding", missing=True),
    "stated_d_ff": Size("block_ff_dim", "intermediate_size"),
    "adjusted": Flag("block_auto_adjust_ff_dim", missing=True),
    "width_factor": Number("block_ffn_dim_multiplier", missing=1, null=None),
    "width_multiple": Size("block_multiple_of", missing=256),
    "d_ff": adjusted_width,
    "conv_kernel": Size("conv_L_cache", missing=3),
    "conv_bias": Flag("conv_bias", missing=False),
    "attention_layers": Indices("full_attn_idxs", missing=None, null=None),
    "layer_types": Choices("layer_types", known=("conv", "full_attention"), missing=None, null=None),
    "sliding": none_slides,
    "default_mixers": lambda q: tuple(
        "attention" if q["attention_layers"] is None or i in q["attention_layers"] else "convolution"
        for i in range(q["n_layers"])
    ),
    "mixers": stated_mixers({"conv": "convolution", "full_attention": "attention"}),
}

# Three layers of the gated delta rule, then one of gated attention: Qwen's hybrids share these fields.
GATED_DELTA = (
    {
        "head_dim": Size("head_dim", missing=256),
        "window": None,
        "stated_window": None,
        "use_window": False,
        "attention_gated": True,
        "layer_types": Choices(
            "layer_types", known=("linear_attention", "full_attention"), missing=None, null=None
        ),
        "sliding": none_slides,
        "attention_interval": Size("full_attention_interval", high=LAYERS, missing=4),
        "default_mixers": all_but_every_nth_layer_recurrent,
        "mixers": stated_mixers({"linear_attention": "delta", "full_attention": "attention"}),
        "conv_kernel": Size("linear_conv_kernel_dim", missing=4),
        "delta_key_dim": Size("linear_key_head_dim", missing=128),
        "delta_value_dim": Size("linear_value_head_dim", missing=128),
        "n_delta_key_heads": Size("linear_num_key_heads", high=HEADS, missing=16),
        "n_delta_heads": Size("linear_num_value_heads", high=HEADS, missing=32),
        "delta_gate_rank": None,
    }
    | MULTI_TOKEN_PREDICTION
    | {"further_layer": mixed_layer}
)

QWEN3_NEXT = QWEN3_MOE | GATED_DELTA | {
    "n_kv_heads": Size("num_key_value_heads", high=HEADS, missing=2),
    "shared_d_ff": Size("shared_expert_intermediate_size", missing=512),
    "shared_gate": True,
}  # fmt: skip

# The further layer of Qwen3.5 is one of attention, like the last: beside it a projection and three norms.
FURTHER_LAYERS = MULTI_TOKEN_PREDICTION | {
    "n_further_layers": Size("mtp_num_hidden_layers", low=0, high=LAYERS, missing=0, null=0)
}

QWEN3_5 = QWEN3 | GATED_DELTA | FURTHER_LAYERS | {
    "n_kv_heads": Size("num_key_value_heads", high=HEADS, missing=4),
    "max_window_layers": 0,
}  # fmt: skip

QWEN3_5_MOE = (
    QWEN3_NEXT
    | FURTHER_LAYERS
    | {
        "d_ff": 0,  # every layer has experts
        "mixture": mixture_everywhere,
        "sparse_step": 1,
        "dense_layers": (),
        "n_experts": Size("num_experts", high=EXPERTS),
    }
)

KIMI_LINEAR = DEEPSEEK_V3 | {
    "layer_types": Choices(
        "layer_types", known=("linear_attention", "full_attention"), missing=None, null=None
    ),
    "sliding": none_slides,
    "n_positions": Size(
        "model_max_length", "max_position_embeddings", high=POSITIONS, missing=None, null=None
    ),
    "linear_section": Section("linear_attn_config", missing={}, null={}),
    "mixers": kimi_mixers,
    "mlp_layer_types": Choices("mlp_layer_types", known=("dense", "sparse"), missing=None, null=None),
    "n_dense_layers": Size("first_k_dense_replace", low=0, high=LAYERS, missing=1),
    "mixture": mixture_as_stated,
    "n_experts": Size("num_experts", "num_local_experts", high=EXPERTS),
    "n_experts_per_token": Size("num_experts_per_token", "num_experts_per_tok", high=EXPERTS),
    "n_shared_experts": Size("num_shared_experts", "n_shared_experts", low=0, high=EXPERTS, missing=1),
    "conv_kernel_stated": Size("linear_conv_kernel_dim", missing=4),
    "n_delta_heads_stated": Size("linear_num_heads", high=HEADS, missing=32),
    "delta_dim_stated": Size("linear_head_dim", missing=128),
    "conv_kernel": kimi_size("short_conv_kernel_size", "conv_kernel_stated"),
    "n_delta_heads": kimi_size("num_heads", "n_delta_heads_stated"),
    "n_delta_key_heads": lambda q: q["n_delta_heads"],
    "delta_key_dim": kimi_size("head_dim", "delta_dim_stated"),
    "delta_value_dim": lambda q: q["delta_key_dim"],
    "delta_gate_rank": lambda q: q["delta_key_dim"],
    # transformers ties nothing here, whatever the file says.
    "refused": (("moe_every", 1), ("tied", False)),
}

# Attention and MLP are stored once, or a few times, and run in many layers.
# Source: Glorioso et al. 2024, arXiv:2411.15242, section 2.
ZAMBA2 = PLAIN | MAMBA2_OF_HYBRIDS | {
    "kinds": stated_or_published_kinds,
    "layers_block_type": Choices(
        "layers_block_type", "layer_types",
        known=("mamba", "linear_attention", "hybrid"), missing=None, null=None,
    ),
    "layers": shared_blocks_before_mamba2,
    "layer_types": None,
    "sliding": none_slides,
    "n_shared_blocks": Size("num_mem_blocks", high=LAYERS, missing=1),
    "shared_width": lambda q: 2 * q["d_model"],
    "stated_shared_width": Size("attention_hidden_size", missing=None, null=None),
    "attention_adapted": Flag("use_shared_attention_adapter", missing=False),
    "mlp_adapted": Flag("use_shared_mlp_adapter", missing=True),
    "adapter_rank": Size("adapter_rank", missing=128),
    "n_kv_heads": Size("num_key_value_heads", high=HEADS, missing=n_heads, null=n_heads),
    "head_dim": shared_width_over_heads,
    "stated_head_dim": Size("attention_head_dim", "head_dim", missing=None, null=None),
    "d_ff": Size("intermediate_size", "ffn_hidden_size", missing=four_d_model, null=four_d_model),
    "mlp_bias": Flag("add_bias_linear", missing=False),
    "tied": Flag("tie_word_embeddings", missing=True),
    "n_ssm_heads": Size("n_mamba_heads", high=HEADS),
    "stated_ssm_head_dim": Size("mamba_headdim", missing="auto", words=True),
    "n_ssm_groups": Size("mamba_ngroups", high=HEADS, missing=1),
    "ssm_state": Size("mamba_d_state", missing=64),
    "chunk_length": Size("chunk_size", high=POSITIONS, missing=256),
    "conv_bias": True,
    "stated_conv_bias": Flag("use_conv_bias", missing=True),
    "ssm_in_bias": lambda q: q["mlp_bias"],
    "ssm_out_bias": lambda q: q["mlp_bias"],
    # transformers builds these whatever the file says, and shares no block where the head is not shared.
    "refused": (
        ("tied", True),
        ("stated_conv_bias", True),
        ("mlp_adapted", True),
        ("stated_head_dim", lambda q: None if q["stated_head_dim"] is None else q["head_dim"]),
        ("stated_shared_width", lambda q: None if q["stated_shared_width"] is None else q["shared_width"]),
    ),
}  # fmt: skip

RECURRENT_GEMMA = PLAIN | {
    "n_kv_heads": Size("num_key_value_heads", high=HEADS, missing=n_heads, null=n_heads),
    "stated_d_ff": Size("intermediate_size"),
    "d_ff": lambda q: q["stated_d_ff"] // 2,
    "tied": Flag("tie_word_embeddings", missing=True),
    "qkv_bias": Flag("attention_bias", missing=False),
    "output_bias": True,
    "mlp_bias": True,
    "layer_types": None,
    "n_positions": None,
    "window": Size("attention_window_size", high=POSITIONS, missing=2048),
    "block_types": Choices("block_types", "_block_types", known=("recurrent", "attention"),
                           missing=("recurrent", "recurrent", "attention")),
    "mixers": griffin_mixers,
    "sliding": lambda q: tuple(mixer == "attention" for mixer in q["mixers"]),
    "ssm_width": Size("lru_width", missing=lambda q: q["d_model"], null=lambda q: q["d_model"]),
    "conv_kernel": Size("conv1d_width", missing=4),
}  # fmt: skip

ARCHITECTURES = {
    "bamba": BAMBA,
    "falcon_h1": FALCON_H1,
    "granitemoehybrid": GRANITEMOEHYBRID,
    "jamba": JAMBA,
    "kimi_linear": KIMI_LINEAR,
    "lfm2": LFM2,
    "mamba": MAMBA,
    "mamba2": MAMBA2,
    "nemotron_h": NEMOTRON_H,
    "qwen3_5_moe_text": QWEN3_5_MOE,
    "qwen3_5_text": QWEN3_5,
    "qwen3_next": QWEN3_NEXT,
    "recurrent_gemma": RECURRENT_GEMMA,
    "zamba2": ZAMBA2,
}
