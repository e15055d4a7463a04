"""The author's server: every edit is seen, no mistake hangs it, the page that is looked at comes first."""

import contextlib
import hashlib
import json
import mimetypes
import posixpath
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, quote, unquote, urlsplit

from . import shown, sources
from .mistakes import ENDED, ROOT, Mistake

OWN = "/__serve__/"  # addresses of the server itself
LOOK_EVERY = 0.05  # seconds between two looks at the files
SETTLED = 0.03  # a file that an editor has emptied is not read before it is written
WAIT = 10  # seconds after which a page says that its build still runs
HEARTBEAT = 10  # seconds after which a page that has gone away is noticed
STYLES = "docs/assets/css/"
# Imported once, by the server and by the process that begins its builds.
OF_THE_SERVER = tuple(
    f"macros/building/{name}.py" for name in ("__main__", "run", "serve", "shown", "sources", "worker")
)


class Watch:
    """What has changed in the project since the last look."""

    def __init__(self, root=ROOT):
        self.root = root
        self.before = self.look()

    def look(self):
        return sources.of_project(self.root)

    def changed(self):
        """Names of the files that were written, added or removed, once they have settled."""
        now = self.look()
        if now == self.before:
            return []
        while True:
            time.sleep(SETTLED)
            later = self.look()
            if later == now:
                break
            now = later
        names = sorted(name for name in {*now, *self.before} if now.get(name) != self.before.get(name))
        self.before = now
        return names


class Site:
    """What the server knows of the site: the last whole build, the one that runs, and who looks at what."""

    def __init__(self, work, root=ROOT):
        self.work, self.root = Path(work), root
        self.number, self.building, self.began = 0, False, 0.0
        self.folder = None  # of the last whole build
        self.early = {}  # address -> content, of the build that runs; None where it could not be written
        self.so_far = []  # mistakes of the build that runs
        self.said = set()  # those of them that the terminal has
        self.mistakes, self.whole = [], False
        self.wanted = {}  # address -> how many requests wait for it
        self.looked_at = {}  # address -> how many browsers show it
        self.changed = threading.Condition()
        self.styles = []  # addresses of style sheets that were edited, in order

    def into(self, number):
        return self.work / f"site-{number}"

    def begin(self):
        """Begins a build; gives its number."""
        with self.changed:
            self.number += 1
            self.building, self.began, self.early, self.so_far = True, time.monotonic(), {}, []
            self.said = set()
            self.want()
            self.changed.notify_all()
            return self.number

    def want(self):
        """Tells the build which pages to write first. To be called with the lock held."""
        pages = [*self.wanted, *(page for page in self.looked_at if page not in self.wanted)]
        new = self.work / "wanted.new"
        new.write_text(json.dumps(pages), encoding="utf-8")
        new.replace(self.work / "wanted.json")

    def answered(self, answer):
        """Takes an answer of the worker, and tells the terminal of a build that has ended."""
        number = answer["build"]
        if answer["event"] in ("page", "failed"):
            url, content = answer["url"], None
            if answer["event"] == "page":
                file = url + "index.html" if url[-1:] in ("", "/") else url
                content = self.into(number).joinpath(file).read_bytes()
            with self.changed:
                if number == self.number:
                    self.early[url] = content
                    self.changed.notify_all()
            return
        told = json.loads(self.work.joinpath(f"mistakes-{number}.json").read_text(encoding="utf-8"))
        mistakes = [Mistake(*rest, asked=tuple(asked)) for *rest, asked in told["mistakes"]]
        with self.changed:
            if number != self.number:
                return
            if answer["event"] == "noted":
                self.so_far = mistakes
                say(self, mistakes)
                return self.changed.notify_all()
            before = self.folder
            if told["whole"]:
                self.folder = self.into(number)
            self.end(mistakes, told["whole"])
        for folder in self.work.glob("site-*"):
            if folder not in (self.folder, before):
                shutil.rmtree(folder, ignore_errors=True)

    def end(self, mistakes, whole):
        """Ends the build that runs. To be called with the lock held."""
        self.mistakes, self.whole, self.building = mistakes, whole, False
        say_ended(self)
        self.changed.notify_all()

    def page(self, url, wait=WAIT):
        """(status, content) of a page after the last edit; waits for it as long as `wait` seconds."""
        until = time.monotonic() + wait
        with self.changed:
            self.wanted[url] = self.wanted.get(url, 0) + 1
            try:
                while True:
                    if self.building and url in self.early:
                        return self.ahead(url)
                    if not self.building:
                        return self.built(url)
                    if url not in self.early:
                        self.want()
                    left = until - time.monotonic()
                    if left <= 0:
                        return 503, shown.page_of_waiting(time.monotonic() - self.began)
                    self.changed.wait(left)
            finally:
                self.wanted[url] -= 1
                if not self.wanted[url]:
                    del self.wanted[url]

    def ahead(self, url):
        """(status, content) of a page that the build has written before others, with the mistakes so far."""
        if self.early[url] is None:
            return 500, shown.page_of_mistakes(self.so_far)
        return 200, shown.with_mistakes(self.early[url], self.so_far)

    def built(self, url):
        """(status, content) of a page while no build runs."""
        if not self.whole:
            return 500, shown.page_of_mistakes(self.mistakes)
        for name, status in ((url, 200), ("404.html", 404)):
            file = self.file(name + "index.html" if name[-1:] in ("", "/") else name)
            if file is not None:
                return status, shown.with_mistakes(file.read_bytes(), self.mistakes)
        return 404, shown.whole("404", "<p>There is no such page.</p>")

    def file(self, name):
        """Path of a file of the site: from docs/ as it is, the build that runs, the last one; or None."""
        for folder in (self.root / "docs", self.into(self.number), self.folder):
            path = folder and folder.joinpath(name)
            if path and path.is_file() and path.suffix != ".md":
                return path
        return None


