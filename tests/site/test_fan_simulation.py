"""The fan that runs in its article, in a real browser: it shows what the Unix port's recorded trace has."""

import hashlib
import json
import re

import pytest

from firmware import distribution
from tests.firmware import fan_scenario, record_fan_trace
from tests.site import axe
from tests.site.waiting import until

OPEN = "Run the script in this page"
# What the scenario does -> the button for it, or the field and its label
BUTTONS = {
    "finger": "Hold the thermistor",
    "unplugged": "Unplug the thermistor",
    "shorted": "Short the thermistor",
    "jam": "Stop the fan",
    "brown-out": "Dip of the supply",
    "hang": "Hang",
}
# How often a hand was laid on the board, by the page's log
TOUCHES = "document.querySelector('lm-fan').run.lines.filter(line => line[1].startsWith('-- ')).length"


@pytest.fixture
def article(address, browser):
    """The article in a new page of the browser: `asked` is what it loads, `errors` what it complains of."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.asked, page.errors = [], []
    page.on("request", lambda request: page.asked.append(request.url))
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    page.on("console", lambda said: said.type == "error" and page.errors.append(said.text))
    page.goto(address + "pico-fan/")
    come_near(page)
    yield page
    assert page.errors == []
    page.close()


def come_near(page):
    """Scrolls to the fan, whose scripts come when the reader comes near it."""
    page.locator("lm-fan").scroll_into_view_if_needed()


def button(page, name):
    return page.locator("lm-fan").get_by_role("button", name=name, exact=True)


def opened(page):
    come_near(page)
    button(page, OPEN).click()
    button(page, "Pause").wait_for(timeout=60_000)


def at_the_start(page):
    """Paused, at the first moment of a new board."""
    opened(page)
    button(page, "Pause").click()
    button(page, "Reset").click()
    until(page, "document.querySelector('lm-fan').run.now === 0")


def step(page, seconds=1):
    for _ in range(seconds):
        now = page.evaluate("document.querySelector('lm-fan').run.now")
        button(page, "Step 1 s").click()
        until(page, "now => document.querySelector('lm-fan').run.now > now", now)


def shown(page, name):
    """What stands beside a name in the list of what is now."""
    return (
        page.locator(".lm-fan-now > div", has=page.get_by_text(name, exact=True)).locator("dd").inner_text()
    )


def edit(page, old, new):
    """Runs the script's text with one place of it changed."""
    fold = page.get_by_text("Edit the script and run it again")
    if not page.locator("#lm-fan-text").is_visible():
        fold.click()
    text = page.locator("#lm-fan-text").input_value()
    assert text.count(old) == 1
    page.locator("#lm-fan-text").fill(text.replace(old, new))
    button(page, "Run this text").click()


def test_the_page_shows_the_numbers_lines_and_duties_of_the_recorded_trace(article):
    recorded = json.loads(record_fan_trace.TRACE.read_text(encoding="utf-8"))
    at_the_start(article)
    done = 0
    for second in range(fan_scenario.SECONDS):
        what, value = fan_scenario.HANDS.get(second, (None, None))
        if what == "room":
            article.get_by_label("Room, °C", exact=True).fill(str(value))
            article.keyboard.press("Tab")
        elif what == "sensor":
            # "sound" is the end of what came before: its button once more
            pressed = article.locator("lm-fan [aria-pressed=true]", has_text="thermistor")
            (button(article, BUTTONS[value]) if value in BUTTONS else pressed).click()
        elif what:
            button(article, BUTTONS[what]).click()
        if what:
            done += 1
            until(article, f"{TOUCHES} === {done}")
        step(article)
    seen = article.evaluate("(({samples, lines, now, resets}) => ({samples, lines, now, resets}))"
                            "(document.querySelector('lm-fan').run)")  # fmt: skip
    assert seen["samples"] == recorded["samples"]
    assert [line for line in seen["lines"] if not line[1].startswith("-- ")] == recorded["lines"]
    assert [seen["now"], seen["resets"]] == [recorded["seconds"][-1][0], recorded["seconds"][-1][2]]
    # and that is what stands on the page
    article.locator(".lm-fan-log", has_text=recorded["lines"][-1][1]).wait_for()
    _, thing, told, duty, rpm, _ = recorded["samples"][-1]
    assert shown(article, "The warm object") == f"{thing / 1000:.2f} °C"
    assert shown(article, "As the script reads it") == f"{told / 1000:.2f} °C"
    assert (shown(article, "Duty"), shown(article, "Fan")) == (f"{duty / 10:.1f} %", f"{rpm} rpm")
    assert shown(article, "Resets by the watchdog") == "1"
    digest = hashlib.sha256(distribution.SCRIPT.read_bytes()).hexdigest()
    assert recorded["script_sha256"] == digest
    line = article.locator(".lm-ran > summary").inner_text()
    assert line.startswith("Computed in this page by firmware/thermistor_fan.py") and digest[:12] in line


