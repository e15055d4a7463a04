"""What is kept back of an accelerator's memory by default, by its kind, read from data/reserves.toml."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from ..errors import InputError, nearest, shown, unknown
from ..formulas.capacity import reserved_share
from .rows import checked_amount, checked_text, record, table

_FILE = "reserves.toml"
# Part of a reserve -> the field of a row that says how much it is.
_FIELDS = {
    "driver": "driver_bytes",
    "context": "context_bytes",
    "runtime": "runtime_bytes",
    "prefill": "prefill",
    "fragmentation": "fragmentation",
    "system": "system",
}


@dataclass(frozen=True)
class Reserve:
    """What one kind of accelerator keeps back, each part 0 where no figure was found.

    driver_bytes: what the driver counts in the total that it reports, and gives to no program [B].
    context_bytes: runtime context of a process [B]. runtime_bytes: workspaces and captured graphs
    [B]. fragmentation: share of the cache that its blocks leave empty [1]. prefill_steps, system_steps: pairs
    of a memory [B] and what holds from there on, rising: tokens of prompts that engines take at once [token],
    and the share of the memory that the system keeps [1]. sources: part -> where its figure is from, or that
    there is none.
    """

    kind: str
    driver_bytes: int | float
    context_bytes: int | float
    runtime_bytes: int | float
    fragmentation: float
    prefill_steps: tuple
    system_steps: tuple
    sources: Mapping[str, str]

    def prefill_tokens(self, memory):
        """Tokens of prompts that engines take at once with so much memory [token]."""
        return _at(self.prefill_steps, memory)

    def system_bytes(self, memory):
        """Of so much memory, what the system keeps [B]."""
        return reserved_share(memory_capacity=memory, reserved_fraction=_at(self.system_steps, memory))


def _at(steps, memory):
    return max([(0, 0)] + [step for step in steps if step[0] <= memory])[1]


def kinds():
    """The kinds of accelerator that have a reserve, in the file's order."""
    return list(table(_FILE, __file__))


@cache
def get(kind):
    """The reserve of a kind of accelerator.

    Raises:
        UnknownName: no such kind; the message names the nearest.
    """
    rows = table(_FILE, __file__)
    if kind not in rows:
        raise unknown("kind of accelerator", kind, rows, f"known: {', '.join(sorted(rows))}")
    return record(_FILE, __file__, kind, from_row)


def from_row(kind, row):
    """The reserve of one record: `kind` and a dict of fields as in the data file.

    Raises:
        InputError: a part without source, a field that is unknown, or a figure that is no amount or share.
    """
    where = f"{_FILE}: {kind}"
    if not isinstance(row, dict):
        raise InputError(f"{where} is {shown(row)}; expected a table of fields")
    known = list(_FIELDS.values()) + [f"{part}_source" for part in _FIELDS]
    for field in row:
        if field not in known:
            raise InputError(f"{where}: unknown field {shown(field)}{nearest(field, known)}")
    return Reserve(
        kind=kind,
        driver_bytes=_amount(row, "driver_bytes", where),
        context_bytes=_amount(row, "context_bytes", where),
        runtime_bytes=_amount(row, "runtime_bytes", where),
        fragmentation=_share(row, "fragmentation", where),
        prefill_steps=_steps(row, "prefill", "tokens", _whole, where),
        system_steps=_steps(row, "system", "share", _share, where),
        sources=MappingProxyType({part: checked_text(row, f"{part}_source", where) for part in _FIELDS}),
    )


def _amount(row, field, where):
    """A number from zero up; 0 where the row has none."""
    value = row.get(field, 0)
    return 0 if type(value) in (int, float) and value == 0 else checked_amount(row, field, where)


def _share(row, field, where):
    found = _amount(row, field, where)
    if found >= 1:
        raise InputError(f"{where}: {field} is {found}; expected a share below 1")
    return found


def _whole(row, field, where):
    found = _amount(row, field, where)
    if found != int(found):
        raise InputError(f"{where}: {field} is {found}; expected a whole number")
    return int(found)


def _steps(row, field, name, check, where):
    """A list of { from, NAME } as pairs, empty where the row has none."""
    steps = row.get(field, [])
    where = f"{where}: {field}"
    if not isinstance(steps, list) or any(
        not isinstance(step, dict) or set(step) != {"from", name} for step in steps
    ):
        raise InputError(f"{where} is {shown(steps)}; expected a list of {{ from, {name} }}")
    return tuple(sorted((_amount(step, "from", where), check(step, name, where)) for step in steps))
