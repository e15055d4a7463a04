"""MkDocs hooks. MkDocs loads this file once per process, so it holds no logic that may be edited.

It makes the project's own modules fresh and hands each event to `macros.build`.
"""

import contextlib
import functools
import hashlib
import importlib
import linecache
import marshal
import os
import sys
import tempfile
import traceback
from importlib.machinery import SourceFileLoader
from pathlib import Path

from mkdocs.exceptions import PluginError
from mkdocs.plugins import event_priority
from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parent.parent
OWN_PACKAGES = ("llmmath", "firmware", "macros")
# What has changed MkDocs and Python by being imported, which must happen once.
STAYING = (__name__, "macros.plugin")
# Another site that is built with the package: its folder, that of its pages, the name of the one of its own.
another = {}

# A build leaves no bytecode of our files beside them, or wherever else Python was told to keep it.
sys.dont_write_bytecode = True
# The one date in the site is in the header of its compressed sitemap; builds of any day have to be equal.
os.environ.setdefault("SOURCE_DATE_EPOCH", "0")


def compile_own_sources():
    """Makes Python compile our files from their text at every import, and read no bytecode of them.

    Python trusts bytecode where size and time of the source agree, and a copied file may have both of another
    text. Where bytecode lies depends on PYTHONPYCACHEPREFIX, on the version and on the level of optimisation,
    so it is not looked for but left unread. All imports of a source file come through this one method, also
    that of the macros plugin, which loads the vocabulary by its path. What a text was compiled to is kept in
    the cache under that text.
    """
    from_cache = SourceFileLoader.get_code

    def get_code(loader, name):
        path = loader.get_filename(name)
        if any(folder in Path(path).resolve().parents for folder in own_folders()):
            text = loader.get_data(path)
            return kept_code([path, text], lambda: loader.source_to_code(text, path))
        return from_cache(loader, name)

    SourceFileLoader.get_code = get_code


def kept_code(depends_on, make):
    """A code object that was made before, or what `make()` gives.

    Args:
        depends_on: texts and bytes that the code depends on, beside Python itself.
    """
    key = hashlib.sha256(f"{sys.version} {sys.flags.optimize}".encode())
    for part in depends_on:
        part = part.encode() if isinstance(part, str) else part
        key.update(hashlib.sha256(part).digest())
    # Beside what macros gave; the modules that keep that are not imported yet. Another site names its own.
    folder = Path(os.environ.get("SITE_CACHE") or ROOT / ".cache") / "code"
    file = folder / f"{key.hexdigest()}.code"
    try:
        checksum, code = (kept := file.read_bytes())[:32], kept[32:]
        if hashlib.sha256(code).digest() == checksum:
            return marshal.loads(code)
    except OSError:
        pass
    made = make()
    code = marshal.dumps(made)
    with contextlib.suppress(OSError):  # a cache that cannot be written makes a build slow and no worse
        folder.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=folder, suffix=".part")
        with os.fdopen(handle, "wb") as out:
            out.write(b"".join([hashlib.sha256(code).digest(), code]))
        os.replace(temporary, file)
    return made


def own_folders():
    """Folders of the code that a build runs: the project's, and that of another site's own."""
    folders = [ROOT.joinpath(package) for package in OWN_PACKAGES]
    return [*folders, another["folder"].joinpath(another["own"])] if another else folders


def of_another_site(folder, docs, own):
    """Says that another site is built, as `places.name_site` takes it."""
    another.update(folder=Path(folder), docs=docs, own=own)


def convert_through_the_build():
    """Lets the build give a page that it has converted before. MkDocs has no event for this."""
    convert = Page.render

    def render(page, config, files):
        from macros import build

        return build.convert(page, config, files, convert)

    Page.render = render


compile_own_sources()
convert_through_the_build()


class Mistakes(PluginError):
    """Ends a build; `mistakes` are those that the message tells of, a line each."""

    def __init__(self, mistakes):
        super().__init__("\n".join(map(str, mistakes)))
        self.mistakes = mistakes


