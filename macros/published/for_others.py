"""The docs with what the macros gave in place, for builders of sites that have no macros of ours.

Such a one is Zensical, the successor of the theme. Every page is Markdown after its macros, beside all files
that the build made, and a mkdocs.yml that asks for nothing of ours. Of the site that is built of it only the
templates differ: what stands around an article, and the page's policy.
"""

from pathlib import Path

import yaml

from .. import places, source_pages
from . import articles

# Of the settings what only MkDocs does, and what is ours.
LEFT_OUT = ("hooks", "watch", "plugins", "docs_dir", "site_dir", "strict", "validation")


def begin(folder, config, files):
    """Writes the settings, and every file that is no page.

    Args:
        folder: path. config, files: of MkDocs.
    """
    settings = {name: value for name, value in config.user_configs[0].items() if name not in LEFT_OUT}
    theme = {name: value for name, value in settings["theme"].items() if name != "custom_dir"}
    # MkDocs has taken the extensions' own settings out of these.
    extensions = [
        {name: config.mdx_configs[name]} if name in config.mdx_configs else name
        for name in config.markdown_extensions
    ]
    settings.update(theme=theme, site_dir="site", plugins=["search"], markdown_extensions=extensions)
    _write(folder, "mkdocs.yml", yaml.safe_dump(settings, allow_unicode=True, sort_keys=False))
    for file in files:
        # The rest is the theme's.
        if not file.is_documentation_page() and (file.generated_by or file.src_dir == config["docs_dir"]):
            _write(folder, f"docs/{file.src_uri}", file.content_bytes)


def page(folder, page):
    """Writes a page whose macros have run."""
    _page(folder, page.file.src_uri, dict(page.meta), page.markdown.lstrip("\n"))


def with_times(folder, pages):
    """Writes again each page that names reading times, which are known once all pages have their content.

    Args:
        folder: path. pages: of the site, rendered.
    """
    by_source = {one.file.src_uri: one for one in pages}
    for one in pages:
        timed = articles.timed(one.markdown, by_source)
        if timed != one.markdown:
            _page(folder, one.file.src_uri, dict(one.meta), timed.lstrip("\n"))


def sources(folder):
    """Writes a page of each file that a figure links to."""
    for path in sorted(source_pages.linked):
        text = places.file(path).read_text(encoding="utf-8")
        lines = source_pages.numbered(text, Path(path).name).replace("\n", "&#10;")
        text = f'# {path}\n\n<div class="highlight lm-source"><pre><code>{lines}</code></pre></div>\n'
        _page(folder, f"{source_pages.FOLDER}{path}.md", {"search": {"exclude": True}}, text)


def _page(folder, name, above, text):
    told = yaml.safe_dump(above, allow_unicode=True, sort_keys=False) if above else ""
    _write(folder, f"docs/{name}", f"---\n{told}---\n{text}" if told else text)


def _write(folder, name, content):
    path = Path(folder, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
