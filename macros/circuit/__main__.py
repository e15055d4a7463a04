"""Command line: python -m macros.circuit COMMAND FILE [--fragment] [--json]

COMMAND is one of netlist, draw, check, solve, parts, breadboard, wiring.
`netlist` writes for people, for programs (`--format json`, the same as `--json`), for SPICE
(`--format spice`) or for KiCad's board editor (`--format kicad`); `draw` and `breadboard` write an SVG that
stands alone.

Exit status: 0 where all is well, 1 where the circuit has mistakes, 2 for wrong usage or a file that cannot be
read.
"""

import argparse
import json
import sys
from pathlib import Path

from . import against_script, board, check, driven, kicad, listing, netlist, solve, spice, told
from .breadboard import command
from .draw import draw_file
from .parse import parse
from .ratings import records
from .ratings import table as ratings


class _Parser(argparse.ArgumentParser):
    def error(self, message):
        self.exit(2, f"{self.prog}: {message}\n")


def _option(words):
    name, _, number = words.partition("=")
    if name not in against_script.OPTIONAL or not number.isdecimal():
        raise ValueError(words)
    return name, int(number)


_option.__name__ = f"NAME=PIN with a NAME of {', '.join(against_script.OPTIONAL)}"  # what argparse says


def arguments(words):
    parser = _Parser(
        prog="python -m macros.circuit", description="Circuits drawn in ASCII: netlist, drawing, checks."
    )
    commands = parser.add_subparsers(
        dest="command",
        required=True,
        metavar="netlist|draw|check|solve|" + "|".join(command.NAMES),
        parser_class=_Parser,
    )
    for name, words_of_it in (
        ("netlist", "parts and nets"),
        ("draw", "SVG on one line"),
        ("check", "what is sound and what is not"),
        ("solve", "voltages, currents, power"),
        *command.COMMANDS,
    ):
        sub = commands.add_parser(name, help=words_of_it)
        sub.add_argument("file", help="the circuit's text")
        sub.add_argument("--fragment", action="store_true", help="open ends are legal")
        sub.add_argument("--json", action="store_true", help="for programs")
        if name == "netlist":
            sub.add_argument(
                "--format",
                choices=("text", "json", "spice", "kicad"),
                default="text",
                help="for people, programs, SPICE, KiCad",
            )
        if name == "check":
            sub.add_argument(
                "--script",
                default=str(against_script.SCRIPT),
                help="firmware to compare a Pico's circuit with; 'none' for no comparison",
            )
            sub.add_argument(
                "--drive",
                choices=sorted(driven.FAN_ON) + sorted(driven.DESIGNS),
                help="what the firmware's DRIVE will be set to, where the circuit needs another",
            )
            sub.add_argument(
                "--option",
                action="append",
                default=[],
                metavar="NAME=PIN",
                type=_option,
                help="an option of the firmware that will be switched on, as ALARM_PIN=6",
            )
        if name in command.NAMES or name == "netlist":
            command.add(sub)
        if name in ("check", "solve"):
            sub.add_argument("--celsius", type=float, default=25.0, help="temperature of thermistors (25)")
    given = parser.parse_args(words)
    if given.command == "check" and given.script == "none" and (given.drive or given.option):
        parser.error(f"--{'drive' if given.drive else 'option'} and --script none exclude each other")
    if given.command == "netlist":
        if given.json and given.format in ("spice", "kicad"):
            parser.error(f"--json and --format {given.format} exclude each other")
        if given.take and given.format != "kicad":
            parser.error("--take changes footprints alone: write --format kicad with it")
        given.json = given.json or given.format == "json"
    return given


