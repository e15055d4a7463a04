"""One build of the site: what the hooks call. Freshly imported at every build."""

import json
import logging
import os
from pathlib import Path

from jinja2 import pass_context
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, InclusionLevel

from llmmath.evidence import judged

from . import front_matter, links, lookup, own, page_checks, places, policy, source_pages
from .building import ahead, converted, mistakes, remembered, sources, templates
from .charts import kept
from .circuit import style
from .circuit.breadboard import style as breadboard_style
from .engine import bundles
from .pages import calculators, firmware_downloads
from .published import addresses, around, articles, for_others, glossary, hashed, redirects, scripts, styles
from .values import SCHEMA, Figures

figures = Figures()
configured = {}
built = {}  # address -> page, of those that were rendered
notices = []  # what the author should know and what stops no build
noted = []  # the mistakes of this build, in the order in which they were met


def run_on(sources, kept_code):
    """Names the sources that were imported; results are kept while none of them is touched.

    kept_code: of the hooks; gives a code object that was made before.
    """
    configured.update(sources=sources, kept_code=kept_code)
    lookup.formulas()  # imports those that nothing names; a broken one is told before any page
    kept.may_keep[0] = sources.untouched


def configure(config, command, ended_by=PluginError):
    """Prepares for one build.

    Args:
        config: of MkDocs. command: "serve", where mistakes show in pages, or "build", which they stop.
        ended_by: what is raised for mistakes, with a list of them.
    """
    # Neither is it news that the plugin begins, nor what it says of a mistake: that is told in one place.
    logging.getLogger("mkdocs.plugins.mkdocs_macros.util").setLevel(logging.CRITICAL)
    config.plugins["macros"].config["on_error_fail"] = False
    front_matter.read_nav(config)
    sources = configured.get("sources")
    configured["ended_by"] = ended_by
    configured["packages"] = packages = sources and sources.packages
    configured["settings"] = converted.settings(config, packages)
    # What macros ask of the site beside its sources.
    linked = [places.has_page(f"{name}.md") for name in (places.FORMULAS, places.CALCULATORS)]
    settings = [config["extra"].get("repository"), linked, bundles.has_engine()]
    configured["remembered"] = remembered.Remembered(figures, sources and sources.digest, settings)
    configured["site_url"] = config["site_url"]
    configured["stops"] = command != "serve"
    configured["for_others"] = config["extra"].get("markdown")
    # Another site loads the engine where a page of it does.
    configured["engine"] = not places.another()
    figures.repository = config["extra"].get("repository")
    judged.tell_outdated(note_outdated)
    config["extra"]["policy"] = policy.written(policy.POLICY) if configured["stops"] else None


def add_files(files, config):
    """Keeps unlisted articles out of the navigation and adds the files that are made, not written."""
    extensions = {name.rpartition(".")[2] for name in config["markdown_extensions"]}
    check_sources(files, footnotes=bool(extensions & {"footnotes", "extra"}))
    templates.remember(config.plugins["macros"].env, configured["kept_code"])
    for file in files.documentation_pages():
        if front_matter.front_matter(Path(file.abs_src_path)).get("unlisted"):
            if file.src_uri in front_matter.nav_order():
                raise PluginError(
                    f"docs/{file.src_uri} is unlisted and stands in the navigation of mkdocs.yml: "
                    "take out one"
                )
            file.inclusion = InclusionLevel.NOT_IN_NAV
    reason = None if places.another() else firmware_downloads.left_out()
    if reason:
        logging.getLogger("mkdocs").info(f"{reason}; its downloads are left out")
        of_circuit = mistakes.placed(reason)
        if of_circuit.line:
            note(of_circuit)
        else:
            said = f"{reason}; its downloads are left out"
            notices.append(mistakes.Mistake(said, firmware_downloads.FILE, 1))
    made = [
        *(assets() if places.another() else of_this_site()),
        *([] if places.another() else bundles.files()),
        *calculators.files(),
        ("assets/css/circuit.css", "".join([style.page_style(), breadboard_style.page_style()]).encode()),
        (SCHEMA.name, SCHEMA.read_bytes()),
    ]
    for uri, content in made:
        files.append(File.generated(config, uri, content=content))
    noted.extend(map(mistakes.placed, hashed.not_there(files, config)))
    if places.another():
        noted.extend(map(mistakes.placed, own.imports_from_beside()))
    else:
        noted.extend(scripts.mistakes(places.ASSETS / "js", places.ROOT))
        noted.extend(styles.mistakes(places.ASSETS / "css", places.ROOT))
    if configured["for_others"]:
        for_others.begin(configured["for_others"], config, files)
    source_pages.linked.update(addresses.sources(root_of(config)))
    # `mkdocs serve` shows an edited style sheet under the name that pages have.
    # Another site has the theme's templates, which name its style sheets and its program.
    together = not places.another()
    configured["hashed"] = hashed.of_build(files, config, together) if configured["stops"] else {}
    return files


