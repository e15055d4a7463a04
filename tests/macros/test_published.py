"""What stands around the pages for readers and programs: notes, citations, Markdown, llms.txt, the feed."""

import datetime
from types import SimpleNamespace
from xml.etree import ElementTree

import matplotlib
import pytest

from macros.errors import MacroError
from macros.published import articles, feed, llms, pictures, reading_time
from macros.published.markdown import page_markdown

ATOM = "{http://www.w3.org/2005/Atom}"


def page(uri, content="<h1>A page</h1><p>text</p>", **meta):
    url = uri.removesuffix(".md").removesuffix("index")
    url = url if url == "" or url.endswith("/") else f"{url}/"
    return SimpleNamespace(
        url=url, content=content, meta=meta, title="Name in the navigation",
        canonical_url=f"https://site.example/{url}", file=SimpleNamespace(src_uri=uri),
        toc=[SimpleNamespace(title="A page", level=1)],
    )  # fmt: skip


DAY = datetime.date(2026, 11, 26)


def test_an_article_tells_its_date_reading_time_and_what_to_know_first():
    words = " ".join(["word"] * 600)
    mine = page("a/mine.md", f"<h1>Mine</h1><p>{words}</p>", date=DAY, needs=["other.md", "Ohm's law"])
    shown = articles.with_notes(mine, {"other.md": page("other.md")}, "A site")
    # 600 words at 200 a minute; the other page is two folders up
    assert '<time datetime="2026-11-26">26 November 2026</time> · 3 minutes to read' in shown
    assert 'know first: <a href="../../other/">A page</a>, Ohm&#x27;s law' in shown
    assert shown.index("lm-byline") > shown.index("</h1>")


def test_what_is_not_read_from_top_to_bottom_takes_no_time():
    hidden = "<details><summary>more</summary>" + "word " * 900 + "</details>"
    table = "<table><tr><td>" + "word " * 900 + "</td></tr></table>"
    popover = '<div popover id="a">' + "word " * 900 + "</div>"
    assert reading_time.reading_minutes(f"<p>{'word ' * 400}<br></p>{hidden}{table}{popover}") == 2
    assert reading_time.reading_minutes("<p>short</p>") == 1


def test_an_article_is_cited_by_its_own_heading_and_address():
    cited = articles.citation(page("a/mine.md", date=DAY), "A site")
    assert "title = {{A page}}" in cited and "url = {https://site.example/a/mine/}" in cited
    assert "year = {2026}" in cited and cited.startswith("@misc{a-mine,")


def test_a_page_without_a_date_is_no_article_and_stays_as_it_is():
    plain = page("plain.md")
    assert articles.with_notes(plain, {}, "A site") == plain.content


def test_an_unlisted_article_offers_no_markdown():
    unlisted = page("mine.md", date=DAY, unlisted=True)
    assert "Markdown" not in articles.with_notes(unlisted, {}, "A site")


def test_a_page_that_is_named_and_not_there_is_a_mistake_of_the_front_matter():
    with pytest.raises(MacroError, match="docs/mine.md: next names 'gone.md'; expected a page below docs/"):
        articles.with_notes(page("mine.md", date=DAY, next=["gone.md"]), {}, "A site")


def test_markdown_has_figures_in_place_tables_and_absolute_links_and_nothing_that_only_a_page_shows():
    content = """<h1>Speed<a class="headerlink" href="#speed">¶</a></h1>
    <p>It takes <data class="lm-value"><button popovertarget="v1">4.48 ms</button></data>, see
    <a href="../vram/#fits">VRAM</a>.</p><div popover id="v1">bytes over bandwidth</div>
    <table><thead><tr><th>Card</th><th>Time</th></tr></thead><tbody><tr><td>H100</td><td>4.48 ms</td></tr>
    </tbody></table>"""
    text = page_markdown("https://site.example/how-fast/", content)
    assert text.startswith("# Speed\n")
    assert "It takes 4.48 ms, see" in text and "[VRAM](https://site.example/vram/#fits)" in text
    assert "| Card | Time |" in text and "| H100 | 4.48 ms |" in text
    assert "bytes over bandwidth" not in text and "¶" not in text
    assert text.endswith("Source: <https://site.example/how-fast/>\n")


@pytest.mark.parametrize(
    "unshown",
    [
        '<div hidden>a <div data-sum="1 > 0">b</div> c</div>',
        '<label>a <input type="number"> b</label>',
        "<p class='small lm-how'>a</p>",
        "<style>p > b { color: red }</style>",
        '<svg viewBox="0 0 1 1"><g><path d="M0 0"/><text>a</text></g></svg>',
        "<!-- <div hidden> -->",
    ],
)
def test_what_only_a_page_can_show_ends_where_its_element_does(unshown):
    text = page_markdown("https://site.example/", f"<p>before</p>{unshown}<p>after</p>")
    assert text == "before\n\nafter\n\nSource: <https://site.example/>\n"


def test_a_drawing_is_told_by_what_it_says_of_itself():
    content = '<p><svg aria-label="A circuit"><title>b</title><text>R1</text></svg></p>'
    text = page_markdown("https://site.example/", content)
    assert text == "*Drawing: A circuit*\n\nSource: <https://site.example/>\n"


def test_an_equation_is_told_as_the_tex_that_its_page_has():
    content = """<div class="lm-formula"><div><math display="block"><mi>t</mi></math></div>
    <details class="lm-how"><summary>Typeset</summary>
    <pre><code>t_{\\text{step}} = n / B</code></pre></details>
    </div>"""
    text = page_markdown("https://site.example/", content)
    assert "$$\nt_{\\text{step}} = n / B\n$$" in text and "Typeset" not in text


def test_llms_txt_lists_each_page_by_its_markdown():
    text = llms.index(
        "A site", "What it is.", "https://site.example/", {"Articles": [("One", "one/index.md", "First.")]}
    )
    assert text == (
        "# A site\n\n> What it is.\n\n## Articles\n\n- [One](https://site.example/one/index.md): First.\n"
    )


def test_the_feed_has_the_latest_change_first_and_times_that_rfc_4287_asks_for():
    old = {"title": "Old & dear", "url": "old/", "date": DAY, "updated": DAY, "description": "First."}
    new = old | {"title": "New", "url": "new/", "updated": datetime.date(2026, 12, 1)}
    found = ElementTree.fromstring(feed.atom("A site", "https://site.example/", "feed.xml", [old, new]))
    entries = found.findall(f"{ATOM}entry")
    assert [entry.find(f"{ATOM}title").text for entry in entries] == ["New", "Old & dear"]
    assert found.find(f"{ATOM}updated").text == "2026-12-01T00:00:00Z"
    assert entries[0].find(f"{ATOM}id").text == "https://site.example/new/"
    assert entries[0].find(f"{ATOM}published").text == "2026-11-26T00:00:00Z"


def test_a_picture_is_the_same_whatever_settings_of_matplotlib_the_author_has():
    drawn = pictures._drawn("A site", "A page", "About it")
    with matplotlib.rc_context({"font.family": "monospace", "savefig.dpi": 50, "savefig.bbox": "tight"}):
        assert pictures._drawn("A site", "A page", "About it") == drawn
