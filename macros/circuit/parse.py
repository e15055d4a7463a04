"""From text to records: components, nets, open ends, and every mistake with its position.

Core: runs in MicroPython too. The text goes through three steps: cells to runs of text, runs to components,
wire cells to nets. A mistake spoils what it touches, so that nothing is reported that only follows from it.
"""

from . import catalogue
from .catalogue import BadValue
from .netlist import Circuit, Component, Contact, Net, Port, Problem

MOST_CHARACTERS = 30000  # what is larger is no drawing by hand, and the page parses on the reader's machine
MOST_PROBLEMS = 100
REACH = 3  # empty cells over which an open end is taken to have meant its neighbour

WIRE = "-|+"
STEP = {"W": (0, -1), "E": (0, 1), "N": (-1, 0), "S": (1, 0)}
FACING = {"W": "E", "E": "W", "N": "S", "S": "N"}
POINTS = {"-": "WE", "|": "NS", "+": "WENS"}
ALONG = {"W": "-", "E": "-", "N": "|", "S": "|"}
ACROSS = {"W": "|", "E": "|", "N": "-", "S": "-"}


def _is_text(char):
    return (
        "a" <= char <= "z"
        or "A" <= char <= "Z"
        or "0" <= char <= "9"
        or char == "_"
        or char == "."
        or char == "@"
        or char == "µ"
    )


class _Run:
    """A maximal run of text cells in one row, and what it turned out to be."""

    def __init__(self, row, column, text):
        self.row = row
        self.column = column
        self.text = text
        self.end = column + len(text)
        self.segments = _split(text)
        self.component = None


def _split(text):
    """`(offset, segment)` between two or more underscores."""
    segments = []
    start = 0
    at = 0
    while at < len(text):
        if text[at] == "_" and at + 1 < len(text) and text[at + 1] == "_":
            segments.append((start, text[start:at]))
            while at < len(text) and text[at] == "_":
                at += 1
            start = at
        else:
            at += 1
    segments.append((start, text[start:]))
    return segments


def _head(segment):
    """`(letters before, NAME, what is glued behind it, rest from the first _value)` or None without a NAME."""
    for name in catalogue.NAMES:
        if "_" in name and (segment == name or segment.startswith(name + "_")):
            return "", name, "", segment[len(name) :]
    start = 0
    while start < len(segment) and ("a" <= segment[start] <= "z" or segment[start] in "123"):
        start += 1
    end = start
    while end < len(segment) and "A" <= segment[end] <= "Z":
        end += 1
    if end == start:
        return None
    behind = end
    while behind < len(segment) and segment[behind] != "_":
        behind += 1
    name = segment[start:end]
    if catalogue.is_digits(segment[:start]) and name != "P":
        return None
    return segment[:start], name, segment[end:behind], segment[behind:]


