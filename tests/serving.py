"""A folder that is served on this machine, for tests and benchmarks."""

import http.server
import threading
from contextlib import contextmanager
from functools import partial


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves a folder and keeps no log."""

    def log_message(self, *args):
        pass


@contextmanager
def served(folder, handler=Quiet):
    """Address at which a folder is served, with a slash at its end."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=folder))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
