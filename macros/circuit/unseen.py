"""What a drawing does not show: what the signals of a chip decide, and what lies behind a connector.

Core: runs in MicroPython too.

A chip's text names its pins and not what it does. Of what its signals reach, through resistors, loads and the
transistors that they switch, no voltage can be told.
"""

from . import blocks, models, solve

# What passes a voltage on from port to port.
PASSING = ("R", "L", "P", "THERMISTOR", "FUSE", "SWITCH", "BUTTON", "D", "LED", "ZENER", "FAN", "SPEAKER")
PASSING += ("MICROPHONE", "X", "SQUID")


def spread(circuit, nets, contacts=True):
    """Nets whose voltages hang on those of others, these among them, in the order in which they are reached.

    Ground, supplies and the pins that a board drives are what they are.

    Args:
        nets: where it begins.
        contacts: False ends at the coil of a relay.
    """
    pins = solve.board_pins(circuit)
    driving = [port.net for _, port in solve.outputs(circuit)]
    found = list(nets)
    seen = {id(net) for net in found}
    for net in found:
        for component, port in net.pins:
            for other in _onward(component, port, contacts):
                firm = any(other is one for one in driving) or solve.is_firm(pins, other)
                if id(other) not in seen and not firm:
                    seen.add(id(other))
                    found.append(other)
    return found


def _onward(component, port, contacts):
    """Nets at which a part passes on what one of its ports gets."""
    kind = component.kind.name
    if kind in PASSING:
        return [other.net for other in component.ports if other is not port and other.net]
    if kind in models.SWITCHING:
        return [other.net for other in component.ports if other.name in models.SWITCHING[kind] and other.net]
    if kind == "OPAMP" and port.name in ("p", "n") and component.port("o").net:
        return [component.port("o").net]
    wired = blocks.ports(component) if kind in ("RELAY", "FAN_PWM") else {}
    if kind == "FAN_PWM":
        names = ("supply", "gnd") if any(port is wired.get(name) for name in ("supply", "gnd")) else ()
        return [wired[name].net for name in names if name in wired]
    names = [name for name in blocks.CONTACTS if contacts and name in wired]
    if any(port is wired.get(name) for name in ("a", "b")):
        names += [name for name in ("a", "b") if name in wired]
    return [wired[name].net for name in names]


def signal(component, port):
    """True for a pin of a chip that is neither ground nor supply."""
    return component.kind.name == "CHIP" and blocks.role("CHIP", port.name) == "signal"


def by_chips(circuit):
    """Ids of the nets that signals of chips may set."""
    pins = solve.board_pins(circuit) if any(c.kind.name == "CHIP" for c in circuit.components) else []
    driving = [port.net for _, port in solve.outputs(circuit)] if pins else []
    begin = []
    for net in circuit.nets:
        firm = any(net is one for one in driving) or solve.is_firm(pins, net)
        if not firm and any(signal(c, port) for c, port in net.pins):
            begin.append(net)
    return {id(net) for net in (spread(circuit, begin) if begin else [])}


def ends(circuit, net):
    """True where what a net sets ends on a connector, or where a chip has its say."""
    hidden = by_chips(circuit)
    for one in spread(circuit, [net], False):
        if id(one) in hidden or any(signal(c, port) or c.kind.name == "CONN" for c, port in one.pins):
            return True
    return False
