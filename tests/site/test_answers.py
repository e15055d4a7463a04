"""What shows an answer, in a browser: the same text as the build's, and as text whoever wrote it."""

import json
import re

import pytest

from macros import quantities
from macros.pages import calculators
from macros.pages.calculator_answers import ENDS, markup
from tests.conftest import ROOT
from tests.site.asked_answers import KINDS, OWN, asks, cases

CASES = json.loads((ROOT / "tests" / "data" / "quantities.json").read_text(encoding="utf-8"))
SHOW = """async ([kind, cases]) => {
  const { show } = await import("/assets/js/answer.js");
  show(kind, cases, document.getElementById("into"));
}"""
# What is shown, without what the build has not: drawings and buttons; and without how numbers spell in code.
SAID = """id => {
  const copy = document.getElementById(id).cloneNode(true);
  copy.querySelectorAll("figure").forEach(drawing => drawing.remove());
  copy.querySelectorAll("button").forEach(button => button.replaceWith(button.textContent));
  copy.querySelectorAll("data").forEach(figure => figure.removeAttribute("value"));
  return copy.innerHTML;
}"""


def test_the_page_writes_quantities_as_the_build_does(page):
    written = page.evaluate(
        """async ({numbers, texts}) => {
          const { number, written } = await import("/assets/js/format.js");
          const none = { infinite: Infinity, "-infinite": -Infinity, "no number": NaN };
          return [numbers.map(one => number(one.value, one.digits)),
                  texts.map(one => written(one.value in none ? none[one.value] : one.value, one.unit))];
        }""",
        CASES,
    )
    assert written == [[case["text"] for case in CASES["numbers"]], [case["text"] for case in CASES["texts"]]]


def test_the_page_has_the_fields_of_the_forms_that_the_build_makes(page):
    fields = page.evaluate("async () => ({ ...(await import('/assets/js/calculator-fields.js')) })")
    assert set(fields["FIELDS"]) == set(calculators.LABELS)
    assert set(fields["NUMBERS"]) == set(calculators.SLIDERS)
    assert set(fields["CHOICES"]) == set(calculators.CHOICES)
    assert fields["OWN_NUMBERS"] == [name for name, *_ in calculators.OWN]


def test_the_page_has_the_units_of_the_build(page):
    units = page.evaluate("async () => (await import('/assets/js/format.js')).UNITS")
    assert units == {
        base: [[unit, quantities.UNITS[unit][1]] for unit in fitting]
        for base, fitting in quantities.FITTING.items()
    }


@pytest.mark.parametrize("n", [1, 4])
@pytest.mark.parametrize("kind", KINDS)
def test_page_and_build_say_the_same_of_the_same_answer(page, kind, n):
    answers = cases(kind, asks(kind, n))
    page.evaluate(SHOW, [kind, answers])
    page.evaluate("html => { document.getElementById('built').innerHTML = html }", markup(kind, answers))
    said = page.evaluate(SAID, "into")
    assert said == page.evaluate(SAID, "built")
    assert all(one["label"] in page.inner_text("#into") for one in answers)


@pytest.mark.parametrize("kind", ["fit", "speed", "batching"])
def test_what_does_not_run_and_what_a_reader_typed_is_said_alike(page, kind):
    # One that has no room at all, and a card of one's own: neither has every figure.
    big, own = asks(kind, 4)[1], asks(kind, 1)[0] | {"own": OWN}
    for asked in ([big], [big, own]):
        answers = cases(kind, asked)
        page.evaluate(SHOW, [kind, answers])
        page.evaluate("html => { document.getElementById('built').innerHTML = html }", markup(kind, answers))
        assert page.evaluate(SAID, "into") == page.evaluate(SAID, "built")


def test_a_label_is_text_in_every_place(page):
    hostile = '<img src=x onerror="window.hit=1">"&amp;\u202e</data>'
    for kind in KINDS:
        answers = cases(kind, asks(kind, 2))
        answers[0]["label"] = hostile
        answers[1]["answer"]["parts"] = [
            {"name": hostile, "words": hostile, "value": 1e10, "unit": "B"}
        ] + answers[1]["answer"].get("parts", [])
        answers[1]["answer"]["notes"] = [hostile]
        page.evaluate(SHOW, [kind, answers])
        assert hostile in page.text_content("#into")
        page.evaluate("html => { document.getElementById('built').innerHTML = html }", markup(kind, answers))
        assert page.evaluate(SAID, "into") == page.evaluate(SAID, "built")
        assert page.locator("#into img, #built img").count() == 0
    assert page.evaluate("window.hit") is None


def test_a_button_of_what_would_help_tells_the_change_and_its_case(page):
    asked = asks("fit", 2)
    page.evaluate(SHOW, ["fit", cases("fit", asked)])
    page.evaluate(
        """() => document.addEventListener("lm-change",
             event => { window.changed = [event.detail, event.target.dataset.case] }, { once: true })"""
    )
    page.get_by_role("button", name="more cards: 2").click()
    assert page.evaluate("window.changed") == [{"accelerators": 2}, "1"]
    assert cases("fit", [asked[1] | {"accelerators": 2}])[0]["answer"]["fits"]


def test_what_was_unfolded_stays_so_and_the_live_region_stays_in_place(page):
    answers = cases("batching", asks("batching", 1))
    page.evaluate(SHOW, ["batching", answers])
    page.evaluate("() => { window.region = document.querySelector('#into [aria-live]') }")
    page.locator("#into details.lm-more").first.evaluate("fold => { fold.open = true }")
    page.evaluate(SHOW, ["batching", answers])
    assert page.locator("#into details.lm-more").first.evaluate("fold => fold.open")
    assert page.evaluate("document.querySelector('#into [aria-live]') === window.region")


def test_times_of_one_case_have_a_column_for_each_end(page):
    answers = cases("speed", asks("speed", 1))
    page.evaluate(SHOW, ["speed", answers])
    table = page.locator("#into").get_by_role("region", name="Times and rates").locator("table")
    assert table.locator("thead th").all_inner_texts() == ["What", *ENDS]
    row = table.locator("tbody tr").filter(has_text="time per output token").locator("td").all_inner_texts()
    expected = next(one for one in answers[0]["answer"]["rows"] if one["name"] == "time_per_output_token_s")
    milliseconds = [float(re.match("[0-9.]+", text)[0]) for text in row]
    assert milliseconds == pytest.approx([expected[end] * 1000 for end in ENDS], rel=0.005)
