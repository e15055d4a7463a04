"""The core in MicroPython, and under random input."""

import ast
import json
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from macros.circuit.draw import draw
from macros.circuit.parse import parse, to_text

ROOT = Path(__file__).resolve().parents[3]
PACKAGE = ROOT / "macros" / "circuit"
OURS = set(PACKAGE.rglob("*.py"))
MICROPYTHON = Path(sysconfig.get_path("scripts")) / "micropython"


def run(interpreter, arguments, files):
    done = subprocess.run(
        [interpreter, *arguments, str(ROOT / "tests" / "macros" / "circuit" / "core.py"), str(ROOT), *files],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr + done.stdout
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_micropython_gives_the_same_netlists_errors_drawings_solutions_and_checks():
    files = [
        str(path)
        for folder in (
            "tests/data/circuits",
            "tests/data/parts",
            "firmware/circuits",
            "macros/pages/circuits",
        )
        for path in sorted((ROOT / folder).glob("*.txt"))
    ]
    ours = run(sys.executable, [], files)
    theirs = run(str(MICROPYTHON), ["-X", "heapsize=16M"], files)
    assert len(ours) == 2 * len(files)
    for (name, one), other in zip([(name, one) for name in files for one in (0, 1)], range(2 * len(files))):
        assert theirs[other] == ours[other], (name, "fragment" if one else "circuit")


def imported(path):
    """Files that a module imports by relative imports, and the names of those it imports otherwise."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module
        elif isinstance(node, ast.ImportFrom):
            base = path.parents[node.level - 1].joinpath(*(node.module or "").split("."))
            for name in [alias.name for alias in node.names]:
                module = base / f"{name}.py"
                package = base / name / "__init__.py"
                here = base / "__init__.py" if base.is_dir() else base.with_suffix(".py")
                yield next((file for file in (module, package) if file.is_file()), here)


def core():
    """Files that the page runs: its entry, what that imports of this package, and so on."""
    found = set()
    waiting = [PACKAGE / "typed.py"]
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting += [other for other in (path.parent / "__init__.py", *imported(path)) if other in OURS]
    return sorted(found)


@pytest.mark.parametrize("path", core(), ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_the_core_imports_only_its_own_package_and_the_physics(path):
    assert set(imported(path)) <= {*OURS, "firmware"}


# Lines of what occurs in circuits, so that random text is often nearly right.
PIECES = st.sampled_from(
    [
        "-",
        "--",
        "|",
        "+",
        " ",
        "  ",
        "R_10k",
        "C_1u",
        "G",
        "DC_5",
        "aDc",
        "cLED_2V_a",
        "s",
        "g",
        "sTd",
        "P__1__2__3",
        "BOARD__5v__gnd",
        "RPI_PICO_W",
        "1gp0",
        "3gnd",
        "X",
        "V",
        "FAN_5V_200mA",
        "AC_1V",
        "_",
        "__",
        ".",
        "@",
        "µ",
        "a",
        "7",
        "\t",
        "/",
        "é",
    ]
)
TEXTS = st.lists(st.lists(PIECES, max_size=14).map("".join), max_size=9).map("\n".join)
LIMITS = settings(
    max_examples=250,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)


@LIMITS
@given(TEXTS, st.booleans())
def test_any_text_is_answered_and_every_mistake_has_a_place_in_it(text, fragment):
    circuit = parse(text, fragment)
    lines = text.split("\n")
    for problem in circuit.problems:
        line, column = problem.at
        assert 1 <= line <= len(lines) and 1 <= column <= max(1, len(lines[line - 1]))
        assert problem.code and problem.message
    if not circuit.problems:
        assert draw(circuit).startswith("<svg ")


@LIMITS
@given(st.text(max_size=60), st.booleans())
def test_any_characters_at_all_are_answered(text, fragment):
    circuit = parse(text, fragment)
    assert circuit.problems or draw(circuit)


@st.composite
def ladders(draw_):
    """Sound circuits: parts in a row between a source and ground, with branches to ground below."""
    row = ["DC_5"]
    branches = []
    for _ in range(draw_(st.integers(1, 5))):
        row.append("-" * draw_(st.integers(1, 5)))
        row.append(
            draw_(
                st.sampled_from(
                    ["R_10k", "C_1u", "aDc", "cLED_2V_a", "X", "L_1m", "FAN_5V_200mA", "THERMISTOR"]
                )
            )
        )
        row.append("-" * draw_(st.integers(1, 3)))
        if draw_(st.booleans()):
            branches.append((len("".join(row)), draw_(st.sampled_from(["R_330", "C", "V", "SPEAKER"]))))
            row.append("+")
    row.append("-R_1k--G")
    lines = ["".join(row)]
    for column, part in branches:
        for piece in ("|", part, "|", "G"):
            lines.append("")
            for other, _ in branches:
                if other > column:
                    lines[-1] += " " * (other - len(lines[-1])) + "|"
            lines[-1] = lines[-1][:column].ljust(column) + piece + lines[-1][column + len(piece) :]
    return "\n".join(lines)


@LIMITS
@given(TEXTS | ladders())
def test_parsing_what_was_printed_changes_nothing(text):
    circuit = parse(text, True)
    if any(
        problem.code in ("tab", "bad-character", "unknown-text", "unknown-component", "touching-components")
        for problem in circuit.problems
    ):
        return  # such text is in no record
    printed = to_text(circuit)
    again = parse(printed, True)
    assert to_text(again) == printed
    left = circuit.indent
    top = (
        min(
            [line for net in circuit.nets for line, _, _ in net.cells]
            + [at[0] for component in circuit.components for at, _ in component.texts],
            default=1,
        )
        - 1
    )

    def moved(netlist):
        return [{**c, "at": [c["at"][0] - top, c["at"][1] - left]} for c in netlist["components"]], netlist[
            "nets"
        ]

    assert (again.netlist()["components"], again.netlist()["nets"]) == moved(circuit.netlist())


@LIMITS
@given(ladders())
def test_generated_ladders_are_circuits(text):
    circuit = parse(text)
    assert [problem.message for problem in circuit.problems] == []


@pytest.mark.parametrize(
    "path", sorted((ROOT / "tests" / "data" / "circuits").glob("*.txt")), ids=lambda path: path.stem
)
def test_a_drawing_keeps_the_order_of_columns_and_rows(path):
    circuit = parse(path.read_text(), True)
    if circuit.problems:
        assert path.stem[:2] in ("03", "17", "22")  # no wire at all, or one on a body
        return
    svg = draw(circuit, "p")
    assert "\n" not in svg
    for axis in ("columns", "rows"):
        places = [int(place) for place in svg.split(f'data-{axis}="')[1].split('"')[0].split()]
        assert all(later > earlier for earlier, later in zip(places, places[1:]))
        assert len(places) >= (
            max(map(len, path.read_text().splitlines()))
            if axis == "columns"
            else len(path.read_text().splitlines())
        )
