"""The ledger: every operation of one step of a model. Counts, bytes, time and memory are sums over it.

Two conventions. A *multiplication* is one multiply of a matrix product; a FLOP count is twice that, and
biases, norms, softmax and activation functions are not among them. "Attends to n positions" means n - 1
cached tokens and the new token itself.

`n_context`, `n_tokens` and `batch` may be NumPy arrays (of floats, where products pass 2**63); the quantities
of the operations then are arrays too.
"""

from collections import namedtuple
from functools import cache

from .formulas.extremes import smaller
from .formulas.multiplications import attention_multiplications, causal_pairs, matrix_multiplications
from .formulas.recurrence import causal_chunk_pairs, chunk_pairs
from .records.recurrent import Recurrent
from .records.shapes import AltUp, Attention, Indexer, LatentAttention

FORMS = ("absorbed", "reexpanding", "expanded_cache")

Operation = namedtuple(
    "Operation",
    "component kind multiplications weight_values copies copies_per_token"
    " cache_values_read cache_values_written activation_values_read activation_values_written"
    " state_values_read state_values_written bias_values layers",
    defaults=(0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 1),
)
Operation.__doc__ = """One kind of operation in one step, summed over the layers that do it.

component: its name, "attention.q" and the like.
kind: "weight" (activations times a weight matrix), "attention" (queries with keys, weights with values, and
    other products of activations with one another),
    "state" (products with the state of a recurrent layer), "lookup" (rows read from a table) or "elementwise"
    (norms).
multiplications: of matrix products, over the whole batch [1].
weight_values: weights of one copy, over all layers [1]. A step reads them once for the whole batch. Where
    copies > 1 they are experts': the step reads as many copies as the batch's tokens pick.
copies: copies stored, the number of experts [1]. copies_per_token: copies that one token uses [1].
cache_values_read, cache_values_written: of the KV cache, over the whole batch [1].
activation_values_read, activation_values_written: inputs and results that are not weights or cache [1].
state_values_read, state_values_written: of the state that recurrent layers keep for each sequence, over the
    whole batch [1].
bias_values: of `weight_values`, those of biases, which may be stored in another type [1].
layers: how many layers do it, one after the other [1].
"""


def decode(model, n_context, batch=1, form="absorbed"):
    """The operations of one decoding step: one new token for each query of the batch.

    Args:
        model: a `shapes.Model`.
        n_context: positions the new token attends to, itself included [token].
        batch: queries decoded together [1].
        form: how latent attention is computed: "absorbed" (queries are taken to the latent's space),
            "reexpanding" (keys and values of all positions are made from the latents in each step), or
            "expanded_cache" (they are cached after being made once). Other attention has one form only.

    Returns:
        list of Operation.

    Source: see the formulas of `multiplications`; compared with PyTorch's FlopCounterMode in
        tests/data/hf-counts.json and with an instrumented forward pass in tests/llmmath/.
    """
    return _remembered(model, _Decode, (n_context, batch), form)


def prefill(model, n_tokens, batch=1, scores="full", logits="all", form="absorbed"):
    """The operations of reading a prompt of `n_tokens` tokens at once.

    Args:
        model: a `shapes.Model`.
        n_tokens: tokens of each query's prompt [token].
        batch: queries processed together [1].
        scores: "full" computes the whole n x n matrix of scores in every layer, as plain implementations do;
            "causal" only the pairs that causality, and a layer's window, leave.
        logits: "all" positions, or the "last" one only.
        form: as in `decode`; latents are expanded once, so "reexpanding" and "expanded_cache" cost the same.

    Returns:
        list of Operation.

    Source: as `decode`.
    """
    return _remembered(model, _Prefill, (n_tokens, batch, scores == "full", logits == "all"), form)


class _Decode:
    """Tokens, pairs and cache positions of one decoding step."""

    def __init__(self, n_context, batch):
        self.tokens = self.logits = batch
        self.batch = batch
        self.n_context = n_context

    def positions(self, window):
        """Positions of the cache that are read, over the batch [token]."""
        return self.batch * (self.n_context if window is None else smaller(self.n_context, window))

    pairs = positions
    # Each query adds one token to its own state, which is read and written once.
    chunks = None

    @property
    def state_reads(self):
        """How many states are read [1]."""
        return self.batch


