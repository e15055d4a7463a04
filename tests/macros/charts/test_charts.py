"""Charts are drawn from plain data, follow the theme, and are kept only as long as their data hold."""

import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from macros.charts import (
    Axis,
    ChartError,
    Link,
    Mark,
    Series,
    area,
    bars,
    chart,
    dots,
    figure,
    lines,
    roofline,
    scatter,
    steps,
)
from macros.charts import kept as texts
from macros.charts.cache import key_of

ROOT = Path(__file__).resolve().parents[3]
CONTEXTS = (128, 1024, 8192)


def growth(*, totals=(1e8, 2e8, 9e8), title="Multiplications per token"):
    return lines(
        title,
        "They grow with context & more.",
        x=Axis("context", "token", scale="log2"),
        y=Axis("multiplications", scale="log"),
        series=[Series("GPT-2 small", CONTEXTS, totals), Series("1 : 1", CONTEXTS, (1e8, 1e8, 1e8))],
        marks=[Mark("trained on 1024", x=1024), Mark("limit", y=5e8)],
    )


def every_kind():
    axis, times = Axis("time", "s"), tuple(range(5))
    yield growth()
    yield roofline(
        "Roof",
        "Two roofs.",
        roofs=[Series("H100", (1, 300, 1000), (3e12, 9e14, 9e14))],
        points=[Series("Llama", (1, 30), (3e12, 9e13), names=("batch 1", "batch 30"))],
        marks=[Mark("ridge", x=300, y=9e14)],
    )
    yield bars(
        "Rates",
        "Side by side.",
        categories=["H100", "L4"],
        y=Axis("rate", "token/s"),
        series=[Series("predicted", (), (200, 20)), Series("measured", (), (180, 18.5))],
    )
    yield bars(
        "Parts",
        "Stacked.",
        categories=["a", "b"],
        y=Axis("parts", prefix=True),
        stacked=True,
        series=[Series("one", (), (2e9, 3e9)), Series("two", (), (1e9, 1e9))],
    )
    yield lines(
        "Ends",
        "Two curves end early, close together.",
        x=Axis("context"),
        y=Axis("cache"),
        series=[
            Series("long", (0, 9), (0, 9)),
            Series("short", (0, 4), (0, 4.1)),
            Series("short too", (0, 4), (0, 3.9)),
        ],
    )
    yield scatter(
        "Models",
        "Named points.",
        x=Axis("size", scale="log"),
        y=Axis("work", scale="log"),
        series=[
            Series("dense", (1e8, 1e9), (1e8, 1e9), names=("small", "large")),
            Series("sparse", (1e10, 1e11), (1e9, 1e10), names=("few", "many")),
        ],
    )
    yield area(
        "Memory",
        "Stacked over batch.",
        x=Axis("batch"),
        y=Axis("memory", "GiB", factor=2**30),
        series=[Series("weights", times, (2**34,) * 5), Series("cache", times, [t * 2**32 for t in times])],
        marks=[Mark("one card", y=2**35)],
    )
    yield steps(
        "Duty",
        "On, then off.",
        x=axis,
        y=Axis("duty", "%", limits=(0, 105)),
        series=[Series("duty", times, (0, 100, 100, 40, 40))],
        marks=[Mark("finger on", x=1), Mark("held", x=2, x_end=3), Mark("band", y=30, y_end=50)],
    )
    yield two_panels()


def two_panels():
    times = tuple(range(5))
    return lines(
        "Two panels",
        "A temperature over a duty.",
        x=Axis("time", "s"),
        y=Axis("temperature", "°C"),
        series=[Series("thing", times, (34, 30, 29, 30, 31)), Series("reading", times, (34, 31, 29, 29, 30))],
        marks=[Mark("finger", x=1, x_end=2), Mark("target", y=30)],
        below=(
            Axis("duty", "%", limits=(0, 105)),
            [Series("fan", (0, 2, 8), (100, 0, 40), shape="step")],
            [Mark("kick", x=2, y=100)],
        ),
    )


# Three sources; of the four dots of the second series two fall together.
SOURCES = [Link(f"https://example.org/{n}?a=1&b=2", f"source <{n}>") for n in range(3)]


