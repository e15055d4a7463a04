"""The drawings in a real browser: nothing overprints, all has a name, both palettes, a narrow screen."""

import random
import re
from pathlib import Path

import pytest

from macros.circuit import page as pages
from macros.circuit import style
from macros.circuit.draw import draw, draw_file
from macros.circuit.parse import parse

ROOT = Path(__file__).resolve().parents[3]
STYLE = style.page_style()
LIGHT, DARK = ("#ffffff", "#222222"), ("#1e2129", "#e2e4e9")

UPRIGHT = [
    "R_10k",
    "C_100n",
    "L_10m",
    "THERMISTOR_10k_3950K",
    "FAN_5V_200mA",
    "MICROPHONE",
    "SPEAKER",
    "X",
    "SQUID",
    "V",
    "AC_1V_50Hz",
    "FUSE_500mA",
    "SWITCH",
    "BUTTON",
]
LETTERED = ["aD{}c", "aLED_2V{}c", "aZENER_5.1V{}c", "pDC_5{}n", "sI_1m{}d", "pV{}n"]


def fragments():
    """`(name, text)` of worked cases, designs, every symbol both ways round and upright, and crowded ones."""
    found = [
        (path.stem, path.read_text())
        for folder in (
            "tests/data/circuits",
            "tests/data/parts",
            "firmware/circuits",
            "macros/pages/circuits",
        )
        for path in sorted((ROOT / folder).glob("*.txt"))
    ]
    found += list(pages.EXAMPLES.items()) + list(pages.WIRES.items())
    found += [(f"upright {name}", f"|\n{name}\n|") for name in UPRIGHT]
    for part in LETTERED:
        one, name, value, other = part[0], *(part[1:-3].split("_") + [""])[:2], part[-1]
        written = name + ("_" + value if value else "")
        for first, last in ((one, other), (other, one)):
            found.append(
                (
                    f"{name} {first} first",
                    f"--{first}{written}_{last}--"
                    if value or name == "DC"
                    else f"--{first}{written}{last}--",
                )
            )
            found.append((f"{name} {first} on top", f"|\n{first}\n{written}\n{last}\n|"))
    found += [
        (f"one side {text}", text)
        for text in ("DC_5--", "--DC_5", "|\nDC_5", "DC_5\n|", "AC_1V--", "|\nG", "G\n|")
    ]
    found += [
        (f"transistor {i}", text)
        for i, text in enumerate(
            (
                "|\nd\nTg--\ns\n|",
                "  |\n  s\n-gT\n  d\n  |",
                "--dTs--\n   g\n   |",
                "|\n1\nP2--\n3\n|",
                "|\ns\nPMOSg--\nd\n|",
                "  |\n  e\n-bNPN\n  c\n  |",
                "  |\n  c\nPNPb--\n  e\n  |",
                "--cNPNe--\n   b\n   |",
                "    |\n    b\n--ePNPc--",
            )
        )
    ]
    found += [
        (f"odd {i}", text)
        for i, text in enumerate(
            (
                " +--+\n-+  |\n |  |\n R_10000k--\n",
                "+---+\n|   |\nR_100k\n  |\n  +--\n",
                "--a\n  D\n  c--\n",
                " |\n a\n Dc--\n",
                "   |\n   d\n -gT\n   s--\n",
                "--gTd--\n   s\n   |\n",
                "--1P2--\n   3\n   |\n",
                "BOARD__5v__gnd--R_1--G\n",
                "G--R_1--gnd__5v__BOARD\n",
                "RPI_PICO_W__1gp0__3gnd\n             |     |\n             |     |\n"
                "BOARD________rx____gnd\n",
                "--G--\n",
                "|\nG\n|\n",
                "--+\n  |\n--+-DC_5\n",
                "BOARD\nx y z\n| | |\n",
                "-R_1-R_2-R_3-X-X-V--\n",
                "  |  |  |\n--|--|--+--\n  |  |  |\n--+--|--|--\n  |  |  |\n",
                "|    |    |\nC_1u C_1u C_1u\n|    |    |\n",
                "     |\n---R_10k\n",
                "|\nR_330\n|\na\nLED_2V\nc\n|\nG\n",
            )
        )
    ]
    crowd = random.Random(7)
    for i in range(12):  # parts side by side and one below the other, as close as the notation allows
        row = "-".join(
            crowd.choice(["R_10k", "C_1u", "FAN_5V_200mA", "THERMISTOR_10k_3950K", "X", "MICROPHONE", "aDc"])
            for _ in range(4)
        )
        below = "-".join(crowd.choice(["R_330", "SQUID", "SPEAKER", "V", "cLED_2V_a"]) for _ in range(4))
        found.append((f"crowd {i}", f"-{row}-\n{'-' * (len(row) + 2)}\n-{below}-\n"))
        found.append(
            (
                f"ladder {i}",
                "\n".join(
                    [
                        " ".join(f"{'|':<{len(p)}}" for p in row.split("-")),
                        " ".join(row.split("-")),
                        " ".join(f"{'|':<{len(p)}}" for p in row.split("-")),
                    ]
                )
                if "aDc" not in row
                else f"--{row}--",
            )
        )
    return [(name, text) for name, text in found if not parse(text, True).problems]


