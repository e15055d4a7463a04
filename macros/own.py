"""What another site adds to what the package has: formulas, records and circuits in a folder of its own.

own/formulas/*.py      functions of keywords, as in llmmath/formulas/
own/records/           models.toml and accelerators.toml, as in llmmath/records/data/
own/circuits/*.txt     circuits, as in firmware/circuits/
"""

import ast
import sys
from pathlib import Path

from llmmath.records import rows

from . import places
from .building import sources
from .errors import MacroError, unknown

RECORDS = ("models.toml", "accelerators.toml")


def add_records():
    """Adds the site's records to ours, before any is read. Raises MacroError for a file of another name."""
    folder = places.own("records")
    if folder is None or not folder.is_dir():
        return
    for path in sources.files(folder, "*.toml"):
        if path.name not in RECORDS:
            raise MacroError(f"{places.below(path)}: {unknown('file of records', path.name, RECORDS)}")
    rows.add(folder, places.below(folder))


def formula_modules():
    """Names of the modules that hold the site's own formulas."""
    return [f"{path.parent.parent.name}.formulas.{path.stem}" for path in _files("formulas", "*.py")]


def imports_from_beside():
    """What the site's own code imports from beside its folder, of which an edit would show in no figure.

    What is kept between builds goes by what is in that folder. A list of `FILE:LINE: …`.
    """
    folder, beside, found = places.own(), places.site_folder(), []
    for path in sources.files(folder, "*.py", deep=True):
        for node in ast.walk(ast.parse(path.read_bytes())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module]
            for name in dict.fromkeys(name.split(".")[0] for name in names):
                # A folder that is no package hides none of Python's own modules.
                files = beside.joinpath(f"{name}.py"), beside.joinpath(name, "__init__.py")
                folders = beside.joinpath(name).is_dir() and name not in sys.stdlib_module_names
                there = folders or any(map(Path.is_file, files))
                if there and name != folder.name and name not in places.PACKAGES:
                    found.append(
                        f"{places.below(path)}:{node.lineno}: '{name}' stands beside {folder.name}/, whose "
                        f"files alone are looked at for edits; move it there and import {folder.name}.{name}"
                    )
    return found


def circuits():
    """Paths of the texts of the site's own circuits."""
    return _files("circuits", "*.txt")


def record_file(kind, key):
    """Path of the site's file in which the record `key` stands; None for one of ours.

    Args:
        kind: "model" or "accelerator".
    """
    path = places.own("records", f"{kind}s.toml")
    if path is None or not path.is_file() or not rows.header(path.read_text(encoding="utf-8"), key):
        return None
    return places.below(path)


def _files(folder, pattern):
    folder = places.own(folder)
    return sources.files(folder, pattern) if folder else []
