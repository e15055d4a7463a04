"""The article index and the articles it keeps apart."""

import json
import re

import pytest

SENTENCE = "Some articles are not listed: show them too or show only them."
UNLISTED = ["the-original-script/", "fan-workbench-card/"]


@pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_the_index_shows_unlisted_articles_on_request_and_leads_back(address, browser, scripts):
    context = browser.new_context(java_script_enabled=scripts)
    page = context.new_page()

    def titles():
        return page.locator(".md-content li > a").all_inner_texts()

    def follow(name):
        with page.expect_navigation():
            page.get_by_role("link", name=name, exact=True).click()
        return titles()

    page.goto(address + "articles/")
    assert page.get_by_text(SENTENCE).count() == 1
    listed = titles()
    everything = follow("show them too")
    unlisted = follow("only the unlisted ones")
    assert sorted(everything) == sorted(listed + unlisted)
    assert listed and len(unlisted) >= 2 and not set(listed) & set(unlisted)
    assert follow("Show the listed ones only") == listed
    assert follow("show only them") == unlisted
    context.close()


@pytest.mark.parametrize("where", UNLISTED)
def test_an_unlisted_article_is_marked_noindex_and_found_nowhere_else(site, where):
    assert re.search(
        r'<meta name="robots" content="noindex">', (site / where / "index.html").read_text(encoding="utf-8")
    )
    assert where not in (site / "sitemap.xml").read_text(encoding="utf-8")
    search = json.loads((site / "search" / "search_index.json").read_text(encoding="utf-8"))
    assert not [entry for entry in search["docs"] if entry["location"].startswith(where)]
    for page in site.rglob("*.html"):
        navigation = re.findall(r"<nav\b.*?</nav>", page.read_text(encoding="utf-8"), re.S)
        # Its own page may mark itself; no navigation may link to it.
        assert not [n for n in navigation if f'{where}"' in n and "md-nav--secondary" not in n], page


def test_listed_articles_are_in_sitemap_and_search(site):
    assert "multiplications-per-token/" in (site / "sitemap.xml").read_text(encoding="utf-8")
    search = json.loads((site / "search" / "search_index.json").read_text(encoding="utf-8"))
    assert [entry for entry in search["docs"] if entry["location"].startswith("multiplications-per-token/")]


@pytest.fixture
def opened(address, browser):
    """Opens a page of the site with scripts, or without."""
    contexts = []

    def open_(where, scripts=True):
        contexts.append(browser.new_context(java_script_enabled=scripts))
        page = contexts[-1].new_page()
        page.goto(address + where, wait_until="networkidle")
        return page

    yield open_
    for context in contexts:
        context.close()


@pytest.mark.parametrize(
    ("where", "what", "asked", "entry", "other"),
    [
        ("articles/", "articles", "CACHE weights", "li:has-text('KV cache')", "li:has-text('Errata')"),
        ("reference/models/", "models", "pythia 70M", "tr:has-text('pythia-70m')", "tr:has-text('kimi-k2')"),
        ("reference/formulas/", "formulas", "ridge_intensity", "#ridge_intensity", "#kelvin"),
    ],
)
def test_an_index_is_filtered_by_words_and_says_how_many_it_shows(opened, where, what, asked, entry, other):
    page = opened(where)
    main = page.locator("article")
    field = page.get_by_label(f"Filter {what}")
    headings = main.locator("h2:visible").count()
    assert main.locator(entry).first.is_visible() and main.locator(other).first.is_visible()
    field.fill(asked)
    assert main.locator(entry).first.is_visible() and not main.locator(other).first.is_visible()
    shown, of, all_, name = page.get_by_role("status").filter(has_text=what).inner_text().split()
    assert (of, name) == ("of", what) and 0 < int(shown) < int(all_)
    # A heading under which nothing is left goes too.
    assert main.locator("h2:visible").count() < headings or what == "models"
    field.fill("no such word anywhere")
    assert page.get_by_role("status").filter(has_text=what).inner_text() == f"0 of {all_} {what}"
    field.fill("")
    assert main.locator(other).first.is_visible() and main.locator("h2:visible").count() == headings


def test_without_scripts_an_index_is_whole_and_offers_no_field(opened):
    page = opened("articles/", scripts=False)
    assert page.locator("article input").count() == 0
    assert page.locator("article li").count() > 20


def test_articles_stand_under_the_headings_of_the_navigation_with_their_reading_times(opened):
    page = opened("articles/")
    headings = [text.rstrip("¶").strip() for text in page.locator("article h2").all_inner_texts()]
    assert headings[:2] == ["Inference arithmetic", "More on inference"]
    assert headings[-1] == "Calculators and cheat sheet"
    told = page.locator("article li", has_text="KV cache").locator("small").first.inner_text()
    page.locator("article li > a", has_text="KV cache").click()
    assert told in page.locator(".lm-byline").inner_text()