def many(count=2):
    """A chart of dots: two series that open sources, and as many more as are wanted."""
    axis = Axis("time", "ms", scale="log", factor=1e-3, limits=(1e-3, 10))
    linked = [
        Series("one", (0.01, 0.1), (0.02, 0.1), links=SOURCES[:2]),
        Series("two", (0.1, 0.1, 1, 2), (0.2, 0.2, 1, 2), links=[SOURCES[1], SOURCES[1], *SOURCES[1:]]),
    ]
    others = [Series(f"more {n}", (1,), (0.01 * n,)) for n in range(2, count)]
    return dots(
        "Many",
        "Dots along a line.",
        x=axis,
        y=axis,
        series=[*linked, *others],
        marks=[Mark("as predicted", x=1e-3, y=1e-3, x_end=10, y_end=10)],
    )


@pytest.fixture(autouse=True)
def written_at_once(monkeypatch):
    """Drawings are in the cache as soon as they are made, and wait for no batch."""
    monkeypatch.setattr(texts, "BATCH_SECONDS", -1)


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    return tmp_path_factory.mktemp("charts")


@pytest.fixture(scope="module", params=every_kind(), ids=lambda shown: shown.title)
def shown(request):
    return request.param


# The markup


def test_a_figure_is_one_line_of_well_formed_markup(shown, kept):
    markup = figure(shown, "one", directory=kept)
    assert "\n" not in markup
    assert ElementTree.fromstring(markup).tag == "figure"


def test_the_same_data_give_the_same_bytes(shown, kept, tmp_path):
    assert figure(shown, "one", directory=kept) == figure(shown, "one", directory=tmp_path)


def test_every_colour_is_the_themes(shown, kept):
    drawing = drawing_of(figure(shown, "one", directory=kept))
    colours = set(re.findall(r' (?:fill|stroke|color)="([^"]+)"', drawing))
    assert "var(--chart-1)" in colours and "var(--md-default-fg-color)" in drawing
    assert all(colour == "none" or re.fullmatch(r"var\(--[a-z0-9-]+\)", colour) for colour in colours)
    assert not re.findall(r"#(?!chart-)|rgb", drawing)


def test_a_drawing_is_read_by_screen_readers_and_not_by_the_search(shown, kept):
    page = ElementTree.fromstring(figure(shown, "one", directory=kept))
    svg = next(page.iter("svg"))
    named = {element.get("id"): element.text for element in svg.iter() if element.get("id")}
    assert svg.get("role") == "img"
    assert [named[name] for name in svg.get("aria-labelledby").split()] == [shown.title, shown.about]
    assert "data-search-exclude" in page.attrib


def test_a_drawing_takes_width_and_letters_from_the_page(shown, kept):
    drawing = drawing_of(figure(shown, "one", directory=kept))
    svg = ElementTree.fromstring(drawing)
    assert "viewBox" in svg.attrib and not {"width", "height"} & set(svg.attrib)
    assert "font" not in drawing and "<metadata" not in drawing and "style" not in drawing
    assert next(svg.iter("text")).text


def test_a_drawing_is_small(shown, kept):
    import gzip

    assert len(gzip.compress(drawing_of(figure(shown, "one", directory=kept)).encode())) < 3000


def test_every_reference_inside_a_drawing_leads_somewhere(shown, kept):
    drawing = drawing_of(figure(shown, "one", directory=kept))
    targets = set(re.findall(r'href="#([^"]+)"|url\(#([^)]+)\)', drawing))
    assert {one or other for one, other in targets} <= set(re.findall(r' id="([^"]+)"', drawing))


def test_two_charts_of_a_page_share_no_id(kept):
    first, second = growth(), growth(totals=(1e8, 3e8, 9e8))
    ids = [
        re.findall(r' id="([^"]+)"', figure(*one, directory=kept))
        for one in ((first, "growth"), (second, "growth"), (first, "growth-again"))
    ]
    everything = [name for names in ids for name in names]
    assert len(everything) == len(set(everything)) > 6


def test_labels_stay_inside_the_drawing_and_clear_of_each_other(shown):
    from matplotlib import rc_context

    from macros.charts import draw

    boxes = []
    original = draw._name_points

    def measure(axes, *others):
        original(axes, *others)
        boxes.extend((text.get_text(), text.get_window_extent()) for text in axes.texts)

    with rc_context(draw.STYLE), pytest.MonkeyPatch.context() as patch:
        patch.setattr(draw, "_name_points", measure)
        draw.draw(shown)
    assert boxes
    for index, (text, box) in enumerate(boxes):
        assert box.x0 >= -1 and box.x1 <= draw.WIDTH + 1, text
        for other_text, other in boxes[index + 1 :]:
            width = min(box.x1, other.x1) - max(box.x0, other.x0)
            height = min(box.y1, other.y1) - max(box.y0, other.y0)
            assert width <= 1 or height <= 3, (text, other_text)


