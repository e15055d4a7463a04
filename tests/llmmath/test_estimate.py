"""Expected times with their intervals, beside the bound."""

import itertools
import json
from dataclasses import replace

import pytest

from llmmath.bound import bound
from llmmath.errors import InputError
from llmmath.estimate import PARTS, estimate
from llmmath.records import accelerators, dtypes, engines, gguf_mixes, models
from llmmath.records.stored import uniform

LLAMA, H100 = models.get("llama-3.1-8b"), accelerators.get("h100-sxm")
LOAD = {"concurrency": 32, "input": 1024, "output": 256}
TIMES = ("time_to_first_token_s", "time_per_output_token_s", "query_s")
RATES = ("output_tokens_per_s", "output_tokens_per_s_per_query")


def estimated(model=LLAMA, accelerator=H100, **given):
    return estimate(model, accelerator, **(LOAD | {"engine": "vllm"} | given))


@pytest.mark.parametrize("engine", engines.keys())
@pytest.mark.parametrize("concurrency", [1, 64, 2000])
def test_low_expected_and_high_stand_in_order_and_none_beats_the_bound(engine, concurrency):
    found = estimated(engine=engine, concurrency=concurrency)
    for name in TIMES:
        ends = found[name]
        assert ends["bound"] <= ends["low"] < ends["expected"] < ends["high"], name
    for name in RATES:
        ends = found[name]
        assert ends["low"] < ends["expected"] < ends["high"] <= ends["bound"], name
    json.dumps(found)


def test_the_bound_is_that_of_the_bound_worked_from_its_parts():
    # One query: nobody else's prompt; half of the output has been generated on average.
    found = estimated(concurrency=1)
    step = bound(LLAMA, H100, context=1024 + 128)["step_seconds"]
    prompt = bound(LLAMA, H100, context=1024)["prefill_seconds"]
    assert found["time_per_output_token_s"]["bound"] == pytest.approx(step, rel=1e-12)
    assert found["time_to_first_token_s"]["bound"] == pytest.approx(prompt, rel=1e-12)
    # the prompt gives the first of 256 tokens
    assert found["output_tokens_per_s"]["bound"] == pytest.approx(256 / (255 * step + prompt), rel=1e-12)


def test_of_queries_that_end_with_their_first_token_only_the_prompts_take_time():
    found = estimated(concurrency=1, output=1)
    prompt = bound(LLAMA, H100, context=1024)["prefill_seconds"]
    assert found["time_to_first_token_s"]["bound"] == pytest.approx(prompt, rel=1e-12)
    assert found["query_s"] == found["time_to_first_token_s"]
    assert found["output_tokens_per_s"]["bound"] == pytest.approx(1 / prompt, rel=1e-12)
    # nothing is left for a server that only generates
    assert found["prefill_servers_per_decoder"] is None
    # eight at once: none of them is ever in a step
    eight = estimated(concurrency=8, output=1)
    rate, waited = eight["output_tokens_per_s"]["expected"], eight["time_to_first_token_s"]["expected"]
    assert rate * waited == pytest.approx(8, rel=1e-9)
    # no token follows the first, whether or not a peak of arithmetic is published
    assert eight["time_per_output_token_s"] is None
    spark = estimated(LLAMA, accelerators.get("dgx-spark-gb10"), concurrency=1, output=1)
    assert spark["time_per_output_token_s"] is None and spark["time_to_first_token_s"]["bound"] > 0


def test_a_first_token_waits_between_none_and_all_of_the_others_prompts():
    alone, busy = estimated(concurrency=1), estimated()
    first = busy["time_to_first_token_s"]
    prompts = 31 * alone["time_to_first_token_s"]["expected"]
    assert alone["time_to_first_token_s"]["expected"] < first["low"] < first["expected"] < first["high"]
    assert first["expected"] < prompts
    # what is waited for before the first token holds up none of the further ones: in all it is the same
    share = engines.queues()["waited_share"]["expected"]
    each = busy["parts_s"]["prompts"] * 255 / 31 / (1 - share)
    whole = busy["query_s"]["expected"]
    step = busy["time_per_output_token_s"]["expected"] - busy["parts_s"]["prompts"]
    assert whole == pytest.approx(255 * step + 32 * each, rel=0.02)


@pytest.mark.parametrize("parallel", ["tensor", "data", "pipeline", "expert"])
def test_queries_in_flight_are_their_rate_times_their_time_however_cards_are_used(parallel):
    # Little's law; 64 queries on 8 cards, 16 tokens each, so that prompts are most of the time
    model = models.get("qwen3-30b-a3b")
    found = estimated(model, n_accelerators=8, parallel=parallel, concurrency=64, output=16, input=4096)
    for end, other in (("bound", "bound"), ("expected", "expected"), ("low", "high"), ("high", "low")):
        queries = found["output_tokens_per_s"][end] / 16 * found["query_s"][other]
        assert queries == pytest.approx(64, rel=0.1), end


@pytest.mark.parametrize(
    ("model", "card", "engine", "dtype", "parallel"),
    [
        ("qwen3-30b-a3b", "h100-sxm", "vllm", None, "data"),
        ("qwen3-30b-a3b", "h100-sxm", "vllm", None, "pipeline"),
        ("qwen3-30b-a3b", "h100-sxm", "vllm", None, "expert"),
        ("qwen3-30b-a3b", "rtx-4090", "llama.cpp", "Q8_0", "pipeline"),
        ("llama-3.1-8b", "rtx-4090", "llama.cpp", "Q8_0", "pipeline"),
        ("llama-3.1-8b", "rtx-4090", "vllm", "fp8", "data"),
    ],
)
def test_one_query_more_on_four_cards_yields_no_fewer_tokens(model, card, engine, dtype, parallel):
    given = {
        "model": models.get(model), "accelerator": accelerators.get(card), "engine": engine, "dtype": dtype,
        "n_accelerators": 4, "parallel": parallel,
    }  # fmt: skip
    for n_input, n_output in ((128, 512), (4000, 16)):
        found = [
            estimated(**given, input=n_input, output=n_output, concurrency=n)["output_tokens_per_s"]
            for n in range(1, 14)
        ]
        for end in ("bound", "expected"):
            rates = [one[end] for one in found]
            assert rates == sorted(rates), end


