"""What stops a build, and how the author is told."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
FRONT_MATTER = "---\ntitle: A page\n---\n# A page\n\nSome words.\n\n"  # the text below it starts in line 8


@pytest.fixture
def project(tmp_path):
    """A project that uses this one's macros. Returns a function that builds it from its page's text."""
    text = (ROOT / "mkdocs.yml").read_text(encoding="utf-8").replace("!ENV", "")

    def build(page, nav=None, **more):
        config = yaml.safe_load(text)
        config.update(
            nav=nav or [{"A page": "index.md"}],
            site_url="http://127.0.0.1/",
            hooks=[str(ROOT / "macros/hooks.py")],
            watch=[],
        )
        config["extra"]["repository"] = ""
        config["theme"]["custom_dir"] = str(ROOT / "theme")
        config["plugins"][1]["macros"]["module_name"] = str(ROOT / "macros/vocabulary")
        (tmp_path / "mkdocs.yml").write_text(yaml.safe_dump(config), encoding="utf-8")
        shutil.copytree(ROOT / "docs" / "assets", tmp_path / "docs" / "assets")
        (tmp_path / "docs" / "index.md").write_text(page, encoding="utf-8")
        for name, content in more.items():
            path = tmp_path / "docs" / f"{name}.md"
            path.parent.mkdir(exist_ok=True)
            path.write_text(content, encoding="utf-8")
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
    "a mark that is not closed": (
        '{{ value("weight_bytes", n_parameters=1, bytes_per_weight=2)\n\nMore.\n\n{{ vocabulary() }}',
        "{{ is opened here and not closed",
        "expected }}",
    ),
    "a mark that is not closed before the end": ("{{ vocabulary(", "{{ is opened here", "expected }}"),
    "a heading's id that opens a comment": ("## Part {#part}", "{# is opened here", "{ #id } with a space"),
    "a file to include that is not there": (
        '{% include "idnex.md" %}',
        "'idnex.md'",
        "did you mean 'index.md'?",
    ),
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


HEADERS = {
    "a bracket that is not closed": (
        "---\ntitle: A page\nfoo: [bar\n---\n# A page\n",
        "docs/index.md:3: front matter:",
        "expected lines such as",
    ),
    "a blank line above it": (
        "\n---\ntitle: A page\n---\n# A page\n",
        "docs/index.md:2: front matter begins here",
        "it has to begin in the first line",
    ),
    "no end": ("---\ntitle: A page\n\n# A page\n", "docs/index.md:1: front matter begins here", "a line ---"),
    "words in place of fields": ("---\njust words\n---\n# A page\n", "docs/index.md:2", "'title: My page'"),
    "no title": (
        "---\nunlisted: true\n---\nSome words.\n",
        "docs/index.md:4: the page has no title",
        "# Title",
    ),
    "a wrong kind of value": (
        "---\nunlisted: maybe\n---\n# A page\n",
        "docs/index.md:2: unlisted is 'maybe'",
        "true or false",
    ),
}


@pytest.mark.parametrize("page, place, hint", HEADERS.values(), ids=HEADERS.keys())
def test_a_wrong_front_matter_or_title_stops_the_build_with_its_line_and_what_would_be_right(
    project, page, place, hint
):
    status, output = project(page)
    assert status != 0
    assert place in output and hint in output, output
    assert "Traceback" not in output


def test_every_wrong_header_is_told_in_one_run(project):
    status, output = project("---\nfoo: [bar\n---\n# A page\n", other="Some words.\n")
    assert status != 0
    assert "docs/index.md:2:" in output and "docs/other.md:1: the page has no title" in output


LINKS = {
    "to a page": ('<a href="nowhere/">there</a>', "link 'nowhere/' leads to no file"),
    "to a near page": ('<a href="othr/">there</a>', "did you mean 'other/'?"),
    "to a place on a page": ('<a href="other/#prat">there</a>', "did you mean 'part'?"),
    "to a picture": ('<img src="picture.svg" alt="nothing">', "link 'picture.svg' leads to no file"),
    "to a picture among several": (
        '<img src="assets/favicon.svg" srcset="assets/favicon.svg 1x, none.svg 2x" alt="nothing">',
        "link 'none.svg' leads to no file",
    ),
    "to letters of a line above": ('<a href="e">there</a>', "link 'e' leads to no file"),
    "to a file of Markdown": ('<a href="other.md#part">there</a>', "in HTML write 'other/#part'"),
    "to the host's root": ('<a href="/other/">there</a>', "write it relative"),
}


@pytest.mark.parametrize("link, hint", LINKS.values(), ids=LINKS.keys())
def test_a_link_of_raw_html_that_leads_nowhere_stops_the_build_with_its_line(project, link, hint):
    status, output = project(
        FRONT_MATTER + link + "\n",
        nav=[{"A page": "index.md"}, {"Other": "other.md"}],
        other="# Other\n\n## Part { #part }\n",
    )
    assert status != 0 and "docs/index.md:8: link '" in output and hint in output, output
    assert "Traceback" not in output


def test_a_link_of_raw_html_that_leads_somewhere_passes(project):
    status, output = project(
        FRONT_MATTER + '<a href="other/#part">there</a> <a href="other/index.html">and</a>\n',
        nav=[{"A page": "index.md"}, {"Other": "other.md"}],
        other="# Other\n\n## Part { #part }\n",
    )
    assert status == 0, output


def test_an_unlisted_article_in_the_navigation_stops_the_build(project):
    status, output = project(
        "# A page\n",
        nav=[{"A page": "index.md"}, {"Other": "other.md"}],
        other="---\nunlisted: true\n---\n# Other\n",
    )
    assert status != 0 and "docs/other.md is unlisted and stands in the navigation" in output


def test_a_page_without_mistakes_builds(project):
    status, output = project(
        FRONT_MATTER + '{{ value("weight_bytes", n_parameters=3, bytes_per_weight=2) }}\n',
        nav=[{"A page": "index.md"}, {"Formulas": "reference/formulas.md"}],
        **{"reference/formulas": "# Formulas\n\n{{ formulas() }}\n"},
    )
    assert status == 0, output
