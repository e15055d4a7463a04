"""Where a model's tensors lie: one file, one that was split, an index with its shards, a directory."""

import os
import re

from ...errors import InputError, shown
from ..files import content, named
from . import header

INDEX_BYTES = 64 * 2**20
SHARDS = 10**4
_PART = re.compile(r"(.*)-(\d{5})-of-(\d{5})\.safetensors", re.DOTALL)
# The same weights under a publisher's own names, and what is added to the weights of another model.
_OTHERS = re.compile(r"consolidated|adapter")


def weights_in(folder):
    """Path of a directory's weights, under the names that the Hub gives them, or None.

    It is that of an index, of a file, or of the first of its parts.
    """
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
        reason = (error.strerror or "cannot be read").lower()
        raise InputError(f"{named(folder)}: {reason}; expected a directory with weights") from None


def unread(folder):
    """Notes on the safetensors files of a directory that hold no weights under the names that are read."""
    read_from = weights_in(folder)
    source = "supposed from config.json" if read_from is None else f"those of {os.path.basename(read_from)}"
    others = sorted(name for name in _listed(folder) if name.endswith(".safetensors") and _OTHERS.match(name))
    return tuple(f"{shown(name)} is not read; the weights are {source}." for name in others)


def tensors(path):
    """All tensors at `path`: a dict of name -> Tensor."""
    where = named(path)
    part = _PART.fullmatch(path)
    if part is not None:
        index = f"{part[1]}.safetensors.index.json"
        if not os.path.exists(index):
            return _parts(part[1], int(part[3]), path, where)
        path, where = index, named(index)
    if not path.lower().endswith(".json"):
        return header.read(path, where)
    shards = _shards(path, where)
    found = {}
    for i, (name, expected) in enumerate(shards.items()):
        shard = os.path.join(os.path.dirname(path), name)
        if not os.path.exists(shard):
            raise InputError(
                f"{where}: shard {i + 1} of {len(shards)}, {shown(name)}, is missing; expected it beside"
                " the index"
            )
        held = header.read(shard, named(shard))
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
        held = header.read(part, where if part == path else shown(part))
        for tensor in sorted(set(held) & set(found))[:1]:
            raise InputError(f"{shown(part)}: {shown(tensor)} is in another part too; expected it once")
        found.update(held)
    return found


def _shards(path, where):
    """Name of a shard -> the set of tensors that the index says it has."""
    index = header.parsed(
        content(path, where, "the path of an index of safetensors files", INDEX_BYTES), where
    )
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