def test_nothing_of_the_engine_is_loaded_before_its_first_use(article):
    until(article, "customElements.get('lm-fan') !== undefined")
    assert not [url for url in article.asked if "/assets/engine/" in url]
    opened(article)
    assert [url for url in article.asked if url.endswith(".wasm")]


def test_what_is_told_of_the_old_board_is_gone_with_the_first_moment_of_a_new_one(article):
    opened(article)
    article.get_by_text("60×").click()
    until(article, "document.querySelector('lm-fan').run.now > 120000", seconds=30)
    until(article, "!document.querySelector('.lm-fan-status').textContent.startsWith('0:0')")
    button(article, "Reset").click()
    until(article, "document.querySelector('lm-fan').run.now < 60000", seconds=30)
    article.wait_for_timeout(200)
    told = article.locator(".lm-fan-status").inner_text()
    minutes, seconds = map(int, re.match(r"(\d+):(\d+) ", told).groups())
    assert minutes < 2, told


def test_time_runs_sixty_times_as_fast_and_stands_still_when_paused(article):
    opened(article)
    article.get_by_text("60×").click()
    until(article, "document.querySelector('lm-fan').run.now > 60000", seconds=30)
    button(article, "Pause").click()
    assert button(article, "Step 1 s").is_enabled()
    article.wait_for_timeout(300)  # what was asked for last has come
    now = article.evaluate("document.querySelector('lm-fan').run.now")
    article.wait_for_timeout(300)
    assert article.evaluate("document.querySelector('lm-fan').run.now") == now
    button(article, "Reset").click()
    until(article, "document.querySelector('lm-fan').run.now === 0")


def test_reset_of_a_running_fan_begins_at_nought_however_late_the_new_board_comes(article):
    opened(article)
    article.get_by_text("60×").click()
    until(article, "document.querySelector('lm-fan').run.now > 60000", seconds=30)
    article.get_by_text("1×", exact=True).click()
    now = article.evaluate("document.querySelector('lm-fan').run.now")
    until(article, "now => document.querySelector('lm-fan').run.now > now + 16000", now)
    # The new board's answer is held back for twenty frames, in each of which the page would like to go on.
    article.evaluate("""() => {
      const { engine } = document.querySelector("lm-fan").run, call = engine.call.bind(engine);
      engine.call = async (module, name, ...others) => {
        const answer = await call(module, name, ...others);
        for (let frame = 0; name === "start" && frame < 20; frame++) await new Promise(requestAnimationFrame);
        return answer;
      };
    }""")
    button(article, "Reset").click()
    until(article, "document.querySelector('lm-fan').run.now < 60000")
    until(article, "document.querySelector('lm-fan').run.now >= 1000")
    samples = article.evaluate("document.querySelector('lm-fan').run.samples")
    assert samples[0][0] == 0 and samples[-1][0] < 30_000


def test_a_hand_laid_on_while_a_new_board_comes_is_on_the_new_board(article):
    at_the_start(article)
    article.evaluate("""() => {
      document.querySelector("lm-fan .lm-fan-row > button:last-child").click();
      document.querySelector("lm-fan .lm-fan-hands button").click();
    }""")
    until(article, f"{TOUCHES} === 1")
    assert button(article, "Hold the thermistor").get_attribute("aria-pressed") == "true"
    # A bead under a finger follows within seconds.
    step(article, 10)
    told = article.evaluate("document.querySelector('lm-fan').run.row.mc")
    assert told > 31_000


