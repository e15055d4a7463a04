"""The guide to a new architecture, followed word by word: docs/adding-a-model.md."""

import re
from pathlib import Path

from llmmath import ledger
from llmmath.records import parameters
from llmmath.records.architectures import ARCHITECTURES, build, dense
from llmmath.records.fields import Field

GUIDE = (Path(__file__).parents[3] / "docs/adding-a-model.md").read_text()


def test_every_file_that_the_guide_quotes_or_runs_is_there():
    root = Path(__file__).parents[3]
    quoted = re.findall(r'source\("([^"]+)", start=[\'"](.+?)[\'"], end=[\'"](.+?)[\'"]\)', GUIDE)
    assert len(quoted) == 3
    for path, start, end in quoted:
        text = (root / path).read_text()
        assert end in text[text.index(start) :]
    for path in re.findall(r"python (tests/\S+\.py)", GUIDE):
        assert (root / path).is_file()


def test_a_description_written_as_the_guide_says_counts_what_it_describes(monkeypatch):
    # the guide's three kinds of entries: a constant, a field, a function of other quantities
    new = dense.LLAMA | {
        "mlp_bias": False,
        "qk_norm": "width",
        "head_dim": dense.OLMO2["head_dim"],
    }
    assert isinstance(new["head_dim"], Field)
    monkeypatch.setitem(ARCHITECTURES, "mine", new)
    config = {"model_type": "mine", "vocab_size": 10, "hidden_size": 8, "num_hidden_layers": 1,
              "num_attention_heads": 2, "intermediate_size": 6}  # fmt: skip
    model = build({**config, "num_key_value_heads": 1}, where="config.json", key="k", name="n", source="s")
    # worked by hand: 2 x 80 for embedding and head; q and o 64 each, k and v 32 each; MLP 3 x 48; norms: 3
    # of 8 on the stream, and 8 + 4 on queries and keys
    assert parameters.stored(model) == 160 + 192 + 144 + 24 + 12
    # the products of one token that attends to itself: all matrices but the embedding, and 2 x 2 heads x 4
    # values
    assert ledger.multiplications(ledger.decode(model, 1)) == 80 + 192 + 144 + 16
