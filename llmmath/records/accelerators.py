"""The accelerator records: GPUs, TPUs and CPUs by key, read from data/accelerators.toml."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from ..errors import InputError, UnknownName, nearest, shown, unknown_record
from . import dtypes, reserves
from .rows import check_there, checked_amount, checked_text, optional, record, table

_FILE = "accelerators.toml"
# Computers that are sold with several of Apple's chips.
_APPLES = ("macbook", "macbookpro", "macbookair", "mac", "macmini", "macstudio", "imac", "apple")
# Units of the fields of a record that are quantities.
UNITS = {
    "memory_bandwidth": "B/s",
    "advertised_memory": "B",
    "memory_capacity": "B",
    "measured_bf16_flops": "FLOP/s",
    "power": "W",
}


@dataclass(frozen=True)
class Link:
    """What connects accelerators: its name, the rate out of one of them [B/s], its source."""

    name: str
    bandwidth: int | float
    source: str


@dataclass(frozen=True)
class Accelerator:
    """One accelerator, by its published figures.

    kind: what it is, "datacenter GPU" and the like. memory_bandwidth: peak [B/s]. advertised_memory: as it is
    sold [B]; memory_capacity: what software can use [B], more than is sold where a card's "GB" are nearly
    GiB; both None where the owner fits the modules. memory_source: where that was read. shared_memory:
    whether the memory is the system's own. link: what connects several, None where nothing is known.
    peak_flops: data type -> peak rate of dense matrix products [FLOP/s], for int8 [OP/s]; a type that the
    hardware has no published peak for is absent. measured_bf16_flops: rate of a measured bf16 matrix
    product [FLOP/s], None where none is published. power: of the board [W], None where not published.
    source: where the figures are from. url: the vendor's page, where one is given. trap: what is easily got
    wrong about this hardware's figures; None where nothing is known.
    """

    key: str
    name: str
    vendor: str
    kind: str
    memory_bandwidth: int | float
    advertised_memory: int | float | None
    memory_capacity: int | float | None
    memory_source: str
    shared_memory: bool
    link: Link | None
    peak_flops: Mapping[str, int | float]
    measured_bf16_flops: int | float | None
    power: int | float | None
    source: str
    url: str | None
    trap: str | None

    def __hash__(self):
        return hash(self.key)

    def peak(self, dtype):
        """Peak rate of dense matrix products in `dtype` [FLOP/s].

        Raises:
            UnknownName: no such data type, or none that this hardware has a published peak for.
        """
        if dtype in self.peak_flops:
            return self.peak_flops[dtype]
        has = ", ".join(name for name in dtypes.PEAKS if name in self.peak_flops) or "none"
        if dtype in dtypes.PEAKS:
            raise UnknownName(f"{self.key} has no published peak for {dtype}; it has {has}")
        raise UnknownName(
            f"unknown data type {shown(dtype)}{nearest(dtype, dtypes.PEAKS)} ({self.key} has {has})"
        )

    def quantities(self, dtype):
        """Formula argument name -> value: bandwidth [B/s], peak for `dtype` [FLOP/s], capacity [B]."""
        found = {"memory_bandwidth": self.memory_bandwidth, "peak_flops": self.peak(dtype)}
        if self.memory_capacity is not None:
            found["memory_capacity"] = self.memory_capacity
        return found


def load():
    """All accelerator records.

    Returns:
        dict: key -> Accelerator, in the file's order.

    Raises:
        InputError: a record without source or memory_source, or with a figure that is missing, zero or
            negative.
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
def get(key):
    """The accelerator with this key.

    Raises:
        UnknownName: no such key; the message names the nearest.
    """
    rows = table(_FILE, __file__)
    if key not in rows:
        if any(word in _APPLES for word in str(key).lower().replace("_", "-").replace(" ", "-").split("-")):
            known = ", ".join(other for other in rows if other.startswith("apple-"))
            raise UnknownName(f"unknown accelerator {shown(key)}; expected its chip, one of {known}")
        raise unknown_record("accelerator", key, rows)
    return record(_FILE, __file__, key, from_row)


def from_row(key, row):
    """The accelerator of one record: `key` and a dict of fields as in the data file."""
    where = f"{_FILE}: {key}"
    if not isinstance(row, dict):
        raise InputError(f"{where} is {shown(row)}; expected a table of fields")
    known = {"name", "vendor", "kind", "memory_bandwidth", "advertised_memory", "memory_capacity",
             "memory_source", "shared_memory", "link", "peak_flops", "measured_bf16_flops", "power", "source",
             "url", "trap"}  # fmt: skip
    for field in row:
        if field not in known:
            raise InputError(f"{where}: unknown field {shown(field)}{nearest(field, sorted(known))}")
    needed = ("name", "vendor", "kind", "memory_bandwidth", "memory_source", "source")
    check_there(row, needed, where)
    peaks = row.get("peak_flops", {})
    if not isinstance(peaks, dict):
        raise InputError(f"{where}: peak_flops is {shown(peaks)}; expected a table of data types")
    for dtype in peaks:
        if dtype not in dtypes.PEAKS:
            raise InputError(
                f"{where}: peak_flops: unknown data type {shown(dtype)}{nearest(dtype, dtypes.PEAKS)}"
            )
    shared = row.get("shared_memory", False)
    if not isinstance(shared, bool):
        raise InputError(f"{where}: shared_memory is {shown(shared)}; expected true or false")
    kind = checked_text(row, "kind", where)
    if kind not in reserves.kinds():
        known_kinds = ", ".join(reserves.kinds())
        raise InputError(f"{where}: kind is {shown(kind)}; expected one with a reserve: {known_kinds}")
    advertised = optional(checked_amount, row, "advertised_memory", where)
    if advertised is None and "memory_capacity" in row:
        raise InputError(f"{where}: advertised_memory is missing; expected it beside memory_capacity")
    return Accelerator(
        key=key,
        name=checked_text(row, "name", where),
        vendor=checked_text(row, "vendor", where),
        kind=kind,
        memory_bandwidth=checked_amount(row, "memory_bandwidth", where),
        advertised_memory=advertised,
        memory_capacity=None if advertised is None else checked_amount(row, "memory_capacity", where),
        memory_source=checked_text(row, "memory_source", where),
        shared_memory=shared,
        link=_link(row["link"], f"{where}: link") if "link" in row else None,
        peak_flops=MappingProxyType(
            {dtype: checked_amount(peaks, dtype, f"{where}: peak_flops") for dtype in peaks}
        ),
        measured_bf16_flops=optional(checked_amount, row, "measured_bf16_flops", where),
        power=optional(checked_amount, row, "power", where),
        source=checked_text(row, "source", where),
        url=optional(checked_text, row, "url", where),
        trap=optional(checked_text, row, "trap", where),
    )


def _link(row, where):
    """The link of one record: a table of name, bandwidth and source."""
    if not isinstance(row, dict):
        raise InputError(f"{where} is {shown(row)}; expected a table with name, bandwidth and source")
    check_there(row, ("name", "bandwidth", "source"), where)
    return Link(
        name=checked_text(row, "name", where),
        bandwidth=checked_amount(row, "bandwidth", where),
        source=checked_text(row, "source", where),
    )
