"""Builds the docs with Zensical, the successor of the theme, and holds its text against ours.

    python -m tests.site.zensical FOLDER

builds this site and the same docs with Zensical, of every page, into FOLDER/site and FOLDER/zensical; that
takes some two minutes, so `make test` tries a few pages alone.
"""

import html
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import yaml

from tests.conftest import ROOT

ARTICLE = re.compile(r"<article\b[^>]*>(.*)</article>", re.S)
# What is no text, and what our template, which Zensical has not, puts around an article.
NOT_COMPARED = re.compile(
    r"<(?P<element>script|style)\b.*?</(?P=element)>"
    r'|<p class="lm-byline".*?</p>|<aside class="lm-after".*?</aside>',
    re.S,
)
# What the template puts around a term of the glossary and right behind it, within a sentence.
TERM = re.compile(r'</?dfn\b[^>]*>|<span class="lm-def".*?</span>', re.S)
FIGURE = re.compile(r'<data class="lm-value"[^>]* value="([^"]*)"><button[^>]*>([^<]*)')


def build(docs, into, pages=None):
    """Builds docs with every figure in place, as the build of this site leaves them.

    Args:
        docs: folder of them. into: folder that must not be there, for a copy and its `site`. pages: names of
            those to build, below the folder docs; None for all, those of source files among them.

    Returns:
        Folder of the built site.
    """
    unwanted = (
        [] if pages is None else [path for path in docs.rglob("*.md") if name_of(path, docs) not in pages]
    )
    shutil.copytree(docs, into, ignore=lambda folder, names: [
        name for name in names if Path(folder, name) in unwanted
    ])  # fmt: skip
    settings = yaml.safe_load((into / "mkdocs.yml").read_text(encoding="utf-8"))
    if pages is not None:
        del settings["nav"]
    (into / "mkdocs.yml").write_text(yaml.safe_dump(settings, allow_unicode=True, sort_keys=False), "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "zensical", "build", "--config-file", "mkdocs.yml"],
        cwd=into, capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"Zensical builds nothing of {into}:\n{done.stdout}{done.stderr}")
    return into / "site"


def name_of(path, docs):
    return path.relative_to(docs / "docs").as_posix()


def text_and_figures(path):
    """(words of a built page's article, its figures as pairs of value and text)."""
    article = TERM.sub("", ARTICLE.search(path.read_text(encoding="utf-8"))[1])
    article = NOT_COMPARED.sub(" ", article)
    return html.unescape(re.sub(r"<[^>]+>", " ", article)).split(), FIGURE.findall(article)


def differing(page, other):
    """What differs between two files of one page, in a sentence; an empty one where nothing does."""
    (words, figures), (others, there) = text_and_figures(page), text_and_figures(other)
    if figures != there:
        pairs = [pair for pair in zip(figures, there) if pair[0] != pair[1]]
        return f"{len(figures)} figures and {len(there)}; the first that differ: {pairs[:1]}"
    if words != others:
        at = next(
            (n for n, pair in enumerate(zip(words, others)) if pair[0] != pair[1]),
            min(len(words), len(others)),
        )
        near = slice(max(0, at - 4), at + 8)
        return f"{' '.join(words[near])!r} and {' '.join(others[near])!r}"
    return ""


def pages_of(site):
    """The pages of a site, those of source files apart, below its folder."""
    found = (path.relative_to(site) for path in sorted(site.rglob("index.html")))
    return [path for path in found if path.parts[0] != "source"]


def main(folder):
    """Both builds, of every page; 1 where one differs."""
    folder = Path(folder)
    shutil.rmtree(folder, ignore_errors=True)
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "SITE_MARKDOWN": str(folder / "docs")}
    command = [sys.executable, "-m", "macros.building", "site", str(folder / "site")]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)
    other = build(folder / "docs", folder / "zensical")
    wrong, figures = 0, 0
    for page in pages_of(folder / "site"):
        said = "not there" if not (other / page).exists() else differing(folder / "site" / page, other / page)
        figures += len(text_and_figures(folder / "site" / page)[1])
        if said:
            wrong += 1
            print(f"{page}: {said}")
    n_pages = len(pages_of(folder / "site"))
    print(f"{n_pages} pages with {figures:,} figures; {wrong} of them differ in Zensical's build")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