def test_time_that_is_made_slower_goes_on_at_once(article):
    opened(article)
    article.get_by_text("60×").click()
    # Of two slices the first is held back until the second is one of 15 s, and that one until time is slow.
    frames = article.evaluate("""async () => {
      const { engine } = document.querySelector("lm-fan").run, call = engine.call.bind(engine);
      const frames = async many => { while (many--) await new Promise(requestAnimationFrame) };
      let slices = 0, freed = [];
      const held = [1, 2].map(() => new Promise(done => freed.push(done)));
      engine.call = async (module, name, ...others) => {
        const slice = name === "run" ? ++slices : 0, answer = await call(module, name, ...others);
        await held[slice - 1];
        return answer;
      };
      while (slices < 1) await frames(1);
      await frames(40);
      freed[0]();
      while (slices < 2) await frames(1);
      document.querySelector("#lm-fan-speed-1").click();
      await frames(2);
      freed[1]();
      let waited = 0;
      for (; slices < 3 && waited < 300; waited++) await frames(1);
      return waited;
    }""")
    assert frames < 100  # 15 s would be 900


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_the_fan_turns_unless_the_reader_wants_less_motion(article, motion):
    article.emulate_media(reduced_motion=motion)
    opened(article)
    until(article, "document.querySelector('lm-fan').shown?.picture.rpm > 500")
    seen = {article.locator(".lm-fan-rotor").get_attribute("transform")}
    for _ in range(3):
        article.wait_for_timeout(100)
        seen.add(article.locator(".lm-fan-rotor").get_attribute("transform"))
    assert seen == {None} if motion == "reduce" else len(seen) > 1


def test_an_edited_constant_runs_and_the_line_says_edited_and_no_hash(article):
    at_the_start(article)
    edit(article, "TARGET_MC = 30_000", "TARGET_MC = 20_000")
    line = article.locator(".lm-ran > summary", has_text="edited")
    line.wait_for()
    assert "SHA-256" not in line.inner_text()
    step(article, 12)
    article.locator(".lm-fan-now dd", has_text="run: regulating").wait_for()
    assert article.evaluate("document.querySelector('lm-fan').run.row.target_mc") == 20_000
    button(article, "Back to the published text").click()
    digest = hashlib.sha256(distribution.SCRIPT.read_bytes()).hexdigest()
    article.locator(".lm-ran > summary", has_text=digest[:12]).wait_for()
    assert article.locator("#lm-fan-text").input_value() == distribution.SCRIPT.read_text(encoding="utf-8")


def test_what_was_changed_stands_in_the_address_and_comes_back_by_link_and_by_back(article):
    at_the_start(article)
    edit(article, "TARGET_MC = 30_000", "TARGET_MC = 25_000")
    article.wait_for_url("**/pico-fan/?fan.TARGET_MC=25_000")
    article.get_by_label("Room, °C", exact=True).fill("30")
    article.keyboard.press("Tab")
    article.get_by_text("10×").click()
    article.wait_for_url("**/pico-fan/?fan.TARGET_MC=25_000&fan.room=30&fan.time=10")
    article.reload()
    opened(article)
    article.locator(".lm-ran > summary", has_text="edited").wait_for()
    until(article, "document.querySelector('lm-fan').run.row.target_mc === 25000")
    assert article.get_by_label("Room, °C", exact=True).input_value() == "30"
    assert article.evaluate("document.querySelector('lm-fan').run.speed") == 10
    button(article, "Pause").click()
    article.get_by_text("Edit the script and run it again").click()
    button(article, "Back to the published text").click()
    article.wait_for_url("**/pico-fan/?fan.time=10")
    article.go_back()
    article.locator(".lm-ran > summary", has_text="edited").wait_for()
    until(article, "document.querySelector('#lm-fan-room').value === '30'")


