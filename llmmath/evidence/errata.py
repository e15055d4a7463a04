"""Published figures that differ from ours: the records of data/errata.toml, and how each is worked out."""

from .. import ledger
from ..errors import InputError, unknown
from ..formulas.capacity import largest_batch, needed_bytes
from ..formulas.memory import kv_cache_bytes, weight_bytes
from ..formulas.roofline import memory_seconds
from ..records import models, parameters
from ..records.architectures import build
from ..records.rows import checked_amount, checked_text, record, table

_FILE = "errata.toml"
KINDS = ("mistake", "scope", "unit", "rounding", "definition")


def load():
    """The records: dict of key -> dict of fields, in the file's order. InputError for one without source."""
    return {key: record(_FILE, __file__, key, _checked) for key in table(_FILE, __file__)}


def _checked(key, row):
    where = f"{_FILE}: {key}"
    for field in ("title", "source", "unit", "about", "golden"):
        checked_text(row, field, where)
    checked_amount(row, "published", where)
    if row.get("kind") not in KINDS:
        raise InputError(
            f"{where}: kind: {unknown('kind', row.get('kind'), KINDS, 'known: ' + ', '.join(KINDS))}"
        )
    return row


def queries_per_second_per_chip(*, batch, step_seconds, n_steps, n_chips):
    """Queries answered, each in `n_steps` decoding steps, per second and chip [1/s]."""
    return batch / (step_seconds * n_steps * n_chips)


def forward_multiplications(*, n_tokens, batch, model=None, config=None, without=()):
    """Multiplications of reading `batch` prompts, all logits, full scores, less what is in `without` [1]."""
    counted = ledger.components(ledger.prefill(_shape(model, config), n_tokens, batch))
    return sum(count for component, count in counted.items() if component not in without)


def stored_parameters(*, model, without=()):
    """Stored parameters but for the parts `without` [1]."""
    return sum(
        count for part, count in parameters.breakdown(models.get(model)).items() if part not in without
    )


def active_parameters(*, model):
    """Parameters that one token uses, input embedding included [1]."""
    return parameters.active(models.get(model))


def parameters_with_norms(*, config, n_norms):
    """Parameters of the matrices, and of `n_norms` norms as wide as the residual stream [1]."""
    shape = _shape(None, config)
    parts = parameters.breakdown(shape)
    return sum(parts.values()) - parts["norms"] + n_norms * shape.d_model


def _shape(model, config):
    if model is not None:
        return models.get(model)
    return build(config, where=_FILE, key="errata", name="errata", source="errata")


FUNCTIONS = {
    function.__name__: function
    for function in (
        kv_cache_bytes, weight_bytes, largest_batch, needed_bytes, memory_seconds,
        queries_per_second_per_chip, forward_multiplications, stored_parameters, active_parameters,
        parameters_with_norms,
    )
}  # fmt: skip


def worked(key, **changed):
    """The steps of a record with their results.

    Args:
        key: the record's key.
        changed: inputs of the last step that are to differ, for comparing with what was published.

    Returns:
        list of (step's name, formula's name, its inputs, its result); inputs in base units.
    """
    results, done = {}, []
    steps = load()[key]["steps"]
    for step in steps:
        inputs = {name: value for name, value in step.items() if name not in ("name", "formula")}
        if step is steps[-1]:
            inputs |= changed
        called = {
            name: results.get(value, value) if isinstance(value, str) else value
            for name, value in inputs.items()
        }
        results[step["name"]] = FUNCTIONS[step["formula"]](**called)
        done.append((step["name"], step["formula"], called, results[step["name"]]))
    return done


def recomputed(key, **changed):
    """Our figure for a published one, in the unit of the record.

    Args:
        key: the record's key.
        changed: as in `worked`.

    Returns:
        The figure, in the record's `unit` [1].

    Source: the steps of data/errata.toml.
    """
    row = load()[key]
    figure = worked(key, **changed)[-1][-1] * (2 if row.get("flops") else 1)
    return figure / row["scale"] if "scale" in row else figure


def published_over_ours(key):
    """How many times our figure the published one is [1]. Source: the record; `recomputed`."""
    return load()[key]["published"] / recomputed(key)
