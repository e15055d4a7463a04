"""Ways by which an accelerator reaches weights that are kept elsewhere, read from data/links.toml."""

from collections import namedtuple
from functools import cache

from ..errors import unknown
from .rows import checked_amount, checked_text, record, table

_FILE = "links.toml"
Way = namedtuple("Way", "key name bandwidth share source share_source")
Way.__doc__ = """A way to memory or to a disk: its rate in one direction [B/s], the share of it that is
attained [1], and where these are from."""


def keys():
    """The keys of all ways, in the file's order."""
    return list(table(_FILE, __file__))


@cache
def get(key):
    """The way with this key.

    Raises:
        UnknownName: no such key; the message names the nearest.
    """
    if key not in keys():
        raise unknown("link", key, keys(), f"known: {', '.join(sorted(keys()))}")
    return record(_FILE, __file__, key, from_row)


def from_row(key, row):
    """The way of one record: `key` and a dict of fields as in the data file."""
    where = f"{_FILE}: {key}"
    return Way(
        key=key,
        name=checked_text(row, "name", where),
        bandwidth=checked_amount(row, "bandwidth", where),
        share=checked_amount(row, "share", where),
        source=checked_text(row, "source", where),
        share_source=checked_text(row, "share_source", where),
    )
