"""Circuits on pages: drawn, listed, solved and checked from their text."""

import html
import json
from pathlib import Path

from .. import html_table, own
from ..building import sources
from ..circuit import against_script, examples, netlist, page, solve, typed
from ..circuit.breadboard import board, place, svg
from ..circuit.breadboard import listing as holes
from ..circuit.listing import listed as in_words
from ..circuit.ratings import shopping
from ..circuit.ratings import table as ratings
from ..circuit.ratings.records import BadPart
from ..engine import bundles
from ..errors import MacroError, unknown
from ..places import ROOT, below, up
from . import circuit_settings
from . import designs as designed

# The designs of the fan, which are published with its script, and circuits that only the pages show.
FOLDERS = ("firmware/circuits", "macros/pages/circuits")


def designs():
    """The project's circuits, and another site's own: name -> path. Raises MacroError for two of one name."""
    known = {path.stem: path for folder in FOLDERS for path in sources.files(Path(ROOT, folder), "*.txt")}
    for path in own.circuits():
        if path.stem in known:
            raise MacroError(f"{below(path)}: {path.stem} is a circuit of ours; expected another name")
        known[path.stem] = path
    return known


def text_of(name):
    """Text of the circuit NAME. Raises MacroError with the nearest name."""
    known = designs()
    if name not in known:
        raise MacroError(unknown("circuit", name, known))
    return known[name].read_text(encoding="utf-8")


def load(name):
    text = text_of(name)
    return page.load(below(designs()[name]), text)


def whole(name, title, drive=None, folded=True, bought=True, listed=True, options=None, upon=None):
    """Drawing, wiring, parts, breadboard, text, solution in each state of the pin, and the checks.

    `drive` is what the circuit needs as the script's DRIVE, where that is not what the script has, and
    `options` are those of the script that it needs: `{"ALARM_PIN": 6}`; left out, they are a design's own. A
    breadboard that is not `folded` stands open. Of what is not `bought` the parts are listed, without ratings
    and breadboard; where they are not to be `listed`, they and the wiring are folded below it. `upon` is the
    circuit that is built already, whose breadboard this one adds to.
    Raises CircuitError, which stops the build, when a check fails or a part does not bear what is asked.
    """
    circuit = load(name)
    points = solve.OperatingPoints(circuit)
    own_drive, own_options = designed.settings(name)
    found = page.findings(circuit, points=points, drive=drive or own_drive, options=options or own_options)
    page.require_sound(circuit, found)
    checks = page.checks(found)
    solved = page.solved(circuit, points)
    states = ", ".join(solved["states"])
    levels = [level for level, _ in checks[1]]
    passed = levels.count("passed")
    warned = len([level for level in levels if level != "passed"])
    warnings = f", {warned} warnings" if warned else ""
    wires = table(f"{title}: wiring", *page.wiring(circuit))
    held = parts(circuit, title, points=points) if bought else ""
    return "".join(
        [
            f'<div class="lm-circuit">{page.drawing(circuit, name, title)}',
            wires if listed else "",
            *(
                [
                    *([held] if listed else []),
                    breadboard(circuit, name, title, folded, points, upon),
                    *(
                        []
                        if listed
                        else [
                            fold("Wiring, part by part", wires),
                            fold("The parts, each held against this circuit", held),
                        ]
                    ),
                ]
                if bought
                else [table(f"{title}: parts", *page.parts(circuit))]
            ),
            fold("The text it is drawn from", block(text_of(name))),
            fold(
                f"Solved: {states}",
                table("Voltages against ground", *solved["voltages"], headed=True),
                table("Currents", *solved["currents"], headed=True),
                table("Power", *solved["powers"], headed=True),
                assumed(solved["assumptions"]),
            ),
            fold(
                f"Checked: {passed} checks passed{warnings}",
                table("Checks", *checks),
            ),
            "</div>",
        ]
    )


def parts(circuit, title, taken=None, points=None):
    """The parts table, each part held against what the circuit asks of it.

    Raises CircuitError, which stops the build, where one does not bear it.
    """
    rows = rated(circuit, taken, points)
    return "".join(
        [
            table(f"{title}: parts", *ratings.table(rows), turned=True),
            fold(
                "Where the ratings are from",
                table(f"{title}: sources of the ratings", *ratings.sources(rows), turned=True),
            ),
        ]
    )


