"""Which counts were compared with a measurement: the record that the tests write, for the site's badges."""

from functools import cache


@cache
def load():
    """The record of all models.

    Returns:
        dict: model key -> dict of `parameters`, `kv_cache_bytes_per_token_bf16` (each with `figure` and
        `compared_with`) and `decode` (a list of such, each with `context` and, for latent attention, `form`).
        A model that was not compared is absent.

    Source: written by tests/llmmath/evidence/record.py.
    """
    import json
    from pathlib import Path

    return json.loads((Path(__file__).parent / "data/verified.json").read_text())["models"]


def compared_with(key, context=None):
    """What a model's decoding step was found equal to.

    Args:
        key: the model's key.
        context: positions attended to [token]; None for any that was compared.

    Returns:
        list of str, empty where nothing was compared: "PyTorch FlopCounterMode", "instrumented NumPy run".

    Source: written by tests/llmmath/evidence/record.py.
    """
    names = []
    for entry in load().get(key, {}).get("decode", ()):
        if context in (None, entry["context"]):
            names += [name for name in entry["compared_with"] if name not in names]
    return names
