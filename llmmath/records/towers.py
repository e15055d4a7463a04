"""What turns an image, or sound, into tokens of a model: its parameters, and its products for one image.

A tower stands beside the model, and in none of the model's counts: a step that reads text alone does not run
it. An image becomes patches, patches become vectors, and a projector turns those into `Image.n_tokens` tokens
of the model's width, which the prompt then holds like others.
"""

from collections import namedtuple
from dataclasses import dataclass

from ..formulas.multiplications import attention_multiplications, matrix_multiplications

Image = namedtuple("Image", "height width n_patches n_tokens why")
Image.__doc__ = """The image that products are counted for.

height, width: its sizes [pixel]. n_patches: patches that the tower reads [1]. n_tokens: tokens that the model
gets [token]. why: why this size and no other, as the end of a sentence.
"""

Product = namedtuple("Product", "n_inputs n_outputs bias copies n_vectors", defaults=(False, 1, None))
Product.__doc__ = """A matrix of a tower, and the vectors that it multiplies.

n_inputs, n_outputs: its sizes [1]. bias: whether `n_outputs` values are added. copies: layers that have
one [1]. n_vectors: vectors of one image that each multiplies [1]; None where the file does not tell.
"""

Pairs = namedtuple("Pairs", "copies width n_pairs")
Pairs.__doc__ = """Attention of a tower's layers: all pairs of vectors, or those within windows.

copies: layers [1]. width: values of all heads' queries together [1]. n_pairs: pairs of one image in each
layer [1].
"""


@dataclass(frozen=True)
class Tower:
    """A vision tower, an audio tower, or a projector.

    name: what it is called in a count. products: of type Product. attention: of type Pairs. other_values:
    parameters that are in no matrix and in no bias: norms, positions, class tokens [1]. unknown: why its
    parameters are not told by a configuration, as the end of a sentence; None where they are.
    """

    name: str
    products: tuple = ()
    attention: tuple = ()
    other_values: int = 0
    unknown: str | None = None

    @property
    def parameters(self):
        """All parameters that it stores [1]; None where they are unknown."""
        if self.unknown:
            return None
        return self.other_values + sum(p.copies * p.n_outputs * (p.n_inputs + p.bias) for p in self.products)

    @property
    def multiplications(self):
        """Multiplications of matrix products for one image [1]; None where they are unknown."""
        if self.unknown or any(product.n_vectors is None for product in self.products):
            return None
        return sum(
            p.copies
            * matrix_multiplications(n_tokens=p.n_vectors, n_inputs=p.n_inputs, n_outputs=p.n_outputs)
            for p in self.products
        ) + sum(
            2 * a.copies * attention_multiplications(n_pairs=a.n_pairs, n_heads=1, head_dim=a.width)
            for a in self.attention
        )
