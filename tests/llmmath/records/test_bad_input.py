"""What is wrong with a configuration is told in one line, by field; nothing is guessed."""

import json
import math
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmmath.cli.command import main
from llmmath.count import count
from llmmath.errors import InputError
from llmmath.records import configs
from llmmath.records.architectures import ARCHITECTURES, build
from llmmath.records.fields import Choices, Field, Flag, Number, SameInAllLayers, Section, Size, Word
from tests.llmmath.records.junk import JUNK

DATA = Path(__file__).parents[2] / "data/hf-configs"

# One configuration of each architecture, with all its fields.
EXAMPLES = {
    config["model_type"]: config
    for config in (
        json.loads((DATA / path).read_text())
        for path in [
            "bloom-176b/transformers.json",
            "deepseek-v3/config.json",
            "falcon-40b/transformers.json",
            "gemma-7b/transformers.json",
            "gemma-2-2b/config.json",
            "gemma-3-1b/transformers.json",
            "gpt2/config.json",
            "pythia-6.9b/config.json",
            "gpt-oss-20b/config.json",
            "gpt-j-6b/transformers.json",
            "llama-2-7b/config.json",
            "mistral-7b-v0.1/config.json",
            "mixtral-8x7b/config.json",
            "olmo-2-7b/transformers.json",
            "opt-125m/config.json",
            "phi-2/transformers.json",
            "qwen2.5-7b/config.json",
            "qwen3-8b/config.json",
            "qwen3-30b-a3b/transformers.json",
            "starcoder2-7b/transformers.json",
        ]
    )
}
# And a random small one of each that has no published file here.
RANDOM = json.loads((DATA.parent / "transformers-counts.json").read_text())["records"]
EXAMPLES = {
    record["config"]["model_type"]: record["config"]
    for record in reversed(RANDOM)
    if "architectures" not in record["config"]
} | EXAMPLES
EXAMPLES |= {"internlm3": EXAMPLES["llama"] | {"model_type": "internlm3", "architectures": None}}
EXAMPLES["gemma3n_text"] |= {"hidden_size": 64, "num_attention_heads": 8, "num_key_value_heads": 2}
EXAMPLES |= {"kimi_k2": EXAMPLES["deepseek_v3"] | {"model_type": "kimi_k2"}}
LLAMA = json.loads((DATA / "llama-2-13b/config.json").read_text())


def built(config):
    return build(config, where="config.json", key="k", name="n", source="s")


def refused(config):
    with pytest.raises(InputError) as caught:
        built(config)
    message = str(caught.value)
    assert message.startswith("config.json: ") and "\n" not in message and len(message) < 700
    return message


WRONG_OTHERS = [0, 1, "true", [True], 1.0, {"a": 1}]
WRONG = {
    Number: [0, -1.5, True, "1.0", [1], math.nan, math.inf],
    Choices: [0, "dense", {"a": 1}, ["no such layer"], [True], [1.0]],
    Section: [0, 1, "true", [True], 1.0],
    Word: [0, True, ["relu"], {"a": 1}],
    Field: [0, 1, "true", [True], 1.0, {"a": 1}],  # checked by a rule of the architecture
}
WRONG_SIZES = [0, -1, 12.0, 0.5, "12", True, [12], {"n": 12}, math.nan, math.inf, 10**30, -(10**400)]


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_every_field_of_every_architecture_refuses_what_it_cannot_be(architecture):
    example = EXAMPLES[architecture]
    for entry in ARCHITECTURES[architecture].values():
        if not isinstance(entry, Field):
            continue
        wrong = WRONG_SIZES if isinstance(entry, Size) else WRONG.get(type(entry), WRONG_OTHERS)
        for value in wrong:
            if (isinstance(entry, SameInAllLayers) and value == [12]) or (value == "12" and entry.words):
                continue
            if isinstance(entry, Size) and type(value) is int and entry.low <= value <= 0:
                continue
            name = next((name for name in entry.names if name in example), entry.names[0])
            message = refused(example | {name: value})
            assert f"{name} is " in message and "expected" in message


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_a_field_that_defines_the_model_cannot_be_left_out(architecture):
    example = EXAMPLES[architecture]
    needed = [
        e for e in ARCHITECTURES[architecture].values() if isinstance(e, Field) and not callable(e.missing)
    ]
    for entry in needed:
        left = {key: value for key, value in example.items() if key not in entry.names}
        try:
            built(left)
        except InputError as error:
            assert entry.names[0] in str(error)
            assert "missing" in str(error) or "where the file does not say" in str(error)
        else:
            # what may be left out has a default in the architecture's published configuration class
            assert entry.missing is None or isinstance(entry.missing, (bool, int, tuple, str, dict))


