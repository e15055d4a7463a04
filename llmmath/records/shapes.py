"""What a decoder is made of: the parts of a layer, layers, and the whole model.

A part (`Attention`, `Mlp`, `Mamba2`, ...) knows the matrices it holds, and everything else follows from them:
parameters (`parameters`), and multiplications, bytes, cache and state of a step (`ledger`). Which
configuration file means which parts is the business of `architectures`.
"""

from collections import Counter, namedtuple
from dataclasses import dataclass
from functools import cached_property

Matrix = namedtuple(
    "Matrix", "component n_inputs n_outputs bias copies copies_per_token stored", defaults=(False, 1, 1, True)
)
Matrix.__doc__ = """A weight matrix of a layer.

component: its name in a count. n_inputs, n_outputs: its sizes [1]. bias: whether `n_outputs` values are
added.
copies: how many of its kind are stored (experts) [1]; copies_per_token: how many of them one token uses [1].
stored: whether its values are its own; False where another layer stores them, which it then shares.
"""


class Part:
    """What a layer does with the residual stream; each kind says what it holds by overriding these.

    window: positions that a token attends to at most [token]; None without a limit. other_values: parameters
    that are in no matrix and in no bias [1]. cache_values_per_token: values that the cache keeps for each
    token [1]. state_values: values kept for a sequence however long it is [1].
    """

    window = None
    other_values = 0
    cache_values_per_token = 0
    state_values = 0

    def matrices(self, d_model):
        """The matrices it holds, for a residual stream of width `d_model`."""
        return ()

    def parameters(self, d_model):
        """All parameters that it stores [1]."""
        stored = [matrix for matrix in self.matrices(d_model) if matrix.stored]
        return self.other_values + sum(m.copies * m.n_outputs * (m.n_inputs + m.bias) for m in stored)


@dataclass(frozen=True)
class Attention(Part):
    """Softmax attention with `n_heads` query heads that share `n_kv_heads` keys and values.

    window: positions that a token attends to at most, itself included [token]; None without a limit.
    qk_norm_values: parameters of norms on queries and keys [1].
    sinks: parameters of attention sinks, one for each head where there are any [1].
    q_bias: whether queries alone have a bias, where that differs from keys and values.
    gated: whether a second query-wide projection gates the result.
    keys_from: "own" keys and values; "keys alone", where the values are the keys; "earlier layer", where
    both are the cache of an earlier layer, and only queries are made.
    n_inputs: width of what queries, keys and values are made from [1]; None for the residual stream.
    stored: whether the weights are its own and not those of an earlier layer.
    """

    n_heads: int
    n_kv_heads: int
    head_dim: int
    window: int | None = None
    qkv_bias: bool = False
    output_bias: bool = False
    qk_norm_values: int = 0
    sinks: int = 0
    q_bias: bool | None = None
    gated: bool = False
    keys_from: str = "own"
    n_inputs: int | None = None
    stored: bool = True

    def matrices(self, d_model):
        """The layer's projections, for a residual stream of width `d_model`."""
        query_width = self.n_heads * self.head_dim
        kv_width = self.n_kv_heads * self.head_dim
        n_inputs = self.n_inputs or d_model
        q_bias = self.qkv_bias if self.q_bias is None else self.q_bias
        gate = (Matrix("attention.gate", n_inputs, query_width, q_bias),) if self.gated else ()
        keys = (Matrix("attention.k", n_inputs, kv_width, self.qkv_bias),)
        values = (Matrix("attention.v", n_inputs, kv_width, self.qkv_bias),)
        made = (
            (Matrix("attention.q", n_inputs, query_width, q_bias),)
            + gate
            + (keys if self.keys_from != "earlier layer" else ())
            + (values if self.keys_from == "own" else ())
            + (Matrix("attention.o", query_width, d_model, self.output_bias),)
        )
        return made if self.stored else tuple(matrix._replace(stored=False) for matrix in made)

    @property
    def other_values(self):
        """Parameters that are in no matrix and in no bias [1]."""
        return self.qk_norm_values + self.sinks if self.stored else 0

    @property
    def cache_values_per_token(self):
        """Values that the cache keeps for each token [1]."""
        return 0 if self.keys_from == "earlier layer" else 2 * self.n_kv_heads * self.head_dim