def test_a_chart_is_the_same_whatever_settings_of_matplotlib_the_author_has():
    from matplotlib import rc_context

    from macros.charts import draw

    drawn = draw.draw(growth())
    with rc_context({"axes.titlesize": 30, "axes.xmargin": 0.4, "lines.solid_capstyle": "butt"}):
        assert draw.draw(growth()) == drawn


def drawn_axes(shown):
    """Of each panel of a drawing its axes, once everything is in its place."""
    from matplotlib import rc_context

    from macros.charts import draw

    laid = []
    with rc_context(draw.STYLE), pytest.MonkeyPatch.context() as patch:
        original = draw._lay_out
        patch.setattr(
            draw, "_lay_out", lambda figure, panels: laid.extend(panels) or original(figure, panels)
        )
        draw.draw(shown)
        return [panel.axes for panel in laid], [
            {text.get_text(): text.get_window_extent() for text in panel.axes.texts} for panel in laid
        ]


class Around:
    """The square of a ring."""

    def __init__(self, place, half=4):
        (self.x0, self.y0), (self.x1, self.y1) = place - half, place + half


def distance(place, box):
    """From a point to the nearest point of a box."""
    x, y = place
    dx, dy = max(box.x0 - x, x - box.x1, 0), max(box.y0 - y, y - box.y1, 0)
    return (dx * dx + dy * dy) ** 0.5


def models():
    """The chart of all models, whose named ones lie close to each other and to many others."""
    from macros.pages import model_records

    class Kept:
        def chart(self, shown, *_):
            return shown

    named = ["gpt2", "pythia-70m", "deepseek-v3", "gpt-oss-120b"]
    return model_records.multiplications_against_parameters(Kept(), 1024, 32768, named)


def crowded():
    """Rings in a row, closer to each other than their names are long, with dots between them."""
    at = [1.0, 1.3, 1.6, 1.9]
    axis = Axis("size", scale="log", limits=(0.3, 30))
    return scatter(
        "Crowded",
        "Names beside their rings.",
        x=axis,
        y=axis,
        series=[Series("dots", [x * 1.1 for x in at], at)],
        marks=[Mark(f"model number {n}", x=x, y=x) for n, x in enumerate(at)],
    )


@pytest.mark.parametrize("make", [models, crowded])
def test_the_name_of_a_ring_stands_beside_it_and_nearer_to_it_than_to_any_other_or_a_line_leads_there(make):
    from matplotlib.transforms import Bbox

    chart_ = make()
    (axes,), (boxes,) = drawn_axes(chart_)
    rings = {mark.label: axes.transData.transform((mark.x, mark.y)) for mark in chart_.marks}
    ends = [line.get_transform().transform(line.get_xydata()) for line in axes.get_lines()]
    led = [line for line in ends if len(line) == 2]
    dots_of = [one for one in chart_.series if one.shape == "points"]
    points = [axes.transData.transform(place) for one in dots_of for place in zip(one.x, one.y)]
    for label, ring in rings.items():
        box = boxes[label]
        others = [distance(place, box) for name, place in rings.items() if name != label]
        assert min(others) >= 9, f"{label} touches another ring"
        # The letters of the page are narrower by an eighth than those that a drawing is laid out with.
        seen = Bbox.from_extents(box.x0, box.y0, box.x1 - box.width / 8, box.y1)
        assert min(distance(place, seen) for place in points if abs(place - ring).max() > 1) > 1, label
        near = distance(ring, box)
        if near > 9 or near > min(others):
            from_ring = [line for line in led if distance(line[0], Around(ring)) < 1]
            assert any(distance(line[1], box) <= 1 for line in from_ring), f"no line leads to {label}"


