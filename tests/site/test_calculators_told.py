"""What a calculator says while it loads, of what is half typed or wrong, and where it has no more to give."""

import json
import re
from pathlib import Path

import pytest

from llmmath.answers import fit, multiplications
from macros.pages.calculator_answers import markup
from tests.site.test_calculators import answered, asked_here, one, said, shows, text_of
from tests.site.waiting import until

ROOT = Path(__file__).resolve().parents[2]
CONFIG = (ROOT / "tests" / "data" / "hf-configs" / "qwen3-4b" / "config.json").read_text(encoding="utf-8")


@pytest.fixture
def opened(context, address):
    """Opens the page of all calculators with a query; errors of the page fail the test."""
    wrong, pages = [], []

    def open_page(query="", without=None):
        page = context.new_page()
        pages.append(page)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        if without:
            page.route(without, lambda route: route.abort())
        page.goto(f"{address}calculators/{query}")
        until(page, "!!customElements.get('lm-calculator')")
        return page

    yield open_page
    assert wrong == []
    for page in pages:
        page.close()


def status(page, kind):
    return one(page, kind).locator(".lm-status").text_content()


def wrong_of(page, kind, field):
    """What is told to be wrong beside a field, once it is."""
    place = one(page, kind).locator(f'[data-field="{field}"] > .lm-wrong').first
    place.wait_for(state="visible")
    return place.inner_text()


def pasted(page, kind, text, into="config"):
    """Pastes a text into a field, and leaves the hand there."""
    field = one(page, kind).locator(f"[name={into}]").first
    field.focus()
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    page.keyboard.press("Control+a")
    page.keyboard.press("Control+v")
    return field


@pytest.mark.parametrize("missing", ["micropython.wasm", "micropython.mjs", "llmmath.json"])
def test_an_engine_that_cannot_load_leaves_no_word_of_loading_wherever_it_is_asked(opened, missing):
    page = opened(without=f"**/{missing}")
    box = one(page, "speed")
    box.locator("[name=concurrency]").fill("9")
    box.locator("[name=concurrency]").press("Tab")
    until(page, "document.querySelector('#calculator-speed .lm-status').textContent.includes('could not be')")
    box.get_by_role("button", name="Which cards run this?").click()
    until(page, "document.querySelector('.lm-choices [role=status]')?.textContent.includes('could not be')")
    page.wait_for_timeout(300)
    assert "could not be loaded" in status(page, "speed") and "Loading" not in status(page, "speed")
    assert "Loading" not in box.locator(".lm-choices").inner_text()


def test_a_copy_of_no_answer_says_that_there_is_none(opened):
    page = opened()
    box = one(page, "fit")
    box.locator("[name=model]").fill("nonsense")
    box.locator("[name=model]").press("Tab")
    wrong_of(page, "fit", "model")
    box.get_by_text("Copy or save the answer").click()
    box.get_by_role("button", name="BibTeX").click()
    until(page, "document.querySelector('#calculator-fit .lm-status').textContent.includes('no answer yet')")
    assert "Model: unknown model 'nonsense'" in status(page, "fit")


def test_what_is_taken_right_after_a_change_is_the_answer_to_it(opened):
    page = opened("?fit.batch=2")
    answered(page, "fit")
    # in one moment: a number is changed, the answer is copied
    press = """words => {
      const box = document.querySelector("#calculator-fit"), batch = box.querySelector("[name=batch]");
      batch.value = batch.value === "2" ? "48" : "49";
      batch.dispatchEvent(new Event("input", { bubbles: true }));
      batch.dispatchEvent(new Event("change", { bubbles: true }));
      [...box.querySelectorAll("button")].find(one => one.textContent === words).click();
    }"""
    page.evaluate(press, "Copy link")
    until(page, "document.querySelector('#calculator-fit .lm-status').textContent === 'The link is copied.'")
    assert page.evaluate("navigator.clipboard.readText()").endswith("?fit.batch=48#calculator-fit")
    page.evaluate(press, "Command line")
    told = "document.querySelector('#calculator-fit .lm-status').textContent"
    until(page, f"{told} === 'Copied as Command line.'")
    assert "--batch 49 " in page.evaluate("navigator.clipboard.readText()")


