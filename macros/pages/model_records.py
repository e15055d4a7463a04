"""The models page: every record with what its count was compared with, multiplications against parameters."""

import html
import re

from llmmath.evidence import verified
from llmmath.records import models as model_records

from .. import lookup
from ..charts import Axis, Mark, Series, lines
from ..charts.points import room_beside
from ..html_table import Table, filter_field, heading, note_folded, stated, text

TOTAL = "count.multiplications.decode.total"
AT_FULL_SIZE = ("PyTorch FlopCounterMode", "instrumented NumPy run")


def compared(model, context):
    """What the count of `model` at `context` was found equal to: a list of names, empty where nothing was.

    With latent attention the count is that of the absorbed form: runs of other forms do not tell.
    """
    figure_ = lookup.call(TOTAL, {"model": model, "context": context})[2]
    return [
        name
        for entry in verified.load().get(model, {}).get("decode", ())
        if entry["context"] == context
        and entry.get("form", "absorbed") == "absorbed"
        and entry["figure"] == figure_
        for name in entry["compared_with"]
    ]


def badge_text(names):
    """The words of the badge: what was run whole is told from what was run at small shapes only."""
    if not names:
        return ""
    return (
        "equals the instrumented run"
        if set(names) & set(AT_FULL_SIZE)
        else "form equals instrumented runs at small shapes"
    )


def badge(model, context):
    """The badge of a count, from the tests' own record; empty where nothing was compared."""
    names = compared(lookup.model(model).key, context)
    if not names:
        return ""
    what = f"{badge_text(names)} at a context of {context:,}: {html.escape(' and '.join(names))}"
    return f'<span class="lm-badge">✓ {what}</span>'


def linked(source):
    """A record's source with its addresses as links."""
    shown = html.escape(source)
    shown = re.sub(
        r"huggingface\.co/(\S+) config\.json",
        r'<a href="https://huggingface.co/\1/blob/main/config.json">config.json</a>',
        shown,
    )
    return re.sub(r"arXiv:(\d{4}\.\d{5})", r'<a href="https://arxiv.org/abs/\1">arXiv:\1</a>', shown)


def breaking(names):
    """Names as markup; the long one breaks where its words meet."""
    return html.escape(names).replace("FlopCounterMode", "Flop<wbr>CounterMode")


def records(figures, context):
    """Every model record with its counts and what they were compared with."""
    t = Table(
        figures,
        f"All models; multiplications of one token that attends to {context:,} positions, cache in 16 bits",
        sortable=True,
    )
    for key, record in model_records.load().items():
        shape, names = record.quantities(), compared(key, context)
        given = {"model": key, "context": context}
        per_token = t.figure("count.kv_cache_bytes_per_token", unit="KiB", digits=4, **given)
        t.row({
            "Model": heading(f"{html.escape(record.name)}<br><code>{key}</code>", found_by(key, record)),
            "Multiplications": badged(t.data(TOTAL, **given), names),
            "Compared with": text(breaking("; ".join(names)) or "not compared"),
            "Parameters": t.figure("count.parameters", **given),
            "Active": t.figure("count.active_parameters", unit="billion", digits=3, **given),
            "Cache per token": per_token,
            "Architecture": text(f"<code>{record.architecture}</code>"),
            "Layers": stated(shape.get("n_layers")),
            "Width": stated(shape.get("d_model")),
            "Heads": stated(shape.get("n_heads")),
            "KV heads": stated(shape.get("n_kv_heads")),
            "Source": text(note_folded("source", linked(record.source))),
        }, record)  # fmt: skip
    return f"{filter_field('tr', 'models')}{t.render()}"


def found_by(key, record):
    """What readers call a model beside its name: those of its shape, its kind, its kind of attention."""
    shape = record.quantities()
    also = [
        word
        for other, (of, name) in model_records.same_shape().items()
        if of == key
        for word in (other, name)
    ]
    kind = [KINDS[kind_of(record)], *(["MoE"] if "n_experts" in shape else [])]
    if "kv_lora_rank" in shape:
        attention = "MLA latent attention"
    elif "n_kv_heads" not in shape:
        attention = ""
    elif shape["n_kv_heads"] == shape["n_heads"]:
        attention = "MHA multi-head attention"
    elif shape["n_kv_heads"] == 1:
        attention = "MQA multi-query attention"
    else:
        attention = "GQA grouped-query attention"
    return " ".join([*also, *kind, attention])


def badged(count, names):
    """A cell with a count and, where it was compared, its badge."""
    if not names:
        return text(count, numeric=True)
    return text(f'{count}<br><small class="lm-badge">✓ {badge_text(names)}</small>', numeric=True)


# The groups of points on the chart, in the order of their colours.
KINDS = {
    "tied": "dense, tied head",
    "untied": "dense, head of its own",
    "experts": "mixture of experts",
}


def multiplications_against_parameters(figures, context, long_context, named):
    """All records on logarithmic axes, with the rule of one multiplication for each parameter."""
    points = {label: [] for label in (*KINDS.values(), f"the same at {long_context:,} positions")}
    *_, at_long = points
    for key, record in model_records.load().items():
        points[KINDS[kind_of(record)]].append(point(key, context))
        if (record.n_positions or 0) >= long_context:
            points[at_long].append(point(key, long_context))
    parameters = [x for group in points.values() for x, _ in group]
    ends = [min(parameters), max(parameters)]
    series = [Series("1 : 1", ends, ends)]
    for label, group in points.items():
        series.append(Series(label, *map(list, zip(*group)), shape="points"))
    marks = []
    for key in named:
        x, y = point(key, context)
        marks.append(Mark(lookup.model(key).name, x=x, y=y))
    return figures.chart(
        lines(
            f"Multiplications of one token against stored parameters, context {context:,}",
            "Dense models lie on the line; those with experts far below it, small models with an untied "
            "embedding somewhat below, long contexts above.",
            x=Axis("parameters", scale="log", prefix=True, limits=room_beside(parameters)),
            y=Axis("multiplications", scale="log", prefix=True),
            series=series,
            marks=marks,
        ),
        "multiplications against parameters",
        [lookup.function(TOTAL)],
    )


def kind_of(record):
    """Which of KINDS a model is."""
    if "n_experts" in record.quantities():
        return "experts"
    return "tied" if record.tied else "untied"


def point(key, context):
    """(stored parameters, multiplications of one token at `context`) of a model."""
    given = {"model": key, "context": context}
    return lookup.call("count.parameters", given)[2], lookup.call(TOTAL, given)[2]


TABLES = {"model_records": records}
CHARTS = {"multiplications_against_parameters": multiplications_against_parameters}
