"""The macros in somebody else's site: the package installed, the example built, the recipes followed."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.conftest import ROOT
from tests.serving import served
from tests.site.waiting import until

EXAMPLE = ROOT / "examples" / "second-site"
GUIDE = (ROOT / "docs" / "writing-articles.md").read_text(encoding="utf-8")
INSTALLED = ("llmmath", "macros", "firmware")
PARTS = (*INSTALLED, "theme", "docs/assets", "pyproject.toml", "setup.py")


def committed(*parts):
    done = subprocess.run(
        ["git", "ls-files", "-z", *parts], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [name for name in done.stdout.split("\0") if name]


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    """Folder with the package as pip installs it, from what is committed, without the network."""
    source, target = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("installed")
    for name in committed(*PARTS):
        source.joinpath(name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, source / name)
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile"]
    offline = ["--no-index", "--no-deps", "--no-build-isolation"]
    done = subprocess.run(
        [*pip, *offline, "--target", str(target), str(source)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return target


def run(command, folder, package, **more):
    """Runs a command of the shell in a folder, with the package and MkDocs at hand, not with this project."""
    beside = os.environ.get("PYTHONPATH")
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(package), *([beside] if beside else [])]),
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "NO_MKDOCS_2_WARNING": "1",
        "SITE_CACHE": str(ROOT / ".cache"),
        **more,
    }
    return subprocess.run(command, shell=True, cwd=folder, env=environment, capture_output=True, text=True)


@pytest.fixture(scope="module")
def second(package, tmp_path_factory):
    """The example as it is built in a folder of its own."""
    folder = tmp_path_factory.mktemp("second") / "site-of-others"
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns("site", ".cache", "__pycache__"))
    done = run("mkdocs build --strict", folder, package)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def test_the_examples_readme_says_of_every_file_what_it_holds():
    told = (EXAMPLE / "README.md").read_text(encoding="utf-8")
    folder = EXAMPLE.relative_to(ROOT).as_posix()
    names = {name.removeprefix(f"{folder}/") for name in committed(folder)} - {"README.md"}
    assert {
        name for name in names if not (f"`{name}`" in told or f"`{name.split('/')[0]}/` |" in told)
    } == set()
    # what `pip install` is given is what the guide says
    assert [line for line in told.splitlines() if line.startswith("$ pip")] == re.findall(
        r"^\$ pip.*", GUIDE, re.M
    )


@pytest.fixture(scope="module")
def rows(second):
    found = json.loads((second / "site" / "values.json").read_text(encoding="utf-8"))
    return {(row["page"], row["name"]): row for row in found}


def test_the_installed_package_has_every_module_and_every_file_that_one_reads(package):
    said = ("README.md", "BENCH.md")  # told to people alone
    parts = {name for name in committed(*INSTALLED) if Path(name).name not in said}
    assert {name for name in parts if not package.joinpath(name).is_file()} == set()
    for folder, there in (("docs/assets", "macros/assets"), ("theme", "macros/theme")):
        names = {name.removeprefix(f"{folder}/") for name in committed(folder)}
        assert {name for name in names if not package.joinpath(there, name).is_file()} == set()


def test_a_formula_of_the_sites_own_is_computed_typeset_and_shown_with_its_source(second, rows):
    row = rows["index.md", "tokens_per_charge"]
    # 36,000 J / 10 W = 3,600 s, of 60 tokens each
    assert (row["value"], row["unit"], row["text"]) == (216_000, "token", "216,000")
    assert re.fullmatch(r"own/formulas/battery\.py:\d+", row["source"])
    page = (second / "site" / "index.html").read_text(encoding="utf-8")
    assert page.count("<math") > 3 and 'href="./source/own/formulas/battery.py/#L' in page
    listed = second / "site" / "source" / "own" / "formulas" / "battery.py" / "index.html"
    assert "tokens_per_second" in listed.read_text(encoding="utf-8")


def test_records_of_the_sites_own_are_counted_bound_and_quoted(second, rows):
    # embedding 32,000 x 768; a layer: q and o 768 x 768, k and v 768 x 256, three of 768 x 2,048, two norms
    layer = 2 * 768 * 768 + 2 * 768 * 256 + 3 * 768 * 2048 + 2 * 768
    parameters = rows["index.md", "count.parameters"]
    assert parameters["value"] == 32000 * 768 + 12 * layer + 768
    assert parameters["records"] == {} and parameters["inputs"]["model"] == "field-100m"
    assert rows["index.md", "record.memory_bandwidth"]["value"] == 17e9
    # at least the time that all weights take over 17 GB/s, 2 bytes each
    bound = rows["index.md", "bound.step_seconds"]["value"]
    assert 2 * parameters["value"] / 17e9 < bound < 3 * parameters["value"] / 17e9
    assert (second / "site/source/own/records/models.toml/index.html").is_file()


def test_a_circuit_of_the_sites_own_is_drawn_solved_and_held_against_its_parts(second):
    page = (second / "site" / "index.html").read_text(encoding="utf-8")
    circuit = page[page.index('class="lm-circuit"') :]
    assert "<svg" in circuit
    # (5 - 2) V over 330 ohm
    assert "9.09 mA" in circuit.replace("\u202f", " ")


def test_the_sites_look_stays_its_own(second):
    page = (second / "site" / "index.html").read_text(encoding="utf-8")
    assert re.search(r"assets/css/site\.\w+\.css", page) and "assets/css/look." not in page
    assert "Content-Security-Policy" not in page and not (second / "site" / "_headers").exists()
    settings = yaml.safe_load(
        (ROOT / "mkdocs.yml").read_text(encoding="utf-8").split("\nplugins:")[0].replace("!ENV", "")
    )
    here = {Path(name).stem for name in settings["extra_css"]}
    # by the name with the hash of its content
    brought = set(re.findall(r"assets/css/([\w-]+)\.\w+\.css", page))
    # this site's look, its fan and what its theme puts around an article
    assert here - brought == {"look", "fan", "article"} and brought <= here
    assert all((second / "site" / "assets" / "css" / f"{name}.css").is_file() for name in brought)


def test_the_calculator_answers_in_the_page_with_the_sites_own_records(second, browser):
    with served(second / "site") as address:
        page = browser.new_page()
        wrong = []
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto(address)
        page.locator("lm-calculator").first.scroll_into_view_if_needed()  # its scripts come when it is near
        until(page, "!!customElements.get('lm-calculator')")
        box = page.locator("#calculator-fit")
        box.locator("[name=batch]").fill("64")
        box.locator(".lm-ran").wait_for(timeout=20000)
        shown = box.locator(".lm-shown").inner_text()
        assert "Field 100M" in shown and "Field board" in shown
        # a theme without a palette has the colours of the macros too
        assert page.evaluate("getComputedStyle(document.body).getPropertyValue('--lm-figure')") == "#0b5a7d"
        assert wrong == []
        page.close()


PAGE_WITH_MISTAKES = """# Mine