def test_what_is_typed_and_not_yet_asked_is_asked_before_it_is_copied(opened):
    page = opened("?fit.batch=2")
    answered(page, "fit")
    # a hand that never leaves the field: no event says that the reader has finished
    page.evaluate(
        """() => {
          const box = document.querySelector("#calculator-fit"), model = box.querySelector("[name=model]");
          model.value = "qwen3-8b";
          model.dispatchEvent(new Event("input", { bubbles: true }));
          [...box.querySelectorAll("button")].find(one => one.textContent === "Copy link").click();
        }"""
    )
    until(page, "document.querySelector('#calculator-fit .lm-status').textContent === 'The link is copied.'")
    assert "fit.model=qwen3-8b" in page.evaluate("navigator.clipboard.readText()")
    shows(page, "fit", asked_here("fit", model="qwen3-8b", batch=2))


def test_what_is_copied_while_a_field_is_wrong_says_that_it_is_the_last_good_answer(opened):
    page = opened("?fit.batch=2")
    answered(page, "fit")
    box = one(page, "fit")
    box.locator("[name=batch]").fill("0")
    box.get_by_role("button", name="Copy link").click()
    until(page, "document.querySelector('#calculator-fit .lm-status').textContent.startsWith('The link is')")
    assert status(page, "fit").endswith("This is the last good answer, not what the fields say.")
    assert "?fit.batch=2#" in page.evaluate("navigator.clipboard.readText()")


def test_what_is_wrong_is_read_out_with_the_field_s_label_wherever_the_focus_is(opened):
    page = opened()
    answered_status = "document.querySelector('#calculator-fit .lm-status').textContent"
    box = one(page, "fit")
    box.locator("[name=batch]").fill("0")
    box.locator("[name=batch]").press("Tab")
    until(page, f"{answered_status}.startsWith('Queries at once: 0 is given; expected a whole number')")
    assert status(page, "fit").endswith(". The answer below is the last good one.")
    box.locator("[name=batch]").fill("1")
    box.locator("[name=accelerators]").fill("3")
    until(page, f"{answered_status}.startsWith('Cards: 3 cards are given; expected a divisor')")
    assert not re.search(r"n_accelerators|--|llmmath ", box.locator(".lm-case").inner_text())


def test_each_of_several_wrong_fields_is_told_of_in_every_case(opened):
    page = opened("?fit.batch=0&fit.context=-1&fit.accelerators=&fit2.batch=7&fit2.context=0")
    box = one(page, "fit")
    until(page, "document.querySelectorAll('#calculator-fit [aria-invalid=true]').length === 4")
    names = [field.get_attribute("name") for field in box.locator("[aria-invalid=true]").all()]
    assert names == ["accelerators", "batch", "context", "context"]
    said_of_all = status(page, "fit")
    assert said_of_all.startswith("Case 1: Cards: no number is given; ")
    assert "Queries at once: 0 is given; " in said_of_all and "Context, tokens: -1 is given; " in said_of_all
    assert " Case 2: Context, tokens: 0 is given; " in said_of_all


def test_ten_steps_of_a_slider_are_one_step_back_and_another_field_is_one_more(opened):
    page = opened()
    answered_link = "location.search === '?multiplications.context={}'"
    before = page.evaluate("history.length")
    slider = one(page, "multiplications").locator("[type=range]")
    slider.focus()
    for _ in range(10):
        slider.press("ArrowRight")
    slider.press("End")
    until(page, answered_link.format(131072))
    assert page.evaluate("history.length") == before + 1
    field = one(page, "multiplications").locator("[name=context]")
    field.fill("77")
    field.press("Tab")
    until(page, answered_link.format(77))
    assert page.evaluate("history.length") == before + 1
    one(page, "fit").locator("[name=batch]").fill("5")
    one(page, "fit").locator("[name=batch]").press("Tab")
    until(page, "location.search.includes('fit.batch=5')")
    # another calculator was asked between: back leads to what stood there
    field.fill("78")
    field.press("Tab")
    until(page, "location.search.includes('context=78')")
    assert page.evaluate("history.length") == before + 3
    page.go_back()
    until(page, "location.search === '?multiplications.context=77&fit.batch=5'")
    assert field.input_value() == "77"
    # after a step back, what changes is a step of its own
    field.fill("79")
    field.press("Tab")
    until(page, "location.search.includes('context=79')")
    page.go_back()
    until(page, "location.search.includes('context=77')")