class _Prefill:
    """Tokens, pairs and cache positions of reading a prompt."""

    def __init__(self, n_tokens, batch, full, all_logits):
        self.tokens = batch * n_tokens
        self.logits = self.tokens if all_logits else batch
        self.batch = batch
        self.n_tokens = n_tokens
        self.full = full

    def positions(self, window):
        """Positions of the cache that are read: each once, attention being computed in one pass [token]."""
        return self.tokens

    def pairs(self, window):
        """Pairs of a token and a position for which a score is computed [1]."""
        if self.full:
            return self.tokens * self.n_tokens
        window = self.n_tokens if window is None else window
        return self.batch * causal_pairs(n_tokens=self.n_tokens, window=window)

    # States start empty, and stay on the chip from chunk to chunk: they are written once.
    state_reads = 0

    def chunks(self, chunk_length):
        """Pairs within chunks that are computed [1], and those of a token and an earlier one [1]."""
        causal = self.batch * causal_chunk_pairs(n_tokens=self.n_tokens, chunk_length=chunk_length)
        if not self.full:
            return causal, causal - self.tokens
        return self.batch * chunk_pairs(
            n_tokens=self.n_tokens, chunk_length=chunk_length
        ), causal - self.tokens


# Steps that were listed last. One answer asks for the same few steps many times over.
_LISTED = {}
_MOST_LISTED = 64


def _remembered(model, kind, quantities, form):
    """The operations of a step, those of whole numbers remembered; arrays are listed each time."""
    if not all(type(quantity) in (int, bool) for quantity in quantities):
        return _step(model, kind(*quantities), form)
    key = (model, kind, quantities, form)
    if key not in _LISTED:
        if len(_LISTED) >= _MOST_LISTED:
            _LISTED.clear()
        _LISTED[key] = _step(model, kind(*quantities), form)
    return list(_LISTED[key])


def _step(model, step, form):
    if form not in FORMS:
        raise ValueError(f"form is {form!r}; expected one of {', '.join(FORMS)}")
    rows = step.tokens * model.embedding_width
    operations = [
        Operation("embedding", "lookup", activation_values_written=rows, activation_values_read=rows)
    ]
    if model.learned_positions:
        rows = step.tokens * model.d_model
        operations.append(
            Operation("positions", "lookup", activation_values_written=rows, activation_values_read=rows)
        )
    for table in model.tables:
        rows = step.tokens * table.width
        operations.append(
            Operation(table.component, "lookup", activation_values_written=rows, activation_values_read=rows)
        )
    norm_values = model.norm_values
    for layer, count in model.layer_groups:
        for part in layer.parts:
            computed = _recurrent if isinstance(part, Recurrent) else _OPERATIONS.get(type(part), _products)
            operations += computed(part, model.d_model, count, step, form)
        norm_values += count * (layer.norm_values + sum(part.other_values for part in layer.parts))
    for matrix in model.outer_matrices:
        # The head alone may be computed for the last position only: what comes before it is part of the
        # decoder, which gives its result for every position.
        tokens = step.logits if matrix is model.head else step.tokens
        operations.append(_product(matrix, 1, tokens))
    stream = 2 * sum(count for _, count in model.layer_groups) * step.tokens * model.d_model
    operations.append(
        Operation(
            "norms",
            "elementwise",
            0,
            norm_values,
            activation_values_read=stream,
            activation_values_written=stream,
        )
    )
    return operations


def _product(matrix, count, tokens, cache_values_written=0):
    """The product of `tokens` vectors with a matrix that `count` layers have."""
    used = count * matrix.copies_per_token
    biases = count * matrix.n_outputs * matrix.bias
    return Operation(
        matrix.component,
        "weight",
        used * matrix_multiplications(n_tokens=tokens, n_inputs=matrix.n_inputs, n_outputs=matrix.n_outputs),
        count * matrix.n_inputs * matrix.n_outputs + biases,
        matrix.copies,
        matrix.copies_per_token,
        cache_values_written=cache_values_written,
        activation_values_read=used * tokens * matrix.n_inputs,
        activation_values_written=used * tokens * matrix.n_outputs,
        bias_values=biases,
        layers=count,
    )


@cache
def _matrices(part, d_model):
    """The matrices of a part, which every step asks for anew."""
    return tuple(part.matrices(d_model))


