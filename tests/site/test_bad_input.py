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


TEXT = (ROOT / "mkdocs.yml").read_text(encoding="utf-8").replace("!ENV", "")


def build(folder, pages, nav=None, lists=None):
    """Builds a project of some pages with this one's macros.

    Args:
        folder: where it is laid out. pages: path below docs/ without .md -> text; a first page is added to
            those that have none. nav: all pages if not given. lists: what mkdocs.yml lists in place of what.

    Returns:
        (exit status, lines that were printed).
    """
    pages = {"index": "# First page\n", **pages}
    config = yaml.safe_load(TEXT)
    config.update(
        nav=nav or [{name: f"{name}.md"} for name in pages],
        site_url="http://127.0.0.1/",
        hooks=[str(ROOT / "macros/hooks.py")],
        watch=[],
    )
    config["extra"].update(repository="", release="", markdown="")
    config["theme"]["custom_dir"] = str(ROOT / "theme")
    config["plugins"][1]["macros"]["module_name"] = str(ROOT / "macros/vocabulary")
    settings = yaml.safe_dump(config)
    for right, wrong in (lists or {}).items():
        settings = settings.replace(right, wrong)
    (folder / "mkdocs.yml").write_text(settings, encoding="utf-8")
    shutil.copytree(ROOT / "docs" / "assets", folder / "docs" / "assets")
    for name, content in pages.items():
        path = folder / "docs" / f"{name}.md"
        path.parent.mkdir(exist_ok=True)
        path.write_text(content, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict"],
        cwd=folder,
        capture_output=True,
        text=True,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
    )
    return done.returncode, (done.stdout + done.stderr).splitlines()


def pages_of(cases):
    """A page for each case, so that one build tells of all: case -> name of its page."""
    return {case: f"page-{number}" for number, case in enumerate(cases)}


def told(build, page):
    """The one line that a failed build says of a page."""
    status, lines = build
    assert status != 0 and not any("Traceback" in line for line in lines)
    found = [line for line in lines if f"docs/{page}.md" in line]
    assert len(found) == 1, lines
    return found[0]


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
    "a misspelt argument of the macro itself": (
        '{{ value("count.decode.total", model="gpt2", context=8, digts=3) }}',
        "argument of count 'digts'",
        "did you mean 'digits'?",
    ),
    "an argument of a chart": (
        '{{ chart("memory_rooms", modl="gpt2") }}',
        "argument of the chart memory_rooms 'modl'",
        "did you mean 'model'?",
    ),
    "a table that lacks an argument": (
        '{{ table("cost", model="gpt2") }}',
        "the table cost needs accelerator, context, batches, price_per_hour, power",
        "given: model",
    ),
    "a table that takes no argument": (
        '{{ table("accelerators", model="gpt2") }}',
        "argument of the table accelerators 'model'",
        "it takes none",
    ),
    "arguments without a name": (
        '{{ calculator("fit", "foo", "bar") }}',
        "calculator takes kind alone without a name, all else as name=value",
        "given: 'fit', 'foo', 'bar'",
    ),
    "an argument twice": (
        '{{ badge("gpt2", 8, model="gpt2") }}',
        "badge is given model twice",
        "take out one",
    ),
    "an id twice": ('<b id="part">a</b> <b id="part">b</b>', "'part' stands in line 8 too", "another one"),
    "code that is not closed": ("```python\nx = 1\n", "code that begins here is not closed", "expected ```"),
    "an unknown footnote": ("words[^sramm]\n\n[^sram]: one\n", "footnote [^sramm]", "did you mean [^sram]?"),
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
    "a syntax error": ("{{ value( }}", "unexpected", ":8: "),
    "a mark that is not closed": (
        '{{ value("weight_bytes", n_parameters=1, bytes_per_weight=2)\n\nMore.\n\n{{ vocabulary() }}',
        "{{ is opened here and not closed",
        "expected }}",
    ),
    "a mark that is not closed before the end": ("{{ vocabulary(", "{{ is opened here", "expected }}"),
    "a string that does not end": (
        '{{ value("weight_bytes", n_parameters=1, unit="GB, bytes_per_weight=2) }}\n\n{{ badge("gpt2", 1) }}',
        "a string begins here",
        "does not end in its line",
    ),
    "a heading's id that opens a comment": ("## Part {#part}", "{# is opened here", "{ #id } with a space"),
    "a file to include that is not there": (
        '{% include "idnex.md" %}',
        "'idnex.md'",
        "did you mean 'index.md'?",
    ),
}


