"""A site for benchmarks that look at it in a browser: the one that is given, or one built for them."""

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def with_site(measure):
    """Calls `measure` with the folder that the command line names; without one, with a site built for it."""
    if len(sys.argv) > 1:
        return measure(Path(sys.argv[1]))
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder) / "site"
        build = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--strict", "--site-dir", str(site)]
        subprocess.run(build, cwd=ROOT, check=True)
        measure(site)
