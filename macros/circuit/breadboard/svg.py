"""The drawing of a breadboard: SVG on one line, with its holes, parts, wires and a legend."""

import math

from .. import board as pins_of_boards
from ..draw.words import escape, value_text
from ..symbols import text_width
from . import board, colours, geometry, listing, route, style

PITCH = 16  # [px]
LEFT, TOP, RIGHT = -1.9, -2.0, 20.9  # of the drawing [pitch]
EDGES = (-1.35, 20.35)  # where every row's number stands [pitch]
TAB = 4.2  # width of a TO-220, 10.66 mm at most [pitch]
BODY = 2.5  # length of a quarter-watt resistor's body [pitch]
LINE = 15  # of the legend [px]
BOX_HIGH = 2.7  # of what lies beside the board [pitch]
BELOW = 0.9  # more, for a row of ports at its lower edge [pitch]
LANE = 0.6  # from the boxes down to each wire between them [pitch]
ID = 10.5  # size of a part's name [px]


def draw(plan, prefix="breadboard", title="Breadboard", alone=False):
    """The drawing of a plan.

    Args:
        plan: from `place.plan`.
        prefix: starts every id, so that several drawings can stand on one page.
        title: names the drawing for those who do not see it.
        alone: True for a file of its own, which carries its style; otherwise the page has it.
    """
    return _Drawing(plan).svg(prefix, title, alone)


def _n(number):
    """A coordinate as text, in steps of a tenth."""
    return f"{round(number * PITCH, 1):g}"


def _xy(point):
    return f"{_n(point[0])} {_n(point[1])}"


def _rect(kind, at, size, corner):
    """A rectangle; place and size in pitches, the radius of its corners in pixels."""
    rounded = f' rx="{corner}"' if corner else ""
    (x, y), (width, height) = at, size
    return (
        f'<rect class="{kind}" x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" height="{_n(height)}"{rounded}/>'
    )


def _text(point, words, kind="", anchor="middle", turn=0):
    turned = f' transform="rotate({turn:g} {_xy(point)})"' if turn else ""
    named = f' class="{kind}"' if kind else ""
    x, y = point
    # Words stand in the middle of their line: 0.2 pitch below it, a third of their size.
    return f'<text{named} x="{_n(x)}" y="{_n(y + 0.2)}" text-anchor="{anchor}"{turned}>{escape(words)}</text>'


