"""The parts table of a circuit: common part numbers, their ratings with a margin, and what else would do."""

from .. import netlist, solve
from ..catalogue import quantity
from ..draw.words import value_text
from ..listing import once
from . import needs, records

UNRATED = "none known"  # of a common part
HEADS = ("Part", "Common part", "What is needed (and what it is rated for)", "If you take another")


class NotRated(Exception):
    """A part that does not bear what the circuit asks of it; `problems` has one netlist.Problem for each."""

    def __init__(self, problems):
        super().__init__("; ".join(problem.message for problem in problems))
        self.problems = problems


class Row:
    """A component, the part that is taken for it, or None, and its ratings."""

    def __init__(self, component, part, ratings, others=()):
        self.component = component
        self.part = part
        self.ratings = ratings
        self.others = others  # of the common parts those that would do too


def rows(circuit, taken=None, parts=None, points=None):
    """`[Row]` of a circuit, every part held against its ratings.

    Args:
        circuit: parsed, without problems.
        taken: `{part id: number}` of parts that are not to be the first that suits.
        parts: common parts, those of the file where none are given.
        points: the circuit's `solve.OperatingPoints`, where they are used for more than this.

    Raises:
        records.BadPart: a number or an id that is not known.
        solve.Unsolvable: the circuit has no single answer.
    """
    parts = records.read() if parts is None else parts
    chosen = _chosen(circuit, taken or {}, parts)
    solved = needs.Solved(circuit, points or solve.OperatingPoints(circuit))
    return [
        _row(component, chosen.get(component.id), parts, solved)
        for component in circuit.components
        if component.kind.name != "G" and any(port.net for port in component.ports)
    ]


def _row(component, part, parts, solved):
    if part is not None:
        others = [one for one in parts if one.kind == part.kind and one is not part and "legs" in one.figures]
        ratings_of = {one.number: needs.ratings(component, one, solved) for one in (part, *others)}
        fit = [one for one in others if all(rating.fits for rating in ratings_of[one.number])]
        return Row(component, part, ratings_of[part.number], fit)
    return Row(component, None, list(needs.supplies(component, solved)))


def _chosen(circuit, taken, parts):
    """`{part id: Part}`: the number that is wanted, or the first of the file whose values suit.

    A part with a port that has no wire gets none, but for blocks, whose text leaves out what is not used.
    """
    for name in taken:
        if circuit.find(name) is None:
            ids = ", ".join(c.id for c in circuit.components if c.kind.name != "G")
            raise records.BadPart(f"the circuit has no part '{name}'; it has {ids}")
    found = {}
    exact = needs.dividers(circuit)
    for component in circuit.components:
        kind = component.kind.name
        if component.id in taken:
            found[component.id] = records.find(taken[component.id], kind, parts)
        elif component.kind.block or all(port.net for port in component.ports):
            suiting = [p for p in parts if p.kind == kind and needs.suits(component, p, component in exact)]
            found[component.id] = suiting[0] if suiting else None
    return found


def placing(circuit, taken=None):
    """What a breadboard asks of the parts that are taken: the arguments `legs` and `wide` of `place.plan`.

    `legs` is `{part id: order of its legs}` of transistors, printed side towards one; `wide` lists those in a
    TO-220, which is wider than its legs.

    Raises:
        records.BadPart: a number or an id that is not known.
    """
    legged = [
        (name, part)
        for name, part in _chosen(circuit, taken or {}, records.read()).items()
        if part and part.figures.get("legs")
    ]
    return {
        "legs": {name: part.legs for name, part in legged},
        "wide": [name for name, part in legged if part.package == "TO-220"],
    }


def housings(circuit, taken):
    """`{part id: (package, legs or None)}` of the transistors that are to be another than the usual part.

    Raises:
        records.BadPart: a number or an id that is not known, or of a part that is no transistor.
    """
    chosen = _chosen(circuit, taken, records.read())
    for name in taken:
        if "legs" not in chosen[name].figures:
            raise records.BadPart(
                f"{name} is no transistor: its footprint is the same whatever part is taken"
            )
    return {name: (chosen[name].package, chosen[name].legs) for name in taken}


def unrated(found):
    """`[(id, words of its kind)]` of what no common part is known for: nothing was held against it."""
    return [
        (row.component.id, row.component.words)
        for row in found
        if row.part is None and not row.ratings and not row.component.kind.board
    ]


def problems(found):
    """Ratings that are not met, as `[netlist.Problem]`: what, where, and what would be right."""
    said = []
    for row in found:
        for rating in row.ratings:
            if not rating.fits:
                name = f"{row.component.id}, {row.part.number}" if row.part else row.component.id
                has = "its sheet states none" if rating.bears == needs.UNKNOWN else f"it has {rating.bears}"
                words = f"{name}: {rating.what} {rating.asked}, and {has}; {rating.right} would be right"
                said.append(netlist.Problem("rating", row.component.at, "", words))
    return said


def require(found):
    """Raises NotRated where a rating is not met."""
    said = problems(found)
    if said:
        raise NotRated(said)


def table(found):
    """`(heads, rows)` of text; equal parts stand in one row."""
    out = []
    keys = [_key(row) for row in found]
    for key in once(keys):
        same = [row for row, its in zip(found, keys) if its == key]
        names = ", ".join(row.component.id for row in same)
        value = value_text(same[0].component)
        words = same[0].component.words
        out.append((f"{names}: {words}{', ' + value if value else ''}", *_cells(same)))
    return HEADS, out


