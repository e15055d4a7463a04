"""Wholes as rectangles cut into their parts, every area in proportion to its number."""

from . import canvas
from .spec import Series, to_scale

LEAST = 64  # height of the smallest whole of a scale
LEFT, ACROSS = 1, canvas.WIDTH - 2


def blocks(title, about, *, y, columns, panels):
    """Wholes side by side, cut into columns, these into rows, these into parts.

    Args:
        title, about: as in `spec.lines`.
        y: axis of what the areas are.
        columns: name of a column -> its rows, each a dict of a part's key and (its name, a shorter one).
        panels: tuples of a heading, a dict of part -> number, and the scale that it shares with others of
            the same word.

    Returns:
        spec.Chart.
    """
    parts = {part: name for rows in columns.values() for row in rows for part, (name, _) in row.items()}
    return to_scale(
        "blocks",
        title,
        about,
        categories=parts.values(),
        y=y,
        series=[
            Series(heading, (), [numbers.get(part, 0) for part in parts]) for heading, numbers, _ in panels
        ],
        layout=(
            tuple(
                (name, tuple(tuple(both for both in row.values()) for row in rows))
                for name, rows in columns.items()
            ),
            tuple(scale for *_, scale in panels),
        ),
    )


def drawn(chart):
    """(height, shapes) of such a chart."""
    columns, scales = chart.layout
    wholes = [sum(one.y) for one in chart.series]
    least = {
        scale: min(whole for whole, its in zip(wholes, scales) if its == scale)
        for scale in dict.fromkeys(scales)
    }
    shapes, top = [], 0
    for one, whole, scale in zip(chart.series, wholes, scales):
        numbers = dict(zip(chart.categories, one.y))
        shapes.append(canvas.words(0, top + 12, one.label, bold=True))
        height = LEAST * whole / least[scale]
        shapes += _whole(columns, numbers, whole, top + canvas.LINE + 2, height)
        top += canvas.LINE + 2 + height + canvas.LINE + 12
    return top - 8, shapes


def _whole(columns, numbers, whole, top, height):
    shapes, left, said = [], LEFT, 0
    for at, (name, rows) in enumerate(columns):
        rows = [[(both, numbers[both[0]]) for both in row] for row in rows]
        inside = sum(number for row in rows for _, number in row)
        width = ACROSS * inside / whole
        shapes += _column(rows, inside, left, top, width, height, at + 1)
        last, long = at == len(columns) - 1, len(name) * canvas.LETTER
        # In the middle of its column, the first at the left and the last at the right, clear of each other.
        place = left + width if last else max(said, left + (width - long) / 2 if at else left)
        shapes.append(
            canvas.words(
                place, top + height + 14, name, "end" if last else "start", paint=canvas.colour(at + 1)
            )
        )
        said = place + long + 10
        left += width
    return shapes


def _column(rows, inside, left, top, width, height, number):
    shapes = []
    for row in rows:
        together = sum(value for _, value in row)
        if not together:
            continue
        tall, x = height * together / inside, left
        whole = all(canvas.room_for(name, width * value / together, tall) for (name, _), value in row)
        for (name, shorter), value in row:
            wide = width * value / together
            shapes.append(canvas.box(x, top, wide, tall, canvas.colour(number), name))
            said = name if whole else shorter
            if canvas.room_for(said, wide, tall):
                shapes.append(canvas.words(x + wide / 2, top + tall / 2 + 4, said, "middle"))
            x += wide
        top += tall
    return shapes