def of_this_site():
    """What is made for this project's site alone: the firmware, and the headers with its policy."""
    return [*firmware_downloads.files(), (policy.HEADERS_FILE, policy.headers().encode())]


def assets():
    """Style sheets, scripts and fonts, which another site lacks."""
    return [
        (f"assets/{path.relative_to(places.ASSETS).as_posix()}", path.read_bytes())
        for folder in ("css", "js", "fonts")
        for path in sources.files(places.ASSETS.joinpath(folder), "*")
    ]


def check_sources(files, footnotes=True):
    """Stops the build, naming every page whose front matter or title is wrong; notes what its text marks
    wrongly, with which it can be shown."""
    problems, pages = [], [file.src_uri for file in files.documentation_pages()]
    for file in files.documentation_pages():
        path, name = Path(file.abs_src_path), file.src_uri
        problems.extend(page_checks.problems_of_source(path, name, pages))
        noted.extend(map(mistakes.placed, page_checks.problems_of_text(path, name, footnotes)))
    if problems:
        raise configured["ended_by"]([mistakes.placed(problem) for problem in problems] + noted)


def check_pages(config, pages):
    """Names every link that leads nowhere, and all that the page's policy would block.

    It stops a build, and is told as a warning under `mkdocs serve`. Of what the navigation names and is not
    there MkDocs has told.
    """
    sources = {page.url: (page.file.src_uri, Path(page.file.abs_src_path)) for page in pages}
    site, in_nav = config["site_dir"], front_matter.nav_order()
    problems = links.broken_links(
        site, sources, converted.addresses_of, in_nav, unfinished(), config["docs_dir"]
    )
    if not places.another():
        problems.extend(policy.problems(Path(site), sources, converted.blocked_of))
    noted.extend(mistakes.placed(problem) for problem in problems)
    stop_at_mistakes()


def keep_addresses(config):
    """Writes the pages that lead on from addresses that are gone, and names what was published and lost."""
    site, root = Path(config["site_dir"]), root_of(config)
    said = redirects.write(site, config["site_url"], lambda: addresses.of_site(site), root)
    if configured["stops"]:
        # What the firmware's own page tells is no address that broke.
        ours = not places.another() and firmware_downloads.left_out()
        left_out = [f"/{firmware_downloads.FOLDER}"] if ours else []
        # Nor is what a page with a mistake lacks.
        broken = unfinished()
        left_out += [f"/{url}" for url, page in built.items() if page.file.src_uri in broken]
        said.extend(addresses.gone(site, root, left_out))
    noted.extend(mistakes.placed(one) for one in said)


def root_of(config):
    """Folder of the project that is built, which need not be that of these modules."""
    return Path(config["config_file_path"]).parent


def note(mistake):
    """Keeps a mistake of a page, to be told with all others; what several pages ask for is told once."""
    for number, one in enumerate(noted):
        both = one.joined(mistake)
        if both:
            noted[number] = both
            return
    noted.append(mistake)


def note_outdated(said):
    """Keeps that estimates are to be judged anew, and nothing of what macros give from now on.

    For what one has read of the old judgement may lie ready for the next, which then does not ask.
    """
    configured["remembered"].passing = True
    note(mistakes.placed(said))


def unfinished():
    """Names below docs/ of the pages in which something is wrong: what they lack follows from that."""
    places = [place for one in noted for place in (one.file, *one.asked)]
    return {place.removeprefix("docs/").partition(":")[0] for place in places if place.startswith("docs/")}


def stop_at_mistakes():
    """Ends a build in which there are any, telling all of them; `serve` shows them in its pages.

    Where SITE_MISTAKES names a file, they are written there, with the pages that they leave unfinished, and
    the build goes on: what moved is asked before all that follows from an edit is done.
    """
    if not noted or not configured["stops"]:
        return
    if not (told := os.environ.get(mistakes.TOLD_IN)):
        raise configured["ended_by"](list(noted))
    said = {"mistakes": [str(one).splitlines()[0] for one in noted], "unfinished": sorted(unfinished())}
    Path(told).write_text(json.dumps(said), encoding="utf-8")


def convert(page, config, files, convert):
    """A page's Markdown as HTML, from an earlier build where it became that before."""
    if configured.get("files") is not files or "places" not in configured:
        configured.update(files=files, places=converted.places(files))
    if configured["for_others"]:
        for_others.page(configured["for_others"], page)
    configured["engine"] = configured["engine"] or bundles.runs_engine(page.markdown)
    converted.convert(page, config, files, convert, [configured["settings"], configured["places"]])


def show_early(config):
    """Shows the pages that somebody waits for before all others, under `serve`."""
    early = configured.get("early")
    if early and "nav" in configured:
        early(config, configured["nav"], configured["files"])