class _Parser:
    def __init__(self, text, fragment):
        self.fragment = fragment
        self.circuit = Circuit()
        self.circuit.lines = text.replace("\r\n", "\n").split("\n")
        self.cells = {}  # (row, column) -> character; row from 0, column from 0 in the text as given
        self.bad = {}  # positions of characters that are not of the notation
        self.owner = {}  # text cell -> (Component, Port or None)
        self.name_cells = {}  # cell of a board's name -> its Component
        self.runs = []
        self.negative = {}  # cell of a number behind a minus sign, which is reported with its component
        self.wires = []  # wire cells in reading order
        self.up = {}  # union-find over wire cells: cell -> its parent
        self.spoilt_nets = []
        self.bad_nets = {}  # roots of wires that touch a bad character: their faults may come of it
        self.links = []
        self.contacts = []  # (cell, side, text cell)
        self.ends = []  # (row, column, sides)
        self.quiet_ends = {}  # wire cells at which a mistake is reported already

    def problem(self, code, row, column, text, message):
        self.circuit.problems.append(Problem(code, (row + 1, column + 1), text, message))

    # Cells and runs

    def read_cells(self):
        lines = self.circuit.lines
        total = 0
        for row in range(len(lines)):
            total += len(lines[row]) + 1
            if total > MOST_CHARACTERS + 1:
                self.problem(
                    "too-large",
                    row,
                    0,
                    "",
                    "the text has more than %d characters; no circuit drawn by "
                    "hand is as large, split it" % MOST_CHARACTERS,
                )
                return False
        tabs = False
        indent = None
        for row in range(len(lines)):
            line = lines[row].rstrip(" ")
            blank = len(line) - len(line.lstrip(" "))
            if line and (indent is None or blank < indent):
                indent = blank
            column = blank
            while column < len(line):
                char = line[column]
                if char == " ":
                    column += 1
                elif char in WIRE:
                    self.cells[(row, column)] = char
                    self.wires.append((row, column))
                    column += 1
                elif _is_text(char):
                    start = column
                    while column < len(line) and _is_text(line[column]):
                        self.cells[(row, column)] = line[column]
                        column += 1
                    self.runs.append(_Run(row, start, line[start:column]))
                else:
                    start = column
                    while (
                        column < len(line)
                        and line[column] not in " -|+"
                        and not _is_text(line[column])
                        and (line[column] == "\t") == (char == "\t")
                    ):
                        self.cells[(row, column)] = "?"
                        self.bad[(row, column)] = True
                        column += 1
                    if char == "\t":
                        tabs = True
                        self.problem(
                            "tab",
                            row,
                            start,
                            "\t",
                            "tab: its width is not known, so columns would not match; use spaces",
                        )
                    else:
                        self.bad_character(row, start, line[start:column])
        self.circuit.indent = indent or 0
        return not tabs

    def bad_character(self, row, column, text):
        char = text[0]
        if char in "=~_—–─━":
            hint = "a horizontal wire is -"
        elif char in "│┃!:¦":
            hint = "a vertical wire is |"
        elif char in "*oO•┼├┤┬┴┌┐└┘":
            hint = "wires join and turn at +"
        elif char in "/\\":
            hint = "wires run along rows and columns only, as - and |, and turn at +"
        elif char == "Ω":
            hint = "ohm is the default unit: R_10k"
        elif char == "μ":
            hint = "this is the Greek letter; write u"
        else:
            hint = "wires are - | +, text is letters, digits and _ . @ µ"
        self.problem("bad-character", row, column, text, "bad character '%s': %s" % (text[:20], hint))

    # Runs to components

    def read_runs(self):
        plain = []
        boards = []
        self.starts = {}
        for run in self.runs:
            self.starts[(run.row, run.column)] = run
        for run in self.runs:
            found = self.read_run(run)
            if not found:
                plain.append(run)
            elif run.component.kind and run.component.kind.board:
                boards.append(run)
        for board in boards:
            start = board.component.at[1] - 1
            for column in range(start, start + len(board.component.kind.name)):
                self.name_cells[(board.row, column)] = board.component
        rest = []
        for run in plain:
            if (run.row, run.column) in self.negative:
                run.component = Component(None, (run.row + 1, run.column + 1))
                run.component.spoilt = True
                for column in range(run.column, run.end):
                    self.owner[(run.row, column)] = (run.component, None)
            elif not self.board_row(run):
                rest.append(run)
        for run in rest:
            self.port_row(run)
        for run in self.runs:
            if run.component and run.component.kind and not run.component.spoilt:
                self.finish_ports(run.component)

    def near_bad(self, run):
        """True where a bad character touches the run: whatever is wrong with it was reported there."""
        return self.bad_around(run.row, run.column, run.end)

    def beside_bad(self, cell):
        """True where a bad character touches a cell."""
        return self.bad_around(cell[0], cell[1], cell[1] + 1)

    def bad_around(self, line, start, end):
        for row in (line - 1, line, line + 1):
            for column in range(start - 1, end + 1):
                if (row, column) in self.bad:
                    return True
        return False

    def spoilt(self, run, offset, code, text, message):
        """Reports a mistake in a run and makes the run a component that nothing more is said of."""
        if not self.near_bad(run):
            self.problem(code, run.row, run.column + offset, text, message)
        if run.component is None:
            run.component = Component(None, (run.row + 1, run.column + offset + 1))
        run.component.spoilt = True
        for column in range(run.column, run.end):
            self.owner[(run.row, column)] = (run.component, None)

    def read_run(self, run):
        """Reads the component of a run. False where the run names none (ports of a neighbour, perhaps)."""
        heads = []
        boards = []
        for offset, segment in run.segments:
            head = _head(segment)
            if head and head[1] in catalogue.BY_NAME:
                heads.append((offset, segment, head))
                if catalogue.BY_NAME[head[1]].board and not head[0]:
                    boards.append((offset, segment, head))
        if boards:
            heads = boards[:1]
            if len(boards) > 1:
                self.spoilt(
                    run,
                    boards[1][0],
                    "touching-components",
                    boards[1][1],
                    "touching components: two boards in one run; put a wire between them",
                )
                return True
        if not heads:
            return False
        if len(heads) > 1:
            self.spoilt(
                run,
                heads[1][0],
                "touching-components",
                heads[1][1],
                "touching components: %s and %s stand in one run; put a wire (-) between them"
                % (heads[0][1], heads[1][1]),
            )
            return True
        offset, segment, head = heads[0]
        before, name, glued, rest = head
        kind = catalogue.BY_NAME[name]
        component = Component(kind, (run.row + 1, run.column + offset + len(before) + 1))
        component.texts.append(((run.row + 1, run.column + 1), run.text))
        run.component = component
        for column in range(run.column, run.end):
            self.owner[(run.row, column)] = (component, None)
        self.letters(run, offset, before)
        behind = offset + len(before) + len(name)
        if glued:
            self.glued(run, behind, glued, segment, before)
        self.values(run, behind + len(glued), rest)
        for other, port in run.segments:
            if other != offset:
                if not port:
                    self.spoilt(
                        run,
                        max(0, other - 2),
                        "unknown-text",
                        "__",
                        "unknown text: '__' leads to a port, and none follows; remove it",
                    )
                elif kind.board:
                    self.board_port(run, other, port)
                else:
                    self.letters(run, other, port)
        return True

    def glued(self, run, offset, glued, segment, before):
        component = run.component
        name = component.kind.name
        if catalogue.is_lower(glued) or (name == "P" and not glued.strip("123")):
            strange = [letter for letter in glued if letter not in component.kind.ports]
            if len(strange) > 1:
                self.spoilt(
                    run,
                    0,
                    "unknown-component",
                    segment,
                    "unknown component '%s'%s" % (segment[:30], self.did_you_mean(segment)),
                )
                return
            self.letters(run, offset, glued)
        elif glued[0] in "0123456789.":
            self.spoilt(
                run,
                offset,
                "missing-underscore",
                segment,
                "missing underscore: '%s%s' should be '%s_%s'" % (name, glued, name, glued),
            )
        else:
            self.spoilt(
                run,
                offset - len(name) - len(before),
                "unknown-component",
                segment,
                "unknown component '%s'%s" % (segment[:30], self.did_you_mean(segment)),
            )

    def values(self, run, offset, rest):
        component = run.component
        kind = component.kind
        tokens = rest[1:].split("_") if rest else []
        at = offset + 1
        ports_began = False
        for token in tokens:
            place = at
            at += len(token) + 1
            if component.spoilt:
                return
            is_port_number = (
                kind.name == "P" and token in ("1", "2", "3") and (component.values or ports_began)
            )
            number = self.minus(run) if not token and place == len(run.text) else ""
            if number:
                ports = {"DC": "p and n", "I": "s and d"}.get(kind.name)
                hint = "write %s_%s" % (kind.name, number)
                if ports:
                    hint = "swap %s for the other direction" % ports
                self.spoilt(
                    run,
                    place,
                    "bad-value",
                    "-" + number,
                    "bad value: '-%s' has a sign, and values are never negative; %s" % (number[:20], hint),
                )
            elif not token:
                self.spoilt(
                    run,
                    place - 1,
                    "bad-value",
                    "_",
                    "bad value: nothing follows the _ of '%s'; remove it or write the value" % run.text[:30],
                )
            elif kind.board:
                self.spoilt(
                    run,
                    place,
                    "bad-value",
                    token,
                    "bad value: a board takes none; two underscores "
                    "lead to a port: %s__%s" % (kind.name, token),
                )
            elif (token[0] in "0123456789.") and not is_port_number:
                if ports_began:
                    self.spoilt(
                        run,
                        place,
                        "bad-value",
                        token,
                        "bad value: '%s' stands behind a port; values come first, as in pDC_10_n" % token,
                    )
                    return
                try:
                    number, unit = catalogue.read_value(token, kind)
                except BadValue as error:
                    words = {
                        "bad-value": "bad value",
                        "missing-unit": "missing unit",
                        "wrong-unit": "wrong unit",
                    }
                    self.problem(
                        error.code,
                        run.row,
                        run.column + place,
                        token,
                        words[error.code] + ": " + error.message,
                    )
                    # What is no value at all may hide anything: say no more of this component.
                    component.spoilt = component.spoilt or error.code == "bad-value"
                    continue
                if component.value(unit) is not None:
                    self.problem(
                        "bad-value",
                        run.row,
                        run.column + place,
                        token,
                        "bad value: '%s' is a second value in %s; one is enough" % (token, unit),
                    )
                    continue
                component.values.append((number, unit, token))
            elif is_port_number or catalogue.is_lower(token):
                if not kind.letters and len(token) > 1:
                    self.spoilt(
                        run,
                        place,
                        "unknown-text",
                        token,
                        "unknown text: '%s' is neither a value nor a port of %s" % (token, kind.name),
                    )
                    return
                ports_began = True
                self.letters(run, place, token)
            elif token[0] in catalogue.BY_NAME or _head(token) and _head(token)[1] in catalogue.BY_NAME:
                self.spoilt(
                    run,
                    place,
                    "touching-components",
                    token,
                    "touching components: '%s' would be a second "
                    "component in the run of %s; put a wire (-) between them" % (token, kind.name),
                )
            else:
                self.spoilt(
                    run,
                    place,
                    "bad-value",
                    token,
                    "bad value: '%s' is neither a value (digits first) nor "
                    "a port (a lower-case letter)" % token,
                )

    def minus(self, run):
        """The number behind a run that ends in an underscore and a minus sign, as in DC_-5, or nothing."""
        if self.cells.get((run.row, run.end)) != "-":
            return ""
        other = self.starts.get((run.row, run.end + 1))
        head = _head(other.segments[0][1]) if other else None
        if other is None or other.text[0] not in "0123456789" or head and head[1] in catalogue.BY_NAME:
            return ""
        self.negative[(other.row, other.column)] = True
        return other.text.split("_")[0]

    def letters(self, run, offset, text, row=None, component=None):
        """Reads one-letter ports of a component; `row` and `component` for letters on another row."""
        component = component or run.component
        kind = component.kind
        for i in range(len(text)):
            letter = text[i]
            column = run.column + offset + i
            if kind.board or not kind.letters or letter not in kind.ports:
                if kind.letters:
                    hint = "its ports are %s" % ", ".join(kind.ports)
                else:
                    hint = "its sides have no names"
                self.spoilt(
                    run,
                    offset + i,
                    "unknown-port",
                    letter,
                    "unknown port '%s' of %s; %s" % (letter, kind.name, hint),
                )
                component.spoilt = True
                return
            if component.port(letter):
                self.spoilt(
                    run,
                    offset + i,
                    "duplicate-port",
                    letter,
                    "duplicate port '%s' of %s; each is written once and takes any number of wires"
                    % (letter, kind.name),
                )
                component.spoilt = True
                return
            port = Port(letter, [(run.row + 1, column + 1)], (run.row + 1, column + 1))
            component.ports.append(port)
            self.owner[(run.row, column)] = (component, port)

    def board_port(self, run, offset, text, component=None):
        """Reads `name`, `name@pin` or `<pin>name`."""
        component = component or run.component
        column = run.column + offset
        name = text
        pin = None
        if "@" in text:
            name, _, number = text.partition("@")
            if not catalogue.is_digits(number) or len(number) > 3 or not name:
                self.spoilt(
                    run,
                    offset,
                    "unknown-port",
                    text,
                    "unknown port '%s': write name@pin with the pin's number, as GP2@4" % text,
                )
                component.spoilt = True
                return
            pin = int(number)
        else:
            number, rest = catalogue.split_number(text)
            if number and "." not in number and rest and not _is_voltage(rest):
                if len(number) > 3:
                    self.spoilt(
                        run,
                        offset,
                        "unknown-port",
                        text,
                        "unknown port '%s': a pin number has at most three digits" % text,
                    )
                    component.spoilt = True
                    return
                name = rest
                pin = int(number)
        if catalogue.is_digits(name):
            self.spoilt(
                run,
                offset,
                "unknown-port",
                text,
                "unknown port '%s': a board's port needs its name too, as GP2@%s" % (text, name),
            )
            component.spoilt = True
            return
        for port in component.ports:
            if port.name.lower() == name.lower():
                self.spoilt(
                    run,
                    offset,
                    "duplicate-port",
                    text,
                    "duplicate port '%s': each is written once and takes any number of wires" % name,
                )
                component.spoilt = True
                return
        cells = [(run.row + 1, column + i + 1) for i in range(len(text))]
        port = Port(name, cells, (run.row + 1, column + 1), pin)
        component.ports.append(port)
        for i in range(len(text)):
            self.owner[(run.row, column + i)] = (component, port)

    def board_row(self, run):
        """Takes a run that stands below a board's name for its ports. False where no name is above it."""
        for column in range(run.column, run.end):
            component = self.name_cells.get((run.row - 1, column))
            if component is None or component.spoilt:
                continue
            start = component.at[1] - 1
            end = start + len(component.kind.name)
            run.component = component
            component.texts.append(((run.row + 1, run.column + 1), run.text))
            for column in range(run.column, run.end):
                self.owner[(run.row, column)] = (component, None)
            if run.column < start or run.end > end:
                self.spoilt(
                    run,
                    0,
                    "unknown-text",
                    run.text,
                    "unknown text: ports below a board's name stand inside "
                    "its columns, %d to %d; '%s' reaches out of them" % (start + 1, end, run.text[:30]),
                )
                return True
            for offset, segment in run.segments:
                if segment:
                    self.board_port(run, offset, segment)
                else:
                    self.spoilt(
                        run,
                        max(0, offset - 2),
                        "unknown-text",
                        "__",
                        "unknown text: '__' leads to a port, and none follows; remove it",
                    )
            return True
        return False

    def port_row(self, run):
        """Takes a run for the port letters of the component above or below it, or reports it."""
        owners = []
        neighbours = []
        for row in (run.row - 1, run.row + 1):
            for column in range(run.column, run.end):
                component = self.owner.get((row, column), (None, None))[0]
                # Only the run with the name counts: a letter beside another letter is no port of it.
                if component is None or not component.texts or component.texts[0][0][0] != row + 1:
                    continue
                if not neighbours or neighbours[-1] is not component:
                    neighbours.append(component)
                    if component.kind.letters:
                        owners.append(component)
        text = run.text
        plain = catalogue.is_lower(text) or catalogue.is_digits(text)
        if plain and catalogue.is_digits(text):
            owners = [component for component in owners if component.kind.name == "P"]
        if plain and len(owners) > 1:
            self.spoilt(
                run,
                0,
                "ambiguous-port",
                text,
                "ambiguous port '%s': it stands between two components; "
                "put a wire between it and one of them" % text,
            )
            for owner in owners:
                owner.spoilt = True
        elif plain and owners:
            owner = owners[0]
            run.component = owner
            owner.texts.append(((run.row + 1, run.column + 1), text))
            for column in range(run.column, run.end):
                self.owner[(run.row, column)] = (owner, None)
            if not owner.spoilt:
                self.letters(run, 0, text, component=owner)
        elif plain and neighbours and len(text) == 1 and not catalogue.is_digits(text):
            self.spoilt(
                run,
                0,
                "unknown-port",
                text,
                "unknown port '%s' of %s; its sides have no names" % (text, neighbours[0].kind.name),
            )
            neighbours[0].spoilt = True
        else:
            self.unknown(run)

    def unknown(self, run):
        text = run.text
        for offset, segment in run.segments:
            head = _head(segment)
            if head:
                self.spoilt(
                    run,
                    offset,
                    "unknown-component",
                    segment,
                    "unknown component '%s'%s" % (segment[:30], self.did_you_mean(segment, head[1])),
                )
                return
        name = text.split("_")[0].upper()
        if name in catalogue.BY_NAME and text != text[0]:
            near = name + text[len(name) :]
            self.spoilt(
                run,
                0,
                "unknown-component",
                text,
                "unknown component '%s'; names are in capitals: did you mean %s?" % (text[:30], near[:30]),
            )
            return
        if catalogue.is_digits(text[0]):
            hint = "a value follows a name and an underscore, as R_%s" % text[:20]
        else:
            hint = "a port stands beside its component, or in its run behind two underscores"
        self.spoilt(run, 0, "unknown-text", text, "unknown text '%s'; %s" % (text[:30], hint))

    def did_you_mean(self, segment, name=None):
        near = catalogue.SYNONYMS.get(segment.split("_")[0].upper())
        near = near or catalogue.nearest(segment, catalogue.NAMES)
        near = near or catalogue.nearest(segment.split("_")[0], catalogue.NAMES)
        if not near and name:
            near = catalogue.nearest(name, catalogue.NAMES)
        if near and near != segment:
            return "; did you mean %s? (a board that is not known is BOARD)" % near
        return "; known are " + " ".join(catalogue.NAMES)

    def finish_ports(self, component):
        """Puts ports in the order of a netlist, and adds those that the text never names."""
        kind = component.kind
        if kind.board:
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

    def touching(self):
        """Reports text cells of two components, one above the other."""
        for run in self.runs:
            for column in range(run.column, run.end):
                below = (run.row + 1, column)
                if below not in self.owner:
                    continue
                one = self.owner[(run.row, column)][0]
                other = self.owner[below][0]
                if one is not other and not one.spoilt and not other.spoilt:
                    self.problem(
                        "touching-components",
                        run.row + 1,
                        column,
                        self.cells[below],
                        "touching components: %s and %s stand on each other; put a wire (|) between them"
                        % (one.kind.name, other.kind.name),
                    )
                    one.spoilt = True
                    other.spoilt = True

    # Wires to nets

    def root(self, cell):
        up = self.up
        while up[cell] != cell:
            up[cell] = up[up[cell]]
            cell = up[cell]
        return cell

    def join(self, one, other):
        self.links.append((one, other))
        one = self.root(one)
        other = self.root(other)
        if one != other:
            self.up[max(one, other)] = min(one, other)

    def read_wires(self):
        cells = self.cells
        for cell in self.wires:
            self.up[cell] = cell
        adjacent = 0
        first_adjacent = None
        for cell in self.wires:
            char = cells[cell]
            row, column = cell
            arms = []
            for side in POINTS[char]:
                down, right = STEP[side]
                near = (row + down, column + right)
                other = cells.get(near)
                if other is None:
                    if char != "+":
                        self.ends.append((row, column, side))
                    continue
                along = ALONG[side]
                if other == along or other == "+":
                    arms.append(side)
                    if side in "ES":
                        self.join(cell, near)
                        if char == "+" and other == "+":
                            adjacent += 1
                            first_adjacent = first_adjacent or cell
                elif other == ACROSS[side]:
                    beyond = (near[0] + down, near[1] + right)
                    far = cells.get(beyond)
                    if char == along and (far == along or far == "+") or char == "+" and far == along:
                        arms.append(side)
                        if side in "ES":
                            self.join(cell, beyond)
                    elif char == "+" and far == "+":
                        arms.append(side)
                        if side in "ES":
                            self.problem(
                                "no-join",
                                near[0],
                                near[1],
                                char + other + char,
                                "no join: +%s+ may be a crossing or two corners beside a wire; draw %s%s+ "
                                "to cross, or keep them a column apart" % (other, along, other),
                            )
                        self.quiet_ends[cell] = True
                        self.quiet_ends[near] = True
                        self.spoilt_nets.append(cell)
                        self.spoilt_nets.append(near)
                    elif char == along:
                        arms.append(side)
                        if not self.beside_bad(cell) and not self.beside_bad(near):
                            pair = char + other if side in "ES" else other + char
                            self.problem(
                                "no-join",
                                row,
                                column,
                                pair,
                                "no join: this wire ends against a crosswise %s and is not joined "
                                "to it; put + at %d:%d" % (other, near[0] + 1, near[1] + 1),
                            )
                        self.quiet_ends[cell] = True
                        self.quiet_ends[near] = True
                        self.spoilt_nets.append(cell)
                        self.spoilt_nets.append(near)
                else:
                    arms.append(side)
                    if near in self.bad:
                        self.spoilt_nets.append(cell)
                        self.quiet_ends[cell] = True
                    else:
                        self.contacts.append((cell, side, near))
            if char == "+" and len(arms) < 2:
                self.ends.append((row, column, "".join([side for side in "ESWN" if side not in arms])))
        if adjacent:
            self.circuit.warnings.append(
                "%d:%d: ++ side by side are joined (%d such pair%s); write - or | where "
                "no wire turns"
                % (first_adjacent[0] + 1, first_adjacent[1] + 1, adjacent, "" if adjacent == 1 else "s")
            )

    def build_nets(self):
        self.nets = {}
        order = []
        for cell in self.wires:
            root = self.root(cell)
            if root not in self.nets:
                self.nets[root] = Net()
                order.append(self.nets[root])
            self.nets[root].cells.append((cell[0] + 1, cell[1] + 1, self.cells[cell]))
        for one, other in self.links:
            self.net_of(one).links.append(((one[0] + 1, one[1] + 1), (other[0] + 1, other[1] + 1)))
        for row, column, sides in self.ends:
            self.net_of((row, column)).open_ends.append((row + 1, column + 1, sides))
        for cell in self.spoilt_nets:
            self.net_of(cell).spoilt = True
        for row, column in self.bad:
            for near in (
                (row - 1, column - 1),
                (row - 1, column),
                (row - 1, column + 1),
                (row, column - 1),
                (row, column + 1),
                (row + 1, column - 1),
                (row + 1, column),
                (row + 1, column + 1),
            ):
                if near in self.up:
                    self.net_of(near).spoilt = True
                    self.bad_nets[self.root(near)] = True
                    self.quiet_ends[near] = True
                elif near in self.owner:
                    self.owner[near][0].spoilt = True
        self.circuit.nets = order
        self.circuit.open_ends = len(self.ends)

    def net_of(self, cell):
        return self.nets[self.root(cell)]

    def open_wires(self):
        """Reports open ends. Ends that look into the same empty cells are one gap, and one mistake."""
        claimed = {}
        for row, column, sides in self.ends:
            cell = (row, column)
            net = self.net_of(cell)
            seen = []
            target = None
            for side in sides:
                down, right = STEP[side]
                for i in range(1, REACH + 2):
                    ahead = (row + down * i, column + right * i)
                    if ahead in self.cells:
                        if i > 1 and self.cells[ahead] != ACROSS[side]:
                            target = target or ahead
                        break
                    if i <= REACH:
                        seen.append(ahead)
            if target in self.owner:
                self.owner[target][0].excused = True
            if self.fragment or cell in self.quiet_ends or self.root(cell) in self.bad_nets:
                net.spoilt = net.spoilt or not self.fragment
                continue
            net.spoilt = True
            told = False
            for ahead in seen:
                told = told or ahead in claimed
            for ahead in seen:
                claimed[ahead] = True
            if told:
                continue
            if cell in claimed:  # an isolated cell with two open sides is one mistake
                continue
            claimed[cell] = True
            if target in self.up:
                hint = "close the gap to the wire at %d:%d" % (target[0] + 1, target[1] + 1)
            elif target in self.owner:
                hint = "close the gap to the text at %d:%d" % (target[0] + 1, target[1] + 1)
            elif self.cells[cell] == "+":
                hint = "a + joins at least two wires or a wire and a component"
            else:
                hint = "lead it to a component or to another wire's +, or remove it"
            self.problem(
                "dangling-wire",
                row,
                column,
                self.cells[cell],
                "dangling wire: nothing is joined at this end; %s" % hint,
            )

    # Wires to ports

    def attach(self):
        """Gives every contact to a port, and reports wires on a body."""
        loose = {}  # id(component) -> [(net, [contacts])] where any cell of the component will do
        order = []
        for cell, side, near in self.contacts:
            component, port = self.owner[near]
            net = self.net_of(cell)
            contact = Contact((cell[0] + 1, cell[1] + 1), (near[0] + 1, near[1] + 1), FACING[side])
            if component.spoilt or not component.kind:
                net.spoilt = True
                continue
            named = component.kind.board or (
                component.kind.letters and not component.symmetric and any(p.at for p in component.ports)
            )
            if port:
                self.attach_to(component, port, net, contact)
            elif not named and (
                not component.kind.letters or component.symmetric or component.kind.name == "DC"
            ):
                if id(component) not in loose:
                    loose[id(component)] = []
                    order.append(component)
                loose[id(component)].append((net, [contact]))
            else:
                net.spoilt = True
                name = component.kind.name
                if not named:
                    ports = ", ".join(component.kind.ports)
                    self.problem(
                        "ambiguous-port",
                        component.at[0] - 1,
                        component.at[1] - 1,
                        name,
                        "ambiguous port: %s has the ports %s and the text names none; write them beside "
                        "the name, as %s" % (name, ports, _example(component.kind)),
                    )
                    component.spoilt = True
                    continue
                where = "the board's body" if component.kind.board else "the body of %s" % name
                near_text = self.cells[near]
                self.problem(
                    "wire-on-body",
                    cell[0],
                    cell[1],
                    near_text,
                    "wire on body: this wire ends on '%s', %s; lead it to a port (%s)"
                    % (
                        near_text,
                        where,
                        ", ".join([p.name for p in component.ports if p.at][:6]) or "it has none yet",
                    ),
                )
                component.excused = True  # the wire was meant for the port that has none
        for component in order:
            self.attach_loose(component, loose[id(component)])

    def attach_to(self, component, port, net, contact):
        port.contacts.append(contact)
        if port.net is None:
            port.net = net
            net.pins.append((component, port))
        elif port.net is not net:  # one port reached from several sides is one net
            self.merge(port.net, net)

    def merge(self, net, other):
        """Makes `other` a part of `net`."""
        for _, port in other.pins:
            port.net = net
        net.pins.extend(other.pins)
        net.cells.extend(other.cells)
        net.links.extend(other.links)
        net.open_ends.extend(other.open_ends)
        net.spoilt = net.spoilt or other.spoilt
        one = self.root(_cell(net))
        two = self.root(_cell(other))
        self.up[two] = one
        self.nets[one] = net
        other.cells = []
        other.pins = []
        other.merged = True

    def attach_loose(self, component, sides):
        # A merge of nets at some port may have made one of two that were apart.
        merged = []
        index = {}
        for _, contacts in sides:
            net = self.net_of((contacts[0].wire[0] - 1, contacts[0].wire[1] - 1))
            if id(net) in index:
                merged[index[id(net)]][1].extend(contacts)
            else:
                index[id(net)] = len(merged)
                merged.append((net, contacts))
        name = component.kind.name
        row, column = component.at[0] - 1, component.at[1] - 1
        if name == "G":
            for _, contacts in merged:
                for contact in contacts:
                    self.attach_to(
                        component,
                        component.ports[0],
                        self.net_of((contact.wire[0] - 1, contact.wire[1] - 1)),
                        contact,
                    )
            return
        quiet = False
        for net, _ in merged:
            quiet = quiet or net.spoilt
        if len(merged) == 2 and min(c.wire for c in merged[1][1]) < min(c.wire for c in merged[0][1]):
            merged = [merged[1], merged[0]]
        if len(merged) == 2 and name == "DC":
            self.problem(
                "ambiguous-port",
                row,
                column,
                name,
                "ambiguous port: both sides of DC are wired, and the "
                "text does not say which is p; write pDC_5_n or nDC_5_p",
            )
            component.spoilt = True
        elif len(merged) > 2:
            if not quiet:
                self.problem(
                    "too-many-terminals",
                    row,
                    column,
                    name,
                    "too many terminals: %s joins exactly two nets, "
                    "and %d wires that are not joined touch it" % (name, len(merged)),
                )
            component.spoilt = True
            for net, _ in merged:
                net.spoilt = True
        elif len(merged) == 1 and len(merged[0][1]) > 1:
            self.problem(
                "short",
                row,
                column,
                name,
                "short: both sides of %s are on the same net, so it does "
                "nothing; remove the wire around it" % name,
            )
            component.spoilt = True
        for i in range(min(2, len(merged))):
            for contact in merged[i][1]:
                self.attach_to(component, component.ports[i], merged[i][0], contact)

    def merge_grounds(self):
        """Joins all nets with a G, and gives the missing side of sources to that net."""
        ground = None
        for net in self.circuit.nets:
            if any(component.kind.name == "G" for component, _ in net.pins):
                if ground is None:
                    ground = net
                    ground.ground = True
                else:
                    self.merge(ground, net)
        for component in self.circuit.components:
            if component.spoilt or component.kind.name not in ("AC", "DC"):
                continue
            wired = [port for port in component.ports if port.net]
            if len(wired) == 1:
                if ground is None:
                    ground = Net()
                    ground.ground = True
                    self.circuit.nets.append(ground)
                for port in component.ports:
                    if port.net is None:
                        port.net = ground
                        ground.pins.append((component, port))

    def check_ports(self):
        """Reports ports without a wire, and parts that a wire goes around."""
        for component in self.circuit.components:
            kind = component.kind
            if component.spoilt or component.excused:
                continue
            row, column = component.at[0] - 1, component.at[1] - 1
            unwired = [port for port in component.ports if port.net is None]
            spoilt = any(port.net and port.net.spoilt for port in component.ports)
            if kind.board:
                for port in unwired:
                    self.circuit.warnings.append(
                        "%d:%d: unconnected port: no wire touches %s of %s"
                        % (port.at[0], port.at[1], port.name, kind.name)
                    )
                continue
            if unwired and (
                not kind.letters
                or component.symmetric
                or kind.name == "DC"
                and len(unwired) == 2
                and not unwired[0].at
                and not unwired[1].at
            ):
                need = {"G": "at least one wire", "AC": "one wire or two", "DC": "one wire or two"}.get(
                    kind.name, "exactly two nets"
                )
                self.problem(
                    "too-few-terminals",
                    row,
                    column,
                    kind.name,
                    "too few terminals: %s takes %s, and %d touch%s it; lead a wire's end to it"
                    % (
                        kind.name,
                        need,
                        len(component.ports) - len(unwired),
                        "es" if len(component.ports) - len(unwired) == 1 else "",
                    ),
                )
                continue
            if unwired:
                port = unwired[0]
                names = ", ".join(port.name for port in unwired)
                at = port.at or component.at
                if port.at:
                    hint = "lead a wire's end to it"
                else:
                    hint = "write its letter beside the name, as %s, and wire it" % _example(kind)
                self.problem(
                    "unconnected-port",
                    at[0] - 1,
                    at[1] - 1,
                    port.name,
                    "unconnected port %s of %s; %s" % (names, kind.name, hint),
                )
                continue
            if len(component.ports) == 2 and component.ports[0].net is component.ports[1].net and not spoilt:
                self.problem(
                    "short",
                    row,
                    column,
                    kind.name,
                    "short: both sides of %s are on the same net%s"
                    % (kind.name, ", ground" if component.ports[0].net.ground else ""),
                )
            elif kind.name == "T" and component.port("s").net is component.port("d").net and not spoilt:
                self.problem("short", row, column, "T", "short: source and drain of T are on the same net")
            else:
                self.check_bridges(component)

    def check_bridges(self, component):
        """Reports a + that touches two ports of one component: a short, or a slip beside a corner."""
        touched = {}
        for port in component.ports:
            for contact in port.contacts:
                other = touched.get(contact.wire)
                if other and other != port.name:
                    self.problem(
                        "short",
                        contact.wire[0] - 1,
                        contact.wire[1] - 1,
                        "+",
                        "short: this + touches the "
                        "ports %s and %s of %s at once; lead a wire to each"
                        % (other, port.name, component.kind.name),
                    )
                    return
                touched[contact.wire] = port.name

    def lonely_nets(self):
        """Reports closed wires that join nothing: boxes and tables of other drawings, for instance."""
        for net in self.circuit.nets:
            if self.fragment or net.spoilt or net.open_ends or not net.cells or len(net.pins) > 1:
                continue
            if net.pins and net.pins[0][0].kind.name == "G":
                continue
            row, column, char = net.cells[0]
            what = "only %s" % net.pins[0][0].kind.name if net.pins else "no component"
            self.problem(
                "dangling-wire",
                row - 1,
                column - 1,
                char,
                "dangling wire: this wire touches %s; lead it to what it should join, or remove it" % what,
            )

    def number(self):
        """Gives ids in reading order of the names."""
        components = []
        for run in self.runs:
            component = run.component
            if component and component.kind and not any(component is known for known in components[-1:]):
                if not component.texts or component.texts[0][0] == (run.row + 1, run.column + 1):
                    components.append(component)
        components.sort(key=lambda component: component.at)
        counts = {}
        for component in components:
            name = component.kind.name
            counts[name] = counts.get(name, 0) + 1
            component.id = name + str(counts[name])
        self.circuit.components = components

    def name_nets(self):
        taken = {}
        nets = [net for net in self.circuit.nets if net.pins]
        # Positions end in a number that makes them differ: MicroPython's sort is not stable.
        keys = []
        for i in range(len(nets)):
            keys.append((min((port.at or component.at) for component, port in nets[i].pins), i))
        keys.sort()
        nets = [nets[i] for _, i in keys]
        self.circuit.nets = nets + [net for net in self.circuit.nets if not net.pins]
        count = 0
        for net in self.circuit.nets:
            net.pins.sort(key=lambda pin: (pin[0].at, pin[1].at or (0, 0), pin[1].name))
            name = "GND" if net.ground else ""
            for component, port in net.pins:
                if not name and component.kind.board:
                    name = port.name
            if not name or name in taken:
                count += 1
                while not name or name in taken:
                    name = "N" + str(count)
                    count += 1
                count -= 1
            taken[name] = True
            net.name = name

    def islands(self):
        """Warns of several circuits that no net joins."""
        group = {}
        for component in self.circuit.components:
            group[component.id] = component.id

        def root(name):
            while group[name] != name:
                group[name] = group[group[name]]
                name = group[name]
            return name

        for net in self.circuit.nets:
            for component, _ in net.pins[1:]:
                one, other = root(net.pins[0][0].id), root(component.id)
                if one != other:
                    group[other] = one
        count = 0
        for name in group:
            count += 1 if group[name] == name else 0
        if count > 1 and not self.circuit.problems:
            self.circuit.warnings.append("%d disjoint circuits: no wire joins them" % count)

    def parse(self):
        circuit = self.circuit
        if self.read_cells():
            self.read_runs()
            self.touching()
            self.read_wires()
            self.build_nets()
            self.open_wires()
            self.number()
            self.attach()
            self.merge_grounds()
            circuit.nets = [net for net in circuit.nets if not net.merged]
            self.check_ports()
            self.lonely_nets()
            self.name_nets()
            self.islands()
            if not self.cells and not self.fragment:
                self.problem(
                    "unknown-text", 0, 0, "", "the text is empty; a circuit has a component and wires"
                )
            elif not circuit.components and not self.fragment and not circuit.problems:
                self.problem(
                    "unknown-text",
                    self.wires[0][0],
                    self.wires[0][1],
                    "",
                    "there is no component here, only wires",
                )
        circuit.problems.sort(key=lambda problem: (problem.at, problem.code, problem.message))
        if len(circuit.problems) > MOST_PROBLEMS:
            more = len(circuit.problems) - MOST_PROBLEMS
            last = circuit.problems[MOST_PROBLEMS - 1]
            circuit.problems = circuit.problems[:MOST_PROBLEMS]
            last.message += " (and %d more problems)" % more
        return circuit


