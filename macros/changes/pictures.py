"""Charts, circuits and drawings that differ between two built sites, and a page of them side by side."""

import html
import re
import shutil
from collections import Counter, namedtuple
from pathlib import Path

from ..published import hashed

Picture = namedtuple("Picture", "page name title old new")
Picture.__doc__ = """A drawing that differs: address of its page, its name there, its title, and its markup
before and after; None where it was not."""
SVG = re.compile(r'<svg\b[^>]*\saria-labelledby="([^"\s]+)-title[^"]*"[^>]*>.*?</svg>', re.DOTALL)
TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.DOTALL)
# The data of a chart are in its id, which is no name for it then.
OF_DATA = re.compile(r"-[0-9a-f]{6}$")
# What a drawing stands in, by its class, so that the site's style sheets apply to it.
AROUND = {
    "circuit": '<div class="lm-circuit"><div class="circuit-frame">{}</div></div>',
    "breadboard": '<div class="lm-circuit"><div class="lm-breadboard">{}</div></div>',
    "chart": '<figure class="chart"><div class="chart-drawing">{}</div></figure>',
}
# Of the new site, for the page of pictures.
STYLES = ("assets/css", "assets/stylesheets", "assets/fonts")
INDEX = "index.html"


def drawings(site):
    """{(page, name): markup} of all drawings in a site; of one name on a page the second is `NAME 2`."""
    found = {}
    for path in sorted(Path(site).rglob("*.html")):
        page = path.relative_to(site).as_posix().removesuffix(INDEX)
        if page.startswith("source/"):
            continue
        seen = Counter()
        for svg in SVG.finditer(path.read_text(encoding="utf-8")):
            name = OF_DATA.sub("", svg[1])
            seen[name] += 1
            found[page, f"{name} {seen[name]}" if seen[name] > 1 else name] = svg[0]
    return found


def moved(old, new):
    """The drawings that differ between two built sites, in the order of their pages: a list of `Picture`."""
    before, after = drawings(old), drawings(new)
    found = []
    for page, name in sorted({*before, *after}):
        pair = before.get((page, name)), after.get((page, name))
        if None in pair or named(pair[0], "") != named(pair[1], ""):
            title = html.unescape(TITLE.search(pair[1] or pair[0])[1])
            found.append(Picture(page, name, title, *pair))
    return found


def named(svg, prefix):
    """A drawing with ids of its own, numbered behind a prefix; what refers to them follows."""
    names = dict.fromkeys(re.findall(r'\sid="([^"]+)"', svg))
    ids = {name: f"{prefix}{number}" for number, name in enumerate(names)}

    def renamed(found):
        words = [ids.get(word.lstrip("#"), word.lstrip("#")) for word in found[2].split()]
        return f'{found[1]}"{" ".join(f"#{word}" if found[2].startswith("#") else word for word in words)}"'

    svg = re.sub(r'(\s(?:id|href|aria-labelledby|aria-describedby)=)"([^"]+)"', renamed, svg)
    return re.sub(r"url\(#([^)]+)\)", lambda found: f"url(#{ids.get(found[1], found[1])})", svg)


def write(folder, found, site, against):
    """Writes a page of the pictures into a folder, with the style sheets of the new site.

    Args:
        found: list of `Picture`. site: folder of the new site. against: what it is compared with.
    """
    folder = Path(folder)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for part in STYLES:
        if Path(site, part).is_dir():
            shutil.copytree(Path(site, part), folder / part)
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*.css")}
    # Those with a hash in their name lie beside the same without.
    sheets = sorted(name for name in names if hashed.plain(name) == name or hashed.plain(name) not in names)
    # The theme's own come first, as they do in its pages.
    sheets.sort(key=lambda name: not name.startswith("assets/stylesheets"))
    links = "\n".join(f'<link rel="stylesheet" href="{name}">' for name in sheets)
    shown = "\n".join(_pair(number, one, against) for number, one in enumerate(found))
    (folder / INDEX).write_text(
        f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Pictures that moved</title>
{links}
<style>
  body {{ overflow: auto; height: auto; }}
  main {{ display: block; box-sizing: border-box; width: 100%; max-width: 100rem; padding: 1rem; }}
  .pair {{ display: grid; grid-template-columns: repeat(auto-fit, minmax(min(20rem, 100%), 1fr)); gap: 1em; }}
  .pair > section {{ overflow: auto; border: 1px solid #8888; padding: 0 0.5rem; }}
</style>
</head>
<body data-md-color-scheme="default" dir="ltr"><main class="md-typeset">
<h1>{len(found)} {"picture" if len(found) == 1 else "pictures"} moved since {html.escape(against)}</h1>
{shown}
</main></body>
</html>
""",
        encoding="utf-8",
    )


def _pair(number, one, against):
    """A picture before and after, under its title."""
    sides = ""
    for side, name, svg in (("old", against, one.old), ("new", "now", one.new)):
        shown = _framed(named(svg, f"{side}-{number}-")) if svg else "<p>not there</p>"
        sides += f"<section><h3>{html.escape(name)}</h3>{shown}</section>"
    title = f"{html.escape(one.title)} <small>/{html.escape(one.page)}</small>"
    return f'<h2>{title}</h2>\n<div class="pair">{sides}</div>'


def _framed(svg):
    found = re.search(r'class="(circuit|breadboard)\b', svg[: svg.index(">")])
    return AROUND[found[1] if found else "chart"].format(svg)
