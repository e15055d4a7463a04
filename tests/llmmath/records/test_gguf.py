"""GGUF files: headers of llama.cpp's own converter are read as the models they were made from."""

import json
import random
import struct
from pathlib import Path

import pytest

from llmmath import ledger
from llmmath.cli.command import main
from llmmath.errors import InputError
from llmmath.records import gguf, gguf_mixes, models, parameters
from llmmath.records.architectures import build
from llmmath.records.gguf.types import TYPES
from tests.llmmath.records import gguf_files

RECORDS = json.loads((Path(__file__).parents[2] / "data/gguf-headers.json").read_text())["records"]


def refused(path):
    """The one line in which a file is refused."""
    with pytest.raises(InputError) as caught:
        gguf.read(path)
    message = str(caught.value)
    assert "\n" not in message and "expected" in message
    return message


@pytest.mark.parametrize("record", RECORDS, ids=[record["config"]["model_type"] for record in RECORDS])
def test_a_file_of_llama_cpps_converter_counts_like_the_configuration_it_was_made_from(record, tmp_path):
    theirs = build(record["config"], where="config.json", key="k", name="n", source="s")
    ours = gguf.read(gguf_files.write(tmp_path / "m.gguf", record["metadata"], record["tensors"]))
    assert parameters.breakdown(ours) == parameters.breakdown(theirs)
    assert parameters.active(ours) == parameters.active(theirs)
    for context in (1, 7, 33):
        assert ledger.components(ledger.decode(ours, context)) == ledger.components(
            ledger.decode(theirs, context)
        )
        assert ledger.cache_values(ours, context) == ledger.cache_values(theirs, context)
        prefill = [ledger.components(ledger.prefill(model, context)) for model in (ours, theirs)]
        assert prefill[0] == prefill[1]
    assert ledger.state_values(ours) == ledger.state_values(theirs)
    # All tensors are fp32 here: 4 bytes for each parameter.
    assert ours.weights.n_values == parameters.stored(theirs)
    assert ours.weights.n_bytes == 4 * parameters.stored(theirs)


def llama_3_1_8b():
    """Metadata and tensors of the published Q4_K_M file of Llama 3.1 8B: Q6_K for values and down-projections
    of 16 layers, and for the head."""
    metadata, tensors = gguf_files.llama(32, 4096, 14336, 32, 8, 128_256)
    more = {i for i in range(32) if i < 4 or i >= 28 or (i - 4) % 3 == 2}
    chosen = {"output.weight"} | {f"blk.{i}.{name}.weight" for i in more for name in ("attn_v", "ffn_down")}
    tensors = [(name, shape, 14 if name in chosen else number) for name, shape, number in tensors]
    return metadata, [*tensors, ("rope_freqs.weight", (64,), 0)]


