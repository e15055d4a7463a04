"""What a circuit's text says, as plain records. Core: runs in MicroPython too.

Positions are `(line, column)`, both 1-based, in the text as it was given.
"""

from .blocks import role
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

    @property
    def fan_wires(self):
        """How many wires the fan of a block has: three where its speed input is not drawn."""
        return 4 if "pwm" in [role("FAN_PWM", port.name) for port in self.ports] else 3

    @property
    def words(self):
        """What it is, in words."""
        return "3-wire fan" if self.kind.name == "FAN_PWM" and self.fan_wires == 3 else self.kind.words

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
        if self.kind.block:
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
        self.driving = []  # pins that could measure and drive, as GP28: what a script is set to, no text says
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


MOST_TOLD = 8  # of one kind


def render(problems, lines, name):
    """Messages for people: `NAME:LINE:COL: message [code]`, the line, and a caret below the place.

    Mistakes of one kind share their line, and those in one line of the text that one, with a caret each.
    """
    out = []
    for same in kinds(problems):
        told = ""
        for piece in sentence(same):
            told += piece if isinstance(piece, str) else "%s:%d:%d" % (name, piece.at[0], piece.at[1])
        out.append("%s [%s]" % (told, same[0].code))
        out += ["    " + row for row in marked(same, lines)]
    return "\n".join(out)


def sentence(same):
    """One sentence on mistakes of one kind, as pieces: texts, and problems where their places are to be."""
    pieces = []
    last = None
    for problem in same[:MOST_TOLD]:
        if last is None:
            pieces += [problem, ": " + problem.message]
        elif problem.message == last.message:
            pieces += ["; also at ", problem]
        else:
            kind, colon, rest = problem.message.partition(": ")
            known = colon and last.message.startswith(kind + colon)
            said = rest if known else problem.message
            pieces += ["; " + said] if problem.at == last.at else ["; ", problem, ": " + said]
        last = problem
    more = len(same) - MOST_TOLD
    return pieces + ([" (and %d more)" % more] if more > 0 else [])


def marked(same, lines):
    """Rows that show where mistakes of one kind are: each line of the text once, below it its carets."""
    rows = []  # (line, [places in it])
    for problem in same[:MOST_TOLD]:
        if not rows or rows[-1][0] != problem.at[0]:
            rows.append((problem.at[0], []))
        rows[-1][1].append(problem.at)
    out = []
    for line, places in rows:
        if line <= len(lines):
            out += _marked(lines, places)
    return out


def kinds(problems):
    """The problems of each kind, in the order in which the kinds come first."""
    found = []
    for problem in problems:
        for same in found:
            if same[0].code == problem.code:
                same.append(problem)
                break
        else:
            found.append([problem])
    return found


def _marked(lines, places):
    """A line of the text, with carets below; of a long line a part for each place that lies beyond."""
    source, first = excerpt(lines, places[0])
    carets = []
    rest = []
    for at in places:
        caret = first + at[1] - places[0][1]
        if at != places[0] and (caret < 0 or caret > len(source)):
            rest.append(at)
        elif caret not in carets:
            carets.append(caret)
    below = ""
    for caret in sorted(carets):
        below += " " * (caret - len(below)) + "^"
    return [source, below] + (_marked(lines, rest) if rest else [])


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
