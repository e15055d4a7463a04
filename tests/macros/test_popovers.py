"""What opens on a figure: the formula that gave it with its numbers, parts that add up, sources, links."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from llmmath import totals
from llmmath.records import accelerators, models
from macros import lookup, made_of, origins, popovers, source_pages
from macros.errors import MacroError
from macros.values import Figures

ROOT = Path(__file__).resolve().parents[2]
CACHE = {"model": "llama-3.1-8b", "n_tokens": 1, "bytes_per_value": 2}
COUNT = {"model": "gpt2", "context": 1024}
STEP = {"model": "llama-3.1-8b", "accelerator": "h100-sxm", "batch": 1, "context": 1024}
SERVED = {
    "model": "llama-3.1-8b", "accelerator": "h100-sxm", "engine": "vllm", "concurrency": 64, "input": 1024,
    "output": 256,
}  # fmt: skip


def origin(name, **given):
    _, inputs, result = lookup.call(name, given)
    return origins.origin(name, given, inputs, result)


def opened(name, repository=None, **given):
    """The popover of a figure as XML."""
    figures = Figures()
    figures.repository = repository
    figures.start_page("a.md", "a/")
    function, inputs, result = lookup.call(name, given)
    row, text = figures.add(function, inputs, result, name=name, given=given)
    figures.inline(row, text, lambda: origins.origin(name, given, inputs, result))
    return ElementTree.fromstring(figures.end_page().strip())


def text(element):
    return " ".join("".join(element.itertext()).split())


def rows(element, kind):
    """Cells of the rows of the tables of this class."""
    found = [table for table in element.iter("table") if kind in table.get("class").split()]
    return [[text(cell) for cell in row] for table in found for row in table.iter("tr")]


def formulas(element):
    """What the formula says and what the line with the numbers says."""
    return [text(math) for math in element.iter("math")]


# The formula and its numbers


def test_the_line_with_the_numbers_holds_each_input_in_the_place_of_its_letter():
    formula, worked = formulas(opened("kv_cache_bytes", **CACHE))
    assert formula.startswith("vtoken=") and "mcache=" in formula
    # 2 vectors x 32 layers x 8 key-value heads x 128 values x 1 token x 2 bytes, worked by hand
    assert worked == "=2·32·8·128·1·2 B=131,072 B"


def test_two_inputs_that_are_swapped_change_the_line_with_the_numbers():
    right = formulas(opened("memory_seconds", n_bytes=10**9, memory_bandwidth=2 * 10**12))[1]
    swapped = formulas(opened("memory_seconds", n_bytes=2 * 10**12, memory_bandwidth=10**9))[1]
    # 1 GB at 2 TB/s takes 500 microseconds; the other way round 2,000 s, which are 33 minutes and a third
    assert right == "=1 GB2 TB/s=500 µs" and swapped == "≈2 TB1 GB/s≈33.33 min"


def test_numbers_that_are_rounded_are_told_from_exact_ones():
    assert formulas(opened("ridge_intensity", accelerator="a100-sxm-80", dtype="bf16"))[1].startswith("≈")


@pytest.mark.parametrize(
    "name, given, formula",
    [
        ("kv_cache_bytes", CACHE, "kv_cache_bytes"),
        ("bound.memory_seconds", STEP, "memory_seconds"),
        ("bound.compute_seconds", STEP, "compute_seconds"),
        ("bound.tokens_per_second", STEP, "tokens_per_second"),
        ("bound.max_batch", STEP, "largest_batch"),
        ("bound.needed_bytes", STEP, "needed_bytes"),
        ("estimate.output_tokens_per_s.low", SERVED, "output_tokens_per_second"),
        ("estimate.output_tokens_per_s.high", SERVED, "output_tokens_per_second"),
        ("worked.latency_seconds", SERVED, "latency_seconds"),
    ],
)
def test_the_formula_that_is_shown_gives_the_figure_from_the_values_that_are_shown(name, given, formula):
    found, result = origin(name, **given), lookup.call(name, given)[2]
    assert found.formula.__name__ == formula
    assert found.formula(**found.values) == pytest.approx(result, rel=1e-12, abs=1)


def test_a_formula_of_the_same_name_that_did_not_give_the_figure_is_not_shown():
    # `peak_share` of an engine is a constant of it, not what the formula of that name returns
    found = origin("worked.peak_share", **SERVED)
    assert lookup.formula_behind("worked.peak_share") is not None and found.formula is None
    shown = opened("worked.peak_share", **SERVED)
    assert formulas(shown) == []
    assert "worked.peak_share is no result of a formula: it is a constant of the engine's record" in text(
        shown
    )


def test_a_median_is_told_with_the_number_of_measurements_that_it_is_of():
    n_points = lookup.call("judged.points", {"way": "system"})[2]
    assert f", of {n_points:,} measurements." in text(opened("judged.median", way="system"))
    # whose numbers stand beside it needs no such word
    assert "measurements." not in text(opened("bound.fits", **STEP))


def test_a_truth_value_among_the_inputs_is_yes_or_no():
    every = {
        row[0]: row[1] for row in rows(opened("judged.median", way="system", unexplained=True), "lm-from")
    }
    assert every["unexplained"] == "yes"


def test_the_calls_of_a_formula_are_watched_with_their_arguments_and_the_watch_ends():
    import sys

    formula = lookup.formula("memory_seconds")
    before = sys.getprofile()
    calls = origins.calls_of(formula, lambda: [formula(n_bytes=n, memory_bandwidth=4) for n in (8, 12)])
    assert calls == [
        ({"n_bytes": 8, "memory_bandwidth": 4}, 2),
        ({"n_bytes": 12, "memory_bandwidth": 4}, 3),
    ]
    assert sys.getprofile() is before


# Parts


def test_a_ledger_total_opens_as_the_sum_of_its_parts():
    shown = rows(opened("count.multiplications.decode.total", **COUNT), "lm-parts")
    parts = {name: int(value.replace(",", "")) for name, _, value in shown}
    # 12 layers of 768 x 768, 12 heads x 1,024 positions x 64 values, worked by hand
    assert parts["attention.q"] == 12 * 768 * 768
    assert parts["attention.scores"] == 12 * 12 * 1024 * 64
    assert parts["lm_head"] == 768 * 50257
    assert sum(parts.values()) == 142406400
    made_of = {name: product for name, product, _ in shown}
    assert made_of["mlp.up"] == "12 · 768 · 3,072" and made_of["lm_head"] == "768 · 50,257"


@pytest.mark.parametrize("key", ["gpt2", "llama-3.1-8b", "mixtral-8x7b", "gemma-3-1b", "deepseek-v2-lite"])
def test_what_is_multiplied_for_a_part_makes_the_part(key):
    total = totals.of("count", "multiplications.decode.total", {"model": models.get(key), "context": 2048})
    assert total.products
    for name, products in total.products.items():
        added = 0
        for product in products:
            one = 1
            for factor in product:
                one *= factor
            added += one
        assert added == total.parts[name], name


def test_the_bytes_of_a_step_open_by_component():
    found = origin("bound.memory_seconds", **STEP)
    # 1 x 4,096 values looked up, 32 x 4,096 x 4,096 weights of queries, each of 2 bytes
    assert found.total.parts["embedding"] == 4096 * 2
    assert found.total.parts["attention.q"] == 32 * 4096 * 4096 * 2
    assert found.values["n_bytes"] == sum(found.total.parts.values())
    assert found.values["memory_bandwidth"] == accelerators.get("h100-sxm").memory_bandwidth


def taken_apart():
    # so many queries that some operations wait for arithmetic and others for the memory
    busy = STEP | {"batch": 512, "context": 64}
    given = {"count": COUNT, "token_cost": COUNT, "bound": busy, "estimate": SERVED, "worked": SERVED}
    return [(f"{head}.{path}", given[head]) for head, path in totals._FIGURES]


@pytest.mark.parametrize("name, given", taken_apart(), ids=[name for name, _ in taken_apart()])
def test_the_smallest_part_that_is_missing_stops_the_build(name, given, monkeypatch):
    total = origin(name, **given).total
    assert total.parts
    smallest = min(total.parts, key=lambda part: abs(total.parts[part]))
    less = {part: value for part, value in total.parts.items() if part != smallest}
    monkeypatch.setattr(totals, "of", lambda *_: total._replace(parts=less))
    with pytest.raises((MacroError, ZeroDivisionError)):
        origin(name, **given)


# What is made of other figures, and what nothing computes


@pytest.mark.parametrize(
    "name, given, formula, worked",
    [
        # 1,024 tokens of the prompt and half of 256
        ("worked.context", SERVED, "nctx=nin+⌈nout2⌉", "=1,024+⌈2562⌉=1,152"),
        # 8,192 tokens are read at once: eight prompts of 1,024
        ("worked.prompts_together", SERVED, "ntogether=max⁡(1,min⁡(B,⌊nchunknin⌋))",
         "=max⁡(1,min⁡(64,⌊8,1921,024⌋))=8"),
        ("bound.memory_capacity", {"accelerator": "rtx-4090", **COUNT}, "C=A⁢Cone", "≈1·25.76 GB≈25.76 GB"),
        # 12 layers of 2 x 768 values, 1,024 tokens, 2 bytes
        ("count.kv_cache_bytes", COUNT, "mcache=∑layersvtoken⁢n⁢b", "≈12·1,536·1,024·2≈37.75 MB"),
    ],
)  # fmt: skip
def test_a_figure_that_is_made_of_others_shows_how_and_with_which_numbers(name, given, formula, worked):
    assert formulas(opened(name, **given)) == [formula, worked]


def test_a_total_shows_what_is_summed_and_its_first_and_last_parts():
    formula, worked = formulas(opened("count.multiplications.decode.total", **COUNT))
    assert formula == "M=∑matricesL⁢din⁢dout+∑attentionL⁢h⁢nctx⁢dhead"
    # 12 x 768 x 768 of queries and of keys; the head is 768 x 50,257
    assert worked == "=7,077,888+7,077,888+⋯+38,597,376=142,406,400"


def test_a_part_that_is_taken_away_has_a_minus_between_the_parts():
    worked = formulas(opened("count.active_parameters", model="mixtral-8x7b", context=1024))[1]
    # of 8 experts a token does not pick 6, each 3 x 4,096 x 14,336 in 32 layers
    assert f"−{6 * 3 * 4096 * 14336 * 32:,}=" in worked and "+−" not in worked


def test_an_expression_that_does_not_make_its_figure_stops_the_build(monkeypatch):
    monkeypatch.setitem(made_of.EXPRESSIONS, "worked.context", "input + output")
    with pytest.raises(MacroError, match="makes 1280; expected 1152, which is worked.context"):
        origin("worked.context", **SERVED)


def test_whether_it_fits_is_told_as_the_comparison_that_it_is():
    shown = opened("bound.fits", **(STEP | {"model": "llama-3.1-70b"}))
    formula, worked = formulas(shown)
    assert formula == "fits=mneeded≤C" and worked.endswith("≤85.52 GB:no")
    assert "the answer is no" in text(shown) and "exactly" not in text(shown)


def test_what_binds_is_told_as_the_largest_of_the_times():
    formula, worked = formulas(opened("bound.bound_by", **STEP))
    assert formula.startswith("bound by=arg max") and worked.endswith(":memory")


@pytest.mark.parametrize("name", made_of.STATED)
def test_what_nothing_computes_is_a_figure_of_a_known_function_and_has_no_expression(name):
    assert name.split(".")[0] in lookup.RECORD_FUNCTIONS
    assert name not in made_of.EXPRESSIONS and name not in made_of.SUMS


# Sources and links


def test_an_input_names_the_record_it_is_from_or_that_the_page_states_it():
    shown = {
        name: (value, source) for name, value, source in rows(opened("kv_cache_bytes", **CACHE), "lm-from")
    }
    assert shown["model"][1].startswith("Llama 3.1 8B: huggingface.co/meta-llama/Llama-3.1-8B config.json")
    assert shown["n_kv_heads"] == ("8", "of the model")
    assert shown["n_tokens"] == ("1 token", "stated on this page")
    written = {
        name: source for name, _, source in rows(opened("kv_cache_bytes", **CACHE, n_kv_heads=1), "lm-from")
    }
    assert written["n_kv_heads"] == "stated on this page"


def test_every_link_to_a_line_leads_to_what_it_names():
    shown = opened("bound.memory_seconds", **STEP)
    found = {}
    for link in shown.iter("a"):
        place = re.fullmatch(r"\.\./source/(.+)/#L(\d+)", link.get("href"))
        if place:
            lines = (ROOT / place[1]).read_text(encoding="utf-8").splitlines()
            found[text(link)] = lines[int(place[2]) - 1]
    assert [line for name, line in found.items() if name.startswith("Llama 3.1")] == ['["llama-3.1-8b"]']
    assert [line for name, line in found.items() if name.startswith("H100")] == ["[h100-sxm]"]
    beginnings = {name.split(":")[0]: line for name, line in found.items() if ".py:" in name}
    assert beginnings["llmmath/formulas/roofline.py"].startswith("def memory_seconds(")
    assert beginnings["llmmath/bound.py"].startswith("def bound(")


@pytest.mark.parametrize("kind", ["model", "accelerator"])
def test_every_record_is_found_at_its_line(kind):
    path = origins.RECORD_FILES[kind]
    lines = (ROOT / path).read_text(encoding="utf-8").splitlines()
    for key in {"model": models, "accelerator": accelerators}[kind].load():
        assert lines[origins.line_of_key(path, key) - 1].strip("[]\"'") == key


def test_lines_are_linked_in_the_repository_where_one_is_configured():
    there = "https://host.test/owner/name/blob/main"
    links = [link.get("href") for link in opened("kv_cache_bytes", repository=there, **CACHE).iter("a")]
    assert any(re.fullmatch(rf"{there}/llmmath/formulas/memory.py#L\d+", link) for link in links)
    none = [link.get("href") for link in opened("kv_cache_bytes", **CACHE).iter("a")]
    assert not any("://" in link for link in none)


def test_the_exact_value_stands_there_whole_with_a_button_that_copies_it():
    shown = opened("bound.memory_seconds", **STEP)
    (button,) = shown.iter("button")
    value = lookup.call("bound.memory_seconds", STEP)[2]
    assert float(button.get("data-copy")) == value and repr(value) in text(shown)


def test_words_between_backticks_are_code():
    assert popovers.coded("Of `a` and `b` < c") == "Of <code>a</code> and <code>b</code> &lt; c"
    assert "`" not in text(opened("count.multiplications.decode.total", **COUNT))


def test_equal_figures_of_a_page_share_one_popover_and_the_first_has_the_link():
    figures = Figures()
    figures.start_page("a.md", "a/")
    function, inputs, result = lookup.call("kv_cache_bytes", CACHE)
    made = []
    for unit in (None, "KiB"):
        row, written = figures.add(function, inputs, result, name="kv_cache_bytes", given=CACHE, unit=unit)
        made.append(
            figures.inline(row, written, lambda: origins.origin("kv_cache_bytes", CACHE, inputs, result))
        )
    first, second = map(ElementTree.fromstring, made)
    assert first.find("button").get("popovertarget") == second.find("button").get("popovertarget")
    page = ElementTree.fromstring(figures.end_page().strip())
    assert page.get("id") == first.find("button").get("popovertarget")
    links = [link.get("href") for link in page.iter("a")]
    assert f"#{first.get('id')}" in links and second.get("id") is None


def test_a_stated_figure_opens_its_record_with_the_line_it_stands_at():
    figures = Figures()
    figures.start_page("a.md", "a/")
    figures.stated(models.get("gpt2"), "n_layers")
    shown = ElementTree.fromstring(figures.end_page().strip())
    path, line = origins.place_of_record("model", "gpt2")
    assert f"../source/{path}/#L{line}" in [link.get("href") for link in shown.iter("a")]
    assert "Radford et al. 2019" in text(shown) and "exactly 12" in text(shown)


# Pages of source


def test_a_line_has_its_anchor_and_its_number_is_no_part_of_the_text():
    lines = source_pages.numbered("a = 1\n\n# <b>", "a.py")
    page = ElementTree.fromstring(f"<pre>{lines}</pre>")
    assert [line.get("id") for line in page] == ["L1", "L2", "L3"]
    assert "".join(page.itertext()) == "a = 1\n\n# <b>\n"


def test_a_page_of_source_shows_every_line_of_its_file_in_its_place():
    path = "llmmath/formulas/memory.py"
    lines = (ROOT / path).read_text(encoding="utf-8").splitlines()
    page = ElementTree.fromstring(f"<pre>{source_pages.page(path, '../', '')['lines']}</pre>")
    assert ["".join(line.itertext()).rstrip("\n") for line in page] == lines
    assert [line.find("a").get("data-line") for line in page] == [str(n) for n in range(1, len(lines) + 1)]