def named(content):
    """A name for this state of a page."""
    return hashlib.sha256(content).hexdigest()[:16]


class Handler(BaseHTTPRequestHandler):
    """Answers one request. `server.site` is the Site."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        """The terminal tells of builds; requests are no news."""

    def do_HEAD(self):
        self.do_GET()

    def do_GET(self):
        parts = urlsplit(self.path)
        name = posixpath.normpath("/" + unquote(parts.path)).lstrip("/")
        with contextlib.suppress(ConnectionError):
            if parts.path == f"{OWN}events":
                asked = {key: values[0] for key, values in parse_qs(parts.query).items()}
                return self.events(asked.get("page", ""), asked.get("shown", ""))
            if parts.path == f"{OWN}live.js":
                return self.send(200, Path(__file__).with_name("live.js").read_bytes(), "text/javascript")
            return self.of_site(parts.path, name)
        return None

    def of_site(self, path, name):
        folder = path.endswith("/") or name == "" or name.endswith("/index.html") or name == "index.html"
        if folder or name.endswith(".html"):
            url = name.removesuffix("index.html") if folder else name
            url = f"{url.rstrip('/')}/" if folder and url else url
            status, content = self.server.site.page(url)
            return self.send(status, shown.with_script(content, url, named(content)), "text/html")
        site = self.server.site
        with site.changed:
            as_it_is = name and site.root.joinpath("docs", name).is_file()  # needs no build, as a style sheet
            site.changed.wait_for(lambda: as_it_is or site.folder or not site.building, WAIT)
            file = site.file(name)
            is_page = any(folder and folder.joinpath(name, "index.html").is_file()
                          for folder in (site.folder, site.into(site.number)))  # fmt: skip
        if file is not None:
            kind = "text/javascript" if file.suffix in (".js", ".mjs") else mimetypes.guess_type(file.name)[0]
            return self.send(200, file.read_bytes(), kind or "application/octet-stream")
        if is_page:
            self.send_response(302)
            self.send_header("Location", quote(path) + "/")
            self.send_header("Content-Length", "0")
            return self.end_headers()
        status, content = site.page(name + "/")
        return self.send(404 if status == 200 else status, content, "text/html")

    def send(self, status, content, kind):
        self.send_response(status)
        text = kind.startswith("text/") or kind.endswith(("json", "xml"))
        self.send_header("Content-Type", f"{kind}; charset=utf-8" if text else kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def events(self, page, shown):
        """Tells a page when it has another state than `shown`, and of style sheets."""
        site = self.server.site
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        with site.changed:
            site.looked_at[page] = site.looked_at.get(page, 0) + 1
            styles = len(site.styles)
        told = shown
        try:
            while not self.server.closing:
                with site.changed:
                    # What a page is while it waits for its build is no state of it.
                    ready = not site.building or page in site.early
                    content = ready and (site.ahead if site.building else site.built)(page)[1]
                    edited = site.styles[styles:]
                    styles = len(site.styles)
                now = named(content) if content else told
                if now == told and not edited:
                    with site.changed:
                        if not site.changed.wait(HEARTBEAT):
                            self.wfile.write(b": still here\n\n")
                    continue
                if now != told:
                    self.wfile.write(f"event: page\ndata: {now}\n\n".encode())
                    told = now
                for address in dict.fromkeys(edited):
                    self.wfile.write(f"event: style\ndata: {address}\n\n".encode())
                self.wfile.flush()
        finally:
            with site.changed:
                site.looked_at[page] -= 1
                if not site.looked_at[page]:
                    del site.looked_at[page]


class Server(ThreadingHTTPServer):
    daemon_threads = True
    closing = False

    def __init__(self, address, site):
        super().__init__(address, Handler)
        self.site = site

    def handle_error(self, request, client_address):
        """A browser that leaves in the middle of an answer is no error."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


