"""First tokens of busy servers, and what they say of how queries come."""

import pytest

from llmmath.evidence import first_tokens
from llmmath.evidence.first_tokens import FirstToken
from llmmath.records import engines

# A prompt of 40 ms alone and 30 ms among others, a step of 10 ms, a request of 1 ms, five queries.
POINT = FirstToken(
    series="made-up", title="t", source="s", url="u", system=("vllm", "h100-sxm"), batch=5, output=100,
    seconds=0.075, alone=0.04, each=0.03, step=0.01, request=0.001, spread=0.1,
)  # fmt: skip


def test_the_share_that_was_waited_for_is_worked_from_the_published_time():
    # 75 ms less 1 ms, four fifths of half a step, and the prompt's 40 ms, over the four others' 30 ms
    assert first_tokens.waited_share(POINT) == pytest.approx((75 - 1 - 4 - 40) / (4 * 30))
    assert first_tokens.expected(POINT, first_tokens.waited_share(POINT)) == pytest.approx(0.075)


def test_what_came_sooner_than_even_spread_allows_counts_as_evenly_spread():
    assert first_tokens.waited_share(POINT._replace(seconds=0.03)) == 1 / 100


def test_a_query_alone_says_nothing_of_others():
    assert first_tokens.waited_share(POINT._replace(batch=1)) is None


def test_each_system_counts_alike_however_many_points_it_has():
    def waiting(share, system):
        return POINT._replace(seconds=first_tokens.expected(POINT, share), system=system)

    many = [waiting(0.1, ("vllm", "h100-sxm"))] * 30
    found = first_tokens.shares([*many, waiting(0.9, ("sglang", "h200-sxm"))])
    # geometric mean of 0.1 and 0.9
    assert found["expected"] == pytest.approx(0.3)
    assert (found["low"], found["high"]) == pytest.approx((0.1, 0.9))


def test_a_request_takes_what_a_query_alone_took_beyond_its_prompt():
    alone = POINT._replace(batch=1, seconds=0.046)
    assert first_tokens.request_seconds([alone]) == pytest.approx(0.006)
    # what came sooner than its prompt takes is no time at all
    assert first_tokens.request_seconds([alone._replace(seconds=0.03)]) == 0


def test_the_told_range_reaches_from_the_low_share_to_the_high_one():
    found = first_tokens.told(POINT._replace(spread=0), {"low": 0.1, "expected": 0.25, "high": 1})
    assert found["low"] == pytest.approx(0.001 + 0.004 + 0.04 + 0.1 * 0.12)
    assert found["expected"] == pytest.approx(0.075)
    assert found["high"] == pytest.approx(0.001 + 0.004 + 0.04 + 0.12)


def test_what_is_told_of_queues_is_what_the_published_times_say():
    told, points = engines.queues(), first_tokens.points()
    request = first_tokens.request_seconds(points)
    assert told["request_seconds"] == pytest.approx(request, rel=0.05)
    found = first_tokens.shares([point._replace(request=request) for point in points])
    assert told["waited_share"] == pytest.approx(found, rel=0.05)


def test_every_point_is_of_a_server_with_room_for_all_queries_and_names_its_source():
    points = first_tokens.points()
    assert len(points) >= 100 and len({point.system for point in points}) >= 5
    assert all(point.url.startswith("https://") and point.source for point in points)
    # NIM's 8B with 5,000 tokens in and 500 out, published 0.91515 s with 100 queries, of which all fit
    assert any(point.batch == 100 and point.seconds == 0.91515 for point in points)
    # with 250 of them its 11.7 s are of queries that wait for room
    assert not any(point.seconds == 11.71742 for point in points)


def test_the_summary_judges_every_busy_point_by_systems_that_it_is_not_of():
    found = first_tokens.summary()
    assert found["points"] == sum(point.batch > 1 for point in first_tokens.points())
    # an interval of 80 % that holds far fewer would be a promise that is not kept
    assert 0.75 < found["coverage"] <= 1
    by_series = [first_tokens.summary(key) for key in ("nim-llama-3.1-8b", "inferencex-870")]
    assert all(one["systems"] == 1 for one in by_series)
