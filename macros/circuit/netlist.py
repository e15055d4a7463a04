"""What a circuit's text says, as plain records. Core: runs in MicroPython too.

Positions are `(line, column)`, both 1-based, in the text as it was given.
"""

from .catalogue import is_digits


class Problem:
    """One mistake in the text.

    Args:
        code: the kind of mistake, such as `no-join`.
        at: its position.
        text: the offending text.
        message: what is wrong and what would have been right.
    """

    def __init__(self, code, at, text, message):
        self.code = code
        self.at = at
        self.text = text
        self.message = message

    def record(self):
        """The problem as a dictionary, for JSON."""
        return {"code": self.code, "at": list(self.at), "text": self.text, "message": self.message}


class Port:
    """A port as the text writes it.

    Args:
        name: its name in the netlist.
        cells: positions of the cells that select it.
        at: where it is written, or None for a port the text never names.
        pin: a board's pin number, or None.
    """

    def __init__(self, name, cells, at=None, pin=None):
        self.name = name
        self.cells = cells
        self.at = at
        self.pin = pin
        self.net = None
        self.contacts = []


class Contact:
    """An end of a wire on a component: the wire's cell, the component's, and its side (N, S, W, E)."""

    def __init__(self, wire, cell, side):
        self.wire = wire
        self.cell = cell
        self.side = side


class Component:
    """A component: its kind, values, ports, and every piece of text it is written with."""

    def __init__(self, kind, at):
        self.kind = kind
        self.at = at
        self.id = ""
        self.values = []  # (value in SI, unit, as written)
        self.ports = []  # Port, in the order of a netlist
        self.texts = []  # ((line, column), text): the run itself, then port letters on other rows
        self.spoilt = False  # a mistake was reported here already: keep quiet about what follows from it
        self.excused = False  # the same for ports that no wire touches
        self.symmetric = kind.symmetric if kind else False

    def port(self, name):
        """The port called `name`, or None."""
        for port in self.ports:
            if port.name == name:
                return port
        return None

    def value(self, unit):
        """The value in `unit`, or None where the text gives none."""
        for number, its_unit, _ in self.values:
            if its_unit == unit:
                return number
        return None

    def record(self):
        """The component as a dictionary, for JSON."""
        record = {
            "id": self.id,
            "kind": self.kind.name,
            "value": None,
            "unit": self.kind.default,
            "ports": [port.name for port in self.ports],
            "at": list(self.at),
            "symmetric": self.symmetric,
        }
        if len(self.values) == 1:
            record["value"] = self.values[0][0]
            record["unit"] = self.values[0][1]
        elif self.values:
            record["unit"] = None
            record["values"] = [{"value": number, "unit": unit} for number, unit, _ in self.values]
        if self.kind.board:
            record["pins"] = [port.pin for port in self.ports]
        return record


class Net:
    """Everything that is joined by wires: pins, wire cells and open ends."""

    def __init__(self):
        self.name = ""
        self.pins = []  # (Component, Port)
        self.cells = []  # (line, column, character)
        self.links = []  # ((line, column), (line, column)): joined neighbours, crossings jumped over
        self.open_ends = []  # (line, column, sides that nothing joins)
        self.ground = False
        self.spoilt = False
        self.merged = False  # into another net, which has everything now

    def record(self):
        """The net as a dictionary, for JSON."""
        return {"name": self.name, "pins": [c.id + "." + p.name for c, p in self.pins]}


class Circuit:
    """A whole text, parsed: components and nets in reading order, open ends, warnings, problems."""

    def __init__(self):
        self.lines = []  # as given
        self.indent = 0  # columns that all lines share
        self.components = []
        self.nets = []  # nets with a pin first, then wires that touch nothing
        self.open_ends = 0
        self.warnings = []
        self.problems = []

    def netlist(self):
        """The netlist as plain dictionaries and lists, ready for JSON."""
        return {
            "components": [component.record() for component in self.components],
            "nets": [net.record() for net in self.nets if net.pins],
            "open_ends": self.open_ends,
            "warnings": list(self.warnings),
        }

    def find(self, name):
        """The component whose id is `name`, or None."""
        for component in self.components:
            if component.id == name:
                return component
        return None


def render(problems, lines, name):
    """Messages for people: `NAME:LINE:COL: message [code]`, the line, and a caret below the place."""
    out = []
    for problem in problems:
        line, column = problem.at
        out.append("%s:%d:%d: %s [%s]" % (name, line, column, problem.message, problem.code))
        if line <= len(lines):
            source, caret = excerpt(lines, problem.at)
            out.append("    " + source)
            out.append("    " + " " * caret + "^")
    return "\n".join(out)


def excerpt(lines, at):
    """The line of a place, and how many characters stand before the caret that marks the place below it."""
    line, column = at
    source = lines[line - 1].replace("\t", " ").replace("\r", " ")
    start = 0
    if len(source) > 110:  # a window is enough, and keeps a long line from being printed many times
        start = max(0, column - 56)
        source = source[start : start + 110]
    return source.rstrip(), column - 1 - start


def placed(warning):
    """`((line, column) or None, words)` of a parser's warning, which may begin with its place."""
    at, colon, rest = warning.partition(": ")
    line, _, column = at.partition(":")
    if colon and is_digits(line) and is_digits(column):
        return (int(line), int(column)), rest
    return None, warning
