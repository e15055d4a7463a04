"""What each part of a model is stored as, from the tensors of its safetensors files."""

import re
from collections import Counter
from fractions import Fraction

from ...errors import InputError, shown
from .. import parameters
from ..quantisation import modules
from ..stored import Piece, StoredWeights, joined

# Buffers that older files hold beside the parameters.
_BUFFERS = re.compile(r".*(rotary_emb\.inv_freq|\.attn\.bias|\.masked_bias|\.attention\.bias)")
_PREFIXES = ("language_model.", "model.language_model.")
# What no language model's tensor has in its name before its layers, and those of towers and projectors have.
_TOWERS = re.compile(
    r"vision|visual|\bvit\b|audio|speech|image|tower|projector|connector|merger|resampler|mlp1|multi_modal"
    r"|embed_tokens_extend|newline"
)
_LANGUAGE = re.compile(r"(.*\.)?(language_model|text_model)\.")
_LAYER = re.compile(r"(?:model\.|transformer\.|backbone\.|gpt_neox\.)?(?:layers|h|blocks)\.(\d{1,9})\.")
# Last part of a tensor's name where it holds a matrix' values, and no scale, zero point or code beside them.
_VALUES = ("weight", "qweight", "weight_packed")
# Types of words that several values may be packed into.
_WORDS = ("uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64")
_FLOATS = ("bf16", "fp16", "fp32", "fp64")


def stored(model, tensors):
    """Pair of the stored weights and notes on what the files hold beside the parameters."""
    found = [one for name, one in tensors.items() if not _BUFFERS.fullmatch(name)]
    of_towers, model_tensors = [], []
    for one in found:
        (of_towers if model.towers and _is_of_tower(one.name) else model_tensors).append(one)
    if model.tied:
        model_tensors = [one for one in model_tensors if not one.name.endswith("lm_head.weight")]
    if not any(one.n_values for one in model_tensors):
        raise InputError(f"{model.name}: the file holds no tensors; expected those of a model")
    model_tensors, beyond = _by_layers(model, model_tensors)
    placed, lacking = (None, None) if modules.names_of(model) is None else _by_component(model, model_tensors)
    _check_total(model, model_tensors, placed, lacking)
    pieces, others = placed if placed else (_spread(model, model_tensors), [])
    others += beyond
    notes = ()
    if placed is None and len({one.type for one in model_tensors}) > 1:
        notes += (
            f"Which matrix has which type is not known for {model.architecture}: each is taken to have the"
            " file's average.",
        )
    held = sum(one.n_values for one in model_tensors + beyond)
    stored = parameters.stored(model)
    if held != stored:
        notes += (
            f"The files hold {held:,} values, the configuration counts {stored:,} parameters: packed values,"
            " scales, or further parts of the file. Parameters are the configuration's, bytes the files'.",
        )
    if others:
        n_bytes = sum(one.n_bytes for one in others)
        notes += (
            f"{n_bytes:,} bytes are in no total, of {len(others)} tensors that are none of the counted"
            f" model's: {shown(others[0].name)} and the like.",
        )
    towers_bytes = sum(one.n_bytes for one in of_towers)
    if of_towers:
        notes += (f"{towers_bytes:,} bytes of towers for images or sound are in no total.",)
    weights = StoredWeights(
        name=_name(pieces),
        pieces=joined(pieces),
        source="the files' own headers",
        computed_in=_name(pieces) if _name(pieces) in ("bf16", "fp16", "fp32") else None,
        towers_bytes=towers_bytes if of_towers else None,
    )
    return weights, notes


def _is_of_tower(name):
    """Whether a tensor of a file with towers is of a tower or projector, by what stands before its layers."""
    if _LANGUAGE.match(name):
        return False
    return _TOWERS.search(re.split(r"\.(?:layers|h|blocks)\.", name)[0]) is not None


def _by_layers(model, tensors):
    """Tensors of the model, and those of layers after it, which predict further tokens.

    Raises:
        InputError: a layer that the configuration has not, or has and the files have not.
    """
    places = {one.name: _LAYER.match(_plain_name(one.name)) for one in tensors}
    places = {name: int(found[1]) for name, found in places.items() if found}
    beyond = [one for one in tensors if places.get(one.name, 0) >= model.n_layers]
    if beyond and "multi-token prediction" not in dict(model.apart):
        raise InputError(
            f"{model.name}: {shown(beyond[0].name)} has the shape {beyond[0].shape}, of layer"
            f" {places[beyond[0].name]}; expected {model.n_layers} layers from 0, from config.json"
        )
    lacking = set(range(model.n_layers)) - set(places.values()) if places else ()
    if lacking:
        last = max(places, key=places.get)
        shape = next(one.shape for one in tensors if one.name == last)
        raise InputError(
            f"{model.name}: no tensor is of layer {min(lacking)}, and the last, {shown(last)} of shape"
            f" {shape}, is of layer {places[last]}; expected {model.n_layers} layers from 0, from config.json"
        )
    return [one for one in tensors if places.get(one.name, 0) < model.n_layers], beyond


def _check_total(model, tensors, placed, lacking):
    """Refuse files of unquantised values that are not as many as the model's, where no names tell which.

    Names that are not known are no error where all values are there.
    """
    if placed is not None or any(one.type not in _FLOATS for one in tensors):
        return
    held, stored = sum(one.n_values for one in tensors), parameters.stored(model)
    if held != stored:
        largest = max(tensors, key=lambda one: one.n_values)
        raise InputError(
            f"{model.name}: the tensors hold {held} values, the largest {shown(largest.name)} of shape"
            f" {largest.shape}; expected {stored}, from config.json"
            + (f", and {shown(lacking)} among them" if lacking else "")
        )


