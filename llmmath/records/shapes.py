"""What a decoder is made of: attention, MLP or experts, layers, and the whole model.

A part knows the matrices it holds, and everything else follows from them: parameters (`parameters`), and
multiplications, bytes and cache of a step (`ledger`). Which configuration file means which parts is the
business of `architectures`.
"""

from collections import Counter, namedtuple
from dataclasses import dataclass
from functools import cached_property

Matrix = namedtuple(
    "Matrix", "component n_inputs n_outputs bias copies copies_per_token", defaults=(False, 1, 1)
)
Matrix.__doc__ = """A weight matrix of a layer.

component: its name in a count. n_inputs, n_outputs: its sizes [1]. bias: whether `n_outputs` values are
added.
copies: how many of its kind are stored (experts) [1]; copies_per_token: how many of them one token uses [1].
"""


@dataclass(frozen=True)
class Attention:
    """Softmax attention with `n_heads` query heads that share `n_kv_heads` keys and values.

    window: positions that a token attends to at most, itself included [token]; None without a limit.
    query_norm_values, key_norm_values: parameters of norms on queries and keys [1].
    sinks: parameters of attention sinks, one for each head where there are any [1].
    """

    n_heads: int
    n_kv_heads: int
    head_dim: int
    window: int | None = None
    qkv_bias: bool = False
    output_bias: bool = False
    qk_norm_values: int = 0
    sinks: int = 0

    def matrices(self, d_model):
        """The layer's projections, for a residual stream of width `d_model`."""
        query_width = self.n_heads * self.head_dim
        kv_width = self.n_kv_heads * self.head_dim
        return (
            Matrix("attention.q", d_model, query_width, self.qkv_bias),
            Matrix("attention.k", d_model, kv_width, self.qkv_bias),
            Matrix("attention.v", d_model, kv_width, self.qkv_bias),
            Matrix("attention.o", query_width, d_model, self.output_bias),
        )

    @property
    def other_values(self):
        """Parameters that are in no matrix and in no bias [1]."""
        return self.qk_norm_values + self.sinks

    @property
    def cache_values_per_token(self):
        """Values that the cache keeps for each token [1]."""
        return 2 * self.n_kv_heads * self.head_dim


@dataclass(frozen=True)
class LatentAttention:
    """Multi-head latent attention: keys and values of all heads are made from one small latent per token.

    q_lora_rank: width of the query's own latent [1]; None where queries are projected at once.
    kv_lora_rank: width of the cached latent [1]. nope_head_dim, rope_head_dim: the parts of a query or key
    vector without and with rotary positions [1]; the rotated key is one for all heads. v_head_dim: values in
    a value vector [1].
    """

    n_heads: int
    q_lora_rank: int | None
    kv_lora_rank: int
    nope_head_dim: int
    rope_head_dim: int
    v_head_dim: int
    bias: bool = False
    window: None = None

    def matrices(self, d_model):
        """The layer's projections, for a residual stream of width `d_model`."""
        query_width = self.n_heads * (self.nope_head_dim + self.rope_head_dim)
        if self.q_lora_rank is None:
            query = (Matrix("attention.q", d_model, query_width),)
        else:
            query = (
                Matrix("attention.q_down", d_model, self.q_lora_rank, self.bias),
                Matrix("attention.q_up", self.q_lora_rank, query_width),
            )
        return query + (
            Matrix("attention.kv_down", d_model, self.kv_lora_rank + self.rope_head_dim, self.bias),
            Matrix("attention.k_up", self.kv_lora_rank, self.n_heads * self.nope_head_dim),
            Matrix("attention.v_up", self.kv_lora_rank, self.n_heads * self.v_head_dim),
            Matrix("attention.o", self.n_heads * self.v_head_dim, d_model, self.bias),
        )

    @property
    def other_values(self):
        """Parameters that are in no matrix and in no bias: the norms of the latents [1]."""
        return (self.q_lora_rank or 0) + self.kv_lora_rank

    @property
    def cache_values_per_token(self):
        """Values that the cache keeps for each token: the latent and the one rotated key [1]."""
        return self.kv_lora_rank + self.rope_head_dim


@dataclass(frozen=True)
class Mlp:
    """A feed-forward network with a hidden layer of `d_ff` values; gates (SwiGLU) are a third matrix."""

    d_ff: int
    gated: bool
    bias: bool = False

    def matrices(self, d_model):
        """The layer's matrices, for a residual stream of width `d_model`."""
        return _feed_forward("mlp", d_model, self.d_ff, self.gated, self.bias)


