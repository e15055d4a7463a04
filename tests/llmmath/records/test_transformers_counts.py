"""Counts of random configurations of every type against PyTorch, recorded by compare_with_transformers.py."""

import json
from collections import Counter
from pathlib import Path

import pytest

from llmmath import ledger
from llmmath.errors import InputError
from llmmath.records import parameters
from llmmath.records.architectures import ARCHITECTURES, build
from llmmath.records.architectures.classes import transformers_types
from llmmath.records.architectures.wrappers import WRAPPERS

DATA = json.loads((Path(__file__).parents[2] / "data/transformers-counts.json").read_text())
RECORDS = DATA["records"]
TYPES = transformers_types()["types"]
# transformers has no such type: these are classes of their repositories' own code.
ELSEWHERE = {"internlm3", "kimi_k2"}
PROMPT, CONTEXTS = 7, (1, 7)


def built(config):
    return build(config, where="config.json", key="k", name="n", source="s")


def seen(operations):
    """What the counter saw: see compare_with_transformers.py."""
    return ledger.multiplications([o for o in operations if o.component not in DATA["unseen"]])


@pytest.mark.parametrize("model_type", sorted({record["config"]["model_type"] for record in RECORDS}))
def test_random_configurations_count_as_pytorch_does(model_type):
    for record in RECORDS:
        config = record["config"]
        if config["model_type"] != model_type:
            continue
        model = built(config)
        assert parameters.stored(model) == record["parameters"], config
        if "prefill" not in record:
            continue
        form = "reexpanding" if model.is_latent else "absorbed"
        assert seen(ledger.prefill(model, PROMPT, form=form)) == record["prefill"], config
        if "decode" not in record:
            continue
        for n, expected in zip(CONTEXTS, record["decode"]):
            assert seen(ledger.decode(model, n, form=form)) == expected, config
        assert ledger.cache_values_per_token(model) == record.get(
            "cache", ledger.cache_values_per_token(model)
        )
        assert ledger.state_values(model) == record.get("state", 0)
        known = {tower.name: tower.parameters for tower in model.towers if not tower.unknown}
        assert known == record.get("towers", {})
        assert (model.image is not None) == ("image" in record)
        if model.image is not None:
            read = [tower.multiplications for tower in model.towers if "audio" not in tower.name]
            assert sum(read) == record["image"]


def test_every_architecture_is_compared_at_ten_configurations_or_more():
    found = Counter(record["config"]["model_type"] for record in RECORDS)
    assert {name for name in ARCHITECTURES | WRAPPERS if found[name] < 10} == ELSEWHERE
    assert DATA["transformers"] == transformers_types()["transformers"] == "5.23.0"


@pytest.mark.parametrize("model_type", sorted(set(TYPES) - set(ARCHITECTURES) - set(WRAPPERS)))
def test_every_other_type_is_refused_by_name_in_one_line(model_type):
    with pytest.raises(InputError) as caught:
        built({"model_type": model_type, "hidden_size": 64, "text_config": {}})
    message = str(caught.value)
    assert message.startswith(f"config.json: model_type {model_type!r} is not counted: ")
    assert "\n" not in message and "did you mean" not in message and len(message) < 300


def test_an_encoder_decoder_and_an_encoder_are_refused_with_the_reason():
    for model_type, words in (
        ("t5", "an encoder-decoder"), ("bart", "an encoder-decoder"), ("whisper", "speech"),
        ("bert", "an encoder: it reads"), ("modernbert", "an encoder: it reads"),
    ):  # fmt: skip
        with pytest.raises(InputError, match=words):
            built({"model_type": model_type})
