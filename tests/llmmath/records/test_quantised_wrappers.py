"""What a file with towers states of its language model's weights, wherever in the file it stands."""

import pytest

from llmmath.errors import InputError
from llmmath.records.architectures import build

# As moonshotai/Kimi-K2.5 and moonshotai/Kimi-K2-Thinking have it: experts of 4 bits alone.
PACKED = {
    "quant_method": "compressed-tensors",
    "format": "pack-quantized",
    "quantization_status": "compressed",
    "ignore": [
        "lm_head", "re:.*self_attn.*", "re:.*shared_experts.*", r"re:.*mlp\.(gate|up|gate_up|down)_proj.*",
    ],
    "config_groups": {
        "group_0": {
            "targets": ["Linear"],
            "weights": {"num_bits": 4, "type": "int", "strategy": "group", "group_size": 32},
        }
    },
}  # fmt: skip
# Shape in the published config.json of moonshotai/Kimi-K2-Thinking, which is that of Kimi-K2.5's text_config
TEXT = {
    "model_type": "kimi_k2", "vocab_size": 163_840, "hidden_size": 7168, "intermediate_size": 18_432,
    "moe_intermediate_size": 2048, "num_hidden_layers": 61, "num_nextn_predict_layers": 0,
    "num_attention_heads": 64, "num_key_value_heads": 64, "n_shared_experts": 1, "n_routed_experts": 384,
    "kv_lora_rank": 512, "q_lora_rank": 1536, "qk_rope_head_dim": 64, "v_head_dim": 128,
    "qk_nope_head_dim": 128, "num_experts_per_tok": 8, "moe_layer_freq": 1, "first_k_dense_replace": 1,
    "max_position_embeddings": 262_144, "tie_word_embeddings": False, "attention_bias": False,
}  # fmt: skip
# Names and values of vision_config in the published config.json of moonshotai/Kimi-K2.5
TOWER = {
    "init_pos_emb_height": 64, "init_pos_emb_width": 64, "merge_kernel_size": [2, 2], "mm_hidden_size": 1152,
    "patch_size": 14, "vt_hidden_size": 1152, "vt_intermediate_size": 4304, "vt_num_attention_heads": 16,
    "vt_num_hidden_layers": 27,
}  # fmt: skip


def built(config):
    return build(config, where="config.json", key="k", name="n", source="s")


def kimi(inside=None, outside=None, tower=TOWER, **fields):
    """A file of Kimi K2.5's kind, with a `quantization_config` inside or outside its text_config."""
    return {
        "model_type": "kimi_k25",
        "architectures": ["KimiK25ForConditionalGeneration"],
        "dtype": "bfloat16",
        "tie_word_embeddings": False,
        "text_config": TEXT | {"quantization_config": inside},
        "vision_config": tower,
        "quantization_config": outside,
    } | fields


ALONE = built(TEXT | {"quantization_config": PACKED}).weights


@pytest.mark.parametrize(
    "places", [{"inside": PACKED}, {"outside": PACKED}, dict.fromkeys(("inside", "outside"), PACKED)]
)
def test_a_language_model_takes_the_same_bytes_within_a_file_as_in_its_own(places):
    # Experts by hand: 60 layers x 384 x 3 matrices of 7168 x 2048 values of 4 bits, a bf16 scale for each 32
    # and two 64-bit sizes
    values = 7168 * 2048
    assert ALONE.by_type["int4"] == 60 * 384 * 3 * (values // 2 + 2 * values // 32 + 16)
    assert built(kimi(**places)).weights == ALONE


def test_two_different_statements_of_one_file_are_not_read():
    model = built(kimi(inside=PACKED, outside=PACKED | {"ignore": ["lm_head"]}))
    assert model.weights is None
    assert "and config.json: text_config: quantization_config differ; expected one" in model.weights_unread


@pytest.mark.parametrize(
    "kept",
    [
        ["language_model.lm_head", r"re:^language_model\.model\.layers\.\d+\.self_attn.*"],
        ["model.language_model.lm_head", r"re:^model\.language_model\.layers\.\d+\.self_attn.*"],
        [
            "lm_head",
            "re:.*self_attn.*",
            "re:vision_tower.*",
            "re:.*multi_modal_projector.*",
            "mm_projector.proj.0",
        ],
    ],
)
def test_names_within_a_file_with_towers_mean_the_language_model_s_layers(kept):
    names = [*kept, *PACKED["ignore"][2:]]
    assert built(kimi(outside=PACKED | {"ignore": names})).weights == ALONE


def test_a_count_says_that_towers_are_taken_at_16_bits():
    assert any("towers are taken to be stored in 16 bits" in note for note in built(kimi(PACKED)).notes)
    assert not any("16 bits" in note for note in built(kimi()).notes)


def test_a_type_named_for_the_language_model_is_that_of_what_is_not_quantised():
    text = TEXT | {"quantization_config": PACKED, "torch_dtype": "float32"}
    weights = built(kimi(dtype=None, text_config=text)).weights
    assert "bf16" not in weights.by_type and weights.by_type["fp32"] > 0


def test_fields_of_kimi_s_tower_are_read_under_the_names_of_the_published_files():
    model = built(kimi())
    assert not any("vision_config" in note for note in model.notes)
    # A layer by hand: four matrices of 1152 x 1152 and two of 1152 x 4304, their biases and two norms
    layer = 4 * 1152 * 1152 + 2 * 1152 * 4304 + 4 * 1152 + 4304 + 1152 + 2 * 2 * 1152
    shorter = built(kimi(tower=TOWER | {"vt_num_hidden_layers": 20}))
    assert model.towers[0].parameters - shorter.towers[0].parameters == 7 * layer
    smaller = built(kimi(tower=TOWER | {"init_pos_emb_height": 32}))
    assert (smaller.image.height, model.image.height) == (32 * 14, 64 * 14)
    with pytest.raises(InputError, match="mm_hidden_size is 1024; expected the tower's width, 1152"):
        built(kimi(tower=TOWER | {"mm_hidden_size": 1024}))


def test_kimi_s_class_is_known_under_its_published_and_under_transformers_name():
    other = built(kimi(architectures=["Kimi_K25ForConditionalGeneration"]))
    assert other == built(kimi()) and other.head.component == "lm_head"
