"""What the calculators are told: words and units of each figure, parts that add up, a roof worked by hand."""

import pytest

from llmmath import bound, estimate
from llmmath.answers import asked, batching, choices, fit, multiplications, speed
from llmmath.errors import InputError
from llmmath.records import accelerators, models

HOW = {"model": "llama-3.1-8b", "accelerator": "h100-sxm"}
LOAD = {"concurrency": 8, "input": 1000, "output": 200, "engine": "vllm"}
# Name of a figure -> its words and its unit, as a reader needs them.
FIT = {
    "needed_bytes": ("needed", "B"),
    "advertised_memory": ("sold as", "B"),
    "memory_capacity": ("software can use", "B"),
    "missing_bytes": ("missing", "B"),
    "max_batch": ("most queries at once, of this context", "1"),
    "max_context": ("longest context for this many queries", "token"),
    "bytes_per_query": ("each query takes", "B"),
}
SPEED = {
    "time_to_first_token_s": ("time to the first token", "s"),
    "time_per_output_token_s": ("time per output token", "s"),
    "query_s": ("from arrival to the last token", "s"),
    "output_tokens_per_s": ("output tokens per second, all queries", "token/s"),
    "output_tokens_per_s_per_query": ("of these, each query, prompts included", "token/s"),
    "max_concurrency": ("queries that fit at their full length", "1"),
    "running": ("that run at once", "1"),
    "waiting": ("that wait", "1"),
    "missing_bytes": ("missing for all", "B"),
    "usable_bytes": ("memory that the engine uses", "B"),
    "model_flops_utilisation": ("share of the peak arithmetic that is used", "share"),
}
BATCHING = {
    "critical_batch": ("arithmetic with the weights takes as long as reading them", "1"),
    "kv_equals_weights_batch": ("caches take as long to read as the weights", "1"),
    "saturation_batch": ("from here arithmetic is the limit, where all of a step overlaps", "1"),
    "step_seconds": ("a step of this batch, at least", "s"),
    "tokens_per_second": ("tokens per second, at most", "token/s"),
    "tokens_per_second_per_query": ("of these, each query", "token/s"),
    "max_batch": ("most queries that fit", "1"),
    "peak_share_limit": ("share of the peak that ever larger batches approach", "share"),
}
MULTIPLICATIONS = {
    "decode": ("multiplications for one new token", "1"),
    "prefill": ("to read a prompt of so many tokens", "1"),
    "parameters": ("parameters", "1"),
    "active_parameters": ("of these, used by each token", "1"),
    "kv_cache_bytes": ("cache of one query", "B"),
}


def said(figures):
    return {one["name"]: (one["words"], one["unit"]) for one in figures}


def test_each_figure_has_its_own_words_and_unit():
    assert said(fit.answer(HOW | {"batch": 16, "context": 4096})["figures"]) == FIT
    found = speed.answer(HOW | LOAD)
    assert said(found["rows"] + found["figures"]) == SPEED
    found = batching.answer(HOW | {"batch": 8, "context": 4096})
    assert said(found["knees"] + found["figures"]) == BATCHING
    assert said(multiplications.answer(HOW | {"context": 4096})["figures"]) == MULTIPLICATIONS


@pytest.mark.parametrize(
    ("figures", "units"), [(FIT, bound.UNITS), (SPEED, estimate.UNITS), (BATCHING, bound.UNITS)]
)
def test_units_are_those_of_what_the_command_line_prints(figures, units):
    # which gives a share of a whole as a number
    base = {name: {"share": "1"}.get(unit, unit) for name, (_, unit) in figures.items()}
    assert {name: unit for name, unit in base.items() if units.get(name, unit) != unit} == {}


@pytest.mark.parametrize(
    "how",
    [
        HOW,
        HOW | {"accelerators": 2},
        {"model": "qwen3-next-80b-a3b", "accelerator": "mi300x"},
    ],
    ids=lambda how: f"{how['model']}, {how.get('accelerators', 1)}",
)
def test_what_takes_the_room_adds_up_to_what_is_needed(how):
    found = fit.answer(how | {"batch": 4, "context": 1024})
    whole = bound.bound(
        models.published(how["model"]), accelerators.get(how["accelerator"]), batch=4, context=1024,
        n_accelerators=how.get("accelerators", 1),
    )  # fmt: skip
    parts = {one["name"]: one["value"] for one in found["parts"]}
    assert sum(parts.values()) == pytest.approx(whole["needed_bytes"], rel=1e-12)
    for name, key in (
        ("weights", "weights_bytes"), ("cache", "kv_cache_bytes"), ("activations", "activation_bytes"),
        ("state", "state_bytes"), ("towers", "towers_bytes"),
    ):  # fmt: skip
        assert parts.get(name, 0) == whole.get(key, 0), name


