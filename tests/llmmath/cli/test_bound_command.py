"""`llmmath bound`: what it prints, and how it ends where the input is wrong or nothing fits."""

import json
import re

import pytest

from llmmath.cli.command import main
from llmmath.records import models

KEYS = {
    "step_seconds",
    "memory_seconds",
    "compute_seconds",
    "bound_by",
    "tokens_per_second",
    "tokens_per_second_per_query",
    "arithmetic_intensity",
    "ridge_intensity",
    "critical_batch",
    "kv_equals_weights_batch",
    "max_batch",
    "max_context",
    "fits",
    "weights_bytes",
    "kv_cache_bytes",
    "activation_bytes",
    "prefill_seconds",
}

# Half of Mamba-2 130M's published sizes; nothing of it grows with the context.
MAMBA = json.dumps(
    {
        "model_type": "mamba2", "vocab_size": 50288, "hidden_size": 768, "num_hidden_layers": 12, "expand": 2,
        "num_heads": 24, "head_dim": 64, "state_size": 128, "n_groups": 1, "conv_kernel": 4,
        "chunk_size": 256, "use_bias": False, "use_conv_bias": True, "tie_word_embeddings": True,
    }
)  # fmt: skip


def run(capsys, *arguments):
    """Exit status, stdout and stderr of `llmmath bound` with these arguments."""
    status = main(["bound", *arguments])
    printed = capsys.readouterr()
    return status, printed.out, printed.err


def test_json_holds_the_figures_of_a_model_that_fits(capsys):
    status, out, err = run(capsys, "llama-3.1-8b", "--accelerator", "h100-sxm", "--batch", "8", "--json")
    found = json.loads(out)
    assert (status, err) == (0, "")
    assert set(found) >= KEYS and found["fits"] is True and found["batch"] == 8


def test_json_keeps_its_shape_where_nothing_fits_and_one_line_says_by_how_much(capsys):
    fits = json.loads(run(capsys, "llama-3.1-8b", "--accelerator", "h100-sxm", "--json")[1])
    status, out, err = run(capsys, "llama-3.1-70b", "--accelerator", "h100-sxm", "--json")
    found = json.loads(out)
    assert status == 2 and found["fits"] is False and found["max_batch"] == found["max_context"] == 0
    assert set(found) == set(fits)
    # what cannot run has no rate
    assert {key for key in KEYS if found[key] is None} == {"tokens_per_second", "tokens_per_second_per_query"}
    # 70.55 B parameters in 2 bytes, 1024 tokens of 327,680 B and 4 % of that, 459 MiB, 426 MiB, 0.96 GiB, and
    # 8192 x 2 x (3 x 8192 + 2 x 28672) B of a prefill, of 81,559 MiB
    assert "144.8 of 85.52 GB, 59.24 missing (weights 141.1, cache 0.3355, kept back 3.314)" in err
    assert found["missing_bytes"] == pytest.approx(59.24e9, rel=1e-3)
    assert err.count("\n") == 1


def test_a_model_that_does_not_fit_is_said_in_one_line(capsys):
    status, out, err = run(capsys, "llama-3.1-70b", "--accelerator", "h100-sxm")
    assert (
        (status, out) == (2, "")
        and err.startswith("llmmath: llama-3.1-70b in bf16 ")
        and err.count("\n") == 1
    )


def test_the_table_names_both_bounds_and_the_assumptions(capsys):
    status, out, _ = run(capsys, "gpt2", "--accelerator", "a100-sxm-80", "--price", "2", "--power", "400")
    assert status == 0
    for text in (
        "one operation after another",
        "all of a step overlapping",
        "nothing overlapping",
        "critical batch",
        "of the dense peak",
        "kept back: driver",
        "sold as",
        "software can use",
        "kWh",
    ):
        assert text in out


def test_several_accelerators_send_at_the_rate_of_the_record_unless_another_is_named(capsys):
    words = ("llama-3.1-8b", "--accelerator", "h100-sxm", "--accelerators", "4", "--json")
    recorded = json.loads(run(capsys, *words)[1])
    # 450 GB/s of NVLink in one direction
    named = json.loads(run(capsys, *words, "--link-gb-s", "225")[1])
    assert named["communication_seconds"] == pytest.approx(2 * recorded["communication_seconds"])