def test_a_browser_that_refuses_a_step_of_the_history_still_answers(opened):
    page = opened()
    page.evaluate(
        """() => { history.pushState = history.replaceState = () => {
          throw new DOMException("Attempt to use history.pushState() more than 100 times", "SecurityError");
        }; }"""
    )
    field = one(page, "fit").locator("[name=batch]")
    for n in (48, 49):
        field.fill(str(n))
        field.press("Tab")
        shows(page, "fit", asked_here("fit", batch=n))
    one(page, "fit").get_by_role("button", name="Copy link").click()
    until(page, "document.querySelector('#calculator-fit .lm-status').textContent === 'The link is copied.'")
    assert page.evaluate("navigator.clipboard.readText()").endswith("?fit.batch=49#calculator-fit")


@pytest.mark.parametrize(
    ("path", "name", "missing"),
    [
        ("calculators/", "lm-calculator", "placement.js"),
        ("vram/", "lm-calculator", "calculator-form.js"),
        ("circuit-notation/", "lm-circuit", "circuit-answer.js"),
        ("pico-fan/", "lm-fan", "fan-chart.js"),
    ],
)
def test_a_script_that_does_not_load_is_told_and_leaves_no_form_that_does_nothing(
    context, address, path, name, missing
):
    page = context.new_page()
    page.route(f"**/{missing}", lambda route: route.abort())
    page.goto(address + path)
    page.evaluate(f"document.querySelector('{name}').scrollIntoView()")  # its scripts come when it is near
    until(page, f"document.querySelector('{name} [role=alert]')")
    told = page.locator(f"{name} > [role=alert]")
    assert told.count() == page.locator(name).count()
    assert "could not be loaded" in told.first.inner_text() and "Reload the page" in told.first.inner_text()
    assert page.locator(f"{name} :is(input, select, textarea):visible").count() == 0
    assert "needs JavaScript" not in page.locator(name).first.inner_text()
    if name == "lm-calculator":
        assert page.locator(".lm-shown").first.is_visible() and page.locator(".lm-shown table").count()
    page.close()


def test_what_is_wrong_with_a_pasted_file_is_told_beside_its_own_field(opened):
    page = opened()
    box = one(page, "fit")
    box.get_by_text("or a config.json").click()
    marked = box.locator("[aria-invalid=true]")
    for text, told in (
        ('{"model_type": "llama"', "expected a JSON object"),
        ('{"model_type": "x"}', "none of the"),
    ):
        pasted(page, "fit", text)
        place = box.locator("#fit-model-config-wrong", has_text=told)
        place.wait_for(state="visible")
        assert marked.get_attribute("name") == "config"
        assert marked.get_attribute("aria-describedby") == "fit-model-config-wrong"
        assert status(page, "fit").startswith("config.json: ") and told in status(page, "fit")
    # folded away, it is unfolded for what is said there
    box.get_by_text("or a config.json").click()
    box.locator("[name=batch]").fill("9")
    place.wait_for(state="visible")


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("null", "config.json: it holds null; expected a JSON object"),
        ("[1, 2]", "config.json: it holds [1, 2]; expected a JSON object"),
        ('{"model_type": "unheard-of"}', "none of the"),
        ("[" * 90_000 + "]" * 90_000, "expected a JSON object"),
        ('{"a": ' * 20_000 + "1" + "}" * 20_000, "nested too deeply"),
    ],
    ids=["null", "a list", "an unknown type", "a deep list", "a deep object"],
)
def test_what_is_no_configuration_is_told_without_a_command_line(opened, given, told):
    page = opened()
    one(page, "multiplications").get_by_text("or a config.json").click()
    pasted(page, "multiplications", given)
    said_of_it = wrong_of(page, "multiplications", "config")
    assert told in said_of_it
    assert not re.search(r"llmmath|--|RangeError", said_of_it)


