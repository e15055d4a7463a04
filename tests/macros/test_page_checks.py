"""The source of a page that is wrong: what is told, in which line, and what would be right."""

import pytest

from macros import front_matter
from macros.page_checks import problems_of_source, problems_of_text

PAGE = "---\ntitle: A page\n---\nSome words.\n"
WRONG = {
    "a blank line above it": ("\n" + PAGE, "docs/a.md:2: front matter begins here; it has to begin"),
    "a comment above it": ("<!-- mine -->\n" + PAGE, "docs/a.md:2: front matter begins here"),
    "a field twice": (
        "---\ntitle: A page\nunlisted: true\ntitle: B\n---\n",
        "docs/a.md:4: front matter: 'title' stands in line 2 too; take out one",
    ),
    "a field of a field twice": (
        "---\ntitle: A page\nsearch:\n  boost: 1\n  boost: 2\n---\n",
        "docs/a.md:5: front matter: 'boost' stands in line 4 too",
    ),
    "no lines --- around it": ("title: A\n\n# A\n", "docs/a.md:1: a first line 'title: A' is taken"),
    "a day that is none": (
        "---\ntitle: A page\ndate: soon\n---\n",
        "docs/a.md:3: date is 'soon'; expected a day",
    ),
    "a page to read next that is not there": (
        "---\ntitle: A page\ndate: 2026-01-01\nnext: [words, b.md, othr.md]\n---\n",
        "docs/a.md:4: next names 'othr.md', which is not there; did you mean 'other.md'?",
    ),
    "a title in code alone": (
        "---\nunlisted: true\n---\nwords\n\n```python\n# a comment\n```\n",
        "docs/a.md:4: the page has no title; begin its text with a line '# Title'",
    ),
    "a title in longer fences alone": (
        "words\n\n~~~~\n~~~\n# a comment\n~~~~\n",
        "docs/a.md:1: the page has no title",
    ),
    "a title in a comment alone": ("words\n\n<!--\n# a comment\n-->\n", "docs/a.md:1: the page has no title"),
}  # fmt: skip


@pytest.mark.parametrize("text, told", WRONG.values(), ids=WRONG.keys())
def test_a_wrong_header_is_told_with_its_line_and_what_would_be_right(tmp_path, text, told):
    path = tmp_path / "a.md"
    path.write_text(text, encoding="utf-8")
    (problem,) = problems_of_source(path, "a.md", ["a.md", "b.md", "other.md"])
    assert problem.startswith(told)


RIGHT = {
    "front matter alone": PAGE,
    "a heading below code": "words\n\n```python\n# a comment\n```\n\n# A page\n",
    "a heading below three backticks in a line": "words ```a``` more\n\n```b``` words\n\n# A page\n",
    "code in the heading": "# The `bound` of a page\n",
    "a line below the title": "# A page\n\nwords\n\n---\nmore: words\n",
    "front matter shown in code": "```\n---\ntitle: My page\n---\n```\n\n# A page\n",
    "the same field in two parts": "---\ntitle: A page\na:\n  x: 1\nb:\n  x: 1\n---\n",
}


@pytest.mark.parametrize("text", RIGHT.values(), ids=RIGHT.keys())
def test_a_right_header_passes(tmp_path, text):
    path = tmp_path / "a.md"
    path.write_text(text, encoding="utf-8")
    assert problems_of_source(path, "a.md") == []


