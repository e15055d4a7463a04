"""Formulas typeset from their source: in an article, and one after the other on the reference page."""

import html
import importlib
import inspect

from .. import lookup, typeset
from ..values import up, where

WIDE = 36  # room on a wide screen [em]


def both_widths(function):
    """(typeset formula, its MathML): where a wide screen needs fewer line breaks than a phone, one for each."""
    narrow, wide = typeset.formula(function), typeset.formula(function, width=WIDE)
    if narrow.mathml == wide.mathml:
        return narrow, narrow.mathml
    return narrow, f'<div class="lm-narrow">{narrow.mathml}</div><div class="lm-wide">{wide.mathml}</div>'


def section(name, function):
    """A section of the formula reference: what it is, typeset, arguments, references and source text."""
    about = typeset.docstring(function)
    file, line = where(function)
    typeset_, math = both_widths(function)
    rows = "".join(
        f"<tr><td>{letter}</td><td><code>{argument}</code></td><td>{html.escape(meaning)}</td>"
        f"<td>{html.escape(unit or '1')}</td></tr>"
        for letter, argument, meaning, unit in typeset_.letters
    )
    facts = "".join(
        f"<p><strong>{head}</strong> {html.escape(text)}</p>"
        for head, text in (("Holds for:", about.holds_for), ("Source:", about.source))
        if text
    )
    code = html.escape(inspect.getsource(function))
    return (
        f"### {name} {{ #{name} }}\n\n{html.escape(about.summary)}\n\n"
        f'<div class="lm-formula"><div class="lm-scroll" tabindex="0" role="group" aria-label="Formula {name}">{math}</div>'
        f'<div class="lm-scroll" tabindex="0" role="region" aria-label="Arguments of {name}"><table class="lm-figures"><thead><tr><th>Letter</th><th>Argument</th>'
        f"<th>Meaning</th><th>Unit</th></tr></thead><tbody>{rows}</tbody></table></div>{facts}"
        f'<details class="lm-how" data-search-exclude><summary>Source: {file}:{line}</summary>'
        f'<pre tabindex="0"><code>{code.replace(chr(10), "&#10;")}</code></pre></details></div>'
    )


def boxed(name, page_url):
    """The formula `name` in a box: typeset, with its letters, its TeX and the line it stands at."""
    function = lookup.formula(name)
    typeset_, math = both_widths(function)
    file, line = where(function)
    letters = "".join(
        f"<li>{letter} <span>{html.escape(meaning)}{unit_in_brackets(unit)}</span></li>"
        for letter, argument, meaning, unit in typeset_.letters
    )
    return (
        f'<div class="lm-formula"><div class="lm-scroll" tabindex="0" role="group" aria-label="Formula: '
        f'{html.escape(typeset.docstring(function).summary)}">{math}</div>'
        f'<ul class="lm-letters">{letters}</ul>'
        f'<details class="lm-how" data-search-exclude><summary>Typeset from {name} in {file}:{line}</summary>'
        f'<p><a href="{up(page_url)}reference/formulas/#{name}">Its source, arguments and references</a>. As TeX:</p>'
        f'<pre tabindex="0"><code>{html.escape(typeset_.tex)}</code></pre></details></div>'
    )


def unit_in_brackets(unit):
    return f" [{html.escape(unit)}]" if unit and unit != "1" else ""


def every_formula():
    """Every formula, by the file it stands in."""
    sections = []
    for module_name in lookup.formula_modules():
        functions = lookup.functions_of(module_name)
        if functions:
            about = inspect.getdoc(importlib.import_module(module_name)).splitlines()[0]
            sections += [f"## {module_name.replace('.', '/')}.py", about]
            sections += [section(name, function) for name, function in functions.items()]
    return "\n\n".join(sections)