@pytest.mark.parametrize(
    "field", ["hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size", "vocab_size"]
)
def test_a_llama_needs_its_sizes(field):
    message = refused({key: value for key, value in LLAMA.items() if key != field})
    assert message.startswith(f"config.json: {field} is missing; expected an integer from 1 to ")
    assert "null" in refused(LLAMA | {field: None})


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        (
            {"num_key_value_heads": 7},
            "num_key_value_heads is 7; expected a divisor of the number of query heads, 40",
        ),
        (
            {"num_attention_heads": 41, "num_key_value_heads": 41},
            "num_attention_heads is 41; expected a divisor of hidden_size, 5120",
        ),
        ({"model_type": "lama"}, "unknown model_type 'lama'; did you mean 'llama'?"),
        ({"model_type": ["llama"]}, "unknown model_type ['llama']"),
        ({"model_type": None}, "unknown model_type null"),
        # Other architectures are never offered: nothing of a Mamba is counted by counting a Llama.
        ({"model_type": "bert"}, "model_type 'bert' is not counted: an encoder"),
        ({"model_type": "phi5"}, "unknown model_type 'phi5' (none of the "),
        ({"model_type": "gpt-neox"}, "unknown model_type 'gpt-neox'; did you mean 'gpt_neox'?"),
        ({"is_encoder_decoder": True}, "is_encoder_decoder is true; expected false"),
        ({"layer_types": ["sliding_attention"] * 40}, 'expected "full_attention" in all layers'),
    ],
)
def test_what_is_wrong_with_a_llama_is_named(changed, words):
    assert words in refused(LLAMA | changed)


def test_a_misspelt_field_is_recognised():
    config = {
        ("num_hiden_layers" if key == "num_hidden_layers" else key): value for key, value in LLAMA.items()
    }
    assert refused(config).endswith("the file's 'num_hiden_layers' may be a misspelling of it")


def test_a_configuration_without_model_type_is_refused():
    assert "model_type is missing; expected one of the " in refused({"hidden_size": 1})


@pytest.mark.parametrize(
    ("architecture", "changed", "words"),
    [
        ("gpt2", {"n_embd": 770}, "n_head is 12; expected a divisor of n_embd, 770"),
        ("gpt2", {"hidden_size": 1024}, "n_embd is 768 and hidden_size is 1024; expected equal values"),
        ("gpt2", {"add_cross_attention": True}, "add_cross_attention is true; expected false"),
        (
            "mixtral",
            {"num_experts_per_tok": 9},
            "num_experts_per_tok is 9; expected at most the number of experts, 8",
        ),
        (
            "gemma2",
            {"layer_types": ["full_attention"]},
            "layer_types has 1 entries; expected one for each of the 26 layers",
        ),
        (
            "gemma2",
            {"layer_types": ["linear_attention"] * 26},
            'expected a list of "full_attention" and "sliding_attention"',
        ),
        ("gemma2", {"sliding_window": None}, "layer_types has sliding layers, but the model has no window"),
        (
            "gemma3_text",
            {"use_bidirectional_attention": True},
            "use_bidirectional_attention is true; expected false",
        ),
        (
            "falcon",
            {"new_decoder_architecture": False, "multi_query": False, "num_kv_heads": 3},
            "num_kv_heads is 3; expected",
        ),
        ("bloom", {"n_inner": 7}, "n_inner is 7; expected 57344"),
        ("deepseek_v3", {"moe_layer_freq": 2}, "moe_layer_freq is 2; expected 1"),
        (
            "qwen3_moe",
            {"mlp_only_layers": [True]},
            "mlp_only_layers is [True]; expected a list of layer numbers",
        ),
    ],
)
def test_what_is_wrong_with_other_architectures_is_named(architecture, changed, words):
    assert words in refused(EXAMPLES[architecture] | changed)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "line 1, column 1"),
        (b"{", "expected a JSON object"),
        (b"[]", "the file holds []; expected a JSON object"),
        (b"null", "the file holds null; expected a JSON object"),
        (b'"llama"', "the file holds 'llama'; expected a JSON object"),
        (b"\xff\xfe\x00", "byte 0 is not UTF-8"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a":' * 100_000, "nested too deeply"),
        (b'{"hidden_size": ' + b"9" * 5000 + b"}", "thousands of digits"),
        (b'{"model_type": "gpt2", "model_type": "llama"}', "'model_type' stands twice"),
        (b'{"x": {"a": 1, "a": 2}}', "'a' stands twice"),
        (b'{"model_type": "gpt2", "n_embd": NaN}', "n_embd is nan; expected"),
        (b"\x00" * 100, "expected a JSON object"),
        (b"<!DOCTYPE html><html>", "line 1, column 1"),
    ],
)
def test_a_file_that_is_no_configuration_is_refused_in_one_line(tmp_path, capsys, content, words):
    path = tmp_path / "config.json"
    path.write_bytes(content)
    assert main(["count", str(path)]) == 2
    out, err = capsys.readouterr()
    assert out == "" and err.count("\n") == 1 and words in err
    assert err.startswith(f"llmmath: {path}: ")


