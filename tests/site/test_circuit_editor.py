"""The circuit that is typed: the page says of it what the build says, and hands it on as it is."""

import json
import random
import re
from pathlib import Path
from urllib.parse import quote

import pytest

from macros.circuit import examples, typed
from macros.pages import circuit_settings
from macros.pages.designs import DESIGNS
from tests.site import axe
from tests.site.waiting import until

ROOT = Path(__file__).resolve().parents[2]
CASES = {
    path.stem: path.read_text(encoding="utf-8")
    for folder in ("tests/data/circuits", "tests/data/parts", "firmware/circuits", "macros/pages/circuits")
    for path in sorted((ROOT / folder).glob("*.txt"))
}
FAN = CASES["with-fan"].rstrip("\n")
DIVIDER = "DC_9--R_10k--+--R_4.7k--G\n             |\n             V\n             |\n             G"
# Types a text and waits for the answer to it; how long that took [ms].
TYPE = """text => new Promise(done => {
  const element = document.querySelector("lm-circuit"), field = element.querySelector("textarea");
  const began = performance.now();
  element.addEventListener("lm-answered", () => done(performance.now() - began), {once: true});
  field.value = text;
  field.dispatchEvent(new Event("input", {bubbles: true}));
})"""
# What the page's own reader, with the engine behind it, answers to many texts.
ASK = """async asked => {
  const {Reader} = await import(new URL("../assets/js/circuit-reader.js", document.baseURI).href);
  const reader = window.reader ??= new Reader(6000, () => {});
  const told = [];
  for (const [name, typed] of asked) {
    const answer = reader.ask(name, typed);
    told.push(await answer.catch(error => `${error.kind}: ${error.message}`));
  }
  return told;
}"""

# All that opens, but of the long list of files one is enough.
OPENED = "lm-circuit details:not(.lm-ran li + li details)"


@pytest.fixture(scope="module")
def opened(address, browser):
    """Opens the article about the notation, each time in a new tab, with `query` behind its address."""
    contexts = []

    def open_it(query="", **options):
        contexts.append(browser.new_context(viewport={"width": 1280, "height": 900}, **options))
        page = contexts[-1].new_page()
        page.on("pageerror", lambda error: pytest.fail(str(error)))
        page.goto(f"{address}circuit-notation/{query}")
        page.locator("lm-circuit").scroll_into_view_if_needed()  # its scripts come when the reader comes near
        return page

    yield open_it
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def page(opened):
    """A tab that several tests type into, one after another."""
    page = opened()
    page.wait_for_selector("lm-circuit textarea")
    return page


def status(page):
    return page.text_content("lm-circuit .lm-status")


def shown(page, selector):
    """Markup below an element, without the one attribute that browsers put elsewhere."""
    markup = page.eval_on_selector(f"lm-circuit {selector}", "element => element.innerHTML")
    return markup.replace(' xmlns="http://www.w3.org/2000/svg"', "")


def here(name, ask):
    """What Python says of it here, as JSON, or the reason why it says nothing."""
    try:
        return json.loads(json.dumps(getattr(typed, name)(ask)))
    except ValueError as error:
        return f"input: {error}"


def test_every_circuit_has_the_same_answers_in_the_page_as_here(page):
    asks = [
        (name, {"text": text, "fragment": fragment})
        for text in [*CASES.values(), DIVIDER, "DC_5--R10k--G", "R_1\t--G", "é*=/", ""]
        for fragment in (False, True)
        for name in ("read", "solved", "svg", "spice_deck", "kicad_netlist")
    ]
    asks += [
        ("solved", {"text": CASES[name], "fragment": False, "settings": circuit_settings.needed(name)})
        for name in DESIGNS
    ]
    told = page.evaluate(ASK, [list(ask) for ask in asks])
    different = [ask for ask, there in zip(asks, told, strict=True) if there != here(*ask)]
    assert different == [] and len(CASES) > 25
    assert sum(isinstance(one, dict) and bool(one.get("problems")) for one in told) > 10
    assert sum(isinstance(one, dict) and "drawing" in one for one in told) > 30


