"""Reading what a model's safetensors files store: names, shapes, types and bytes, from their headers alone.

Tensors do not tell the architecture, so the shape of the model comes from the `config.json` beside them. What
its matrices take comes from the files: scales, zero points and packed values as they are.

Source: huggingface/safetensors README.md, "Format"; safetensors/src/tensor.rs for the limits and types.
"""

import json
import math
import os
import re
import stat
from collections import Counter, namedtuple
from dataclasses import replace
from fractions import Fraction

from ..errors import InputError, shown
from . import configs, parameters
from .quantisation import modules
from .stored import Piece, StoredWeights, joined

HEADER_BYTES = 100_000_000
INDEX_BYTES = 64 * 2**20
SHARDS = 10**4
# Type in a file -> name in a table, and bits of a value.
_TYPES = {
    "BOOL": ("bool", 8), "U8": ("uint8", 8), "I8": ("int8", 8), "F8_E4M3": ("fp8", 8), "F8_E5M2": ("fp8", 8),
    "F8_E8M0": ("e8m0", 8), "F8_E4M3FNUZ": ("fp8", 8), "F8_E5M2FNUZ": ("fp8", 8), "I16": ("int16", 16),
    "U16": ("uint16", 16), "F16": ("fp16", 16), "BF16": ("bf16", 16), "I32": ("int32", 32),
    "U32": ("uint32", 32), "F32": ("fp32", 32), "I64": ("int64", 64), "U64": ("uint64", 64),
    "F64": ("fp64", 64), "C64": ("complex64", 64), "F4": ("fp4", 4), "F6_E2M3": ("fp6", 6),
    "F6_E3M2": ("fp6", 6),
}  # fmt: skip
# Buffers that older files hold beside the parameters.
_BUFFERS = re.compile(r".*(rotary_emb\.inv_freq|\.attn\.bias|\.masked_bias|\.attention\.bias)")
_PART = re.compile(r"(.*)-(\d{5})-of-(\d{5})\.safetensors", re.DOTALL)
# The same weights under a publisher's own names, and what is added to the weights of another model.
_OTHERS = re.compile(r"consolidated|adapter")
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

Tensor = namedtuple("Tensor", "name type n_values n_bytes shape")
Tensor.__doc__ = "What a file says of one tensor: its type's name, values [1], bytes [B] and sizes [1]."


def read(path):
    """The model whose weights lie at `path`, with what they are stored as.

    Args:
        path: a `.safetensors` file, any part of one that was split, a `.safetensors.index.json` with its
            shards beside it, or a directory with one of them. A `config.json` has to lie in the same
            directory, and the other parts beside a part.

    Returns:
        shapes.Model with its `weights`; its key is the path as given.

    Raises:
        InputError: no such file, no safetensors file, a shard or the `config.json` missing, a configuration
            that is not counted.
    """
    path = str(path)
    where = path if path.isprintable() else shown(path)
    folder = path if os.path.isdir(path) else os.path.dirname(path)
    config = os.path.join(folder, "config.json")
    if not os.path.exists(config):
        raise InputError(
            f"{where}: no config.json beside it; expected the one that is published with these weights, since"
            " tensors do not tell the architecture"
        )
    model = replace(configs.read(config), key=path, name=where)
    tensors = _tensors(_weights_in(folder) if os.path.isdir(path) else path)
    weights, notes = _stored(model, tensors)
    notes += unread(folder) if os.path.isdir(path) else ()
    return replace(model, weights=weights, notes=model.notes + notes)


def has_weights(folder):
    """Whether a directory holds weights under the names that the Hub gives them."""
    return _weights_in(folder) is not None


def unread(folder):
    """Notes on the safetensors files of a directory that hold no weights under the names that are read."""
    read_from = _weights_in(folder)
    source = "supposed from config.json" if read_from is None else f"those of {os.path.basename(read_from)}"
    others = sorted(name for name in _listed(folder) if name.endswith(".safetensors") and _OTHERS.match(name))
    return tuple(f"{shown(name)} is not read; the weights are {source}." for name in others)


