"""What is printed: dark letters, whichever colours are chosen, and the cheat sheet on one sheet."""

import re

import pytest

from tests.serving import served

# Letters of an article that are shown, with the contrast that their colour has with white paper.
LETTERS = """part => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const contrast = colour => {
    canvas.fillStyle = "white";
    canvas.fillRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].map(part => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 1.05 / (0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05);
  };
  return [...document.querySelectorAll(`${part}, ${part} *`)].flatMap(one => {
    // What stands on a drawn board is not on paper; its colours are held below.
    if (one.closest("svg.breadboard")) return [];
    const own = [...one.childNodes].filter(node => node.nodeType === 3);
    const said = own.map(node => node.data).join("").trim();
    if (!said || !one.checkVisibility({ visibilityProperty: true })) return [];
    const style = getComputedStyle(one);
    return [[said.slice(0, 40), contrast(one.closest("svg") ? style.fill : style.color)]];
  });
}"""
# How all that is in a part is coloured.
PAINTED = """part => [...document.querySelectorAll(`${part}, ${part} *`)].map(one => {
  const { color, fill, stroke, backgroundColor, borderTopColor } = getComputedStyle(one);
  return [one.outerHTML.slice(0, 80), color, fill, stroke, backgroundColor, borderTopColor].join(" ");
})"""


@pytest.fixture(scope="module")
def dark(site, browser):
    """A page for which its reader has chosen the dark colours, and the address of the site."""
    with served(site) as there:
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        page = context.new_page()
        page.goto(there)
        page.locator("label[for^=__palette_]:visible").click()
        yield page, there
        context.close()


@pytest.mark.parametrize("where", ["cheat-sheet/", "pico-fan/one-sensor/"])
def test_letters_on_paper_are_dark_though_the_dark_colours_are_chosen(dark, where):
    page, there = dark
    page.goto(there + where)
    page.emulate_media(media="screen", color_scheme="dark")
    assert page.evaluate("document.body.dataset.mdColorScheme") == "slate"
    assert [said for said, contrast in page.evaluate(LETTERS, "article") if contrast < 4.5]
    page.emulate_media(media="print", color_scheme="dark")
    letters = page.evaluate(LETTERS, "article")
    # What WCAG asks for of letters on white.
    assert letters and [one for one in letters if one[1] < 4.5] == []


@pytest.mark.parametrize(
    "where, part",
    [("peak-performance/", "figure.chart"), ("circuit-notation/", "svg.circuit")],
    ids=["chart", "circuit"],
)
def test_labels_of_drawings_on_paper_are_dark_though_the_dark_colours_are_chosen(dark, where, part):
    page, there = dark
    page.goto(there + where)
    page.emulate_media(media="screen", color_scheme="dark")
    assert [said for said, contrast in page.evaluate(LETTERS, part) if contrast < 3]
    page.emulate_media(media="print", color_scheme="dark")
    letters = page.evaluate(LETTERS, part)
    # What WCAG asks for of what is drawn; names of axes are set back on purpose.
    assert letters and [one for one in letters if one[1] < 3] == []


@pytest.mark.parametrize(
    "where, part",
    [
        ("peak-performance/", "figure.chart svg"),
        ("circuit-notation/", "svg.circuit"),
        ("pico-fan/", "svg.breadboard"),
    ],
)
def test_drawings_on_paper_have_the_light_colours_whichever_are_chosen(dark, where, part):
    page, there = dark
    page.goto(there + where)
    page.emulate_media(media="print", color_scheme="dark")
    chosen_dark = page.evaluate(PAINTED, part)
    page.evaluate("document.body.dataset.mdColorScheme = 'default'")
    assert chosen_dark and chosen_dark == page.evaluate(PAINTED, part)


@pytest.mark.parametrize("size", ["A4", "Letter"])
def test_the_cheat_sheet_is_one_sheet_of_paper(dark, size):
    page, there = dark
    page.goto(there + "cheat-sheet/", wait_until="networkidle")
    page.emulate_media(media=None)
    # A page of a PDF is an object of this type; what holds the pages is another.
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(format=size))) == 1
