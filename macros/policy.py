"""What a page may load and run: one strict Content-Security-Policy, in each page and in a file for hosts.

Scripts, styles, letters, workers and data come from this site alone. Nothing that stands within a page runs
or styles, so that text which slips into one unescaped stays text. WebAssembly runs.
"""

import html
import re
from html.parser import HTMLParser

from .links import ADDRESSES
from .markdown_text import line_of, without_shown_code

POLICY = {
    "default-src": "'none'",
    "script-src": "'self' 'wasm-unsafe-eval'",
    "style-src": "'self'",
    # The theme's style sheet holds its small icons as data: addresses; an image cannot run anything.
    "img-src": "'self' data:",
    "font-src": "'self'",
    "media-src": "'self'",
    "connect-src": "'self'",
    "worker-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'self'",
}
# What only a header may say: who may show the page in a frame.
OF_HEADERS = {"frame-ancestors": "'self'"}
# The form that Netlify and Cloudflare Pages read.
HEADERS_FILE = "_headers"
# A script of these kinds is data and never run.
DATA = ("application/json", "application/ld+json")
# What elements load from the site alone, and pictures from within an address too (data:).
PICTURES = {
    "img": ("src", "srcset"),
    "input": ("src",),
    "source": ("srcset",),
    "video": ("poster",),
    "image": ("href", "xlink:href"),
    "feimage": ("href", "xlink:href"),
}
OWN = {
    "script": ("src", "href", "xlink:href"),
    "use": ("href", "xlink:href"),
    "form": ("action",),
    "button": ("formaction",),
    "input": ("formaction",),
    "video": ("src",),
    "audio": ("src",),
    "source": ("src",),
    "track": ("src",),
}
# What nothing is allowed to be loaded for: frames and plugins. Nor may <base> lead elsewhere.
NEVER = {
    "iframe": ("src",),
    "frame": ("src",),
    "object": ("data",),
    "embed": ("src",),
    "base": ("href",),
}
# Of the links of a page's head those that are loaded; others, such as canonical, only say something.
LOADING = {"stylesheet", "preload", "modulepreload", "prefetch"}
ICONS = {"icon", "apple-touch-icon", "mask-icon"}
# An address in quotes that cannot lead to another host, whatever its letters stand for.
WITHIN = r'\s*"(?:(?!//)[^":&\\])*"'
# A page in whose small letters none of these is found holds nothing that the policy would block; one with
# them may just show them. Each is looked for alone, which takes half as long as all at once, and those that
# begin with a word half as long as those that begin with a kind of letter.
SUSPECT = [
    re.compile(r"style\s*="),
    re.compile(r"<style"),
    re.compile(r"on(?<=[\s/\"']on)\w+\s*="),
    re.compile(r"javascript:"),
    re.compile(r"href\s*=\s*[\"']?[\x00-\x20]*(?:&|j\w*[\s&])"),
    re.compile(r"<script(?![^>]*\s(src=|type=.application/(ld\+)?json\b))"),
    re.compile(rf"src\w*\s*=(?!{WITHIN})"),
    re.compile(rf"action\s*=(?!{WITHIN})"),
    re.compile(rf'<link(?![^>]*\srel="(canonical|alternate)")[^>]*(manifest|\shref\s*=(?!{WITHIN}))'),
    re.compile(rf"<use[^>]*href\s*=(?!{WITHIN})"),
    re.compile(r"<(?:i?frame|object|embed|base|video|audio|source|track|image|feimage)\b"),
]
# What browsers leave out of an address, and what of its ends.
LEFT_OUT = str.maketrans("\\", "/", "\t\n\r")
AT_ENDS = "".join(map(chr, range(33)))


def written(policy):
    """A policy as it is sent."""
    return "; ".join(f"{directive} {sources}" for directive, sources in policy.items())


def headers():
    """Text of the headers file."""
    return (
        "/*\n"
        f"  Content-Security-Policy: {written({**POLICY, **OF_HEADERS})}\n"
        "  X-Content-Type-Options: nosniff\n"
        "  Referrer-Policy: strict-origin-when-cross-origin\n"
    )


