"""The errata page: ours against what golden.json recomputes, what was published against its own scope."""

import json
from pathlib import Path

import pytest

from llmmath.evidence import errata

GOLDEN = {
    case["id"]: case for case in json.loads((Path(__file__).parents[2] / "data/golden.json").read_text())
}
RECORDS = errata.load()


@pytest.mark.parametrize("key", RECORDS)
def test_a_record_cites_a_known_case_and_its_source(key):
    case = GOLDEN[RECORDS[key]["golden"]]
    assert RECORDS[key]["source"].split()[0].split("@")[0] == case["source"].split()[0].split("@")[0]


@pytest.mark.parametrize("key", ["scaling-book-int8-caches", "scaling-book-int4-caches"])
def test_only_whole_caches_fit(key):
    # golden has 43.7: of the last one only a part would fit
    assert errata.recomputed(key) == int(GOLDEN[RECORDS[key]["golden"]]["recomputed"]) == 43


@pytest.mark.parametrize(
    ("key", "batch"), [("scaling-book-int8-queries", 52), ("scaling-book-int4-queries", 67)]
)
def test_the_published_rates_follow_from_the_batches_that_do_not_fit(key, batch):
    assert errata.recomputed(key, batch=batch) == pytest.approx(
        GOLDEN[RECORDS[key]["golden"]]["recomputed"], rel=1e-12
    )
    assert errata.recomputed(key) < RECORDS[key]["published"]


def test_the_exact_sizes_give_the_exact_count():
    assert errata.recomputed("scaling-book-16b") * 10**9 == GOLDEN["sb-t4-q1-params"]["recomputed"]


def test_the_label_gib_is_met_in_gb():
    assert errata.recomputed("scaling-book-gib") * 2**30 / 1e9 == pytest.approx(240.4)


@pytest.mark.parametrize("key", [key for key in RECORDS if "leaves_out" in RECORDS[key]])
def test_without_what_was_left_out_the_published_figure_is_met(key):
    # at its own precision: the rounded FLOPs of the notebooks have two digits
    row = RECORDS[key]
    less = errata.recomputed(key, without=tuple(row["leaves_out"]))
    assert less == pytest.approx(row["published"], rel=0.01 if row.get("flops") else 1e-4)
    assert errata.recomputed(key) > less


def test_the_lm_head_takes_the_time_of_reading_it():
    # 4096 x 32000 weights x 2 bytes / 2039 GB/s, = 262.144 MB / 2039 GB/s, worked by hand
    assert errata.recomputed("llm-analysis-lm-head") == pytest.approx(128.565, abs=0.0005)


def test_the_ratio_is_that_of_the_published_figure_to_ours():
    # 52 caches were published, 43 fit
    assert errata.published_over_ours("scaling-book-int8-caches") == 52 / 43
