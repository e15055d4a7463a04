"""What a drawing says in words. Core: runs in MicroPython too."""

from .. import board
from ..catalogue import quantity


def escape(text):
    """Text for markup."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def value_text(component):
    """The values of a component for people: `10 kΩ · 3950 K`, or an empty string."""
    words = [quantity(number, unit, 15 if unit == "K" else 6) for number, unit, _ in component.values]
    return " · ".join(words)


def label(component):
    """The lines of a component's label: the id, then the values."""
    value = value_text(component)
    return [component.id, value] if value else [component.id]


def pin_text(component, port):
    """`(name, number)` of a board's port as they are drawn; the number may be empty."""
    if not component.kind.board:
        return port.name, "" if port.pin is None else str(port.pin)
    try:
        pin = board.pin_of(component, port)
    except board.PinError:
        return port.name, "" if port.pin is None else str(port.pin)
    return pin.name, "" if pin.number is None else str(pin.number)


def net_words(net):
    """What a net joins, in words: `net gpio2: R2.2, RPI_PICO_W1.gpio2`."""
    pins = ", ".join([component.id + "." + port.name for component, port in net.pins])
    return "net %s: %s" % (net.name or "without a part", pins or "no part")


def describe(circuit):
    """The whole circuit in words, as a text alternative."""
    parts = []
    for component in circuit.components:
        if component.kind.name == "G":
            continue
        value = value_text(component)
        parts.append("%s, a %s%s" % (component.id, component.words, " of " + value if value else ""))
    wires = [net_words(net) for net in circuit.nets if net.pins]
    return "Parts: %s. Wires: %s." % ("; ".join(parts) or "none", "; ".join(wires) or "none")
