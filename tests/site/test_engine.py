"""The engine in the page runs the project's files as they are, says what was wrong, and loads when asked."""

import hashlib
import json
import random
from pathlib import Path

import pytest

from llmmath.errors import InputError
from llmmath.records import accelerators, engines, models
from llmmath.records.dtypes import DTYPES, MIXES
from macros.pages.calculators import ANSWERS

ROOT = Path(__file__).resolve().parents[2]
CONFIGS = sorted((ROOT / "tests" / "data" / "hf-configs").glob("*/config.json"))

CALL = """async ([bundle, calls]) => {
  const {Engine} = await import(new URL('../assets/js/engine.js', location.href).href);
  const engine = window.engine ??= new Engine(bundle);
  const told = [];
  for (const [module, name, argument] of calls) {
    try { told.push({result: await engine.call(module, name, argument)}); }
    catch (error) { told.push({error: error.kind, message: error.message}); }
  }
  return told;
}"""


@pytest.fixture(scope="module")
def page(address, browser):
    """A page of the site, with nothing loaded of the engine yet."""
    opened = browser.new_page()
    opened.goto(address + "errata/")
    yield opened
    opened.close()


def called(page, *calls):
    return page.evaluate(CALL, ["llmmath", [list(call) for call in calls]])


def random_ask(kind, numbers):
    """What a reader may ask, sensible or not, the same every time."""

    def whole(most):
        return int(2 ** numbers.uniform(0, most))

    ask = {"model": numbers.choice(models.keys()), "context": whole(17), "batch": whole(10)}
    ask |= {"concurrency": whole(10), "input": whole(14), "output": whole(12)}
    ask["accelerator"] = numbers.choice(accelerators.keys())
    ask["accelerators"] = numbers.choice((1, 1, 1, 2, 3, 4, 8))
    ask["engine"] = numbers.choice(engines.keys())
    if numbers.random() < 0.1:  # a slip of the pen, or another thing altogether
        name = numbers.choice(("model", "accelerator", "engine"))
        at = numbers.randrange(len(ask[name]))
        ask[name] = ask[name][:at] + numbers.choice(("", "x", ask[name][at:][:2][::-1])) + ask[name][at + 1 :]
    if numbers.random() < 0.5:
        ask["dtype"] = numbers.choice([*DTYPES, *MIXES])
    if numbers.random() < 0.3:
        ask["kv_dtype"] = numbers.choice([name for name, one in DTYPES.items() if one.cached])
    if numbers.random() < 0.2:
        ask["own"] = {
            "memory_bandwidth": round(10 ** numbers.uniform(10, 13)),
            "memory_capacity": round(10 ** numbers.uniform(9.5, 11.5)),
            "peak_flops": {"bf16": 10 ** numbers.uniform(12, 15)} if numbers.random() < 0.8 else {},
        }
    return ask


def expected(kind, ask):
    """What llmmath says of it here, as the page would be told."""
    try:
        return {"result": json.loads(json.dumps(ANSWERS[kind].answer(ask)))}
    except InputError as error:
        return {"error": "input", "message": str(error)}


def differences(here, there, path=""):
    """Where two answers differ; numbers that are not whole, where they do by more than rounding."""
    if isinstance(here, dict) and isinstance(there, dict):
        for key in sorted({*here, *there}):
            yield from differences(here.get(key), there.get(key), f"{path}.{key}")
    elif isinstance(here, list) and isinstance(there, list) and len(here) == len(there):
        for index, (a, b) in enumerate(zip(here, there, strict=True)):
            yield from differences(a, b, f"{path}[{index}]")
    elif isinstance(here, float) and isinstance(there, (int, float)) and not isinstance(there, bool):
        if here != pytest.approx(there, rel=1e-12, abs=0):
            yield f"{path}: {here!r} and {there!r}"
    elif here != there or isinstance(here, bool) != isinstance(there, bool):
        yield f"{path}: {here!r} and {there!r}"