def test_copies_that_have_one_query_more_than_others_go_at_their_own_pace():
    # 9 over 4 copies: three of 2 and one of 3, as copies alone with as many
    model, given = models.get("qwen3-30b-a3b"), {"input": 128, "output": 512}
    two, three = (estimated(model, **given, concurrency=n) for n in (2, 3))
    nine = estimated(model, **given, concurrency=9, parallel="data", n_accelerators=4)
    for end in ("bound", "expected"):
        rates = [one["output_tokens_per_s"][end] for one in (two, three, nine)]
        assert rates[2] == pytest.approx(3 * rates[0] + rates[1], rel=1e-9)
    # A time is the mean over the queries that are answered.
    share = rates[1] / rates[2]
    for name in TIMES:
        each = [one[name]["expected"] for one in (two, three, nine)]
        assert each[2] == pytest.approx((1 - share) * each[0] + share * each[1], rel=1e-9)
    assert sum(nine["parts_s"].values()) == pytest.approx(
        nine["time_per_output_token_s"]["expected"], rel=1e-9
    )


@pytest.mark.parametrize("parallel", ["data", "pipeline", "expert"])
def test_uneven_groups_of_queries_keep_littles_law_and_the_order_of_ends(parallel):
    model = models.get("qwen3-30b-a3b")
    for n in (3, 5, 9, 11, 201):
        for n_output in (1, 2, 64):
            found = estimated(
                model, n_accelerators=4, parallel=parallel, concurrency=n, input=1000, output=n_output
            )
            rate, query = (found[name]["expected"] for name in ("output_tokens_per_s", "query_s"))
            assert rate / n_output * query == pytest.approx(n, rel=1e-9)
            for name in TIMES:
                ends = found[name] or dict.fromkeys(("bound", "low", "expected", "high"), 0)
                assert ends["bound"] <= ends["low"] <= ends["expected"] <= ends["high"], name


def test_a_query_waits_where_it_would_take_more_from_the_others_than_it_adds():
    # Accelerators that split experts go in step: 2,188 queries on 4 are 547 each, one more makes a step of
    # 548 of all.
    given = {
        "model": models.get("qwen3-30b-a3b"), "accelerator": accelerators.get("a40"), "engine": "sglang",
        "n_accelerators": 4, "parallel": "expert", "input": 17, "output": 2,
    }  # fmt: skip
    even, more = (estimated(**given, concurrency=n) for n in (2188, 2189))
    assert (even["held_back"], even["running"], even["waiting"]) == (0, 2188, 0)
    assert (more["held_back"], more["running"], more["waiting"]) == (1, 2188, 1)
    assert more["output_tokens_per_s"] == even["output_tokens_per_s"]
    assert more["query_s"]["expected"] > even["query_s"]["expected"]
    assert any(said.startswith("1 of the 2,189 queries that have room wait") for said in more["remarks"])


def test_each_token_pays_for_the_prompts_of_the_others():
    # 31 others begin in the time of one: what it has not waited for is spread over 255 tokens.
    found = estimated()
    parts = found["parts_s"]
    assert set(parts) == set(PARTS)
    assert sum(parts.values()) == pytest.approx(found["time_per_output_token_s"]["expected"], rel=1e-9)
    shorter = estimated(output=64)["parts_s"]["prompts"]
    assert shorter == pytest.approx(255 / 63 * parts["prompts"], rel=1e-9)


def test_what_a_token_waits_for_passes_from_reading_to_arithmetic_by_and_by():
    # each doubling of the queries reads as many weights and multiplies twice as much
    found = [
        estimated(accelerator=accelerators.get("rtx-5090"), dtype="int4-g128", concurrency=queries)["parts_s"]
        for queries in (2, 4, 8, 16, 32)
    ]
    for fewer, more in zip(found, found[1:]):
        assert fewer["weights"] / 2 < more["weights"] < 2 * fewer["weights"]
        assert fewer["arithmetic"] < more["arithmetic"] < 3 * fewer["arithmetic"]


def test_queries_in_flight_are_the_rate_of_queries_times_their_time():
    # Little's law: 32 in flight, of which each takes M steps and all prompts.
    found = estimated()
    rate = found["output_tokens_per_s"]["expected"]
    assert found["output_tokens_per_s_per_query"]["expected"] == pytest.approx(rate / 32)
    assert rate * found["query_s"]["expected"] / 256 == pytest.approx(32, rel=1e-9)
    # where prompts are nearly all, each waits for those of all others; with short prompts and answers the
    # half of the step that a query finds under way is most of what it takes; and some wait for room
    for given in (
        {"input": 8000, "output": 2, "concurrency": 16, "engine": "typical"},
        {"input": 17, "output": 2}, {"input": 17, "output": 16}, {"output": 64, "concurrency": 4000},
    ):  # fmt: skip
        short = estimated(**given)
        queries = short["output_tokens_per_s"]["expected"] * short["query_s"]["expected"] / short["output"]
        assert queries == pytest.approx(short["concurrency"], rel=1e-9), given


@pytest.mark.parametrize("parallel", ["data", "pipeline"])
def test_one_query_gains_nothing_from_cards_that_have_queries_of_their_own(parallel):
    one, eight = (estimated(concurrency=1, input=4000, n_accelerators=n, parallel=parallel) for n in (1, 8))
    assert eight["output_tokens_per_s"]["bound"] == pytest.approx(
        one["output_tokens_per_s"]["bound"], rel=0.01
    )


def test_what_has_no_room_waits_and_waits_for_those_that_run():
    found = estimated(concurrency=2000, engine="typical")
    assert not found["fits"] and found["running"] + found["waiting"] == 2000
    assert found["running"] >= found["max_concurrency"]
    alone = estimated(concurrency=found["running"], engine="typical")
    assert found["output_tokens_per_s"] == alone["output_tokens_per_s"]
    assert found["time_to_first_token_s"]["expected"] > 10 * alone["time_to_first_token_s"]["expected"]


def test_what_does_not_fit_has_no_rate():
    found = estimated(models.get("llama-3.1-70b"))
    assert found["running"] == found["max_concurrency"] == 0 and not found["fits"]
    assert all(found[name] is None for name in (*TIMES, *RATES, "binds", "energy_per_million_tokens"))
    assert found["missing_bytes"] > 141e9 - 85.6e9


