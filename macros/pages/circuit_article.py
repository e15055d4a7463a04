"""Circuits on pages: drawn, listed, solved and checked from their text."""

import html
from pathlib import Path

from .. import html_table
from ..circuit import page
from ..errors import MacroError, unknown

FOLDER = Path(__file__).resolve().parents[2] / "firmware" / "circuits"
STYLE = Path(__file__).resolve().parents[1] / "circuit" / "circuit.css"


def text_of(name):
    """Text of firmware/circuits/NAME.txt. Raises MacroError with the nearest name."""
    known = {path.stem: path for path in FOLDER.glob("*.txt")}
    if name not in known:
        raise MacroError(unknown("circuit", name, known))
    return known[name].read_text(encoding="utf-8")


def load(name):
    try:
        return page.load(f"firmware/circuits/{name}.txt", text_of(name))
    except page.CircuitError as error:
        raise MacroError(f"circuit '{name}' cannot be read:\n{error}") from error


def whole(name, title):
    """Drawing, text, parts, wiring, solution in both states of the pin, and the checks that passed.

    Raises MacroError, which stops the build, when a check fails.
    """
    circuit = load(name)
    try:
        page.require_sound(circuit)
    except page.CircuitError as error:
        raise MacroError(f"circuit '{name}' fails its checks:\n{error}") from error
    solved = page.solved(circuit)
    states = ", ".join(solved["states"])
    levels = [level for level, _ in page.checks(circuit)[1]]
    passed = levels.count("passed")
    warned = len([level for level in levels if level != "passed"])
    warnings = f", {warned} warnings" if warned else ""
    return "".join(
        [
            f'<div class="lm-circuit">{page.drawing(circuit, name, title)}',
            table(f"{title}: wiring", *page.wiring(circuit)),
            table(f"{title}: parts", *page.parts(circuit)),
            fold("The text it is drawn from", block(text_of(name))),
            fold(
                f"Solved: {states}",
                table("Voltages against ground", *solved["voltages"]),
                table("Currents", *solved["currents"]),
                table("Power", *solved["powers"]),
                f"<p>Assumed: {html.escape('; '.join(solved['assumptions']))}.</p>",
            ),
            fold(
                f"Checked: {passed} checks passed{warnings}",
                table("Checks", *page.checks(circuit)),
            ),
            "</div>",
        ]
    )


def lesson(name, title):
    """A circuit that fails its checks, with its drawing and what the checker says of it."""
    circuit = load(name)
    said = page.report(circuit)
    if not said:
        raise MacroError(f"circuit '{name}' passes every check: there is no lesson in it")
    drawing = page.drawing(circuit, name, title)
    return f'<div class="lm-circuit">{drawing}<p>What the checker says of it:</p>{messages(said)}</div>'


def catalogue():
    """Every component of the notation with its text and its drawing."""
    return f'<div class="lm-symbols">{"".join(card(entry) for entry in page.catalogue())}</div>'


def card(entry):
    """A component of the notation: name, what it is, its ports and values, its text and its drawing."""
    name, words = html.escape(entry["name"]), html.escape(entry["words"])
    ports = f"; {html.escape(entry['ports'])}" if entry["ports"] else ""
    values = f". Values: {html.escape(entry['values'])}" if entry["values"] else ""
    return (
        f'<section class="lm-symbol"><h3 id="symbol-{name.lower()}-entry">{name}</h3>'
        f"<p>{words}{ports}{values}</p>{block(entry['text'])}{entry['drawing']}</section>"
    )


def wires():
    """A crossing and a joint."""
    cards = "".join(
        f'<section class="lm-symbol"><p>{html.escape(one["name"])}</p>'
        f"{block(one['text'])}{one['drawing']}</section>"
        for one in page.wires()
    )
    return f'<div class="lm-symbols">{cards}</div>'


def mistake(text):
    """What the parser says of a text with a mistake. Raises MacroError where it finds none."""
    said = page.messages("example.txt", text)
    if not said:
        raise MacroError(f"the example of a mistake has none:\n{text}")
    return f'<div class="lm-mistake">{block(text)}{messages(said)}</div>'


def wiring(name):
    """The wiring table alone."""
    return table("Wiring", *page.wiring(load(name)))


def messages(said):
    """What the checker says: its sentences wrap, the quoted lines with their carets do not."""
    shown, quoted = [], []
    for line in [*said.splitlines(), ""]:
        if line.startswith("    "):
            quoted.append(line[4:])
            continue
        if quoted:
            shown.append(block("\n".join(quoted)))
            quoted = []
        if line:
            shown.append(f"<p>{html.escape(line)}</p>")
    return f'<div class="lm-said">{"".join(shown)}</div>'


def block(text):
    """Preformatted text on one line of markup, so that Markdown leaves it alone."""
    lines = html.escape(text.rstrip("\n")).split("\n")
    return f'<pre class="lm-text" tabindex="0"><code>{"&#10;".join(lines)}</code></pre>'


def fold(summary, *parts):
    return f'<details class="lm-fold"><summary>{html.escape(summary)}</summary>{"".join(parts)}</details>'


def table(caption, heads, rows):
    """A table of words."""
    cells = [
        {html.escape(head): html_table.text(html.escape(f"{cell}")) for head, cell in zip(heads, row)}
        for row in rows
    ]
    return html_table.captioned(caption, html_table.markup(cells))
