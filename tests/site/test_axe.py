"""What the tests' own use of axe leaves out would not have been found by it either."""

from tests.site import axe

FAINT = "<p style='color: #999; background: #fff'>faint</p>"


def shown(page, markup):
    page.evaluate("markup => { document.getElementById('into').innerHTML = markup }", markup)


def contrasts(page, seen=None):
    return [one for one in axe.violations(page, "#into", seen) if one.startswith("color-contrast")]


def test_a_faint_text_is_found_and_is_found_again_on_the_next_page(page):
    seen = set()
    shown(page, f"<p>dark</p>{FAINT}")
    assert len(contrasts(page, seen)) == 1
    assert len(contrasts(page, seen)) == 1


def test_a_text_is_looked_at_for_each_ground_each_size_and_each_colour(page):
    seen = set()
    shown(page, "<p style='color: #767676; background: #fff'>just enough</p>")
    assert contrasts(page, seen) == []
    for other in ("color: #767676; background: #ddd", "color: #767676; background: #fff; opacity: .5"):
        shown(page, f"<p style='{other}'>too little</p>")
        assert len(contrasts(page, seen)) == 1
    shown(page, "<div style='background: #ddd'><p style='color: #767676'>too little</p></div>")
    assert len(contrasts(page, seen)) == 1


def test_other_barriers_are_found_beside_contrast(page):
    shown(page, "<p>dark</p><img src='data:,'>")
    assert [one.split(":")[0] for one in axe.violations(page, "#into")] == ["image-alt"]