def test_the_most_queries_within_limits_are_the_last_that_hold_them():
    limits = {"slo_tpot": 0.02, "slo_ttft": 0.2}
    most = estimated(**limits)["within_slo"]
    assert most["low"] <= most["expected"] <= most["high"]

    def holds(n):
        found = estimated(concurrency=n)
        return (
            found["time_per_output_token_s"]["expected"] <= 0.02
            and found["time_to_first_token_s"]["expected"] <= 0.2
        )

    assert holds(most["expected"]) and not holds(most["expected"] + 1)
    assert estimated(slo_tpot=1e-6)["within_slo"] == {"low": 0, "expected": 0, "high": 0}
    assert estimated()["within_slo"] is None


def test_the_most_queries_within_a_limit_are_the_most_although_times_fall_between():
    # Of 8 groups the 33rd query is a fifth of one of them, whose prompts are then read five at a time; of 32
    # each has four, so that a token takes longer than of 33.
    given = {
        "model": models.get("gpt-oss-120b"), "accelerator": accelerators.get("mi300x"), "n_accelerators": 8,
        "parallel": "expert", "engine": "tensorrt-llm", "dtype": "int4-g128", "input": 1000, "output": 16,
    }  # fmt: skip
    each = [None] + [
        estimated(**given, concurrency=n)["time_per_output_token_s"]["expected"] for n in range(1, 60)
    ]
    assert each[32] > each[33]
    for limit in (each[31], each[33], each[32], each[40], each[50]):
        most = estimated(**given, slo_tpot=limit)["within_slo"]["expected"]
        assert most == max(n for n in range(1, 60) if each[n] <= limit)


def test_the_limit_of_the_engine_is_told_apart_from_what_memory_holds():
    # vLLM runs 256 at once on an A100, where ten thousand such queries have room
    found = estimated(accelerator=accelerators.get("a100-sxm-80"), concurrency=1024, input=17, output=25)
    assert found["fits"] and found["missing_bytes"] == 0 and found["max_concurrency"] > 1024
    assert (found["engine_max_queries"], found["running"], found["waiting"]) == (256, 256, 768)
    assert (
        "no more than 256 queries run at once under vLLM unless it is told otherwise (--max-num-seqs),"
        " whatever memory there is: 768 of the 1,024 wait for others to end" in found["remarks"]
    )
    # two copies of the engine take twice as many; what has no such limit tells none
    two = estimated(
        accelerator=accelerators.get("a100-sxm-80"), concurrency=1024, input=17, output=25, parallel="data",
        n_accelerators=2,
    )  # fmt: skip
    assert (two["engine_max_queries"], two["running"]) == (512, 512)
    assert estimated(engine="sglang")["engine_max_queries"] is None
    # where memory ends before, it is what they wait for
    long = estimated(concurrency=2000, input=8000)
    assert long["running"] < long["engine_max_queries"] and not long["fits"]
    assert not any("--max-num-seqs" in said for said in long["remarks"])
    # no limit of time is held by more than run at once
    within = estimated(accelerator=accelerators.get("a100-sxm-80"), input=17, output=25, slo_tpot=10)
    assert within["within_slo"]["expected"] == 256


@pytest.mark.parametrize("concurrency", [50, 99, 100, 101])
def test_an_offload_makes_room_for_all_queries_that_there_are(concurrency):
    found = estimated(
        models.get("gpt3"), accelerators.get("mi300x"), engine="exllama", dtype="Q8_0", offload="layers",
        offload_bandwidth=25e9, concurrency=concurrency, input=17, output=256,
    )  # fmt: skip
    assert found["fits"] and found["max_concurrency"] == found["running"] == concurrency


def test_an_offload_refuses_nothing_that_waits_for_room_without_it_and_says_what_runs_then():
    # 256 caches of 2,200 tokens are 74 GB, more than all layers leave of 24: so many run as have room.
    given = {
        "engine": "vllm", "concurrency": 256, "input": 2000, "output": 200, "offload": "layers",
        "offload_bandwidth": 31.5e9,
    }  # fmt: skip
    found = estimate(models.get("llama-3.1-8b"), accelerators.get("rtx-4090"), **given)
    plain = estimate(
        models.get("llama-3.1-8b"), accelerators.get("rtx-4090"), engine="vllm", concurrency=256, input=2000,
        output=200,
    )  # fmt: skip
    assert found["running"] > plain["running"] > 0 and found["waiting"] == 256 - found["running"]
    assert any("without the offload all weights have room beside 24 of" in one for one in found["remarks"])
    # Two queries of which one has room: the other waits.
    given |= {"concurrency": 2, "input": 100_000, "output": 64}
    assert estimate(models.get("llama-3.1-8b"), accelerators.get("rtx-4090"), **given)["running"] == 1


def test_a_prefix_that_queries_share_was_never_measured_and_the_answer_says_so():
    given = {"engine": "vllm", "concurrency": 20, "input": 4000, "output": 100, "cached_prefix": 3000}
    shared, alone = (
        estimate(models.get("llama-3.1-8b"), accelerators.get("h100-sxm"), **given | {"concurrency": n})
        for n in (20, 1)
    )
    told = "a prefix that queries share: none was measured"
    assert any(told in one for one in shared["outside"])
    assert not any(told in one for one in alone["outside"])
    # A query on each of two copies shares nothing.
    apart = estimate(
        models.get("llama-3.1-8b"), accelerators.get("h100-sxm"), n_accelerators=2, parallel="data",
        **given | {"concurrency": 2},
    )  # fmt: skip
    assert not any(told in one for one in apart["outside"])


def test_limits_that_only_an_offload_holds_for_so_many_say_so():
    found = estimate(
        models.get("llama-3.1-8b"), accelerators.get("rtx-4090"), engine="vllm", concurrency=10, input=2000,
        output=200, offload="layers", offload_bandwidth=31.5e9, slo_tpot=0.5,
    )  # fmt: skip
    assert found["within_slo"]["expected"] > 24 and not found["offloaded_bytes"]
    assert any(one.startswith("an offload") and "(within the limits)" in one for one in found["outside"])


