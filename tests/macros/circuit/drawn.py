"""Circuits as text from a list of their parts, where a drawing of its own would say no more."""

# Letters of the ports above, below and right of a part's name; of all others a wire goes in above and below.
LETTERS = {
    "T": "dsg",
    "PMOS": "sdg",
    "NPN": "ceb",
    "PNP": "ecb",
    "D": "ac",
    "LED": "ac",
    "ZENER": "ac",
    "DC": "pn",
}
APART = 3  # columns between the wires of two nets


def drawn(*parts):
    """The text of a circuit: its parts one below the other, beside them a wire down for each net.

    Args:
        parts: `(word, nets)`, the word as a text has it, and one net's name for each port: of a block's in
            the order of its word, of others above, below and right. A port whose net is None stays open.
    """
    cells, ends, top = {}, [], 0
    wide = max(len(word) for word, _ in parts) + 3
    names = list(dict.fromkeys(net for _, nets in parts for net in nets if net))
    buses = {name: wide + APART * number for number, name in enumerate(names)}

    def write(row, column, text):
        cells.update({(row, column + number): char for number, char in enumerate(text)})

    def out(row, column, net):
        write(row, column, "+" + "-" * (buses[net] - column - 1))
        ends.append((row, net))

    for word, nets in parts:
        head, *ports = word.split("__")
        if ports:
            columns = [word.index("__" + port) + 2 for port in ports]
            wired = [(column, net) for column, net in zip(columns, nets, strict=True) if net]
            row = top + 2 * len(wired)
            for number, (column, net) in enumerate(wired):
                out(top + 2 * number, column, net)
                for between in range(top + 2 * number + 1, row):
                    write(between, column, "|")
            write(row, 0, word)
        else:
            row = top + 2
            letters = LETTERS.get(head.split("_")[0], "||")
            for side, letter, net in zip((-1, 1), letters, nets):
                write(row + side, 0, letter)
                out(row + 2 * side, 0, net)
            write(row, 0, word)
            if len(letters) == 3:
                write(row, len(word), letters[2])
                write(row, len(word) + 1, "-" * (buses[nets[2]] - len(word) - 1))
                ends.append((row, nets[2]))
        top = row + 4
    for name, column in buses.items():
        joins = [row for row, net in ends if net == name]
        for row in range(min(joins), max(joins) + 1):
            write(row, column, "+" if row in joins else "|")
    rows = range(max(row for row, _ in cells) + 1)
    width = max(column for _, column in cells) + 1
    return "\n".join("".join(cells.get((r, c), " ") for c in range(width)).rstrip() for r in rows) + "\n"


def pico(*pins, board="RPI_PICO_W"):
    """The board with thermistor and divider, and further pins, each `(as written, its net)`."""
    word = "__".join([board, "gnd@38", "agnd@33", "gpio26Adc@31", "3V3@36", *[pin for pin, _ in pins]])
    return (
        (word, ("gnd", "agnd", "adc", "3V3", *[net for _, net in pins])),
        ("THERMISTOR_10k_3950K", ("adc", "3V3")),
        ("R_10k", ("adc", "agnd")),
    )
