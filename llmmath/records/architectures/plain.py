"""What holds where the description of an architecture says nothing else."""

from ..fields import HEADS, LAYERS, POSITIONS, VOCABULARY, Flag, Names, Size
from .parts import plain_layers
from .rules import (
    d_model,
    d_model_over_heads,
    experts_where_mixed,
    n_heads,
    no_layer_slides,
)

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
    "mixers": lambda q: ("attention",) * q["n_layers"],
    "mixture": None,  # which layers have experts; None where none has
    "feed_forwards": experts_where_mixed,
    "attention_gated": False,
    "n_positions_chosen": None,
    "activation_values": 0,
    "shared_d_ff": 0,
    "shared_gate": False,
    "shared_bias": False,
    "expert_bias": lambda q: q["mlp_bias"],
    "router_bias": False,
    "correction": False,
    "norm_values": lambda q: q["d_model"] * (q["norm_has_weight"] + q["norm_has_bias"]),
    "qk_norm_has_bias": lambda q: q["norm_has_bias"],
    "outer_norms": lambda q: q["final_norm"] + q["embedding_norm"],
    "outer_norm_values": lambda q: q["norm_values"] * q["outer_norms"],
    "layers": plain_layers,
    "outer": (),
    "tables": (),
    "apart": (),
    "notes": (),
    "n_labels": Size("num_labels", missing=None, null=None),
    "class_names": {},  # names of classes outside transformers, and which of its classes they are
    "refused": (),  # (quantity, the only value that is counted)
    "has_encoder": Flag("is_encoder_decoder", missing=False),
    "layer_types": Names(
        "layer_types", known=("full_attention", "sliding_attention"), missing=None, null=None
    ),
}
