"""The type checker with the board's own stubs finds nothing, and the file stays one that a maker can read."""

import ast
import json
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

from firmware import distribution

BIN = Path(sys.executable).parent


def test_the_type_checker_finds_nothing_with_the_stubs_of_the_pico_w(tmp_path):
    stubs = sysconfig.get_path("purelib")
    assert (Path(stubs) / "machine.pyi").exists(), "the Pico W's stubs are missing; run: make test"
    checker = BIN / "basedpyright"  # pyright as a wheel that brings its own runtime
    assert checker.exists(), "basedpyright is missing; install it with: make test"
    for file in (distribution.SCRIPT, distribution.OPTIONS):
        shutil.copy(file, tmp_path)
    # MicroPython's own stubs of the standard library in place of CPython's: what the board lacks is an error.
    config = {
        "include": ["thermistor_fan.py", "fan_options.py"],
        "typeCheckingMode": "standard",
        "pythonVersion": "3.11",
        "reportMissingModuleSource": "none",
        "stubPath": stubs,
        "typeshedPath": stubs,
    }
    (tmp_path / "pyrightconfig.json").write_text(json.dumps(config))

    def check():
        done = subprocess.run(
            [checker, "-p", tmp_path, "--outputjson"], capture_output=True, text=True, timeout=300
        )
        assert done.stdout.lstrip().startswith("{"), done.stdout + done.stderr
        return json.loads(done.stdout)

    found = check()
    assert found["summary"]["filesAnalyzed"] == 2
    assert found["generalDiagnostics"] == []
    # And it would find something: a board has no such method, and MicroPython's time no such function.
    with open(tmp_path / "thermistor_fan.py", "a", encoding="utf-8") as file:
        file.write("\n\ndef wrong():\n    import machine\n    machine.Pin(2).glow()\n")
        file.write("    time.sleep_minutes(1)\n")
    assert check()["summary"]["errorCount"] == 2


def imports(path):
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    assert not [node for node in nodes if isinstance(node, ast.ImportFrom)]
    return {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}


def test_the_script_is_a_core_and_options_without_dependencies():
    # What only some need is in fan_options.py, imported only where asked for. A sitting is some ten pages of
    # sixty lines; the core is the most of them.
    files = (distribution.SCRIPT, distribution.OPTIONS)
    core, options = (len(file.read_text(encoding="utf-8").splitlines()) for file in files)
    assert core < 440 and core + options < 600
    assert imports(distribution.SCRIPT) == {
        "json",
        "math",
        "os",
        "time",
        "machine",
        "micropython",
        "fan_options",
    }
    assert imports(distribution.OPTIONS) == {"rp2"}


def test_the_hardware_is_imported_only_inside_functions():
    for file in (distribution.SCRIPT, distribution.OPTIONS):
        top = ast.parse(file.read_text(encoding="utf-8")).body
        named = {alias.name for node in top if isinstance(node, ast.Import) for alias in node.names}
        assert not {"machine", "micropython", "rp2", "fan_options"} & named