def test_an_offload_makes_no_room_for_queries_that_the_engine_never_runs_at_once():
    # vLLM runs 256 at once on a card of 24 GB, however many there are.
    given = {"accelerator": accelerators.get("rtx-4090"), "dtype": "bf16", "input": 64, "output": 64}
    given |= {"offload": "layers", "offload_bandwidth": 32e9}
    all_run, some_wait = (estimated(**given, concurrency=n) for n in (256, 1000))
    assert (all_run["running"], some_wait["running"], some_wait["waiting"]) == (256, 256, 744)
    assert some_wait["offloaded_bytes"] == all_run["offloaded_bytes"]
    assert some_wait["output_tokens_per_s"] == all_run["output_tokens_per_s"]


def test_llama_cpp_keeps_input_embeddings_that_are_not_the_head_too_in_the_processors_memory():
    # 201,088 rows of 2,880 values in Q8_0, of 34 bytes for 32
    table = 201_088 * 2880 * 34 // 32
    card = accelerators.get("rtx-3060-12")
    given = {"engine": "llama.cpp", "concurrency": 1, "input": 512, "output": 128}
    found = estimated(models.published("gpt-oss-20b"), card, **given)
    assert found["fits"]
    assert any("its 0.615 GB take no room on the accelerator" in said for said in found["remarks"])
    # 11.27 GiB of the file, without that table; 0.4 GB are cache, context and buffers
    alone = estimated(models.published("gpt-oss-20b"), card, **given, reserved_bytes=0)
    assert alone["needed_bytes"] == pytest.approx(11.27 * 2**30 - table, rel=0.01)
    # a table that is the head too is held on the accelerator, and memory that is shared is one
    tied = estimated(models.get("qwen3-4b"), card, **given, dtype="Q8_0")
    shared = estimated(models.published("gpt-oss-20b"), accelerators.get("apple-m4-max"), **given)
    other = estimated(models.get("llama-3.1-8b"), accelerators.get("rtx-4090"), **given | {"engine": "vllm"})
    for one in (tied, shared, other):
        assert not any("take no room" in said for said in one["remarks"])


def test_llama_cpp_has_the_experts_of_gpt_oss_alone_in_four_bits():
    # files of 11.27 and 59.02 GiB, whose tokenizers are some MB of that
    card = accelerators.get("rtx-pro-6000-blackwell")
    for key, gib in (("gpt-oss-20b", 11.27), ("gpt-oss-120b", 59.02)):
        for dtype in (None, "mxfp4"):
            model = models.published(key)
            found = estimated(model, card, engine="llama.cpp", dtype=dtype, concurrency=1, reserved_bytes=0)
            weights = found["needed_bytes"] - estimated(
                replace(model, weights=uniform(model, dtypes.get("mxfp4"))), card, concurrency=1,
                engine="exllama", reserved_bytes=0,
            )["needed_bytes"]  # fmt: skip
            weights += uniform(model, dtypes.get("mxfp4")).n_bytes
            # in the file, not on the card: a table of 201,088 rows of 2,880 values in Q8_0
            weights += 201_088 * 2880 * 34 // 32
            assert weights / 2**30 == pytest.approx(gib, abs=0.01)
            assert any("experts alone have it in llama.cpp's files" in said for said in found["remarks"])
    # others run the file of its makers, in which the rest has 16 bits
    other = estimated(models.published("gpt-oss-20b"), engine="vllm")
    assert not any("Q8_0" in said for said in other["remarks"])


@pytest.mark.parametrize(
    "dtype, gigabytes", [("Q8_0", 12.1), ("q8_0", 12.1), ("Q4_K_M", 11.6), ("Q6_K", 12.0)]
)
@pytest.mark.parametrize("find", [models.get, models.published])
def test_files_of_gpt_oss_for_llama_cpp_keep_the_experts_in_four_bits_under_any_name(find, dtype, gigabytes):
    # huggingface.co/unsloth/gpt-oss-20b-GGUF, as its list of files rounds; second hand
    model, named = gguf_mixes.as_run_by("llama.cpp", find("gpt-oss-20b"), dtype)
    assert named is None and model.weights.n_bytes / 1e9 == pytest.approx(gigabytes, abs=0.05)
    card = accelerators.get("rtx-4090")
    found = estimated(find("gpt-oss-20b"), card, engine="llama.cpp", dtype=dtype, concurrency=1)
    assert found["dtype"].lower() == dtype.lower() and found["fits"]
    assert any("have experts in mxfp4 under that name too" in said for said in found["remarks"])
    # other models, and other types, are what they are called
    for model, other in ((models.get("qwen3-30b-a3b"), dtype), (find("gpt-oss-20b"), "bf16")):
        assert gguf_mixes.as_run_by("llama.cpp", model, other) == (model, other)
    assert gguf_mixes.as_run_by("vllm", find("gpt-oss-20b"), dtype)[1] == dtype


@pytest.mark.parametrize(
    "key, card, context, milliseconds",
    [
        # llama.cpp benches/dgx-spark.md; llama.cpp pull request 19053
        ("gpt-oss-20b", "dgx-spark-gb10", 512, 12.3438),
        ("gpt-oss-120b", "dgx-spark-gb10", 512, 17.4688),
        ("gpt-oss-20b", "rtx-6000-ada", 1, 1000 / 253.9),
        ("gpt-oss-20b", "rtx-pro-6000-max-q", 1, 1000 / 353.16),
    ],
)
def test_no_token_of_gpt_oss_took_llama_cpp_less_time_than_its_bound(key, card, context, milliseconds):
    found = estimated(
        models.published(key), accelerators.get(card), engine="llama.cpp", concurrency=1, input=context,
        output=32, kv_dtype="fp16",
    )["time_per_output_token_s"]  # fmt: skip
    assert 1000 * found["bound"] < milliseconds
    assert 1000 * found["low"] < milliseconds < 1000 * found["high"]


