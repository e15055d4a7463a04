"""Two states of the project, built: the folder as it is, and a commit, a tag or a published values.json."""

import contextlib
import hashlib
import io
import json
import os
import subprocess
import sys
import urllib.request
import zipfile
from collections import namedtuple
from pathlib import Path

from ..building import sources
from ..charts.kept import CACHE
from ..errors import MacroError

State = namedtuple("State", "name root site rows mistakes unfinished", defaults=[(), ()])
State.__doc__ = """What is compared: its name, the folders of project and site, where there are any, the rows
of its values.json, lines about the mistakes that a build would refuse, and the names below docs/ of the pages
of which these keep something out."""
# Files that are made for somebody to take away, and what is a page or belongs to the theme.
DOWNLOADED = ("firmware", "source/raw", "assets/engine")
OWN = ("llmmath", "firmware", "macros")


def published(where):
    """The State of a values.json, by path or by the address at which it is published."""
    try:
        if where.startswith(("http://", "https://")):
            with urllib.request.urlopen(where, timeout=30) as answer:
                text = answer.read().decode()
        else:
            text = Path(where).read_text(encoding="utf-8")
        rows = json.loads(text)
        if not (isinstance(rows, list) and all(isinstance(row, dict) and "value" in row for row in rows)):
            raise ValueError("no list of figures")
        return State(where, None, None, rows)
    except (OSError, ValueError) as error:
        raise MacroError(
            f"{where}: {error}; expected a values.json as a build writes it to site/values.json"
        ) from error


def of_commit(root, revision, folder):
    """The State of a commit or tag, laid out and built in a folder.

    Raises:
        MacroError: no such commit, or one that does not build.
    """
    done = subprocess.run(["git", "archive", "--format=zip", revision], cwd=root, capture_output=True)
    if done.returncode:
        said = done.stderr.decode().strip().splitlines()[-1]
        raise MacroError(f"{revision} is no commit or tag here ({said}); expected one, or a values.json")
    project = Path(folder, "project")
    with zipfile.ZipFile(io.BytesIO(done.stdout)) as files:
        files.extractall(project)
    return built(revision, project, Path(folder, "site"))


def built(name, project, site):
    """The State of a folder of the project, built into `site`, with mistakes where there are any.

    An edited formula may leave behind what takes minutes to renew; what it moved is seen before that.
    """
    print(f"building {name} …", file=sys.stderr, flush=True)
    told = site.with_name(f"{site.name}-mistakes.json")
    told.parent.mkdir(parents=True, exist_ok=True)
    file = str(told.resolve())
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--quiet", "--strict", "--site-dir", str(site)],
        cwd=project,
        capture_output=True,
        text=True,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1", "SITE_CACHE": str(CACHE), "SITE_MISTAKES": file},
    )
    if done.returncode:
        raise MacroError(f"{name} does not build:\n{(done.stdout + done.stderr).strip()}")
    rows = json.loads(site.joinpath("values.json").read_text(encoding="utf-8"))
    text = told.read_text(encoding="utf-8") if told.exists() else "{}"
    try:
        said = json.loads(text)
    except ValueError:  # an older commit wrote a line for each mistake, and not of which pages
        said = {"mistakes": text.splitlines()}
    return State(name, project, site, rows, **said)


def files_moved(old, new):
    """Files to take away that differ: a list of (address, size before or None, size now or None)."""
    if old.site is None or new.site is None:
        return []
    before, after = (_downloads(state.site) for state in (old, new))
    return [
        (name, *(of and of[0] for of in (before.get(name), after.get(name))))
        for name in sorted({*before, *after})
        if before.get(name) != after.get(name)
    ]


def _downloads(site):
    """{address: (size, SHA-256)} of the files to take away in a site."""
    found = {}
    for folder in DOWNLOADED:
        for path in Path(site, folder).rglob("*"):
            if path.is_file():
                content = path.read_bytes()
                name = path.relative_to(site).as_posix()
                found[name] = (len(content), hashlib.sha256(content).hexdigest())
    return found


def files_edited(old, new):
    """Paths of the project's own files, articles aside, whose bytes differ between two states, in order."""
    if old.root is None or new.root is None:
        return []
    contents = [
        {path.relative_to(state.root).as_posix(): path.read_bytes()
         for folder in OWN for path in Path(state.root, folder).rglob("*")
         if path.is_file() and "__pycache__" not in path.parts}
        for state in (old, new)
    ]  # fmt: skip
    names = {*contents[0], *contents[1]}
    return sorted(name for name in names if contents[0].get(name) != contents[1].get(name))


def pages_edited(old, new):
    """Names below docs/ of the pages whose text differs."""
    if old.root is None or new.root is None:
        return []
    texts = [
        {path.relative_to(state.root / "docs").as_posix(): path.read_bytes()
         for path in sources.files(state.root / "docs", "*.md", deep=True)}
        for state in (old, new)
    ]  # fmt: skip
    return sorted(name for name in {*texts[0], *texts[1]} if texts[0].get(name) != texts[1].get(name))


def page_of(state, source):
    """HTML of the built page of a Markdown file, or "" where the state was not built."""
    if state.site is None:
        return ""
    with contextlib.suppress(OSError):
        return state.site.joinpath(f"{address_of(source)}index.html").read_text(encoding="utf-8")
    return ""


def address_of(source):
    """Address below the site's root of the page of a Markdown file.

    >>> address_of("vram.md"), address_of("articles/index.md"), address_of("index.md")
    ('vram/', 'articles/', '')
    """
    name = source.removesuffix(".md")
    return name.removesuffix("index") if name.rpartition("/")[2] == "index" else f"{name}/"
