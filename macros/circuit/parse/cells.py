"""From text to cells: which character stands where, and what it may be. Core: runs in MicroPython too."""

from ..grid import cell_of
from .runs import split
from .sheet import Run

WIRE = "-|+"
TEXT = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.@µ"

# Characters that are often meant for one of the notation -> what to write.
HINTS = (
    ("=~_—–─━", "a horizontal wire is -"),
    ("│┃!:¦", "a vertical wire is |"),
    ("*oO•┼├┤┬┴┌┐└┘", "wires join and turn at +"),
    ("/\\", "wires run along rows and columns only, as - and |, and turn at +"),
    (",", "the decimal sign is a point: R_1.5k"),
    ("Ω", "ohm is the default unit: R_10k"),
    ("μ", "this is the Greek letter; write u"),
)
FRACTION = "a fraction is written as a decimal number, 1/4W as 0.25W"


def is_text(char):
    """True for what names, values and ports are written with."""
    return char in TEXT


def read(sheet):
    """Fills a sheet's cells, wires and runs. False where a tab leaves the columns unknown."""
    circuit = sheet.circuit
    tabs = False
    indent = None
    for row in range(len(circuit.lines)):
        line = circuit.lines[row].rstrip(" ")
        blank = len(line) - len(line.lstrip(" "))
        if line and (indent is None or blank < indent):
            indent = blank
        column = blank
        while column < len(line):
            char = line[column]
            end = column + 1
            if char in WIRE:
                cell = cell_of(row, column)
                sheet.cells[cell] = char
                sheet.wires.append(cell)
            elif is_text(char):
                end = _text(sheet, row, column, line)
            elif char != " ":
                end = _bad(sheet, row, column, line)
                tabs = tabs or char == "\t"
            column = end
    circuit.indent = indent or 0
    return not tabs


def _text(sheet, row, start, line):
    """Takes the run that starts here. Returns the column behind it."""
    column = start
    while column < len(line) and is_text(line[column]):
        sheet.cells[cell_of(row, column)] = line[column]
        column += 1
    text = line[start:column]
    run = Run(row, start, text, split(text))
    sheet.runs.append(run)
    sheet.starts[cell_of(row, start)] = run
    return column


def _bad(sheet, row, start, line):
    """Reports the bad characters that start here, tabs apart from others. Returns the column behind them."""
    tab = line[start] == "\t"
    column = start
    while (
        column < len(line)
        and line[column] not in " -|+"
        and not is_text(line[column])
        and (line[column] == "\t") == tab
    ):
        cell = cell_of(row, column)
        sheet.cells[cell] = "?"
        sheet.bad[cell] = True
        column += 1
    if tab:
        message = "tab: its width is not known, so columns would not match; use spaces"
        sheet.problem("tab", row, start, "\t", message)
    else:
        text = line[start:column]
        fraction = text == "/" and line[start - 1 : start].isdigit() and line[column : column + 1].isdigit()
        message = "bad character '%s': %s" % (text[:20], FRACTION if fraction else _hint(text[0]))
        sheet.problem("bad-character", row, start, text, message)
    return column


def _hint(char):
    for chars, hint in HINTS:
        if char in chars:
            return hint
    return "wires are - | +, text is letters, digits and _ . @ µ"
