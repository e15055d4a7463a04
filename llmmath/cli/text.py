"""Tables, sentences and numbers as text, for people at a terminal."""

# The narrowest terminal that is common, and what a message or an issue shows without scrolling.
COLUMNS = 80


def sentences(text):
    """Each line of `text` wrapped to the columns of a terminal; a name that is longer stays whole.

    >>> print(sentences("one " * 20 + "end."))
    one one one one one one one one one one one one one one one one one one one one
    end.
    """
    from textwrap import wrap

    lines = (
        wrap(line, COLUMNS, break_long_words=False, break_on_hyphens=False) for line in text.splitlines()
    )
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
