"""What a circuit is made of and how it is wired, as rows of text for tables.

Core: runs in MicroPython too.
"""

from . import board
from .catalogue import quantity
from .draw.words import value_text

PORT_WORDS = {
    ("D", "a"): "anode",
    ("D", "c"): "cathode",
    ("LED", "a"): "anode",
    ("LED", "c"): "cathode",
    ("T", "s"): "source",
    ("T", "g"): "gate",
    ("T", "d"): "drain",
    ("ZENER", "a"): "anode",
    ("ZENER", "c"): "cathode",
    ("PMOS", "s"): "source",
    ("PMOS", "g"): "gate",
    ("PMOS", "d"): "drain",
    ("NPN", "b"): "base",
    ("NPN", "c"): "collector",
    ("NPN", "e"): "emitter",
    ("PNP", "b"): "base",
    ("PNP", "c"): "collector",
    ("PNP", "e"): "emitter",
    ("OPAMP", "p"): "input +",
    ("OPAMP", "n"): "input −",
    ("OPAMP", "o"): "output",
    ("OPAMP", "v"): "supply",
    ("OPAMP", "g"): "ground",
    ("P", "1"): "end 1",
    ("P", "2"): "wiper",
    ("P", "3"): "end 3",
    ("DC", "p"): "plus",
    ("DC", "n"): "minus",
    ("AC", "p"): "",
    ("AC", "n"): "",
    ("V", "p"): "plus",
    ("V", "n"): "minus",
    ("I", "s"): "s",
    ("I", "d"): "d",
}
# The port whose current is a part's, where that is not its first.
MAIN = {"T": "d", "PMOS": "d", "NPN": "c", "PNP": "c", "OPAMP": "o"}
NOTHING = 1e-9  # what is smaller is rounding or leakage of the solver [A], [V], [W]


def listed(words):
    """`a`, `a and b`, `a, b and c`."""
    words = list(words)
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def once(words):
    """The words in their order, each where it comes first. (Dictionaries keep no order in MicroPython.)"""
    found = []
    for word in words:
        if word not in found:
            found.append(word)
    return found


def parts(circuit):
    """Bill of materials: `(how many, what, value, ids)`, equal parts in one row, without ground signs."""
    named = [
        ((component.words, value_text(component)), component.id)
        for component in circuit.components
        if component.kind.name != "G"
    ]
    rows = []
    for same in once([part for part, _ in named]):
        ids = [name for part, name in named if part == same]
        rows.append((str(len(ids)), same[0], same[1] or "—", ", ".join(ids)))
    return rows


def pin_words(component, port):
    """A pin in words: `Pico pin 31 (GP26/ADC0)`, `T1 gate`, `R1`."""
    if component.kind.block and not component.kind.board:
        if port.pin is None:
            return f"{component.id} {port.name}"
        return f"{component.id} pin {port.pin} ({port.name})"
    if component.kind.board:
        name = "Pico" if component.kind.name in board.PICOS else component.id
        try:
            pin = board.pin_of(component, port)
        except board.PinError:
            pin = board.Pin(port.pin, port.name, board.CONTROL)
        if pin.number is None:
            return f"{name} {pin.name}" + (" (any)" if pin.role == board.GROUND else "")
        return f"{name} pin {pin.number} ({pin.name})"
    if component.kind.name == "G":
        return "ground"
    word = PORT_WORDS.get((component.kind.name, port.name), "") if not component.symmetric else ""
    return f"{component.id} {word}".strip()


def wiring(circuit):
    """Wiring table: `(from, to)`, one row per net; the board's pins come first."""
    rows = []
    for net in circuit.nets:
        if not net.pins:
            continue
        pins = _boards_first(net.pins, lambda pin: pin[0].kind.board)
        words = once([pin_words(component, port) for component, port in pins])
        rows.append((pins[0][0].kind.board, words[0], listed(words[1:]) or "nothing yet"))
    return [row[1:] for row in _boards_first(rows, lambda row: row[0])]


def _boards_first(rows, of_board):
    """Rows of boards, then the others. (MicroPython's sorting would mix up equals.)"""
    return [row for row in rows if of_board(row)] + [row for row in rows if not of_board(row)]


def amount(value, unit):
    """A solved value for people; what only rounding made is 0."""
    return quantity(value if abs(value) >= NOTHING else 0.0, unit, 4)


def _amounts(values, unit):
    return tuple([amount(value, unit) for value in values])


def joins(net):
    """The pins of a net in words."""
    return listed(once([pin_words(component, port) for component, port in net.pins]))


def voltages(circuit, states):
    """`(net, its pins, voltage in each state …)` for each net."""
    return [
        (net.name, joins(net)) + _amounts([state.nets[net.name] for state in states], "V")
        for net in circuit.nets
        if net.pins
    ]


def currents(circuit, states):
    """`(pin, current into the circuit in each state …)` of the board's pins, then `(part, current, …)`.

    A part's current is what enters at its first port; of a transistor its drain's or its collector's, of an
    amplifier its output's.
    """
    rows = []
    for component in circuit.components:
        if component.kind.board:
            for port in component.ports:
                if port.net:
                    name = f"{component.id}.{port.name}"
                    amperes = [-state.currents[name] for state in states]
                    rows.append((pin_words(component, port),) + _amounts(amperes, "A"))
    for component in circuit.components:
        if component.kind.block and not component.kind.board:
            rows += _block_rows(component, states)
        elif not component.kind.board and component.kind.name != "G" and all(p.net for p in component.ports):
            port = MAIN.get(component.kind.name) or component.ports[0].name
            name = f"{component.id}.{port}"
            amperes = [state.currents[name] for state in states]
            if component.symmetric:
                amperes = [abs(current) for current in amperes]
            rows.append((component.id,) + _amounts(amperes, "A"))
    return rows


def _block_rows(component, states):
    """A block's currents, one for each of its pins that carries any."""
    rows = []
    for port in component.ports:
        amperes = [state.currents.get(f"{component.id}.{port.name}", 0.0) for state in states]
        if any(abs(current) >= NOTHING for current in amperes):
            rows.append((pin_words(component, port),) + _amounts(amperes, "A"))
    return rows


def powers(circuit, states):
    """`(part, power it takes up in each state …)`; what delivers is negative, as a supply."""
    return [
        (component.id,) + _amounts([state.power[component.id] for state in states], "W")
        for component in circuit.components
        if component.id in states[0].power and component.kind.name != "G"
    ]