def told_as_mistakes(event):
    """An event of the build that ends it with lines for the author, whatever it raises."""

    @functools.wraps(event)
    def run(*given, **named):
        try:
            return event(*given, **named)
        except PluginError:
            raise
        except Exception as error:
            raise Mistakes(mistakes_behind(error)) from error

    return run


def mistakes_behind(error):
    """What an error tells of, in every file that has such a mistake."""
    try:
        from macros.building import mistakes
    except Exception as broken:  # the very module that tells of mistakes has one, which may be any
        if isinstance(broken, SyntaxError):
            path, line, said = broken.filename, broken.lineno, broken.msg
        else:
            last = traceback.extract_tb(broken.__traceback__)[-1]
            path, line, said = last.filename, last.lineno, broken
        return [f"{os.path.relpath(path, ROOT)}:{line}: {type(broken).__name__}: {said}"]
    if another:
        mistakes.name_site(another["folder"], another["own"])
    return mistakes.in_build(error)


def on_startup(command, dirty):
    on_startup.command = command


# Before every plugin: the macros plugin imports the vocabulary in its own on_config.
@event_priority(100)
@told_as_mistakes
def on_config(config):
    if not imported.ahead:
        import_own_modules()
    imported.ahead = False
    from macros import build

    build.configure(config, command=getattr(on_startup, "command", "build"), ended_by=Mistakes)
    return config


def imported(ahead=False):
    """Whether the next build finds our modules imported, fresh and unused."""
    imported.ahead = ahead


imported()


@told_as_mistakes
def import_own_modules():
    """Imports all that a build runs, from the files as they are now."""
    forget_own_modules()
    from macros.building import sources

    now = sources.Sources(own=another["folder"].joinpath(another["own"]) if another else None)
    if another:
        name_another_site()
    # The plugin would not say why it cannot load the vocabulary.
    importlib.import_module("macros.vocabulary")
    from macros import build

    build.run_on(now, kept_code)


def name_another_site():
    """Tells which site it is, and adds its records, before anything is looked up."""
    from macros import own, places
    from macros.building import mistakes

    places.name_site(**another)
    mistakes.name_site(another["folder"], another["own"])
    own.add_records()


def forget_own_modules():
    """Makes the next import read our files again; `mkdocs serve` would go on with what it imported first."""
    for folder in (ROOT, another.get("folder", ROOT)):
        if str(folder) not in sys.path:
            sys.path.insert(0, str(folder))
    for name in list(sys.modules):
        if name.split(".")[0] in (*OWN_PACKAGES, another.get("own")) and name not in STAYING:
            del sys.modules[name]
    importlib.invalidate_caches()
    # Formulas are typeset from their source; the lines that Python keeps are trusted by size and time too.
    linecache.clearcache()


@told_as_mistakes
def on_files(files, config):
    from macros import build

    return build.add_files(files, config)


# After the macros plugin, whose pages may ask for the navigation.
@event_priority(-100)
@told_as_mistakes
def on_nav(nav, config, files):
    from macros import build

    build.keep(nav=nav, files=files)
    build.remember_search(config)
    build.begin_ahead(config, files)
    build.show_early(config)


@told_as_mistakes
def on_pre_page(page, config, files):
    from macros import build

    build.show_early(config)
    return page


@told_as_mistakes
def on_env(env, config, files):
    from macros import build

    build.prepare_templates(env, config, files)
    build.stop_at_mistakes()


@event_priority(100)
def on_page_markdown(markdown, page, config, files):
    from macros import build

    return build.start_page(markdown, page)


def on_post_page(output, page, config):
    from macros import build

    return build.mend_theme(output)


def on_post_template(output_content, template_name, config):
    from macros import build

    return build.mend_theme(output_content) if template_name.endswith(".html") else output_content


@told_as_mistakes
def on_post_build(config):
    from macros import build

    build.finish(config)
