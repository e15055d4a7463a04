"""The common parts of parts.toml."""

from pathlib import Path

from ..catalogue import nearest

FILE = Path(__file__).with_name("parts.toml")
WORDS = ("kind", "number", "package", "source")  # that every part has
BIPOLAR = (
    "legs",
    "collector_emitter_voltage",
    "emitter_base_voltage",
    "collector_current",
    "saturated_gain",
    "storage_time",
    "output_capacitance",
    "junction_to_air",
    "junction",
)
MOSFET = (
    "legs",
    "drain_source_voltage",
    "gate_source_voltage",
    "least_threshold",
    "on_resistance",
    "on_gate_voltage",
    "on_current",
    "junction_to_air",
    "junction",
    "output_capacitance",
)
CONTACT = ("contact_current", "contact_voltage")
# What else a part of a kind states: base units, each a number; `legs` is a word. Of a P-channel MOSFET and a
# PNP the amounts, without their minus.
FIGURES = {
    "R": ("power", "voltage", "tolerance", "least_resistance", "most_resistance"),
    "T": MOSFET,
    "PMOS": MOSFET,
    "NPN": BIPOLAR,
    "PNP": BIPOLAR,
    "D": ("forward_current", "reverse_voltage"),
    "LED": ("forward_current", "reverse_voltage", "least_drop", "most_drop"),
    "THERMISTOR": ("resistance", "beta", "power"),
    "FAN": ("voltage", "current"),
    "FAN_PWM": ("voltage", "current", "wires"),
    "C": ("capacitance", "voltage"),
    "ZENER": ("least_voltage", "most_voltage", "junction_to_air", "junction"),
    "OPAMP": ("least_supply", "most_supply", "input_beyond"),
    "RELAY": ("voltage", "current", *CONTACT),
    "FUSE": ("least_current", "most_current", "voltage"),
    "SWITCH": CONTACT,
    "BUTTON": CONTACT,
}


# Figures that a part may lack; a rule that needs one then finds that it does not fit.
OPTIONAL = ("legs", "least_threshold", "on_current", "junction_to_air", "junction", "output_capacitance")


class BadPart(Exception):
    """A part that is not known, or a row of the file that cannot be used; the message says what is right."""


class Part:
    """A common part: its words, and its figures, of which a missing one is None."""

    def __init__(self, row):
        self.kind = row["kind"]
        self.number = row["number"]
        self.package = row["package"]
        self.source = row["source"]
        self.figures = {name: row.get(name) for name in FIGURES[row["kind"]]}

    def __getattr__(self, name):
        if name == "figures" or name not in self.figures:
            raise AttributeError(name)
        return self.figures[name]


def read(path=FILE):
    """All common parts, in the order of the file.

    Raises:
        BadPart: a row without a source, of an unknown kind, or with a field that its kind does not have.
    """
    import tomllib

    rows = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    return [_part(Path(path).name, key, row) for key, row in rows.items()]


def _part(file, key, row):
    for word in WORDS:
        if not isinstance(row.get(word), str) or not row[word].strip():
            raise BadPart(f"{file}: {key}: '{word}' is missing; every part has {', '.join(WORDS)}")
    if row["kind"] not in FIGURES:
        raise BadPart(f"{file}: {key}: unknown kind '{row['kind']}'; known are {', '.join(FIGURES)}")
    known = (*WORDS, *FIGURES[row["kind"]])
    for name, figure in row.items():
        if name not in known:
            near = nearest(name, known)
            hint = f"did you mean '{near}'?" if near else f"a {row['kind']} has {', '.join(known)}"
            raise BadPart(f"{file}: {key}: unknown field '{name}'; {hint}")
        if name not in (*WORDS, "legs") and (isinstance(figure, (bool, str)) or figure <= 0):
            raise BadPart(
                f"{file}: {key}: '{name}' is {figure!r}; a number above 0 in base units is expected"
            )
    for name in FIGURES[row["kind"]]:
        if name not in row and name not in OPTIONAL:
            raise BadPart(f"{file}: {key}: '{name}' is missing; a {row['kind']} states it")
    return Part(row)


def find(number, kind, parts):
    """The part of a number, whatever its case. Raises BadPart with what would be right."""
    for part in parts:
        if part.number.lower() == number.lower():
            if part.kind != kind:
                raise BadPart(f"{part.number} is a {part.kind}, and a {kind} is wanted")
            return part
    numbers = [part.number for part in parts if part.kind == kind]
    near = nearest(number, numbers)
    hint = f"did you mean '{near}'?" if near else f"known are {', '.join(numbers) or 'none'}"
    raise BadPart(f"unknown part '{number}' for a {kind}; {hint}")
