"""What every drawn component has: a label, and four answers. Core: runs in MicroPython too."""

from ..symbols import text_width
from .words import escape, label

FONT = 13
SMALL = 12
LINE = 16  # from one line of a label to the next
STUB = 9  # lead that stays visible between a symbol and the next wire


class Shape:
    """A component and how it lies. Each kind of shape answers, with the `Plan` of the drawing:

        room(plan): asks for columns and rows far enough apart for the symbol and its label.
        block(plan): takes its place along the row, and notes its height there.
        leads(plan, port): paths from a port's wires to the symbol, `[[(x, y)]]`.
        markup(plan): the symbol and its label.

    The first two come before the places of columns and of rows are known, the last two after both.
    """

    def __init__(self, component):
        self.component = component
        self.name = component.kind.name
        self.row = component.at[0]
        self.x = 0
        self.lines = label(component)
        self.width = max(
            text_width(self.lines[0], FONT, True), text_width(self.lines[-1], FONT)
        )  # of the label

    def columns(self):
        """First and last column of the component's name, ports included."""
        at, text = self.component.texts[0]
        return at[1], at[1] + len(text) - 1

    def label_beside(self, x, y, anchor):
        """The label's lines, centred on y."""
        first = y + 5 - (LINE // 2) * (len(self.lines) - 1)
        out = ""
        for i in range(len(self.lines)):
            out += write(x, first + i * LINE, self.lines[i], anchor, "id" if i == 0 else "")
        return out


def write(x, y, words, anchor="middle", kind="", size=FONT):
    """One line of text."""
    start = '<text class="%s"' % kind if kind else "<text"
    return start + ' x="%d" y="%d" text-anchor="%s" font-size="%d">%s</text>' % (
        x,
        y,
        anchor,
        size,
        escape(words),
    )


def put(x, y, turn, marks):
    """A symbol at its place; `turn` is empty, or what follows the translation."""
    return '<g transform="translate(%d %d)%s">%s</g>' % (x, y, turn, marks)


def rectangle(left, top, right, bottom, more=""):
    """A box that hides what lies below it."""
    return '<rect class="w" x="%d" y="%d" width="%d" height="%d"%s/>' % (
        left,
        top,
        right - left,
        bottom - top,
        more,
    )