def test_a_room_that_goes_on_changing_is_one_step_of_the_history_and_none_is_needed_to_go_on(article):
    at_the_start(article)
    room = article.get_by_label("Room, °C", exact=True)
    before = article.evaluate("history.length")
    for degrees in (30, 31, 32):
        room.fill(str(degrees))
        article.keyboard.press("Tab")
        article.wait_for_url(f"**?fan.room={degrees}")
    assert article.evaluate("history.length") == before + 1
    article.get_by_text("10×").click()
    article.wait_for_url("**&fan.time=10")
    assert article.evaluate("history.length") == before + 2
    article.go_back()
    until(article, "document.querySelector('lm-fan').run.speed === 1")
    assert room.input_value() == "32"
    article.evaluate(
        """() => { history.pushState = history.replaceState = () => {
          throw new DOMException("Attempt to use history.pushState() more than 100 times", "SecurityError");
        }; }"""
    )
    room.fill("40")
    article.keyboard.press("Tab")
    article.locator(".lm-fan-log", has_text="the room is at 40 °C").wait_for()


def test_a_link_to_a_heading_leaves_an_edited_script_and_its_run_alone(article):
    at_the_start(article)
    edit(article, "def main():", "# mine\n\n\ndef main():")
    article.locator(".lm-ran > summary", has_text="edited").wait_for()
    step(article, 3)
    article.locator(".md-content h2 .headerlink").first.evaluate("link => link.click()")
    article.wait_for_url("**#*")
    step(article, 1)
    assert "# mine" in article.locator("#lm-fan-text").input_value()
    assert article.evaluate("document.querySelector('lm-fan').run.now") >= 4000
    assert article.locator(".lm-ran > summary", has_text="edited").count() == 1


def test_back_takes_back_a_constant_and_a_speed_and_leaves_the_code_that_was_edited(article):
    at_the_start(article)
    edit(article, "def main():", "# mine\n\n\ndef main():")
    article.locator(".lm-ran > summary", has_text="edited").wait_for()
    edit(article, "TARGET_MC = 30_000", "TARGET_MC = 25_000")
    article.wait_for_url("**/pico-fan/?fan.TARGET_MC=25_000")
    article.get_by_text("10×").click()
    article.wait_for_url("**/pico-fan/?fan.TARGET_MC=25_000&fan.time=10")
    text = article.locator("#lm-fan-text")
    text.fill(text.input_value() + "# not run yet\n")
    step(article, 3)
    article.go_back()
    until(article, "document.querySelector('lm-fan').run.speed === 1")
    step(article, 1)
    assert article.evaluate("document.querySelector('lm-fan').run.now") >= 4000
    article.go_back()
    until(article, "document.querySelector('lm-fan').run.now === 0")
    until(article, "document.querySelector('#lm-fan-text').value.includes('TARGET_MC = 30_000')")
    assert text.input_value().endswith("# not run yet\n") and "# mine\n" in text.input_value()
    assert "# mine\n" in article.evaluate("document.querySelector('lm-fan').console.script.running")
    step(article, 3)
    assert article.evaluate("document.querySelector('lm-fan').run.row.target_mc") == 30_000


def test_while_an_address_is_followed_nothing_is_put_into_it_though_a_later_one_is_done(page):
    told = page.evaluate(
        """async () => {
          const { FanLink } = await import("/assets/js/fan-link.js");
          const began = location.pathname;
          let loaded, calls = 0;
          const slowly = new Promise(done => (loaded = done));
          const text = "KP = 1\\n";
          const script = { published: text, running: text, change: () => (calls++ ? null : slowly) };
          const hands = { type() {}, changed: name => (name === "room" ? 31 : null) };
          const link = new FanLink({ script, hands, time: { choose() {} }, run: { speed: 1 } });
          history.replaceState(null, "", "?fan.room=30");
          const first = link.follow();
          history.replaceState(null, "", "?fan.room=40");
          await link.follow();
          link.tell();
          const meanwhile = location.search;
          loaded();
          await first;
          link.tell();
          const then = location.search;
          history.replaceState(null, "", began);
          return [meanwhile, then];
        }"""
    )
    assert told == ["?fan.room=40", "?fan.room=31"]


