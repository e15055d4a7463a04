"""One build of the site: what the hooks call. Freshly imported at every build."""

import logging
from pathlib import Path

from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, InclusionLevel

from . import front_matter, links, page_checks, policy, source_pages
from .circuit import style
from .circuit.breadboard import style as breadboard_style
from .engine import bundles
from .pages import calculators, firmware_downloads
from .published import around, articles
from .values import SCHEMA, Figures

ROOT = Path(__file__).resolve().parent.parent
figures = Figures()
configured = {}
built = {}  # address -> page, of those that were rendered


def configure(config, command):
    """Under `mkdocs serve` a failing macro is shown in its page; a build stops."""
    # What the plugin tells at every build is no news; its warnings and errors are.
    logging.getLogger("mkdocs.plugins.mkdocs_macros.util").setLevel(logging.WARNING)
    config.plugins["macros"].config["on_error_fail"] = command != "serve"
    front_matter.read_nav(config)
    configured["site_url"] = config["site_url"]
    configured["stops"] = command != "serve"
    figures.repository = config["extra"].get("repository")
    config["extra"]["policy"] = policy.written(policy.POLICY) if configured["stops"] else None


def add_files(files, config):
    """Keeps unlisted articles out of the navigation and adds the files that are made, not written."""
    check_sources(files)
    for file in files.documentation_pages():
        if front_matter.front_matter(Path(file.abs_src_path)).get("unlisted"):
            if file.src_uri in front_matter.nav_order():
                raise PluginError(
                    f"docs/{file.src_uri} is unlisted and stands in the navigation of mkdocs.yml: "
                    "take out one"
                )
            file.inclusion = InclusionLevel.NOT_IN_NAV
    made = [
        *firmware_downloads.files(),
        *bundles.files(),
        *calculators.files(),
        ("assets/css/circuit.css", "".join([style.page_style(), breadboard_style.page_style()]).encode()),
        (SCHEMA.name, SCHEMA.read_bytes()),
        (policy.HEADERS_FILE, policy.headers().encode()),
    ]
    # Under each answer of the page's engine stand links to the sources of the files that ran.
    source_pages.linked.update(bundles.sources())
    for uri, content in made:
        files.append(File.generated(config, uri, content=content))
    return files


def check_sources(files):
    """Stops the build, naming every page whose front matter or title is wrong."""
    problems = []
    for file in files.documentation_pages():
        problems.extend(page_checks.problems_of_source(Path(file.abs_src_path), file.src_uri))
    if problems:
        raise PluginError("\n".join(problems))


def check_pages(config, pages):
    """Names every link that leads nowhere, and all that the page's policy would block.

    It stops a build, and is told as a warning under `mkdocs serve`.
    """
    sources = {page.url: (page.file.src_uri, Path(page.file.abs_src_path)) for page in pages}
    names = {url: name for url, (name, _) in sources.items()}
    problems = [
        *links.broken_links(config["site_dir"], sources),
        *policy.problems(Path(config["site_dir"]), names),
    ]
    if problems and configured["stops"]:
        raise PluginError("\n".join(problems))
    for problem in problems:
        logging.getLogger("mkdocs").warning(problem)


def start_page(markdown, page):
    """Prepares for one page; gives its text, with blank lines for its front matter.

    So the lines of the template are the lines of the file.
    """
    figures.start_page(page.file.src_uri, page.url)
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
    """A page with the theme's markup mended; fails where a new version of the theme holds it no more."""
    for old, new in THEME_MENDS:
        if old not in output:
            raise PluginError(
                f"the theme's markup has changed, look whether this is still needed (macros/build.py): {old}"
            )
        output = output.replace(old, new)
    # Code that is wider than the window scrolls, and has to do so by keyboard too.
    return output.replace("<pre><span></span><code>", '<pre><span></span><code tabindex="0">')


def keep(**given):
    """Keeps what a later event of the build needs: the navigation, the theme's templates."""
    configured.update(given)


def prepare_templates(env, config, files):
    """Lets the theme's templates ask for what stands around an article."""
    pages = {file.src_uri: file.page for file in files.documentation_pages()}
    env.filters["with_notes"] = lambda page: articles.with_notes(page, pages, config["site_name"])
    configured["env"] = env


def finish(config):
    figures.save(Path(config["site_dir"]) / "values.json")
    source_pages.write(config, configured["env"], configured["nav"], mend_theme)
    around.write(config, in_order(), configured["nav"].homepage)
    check_pages(config, built.values())


def in_order():
    """The pages that were rendered, those of the navigation first and in its order."""
    place = {uri: number for number, uri in enumerate(front_matter.nav_order())}
    return sorted(built.values(), key=lambda page: (place.get(page.file.src_uri, len(place)), page.url))