def test_the_first_answer_of_the_page_is_what_the_build_put_there(opened):
    page = opened()
    built = shown(page, ".lm-solution")
    page.wait_for_selector("lm-circuit textarea")
    assert page.input_value("lm-circuit textarea") == FAN
    page.evaluate(TYPE, FAN + "\n")
    assert shown(page, ".lm-solution") == built and "199.6 mA" in built
    assert status(page) == "8 parts, 8 nets; every check passed."


def test_the_drawing_in_the_page_is_that_of_the_text(page):
    page.evaluate(TYPE, DIVIDER)
    drawing = typed.read({"text": DIVIDER})["drawing"]
    drawn = shown(page, ".circuit-frame")
    assert re.findall(r'd="[^"]*"', drawn) == re.findall(r'd="[^"]*"', drawing)
    assert re.findall(r"<text[^>]*>[^<]*", drawn) == re.findall(r"<text[^>]*>[^<]*", drawing)
    assert "2.877 V" in shown(page, ".lm-listed")  # 9 V · 4.7 / 14.7, with 10 megohm across it


def test_a_mistake_is_told_with_its_caret_and_the_last_drawing_stays(page):
    page.evaluate(TYPE, FAN)
    drawn = shown(page, ".lm-drawn")
    page.evaluate(TYPE, FAN.replace("R_330-", "R330--"))
    assert page.text_content("lm-circuit .lm-told li p").startswith(
        "Mistake line 6, column 55: missing underscore"
    )
    line, caret = page.text_content("lm-circuit .lm-told pre").split("\n")
    assert line[caret.index("^") :].startswith("330")
    assert shown(page, ".lm-drawn") == drawn
    assert page.locator("lm-circuit .lm-drawn.lm-stale, lm-circuit .lm-listed.lm-stale").count() == 2
    assert page.get_attribute("lm-circuit textarea", "aria-invalid") == "true"
    page.click("lm-circuit .lm-told button")
    assert (
        page.evaluate("(f => f.value.slice(f.selectionStart, f.selectionEnd))(document.activeElement)")
        == "R330"
    )
    page.evaluate(TYPE, FAN)
    assert page.locator("lm-circuit .lm-stale").count() == 0


def test_a_circuit_that_fails_its_checks_is_told_at_the_place(page):
    page.evaluate(TYPE, CASES["seed"].rstrip("\n"))
    told = page.locator("lm-circuit .lm-told li.lm-told-error p").all_text_contents()
    assert any("line 11, column 13: R1 is 10 Ω, the script has R_DIVIDER = 10 kΩ" in one for one in told)


def test_tab_leaves_the_field_and_an_example_replaces_the_text(page):
    page.focus("lm-circuit textarea")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "circuit-open"
    for title, text in examples.EXAMPLES:
        page.select_option("#circuit-example", label=title)
        assert page.input_value("lm-circuit textarea") == CASES.get(text, text).rstrip("\n")


# Chooses an example and waits for the answer to it.
CHOOSE = """title => new Promise(done => {
  const element = document.querySelector("lm-circuit"), field = element.querySelector("#circuit-example");
  element.addEventListener("lm-answered", done, {once: true});
  field.value = [...field.options].find(option => option.label === title).value;
  field.dispatchEvent(new Event("change", {bubbles: true}));
})"""
TITLES = {name: title for title, name in examples.EXAMPLES}


def chosen(page):
    """The settings that are chosen, those that are off left out."""
    fields = page.locator("lm-circuit .lm-settings select").all()
    found = {field.get_attribute("name"): field.input_value() for field in fields}
    return {name: value for name, value in found.items() if value}