def test_memory_is_named_in_either_unit(capsys):
    # a Mac with 64 GB has 64 GiB
    words = ("llama-3.1-8b", "--accelerator", "apple-m4-max", "--json")
    found = json.loads(run(capsys, *words, "--memory-gib", "64")[1])
    assert found["memory_capacity"] == 64 * 2**30


def test_several_accelerators_hold_what_one_does_not(capsys):
    status, out, _ = run(
        capsys,
        "llama-3.1-70b",
        "--accelerator",
        "h100-sxm",
        "--accelerators",
        "4",
        "--link-gb-s",
        "450",
        "--json",
    )
    found = json.loads(out)
    assert status == 0 and found["fits"] and found["communication_seconds"] > 0


@pytest.mark.parametrize(
    "arguments, message",
    [
        ("lama --accelerator h100-sxm", "unknown model 'lama'; names that begin with 'llama'"),
        ("gpt2 --accelerator h100", "unknown accelerator 'h100'; names that begin with 'h100': h100-sxm"),
        ("gpt2 --accelerator a100", "unknown accelerator 'a100'; names that begin with 'a100': a100-"),
        (
            "gpt2 --accelerator NVIDIA_A100",
            "unknown accelerator 'NVIDIA_A100'; names that contain 'a100': a100-",
        ),
        ("gpt2 --accelerator a100", "unknown accelerator 'a100'; names that begin with 'a100': a100-"),
        ("lama --accelerator h100-sxm", "(llmmath models lists all); the path of a config.json works too"),
        ("gpt2 --accelerator h100-sxm --dtype bf17", "unknown dtype 'bf17' (known: "),
        ("gpt2 --accelerator h100-sxm --kv-dtype Q4_K", "'Q4_K' is for weights only; caches: fp32,"),
        (
            "gpt2 --accelerator t4 --compute-dtype bf16",
            "t4 has no published peak for bf16; it has fp32, fp16, int8",
        ),
        (
            "gpt2 --accelerator a100-sxm-80 --dtype fp8 --compute-dtype fp8",
            "a100-sxm-80 has no published peak for fp8",
        ),
        ("gpt2 --accelerator h100-sxm --batch 0", "batch is 0; expected a whole number from 1"),
        ("gpt2 --accelerator h100-sxm --batch -1", "argument --batch"),
        ("gpt2 --accelerator h100-sxm --context 0", "context is 0; expected a whole number from 1"),
        ("gpt2 --accelerator h100-sxm --context 1025", "context is 1025; expected at most 1024"),
        (
            "gpt2 --accelerator ryzen-7950x-ddr5 --dtype fp32",
            "has the memory that its owner fits; name how much",
        ),
        (
            "gpt2 --accelerator h100-sxm --accelerators 5 --link-gb-s 1",
            "expected a divisor of gpt2's 12 heads",
        ),
        (
            "gpt2 --accelerator apple-m1 --accelerators 4",
            "no link of apple-m1 is recorded; name its rate (--link-gb-s)",
        ),
        (
            "gpt2 --accelerator apple-m1 --memory-gb 16 --memory-gib 16",
            "--memory-gb and --memory-gib are both given; expected one of them",
        ),
        ("gpt2 --accelerator h100-sxm --peak-fraction 1.5", "peak_fraction is 1.5; expected a share"),
        ("gpt2 --accelerator h100-sxm --peak-fraction 0", "peak_fraction is 0.0; expected a share"),
        ("gpt2 --accelerator h100-sxm --peak-fraction nan", "'nan' is no number from 0"),
        ("gpt2 --accelerator h100-sxm --price 0", "price_per_hour is 0.0; expected a number above 0"),
        ("gpt2", "the following arguments are required: --accelerator"),
    ],
)
def test_bad_input_ends_with_one_line_and_status_2(capsys, arguments, message):
    status, out, err = run(capsys, *arguments.split())
    assert (status, out) == (2, "")
    assert message in err and err.count("\n") == 1


