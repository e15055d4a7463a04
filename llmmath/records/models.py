"""The model records: published models by key, read from data/models.toml.

A record holds the fields of the model's published configuration, and goes through the same reader as a
`config.json` given by a user.
"""

from dataclasses import replace
from functools import cache

from ..errors import InputError, shown, unknown_record
from .architectures import build
from .rows import check_there, checked_text, record, table

_FILE = "models.toml"


def load():
    """All model records.

    Returns:
        dict: key -> shapes.Model, in the file's order.

    Raises:
        InputError: a record without name or source, or with a shape that is impossible.
    """
    return {key: get(key) for key in table(_FILE, __file__)}


def keys():
    """The keys of all records, in the file's order."""
    return list(table(_FILE, __file__))


@cache
def names():
    """The name of each record by its key, in the file's order: what a reader may write instead of the key."""
    return {key: row.get("name", "") for key, row in table(_FILE, __file__).items() if isinstance(row, dict)}


@cache
def all_names():
    """As `names`, with those of `same_shape` too."""
    return names() | {key: name for key, (_, name) in same_shape().items()}


@cache
def same_shape():
    """Key of a model that has no record of its own -> pair of the key of the record whose shape it has, and
    its name: what the field `also` of the records says."""
    return {
        key: (of, name)
        for of, row in table(_FILE, __file__).items()
        for key, name in (row.get("also", {}) if isinstance(row, dict) else {}).items()
    }


@cache
def get(key):
    """The model with this key.

    Args:
        key: as in `keys()`, or of `same_shape()`: the model has its own key and name then, and a note that
            says whose shape it has.

    Returns:
        shapes.Model.

    Raises:
        UnknownName: no such key; the message names the nearest.
    """
    rows = table(_FILE, __file__)
    if key in same_shape():
        of, name = same_shape()[key]
        model = get(of)
        note = f"{name} is counted as {model.name}, whose shape it has."
        return replace(model, key=key, name=name, notes=model.notes + (note,))
    if key not in rows:
        raise unknown_record("model", key, list(rows) + list(same_shape()))
    return record(_FILE, __file__, key, from_row)


@cache
def published(key):
    """The model with this key, its weights as its makers published them; in 16 bits where these are few.

    The field `published` of a record is the `quantization_config` of the published configuration.

    Args:
        key: as of `get`.

    Returns:
        shapes.Model.

    Raises:
        UnknownName: no such key.
    """
    model = get(key)
    of = same_shape()[key][0] if key in same_shape() else key
    stated = table(_FILE, __file__)[of].get("published")
    if stated is None:
        return model
    from . import quantisation

    config = {"quantization_config": stated, "torch_dtype": "bfloat16"}
    return replace(model, weights=quantisation.stated(config, model, f"{_FILE}: {key}"))


def from_row(key, row):
    """The model of one record: a dict with `name`, `source` and the fields of the configuration."""
    where = f"{_FILE}: {key}"
    if not isinstance(row, dict):
        raise InputError(f"{where} is {shown(row)}; expected a table of fields")
    nulls = row.get("null", [])
    if not isinstance(nulls, list) or not all(isinstance(name, str) for name in nulls):
        raise InputError(f"{where}: null is {shown(nulls)}; expected a list of fields")
    fields = {name: value for name, value in row.items() if name not in ("published", "also")}
    if "model_type" not in row:
        check_there(row, ("name", "source", "model_type"), where)
    lacking = [field for field in ("name", "source") if field not in row]
    try:
        # TOML has no null of its own.
        model = build(
            fields | dict.fromkeys(nulls),
            where=where,
            key=key,
            name=row.get("name"),
            source=row.get("source"),
        )
    except InputError as error:
        said = str(error)
        if not lacking or " is missing" not in said:
            raise
        # All that a new row lacks is told at once.
        more = ", " if "; missing too: " in said else "; missing too: "
        raise type(error)(f"{said}{more}{', '.join(lacking)}") from None
    check_there(row, ("name", "source"), where)
    checked_text(row, "name", where)
    checked_text(row, "source", where)
    return model
