"""Drawings kept between builds. A drawing depends on nothing but its chart, so the chart is the key.

The key covers the data themselves rather than the formulas behind them: data are computed anew at every
build, so a drawing cannot outlive a change of a formula, whatever module the change was in.
"""

import hashlib
import json
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path

from .kept import CACHE, code_of, kept

DIRECTORY = CACHE / "charts"


def key_of(chart):
    """A name for the drawing of `chart` by this code and this matplotlib."""
    # What draws is given the chart, and asks it for its titles and links.
    code = [code_of(module) for module in ("macros.charts.draw", type(chart).__module__)]
    digest = hashlib.sha256(f"{version('matplotlib')} {code}".encode())
    digest.update(json.dumps(asdict(chart), sort_keys=True).encode())
    return digest.hexdigest()


def drawn(chart, directory=None):
    """matplotlib's drawing of `chart`, from the cache where it is there and whole."""
    directory = Path(directory or DIRECTORY)

    def make():
        from .draw import draw  # imports matplotlib, which takes longer than a page

        return draw(chart)

    return kept(directory / f"{key_of(chart)}.svg", make)
