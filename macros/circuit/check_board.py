"""What a Pico's supply and control pins may get, and what they may give. Rules of `check`.

Core: runs in MicroPython too.

Source: Raspberry Pi Pico W datasheet, section 2.1 (VBUS, VSYS, 3V3_EN, ADC_VREF, RUN, and what pulls up the
two that start the board); RP2040 datasheet, "Power Supplies" (IOVDD and ADC_AVDD up to 3.63 V) and "Pin
Specifications" (low up to 0.8 V).
"""

from . import board, powered, solve
from .catalogue import quantity
from .told import amperes, when

SLACK = 1e-6  # rounding of the solver, relative
LEAST = -0.3  # at a pin of the chip [V]
# Pin -> (least, most) [V], and why.
LIMITS = {
    "RUN": (LEAST, 3.63, "its pin is of the 3.3 V domain; a button or a transistor to ground resets"),
    "ADC_VREF": (LEAST, 3.63, "it supplies the ADC, of 3.3 V"),
    "3V3_EN": (LEAST, None, "100 kΩ on the board pull it up to VSYS, and it bears no more than that"),
    "VSYS": (1.8, 5.5, "the board's regulator takes that"),
    "VBUS": (4.5, 5.5, "it is the 5 V of USB"),
}
# Pin -> the resistance on the board, or on its chip, that pulls it up [ohm], and to what [V].
PULLED_UP = {"RUN": (50e3, 3.3), "3V3_EN": (100e3, 5.0)}
LEVELS = (("low", 0.0), ("high", board.GPIO_VOLTS))
HELD = 0.8  # at a pin, up to which it counts as low [V]
BACK_MOST = 1e-3  # into a supply pin that gives: its regulator takes none [A]
REGULATOR = 3.3 / 5.0 / 0.85  # of a current from 3V3, what VBUS gives for it: 85 % are a cautious share [1]


def _wired(circuit):
    pins = solve.board_pins(circuit)
    return [(c, p, pin) for c, p, pin in pins if p.net and c.kind.name in board.PICOS], powered.fed(pins)


def each(circuit, state, findings):
    """Rules for one state of the pins."""
    pins, fed = _wired(circuit)
    for component, port, pin in pins:
        volts = state.nets[port.net.name]
        if pin.role == board.CONTROL or id(port) in fed:
            _range(circuit, state, (component, port, pin), volts, findings)
        elif pin.role == board.SUPPLY:
            current = state.currents[f"{component.id}.{port.name}"]
            if current > BACK_MOST:
                findings.add(
                    "supply-fed",
                    "error",
                    f"{when(state)}{amperes(current)} flow into {pin.name} from outside, which gives "
                    f"{quantity(board.PICO_W_SUPPLIES[pin.name][0], 'V')} and takes nothing; VSYS is where "
                    "another supply belongs",
                    port.at,
                )


def _range(circuit, state, placed, volts, findings):
    component, port, pin = placed
    least, most, why = LIMITS[pin.name]
    if pin.name == "3V3_EN":
        most = _vsys(component, state)
    if volts > most * (1 + SLACK) or pin.role == board.CONTROL and volts < least - SLACK:
        bears = f"{quantity(max(least, 0.0), 'V')} to {quantity(most, 'V')}"
        message = f"{when(state)}{pin.name} gets {quantity(volts, 'V')}; it takes {bears}: {why}"
        findings.add("pin-range", "error", message, port.at)


def _vsys(component, state):
    """What VSYS has, if it is wired; else the 5 V of USB [V]."""
    for port in component.ports:
        if port.net and board.pin_of(component, port).name == "VSYS":
            return max(state.nets[port.net.name], 0.0)
    return 5.0


def supplied(circuit, states, findings):
    """Rules over all states: a board that no state gives enough, and two supplies on one wire."""
    pins, fed = _wired(circuit)
    for _, port, pin in pins:
        if id(port) not in fed:
            continue
        least, most, why = LIMITS[pin.name]
        best = max(state.nets[port.net.name] for state in states)
        if best < least * (1 - SLACK):
            takes = f"{quantity(least, 'V')} to {quantity(most, 'V')}"
            message = f"{pin.name} gets {quantity(best, 'V')} at most; it takes {takes}: {why}"
            findings.add("pin-range", "error", message, port.at)
        elif best <= most * (1 + SLACK) and powered.sourced(port.net, parted=False):
            findings.add(
                "two-supplies",
                "warning",
                f"a source feeds {pin.name} without a diode: USB must not be plugged in then, or it drives "
                "current into the source; a Schottky diode, its cathode on VSYS, parts them",
                port.at,
            )
    if any(pin.role == board.CONTROL or id(port) in fed for _, port, pin in pins):
        findings.passed("pin-range", "control pins, and supply pins that are fed, get what they bear")
    for state in states:
        for component in circuit.components:
            if component.kind.name in board.PICOS:
                _usb(component, state, fed, findings)


