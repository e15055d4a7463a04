"""Edits that make the project wrong, each tried on a copy: do the tests that should see it, see it?

    make mutants                                    all of tests/mutants/mutants.toml
    .venv/bin/python -m tests.mutants.run WORDS     those whose name holds all the words

An edit is a table of the file: `name` says what would be wrong, `file`, `old` and `new` are the edit, and
`tests` the paths of which one must fail with it. The working tree is only read. Prints the survivors and
exits with 1 where there is one, where `old` does not stand exactly once in its file, or where a test fails
without any edit.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from pathlib import Path
from queue import Queue

ROOT = Path(__file__).resolve().parents[2]
WORKERS = 2
LEFT_OUT = (".git", ".venv*", ".cache", ".hypothesis", "__pycache__", "build", "site", "node_modules")
# pytest's exit codes: all passed; some failed; an error before any test ran, where an edit breaks an import.
PASSED, FAILED, INTERRUPTED = 0, 1, 2
VERDICTS = {PASSED: "SURVIVED", FAILED: "caught", INTERRUPTED: "caught"}


def mutants(words=()):
    """The edits whose name holds all the words, in the file's order."""
    with open(Path(__file__).with_name("mutants.toml"), "rb") as file:
        found = tomllib.load(file)["mutant"]
    return [mutant for mutant in found if all(word in mutant["name"] for word in words)]


def misplaced(mutant):
    """What is wrong with where an edit stands, or None."""
    path = ROOT / mutant["file"]
    if not path.is_file():
        return f"{mutant['name']}: there is no {mutant['file']}"
    times = path.read_text(encoding="utf-8").count(mutant["old"])
    if times != 1:
        return f"{mutant['name']}: {mutant['old']!r} stands {times} times in {mutant['file']}, not once"
    for test in mutant["tests"]:
        if not (ROOT / test.partition("::")[0]).exists():
            return f"{mutant['name']}: there is no {test}"
    return None


def copied(folder):
    """A copy of the project without what is built or installed; the root `site` alone is the built one."""

    def left_out(where, names):
        ignored = set(shutil.ignore_patterns(*LEFT_OUT)(where, names))
        return ignored if Path(where) == ROOT else ignored - {"site", "build"}

    shutil.copytree(ROOT, folder, ignore=left_out)
    return folder


def run(project, tests):
    """(pytest's exit code, the last lines it printed) for these paths of a copy, up to the first failure."""
    # Two versions of a file can have one size and one second: nothing compiled is kept.
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "pytest", "-x", "-q", "--no-header", "--tb=line", *tests]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, env=environment)
    return done.returncode, "\n  ".join((done.stdout + done.stderr).strip().splitlines()[-6:])


@contextmanager
def edited(project, mutant):
    """The copy with one edit in it, for as long as the block runs."""
    path = project / mutant["file"]
    before = path.read_text(encoding="utf-8")
    path.write_text(before.replace(mutant["old"], mutant["new"]), encoding="utf-8")
    try:
        yield
    finally:
        path.write_text(before, encoding="utf-8")


class Copies:
    """Copies of the project, one for each worker."""

    def __init__(self, folder):
        self.free = Queue()
        for number in range(WORKERS):
            self.free.put(copied(Path(folder) / str(number)))

    def run(self, tests, mutant=None):
        """What `run` gives for these paths on the next free copy, with the edit in it where there is one."""
        project = self.free.get()
        try:
            with edited(project, mutant) if mutant else nullcontext():
                return run(project, tests)
        finally:
            self.free.put(project)


def survivors(copies, chosen):
    """(mutant, verdict, last lines) of those that no test caught; each verdict is printed as it comes."""

    def judged(mutant):
        began = time.monotonic()
        code, told = copies.run(mutant["tests"], mutant)
        verdict = VERDICTS.get(code, f"UNTESTED, pytest ended with {code}")
        print(f"{verdict:8} {time.monotonic() - began:5.1f} s  {mutant['name']}", flush=True)
        return mutant, verdict, told

    with ThreadPoolExecutor(WORKERS) as pool:
        return [found for found in pool.map(judged, chosen) if found[1] != "caught"]


def main(words):
    chosen = mutants(words)
    if not chosen:
        return f"no mutant has {' '.join(words)!r} in its name"
    wrong = [problem for problem in map(misplaced, chosen) if problem]
    if wrong:
        return "\n".join([*wrong, "Bring these edits up to date in tests/mutants/mutants.toml."])
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        copies = Copies(folder)
        # Without an edit everything passes; else a mutant would be caught by what is broken anyway.
        tests = sorted({test for mutant in chosen for test in mutant["tests"]})
        with ThreadPoolExecutor(WORKERS) as pool:
            for code, told in pool.map(copies.run, [half for half in (tests[::2], tests[1::2]) if half]):
                if code != PASSED:
                    return f"without any edit the tests fail:\n  {told}"
        found = survivors(copies, chosen)
    print(f"{len(chosen)} mutants, {len(found)} survivors, {time.monotonic() - began:.0f} s")
    for mutant, verdict, told in found:
        print(f"\n{verdict}: {mutant['name']} ({mutant['file']})")
        print(f"  - {mutant['old'].strip()}\n  + {mutant['new'].strip()}")
        print(f"  {' '.join(mutant['tests'])}\n  {told}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
