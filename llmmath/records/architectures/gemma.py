"""Gemma 3n and Gemma 4: each layer has sizes and inputs of its own, and late ones share earlier ones' keys.

Source: modeling_gemma3n.py and modeling_gemma4.py of Hugging Face transformers 5.23.0.
"""

from ...errors import InputError, shown
from ..fields import EXPERTS, HEADS, LAYERS, POSITIONS, VOCABULARY, Flag, Section, Size, SizesByLayer, Word
from ..shapes import AltUp, Attention, Experts, Layer, Matrix, Mlp, Projections, Table
from .dense import GEMMA3
from .rules import all_but_every_nth_layer_slide, stated_layers_slide

# --- rules ------------------------------------------------------------------------------------------------


def layers_with_keys_of_earlier_ones(q):
    """Which layers take keys and values of the last layer of their kind before the shared ones."""
    n_layers, n_shared = q["n_layers"], q["n_shared_layers"]
    first = n_layers - n_shared
    if n_shared and set(q["sliding"][: max(first, 0)]) != set(q["sliding"]):
        q.refuse(
            "n_shared_layers",
            f"so few of the {n_layers} layers that those before hold one of each kind, sliding and full",
        )
    return tuple(i >= first for i in range(n_layers))


def widths_by_layer(q):
    """The hidden width of each layer's MLP, out of a list or one number for all."""
    stated = q["stated_d_ff"]
    if isinstance(stated, int):
        return (stated,) * q["n_layers"]
    if len(stated) != q["n_layers"]:
        q.refuse("stated_d_ff", f"one number, or one for each of the {q['n_layers']} layers")
    return tuple(stated)


def last_layer_full(q):
    """The layers that `layer_types` or the pattern names, but the last attends to everything."""
    return stated_layers_slide(q)[:-1] + (False,)


def per_layer_table(q):
    """The table with a row of `n_layers` embeddings for each token, where there is one."""
    width = q["n_layers"] * q["per_layer_width"]
    return (Table("per_layer.embedding", q["per_layer_vocabulary"], width),) if width else ()


def per_layer_projection(q):
    """What makes the layers' own inputs from a token's embedding, beside the table."""
    width = q["n_layers"] * q["per_layer_width"]
    return (Matrix("per_layer.project", q["d_model"], width),) if width else ()


def per_layer_input(q):
    """How a layer takes its own input: a gate down to its width, and back."""
    if not q["per_layer_width"]:
        return ()
    gate = Matrix("per_layer.gate", q["d_model"], q["per_layer_width"])
    return (Projections((gate, Matrix("per_layer.out", q["per_layer_width"], q["d_model"]))),)


def gemma3n_outer(q):
    """Each token's embedding is projected into the further streams, and these back, after all layers."""
    further = (q["n_streams"] - 1) * q["d_model"]
    streams = (
        Matrix("altup.project_in", q["d_model"], further),
        Matrix("altup.project_out", further, q["d_model"]),
    )
    return per_layer_projection(q) + (streams if further else ())


def gemma3n_layers(q):
    """Layers of one stream among several, with a low-rank path beside attention."""
    d_model, rank = q["d_model"], q["laurel_rank"]
    around = AltUp(q["n_streams"], d_model)
    laurel = Projections((Matrix("laurel.down", d_model, rank), Matrix("laurel.up", rank, d_model)))
    return tuple(
        Layer(
            (
                around,
                laurel,
                _attention(q, slides, shares, q["head_dim"], q["n_kv_heads"]),
                Mlp(d_ff, gated=True),
            )
            + per_layer_input(q),
            # before and after attention and MLP, after the low-rank path, after the layer's own input
            6 * d_model,
        )
        for slides, shares, d_ff in zip(q["sliding"], q["shared"], q["d_ff"])
    )


def keys_of_sharing_layers(q):
    """What published files of Gemma 3n hold and no layer uses: keys and values of layers that take others'.

    With it the published totals of both sizes leave the same number for their vision tower (see
    tests/llmmath/records/test_wrappers.py).
    """
    width = q["n_kv_heads"] * q["head_dim"]
    values = q["head_dim"] + 2 * width * (q["d_model"] + q["qkv_bias"])
    n_shared = sum(q["shared"])
    return (("unused keys and values", n_shared * values),) if n_shared else ()


def gemma4_layers(q):
    """Layers whose heads are wider where they attend to everything, at times with experts beside the MLP."""
    made = []
    for i, (slides, shares) in enumerate(zip(q["sliding"], q["shared"])):
        head_dim, n_kv_heads = (q["head_dim"], q["n_kv_heads"]) if slides else _full_heads(q, i)
        parts = [
            _attention(q, slides, shares, head_dim, n_kv_heads, not slides and q["keys_are_values"]),
            Mlp(q["stated_d_ff"] * (2 if shares and q["double_width"] else 1), gated=True),
        ]
        norm_values = (4 + bool(q["per_layer_width"])) * q["d_model"]
        if q["mixed"]:
            parts.append(Experts(q["n_experts"], q["n_experts_per_token"], q["d_expert"]))
            # three more norms, and the router's factors: one for each channel, one for each expert
            norm_values += 4 * q["d_model"] + q["n_experts"]
        made.append(Layer(tuple(parts) + per_layer_input(q), norm_values))
    return tuple(made)