@pytest.mark.parametrize(
    ("limits", "shown"),
    [((30, 300), "50 100 200"), ((4, 40), "5 10 20"), ((1, 1e4), "1 10 100 1,000 10,000")],
)
def test_an_axis_of_a_decade_or_less_has_ticks_at_two_and_five(limits, shown):
    axis = Axis("time", "ms", scale="log", limits=limits)
    dotted = dots("Dots", "Dots.", x=axis, y=axis, series=[Series("one", (limits[0] * 2,), (limits[0] * 2,))])
    (axes,), _ = drawn_axes(dotted)
    assert " ".join(text.get_text() for text in axes.get_xticklabels()) == shown


def test_a_line_among_many_dots_is_named_to_the_right_of_its_end():
    axis = Axis("measured", scale="log", limits=(1, 100))
    level = Mark("as measured", y=10)
    corner = Mark("as predicted", x=1, y=1, x_end=100, y_end=100)
    one = Series("one", (2, 50, 90), (10, 10, 90))
    for mark, y in ((level, 10), (corner, 100)):
        (axes,), (boxes,) = drawn_axes(dots("Dots", "Dots.", x=axis, y=axis, series=[one], marks=[mark]))
        box = boxes[mark.label.replace(" ", "\n")]
        edge, height = axes.transData.transform((100, y))
        assert box.x0 >= edge and box.y0 - 12 <= height <= box.y1 + 12
        assert list(boxes).count(mark.label) == 0


def test_two_panels_share_their_time_and_not_their_colours():
    from matplotlib.figure import Figure

    from macros.charts import draw

    (upper, lower), _ = drawn_axes(two_panels())
    assert isinstance(upper.figure, Figure) and upper.get_xlim() == lower.get_xlim()
    above, under = upper.get_position(), lower.get_position()
    assert (above.x0, above.x1) == (under.x0, under.x1) and under.y1 < above.y0
    colours = [line.get_color() for axes in (upper, lower) for line in axes.get_lines()[:2]]
    assert len({colour for colour in colours if colour in draw.SERIES}) == 3
    # What has a time alone goes through both, and is named once.
    assert [text.get_text() for axes in (upper, lower) for text in axes.texts].count("finger") == 1
    # The time is written below the lower one alone.
    assert [axes.xaxis.get_tick_params()["labelbottom"] for axes in (upper, lower)] == [False, True]


def test_the_data_of_both_panels_are_shown(kept):
    markup = figure(two_panels(), "two", directory=kept)
    assert "fan [%]" in markup and "thing [°C]" in markup
    assert markup.count("<table>") == 2


# Dots


def links(markup):
    """What opens in a drawing: address -> (title, number of dots), over all of its links."""
    found = {}
    for link in ElementTree.fromstring(drawing_of(markup)).iter("a"):
        title, count = found.get(link.get("href"), ("", 0))
        shapes = "".join(path.get("d") for path in link.iter("path"))
        found[link.get("href")] = (next(link.iter("title")).text, count + shapes.count("M"))
    return found


def test_each_dot_opens_its_source_and_dots_that_fall_together_are_one(kept):
    # series one: a dot each of the first two sources; two: one of two alike, one, and one of the third
    assert links(figure(many(), "one", directory=kept)) == {
        SOURCES[0].address: (SOURCES[0].title, 1),
        SOURCES[1].address: (SOURCES[1].title, 3),
        SOURCES[2].address: (SOURCES[2].title, 1),
    }


def test_links_of_a_drawing_are_within_reach_of_a_pointer_and_out_of_the_way_of_the_tab_key(kept):
    svg = ElementTree.fromstring(drawing_of(figure(many(), "one", directory=kept)))
    assert svg.get("role") == "group"  # the parts of an image are not reached
    assert {link.get("tabindex") for link in svg.iter("a")} == {"-1"}


def test_a_line_from_corner_to_corner_is_drawn_through_the_dots_that_lie_on_it(kept):
    svg = ElementTree.fromstring(drawing_of(figure(many(), "one", directory=kept)))
    (line,) = [path for path in svg.iter("path") if "stroke-dasharray" in path.attrib]
    x0, y0, x1, y1 = map(float, re.findall(r"[\d.]+", line.get("d")))
    # the third dot of the second series, at (1, 1), is a quarter of the way from the upper end
    place = re.findall(r"M([\d.]+) ([\d.]+)h0", "".join(path.get("d") for path in svg.iter("path")))
    on = [(float(x), float(y)) for x, y in place]
    assert any(abs(x - (x1 - (x1 - x0) / 4)) < 0.5 and abs(y - (y1 - (y1 - y0) / 4)) < 0.5 for x, y in on)


