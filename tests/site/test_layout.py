"""What a phone shows of tables that are wider than its window, and what stands beside a short page."""

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


# Tables of figures that scroll, with where the head of a row stands once they are scrolled to their end.
SCROLLED = """() => {
  for (const fold of document.querySelectorAll("details")) fold.open = true;
  return [...document.querySelectorAll("main .lm-scroll:has(.lm-figures)")].flatMap(frame => {
    if (frame.scrollWidth <= frame.clientWidth + 1) return [];
    frame.scrollLeft = frame.scrollWidth;
    const [box, head] = [frame, frame.querySelector("tbody tr > :first-child")]
      .map(one => one.getBoundingClientRect());
    return [[frame.getAttribute("aria-label"), head.left - box.left, head.width / box.width]];
  });
}"""


def test_what_heads_a_row_of_measurements_stays_in_sight_at_360_px(site, phone):
    page, there = phone
    seen = 0
    for where in pages(site):
        if where.startswith("measurements/"):
            page.goto(there + where)
            tables = page.evaluate(SCROLLED)
            assert [one for one in tables if abs(one[1]) > 1 or one[2] > 0.5] == [], where
            seen += len(tables)
    assert seen > 100


def test_a_row_of_measurements_says_what_tells_it_from_others_where_that_is_scrolled_away(phone):
    page, there = phone
    page.goto(f"{there}measurements/gpt-fast/")
    page.evaluate("document.querySelectorAll('details').forEach(fold => { fold.open = true; })")
    for table in page.locator("details.lm-series table").all():
        heads = table.locator("tbody th").evaluate_all(
            "heads => heads.map(one => one.textContent + getComputedStyle(one, '::after').content)"
        )
        assert heads and len(set(heads)) == len(heads)


def test_the_tables_of_faults_stand_in_a_window_of_345_px(site, browser):
    # 360 px, of which a bar to scroll by takes 15
    with served(site) as there:
        page = browser.new_context(viewport={"width": 345, "height": 800}).new_page()
        page.goto(f"{there}pico-fan/faults/")
        wide = """() => [...document.querySelectorAll("article table")].filter(table =>
          table.scrollWidth > table.clientWidth + 1 || table.getBoundingClientRect().right > innerWidth)
          .map(table => table.innerText.slice(0, 40))"""
        assert page.locator("article table").count() == 3 and page.evaluate(wide) == []
        page.context.close()


def test_the_navigation_beside_a_short_page_ends_above_its_footer(site, browser):
    with served(site) as there:
        page = browser.new_context(viewport={"width": 1280, "height": 720}).new_page()
        page.goto(f"{there}404.html", wait_until="networkidle")
        ends = """() => [".md-sidebar--primary .md-sidebar__scrollwrap", ".md-footer"]
          .map(one => document.querySelector(one).getBoundingClientRect())
          .map((box, at) => at ? box.top : box.bottom)"""
        navigation, footer = page.evaluate(ends)
        assert navigation <= footer <= 720
        assert page.locator("article a[href$='pico-fan/']").count() == 1
        page.context.close()
