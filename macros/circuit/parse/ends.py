"""Open ends of wires, and what they may have meant. Core: runs in MicroPython too."""

from ..grid import at, place
from .wires import ACROSS, ahead

REACH = 3  # empty cells over which an open end is taken to have meant its neighbour


def report(sheet):
    """Reports open ends. Ends that look into the same empty cells are one gap, and one mistake."""
    claimed = {}
    for cell, sides in sheet.ends:
        net = sheet.nets.of(cell)
        seen, target = _look(sheet, cell, sides)
        if target in sheet.owner:
            sheet.owner[target][0].excused = True
        if sheet.fragment or cell in sheet.faulty or sheet.nets.root(cell) in sheet.bad_nets:
            net.spoilt = net.spoilt or not sheet.fragment
            continue
        net.spoilt = True
        # An isolated cell with two open sides is one mistake too.
        told = cell in claimed or any(empty in claimed for empty in seen)
        for empty in seen:
            claimed[empty] = True
        if told:
            continue
        claimed[cell] = True
        message = "dangling wire: nothing is joined at this end; %s" % _hint(sheet, cell, target)
        row, column = place(cell)
        sheet.problem("dangling-wire", row, column, sheet.cells[cell], message)


def _look(sheet, cell, sides):
    """`(empty cells ahead, the first cell behind them or None)` of an open end."""
    seen = []
    target = None
    for side in sides:
        for i in range(1, REACH + 2):
            near = ahead(cell, side, i)
            if near in sheet.cells:
                if i > 1 and sheet.cells[near] != ACROSS[side]:
                    target = near if target is None else target
                break
            if i <= REACH:
                seen.append(near)
    return seen, target


def _hint(sheet, cell, target):
    """What would close the gap at an open end."""
    if target in sheet.nets.up:
        return "close the gap to the wire at %d:%d" % at(target)
    if target in sheet.owner:
        return "close the gap to the text at %d:%d" % at(target)
    if sheet.cells[cell] == "+":
        return "a + joins at least two wires or a wire and a component"
    return "lead it to a component or to another wire's +, or remove it"
