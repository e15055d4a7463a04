"""The records as tables of text, for people at a terminal."""

from .. import ledger
from ..records import dtypes, parameters
from .text import amount, sentences, table


def models_text(models):
    """What `llmmath models` prints: parameters rounded, so that a row fits into the columns of a terminal."""
    rows = [
        (
            key,
            model.architecture,
            model.n_layers,
            f"{parameters.stored(model) / 1e9:,.3f}",
            f"{parameters.active(model) / 1e9:,.3f}",
            amount(ledger.cache_values_per_token(model)),
        )
        for key, model in models.items()
    ]
    told = sentences(
        "Parameters in billions, all that are stored and those that one token uses;"
        " values that one token adds to the cache. Exact numbers: llmmath models --json"
    )
    return f"{told}\n\n" + table(("key", "architecture", "layers", "stored", "active", "cache"), rows)


def types_text(types):
    """What `llmmath models --types` prints."""
    told = f"A config.json of these {len(types)} types (its model_type) is counted:"
    return f"{told}\n\n{sentences(', '.join(types))}"


def accelerators_text(accelerators):
    """What `llmmath accelerators` prints: memories and links, then peaks; one table of both is too wide."""
    memories = [
        (
            key,
            "" if one.advertised_memory is None else f"{one.advertised_memory / 1e9:.4g}",
            "" if one.memory_capacity is None else f"{one.memory_capacity / 1e9:.4g}",
            f"{one.memory_bandwidth / 1e9:g}",
            "" if one.link is None else f"{one.link.bandwidth / 1e9:g}",
        )
        for key, one in accelerators.items()
    ]
    stated = {dtype for one in accelerators.values() for dtype in one.peak_flops}
    columns = [dtype for dtype in dtypes.PEAKS if dtype in stated]
    peaks = [
        (
            key,
            *(f"{one.peak_flops[dtype] / 1e12:g}" if dtype in one.peak_flops else "" for dtype in columns),
        )
        for key, one in accelerators.items()
    ]
    return "\n\n".join(
        (
            "Memory in decimal gigabytes; rates of memory and link one way in GB/s.",
            table(("key", "GB sold", "GB usable", "memory GB/s", "link GB/s"), memories),
            "Dense peaks in TFLOP/s, without the factor for sparse matrices.",
            table(("key", *columns), peaks),
        )
    )
