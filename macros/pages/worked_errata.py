"""The errata page: what was published where, ours beside it, and the steps between them."""

import html

from llmmath.evidence import errata as records
from llmmath.records import accelerators

from ..html_table import Table, stated, text
from ..quantities import number

KINDS = {
    "mistake": "a slip in the arithmetic",
    "scope": "something is left out",
    "unit": "a label",
    "rounding": "a rounding",
    "definition": "a word with two meanings",
}


def summary(figures):
    """Every record in one row: published, ours, ratio."""
    t = Table(
        figures,
        "Published figures beside ours",
        ["Figure", "What differs", "Published", "Ours", "Published over ours", "Unit"],
    )
    for key, row in records.load().items():
        ours = records.recomputed(key)
        t.row(
            f'<a href="#{key}">{html.escape(row["title"])}</a>',
            text(KINDS[row["kind"]]),
            stated(row["published"], "1", digits=digits(row["published"])),
            figure_cell(figures, key, ours),
            text(number(row["published"] / ours, 3), numeric=True),
            text(html.escape(row["unit"])),
        )
    return t.render()


def digits(quantity):
    """Published figures are written with the digits that were published."""
    return None if quantity == int(quantity) else len(repr(quantity).replace(".", "").lstrip("0"))


def figure_cell(figures, key, ours):
    row, written = figures.add(
        records.recomputed, {"key": key}, ours, name="recomputed", digits=None if isinstance(ours, int) else 4
    )
    return f'<td class="num"><data value="{row["value"]}">{written}</data></td>'


def entries(figures):
    """One section for each record: published, worked, ours."""
    sections = []
    for key, row in records.load().items():
        ours = records.recomputed(key)
        _, written = figures.add(
            records.recomputed,
            {"key": key},
            ours,
            name="recomputed",
            digits=None if isinstance(ours, int) else 4,
        )
        unit = html.escape(row["unit"])
        steps = "\n".join(
            f"- `{name} = {formula}({', '.join(f'{k}={given(v)}' for k, v in inputs.items())})` = {number(result)}"
            for name, formula, inputs, result in records.worked(key)
        )
        left_out = ""
        if "leaves_out" in row:
            less = records.recomputed(key, without=tuple(row["leaves_out"]))
            names = " and ".join(f"`{part}`" for part in row["leaves_out"])
            left_out = f" Without {names} our count is {number(less, 5)} {unit} too."
        sections.append(
            f"### {row['title']} {{ #{key} }}\n\nPublished in *{html.escape(row['source'])}*: "
            f"**{number(row['published'], digits(row['published']))} {unit}**. Ours: **{written} {unit}**. {row['about']}{left_out}\n\n"
            f"{steps}\n"
        )
    return "\n\n".join(sections)


def given(value):
    """An input as it stands in a worked line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {given(part)}" for key, part in value.items()) + "}"
    return (
        f"{value:,}".replace(",", "_")
        if isinstance(value, int) and not isinstance(value, bool)
        else str(value)
    )


# What others list for a card: key, quantity of our record, listed value in base units, who lists it, what it is.
LISTED = (
    ("h100-sxm", "bf16", 1979e12, "datasheet headline; ai-infra-index, without a flag", "2:4-sparse"),
    ("h100-pcie", "bf16", 1513e12, "in circulation", "2:4-sparse"),
    ("gh200-96", "bf16", 1979e12, "GenZ", "2:4-sparse"),
    ("b200-sxm", "bf16", 4500e12, "datasheet headline", "2:4-sparse"),
    ("a100-sxm-80", "bf16", 624e12, "in circulation", "2:4-sparse"),
    ("l40s", "bf16", 733e12, "in circulation", "2:4-sparse"),
    ("a6000-ampere", "fp16", 309.7e12, "in circulation", "2:4-sparse"),
    (
        "rtx-4090",
        "fp16",
        660.6e12,
        "one of three figures in circulation",
        "2:4-sparse, and accumulated in fp16",
    ),
    ("mi300x", "fp16", 2614e12, "AMD product pages", "sparse"),
    (
        "mi250x",
        "int8",
        766e12,
        "llm-analysis",
        "the fp16 rate doubled; on CDNA 2 int8 runs at the rate of fp16",
    ),
    ("gaudi3", "fp8", 3670e12, "ai-infra-index", "the bf16 rate doubled; fp8 runs at the rate of bf16"),
    (
        "apple-m2-pro",
        "fp32",
        13.6e12,
        "huggingface.js hardware.ts until pull request 1044",
        "fp16 counted twice",
    ),
    ("raspberry-pi-5", "memory_bandwidth", 34e9, "emergentmind", "twice what 32 bits of LPDDR4X-4267 carry"),
)


def hardware(figures):
    """Figures of accelerators that are listed for something else."""
    t = Table(
        figures,
        "Figures of hardware that are easily taken for something else",
        ["Hardware", "Listed", "By", "What it is", "In our record", "Listed over ours"],
    )
    for key, quantity, listed, by, what in LISTED:
        record = accelerators.get(key)
        bandwidth = quantity == "memory_bandwidth"
        ours = record.memory_bandwidth if bandwidth else record.peak(quantity)
        base, unit = ("B/s", "GB/s") if bandwidth else ("FLOP/s", "TFLOP/s")
        t.row(
            html.escape(record.name),
            stated(listed, base, unit, 4),
            text(html.escape(by)),
            text(html.escape(what)),
            stated(ours, base, unit, 4),
            text(number(listed / ours, 3), numeric=True),
        )
    return t.render()


TABLES = {"errata_summary": summary, "errata_hardware": hardware}
