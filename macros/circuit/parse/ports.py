"""Ports as the text writes them: letters beside a name, a board's names and pins.

Core: runs in MicroPython too.
"""

from .. import blocks, catalogue
from ..grid import cell_of
from ..netlist import Port

NOTHING_FOLLOWS = "unknown text: '__' leads to a port, and none follows; remove it"


def letters(sheet, run, offset, text):
    """Reads one-letter ports of the run's component from `text`, which stands at `offset` in the run."""
    component = run.component
    kind = component.kind
    for i in range(len(text)):
        letter = text[i]
        column = run.column + offset + i
        if kind.block or not kind.letters or letter not in kind.ports:
            if kind.letters:
                hint = "its ports are %s" % ", ".join(kind.ports)
                if letter == "k" and "c" in kind.ports:
                    hint += "; did you mean c, the cathode?"
            else:
                hint = "its sides have no names"
            message = "unknown port '%s' of %s; %s" % (letter, kind.name, hint)
            sheet.spoil(run, offset + i, "unknown-port", letter, message)
            return
        if component.port(letter):
            message = "duplicate port '%s' of %s; each is written once and takes any number of wires"
            sheet.spoil(run, offset + i, "duplicate-port", letter, message % (letter, kind.name))
            return
        port = Port(letter, [(run.row + 1, column + 1)], (run.row + 1, column + 1))
        component.ports.append(port)
        sheet.owner[cell_of(run.row, column)] = (component, port)


def board_port(sheet, run, offset, text):
    """Reads `name`, `name@pin` or `<pin>name` of a board; without text nothing follows two underscores."""
    if not text:
        sheet.spoil(run, max(0, offset - 2), "unknown-text", "__", NOTHING_FOLLOWS)
        return
    component = run.component
    name, pin, wrong = _name_and_pin(text)
    if wrong:
        sheet.spoil(run, offset, "unknown-port", text, "unknown port '%s': %s" % (text, wrong))
        return
    if component.kind.ports and blocks.role(component.kind.name, name) is None:
        message = "unknown port '%s' of %s; its ports are %s" % (
            name,
            component.kind.name,
            ", ".join(component.kind.ports),
        )
        sheet.spoil(run, offset, "unknown-port", text, message)
        return
    for port in component.ports:
        if port.name.lower() == name.lower():
            message = "duplicate port '%s': each is written once and takes any number of wires" % name
            sheet.spoil(run, offset, "duplicate-port", text, message)
            return
    column = run.column + offset
    cells = [(run.row + 1, column + i + 1) for i in range(len(text))]
    port = Port(name, cells, (run.row + 1, column + 1), pin)
    component.ports.append(port)
    for i in range(len(text)):
        sheet.owner[cell_of(run.row, column + i)] = (component, port)


def _name_and_pin(text):
    """`(name, pin number or None, what is wrong or nothing)` of a board's port."""
    name = text
    pin = None
    if "@" in text:
        name, _, number = text.partition("@")
        if not catalogue.is_digits(number) or len(number) > 3 or not name:
            return name, None, "write name@pin with the pin's number, as GP2@4"
        pin = int(number)
    else:
        number, rest = catalogue.split_number(text)
        if number and "." not in number and rest and not _is_voltage(rest):
            if len(number) > 3:
                return rest, None, "a pin number has at most three digits"
            name = rest
            pin = int(number)
    if catalogue.is_digits(name):
        return name, pin, "a board's port needs its name too, as GP2@%s" % name
    return name, pin, ""


def _is_voltage(rest):
    """True where what follows a number makes it a voltage name: `v`, `V`, `3v3`, `3V3_EN`; not `39vsys`."""
    if rest[0] not in "vV":
        return False
    _, behind = catalogue.split_number(rest[1:])
    return behind == "" or behind[0] == "_"


def board_row(sheet, run, name_cells):
    """Takes a run that stands below a board's name for its ports. False where no name is above it.

    Args:
        name_cells: cell of a board's name -> the board.
    """
    for column in range(run.column, run.end):
        component = name_cells.get(cell_of(run.row - 1, column))
        if component is None or component.spoilt:
            continue
        start = component.at[1] - 1
        end = start + len(component.kind.name)
        run.component = component
        component.texts.append(((run.row + 1, run.column + 1), run.text))
        sheet.own(run, component)
        if run.column < start or run.end > end:
            message = "unknown text: ports below a board's name stand inside its columns, %d to %d; " % (
                start + 1,
                end,
            )
            message += "'%s' reaches out of them" % run.text[:30]
            sheet.spoil(run, 0, "unknown-text", run.text, message)
        else:
            for offset, segment in run.segments:
                board_port(sheet, run, offset, segment)
        return True
    return False


def port_row(sheet, run):
    """Takes a run for the port letters of the component above or below it. False where it holds none."""
    text = run.text
    digits = catalogue.is_digits(text)
    if not digits and not catalogue.is_lower(text):
        return False
    neighbours = _neighbours(sheet, run)
    owners = [component for component in neighbours if component.kind.letters]
    if digits:
        owners = [component for component in owners if component.kind.name == "P"]
    if len(owners) > 1:
        message = (
            "ambiguous port '%s': it stands between two components; put a wire between it and one of them"
        )
        sheet.spoil(run, 0, "ambiguous-port", text, message % text)
        for owner in owners:
            owner.spoilt = True
    elif owners:
        owner = owners[0]
        run.component = owner
        owner.texts.append(((run.row + 1, run.column + 1), text))
        sheet.own(run, owner)
        if not owner.spoilt:
            letters(sheet, run, 0, text)
    elif neighbours and len(text) == 1 and not digits:
        message = "unknown port '%s' of %s; its sides have no names" % (text, neighbours[0].kind.name)
        sheet.spoil(run, 0, "unknown-port", text, message)
        neighbours[0].spoilt = True
    else:
        return False
    return True


def _neighbours(sheet, run):
    """Components whose run with the name stands right above or below a run."""
    found = []
    for row in (run.row - 1, run.row + 1):
        for column in range(run.column, run.end):
            component = sheet.owner.get(cell_of(row, column), (None, None))[0]
            # Only the run with the name counts: a letter beside another letter is no port of it.
            if component is None or not component.texts or component.texts[0][0][0] != row + 1:
                continue
            if not found or found[-1] is not component:
                found.append(component)
    return found


def finish(component):
    """Puts ports in the order of a netlist, and adds those that the text never names."""
    kind = component.kind
    if kind.block:
        return
    if kind.name == "V" and not component.ports:
        component.symmetric = True
        component.ports = [Port("1", []), Port("2", [])]
    elif kind.letters and (component.ports or kind.name != "DC"):
        named = component.ports
        component.ports = []
        for name in kind.ports:
            found = Port(name, [])
            for port in named:
                if port.name == name:
                    found = port
            component.ports.append(found)
    else:
        component.ports = [Port(name, []) for name in kind.ports]
