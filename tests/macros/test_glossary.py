"""Terms of the glossary where an article first uses them."""

import re

import pytest

from macros.published import glossary
from macros.published.glossary import Term, marked
from tests.conftest import ROOT

CACHE = Term("kv-cache", ("KV cache", "key-value cache"), 'What is "kept".')
BATCH = Term("batch", ("batch",), "Queries together.")


def defined(content, *terms):
    return re.findall(r"<dfn[^>]*>(.*?)</dfn>", marked(content, terms or (CACHE, BATCH)))


def test_the_first_use_of_each_term_has_its_definition_behind_it():
    said = marked("<p>A KV cache, a key-value cache.</p><p>The KV cache.</p>", [CACHE])
    assert said == (
        '<p>A <dfn class="lm-term" tabindex="0" aria-describedby="term-kv-cache">KV cache</dfn>'
        '<span class="lm-def" role="tooltip" id="term-kv-cache">What is &quot;kept&quot;.</span>'
        ", a key-value cache.</p><p>The KV cache.</p>"
    )


def test_a_term_may_begin_a_sentence_and_stand_for_several_and_is_no_part_of_a_word():
    assert defined("<ul><li>Batches of two</li></ul>") == ["Batches"]
    assert defined("<p>batched, batch-wise, minibatch, kv cache</p>") == []


@pytest.mark.parametrize(
    "element",
    [
        "<h2>{}</h2>", "<p><a href='a>b'>{}</a></p>", "<p><code>{}</code></p>", "<p><button>{}</button></p>",
        "<figure><p>{}</p></figure>", "<details><p>{}</p></details>", "<table><tr><td>{}</td></tr></table>",
        '<div class="lm-formula"><p>{}</p></div>', '<div class="footnote"><ol><li>{}</li></ol></div>',
        "<div>{}</div>", '<p><img alt="{}"></p>', "<p><!-- {} --></p>",
    ],
)  # fmt: skip
def test_nothing_is_marked_in_a_heading_a_link_code_a_figure_or_what_is_folded(element):
    content = element.format("batch")
    assert marked(content, [BATCH]) == content
    # and the next use in a sentence is the first
    assert defined(f"{content}<p>a batch</p>") == ["batch"]


def test_entries_of_the_sites_glossary_are_each_said_in_one_sentence_and_written_in_ways_of_their_own():
    text = ROOT.joinpath("docs", glossary.PAGE).read_text(encoding="utf-8")
    known = glossary.terms(text)
    assert len(known) == text.count("\n### ") > 20
    for term in known:
        assert 20 < len(term.said) < 140, term
    forms = [form for term in known for form in term.forms]
    assert len(forms) == len(set(forms))