def test_weights_of_16_bits_are_computed_in_another_type_where_that_is_named(capsys):
    status, out, _ = run(capsys, "gpt2", "--accelerator", "apple-m1", "--compute-dtype", "fp32", "--json")
    found = json.loads(out)
    assert status == 0
    assert (found["kv_dtype"], found["compute_dtype"], found["ridge_intensity"]) == (
        "bf16",
        "fp32",
        2.6e12 / 68.25e9,
    )


@pytest.mark.parametrize(
    ("arguments", "compute_dtype", "peak"),
    [
        # the data sheets' dense peaks, and their bandwidths
        ("gpt2 --accelerator t4", "fp16", 65e12 / 320e9),
        ("gpt2 --accelerator v100-sxm2-32", "fp16", 125e12 / 900e9),
        ("gpt2 --accelerator apple-m1", "fp16", 2.6e12 / 68.25e9),
        ("gpt2 --accelerator a100-sxm-80 --dtype fp8", "bf16", 312e12 / 2039e9),
        ("gpt2 --accelerator tpu-v5e --dtype fp32", "bf16", 197e12 / 819e9),
    ],
)
def test_a_card_without_a_peak_for_the_weights_type_computes_in_one_that_it_has_and_says_so(
    capsys, arguments, compute_dtype, peak
):
    status, out, _ = run(capsys, *arguments.split(), "--json")
    found = json.loads(out)
    assert (status, found["compute_dtype"]) == (0, compute_dtype)
    assert found["ridge_intensity"] == pytest.approx(peak)
    assert found["note"].startswith(f"{found['accelerator']} has no published peak for ")
    _, out, _ = run(capsys, *arguments.split())
    said = f"arithmetic {compute_dtype}, since {found['accelerator']} has no published peak for"
    assert said in " ".join(out.split())


def test_without_any_peak_what_memory_tells_is_told_and_the_rest_is_unknown(capsys):
    status, out, _ = run(capsys, "gpt2", "--accelerator", "raspberry-pi-5", "--json")
    found = json.loads(out)
    assert (status, found["compute_dtype"], found["bound_by"]) == (0, None, "memory")
    # 17.1 GB/s: 32 bits of LPDDR4X at 4267 MT/s
    assert found["step_seconds"] == found["memory_seconds"] == found["overlapped_step_seconds"]
    assert found["tokens_per_second"] == pytest.approx(1 / found["step_seconds"])
    names = ("compute_seconds", "ridge_intensity", "critical_batch", "prefill_seconds", "prefill_bound_by")
    assert [found[name] for name in names] == [None] * 5
    _, out, _ = run(capsys, "gpt2", "--accelerator", "raspberry-pi-5")
    said = "arithmetic unknown, since raspberry-pi-5 has no published peak: the times are memory's alone"
    assert said in " ".join(out.split())


def test_where_only_fp32_and_narrow_types_have_a_peak_that_of_fp32_is_not_taken_for_16_bits(capsys):
    accelerator = "dgx-spark-gb10"
    # It publishes fp4 and fp32: units that multiply 4 bits multiply 16 bits faster than fp32.
    found = json.loads(run(capsys, "gpt2", "--accelerator", accelerator, "--json")[1])
    assert found["compute_dtype"] is None and found["prefill_seconds"] is None
    assert found["note"] == f"{accelerator} has no published peak for 16 bits: the times are memory's alone"
    asked = run(capsys, "gpt2", "--accelerator", accelerator, "--compute-dtype", "fp32", "--json")[1]
    assert json.loads(asked)["prefill_seconds"] > 0


def test_a_type_asked_for_by_name_is_not_replaced(capsys):
    status, out, err = run(capsys, "gpt2", "--accelerator", "raspberry-pi-5", "--compute-dtype", "fp32")
    assert (status, out) == (2, "") and "raspberry-pi-5 has no published peak for fp32; it has none" in err


