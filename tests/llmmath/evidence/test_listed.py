"""Figures of hardware that are listed for something else: each beside the record, with its source."""

import pytest

from llmmath.errors import InputError
from llmmath.evidence import listed
from llmmath.evidence.listed import _checked

ROWS = {row["key"]: row for row in listed.load()}
H100 = {
    "accelerator": "h100-sxm", "quantity": "bf16", "listed": 1979e12, "by": "a list",
    "what": "sparse", "source": "a page",
}  # fmt: skip


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_what_others_list_is_about_twice_the_record_or_more(row):
    assert row["listed_over_recorded"] > 1.9


def test_a_peak_is_taken_for_that_of_its_data_type():
    # datasheet: 1,979 TFLOP/s with sparsity; half of it, 989.5, without, printed as 989
    row = ROWS["h100-sxm-sparse"]
    assert (row["unit"], row["listed"], row["recorded"]) == ("FLOP/s", 1979e12, 989e12)
    assert row["listed_over_recorded"] == 1979 / 989


def test_a_bandwidth_is_taken_for_the_bandwidth():
    # 4267 MT/s x 32 bit = 17.1 GB/s
    row = ROWS["raspberry-pi-5-bandwidth"]
    assert (row["unit"], row["listed_over_recorded"]) == ("B/s", 34 / 17.1)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"source": None}, "listed.toml: mine: source is (None|null); expected a text"),
        ({"quantity": "fp4"}, "h100-sxm has no published peak for fp4"),
        ({"accelerator": "h100"}, "unknown accelerator 'h100'"),
        ({"listed": -1}, "listed.toml: mine: listed is -1; expected a number above zero"),
    ],
)
def test_a_record_that_cannot_be_checked_is_refused(changed, message):
    with pytest.raises(InputError, match=message):
        _checked("mine", H100 | changed)
