"""How long the page's own answers take, in a browser, beside what the project aims at.

All in one run: the engine's size, the first answer of each calculator and the following ones, curves, the fan
circuit while it is typed, and the longest time for which each use keeps the page from answering. The figures
are printed, never asserted: they are this machine's. Run with `python benchmarks/page.py [folder of a site]`;
without one the site is built first.
"""

import gzip
import json
import sys
from functools import partial
from statistics import median

import built_site

sys.path.insert(0, str(built_site.ROOT / "tests"))

import browser as browsers
from serving import served

REPEATS = 40
FAN_SECONDS = 8
# What the project aims at.
SIZE_KB, FIRST_MS, FOLLOWING_MS, CURVES_MS, CIRCUIT_MS, BLOCK_MS = 230, 300, 16, 100, 100, 50
# A field of each calculator, and what it is changed to, one after another.
CHANGED = {
    "multiplications": "context",
    "fit": "context",
    "speed": "concurrency",
    "batching": "context",
}
CARDS = ("h200-sxm", "mi300x", "rtx-4090")
# Tasks that keep the page from answering; the browser tells those of 50 ms and more.
BLOCKS = """window.blocks = [];
new PerformanceObserver(list => blocks.push(...list.getEntries().map(entry => entry.duration)))
  .observe({ type: "longtask", buffered: true });"""
# Waits until the page's elements are there; the scripts of each come when the reader comes near it.
READY = """(async () => {
  for (const name of ["lm-calculator", "lm-circuit", "lm-fan"]) {
    const element = document.querySelector(name);
    element?.scrollIntoView();
    if (element) await customElements.whenDefined(name);
  }
  return true;
})()"""
# Time from a change to its answer [ms].
CHANGE = """([kind, name, value]) => new Promise(done => {
  const element = document.querySelector(`#calculator-${kind}`);
  const field = element.querySelector(`[name=${name}]`);
  element.addEventListener("lm-answered", () => done(performance.now() - began), { once: true });
  field.value = value;
  const began = performance.now();
  field.dispatchEvent(new Event("change", { bubbles: true }));
})"""
# Time from the first touch of a calculator until the engine has loaded and has read the files [ms].
TOUCH = """kind => new Promise(done => {
  const began = performance.now();
  new PerformanceObserver(list => {
    const warm = list.getEntriesByName("lm-warm").at(-1);
    if (warm) done(warm.startTime - began);
  }).observe({ type: "mark" });
  document.querySelector(`#calculator-${kind} [name=model]`).focus();
})"""
# Time from a key in the circuit's field to the whole answer to it [ms].
TYPE = """text => new Promise(done => {
  const element = document.querySelector("lm-circuit"), field = element.querySelector("textarea");
  element.addEventListener("lm-answered", () => done(performance.now() - began), { once: true });
  field.value = text;
  const began = performance.now();
  field.dispatchEvent(new Event("input", { bubbles: true }));
})"""


def measure(site):
    """Print every figure of a built site."""
    from playwright.sync_api import sync_playwright

    print("the page's own answers, in a browser on this machine:")
    engine = site / "assets" / "engine"
    size = zipped(engine / "micropython.mjs") + zipped(engine / "micropython.wasm")
    line("the engine, gzipped", size, "kB", SIZE_KB)
    for bundle in ("llmmath", "circuit", "fan"):
        line(f"  and the files of {bundle}", zipped(engine / f"{bundle}.json"), "kB")
    with served(site) as address, sync_playwright() as playwright:
        browser = browsers.launch(playwright)
        opened = partial(open_page, browser, address)
        for kind in CHANGED:
            calculator(opened, kind)
        cases(opened)
        circuit(opened)
        fan(opened)
        browser.close()


def zipped(path):
    """The size of a file as it travels [kB]."""
    return len(gzip.compress(path.read_bytes(), 9)) / 1000


def open_page(browser, address, where):
    """A new page of a browser that has loaded nothing yet."""
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.add_init_script(BLOCKS)
    page.goto(address + where, wait_until="load")
    page.evaluate(READY)
    page.wait_for_timeout(500)
    return page


