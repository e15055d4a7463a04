"""How many accelerators hold what one does not, and in which type of fewer bits it runs."""

from .bound import memory
from .errors import InputError

# Types of fewer bits that are tried where a model does not run, the widest first: those of files that the
# engine runs.
FEWER = {
    "llama.cpp": ("Q8_0", "Q6_K", "Q5_K_M", "Q4_K_M", "Q3_K_M"),
    "mlx": ("int4-g32", "int4-g64"),
}
FEWER_ELSEWHERE = ("bf16", "fp8", "int4-g128")


def runs(model, accelerator, **given):
    """Whether one query would run so; given: what `estimate.estimate` takes, whatever its concurrency."""
    from .estimate import estimate

    try:
        return bool(estimate(model, accelerator, **given | {"concurrency": 1})["running"])
    except InputError:
        return False  # a mix that is not known of the model, or more than there is to keep elsewhere


def fewer_bits(model, accelerator, **given):
    """The widest type of weights in which one query runs; None where none of those tried does."""
    for dtype in FEWER.get(given["engine"], FEWER_ELSEWHERE):
        if runs(model, accelerator, **given | {"dtype": dtype}):
            return dtype
    return None


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