def test_blocks_of_llama_cpp_are_multiplied_as_integers_and_the_estimate_says_so():
    card = accelerators.get("rtx-4090")
    found = estimated(accelerator=card, engine="llama.cpp", dtype="Q4_0", concurrency=1)
    assert found["compute_dtype"] == "int8"
    # Other engines read such files too, with kernels of their own.
    for engine in ("llama.cpp", "vllm"):
        told = estimated(accelerator=card, engine=engine, dtype="Q4_0", concurrency=1)["remarks"]
        words = "weights of Q4_0: kernels for such blocks multiply them in int8 there"
        assert any(said.startswith(words) for said in told)
        assert not any("llama.cpp's kernels" in said for said in told)
    unknown = estimated(
        accelerator=accelerators.get("v100-sxm2-32"), engine="llama.cpp", dtype="Q4_0", concurrency=1
    )
    assert any(
        said.endswith("no peak for int8 is recorded of V100 SXM2, 32 GB, so that they are counted as"
                      " turned into fp16 first")
        for said in unknown["remarks"]
    )  # fmt: skip
    # a prompt of 512 tokens in 512 / 10,358.75 s (llama.cpp pull request 7676)
    prompt = estimated(
        accelerator=card, engine="llama.cpp", dtype="Q4_0", concurrency=1, input=512, output=1
    )["time_to_first_token_s"]  # fmt: skip
    assert prompt["bound"] < prompt["low"] < 512 / 10_358.75 < prompt["high"]


def test_the_bound_of_a_prompt_is_that_of_integers_on_a_card_whose_int8_is_four_times_its_bf16():
    # 512 tokens times two for each of the 6.48 G weights of Llama 2 7B's layers: 65 ms at 102 TOPS, 260 ms at
    # 25.5 TFLOPS; attention is multiplied in 16 bits
    found = estimated(
        models.get("llama-2-7b"), accelerators.get("rtx-3060-12"), engine="llama.cpp", dtype="Q4_0",
        concurrency=1, input=512, output=1,
    )  # fmt: skip
    assert found["compute_dtype"] == "int8"
    assert 0.065 < found["time_to_first_token_s"]["bound"] < 0.07


def test_two_queries_yield_no_fewer_tokens_than_one():
    # on a GPU with little arithmetic, where rows in vain would take longer than reading anew for each query
    m4 = accelerators.get("apple-m4")
    rates = [
        estimated(accelerator=m4, engine="mlx", dtype="int4-g64", concurrency=n)["output_tokens_per_s"][
            "expected"
        ]
        for n in range(1, 9)
    ]
    assert rates == sorted(rates)


def test_a_prefix_that_is_cached_is_held_once_by_engines_that_share_it():
    given = {"concurrency": 64, "input": 8000, "output": 24}
    whole = 8024 * 131_072  # of one query
    prefix = 7000 * 131_072
    for engine, shared in (("vllm", True), ("sglang", True), ("tensorrt-llm", True), ("lmdeploy", False)):
        plain, cached = (estimated(engine=engine, **given, cached_prefix=n) for n in (0, 7000))
        saved = plain["needed_bytes"] - cached["needed_bytes"]
        # 63 of the 64 are spared, if as many run; what a paged cache leaves empty comes on top
        spared = prefix * (cached["running"] - 1) - (cached["running"] - plain["running"]) * whole
        assert saved == pytest.approx(spared if shared else 0, rel=0.05)
        ratio = cached["max_concurrency"] / plain["max_concurrency"]
        assert ratio == pytest.approx(8024 / 1024 if shared else 1, rel=0.2)
        words = "holds it once for all queries" if shared else "in room of its own"
        assert any(words in said for said in cached["remarks"])


def test_a_prefix_that_is_held_once_is_read_once_in_each_step_by_the_bound_alone():
    # The cache of 31,900 tokens alike, and of 200 times 100 of the prompt and 64 of the answer: 131,072 bytes
    # each, at 3.35 TB/s; beside 8.03 GB of weights without the embedding in fp8.
    given = {"dtype": "fp8", "kv_dtype": "bf16", "concurrency": 200, "input": 32_000, "output": 128}
    found = estimated(**given, cached_prefix=31_900)
    cache = (31_900 + 200 * 164) * 131_072 / 3.35e12
    weights = (8.03e9 - 128_256 * 4096) / 3.35e12
    step = found["time_per_output_token_s"]
    assert step["bound"] == pytest.approx(cache + weights, rel=0.05)
    # whoever reads it for each query takes longer than the bound for that
    assert step["expected"] > 200 * 31_900 * 131_072 / 3.35e12
    assert step["bound"] < step["low"] < step["expected"] < step["high"]
    assert any("Bounds read it once in each step" in said for said in found["remarks"])
    # of an engine that does not share it each query reads its own
    given["concurrency"] = 2
    apart, shared = (
        estimated(engine=engine, **given, cached_prefix=31_900)["time_per_output_token_s"]["bound"]
        for engine in ("lmdeploy", "vllm")
    )
    assert apart - shared == pytest.approx(31_900 * 131_072 / 3.35e12, rel=1e-6)
    # one query has nobody to share it with
    given["concurrency"] = 1
    ends = [
        estimated(engine=engine, **given, cached_prefix=31_900)["output_tokens_per_s"]["bound"]
        for engine in ("lmdeploy", "vllm")
    ]
    assert ends[0] == ends[1]


def test_how_many_queries_hold_a_limit_does_not_depend_on_how_many_were_asked_about():
    # one query is inside of what was measured of experts with llama.cpp, 500 are far outside
    given = {"engine": "llama.cpp", "dtype": "mxfp4", "input": 512, "output": 256}
    gpt_oss, card = models.get("gpt-oss-20b"), accelerators.get("rtx-4090")
    one, many = (estimated(gpt_oss, card, **given, slo_tpot=0.05, concurrency=n) for n in (1, 500))
    assert one["within_slo"] == many["within_slo"] and one["within_slo"]["low"] > 0

    def highest(n):
        return estimated(gpt_oss, card, **given, concurrency=n)["time_per_output_token_s"]["high"]

    low = one["within_slo"]["low"]
    assert highest(low) <= 0.05 < highest(low + 1)
    # what is promised beyond what was measured says so
    assert any("queries at once" in said and said.endswith("(within the limits)") for said in one["outside"])


def test_of_an_engine_that_is_not_named_the_evidence_is_what_was_measured_on_such_accelerators():
    # on Macs one query was measured, on NVIDIA's server cards thousands
    given = {"dtype": "int4-g64", "input": 256, "output": 512}
    mac = accelerators.get("apple-m4-max")
    alone, two = (estimated(accelerator=mac, **given, concurrency=n, engine="typical") for n in (1, 2))
    assert alone["evidence_place"] == "Apple SoCs" and 0 < alone["evidence_points"] < 300
    assert not any("queries at once" in said for said in alone["outside"])
    assert any("2 queries at once: 2 times the most that was measured, 1" in said for said in two["outside"])
    served = estimated(engine="typical", concurrency=64)
    assert not any("queries at once" in said for said in served["outside"])


