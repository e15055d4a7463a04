"""Addresses that were published: each is in the site, or leads on to one that is.

    python -m macros.published.addresses SITE     adds those of a built site to the list

`published/addresses.txt` lists pages, the headings on them and files to take away, from the site's root, one
a line. The link to a figure is none of them: its id stands for what is given for the figure, and is another
with that.
"""

import functools
import re
import sys
from pathlib import Path
from urllib.parse import urldefrag

from ..places import ROOT
from . import redirects

LIST = "published/addresses.txt"
HEADING = re.compile(r'<h[1-6][^>]*\sid="([^"]+)"')
# What pages load, what stands beside a page and goes with it, and what only hosts and builds read.
LOADED = ("assets/", "search/", "source/raw/")
BESIDE = ("index.md", "card.png", "404.html", "_headers", "build.json")
# Pages of the project's own files come and go with these; those that were listed stay.
SOURCES = "/source/"


def listed(root=ROOT):
    """{address: line} of the list; a project without one has published nothing."""
    path = Path(root, LIST)
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    return {line: number for number, line in enumerate(lines, 1) if line}


def of_site(site):
    """The addresses of a built site that are worth a list: a set."""
    found = set()
    for path in Path(site).rglob("*"):
        name = path.relative_to(site).as_posix()
        if not path.is_file() or name.startswith(LOADED) or path.name in BESIDE:
            continue
        if path.name != "index.html":
            found.add(f"/{name}")
            continue
        text, page = path.read_text(encoding="utf-8"), f"/{name.removesuffix('index.html')}"
        if redirects.SIGN not in text:
            places = () if page.startswith(SOURCES) else HEADING.findall(text)
            found.update([page, *(f"{page}#{place}" for place in places)])
    return found


def unlisted(site, root=ROOT):
    """Pages and files of a built site that are not listed, those of the project's own files aside: a list."""
    new = of_site(site) - set(listed(root))
    return sorted(one for one in new if "#" not in one and not one.startswith(SOURCES))


def sources(root=ROOT):
    """Paths of the project's own files whose pages were published, of those that still are there."""
    paths = [one.removeprefix(SOURCES).rstrip("/") for one in listed(root) if one.startswith(SOURCES)]
    return [path for path in paths if Path(root, path).is_file()]


def gone(site, root=ROOT, left_out=()):
    """What was published and is neither in a built site nor leads on: a list of `LIST:LINE: …`.

    Args:
        site: its folder. root: of the project. left_out: beginnings of addresses that this build lacks.
    """
    moved = {one.old for one in redirects.read(root)[0]}
    text = functools.cache(lambda file: file.read_text(encoding="utf-8"))
    said, known = [], None
    for address, line in listed(root).items():
        page, place = urldefrag(address)
        if page in moved or address in moved or address.startswith(tuple(left_out)):
            continue
        file = Path(site, page.lstrip("/"), "index.html" if page.endswith("/") else "")
        # Looked for one by one: to read all ids of a page takes three times as long.
        if not file.is_file() or (place and f' id="{place}"' not in text(file)):
            known = known or of_site(site)
            said.append(
                f"{LIST}:{line}: '{address}' was published and is gone; expected it in the site, or a line "
                f"'{address} NEW' in {redirects.FILE}{redirects.did_you_mean(address, known)}"
            )
    return said


def main(arguments, root=ROOT):
    if len(arguments) != 1 or not Path(arguments[0], "index.html").is_file():
        print("usage: python -m macros.published.addresses SITE, the folder of a built site", file=sys.stderr)
        return 2
    before = listed(root)
    new = of_site(arguments[0]) - set(before)
    path = Path(root, LIST)
    path.parent.mkdir(exist_ok=True)
    path.write_text("".join(f"{one}\n" for one in sorted({*before, *new})), encoding="utf-8")
    print(f"{len(new)} addresses added to {LIST}, which has {len(before) + len(new)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
