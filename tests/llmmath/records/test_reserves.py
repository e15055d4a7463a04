"""What is kept back of a memory by default: a row for each kind of accelerator, each part with its source."""

import pytest

from llmmath.errors import InputError, UnknownName
from llmmath.records import accelerators, reserves
from llmmath.records.rows import table

ROW = dict(table("reserves.toml", reserves.__file__)["Apple SoC"])


def test_every_kind_of_accelerator_has_a_reserve_and_every_reserve_a_kind():
    assert {one.kind for one in accelerators.load().values()} == set(reserves.kinds())


@pytest.mark.parametrize("kind", reserves.kinds())
def test_every_part_says_where_its_figure_is_from_or_that_there_is_none(kind):
    found = reserves.get(kind)
    assert set(found.sources) == {"driver", "context", "runtime", "prefill", "fragmentation", "system"}
    assert all(len(source) > 10 for source in found.sources.values())


@pytest.mark.parametrize(
    ("gib", "metal_megabytes"),
    # llama.cpp's recommendedMaxWorkingSetSize, which it logs in millions of bytes
    [(16, 11453.25), (24, 17179.89), (32, 22906.50), (36, 28991.03), (64, 51539.61)],
)
def test_a_mac_leaves_its_gpu_what_metal_recommends(gib, metal_megabytes):
    memory = gib * 2**30
    left = memory - reserves.get("Apple SoC").system_bytes(memory)
    assert left == pytest.approx(metal_megabytes * 1e6, rel=1e-4)


def test_engines_take_more_of_a_prompt_at_once_from_70_gib_on():
    # vLLM's defaults: 2048 tokens below, 8192 from there
    found = reserves.get("datacenter GPU")
    assert [found.prefill_tokens(memory) for memory in (70 * 2**30 - 1, 70 * 2**30)] == [2048, 8192]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (ROW | {"runtime_source": ""}, "reserves.toml: broken: runtime_source is ''; expected a text"),
        ({key: ROW[key] for key in ROW if key != "system_source"}, "system_source is missing"),
        (ROW | {"context_bytes": -1}, "context_bytes is -1; expected a number above zero"),
        (ROW | {"context_bytes": False}, "context_bytes is false"),
        (ROW | {"prefill": [{"from": 0, "tokens": 1.5}]}, "prefill: tokens is 1.5; expected a whole number"),
        (ROW | {"fragmentation": 1}, "fragmentation is 1; expected a share below 1"),
        (ROW | {"system": 0.25}, "system is 0.25; expected a list"),
        (ROW | {"system": [{"from": 0}]}, "expected a list of { from, share }"),
        (ROW | {"runtime_byte": 1}, "unknown field 'runtime_byte'; did you mean 'runtime_bytes'?"),
        (7, "broken is 7; expected a table"),
    ],
)
def test_a_broken_reserve_does_not_load(row, words):
    with pytest.raises(InputError) as caught:
        reserves.from_row("broken", row)
    assert words in str(caught.value)


def test_an_unknown_kind_is_answered_with_the_nearest():
    with pytest.raises(UnknownName, match="did you mean 'consumer GPU'"):
        reserves.get("consumr GPU")
