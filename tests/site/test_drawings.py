"""The drawings of answers at the width of a phone: no label on another, none outside, a text for all."""

import math
import re

import pytest

from macros.engine.drawings import drawn
from macros.quantities import write_fitting
from tests.site import axe
from tests.site.asked_answers import KINDS, asks, cases
from tests.site.test_answers import SHOW

# Pairs of labels that overlap by more than the air around letters, and labels that leave their drawing.
OVERLAPS = """() => [...document.querySelectorAll("#into svg")].flatMap(svg => {
  const frame = svg.getBoundingClientRect();
  const texts = [...svg.querySelectorAll("text")]
    .map(text => [text.textContent, text.getBoundingClientRect()]);
  const out = texts.filter(([, box]) => box.left < frame.left - 1 || box.right > frame.right + 1
    || box.top < frame.top - 2 || box.bottom > frame.bottom + 2).map(([text]) => text);
  const pairs = texts.flatMap(([text, box], i) => texts.slice(i + 1)
    .filter(([, other]) => box.left < other.right - 1 && other.left < box.right - 1
      && box.top + 2.5 < other.bottom - 2.5 && other.top + 2.5 < box.bottom - 2.5)
    .map(([other]) => `${text} | ${other}`));
  return [...out, ...pairs];
})"""
CROWDED = """async parts => {
  const { stack } = await import("/assets/js/stack.js");
  const { figure, scale } = await import("/assets/js/drawing.js");
  const groups = parts.map((part, i) =>
    ({ name: `a part of a name ${i}`, value: "1.00 ms", parts: [part], colour: i }));
  const place = scale([0, parts.reduce((one, other) => one + other)], [0, 360]);
  const { boxes, labels, bottom } = stack(0, groups, place);
  const drawing = figure("crowded", bottom, [...boxes, ...labels], "crowded");
  document.getElementById("into").replaceChildren(drawing);
  return labels.filter(one => one.localName === "text").map(one => one.textContent);
}"""


def shown(page, kind, asked):
    answers = cases(kind, asked)
    page.evaluate(SHOW, [kind, answers])
    return answers


@pytest.mark.parametrize("n", [1, 2, 4])
@pytest.mark.parametrize("kind", KINDS)
def test_no_label_lies_on_another_at_the_width_of_a_phone(page, kind, n):
    shown(page, kind, asks(kind, n))
    assert page.locator("#into svg").count() >= 1
    assert page.evaluate(OVERLAPS) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize(
    "parts, shown_with",
    [
        ((60, 20, 20), "values"),
        ((6, 6, 88), "values"),
        ((88, 3, 3, 3, 3), "values"),
        ((25, 25, 25, 25), "some"),
        ((17, 17, 17, 17, 16, 16), "some"),
    ],
    ids=["wide", "left end", "right end", "evenly", "many"],
)
def test_labels_of_crowded_parts_find_their_place_or_are_left_to_the_table(page, parts, shown_with):
    labels = page.evaluate(CROWDED, parts)
    assert page.evaluate(OVERLAPS) == []
    if shown_with == "values":
        assert len(labels) == len(parts) and all(label.endswith("ms") for label in labels)
    else:
        assert 2 <= len(labels) < len(parts)


@pytest.mark.parametrize("n", [1, 4])
def test_every_part_that_a_token_waits_for_stands_with_its_value_below_its_bar(page, n):
    answers = shown(page, "speed", asks("speed", n))
    drawing = page.locator("#into figure", has_text="What an output token waits for")
    texts = drawing.locator("text").all_text_contents()
    parts = [part for one in answers for part in one["answer"]["parts"] if part["value"]]
    assert [text for text in texts if not re.match(r"largest part|\d: ", text)] == [
        f"{part['words']} {write_fitting(part['value'], 's')}" for part in parts
    ]
    # a square of its colour for each, the same as of its part of the bar
    colours = drawing.locator("rect").evaluate_all("all => all.map(one => one.className.baseVal)")
    assert len(colours) == 2 * len(parts)