def test_thousands_of_dots_stay_light(kept):
    axis = Axis("time", scale="log", limits=(1, 1e4))
    xs = [1 + n for n in range(4000)]
    shown = dots(
        "All",
        "Many.",
        x=axis,
        y=axis,
        series=[Series("s", xs, xs[::-1], links=[SOURCES[n % 3] for n in range(4000)])],
    )
    drawing = drawing_of(figure(shown, "one", directory=kept))
    assert 400 < drawing.count("M") < 4000 and len(drawing) < 60_000


def test_beyond_six_series_colours_come_again_with_another_shape(kept):
    markup = figure(many(14), "one", directory=kept)
    keys = re.findall(r'<li class="([^"]+)">', markup)
    assert len(set(keys)) == 14
    assert [keys[0], keys[6], keys[13]] == [
        "chart-key-1 chart-dot-1",
        "chart-key-1 chart-dot-2",
        "chart-key-2 chart-dot-3",
    ]
    drawing = drawing_of(markup)
    assert 'stroke="var(--chart-2)"' in drawing and 'stroke-linecap="square"' in drawing


# The data beside it


def cells(markup):
    table = next(ElementTree.fromstring(markup).iter("table"))
    return [["".join(cell.itertext()) for cell in row] for row in table.iter("tr")]


def test_series_that_share_their_x_are_columns(kept):
    assert cells(figure(growth(), "one", directory=kept)) == [
        ["context [token]", "GPT-2 small", "1 : 1"],
        ["128", "1\u202f×\u202f10⁸", "1\u202f×\u202f10⁸"],
        ["1,024", "2\u202f×\u202f10⁸", "1\u202f×\u202f10⁸"],
        ["8,192", "9\u202f×\u202f10⁸", "1\u202f×\u202f10⁸"],
    ]


def test_data_are_shown_in_the_unit_of_their_axis(kept):
    # 2**34 B are 16 GiB and 2**32 B are 4 GiB
    memory = next(one for one in every_kind() if one.title == "Memory")
    assert cells(figure(memory, "one", directory=kept))[:3] == [
        ["batch", "weights [GiB]", "cache [GiB]"],
        ["0", "16", "0"],
        ["1", "16", "4"],
    ]


def test_named_points_are_rows(kept):
    models = next(one for one in every_kind() if one.title == "Models")
    rows = cells(figure(models, "one", directory=kept))
    assert [row[0] for row in rows] == ["", "small", "large", "few", "many"]


def test_a_long_table_keeps_its_ends_and_says_what_it_leaves_out(kept):
    long = lines("Long", "Many.", x=Axis("x"), y=Axis("y"), series=[Series("s", range(200), range(200))])
    markup = figure(long, "one", directory=kept)
    rows = cells(markup)[1:]
    assert (rows[0], rows[-1], len(rows)) == (["0", "0"], ["199", "199"], 24)
    assert "24 of 200 rows" in markup


def test_the_formulas_behind_the_data_are_named(kept):
    markup = chart("one", growth, {"title": "T"}, sources=[growth], directory=kept)
    assert "Computed by <code>growth</code>" in markup


# What is kept


def test_a_drawing_in_the_cache_is_shown_without_matplotlib(tmp_path):
    script = (
        "import sys; sys.path.insert(0, {root!r})\n"
        "from macros.charts import *\n"
        "shown = lines('T', 'A', x=Axis('x'), y=Axis('y'), series=[Series('s', (1, 2), (3, 4))])\n"
        "print(len(figure(shown, 'one', directory={kept!r})), 'matplotlib' in sys.modules)"
    )
    code = script.format(root=str(ROOT), kept=str(tmp_path))
    first, second = (
        subprocess.run(
            [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, check=True
        ).stdout.split()
        for _ in range(2)
    )
    assert first[1] == "True" and second[1] == "False"
    assert first[0] == second[0]


def test_a_changed_formula_is_drawn_anew():
    def describe(formula):
        return growth(totals=[formula(n) for n in CONTEXTS])

    assert key_of(describe(lambda n: 2 * n)) == key_of(describe(lambda n: n + n))
    assert key_of(describe(lambda n: 2 * n)) != key_of(describe(lambda n: 2 * n + 1))


def test_what_is_not_data_changes_the_drawing_too():
    assert key_of(growth()) != key_of(growth(title="Other"))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda whole: whole[: len(whole) // 2],
        lambda whole: b"",
        lambda whole: b"\xff\xfe",
        lambda whole: whole.replace(b"c0ffe1", b"c0ffe2"),
    ],
    ids=["half", "empty", "no text", "changed"],
)
def test_a_spoiled_drawing_is_drawn_anew(tmp_path, spoil):
    markup = figure(growth(), "one", directory=tmp_path)
    (file,) = tmp_path.iterdir()
    whole = file.read_bytes()
    file.write_bytes(spoil(whole))
    assert figure(growth(), "one", directory=tmp_path) == markup
    assert file.read_bytes() == whole


