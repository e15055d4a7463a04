"""The files that a build writes beside the pages: their Markdown, llms.txt, the feed and the pictures."""

from pathlib import Path
from posixpath import join
from urllib.parse import urljoin

from . import feed, llms
from .articles import is_article, title
from .markdown import page_markdown
from .pictures import picture

FEED = "feed.xml"


def write(config, pages, home, pictured=True):
    """Writes all of them into the built site.

    Args:
        config: of MkDocs. pages: of the site, rendered, in the order of the navigation. home: the first page,
            None without one.
        pictured: whether the templates name pictures.
    """
    site, site_url = Path(config["site_dir"]), config["site_url"] or ""
    shown = [page for page in pages if not page.meta.get("unlisted")]
    for page in shown:
        site.joinpath(markdown_of(page)).write_text(markdown(page, site_url), encoding="utf-8")
    articles = [page for page in shown if is_article(page)]
    sections = {
        "Articles": articles,
        "Reference": [page for page in shown if page not in articles and page is not home],
    }
    listed = {
        heading: [(title(page), markdown_of(page), page.meta.get("description", "")) for page in own]
        for heading, own in sections.items()
    }
    site.joinpath("llms.txt").write_text(
        llms.index(config["site_name"], config["site_description"] or "", site_url, listed), encoding="utf-8"
    )
    if articles:
        site.joinpath(FEED).write_bytes(
            feed.atom(config["site_name"], site_url, FEED, [told(page) for page in articles])
        )
    for page in [*([home] if home else []), *articles] if pictured else []:
        site.joinpath(picture_of(page)).write_bytes(card(page, config["site_name"]))


def markdown(page, site_url):
    """A page's text as Markdown."""
    return page_markdown(urljoin(site_url, page.url), page.content)


def card(page, site_name):
    """The picture of a page."""
    return picture(site_name, title(page), page.meta.get("description", ""))


def markdown_of(page):
    """Address of a page's Markdown, below the site's root."""
    return join(page.url, "index.md")


def shown_picture(page):
    """Address of the picture that a link to a page shows: its own, or that of the site."""
    own = is_article(page) and not page.meta.get("unlisted")
    return picture_of(page) if own else "card.png"


def picture_of(page):
    """Address of the picture of a page, below the site's root."""
    return join(page.url, "card.png")


def told(page):
    """What the feed tells of an article."""
    return {
        "title": title(page),
        "url": page.url,
        "date": page.meta["date"],
        "updated": page.meta.get("updated", page.meta["date"]),
        "description": page.meta.get("description", ""),
    }
