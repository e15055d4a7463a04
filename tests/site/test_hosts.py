"""The built site as hosts serve it, on loopback: nginx with the container's own configuration, and Pages."""

import gzip
import hashlib
import http.client
import os
import re
import socket
import subprocess
import time
from posixpath import splitext
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import pytest

from macros import policy
from macros.building.converted import addresses_of
from tests import server
from tests.conftest import ROOT
from tests.serving import Quiet, served

CONTAINER = ROOT / "container"
# Kinds of file that are given to software which asks for them by name, and may be of any kind.
OF_NO_KIND = (".mpy", "")


@pytest.fixture(scope="module")
def nginx(site, tmp_path_factory):
    """Port at which nginx serves the site, with the configuration that the container has."""
    program = server.find()
    assert program, server.WHAT_TO_INSTALL
    folder = tmp_path_factory.mktemp("nginx")
    headers = subprocess.run(
        ["sh", CONTAINER / "headers.sh", site / "_headers"], capture_output=True, text=True, check=True
    ).stdout
    (folder / "site-headers.conf").write_text(headers)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    text = re.sub("/var/cache/nginx(?=/)", str(folder), (CONTAINER / "nginx.conf").read_text())
    for here, there in (
        ("listen 8080;", f"listen 127.0.0.1:{port};"),
        ("root /site;", f"root {site};"),
        ("/etc/nginx/site-headers.conf", f"{folder}/site-headers.conf"),
    ):
        assert text.count(here) == 1
        text = text.replace(here, there)
    (folder / "nginx.conf").write_text(text)
    # Else its workers are of a user that may not read the folder of the tests.
    as_root = "user root; " if os.geteuid() == 0 else ""
    with subprocess.Popen(
        [program, "-p", folder, "-c", folder / "nginx.conf", "-e", "stderr", "-g", f"{as_root}daemon off;"],
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        for _ in range(200):
            with socket.socket() as tried:
                if tried.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert running.poll() is None, running.stderr.read()
            time.sleep(0.05)
        yield port
        running.terminate()
        # What it had to say of its configuration, and of files that it could not read.
        assert (running.wait(timeout=20), running.stderr.read()) == (0, "")


@pytest.fixture
def ask(nginx):
    """Asks nginx for an address: (answer, content)."""
    connection = http.client.HTTPConnection("127.0.0.1", nginx, timeout=20)

    def asked(path, **headers):
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request("GET", path, headers=names)
        answer = connection.getresponse()
        return answer, answer.read()

    yield asked
    connection.close()


def hashed(site):
    """Addresses of files that hold their hash in their name, below the theme's assets."""
    found = [
        f"/{p.relative_to(site)}" for p in site.glob("assets/*/*") if re.search(r"\.[0-9a-f]{8}\.", p.name)
    ]
    assert len(found) >= 3
    return found


def test_what_every_page_asks_for_is_named_by_the_hash_of_its_content(site):
    asked = set()
    for name in ("index.html", "vram/index.html", "source/llmmath/formulas/memory.py/index.html"):
        text = (site / name).read_text(encoding="utf-8")
        links = re.findall(r'<(?:link rel="(?:stylesheet|preload)"|script)[^>]* (?:href|src)="([^"]+)"', text)
        asked |= {(site / name).parent.joinpath(link).resolve() for link in links}
    (sheet,) = [path for path in asked if path.name.startswith("all.")]
    fonts = {(sheet.parent / link).resolve() for link in IN_CSS.findall(sheet.read_text())}
    asked |= fonts
    assert {path.suffix for path in asked} == {".css", ".js", ".woff2"} and len(asked) > 12
    assert fonts == {path for path in fonts if path.suffix == ".woff2"} and len(fonts) > 5
    for path in asked:
        # the theme names its own by another hash
        (digest, of_theme) = re.fullmatch(r"[\w-]+\.([0-9a-f]{8})(\.min)?\.\w+", path.name).groups()
        assert of_theme or hashlib.sha256(path.read_bytes()).hexdigest()[:8] == digest, path


def test_every_answer_has_the_headers_of_the_policy_once_whatever_it_is(site, ask):
    said = policy.written({**policy.POLICY, **policy.OF_HEADERS})
    for path in ("/", "/vram/", "/values.json", "/vram", "/not/here", "/_headers", hashed(site)[0]):
        answer, _ = ask(path)
        assert answer.headers.get_all("Content-Security-Policy") == [said], path
        assert answer.headers.get_all("X-Content-Type-Options") == ["nosniff"], path
        assert answer.headers.get_all("Referrer-Policy") == ["strict-origin-when-cross-origin"], path
        assert re.fullmatch("nginx", answer.headers["Server"]), "a version is told"


def test_a_header_that_nginx_could_not_be_told_ends_the_making_of_the_container(tmp_path):
    (tmp_path / "_headers").write_text('/*\n  X-One: a\n  X-Two: say "no" to $all\n')
    done = subprocess.run(
        ["sh", CONTAINER / "headers.sh", tmp_path / "_headers"], capture_output=True, text=True
    )
    assert done.returncode == 1 and "not all headers" in done.stderr and done.stdout == ""


@pytest.mark.parametrize("kind", ["html", "css", "js", "mjs", "json", "wasm", "xml", "md"])
def test_text_and_programs_are_compressed_and_come_out_as_they_were(site, ask, kind):
    file = max(site.glob(f"**/*.{kind}"), key=lambda path: path.stat().st_size)
    path = f"/{file.relative_to(site)}".removesuffix("index.html")
    answer, content = ask(path, Accept_Encoding="gzip")
    assert answer.headers["Content-Encoding"] == "gzip" and answer.headers["Vary"] == "Accept-Encoding"
    assert len(content) < 0.6 * file.stat().st_size
    assert gzip.decompress(content) == file.read_bytes()
    answer, content = ask(path)
    assert answer.headers["Content-Encoding"] is None and content == file.read_bytes()


@pytest.mark.parametrize("kind", ["woff2", "png", "zip"])
def test_what_is_compressed_already_is_sent_as_it_is(site, ask, kind):
    file = next(site.glob(f"**/*.{kind}"))
    answer, content = ask(f"/{file.relative_to(site)}", Accept_Encoding="gzip")
    assert answer.headers["Content-Encoding"] is None and content == file.read_bytes()


def test_a_file_named_by_its_hash_is_kept_for_ever_and_all_else_is_asked_for_again(site, ask):
    for path in hashed(site):
        assert ask(path)[0].headers["Cache-Control"] == "public, max-age=31536000, immutable"
    for path in ("/", "/vram/", "/assets/js/calculator.js", "/assets/engine/llmmath.json", "/values.json"):
        answer, _ = ask(path)
        assert answer.headers["Cache-Control"] == "no-cache", path
        again, content = ask(path, If_None_Match=answer.headers["ETag"])
        assert (again.status, content) == (304, b""), path


def test_what_is_not_there_shows_the_sites_own_page_and_is_not_kept(site, ask):
    for path in (
        "/not/here",
        "/assets/stylesheets/main.00000000.min.css",
        "/_headers",
        "/vram/../_headers",
    ):
        answer, content = ask(path)
        assert (answer.status, content) == (404, (site / "404.html").read_bytes()), path
        assert answer.headers["Cache-Control"] == "no-cache", path


def test_an_address_without_its_slash_leads_on_within_the_host_that_the_reader_knows(ask):
    answer, _ = ask("/vram", Host="docs.example:8443")
    assert (answer.status, answer.headers["Location"]) == (301, "/vram/")


def test_every_kind_of_file_has_a_type_and_text_is_utf_8(site, ask):
    kinds = {
        splitext(path.name)[1]: path for path in site.rglob("*") if path.is_file() and path.name[0] != "_"
    }
    assert len(kinds) > 15
    for kind, path in kinds.items():
        said = ask(f"/{path.relative_to(site)}")[0].headers["Content-Type"]
        assert (said == "application/octet-stream") == (kind in OF_NO_KIND), kind
        assert said.endswith("; charset=utf-8") or not said.startswith("text/"), kind


def test_scripts_and_the_engine_run_as_nginx_serves_them(nginx, browser):
    page = browser.new_page()
    errors = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"http://127.0.0.1:{nginx}/calculators/")
    kind = page.evaluate(
        "import('/assets/engine/micropython.mjs').then(engine => typeof engine.loadMicroPython)"
    )
    sent = page.evaluate(
        "fetch('/assets/engine/micropython.wasm').then(WebAssembly.compileStreaming).then(String)"
    )
    page.close()
    assert (kind, sent, errors) == ("function", "[object WebAssembly.Module]", [])


