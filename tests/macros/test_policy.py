"""What the policy of a page blocks, found in the page as it is built."""

import pytest

from macros import policy

BLOCKED = {
    "a style of an element": ('<p>\n<b style="color: red">', 2),
    "a style of a drawing": ('<svg>\n\n<path style="fill:none"/></svg>', 3),
    "a style sheet": ("<style>p { color: red }</style>", 1),
    "a script": ("<p>\n<script>go()</script>", 2),
    "a module": ('<script type="module">go()</script>', 1),
    "a handler": ('<button onclick="go()">', 1),
    "a handler in capitals": ('<button OnClick="go()">', 1),
    "an address that runs": ('<a href="JavaScript:go()">', 1),
}


@pytest.mark.parametrize("text, line", BLOCKED.values(), ids=BLOCKED.keys())
def test_what_the_policy_blocks_is_found_with_its_line(text, line):
    assert [where for where, _ in policy.blocked(text)] == [line]


@pytest.mark.parametrize(
    "text",
    [
        '<script src="a.js"></script>',
        '<script type="application/json">{"style": "onclick"}</script>',
        "<code>&lt;b style=&quot;color: red&quot;&gt;</code> <p>an onion = 1 kg, javascript: a language</p>",
        '<link rel="stylesheet" href="a.css"><path fill="none"/>',
    ],
)
def test_what_is_shown_or_comes_from_a_file_passes(text):
    assert policy.blocked(text) == []


def test_a_problem_names_the_page_the_element_and_what_would_be_right(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "index.html").write_text('<p>\n<b style="color: red">no</b>', encoding="utf-8")
    (problem,) = policy.problems(tmp_path, {"a/": "b.md"})
    assert problem.startswith('docs/b.md: <b style="color: red"> in line 2 of a/index.html')
    assert "docs/assets/css/" in problem


def test_nothing_inline_and_no_other_host_is_allowed():
    said = policy.written(policy.POLICY)
    assert said.startswith("default-src 'none'; ")
    assert "unsafe-inline" not in said and "'unsafe-eval'" not in said and "*" not in said
    assert "http" not in said and "blob:" not in said
    # the one exception, an image of the theme's style sheet
    assert [directive for directive, sources in policy.POLICY.items() if "data:" in sources] == ["img-src"]


def test_the_headers_file_says_what_the_pages_say_and_who_may_frame_them():
    (line,) = [line for line in policy.headers().splitlines() if "Content-Security-Policy" in line]
    assert policy.headers().startswith("/*\n  Content-Security-Policy: ")
    name, said = line.strip().split(": ", 1)
    assert said == policy.written(policy.POLICY) + "; frame-ancestors 'self'"
