"""The built site beside its pages: Markdown, llms.txt, feed, pictures for links, notes of articles."""

import json
import re
from urllib.parse import urlsplit
from xml.etree import ElementTree

ATOM = "{http://www.w3.org/2005/Atom}"


def meta(text, name):
    return re.search(rf'<meta (?:property|name)="{name}" content="([^"]*)"', text).group(1)


def test_every_address_of_llms_txt_is_a_file_of_the_site_and_every_article_is_in_it(site):
    text = (site / "llms.txt").read_text(encoding="utf-8")
    addresses = [urlsplit(url).path.lstrip("/") for url in re.findall(r"\]\((\S+)\)", text)]
    assert len(addresses) > 20
    for address in addresses:
        assert (site / address).read_text(encoding="utf-8").startswith("# "), address
    feed = ElementTree.parse(site / "feed.xml").getroot()
    articles = {urlsplit(entry.find(f"{ATOM}id").text).path for entry in feed.findall(f"{ATOM}entry")}
    assert {f"/{address.removesuffix('index.md')}" for address in addresses} >= articles
    assert "the-original-script" not in text, "an unlisted page is listed"


def test_the_markdown_of_a_page_has_the_figures_that_the_page_shows(site):
    text = (site / "peak-performance" / "index.md").read_text(encoding="utf-8")
    page = (site / "peak-performance" / "index.md").with_suffix(".html").read_text(encoding="utf-8")
    shown = [
        row["text"]
        for row in json.loads((site / "values.json").read_text(encoding="utf-8"))
        if row["page"] == "peak-performance.md" and row["kind"] == "computed" and f">{row['text']}<" in page
    ]
    assert len(shown) > 10
    assert [figure for figure in shown if figure not in text] == []


def test_each_article_has_its_own_picture_of_the_size_that_links_show(site):
    for url in ("", "vram/", "how-fast/"):
        text = (site / url / "index.html").read_text(encoding="utf-8")
        picture = site / urlsplit(meta(text, "og:image")).path.lstrip("/")
        head = picture.read_bytes()[:24]
        assert head[:8] == b"\x89PNG\r\n\x1a\n" and picture.parent == (site / url)
        assert [int.from_bytes(head[at : at + 4], "big") for at in (16, 20)] == [1200, 630]
        assert meta(text, "og:description")
        heading = re.search(r"<h1[^>]*>(.*?)<", text, re.DOTALL)[1].strip()
        assert meta(text, "og:title") == heading


def test_a_page_that_is_not_there_leads_on_to_pages_that_are(site):
    text = (site / "404.html").read_text(encoding="utf-8")
    article = text[text.index("<article") : text.index("</article>")]
    links = [urlsplit(link).path.lstrip("/") for link in re.findall(r'href="([^"]+)"', article)]
    assert len(links) >= 4
    for link in links:
        assert (site / link / "index.html").exists(), link