def test_the_published_q4_k_m_file_of_llama_3_1_8b_has_its_published_sizes(tmp_path, capsys):
    metadata, tensors = llama_3_1_8b()
    # llama.cpp prints of the published file: 292 tensors: f32 66, q4_K 193, q6_K 33; 8.03 B parameters; 4.58
    # GiB, 4.89 bits a parameter
    numbers = [number for _, _, number in tensors]
    assert (len(tensors), numbers.count(0), numbers.count(12), numbers.count(14)) == (292, 66, 193, 33)
    model = gguf.read(gguf_files.write(tmp_path / "m.gguf", metadata, tensors))
    assert parameters.stored(model) == 8_030_261_248
    assert round(model.weights.n_bytes / 2**30, 2) == 4.58
    assert round(8 * model.weights.n_bytes / parameters.stored(model), 2) == 4.89
    assert model.apart == (("tables of rotary positions", 64),)
    # and each component takes what the quantizer's rules give it
    mixed = gguf_mixes.weights_of(models.get("llama-3.1-8b"), "Q4_K_M")
    for component in parameters.breakdown(model):
        assert model.weights.bytes_of(component) == mixed.bytes_of(component)
    assert main(["count", str(tmp_path / "m.gguf"), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["weight_bytes"] == model.weights.n_bytes
    assert found["weight_bytes_by_type"] == model.weights.by_type


def test_bound_reads_each_matrix_at_the_bytes_it_has_in_the_file(tmp_path, capsys):
    path = gguf_files.write(tmp_path / "m.gguf", *llama_3_1_8b())
    arguments = ["--accelerator", "rtx-4090", "--json"]
    assert main(["bound", path, *arguments]) == 0
    ours = json.loads(capsys.readouterr().out)
    assert main(["bound", "llama-3.1-8b", "--dtype", "Q4_K_M", *arguments]) == 0
    theirs = json.loads(capsys.readouterr().out)
    for name in ("weights_bytes", "weight_reading_seconds", "step_seconds", "prefill_seconds"):
        assert ours[name] == theirs[name]


@pytest.mark.parametrize("version,order", [(2, "<"), (3, "<"), (3, ">")])
def test_both_versions_and_both_byte_orders_are_read(tmp_path, version, order):
    path = gguf_files.write(tmp_path / "m.gguf", *gguf_files.llama(), version=version, order=order)
    # 2 layers of 2 x 256 x 256, 2 x 256 x 128 and 3 x 256 x 512, 5 norms, embedding and head: by hand
    assert parameters.stored(gguf.read(path)) == 2 * (131_072 + 65_536 + 393_216 + 512) + 256 + 2 * 76_800


def test_a_file_without_a_head_of_its_own_is_tied(tmp_path):
    model = gguf.read(gguf_files.write(tmp_path / "m.gguf", *gguf_files.llama(head=False)))
    assert model.tied
    assert model.weights.bytes_per_value("lm_head") == 144 / 256


@pytest.mark.parametrize("name", ["blk.1.attn_k.weight", "output_norm.weight", "blk.0.ffn_norm.weight"])
def test_a_tensor_that_is_missing_is_told(tmp_path, name):
    metadata, tensors = gguf_files.llama()
    tensors = [one for one in tensors if one[0] != name]
    assert "the tensors hold" in refused(gguf_files.write(tmp_path / "m.gguf", metadata, tensors))


@pytest.mark.parametrize(
    "tensor",
    [
        ("blk.0.attn_q.lora_a.weight", (256, 8), 0),
        ("blk.0.attn_q.bias", (256,), 0),
        ("blk.0.attn_kv_b.weight", (256, 256), 12),
        ("v.patch_embd.weight", (256, 8), 0),
    ],
)
def test_a_tensor_that_the_count_would_leave_out_is_refused(tmp_path, tensor):
    metadata, tensors = gguf_files.llama()
    refused(gguf_files.write(tmp_path / "m.gguf", metadata, [*tensors, tensor]))


def test_a_shape_that_is_not_the_tensors_is_refused_by_the_tensor(tmp_path):
    metadata, tensors = gguf_files.llama()
    metadata["llama.feed_forward_length"] = 768
    message = refused(gguf_files.write(tmp_path / "m.gguf", metadata, tensors))
    assert "'blk.0.ffn_gate.weight' has the shape [256, 512], 131072 values; expected 196608" in message


def test_a_layer_past_those_that_the_metadata_counts_is_refused(tmp_path):
    metadata, tensors = gguf_files.llama()
    message = refused(gguf_files.write(tmp_path / "m.gguf", metadata | {"llama.block_count": 1}, tensors))
    assert "'blk.1.attn_norm.weight' is of layer 1; expected layers below 1" in message


def test_layers_that_predict_further_tokens_are_counted_apart_where_the_metadata_says_how_many(tmp_path):
    metadata, tensors = gguf_files.llama()
    path = gguf_files.write(tmp_path / "m.gguf", metadata | {"llama.nextn_predict_layers": 1}, tensors)
    # The second of two layers: 2 x 256 x 256, 2 x 256 x 128, 3 x 256 x 512 and two norms of 256, by hand
    assert gguf.read(path).apart == (("multi-token prediction", 131_072 + 65_536 + 393_216 + 512),)


@pytest.mark.parametrize("parts", [1, 3])
def test_a_file_in_parts_counts_like_the_whole(tmp_path, parts):
    metadata, tensors = gguf_files.llama()
    size = -(-len(tensors) // parts)
    for i in range(parts):
        head = {"split.no": i, "split.count": parts, "split.tensors.count": len(tensors)}
        gguf_files.write(
            tmp_path / f"m-{i + 1:05}-of-{parts:05}.gguf",
            head | (metadata if i == 0 else {}),
            tensors[i * size : (i + 1) * size],
        )
    last = str(tmp_path / f"m-{parts:05}-of-{parts:05}.gguf")
    whole = gguf.read(gguf_files.write(tmp_path / "m.gguf", metadata, tensors))
    assert gguf.read(last).weights == whole.weights


@pytest.mark.parametrize("name", ["M.GGUF", "sha256-1f", "model.bin", "model.json"])
def test_a_gguf_file_under_another_name_is_known_by_how_it_begins(tmp_path, capsys, name):
    path = gguf_files.write(tmp_path / name, *gguf_files.llama())
    assert main(["count", path, "--json"]) == 0
    # 144 bytes for 256 values, and five norms of 256 in fp32; by hand as above
    matrices = 2 * (131_072 + 65_536 + 393_216) + 2 * 76_800
    assert json.loads(capsys.readouterr().out)["weight_bytes"] == matrices * 144 // 256 + 5 * 256 * 4


def test_a_part_that_is_missing_is_named(tmp_path):
    path = gguf_files.write(tmp_path / "m-00001-of-00002.gguf", *gguf_files.llama())
    assert "part 2 of 2 is missing; expected 'm-00002-of-00002.gguf'" in refused(path)


def test_a_part_under_another_name_is_told(tmp_path):
    metadata, tensors = gguf_files.llama()
    path = gguf_files.write(tmp_path / "m.gguf", metadata | {"split.count": 2}, tensors)
    assert "one of 2 parts" in refused(path)


BAD = {
    "is a directory": None,
    "ends at byte 0": b"",
    "begins with b'PK": b"PK\3\4" + bytes(60),
    "the GGUF version is 1": b"GGUF" + struct.pack("<IQQ", 1, 0, 0),
    "the GGUF version is 4": b"GGUF" + struct.pack("<IQQ", 4, 0, 0),
    "claims 18446744073709551615 tensors": b"GGUF" + struct.pack("<IQQ", 3, 2**64 - 1, 0),
    "claims 1099511627776 entries": b"GGUF" + struct.pack("<IQQ", 3, 0, 2**40),
    "has 1099511627776 bytes": b"GGUF" + struct.pack("<IQQQ", 3, 0, 1, 2**40) + bytes(99),
    "claims 1099511627776 elements": b"GGUF"
    + struct.pack("<IQQQ1sIIQ", 3, 0, 1, 1, b"k", 9, 8, 2**40)
    + bytes(99),
    "general.architecture is missing": b"GGUF" + struct.pack("<IQQ", 3, 0, 0),
    "'clip' is not counted": gguf_files.header({"general.architecture": "clip"}, []),
    "has no tensors": gguf_files.header({"general.architecture": "llama"}, []),
}


@pytest.mark.parametrize("said", BAD)
def test_what_is_no_model_is_refused_in_one_line(tmp_path, capsys, said):
    path = tmp_path / "m.gguf"
    path.mkdir() if BAD[said] is None else path.write_bytes(BAD[said])
    assert main(["count", str(path)]) == 2
    out, err = capsys.readouterr()
    assert out == "" and err.count("\n") == 1 and said in err


def test_a_file_that_ends_before_its_tensors_do_is_told_with_the_byte(tmp_path):
    path = gguf_files.write(tmp_path / "m.gguf", *gguf_files.llama())
    with open(path, "r+b") as file:
        file.truncate(5000)
    assert "ends at byte 5000, but 'blk.1.ffn_down.weight' ends at byte" in refused(path)


@pytest.mark.parametrize("moved", [-64, 8, 32], ids=["over another", "between two", "after a gap"])
def test_a_tensor_that_does_not_follow_the_one_before_it_is_refused(tmp_path, moved):
    path = Path(gguf_files.write(tmp_path / "m.gguf", *gguf_files.llama()))
    whole = path.read_bytes()
    # The third tensor: its name, two dimensions of 8 bytes after their number of 4, a type of 4, its offset.
    at = whole.index(b"output.weight", whole.index(b"output_norm.weight")) + 13 + 4 + 16 + 4
    # 300 rows of 256 values in 144 bytes, and 256 fp32 values: both are multiples of 32
    expected = 300 * 144 + 256 * 4
    assert struct.unpack_from("<Q", whole, at) == (expected,)
    path.write_bytes(whole[:at] + struct.pack("<Q", expected + moved) + whole[at + 8 :])
    assert f"'output.weight' starts at byte {expected + moved} of the tensors' part" in refused(str(path))


def test_an_alignment_that_is_no_power_of_two_is_refused(tmp_path):
    metadata, tensors = gguf_files.llama()
    path = gguf_files.write(tmp_path / "m.gguf", metadata | {"general.alignment": 24}, tensors)
    assert "general.alignment is 24; expected a power of 2" in refused(path)


def test_a_header_that_is_cut_anywhere_is_refused(tmp_path):
    made = gguf_files.header(*gguf_files.llama(n_layers=1))
    path = tmp_path / "m.gguf"
    for length in range(len(made)):
        path.write_bytes(made[:length])
        message = refused(str(path))
        assert "the file ends at byte" in message or "no more than the file can hold" in message


def test_a_header_with_a_byte_changed_is_read_or_refused(tmp_path):
    metadata, tensors = gguf_files.llama(n_layers=1, d_model=32, d_ff=32, vocabulary=5, number=0)
    path = Path(gguf_files.write(tmp_path / "m.gguf", metadata, tensors))
    whole = path.read_bytes()
    n_bytes = len(gguf_files.header(metadata, tensors))
    n_refused = 0
    for at in range(0, n_bytes, 2):
        broken = bytearray(whole)
        broken[at] ^= random.Random(at).choice([1, 0x80, 0xFF])
        path.write_bytes(broken)
        try:
            gguf.read(path)
        except InputError as error:
            n_refused += "\n" not in str(error)
    assert n_refused > n_bytes // 4


def test_arrays_in_arrays_are_bounded(tmp_path):
    path = tmp_path / "m.gguf"
    path.write_bytes(
        b"GGUF" + struct.pack("<IQQQ1sI", 3, 0, 1, 1, b"k", 9) + struct.pack("<IQ", 9, 1) * 100 + bytes(64)
    )
    assert "arrays in arrays" in refused(str(path))


def test_the_types_of_ggml_take_what_its_table_says():
    # gguf-py/gguf/constants.py, GGML_QUANT_SIZES: values and bytes of a block
    table = {
        "fp32": (1, 4), "fp16": (1, 2), "Q4_0": (32, 18), "Q4_1": (32, 20), "Q5_0": (32, 22),
        "Q5_1": (32, 24), "Q8_0": (32, 34), "Q8_1": (32, 36), "Q2_K": (256, 84), "Q3_K": (256, 110),
        "Q4_K": (256, 144), "Q5_K": (256, 176), "Q6_K": (256, 210), "Q8_K": (256, 292),
        "IQ2_XXS": (256, 66), "IQ2_XS": (256, 74), "IQ3_XXS": (256, 98), "IQ1_S": (256, 50),
        "IQ4_NL": (32, 18), "IQ3_S": (256, 110), "IQ2_S": (256, 82), "IQ4_XS": (256, 136), "int8": (1, 1),
        "int16": (1, 2), "int32": (1, 4), "int64": (1, 8), "fp64": (1, 8), "IQ1_M": (256, 56),
        "bf16": (1, 2), "TQ1_0": (256, 54), "TQ2_0": (256, 66), "mxfp4": (32, 17), "NVFP4": (64, 36),
        "Q1_0": (128, 18), "Q2_0": (64, 18),
    }  # fmt: skip
    assert {one.name: (one.block_values, one.block_bytes) for one in TYPES.values()} == table
