"""The bytes of the project's own code and data that a build runs on, as one digest.

It is taken before anything is imported, so it imports nothing of ours. What is kept between builds under this
digest is kept only while no file has been touched since: else a file that was edited after the digest was
taken and before it was imported would give its results a wrong name.
"""

import contextlib
import hashlib
import os
import re
import stat
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# All that a macro may read. The page's scripts are among it, since Node draws the first answers with them.
READ = ("llmmath", "macros", "firmware", "benchmarks", "docs/assets/js")
# All that the site is made from, beside mkdocs.yml.
OF_SITE = ("docs", "llmmath", "macros", "firmware", "benchmarks", "theme", "published")
# Written while Python runs, and read by nothing of ours.
LEFT_OUT = ("__pycache__",)
# What editors write beside a file while it is edited: swap files, copies, locks, a test of their rights.
OF_EDITORS = re.compile(r"[.#].*|.*[~#]|4913|.*\.part")


def files(folder, pattern, deep=False):
    """The files of a folder that match a pattern, in order, without those of editors. `deep`: all in it."""
    folder = Path(folder)
    return sorted(
        path
        for path in (folder.rglob if deep else folder.glob)(pattern)
        if path.is_file() and not any(map(OF_EDITORS.fullmatch, path.relative_to(folder).parts))
    )


class Sources:
    """The files of some folders as they are now.

    own: a further folder, that of another site, which may stand anywhere.
    packages: names and versions of Python and of the installed packages.
    digest: SHA-256 over these, and over names and bytes of the files.
    """

    def __init__(self, root=ROOT, folders=READ, own=None):
        self.root, self.folders = Path(root), [*folders, *([str(own)] if own else [])]
        # Before the files are read: what is written while they are shows in the stamps.
        self.stamps = stamps(self.root, self.folders)
        self.packages = [sys.version, *installed()]
        digest = hashlib.sha256("\n".join(self.packages).encode())
        for name in sorted(self.stamps):
            try:
                content = self.root.joinpath(name).read_bytes()
            except FileNotFoundError:
                continue  # it is gone since, so that these sources are touched
            # Wherever the site stands, its results are the same.
            inside = os.path.relpath(self.root / name, own.parent) if own and name.startswith("..") else name
            digest.update(f"\n{inside} {len(content)}\n".encode())
            digest.update(content)
        self.digest = digest.hexdigest()

    def untouched(self):
        """Whether no file was written, added or removed since."""
        return stamps(self.root, self.folders) == self.stamps


def stamps(root, folders):
    """{name of a file below `root`: what changes whenever it is written}.

    The time of a file's last change of status cannot be set by a program, as its time of modification can.
    """
    found, seen = {}, set()
    pending = [Path(root, folder) for folder in folders]
    while pending:
        folder = pending.pop()
        try:
            status, entries = os.stat(folder), list(os.scandir(folder))
        except OSError:  # it is gone, or a link to itself
            continue
        if (status.st_dev, status.st_ino) in seen:
            continue  # a link to a folder around it, which would have no end
        seen.add((status.st_dev, status.st_ino))
        inside = os.path.relpath(folder, root)
        for entry in entries:
            if OF_EDITORS.fullmatch(entry.name):
                continue
            try:
                status = os.stat(entry.path)
            except OSError:
                continue  # a temporary file of an editor, or a link to nothing or to itself
            if stat.S_ISDIR(status.st_mode):
                if entry.name not in LEFT_OUT:
                    pending.append(entry.path)
                continue
            found[f"{inside}/{entry.name}"] = _stamp(status)
    return found


def of_project(root=ROOT):
    """The same of all that the site is made from."""
    found = stamps(root, OF_SITE)
    with contextlib.suppress(FileNotFoundError):
        found["mkdocs.yml"] = _stamp(os.stat(Path(root, "mkdocs.yml")))
    return found


def _stamp(status):
    return status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns


def installed():
    """Names of the installed packages with their versions, in order."""
    folder = sysconfig.get_path("purelib")
    return sorted(name for name in os.listdir(folder) if name.endswith(".dist-info"))
