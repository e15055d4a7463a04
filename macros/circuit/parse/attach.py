"""From contacts to ports: which wire is joined to what. Core: runs in MicroPython too."""

from .. import catalogue
from ..grid import at, cell_of, place
from ..netlist import Contact, Net

FACING = {"W": "E", "E": "W", "N": "S", "S": "N"}
# How the ports of a component are written.
EXAMPLES = {
    "D": "aDc",
    "LED": "aLED_2V_c",
    "ZENER": "aZENER_5.1_c",
    "T": "sgTd",
    "PMOS": "sgPMOSd",
    "NPN": "cbNPNe",
    "PNP": "cbPNPe",
    "OPAMP": "OPAMPo, with n and v above, p and g below",
    "P": "P__1__2__3",
    "DC": "pDC_5_n",
    "I": "sI_1m_d",
    "V": "pVn",
}


def attach(sheet):
    """Gives every contact to a port, and reports wires on a body."""
    bodies = {}  # id(component) -> (component, [(cell of a wire, cell of its text that is no port)])
    loose = []  # (component, its contacts) where any cell of the component will do
    index = {}  # id(component) -> its place in `loose`
    for cell, side, near in sheet.contacts:
        component, port = sheet.owner[near]
        net = sheet.nets.of(cell)
        contact = Contact(at(cell), at(near), FACING[side])
        if component.spoilt or not component.kind:
            net.spoilt = True
        elif port:
            sheet.nets.connect(component, port, net, contact)
        elif _names_ports(component):
            net.spoilt = True
            bodies.setdefault(id(component), (component, []))[1].append((cell, near))
        elif component.kind.letters and not component.symmetric and component.kind.name != "DC":
            net.spoilt = True
            _unnamed_ports(sheet, component)
        elif id(component) in index:
            loose[index[id(component)]][1].append(contact)
        else:
            index[id(component)] = len(loose)
            loose.append((component, [contact]))
    for component, ends in bodies.values():
        _on_body(sheet, component, ends)
    for component, contacts in loose:
        _attach_loose(sheet, component, contacts)


def _names_ports(component):
    """True where the text says which cells of a component are its ports."""
    if component.kind.block:
        return True
    return component.kind.letters and not component.symmetric and any(port.at for port in component.ports)


def _unnamed_ports(sheet, component):
    """Reports a wire to a component whose ports differ and are not named."""
    name = component.kind.name
    message = "ambiguous port: %s has the ports %s and the text names none; " % (
        name,
        ", ".join(component.kind.ports),
    )
    message += "write them beside the name, as %s" % EXAMPLES[name]
    sheet.problem("ambiguous-port", component.at[0] - 1, component.at[1] - 1, name, message)
    component.spoilt = True


def _on_body(sheet, component, ends):
    """Reports wires that end on a component and on none of its ports.

    Args:
        ends: `[(cell of the wire, cell of the component)]`.
    """
    component.excused = True  # the wires were meant for the ports that have none
    moved = _moved(sheet, component, ends)
    message = "wire on body: this wire ends on '%%s', %s; lead it to a port (%s)" % (
        "the board's body" if component.kind.board else "the body of %s" % component.kind.name,
        ", ".join([port.name for port in component.ports if port.at][:6]) or "it has none yet",
    )
    for cell, near in ends[:1] if moved else ends:
        row, column = place(cell)
        text = sheet.cells[near]
        sheet.problem("wire-on-body", row, column, text, moved or message % text)


def _moved(sheet, component, ends):
    """What happened where another board's name, longer or shorter, has moved all ports; nothing else."""
    name = component.kind.name
    boards = [kind.name for kind in catalogue.KINDS if kind.board and len(kind.name) != len(name)]
    if not component.kind.board or len(ends) < 2:  # one wire may end anywhere
        return ""
    for other in boards:
        shift = len(name) - len(other)
        found = [sheet.owner.get(near + shift, (None, None)) for _, near in ends]
        if all(owner is component and port for owner, port in found):
            side, size, more = ("left", "shorter", "more") if shift > 0 else ("right", "longer", "fewer")
            words = "wire on body: %d wires end %d columns to the %s of the ports of %s, where those of %s, "
            words += "a name %d characters %s, would be; write %d blanks %s at the start of every other row"
            shift = abs(shift)
            return words % (len(ends), shift, side, name, other, shift, size, shift, more)
    return ""


def _attach_loose(sheet, component, contacts):
    """Gives the contacts of a component to its ports by the nets they are of."""
    if component.kind.name == "G":
        for contact in contacts:
            sheet.nets.connect(component, component.ports[0], _net(sheet, contact), contact)
        return
    sides = _sides(sheet, contacts)
    _check_sides(sheet, component, sides)
    for port, (net, its_contacts) in zip(component.ports, sides[:2]):
        for contact in its_contacts:
            sheet.nets.connect(component, port, net, contact)


def _net(sheet, contact):
    """The net of the wire of a contact."""
    return sheet.nets.of(cell_of(contact.wire[0] - 1, contact.wire[1] - 1))


def _sides(sheet, contacts):
    """`[(net, its contacts)]`; of two, the one that the reader meets first is first."""
    # Nets are looked up only now: a merge at some port may have made one of two that were apart.
    sides = []
    index = {}
    for contact in contacts:
        net = _net(sheet, contact)
        if id(net) not in index:
            index[id(net)] = len(sides)
            sides.append((net, []))
        sides[index[id(net)]][1].append(contact)
    if len(sides) == 2 and _first(sides[1]) < _first(sides[0]):
        return [sides[1], sides[0]]
    return sides


def _first(side):
    return min([contact.wire for contact in side[1]])


def _check_sides(sheet, component, sides):
    """Reports sides that cannot be told apart, are too many, or are one."""
    name = component.kind.name
    if len(sides) == 2 and name == "DC":
        code = "ambiguous-port"
        message = "ambiguous port: both sides of DC are wired, and the text does not say which is p; "
        message += "write pDC_5_n or nDC_5_p"
    elif len(sides) > 2:
        code = "too-many-terminals"
        message = "too many terminals: %s joins exactly two nets, and %d wires that are not joined touch it"
        message = message % (name, len(sides))
    elif len(sides) == 1 and len(sides[0][1]) > 1:
        code = "short"
        message = "short: both sides of %s are on the same net, so it does nothing; " % name
        message += "remove the wire around it"
    else:
        return
    component.spoilt = True
    if len(sides) <= 2:
        sheet.problem(code, component.at[0] - 1, component.at[1] - 1, name, message)
        return
    if not any(net.spoilt for net, _ in sides):
        sheet.problem(code, component.at[0] - 1, component.at[1] - 1, name, message)
    for net, _ in sides:
        net.spoilt = True


def merge_grounds(sheet):
    """Joins all nets with a G, and gives the missing side of sources to that net."""
    circuit = sheet.circuit
    ground = None
    for net in circuit.nets:
        if any(component.kind.name == "G" for component, _ in net.pins):
            if ground is None:
                ground = net
                ground.ground = True
            else:
                sheet.nets.merge(ground, net)
    for component in circuit.components:
        if component.spoilt or component.kind.name not in ("AC", "DC"):
            continue
        missing = [port for port in component.ports if port.net is None]
        if len(missing) != len(component.ports) - 1:
            continue
        if ground is None:
            ground = Net()
            ground.ground = True
            circuit.nets.append(ground)
        for port in missing:
            port.net = ground
            ground.pins.append((component, port))
    circuit.nets = [net for net in circuit.nets if not net.merged]
