"""From records to a drawing: SVG that keeps the text's geometry. Core: runs in MicroPython too.

One increasing map takes columns to x and one takes rows to y. Both start at an even pitch; where a symbol or
a label needs room, columns or rows further on move away. So nothing overprints, and the text can be laid over
the drawing. All coordinates are whole numbers, because floats are not printed alike everywhere.
"""

from .. import style
from . import wires
from .ground import Ground
from .place import place
from .plan import Plan
from .words import describe, escape, value_text

MARGIN = 16


def draw(circuit, prefix="circuit", title="Circuit", focusable=True):
    """Draws a parsed circuit that has no problems.

    Args:
        circuit: from `parse`.
        prefix: starts every id, so that several drawings can stand on one page.
        title: names the drawing for those who do not see it.
        focusable: True lets the keyboard reach each net.

    Returns:
        An SVG element on one line. Its colours come from the page: `style.page_style`.
    """
    return _drawn(circuit, prefix, title, focusable, _nothing)


def draw_file(circuit, prefix="circuit", title="Circuit"):
    """The drawing as a file of its own, which carries its style, on one line; otherwise as `draw`."""
    return _drawn(circuit, prefix, title, False, _own_style)


def _nothing(plan):
    return ""


def _own_style(plan):
    left, top, width, height = _frame(plan)
    paper = '<rect class="paper" x="%d" y="%d" width="%d" height="%d"/>' % (left, top, width, height)
    return "<style>%s</style>%s" % (style.file_style().replace("\n", " "), paper)


def _drawn(circuit, prefix, title, focusable, below):
    if circuit.problems:
        raise ValueError("the text has mistakes, so there is nothing to draw: " + circuit.problems[0].message)
    shapes = [place(component) for component in circuit.components]
    plan = Plan(circuit, shapes)
    grounds = [(shape.x, plan.Y[shape.row]) for shape in shapes if isinstance(shape, Ground)]
    shape_of = {}
    for shape in shapes:
        shape_of[id(shape.component)] = shape
    body = []
    for net in circuit.nets:
        lines, dots = wires.segments(net, plan, shape_of, grounds)
        body.append(wires.markup(net, lines, dots, focusable))
    for shape in shapes:
        body.append(_part(shape, plan, prefix))
    return _svg(plan, prefix, escape(title), escape(describe(circuit)), below(plan) + "".join(body))


def _part(shape, plan, prefix):
    """Markup of one component: its name, symbol and label."""
    component = shape.component
    value = value_text(component)
    words = escape(component.id + (", " + value if value else "") + ", " + component.words)
    return '<g class="part" id="%s-%s" role="graphics-symbol img" aria-label="%s"><title>%s</title>%s</g>' % (
        prefix,
        component.id,
        words,
        words,
        shape.markup(plan),
    )


def _frame(plan):
    """`(left, top, width, height)` of the drawing with its margin."""
    left, top, right, bottom = plan.bounds()
    return left - MARGIN, top - MARGIN, right - left + 2 * MARGIN, bottom - top + 2 * MARGIN


def _svg(plan, prefix, title, words, body):
    """The whole drawing, as one line of markup."""
    left, top, width, height = _frame(plan)
    attributes = [
        'class="circuit" xmlns="http://www.w3.org/2000/svg" width="%d" height="%d"' % (width, height),
        'viewBox="%d %d %d %d"' % (left, top, width, height),
        'role="graphics-document document"',
        'aria-labelledby="%s-title" aria-describedby="%s-desc"' % (prefix, prefix),
        'fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"',
        'data-columns="%s"' % " ".join([str(x) for x in plan.X[1:-1]]),
        'data-rows="%s"' % " ".join([str(y) for y in plan.Y[1:-1]]),
    ]
    return '<svg %s><title id="%s-title">%s</title><desc id="%s-desc">%s</desc>%s</svg>' % (
        " ".join(attributes),
        prefix,
        title,
        prefix,
        words,
        body,
    )
