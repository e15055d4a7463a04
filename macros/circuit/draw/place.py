"""How each component lies: which shape its wires allow. Core: runs in MicroPython too."""

from ..symbols import THREE
from .blocks import BLOCKS
from .box import Board, Box
from .ground import Ground
from .opamp import Amplifier
from .three import ENDS, LyingThree, UprightThree
from .two import Lying, Upright


def place(component):
    """The shape of a component: its symbol where the wires come as the symbol's do, a box otherwise."""
    if component.kind.block:
        return BLOCKS.get(component.kind.name, Board)(component)
    if component.kind.name == "G":
        return Ground(component)
    if component.kind.name == "OPAMP":
        return Amplifier(component) if Amplifier.fits(component) else Box(component)
    if component.kind.name in THREE:
        return _three(component) or Box(component)
    ports = [port for port in component.ports if port.contacts]
    if len(ports) == 1 and component.kind.name in ("AC", "DC"):
        return _source(component, ports[0]) or Box(component)
    if len(ports) == 2:
        return _two(component, ports) or Box(component)
    return Box(component)


def _range(component, port, upright):
    """Columns (or rows, `upright`) of a port's leads that lie nearest to the symbol, as a range."""
    row = component.at[0]
    places = []
    for contact in port.contacts:
        if upright:
            places.append(contact.wire[0] if contact.side in "NS" else contact.cell[0])
        elif contact.side in "WE" and contact.cell[0] == row:
            places.append(contact.wire[1])
        else:
            places.append(contact.cell[1])
    return min(places), max(places)


def _between(one, other):
    """The bounds of two ranges that face each other, or None where the ranges overlap."""
    if one[1] < other[0]:
        return [one[1], other[0]]
    if other[1] < one[0]:
        return [one[0], other[1]]
    return None


def _source(component, port):
    """A source of which the text wires one side: the other hangs on ground."""
    if len(port.contacts) != 1:
        return None
    contact = port.contacts[0]
    side = contact.side
    if side in "WE":
        here = contact.wire[1]
        at, text = component.texts[0]
        there = at[1] if side == "E" else at[1] + len(text) - 1
        if there == here:
            there += 1 if side == "W" else -1
    else:
        here = contact.wire[0]
        there = component.at[0] + (1 if side == "N" else -1)
    ends = [here, there] if port is component.ports[0] else [there, here]
    grounded = {"W": "E", "E": "W", "N": "S", "S": "N"}[side]
    if side in "WE":
        return Lying(component, ends, grounded)
    return Upright(component, ends, contact.cell[1], grounded)


def _two(component, ports):
    """A symbol of two terminals, or None where its ends do not face each other."""
    contacts = [contact for port in ports for contact in port.contacts]
    columns = [contact.cell[1] for contact in contacts]
    sideways = [c for c in contacts if c.side in "WE" and c.cell[0] == component.at[0]]
    upright = min(columns) == max(columns) and not sideways
    ends = _between(_range(component, ports[0], upright), _range(component, ports[1], upright))
    if ends is None:
        return None
    if upright:
        return Upright(component, ends, columns[0])
    return Lying(component, ends)


def _three(component):
    """A symbol of three terminals, or None where its wires come otherwise."""
    one, other, control = [component.port(name) for name in ENDS[component.kind.name]]
    if not (one.contacts and other.contacts and control.contacts):
        return None
    row = component.at[0]
    touch = control.contacts[0]
    from_side = touch.side in "WE" and touch.cell[0] == row
    here, there = one.contacts[0].cell, other.contacts[0].cell
    if here[1] == there[1] and here[0] != there[0]:
        ends = _between(_range(component, one, True), _range(component, other, True))
        if from_side and ends and min(ends) < row < max(ends):
            return UprightThree(component, ends, here[1], touch.side)
        return None
    bent = _bent(component, one, other, touch.side) if from_side else None
    if bent:
        return bent
    above = touch.cell[0] < row or touch.cell[0] == row and touch.side == "N"
    below = touch.cell[0] > row or touch.cell[0] == row and touch.side == "S"
    ends = _between(_range(component, one, False), _range(component, other, False))
    middle = touch.cell[1]
    if (above or below) and ends and min(ends) < middle < max(ends):
        return LyingThree(component, ends, middle, "N" if above else "S")
    return None


def _bent(component, one, other, control):
    """An upright symbol: its control on one side, one end above or below, the other on the far side."""
    row = component.at[0]
    for straight, bent in ((one, other), (other, one)):
        if len(straight.contacts) != 1 or len(bent.contacts) != 1:
            continue
        end, far = straight.contacts[0], bent.contacts[0]
        if (end.cell[0] == row and end.side in "WE") or far.cell[0] != row:
            continue
        column = end.cell[1]
        if far.side == "E" and control == "W":
            beyond = far.wire[1] > column
        else:
            beyond = far.side == "W" and control == "E" and far.wire[1] < column
        if beyond:
            below = end.cell[0] > row or end.cell[0] == row and end.side == "S"
            rows = [end.wire[0] if end.side in "NS" else end.cell[0], row + (-1 if below else 1)]
            ends = rows if straight is one else rows[::-1]
            return UprightThree(component, ends, column, control, (bent.name, far.wire[1]))
    return None