def test_queries_of_one_batch_of_split_experts_are_counted_as_many_as_they_are():
    # One query on four cards: each reads its own copy of what is no expert, and a quarter of the eight
    # experts that this query picks; nobody reads experts for three queries that are not there.
    qwen, card = models.get("qwen3-235b-a22b"), accelerators.get("h200-sxm")
    shape = {"engine": "sglang", "dtype": "fp8", "concurrency": 1, "input": 1000, "output": 200}
    one = estimated(qwen, card, **shape, n_accelerators=4, parallel="expert")
    experts = 94 * 8 * 3 * 4096 * 1536
    # of 22.2 B parameters that a token meets 14.2 B are experts'; the embedding is not read
    others = 94 * (2 * 4096 * 64 * 128 + 2 * 4096 * 4 * 128 + 128 * 4096) + 151_936 * 4096
    read = (others + experts / 4) / 4.8e12
    assert one["time_per_output_token_s"]["bound"] == pytest.approx(read, rel=0.05)
    four = estimated(qwen, card, **shape | {"concurrency": 4}, n_accelerators=4, parallel="expert")
    assert four["time_per_output_token_s"]["bound"] > 1.5 * one["time_per_output_token_s"]["bound"]


def test_what_has_no_room_is_kept_elsewhere_anew_for_each_number_of_queries_within_limits():
    given = {
        "model": models.get("qwen3-30b-a3b"), "accelerator": accelerators.get("rtx-4090"), "engine": "vllm",
        "dtype": "fp8", "offload": "experts", "offload_bandwidth": 32e9, "input": 512, "output": 128,
    }  # fmt: skip
    limits = {"slo_tpot": 5, "slo_ttft": 100}
    one, many = (estimated(**given, **limits, concurrency=n)["within_slo"] for n in (1, 64))
    assert one == many and one["expected"] > 64


def test_a_query_alone_is_not_slower_than_the_fewest_that_were_measured():
    # Only batches were measured of experts with TensorRT-LLM on such cards.
    given = {"dtype": "fp8", "engine": "tensorrt-llm", "input": 64, "output": 512}
    card = accelerators.get("rtx-pro-6000-blackwell")
    fewest = engines.get("tensorrt-llm", card).evidence["batch"][0]
    assert fewest > 1
    alone, measured = (estimated(accelerator=card, **given, concurrency=n) for n in (1, fewest))
    high = "time_per_output_token_s"
    assert alone[high]["high"] <= measured[high]["high"]
    assert alone[high]["high"] / alone[high]["expected"] > measured[high]["high"] / measured[high]["expected"]


def test_first_tokens_of_an_engine_whose_prompts_were_never_measured_alone_say_so_and_are_less_sure():
    a100 = accelerators.get("a100-sxm-80")
    never, often = (
        estimated(models.get("llama-2-7b"), a100, engine=engine, concurrency=1, input=128, output=64)
        for engine in ("gpt-fast", "llama.cpp")
    )
    assert any("no prompts were measured alone with gpt-fast" in one for one in never["remarks"])
    assert not any("no prompts" in one for one in often["remarks"])
    gpt_fast = engines.get("gpt-fast", a100)
    assert gpt_fast.spread_on(a100)["prefill"] == gpt_fast.spread["prefill"]
    assert gpt_fast.spread_on(a100)["decode"] == gpt_fast.spread_measured["decode"]


def test_a_model_with_experts_says_that_its_routers_are_taken_to_have_favourites():
    found = estimated(models.get("gpt-oss-20b"))
    assert any("70 % more often than the average" in one for one in found["remarks"])
    assert estimated()["remarks"] == []


def test_a_cached_prefix_shortens_the_first_token_and_frees_the_card():
    plain, cached = estimated(), estimated(cached_prefix=1000)
    for name in TIMES:
        assert cached[name]["expected"] < plain[name]["expected"]
    assert cached["output_tokens_per_s"]["expected"] > plain["output_tokens_per_s"]["expected"]


def test_energy_is_that_of_the_rated_power_at_the_rate():
    found = estimated()
    # 700 W of an H100
    for end in ("bound", "low", "expected", "high"):
        turned = {"low": "high", "high": "low"}.get(end, end)
        joules = 700 * 1e6 / found["output_tokens_per_s"][turned]
        assert found["energy_per_million_tokens"][end] == pytest.approx(joules)
    assert found["cost_per_million_tokens"] is None
    paid = estimated(price_per_hour=3.6)
    assert paid["cost_per_million_tokens"]["expected"] == pytest.approx(
        1000 / paid["output_tokens_per_s"]["expected"]
    )


