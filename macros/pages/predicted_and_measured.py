"""How right the estimates are for what their constants never saw, and where they are wrong."""

import html

from llmmath.evidence import first_tokens, judged, measurements
from llmmath.records import engines

from ..charts import Axis, Mark, Series, dots
from ..charts.points import room_beside
from ..html_table import NONE, Table, stated, text
from ..quantities import digits_of
from .measured_series import engines_measured, link, page_of, time

# What is left out as a whole, as a reader would say it.
LEFT_OUT = {
    "system": "an engine on a card",
    "model": "a model",
    "engine": "an engine",
    "batch": "larger batches",
}
# What a series measures, as a reader would say it.
MEASURED = {
    "step": "a decoding step",
    "latency": "a whole batch",
    "prefill": "reading prompts",
    "serving": "serving: all tokens",
    "token": "serving: each token",
}


# Kinds of models, as a reader would say it, and whether some of their layers have experts.
KINDS = {"dense": False, "mixture of experts": True}

# Engines that have a colour of their own in the chart: those of most points.
ALONE = ("llama.cpp", "vllm", "sglang", "tensorrt-llm")


def scatter(figures):
    """Every point of a system that the constants were not fitted to: predicted against measured time."""
    rows = judged.rows("system", unexplained=True)
    # The first are drawn first, under the others.
    alike = {None: []} | {key: [] for key in ALONE}
    for point, found in rows:
        alike[point.family if point.family in ALONE else None].append((point, found))
    series = [
        Series(
            engines.get(key).name if key else "others",
            [point.seconds for point, _ in own],
            [found["expected"] for _, found in own],
            links=[link(point.series) for point, _ in own],
        )
        for key, own in alike.items()
        if own
    ]
    limits = room_beside([time for one in series for time in (*one.x, *one.y)])
    return figures.chart(
        dots(
            "Predicted against measured time, each system unseen by what predicts it",
            "The dots lie along the line on which the prediction came true, over the whole range of times. "
            "Each dot opens its source.",
            x=Axis("measured", "ms", scale="log", factor=1e-3, limits=limits),
            y=Axis("predicted", "ms", scale="log", factor=1e-3, limits=limits),
            series=series,
            marks=[Mark("as predicted", x=limits[0], y=limits[0], x_end=limits[1], y_end=limits[1])],
        ),
        "predicted against measured",
        [judged.rows],
    )


def error_cells(t, way, given, of, names):
    """Cells with figures of what was judged: `names` is column -> name; dashes where nothing was."""
    found = judged.summary(way, of)
    units = {"median": "%", "p90": "%", "worst": "%", "coverage": "%"}
    return {
        column: NONE
        if found is None
        else t.known(judged.summary, {"way": way, **given}, found[name], f"judged.{name}", units.get(name), 2)
        if name in units
        else t.known(judged.summary, {"way": way, **given}, found[name], f"judged.{name}")
        for column, name in names.items()
    }


COLUMNS = {
    "Systems": "systems",
    "Points": "points",
    "Median error": "median",
    "Nine of ten<br>within": "p90",
    "Worst": "worst",
    "In the<br>interval": "coverage",
}


def by_way(figures):
    """Errors by what was left out as a whole."""
    t = Table(figures, "Error of estimates for what was left out as a whole", turned=True)
    for way, words in LEFT_OUT.items():
        t.row({"Left out": words, **error_cells(t, way, {}, lambda point: True, COLUMNS)})
    return t.render()


def by_engine(figures):
    """Errors on engines-and-cards that were left out, engine by engine."""
    t = Table(
        figures, "Error of estimates for engines-and-cards left out, by engine", sortable=True, turned=True
    )
    t.row({"Engine": "all", **error_cells(t, "system", {}, lambda point: True, COLUMNS)})
    for key in engines_measured():
        name = f'<a href="../{page_of(key)}">{html.escape(engines.get(key).name)}</a>'
        cells = error_cells(t, "system", {"engine": key}, lambda point, key=key: point.family == key, COLUMNS)
        t.row({"Engine": name, **cells})
    return t.render()


def by_measure(figures):
    """Errors on engines-and-cards that were left out, by what was measured."""
    t = Table(figures, "Error of estimates for engines-and-cards left out, by what was measured", turned=True)
    kinds = {key: series.measures for key, series in measurements.load().items()}
    for measure, words in MEASURED.items():
        cells = error_cells(
            t, "system", {"measures": measure}, lambda point, m=measure: kinds[point.series] == m, COLUMNS
        )
        t.row({"Measured": words, **cells})
    return t.render()


