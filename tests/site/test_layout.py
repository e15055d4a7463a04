"""What a phone shows of tables that are wider than its window."""

import pytest

from tests.serving import served

# Sticky cells of tables that scroll, which leave less than half of their frame to what is scrolled to.
COVERING = """() => {
  for (const fold of document.querySelectorAll("details")) fold.open = true;
  return [...document.querySelectorAll("main :is(th, td)")].flatMap(cell => {
    if (getComputedStyle(cell).position !== "sticky") return [];
    let frame = cell.closest("table").parentElement;
    while (frame && !/auto|scroll/.test(getComputedStyle(frame).overflowX)) frame = frame.parentElement;
    if (!frame || frame.scrollWidth <= frame.clientWidth + 1) return [];
    const share = cell.getBoundingClientRect().width / frame.clientWidth;
    return share > 0.5 ? [`${frame.getAttribute("aria-label")}: ${cell.textContent.trim()}: ${share}`] : [];
  });
}"""


def pages(site):
    """Addresses of all pages below the site's root, without those that show a file of the project."""
    found = [path.parent.relative_to(site).as_posix() for path in site.rglob("index.html")]
    return sorted(f"{where}/" for where in found if not where.startswith("source"))


@pytest.fixture(scope="module")
def phone(site, browser):
    """A page in a window of 360 CSS px, and the address of the site."""
    with served(site) as there:
        context = browser.new_context(viewport={"width": 360, "height": 800})
        yield context.new_page(), there
        context.close()


def test_what_heads_a_row_leaves_half_of_its_frame_to_what_is_scrolled_to_at_360_px(site, phone):
    page, there = phone
    found = {}
    for where in pages(site):
        page.goto(there + where)
        found[where] = page.evaluate(COVERING)
    assert len(found) > 40
    assert {where: cells for where, cells in found.items() if cells} == {}
