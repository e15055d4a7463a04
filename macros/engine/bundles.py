"""The files that the page loads, on first use: the engine itself, and bundles of the project's own texts."""

import json
import sys
from pathlib import Path

from llmmath.records import rows

from ..building.sources import OF_EDITORS
from ..errors import MacroError
from ..places import ROOT, another

LIBRARY = Path(__file__).parent / "library"
PACKAGE = "@micropython/micropython-webassembly-pyscript"
NPM = Path(sys.prefix, "npm", "node_modules", PACKAGE)
ENGINE = ("micropython.mjs", "micropython.wasm")
FOLDER = "assets/engine/"
ELEMENTS = ("lm-calculator", "lm-circuit ", "lm-fan")
# What each bundle holds, as patterns of paths of the project.
BUNDLES = {
    "llmmath": (
        "llmmath/*.py",
        "llmmath/answers/*.py",
        "llmmath/formulas/*.py",
        "llmmath/records/*.py",
        "llmmath/records/architectures/*.py",
        "llmmath/records/quantisation/*.py",
        "llmmath/records/data/*",
    ),
    # The script is not run there: the checks read its constants. Breadboards and parts are for the build.
    "circuit": (
        "macros/circuit/*.py",
        "macros/circuit/draw/*.py",
        "macros/circuit/parse/*.py",
        "firmware/physics.py",
        "firmware/thermistor_fan.py",
    ),
    "fan": (
        "firmware/__init__.py",
        "firmware/thermistor_fan.py",
        "firmware/fan_options.py",
        "firmware/simulation/*.py",
    ),
}


def files():
    """Pairs of address and content of all that the page may load of the engine.

    Raises:
        MacroError: MicroPython is not installed.
    """
    require_engine()
    made = [(FOLDER + name, NPM.joinpath(name).read_bytes()) for name in ENGINE]
    return made + [(f"{FOLDER}{name}.json", bundle(name).encode()) for name in BUNDLES]


def runs_engine(text):
    """Whether a page's text has an element that the engine answers in."""
    return any(f"<{element}" in text for element in ELEMENTS)


def write(site):
    """Writes what `files` gives into a built site, a folder."""
    for uri, content in files():
        path = Path(site, uri)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def has_engine():
    """Whether MicroPython for the page is installed."""
    return all(NPM.joinpath(name).is_file() for name in ENGINE)


def require_engine():
    """Raises MacroError where MicroPython for the page is not installed."""
    if not has_engine():
        prefix = NPM.parents[2]
        how = f"'npm install --prefix {prefix} {PACKAGE}'" if another() else "'make site'"
        raise MacroError(f"{NPM} has not all of {', '.join(ENGINE)}; {how} installs them from npm")


def bundle(name):
    """The bundle `name` as JSON: `library`, the stand-ins, and `files`, each a dict of path -> text.

    A file of Python stands there as it is. One of TOML is given as JSON, since MicroPython reads no
    TOML: as pairs of a key and its row, since its dicts keep no order, those of a site's own rows among them.
    """
    return json.dumps(
        {
            "library": {
                path.relative_to(LIBRARY).as_posix(): path.read_text(encoding="utf-8")
                for path in sorted(LIBRARY.rglob("*.py"))
            },
            "files": {path.relative_to(ROOT).as_posix(): _text(path) for path in paths(name)},
        },
        ensure_ascii=False,
    )


def sources():
    """Paths, below the project, of all files of Python that the page runs."""
    return {
        path.relative_to(ROOT).as_posix() for name in BUNDLES for path in paths(name) if path.suffix == ".py"
    }


def paths(name):
    """Paths of the texts in the bundle `name`, in the order of the alphabet; commands are none of them."""
    found = {path for pattern in BUNDLES[name] for path in ROOT.glob(pattern)}
    texts = (path for path in found if path.suffix in (".py", ".toml", ".json") and path.is_file())
    return sorted(
        path for path in texts if path.name != "__main__.py" and not OF_EDITORS.fullmatch(path.name)
    )


def _text(path):
    if path.suffix == ".toml":
        return json.dumps(list(rows.table(path.name, path.parent).items()), ensure_ascii=False)
    return path.read_text(encoding="utf-8")