@dataclass(frozen=True)
class Experts:
    """A mixture of `n_experts` feed-forward networks of which a router picks `n_experts_per_token`.

    d_ff: hidden values of one expert [1]. shared_d_ff: hidden values of the experts that every token uses,
    together [1]; 0 where there are none.
    """

    n_experts: int
    n_experts_per_token: int
    d_ff: int
    shared_d_ff: int = 0
    bias: bool = False
    router_bias: bool = False

    def matrices(self, d_model):
        """The layer's matrices, for a residual stream of width `d_model`."""
        router = (Matrix("experts.router", d_model, self.n_experts, self.router_bias),)
        routed = _feed_forward(
            "experts", d_model, self.d_ff, True, self.bias, self.n_experts, self.n_experts_per_token
        )
        shared = _feed_forward("shared_experts", d_model, self.shared_d_ff, True) if self.shared_d_ff else ()
        return router + routed + shared


def _feed_forward(component, d_model, d_ff, gated, bias=False, copies=1, copies_per_token=1):
    up = [f"{component}.gate", f"{component}.up"] if gated else [f"{component}.up"]
    return tuple(Matrix(name, d_model, d_ff, bias, copies, copies_per_token) for name in up) + (
        Matrix(f"{component}.down", d_ff, d_model, bias, copies, copies_per_token),
    )


@dataclass(frozen=True)
class Layer:
    """One decoder layer. norm_values: parameters of its norms on the residual stream [1]."""

    attention: Attention | LatentAttention
    mlp: Mlp | Experts
    norm_values: int


@dataclass(frozen=True)
class Model:
    """A decoder-only language model: its shape, and where the shape is published.

    d_model: width of the residual stream [1]. embedding_width: width of a row of the embedding [1]; where it
    is not d_model, two matrices project in and out. learned_positions: rows of the table of learned
    positions [1], 0 with rotary or other positions. n_positions: the longest sequence it was made for
    [token].
    tied: whether the LM head is the embedding. norm_values: parameters of norms outside the layers [1].
    """

    key: str
    name: str
    source: str
    architecture: str
    d_model: int
    vocabulary_size: int
    embedding_width: int
    tied: bool
    head_bias: bool
    n_positions: int | None
    learned_positions: int
    norm_values: int
    layers: tuple

    @property
    def n_layers(self):
        """Decoder layers [1]."""
        return len(self.layers)

    @cached_property
    def layer_groups(self):
        """Pairs of a layer and how many layers are equal to it [1], in order of first appearance."""
        return tuple(Counter(self.layers).items())

    @cached_property
    def outer_matrices(self):
        """The matrices outside the layers: the LM head, and the projections of a narrow embedding."""
        head = Matrix("lm_head", self.embedding_width, self.vocabulary_size, self.head_bias)
        if self.embedding_width == self.d_model:
            return (head,)
        return (
            Matrix("embedding.project_in", self.embedding_width, self.d_model),
            Matrix("embedding.project_out", self.d_model, self.embedding_width),
            head,
        )

    @property
    def is_latent(self):
        """Whether the model has multi-head latent attention."""
        return any(isinstance(layer.attention, LatentAttention) for layer, _ in self.layer_groups)

    def quantities(self):
        """Formula argument name -> value, for each quantity that is one number for the whole model.

        A model with experts has no single `d_ff`, one with latent attention no `head_dim`; such names are
        left out, so that a formula that needs them says so instead of giving a wrong figure.
        """
        from . import parameters

        found = {
            "n_layers": self.n_layers,
            "d_model": self.d_model,
            "vocabulary_size": self.vocabulary_size,
            "n_parameters": parameters.stored(self),
            "n_active_parameters": parameters.active(self),
        }
        parts = [part for layer, _ in self.layer_groups for part in (layer.attention, layer.mlp)]
        per_kind = {
            Attention: ("n_heads", "n_kv_heads", "head_dim"),
            LatentAttention: ("n_heads", "kv_lora_rank", "rope_head_dim"),
            Mlp: ("d_ff",),
            Experts: ("n_experts", "n_experts_per_token"),
        }
        has_experts = any(isinstance(part, Experts) for part in parts)
        for kind, names in per_kind.items():
            for name in names:
                values = {getattr(part, name) for part in parts if isinstance(part, kind)}
                if len(values) == 1 and not (name == "d_ff" and has_experts):
                    found[name] = values.pop()
        return found