def held_down(circuit, levels, celsius):
    """`[(component, port, board.Pin)]` of the pins that are low, and by that keep a board in reset.

    A switch that lets go of a pin, or sets it, in one of its states is there to be used.

    Args:
        levels: as `solve.Model` takes them, of pins that are driven.

    Raises:
        solve.Unsolvable: there is no single answer.
    """
    pulled = [one for one in _wired(circuit)[0] if one[2].name in PULLED_UP]
    for by_hand in solve.settings(solve.switches(circuit)) if pulled else ():
        given = solve.volts_of(by_hand)
        given.update(levels)
        made = solve.Model(circuit, celsius, given)
        for component, port, pin in pulled:
            ohms, volts = PULLED_UP[pin.name]
            behind = made.inside(component, pin.name)
            made.add("V", "%s.%s.up" % (component.id, port.name), (behind, 0), volts, (None, None))
            ends = (behind, made.node(port))
            made.add("R", "%s.%s.ohm" % (component.id, port.name), ends, ohms, (None, None))
        volts = made.solve()[0]
        pulled = [one for one in pulled if volts[made.node(one[1])] <= HELD]
    return pulled


def starts(circuit, celsius, findings):
    """Reports a board that a circuit keeps in reset while nothing drives a pin, as before a script runs."""
    for component, port, pin in held_down(circuit, {}, celsius):
        words = f"{pin.name} of {component.id} is held low while no pin is driven, as in a reset: the board "
        findings.add("board-start", "error", words + "would never start", port.at)
    if any(pin.name in PULLED_UP for _, _, pin in _wired(circuit)[0]):
        findings.passed("board-start", "nothing keeps the board in reset")


def resets(circuit, driving, celsius):
    """Pins of the script that would put the board into a reset: `(message, (line, column))`, one by one.

    Args:
        driving: `[port]` of the pins that the script drives.
    """
    told = []
    levels = [(one, level, volts) for one in driving for level, volts in LEVELS]
    for one, level, volts in [(None, "", None)] + levels:
        try:
            held = held_down(circuit, {id(one): volts} if one else {}, celsius)
        except solve.Unsolvable:
            continue  # which is told
        for component, port, pin in held:
            if one and not any(port is known for known in told):
                words = "%s of %s is low while %s is %s: the script would reset its own board"
                yield words % (pin.name, component.id, one.name, level), port.at
            told.append(port)


def _usb(component, state, fed, findings):
    """What a USB port gives a Pico and all that it feeds, the board's own draw included."""
    given, first = {}, None
    for port in component.ports:
        pin = board.pin_of(component, port)
        if not port.net or pin.role != board.SUPPLY:
            continue
        if id(port) in fed and (pin.name == "VBUS" or "VBUS" not in _names(component)):
            return  # the source feeds the board
        given[pin.name] = max(0.0, -state.currents[f"{component.id}.{port.name}"])
        if first is None or pin.name == "VBUS":
            first = port
    most = board.PICO_W_SUPPLIES["VBUS"][1]
    used = given.get("VBUS", 0.0) + given.get("VSYS", 0.0) + given.get("3V3", 0.0) * REGULATOR
    if first is None or used > most * (1 + SLACK) and max(given.values()) > most:
        return  # too much without the board, which is said
    if used + board.OWN > most * (1 + SLACK):
        findings.add(
            "supply-current",
            "error",
            f"{when(state)}{component.id} gives {amperes(used)} of the 5 V of USB, and takes up to "
            f"{quantity(board.OWN, 'A')} itself: {amperes(used + board.OWN)}, and a port gives "
            f"{quantity(most, 'A')}",
            first.at,
        )


def _names(component):
    return [board.pin_of(component, port).name for port in component.ports if port.net]
