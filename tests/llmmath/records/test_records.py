"""Records of models and accelerators: sources, shapes, and rows that must not load."""

import json
import re
from functools import partial
from pathlib import Path

import pytest

from llmmath.errors import InputError, UnknownName
from llmmath.evidence import errata, listed, measurements
from llmmath.records import accelerators, configs, models, parameters, reserves
from llmmath.records.rows import record, table

GPT2_ROW = dict(table("models.toml", models.__file__)["gpt2"])
A100_ROW = dict(table("accelerators.toml", models.__file__)["a100-sxm-80"])


def without(row, field):
    return {key: value for key, value in row.items() if key != field}


@pytest.mark.parametrize("key", models.keys())
def test_a_model_names_where_its_shape_is_published(key):
    assert re.search(r"huggingface\.co/\S+/\S+ config\.json|arXiv:\d{4}\.\d{5}", models.get(key).source)


def test_a_model_of_a_known_shape_is_counted_under_its_own_name():
    found, known = models.published("deepseek-r1"), models.published("deepseek-v3")
    assert (found.key, found.name) == ("deepseek-r1", "DeepSeek-R1")
    assert found.layers == known.layers and found.weights.n_bytes == known.weights.n_bytes
    assert found.notes[-1] == "DeepSeek-R1 is counted as DeepSeek-V3, whose shape it has."
    # the published configuration itself
    path = Path(__file__).parents[2] / "data" / "hf-configs" / "deepseek-r1" / "config.json"
    assert configs.read(path).layers == found.layers


def test_no_model_of_a_known_shape_has_a_record_too():
    assert models.same_shape()["llama-3.3-70b"] == ("llama-3.1-70b", "Llama 3.3 70B")
    assert not set(models.same_shape()) & set(models.keys())


def test_kimi_k2_has_the_parameters_that_its_authors_state():
    # 1 T, of which 32 B are active: MoonshotAI/Kimi-K2 README.md, model summary
    model = models.get("kimi-k2")
    assert round(parameters.stored(model) / 1e12) == 1
    assert round(parameters.active(model, input_embedding=False) / 1e9) == 32


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (without(GPT2_ROW, "source"), "models.toml: broken: source is missing; expected a text"),
        (GPT2_ROW | {"source": " "}, "source is ' '; expected a text"),
        (GPT2_ROW | {"source": 7}, "source is 7; expected a text"),
        (without(GPT2_ROW, "name"), "name is missing"),
        (GPT2_ROW | {"n_layer": 0}, "n_layer is 0; expected an integer from 1"),
        (GPT2_ROW | {"n_head": -12}, "n_head is -12"),
        (GPT2_ROW | {"n_head": 11}, "n_head is 11; expected a divisor of n_embd, 768"),
        (GPT2_ROW | {"null": 3}, "null is 3; expected a list of fields"),
        (3, "broken is 3; expected a table"),
    ],
)
def test_a_broken_model_record_does_not_load(row, words):
    with pytest.raises(InputError) as caught:
        models.from_row("broken", row)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (without(A100_ROW, "source"), "accelerators.toml: broken: source is missing; expected a text"),
        (A100_ROW | {"source": ""}, "source is ''; expected a text"),
        (A100_ROW | {"memory_bandwidth": 0}, "memory_bandwidth is 0; expected a number above zero"),
        (A100_ROW | {"memory_bandwidth": float("nan")}, "memory_bandwidth is nan"),
        (A100_ROW | {"memory_capacity": -1}, "memory_capacity is -1"),
        (without(A100_ROW, "memory_source"), "broken: memory_source is missing; expected a text"),
        (without(A100_ROW, "memory_capacity"), "broken: memory_capacity is missing"),
        (without(A100_ROW, "advertised_memory"), "advertised_memory is missing; expected it beside"),
        (A100_ROW | {"kind": "toaster"}, "kind is 'toaster'; expected one with a reserve: datacenter GPU,"),
        (A100_ROW | {"link": {"name": "NVLink", "bandwidth": 1}}, "link: source is missing"),
        (A100_ROW | {"power": True}, "power is true"),
        (without(A100_ROW, "memory_bandwidth"), "memory_bandwidth is missing"),
        (A100_ROW | {"peak_flops": {"bf16": 0}}, "peak_flops: bf16 is 0"),
        (A100_ROW | {"peak_flops": {"b-f16": 1}}, "unknown data type 'b-f16'; did you mean 'bf16'?"),
        (A100_ROW | {"peak_flops": 312}, "peak_flops is 312; expected a table"),
        (A100_ROW | {"shared_memory": "no"}, "shared_memory is 'no'; expected true or false"),
        (
            A100_ROW | {"memory_bandwith": 1},
            "unknown field 'memory_bandwith'; did you mean 'memory_bandwidth'?",
        ),
    ],
)
def test_a_broken_accelerator_record_does_not_load(row, words):
    with pytest.raises(InputError) as caught:
        accelerators.from_row("broken", row)
    assert words in str(caught.value)


