"""What two units do over the time of a step: reading above, multiplying below, phase after phase."""

from . import canvas
from .numbers import written
from .spec import ChartError, Series, to_scale

LANE = 15
LEFT, RIGHT = 74, canvas.WIDTH - 6
READING, MULTIPLYING = "reading", "multiplying"


def timeline(title, about, *, y, phases, rows):
    """Rows of two lanes, to scale in time.

    Args:
        title, about: as in `spec.lines`.
        y: axis of the times.
        phases: name of a phase -> number of the colour in which its reading is drawn.
        rows: tuples of a heading, the scale that it shares with others of the same word, and for each phase
            a dict of reading, multiplying and seconds, the longer of which the phase takes.

    Returns:
        spec.Chart.
    """
    rows = list(rows)
    names = (READING, MULTIPLYING, "seconds")
    columns = [(phase, name) for phase in phases for name in names]
    for heading, _, found in rows:
        for phase in phases:
            # Each operation takes the longer of its times, so all together take no less than either.
            if found[phase]["seconds"] < max(found[phase][READING], found[phase][MULTIPLYING]):
                raise ChartError(f"chart '{title}', '{heading}': {phase} ends before what it does has ended")
    return to_scale(
        "timeline",
        title,
        about,
        categories=[heading for heading, *_ in rows],
        y=y,
        series=[
            Series(
                phase if name == "seconds" else f"{phase}, {name}",
                (),
                [found[phase][name] for *_, found in rows],
            )
            for phase, name in columns
        ],
        layout=(tuple(phases.items()), tuple(scale for _, scale, _ in rows)),
    )


def drawn(chart):
    """(height, shapes) of such a chart."""
    phases, scales = chart.layout
    rows = [[one.y[at] for one in chart.series] for at in range(len(chart.categories))]
    # Reading, multiplying and the whole of each phase, one after the other.
    rows = [[tuple(row[at : at + 3]) for at in range(0, len(row), 3)] for row in rows]
    wholes = [sum(seconds for *_, seconds in row) for row in rows]
    longest = {
        scale: max(whole for whole, its in zip(wholes, scales) if its == scale)
        for scale in dict.fromkeys(scales)
    }
    shapes, top = [], 0
    for at, (heading, row, scale) in enumerate(zip(chart.categories, rows, scales)):
        per_second = (RIGHT - LEFT) / longest[scale]
        shapes.append(canvas.words(0, top + 12, heading, bold=True))
        shapes += _lanes(phases, row, per_second, top + canvas.LINE + 2)
        top += canvas.LINE + 2 + 2 * LANE + 4
        if at + 1 == len(scales) or scales[at + 1] != scale:
            shapes += _ruler(chart.y, longest[scale], per_second, top)
            top += 2 * canvas.LINE + 2
        else:
            top += 8
    return top - 6, shapes


def legend(chart):
    """(number of its colour, name) of what the bars of such a chart show."""
    phases, _ = chart.layout
    parts = [(number, f"reading: {phase}") for phase, number in phases]
    return [*parts, (len(phases) + 1, "multiplying; a line ends each part of the step")]


def _lanes(phases, row, per_second, top):
    begin = LEFT
    end = LEFT + per_second * sum(seconds for *_, seconds in row)
    shapes = [
        canvas.words(LEFT - 6, top + 12, "memory", "end", paint=canvas.FAINT),
        canvas.words(LEFT - 6, top + LANE + 14, "arithmetic", "end", paint=canvas.FAINT),
        *(
            canvas.box(LEFT, y, end - LEFT, LANE, canvas.FAINT, "step", tint=0.08)
            for y in (top, top + LANE + 2)
        ),
    ]
    for (phase, number), (reading, multiplying, seconds) in zip(phases, row):
        shapes.append(
            _bar(begin, top, per_second * reading, canvas.colour(number), f"{phase}, reading", phase)
        )
        shapes.append(
            _bar(
                begin,
                top + LANE + 2,
                per_second * multiplying,
                canvas.colour(len(phases) + 1),
                f"{phase}, multiplying",
                "busy",
            )
        )
        begin += per_second * seconds
        shapes.append(canvas.line(begin, top - 1, begin, top + 2 * LANE + 3, width=1.4))
    return shapes


def _bar(x, y, width, paint, part, said):
    shape = canvas.box(x, y, width, LANE, paint, part, tint=0.45)
    if canvas.room_for(said, width, LANE):
        shape += canvas.words(x + 2.5, y + 11.5, said)
    return shape


def _ruler(axis, longest, per_second, top):
    marks = [0, longest / 2, longest]
    shapes = [canvas.line(LEFT, top + 1, RIGHT, top + 1, canvas.FAINT)]
    for mark, end in zip(marks, ("start", "middle", "end")):
        x = LEFT + per_second * mark
        text = "0" if not mark else f"{written(mark, axis, 3)} {axis.unit}"
        shapes += [
            canvas.line(x, top + 1, x, top + 5, canvas.FAINT),
            canvas.words(x, top + 17, text, end, paint=canvas.FAINT),
        ]
    return shapes
