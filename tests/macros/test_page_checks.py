"""Front matter and titles that are wrong: what is told, in which line, and what would be right."""

import pytest

from macros import front_matter
from macros.page_checks import problems_of_source

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


def test_the_title_is_the_first_heading_that_is_no_comment_in_code(tmp_path):
    path = tmp_path / "a.md"
    path.write_text("words\n\n```python\n# a comment\n```\n\n# The `bound` { #here }\n", encoding="utf-8")
    assert front_matter.title(path) == "The `bound`"
