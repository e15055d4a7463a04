"""Reads the docstrings of formulas: what is counted, arguments with units, result, validity, source."""

import inspect
import re
from dataclasses import dataclass

SECTIONS = ("Args", "Returns", "Raises", "Holds for", "Source", "Errors", "Note")
HEADING = re.compile(rf"({'|'.join(SECTIONS)}):\s*(.*)")
UNIT = re.compile(r"\s*\[([^\]]*)\]")


@dataclass(frozen=True)
class Argument:
    """Meaning and unit of one argument; the unit is "" where the docstring states none."""

    meaning: str
    unit: str


@dataclass(frozen=True)
class Docstring:
    """The parts of a docstring; a part that is not there is empty."""

    summary: str
    args: dict
    returns: str
    returns_unit: str
    holds_for: str
    source: str

    @property
    def units(self):
        return {name: argument.unit for name, argument in self.args.items()}

    @property
    def meanings(self):
        return {name: argument.meaning for name, argument in self.args.items()}


def docstring(function):
    """The parts of `function`'s docstring.

    >>> def area(*, width):
    ...     '''Area of a square.
    ...
    ...     Args:
    ...         width: side [m]; the outer one.
    ...
    ...     Returns:
    ...         Area [m^2].
    ...     '''
    >>> docstring(area).args["width"], docstring(area).returns_unit
    (Argument(meaning='side; the outer one', unit='m'), 'm^2')
    """
    sections = _sections(inspect.getdoc(function) or "")
    returns, returns_unit = _split_unit(_joined(sections["Returns"]))
    return Docstring(
        summary=_joined(sections["summary"]).split("\n\n")[0],
        args={name: Argument(*_split_unit(text)) for name, text in _arguments(sections["Args"])},
        returns=returns,
        returns_unit=returns_unit,
        holds_for=_joined(sections["Holds for"]),
        source=_joined(sections["Source"]),
    )


def _sections(text):
    """Lines of each section by its heading; what stands before any heading is the summary."""
    sections = {name: [] for name in ("summary", "more", *SECTIONS)}
    current = "summary"
    for line in text.splitlines():
        if line.startswith(">>>"):
            current = "more"
        heading = HEADING.fullmatch(line)
        if heading:
            current = heading[1]
            line = heading[2]
        elif current == "summary" and not line.strip():
            current = "more"
        sections[current].append(line)
    return sections


def _joined(lines):
    return " ".join(line.strip() for line in lines if line.strip())


def _arguments(lines):
    """(name, text) of each argument; a continued line is indented deeper than its first."""
    filled = [line for line in lines if line.strip()]
    margin = min((len(line) - len(line.lstrip()) for line in filled), default=0)
    found = []
    for line in filled:
        start = re.match(r"([\w, ]+?):\s*(.*)", line[margin:])
        if start and not line[margin:].startswith(" "):
            found.append([start[1], start[2]])
        elif found:
            found[-1][1] += " " + line.strip()
    # Arguments that share a meaning may share a line: `width, height: sides [m].`
    return [(name.strip(), text) for names, text in found for name in names.split(",")]


def _split_unit(text):
    """(text without its unit and closing dot, unit)."""
    unit = UNIT.search(text)
    if unit:
        text = text[: unit.start()] + text[unit.end() :]
    return text.strip().rstrip("."), unit[1] if unit else ""
