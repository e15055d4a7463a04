"""What a circuit is made of and how it is wired, as rows of text for tables."""

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
NOTHING = 1e-9  # what is smaller is rounding or leakage of the solver [A], [V], [W]


def listed(words):
    """`a`, `a and b`, `a, b and c`."""
    words = list(words)
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def parts(circuit):
    """Bill of materials: `(how many, what, value, ids)`, equal parts in one row, without ground signs."""
    rows = {}
    for component in circuit.components:
        if component.kind.name != "G":
            rows.setdefault((component.kind.words, value_text(component)), []).append(component.id)
    return [(str(len(ids)), what, value or "—", ", ".join(ids)) for (what, value), ids in rows.items()]


def pin_words(component, port):
    """A pin in words: `Pico pin 31 (GP26/ADC0)`, `T1 gate`, `R1`."""
    if component.kind.board:
        name = "Pico" if component.kind.name == "RPI_PICO_W" else component.id
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
        pins = sorted(net.pins, key=lambda pin: not pin[0].kind.board)
        words = list(dict.fromkeys(pin_words(component, port) for component, port in pins))
        rows.append((pins[0][0].kind.board, words[0], listed(words[1:]) or "nothing yet"))
    return [row[1:] for row in sorted(rows, key=lambda row: not row[0])]


def amount(value, unit):
    """A solved value for people; what only rounding made is 0."""
    return quantity(value if abs(value) >= NOTHING else 0.0, unit, 4)


def voltages(circuit, states):
    """`(net, its pins, voltage in each state …)` for each net."""
    return [
        (
            net.name,
            listed(dict.fromkeys(pin_words(c, p) for c, p in net.pins)),
            *(amount(state.nets[net.name], "V") for state in states),
        )
        for net in circuit.nets
        if net.pins
    ]


def currents(circuit, states):
    """`(pin, current into the circuit in each state …)` of the board's pins, then `(part, current, …)`.

    A part's current is what enters at its first port; of a MOSFET the drain's.
    """
    rows = []
    for component in circuit.components:
        if component.kind.board:
            for port in component.ports:
                if port.net:
                    name = f"{component.id}.{port.name}"
                    rows.append(
                        (pin_words(component, port), *(amount(-s.currents[name], "A") for s in states))
                    )
    for component in circuit.components:
        if not component.kind.board and component.kind.name != "G" and all(p.net for p in component.ports):
            port = "d" if component.kind.name == "T" else component.ports[0].name
            name = f"{component.id}.{port}"
            rows.append(
                (
                    component.id,
                    *(
                        amount(abs(s.currents[name]) if component.symmetric else s.currents[name], "A")
                        for s in states
                    ),
                )
            )
    return rows


def powers(circuit, states):
    """`(part, power it takes up in each state …)`; what delivers is negative, as a supply."""
    return [
        (component.id, *(amount(state.power[component.id], "W") for state in states))
        for component in circuit.components
        if component.id in states[0].power and component.kind.name != "G"
    ]
