"""Which component of a count each tensor of a GGUF file holds, and that the file holds each one once.

Every tensor is held against the matrices of its layer, so that a shape which is read wrongly from the
metadata cannot pass: a matrix without a tensor, a tensor without a matrix, or one of another size is refused.

Source of the names: ggml-org/llama.cpp gguf-py/gguf/constants.py, TENSOR_NAMES.
"""

import re
from collections import Counter
from fractions import Fraction

from ...errors import InputError, shown
from .. import parameters
from ..stored import Piece, StoredWeights, joined
from .header import n_bytes, n_values
from .types import TYPES

SOURCE = "the file's own header"
_IN_BLOCK = re.compile(r"blk\.(\d{1,9})\.(.+)")
_EXPERT = re.compile(r"(ffn_(?:gate|up|down))\.\d{1,9}")

# Name in a layer -> the components it may hold; it holds those of its layer that no other tensor holds.
_LAYER = {
    "attn_q": ("attention.q", "attention.gate"),
    "attn_k": ("attention.k",),
    "attn_v": ("attention.v",),
    "attn_qkv": ("attention.q", "attention.k", "attention.v", "delta.q", "delta.k", "delta.v"),
    "attn_gate": ("attention.gate", "delta.gate"),
    "attn_output": ("attention.o", "delta.out"),
    "attn_q_a": ("attention.q_down",),
    "attn_q_b": ("attention.q_up",),
    "attn_kv_a_mqa": ("attention.kv_down",),
    "attn_kv_b": ("attention.k_up", "attention.v_up"),
    "attn_k_b": ("attention.k_up",),
    "attn_v_b": ("attention.v_up",),
    "indexer.attn_q_b": ("indexer.q",),
    "indexer.attn_k": ("indexer.k",),
    "indexer.proj": ("indexer.weights",),
    "ffn_gate": ("mlp.gate",),
    "ffn_up": ("mlp.up", "mlp.gate"),
    "ffn_down": ("mlp.down",),
    "ffn_gate_inp": ("experts.router",),
    "ffn_gate_exps": ("experts.gate",),
    "ffn_up_exps": ("experts.up", "experts.gate"),
    "ffn_gate_up_exps": ("experts.gate", "experts.up"),
    "ffn_down_exps": ("experts.down",),
    "ffn_gate_inp_shexp": ("shared_experts.output_gate",),
    "ffn_gate_shexp": ("shared_experts.gate",),
    "ffn_up_shexp": ("shared_experts.up", "shared_experts.gate"),
    "ffn_down_shexp": ("shared_experts.down",),
    "ssm_in": ("mamba.in", "mamba2.in", "delta.q", "delta.k", "delta.v", "delta.gate"),
    "ssm_conv1d": ("mamba.conv", "mamba2.conv", "delta.conv"),
    "ssm_x": ("mamba.scan_inputs",),
    "ssm_dt": ("mamba.time_step",),
    "ssm_ba": ("delta.strength", "delta.decay"),
    "ssm_beta": ("delta.strength",),
    "ssm_alpha": ("delta.decay",),
    "ssm_out": ("mamba.out", "mamba2.out", "delta.out"),
    "shortconv.in_proj": ("convolution.in",),
    "shortconv.conv": ("convolution.conv",),
    "shortconv.out_proj": ("convolution.out",),
}
# Names under which one expert's matrix stands, in files of 2023 and 2024.
_SINGLE_EXPERT = {"ffn_gate": "experts.gate", "ffn_up": "experts.up", "ffn_down": "experts.down"}
# Where a count puts a layer's bare values: with the norms.
_BARE = ("attn_sinks", "ssm_a", "ssm_d", "ssm_norm", "ssm_dt_norm", "ssm_b_norm", "ssm_c_norm", "exp_probs_b")
_OUTER = {
    "token_embd.weight": "embedding",
    "position_embd.weight": "positions",
    "output.weight": "lm_head",
    "output.bias": "biases",
}
# Tables that engines compute from the metadata, or that files hold for them: no parameters.
_EXTRAS = re.compile(
    r"rope_freqs\.weight|rope_factors_(long|short)\.weight|blk\.\d+\.attn_rot_embd(\.weight)?"
)


