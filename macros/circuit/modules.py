"""What connectors and chips beside a contact may do that no drawing shows: lead past it, and feed it.

Core: runs in MicroPython too.

A thermostat, a converter and a switch on a wire are drawn as connectors or chips. Where one has pins on both
sides of a contact, or several stand in a row from side to side, the open contact may cut nothing off.
"""

from . import board, heaters, models, powered, series, solve
from .blocks import CONTACTS
from .blocks import ports as block_ports

# What may stand beside a contact whose heat is not drawn, and brings nothing there: a lamp, a snubber.
PASSIVE = heaters.ONWARD + ("C", "LED", "SPEAKER", "THERMISTOR", "V")
CLOSED = ("FUSE", "L", "SWITCH", "BUTTON")
PASSES_MOST = 180.0  # in a row: through more, a load gets no more than 0.2 W from 12 V [ohm]


def across(circuit, relays):
    """Connectors and chips on both sides of a contact, but for those that stand alone there."""
    found = []
    for relay in relays:
        for module in heaters.across(circuit, [relay]):
            if not _stands_alone(circuit, module, relay) and module not in found:
                found.append(module)
    return found


def _stands_alone(circuit, module, relay):
    """True where a module on both sides of a contact is all there: how heat with its own wires is drawn."""
    pins = solve.board_pins(circuit)
    nets = [block_ports(relay)[name].net for name in heaters.ENDS]
    for net in nets:
        if solve.is_firm(pins, net):
            return False
        for component, port in net.pins:
            ports = component.ports
            if component.kind.name == "RELAY":
                wired = block_ports(component)
                ports = [wired[name] for name in CONTACTS if name in wired]
                if not any(port is one for one in ports):
                    return False
            elif component.kind.name not in PASSIVE and component is not module:
                return False
            if component is not module:
                nets += [one.net for one in ports if one.net and not series.among(one.net, nets)]
    return len([port for port in module.ports if port.net and series.among(port.net, nets)]) > 1


def rows(circuit, relays, heat=()):
    """Rows of connectors and chips from one side of a contact to the other, alone or with what passes on.

    Args:
        heat: resistors that a contact cuts off, which lead nowhere past it.

    Returns:
        `[[Component]]`: in each a chip or a connector, and further ones, resistors, transistors, contacts.
    """
    found = []
    for relay in relays:
        known = heaters.across(circuit, [relay])
        com, no = [heaters.joined_by(block_ports(relay)[name].net) for name in heaters.ENDS]
        stops = _stops(circuit, com + no)
        without = known + list(heat) + relays
        if any(map(heaters.returns, com + no)):  # a resistor at a contact in the return is what it cuts off
            without += [c for net in com + no for c, _ in net.pins if c.kind.name == "R"]
        row = _row(com, no, stops, without)
        while row:
            found.append(row)
            without.append([component for component in row if component.kind.name in heaters.HIDDEN][0])
            row = _row(com, no, stops, without)
    return found


def _stops(circuit, beside):
    """Ids of nets that end a row: where the heat's current comes back, and what a board drives and reads.

    Args:
        beside: the nets on both sides of the contact. One in the heat's return is on ground: there it is the
            supplies that end a row.
    """
    back, supplies, found = [], [], set()
    for net in circuit.nets:
        if gives(net):
            supplies.append(net)
        elif heaters.returns(net):
            back += heaters.joined_by(net, CLOSED)
        elif any(component.kind.board for component, _ in net.pins):
            found.add(id(net))
    in_return = any(series.among(net, back) for net in beside)
    return found.union([id(net) for net in (supplies if in_return else back)])


def gives(net):
    """True for a net with the plus of a source, with AC, or with a Pico's VBUS or VSYS."""
    for component, port in net.pins:
        kind = component.kind.name
        if kind == "AC" or kind == "DC" and port.name == "p":
            return True
        if kind in board.PICOS and board.pin_of(component, port).name in powered.FED:
            return True
    return False


