"""What a batch buys: rate and time of a step over the batch, and the batches where the limit changes."""

from ..bound import bound
from ..case import Case
from ..formulas.roofline import tokens_per_second
from . import asked
from .asked import figure

# Batches of a curve, eight to each doubling of ten, until what fits or so many.
MOST = 4096
_STEPS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048, 3072,
          4096)  # fmt: skip
KNEES = (
    ("critical_batch", "arithmetic with the weights takes as long as reading them"),
    ("kv_equals_weights_batch", "caches take as long to read as the weights"),
    ("saturation_batch", "from here arithmetic is the limit, where all of a step overlaps"),
)


def answer(ask):
    """Times and rates of a decoding step over the batch, at published rates.

    Args:
        ask: see `asked`; besides, `batch` [1], the one that is marked, and `context` [token].

    Returns:
        dict: `title`, `sentence`; `curve`, a list of dicts of batch [1], step_seconds [s], tokens_per_second
        and tokens_per_second_per_query [token/s], of the batches that fit; `marked`, the same of the batch
        asked for; `knees`, figures [1], None where no batch does that; `figures`; `max_batch`; `command`.

    Raises:
        InputError: what `bound.bound` refuses.
    """
    model, accelerator, how = asked.model(ask), asked.accelerator(ask), asked.how(ask)
    batch, context = ask["batch"], ask["context"]
    found = bound(model, accelerator, batch=batch, context=context, **how)
    case = Case.of(model, accelerator, **how)
    most = min(found["max_batch"], MOST)
    batches = sorted({size for size in _STEPS if size <= most} | ({most} if most else set()))
    return {
        "title": f"{model.name} on {asked.cards(accelerator, found['n_accelerators'])}",
        "sentence": _said(found),
        "fits": found["fits"],
        "dtype": found["dtype"],
        "curve": [_point(case, size, context) for size in batches],
        "marked": _point(case, batch, context),
        "max_batch": found["max_batch"],
        "knees": [figure(name, words, found[name], "1") for name, words in KNEES],
        "figures": [
            figure("step_seconds", "a step of this batch, at least", found["step_seconds"], "s"),
            figure("tokens_per_second", "tokens per second, at most", found["tokens_per_second"], "token/s"),
            figure("tokens_per_second_per_query", "of these, each query",
                   found["tokens_per_second_per_query"], "token/s"),
            figure("max_batch", "most queries that fit", found["max_batch"], "1"),
            figure("peak_share_limit", "share of the peak that ever larger batches approach",
                   found["peak_share_limit"], "share"),
        ],
        "command": ["bound"] + asked.options(ask) + ["--batch", str(batch), "--context", str(context)],
    }  # fmt: skip


def _said(found):
    if not found["fits"]:
        return asked.sentence("So many queries do not fit; ", (found["max_batch"], "1"), " do.")
    return asked.sentence(
        "A step of ",
        (found["batch"], "1"),
        " queries takes at least ",
        (found["step_seconds"], "s"),
        ": ",
        (found["tokens_per_second"], "token/s"),
        " in all, ",
        (found["tokens_per_second_per_query"], "token/s"),
        " for each query.",
    )


def _point(case, batch, context):
    seconds = case.decoding_seconds(batch, context)
    rate = tokens_per_second(batch=batch, step_seconds=seconds)
    return {
        "step_seconds": seconds,
        "tokens_per_second": rate,
        "tokens_per_second_per_query": rate / batch,
        "batch": batch,
    }
