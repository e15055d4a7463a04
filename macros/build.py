"""One build of the site: what the hooks and the vocabulary call. Freshly imported at every build."""

import html
import importlib
import inspect
import logging
from pathlib import Path

from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, InclusionLevel

from . import articles as article_index
from . import circuits, downloads, drawings, errata, fan, lookup, measured, models_page, pages, tables, typeset
from .errors import MacroError, unknown
from .values import Figures, up, where

ROOT = Path(__file__).resolve().parent.parent
figures = Figures()
configured = {}


# ---------------------------------------------------------------- what the articles call

def value(name, unit=None, digits=None, **given):
    """An inline figure: calls the formula `name` and writes its result; see `lookup.arguments`, `quantities.write`."""
    function, inputs, result = lookup.call(name, given)
    row, text = figures.add(function, inputs, result, name=name, given=given, unit=unit, digits=digits)
    return figures.inline(row, text, function)


def fact(field, model=None, accelerator=None, unit=None, digits=None):
    """A figure that the record of a model or an accelerator states, such as "n_layers" or "memory_bandwidth"."""
    if (model is None) == (accelerator is None):
        raise MacroError("fact needs either model or accelerator")
    record = lookup.model(model) if model else lookup.accelerator(accelerator)
    return figures.stated(record, field, unit, digits)


def formula(name):
    """The formula `name`, typeset from its source, with its letters, its TeX and the line it stands at."""
    function = lookup.formula(name)
    typeset_, math = pages.both_widths(function)
    file, line = where(function)
    letters = "".join(f"<li>{letter} <span>{html.escape(meaning)}{unit_in_brackets(unit)}</span></li>"
                      for letter, argument, meaning, unit in typeset_.letters)
    return (f'<div class="lm-formula"><div class="lm-scroll" tabindex="0" role="group" aria-label="Formula: '
            f'{html.escape(typeset.docstring(function).summary)}">{math}</div>'
            f'<ul class="lm-letters">{letters}</ul>'
            f'<details class="lm-how" data-search-exclude><summary>Typeset from {name} in {file}:{line}</summary>'
            f'<p><a href="{up(figures.url)}reference/formulas/#{name}">Its source, arguments and references</a>. As TeX:</p>'
            f'<pre tabindex="0"><code>{html.escape(typeset_.tex)}</code></pre></details></div>')


def unit_in_brackets(unit):
    return f" [{html.escape(unit)}]" if unit and unit != "1" else ""


def table(name, **options):
    """The table `name` of macros/tables.py or macros/fan.py."""
    return named("table", {**tables.TABLES, **fan.TABLES, **measured.TABLES, **models_page.TABLES, **errata.TABLES}, name)(figures, **options)


def chart(name, **options):
    """The chart `name` of macros/drawings.py or macros/fan.py."""
    return named("chart", {**drawings.CHARTS, **fan.CHARTS, **measured.CHARTS, **models_page.CHARTS}, name)(figures, **options)


def badge(model, context):
    """What the count of a model at a context was found equal to, from the tests' own record; nothing where it was not compared."""
    return models_page.badge(model, context)


def errata_entries():
    """The published figures that differ from ours, each worked."""
    return errata.entries(figures)


def articles(view="listed"):
    """The article index; `view` is listed, all or unlisted."""
    return article_index.index(view, ROOT / "docs", figures.url, pages.nav_order())


def source(path, start=None, end=None, indent=0):
    """A file of the project as a code block, or the part from the line that starts with `start` up to `end`."""
    return pages.source(ROOT, path, start, end, indent)


def download(name):
    """Files to download with size and SHA-256."""
    return named("download", downloads.DOWNLOADS, name)(up(figures.url))


def circuit(name, title):
    """A circuit of firmware/circuits/: drawing, wiring, parts, text, solution, checks. Stops the build when a check fails."""
    return circuits.whole(name, title)


def circuit_wiring(name):
    """The wiring table of a circuit, alone."""
    return circuits.wiring(name)


def circuit_lesson(name, title):
    """A circuit that fails its checks, and what the checker says of it."""
    return circuits.lesson(name, title)


def circuit_catalogue():
    """Every component of the circuit notation, drawn from its text."""
    return circuits.catalogue()


def circuit_wires():
    """A crossing and a joint of the circuit notation, drawn from their text."""
    return circuits.wires()


def circuit_mistake(text):
    """What the circuit parser says of a text that has a mistake."""
    return circuits.mistake(text)


