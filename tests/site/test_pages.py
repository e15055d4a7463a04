"""Every page of the built site, in a real browser."""

import html
import re

import pytest

from llmmath.evidence import measurements
from tests.site import axe

# Layout is alike in both schemes, contrast at both widths.
VISITS = ((360, "light"), (1280, "dark"))


def addresses(site):
    """Addresses of every page below the site's root, the home page first; of pages of source, which are made
    alike, two."""
    found = [p.parent.relative_to(site).as_posix() + "/" for p in sorted(site.rglob("index.html"))]
    sources = ("source/llmmath/records/data/models.toml/", "source/llmmath/formulas/memory.py/")
    return ["" if a == "./" else a for a in found if not a.startswith("source/") or a in sources]


def made_alike(where):
    """Whether a page is of series or of source, of which axe sees two: its time grows with their length."""
    return where.startswith(("measurements/", "source/")) and where not in (
        "measurements/",
        "measurements/calm/",
        "measurements/mlx/",
        "source/llmmath/formulas/memory.py/",
    )


@pytest.fixture(scope="module")
def visits(site, address, browser):
    """What happened on each page at each width and in both colour schemes: {(page, width, scheme): dict}."""
    seen = {}
    for width, scheme in VISITS:
        contrasts = set()
        context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
        page = context.new_page()
        for where in addresses(site):
            notes = {"errors": [], "foreign": [], "failed": []}

            def console(message, notes=notes):
                if message.type == "error":
                    notes["errors"].append(message.text)

            def request(made, notes=notes):
                if not made.url.startswith((address, "data:", "blob:")):
                    notes["foreign"].append(made.url)

            def response(got, notes=notes):
                if got.status >= 400:
                    notes["failed"].append(f"{got.status} {got.url}")

            handlers = {
                "console": console,
                "request": request,
                "response": response,
                "pageerror": lambda error, notes=notes: notes["errors"].append(str(error)),
            }
            for event, handler in handlers.items():
                page.on(event, handler)
            page.goto(address + where, wait_until="load")
            notes["overflow"] = page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            notes["height"] = page.evaluate("document.documentElement.scrollHeight")
            notes["series"] = page.locator("details.lm-series").count()
            if not made_alike(where):
                notes["axe"] = axe.violations(page, seen=contrasts)
            for event, handler in handlers.items():
                page.remove_listener(event, handler)
            seen[where, width, scheme] = notes
        context.close()
    return seen


def found(visits, what):
    return {"/".join(map(str, key)): notes[what] for key, notes in visits.items() if notes.get(what)}


def test_no_page_reports_an_error(visits):
    assert found(visits, "errors") == {}


def test_no_page_asks_another_host_for_anything(visits):
    assert found(visits, "foreign") == {}


def test_nothing_that_a_page_loads_is_missing(visits):
    assert found(visits, "failed") == {}


def test_no_page_is_wider_than_the_window(visits):
    assert {k: v for k, v in found(visits, "overflow").items() if v > 0} == {}


def test_axe_finds_no_barrier_on_any_page(visits):
    assert found(visits, "axe") == {}


def test_a_click_on_a_figure_shows_its_formula_inputs_and_source(address, browser):
    page = browser.new_page()
    page.goto(address + "inference-optimization/kv-cache/")
    page.goto(address)
    figure = page.get_by_role("button", name=re.compile(r"^128\sKiB$"))
    figure.click()
    shown = page.locator(".lm-pop:popover-open")
    assert shown.count() == 1
    text = shown.inner_text()
    assert "llmmath/formulas/memory.py:" in text and "n_kv_heads" in text and "131,072" in text
    page.keyboard.press("Escape")
    assert page.locator(".lm-pop:popover-open").count() == 0
    page.close()