def test_an_address_brings_numbers_and_words_and_no_program(article):
    article.goto(article.url + "?fan.TARGET_MC=__import__('js')&fan.GAIN=300&fan.DRIVE=%22fail-on%22")
    opened(article)
    article.locator(".lm-ran > summary", has_text="edited").wait_for()
    text = article.locator("#lm-fan-text").input_value()
    assert "TARGET_MC = 30_000 " in text and "GAIN = 300 " in text
    assert 'DRIVE = "fail-on" ' in text


def test_what_a_link_cannot_bring_is_told_beside_the_fan(article):
    article.goto(article.url + "?fan.TARGET_MC=[1,2&fan.room=warm&fan.load=0x10&fan.GAIN=300&fan.NONE_SUCH=1")
    opened(article)
    article.locator(".lm-ran > summary", has_text="edited").wait_for()
    told = article.get_by_text("This could not be taken from the link").inner_text()
    assert told.endswith(": TARGET_MC = [1,2; room = warm; load = 0x10; NONE_SUCH = 1.")
    assert "GAIN = 300 " in article.locator("#lm-fan-text").input_value()


def test_a_slip_in_the_text_is_told_beside_it_and_the_last_run_stays_greyed(article):
    at_the_start(article)
    step(article, 3)
    edit(article, "GAIN = 250", "GAIN = = 250")
    wrong = article.locator("#lm-fan-text-wrong")
    until(article, "document.querySelector('#lm-fan-text-wrong').textContent !== ''")
    assert wrong.inner_text().startswith("line 38: SyntaxError")
    assert article.locator("#lm-fan-text").get_attribute("aria-invalid") == "true"
    assert article.evaluate("getSelection().toString() || document.activeElement.value.slice("
                            "document.activeElement.selectionStart, document.activeElement.selectionEnd)"
                            ).startswith("GAIN = = 250")  # fmt: skip
    assert article.locator(".lm-fan-shown.lm-stale").count() == 1
    assert article.evaluate("document.querySelector('lm-fan').run.now") > 3000
    assert axe.violations(article, "lm-fan") == []


def test_a_script_that_loops_for_ever_is_ended_and_reset_starts_anew(article):
    at_the_start(article)
    article.evaluate("document.querySelector('lm-fan').run.patience = 800")
    edit(article, "        before, self.code = self.mc, median(codes)", "        while True: pass")
    step(article)  # to the script's first line
    button(article, "Step 1 s").click()
    article.locator("lm-fan .lm-wrong", has_text="did not end a period").wait_for(timeout=20_000)
    assert button(article, "Run").is_disabled()
    article.evaluate("document.querySelector('lm-fan').run.patience = 20_000")
    button(article, "Back to the published text").click()
    until(article, "!document.querySelector('.lm-stale')")
    step(article, 2)
    article.locator(".lm-fan-now dd", has_text="boot: not yet sure").wait_for()


LOOP = "        while True: pass"


def test_a_script_that_hangs_is_told_of_within_a_second_or_so_and_reset_ends_it(article):
    opened(article)
    edit(article, "        before, self.code = self.mc, median(codes)", LOOP)
    article.locator(".lm-ran > summary", has_text="edited").wait_for()
    # until the script's first reading, a second after the board starts, and a second more
    article.locator("lm-fan .lm-fan-status", has_text="Still waiting for the script").wait_for(timeout=5_000)
    assert article.locator(".lm-fan-shown.lm-stale").count() == 1
    button(article, "Reset").click()
    until(article, "document.querySelector('lm-fan').run.now < 1000", seconds=8)
    until(article, "!document.querySelector('.lm-stale')", seconds=8)
    # What runs is what the field says; it hangs again, and that is told again.
    assert "while True: pass" in article.locator("#lm-fan-text").input_value()
    assert article.locator("lm-fan .lm-hint").inner_text() == ""
    article.locator("lm-fan .lm-fan-status", has_text="Still waiting for the script").wait_for(timeout=8_000)


