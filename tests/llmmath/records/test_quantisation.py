"""Stored bytes of quantised checkpoints, beside the sizes of published files and by hand from the formats."""

import json
from pathlib import Path

import pytest

from llmmath.bound import bound
from llmmath.count import count
from llmmath.errors import InputError
from llmmath.records import accelerators, models, parameters
from llmmath.records.architectures import ARCHITECTURES, build
from llmmath.records.architectures.wrappers import PARTS
from llmmath.records.gguf_mixes import weights_of
from llmmath.records.quantisation import modules
from llmmath.records.quantisation import stated as stated_weights
from llmmath.records.rows import table

GPT_OSS = {
    "quant_method": "mxfp4",
    "modules_to_not_convert": [
        "model.layers.*.self_attn", "model.layers.*.mlp.router", "model.embed_tokens", "lm_head",
    ],
}  # fmt: skip
DEEPSEEK = {
    "quant_method": "fp8", "activation_scheme": "dynamic", "fmt": "e4m3", "weight_block_size": [128, 128],
}  # fmt: skip
GPTQ = {"quant_method": "gptq", "bits": 4, "group_size": 128, "desc_act": False, "sym": True}
AWQ = {"quant_method": "awq", "bits": 4, "group_size": 128, "version": "gemm", "zero_point": True}
NF4 = {
    "quant_method": "bitsandbytes", "load_in_4bit": True, "bnb_4bit_quant_type": "nf4",
    "bnb_4bit_use_double_quant": True,
}  # fmt: skip
MODELOPT = {"quant_method": "modelopt", "quant_algo": "NVFP4", "ignore": ["lm_head"]}


def packed(**weights):
    weights = {
        "num_bits": 4,
        "type": "int",
        "strategy": "group",
        "group_size": 128,
        "symmetric": True,
    } | weights
    return {
        "quant_method": "compressed-tensors",
        "format": "pack-quantized",
        "ignore": ["lm_head"],
        "config_groups": {"group_0": {"targets": ["Linear"], "weights": weights}},
    }


def config_of(key, quantised, **fields):
    """A model record with a `quantization_config`, as in the published file of its quantised checkpoint."""
    row = table("models.toml", models.__file__)[key]
    return row | dict.fromkeys(row.get("null", [])) | fields | {"quantization_config": quantised}


def llama(quantised):
    return config_of("llama-3.1-8b", quantised)


def built(config):
    return build(config, where="config.json", key="a model", name="a model", source="a test")


def model(key, quantised, **fields):
    return build(config_of(key, quantised, **fields), where="config.json", key=key, name=key, source="a test")


def stored(key, quantised, **fields):
    return weights_of(model(key, quantised, **fields))


def of_mlx(key, *keys, **stated):
    """A model record whose file has an object of MLX under each of `keys`."""
    config = config_of(key, None)
    del config["quantization_config"]
    return built(config | {name: {"group_size": 64, "bits": 4} | stated for name in keys})


@pytest.mark.parametrize(
    "key, total",
    # metadata.total_size of model.safetensors.index.json in openai/gpt-oss-20b and openai/gpt-oss-120b
    [("gpt-oss-20b", 13_761_264_768), ("gpt-oss-120b", 65_248_815_744)],
)
def test_gpt_oss_takes_the_bytes_of_its_published_files(key, total):
    assert stored(key, GPT_OSS).n_bytes == total


def test_deepseek_v3_takes_the_bytes_of_its_published_files_less_their_headers():
    # The 163 files of deepseek-ai/DeepSeek-V3 have 688,586,727,753 bytes, with the layer that predicts a
    # further token: a layer of experts, its projection of 2 x 7168 to 7168, three norms, and copies of
    # embedding and head, all but the layer's matrices in bf16.
    main = stored("deepseek-v3", DEEPSEEK).n_bytes
    layer = stored("deepseek-v3", DEEPSEEK, num_hidden_layers=62).n_bytes - main
    further = layer + 2 * (2 * 7168 * 7168 + 3 * 7168 + 2 * 129_280 * 7168)
    # A router's shifts are in no parameter count: 256 in fp32, in 58 layers and the further one.
    headers = 688_586_727_753 - main - further - 59 * 256 * 4
    # Experts have 3 matrices, each with its scales: 59 layers x 257 x 6 tensors, and some 1,400 others. An
    # entry of a header, such as "model.layers.10.mlp.experts.100.down_proj.weight_scale_inv":
    # {"dtype":"F32","shape":[56,16],"data_offsets":[...]}, has 110 to 150 characters.
    n_tensors = 59 * 257 * 6 + 1400
    assert 110 * n_tensors < headers < 150 * n_tensors


