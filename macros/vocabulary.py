"""The macros an article may call. mkdocs-macros executes this file afresh at every build.

Each macro's docstring is its line in the list for authors, on the page about how the site is made.
"""

import functools
import inspect
import sys

from jinja2 import TemplateSyntaxError
from mkdocs_macros.errors import format_error

from macros import build, front_matter, lookup, origins, places, reports, typeset
from macros.building.mistakes import Mistake
from macros.errors import MacroError, unknown
from macros.pages import (
    accelerator_records,
    article_index,
    calculators,
    cheat_sheet,
    circuit_article,
    circuit_symbol_links,
    command_lines,
    estimates,
    fan_article,
    firmware_downloads,
    fit_grid,
    formula_reference,
    gpu_run,
    inference_charts,
    inference_pictures,
    inference_tables,
    measured_series,
    model_records,
    own_run,
    predicted_and_measured,
    quoted_source,
    worked_errata,
)
from macros.places import up

# Modules whose tables and charts an article calls by name.
PAGES = (
    accelerator_records,
    cheat_sheet,
    estimates,
    fan_article,
    fit_grid,
    gpu_run,
    inference_charts,
    inference_pictures,
    inference_tables,
    measured_series,
    model_records,
    own_run,
    predicted_and_measured,
    worked_errata,
)


def value(name, unit=None, digits=None, **given):
    """An inline figure: calls the formula `name` and writes its result; see `lookup.arguments`,
    `quantities.write`."""
    function, inputs, result = lookup.call(name, given)
    row, text = build.figures.add(function, inputs, result, name=name, given=given, unit=unit, digits=digits)
    return build.figures.inline(row, text, lambda: origins.origin(name, given, inputs, result))


def fact(field, model=None, accelerator=None, unit=None, digits=None):
    """A figure that the record of a model or an accelerator states, such as "n_layers" or
    "memory_bandwidth"."""
    if (model is None) == (accelerator is None):
        raise MacroError("fact needs either model or accelerator")
    record = lookup.model(model) if model else lookup.accelerator(accelerator)
    return build.figures.stated(record, field, unit, digits)


def formula(name, of=None, unit=None, digits=None, **given):
    """The formula `name`, typeset from its source, with its letters, its TeX and the line it stands at. With
    a case, given as `value` takes it, a line with its numbers put in; `of` names a figure such as
    "bound.memory_seconds" that is the formula's result."""
    case = formula_reference.case(build.figures, name, of or name, unit, digits, given) if given else ""
    return formula_reference.boxed(name, build.figures.url, case)


def math(expression):
    """A product or a sum within a sentence, such as "2 * d_model * d_ff", in the letters of the formulas."""
    return typeset.expression(expression)


def table(name, **options):
    """The table `name`, one of those that a module of macros/pages/ lists as TABLES."""
    return made("table", listed("TABLES"), name, options)


def chart(name, **options):
    """The chart `name`, one of those that a module of macros/pages/ lists as CHARTS."""
    return made("chart", listed("CHARTS"), name, options)


def calculator(kind, **given):
    """A calculator, one of multiplications, fit, speed and batching, with what is given of its fields, such
    as model and accelerator, and its answer."""
    return calculators.calculator(build.figures, kind, **given)


def badge(model, context):
    """What the count of a model at a context was found equal to, from the tests' own record; nothing where it
    was not compared."""
    return model_records.badge(model, context)


def errata_entries():
    """The published figures that differ from ours, each worked."""
    return worked_errata.entries(build.figures)


def articles(view="listed"):
    """The article index; `view` is listed, all or unlisted."""
    order, groups = front_matter.nav_order(), front_matter.nav_groups()
    return article_index.index(view, places.docs_folder(), order, groups)


def source(path, start=None, end=None, indent=0):
    """A file of the project as a code block, or the part from the line that starts with `start` up to
    `end`."""
    return quoted_source.source(places.site_folder(), path, start, end, indent)


def download(name):
    """Files to download with size and SHA-256."""
    return named("download", firmware_downloads.DOWNLOADS, name)(up(build.figures.url))


def circuit(name, title, drive=None, folded=True, bought=True, listed=True, upon=None, **options):
    """A circuit of firmware/circuits/: drawing, wiring, parts with their ratings (unless `listed` is False),
    breadboard, text, solution, checks. `drive` and `options`, as ALARM_PIN=6, are what it needs of the script
    where it is no design of ours, whose needs are known. `upon` is the circuit on whose breadboard it is
    built. Stops the build when a check fails or a part does not bear what is asked of it."""
    return circuit_article.whole(name, title, drive, folded, bought, listed, options, upon)


def circuit_shopping(title, **designs):
    """What to buy for several circuits, each part once; `designs` are their names, as A="with-led"."""
    return circuit_article.to_buy(title, designs)


def circuit_added(name, *before):
    """What a circuit needs beyond the parts of those that were built before, in words."""
    return circuit_article.to_add(name, before)


def circuit_plugged(name, upon):
    """What a circuit adds to the breadboard of the one that it is built upon, in words."""
    return circuit_article.to_plug_in(name, upon)


def circuit_changed(name, before):
    """What of a circuit is other on its breadboard than on that of another, in words."""
    return circuit_article.to_change(name, before)


def circuit_hole(name, *pins, upon=None):
    """The holes of legs of a circuit on its breadboard, as `R3.1`, in words."""
    return circuit_article.in_holes(name, pins, upon)


