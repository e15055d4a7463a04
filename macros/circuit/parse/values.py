"""The values behind a component's name, and ports among them. Core: runs in MicroPython too."""

from .. import catalogue
from ..catalogue import BadValue
from ..grid import cell_of
from .attach import EXAMPLES
from .ports import letters
from .runs import names_a_part

DIGITS = "0123456789."
WORDS = {"bad-value": "bad value", "missing-unit": "missing unit", "wrong-unit": "wrong unit"}


def read(sheet, run, offset, rest):
    """Reads `_value_value_port` behind the name of a run's component.

    Args:
        offset: where `rest` starts in the run.
        rest: from the first underscore on; may be empty.
    """
    component = run.component
    kind = component.kind
    at = offset + 1
    ports_began = False
    for token in rest[1:].split("_") if rest else ():
        if component.spoilt:
            return
        is_port_number = kind.name == "P" and token in ("1", "2", "3") and (component.values or ports_began)
        if not token:
            _nothing(sheet, run, at)
        elif kind.block and not kind.units:
            what = "a board" if kind.board else kind.name
            message = "bad value: %s takes none; two underscores lead to a port: %s__%s"
            sheet.spoil(run, at, "bad-value", token, message % (what, kind.name, token))
        elif token[0] in DIGITS and not is_port_number:
            if ports_began:
                message = "bad value: '%s' stands behind a port; values come first, as in pDC_10_n" % token
                sheet.spoil(run, at, "bad-value", token, message)
            else:
                _value(sheet, run, at, token)
        elif is_port_number or catalogue.is_lower(token):
            if not kind.letters and len(token) > 1:
                message = "unknown text: '%s' is neither a value nor a port of %s" % (token, kind.name)
                sheet.spoil(run, at, "unknown-text", token, message)
            else:
                ports_began = True
                letters(sheet, run, at, token)
        else:
            _no_value(sheet, run, at, token)
        at += len(token) + 1


def _nothing(sheet, run, at):
    """Reports an underscore that no value follows: a minus sign does, perhaps."""
    name = run.component.kind.name
    number = _behind_minus(sheet, run) if at == len(run.text) else ""
    if not number:
        message = "bad value: nothing follows the _ of '%s'; remove it or write the value" % run.text[:30]
        sheet.spoil(run, at - 1, "bad-value", "_", message)
        return
    ports = {"DC": "p and n", "I": "s and d"}.get(name)
    hint = "write %s_%s" % (name, number)
    if ports:
        hint = "swap %s for the other direction" % ports
    message = "bad value: '-%s' has a sign, and values are never negative; %s" % (number[:20], hint)
    sheet.spoil(run, at, "bad-value", "-" + number, message)


def _behind_minus(sheet, run):
    """The number behind a run that ends in an underscore and a minus sign, as in DC_-5, or nothing."""
    if sheet.cells.get(cell_of(run.row, run.end)) != "-":
        return ""
    other = sheet.starts.get(cell_of(run.row, run.end + 1))
    if other is None or not catalogue.is_digits(other.text[0]) or names_a_part(other.segments[0][1]):
        return ""
    other.negative = True
    return other.text.split("_")[0]


def _value(sheet, run, at, token):
    """Reads one value."""
    component = run.component
    try:
        number, unit = catalogue.read_value(token, component.kind)
    except BadValue as error:
        end = _value_before_ports(component, token)
        if end:
            _glued_ports(sheet, run, at, token, end)
            return
        message = WORDS[error.code] + ": " + error.message
        sheet.problem(error.code, run.row, run.column + at, token, message)
        # What is no value at all may hide anything: say no more of this component.
        component.spoilt = component.spoilt or error.code == "bad-value"
        return
    if component.value(unit) is not None:
        component.spoilt = True
        if sheet.bad_around(run.row, run.column, run.end):
            return  # a fraction, perhaps, whose / is reported
        message = "bad value: '%s' is a second value in %s; one is enough" % (token, unit)
        sheet.problem("bad-value", run.row, run.column + at, token, message)
        return
    component.values.append((number, unit, token))


def _value_before_ports(component, token):
    """How many characters of a token are a value, where ports stand right behind it, as in 2Vc; or 0."""
    kind = component.kind
    for end in range(len(token) - 1, 0, -1):
        behind = token[end:]
        if not kind.letters or len(behind) > len(kind.ports) or not catalogue.is_lower(behind):
            continue
        if any(letter not in kind.ports for letter in behind):
            continue
        if catalogue.spelled(token[:end], kind):
            return end
    return 0


def _glued_ports(sheet, run, at, token, end):
    """Reports a port that stands right behind a value: at the port, where the underscore belongs."""
    kind = run.component.kind
    value = catalogue.spelled(token[:end], kind)
    unit = kind.units[0] if catalogue.is_digits(value) and kind.default is None else ""
    message = "missing underscore: '%s' should be '%s%s_%s'; a port behind a value has its own, as in %s" % (
        token,
        value,
        unit,
        token[end:],
        EXAMPLES[kind.name],
    )
    sheet.spoil(run, at + end, "missing-underscore", token, message)


def _no_value(sheet, run, at, token):
    """Reports what is neither a value nor a port: another component's name, perhaps."""
    if token[0] in catalogue.BY_NAME or names_a_part(token):
        message = "touching components: '%s' would be a second component in the run of %s; " % (
            token,
            run.component.kind.name,
        )
        message += "put a wire (-) between them"
        sheet.spoil(run, at, "touching-components", token, message)
    else:
        message = "bad value: '%s' is neither a value (digits first) nor a port (a lower-case letter)" % token
        if "K" in run.component.kind.units and token[0] == "B" and catalogue.is_digits(token[1:]):
            message += "; beta has the unit K: did you mean %sK?" % token[1:]
        sheet.spoil(run, at, "bad-value", token, message)
