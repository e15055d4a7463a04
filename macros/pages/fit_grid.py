"""Which model fits on which card: one grid in which colour, shape and word say the same."""

from llmmath.records import models as model_records

from .. import lookup
from ..html_table import Table, heading, text
from ..quantities import write
from .inference_tables import accelerator_name, longest, model_name

MAKERS = ("GeForce", "Instinct", "Apple")
# Whether it fits: class, shape and word.
YES, PART, NO = ("lm-fit-yes", "■", "yes"), ("lm-fit-part", "◧", "in part"), ("lm-fit-no", "□", "no")


def fit_grid(figures, models, accelerators, context):
    """Models with the type of their weights against accelerators, one query and a 16-bit cache.

    `models` are pairs of a model and a data type, none for the weights as published. A cell says for which
    context there is room, or how much is missing for one of `context` tokens.
    """
    t = Table(
        figures,
        "Does it fit, and up to which context? One query, 16-bit cache",
        turned=True,
    )
    for key, dtype in models:
        model = model_records.published(key) if dtype is None else lookup.model(key)
        words = f"{model.weights.name}, as published" if dtype is None else lookup.dtypes.words(dtype)
        t.row({
            "Model": heading(f"{model_name(key)}<br><small>{words}</small>"),
            **{
                name_and_capacity(card): fit_cell(
                    t,
                    {
                        "model": model,
                        "accelerator": card,
                        **held_as(card, dtype),
                        "batch": 1,
                        "context": min(context, longest(key, context)),
                    },
                )
                for card in accelerators
            },
        })  # fmt: skip
    return t.render()


def name_and_capacity(key):
    """A card by its model, without its maker, and the memory that it is sold with."""
    maker, _, rest = accelerator_name(key).split(",")[0].partition(" (")[0].partition(" ")
    name = rest if maker in MAKERS else f"{maker} {rest}".strip()
    record = lookup.accelerator(key)
    # Computers are sold in binary multiples, cards in decimal ones.
    sold = write(record.advertised_memory, "B", "GiB" if record.shared_memory else "GB", 3)
    return f"{name}<br><small>{sold}</small>"


def held_as(card, dtype):
    """Arguments of `bound` for weights of `dtype` and a 16-bit cache, whatever the card computes in."""
    peaks = lookup.accelerator(card).peak_flops
    if dtype == "bf16":
        dtype = "bf16" if "bf16" in peaks or "fp16" not in peaks else "fp16"
    return {"dtype": dtype, "kv_dtype": "fp16" if dtype == "fp16" else "bf16"}


def fit_cell(t, given):
    """The context for which there is room, whole or in part, or what is missing."""
    function, inputs, bound = lookup.call("bound", given)

    def figure(name, unit=None, digits=None):
        return t.known_data(function, inputs, bound[name], f"bound.{name}", unit, digits, given=given)

    if not bound["fits"]:
        return shaped(NO, f"{figure('missing_bytes', 'GB', 3)} over")
    room = figure("max_context")
    last = lookup.model(given["model"]).n_positions
    return shaped(YES if bound["max_context"] == last else PART, f"to {room}")


def shaped(kind, figure):
    """A cell of the grid: shape, word and figure."""
    name, shape, word = kind
    return text(
        f'<span aria-hidden="true">{shape}</span> {word}<br><small>{figure}</small>', numeric=True, kind=name
    )


def fits_or_why(bound):
    """What `bound` says of the memory, in a few words."""
    if bound["fits"]:
        return "fits"
    over = f"{write(bound['missing_bytes'], 'B', 'GB', 3)} over"
    return f"no: {over}" if bound["weights_fit"] else f"no: {over}, weights too large"


TABLES = {"fit_grid": fit_grid}