def test_at_least_twenty_accelerators_are_records_with_source_and_bandwidth():
    loaded = accelerators.load()
    assert len(loaded) >= 20
    assert all(one.source and one.memory_bandwidth > 1e9 for one in loaded.values())


@pytest.mark.parametrize(
    ("key", "dtype", "dense"),
    [
        # the datasheets' headlines are twice these, with 2:4 sparsity
        ("h100-sxm", "bf16", 989e12),
        ("h100-sxm", "fp8", 1979e12),
        ("a100-sxm-80", "bf16", 312e12),
        ("a100-sxm-80", "int8", 624e12),
        ("l40s", "bf16", 362.05e12),
        ("rtx-4090", "fp16", 165.2e12),
        ("mi300x", "bf16", 1307.4e12),
        ("tpu-v5e", "bf16", 197e12),
    ],
)
def test_peaks_are_dense(key, dtype, dense):
    assert accelerators.get(key).peak(dtype) == dense


@pytest.mark.parametrize(
    ("key", "gigabytes_per_second"),
    [
        # NVIDIA's datasheets and the Ada whitepaper, Google Cloud's page on v5e, Apple's announcement
        ("h100-sxm", 3350),
        ("h200-sxm", 4800),
        ("a100-sxm-80", 2039),
        ("rtx-4090", 1008),
        ("tpu-v5e", 819),
        ("apple-m2-ultra", 800),
    ],
)
def test_bandwidths_are_the_published_ones(key, gigabytes_per_second):
    assert accelerators.get(key).memory_bandwidth == gigabytes_per_second * 10**9


@pytest.mark.parametrize(
    ("key", "peaks"),
    [
        # HGX B200: 600 for eight cards in fp32; NVIDIA's L4 datasheet, half of its sparse figures
        ("b200-sxm", {"fp32": 75e12, "fp4": 9000e12}),
        ("l4", {"fp32": 30.3e12, "tf32": 60e12, "bf16": 121e12, "fp8": 242.5e12, "int8": 242.5e12}),
        # GA102 whitepaper, table 9; AMD's data sheets, matrix rates
        ("rtx-3090", {"int8": 284e12}),
        # four times the 25.5 of bf16, as of all cards in that table
        ("rtx-3060-12", {"int8": 102e12}),
        ("mi300x", {"fp8": 2614.9e12, "int8": 2614.9e12}),
        ("mi325x", {"fp16": 1307.4e12, "fp8": 2614.9e12}),
        ("mi250x", {"fp32": 95.7e12}),
    ],
)
def test_peaks_are_those_of_the_vendor_s_document(key, peaks):
    found = accelerators.get(key).peak_flops
    assert {dtype: found[dtype] for dtype in peaks} == peaks


def test_all_peaks_of_gaudi_3_hold_at_one_clock():
    # 1677.7 at 1.6 GHz; the other types' published 459 and 229 are at 1.75 GHz: 459 x 1.6 / 1.75 = 419.7
    found = accelerators.get("gaudi3").peak_flops
    assert found["fp16"] == found["tf32"] == pytest.approx(459e12 * 1.6 / 1.75, rel=2e-3)


def test_what_people_ask_for_is_there():
    asked = """rtx-5090 rtx-5080 rtx-5070-ti rtx-5060-ti-16 rtx-3060-12 rtx-pro-6000-blackwell rx-7900-xtx
        radeon-ai-pro-r9700 ryzen-ai-max-395 apple-m3-max apple-m3-ultra apple-m4-max a10 l40 l40s h20 h800
        h100-nvl b300 tpu-v5e tpu-v5p tpu-v6e tpu-v7 trainium2 gh200-144"""
    assert set(asked.split()) <= set(accelerators.keys())


