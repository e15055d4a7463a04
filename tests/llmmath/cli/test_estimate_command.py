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


def test_every_column_of_the_text_is_what_the_object_says_under_its_name(capsys):
    words = (
        "llama-3.1-8b", "--accelerator", "h100-sxm", "--accelerators", "2", "--engine", "vllm",
        "--price", "5", "--concurrency", "600", "--input", "4096", "--output", "512", "--slo-ttft", "60",
        "--slo-tpot", "0.04",
    )  # fmt: skip
    found = json.loads(run(capsys, *words, "--json")[1])
    lines = run(capsys, *words)[1].splitlines()

    def row(begin):
        (line,) = [line for line in lines if line.startswith(begin)]
        return line.removeprefix(begin).replace(",", "").split()

    ends = ["bound", "low", "expected", "high"]
    assert row("  ") == ["bound", "fast", "expected", "slow"]
    for begin, name, factor in (
        ("time to first token, s", "time_to_first_token_s", 1),
        ("time per output token, ms", "time_per_output_token_s", 1e3),
        ("from arrival to last token, s", "query_s", 1),
        ("output tokens per second, all", "output_tokens_per_s", 1),
        ("output tokens per second, each", "output_tokens_per_s_per_query", 1),
        ("kWh for a million tokens", "energy_per_million_tokens", 1 / 3.6e6),
        ("price of a million tokens", "cost_per_million_tokens", 1),
    ):
        # the fast end of a rate is the high one, of a time the low one
        order = ends if "_per_s" not in name else ["bound", "high", "expected", "low"]
        expected = [factor * found[name][end] for end in order]
        assert [float(one) for one in row(begin)] == pytest.approx(expected, rel=1e-3), begin
    whole = sum(found["parts_s"].values())
    for begin, part in (
        ("reading weights", "weights"), ("reading caches", "cache"),
        ("starting operations, and the host", "latency"), ("sending between cards", "communication"),
        ("prompts of others", "prompts"),
    ):  # fmt: skip
        milliseconds, unit, share, *binds = row(begin)
        assert (float(milliseconds), unit) == (pytest.approx(1e3 * found["parts_s"][part], rel=1e-3), "ms")
        assert float(share.rstrip("%")) == pytest.approx(100 * found["parts_s"][part] / whole, abs=0.51)
        assert bool(binds) == (found["binds"] == part)
    queries = {
        "that fit at their full length": found["max_concurrency"],
        "that run at once, half written on average": found["running"],
        "of these evicted at full length": found["evicted"],
        "that wait for room": found["waiting"],
        "share of the peak used": 100 * found["model_flops_utilisation"],
        "prompt servers for each that only generates": found["prefill_servers_per_decoder"],
        "within the limits, expected": found["within_slo"]["expected"],
        "within the limits, at the slow end": found["within_slo"]["low"],
    }
    # No two are so near that one would pass for the other.
    assert len({f"{value:.2g}" for value in queries.values()}) == len(queries), queries
    for begin, value in queries.items():
        assert float(row(begin)[0].rstrip("%")) == pytest.approx(value, rel=5e-3), begin


def test_what_does_not_fit_is_one_line_and_the_object_keeps_its_shape(capsys):
    fits = json.loads(run(capsys, "llama-3.1-8b", "--accelerator", "h100-sxm", *LOAD, "--json")[1])
    words = ("llama-3.1-70b", "--accelerator", "rtx-4090", *LOAD)
    status, out, err = run(capsys, *words, "--json")
    assert status == 2 and set(json.loads(out)) == set(fits)
    assert json.loads(out)["output_tokens_per_s"] is None
    status, out, err = run(capsys, *words)
    assert (status, out) == (2, "") and err.count("\n") == 1
    assert "does not fit rtx-4090" in err and "--offload layers" in err


def test_what_does_not_fit_is_told_a_number_that_holds_it_with_what_is_kept_back(capsys):
    # 141.1 GB of weights: 100 of 85.52 GB kept back leave nothing, whatever their number
    words = ("llama-3.1-70b", "--accelerator", "h100-sxm", *LOAD)
    assert "(--accelerators 2)" in run(capsys, *words)[2]
    assert "(--accelerators 4)" in run(capsys, *words, "--reserved-gb", "40")[2]
    assert "--accelerators" not in run(capsys, *words, "--parallel", "data", "--accelerators", "2")[2]


def test_llama_cpp_goes_from_card_to_card_unless_it_is_told(capsys):
    words = ("llama-3.1-70b", "--accelerator", "rtx-4090", "--accelerators", "2", "--dtype", "Q4_K_M", *LOAD)
    ways = [
        json.loads(run(capsys, *words, "--json", "--engine", engine, *more)[1])["parallel"]
        for engine, more in (("llama.cpp", ()), ("vllm", ()), ("llama.cpp", ("--parallel", "tensor")))
    ]
    assert ways == ["pipeline", "tensor", "tensor"]


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
            "parallel is 'tp'",
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
        (
            "llama-3.1-8b --accelerator h100-sxm --concurrency 1 --input 1 --output 1"
            " --offload-link pcie-4-x16",
            "--offload-link is given without --offload",
        ),
        (
            "llama-3.1-8b --accelerator h100-sxm --concurrency 1 --input 1 --output 1 --link-gb-s 50",
            "--link-gb-s is given without --accelerators 2 or more",
        ),
        (
            "llama-3.1-8b --accelerator h100-sxm --concurrency 1 --input 1 --output 1 --dtype awq",
            "expected for example int4-g128",
        ),
    ],
)
def test_bad_input_ends_with_one_line_and_status_2(capsys, words, message):
    status, out, err = run(capsys, *words.split())
    assert (status, out) == (2, "") and message in err and err.count("\n") == 1
