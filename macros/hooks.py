"""MkDocs hooks. MkDocs loads this file once per process, so it holds no logic that may be edited.

It makes the project's own modules fresh and hands each event to `macros.build`.
"""

import importlib
import os
import sys
from pathlib import Path

from mkdocs.plugins import event_priority

ROOT = Path(__file__).resolve().parent.parent
OWN_PACKAGES = ("llmmath", "firmware", "macros")

# Python trusts a file's bytecode where size and time of the source agree, and a copied file may have both of
# another text. So a build neither reads bytecode of our files nor leaves any.
sys.dont_write_bytecode = True
# The one date in the site is in the header of its compressed sitemap; builds of any day have to be equal.
os.environ.setdefault("SOURCE_DATE_EPOCH", "0")


def on_startup(command, dirty):
    on_startup.command = command


# Before every plugin: the macros plugin imports the vocabulary in its own on_config.
@event_priority(100)
def on_config(config):
    forget_own_modules()
    from macros import build

    build.configure(config, command=getattr(on_startup, "command", "build"))
    return config


def forget_own_modules():
    """Makes the next import read our files again; `mkdocs serve` would go on with what it imported first."""
    for package in OWN_PACKAGES:
        for bytecode in ROOT.joinpath(package).rglob("__pycache__/*.pyc"):
            bytecode.unlink(missing_ok=True)
    if str(ROOT) not in sys.path:
        sys.path.insert(0, str(ROOT))
    for name in list(sys.modules):
        if name.split(".")[0] in OWN_PACKAGES:
            del sys.modules[name]
    importlib.invalidate_caches()


def on_files(files, config):
    from macros import build

    return build.add_files(files, config)


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


def on_post_build(config):
    from macros import build

    build.finish(config)
