"""Drawings to scale: lengths and areas are the data, words stand within, colours are the theme's."""

import re
from xml.etree import ElementTree

import pytest

from macros.charts import Axis, ChartError, canvas, figure
from macros.charts.blocks import blocks
from macros.charts.heads import heads
from macros.charts.rooms import rooms
from macros.charts.timeline import timeline
from macros.charts.token import token

COLUMNS = {
    "left": ({"q": ("queries", "Q")}, {"k": ("keys", "K"), "v": ("values", "V")}),
    "right": ({"up": ("up", "up")},),
}
PARTS = {"q": 3, "k": 1, "v": 2, "up": 6}


def layers():
    return blocks(
        "Layers",
        "The second is twice the first.",
        y=Axis("products"),
        columns=COLUMNS,
        panels=[
            ("one", PARTS, "same"),
            ("two", {part: 2 * number for part, number in PARTS.items()}, "same"),
            ("other", {"q": 1, "up": 1}, "own"),
        ],
    )


def phase(reading, multiplying, seconds):
    return {"reading": reading, "multiplying": multiplying, "seconds": seconds}


def step(first=(2.0, 1.0, 2.0)):
    return timeline(
        "Step",
        "Memory works, arithmetic waits.",
        y=Axis("time", "s"),
        phases={"weights": 1, "cache": 2},
        rows=[
            ("one", "step", {"weights": phase(*first), "cache": phase(1.0, 0.5, 1.0)}),
            ("many", "step", {"weights": phase(2.0, 4.0, 4.0), "cache": phase(2.0, 0.5, 2.0)}),
            ("prompt", "own", {"weights": phase(1.0, 60.0, 60.0), "cache": phase(0.0, 1.0, 1.0)}),
        ],
    )


def kinds():
    return heads(
        "Kinds",
        "One for all is smallest.",
        y=Axis("cache", "B"),
        kinds=[("multi-head", "A", 8, 8, 1600), ("multi-query", "A", 8, 1, 100), ("latent", "B", 4, 0, 400)],
    )


def memories():
    return rooms(
        "Rooms",
        "The small one is too small.",
        y=Axis("memory", "GB", factor=1e9),
        parts=("weights", "cache"),
        places=[("small", "no", 20e9, [15e9, 10e9]), ("large", "fits", 100e9, [15e9, 10e9])],
    )


def one():
    return token(
        "Token",
        "Reading takes four times as long.",
        y=Axis("time", "s"),
        times={"reading": (4.0, "reading 4 s"), "multiplying": (1.0, "multiplying 1 s")},
        memory=("memory", 80, [("weights", 16, "16 GB"), ("cache", 0.1, "0.1 GB"), ("kept", 3, "3 GB")]),
        moved="3 TB/s",
        products=("7 billion", "multiplications"),
        outcome="220 token/s",
    )


EVERY = (layers, step, kinds, memories, one)


def drawing(chart):
    return ElementTree.fromstring(re.search("<svg.*</svg>", figure(chart, "one"))[0])


def boxes(chart, part=None):
    """Rectangles of a drawing that stand for `part`, or for anything: (part, x, y, width, height)."""
    return [
        (box.get("data-part"), *(float(box.get(name)) for name in ("x", "y", "width", "height")))
        for box in drawing(chart).iter("rect")
        if box.get("data-part") and part in (None, box.get("data-part"))
    ]


def area(box):
    return box[3] * box[4]


def test_areas_of_a_layers_parts_are_in_proportion_to_its_numbers():
    first = {box[0]: area(box) for box in boxes(layers())[:4]}
    # 12 in all on 358 x 64 units
    for name, number in {"queries": 3, "keys": 1, "values": 2, "up": 6}.items():
        assert first[name] == pytest.approx(number / 12 * 358 * 64, rel=2e-3)


def test_wholes_of_one_scale_share_it_and_a_part_that_is_not_there_has_no_box():
    found = boxes(layers())
    assert [area(two) / area(one) for one, two in zip(found[:4], found[4:8])] == pytest.approx(
        [2, 2, 2, 2], rel=2e-3
    )
    assert [box[0] for box in found[8:]] == ["queries", "up"]
    assert sum(map(area, found[8:])) == pytest.approx(358 * 64, rel=2e-3)


