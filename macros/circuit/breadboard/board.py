"""The breadboard: its holes, which of them are joined, and where each lies.

Seen from above with the USB plug of the Pico at the top. Lengths are in pitches of 2.54 mm. Columns a to e
are joined in each row, and f to j; the rails along the sides are joined from end to end. Between e and f
there are three pitches, so that the two rows of pins of a Pico, seven pitches apart, stand in c and h
(Raspberry Pi Pico W datasheet, mechanical drawing: 17.78 mm between the rows, 2.54 mm between pins). The
gutters between rails and columns are drawn wider than they are, for the wires.
"""

LEFT, RIGHT = "abcde", "fghij"
RAILS = ("L-", "L+", "R-", "R+")
X = {"L-": 0.0, "L+": 1.0, "R-": 18.0, "R+": 19.0}
X.update({column: 4.0 + i for i, column in enumerate(LEFT)})
X.update({column: 11.0 + i for i, column in enumerate(RIGHT)})
# Where the rails really are, about: what the legs of a part must reach.
REAL_X = {**X, "L-": 0.6, "L+": 1.6, "R-": 17.4, "R+": 18.4}
SIZES = (30, 63)  # rows of the common boards, half and full
PICO_ROWS = 20
PICO_LEFT, PICO_RIGHT = "c", "h"
FIRST_ROW = PICO_ROWS + 2  # the row below the Pico stays empty: wires cross there


def pico_hole(pin):
    """The hole of a pin of the Pico, whose pin 1 stands in row 1."""
    return (PICO_LEFT, pin) if pin <= PICO_ROWS else (PICO_RIGHT, 2 * PICO_ROWS + 1 - pin)


def strip(hole):
    """What a hole is joined to: a rail by its name, or `(side, row)`."""
    column, row = hole
    if column in RAILS:
        return column
    return ("left" if column in LEFT else "right", row)


def of_pico(hole):
    """Whether a hole is in one of the Pico's own rows."""
    return hole[0] not in RAILS and hole[1] <= PICO_ROWS


def holes(strip_):
    """The holes of a row's half, from the middle of the board outwards."""
    side, row = strip_
    return [(column, row) for column in (reversed(LEFT) if side == "left" else RIGHT)]


def rail_rows(rows):
    """Rows at which a rail has holes: five, then none."""
    return [row for row in range(1, rows) if row % 6]


def at(hole):
    """`(x, y)` of a hole."""
    return X[hole[0]], float(hole[1])


def really_at(hole):
    """`(x, y)` of a hole on a board, where the gutters are narrower than they are drawn."""
    return REAL_X[hole[0]], float(hole[1])


RAIL_WORDS = {"L-": "left −", "L+": "left +", "R-": "right −", "R+": "right +"}


def words(hole):
    """A hole in words: `a12`, or `left −, row 12`, a rail."""
    column, row = hole
    return f"{RAIL_WORDS[column]}, row {row}" if column in RAILS else f"{column}{row}"
