"""A fan's tachometer: an open collector, whose ground is the fan's.

Core: runs in MicroPython too.

Where a transistor chops the fan's ground, that ground rises to the fan's supply while the fan is off, and the
tachometer's transistor, whose reverse diode then conducts, lifts its wire there too.

While it pulls down, the pin has to read low, against its own pull-up too, which the script switches on; while
it lets go, the pin has to read high.

Sources: Microchip, DS41304B, 2.4.2: a fan whose supply is chopped gives pulses only while it is on. RP2040
datasheet, "Pin Specifications": a pin's own pull-up is 50 to 80 kiloohm, up to 0.8 V at 3.3 V are low, and
2.0 V or more are high.
RP2350 datasheet, erratum E9.
"""

from . import board, grounds, models, solve, unseen
from .blocks import ports as block_ports
from .catalogue import quantity

SERIES_LEAST = 10_000.0  # between a wire that is lifted to 5 V and a pin [ohm]
SERIES_VOLTS = 5.5  # of a fan: what lifts its wire higher is for a diode, and no resistor [V]
PULL_UP, PULL_UP_WEAK = 50_000.0, 80_000.0  # within a pin, the least and the most [ohm]
LOW_MOST, HIGH_LEAST = 0.8, 2.0  # at a pin that reads low, and at one that reads high [V]
LATCH_MOST = 8200.0  # of the RP2350, stepping A2, from a pin to what pulls it down [ohm]
RUNS = 0.8  # of its rated voltage: where a fan runs, and its tachometer says something [1]
DIODE = "a 1N4148 between the two, its cathode on the wire, and 10 kΩ from the pin to 3V3"


def check(fan, ports, findings):
    """Reports a tachometer where none belongs, one without its pull-up, one that lifts a pin to 12 V.

    Args:
        fan: a 4-wire fan, or one of three wires written as such.
        ports: its wired ports by what they are, `tach` among them.
        findings: takes what is found.
    """
    tach = ports["tach"]
    misplaced = _misplaced(fan, ports)
    if misplaced:
        findings.add("fan-tach", "error", misplaced, tach.at)
        return
    if not _pulled(tach.net) and not any(unseen.signal(c, port) for c, port in tach.net.pins):
        findings.add(
            "fan-tach",
            "warning",
            f"{tach.name} of {fan.id} only ever pulls down: a resistor of 10 kΩ from its wire to 3V3, or the "
            "pin's own pull-up in the script",
            tach.at,
        )
    for diode, pin in _turned(tach.net):
        findings.add(
            "fan-tach",
            "error",
            f"{diode.id} stands the wrong way round between {tach.name} of {fan.id} and {pin.name}: it "
            "holds back pulses and lets through what lifts the wire: its cathode, the ring, belongs there",
            diode.at,
        )
    if "gnd" in ports and _chopped(ports["gnd"].net):
        lifted = models.rated(fan, models.FAN_PWM)[0]
        for component, pin, place in _pins(tach.net):
            kept_off = place.passed or place.turned  # the second of which is told
            if not kept_off and (place.ohms < SERIES_LEAST or lifted > SERIES_VOLTS):
                enough = lifted <= SERIES_VOLTS and not _latches(component)
                keeps = ", or 10 kΩ there and no pull-up but on the wire's side" if enough else ""
                findings.add(
                    "fan-tach",
                    "error",
                    f"{tach.name} of {fan.id} is on {pin.name}, and a transistor chops the ground of "
                    f"{fan.id}: while the fan is off, the wire is at the fan's supply, which no pin bears; "
                    f"{DIODE}{keeps}; pulses count only while the fan is on",
                    tach.at,
                )
    for component, pin, place in _pins(tach.net):
        ohms = place.ohms
        if _latches(component) and ohms > LATCH_MOST and not place.turned:
            findings.add(
                "fan-tach",
                "warning",
                f"{quantity(ohms, 'ohm')} are between {tach.name} of {fan.id} and {pin.name}: a pin of the "
                f"Pico 2 W's chip may keep itself at 2.2 V against more than {quantity(LATCH_MOST, 'ohm')} "
                f"(erratum RP2350-E9), and no pulse counts; {DIODE}",
                pin.at,
            )


