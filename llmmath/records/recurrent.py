"""The parts of recurrent layers: Mamba, Mamba 2, the gated delta rule, short convolutions, RG-LRU.

Each projects the stream, convolves each channel with its last few tokens, writes to and reads from a state,
and projects back. A part's `matrices` are its projections and convolutions, the last of them the one back to
the stream; `products` are those with its state (see `formulas.recurrence` for what is counted). A
convolution of `conv_kernel` tokens is a product of that many values with each channel, in every form.

The state of a sequence: what `products` reads and writes, and the last inputs of the convolution.
"""

from dataclasses import dataclass

from ..formulas.recurrence import state_multiplications, triangular_solve_multiplications
from .shapes import Matrix, Part


class Recurrent(Part):
    """A part with a state. component: the first word of its components' names."""

    component = "recurrent"

    def products(self, n_tokens, chunks):
        """Products with the state: pairs of a component and multiplications for each layer [1].

        n_tokens: tokens over the batch [token]. chunks: None where they are added one by one to sequences of
        their own; else a function that gives, for a length of chunks, the pairs within chunks that are
        computed,
        and
        those of a token and an earlier one.
        """
        return ()


@dataclass(frozen=True)
class Mamba(Recurrent):
    """Mamba's selective scan: each of `width` channels has a state of `state_dim` values.

    rank: width of what the time steps are made from [1]. conv_kernel: tokens that a convolution covers
    [token].
    conv_bias, bias: whether convolution and projections have biases. inner_norms: whether what the scan takes
    (time steps, inputs, outputs) has norms.

    A prompt is scanned token by token, with the same products. Source: Gu and Dao 2023, arXiv:2312.00752,
    section 3.
    """

    width: int
    state_dim: int
    rank: int
    conv_kernel: int
    conv_bias: bool = True
    bias: bool = False
    inner_norms: bool = False
    component = "mamba"

    def matrices(self, d_model):
        """Its projections and its convolution, for a residual stream of width `d_model`."""
        return (
            Matrix("mamba.in", d_model, 2 * self.width, self.bias),
            Matrix("mamba.conv", self.conv_kernel, self.width, self.conv_bias),
            Matrix("mamba.scan_inputs", self.width, self.rank + 2 * self.state_dim),
            Matrix("mamba.time_step", self.rank, self.width, True),
            Matrix("mamba.out", self.width, d_model, self.bias),
        )

    @property
    def other_values(self):
        """Parameters that are in no matrix: decays, direct paths, norms [1]."""
        norms = self.rank + 2 * self.state_dim if self.inner_norms else 0
        return self.width * (self.state_dim + 1) + norms

    @property
    def state_values(self):
        """Values kept for a sequence [1]."""
        return self.width * (self.state_dim + self.conv_kernel)

    def products(self, n_tokens, chunks):
        """Products with the state: see `Recurrent.products`."""
        one = state_multiplications(
            n_tokens=n_tokens, n_heads=self.width, key_dim=self.state_dim, value_dim=1
        )
        return (("mamba.state_update", one), ("mamba.state_read", one))


@dataclass(frozen=True)
class Mamba2(Recurrent):
    """Mamba 2: heads with states of `state_dim` x `head_dim` values; `n_groups` groups of heads share their
    inputs.

    chunk_length: tokens of the chunks that a prompt is read in [token]. gate_norm: whether the result has a
    norm.

    Within a chunk, scores are computed once for each group, and weighted sums for each head.
    Source: Dao and Gu 2024, arXiv:2405.21060, section 6.
    """

    n_heads: int
    head_dim: int
    n_groups: int
    state_dim: int
    conv_kernel: int
    chunk_length: int
    conv_bias: bool = True
    in_bias: bool = False
    out_bias: bool = False
    gate_norm: bool = True
    component = "mamba2"

    @property
    def width(self):
        """Values of all heads together [1]."""
        return self.n_heads * self.head_dim

    @property
    def conv_width(self):
        """Channels of the convolution: values, and what states are written and read with [1]."""
        return self.width + 2 * self.n_groups * self.state_dim

    def matrices(self, d_model):
        """Its projections and its convolution, for a residual stream of width `d_model`."""
        return (
            Matrix("mamba2.in", d_model, self.width + self.conv_width + self.n_heads, self.in_bias),
            Matrix("mamba2.conv", self.conv_kernel, self.conv_width, self.conv_bias),
            Matrix("mamba2.out", self.width, d_model, self.out_bias),
        )

    @property
    def other_values(self):
        """Parameters that are in no matrix: decays, time steps, direct paths and the norm [1]."""
        return 3 * self.n_heads + self.width * self.gate_norm

    @property
    def state_values(self):
        """Values kept for a sequence [1]."""
        return self.width * self.state_dim + self.conv_width * self.conv_kernel

    def products(self, n_tokens, chunks):
        """Products with the state and within chunks: see `Recurrent.products`."""
        one = state_multiplications(
            n_tokens=n_tokens, n_heads=self.n_heads, key_dim=self.state_dim, value_dim=self.head_dim
        )
        found = (("mamba2.state_update", one), ("mamba2.state_read", one))
        if chunks is None:
            return found
        pairs, _ = chunks(self.chunk_length)
        return (
            ("mamba2.chunk_scores", pairs * self.n_groups * self.state_dim),
            ("mamba2.chunk_values", pairs * self.width),
        ) + found


