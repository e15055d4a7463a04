"""Builds for the server, each in a process of its own, so that none can hang it or leave anything behind.

The first process imports what is not ours and never any of ours. For code and configuration as they are it
forks a second one, which imports them; that one forks a third for each build. So an edit of a page is shown
without any import, an edit of code without those of MkDocs, and a formula that never returns is killed by the
next edit.

Orders come as lines of JSON, answers go so: {"build": N, "event": "page", "url": …} for a page that was asked
for and is written, "failed" for one that could not be, "noted" where there are further mistakes, and
{"build": N, "event": "done"}. The mistakes of build N that are known lie in WORK/mistakes-N.json then.
The pages that somebody waits for stand in WORK/wanted.json.
"""

import contextlib
import importlib
import json
import os
import select
import signal
import sys
import traceback
from dataclasses import replace
from pathlib import Path

from . import mistakes, run
from .mistakes import Mistake

# Other people's packages that a build imports, so that they are there before the first edit.
OTHERS = (
    "mkdocs.commands.build",
    "mkdocs.config.defaults",
    "mkdocs_macros.plugin",
    "material.plugins.search.plugin",
    "material.templates",
    "markdown.extensions.md_in_html",
    "pymdownx.superfences",
    "pymdownx.highlight",
    "pymdownx.details",
    "pymdownx.inlinehilite",
    "pygments.formatters",
    "numpy",
)
# Takes a while and is needed for charts that were not drawn before: imported once nothing waits.
LATER = ("matplotlib.backends.backend_svg", "matplotlib.figure")
MOMENT = 0.02  # seconds between two looks whether a process has ended


class Child:
    """A forked process that runs a function of the pipe of its orders; one that leads is killed with all."""

    def __init__(self, body, leads=False):
        self.leads = leads
        reading, self.orders = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(self.orders)
            if leads:
                os.setpgid(0, 0)
            status = 1
            try:
                body(reading)
                status = 0
            except BaseException:
                traceback.print_exc()
            finally:
                os._exit(status)
        os.close(reading)
        if leads:
            # By both, whoever is first: else a process that is to be killed at once would not be found.
            with contextlib.suppress(OSError):  # it has done so, or has ended
                os.setpgid(self.pid, self.pid)

    def order(self, line):
        with contextlib.suppress(OSError):  # it has ended, which `ended` tells
            os.write(self.orders, line.encode() + b"\n")

    def ended(self):
        """Whether the process is no more."""
        if self.pid and os.waitpid(self.pid, os.WNOHANG)[0]:
            os.close(self.orders)
            self.pid = 0
        return not self.pid

    def kill(self):
        """Ends the process and those that it has forked."""
        if self.ended():
            return
        with contextlib.suppress(OSError):
            (os.killpg if self.leads else os.kill)(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.orders)
        self.pid = 0


def orders_of(file, meanwhile):
    """Lines that come through a pipe, until its other end is closed; `meanwhile()` runs between them."""
    rest = b""
    while True:
        if select.select([file], [], [], MOMENT)[0]:
            read = os.read(file, 65536)
            if not read:
                return
            *lines, rest = (rest + read).split(b"\n")
            yield from (line.decode() for line in lines)
        meanwhile()


class Answers:
    """Tells the server, through standard output; what else is printed goes to standard error."""

    def __init__(self, work):
        self.work, self.out = Path(work), os.dup(1)
        os.dup2(2, 1)

    def tell(self, number, event, **more):
        # Short enough to be written at once, so lines of two processes never mix.
        os.write(self.out, json.dumps({"build": number, "event": event, **more}).encode() + b"\n")

    def noted(self, number, found, whole=None):
        """Tells of the mistakes of build `number` that are known while it runs."""
        rows = [[one.what, one.file, one.line, one.column, one.asked] for one in found]
        told, new = self.told(number), self.work / f"mistakes-{number}.new"
        new.write_text(json.dumps({"whole": whole, "mistakes": rows}), encoding="utf-8")
        new.replace(told)
        self.tell(number, "noted" if whole is None else "done")

    def done(self, number, found, whole):
        """Ends build `number`; `whole` where all pages were written."""
        self.noted(number, found, bool(whole))

    def told(self, number):
        return self.work / f"mistakes-{number}.json"

    def has_ended(self, number):
        """Whether all of build `number` was told."""
        try:
            return json.loads(self.told(number).read_text(encoding="utf-8"))["whole"] is not None
        except OSError:
            return False


def main(work, address):
    """The first process: forks one for the code as it is, again whenever that has changed."""
    answers = Answers(work)
    for name in OTHERS:
        with contextlib.suppress(ImportError):  # told by the build that needs it
            importlib.import_module(name)
    second, pending, later = None, None, list(LATER)

    def meanwhile():
        nonlocal pending
        if second is not None and second.ended() and pending is not None:
            gone_without_a_word(answers, pending)
            pending = None
        if later:
            with contextlib.suppress(ImportError):
                importlib.import_module(later.pop(0))

    for line in orders_of(0, meanwhile):
        order = json.loads(line)
        if order["fresh"] or second is None or second.ended():
            if second is not None:
                second.kill()
            second = Child(lambda orders: of_this_code(orders, answers, address), leads=True)
        second.order(line)
        pending = order["build"]
    if second is not None:
        second.kill()


