"""From wire cells to joints, contacts and open ends. Core: runs in MicroPython too."""

from ..grid import WIDTH, at, place

STEP = {"W": -1, "E": 1, "N": -WIDTH, "S": WIDTH}
POINTS = {"-": "WE", "|": "NS", "+": "WENS"}
ALONG = {"W": "-", "E": "-", "N": "|", "S": "|"}
ACROSS = {"W": "|", "E": "|", "N": "-", "S": "-"}
ONWARD = "ES"  # sides from which a pair of cells is read, so that it is read once


def ahead(cell, side, count=1):
    """The cell `count` steps from another towards a side."""
    return cell + STEP[side] * count


def read(sheet):
    """Joins wire cells, and notes where wires meet text and where they end."""
    for cell in sheet.wires:
        sheet.nets.up[cell] = cell
    for cell in sheet.wires:
        char = sheet.cells[cell]
        arms = [side for side in POINTS[char] if _is_arm(sheet, cell, side)]
        if char == "+" and len(arms) < 2:
            sheet.ends.append((cell, "".join([side for side in "ESWN" if side not in arms])))
    _warn_of_pairs(sheet)


def _is_arm(sheet, cell, side):
    """Reads what a wire cell meets on one side. False where a + has nothing there."""
    char = sheet.cells[cell]
    near = ahead(cell, side)
    other = sheet.cells.get(near)
    if other is None:
        if char != "+":
            sheet.ends.append((cell, side))
        return False
    if other == ALONG[side] or other == "+":
        if side in ONWARD:
            sheet.nets.join(cell, near)
    elif other == ACROSS[side]:
        return _crosses(sheet, cell, side)
    elif near in sheet.bad:
        sheet.faulty[cell] = True
    else:
        sheet.contacts.append((cell, side, near))
    return True


def _crosses(sheet, cell, side):
    """Reads a wire cell that meets a crosswise wire. False for a + beside a wire that passes it."""
    along, across = ALONG[side], ACROSS[side]
    char = sheet.cells[cell]
    near, beyond = ahead(cell, side), ahead(cell, side, 2)
    far = sheet.cells.get(beyond)
    if far == along or char == along and far == "+":
        if side in ONWARD:
            sheet.nets.join(cell, beyond)
        return True
    if char == "+" and far != "+":
        return False
    if char == "+":
        if side in ONWARD:
            message = "no join: +%s+ may be a crossing or two corners beside a wire; " % across
            message += "draw %s%s+ to cross, or keep them a column apart" % (along, across)
            row, column = place(near)
            sheet.problem("no-join", row, column, char + across + char, message)
    elif not sheet.beside_bad(cell) and not sheet.beside_bad(near):
        pair = char + across if side in ONWARD else across + char
        message = "no join: this wire ends against a crosswise %s and is not joined to it; put + at %d:%d"
        message = message % ((across,) + at(near))
        row, column = place(cell)
        sheet.problem("no-join", row, column, pair, message)
    sheet.faulty[cell] = True
    sheet.faulty[near] = True
    return True


def _warn_of_pairs(sheet):
    """Warns of + that are joined only because they stand side by side."""
    pairs = []
    for cell in sheet.wires:
        for side in ONWARD:
            if sheet.cells[cell] == "+" and sheet.cells.get(ahead(cell, side)) == "+":
                pairs.append(cell)
    if pairs:
        sheet.circuit.warnings.append(
            "%d:%d: ++ side by side are joined (%d such pair%s); write - or | where no wire turns"
            % (at(pairs[0]) + (len(pairs), "" if len(pairs) == 1 else "s"))
        )