def _full_heads(q, i):
    """Head width and key-value heads of a layer that attends to everything.

    Published files state them once; transformers writes them for each layer.
    """
    n_kv_heads = q["n_kv_heads"]
    if q["by_layer"] is None:
        if q["keys_are_values"] and q["full_kv_heads"] is not None:
            n_kv_heads = q["full_kv_heads"]
        stated = {"head_dim": q["full_head_dim"]}
    else:
        # keys are layer numbers, with leading zeros
        stated = next((v for k, v in q["by_layer"].items() if k.isdecimal() and int(k) == i), {})
    stated = {"head_dim": q["head_dim"], "num_key_value_heads": n_kv_heads} | (
        stated if isinstance(stated, dict) else {"head_dim": stated}
    )
    for name, high in (("head_dim", 10**6), ("num_key_value_heads", HEADS)):
        value = stated[name]
        if type(value) is not int or not 1 <= value <= high:
            raise InputError(
                f"{q.where}: per_layer_config: {name} of layer {i} is {shown(value)};"
                f" expected an integer from 1 to {high}"
            )
    if q["n_heads"] % stated["num_key_value_heads"]:
        raise InputError(
            f"{q.where}: layer {i} has {stated['num_key_value_heads']} key-value heads;"
            f" expected a divisor of the number of query heads, {q['n_heads']}"
        )
    return stated["head_dim"], stated["num_key_value_heads"]


def _attention(q, slides, shares, head_dim, n_kv_heads, keys_alone=False):
    keys_from = "earlier layer" if shares else "keys alone" if keys_alone else "own"
    return Attention(
        n_heads=q["n_heads"],
        n_kv_heads=n_kv_heads,
        head_dim=head_dim,
        window=q["window"] if slides else None,
        qkv_bias=q["qkv_bias"],
        output_bias=q["output_bias"],
        qk_norm_values=head_dim * (1 if shares else 2),
        keys_from=keys_from,
    )


# --- descriptions -----------------------------------------------------------------------------------------

GEMMA3N = GEMMA3 | {
    "vocabulary_size": Size("vocab_size", high=VOCABULARY, missing=262_400),
    "n_kv_heads": Size("num_key_value_heads", high=HEADS, missing=2),
    "stated_d_ff": SizesByLayer("intermediate_size"),
    "d_ff": widths_by_layer,
    "window": Size("sliding_window", high=POSITIONS, missing=512),
    "pattern": 5,
    "n_shared_layers": Size("num_kv_shared_layers", low=0, high=LAYERS, missing=15),
    "shared": layers_with_keys_of_earlier_ones,
    "n_streams": Size("altup_num_inputs", high=100, missing=4),
    "laurel_rank": Size("laurel_rank", missing=64),
    "per_layer_width": Size("hidden_size_per_layer_input", missing=256),
    "per_layer_vocabulary": Size("vocab_size_per_layer_input", high=VOCABULARY, missing=262_144),
    "layers": gemma3n_layers,
    "apart": keys_of_sharing_layers,
    "outer": gemma3n_outer,
    "tables": per_layer_table,
    "outer_norm_values": lambda q: q["d_model"] + q["per_layer_width"],
}

GEMMA4 = GEMMA3 | {
    "vocabulary_size": Size("vocab_size", high=VOCABULARY, missing=262_144),
    "stated_head_dim": Size("head_dim", missing=256),
    "head_dim": lambda q: q["stated_head_dim"],
    "stated_d_ff": Size("intermediate_size"),
    "d_ff": lambda q: q["stated_d_ff"],
    "window": Size("sliding_window", high=POSITIONS, missing=512),
    "pattern": 6,
    "default_sliding": all_but_every_nth_layer_slide,
    "sliding": last_layer_full,
    "full_head_dim": Size("global_head_dim", missing=512),
    "full_kv_heads": Size("num_global_key_value_heads", high=HEADS, missing=None, null=None),
    "by_layer": Section("per_layer_config", missing=None, null=None),
    "keys_are_values": Flag("attention_k_eq_v", missing=False),
    "n_shared_layers": Size("num_kv_shared_layers", low=0, high=LAYERS, missing=0),
    "shared": layers_with_keys_of_earlier_ones,
    "double_width": Flag("use_double_wide_mlp", missing=False),
    "per_layer_width": Size("hidden_size_per_layer_input", low=0, missing=256, null=0),
    "per_layer_vocabulary": Size("vocab_size_per_layer_input", high=VOCABULARY, missing=262_144),
    "mixed": Flag("enable_moe_block", missing=False),
    "stated_n_experts": Size("num_experts", high=EXPERTS, missing=None, null=None),
    "stated_n_experts_per_token": Size("top_k_experts", high=EXPERTS, missing=None, null=None),
    "stated_d_expert": Size("moe_intermediate_size", missing=None, null=None),
    "n_experts": lambda q: _of_mixture(q, "stated_n_experts"),
    "n_experts_per_token": lambda q: _of_mixture(q, "stated_n_experts_per_token"),
    "d_expert": lambda q: _of_mixture(q, "stated_d_expert"),
    "feed_forwards": lambda q: ("experts" if q["mixed"] else "mlp",) * q["n_layers"],
    # Images are read in both directions where the file says "vision"; text never is.
    "looks_ahead": Word("use_bidirectional_attention", missing=None, null=None),
    "refused": (("looks_ahead", lambda q: "vision" if q["looks_ahead"] == "vision" else None),),
    "layers": gemma4_layers,
    "outer": per_layer_projection,
    "tables": per_layer_table,
    "outer_norm_values": lambda q: q["d_model"] + q["per_layer_width"],
}


def _of_mixture(q, quantity):
    """A size that has to be in the file where the model has experts."""
    if q[quantity] is None and q["mixed"]:
        q.refuse(quantity, "an integer from 1, since enable_moe_block is true")
    return q[quantity]


ARCHITECTURES = {"gemma3n_text": GEMMA3N, "gemma4_text": GEMMA4}
