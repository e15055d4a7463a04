"""The rooms of llmmath import downwards only: formulas, records, the ledger with its sums, evidence, cli."""

import ast
from pathlib import Path

import pytest

import llmmath

ROOT = Path(llmmath.__file__).parent
# From the lowest to the highest; what stands in no folder is the middle, but for the files named below.
ROOMS = ["formulas", "records", "middle", "evidence", "cli"]
# What every room may use, and imports none of them; and the doors, which open on the commands.
ERRORS = {"errors", "spelling"}
DOORS = {"__init__": "formulas", "__main__": "cli"}
FILES = sorted(ROOT.rglob("*.py"))


def room(parts):
    """The room of a module's path below llmmath, None for what every room may use."""
    if parts[0] in ROOMS:
        return parts[0]
    return None if parts[0] in ERRORS else DOORS.get(parts[0], "middle")


def imported(path):
    """Paths below llmmath of the modules that a file imports, wherever in the file it does."""
    package = path.relative_to(ROOT.parent).parts[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [tuple(alias.name.split(".")) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            base += tuple((node.module or "").split(".")) if node.module else ()
            names = [(*base, alias.name) for alias in node.names]
        else:
            continue
        yield from (name[1:] for name in names if name[0] == "llmmath" and len(name) > 1)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_room_imports_only_itself_and_those_below(path):
    own = room(path.relative_to(ROOT).with_suffix("").parts)
    for parts in imported(path):
        used = room(parts)
        if own is None:
            assert used is None, parts
        elif used is not None:
            assert ROOMS.index(used) <= ROOMS.index(own), parts


def test_the_walk_sees_relative_and_absolute_imports_of_every_room():
    seen = {room(parts) for path in FILES for parts in imported(path)}
    assert seen == {*ROOMS, None}
