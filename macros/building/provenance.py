"""What a site was made of and with: commit, locked requirements, settings, a hash of every file.

Whether another is the same is read off two such records.
"""

import hashlib
import http.client
import json
import subprocess
import urllib.request
from pathlib import Path
from urllib.parse import quote, urljoin

from .mistakes import ROOT
from .sources import OF_SITE

FILE = "build.json"
LOCKS = ("requirements/*.txt", "requirements/npm/package-lock.json")
# What is set in the environment of a build and stands in its pages.
SETTINGS = ("SITE_URL", "REPOSITORY", "RELEASE")
# Read by the host itself, which does not serve it.
OF_THE_HOST = ("_headers",)


def sha256(content):
    return hashlib.sha256(content).hexdigest()


def record(site, settings, root=ROOT):
    """The record of a built site.

    Args:
        site: its folder. settings: what it was built with, of SETTINGS. root: of the project.

    Returns:
        dict of `commit` (None outside of a repository), `uncommitted`, whether files differ from it,
        `settings`, `locks` and `files`, both of name -> SHA-256.
    """
    commit = _git(root, "rev-parse", "HEAD")
    locks = sorted(path for pattern in LOCKS for path in Path(root).glob(pattern))
    return {
        "commit": commit,
        # A new file in these folders is in the site by being there.
        "uncommitted": bool(
            commit
            and (
                _git(root, "status", "--porcelain", "--untracked-files=no")
                or _git(root, "status", "--porcelain", "--untracked-files=all", "--", *OF_SITE)
            )
        ),
        "settings": settings,
        "locks": {path.relative_to(root).as_posix(): sha256(path.read_bytes()) for path in locks},
        "files": {
            path.relative_to(site).as_posix(): sha256(path.read_bytes())
            for path in sorted(Path(site).rglob("*"))
            if path.is_file() and path != Path(site, FILE)
        },
    }


def _git(root, *words):
    """What git prints; None where it cannot."""
    try:
        done = subprocess.run(["git", *words], cwd=root, capture_output=True, text=True)
    except FileNotFoundError:
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def settings_of(config):
    """The settings of a build, of MkDocs' configuration."""
    extra = config.extra
    return dict(zip(SETTINGS, (config.site_url, extra.get("repository"), extra.get("release"))))


def write(site, settings, root=ROOT):
    """Writes the record into the site."""
    text = json.dumps(record(site, settings, root), indent=1, ensure_ascii=False)
    Path(site, FILE).write_text(text + "\n", encoding="utf-8")


def published(address):
    """The record of a published site.

    Args:
        address: of the site, with a / at its end.

    Raises:
        ValueError: there is none.
    """
    where = urljoin(address, FILE)
    try:
        there = json.loads(fetched(where))
    except (OSError, ValueError) as error:
        raise ValueError(f"{where}: {error}; expected the record that 'make site' writes") from error
    if not (isinstance(there, dict) and isinstance(there.get("files"), dict)):
        raise ValueError(f"{where} names no files; expected the record that 'make site' writes")
    stated = {name: there.get(name) for name in ("settings", "locks")}
    return {**there, **{name: one if isinstance(one, dict) else {} for name, one in stated.items()}}


def settings_for(address, there, given):
    """What a local build has to be given to be the same as a published site: name -> value.

    Args:
        address: of that site, its SITE_URL where its record has none. there: its record. given: what is set
            in the environment, which goes before.
    """
    stated = {"SITE_URL": address, **there.get("settings", {})}
    return {name: stated[name] for name in SETTINGS if stated.get(name) and name not in given}


def made_otherwise(here, there):
    """(whether two sites are of the same sources, a sentence that says of which).

    Args:
        here, there: records of the local build and of the published site.
    """
    locks = [name for name in sorted({*here["locks"], *there.get("locks", {})})
             if here["locks"].get(name) != there.get("locks", {}).get(name)]  # fmt: skip
    same = _state(here) == _state(there)
    said = f"published from {_state(there)}, {'as this is' if same else f'this is {_state(here)}'}; "
    if locks:
        said += f"other requirements: {', '.join(locks)}"
    else:
        said += "the same locked requirements"
    if here["commit"] != there.get("commit") and there.get("commit"):
        said += f"; 'git checkout {there['commit']}' first compares the same sources"
    return not same or bool(locks), said


def _state(record):
    edited = " with uncommitted edits" if record.get("uncommitted") else ""
    return f"commit {record['commit']}{edited}" if record.get("commit") else "no known commit"


def differing(site, address, there):
    """What files of a published site are not as in a local build: a list of sentences.

    Args:
        site: folder of the build, with its record. address: of the published one, with a / at its end.
        there: the record of that.
    """
    here = json.loads(Path(site, FILE).read_text(encoding="utf-8"))
    found = []
    for name in sorted({*here["files"], *there.get("files", {})} - {*OF_THE_HOST}):
        try:
            digest = sha256(fetched(urljoin(address, quote(name))))
        except OSError as error:
            found.append(f"{name}: {error}")
            continue
        if digest != here["files"].get(name):
            found.append(f"{name}: other bytes" if name in here["files"] else f"{name}: not in this build")
    return found


def fetched(address):
    """Bytes at an address. Raises OSError, also for an answer that is cut off."""
    try:
        with urllib.request.urlopen(address, timeout=60) as answer:
            return answer.read()
    except http.client.HTTPException as error:
        raise OSError(f"the answer is cut off or is none: {error!r}") from error