class _Blocked(HTMLParser):
    """Collects what the policy blocks in a page, as pairs of its line and its text."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attributes):
        # Of an attribute that stands twice browsers take the first.
        known = {name: value or "" for name, value in reversed(attributes)}
        if tag == "style" or _runs(tag, known) or _loads(tag, known):
            self.found.append((self.getpos()[0], self.get_starttag_text()))


def _runs(tag, known):
    """Whether an element with these attributes holds a style or a script of its own."""
    if tag == "script" and not known.keys() & OWN["script"] and not _is_data(known):
        return True
    if any(name == "style" or name.startswith("on") for name in known):
        return True
    return any(_address(known.get(name, "")).startswith("javascript:") for name in (*ADDRESSES, "formaction"))


def _loads(tag, known):
    """Whether an element loads what the policy does not let come from there."""
    if tag == "script" and _is_data(known):
        return False
    if tag == "link":
        kinds = set(known.get("rel", "").lower().split())
        pictured, own = kinds & ICONS and ["href"], kinds & LOADING and ["href"]
        never = ["href"] if "manifest" in kinds else []
    else:
        pictured, own, never = (kind.get(tag, ()) for kind in (PICTURES, OWN, NEVER))
    return (
        any(known.get(name) for name in never)
        or any(_is_elsewhere(one) for name in own for one in _addresses(name, known))
        or any(
            _is_elsewhere(one) and not one.startswith("data:")
            for name in pictured
            for one in _addresses(name, known)
        )
    )


def _is_data(known):
    return known.get("type", "").strip().lower() in DATA


def _addresses(name, known):
    """The addresses that an attribute gives, as browsers read them."""
    value = known.get(name, "")
    # Between the addresses of several stand the widths or densities for which each is.
    several = re.split(r"\s+(?:[\d.]+[wxh]\s*,\s*)?", value.strip()) if name == "srcset" else [value]
    return map(_address, several)


def _address(value):
    return value.translate(LEFT_OUT).strip(AT_ENDS).lower()


def _is_elsewhere(address):
    """Whether an address names a host or a scheme by itself."""
    return address.startswith("//") or re.match(r"[a-z][a-z\d+.-]*:", address) is not None


def blocked(text):
    """What the policy blocks in a page: pairs of line and start tag.

    >>> blocked('<p>\\n<b style="color: red">no</b> <script src="a.js"></script>')
    [(2, '<b style="color: red">')]
    """
    small = text.lower()
    if not any(suspect.search(small) for suspect in SUSPECT):
        return []
    parser = _Blocked()
    parser.feed(text)
    return parser.found


def problems(site, sources, read=blocked):
    """What the policy would block in the built pages, as a list of sentences.

    Args:
        site: folder of the built site, a path.
        sources: address of a page in the site -> (name below docs/, path of its Markdown file).
        read: gives what is blocked in a page's text, as `blocked` does.
    """
    said, made = [], {}  # made: what stands in no page's own text -> pages that have it
    for path in sorted(site.rglob("*.html")):
        name = path.relative_to(site).as_posix()
        made_from, source = sources.get(name.removesuffix("index.html"), (None, None))
        found = read(path.read_text(encoding="utf-8"))
        text, before = (
            without_shown_code(source.read_text(encoding="utf-8-sig")) if found and source else "",
            [],
        )
        for line, tag in found:
            at = _stands_at(tag, text, before)
            page, where = f"docs/{made_from}" if made_from else name, f" in line {line} of {name}"
            if at is None:
                # What the theme or mkdocs.yml has put into every page leads elsewhere from each.
                known = made.setdefault(re.sub(r"(?:\.\./)+", "", tag), [])
                known.append((page, tag, where))
                continue
            before.append(at)
            said.append(_told(f"{page}:{line_of(text, at[0])}", tag))
    for found in made.values():
        _, *others = dict.fromkeys(page for page, _, _ in found)
        said.append(_told(*found[0], others=len(others)))
    return said


def _told(page, tag, where="", others=0):
    so = f"; so in {others} other page{'s' * (others > 1)}" if others else ""
    return (
        f"{page}: {tag}{where} is blocked by the page's policy{so}; style by a class in docs/assets/css/, "
        "run scripts from docs/assets/js/, keep pictures and films in docs/, and link to what would stand in "
        "a frame"
    )


def _stands_at(tag, text, before):
    """(start, end) in a page's source of a start tag, or of its attribute, as an attribute list has it.

    None where a macro has made it. Not again one of those `before`.
    """
    name = re.match(r"<[\w-]+", tag)[0]
    attributes = re.findall(r"""\s((?:style|on\w+)\s*=\s*)["']([^"']*)""", tag, re.IGNORECASE)
    patterns = [
        re.escape(tag),
        *(rf"""{re.escape(one)}["']?{re.escape(value)}""" for one, value in attributes),
    ]
    # Markdown writes the address of a picture without a tag.
    addresses = re.findall(r"""\s(?:src|href|srcset|poster|data)\s*=\s*["']([^"']+)""", tag, re.IGNORECASE)
    patterns += [re.escape(html.unescape(address)) for address in addresses]
    # A macro may have made a part of its value.
    patterns += [rf"{name}\b[^<>]*?\s{re.escape(one)}" for one, _ in attributes]
    for pattern in patterns:
        for found in re.finditer(pattern, text, re.IGNORECASE):
            if not any(found.start() < end and start < found.end() for start, end in before):
                return found.span()
    return None