@dataclass(frozen=True)
class LatentAttention(Part):
    """Multi-head latent attention: keys and values of all heads are made from one small latent per token.

    q_lora_rank: width of the query's own latent [1]; None where queries are projected at once.
    kv_lora_rank: width of the cached latent [1]. nope_head_dim, rope_head_dim: the parts of a query or key
    vector without and with rotary positions [1]; the rotated key is one for all heads. v_head_dim: values in
    a value vector [1]. latent_norms: whether the latents have norms. n_positions_chosen: positions that a
    token attends to at most, where an indexer picks them [token]; the cache keeps all.
    """

    n_heads: int
    q_lora_rank: int | None
    kv_lora_rank: int
    nope_head_dim: int
    rope_head_dim: int
    v_head_dim: int
    bias: bool = False
    latent_norms: bool = True
    n_positions_chosen: int | None = None

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
        return ((self.q_lora_rank or 0) + self.kv_lora_rank) * self.latent_norms

    @property
    def cache_values_per_token(self):
        """Values that the cache keeps for each token: the latent and the one rotated key [1]."""
        return self.kv_lora_rank + self.rope_head_dim


@dataclass(frozen=True)
class Indexer(Part):
    """What picks the positions that sparse attention attends to: a small attention of its own, without
    values.

    n_heads, head_dim: of its queries; all heads share one key [1]. q_rank: width of the latent that queries
    are made from [1]. Each head's score is weighted, by a value for each token and head, and summed up.

    Source: DeepSeek-AI 2025, DeepSeek-V3.2, section 2.1.
    """

    n_heads: int
    head_dim: int
    q_rank: int

    def matrices(self, d_model):
        """Its projections, for a residual stream of width `d_model`."""
        return (
            Matrix("indexer.q", self.q_rank, self.n_heads * self.head_dim),
            Matrix("indexer.k", d_model, self.head_dim),
            Matrix("indexer.weights", d_model, self.n_heads),
        )

    @property
    def other_values(self):
        """Parameters of the norm on its keys, weight and bias [1]."""
        return 2 * self.head_dim

    @property
    def cache_values_per_token(self):
        """Values that the cache keeps for each token: the one key [1]."""
        return self.head_dim


@dataclass(frozen=True)
class Mlp(Part):
    """A feed-forward network with a hidden layer of `d_ff` values; gates (SwiGLU) are a third matrix.

    activation_values: parameters of the activation function [1]. component: its name in a count.
    stored: whether the weights are its own and not those of an earlier layer.
    """

    d_ff: int
    gated: bool
    bias: bool = False
    activation_values: int = 0
    component: str = "mlp"
    stored: bool = True

    def matrices(self, d_model):
        """The layer's matrices, for a residual stream of width `d_model`."""
        made = _feed_forward(self.component, d_model, self.d_ff, self.gated, self.bias)
        return made if self.stored else tuple(matrix._replace(stored=False) for matrix in made)

    @property
    def other_values(self):
        """Parameters that are in no matrix and in no bias [1]."""
        return self.activation_values


@dataclass(frozen=True)
class Projections(Part):
    """Matrices that each multiply every token once, in the order given."""

    made: tuple

    def matrices(self, d_model):
        """The matrices it holds."""
        return self.made


@dataclass(frozen=True)
class AltUp(Part):
    """Alternating updates: of `n_streams` residual streams, a layer computes on one, and the others follow.

    Before the layer the streams are mixed, with factors made from the token's one stream; after it, what
    the layer changed is added to all of them, with factors again. width: of each stream [1].

    Source: Baykal et al. 2023, arXiv:2301.13310, section 3.
    """

    n_streams: int
    width: int

    def matrices(self, d_model):
        """What makes the factors; the router is used before the layer and after it, and stored once."""
        router = Matrix("altup.router", self.width, self.n_streams)
        return (
            router,
            Matrix("altup.prediction", self.n_streams, self.n_streams**2),
            router._replace(stored=False),
            Matrix("altup.correction", self.n_streams, self.n_streams),
        )

    @property
    def other_values(self):
        """Parameters that are in no matrix: the router's norm and the factors of the result [1]."""
        return 2 * self.width


@dataclass(frozen=True)
class Experts(Part):
    """A mixture of `n_experts` feed-forward networks of which a router picks `n_experts_per_token`.

    d_ff: hidden values of one expert [1]. shared_d_ff: hidden values of the experts that every token uses,
    together [1]; 0 where there are none. shared_gate: whether one value per token scales the shared expert.
    gated: whether each expert has a gate. correction: whether a parameter per expert shifts the router's
    choice. n_empty_experts: experts that compute nothing, which the router can pick as well [1]; what is
    counted is a token that picks none of them.
    """

    n_experts: int
    n_experts_per_token: int
    d_ff: int
    shared_d_ff: int = 0
    bias: bool = False
    router_bias: bool = False
    shared_gate: bool = False
    gated: bool = True
    shared_bias: bool = False
    correction: bool = False
    n_empty_experts: int = 0

    def matrices(self, d_model):
        """The layer's matrices, for a residual stream of width `d_model`."""
        n_choices = self.n_experts + self.n_empty_experts
        router = (Matrix("experts.router", d_model, n_choices, self.router_bias),)
        routed = _feed_forward(
            "experts", d_model, self.d_ff, self.gated, self.bias, self.n_experts, self.n_experts_per_token
        )
        shared = gate = ()
        if self.shared_d_ff:
            shared = _feed_forward("shared_experts", d_model, self.shared_d_ff, self.gated, self.shared_bias)
        if self.shared_gate:
            gate = (Matrix("shared_experts.output_gate", d_model, 1),)
        return router + routed + shared + gate

    @property
    def other_values(self):
        """Parameters that are in no matrix and in no bias [1]."""
        return self.n_experts * self.correction


