"""Which accelerators run a model, and which models an accelerator runs: one row each, so that a page can show
them as they come."""

from ..errors import InputError
from . import asked
from .speed import answer as speed


def row(ask):
    """Whether and how fast one model runs on one accelerator.

    Args:
        ask: as of `speed.answer`.

    Returns:
        dict: `fits`; `time_per_output_token_s`, for one token of output the time to it, and
        `output_tokens_per_s`, each at the ends of an interval, None where nothing runs, all ends but the
        bound None where no peak is recorded; `max_concurrency`; `compute_dtype`, in which the products are
        multiplied, None where no peak is recorded; `why`, where it cannot be told, the reason.
    """
    empty = {"fits": False, "time_per_output_token_s": None, "output_tokens_per_s": None,
             "compute_dtype": None}  # fmt: skip
    try:
        found = speed(ask, advised=False)
    except InputError as error:
        asked.model(ask), asked.accelerator(ask)  # what is wrong for every row is no row's reason
        return empty | {"max_concurrency": None, "why": str(error)}
    rows = {one["name"]: one for one in found["rows"]}
    figures = {one["name"]: one["value"] for one in found["figures"]}
    return {
        "fits": found["fits"],
        "time_per_output_token_s": rows.get("time_per_output_token_s") or rows.get("time_to_first_token_s"),
        "output_tokens_per_s": rows.get("output_tokens_per_s"),
        "max_concurrency": figures["max_concurrency"],
        "compute_dtype": found["compute_dtype"],
        "why": None,
    }
