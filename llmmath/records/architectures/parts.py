"""From quantities to parts: what each kind of mixer and of feed-forward network is made of.

A *mixer* moves information between positions (attention, recurrence, convolution); a *feed-forward* part
works on each position alone. A description names the kinds of its layers (`mixers`, `feed_forwards`), and the
tables MIXERS and FEED_FORWARDS say which function makes the parts of each kind.
"""

from ..recurrent import DeltaRule, Mamba, Mamba2, RgLru, ShortConvolution
from ..shapes import Attention, Experts, Indexer, LatentAttention, Layer, Mlp


def attention(q, slides):
    """Softmax attention, with the window where the layer slides."""
    norm_width = {
        None: 0,
        "head": 2 * q["head_dim"],
        "width": (q["n_heads"] + q["n_kv_heads"]) * q["head_dim"],
    }[q["qk_norm"]]
    return (
        Attention(
            n_heads=q["n_heads"],
            n_kv_heads=q["n_kv_heads"],
            head_dim=q["head_dim"],
            window=q["window"] if slides else None,
            qkv_bias=q["qkv_bias"],
            output_bias=q["output_bias"],
            qk_norm_values=norm_width * (1 + q["qk_norm_has_bias"]),
            sinks=q["n_heads"] if q["sinks"] else 0,
            gated=q["attention_gated"],
        ),
    )


def latent_attention(q, slides):
    """Multi-head latent attention, which never slides, and the indexer before it where there is one."""
    chosen = q["n_positions_chosen"]
    indexer = () if chosen is None else (Indexer(q["n_index_heads"], q["index_head_dim"], q["q_lora_rank"]),)
    return indexer + (
        LatentAttention(
            n_heads=q["n_heads"],
            q_lora_rank=q["q_lora_rank"],
            kv_lora_rank=q["kv_lora_rank"],
            nope_head_dim=q["nope_head_dim"],
            rope_head_dim=q["rope_head_dim"],
            v_head_dim=q["v_head_dim"],
            bias=q["qkv_bias"],
            n_positions_chosen=chosen,
        ),
    )


def mamba(q, slides):
    """Mamba's selective scan."""
    return (
        Mamba(
            width=q["ssm_width"],
            state_dim=q["ssm_state"],
            rank=q["ssm_rank"],
            conv_kernel=q["conv_kernel"],
            conv_bias=q["conv_bias"],
            bias=q["ssm_bias"],
            inner_norms=q["inner_norms"],
        ),
    )


def mamba2(q, slides):
    """Mamba 2."""
    return (
        Mamba2(
            n_heads=q["n_ssm_heads"],
            head_dim=q["ssm_head_dim"],
            n_groups=q["n_ssm_groups"],
            state_dim=q["ssm_state"],
            conv_kernel=q["conv_kernel"],
            chunk_length=q["chunk_length"],
            conv_bias=q["conv_bias"],
            in_bias=q["ssm_in_bias"],
            out_bias=q["ssm_out_bias"],
            gate_norm=q["gate_norm"],
        ),
    )


def attention_beside_mamba2(q, slides):
    """Both, side by side, on the same stream."""
    return mamba2(q, slides) + attention(q, slides)


def delta_rule(q, slides):
    """The gated delta rule."""
    return (
        DeltaRule(
            n_heads=q["n_delta_heads"],
            n_key_heads=q["n_delta_key_heads"],
            key_dim=q["delta_key_dim"],
            value_dim=q["delta_value_dim"],
            conv_kernel=q["conv_kernel"],
            gate_rank=q["delta_gate_rank"],
        ),
    )


def convolution(q, slides):
    """A gated short convolution, as wide as the stream."""
    return (ShortConvolution(q["conv_kernel"], q["conv_bias"], q["d_model"]),)


def rg_lru(q, slides):
    """A real-gated linear recurrent unit, whose gates have a block for each head."""
    if q["ssm_width"] % q["n_heads"]:
        q.refuse("ssm_width", f"a multiple of the number of heads, {q['n_heads']}")
    return (RgLru(q["ssm_width"], q["n_heads"], q["conv_kernel"]),)


def mlp(q):
    """The one feed-forward network of a dense layer."""
    return (Mlp(q["d_ff"], q["gated"], q["mlp_bias"], q["activation_values"]),)


def experts(q):
    """A mixture of experts, and the shared experts beside it."""
    return (
        Experts(
            n_experts=q["n_experts"],
            n_experts_per_token=q["n_experts_per_token"],
            d_ff=q["d_expert"],
            shared_d_ff=q["shared_d_ff"],
            bias=q["expert_bias"],
            router_bias=q["router_bias"],
            shared_gate=q["shared_gate"],
            gated=q["gated"],
            shared_bias=q["shared_bias"],
            correction=q["correction"],
        ),
    )


def shared_mlp(q):
    """The network that all tokens share, where there are no experts beside it."""
    return (Mlp(q["shared_d_ff"], q["gated"], q["mlp_bias"]),)


def nothing(*_):
    """No part: the layer has the other kind only."""
    return ()


MIXERS = {
    "attention": attention,
    "attention beside mamba2": attention_beside_mamba2,
    "convolution": convolution,
    "delta": delta_rule,
    "latent": latent_attention,
    "mamba": mamba,
    "mamba2": mamba2,
    "rg_lru": rg_lru,
    "none": nothing,
}
FEED_FORWARDS = {"mlp": mlp, "experts": experts, "shared mlp": shared_mlp, "none": nothing}


def dense_layer(q):
    """One layer of attention and an MLP, for a model whose layers are of other kinds."""
    mixer = "latent" if "latent" in q["mixers"] else "attention"
    return Layer(MIXERS[mixer](q, False) + mlp(q), 2 * q["norm_values"])


def mixed_layer(q):
    """One layer of attention and experts, for a model whose layers are of other kinds too."""
    return Layer(attention(q, False) + experts(q), 2 * q["norm_values"])


def plain_layers(q):
    """The layers, each of a mixer and a feed-forward part of the kind that the description names."""
    kinds = list(zip(q["mixers"], q["sliding"], q["feed_forwards"]))
    made = {}
    for mixer, slides, feed_forward in dict.fromkeys(kinds):
        parts = MIXERS[mixer](q, slides) + FEED_FORWARDS[feed_forward](q)
        norms = q["norms"](q, mixer, feed_forward) if callable(q["norms"]) else q["norms"]
        made[mixer, slides, feed_forward] = Layer(parts, q["norm_values"] * norms)
    return tuple(made[kind] for kind in kinds)
