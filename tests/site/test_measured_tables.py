"""Tables of measurements show what was published; those of errors follow from the points that are shown.

A point is shown with what was measured and with what was estimated without its engine and card, so that the
errors by engine can be worked again from the pages. Those for models and for larger batches are worked from
llmmath/evidence/data/judged.json, and the number of their points from the data files.
"""

import json
import tomllib
from pathlib import Path
from statistics import median

import pytest

from llmmath.evidence import first_tokens, judged, measurements
from llmmath.records import models
from tests.site import html_tables

DATA = Path(__file__).resolve().parents[2] / "llmmath" / "evidence" / "data"
POINTS = r"^measurements/.* \| Points of "
HEADER = [
    "Model", "On", "Type", "Queries", "Prompt", "Output", "Measured", "Bound", "Estimate", "80% interval",
]  # fmt: skip
PAGE = "predicted-and-measured/ | "


def series():
    """Published series of measurements by title, read from the data files as they stand."""
    files = [path for path in sorted((DATA / "measured").glob("*.toml")) if path.name != "left-out.toml"]
    rows = [row for path in files for row in tomllib.loads(path.read_text(encoding="utf-8")).values()]
    assert len({row["title"] for row in rows}) == len(rows), "two series of one title"
    return {row["title"]: row for row in rows}


def published(row):
    """What the first columns must show of each point, and the point; … for as many queries as fit."""
    for figures in row["rows"]:
        point = row | dict(zip(row["columns"], figures, strict=True))
        cards = point.get("n_accelerators", 1)
        yield (
            [
                row["title"].split(",")[0].lower() if "shape" in row else point["model"],
                (f"{cards} × " if cards > 1 else "") + point["accelerator"],
                "…" if point["batch"] == "fits" else f"{point['batch']:,}",
                *(f"{point[name]:,}" for name in ("prompt", "output")),
            ],
            point,
        )


def milliseconds(point, batch):
    """The published figure as a time [ms]."""
    if point["unit"] != "token/s":
        return {"ms": 1, "s": 1000}[point["unit"]] * point["value"]
    tokens = {
        "token": 1,
        "prefill": batch * point["prompt"],
        "latency": batch * point["output"],
    }.get(point["measures"], batch)
    return 1000 * tokens / point["value"]


def in_milliseconds(shown):
    number, unit = shown.split()
    return float(number.replace(",", "")) * {"ms": 1, "s": 1000}[unit]


def test_the_points_of_a_series_are_the_published_ones(tables):
    shown = html_tables.under(tables, POINTS)
    assert set(shown) == {f"Points of {title}" for title in series()}
    for title, row in series().items():
        table = shown[f"Points of {title}"]
        assert table.header == HEADER, title
        assert len(table.rows) == len(row["rows"]), title
        for cells, (expected, point) in zip(table.rows, published(row), strict=True):
            told = [*cells[:2], *cells[3:6]]
            assert [one for one in zip(told, expected) if one[1] not in ("…", one[0])] == [], title
            batch = int(cells[3].replace(",", ""))
            assert in_milliseconds(cells[6]) == pytest.approx(milliseconds(point, batch), rel=0.006), title


def test_an_estimate_lies_in_its_interval_and_above_no_bound_of_an_explained_series(tables):
    seen = 0
    for title, row in series().items():
        for cells in html_tables.under(tables, POINTS)[f"Points of {title}"].rows:
            assert (cells[8] == "–") == bool(row.get("unexplained")), title
            if cells[8] != "–":
                low, high = map(in_milliseconds, cells[9].split(" – "))
                expected, bound = in_milliseconds(cells[8]), in_milliseconds(cells[7])
                assert low <= expected <= high and expected > 0.9 * bound, (title, cells)
                # the ends are as far away by a factor
                assert high / expected == pytest.approx(expected / low, rel=0.02), (title, cells)
                seen += 1
    assert seen > 300


def judged_points(tables):
    """(row of the file, measured, low, expected, high [ms]) of every point that is judged, from the pages."""
    for title, row in series().items():
        cells_of = html_tables.under(tables, POINTS)[f"Points of {title}"].rows
        for figures, cells in zip(row["rows"], cells_of, strict=True):
            if cells[8] != "–":
                point = row | dict(zip(row["columns"], figures, strict=True))
                low, high = map(in_milliseconds, cells[9].split(" – "))
                yield point, in_milliseconds(cells[6]), low, in_milliseconds(cells[8]), high


