"""Finds a browser for the tests, or installs one: $CHROMIUM, a Chromium or Chrome on PATH, Debian's, npm's.

A headless shell is the first choice: it opens a page in half the time of a whole browser.

`python tests/browser.py --install` prints the browser's path, installing one where it can.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
DEBIAN_PACKAGES = ("chromium-headless-shell", "chromium")
NPM_FOLDER = ROOT / ".cache" / "browser"
NPM_PACKAGE = "@sparticuz/chromium@153.0.0"
NPM_SCRIPT = "import('@sparticuz/chromium').then(async m => console.log(await m.default.executablePath()))"
WHAT_TO_INSTALL = (
    "No browser for the tests. Debian: apt-get install -y --no-install-recommends chromium; elsewhere "
    "install Chromium or Chrome, or set CHROMIUM to the path of one."
)
ARGUMENTS = [
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def find():
    """Path of a browser, or None. Raises FileNotFoundError when $CHROMIUM names no file."""
    named = os.environ.get("CHROMIUM")
    if named:
        if not shutil.which(named):
            raise FileNotFoundError(f"CHROMIUM={named}: no such program. {WHAT_TO_INSTALL}")
        return shutil.which(named)
    for name in NAMES:
        if shutil.which(name):
            return shutil.which(name)
    kept = NPM_FOLDER / "path"
    if kept.is_file() and Path(kept.read_text().strip()).is_file():
        return kept.read_text().strip()
    return None


def install():
    """Path of a browser, installed if need be. Raises RuntimeError that says what to install."""
    found = find()
    if found:
        return found
    if os.geteuid() == 0 and shutil.which("apt-get"):
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}

        def apt(*step):
            done = subprocess.run(["apt-get", *step], env=environment, stdout=subprocess.DEVNULL)
            return done.returncode == 0

        apt("update", "-qq")
        for package in DEBIAN_PACKAGES:
            if (
                apt("install", "-y", "-qq", "--no-install-recommends", package, "fonts-dejavu-core") == 0
                and find()
            ):
                return find()
    if shutil.which("npm"):
        NPM_FOLDER.mkdir(parents=True, exist_ok=True)
        subprocess.run(
            [
                "npm",
                "install",
                "--silent",
                "--no-fund",
                "--no-audit",
                "--prefix",
                str(NPM_FOLDER),
                NPM_PACKAGE,
            ]
        )
        made = subprocess.run(["node", "-e", NPM_SCRIPT], cwd=NPM_FOLDER, capture_output=True, text=True)
        if made.returncode == 0 and Path(made.stdout.strip()).is_file():
            (NPM_FOLDER / "path").write_text(made.stdout)
            return find()
    raise RuntimeError(WHAT_TO_INSTALL)


def launch(playwright):
    """A headless browser under `playwright`, with no way to any other host than this machine."""
    path = find()
    if path is None:
        raise RuntimeError(WHAT_TO_INSTALL)
    arguments = [*ARGUMENTS, "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")
    return playwright.chromium.launch(executable_path=path, args=arguments)


if __name__ == "__main__":
    try:
        print(f"browser for the tests: {install() if '--install' in sys.argv else find() or WHAT_TO_INSTALL}")
    except (RuntimeError, FileNotFoundError) as error:
        sys.exit(str(error))
