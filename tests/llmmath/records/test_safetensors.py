"""What safetensors files store is read from their headers; the shape from the config.json beside them."""

import json
import math
import struct
from pathlib import Path

import pytest

from llmmath.cli.command import main
from llmmath.errors import InputError
from llmmath.records import parameters, safetensors

CONFIG = {
    "model_type": "llama",
    "vocab_size": 100,
    "hidden_size": 64,
    "intermediate_size": 96,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
}
BITS = {"BF16": 16, "F16": 16, "F32": 32, "F8_E4M3": 8, "I32": 32, "U8": 8}


def tensors(dtype="BF16"):
    """Name -> dtype and shape of a small Llama's tensors."""
    found = {"model.embed_tokens.weight": (100, 64), "model.norm.weight": (64,), "lm_head.weight": (100, 64)}
    for i in range(2):
        layer = f"model.layers.{i}."
        for name, shape in {
            "self_attn.q_proj": (64, 64), "self_attn.k_proj": (32, 64), "self_attn.v_proj": (32, 64),
            "self_attn.o_proj": (64, 64), "mlp.gate_proj": (96, 64), "mlp.up_proj": (96, 64),
            "mlp.down_proj": (64, 96), "input_layernorm": (64,), "post_attention_layernorm": (64,),
        }.items():  # fmt: skip
            found[f"{layer}{name}.weight"] = shape
    return {name: (dtype, shape) for name, shape in found.items()}


def write(path, held, config=CONFIG):
    """Write a file whose tensors are a hole in it, and the configuration beside it."""
    at, entries = 0, {"__metadata__": {"format": "pt"}}
    for name, (dtype, shape) in held.items():
        end = at + math.prod(shape) * BITS[dtype] // 8
        entries[name] = {"dtype": dtype, "shape": list(shape), "data_offsets": [at, end]}
        at = end
    header = json.dumps(entries).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(header)) + header)
        file.truncate(8 + len(header) + at)
    if config is not None:
        (Path(path).parent / "config.json").write_text(json.dumps(config))
    return str(path)


def changed(**fields):
    """The configuration with other fields than the files have."""
    return CONFIG | fields


def refused(path):
    """The one line in which a path is refused."""
    with pytest.raises(InputError) as caught:
        safetensors.read(path)
    message = str(caught.value)
    assert "\n" not in message and "expected" in message
    return message


def test_a_file_of_one_type_takes_its_bytes_for_each_parameter(tmp_path):
    model = safetensors.read(write(tmp_path / "model.safetensors", tensors()))
    # 2 layers of 2 x 64 x 64, 2 x 64 x 32, 3 x 64 x 96 and 2 x 64; a norm, embedding and head: by hand
    assert parameters.stored(model) == 2 * (8192 + 4096 + 18_432 + 128) + 64 + 2 * 6400
    assert (model.weights.name, model.weights.n_bytes) == ("bf16", 2 * parameters.stored(model))
    assert model.notes == ()


def test_each_matrix_takes_what_its_tensors_take_scales_included(tmp_path):
    held = tensors()
    for i in range(2):
        name = f"model.layers.{i}.mlp.gate_proj.weight"
        held[name] = ("F8_E4M3", (96, 64))
        held[f"{name}_scale_inv"] = ("F32", (1, 1))
    model = safetensors.read(write(tmp_path / "model.safetensors", held))
    # 2 layers of 96 x 64 values of a byte and a scale of 4
    assert model.weights.bytes_of("mlp.gate") == 2 * (6144 + 4)
    assert model.weights.bytes_of("mlp.up") == 2 * 2 * 6144
    assert model.weights.by_type["fp8"] == 2 * 6144
    assert model.weights.name == "bf16 mix"
    assert "Parameters are the configuration's" in model.notes[0]


def test_packed_values_are_told_beside_the_parameters_of_the_configuration(tmp_path):
    held = tensors("F16")
    for i in range(2):
        name = f"model.layers.{i}.mlp.down_proj."
        del held[f"{name}weight"]
        held |= {f"{name}qweight": ("I32", (12, 64)), f"{name}scales": ("F16", (3, 64))}
    model = safetensors.read(write(tmp_path / "model.safetensors", held))
    # 12 x 64 words of 4 bytes and 3 x 64 scales of 2, in each of 2 layers
    assert model.weights.bytes_of("mlp.down") == 2 * (3072 + 384)
    assert model.weights.n_values == parameters.stored(model)
    assert "values, the configuration counts" in model.notes[0]


