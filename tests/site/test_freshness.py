"""No stale figure, by any edit; and nothing in the site that depends on the day it was built."""

import gzip
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = """# A page

{{ value("kv_cache_bytes", model="llama-3.1-8b", n_tokens=1, bytes_per_value=2) }}
{{ value("critical_batch", accelerator="h100-sxm", bytes_per_weight=2, digits=3) }}
"""
NAV = "\nnav:\n  - Home: index.md\n  - Formulas: reference/formulas.md\n"
# The build as on another day: MkDocs and gzip ask the same clock.
ANOTHER_DAY = """
import datetime, runpy, sys, time
seconds = time.time
time.time = lambda: seconds() + 40 * 86400
class Later(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return cls.fromtimestamp(time.time(), tz)
datetime.datetime = Later
sys.argv = ["mkdocs", *sys.argv[1:]]
runpy.run_module("mkdocs", run_name="__main__")
"""


@pytest.fixture
def project(tmp_path):
    """A copy of the project with one page, and the reference that its figures link to."""
    for part in ("llmmath", "macros", "firmware", "theme", "benchmarks"):
        shutil.copytree(ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "docs" / "assets", tmp_path / "docs" / "assets")
    (tmp_path / "docs" / "index.md").write_text(PAGE, encoding="utf-8")
    reference = tmp_path / "docs" / "reference" / "formulas.md"
    reference.parent.mkdir()
    reference.write_text("# Formulas\n\n{{ formulas() }}\n", encoding="utf-8")
    above, _, rest = (ROOT / "mkdocs.yml").read_text(encoding="utf-8").partition("\nnav:\n")
    below = rest[rest.index("\nvalidation:\n") :]
    (tmp_path / "mkdocs.yml").write_text(above + NAV + below, encoding="utf-8")
    return tmp_path


# Two builds in one process, as `mkdocs serve` makes them, and between them what the first argument says.
TWICE = """
import sys
from mkdocs.commands.build import build
from mkdocs.config import load_config
import llmmath.formulas.memory  # what somebody else has imported before the build
for number in (1, 2):
    config = load_config("mkdocs.yml", site_dir=f"site-{number}", strict=True)
    config.plugins.on_startup(command="build", dirty=False)
    build(config)
    if number == 1:
        exec(sys.argv[1])
"""


def caching(**environment):
    """An environment with bytecode caching on, as Python does unless told otherwise."""
    off = ("PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX")
    kept = {name: value for name, value in os.environ.items() if name not in off}
    return {**kept, "NO_MKDOCS_2_WARNING": "1", **environment}


def build(folder, *command, **environment):
    """Builds with bytecode caching on; returns the page."""
    done = subprocess.run(
        [sys.executable, *(command or ("-m", "mkdocs")), "build", "--site-dir", str(folder / "site")],
        cwd=folder,
        capture_output=True,
        text=True,
        env=caching(**environment),
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return (folder / "site" / "index.html").read_text(encoding="utf-8")


def cache_bytecode(folder, **environment):
    """What a test run or the command line leaves: bytecode of every file."""
    subprocess.run(
        [sys.executable, "-m", "compileall", "-q", "llmmath", "macros", "firmware"],
        cwd=folder,
        check=True,
        env=caching(**environment),
    )


def edit(path, old, new):
    """An edit that keeps size and time, as copying with times does."""
    assert len(old) == len(new)
    before = path.stat()
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, path
    path.write_text(text.replace(old, new), encoding="utf-8")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_mtime_ns == before.st_mtime_ns and path.stat().st_size == before.st_size


def test_an_edit_of_equal_size_and_time_is_seen_in_every_kind_of_file(project):
    cache_bytecode(project)
    assert "131,072" in build(project)
    cache_bytecode(project)
    edit(
        project / "llmmath/formulas/memory.py",
        "values_per_token = 2 * n_layers",
        "values_per_token = 4 * n_layers",
    )
    assert "262,144" in build(project)
    cache_bytecode(project)
    # how a number is written: the formula's module is not touched
    edit(project / "macros/quantities.py", 'f"{int(quantity):,}"', 'f"{int(quantity):_}"')
    assert "262_144" in build(project)
    cache_bytecode(project)
    # the file that MkDocs' plugin loads by its path
    edit(project / "macros/vocabulary.py", "unit=unit, digits=digits)", "unit=unit, digits=2     )")
    assert "260,000" in build(project)


def test_an_edit_of_equal_size_and_time_is_seen_wherever_python_keeps_its_bytecode(project, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("bytecode")
    kept = {"PYTHONPYCACHEPREFIX": str(elsewhere)}
    cache_bytecode(project, **kept)
    assert list(elsewhere.rglob("memory.*.pyc")), "the bytecode is not where this test needs it"
    edit(
        project / "llmmath/formulas/memory.py",
        "values_per_token = 2 * n_layers",
        "values_per_token = 4 * n_layers",
    )
    edit(project / "macros/vocabulary.py", "unit=unit, digits=digits)", "unit=unit, digits=2     )")
    # 2 x 131,072, to the two digits that the edited vocabulary gives
    assert "260,000" in build(project, **kept)


def test_an_edit_of_equal_size_and_time_is_seen_by_the_next_build_of_the_same_process(project):
    cache_bytecode(project)
    path = project / "llmmath/formulas/memory.py"
    source = """
import os
path = "llmmath/formulas/memory.py"
before, text = os.stat(path), open(path).read()
open(path, "w").write(text.replace("values_per_token = 2 * n_layers", "values_per_token = 4 * n_layers"))
os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
"""
    before = path.stat()
    done = subprocess.run(
        [sys.executable, "-c", TWICE, source], cwd=project, capture_output=True, text=True, env=caching()
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert (path.stat().st_size, path.stat().st_mtime_ns) == (before.st_size, before.st_mtime_ns)
    first, second = (
        [
            (project / f"site-{n}" / page).read_text()
            for page in ("index.html", "reference/formulas/index.html")
        ]
        for n in (1, 2)
    )
    assert "131,072" in first[0] and "262,144" in second[0]
    # the formula as it is typeset, from the lines of its source
    assert first[1] != second[1]


def test_builds_of_different_days_are_equal_byte_for_byte(project):
    build(project)
    first = {
        path.relative_to(project): path.read_bytes()
        for path in (project / "site").rglob("*")
        if path.is_file()
    }
    build(project, "-c", ANOTHER_DAY)
    second = {
        path.relative_to(project): path.read_bytes()
        for path in (project / "site").rglob("*")
        if path.is_file()
    }
    assert [name for name in first | second if first.get(name) != second.get(name)] == []
    assert gzip.decompress(first[Path("site/sitemap.xml.gz")])
