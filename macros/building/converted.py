"""Pages whose Markdown was converted before, and their entries for the search, kept between builds.

What a page becomes depends on its text, its place, the files that it may link to, the settings of the
extensions and the installed packages. Where MkDocs warns of a page, every build converts it anew and warns.
"""

import hashlib
import json
import logging
import sys

from mkdocs.structure.toc import get_toc

from ..charts.kept import CACHE, code_of, found, keep, kept, used
from ..links import listed_addresses
from ..policy import blocked

PAGES, SEARCH, TEXTS = CACHE / "pages", CACHE / "search", CACHE / "texts"


class _Heard(logging.Handler):
    """Counts what MkDocs says while a page is converted."""

    def __init__(self):
        super().__init__(logging.INFO)
        self.n = 0

    def emit(self, record):
        self.n += 1


def digest_of(*parts):
    """A name for a file, from all that its text depends on: values for JSON."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=repr).encode()).hexdigest()


def settings(config, packages):
    """What pages depend on beside themselves: extensions, their settings, rules for links, packages."""
    validation = {name: dict(rules) for name, rules in config["validation"].items()}
    return digest_of(
        config["markdown_extensions"],
        config["mdx_configs"],
        validation,
        config["use_directory_urls"],
        packages,
        code_of(__name__),
    )


def places(files):
    """What links depend on: the files of the site, with their addresses."""
    return digest_of(sorted((file.src_uri, file.url, file.inclusion.name) for file in files))


def convert(page, config, files, convert, depends_on):
    """Converts a page's Markdown, or takes what it became before.

    Args:
        page, config, files: as MkDocs has them. convert: MkDocs' own function for it.
        depends_on: `settings` and `places`.
    """
    file = PAGES / f"{digest_of(page.markdown, page.file.src_uri, page.file.url, depends_on)}.json"
    text = found(file)
    if text is None:
        heard = _Heard()
        logger = logging.getLogger("mkdocs")
        logger.addHandler(heard)
        try:
            convert(page, config, files)
        finally:
            logger.removeHandler(heard)
        if not heard.n:
            keep(file, json.dumps(_parts(page), ensure_ascii=False))
        return
    used(file)
    parts = json.loads(text)
    page.content, page._title_from_render = parts["content"], parts["title"]
    page.toc = get_toc(parts["toc"])
    page.present_anchor_ids = set(parts["anchors"])
    page.links_to_anchors = parts["links"] and {
        files.get_file_from_path(name): links for name, links in parts["links"].items()
    }


def _parts(page):
    """What converting a page has set."""
    links = page.links_to_anchors
    return {
        "content": page.content,
        "title": page._title_from_render,
        "toc": [_token(item) for item in page.toc],
        "anchors": sorted(page.present_anchor_ids),
        "links": links and {file.src_uri: of_file for file, of_file in links.items()},
    }


def _token(item):
    """A heading of the table of contents as the extension gives it."""
    children = [_token(child) for child in item.children]
    return {"name": item.title, "id": item.id, "level": item.level, "children": children}


def remember_search(index, packages):
    """Lets the theme's search index take a page's entries from where they were kept.

    Args:
        index: the `SearchIndex` of this build. packages: the installed packages, whose parser makes them.
    """
    make = index.add_entry_from_context

    def add(page):
        headings = [_token(item) for item in page.toc]
        depends_on = [index.config, packages, code_of(__name__)]
        key = digest_of(page.content, headings, page.url, page.title, page.meta, depends_on)

        def entries():
            before = len(index.entries)
            make(page)
            made = index.entries[before:]
            del index.entries[before:]
            return json.dumps(made, ensure_ascii=False)

        index.entries.extend(json.loads(kept(SEARCH / f"{key}.json", entries)))

    index.add_entry_from_context = add


def of_text(text, *reads):
    """What functions make of a page's text, a list for JSON, kept under that text and the functions' code."""
    # Python's own parser reads it.
    code = [
        sys.version,
        code_of(__name__),
        *(f"{read.__name__} {code_of(read.__module__)}" for read in reads),
    ]
    key = hashlib.sha256("\0".join([*code, text]).encode()).hexdigest()

    def make():
        return json.dumps([read(text) for read in reads], ensure_ascii=False)

    return json.loads(kept(TEXTS / f"{key}.json", make))


def _whole(text):
    """What is read of a page as it is published: in one place, since few files are kept faster than many."""
    return of_text(text, listed_addresses, blocked)


def addresses_of(text):
    """(links, ids) of a page of the site as `links.addresses` reads them."""
    links, ids = _whole(text)[0]
    return [tuple(link) for link in links], set(ids)


def blocked_of(text):
    """What `policy.blocked` finds in a page of the site."""
    return _whole(text)[1]