@pytest.mark.parametrize("ended", ["by Reset", "by its time"])
def test_after_a_text_that_never_starts_reset_runs_the_one_before_and_says_which_that_is(article, ended):
    opened(article)
    if ended == "by its time":
        article.evaluate("document.querySelector('lm-fan').run.patience = 2_000")
    edit(article, "GAIN = 250", "while True: pass")
    article.locator("lm-fan .lm-fan-status", has_text="Still waiting for the script").wait_for(timeout=5_000)
    if ended == "by its time":
        article.locator("lm-fan .lm-wrong", has_text="so it was ended").wait_for()
        assert button(article, "Hold the thermistor").is_disabled()
        assert article.locator(".lm-fan-shown.lm-stale").count() == 1
        article.evaluate("document.querySelector('lm-fan').run.patience = 20_000")
    button(article, "Reset").click()
    until(article, "!document.querySelector('.lm-stale')", seconds=20)
    button(article, "Pause").wait_for()  # it ran before, and so it does now
    until(article, "document.querySelector('lm-fan').run.now > 1000")
    assert article.locator("lm-fan .lm-hint").inner_text().startswith("What runs is the published text;")
    assert "while True: pass" in article.locator("#lm-fan-text").input_value()
    assert button(article, "Hold the thermistor").is_enabled()
    button(article, "Back to the published text").click()
    until(article, "document.querySelector('lm-fan .lm-hint').textContent === ''")


def test_a_text_that_never_starts_is_ended_on_an_engine_that_was_started_anew_too(article):
    at_the_start(article)
    article.evaluate("document.querySelector('lm-fan').run.patience = 1_500")
    edit(article, "GAIN = 250", "while True: pass")
    for _ in range(3):
        article.locator("lm-fan .lm-wrong", has_text="so it was ended").wait_for(timeout=20_000)
        # what was told of the first engine is taken away, so that the second has to tell it itself
        article.evaluate(
            "document.querySelectorAll('lm-fan .lm-wrong').forEach(one => { one.textContent = '' })"
        )
        button(article, "Run this text").click()


def test_the_state_of_a_fan_that_rests_tells_at_which_temperature_it_starts(article):
    at_the_start(article)
    step(article, 30)
    # 250 permille at 250 permille/K: 1 K above the target of 30 °C, worked by hand
    assert shown(article, "State") == "off: cool enough; starts at 31.00 °C at the latest"


def test_a_room_that_cannot_be_is_told_beside_its_field(article):
    at_the_start(article)
    room = article.get_by_label("Room, °C", exact=True)
    room.fill("200")
    article.keyboard.press("Tab")
    assert article.locator("#lm-fan-room-wrong").inner_text() == "200 is given; expected -20 to 60"
    assert room.get_attribute("aria-invalid") == "true"
    room.fill("30")
    article.keyboard.press("Tab")
    until(article, "document.querySelector('#lm-fan-room-wrong').textContent === ''")
    article.locator(".lm-fan-log", has_text="the room is at 30 °C").wait_for()


def test_what_the_fan_writes_restyles_nothing_else_of_the_page(article):
    # Where a rule asks what is anywhere in the page, each drawing restyles every cell of every table.
    at_the_start(article)
    browser = article.context.browser
    browser.start_tracing(page=article, categories=["devtools.timeline"])
    step(article, 3)
    article.wait_for_timeout(500)
    events = json.loads(browser.stop_tracing())["traceEvents"]
    trees = [event.get("args", {}) for event in events if event["name"] == "UpdateLayoutTree"]
    restyled = [tree["elementCount"] for tree in trees if "elementCount" in tree]
    assert restyled and max(restyled) < 100