def test_the_utilisation_counts_every_product_of_prompts_and_steps():
    found = estimated(concurrency=1)
    # By hand: 7,504,658,432 weights multiplied for each of 255 tokens, 2 x 32 x 4096 for each of 1152
    # positions; for each of 1024 tokens of the prompt, which gives the first of 256, the weights of the
    # layers, and all pairs; the head once.
    layers, head = 7_504_658_432 - 128_256 * 4096, 128_256 * 4096
    tokens = 255 * (layers + head + 2 * 32 * 4096 * 1152)
    prompt = 1024 * layers + head + 2 * 32 * 4096 * (1024 * 1025 // 2)
    rate = found["output_tokens_per_s"]["expected"] / 256
    assert found["model_flops_utilisation"] == pytest.approx(2 * (tokens + prompt) * rate / 989e12, rel=1e-9)


def test_servers_for_prompts_are_as_many_as_keep_the_others_busy():
    found = estimated()
    parts = found["parts_s"]
    step = found["time_per_output_token_s"]["expected"] - parts["prompts"]
    # 32 prompts of a server while the other makes 255 steps: parts has what is not waited for of 31
    share = engines.queues()["waited_share"]["expected"]
    expected = parts["prompts"] / (1 - share) * 32 / 31 / step
    assert found["prefill_servers_per_decoder"] == pytest.approx(expected)


def test_beyond_what_was_measured_is_said_with_by_how_much_and_the_interval_widens():
    most = engines.get("vllm", H100).evidence["n_accelerators"][1]
    inside = estimated()
    llama = models.get("llama-3.1-405b")
    beyond = estimated(llama, n_accelerators=4 * most, parallel="pipeline", dtype="fp8")
    assert inside["outside"] == []
    assert any(f"4 times the most that was measured, {most}" in said for said in beyond["outside"])

    def width(found):
        return found["time_per_output_token_s"]["high"] / found["time_per_output_token_s"]["expected"]

    assert width(beyond) > width(inside)


def said(model=LLAMA, accelerator="b200-sxm", **given):
    """What an estimate says of a type of weights."""
    found = estimated(model, accelerators.get(accelerator), **given)
    return [one for one in found["remarks"] if one.startswith("weights of")]


def test_nvfp4_computes_in_4_bits_on_a_card_that_can_and_says_where_it_cannot():
    can = estimated(accelerator=accelerators.get("b200-sxm"), dtype="nvfp4")
    assert can["compute_dtype"] == "fp4" and said(dtype="nvfp4") == []
    assert said(accelerator="h100-sxm", dtype="nvfp4") == [
        "weights of nvfp4: no peak for fp4 is recorded of H100 SXM, so that they are turned into bf16 first"
    ]


@pytest.mark.parametrize("dtype", ["fp4", "mxfp4"])
def test_weights_that_alone_have_four_bits_are_never_turned_into_sixteen_in_silence(dtype):
    (sentence,) = said(dtype=dtype)
    assert sentence.startswith(f"weights of {dtype}: they alone have so few bits")
    assert "products are computed in bf16 (--compute-dtype fp4 for fp4; nvfp4 is" in sentence
    # asked for, or on a card that could not
    assert said(dtype=dtype, compute_dtype="fp4") == said(accelerator="h100-sxm", dtype=dtype) == []


def test_16_bits_that_a_card_cannot_multiply_say_what_an_engine_asks_for():
    (sentence,) = said(accelerator="v100-sxm2-32")
    assert "no peak for bf16 is recorded of V100 SXM2, 32 GB, so that they are turned into fp16" in sentence
    assert "vLLM refuses bf16 there and asks for fp16" in sentence
    assert said(accelerator="v100-sxm2-32", dtype="fp16") == []
    assert "vLLM refuses" not in said(accelerator="apple-m1-max", dtype="bf16", concurrency=1)[0]


def test_a_file_of_32_bits_says_that_engines_take_16():
    wide = replace(LLAMA, weights=uniform(LLAMA, dtypes.get("fp32")))
    assert ["vLLM and SGLang turn such files into 16 bits" in one for one in said(wide, "h100-sxm")] == [True]
    assert said(wide, "h100-sxm", dtype="fp32") == []


def test_of_a_way_that_was_never_measured_no_empty_list_is_told():
    # two Macs with MLX: no evidence of several accelerators
    found = estimated(
        accelerator=accelerators.get("apple-m4-max"), engine="mlx", concurrency=1, n_accelerators=2,
        link_bandwidth=5e9, parallel="pipeline",
    )  # fmt: skip
    assert "several accelerators in parallel by pipeline: with MLX none were measured" in found["outside"]


def test_an_engine_that_was_not_measured_on_a_vendors_cards_says_so():
    found = estimated(accelerator=accelerators.get("gaudi3"), engine="lmdeploy")
    assert any("none of its vendor" in said for said in found["outside"])


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"engine": "vlm"}, "unknown engine 'vlm'; did you mean 'vllm'?"),
        ({"concurrency": 0}, "concurrency is 0; expected a whole number from 1"),
        ({"output": 0}, "output is 0; expected a whole number from 1"),
        ({"offload": "cpu"}, "offload is 'cpu'; expected one of layers, experts"),
        (
            {"input": 131_072},
            "input + output is 131328; expected at most 131072, the positions of llama-3.1-8b",
        ),
        ({"cached_prefix": 1024}, "cached_prefix is 1024; expected fewer than the 1024 tokens"),
        ({"offload": "layers"}, "--offload needs a link; expected --offload-link, one of pcie-3-x16"),
        ({"offload": "experts", "offload_bandwidth": 1e9}, "llama-3.1-8b has no experts"),
        ({"offload": "layers", "offload_bandwidth": 1e9, "n_accelerators": 2}, "expected one, whose weights"),
        ({"slo_tpot": -1}, "slo_tpot is -1; expected a number above 0"),
        ({"n_accelerators": 3}, "expected a divisor of llama-3.1-8b's 32 heads: 1, 2, 4, 8, 16, 32"),
    ],
)
def test_what_is_given_wrongly_is_refused_by_name(given, message):
    with pytest.raises(InputError) as caught:
        estimated(**given)
    assert message in str(caught.value)


def test_queries_on_cards_of_their_own_do_not_wait_for_each_other():
    # eight queries, each alone on one of eight cards that hold the whole model: the times of one on one card
    load = {"input": 8000, "output": 16}
    apart = estimated(parallel="data", n_accelerators=8, concurrency=8, **load)
    alone = estimated(concurrency=1, **load)
    for name in TIMES:
        assert apart[name]["bound"] == pytest.approx(alone[name]["bound"], rel=1e-12), name
        assert apart[name]["expected"] <= alone[name]["expected"] * 1.1, name
    assert apart["parts_s"]["prompts"] == 0
    assert apart["output_tokens_per_s"]["bound"] == pytest.approx(8 * alone["output_tokens_per_s"]["bound"])


def test_of_sixteen_queries_on_eight_cards_each_waits_for_one_prompt():
    found = estimated(parallel="data", n_accelerators=8, concurrency=16, input=8000, output=16)
    of_two = estimated(concurrency=2, input=8000, output=16)
    assert found["time_per_output_token_s"]["bound"] == pytest.approx(
        of_two["time_per_output_token_s"]["bound"], rel=1e-12
    )


