"""Circuits on pages: drawn, listed, solved and checked from their text."""

import html
from pathlib import Path

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
    checked = page.checks(circuit)[1]
    passed = sum(level == "passed" for level, _ in checked)
    warned = len(checked) - passed
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
                f"Checked: {passed} checks passed" + (f", {warned} warnings" if warned else ""),
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
    return f'<div class="lm-circuit">{page.drawing(circuit, name, title)}<p>What the checker says of it:</p>{messages(said)}</div>'


def catalogue():
    """Every component of the notation with its text and its drawing."""
    cards = "".join(
        f'<section class="lm-symbol"><h3 id="symbol-{html.escape(e["name"].lower())}-entry">{html.escape(e["name"])}</h3><p>{html.escape(e["words"])}'
        + (f"; {html.escape(e['ports'])}" if e["ports"] else "")
        + (f". Values: {html.escape(e['values'])}" if e["values"] else "")
        + f"</p>{block(e['text'])}{e['drawing']}</section>"
        for e in page.catalogue()
    )
    return f'<div class="lm-symbols">{cards}</div>'


def wires():
    """A crossing and a joint."""
    cards = "".join(
        f'<section class="lm-symbol"><p>{html.escape(e["name"])}</p>{block(e["text"])}{e["drawing"]}</section>'
        for e in page.wires()
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
    return f'<pre class="lm-text" tabindex="0"><code>{html.escape(text.rstrip(chr(10))).replace(chr(10), "&#10;")}</code></pre>'


def fold(summary, *parts):
    return f'<details class="lm-fold"><summary>{html.escape(summary)}</summary>{"".join(parts)}</details>'


def table(caption, heads, rows):
    head = "".join(f'<th scope="col">{html.escape(h)}</th>' for h in heads)
    body = "".join(
        "<tr>" + "".join(f"<td>{html.escape(str(cell))}</td>" for cell in row) + "</tr>" for row in rows
    )
    return (
        f'<p class="lm-caption">{html.escape(caption)}</p><div class="lm-scroll" tabindex="0" role="region" aria-label="{html.escape(caption)}">'
        f'<table class="lm-figures"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
    )
