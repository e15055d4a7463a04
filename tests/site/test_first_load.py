"""How much a page loads before its reader does anything, and that the rest comes when it is needed."""

import gzip
import re
import time

import pytest

from macros.published import theme_files
from tests.serving import Quiet, served
from tests.site.waiting import until

# Home, articles with formulas, charts and a calculator, pages of tables and of code. [B]
TEXT = (
    "", "multiplications-per-token/", "peak-performance/", "vram/", "how-fast/", "predicted-and-measured/",
    "inference-optimization/batching/", "inference-optimization/kv-cache/", "circuit-notation/", "errata/",
    "reference/models/", "writing-articles/", "pico-fan/", "pico-fan/real-fan/", "pico-fan/designs/",
    "pico-fan/twelve-volts/", "pico-fan/one-sensor/", "pico-fan/faults/", "pico-fan/how-it-works/",
)  # fmt: skip
AT_MOST = 110_000
COMPRESSED_ALREADY = (".woff2", ".png")


class Compressing(Quiet):
    """Serves a folder as hosts do, texts compressed."""

    def do_GET(self):
        path = self.translate_path(self.path)
        path = path + "index.html" if path.endswith("/") else path
        try:
            with open(path, "rb") as file:
                body = file.read()
        except OSError:
            return self.send_error(404)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(path))
        if not path.endswith(COMPRESSED_ALREADY):
            body = gzip.compress(body, 6)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture(scope="module")
def there(site):
    with served(site, Compressing) as address:
        yield address


def asked(page):
    """What a page asks for from now on: a list of (path, request), which grows."""
    found = []
    page.on("requestfinished", lambda request: found.append(request))
    return found


def names(requests):
    return [re.sub(r".*/", "", request.url) for request in requests]


@pytest.mark.parametrize("where", TEXT)
def test_a_page_of_text_loads_at_most_110_kb_before_its_reader_does_anything(there, browser, where):
    page = browser.new_context(viewport={"width": 412, "height": 823}).new_page()
    requests = asked(page)
    page.goto(there + where, wait_until="networkidle")
    sizes = {request.url: request.sizes()["responseBodySize"] for request in requests}
    page.context.close()
    assert len(sizes) > 5 and all(sizes.values())
    assert sum(sizes.values()) <= AT_MOST, sorted(sizes.items(), key=lambda item: -item[1])[:8]


def test_the_themes_program_comes_when_the_reader_moves_and_the_index_when_the_search_is_used(there, browser):
    page = browser.new_context().new_page()
    requests = asked(page)
    page.goto(there + "vram/", wait_until="networkidle")
    assert not [name for name in names(requests) if name.startswith(("bundle", "search"))]
    page.mouse.move(300, 300)
    page.mouse.wheel(0, 1500)
    until(page, "document.querySelectorAll('[data-md-component=toc] .md-nav__link--active').length > 0")
    page.wait_for_load_state("networkidle")
    assert [name for name in names(requests) if name.startswith("bundle")]
    assert "search_index.json" not in names(requests)
    page.locator(".md-search__input").click()
    page.locator(".md-search__input").press_sequentially("thermistor")
    page.wait_for_selector(".md-search-result__item")
    assert "search_index.json" in names(requests)
    page.context.close()


def test_the_key_that_opens_the_search_opens_it_as_the_first_thing_that_is_done(there, browser):
    page = browser.new_context().new_page()
    page.goto(there, wait_until="networkidle")
    page.keyboard.press("/")
    until(page, "document.activeElement.matches('.md-search__input')")
    page.context.close()


def test_what_was_searched_for_is_marked_without_anything_being_done(there, browser):
    page = browser.new_context().new_page()
    page.goto(there + "vram/?h=wafer")
    page.locator("article mark", has_text="wafer").first.wait_for()
    page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_switch_of_the_colours_works_as_the_first_thing_that_is_done(there, browser, scheme):
    page = browser.new_context(color_scheme=scheme).new_page()
    page.goto(there, wait_until="networkidle")
    colours = {"light": "default", "dark": "slate"}
    until(page, "scheme => document.body.dataset.mdColorScheme === scheme", colours.pop(scheme))
    (other,) = colours.values()
    page.locator("label[for^=__palette_]:visible").click()
    page.wait_for_load_state("networkidle")  # the theme's program has come meanwhile
    assert page.evaluate("document.body.dataset.mdColorScheme") == other
    assert page.locator("label[for^=__palette_]:visible").count() == 1
    page.context.close()


