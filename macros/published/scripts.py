"""Which of the site's own scripts no browser could run: wrongly written, or importing what is not there."""

import hashlib
import json
import shutil
import subprocess
from pathlib import Path

from ..building import sources
from ..building.mistakes import Mistake
from ..charts.kept import CACHE, code_of, kept, program_of

PROGRAM = Path(__file__).with_name("scripts.mjs")


def mistakes(folder, root):
    """The mistakes of a folder's scripts, none of which is run.

    Node reads them, which npm brings; where it is not there, nothing is looked at.

    Args:
        folder: path of the scripts, which import none of other folders but while they run.
        root: of the project, below which mistakes name their files.
    """
    node = shutil.which("node")
    if node is None:
        return []
    texts = {path.name: path.read_text(encoding="utf-8") for path in sources.files(folder, "*.js")}
    asked = json.dumps(texts)
    depends_on = f"{program_of(node)} {code_of(__name__)} {asked}".encode()
    digest = hashlib.sha256(PROGRAM.read_bytes() + depends_on).hexdigest()
    found = kept(CACHE / "scripts" / f"{digest}.json", lambda: _looked_at(node, asked))
    below = folder.relative_to(root)
    return [Mistake(what, str(below / name), line, column) for name, line, column, what in json.loads(found)]


def _looked_at(node, asked):
    command = [node, "--no-warnings", "--experimental-vm-modules", str(PROGRAM)]
    return subprocess.run(command, input=asked, capture_output=True, text=True, check=True).stdout
