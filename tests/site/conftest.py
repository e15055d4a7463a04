"""What the tests of the site share: its tables, and a page of nothing but its scripts and styles."""

import threading
from functools import partial
from http.server import ThreadingHTTPServer

import pytest

from tests.conftest import ROOT, QuietHandler
from tests.site import html_tables

STYLES = ("charts", "site", "form", "calculator")
PAGE = (
    "<!doctype html><html lang=en><title>answers</title>"
    + "".join(f'<link rel=stylesheet href="/assets/css/{name}.css">' for name in STYLES)
    + '<body data-md-color-scheme=default class=md-typeset><div id="into"></div><div id="built"></div>'
)


@pytest.fixture(scope="session")
def tables(site):
    """Every table of the built site, by its key."""
    return html_tables.tables(site)


@pytest.fixture(scope="module")
def context(browser):
    """A browser's context that keeps what was loaded once."""
    made = browser.new_context(viewport={"width": 1280, "height": 900})
    made.grant_permissions(["clipboard-read", "clipboard-write"])
    yield made
    made.close()


@pytest.fixture(scope="module")
def page(browser):
    """A page of two empty elements, with the files of docs/ to import; it needs no build."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(QuietHandler, directory=ROOT / "docs"))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    context = browser.new_context(viewport={"width": 360, "height": 800})
    context.route("**/answers.html", lambda route: route.fulfill(body=PAGE, content_type="text/html"))
    page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    page.goto(f"http://127.0.0.1:{server.server_port}/answers.html")
    yield page
    context.close()
    server.shutdown()
    server.server_close()
    thread.join()