def _weights_in(folder):
    for name in ("model.safetensors.index.json", "model.safetensors"):
        if os.path.exists(os.path.join(folder, name)):
            return os.path.join(folder, name)
    # Parts without an index are known by their names; `model` comes before others.
    parts = [name for name in _listed(folder) if _PART.fullmatch(name) and not _OTHERS.match(name)]
    parts.sort(key=lambda name: (not name.startswith("model-"), name))
    return os.path.join(folder, parts[0]) if parts else None


def _listed(folder):
    try:
        return os.listdir(folder)
    except OSError as error:
        raise _unreadable(error, folder if folder.isprintable() else shown(folder)) from None


# --- the files --------------------------------------------------------------------------------------------


def _tensors(path):
    """All tensors at `path`: a dict of name -> Tensor."""
    where = path if path.isprintable() else shown(path)
    part = _PART.fullmatch(path)
    if part is not None:
        index = f"{part[1]}.safetensors.index.json"
        if not os.path.exists(index):
            return _parts(part[1], int(part[3]), path, where)
        path, where = index, index if index.isprintable() else shown(index)
    if not path.lower().endswith(".json"):
        return header(path, where)
    shards = _shards(path, where)
    found = {}
    for i, (name, expected) in enumerate(shards.items()):
        shard = os.path.join(os.path.dirname(path), name)
        if not os.path.exists(shard):
            raise InputError(
                f"{where}: shard {i + 1} of {len(shards)}, {shown(name)}, is missing; expected it beside"
                " the index"
            )
        held = header(shard, shard if shard.isprintable() else shown(shard))
        for tensor in sorted(expected - set(held))[:1]:
            raise InputError(f"{where}: {shown(tensor)} is not in {shown(name)}; expected it there")
        found.update({tensor: held[tensor] for tensor in held if tensor in expected})
    return found


def _parts(stem, n_parts, path, where):
    """All tensors of a file that was split and has no index: its parts' names say how many there are."""
    if not 0 < n_parts <= SHARDS:
        raise InputError(
            f"{where}: the name says part of {n_parts}; expected NAME-00001-of-00002.safetensors or the like"
        )
    found = {}
    for i in range(n_parts):
        part = f"{stem}-{i + 1:05}-of-{n_parts:05}.safetensors"
        if not os.path.exists(part):
            lacking = shown(os.path.basename(part))
            raise InputError(
                f"{where}: part {i + 1} of {n_parts} is missing; expected {lacking} beside the others"
            )
        held = header(part, where if part == path else shown(part))
        for tensor in sorted(set(held) & set(found))[:1]:
            raise InputError(f"{shown(part)}: {shown(tensor)} is in another part too; expected it once")
        found.update(held)
    return found


def _shards(path, where):
    """Name of a shard -> the set of tensors that the index says it has."""
    index = _json(_bytes(path, where, INDEX_BYTES), where)
    placed = index.get("weight_map")
    if not isinstance(placed, dict) or not placed or not all(isinstance(n, str) for n in placed.values()):
        raise InputError(f"{where}: weight_map is {shown(placed)}; expected tensors and the shard of each")
    found = {}
    for tensor, shard in placed.items():
        if os.path.basename(shard) != shard or not shard.endswith(".safetensors"):
            raise InputError(
                f"{where}: {shown(tensor)} is placed in {shown(shard)}; expected the name of a"
                " .safetensors file beside the index"
            )
        found.setdefault(shard, set()).add(tensor)
    if len(found) > SHARDS:
        raise InputError(f"{where}: the index names {len(found)} shards; expected at most {SHARDS}")
    return found


def _bytes(path, where, limit):
    try:
        if os.path.getsize(path) > limit:
            raise InputError(f"{where}: the file has more than {limit} bytes; expected at most that many")
        with open(path, "rb") as file:
            return file.read(limit + 1)
    except OSError as error:
        raise _unreadable(error, where) from None


def _unreadable(error, where):
    reason = (error.strerror or "cannot be read").lower()
    return InputError(f"{where}: {reason}; expected the path of a safetensors file or its index")


