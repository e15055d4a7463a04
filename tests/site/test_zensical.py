"""The theme's support ends in 2027: its successor builds the same docs to the same text."""

import pytest

from tests.site import zensical

# One that calls every macro once, the densest article, one that is unlisted, and the index, which tells how
# long each takes to read; `make zensical` builds all.
PAGES = (
    "writing-articles.md",
    "inference-optimization/kv-cache.md",
    "the-original-script.md",
    "articles/index.md",
)


@pytest.fixture(scope="module")
def successor(site, tmp_path_factory):
    """Folder of the site that Zensical makes of the docs that the build of this site has left."""
    return zensical.build(site.with_name("markdown"), tmp_path_factory.mktemp("zensical") / "docs", PAGES)


@pytest.mark.parametrize("page", PAGES)
def test_zensical_builds_the_page_to_the_same_text_and_figures(site, successor, page):
    path = page.replace("index.md", "index.html").replace(".md", "/index.html")
    words, figures = zensical.text_and_figures(site / path)
    # enough of them that an empty article could not pass for equal
    assert len(words) > 100 and (figures or "figure" not in words)
    assert zensical.differing(site / path, successor / path) == ""


def test_a_figure_and_a_word_that_differ_are_told(tmp_path):
    text = '<article><p>It is <data class="lm-value" value="2"><button>2 B</button></data> now.</p></article>'
    for name, (old, new) in {"a": ("", ""), "b": ("2 B", "3 B"), "c": ("now", "here")}.items():
        (tmp_path / name).write_text(text.replace(old, new) if old else text)
    assert zensical.differing(tmp_path / "a", tmp_path / "a") == ""
    assert "('2', '3 B')" in zensical.differing(tmp_path / "a", tmp_path / "b")
    assert "It is 2 B here." in zensical.differing(tmp_path / "a", tmp_path / "c")
