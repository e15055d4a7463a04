"""Blocks that are no boards: a fan, a relay, connectors and chips. Core: runs in MicroPython too."""

from .. import blocks
from ..symbols import SYMBOLS, text_width
from .box import Board
from .shape import FONT, SMALL, put, write

GLYPH = 48  # room for a symbol before the name
COIL = 10  # half the height of a relay's coil
DOT = 3  # radius of a contact


class Block(Board):
    """A box with its name, its values and its pins."""

    glyph = ""

    def title_width(self):
        words = max(text_width(self.lines[0], FONT, True), text_width(self.lines[-1], FONT))
        return words + (GLYPH if self.glyph else 0)

    def title_words(self):
        return " ".join(self.lines)

    def title(self, plan):
        top, bottom = self.top_and_bottom(plan)
        y = (top + bottom) // 2
        if not self.flat:
            return write(
                (self.sides[0] + self.sides[1]) // 2, plan.Y[self.rows[0]], self.title_words(), kind="id"
            )
        first, last = plan.X[self.name_columns[0]], plan.X[self.name_columns[1]]
        left = first if self.component.ports else (first + last - self.title_width()) // 2
        out = ""
        if self.glyph:
            out = put(left + 20, y, "", SYMBOLS[self.glyph][2])
            left += GLYPH
        return out + self.label_beside(left, y, "start")


class FanBlock(Block):
    """A fan with a connector of four pins."""

    glyph = "FAN"


class Connector(Block):
    """A connector: a small circle where each wire leaves."""

    def markup(self, plan):
        top, bottom = self.top_and_bottom(plan)
        out = super().markup(plan)
        for column, port in self.pins():
            for side, y in (("N", top - DOT), ("S", bottom + DOT)):
                if side in [contact.side for contact in port.contacts]:
                    out += '<circle class="w" cx="%d" cy="%d" r="%d"/>' % (plan.X[column], y, DOT)
        return out


class Relay(Block):
    """A coil, a contact, and the line between them that says which moves which."""

    def pin_half(self, port):
        return text_width(port.name, SMALL) + 6  # its name stands right of its lead

    def markup(self, plan):
        if not self.flat:
            return super().markup(plan)
        left, right = self.sides
        top, bottom = self.top_and_bottom(plan)
        y = (top + bottom) // 2
        out = '<path stroke-dasharray="8 5" d="M%d %dH%dV%dH%dZ"/>' % (left, top, right, bottom, left)
        out += self.title(plan)
        at = {}
        for column, port in self.pins():
            what = blocks.role("RELAY", port.name)
            x = at[what] = plan.X[column]
            end = COIL if what in "ab" else DOT
            sides = [contact.side for contact in port.contacts]
            if "N" in sides:
                out += '<path d="M%d %dV%d"/>' % (x, top, y - end)
            if "S" in sides:
                out += '<path d="M%d %dV%d"/>' % (x, bottom, y + end)
            out += write(
                x + 5, bottom - 6 if "N" not in sides else top + 14, port.name, "start", "pin", SMALL
            )
        return out + self._coil(at, y) + self._contact(at, y)

    def _coil(self, at, y):
        if "a" not in at or "b" not in at:
            return ""
        left, right = min(at["a"], at["b"]) - 10, max(at["a"], at["b"]) + 10
        return '<rect class="w" x="%d" y="%d" width="%d" height="%d"/>' % (
            left,
            y - COIL,
            right - left,
            2 * COIL,
        )

    def _contact(self, at, y):
        out = ""
        if "com" in at and ("no" in at or "nc" in at):
            here = at["com"]
            there = at["nc"] if "nc" in at else at["no"]
            step = 1 if there > here else -1
            if "nc" in at:
                end, rise = there, 4
            else:
                end, rise = there - step * 8, 14
            out += '<path d="M%d %dL%d %d"/>' % (here, y, end, y - rise)
            if "a" in at and "b" in at:
                middle = (here + end) // 2
                edges = (min(at["a"], at["b"]) - 10, max(at["a"], at["b"]) + 10)
                coil = edges[1] if middle > edges[1] else edges[0]
                out += '<path stroke-dasharray="3 5" d="M%d %dH%d"/>' % (coil, y - rise // 2, middle)
        for what in blocks.CONTACTS:
            if what in at:
                out += '<circle class="w" cx="%d" cy="%d" r="%d"/>' % (at[what], y, DOT)
        return out


BLOCKS = {"FAN_PWM": FanBlock, "RELAY": Relay, "CONN": Connector, "CHIP": Block}