def calculator(opened, kind):
    name = CHANGED[kind]
    print(f"  {kind}")
    page = opened("calculators/")
    line("    first answer, of a reader who does not wait", page.evaluate(CHANGE, [kind, name, "40"]), "ms")
    page.context.close()
    page = opened("calculators/")
    opening = blocked(page)
    line("    loading, from the first touch", page.evaluate(TOUCH, kind), "ms")
    line("    first answer after that", page.evaluate(CHANGE, [kind, name, "40"]), "ms", FIRST_MS)
    loading = blocked(page)
    times = [page.evaluate(CHANGE, [kind, name, str(64 + 16 * i)]) for i in range(REPEATS)]
    many(times, CURVES_MS if kind == "batching" else FOLLOWING_MS)
    line("    longest block, opening the page", opening, "ms", BLOCK_MS)
    line("    longest block, loading the engine", loading, "ms", BLOCK_MS)
    line("    longest block, answering", blocked(page), "ms", BLOCK_MS)
    page.context.close()


def cases(opened):
    """Four cases with their curves side by side, the heaviest answer of a calculator."""
    others = "&".join(f"batching{i}.accelerator={card}" for i, card in enumerate(CARDS, 2))
    page = opened(f"calculators/?{others}")
    page.wait_for_selector("#calculator-batching .lm-ran")
    page.evaluate(CHANGE, ["batching", "context", "512"])
    blocked(page)
    times = [page.evaluate(CHANGE, ["batching", "context", str(64 + 16 * i)]) for i in range(REPEATS // 2)]
    print("  four cases of batching, one of them changed")
    many(times, CURVES_MS)
    line("    longest block", blocked(page), "ms", BLOCK_MS)
    page.context.close()


def circuit(opened):
    page = opened("circuit-notation/")
    page.wait_for_selector("lm-circuit textarea")
    text = page.input_value("lm-circuit textarea")
    opening = blocked(page)
    first = page.evaluate(TYPE, text + " ")
    loaded = blocked(page)
    keys = [text.replace("R_330", f"R_{330 + i}") for i in range(1, REPEATS // 2)]
    times = [page.evaluate(TYPE, key) for key in keys]
    print("  the fan circuit, typed")
    line("    first answer, of a reader who does not wait", first, "ms")
    many(times, CIRCUIT_MS)
    line("    longest block, opening the page", opening, "ms", BLOCK_MS)
    line("    longest block, loading the engine", loaded, "ms", BLOCK_MS)
    line("    longest block, typing", blocked(page), "ms", BLOCK_MS)
    page.context.close()


def fan(opened):
    page = opened("pico-fan/")
    opening = blocked(page)
    page.locator("lm-fan button").first.click()
    page.wait_for_selector("lm-fan .lm-fan-play")
    print("  the fan, running")
    line("    longest block, opening the page", opening, "ms", BLOCK_MS)
    line("    longest block, loading the engine", blocked(page), "ms", BLOCK_MS)
    for speed in (1, 10, 60):
        page.locator(f"label[for=lm-fan-speed-{speed}]").click()
        blocked(page)
        page.wait_for_timeout(1000 * FAN_SECONDS)
        line(f"    longest block at {speed}×", blocked(page), "ms", BLOCK_MS)
    line("    longest task then, on the processor", busiest(page, FAN_SECONDS), "ms", BLOCK_MS)
    page.context.close()


def busiest(page, seconds):
    """The processor's time of the page's longest task within some seconds [ms]: what of a block is the page's
    own, however long others keep the machine from it."""
    browser = page.context.browser
    browser.start_tracing(page=page, categories=["toplevel"])
    page.wait_for_timeout(1000 * seconds)
    events = json.loads(browser.stop_tracing())["traceEvents"]

    def thread(event):
        return event["pid"], event["tid"]

    mains = {thread(e) for e in events if e.get("args", {}).get("name") == "CrRendererMain"}
    times = [e.get("tdur", 0) for e in events if e["name"].endswith("RunTask") and thread(e) in mains]
    return max(times) / 1000


def blocked(page):
    """The longest block since it was last asked [ms]; 0 for none of 50 ms or more."""
    page.wait_for_timeout(300)
    return page.evaluate("Math.max(0, ...blocks.splice(0))")


def many(times, aim):
    line("    following answers, fastest", min(times), "ms")
    line("    following answers, median", median(times), "ms", aim)
    line("    following answers, longest", max(times), "ms", aim)


def line(what, value, unit, aim=None):
    """One figure, beside what is aimed at where something is."""
    shown = "under 50" if what.lstrip().startswith("longest block") and value == 0 else f"{value:.0f}"
    aimed = "" if aim is None else f"   aim {aim}{'' if value <= aim else ', missed'}"
    print(f"  {what:<46}{shown:>9} {unit}{aimed}")


if __name__ == "__main__":
    built_site.with_site(measure)
