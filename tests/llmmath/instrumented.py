"""A forward pass in NumPy that counts the multiplications of every matrix product as it runs.

It knows nothing of the ledger: it takes a model's shape, makes small random weights (or zeros, for the full
size of a published model), and computes logits the way the papers define them, with or without a KV cache.
Arrays are of a
class that sees every product made of them: the product's size is booked on the component that is being
computed, and a product outside a component is an error, so none can be forgotten.
"""

import math
from collections import Counter
from contextlib import contextmanager

import numpy as np

from llmmath.records.shapes import Attention, Experts, LatentAttention

_current = None  # the Run that is being computed, and with it the component


class Counted(np.ndarray):
    """An array whose matrix products are counted."""

    def __array_ufunc__(self, ufunc, method, *inputs, out=None, **kwargs):
        plain = [i.view(np.ndarray) if isinstance(i, Counted) else i for i in inputs]
        result = getattr(ufunc, method)(*plain, **kwargs)
        if ufunc is np.matmul:
            # every value of the result is a sum of as many products as the inner size
            _current.book(result.size * plain[0].shape[-1])
        elif ufunc in (np.vecdot, np.matvec, np.vecmat):
            raise AssertionError(f"{ufunc.__name__} is not counted; use matmul")
        return result.view(Counted) if isinstance(result, np.ndarray) else result

    def __array_function__(self, function, types, arguments, kwargs):
        if function in (np.dot, np.einsum, np.tensordot, np.inner, np.vdot, np.outer, np.kron):
            raise AssertionError(f"{function.__name__} is not counted; use matmul")
        result = super().__array_function__(function, types, arguments, kwargs)
        # some functions give a plain array back, whose products would go unseen
        return result.view(Counted) if isinstance(result, np.ndarray) else result