def _feed_forward(component, d_model, d_ff, gated, bias=False, copies=1, copies_per_token=1):
    up = [f"{component}.gate", f"{component}.up"] if gated else [f"{component}.up"]
    return tuple(Matrix(name, d_model, d_ff, bias, copies, copies_per_token) for name in up) + (
        Matrix(f"{component}.down", d_ff, d_model, bias, copies, copies_per_token),
    )


@dataclass(frozen=True)
class Layer:
    """One decoder layer: its parts, in the order in which they compute.

    norm_values: parameters of its norms on the residual stream, and of factors like them [1].
    """

    parts: tuple
    norm_values: int

    @property
    def attention(self):
        """The part that attends to earlier positions; None where the layer has none."""
        return next((part for part in self.parts if isinstance(part, (Attention, LatentAttention))), None)

    @property
    def n_attentions(self):
        """Parts that attend to earlier positions [1]."""
        return sum(isinstance(part, (Attention, LatentAttention)) for part in self.parts)

    @property
    def mlp(self):
        """The feed-forward network or the experts; None where the layer has neither."""
        return next((part for part in self.parts if isinstance(part, (Mlp, Experts))), None)


Table = namedtuple("Table", "component n_rows width")
Table.__doc__ = """A table of which each token reads one row: learned positions, per-layer embeddings.

component: its name in a count. n_rows, width: its sizes [1].
"""


@dataclass(frozen=True)
class Model:
    """A decoder-only language model: its shape, and where the shape is published.

    d_model: width of the residual stream [1]. embedding_width: width of a row of the embedding [1]; where it
    is not d_model, two matrices project in and out. learned_positions: rows of the table of learned
    positions [1], 0 with rotary or other positions. n_positions: the longest sequence it was made for
    [token].
    head: the matrix that turns the stream into outputs: the LM head, or the scores of a classifier; None in
    a base model, which ends with its last norm. tied: whether the LM head is the embedding.
    norm_values: parameters of norms outside the layers [1].
    outer: further matrices outside the layers, through which every token goes. tables: further tables.
    apart: pairs of a name and parameters [1] that published files hold beside this model; they are in no
    total. towers: what turns images or sound into tokens for it, each a `towers.Tower`; in no total either.
    image: the `towers.Image` that their products are counted for; None where none is known.
    notes: sentences that a count is printed with.
    weights: the `stored.StoredWeights` that the configuration or the file states, None where it states none.
    state_dtype: name of the data type that it states for what recurrent layers keep, None without one.
    decoder: type of the language model itself where `architecture` is that of a file with towers, else None.
    weights_unread: why what the configuration states of its weights is not read; None where it is, or where
    it states nothing.
    """

    key: str
    name: str
    source: str
    architecture: str
    d_model: int
    vocabulary_size: int
    embedding_width: int
    tied: bool
    head: Matrix | None
    n_positions: int | None
    learned_positions: int
    norm_values: int
    layers: tuple
    outer: tuple = ()
    tables: tuple = ()
    apart: tuple = ()
    towers: tuple = ()
    image: tuple | None = None
    notes: tuple = ()
    weights: object = None
    state_dtype: str | None = None
    decoder: str | None = None
    weights_unread: str | None = None

    def __hash__(self):
        # What is remembered of models is looked up with each step: a hash of all their layers takes longer
        # than what is remembered.
        return hash((self.key, self.d_model, len(self.layers)))

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
        """The matrices outside the layers: the head, and the projections of a narrow embedding."""
        head = () if self.head is None else (self.head,)
        if self.embedding_width == self.d_model:
            return self.outer + head
        return (
            (Matrix("embedding.project_in", self.embedding_width, self.d_model),)
            + self.outer
            + (Matrix("embedding.project_out", self.d_model, self.embedding_width),)
            + head
        )

    @property
    def is_latent(self):
        """Whether the model has multi-head latent attention."""
        return any(isinstance(part, LatentAttention) for part in self.parts)

    @property
    def parts(self):
        """The parts of all its layers, each kind of layer once."""
        return [part for layer, _ in self.layer_groups for part in layer.parts]

    @property
    def counted_parts(self):
        """Pairs of a part and how many layers have it [1]."""
        return [(part, count) for layer, count in self.layer_groups for part in layer.parts]

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
        parts = self.parts
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
