"""A picture of each article for the card that a chat or a network shows beside a link (Open Graph)."""

import base64
import hashlib
import io
import textwrap
from importlib.metadata import version

from ..charts.kept import CACHE, code_of, kept

WIDTH, HEIGHT = 1200, 630  # pixels, as ogp.me's users expect
DOTS_PER_INCH = 100
INK, PAPER, MUTED, BAND = "#ffffff", "#1c2f4a", "#c3d0e3", "#f2b84b"
TITLE, ABOUT = 26, 46  # characters of a line


def picture(site_name, title, about):
    """PNG with an article's title and what it is about, the same bytes for the same words."""
    key = "\0".join([site_name, title, about, version("matplotlib"), version("pillow"), code_of(__name__)])
    digest = hashlib.sha256(key.encode()).hexdigest()
    drawn = kept(CACHE / "pictures" / f"{digest}.txt", lambda: _drawn(site_name, title, about))
    return base64.b64decode(drawn)


def _drawn(site_name, title, about):
    # Slow to import, and needed only where no earlier build has drawn the picture.
    import matplotlib
    from matplotlib.figure import Figure
    from matplotlib.patches import Rectangle

    # A matplotlibrc of the author's would change a picture that is kept.
    with matplotlib.rc_context(matplotlib.rcParamsDefault):
        figure = Figure(
            figsize=(WIDTH / DOTS_PER_INCH, HEIGHT / DOTS_PER_INCH), dpi=DOTS_PER_INCH, facecolor=PAPER
        )
        figure.patches.append(Rectangle((0, 0), 0.018, 1, transform=figure.transFigure, color=BAND))
        figure.text(0.07, 0.9, site_name, color=MUTED, size=24, va="top")
        figure.text(
            0.07,
            0.75,
            textwrap.fill(title, TITLE),
            color=INK,
            size=50,
            weight="bold",
            va="top",
            linespacing=1.15,
        )
        figure.text(
            0.07, 0.1, textwrap.fill(about, ABOUT), color=MUTED, size=25, va="bottom", linespacing=1.35
        )
        file = io.BytesIO()
        figure.savefig(file, format="png", facecolor=PAPER, metadata={"Software": None})
    return base64.b64encode(file.getvalue()).decode()