def _cell(net):
    """One wire cell of a net, as the parser counts."""
    line, column, _ = net.cells[0]
    return line - 1, column - 1


def _is_voltage(rest):
    """True where what follows a number makes it a voltage name: `v`, `V`, `3v3`, `3V3_EN`; not `39vsys`."""
    if rest[0] not in "vV":
        return False
    _, behind = catalogue.split_number(rest[1:])
    return behind == "" or behind[0] == "_"


def _example(kind):
    examples = {
        "D": "aDc",
        "LED": "aLED_2V_c",
        "T": "sgTd",
        "P": "P__1__2__3",
        "DC": "pDC_5_n",
        "I": "sI_1m_d",
        "V": "pVn",
    }
    return examples[kind.name]


def parse(text, fragment=False):
    """Parses a circuit.

    Args:
        text: the diagram.
        fragment: True where open ends are legal.

    Returns:
        A `Circuit`. Its `problems` hold every mistake; where there is one, the rest is not to be relied on.

    Source: the ASCII circuit diagram notation by Ciro Santilli, cirosantilli.com, electronics.bigb.
    """
    return _Parser(text, fragment).parse()


def to_text(circuit):
    """Prints a circuit's records as text, without common indentation and trailing blanks."""
    rows = {}
    for component in circuit.components:
        for (line, column), text in component.texts:
            rows.setdefault(line, []).append((column, text))
    for net in circuit.nets:
        for line, column, char in net.cells:
            rows.setdefault(line, []).append((column, char))
    if not rows:
        return ""
    left = min(min(piece[0] for piece in pieces) for pieces in rows.values())
    out = []
    for line in range(min(rows), max(rows) + 1):
        text = ""
        for column, piece in sorted(rows.get(line, [])):
            text += " " * (column - left - len(text)) + piece
        out.append(text)
    return "\n".join(out) + "\n"
