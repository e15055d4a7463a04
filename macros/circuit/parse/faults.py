"""Mistakes that show once wires and ports are joined. Core: runs in MicroPython too."""

from ..grid import place
from .attach import EXAMPLES

# What a component takes, where it isn't two nets.
TAKES = {"G": "at least one wire", "AC": "one wire or two", "DC": "one wire or two"}
# The two ends whose current a transistor controls, and their names.
MAIN = {
    "T": ("s", "d", "source and drain"),
    "PMOS": ("s", "d", "source and drain"),
    "NPN": ("c", "e", "collector and emitter"),
    "PNP": ("c", "e", "collector and emitter"),
}


def check_ports(sheet):
    """Reports ports without a wire, and parts that a wire goes around."""
    for component in sheet.circuit.components:
        if component.spoilt or component.excused:
            continue
        unwired = [port for port in component.ports if port.net is None]
        if component.kind.block:
            for port in unwired:
                sheet.circuit.warnings.append(
                    "%d:%d: unconnected port: no wire touches %s of %s"
                    % (port.at[0], port.at[1], port.name, component.kind.name)
                )
        elif unwired and _has_sides(component, unwired):
            _too_few(sheet, component, len(component.ports) - len(unwired))
        elif unwired:
            _unconnected(sheet, component, unwired)
        elif not _shorted(sheet, component):
            _check_bridges(sheet, component)


def _has_sides(component, unwired):
    """True where a component's ports are its two sides, which the text doesn't name."""
    if not component.kind.letters or component.symmetric:
        return True
    return component.kind.name == "DC" and len(unwired) == 2 and not unwired[0].at and not unwired[1].at


def _too_few(sheet, component, wired):
    name = component.kind.name
    message = "too few terminals: %s takes %s, and %d touch%s it; lead a wire's end to it" % (
        name,
        TAKES.get(name, "exactly two nets"),
        wired,
        "es" if wired == 1 else "",
    )
    sheet.problem("too-few-terminals", component.at[0] - 1, component.at[1] - 1, name, message)


def _unconnected(sheet, component, unwired):
    name = component.kind.name
    port = unwired[0]
    at = port.at or component.at
    if port.at:
        hint = "lead a wire's end to it"
    else:
        hint = "write its letter beside the name, as %s, and wire it" % EXAMPLES[name]
    names = ", ".join([other.name for other in unwired])
    message = "unconnected port %s of %s; %s" % (names, name, hint)
    sheet.problem("unconnected-port", at[0] - 1, at[1] - 1, port.name, message)


def _shorted(sheet, component):
    """Reports two ports on one net where they must not be. False where there are none."""
    name = component.kind.name
    if any(port.net.spoilt for port in component.ports):
        return False
    if len(component.ports) == 2 and component.ports[0].net is component.ports[1].net:
        ground = ", ground" if component.ports[0].net.ground else ""
        message = "short: both sides of %s are on the same net%s" % (name, ground)
    elif name in MAIN and component.port(MAIN[name][0]).net is component.port(MAIN[name][1]).net:
        message = "short: %s of %s are on the same net" % (MAIN[name][2], name)
    else:
        return False
    sheet.problem("short", component.at[0] - 1, component.at[1] - 1, name, message)
    return True


def _check_bridges(sheet, component):
    """Reports a + that touches two ports of one component: a short, or a slip beside a corner."""
    touched = {}
    for port in component.ports:
        for contact in port.contacts:
            wire = contact.wire
            other = touched.get(wire)
            if other and other != port.name:
                message = "short: this + touches the ports %s and %s of %s at once; lead a wire to each" % (
                    other,
                    port.name,
                    component.kind.name,
                )
                sheet.problem("short", wire[0] - 1, wire[1] - 1, "+", message)
                return
            touched[wire] = port.name


def check_lonely(sheet):
    """Reports closed wires that join nothing: boxes and tables of other drawings, for instance."""
    for net in sheet.circuit.nets:
        if sheet.fragment or net.spoilt or net.open_ends or not net.cells or len(net.pins) > 1:
            continue
        if net.pins and net.pins[0][0].kind.name == "G":
            continue
        line, column, char = net.cells[0]
        what = "only %s" % net.pins[0][0].kind.name if net.pins else "no component"
        message = "dangling wire: this wire touches %s; lead it to what it should join, or remove it" % what
        sheet.problem("dangling-wire", line - 1, column - 1, char, message)


def check_empty(sheet):
    """Reports a text that holds no circuit at all."""
    if sheet.fragment:
        return
    if not sheet.cells:
        message = "the text is empty; a circuit has a component and wires"
        sheet.problem("unknown-text", 0, 0, "", message)
    elif not sheet.circuit.components and not sheet.circuit.problems:
        row, column = place(sheet.wires[0])
        sheet.problem("unknown-text", row, column, "", "there is no component here, only wires")
