"""Circuits as page content: HTML fragments, and rows of text for the site's own tables.

A macro loads a circuit once and asks for what it shows:

    circuit = page.load("firmware/circuits/with-fan.txt", text)
    found = page.findings(circuit)        what the checks say
    page.require_sound(circuit, found)    raises CircuitError where a check fails
    page.drawing(circuit, "fan-b", "Design B")
    page.parts(circuit), page.wiring(circuit), page.solved(circuit), page.checks(found)

Each table is `(heads, rows)` with cells of plain text.
"""

import functools
from html import escape

from . import about, board, check, listing, netlist, solve, tables, told
from .catalogue import KINDS, UNITS
from .draw import draw
from .parse import parse
from .tables import checks, parts, wiring

__all__ = ["checks", "parts", "wiring"]


class CircuitError(Exception):
    """A circuit that must not be published. The message has `name:line:column: …` and a caret per mistake."""


def load(name, text, fragment=False):
    """The parsed circuit. Raises CircuitError, with every mistake, where the text has one."""
    circuit = parse(text, fragment)
    if circuit.problems:
        raise CircuitError(netlist.render(circuit.problems, circuit.lines, name))
    circuit.name = name
    return circuit


def messages(name, text, fragment=False):
    """What the parser says of a text, as the command line prints it; an empty string where all is well."""
    circuit = parse(text, fragment)
    return netlist.render(circuit.problems, circuit.lines, name)


def report(circuit, found):
    """Errors and warnings among findings as the command line prints them, with carets."""
    return told.rendered(found, circuit.lines, circuit.name)


def require_sound(circuit, found):
    """Raises CircuitError where a check of its findings fails; warnings pass."""
    failed = check.errors(found)
    if failed:
        raise CircuitError(told.rendered(failed, circuit.lines, circuit.name))


def in_its_text(function):
    """A function of a circuit that tells in the circuit's text why there is no answer, as a CircuitError."""

    @functools.wraps(function)
    def run(circuit, *given, **named):
        try:
            return function(circuit, *given, **named)
        except (solve.Unsolvable, board.PinError) as error:
            # In the words of the checks, so that what both say is told once.
            pins = [one for one in (error, error.__cause__) if isinstance(one, board.PinError)]
            rule, said = (pins[0].code, pins[0].told()) if pins else ("solve", str(error))
            found = check.Finding(rule, "error", said, getattr(error, "at", None))
            raise CircuitError(told.rendered([found], circuit.lines, circuit.name)) from error

    return run


findings, solved = in_its_text(tables.findings), in_its_text(tables.solved)


@in_its_text
def drawing(circuit, prefix, title, focusable=True):
    """The drawing in a frame that scrolls sideways, as one line of HTML.

    Args:
        circuit: from `load`.
        prefix: starts every id; another one for each drawing of a page.
        title: names the drawing.
        focusable: True lets the keyboard reach the nets; a frame that may have to scroll is always reached.
    """
    svg = draw(circuit, prefix, title, focusable)
    wide = int(svg.split(' width="')[1].split('"')[0]) > NARROW
    reach = f' role="region" tabindex="0" aria-label="{escape(title)}, drawing"' if focusable or wide else ""
    return f'<div class="circuit-frame"{reach}>{svg}</div>'


NARROW = 300  # what fits a screen of 360 px with its margins [px]

# Each symbol once, from text: name in the catalogue -> text of a fragment.
EXAMPLES = {
    "R": "--R_10k--",
    "C": "--C_100n--",
    "L": "--L_10m--",
    "D": "--aDc--",
    "LED": "--aLED_2V_c--",
    "T": "    |\n    g\n---sTd---",
    "ZENER": "--aZENER_5.1V_c--",
    "PMOS": "    |\n    g\n---sPMOSd---",
    "NPN": "   |\n   c\n--bNPN\n   e\n   |",
    "PNP": "   |\n   e\n--bPNP\n   c\n   |",
    "OPAMP": "     |\n--n  v\n  OPAMPo--\n--p  g\n     |",
    "FUSE": "--FUSE_500mA--",
    "SWITCH": "---SWITCH---",
    "BUTTON": "---BUTTON---",
    "FAN_PWM": "FAN_PWM_12V_200mA__gnd__12v__tach__pwm\n                   |    |    |     |",
    "RELAY": "               |  |  |   |    |\nRELAY_5V_70mA__a__b__nc__com__no",
    "CONN": "CONN__1a__2b__3c\n      |   |   |",
    "CHIP": "CHIP__1vcc__2out__4gnd\n      |     |     |",
    "P": "|  |  |\n1__2__3__P_10k",
    "DC": "--pDC_5_n--",
    "AC": "--AC_1V_50Hz--",
    "I": "--sI_1m_d--",
    "V": "---V---",
    "G": "---G",
    "THERMISTOR": "--THERMISTOR_10k_3950K--",
    "FAN": "--FAN_5V_200mA--",
    "MICROPHONE": "---MICROPHONE---",
    "SPEAKER": "---SPEAKER---",
    "X": "---X---",
    "SQUID": "---SQUID---",
    "RPI_PICO_W": "RPI_PICO_W__1gp0__gnd@3\n             |     |",
    "RPI_PICO_2_W": "RPI_PICO_2_W__1gp0__gnd@3\n               |     |",
    "BOARD": "BOARD__5v__d2__gnd\n       |   |    |",
}

# What cannot be drawn from one component.
WIRES = {"crossing": "  |\n--|--\n  |", "joint": "  |\n--+--\n  |"}


PORTS = {("I", "s"): "where electrons leave", ("I", "d"): "where electrons come back"}


def catalogue():
    """Every component of the notation, in the catalogue's order.

    Returns:
        `[{"name", "words", "ports", "values", "text", "drawing", "model", "checks"}]`; `values` says what may
        follow the name, `model` what the solver takes it for, and either may be empty.
    """
    entries = []
    for kind in KINDS:
        text = EXAMPLES[kind.name]
        values = ", ".join(
            f"{UNITS[unit][1]} in {symbols_of(unit)}" + (" (default)" if unit == kind.default else "")
            for unit in kind.units
        )
        ports = (
            ", ".join(kind.ports) or "as written"
            if kind.block
            else ", ".join(
                f"{port}: {PORTS.get((kind.name, port)) or listing.PORT_WORDS[kind.name, port]}"
                for port in kind.ports
            )
            if kind.letters
            else ""
        )
        model, checks = about.ABOUT.get(kind.name, ("", ""))
        circuit = load(kind.name, text, fragment=True)
        entries.append(
            {
                "name": kind.name,
                "words": kind.words,
                "ports": ports,
                "values": values,
                "text": text,
                "model": model,
                "checks": checks,
                "drawing": drawing(circuit, f"symbol-{kind.name.lower()}", kind.words, False),
            }
        )
    return entries


def symbols_of(unit):
    """How a unit is written in the text and read by people: `ohm`, `V`."""
    return "Ω (written ohm)" if unit == "ohm" else unit


def wires():
    """A crossing and a joint: `[{"name", "text", "drawing"}]`."""
    return [
        {
            "name": name,
            "text": text,
            "drawing": drawing(load(name, text, fragment=True), f"wire-{name}", name, False),
        }
        for name, text in WIRES.items()
    ]


def map_of(circuit):
    """Where the drawing puts the text's columns and rows, to lay one over the other: `(x, y)` lists [px]."""
    svg = draw(circuit)
    columns = svg.split('data-columns="')[1].split('"')[0]
    rows = svg.split('data-rows="')[1].split('"')[0]
    return [int(x) for x in columns.split()], [int(y) for y in rows.split()]
