"""Terms of the glossary on the built pages: on hover, on focus and on touch."""

import html
import re

import pytest

from tests.site import axe

ARTICLE = "inference-optimization/kv-cache/"


def shown(page):
    return page.locator(".lm-def:visible").all_inner_texts()


@pytest.mark.parametrize("width", [360, 1280])
def test_a_definition_is_seen_on_hover_and_on_focus_inside_the_window_and_goes_away(address, browser, width):
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.goto(address + ARTICLE)
    terms = page.locator(".lm-term")
    assert terms.count() > 3
    for term in terms.all():
        term.scroll_into_view_if_needed()
        term.hover()
        (said,) = shown(page)
        box = page.locator(".lm-def:visible").bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= width
        # who moves on to the definition can read it
        page.mouse.move(box["x"] + 20, box["y"] + 10)
        assert shown(page) == [said]
        page.mouse.move(1, 1)
        assert shown(page) == []
        term.focus()
        assert shown(page) == [said]
        page.keyboard.press("Escape")
        assert shown(page) == []
    page.close()


def test_a_tap_shows_a_definition_without_javascript(address, browser):
    context = browser.new_context(
        viewport={"width": 360, "height": 800}, has_touch=True, java_script_enabled=False
    )
    page = context.new_page()
    page.goto(address + ARTICLE)
    page.locator(".lm-term").first.tap()
    assert len(shown(page)) == 1
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_barrier_while_a_definition_is_shown(address, browser, scheme):
    context = browser.new_context(color_scheme=scheme)
    page = context.new_page()
    page.goto(address + ARTICLE)
    page.locator(".lm-term").first.focus()
    assert shown(page) and axe.violations(page, "article") == []
    context.close()


def test_every_definition_on_a_page_is_described_by_its_term_alone_and_stands_in_the_glossary(site):
    glossary = (site / "reference/glossary/index.html").read_text(encoding="utf-8")
    known = " ".join(html.unescape(re.sub("<[^>]+>", "", glossary)).split())
    said = 0
    for path in site.rglob("index.html"):
        text = path.read_text(encoding="utf-8")
        for place, words in re.findall(
            r'<span class="lm-def" role="tooltip" id="term-([\w-]+)">(.*?)</span>', text
        ):
            assert text.count(f'aria-describedby="term-{place}"') == 1
            assert f'id="{place}"' in glossary and html.unescape(words).rstrip(".") in known
            said += 1
    assert said > 50


def test_a_definition_under_the_pointer_is_put_away_by_escape_and_comes_again(address, browser):
    page = browser.new_page()
    page.goto(address + "vram/")
    page.locator(".lm-term").first.hover()
    assert page.locator(".lm-def").first.is_visible()
    page.keyboard.press("Escape")
    assert not page.locator(".lm-def").first.is_visible()
    page.mouse.move(0, 0)
    page.locator(".lm-term").first.hover()
    assert page.locator(".lm-def").first.is_visible()
    page.close()