def test_a_card_s_driver_reports_more_than_the_decimal_gigabytes_it_is_sold_with():
    # 81,559 MiB and 24,564 MiB, as nvidia-smi prints them
    assert accelerators.get("h100-sxm").memory_capacity == 81_559 * 2**20
    assert accelerators.get("rtx-4090").memory_capacity == 24_564 * 2**20
    for key, one in accelerators.load().items():
        if one.memory_capacity is not None:
            assert 0.74 < one.memory_capacity / one.advertised_memory < 1.09, key


def test_a_link_is_told_by_its_rate_in_one_direction():
    # 900 GB/s of NVLink 4 count both directions
    assert accelerators.get("h100-sxm").link.bandwidth == 450e9


def test_a_link_of_pci_express_has_the_line_rate_of_its_lanes():
    # PCI-SIG: 8, 16 and 32 GT/s a lane, of 130 bits 128 are data; rounded to four digits by the records
    rates = {"3.0": 8e9, "4.0": 16e9, "5.0": 32e9}
    links = [
        one.link for one in accelerators.load().values() if one.link and one.link.name.startswith("PCIe")
    ]
    assert {link.name.split()[1] for link in links} == set(rates)
    for link in links:
        _, generation, lanes = link.name.split()
        worked = rates[generation] * int(lanes.removeprefix("x")) * 128 / 130 / 8
        assert link.bandwidth == pytest.approx(worked, rel=5e-4), link


@pytest.mark.parametrize(
    ("key", "gib"),
    # Google's pages on v4 and TPU7x, whose table has v5p and v6e too; v5e is half of v6e
    [("tpu-v4", 32), ("tpu-v5e", 16), ("tpu-v5p", 95), ("tpu-v6e", 32), ("tpu-v7", 192)],
)
def test_a_tpu_is_sold_with_so_many_gib(key, gib):
    assert accelerators.get(key).advertised_memory == gib * 2**30


@pytest.mark.parametrize("key", ["mi250x", "tpu-v7"])
def test_a_row_of_two_devices_says_so_in_its_name_and_note(key):
    found = accelerators.get(key)
    assert "two" in found.name and found.trap.startswith("two devices in one row")


def test_a_peak_that_is_not_published_is_an_error_and_not_zero():
    with pytest.raises(UnknownName, match="v100-sxm2-32 has no published peak for bf16; it has fp32, fp16"):
        accelerators.get("v100-sxm2-32").peak("bf16")
    with pytest.raises(UnknownName, match=r"unknown data type 'fp15' \(h100-sxm has "):
        accelerators.get("h100-sxm").peak("fp15")


@pytest.mark.parametrize(
    ("get", "name", "words"),
    [
        (models.get, "lama-3.1-8b", "unknown model 'lama-3.1-8b'; did you mean 'llama-3.1-8b'?"),
        (models.get, "lama", "unknown model 'lama'; names that begin with 'llama': llama-3.1-8b, "),
        # those with all words before those that begin with the first; a word that none has is passed over
        (models.get, "llama 70b", "names that contain 'llama 70b': llama-2-70b, llama-3.1-70b, "),
        (models.get, "qwen3", "names that begin with 'qwen3': qwen3-0.6b, "),
        (models.get, "GPT2", "unknown model 'GPT2'; did you mean 'gpt2'?"),
        (
            accelerators.get,
            "h100",
            "unknown accelerator 'h100'; names that begin with 'h100': h100-sxm, h100-pcie, h100-nvl (",
        ),
        (accelerators.get, "rtx-4060", "names that begin with 'rtx': rtx-"),
        (accelerators.get, "a100-sxm80", "did you mean 'a100-sxm-80'?"),
    ],
)
def test_an_unknown_name_is_answered_with_the_nearest(get, name, words):
    with pytest.raises(UnknownName) as caught:
        get(name)
    assert words in str(caught.value)