@dataclass(frozen=True)
class DeltaRule(Recurrent):
    """Gated delta rule: heads whose states of `key_dim` x `value_dim` values forget what they held for a key.

    n_key_heads: heads that keys and queries are made for; each serves n_heads / n_key_heads heads of values.
    gate_rank: None where decays are one value a head, and the output's gate is projected at once
    (Qwen3-Next);
    the width that decays of every channel and the gate are projected through (Kimi Linear) [1].
    chunk_length: tokens of the chunks that a prompt is read in [token].

    A token reads what the state holds for its key, writes the difference, and reads the result: three
    products. In a chunk: products of all keys, a triangular system solved for keys and values, scores, and
    weighted sums.
    Source: Yang et al. 2024, arXiv:2406.06484, section 3.2, and arXiv:2412.06464, section 3.3.
    """

    n_heads: int
    n_key_heads: int
    key_dim: int
    value_dim: int
    conv_kernel: int
    gate_rank: int | None = None
    chunk_length: int = 64
    component = "delta"

    @property
    def key_width(self):
        """Values of all keys together [1]."""
        return self.n_key_heads * self.key_dim

    @property
    def value_width(self):
        """Values of all values together [1]."""
        return self.n_heads * self.value_dim

    def matrices(self, d_model):
        """Its projections and its convolution, for a residual stream of width `d_model`."""
        if self.gate_rank is None:
            gates = (
                Matrix("delta.decay", d_model, self.n_heads),
                Matrix("delta.gate", d_model, self.value_width),
            )
        else:
            gates = (
                Matrix("delta.decay_down", d_model, self.gate_rank),
                Matrix("delta.decay_up", self.gate_rank, self.key_width),
                Matrix("delta.gate_down", d_model, self.gate_rank),
                Matrix("delta.gate_up", self.gate_rank, self.value_width),
            )
        return (
            (
                Matrix("delta.q", d_model, self.key_width),
                Matrix("delta.k", d_model, self.key_width),
                Matrix("delta.v", d_model, self.value_width),
                Matrix("delta.strength", d_model, self.n_heads),
            )
            + gates
            + (
                Matrix("delta.conv", self.conv_kernel, 2 * self.key_width + self.value_width),
                Matrix("delta.out", self.value_width, d_model),
            )
        )

    @property
    def other_values(self):
        """Parameters that are in no matrix: decays, their offsets, and the norm of a head's result [1]."""
        offsets = self.n_heads if self.gate_rank is None else self.key_width
        return self.n_heads + offsets + self.value_dim

    @property
    def state_values(self):
        """Values kept for a sequence [1]."""
        convolved = 2 * self.key_width + self.value_width
        return self.n_heads * self.key_dim * self.value_dim + convolved * self.conv_kernel

    def products(self, n_tokens, chunks):
        """Products with the state and within chunks: see `Recurrent.products`."""
        one = state_multiplications(
            n_tokens=n_tokens, n_heads=self.n_heads, key_dim=self.key_dim, value_dim=self.value_dim
        )
        found = (("delta.state_lookup", one), ("delta.state_update", one), ("delta.state_read", one))
        if chunks is None:
            return found
        pairs, earlier = chunks(self.chunk_length)
        heads = self.n_heads
        solved = triangular_solve_multiplications(n_pairs=earlier, n_columns=self.key_dim + self.value_dim)
        return (
            ("delta.chunk_keys", pairs * heads * self.key_dim),
            ("delta.chunk_solve", heads * solved),
            ("delta.chunk_scores", pairs * heads * self.key_dim),
            ("delta.chunk_values", pairs * heads * self.value_dim),
        ) + found


@dataclass(frozen=True)
class ShortConvolution(Recurrent):
    """LFM2's gated convolution over `conv_kernel` tokens: its state is the convolution's last inputs alone.

    Source: Liquid AI 2025, arXiv:2511.23404, section 2.
    """

    conv_kernel: int
    bias: bool
    width: int
    component = "convolution"

    def matrices(self, d_model):
        """Its projections and its convolution, for a residual stream of width `d_model`."""
        return (
            Matrix("convolution.in", d_model, 3 * self.width, self.bias),
            Matrix("convolution.conv", self.conv_kernel, self.width, self.bias),
            Matrix("convolution.out", self.width, d_model, self.bias),
        )

    @property
    def state_values(self):
        """Values kept for a sequence [1]."""
        return self.width * self.conv_kernel


@dataclass(frozen=True)
class RgLru(Recurrent):
    """Griffin's real-gated linear recurrent unit: one state value for each of `width` channels, all
    elementwise.

    n_blocks: blocks that the gates' matrices are made of, each of width / n_blocks inputs and outputs [1].
    Source: De et al. 2024, arXiv:2402.19427, section 2.4.
    """

    width: int
    n_blocks: int
    conv_kernel: int
    component = "rg_lru"

    def matrices(self, d_model):
        """Its projections, gates and convolution, for a residual stream of width `d_model`."""
        block = self.width // self.n_blocks
        return (
            Matrix("rg_lru.gate", d_model, self.width, True),
            Matrix("rg_lru.in", d_model, self.width, True),
            Matrix("rg_lru.conv", self.conv_kernel, self.width, True),
            Matrix("rg_lru.input_gate", block, self.width, True),
            Matrix("rg_lru.recurrence_gate", block, self.width, True),
            Matrix("rg_lru.out", self.width, d_model, True),
        )

    @property
    def other_values(self):
        """Parameters that are in no matrix: the decays [1]."""
        return self.width

    @property
    def state_values(self):
        """Values kept for a sequence: the state, and the convolution's inputs but the newest [1]."""
        return self.width + self.width * (self.conv_kernel - 1)
