"""Figures of hardware that are listed for something else than they are: the records of data/listed.toml."""

from ..records import accelerators
from ..records.rows import checked_amount, checked_text, record, table

_FILE = "listed.toml"


def load():
    """The records, in the file's order.

    Returns:
        list of dicts: key; accelerator, its record; quantity, a data type or memory_bandwidth; unit, "B/s" or
        "FLOP/s"; listed, what others list, and recorded, what the accelerator's record has [unit];
        listed_over_recorded [1]; by, who lists it; what, what it is; source.

    Raises:
        InputError: a record without source, or a quantity that its accelerator has not.

    Source: each record's own.
    """
    return [record(_FILE, __file__, key, _checked) for key in table(_FILE, __file__)]


def _checked(key, row):
    where = f"{_FILE}: {key}"
    words = {
        name: checked_text(row, name, where) for name in ("accelerator", "quantity", "by", "what", "source")
    }
    record = accelerators.get(words["accelerator"])
    bandwidth = words["quantity"] == "memory_bandwidth"
    listed = checked_amount(row, "listed", where)
    recorded = record.memory_bandwidth if bandwidth else record.peak(words["quantity"])
    return words | {
        "key": key,
        "accelerator": record,
        "unit": "B/s" if bandwidth else "FLOP/s",
        "listed": listed,
        "recorded": recorded,
        "listed_over_recorded": listed / recorded,
    }
