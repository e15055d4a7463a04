"""Texts kept between builds: each file begins with the checksum of the rest, so that half of one is none."""

import atexit
import contextlib
import hashlib
import os
import tempfile
import time
from pathlib import Path

# Projects may share a folder, since a text's name covers all that it depends on.
CACHE = Path(os.environ.get("SITE_CACHE") or Path(__file__).resolve().parents[2] / ".cache")


# Whether what is made now may be kept; a build sets it to whether no source was touched since it began, since
# what is made of an edited file would be kept under the name of the file before.
may_keep = [lambda: True]


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
    """Writes through a temporary file, so that a build that is stopped leaves no half of a text."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=file.parent, suffix=".part")
    with os.fdopen(handle, "w", encoding="utf-8", newline="") as out:
        out.write(hashlib.sha256(text.encode()).hexdigest() + "\n" + text)
    os.replace(temporary, file)


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
