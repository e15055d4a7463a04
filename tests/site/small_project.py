"""A copy of the project with two pages, for tests that edit it: its builds are short."""

import os
import shutil

from tests.conftest import ROOT

PAGE = """# A page

{{ value("kv_cache_bytes", model="llama-3.1-8b", n_tokens=1, bytes_per_value=2) }}
{{ value("critical_batch", accelerator="h100-sxm", bytes_per_weight=2, digits=3) }}
"""
OTHER = "# Formulas\n\n## Cache { #kv_cache_bytes }\n\n## Batch { #critical_batch }\n"
NAV = "\nnav:\n  - Home: index.md\n  - Formulas: reference/formulas.md\n"
PARTS = ("llmmath", "macros", "firmware", "theme", "benchmarks")


def copy(folder, page=PAGE, other=OTHER):
    """Copies the project into a folder, with a page at its root and another that its figures link to."""
    for part in PARTS:
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "docs" / "assets", folder / "docs" / "assets")
    (folder / "docs" / "index.md").write_text(page, encoding="utf-8")
    (folder / "docs" / "reference").mkdir()
    (folder / "docs" / "reference" / "formulas.md").write_text(other, encoding="utf-8")
    above, _, rest = (ROOT / "mkdocs.yml").read_text(encoding="utf-8").partition("\nnav:\n")
    below = rest[rest.index("\nvalidation:\n") :]
    (folder / "mkdocs.yml").write_text(above + NAV + below, encoding="utf-8")
    return folder


def environment(**more):
    """An environment with bytecode caching on, as Python does unless told otherwise, and the shared cache."""
    off = ("PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX")
    kept = {name: value for name, value in os.environ.items() if name not in off}
    return {**kept, "NO_MKDOCS_2_WARNING": "1", "SITE_CACHE": str(ROOT / ".cache"), **more}


def replace(path, old, new):
    """Puts `new` in the place of `old`, which has to stand in the file once."""
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{path}: {old!r} stands there {text.count(old)} times"
    path.write_text(text.replace(old, new), encoding="utf-8")
