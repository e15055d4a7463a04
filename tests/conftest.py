"""What several tests share: the built site, a server for it, and a browser."""

import fcntl
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

import browser as browsers

from tests.serving import Quiet, served


class SiteHandler(Quiet):
    """Serves a site with the headers of its file `_headers`, as hosts do that read one."""

    def end_headers(self):
        for line in Path(self.directory, "_headers").read_text(encoding="utf-8").splitlines():
            if line.startswith("  "):
                self.send_header(*line.strip().split(": ", 1))
        super().end_headers()


# What takes longest stands first, so that no process is left with it while the others have nothing to do: the
# fan's hours in MicroPython, while another process builds the site; then what waits for builds and browsers.
LONGEST = (
    "tests/firmware/test_closed_loop.py",
    "tests/site/test_pages.py",
    "tests/firmware/test_hostile.py",
    "tests/site/test_remembered.py",
    "tests/site/test_fan_simulation.py",
    "tests/site/test_serve.py",
    "tests/site/test_freshness.py",
    "tests/site/",
)


def pytest_collection_modifyitems(items):
    """Puts the longest first; what is alike keeps its order."""

    def place(item):
        return next((n for n, name in enumerate(LONGEST) if item.nodeid.startswith(name)), len(LONGEST))

    items.sort(key=place)


def pytest_xdist_auto_num_workers():
    """One process more than cores: browsers and servers are waited for half of the time."""
    return os.cpu_count() + 1


# A build from nothing. Tells of the files below the project that macros opened, wherever in the code that is:
# those that the key of what is remembered covers, and the others.
WATCHED = """
import json, os, sys
from pathlib import Path
from macros.building import run, sources
root = Path.cwd()
read = set()
def watch(event, given):
    if event == "open" and isinstance(given[0], (str, bytes, os.PathLike)):
        frame = sys._getframe()
        while frame is not None:
            if frame.f_code.co_name == "run" and frame.f_code.co_filename.endswith("remembered.py"):
                path = Path(os.fsdecode(given[0]))
                read.add(str(path if path.is_absolute() else root / path))
                break
            frame = frame.f_back
sys.addaudithook(watch)
found, _ = run.site(sys.argv[1])
sys.exit("\\n".join(map(str, found))) if found else None
covered = set(sources.stamps(root, sources.READ))
below = {os.path.relpath(path, root) for path in read if path.startswith(f"{root}/")}
print(json.dumps({"covered": sorted(below & covered), "others": sorted(below - covered)}))
"""


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    """The site, built once for all tests and from nothing by the first process that needs it.

    A dict: `site`, its folder; `covered` and `others`, names of the files that its macros read. Beside the
    folder stands `markdown`, the docs with every figure in place.
    """
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    with open(shared / "site.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        folder, read = shared / "site", shared / "read.json"
        if not folder.exists():
            environment = {
                "NO_MKDOCS_2_WARNING": "1",
                "SITE_CACHE": str(shared / "cache"),
                "SITE_MARKDOWN": str(shared / "markdown"),
            }
            done = subprocess.run(
                [sys.executable, "-c", WATCHED, str(shared / "building")],
                cwd=ROOT, capture_output=True, text=True, env=os.environ | environment,
            )  # fmt: skip
            assert done.returncode == 0, done.stdout + done.stderr
            read.write_text(done.stdout.splitlines()[-1], encoding="utf-8")
            (shared / "building").rename(folder)
    return {"site": folder} | json.loads(read.read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def site(built):
    """Folder of the built site."""
    return built["site"]


@pytest.fixture(scope="session")
def address(site):
    """Address at which the built site is served on this machine."""
    with served(site, SiteHandler) as there:
        yield there


@pytest.fixture(scope="session")
def browser():
    """A headless Chromium, shared by all tests."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = browsers.launch(playwright)
        yield running
        running.close()
