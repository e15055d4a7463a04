"""A fan's tachometer: an open collector, whose ground is the fan's.

Core: runs in MicroPython too.

Where a transistor chops the fan's ground, that ground rises to the fan's supply while the fan is off, and the
tachometer's transistor, whose reverse diode then conducts, lifts its wire there too.

Source: Microchip, DS41304B, 2.4.2: a fan whose supply is chopped gives pulses only while it is on.
"""

from . import board

SERIES_LEAST = 10_000.0  # between a wire that is lifted to 5 or 12 V and a pin [ohm]
# The port of a transistor that a ground which is chopped hangs on.
CHOPPING = {"T": "ds", "PMOS": "ds", "NPN": "ce", "PNP": "ce"}


def check(fan, ports, findings):
    """Reports a tachometer without its pull-up, and one that lifts a pin to the fan's supply.

    Args:
        fan: a 4-wire fan, or one of three wires written as such.
        ports: its wired ports by what they are, `tach` among them.
        findings: takes what is found.
    """
    tach = ports["tach"]
    if not _pulled(tach.net):
        findings.add(
            "fan-tach",
            "warning",
            f"{tach.name} of {fan.id} only ever pulls down: a resistor of 10 kΩ to 3V3, or the pin's own "
            "pull-up in the script",
            tach.at,
        )
    if "gnd" in ports and _chopped(ports["gnd"].net):
        for pin, ohms in _pins(tach.net):
            if ohms < SERIES_LEAST:
                findings.add(
                    "fan-tach",
                    "error",
                    f"{tach.name} of {fan.id} is on {pin.name}, and a transistor chops the ground of "
                    f"{fan.id}: while the fan is off, the wire is at the fan's supply, which no pin bears; "
                    "10 kΩ between the wire and the pin, and pulses count only while the fan is on",
                    tach.at,
                )
    findings.passed("fan-tach", "the tachometer has its pull-up, and lifts no pin above what it bears")


def _grounded(net):
    """True for ground, whether a sign, a board's pin or a source's minus names it."""
    if net.ground:
        return True
    for component, port in net.pins:
        if component.kind.board and board.pin_of(component, port).role == board.GROUND:
            return True
    return False


def _supplied(net):
    """True for the net of a supply, and not for its ground."""
    if _grounded(net):
        return False
    return any(
        c.kind.name == "DC" or c.kind.board and board.pin_of(c, p).role == board.SUPPLY for c, p in net.pins
    )


def through(net):
    """`[(net, resistor)]`: those that one resistor joins to a net."""
    found = []
    for component, port in net.pins:
        if component.kind.name == "R":
            found += [(other.net, component) for other in component.ports if other is not port and other.net]
    return found


def reaches(one, other):
    """True for one net, and for two that a resistor joins."""
    return one is other or any(near is other for near, _ in through(one))


def _pulled(net):
    """True where a resistor leads to a supply, from the wire itself or from behind one in series."""
    for near, _ in through(net):
        if _supplied(near):
            return True
        if not _grounded(near) and any(_supplied(far) for far, _ in through(near)):
            return True
    return False


def _chopped(net):
    """True where a transistor switches a net that is meant to be ground."""
    if _grounded(net):
        return False
    return any(c.kind.name in CHOPPING and port.name in CHOPPING[c.kind.name] for c, port in net.pins)


def _pins(net):
    """`[(port of a board, resistance up to it [ohm])]` of the pins that a wire reaches."""
    reached = [(net, 0.0)]
    reached += [(far, resistor.value("ohm") or 0.0) for far, resistor in through(net)]
    return [
        (port, ohms)
        for near, ohms in reached
        for component, port in near.pins
        if component.kind.board and board.pin_of(component, port).role == board.GPIO
    ]
