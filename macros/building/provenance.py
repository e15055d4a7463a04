"""What a site was made of: commit, locked requirements, a hash of every file; whether another is the same."""

import hashlib
import json
import subprocess
import urllib.request
from pathlib import Path
from urllib.parse import quote, urljoin

from .mistakes import ROOT
from .sources import OF_SITE

FILE = "build.json"
LOCKS = ("requirements/*.txt", "requirements/npm/package-lock.json")
# Read by the host itself, which does not serve it.
OF_THE_HOST = ("_headers",)


def sha256(content):
    return hashlib.sha256(content).hexdigest()


def record(site, root=ROOT):
    """The record of a built site.

    Args:
        site: its folder. root: of the project.

    Returns:
        dict of `commit` (None outside of a repository), `uncommitted`, whether files differ from it, `locks`
        and `files`, both of name -> SHA-256.
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


def write(site, root=ROOT):
    """Writes the record into the site."""
    text = json.dumps(record(site, root), indent=1, ensure_ascii=False)
    Path(site, FILE).write_text(text + "\n", encoding="utf-8")


def differing(site, address):
    """What of a published site is not as in a local build: a list of sentences.

    Args:
        site: folder of the build, with its record. address: of the published one, with a / at its end.
    """
    here = json.loads(Path(site, FILE).read_text(encoding="utf-8"))
    found = []
    try:
        there = json.loads(fetched(urljoin(address, FILE)))
    except (OSError, ValueError) as error:
        return [f"{urljoin(address, FILE)}: {error}; expected the record that 'make site' writes"]
    for name in ("commit", "uncommitted"):
        if here[name] != there.get(name):
            found.append(f"{name}: {there.get(name)} there, {here[name]} here")
    for name in sorted({*here["locks"], *there.get("locks", {})}):
        if here["locks"].get(name) != there.get("locks", {}).get(name):
            found.append(f"{name}: other requirements")
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
    """Bytes at an address."""
    with urllib.request.urlopen(address, timeout=60) as answer:
        return answer.read()