@pytest.mark.parametrize("kind", ANSWERS)
def test_two_hundred_random_states_have_the_answers_of_llmmath(page, kind):
    numbers = random.Random(kind)
    asks = [random_ask(kind, numbers) for _ in range(200)]
    told = called(page, *((f"llmmath.answers.{kind}", "answer", ask) for ask in asks))
    found = [
        f"{ask}: {one}"
        for ask, there in zip(asks, told, strict=True)
        for one in differences(expected(kind, ask), there)
    ]
    assert found == []
    assert sum("result" in one for one in told) > len(asks) // 3


def test_every_published_configuration_that_is_pasted_is_counted_alike(page):
    asks = [
        {
            "config": json.loads(path.read_text(encoding="utf-8")),
            "config_name": path.parent.name,
            "context": 77,
        }
        for path in CONFIGS
    ]
    told = called(page, *(("llmmath.answers.multiplications", "answer", ask) for ask in asks))
    found = [
        f"{path.parent.name}: {one}"
        for path, ask, there in zip(CONFIGS, asks, told, strict=True)
        for one in differences(expected("multiplications", ask), there)
    ]
    assert found == [] and len(CONFIGS) > 50


def test_what_is_pasted_wrongly_is_told_as_on_the_command_line(page):
    llama = json.loads((CONFIGS[0].parents[1] / "llama-3.1-8b" / "config.json").read_text(encoding="utf-8"))
    wrong = [
        llama | {"num_hidden_layers": "32"},
        llama | {"num_attention_heads": 31},
        {key: value for key, value in llama.items() if key != "hidden_size"},
        llama | {"model_type": "lama"},
        {"model_type": "<img src=x onerror=alert(1)>"},
        [1, 2],
    ]
    asks = [{"config": config, "config_name": "config.json", "context": 9} for config in wrong]
    told = called(page, *(("llmmath.answers.multiplications", "answer", ask) for ask in asks))
    assert told == [expected("multiplications", ask) for ask in asks]
    assert {one["error"] for one in told} == {"input"}


def test_the_files_that_ran_are_told_with_the_hash_of_the_published_ones(page):
    called(
        page,
        (
            "llmmath.answers.fit",
            "answer",
            {"model": "gpt2", "accelerator": "a100-80gb-sxm", "batch": 1, "context": 9},
        ),
    )
    ran = page.evaluate("window.engine.files()")
    assert "llmmath/answers/fit.py" in [one["path"] for one in ran] and len(ran) > 40
    for one in ran:
        text = (ROOT / one["path"]).read_bytes()
        assert one["text"].encode() == text and one["sha256"] == hashlib.sha256(text).hexdigest(), one["path"]


def test_whole_numbers_cross_the_bridge_beyond_32_and_53_bits(page):
    # GPT-2 XL at 1,024 positions: 1,712,257,600 multiplications as published by shared counts; the prefill of
    # DeepSeek-V3 at 93,238 passes 2^53
    small, large = called(
        page,
        ("llmmath.answers.multiplications", "answer", {"model": "gpt2-xl", "context": 1024}),
        ("llmmath.answers.multiplications", "answer", {"model": "deepseek-v3", "context": 93238}),
    )
    assert small["result"]["figures"][0]["value"] == 1_712_257_600
    assert large["result"]["figures"][1]["value"] == 77_179_100_357_230_592


def test_nothing_of_the_engine_is_loaded_before_the_first_touch(address, browser):
    page = browser.new_page()
    asked = []
    page.on("request", lambda made: asked.append(made.url))
    page.goto(address + "calculators/", wait_until="networkidle")
    assert [url for url in asked if "/engine/" in url] == []
    page.close()


def test_where_the_engine_cannot_load_the_reason_is_told(address, browser):
    page = browser.new_page()
    page.route("**/micropython.wasm", lambda route: route.abort())
    page.goto(address + "errata/")
    (told,) = called(page, ("llmmath.answers.multiplications", "answer", {"model": "gpt2", "context": 9}))
    assert told["error"] == "unavailable" and "could not be loaded" in told["message"]
    page.close()
