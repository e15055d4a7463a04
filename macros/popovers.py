"""What opens on a figure: its formula, the same with numbers, parts, inputs, the exact value, links."""

import html

from . import html_table, made_of, quantities, source_pages, typeset
from .places import reference, up, where

# Room for a line of a formula in a popover [em].
WIDTH = 19
# More parts than this are folded.
SHOWN_PARTS = 14


def popover(key, row, origin, url, repository=None):
    """The popover `key` of the figure that `row` records and `origin` tells of, on the page at `url`."""
    root, about = up(url), typeset.docstring(origin.function)
    content = [
        working(origin, row),
        made_by(origin, row),
        parts(origin),
        inputs(origin, about, root),
        exact(row),
    ]
    shown = "".join(part for part in content if part)
    return markup(key, coded(about.summary), shown, links(key, origin, root, repository))


def stated(key, row, record, field, place, url, repository=None):
    """What opens on a figure that a record states; `place` is the (file, line) of the record."""
    root, (path, line) = up(url), place
    said = f"<p>Stated by the record: {html.escape(record.source)}</p>"
    title = f"{html.escape(record.name)}: <code>{html.escape(field)}</code>"
    return markup(key, title, f"{said}{exact(row)}", footer(key, [(path, line)], root, repository))


def markup(key, title, content, below):
    return (
        f'<div class="lm-pop" id="{key}" popover="" role="dialog" aria-labelledby="{key}-title"'
        f' data-search-exclude=""><p class="lm-pop-title" id="{key}-title">{title}</p>{content}'
        f'<p class="lm-pop-source">{below}</p></div>'
    )


def coded(text):
    """A sentence of a docstring, what stands between backticks as code."""
    words = html.escape(text).split("`")
    return "".join(f"<code>{word}</code>" if odd else word for word, odd in zip(words, alternating()))


def alternating():
    while True:
        yield False
        yield True


def working(origin, row):
    """The formula, and below it the same with numbers; empty where nothing computes the figure."""
    if origin.formula is None:
        shown = made_of.shown(row["name"], row, origin.total, origin.beside, WIDTH)
    else:
        formula = typeset.formula(origin.formula, width=WIDTH)
        shown = f"{formula.mathml}{with_numbers(origin, row)}"
    if not shown:
        return ""
    return f'<div class="lm-pop-formula" tabindex="0" role="group" aria-label="formula">{shown}</div>'


def with_numbers(origin, row, width=WIDTH):
    """The line of a formula with its numbers, in so much room [em]; empty where one of them is no number."""
    about = typeset.docstring(origin.formula)
    numbers = {name: readable(value, about.args[name].unit) for name, value in origin.values.items()}
    result = readable(row["value"], row["unit"])
    if result is None or None in numbers.values():
        return ""
    exactly = all(written[2] for written in (*numbers.values(), result))
    values = {name: written[:2] for name, written in numbers.items()}
    return typeset.worked(origin.formula, values, result[:2], exactly, width)


def readable(value, base):
    """As `quantities.readable`; None for what is no finite number."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or abs(value) == float("inf"):
        return None
    return quantities.readable(value, base)


def made_by(origin, row):
    """What computed a figure that is no formula's own result, in a sentence."""
    if origin.formula is origin.function:
        return ""
    names = [name for name, _ in origin.inputs.items()]
    of = f" from {', '.join(names)}" if names else ""
    name, function = html.escape(row["name"]), origin.function.__name__
    stated = made_of.stated(row["name"])
    if stated and origin.formula is None and origin.total is None:
        return f"<p><code>{name}</code> is no result of a formula: it is {html.escape(stated)}.</p>"
    within = "it calls the formula above"
    if origin.formula is None:
        within = f"above stand {', '.join(made_of.names_of(row['name']))}"
        if origin.points is not None:
            within += f", of {quantities.number(origin.points)} measurements"
    if origin.total is not None and origin.formula is None:
        within = "it is the sum of the parts below"
    return f"<p><code>{name}</code> is computed by <code>{function}</code>{of}; {within}.</p>"


