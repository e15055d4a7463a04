"""Which links of the built pages lead nowhere, in which line they stand, and what would be right there.

MkDocs looks at the links of Markdown, not at those of raw HTML.
"""

import html
import posixpath
import re
from difflib import get_close_matches
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from .markdown_text import line_of, without_code, without_shown_code

# Attributes that hold an address, by the elements that have them; None for every element.
ADDRESSES = {
    "href": None,
    "xlink:href": None,
    "src": None,
    "poster": ("video",),
    "data": ("object",),
    "action": ("form",),
    "formaction": ("button", "input"),
}
# Attributes that hold several, each with what it is for.
LISTS = ("srcset", "imagesrcset")
NAMES = {*ADDRESSES, *LISTS, "id", "name"}
NO_FILE = "leads to no file of the site"


def candidates(srcset):
    """The addresses in a `srcset`.

    >>> candidates("a.png, b.png 2x,c.png 640w")
    ['a.png', 'b.png', 'c.png']
    """
    found, rest = [], srcset.strip(" \t\n,")
    while rest:
        address, *after = rest.split(None, 1)
        rest = after[0] if after else ""
        # Without a size of its own an address ends in the comma; else the comma comes after the size.
        if not address.endswith(","):
            rest = rest.partition(",")[2]
        found.append(address.rstrip(","))
        rest = rest.strip(" \t\n,")
    return found


# What holds no tags, before what is one: a comment, the text of a script or style sheet; then a tag's name,
# and its attributes, in whose values a ">" may stand.
TAG = re.compile(
    r"""<!--.*?-->
    | <(?P<raw>script|style)\b((?:[^>"']++|"[^"]*"|'[^']*')*+)>.*?</(?P=raw)\s*>
    | <([a-zA-Z][^\s/>]*)((?:[^>"']++|"[^"]*"|'[^']*')*+)>""",
    re.DOTALL | re.IGNORECASE | re.VERBOSE,
)
ATTRIBUTE = re.compile(r"""([^\s=>"'/]+)\s*(?:=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"'][^\s>]*)))?""")
# A tag without any of these has neither address nor id, and most have none.
OF_INTEREST = re.compile("href|src|poster|data|action|id|name", re.IGNORECASE)


def addresses(text):
    """(links, ids) of a page's HTML; links are pairs of attribute and address.

    Read by a pattern, since a parser takes as long for all pages as their templates; equal tags, of which a
    page has many, are read once.

    >>> addresses('<a id="top" href="b/?x=1&amp;y=2">b</a> <!-- <a href="c/"> --> <base href="d/">')
    ([('href', 'b/?x=1&y=2')], {'top'})
    """
    links, ids = [], set()
    for raw, of_raw, tag, of_tag in dict.fromkeys(TAG.findall(text)):
        rest = of_tag or of_raw
        if not rest or not OF_INTEREST.search(rest):
            continue
        tag = (tag or raw).lower()
        for name, *values in ATTRIBUTE.findall(rest):
            name = name.lower()
            if name not in NAMES:
                continue
            value = html.unescape("".join(values))
            if not value or (tag == "base" and name == "href"):
                continue
            if name in LISTS:
                links.extend((name, link) for link in candidates(value))
            elif name in ADDRESSES and tag in (ADDRESSES[name] or (tag,)):
                links.append((name, value.strip()))
            elif name == "id" or (name == "name" and tag == "a"):
                ids.add(value)
    return links, ids


def listed_addresses(text):
    """The same as a value for JSON, the ids in order."""
    links, ids = addresses(text)
    return [links, sorted(ids)]


