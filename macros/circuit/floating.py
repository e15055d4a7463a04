"""What a pin gets while nothing drives it: from a reset until the script has set it up.

Core: runs in MicroPython too.

The rules of `check` look at a pin that is driven, high and low, where the pin itself sets its voltage. A pin
that floats takes what the circuit gives it, and with it every part that hangs on the pin.

Source: of the most that a pin bears, RP2040 datasheet, absolute maximum ratings: IOVDD of 3.63 V.
"""

from . import board, models, solve
from .catalogue import quantity

MOST, LEAST = 3.63, -0.3  # at a pin [V]
GATE_LEAK = 100e-9  # of a MOSFET: the most that AO3401A and IRLML6344 name at their rated gate voltage [A]
# What leaks from a gate lifts it through its resistor up to where the MOSFET is no longer off [ohm].
HOLDS_MOST = solve.SWITCH_OFF / GATE_LEAK
# Why a gate floats: until its pin is set up; held by too little; by nothing.
DRIVEN, WEAK, LOOSE = "driven", "weak", "loose"


class Floating:
    """The operating points with every output pin afloat, one for each setting of the switches.

    Args:
        circuit: parsed, without problems.
        celsius: temperature of the thermistors.

    Raises:
        solve.Unsolvable: there is no single answer.
    """

    def __init__(self, circuit, celsius=25.0):
        self.pins = solve.outputs(circuit)
        self.states = []
        by_hand = solve.switches(circuit)
        for levels in solve.settings(by_hand) if self.pins else []:
            state = solve.operating_point(circuit, levels, celsius)[0]
            state.levels = [(port.name, "floating") for _, port in self.pins] + state.levels
            state.pins = dict(state.levels)
            self.states.append(state)


def check(afloat, findings):
    """Reports each pin that gets more than it bears, or less, while it floats."""
    for _, port in afloat.pins:
        volts = [state.nets[port.net.name] for state in afloat.states]
        worst = max(volts, key=lambda one: abs(one - board.GPIO_VOLTS / 2))
        if LEAST <= worst <= MOST:
            continue
        findings.add(
            "pin-voltage",
            "error",
            f"{port.name} gets {quantity(worst, 'V')} while it floats, as before the script sets it up; a "
            f"pin bears 0 to {quantity(board.GPIO_VOLTS, 'V')}; a transistor, its emitter or source on "
            "ground, switches what has more",
            port.at,
        )
    if afloat.pins:
        findings.passed("pin-voltage", "no pin gets more than it bears while it floats")


# What conducts always.
JOINING = ("R", "L", "P", "THERMISTOR", "DC", "AC", "I", "FAN", "SPEAKER", "X", "SQUID", "FUSE")
# What conducts in some state: enough to say that a base or an amplifier's input does not float.
SOMETIMES = ("D", "LED", "ZENER", "T", "PMOS", "NPN", "PNP", "SWITCH", "BUTTON", "RELAY")


def _joined(circuit, more=(), most=None):
    """Nets that something conducts between, as sets of ids: resistors, coils, sources, supplies as one.

    Args:
        more: kinds that count beside them.
        most: from which resistance on a resistor counts for nothing, or None [ohm].
    """
    group = {id(net): id(net) for net in circuit.nets}

    def root(key):
        while group[key] != key:
            key = group[key]
        return key

    for component in circuit.components:
        if most is not None and component.kind.name == "R" and (component.value("ohm") or 0.0) >= most:
            continue
        if component.kind.name in JOINING or component.kind.name in more:
            through = models.SWITCHING.get(component.kind.name)
            ports = [port for port in component.ports if through is None or port.name in through]
            nets = [id(port.net) for port in ports if port.net]
            for net in nets[1:]:
                group[root(net)] = root(nets[0])
    return root


def _held(circuit, pins):
    """Nets whose voltage something sets by itself: ground, supplies, amplifiers, chips and connectors."""
    nets = [port.net for port, pin in pins if pin.role in (board.GROUND, board.SUPPLY)]
    for net in circuit.nets:
        kinds = [component.kind.name for component, _ in net.pins]
        amplified = any(c.kind.name == "OPAMP" and port.name == "o" for c, port in net.pins)
        drains = [c.kind.name for c, port in net.pins if c.kind.name in ("T", "PMOS") and port.name == "d"]
        if net.ground or amplified or "CHIP" in kinds or "CONN" in kinds or len(set(drains)) == 2:
            nets.append(net)
    return nets


def reached(circuit):
    """`(root, held)`: what each net is joined with in some state, and the roots of what is held or driven."""
    pins = _wired_pins(circuit)
    root = _joined(circuit, SOMETIMES)
    driven = [port.net for port, pin in pins if solve.is_output(circuit, pin)]
    return root, {root(id(net)) for net in _held(circuit, pins) + driven}


def gates(circuit):
    """`[(MOSFET, DRIVEN, WEAK or LOOSE)]` of those whose gates nothing holds while no pin is driven."""
    pins = _wired_pins(circuit)
    root = _joined(circuit, most=HOLDS_MOST)
    firm = {root(id(net)) for net in _held(circuit, pins)}
    driven = {root(id(port.net)) for port, pin in pins if solve.is_output(circuit, pin)}
    wide, held = reached(circuit)
    found = []
    for component in circuit.components:
        if component.kind.name in ("T", "PMOS") and all(port.net for port in component.ports):
            net = component.port("g").net
            gate, source = root(id(net)), root(id(component.port("s").net))
            if gate not in firm and gate != source:
                why = DRIVEN if gate in driven else WEAK if wide(id(net)) in held else LOOSE
                found.append((component, why))
    return found


def _wired_pins(circuit):
    return [(port, pin) for _, port, pin in solve.board_pins(circuit) if port.net]