@pytest.mark.parametrize("n", [1, 4])
@pytest.mark.parametrize("kind", KINDS)
def test_the_build_draws_what_the_page_draws(page, kind, n):
    answers = shown(page, kind, asks(kind, n))
    page.evaluate("html => { document.getElementById('built').innerHTML = html }", drawn(kind, answers))
    there, here = (
        page.locator(f"{where} figure").evaluate_all(
            "all => all.map(one => one.outerHTML.replace(/lm-hatch-\\d+/g, 'lm-hatch'))"
        )
        for where in ("#into", "#built")
    )
    page.evaluate("() => { document.getElementById('built').replaceChildren() }")
    assert there and here == there


def test_an_overlap_would_be_seen(page):
    shown(page, "fit", asks("fit", 1))
    page.evaluate(
        "() => { const text = document.querySelector('#into svg text'); text.after(text.cloneNode(true)) }"
    )
    assert len(page.evaluate(OVERLAPS)) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_every_drawing_says_its_figures_in_words_and_holds_no_style(page, kind):
    answers = shown(page, kind, asks(kind, 4))
    for drawing in page.locator("#into svg").all():
        said = drawing.get_attribute("aria-label")
        assert drawing.get_attribute("role") == "img"
        titles = [one["label"] for one in answers if one["answer"].get("rows") != []]
        assert kind == "multiplications" or [title for title in titles if title not in said] == []
    assert page.locator("#into [style]").count() == 0
    assert (
        page.locator("#into svg").evaluate_all(
            "all => all.filter(one => /NaN|Infinity|undefined/.test(one.outerHTML)).length"
        )
        == 0
    )


def test_what_has_no_room_is_hatched_from_the_line_of_the_capacity_on(page):
    [one] = shown(page, "fit", asks("fit", 2)[1:])
    hatched = page.locator("#into svg rect[fill^=url]")
    whole = sum(part["value"] for part in one["answer"]["parts"])
    # 358 of the 360 units are all that is needed, the capacity's share of them is before the hatching
    begins = 358 * one["answer"]["capacity"] / whole
    assert float(hatched.get_attribute("x")) == pytest.approx(begins, abs=0.1)
    assert float(hatched.get_attribute("width")) == pytest.approx(358 - begins, abs=0.1)
    shown(page, "fit", asks("fit", 1))
    assert page.locator("#into svg rect[fill^=url]").count() == 0


def test_the_longest_bar_is_the_largest_component_and_others_are_to_scale(page):
    [one] = shown(page, "multiplications", asks("multiplications", 1))
    parts = one["answer"]["parts"]
    widths = page.locator("#into svg rect").evaluate_all(
        "all => all.map(one => Number(one.getAttribute('width')))"
    )
    assert [width / widths[0] for width in widths] == pytest.approx(
        [part["value"] / parts[0]["value"] for part in parts], abs=0.01
    )


def test_an_interval_is_drawn_from_low_to_high_with_its_bound_and_its_mark_to_scale(page):
    [one] = shown(page, "speed", asks("speed", 1))
    for number, name in enumerate(("time_per_output_token_s", "time_to_first_token_s")):
        row = next(row for row in one["answer"]["rows"] if row["name"] == name)
        drawing = page.locator("#into svg").nth(number)
        bar = drawing.locator("rect")
        limit = float(re.match("M([0-9.]+)", drawing.locator(".lm-limit").get_attribute("d"))[1])
        mark = float(
            re.search(r"translate\(([0-9.]+)", drawing.locator(".lm-mark").get_attribute("transform"))[1]
        )
        left, width = (float(bar.get_attribute(side)) for side in ("x", "width"))
        expected = [row[end] for end in ("bound", "low", "expected", "high")]
        parts = [(place - 2) / 356 for place in (limit, left, mark, left + width)]
        # The highest and five percent are at 358 of the drawing's 360 units. At 2 is nothing, or where the
        # ends are more than twelve times apart, the bound over 1.3, and the axis is logarithmic.
        most, least = 1.05 * row["high"], row["bound"] / 1.3
        wide = row["high"] / row["bound"] > 12
        found = [least * (most / least) ** part if wide else most * part for part in parts]
        assert found == pytest.approx(expected, rel=0.005 if wide else 0, abs=0.001 * row["high"])
        bound, low, middle, high = (write_fitting(value, "s") for value in expected)
        assert f"{middle} ({low} to {high}), bound {bound}" in drawing.get_attribute("aria-label")


