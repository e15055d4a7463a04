"""The calculators in the page: what is chosen is answered as llmmath answers, linked, compared, copied."""

import csv
import html
import io
import json
import random
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from llmmath.answers import choices, fit, multiplications
from llmmath.errors import InputError
from llmmath.records import accelerators
from macros.pages import calculators
from macros.pages.calculator_answers import markup
from macros.quantities import write_fitting
from tests.site import axe
from tests.site.test_engine import random_ask
from tests.site.waiting import until

ROOT = Path(__file__).resolve().parents[2]
ANSWERS = calculators.ANSWERS


@pytest.fixture
def blank(context):
    """A page with nothing in it yet, whose errors are collected."""
    opened = context.new_page()
    opened.wrong = []
    opened.on("pageerror", lambda error: opened.wrong.append(str(error)))
    yield opened
    assert opened.wrong == []
    opened.close()


@pytest.fixture
def page(address, blank):
    """The page of all calculators."""
    blank.goto(address + "calculators/")
    until(blank, "!!customElements.get('lm-calculator')")
    return blank


@pytest.fixture(scope="module")
def kept(address, context):
    """The page of all calculators, for tests that do not mind what was asked before; its engine stays."""
    opened = context.new_page()
    wrong = []
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.goto(address + "calculators/")
    until(opened, "!!customElements.get('lm-calculator')")
    yield opened
    assert wrong == []
    opened.close()


def one(page, kind):
    return page.locator(f"#calculator-{kind}")


