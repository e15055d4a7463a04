"""Tables, sentences and numbers as text, for people at a terminal."""

import math

# The narrowest terminal that is common, and what a message or an issue shows without scrolling.
COLUMNS = 80


def as_json(value):
    """`value` as JSON, for programs."""
    import json

    return json.dumps(value, indent=1)


def sentences(text):
    """Each line of `text` wrapped to the columns of a terminal; only a path that is longer is broken.

    >>> print(sentences("one " * 20 + "end."))
    one one one one one one one one one one one one one one one one one one one one
    end.
    """
    from textwrap import wrap

    lines = (wrap(line, COLUMNS, break_on_hyphens=False) for line in text.splitlines())
    return "\n".join("\n".join(pieces) for pieces in lines)


def table(header, rows):
    """Lines of a table: the first column to the left, the others to the right, a line under the header.

    >>> print(table(("part", "n"), [("q", "7"), ("longer", "1,024")]))
    part        n
    ------  -----
    q           7
    longer  1,024
    """
    widths = [max(len(str(row[i])) for row in [header, *rows]) for i in range(len(header))]
    rule = ["-" * width for width in widths]
    return "\n".join(
        "  ".join(
            str(cell).ljust(width) if i == 0 else str(cell).rjust(width)
            for i, (cell, width) in enumerate(zip(row, widths))
        ).rstrip()
        for row in [header, rule, *rows]
    )


def amount(value):
    """A whole number with its thousands apart.

    >>> amount(142406400)
    '142,406,400'
    """
    return f"{value:,}"


def number(value, digits=4):
    """A real number with so many significant digits, never with a power of ten.

    >>> number(59719.6), number(0.00004506), number(12.5), number(0)
    ('59,720', '0.00004506', '12.5', '0')
    """
    if not value:
        return "0"
    places = digits - 1 - math.floor(math.log10(abs(value)))
    written = f"{round(value, places):,.{max(places, 0)}f}"
    return written.rstrip("0").rstrip(".") if places > 0 else written


def size(n_bytes):
    """Bytes in decimal and in binary multiples, which are seven percent apart at a giga.

    In GB from 10 MB on, so that what is added up stands in one unit.

    >>> size(80_000_000_000), size(45_060), size(0)
    ('80 GB (74.51 GiB)', '45.06 kB (44 KiB)', '0 B')
    """
    for least, unit, power in ((10**7, "G", 3), (10**6, "M", 2), (10**3, "k", 1)):
        if n_bytes >= least:
            decimal, binary = number(n_bytes / 1000**power), number(n_bytes / 1024**power)
            return f"{decimal} {unit}B ({binary} {unit.upper()}iB)"
    return f"{n_bytes} B"
