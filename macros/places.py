"""Where things stand: a function's line in the project, a file, the site's root seen from a page.

Two kinds of site are built: this project's own, and that of others who have installed the package. Paths of
the package's files are told below its folder, all others below the folder of the site.
"""

import inspect
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# The parts that a package has too.
PACKAGES = ("llmmath", "macros", "firmware")


def _either(installed, here):
    """A folder where an installed package has it, or where the project has it."""
    folder = ROOT.joinpath("macros", installed)
    return folder if folder.is_dir() else ROOT.joinpath(here)


ASSETS = _either("assets", "docs/assets")
THEME = _either("theme", "theme")

# The site that is built: its folder, that of its pages, and the name of the one with formulas, records and
# circuits of its own, which only another site has.
_site = {"folder": ROOT, "docs": ROOT.joinpath("docs"), "own": None}


def name_site(folder, docs, own):
    """Says that another site is built, before anything is looked up.

    Args:
        folder: of its mkdocs.yml. docs: of its pages. own: name of the folder of its own, below `folder`.
    """
    _site.update(folder=Path(folder).resolve(), docs=Path(docs), own=own)


def another():
    """Whether the site that is built is not this project's."""
    return _site["own"] is not None


def own(*parts):
    """Path of a file or folder of the site's own; None in this project, whose folders are its own."""
    return _site["folder"].joinpath(_site["own"], *parts) if another() else None


def site_folder():
    return _site["folder"]


def docs_folder():
    return _site["docs"]


def has_page(name):
    """Whether the site has a page, by its name below the folder of its pages."""
    return _site["docs"].joinpath(name).is_file()


# Pages that others link to where the site has them.
FORMULAS, CALCULATORS = "reference/formulas", "calculators"


def reference(root, name):
    """Address of a formula in the site's reference, None without one. `root` leads to the site's root."""
    return f"{root}{FORMULAS}/#{name}" if has_page(f"{FORMULAS}.md") else None


def of_package(path):
    """Whether a path, as `below` gives it, is of the package and not of the site."""
    return path.split("/")[0] in PACKAGES


def file(path):
    """The file that a path names, of the package or of the site."""
    return (ROOT if of_package(path) else _site["folder"]).joinpath(path)


def where(function):
    """(path below the project, line) of a function's definition."""
    code = inspect.unwrap(function).__code__
    return below(code.co_filename), code.co_firstlineno


@cache
def below(path):
    """A file's path below the site or the package. Each is resolved once, which asks the disk for all folders
    above."""
    resolved = Path(path).resolve()
    if another() and resolved.is_relative_to(own()):
        return resolved.relative_to(_site["folder"]).as_posix()
    return resolved.relative_to(ROOT).as_posix()


def up(url):
    """Relative address of the site's root seen from the page at `url`.

    >>> up("reference/models/"), up("index.html"), up(None)
    ('../../', './', './')
    """
    return "../" * (url or "").count("/") or "./"