{{ value("count.parameters", model="feild-100m", context=1) }}
{{ value("shared", among=0) }}

{{ formula("halved") }}
"""


def test_mistakes_in_the_sites_own_files_are_told_with_their_places(package, tmp_path):
    folder = tmp_path / "site-of-others"
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns("site", ".cache", "__pycache__"))
    (folder / "docs" / "index.md").write_text(PAGE_WITH_MISTAKES, encoding="utf-8")
    (folder / "own" / "formulas" / "shares.py").write_text("def shared(*, among):\n    return 1 / among\n")
    halved = 'def halved(*, cells):\n    """Half.\n\n    Args:\n        cells: all of them.\n    """\n'
    (folder / "own" / "formulas" / "halves.py").write_text(f"\n{halved}    return cells / 2\n")
    done = run("mkdocs build --strict", folder, package)
    told = done.stdout + done.stderr
    assert done.returncode != 0 and "Traceback" not in told
    said = "the docstring of halved gives no [unit] for `cells`, for docs/index.md:6"
    assert f"own/formulas/halves.py:2: {said}" in told
    assert "docs/index.md:3: unknown model 'feild-100m'; did you mean 'field-100m'?" in told
    assert "own/formulas/shares.py:2: ZeroDivisionError: division by zero, for docs/index.md:4" in told


# What `mkdocs serve` does: one build after another in one process, each with its own configuration.
TWO_BUILDS = """
from pathlib import Path
from mkdocs.commands.build import build
from mkdocs.config import load_config
for factor in (2, 3):
    formula = Path("own/formulas/many.py")
    formula.write_text(formula.read_text().replace("2 * n", f"{factor} * n"))
    config = load_config()
    config.plugins.on_startup(command="serve", dirty=False)
    build(config)
    print(Path("site/index.html").read_text().count(f">{factor * 5}</button>"))
