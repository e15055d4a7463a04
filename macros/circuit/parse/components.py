"""From runs of text to components. Core: runs in MicroPython too."""

from .. import catalogue
from ..grid import WIDTH, cell_of
from ..netlist import Component
from ..order import ordered
from . import ports, values
from .runs import did_you_mean, head


def read(sheet):
    """Makes every run a component, a part of one, or a mistake."""
    plain = []
    name_cells = {}  # cell of a board's name -> its Component
    for run in sheet.runs:
        if not _component(sheet, run):
            plain.append(run)
        elif run.component.kind and run.component.kind.block:
            start = run.component.at[1] - 1
            for column in range(start, start + len(run.component.kind.name)):
                name_cells[cell_of(run.row, column)] = run.component
    rest = []
    for run in plain:
        if run.negative:
            run.component = Component(None, (run.row + 1, run.column + 1))
            run.component.spoilt = True
            sheet.own(run, run.component)
        elif not ports.board_row(sheet, run, name_cells):
            rest.append(run)
    for run in rest:
        if not ports.port_row(sheet, run):
            _unknown(sheet, run)
    for run in sheet.runs:
        if run.component and run.component.kind and not run.component.spoilt:
            ports.finish(run.component)
    _touching(sheet)


def _component(sheet, run):
    """Reads the component of a run. False where the run names none (ports of a neighbour, perhaps)."""
    heads = []
    boards = []
    for offset, segment in run.segments:
        found = head(segment)
        if found and found[1] in catalogue.BY_NAME:
            heads.append((offset, segment, found))
            if catalogue.BY_NAME[found[1]].block and not found[0]:
                boards.append((offset, segment, found))
    if len(boards) > 1:
        message = "touching components: two boards in one run; put a wire between them"
        sheet.spoil(run, boards[1][0], "touching-components", boards[1][1], message)
        return True
    heads = boards or heads  # what stands behind a board's name are its ports
    if not heads:
        return False
    if len(heads) > 1:
        message = "touching components: %s and %s stand in one run; put a wire (-) between them" % (
            heads[0][1],
            heads[1][1],
        )
        sheet.spoil(run, heads[1][0], "touching-components", heads[1][1], message)
        return True
    offset, segment, (before, name, glued, rest) = heads[0]
    kind = catalogue.BY_NAME[name]
    component = Component(kind, (run.row + 1, run.column + offset + len(before) + 1))
    component.texts.append(((run.row + 1, run.column + 1), run.text))
    run.component = component
    sheet.own(run, component)
    ports.letters(sheet, run, offset, before)
    behind = offset + len(before) + len(name)
    if glued:
        _glued(sheet, run, behind, glued, segment, before)
    values.read(sheet, run, behind + len(glued), rest)
    for other, port in run.segments:
        if other == offset:
            continue
        if kind.block or not port:
            ports.board_port(sheet, run, other, port)
        else:
            ports.letters(sheet, run, other, port)
    return True


def _glued(sheet, run, offset, glued, segment, before):
    """Reads what stands behind the name without an underscore: ports, or a mistake."""
    kind = run.component.kind
    name = kind.name
    if catalogue.is_lower(glued) or (name == "P" and not glued.strip("123")):
        strange = [letter for letter in glued if letter not in kind.ports]
        if len(strange) > 1:
            _unknown_component(sheet, run, 0, segment)
        else:
            ports.letters(sheet, run, offset, glued)
    elif glued[0] in values.DIGITS:
        value = catalogue.spelled(glued, catalogue.BY_NAME[name]) or glued
        message = "missing underscore: '%s%s' should be '%s_%s'" % (name, glued, name, value)
        sheet.spoil(run, offset, "missing-underscore", segment, message)
    else:
        _unknown_component(sheet, run, offset - len(name) - len(before), segment)


def _unknown_component(sheet, run, offset, segment, name=None):
    message = "unknown component '%s'%s" % (segment[:30], did_you_mean(segment, name))
    sheet.spoil(run, offset, "unknown-component", segment, message)


def _unknown(sheet, run):
    """Reports a run that names no component and belongs to none."""
    text = run.text
    for offset, segment in run.segments:
        found = head(segment)
        if found:
            _unknown_component(sheet, run, offset, segment, found[1])
            return
    if _apart(sheet, run):
        return
    name = text.split("_")[0].upper()
    if name in catalogue.BY_NAME and text != text[0]:
        near = name + text[len(name) :]
        message = "unknown component '%s'; names are in capitals: did you mean %s?" % (text[:30], near[:30])
        sheet.spoil(run, 0, "unknown-component", text, message)
        return
    number = did_you_mean(text)
    if "number" in number:
        hint = number[2:]
    elif catalogue.is_digits(text[0]):
        hint = "a value follows a name and an underscore, as R_%s" % text[:20]
    else:
        hint = "a port stands beside its component, or in its run behind two underscores"
    sheet.spoil(run, 0, "unknown-text", text, "unknown text '%s'; %s" % (text[:30], hint))


def _apart(sheet, run):
    """Reports ports that an underscore parts from the name behind them: a_LED_2V_c. False where none are."""
    text = run.text
    pieces = text.split("_")
    for i in range(1, len(pieces)):
        found = head(pieces[i])
        kind = catalogue.BY_NAME.get(found[1]) if found else None
        if kind is None or not kind.letters:
            continue
        before = "".join(pieces[:i])
        ports = "".join([char for char in before if char in kind.ports])
        if not ports or any(not catalogue.is_digits(c) and not catalogue.is_lower(c) for c in before):
            return False
        meant = ports + "_".join(pieces[i:])
        wrong = 0
        while wrong < len(meant) and meant[wrong] == text[wrong]:
            wrong += 1
        message = "unknown text '%s'; did you mean %s? A port before a name stands right beside it"
        sheet.spoil(run, wrong, "unknown-text", text, message % (text[:30], meant[:30]))
        return True
    return False


def _touching(sheet):
    """Reports text cells of two components, one above the other."""
    for run in sheet.runs:
        for column in range(run.column, run.end):
            cell = cell_of(run.row, column)
            below = cell + WIDTH
            if below not in sheet.owner:
                continue
            one = sheet.owner[cell][0]
            other = sheet.owner[below][0]
            if one is not other and not one.spoilt and not other.spoilt:
                message = "touching components: %s and %s stand on each other; put a wire (|) between them"
                message = message % (one.kind.name, other.kind.name)
                sheet.problem("touching-components", run.row + 1, column, sheet.cells[below], message)
                one.spoilt = True
                other.spoilt = True


def number(sheet):
    """Lists the circuit's components in the reading order of their names, and gives them ids."""
    components = []
    for run in sheet.runs:
        component = run.component
        if component and component.kind and component.texts[0][0] == (run.row + 1, run.column + 1):
            components.append(component)
    components = ordered(components, lambda component: component.at)
    counts = {}
    for component in components:
        name = component.kind.name
        counts[name] = counts.get(name, 0) + 1
        component.id = name + str(counts[name])
    sheet.circuit.components = components
