"""Texts kept between builds: each file begins with the checksum of the rest, so that half of one is none."""

import hashlib
import os
import tempfile
from pathlib import Path

CACHE = Path(__file__).resolve().parents[2] / ".cache"


def kept(file, make):
    """What a file of the cache holds, or what `make()` gives, which is kept there.

    Args:
        file: path whose name covers all that the text depends on. make: function that gives the text.
    """
    text = _whole(file)
    if text is None:
        text = make()
        _keep(file, text)
    return text


def _whole(file):
    """What `file` holds if its first line is the checksum of the rest, else None."""
    try:
        checksum, _, text = file.read_text(encoding="utf-8").partition("\n")
    except (OSError, UnicodeDecodeError):
        return None
    return text if checksum == hashlib.sha256(text.encode()).hexdigest() else None


def _keep(file, text):
    """Writes through a temporary file, so that a build that is stopped leaves no half of a text."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=file.parent, suffix=".part")
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write(hashlib.sha256(text.encode()).hexdigest() + "\n" + text)
    os.replace(temporary, file)
