"""Ways by which an accelerator reaches weights that are kept elsewhere, read from data/links.toml."""

from collections import namedtuple
from functools import cache

from ..errors import InputError, UnknownName, nearest, shown, unknown
from .rows import check_there, checked_amount, checked_text, record, table

_FILE = "links.toml"
Way = namedtuple("Way", "key name bandwidth share processor_memory source share_source")
Way.__doc__ = """A way to memory or to a disk: its rate in one direction [B/s], the share of it that is
attained [1], whether it is the memory that a processor multiplies from, and where these are from."""


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
        known = f"known: {', '.join(sorted(keys()))}"
        meant = [other for other in keys() if _plain(key) and _plain(other).startswith(_plain(key))]
        if not nearest(key, keys()) and len(meant) == 1:
            raise UnknownName(f"unknown link {shown(key)}; did you mean {shown(meant[0])}? ({known})")
        raise unknown("link", key, keys(), known)
    return record(_FILE, __file__, key, from_row)


def from_row(key, row):
    """The way of one record: `key` and a dict of fields as in the data file."""
    where = f"{_FILE}: {key}"
    processor_memory = row.get("processor_memory", False)
    if not isinstance(processor_memory, bool):
        raise InputError(f"{where}: processor_memory is {shown(processor_memory)}; expected true or false")
    check_there(row, ("name", "bandwidth", "share", "source", "share_source"), where)
    return Way(
        key=key,
        name=checked_text(row, "name", where),
        bandwidth=checked_amount(row, "bandwidth", where),
        share=checked_amount(row, "share", where),
        processor_memory=processor_memory,
        source=checked_text(row, "source", where),
        share_source=checked_text(row, "share_source", where),
    )


def _plain(name):
    return "".join(letter for letter in str(name).lower() if letter.isalpha() or letter.isdigit())