@page.in_its_text
def rated(circuit, taken=None, points=None):
    """The parts of a circuit with their ratings.

    Raises CircuitError, which stops the build, where one does not bear what is asked of it, and MacroError
    for a part that is not known.
    """
    try:
        rows = ratings.rows(circuit, taken, points=points)
        ratings.require(rows)
    except (ratings.NotRated, BadPart) as error:
        said = netlist.render(getattr(error, "problems", []), circuit.lines, circuit.name)
        raise (page.CircuitError(said) if said else MacroError(f"{circuit.name}: {error}")) from error
    return rows


def to_buy(title, designs):
    """What to buy for several circuits, `{name of the design: circuit}`, each part once."""
    found = [rated(load(name)) for name in designs.values()]
    return table(title, *shopping.listed(found, designs), turned=True)


def to_add(name, before):
    """What a circuit needs beyond the parts of those that were built before, in words."""
    words = shopping.added(rated(load(name)), [rated(load(one)) for one in before])
    if not words:
        raise MacroError(f"circuit '{name}' needs nothing that {in_words(before)} do not have")
    return html.escape(in_words(words))


@page.in_its_text
def planned(circuit, points=None, upon=None):
    """Where everything goes on a breadboard, upon that of a circuit that is built already if there is one."""
    try:
        before = planned(load(upon)) if upon else None
        return place.plan(circuit, points=points, upon=before, **ratings.placing(circuit))
    except place.NoRoom as error:
        raise MacroError(f"{circuit.name}: {error}") from error


def to_plug_in(name, upon):
    """What a circuit adds to the breadboard of another, in words; the rest of it stays in its holes."""
    return html.escape(holes.additions(planned(load(name), upon=upon)))


def to_change(name, before):
    """What of a circuit is other on its breadboard than on that of another, in words."""
    return html.escape(holes.changes(planned(load(name)), planned(load(before))))


def in_holes(name, pins, upon=None):
    """The holes of legs, `T1.d` as the netlist has them, in words.

    Raises MacroError for a leg that no hole has.
    """
    plan = planned(load(name), upon=upon)
    known = {placed.pin(port): hole for placed in plan.placed for port, hole in placed.legs}
    for pin in pins:
        if pin not in known:
            raise MacroError(unknown(f"leg of {name}", pin, known))
    return html.escape(in_words([board.words(known[pin]) for pin in pins]))


def to_pins(name, nets, upon=None):
    """The wires of nets that begin at the Pico, with their numbers and holes, in words: `4 (a4 to f26)`.

    Upon another circuit's board those that were there before count too, under the numbers that they have.
    Raises MacroError for a net without such a wire.
    """
    plan = planned(load(name), upon=upon)
    known = {}
    for number, wire in enumerate(plan.wires, 1):
        if board.of_pico(wire.start):
            words = f"{number} ({board.words(wire.start)} to {board.words(wire.end)})"
            known.setdefault(wire.node.name, []).append(words)
    for net in nets:
        if net not in known:
            raise MacroError(unknown(f"net of {name} with a wire from the Pico", net, known))
    return html.escape(in_words([words for net, told in known.items() if net in nets for words in told]))


def breadboard(circuit, name, title, folded=True, points=None, upon=None):
    """The circuit on a breadboard, with the hole of each leg and wire, from the netlist of the drawing.

    Upon another circuit's board the tables have what is new.
    """
    plan = planned(circuit, points, upon)
    leg, wire = ("which new leg", "new wires") if upon else ("which leg", "wires")
    heads, wires = holes.wires(plan)
    drawn = svg.draw(plan, f"{name}-breadboard", f"{title}, on a breadboard")
    return fold(
        "On a breadboard",
        f'<div class="lm-breadboard" data-search-exclude>{drawn}</div><div class="lm-beside"><div>',
        table(f"{title}: {leg} goes into which hole", *holes.legs(plan)),
        # Where legs share their rows, no wire is needed.
        *(["</div><div>", table(f"{title}: {wire}", heads, wires)] if wires else []),
        "</div></div>",
        name="breadboard",
        opened=not folded,
    )


