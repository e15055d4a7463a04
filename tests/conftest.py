"""What several tests share: the built site, a server for it, and a browser."""

import fcntl
import http.server
import os
import subprocess
import sys
import threading
from functools import partial
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

import browser as browsers


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    """Serves a folder and keeps no log."""

    def log_message(self, *args):
        pass


class SiteHandler(QuietHandler):
    """Serves a site with the headers of its file `_headers`, as hosts do that read one."""

    def end_headers(self):
        for line in Path(self.directory, "_headers").read_text(encoding="utf-8").splitlines():
            if line.startswith("  "):
                self.send_header(*line.strip().split(": ", 1))
        super().end_headers()


def build(folder, *, project=ROOT, **environment):
    """Runs the build into `folder`; returns the finished process."""
    return subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)],
        cwd=project,
        capture_output=True,
        text=True,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1", **environment},
    )


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """Folder of the site, built once for all tests by the first process that needs it.

    Beside it stands `markdown`, the docs with every figure in place.
    """
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    with open(shared / "site.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        folder = shared / "site"
        if not folder.exists():
            done = build(shared / "building", SITE_MARKDOWN=str(shared / "markdown"))
            assert done.returncode == 0, done.stdout + done.stderr
            (shared / "building").rename(folder)
    return folder


@pytest.fixture(scope="session")
def address(site):
    """Address at which the built site is served on this machine."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(SiteHandler, directory=site))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="session")
def browser():
    """A headless Chromium, shared by all tests."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = browsers.launch(playwright)
        yield running
        running.close()
