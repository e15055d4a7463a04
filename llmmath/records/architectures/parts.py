"""From quantities to parts: what each kind of mixer and of feed-forward network is made of.

A *mixer* moves information between positions (attention, recurrence, convolution); a *feed-forward* part
works on each position alone. A description names the kinds of its layers (`mixers`, `feed_forwards`), and the
tables MIXERS and FEED_FORWARDS say which function makes the parts of each kind.
"""

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


def nothing(*_):
    """No part: the layer has the other kind only."""
    return ()


MIXERS = {"attention": attention, "latent": latent_attention, "none": nothing}
FEED_FORWARDS = {"mlp": mlp, "experts": experts, "none": nothing}


def plain_layers(q):
    """The layers, each of a mixer and a feed-forward part of the kind that the description names."""
    kinds = list(zip(q["mixers"], q["sliding"], q["feed_forwards"]))
    made = {}
    for mixer, slides, feed_forward in dict.fromkeys(kinds):
        parts = MIXERS[mixer](q, slides) + FEED_FORWARDS[feed_forward](q)
        norms = q["norms"](q, mixer, feed_forward) if callable(q["norms"]) else q["norms"]
        made[mixer, slides, feed_forward] = Layer(parts, q["norm_values"] * norms)
    return tuple(made[kind] for kind in kinds)