def _row(starts, ends, stops, without):
    """The shortest row from some nets to others, with a module in it; nothing where there is none.

    Args:
        stops: ids of nets that no row passes.
        without: components that are no part of it.
    """
    seen = {False: list(starts), True: []}  # nets by whether a module is on the way there
    ways = [(net, []) for net in starts]
    for net, row in ways:
        has_module = any(component.kind.name in heaters.HIDDEN for component in row)
        for component, port in net.pins if id(net) not in stops else ():
            hides = component.kind.name in heaters.HIDDEN
            fresh = component not in without and component not in row
            for far in _passed(component, port) if fresh else ():
                for one in heaters.joined_by(far):
                    if series.among(one, ends) and (hides or has_module):
                        return row + [component]
                    if not series.among(one, seen[hides or has_module]):
                        seen[hides or has_module].append(one)
                        ways.append((one, row + [component]))
    return []


def _passed(component, port):
    """Nets that a part in a row leads to from one of its ports: a module to all, others as they pass on."""
    kind = component.kind.name
    if kind == "RELAY":
        contacts = {name: one for name, one in block_ports(component).items() if name in CONTACTS}
        near = [name for name, one in contacts.items() if one is port]
        far = [one for name, one in contacts.items() if near and (name == "com") != (near[0] == "com")]
    elif kind in models.SWITCHING:
        ends = models.SWITCHING[kind]
        far = [one for one in component.ports if one.name in ends and port.name in ends]
    elif kind in heaters.HIDDEN or kind == "R" and (component.value("ohm") or 0.0) <= PASSES_MOST:
        far = component.ports
    else:
        far = ()
    return [one.net for one in far if one is not port and one.net]


def feeds(circuit, relay, side="com"):
    """True where something that is drawn feeds a side of a contact: a source, a board's supply, or ground.

    A diode feeds its cathode: one from a converter's output to its input, which protects it, gives nothing.
    """
    pins = solve.board_pins(circuit)
    net = block_ports(relay)[side].net
    if any(solve.is_firm(pins, one) for one in heaters.joined_by(net, CLOSED)):
        return True
    if powered.sourced(net, short_of=_other_side(relay, side)):
        return True
    supplies = [port.net for _, port, pin in pins if pin.role == board.SUPPLY]
    return any(gives(one) or series.among(one, supplies) for one in ahead(circuit, relay, side))


def _other_side(relay, side):
    ports = block_ports(relay)
    return [ports[name].net for name in heaters.ENDS if name != side]


def ahead(circuit, relay, side):
    """Nets that could feed a side of a contact, itself among them, short of its other side."""
    turns = any(component.kind.name == "AC" for component in circuit.components)
    nets = [block_ports(relay)[side].net]
    for net in nets:
        for component, near in net.pins:
            passes = component.kind.name in heaters.IN_THE_WIRE or heaters.is_plug(component)
            if component.kind.name == "D" and near.name == "a" and not turns:
                passes = False
            for port in component.ports if passes else ():
                if port.net and not series.among(port.net, nets + _other_side(relay, side)):
                    nets.append(port.net)
    return nets


def converts(circuit, relay, side):
    """True where an output of a converter is on a side of a contact: a chip, or a connector in its place.

    Its pin says so by its name, since what is behind an enable, which looks the same, gives nothing.
    """
    pins = solve.board_pins(circuit)
    for net in ahead(circuit, relay, side):
        for component, port in net.pins:
            if component.kind.name in heaters.HIDDEN and "out" in port.name.lower():
                others = [one.net for one in component.ports if one is not port and one.net]
                fed = [one for one in others if not heaters.returns(one)]
                fed = [one for one in fed if solve.is_firm(pins, one) or gives(one) or powered.sourced(one)]
                if fed and any(map(heaters.returns, others)):
                    return True
    return False


def beside(circuit, relay):
    """Connectors and chips that may feed a contact which nothing drawn feeds; none where no heat is drawn.

    The likeliest first: at com, on one side alone.
    """
    ports = block_ports(relay)
    both = heaters.across(circuit, [relay])
    found = []
    for name in heaters.ENDS:
        near = []
        for net in heaters.led_to(circuit, [ports[name].net]):
            for component, _ in net.pins:
                pins = [port for port in component.ports if port.net]
                counts = component.kind.name in heaters.HIDDEN and len(pins) > 1
                if counts and component not in near and not _stands_alone(circuit, component, relay):
                    near.append(component)
        found.append(near)
    at_com, at_no = found
    one_side = [component for component in at_com if component not in both]
    chips = [component for component in at_no if component.kind.name == "CHIP" and component not in both]
    return one_side or chips or at_com or at_no
