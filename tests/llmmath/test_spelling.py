"""Which unknown names are slips of the pen, and which are names of other things."""

import pytest

from llmmath.errors import InputError
from llmmath.records import accelerators, dtypes, models
from llmmath.spelling import is_slip, names_that_begin_like, names_that_contain


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("lama-3.1-8b", "llama-3.1-8b"),
        ("llama3.1-8b", "llama-3.1-8b"),
        ("Llama_3.1_8B", "llama-3.1-8b"),
        ("mistrla-7b", "mistral-7b"),
        ("h100-smx", "h100-sxm"),
        ("a100-sxm80", "a100-sxm-80"),
        ("q4-k-m", "Q4_K_M"),
        ("gpt-neox", "gpt_neox"),
    ],
)
def test_one_letter_or_other_separators_are_a_slip(name, known):
    assert is_slip(name, known)


@pytest.mark.parametrize(
    ("name", "known"),
    [
        # another number
        ("llama-3.3-70b", "llama-3.1-70b"),
        ("rtx-4080", "rtx-4090"),
        ("fp16", "fp8"),
        ("bf61", "bf16"),
        ("phi3", "phi"),
        ("qwen3-8b", "qwen3-0.8b"),
        # another letter where there are few
        ("b100-sxm", "h100-sxm"),
        ("l40", "l40s"),
        ("mi300a", "mi300x"),
        ("rx-7900-xt", "rx-7900-xtx"),
        ("bf16", "fp16"),
        ("apple-m2-pro", "apple-m2-max"),
        ("Q4_K_S", "Q4_K_M"),
        # more than one letter
        ("mamba", "llama"),
        ("mistral-7b", "mixtral-8x7b"),
    ],
)
def test_another_number_or_another_short_word_is_another_thing(name, known):
    assert not is_slip(name, known)


@pytest.mark.parametrize(
    ("records", "keys"),
    [(models, models.keys()), (accelerators, accelerators.keys()), (dtypes, [*dtypes.DTYPES, *dtypes.MIXES])],
    ids=["models", "accelerators", "data types"],
)
def test_no_known_name_is_a_slip_for_another(records, keys):
    # Were one of them not known yet, the other would be offered in its place.
    assert [(a, b) for a in keys for b in keys if a != b and is_slip(a, b)] == []


@pytest.mark.parametrize(
    ("get", "name"),
    [
        (models.get, "llama-3.5-70b"),
        (models.get, "qwen3-33b"),
        (accelerators.get, "rtx-4060"),
        (accelerators.get, "mi350x"),
        (dtypes.get, "fp6"),
        (dtypes.get, "Q2_K"),
    ],
)
def test_a_name_with_another_number_is_never_answered_with_did_you_mean(get, name):
    with pytest.raises(InputError) as caught:
        get(name)
    assert "did you mean" not in str(caught.value)


def test_others_of_the_family_are_listed_with_the_most_alike_first():
    known = ["rtx-3090", "rtx-4090", "l4", "llama-2-7b"]
    assert names_that_begin_like("rtx-4080", known) == ("rtx", ["rtx-4090", "rtx-3090"])
    assert names_that_begin_like("RTX-3", known) == ("rtx-3", ["rtx-3090"])
    assert names_that_begin_like("lama-2", known) == ("llama", ["llama-2-7b"])
    assert names_that_begin_like("4090", known) == names_that_begin_like("", known) == ("", [])


def test_names_that_contain_all_words_of_a_name_are_listed_but_for_words_that_none_has():
    known = ["apple-m1-max", "apple-m1", "rtx-4090", "rtx-3090", "a100-sxm-80", "mi100"]
    assert names_that_contain("4090", known) == ("4090", ["rtx-4090"])
    assert names_that_contain("m1", known) == ("m1", ["apple-m1", "apple-m1-max"])
    assert names_that_contain("NVIDIA A100", known) == ("a100", ["a100-sxm-80"])
    assert names_that_contain("GeForce RTX 4090", known) == ("rtx 4090", ["rtx-4090"])
    # two words that no name has together, a part of a word, and nothing
    assert names_that_contain("m1 4090", known)[1] == []
    assert names_that_contain("409", known) == names_that_contain("", known) == ("", [])
