"""The tables of time, memory and batching: what stands in their cells, and why."""

import html
import re

import pytest

from macros.pages import fit_grid
from macros.pages import inference_tables as tables
from macros.values import Figures


def shown(name, **options):
    """Rows of the table `name` as lists of text."""
    figures = Figures()
    figures.start_page("a.md", "a/")
    markup = {**tables.TABLES, **fit_grid.TABLES}[name](figures, **options)
    rows = re.findall(r"<tr>(.*?)</tr>", markup)
    return [
        [
            html.unescape(re.sub("<[^>]+>", " ", cell)).replace("\u202f", " ").split()
            for cell in re.findall(r"<t[hd].*?</t[hd]>", row)
        ]
        for row in rows
    ]


def grid(models, accelerators, context=4096):
    return shown("fit_grid", models=models, accelerators=accelerators, context=context)


def test_a_model_that_does_not_fit_is_told_by_how_much():
    # 70.55e9 parameters of 2 bytes are 141.1 GB, the cache of 4096 tokens 1.34 GB; a quarter of 128 GiB is
    # kept from the GPU, and 560 MiB with 512 x 81,920 x 2 B besides: 177.48, which is 40.0 over 137.44 GB
    assert grid([["llama-3.1-70b", "bf16"]], ["apple-m4-max"])[1][1] == ["□", "no", "40.0", "GB", "over"]


def test_a_model_that_fits_with_a_shorter_context_fits_in_part():
    # 24,564 MiB, less 16,060,522,496 B of weights, 1,378,877,440 B kept back and 0.27 MB of activations, hold
    # 63,457 tokens of 131,072 B; 131,072 tokens would need 17.18 GB
    assert grid([["llama-3.1-8b", "bf16"]], ["rtx-4090"])[1][1] == ["◧", "in", "part", "to", "63,457"]


def test_what_is_kept_back_by_default_can_be_what_decides():
    # 46.7e9 parameters of 4.5 bits, 26.3 GB, and 0.54 GB of cache: less than 32 GiB, 34.4 GB, and more than
    # the two thirds of it that macOS leaves to the GPU
    assert grid([["mixtral-8x7b", "Q4_K"]], ["apple-m4"])[1][1][:2] == ["□", "no"]


def test_a_model_of_few_positions_is_asked_for_no_more_of_them():
    # GPT-2 XL ends at 1024 positions
    assert grid([["gpt2-xl", "bf16"]], ["l4"])[1][1] == ["■", "yes", "to", "1,024"]


def test_a_model_stands_as_it_is_published_where_no_type_is_named():
    # gpt-oss-20b is published in mxfp4: 13.8 GB, where 16 bits would be 41.8
    row = grid([["gpt-oss-20b", None]], ["rtx-4090"])[1]
    assert row[0] == ["gpt-oss-20b", "mxfp4,", "as", "published"]
    assert row[1][:2] == ["■", "yes"]


@pytest.mark.parametrize(
    "bound, said",
    [
        ({"fits": True}, "fits"),
        ({"fits": False, "weights_fit": True, "missing_bytes": 4.58e9}, "no: 4.58 GB over"),
        (
            {"fits": False, "weights_fit": False, "missing_bytes": 73.4e9},
            "no: 73.4 GB over, weights too large",
        ),
    ],
)
def test_a_drawing_says_in_words_what_has_no_room(bound, said):
    assert fit_grid.fits_or_why(bound).replace("\u202f", " ") == said


def test_the_table_of_knees_says_where_no_batch_fills_the_machine():
    # Each token of context adds 4 x 32 x 4096 FLOP = 1.7 ns of arithmetic and 131072 B = 64 ns of reading on
    # an A100; one query's arithmetic with the weights takes 48 us: at 2048 tokens the cache takes longer, at
    # 128 it does not.
    short, long = shown(
        "knees", cases=[["llama-3.1-8b", "a100-sxm-80", 128], ["llama-3.1-8b", "a100-sxm-80", 2048]]
    )[1:]
    assert long[6] == ["no", "batch"]
    assert short[6] != ["no", "batch"]
    # 312e12 FLOP/s over 2039e9 B/s, times 2 bytes, over 2 FLOP
    assert short[3] == long[3] == ["153"]


def test_a_price_per_hour_becomes_a_price_of_tokens():
    # 3,600 currency an hour is 1 a second: a million tokens cost 10**6 over the throughput. One query of
    # Llama 3.1 8B at 1024 tokens takes 7.43 ms on an A100 (15.14 GB over 2039 GB/s): 7430 for so many.
    row = shown(
        "cost",
        model="llama-3.1-8b",
        accelerator="a100-sxm-80",
        context=1024,
        batches=[1],
        price_per_hour=3600,
        power=1000,
    )[1]
    assert row[2] == ["7,430"]
    # 1000 W times 7.43 ms times 10**6
    assert row[3] == ["7,430,000", "J"]


def test_two_tokens_of_mixtral_touch_three_and_a_half_experts():
    # 8 - 8 x (6/8)**2
    assert shown("experts", models=["mixtral-8x7b"], batches=[1, 2])[1][3:] == [["2"], ["3.50"]]


def test_windows_and_latents_keep_less():
    rows = shown(
        "cache_kinds", models={"mistral-7b-v0.1": "window", "deepseek-v3": "latent"}, contexts=[4096, 8192]
    )
    # 4096 tokens of 2 x 32 layers x 8 heads x 128 values x 2 bytes, whatever the context beyond the window
    assert rows[1][2:] == [["0.537", "GB"], ["0.537", "GB"]]
    # 61 layers x (512 + 64) values x 2 bytes x 4096 tokens, and twice that
    assert rows[2][2:] == [["0.288", "GB"], ["0.576", "GB"]]
