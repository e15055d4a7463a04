"""The drawings of an answer as the page draws them: by its own scripts, which Node runs for the build."""

import hashlib
import json
import math
import shutil
import subprocess
import tempfile
from pathlib import Path

from ..building import sources
from ..charts.kept import CACHE, code_of, kept, program_of
from ..errors import MacroError
from ..places import ASSETS

SCRIPTS = ASSETS / "js"
DRAW = Path(__file__).parent / "draw.mjs"


def drawn(kind, cases):
    """Markup of the drawings of answers of one kind, to stand in the page before its first touch.

    Args:
        kind: a module of `llmmath.answers`. cases: dicts of `label` and `answer`, as the page has them.

    Raises:
        MacroError: Node is not installed, or a script fails.
    """
    asked = json.dumps(_finite([kind, cases]))
    digest = hashlib.sha256(f"{program_of('node')} {code_of(__name__)} {asked}".encode())
    for path in (DRAW, *_scripts()):
        digest.update(path.read_bytes())
    return kept(CACHE / "drawings" / f"{digest.hexdigest()}.html", lambda: _drawn(asked))


def _finite(value):
    """The value with None for numbers that JSON cannot hold, as the page's engine gives them."""
    if isinstance(value, dict):
        return {key: _finite(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(one) for one in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _scripts():
    """The page's scripts; the drawings are made anew where one has changed."""
    return sources.files(SCRIPTS, "*.js")


def _drawn(asked):
    node = shutil.which("node")
    if node is None:
        raise MacroError(
            "node is missing, which draws what the page draws; on Debian: apt-get install nodejs"
        )
    with tempfile.TemporaryDirectory() as folder:
        for path in _scripts():
            shutil.copy(path, folder)
        # Without this Node takes a .js for a script of the old kind.
        Path(folder, "package.json").write_text('{"type": "module"}', encoding="utf-8")
        done = subprocess.run([node, str(DRAW), folder], input=asked, capture_output=True, text=True)
    if done.returncode:
        raise MacroError(f"{DRAW.name}: {done.stderr.strip().splitlines()[-1]}")
    return json.loads(done.stdout)
