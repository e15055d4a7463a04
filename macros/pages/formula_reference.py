"""Formulas typeset from their source: in an article, and one after the other on the reference page."""

import html
import importlib
import inspect

from .. import lookup, origins, popovers, quantities, source_pages, typeset
from ..errors import MacroError
from ..html_table import filter_field, markup, scrolling, text
from ..places import reference, up, where

WIDE = 36  # room on a wide screen [em]


def both_widths(function):
    """(typeset formula, its MathML): two of them where a wide screen needs fewer line breaks than a phone."""
    narrow, wide = typeset.formula(function), typeset.formula(function, width=WIDE)
    if narrow.mathml == wide.mathml:
        return narrow, narrow.mathml
    return narrow, at_both_widths(narrow.mathml, wide.mathml)


def at_both_widths(narrow, wide):
    return f'<div class="lm-narrow">{narrow}</div><div class="lm-wide">{wide}</div>'


def section(name, function, root):
    """A section of the formula reference: what it is, typeset, arguments, references and source text."""
    about = typeset.docstring(function)
    file, line = where(function)
    typeset_, math = both_widths(function)
    facts = "".join(
        f"<p><strong>{head}</strong> {html.escape(said)}</p>"
        for head, said in (("Holds for:", about.holds_for), ("Source:", about.source))
        if said
    )
    return (
        f"### {name} {{ #{name} }}\n\n{html.escape(about.summary)}\n\n"
        f'<div class="lm-formula">{shown_formula(f"Formula {name}", math)}'
        f"{scrolling(f'Arguments of {name}', arguments_table(typeset_.letters))}{facts}"
        f"<p>Where it stands: {source_pages.link(root, file, line)}</p>"
        f"{folded('Its source', code_block(inspect.getsource(function)))}</div>"
    )


def arguments_table(letters):
    """The arguments of a formula: letter, name in the source, meaning, unit."""
    return markup([
        {
            "Letter": text(letter),
            "Argument": text(f"<code>{argument}</code>"),
            "Meaning": text(html.escape(meaning)),
            "Unit": text(html.escape(unit or "1"), kind="lm-short"),
        }
        for letter, argument, meaning, unit in letters
    ])  # fmt: skip


def shown_formula(label, math):
    """A typeset formula, which scrolls where it is wider than the window."""
    return f'<div class="lm-scroll" tabindex="0" role="group" aria-label="{html.escape(label)}">{math}</div>'


def folded(summary, content):
    return f'<details class="lm-how" data-search-exclude><summary>{summary}</summary>{content}</details>'


def code_block(code):
    """Code on one line of markup, so that Markdown leaves it alone."""
    return f'<pre tabindex="0"><code>{"&#10;".join(html.escape(code).split(chr(10)))}</code></pre>'


def boxed(name, page_url, case=""):
    """The formula `name` in a box: typeset, a case of it, its letters, its TeX and the line it stands at."""
    function = lookup.formula(name)
    typeset_, math = both_widths(function)
    file, line = where(function)
    letters = "".join(
        f"<li>{letter} <span>{html.escape(meaning)}{unit_in_brackets(unit)}</span></li>"
        for letter, argument, meaning, unit in typeset_.letters
    )
    there = reference(up(page_url), name)
    more = f'<a href="{there}">Its source, arguments and references</a>; ' if there else ""
    stands = source_pages.link(up(page_url), file, line)
    tex = f"<p>{more}{stands}. As TeX:</p>{code_block(typeset_.tex)}"
    return (
        f'<div class="lm-formula">{shown_formula(f"Formula: {typeset.docstring(function).summary}", math)}'
        f'{case}<ul class="lm-letters">{letters}</ul>'
        f"{folded(f'Typeset from {name}', tex)}</div>"
    )


def case(figures, name, of, unit, digits, given):
    """A line below the formula `name` with the numbers of a case put in, and what that makes.

    Args:
        of: the figure whose formula it is, such as "bound.memory_seconds". unit, digits: how to write it.
        given: the case, as `value` takes it.

    Raises:
        MacroError: a figure that another formula gives, or with an input that is no number.
    """
    function, inputs, result = lookup.call(of, given, ("of", *lookup.WRITTEN))
    row, written = figures.add(function, inputs, result, name=of, given=given, unit=unit, digits=digits)
    origin = origins.origin(of, given, inputs, result)
    if origin.formula is not lookup.formula(name):
        made = origin.formula.__name__ if origin.formula else "no formula"
        raise MacroError(f"formula {name}: its case is {of}, which is the result of {made}")
    narrow, wide = (popovers.with_numbers(origin, row, width) for width in (popovers.WIDTH, WIDE))
    line = narrow if narrow == wide else at_both_widths(narrow, wide)
    if not line:
        raise MacroError(f"formula {name}: an input of {of} is no number; expected numbers only")
    label = html.escape(case_words(given))
    return (
        f'<div class="lm-worked"><p>{label}</p><div class="lm-scroll" tabindex="0" role="group" '
        f'aria-label="With numbers: {html.escape(written)}">{line}</div></div>'
    )


def case_words(given):
    """What a case is of: model, accelerator, and what else the author gave."""
    records = {"model": lookup.model, "accelerator": lookup.accelerator}
    words = [records[name](given[name]).name for name in records if name in given]
    for name, value in given.items():
        if name in CASE_WORDS:
            words.append(CASE_WORDS[name](value))
        elif name not in records:
            words.append(f"{name.replace('_', ' ')} {value:,}")
    return ", ".join(words)


# How an argument is told beside a formula. Prices on this site are in US$.
CASE_WORDS = {
    "n_context": "context {:,}".format,
    "n_tokens": lambda n: "one token" if n == 1 else f"{n:,} tokens",
    "n_accelerators": "{:,} cards".format,
    "link_bandwidth": lambda rate: f"link {quantities.write_fitting(rate, 'B/s')}",
    "price_per_hour": "{:.2f} US$ an hour".format,
}


def unit_in_brackets(unit):
    """The unit of an argument behind its meaning, as figures have it; nothing for a plain number."""
    written = quantities.WRITTEN.get(unit) or unit.replace("ohm", "Ω")
    return f" [{html.escape(written)}]" if unit and unit != "1" else ""


def every_formula(page_url):
    """Every formula, by the file it stands in."""
    sections = [filter_field("h3", "formulas")]
    for module_name in lookup.formula_modules():
        functions = lookup.functions_of(module_name)
        if functions:
            about = (inspect.getdoc(importlib.import_module(module_name)) or "").partition("\n")[0]
            sections += [f"## {module_name.replace('.', '/')}.py", about]
            sections += [section(name, function, up(page_url)) for name, function in functions.items()]
    return "\n\n".join(sections)