def test_the_roof_is_that_of_all_cards_and_the_step_that_of_the_queries_that_run():
    # two H100: 2 x 3.35 TB/s and 2 x 989 TFLOP/s, the ridge where one card's rates meet
    found = speed.answer(HOW | LOAD | {"accelerators": 2})["roofline"]
    assert (found["bandwidth"], found["peak"]) == (2 * 3.35e12, 2 * 989e12)
    assert found["ridge_intensity"] == pytest.approx(989 / 3.35)
    # two FLOP for each of eight queries over the two bytes of each weight, and the caches are read besides
    assert 0.9 * 8 < found["arithmetic_intensity"] < 8.3
    # bound by memory, at nearly all that the bandwidth allows
    assert 0.9 < found["attained"] / (found["bandwidth"] * found["arithmetic_intensity"]) <= 1
    many = speed.answer(HOW | LOAD | {"concurrency": 100_000})
    running = next(one["value"] for one in many["figures"] if one["name"] == "running")
    alike = speed.answer(HOW | LOAD | {"concurrency": running})
    assert many["roofline"] == alike["roofline"]


def test_cards_that_take_turns_have_the_roof_of_one_and_the_answer_says_so():
    # llama.cpp splits the layers: of two cards' 2 x 1.008 TB/s one query has one card's at a time.
    asked = HOW | {"model": "llama-3.1-70b", "accelerator": "rtx-4090", "accelerators": 2, "dtype": "Q4_K_M"}
    asked |= {"engine": "llama.cpp", "concurrency": 1, "input": 1000, "output": 500}
    found = speed.answer(asked)
    roof = found["roofline"]
    assert (roof["bandwidth"], roof["accelerators"]) == (1.008e12, 1)
    bound = next(one["bound"] for one in found["rows"] if one["name"] == "time_per_output_token_s")
    flop = roof["attained"] * bound
    # 2 FLOP for each of 70 billion weights, and those of the scores
    assert 2 * 69e9 < flop < 2 * 75e9
    said = text(found["sentence"])
    assert "llama.cpp splits the layers over the cards, which take turns" in said
    alone = speed.answer(asked | {"accelerators": 1, "model": "llama-3.1-8b"})
    assert "splits" not in text(alone["sentence"])
    together = text(speed.answer(HOW | LOAD | {"accelerators": 2})["sentence"])
    assert "splits every matrix over the cards, which work at once" in together


def test_a_row_of_choices_is_the_answer_in_short():
    found, row = speed.answer(HOW | LOAD), choices.row(HOW | LOAD)
    assert row["compute_dtype"] == found["compute_dtype"] is not None
    # of the DGX Spark's peaks fp4's alone is recorded, and that of fp32
    unknown = choices.row(HOW | LOAD | {"accelerator": "dgx-spark-gb10"})
    assert unknown["compute_dtype"] is unknown["time_per_output_token_s"]["expected"] is None
    rows = {one["name"]: one for one in found["rows"]}
    assert row["time_per_output_token_s"] == rows["time_per_output_token_s"]
    assert row["output_tokens_per_s"] == rows["output_tokens_per_s"]
    assert row["max_concurrency"] == found["figures"][0]["value"] and (row["fits"], row["why"]) == (
        True,
        None,
    )
    unfit = choices.row(HOW | LOAD | {"model": "llama-3.1-405b"})
    assert (unfit["fits"], unfit["time_per_output_token_s"], unfit["why"]) == (False, None, None)
    told = choices.row(HOW | LOAD | {"model": "gpt2", "input": 1000, "output": 200})
    assert not told["fits"] and "1200" in told["why"].replace(",", "")


def test_what_does_not_run_says_what_one_query_lacks_and_what_all_lack():
    ask = {"model": "qwen3-32b", "accelerator": "rtx-4090", "concurrency": 64, "input": 1000, "output": 100}
    many, alone = (speed.answer(ask | {"concurrency": n})["sentence"] for n in (64, 1))
    words = [piece if isinstance(piece, str) else "" for piece in many]
    assert words == ["It does not run: ", "", " short for even one query, ", "", " for all."]
    assert many[1] == alone[1] and many[3]["value"] > many[1]["value"]
    assert alone[2:] == [" short for even one query."]