def test_no_button_moves_from_under_the_finger_that_presses_it(article):
    article.set_viewport_size({"width": 360, "height": 900})
    at_the_start(article)
    place = """[...document.querySelectorAll('.lm-fan-hands button')].map(one =>
               [one.offsetLeft, one.offsetTop, one.offsetWidth])"""
    article.evaluate("document.fonts.ready.then(() => true)")  # a letter that comes late has another height
    before = article.evaluate(place)
    for name in ("Hold the thermistor", "Short the thermistor", "Stop the fan"):
        button(article, name).click()
        until(
            article,
            "one => one.getAttribute('aria-pressed') === 'true'",
            button(article, name).element_handle(),
        )
    assert article.evaluate(place) == before


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_room_is_kept_for_the_words_of_every_state_so_that_none_moves_what_is_below(article, width):
    article.set_viewport_size({"width": width, "height": 900})
    at_the_start(article)
    heights = article.evaluate(
        """async () => {
             const { WORDS } = await import(new URL("../assets/js/fan-log.js", location));
             const { shown } = document.querySelector("lm-fan");
             const { list, status } = shown.log;
             const heights = () => [list, status].map(one => one.getBoundingClientRect().height);
             status.textContent = "";
             const found = { "": heights() };
             for (const state of Object.keys(WORDS)) {
               shown.log.say("");  // after which the next state is said at once
               shown.log.show({
                 phase: "running", row: { state, faults: 0 }, start_mc: 31_000, now: 36_000_000, resets: 0,
                 samples: [[0, 31_000, 31_000, 1000, 1300, 1]], lines: [], dropped: 0,
               });
               if (!status.textContent.includes(WORDS[state])) throw new Error(`${state} is not shown`);
               found[state] = heights();
             }
             return found;
           }"""
    )
    assert len(heights) > 15
    # Two lines are a part of a pixel higher than the room for them.
    assert heights == {state: pytest.approx(heights[""], abs=0.5) for state in heights}


def test_after_a_pause_the_last_state_is_said_however_soon_it_came(article):
    at_the_start(article)
    step(article, 12)
    article.locator("lm-fan .lm-fan-status", has_text="off: cool enough").wait_for(timeout=8_000)


def test_it_is_used_by_keyboard_alone(article):
    button(article, OPEN).focus()
    article.keyboard.press("Enter")
    button(article, "Pause").wait_for(timeout=60_000)
    article.keyboard.press("Space")  # the focus went to what came in its place
    button(article, "Run").wait_for()
    article.keyboard.press("Tab")
    assert article.evaluate("document.activeElement.textContent") == "Step 1 s"
    article.keyboard.press("Tab")
    article.keyboard.press("ArrowRight")
    assert article.evaluate("document.querySelector('lm-fan').run.speed") == 10
    article.keyboard.press("Tab")
    article.keyboard.press("Tab")
    article.keyboard.press("Enter")
    held = article.locator("lm-fan [aria-pressed=true]")
    held.wait_for()
    assert held.inner_text().endswith("Hold the thermistor")


@pytest.mark.parametrize("width, scheme", [(360, "dark"), (1280, "light")])
def test_axe_finds_no_barrier_and_nothing_is_too_wide_with_everything_open(address, browser, width, scheme):
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    page.goto(address + "pico-fan/")
    opened(page)
    for name in ("Hold the thermistor", "Unplug the thermistor", "Stop the fan"):
        button(page, name).click()
    page.get_by_text("Edit the script and run it again").click()
    page.locator(".lm-ran > summary").click()
    page.locator(".lm-ran li summary").first.click()
    assert axe.violations(page, "lm-fan") == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    context.close()


def test_where_the_engine_cannot_load_the_page_says_why_and_the_recorded_run_stays(address, browser):
    page = browser.new_page()
    page.route("**/*.wasm", lambda route: route.abort())
    page.goto(address + "pico-fan/")
    come_near(page)
    button(page, OPEN).click()
    told = page.locator("lm-fan .lm-fan-status", has_text="could not be loaded")
    told.wait_for()
    assert button(page, OPEN).is_enabled()
    assert told.inner_text() == (
        "What computes in this page could not be loaded. The run above, made with this page, stays."
    )
    # whoever pressed it can press it again
    assert page.evaluate("document.activeElement.textContent") == OPEN
    page.unroute("**/*.wasm")
    page.keyboard.press("Enter")
    button(page, "Pause").wait_for(timeout=60_000)
    page.reload()
    page.wait_for_selector("lm-fan button")
    assert "JavaScript" not in page.locator("lm-fan").inner_text()
    assert page.locator("figure.chart svg").first.is_visible()
    page.close()


def test_without_javascript_the_recorded_run_and_a_sentence_stay(address, browser):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address + "pico-fan/")
    assert page.locator("lm-fan").inner_text().startswith("This needs JavaScript")
    assert page.locator("lm-fan button").count() == 0
    assert page.locator("figure.chart svg").count() >= 1
    context.close()