def test_no_page_of_series_is_taller_than_8000_pixels_while_they_are_folded(visits):
    wide = {where: notes for (where, width, _), notes in visits.items() if width == 1280}
    heights = {where: notes["height"] for where, notes in wide.items() if where.startswith("measurements/")}
    assert {where: height for where, height in heights.items() if height > 8000} == {}
    assert sum(notes["series"] for notes in wide.values()) == len(measurements.keys())


def test_a_dot_of_the_scatter_opens_the_source_of_its_series(site):
    text = (site / "predicted-and-measured" / "index.html").read_text(encoding="utf-8")
    (drawing,) = re.findall(r"<svg [^>]*role=\"group\".*?</svg>", text)
    assert len(drawing.encode()) < 150_000
    opened = set(re.findall(r'<a href="([^"]+)"', drawing))
    known = {html.escape(one.url) for one in measurements.load().values() if not one.unexplained}
    # every source but those whose dots are all covered by others of the same engine
    assert opened <= known and len(opened) > 0.9 * len(known)


def test_a_series_is_unfolded_by_a_click_and_links_to_its_source(address, browser):
    page = browser.new_page()
    page.goto(address + "measurements/calm/")
    series = page.locator("details.lm-series").first
    assert not series.locator("table").is_visible()
    series.locator("summary").click()
    assert series.locator("table").is_visible()
    assert series.locator("p a").get_attribute("href").startswith("https://")
    page.close()


def test_charts_follow_the_colour_scheme(address, browser):
    colours = []
    for scheme in ("light", "dark"):
        context = browser.new_context(color_scheme=scheme)
        page = context.new_page()
        page.goto(address + "multiplications-per-token/")
        colours.append(page.evaluate("getComputedStyle(document.querySelector('figure svg text')).fill"))
        context.close()
    assert colours[0] != colours[1]


# Articles whose tables are turned on a phone, and that a reader sees whole.
OF_TABLES = (
    "vram/",
    "errata/",
    "multiplications-per-token/",
    "peak-performance/",
    "three-claims/",
    "several-accelerators/",
    "inference-optimization/batching/",
    "inference-optimization/grouped-query-attention/",
    "inference-optimization/kv-cache/",
    "pico-fan/",
    "pico-fan/real-fan/",
    "pico-fan/designs/",
    "pico-fan/faults/",
    "pico-fan/one-sensor/",
    "pico-fan/how-it-works/",
)


@pytest.mark.parametrize("width", [360, 1280])
def test_every_column_of_an_articles_tables_is_in_view(address, browser, width):
    page = browser.new_page(viewport={"width": width, "height": 800})
    hidden = {}
    for where in OF_TABLES:
        page.goto(address + where)
        assert page.locator(".lm-turned").count(), where
        found = page.locator(".lm-scroll:has(.lm-turned)").evaluate_all(
            "all => all.filter(one => one.scrollWidth > one.clientWidth + 1).map(one => one.ariaLabel)"
        )
        hidden |= {where: found} if found else {}
    page.close()
    assert hidden == {}


@pytest.mark.parametrize("width, most", [(1280, 8500), (360, 13500)])
def test_no_article_is_much_taller_than_8000_pixels_or_than_13000_on_a_phone(address, browser, width, most):
    page = browser.new_page(viewport={"width": width, "height": 800})
    tall = {}
    for where in OF_TABLES:
        page.goto(address + where)
        height = page.evaluate("document.documentElement.scrollHeight")
        tall |= {where: height} if height > most else {}
    page.close()
    assert tall == {}


def test_on_a_phone_each_cell_of_a_turned_table_names_its_column(address, browser):
    page = browser.new_page(viewport={"width": 360, "height": 800})
    page.goto(address + "errata/")
    cell = page.locator('.lm-turned td[data-column="Ours"]').first
    named = cell.evaluate("cell => getComputedStyle(cell, '::before').content")
    box = cell.bounding_box()
    page.close()
    assert named == '"Ours"'
    assert box["x"] >= 0 and box["x"] + box["width"] <= 360
