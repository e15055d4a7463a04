"""Turns matplotlib's SVG into one that takes colours, letters and width from the page it stands in."""

import re
from html import escape
from xml.etree import ElementTree

# Colours that stand for the theme's until the drawing is done; nothing else in a drawing has them.
SERIES = tuple(f"#c0ffe{number}" for number in range(1, 7))
INK, FAINT, GRID, BACKGROUND = "#c0ffe7", "#c0ffe8", "#c0ffe9", "#c0ffea"
THEME = {colour: f"var(--chart-{number})" for number, colour in enumerate(SERIES, 1)} | {
    INK: "var(--md-default-fg-color)",
    FAINT: "var(--chart-axis)",
    GRID: "var(--chart-grid)",
    BACKGROUND: "var(--md-default-bg-color)",
}
SPACE = "{http://www.w3.org/2000/svg}"
LINK = "{http://www.w3.org/1999/xlink}href"
# Begins what stands for the address of a link until the drawing is done; its number follows.
LOCAL = "link:"
# What the page's style sheet decides, or what only repeats the default.
DROPPED = re.compile(r"font-family|font-size|font|stroke-linejoin|stroke-miterlimit|opacity")
DEFAULTS = {
    ("stroke-dashoffset", "0"),
    ("stroke-linecap", "butt"),
    ("text-anchor", "start"),
    ("stroke-opacity", "1"),
}


def themed(text, title, about, prefix, links=()):
    """`text` of matplotlib as one line of SVG for a page.

    Args:
        text: a drawing in sentinel colours.
        title, about: what a screen reader says.
        prefix: begins every id, so that two drawings of a page do not meet.
        links: what stands behind the numbers of its links, each with an address and a title.
    """
    root = ElementTree.fromstring(text)
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag in (SPACE + "metadata", SPACE + "style"):
                parent.remove(child)
    names = _referenced(root)
    for element in root.iter():
        _clean(element, names, prefix)
    _unwrap(root)
    for element in list(root.iter(SPACE + "a")):
        _open(element, links[int(element.get("href").removeprefix(LOCAL))])
    # An image has no parts that a reader could open.
    role = "group" if links else "img"
    box = root.get("viewBox")
    body = "".join(_markup(child) for child in root)
    return (
        f'<svg viewBox="{box}" role="{role}" aria-labelledby="{prefix}-title {prefix}-desc">'
        f'<title id="{prefix}-title">{escape(title)}</title>'
        f'<desc id="{prefix}-desc">{escape(about)}</desc>{body}</svg>'
    )


def _referenced(root):
    """Short names for the ids that something refers to."""
    used = []
    for element in root.iter():
        for value in element.attrib.values():
            used += re.findall(r"url\(#([^)]+)\)", value)
        used += [element.attrib[LINK].removeprefix("#")] if element.get(LINK, "").startswith("#") else []
    return {name: str(number) for number, name in enumerate(dict.fromkeys(used))}


def _clean(element, names, prefix):
    if "id" in element.attrib:
        name = element.attrib.pop("id")
        if name in names:
            element.set("id", f"{prefix}-{names[name]}")
    if LINK in element.attrib:
        target = element.attrib.pop(LINK)
        local = target.startswith("#")
        element.set("href", f"#{prefix}-{names[target[1:]]}" if local else target)
    if "clip-path" in element.attrib:
        name = re.findall(r"#([^)]+)", element.attrib["clip-path"])[0]
        element.set("clip-path", f"url(#{prefix}-{names[name]})")
    # As attributes of their own: a `style` would be blocked by the page's policy.
    for key, value in _style(element.attrib.pop("style", "")):
        element.set(key, value)
    for key in ("d", "x", "y", "width", "height", "transform"):
        if key in element.attrib and element.tag != SPACE + "svg":
            element.set(key, _short(element.get(key)))
    element.text = element.text if element.tag == SPACE + "text" else None
    element.tail = None


def _open(element, link):
    """Makes a link of the drawing open what it stands for. The Tab key passes it by: there are too many."""
    element.attrib.clear()
    element.attrib.update({"href": link.address, "tabindex": "-1"})
    title = ElementTree.Element(SPACE + "title")
    title.text = link.title
    element.insert(0, title)


def _style(style):
    """Pairs of what a `style` says and the page's style sheet leaves to it."""
    kept = []
    for part in style.split(";"):
        key, _, value = (piece.strip() for piece in part.partition(":"))
        if not value or DROPPED.fullmatch(key) or (key, value) in DEFAULTS:
            continue
        value = re.sub(r"#[0-9a-f]{6}", lambda found: THEME[found[0]], value)
        kept.append((key, value))
    return kept


def _short(text):
    """Numbers to a tenth of a unit, which is below a pixel at every width, on one line."""
    text = re.sub(r"-?\d+\.\d+", lambda found: f"{float(found[0]):.1f}".removesuffix(".0"), text)
    text = re.sub(r"\s+", " ", re.sub(r"\s*([A-Za-z(),])\s*", r"\1", text)).strip()
    # A dot is a line of no length.
    return re.sub(r"M(\S+ [^L\s]+)L\1(?=M|$)", r"M\1h0", text)


def _unwrap(element):
    """Takes groups away that say nothing."""
    children = []
    for child in element:
        _unwrap(child)
        if child.tag == SPACE + "g" and not child.attrib:
            children += list(child)
        elif (
            child.tag == SPACE + "path"
            and child.get("fill") == "none"
            and "stroke" not in child.attrib
            or child.tag == SPACE + "defs"
            and not len(child)
        ):
            continue
        else:
            children.append(child)
    for child in list(element):
        element.remove(child)
    element.extend(children)


def _markup(element):
    tag = element.tag.removeprefix(SPACE)
    attributes = "".join(f' {key}="{escape(value)}"' for key, value in element.attrib.items())
    inner = escape(element.text or "", quote=False) + "".join(_markup(child) for child in element)
    return f"<{tag}{attributes}>{inner}</{tag}>" if inner else f"<{tag}{attributes}/>"
