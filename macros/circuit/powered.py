"""Which supply pins of a Pico a source outside feeds: these take their voltage and give none.

Core: runs in MicroPython too.

USB feeds VBUS, and a Schottky diode on the board feeds VSYS from there, so that a battery may stand at VSYS.
Without a battery both are taken for 5 V from a USB port.

Source: Raspberry Pi Pico W datasheet, sections 2.1 and 3.5, "Powering Pico W".
"""

from . import board, models
from .blocks import ports as block_ports

SCHOTTKY = 0.3  # from VBUS to VSYS [V]
FED = ("VSYS", "VBUS")
SERIES_MOST = 1000.0  # a supply stands behind no more [ohm]
# What a supply reaches a pin through: its ports; the text's direction of a diode counts.
STRAIGHT = {"FUSE": "12", "SWITCH": "12", "BUTTON": "12", "L": "12", "R": "12"}


def _onward(component, port, parted):
    """The net behind a part, seen from a pin that a supply would feed through it; None where none is."""
    kind = component.kind.name
    if kind == "RELAY":
        ports = block_ports(component)
        closes = any(port is ports.get(name) for name in ("no", "nc"))
        return ports["com"].net if closes and "com" in ports else None
    if kind == "R" and (component.value("ohm") or 0.0) > SERIES_MOST:
        return None
    if parted and kind == "D" and port.name == "c":
        return component.port("a").net
    ends = STRAIGHT.get(kind) or (models.SWITCHING.get(kind) if parted else None)
    if ends is None or port.name not in ends:
        return None
    return component.port(ends[1] if port.name == ends[0] else ends[0]).net


def sourced(net, parted=True, short_of=()):
    """True where the plus of a DC source feeds a net: by wires, fuses, contacts, resistors up to 1 kΩ.

    Args:
        parted: True counts what parts two supplies too: diodes towards the net, and transistors.
        short_of: nets that nothing is fed through.
    """
    seen, waiting = list(short_of), [net]
    while waiting:
        one = waiting.pop()
        if one is None or one.ground or any(one is other for other in seen):
            continue
        seen.append(one)
        if one is not net and any(component.kind.board for component, _ in one.pins):
            continue
        for component, port in one.pins:
            if component.kind.name == "DC" and port.name == "p":
                return True
            waiting.append(_onward(component, port, parted))
    return False


def fed(pins):
    """`{id(port): port}` of the Pico's supply pins that a source outside feeds.

    Args:
        pins: `[(component, port, board.Pin)]` of the boards.
    """
    found = {}
    for component, port, pin in pins:
        if component.kind.name in board.PICOS and pin.name in FED and port.net and sourced(port.net):
            found[id(port)] = port
    return found
