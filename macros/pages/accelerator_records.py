"""The accelerators page: every record, and the ways to weights that are kept elsewhere."""

import html

from llmmath.records import accelerators as accelerator_records
from llmmath.records import links as link_records

from .. import lookup
from ..html_table import NONE, Table, filter_field, note_folded, stated, text


def accelerators(figures):
    """Every accelerator record."""
    t = Table(figures, "Accelerator records; peaks are dense, in TFLOP/s", sortable=True)
    for key, record in accelerator_records.load().items():
        peak = record.peak_flops
        note = "<br>".join(
            part for part in (
                html.escape(record.trap or ""),
                f"<small>Memory: {html.escape(record.memory_source)}</small>",
                f"<small>{html.escape(record.source)}</small>",
            ) if part
        )  # fmt: skip
        t.row({
            "Accelerator": f"{html.escape(record.name)} <code>{key}</code>",
            "Sold as": stated(record.advertised_memory, "B", "GB", 4),
            "Software<br>sees": stated(record.memory_capacity, "B", "GB", 4),
            "Bandwidth": stated(record.memory_bandwidth, "B/s", "GB/s"),
            "fp32": peak_cell(peak.get("fp32")),
            "bf16<br>or fp16": peak_cell(peak.get("bf16") or peak.get("fp16")),
            "fp8": peak_cell(peak.get("fp8")),
            "int8": peak_cell(peak.get("int8")),
            "fp4": peak_cell(peak.get("fp4")),
            "Ridge": ridge_cell(t, key),
            "Link,<br>one way": stated(record.link and record.link.bandwidth, "B/s", "GB/s", 4),
            "Note and source": text(note_folded("note" if record.trap else "source", note)),
            "Kind": text(html.escape(record.kind)),
        }, record)  # fmt: skip
    return f"{filter_field('tr', 'accelerators')}{t.render()}"


def peak_cell(peak):
    """A peak without its unit, which the caption names."""
    return stated(peak, "FLOP/s", "TFLOP/s", 4, show_unit=False)


def ridge_cell(t, key):
    """The ridge for 16-bit arithmetic, or for fp32 where there is no other."""
    for dtype in ("bf16", "fp16", "fp32"):
        if dtype in lookup.accelerator(key).peak_flops:
            return t.figure("ridge_intensity", digits=3, accelerator=key, dtype=dtype)
    return NONE


def links(figures):
    """Every way by which an accelerator reaches weights in RAM or on a disk."""
    t = Table(figures, "Links to RAM and to disks", turned=True)
    for way in map(link_records.get, link_records.keys()):
        t.row({
            "Link": f"{html.escape(way.name)} <code>{way.key}</code>",
            "One way": stated(way.bandwidth, "B/s", "GB/s", 4),
            "Share that<br>copies attain": stated(way.share, "1", "%", 3),
            "Sources": text(f"<small>{html.escape(way.source)}.<br>{html.escape(way.share_source)}</small>"),
        })  # fmt: skip
    return t.render()


TABLES = {"accelerators": accelerators, "links": links}
