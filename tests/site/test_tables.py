"""Every table of the built site: its header, and for each column a cell whose text was worked by hand.

To add a table, print it and write what it must show into a file of tests/data/tables/:

    .venv/bin/python tests/site/html_tables.py site words of its name

    [[table]]
    at = "vram/ | One capacity in two units"  # as printed: page | name; a list where several agree
    header = ["Accelerator", "In GB of 10⁹ B", "In GiB of 2³⁰ B"]
    rows = [
      { cells = ["GeForce RTX 4090", "24 GB", "22.35 GiB"], why = "24e9 / 2^30" },
    ]

`why` says how the cells were worked, or where they were published or measured; nothing is pasted from the
page. A cell "…" is not looked at, and "16.1 GB…" is how one begins. Each column needs a cell in some row.
"""

import hashlib
import inspect
import json
import re
import tomllib
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import pytest

import firmware
import llmmath.formulas
from tests.site import html_tables

ROOT = Path(__file__).resolve().parents[2]
UNSAID = "…"


def golden():
    """What tests/data/tables/ states, as (key, header, rows of (cells, why))."""
    found = []
    for path in sorted((ROOT / "tests" / "data" / "tables").glob("*.toml")):
        for entry in tomllib.loads(path.read_text(encoding="utf-8"))["table"]:
            keys = [entry["at"]] if isinstance(entry["at"], str) else entry["at"]
            rows = [(row["cells"], row["why"]) for row in entry["rows"]]
            found += [(key, entry["header"], rows) for key in keys]
    return found


GOLDEN = golden()


def agrees(stated, shown):
    """Whether a cell shows what is stated of it."""
    return shown.startswith(stated[:-1]) if stated.endswith(UNSAID) else shown == stated


@pytest.mark.parametrize(("key", "header", "rows"), GOLDEN, ids=[key for key, _, _ in GOLDEN])
def test_a_table_shows_what_was_worked_by_hand(tables, key, header, rows):
    assert key in tables, f"no table {key!r}; the site has: {', '.join(sorted(tables))}"
    assert tables[key].header == header
    for cells, why in rows:
        fitting = [row for row in tables[key].rows if agrees(cells[0], row[0])]
        assert any(all(map(agrees, cells, row)) and len(row) == len(cells) for row in fitting), (
            f"{key}: expected a row {cells} ({why}); the page has {fitting or tables[key].rows}"
        )


@pytest.mark.parametrize(("key", "header", "rows"), GOLDEN, ids=[key for key, _, _ in GOLDEN])
def test_every_golden_row_is_whole_and_says_how_it_was_worked(key, header, rows):
    for cells, why in rows:
        assert len(cells) == len(header), f"{key}: {cells} has {len(cells)} cells, the header {len(header)}"
        assert why.strip(), f"{key}: {cells} does not say how it was worked"


def test_no_table_and_no_column_is_without_a_worked_cell(tables):
    covered = {}
    for key, header, rows in GOLDEN:
        columns = covered.setdefault(key, set())
        for cells, _ in rows:
            columns |= {at for at, cell in enumerate(cells) if cell != UNSAID and at < len(header)}
    missing = []
    for key, table in tables.items():
        if any(re.search(pattern, key) for pattern in RULES):
            continue
        for at, name in enumerate(table.header):
            if at not in covered.get(key, ()):
                missing.append(f"{key}: column {at + 1}, {name!r}")
    assert not missing, "worked cells are missing, see the head of this file:\n" + "\n".join(missing)


def test_every_popover_lists_inputs_by_name_value_and_source(site):
    """Tables of a value's inputs and parts stand in its popover; what they say: test_popovers.py."""
    columns = {"lm-from": (3,), "lm-parts": (2, 3)}
    for path in site.rglob("*.html"):
        page = html_tables.Reader(path.name)
        page.feed(path.read_text(encoding="utf-8"))
        for table in page.tables:
            if html_tables.INPUTS in table.classes:
                (allowed,) = [columns[kind] for kind in table.classes if kind in columns]
                for row in [table.header, *table.rows]:
                    # a part that is no plain product has nothing in its middle
                    told = row if "lm-from" in table.classes else [row[0], row[-1]]
                    assert len(row) in allowed and all(told), f"{path}: {row}"


