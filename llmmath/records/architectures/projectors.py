"""What stands between a tower and a language model, and turns what the tower gives into tokens of the model.

Each function takes the wrapper's own fields (a `Reading`), the tower's and the model's width, and gives a
`towers.Tower` and how many tokens of one image the model gets.

Source: the model classes of Hugging Face transformers 5.23.0.
"""

from ..towers import Product, Tower
from .vision import merged_vectors


def of_the_tower(q, tower, d_model):
    """The one that the tower's own file describes."""
    return tower["projector"], merged_vectors(tower)


def pooled(q, tower, d_model):
    """The mean of neighbours, a norm and a matrix: Gemma 3."""
    n_tokens = q["n_tokens"]
    product = Product(tower["width"], d_model, False, 1, n_tokens)
    return Tower("projector", (product,), (), tower["width"]), n_tokens


def pooled_without_weights(q, tower, d_model):
    """The mean of neighbours and a matrix: Gemma 4."""
    n_tokens = merged_vectors(tower)
    return Tower("projector", (Product(tower["width"], d_model, False, 1, n_tokens),)), n_tokens


def embedder(q, tower, d_model):
    """A matrix for what a tower gives and for further tokens, whose embeddings it holds: Gemma 3n."""
    return embedder_of("projector", tower, d_model, q["n_tokens"]), q["n_tokens"]


def embedder_of(name, tower, d_model, n_tokens):
    """A matrix, and a table of embeddings for tokens that stand for images or sound."""
    width = tower["width"]
    return Tower(
        name, (Product(width, d_model, False, 1, n_tokens),), (), width * (2 + tower["vocabulary_size"])
    )


def one_matrix(q, tower, d_model):
    """A single matrix: Llama 4, after the adapter within its tower."""
    n_tokens = int(tower["n_patches"] * tower["shuffle_ratio"] ** 2)
    return Tower("projector", (Product(tower["outputs"], d_model, False, 1, n_tokens),)), n_tokens


def paligemma(q, tower, d_model):
    """A single matrix with a bias."""
    n_tokens = tower["n_vectors"]
    return Tower("projector", (Product(tower["width"], q["outputs"], True, 1, n_tokens),)), n_tokens


def llava(q, tower, d_model):
    """Two matrices for every vector, of which the first is left out where the file says so."""
    n_tokens = tower["n_vectors"] - (q["selected"] == "default")
    layers = q["feature_layers"]
    inputs = tower["width"] * (len(layers) if isinstance(layers, list) else 1)
    products = (
        Product(inputs, d_model, q["bias"], 1, n_tokens),
        Product(d_model, d_model, q["bias"], 1, n_tokens),
    )
    return Tower("projector", products, (), d_model if q["has_newline"] else 0), n_tokens


def pixtral(q, tower, d_model):
    """A norm, a matrix that joins neighbours, and two matrices for what they became."""
    width, merge = tower["width"], q["merge"]
    rows, columns = tower["grid"]
    n_tokens = (rows // merge) * (columns // merge)
    products = (
        Product(width * merge**2, width, False, 1, n_tokens),
        Product(width, d_model, q["bias"], 1, n_tokens),
        Product(d_model, d_model, q["bias"], 1, n_tokens),
    )
    return Tower("projector", products, (), width), n_tokens


def joined(q, tower, d_model):
    """Neighbours side by side, a norm where there is one, and matrices of which the first may be gated."""
    factor = q["merge"]
    rows, columns = tower["grid"]
    n_tokens = (rows // factor) * (columns // factor)
    inputs = tower["width"] * factor**2
    hidden = d_model if q["hidden"] is None else q["hidden"]
    products = (Product(inputs, hidden, q["bias"], 1, n_tokens),)
    if q["two_matrices"]:
        between = hidden // 2 if q["gated"] else hidden
        products += (Product(between, d_model, q["bias"], 1, n_tokens),)
    return Tower("projector", products, (), 2 * q["normed"] * inputs), n_tokens


def kimi(q, tower, d_model):
    """A norm, and neighbours side by side through two matrices."""
    n_tokens, inputs = merged_vectors(tower), tower["width"] * tower["merge"] ** 2
    if tower["norm_width"] not in (None, tower["width"]):
        tower.refuse("norm_width", f"the tower's width, {tower['width']}")
    products = (Product(inputs, inputs, True, 1, n_tokens), Product(inputs, d_model, True, 1, n_tokens))
    return Tower("projector", products, (), 2 * (tower["norm_width"] or q["norm_width"])), n_tokens
