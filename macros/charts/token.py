"""One token: the memory that holds a model, what is read of it and multiplied, and how long both take."""

from . import canvas
from .spec import Series, to_scale

TANK, TALL = 118, 112  # the memory's box
UNIT = 98  # width of the box of the arithmetic units
RIGHT = canvas.WIDTH - 1
BAR = 15


def token(title, about, *, y, times, memory, moved, products, outcome):
    """One token through a model on a card.

    Args:
        title, about: as in `spec.lines`.
        y: axis of the times.
        times: name of what is done -> (its time, both in words).
        memory: its name, its size, and its parts from the bottom up: (name, size, size in words).
        moved: the rate at which it is read. products: what is multiplied, a line each. outcome: what all
            comes to.

    Returns:
        spec.Chart.
    """
    return to_scale(
        "token",
        title,
        about,
        categories=["one token"],
        y=y,
        series=[Series(name, (), [seconds]) for name, (seconds, _) in times.items()],
        layout=(tuple(said for _, said in times.values()), memory, moved, products, outcome),
    )


def drawn(chart):
    """(height, shapes) of such a chart."""
    said, memory, moved, products, outcome = chart.layout
    middle = 18 + TALL / 2
    shapes = [
        *_memory(*memory),
        canvas.line(TANK + 6, middle, RIGHT - UNIT - 10, middle, canvas.colour(1), 5),
        canvas.line(RIGHT - UNIT - 20, middle - 9, RIGHT - UNIT - 8, middle, canvas.colour(1), 4),
        canvas.line(RIGHT - UNIT - 20, middle + 9, RIGHT - UNIT - 8, middle, canvas.colour(1), 4),
        canvas.words((TANK + RIGHT - UNIT) / 2, middle - 16, "each weight once", "middle"),
        canvas.words((TANK + RIGHT - UNIT) / 2, middle + 26, moved, "middle"),
        canvas.words(RIGHT - UNIT, 12, "arithmetic", bold=True),
        canvas.box(RIGHT - UNIT, 18, UNIT, TALL, canvas.colour(3), "arithmetic", tint=0.12),
        *(
            canvas.words(RIGHT - UNIT / 2, middle - 3 + canvas.LINE * at, one, "middle")
            for at, one in enumerate(products)
        ),
    ]
    top = 18 + TALL + 16
    longest = max(one.y[0] for one in chart.series)
    for at, (one, words) in enumerate(zip(chart.series, said)):
        wide = (RIGHT - 1) * one.y[0] / longest
        paint = canvas.colour((1, 3)[at])
        shapes.append(canvas.box(1, top, wide, BAR, paint, one.label, tint=0.45))
        shapes.append(canvas.words(7 if wide > RIGHT / 2 else wide + 7, top + 11.5, words))
        top += BAR + 4
    return top + 20, [*shapes, canvas.words(1, top + 15, outcome, bold=True)]


def _memory(name, size, parts):
    """The memory as a tank, filled from the bottom to scale."""
    shapes = [
        canvas.words(1, 12, name, bold=True),
        canvas.box(1, 18, TANK, TALL, canvas.FAINT, "memory", tint=0.08),
    ]
    bottom = 18 + TALL
    # Words of what is too thin for them stand above all that is filled.
    above = bottom - TALL * sum(held for _, held, _ in parts) / size - 5
    for number, (part, held, said) in enumerate(parts, 1):
        tall = TALL * held / size
        bottom -= tall
        words = f"{part} {said}"
        shapes.append(canvas.box(1, bottom, TANK, tall, canvas.colour(number), part, tint=0.45))
        if canvas.room_for(words, TANK, tall):
            shapes.append(canvas.words(7, bottom + tall / 2 + 4, words))
        else:
            shapes.append(canvas.words(7, above, words, paint=canvas.colour(number)))
            above -= canvas.LINE
    return shapes
