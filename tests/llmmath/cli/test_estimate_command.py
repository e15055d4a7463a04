"""`llmmath estimate`: what it prints, and what it refuses."""

import json

import pytest

from llmmath.cli.command import main
from llmmath.evidence import judged
from llmmath.records import accelerators, engines

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
        "Llama 3.1 70B on 4 x H100 SXM of 85.52 GB each, tensor parallel, vLLM", "weights fp8",
        "time to first token",
        "time per output token", "price of a million tokens", "kWh", "binds", "within the limits",
        "meant to hold 80% of what is measured",
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
    assert row("  ") == ends
    for begin, name, factor in (
        ("time to first token, s", "time_to_first_token_s", 1),
        ("time per output token, ms", "time_per_output_token_s", 1e3),
        ("from arrival to last token, s", "query_s", 1),
        ("output tokens per second, all", "output_tokens_per_s", 1),
        ("output tokens per second, each", "output_tokens_per_s_per_query", 1),
        ("kWh for a million tokens", "energy_per_million_tokens", 1 / 3.6e6),
        ("price of a million tokens", "cost_per_million_tokens", 1),
    ):
        expected = [factor * found[name][end] for end in ends]
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
        "that wait": found["waiting"],
        "share of the peak used": 100 * found["model_flops_utilisation"],
        "servers that read prompts, for each that only generates": found["prefill_servers_per_decoder"],
        "within the limits, expected": found["within_slo"]["expected"],
        "within the limits, low": found["within_slo"]["low"],
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


def test_fewer_bits_are_named_where_they_do_and_are_not_told_where_none_does(capsys):
    # 32.76 B parameters: 6.6 bits of Q6_K are 26.9 GB, more than the card's 25.76; 5.7 of Q5_K_M are 23.3
    one = ("--engine", "llama.cpp", "--concurrency", "1", "--input", "1000", "--output", "100")
    assert "fewer bits do (--dtype Q5_K_M)" in run(capsys, "qwen3-32b", "--accelerator", "rtx-4090", *one)[2]
    large = run(capsys, "qwen3-235b-a22b", "--accelerator", "rtx-4090", "--dtype", "Q4_K_M", *one)[2]
    assert "does not fit" in large and "fewer bits" not in large


def test_what_one_query_lacks_is_told_beside_what_all_lack(capsys):
    words = ("qwen3-32b", "--accelerator", "rtx-4090", "--input", "1000", "--output", "100")
    alone, all_ = (json.loads(run(capsys, *words, "--concurrency", n, "--json")[1]) for n in ("1", "64"))
    assert alone["missing_bytes"] == alone["missing_bytes_of_one"] == all_["missing_bytes_of_one"]
    assert all_["missing_bytes"] > alone["missing_bytes"]
    assert "for one query alone" in run(capsys, *words, "--concurrency", "64")[2]
    assert "for one query alone" not in run(capsys, *words, "--concurrency", "1")[2]


def test_an_offload_is_advised_only_where_it_helps(capsys):
    words = ("llama-3.1-70b", "--accelerator", "rtx-4090", *LOAD)
    assert "--offload layers" in run(capsys, *words)[2]
    # more is kept back than the card has
    assert "--offload" not in run(capsys, *words, "--reserved-gb", "30")[2]


def test_memory_is_spelt_as_for_the_bound(capsys):
    words = ("llama-3.1-8b", "--accelerator", "apple-m4-max", *LOAD, "--json")
    assert json.loads(run(capsys, *words, "--memory-gib", "64")[1])["memory_capacity"] == 64 * 2**30


def test_what_waits_is_told_whether_for_memory_or_for_the_engine(capsys):
    words = ("llama-3.1-8b", "--accelerator", "a100-sxm-80", "--engine", "vllm", "--concurrency", "1024")
    text = " ".join(run(capsys, *words, "--input", "17", "--output", "25")[1].split())
    assert "768 of 1,024 queries wait for one of the engine's places: most of the time" in text
    assert "that the engine runs at once at the most 256" in text
    text = " ".join(run(capsys, *words, "--input", "8000", "--output", "25")[1].split())
    assert "queries wait for room: most of the time" in text


def test_a_computer_whose_memory_is_the_system_s_is_told_of_no_offload(capsys):
    words = ("llama-3.1-70b", "--accelerator", "apple-m4-max", "--memory-gb", "64", *LOAD)
    err = run(capsys, *words)[2]
    assert "does not fit apple-m4-max" in err and "--offload" not in err


