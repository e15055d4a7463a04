"""The tables of time, memory and batching: what stands in their cells, and why."""

import html
import re

from macros.pages import inference_tables as tables
from macros.values import Figures


def shown(name, **options):
    """Rows of the table `name` as lists of text."""
    figures = Figures()
    figures.start_page("a.md", "a/")
    markup = tables.TABLES[name](figures, **options)
    rows = re.findall(r"<tr>(.*?)</tr>", markup)
    return [
        [
            html.unescape(re.sub("<[^>]+>", " ", cell)).replace("\u202f", " ").split()
            for cell in re.findall(r"<t[hd].*?</t[hd]>", row)
        ]
        for row in rows
    ]


def test_a_model_whose_weights_are_too_large_is_refused_for_its_weights():
    # 70.55e9 parameters of 2 bytes are 141.1 GB and the cache of 4096 tokens 1.34 GB; with 10 GB kept back
    # 152.45 GB, which is 1.70 GB more than 143,771 MiB
    row = shown(
        "fits",
        models=["llama-3.1-70b"],
        accelerators=["h200-sxm"],
        dtype="bf16",
        contexts=[4096],
        reserved_bytes=10**10,
    )[1]
    assert row[2] == ["no:", "weights", "1.70", "GB", "over"]


def test_a_model_that_fits_with_a_shorter_context_is_refused_for_its_cache():
    # 16.06 GB of weights fit 24,564 MiB, 25.76 GB; 131072 tokens of 131072 B are 17.18 GB more: 34.24 with
    # 1 GB kept back
    short, long = shown(
        "fits",
        models=["llama-3.1-8b"],
        accelerators=["rtx-4090"],
        dtype="bf16",
        contexts=[4096, 131072],
        reserved_bytes=10**9,
    )[1:]
    assert short[2][0] == "yes"
    assert long[2] == ["no:", "cache", "8.48", "GB", "over"]


def test_what_fits_is_said_without_what_is_kept_back():
    # 16.06 GB of weights and 4096 x 131072 B = 0.537 GB of cache
    row = shown(
        "fits", models=["llama-3.1-8b"], accelerators=["apple-m4-max"], dtype="bf16", contexts=[4096]
    )[1]
    assert row[2] == ["yes", "16.6", "GB"]


def test_what_is_kept_back_by_default_can_be_what_decides():
    # 46.7e9 parameters of 4.5 bits, 26.3 GB, and 0.54 GB of cache: less than 32 GiB, 34.4 GB, and more than
    # the two thirds of it that macOS leaves to the GPU
    given = {"models": ["mixtral-8x7b"], "accelerators": ["apple-m4"], "dtype": "Q4_K", "contexts": [4096]}
    assert shown("fits", **given, reserved_bytes=0)[1][2][0] == "yes"
    assert shown("fits", **given)[1][2][0] == "no:"


def test_a_context_beyond_the_models_own_is_left_out():
    rows = shown("fits", models=["gpt2-xl"], accelerators=["l4"], dtype="bf16", contexts=[4096, 131072])
    assert [row[1] for row in rows[1:]] == [["1,024"]]


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