def _products(part, d_model, count, step, form):
    """What a part does that only multiplies each token with its matrices."""
    return [_product(matrix, count, step.tokens) for matrix in _matrices(part, d_model)]


def _attention(attention, d_model, count, step, form):
    *projections, o = _matrices(attention, d_model)
    pairs = step.pairs(attention.window)
    cache_read = count * step.positions(attention.window) * attention.n_kv_heads * attention.head_dim
    written = count * step.tokens * attention.n_kv_heads * attention.head_dim
    queries = count * step.tokens * attention.n_heads * attention.head_dim
    scores = count * pairs * attention.n_heads
    product = count * attention_multiplications(
        n_pairs=pairs, n_heads=attention.n_heads, head_dim=attention.head_dim
    )
    caching = {"attention.k": written, "attention.v": written}
    if attention.keys_from == "keys alone":
        caching["attention.k"] = 2 * written
    return [_product(m, count, step.tokens, caching.get(m.component, 0)) for m in projections] + [
        Operation(
            "attention.scores",
            "attention",
            product,
            cache_values_read=cache_read,
            activation_values_read=queries,
            activation_values_written=scores,
            layers=count,
        ),
        Operation(
            "attention.values",
            "attention",
            product,
            cache_values_read=cache_read,
            activation_values_read=scores,
            activation_values_written=queries,
            layers=count,
        ),
        _product(o, count, step.tokens),
    ]


def _latent_attention(attention, d_model, count, step, form):
    *query, kv_down, k_up, v_up, o = _matrices(attention, d_model)
    pairs = step.pairs(attention.n_positions_chosen)
    positions = step.positions(attention.n_positions_chosen)
    heads = attention.n_heads
    absorbed = form == "absorbed"
    # Absorbed, k_up and v_up multiply the new token's query and result; otherwise they make keys and values,
    # of all positions in each step or, with these cached, of the new tokens only.
    expanded = positions if form == "reexpanding" else step.tokens
    rope = attention.rope_head_dim
    key_dim = (attention.kv_lora_rank if absorbed else attention.nope_head_dim) + rope
    value_dim = attention.kv_lora_rank if absorbed else attention.v_head_dim
    per_token = attention.cache_values_per_token
    if form == "expanded_cache":
        per_token = heads * (attention.nope_head_dim + rope + attention.v_head_dim)
    scores = count * pairs * heads
    return [_product(matrix, count, step.tokens) for matrix in query] + [
        _product(kv_down, count, step.tokens, count * step.tokens * per_token),
        _product(k_up, count, expanded),
        # The latents are read once for scores and values together: keys and values are the same bytes.
        Operation(
            "attention.scores",
            "attention",
            count * attention_multiplications(n_pairs=pairs, n_heads=heads, head_dim=key_dim),
            cache_values_read=count * positions * per_token,
            activation_values_read=count * step.tokens * heads * key_dim,
            activation_values_written=scores,
            layers=count,
        ),
        Operation(
            "attention.values",
            "attention",
            count * attention_multiplications(n_pairs=pairs, n_heads=heads, head_dim=value_dim),
            activation_values_read=scores,
            activation_values_written=count * step.tokens * heads * value_dim,
            layers=count,
        ),
        _product(v_up, count, expanded),
        _product(o, count, step.tokens),
    ]


def _recurrent(part, d_model, count, step, form):
    *before, out = _matrices(part, d_model)
    state = count * part.state_values
    return (
        [_product(matrix, count, step.tokens) for matrix in before]
        # What the state moves stands apart from its products, which share it.
        + [
            Operation(
                f"{part.component}.state",
                "elementwise",
                state_values_read=state * step.state_reads,
                state_values_written=state * step.batch,
                layers=count,
            )
        ]
        + [
            Operation(component, "state", count * multiplications, layers=count)
            for component, multiplications in part.products(step.tokens, step.chunks)
        ]
        + [_product(out, count, step.tokens)]
    )


def _indexer(indexer, d_model, count, step, form):
    q, k, weights = _matrices(indexer, d_model)
    pairs = step.pairs(None)
    heads, head_dim = indexer.n_heads, indexer.head_dim
    scores = count * pairs * heads
    return [
        _product(q, count, step.tokens),
        _product(k, count, step.tokens, count * step.tokens * head_dim),
        _product(weights, count, step.tokens),
        Operation(
            "indexer.scores",
            "attention",
            count * attention_multiplications(n_pairs=pairs, n_heads=heads, head_dim=head_dim),
            cache_values_read=count * step.positions(None) * head_dim,
            activation_values_read=count * step.tokens * heads * head_dim,
            activation_values_written=scores,
            layers=count,
        ),
        Operation(
            "indexer.sum",
            "attention",
            scores,
            activation_values_read=scores + count * step.tokens * heads,
            activation_values_written=count * pairs,
            layers=count,
        ),
    ]