@pytest.fixture(scope="module")
def drawn(browser):
    """A page with all drawings, in the light palette."""
    figures = "".join(
        f"<figure>{pages.drawing(pages.load(name, text, True), f'c{i}', name)}</figure>"
        for i, (name, text) in enumerate(fragments())
    )
    tab = browser.new_page(viewport={"width": 1200, "height": 900})
    tab.set_content(
        f"<!doctype html><html lang=en><title>circuits</title><style>{STYLE} body {{ background: {LIGHT[0]}; "
        f"color: {LIGHT[1]} }} figure {{ margin: 8px 0 }}</style><body>{figures}"
    )
    yield tab
    tab.close()


def test_enough_is_drawn_to_mean_something():
    names = [name for name, _ in fragments()]
    assert len(names) > 110 and {"30-pico-fan", "B-real-fan", "SQUID", "crowd 0"} <= set(names)


def test_no_two_labels_overlap_and_no_wire_runs_through_a_label(drawn):
    overlaps = drawn.evaluate("""() => {
      const found = [];
      for (const svg of document.querySelectorAll('svg.circuit')) {
        const name = svg.querySelector('title').textContent;
        const texts = [...svg.querySelectorAll('text')].map(t => [t.textContent, t.getBBox()]);
        texts.forEach(([words, a], i) => {
          for (const [other, b] of texts.slice(i + 1))
            if (a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height)
              found.push(`${name}: ${words} / ${other}`);
          for (const path of svg.querySelectorAll('.net path:not(.reach)'))
            for (const [, x, y, way, end] of
                path.getAttribute('d').matchAll(/M(-?\\d+) (-?\\d+)([HV])(-?\\d+)/g)) {
              const [x2, y2] = way == 'H' ? [+end, +y] : [+x, +end];
              if (Math.min(x, x2) < a.x + a.width && Math.max(x, x2) > a.x
                  && Math.min(y, y2) < a.y + a.height - 3 && Math.max(y, y2) > a.y + 3)
                found.push(`${name}: a wire through ${words}`);
            }
          const view = svg.viewBox.baseVal;
          if (a.x < view.x || a.x + a.width > view.x + view.width
              || a.y < view.y || a.y + a.height > view.y + view.height)
            found.push(`${name}: ${words} is cut off`);
        });
      }
      return found;
    }""")
    assert overlaps == []