def _name(pieces):
    """The type of most bytes, and that there are others beside norms and biases."""
    taken = Counter()
    for piece in pieces:
        if piece.component not in ("norms", "biases", "experts.router"):
            taken[piece.type] += piece.n_bytes
    name = taken.most_common(1)[0][0]
    return name if len(taken) == 1 else f"{name} mix"


def _spread(model, tensors):
    """All components at the file's average: where names of modules are not known."""
    by_type = Counter()
    for tensor in tensors:
        by_type[tensor.type] += tensor.n_bytes
    stored = parameters.stored(model)
    return [
        Piece(
            component,
            name,
            Fraction(values * n_bytes, sum(by_type.values())),
            Fraction(values * n_bytes, stored),
        )
        for component, values in parameters.breakdown(model).items()
        for name, n_bytes in by_type.items()
    ]


def _by_component(model, tensors):
    """Pieces of each component by the names of modules, with the tensors that are none of the model's, as a
    pair; None where a part of the model has no tensor under its name. And the name of such a part.

    Raises:
        InputError: a matrix whose tensors hold other values than the configuration asks for.
    """
    known = {m.name: m for layer in modules.layers(model) for m in layer}
    head = modules.head(model)
    if head is not None:
        known[head.name] = head
    held, others = {}, []
    for tensor in tensors:
        component = _place(tensor.name, known, model)
        if component is None:
            others.append(tensor)
        else:
            held.setdefault(component, []).append(tensor)
    _check_matrices(model, known, held)
    taken = {name: _bytes_by_type(each) for name, each in held.items()}
    pieces, lacking = [], None
    for name, module in known.items():
        values = {m.component: m.copies * m.n_inputs * m.n_outputs for m in module.matrices}
        lacking = lacking if name in taken else lacking or name
        pieces += _pieces(values, taken.pop(name, None))
    shown_by_modules = {piece.component for piece in pieces if piece is not None}
    for component, values in parameters.breakdown(model).items():
        if component not in shown_by_modules:
            lacking = lacking if component in taken else lacking or component
            pieces += _pieces({component: values}, taken.pop(component, None))
    if None in pieces or taken:
        return None, lacking
    return (pieces, others), None


def _bytes_by_type(tensors):
    found = Counter()
    for tensor in tensors:
        found[tensor.type] += tensor.n_bytes
    return found


def _check_matrices(model, known, held):
    """Refuse a matrix whose tensors cannot hold the values that the configuration asks for."""
    wanted = {
        name: (
            module.matrices[0].component,
            sum(m.copies * m.n_inputs * m.n_outputs for m in module.matrices),
        )
        for name, module in known.items()
    }
    wanted["embedding"] = "embedding", model.vocabulary_size * model.embedding_width
    for name, (component, expected) in wanted.items():
        tensors = [one for one in held.get(name, ()) if _holds_values(one.name, name)]
        if tensors and not _fits(tensors, expected):
            held_values = sum(one.n_values for one in tensors)
            all_of_them = f" with {len(tensors) - 1} others, {held_values} values in all" * (len(tensors) > 1)
            raise InputError(
                f"{model.name}: {shown(tensors[0].name)} has the shape {tensors[0].shape}"
                f" of {tensors[0].type}{all_of_them}; expected {expected} values of {component}, from"
                " config.json"
            )


def _holds_values(name, module):
    name = re.sub(r"\.experts\.\d+\.", ".experts.0.", name)
    return name.rpartition(".")[2] in _VALUES or name.endswith((module, f"{module}_blocks"))


def _fits(tensors, expected):
    """Whether tensors hold as many values: each its own, or in words a whole number of bits for each."""
    words = sum(one.n_bytes for one in tensors if one.type in _WORDS)
    left = expected - sum(one.n_values for one in tensors if one.type not in _WORDS)
    if not words:
        return left == 0
    return left > 0 and 8 * words % left == 0 and 1 <= 8 * words // left <= 8


def _pieces(values, by_type):
    """A module's bytes shared out over its matrices by their values, each type by its bytes."""
    if not by_type:
        return [None]
    all_values, all_bytes = sum(values.values()), sum(by_type.values())
    return [
        Piece(component, name, Fraction(each * n_bytes, all_bytes), Fraction(each * n_bytes, all_values))
        for component, each in values.items()
        for name, n_bytes in by_type.items()
    ]


def _plain_name(name):
    """A tensor's name without a wrapper's prefix, as in a file of the language model alone."""
    for prefix in _PREFIXES:
        if name.startswith(prefix):
            name = name.removeprefix(prefix).removeprefix("model.")
            return name if name.startswith("lm_head.") else "model." + name
    # Files of a model without a head leave the prefix out.
    return "model." + name if name.startswith(("layers.", "embed_tokens.", "norm.")) else name


def _place(name, known, model):
    """The module or component that a tensor belongs to, or None."""
    name = _plain_name(name)
    if model.towers and not name.startswith(("model.", "lm_head.")):
        return None
    module, _, last = name.rpartition(".")
    module = re.sub(r"\.experts\.\d+\.", ".experts.0.", module)
    for one in (module, name, re.sub(r"_(blocks|scales)$", "", name)):
        if one in known:
            return "biases" if last == "bias" else one
    if module == "model.embed_tokens":
        return "embedding"
    if last.endswith("bias") and "norm" not in module:
        return "norms" if last == "e_score_correction_bias" else "biases"
    if "norm" in module or last in ("sinks", "alpha_p", "alpha_n"):
        return "norms"
    return None