class Run:
    """One model with weights and a cache, and the multiplications counted so far by component."""

    def __init__(self, model, weights, form="absorbed"):
        self.model = model
        self.weights = weights
        self.form = form
        self.counted = Counter()
        self.component = None
        self.caches = [{} for _ in model.layers]

    @contextmanager
    def computing(self, component):
        """Book the products made inside on `component`."""
        before = self.counted[component]
        self.component = component
        yield
        self.component = None
        assert self.counted[component] > before, f"{component} made no product that was seen"

    def book(self, multiplications):
        """Add to the count of the current component."""
        assert self.component, "a matrix product outside any component"
        self.counted[self.component] += multiplications

    def forward(self, tokens, last_logit_only=False):
        """Logits for `tokens` (batch x n), which follow what is cached; the cache grows by them."""
        global _current
        _current = self
        model, w = self.model, self.weights
        start = self.caches[0].get("seen", 0)
        positions = np.arange(start, start + tokens.shape[1])
        x = w("embedding")[tokens]
        if model.embedding_width != model.d_model:
            x = self.linear(x, "embedding.project_in")
        if model.learned_positions:
            x = x + w("positions")[positions]
        for i, layer in enumerate(model.layers):
            x = x + self.attention(normed(x), i, layer.attention, positions)
            x = x + self.mlp(normed(x), i, layer.mlp)
        x = normed(x)
        if last_logit_only:
            x = x[:, -1:]
        if model.embedding_width != model.d_model:
            x = self.linear(x, "embedding.project_out")
        with self.computing("lm_head"):
            head = w("embedding").T if model.tied else w("lm_head")
            return np.asarray(x @ head)

    def linear(self, x, component, layer=None, expert=None):
        """A product with a weight matrix, booked on the component whose matrix it is."""
        with self.computing(component):
            return x @ self.weights(component, layer, expert)

    def attention(self, x, i, attention, positions):
        """The attention of layer `i` for new tokens at `positions`, with everything cached before them."""
        if isinstance(attention, LatentAttention):
            return self.latent_attention(x, i, attention, positions)
        cache = self.caches[i]
        h, kv, dim = attention.n_heads, attention.n_kv_heads, attention.head_dim
        q = heads(self.linear(x, "attention.q", i), h)
        k = heads(self.linear(x, "attention.k", i), kv)
        v = heads(self.linear(x, "attention.v", i), kv)
        if not self.model.learned_positions:
            q, k = rotated(q, positions), rotated(k, positions)
        k, v, at = self.cached(cache, positions, attention.window, k=k, v=v)
        # each key-value head serves a group of query heads
        k, v = np.repeat(k, h // kv, axis=1), np.repeat(v, h // kv, axis=1)
        with self.computing("attention.scores"):
            scores = q @ np.swapaxes(k, -1, -2) / math.sqrt(dim)
        weights = softmax(scores, positions, at, attention.window)
        with self.computing("attention.values"):
            mixed = weights @ v
        return self.linear(merged(mixed), "attention.o", i)

    def latent_attention(self, x, i, a, positions):
        """Multi-head latent attention in the run's form: absorbed, reexpanding, or with an expanded cache."""
        cache = self.caches[i]
        if a.q_lora_rank is None:
            q = heads(self.linear(x, "attention.q", i), a.n_heads)
        else:
            q = self.linear(normed(self.linear(x, "attention.q_down", i)), "attention.q_up", i)
            q = heads(q, a.n_heads)
        q_nope, q_rope = q[..., : a.nope_head_dim], rotated(q[..., a.nope_head_dim :], positions)
        down = self.linear(x, "attention.kv_down", i)
        latent = normed(down[..., : a.kv_lora_rank])[:, None]
        rope = rotated(down[..., a.kv_lora_rank :][:, None], positions)
        # up-projections, one matrix for each head: (heads, latent, head_dim)
        k_up = np.moveaxis(self.weights("attention.k_up", i).reshape(a.kv_lora_rank, a.n_heads, -1), 1, 0)
        v_up = np.moveaxis(self.weights("attention.v_up", i).reshape(a.kv_lora_rank, a.n_heads, -1), 1, 0)
        scale = math.sqrt(a.nope_head_dim + a.rope_head_dim)
        if self.form == "expanded_cache":
            with self.computing("attention.k_up"):
                k = latent @ k_up
            with self.computing("attention.v_up"):
                v = latent @ v_up
            k, v, rope, at = self.cached(cache, positions, None, k=k, v=v, rope=rope)
        else:
            latent, rope, at = self.cached(cache, positions, None, latent=latent, rope=rope)
        if self.form == "reexpanding":
            with self.computing("attention.k_up"):
                k = latent @ k_up
            with self.computing("attention.v_up"):
                v = latent @ v_up
        if self.form == "absorbed":
            with self.computing("attention.k_up"):
                q_nope = q_nope @ np.swapaxes(k_up, -1, -2)
            k, v = latent, latent
        with self.computing("attention.scores"):
            scores = q_nope @ np.swapaxes(k, -1, -2) + q_rope @ np.swapaxes(rope, -1, -2)
        with self.computing("attention.values"):
            mixed = softmax(scores / scale, positions, at, None) @ v
        if self.form == "absorbed":
            with self.computing("attention.v_up"):
                mixed = mixed @ v_up
        return self.linear(merged(mixed), "attention.o", i)

    def cached(self, cache, positions, window, **new):
        """Append `new` (batch x heads x tokens x values) to the cache, give all, keep what a window needs."""
        at = np.concatenate([cache["at"], positions]) if "at" in cache else positions
        whole = {
            name: np.concatenate([cache[name], values], axis=2) if name in cache else values
            for name, values in new.items()
        }
        # the next token attends to itself and to window - 1 before it
        keep = slice(None) if window is None else slice(max(0, len(at) - (window - 1)), None)
        cache.update({name: values[:, :, keep] for name, values in whole.items()})
        cache["at"] = at[keep]
        cache["seen"] = positions[-1] + 1
        return *whole.values(), at

    def mlp(self, x, i, mlp):
        """The feed-forward part of layer `i`: plain, gated, or experts."""
        if not isinstance(mlp, Experts):
            return self.feed_forward(x, "mlp", mlp.gated, i)
        router = self.linear(x, "experts.router", i)
        chosen = np.argsort(np.asarray(router), axis=-1)[..., -mlp.n_experts_per_token :]
        result = np.zeros_like(x)
        for place in np.ndindex(x.shape[:2]):
            for expert in chosen[place]:
                share = np.asarray(router)[place][expert]
                result[place] += self.feed_forward(x[place][None], "experts", True, i, expert)[0] * share
        if mlp.shared_d_ff:
            result = result + self.feed_forward(x, "shared_experts", True, i)
        return result

    def feed_forward(self, x, component, gated, i, expert=None):
        """Up, activation, and down again."""
        up = self.linear(x, f"{component}.up", i, expert)
        if gated:
            up = up * np.tanh(self.linear(x, f"{component}.gate", i, expert))
        return self.linear(np.tanh(up), f"{component}.down", i, expert)


def heads(x, n):
    """(batch, tokens, n * dim) as (batch, n, tokens, dim)."""
    return np.swapaxes(x.reshape(*x.shape[:2], n, -1), 1, 2)


def merged(x):
    """The inverse of `heads`."""
    x = np.swapaxes(x, 1, 2)
    return x.reshape(*x.shape[:2], -1)


def normed(x):
    """Root-mean-square norm without weights."""
    return x / np.sqrt(np.mean(x * x, axis=-1, keepdims=True) + 1e-6)


def rotated(x, positions):
    """Rotary positions: pairs of values turned by an angle that grows with the position."""
    half = x.shape[-1] // 2
    angles = positions[:, None] / 10000.0 ** (np.arange(half) / max(half, 1))
    cos, sin = np.cos(angles), np.sin(angles)
    a, b, rest = x[..., :half], x[..., half : 2 * half], x[..., 2 * half :]
    return np.concatenate([a * cos - b * sin, a * sin + b * cos, rest], axis=-1)


def softmax(scores, positions, at, window):
    """Weights over the positions `at` that each of `positions` may see."""
    hidden = at[None, :] > positions[:, None]
    if window is not None:
        hidden = hidden | (at[None, :] <= positions[:, None] - window)
    scores = np.where(hidden, -np.inf, scores)
    scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return (scores / scores.sum(axis=-1, keepdims=True)).view(Counted)


def random_weights(model, seed):
    """Weights by component, layer and expert: made on first use, the same for the same seed."""
    made = {}
    shapes = _shapes(model)
    numbers = np.random.default_rng(seed)

    def weight(component, layer=None, expert=None):
        key = component, layer, expert
        if key not in made:
            shape = shapes[component, layer]
            made[key] = (numbers.standard_normal(shape) / math.sqrt(shape[0])).view(Counted)
        return made[key]

    # made in a fixed order, so that two runs with one seed have equal weights whatever they use first
    for component, layer in shapes:
        copies = (
            model.layers[layer].mlp.n_experts
            if component.startswith("experts.") and "router" not in component
            else 0
        )
        for expert in range(copies) if copies else [None]:
            weight(component, layer, expert)
    return weight


def zero_weights(model):
    """Weights of zeros, made when used and not kept: for counting models of the published size."""
    shapes = _shapes(model)
    return lambda component, layer=None, expert=None: np.zeros(shapes[component, layer], np.float32).view(
        Counted
    )


def _shapes(model):
    shapes = {("embedding", None): (model.vocabulary_size, model.embedding_width)}
    if model.learned_positions:
        shapes["positions", None] = (model.learned_positions, model.d_model)
    for matrix in model.outer_matrices:
        shapes[matrix.component, None] = (matrix.n_inputs, matrix.n_outputs)
    for i, layer in enumerate(model.layers):
        for matrix in layer.attention.matrices(model.d_model) + layer.mlp.matrices(model.d_model):
            shapes[matrix.component, i] = (matrix.n_inputs, matrix.n_outputs)
    return shapes


def counted_decode(model, n_context, batch=1, weights=None, form="absorbed", seed=0):
    """Multiplications by component of one decoding step, after n_context - 1 tokens were cached."""
    run = Run(model, weights or random_weights(model, seed), form)
    tokens = np.random.default_rng(seed).integers(0, model.vocabulary_size, (batch, n_context))
    if n_context > 1:
        run.forward(tokens[:, :-1], last_logit_only=True)
    run.counted.clear()
    run.forward(tokens[:, -1:])
    return dict(run.counted)


def counted_prefill(model, n_tokens, batch=1, weights=None, form="absorbed", seed=0, last_logit_only=False):
    """Multiplications by component of reading `n_tokens` tokens at once."""
    run = Run(model, weights or random_weights(model, seed), form)
    run.forward(
        np.random.default_rng(seed).integers(0, model.vocabulary_size, (batch, n_tokens)), last_logit_only
    )
    return dict(run.counted)


def counted_step_at_full_size(model, n_context):
    """As `counted_decode` for a published model, with weights and cache of zeros: only sizes matter."""
    run = Run(model, zero_weights(model))
    for cache, layer in zip(run.caches, model.layers):
        attention = layer.attention
        assert isinstance(attention, Attention)
        kept = n_context - 1 if attention.window is None else min(n_context, attention.window) - 1
        empty = np.zeros((1, attention.n_kv_heads, kept, attention.head_dim), np.float32).view(Counted)
        cache.update(k=empty, v=empty, at=np.arange(n_context - 1 - kept, n_context - 1), seen=n_context - 1)
    run.forward(np.zeros((1, 1), int))
    return dict(run.counted)
