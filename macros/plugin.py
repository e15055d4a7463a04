"""The plugin `llmmath-docs`: the macros in the MkDocs site of others, who have installed the package.

It does what hooks.py does here, and brings the style sheets and scripts that the macros' markup needs. Theme,
look and policy stay the site's.
"""

import os
from pathlib import Path

from mkdocs.config import config_options
from mkdocs.config.base import Config
from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin, event_priority

from . import hooks

VOCABULARY = "macros.vocabulary"
# What the macros give is Markdown with attributes, and HTML with Markdown within.
EXTENSIONS = ("attr_list", "md_in_html", "tables", "fenced_code")
STYLES = (
    "fonts", "math", "charts", "to-scale", "circuit", "site", "form", "circuit-typed", "shape",
    "calculator-form", "calculator",
)  # fmt: skip
# Script -> how a page loads it.
SCRIPTS = {"sort": "defer", "elements": "module", "copy-value": "defer"}


class Settings(Config):
    """own: the folder beside mkdocs.yml with the site's own formulas, records and circuits."""

    own = config_options.Type(str, default="own")


class Plugin(BasePlugin[Settings]):
    """Each event as the hooks have it."""

    def on_startup(self, *, command, dirty):
        hooks.on_startup(command, dirty)

    # Before every plugin, as in the hooks: the macros plugin imports the vocabulary in its own on_config.
    @event_priority(100)
    def on_config(self, config):
        macros = config.plugins.get("macros")
        if macros is None:
            raise PluginError(
                "mkdocs.yml: llmmath-docs needs the plugin macros; expected '- macros' beside it"
            )
        folder, own = Path(config.config_file_path).resolve().parent, self.config.own
        if not own.isidentifier() or own in hooks.OWN_PACKAGES:
            raise PluginError(
                f"mkdocs.yml: own is {own!r}; expected a folder's name that Python can import, such as 'own'"
            )
        if VOCABULARY not in macros.config["modules"]:
            macros.config["modules"].append(VOCABULARY)
        macros.config["on_undefined"] = "strict"
        config.markdown_extensions.extend(
            name for name in EXTENSIONS if name not in config.markdown_extensions
        )
        os.environ.setdefault("SITE_CACHE", str(folder.joinpath(".cache")))
        if str(folder.joinpath(own)) not in config.watch:
            config.watch.append(str(folder.joinpath(own)))
        hooks.of_another_site(folder, config.docs_dir, own)
        hooks.on_config(config)
        # Before the site's own, which may say something else of the same.
        config.extra_css[:0] = [f"assets/css/{name}.css" for name in STYLES]
        config.extra_javascript[:0] = [script(name, how) for name, how in SCRIPTS.items()]
        from . import places

        # Last: of its templates the theme has all but the one of source files.
        config.theme.dirs.append(str(places.THEME))
        return config

    def on_files(self, files, config):
        return hooks.on_files(files, config)

    @event_priority(-100)
    def on_nav(self, nav, config, files):
        hooks.on_nav(nav, config, files)

    def on_env(self, env, config, files):
        hooks.on_env(env, config, files)

    @event_priority(100)
    def on_page_markdown(self, markdown, page, config, files):
        return hooks.on_page_markdown(markdown, page, config, files)

    def on_post_build(self, config):
        hooks.on_post_build(config)


def script(name, how):
    """A script of ours as an entry of `extra_javascript`."""
    entry = config_options.ExtraScriptValue(f"assets/js/{name}.js")
    entry.defer, entry.type = how == "defer", "module" if how == "module" else ""
    return entry