@pytest.mark.parametrize(
    ("named", "compute_dtype", "peak"),
    # NVIDIA's A100 datasheet: 312 TFLOP/s in bf16, 624 TOP/s in int8, 2039 GB/s
    [([], "bf16", 312e12), (["--compute-dtype", "int8"], "int8", 624e12)],
)
def test_int8_weights_are_computed_in_16_bits_unless_int8_products_are_asked_for(
    capsys, named, compute_dtype, peak
):
    _, out, _ = run(capsys, "gpt2", "--accelerator", "a100-sxm-80", "--dtype", "int8", *named, "--json")
    found = json.loads(out)
    assert (found["compute_dtype"], found["activation_dtype"]) == (compute_dtype, "bf16")
    assert found["ridge_intensity"] == pytest.approx(peak / 2039e9)
    # a byte a weight in either case: 124,439,808 of them
    assert found["weights_bytes"] == 124_439_808


@pytest.mark.parametrize(
    ("arguments", "compute_dtype", "peak"),
    [
        # B200: 2250 TFLOP/s in bf16 and 9000 in fp4; H100: 989 in bf16 and 1979 in fp8, by their data sheets
        ("b200-sxm --dtype fp4", "bf16", 2250e12 / 7700e9),
        ("b200-sxm --dtype fp4 --compute-dtype fp4", "fp4", 9000e12 / 7700e9),
        ("h100-sxm --dtype int4", "bf16", 989e12 / 3350e9),
        ("h100-sxm --dtype fp8", "fp8", 1979e12 / 3350e9),
    ],
)
def test_quantised_weights_are_computed_in_16_bits_but_for_fp8_and_what_is_asked_for(
    capsys, arguments, compute_dtype, peak
):
    found = json.loads(run(capsys, "gpt2", "--accelerator", *arguments.split(), "--json")[1])
    assert (found["compute_dtype"], found["ridge_intensity"]) == (compute_dtype, pytest.approx(peak))
    own = arguments.split()[-1] == compute_dtype
    assert (found["note"] is None) == own


def test_what_is_kept_back_is_what_is_stated_and_nothing_where_that_is_asked_for(capsys):
    found, none = (
        json.loads(run(capsys, "gpt2", "--accelerator", "l4", *more, "--json")[1])
        for more in ([], ["--reserved-gb", "0"])
    )
    assert found["reserved_bytes"] > 10**9 and none["reserved_bytes"] == 0
    # 24 GB on the label, 23,034 MiB by nvidia-smi
    assert (found["advertised_memory"], found["memory_capacity"]) == (24 * 10**9, 23_034 * 2**20)


ROWS = {
    "time": {
        "memory": ("memory_seconds", "prefill_memory_seconds"),
        "arithmetic": ("compute_seconds", "prefill_compute_seconds"),
        "one operation after another": ("step_seconds", "prefill_seconds"),
        "all of a step overlapping": ("overlapped_step_seconds", "overlapped_prefill_seconds"),
        "nothing overlapping": ("unoverlapped_step_seconds",),
    },
    "rates": {
        "tokens per second, all queries": ("tokens_per_second",),
        "tokens per second, each query": ("tokens_per_second_per_query",),
        "arithmetic intensity, FLOP/B": ("arithmetic_intensity",),
        "ridge, FLOP/B": ("ridge_intensity",),
    },
    "batching": {
        "critical batch, weights alone": ("critical_batch",),
        "batch with as much cache as weight traffic": ("kv_equals_weights_batch",),
        "batch from which arithmetic bounds, all overlapping": ("saturation_batch",),
        "share of the peak that large batches approach": ("peak_share_limit",),
        "largest batch that fits": ("max_batch",),
        "longest context that fits, and that the model has": ("max_context",),
    },
}
# Steps and prefills bound by memory, by arithmetic, and by each in a part of the operations.
BOUND_BY_EACH = (
    "--batch 300 --context 500",
    "--batch 1000 --context 20",
    "--batch 1 --context 150",
    "--batch 1 --context 200",
)