def _misplaced(fan, ports):
    """What is wrong with a tachometer's wire on a supply, on ground or on the fan's own switch, or None."""
    net = ports["tach"].net
    tach = f"{ports['tach'].name} of {fan.id}"
    chopped = "gnd" in ports and _chopped(ports["gnd"].net)
    belongs = "; it belongs on a pin of its own"
    supply = next((f"{port.name} of {c.id}" for c, port in net.pins if _gives(c, port)), None)
    if supply and chopped:
        return (
            f"{tach} is on {supply}, and a transistor chops the ground of {fan.id}: while the fan is off, "
            f"the fan's supply comes out of that wire, and each pulse shorts {supply}{belongs}"
        )
    if supply:
        return f"{tach} is on {supply}: each pulse shorts it to ground{belongs}"
    if chopped and grounds.is_ground(net):
        return (
            f"{tach} is on ground, and a transistor chops the ground of {fan.id}: the fan's current would go "
            f"through its tachometer while it is off{belongs}"
        )
    for one in _choppers(ports["gnd"].net) if chopped else ():
        decides = one.port("b" if one.kind.name in ("NPN", "PNP") else "g")
        if any(place.net is decides.net for place in _led_to(net, pinned=True)):
            return (
                f"{tach} is on what drives {decides.name} of {one.id}, which switches {fan.id}: while the "
                f"fan is off, the fan's supply comes out of that wire, which nothing there bears{belongs}"
            )
    return None


def _gives(component, port):
    """True for the plus of a source, and for a supply pin of a board."""
    if component.kind.name == "DC":
        return port.name == "p"
    return component.kind.board and board.pin_of(component, port).role == board.SUPPLY


def _latches(component):
    return component.kind.name == "RPI_PICO_2_W"


def differences(circuit, script, pins):
    """Differences between the circuit and the script's TACH_PIN: `(message, (line, column))`, one by one.

    Args:
        pins: `[(port, board.Pin)]` of the wired pins.
    """
    if script.get("TACH_PIN") is None:
        return
    name = "GP%d" % script["TACH_PIN"]
    port = next((port for port, pin in pins if pin.gpio == name), None)
    if script.get("DRIVE") == "LED":
        yield f"the script counts pulses on {name}, and an LED has no tachometer: TACH_PIN = None", (1, 1)
    elif port is None:
        yield f"the script counts pulses on {name}, and no wire touches that pin", (1, 1)
    elif not unseen.ends(circuit, port.net):
        fans = [block_ports(c) for c in circuit.components if c.kind.name == "FAN_PWM"]
        wires = [ports["tach"].net for ports in fans if "tach" in ports]
        if not any(port.net is one for one in unseen.spread(circuit, [net for net in wires if net])):
            yield f"the script counts pulses on {name}, and no tachometer's wire reaches that pin", port.at


def low(circuit, celsius, findings):
    """Reports a pin that does not read low while a fan's tachometer pulls its wire down, or high else."""
    hidden = unseen.by_chips(circuit)
    for fan in circuit.components:
        ports = block_ports(fan) if fan.kind.name == "FAN_PWM" else {}
        if not all(name in ports for name in ("tach", "gnd", "supply")):
            continue
        read = [port for _, port in solve.inputs(circuit) if id(port.net) not in hidden]
        turned = [pin for _, pin in _turned(ports["tach"].net)]  # which is told
        pins = [port for port in read if joined(port.net, ports["tach"].net) and port not in turned]
        for levels in solve.combinations(circuit) if pins else ():
            try:
                model, volts = _pulled_down(circuit, levels, celsius, (fan, ports, pins))
                released, freed = _released(circuit, levels, celsius, (fan, pins))
            except solve.Unsolvable:
                continue  # the wire decides whether the fan is on, which is told
            supply = volts[model.node(ports["supply"])] - volts[model.node(ports["gnd"])]
            if supply < RUNS * models.rated(fan, models.FAN_PWM)[0]:
                continue  # no pulse counts then
            for port in pins:
                tach = f"{ports['tach'].name} of {fan.id}"
                for words in (
                    _not_low(volts[model.node(port)], tach),
                    _not_high(freed[released.node(port)], tach),
                ):
                    if words:
                        state = ", ".join([f"{name} {level}" for name, level in _named(levels)])
                        told = f"with {state} " if state else ""
                        findings.add("fan-tach", "error", f"{told}{port.name} {words}", port.at)
    if any(c.kind.name == "FAN_PWM" and "tach" in block_ports(c) for c in circuit.components):
        findings.passed("fan-tach", "the tachometer has its pull-up, and gives a pin levels that it takes")


def _not_low(got, tach):
    if got <= LOW_MOST:
        return None
    return (
        f"gets {quantity(got, 'V')} while {tach} pulls down; a pin reads low up to {quantity(LOW_MOST, 'V')}"
        f": the pull-up belongs on the wire's side of what is in series, or {DIODE}"
    )


