"""What has to be right about pages before and after they are built, and is not checked by MkDocs.

MkDocs publishes broken front matter as text, and looks at the links of Markdown, not at those of raw HTML.
"""

from difflib import get_close_matches
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import yaml

from .errors import unknown
from .front_matter import heading


def problems_of_source(path, name):
    """What is wrong with the front matter and the title of a Markdown file: a list of `docs/NAME:LINE: …`.

    Args:
        path: of the file.
        name: its address below docs/, for the messages.
    """
    text = path.read_text(encoding="utf-8-sig")
    lines = text.splitlines()
    data, first = {}, 0
    if lines and lines[0].rstrip() == "---":
        ends = [number for number, line in enumerate(lines[1:], 2) if line.rstrip() in ("---", "...")]
        if not ends:
            return [f"docs/{name}:1: front matter begins here and has no end; expected a line --- below it"]
        first = ends[0]
        try:
            data = yaml.safe_load("\n".join(lines[1 : first - 1])) or {}
        except yaml.YAMLError as error:
            at = getattr(error, "problem_mark", None)
            line = at.line + 2 if at else 2
            # A bracket that is not closed is missed at the end of the text, which is no help to find it.
            start = getattr(error, "context_mark", None)
            if start is not None:
                line = start.line + 2
            what = getattr(error, "problem", None) or "no YAML"
            return [f"docs/{name}:{line}: front matter: {what}; expected lines such as 'title: My page'"]
        if not isinstance(data, dict):
            return [f"docs/{name}:2: front matter is {data!r}; expected lines such as 'title: My page'"]
    found = []
    title = data.get("title")
    if title is not None and (not isinstance(title, str) or not title.strip()):
        found.append(f"docs/{name}:2: the title is {title!r}; expected words")
    if title is None and heading(lines[first:]) is None:
        found.append(f"docs/{name}:{first + 1}: the page has no title; begin its text with a line '# Title'")
    unlisted = data.get("unlisted", False)
    if not isinstance(unlisted, bool):
        found.append(f"docs/{name}:2: unlisted is {unlisted!r}; expected true or false")
    return found


class _Addresses(HTMLParser):
    """Collects the addresses that a page links to or loads, and the ids that others may link to."""

    def __init__(self):
        super().__init__()
        self.links, self.ids = [], set()

    def handle_starttag(self, tag, attributes):
        for name, value in attributes:
            if value and name in ("href", "src") and tag != "base":
                self.links.append(value)
            elif value and (name == "id" or (name == "name" and tag == "a")):
                self.ids.add(value)


def addresses(html):
    """(links, ids) of a page's HTML."""
    parser = _Addresses()
    parser.feed(html)
    return parser.links, parser.ids


def broken_links(site, sources):
    """Links of the built pages that lead nowhere within the site: a list of `docs/NAME:LINE: …`.

    Args:
        site: folder of the built site.
        sources: address of a page in the site -> (name below docs/, path of its Markdown file).
    """
    site = Path(site)
    files = {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}
    pages = {
        name: addresses(site.joinpath(name).read_text(encoding="utf-8"))
        for name in files
        if name.endswith(".html")
    }
    found = []
    for page in sorted(set(pages) & {target(url) for url in sources}):
        name, path = next(source for url, source in sources.items() if target(url) == page)
        for link in dict.fromkeys(pages[page][0]):
            problem = _problem(link, page, files, pages)
            if problem:
                found.append(f"docs/{name}{_line(path, link)}: {problem}")
    return found


def target(url):
    """The file in the site that an address below its root names."""
    return url + "index.html" if url == "" or url.endswith("/") else url


def _problem(link, page, files, pages):
    """What is wrong with a link of a page, or None. Other hosts are not asked."""
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        return None
    if link.startswith("/"):
        return f"link '{link}' begins at the host's root, where this site may not stand; write it relative"
    address, fragment = urldefrag(link)
    path = urlsplit(urljoin(f"http://site/{page}", address)).path if address else f"/{page}"
    named = target(unquote(path).lstrip("/"))
    if named not in files and f"{named}/index.html" in files:
        named = f"{named}/index.html"
    if named not in files:
        alike = get_close_matches(named, sorted(files), n=1, cutoff=0.5)
        return f"link '{link}' leads to no file of the site" + (
            f"; did you mean '{alike[0].removesuffix('index.html')}'?" if alike else ""
        )
    if fragment and named in pages and unquote(fragment) not in pages[named][1]:
        return f"link '{link}': {unknown('place on that page', fragment, pages[named][1])}"
    return None


def _line(path, link):
    """`:LINE` where the file holds the link as it is, nothing where a macro or the theme has made it."""
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").splitlines(), 1):
        if link in line:
            return f":{number}"
    return ""