def test_letters_of_other_scripts_are_told_as_they_were_typed(opened):
    page = opened()
    field = one(page, "fit").locator("[name=model]")
    field.fill("モデル")
    field.press("Tab")
    assert wrong_of(page, "fit", "model").startswith("unknown model 'モデル'")


@pytest.mark.parametrize("written", ["", "0x10", "1_000", "four"])
def test_a_link_with_what_is_no_number_says_what_is_given_and_what_is_expected(opened, written):
    page = opened(f"?fit.batch={written}&speed.own.memory_bandwidth={written}&speed.own.memory_capacity=8e9")
    expected = "; expected a whole number from 1 to a million million"
    told = (
        f"'{written}' is given{expected}, in decimal digits" if written else f"no number is given{expected}"
    )
    assert wrong_of(page, "fit", "batch") == told
    assert wrong_of(page, "speed", "own.memory_bandwidth").startswith(told.partition(";")[0])
    # what is typed then is all that is told of
    field = one(page, "fit").locator("[name=batch]")
    field.fill("0")
    assert wrong_of(page, "fit", "batch") == f"0 is given{expected}"
    field.fill("16")
    field.press("Tab")
    shows(page, "fit", asked_here("fit", batch=16))


def test_with_four_cases_the_button_to_compare_says_that_four_is_the_most(opened):
    page = opened("?fit4.batch=3")
    answered(page, "fit")
    one(page, "fit").get_by_role("button", name="Compare with another").click()
    assert status(page, "fit").startswith("4 cases are the most that stand side by side")
    assert one(page, "fit").locator(".lm-case").count() == 4


def test_labels_that_are_cut_in_drawings_differ(opened):
    page = opened("?speed.output=200&speed2.output=201&speed3.output=202&speed4.concurrency=2")
    answered(page, "speed")
    labels = [
        text
        for text in one(page, "speed").locator("figure svg .lm-strong").all_text_contents()
        if re.match(r"\d: ", text)
    ]
    assert any("…" in text for text in labels)
    # of each drawing the four labels, told apart by more than their number
    assert len({re.sub(r"^\d: ", "", text) for text in labels}) == 4


def test_a_pasted_configuration_is_answered_at_once_and_the_model_says_that_it_is_asked(opened):
    page = opened()
    box = one(page, "multiplications")
    box.get_by_text("or a config.json").click()
    pasted(page, "multiplications", CONFIG)
    found = multiplications.answer(
        {"config": json.loads(CONFIG), "config_name": "config.json", "context": 4096}
    )
    shows(
        page,
        "multiplications",
        text_of(markup("multiplications", [{"label": "config.json", "answer": found}])),
    )
    asked = box.locator('[data-field="model"] .lm-instead')
    assert asked.inner_text() == "The config.json below is used instead of this."
    # a model that is typed is asked instead, once the hand rests
    box.locator("[name=model]").press_sequentially("x")
    box.locator("[name=model]").fill("qwen3-8b")
    assert not asked.is_visible()
    shows(page, "multiplications", asked_here("multiplications", model="qwen3-8b"))


def test_a_configuration_that_is_half_typed_is_told_before_the_field_is_left(opened):
    page = opened()
    box = one(page, "multiplications")
    box.get_by_text("or a config.json").click()
    box.locator("[name=config]").press_sequentially('{"model_type": "llama"')
    assert "expected a JSON object" in wrong_of(page, "multiplications", "config")


