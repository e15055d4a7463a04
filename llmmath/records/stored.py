"""What the weights of a model are stored as: bytes of each component, exactly, and not an average.

A file rarely has one type throughout: experts may have four bits and a scale for each 32 values while
attention, router and embedding keep 16, and a decoding step reads some of the experts only. So bytes are
kept by component, the names being those of `parameters.breakdown`: of matrices as in a count, and
"embedding", "positions", "biases" and "norms".
"""

from collections import namedtuple
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, cached_property

from . import parameters

Piece = namedtuple("Piece", "component type n_values n_bytes")
Piece.__doc__ = """Values of one component that are stored alike.

component: as in `parameters.breakdown`. type: name of the type, as a table shows it. n_values: values over
all layers and experts [1]. n_bytes: what they take, scales, zero points and tables of codes included [B].
"""


@dataclass(frozen=True)
class StoredWeights:
    """What each component of a model's weights takes.

    name: of the whole, as a count shows it: "bf16", "Q4_K_M", "mxfp4". pieces: tuple of `Piece`; a component
    whose layers differ has several, and its values then take their average, which is exact for whatever reads
    all layers alike. source: where that is described. computed_in: name of the data type that products are
    computed in where an accelerator has a peak for it; None where weights are turned into 16 bits first.
    integers: whether they are blocks of llama.cpp's types, see `computed_on`.
    towers_bytes: of towers and projectors that stand in the same files, which are in no sum here [B]; None
    where no file tells.

    >>> pieces = (Piece("embedding", "bf16", 1000, 2000), Piece("experts.up", "mxfp4", 3200, 1700))
    >>> weights = StoredWeights("mxfp4", pieces)
    >>> weights.n_bytes, weights.bytes_of("experts.up"), weights.bytes_per_value("experts.up")
    (3700, 1700, 0.53125)
    >>> weights.by_type
    {'bf16': 2000, 'mxfp4': 1700}
    """

    name: str
    pieces: tuple
    source: str = ""
    computed_in: str | None = None
    integers: bool = False
    towers_bytes: int | None = None

    def computed_on(self, accelerator):
        """Name of the data type that products with such weights are computed in on an accelerator, where it
        has a peak for it; None where they are turned into 16 bits first.

        llama.cpp's kernels for NVIDIA's cards multiply its blocks as 8-bit integers, the activations turned
        into such too. Those for AMD's do so on some generations and for some sizes; no measurement of cards
        with a faster peak for int8 tells how fast, so that they are counted as before.

        Source: ggml-org/llama.cpp ggml/src/ggml-cuda/mmq.cu, ggml_cuda_should_use_mmq; pull requests 7676,
            7860 and 8062 of June 2024.
        """
        return "int8" if self.integers and accelerator.vendor == "NVIDIA" else self.computed_in

    @cached_property
    def _sums(self):
        """Component -> pair of values [1] and exact bytes [B]."""
        found = {}
        for piece in self.pieces:
            values, n_bytes = found.get(piece.component, (0, 0))
            found[piece.component] = values + piece.n_values, n_bytes + piece.n_bytes
        return found

    @property
    def n_values(self):
        """Stored values [1]: the model's parameters."""
        return sum(values for values, _ in self._sums.values())

    @property
    def n_bytes(self):
        """Bytes of all weights [B], parts of a byte rounded up."""
        return _whole(sum(n_bytes for _, n_bytes in self._sums.values()))

    def bytes_of(self, component):
        """Bytes of a component over all layers and experts [B], 0 of one that stores nothing."""
        return _whole(self._sums.get(component, (0, 0))[1])

    def bytes_per_value(self, component):
        """Bytes of one value of a component, its share of scales included [B]: an int where it is whole.

        A head that is tied has no values of its own and takes what the embedding takes.

        Raises:
            KeyError: a component that stores nothing.
        """
        tied = component == "lm_head" and component not in self._rates
        return self._rates["embedding" if tied else component]

    @cached_property
    def _rates(self):
        """Component -> bytes of one value [B]."""
        rates = {name: Fraction(n_bytes) / values for name, (values, n_bytes) in self._sums.items()}
        return {name: _number(each) for name, each in rates.items()}

    @property
    def average(self):
        """Bytes of one value on the average of all [B]: an int where it is whole."""
        each = sum(Fraction(n_bytes) for _, n_bytes in self._sums.values()) / self.n_values
        return _number(each)

    @property
    def by_type(self):
        """Name of a type -> bytes of all that is stored in it [B], in order of first appearance."""
        found = {}
        for piece in self.pieces:
            found[piece.type] = found.get(piece.type, 0) + piece.n_bytes
        return {name: _whole(n_bytes) for name, n_bytes in found.items()}


def joined(pieces):
    """Pieces of the same component and type made one, in order of first appearance: a tuple of `Piece`."""
    found = {}
    for piece in pieces:
        values, n_bytes = found.get(piece[:2], (0, 0))
        found[piece[:2]] = values + piece.n_values, n_bytes + piece.n_bytes
    return tuple(Piece(*key, *sums) for key, sums in found.items())


def _number(fraction):
    """An int where it is whole, else the nearest float."""
    return int(fraction) if fraction.denominator == 1 else float(fraction)


def _whole(n_bytes):
    """Rounded up to whole bytes."""
    return -(-n_bytes // 1) if isinstance(n_bytes, Fraction) else n_bytes


@cache
def uniform(model, dtype):
    """All weights of a model in one data type, biases and norms too: what a type's name alone says.

    Args:
        model: a `shapes.Model`.
        dtype: a `dtypes.DataType` that weights are stored in.

    Returns:
        StoredWeights; its bytes may have parts of a byte, which its sums round up.

    Source: the record of the type.
    """
    each = Fraction(dtype.block_bytes, dtype.block_values)
    whole = each.denominator == 1
    return StoredWeights(
        name=dtype.name,
        pieces=tuple(
            Piece(component, dtype.name, values, values * (each.numerator if whole else each))
            for component, values in parameters.breakdown(model).items()
        ),
        source=dtype.source,
        computed_in=dtype.computed_in,
        integers=dtype.integers,
    )
