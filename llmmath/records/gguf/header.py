"""The header of a GGUF file: its metadata, and name, shape and type of each tensor. No tensor is read.

A file is not trusted: every count and length is bounded before anything is kept, and what is wrong is told
with the byte where it stands.

Source: ggml-org/ggml docs/gguf.md, "File structure"; ggml-org/llama.cpp ggml/src/gguf.cpp.
"""

import math
import struct
from collections import namedtuple

from ...errors import InputError, shown
from ..files import opened
from .types import TYPES

# Bounds well above published files: the largest tokenizers take some 20 MB, the most tensors are some 50,000.
HEADER_BYTES = 96 * 2**20
METADATA, TENSORS, NAME_BYTES, KEPT_TEXT, KEPT_NUMBERS = 10**5, 10**6, 1024, 4096, 10**4
DIMENSIONS, VALUES, NESTED = 4, 2**60, 4
_CHUNK = 2**20
# Number of a metadata type -> letter of struct; 8 is a text, 9 an array.
_SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "B", 10: "Q", 11: "q", 12: "d"}
_BOOL, _TEXT, _ARRAY = 7, 8, 9

Tensor = namedtuple("Tensor", "name shape type offset where")
Tensor.__doc__ = """What a file says of one tensor.

shape: its dimensions, the values of a row first. type: a `dtypes.DataType`. offset: of its bytes, from the
start of the tensors' part of the file [B]. where: the file.
"""
Header = namedtuple("Header", "where version metadata tensors")
Header.__doc__ = """metadata: dict of key -> int, float, bool, str, tuple of numbers, or `Elements`. tensors:
list of `Tensor`."""
Elements = namedtuple("Elements", "count")
Elements.__doc__ = "An array of which only the number of elements is kept: a tokenizer's words."


def n_values(tensor):
    """Values of a tensor [1]."""
    return math.prod(tensor.shape)


def n_bytes(tensor):
    """Bytes of a tensor [B]: whole blocks, which divide its rows."""
    return n_values(tensor) // tensor.type.block_values * tensor.type.block_bytes


def read(path, where):
    """The header of the file at `path`.

    Args:
        path: of a GGUF file of version 2 or 3, of either byte order.
        where: how messages name it.

    Returns:
        Header.

    Raises:
        InputError: no such file, not a GGUF file, another version, a bound passed, tensors that overlap or
            leave gaps, a file that ends too soon.
    """
    with opened(path, where, "the path of a GGUF file") as (file, size):
        return _header(_Reader(file, size, where))


class _Reader:
    """A file read from its start, a chunk at a time."""

    def __init__(self, file, size, where):
        self.file, self.size, self.where = file, size, where
        self.bytes = bytearray()
        self.at = 0
        self.order = "<"

    def have(self, length, what):
        """Make sure that `length` bytes follow, and return where they start."""
        start, end = self.at, self.at + length
        if end > self.size:
            raise InputError(
                f"{self.where}: the file ends at byte {self.size}, inside {what} at byte {start};"
                " expected a whole GGUF file"
            )
        if end > HEADER_BYTES:
            self.refuse(start, f"{what} reaches past {HEADER_BYTES} bytes", "a header of at most that many")
        if end > len(self.bytes):
            self.bytes += self.file.read(max(_CHUNK, end - len(self.bytes)))
            if end > len(self.bytes):  # it became shorter while it was read
                self.size = len(self.bytes)
                return self.have(length, what)
        self.at = end
        return start

    def refuse(self, at, found, expected):
        """Raise for what stands at byte `at`."""
        raise InputError(f"{self.where}: at byte {at}, {found}; expected {expected}")

    def number(self, letter, what):
        """One number, by its letter of struct."""
        start = self.have(struct.calcsize(letter), what)
        return struct.unpack_from(self.order + letter, self.bytes, start)[0]

    def text(self, what, limit):
        """A text of at most `limit` bytes."""
        start = self.at
        length = self.number("Q", what)
        if length > limit:
            self.refuse(start, f"{what} has {length} bytes", f"at most {limit}")
        first = self.have(length, what)
        try:
            return self.bytes[first : first + length].decode()
        except UnicodeDecodeError:
            return self.refuse(first, f"{what} is not UTF-8", "a text")

    def skip_texts(self, count, what):
        """Pass over `count` texts."""
        length_of = struct.Struct(self.order + "Q").unpack_from
        for _ in range(count):
            start = self.have(8, what)
            self.have(length_of(self.bytes, start)[0], what)


def _header(reader):
    version = _version(reader)
    start = reader.at
    n_tensors, n_pairs = (
        reader.number("Q", "the number of tensors"),
        reader.number("Q", "the metadata's size"),
    )
    if n_tensors > TENSORS:
        reader.refuse(start, f"the file claims {n_tensors} tensors", f"at most {TENSORS}")
    if n_pairs > METADATA:
        reader.refuse(start + 8, f"the file claims {n_pairs} entries of metadata", f"at most {METADATA}")
    metadata = {}
    for _ in range(n_pairs):
        start = reader.at
        key = reader.text("a key", NAME_BYTES)
        if key in metadata:
            reader.refuse(start, f"the key {shown(key)} stands twice", "each key once")
        kind = reader.number("I", f"the type of {shown(key)}")
        metadata[key] = _value(reader, kind, f"the value of {shown(key)}", NESTED)
    tensors, named = [], set()
    for _ in range(n_tensors):
        start = reader.at
        tensor = _tensor(reader)
        if tensor.name in named:
            reader.refuse(start, f"the tensor {shown(tensor.name)} stands twice", "each tensor once")
        named.add(tensor.name)
        tensors.append(tensor)
    _check_places(reader, metadata, tensors)
    return Header(reader.where, version, metadata, tensors)


