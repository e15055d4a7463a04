"""What the page asks of a text that is being typed. Core: runs in MicroPython too.

Each function takes a dictionary with `text` and, where open ends are legal, `fragment` true; it returns what
JSON holds. `settings` are what the script's are taken for, by their names: DRIVE, and options that are a
GPIO's number, or nothing where they are off, as `{"DRIVE": "fail-on", "ALARM_PIN": "6", "TACH_PIN": ""}`.
"""

from . import against_script, board, kicad, solve, spice, tables
from .draw import draw, draw_file
from .netlist import Problem, kinds, marked, placed, sentence
from .parse import parse

MOST = 6000  # characters that the page takes: the answer still comes while one types on
PREFIX = "typed"
TITLE = "The circuit as typed"


def read(ask):
    """Mistakes and warnings; without mistakes the drawing, the parts and the netlist too.

    Returns:
        A dictionary: `problems` and `warnings`, told as in `_told`, mistakes of one kind in one sentence;
        then `drawing`, an SVG element, `parts` and `nets`, each `{"heads", "rows"}`, `netlist`, as
        `python -m macros.circuit netlist --json` prints it, and `scripted`, whether the script is for it, so
        that `settings` count.

    Raises:
        ValueError: the text has more than MOST characters.
    """
    circuit = _circuit(ask)
    said = {
        "problems": [_told(circuit, same) for same in kinds(circuit.problems)],
        "warnings": [_told_at(circuit, at, words) for at, words in [placed(w) for w in circuit.warnings]],
    }
    if not circuit.problems:
        said["drawing"] = draw(circuit, PREFIX, TITLE)
        said["parts"] = _table(tables.parts(circuit))
        said["nets"] = _table(tables.nets(circuit))
        said["netlist"] = circuit.netlist()
        said["scripted"] = against_script.applies(circuit)
    return said


def solved(ask):
    """Voltages, currents and powers in every state of the output pins, and what the checks say.

    Returns:
        A dictionary: `states`, `assumptions`, the tables `voltages`, `currents`, `powers`, or `unsolvable`,
        why there are none, told as problems are; and `checks`, told so too, each with its `level`.

    Raises:
        ValueError: the text has mistakes.
    """
    circuit = _sound(ask)
    said, points = {}, solve.OperatingPoints(circuit)
    try:
        states, assumptions = points.at()
    except solve.Unsolvable as error:
        said["unsolvable"] = _told_at(circuit, error.at, str(error))
    else:
        found = tables.of_states(circuit, states, assumptions)
        for name in ("voltages", "currents", "powers"):
            said[name] = _table(found[name])
        said["states"] = list(found["states"])
        said["assumptions"] = assumptions
    drive, options = _settings(ask)
    found = tables.findings(circuit, points=points, drive=drive, options=options)
    said["checks"] = [_finding(circuit, finding) for finding in found]
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
    circuit = _last["circuit"]
    if not circuit.problems and against_script.applies(circuit):  # that may drive a pin which measures
        circuit.driving = against_script.measuring(against_script.SCRIPT, *_settings(ask))
    return circuit


def _settings(ask):
    """`(drive, options)` of `settings`, as the checks take them."""
    given = ask.get("settings") or {}
    options = {name: int(given[name]) for name in against_script.OPTIONAL if given.get(name)}
    return given.get("DRIVE"), options


def _sound(ask):
    circuit = _circuit(ask)
    if circuit.problems:
        line, column = circuit.problems[0].at
        raise ValueError("line %d, column %d: %s" % (line, column, circuit.problems[0].message))
    return circuit


def _table(table):
    heads, rows = table
    return {"heads": list(heads), "rows": [list(row) for row in rows]}


def _told(circuit, same):
    """Mistakes of one kind: how many, one sentence on them, and where they are.

    Returns:
        A dictionary: `count`; `pieces` of the sentence, texts and places `{"line", "column", "text"}`, the
        last what is wrong there; `marked`, lines of the text with carets below, None where there is none. Of
        one alone that is no mistake also its `message`.
    """
    # Of an empty line there is no place to point to.
    if not circuit.lines or not circuit.lines[same[0].at[0] - 1].strip():
        return {"count": len(same), "pieces": [same[0].message], "marked": None}
    pieces = [piece if isinstance(piece, str) else _place(piece) for piece in sentence(same)]
    return {"count": len(same), "pieces": pieces, "marked": "\n".join(marked(same, circuit.lines))}


def _place(problem):
    return {"line": problem.at[0], "column": problem.at[1], "text": problem.text}


def _told_at(circuit, at, message):
    """A message on a place, or on the whole circuit, told as mistakes are."""
    told = {"count": 1, "pieces": [message], "marked": None}
    if at:
        told = _told(circuit, [Problem("", at, "", message)])
    told["message"] = message
    return told


def _finding(circuit, finding):
    told = _told_at(circuit, finding.at, finding.message)
    told["level"] = finding.level
    return told
