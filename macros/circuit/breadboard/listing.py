"""A breadboard in words: the table of legs, the table of wires, and the text alternative of the drawing."""

from .. import board as pins_of_boards
from ..draw.words import value_text
from ..listing import PORT_WORDS, listed, once
from . import board, nodes

LEGS = ("Leg", "Hole", "Net")
WIRES = ("Wire", "From", "To", "Net")


def legs(plan):
    """Each leg and the hole it goes to: `(heads, rows)`; the Pico's first row says how it stands.

    Of a plan upon a board that is there already, the legs that are new.
    """
    rows = []
    for placed in new_parts(plan):
        if placed.form == "pico":
            rows.append(("Pico pin 1 and pin 40, USB plug beyond row 1", "c1 and h1", "—"))
        value = value_text(placed.part)
        name = placed.part.id + (f" ({value})" if value else "")
        for port, hole in placed.legs:
            if placed.form == "pico":
                words = f"Pico {_pico_pin(hole)}"
            else:
                words = f"{name} {leg_word(placed, port, plan.polarity)}"
            rows.append((words, board.words(hole), plan.node_at(hole).name))
    return LEGS, rows


def wires(plan):
    """Each wire with its two holes: `(heads, rows)`; upon a board that is there already the new ones.

    A fuse's lead in the terminal of its supply is no wire, and has no number.
    """
    rows = [
        (str(i + 1), board.words(wire.start), board.words(wire.end), wire.node.name)
        for i, wire in enumerate(plan.wires)
    ]
    rows = rows[len(plan.kept) :]
    number = len(plan.wires)
    for wire in plan.direct:
        if plan.stay.issuperset(part.id for part, _ in (wire.start, wire.end)):
            continue
        number += not nodes.clamped(wire.node)
        ends = [f"{end}, beside the board" for end in _direct_ends(wire, plan)]
        rows.append(("—" if nodes.clamped(wire.node) else str(number), *ends, wire.node.name))
    return WIRES, rows


def new_parts(plan):
    """`[Placed]` of what was not there already: everything, but upon another board."""
    return [placed for placed in plan.placed if placed.part.id not in plan.stay]


def additions(plan):
    """What is added to a board that is there already, in words: `R4 (330 Ω), T2 and the wires 7 to 9`."""
    names = []
    for placed in sorted(new_parts(plan), key=lambda one: one.part.at):
        names.append(_valued(placed.part.id, value_text(placed.part)))
    numbers = [row[0] for row in wires(plan)[1] if row[0] != "—"]
    if len(numbers) > 1:
        names.append(f"the wires {numbers[0]} to {numbers[-1]}")
    elif numbers:
        names.append(f"wire {numbers[0]}")
    return listed(names)


def changes(plan, before):
    """What is other than on another circuit's board, in words.

    `new are T2 and R4 (10 kΩ); R2 and R3 move; D1 and T1 stay in their holes`
    """
    known = {name: (value, legs) for name, value, legs in _placed(before)}
    here = list(_placed(plan))
    same = [part for part in here if part[0] in known and known[part[0]][0] == part[1]]
    names = [name for name, _, _ in same]
    new = [_valued(name, value) for name, value, _ in here if name not in names]
    gone = [_valued(name, value) for name, (value, _) in known.items() if name not in names]
    moved = [name for name, _, legs in same if legs != known[name][1]]
    stay = [name for name in names if name not in moved]
    said = []
    for some, one, several in (
        (new, "new is {}", "new are {}"),
        (gone, "{} goes", "{} go"),
        (moved, "{} moves", "{} move"),
        (stay, "{} stays in its holes", "{} stay in their holes"),
    ):
        if some:
            said.append((several if len(some) > 1 else one).format(listed(some)))
    return "; ".join(said)


def _valued(name, value):
    return name + (f" ({value})" if value else "")