# Pages serves the site of a project below the project's name, and knows nothing of `_headers`.
BELOW = "/some-project/"


class PagesHandler(Quiet):
    """Serves a folder below a path, as Pages does, and the site's own page for what is not there."""

    def translate_path(self, path):
        return super().translate_path(
            path.removeprefix(BELOW.rstrip("/")) if path.startswith(BELOW) else "/none"
        )

    def send_error(self, code, message=None, explain=None):
        with open(f"{self.directory}/404.html", "rb") as page:
            content = page.read()
        self.send_response(code)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)


@pytest.fixture(scope="module")
def pages(site):
    """Address of the site below a path of a host."""
    PagesHandler.protocol_version = "HTTP/1.1"
    with served(site, PagesHandler) as root:
        yield root.rstrip("/") + BELOW


# What a style sheet and a script load besides.
IN_CSS = re.compile(r"""url\(\s*["']?(?!data:|#)([^"')]+)""")
IN_SCRIPT = re.compile(r'"(\.{1,2}/[^"\s]+)"')


def linked(site):
    """{path on the host: a file that has it}, of all that pages, style sheets and scripts name."""
    found = {}
    for path in sorted(site.rglob("*")):
        name = path.relative_to(site).as_posix()
        if path.suffix == ".html" and name != "404.html":
            links = [link for _, link in addresses_of(path.read_text(encoding="utf-8"))[0]]
        elif path.suffix in (".css", ".js") and "javascripts/" not in name:
            pattern = IN_CSS if path.suffix == ".css" else IN_SCRIPT
            links = pattern.findall(path.read_text(encoding="utf-8"))
        else:
            continue
        for link in links:
            if not urlsplit(link).scheme:
                found.setdefault(urldefrag(urljoin(f"http://host{BELOW}{name}", link))[0], name)
    return {urlsplit(link).path: name for link, name in found.items()}


def test_every_address_that_the_site_names_is_there_below_a_path(site, pages):
    found = linked(site)
    assert len(found) > 400 and {splitext(name)[1] for name in found.values()} == {".html", ".css", ".js"}
    assert [(link, name) for link, name in found.items() if not link.startswith(BELOW)] == []
    connection = http.client.HTTPConnection(urlsplit(pages).netloc, timeout=20)
    broken = []
    for link, name in found.items():
        connection.request("HEAD", link)
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:
            broken.append((answer.status, unquote(link), name))
    connection.close()
    assert broken == []


def test_a_page_below_a_path_loads_all_that_it_needs_and_searches(pages, browser):
    page = browser.new_page()
    failed = []
    page.on("response", lambda got: failed.append(got.url) if got.status >= 400 else None)
    page.on("pageerror", lambda error: failed.append(str(error)))
    page.goto(f"{pages}inference-optimization/kv-cache/")
    page.wait_for_selector("html.js")
    page.locator(".md-search__input").click()
    page.locator(".md-search__input").press_sequentially("thermistor")
    found = page.locator(".md-search-result__link").first.evaluate("link => link.href")
    there = page.goto(found)
    page.close()
    assert found.startswith(pages) and there.status == 200 and failed == []
