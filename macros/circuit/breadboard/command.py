"""The commands `parts`, `breadboard` and `wiring` of python -m macros.circuit."""

import json
import sys
from pathlib import Path

from .. import netlist, solve
from ..ratings import records, table
from . import listing, place, svg

COMMANDS = (
    ("parts", "parts to buy, their ratings held against the circuit"),
    ("breadboard", "SVG of a breadboard with the circuit"),
    ("wiring", "which leg and which wire goes into which hole"),
)
NAMES = tuple(name for name, _ in COMMANDS)


def add(command):
    """Adds the argument that the three commands and `netlist` share."""
    command.add_argument(
        "--take",
        action="append",
        default=[],
        metavar="ID=NUMBER",
        type=_pair,
        help="a common part in place of the first that suits, as T1=IRLML6344",
    )


def _pair(words):
    one, equals, other = words.partition("=")
    if not (one and equals and other):
        raise ValueError(words)
    return one, other


_pair.__name__ = "pair ID=WORD"  # what argparse says that it is not


def run(circuit, given, as_table):
    """Prints what was asked; the exit status."""
    taken = dict(given.take)
    try:
        if given.command == "parts":
            return _parts(circuit, given, taken, as_table)
        plan = place.plan(circuit, **table.placing(circuit, taken))
    except (solve.Unsolvable, place.NoRoom) as error:
        at = f":{error.at[0]}:{error.at[1]}" if error.at else ""
        print(f"{given.file}{at}: {error}", file=sys.stderr)
        return 1
    except records.BadPart as error:
        print(f"{given.file}: {error}", file=sys.stderr)
        return 1
    if given.command == "breadboard":
        name = Path(given.file).stem
        drawn = svg.draw(plan, name.replace(" ", "-") or "breadboard", f"{name}, breadboard", True)
        print(json.dumps({"svg": drawn}, ensure_ascii=False) if given.json else drawn)
    else:
        _wiring(plan, given.json, as_table)
    return 0


def _parts(circuit, given, taken, as_table):
    rows = table.rows(circuit, taken)
    said = table.problems(rows)
    heads, found = table.table(rows)
    known, sources = table.sources(rows)
    if given.json:
        record = {
            "parts": [dict(zip(heads, row)) for row in found],
            "sources": [dict(zip(known, row)) for row in sources],
            "errors": [problem.record() for problem in said],
            "unrated": [name for name, _ in table.unrated(rows)],
        }
        print(json.dumps(record, ensure_ascii=False))
    elif not said:
        for row in found:
            print(row[0])
            for head, cell in zip(heads[1:], row[1:]):
                if cell != "—":
                    print(f"    {head}: {cell}")
        if sources:
            print()
            print(as_table(sources))
    if not given.json:
        for name, kind in table.unrated(rows):
            words = "no ratings are known for it, and none were checked; see its sheet"
            print(f"{given.file}: warning: {name}, {kind}: {words}", file=sys.stderr)
    if said:
        print(netlist.render(said, circuit.lines, given.file), file=sys.stderr)
    return 1 if said else 0


def _wiring(plan, as_json, as_table):
    heads, legs = listing.legs(plan)
    names, wires = listing.wires(plan)
    if as_json:
        record = {
            "rows": plan.rows,
            "legs": [dict(zip(heads, row)) for row in legs],
            "wires": [dict(zip(names, row)) for row in wires],
        }
        print(json.dumps(record, ensure_ascii=False))
        return
    print(f"a breadboard of {plan.rows} rows\n")
    print(as_table([heads, *legs]))
    if wires:
        print()
        print(as_table([names, *wires]))