def test_without_a_recorded_peak_nothing_is_expected_of_prompts():
    # arithmetic that takes no time would let a Raspberry Pi read 9,000 tokens of a prompt in a second
    pi = accelerators.get("raspberry-pi-5")
    given = {"engine": "llama.cpp", "dtype": "Q4_0", "input": 128, "output": 64}
    found = estimated(models.get("llama-3.2-1b"), pi, **given, concurrency=1)
    for name in ("time_to_first_token_s", "query_s", *RATES):
        assert found[name]["bound"] > 0
        assert [found[name][end] for end in ("low", "expected", "high")] == [None] * 3, name
    assert found["time_per_output_token_s"]["expected"] > found["time_per_output_token_s"]["bound"]
    assert any("no peak is recorded" in one for one in found["remarks"])
    several = estimated(models.get("llama-3.2-1b"), pi, **given, concurrency=2)
    assert several["time_per_output_token_s"]["expected"] is None and several["binds"] is None


def test_an_engine_that_keeps_the_full_length_free_runs_no_more_than_fit():
    given = {"concurrency": 400, "input": 128, "output": 4000}
    kept, taken_back = estimated(engine="llama.cpp", **given), estimated(engine="vllm", **given)
    assert kept["running"] == kept["max_concurrency"] and kept["evicted"] == 0
    assert taken_back["running"] > taken_back["max_concurrency"]
    assert any("lose their room" in one for one in taken_back["remarks"])


def test_no_limit_is_held_by_more_queries_than_fit_at_their_full_length():
    found = estimated(concurrency=8, input=128, output=4000, slo_tpot=60)
    assert found["within_slo"]["expected"] == found["max_concurrency"]


def test_what_multiplies_longer_than_it_reads_is_arithmetic_by_what_is_attained():
    # 4-bit weights on an A100 are turned into 16 bits: with many queries their products take longer than
    # reading them, though at published rates they would not before the critical batch of 153 / 4
    found = estimated(
        accelerator=accelerators.get("a100-sxm-80"), dtype="int4-g128", concurrency=256, input=128, output=128
    )
    assert found["parts_s"]["arithmetic"] > found["parts_s"]["weights"]


@pytest.mark.parametrize("card", ["a10g", "rtx-3090", "a100-sxm-80", "h100-sxm", "apple-m4-max"])
@pytest.mark.parametrize("engine", engines.keys())
def test_for_one_query_fewer_bits_are_not_slower_by_more_than_scales_take(card, engine):
    times = [
        estimated(
            models.get("llama-3.2-3b"), accelerators.get(card), engine=engine, dtype=dtype, concurrency=1
        )["time_per_output_token_s"]["expected"]
        for dtype in ("bf16", "int8", "int4-g128")
    ]
    assert all(fewer <= 1.02 * more for more, fewer in itertools.pairwise(times))


@pytest.mark.parametrize(("model", "kind"), [("llama-3.1-8b", "decode"), ("mixtral-8x7b", "decode_experts")])
def test_a_step_is_as_unsure_as_steps_of_its_kind_of_model(model, kind):
    found = estimated(models.get(model), concurrency=1, dtype="fp8", input=100, output=2)
    step = found["time_per_output_token_s"]
    spread = engines.get("vllm", H100).spread_measured[kind]
    # 80 % of a normal distribution lie within 1.2816 standard deviations
    assert step["high"] / step["expected"] == pytest.approx(2.71828 ** (1.2816 * spread), rel=1e-3)


# LMDeploy on A100s with 80 GB, prompts of 2,048 tokens, 128 tokens out, all queries sent at once: model,
# cards, queries, and the mean time of a further token [ms], worked from the published rate of all and mean
# time to the first token (its benchmark page a100_fp16.md) as (queries * 128 / rate - first token) / 127.
AT_ONCE = [
    ("llama-2-7b", 1, 16, 23.4), ("llama-2-7b", 1, 32, 37.8),
    ("llama-2-13b", 1, 16, 35.4), ("llama-2-13b", 1, 32, 68.8),
    ("llama-2-70b", 4, 16, 39.7), ("llama-2-70b", 4, 32, 45.5), ("llama-2-70b", 4, 64, 101.5),
]  # fmt: skip


@pytest.mark.parametrize(("model", "n_accelerators", "concurrency", "measured_ms"), AT_ONCE)
def test_the_bound_of_a_further_token_is_a_step_since_prompts_may_all_have_been_read(
    model, n_accelerators, concurrency, measured_ms
):
    token = estimated(
        models.get(model), accelerators.get("a100-sxm-80"), n_accelerators=n_accelerators, dtype="fp16",
        engine="lmdeploy", concurrency=concurrency, input=2048, output=128,
    )["time_per_output_token_s"]  # fmt: skip
    assert token["bound"] < token["low"] < measured_ms / 1000 < token["high"]


def test_a_batch_of_experts_below_the_fewest_that_were_measured_is_told_and_widens_the_interval(monkeypatch):
    mixtral, vllm = models.get("mixtral-8x7b"), engines.get("vllm", H100)
    given = {"dtype": "fp8", "concurrency": 4}

    def widths(experts_batch):
        other = replace(vllm, evidence={**vllm.evidence, "experts_batch": experts_batch})
        monkeypatch.setattr(engines, "get", lambda key, accelerator=None: other)
        found = estimated(mixtral, **given)
        token = found["time_per_output_token_s"]
        return token["high"] / token["expected"], [one for one in found["outside"] if "experts" in one]

    usual, told = widths([1, 512])
    assert told == []
    wider, told = widths([64, 512])
    assert told == ["4 queries at once of a model with experts: the fewest that were measured are 64"]
    assert wider > usual
    widest, told = widths([])
    assert told == ["a model with experts: with vLLM none were measured on such accelerators"]
    assert widest > usual
    assert widths([1, 2])[1] == [
        "4 queries at once of a model with experts: 2 times the most that was measured, 2"
    ]


def test_of_one_query_and_one_token_the_rate_is_one_over_the_time_and_the_parts_are_all_of_it():
    found = estimated(concurrency=1, output=1)
    assert found["output_tokens_per_s"]["expected"] == pytest.approx(
        1 / found["query_s"]["expected"], rel=1e-9
    )
    assert found["output_tokens_per_s"]["high"] == pytest.approx(1 / found["query_s"]["low"], rel=1e-9)
    assert sum(found["parts_s"].values()) == pytest.approx(found["query_s"]["expected"], rel=1e-9)
