"""Decoders of open architectures with random weights, in PyTorch: one step of a batch, and one prompt.

The shape is a record's of `llmmath`. What a serving engine does about an operation is done here too, where
PyTorch offers it: queries, keys and values come of one product, the two widening matrices are one, a group of
queries shares its keys without copying them, experts are one grouped product.
"""

import torch
from torch.nn import functional

ROTARY_BASE = 500_000.0
EPSILON = 1e-5
SCALE = 0.02  # of random weights, as GPT-2's were initialised


class Decoder:
    """A decoder of alike layers: norms of root mean square, rotary positions, grouped queries, and a gated
    MLP or a mixture of gated experts.

    Args:
        model: a record of `llmmath.records.models`.
        device, dtype: PyTorch's.
        fused: let PyTorch's compiler join what stands between the products.

    Raises:
        ValueError: the model has layers of several kinds, or parts that are not named above.
    """

    def __init__(self, model, device, dtype, fused=False):
        if len(model.layer_groups) != 1:
            raise ValueError(f"{model.key} has layers of several kinds; expected a model of alike layers")
        (layer, self.n_layers) = model.layer_groups[0]
        self.attention, self.feed = layer.parts
        for part, name, kinds in (
            (self.attention, "attention", ("Attention",)),
            (self.feed, "MLP", ("Mlp", "Experts")),
        ):
            if type(part).__name__ not in kinds:
                raise ValueError(f"{model.key}: its {name} is {type(part).__name__}; expected {kinds}")
        self.model, self.device, self.dtype = model, device, dtype
        self.mixture = type(self.feed).__name__ == "Experts"
        self.embedding = self._random(model.vocabulary_size, model.d_model)
        self.head = self._random(model.vocabulary_size, model.d_model)
        self.norm = self._ones(model.d_model)
        self.layers = [self._layer() for _ in range(self.n_layers)]
        # Without more room PyTorch goes on uncompiled after eight kinds of shapes, and only warns.
        torch._dynamo.config.recompile_limit = torch._dynamo.config.cache_size_limit = 256
        torch._dynamo.config.fail_on_recompile_limit_hit = True
        compiled = torch.compile(dynamic=True) if fused else lambda function: function
        self.before, self.after = compiled(self._before), compiled(self._after)

    def _random(self, *sizes):
        return torch.randn(*sizes, device=self.device, dtype=self.dtype).mul_(SCALE)

    def _ones(self, size):
        return torch.ones(size, device=self.device, dtype=self.dtype)

    def _layer(self):
        d_model, heads = self.model.d_model, self.attention
        width = heads.head_dim
        weights = {
            "norm1": self._ones(d_model),
            "qkv": self._random((heads.n_heads + 2 * heads.n_kv_heads) * width, d_model),
            "o": self._random(d_model, heads.n_heads * width),
            "norm2": self._ones(d_model),
        }
        if heads.qk_norm_values:
            weights |= {"norm_q": self._ones(width), "norm_k": self._ones(width)}
        d_ff = self.feed.d_ff
        if self.mixture:
            n_experts = self.feed.n_experts
            weights |= {
                "router": self._random(n_experts, d_model),
                "widen": self._random(n_experts, 2 * d_ff, d_model),
                "narrow": self._random(n_experts, d_model, d_ff),
            }
        else:
            weights |= {"widen": self._random(2 * d_ff, d_model), "narrow": self._random(d_model, d_ff)}
        return weights

    def cache_bytes(self, batch, context):
        """Size of the keys and values of a batch [B]."""
        values = 2 * self.n_layers * self.attention.n_kv_heads * self.attention.head_dim
        return values * batch * context * self.dtype.itemsize

    def cache(self, batch, context):
        """Random keys and values of every layer, shape (2, batch, n_kv_heads, context, head_dim) each."""
        heads = self.attention
        sizes = (2, batch, heads.n_kv_heads, context, heads.head_dim)
        return [torch.randn(*sizes, device=self.device, dtype=self.dtype) for _ in range(self.n_layers)]

    def turns(self, positions):
        """Cosine and sine of rotary positions, shape (positions, head_dim)."""
        width = self.attention.head_dim
        rates = ROTARY_BASE ** (-torch.arange(0, width, 2, device=self.device) / width)
        angles = positions.to(torch.float32).unsqueeze(1) * rates
        angles = torch.cat((angles, angles), 1)
        return angles.cos().to(self.dtype), angles.sin().to(self.dtype)

    def _before(self, stream, norm1, qkv, norms, turns):
        """Queries, keys and values of tokens: shapes (..., heads, head_dim)."""
        heads = self.attention
        mixed = functional.linear(functional.rms_norm(stream, stream.shape[-1:], norm1, EPSILON), qkv)
        mixed = mixed.unflatten(-1, (-1, heads.head_dim))
        query, key, value = mixed.split((heads.n_heads, heads.n_kv_heads, heads.n_kv_heads), -2)
        if norms:
            query = functional.rms_norm(query, query.shape[-1:], norms[0], EPSILON)
            key = functional.rms_norm(key, key.shape[-1:], norms[1], EPSILON)
        return turned(query, *turns), turned(key, *turns), value

    def _after(self, stream, mixed, weights):
        stream = stream + functional.linear(mixed, weights["o"])
        normed = functional.rms_norm(stream, stream.shape[-1:], weights["norm2"], EPSILON)
        if self.mixture:
            return stream + self._experts(normed, weights).view_as(stream)
        gate, up = functional.linear(normed, weights["widen"]).chunk(2, -1)
        return stream + functional.linear(functional.silu(gate) * up, weights["narrow"])

    def _chosen(self, tokens, weights):
        """Experts of every token and their shares, shapes (tokens, n_experts_per_token)."""
        scores = functional.linear(tokens, weights["router"]).float().softmax(-1)
        shares, chosen = scores.topk(self.feed.n_experts_per_token)
        return chosen, shares / shares.sum(-1, keepdim=True)

    def _experts(self, normed, weights):
        """The weighed sum of what each token's experts give, shape (tokens, d_model)."""
        tokens = normed.flatten(0, -2)
        chosen, shares = self._chosen(tokens, weights)
        order = chosen.flatten().argsort()
        every = torch.arange(self.feed.n_experts, device=self.device)
        ends = (chosen.flatten().unsqueeze(1) == every).sum(0).cumsum(0).to(torch.int32)
        sorted_tokens = tokens[order // self.feed.n_experts_per_token]
        gate, up = grouped(sorted_tokens, weights["widen"], ends).chunk(2, -1)
        narrowed = grouped(functional.silu(gate) * up, weights["narrow"], ends)
        back = narrowed[order.argsort()].unflatten(0, chosen.shape)
        return (back * shares.unsqueeze(-1).to(back.dtype)).sum(1)

    def _layers(self, stream, cache, turns, attend):
        for weights, kept in zip(self.layers, cache):
            norms = (weights["norm_q"], weights["norm_k"]) if "norm_q" in weights else ()
            parts = self.before(stream, weights["norm1"], weights["qkv"], norms, turns)
            stream = self.after(stream, attend(*parts, kept), weights)
        return stream

    def _next(self, stream):
        logits = functional.linear(
            functional.rms_norm(stream, stream.shape[-1:], self.norm, EPSILON), self.head
        )
        return logits.argmax(-1)

    @torch.inference_mode()
    def step(self, tokens, cache, turns):
        """The next token of every query; its keys and values take the cache's last position.

        Args:
            tokens: the last of each query, shape (batch,).
            cache: what `cache` gave, of this batch.
            turns: what `turns` gave for that one position.
        """

        def attend(query, key, value, kept):
            kept[0, :, :, -1] = key
            kept[1, :, :, -1] = value
            mixed = functional.scaled_dot_product_attention(
                query.unsqueeze(2), kept[0], kept[1], enable_gqa=True
            )
            return mixed.flatten(1)

        return self._next(self._layers(self.embedding[tokens], cache, turns, attend))

    @torch.inference_mode()
    def prefill(self, tokens, cache, turns):
        """The first token after each prompt; keys and values of all its tokens go to the cache.

        Args:
            tokens: shape (batch, length).
            cache: what `cache` gave, of this batch and length.
            turns: what `turns` gave for all positions.
        """
        turns = [part.unsqueeze(1) for part in turns]

        def attend(query, key, value, kept):
            query, key, value = (part.transpose(1, 2) for part in (query, key, value))
            kept[0].copy_(key)
            kept[1].copy_(value)
            mixed = functional.scaled_dot_product_attention(
                query, key, value, is_causal=True, enable_gqa=True
            )
            return mixed.transpose(1, 2).flatten(2)

        return self._next(self._layers(self.embedding[tokens], cache, turns, attend)[:, -1])

    @torch.inference_mode()
    def experts_read(self, tokens, cache, turns):
        """Different experts that a step of a batch reads, in the middle of the layers; None without any."""
        if not self.mixture:
            return None
        counts, chosen = [], self._chosen

        def counted(normed, weights):
            found = chosen(normed, weights)
            counts.append(found[0].unique().numel())
            return found

        self._chosen, after = counted, self.after
        self.after = self._after
        try:
            self.step(tokens, cache, turns)
        finally:
            self._chosen, self.after = chosen, after
        return sum(counts) / len(counts)


def turned(values, cosine, sine):
    """Rotary positions put into heads."""
    first, second = values.chunk(2, -1)
    return values * cosine + torch.cat((-second, first), -1) * sine


def grouped(rows, matrices, ends):
    """Each group of rows times its own matrix: rows (n, inputs), matrices (groups, outputs, inputs)."""
    return functional.grouped_mm(rows, matrices.transpose(-2, -1), offs=ends)
