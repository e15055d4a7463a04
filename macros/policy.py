"""What a page may load and run: one strict Content-Security-Policy, in each page and in a file for hosts.

Scripts, styles, letters, workers and data come from this site alone. Nothing that stands within a page runs
or styles, so that text which slips into one unescaped stays text. WebAssembly runs.
"""

import re
from html.parser import HTMLParser

POLICY = {
    "default-src": "'none'",
    "script-src": "'self' 'wasm-unsafe-eval'",
    "style-src": "'self'",
    # The theme's style sheet holds its small icons as data: addresses; an image cannot run anything.
    "img-src": "'self' data:",
    "font-src": "'self'",
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
# A page in whose small letters none of these is found holds nothing that the policy would block; one with
# them may just show them. Each is looked for alone, which takes half as long as all at once.
SUSPECT = [
    re.compile(r"\sstyle\s*="),
    re.compile(r"<style"),
    re.compile(r"\son\w+\s*="),
    re.compile(r"javascript:"),
    re.compile(r"<script(?![^>]*\s(src=|type=.application/))"),
]


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
        known = dict(attributes)
        inline = tag == "script" and "src" not in known and known.get("type") not in DATA
        names = [name for name in known if name == "style" or name.startswith("on")]
        runs = [name for name, value in attributes if (value or "").strip().lower().startswith("javascript:")]
        if tag == "style" or inline or names or runs:
            self.found.append((self.getpos()[0], self.get_starttag_text()))


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
        sources: address of a page in the site -> name of its Markdown file below docs/.
        read: gives what is blocked in a page's text, as `blocked` does.
    """
    said = []
    for path in sorted(site.rglob("*.html")):
        name = path.relative_to(site).as_posix()
        made_from = sources.get(name.removesuffix("index.html"))
        page = f"docs/{made_from}" if made_from else name
        for line, tag in read(path.read_text(encoding="utf-8")):
            said.append(
                f"{page}: {tag} in line {line} of {name} is blocked by the page's policy; style by a class "
                "in docs/assets/css/, run scripts from docs/assets/js/"
            )
    return said