def text_of(marked):
    """The words of markup, in one line."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", marked)).replace("\u202f", " ").split())


def said(page, kind):
    """The sentences and tables of an answer, in one line; without drawings."""
    return " ".join(
        page.evaluate(
            """kind => {
              const shown = document.querySelector(`#calculator-${kind} .lm-shown`).cloneNode(true);
              shown.querySelectorAll('figure').forEach(one => one.remove());
              const words = [];
              const walk = document.createTreeWalker(shown, NodeFilter.SHOW_TEXT);
              while (walk.nextNode()) words.push(walk.currentNode.data);
              return words.join(' ');
            }""",
            kind,
        )
        .replace("\u202f", " ")
        .split()
    )


def address_of(page):
    return page.evaluate("location.href")


def answered(page, kind):
    """Waits until the page has computed an answer itself, and computes no other."""
    one(page, kind).locator(".lm-ran").wait_for(timeout=20000)
    until(page, "kind => !document.querySelector(`#calculator-${kind} .lm-shown`).ariaBusy", kind)
    status = f"document.querySelector('#calculator-{kind} .lm-status').innerText"
    until(page, f"!/^(Load|Comput)ing/.test({status})")


def asked_here(kind, **given):
    ask = {name: given.get(name, calculators.DEFAULTS[name]) for name in calculators.FIELDS[kind]}
    found = ANSWERS[kind].answer({name: value for name, value in ask.items() if value != ""})
    return text_of(markup(kind, [{"label": found["title"], "answer": found}]))


def linked(asks):
    """The query of a link that asks each kind of calculator something."""
    return "?" + "&".join(f"{kind}.{name}={ask[name]}" for kind, ask in asks.items() for name in ask)


def random_answered(kind, numbers):
    """A random ask that a link can hold and that has an answer, and that answer."""
    while True:
        ask = random_ask(kind, numbers)
        asked = {name: ask[name] for name in calculators.FIELDS[kind] if name in ask}
        if "own" in ask:
            continue
        try:
            return asked, asked_here(kind, **asked)
        except InputError:
            continue


def test_random_links_show_what_llmmath_says(blank, address):
    numbers = random.Random("links")
    for _ in range(3):
        found = {kind: random_answered(kind, numbers) for kind in ANSWERS}
        asks = {kind: ask for kind, (ask, _) in found.items()}
        blank.goto(f"{address}calculators/{linked(asks)}")
        for kind, (ask, expected) in found.items():
            answered(blank, kind)
            assert said(blank, kind) == expected, ask


@pytest.mark.parametrize("kind", ANSWERS)
def test_the_first_answer_is_in_the_page_without_javascript(address, browser, kind):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address + "calculators/")
    box = page.locator(f"#calculator-{kind}")
    given = {"batching": {"batch": 32}}.get(kind, {})
    shown = re.sub("<figure.*?</figure>", "", box.locator(".lm-shown").inner_html(), flags=re.S)
    assert text_of(shown) == asked_here(kind, **given)
    assert box.locator("figure svg").first.is_visible()
    assert box.locator("table").first.is_visible() and not box.locator("form").is_visible()
    context.close()


def shows(page, kind, expected):
    """Waits until an answer is the expected one."""
    for _ in range(300):
        if said(page, kind) == expected:
            return
        page.wait_for_timeout(50)
    assert said(page, kind) == expected


# Where each stands in the article that explains it, a field to change there, and what it is changed to.
IN_ARTICLES = {
    "multiplications": ("multiplications-per-token/", "context", 512),
    "fit": ("vram/", "batch", 3),
    "speed": ("how-fast/", "concurrency", 5),
    "batching": ("inference-optimization/batching/", "batch", 48),
}


@pytest.mark.parametrize("kind", ANSWERS)
def test_an_article_has_its_own_calculator_which_is_changed_linked_and_reloaded_there(blank, address, kind):
    article, name, changed = IN_ARTICLES[kind]
    blank.goto(address + article)
    folded = blank.locator("details:has(lm-calculator) > summary")
    if folded.count():
        folded.click()
    blank.locator("lm-calculator").scroll_into_view_if_needed()
    until(blank, "!!customElements.get('lm-calculator')")
    assert blank.locator("lm-calculator").count() == 1
    chosen = blank.evaluate(
        "kind => Object.fromEntries([...document.querySelectorAll(`#calculator-${kind} [name]`)]"
        ".map(field => [field.name, field.value]))",
        kind,
    )
    ask = {name: chosen[name] for name in calculators.FIELDS[kind]}
    ask = {name: int(value) if name in calculators.SLIDERS else value for name, value in ask.items()}
    assert said(blank, kind) == asked_here(kind, **ask)
    field = one(blank, kind).locator(f"[name={name}]")
    field.fill(str(changed))
    field.press("Tab")
    expected = asked_here(kind, **(ask | {name: changed}))
    shows(blank, kind, expected)
    assert address_of(blank) == f"{address}{article}?{kind}.{name}={changed}"
    blank.reload()
    shows(blank, kind, expected)


def test_a_change_is_answered_linked_reloaded_and_taken_back(page):
    batch = one(page, "fit").locator("[name=batch]")
    before = page.url
    batch.fill("64")
    batch.press("Tab")
    first, second = asked_here("fit", batch=64), asked_here("fit", batch=64, kv_dtype="fp8")
    shows(page, "fit", first)
    assert address_of(page) == f"{before}?fit.batch=64"
    one(page, "fit").locator("[name=kv_dtype]").select_option("fp8")
    shows(page, "fit", second)
    page.reload()
    shows(page, "fit", second)
    page.go_back()
    shows(page, "fit", first)
    assert one(page, "fit").locator("[name=kv_dtype]").input_value() == ""


@pytest.mark.parametrize(
    ("kind", "name", "typed", "expected"),
    [
        ("fit", "model", "llama-3.1-9b", "unknown model 'llama-3.1-9b'"),
        ("fit", "accelerator", "h100-sxn", "names that begin with 'h': h100-sxm"),
        ("fit", "batch", "0", "0 is given; expected a whole number from 1 to a million million"),
        ("fit", "batch", "", "no number is given; expected a whole number from 1"),
        ("fit", "context", "1000000000", "1000000000 is given; expected at most 131072"),
        ("fit", "accelerators", "3", "3 cards are given; expected a divisor of llama-3.1-8b's 32 heads"),
        ("speed", "output", "-5", "expected a whole number from 1"),
        ("multiplications", "model", "<img src=x onerror=alert(1)>", "unknown model"),
    ],
)
def test_what_is_wrong_is_told_beside_its_field_and_the_last_answer_stays(kept, kind, name, typed, expected):
    page, before = kept, said(kept, kind)
    field = one(page, kind).locator(f"[name={name}]")
    right = field.input_value()
    field.fill(typed)
    field.press("Tab")
    wrong = one(page, kind).locator(f'[data-field="{name}"] > .lm-wrong')
    wrong.wait_for(state="visible")
    assert expected in wrong.inner_text()
    assert field.get_attribute("aria-invalid") == "true"
    assert wrong.get_attribute("id") in field.get_attribute("aria-describedby")
    assert said(page, kind) == before
    assert "lm-stale" in one(page, kind).locator(".lm-shown").get_attribute("class")
    assert page.locator("img[src=x]").count() == 0
    field.fill(right)
    field.press("Tab")
    wrong.wait_for(state="hidden")
    until(page, "kind => !document.querySelector(`#calculator-${kind} .lm-shown.lm-stale`)", kind)


def test_where_the_engine_cannot_load_the_answer_of_the_build_stays_and_says_why(address, browser):
    page = browser.new_page()
    page.route("**/micropython.mjs", lambda route: route.abort())
    page.goto(address + "calculators/")
    before = said(page, "speed")
    field = one(page, "speed").locator("[name=concurrency]")
    field.fill("99")
    field.press("Tab")
    status = one(page, "speed").locator(".lm-status")
    until(
        page,
        "document.querySelector('#calculator-speed .lm-status').textContent.includes('could not be loaded')",
    )
    assert "The answer below is the last good one." in status.inner_text()
    assert said(page, "speed") == before
    page.close()


def test_four_cases_stand_side_by_side_and_can_be_taken_away(page):
    box = one(page, "speed")
    add = box.get_by_role("button", name="Compare with another")
    for number, card in enumerate(("rtx-4090", "h200-sxm", "mi300x"), 2):
        add.click()
        field = box.locator(".lm-case").nth(number - 1).locator("[name=accelerator]")
        field.fill(card)
        field.press("Tab")
    answered(page, "speed")
    names = [accelerators.get(key).name for key in ("h100-sxm", "rtx-4090", "h200-sxm", "mi300x")]
    until(
        page,
        "name => document.querySelector('#calculator-speed .lm-shown').textContent.includes(name)",
        names[-1],
    )
    assert all(f"Llama 3.1 8B on {name}" in said(page, "speed") for name in names)
    assert "speed4.accelerator=mi300x" in address_of(page)
    # each case has its answer in short below its fields, and a button that leads to that of all
    ask = {
        name: calculators.DEFAULTS[name] for name in calculators.FIELDS["speed"] if calculators.DEFAULTS[name]
    }
    for fields, key in zip(
        box.locator(".lm-case").all(), ("h100-sxm", "rtx-4090", "h200-sxm", "mi300x"), strict=True
    ):
        rows = {
            row["name"]: row["expected"]
            for row in ANSWERS["speed"].answer(ask | {"accelerator": key})["rows"]
        }
        token = write_fitting(rows["time_per_output_token_s"], "s")
        rate = write_fitting(rows["output_tokens_per_s"], "token/s")
        assert (
            fields.locator(".lm-short")
            .inner_text()
            .startswith(f"An output token takes {token}; {rate} in all.")
        )
    box.get_by_role("button", name="Whole answer").first.click()
    assert page.evaluate("document.activeElement.matches('.lm-shown')")
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(one => one.id)")
    assert len(ids) == len(set(ids))
    page.reload()
    answered(page, "speed")
    assert box.locator(".lm-case").count() == 4
    add.click()
    assert box.locator(".lm-case").count() == 4
    box.get_by_role("button", name="Remove case 2").click()
    until(
        page,
        "name => !document.querySelector('#calculator-speed .lm-shown').textContent.includes(name)",
        names[1],
    )
    # one alone has its answer below it
    for number in (3, 2):
        box.get_by_role("button", name=f"Remove case {number}").click()
    until(page, "document.querySelectorAll('#calculator-speed .lm-short').length === 0")
    box.get_by_role("button", name="Compare with another").click()
    box.get_by_role("button", name="Compare with another").click()
    assert box.locator("legend").all_inner_texts() == [f"How fast? Case {number}" for number in (1, 2, 3)]


def test_a_pasted_configuration_is_counted_and_stays_out_of_the_address(page):
    config = (ROOT / "tests" / "data" / "hf-configs" / "qwen3-4b" / "config.json").read_text(encoding="utf-8")
    box = one(page, "multiplications")
    box.get_by_text("or a config.json").click()
    box.locator("[name=config]").fill(config)
    box.locator("[name=config]").press("Tab")
    answered(page, "multiplications")
    ask = {"config": json.loads(config), "config_name": "config.json", "context": 4096}
    found = multiplications.answer(ask)
    assert said(page, "multiplications") == text_of(
        markup("multiplications", [{"label": "config.json", "answer": found}])
    )
    assert "hidden_size" not in address_of(page)
    box.locator("[name=config]").fill("{not json")
    box.locator("[name=config]").press("Tab")
    wrong = box.locator('[data-field="config"] > .lm-wrong')
    wrong.wait_for(state="visible")
    assert "expected a JSON object" in wrong.inner_text()


def test_a_file_that_is_chosen_is_read_in_the_page(page):
    asked = []
    page.on("request", lambda made: asked.append(made.method))
    box = one(page, "fit")
    box.get_by_text("or a config.json").click()
    box.locator("[type=file]").set_input_files(
        ROOT / "tests" / "data" / "hf-configs" / "gemma-2-9b" / "config.json"
    )
    answered(page, "fit")
    assert "config.json on H100 SXM" in said(page, "fit") and set(asked) <= {"GET"}


def test_a_card_of_ones_own_is_computed_with(page):
    box = one(page, "fit")
    box.get_by_text("or enter your own figures").click()
    for name, value in (("memory_bandwidth", "1008"), ("memory_capacity", "24")):
        box.locator(f'[name="own.{name}"]').fill(value)
        box.locator(f'[name="own.{name}"]').press("Tab")
    answered(page, "fit")
    ask = {"model": "llama-3.1-8b", "batch": 1, "context": 4096}
    own = {"memory_bandwidth": 1008e9, "memory_capacity": 24e9, "kind": "consumer GPU"}
    found = fit.answer(ask | {"own": own})
    assert said(page, "fit") == text_of(markup("fit", [{"label": found["title"], "answer": found}]))
    assert "fit.own.memory_capacity=24000000000" in address_of(page)


def test_a_card_of_ones_own_goes_on_with_all_its_figures_and_is_asked_while_they_are_unfolded(blank, address):
    own = "memory_bandwidth=1008e9", "memory_capacity=24e9", "peak=165e12"
    figures = "&".join(f"speed.own.{one}" for one in own)
    blank.goto(f"{address}calculators/?{figures}&speed.engine=llama.cpp")
    answered(blank, "speed")
    one(blank, "speed").get_by_role("link", name="Does it fit?").click()
    shown = "document.querySelector('#calculator-{}').querySelector('.lm-shown').textContent.includes('{}')"
    until(blank, shown.format("fit", "on a card of your own"))
    one(blank, "fit").get_by_role("link", name="How fast is this?").click()
    box = one(blank, "speed")
    until(blank, "document.activeElement.id === 'speed-model'")
    assert box.locator('[name="own.peak"]').input_value() == "165"
    answered(blank, "speed")
    assert "speed.own.peak=165000000000000" in address_of(blank)
    # folded away, the record is asked and nothing says otherwise
    hint = box.locator('[data-field="accelerator"] .lm-instead')
    assert hint.inner_text() == "Your own figures below are used instead of this."
    box.get_by_text("or enter your own figures").click()
    until(blank, shown.format("speed", "on H100 SXM"))
    assert not hint.is_visible() and "speed.own" not in address_of(blank)
    box.get_by_text("or enter your own figures").click()
    until(blank, shown.format("speed", "on a card of your own"))
    assert hint.is_visible()


def test_what_would_make_it_fit_does(blank, address):
    blank.goto(f"{address}calculators/?fit.model=llama-3.1-70b")
    answered(blank, "fit")
    assert "It does not fit" in said(blank, "fit")
    one(blank, "fit").get_by_role("button", name=re.compile("more cards: 2")).click()
    until(blank, "document.querySelector('#calculator-fit .lm-shown').textContent.includes('It fits')")
    assert said(blank, "fit") == asked_here("fit", model="llama-3.1-70b", accelerators=2)


def test_the_cards_that_run_a_model_are_listed_and_one_can_be_taken(page):
    box = one(page, "speed")
    box.get_by_role("button", name="Which cards run this?").click()
    listed = box.locator(".lm-choices")
    total = len(accelerators.keys())
    until(page, "document.querySelector('.lm-choices [role=status]')?.textContent.includes('choose one')")
    assert f"of {total} run" in listed.inner_text() and listed.locator("tbody tr").count() == total
    times = page.evaluate(
        "[...document.querySelectorAll('.lm-choices tbody tr')].map(row => Number(row.dataset.seconds))"
    )
    assert times == sorted(times)
    assert listed.locator("thead th").all_inner_texts() == [
        "card", "an output token", "in four cases out of five between", "tokens per second, all",
        "queries that fit", "arithmetic in",
    ]  # fmt: skip
    ask = {name: calculators.DEFAULTS[name] for name in calculators.FIELDS["speed"]}
    ask = {name: value for name, value in ask.items() if value != ""}
    told = {
        line[0]: line[1:]
        for line in page.evaluate(
            "[...document.querySelectorAll('.lm-choices tbody tr')]"
            ".map(row => [...row.cells].map(cell => cell.textContent))"
        )
    }
    # of the DGX Spark no peak for such weights is recorded: what reads alone has a time, prompts have none
    spark = told[accelerators.get("dgx-spark-gb10").name]
    assert spark[0] != "unknown" and spark[2] == "unknown" and spark[4] == "no known peak"
    for key in ("h200-sxm", "rtx-4090", "t4"):
        found = choices.row(ask | {"accelerator": key})
        token, rate = found["time_per_output_token_s"], found["output_tokens_per_s"]
        cells = ["does not fit"]
        if token is not None:
            low, expected, high = (write_fitting(token[end], "s") for end in ("low", "expected", "high"))
            cells = [expected, f"{low} – {high}", write_fitting(rate["expected"], "token/s")]
            cells += [write_fitting(found["max_concurrency"], "1"), found["compute_dtype"]]
        assert told[accelerators.get(key).name] == cells
    listed.get_by_label("of kind").select_option("Apple SoC")
    listed.get_by_label("Show names with").fill("ultra")
    kinds = {one.name: one.kind for one in accelerators.load().values()}
    wanted = {name for name, kind in kinds.items() if kind == "Apple SoC" and "Ultra" in name}
    assert set(listed.locator("tbody th:visible").all_inner_texts()) == wanted and wanted
    listed.get_by_label("Show names with").fill("")
    listed.get_by_label("of kind").select_option("all kinds")
    first = listed.locator("tbody button").first
    name = first.inner_text()
    first.click()
    until(
        page,
        "name => document.querySelector('#calculator-speed .lm-verdict').textContent.includes(name)",
        name,
    )


def test_an_answer_is_copied_as_a_command_line_that_says_the_same(page):
    box = one(page, "batching")
    box.locator("[name=batch]").fill("48")
    box.locator("[name=batch]").press("Tab")
    answered(page, "batching")
    box.get_by_role("button", name="Copy link").click()
    until(
        page,
        "document.querySelector('#calculator-batching .lm-status').textContent === 'The link is copied.'",
    )
    link = page.evaluate("navigator.clipboard.readText()")
    assert link == page.url.split("?")[0] + "?batching.batch=48#calculator-batching"
    box.get_by_text("Copy or save the answer").click()
    for words in ("CSV", "JSON", "Markdown", "BibTeX", "Command line"):
        box.get_by_role("button", name=words, exact=True).click()
        until(
            page,
            "words => document.querySelector('#calculator-batching .lm-status').textContent"
            " === `Copied as ${words}.`",
            words,
        )
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "llmmath bound llama-3.1-8b --accelerator h100-sxm --batch 48 --context 4096" in copied


def test_an_answer_is_saved_as_files_that_are_what_they_are_called(page):
    box = one(page, "fit")
    box.get_by_text("Copy or save the answer").click()
    saved = {}
    for words in ("CSV file", "JSON file", "Drawings as SVG"):
        with page.expect_download() as download:
            box.get_by_role("button", name=words).click()
        saved[download.value.suggested_filename] = Path(download.value.path()).read_text(encoding="utf-8")
    assert set(saved) == {"llmmath-fit.csv", "llmmath-fit.json", "llmmath-fit.svg"}
    answer = fit.answer({"model": "llama-3.1-8b", "accelerator": "h100-sxm", "batch": 1, "context": 4096})
    (case,) = json.loads(saved["llmmath-fit.json"])["cases"]
    assert case["answer"] == answer
    needed = next(
        row for row in csv.reader(io.StringIO(saved["llmmath-fit.csv"])) if row[0] == "needed_bytes"
    )
    assert needed[3] == str(answer["figures"][0]["value"])
    drawing = ElementTree.fromstring(saved["llmmath-fit.svg"])
    # no style of the page is left to be looked up, and all that the page draws is there
    shapes = [shape for shape in drawing.iter() if shape.tag.endswith("rect")]
    assert {shape.get("class") for shape in drawing.iter()} == {None}
    assert len({shape.get("fill") for shape in shapes}) >= 5 and all(shape.get("fill") for shape in shapes)
    assert "weights 16.1\u202fGB" in [shape.text for shape in drawing.iter()]


def test_from_what_fits_one_goes_on_to_how_fast_and_back_with_the_same_model_card_and_types(page, address):
    own = {"model": "qwen3-32b", "accelerator": "rtx-4090", "dtype": "Q4_K_M"}
    box = one(page, "fit")
    for name in ("model", "accelerator"):
        box.locator(f"[name={name}]").fill(own[name])
    box.locator("[name=dtype]").select_option("Q4_K_M")
    box.locator("[name=batch]").fill("2")
    box.get_by_role("link", name="How fast is this?").click()
    # what is kept back of a desktop's card is what llama.cpp keeps
    shows(page, "speed", asked_here("speed", **own, engine="llama.cpp", concurrency=2, input=4096 - 256))
    assert page.evaluate("document.activeElement.id") == "speed-model"
    assert "speed.dtype=Q4_K_M" in address_of(page)
    one(page, "speed").locator("[name=accelerators]").fill("2")
    one(page, "speed").get_by_role("link", name="Does it fit?").click()
    shows(page, "fit", asked_here("fit", **own, batch=2, accelerators=2))
    # from an article it leads to the page of all
    page.goto(f"{address}vram/?fit.model=qwen3-8b&fit.dtype=fp8")
    answered(page, "fit")
    context = int(one(page, "fit").locator("[name=context]").input_value())
    one(page, "fit").get_by_role("link", name="How fast is this?").click()
    answered(page, "speed")
    ask = {"model": "qwen3-8b", "accelerator": "rtx-4090", "dtype": "fp8", "concurrency": 1}
    ask |= {"input": context - 256, "engine": "llama.cpp"}
    assert said(page, "speed") == asked_here("speed", **ask)


def test_the_keyboard_alone_moves_a_slider_and_its_number(page):
    slider = one(page, "multiplications").locator("[type=range]")
    slider.focus()
    page.keyboard.press("End")
    shows(page, "multiplications", asked_here("multiplications", context=131072))
    assert one(page, "multiplications").locator("[name=context]").input_value() == "131072"


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1280, "light")])
def test_axe_finds_no_barrier_with_every_state_open(address, browser, width, scheme):
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page.goto(
        f"{address}calculators/?fit.model=llama-3.1-70b&fit2.accelerator=rtx-4090&speed.batch=1"
        "&speed2.engine=llama.cpp&batching.batch=999&multiplications.context=77"
    )
    for kind in ANSWERS:
        answered(page, kind)
    page.locator("#calculator-batching [name=context]").fill("0")
    page.locator("#calculator-batching [name=context]").press("Tab")
    # of the texts that ran, which are alike, one
    page.evaluate(
        "document.querySelectorAll('details:not(.lm-ran li + li details)').forEach(one => one.open = true)"
    )
    page.locator("#calculator-speed [data-do=models]").click()
    page.locator(".lm-choices tbody tr").nth(3).wait_for()
    # the others would come while axe looks, and take its time
    page.evaluate("import('../assets/js/calculator-engine.js').then(({ engine }) => engine.close())")
    assert axe.violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    page.close()


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("Qwen3 32B", "qwen3-32b"),
        ("LLAMA 3.1 8B", "llama-3.1-8b"),
        ("qwen3:32b", "qwen3-32b"),
        ("mistral nemo 12b", "mistral-nemo-12b"),
    ],
)
def test_a_model_is_found_by_the_name_that_people_write(kept, written, key):
    field = one(kept, "multiplications").locator("[name=model]")
    field.fill(written)
    field.press("Tab")
    context = one(kept, "multiplications").locator("[name=context]").input_value()
    shows(kept, "multiplications", asked_here("multiplications", model=key, context=int(context)))
    assert taken(kept, "multiplications", "model").inner_text() == f"Taken as {key}."


def taken(page, kind, field):
    """What stands beside a field of what is asked in its place."""
    return one(page, kind).locator(f'[data-field="{field}"] > .lm-instead')


def test_a_card_is_taken_with_enter_where_one_alone_is_meant_and_the_page_tells_which(kept):
    field = one(kept, "fit").locator("[name=accelerator]")
    field.fill("H200")
    field.press("Enter")
    shows(kept, "fit", asked_here("fit", accelerator="h200-sxm"))
    assert taken(kept, "fit", "accelerator").inner_text() == "Taken as h200-sxm."
    # three of that name are known
    field.fill("H100")
    field.press("Enter")
    wrong = one(kept, "fit").locator('[data-field="accelerator"] > .lm-wrong')
    wrong.wait_for(state="visible")
    assert "h100-sxm, h100-pcie, h100-nvl" in wrong.inner_text()
    field.fill("h100-sxm")
    field.press("Enter")
    shows(kept, "fit", asked_here("fit"))
    assert taken(kept, "fit", "accelerator").is_hidden()


def test_a_link_to_the_second_case_alone_has_the_first_as_the_page_was_built(blank, address):
    blank.goto(f"{address}calculators/?fit2.batch=64")
    answered(blank, "fit")
    assert one(blank, "fit").locator(".lm-case").count() == 2
    assert [field.input_value() for field in one(blank, "fit").locator("[name=batch]").all()] == ["1", "64"]


def test_a_heading_s_link_keeps_what_was_pasted(page):
    box = one(page, "multiplications")
    box.get_by_text("or a config.json").click()
    config = (ROOT / "tests" / "data" / "hf-configs" / "qwen3-8b" / "config.json").read_text(encoding="utf-8")
    box.locator("[name=config]").fill(config)
    box.locator("[name=config]").press("Tab")
    answered(page, "multiplications")
    before = said(page, "multiplications")
    page.evaluate("location.hash = '#fit'")
    page.go_back()
    assert box.locator("[name=config]").input_value() == config and said(page, "multiplications") == before
    # a second case into which another file is pasted, and a number that is changed after that
    box.get_by_role("button", name="Compare with another").click()
    second = box.locator(".lm-case").nth(1)
    smaller = config.replace('"hidden_size": 4096', '"hidden_size": 2048')
    second.locator("[name=config]").fill(smaller)
    second.locator("[name=config]").press("Tab")
    told = [
        {"label": label, "answer": multiplications.answer(
            {"config": json.loads(text), "config_name": "config.json", "context": 4096})}
        for label, text in (("config.json", config), ("config.json, case 2", smaller))
    ]  # fmt: skip
    both = text_of(markup("multiplications", told))
    shows(page, "multiplications", both)
    box.locator("[name=context]").first.fill("99")
    box.locator("[name=context]").first.press("Tab")
    until(page, "location.search === '?multiplications.context=99'")
    # each step back has what was pasted then, each step on what was pasted after it
    page.go_back()
    shows(page, "multiplications", both)
    assert json.loads(second.locator("[name=config]").input_value()) == json.loads(smaller)
    page.go_back()
    until(page, "document.querySelectorAll('#calculator-multiplications .lm-verdict').length === 2")
    assert json.loads(second.locator("[name=config]").input_value()) == json.loads(config)
    page.go_back()
    shows(page, "multiplications", before)
    assert box.locator(".lm-case").count() == 1
    page.go_forward()
    page.go_forward()
    shows(page, "multiplications", both)
    page.reload()
    shows(page, "multiplications", both)


def test_a_link_puts_nothing_but_fields_into_a_question(blank, address):
    blank.goto(f"{address}calculators/?fit.__proto__.polluted=1&fit.model=gpt2&fit.model.x=1&fit.context=9")
    answered(blank, "fit")
    assert said(blank, "fit") == asked_here("fit", model="gpt2", context=9)
    assert blank.evaluate("({}).polluted === undefined")


def test_what_passes_the_largest_exact_number_is_answered_whole(blank, address):
    blank.goto(f"{address}calculators/?fit.batch=1000000000000&fit.context=131072")
    answered(blank, "fit")
    assert said(blank, "fit") == asked_here("fit", batch=10**12, context=131072)


def test_a_remedy_leaves_a_card_of_ones_own(blank, address):
    blank.goto(f"{address}calculators/?fit.own.memory_bandwidth=1e12&fit.own.memory_capacity=12e9")
    answered(blank, "fit")
    one(blank, "fit").get_by_role("button", name=re.compile("fewer bits: Q4_K_M")).click()
    until(blank, "document.querySelector('#calculator-fit .lm-shown').textContent.includes('It fits')")
    assert "Llama 3.1 8B on a card of your own" in said(blank, "fit")


def test_a_file_that_is_nested_too_deeply_is_told_in_one_line(page):
    box = one(page, "multiplications")
    box.get_by_text("or a config.json").click()
    box.locator("[name=config]").fill('{"model_type": ' + "[" * 3000 + "]" * 3000 + "}")
    box.locator("[name=config]").press("Tab")
    until(
        page,
        "document.querySelector('#calculator-multiplications').textContent.includes('nested too deeply')",
    )
