"""The records as tables of text, for people at a terminal."""

from .. import ledger
from ..records import dtypes, parameters
from .text import amount, table


def models_text(models):
    """What `llmmath models` prints."""
    return table(
        ("key", "architecture", "layers", "d_model", "parameters", "active", "cache values/token"),
        [
            (
                key,
                model.architecture,
                model.n_layers,
                model.d_model,
                amount(parameters.stored(model)),
                amount(parameters.active(model)),
                amount(ledger.cache_values_per_token(model)),
            )
            for key, model in models.items()
        ],
    )


def accelerators_text(accelerators):
    """What `llmmath accelerators` prints: GB and TFLOP/s are decimal, peaks are dense."""
    stated = {dtype for one in accelerators.values() for dtype in one.peak_flops}
    columns = [dtype for dtype in dtypes.PEAKS if dtype in stated]
    rows = [
        (
            key,
            "" if one.advertised_memory is None else f"{one.advertised_memory / 1e9:.4g}",
            "" if one.memory_capacity is None else f"{one.memory_capacity / 1e9:.4g}",
            f"{one.memory_bandwidth / 1e9:g}",
            "" if one.link is None else f"{one.link.bandwidth / 1e9:g}",
            *(f"{one.peak_flops[dtype] / 1e12:g}" if dtype in one.peak_flops else "" for dtype in columns),
        )
        for key, one in accelerators.items()
    ]
    return table(
        ("key", "GB sold", "GB usable", "GB/s", "link GB/s", *(f"{dtype} TFLOP/s" for dtype in columns)), rows
    )
