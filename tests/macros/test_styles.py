"""A style sheet that a browser would read in part is told with its place before it is published."""

import pytest

from macros.published import styles
from tests.conftest import ROOT

SOUND = """@import "other.css";
/* a { in a comment, and url(nope.png) */
@media print {
  .a::before { content: "}"; background: url(data:image/png;base64,AA==) }
  .b { background: url( "../fonts/inter.woff2" ), url(#grey); .c & { color: red } }
}
.d { content: '\\'{' }
"""


@pytest.fixture
def told(tmp_path):
    """Gives what is told of a style sheet, as (line:column, what)."""
    folder = tmp_path / "docs" / "css"
    folder.mkdir(parents=True)
    (tmp_path / "docs" / "fonts").mkdir()
    (tmp_path / "docs" / "fonts" / "inter.woff2").write_bytes(b"")
    (folder / "other.css").write_text("", encoding="utf-8")

    def tell(text):
        (folder / "a.css").write_text(text, encoding="utf-8")
        found = styles.mistakes(folder, tmp_path)
        assert {one.file for one in found} <= {"docs/css/a.css"}
        return [(f"{one.line}:{one.column}", one.what) for one in found]

    return tell


def test_a_sound_style_sheet_is_nothing_to_tell_of(told):
    assert told(SOUND) == []


def test_the_style_sheets_of_this_site_are_sound():
    assert styles.mistakes(ROOT / "docs" / "assets" / "css", ROOT) == []


WRONG = {
    "a block": (".a { color: red }\n\n.b {\n  color: red;\n\n.c { color: blue }\n", "3:1", "the block"),
    "a block in one line": (".a { color: red }\n.b { color: red\n", "2:1", "the block"),
    "a block within another": (
        "@media print {\n  .a {\n    color: red;\n}\n\n.b { color: red }\n",
        "2:3",
        "the block that begins here is not closed; expected } below",
    ),
    "the outer block": ("@media print {\n  .a {\n    color: red;\n  }\n.b { top: 0 }\n", "1:1", "the block"),
    "a comment": (".a { color: red }\n/* words\n.b { color: red }\n", "2:1", "expected */"),
    "a string": ('.a {\n  content: "a;\n}\n', "2:12", 'a string begins here and is not closed; expected "'),
}  # fmt: skip


@pytest.mark.parametrize("text, place, said", WRONG.values(), ids=WRONG.keys())
def test_what_is_not_closed_is_told_where_it_begins(told, text, place, said):
    (found,) = told(text)
    assert found[0] == place and said in found[1]


def test_a_brace_too_many_is_told_where_it_stands(told):
    assert told(".a { color: red }\n}\n.b { color: red }\n") == [
        ("2:1", "a } closes no block; take it out, or open one with { above")
    ]


QUOTES = "\"'"
ADDRESSES = {
    "a picture that is nowhere": ("url(nope.png)", "'nope.png' leads to no file"),
    "a misspelt file": (
        'url("../fonts/intre.woff2")',
        "'../fonts/intre.woff2' leads to no file; did you mean '../fonts/inter.woff2'?",
    ),
    "a file of another folder": (
        "url('inter.woff2')",
        "'inter.woff2' leads to no file; did you mean '../fonts/inter.woff2'?",
    ),
    "a file with a place in it": ("url(nope.svg#grey)", "'nope.svg#grey' leads to no file"),
}


@pytest.mark.parametrize("address, said", ADDRESSES.values(), ids=ADDRESSES.keys())
def test_an_address_to_no_file_is_told_with_the_near_one(told, address, said):
    assert told(f".a {{\n  src:\n{address}\n}}\n") == [(f"3:{6 if address[4] in QUOTES else 5}", said)]


def test_a_style_sheet_to_import_that_is_not_there_is_told_with_the_near_one(told):
    assert told('@import "othr.css";\n') == [
        ("1:10", "'othr.css' leads to no file; did you mean 'other.css'?")
    ]