@pytest.mark.parametrize(
    "where, comes",
    [("vram/", False), ("vram/#your-own", True), ("vram/?fit.context=9", True), ("vram/?h=memory", False)],
)
def test_a_calculators_scripts_come_when_the_reader_comes_near_it(there, browser, where, comes):
    page = browser.new_context().new_page()
    requests = asked(page)
    page.goto(there + where, wait_until="networkidle")
    assert ("calculator.js" in names(requests)) is comes
    page.locator("lm-calculator").scroll_into_view_if_needed()
    until(page, "!!customElements.get('lm-calculator')")
    page.context.close()


def slowed(context, what, seconds=1.0):
    """Lets files of a context come late."""
    context.route(what, lambda route: (time.sleep(seconds), route.continue_()))


def test_a_reader_who_tabs_to_the_search_and_types_is_not_called_back_when_the_program_comes(there, browser):
    context = browser.new_context()
    page = context.new_page()
    slowed(context, "**/bundle.*.js")
    page.goto(there + "vram/")
    page.keyboard.press("Tab")
    page.locator(".md-search__input").focus()
    page.keyboard.type("bandwidth", delay=200)
    page.wait_for_load_state("networkidle")
    assert page.locator(".md-search__input").input_value() == "bandwidth"
    assert page.evaluate("document.activeElement.matches('.md-search__input')")
    assert page.url == there + "vram/"
    context.close()


@pytest.mark.parametrize("key", ["/", "s", "f"])
def test_what_is_typed_after_the_key_that_opens_the_search_is_searched_for(there, browser, key):
    context = browser.new_context()
    page = context.new_page()
    slowed(context, "**/bundle.*.js")
    page.goto(there + "vram/")
    page.keyboard.type(f"{key}bandwidth", delay=30)
    page.locator(".md-search-result__item").first.wait_for()
    assert page.locator(".md-search__input").input_value() == "bandwidth"
    assert page.url == there + "vram/"
    context.close()


def test_a_first_tap_on_the_search_puts_the_focus_into_it(there, browser):
    context = browser.new_context(viewport={"width": 360, "height": 740}, has_touch=True)
    page = context.new_page()
    page.goto(there + "vram/")
    page.locator("label[for=__search].md-header__button").tap()
    until(page, "document.activeElement.matches('.md-search__input')")
    context.close()


def test_what_is_folded_stands_on_paper_though_nothing_was_done_before(there, browser):
    page = browser.new_context().new_page()
    page.goto(there + "how-fast/")
    folded = page.locator("details:not([open])").count()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert folded and page.locator("details:not([open])").count() == 0
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("details:not([open])").count() == folded
    page.context.close()


def test_what_is_searched_for_leaves_a_calculator_folded(there, browser):
    page = browser.new_context().new_page()
    page.goto(there + "how-fast/?h=bandwidth")
    assert page.locator("details:has(lm-calculator)").get_attribute("open") is None
    page.goto(there + "how-fast/?speed.concurrency=8")
    until(page, "document.querySelector('details:has(lm-calculator)').open")
    page.context.close()


def test_buttons_of_a_form_wait_for_its_scripts(there, browser):
    context = browser.new_context()
    page = context.new_page()
    slowed(context, "**/calculator.js")
    page.goto(there + "vram/")
    page.locator("lm-calculator").scroll_into_view_if_needed()
    until(page, "document.querySelector('lm-calculator').ariaBusy === 'true'")
    assert page.locator("lm-calculator form button:not([disabled])").count() == 0
    until(page, "!document.querySelector('lm-calculator').ariaBusy")
    assert page.locator("lm-calculator form button:not([disabled])").count() > 0
    context.close()


def test_no_page_has_a_part_of_which_the_styles_are_left_out(site):
    left = re.compile(rf"(?:{'|'.join(theme_files.LEFT_OUT)})(?![a-z0-9]).*")
    found = {}
    for path in site.rglob("*.html"):
        for classes in re.findall(r'\sclass="([^"]*)"', path.read_text(encoding="utf-8")):
            found |= {name: path for name in classes.split() if left.fullmatch(name)}
    assert found == {}
