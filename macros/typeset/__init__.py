"""A formula as a reader sees it, from the source of the function that computes it.

typeset = formula(kv_cache_bytes)
typeset.block      the formula for a page: MathML that scrolls where it does not fit
typeset.mathml     the same without its frame, for a popover
typeset.tex        for copying
typeset.letters    for each argument: letter, name, meaning, unit
"""

import inspect
from dataclasses import dataclass
from difflib import get_close_matches
from typing import NamedTuple

from . import notation
from .docstrings import Argument, Docstring, docstring
from .expressions import added, equation, expression, multiplied, numbers, with_numbers
from .letters import letter_of, words_of
from .source import Source, TypesetError, name_of, read, source_of

__all__ = [
    "Argument",
    "Docstring",
    "Glossed",
    "Source",
    "Typeset",
    "TypesetError",
    "added",
    "docstring",
    "equation",
    "expression",
    "formula",
    "letter",
    "line",
    "multiplied",
    "source_of",
    "with_numbers",
    "words_of",
]

# Room for a formula on a phone of 360 CSS px, in em of the formula's font.
PHONE = 17
INDENT = 1


class Glossed(NamedTuple):
    """One argument as the legend below a formula lists it; `letter` is inline MathML."""

    letter: str
    name: str
    meaning: str
    unit: str


@dataclass(frozen=True)
class Typeset:
    """A formula in MathML and TeX, with its letters and where it is defined."""

    mathml: str
    tex: str
    letters: list
    source: Source
    width: float

    @property
    def block(self):
        """The formula in a frame that scrolls, by keyboard too, where it is wider than a phone."""
        reach = ""
        if self.width > PHONE:
            reach = ' tabindex="0" role="group" aria-label="formula, scrolls sideways"'
        return f'<div class="formula"{reach}>{self.mathml}</div>'


def formula(function, inline=(), width=PHONE):
    """Typesets `function` from its own source, in its author's order.

    Args:
        function: named steps and one returned expression; its docstring gives each argument meaning and unit.
        inline: names of neighbouring formulas to write out in place instead of naming them.
        width: room for a line [em]; wider sums are broken into lines.
    """
    steps, result = read(function, inline)
    lines = [*steps, (name_of(function.__name__), result)]
    mathml, reached = _lines(lines, width)
    equal = " = " if len(lines) == 1 else " &= "
    tex = r" \\ ".join(left.tex() + equal + right.tex() for left, right in lines)
    if len(lines) > 1:
        tex = rf"\begin{{aligned}} {tex} \end{{aligned}}"
    markup = f'<math display="block">{mathml}</math>'
    return Typeset(markup, tex, _letters(function), source_of(function), reached)


def worked(function, values, result, exact=True, width=PHONE):
    """MathML of a formula's case: its right side with numbers in place of letters, and what that makes.

    Args:
        function: as in `formula`.
        values: argument -> (number as it is written, its unit).
        result: the same of the result.
        exact: whether all these numbers are written in full; else the sign is that of "about".
        width: room for a line [em].
    """
    given = {name: notation.Quantity(*written) for name, written in values.items()}
    _, right = read(function, given=given)
    return numbers(right, notation.Quantity(*result), exact, width)


def line(function):
    """Inline MathML of a formula, its steps before it, broken nowhere."""
    steps, result = read(function)
    lines = [*steps, (name_of(function.__name__), result)]
    return "<br>".join(f"<math>{left.mathml()}<mo>=</mo>{right.mathml()}</math>" for left, right in lines)


def letter(name):
    """Inline MathML of the letter that stands for `name`."""
    return f"<math>{notation.Letter(*letter_of(name)).mathml()}</math>"


def _lines(lines, width):
    """(MathML of aligned equations, the width they reach).

    Expressions stand beside their names where that leaves them whole, or where they have to break either way.
    """
    beside = width - max(left.width for left, _ in lines) - notation.OPERATOR_WIDTH
    below = width - INDENT
    widest = max(right.width for _, right in lines)
    if widest <= beside or (widest > below and max(right.shrunk for _, right in lines) <= beside):
        return _beside(lines, beside), width - beside + _reached(lines, beside)
    return _below(lines, below), INDENT + _reached(lines, below)


def _reached(lines, room):
    return max(right.width if right.width <= room else max(right.shrunk, room) for _, right in lines)


def _beside(lines, room):
    if len(lines) == 1 and lines[0][1].width <= room:
        left, right = lines[0]
        return notation.row(left.mathml(), "<mo>=</mo>", right.mathml())
    cells = []
    for left, right in lines:
        first, *rest = right.rows(room)
        cells.append((left.mathml(), notation.operator("=", ' form="infix"') + first))
        cells += [("", line) for line in rest]
    return notation.stack(cells, "steps")


def _below(lines, room):
    cells = []
    for left, right in lines:
        if left.width + notation.OPERATOR_WIDTH + right.width <= room:
            cells.append(left.mathml() + "<mo>=</mo>" + right.mathml())
            continue
        cells.append(f'{left.mathml()}<mspace width="0.28em"></mspace><mo>=</mo>')
        cells += [f'<mspace width="{INDENT}em"></mspace>{line}' for line in right.rows(room)]
    return notation.stack(cells, "steps-below")


def _letters(function):
    """The legend of a formula; an argument without meaning or unit stops the build."""
    about = docstring(function)
    where = f"{source_of(function)}: the docstring of {function.__name__}"
    legend = []
    for name in inspect.signature(function).parameters:
        if name not in about.args:
            near = get_close_matches(name, about.args, n=1)
            raise TypesetError(
                f"{where} does not say what `{name}` is"
                + (f"; did you mean that by `{near[0]}`?" if near else "")
            )
        if not about.args[name].unit:
            raise TypesetError(f"{where} gives no [unit] for `{name}`")
        legend.append(Glossed(letter(name), name, about.args[name].meaning, about.args[name].unit))
    return legend
