"""The strict policy of the built pages, and that all that the theme does works under it."""

import html
import re

import pytest

from macros import policy
from tests.site.waiting import until

LISTEN = """
window.violations = [];
document.addEventListener("securitypolicyviolation", event =>
  violations.push(`${event.violatedDirective}: ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`));
"""


def test_every_page_begins_with_the_policy_and_holds_nothing_that_it_blocks(site):
    meta = '<meta http-equiv="Content-Security-Policy" content="([^"]+)">'
    pages = sorted(site.rglob("*.html"))
    assert len(pages) > 30
    for path in pages:
        text = path.read_text(encoding="utf-8")
        found = re.search(meta, text)
        assert html.unescape(found[1]) == policy.written(policy.POLICY), path
        # a page's policy holds for what comes after it
        assert not re.search('<(script|style|link rel="(stylesheet|preload))', text[: found.start()]), path
    assert policy.problems(site, {}) == []


def test_the_site_has_a_file_of_headers(site):
    assert (site / policy.HEADERS_FILE).read_text(encoding="utf-8") == policy.headers()


@pytest.mark.parametrize("where", ["", "vram/", "pico-fan/", "404.html"])
def test_colours_switch_and_stay_and_the_search_finds_without_a_violation(address, browser, where):
    context = browser.new_context(viewport={"width": 1280, "height": 800}, color_scheme="light")
    context.add_init_script(LISTEN)
    page = context.new_page()
    errors = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    answer = page.goto(address + where)
    # the server of these tests sends the headers of the file, as hosts do
    assert "frame-ancestors 'self'" in answer.headers["content-security-policy"]

    def colours():
        return page.evaluate("document.body.dataset.mdColorScheme")

    page.wait_for_selector("html.js")
    assert colours() == "default"
    page.locator("label[for^=__palette_]:visible").click()
    assert colours() == "slate"
    page.reload()
    assert colours() == "slate"
    page.wait_for_selector("html.js")
    page.locator(".md-search__input").click()
    page.locator(".md-search__input").press_sequentially("thermistor")
    page.wait_for_selector(".md-search-result__item")
    assert page.evaluate("violations") == [] and errors == []
    context.close()


def test_a_violation_is_seen_by_the_listener_of_these_tests(address, browser):
    context = browser.new_context()
    context.add_init_script(LISTEN)
    page = context.new_page()
    page.goto(address)
    page.evaluate("document.body.setAttribute('style', 'color: red')")
    page.evaluate(
        "document.body.append(Object.assign(document.createElement('script'), {text: 'window.ran = 1'}))"
    )
    until(page, "violations.length > 1")
    assert page.evaluate("[window.ran, getComputedStyle(document.body).color == 'rgb(255, 0, 0)']") == [
        None,
        False,
    ]
    context.close()


def test_code_is_copied_by_its_button(address, browser):
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(address + "how-this-site-is-made/")
    code = page.locator("pre code").first
    code.hover()  # the theme's program, which makes the button, comes when the reader does something
    page.locator(".md-code__button, .md-clipboard").first.click()
    assert page.evaluate("navigator.clipboard.readText()").strip() == code.inner_text().strip()
    context.close()
