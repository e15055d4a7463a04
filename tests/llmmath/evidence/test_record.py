"""The record of what was compared is what comparing gives today."""

import json

import pytest

from llmmath import ledger
from llmmath.evidence import verified
from llmmath.records import models
from llmmath.records.architectures import build
from tests.llmmath.evidence.record import FILE, NUMPY, PYTORCH, can_run, compared

RECORD = json.loads(FILE.read_text())["models"]


def test_every_model_is_in_the_record():
    assert list(RECORD) == models.keys()


@pytest.mark.parametrize("key", models.keys())
def test_the_record_is_not_stale(key):
    model = models.get(key)
    # The runs in NumPy take a minute together; the smallest are repeated here, the others when it is written.
    again = ledger.multiplications(ledger.decode(model, 1024)) < 300 * 10**6
    entry = compared(model, instrumented=again)
    assert any(NUMPY in step["compared_with"] for step in RECORD[key]["decode"]) == can_run(model)
    if not again:
        for step, recorded in zip(entry["decode"], RECORD[key]["decode"], strict=True):
            if NUMPY in recorded["compared_with"]:
                step["compared_with"].append(NUMPY)
    assert entry == RECORD[key]


def test_a_count_that_differs_cannot_be_recorded():
    row = {
        "model_type": "gpt2",
        "n_layer": 12,
        "n_head": 12,
        "n_embd": 768,
        "n_positions": 1024,
        "vocab_size": 50256,
    }
    with pytest.raises(AssertionError, match="is not 124439808"):
        compared(build(row, where="test", key="gpt2", name="n", source="s"))


def test_the_site_can_ask_what_a_count_was_compared_with():
    assert verified.compared_with("gpt2", 1024) == [PYTORCH, NUMPY]
    assert verified.compared_with("llama-3.1-70b") == [PYTORCH]
    assert verified.compared_with("gpt2", 1000) == []
    assert verified.compared_with("no-such-model") == []