def stored(whole, model):
    """What each component of a model takes in its file, and what the file holds beside the model.

    Args:
        whole: a `parts.Whole`.
        model: the `shapes.Model` of its metadata.

    Returns:
        Pair of a stored.StoredWeights, whose values are exactly the model's parameters, and a tuple of pairs
        of a name and values [1] that are no parameters of it.

    Raises:
        InputError: a tensor that is not known, that has another size than the matrix it holds, that stands
            for one which another holds too, or that is missing.
    """
    reading = _Reading(whole, model)
    for tensor in whole.tensors.values():
        reading.take(tensor)
    if "xielu.alpha_p" in whole.metadata:
        # Apertus' activation has two parameters in each layer, which files hold as metadata, in fp32.
        reading.values["norms"] += 2 * model.n_layers
        reading.pieces.append(Piece("norms", "fp32", 2 * model.n_layers, 8 * model.n_layers))
    return reading.found()


class _Reading:
    def __init__(self, whole, model):
        self.where = whole.where
        self.model = model
        # Layers that predict further tokens: a file that has some says how many.
        self.n_further = whole.size("nextn_predict_layers", 0)
        self.names = set(whole.tensors)
        self.held = [
            {m.component: m for part in layer.parts for m in part.matrices(model.d_model) if m.stored}
            for layer in model.layers
        ]
        # Where a tensor of one matrix stands beside one of several, it is the one that holds it.
        self.own = [set() for _ in model.layers]
        for name in self.names:
            place, base = self._placed(name)
            components = _LAYER.get(base, ())
            if place is not None and place < model.n_layers and name.endswith(".weight"):
                alone = [one for one in components if one in self.held[place]][:1]
                if len(components) == 1 or base in ("ffn_gate", "attn_gate"):
                    self.own[place].update(alone)
        self.values = Counter()
        self.pieces = []
        self.apart = Counter()

    def take(self, tensor):
        """Count one tensor to the component it holds."""
        name = tensor.name
        place, base = self._placed(name)
        if _EXTRAS.fullmatch(name):
            self.apart["tables of rotary positions"] += n_values(tensor)
        elif name in _OUTER:
            self._add(_OUTER[name], tensor)
        elif place is None:
            if "norm" not in base or not name.endswith((".weight", ".bias")):
                self._refuse_unknown(tensor)
            self._add("norms", tensor)
        elif place >= self.model.n_layers + self.n_further:
            self._refuse_layer(tensor, place)
        elif place >= self.model.n_layers:
            self.apart["multi-token prediction"] += n_values(tensor)
        else:
            self._take_of_layer(tensor, place, base)

    def _take_of_layer(self, tensor, place, base):
        name, held = tensor.name, self.held[place]
        expert = _EXPERT.fullmatch(base)
        if base in _BARE or "norm" in base:
            self._add_bare(tensor, place, base)
        elif name.endswith(".bias"):
            # Mamba 2's time steps are values of their own and no projection's bias.
            own = base == "ssm_dt" and "mamba.time_step" not in held
            self._add("norms" if own else "biases", tensor)
        elif expert and name.endswith(".weight"):
            matrix = held.get(_SINGLE_EXPERT[expert.group(1)])
            self._add_matrices(tensor, [matrix._replace(copies=1)] if matrix else [])
        elif base in _LAYER and name.endswith(".weight"):
            components = [one for one in _LAYER[base] if one in held]
            if len(_LAYER[base]) > 1 and base not in ("ffn_gate", "attn_gate"):
                components = [one for one in components if one not in self.own[place]]
            self._add_matrices(tensor, [held[one] for one in components])
        else:
            self._refuse_unknown(tensor)

    def _add_bare(self, tensor, place, base):
        # A shift of the router's choice is a parameter in some counts, and a buffer in others.
        experts = self.model.layers[place].mlp
        if base == "exp_probs_b" and not getattr(experts, "correction", False):
            self.apart["shifts of the routers' choice"] += n_values(tensor)
        else:
            self._add("norms", tensor)

    def _add_matrices(self, tensor, matrices):
        values = [matrix.copies * matrix.n_inputs * matrix.n_outputs for matrix in matrices]
        if sum(values) != n_values(tensor):
            names = " and ".join(matrix.component for matrix in matrices)
            raise InputError(
                f"{tensor.where}: {shown(tensor.name)} has the shape {list(tensor.shape)}, {n_values(tensor)}"
                f" values; expected {sum(values)}"
                + (f" of {names}" if names else f", since {self.model.architecture} has none there")
            )
        for matrix, share in zip(matrices, values):
            self._add(matrix.component, tensor, share)

    def _add(self, component, tensor, values=None):
        whole = n_values(tensor)
        values = whole if values is None else values
        taken = Fraction(n_bytes(tensor) * values, whole)
        taken = int(taken) if taken.denominator == 1 else taken
        self.values[component] += values
        self.pieces.append(Piece(component, tensor.type.name, values, taken))

    def _refuse_unknown(self, tensor):
        raise InputError(
            f"{tensor.where}: the tensor {shown(tensor.name)} is not known for {self.model.architecture};"
            " expected no further parameters, since they would be missing in the count"
        )

    def _refuse_layer(self, tensor, place):
        n_layers = self.model.n_layers
        raise InputError(
            f"{tensor.where}: {shown(tensor.name)} is of layer {place}; expected layers below"
            f" {n_layers + self.n_further}, from the metadata (block_count)"
        )

    def _placed(self, name):
        """Pair of the layer's number, None outside the layers, and the name without weight or bias."""
        found = _IN_BLOCK.fullmatch(name)
        place, rest = (int(found.group(1)), found.group(2)) if found else (None, name)
        return place, rest.removesuffix(".weight").removesuffix(".bias")

    def found(self):
        """What `stored` returns."""
        for component, values in parameters.breakdown(self.model).items():
            if self.values[component] != values:
                raise InputError(
                    f"{self.where}: the tensors hold {self.values[component]} values of {component};"
                    f" expected {values}, from the metadata ({self.model.architecture})"
                )
        known = parameters.breakdown(self.model)
        for component, values in self.values.items():
            if component not in known:
                raise InputError(
                    f"{self.where}: the tensors hold {values} values of {component}; expected none, from the"
                    f" metadata ({self.model.architecture})"
                )
        weights = StoredWeights(
            name=_name(self.pieces),
            pieces=joined(self.pieces),
            source=SOURCE,
            computed_in=_computed(self.pieces),
            integers=_by_integers(self.pieces),
        )
        return weights, tuple(self.apart.items())


def _of_products(pieces):
    """Values by type, without the small parts that files keep exact."""
    found = Counter()
    for piece in pieces:
        if piece.component not in ("norms", "biases", "experts.router", "positions"):
            found[piece.type] += piece.n_values
    return found


def _name(pieces):
    """The type of most values, and that there are others."""
    values = _of_products(pieces)
    name = values.most_common(1)[0][0]
    return name if len(values) == 1 else f"{name} mix"


def _by_integers(pieces):
    """Whether most values are of a type that llama.cpp multiplies as integers: see `StoredWeights`."""
    name = _of_products(pieces).most_common(1)[0][0]
    return name == "mxfp4" or any(one.integers for one in TYPES.values() if one.name == name)


def _computed(pieces):
    name = _of_products(pieces).most_common(1)[0][0]
    return name if name in ("fp32", "fp16", "bf16") else None
