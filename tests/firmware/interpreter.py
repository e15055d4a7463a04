"""Runs programs in the real MicroPython (its Unix port, from PyPI)."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MICROPYTHON = Path(sys.executable).parent / "micropython"


def run(program, *arguments, cwd=None, path=(ROOT,), timeout=120):
    """Standard output of a MicroPython program given as text; its traceback fails the test."""
    assert MICROPYTHON.exists(), f"{MICROPYTHON} is missing; install it with: make test"
    # sys.argv[1:] is not set with -c, so arguments travel in the program itself.
    prologue = f"import sys\nsys.path[1:1] = {[str(p) for p in path]!r}\nARGUMENTS = {list(arguments)!r}\n"
    done = subprocess.run(
        [MICROPYTHON, "-X", "heapsize=32m", "-c", prologue + program],
        cwd=cwd or ROOT,
        capture_output=True,
        text=True,
        timeout=timeout,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout
