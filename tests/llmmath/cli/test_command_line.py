"""The command line: JSON for programs, tables for people, and a start without NumPy."""

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from llmmath.cli.command import main
from llmmath.records import accelerators, dtypes, models

CONFIGS = Path(__file__).parents[2] / "data/hf-configs"


def run(capsys, *arguments):
    """What the command prints."""
    assert main(list(arguments)) == 0
    out, err = capsys.readouterr()
    assert err == ""
    return out


def test_the_json_of_gpt2_is_as_documented(capsys):
    # counts: PyTorch's FlopCounterMode // 2; bytes: 2 for each of 124,439,808 parameters and 18,432 cache
    # values
    counts = json.loads(run(capsys, "count", "gpt2", "--context", "1024", "--json"))
    decode, prefill = counts["multiplications"].pop("decode"), counts["multiplications"].pop("prefill")
    assert counts == {
        "model": "gpt2",
        "architecture": "gpt2",
        "context": 1024,
        "batch": 1,
        "dtype": "bf16",
        "kv_dtype": "bf16",
        "parameters": 124_439_808,
        "active_parameters": 124_439_808,
        "multiplications": {},
        "kv_cache_bytes_per_token": 36_864,
        "kv_cache_bytes": 37_748_736,
        "weight_bytes": 248_879_616,
    }
    assert decode["total"] == 142_406_400
    assert decode["components"]["attention.q"] == 12 * 768 * 768
    assert set(decode) == {"total", "components"}
    assert prefill["total"] == 145_824_153_600
    assert prefill["causal_total"] == 136_169_914_368
    assert prefill["last_logit_total"] == 106_339_037_952
    assert set(prefill) == {"total", "causal_total", "last_logit_total", "components"}


def test_weights_of_a_type_for_weights_only_have_a_cache_of_16_bits_unless_another_is_named(capsys):
    # 144 bytes for 256 of 124,439,808 weights, by hand; 18,432 cache values a token of 2 and of 34 / 32 bytes
    plain = json.loads(run(capsys, "count", "gpt2", "--json", "--dtype", "Q4_K"))
    assert (plain["dtype"], plain["kv_dtype"]) == ("Q4_K", "bf16")
    assert (plain["weight_bytes"], plain["kv_cache_bytes_per_token"]) == (69_997_392, 36_864)
    named = json.loads(run(capsys, "count", "gpt2", "--json", "--dtype", "q4_k", "--kv-dtype", "Q8_0"))
    assert named["kv_dtype"] == "Q8_0" and named["kv_cache_bytes_per_token"] == 19_584
    assert "bytes, weights Q4_K, cache Q8_0" in run(
        capsys, "count", "gpt2", "--dtype", "Q4_K", "--kv-dtype", "Q8_0"
    )


def test_a_configuration_file_counts_like_the_record_of_its_model(capsys):
    path = str(CONFIGS / "llama-3.1-8b/config.json")
    ours = json.loads(
        run(capsys, "count", path, "--json", "--context", "9", "--batch", "3", "--dtype", "int8")
    )
    theirs = json.loads(
        run(capsys, "count", "llama-3.1-8b", "--json", "--context", "9", "--batch", "3", "--dtype", "int8")
    )
    assert ours.pop("model") == path and theirs.pop("model") == "llama-3.1-8b"
    assert ours == theirs


def test_latent_attention_is_counted_in_three_named_forms(capsys):
    # tests/data/hf-counts.json: PyTorch, and the absorbed form by arithmetic
    decode = json.loads(run(capsys, "count", "deepseek-v3", "--json", "--context", "1024"))[
        "multiplications"
    ]["decode"]
    assert decode["total"] == decode["forms"]["absorbed"]["total"] == 45_323_583_488
    assert decode["forms"]["reexpanding"]["total"] == 1_086_131_732_480
    assert decode["forms"]["expanded_cache"]["total"] == 39_183_122_432


def test_the_table_of_gpt2_has_what_the_seed_authors_script_prints_and_more(capsys):
    out = run(capsys, "count", "gpt2")
    # the seed's figure, its script's figure, and PyTorch's
    for figure in ("278,396,928", "246,215,424", "142,406,400", "124,439,808"):
        assert figure in out
    assert "attends to 1,024 positions" in " ".join(out.split())


@pytest.mark.parametrize("key", models.keys())
def test_every_model_has_a_table(capsys, key):
    out = run(capsys, "count", key)
    assert models.get(key).name in out and "lm_head" in out
    assert all(line == line.rstrip() for line in out.splitlines())


def test_stored_bytes_that_are_not_read_are_left_out_of_a_count_and_asked_for_by_a_bound(capsys, tmp_path):
    path = tmp_path / "config.json"
    config = json.loads((CONFIGS / "gpt2/config.json").read_text())
    path.write_text(json.dumps(config | {"quantization_config": {"quant_method": "quark"}}))
    out = run(capsys, "count", str(path))
    assert "Stored bytes are not told:" in out and "quant_method 'quark' is not read" in out.replace(
        "\n", " "
    )
    assert "\nweights" not in out and "KV cache, one more token" in out
    # 2 bytes for each of 124,439,808 parameters
    assert re.search(r"\nweights +248,879,616 ", run(capsys, "count", str(path), "--dtype", "bf16"))
    assert main(["bound", str(path), "--accelerator", "h100-sxm"]) == 2
    out, err = capsys.readouterr()
    assert out == "" and err.count("\n") == 1 and "name dtype (--dtype)" in err


def test_a_model_with_fewer_positions_than_the_default_context_is_counted_at_all_it_has(capsys, tmp_path):
    path = tmp_path / "config.json"
    path.write_text(
        json.dumps(
            {"model_type": "gpt2", "vocab_size": 9, "n_positions": 7, "n_embd": 4, "n_layer": 1, "n_head": 1}
        )
    )
    assert json.loads(run(capsys, "count", str(path), "--json"))["context"] == 7


@pytest.mark.parametrize("command", ["models", "accelerators"])
def test_records_are_listed_for_people_and_for_programs(capsys, command):
    listed = json.loads(run(capsys, command, "--json"))
    table = run(capsys, command)
    assert all(f"\n{key} " in table for key in listed)
    assert all(record["source"] for record in listed.values())


def test_the_types_that_are_counted_are_listed_and_the_message_of_an_unknown_one_says_where(capsys, tmp_path):
    listed = json.loads(run(capsys, "models", "--types", "--json"))
    told = run(capsys, "models", "--types")
    assert re.findall(r"[^\s,]+", told.split("\n\n")[1]) == listed
    # a text model, a wrapper of one, and an encoder, which is not counted
    assert {"llama", "mamba2", "gemma3"} <= set(listed) and "bert" not in listed
    path = tmp_path / "config.json"
    path.write_text('{"vocab_size": 5}')
    assert main(["count", str(path)]) == 2
    expected = f"expected one of the {len(listed)} types that are counted (llmmath models --types), such as"
    assert expected in capsys.readouterr().err


@pytest.mark.parametrize(
    "command", [["count"], ["bound", "--accelerator", "b200-sxm"]], ids=["count", "bound"]
)
def test_what_was_taken_from_defaults_is_told_by_both_commands(capsys, tmp_path, command):
    # LLaVA 1.5's published file leaves the shape of its language model to the class
    published = json.loads((CONFIGS.parent / "wrappers-published.json").read_text())
    config = next(one["config"] for one in published if one["config"]["model_type"] == "llava")
    path = tmp_path / "config.json"
    path.write_text(json.dumps(config))
    assert "Taken from the defaults of transformers" in run(capsys, *command, str(path))


@pytest.mark.parametrize(
    "arguments",
    [
        ["models"],
        ["models", "--types"],
        ["accelerators"],
        ["bound", "--help"],
        ["count", "--help"],
        ["--help"],
    ],
    ids=" ".join,
)
def test_what_is_listed_fits_into_80_columns(capsys, monkeypatch, arguments):
    monkeypatch.setenv("COLUMNS", "80")
    try:
        main(arguments)
    except SystemExit as end:  # argparse leaves after a help
        assert end.code == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) > 5 and [line for line in lines if len(line) > 80] == []


def test_bounds_of_every_model_and_accelerator_fit_into_80_columns(capsys):
    # An accelerator for each model: those of one kind differ in numbers only.
    cards = [key for key, one in accelerators.load().items() if one.memory_capacity]
    for i, key in enumerate(models.keys()):
        arguments = ["--accelerator", cards[i % len(cards)], "--memory-gb", "2000", "--price", "2"]
        out = run(capsys, "bound", key, *arguments)
        assert [line for line in out.splitlines() if len(line) > 80] == []


def test_counts_of_every_model_fit_into_80_columns(capsys):
    for key, model in models.load().items():
        context = str(model.n_positions or 1_000_000)
        out = run(capsys, "count", key, "--batch", "64", "--context", context, "--dtype", "int4")
        assert [line for line in out.splitlines() if len(line) > 80] == []


