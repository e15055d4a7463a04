"""The errata page: what was published where, ours beside it, and the steps between them."""

import html

from llmmath.evidence import errata as records
from llmmath.evidence import listed

from ..html_table import Table, stated, text
from ..quantities import digits_of, number

KINDS = {
    "mistake": "a slip in the arithmetic",
    "scope": "something is left out",
    "unit": "a label",
    "rounding": "a rounding",
    "definition": "a word with two meanings",
}


def summary(figures):
    """Every record in one row: published, ours, ratio."""
    t = Table(figures, "Published numbers beside ours", turned=True)
    for key, row in records.load().items():
        published, ours = row["published"], records.recomputed(key)
        ours_cell = t.known(records.recomputed, {"key": key}, ours, "recomputed", digits=our_digits(ours))
        t.row({
            "Number": f'<a href="#{key}">{html.escape(row["title"])}</a>',
            "Published": stated(published, digits=digits_of(published)),
            "Ours": ours_cell,
            "Published<br>over ours": text(number(records.published_over_ours(key), 3), numeric=True),
            "Unit": text(html.escape(row["unit"])),
            "What differs": text(KINDS[row["kind"]]),
        })  # fmt: skip
    return t.render()


def our_digits(ours):
    """Digits of ours: a count is written whole."""
    return None if isinstance(ours, int) else 4


def entries(figures):
    """One section for each record: published, worked, ours."""
    return "\n\n".join(entry(figures, key, row) for key, row in records.load().items())


def entry(figures, key, row):
    """The section of one record."""
    ours = records.recomputed(key)
    _, written = figures.add(
        records.recomputed, {"key": key}, ours, name="recomputed", digits=our_digits(ours)
    )
    unit = html.escape(row["unit"])
    published = number(row["published"], digits_of(row["published"]))
    steps = "\n".join(step(*worked) for worked in records.worked(key))
    return (
        f"### {row['title']} {{ #{key} }}\n\nPublished in *{html.escape(row['source'])}*: "
        f"**{published} {unit}**. Ours: **{written} {unit}**. {row['about']}{left_out(key, row, unit)}\n\n"
        f"{steps}\n"
    )


def step(name, formula, inputs, result):
    """A line of the working: which formula, of what, gives which result."""
    arguments = ", ".join(f"{key}={given(value)}" for key, value in inputs.items())
    return f"- `{name} = {formula}({arguments})` = {number(result)}"


def left_out(key, row, unit):
    """That our count meets the published one without some parts; empty where it leaves none out."""
    if "leaves_out" not in row:
        return ""
    less = records.recomputed(key, without=tuple(row["leaves_out"]))
    names = " and ".join(f"`{part}`" for part in row["leaves_out"])
    return f" Without {names} our count is {number(less, 5)} {unit} too."


def given(value):
    """An input as it stands in a worked line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {given(part)}" for key, part in value.items()) + "}"
    if isinstance(value, (int, float)) and not isinstance(value, bool) and value == int(value):
        return f"{int(value):_}"
    return f"{value}"


def hardware(figures):
    """Figures of accelerators that are listed for something else."""
    t = Table(figures, "Numbers of hardware that are easily taken for something else", turned=True)
    for row in listed.load():
        unit = row["unit"]
        in_unit = {"B/s": "GB/s", "FLOP/s": "TFLOP/s"}[unit]
        t.row({
            "Hardware": html.escape(row["accelerator"].name),
            "Listed": stated(row["listed"], unit, in_unit, 4),
            "In our record": stated(row["recorded"], unit, in_unit, 4),
            "Listed<br>over ours": text(number(row["listed_over_recorded"], 3), numeric=True),
            "What it is": text(html.escape(row["what"])),
            "By": text(html.escape(row["by"])),
        })  # fmt: skip
    return t.render()


TABLES = {"errata_summary": summary, "errata_hardware": hardware}
