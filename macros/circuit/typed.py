"""What the page asks of a text that is being typed. Core: runs in MicroPython too.

Each function takes a dictionary with `text` and, where open ends are legal, `fragment` true; it returns what
JSON holds.
"""

from . import board, kicad, solve, spice, tables
from .draw import draw, draw_file
from .netlist import excerpt, placed
from .parse import parse

MOST = 6000  # characters that the page takes: the answer still comes while one types on
PREFIX = "typed"
TITLE = "The circuit as typed"


def read(ask):
    """Mistakes and warnings; without mistakes the drawing, the parts and the netlist too.

    Returns:
        A dictionary: `problems` and `warnings`, each `[{"message", "line", "column", "excerpt", "caret",
        "text"}]` with None for what has no place; then `drawing`, an SVG element, `parts` and `nets`, each
        `{"heads", "rows"}`, and `netlist`, as `python -m macros.circuit netlist --json` prints it.

    Raises:
        ValueError: the text has more than MOST characters.
    """
    circuit = _circuit(ask)
    said = {
        "problems": [_told(circuit, p.message, p.at, p.text) for p in circuit.problems],
        "warnings": [_told(circuit, words, at) for at, words in [placed(w) for w in circuit.warnings]],
    }
    if not circuit.problems:
        said["drawing"] = draw(circuit, PREFIX, TITLE)
        said["parts"] = _table(tables.parts(circuit))
        said["nets"] = _table(tables.nets(circuit))
        said["netlist"] = circuit.netlist()
    return said


def solved(ask):
    """Voltages, currents and powers in every state of the output pins, and what the checks say.

    Returns:
        A dictionary: `states`, `assumptions`, the tables `voltages`, `currents`, `powers`, or `unsolvable`,
        why there are none; and `checks`, told as problems are, each with its `level`.

    Raises:
        ValueError: the text has mistakes.
    """
    circuit = _sound(ask)
    said, points = {}, solve.OperatingPoints(circuit)
    try:
        states, assumptions = points.at()
    except solve.Unsolvable as error:
        said["unsolvable"] = _told(circuit, str(error), error.at)
    else:
        found = tables.of_states(circuit, states, assumptions)
        for name in ("voltages", "currents", "powers"):
            said[name] = _table(found[name])
        said["states"] = list(found["states"])
        said["assumptions"] = assumptions
    said["checks"] = [_finding(circuit, finding) for finding in tables.findings(circuit, points=points)]
    return said


def svg(ask):
    """The drawing as a file of its own. Raises ValueError where the text has mistakes."""
    return draw_file(_sound(ask), PREFIX, TITLE)


def spice_deck(ask):
    """The netlist for SPICE. Raises ValueError where the text has mistakes or a value is missing."""
    try:
        return spice.deck(_sound(ask), TITLE)
    except solve.Unsolvable as error:
        raise ValueError(str(error)) from error


def kicad_netlist(ask):
    """The netlist for KiCad's board editor. Raises ValueError where the text has mistakes or names no pin."""
    try:
        return kicad.netlist(_sound(ask), TITLE)
    except board.PinError as error:
        raise ValueError(error.message) from error


_last = {"of": None, "circuit": None}  # of a text one thing after another is asked


def _circuit(ask):
    of = (ask["text"], bool(ask.get("fragment")))
    if len(of[0]) > MOST:
        raise ValueError("the text has %d characters; the page takes at most %d" % (len(of[0]), MOST))
    if _last["of"] != of:
        _last["circuit"] = parse(of[0], of[1])
        _last["of"] = of
    return _last["circuit"]


def _sound(ask):
    circuit = _circuit(ask)
    if circuit.problems:
        line, column = circuit.problems[0].at
        raise ValueError("line %d, column %d: %s" % (line, column, circuit.problems[0].message))
    return circuit


def _table(table):
    heads, rows = table
    return {"heads": list(heads), "rows": [list(row) for row in rows]}


def _told(circuit, message, at, text=""):
    """A message with its place, the line there and how far in the caret stands."""
    told = {"message": message, "line": None, "column": None, "excerpt": None, "caret": None, "text": text}
    if at:
        told["line"], told["column"] = at
        told["excerpt"], told["caret"] = excerpt(circuit.lines, at)
    return told


def _finding(circuit, finding):
    told = _told(circuit, finding.message, finding.at)
    told["level"] = finding.level
    return told
