"""The header of one safetensors file: name, type, shape and place of each tensor. No tensor is read.

Source: huggingface/safetensors README.md, "Format"; safetensors/src/tensor.rs for the limits and types.
"""

import json
import math
from collections import namedtuple

from ...errors import InputError, shown
from ..files import opened

HEADER_BYTES = 100_000_000
# Type in a file -> name in a table, and bits of a value.
_TYPES = {
    "BOOL": ("bool", 8), "U8": ("uint8", 8), "I8": ("int8", 8), "F8_E4M3": ("fp8", 8), "F8_E5M2": ("fp8", 8),
    "F8_E8M0": ("e8m0", 8), "F8_E4M3FNUZ": ("fp8", 8), "F8_E5M2FNUZ": ("fp8", 8), "I16": ("int16", 16),
    "U16": ("uint16", 16), "F16": ("fp16", 16), "BF16": ("bf16", 16), "I32": ("int32", 32),
    "U32": ("uint32", 32), "F32": ("fp32", 32), "I64": ("int64", 64), "U64": ("uint64", 64),
    "F64": ("fp64", 64), "C64": ("complex64", 64), "F4": ("fp4", 4), "F6_E2M3": ("fp6", 6),
    "F6_E3M2": ("fp6", 6),
}  # fmt: skip

Tensor = namedtuple("Tensor", "name type n_values n_bytes shape")
Tensor.__doc__ = "What a file says of one tensor: its type's name, values [1], bytes [B] and sizes [1]."


def read(path, where):
    """What the header of one file says.

    Args:
        path: of a `.safetensors` file. where: how messages name it.

    Returns:
        dict of name -> Tensor.

    Raises:
        InputError: no such file, no header, a header past HEADER_BYTES, a tensor that does not fit its bytes,
            tensors that overlap or leave gaps, a file that ends too soon.
    """
    with opened(path, where, "the path of a safetensors file") as (file, size):
        length = int.from_bytes(file.read(8), "little")
        if size < 8 or length > HEADER_BYTES:
            claimed = f"the first 8 bytes claim a header of {length} bytes" if size >= 8 else f"{size} bytes"
            raise InputError(f"{where}: {claimed}; expected a safetensors file, with at most {HEADER_BYTES}")
        if 8 + length > size:
            raise InputError(
                f"{where}: the file ends at byte {size}, but its header at byte {8 + length};"
                " expected a whole file"
            )
        content = file.read(length)
    entries = parsed(content, where)
    entries.pop("__metadata__", None)
    found = {name: _tensor(name, entry, where, size - 8 - length) for name, entry in entries.items()}
    _check_places({name: entry["data_offsets"] for name, entry in entries.items()}, where, size - 8 - length)
    return found


def parsed(content, where):
    """The object that a header's or an index' JSON is."""
    try:
        found = json.loads(content.decode())
    except (ValueError, RecursionError):  # of which broken UTF-8 and JSON are kinds
        raise InputError(f"{where}: no JSON; expected a JSON object that names the tensors") from None
    if not isinstance(found, dict):
        raise InputError(f"{where}: the JSON is {shown(found)}; expected an object that names the tensors")
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