OF_MISTAKES = pages_of(MISTAKES)


@pytest.fixture(scope="module")
def with_mistakes(tmp_path_factory):
    """A build of a page for each mistake."""
    pages = {OF_MISTAKES[case]: f"{FRONT_MATTER}{text}\n" for case, (text, *_) in MISTAKES.items()}
    return build(tmp_path_factory.mktemp("mistakes"), pages)


@pytest.mark.parametrize("case", MISTAKES)
def test_a_mistake_stops_the_build_and_names_file_line_word_and_the_right_one(with_mistakes, case):
    _, word, hint = MISTAKES[case]
    line = told(with_mistakes, OF_MISTAKES[case])
    assert f"docs/{OF_MISTAKES[case]}.md:8: " in line and word in line and hint in line


def test_a_page_tells_of_all_its_mistakes_in_one_run(tmp_path):
    page = FRONT_MATTER + '{{ table("componets") }}\n\n{{ chart("rooflin") }} {{ badge("lama-2-7b", 1) }}\n'
    status, lines = build(tmp_path, {"index": page})
    found = [line for line in lines if "docs/index.md:" in line]
    words = ("index.md:8: unknown table", "index.md:10: unknown chart", "index.md:10: unknown model")
    assert status != 0 and len(found) == 3
    assert all(any(word in line for line in found) for word in words), found


def test_a_name_that_is_not_there_hides_no_other_mistake_of_its_page(tmp_path):
    page = """# A page

{{ valeu("weight_bytes") }} and {{ contxt }} {{ value(weight_bytes, n=1) }}

{{ chart("rooflin") }}
"""
    status, lines = build(tmp_path, {"index": page})
    found = [line.partition(": ")[2] for line in lines if "docs/index.md:" in line]
    assert status != 0 and [line.partition(";")[0] for line in found] == [
        "unknown macro or variable 'valeu'",
        "unknown macro or variable 'contxt'",
        "'weight_bytes' is a formula and no macro",
        "unknown chart 'rooflin'",
    ], lines


def test_a_style_sheet_and_a_script_that_are_not_there_stop_the_build_with_the_near_one(tmp_path):
    lists = {"css/math.css": "css/maths.css", "js/sort.js": "js/srot.js"}
    status, lines = build(tmp_path, {"index": '# A page\n\n{{ chart("rooflin") }}\n'}, lists=lists)
    told = "\n".join(lines)
    assert status != 0 and "docs/index.md:3: unknown chart" in told
    for field, (right, wrong) in zip(("css", "javascript"), lists.items()):
        said = f"unknown file of extra_{field} 'assets/{wrong}'; did you mean 'assets/{right}'?"
        assert [line for line in lines if said in line and "mkdocs.yml:" in line], told


HEADERS = {
    "a bracket that is not closed": (
        "---\ntitle: A page\nfoo: [bar\n---\n# A page\n",
        ":3: front matter:",
        "expected lines such as",
    ),
    "a blank line above it": (
        "\n---\ntitle: A page\n---\n# A page\n",
        ":2: front matter begins here",
        "it has to begin in the first line",
    ),
    "no end": ("---\ntitle: A page\n\n# A page\n", ":1: front matter begins here", "a line ---"),
    "words in place of fields": ("---\njust words\n---\n# A page\n", ":2: ", "'title: My page'"),
    "no title": (
        "---\nunlisted: true\n---\nSome words.\n",
        ":4: the page has no title",
        "# Title",
    ),
    "a wrong kind of value": (
        "---\nunlisted: maybe\n---\n# A page\n",
        ":2: unlisted is 'maybe'",
        "true or false",
    ),
}


OF_HEADERS = pages_of(HEADERS)