def table(rows):
    """Rows as aligned text."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows
    )


def show_netlist(circuit):
    netlist = circuit.netlist()
    rows = [(c["id"], records_of(c), f"{c['at'][0]}:{c['at'][1]}") for c in netlist["components"]]
    rows += [("net " + net["name"], " ".join(net["pins"]), "") for net in netlist["nets"]]
    return (table(rows) + "\n" if rows else "") + f"open ends: {netlist['open_ends']}"


def records_of(component):
    values = component.get("values") or ([component] if component["value"] is not None else [])
    return " ".join([component["kind"]] + [f"{v['value']:g} {v['unit']}" for v in values])


def show_solved(circuit, states, assumptions):
    head = tuple(state.name() for state in states)
    out = [
        table([("net", "", *head), *listing.voltages(circuit, states)]),
        table([("current", *head), *listing.currents(circuit, states)]),
        table([("power", *head), *listing.powers(circuit, states)]),
    ]
    return "\n\n".join(out + [f"assumed: {words}" for words in assumptions])


def place(name, at):
    return f"{name}:{at[0]}:{at[1]}: " if at else f"{name}: "


def main(words=None):
    given = arguments(words)
    name = given.file
    try:
        # A byte that is no UTF-8 becomes a character that the parser refuses with its position.
        text = Path(name).read_text(encoding="utf-8-sig", errors="replace")
    except OSError as error:
        print(f"{name}: cannot read: {error.strerror}", file=sys.stderr)
        return 2
    circuit = parse(text, given.fragment)
    if circuit.problems:
        print(netlist.render(circuit.problems, circuit.lines, name), file=sys.stderr)
        if given.json:
            print(
                json.dumps({"errors": [problem.record() for problem in circuit.problems]}, ensure_ascii=False)
            )
        return 1
    if given.command != "check" or not given.json:
        warn(circuit, name)
    if given.command == "check":
        return run_check(circuit, given)
    if given.command in command.NAMES:
        return command.run(circuit, given, table)
    if given.command == "solve":
        return run_solve(circuit, given)
    if given.command == "draw":
        svg = draw_file(circuit, Path(name).stem.replace(" ", "-") or "circuit", Path(name).stem)
        print(json.dumps({"svg": svg}, ensure_ascii=False) if given.json else svg)
    elif given.format == "spice":
        return run_spice(circuit, name)
    elif given.format == "kicad":
        return run_kicad(circuit, name, dict(given.take))
    else:
        print(json.dumps(circuit.netlist(), ensure_ascii=False) if given.json else show_netlist(circuit))
    return 0


def warn(circuit, name):
    """Prints the parser's warnings, with the file's name before a position."""
    for warning in circuit.warnings:
        at, words = netlist.placed(warning)
        print(f"{place(name, at)}warning: {words}", file=sys.stderr)


def run_spice(circuit, name):
    try:
        print(spice.deck(circuit, Path(name).stem), end="")
    except solve.Unsolvable as error:
        print(f"{place(name, error.at)}{error}", file=sys.stderr)
        return 1
    return 0


def run_kicad(circuit, name, taken):
    try:
        print(kicad.netlist(circuit, Path(name).name, ratings.housings(circuit, taken)), end="")
    except board.PinError as error:
        print(f"{name}: {error.message}", file=sys.stderr)
        return 1
    except solve.Unsolvable as error:
        print(f"{place(name, error.at)}{error}", file=sys.stderr)
        return 1
    except records.BadPart as error:
        print(f"{name}: {error}", file=sys.stderr)
        return 1
    return 0


def run_solve(circuit, given):
    try:
        states, assumptions = solve.solve(circuit, given.celsius)
    except solve.Unsolvable as error:
        print(f"{place(given.file, error.at)}{error}", file=sys.stderr)
        return 1
    if given.json:
        print(json.dumps(solve.record(states, assumptions), ensure_ascii=False))
    else:
        print(show_solved(circuit, states, assumptions))
    return 0


def run_check(circuit, given):
    script = None if given.script == "none" else given.script
    findings = check.check(circuit, script, given.celsius, drive=given.drive, options=dict(given.option))
    errors = check.errors(findings)
    if given.json:
        record = {
            "passed": not errors,
            "findings": [finding.record() for finding in findings],
            "warnings": circuit.warnings,
        }
        print(json.dumps(record, ensure_ascii=False))
    for finding in findings:
        if finding.level == "passed" and not given.json:
            print(f"passed: {finding.message} [{finding.rule}]")
    said = told.rendered(findings, circuit.lines, given.file)
    if said:
        print(said, file=sys.stderr)
    return 1 if errors else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except BrokenPipeError:
        sys.exit(1)  # who reads the output has closed it