def sources(found):
    """`(heads, rows)`: the document behind each part that is named."""
    named = once([(row.part.number, row.part.source) for row in found if row.part])
    return ("Common part", "Its ratings are from"), named


def _key(row):
    own = row.part.number if row.part else row.component.id
    return (row.component.kind.name, value_text(row.component), own, instead(row))


def _cells(same):
    row = same[0]
    part = common(row)
    ratings = [rating for one in same for rating in one.ratings]
    told = "; ".join(_told(name, ratings) for name in once([rating.what for rating in ratings]))
    if part == UNRATED and not told:
        return part, "not checked: hold its voltages and currents against its sheet", instead(row)
    return part, told or "—", instead(row)


def common(row):
    """The common part of a row, with its package, or what else serves."""
    return f"{row.part.number} ({row.part.package})" if row.part else _what(row.component)


def _what(component):
    return {
        "RPI_PICO_W": "Raspberry Pi Pico W with headers",
        "RPI_PICO_2_W": "Raspberry Pi Pico 2 W with headers",
        "CONN": "pin header or screw terminal",
        "DC": f"power supply of {value_text(component)}" if component.values else "power supply",
    }.get(component.kind.name, UNRATED)


def _told(name, ratings):
    """One rating for all equal parts: each that is asked, and what the part bears."""
    those = [rating for rating in ratings if rating.what == name]
    asked = once([rating.asked for rating in those])
    bears = those[0].bears
    return f"{name} {' and '.join(asked)}" + (f" ({bears})" if bears else "")


def instead(row):
    """What to look for when another part is taken."""
    component = row.component
    right = {rating.what: rating.right for rating in row.ratings}
    others = "".join(f"{one.number} ({one.package}), or " for one in row.others)
    if component.kind.name in LOOK:
        return others + LOOK[component.kind.name](component, right)
    return "—"


def _mosfet(component, right):
    gate = right.get("on-resistance stated at a gate of")
    current, volts = right.get("drain current"), right.get("drain to source")
    what = "an N-channel" if component.kind.name == "T" else "a P-channel"
    if not gate:
        return f"{what} MOSFET for {volts}"
    return (
        f"{what} MOSFET whose sheet states its on-resistance at a gate of {gate} (the threshold alone "
        f"says nothing), for {volts} and {current}; mind the order of its legs"
    )


def _resistor(component, right):
    ohms = component.value("ohm")
    tolerance = right.get("tolerance", "5%")
    return f"any of {quantity(ohms, 'ohm', 6)}, {tolerance}, {right['power']}" if ohms else "—"


def _bipolar(which):
    """What to look for instead of a bipolar transistor, of which `which` is the kind with its article."""

    def look(component, right):
        return (
            f"{which} transistor for {right['collector to emitter']} and {right['collector current']}, "
            f"{right.get(needs.GAIN, 'saturated')}; mind the order of its legs"
        )

    return look


def _of_diode(right):
    """What a diode has to bear; the current of one that the solver has no current for goes without saying."""
    words = [right["forward current"], right["reverse voltage"]]
    return " and ".join(words[words[0].startswith("0 ") :])


def _or_own(component, right, what, unit):
    """What would be right, where a rating asks for it; else what the text says."""
    value = component.value(unit)
    return right.get(what) or (quantity(value, unit, 6) if value is not None else "any value")


LOOK = {
    "R": _resistor,
    "T": _mosfet,
    "PMOS": _mosfet,
    "NPN": _bipolar("an NPN"),
    "PNP": _bipolar("a PNP"),
    "D": lambda c, right: f"a diode for {_of_diode(right)}; 1N4001 to 1N4007",
    "LED": lambda c, right: (
        f"any colour that drops about {right['drop']}: red, yellow; blue and white drop 3 V"
    ),
    "THERMISTOR": lambda c, right: (
        f"an NTC of {_or_own(c, right, 'at 25 °C', 'ohm')}, beta {_or_own(c, right, 'beta', 'K')}; "
        "another beta: set BETA"
    ),
    "FAN": lambda c, right: (
        f"a fan for {right['voltage']}, {right['current']}" if len(right) == 2 else "a fan"
    ),
    "C": lambda c, right: ", ".join(
        [_or_own(c, right, "value", "F"), *(right[name] for name in ["voltage"] if name in right)]
    ),
    "FAN_PWM": lambda c, right: (
        f"a {c.words}"
        + (f" for {right['voltage']}" if "voltage" in right else "")
        + (", its third wire a tachometer and no rotation detector" if c.fan_wires == 3 else "")
    ),
    "ZENER": lambda c, right: (
        f"a zener of {quantity(c.value('V'), 'V', 6)} that carries off {right[needs.HEAT]}; its ring on plus"
    ),
    "OPAMP": lambda c, right: f"{right['supply']}, and whose inputs and output reach both ends of it",
    "RELAY": lambda c, right: (
        f"a relay for {_or_own(c, right, 'coil voltage', 'V')} and {_or_own(c, right, 'coil current', 'A')}"
        + (f", its contact for {right['contact current']}" if "contact current" in right else "")
    ),
    "FUSE": lambda c, right: f"{quantity(c.value('A'), 'A')}, fast, for {right['voltage once it has blown']}",
    "SWITCH": lambda c, right: f"any for {right['contact current']}",
    "BUTTON": lambda c, right: f"any for {right['contact current']}",
    "RPI_PICO_W": lambda c, right: "Pico, Pico 2, Pico 2 W: their pins are the same",
    "RPI_PICO_2_W": lambda c, right: "Pico 2, Pico, Pico W: their pins are the same",
    "DC": lambda c, right: f"one that gives {right['gives']}",
}
