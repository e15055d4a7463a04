"""Records, formulas, circuits, tables, charts, macros and assets that no page of a built site shows."""

import html
import json
import re
import tomllib
from pathlib import Path

from .. import lookup
from ..changes.causes import Project
from ..markdown_text import line_of
from ..pages import circuit_article
from ..places import ROOT, where
from ..published import hashed

# Pages that show every file as it is, or every formula there is, prove no use.
OF_SOURCES, OF_FORMULAS = "source/", "reference/formulas/"
# What a record is called on a page, beside its key.
NAMED = ("name", "title", "model", "source", "url", "by")
# Constants of kinds of card and engine, which are looked up by kind and which no page asks for by name.
OF_KINDS = ("attained.toml", "queues.toml", "reserves.toml")
ASSETS = "docs/assets"
# The licence of a font lies beside it and is asked for by nobody.
LICENCE = "-OFL.txt"


class Site:
    """What is read of a built site and of the project behind it.

    pages: {address: HTML} without those of sources. text: all of them. asked: files that any page names.
    calls: all macro calls of the articles, as one text. rows: of values.json.
    """

    def __init__(self, site, root=ROOT):
        self.folder, self.root = Path(site), Path(root)
        self.pages, self.asked = {}, set()
        for path in sorted(self.folder.rglob("*.html")):
            name, text = path.relative_to(site).as_posix(), path.read_text(encoding="utf-8")
            asked = re.findall(r'\s(?:href|src)="[^"#?]*?([^"/#?]+)(?:[?#][^"]*)?"', text)
            self.asked.update(map(hashed.plain, asked))
            if not name.startswith(OF_SOURCES):
                self.pages[name] = text
        self.text = "\n".join(self.pages.values())
        self.rows = json.loads(self.folder.joinpath("values.json").read_text(encoding="utf-8"))
        articles = [path.read_text(encoding="utf-8") for path in sorted(self.root.glob("docs/**/*.md"))]
        self.calls = "\n".join(
            call for text in articles for call in re.findall(r"\{\{.*?\}\}|\{%.*?%\}", text, re.DOTALL)
        )


def unused(site):
    """Lines `FILE:LINE: …` of all that a `Site` does not show."""
    return [*formulas(site), *records(site), *circuits(site), *made(site), *assets(site)]


def formulas(site):
    """Formulas that no figure reaches, no page's module names, and no page but the list of all links to."""
    project = Project(site.root)
    functions = {name for row in site.rows for name in row["function"].split(", ")}
    reached = {name for function in functions for _, name in project.reached(function)}
    for page, text in site.pages.items():
        if not page.startswith(OF_FORMULAS):
            reached.update(re.findall(rf'{OF_FORMULAS}#(\w+)"', text))
    for path in site.root.glob("macros/pages/*.py"):
        reached.update(re.findall(r'"(\w+)"', path.read_text(encoding="utf-8")))
    for name, formula in sorted(lookup.formulas().items()):
        if name not in reached:
            yield f"{place(formula)}: the formula {name} is behind no figure and on no page"


def records(site):
    """Records whose key is in no figure and on no page, nor the name, title or source that they have."""
    used = {str(value) for row in site.rows for part in ("inputs", "records") for value in row[part].values()}
    used.update(re.findall(r'value="([^"]+)"', site.text))
    for path in sorted(site.root.glob("llmmath/**/data/**/*.toml")):
        text = path.read_text(encoding="utf-8")
        for key, row in tomllib.loads(text).items():
            if not isinstance(row, dict) or path.name in OF_KINDS:
                continue
            words = [str(row[name]) for name in NAMED if name in row]
            named = f">{key}<" in site.text or any(html.escape(word) in site.text for word in words)
            if key not in used and not named:
                found = re.search(rf'^\["?{re.escape(key)}"?\]', text, re.MULTILINE)
                line = line_of(text, found.start()) if found else 1
                yield f"{path.relative_to(site.root)}:{line}: the record {key} is on no page"


def circuits(site):
    """Circuits that no article draws, solves or quotes."""
    for folder in circuit_article.FOLDERS:
        for path in sorted(site.root.glob(f"{folder}/*.txt")):
            if not re.search(rf'["/]{re.escape(path.stem)}(\.txt)?"', site.calls):
                yield f"{path.relative_to(site.root)}:1: the circuit {path.stem} is on no page"


def made(site):
    """Tables, charts and macros that no article calls."""
    from .. import vocabulary

    for kind, listed in (("table", "TABLES"), ("chart", "CHARTS")):
        for name, function in sorted(vocabulary.listed(listed).items()):
            if f'{kind}("{name}"' not in site.calls:
                yield f"{place(function)}: the {kind} {name} is on no page"
    for macro in vocabulary.MACROS:
        if not re.search(rf"\b{macro.__name__}\(", site.calls):
            yield f"{place(macro)}: the macro {macro.__name__} is called by no page"


def assets(site):
    """Files below docs/assets/ that no page asks for, nor what pages ask for."""
    files = {path.name: path for path in sorted(site.root.glob(f"{ASSETS}/**/*")) if path.is_file()}
    used, pending = set(), [site.asked]
    pending += [_names(path) for path in site.folder.glob("assets/engine/*.json")]
    # Pages ask for one style sheet, which begins with the names of those that it is made of.
    pending += [_names(path) for path in site.folder.glob("assets/css/all.*.css")]
    while pending:
        for name in pending.pop() & files.keys() - used:
            used.add(name)
            if files[name].suffix in (".js", ".css", ".svg"):
                pending.append(_names(files[name]))
    for name, path in files.items():
        font = name.removesuffix(LICENCE)
        licence = name.endswith(LICENCE) and any(one.startswith(font) for one in used)
        if name not in used and not licence:
            yield f"{path.relative_to(site.root)}:1: nothing on any page asks for this file"


def _names(path):
    """Names of files that stand in a text."""
    return set(re.findall(r"[\w-][\w.-]*\.\w+", path.read_text(encoding="utf-8")))


def place(function):
    """FILE:LINE of a function."""
    return ":".join(map(str, where(function)))