def parts(origin):
    """The parts of a total, each with what it adds."""
    total = origin.total
    if total is None:
        return ""
    rows = []
    for name, value in total.parts.items():
        adds = quantities.write(value, total.unit, unit_for(value, total.unit))
        product = {"made of": html_table.text(f"<small>{factors(total.products.get(name, ()))}</small>")}
        rows.append({
            "part": html_table.heading(html.escape(name)),
            **(product if total.products else {}),
            "adds": html_table.text(adds, numeric=True),
        })  # fmt: skip
    table = html_table.markup(rows, kind="lm-inputs lm-parts", head=False)
    what = "The sum of" if total.formula is None else f"<code>{total.argument}</code> is the sum of"
    if len(rows) > SHOWN_PARTS:
        return f'<details class="lm-pop-parts"><summary>{what} {len(rows)} parts</summary>{table}</details>'
    return f'<p class="lm-pop-parts">{what}:</p>{table}'


def factors(products):
    """What is multiplied for a part: `12 · 768 · 768`."""
    return " + ".join("\u202f·\u202f".join(map(quantities.number, product)) for product in products)


def unit_for(value, base):
    """The unit in which a part is read with ease."""
    _, unit, _ = quantities.readable(value, base)
    return unit if unit in quantities.UNITS else None


def inputs(origin, about, root):
    """Every input with its unit and where it is from."""
    rows = []
    for name, (value, source) in origin.inputs.items():
        words = html.escape(source.words)
        if source.path:
            words = f'<a href="{source_pages.address(root, source.path, source.line)}">{words}</a>'
        rows.append({
            "input": html_table.heading(f"<code>{html.escape(name)}</code>"),
            "value": html_table.text(f"{html.escape(written(value))}{unit_note(about, name)}", numeric=True),
            "from": html_table.text(f"<small>{words}</small>"),
        })  # fmt: skip
    return html_table.markup(rows, kind="lm-inputs lm-from", head=False) if rows else ""


def written(value):
    if isinstance(value, (bool, str)) or value is None:
        return quantities.write(value, "1")
    if not isinstance(value, (int, float)):
        return str(value)
    return quantities.number(value, quantities.digits_of(value))


def unit_note(about, argument):
    unit = about.args[argument].unit if argument in about.args else ""
    return f" <small>{html.escape(unit)}</small>" if unit and unit != "1" else ""


def exact(row):
    """The value with all its digits, and a button that copies it; of a truth value or a word what it says."""
    if isinstance(row["value"], (bool, str)):
        return f'<p class="lm-pop-exact">the answer is <code>{html.escape(row["text"])}</code></p>'
    value = html.escape(str(row["value"]))
    unit = f" {html.escape(row['unit'])}" if row["unit"] != "1" else ""
    button = f'<button type="button" class="lm-copy" data-copy="{value}">copy</button>'
    return f'<p class="lm-pop-exact">exactly <code>{value}</code>{unit} {button}</p>'


def links(key, origin, root, repository):
    """Links to the formula's reference, to the lines of formula and function, to the figure itself."""
    functions = [origin.formula, origin.function] if origin.formula else [origin.function]
    places = [where(function) for function in dict.fromkeys(functions)]
    there = origin.formula and reference(root, origin.formula.__name__)
    named = f'<a href="{there}">{origin.formula.__name__}</a> · ' if there else ""
    return f"{named}{footer(key, places, root, repository)}"


def footer(key, places, root, repository):
    """Links to lines of files, here and in the repository, and to the figure itself."""
    found = []
    for path, line in places:
        found.append(source_pages.link(root, path, line))
        there = source_pages.in_repository(repository, path, line)
        if there:
            found.append(f'<a href="{html.escape(there)}">in the repository</a>')
    return " · ".join([*found, f'<a href="#{figure_id(key)}">link to this number</a>'])


def figure_id(key):
    """Id of the figure that opens the popover `key`."""
    return f"figure-{key}"