CLOSE = "the code that begins here is not closed; expected ```"
TEXTS = {
    "an id of two headings": (
        "# A\n\n## One { #fits }\n\n## Two { .wide #fits }\n",
        "docs/a.md:5: the id 'fits' stands in line 3 too; expected another one",
    ),
    "an id of a heading and of a tag": (
        '# A\n\n<p class="x" id="fits">words</p>\n\n## Two {: #fits }\n',
        "docs/a.md:5: the id 'fits' stands in line 3 too",
    ),
    "code without an end": ("# A\n\n```python\nx = 1\n\nwords\n", f"docs/a.md:3: {CLOSE} below"),
    "code without an end below marks that are shown": (
        "# A\n\nUse `<pre>` and <prefix-x>.\n\n```python\nx = 1\n",
        f"docs/a.md:5: {CLOSE} below",
    ),
    "code with a longer end": (
        "# A\n\n```python\nx = 1\n````\n\nwords\n",
        f"docs/a.md:3: {CLOSE} below, and line 5 has the longer ````",
    ),
    "code in tildes": (
        "# A\n\n~~~\nx = 1\n```\n",
        "docs/a.md:3: the code that begins here is not closed; expected ~~~ below",
    ),
    "code in a list, which ends": (
        "# A\n\n- words\n\n    ```\n    x = 1\n\nwords\n\n```\ny\n```\n",
        f"docs/a.md:5: {CLOSE} below in what it stands in, which line 8 ends",
    ),
    "code in a quotation, which ends": (
        "# A\n\n> ```\n> x = 1\n\n```\ny\n```\n",
        f"docs/a.md:3: {CLOSE} below in what it stands in, which line 6 ends",
    ),
    "code that takes the next for its own": (
        "# A\n\n```python\nx = 1\n\nwords\n\n```text\ny\n```\n",
        f"docs/a.md:3: {CLOSE} below before line 8 begins another",
    ),
    "a misspelt footnote": (
        "# A\n\nwords[^sramm] and[^dram]\n\n[^sram]: one\n[^dram]: two\n",
        "docs/a.md:3: unknown footnote [^sramm]; did you mean [^sram]? (\\[^sramm] stands for",
    ),
    "a footnote unlike all others": (
        "# A\n\nwords[^zzz] and[^dram]\n\n[^dram]: two\n",
        "docs/a.md:3: unknown footnote [^zzz]; defined: [^dram] (\\[^zzz] stands for these very signs)",
    ),
    "a footnote where none is defined": (
        "# A\n\nwords[^zzz]\n",
        "docs/a.md:3: unknown footnote [^zzz]; expected a line '[^zzz]: …' below (\\[^zzz]",
    ),
    "a footnote that nothing refers to": (
        "# A\n\nwords[^dram]\n\n[^dram]: two\n[^sram]: one\n",
        "docs/a.md:6: nothing on the page refers to the footnote [^sram]",
    ),
    "a footnote twice": (
        "# A\n\nwords[^dram]\n\n[^dram]: two\n[^dram]: one\n",
        "docs/a.md:6: footnote [^dram] is defined in line 5 too; take out one",
    ),
}  # fmt: skip


@pytest.mark.parametrize("text, told", TEXTS.values(), ids=TEXTS.keys())
def test_what_a_text_marks_wrongly_is_told_once_with_its_line_and_what_would_be_right(tmp_path, text, told):
    path = tmp_path / "a.md"
    path.write_text(text, encoding="utf-8")
    (problem,) = problems_of_text(path, "a.md")
    assert problem.startswith(told)


SOUND = {
    "headings of one name": "# A\n\n## One\n\n## One\n",
    "an id that is shown": "# A\n\n## One { #one }\n\n`## Two { #one }` and\n\n```\n## Three { #one }\n```\n",
    "an id given to a macro": '# A\n\n## One { #one }\n\n{{ card("<p id=one>", at="{ #one }") }}\n',
    "code in a list, a quotation and a box": (
        "- a\n\n    ```\n    x\n    ```\n\n> ```\n> x\n> ```\n\n"
        "!!! note\n\n    ```text\n    x\n\n    y\n    ```\n\nwords\n"
    ),
    "code with fences in it": (
        "````\n```python\nx\n```\n````\n\n~~~\n```\n~~~\n\n```\n~~~\n    ```\n```\n\n```\n````\n```\n"
    ),
    "a fence in a part that is no Markdown": "<pre>\n```\n</pre>\n\n{# not\n```\nnow #}\n\nwords\n",
    "marks that are shown": "Use `<pre>` or `<!--`:\n\n```html\n<pre>\n</pre> -->\n```\n\nwords\n",
    "a fence whose line has marks": '```{.html title="<pre>"}\n</pre>\n```\n\n```html <!-- x -->\nx\n```\n',
    "a fence in a script": "<SCRIPT>\n```\n</script>\n\nwords\n",
    "attributes with backticks": '```{ .py title="`x`" }\nx = 1\n```\n\nwords\n',
    "a fence in a comment": "<!-- not\n```\nnow -->\n\nwords\n",
    "footnotes": "a[^1] b[^long one]\n\n[^1]: words\n\n    ```\n    x\n    ```\n\n[^long one]: of[^1]\n",
    "a footnote that is shown": "`a[^1]` and \\[^2] and\n\n```\na[^1]\n```\n",
    "a footnote of a file that is included": '{% include "notes.md" %}\n\na[^1]\n',
}  # fmt: skip


@pytest.mark.parametrize("text", SOUND.values(), ids=SOUND.keys())
def test_a_sound_text_passes(tmp_path, text):
    path = tmp_path / "a.md"
    path.write_text(text, encoding="utf-8")
    assert problems_of_text(path, "a.md") == []


def test_where_markdown_has_no_footnotes_none_is_told(tmp_path):
    path = tmp_path / "a.md"
    path.write_text("words[^1]\n", encoding="utf-8")
    assert problems_of_text(path, "a.md", footnotes=False) == []


def test_the_title_is_the_first_heading_that_is_no_comment_in_code(tmp_path):
    path = tmp_path / "a.md"
    path.write_text("words\n\n```python\n# a comment\n```\n\n# The `bound` { #here }\n", encoding="utf-8")
    assert front_matter.title(path) == "The `bound`"