def _placed(plan):
    """`(name, value in words, holes of its legs)` of each part but the Pico, in the order of the text."""
    for placed in sorted(plan.placed, key=lambda one: one.part.at):
        if placed.form != "pico":
            yield placed.part.id, value_text(placed.part), dict(placed.legs)


def _pico_pin(hole):
    column, row = hole
    pin = row if column == board.PICO_LEFT else 2 * board.PICO_ROWS + 1 - row
    return f"pin {pin} ({pins_of_boards.PICO_W[pin][0]})"


def leg_word(placed, port, polarity):
    """What a leg is called, and how to tell it."""
    part = placed.part
    if placed.form == "beside":
        return lead_word(part, port, polarity) or _either(placed, port)
    word = PORT_WORDS.get((part.kind.name, port), port)
    if part.kind.name == "LED":
        return word + {"a": " (the long leg)", "c": " (the flat side)"}[port]
    if part.kind.name in ("D", "ZENER"):
        return word + (" (the ring)" if port == "c" else "")
    if placed.form == "three":
        if placed.ordered and port == placed.legs[0][0]:
            return word + " (printed side towards column g)"
        if placed.ordered:
            tab = placed.wide and port == placed.legs[1][0]
            return word + (" (and the metal tab: nothing may touch it)" if tab else "")
        return word + " (find it in the part's sheet, or on its adapter)"
    return _either(placed, port) if part.symmetric else word


def _either(placed, port):
    """A leg of a part that may stand either way round."""
    return "one leg" if port == placed.legs[0][0] else "other leg"


def lead_word(part, port, polarity):
    """What stands at the lead of a part beside the board: `+`, `−`, or the port's name."""
    found = polarity.get((part.id, port))
    if found:
        return found
    if part.kind.name in ("DC", "V"):
        return {"p": "+", "n": "−"}.get(port, port)  # of a voltmeter the text need not name them
    return "" if part.symmetric else port


def part_words(placed, plan):
    """A part with its holes: `R1, 330 Ω: d23 and f23`."""
    part = placed.part
    if placed.form == "pico":
        return f"{part.id}, {part.words}: pin 1 in c1, pin 40 in h1"
    value = value_text(part)
    holes = [f"{port} {board.words(hole)}" for port, hole in placed.legs] or ["beside the board"]
    if part.symmetric:
        holes = [board.words(hole) for _, hole in placed.legs]
    return f"{part.id}{', ' + value if value else ''}, {part.words}: {listed(holes)}"


def wire_words(wire, number):
    """A wire in words."""
    if wire.start is None:
        return f"lead to {board.words(wire.end)}, {wire.node.name}"
    return f"wire {number}: {board.words(wire.start)} to {board.words(wire.end)}, {wire.node.name}"


def _direct_ends(wire, plan):
    """Both ends of a wire from part to part: `RELAY1 com`, `DC1 +`."""
    ends = (wire.start, wire.end)
    words = [
        lead_word(part, port.name, plan.polarity) or ("" if part.symmetric else port.name)
        for part, port in ends
    ]
    return [f"{part.id} {word}".strip() for (part, _), word in zip(ends, words)]


def direct_words(wire, plan):
    """A wire from part to part in words."""
    one, other = _direct_ends(wire, plan)
    return f"wire beside the board: {one} to {other}, {wire.node.name}"


def node_words(node, plan):
    """A node for the legend: its name, and whose legs it joins."""
    parts = once([part.id for part, _ in node.pins if not part.kind.board])
    return f"{node.name}: {', '.join(parts)}" if parts else node.name


def describe(plan):
    """The whole board in words, as a text alternative."""
    parts = [part_words(placed, plan) for placed in plan.placed]
    joined = [wire_words(wire, i + 1) for i, wire in enumerate(plan.wires)]
    joined += [direct_words(wire, plan) for wire in plan.direct]
    return (
        f"A breadboard of {plan.rows} rows, the rails at its sides. Parts: {'; '.join(parts)}. "
        f"Wires: {'; '.join(joined) or 'none'}."
    )
