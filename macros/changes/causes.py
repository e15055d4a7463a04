"""Which edit moved a figure: of the definitions and records that were changed those that it reaches.

What a definition reaches is read from the names in its text, so it is never too little and may be too much:
the edits named for a figure are those nearest to it.
"""

import ast
import re
import tomllib
from pathlib import Path

PACKAGES = ("llmmath", "firmware", "macros")
# What the files of a folder of the site are made from, where they are none of ours as they are.
MADE_FROM = {"firmware/": ("firmware/",), "assets/engine/": ("llmmath/", "firmware/", "macros/")}
RAW = "source/raw/"
# What draws, by the class of a drawing.
DRAWN_BY = {"circuit": "macros/circuit/", "breadboard": "macros/circuit/", "chart": "macros/charts/"}
# More than so many files are counted.
NAMED = 5


class Project:
    """The definitions and records of one state of the project.

    Args:
        root: folder of the project.
    """

    def __init__(self, root):
        self.definitions = {}  # (file, name) -> its text, without the place
        self.names = {}  # (file, name) -> names that stand in it
        self.lines = {}  # (file, name) -> line
        self.records = {}  # (file, key) -> the row
        for package in PACKAGES:
            for path in sorted(Path(root, package).rglob("*.py")):
                self._read(path, path.relative_to(root).as_posix())
            for path in sorted(Path(root, package).rglob("*.toml")):
                file = path.relative_to(root).as_posix()
                for key, row in tomllib.loads(path.read_text(encoding="utf-8")).items():
                    self.records[file, key] = row
        self.named = {}
        for where in self.definitions:
            self.named.setdefault(where[1], []).append(where)

    def _read(self, path, file):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        otherwise = {
            alias.asname: alias.name.split(".")[-1]
            for node in ast.walk(tree)
            if isinstance(node, (ast.Import, ast.ImportFrom))
            for alias in node.names
            if alias.asname
        }
        for node in tree.body:
            for name in _defined(node):
                where = (file, name)
                self.definitions[where] = self.definitions.get(where, "") + ast.dump(node)
                self.lines.setdefault(where, node.lineno)
                names = {otherwise.get(name, name) for name in _names(node)}
                self.names.setdefault(where, set()).update(names)

    def reached(self, function):
        """{(file, name): steps} of all definitions that a function's name leads to."""
        steps = dict.fromkeys(self.named.get(function, ()), 0)
        pending = list(steps)
        for where in pending:
            for name in self.names[where]:
                for following in self.named.get(name, ()):
                    if following not in steps:
                        steps[following] = steps[where] + 1
                        pending.append(following)
        return steps


def _defined(node):
    """Names that a statement of a module defines."""
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        return [node.name]
    if isinstance(node, (ast.Assign, ast.AnnAssign)):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return [part.id for target in targets for part in ast.walk(target) if isinstance(part, ast.Name)]
    return []


def _names(node):
    for part in ast.walk(node):
        if isinstance(part, ast.Name):
            yield part.id
        elif isinstance(part, ast.Attribute):
            yield part.attr


def edits(old, new):
    """What differs between two states: ({(file, name)} of definitions, {(file, key)} of records)."""
    return tuple(
        {where for where in {*before, *after} if before.get(where) != after.get(where)}
        for before, after in ((old.definitions, new.definitions), (old.records, new.records))
    )


def causes(one, projects, edited, pages=()):
    """The edits that moved a figure, as sentences; the nearest ones, and [] where none is known.

    Args:
        one: a `figures.Moved`. projects: the state before and the one after. edited: as `edits` gives it.
        pages: names below docs/ of pages whose text was edited.
    """
    definitions, records = edited
    found = []
    asked_otherwise = one.old is None or one.new is None or one.old["inputs"] != one.new["inputs"]
    if asked_otherwise and one.page in pages:
        found.append(f"the page (docs/{one.page})")
        if one.old and one.new and one.old["value"] == one.new["value"]:
            return found  # what it reaches was edited for other figures
    rows = [row for row in (one.old, one.new) if row]
    named = {str(value) for row in rows for part in ("inputs", "records") for value in row[part].values()}
    found += [f"record {key} ({file})" for file, key in sorted(records) if key in named]
    steps = {}
    for project, row in zip(projects, (one.old, one.new)):
        for function in row["function"].split(", ") if row else ():
            for where, n in project.reached(function).items():
                if where in definitions:
                    steps[where] = min(n, steps.get(where, n))
    nearest = min(steps.values(), default=None)
    for file, name in sorted(where for where, n in steps.items() if n == nearest):
        line = projects[1].lines.get((file, name)) or projects[0].lines[file, name]
        found.append(f"{name} ({file}:{line})")
    if not found:
        others = sorted(f"record {key} ({file})" for file, key in records)
        found = others if len(others) < 2 else [f"one of: {', '.join(_some(others))}"]
    return found


def of_file(name, edited):
    """The edited files that a file to take away is made from, as sentences.

    Args:
        name: its address below the site's root. edited: paths of all files that were edited.
    """
    if name.startswith(RAW):
        return [name.removeprefix(RAW)]
    folders = next((made for folder, made in MADE_FROM.items() if name.startswith(folder)), ())
    return _some([path for path in edited if path.startswith(folders)]) if folders else []


def of_picture(one, moved, edited):
    """What moved a drawing: that which moved its data, else its own text, else what draws such, as sentences.

    Args:
        one: a `pictures.Picture`. moved: the figures that moved, as `compared` tells of them. edited: paths
            of all files that were edited.
    """
    # A chart's data are figures of the page under its name.
    of_data = [
        cause
        for figure in moved
        if re.sub("[^a-z0-9]+", "-", figure["name"].lower()) == one.name
        for cause in figure["moved_by"]
    ]
    if of_data:
        return list(dict.fromkeys(of_data))
    name = one.name.removesuffix("-breadboard")
    texts = [path for path in edited if path.endswith(f"/circuits/{name}.txt")]
    kind = re.search(r'class="(circuit|breadboard)\b', one.new or one.old)
    return texts or _some(
        [path for path in edited if path.startswith(DRAWN_BY[kind[1] if kind else "chart"])]
    )


def _some(paths):
    """At most NAMED of some paths, and how many more there are."""
    more = len(paths) - NAMED
    return [*paths[:NAMED], *([f"{more} more"] if more > 0 else [])]