def _altup(altup, d_model, count, step, form):
    values = count * step.tokens * altup.n_streams * altup.width
    mix = Operation(
        "altup.mix",
        "attention",
        altup.n_streams * values,
        activation_values_read=values,
        activation_values_written=values,
        layers=count,
    )
    return _products(altup, d_model, count, step, form) + [mix]


# How each kind of part is computed; a kind that is not named only multiplies each token with its matrices.
_OPERATIONS = {AltUp: _altup, Attention: _attention, Indexer: _indexer, LatentAttention: _latent_attention}


def fused(operations):
    """The operations in groups, each of which engines run as one.

    What attention and recurrences make in between never leaves the chip: scores are used where they were
    made, and a state is updated and multiplied in one pass. So the bytes of one of a group are read while
    another multiplies. Products with weights each stand alone.

    Args:
        operations: what `decode` or `prefill` returned.

    Returns:
        list of lists of Operation, in the same order.

    Source: Dao et al. 2022, arXiv:2205.14135, section 3.1, for attention; Gu and Dao 2023, arXiv:2312.00752,
        section 3.3, for states.
    """
    groups = []
    before = None
    for operation in operations:
        part = None
        if operation.kind in ("attention", "state") or operation.component.endswith(".state"):
            part = operation.component.split(".")[0]
        if part is not None and part == before:
            groups[-1].append(operation)
        else:
            groups.append([operation])
        before = part
    return groups


def components(operations):
    """Multiplications by component, in the order in which they first happen.

    Args:
        operations: what `decode` or `prefill` returned.

    Returns:
        dict: component -> multiplications [1]; lookups and norms, which have none, are left out.

    Source: sum of the ledger.
    """
    found = {}
    for operation in operations:
        if operation.kind in ("weight", "attention", "state"):
            found[operation.component] = found.get(operation.component, 0) + operation.multiplications
    return found


def multiplications(operations):
    """All multiplications [1] of `decode`'s or `prefill`'s operations. Source: sum of the ledger."""
    return sum(operation.multiplications for operation in operations)


def cache_values_per_token(model):
    """Values that one more token adds to the cache while no window is full [1].

    Source: Pope et al. 2022, arXiv:2211.05102, section 2.1; DeepSeek-AI 2024, arXiv:2405.04434, section 2.1.
    """
    return sum(count * part.cache_values_per_token for part, count in model.counted_parts)


def cache_values(model, n_tokens):
    """Values that the cache holds for one sequence of `n_tokens` tokens [1]; a sliding layer keeps its
    window.

    Source: as `cache_values_per_token`; Beltagy et al. 2020, arXiv:2004.05150, for sliding windows.
    """
    total = 0
    for part, count in model.counted_parts:
        kept = n_tokens if part.window is None else smaller(n_tokens, part.window)
        total = total + count * part.cache_values_per_token * kept
    return total


def state_values(model):
    """Values that recurrent layers keep for one sequence, however long it is [1]; 0 without such layers.

    Source: Gu and Dao 2023, arXiv:2312.00752, section 3; the parts of `shapes`.
    """
    return sum(count * part.state_values for part, count in model.counted_parts)


def cache_lines(model):
    """The straight lines that the cache of one sequence follows, up to each window and beyond the last.

    Args:
        model: a `shapes.Model`.

    Returns:
        list of pairs of values: what windows that are full hold [1], and what each further token adds [1].
        The cache of n tokens is the least of full + growing * n over the pairs.

    Source: as `cache_values`.
    """
    parts = model.counted_parts
    windows = {part.window for part, _ in parts if part.window is not None and part.cache_values_per_token}
    lines = []
    for reached in [0] + sorted(windows):
        growing = 0
        full = 0
        for part, count in parts:
            values = count * part.cache_values_per_token
            if part.window is not None and part.window <= reached:
                full += values * part.window
            else:
                growing += values
        lines.append((full, growing))
    return lines
