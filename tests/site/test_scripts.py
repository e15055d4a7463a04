"""The types that the page's scripts state are right."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TSC = Path(sys.prefix) / "npm" / "node_modules" / ".bin" / "tsc"


def test_the_types_in_the_scripts_are_right():
    assert TSC.exists(), f"{TSC} is missing; install it with: make test"
    done = subprocess.run([TSC, "-p", ROOT / "tests" / "javascript"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
