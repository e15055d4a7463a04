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
    "an address that runs, its letters written otherwise": ('<a href="java&#115;cript:go()">', 1),
    "an address that runs, broken": ('<a href="java\nscript:go()">', 1),
    "a script of no kind of data": ('<script type="application/javascript">go()</script>', 1),
    "rules that guess the next page": ('<script type="speculationrules">{}</script>', 1),
    "a handler after a slash": ("<svg/onload=go()>", 1),
    "a style after a slash": ('<p/style="color: red">', 1),
    "a style right after a quote": ('<p title="a"style="color: red">', 1),
    "a picture of another host": ('<p>\n<img src="https://example.com/a.png">', 2),
    "a picture of another host by the same scheme": ("<img src=//example.com/a.png>", 1),
    "a picture of another host as browsers read it": ('<img src="\\\\example.com/a.png">', 1),
    "a larger picture of another host": (
        '<img src="a.png" srcset="a.png 1x, https://example.com/b.png 2x">',
        1,
    ),
    "a picture in a drawing": ('<svg><image href="https://example.com/a.png"/></svg>', 1),
    "a script of another host": ('<script src="https://example.com/x.js"></script>', 1),
    "a script within its address": ('<script src="data:text/javascript,go()"></script>', 1),
    "a style sheet of another host": ('<link rel="stylesheet" href="https://example.com/a.css">', 1),
    "an icon of another host": ('<link href="//example.com/a.png" rel="icon">', 1),
    "a manifest": ('<link rel="manifest" href="a.json">', 1),
    "a frame": ('<iframe src="a.html"></iframe>', 1),
    "a plugin": ('<object data="a.pdf"></object>', 1),
    "a film of another host": ('<video controls src="https://example.com/a.webm"></video>', 1),
    "a sound by its source": ('<audio><source src="//example.com/a.ogg"></audio>', 1),
    "another base": ('<base href="../">', 1),
    "a form to another host": ('<form action="https://example.com/">', 1),
    "a button to another host": ('<form><button formaction="https://example.com/">go</button></form>', 1),
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
        '<a href="https://example.com/">there</a><link rel="canonical" href="https://example.com/">',
        '<link rel="alternate" href="https://example.com/feed"><form action="/find?a=b"></form>',
        '<img src="../a.png" srcset="a.png 1x, b.png 2x"><img alt="" src="data:image/png;base64,//8=">',
        '<script type="application/ld+json">{"@id": "https://example.com/"}</script>',
        '<svg><use href="#circle"/></svg><picture><source srcset="a.webp"></picture>',
        '<meta content="JavaScript: all articles"><img alt="JavaScript: x" src="a.png">',
        '<video src="../film.mp4" poster="a.png"><track src="a.vtt"></video><audio src="a.ogg"></audio>',
    ],
)
def test_what_is_shown_or_comes_from_a_file_passes(text):
    assert policy.blocked(text) == []


def test_a_problem_names_the_page_the_element_and_what_would_be_right(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "index.html").write_text('<p>\n<b style="color: red">no</b>', encoding="utf-8")
    (tmp_path / "b.md").write_text("# B\n", encoding="utf-8")
    (problem,) = policy.problems(tmp_path, {"a/": ("b.md", tmp_path / "b.md")})
    assert problem.startswith('docs/b.md: <b style="color: red"> in line 2 of a/index.html')
    assert "docs/assets/css/" in problem


SOURCES = {
    "as it is published": ('`<b style="a: b">`\n\n<b style="a: b">x</b>\n', '<b style="a: b">', 3),
    "in an attribute list": ('words\n\n# A { style="a: b" }\n', '<h1 id="a" style="a: b">', 3),
    "with other quotation marks": ("words\n\n<b class='x' style='a: b'>\n", '<b class="x" style="a: b">', 3),
    "with what a macro gave": (
        'words\n\n<b style="width: {{ value("x") }}">x</b>\n',
        '<b style="width: <data>2</data>">',
        3,
    ),
    "a picture of Markdown": (
        "words\n\n![a](https://example.com/a.png?b=1&c=2)\n",
        '<img alt="a" src="https://example.com/a.png?b=1&amp;c=2" />',
        3,
    ),
    "as a handler": ('words\n\n<button onclick="go()">x</button>\n', '<button onclick="go()">', 3),
}


@pytest.mark.parametrize("source, tag, line", SOURCES.values(), ids=SOURCES.keys())
def test_a_problem_names_the_line_of_the_source_that_has_it(tmp_path, source, tag, line):
    (tmp_path / "index.html").write_text(f"<p>{tag}</p>", encoding="utf-8")
    (tmp_path / "a.md").write_text(source, encoding="utf-8")
    (problem,) = policy.problems(tmp_path, {"": ("a.md", tmp_path / "a.md")})
    assert problem.startswith(f"docs/a.md:{line}: {tag} is blocked by the page's policy; ")


def test_what_the_theme_puts_into_every_page_is_told_once(tmp_path):
    for name, up in (("", ""), ("a/", "../"), ("a/b/", "../../")):
        (tmp_path / name).mkdir(exist_ok=True)
        (tmp_path / name / "index.html").write_text(
            f'<script src="https://example.com/x.js" data-root="{up}"></script>', encoding="utf-8"
        )
    (problem,) = policy.problems(tmp_path, {})
    assert "<script src=" in problem and "; so in 2 other pages; " in problem


def test_what_stands_twice_is_told_in_both_lines(tmp_path):
    (tmp_path / "index.html").write_text('<b style="a: b"> <h2 style="a: b">', encoding="utf-8")
    (tmp_path / "a.md").write_text('<b style="a: b">\n\n## A { style="a: b" }\n', encoding="utf-8")
    found = policy.problems(tmp_path, {"": ("a.md", tmp_path / "a.md")})
    assert [problem.partition(": ")[0] for problem in found] == ["docs/a.md:1", "docs/a.md:3"]


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