def test_of_what_nothing_is_expected_the_bound_is_told(page):
    ask = {"model": "llama-3.2-1b", "accelerator": "raspberry-pi-5", "dtype": "Q4_0", "engine": "llama.cpp"}
    [one] = shown(page, "speed", [ask | {"concurrency": 2, "input": 128, "output": 64}])
    assert one["answer"]["parts"] == []
    row = one["answer"]["rows"][1]
    assert f"The bound of an output token is {write_fitting(row['bound'], 's')}" in page.inner_text("#into")
    assert page.evaluate(OVERLAPS) == [] and "NaN" not in page.inner_html("#into")


def test_the_mark_stands_at_the_step_s_intensity_and_rate_under_its_roof(page):
    [one] = shown(page, "speed", asks("speed", 1))
    roof = one["answer"]["roofline"]
    drawing = page.locator("#into svg", has=page.locator(".lm-curve")).last
    begin, corner, end = (
        tuple(map(float, pair.split()))
        for pair in re.findall(r"[ML]([0-9.]+ [0-9.]+)", drawing.locator("path.lm-curve").get_attribute("d"))
    )
    moved = drawing.locator(".lm-mark").get_attribute("transform")
    at = tuple(map(float, re.search(r"translate\(([0-9.]+) ([0-9.]+)", moved).groups()))
    # the roof rises with intensity to the corner at peak over bandwidth, and is level from there
    assert corner[1] == end[1] < begin[1]
    decade = (end[0] - begin[0]) / math.log10(
        20 * max(1, (roof["ridge_intensity"] / roof["arithmetic_intensity"]))
    )
    assert (corner[0] - at[0]) / decade == pytest.approx(
        math.log10(roof["peak"] / roof["bandwidth"] / roof["arithmetic_intensity"]), abs=0.01
    )
    high = (begin[1] - corner[1]) / math.log10(
        roof["peak"] / (roof["bandwidth"] * roof["arithmetic_intensity"] / 4)
    )
    assert (at[1] - corner[1]) / high == pytest.approx(math.log10(roof["peak"] / roof["attained"]), abs=0.01)


def test_axe_finds_no_barrier_in_any_answer(page):
    page.evaluate("() => { document.getElementById('built').replaceChildren() }")
    for kind in KINDS:
        shown(page, kind, asks(kind, 4))
        page.evaluate("() => document.querySelectorAll('details').forEach(fold => { fold.open = true })")
        assert axe.violations(page, "#into") == [], kind


def test_no_two_answers_have_the_same_label(page):
    labels = page.evaluate(
        """async () => {
          const { labelled } = await import("/assets/js/calculator-labels.js");
          const asks = [{batch: 1}, {batch: 1}, {batch: 1}, {batch: 3}, {batch: 1, own: {memory: 2}}];
          return labelled(asks.map(() => ({title: "A on B"})), asks).map(one => one.label);
        }"""
    )
    assert labels == [
        "A on B, batch 1", "A on B, batch 1, case 2", "A on B, batch 1, case 3", "A on B, batch 3",
        "A on B, batch 1, case 5",
    ]  # fmt: skip


def test_what_was_typed_last_is_asked(page):
    found = page.evaluate(
        """async () => {
          const { giveWay } = await import("/assets/js/calculator-form.js");
          const form = document.createElement("form");
          form.innerHTML = '<textarea name="config"></textarea><details class="lm-own" open></details>';
          form.config.value = "{}";
          const states = [];
          for (const name of ["batch", "accelerator", "model"]) {
            giveWay(form, name);
            states.push([form.config.value, form.querySelector("details").open]);
          }
          return states;
        }"""
    )
    assert found == [["{}", True], ["{}", False], ["", False]]