def circuit_wire(name, *nets, upon=None):
    """The wires from the Pico on a circuit's breadboard of nets, as `GP2`: numbers and holes, in words."""
    return circuit_article.to_pins(name, nets, upon)


def circuit_wiring(name):
    """The wiring table of a circuit, alone."""
    return circuit_article.wiring(name)


def circuit_lesson(name, title):
    """A circuit that fails its checks, and what the checker says of it."""
    return circuit_article.lesson(name, title)


def circuit_editor(name):
    """A circuit of firmware/circuits/ that the reader can change, with all that follows from it."""
    return circuit_article.editor(name, build.figures.url)


def circuit_catalogue():
    """Every component of the circuit notation, drawn from its text."""
    return circuit_article.catalogue()


def circuit_symbols():
    """Links to the components of the circuit notation, by name."""
    return circuit_symbol_links.links(build.figures.url)


def circuit_wires():
    """A crossing and a joint of the circuit notation, drawn from their text."""
    return circuit_article.wires()


def circuit_mistake(text):
    """What the circuit parser says of a text that has a mistake."""
    return circuit_article.mistake(text)


def command(line):
    """A command line of llmmath and what it prints."""
    return command_lines.shown(line)


def include_file(path):
    """A Markdown file of the project as a part of the page; boxes to tick become boxes to print."""
    return places.site_folder().joinpath(path).read_text(encoding="utf-8").replace("- [ ] ", "- ☐ ")


def install_command():
    """The mpremote line that installs the script from this site's address."""
    site_url = build.configured["site_url"]
    local = (
        " (this copy of the site stands on this computer: `make serve` has to run meanwhile)"
        if "//127.0.0.1" in site_url
        else ""
    )
    return f"`mpremote mip install {site_url}{firmware_downloads.FOLDER}package.json`{local}"


def formulas():
    """Every formula with arguments, source text and references, for the reference page."""
    return formula_reference.every_formula(build.figures.url)


def vocabulary():
    """This list."""
    lines = ["| Macro | What it gives |", "|---|---|"]
    for macro in MACROS:
        about = " ".join(inspect.getdoc(macro).split())
        lines.append(f"| `{macro.__name__}{inspect.signature(macro)}` | {about} |")
    return "\n".join(lines)


def listed(kind):
    """All that the pages list as `kind`, TABLES or CHARTS, by name."""
    return {name: made for page in PAGES for name, made in getattr(page, kind, {}).items()}


def named(kind, known, name):
    """The one called `name` of those that are known. Raises MacroError with the nearest name."""
    if name not in known:
        raise MacroError(unknown(kind, name, known))
    return known[name]


def made(kind, known, name, options):
    """The table or chart `name` as its function makes it, which has to take what the author wrote."""
    function = named(kind, known, name)
    lookup.check_taken(f"the {kind} {name}", function, (), options, handed=1)
    return function(build.figures, **options)


MACROS = (
    value,
    fact,
    command,
    include_file,
    install_command,
    formula,
    math,
    table,
    chart,
    calculator,
    badge,
    errata_entries,
    articles,
    source,
    download,
    circuit,
    circuit_shopping,
    circuit_added,
    circuit_plugged,
    circuit_changed,
    circuit_hole,
    circuit_wire,
    circuit_wiring,
    circuit_lesson,
    circuit_editor,
    circuit_catalogue,
    circuit_symbols,
    circuit_wires,
    circuit_mistake,
    formulas,
    vocabulary,
)


# What reads pages or files of which the digest of the sources says nothing.
FRESH = (include_file, install_command, articles, source, vocabulary)


def noted(found):
    """What stands in the page in place of what failed; its mistakes are told with all others."""
    for mistake in found:
        build.note(mistake)
    return reports.in_place(found)


def in_page(macro):
    """A macro as pages call it: remembered between builds, its mistakes noted: a page tells of all."""

    @functools.wraps(macro)
    def call(*given, **named):
        for one in (*given, *named.values()):
            if isinstance(one, reports.Unknown):
                return one.told()
        try:
            lookup.check_taken(macro.__name__, macro, given, named)
            if macro in FRESH:
                return macro(*given, **named)
            return build.configured["remembered"].call(macro, given, named)
        except Exception as error:
            place = reports.called_at(sys._getframe(), build.figures.page)
            return noted(reports.behind(error, *place, (macro.__name__, [*given, *named.values()])))

    return call


def define_env(env):
    """Registers every macro with mkdocs-macros."""
    for macro in MACROS:
        env.macro(in_page(macro))
    names = [macro.__name__ for macro in MACROS]

    def unknown_name(said):
        file, line = reports.called_at(sys._getframe(), build.figures.page)
        column = reports.column_of(f"docs/{file}", line, reports.undefined_name(said))
        return noted([Mistake(reports.undefined(said, names), f"docs/{file}", line, column)])

    reports.Unknown.tell = unknown_name

    @format_error.register(Exception)
    @format_error.register(TemplateSyntaxError)
    def one_line(error, markdown, page):
        return noted(reports.of_template(error, page.file.src_uri, names, page.file.src_dir))


def on_pre_page_macros(env):
    """Lets a page go on at a name that it uses and that is not there."""
    env.env.undefined = reports.Unknown


def on_post_page_macros(env):
    """Adds what the page's macros collected, such as the popovers of its figures, after its text."""
    env.markdown = f"{env.markdown}{build.end_page()}"