def test_a_file_that_is_not_there_is_told(tmp_path, capsys):
    assert main(["count", str(tmp_path / "config.json")]) == 2
    assert "no such file or directory; expected the path of a config.json" in capsys.readouterr().err


def test_a_directory_a_pipe_and_a_device_are_refused(tmp_path, capsys):
    os.mkfifo(tmp_path / "pipe.json")
    for path, words in (
        (tmp_path, "a directory without a config.json"),
        (tmp_path / "pipe.json", "no regular file"),
        ("/dev/zero", "no regular file"),
    ):
        assert main(["count", str(path)]) == 2
        assert words in capsys.readouterr().err


def test_a_hundred_megabytes_of_junk_are_refused_unread(tmp_path, capsys):
    path = tmp_path / "config.json"
    with open(path, "wb") as file:
        file.truncate(100 * 10**6)
    assert main(["count", str(path)]) == 2
    assert "the file has 100000000 bytes; expected at most 4194304" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "required: COMMAND"),
        (["cuont", "gpt2"], "invalid choice: 'cuont'"),
        (["count"], "required: MODEL"),
        (["count", "lama"], "unknown model 'lama'; names that begin with 'llama': llama-3.1-8b, "),
        (["count", "lama-3.1-8b"], "did you mean 'llama-3.1-8b'? (llmmath models lists all)"),
        (["count", "gpt2\n"], "unknown model 'gpt2\\n'; did you mean 'gpt2'?"),
        (["count", "a\0b/"], "no such file"),
        (["count", "gpt2", "--context", "0"], "context is 0; expected a whole number from 1"),
        (["count", "gpt2", "--context", "-5"], "'-5' is no whole number"),
        (["count", "gpt2", "--context", "1e3"], "'1e3' is no whole number"),
        (["count", "gpt2", "--context", "1_000"], "'1_000' is no whole number"),
        (["count", "gpt2", "--context", "9" * 30], "9' is too large; expected at most 1000000000000"),
        (
            ["count", "gpt2", "--context", "1025"],
            "context is 1025; expected at most 1024, the positions of gpt2",
        ),
        (["count", "gpt2", "--batch", "0"], "batch is 0; expected a whole number from 1"),
        (["count", "gpt2", "--dtype", "bf61"], "unknown dtype 'bf61' (known: fp32, tf32, fp16, "),
        (["count", "gpt2", "--dtype", "tf32"], "'tf32' is a type of arithmetic only; weights: fp32, fp16,"),
        (["count", "gpt2", "--kv-dtype", "Q4_K"], "'Q4_K' is for weights only; caches: fp32, fp16,"),
        (["count", "gpt2", "--frobnicate"], "unknown option '--frobnicate' (see llmmath count --help)"),
        (["count", "gpt2", "--contex", "5"], "unknown option '--contex'; did you mean --context?"),
        (["count", "gpt2", "--con=5"], "unknown option '--con=5'; did you mean --context?"),
        (["bound", "gpt2", "--accelerator", "l4", "--dtpye", "fp8"], "did you mean '--dtype'?"),
        (
            ["bound", "gpt2", "--accelerator", "l4", "--accel", "l4"],
            "did you mean --accelerator or --accelerators?",
        ),
        (["--vers", "models"], "unknown option '--vers'; did you mean --version?"),
    ],
)
def test_a_wrong_command_line_ends_with_one_line_and_status_2(capsys, arguments, words):
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert out == "" and err.count("\n") == 1 and words in err