def text(pieces):
    return "".join(piece if isinstance(piece, str) else f"[{piece['unit']}]" for piece in pieces)


# Of 25.76 GB, 25.46 are taken, 1.4 of these kept back in any case.
TIGHT = {"model": "qwen3-32b", "accelerator": "rtx-4090", "dtype": "Q4_K_M"}


def test_what_just_fits_says_what_is_left_and_what_a_server_that_leaves_a_share_would_lack():
    found = fit.answer(TIGHT | {"batch": 1, "context": 16384})
    assert found["fits"] and text(found["sentence"]) == (
        "It just fits: [B] of [B] are left, and a card that drives a screen keeps some. A server that leaves"
        " 10\u202f% of the memory unused, as vLLM does by default, lacks [B]."
    )
    left, there, lacked = (piece["value"] for piece in found["sentence"] if not isinstance(piece, str))
    needed, kept = 25_456_557_824, 1_405_000_000
    assert there - left == needed
    assert lacked == pytest.approx(needed - kept - 0.9 * there, rel=0.01)
    # the same as how fast it runs says of one that does
    slow = speed.answer(TIGHT | {"concurrency": 1, "input": 16128, "output": 256, "engine": "vllm"})
    assert slow["sentence"][1]["value"] == lacked
    assert text(slow["sentence"]) == (
        "It does not run: [B] short for even one query. Of [B], vLLM leaves 10\u202f% unused by default."
    )


def test_of_fewer_queries_on_a_server_a_note_says_how_many_of_those_that_fit():
    how = {"model": "llama-3.1-70b", "accelerator": "h100-sxm", "accelerators": 2}
    found = fit.answer(how | {"batch": 1, "context": 4096})
    most = {one["name"]: one["value"] for one in found["figures"]}["max_batch"]
    there = speed.answer(how | {"concurrency": 50, "input": 3840, "output": 256, "engine": "vllm"})
    fewer = {one["name"]: one["value"] for one in there["figures"]}["max_concurrency"]
    assert fewer < most and found["notes"][0] == (
        "A server that leaves 10\u202f% of the memory unused, as vLLM does by default, has room for"
        f" {fewer} such queries, not {most}."
    )
    # which says of what it counts the room, where some wait for it
    assert text(there["sentence"]).endswith(
        "queries wait for room: most of the time to the first token is that."
        " Of [B], vLLM leaves 10\u202f% unused by default."
    )
    # nothing of servers on what none is run on, and nothing of a share where one query lacks far more
    mac = fit.answer({"model": "llama-3.1-8b", "accelerator": "apple-m4-max", "batch": 1, "context": 4096})
    assert not any("server" in note for note in mac["notes"])
    far = speed.answer({"model": "llama-3.1-405b", "accelerator": "h100-sxm"} | LOAD)
    assert "leaves" not in text(far["sentence"])


def test_what_would_let_a_query_run_does():
    ask = TIGHT | {"concurrency": 1, "input": 16128, "output": 256, "engine": "vllm"}
    offered = [remedy["change"] for remedy in speed.answer(ask)["remedies"]]
    assert [list(change) for change in offered] == [["accelerators"], ["dtype"], ["engine"]]
    assert all(speed.answer(ask | change)["rows"] for change in offered)
    assert speed.answer(ask | offered[0])["remedies"] == []
    # more cards than hold it, where an engine uses a share of each: 141.1 GB of weights on cards of 25.76 GB
    large = {"model": "llama-3.1-70b", "accelerator": "rtx-4090", "engine": "vllm"}
    large |= {"concurrency": 1, "input": 1000, "output": 100}
    for remedy in speed.answer(large)["remedies"]:
        assert speed.answer(large | remedy["change"])["rows"], remedy


def test_the_first_token_and_those_that_wait_are_said_first():
    one, many = (
        speed.answer(HOW | {"concurrency": n, "input": 8000, "output": 200, "engine": "vllm"})
        for n in (1, 60)
    )
    first = {row["name"]: row for row in many["rows"]}["time_to_first_token_s"]
    waiting = {figure["name"]: figure["value"] for figure in many["figures"]}["waiting"]
    assert " The first token comes after [s], in four cases out of five between [s] and [s]." in text(
        one["sentence"]
    )
    assert (
        " The first token comes after [s], from [s] where queries come evenly spread to [s] where all come at"
        f" once. {waiting} of 60 queries wait for room" in text(many["sentence"])
    )
    values = [piece["value"] for piece in many["sentence"] if not isinstance(piece, str)]
    assert values[5:8] == [first["expected"], first["low"], first["high"]] and waiting > 0