@pytest.mark.parametrize("name", DESIGNS)
def test_every_design_is_an_example_that_brings_its_settings_and_passes(page, name):
    page.evaluate(CHOOSE, TITLES[name])
    assert status(page).endswith("; every check passed.")
    assert chosen(page) == {"DRIVE": "2-wire"} | circuit_settings.needed(name)


def test_the_settings_are_asked_with_the_text_and_are_in_the_link(opened):
    page = opened()
    page.wait_for_selector("lm-circuit textarea")
    page.evaluate(TYPE, CASES["with-fail-on-fan"].rstrip("\n"))
    told = page.text_content("lm-circuit .lm-told li.lm-told-error p")
    assert 'this circuit needs DRIVE = "fail-on", and the script has "2-wire"' in told
    page.get_by_label("DRIVE drives the fan").select_option("fail-on")
    until(page, "document.querySelector('lm-circuit .lm-status').textContent.endsWith('every check passed.')")
    page.wait_for_url("**circuit-drive=fail-on")
    assert "-pin" not in page.url  # what is as the script has it is not in the link

    again = opened(page.url[page.url.index("?") :])
    until(again, "document.querySelector('lm-circuit .lm-status')?.textContent.endsWith('passed.')")
    assert chosen(again) == {"DRIVE": "fail-on"}
    again.evaluate(CHOOSE, TITLES["with-alarm-relay"])
    again.wait_for_url("**circuit-alarm-pin=6")
    assert "circuit-drive" not in again.url
    again.go_back()
    until(again, "document.querySelector('#circuit-DRIVE').value === 'fail-on'")
    assert chosen(again) == {"DRIVE": "fail-on"}


def test_a_contact_that_is_closed_at_rest_is_refused_here_too(page):
    page.evaluate(CHOOSE, TITLES["with-alarm-relay"])
    page.evaluate(TYPE, page.input_value("lm-circuit textarea").replace("__no__com", "__nc__com"))
    assert "RELAY1" in page.text_content("lm-circuit .lm-told li.lm-told-error p")


@pytest.mark.parametrize("text", [DIVIDER, CASES["relay-and-button"]], ids=["no Pico", "no thermistor"])
def test_a_circuit_that_the_script_is_not_for_has_no_fields_for_its_settings(page, text):
    page.evaluate(TYPE, FAN)
    assert page.locator("lm-circuit .lm-settings").is_visible()
    page.evaluate(TYPE, text)
    assert page.locator("lm-circuit .lm-settings").is_hidden()
    page.evaluate(TYPE, FAN.replace("R_330-", "R330--"))  # of a mistake nobody knows what it will be
    assert page.locator("lm-circuit .lm-settings").is_hidden()


def test_a_link_with_a_setting_that_cannot_be_is_told(opened):
    page = opened("?circuit=DC_5--R_1k--G&circuit-drive=5-wire")
    until(page, "document.querySelector('lm-circuit .lm-status')?.textContent")
    assert status(page) == (
        "This link has DRIVE = 5-wire, and here it is one of LED, 2-wire, fail-on, 4-wire."
        " What stands below is another circuit, not the link's."
    )


def test_of_two_texts_the_newer_stays(page):
    slow = "\n\n".join(f"DC_5--R_{ohms}--aLED_2V_c--R_2k--G" for ohms in range(100, 130))
    page.evaluate(
        f"""async ([slow, fast]) => {{
          const type = {TYPE}, field = document.querySelector("lm-circuit textarea");
          const first = type(slow);
          await new Promise(done => setTimeout(done, 40));
          field.value = fast;
          field.dispatchEvent(new Event("input", {{bubbles: true}}));
          await first;
        }}""",
        [slow, DIVIDER],
    )
    assert "2.877 V" in shown(page, ".lm-listed")
    assert status(page) == "6 parts, 3 nets; every check passed."


