"""What is needed beside what there is: bars over the room of each place, to one scale."""

from . import canvas
from .spec import Series, to_scale

BAR = 20
LEFT, RIGHT = 1, canvas.WIDTH - 3


def rooms(title, about, *, y, parts, places):
    """A bar of parts for each place, over an outline of its capacity.

    Args:
        title, about: as in `spec.lines`.
        y: axis of all of them.
        parts: names of the parts, in their order.
        places: tuples of a name, words on whether it fits, its capacity, and a number for each part.

    Returns:
        spec.Chart.
    """
    places = list(places)
    return to_scale(
        "rooms",
        title,
        about,
        categories=[name for name, *_ in places],
        y=y,
        series=[
            Series("capacity", (), [capacity for _, _, capacity, _ in places]),
            *(Series(part, (), [found[at] for *_, found in places]) for at, part in enumerate(parts)),
        ],
        layout=tuple(said for _, said, _, _ in places),
    )


def drawn(chart):
    """(height, shapes) of such a chart."""
    capacities, *parts = chart.series
    needed = [sum(one.y[at] for one in parts) for at in range(len(chart.categories))]
    scale = (RIGHT - LEFT) / max(*needed, *capacities.y)
    shapes, top = _key(parts), canvas.LINE + 6
    for at, (name, said) in enumerate(zip(chart.categories, chart.layout)):
        room = scale * capacities.y[at]
        y = top + canvas.LINE + 1
        shapes += [
            canvas.words(0, top + 12, name, bold=True),
            canvas.words(RIGHT, top + 12, said, "end"),
            canvas.box(LEFT, y, room, BAR, canvas.FAINT, "capacity", tint=0.1),
        ]
        x = LEFT
        for number, one in enumerate(parts, 1):
            wide = scale * one.y[at]
            shapes.append(canvas.box(x, y + 3, wide, BAR - 6, canvas.colour(number), one.label, tint=0.55))
            x += wide
        if needed[at] > capacities.y[at]:
            shapes.append(canvas.line(LEFT + room, y + BAR + 2, x, y + BAR + 2, canvas.OVER, 3))
        shapes.append(canvas.line(LEFT + room, y - 2, LEFT + room, y + BAR + 4, width=2))
        top = y + BAR + 12
    return top - 4, shapes


def _key(parts):
    shapes, x = [], 0
    for number, one in enumerate(parts, 1):
        shapes += [
            canvas.box(x, 3, 9, 9, canvas.colour(number), tint=0.55),
            canvas.words(x + 13, 12, one.label),
        ]
        x += 13 + len(one.label) * canvas.LETTER + 12
    return shapes
