"""Layers that predict further tokens stand beside a model, on a line of their own and in no total."""

import json
from pathlib import Path

import pytest

from llmmath import ledger
from llmmath.cli.command import main
from llmmath.records import parameters
from llmmath.records.architectures import ARCHITECTURES, build

COUNTS = json.loads((Path(__file__).parents[2] / "data/transformers-counts.json").read_text())
TYPES = (
    "deepseek_v2", "deepseek_v3", "deepseek_v32", "dots1", "ernie4_5_moe", "glm4_moe", "glm4_moe_lite",
    "kimi_linear", "longcat_flash", "mistral4", "qwen3_5_moe_text", "qwen3_5_text", "qwen3_next",
)  # fmt: skip
# The field that says how many, where it is not DeepSeek's.
FIELDS = dict.fromkeys(("qwen3_5_moe_text", "qwen3_5_text"), "mtp_num_hidden_layers")
QWEN3_NEXT_80B = {
    "model_type": "qwen3_next",
    "vocab_size": 151936,
    "hidden_size": 2048,
    "num_hidden_layers": 48,
    "num_attention_heads": 16,
    "num_key_value_heads": 2,
    "head_dim": 256,
    "intermediate_size": 5120,
    "num_experts": 512,
    "num_experts_per_tok": 10,
    "moe_intermediate_size": 512,
    "shared_expert_intermediate_size": 512,
    "linear_num_key_heads": 16,
    "linear_num_value_heads": 32,
}


def built(config):
    return build(config, where="config.json", key="k", name="n", source="s")


@pytest.mark.parametrize("model_type", TYPES)
def test_they_change_no_count_of_the_model(model_type):
    config = next(r["config"] for r in COUNTS["records"] if r["config"]["model_type"] == model_type)
    field = FIELDS.get(model_type, "num_nextn_predict_layers")
    config.pop(field, None)
    without, with_two = built(config), built(config | {field: 2})
    assert without.apart == () and len(with_two.apart) == 1
    name, values = with_two.apart[0]
    assert name == "multi-token prediction" and values > 0
    assert built(config | {field: 1}).apart == ((name, values // 2),)
    assert parameters.stored(with_two) == parameters.stored(without)
    assert ledger.decode(with_two, 9) == ledger.decode(without, 9)


def test_every_type_whose_files_name_them_is_compared_here():
    # kimi_k2's class is deepseek_v3's
    assert {name for name, one in ARCHITECTURES.items() if "n_further_layers" in one} == {*TYPES, "kimi_k2"}


def test_those_of_qwen3_next_fill_up_the_published_file():
    # Qwen3-Next-80B-A3B-Instruct: 81,324,862,720 parameters in its files, of which transformers builds
    # 79,674,391,296
    model = built(QWEN3_NEXT_80B | {"num_nextn_predict_layers": 1})
    assert parameters.stored(model) == 79_674_391_296
    assert parameters.stored(model) + model.apart[0][1] == 81_324_862_720


def test_those_of_ernie_and_longcat_are_layers_without_experts():
    ernie = {
        "model_type": "ernie4_5_moe",
        "vocab_size": 100,
        "hidden_size": 8,
        "intermediate_size": 20,
        "moe_intermediate_size": 5,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "num_key_value_heads": 1,
        "moe_num_experts": 4,
        "moe_k": 2,
        "num_nextn_predict_layers": 1,
    }
    # by hand: attention 2 x 8 x 8 + 2 x 8 x 4, MLP 3 x 8 x 20, 2 norms of 8; projection 2 x 8 x 8,
    # 2 norms of 8
    assert built(ernie).apart[0][1] == 192 + 480 + 16 + 128 + 16
    longcat = {
        "model_type": "longcat_flash",
        "vocab_size": 100,
        "hidden_size": 8,
        "ffn_hidden_size": 20,
        "expert_ffn_hidden_size": 5,
        "num_layers": 2,
        "num_attention_heads": 2,
        "q_lora_rank": 6,
        "kv_lora_rank": 4,
        "qk_nope_head_dim": 3,
        "qk_rope_head_dim": 2,
        "v_head_dim": 3,
        "moe_topk": 2,
        "n_routed_experts": 4,
        "num_nextn_predict_layers": 1,
    }
    # by hand: queries 8 x 6 + 6 x 2 x 5, latent 8 x 6, keys and values 4 x 2 x 6, output 6 x 8, norms of 6
    # and 4; MLP 3 x 8 x 20, 2 norms of 8; projection 2 x 8 x 8, 3 norms of 8
    assert built(longcat).apart[0][1] == 48 + 60 + 48 + 48 + 48 + 10 + 480 + 16 + 128 + 24


def test_a_count_shows_them_on_a_line_of_their_own(capsys, tmp_path):
    path = tmp_path / "config.json"
    path.write_text(json.dumps(QWEN3_NEXT_80B | {"num_nextn_predict_layers": 1}))
    assert main(["count", str(path)]) == 0
    out = capsys.readouterr().out
    # by hand: 81,324,862,720 - 79,674,391,296
    assert "in no total above" in out and "multi-token prediction  1,650,471,424" in out