def test_hostile_texts_stay_text_and_long_ones_are_refused(page, opened):
    hostile = 'R_1<img src=x onerror="window.hacked = 1">--</code></pre><script>window.hacked = 1</script>'
    page.evaluate(TYPE, hostile)
    assert page.locator("lm-circuit :is(img, script)").count() == 0
    assert "<img" in page.text_content("lm-circuit .lm-told pre")
    # What cannot be packed small is no more than the stack of one call can hold.
    wrong = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    noise = random.Random(1)
    page.evaluate(TYPE, "".join(chr(noise.randrange(33, 126)) for _ in range(200_000)))
    page.wait_for_timeout(1000)
    assert wrong == []
    page.evaluate(TYPE, "+" * (typed.MOST + 1))
    assert status(page) == "The text has 6,001 characters; at most 6,000 are read here."
    assert page.locator("lm-circuit .lm-drawn.lm-stale").count() == 1
    assert (
        page.locator("lm-circuit .lm-told li").count() == 0
    )  # those of the text before lead nowhere in this one
    linked = opened("?circuit=" + quote(hostile))
    linked.wait_for_selector("lm-circuit .lm-told li")
    assert linked.evaluate("window.hacked") is None and page.evaluate("window.hacked") is None
    assert page.get_attribute("lm-circuit", "limit") == str(typed.MOST)


def test_a_link_opens_what_was_typed_and_back_returns(opened):
    page = opened()
    page.wait_for_selector("lm-circuit textarea")
    page.select_option("#circuit-example", label="A bridge")
    page.wait_for_url("**/?circuit*")
    bridge = page.url
    page.evaluate(TYPE, "---R_10k---")
    page.check("lm-circuit #circuit-open")
    page.wait_for_url("**circuit-open=1*")
    part = page.url
    assert "circuit=---R_10k---" in part  # short enough to stay as it is

    again = opened(part[part.index("?") :])
    again.wait_for_selector("lm-circuit .lm-told:empty + .lm-drawn [id='typed-R1']")
    assert again.input_value("lm-circuit textarea") == "---R_10k---" and again.is_checked("#circuit-open")

    page.evaluate(TYPE, FAN.replace("R_330", "R_470"))
    page.wait_for_url("**circuit-z=*")
    page.reload()
    until(page, "document.querySelector('lm-circuit .lm-drawn').textContent.includes('470 Ω')")
    assert page.input_value("lm-circuit textarea") == FAN.replace("R_330", "R_470")
    page.go_back()
    while page.url != bridge:
        page.go_back()
    until(page, "document.querySelector('lm-circuit textarea').value.startsWith('DC_10')")
    assert page.input_value("lm-circuit textarea") == dict(examples.EXAMPLES)["A bridge"].rstrip("\n")
    page.go_back()
    until(page, "document.querySelector('lm-circuit textarea').value.includes('THERMISTOR')")
    assert page.input_value("lm-circuit textarea") == FAN

    broken = opened("?circuit-z=AAAA")
    until(broken, "document.querySelector('lm-circuit .lm-status')?.textContent")
    assert status(broken) == (
        "The circuit in this link is damaged: it cannot be unpacked."
        " What stands below is another circuit, not the link's."
    )


def test_what_is_downloaded_is_what_the_command_line_prints(page):
    page.evaluate(TYPE, FAN)
    texts = {}
    for what in ("svg", "json", "spice", "kicad"):
        with page.expect_download() as download:
            page.click(f"lm-circuit [data-do={what}]")
        texts[what] = download.value.path().read_text(encoding="utf-8")
        texts[what, "name"] = download.value.suggested_filename
    assert texts["svg"] == typed.svg({"text": FAN}) and texts["svg", "name"] == "circuit.svg"
    assert texts["spice"] == typed.spice_deck({"text": FAN}) and texts["spice", "name"] == "circuit.cir"
    assert texts["kicad"] == typed.kicad_netlist({"text": FAN}) and texts["kicad", "name"] == "circuit.net"
    netlist = typed.read({"text": FAN})["netlist"]
    there = json.loads(texts["json"])
    assert there == netlist and list(there) == list(netlist)
    for one, other in zip(there["components"], netlist["components"], strict=True):
        assert list(one) == list(other)