def test_a_model_in_shards_counts_like_one_file_and_like_its_folder(tmp_path, capsys):
    held = tensors()
    names = list(held)
    shards = {"a.safetensors": names[:9], "b.safetensors": names[9:]}
    for shard, part in shards.items():
        write(tmp_path / shard, {name: held[name] for name in part})
    index = tmp_path / "model.safetensors.index.json"
    index.write_text(json.dumps({"weight_map": {n: shard for shard, part in shards.items() for n in part}}))
    found = []
    for path in (index, tmp_path):
        assert main(["count", str(path), "--json"]) == 0
        found.append(json.loads(capsys.readouterr().out))
    assert found[0] | {"model": ""} == found[1] | {"model": ""}
    assert found[0]["weight_bytes"] == 2 * found[0]["parameters"]
    (tmp_path / "b.safetensors").unlink()
    assert "shard 2 of 2, 'b.safetensors', is missing" in refused(str(index))


def test_an_index_names_files_beside_it_only(tmp_path):
    write(tmp_path / "a.safetensors", tensors())
    index = tmp_path / "model.safetensors.index.json"
    index.write_text(json.dumps({"weight_map": {"x": "../a.safetensors"}}))
    assert "expected the name of a .safetensors file beside the index" in refused(str(index))


def test_a_folder_of_parts_without_an_index_counts_like_its_files(tmp_path, capsys):
    held = tensors()
    names = list(held)
    for i, part in enumerate((names[:9], names[9:])):
        write(tmp_path / f"model-{i + 1:05}-of-00002.safetensors", {name: held[name] for name in part})
    assert main(["count", str(tmp_path), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    # all tensors are bf16, of 2 bytes each value; by hand above
    assert found["weight_bytes"] == 2 * 74_560
    (tmp_path / "model-00002-of-00002.safetensors").unlink()
    assert main(["count", str(tmp_path)]) == 2
    assert "part 2 of 2 is missing; expected 'model-00002-of-00002.safetensors'" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["consolidated.safetensors", "adapter_model.safetensors"])
def test_a_file_that_is_not_read_is_told_with_where_the_weights_are_from(tmp_path, capsys, name):
    write(tmp_path / name, {"layers.0.attention.wq.lora_a": ("F32", (8, 64))})
    assert main(["count", str(tmp_path)]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert f"'{name}' is not read; the weights are supposed from config.json." in told
    write(tmp_path / "model.safetensors", tensors("F32"))
    assert main(["count", str(tmp_path)]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert f"'{name}' is not read; the weights are those of model.safetensors." in told


@pytest.mark.parametrize("name", ["MODEL.SAFETENSORS", "sha256-1f", "weights.bin"])
def test_a_safetensors_file_under_another_name_is_known_by_how_it_begins(tmp_path, capsys, name):
    assert main(["count", write(tmp_path / name, tensors("F32")), "--json"]) == 0
    # fp32, of 4 bytes each value
    assert json.loads(capsys.readouterr().out)["weight_bytes"] == 4 * 74_560


def test_without_a_configuration_the_architecture_is_unknown(tmp_path):
    path = write(tmp_path / "model.safetensors", tensors(), config=None)
    assert "no config.json beside it" in refused(path)


def test_a_folder_with_a_configuration_alone_is_counted_by_it(tmp_path, capsys):
    (tmp_path / "config.json").write_text(json.dumps(CONFIG))
    assert main(["count", str(tmp_path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["dtype"] == "bf16"


def test_a_folder_without_one_is_refused(tmp_path, capsys):
    assert main(["count", str(tmp_path)]) == 2
    assert "a directory without a config.json" in capsys.readouterr().err


def placed(*spans):
    """A file of tensors of 4 values that stand where it is said, in 16 bytes."""
    made = {f"x{i}": {"dtype": "BF16", "shape": [4], "data_offsets": span} for i, span in enumerate(spans)}
    header = json.dumps(made).encode()
    return struct.pack("<Q", len(header)) + header + bytes(16)


def entry(**changed):
    """A file of one tensor of 4 values, with its entry changed."""
    one = {"dtype": "BF16", "shape": [2, 2], "data_offsets": [0, 8]} | changed
    header = json.dumps({"x": one}).encode()
    return struct.pack("<Q", len(header)) + header + bytes(8)


DIFFERENT = {
    # 192 x 64 values for the 96 x 64 of the file
    "'model.layers.0.mlp.gate_proj.weight' has the shape [96, 64] of bf16; expected 12288 values of mlp.gate":
    changed(intermediate_size=192),
    # heads of 64 / 4 = 16 values, of which 4 make 64 x 64 values of keys
    "'model.layers.0.self_attn.k_proj.weight' has the shape [32, 64] of bf16; expected 4096 values":
    changed(num_key_value_heads=4),
    "'lm_head.weight' has the shape [100, 64] of bf16; expected 12800 values of lm_head":
    changed(vocab_size=200),
    "no tensor is of layer 2, and the last, 'model.layers.1.self_attn.q_proj.weight' of shape [64, 64]":
    changed(num_hidden_layers=3),
    "'model.layers.1.self_attn.q_proj.weight' has the shape [64, 64], of layer 1; expected 1 layers":
    changed(num_hidden_layers=1),
}  # fmt: skip


@pytest.mark.parametrize("said", DIFFERENT)
def test_a_matrix_of_another_shape_than_the_configuration_asks_for_is_refused(tmp_path, capsys, said):
    path = write(tmp_path / "model.safetensors", tensors(), DIFFERENT[said])
    assert main(["count", path]) == 2
    out, err = capsys.readouterr()
    assert out == "" and err.count("\n") == 1 and said in err and "from config.json" in err


@pytest.mark.parametrize("dtype, shape", [("U8", (64, 47)), ("I32", (11, 64)), ("F8_E4M3", (64, 48))])
def test_packed_values_that_are_no_whole_number_of_bits_each_are_refused(tmp_path, dtype, shape):
    # 64 x 96 values: 64 x 47 bytes are 3.9 bits each, 11 x 64 words of 32 bits 3.7, and 64 x 48 of fp8 half
    held = tensors("F16")
    for i in range(2):
        held[f"model.layers.{i}.mlp.down_proj.weight"] = (dtype, shape)
    message = refused(write(tmp_path / "model.safetensors", held))
    assert f"'model.layers.0.mlp.down_proj.weight' has the shape {list(shape)}" in message
    assert "expected 6144 values of mlp.down" in message


def test_a_matrix_without_tensors_is_named_where_all_values_are_unquantised(tmp_path):
    held = tensors()
    del held["model.layers.1.mlp.up_proj.weight"]
    message = refused(write(tmp_path / "model.safetensors", held))
    # 74,560 values in all, less 96 x 64
    assert "the tensors hold 68416 values" in message and "'model.layers.1.mlp.up_proj' among them" in message


def test_names_that_are_not_known_are_counted_where_all_values_are_there(tmp_path):
    held = {name.replace("mlp", "feed_forward"): tensor for name, tensor in tensors().items()}
    model = safetensors.read(write(tmp_path / "model.safetensors", held))
    assert model.weights.n_bytes == 2 * parameters.stored(model)


def test_a_model_without_a_head_is_read_under_names_without_a_prefix(tmp_path):
    held = {n.removeprefix("model."): tensor for n, tensor in tensors().items() if n != "lm_head.weight"}
    config = changed(architectures=["LlamaModel"])
    model = safetensors.read(write(tmp_path / "model.safetensors", held, config))
    assert (model.weights.n_bytes, model.notes) == (2 * parameters.stored(model), ())


BAD = {
    "0 bytes": b"",
    "claim a header of 18446744073709551615 bytes": b"\xff" * 8,
    "the file ends at byte 8, but its header at byte 108": struct.pack("<Q", 100),
    "no JSON": struct.pack("<Q", 4) + b"nope",
    "the JSON is []": struct.pack("<Q", 2) + b"[]",
    "has the dtype 'X'": entry(dtype="X"),
    "has the shape [-1]": entry(shape=[-1]),
    "takes 8 bytes; expected 12": entry(shape=[3, 2]),
    "ends at 12": entry(shape=[6], data_offsets=[0, 12]),
    "'x1' starts at byte 0 of the tensors' part; expected byte 8": placed([0, 8], [0, 8]),
    "'x1' starts at byte 6 of the tensors' part; expected byte 8": placed([0, 8], [6, 14]),
    "'x0' starts at byte 8 of the tensors' part; expected byte 0": placed([8, 16]),
    "the tensors' part has 16 bytes; expected 8": placed([0, 8]),
    "holds no tensors": struct.pack("<Q", 2) + b"{}",
}


@pytest.mark.parametrize("said", BAD)
def test_what_is_no_safetensors_file_is_refused_in_one_line(tmp_path, capsys, said):
    (tmp_path / "config.json").write_text(json.dumps(CONFIG))
    path = tmp_path / "m.safetensors"
    path.write_bytes(BAD[said])
    assert main(["count", str(path)]) == 2
    out, err = capsys.readouterr()
    assert out == "" and err.count("\n") == 1 and said in err


def test_a_header_that_is_cut_or_changed_anywhere_is_read_or_refused(tmp_path):
    path = Path(write(tmp_path / "m.safetensors", {"model.norm.weight": ("F32", (64,))}))
    whole = path.read_bytes()
    n_refused = 0
    for at in range(len(whole) - 256):
        for broken in (whole[:at], whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]):
            path.write_bytes(broken)
            try:
                safetensors.header.read(str(path), "m")
            except InputError as error:
                n_refused += "\n" not in str(error)
    # every cut is refused, and changes beside those in names and white space
    assert n_refused > len(whole) - 256


def test_a_tower_s_tensors_are_in_no_total_of_the_language_model(tmp_path, capsys):
    text = {key: value for key, value in CONFIG.items() if key != "model_type"}
    vision = {
        "hidden_size": 8, "intermediate_size": 8, "num_hidden_layers": 1, "num_attention_heads": 1,
        "image_size": 8, "patch_size": 4, "model_type": "siglip_vision_model",
    }  # fmt: skip
    config = {
        "model_type": "llava",
        "text_config": text | {"model_type": "llama", "tie_word_embeddings": False},
        "vision_config": vision,
    }
    held = {f"language_model.{name}": tensor for name, tensor in tensors().items()}
    held["vision_tower.vision_model.encoder.layers.0.layer_norm1.weight"] = ("F32", (8,))
    path = write(tmp_path / "model.safetensors", held, config)
    model = safetensors.read(path)
    assert model.weights.n_bytes == 2 * parameters.stored(model)
    # 8 values of 4 bytes, which wait in memory and are not read while text is written
    assert model.weights.towers_bytes == 32
    assert main(["bound", path, "--accelerator", "rtx-4090", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["towers_bytes"], found["weights_bytes"]) == (32, 2 * parameters.stored(model))
    # all weights but 99 of the embedding's 100 rows of 64 values, at 1008 GB/s
    read = 2 * (parameters.stored(model) - 99 * 64)
    assert found["weight_reading_seconds"] == pytest.approx(read / 1008e9, rel=1e-12)
    assert model.notes[-1] == "32 bytes of towers for images or sound are in no total."


def test_of_a_language_model_whose_names_are_not_known_the_towers_are_told_apart_too(tmp_path):
    text = CONFIG | {"num_hidden_layers": 1, "model_type": "llama", "tie_word_embeddings": False}
    vision = {
        "hidden_size": 8, "intermediate_size": 8, "num_hidden_layers": 1, "num_attention_heads": 1,
        "image_size": 8, "patch_size": 4, "model_type": "siglip_vision_model",
    }  # fmt: skip
    config = {"model_type": "llava", "text_config": text, "vision_config": vision}
    held = {
        "model.language_model." + name.removeprefix("model.").replace("mlp", "network"): tensor
        for name, tensor in tensors().items()
        if "layers.1" not in name and "lm_head" not in name
    }
    held["lm_head.weight"] = ("BF16", (100, 64))
    held["model.visual.blocks.0.norm1.weight"] = ("F32", (8,))
    held["model.multi_modal_projector.linear_1.weight"] = ("BF16", (64, 8))
    model = safetensors.read(write(tmp_path / "model.safetensors", held, config))
    assert model.weights.n_bytes == 2 * parameters.stored(model)
    # 8 values of 4 bytes and 64 x 8 of 2
    assert model.weights.towers_bytes == 32 + 1024


def split(folder, config=CONFIG):
    """Paths of the two parts of a small Llama's file."""
    held = tensors()
    names = list(held)
    parts = []
    for i, some in enumerate((names[:9], names[9:])):
        parts.append(folder / f"model-0000{i + 1}-of-00002.safetensors")
        write(parts[-1], {name: held[name] for name in some}, config)
    return parts


@pytest.mark.parametrize("with_index", [True, False], ids=["with index", "without index"])
@pytest.mark.parametrize("i", [0, 1])
def test_any_part_of_a_split_file_stands_for_the_whole(tmp_path, i, with_index):
    parts = split(tmp_path)
    if with_index:
        placed = {name: part.name for part in parts for name in safetensors.header.read(str(part), "part")}
        (tmp_path / "model.safetensors.index.json").write_text(json.dumps({"weight_map": placed}))
    model = safetensors.read(str(parts[i]))
    assert model.weights.n_bytes == 2 * parameters.stored(model) and model.notes == ()


def test_a_part_whose_other_parts_are_missing_is_refused_by_their_names(tmp_path):
    parts = split(tmp_path)
    parts[1].unlink()
    message = refused(str(parts[0]))
    assert "part 2 of 2 is missing; expected 'model-00002-of-00002.safetensors' beside the others" in message
    none = tmp_path / "model-00001-of-00000.safetensors"
    none.touch()
    assert "the name says part of 0" in refused(str(none))


def test_a_tensor_in_two_parts_is_refused(tmp_path):
    parts = split(tmp_path)
    write(parts[1], tensors())
    assert "is in another part too; expected it once" in refused(str(parts[0]))
