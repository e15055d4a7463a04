"""What is known of a text while it is read. Core: runs in MicroPython too.

Here and in every step of parsing rows and columns count from 0; the records in `netlist` count from 1. A cell
is a whole number, see `grid`.
"""

from ..grid import cell_of, place
from ..netlist import Circuit, Component, Problem
from .nets import Nets


class Run:
    """A maximal run of text cells in one row, and what it turned out to be.

    Args:
        row: its row.
        column: the column of its first character.
        text: its characters.
        segments: `[(offset, text)]` between two or more underscores.
    """

    def __init__(self, row, column, text, segments):
        self.row = row
        self.column = column
        self.text = text
        self.end = column + len(text)
        self.segments = segments
        self.component = None
        self.negative = False  # a number behind a minus sign, which is reported with its component


class Sheet:
    """A text as cells, and what each step of parsing finds in them.

    Args:
        text: the diagram.
        fragment: True where open ends are legal.
    """

    def __init__(self, text, fragment):
        self.fragment = fragment
        self.circuit = Circuit()
        self.circuit.lines = text.replace("\r\n", "\n").split("\n")
        self.cells = {}  # cell -> character; "?" for one that is not of the notation
        self.bad = {}  # cells of characters that are not of the notation
        self.wires = []  # wire cells in reading order
        self.runs = []  # in reading order
        self.starts = {}  # cell -> the Run that starts there
        self.owner = {}  # text cell -> (Component, Port or None)
        self.nets = Nets()
        self.contacts = []  # (wire cell, side, text cell): where a wire meets text
        self.ends = []  # (wire cell, sides): where a wire meets nothing
        self.faulty = {}  # wire cells at which a mistake is reported already
        self.bad_nets = {}  # roots of wires that touch a bad character: their faults may come of it

    def problem(self, code, row, column, text, message):
        """Notes a mistake."""
        self.circuit.problems.append(Problem(code, (row + 1, column + 1), text, message))

    def spoil(self, run, offset, code, text, message):
        """Reports a mistake in a run and makes the run a component that nothing more is said of."""
        if not self.bad_around(run.row, run.column, run.end):
            self.problem(code, run.row, run.column + offset, text, message)
        if run.component is None:
            run.component = Component(None, (run.row + 1, run.column + offset + 1))
        run.component.spoilt = True
        self.own(run, run.component)

    def own(self, run, component):
        """Makes all cells of a run the component's own, none of them a port yet."""
        for column in range(run.column, run.end):
            self.owner[cell_of(run.row, column)] = (component, None)

    def bad_around(self, line, start, end):
        """True where a bad character, which is reported, touches columns `start` up to, not with, `end`."""
        if not self.bad:
            return False
        for row in (line - 1, line, line + 1):
            for column in range(start - 1, end + 1):
                if cell_of(row, column) in self.bad:
                    return True
        return False

    def beside_bad(self, cell):
        """True where a bad character touches a cell."""
        row, column = place(cell)
        return self.bad_around(row, column, column + 1)