def by_kind(figures):
    """Errors on engines-and-cards that were left out, by the kind of model and the years of the engine."""
    t = Table(figures, "Error of estimates for engines-and-cards left out, by kind of model", turned=True)
    for words, mixture in KINDS.items():
        for since in (None, 2025):

            def of(point, mixture=mixture, since=since):
                return engines.has_experts(point.model) == mixture and (since is None or point.year >= since)

            given = {"mixture": mixture} | ({"since": since} if since else {})
            t.row({
                "Model": f"{words}, engines since {since}" if since else words,
                **error_cells(t, "system", given, of, COLUMNS),
            })  # fmt: skip
    return t.render()


def waited(figures):
    """Published first tokens of busy servers by series, and what share of others' prompts was waited for."""
    t = Table(figures, "First tokens of busy servers, each judged by the other systems", turned=True)
    for key in dict.fromkeys(point.series for point in first_tokens.points() if point.batch > 1):
        (one, *_) = [point for point in first_tokens.points() if point.series == key]
        found, share = first_tokens.summary(key), first_tokens.of_series(key)

        def judged_by(name, unit=None, key=key, found=found):
            inputs = {"series": key}
            return t.known(first_tokens.summary, inputs, found[name], f"first_tokens.{name}", unit, 2)

        def waited_for(name, key=key, share=share):
            return t.known(first_tokens.of_series, {"series": key}, share[name], f"waited.{name}", "%", 2)

        t.row({
            "Series": f'<a href="{html.escape(one.url)}">{html.escape(one.title)}</a>',
            "Points": judged_by("points"),
            "Least share<br>waited for": waited_for("lowest"),
            "Greatest": waited_for("highest"),
            "Median error": judged_by("median", "%"),
            "In the<br>interval": judged_by("coverage", "%"),
        })  # fmt: skip
    return t.render()


def experts(figures):
    """Of the points that beat the bound, how many experts can have been read at the published bandwidth."""
    t = Table(figures, "Experts of a layer that can have been read, where the bound was beaten", turned=True)
    for key, series in measurements.load().items():
        if not series.unexplained:
            continue
        for point in measurements.experts_read(series):

            def count(name, key=key, point=point):
                inputs = {"series": key, **{one: point[one] for one in ("batch", "prompt", "output")}}
                return t.known(
                    measurements.experts_read, inputs, point[name], f"experts_read.{name}", digits=3
                )

            t.row({
                "Series": html.escape(series.title),
                "Queries": stated(point["batch"]),
                "Prompt": stated(point["prompt"]),
                "Measured": stated_time(point["measured"]),
                "Of so many": count("experts"),
                "Drawn evenly": count("even"),
                "Expected": count("expected"),
                "At most": count("at_most"),
            })  # fmt: skip
    return t.render()


def stated_time(seconds):
    return text(time(seconds, digits_of(seconds, most=3)), numeric=True)


def unexplained(figures):
    """Series with a point that took less time than the bound."""
    t = Table(figures, "Where the bound is longer than the measured time", sortable=True, turned=True)
    for key, series in measurements.load().items():
        if series.unexplained:
            found = measurements.bound_ratios([series])
            t.row({
                "Series": f'<a href="../{page_of(series.family)}#{key}">{html.escape(series.title)}</a>',
                "Points": bound_ratio(t, key, found, "points"),
                "Bound over measured,<br>at most": bound_ratio(t, key, found, "ratio_high"),
            })  # fmt: skip
    return t.render()


def bound_ratio(t, key, found, name):
    """A cell with a figure of how a series' points compare with the bound."""
    return t.known(measurements.bound_ratios, {"series": key}, found[name], f"bound_ratios.{name}", digits=3)


def left_out(figures):
    """Measurements that are not used, and why."""
    return "\n".join(f"- `{name}`: {reason}." for name, reason in measurements.left_out().items())


CHARTS = {"predicted_against_measured": scatter}
TABLES = {
    "judged_by_way": by_way,
    "judged_by_engine": by_engine,
    "judged_by_measure": by_measure,
    "judged_by_kind": by_kind,
    "first_tokens": waited,
    "measured_unexplained": unexplained,
    "measured_experts": experts,
    "measured_left_out": left_out,
}
