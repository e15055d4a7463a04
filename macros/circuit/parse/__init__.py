"""From text to records: components, nets, open ends, and every mistake with its position.

Core: runs in MicroPython too. The text goes through three steps: cells to runs of text, runs to components,
wire cells to nets. A mistake spoils what it touches, so that nothing is reported that only follows from it.
"""

from ..order import ordered
from . import cells, components, ends, faults, names, nets, wires
from .attach import attach, merge_grounds
from .sheet import Sheet

MOST_CHARACTERS = 30000  # what is larger is no drawing by hand, and the page parses on the reader's machine
MOST_PROBLEMS = 100


def parse(text, fragment=False):
    """Parses a circuit.

    Args:
        text: the diagram.
        fragment: True where open ends are legal.

    Returns:
        A `Circuit`. Its `problems` hold every mistake; where there is one, the rest is not to be relied on.

    Source: the ASCII circuit diagram notation by Ciro Santilli, cirosantilli.com, electronics.bigb.
    """
    sheet = Sheet(text, fragment)
    circuit = sheet.circuit
    if _fits(sheet) and cells.read(sheet):
        components.read(sheet)
        wires.read(sheet)
        nets.build(sheet)
        ends.report(sheet)
        components.number(sheet)
        attach(sheet)
        merge_grounds(sheet)
        faults.check_ports(sheet)
        faults.check_lonely(sheet)
        names.name_nets(circuit)
        names.warn_of_islands(circuit)
        faults.check_empty(sheet)
    circuit.problems = ordered(circuit.problems, lambda problem: (problem.at, problem.code, problem.message))
    if len(circuit.problems) > MOST_PROBLEMS:
        more = len(circuit.problems) - MOST_PROBLEMS
        circuit.problems = circuit.problems[:MOST_PROBLEMS]
        circuit.problems[-1].message += " (and %d more problems)" % more
    return circuit


def _fits(sheet):
    """Reports a text that is too large, at the line where it becomes so, before any of it is read."""
    total = 0
    for row in range(len(sheet.circuit.lines)):
        total += len(sheet.circuit.lines[row]) + 1
        if total > MOST_CHARACTERS + 1:
            message = "the text has more than %d characters; no circuit drawn by hand is as large, split it"
            sheet.problem("too-large", row, 0, "", message % MOST_CHARACTERS)
            return False
    return True


def to_text(circuit):
    """Prints a circuit's records as text, without common indentation and trailing blanks."""
    rows = {}
    for component in circuit.components:
        for (line, column), text in component.texts:
            rows.setdefault(line, []).append((column, text))
    for net in circuit.nets:
        for line, column, char in net.cells:
            rows.setdefault(line, []).append((column, char))
    if not rows:
        return ""
    left = min(min(piece[0] for piece in pieces) for pieces in rows.values())
    out = []
    for line in range(min(rows), max(rows) + 1):
        text = ""
        for column, piece in sorted(rows.get(line, [])):
            text += " " * (column - left - len(text)) + piece
        out.append(text)
    return "\n".join(out) + "\n"