def test_a_model_of_a_known_shape_is_found_under_the_name_that_a_reader_writes():
    assert asked.model({"model": "Llama 3.3 70B"}).key == "llama-3.3-70b"
    assert asked.options({"model": "DeepSeek-R1"}) == ["deepseek-r1"]


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("meta-llama/Llama-3.1-8B", "llama-3.1-8b"),
        ("LLAMA-3.1-8B-INSTRUCT", "llama-3.1-8b"),
        ("https://huggingface.co/Qwen/Qwen3-32B/", "qwen3-32b"),
        ("meta-llama/Llama-2-7b-chat-hf", "llama-2-7b"),
        ("google/gemma-2-9b-it", "gemma-2-9b"),
    ],
)
def test_a_model_is_found_by_the_name_of_its_repository(written, key):
    assert asked.model({"model": written}).key == key
    assert asked.options({"model": written}) == [key]


def test_the_name_of_another_repository_is_no_known_model():
    # another model of the same size, and a name that many models begin with
    for written in ("Qwen/Qwen3-4B-Instruct-2507", "meta-llama/llama"):
        assert asked.options({"model": written}) == [written]


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("H200", "h200-sxm"),
        ("b200", "b200-sxm"),
        ("NVIDIA H200", "h200-sxm"),
        ("NVIDIA GeForce RTX 4090", "rtx-4090"),
        ("RTX 5060 Ti", "rtx-5060-ti-16"),
        ("V100", "v100-sxm2-32"),
    ],
)
def test_a_card_is_found_without_its_maker_and_the_form_that_it_alone_has(written, key):
    assert asked.accelerator({"accelerator": written}).key == key
    assert asked.options({"model": "gpt2", "accelerator": written})[-1] == key


# Ends of names that are no words of them, or stand after more than a maker.
@pytest.mark.parametrize(
    "written", ["7", "3", "90", "H100", "A100", "RTX 4070", "RTX 3080", "mi300", "NVIDIA"]
)
def test_a_name_of_several_cards_or_of_one_that_is_not_known_is_no_card(written):
    # three H100 and four A100 are known; an RTX 4070 is not the 4070 Ti, the only one that is
    with pytest.raises(InputError, match="unknown accelerator"):
        asked.accelerator({"accelerator": written})


def test_a_model_is_found_without_the_size_that_it_alone_has():
    written = {
        "Mistral Nemo": "mistral-nemo-12b",
        "qwen3-235b": "qwen3-235b-a22b",
        "qwen3-next": "qwen3-next-80b-a3b",
    }
    assert {name: asked.model({"model": name}).key for name in written} == written
    for several in ("llama", "qwen3", "gpt-oss", "phi", "llama-3.1-40", "Llama 8B", "llama-70b", "5", "1.5"):
        with pytest.raises(InputError, match="unknown model"):
            asked.model({"model": several})


def test_a_cache_of_fewer_bits_is_offered_where_it_alone_makes_it_fit():
    # The cache at 32,768 tokens: 64 layers x 2 x 8 heads x 128 values x 32,768 x 2 B = 8.59 GB, half of it
    # in fp8; 19.8 GB of weights and 4.29 GB have room in 25.8 GB, with 8.59 GB they have not.
    ask = {
        "model": "qwen3-32b",
        "accelerator": "rtx-4090",
        "dtype": "Q4_K_M",
        "batch": 1,
        "context": 32768,
    }
    found = fit.answer(ask)
    offered = [remedy["change"] for remedy in found["remedies"]]
    assert not found["fits"] and {"kv_dtype": "fp8"} in offered
    assert all(fit.answer(ask | change)["fits"] for change in offered)


def test_what_is_said_besides_names_no_option_of_the_command_line():
    ask = {"model": "llama-3.1-8b", "accelerator": "dgx-spark-gb10", "engine": "vllm"}
    notes = speed.answer(ask | {"concurrency": 1, "input": 100, "output": 10})["notes"]
    assert any("name another type if it has one" in note for note in notes)
    assert not any("--" in note for note in notes)