# Tables that a rule covers whole: the pattern of their keys.
RULES = (
    r"^reference/formulas/ \| Arguments of ",
    # See test_measured_tables.py.
    r"^measurements/.* \| Points of ",
    r"^measurements/.* \| Data: .*: predicted over measured time$",
    r"^measurements/ \| Bound over measured time, and error of the estimate, by engine$",
    r"^predicted-and-measured/ \| Data: Predicted against measured time",
    r"^predicted-and-measured/ \| Error of estimates for ",
    # See test_measured_tables.py: shares and errors follow from the file of first tokens.
    r"^measurements/first-tokens/ \| First tokens of busy servers",
    # See test_gpu_tables.py.
    r"^measurements/own-gpu/ \| (Measured over expected|Steps and prompts) on ",
    r"^measurements/own-gpu/ \| Data: One decoding step of ",
    # See test_estimate_tables.py.
    r"\| One query, .*: tokens per second$",
    r"\| .* tokens in, .* out(: tokens per second of all queries|, .* what a change buys|)$",
    r"^how-fast/ \| What an output token waits for, as expected$",
    r"^pico-fan/how-it-works/ \| Tests of the script$",
    r"^pico-fan/ \| Downloads$",
)


def formulas():
    """Every function of the formula modules and of the fan's physics, by name."""
    modules = [
        import_module(f"llmmath.formulas.{info.name}") for info in iter_modules(llmmath.formulas.__path__)
    ]
    modules.append(import_module(f"{firmware.__name__}.physics"))
    return {
        name: function
        for module in modules
        for name, function in vars(module).items()
        if inspect.isfunction(function) and not name.startswith("_")
    }


def test_arguments_of_a_formula_are_those_of_its_function_with_meaning_and_unit_of_its_docstring(tables):
    known = formulas()
    for name, table in html_tables.under(tables, RULES[0]).items():
        function = known[name.removeprefix("Arguments of ")]
        said = " ".join(inspect.getdoc(function).partition("Returns:")[0].partition("Args:")[2].split())
        assert table.header == ["Letter", "Argument", "Meaning", "Unit"], name
        assert [row[1] for row in table.rows] == list(inspect.signature(function).parameters), name
        letters = [row[0] for row in table.rows]
        assert len(set(letters)) == len(letters) and all(letters), f"{name}: {letters}"
        for _, argument, meaning, unit in table.rows:
            stated = re.search(rf"\b{argument}\b[^:]*:[^\[]*\[([^\]]*)\]", said)
            assert stated and unit == stated[1], f"{name}: {argument} is in {unit}, its docstring says {said}"
            assert f": {meaning}" in re.sub(r" \[[^\]]*\]", "", said), f"{name}: {meaning} is not in {said}"


def test_the_tests_of_the_script_are_those_that_were_recorded(tables):
    table = tables["pico-fan/how-it-works/ | Tests of the script"]
    recorded = json.loads((ROOT / "firmware" / "tested.json").read_text(encoding="utf-8"))["tests"].values()
    assert table.header == ["What the tests prove", "Passed"]
    assert table.rows == [[test["proves"], str(test["passed"])] for test in recorded]


def test_downloads_are_listed_with_their_size_and_hash(tables, site):
    table = tables["pico-fan/ | Downloads"]
    recorded = json.loads((ROOT / "firmware" / "tested.json").read_text(encoding="utf-8"))["tests"]
    passed = sum(test["passed"] for test in recorded.values())
    assert table.header == ["File", "What for", "Bytes", "SHA-256", "Tests passed"]
    for name, purpose, size, sha256, tests in table.rows:
        content = next(site.rglob(name)).read_bytes()
        assert size == f"{len(content):,}", name
        assert sha256 == hashlib.sha256(content).hexdigest(), name
        assert purpose and 0 < int(tests) <= passed, name
    # The script itself passed all but those of the file beside it.
    assert table.rows[0][:2] == ["thermistor_fan.py", "the script"]
    assert table.rows[0][4] == str(passed - recorded["test_options.py"]["passed"])
