"""Runs the firmware's tests and writes firmware/tested.json: which script passed what.

Run it after every change of the script or of its tests.

    python tests/firmware/record.py
    python tests/firmware/record.py --emulators     only what new traces of emulated chips tell, in seconds
"""

import ast
import json
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
FRESHNESS = "tests/firmware/test_distribution.py::test_the_record_of_tests_is_fresh"
sys.path.insert(0, str(ROOT))

from firmware import distribution
from tests.firmware import closed_loop, emulator, interpreter


def test_files():
    return sorted(HERE.glob("test_*.py"))


def proves(path):
    """First line of a test file's docstring."""
    return ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))).splitlines()[0].rstrip(".")


def outline():
    """{name: [names of its test functions]}: what a record must speak of to be fresh."""
    functions = {}
    for path in test_files():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        functions[path.name] = [
            node.name
            for node in tree.body
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
        ]
    return functions


def outline_hash():
    return distribution.sha256(json.dumps(outline(), sort_keys=True).encode())


def troubles():
    """{state: {trouble: [seconds to full speed, seconds to clear, state that was told]}}, simulated."""
    measured = json.loads(
        interpreter.run("from tests.firmware import closed_loop\nclosed_loop.main(['faults'])", timeout=1200)
    )["faults"]
    return {
        state: {name: told(name, row[name]) for name in closed_loop.FAULTS}
        for state, row in ((state, measured[state]) for state in closed_loop.ARRANGE)
    }


def emulated(trace):
    """What the page says of a chip's recorded run."""
    said = {key: trace[key] for key in ("board", "firmware", "image_sha256", "script_sha256")}
    return {**said, "periods": len(trace["rows"])}


def told(name, found):
    """What the page shows of a trouble: the simulation looks every 10 ms."""
    clear = None if name in closed_loop.RESETS else round(found["clear_s"], 2)
    return [round(found["full_s"], 2), clear, found["state"]]


def renew_emulators():
    """Takes the chips' traces into the record as it is, which has to be of this very script."""
    record = json.loads(distribution.TESTED.read_text(encoding="utf-8"))
    if record["sha256"] != distribution.sha256(distribution.SCRIPT.read_bytes()):
        sys.exit("the record is not of this script; run: python tests/firmware/record.py")
    record["emulators"] = {chip: emulated(trace) for chip, trace in emulator.recorded().items()}
    write(record)
    print(f"{len(record['emulators'])} runs on emulated chips recorded in firmware/tested.json")


def write(record):
    text = json.dumps(record, indent=2, ensure_ascii=False)
    text = re.sub(r"\[\s+([^\[\]]*?)\s+\]", lambda row: "[" + re.sub(r"\s+", " ", row[1]) + "]", text)
    distribution.TESTED.write_text(text + "\n", encoding="utf-8")


def main():
    if sys.argv[1:] == ["--emulators"]:
        renew_emulators()
        return
    digest = distribution.sha256(distribution.SCRIPT.read_bytes())
    before = distribution.TESTED.read_text(encoding="utf-8") if distribution.TESTED.exists() else None
    # The record is fresh only once it is written; a placeholder lets the build run in between.
    draft = {
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "sha256": digest,
        "options_sha256": distribution.sha256(distribution.OPTIONS.read_bytes()),
        "outline": outline_hash(),
        "tests": {},
        "emulators": {chip: emulated(trace) for chip, trace in emulator.recorded().items()},
        "troubles": troubles(),
    }
    distribution.TESTED.write_text(json.dumps(draft), encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "pytest",
                "-q",
                f"--junit-xml={report}",
                "-o",
                "junit_family=xunit1",
                "tests/firmware",
                "--deselect",
                FRESHNESS,
            ],
            cwd=ROOT,
        )
        if done.returncode:
            if before is None:
                distribution.TESTED.unlink()
            else:
                distribution.TESTED.write_text(before, encoding="utf-8")
            sys.exit("the tests failed; firmware/tested.json is as it was")
        passed = {}
        for case in ElementTree.parse(report).iter("testcase"):
            name = Path(case.get("file")).name
            passed[name] = passed.get(name, 0) + 1
    for path in test_files():
        draft["tests"][path.name] = {"proves": proves(path), "passed": passed[path.name]}
    write(draft)
    print(f"{sum(passed.values())} tests recorded in firmware/tested.json")


if __name__ == "__main__":
    main()
