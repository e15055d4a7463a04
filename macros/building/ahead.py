"""A second process that makes what a build will ask for, from the site's end, while the build is in front.

Both keep what they make and take what they find kept. So neither waits for the other, and a process that is
killed, or never begun, costs nothing but time.
"""

import atexit
import contextlib
import os
import signal
import threading
from functools import partial
from pathlib import Path

from .. import places, source_pages
from ..charts import kept
from ..published import around
from ..published.articles import is_article
from . import converted

# Until what it made can be found [s].
SOON = 0.05
_process, _held = [], []


def begin(pieces):
    """Starts the process, unless there is one or no processor for it.

    Args:
        pieces: functions that each make a piece of the site, the last that the build asks for first.
    """
    if _process or not hasattr(os, "fork") or _processors() == 1:
        return
    # Its other end is held by the build alone, however that ends.
    of_build, held = os.pipe()
    _process.append(os.fork())
    if _process[0]:
        os.close(of_build)
        _held.append(held)
        return
    try:
        os.close(held)
        threading.Thread(target=_end_with, args=(of_build,), daemon=True).start()
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, 1)  # the build itself tells of what is wrong
        os.dup2(nothing, 2)
        kept.BATCH_SECONDS = SOON
        for make in pieces:
            with contextlib.suppress(Exception):  # what fails here fails in the build too, which tells it
                make()
        kept.write()
    finally:
        os._exit(0)


def _processors():
    """How many processors this process may use, of those that the machine has."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()


def _end_with(of_build):
    """Ends this process as soon as the build is no more, also where a formula never returns."""
    os.read(of_build, 1)
    os._exit(1)


def end():
    """Ends the process: what it has not made by now, the build has."""
    while _process:
        process = _process.pop()
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
        os.close(_held.pop())


atexit.register(end)


def of_site(config, files, linked):
    """The pieces of a site: its pages, then the files that these link to.

    Args:
        config, files: of MkDocs. linked: gives the paths of the files that are linked to by now, in order.
    """
    for file in reversed(files.documentation_pages()):
        yield partial(_page, file.page, config, files)
    for path in reversed(linked()):
        yield partial(_source, path)


def of_checks(site):
    """What is read of the pages of a built site, to be checked."""
    for path in sorted(Path(site).rglob("*.html"), reverse=True):
        yield partial(_read, path)


def _read(path):
    converted.addresses_of(path.read_text(encoding="utf-8"))


def _page(page, config, files):
    """Makes a page's text, its entries of the search, and what is published beside it."""
    from mkdocs.commands.build import _populate_page

    if page.content is None:
        _populate_page(page, config, files)
    search = config.plugins.get("material/search")
    if search is not None:
        search.on_page_context({}, page=page, config=config, nav=None)
    if not page.meta.get("unlisted"):
        around.markdown(page, config["site_url"] or "")
        if not places.another() and (is_article(page) or page.is_homepage):
            around.card(page, config["site_name"])


def _source(path):
    source_pages.highlighted(places.file(path).read_text(encoding="utf-8"), Path(path).name)