def include_file(path):
    """A Markdown file of the project as a part of the page; boxes to tick become boxes to print."""
    return (ROOT / path).read_text(encoding="utf-8").replace("- [ ] ", "- ☐ ")


def install_command():
    """The mpremote line that installs the script from this site's address."""
    site_url = configured["site_url"]
    local = " (this copy of the site stands on this computer: `make serve` has to run meanwhile)" if "//127.0.0.1" in site_url else ""
    return f"`mpremote mip install {site_url}{downloads.FOLDER}package.json`{local}"


def formulas():
    """Every formula with arguments, source text and references, for the reference page."""
    sections = []
    for module_name in lookup.formula_modules():
        functions = lookup.functions_of(module_name)
        if functions:
            about = inspect.getdoc(importlib.import_module(module_name)).splitlines()[0]
            sections += [f"## {module_name.replace('.', '/')}.py", about]
            sections += [pages.formula_reference(name, function) for name, function in functions.items()]
    return "\n\n".join(sections)


def vocabulary():
    """This list."""
    lines = ["| Macro | What it gives |", "|---|---|"]
    for macro in MACROS:
        about = " ".join(inspect.getdoc(macro).split())
        lines.append(f"| `{macro.__name__}{inspect.signature(macro)}` | {about} |")
    return "\n".join(lines)


def named(kind, known, name):
    if name not in known:
        raise MacroError(unknown(kind, name, known))
    return known[name]


MACROS = (value, fact, include_file, install_command, formula, table, chart, badge, errata_entries, articles, source, download, circuit, circuit_wiring, circuit_lesson, circuit_catalogue, circuit_wires,
          circuit_mistake, formulas, vocabulary)


# ---------------------------------------------------------------- what the vocabulary and the hooks call

def register(env):
    """Registers the macros with mkdocs-macros; returns the names a page may use."""
    for macro in MACROS:
        env.macro(macro)
    return [macro.__name__ for macro in MACROS]


def configure(config, command):
    """Under `mkdocs serve` a failing macro is shown in its page; a build stops."""
    # What the plugin tells at every build is no news; its warnings and errors are.
    logging.getLogger("mkdocs.plugins.mkdocs_macros.util").setLevel(logging.WARNING)
    config.plugins["macros"].config["on_error_fail"] = command != "serve"
    pages.read_nav(config)
    configured["site_url"] = config["site_url"]


def add_files(files, config):
    """Keeps unlisted articles out of the navigation and adds the files that are made, not written."""
    for file in files.documentation_pages():
        if pages.front_matter(Path(file.abs_src_path)).get("unlisted"):
            if file.src_uri in pages.nav_order():
                raise PluginError(f"docs/{file.src_uri} is unlisted and stands in the navigation of mkdocs.yml: take out one")
            file.inclusion = InclusionLevel.NOT_IN_NAV
    made = [*downloads.files(), ("assets/css/circuit.css", circuits.STYLE.read_bytes())]
    for uri, content in made:
        files.append(File.generated(config, uri, content=content))
    return files


def start_page(markdown, page):
    """Prepares for one page. Blank lines stand for the front matter, so that template lines are the file's lines."""
    figures.start_page(page.file.src_uri, page.url)
    if page.meta.get("unlisted"):
        page.meta["search"] = {"exclude": True}
    raw = page.file.content_string
    above = raw.replace("\r\n", "\n").rpartition(markdown)[0] if markdown else ""
    return "\n" * above.count("\n") + markdown


def end_page():
    return figures.end_page()


# What the theme's markup lacks for readers who cannot see it or have no mouse: (as it is, as it should be).
THEME_MENDS = (
    ('<div class="md-search" data-md-component="search" role="dialog">',
     '<div class="md-search" data-md-component="search" role="dialog" aria-label="Search">'),
)


def mend_theme(output):
    """A page with the theme's markup mended. Fails where a new version of the theme no longer holds what is mended."""
    for old, new in THEME_MENDS:
        if old not in output:
            raise PluginError(f"the theme's markup has changed, look whether this is still needed (macros/build.py): {old}")
        output = output.replace(old, new)
    # Code that is wider than the window scrolls, and has to do so by keyboard too.
    return output.replace("<pre><span></span><code>", '<pre><span></span><code tabindex="0">')


def finish(config):
    figures.save(Path(config["site_dir"]) / "values.json")
