"""A model in GGUF, whole: one file, or the parts of one that was split, each with its own tensors."""

import os
import re

from ...errors import InputError, shown
from . import header

_PART = re.compile(r"(.*)-(\d{5})-of-(\d{5})\.gguf", re.DOTALL)


class Whole:
    """What the header of a file, or of all its parts, says.

    where: the file, for messages. metadata: dict, see `header.Header`. tensors: dict of name -> `Tensor`.
    """

    def __init__(self, where, metadata, tensors):
        self.where, self.metadata, self.tensors = where, metadata, tensors
        self.architecture = metadata.get("general.architecture")

    def key(self, name):
        """`name` with the architecture before it, as it stands in the file."""
        return f"{self.architecture}.{name}"

    def size(self, name, missing=None):
        """A whole number of the metadata, or `missing`; what differs between layers is refused."""
        value = self.sizes(name, missing)
        if isinstance(value, tuple) and len(set(value)) == 1:
            return value[0]
        if isinstance(value, tuple):
            self.refuse(name, "one number, the same in all layers")
        return value

    def sizes(self, name, missing=None):
        """A whole number, or a tuple with one for each layer, of the metadata, or `missing`."""
        value = self.metadata.get(self.key(name), missing)
        each = value if isinstance(value, tuple) else (value,)
        if not all(one is missing or (type(one) is int and 0 <= one < 2**31) for one in each):
            self.refuse(name, "a whole number from 0")
        return value

    def needed(self, name):
        """A whole number that has to be there."""
        value = self.size(name)
        if value is None:
            raise InputError(f"{self.where}: {self.key(name)} is missing; expected a whole number")
        return value

    def refuse(self, name, expected):
        """Raise for an entry of the metadata."""
        value = self.metadata[self.key(name)]
        raise InputError(f"{self.where}: {self.key(name)} is {shown(value)}; expected {expected}")

    def has(self, name):
        """Whether there is such a tensor."""
        return name in self.tensors

    def block_has(self, place, name):
        """Whether the layer at `place` has such a tensor, with a weight or of its bare name."""
        return any(f"blk.{place}.{name}{end}" in self.tensors for end in (".weight", ""))


def read(path, where):
    """The header at `path`, with those of its further parts where it is one of several.

    Raises:
        InputError: as `header.read`; a part that is missing, or that does not fit the others.
    """
    named = _PART.fullmatch(path)
    if named is None:
        first = header.read(path, where)
        n_parts = first.metadata.get("split.count", 0)
        if type(n_parts) is int and n_parts > 1:
            raise InputError(
                f"{where}: this is one of {n_parts} parts, under another name;"
                f" expected it to be called NAME-00001-of-{n_parts:05}.gguf, beside the others"
            )
        headers = [first]
    else:
        headers = _parts(named.group(1), int(named.group(3)), path, where)
    tensors = {}
    for one in headers:
        for tensor in one.tensors:
            if tensor.name in tensors:
                raise InputError(
                    f"{one.where}: {shown(tensor.name)} is in another part too; expected it once"
                )
            tensors[tensor.name] = tensor
    expected = headers[0].metadata.get("split.tensors.count", len(tensors))
    if len(headers) > 1 and expected != len(tensors):
        raise InputError(
            f"{where}: the parts have {len(tensors)} tensors; expected {shown(expected)}, split.tensors.count"
        )
    return Whole(where, headers[0].metadata, tensors)


def _parts(stem, n_parts, path, where):
    headers = []
    for i in range(n_parts):
        part = f"{stem}-{i + 1:05}-of-{n_parts:05}.gguf"
        if not os.path.exists(part):
            lacking = shown(os.path.basename(part))
            raise InputError(
                f"{where}: part {i + 1} of {n_parts} is missing; expected {lacking} beside the others"
            )
        one = header.read(part, where if part == path else shown(part))
        stated = one.metadata.get("split.no", i), one.metadata.get("split.count", n_parts)
        if stated != (i, n_parts):
            raise InputError(
                f"{one.where}: split.no is {shown(stated[0])} and split.count {shown(stated[1])};"
                f" expected {i} and {n_parts}"
            )
        headers.append(one)
    if not headers:
        raise InputError(f"{where}: the name says part of 0; expected NAME-00001-of-00002.gguf or the like")
    return headers
