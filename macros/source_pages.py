"""Pages of the project's own files, line by line, for all that a figure links to.

A page stands at `source/PATH/`, with an anchor for each line: `source/llmmath/ledger.py/#L120`. The file as
it is stands at `source/raw/PATH`. Both are outside of navigation, search and sitemap.
"""

import functools
import hashlib
import html
from importlib.metadata import version
from pathlib import Path

from markupsafe import Markup
from mkdocs.commands.build import get_context
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_for_filename
from pygments.util import ClassNotFound

from . import places
from .charts.kept import CACHE, code_of, kept
from .places import up

FOLDER = "source/"
RAW = f"{FOLDER}raw/"
TEMPLATE = "source_page.html"
# Paths of the files that something has linked to in this build.
linked = set()


def address(root, path, line=None):
    """Address of a file's page, at a line if one is given; `root` leads to the site's root from here."""
    linked.add(path)
    return f"{root}{FOLDER}{path}/" + (f"#L{line}" if line else "")


def in_repository(repository, path, line=None):
    """Address of a file's line in the repository at the configured address; None without one.

    The repository of another site has not the files of the package.
    """
    if not repository or (places.another() and places.of_package(path)):
        return None
    return f"{repository.rstrip('/')}/{path}" + (f"#L{line}" if line else "")


def link(root, path, line):
    """A link to a line of a file, as it stands in a sentence."""
    return f'<a href="{address(root, path, line)}"><code>{path}:{line}</code></a>'


def link_to(root, source):
    """A link to what `FILE:LINE` names."""
    path, _, line = source.rpartition(":")
    return link(root, path, line)


@functools.cache
def _lexer(name):
    """What knows the words of files that are called so, or end so."""
    return get_lexer_for_filename(name, stripnl=False)


@functools.cache
def _pygments():
    """Its version, which is read from a file each time it is asked for."""
    return version("pygments")


def highlighted(text, name):
    """Markup of a text, its words in classes of colours where the kind of the file is known.

    It is kept between builds, since it takes longer than all else of these pages.
    """
    depends_on = f"{code_of(__name__)} {_pygments()} {Path(name).suffix} {text}"
    key = hashlib.sha256(depends_on.encode()).hexdigest()

    def make():
        try:
            return highlight(text, _lexer(Path(name).suffix or name), HtmlFormatter(nowrap=True))
        except ClassNotFound:
            return html.escape(text)

    return kept(CACHE / "source" / f"{key}.html", make)


def numbered(text, name):
    """Markup of a text with an anchor for each line."""
    lines = highlighted(text, name)
    # The numbers are shown by the style sheet: they are no part of what is copied.
    beside = 'tabindex="-1" aria-hidden="true"'
    return "".join(
        f'<span id="L{n}"><a href="#L{n}" data-line="{n}" {beside}></a>{line}\n</span>'
        for n, line in enumerate(lines.rstrip("\n").split("\n"), 1)
    )


def page(path, root, repository):
    """What the template shows of a file."""
    content = places.file(path).read_bytes()
    text = content.decode("utf-8")
    return {
        "path": path,
        "raw": f"{root}{RAW}{path}",
        "size": f"{len(content):,}",
        "sha256": hashlib.sha256(content).hexdigest(),
        "repository": in_repository(repository, path),
        "lines": Markup(numbered(text, Path(path).name)),
        "about": "A file of this site's own code and data, as the build ran it.",
    }


def write(config, paths, env, nav, mended):
    """Writes the page and the text of each file into the built site.

    Args:
        config, env, nav: of the build. paths: of the files.
        mended: gives a page with the theme's markup mended.
    """
    site = Path(config["site_dir"])
    template = env.get_template(TEMPLATE)
    for path in paths:
        url = f"{FOLDER}{path}/"
        root = up(url)
        context = get_context(nav, [], config, base_url=root.rstrip("/"))
        shown = template.render({**context, "source": page(path, root, config["extra"].get("repository"))})
        for name, content in (
            (f"{url}index.html", mended(shown).encode()),
            (f"{RAW}{path}", places.file(path).read_bytes()),
        ):
            into = site.joinpath(name)
            into.parent.mkdir(parents=True, exist_ok=True)
            into.write_bytes(content)