def test_the_files_that_ran_are_named_below(page):
    page.evaluate(TYPE, DIVIDER)
    summary = page.text_content("lm-circuit .lm-ran > summary")
    assert summary.startswith("Computed in this page by macros/circuit/typed.py and ")
    paths = page.locator("lm-circuit .lm-ran li > a").all_text_contents()
    assert {"macros/circuit/solve.py", "macros/circuit/draw/plan.py", "firmware/physics.py"} <= set(paths)


def test_without_scripts_or_engine_the_answer_of_the_build_stays(opened):
    plain = opened(java_script_enabled=False)
    assert plain.locator("lm-circuit textarea").count() == 0
    assert plain.text_content("lm-circuit .lm-typed code") == FAN
    assert plain.locator("lm-circuit .lm-drawn svg.circuit").is_visible()
    assert "199.6 mA" in plain.text_content("lm-circuit .lm-listed")

    blocked = opened()
    blocked.route("**/micropython.wasm", lambda route: route.abort())
    blocked.wait_for_selector("lm-circuit textarea")
    blocked.evaluate(TYPE, DIVIDER)
    assert status(blocked) == "What computes in this page could not be loaded."
    assert blocked.locator("lm-circuit .lm-drawn.lm-stale svg.circuit").is_visible()


def test_what_did_not_load_is_not_fetched_with_every_key_but_when_the_reader_says_so(opened):
    page = opened()
    asked = []  # each try starts a worker, which fetches all anew
    page.on("request", lambda request: request.url.endswith("engine-worker.js") and asked.append(request.url))
    page.route("**/micropython.wasm", lambda route: route.abort())
    page.wait_for_selector("lm-circuit textarea")
    for more in ("", "\n", "\n\n"):
        page.evaluate(TYPE, DIVIDER + more)
    assert len(asked) == 1
    page.unroute("**/micropython.wasm")
    page.get_by_role("button", name="Try again").click()
    assert page.evaluate("document.activeElement.matches('.lm-status')")
    until(page, "document.querySelector('lm-circuit .lm-status').textContent.startsWith('6 parts')")
    assert "2.877 V" in shown(page, ".lm-listed")
    assert page.locator("lm-circuit .lm-stale").count() == 0
    assert page.get_by_role("button", name="Try again").count() == 0


def test_the_field_is_described_by_the_list_of_its_mistakes(page):
    page.evaluate(TYPE, FAN.replace("R_330-", "R330--"))
    described = page.get_attribute("lm-circuit textarea", "aria-describedby").split()
    texts = [page.text_content(f"#{one}") for one in described]
    assert "missing underscore" in texts[0] and texts[1].startswith("At most ")


# Types a text that has no mistake and, once it has been read and before it is solved, another that has.
BETWEEN = """async ([good, bad]) => {
  const {Engine} = await import(new URL("../assets/js/engine.js", document.baseURI).href);
  const field = document.querySelector("lm-circuit textarea"), call = Engine.prototype.call;
  const type = text => { field.value = text; field.dispatchEvent(new Event("input", {bubbles: true})); };
  Engine.prototype.call = async function (module, name, ...others) {
    const answer = await call.call(this, module, name, ...others);
    if (name === "read" && others[0].text === good) type(bad);
    return answer;
  };
  const element = document.querySelector("lm-circuit");
  const done = new Promise(done => element.addEventListener("lm-answered", done, {once: true}));
  type(good);
  await done;
  Engine.prototype.call = call;
}"""


def test_drawing_and_tables_are_of_one_text_when_one_with_a_mistake_comes_between(page):
    page.evaluate(TYPE, FAN)
    page.evaluate(BETWEEN, [DIVIDER, "DC_9--R10k--G"])
    assert status(page).startswith("1 mistake; the drawing is of the last text without one")
    drawn, listed = shown(page, ".lm-drawn"), shown(page, ".lm-listed")
    assert ("4.7 kΩ" in drawn) == ("2.877 V" in listed)
    assert ("THERMISTOR" in drawn or "MOSFET" in drawn) == ("199.6 mA" in listed)
    assert page.locator("lm-circuit .lm-drawn.lm-stale, lm-circuit .lm-listed.lm-stale").count() == 2


