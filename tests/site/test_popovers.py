"""What opens on a figure, in a browser: by keyboard and click, in every width and colour, with its links."""

import hashlib
import html
import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import TimeoutError as Late

from macros import made_of
from tests.site import axe
from tests.site.waiting import until

ROOT = Path(__file__).resolve().parents[2]


def opened(page, button):
    """The popover that a button opens. On a busy machine a click can fall while the text still moves."""
    shown = page.locator(".lm-pop:popover-open")
    for _ in range(2):
        button.click()
        try:
            shown.wait_for(timeout=5000)
            return shown
        except Late:
            continue
    button.click()
    return shown


@pytest.mark.parametrize("width, scheme", [(360, "dark"), (1280, "light")])
def test_an_open_popover_stays_in_the_window_and_axe_finds_no_barrier(address, browser, width, scheme):
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page = context.new_page()
    page.goto(address)
    # a sum, a formula of a sum, a formula, an estimate
    for number in (0, 1, 4, 6):
        button = page.locator(".lm-value button").nth(number)
        button.scroll_into_view_if_needed()
        button.click()
        shown = page.locator(".lm-pop:popover-open")
        box = shown.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= width and box["height"] <= 0.86 * 800
        assert shown.evaluate("e => e.scrollWidth - e.clientWidth") == 0
        assert axe.violations(page, ".lm-pop:popover-open") == [], number
        page.keyboard.press("Escape")
    context.close()


def test_the_first_figure_of_the_site_shows_its_parts_and_no_backticks(address, browser):
    page = browser.new_page()
    page.goto(address, wait_until="networkidle")
    text = opened(page, page.locator(".lm-value button").first).inner_text()
    # 12 layers x 768 x 768, worked by hand
    assert "attention.q" in text and "7,077,888" in text and "12\u202f·\u202f768\u202f·\u202f768" in text
    assert "`" not in text
    page.close()


def test_every_figure_that_is_computed_opens_to_its_formula(site):
    # What has none is a record's, or one of those that `made_of.STATED` names with the reason.
    opened = without = 0
    for path in site.rglob("index.html"):
        shown = path.read_text(encoding="utf-8").split('<div class="lm-pop" id="')[1:]
        for popover in (one.split('<p class="lm-pop-source">')[0] for one in shown):
            opened += 1
            if "<math" in popover or "<p>Stated by the record: " in popover:
                continue
            without += 1
            name, why = re.search(
                r"<code>([\w.]+)</code> is no result of a formula: it is (.+?)\.</p>", popover
            ).groups()
            assert html.unescape(why) == made_of.stated(name), (path, name)
    assert opened > 200 and without < 0.2 * opened


# Statistics are of more numbers than a line holds; what makes the critical batch is two times that are alike.
OVER_POINTS = ("judged", "first_tokens", "own_run", "gpu_run", "gpu_rate", "gpu_prompt")
WITHOUT_NUMBERS = {"bound.critical_batch"}


def test_every_formula_of_a_computed_figure_stands_with_its_numbers(site):
    without = set()
    for path in site.rglob("index.html"):
        for popover in path.read_text(encoding="utf-8").split('<div class="lm-pop" id="')[1:]:
            name = re.search(r"<code>([\w.]+)</code> is computed by", popover)
            formula = re.search(r'<div class="lm-pop-formula".*?</div>', popover, re.S)
            if name and formula and formula[0].count("<math") < 2:
                without.add(name[1])
    assert {name for name in without if name.split(".")[0] not in OVER_POINTS} <= WITHOUT_NUMBERS


def test_no_popover_states_a_truth_value(site):
    for path in site.rglob("index.html"):
        text = path.read_text(encoding="utf-8")
        assert not re.search("exactly <code>(True|False|None)", text), path
        # nor among the inputs, where a reader finds yes and no
        inputs = re.findall(r"<code>(\w+)</code></th><td[^>]*>(True|False|None)\b", text)
        assert inputs == [], path


def test_the_button_copies_the_exact_value_and_says_so(address, browser):
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(address, wait_until="networkidle")
    opened(page, page.get_by_role("button", name=re.compile(r"^128\sKiB$"))).locator(".lm-copy").click()
    until(page, "document.querySelector('.lm-pop:popover-open .lm-copy').textContent == 'copied'")
    assert page.evaluate("navigator.clipboard.readText()") == "131072"
    context.close()


def test_without_javascript_figures_open_and_no_button_to_copy_is_shown(address, browser):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    page.locator(".lm-value button").first.click()
    # Without scripts the page cannot be queried for :popover-open; what is shown has a size.
    assert any(box.bounding_box() for box in page.locator(".lm-pop").all())
    assert not any(button.bounding_box() for button in page.locator(".lm-copy").all())
    context.close()


def test_a_figures_link_leads_to_that_figure(address, browser):
    page = browser.new_page()
    page.goto(address)
    button = page.get_by_role("button", name=re.compile(r"^128\sKiB$"))
    button.click()
    page.get_by_role("link", name="link to this number").click()
    assert "#figure-" in page.url
    page.goto("about:blank")
    page.go_back()
    assert page.locator(".lm-value:target").inner_text() == button.inner_text()
    page.close()


def test_the_line_that_a_popover_links_to_is_the_functions_and_is_marked(address, browser):
    page = browser.new_page()
    page.goto(address, wait_until="networkidle")
    shown = opened(page, page.get_by_role("button", name=re.compile(r"^128\sKiB$")))
    shown.get_by_role("link", name=re.compile("memory.py:")).click()
    line = page.locator(".lm-source code > span:target")
    assert line.inner_text().startswith("def kv_cache_bytes(")
    assert line.bounding_box()["y"] >= page.locator(".md-header").bounding_box()["height"]
    page.close()


def test_a_page_of_source_offers_the_very_file_and_stays_out_of_search_and_sitemap(site):
    pages = sorted((site / "source").rglob("index.html"))
    assert len(pages) > 15
    for page in pages:
        path = page.parent.relative_to(site / "source").as_posix()
        content = (ROOT / path).read_bytes()
        assert (site / "source" / "raw" / path).read_bytes() == content
        text = page.read_text(encoding="utf-8")
        assert (
            hashlib.sha256(content).hexdigest() in text and '<meta name="robots" content="noindex">' in text
        )
        # mended as every page of the theme is
        assert 'role="dialog" aria-label="Search"' in text
    known = json.loads((site / "search" / "search_index.json").read_text(encoding="utf-8"))["docs"]
    assert not [doc["location"] for doc in known if doc["location"].startswith("source/")]
    assert "source/" not in (site / "sitemap.xml").read_text(encoding="utf-8")


def test_no_id_stands_twice_on_a_page(site):
    for path in site.rglob("index.html"):
        # Within tags: a source page shows text that has ids of its own.
        tags = re.findall(r"<[a-zA-Z][^<>]*>", path.read_text(encoding="utf-8"))
        ids = [one for tag in tags for one in re.findall(r'\sid="([^"]+)"', tag)]
        assert sorted(set(ids)) == sorted(ids), path