def _version(reader):
    start = reader.have(4, "the word GGUF that starts one")
    if reader.bytes[start : start + 4] != b"GGUF":
        begins = bytes(reader.bytes[start : start + 4])
        raise InputError(
            f"{reader.where}: the file begins with {begins!r}; expected a GGUF file, with b'GGUF'"
        )
    version = reader.number("I", "the version")
    if version and not version & 0xFFFF:
        # The version's low bytes come last in the other byte order.
        reader.order = ">"
        version = int.from_bytes(version.to_bytes(4, "little"), "big")
    if version not in (2, 3):
        hint = ", which llama.cpp has dropped: convert the model anew" if version == 1 else ""
        reader.refuse(start + 4, f"the GGUF version is {version}{hint}", "version 2 or 3")
    return version


def _value(reader, kind, what, nested):
    start = reader.at
    if kind in _SCALARS:
        value = reader.number(_SCALARS[kind], what)
        if kind != _BOOL:
            return value
        if value > 1:
            reader.refuse(start, f"{what} is {value}", "0 or 1, for false or true")
        return bool(value)
    if kind == _TEXT:
        length = reader.number("Q", what)
        first = reader.have(length, what)
        kept = reader.bytes[first : first + min(length, KEPT_TEXT)]
        return kept.decode(errors="replace")
    if kind != _ARRAY:
        reader.refuse(start - 4, f"{what} has the type {kind}", "a type from 0 to 12")
    if not nested:
        reader.refuse(start, f"{what} holds arrays in arrays", f"at most {NESTED} levels")
    kind, count = reader.number("I", what), reader.number("Q", what)
    return _elements(reader, kind, count, what, nested)


def _elements(reader, kind, count, what, nested):
    start = reader.at
    if kind in _SCALARS:
        first = reader.have(count * struct.calcsize(_SCALARS[kind]), what)
        if count > KEPT_NUMBERS:
            return Elements(count)
        values = struct.unpack_from(f"{reader.order}{count}{_SCALARS[kind]}", reader.bytes, first)
        return tuple(map(bool, values)) if kind == _BOOL else values
    # Each takes eight bytes at least, so that a count which cannot be true is told before it is tried.
    if count > (min(reader.size, HEADER_BYTES) - start) // 8:
        reader.refuse(start - 8, f"{what} claims {count} elements", "no more than the file can hold")
    if kind == _TEXT:
        reader.skip_texts(count, what)
    else:
        for _ in range(count):
            _value(reader, kind, what, nested - 1)
    return Elements(count)


def _tensor(reader):
    name = reader.text("a tensor's name", NAME_BYTES)
    what = f"the tensor {shown(name)}"
    start = reader.at
    n_dimensions = reader.number("I", what)
    if not 1 <= n_dimensions <= DIMENSIONS:
        reader.refuse(start, f"{what} has {n_dimensions} dimensions", f"1 to {DIMENSIONS}")
    first = reader.have(8 * n_dimensions, what)
    shape = struct.unpack_from(f"{reader.order}{n_dimensions}Q", reader.bytes, first)
    if not all(shape) or math.prod(shape) > VALUES:
        reader.refuse(first, f"{what} has the shape {list(shape)}", f"1 to {VALUES} values")
    at = reader.at
    number = reader.number("I", what)
    if number not in TYPES:
        reader.refuse(at, f"{what} has the type {number}", f"one of ggml's, {', '.join(map(str, TYPES))}")
    if shape[0] % TYPES[number].block_values:
        block = TYPES[number].block_values
        reader.refuse(first, f"{what} has rows of {shape[0]} values", f"whole blocks of {block}")
    return Tensor(name, shape, TYPES[number], reader.number("Q", what), reader.where)


def _check_places(reader, metadata, tensors):
    """Refuse tensors that do not follow one another, each at the next aligned byte, and a file that ends
    before they do, such as one that was not fetched whole: llama.cpp loads no other file."""
    alignment = metadata.get("general.alignment", 32)
    if type(alignment) is not int or alignment < 8 or alignment & (alignment - 1):
        raise InputError(
            f"{reader.where}: general.alignment is {shown(alignment)}; expected a power of 2, from 8 bytes"
        )
    start = -(-reader.at // alignment) * alignment
    at = end = 0
    for tensor in tensors:
        if tensor.offset != at:
            raise InputError(
                f"{reader.where}: {shown(tensor.name)} starts at byte {tensor.offset} of the tensors' part;"
                f" expected byte {at}, the next after the tensors before it that {alignment} divides"
            )
        end = start + at + n_bytes(tensor)
        at += -(-n_bytes(tensor) // alignment) * alignment
    if end > reader.size:
        raise InputError(
            f"{reader.where}: the file ends at byte {reader.size}, but {shown(tensors[-1].name)} ends at byte"
            f" {end}; expected a whole file"
        )