@pytest.fixture(scope="module")
def with_wrong_headers(tmp_path_factory):
    """A build of a page for each wrong header."""
    pages = {OF_HEADERS[case]: page for case, (page, *_) in HEADERS.items()}
    return build(tmp_path_factory.mktemp("headers"), pages)


@pytest.mark.parametrize("case", HEADERS)
def test_a_wrong_front_matter_or_title_stops_the_build_with_its_line_and_what_would_be_right(
    with_wrong_headers, case
):
    _, place, hint = HEADERS[case]
    line = told(with_wrong_headers, OF_HEADERS[case])
    assert f"docs/{OF_HEADERS[case]}.md{place}" in line and hint in line


LINKS = {
    "to a page": ('<a href="../nowhere/">there</a>', "link '../nowhere/' leads to no file"),
    "to a near page": ('<a href="../othr/">there</a>', "did you mean '../other/'?"),
    "to a place on a page": ('<a href="../other/#prat">there</a>', "did you mean 'part'?"),
    "to a picture": ('<img src="picture.svg" alt="nothing">', "link 'picture.svg' leads to no file"),
    "to a picture among several": (
        '<img src="../assets/favicon.svg" srcset="../assets/favicon.svg 1x, none.svg 2x" alt="nothing">',
        "link 'none.svg' leads to no file",
    ),
    "to letters of a line above": ('<a href="e">there</a>', "link 'e' leads to no file"),
    "to a file of Markdown": ('<a href="other.md#part">there</a>', "in HTML write '../other/#part'"),
    "to the host's root": ('<a href="/other/">there</a>', "write it relative"),
}
OF_LINKS = pages_of(LINKS)


@pytest.fixture(scope="module")
def with_broken_links(tmp_path_factory):
    """A build of a page for each broken link of raw HTML, of one with a broken link of Markdown, and of one
    with what the policy blocks."""
    pages = {OF_LINKS[case]: f"{FRONT_MATTER}{link}\n" for case, (link, _) in LINKS.items()}
    markdown = {"markdown": "# A page\n\n[there](nowhere.md)\n"}
    other = {"other": "# Other\n\n## Part { #part }\n"}
    others = {"style": f'{FRONT_MATTER}{{{{ math("2 * d_model") }}}} <b style="color: red">x</b>\n'}
    return build(tmp_path_factory.mktemp("links"), {**pages, **markdown, **other, **others})


@pytest.mark.parametrize("case", LINKS)
def test_a_link_of_raw_html_that_leads_nowhere_stops_the_build_with_its_line(with_broken_links, case):
    line = told(with_broken_links, OF_LINKS[case])
    assert f"docs/{OF_LINKS[case]}.md:8: link '" in line and LINKS[case][1] in line


def test_what_the_policy_blocks_stops_the_build_with_its_line_in_the_source(with_broken_links):
    said = 'docs/style.md:8: <b style="color: red"> is blocked by the page\'s policy; style by a class'
    assert said in told(with_broken_links, "style")


def test_a_broken_link_of_markdown_stops_the_build(with_broken_links):
    status, lines = with_broken_links
    assert status != 0
    assert any("markdown.md" in line and "nowhere.md" in line for line in lines), lines


def test_an_unlisted_article_in_the_navigation_stops_the_build(tmp_path):
    status, lines = build(tmp_path, {"index": "# A page\n", "other": "---\nunlisted: true\n---\n# Other\n"})
    said = "docs/other.md is unlisted and stands in the navigation"
    assert status != 0 and any(said in line for line in lines)


def test_pages_without_mistakes_build(tmp_path):
    figure = '{{ value("weight_bytes", n_parameters=3, bytes_per_weight=2) }}'
    links = '<a href="other/#part">there</a> <a href="other/index.html">and</a>'
    status, lines = build(
        tmp_path,
        {
            "index": f"{FRONT_MATTER}{figure} {links}\n",
            "other": "# Other\n\n## Part { #part }\n",
            "reference/formulas": "# Formulas\n\n{{ formulas() }}\n",
        },
    )
    assert status == 0, lines