def broken_links(site, sources, read=addresses, told=(), unfinished=(), docs=None):
    """Links of the built pages that lead nowhere within the site: a list of `docs/NAME:LINE: …`.

    What stands in no file but is in several pages, as a link of the theme, is told of the first of them.

    Args:
        site: folder of the built site.
        sources: address of a page in the site -> (name below docs/, path of its Markdown file).
        read: gives the links and ids of a page's text, as `addresses` does.
        told: addresses below the site's root of which the author knows, as those of the navigation.
        unfinished: names below docs/ of pages with mistakes, which lack places for that reason.
        docs: folder of the pages' sources, whose files may be meant; None where only pages may.
    """
    site = Path(site)
    files = {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}
    pages = {
        name: read(site.joinpath(name).read_text(encoding="utf-8"))
        for name in sorted(files)
        if name.endswith(".html")
    }
    written = {target(url): source for url, source in sources.items()}
    names = {name: page for page, (name, _) in written.items()}
    names_of = {page: name for name, page in names.items()}
    docs = docs and Path(docs)
    found, made = [], {}  # made: where a link without a line leads -> pages that have it
    for page in sorted(set(pages) & set(written)):
        name, path = written[page]
        for attribute, link in dict.fromkeys(pages[page][0]):
            problem = _problem(link, page, files, pages, names)
            leads_to = _leads_to(link, page)
            lacks = urldefrag(link).fragment and names_of.get(target(leads_to)) in unfinished
            if not problem or leads_to in told or lacks:
                continue
            in_markdown = _in_markdown(link, page, names)
            line, as_written, markdown = _line(path, attribute, link, in_markdown)
            if _of_a_footnote(link, path):
                continue
            if problem.endswith(NO_FILE):
                hint = _hint(link, page, names, _to_link_to(files, names, docs), markdown)
                problem = f"{problem}{hint}"
            if line:
                problem = problem.replace(f"link '{link}'", f"link '{as_written}'", 1)
                found.append((f"docs/{name}:{line}: {problem}", None))
                continue
            there = _leads_to(link, page), urldefrag(link).fragment
            if there not in made:
                found.append((f"docs/{name}: {problem}", there))
            made.setdefault(there, {})[page] = True
    return [f"{said}{_others(made.get(there, ()))}" for said, there in found]


def _of_a_footnote(link, path):
    """Whether a link leads back from a footnote of the page's own text, of which `page_checks` tells."""
    _, mark, name = link.partition("#fnref:")
    return mark and f"[^{unquote(name)}]:" in path.read_text(encoding="utf-8-sig")


def _to_link_to(files, names, docs):
    """The files of the site that an author has written, as pages or as what pages show."""
    pages = set(names.values())
    return [file for file in sorted(files) if file in pages or (docs and docs.joinpath(file).is_file())]


def _others(pages):
    """How many pages have it beside the first."""
    _, *others = pages or [""]
    return f"; so in {len(others)} other page{'s' * (len(others) > 1)}" if others else ""


def _leads_to(link, page):
    """The address below the site's root, without a place on the page."""
    address = urldefrag(link).url
    path = urlsplit(urljoin(f"http://site/{page}", address)).path if address else f"/{page}"
    return unquote(path).lstrip("/")


def _in_markdown(link, page, names):
    """How Markdown writes a link to another page, which MkDocs makes into the one that a page has."""
    sources = {file: name for name, file in names.items()}
    named, fragment = target(_leads_to(link, page)), urldefrag(link).fragment
    if page not in sources or named not in sources or named == page:
        return link
    address = posixpath.relpath(sources[named], posixpath.dirname(sources[page]) or ".")
    return f"{address}#{fragment}" if fragment else address


def target(url):
    """The file in the site that an address below its root names."""
    return url + "index.html" if url == "" or url.endswith("/") else url


def _problem(link, page, files, pages, names):
    """What is wrong with a link of a page, or None. Other hosts are not asked."""
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        return None
    if link.startswith("/"):
        return f"link '{link}' begins at the host's root, where this site may not stand; write it relative"
    fragment = urldefrag(link).fragment
    named = target(_leads_to(link, page))
    if named not in files and f"{named}/index.html" in files:
        named = f"{named}/index.html"
    if named not in files:
        return f"link '{link}' {NO_FILE}"
    if fragment and named in pages and unquote(fragment) not in pages[named][1]:
        # Those of the theme are no places to link to, nor are the marks of footnotes.
        places = [place for place in pages[named][1] if not place.startswith(("__", "fnref:"))]
        near = get_close_matches(unquote(fragment), places, n=1, cutoff=0.5)
        hint = f"did you mean '{near[0]}'?" if near else "it has none that is like it"
        return f"link '{link}': unknown place on that page '{fragment}'; {hint}"
    return None


