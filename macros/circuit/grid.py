"""Cells as whole numbers. Core: runs in MicroPython too.

MicroPython adds up the numbers of a tuple for its place in a dictionary, so that all cells of a diagonal
would share one, and a large text would take minutes.
"""

WIDTH = 1 << 15  # more than a line has columns


def cell_of(row, column):
    """The cell of a row and a column, both counted from 0."""
    return row * WIDTH + column


def place(cell):
    """`(row, column)` of a cell."""
    return cell // WIDTH, cell % WIDTH


def at(cell):
    """`(line, column)` of a cell, counted from 1."""
    return cell // WIDTH + 1, cell % WIDTH + 1
