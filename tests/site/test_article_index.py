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
        (
            "reference/accelerators/",
            "accelerators",
            "geforce 4090",
            "tr:has-text('RTX 4090')",
            "tr:has-text('Gaudi 3')",
        ),
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
    assert main.locator("h2:visible").count() < headings or what in ("models", "accelerators")
    field.fill("no such word anywhere")
    assert page.get_by_role("status").filter(has_text=what).inner_text() == f"0 of {all_} {what}"
    field.fill("")
    assert main.locator(other).first.is_visible() and main.locator("h2:visible").count() == headings


@pytest.mark.parametrize(
    ("asked", "found", "not_found"),
    [
        ("deepseek-r1", "deepseek-v3", "kimi-k2"),
        ("Llama 3.3 70B", "llama-3.1-70b", "llama-3.1-8b"),
        ("moe", "gpt-oss-20b", "llama-3.1-8b"),
        ("experts", "qwen3-30b-a3b", "qwen3-32b"),
        ("mla", "deepseek-v2-lite", "mixtral-8x7b"),
        ("mixtral", "mixtral-8x7b", "mistral-7b-v0.1"),
    ],
)
def test_a_model_is_found_by_its_other_names_and_by_what_it_is_called(opened, asked, found, not_found):
    page = opened("reference/models/")
    page.get_by_label("Filter models").fill(asked)
    keys = page.locator("article tbody tr:visible td:first-child code, article tbody tr:visible th code")
    shown = keys.all_inner_texts()
    assert found in shown and not_found not in shown


def test_a_link_to_what_a_filter_hides_shows_it(opened):
    page = opened("reference/formulas/")
    field = page.get_by_label("Filter formulas")
    for _ in range(2):  # the second time the address has led there already
        field.fill("ridge_intensity")
        assert not page.locator("#kelvin").is_visible()
        page.locator(".md-sidebar--secondary a[href='#kelvin']").click()
        assert page.locator("#kelvin").is_visible() and field.input_value() == ""
        assert 0 <= page.locator("#kelvin").bounding_box()["y"] < 400
    field.fill("ridge_intensity")
    page.evaluate("location.hash = 'kv_cache_bytes'")
    page.locator("#kv_cache_bytes").wait_for()
    assert 0 <= page.locator("#kv_cache_bytes").bounding_box()["y"] < 400


def test_a_filter_keeps_its_words_for_who_comes_back(opened):
    page = opened("articles/")
    page.get_by_label("Filter articles").fill("kv cache")
    page.locator("article li:visible > a").first.click()
    page.wait_for_url("**/kv-cache/")
    page.go_back()
    page.get_by_role("status").filter(has_text="articles").wait_for()
    assert page.get_by_label("Filter articles").input_value() == "kv cache"
    assert not page.locator("article li", has_text="Errata").first.is_visible()
    page.goto(page.url.replace("articles/", ""))
    page.get_by_role("link", name="Articles", exact=True).first.click()
    # Who comes anew finds all.
    page.locator("article li", has_text="Errata").first.wait_for()


def test_where_nothing_is_found_the_whole_site_is_offered(opened):
    page = opened("articles/")
    field, of_all = page.get_by_label("Filter articles"), page.get_by_text(SENTENCE)
    offer = page.get_by_role("link", name="Search the whole site for")
    assert of_all.is_visible() and not offer.is_visible()
    field.fill("mixtral weights zzz")
    assert not of_all.is_visible()
    field.fill("thermistor anode")
    assert page.get_by_role("status").filter(has_text="articles").inner_text().startswith("0 of")
    offer.click()
    page.locator(".md-search-result__item").first.wait_for()
    assert page.locator(".md-search__input").input_value() == "thermistor anode"


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
