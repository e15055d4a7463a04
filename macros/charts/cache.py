"""Drawings kept between builds. A drawing depends on nothing but its chart, so the chart is the key.

The key covers the data themselves rather than the formulas behind them: data are computed anew at every
build, so a drawing cannot outlive a change of a formula, whatever module the change was in.
"""

import hashlib
import json
import os
import tempfile
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path

DIRECTORY = Path(__file__).resolve().parents[2] / ".cache" / "charts"
CODE = ("spec.py", "numbers.py", "draw.py", "dots.py", "svg.py")


def key_of(chart):
    """A name for the drawing of `chart` by this code and this matplotlib."""
    digest = hashlib.sha256(version("matplotlib").encode())
    for name in CODE:
        digest.update(Path(__file__).with_name(name).read_bytes())
    digest.update(json.dumps(asdict(chart), sort_keys=True).encode())
    return digest.hexdigest()


def drawn(chart, directory=None):
    """matplotlib's drawing of `chart`, from the cache where it is there and whole."""
    directory = Path(directory or DIRECTORY)
    file = directory / f"{key_of(chart)}.svg"
    text = _whole(file)
    if text is None:
        from .draw import draw  # imports matplotlib, which takes longer than a page

        text = draw(chart)
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
    """Writes through a temporary file, so that a build that is stopped leaves no half of a drawing."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=file.parent, suffix=".part")
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write(hashlib.sha256(text.encode()).hexdigest() + "\n" + text)
    os.replace(temporary, file)