class _Drawing:
    def __init__(self, plan):
        self.plan = plan
        self.colours = colours.colours(plan)
        self.polarity = plan.polarity

    def svg(self, prefix, title, alone):
        legend, lines = self.legend()
        bottom = self.plan.rows + 1.9
        if self.plan.boxes:
            bottom = (
                self.plan.rows + 7.4 + (BELOW + LANE * len(self.plan.direct) if self.plan.direct else 0.0)
            )
        right = max([RIGHT] + [left + width + 0.6 for _, left, _, width in self.plan.boxes])
        width = round((right - LEFT) * PITCH)
        height = round((bottom - TOP) * PITCH) + lines * LINE + 8
        body = "".join(
            [
                self.bread(),
                self.tints(),
                self.rows(),
                "".join(self.pico(placed) for placed in self.plan.placed if placed.form == "pico"),
                "".join(self.wire(wire, "") for wire in self.plan.leads),
                "".join(self.wire(wire, str(i + 1)) for i, wire in enumerate(self.plan.wires)),
                "".join(
                    self.part(placed) for placed in self.plan.placed if placed.form in ("axial", "three")
                ),
                self.badges(),
                "".join(self.box(*box) for box in self.plan.boxes),
                "".join(self.direct(wire, i) for i, wire in enumerate(self.plan.direct)),
                f'<g transform="translate(0 {round(bottom * PITCH) + 4})">{legend}</g>',
            ]
        )
        own = f"<style>{style.file_style()}</style>".replace("\n", " ") if alone else ""
        paper = _rect("paper", (LEFT, TOP), (right - LEFT, height / PITCH), 0) if alone else ""
        return (
            f'<svg class="breadboard" xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
            f'viewBox="{_n(LEFT)} {_n(TOP)} {width} {height}" role="img" '
            f'aria-labelledby="{prefix}-title" aria-describedby="{prefix}-desc" '
            'fill="none" stroke="currentColor" stroke-linecap="round" stroke-linejoin="round">'
            f'<title id="{prefix}-title">{escape(title)}</title>'
            f'<desc id="{prefix}-desc">{escape(listing.describe(self.plan))}</desc>'
            f"{own}{paper}{body}</svg>"
        )

    # The board.

    def bread(self):
        rows = self.plan.rows
        out = [_rect("bread", (-0.8, -0.3), (20.6, rows + 1.3), 6)]
        holes = []
        for rail in board.RAILS:
            holes += [(rail, row) for row in board.rail_rows(rows)]
            sign = "−" if rail.endswith("-") else "+"
            out.append(_text((board.X[rail], 0.2), sign, "id"))
        for column in board.LEFT + board.RIGHT:
            holes += [(column, row) for row in range(1, rows + 1)]
            out.append(_text((board.X[column], 0.2), column))
            out.append(_text((board.X[column], rows + 0.65), column))
        dots = "".join(f"M{_n(x - 0.14)} {_n(y - 0.14)}h4.5v4.5h-4.5z" for x, y in map(board.at, holes))
        return "".join(out) + f'<path class="hole" d="{dots}"/>'

    def tints(self):
        """The rows and rails in use, in the colour of their node."""
        out = []
        last = board.rail_rows(self.plan.rows)[-1]
        for strip, node in self.plan.of_strip.items():
            if node is None:
                continue
            if strip in board.RAILS:
                x, y, width, height = board.X[strip] - 0.36, 0.7, 0.72, last - 0.4
            else:
                first = board.X["a" if strip[0] == "left" else "f"]
                x, y, width, height = first - 0.36, strip[1] - 0.36, 4.72, 0.72
            out.append(_rect(f"tint {self.colour(node)}", (x, y), (width, height), 5))
        return "".join(out)

    def rows(self):
        """Numbers of the rows: of each along both edges, and beside a and j where nothing lies over them."""
        over = [line for wire in self.plan.wires + self.plan.leads for line in wire.lines()]
        for placed in self.plan.placed:
            if placed.form == "axial":
                (_, one), (_, other) = placed.legs
                over.append(geometry.Line(board.at(one), board.at(other)))
        out = []
        for row in range(1, self.plan.rows + 1):
            out += [_text((x, row), str(row), "row") for x in EDGES]
            for x in (3.4, 15.6):
                mark = geometry.Line((x - 0.25, row), (x + 0.25, row))
                if not any(line.nearer(mark, 0.55) for line in over):
                    out.append(_text((x, row), str(row), "row"))
        return "".join(out)

    def colour(self, node):
        return f"n{self.colours[id(node)]}"

    # What stands on it.

    def pico(self, placed):
        used = {hole: port for port, hole in placed.legs}
        out = [
            _rect("board-pico", (6.0 - 0.55, 0.45), (8.1, 20.1), 5),
            _rect("usb", (9.5 - 1.5, -0.5), (3.0, 1.1), 2),
            _text((9.5, 0.05), "USB", "on-usb"),
        ]
        for pin in range(1, 2 * board.PICO_ROWS + 1):
            hole = board.pico_hole(pin)
            x, y = board.at(hole)
            node = self.plan.node_at(hole) if hole in used else None
            kind = f"used {self.colour(node)}" if node else "unused"
            side, anchor = (0.55, "start") if pin <= board.PICO_ROWS else (-0.55, "end")
            pad = f'<circle class="pad" cx="{_n(x)}" cy="{_n(y)}" r="6.6"/>{_text((x, y), str(pin), "pin")}'
            name = _text((x + side, y), pins_of_boards.PICO_W[pin][0], "name", anchor)
            out.append(f'<g class="{kind}">{pad}{name}</g>')
        return f'<g class="pico">{self.title(placed)}{"".join(out)}</g>'

    def title(self, placed):
        return f"<title>{escape(listing.part_words(placed, self.plan))}</title>"

    def part(self, placed):
        return self.three(placed) if placed.form == "three" else self.axial(placed)

    def dots(self, placed):
        return "".join(
            f'<circle class="dot" cx="{_n(board.at(hole)[0])}" cy="{_n(board.at(hole)[1])}" r="2.6"/>'
            for _, hole in placed.legs
        )

    def axial(self, placed):
        (_, one), (_, other) = placed.legs
        (x, y), (u, v) = board.at(one), board.at(other)
        kind = placed.part.kind.name
        if kind in ("D", "ZENER", "LED") and placed.legs[0][0] == "c":
            (x, y), (u, v) = (u, v), (x, y)  # from anode to cathode
        length = geometry.distance((x, y), (u, v))
        angle = math.degrees(math.atan2(v - y, u - x))
        middle = ((x + u) / 2, (y + v) / 2)
        upright = 180 if angle > 90 or angle <= -90 else 0  # so that no name stands on its head
        name = placed.part.id
        wanted = text_width(name, ID, True) / PITCH
        long = min(length - 0.7, max(BODY, wanted + (0.9 if kind in ("D", "ZENER") else 0.5)))
        smaller = min(1.0, (long - 0.3) / wanted)  # a long name is written smaller
        scaled = f' transform="scale({smaller:.2f})"' if smaller < 1 else ""
        label = f"<g{scaled}>{_text((0, 0), name, 'id', turn=upright)}</g>"
        if kind in ("D", "ZENER"):
            body = _rect("dark", (-long / 2, -0.4), (long, 0.8), 2) + _rect(
                "band", (long / 2 - 0.5, -0.4), (0.25, 0.8), 0
            )
            label = _text((-0.15 if not upright else 0.15, 0), name, "id on-dark", turn=0)
            label = f'<g transform="rotate({upright})">{label}</g>'
        elif kind == "LED":
            body = (
                f'<circle class="body" r="{_n(0.95)}"/>'
                f'<path d="M{_n(0.75)} {_n(-0.6)}V{_n(0.6)}" stroke-width="3"/>'
            )
            label = f'<g transform="rotate({upright})">{_text((0, -1.3), name, "id halo")}</g>'
        elif kind == "C":
            body = _rect("body", (-0.9, -0.5), (1.8, 1.0), 7)
        else:
            rounded = 7 if kind == "THERMISTOR" else 3
            body = _rect("body", (-long / 2, -0.42), (long, 0.84), rounded)
        lead = f'<path class="leg" d="M{_xy((x, y))}L{_xy((u, v))}"/>'
        return (
            f'<g class="part">{self.title(placed)}{lead}{self.dots(placed)}'
            f'<g transform="translate({_xy(middle)}) rotate({angle:.1f})">{body}{label}</g></g>'
        )

    def three(self, placed):
        holes = [hole for _, hole in placed.legs]
        x, row = board.at(holes[0])
        height = TAB if placed.wide else len(holes) - 0.2
        first = row + 1 - (height - 0.9) / 2 if placed.wide else row
        letters = "".join(
            _text((x, board.at(hole)[1]), port.upper(), "id on-dark") for port, hole in placed.legs
        )
        return (
            f'<g class="part">{self.title(placed)}'
            + _rect("dark", (x - 0.45, first - 0.45), (0.95, height), 2)
            + _rect("usb", (x + 0.5, first - 0.45), (0.16, height), 0)
            + f"{letters}{self.name_of_three(placed, (x, first))}</g>"
        )

    def name_of_three(self, placed, top):
        """The name above the housing; a wide one, which ends close to the next, has room inside."""
        x, y = top
        if placed.wide:
            return _text((x, y - 0.12), placed.part.id, "id on-dark")
        return _text((x, y - 0.85), placed.part.id, "id halo")

    def wire(self, wire, number):
        path = "M" + "L".join(_xy(point) for point in wire.path)
        ends = [point for point in (wire.path[0] if wire.start else None, wire.path[-1]) if point]
        dots = "".join(f'<circle class="dot" cx="{_n(x)}" cy="{_n(y)}" r="3"/>' for x, y in ends)
        words = escape(listing.wire_words(wire, number))
        return (
            f'<g class="{self.colour(wire.node)}"><title>{words}</title><path class="case" d="{path}"/>'
            f'<path class="wire" d="{path}"/>{dots}</g>'
        )

    def badges(self):
        """The wires' numbers, over wires and parts, each where its own wire runs alone."""
        out, taken = [], []
        bodies = [
            geometry.Line(board.at(placed.legs[0][1]), board.at(placed.legs[-1][1]))
            for placed in self.plan.placed
            if placed.form in ("axial", "three")
        ]
        for i, wire in enumerate(self.plan.wires):
            others = [
                line for one in self.plan.wires + self.plan.leads if one is not wire for line in one.lines()
            ]
            taken.append(_clear(wire, others + bodies, taken))
            x, y = taken[-1]
            circle = f'<circle class="badge" cx="{_n(x)}" cy="{_n(y)}" r="6.5"/>'
            out.append(f'<g class="{self.colour(wire.node)}">{circle}{_text((x, y), str(i + 1), "id")}</g>')
        return "".join(out)

    def box(self, placed, left, top, width):
        """What lies beside the board."""
        part = placed.part
        ports = route.directly(self.plan, part)
        out = [
            _rect("body", (left, top), (width, BOX_HIGH + (BELOW if ports else 0.0)), 5),
            _text((left + width / 2, top + 1.4), part.id, "id"),
            _text((left + width / 2, top + 2.15), value_text(part)),
        ]
        starts = {lead.end: lead.path[0][0] for lead in self.plan.leads}
        for port, hole in placed.legs:
            out.append(_text((starts[hole], top + 0.5), listing.lead_word(part, port, self.polarity), "id"))
        for port in ports:
            x = route.direct_at(self.plan, placed, port)
            word = listing.lead_word(part, port.name, self.polarity)
            out.append(_text((x, top + BOX_HIGH + BELOW - 0.5), word, "id"))
        return f'<g class="part">{self.title(placed)}{"".join(out)}</g>'

    def direct(self, wire, number):
        """A wire below the boxes, from one to another."""
        ends = []
        for part, port in (wire.start, wire.end):
            placed, _, top, _ = next(box for box in self.plan.boxes if box[0].part is part)
            ends.append((route.direct_at(self.plan, placed, port), top + BOX_HIGH + BELOW))
        (x, y), (u, _) = ends
        low = y + LANE * (number + 1)
        path = "M" + "L".join(_xy(point) for point in ((x, y), (x, low), (u, low), (u, y)))
        words = escape(listing.direct_words(wire))
        return (
            f'<g class="{self.colour(wire.node)}"><title>{words}</title><path class="case" d="{path}"/>'
            f'<path class="wire" d="{path}"/></g>'
        )

    def legend(self):
        """`(markup, how many lines)`: the node of each colour, and whose legs it joins."""
        seen = list(self.plan.of_strip.values()) + [wire.node for wire in self.plan.direct]
        shown = [node for node in self.plan.nodes if any(node is other for other in seen)]
        out = []
        for i, node in enumerate(shown):
            y = i * LINE
            out.append(
                f'<g class="{self.colour(node)}"><path class="wire" d="M{_n(-0.8)} {y}h20"/></g>'
                f'<text x="{_n(0.8)}" y="{y + 3.2:g}">{escape(listing.node_words(node, self.plan))}</text>'
            )
        return "".join(out), len(shown)


BADGE = 0.9  # what a wire's number keeps clear of others [pitch]


def _clear(wire, others, taken):
    """Where a wire's number stands: near the middle of its longest piece, clear of wires and numbers."""
    line = max(wire.lines(), key=lambda line: geometry.distance(line.start, line.end))
    places = []
    for step in (0, 1, -1, 2, -2, 3, -3, 4, -4):
        part = 0.5 + step / 10
        x = line.start[0] + part * (line.end[0] - line.start[0])
        y = line.start[1] + part * (line.end[1] - line.start[1])
        gaps = [other.far((x, y)) for other in others] + [geometry.distance((x, y), one) for one in taken]
        places.append((min(BADGE, *gaps) if gaps else BADGE, -abs(step), (x, y)))
    return max(places)[2]