def test_a_model_that_is_typed_is_answered_when_the_hand_rests(opened):
    page = opened()
    field = one(page, "fit").locator("[name=model]")
    field.fill("")
    field.press_sequentially("Qwen/Qwen3-8B", delay=20)
    shows(page, "fit", asked_here("fit", model="qwen3-8b"))
    assert page.evaluate("document.activeElement.id") == "fit-model"


def test_own_figures_that_are_asked_are_told_beside_the_card(opened):
    page = opened("?fit.own.memory_bandwidth=1e12&fit.own.memory_capacity=12e9")
    answered(page, "fit")
    told = one(page, "fit").locator('[data-field="accelerator"] .lm-instead')
    assert told.inner_text() == "Your own figures below are used instead of this."
    one(page, "fit").locator("[name=accelerator]").fill("rtx-4090")
    assert not told.is_visible()


def test_ids_of_a_copied_case_are_its_own(opened):
    page = opened("?fit3.batch=3")
    answered(page, "fit")
    described = page.evaluate(
        """[...document.querySelectorAll('#calculator-fit [name=model]')].map(one =>
          one.getAttribute('aria-describedby').split(' ').map(id =>
            document.getElementById(id)?.closest('.lm-case') === one.closest('.lm-case')))"""
    )
    assert described == [[True, True]] * 3


def test_the_list_of_cards_is_brought_into_sight_and_focus_goes_there_and_back(opened):
    page = opened()
    box = one(page, "speed")
    box.get_by_role("button", name="Which cards run this?").click()
    box.locator(".lm-choices tbody button").first.wait_for()
    listed = box.locator(".lm-choices")
    assert page.evaluate("document.activeElement.matches('.lm-choices')")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Cards that run this"
    top = listed.bounding_box()["y"]
    assert page.locator(".md-header").bounding_box()["height"] <= top + 1 and top < 400
    listed.locator("tbody button").first.click()
    until(page, "!document.querySelector('.lm-choices')")
    assert page.evaluate("document.activeElement.id") == "speed-accelerator"


def test_a_smaller_cache_that_would_make_it_fit_can_be_taken(opened):
    ask = {"model": "qwen3-32b", "accelerator": "rtx-4090", "dtype": "Q4_K_M", "context": 32768}
    page = opened("?" + "&".join(f"fit.{name}={value}" for name, value in ask.items()))
    answered(page, "fit")
    one(page, "fit").get_by_role("button", name="a cache of fewer bits: fp8").click()
    assert fit.answer(ask | {"batch": 1, "kv_dtype": "fp8"})["fits"]
    shows(page, "fit", asked_here("fit", **ask, kv_dtype="fp8"))


def test_a_context_goes_on_as_a_prompt_and_its_answer_and_comes_back_whole(opened):
    page = opened("?fit.context=8192&fit.kv_dtype=fp8&fit.batch=3")
    answered(page, "fit")
    one(page, "fit").get_by_role("link", name="How fast is this?").click()
    shows(page, "speed", asked_here("speed", kv_dtype="fp8", concurrency=3, input=8192 - 256, output=256))
    one(page, "speed").get_by_role("link", name="Does it fit?").click()
    answered(page, "fit")
    assert one(page, "fit").locator("[name=context]").input_value() == "8192"
    assert said(page, "fit") == asked_here("fit", kv_dtype="fp8", batch=3, context=8192)


def test_two_rates_of_a_query_have_two_names(opened):
    page = opened()
    sentence = one(page, "speed").locator(".lm-verdict").inner_text()
    assert "for each query while it writes" in sentence
    assert "of these, each query, prompts included" in said(page, "speed")