@pytest.mark.parametrize("length", [70, 120])
def test_a_count_of_a_long_path_fits_into_80_columns_and_breaks_only_a_longer_path(
    capsys, monkeypatch, tmp_path, length
):
    monkeypatch.chdir(tmp_path)
    path = Path("a" * (length - len("/config.json"))) / "config.json"
    path.parent.mkdir()
    path.write_text((CONFIGS / "gpt2/config.json").read_text())
    out = run(capsys, "count", str(path))
    assert [line for line in out.splitlines() if len(line) > 80] == []
    assert (str(path) in out) == (length <= 80) and str(path) in out.replace("\n", "")


def test_bytes_are_counted_exactly_and_in_both_multiples(capsys):
    out = run(capsys, "count", "llama-3.1-8b")
    # 8,030,261,248 parameters of 2 bytes; 2 x 32 layers x 8 heads x 128 values x 2 bytes of cache
    assert re.search(r"^weights +16,060,522,496 +16\.06 GB \(14\.96 GiB\)$", out, re.MULTILINE)
    assert re.search(r"^KV cache, one more token +131,072 +131\.1 kB \(128 KiB\)$", out, re.MULTILINE)


def test_a_model_without_a_head_is_counted_with_a_note_and_one_with_a_head_without(capsys, tmp_path):
    config = json.loads((CONFIGS / "llama-3.1-8b/config.json").read_text())
    path = tmp_path / "config.json"
    said = "without an LM head, so no logits are counted"
    for architecture, noted in (("LlamaModel", True), ("LlamaForCausalLM", False)):
        path.write_text(json.dumps(config | {"architectures": [architecture]}))
        out = " ".join(run(capsys, "count", str(path)).split())
        assert (said in out, "lm_head" in out) == (noted, not noted)


@pytest.mark.parametrize("tied", [True, False])
def test_the_input_embedding_is_left_out_only_where_that_changes_the_number(capsys, tmp_path, tied):
    config = json.loads((CONFIGS / "mixtral-8x7b/config.json").read_text())
    path = tmp_path / "config.json"
    path.write_text(json.dumps(config | {"tie_word_embeddings": tied}))
    assert ("input embedding left out" in run(capsys, "count", str(path))) == (not tied)


@pytest.mark.parametrize("command", ["count", "bound"])
def test_the_help_lists_the_types_that_are_taken_and_its_examples_run(capsys, command):
    with pytest.raises(SystemExit):
        main([command, "--help"])
    shown = capsys.readouterr().out
    for name in [one.name for one in dtypes.DTYPES.values() if one.stored] + [*dtypes.MIXES]:
        assert f"{name}," in shown or f"{name}\n" in shown
    examples = [line.split()[1:] for line in shown.splitlines() if line.startswith("  llmmath ")]
    assert len(examples) >= 2
    for example in examples:
        run(capsys, *(str(CONFIGS / "gpt2/config.json") if "/" in word else word for word in example))


def test_the_version_is_that_of_the_package(capsys):
    with pytest.raises(SystemExit) as end:
        main(["--version"])
    assert end.value.code == 0
    project = tomllib.loads((Path(__file__).parents[3] / "pyproject.toml").read_text())
    assert project["project"]["dynamic"] == ["version"]
    assert project["tool"]["setuptools"]["dynamic"]["version"] == {"attr": "llmmath.__version__"}
    assert re.fullmatch(r"llmmath \d+\.\d+\.\d+\n", capsys.readouterr().out)


def process(*arguments):
    """Run Python and give what it printed."""
    return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=True).stdout


def test_a_count_imports_no_numpy():
    program = (
        "import sys; from llmmath.__main__ import main; main(['count', 'gpt2']);"
        " print('numpy' in sys.modules)"
    )
    assert process("-c", program).endswith("False\n")


def test_a_reader_who_stops_reading_is_no_error():
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "w") as closed:
        done = subprocess.run(
            [sys.executable, "-m", "llmmath", "models"], stdout=closed, stderr=subprocess.PIPE, text=True
        )
    assert (done.returncode, done.stderr) == (0, "")


def test_a_full_disk_is_told_in_one_line():
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "llmmath", "models"], stdout=full, stderr=subprocess.PIPE, text=True
        )
    assert done.returncode == 1
    assert done.stderr == "llmmath: cannot write the result: No space left on device\n"
