"""The theme's style sheets and program as pages load them."""

import pytest

from macros.published import theme_files
from macros.published.theme_files import program, small, without_what_is_not_there


def test_of_a_list_of_selectors_those_of_parts_that_no_page_has_are_taken_out():
    sheet = ".md-nav,.md-tabs{top:0}.md-tab{left:0}.md-typeset .card:is(.a,.b),:is(.a,.b)>.c{width:1px}"
    assert without_what_is_not_there(sheet) == ".md-nav{top:0}.md-tab{left:0}:is(.a,.b)>.c{width:1px}"


def test_a_rule_within_another_goes_alone_and_frames_of_an_animation_stay():
    sheet = "@media print{.a{top:0}[dir=rtl] .a{left:0}}@keyframes tip{0%{top:0}to{top:1px}}"
    assert without_what_is_not_there(sheet) == "@media print{.a{top:0}}@keyframes tip{0%{top:0}to{top:1px}}"


def test_of_the_colours_those_that_this_site_names_stay():
    kept = "[data-md-color-primary=custom]{top:0}[data-md-color-scheme=slate]{left:0}"
    assert without_what_is_not_there(kept.replace("}[", "}[data-md-color-primary=red],[")) == kept


def test_a_small_sheet_keeps_the_blanks_that_mean_something():
    assert small("a  b ,\n c:not( .d ) {\n  margin : 0 1px ;\n}\n") == "a b,c:not( .d ){margin : 0 1px}"


def test_a_program_in_which_a_place_is_not_found_once_is_refused_with_what_to_look_at():
    (first, mended), (second, mended_too) = theme_files.MENDS
    assert program(f"a({first},b);{second}c:d") == f"a({mended},b);{mended_too}c:d"
    for text in ("a", first, 2 * first + second):
        with pytest.raises(ValueError, match=r"theme_files\.py"):
            program(text)