def test_llama_checkpoints_take_the_bytes_that_their_headers_add_up_to():
    # Sums over the safetensors headers on the Hub of
    # RedHatAI/Meta-Llama-3.1-8B-Instruct-FP8-dynamic: a bf16 scale for each output
    weights = {"num_bits": 8, "type": "float", "strategy": "channel"}
    inputs = {"num_bits": 8, "type": "float", "strategy": "token", "dynamic": True}
    fp8 = packed() | {"format": "float-quantized"}
    fp8["config_groups"] = {
        "group_0": {"targets": ["Linear"], "weights": weights, "input_activations": inputs}
    }
    assert stored("llama-3.1-8b", fp8).n_bytes == 9_083_953_152
    # RedHatAI/Meta-Llama-3.1-8B-Instruct-quantized.w4a16, which AutoGPTQ wrote with biases of zero beside
    # every matrix, in fp16: 43,008 outputs in each of 32 layers
    assert stored("llama-3.1-8b", GPTQ).n_bytes + 2 * 32 * 43_008 == 5_735_587_840
    # RedHatAI/Llama-3.3-70B-Instruct-quantized.w4a16, of Llama 3.1's shape, with its groups' numbers
    assert stored("llama-3.1-70b", packed(actorder="group")).n_bytes == 39_525_311_232
    # nvidia/Llama-3.3-70B-Instruct-FP4, of Llama 3.1's shape
    assert stored("llama-3.1-70b", MODELOPT).n_bytes == 42_709_045_632