def test_with_the_first_touch_all_is_read_that_the_first_edit_needs(opened):
    page = opened()
    page.wait_for_selector("lm-circuit textarea")
    page.evaluate(
        """async () => {
          const {Engine} = await import(new URL("../assets/js/engine.js", document.baseURI).href);
          const call = Engine.prototype.call;
          window.calls = [];
          Engine.prototype.call = function (module, name, asked, ...others) {
            calls.push([name, asked.text]);
            return call.call(this, module, name, asked, ...others);
          };
        }"""
    )
    page.focus("lm-circuit textarea")
    until(page, "performance.getEntriesByName('lm-warm').length === 1")
    # the page's own text, which takes every file that an edit of it takes
    assert page.evaluate("calls") == [["read", ""], ["read", FAN], ["solved", FAN]]
    assert status(page) == ""


def test_on_a_phone_every_column_of_the_tables_is_in_sight(address, browser):
    page = browser.new_page(viewport={"width": 360, "height": 900})
    page.goto(address + "circuit-notation/")
    page.locator("lm-circuit").scroll_into_view_if_needed()
    page.wait_for_selector("lm-circuit textarea")
    page.evaluate(TYPE, FAN + "\n")
    page.eval_on_selector_all(
        "lm-circuit .lm-listed details", "all => all.forEach(one => { one.open = true })"
    )
    wide = page.eval_on_selector_all(
        "lm-circuit .lm-listed .lm-scroll",
        "all => all.filter(one => one.scrollWidth > one.clientWidth).map(one => one.ariaLabel)",
    )
    assert wide == []
    rows = page.locator("lm-circuit .lm-listed table").nth(1).locator("tbody tr").first
    tops = rows.locator("th, td").evaluate_all("all => all.map(one => one.getBoundingClientRect().top)")
    assert len(tops) == 4 and len(set(tops)) == 1
    page.close()


def test_on_a_phone_what_has_more_states_scrolls_and_its_words_stay_whole(address, browser):
    page = browser.new_page(viewport={"width": 360, "height": 900})
    page.goto(address + "circuit-notation/")
    page.locator("lm-circuit").scroll_into_view_if_needed()
    page.wait_for_selector("lm-circuit textarea")
    page.evaluate(TYPE, CASES["relay-and-button"].rstrip("\n"))
    nets = page.get_by_role("region", name="Nets and their voltages against ground")
    assert nets.evaluate("one => one.scrollWidth > one.clientWidth && one.tabIndex === 0")
    # the longest word of what a net joins, "collector", is some 60 px wide
    joins = nets.locator("tbody td:nth-child(2)").evaluate_all("all => all.map(one => one.offsetWidth)")
    assert min(joins) > 120
    # as high as three screens; with letters one below another it was ten
    assert page.locator("lm-circuit .lm-solution").evaluate("one => one.offsetHeight") < 2700
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    page.close()


@pytest.mark.parametrize("width,scheme", [(360, "dark"), (1280, "light")])
def test_axe_finds_no_barrier_in_any_state(address, browser, width, scheme):
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page.goto(address + "circuit-notation/")
    page.locator("lm-circuit").scroll_into_view_if_needed()
    page.wait_for_selector("lm-circuit textarea")
    for text in (CASES["seed"], FAN.replace("R_330-", "R330--"), CASES["with-alarm-relay"], "DC--R_1k--G"):
        page.evaluate(TYPE, text)
        page.eval_on_selector_all(OPENED, "all => all.forEach(one => { one.open = true })")
        assert axe.violations(page, "lm-circuit") == [], text
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    page.close()
