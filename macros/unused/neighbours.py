"""Figures of one paragraph about one model that assume different things, without the text saying so."""

import ast
import itertools
import re
from collections import namedtuple
from pathlib import Path

from ..building import sources
from ..markdown_text import line_of

CALL = re.compile(r"\{\{\s*value\((.*?)\)\s*\}\}", re.DOTALL)
ANY_CALL = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
# How a figure is written and whose it is; all else that is given is assumed.
NOT_ASSUMED = ("unit", "digits", "model", "script", "series")
# The same quantity under another formula's name.
SAME = {"n_tokens": "context", "n_context": "context", "context_tokens": "context"}
IN_WORDS = {1: "one|single|alone|first", 2: "two|both", 3: "three", 4: "four", 8: "eight"}
# A paragraph, or a row of a table.
BLOCK = re.compile(r"(\n\s*\n|\n(?=\|))")

Figure = namedtuple("Figure", "line name model assumed")
Figure.__doc__ = """A call of `value`: its line, the figure's name, the model, what is assumed by name."""


def figures(text):
    """The figures of a page's text, by paragraph or row: a list of (words of it, [Figure])."""
    found = []
    at = 0
    for paragraph in BLOCK.split(text):
        own = []
        for call in CALL.finditer(paragraph):
            name, given = _read(call[1])
            assumed = {SAME.get(key, key): value for key, value in given.items() if key not in NOT_ASSUMED}
            if given.get("n_tokens") == 1:
                del assumed["context"]  # what is told of one token is told of all
            line = line_of(text, at + call.start())
            own.append(Figure(line, name, given.get("model"), assumed))
        at += len(paragraph)
        if own:
            found.append((ANY_CALL.sub(" ", paragraph), own))
    return found


def _read(call):
    """(name, arguments) of a call as it is written; what is no literal stands for itself."""
    node = ast.parse(f"value({call})", mode="eval").body
    given = {}
    for keyword in node.keywords:
        try:
            given[keyword.arg] = ast.literal_eval(keyword.value)
        except ValueError:
            given[keyword.arg] = ast.unparse(keyword.value)
    return ast.literal_eval(node.args[0]), given


def differing(text):
    """Pairs of figures of a paragraph that differ unsaid: (figure, other, what, as one, as the other has it).

    Figures of one name beside each other compare what they assume, so that they are no slip; of others each
    value has to stand in the paragraph, where they differ.
    """
    found = []
    for words, own in figures(text):
        compared = {
            key
            for one, other in itertools.combinations(own, 2)
            if one.name == other.name
            for key in one.assumed
            if one.assumed[key] != other.assumed.get(key, one.assumed[key])
        }
        told = set()
        for one, other in itertools.combinations(own, 2):
            if one.model is None or one.model != other.model or one.name == other.name:
                continue
            for key, value in one.assumed.items():
                there = other.assumed.get(key, value)
                pair = (key, value, there)
                if there == value or key in compared or pair in told:
                    continue
                if not (said(words, value) and said(words, there)):
                    told.add(pair)
                    found.append((one, other, *pair))
    return found


def said(words, value):
    """Whether a text has a value: a number as digits, grouped or in words, a name or what it begins with.

    >>> said("With 8,192 tokens and one query", 8192), said("With 8,192 tokens and one query", 1)
    (True, True)
    >>> said("on an H100", "h100-sxm"), said("a batch of 32", 3)
    (True, False)
    """
    if isinstance(value, str):
        parts = {value, value.split("-")[0]}
        return any(re.search(rf"\b{re.escape(part)}", words, re.IGNORECASE) for part in parts)
    written = {str(value)}
    if isinstance(value, (int, float)):
        written |= {f"{value:,}", f"{value:g}"}
    pattern = "|".join([*map(re.escape, written), *([IN_WORDS[value]] if value in IN_WORDS else [])])
    return re.search(rf"(?<![\d.,\w])(?:{pattern})(?![\w]|[.,]\d)", words, re.IGNORECASE) is not None


def of_pages(docs):
    """Lines `docs/PAGE:LINE: …` for all pages below a folder."""
    lines = []
    for path in sources.files(docs, "*.md", deep=True):
        for one, other, key, value, there in differing(path.read_text(encoding="utf-8")):
            name = path.relative_to(Path(docs).parent).as_posix()
            lines.append(
                f"{name}:{one.line}: {one.name} of {one.model} assumes {key} {value}, {other.name} in line "
                f"{other.line} {there}; expected the same, or both in the words between"
            )
    return lines
