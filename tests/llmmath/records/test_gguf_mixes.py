"""Files of mixed types, beside the sizes of published files."""

import pytest

from llmmath.bound import bound
from llmmath.count import count
from llmmath.errors import InputError
from llmmath.records import accelerators, gguf_mixes, models
from macros import lookup

# Sizes of published files [B]. What is ours less than these is the header with its tokenizer.
LLAMA_3_1_8B = {  # huggingface.co/bartowski/Meta-Llama-3.1-8B-Instruct-GGUF
    "Q3_K_M": 4_018_922_912, "Q4_K_S": 4_692_673_952, "Q4_K_M": 4_920_739_232, "Q5_K_M": 5_732_992_416,
}  # fmt: skip
LLAMA_2_7B = {"Q4_K_M": 4_081_004_224, "Q5_K_M": 4_783_156_928}  # huggingface.co/TheBloke/Llama-2-7B-GGUF


def matrices(key, mix):
    return gguf_mixes.mixed(models.get(key), mix).n_bytes


@pytest.mark.parametrize(
    "key, files", [("llama-3.1-8b", LLAMA_3_1_8B), ("llama-2-7b", LLAMA_2_7B)], ids=["3.1", "2"]
)
def test_the_published_files_of_a_model_are_longer_by_one_header(key, files):
    headers = {size - matrices(key, mix) for mix, size in files.items()}
    # Texts of 128,256 and 32,000 tokens, of the former 280,147 merges too: about 61 and 23 bytes a token
    assert headers == {{"llama-3.1-8b": 7_841_184, "llama-2-7b": 741_056}[key]}


@pytest.mark.parametrize(
    "key, size, header",
    [
        # Llama 3.1's header once more, with the names of 80 layers in place of 32
        ("llama-3.1-70b", 42_520_398_432, 7_841_184),
        # Llama 2's, as there are 32,000 tokens too
        ("mistral-7b-v0.1", 4_368_439_584, 741_056),
    ],
)
def test_another_model_of_the_tokenizer_has_nearly_the_same_header(key, size, header):
    assert size - matrices(key, "Q4_K_M") == pytest.approx(header, rel=0.01)


def test_a_layer_with_more_bits_is_worked_by_hand():
    # Llama 2 7B, Q4_K_M: of 32 layers the first 4, the last 4 and every third of the 24 between keep values
    # and down-projections at 210 bytes for 256 weights, the other 16 at 144.
    found = gguf_mixes.mixed(models.get("llama-2-7b"), "Q4_K_M").bytes_of
    assert found("attention.v") == (16 * 210 + 16 * 144) * 4096 * 4096 // 256
    assert found("mlp.down") == (16 * 210 + 16 * 144) * 4096 * 11008 // 256
    assert found("attention.q") == 32 * 144 * 4096 * 4096 // 256
    assert found("lm_head") == 210 * 32_000 * 4096 // 256
    assert found("norms") == 4 * 65 * 4096


def test_count_and_bound_take_a_mix_for_the_weights_of_a_model():
    model = models.get("llama-3.1-8b")
    stored = 4_920_739_232 - 7_841_184  # the published file less its header
    assert count(model, 1, dtype="q4_k_m")["weight_bytes"] == stored
    found = bound(model, accelerators.get("rtx-4090"), dtype="Q4_K_M")
    assert (found["dtype"], found["weights_bytes"]) == ("Q4_K_M", stored)
    # All is read but the embedding of 128,256 rows, of which one is: 4096 weights of 144 bytes for 256
    read = stored - 128_255 * 4096 * 144 // 256
    assert found["weight_reading_seconds"] == pytest.approx(read / 1008e9, rel=1e-12)


def test_a_formula_of_the_site_takes_the_average_of_the_named_models_file():
    given = {"model": "llama-3.1-8b", "dtype": "Q4_K_M"}
    assert lookup.call("weight_bytes", given)[2] == pytest.approx(4_920_739_232 - 7_841_184)


@pytest.mark.parametrize("key", ["gpt2", "falcon-7b", "gpt-oss-20b", "deepseek-v3"])
def test_a_model_that_the_rules_are_not_known_for_is_refused_by_name(key):
    with pytest.raises(InputError, match=f"{key}: which types a Q4_K_M file has is not known for"):
        gguf_mixes.weights_of(models.get(key), "Q4_K_M")


def test_an_unknown_mix_names_the_nearest():
    with pytest.raises(InputError, match="unknown mix of types 'Q4_KM'; did you mean 'Q4_K_M'"):
        gguf_mixes.mixed(models.get("llama-2-7b"), "Q4_KM")
