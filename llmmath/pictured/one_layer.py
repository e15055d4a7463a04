"""One decoder layer taken apart into the products of one token."""

from dataclasses import replace

from .. import ledger
from ..checks import whole
from ..errors import InputError

# Unit of each entry of `one_layer`.
UNITS = {
    "components": "1",
    "attention": "1",
    "weights": "1",
    "total": "1",
    "attention_share": "1",
    "weights_share": "1",
}


def one_layer(model, context):
    """Multiplications of one token in one layer of a model whose layers are all alike.

    Args:
        model: a `shapes.Model`.
        context: positions attended to, the token itself included [token]; it may be beyond those that the
            model was made for, to see where its formulas lead.

    Returns:
        dict:

        - components: component -> multiplications [1].
        - attention: those that grow with the context, comparison and mixing [1].
        - weights: those with weight matrices, which do not [1].
        - total: both together [1]. attention_share, weights_share: of the total [1].

    Raises:
        InputError: a context that is no positive int; layers that differ, of which none stands for all.

    Source: sums of `ledger`.
    """
    context = whole("context", context)
    kinds = len(model.layer_groups)
    if kinds != 1:
        raise InputError(f"{model.key} has {kinds} kinds of layers; expected a model whose layers are alike")
    # A head is no part of a layer.
    alone = replace(model, layers=model.layers[:1])
    inside = [one for one in ledger.decode(alone, context) if one.component != "lm_head"]
    components = ledger.components(inside)
    attention = sum(one.multiplications for one in inside if one.kind == "attention")
    total = sum(components.values())
    return {
        "components": components,
        "attention": attention,
        "weights": total - attention,
        "total": total,
        "attention_share": attention / total,
        "weights_share": (total - attention) / total,
    }