def gone_without_a_word(answers, number):
    """Tells of a process that was killed or crashed, unless it had answered."""
    if not answers.has_ended(number):
        answers.done(number, [Mistake(mistakes.ENDED)], False)


def of_this_code(orders, answers, address):
    """The second process: imports configuration and code, and forks a process for each build."""
    third, number, config, found = None, None, None, []
    with run.telling(found):
        config = run.load(answers.work / "none", strict=False)
        config.site_url = address
        config.plugins.on_startup(command="serve", dirty=False)
        hooks = config.hooks["macros/hooks.py"]
        hooks.import_own_modules()
        hooks.imported(ahead=True)
        # Listed and read once: the theme's thousands of icons, and its templates.
        env = config.theme.get_env()
        listed = env.list_templates()
        sys.modules["macros.build"].compile_ahead(env)
        for name in ("main.html", "source_page.html", "404.html"):
            env.get_template(name)
        config.theme.get_env = lambda: env
    warned = list(found)

    def meanwhile():
        nonlocal number
        if third is not None and third.ended() and number is not None:
            gone_without_a_word(answers, number)
            number = None

    for line in orders_of(orders, meanwhile):
        order = json.loads(line)
        number = order["build"]
        if third is not None:
            third.kill()
        if config is None or "macros.build" not in sys.modules or not hooks.imported.ahead:
            answers.done(number, warned, False)
            continue
        third = Child(lambda _, order=order: one(order, config, listed, address, warned, answers))
    if third is not None:
        third.kill()


def one(order, config, listed, address, warned, answers):
    """The third process: one build."""
    from mkdocs.commands.build import build

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    number, found, whole = order["build"], list(warned), False
    config.site_dir = order["into"]
    ours = sys.modules["macros.build"]
    with run.telling(found) as heard:
        early = Early(answers, number, lambda: [*warned, *heard, *ours.noted, *ours.notices])
        ours.configured["early"] = early.show
        with listing(listed):
            build(config, serve_url=address)
        whole = True
    # What failed in a page that was written early fails again, unless it depends on what the build did since.
    answers.done(number, mistakes.once([*found, *ours.noted, *ours.notices, *early.failed]), whole)


@contextlib.contextmanager
def listing(listed):
    """Lets the theme's templates be listed from what was found when this code was imported."""
    import jinja2

    list_templates = jinja2.Environment.list_templates

    def kept(env, extensions=None, filter_func=None):
        return [name for name in listed if filter_func is None or filter_func(name)]

    jinja2.Environment.list_templates = kept
    try:
        yield
    finally:
        jinja2.Environment.list_templates = list_templates


class Early:
    """Writes pages that somebody waits for before the others, as the whole build will write them again.

    known: gives the mistakes that the build has met so far. failed: those that kept a page from it.
    """

    def __init__(self, answers, number, known):
        self.answers, self.number, self.known = answers, number, known
        self.shown, self.busy, self.env = set(), False, None
        self.failed, self.told = [], []

    def wanted(self):
        try:
            return json.loads(self.answers.work.joinpath("wanted.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return []

    def show(self, config, nav, files):
        """Populates and writes the pages that are wanted and not shown yet."""
        if self.busy:
            return
        self.busy = True
        try:
            for url in self.wanted():
                if url not in self.shown:
                    self.shown.add(url)
                    self.write_or_tell(url, config, nav, files)
            self.tell_mistakes()
        finally:
            self.busy = False

    def write_or_tell(self, url, config, nav, files):
        """Writes a page; what it fails with is told in its place, and the build goes on to the others."""
        try:
            event = "page" if self.write(url, config, nav, files) else None
        except Exception as error:
            self.failed.extend(run.behind(error))
            event = "failed"
        self.tell_mistakes()
        if event:
            self.answers.tell(self.number, event, url=url)

    def tell_mistakes(self):
        """Tells of the mistakes that are known, where there are others than before."""
        # For which page first, and no more, so that a page that is shown changes for another mistake alone.
        found = [replace(one, asked=one.asked[:1]) for one in mistakes.once([*self.known(), *self.failed])]
        if found != self.told:
            self.told = found
            self.answers.noted(self.number, found)

    def write(self, url, config, nav, files):
        """Whether there is such a page, which then is written."""
        from mkdocs.commands.build import _build_page, _populate_page
        from mkdocs.structure.files import InclusionLevel
        from mkdocs.structure.pages import Page

        pages = files.documentation_pages(inclusion=InclusionLevel.is_in_serve)
        for file in pages:
            if file.page is None:
                Page(None, file, config)
        file = next((file for file in pages if file.page.url == url), None)
        if file is None:
            return False
        if self.env is None:
            self.env = config.theme.get_env()
            sys.modules["macros.build"].prepare_templates(self.env, config, files)
        _populate_page(file.page, config, files)
        _build_page(file.page, config, pages, nav, self.env)
        search = config.plugins.get("material/search")
        if search is not None:
            search.search_index.entries.clear()
        return True


if __name__ == "__main__":
    main(*sys.argv[1:])