def say(site, mistakes):
    """Tells the terminal of each mistake in two lines, as soon as it is known, and once a build."""
    for one in mistakes:
        known = one.what, one.file, one.line, one.column
        if known not in site.said:
            site.said.add(known)
            line = one.shown()
            print(str(one).replace("\n", " "))
            print(f"    {line[0] if line else '(no line of a file)'}")
    sys.stdout.flush()


def say_ended(site):
    """Tells the terminal of a build that has ended, and of what it has not said yet."""
    say(site, site.mistakes)
    how = "built" if site.whole else "not built"
    many = f", {shown.counted(site.mistakes)}" if site.mistakes else ""
    print(f"{time.strftime('%H:%M:%S')} {how}, {time.monotonic() - site.began:.1f} s{many}", flush=True)


class Worker:
    """The process that builds; where it was ended from outside another is begun."""

    def __init__(self, site, address):
        self.site, self.address = site, address
        self.process, self.closing, self.again = None, False, False
        self.ordering = threading.Lock()

    def order(self, fresh, again=False):
        """Orders a build; `fresh` where more than pages was edited, `again` where its process was ended."""
        with self.ordering:
            self.again = again
            number = self.site.begin()
            begun = self.process is not None and self.process.poll() is None
            if not begun:
                self.begin()
            into = str(self.site.into(number))
            text = json.dumps({"build": number, "into": into, "fresh": fresh or not begun})
            with contextlib.suppress(BrokenPipeError):  # its end is seen by `listen`
                self.process.stdin.write(text.encode() + b"\n")
                self.process.stdin.flush()

    def begin(self):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "macros.building.worker", str(self.site.work), self.address],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, start_new_session=True,
        )  # fmt: skip
        threading.Thread(target=self.listen, args=(self.process,), daemon=True).start()

    def listen(self, process):
        """Takes what a process answers until it ends."""
        for line in process.stdout:
            with contextlib.suppress(OSError, ValueError):  # one that was killed leaves half a line
                self.site.answered(json.loads(line))
        process.wait()
        if process is not self.process or self.closing or not self.site.building:
            return
        # Once for each edit: what ends each process would go on for ever.
        if not self.again:
            with contextlib.suppress(OSError):
                return self.order(fresh=True, again=True)
        with self.site.changed:
            self.site.end([Mistake(ENDED)], False)

    def end(self):
        self.closing = True
        if self.process is None:
            return
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(5)
        self.process.kill()


def main(host, port):
    """Serves the project at an address until it is interrupted."""
    work = tempfile.mkdtemp(prefix="site-served-")
    site = Site(work)
    try:
        server = Server((host, port), site)
    except OSError as error:
        print(f"{host}:{port} cannot be served: {error.strerror}; name another: make serve AT=HOST:PORT",
              file=sys.stderr)  # fmt: skip
        return 1
    address = f"http://{host}:{server.server_port}/"
    worker = Worker(site, address)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    watch = Watch()
    worker.order(fresh=True)
    print(f"The site is at {address}; Ctrl-C ends the server.", flush=True)
    try:
        while True:
            time.sleep(LOOK_EVERY)
            names = watch.changed()
            styles = [name for name in names if name.startswith(STYLES) and name.endswith(".css")]
            if styles:
                with site.changed:
                    site.styles.extend(name.removeprefix("docs/") for name in styles)
                    site.changed.notify_all()
            others = [name for name in names if name not in styles]
            if others:
                print(f"{time.strftime('%H:%M:%S')} {others[0]} changed"
                      + (f", and {len(others) - 1} more" if len(others) > 1 else ""), flush=True)  # fmt: skip
                for name in (name for name in others if name in OF_THE_SERVER):
                    print(f"    {name} is of the server itself: end it and start another to see the edit")
                pages = [name for name in others if name.startswith("docs/") and name.endswith(".md")]
                worker.order(fresh=pages != others)
    except KeyboardInterrupt:
        return 0
    finally:
        server.closing = True
        with site.changed:
            site.changed.notify_all()
        worker.end()
        server.shutdown()
        server.server_close()
        shutil.rmtree(work, ignore_errors=True)
