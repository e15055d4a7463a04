"""The models page: all records with what each count was compared with, and multiplications against parameters."""

import html
import re

from llmmath.evidence import verified
from llmmath.records import models as model_records

from .. import lookup
from ..charts import Axis, Mark, Series, figure, lines
from ..html_table import Table, stated, text

TOTAL = "count.multiplications.decode.total"
AT_FULL_SIZE = ("PyTorch FlopCounterMode", "instrumented NumPy run")


def compared(model, context):
    """What the count that `model` carries at `context` was found equal to: a list of names, empty where nothing was.

    With latent attention the count is that of the absorbed form, so what other forms were compared with does not tell.
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
    """The badge of the count of `model` at `context`, from the tests' own record; empty where nothing was compared."""
    names = compared(lookup.model(model).key, context)
    if not names:
        return ""
    return f'<span class="lm-badge">✓ {badge_text(names)} at a context of {context:,}: {html.escape(" and ".join(names))}</span>'


def linked(source):
    """A record's source with its addresses as links."""
    shown = html.escape(source)
    shown = re.sub(
        r"huggingface\.co/(\S+) config\.json",
        r'<a href="https://huggingface.co/\1/blob/main/config.json">config.json</a>',
        shown,
    )
    return re.sub(r"arXiv:(\d{4}\.\d{5})", r'<a href="https://arxiv.org/abs/\1">arXiv:\1</a>', shown)


def wide(content, n_em):
    """Content that a narrow column does not break into many short lines."""
    return f'<div style="min-width:{n_em}rem">{content}</div>'


def records(figures, context):
    """Every model record with its counts and what they were compared with."""
    t = Table(
        figures,
        f"All models; multiplications of one token that attends to {context:,} positions, cache in 16 bits",
        [
            "Model",
            "Multiplications",
            "Compared with",
            "Parameters",
            "Active",
            "Cache per token",
            "Architecture",
            "Layers",
            "Width",
            "Heads",
            "KV heads",
            "Source",
        ],
        sortable=True,
    )
    for key, record in model_records.load().items():
        shape, names = record.quantities(), compared(key, context)
        count = t.figure(TOTAL, model=key, context=context)
        if names:
            count = (
                count.removesuffix("</td>")
                + f'<br><small class="lm-badge">✓ {badge_text(names)}</small></td>'
            )
        t.row(
            f"{html.escape(record.name)}<br><code>{key}</code>",
            count,
            text(wide(html.escape("; ".join(names)) or "not compared", 9)),
            t.figure("count.parameters", model=key, context=context),
            t.figure("count.active_parameters", unit="billion", digits=3, model=key, context=context),
            t.figure("count.kv_cache_bytes_per_token", unit="KiB", digits=4, model=key, context=context),
            text(f"<code>{record.architecture}</code>"),
            *(stated(shape.get(name), "1") for name in ("n_layers", "d_model", "n_heads", "n_kv_heads")),
            text(wide(linked(record.source), 16)),
        )
    return t.render()


def multiplications_against_parameters(figures, context, long_context, named):
    """All records on logarithmic axes, with the rule of one multiplication for each parameter."""
    points = {"tied": [], "untied": [], "experts": [], "long": []}
    for key, record in model_records.load().items():
        at = (
            lookup.call("count.parameters", {"model": key, "context": context})[2],
            *(
                lookup.call(TOTAL, {"model": key, "context": tokens})[2]
                for tokens in (context, long_context)
                if tokens == context or (record.n_positions or 0) >= long_context
            ),
        )
        kind = "experts" if "n_experts" in record.quantities() else "tied" if record.tied else "untied"
        points[kind].append(at[:2])
        if len(at) == 3:
            points["long"].append((at[0], at[2]))
    labels = {
        "tied": "dense, tied head",
        "untied": "dense, head of its own",
        "experts": "mixture of experts",
        "long": f"the same at {long_context:,} positions",
    }
    everywhere = [x for kind in points.values() for x, _ in kind]
    ends = [min(everywhere), max(everywhere)]
    series = [Series("1 : 1", ends, ends)]
    series += [
        Series(labels[kind], *map(list, zip(*found)), shape="points") for kind, found in points.items()
    ]
    marks = [
        Mark(
            lookup.model(key).name,
            x=lookup.call("count.parameters", {"model": key, "context": context})[2],
            y=lookup.call(TOTAL, {"model": key, "context": context})[2],
        )
        for key in named
    ]
    return figure(
        lines(
            f"Multiplications of one token against stored parameters, context {context:,}",
            "Dense models lie on the line; those with experts far below it, small models with an untied embedding somewhat below, long contexts above.",
            x=Axis("parameters", scale="log", prefix=True, limits=(ends[0] / 1.5, ends[1] * 1.5)),
            y=Axis("multiplications", scale="log", prefix=True),
            series=series,
            marks=marks,
        ),
        "multiplications against parameters",
        [lookup.function(TOTAL)],
    )


TABLES = {"model_records": records}
CHARTS = {"multiplications_against_parameters": multiplications_against_parameters}
