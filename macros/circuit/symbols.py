"""The symbols, each drawn along the x axis around (0, 0), after IEC 60617. Core: runs in MicroPython too.

A symbol is `(half length, half width, markup)`: leads begin at x = -half length and +half length. All lines
have one width, set on the drawing as a whole; `f` marks what is filled with the line's colour, `w` what is
filled with the paper's.
"""


def _path(d, kind=""):
    return '<path%s d="%s"/>' % (' class="%s"' % kind if kind else "", d)


def _circle(radius):
    return '<circle class="w" r="%d"/>' % radius


def _blade(turn):
    return (
        '<path class="f" transform="rotate(%d)" d="M0 0C-9 -3 -8 -14 0 -14C4 -14 6 -11 4 -8C3 -5 1 -3 0 0Z"/>'
        % turn
    )


BOX = '<rect class="w" x="-20" y="-7" width="40" height="14"/>'
CROSS = "M-7 -7L7 7M-7 7L7 -7"
# Two contacts between leads.
CONTACTS = _path("M-20 0H-16M16 0H20") + "".join(
    ['<circle class="w" cx="%d" cy="0" r="3"/>' % x for x in (-13, 13)]
)
DIODE = _path("M-9 -9V9L9 0Z", "w") + _path("M9 -9V9M-9 0H9")
# Two arrows that leave the diode: light.
RAYS = (
    _path("M-3 -13L5 -21M6 -11L14 -19")
    + _path("M7 -23L6 -17L1 -22Z", "f")
    + _path("M16 -21L15 -15L10 -20Z", "f")
)

SYMBOLS = {
    "R": (20, 7, BOX),
    # The bent line marks a value that the temperature sets; the label says which way.
    "THERMISTOR": (20, 14, BOX + _path("M-22 14H-13L15 -14")),
    "P": (20, 7, BOX),
    "C": (4, 13, _path("M-4 -13V13M4 -13V13")),
    "L": (24, 9, _path("M-24 0A6 6 0 0 1 -12 0A6 6 0 0 1 0 0A6 6 0 0 1 12 0A6 6 0 0 1 24 0")),
    "D": (9, 10, DIODE),
    "LED": (9, 24, DIODE + RAYS),
    # The bent bar of a diode that conducts backwards too.
    "ZENER": (9, 13, _path("M-9 -9V9L9 0Z", "w") + _path("M4 -13L9 -9V9L14 13M-9 0H9")),
    "FUSE": (20, 7, BOX + _path("M-20 0H20")),
    "SWITCH": (20, 14, CONTACTS + _path("M-10 -1L11 -13")),
    "BUTTON": (20, 17, CONTACTS + _path("M-16 -7H16M0 -7V-16M-6 -16H6")),
    "X": (10, 8, _path("M-10 0H10" + CROSS)),
    # A loop with a Josephson junction in each arm.
    "SQUID": (24, 19, _path("M-24 0V-12H24V12H-24V0M-6 -18L6 -6M-6 -6L6 -18M-6 6L6 18M-6 18L6 6")),
    "MICROPHONE": (14, 16, _circle(14) + _path("M-15 -16H15")),
    "SPEAKER": (
        20,
        20,
        '<rect class="w" x="-20" y="-2" width="40" height="10"/>'
        + '<path class="w" d="M-9 -2L-16 -18H16L9 -2Z"/>',
    ),
    "FAN": (19, 19, _circle(19) + _blade(20) + _blade(140) + _blade(260) + '<circle class="f" r="2"/>'),
    "DC": (15, 15, _circle(15) + _path("M-15 0H15")),
    "AC": (15, 15, _circle(15) + _path("M-9 0C-6 -10 -3 -10 0 0C3 10 6 10 9 0")),
    "I": (15, 15, _circle(15) + _path("M0 -15V15")),
    "V": (15, 15, _circle(15)),
}

# A bipolar transistor without its arrow: base from the left, collector on top, emitter below.
BIPOLAR = _path("M0 -26V-15L-16 -5M0 26V15L-16 5M-32 0H-16") + _path("M-18 -13H-14V13H-18Z", "f")
MOSFET = _path("M0 -26V-13H-13M0 26V13H-13M0 13V0H-13M-13 -18V-8M-13 -5V5M-13 8V18M-19 -13V13M-19 0H-32")

# Three terminals: ends at (0, -half) and (0, half), control at (-half width, 0) of a symbol drawn upright.
# A MOSFET has its drain on top; the arrow into the channel says N. An NPN's arrow leaves at the emitter.
THREE = {
    "T": (26, 32, MOSFET + _path("M-13 0L-4 -4V4Z", "f")),
    "PMOS": (26, 32, MOSFET + _path("M-2 0L-11 -4V4Z", "f")),
    "NPN": (26, 32, BIPOLAR + _path("M-2 14L-11 13L-7 6Z", "f")),
    "PNP": (26, 32, BIPOLAR + _path("M-12 8L-7 15L-3 8Z", "f")),
    "P": (
        26,
        28,
        '<rect class="w" x="-7" y="-20" width="14" height="40"/>'
        + _path("M0 -26V-20M0 20V26M-28 0H-9")
        + _path("M-7 0L-14 -4V4Z", "f"),
    ),
}

# Ground below (0, 0).
GROUND = _path("M0 0V10M-12 10H12M-7 15H7M-2 20H2")
GROUND_DOWN = 22
GROUND_HALF = 13

# Widths in hundredths of the font size, of DejaVu Sans, the widest of the fonts that a reader may have.
_NARROW = "ijlI.,:;|!'()·"
_WIDE = "mwMWΩ@%−+"


def text_width(text, size, bold=False):
    """Width of a label [px], rounded up."""
    total = 0
    for char in text:
        if char in _NARROW:
            total += 40
        elif char in _WIDE:
            total += 98
        elif char == " ":
            total += 32
        elif "A" <= char <= "Z" or char == "_":
            total += 73
        else:
            total += 64
    return total * size * (11 if bold else 10) // 1000 + 1