def test_no_word_of_four_cases_is_broken_on_a_phone(browser, address):
    page = browser.new_page(viewport={"width": 360, "height": 800})
    page.goto(
        f"{address}calculators/?speed.output=200&speed2.output=201&speed3.concurrency=64&speed4.engine=llama.cpp"
    )
    answered(page, "speed")
    # The width of a cell's longest word, set on a line of its own, against the room that the cell has.
    broken = page.evaluate(
        """() => [...document.querySelectorAll('#calculator-speed .lm-figures :is(th, td)')].flatMap(cell => {
          const style = getComputedStyle(cell);
          const room = cell.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
          return cell.textContent.split(/[\\s-]+/).filter(word => {
            const probe = document.createElement('span');
            probe.style.cssText = 'position: absolute; white-space: nowrap';
            for (const name of ['fontFamily', 'fontSize', 'fontWeight']) probe.style[name] = style[name];
            probe.textContent = word;
            document.body.append(probe);
            const wide = probe.getBoundingClientRect().width > room + 1;
            probe.remove();
            return wide && cell.clientWidth > 0;
          });
        })"""
    )
    assert broken == []
    # whoever looks at a case sees its answer too
    for fields in one(page, "speed").locator(".lm-case").all():
        assert fields.locator(".lm-short").is_visible() and fields.bounding_box()["height"] < 800
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    page.close()


def test_rates_in_tables_leave_their_unit_to_the_words_beside_them(opened):
    page = opened()
    box = one(page, "speed")
    row = box.get_by_role("row").filter(has_text="output tokens per second, all queries")
    assert all(re.fullmatch(r"[\d,.]+", cell) for cell in row.locator("td").all_inner_texts())
    assert "token/s" in box.locator(".lm-verdict").inner_text()


def test_what_fits_runs_where_the_link_beside_it_leads(opened):
    # With vLLM's own working space it would not: the room on a desktop's card is that of llama.cpp.
    page = opened(
        "?fit.model=qwen3-32b&fit.accelerator=rtx-4090&fit.dtype=Q4_K_M&fit.kv_dtype=fp8&fit.context=32768"
    )
    one(page, "fit").locator("a[data-to=speed]").click()
    until(page, "document.querySelector('#calculator-speed [name=engine]').value === 'llama.cpp'")
    until(
        page,
        "/An output token takes/.test(document.querySelector('#calculator-speed .lm-shown').textContent)",
    )


def test_a_remedy_is_taken_by_the_click_that_leaves_the_field(opened):
    page = opened("?fit.model=qwen3-32b&fit.accelerator=rtx-4090&fit.dtype=Q4_K_M")
    box = one(page, "fit")
    context = box.locator("[name=context]").first
    context.focus()
    context.press("Control+a")
    page.keyboard.type("32768")
    until(page, "document.querySelector('#calculator-fit .lm-shown').textContent.includes('does not fit')")
    remedy = box.get_by_role("button", name="cache in fp8").or_(box.get_by_role("button", name="fp8")).first
    remedy.click()
    until(page, "document.querySelector('#calculator-fit [name=kv_dtype]').value === 'fp8'")


def test_cases_with_other_titles_name_the_settings_in_which_they_differ(opened):
    page = opened("?fit.kv_dtype=int8&fit2.accelerator=l40s&fit3.accelerator=rtx-4090&fit3.kv_dtype=int8")
    until(page, "document.querySelector('#calculator-fit .lm-shown').textContent.includes('L40S')")
    labels = one(page, "fit").locator("th[scope=col]").all_inner_texts()
    assert any("H100" in label and "kv_dtype int8" in label for label in labels)
    assert any("RTX 4090" in label and "kv_dtype int8" in label for label in labels)


