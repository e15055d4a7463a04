"""Finds nginx for the tests, or installs it: $NGINX, one on PATH, Debian's laid out in `.cache/nginx`.

Laid out, not installed, it needs no root, and nothing is started.

`python tests/server.py --install` prints its path, installing it where it can.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / ".cache" / "nginx"
# Debian has it where only root looks.
PATHS = f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/usr/local/sbin:{FOLDER / 'usr' / 'sbin'}"
WHAT_TO_INSTALL = (
    "No nginx for the tests. Debian: apt-get install -y --no-install-recommends nginx; elsewhere install "
    "nginx, or set NGINX to the path of one."
)


def find():
    """Path of an nginx that runs, or None. Raises FileNotFoundError when $NGINX names no file."""
    named = os.environ.get("NGINX")
    if named and not shutil.which(named):
        raise FileNotFoundError(f"NGINX={named}: no such program. {WHAT_TO_INSTALL}")
    path = shutil.which(named or "nginx", path=PATHS)
    return path if path and subprocess.run([path, "-v"], capture_output=True).returncode == 0 else None


def install():
    """Path of an nginx, installed if need be. Raises RuntimeError that says what to install."""
    if not find() and shutil.which("apt-get") and shutil.which("dpkg"):
        with tempfile.TemporaryDirectory() as folder:

            def apt(*step):
                done = subprocess.run(["apt-get", "-qq", *step], cwd=folder, capture_output=True)
                return done.returncode == 0

            if apt("download", "nginx") or (apt("update") and apt("download", "nginx")):
                (package,) = Path(folder).glob("nginx_*.deb")
                FOLDER.mkdir(parents=True, exist_ok=True)
                subprocess.run(["dpkg", "-x", str(package), str(FOLDER)], check=True)
    found = find()
    if not found:
        raise RuntimeError(WHAT_TO_INSTALL)
    return found


if __name__ == "__main__":
    try:
        print(f"nginx for the tests: {install() if '--install' in sys.argv else find() or WHAT_TO_INSTALL}")
    except (RuntimeError, FileNotFoundError) as error:
        sys.exit(str(error))