def header(path, where):
    """What the header of one file says.

    Args:
        path: of a `.safetensors` file. where: how messages name it.

    Returns:
        dict of name -> Tensor.

    Raises:
        InputError: no such file, no header, a header past HEADER_BYTES, a tensor that does not fit its bytes,
            tensors that overlap or leave gaps, a file that ends too soon.
    """
    try:
        status = os.stat(path)
        if not stat.S_ISREG(status.st_mode):
            raise InputError(f"{where}: this is no regular file; expected the path of a safetensors file")
        with open(path, "rb") as file:
            length = int.from_bytes(file.read(8), "little")
            size = status.st_size
            if size < 8 or length > HEADER_BYTES:
                claimed = (
                    f"the first 8 bytes claim a header of {length} bytes" if size >= 8 else f"{size} bytes"
                )
                raise InputError(
                    f"{where}: {claimed}; expected a safetensors file, with at most {HEADER_BYTES}"
                )
            if 8 + length > size:
                raise InputError(
                    f"{where}: the file ends at byte {size}, but its header at byte {8 + length};"
                    " expected a whole file"
                )
            content = file.read(length)
    except InputError:
        raise
    except OSError as error:
        raise _unreadable(error, where) from None
    except ValueError:  # a path that the system cannot have, with a NUL in it
        raise InputError(f"{where}: no such file; expected the path of a safetensors file") from None
    entries = _json(content, where)
    entries.pop("__metadata__", None)
    found = {name: _tensor(name, entry, where, size - 8 - length) for name, entry in entries.items()}
    _check_places({name: entry["data_offsets"] for name, entry in entries.items()}, where, size - 8 - length)
    return found


def _check_places(spans, where, data_bytes):
    """Refuse tensors that overlap, gaps between them, and bytes after them, as safetensors does."""
    at = 0
    for name, (start, end) in sorted(spans.items(), key=lambda one: one[1]):
        if start != at:
            raise InputError(
                f"{where}: {shown(name)} starts at byte {start} of the tensors' part; expected byte {at},"
                " where the one before it ends"
            )
        at = end
    if at != data_bytes:
        raise InputError(
            f"{where}: the tensors' part has {data_bytes} bytes; expected {at}, where the last tensor ends"
        )


def _json(content, where):
    try:
        found = json.loads(content.decode())
    except (ValueError, RecursionError):  # of which broken UTF-8 and JSON are kinds
        raise InputError(f"{where}: no JSON; expected a JSON object that names the tensors") from None
    if not isinstance(found, dict):
        raise InputError(f"{where}: the JSON is {shown(found)}; expected an object that names the tensors")
    return found


def _tensor(name, entry, where, data_bytes):
    entry = entry if isinstance(entry, dict) else {}
    kind, shape, span = (entry.get(key) for key in ("dtype", "shape", "data_offsets"))
    if not isinstance(kind, str) or kind not in _TYPES:
        raise InputError(
            f"{where}: {shown(name)} has the dtype {shown(kind)}; expected one of {', '.join(_TYPES)}"
        )
    if not _sizes(shape) or len(shape) > 64 or not _sizes(span) or len(span) != 2:
        raise InputError(
            f"{where}: {shown(name)} has the shape {shown(shape)} and data_offsets {shown(span)};"
            " expected whole numbers from 0, and two offsets"
        )
    named, bits = _TYPES[kind]
    n_values = math.prod(shape)
    if 8 * (span[1] - span[0]) != n_values * bits:
        raise InputError(
            f"{where}: {shown(name)} takes {span[1] - span[0]} bytes; expected {n_values * bits / 8:g} for"
            f" {n_values} values of {kind}"
        )
    if span[1] > data_bytes:
        raise InputError(
            f"{where}: the tensors' part has {data_bytes} bytes, but {shown(name)} ends at {span[1]};"
            " expected a whole file"
        )
    return Tensor(name, named, n_values, span[1] - span[0], shape)


def _sizes(found):
    return isinstance(found, list) and all(type(one) is int and 0 <= one < 2**60 for one in found)


# --- the model --------------------------------------------------------------------------------------------


def _stored(model, tensors):
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