def test_the_bytes_of_one_layer_of_each_format_are_worked_by_hand():
    # Of Llama 3.1 8B's query matrices, 4096 x 4096 in each of 32 layers:
    values = 4096 * 4096
    groups = values // 128
    for quantised, one in (
        # 4 bits, an fp16 scale and a 4-bit zero point for each group, 32 bits for each input
        (GPTQ, values // 2 + 2 * groups + groups // 2 + 4 * 4096),
        (AWQ, values // 2 + 2 * groups + groups // 2),
        # 4 bits, a byte for each 64, an fp32 for each 256 of these, 256 and 16 codes in fp32
        (NF4, values // 2 + values // 64 + values // 64 // 256 * 4 + 1024 + 64),
        # 4 bits, a byte for each 16, two fp32
        (MODELOPT, values // 2 + values // 16 + 8),
        # 4 bits, a bf16 scale for each group, two 64-bit sizes; with zero points, 4 bits for each group more
        (packed(), values // 2 + 2 * groups + 16),
        (packed(symmetric=False), values // 2 + 2 * groups + groups // 2 + 16),
        (packed(actorder="group"), values // 2 + 2 * groups + 16 + 4 * 4096),
        # 8 bits and an fp32 for each block of 128 x 128
        (DEEPSEEK, values + 4 * 32 * 32),
        # 8 bits, an fp32 scale of the whole
        ({"quant_method": "fp8", "activation_scheme": "dynamic"}, values + 4),
        # and one of its inputs
        ({"quant_method": "fp8", "activation_scheme": "static"}, values + 8),
        # 8 bits, an fp32 for each output, a byte for the layout
        ({"quant_method": "bitsandbytes", "load_in_8bit": True}, values + 4 * 4096 + 1),
    ):
        weights = stored("llama-3.1-8b", quantised)
        assert weights.bytes_of("attention.q") == 32 * one, quantised
        # Head and embedding, 128,256 rows, and 65 norms stay in bf16.
        assert weights.by_type["bf16"] == 2 * 4096 * (2 * 128_256 + 65), quantised
        assert weights.n_values == 8_030_261_248


def test_layers_that_a_list_names_are_kept_and_the_others_quantised():
    quantised = {"quant_method": "fp8", "activation_scheme": "dynamic", "ignored_layers": []}
    quantised["ignored_layers"] = ["lm_head", "model.layers.3", "model.layers.30.mlp.down_proj", "k_proj"]
    weights = stored("llama-3.1-8b", quantised)
    # 1024 x 4096 keys in every layer; of down-projections the 4th layer's (3 is not 30 to 31) and the 31st's
    assert weights.bytes_of("attention.k") == 2 * 32 * 1024 * 4096
    assert weights.bytes_of("mlp.down") == 14_336 * 4096 * (2 * 2 + 30) + 30 * 4
    assert weights.bytes_of("attention.q") == 4096 * 4096 * (2 + 31) + 31 * 4


def test_an_expression_keeps_what_it_matches():
    quantised = packed() | {"ignore": ["lm_head", "re:.*self_attn.*"]}
    weights = stored("llama-3.1-8b", quantised)
    assert weights.bytes_per_value("attention.q") == 2
    assert weights.bytes_per_value("mlp.up") < 0.53


def test_matrices_that_a_file_keeps_as_one_share_its_bytes():
    # DeepSeek's expansions of the latent are one module of 32,768 x 512: 256 x 4 blocks, half of each
    weights = stored("deepseek-v3", DEEPSEEK)
    assert weights.bytes_of("attention.k_up") == 61 * (16_384 * 512 + 128 * 4 * 4)
    # The edge of 576 outputs is a block of its own: 5 x 56
    assert weights.bytes_of("attention.kv_down") == 61 * (576 * 7168 + 5 * 56 * 4)


def test_routers_are_kept_whatever_a_list_says():
    weights = stored("mixtral-8x7b", AWQ)
    assert weights.bytes_per_value("experts.router") == 2
    assert weights.bytes_per_value("experts.up") < 0.53


def test_a_step_of_gpt_oss_reads_experts_at_4_bits_and_the_rest_at_16():
    # By hand for gpt-oss-20b at batch 1: of 24 layers, 4 of 32 experts with 3 x 2880 x 2880 values of 17/32
    # bytes and 3 x 2880 biases of 2 bytes; queries and results 2880 x 4096, keys and values 2880 x 512,
    # router 2880 x 32, with their biases; 64 sinks and 2 x 2880 norms; a last norm and a head of 201,088
    # rows; and one row of the embedding.
    experts = 4 * (3 * 2880 * 2880 * 17 // 32 + 2 * 3 * 2880)
    attention = 2 * (2 * 2880 * 4096 + 2 * 2880 * 512 + 4096 + 2 * 512 + 2880)
    rest = 2 * (2880 * 32 + 32 + 64 + 2 * 2880)
    read = 24 * (experts + attention + rest) + 2 * (2880 + 201_088 * 2880 + 2880)
    found = bound(model("gpt-oss-20b", GPT_OSS), accelerators.get("h100-sxm"))
    assert found["weight_reading_seconds"] == pytest.approx(read / 3.35e12, rel=1e-9)
    assert found["weights_bytes"] == 13_761_264_768
    assert (found["dtype"], found["kv_dtype"], found["compute_dtype"]) == ("mxfp4", "bf16", "bf16")


def test_a_named_type_overrides_what_the_file_states_and_says_so():
    counted = count(model("gpt-oss-20b", GPT_OSS), 1)
    assert counted["weight_bytes_by_type"] == {"bf16": 3_608_919_168, "mxfp4": 13_761_264_768 - 3_608_919_168}
    assert (counted["kv_dtype"], "stated_dtype" in counted) == ("bf16", False)
    overridden = count(model("gpt-oss-20b", GPT_OSS), 1, dtype="bf16")
    assert (overridden["dtype"], overridden["stated_dtype"]) == ("bf16", "mxfp4")
    assert overridden["weight_bytes"] == 2 * 20_914_757_184  # published parameters
    found = bound(model("gpt-oss-20b", GPT_OSS), accelerators.get("h100-sxm"), "bf16")
    assert (found["stated_dtype"], found["weights_bytes"]) == ("mxfp4", 2 * 20_914_757_184)


def test_fp8_files_are_computed_in_fp8_where_the_card_can():
    found = bound(model("llama-3.1-8b", DEEPSEEK), accelerators.get("h100-sxm"))
    assert (found["compute_dtype"], found["kv_dtype"], found["activation_dtype"]) == ("fp8", "bf16", "bf16")
    found = bound(model("llama-3.1-8b", DEEPSEEK), accelerators.get("a100-sxm-80"))
    assert (found["compute_dtype"], found["note"]) == ("bf16", "a100-sxm-80 has no published peak for fp8")


@pytest.mark.parametrize(
    "quantised, message",
    [
        ({"quant_method": "aqlm"}, "quant_method 'aqlm' is not read; known: awq, bitsandbytes"),
        ({}, "quant_method null is not read; known: awq"),
        ([], r"quantization_config is \[\]; expected an object"),
        (GPTQ | {"bits": 5}, "bits is 5; expected one of 2, 3, 4, 8"),
        (GPTQ | {"dynamic": {"+:.*down.*": {"bits": 8}}}, "expected one format for all layers"),
        (AWQ | {"group_size": 100}, "expected whole groups of 100"),
        (AWQ | {"version": "marlin"}, "version is 'marlin'; expected one of gemm"),
        (GPTQ | {"checkpoint_format": "marlin"}, "checkpoint_format is 'marlin'; expected one of gptq"),
        ({"quant_method": "torchao", "quant_type": "int4_weight_only"}, "quant_method 'torchao' is not read"),
        (
            DEEPSEEK | {"weight_block_size": [128]},
            r"weight_block_size is \[128\]; expected two whole numbers",
        ),
        (
            DEEPSEEK | {"ignored_layers": ["foo_proj"]},
            "ignored_layers names 'foo_proj'; expected names of the",
        ),
        (packed() | {"ignore": ["re:(a+)+b"]}, "expected a plain regular expression"),
        (packed() | {"ignore": ["re:.*.*.*b"]}, "expected a plain regular expression"),
        (packed() | {"format": "marlin-24"}, "format is 'marlin-24'; expected one of float-quantized"),
        (packed(num_bits=3), "num_bits is 3; expected one of 2, 4, 8"),
        (GPT_OSS, "'mxfp4' is read for gpt_oss, whose experts it is for"),
        (NF4 | {"load_in_4bit": False}, "expected one of load_in_4bit and load_in_8bit to be true"),
        (MODELOPT | {"quant_algo": "W4A8_AWQ"}, "quant_algo is 'W4A8_AWQ'; expected one of FP8, NVFP4"),
    ],
)
def test_what_is_not_read_is_refused_in_one_line(quantised, message):
    config = llama(quantised)
    read = build(config, where="config.json", key="llama", name="llama", source="a test")
    with pytest.raises(InputError, match=message) as caught:
        stated_weights(config, read, "config.json")
    assert str(caught.value).startswith("config.json: quantization_config") and "\n" not in str(caught.value)
    assert read.weights_unread == str(caught.value)


def test_what_is_not_read_leaves_parameters_and_multiplications_and_bytes_of_a_named_type():
    unread = model("llama-3.1-8b", {"quant_method": "torchao", "quant_type": "int4_weight_only"})
    counted = count(unread, 1)
    plain = count(models.get("llama-3.1-8b"), 1)
    for key in ("parameters", "active_parameters", "multiplications", "kv_cache_bytes"):
        assert counted[key] == plain[key]
    assert (counted["dtype"], counted["weight_bytes"]) == (None, None)
    assert "quant_method 'torchao' is not read" in counted["stored_bytes_unknown"]
    named = count(unread, 1, dtype="bf16")
    assert named["weight_bytes"] == 2 * 8_030_261_248  # published parameters
    assert "stored_bytes_unknown" not in named


def test_a_bound_of_what_is_not_read_asks_for_a_type_in_one_line():
    unread = model("llama-3.1-8b", {"quant_method": "hqq"})
    with pytest.raises(InputError, match=r"'hqq' is not read; .*; name dtype \(--dtype\)") as caught:
        bound(unread, accelerators.get("h100-sxm"))
    assert "\n" not in str(caught.value)
    assert bound(unread, accelerators.get("h100-sxm"), "fp8")["dtype"] == "fp8"


def test_every_type_that_is_counted_has_names_for_all_of_its_matrices():
    assert set(modules.NAMES) == set(ARCHITECTURES) | set(PARTS)
    path = Path(__file__).parents[2] / "data" / "transformers-counts.json"
    configs = {}
    for record in json.loads(path.read_text())["records"]:
        configs.setdefault(record["config"]["model_type"], []).append(record["config"])
    for some in configs.values():
        for config in some[:4]:
            made = built(config)
            held = [module for layer in modules.layers(made) for module in layer] + modules.outer(made)
            names = [module.name for module in held]
            assert len(set(names)) == len(names)
            # The matrices of all modules and those that are no linear layers are the model's.
            linear = sum(m.copies * m.n_inputs * m.n_outputs for one in held for m in one.matrices)
            others = sum(
                number * matrix.copies * matrix.n_inputs * matrix.n_outputs
                for part, number in made.counted_parts
                for matrix in part.matrices(made.d_model)
                if matrix.stored and matrix.component in modules.NEVER_LINEAR
            )
            assert linear + others == _matrix_values(made), config


def _matrix_values(made):
    beside = {"embedding", "positions", "biases", "norms", *(one.component for one in made.tables)}
    return sum(values for name, values in parameters.breakdown(made).items() if name not in beside)


PREFIXES = ("", "model.", "language_model.model.", "model.language_model.")


def mistral3(quantised, **more):
    text = {
        "model_type": "mistral", "hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 2,
        "num_attention_heads": 2, "num_key_value_heads": 1, "head_dim": 32, "vocab_size": 100,
    }  # fmt: skip
    vision = {
        "model_type": "pixtral", "hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 1,
        "num_attention_heads": 2, "image_size": 56, "patch_size": 14,
    }  # fmt: skip
    return {
        "model_type": "mistral3",
        "text_config": text,
        "vision_config": vision,
        "torch_dtype": "bfloat16",
        "quantization_config": quantised,
    } | more


@pytest.mark.parametrize("prefix", PREFIXES)
def test_a_list_means_the_language_model_of_a_file_with_towers_under_every_prefix(prefix):
    # By hand: of the down-projections of two layers, 128 x 64 values, the first is kept; the other takes a
    # byte a value and an fp32. Queries, 64 x 64 in two layers, are quantised both.
    quantised = {
        "quant_method": "fp8",
        "modules_to_not_convert": [
            "vision_tower",
            "multi_modal_projector",
            f"{prefix}layers.0.mlp.down_proj",
        ],
    }
    weights = built(mistral3(quantised)).weights
    assert weights.bytes_of("mlp.down") == 128 * 64 * (2 + 1) + 4
    assert weights.bytes_of("attention.q") == 2 * (64 * 64 + 4)
    assert weights.bytes_of("lm_head") == 2 * 64 * 100


@pytest.mark.parametrize("prefix", [r"language_model\.model\.", r"model\.language_model\.", r"model\."])
def test_an_expression_means_the_language_model_of_a_file_with_towers_under_every_prefix(prefix):
    quantised = packed(group_size=32)
    quantised["ignore"] = ["re:.*lm_head", "re:vision_tower.*", rf"re:{prefix}layers\.0\.mlp\.down_proj$"]
    weights = built(mistral3(quantised)).weights
    # 4 bits a value, a bf16 scale for each 32, two 64-bit sizes
    assert weights.bytes_of("mlp.down") == 128 * 64 * 2 + 128 * 64 // 2 + 128 * 64 // 32 * 2 + 16


def test_an_expression_that_looks_ahead_keeps_what_it_does_not_exclude():
    weights = stored("llama-3.1-8b", packed() | {"ignore": ["re:^(?!.*mlp).*$"]})
    assert weights.bytes_per_value("attention.q") == weights.bytes_per_value("lm_head") == 2
    assert weights.bytes_per_value("mlp.up") < 0.53
    # In a file with towers all paths of the language model have its name.
    outside = packed(group_size=32) | {"ignore": ["re:^(?!.*language_model).*$"]}
    assert built(mistral3(outside)).weights.bytes_per_value("attention.q") < 0.6


def test_what_a_language_model_states_is_read_where_the_file_itself_states_nothing():
    inside = mistral3(None)
    inside["text_config"] = inside["text_config"] | {"quantization_config": {"quant_method": "fp8"}}
    assert built(inside).weights == built(mistral3({"quant_method": "fp8"})).weights
    both = inside | {"quantization_config": {"quant_method": "fbgemm_fp8"}}
    assert "text_config: quantization_config differ" in built(both).weights_unread


def test_compression_config_is_read_as_quantization_config():
    older = llama(None) | {"compression_config": packed()}
    assert built(older).weights == stored("llama-3.1-8b", packed())
    del older["compression_config"]["quant_method"]
    assert built(older).weights == stored("llama-3.1-8b", packed())


def test_scales_that_are_rounded_to_powers_of_two_take_four_bytes_nevertheless():
    # The files of deepseek-ai/DeepSeek-V3.1, which names ue8m0, add up to V3's 688,586,727,753 bytes.
    assert stored("deepseek-v3", DEEPSEEK | {"scale_fmt": "ue8m0"}) == stored("deepseek-v3", DEEPSEEK)


def test_rules_of_gptq_that_leave_layers_alone_are_read():
    rules = {r"-:.*mlp\.gate\..*": {}, r"-:model\.layers\.0\..*k_proj": {}}
    weights = stored("llama-3.1-8b", GPTQ | {"dynamic": rules})
    plain = stored("llama-3.1-8b", GPTQ)
    # Of keys, 1024 x 4096 in 32 layers, the first layer's keep 16 bits.
    kept = 2 * 1024 * 4096 - plain.bytes_of("attention.k") // 32
    assert weights.bytes_of("attention.k") - plain.bytes_of("attention.k") == kept
    assert weights.bytes_of("mlp.gate") == plain.bytes_of("mlp.gate")


def test_awq_for_gemv_has_room_for_whole_words_of_zero_points():
    # Of Llama 3.1 8B's down-projections, 14,336 to 4096: 112 groups of 128 are 14 words of 8 zero points; of
    # groups of 512, 28 take 4 words, with room for 32 scales of 2 bytes. gemm has room for 28.
    values = 14_336 * 4096
    for group, words in ((128, 14), (512, 4)):
        weights = stored("llama-3.1-8b", AWQ | {"version": "gemv", "group_size": group})
        assert weights.bytes_of("mlp.down") == 32 * (values // 2 + 4096 * words * (4 + 16))
    assert stored("llama-3.1-8b", AWQ | {"version": "exllama"}).n_bytes == stored("llama-3.1-8b", AWQ).n_bytes


def test_mamba_keeps_its_convolution_and_quantises_its_projections():
    config = {
        "model_type": "mamba", "hidden_size": 16, "num_hidden_layers": 1, "vocab_size": 100, "state_size": 4,
        "quantization_config": {
            "quant_method": "fp8", "modules_to_not_convert": ["backbone.layers.0.mixer.x_proj"],
        },
    }  # fmt: skip
    weights = built(config).weights
    # By hand, with 32 channels, steps made from 1 value, convolutions of 4: a byte a value and an fp32 each
    assert weights.bytes_of("mamba.in") == 16 * 64 + 4
    assert weights.bytes_of("mamba.time_step") == 1 * 32 + 4
    assert weights.bytes_of("mamba.out") == 32 * 16 + 4
    assert weights.bytes_of("mamba.conv") == 2 * 4 * 32
    assert weights.bytes_of("mamba.scan_inputs") == 2 * 32 * (1 + 2 * 4)


def test_shared_blocks_of_a_model_are_stored_and_quantised_once():
    path = Path(__file__).parents[2] / "data" / "transformers-counts.json"
    records = [r for r in json.loads(path.read_text())["records"] if r["config"]["model_type"] == "zamba2"]
    for record in records:
        made = built(record["config"] | {"quantization_config": {"quant_method": "fp8"}})
        assert made.weights.n_values == record["parameters"]


@pytest.mark.parametrize("keys", [["quantization"], ["quantization", "quantization_config"]])
def test_a_file_of_mlx_has_a_scale_and_a_bias_for_each_64_weights(keys):
    stored_as = of_mlx("llama-3.1-8b", *keys).weights
    # 8,030,261,248 parameters, of which norms have 65 * 4096 = 266,240 in 16 bits; the rest, embedding and
    # head too, has 4 + 32 / 64 = 4.5 bits: 8,029,995,008 * 9 / 16 + 532,480, by hand
    assert stored_as.by_type == {"int4-g64": 4_516_872_192, "bf16": 532_480}
    assert (stored_as.name, stored_as.computed_in) == ("mlx int4-g64", None)


def test_a_layer_that_an_object_of_mlx_names_has_the_format_that_stands_there():
    names = {"model.layers.0.mlp.down_proj": {"group_size": 32, "bits": 8}, "model.embed_tokens": False}
    found = of_mlx("llama-3.1-8b", "quantization", **names).weights.by_type
    # 14,336 x 4,096 at 8 + 32 / 32 bits; 128,256 x 4,096 values of the embedding in 16 bits, beside the norms
    assert found["int8-g32"] == 14_336 * 4_096 * 9 // 8
    assert found["bf16"] == 2 * (128_256 * 4_096 + 266_240)
    assert found["int4-g64"] == (8_029_995_008 - 14_336 * 4_096 - 128_256 * 4_096) * 9 // 16


def test_experts_of_mlx_are_named_as_one_module():
    names = {"model.layers.0.mlp.switch_mlp.up_proj": {"group_size": 64, "bits": 8}}
    found = of_mlx("qwen3-30b-a3b", "quantization", **names).weights.by_type
    # 128 experts of 2,048 x 768 at 8.5 bits, by hand
    assert found["int8-g64"] == 128 * 2_048 * 768 * 17 // 16


@pytest.mark.parametrize(
    "stated, each",
    # bits of a value with its share of an 8-bit scale for 32, 32 and 16 of them
    [
        ({"mode": "mxfp4", "group_size": 32}, 4.25),
        ({"mode": "mxfp8", "group_size": 32, "bits": 8}, 8.25),
        ({"mode": "nvfp4", "group_size": 16}, 4.5),
        ({"bits": 3}, 3.5),
        ({"bits": 6, "group_size": 128}, 6.25),
    ],
)
def test_every_mode_of_mlx_takes_its_bits(stated, each):
    assert 8 * of_mlx("llama-3.1-8b", "quantization", **stated).weights.bytes_per_value("mlp.up") == each


def test_a_layer_without_a_mode_of_its_own_is_affine_in_mlx():
    names = {"lm_head": {"group_size": 64, "bits": 8}}
    made = of_mlx("llama-3.1-8b", "quantization", mode="mxfp4", group_size=32, **names)
    assert 8 * made.weights.bytes_per_value("lm_head") == 8.5


@pytest.mark.parametrize(
    "stated, message",
    [
        ({"bits": 7}, "quantization: bits is 7; expected one of 2, 3, 4, 5, 6, 8"),
        ({"mode": "nf4"}, "quantization: mode is 'nf4'; expected one of affine, mxfp4, mxfp8, nvfp4"),
        ({"model.layers.0.mlp.foo": False}, "quantization names 'model.layers.0.mlp.foo'; expected names of"),
        ({"lm_head": 4}, "quantization: lm_head is 4; expected true, false, or bits and group_size"),
    ],
)
def test_what_is_not_read_of_mlx_is_never_taken_for_16_bits(stated, message):
    made = of_mlx("llama-3.1-8b", "quantization", **stated)
    assert made.weights is None and message in made.weights_unread


def test_nvfp4_is_computed_in_4_bits_where_the_card_can():
    weights = weights_of(models.get("llama-3.1-8b"), "nvfp4")
    # 4.5 bits of 8,030,261,248 parameters
    assert (weights.n_bytes, weights.computed_in) == (4_517_021_952, "fp4")
    card, older = accelerators.get("b200-sxm"), accelerators.get("h100-sxm")
    assert bound(models.get("llama-3.1-8b"), card, "nvfp4")["compute_dtype"] == "fp4"
    assert bound(models.get("llama-3.1-8b"), older, "nvfp4")["compute_dtype"] == "bf16"
