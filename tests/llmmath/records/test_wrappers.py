"""Files that hold a language model and towers: published totals, and what is wrong told in one line."""

import copy
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmmath.cli.command import main
from llmmath.count import count
from llmmath.errors import InputError
from llmmath.records import parameters
from llmmath.records.architectures import build
from llmmath.records.architectures.vision import TOWERS
from llmmath.records.architectures.wrappers import WRAPPERS
from llmmath.records.fields import Field
from tests.llmmath.records.junk import JUNK

DATA = Path(__file__).parents[2] / "data"
# Shapes of published config.json files, and the totals that the Hub shows for their safetensors files.
PUBLISHED = {row["name"]: row for row in json.loads((DATA / "wrappers-published.json").read_text())}
GEMMA3 = PUBLISHED["google/gemma-3-4b-it"]["config"]
# A random small file of each type.
EXAMPLES = {
    record["config"]["model_type"]: record["config"]
    for record in json.loads((DATA / "transformers-counts.json").read_text())["records"]
    if record["config"]["model_type"] in WRAPPERS and "architectures" not in record["config"]
}


def built(config):
    return build(config, where="config.json", key="k", name="n", source="s")


def refused(config):
    with pytest.raises(InputError) as caught:
        built(config)
    message = str(caught.value)
    assert message.startswith("config.json: ") and "\n" not in message
    return message


def changed(config, section, **fields):
    return config | {section: config[section] | fields}


def without(config, section, name):
    return config | {section: {key: value for key, value in config[section].items() if key != name}}


@pytest.mark.parametrize("name", [name for name in PUBLISHED if "gemma-3n" not in name])
def test_language_model_and_towers_add_up_to_the_published_total(name):
    model = built(PUBLISHED[name]["config"])
    beside = sum(tower.parameters for tower in model.towers) + sum(dict(model.apart).values())
    assert parameters.stored(model) + beside == PUBLISHED[name]["parameters"]


def test_both_gemma_3n_leave_the_same_number_for_their_vision_tower():
    left = set()
    for name in ("google/gemma-3n-E2B", "google/gemma-3n-E4B"):
        model = built(PUBLISHED[name]["config"])
        known = parameters.stored(model) + sum(tower.parameters or 0 for tower in model.towers)
        left.add(PUBLISHED[name]["parameters"] - known - dict(model.apart)["unused keys and values"])
        assert [tower.name for tower in model.towers if tower.parameters is None] == ["vision tower"]
    # timm's MobileNetV5 of 300 million, whose layers stand in no file
    assert len(left) == 1 and 290e6 < left.pop() < 310e6


def test_gemma_3_reads_an_image_as_worked_by_hand():
    # 64 x 64 patches of 14 x 14 x 3 values; 27 layers of four matrices of 1152 x 1152, two of 1152 x 4304,
    # and 4096 x 4096 pairs for scores and for values; then 16 x 16 tokens of 1152 values to 2560
    tower, projector = built(GEMMA3).towers
    layers = 27 * (4096 * (4 * 1152**2 + 2 * 1152 * 4304) + 2 * 4096**2 * 1152)
    assert tower.multiplications == 4096 * 14 * 14 * 3 * 1152 + layers
    assert projector.multiplications == 256 * 1152 * 2560
    assert built(GEMMA3).image[:4] == (896, 896, 4096, 256)


def test_windows_of_qwen_2_5_vl_are_worked_by_hand():
    # 896 pixels are 64 patches of 14, windows 8 patches wide: 64 windows of 64 patches in 28 of 32 layers
    tower, _ = built(PUBLISHED["Qwen/Qwen2.5-VL-7B-Instruct"]["config"]).towers
    assert [(one.copies, one.n_pairs) for one in tower.attention] == [(4, 4096**2), (28, 64 * 64**2)]


def test_a_tower_is_in_no_count_of_the_language_model():
    alone = GEMMA3["text_config"] | {"architectures": ["Gemma3ForCausalLM"]}
    whole, text = count(built(GEMMA3), 9), count(built(alone), 9)
    assert whole["towers"]["projector"] == {
        "parameters": 1152 * 2560 + 1152,
        "multiplications_per_image": 256 * 1152 * 2560,
    }
    assert whole["image"]["n_tokens"] == 256
    for name in ("parameters", "multiplications", "kv_cache_bytes", "weight_bytes"):
        assert whole[name] == text[name]