def errors(rows):
    """Systems, points, and in percent median, ninth tenth, worst and coverage of `judged_points`."""
    systems = {(one["family"], one["accelerator"]) for one, *_ in rows}
    off = sorted(100 * abs(expected / measured - 1) for _, measured, _, expected, _ in rows)
    inside = sum(low <= measured <= high for _, measured, low, _, high in rows)
    ninth = off[-(-9 * len(off) // 10) - 1]
    return len(systems), len(rows), median(off), ninth, off[-1], 100 * inside / len(rows)


def assert_agree(cells, expected):
    """Asserts that cells show these figures, to two digits; rounding may move a point over the edge of its
    interval."""
    systems, points, *shares = (float(cell.replace(",", "").removesuffix("%")) for cell in cells)
    assert (systems, points) == expected[:2]
    for shown, worked in zip(shares, expected[2:], strict=True):
        assert shown == pytest.approx(worked, abs=0.8 + 0.05 * worked + 50 / points), (cells, expected)


ERRORS = ["Systems", "Points", "Median error", "Nine of ten within", "Worst", "In the interval"]


def test_errors_by_engine_follow_from_the_points_of_each(tables):
    table = tables[PAGE + "Error of estimates for engines-and-cards left out, by engine"]
    assert table.header == ["Engine", *ERRORS]
    rows = list(judged_points(tables))
    families = {series_.family for series_ in measurements.load().values()}
    assert len(table.rows) == len(families) + 1
    assert_agree(table.rows[0][1:], errors(rows))
    names = {row["family"]: [] for row, *_ in rows}
    for one in rows:
        names[one[0]["family"]].append(one)
    by_points = sorted(names.values(), key=len)
    assert sorted(int(cells[2].replace(",", "")) for cells in table.rows[1:]) == [len(x) for x in by_points]
    for cells in table.rows[1:]:
        alike = [own for own in names.values() if len(own) == int(cells[2].replace(",", ""))]
        if len(alike) == 1:
            assert_agree(cells[1:], errors(alike[0]))


def test_errors_by_what_was_measured_follow_from_its_points(tables):
    table = tables[PAGE + "Error of estimates for engines-and-cards left out, by what was measured"]
    assert table.header == ["Measured", *ERRORS]
    rows = list(judged_points(tables))
    for cells, measure in zip(table.rows, measurements.MEASURES, strict=True):
        assert_agree(cells[1:], errors([one for one in rows if one[0]["measures"] == measure]))


def test_errors_by_kind_of_model_follow_from_its_points(tables):
    table = tables[PAGE + "Error of estimates for engines-and-cards left out, by kind of model"]
    assert table.header == ["Model", *ERRORS]
    rows = list(judged_points(tables))
    for (name, mixture), whole, newer in zip(
        [("dense", False), ("mixture of experts", True)], table.rows[::2], table.rows[1::2], strict=True
    ):
        alike = [one for one in rows if is_mixture(one[0]) == mixture]
        assert whole[0] == name and newer[0] == f"{name}, engines since 2025"
        assert_agree(whole[1:], errors(alike))
        assert int(newer[2].replace(",", "")) < len(alike)


def is_mixture(row):
    """Whether the model of a row has experts, by its record or by the fields of its shape."""
    if "shape" in row:
        return any("expert" in name for name in row["shape"])
    return "n_experts" in models.get(row["model"]).quantities()


def test_errors_by_what_was_left_out_follow_from_the_file_of_judgements(tables):
    table = tables[PAGE + "Error of estimates for what was left out as a whole"]
    assert table.header == ["Left out", *ERRORS]
    points = judged.judged_points()
    ways = json.loads((DATA / "judged.json").read_text(encoding="utf-8"))["ways"]
    for cells, way in zip(table.rows, ("system", "model", "engine", "batch"), strict=True):
        rows = []
        for number, expected, reach in ways[way]:
            point = points[number]
            if point.unexplained:
                continue
            row = {"family": point.family, "accelerator": point.accelerator.key}
            rows.append((row, point.seconds, expected / reach, expected, expected * reach))
        assert_agree(cells[1:], errors(rows))


def test_first_tokens_show_shares_and_errors_of_the_published_times(tables):
    table = tables[
        "measurements/first-tokens/ | First tokens of busy servers, each judged by the other systems"
    ]
    by_title = {}
    for point in first_tokens.points():
        if point.batch > 1:
            by_title.setdefault(point.title, []).append(point)
    assert [row[0] for row in table.rows] == list(by_title)
    for title, points, least, greatest, error, inside in table.rows:
        own = by_title[title]
        assert int(points) == len(own)
        shares = [
            max(1 / one.output, (one.seconds - first_tokens.expected(one, 0)) / (one.batch - 1) / one.each)
            for one in own
        ]
        for shown, share in ((least, min(shares)), (greatest, max(shares))):
            assert float(shown.replace(",", "").rstrip("%")) == pytest.approx(100 * share, rel=0.06)
        rest = first_tokens.shares(
            [one for one in first_tokens.points() if one.batch > 1 and one.system != own[0].system]
        )
        told = [(one.seconds, first_tokens.told(one, rest)) for one in own]
        off = median(100 * abs(found["expected"] / seconds - 1) for seconds, found in told)
        assert float(error.replace(",", "").rstrip("%")) == pytest.approx(off, rel=0.06)
        held = sum(found["low"] <= seconds <= found["high"] for seconds, found in told)
        assert float(inside.rstrip("%")) == pytest.approx(100 * held / len(own), abs=1)


def test_figures_of_newer_engines_are_those_of_points_since_2025(site):
    stated = {
        row["name"]: row["value"]
        for row in json.loads((site / "values.json").read_text(encoding="utf-8"))
        if row["page"] == "predicted-and-measured.md"
        and row.get("inputs", {}).get("since") == 2025
        and "mixture" not in row["inputs"]
    }
    points = judged.judged_points()
    rows = []
    for number, expected, reach in json.loads((DATA / "judged.json").read_text(encoding="utf-8"))["ways"][
        "system"
    ]:
        point = points[number]
        if point.year >= 2025 and not point.unexplained:
            row = {"family": point.family, "accelerator": point.accelerator.key}
            rows.append((row, point.seconds, expected / reach, expected, expected * reach))
    _, n, middle, ninth, _, inside = errors(rows)
    assert {name: 100 * value for name, value in stated.items()} == pytest.approx(
        {"judged.median": middle, "judged.p90": ninth, "judged.coverage": inside}, abs=0.01 + 100 / n
    )
    # most points are of before
    assert 2 * n < sum(not point.unexplained for point in points)


def test_the_scatter_shows_points_that_were_measured(tables):
    (table,) = html_tables.under(tables, r"^predicted-and-measured/ \| Data: Predicted against").values()
    assert table.header == ["", "measured [ms]", "predicted [ms]"]
    known = [(measured, expected) for _, measured, _, expected, _ in judged_points(tables)]
    # and what beat the bound, which the series' pages show without an estimate
    known += [
        (1000 * point.seconds, 1000 * found["expected"])
        for point, found in judged.rows("system", unexplained=True)
        if point.unexplained
    ]
    assert len(table.rows) == 24
    for _, *shown in table.rows:
        x, y = map(a_number, shown)
        assert any(abs(x / m - 1) < 0.006 and abs(y / e - 1) < 0.006 for m, e in known), shown


def a_number(shown):
    """A number of a chart's table, which may be written with a power of ten."""
    mantissa, _, power = shown.replace(",", "").replace(" ", "").partition("×10")
    superscripts = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
    return float(mantissa) * 10.0 ** int(power.translate(superscripts) or 0)


def test_the_charts_of_engines_show_bounds_and_estimates_of_their_points(tables):
    charts = html_tables.under(tables, r"^measurements/.* \| Data: .*: predicted over measured time$")
    assert len(charts) == len({one.family for one in measurements.load().values()})
    bounds, estimates = [], []
    for table in html_tables.under(tables, POINTS).values():
        for cells in table.rows:
            measured = in_milliseconds(cells[6])
            bounds.append((measured, in_milliseconds(cells[7]) / measured))
            if cells[8] != "–":
                estimates.append((measured, in_milliseconds(cells[8]) / measured))
    for name, table in charts.items():
        if table.header[0]:  # both have the same points
            assert table.header == ["measured [ms]", "bound", "estimate"], name
            dots = [(label, row[0], y) for row in table.rows for label, y in zip(table.header[1:], row[1:])]
        else:
            assert table.header == ["", "measured [ms]", "predicted / measured"], name
            dots = table.rows
        for label, *shown in dots:
            x, y = map(a_number, shown)
            known = {"bound": bounds, "estimate": estimates}[label]
            assert any(abs(x / m - 1) < 0.006 and abs(y / r - 1) < 0.012 for m, r in known), (name, shown)


def test_ratios_of_the_bound_by_engine_follow_from_their_points(tables):
    table = tables["measurements/ | Bound over measured time, and error of the estimate, by engine"]
    assert table.header == [
        "Engine", "Series", "Points", "Bound: lowest", "Bound: median", "Bound: highest",
        "Series unexplained", "Estimate: median error",
    ]  # fmt: skip
    marked, seen = {}, list(judged_points(tables))
    for one in series().values():
        marked[one["family"]] = marked.get(one["family"], 0) + bool(one.get("unexplained"))
    shown = html_tables.under(tables, POINTS)
    expected = {}
    for title, row in series().items():
        counted, ratios = expected.setdefault(row["family"], [0, []])
        expected[row["family"]][0] = counted + 1
        ratios += [
            in_milliseconds(cells[7]) / in_milliseconds(cells[6])
            for cells in shown[f"Points of {title}"].rows
        ]
    worked = sorted((-len(ratios), count, ratios, family) for family, (count, ratios) in expected.items())
    assert len(worked) == len(table.rows)
    for (minus, count, ratios, family), cells in zip(worked, table.rows, strict=True):
        assert cells[6] == (str(marked[family]) if marked[family] else "–"), cells
        worked_error = errors([one for one in seen if one[0]["family"] == family])[2]
        assert float(cells[7].removesuffix("%")) == pytest.approx(worked_error, abs=0.8 + 0.03 * worked_error)
        assert [int(cell.replace(",", "")) for cell in cells[1:3]] == [count, -minus]
        for cell, value in zip(cells[3:6], (min(ratios), median(ratios), max(ratios)), strict=True):
            assert float(cell) == pytest.approx(value, rel=0.06), cells
