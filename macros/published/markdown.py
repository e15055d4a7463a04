"""A page's content as Markdown, with every figure in its place, for readers that are programs."""

import hashlib
import re
import sys
from importlib.metadata import version
from urllib.parse import urljoin

from bs4 import BeautifulSoup, Tag
from markdownify import MarkdownConverter

from .. import links
from ..charts.kept import CACHE, code_of, kept

PACKAGES = ("beautifulsoup4", "markdownify")
# What only a page can show: popovers, controls, links to a heading, what computed a table.
NAMES = {"style", "script", "template", "select", "input", "textarea", "label"}
ATTRIBUTES, CLASSES = {"popover", "hidden"}, {"headerlink", "lm-after", "lm-byline"}
# A tag without any of these has none of them.
OF_UNSHOWN = re.compile("popover|hidden|headerlink|lm-after|lm-byline|lm-how")
# A comment, a script or style sheet with its text, or a tag: whether it ends something, its name, the rest.
PIECE = re.compile(
    r"""<!--.*?-->
    | <(?P<raw>script|style)\b.*?</(?P=raw)\s*>
    | <(?P<end>/?)(?P<tag>[a-z][^\s/>]*)(?P<rest>(?:[^>"']++|"[^"]*"|'[^']*')*+)>""",
    re.DOTALL | re.IGNORECASE | re.VERBOSE,
)
# Elements that have no end of their own.
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class Element(Tag):
    """As the library has it; the converter asks of each element within what it stands."""

    def find_parent(self, name=None, attrs=None, **options):
        if type(name) is not str or attrs or options:
            return super().find_parent(name, attrs, **options)
        found = self.parent
        while found is not None and found.name != name:
            found = found.parent
        return found


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
    key = "\0".join([address, content, *map(version, PACKAGES), sys.version, code_of(__name__)])
    digest = hashlib.sha256(key.encode()).hexdigest()
    return kept(CACHE / "markdown" / f"{digest}.md", lambda: _converted(address, content))


def _converted(address, content):
    soup = BeautifulSoup(_shown(content), "html.parser", element_classes={Tag: Element})
    elements = [element for element in soup.descendants if isinstance(element, Tag)]
    for element in elements:
        for name in ("href", "src"):
            if name in element.attrs:
                element[name] = urljoin(address, element[name])
    equations = _equations(elements)
    text = Converter(heading_style="ATX", bullets="-", escape_misc=False).convert_soup(soup)
    for mark, tex in equations.items():
        text = text.replace(mark, f"\n\n$$\n{tex}\n$$\n\n")
    return re.sub(r"\n{3,}", "\n\n", text).strip() + f"\n\nSource: <{address}>\n"


def _shown(content):
    """HTML without what only a page can show, and of drawings no more than their first tag.

    It is read by a pattern, since most of a page is that, and a tree of it would take twice as long.
    """
    kept, at, left_out, depth = [], 0, None, 0
    for found in PIECE.finditer(content):
        name, rest = (found["tag"] or found["raw"] or "").lower(), found["rest"] or ""
        if left_out:
            if name == left_out and not rest.endswith("/"):
                depth += -1 if found["end"] else 1
            if not depth:
                at = found.start() if name == "svg" else found.end()
                left_out = None
        elif not found["end"] and (name == "svg" or _is_unshown(name, rest)):
            kept.append(content[at : found.end() if name == "svg" else found.start()])
            at = found.end()
            if not (found["raw"] or name in VOID or rest.endswith("/")):
                left_out, depth = name, 1
    return "".join([*kept, "" if left_out else content[at:]])


def _is_unshown(name, rest):
    """Whether only a page can show an element of this name, with what stands after that in its tag."""
    if name in NAMES or not OF_UNSHOWN.search(rest):
        return name in NAMES
    given = {name.lower(): "".join(values) for name, *values in links.ATTRIBUTE.findall(rest)}
    classes = {*given.get("class", "").split()}
    how = name == "p" and "lm-how" in classes
    return how or bool(ATTRIBUTES & given.keys() or CLASSES & classes)


def _equations(elements):
    """Puts a mark in place of each formula; gives the TeX of each mark, which stands folded under it."""
    found, folded = {}, []
    for element in elements:
        classes = element.get("class", ())
        if "lm-formula" in classes:
            tex = element.select_one("details.lm-how pre code")
            displayed = element.select_one("math[display=block]")
            if tex and displayed:
                mark = f"EQUATION{len(found)}EQUATION"
                found[mark] = tex.get_text()
                displayed.replace_with(mark)
        elif element.name == "details" and "lm-how" in classes:
            folded.append(element)
    for element in folded:
        element.decompose()
    return found