def test_lengths_of_a_step_are_its_times_and_idle_is_what_is_left():
    # The longer of the two steps takes 6 s on 280 units.
    reading = boxes(step(), "weights, reading")
    assert [box[3] for box in reading[:2]] == pytest.approx([2 / 6 * 280] * 2, abs=0.01)
    whole = boxes(step(), "step")
    assert [box[3] for box in whole[:4]] == pytest.approx([140, 140, 280, 280], abs=0.01)
    # what the cache takes begins where the longer of the first phase ended: after 2 s and after 4 s
    starts = [box[1] - 74 for box in boxes(step(), "cache, reading")[:2]]
    assert starts == pytest.approx([2 / 6 * 280, 4 / 6 * 280], abs=0.01)


def test_a_phase_shorter_than_what_it_does_is_refused():
    with pytest.raises(ChartError, match="chart 'Step', 'one': weights ends before"):
        step(first=(2.0, 1.0, 1.5))


def test_areas_of_caches_are_in_proportion_and_each_head_is_drawn():
    caches = boxes(kinds(), "cache")
    assert [area(box) / area(caches[0]) for box in caches] == pytest.approx([1, 1 / 16, 1 / 4], rel=5e-3)
    assert len(boxes(kinds(), "query head")) == 8 + 8 + 4
    assert len(boxes(kinds(), "key-value head")) == 8 + 1
    assert len(boxes(kinds(), "latent")) == 1


def test_what_has_no_room_is_underlined_from_the_capacity_on():
    small, large = boxes(memories(), "capacity")
    assert large[3] == pytest.approx(5 * small[3], rel=1e-3)
    parts = boxes(memories())[1:3]
    assert [box[3] for box in parts] == pytest.approx([0.75 * small[3], 0.5 * small[3]], rel=1e-3)
    over = [path for path in drawing(memories()).iter("path") if path.get("stroke") == canvas.OVER]
    (line,) = over
    begin, end = (float(point.split()[0]) for point in line.get("d")[1:].split("L"))
    assert begin == pytest.approx(small[1] + small[3], abs=0.02)
    assert end - begin == pytest.approx(0.25 * small[3], rel=1e-2)


def test_a_memory_is_filled_to_scale_and_words_too_tall_for_their_part_stand_above_all_parts():
    (memory,) = boxes(one(), "memory")
    heights = [boxes(one(), part)[0][4] / memory[4] for part in ("weights", "kept")]
    assert heights == pytest.approx([16 / 80, 3 / 80], rel=5e-3)
    filled = memory[2] + memory[4] * (1 - 19.1 / 80)
    places = {text.text: float(text.get("y")) for text in drawing(one()).iter("text")}
    assert places["cache 0.1 GB"] < filled and places["kept 3 GB"] < places["cache 0.1 GB"]
    reading, multiplying = (boxes(one(), name)[0][3] for name in ("reading", "multiplying"))
    assert reading == pytest.approx(4 * multiplying, rel=1e-3)


@pytest.mark.parametrize("make", EVERY)
def test_a_drawing_to_scale_says_what_it_shows_and_takes_every_colour_from_the_theme(make):
    chart = make()
    svg = drawing(chart)
    said = {element.get("id"): element.text for element in svg.iter() if element.get("id")}
    assert svg.get("role") == "img"
    assert [said[name] for name in svg.get("aria-labelledby").split()] == [chart.title, chart.about]
    paints = {element.get(name) for element in svg.iter() for name in ("fill", "stroke") if element.get(name)}
    assert {"var(--chart-1)", canvas.INK} <= paints | {"var(--chart-1)"}
    assert all(paint == "none" or re.fullmatch(r"var\(--[a-z0-9-]+\)", paint) for paint in paints)
    assert not any(element.get("style") for element in svg.iter())


@pytest.mark.parametrize("make", EVERY)
def test_every_word_and_box_stays_within_the_drawing(make):
    svg = drawing(make())
    _, _, width, height = (float(number) for number in svg.get("viewBox").split())
    for _, x, y, wide, tall in boxes(make()):
        assert min(x, y) >= 0 and x + wide <= width + 0.01 and y + tall <= height + 0.01
    for text in svg.iter("text"):
        long = len(text.text) * canvas.LETTER
        left = float(text.get("x")) - {"middle": long / 2, "end": long}.get(text.get("text-anchor"), 0)
        assert left >= -1 and left + long <= width + 1, text.text
        assert 0 < float(text.get("y")) <= height


@pytest.mark.parametrize("make", EVERY)
def test_the_data_stand_below_as_a_table(make):
    chart = make()
    rows = re.findall("<tr>(.*?)</tr>", figure(chart, "one"))
    assert len(rows) == 1 + len(chart.categories)
    assert re.findall('<th scope="row">(.*?)</th>', "".join(rows)) == list(chart.categories)