def test_records_cannot_be_changed():
    with pytest.raises(AttributeError):
        models.get("gpt2").d_model = 1
    with pytest.raises(AttributeError):
        accelerators.get("l4").power = 1
    with pytest.raises(TypeError):
        accelerators.get("l4").peak_flops["bf16"] = 1


def test_a_model_gives_its_quantities_by_the_names_of_formula_arguments():
    # published: arXiv:2407.21783, table 3
    assert models.get("llama-3.1-8b").quantities() == {
        "n_layers": 32, "d_model": 4096, "vocabulary_size": 128256, "n_heads": 32, "n_kv_heads": 8,
        "head_dim": 128, "d_ff": 14336, "n_parameters": 8_030_261_248, "n_active_parameters": 8_030_261_248,
    }  # fmt: skip
    assert "d_ff" not in models.get("mixtral-8x7b").quantities()
    assert "head_dim" not in models.get("deepseek-v3").quantities()


def test_an_accelerator_gives_its_quantities_by_the_names_of_formula_arguments():
    found = accelerators.get("a100-sxm-80").quantities("bf16")
    assert found == {"memory_bandwidth": 2039e9, "peak_flops": 312e12, "memory_capacity": 81_920 * 2**20}
    assert json.dumps(found)


@pytest.mark.parametrize(
    "text, place",
    [
        ("[a]\nname = x\n", "rows.toml:2:8: Invalid value"),
        ("[a]\nname = [1,\n", "rows.toml:3:1: "),
    ],
)
def test_a_data_file_that_is_no_toml_is_named_with_line_and_column(tmp_path, text, place):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "rows.toml").write_text(text)
    with pytest.raises(InputError, match="expected TOML") as error:
        table("rows.toml", str(tmp_path / "module.py"))
    assert place in str(error.value)


# Lines are those of this text: the wrong value stands in line 7, or its row begins in line 5.
TWO_ROWS = """# a comment
["a first row"]
name = "A"
power = 300
["a row"]
name = "B"
power = 700
"""


@pytest.mark.parametrize(
    "field, what, place",
    [
        ("power", "'700'; expected a number above zero", "data/rows.toml:7: a row: power is '700'"),
        ("source", "missing; expected a text", "data/rows.toml:5: a row: source is missing"),
    ],
)
def test_a_wrong_value_of_a_data_file_is_named_with_its_line(tmp_path, field, what, place):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "rows.toml").write_text(TWO_ROWS)

    def from_row(key, row):
        assert row == {"name": "B", "power": 700}
        raise InputError(f"rows.toml: {key}: {field} is {what}")

    with pytest.raises(InputError) as error:
        record("rows.toml", str(tmp_path / "module.py"), "a row", from_row)
    assert place in str(error.value) and str(error.value).endswith(what)


THREE_ROWS = """[first]
nmae = "A"
kind = "GPU"
peak_flops = { bf61 = 1 }

[first.link]
bandwith = 1

[second]
name = "B"
link = 3
"""


@pytest.mark.parametrize(
    "said, line",
    [
        ("unknown field 'nmae'; did you mean 'name'?", 2),
        ("name is missing; expected a text; the file's 'nmae' may be a misspelling of it", 2),
        ("kind is 'GPU'; expected one with a reserve", 3),
        ("peak_flops: unknown data type 'bf61'", 4),
        ("link: bandwidth is missing; expected a number", 6),
        ("unknown field 'bandwith'", 7),
        ("name and vendor are missing", 1),
    ],
)
def test_a_misspelt_key_of_a_data_file_is_told_in_its_own_line(tmp_path, said, line):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "rows.toml").write_text(THREE_ROWS)

    def from_row(key, row):
        raise InputError(f"rows.toml: {key}: {said}")

    with pytest.raises(InputError) as error:
        record("rows.toml", str(tmp_path / "module.py"), "first", from_row)
    assert str(error.value).endswith(f"data/rows.toml:{line}: first: {said}")


