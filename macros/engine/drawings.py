"""The drawings of an answer as the page draws them: by its own scripts, which Node runs for the build."""

import functools
import json
import math
import shutil
import subprocess
import tempfile
from pathlib import Path

from ..errors import MacroError

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = ROOT / "docs" / "assets" / "js"
DRAW = Path(__file__).parent / "draw.mjs"


def drawn(kind, cases):
    """Markup of the drawings of answers of one kind, to stand in the page before its first touch.

    Args:
        kind: a module of `llmmath.answers`. cases: dicts of `label` and `answer`, as the page has them.

    Raises:
        MacroError: Node is not installed, or a script fails.
    """
    return _drawn(json.dumps(_finite([kind, cases])), _scripts())


def _finite(value):
    """The value with None for numbers that JSON cannot hold, as the page's engine gives them."""
    if isinstance(value, dict):
        return {key: _finite(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(one) for one in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _scripts():
    """Texts of the scripts, by name: the drawings are made anew where one has changed."""
    return tuple((path.name, path.read_text(encoding="utf-8")) for path in sorted(SCRIPTS.glob("*.js")))


@functools.cache
def _drawn(asked, scripts):
    node = shutil.which("node")
    if node is None:
        raise MacroError(
            "node is missing, which draws what the page draws; on Debian: apt-get install nodejs"
        )
    with tempfile.TemporaryDirectory() as folder:
        for name, text in scripts:
            Path(folder, name).write_text(text, encoding="utf-8")
        # Without this Node takes a .js for a script of the old kind.
        Path(folder, "package.json").write_text('{"type": "module"}', encoding="utf-8")
        done = subprocess.run([node, str(DRAW), folder], input=asked, capture_output=True, text=True)
    if done.returncode:
        raise MacroError(f"{DRAW.name}: {done.stderr.strip().splitlines()[-1]}")
    return json.loads(done.stdout)