def test_cards_on_which_queries_wait_for_room_stand_behind_those_that_hold_all(opened):
    page = opened(
        "?speed.model=qwen3-32b&speed.dtype=Q4_K_M&speed.concurrency=20&speed.input=32512&speed.output=256"
    )
    box = one(page, "speed")
    box.get_by_role("button", name="Which cards run this?").click()
    until(page, "document.querySelector('.lm-choices [role=status]')?.textContent.includes('run; choose')")
    rows = [cells.split("\t") for cells in box.locator(".lm-choices tbody tr").all_inner_texts()]
    expected = [row for row in rows if len(row) == 6 and row[1] != "unknown"]
    # of a card whose peak is not recorded there is a bound alone, which is no match for what is expected
    unknown = [row for row in rows if len(row) == 6 and row[1] == "unknown"]
    assert unknown == rows[len(expected) :][: len(unknown)]
    assert all(row[2].startswith("at least ") and row[5] == "no known peak" for row in unknown)
    said_of_all = box.locator(".lm-choices [role=status]").inner_text()
    assert said_of_all.startswith(f"{len(expected)} of {len(rows)} run; choose one to take it.")
    assert f"For {len(unknown)} more no time can be given" in said_of_all and unknown
    fits = [row[-2] for row in expected]
    waiting = [" of 20" in text for text in fits]
    assert waiting == sorted(waiting) and any(waiting) and not all(waiting)


@pytest.mark.parametrize(
    ("figures", "field", "told"),
    [
        (
            {"memory_bandwidth": "1000", "memory_capacity": "-4"},
            "own.memory_capacity",
            "-4 is given; expected",
        ),
        (
            {"memory_bandwidth": "-1", "memory_capacity": "24"},
            "own.memory_bandwidth",
            "-1 is given; expected",
        ),
        ({"memory_bandwidth": "1000", "memory_capacity": "24", "peak": "-5"}, "own.peak", "-5 is given"),
        (
            {"memory_bandwidth": "1000", "memory_capacity": "24", "peak": "1e9"},
            "own.peak",
            "below a thousand",
        ),
        ({"memory_bandwidth": "1000"}, "own.memory_capacity", "no number is given; expected one above 0"),
    ],
)
def test_a_figure_of_ones_own_card_that_cannot_be_is_told_beside_its_field(opened, figures, field, told):
    page = opened()
    box = one(page, "speed")
    box.locator("details.lm-own summary").click()
    for name, value in figures.items():
        box.locator(f"[name='own.{name}']").first.fill(value)
    box.locator("[name='own.link_bandwidth']").first.press("Tab")
    assert told in wrong_of(page, "speed", field)
    marked = box.locator("[aria-invalid=true]")
    assert marked.count() == 1 and marked.get_attribute("name") == field
    assert marked.get_attribute("aria-describedby") == box.locator(
        f'[data-field="{field}"] .lm-wrong'
    ).get_attribute("id")


@pytest.mark.parametrize(
    "missing", ["micropython.wasm", "micropython.mjs", "llmmath.json", "engine-worker.js"]
)
def test_an_engine_that_cannot_load_is_told_in_a_plain_sentence_and_tried_again_when_asked(opened, missing):
    page = opened(without=f"**/{missing}")
    asked = []  # each try starts a worker, which fetches all anew
    page.on("request", lambda request: request.url.endswith("engine-worker.js") and asked.append(request.url))
    box, told = one(page, "speed"), "document.querySelector('#calculator-speed .lm-status').textContent"
    for n in ("7", "8", "9"):
        box.locator("[name=concurrency]").fill(n)
        box.locator("[name=concurrency]").press("Tab")
        until(page, f"{told}.includes('could not be')")
    assert status(page, "speed") == (
        "What computes in this page could not be loaded. The answer below is the last good one."
    )
    # what did not load is not fetched with every key
    assert len(asked) == 1
    box.get_by_role("button", name="Which cards run this?").click()
    again = box.locator(".lm-choices").get_by_role("button", name="Try again")
    again.wait_for()
    page.unroute(f"**/{missing}")
    again.click()
    box.locator(".lm-choices tbody button").first.wait_for()
    box.locator(".lm-status + .lm-again").click()
    assert page.evaluate("document.activeElement.matches('.lm-status')")
    shows(page, "speed", asked_here("speed", concurrency=9))
    assert page.get_by_role("button", name="Try again").count() == 0 and status(page, "speed") == ""