@pytest.mark.parametrize("title", ROWS)
def test_every_row_of_the_text_is_what_the_object_says_under_its_name(capsys, title):
    in_all_cases = {}
    for load in BOUND_BY_EACH:
        words = ["llama-3.1-8b", "--accelerator", "rtx-4090", "--memory-gb", "96", *load.split()]
        found = json.loads(run(capsys, *words, "--json")[1])
        written = table(run(capsys, *words)[1], title)
        assert set(written) - {"bound by"} == set(ROWS[title])
        for row, names in ROWS[title].items():
            units = {"s": 1, "ms": 1e-3}
            shown = re.findall(r"([\d.,]+)(?: (m?s))?", written[row])
            values = [float(value.replace(",", "")) * units.get(unit, 1) for value, unit in shown]
            assert values == pytest.approx([found[name] for name in names], rel=1e-3), row
            for name, value in zip(names, values):
                in_all_cases.setdefault(name, []).append(f"{value:.3g}")
    # None is so near another in all cases that one would pass for the other.
    assert len(set(map(tuple, in_all_cases.values()))) == len(in_all_cases), in_all_cases


def test_the_prefill_shows_the_all_reduces_that_its_time_includes(capsys):
    words = "llama-3.1-8b --accelerator h100-sxm --accelerators 8 --context 1000 --link-gb-s 450"
    status, out, _ = run(capsys, *words.split())
    line = next(line for line in out.splitlines() if line.startswith("all-reduces"))
    # 2 x 7/8 x 4096 values of 2 B, twice in each of 32 layers, at 450 GB/s: 2.039 us for a token
    assert status == 0 and line.split()[1:] == ["0.002039", "ms", "2.039", "ms"]


def table(out, title):
    """Row -> its last columns, of the table of what `llmmath bound` printed whose heading begins so."""
    lines = next(part for part in out.split("\n\n") if part.startswith(title)).splitlines()
    return dict(line.split("  ", 1) for line in lines[2:])


def in_bytes(written):
    """The bytes of "0.0401 GB (...)"."""
    amount, unit = written.replace(",", "").split()[:2]
    return float(amount) * {"B": 1, "kB": 1e3, "MB": 1e6, "GB": 1e9}[unit]


def test_the_rows_of_memory_add_up_to_what_is_needed_for_recurrent_layers_too(capsys):
    words = "qwen3-next-80b-a3b --accelerator b200-sxm --dtype int8 --batch 512"
    _, out, _ = run(capsys, *words.split())
    rows = table(out, "memory")
    # 36 layers of 32 heads x 128 x 128 and of 4 inputs of 8,192 channels, 2 bytes, for each of 512 queries
    assert in_bytes(rows["state"]) == pytest.approx(512 * 36 * (32 * 128**2 + 4 * 8192) * 2, rel=1e-3)
    parts = ("weights", "KV cache", "state", "activations of a step", "kept back, all")
    assert sum(in_bytes(rows[name]) for name in parts) == pytest.approx(in_bytes(rows["needed"]), rel=1e-3)
    assert rows["fits"].strip() == "yes"
    assert "batch with as much cache and state as weight traffic" in out


def test_a_model_without_recurrent_layers_has_no_row_for_a_state(capsys):
    _, out, _ = run(capsys, "gpt2", "--accelerator", "l4")
    assert "state" not in table(out, "memory") and "batch with as much cache as weight traffic" in out


def test_the_line_of_what_does_not_fit_names_the_state(capsys):
    status, _, err = run(capsys, "qwen3-next-80b-a3b", "--accelerator", "l4", "--batch", "100")
    # 36 x (32 x 128 x 128 + 4 x 8192) values of 2 bytes for each of 100 queries
    assert status == 2 and "state 4.011" in err


def test_where_a_smaller_batch_or_context_fits_the_line_names_both_and_they_fit(capsys):
    words = ("llama-3.1-8b", "--accelerator", "h100-sxm")
    status, _, err = run(capsys, *words, "--batch", "500", "--context", "8192")
    batch, context = re.search(r"; batch (\d+) or context (\d+) fits$", err.strip()).groups()
    assert status == 2
    for fitting in ((batch, "8192"), ("500", context)):
        assert run(capsys, *words, "--batch", fitting[0], "--context", fitting[1])[0] == 0
    for passing in ((int(batch) + 1, "8192"), ("500", int(context) + 1)):
        assert run(capsys, *words, "--batch", str(passing[0]), "--context", str(passing[1]))[0] == 2


