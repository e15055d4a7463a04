"""Where addresses lead that were published and are gone: `published/redirects.txt`, lines `OLD NEW`.

Both from the site's root. A page or a file that is gone becomes a page that sends on at once, without a
script, so that it works on every host and under the page's policy. A place on a page that has another name
keeps its old one too.
"""

import difflib
import html
import re
from collections import namedtuple
from pathlib import Path
from urllib.parse import urldefrag, urljoin

from .. import policy
from ..places import ROOT, up

FILE = "published/redirects.txt"
# What tells these pages from all others.
SIGN = '<meta http-equiv="refresh"'
Redirect = namedtuple("Redirect", "old new line")
Redirect.__doc__ = """A line of the file: two addresses from the site's root, and its number."""


def read(root=ROOT):
    """(redirects, mistakes): a list of `Redirect`, and `FILE:LINE: …` of each line that is none."""
    path = Path(root, FILE)
    found, wrong = {}, []
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    for number, line in enumerate(lines, 1):
        words = line.split()
        if not words or line.startswith("# "):
            continue
        if len(words) != 2 or not all(word.startswith("/") for word in words):
            wrong.append(
                f"{FILE}:{number}: expected 'OLD NEW', both from the site's root, such as /old/ /new/"
            )
        elif words[0] in found:
            wrong.append(f"{FILE}:{number}: '{words[0]}' leads on already, line {found[words[0]].line}")
        else:
            found[words[0]] = Redirect(*words, number)
    return list(found.values()), wrong


def write(site, site_url, addresses, root=ROOT):
    """Writes every redirect into a built site.

    Args:
        site: its folder. site_url: address at which it is published. addresses: gives what the site has, a
            set. root: of the project.

    Returns:
        What is wrong with them, a list of `FILE:LINE: …`.
    """
    redirects, wrong = read(root)
    known = addresses() if redirects else ()
    for one in redirects:
        page, place = urldefrag(one.old)
        if one.old in known:
            said = f"'{one.old}' is in the site; a redirect leads from an address that is gone"
        elif one.new not in known:
            said = f"'{one.new}' is not in the site{did_you_mean(one.new, known)}"
        elif not place:
            file = Path(site, file_of(page))
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(sending_on(file_of(page), one.new, site_url), encoding="utf-8")
            continue
        elif urldefrag(one.new)[0] == page:
            _name(Path(site, file_of(page)), urldefrag(one.new)[1], place)
            continue
        else:
            said = (
                f"no host is told of what stands after '#'; expected an address on {page}, or where "
                f'it stood <a id="{place}"></a> and a link to {one.new}'
            )
        wrong.append(f"{FILE}:{one.line}: {said}")
    return wrong


def did_you_mean(address, known):
    """The known address that is most like one, as a question; nothing where none is like it."""
    near = difflib.get_close_matches(address, known, n=1, cutoff=0.6)
    return f"; did you mean '{near[0]}'?" if near else ""


def file_of(address):
    """The file to write for an address that is gone; of a file one that hosts find in a folder of its name.

    >>> file_of("/old/"), file_of("/old.html"), file_of("/old.zip")
    ('old/index.html', 'old.html', 'old.zip/index.html')
    """
    name = address.lstrip("/")
    return name if name.endswith(".html") else f"{name.rstrip('/')}/index.html".lstrip("/")


def sending_on(file, new, site_url):
    """A page at `file` that leads to the address `new`, to be looked up under `site_url`."""
    here = html.escape(up(file.removesuffix("index.html")) + new.lstrip("/"))
    there = html.escape(urljoin(site_url, new.lstrip("/")))
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy.written(policy.POLICY)}">
{SIGN} content="0; url={here}">
<meta name="robots" content="noindex">
<meta name="viewport" content="width=device-width">
<link rel="canonical" href="{there}">
<title>This page has moved</title>
</head>
<body><main><h1>This page has moved</h1><p>It is at <a href="{here}">{there}</a> now.</p></main></body>
</html>
"""


def _name(file, place, old):
    """Lets a place on a page be found by another name, which stands right before it."""
    text = file.read_text(encoding="utf-8")
    anchor = f'<a id="{html.escape(old)}"></a>'
    file.write_text(
        re.sub(rf'(<h[1-6][^>]*\sid="{re.escape(place)}")', lambda found: anchor + found[1], text, count=1),
        encoding="utf-8",
    )