def start_page(markdown, page):
    """Prepares for one page; gives its text, with blank lines for its front matter.

    So the lines of the template are the lines of the file.
    """
    figures.start_page(page.file.src_uri, page.url)
    configured["remembered"].start_page()
    built[page.url] = page
    if page.meta.get("unlisted"):
        page.meta["search"] = {"exclude": True}
    raw = page.file.content_string
    above = raw.replace("\r\n", "\n").rpartition(markdown)[0] if markdown else ""
    return "\n" * above.count("\n") + markdown


def end_page():
    return figures.end_page()


# What the theme's markup lacks for readers who cannot see it or have no mouse: (as it is, as it should be).
# This is the one place that replaces text in finished HTML: the theme makes it, there are no parts to build
# it from.
THEME_MENDS = (
    (
        '<div class="md-search" data-md-component="search" role="dialog">',
        '<div class="md-search" data-md-component="search" role="dialog" aria-label="Search">',
    ),
)


def mend_theme(output):
    """A page with the theme's markup mended; fails where a new version of the theme holds it no more.

    Another site has its own theme.
    """
    if places.another():
        return output
    for old, new in THEME_MENDS:
        if old not in output:
            raise PluginError(
                f"the theme's markup has changed, look whether this is still needed (macros/build.py): {old}"
            )
        output = output.replace(old, new)
    # Code that is wider than the window scrolls, and has to do so by keyboard too.
    return output.replace("<pre><span></span><code>", '<pre><span></span><code tabindex="0">')


def begin_ahead(config, files):
    """Lets a second process make pages too."""
    # What builders without macros are given is written while pages are made, by one process alone.
    if not configured["for_others"]:
        helped(ahead.of_site(config, files, linked_sources))


def helped(pieces):
    """Lets a second process help a build of which nothing may be remembered; `serve` has its own.

    pieces: as `ahead.begin` takes them.
    """
    ahead.end()
    if configured["stops"] and configured["remembered"].is_new():
        ahead.begin(pieces)


def linked_sources():
    """The paths of the files that have pages, in order."""
    if configured["engine"]:
        # Under each answer of the page's engine stand links to the sources of the files that ran.
        source_pages.linked.update(bundles.sources())
    return sorted(source_pages.linked)


def keep(**given):
    """Keeps what a later event of the build needs: the navigation, the theme's templates."""
    configured.update(given)


def prepare_templates(env, config, files):
    """Lets the theme's templates ask for what stands around an article."""
    pages = {file.src_uri: file.page for file in files.documentation_pages()}
    file = files.get_file_from_path(glossary.PAGE)
    terms = glossary.terms(file.content_string) if file else []
    site_name = config["site_name"]
    configured["with_notes"] = lambda page: articles.with_notes(page, pages, site_name, terms)
    compile_ahead(env)
    # Else the files of all templates are looked at for each page.
    env.auto_reload = not configured["stops"]
    env.globals["together"] = bool(configured["hashed"])
    # The feed is of articles, and is there where there are some.
    env.globals["has_articles"] = any(page and articles.is_article(page) for page in pages.values())
    configured["env"] = env


def compile_ahead(env):
    """Prepares the theme's templates for being compiled before there is a build, as `serve` does."""
    name_filters(env)
    templates.remember(env, configured["kept_code"])


def name_filters(env):
    """Names the filters of the theme's templates, before these are compiled."""
    applied = {
        "with_notes": lambda page: configured["with_notes"](page),
        "article_title": articles.title,
        "picture": around.shown_picture,
        "hashed": lambda name: configured["hashed"].get(name, (name,))[0],
    }
    env.filters.update({name: _of_now(a_filter) for name, a_filter in applied.items()})


def _of_now(a_filter):
    """A filter that Jinja applies when a page is written, and never while it compiles a template."""
    return pass_context(lambda context, *given: a_filter(*given))


def remember_search(config):
    """Lets the theme's search take the entries of pages from where they were kept."""
    search = config.plugins.get("material/search")
    if search is not None and search.config.enabled:
        converted.remember_search(search.search_index, configured["packages"])


def finish(config):
    figures.save(Path(config["site_dir"]) / "values.json")
    if configured["engine"] and places.another():
        bundles.write(config["site_dir"])
    source_pages.write(config, linked_sources(), configured["env"], configured["nav"], mend_theme)
    if configured["for_others"]:
        for_others.sources(configured["for_others"])
        for_others.with_times(configured["for_others"], built.values())
    around.write(config, in_order(), configured["nav"].homepage, pictured=not places.another())
    hashed.write(config["site_dir"], configured["hashed"])
    keep_addresses(config)
    helped(ahead.of_checks(config["site_dir"]))
    check_pages(config, built.values())
    ahead.end()
    configured["remembered"].end()
    kept.write()
    kept.let_go()


def in_order():
    """The pages that were rendered, those of the navigation first and in its order."""
    place = {uri: number for number, uri in enumerate(front_matter.nav_order())}
    return sorted(built.values(), key=lambda page: (place.get(page.file.src_uri, len(place)), page.url))