def test_where_no_batch_fits_the_line_names_the_least_number_of_accelerators_that_hold_it(capsys):
    words = ("deepseek-v3", "--accelerator", "h100-sxm", "--dtype", "bf16")
    status, _, err = run(capsys, *words)
    # 1,346 GB on cards of 85.5 GB: 16 of them have 1,368, but each keeps some back; 128 heads go over 32
    assert status == 2 and err.endswith("; 32 of them hold it\n")
    assert run(capsys, *words, "--accelerators", "16")[0] == 2
    assert run(capsys, *words, "--accelerators", "32")[0] == 0


def test_a_model_that_is_published_in_few_bits_is_taken_to_be_so_where_no_type_is_named(capsys):
    # gpt-oss-120b: 4.25 bits for the experts' 114.7 of 116.8 billion weights, 16 for the rest: some 65 GB
    status, out, _ = run(capsys, "gpt-oss-120b", "--accelerator", "h100-sxm")
    assert status == 0 and "weights mxfp4" in " ".join(out.split())
    assert run(capsys, "gpt-oss-120b", "--accelerator", "h100-sxm", "--dtype", "bf16")[0] == 2


@pytest.mark.parametrize("words", ["qwen3-next-80b-a3b l4", "llama-3.1-70b raspberry-pi-5"])
def test_no_number_of_accelerators_is_named_where_they_cannot_share_the_model(capsys, words):
    # recurrent layers are not split, and nothing links such computers
    model, accelerator = words.split()
    status, _, err = run(capsys, model, "--accelerator", accelerator)
    assert status == 2 and err.endswith(")\n")


@pytest.mark.parametrize("more", [[], ["--batch", "5000"]], ids=["one query", "many"])
def test_what_does_not_fit_is_told_in_less_than_160_characters_for_every_model(capsys, more):
    for key in models.load():
        status, out, err = run(capsys, key, "--accelerator", "l4", "--memory-gb", "2", *more)
        assert (status, out) in ((0, out), (2, "")) and err.count("\n") == (status == 2) and len(err) < 160


def test_a_model_whose_memory_does_not_grow_with_the_context_has_any_context(capsys, tmp_path):
    path = tmp_path / "config.json"
    path.write_text(MAMBA)
    _, out, _ = run(capsys, str(path), "--accelerator", "l4")
    assert table(out, "batching")["longest context that fits, and that the model has"].strip() == "any"


def test_no_figure_is_written_with_a_power_of_ten(capsys):
    # a tiny model on a large card: milliseconds of many noughts, rates of many digits
    for words in ("gpt2 --accelerator b200-sxm --batch 4000", "gpt2 --accelerator l4 --fixed-ms 9999.6"):
        status, out, _ = run(capsys, *words.split(), "--price", "0.001", "--power", "9000000")
        assert status == 0 and not re.search(r"\de[+-]\d", out)


@pytest.mark.parametrize(
    ("model", "accelerator", "meant"),
    [
        ("Qwen3-32B", "RTX 4090", "Qwen3 32B on GeForce RTX 4090:"),
        ("qwen3:8b", "4090", "Qwen3 8B on GeForce RTX 4090:"),
        ("gpt2", "H200", "GPT-2 small on H200 SXM:"),
    ],
)
def test_a_name_as_people_write_it_is_taken_where_it_means_one_record(capsys, model, accelerator, meant):
    status, out, _ = run(capsys, model, "--accelerator", accelerator, "--dtype", "int4-g128")
    assert status == 0 and out.startswith(meant)


def test_of_a_batch_of_a_model_with_experts_it_says_that_all_are_counted_alike(capsys):
    words = ("--accelerator", "h200-sxm", "--dtype", "fp8", "--batch")
    told = "Experts are counted as picked alike"
    several, alone = (run(capsys, "mixtral-8x7b", *words, n)[1] for n in ("8", "1"))
    dense = run(capsys, "llama-3.1-8b", *words, "8")[1]
    assert told in several and told not in alone and told not in dense
