"""Ways by which weights are brought from where they are kept."""

import pytest

from llmmath.errors import InputError, UnknownName
from llmmath.records import links


def test_a_lane_of_pci_express_carries_128_of_130_bits():
    # 16 lanes of 8, 16 and 32 GT/s, worked by hand to the next 50 MB/s below
    for key, gigatransfers in (("pcie-3-x16", 8), ("pcie-4-x16", 16), ("pcie-5-x16", 32)):
        assert links.get(key).bandwidth == pytest.approx(16 * gigatransfers * 1e9 * 128 / 130 / 8, rel=1e-3)


@pytest.mark.parametrize("key", links.keys())
def test_every_way_says_where_its_rate_is_from(key):
    found = links.get(key)
    assert found.bandwidth > 1e8 and len(found.source) > 10


def test_an_unknown_way_names_those_that_are_known():
    with pytest.raises(UnknownName, match="unknown link 'usb'.*known: .*nvlink-c2c, nvme-pcie-4-x4"):
        links.get("usb")


def test_a_way_without_a_rate_is_refused():
    with pytest.raises(InputError, match="bandwidth, share and share_source are missing"):
        links.from_row("made-up", {"name": "n", "source": "s"})


def test_the_beginning_of_one_way_alone_is_answered_with_it():
    with pytest.raises(UnknownName, match="unknown link 'pcie4'; did you mean 'pcie-4-x16'?"):
        links.get("pcie4")
    with pytest.raises(UnknownName) as caught:
        links.get("pcie")
    assert "did you mean" not in str(caught.value)


def test_of_the_ways_those_to_a_processors_own_memory_are_marked():
    assert [key for key in sorted(links.keys()) if links.get(key).processor_memory] == [
        "ddr4-3200-2ch",
        "ddr5-5600-2ch",
    ]
