"""Links that lead nowhere: each attribute that holds an address, its line, and an address that works."""

import pytest

from macros.links import broken_links

# What stands above the link: its letters and addresses are there too, as other things.
ABOVE = """# Going to G

[A link](peak/index.md) to `<a href="G">` and to "G", not to vram/none/.

```html
<img src="none.png" srcset="none.png 2x" alt="">
```

"""
LINE = 9


@pytest.fixture
def told(tmp_path):
    """A site of pages peak/ and part/inner/; gives what is told of part/inner/ with some HTML in line 9."""

    def build(html, rest=""):
        site, docs = tmp_path / "site", tmp_path / "inner.md"
        for page in ("", "peak/", "part/inner/"):
            (site / page).mkdir(parents=True, exist_ok=True)
            (site / page / "index.html").write_text('<p id="here">words</p>', encoding="utf-8")
        (site / "part/inner/index.html").write_text(f"<p>{html}{rest}</p>", encoding="utf-8")
        docs.write_text(ABOVE + html + "\n", encoding="utf-8")
        sources = {"": ("index.md", docs), "peak/": ("peak.md", docs), "part/inner/": ("part/inner.md", docs)}
        return broken_links(site, sources)

    return build


@pytest.mark.parametrize(
    "html, link",
    [
        ('<a href="none/">a</a>', "none/"),
        ("<a href=none/>a</a>", "none/"),
        ("<a HREF = 'none/'>a</a>", "none/"),
        ('<a href="none?a=1&amp;b=2">a</a>', "none?a=1&b=2"),
        ('<img src="none.png" alt="">', "none.png"),
        ('<img srcset="none.png 2x" alt="">', "none.png"),
        ('<img srcset="../../index.html 1x, none.png 2x" alt="">', "none.png"),
        ('<picture><source srcset="none.png"></picture>', "none.png"),
        ('<video poster="none.png"></video>', "none.png"),
        ('<video><source src="none.mp4"></video>', "none.mp4"),
        ('<track src="none.vtt">', "none.vtt"),
        ('<object data="none.svg"></object>', "none.svg"),
        ('<iframe src="none/"></iframe>', "none/"),
        ('<embed src="none.svg">', "none.svg"),
        ('<svg><use xlink:href="none.svg#a"/></svg>', "none.svg#a"),
        ('<form action="none/"></form>', "none/"),
        ('<pre><a href="none/">a</a></pre>', "none/"),
        ('<a href="G">a</a>', "G"),
        ('{{ picture("none.png") }}<img src="none.png" alt="">', "none.png"),
    ],
)
def test_every_address_to_nowhere_is_told_in_its_own_line(told, html, link):
    (problem,) = told(html)
    assert problem.startswith(f"docs/part/inner.md:{LINE}: link '{link}' leads to no file of the site")


def test_an_address_in_the_second_line_of_a_list_is_told_there(told):
    (problem,) = told('<img alt="" srcset="../../index.html 1x,\n  none.png 2x">')
    assert problem.startswith(f"docs/part/inner.md:{LINE + 1}: link 'none.png'")


def test_a_link_that_the_file_does_not_hold_is_told_without_a_line(told):
    (problem,) = told("words", rest='<a href="G">a</a>')
    assert problem.startswith("docs/part/inner.md: link 'G' leads to no file")


@pytest.mark.parametrize(
    "html",
    [
        '<a href="../../peak/">a</a>',
        '<a href="../../peak/#here">a</a>',
        '<img srcset="../../index.html, ../../peak/index.html 2x" alt="">',
        '<img srcset="data:image/png;base64,AAAA 1x, ../../index.html 2x" alt="">',
        '<object data="../../index.html"></object>',
        '<video poster="https://example.org/none.png"></video>',
        '<p data="none" poster="none" action="none">these are no addresses</p>',
    ],
)
def test_an_address_to_somewhere_passes(told, html):
    assert told(html) == []


@pytest.mark.parametrize(
    "link, hint",
    [
        # from part/inner/ the site's root is two folders up
        ("peak/", "; did you mean '../../peak/'?"),
        ("peak/#here", "; did you mean '../../peak/#here'?"),
        ("../../paek/", "; did you mean '../../peak/'?"),
        ("../peak.md", "; a file of Markdown is linked by its name in Markdown alone, in HTML write"
            " '../../peak/'"),
        ("../peak.md#here", "in HTML write '../../peak/#here'"),
        ("inner.md", "in HTML write './'"),
    ],
)  # fmt: skip
def test_the_address_that_is_told_works_where_the_link_stands(told, link, hint):
    (problem,) = told(f'<a href="{link}">a</a>')
    assert problem.endswith(hint)
    assert told(f'<a href="{hint.split(chr(39))[1]}">a</a>') == []


def test_a_link_that_a_macro_makes_is_told_in_the_line_of_the_macro(told, tmp_path):
    told("words", rest='<a href="none/">a</a>')
    (tmp_path / "inner.md").write_text('# A "none/" page\n\n{{ card(1,\n  to="none/") }}\n', encoding="utf-8")
    (problem,) = broken_links(tmp_path / "site", {"part/inner/": ("inner.md", tmp_path / "inner.md")})
    assert problem.startswith("docs/inner.md:4: link 'none/'")