def test_the_first_line_names_the_memory_and_how_another_is_named(capsys):
    load = ("--concurrency", "1", "--input", "100", "--output", "100", "--dtype", "Q4_K_M")
    words = " ".join(run(capsys, "llama-3.1-8b", "--accelerator", "apple-m4", *load)[1].split())
    assert "Apple M4 of 34.36 GB (--memory-gb for another)" in words
    words = run(capsys, "llama-3.1-8b", "--accelerator", "apple-m4", "--memory-gb", "16", *load)[1]
    assert "of 16 GB" in words


def test_an_offload_where_all_fits_changes_nothing_and_says_so(capsys):
    words = (
        "llama-3.1-8b", "--accelerator", "rtx-4090", "--dtype", "Q4_K_M", "--engine", "llama.cpp",
        "--concurrency", "1", "--input", "512", "--output", "128",
    )  # fmt: skip
    offload = ("--offload", "layers", "--offload-link", "sata")
    plain, kept = (json.loads(run(capsys, *words, *more, "--json")[1]) for more in ((), offload))
    assert kept == plain and kept["offloaded_bytes"] == 0
    assert "All weights have room, so that none are kept elsewhere." in run(capsys, *words, *offload)[1]


def test_an_offload_says_how_much_is_kept_elsewhere_and_advises_no_link_that_was_named(capsys):
    words = (
        "llama-3.1-70b", "--accelerator", "rtx-4090", "--dtype", "Q4_K_M", "--engine", "llama.cpp",
        "--concurrency", "1", "--input", "512", "--output", "128", "--offload", "layers", "--offload-link",
    )  # fmt: skip
    found = json.loads(run(capsys, *words, "pcie-4-x16", "--json")[1])
    without = words[: words.index("--offload")]
    missing = json.loads(run(capsys, *without, "--json")[1])["missing_bytes"]
    assert found["offloaded_bytes"] == pytest.approx(missing, abs=1)
    text = run(capsys, *words, "pcie-4-x16")[1]
    assert f"{missing / 1e9:.4g} GB" in text and "of the weights are kept elsewhere" in text
    assert "name the processor's memory" in " ".join(text.split())
    assert "name the processor's memory" not in " ".join(run(capsys, *words, "ddr5-5600-2ch")[1].split())


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
            "--parallel is 'tp'; did you mean 'tensor'?; expected one of tensor, pipeline, data, expert",
        ),
        (
            "llama-3.1-8b --accelerator h100-sxm --concurrency 1 --input 1 --output 1 --parallel expert",
            "--parallel is 'expert'; llama-3.1-8b has no experts, expected tensor, pipeline or data",
        ),
        (
            "llama-3.1-8b --accelerator h100-sxm --concurrency 1 --input 1 --output 1 --accelerators 0",
            "--accelerators is 0; expected a whole number from 1",
        ),
        (
            "llama-3.1-8b --accelerator h100-sxm --concurrency 1 --input 131000 --output 100",
            "--input + --output is 131100; expected at most 131072, the positions of llama-3.1-8b",
        ),
        (
            "llama-3.1-8b --accelerator h100-sxm --concurrency 1 --input 1 --output 1 --slo-ttft 0",
            "--slo-ttft: '0' is no number above 0",
        ),
        (
            "llama-3.1-8b --accelerator h100-sxm --concurrency 1 --input 1 --output 1 --slo-ttft 1e-9",
            "'1e-9' is no number above 0 in digits, such as 0.8; the least is 0.0000000000000001",
        ),
        (
            "llama-3.1-8b --accelerator h100-sxm --concurrency 1 --input 1 --output 1 --memory-gb 80"
            " --memory-gib 80",
            "--memory-gb and --memory-gib are both given; expected one of them",
        ),
        (
            "llama-3.1-8b --accelerator h100-sxm --concurrency 1 --input 1 --output 1 --offload cpu",
            "--offload is 'cpu'; expected one of layers, experts",
        ),
        (
            "llama-3.1-8b --accelerator macbook-pro --concurrency 1 --input 1 --output 1",
            "unknown accelerator 'macbook-pro'; expected its chip, one of apple-m1, ",
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


@pytest.mark.parametrize(("engine", "without"), [("vllm", "engine and card"), ("typical", "engine")])
def test_the_text_says_what_the_interval_held_of_the_engine_asked(capsys, engine, without):
    found = ("llama-3.1-8b", "--accelerator", "h100-sxm", "--engine", engine, *LOAD)
    said = " ".join(run(capsys, *found)[1].split())
    evidence = engines.get(engine, accelerators.get("h100-sxm")).evidence
    held = round(100 * judged_coverage(engine))
    of = "" if engine == "typical" else " of vLLM"
    of += " on NVIDIA datacenter GPUs"
    assert f"Of {evidence['n_points']:,} measurements{of} they held {held}%" in said
    assert f"each predicted without its own {without}." in said


def judged_coverage(engine):
    """What judged.json says of the engine on NVIDIA's server cards; of all engines where none is named."""
    there = engines.place(accelerators.get("h100-sxm"))
    way, family = ("engine", None) if engine == "typical" else ("system", engine)
    return judged.summary(
        way, lambda point: family in (None, point.family) and engines.place(point.accelerator) == there
    )["coverage"]


def test_the_memory_that_is_needed_is_that_of_the_queries_that_run(capsys):
    words = (
        "llama-3.1-8b",
        "--accelerator",
        "h100-sxm",
        "--engine",
        "typical",
        "--input",
        "1000",
        "--output",
        "24",
    )
    sizes = {}
    for queries in ("1", "3", "100000"):
        found = json.loads(run(capsys, *words, "--concurrency", queries, "--json")[1])
        sizes[queries] = found["needed_bytes"]
        text = run(capsys, *words, "--concurrency", queries)[1]
        memory = f"{found['needed_bytes'] / 1e9:.4g} of {found['usable_bytes'] / 1e9:.4g} GB"
        assert memory in text.replace(",", "")
    # a query of 1,024 tokens has a cache of 1,024 * 131,072 bytes, which 32 layers of 8 heads of 128 make,
    # and besides a little for its activations and the gaps between its blocks
    assert sizes["3"] - sizes["1"] == pytest.approx(2 * 1024 * 131_072, rel=0.05)
    # of those that wait for room nothing is counted: what is needed stays about what there is
    assert 80e9 < sizes["100000"] < 1.25 * 85.52e9


def said(capsys, *words):
    """What the command prints, on one line."""
    return " ".join(run(capsys, *words)[1].split())


def test_of_a_few_measurements_it_says_how_many_were_held_and_no_share(capsys):
    found = said(
        capsys, "llama-3.2-1b", "--accelerator", "raspberry-pi-5", "--engine", "llama.cpp", "--dtype", "Q4_0",
        "--concurrency", "1", "--input", "64", "--output", "64",
    )  # fmt: skip
    # all three were told too fast or too slow
    assert "There are only 3 measurements of llama.cpp on Broadcom SBC CPUs; they held 0 of them" in found
    assert "they held 0%" not in found


def test_what_one_query_need_not_be_told_is_not_told(capsys):
    alone, several = (
        said(capsys, "llama-3.1-8b", "--accelerator", "H100-SXM", "--engine", "vLLM", "--concurrency", n,
             "--input", "100", "--output", "50")
        for n in ("1", "2")
    )  # fmt: skip
    arrivals = "The first token comes at the low end where queries come evenly spread"
    assert arrivals in several and arrivals not in alone
    assert "Reading and arithmetic of an operation overlap" in alone


def test_where_a_file_of_32_bits_has_no_room_16_bits_are_offered_first(capsys, tmp_path):
    # 7 B parameters of 4 B are 27 GB, of 2 B 13.5 GB, on 24 GB
    config = {
        "architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": 4096,
        "intermediate_size": 11008, "num_hidden_layers": 32, "num_attention_heads": 32, "vocab_size": 32000,
        "max_position_embeddings": 4096, "torch_dtype": "float32",
    }  # fmt: skip
    path = tmp_path / "config.json"
    path.write_text(json.dumps(config))
    words = (
        str(path),
        "--accelerator",
        "rtx-3090",
        "--engine",
        "vllm",
        "--concurrency",
        "1",
        "--input",
        "100",
    )
    status, _, err = run(capsys, *words, "--output", "50")
    assert status == 2 and "fewer bits do (--dtype bf16)" in err
    # of a model with experts these alone are kept elsewhere
    status, _, err = run(capsys, "deepseek-r1", "--accelerator", "H200", *words[3:], "--output", "50")
    assert status == 2 and "--offload experts keeps them elsewhere" in err