def test_nothing_half_written_is_left(tmp_path):
    figure(growth(), "one", directory=tmp_path)
    assert [file.suffix for file in tmp_path.iterdir()] == [".svg"]


# Refusals


@pytest.mark.parametrize(
    "make, said",
    [
        (
            lambda: growth(totals=(1e8, 0, 9e8)),
            "series 'GPT-2 small': value 1 of multiplications is 0; a log",
        ),
        (lambda: growth(totals=(1e8, float("nan"), 9e8)), "value 1 of multiplications is nan, not a finite"),
        (
            lambda: lines(
                "T", "", x=Axis("x"), y=Axis("y"), series=[Series("s", (1,), (1,))], marks=[Mark("m")]
            ),
            "mark 'm': it has neither x nor y",
        ),
        (lambda: growth(totals=(1e8, 2e8)), "3 x, 2 y"),
        (
            lambda: lines("T", "", x=Axis("x", scale="lgo"), y=Axis("y"), series=[Series("s", (1,), (1,))]),
            "unknown scale 'lgo'; did you mean 'log'?",
        ),
        (
            lambda: lines("T", "", x=Axis("x"), y=Axis("y"), series=[Series("s", (1,), (1,))] * 7),
            "has 7 series",
        ),
        (lambda: many(19), "has 19 series; it can show 1 to 18"),
        (
            lambda: dots("T", "", x=Axis("x"), y=Axis("y"), series=[Series("s", (1,), (1,))]),
            "its x has no limits; dots need them",
        ),
        (
            lambda: dots(
                "T",
                "",
                x=Axis("x", limits=(0, 1)),
                y=Axis("y", limits=(0, 1)),
                series=[Series("s", (1, 1), (1, 1), links=SOURCES)],
            ),
            "2 x and 3 links; expected a link for each",
        ),
        (
            lambda: area(
                "T",
                "",
                x=Axis("x"),
                y=Axis("y"),
                series=[Series("a", (1, 2), (1, 1)), Series("b", (1, 3), (1, 1))],
            ),
            "same x",
        ),
        (
            lambda: bars(
                "T",
                "",
                categories=["a"],
                y=Axis("y", scale="log"),
                series=[Series("s", (), (1,))],
                stacked=True,
            ),
            "needs a linear axis",
        ),
    ],
    ids=[
        "zero on log",
        "nan",
        "mark nowhere",
        "lengths",
        "scale",
        "seven",
        "nineteen",
        "no limits",
        "links",
        "area x",
        "stacked log",
    ],
)
def test_a_chart_that_cannot_be_drawn_is_refused_by_name_and_value(make, said):
    with pytest.raises(ChartError, match=re.escape(said)):
        make()


# The colours


def luminance(colour):
    """Relative luminance as WCAG 2 defines it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme, background", [(0, "#ffffff"), (1, "#1e2129")], ids=["light", "dark"])
def test_labels_in_every_colour_can_be_read(scheme, background):
    # 4.5 is what WCAG 2 asks of text; #1e2129 is the theme's hsla(225, 15%, 14%)
    css = (ROOT / "docs" / "assets" / "css" / "charts.css").read_text()
    palette = re.findall(r"--chart-\d: (#\w{6})", css)[6 * scheme : 6 * scheme + 6]
    assert len(set(palette)) == 6
    for colour in palette:
        dark, light = sorted((luminance(colour), luminance(background)))
        assert (light + 0.05) / (dark + 0.05) >= 4.5


def drawing_of(markup):
    return markup[markup.index("<svg") : markup.index("</svg>") + 6]