@pytest.mark.parametrize("html", ['<a href="zzz/">a</a>', '<img src="inner.png" alt="">'])
def test_no_address_is_told_where_none_is_like_it(told, html):
    (problem,) = told(html)
    assert problem.endswith("leads to no file of the site")


def test_a_link_of_markdown_is_told_as_it_is_written_with_its_line_and_the_near_place(told, tmp_path):
    told("words", rest='<a href="../../peak/#heer">a</a> <p id="__toc">')
    docs = tmp_path / "inner.md"
    docs.write_text("# A page\n\nSee [there](../peak.md#heer).\n", encoding="utf-8")
    sources = {"peak/": ("peak.md", tmp_path / "peak.md"), "part/inner/": ("part/inner.md", docs)}
    said = "unknown place on that page 'heer'; did you mean 'here'?"
    assert broken_links(tmp_path / "site", sources) == [
        f"docs/part/inner.md:3: link '../peak.md#heer': {said}"
    ]


def test_a_file_of_markdown_that_is_not_there_has_a_near_one(told, tmp_path):
    # MkDocs leaves such a link as it is
    told("words", rest='<a href="../paek.md#here">a</a>')
    docs = tmp_path / "inner.md"
    docs.write_text("# A page\n\nSee [there](../paek.md#here).\n", encoding="utf-8")
    sources = {"peak/": ("peak.md", docs), "part/inner/": ("part/inner.md", docs)}
    (problem,) = broken_links(tmp_path / "site", sources)
    assert problem.startswith("docs/part/inner.md:3: ") and problem.endswith(
        "did you mean '../peak.md#here'?"
    )


def test_a_place_that_a_page_with_a_mistake_lacks_is_no_mistake_of_those_who_link_to_it(told, tmp_path):
    told("words", rest='<a href="../../peak/#gone">a</a>')
    docs = tmp_path / "inner.md"
    docs.write_text("# A page\n\nSee [there](../peak.md#gone).\n", encoding="utf-8")
    sources = {"peak/": ("peak.md", docs), "part/inner/": ("part/inner.md", docs)}
    (problem,) = broken_links(tmp_path / "site", sources, unfinished=["vram.md"])
    assert "unknown place on that page 'gone'" in problem
    assert broken_links(tmp_path / "site", sources, unfinished=["peak.md"]) == []


@pytest.mark.parametrize(
    "name, link, hint",
    [
        ("part/inner.md", '<img src="../crad.png" alt="">', "; did you mean '../card.png'?"),
        ("part/inner.md", "![a](crad.png)", "; did you mean 'card.png'?"),
        ("part/inner.md", "![a](../tpo.png)", "; did you mean '../top.png'?"),
        ("part/inner.md", "![a](mdae.svg)", ""),
        ("part/inner.md", "[a](../../paek/)", "; did you mean '../peak.md'?"),
    ],
)
def test_a_file_that_an_author_can_write_is_told_as_it_is_written_there(tmp_path, name, link, hint):
    docs, site = tmp_path / "docs", tmp_path / "site"
    for page in ("peak", "part/inner"):
        (site / page).mkdir(parents=True)
        (site / page / "index.html").write_text("<p>words</p>", encoding="utf-8")
    for file in ("top.png", "part/card.png", "part/made.svg"):
        (site / file).write_bytes(b"")
        if "made" not in file:
            (docs / file).parent.mkdir(parents=True, exist_ok=True)
            (docs / file).write_bytes(b"")
    (docs / name).write_text(f"# A page\n\n{link}\n", encoding="utf-8")
    written = link.replace("![a](", '<img src="').replace("[a](", '<a href="').replace(")", '">')
    (site / "part/inner/index.html").write_text(written, encoding="utf-8")
    sources = {"peak/": ("peak.md", docs / "peak.md"), "part/inner/": (name, docs / name)}
    (problem,) = broken_links(site, sources, docs=docs)
    assert problem.startswith("docs/part/inner.md:3: ") and problem.endswith(f" no file of the site{hint}")


def test_the_way_back_of_a_footnote_that_the_page_defines_is_no_link_to_tell_of(told, tmp_path):
    told("words", rest='<a href="#fnref:sram">a</a> <a href="#fnref:gone">b</a>')
    docs = tmp_path / "inner.md"
    docs.write_text("# A page\n\n[^sram]: words\n", encoding="utf-8")
    (problem,) = broken_links(tmp_path / "site", {"part/inner/": ("part/inner.md", docs)})
    assert "'fnref:gone'" in problem


def test_what_the_theme_links_to_in_every_page_is_told_once_and_what_the_author_knows_not_at_all(tmp_path):
    sources = {}
    for name, up in (("", ""), ("peak/", "../"), ("part/inner/", "../../")):
        page = tmp_path / "site" / name / "index.html"
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(f'<a href="{up}gone.md">a</a><link href="{up}none.css">', encoding="utf-8")
        docs = tmp_path / "page.md"
        docs.write_text("# A page\n", encoding="utf-8")
        sources[name] = (f"{name.strip('/') or 'index'}.md", docs)
    assert broken_links(tmp_path / "site", sources, told=["gone.md"]) == [
        "docs/index.md: link 'none.css' leads to no file of the site; so in 2 other pages"
    ]
