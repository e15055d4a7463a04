"""The accelerators page: every record."""

import html

from llmmath.records import accelerators as accelerator_records

from .. import lookup
from ..html_table import Table, stated, text


def accelerators(figures):
    """Every accelerator record."""
    t = Table(
        figures,
        "Accelerator records; peaks are dense, in TFLOP/s",
        [
            "Accelerator",
            "Capacity",
            "Bandwidth",
            "fp32",
            "bf16<br>or fp16",
            "fp8",
            "int8",
            "Ridge",
            "Note and source",
            "Kind",
        ],
        sortable=True,
    )
    for key, record in accelerator_records.load().items():
        peak = record.peak_flops
        t.row(
            f"{html.escape(record.name)} <code>{key}</code>",
            stated(record.memory_capacity, "B", "GB"),
            stated(record.memory_bandwidth, "B/s", "GB/s"),
            *(
                stated(p, "FLOP/s", "TFLOP/s", 4).replace("\u202fTFLOP/s", "")
                for p in (
                    peak.get("fp32"),
                    peak.get("bf16") or peak.get("fp16"),
                    peak.get("fp8"),
                    peak.get("int8"),
                )
            ),
            ridge_cell(t, key),
            text(
                f'<div style="min-width: 36rem">{html.escape(record.trap or "")}<br><small>{html.escape(record.source)}</small></div>'
            ),
            text(html.escape(record.kind)),
        )
    return t.render()


def ridge_cell(t, key):
    """The ridge for 16-bit arithmetic, or for fp32 where there is no other."""
    for dtype in ("bf16", "fp16", "fp32"):
        if dtype in lookup.accelerator(key).peak_flops:
            return t.figure("ridge_intensity", digits=3, accelerator=key, dtype=dtype)
    return text("–", numeric=True)


TABLES = {"accelerators": accelerators}