def _hint(link, page, names, files, markdown):
    """What to write in place of an address that names no file; nothing where no file is like it.

    Args:
        files: that an author may mean. markdown: whether the link is one of Markdown, relative to its file.
    """
    address, fragment = urldefrag(link)
    named, place = target(_leads_to(link, page)), f"#{fragment}" if fragment else ""
    sources = {file: name for name, file in names.items()}
    folder = posixpath.dirname(sources.get(page, ""))
    below_docs = posixpath.normpath(posixpath.join(folder, unquote(address)))
    kind = posixpath.splitext(named)[1]
    if below_docs in names:
        right = _relative(page, names[below_docs])
        return f"; a file of Markdown is linked by its name in Markdown alone, in HTML write '{right}{place}'"
    if below_docs.endswith(".md"):
        alike = get_close_matches(below_docs, names, n=1, cutoff=0.6)
        alike, markdown = [names[name] for name in alike], True
    elif markdown and posixpath.splitext(below_docs)[1]:
        alike = get_close_matches(below_docs, [one for one in files if one.endswith(kind)], n=1, cutoff=0.6)
    else:
        # As if it began at the site's root, the likeliest slip in a page that stands in a folder of its own.
        from_root = target(f"{posixpath.normpath(unquote(address))}/")
        alike = [file for file in (from_root, target(unquote(address))) if file in files]
        # The page itself is no help, and a page no picture; the name that all pages have would make all
        # alike.
        others = [file for file in files if file != page and file.endswith(kind)]
        known = {file.removesuffix("index.html"): file for file in others}
        near = get_close_matches(named.removesuffix("index.html"), known, n=1, cutoff=0.6)
        alike = alike or [known[name] for name in near]
    if not alike:
        return ""
    right = _relative(page, alike[0])
    if markdown:
        right = posixpath.relpath(sources.get(alike[0], alike[0]), folder or ".")
    return f"; did you mean '{right}{place}'?"


def _relative(page, file):
    """The address of a file of the site from one of its pages."""
    address = posixpath.relpath(file, posixpath.dirname(page) or ".")
    return address.removesuffix("index.html") or "./"


def _line(path, attribute, link, in_markdown):
    """(line in which the file holds the link, the link as it stands there, whether as a link of Markdown).

    The line is 0 where a macro or the theme has made it.
    """
    text = path.read_text(encoding="utf-8-sig")
    forms = dict.fromkeys((link, html.escape(link, quote=False), in_markdown))
    link = "|".join(map(re.escape, forms))
    between = r"""(?:(?!\1).)*?(?<![^\s,"'])""" if attribute in LISTS else r"\s*"
    in_html = rf"""(?<![\w-]){attribute}\s*=\s*(["']?){between}(?P<link>{link})(?=[\s,"'>])"""
    in_markdown = rf"""\](?:\(|:)\s*<?(?P<link>{link})(?=[\s>)]|$)"""
    in_macro = rf"""{{[{{%](?:(?![%}}]}}).)*?["'](?P<link>{link})["']"""
    prose, drawn = without_code(text), without_shown_code(text)  # a link may stand within <pre>
    for pattern, text in ((in_html, prose), (in_markdown, prose), (in_macro, prose), (in_html, drawn)):
        found = re.search(pattern, text, re.DOTALL | re.IGNORECASE)
        if found:
            line = line_of(text, found.start("link"))
            return line, html.unescape(found["link"]), pattern is in_markdown
    return 0, "", False