def _not_high(got, tach):
    if got >= HIGH_LEAST:
        return None
    return (
        f"gets {quantity(got, 'V')} while {tach} lets go; a pin reads high from {quantity(HIGH_LEAST, 'V')} "
        "on, and no pulse counts: 10 kΩ from the wire to 3V3, and nothing from the pin to ground"
    )


def _named(levels):
    return [solve.level(*one) for one in levels]


def _pulling_up(model, fan, pins, ohms):
    """Adds the pull-ups within pins."""
    within = model.inside(fan, "pull-up")
    model.add("V", fan.id + ".pull-up", (within, 0), board.GPIO_VOLTS, (None, None))
    for port in pins:
        model.add("R", fan.id + ".pull-up." + port.name, (within, model.node(port)), ohms, (None, None))


def _pulled_down(circuit, levels, celsius, wire):
    """`(model, its node voltages)` while a fan's tachometer is on ground, and pins pull up by themselves."""
    fan, ports, pins = wire
    model = solve.Model(circuit, celsius, solve.volts_of(levels))
    ends = (model.node(ports["tach"]), model.node(ports["gnd"]))
    model.add("R", fan.id + ".tach.gnd", ends, models.SWITCH_ON, (None, None))
    _pulling_up(model, fan, pins, PULL_UP)
    return model, model.solve()[0]


def _released(circuit, levels, celsius, wire):
    """`(model, its node voltages)` while a fan's tachometer is open, and pins pull up at their weakest."""
    fan, pins = wire
    model = solve.Model(circuit, celsius, solve.volts_of(levels))
    _pulling_up(model, fan, pins, PULL_UP_WEAK)
    return model, model.solve()[0]


def _supplied(net):
    """True for the net of a supply, and not for its ground."""
    if grounds.is_ground(net):
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


class _Place:
    """A net that a tachometer's wire leads to.

    Args:
        ohms: resistance up to it [ohm].
        turned: the first diode on the way that holds pulses back, its anode towards the wire; or None.
        passed: whether a diode on the way lets pulses through and holds back what lifts the wire.
    """

    def __init__(self, net, ohms=0.0, turned=None, passed=False):
        self.net = net
        self.ohms = ohms
        self.turned = turned
        self.passed = passed


def _led_to(net, pinned=False):
    """`[_Place]` of the nets that a wire leads to through resistors, diodes and fuses, itself the first.

    Args:
        pinned: whether the way goes on past a board's pins.
    """
    found = [_Place(net)]
    for one in found:
        for component, port in one.net.pins:
            kind = component.kind.name
            for far in component.ports if kind in solve.LEADING and (pinned or not _pinned(one.net)) else ():
                known = far is port or not far.net or any(far.net is place.net for place in found)
                if known or grounds.is_ground(far.net) or _supplied(far.net):
                    continue
                ohms = one.ohms + (component.value("ohm") or 0.0 if kind == "R" else 0.0)
                backward = component if kind == "D" and port.name == "a" else None
                passed = one.passed or kind == "D" and port.name == "c"
                found.append(_Place(far.net, ohms, one.turned or backward, passed))
    return found


def _pinned(net):
    """True for a net with a pin of a board: there a wire ends."""
    return any(component.kind.board for component, _ in net.pins)


def joined(one, other):
    """True where a net leads to another through resistors, diodes and fuses, whichever way round they are."""
    return any(place.net is one for place in _led_to(other))


def _pulled(net):
    """True where a resistor leads to a supply, from the wire itself or from behind what is in series."""
    return any(_supplied(far) for place in _led_to(net) if not place.turned for far, _ in through(place.net))


def _chopped(net):
    """True where a transistor switches a net that is meant to be ground."""
    return bool(_choppers(net))


def _choppers(net):
    """Transistors that switch a net which is meant to be ground."""
    if grounds.is_ground(net):
        return []
    return [c for c, port in net.pins if port.name in models.SWITCHING.get(c.kind.name, "")]


def _pins(net):
    """`[(board, its port, _Place)]` of the pins that a tachometer's wire leads to."""
    return [
        (component, port, place)
        for place in _led_to(net)
        for component, port in place.net.pins
        if component.kind.board and board.pin_of(component, port).role == board.GPIO
    ]


def _turned(net):
    """`[(diode, pin)]` of diodes that stand the wrong way round between a wire and a pin."""
    return [(place.turned, pin) for _, pin, place in _pins(net) if place.turned]