def test_no_label_lies_on_a_symbol(drawn):
    overlaps = drawn.evaluate("""() => {
      const found = [];
      for (const svg of document.querySelectorAll('svg.circuit')) {
        const box = e => { const r = e.getBoundingClientRect();
                           return {x: r.x, y: r.y, width: r.width, height: r.height} };
        for (const text of svg.querySelectorAll('text')) {
          const a = box(text);
          for (const part of svg.querySelectorAll('.part > g path, .part > g rect, .part > g circle')) {
            const b = box(part);
            if (a.x + 1 < b.x + b.width && b.x + 1 < a.x + a.width
                && a.y + 4 < b.y + b.height && b.y + 3 < a.y + a.height && text.textContent != 'V')
              found.push(`${svg.querySelector('title').textContent}: ${text.textContent}`);
          }
        }
      }
      return found;
    }""")
    assert overlaps == []


def test_every_part_and_every_net_has_an_accessible_name(drawn):
    session = drawn.context.new_cdp_session(drawn)
    tree = session.send("Accessibility.getFullAXTree")["nodes"]
    symbols = [
        node
        for node in tree
        if node.get("role", {}).get("value") in ("graphics-symbol", "img", "image", "GraphicsSymbol")
    ]
    count = drawn.evaluate("document.querySelectorAll('.part, .net').length")
    assert len(symbols) == count
    assert [node for node in symbols if not node.get("name", {}).get("value")] == []
    titles = drawn.evaluate("document.querySelectorAll(':is(.part, .net):has(> title)').length")
    assert titles == count
    documents = [
        node
        for node in tree
        if "GraphicsDocument" in node["role"]["value"] or "graphics-document" in node["role"]["value"]
    ]
    assert len(documents) == len(fragments()) and all(node["name"]["value"] for node in documents)
    assert all("Parts:" in node.get("description", {}).get("value", "") for node in documents)


def test_ids_are_unique_on_a_page_with_many_drawings(drawn):
    ids = drawn.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(ids) == len(set(ids)) > 100


@pytest.mark.parametrize("paper,ink", [LIGHT, DARK], ids=["light", "dark"])
def test_lines_and_labels_follow_the_palette(drawn, paper, ink):
    drawn.evaluate(
        "([paper, ink]) => { document.body.style.background = paper; document.body.style.color = ink }",
        [paper, ink],
    )
    colours = drawn.evaluate("""() => {
      const all = (selector, property) =>
        [...document.querySelectorAll(selector)].map(e => getComputedStyle(e)[property]);
      const filled = all('svg.circuit text, svg.circuit .f', 'fill');
      return [...new Set([...filled, ...all('.part path:not(.f), .net path:not(.reach)', 'stroke')])];
    }""")
    wanted = "rgb({}, {}, {})".format(*(int(ink[i : i + 2], 16) for i in (1, 3, 5)))
    assert colours == [wanted]


def test_all_lines_of_symbols_and_wires_have_one_weight(drawn):
    widths = drawn.evaluate("""() => [...new Set([...document.querySelectorAll(
        '.part path:not(.f), .part rect, .part circle:not(.f), .net path:not(.reach)')].map(
        e => getComputedStyle(e).strokeWidth))]""")
    assert widths == ["2px"]


def test_at_360_px_the_drawing_scrolls_in_a_frame_that_takes_focus_and_labels_stay_legible(drawn):
    drawn.set_viewport_size({"width": 360, "height": 740})
    try:
        wide = drawn.evaluate("document.documentElement.scrollWidth")
        smallest = drawn.evaluate("""() => Math.min(
          ...[...document.querySelectorAll('svg.circuit text')].map(t =>
            parseFloat(getComputedStyle(t).fontSize) * t.ownerSVGElement.getBoundingClientRect().width
            / t.ownerSVGElement.viewBox.baseVal.width))""")
        frames = drawn.evaluate("""() => [...document.querySelectorAll('.circuit-frame')].map(f =>
            [f.tabIndex, f.scrollWidth > f.clientWidth,
             f.querySelector('svg').getBoundingClientRect().width > f.clientWidth])""")
    finally:
        drawn.set_viewport_size({"width": 1200, "height": 900})
    assert wide <= 360
    assert smallest >= 12
    assert all(tab == 0 and scrolls == large for tab, scrolls, large in frames) and any(
        frame[1] for frame in frames
    )


