"""A site for benchmarks that look at it in a browser: the one that is given, or one built for them."""

import subprocess
import sys
import tempfile
import threading
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


class Handler(SimpleHTTPRequestHandler):
    """Serves a folder and keeps no log."""

    def log_message(self, *args):
        pass


def with_site(measure):
    """Calls `measure` with the folder that the command line names; without one, with a site built for it."""
    if len(sys.argv) > 1:
        return measure(Path(sys.argv[1]))
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder) / "site"
        build = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--strict", "--site-dir", str(site)]
        subprocess.run(build, cwd=ROOT, check=True)
        measure(site)


@contextmanager
def served(site, handler=Handler):
    """Address of a folder that a server on this machine gives out."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=site))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
