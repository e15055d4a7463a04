"""The files that the page runs are the project's own, and MicroPython understands them."""

import json
import tomllib

import pytest

from macros.engine import bundles
from tests.firmware.interpreter import run


@pytest.mark.parametrize("name", bundles.BUNDLES)
def test_a_bundle_holds_the_texts_of_the_files_as_they_are(name):
    held = json.loads(bundles.bundle(name))["files"]
    assert list(held) == sorted(held) and len(held) > 5
    for path, text in held.items():
        own = (bundles.ROOT / path).read_text(encoding="utf-8")
        if path.endswith(".toml"):
            assert json.loads(text) == [[key, row] for key, row in tomllib.loads(own).items()]
        else:
            assert text == own


def test_micropython_compiles_every_file_that_the_page_imports():
    paths = sorted({path for name in bundles.BUNDLES for path in bundles.paths(name) if path.suffix == ".py"})
    paths += sorted(bundles.LIBRARY.rglob("*.py"))
    tried = run(
        "import sys\n"
        "for path in ARGUMENTS:\n"
        "    try:\n"
        "        compile(open(path).read(), path, 'exec')\n"
        "    except SyntaxError as error:\n"
        "        sys.print_exception(error, sys.stdout)\n"
        "print('tried')\n",
        *map(str, paths),
    )
    assert tried == "tried\n"
