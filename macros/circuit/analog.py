"""Does the reading keep clear of other currents? A thermistor's divider belongs on the board's AGND alone.

Core: runs in MicroPython too.

A wire or a contact of a few hundredths of an ohm that carries a fan's current as well as the divider's lifts
the divider's ground, and the converter, which measures against AGND, reads a colder or warmer thermistor.

Source: Raspberry Pi Pico W datasheet, section 2.1: AGND is the ground of GP26 to GP28; where the converter
need not be accurate, it may be joined with the digital ground.
"""

from . import board, solve


def ground(circuit, findings):
    """Warns of a divider that does not end on AGND, and of what else is on AGND."""
    pins = [
        (port, pin)
        for component, port, pin in solve.board_pins(circuit)
        if port.net and component.kind.name in board.PICOS
    ]
    reading = [port.net for port, pin in pins if "ADC" in pin.name and pin.role == board.GPIO]
    grounds = [port.net for port, pin in pins if pin.role == board.GROUND]
    analog = [port.net for port, pin in pins if pin.number == board.ANALOG_GROUND]
    dividers = []
    for net in reading:
        if any(component.kind.name == "THERMISTOR" for component, _ in net.pins):
            dividers += _grounded(net, grounds)
    for component, end in dividers:
        if _among(end, analog):
            for name, at in _others(end, reading):
                findings.add(
                    "analog-ground",
                    "warning",
                    f"{name} is on AGND (pin {board.ANALOG_GROUND}) beside {component.id}, and its current "
                    "moves the reading; it belongs on another ground, as gnd@38",
                    at,
                )
        else:
            findings.add(
                "analog-ground",
                "warning",
                f"{component.id} ends on a ground that other currents use, and they move the reading; AGND, "
                f"as agnd@{board.ANALOG_GROUND}, is for the ADC's parts alone",
                component.at,
            )
    if dividers:
        findings.passed(
            "analog-ground", f"the divider ends on AGND (pin {board.ANALOG_GROUND}), and nothing else does"
        )


def _among(net, nets):
    return any(net is one for one in nets)


def _grounded(net, grounds):
    """`[(part, its net of ground)]` of the resistors and thermistors from a net to ground."""
    found = []
    for component, port in net.pins:
        if component.kind.name in ("R", "THERMISTOR"):
            for other in component.ports:
                if other is not port and other.net and (other.net.ground or _among(other.net, grounds)):
                    found.append((component, other.net))
    return found


def _others(net, reading):
    """`[(name, place)]` on a net of what does not stand between it and a pin that is read: grounds, loads."""
    found = []
    for component, port in net.pins:
        if component.kind.name in board.PICOS:
            if board.pin_of(component, port).number != board.ANALOG_GROUND:
                found.append((port.name, port.at))
        elif not any(_among(other.net, reading) for other in component.ports if other.net):
            found.append((component.id, component.at))
    return found
