"""A page's content as Markdown, with every figure in its place, for readers that are programs."""

import hashlib
import re
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urljoin

from bs4 import BeautifulSoup
from markdownify import MarkdownConverter

from ..charts.kept import CACHE, kept

PACKAGES = ("beautifulsoup4", "markdownify")
# What only a page can show: popovers, controls, links to a heading, what computed a table.
UNSHOWN = (
    "[popover]", "[hidden]", ".headerlink", ".lm-after", ".lm-byline", "p.lm-how", "style", "script",
    "template", "select", "input", "textarea", "label",
)  # fmt: skip


class Converter(MarkdownConverter):
    """As the library converts, and equations as TeX, drawings by what they say of themselves."""

    def convert_msub(self, element, text, parent_tags):
        return "_".join(part.get_text() for part in element.find_all(True, recursive=False))

    def convert_msup(self, element, text, parent_tags):
        return "^".join(part.get_text() for part in element.find_all(True, recursive=False))

    def convert_svg(self, element, text, parent_tags):
        label = element.get("aria-label")
        return f"*Drawing: {label}*" if label else ""

    def convert_summary(self, element, text, parent_tags):
        return f"\n\n**{text.strip()}**\n\n"

    def convert_button(self, element, text, parent_tags):
        return text


def page_markdown(address, content):
    """The Markdown of a page.

    Args:
        address: its own, to make links absolute. content: HTML of its text.
    """
    digest = hashlib.sha256("\0".join([address, content, *map(version, PACKAGES)]).encode())
    digest.update(Path(__file__).read_bytes())
    return kept(CACHE / "markdown" / f"{digest.hexdigest()}.md", lambda: _converted(address, content))


def _converted(address, content):
    soup = BeautifulSoup(content, "html.parser")
    for element in soup.select(", ".join(UNSHOWN)):
        # one that stands within another is gone with it
        if not element.decomposed:
            element.decompose()
    equations = _equations(soup)
    for element in soup.select("[href]"):
        element["href"] = urljoin(address, element["href"])
    for element in soup.select("[src]"):
        element["src"] = urljoin(address, element["src"])
    text = Converter(heading_style="ATX", bullets="-", escape_misc=False).convert_soup(soup)
    for mark, tex in equations.items():
        text = text.replace(mark, f"\n\n$$\n{tex}\n$$\n\n")
    return re.sub(r"\n{3,}", "\n\n", text).strip() + f"\n\nSource: <{address}>\n"


def _equations(soup):
    """Puts a mark in place of each formula; gives the TeX of each mark, which stands folded under it."""
    found = {}
    for formula in soup.select(".lm-formula"):
        tex = formula.select_one("details.lm-how pre code")
        displayed = formula.select_one("math[display=block]")
        if tex and displayed:
            mark = f"EQUATION{len(found)}EQUATION"
            found[mark] = tex.get_text()
            displayed.replace_with(mark)
    for folded in soup.select("details.lm-how"):
        folded.decompose()
    return found