@pytest.mark.parametrize(
    "from_row, row, said",
    [
        (
            accelerators.from_row,
            {"name": "A", "memory_bandwidth": 1},
            "vendor, kind, memory_source and source are missing",
        ),
        (accelerators.from_row, A100_ROW | {"link": {"name": "A"}}, "link: bandwidth and source are missing"),
        (models.from_row, {"name": "A"}, "source and model_type are missing"),
        (
            models.from_row,
            {"model_type": "gpt2", "n_embd": 8, "n_positions": 8, "vocab_size": 8},
            "is missing; expected an integer from 1 to 10000; missing too: n_layer, name, source",
        ),
    ],
)
def test_all_that_a_new_record_lacks_is_told_at_once(from_row, row, said):
    with pytest.raises(InputError) as error:
        from_row("new", row)
    assert said in str(error.value)


@pytest.mark.parametrize(
    "module, call, file, old, new, where",
    [
        (accelerators, accelerators.load, "accelerators.toml", "power = 700", 'power = "700"',
         "h100-sxm: power is"),
        (models, models.load, "models.toml", "n_layer = 12", "n_layer = 0", "gpt2: n_layer is"),
        (reserves, partial(reserves.get, "datacenter GPU"), "reserves.toml", "fragmentation = 0.04",
         "fragmentation = 4", "datacenter GPU: fragmentation is"),
        (measurements, measurements.load, "measured/lmdeploy.toml", 'unit = "ms"', 'unit = "µs"',
         ": unit is 'µs'"),
        (listed, listed.load, "listed.toml", "listed = ", "listed = -", ": listed is -"),
        (errata, errata.load, "errata.toml", "published = ", "published = -", ": published is -"),
    ],
)  # fmt: skip
def test_every_data_file_names_the_line_of_a_wrong_value(
    monkeypatch, tmp_path, module, call, file, old, new, where
):
    source = Path(module.__file__).parent / "data" / file
    lines = source.read_text(encoding="utf-8").splitlines()
    number = next(number for number, line in enumerate(lines) if line.startswith(old))
    lines[number] = lines[number].replace(old, new, 1)
    (tmp_path / "data" / file).parent.mkdir(parents=True)
    (tmp_path / "data" / file).write_text("\n".join(lines), encoding="utf-8")
    monkeypatch.setattr(module, "__file__", str(tmp_path / "module.py"))
    cached = [getattr(module, name) for name in ("get", "_tables") if hasattr(module, name)]
    for one in cached:
        one.cache_clear()
    try:
        with pytest.raises(InputError) as error:
            call()
    finally:
        for one in cached:
            one.cache_clear()
    assert f"data/{file}:{number + 1}: " in str(error.value) and where in str(error.value), error.value


def test_a_computer_of_apple_is_answered_with_its_chips():
    for name in ("macbook", "MacBook Pro", "mac_mini", "imac"):
        with pytest.raises(UnknownName, match="expected its chip, one of apple-m1, "):
            accelerators.get(name)


@pytest.mark.parametrize(
    "rope, positions",
    [
        # as Qwen3's card says for long prompts: 4 x 32,768
        ({"rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 32_768}, 131_072),
        ({"type": "yarn", "factor": 4.0, "original_max_position_embeddings": 32_768}, 131_072),
        # what max_position_embeddings holds already, other ways, and one that tells too little
        ({"rope_type": "yarn", "factor": 1.0, "original_max_position_embeddings": 32_768}, 40_960),
        ({"rope_type": "llama3", "factor": 8.0, "original_max_position_embeddings": 8_192}, 40_960),
        ({"rope_type": "yarn", "factor": 4.0}, 40_960),
        (None, 40_960),
    ],
)
def test_yarn_reaches_the_positions_that_its_factor_gives(rope, positions):
    row = table("models.toml", models.__file__)["qwen3-8b"]
    for field in ("rope_scaling", "rope_parameters"):
        made = models.from_row("qwen3-8b", row | {field: rope})
        assert made.n_positions == positions
        assert any("YaRN stretches 32,768 positions to 131,072" in note for note in made.notes) == (
            positions == 131_072
        )


def test_a_factor_that_is_none_is_refused():
    row = table("models.toml", models.__file__)["qwen3-8b"]
    for rope, words in (
        ({"factor": "4"}, "rope_scaling: factor is '4'; expected a number from 1"),
        ({"original_max_position_embeddings": 0.5}, "original_max_position_embeddings is 0.5; expected a"),
    ):
        whole = {"rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 32_768} | rope
        with pytest.raises(InputError, match=words):
            models.from_row("qwen3-8b", row | {"rope_scaling": whole})
