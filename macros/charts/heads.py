"""Query heads, the key-value heads that they share, and a square for the cache that these take."""

import math

from . import canvas
from .numbers import written
from .spec import Series, to_scale

GAP = 10
SIDE = 66  # of the largest square
HEADS = 18  # height of a row of heads


def heads(title, about, *, y, kinds):
    """Kinds of attention side by side.

    Args:
        title, about: as in `spec.lines`.
        y: axis of the cache, whose areas are to scale.
        kinds: tuples of a name, the model that has it, its query heads, its key-value heads or 0 for a vector
            that all make theirs from, and its cache.

    Returns:
        spec.Chart.
    """
    kinds = list(kinds)
    return to_scale(
        "heads",
        title,
        about,
        categories=[name for name, *_ in kinds],
        y=y,
        series=[Series(y.label, (), [cache for *_, cache in kinds])],
        layout=tuple((model, n_heads, n_kv_heads) for _, model, n_heads, n_kv_heads, _ in kinds),
    )


def drawn(chart):
    """(height, shapes) of such a chart."""
    (caches,) = (one.y for one in chart.series)
    across = (canvas.WIDTH + GAP) / len(caches) - GAP
    shapes = []
    for at, (name, (model, n_heads, n_kv_heads), cache) in enumerate(
        zip(chart.categories, chart.layout, caches)
    ):
        left = at * (across + GAP)
        shapes += [
            canvas.words(left, 12, name, bold=True),
            canvas.words(left, 27, f"{n_heads} queries", paint=canvas.colour(1)),
            *_row(left, 34, across, n_heads, 1, "query head"),
        ]
        if n_kv_heads:
            said = f"{n_kv_heads} KV heads" if n_kv_heads > 1 else "1 KV head"
            shapes += _row(left, 34 + HEADS + 3, across, n_kv_heads, 2, "key-value head")
        else:
            said = "1 latent"
            shapes += [canvas.box(left, 34 + HEADS + 3, across, HEADS, canvas.colour(4), "latent")]
        paint = canvas.colour(2 if n_kv_heads else 4)
        side = SIDE * math.sqrt(cache / max(caches))
        below = 34 + 2 * HEADS + 3 + 15
        shapes += [
            canvas.words(left, below, said, paint=paint),
            canvas.box(left, below + 8 + SIDE - side, side, side, paint, "cache", tint=0.45),
            canvas.words(left, below + SIDE + 23, f"{written(cache, chart.y)} {chart.y.unit}", bold=True),
        ]
        # Once for all that are of one model.
        if at == 0 or model != chart.layout[at - 1][0]:
            shapes.append(_within(left, below + SIDE + 38, across, model))
    return below + SIDE + 44, shapes


def _row(left, top, across, count, number, part):
    """Heads side by side, as wide as all that share one."""
    each = across / count
    air = min(1.5, each / 4)
    return [
        canvas.box(left + at * each, top, each - air, HEADS, canvas.colour(number), part)
        for at in range(count)
    ]


def _within(left, y, across, text):
    """Words that begin at their column, or end with it where they would leave it."""
    if len(text) * canvas.LETTER <= across:
        return canvas.words(left, y, text, paint=canvas.FAINT)
    return canvas.words(left + across, y, text, "end", paint=canvas.FAINT)
