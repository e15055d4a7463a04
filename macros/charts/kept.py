"""Texts kept between builds: each file begins with the checksum of the rest, so that half of one is none."""

import ast
import atexit
import contextlib
import functools
import hashlib
import os
import shutil
import tempfile
import time
from importlib.util import find_spec, resolve_name
from pathlib import Path

# Projects may share a folder, since a text's name covers all that it depends on.
CACHE = Path(os.environ.get("SITE_CACHE") or Path(__file__).resolve().parents[2] / ".cache")


# Whether what is made now may be kept; a build sets it to whether no source was touched since it began, since
# what is made of an edited file would be kept under the name of the file before.
may_keep = [lambda: True]


# Whose code may be edited between two builds; that of other packages is named by their versions.
OURS = ("llmmath", "firmware", "macros")


@functools.cache
def code_of(module):
    """SHA-256 of a module's text and of all of ours that it imports: a part of the name of what it makes.

    Args:
        module: name such as `macros.links`.
    """
    digest, seen, pending = hashlib.sha256(), set(), [module]
    while pending:
        name = pending.pop()
        path = None if name in seen else _file_of(name)
        seen.add(name)
        if path is None:
            continue
        text = path.read_bytes()
        digest.update(f"{name} {len(text)}\n".encode() + text)
        inside = name if path.name == "__init__.py" else name.rpartition(".")[0]
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.ImportFrom):
                source = resolve_name("." * node.level + (node.module or ""), inside)
                # A name is a module within a package, or stands in the text of the one that is named.
                within = [f"{source}.{alias.name}" for alias in node.names]
                modules = [one for one in within if _file_of(one)]
                pending += modules if len(modules) == len(within) else [*modules, source]
            elif isinstance(node, ast.Import):
                pending += [alias.name for alias in node.names]
    return digest.hexdigest()


def _file_of(name):
    """The file of a module of ours, which is not imported for that; None for what is no such module."""
    first, *rest = name.split(".")
    package = first in OURS and find_spec(first)
    if not package or not package.submodule_search_locations:
        return None
    path = Path(package.submodule_search_locations[0], *rest)
    files = (path / "__init__.py", path.with_suffix(".py"))
    return next((file for file in files if file.is_file()), None)


def program_of(name):
    """A program's file, size and time, which stand for its version: that takes long to ask for."""
    path = os.path.realpath(shutil.which(name) or name)
    try:
        status = os.stat(path)
    except OSError:
        return path
    return f"{path} {status.st_size} {status.st_mtime_ns}"


def kept(file, make):
    """What a file of the cache holds, or what `make()` gives, which is kept there.

    Args:
        file: path whose name covers all that the text depends on. make: function that gives the text.
    """
    text = found(file)
    if text is None:
        text = make()
        keep(file, text)
    return text


def found(file):
    """What `file` holds if its first line is the checksum of the rest, else None."""
    if file in _waiting:
        return _waiting[file]
    try:
        checksum, _, text = file.read_bytes().decode("utf-8").partition("\n")
    except (OSError, UnicodeDecodeError):
        return None
    return text if checksum == hashlib.sha256(text.encode()).hexdigest() else None


# Texts that are not written yet, by their files, and when the first of them came.
_waiting = {}
_since = [0.0]
BATCH_SECONDS = 0.2


def keep(file, text):
    """Keeps a text; it is written with others, since whether it may be takes a look at every source."""
    if not _waiting:
        _since[0] = time.monotonic()
    _waiting[file] = text
    if time.monotonic() - _since[0] > BATCH_SECONDS:
        write()


def write():
    """Writes the texts that wait, if no source was touched while they were made."""
    if may_keep[0]():
        for file, text in _waiting.items():
            _write(file, text)
    _waiting.clear()


atexit.register(write)


def _write(file, text):
    """Writes through a temporary file, so that a build that is stopped leaves no half of a text.

    A cache that is full or cannot be written makes a build slow, and no worse.
    """
    temporary = None
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=file.parent, suffix=".part")
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as out:
            out.write(hashlib.sha256(text.encode()).hexdigest() + "\n" + text)
        os.replace(temporary, file)
    except OSError:
        if temporary:
            Path(temporary).unlink(missing_ok=True)


def let_go(folder=CACHE, most=400_000_000, oldest_seconds=14 * 86_400):
    """Removes texts that no build has used for long, and the oldest where there are more than `most` bytes.

    A text counts as used when it was kept or last found by `used`.
    """
    files = []
    for path in folder.rglob("*.*"):
        try:
            status = path.stat()
        except FileNotFoundError:
            continue  # another build has removed it
        if path.is_file():
            files.append((status.st_mtime, status.st_size, path))
    total, now = 0, time.time()
    for at, size, path in sorted(files, reverse=True):
        total += size
        if total > most or now - at > oldest_seconds:
            path.unlink(missing_ok=True)


def used(file):
    """Marks a text as one that is still of use."""
    with contextlib.suppress(OSError):  # another build may have removed it
        os.utime(file)
