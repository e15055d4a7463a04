"""A case of a formula: the line with numbers below it."""

import re

import pytest

from macros.errors import MacroError
from macros.pages import formula_reference
from macros.values import Figures

STEP = {"model": "llama-3.1-8b", "accelerator": "h100-sxm", "batch": 1, "context": 1024}


def case(name, of, **given):
    figures = Figures()
    figures.start_page("a.md", "a/")
    markup = formula_reference.case(figures, name, of, None, None, given)
    narrow = re.sub('<div class="lm-wide">.*?</div>', "", markup)
    return re.sub("<[^>]+>|[\u2062]", " ", narrow).replace("\u202f", " ").split(), figures.rows


def test_a_case_says_what_it_is_of_puts_its_numbers_in_and_is_a_figure_of_the_page():
    words, rows = case("memory_seconds", "bound.memory_seconds", **STEP)
    # 15.010 GB of weights and 0.134 GB of cache over 3.35 TB/s
    assert " ".join(words) == "Llama 3.1 8B, H100 SXM, batch 1, context 1,024 ≈ 15.14 GB 3.35 TB/s ≈ 4.521 ms"
    assert [row["name"] for row in rows] == ["bound.memory_seconds"]


def test_the_time_of_a_step_without_overlap_is_the_sum_of_both_times():
    words, _ = case("unoverlapped_seconds", "bound.unoverlapped_step_seconds", **STEP)
    # 4.521 ms of reading and 2 x 7,773,093,888 / 989 TFLOP/s
    assert " ".join(words).endswith("≈ 4.521 ms + 15.72 µs ≈ 4.536 ms")


def test_a_case_of_another_formula_is_refused():
    with pytest.raises(MacroError, match="formula memory_seconds: its case is bound.compute_seconds, which"):
        case("memory_seconds", "bound.compute_seconds", **STEP)


def test_a_case_with_an_input_that_is_no_number_is_refused():
    with pytest.raises(MacroError, match="formula kv_cache_bytes: an input of"):
        case("kv_cache_bytes", "kv_cache_bytes", model="llama-3.1-8b", n_tokens=True, bytes_per_value=2)
