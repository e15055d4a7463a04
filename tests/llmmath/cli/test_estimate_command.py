"""`llmmath estimate`: what it prints, and what it refuses."""

import json

import pytest

from llmmath.cli.command import main

LOAD = ("--concurrency", "32", "--input", "1024", "--output", "256")


def run(capsys, *words):
    status = main(["estimate", *words])
    out, err = capsys.readouterr()
    return status, out, err


def test_the_object_has_bound_low_expected_and_high_of_every_time_and_rate(capsys):
    status, out, _ = run(capsys, "llama-3.1-8b", "--accelerator", "h100-sxm", *LOAD, "--json")
    found = json.loads(out)
    assert status == 0 and found["fits"] is True and found["max_concurrency"] > 32
    for name in ("time_to_first_token_s", "time_per_output_token_s", "output_tokens_per_s"):
        assert list(found[name]) == ["bound", "low", "expected", "high"]
    assert found["binds"] in found["parts_s"] and found["engine"] == "typical"


def test_the_text_stays_within_80_columns_and_says_what_was_assumed(capsys):
    status, out, _ = run(
        capsys, "llama-3.1-70b", "--accelerator", "h100-sxm", "--accelerators", "4", "--engine", "vllm",
        "--dtype", "fp8", "--price", "10", "--slo-ttft", "1", "--slo-tpot", "0.05", *LOAD,
    )  # fmt: skip
    assert status == 0 and max(map(len, out.splitlines())) <= 80
    for words in (
        "Llama 3.1 70B on 4 x H100 SXM, tensor parallel, engine vllm", "weights fp8", "time to first token",
        "time per output token", "price of a million tokens", "kWh", "binds", "within the limits",
        "meant to hold 80 % of what is measured",
    ):  # fmt: skip
        assert words in " ".join(out.split()), words


def test_what_does_not_fit_is_one_line_and_the_object_keeps_its_shape(capsys):
    fits = json.loads(run(capsys, "llama-3.1-8b", "--accelerator", "h100-sxm", *LOAD, "--json")[1])
    words = ("llama-3.1-70b", "--accelerator", "rtx-4090", *LOAD)
    status, out, err = run(capsys, *words, "--json")
    assert status == 2 and set(json.loads(out)) == set(fits)
    assert json.loads(out)["output_tokens_per_s"] is None
    status, out, err = run(capsys, *words)
    assert (status, out) == (2, "") and err.count("\n") == 1
    assert "does not fit rtx-4090" in err and "--offload layers" in err


def test_offloading_brings_what_has_no_room_over_the_link_that_is_named(capsys):
    words = (
        "llama-3.1-70b", "--accelerator", "rtx-4090", "--dtype", "Q4_K_M", "--engine", "llama.cpp",
        "--concurrency", "1", "--input", "512", "--output", "128", "--offload", "layers", "--json",
    )  # fmt: skip
    slow, fast = (
        json.loads(run(capsys, *words, "--offload-link", link)[1]) for link in ("pcie-4-x16", "pcie-5-x16")
    )
    assert slow["binds"] == "offload"
    assert slow["parts_s"]["offload"] == pytest.approx(2 * fast["parts_s"]["offload"], rel=1e-6)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("llama-3.1-8b --accelerator h100-sxm", "the following arguments are required: --concurrency"),
        (
            "llama-3.1-8b --accelerator h100 --concurrency 1 --input 1 --output 1",
            "unknown accelerator 'h100'",
        ),
        ("llama-3.1-8b --accelerator h100-sxm --concurrency 1 --input 1 --output 1 --engine vlm", "'vllm'"),
        (
            "llama-3.1-8b --accelerator h100-sxm --concurrency 1 --input 1 --output 1 --parallel tp",
            "way is 'tp'",
        ),
        (
            "llama-3.1-8b --accelerator h100-sxm --concurrency 1 --input 1 --output 1 --offload layers"
            " --offload-link pcie-4-x16 --offload-gb-s 3",
            "--offload-link and --offload-gb-s are both given",
        ),
        (
            "llama-3.1-8b --accelerator h100-sxm --concurrency 1 --input 1 --output 1 --accelerators 3",
            "expected a divisor of llama-3.1-8b's 32 heads: 1, 2, 4, 8, 16, 32",
        ),
    ],
)
def test_bad_input_ends_with_one_line_and_status_2(capsys, words, message):
    status, out, err = run(capsys, *words.split())
    assert (status, out) == (2, "") and message in err and err.count("\n") == 1
