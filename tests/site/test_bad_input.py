"""What stops a build, and how the author is told."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
FRONT_MATTER = "---\ntitle: A page\n---\n# A page\n\nSome words.\n\n"  # the text below it starts in line 8


@pytest.fixture
def project(tmp_path):
    """A project of one page that uses this one's macros. Returns a function that builds it from the page's text."""
    text = (ROOT / "mkdocs.yml").read_text(encoding="utf-8").replace("!ENV", "")

    def build(page, nav=None, **more):
        config = yaml.safe_load(text)
        config.update(
            nav=nav or [{"A page": "index.md"}],
            site_url="http://127.0.0.1/",
            hooks=[str(ROOT / "macros/hooks.py")],
            watch=[],
        )
        config["theme"]["custom_dir"] = str(ROOT / "theme")
        config["plugins"][1]["macros"]["module_name"] = str(ROOT / "macros/vocabulary")
        (tmp_path / "mkdocs.yml").write_text(yaml.safe_dump(config), encoding="utf-8")
        (tmp_path / "docs").mkdir(exist_ok=True)
        (tmp_path / "docs" / "index.md").write_text(page, encoding="utf-8")
        for name, content in more.items():
            (tmp_path / "docs" / f"{name}.md").write_text(content, encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-m", "mkdocs", "build", "--strict"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        )
        return done.returncode, done.stdout + done.stderr

    return build


MISTAKES = {
    "a misspelt macro": (
        '{{ valeu("weight_bytes", n_parameters=1, bytes_per_weight=2) }}',
        "'valeu'",
        "did you mean 'value'?",
    ),
    "a misspelt formula": (
        '{{ value("weight_byte", n_parameters=1, bytes_per_weight=2) }}',
        "'weight_byte'",
        "did you mean 'weight_bytes'?",
    ),
    "a misspelt variable": ("{{ contxt }}", "'contxt'", "unknown macro or variable"),
    "a misspelt model": (
        '{{ value("kv_cache_bytes", model="lama-2-7b", n_tokens=1, bytes_per_value=2) }}',
        "'lama-2-7b'",
        "did you mean 'llama-2-7b'?",
    ),
    "a misspelt accelerator": (
        '{{ value("ridge_intensity", accelerator="h100-smx", dtype="bf16") }}',
        "'h100-smx'",
        "did you mean 'h100-sxm'?",
    ),
    "a misspelt argument": (
        '{{ value("weight_bytes", n_parameter=1, bytes_per_weight=2) }}',
        "'n_parameter'",
        "did you mean 'n_parameters'?",
    ),
    "a missing argument": (
        '{{ value("weight_bytes", n_parameters=1) }}',
        "needs bytes_per_weight",
        "given: n_parameters",
    ),
    "a unit of another kind": (
        '{{ value("weight_bytes", n_parameters=1, bytes_per_weight=2, unit="ms") }}',
        "[B]",
        "GiB",
    ),
    "an unknown unit": (
        '{{ value("weight_bytes", n_parameters=1, bytes_per_weight=2, unit="Gib") }}',
        "'Gib'",
        "did you mean 'GiB'?",
    ),
    "a misspelt table": ('{{ table("componets") }}', "'componets'", "did you mean 'components'?"),
    "a misspelt chart": ('{{ chart("rooflin") }}', "'rooflin'", "did you mean 'roofline'?"),
    "a file that is not there": (
        '{{ source("firmware/thermister_fan.py") }}',
        "thermister_fan.py",
        "did you mean 'firmware/thermistor_fan.py'?",
    ),
    "a syntax error": ("{{ value( }}", "unexpected", "docs/index.md:8"),
}


@pytest.mark.parametrize("text, word, hint", MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_stops_the_build_and_names_file_line_word_and_the_right_one(project, text, word, hint):
    status, output = project(FRONT_MATTER + text + "\n")
    assert status != 0
    assert "docs/index.md:8" in output and word in output and hint in output, output
    assert "Traceback" not in output


def test_a_broken_link_stops_the_build(project):
    status, output = project("# A page\n\n[there](nowhere.md)\n")
    assert status != 0 and "nowhere.md" in output


def test_an_unlisted_article_in_the_navigation_stops_the_build(project):
    status, output = project(
        "# A page\n",
        nav=[{"A page": "index.md"}, {"Other": "other.md"}],
        other="---\nunlisted: true\n---\n# Other\n",
    )
    assert status != 0 and "docs/other.md is unlisted and stands in the navigation" in output


def test_a_page_without_mistakes_builds(project):
    status, output = project(
        FRONT_MATTER + '{{ value("weight_bytes", n_parameters=3, bytes_per_weight=2) }}\n'
    )
    assert status == 0, output
