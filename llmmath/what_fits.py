"""How many accelerators hold what one does not."""

from .bound import memory
from .errors import InputError


def accelerators_that_hold(model, accelerator, **given):
    """The least number of accelerators, more than are given, that hold a model together.

    Args:
        model, accelerator: as `bound.memory` takes them.
        **given: what else it takes, n_accelerators and link_bandwidth among it.

    Returns:
        The number, at most that of the heads; None where no number is enough, where the model cannot be
        split, or where nothing is known to link such accelerators.
    """
    if accelerator.link is None and given["link_bandwidth"] is None:
        return None
    heads = [layer.attention.n_heads for layer, _ in model.layer_groups if layer.attention]
    for n in range(given["n_accelerators"] + 1, min(heads, default=0) + 1):
        try:
            found = memory(model, accelerator, **given | {"n_accelerators": n})
        except InputError:
            continue  # a number that heads cannot be split over, and none for recurrent layers
        if found["fits"]:
            return n
    return None