def test_the_engine_loads_when_a_pointer_comes_to_the_form(opened):
    page = opened()
    assert page.evaluate("performance.getEntriesByName('lm-warm').length") == 0
    one(page, "fit").locator("form").hover(position={"x": 5, "y": 5})
    until(page, "performance.getEntriesByName('lm-warm').length === 1")
    one(page, "fit").locator("[name=batch]").focus()
    page.wait_for_timeout(300)
    assert page.evaluate("performance.getEntriesByName('lm-warm').length") == 1


def test_the_link_to_an_answer_for_a_pasted_file_says_what_it_lacks(opened):
    page = opened()
    box = one(page, "multiplications")
    box.get_by_text("or a config.json").click()
    pasted(page, "multiplications", CONFIG)
    answered(page, "multiplications")
    box.get_by_role("button", name="Copy link").click()
    told = "document.querySelector('#calculator-multiplications .lm-status').textContent"
    until(page, f"{told}.startsWith('The link is copied')")
    assert status(page, "multiplications") == (
        "The link is copied. config.json is no part of the address, which shows another answer without it."
    )


@pytest.mark.parametrize(
    ("words", "label"), [("Which cards", "Cards that run this"), ("Which models", "Models that run on this")]
)
def test_of_several_cases_the_table_of_choices_names_the_one_that_it_is_of(opened, words, label):
    page = opened("?speed2.concurrency=8")
    answered(page, "speed")
    box = one(page, "speed")
    box.get_by_role("button", name=words).click()
    assert box.locator(".lm-choices .lm-caption").inner_text() == f"{label}: case 1"
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == f"{label}: case 1"
    box.locator(".lm-choices tbody button").first.click()
    until(page, "!document.querySelector('.lm-choices')")


def test_queries_at_once_are_one_thing_under_one_name_which_the_words_explain(opened):
    page = opened()
    for kind, name in (("fit", "batch"), ("batching", "batch"), ("speed", "concurrency")):
        assert one(page, kind).get_by_label("Queries at once", exact=True).get_attribute("name") == name
        words = one(page, kind).locator(".lm-words > dl")
        assert "A user who pauses to read or to type counts as less than one." in words.text_content()
    assert "Like vLLM it leaves 10\u202f% of the memory unused" in words_of(page, "speed", "a tuned engine")


def words_of(page, kind, term):
    return one(page, kind).locator(".lm-words dl > div").filter(has_text=term).locator("dd").text_content()


@pytest.mark.parametrize(
    ("name", "typed", "chosen"),
    [
        ("accelerator", "H100", "h100-pcie"),
        ("model", "llama 70b", "llama-3.1-70b"),
        ("model", "gemma-3-27b", "gemma-3-27b-text"),
        ("model", "lama-3.1-8b", "llama-3.1-8b"),
    ],
)
def test_a_name_that_is_offered_for_an_unknown_one_is_a_button_that_takes_it(opened, name, typed, chosen):
    page = opened("?fit2.batch=2")
    answered(page, "fit")
    # of two cases the second is meant
    fields = one(page, "fit").locator(".lm-case").nth(1)
    field = fields.locator(f"[name={name}]")
    field.fill(typed)
    told = fields.locator(f'[data-field="{name}"] > .lm-wrong')
    told.wait_for(state="visible")
    # what is told is the sentence, the names in it buttons; the click is the first to leave the field
    assert re.match(
        rf"unknown {name} '{typed}'; .*; the field lists all", told.inner_text().replace("? ;", "; ")
    )
    told.get_by_role("button", name=chosen, exact=True).click()
    told.wait_for(state="hidden")
    assert field.input_value() == chosen
    assert one(page, "fit").locator(f".lm-case >> nth=0 >> [name={name}]").input_value() != typed
    assert page.evaluate("document.activeElement.name") == name
    assert f"fit2.{name}={chosen}" in page.url or chosen == "llama-3.1-8b"


def test_beside_the_copies_stands_what_the_command_line_needs(opened):
    page = opened()
    box = one(page, "fit")
    box.get_by_text("Copy or save the answer").click()
    assert box.locator(".lm-take .lm-hint").inner_text() == (
        "The command line is llmmath: pip install . in a copy of this site's repository installs it."
    )
