"""What the tests of the site share: its tables, and a page of nothing but its scripts and styles."""

import pytest

from tests.conftest import ROOT
from tests.serving import served
from tests.site import html_tables

STYLES = ("charts", "look", "site", "form", "calculator")
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
    with served(ROOT / "docs") as there:
        context = browser.new_context(viewport={"width": 360, "height": 800})
        context.route("**/answers.html", lambda route: route.fulfill(body=PAGE, content_type="text/html"))
        page = context.new_page()
        page.on("pageerror", lambda error: pytest.fail(str(error)))
        page.goto(f"{there}answers.html")
        yield page
        context.close()
