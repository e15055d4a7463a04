"""What stands around an article: its date, reading time, what comes before and after, and how to cite it."""

import html
import re
from posixpath import relpath

from ..building import converted
from ..errors import MacroError
from . import glossary
from .reading_time import reading_minutes

HEADING_END = "</h1>"


def is_article(page):
    """Whether a page is one that is dated and cited: its front matter has a date."""
    return "date" in page.meta


def title(page):
    """What an article is called where its place in the navigation is not seen: its front matter's title, else
    its first heading."""
    first = next(iter(page.toc), None)
    return page.meta.get("title") or (first.title if first and first.level == 1 else page.title)


def with_notes(page, pages, site_name, terms=()):
    """An article's content, with its terms explained and its notes below the title and at the end.

    Other pages' content stays as it is, with the reading times of articles that it names.

    Args:
        page: of MkDocs, rendered. pages: source path -> page, to link to. site_name: whose article it is.
        terms: of the glossary.

    Raises:
        MacroError: the front matter names a page that is not there.
    """
    if not is_article(page):
        return timed(page.content, pages)
    above, heading, below = glossary.marked(page.content, terms).partition(HEADING_END)
    return f"{above}{heading}\n{byline(page, pages)}{below}\n{notes(page, pages, site_name)}"


def byline(page, pages):
    """A line with the date, the reading time and what to know before."""
    date = page.meta["date"]
    told = [
        f'<time datetime="{date.isoformat()}">{date.day} {date:%B %Y}</time>',
        reading_time(page),
    ]
    needs = links(page, "needs", pages)
    if needs:
        told.append(f"know first: {', '.join(needs)}")
    return f'<p class="lm-byline" data-search-exclude>{" · ".join(told)}</p>'


def reading_time(page):
    (minutes,) = converted.of_text(page.content, reading_minutes)
    return f"{minutes} minute{'s' * (minutes != 1)} to read"


def minutes_place(uri):
    """Markup of the place for the reading time of the page at a source path, which `timed` fills."""
    return f'<small class="lm-minutes" data-of="{html.escape(uri)}"></small>'


PLACE = re.compile(r'<small class="lm-minutes" data-of="([^"]+)"></small>')


def timed(content, pages):
    """Content in which each place for a reading time says it; of a page without a date it says nothing."""

    def said(place):
        page = pages.get(html.unescape(place[1]))
        return f"<small>{reading_time(page)}</small>" if page and is_article(page) and page.content else ""

    return PLACE.sub(said, content)


def notes(page, pages, site_name):
    """What to read next, how to cite the article, and where its text stands without markup."""
    following = links(page, "next", pages)
    parts = [
        f"<p>Read next: {', '.join(following)}.</p>" if following else "",
        '<details class="lm-cite"><summary>Cite this article</summary>',
        f'<pre tabindex="0"><code>{html.escape(citation(page, site_name))}</code></pre></details>',
    ]
    # An unlisted page is kept from programs that collect text.
    if not page.meta.get("unlisted"):
        parts.append(
            '<p><a href="index.md">This article as Markdown</a>, with every number in its place.</p>'
        )
    return (
        '<aside class="lm-after" aria-label="About this article" data-search-exclude>'
        + "".join(parts)
        + "</aside>"
    )


def links(page, field, pages):
    """Links to the pages that a field of the front matter names, and its other entries as words."""
    found = []
    for entry in page.meta.get(field, ()):
        if not entry.endswith(".md"):
            found.append(html.escape(entry))
            continue
        if entry not in pages:
            raise MacroError(
                f"docs/{page.file.src_uri}: {field} names {entry!r}; expected a page below docs/, or words"
            )
        other = pages[entry]
        address = relpath(other.url or ".", page.url or ".") + "/"
        name = title(other) if other.content else other.title  # a page that is built later has no heading yet
        found.append(f'<a href="{html.escape(address)}">{html.escape(name)}</a>')
    return found


def citation(page, site_name):
    """A BibTeX entry of an article."""
    date = page.meta["date"]
    key = page.file.src_uri.removesuffix(".md").replace("/", "-")
    return (
        f"@misc{{{key},\n"
        f"  title = {{{{{title(page)}}}}},\n"
        f"  author = {{{{{site_name}}}}},\n"
        f"  year = {{{date.year}}},\n"
        f"  month = {{{date.month}}},\n"
        f"  url = {{{page.canonical_url}}}\n"
        "}"
    )
