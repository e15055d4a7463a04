"""Runs the firmware's tests and writes firmware/tested.json: which script passed what.

Run it after every change of the script or of its tests.

    python tests/firmware/record.py
    python tests/firmware/record.py --changed    of the same script: files whose tests have other names now,
                                                 and new traces of emulated chips
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


def outline_hashes():
    """{name: SHA-256 of the names of its test functions}, as the record holds them."""
    return {name: distribution.sha256(json.dumps(names).encode()) for name, names in outline().items()}


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


def main():
    if sys.argv[1:] not in ([], ["--changed"]):
        sys.exit(f"record: unknown {' '.join(sys.argv[1:])}; there is: --changed")
    before = distribution.TESTED.read_text(encoding="utf-8") if distribution.TESTED.exists() else None
    only = sys.argv[1:] == ["--changed"]
    old = json.loads(before) if only and before else None
    digests = {
        "sha256": distribution.sha256(distribution.SCRIPT.read_bytes()),
        "options_sha256": distribution.sha256(distribution.OPTIONS.read_bytes()),
    }
    if only and (old is None or any(old[name] != digest for name, digest in digests.items())):
        sys.exit("record: the record is of another script; run without --changed")
    # The record is fresh only once it is written; a placeholder lets the build run in between.
    draft = {
        "date": old["date"] if old else f"{datetime.now(UTC):%Y-%m-%d}",
        **digests,
        "outline": outline_hashes(),
        "tests": {},
        "emulators": {chip: emulated(trace) for chip, trace in emulator.recorded().items()},
        "troubles": old["troubles"] if old else troubles(),
    }
    files = [path for path in test_files() if not old or changed(path.name, old, draft)]
    distribution.TESTED.write_text(json.dumps(draft), encoding="utf-8")
    passed = run(files)
    if passed is None:
        if before is None:
            distribution.TESTED.unlink()
        else:
            distribution.TESTED.write_text(before, encoding="utf-8")
        sys.exit("the tests failed; firmware/tested.json is as it was")
    for path in test_files():
        count = passed[path.name] if path in files else old["tests"][path.name]["passed"]
        draft["tests"][path.name] = {"proves": proves(path), "passed": count}
    text = json.dumps(draft, indent=2, ensure_ascii=False)
    text = re.sub(r"\[\s+([^\[\]]*?)\s+\]", lambda row: "[" + re.sub(r"\s+", " ", row[1]) + "]", text)
    distribution.TESTED.write_text(text + "\n", encoding="utf-8")
    print(f"{sum(passed.values())} tests recorded in firmware/tested.json")


def changed(name, old, new):
    """Whether a file's tests have other names than in the old record, or speak of other traces."""
    emulated_anew = name == "test_emulated.py" and old["emulators"] != new["emulators"]
    return emulated_anew or old["outline"].get(name) != new["outline"][name]


def run(files):
    """{name of a file: number of its tests that passed}, or None where one failed."""
    if not files:
        return {}
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        options = ["-q", f"--junit-xml={report}", "-o", "junit_family=xunit1", "--deselect", FRESHNESS]
        named = [str(path.relative_to(ROOT)) for path in files]
        done = subprocess.run([sys.executable, "-m", "pytest", *options, *named], cwd=ROOT)
        if done.returncode:
            return None
        passed = {}
        for case in ElementTree.parse(report).iter("testcase"):
            name = Path(case.get("file")).name
            passed[name] = passed.get(name, 0) + 1
    return passed


if __name__ == "__main__":
    main()
