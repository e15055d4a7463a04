"""From wire cells to joints, contacts and open ends. Core: runs in MicroPython too."""

STEP = {"W": (0, -1), "E": (0, 1), "N": (-1, 0), "S": (1, 0)}
POINTS = {"-": "WE", "|": "NS", "+": "WENS"}
ALONG = {"W": "-", "E": "-", "N": "|", "S": "|"}
ACROSS = {"W": "|", "E": "|", "N": "-", "S": "-"}
ONWARD = "ES"  # sides from which a pair of cells is read, so that it is read once


def ahead(cell, side, count=1):
    """The cell `count` steps from another towards a side."""
    down, right = STEP[side]
    return cell[0] + down * count, cell[1] + right * count


def read(sheet):
    """Joins wire cells, and notes where wires meet text and where they end."""
    for cell in sheet.wires:
        sheet.nets.up[cell] = cell
    for cell in sheet.wires:
        char = sheet.cells[cell]
        arms = [side for side in POINTS[char] if _is_arm(sheet, cell, side)]
        if char == "+" and len(arms) < 2:
            sheet.ends.append((cell[0], cell[1], "".join([side for side in "ESWN" if side not in arms])))
    _warn_of_pairs(sheet)


def _is_arm(sheet, cell, side):
    """Reads what a wire cell meets on one side. False where a + has nothing there."""
    char = sheet.cells[cell]
    near = ahead(cell, side)
    other = sheet.cells.get(near)
    if other is None:
        if char != "+":
            sheet.ends.append((cell[0], cell[1], side))
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
            sheet.problem("no-join", near[0], near[1], char + across + char, message)
    elif not sheet.beside_bad(cell) and not sheet.beside_bad(near):
        pair = char + across if side in ONWARD else across + char
        message = "no join: this wire ends against a crosswise %s and is not joined to it; put + at %d:%d"
        message = message % (across, near[0] + 1, near[1] + 1)
        sheet.problem("no-join", cell[0], cell[1], pair, message)
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
            % (pairs[0][0] + 1, pairs[0][1] + 1, len(pairs), "" if len(pairs) == 1 else "s")
        )