def test_towers_and_image_are_printed(tmp_path, capsys):
    path = tmp_path / "config.json"
    path.write_text(json.dumps(GEMMA3))
    assert main(["count", str(path)]) == 0
    out = capsys.readouterr().out
    assert "vision tower  416,866,032" in out
    assert "One image: 896 x 896 pixels, 4,096 patches, 256 tokens" in out
    path.write_text(json.dumps(PUBLISHED["google/gemma-3n-E2B"]["config"]))
    assert main(["count", str(path)]) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert "parameters are unknown: the file names a model of another library" in out


def test_towers_take_memory_beside_the_weights(tmp_path, capsys):
    path = tmp_path / "config.json"
    path.write_text(json.dumps(GEMMA3))
    assert main(["bound", str(path), "--accelerator", "h100-sxm", "--dtype", "fp8", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    # 416,866,032 and 2,950,272 parameters, which stay at 16 bits
    assert found["towers_bytes"] == 2 * (416_866_032 + 2_950_272)
    held = ("weights_bytes", "towers_bytes", "kv_cache_bytes", "activation_bytes", "reserved_bytes")
    assert abs(found["needed_bytes"] - sum(found[name] for name in held)) <= len(held)


def test_what_the_file_leaves_out_is_named():
    model = built(PUBLISHED["llava-hf/llava-1.5-7b-hf"]["config"])
    assert "text_config's hidden_size" in model.notes[-1] and model.d_model == 4096


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({"model_type": "gemma3"}, "text_config is missing; expected an object"),
        (GEMMA3 | {"text_config": None}, "text_config is null; expected an object"),
        (GEMMA3 | {"text_config": [1]}, "text_config is [1]; expected an object"),
        ({k: v for k, v in GEMMA3.items() if k != "vision_config"}, "vision_config is missing; expected an"),
        (
            changed(GEMMA3, "text_config", model_type="llama"),
            "text_config: model_type is 'llama'; expected gemma3_text in gemma3",
        ),
        (
            changed(GEMMA3, "vision_config", model_type="clip_vision_model"),
            "vision_config: model_type is 'clip_vision_model'; expected siglip_vision_model in gemma3",
        ),
        (changed(GEMMA3, "text_config", hidden_size=0), "text_config: hidden_size is 0; expected"),
        (changed(GEMMA3, "vision_config", patch_size=[14]), "vision_config: patch_size is [14]; expected"),
        (changed(GEMMA3, "vision_config", patch_size=900), "image_size is [896, 896]; expected at least one"),
        (changed(GEMMA3, "vision_config", num_attention_heads=7), "a divisor of the tower's width, 1152"),
        (
            changed(without(GEMMA3, "text_config", "hidden_size"), "text_config", hiden_size=2560),
            "the file's 'hiden_size' may be a misspelling of it",
        ),
        (GEMMA3 | {"mm_tokens_per_image": "256"}, "mm_tokens_per_image is '256'; expected"),
        (GEMMA3 | {"architectures": ["Gemma3ForCausalLM"]}, "n: architectures is ['Gemma3ForCausalLM']"),
        (
            changed(EXAMPLES["llava"], "text_config", model_type="bert"),
            "text_config: model_type 'bert' is not counted: an encoder",
        ),
        (
            changed(EXAMPLES["llava"], "text_config", model_type="gemma3"),
            "text_config: model_type 'gemma3' is not counted",
        ),
        ({"model_type": "gema3"}, "did you mean 'gemma3'?"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_file_is_named(config, words):
    assert words in refused(config)


@settings(max_examples=300, deadline=None)
@given(data=st.data(), wrapper=st.sampled_from(sorted(WRAPPERS)))
def test_junk_in_any_field_of_any_part_is_refused_or_counted_but_never_crashes(data, wrapper):
    config = copy.deepcopy(EXAMPLES[wrapper])
    places = [(config, name) for name in config if name != "model_type"]
    for section in ("text_config", "vision_config", "audio_config"):
        if isinstance(config.get(section), dict):
            places += [(config[section], name) for name in config[section]]
    names = {n for t in TOWERS.values() for e in t.values() if isinstance(e, Field) for n in e.names}
    if isinstance(config.get("vision_config"), dict):
        places += [(config["vision_config"], name) for name in sorted(names)]
    for place, name in data.draw(st.lists(st.sampled_from(places), min_size=1, max_size=3)):
        place[name] = data.draw(JUNK)
    try:
        model = built(config)
    except InputError as error:
        assert "\n" not in str(error)
    else:
        counts = count(model, min(7, model.n_positions or 7))
        assert all(one["parameters"] is None or one["parameters"] > 0 for one in counts["towers"].values())
