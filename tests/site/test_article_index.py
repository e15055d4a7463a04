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