def test_pointing_at_a_net_or_focusing_it_highlights_where_it_goes(drawn):
    net = drawn.locator("svg.circuit", has=drawn.locator("title", has_text="with-fan")).locator(".net").first
    line = net.locator("path:not(.reach)")
    before = line.evaluate("e => getComputedStyle(e).strokeWidth")
    net.focus()
    assert line.evaluate("e => getComputedStyle(e).strokeWidth") != before
    net.evaluate("e => e.blur()")
    drawn.mouse.move(0, 0)
    x, y = line.evaluate("""e => { const [, x, y] = e.getAttribute('d').match(/M(-?\\d+) (-?\\d+)/);
        const p = new DOMPoint(+x + 3, +y).matrixTransform(e.getScreenCTM()); return [p.x, p.y] }""")
    drawn.mouse.move(x, y)
    assert line.evaluate("e => getComputedStyle(e).strokeWidth") != before


# Contrast of what is written with the paper below it, and whether the paper fills the drawing.
CONTRAST = """() => {
  const light = color => {
    const parts = color.match(/[0-9.]+/g).slice(0, 3).map(part => part / 255);
    const [r, g, b] = parts.map(c => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const paper = document.querySelector(".paper");
  const below = light(getComputedStyle(paper).fill);
  const found = [...document.querySelectorAll("text")].map(text => {
    const [low, high] = [below, light(getComputedStyle(text).fill)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  });
  const box = paper.getBBox(), view = document.documentElement.viewBox.baseVal;
  return [Math.min(...found), below, box.width == view.width && box.height == view.height];
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_drawing_in_a_file_of_its_own_can_be_read_light_and_dark(browser, tmp_path, scheme):
    file = tmp_path / "fan.svg"
    file.write_text(draw_file(pages.load("fan", (ROOT / "firmware/circuits/with-fan.txt").read_text())))
    tab = browser.new_page(color_scheme=scheme)
    tab.goto(file.as_uri())
    least, paper, fills = tab.evaluate(CONTRAST)
    tab.close()
    assert least >= 7 and fills
    assert (paper > 0.5) == (scheme == "light")


def test_a_drawing_in_a_file_needs_nothing_of_a_page():
    svg = draw_file(pages.load("fan", (ROOT / "firmware/circuits/with-fan.txt").read_text()))
    assert "\n" not in svg and svg.startswith('<svg class="circuit" xmlns="http://www.w3.org/2000/svg"')
    assert "var(" not in svg and "tabindex" not in svg  # custom properties are unknown to drawing programs


def test_a_blocks_frame_holds_the_pins_on_both_sides_of_its_name():
    text = "  |     |                      |     |\n gnd___12v__FAN_PWM_12V_200mA__pwm__tach\n"
    drawn = draw(pages.load("fan", text, fragment=True))
    left, width = map(int, re.search(r'<rect[^>]* x="(-?\d+)" y="-?\d+" width="(\d+)"', drawn).groups())
    places = {
        name: int(x) for x, name in re.findall(r'<text[^>]* x="(-?\d+)"[^>]*>(gnd|12v|pwm|tach)<', drawn)
    }
    assert len(places) == 4 and all(left < x < left + width for x in places.values())
    assert places["gnd"] < places["12v"] < places["pwm"] < places["tach"]


def test_a_drawing_that_stands_alone_says_nothing_that_inkscape_passes_over():
    # It does not know `transparent`, and drew the wide lines that only catch the pointer.
    svg = draw_file(pages.load("fan", (ROOT / "firmware/circuits/with-fan.txt").read_text()))
    assert 'class="reach"' in svg and "transparent" not in svg
