"""Writes tests/data/fan-trace.json: the page's scenario, run by MicroPython's Unix port.

python -m tests.firmware.record_fan_trace
"""

import json
from pathlib import Path

from firmware import distribution
from tests.firmware import interpreter

TRACE = Path(__file__).resolve().parents[1] / "data" / "fan-trace.json"
PROGRAM = "import json\nfrom tests.firmware import fan_scenario\nprint(json.dumps(fan_scenario.trace()))"


def run():
    """The trace as the Unix port gives it now, with the hash of the script that ran."""
    digest = distribution.sha256(distribution.SCRIPT.read_bytes())
    return {"script_sha256": digest, **json.loads(interpreter.run(PROGRAM))}


def main():
    trace = run()
    parts = [f'"script_sha256": "{trace["script_sha256"]}"']
    for name in ("samples", "lines", "seconds"):  # a row a line, so that a change shows
        rows = ",\n".join(json.dumps(row) for row in trace[name])
        parts.append(f'"{name}": [\n{rows}\n]')
    TRACE.write_text("{" + ",\n".join(parts) + "}\n", encoding="utf-8")
    print(f"{len(trace['lines'])} lines of the fan's log recorded in {TRACE.name}")


if __name__ == "__main__":
    main()