def editor(name, url):
    """A circuit that the reader may change: its text, and what the page shows of it, as the build found it.

    The script of the element makes a field of the text; without it the text and the rest stay as they are.
    Raises MacroError, which stops the build, when a check fails or warns, and without an engine.
    """
    bundles.require_engine()
    circuit = load(name)
    points = solve.OperatingPoints(circuit)
    found = page.findings(circuit, points=points)
    page.require_sound(circuit, found)
    if page.report(circuit, found) or circuit.warnings:
        raise MacroError(f"circuit '{name}' does not pass every check: it is no circuit to begin with")
    known = [
        [title, text_of(text) if text in designs() else text, circuit_settings.needed(text)]
        for title, text in examples.EXAMPLES
    ]
    settings = {"fields": circuit_settings.fields(), "shown": against_script.applies(circuit)}
    return (
        # Markdown takes a custom element for a part of a paragraph; it leaves what is in a <div> alone.
        f'<div><lm-circuit base="{up(url)}" limit="{typed.MOST}" '
        f'examples="{html.escape(json.dumps(known, ensure_ascii=False))}" '
        f'settings="{html.escape(json.dumps(settings, ensure_ascii=False))}">'
        f'<div class="lm-typed">{block(text_of(name))}</div>'
        '<div class="lm-solution"><div class="lm-told" id="circuit-told"></div>'
        f'<div class="lm-drawn">{page.drawing(circuit, typed.PREFIX, typed.TITLE)}</div>'
        f'<div class="lm-listed">{listed(circuit, points, found)}</div></div>'
        '<div class="lm-below"></div></lm-circuit></div>'
    )


@page.in_its_text
def listed(circuit, points, found):
    """The tables of a circuit, in the order in which the page shows those of a typed one."""
    solved = page.solved(circuit, points)
    checks = page.checks(found)
    passed = len(checks[1])
    return "".join(
        [
            table("Parts", *page.parts(circuit)),
            table("Nets and their voltages against ground", *solved["voltages"], headed=True),
            fold(
                "Currents and power",
                table("Currents", *solved["currents"], headed=True),
                table("Power taken up", *solved["powers"], headed=True),
                assumed(solved["assumptions"]),
                name="currents",
            ),
            fold(f"Checks: {passed} of {passed} passed", table("Checks", *checks), name="checks"),
        ]
    )


def assumed(words):
    """What was taken for given; nothing where all is in the text."""
    return f"<p>Assumed: {html.escape('; '.join(words))}.</p>" if words else ""


def lesson(name, title):
    """A circuit that fails its checks, with its drawing and what the checker says of it."""
    circuit = load(name)
    said = page.report(circuit, page.findings(circuit))
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
    more = "".join(
        f"<p><em>{said}:</em> {html.escape(entry[key])}</p>"
        for said, key in (("Solved as", "model"), ("Checked", "checks"))
        if entry[key]
    )
    return (
        f'<section class="lm-symbol"><h3 id="symbol-{name.lower()}-entry">{name}</h3>'
        f"<p>{words}{ports}{values}</p>{block(entry['text'])}{entry['drawing']}{more}</section>"
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


def fold(summary, *parts, name="", opened=False):
    named = f' data-fold="{name}"' if name else ""
    shown = " open" if opened else ""
    return (
        f'<details class="lm-fold"{named}{shown}><summary>{html.escape(summary)}</summary>'
        f"{''.join(parts)}</details>"
    )


def table(caption, heads, rows, turned=False, headed=False):
    """A table of words, whose first column heads the rows where they are `headed`.

    One that is `turned` shows each row as a list of its columns on a phone.
    """
    cells = [
        {html.escape(head): html_table.text(html.escape(f"{cell}")) for head, cell in zip(heads, row)}
        for row in rows
    ]
    if headed:
        for row in cells:
            first = next(iter(row))
            row[first] = html_table.heading(row[first].content)
    return html_table.captioned(caption, (html_table.worded if turned else html_table.markup)(cells))
