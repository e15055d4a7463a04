"""Linear equations, solved. Core: runs in MicroPython too, so there is no NumPy here."""


def solve(rows):
    """The unknowns of `len(rows)` equations, or None where they have no single answer.

    Gaussian elimination with the largest pivot of each column. A circuit's equations are nearly all zeros,
    which are passed over.

    Args:
        rows: one a list of the factors of the unknowns and the right side behind them; they are overwritten.
    """
    size = len(rows)
    for k in range(size):
        best = None
        touched = []  # rows that the unknown occurs in
        for i in range(k, size):
            if rows[i][k]:
                touched.append(i)
                if best is None or abs(rows[i][k]) > abs(rows[best][k]):
                    best = i
        if best is None:
            return None
        pivot = rows[best]
        rest = [rows[i] for i in touched if i != best]
        rows[best] = rows[k]
        rows[k] = pivot
        if not rest:
            continue
        filled = [j for j in range(k + 1, size + 1) if pivot[j]]
        for row in rest:
            factor = row[k] / pivot[k]
            for j in filled:
                row[j] -= factor * pivot[j]
    found = [0.0] * size
    for k in range(size - 1, -1, -1):
        row = rows[k]
        total = row[size]
        for j in range(k + 1, size):
            if row[j]:
                total -= row[j] * found[j]
        found[k] = total / row[k]
    return found
