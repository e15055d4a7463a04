"""Shapes and words of drawings to scale, in units of which a drawing has 360 across.

A letter is 12 units high on a phone and fewer where the drawing is shown wider; words are placed for the
phone. Colours are the theme's variables, so that a drawing follows light and dark.
"""

from html import escape

WIDTH = 360
LINE = 16  # from one line of words to the next
LETTER = 6.4  # mean width of a letter
INK, FAINT = "var(--md-default-fg-color)", "var(--chart-axis)"
OVER = "var(--md-accent-fg-color)"
END = {"start": "", "middle": ' text-anchor="middle"', "end": ' text-anchor="end"'}


def colour(number):
    """The theme's colour of a series, counted from 1."""
    return f"var(--chart-{number})"


def short(number):
    """A coordinate to a hundredth of a unit.

    >>> short(12.3456), short(3.0)
    ('12.35', '3')
    """
    return f"{number:.2f}".rstrip("0").rstrip(".")


def box(x, y, width, height, paint, part="", tint=0.3):
    """A rectangle of area width times height, tinted, with an edge; `part` says what it stands for."""
    named = f' data-part="{escape(part)}"' if part else ""
    return (
        f'<rect x="{short(x)}" y="{short(y)}" width="{short(width)}" height="{short(height)}" '
        f'fill="{paint}" fill-opacity="{tint}" stroke="{paint}" stroke-width="0.8"{named}/>'
    )


def line(x, y, x_end, y_end, paint=INK, width=1):
    return (
        f'<path d="M{short(x)} {short(y)}L{short(x_end)} {short(y_end)}" fill="none" '
        f'stroke="{paint}" stroke-width="{width}"/>'
    )


def words(x, y, text, end="start", bold=False, paint=INK):
    weight = ' class="strong"' if bold else ""
    return f'<text x="{short(x)}" y="{short(y)}" fill="{paint}"{END[end]}{weight}>{escape(text)}</text>'


def room_for(text, width, height):
    """Whether words stand within a box with air around them."""
    return len(text) * LETTER + 2 <= width and height >= 12.5


def svg(drawing, title, about, prefix):
    """The drawing (height, list of shapes) as an image of one line with a title and what it shows."""
    height, shapes = drawing
    return (
        f'<svg class="to-scale" viewBox="0 0 {WIDTH} {short(height)}" role="img" '
        f'aria-labelledby="{prefix}-title {prefix}-desc"><title id="{prefix}-title">{escape(title)}</title>'
        f'<desc id="{prefix}-desc">{escape(about)}</desc>{"".join(shapes)}</svg>'
    )