"""


def test_an_edit_of_a_formula_is_in_the_next_build_of_the_same_process(package, tmp_path):
    for name, text in {
        "mkdocs.yml": "site_name: Mine\ntheme: {name: material}\nplugins: [macros, llmmath-docs]\n",
        "docs/index.md": '# Mine\n\n{{ value("many", n=5) }}\n',
        "own/formulas/many.py": 'def many(*, n):\n    """Many.\n\n    Args:\n        n: some [1].\n    """\n'
        "    return 2 * n\n",
        "two_builds.py": TWO_BUILDS,
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    done = run("python two_builds.py", tmp_path, package)
    assert done.stdout.split() == ["1", "1"], done.stdout + done.stderr


def test_what_is_kept_between_builds_lies_beside_the_site_and_not_in_the_package(package, tmp_path):
    for name, text in {
        "mkdocs.yml": "site_name: Mine\ntheme: {name: material}\nplugins: [macros, llmmath-docs]\n",
        "docs/index.md": '# Mine\n\n{{ value("many", n=5) }}\n',
        "own/formulas/many.py": 'def many(*, n):\n    """Many.\n\n    Args:\n        n: some [1].\n    """\n'
        "    return 2 * n\n",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    done = run("env -u SITE_CACHE mkdocs build --strict", tmp_path, package)
    assert done.returncode == 0, done.stdout + done.stderr
    kept = tmp_path / ".cache"
    assert list(kept.glob("code/*.code")) and list(kept.glob("macros/*/*.json"))
    assert not (package / ".cache").exists()


# A recipe's file, or what is run in the console, as the guide has them.
BLOCK = re.compile(r'^```(?P<kind>\w+)(?: title="(?P<file>[^"]+)")?\n(?P<text>.*?)^```$', re.M | re.S)


def blocks(recipe):
    """The code blocks of a recipe, named by the anchor of its heading: (kind, file, text)."""
    after = GUIDE[GUIDE.index(f"{{ #recipe-{recipe} }}") :]
    section = after.split("\n### ")[0]
    return [(found["kind"], found["file"], found["text"]) for found in BLOCK.finditer(section)]


def follow(recipe, folder, package):
    """Does what a recipe says in a folder; gives how many files it wrote."""
    written = 0
    for kind, file, text in blocks(recipe):
        if file:
            folder.joinpath(file).parent.mkdir(parents=True, exist_ok=True)
            folder.joinpath(file).write_text(text, encoding="utf-8")
            written += 1
        else:
            assert kind == "console" and text.startswith("$ ")
            done = run(text.removeprefix("$ "), folder, package)
            assert done.returncode == 0, done.stdout + done.stderr
    return written


def test_the_recipes_give_what_they_say(package, tmp_path):
    """One after the other in one folder, as a reader does them."""
    site = tmp_path / "site"
    said = {
        # 2 vectors x 32 layers x 8 heads x 128 values x 2 bytes
        "article": ("index.html", "128 KiB"),
        # two means of 4 bytes for 124,439,808 parameters: 995.5 MB
        "formula": ("training/index.html", "996 MB"),
        # embedding 32,000 x 512; a layer: q, o 512 x 512, k, v 512 x 128, three of 512 x 1,536, two norms
        "model": (
            "small-llama/index.html",
            f"{32000 * 512 + 8 * (2 * 512 * 512 + 2 * 512 * 128 + 3 * 512 * 1536 + 2 * 512) + 512:,}",
        ),
    }
    for recipe, (page, figure) in said.items():
        assert follow(recipe, tmp_path, package) >= 2
        shown = site.joinpath(page).read_text(encoding="utf-8").replace("\u202f", " ")
        assert f">{figure}</button>" in shown
        assert f"says {figure}" in GUIDE
