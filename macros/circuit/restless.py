"""Which part keeps a circuit from having an operating point, and what was meant instead.

Core: runs in MicroPython too.

With these models a part that turns itself off by being on has no state to rest in: the N-channel MOSFET whose
source follows its gate, the relay that cuts off its own coil.
"""

from . import models
from .catalogue import quantity


def unrest(circuit, elements):
    """`(why, (line, column) or None)` of the element that changed its state most often.

    Args:
        circuit: that was solved.
        elements: `[solve.Element]` that kept changing, the one that did so most often first.
    """
    for element in elements:
        component = circuit.find(element.name.split(".")[0])
        rule = WHY.get(component.kind.name) if component else None
        if rule:
            return f"{component.id} {rule}", component.at
    words = "no consistent state of its diodes and switches was found"
    if not elements:
        return words, None
    component = circuit.find(elements[0].name.split(".")[0])
    return f"{words}: {component.id} opens and closes again and again", component.at


def loop(circuit, elements):
    """(line, column) of the first source that closes a loop of sources; None where none does."""
    joined = {}

    def root(node):
        while node in joined:
            node = joined[node]
        return node

    for element in elements:
        if element.kind != "V":
            continue
        one, other = [root(node) for node in element.nodes]
        pin = element.pins[0] or element.pins[1]
        if one == other and pin:
            component = circuit.find(pin[0])
            return component.port(pin[1]).at or component.at
        if one != other:
            joined[one] = other
    return None


_AT = quantity(models.SWITCH_AT, "V")
WHY = {
    "T": (
        "has no state to rest in: on, it lifts its source until less than "
        f"{_AT} remain between gate and source, and off, they are back; an N-channel MOSFET stands between "
        "its load and ground, with its source on ground; a PMOS, its source on plus, switches the other side"
    ),
    "PMOS": (
        "has no state to rest in: on, it pulls its source down until less than "
        f"{_AT} remain between source and gate, and off, they are back; a P-channel MOSFET stands between "
        "plus and its load, with its source on plus; a T, its source on ground, switches the other side"
    ),
    "RELAY": (
        "has no state to rest in: pulled in, it takes its own coil's voltage away, and at rest it gives it "
        "back; it buzzes. Feed the coil past its contacts"
    ),
}