def test_a_process_ends_with_status_2_and_no_traceback(tmp_path):
    path = tmp_path / "config.json"
    path.write_text('{"model_type": "llama", "hidden_size": 0}')
    done = subprocess.run([sys.executable, "-m", "llmmath", "count", path], capture_output=True, text=True)
    assert done.returncode == 2 and done.stdout == ""
    assert done.stderr == (f"llmmath: {path}: hidden_size is 0; expected an integer from 1 to 1000000\n")


@settings(max_examples=300, deadline=None)
@given(data=st.data(), architecture=st.sampled_from(sorted(ARCHITECTURES)))
def test_junk_in_any_field_is_refused_or_counted_but_never_crashes(data, architecture):
    example = EXAMPLES[architecture]
    names = sorted({n for e in ARCHITECTURES[architecture].values() if isinstance(e, Field) for n in e.names})
    changed = data.draw(st.dictionaries(st.sampled_from(names), JUNK, min_size=1, max_size=3))
    try:
        model = built(example | changed)
    except InputError as error:
        assert "\n" not in str(error)
    else:
        context = min(7, model.n_positions or 7)
        counts = count(model, context)
        assert all(v > 0 for v in counts["multiplications"]["decode"]["components"].values())
        assert 0 < counts["active_parameters"] <= counts["parameters"]


def test_keys_that_change_no_count_are_ignored():
    extra = {
        "quantization_config": None,
        "rope_scaling": {"factor": -1},
        "x" * 999: None,
    }
    assert count(built(LLAMA | extra), 9) == count(built(LLAMA), 9)


def test_a_byte_order_mark_is_no_reason_to_refuse(tmp_path):
    path = tmp_path / "config.json"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(LLAMA).encode())
    assert configs.read(path).n_layers == 40


def test_flags_stay_flags():
    # 0 and 1 are no booleans in JSON, though Python would take them
    assert "tie_word_embeddings is 1; expected true or false" in refused(LLAMA | {"tie_word_embeddings": 1})
    assert isinstance(ARCHITECTURES["llama"]["tied"], Flag)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (
            {"peft_type": "LORA", "base_model_name_or_path": "gpt2"},
            "an adapter's configuration; expected the config",
        ),
        ({"tokenizer_class": "LlamaTokenizer", "eos_token_id": 2}, "a tokenizer's configuration"),
        ({"_class_name": "FluxPipeline", "_diffusers_version": "0.30"}, "a diffusers model"),
        ({"eos_token_id": 2, "temperature": 0.6}, "a configuration of generation"),
        ({"weight_map": {}, "metadata": {}}, "an index of weights"),
    ],
)
def test_a_file_that_lies_beside_a_config_json_is_told_for_what_it_is(tmp_path, capsys, content, words):
    path = tmp_path / "some.json"
    path.write_text(json.dumps(content))
    assert main(["count", str(path)]) == 2
    err = capsys.readouterr().err
    assert words in err and err.count("\n") == 1


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("meta-llama/Llama-3.1-8B", "nothing is downloaded; known here: llama-3.1-8b"),
        ("https://huggingface.co/meta-llama/Llama-3.1-8B", "known here: llama-3.1-8b"),
        ("somebody/some-model", "give the path of the repository's config.json"),
    ],
)
def test_a_repository_of_the_hub_names_its_record_or_what_to_give(capsys, name, words):
    assert main(["count", name]) == 2
    err = capsys.readouterr().err
    assert words in err and err.count("\n") == 1
